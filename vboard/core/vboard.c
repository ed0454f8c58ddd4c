/*
 * vboard.c: the core of the virtual board: PCI configuration space, power states, BAR access,
 * bus mastering, interrupts, time, randomness, violations and trace. The models plug into it.
 */
#include "vboard/core/decide.h"
#include "vboard/core/fault.h"
#include "vboard/core/model.h"
#include "vboard/boards/soraka.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define BOARD_FUNCTIONS 8u

/* Configuration space (PCI 3.0). */
#define PCI_VENDOR               0x00
#define PCI_DEVICE               0x02
#define PCI_COMMAND              0x04
#define PCI_COMMAND_MEMORY       0x0002u
#define PCI_COMMAND_MASTER       0x0004u
#define PCI_COMMAND_INTX_OFF     0x0400u
#define PCI_COMMAND_WRITABLE     0x0546u
#define PCI_STATUS               0x06
#define PCI_STATUS_INTERRUPT     0x0008u
#define PCI_STATUS_CAPABILITIES  0x0010u
#define PCI_REVISION             0x08
#define PCI_CACHE_LINE           0x0c
#define PCI_LATENCY              0x0d
#define PCI_HEADER               0x0e
#define PCI_HEADER_MULTIFUNCTION 0x80u
#define PCI_BAR0                 0x10
#define PCI_SUBSYSTEM_VENDOR     0x2c
#define PCI_SUBSYSTEM            0x2e
#define PCI_CAPABILITIES         0x34
#define PCI_INTERRUPT_LINE       0x3c
#define PCI_INTERRUPT_PIN        0x3d

#define PCI_CAP_PM           0x01
#define PCI_CAP_MSI          0x05
#define PCI_CAP_VENDOR       0x09
#define PCI_VENDOR_LENGTH    2
#define PCI_CAP_AF           0x13
#define PCI_AF_LENGTH        2
#define PCI_AF_CAPABILITIES  3
#define PCI_AF_HAS_PENDING   0x01u
#define PCI_AF_CAN_FLR       0x02u
#define PCI_AF_CONTROL       4
#define PCI_AF_INITIATE_FLR  0x01u
#define PCI_PM_CSR           4
#define PCI_PM_STATE         0x03u
#define PCI_PM_NO_SOFT_RESET 0x08u
#define PCI_MSI_CONTROL      2
#define PCI_MSI_ENABLE       0x01u
#define PCI_MSI_ADDRESS      4
#define PCI_MSI_DATA         12

/* PCI Power Management: D3hot -> D0 recovery is 10 ms. Half a millisecond of grace, because the
 * guest's clock and ours are not one. */
#define D0_RECOVERY_NS 9500000u

struct slot {
	struct model *model;
	uint8_t power_on[256]; /* what config space holds after reset */
	uint64_t d0_since;     /* ns; 0 when it was always in D0 */
	bool intx_out;         /* what the host was told */
};

struct vboard {
	struct vboard_options options;
	struct vboard_host host;
	struct fault_set faults;
	struct decisions decisions;
	struct slot slots[BOARD_FUNCTIONS];
	unsigned count;
	struct soraka *soraka;
	uint64_t random;
	uint64_t start_ns;
	unsigned violations;
};

/* What is where. 14.0 and 19.0 are stock QEMU devices (design, section 5). */
static const struct board_function {
	const char *name;
	const char *absent; /* fault that removes it */
	uint8_t device, function;
	unsigned i2c; /* LPSS instance */
} board_functions[] = {
	{"imgu", "no-imgu", 0x05, 0, 0}, {"cio2", "no-cio2", 0x14, 3, 0},
	{"i2c0", NULL, 0x15, 0, 0},      {"i2c1", NULL, 0x15, 1, 1},
	{"i2c2", NULL, 0x15, 2, 2},      {"i2c4", NULL, 0x19, 2, 4},
};

/* ---- Numbers in config space ---- */

static uint32_t get_le(const uint8_t *p, unsigned width)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < width; i++)
		value |= (uint32_t)p[i] << (8 * i);
	return value;
}

static void put_le(uint8_t *p, unsigned width, uint32_t value)
{
	for (unsigned i = 0; i < width; i++)
		p[i] = (uint8_t)(value >> (8 * i));
}

static uint32_t all_ones(unsigned width)
{
	return width >= 4 ? UINT32_MAX : (1u << (8 * width)) - 1u;
}

static bool model_is_d0(const struct model *model)
{
	return !model->pm_offset || !(model->config[model->pm_offset + PCI_PM_CSR] & PCI_PM_STATE);
}

static uint16_t model_command(const struct model *model)
{
	return (uint16_t)get_le(&model->config[PCI_COMMAND], 2);
}

/* ---- Time, randomness, faults ---- */

uint64_t vboard_now(const struct vboard *board)
{
	return board->host.now_ns(board->host.context);
}

/* splitmix64: small, seedable with any number, good enough for delays. */
static uint64_t board_random64(struct vboard *board)
{
	uint64_t z = board->random += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

uint32_t vboard_random(struct vboard *board, uint32_t bound)
{
	return bound ? (uint32_t)((board_random64(board) >> 32) * bound >> 32) : 0;
}

uint64_t vboard_delay_ns(struct vboard *board, uint64_t low, uint64_t high)
{
	return high > low ? low + board_random64(board) % (high - low + 1) : low;
}

const struct fault_set *vboard_faults(const struct vboard *board)
{
	return &board->faults;
}

unsigned vboard_decide(const struct vboard *board, const char *name)
{
	return decide_get(&board->decisions, name);
}

const struct vboard_options *vboard_options(const struct vboard *board)
{
	return &board->options;
}

struct soraka *vboard_soraka(const struct vboard *board)
{
	return board->soraka;
}

/* ---- Trace and violations ---- */

bool vboard_tracing(const struct vboard *board)
{
	return board->options.trace != NULL;
}

static void board_trace_head(struct vboard *board, const char *name)
{
	uint64_t us = (vboard_now(board) - board->start_ns) / 1000;

	fprintf(board->options.trace, "%6" PRIu64 ".%06" PRIu64 " %-6s ", us / 1000000,
		us % 1000000, name);
}

void vboard_trace(struct vboard *board, const char *name, const char *format, ...)
{
	va_list args;

	if (!board->options.trace)
		return;
	va_start(args, format);
	board_trace_head(board, name);
	vfprintf(board->options.trace, format, args);
	fputc('\n', board->options.trace);
	va_end(args);
}

void model_trace(struct model *model, const char *format, ...)
{
	FILE *trace = model->board->options.trace;
	va_list args;

	if (!trace)
		return;
	va_start(args, format);
	board_trace_head(model->board, model->function.name);
	vfprintf(trace, format, args);
	fputc('\n', trace);
	va_end(args);
}

static void board_violation(struct vboard *board, const char *name, const char *format,
			    va_list args) __attribute__((format(printf, 3, 0)));

static void board_violation(struct vboard *board, const char *name, const char *format,
			    va_list args)
{
	char text[256];
	int n = snprintf(text, sizeof(text), "%s: ", name);

	vsnprintf(text + n, sizeof(text) - (size_t)n, format, args);
	board->violations++;
	vboard_trace(board, name, "VIOLATION %s", text + n);
	if (board->host.violation)
		board->host.violation(board->host.context, text);
}

void model_violation(struct model *model, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	board_violation(model->board, model->function.name, format, args);
	va_end(args);
}

void vboard_violation(struct vboard *board, const char *name, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	board_violation(board, name, format, args);
	va_end(args);
}

unsigned vboard_violations(const struct vboard *board)
{
	return board->violations;
}

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
	/* The function's own ids, as soraka's firmware leaves them (evidence.md 1.7). */
	put_le(config + PCI_SUBSYSTEM_VENDOR, 2, vendor);
	put_le(config + PCI_SUBSYSTEM, 2, device);
	writable[PCI_INTERRUPT_LINE] = 0xff;
	config[PCI_INTERRUPT_PIN] = interrupt_pin;
	model->function.bar_size = bar_size;
	model->widths = 4;
}

void model_no_subsystem(struct model *model)
{
	put_le(&model->config[PCI_SUBSYSTEM_VENDOR], 4, 0);
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

/* The pin follows the model's level unless the command register or the power state holds it. */
static void model_update_intx(struct model *model)
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
	if (vboard_fault(model->board, wanted ? "d0-stuck" : "d3-stuck", NULL) &&
	    !strcmp(model->function.name, "cio2"))
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

	if (!model || !config_access_ok(model, offset, width))
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

	if (!model || !config_access_ok(model, offset, width))
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

/* ---- The board ---- */

uint64_t vboard_run(struct vboard *board)
{
	uint64_t now = vboard_now(board), next = UINT64_MAX;

	for (unsigned i = 0; i < board->count; i++) {
		struct model *model = board->slots[i].model;
		uint64_t due = model->ops->run(model, now);

		if (due < next)
			next = due;
	}
	return next;
}

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

unsigned vboard_function_count(const struct vboard *board)
{
	return board->count;
}

const struct vboard_function *vboard_function(const struct vboard *board, unsigned index)
{
	return index < board->count ? &board->slots[index].model->function : NULL;
}

static struct model *board_make_model(struct vboard *board, const struct board_function *function)
{
	if (!strcmp(function->name, "imgu"))
		return imgu_new(board);
	if (!strcmp(function->name, "cio2"))
		return cio2_new(board);
	return lpss_i2c_new(board, function->i2c);
}

/* Two functions or more in one device: each says so, as Intel's do. */
static bool board_is_multifunction(const struct board_function *function)
{
	return function->device == 0x14 || function->device == 0x15 || function->device == 0x19;
}

static bool board_add_function(struct vboard *board, const struct board_function *function)
{
	struct slot *slot = &board->slots[board->count];
	struct model *model = board_make_model(board, function);

	if (!model)
		return false;
	model->board = board;
	model->index = board->count;
	model->function.name = function->name;
	model->function.device = function->device;
	model->function.function = function->function;
	if (board_is_multifunction(function))
		model->config[PCI_HEADER] |= PCI_HEADER_MULTIFUNCTION;
	if (!strcmp(function->name, "cio2")) {
		if (vboard_fault(board, "bar-lost", NULL))
			put_le(&model->writable[PCI_BAR0], 4, 0);
		if (vboard_fault(board, "d3-stuck", NULL) || vboard_fault(board, "d0-stuck", NULL))
			model->config[model->pm_offset + PCI_PM_CSR] |= PCI_PM_STATE;
	}
	slot->model = model;
	memcpy(slot->power_on, model->config, sizeof(slot->power_on));
	board->count++;
	model->ops->reset(model);
	return true;
}

static bool board_is_absent(const struct vboard *board, const struct board_function *function)
{
	uint64_t gone = 4;

	if (function->absent)
		return vboard_fault(board, function->absent, NULL);
	return vboard_fault(board, "i2c-controller-gone", &gone) && gone == function->i2c;
}

static bool board_parse_faults(struct vboard *board, char *error, size_t error_size)
{
	for (size_t i = 0; i < board->options.fault_count; i++) {
		if (!fault_parse(&board->faults, board->options.faults[i], error, error_size))
			return false;
		vboard_trace(board, "board", "fault %s", board->options.faults[i]);
	}
	return true;
}

static bool board_make_decisions(struct vboard *board, char *error, size_t error_size)
{
	decide_all(&board->decisions, board->options.seed);
	for (size_t i = 0; i < board->options.decision_count; i++) {
		if (!decide_parse(&board->decisions, board->options.decisions[i], error,
				  error_size))
			return false;
	}
	return true;
}

struct vboard *vboard_new(const struct vboard_options *options, const struct vboard_host *host,
			  char *error, size_t error_size)
{
	struct vboard *board = calloc(1, sizeof(*board));

	snprintf(error, error_size, "out of memory");
	if (!board)
		return NULL;
	board->options = *options;
	board->host = *host;
	board->random = options->seed;
	board->start_ns = vboard_now(board);
	if (!board_parse_faults(board, error, error_size) ||
	    !board_make_decisions(board, error, error_size))
		goto out_free;
	board->soraka = soraka_new(board, error, error_size);
	if (!board->soraka)
		goto out_free;
	for (size_t i = 0; i < sizeof(board_functions) / sizeof(board_functions[0]); i++) {
		const struct board_function *function = &board_functions[i];

		if (board_is_absent(board, function))
			continue;
		if (!board_add_function(board, function)) {
			snprintf(error, error_size, "cannot make %s", function->name);
			goto out_free;
		}
	}
	error[0] = '\0';
	return board;

out_free:
	vboard_free(board);
	return NULL;
}

void vboard_free(struct vboard *board)
{
	if (!board)
		return;
	for (unsigned i = 0; i < board->count; i++)
		board->slots[i].model->ops->free(board->slots[i].model);
	soraka_free(board->soraka);
	free(board);
}
