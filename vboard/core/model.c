/* model.c: what a model calls: its configuration space, bus mastering, interrupts. */
#include "vboard/core/inside.h"

#include <inttypes.h>

static const struct decision decisions[] = {
	{"pmcsr-reserved",
	 "reserved bits of PMCSR (PCI PM 1.2, 3.2.4)",
	 {"read 0", "bits 7:4 read 1", "bits 14:13 read 1", "both"}},
	{0},
};

const struct knobs model_knobs = {NULL, decisions};

/* ---- What a model says about its function ---- */

void model_config_init(struct model *model, uint16_t vendor, uint16_t device, uint32_t class_code,
		       uint8_t revision, uint32_t bar_size, uint8_t interrupt_pin)
{
	uint8_t *config = model->config, *writable = model->writable;

	put_le(config + PCI_VENDOR, 2, vendor);
	put_le(config + PCI_DEVICE, 2, device);
	put_le(writable + PCI_COMMAND, 2, PCI_COMMAND_WRITABLE);
	put_le(config + PCI_REVISION, 4, class_code << 8 | revision);
	writable[PCI_CACHE_LINE] = 0xff;
	writable[PCI_LATENCY] = 0xf8;
	/* 32-bit memory: the link cannot carry a 64-bit BAR (virtual-board.md A.3). */
	put_le(writable + PCI_BAR0, 4, ~(bar_size - 1));
	/* The function's own ids, as firmware leaves them on most (evidence.md 1.7). */
	put_le(config + PCI_SUBSYSTEM_VENDOR, 2, vendor);
	put_le(config + PCI_SUBSYSTEM, 2, device);
	writable[PCI_INTERRUPT_LINE] = 0xff;
	config[PCI_INTERRUPT_PIN] = interrupt_pin;
	model->function.bar_size = bar_size;
	model->widths = 4;
}

void model_lose_bar(struct model *model)
{
	put_le(&model->writable[PCI_BAR0], 4, 0);
}

void model_wake_in_d3(struct model *model)
{
	model->config[model->pm_offset + PCI_PM_CSR] |= PCI_PM_STATE;
}

void model_hide(struct model *model, uint32_t window)
{
	model->function.window = window;
	put_le(&model->config[PCI_BAR0], 4, window);
	put_le(&model->config[PCI_COMMAND], 2, PCI_COMMAND_MEMORY);
}

void model_set_subsystem(struct model *model, uint32_t ids)
{
	put_le(&model->config[PCI_SUBSYSTEM_VENDOR], 4, ids);
}

void model_no_subsystem(struct model *model)
{
	model_set_subsystem(model, 0);
}

/* Keeps the list in order of offsets. */
static void model_link_capability(struct model *model, uint8_t id, uint8_t offset)
{
	uint8_t *link = &model->config[PCI_CAPABILITIES];

	while (*link && *link < offset)
		link = &model->config[*link + 1];
	model->config[offset] = id;
	if (*link != offset) {
		model->config[offset + 1] = *link;
		*link = offset;
	}
	model->config[PCI_STATUS] |= PCI_STATUS_CAPABILITIES;
}

void model_add_msi(struct model *model, uint8_t offset)
{
	model->msi_offset = offset;
	model_link_capability(model, PCI_CAP_MSI, offset);
	put_le(&model->config[offset + PCI_MSI_CONTROL], 2, 0x0080);
	put_le(&model->writable[offset + PCI_MSI_CONTROL], 2, PCI_MSI_ENABLE);
	put_le(&model->writable[offset + PCI_MSI_ADDRESS], 4, 0xfffffffc);
	put_le(&model->writable[offset + PCI_MSI_ADDRESS + 4], 4, 0xffffffff);
	put_le(&model->writable[offset + PCI_MSI_DATA], 2, 0xffff);
}

void model_add_pm(struct model *model, uint8_t offset, bool no_soft_reset)
{
	static const uint16_t reserved[4] = {0, 0x00f0, 0x6000, 0x60f0};

	model->pm_offset = offset;
	model_link_capability(model, PCI_CAP_PM, offset);
	put_le(&model->config[offset + 2], 2, 0x0003);
	put_le(&model->config[offset + PCI_PM_CSR], 2,
	       (no_soft_reset ? PCI_PM_NO_SOFT_RESET : 0) |
		       reserved[vboard_decide(model->board, "pmcsr-reserved")]);
	model->writable[offset + PCI_PM_CSR] = PCI_PM_STATE;
}

void model_add_af(struct model *model, uint8_t offset)
{
	model->af_offset = offset;
	model_link_capability(model, PCI_CAP_AF, offset);
	model->config[offset + PCI_AF_LENGTH] = 6;
	model->config[offset + PCI_AF_CAPABILITIES] = PCI_AF_CAN_FLR | PCI_AF_HAS_PENDING;
	model->writable[offset + PCI_AF_CONTROL] = PCI_AF_INITIATE_FLR;
}

/* Nobody has published what is in it. */
void model_add_vendor(struct model *model, uint8_t offset, uint8_t length)
{
	model_link_capability(model, PCI_CAP_VENDOR, offset);
	model->config[offset + PCI_VENDOR_LENGTH] = length;
	for (unsigned i = PCI_VENDOR_LENGTH + 1; i < length; i++)
		model->config[offset + i] = (uint8_t)vboard_random(model->board, 256);
}

/* ---- Bus mastering and interrupts ---- */

static bool model_may_master(struct model *model, const char *what)
{
	if (model_is_d0(model) && model_command(model) & PCI_COMMAND_MASTER)
		return true;
	model_trace(model, "%s suppressed: %s", what,
		    model_is_d0(model) ? "bus master is off" : "in D3hot");
	return false;
}

bool model_dma_read(struct model *model, uint64_t address, void *data, size_t size)
{
	struct vboard *board = model->board;

	if (!model_may_master(model, "DMA read"))
		return false;
	if (!board->host.dma_read(board->host.context, model->index, address, data, size)) {
		model_violation(model, "DMA read of %zu bytes at 0x%" PRIx64 " is outside RAM",
				size, address);
		return false;
	}
	if (size)
		model_trace(model, "DMA R 0x%" PRIx64 " %zu", address, size);
	return true;
}

bool model_dma_write(struct model *model, uint64_t address, const void *data, size_t size)
{
	struct vboard *board = model->board;

	if (!model_may_master(model, "DMA write"))
		return false;
	if (!board->host.dma_write(board->host.context, model->index, address, data, size)) {
		model_violation(model, "DMA write of %zu bytes at 0x%" PRIx64 " is outside RAM",
				size, address);
		return false;
	}
	model_trace(model, "DMA W 0x%" PRIx64 " %zu", address, size);
	return true;
}

void model_dma_purpose(struct model *model, const char *what)
{
	if (model->board->host.purpose)
		model->board->host.purpose(model->board->host.context, what);
}

void model_msi(struct model *model)
{
	struct vboard *board = model->board;
	const uint8_t *msi = &model->config[model->msi_offset];
	uint64_t address;
	uint32_t data;

	if (!model->msi_offset || !(msi[PCI_MSI_CONTROL] & PCI_MSI_ENABLE))
		return;
	if (!model_may_master(model, "MSI"))
		return;
	address = get_le(msi + PCI_MSI_ADDRESS, 4) | (uint64_t)get_le(msi + PCI_MSI_ADDRESS + 4, 4)
							     << 32;
	data = get_le(msi + PCI_MSI_DATA, 2);
	model_trace(model, "MSI 0x%" PRIx64 " 0x%x", address, data);
	if (board->host.msi)
		board->host.msi(board->host.context, address, data);
}

void model_update_intx(struct model *model)
{
	struct vboard *board = model->board;
	struct slot *slot = &board->slots[model->index];
	bool out = model->intx_level && model_is_d0(model) &&
		   !(model_command(model) & PCI_COMMAND_INTX_OFF);

	if (out == slot->intx_out)
		return;
	slot->intx_out = out;
	model_trace(model, "INT%c %d", 'A' + model->config[PCI_INTERRUPT_PIN] - 1, out);
	if (board->host.intx)
		board->host.intx(board->host.context, model->index, out);
}

void model_intx(struct model *model, bool level)
{
	if (level == model->intx_level)
		return;
	model->intx_level = level;
	if (level)
		model->config[PCI_STATUS] |= PCI_STATUS_INTERRUPT;
	else
		model->config[PCI_STATUS] &= (uint8_t)~PCI_STATUS_INTERRUPT;
	model_update_intx(model);
}
