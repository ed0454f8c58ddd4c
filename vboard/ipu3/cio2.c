/*
 * cio2.c: the CIO2 (CSI-2 receiver and DMA of the IPU3, 8086:9d32): register file, interrupt
 * status, power. What happens in time is in cio2_port.c and cio2_dma.c.
 */
#include "vboard/ipu3/cio2.h"

#include "vboard/core/knobs.h"

#include <stdlib.h>
#include <string.h>

static const struct vboard_fault_info faults[] = {
	{"no-cio2", VBOARD_PLAIN, "firmware has disabled the CIO2: no function at 00:14.3"},
	{"cio2-all-ones", VBOARD_PLAIN,
	 "the CIO2 answers config space, but every register reads all ones"},
	{"bar-lost", VBOARD_PLAIN,
	 "BAR 0 of the CIO2 implements no address bits, so nothing can place it"},
	{"d3-stuck", VBOARD_PLAIN, "the CIO2 wakes in D3hot and refuses to enter D0"},
	{"d0-stuck", VBOARD_PLAIN, "the CIO2 wakes in D3hot, enters D0 and refuses to leave it"},
	{"fifo-overflow", VBOARD_CAMERA_NUMBER,
	 "the receiver's FIFO overflows and lines are lost, in every Nth frame (default 1)"},
	{"dma-no-halt", VBOARD_PLAIN, "DMA channel 0 never reports that it halted"},
	{"stale-frame", VBOARD_CAMERA,
	 "completion is signalled, but the data is not written: the buffer keeps what it held"},
	{"late-frame", VBOARD_CAMERA_NUMBER,
	 "the data is written N us after completion was signalled (default 3000)"},
	{"torn-frame", VBOARD_CAMERA,
	 "only the upper half is written: the lower half is what the buffer held"},
	{"no-interrupt", VBOARD_PLAIN, "the CIO2 sends no MSI"},
	{0},
};

static const struct decision decisions[] = {
	{"cio2-d3-registers",
	 "the CIO2's registers over D3hot, whose configuration is kept (evidence.md 1.2)",
	 {"kept", "lost"}},
	{"cio2-read-pointer",
	 "what sets FBPT_RP to 0 (cio2.md 7.4)",
	 {"a write of CDMABA", "DMA_EN 0 -> 1", "both", "only D3hot; until then it is any"}},
	{"cio2-pointer-bits", "bits 31:8 of CDMARI (cio2.md 2.4)", {"read 0", "read anything"}},
	{"cio2-valid",
	 "when VALID is cleared (cio2.md 7.1)",
	 {"at the frame's end", "when the entry is taken"}},
	{"cio2-pointer-moves",
	 "when FBPT_RP goes on (cio2.md 7.1)",
	 {"with the results", "up to 0.2 ms after them", "up to 0.2 ms before them"}},
	{"cio2-last-byte",
	 "where writing ends in the last page (evidence.md 1.4)",
	 {"at last_page_available_bytes", "at the end of its 64 bytes", "at the end of the page"}},
	{"cio2-too-large",
	 "what besides a frame synchronisation error tells that a frame was larger than its buffer "
	 "(evidence.md 1.4)",
	 {"nothing", "IOOE, and the channel halts"}},
	{"cio2-success", "polarity of SUCCXFAIL (cio2.md 14)", {"1 = failed", "1 = good"}},
	{"cio2-latch", "INT_STS takes bits that INT_EN has off (cio2.md 8.4)", {"no", "yes"}},
	{"cio2-frame-number",
	 "frame_num (cio2.md 14)",
	 {"counts from 1 at DMA_EN", "counts on from anything", "the link's, 1 to 255", "0"}},
	{"cio2-timestamp",
	 "unit of the timestamp (cio2.md 3.1)",
	 {"1/19.2 us", "1 us", "1/120 us", "1/1000 us"}},
	{"cio2-timestamp-base", "where the timestamp begins (cio2.md 3.1)", {"0", "anywhere"}},
	{"cio2-timestamp-at",
	 "what the timestamp is of (cio2.md 3.1)",
	 {"the frame's end", "its beginning"}},
	{"cio2-prefetch", "page pointers fetched ahead (cio2.md 3.3)", {"1", "2", "5", "16", "64"}},
	{0},
};

const struct knobs cio2_knobs = {faults, decisions};

static struct cio2 *to_cio2(struct model *model)
{
	return (struct cio2 *)model;
}

/* ---- Interrupts ---- */

void cio2_interrupt(struct cio2 *cio2, uint32_t bits)
{
	uint32_t *status = cio2_reg(cio2, INT_STS), enabled = *cio2_reg(cio2, INT_EN);
	uint32_t fresh = bits & ~*status;

	if (!cio2->latch)
		fresh &= enabled;
	*status |= fresh;
	if (fresh & INT_IOC)
		cio2->unacknowledged = true;
	fresh &= enabled;
	if (fresh && vboard_fault(cio2->model.board, "no-interrupt", NULL))
		return;
	for (; fresh; fresh &= fresh - 1)
		model_msi(&cio2->model);
}

void cio2_port_error(struct cio2 *cio2, unsigned port, uint32_t irq, uint32_t ie)
{
	uint32_t gate =
		cio2_port_reg(cio2, port, IRQCTRL_MASK) & cio2_port_reg(cio2, port, IRQCTRL_ENABLE);
	bool was_pending = cio2->irq_status[port] & gate;

	model_trace(&cio2->model, "port %u error: IRQCTRL 0x%05x IE 0x%02x", port, irq, ie);
	cio2->irq_status[port] |= irq;
	*cio2_reg(cio2, INT_STS_EXT_IE) |= ie << (8 * port);
	if (!was_pending && cio2->irq_status[port] & gate) {
		*cio2_reg(cio2, INT_STS_EXT_IE) |= IE_IRQCTRL << (8 * port);
		cio2_interrupt(cio2, INT_IOIRQ);
	}
	if (*cio2_reg(cio2, INT_STS_EXT_IE) & *cio2_reg(cio2, INT_EN_EXT_IE) & (ie << (8 * port)))
		cio2_interrupt(cio2, INT_IOIE);
}

void cio2_output_error(struct cio2 *cio2, unsigned channel, unsigned port)
{
	uint32_t bits = 1u << channel | 1u << (24 + port);

	model_trace(&cio2->model, "output error on DMA channel %u, port %u", channel, port);
	*cio2_reg(cio2, INT_STS_EXT_OE) |= bits;
	if (bits & *cio2_reg(cio2, INT_EN_EXT_OE))
		cio2_interrupt(cio2, INT_IOOE);
}

/* ---- Which offsets exist (cio2.md 2) ---- */

static bool port_offset_known(uint32_t offset)
{
	return offset <= CSIRX_NOF_ENABLED_LANES || (offset >= 0x010 && offset <= 0x048) ||
	       (offset >= 0x100 && offset <= 0x114) || (offset >= 0x120 && offset <= 0x128) ||
	       (offset >= 0x168 && offset <= 0x1c0) || (offset >= 0x300 && offset <= 0x314);
}

static bool global_offset_known(uint32_t offset)
{
	static const uint16_t known[] = {
		0x1000, 0x1008, 0x100c, 0x1400, 0x1408, 0x140c, 0x1410, 0x1414,
		0x1418, 0x1420, 0x1424, 0x1448, 0x1460, 0x1464, 0x1468, 0x146c,
		0x1474, 0x1480, 0x1484, 0x1488, 0x17e4, 0x17e8,
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i] == offset)
			return true;
	}
	return false;
}

static bool offset_known(uint32_t offset)
{
	uint32_t format = (offset - 0x1700) % 0x30;

	if (offset < 0x1000)
		return port_offset_known(offset & 0x3ff);
	if (offset >= CDMABA(0) && offset < CDMABA(CIO2_CHANNELS))
		return true;
	if (offset >= 0x1700 && offset < 0x17c0)
		return format == 0x00 || format == 0x20 || format == 0x24;
	return global_offset_known(offset);
}

/* ---- Register access ---- */

static uint32_t cio2_read(struct model *model, uint32_t offset, unsigned width)
{
	struct cio2 *cio2 = to_cio2(model);

	(void)width;
	if (vboard_fault(model->board, "cio2-all-ones", NULL))
		return UINT32_MAX;
	if (offset >= CIO2_REGISTERS || !offset_known(offset)) {
		model_violation(model, "read of unknown register 0x%x", offset);
		return UINT32_MAX;
	}
	if (offset < 0x1000 && (offset & 0x3ff) == IRQCTRL_STATUS)
		return cio2->irq_status[offset >> 10];
	if (offset >= CDMABA(0) && offset < CDMABA(CIO2_CHANNELS) && (offset & 15) == 8)
		return cio2_dma_read_control(cio2, (offset - CDMABA(0)) / 16);
	if (offset == INT_STS && !(*cio2_reg(cio2, INT_STS) & INT_IOC) && cio2->unacknowledged) {
		cio2->unacknowledged = false;
		cio2->acknowledged_at = vboard_now(model->board);
	}
	if (offset == PBM_TS_COUNT)
		return cio2_timestamp(cio2, vboard_now(model->board));
	if (offset >= CDMABA(0) && offset < CDMABA(CIO2_CHANNELS) && (offset & 15) == 4)
		return *cio2_reg(cio2, offset) | cio2->pointer_bits;
	return *cio2_reg(cio2, offset);
}

static void port_write(struct cio2 *cio2, unsigned port, uint32_t offset, uint32_t value)
{
	uint32_t *stored = cio2_reg(cio2, 0x400u * port + offset);
	uint32_t old = *stored;

	switch (offset) {
	case CSIRX_STATUS_DLANE_HS:
	case CSIRX_STATUS_DLANE_LP:
		*stored &= ~value;
		return;
	case IRQCTRL_STATUS:
		return;
	case IRQCTRL_CLEAR:
		cio2->irq_status[port] &= ~value;
		return;
	case CSIRX_ENABLE:
		*stored = value;
		if (!(old & 1) && value & 1)
			cio2->ports[port].enabled_at = vboard_now(cio2->model.board);
		break;
	default:
		*stored = value;
		break;
	}
	if (offset == CSIRX_ENABLE || offset == MIPIBE_ENABLE)
		cio2_port_update(cio2, port);
}

static void channel_write(struct cio2 *cio2, uint32_t offset, uint32_t value)
{
	unsigned channel = (offset - CDMABA(0)) / 16;

	switch (offset & 15) {
	case 0:
		cio2_dma_write_base(cio2, channel, value);
		break;
	case 4:
		model_violation(&cio2->model, "write of 0x%x to read-only CDMARI(%u)", value,
				channel);
		break;
	case 8:
		cio2_dma_write_control(cio2, channel, value);
		break;
	default:
		*cio2_reg(cio2, offset) = value;
		break;
	}
}

static void cio2_reset(struct model *model);

static void global_write(struct cio2 *cio2, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case INT_STS:
	case INT_STS_EXT_OE:
	case INT_STS_EXT_IE:
		*cio2_reg(cio2, offset) &= ~value;
		return;
	case PBM_FOPN_ABORT:
		/* The "frame open" bits are status. */
		*cio2_reg(cio2, offset) =
			(*cio2_reg(cio2, offset) & 0x08080808u) | (value & ~0x08080808u);
		break;
	case SWRESET:
		if (value & 1)
			cio2_reset(&cio2->model);
		return;
	case PBM_TS_COUNT:
		return;
	default:
		*cio2_reg(cio2, offset) = value;
		break;
	}
	if (offset == PBM_FOPN_ABORT || offset >= 0x1700) {
		for (unsigned p = 0; p < CIO2_PORTS; p++)
			cio2_port_update(cio2, p);
	}
}

static void cio2_write(struct model *model, uint32_t offset, unsigned width, uint32_t value)
{
	struct cio2 *cio2 = to_cio2(model);

	(void)width;
	if (vboard_fault(model->board, "cio2-all-ones", NULL))
		return;
	if (offset >= CIO2_REGISTERS || !offset_known(offset))
		model_violation(model, "write of 0x%x to unknown register 0x%x", value, offset);
	else if (offset < 0x1000)
		port_write(cio2, offset >> 10, offset & 0x3ff, value);
	else if (offset >= CDMABA(0) && offset < CDMABA(CIO2_CHANNELS))
		channel_write(cio2, offset, value);
	else
		global_write(cio2, offset, value);
}

/* ---- Reset, power, time ---- */

/* Reset values are unknown on silicon (cio2.md 14): what only configures is seeded garbage, what
 * starts something or reports something is off. */
static void cio2_reset(struct model *model)
{
	struct cio2 *cio2 = to_cio2(model);

	for (uint32_t offset = 0; offset < CIO2_REGISTERS; offset += 4)
		*cio2_reg(cio2, offset) = 0;
	for (unsigned p = 0; p < CIO2_PORTS; p++) {
		for (uint32_t offset = 0x024; offset <= 0x048; offset += 4)
			*cio2_reg(cio2, 0x400u * p + offset) = vboard_random(model->board, 0x1000);
		for (unsigned m = 0; m < 16; m++)
			*cio2_reg(cio2, 0x400u * p + MIPIBE_LP_LUT_ENTRY(m)) =
				vboard_random(model->board, 0x2000);
		*cio2_reg(cio2, PXF_FMT_CFG0(p)) = vboard_random(model->board, 0x800);
		*cio2_reg(cio2, SID2BID0(p)) = vboard_random(model->board, 20);
		cio2->irq_status[p] = 0;
		cio2->ports[p].enabled_at = 0;
	}
	cio2_ports_drop(cio2);
	cio2_dma_reset(cio2);
}

static void cio2_power(struct model *model, bool is_d0)
{
	struct cio2 *cio2 = to_cio2(model);

	cio2->asleep = !is_d0;
	if (is_d0)
		return;
	cio2_ports_drop(cio2);
	if (cio2->d3_registers)
		cio2_reset(model);
	cio2_dma_sleep(cio2);
}

static uint64_t cio2_run(struct model *model, uint64_t now)
{
	struct cio2 *cio2 = to_cio2(model);
	uint64_t next;

	if (cio2->asleep)
		return UINT64_MAX;
	next = cio2_dma_run(cio2, now);
	for (unsigned p = 0; p < CIO2_PORTS; p++) {
		uint64_t due = cio2_port_run(cio2, p, now);

		next = due < next ? due : next;
	}
	return next;
}

/* A channel that is not halted fetches entries and pages whenever a frame begins. */
static const char *cio2_busy(struct model *model)
{
	struct cio2 *cio2 = to_cio2(model);

	for (unsigned n = 0; n < CIO2_CHANNELS; n++) {
		if (!cio2->channels[n].halted)
			return "a DMA channel of the CIO2 has not halted";
		if (cio2->channels[n].late)
			return "the CIO2 still writes a frame that it has reported";
	}
	return NULL;
}

static void cio2_free(struct model *model)
{
	struct cio2 *cio2 = to_cio2(model);

	cio2_dma_free(cio2);
	free(cio2);
}

static const struct model_ops cio2_ops = {
	.read = cio2_read,
	.write = cio2_write,
	.reset = cio2_reset,
	.power = cio2_power,
	.run = cio2_run,
	.busy = cio2_busy,
	.free = cio2_free,
};

/* What the sheets leave open about silicon. */
static void cio2_decide(struct cio2 *cio2)
{
	static const unsigned lookaheads[5] = {1, 2, 5, 16, 64};
	struct vboard *board = cio2->model.board;

	cio2->latch = vboard_decide(board, "cio2-latch");
	cio2->success = vboard_decide(board, "cio2-success");
	cio2->valid = vboard_decide(board, "cio2-valid");
	cio2->pointer_moves = vboard_decide(board, "cio2-pointer-moves");
	cio2->read_pointer = vboard_decide(board, "cio2-read-pointer");
	cio2->last_byte = vboard_decide(board, "cio2-last-byte");
	cio2->too_large = vboard_decide(board, "cio2-too-large");
	cio2->frame_number = vboard_decide(board, "cio2-frame-number");
	cio2->timestamp = vboard_decide(board, "cio2-timestamp");
	cio2->timestamp_at = vboard_decide(board, "cio2-timestamp-at");
	cio2->d3_registers = vboard_decide(board, "cio2-d3-registers");
	cio2->takes_rest = vboard_decide(board, "sensor-restart") == 2;
	cio2->lookahead = lookaheads[vboard_decide(board, "cio2-prefetch")];
	if (vboard_decide(board, "cio2-pointer-bits"))
		cio2->pointer_bits = vboard_random(board, 1u << 24) << 8;
	if (vboard_decide(board, "cio2-timestamp-base"))
		cio2->timestamp_base = vboard_random(board, UINT32_MAX);
}

/* Faults of the function. */
static void cio2_break(struct model *model)
{
	if (vboard_fault(model->board, "bar-lost", NULL))
		model_lose_bar(model);
	model->stays_d3 = vboard_fault(model->board, "d3-stuck", NULL);
	model->stays_d0 = vboard_fault(model->board, "d0-stuck", NULL);
	if (model->stays_d3 || model->stays_d0)
		model_wake_in_d3(model);
}

struct model *cio2_new(struct vboard *board, const struct csi_port *ports)
{
	struct cio2 *cio2 = calloc(1, sizeof(*cio2));

	if (!cio2)
		return NULL;
	cio2->model.ops = &cio2_ops;
	cio2->model.board = board;
	cio2_decide(cio2);
	model_config_init(&cio2->model, 0x8086, 0x9d32, 0x048000, 0x01, CIO2_BAR_SIZE, 1);
	model_no_subsystem(&cio2->model); /* 0:0 on soraka (evidence.md 1.7) */
	/* Seen on four machines, and that configuration is kept over D3hot (evidence.md 1.2). */
	model_add_msi(&cio2->model, 0x90);
	model_add_pm(&cio2->model, 0xd0, true);
	cio2_break(&cio2->model);
	for (unsigned p = 0; p < CIO2_PORTS; p++)
		cio2->ports[p].wired = ports[p];
	return &cio2->model;
}
