/*
 * pci.c: the functions as the one who serves the board reaches them: configuration space, power states,
 * BAR 0, reset.
 */
#include "vboard/core/inside.h"

#include <inttypes.h>
#include <string.h>

/* PCI Power Management: D3hot -> D0 recovery is 10 ms. Half a millisecond of grace, because the
 * guest's clock and ours are not one. */
#define D0_RECOVERY_NS 9500000u

static uint32_t all_ones(unsigned width)
{
	return width >= 4 ? UINT32_MAX : (1u << (8 * width)) - 1u;
}

/* ---- Power states ---- */

static void model_restore_config(struct model *model, bool keep_pm)
{
	struct slot *slot = &model->board->slots[model->index];
	uint8_t csr = model->pm_offset ? model->config[model->pm_offset + PCI_PM_CSR] : 0;

	memcpy(model->config, slot->power_on, sizeof(model->config));
	if (keep_pm && model->pm_offset)
		model->config[model->pm_offset + PCI_PM_CSR] = csr;
	if (model->intx_level)
		model->config[PCI_STATUS] |= PCI_STATUS_INTERRUPT;
}

/* `state` is 0 or 3; D1 and D2 are not implemented, and a write of them changes nothing. */
static void model_set_power(struct model *model, uint8_t state)
{
	struct slot *slot = &model->board->slots[model->index];
	uint8_t *csr = &model->config[model->pm_offset + PCI_PM_CSR];
	bool was_d0 = model_is_d0(model);

	*csr = (uint8_t)((*csr & ~PCI_PM_STATE) | state);
	if (was_d0 == !state)
		return;
	model_trace(model, "power state %s", state ? "D3hot" : "D0");
	/* Gone already while in D3hot: the BAR reads 0 there (evidence.md 1.3). */
	if (!(*csr & PCI_PM_NO_SOFT_RESET)) {
		model_restore_config(model, true);
		model->ops->reset(model);
	}
	if (!state)
		slot->d0_since = vboard_now(model->board);
	if (model->ops->power)
		model->ops->power(model, !state);
	model_update_intx(model);
}

static void model_write_csr(struct model *model, uint8_t old)
{
	uint8_t *csr = &model->config[model->pm_offset + PCI_PM_CSR];
	uint8_t wanted = *csr & PCI_PM_STATE;

	*csr = old;
	if (wanted ? model->stays_d0 : model->stays_d3)
		return;
	if (wanted == 0 || wanted == 3)
		model_set_power(model, wanted);
}

/* ---- Configuration access ---- */

static struct model *board_model(struct vboard *board, unsigned index)
{
	return index < board->count ? board->slots[index].model : NULL;
}

static bool config_access_ok(struct model *model, unsigned offset, unsigned width)
{
	if ((width == 1 || width == 2 || width == 4) && offset + width <= 256 &&
	    !(offset & (width - 1)))
		return true;
	model_violation(model, "config access of %u bytes at 0x%x is misaligned", width, offset);
	return false;
}

uint32_t vboard_config_peek(const struct vboard *board, unsigned index, unsigned offset,
			    unsigned width)
{
	if (index >= board->count || offset + width > 256)
		return all_ones(width);
	return get_le(&board->slots[index].model->config[offset], width);
}

uint32_t vboard_config_read(struct vboard *board, unsigned index, unsigned offset, unsigned width)
{
	struct model *model = board_model(board, index);
	uint32_t value;

	if (!model || !config_access_ok(model, offset, width) || model->function.window)
		return all_ones(width);
	value = get_le(&model->config[offset], width);
	model_trace(model, "CFG R 0x%02x.%u 0x%x", offset, width, value);
	return value;
}

void vboard_config_write(struct vboard *board, unsigned index, unsigned offset, unsigned width,
			 uint32_t value)
{
	struct model *model = board_model(board, index);
	uint8_t old_csr;

	if (!model || !config_access_ok(model, offset, width) || model->function.window)
		return;
	model_trace(model, "CFG W 0x%02x.%u 0x%x", offset, width, value);
	old_csr = model->pm_offset ? model->config[model->pm_offset + PCI_PM_CSR] : 0;
	for (unsigned i = 0; i < width; i++) {
		uint8_t mask = model->writable[offset + i];
		uint8_t byte = (uint8_t)(value >> (8 * i));

		model->config[offset + i] =
			(uint8_t)((model->config[offset + i] & ~mask) | (byte & mask));
	}
	if (model->pm_offset && model->config[model->pm_offset + PCI_PM_CSR] != old_csr)
		model_write_csr(model, old_csr);
	if (offset < PCI_STATUS)
		model_update_intx(model);
	if (model->af_offset &&
	    model->config[model->af_offset + PCI_AF_CONTROL] & PCI_AF_INITIATE_FLR)
		vboard_reset(board, index);
}

/* ---- BAR access ---- */

/* Is this access one that the model's registers take? Says so when not. */
static bool mmio_access_ok(struct model *model, uint64_t offset, unsigned width, const char *what)
{
	struct slot *slot = &model->board->slots[model->index];

	if (!width || offset >= model->function.bar_size ||
	    width > model->function.bar_size - offset) {
		model_violation(model, "%s of %u bytes at 0x%" PRIx64 " is outside BAR 0", what,
				width, offset);
		return false;
	}
	if (width > 4 || !(model->widths & width) || offset & (width - 1)) {
		model_violation(model,
				"%s of %u bytes at 0x%" PRIx64
				" is misaligned or not of a permitted width",
				what, width, offset);
		return false;
	}
	if (slot->d0_since && vboard_now(model->board) - slot->d0_since < D0_RECOVERY_NS) {
		model_violation(model, "%s at 0x%" PRIx64 " less than 10 ms after D3hot -> D0",
				what, offset);
		slot->d0_since = 0;
	}
	return true;
}

static bool model_decodes(const struct model *model)
{
	return model_is_d0(model) && model_command(model) & PCI_COMMAND_MEMORY;
}

uint64_t vboard_mmio_read(struct vboard *board, unsigned index, uint64_t offset, unsigned width)
{
	struct model *model = board_model(board, index);
	uint32_t value;

	if (!model)
		return UINT64_MAX;
	if (!model_decodes(model)) {
		model_trace(model, "R 0x%04" PRIx64 ".%u while not decoding", offset, width);
		return width == 8 ? UINT64_MAX : all_ones(width);
	}
	if (!mmio_access_ok(model, offset, width, "read"))
		return width == 8 ? UINT64_MAX : all_ones(width);
	model->ops->run(model, vboard_now(board));
	value = model->ops->read(model, (uint32_t)offset, width) & all_ones(width);
	model_trace(model, "R 0x%04" PRIx64 ".%u 0x%x", offset, width, value);
	return value;
}

void vboard_mmio_write(struct vboard *board, unsigned index, uint64_t offset, unsigned width,
		       uint64_t value)
{
	struct model *model = board_model(board, index);

	if (!model)
		return;
	model_trace(model, "W 0x%04" PRIx64 ".%u 0x%" PRIx64 "%s", offset, width, value,
		    model_decodes(model) ? "" : " while not decoding");
	if (!model_decodes(model) || !mmio_access_ok(model, offset, width, "write"))
		return;
	model->ops->run(model, vboard_now(board));
	model->ops->write(model, (uint32_t)offset, width, (uint32_t)value);
}

/* ---- The function as a whole ---- */

const char *vboard_busy(struct vboard *board, unsigned index)
{
	struct model *model = board_model(board, index);

	if (!model || !model->ops->busy || !model_is_d0(model) ||
	    !(model_command(model) & PCI_COMMAND_MASTER))
		return NULL;
	return model->ops->busy(model);
}

void vboard_reset(struct vboard *board, unsigned index)
{
	struct model *model = board_model(board, index);

	if (!model)
		return;
	model_trace(model, "reset");
	board->slots[index].d0_since = 0;
	model_restore_config(model, false);
	model->ops->reset(model);
	if (model->ops->power)
		model->ops->power(model, model_is_d0(model));
	model_update_intx(model);
}
