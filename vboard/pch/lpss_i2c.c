/*
 * lpss_i2c.c: one I2C controller of the PCH: LPSS private registers around a Synopsys DesignWare
 * core (lpss-i2c.md). Bits take the time that the programmed SCL counts give them.
 */
#include "vboard/pch/lpss_i2c.h"

#include "vboard/core/knobs.h"

#include <stdlib.h>
#include <string.h>

/* lpss-i2c.md 4 */
#define IC_CON             0x00
#define CON_MASTER         0x01u
#define CON_SPEED          0x06u
#define CON_RESTART        0x20u
#define CON_SLAVE_DISABLE  0x40u
#define IC_TAR             0x04
#define IC_HS_MADDR        0x0c
#define IC_DATA_CMD        0x10
#define CMD_READ           0x100u
#define CMD_STOP           0x200u
#define CMD_RESTART        0x400u
#define IC_SS_HCNT         0x14
#define IC_FS_HCNT         0x1c
#define IC_HS_HCNT         0x24
#define IC_HS_LCNT         0x28
#define IC_INTR_STAT       0x2c
#define IC_INTR_MASK       0x30
#define IC_RAW_INTR_STAT   0x34
#define IC_RX_TL           0x38
#define IC_TX_TL           0x3c
#define IC_CLR_INTR        0x40
#define IC_CLR_RX_UNDER    0x44
#define IC_CLR_TX_ABRT     0x54
#define IC_CLR_GEN_CALL    0x68
#define IC_ENABLE          0x6c
#define IC_STATUS          0x70
#define IC_TXFLR           0x74
#define IC_RXFLR           0x78
#define IC_SDA_HOLD        0x7c
#define IC_TX_ABRT_SOURCE  0x80
#define IC_SLV_DATA_NACK   0x84
#define IC_ACK_GENERAL     0x98
#define IC_ENABLE_STATUS   0x9c
#define IC_FS_SPKLEN       0xa0
#define IC_HS_SPKLEN       0xa4
#define IC_CLR_RESTART_DET 0xa8
/* Of cores with SMBus support only. Linux 6.12 writes 0 to it on every core (seen on the rig). */
#define IC_SMBUS_INTR_MASK 0xcc
#define IC_COMP_PARAM_1    0xf4
#define IC_COMP_VERSION    0xf8
#define IC_COMP_TYPE       0xfc

#define RAW_RX_UNDER    0x001u
#define RAW_RX_OVER     0x002u
#define RAW_RX_FULL     0x004u
#define RAW_TX_OVER     0x008u
#define RAW_TX_EMPTY    0x010u
#define RAW_TX_ABRT     0x040u
#define RAW_ACTIVITY    0x100u
#define RAW_STOP_DET    0x200u
#define RAW_START_DET   0x400u
#define RAW_RESTART_DET 0x1000u
#define RAW_LEVELS      (RAW_RX_FULL | RAW_TX_EMPTY)

#define ABRT_ADDRESS_NACK    0x0001u
#define ABRT_DATA_NACK       0x0008u
#define ABRT_MASTER_DISABLED 0x0800u
#define ABRT_ARBITRATION     0x1000u

/* LPSS private registers (3) */
#define LPSS_PRIVATE     0x200
#define LPSS_RESETS      0x204
#define RESETS_RELEASED  0x3u
#define LPSS_CAPS        0x2fc
#define CAPS_NO_DMA      0x100u
#define LPSS_PRIVATE_END 0x300

#define FIFO_DEPTH      64u /* at most: the seed decides */
#define INPUT_CLOCK_KHZ 120000u

static const struct vboard_fault_info faults[] = {
	{"i2c-stuck", VBOARD_NUMBER,
	 "SDA of a bus is held low for ever (=0,1,2,4: which; default all): busy, nothing "
	 "completes"},
	{"i2c-timeout", VBOARD_NUMBER,
	 "a target stretches SCL without end (=bus; default all): transfers start and never "
	 "finish"},
	{"i2c-arbitration", VBOARD_NUMBER, "every Nth transfer loses arbitration (default 3)"},
	{"i2c-controller-gone", VBOARD_NUMBER,
	 "firmware has disabled an I2C controller: its function is not there (=0,1,2,4; default "
	 "4)"},
	{"i2c-all-ones", VBOARD_NUMBER,
	 "an I2C controller answers config space, but every register reads all ones (=0,1,2,4; "
	 "default all)"},
	{0},
};

static const struct decision decisions[] = {
	{"i2c-fifo", "depth of the I2C controllers' FIFOs (lpss-i2c.md 4)", {"64", "32", "16"}},
	{"i2c-spike",
	 "SPKLEN of the I2C controllers after reset (lpss-i2c.md 12)",
	 {"1", "5", "12"}},
	{0},
};

const struct knobs lpss_i2c_knobs = {faults, decisions};

enum bus_state {
	BUS_IDLE,
	BUS_ADDRESS, /* start and address byte under way */
	BUS_DATA,    /* a data byte under way */
	BUS_HOLD,    /* SCL held low: FIFO ran empty without STOP */
	BUS_STOP,    /* stop condition under way */
	BUS_STUCK,   /* a target stretches the clock for ever */
};

struct lpss_i2c {
	struct model model;
	unsigned instance;
	struct i2c_bus *bus;
	unsigned depth;                 /* of the FIFOs */
	unsigned spklen;                /* spike filter after reset */
	uint32_t registers[64];         /* plain storage of the core, by offset / 4 */
	uint32_t private_registers[64]; /* 0x200.. */
	uint32_t reset_reads;           /* what the core answers in reset: 0 or all ones */

	uint16_t tx[FIFO_DEPTH];
	unsigned tx_head, tx_count;
	uint8_t rx[FIFO_DEPTH];
	unsigned rx_head, rx_count;

	uint32_t raw; /* latched bits */
	uint32_t abort_source;
	bool flushing; /* DATA_CMD writes are discarded until the abort is cleared */
	bool enabled;
	uint64_t disabled_at; /* ENABLE_STATUS falls then */

	enum bus_state state;
	uint64_t event_at;
	uint16_t command; /* in execution */
	bool is_read;     /* direction of the addressed transfer */
	struct i2c_target *target;
	uint64_t transfers; /* for the fault that counts */
};

static struct lpss_i2c *to_i2c(struct model *model)
{
	return (struct lpss_i2c *)model;
}

/* ---- Bit time ---- */

/* High = HCNT + SPKLEN + 7, low = LCNT + 1 cycles (lpss-i2c.md 5). */
static uint64_t i2c_bit_ns(const struct lpss_i2c *i2c)
{
	const uint32_t *r = i2c->registers;
	unsigned speed = (r[IC_CON / 4] & CON_SPEED) >> 1;
	unsigned high = speed == 1 ? IC_SS_HCNT : speed == 2 ? IC_FS_HCNT : IC_HS_HCNT;
	uint64_t cycles = r[high / 4] + i2c->spklen + 7 + r[high / 4 + 1] + 1;

	return cycles * 1000000u / INPUT_CLOCK_KHZ;
}

/* Is this fault on for this bus? Its number names the bus. */
static bool i2c_fault(const struct lpss_i2c *i2c, const char *name)
{
	uint64_t bus = i2c->instance;

	return vboard_fault(i2c->model.board, name, &bus) && bus == i2c->instance;
}

/* ---- Interrupt status ---- */

static uint32_t i2c_raw(const struct lpss_i2c *i2c)
{
	uint32_t raw = i2c->raw;

	if (i2c->enabled && i2c->tx_count <= i2c->registers[IC_TX_TL / 4])
		raw |= RAW_TX_EMPTY;
	if (i2c->enabled && i2c->rx_count > i2c->registers[IC_RX_TL / 4])
		raw |= RAW_RX_FULL;
	return raw;
}

static bool i2c_in_reset(const struct lpss_i2c *i2c)
{
	return (i2c->private_registers[1] & RESETS_RELEASED) != RESETS_RELEASED;
}

static void i2c_update_interrupt(struct lpss_i2c *i2c)
{
	model_intx(&i2c->model,
		   !i2c_in_reset(i2c) && (i2c_raw(i2c) & i2c->registers[IC_INTR_MASK / 4]));
}

static void i2c_trace_bus(struct lpss_i2c *i2c, const char *what, unsigned value)
{
	if (vboard_tracing(i2c->model.board))
		model_trace(&i2c->model, "I2C %s 0x%02x", what, value);
}

/* ---- Transfer engine ---- */

static void i2c_release_target(struct lpss_i2c *i2c)
{
	if (i2c->target && i2c->target->ops->stop)
		i2c->target->ops->stop(i2c->target);
	i2c->target = NULL;
}

static void i2c_abort(struct lpss_i2c *i2c, uint32_t source)
{
	i2c->abort_source = source | i2c->tx_count << 23;
	i2c->raw |= RAW_TX_ABRT;
	i2c->tx_count = 0;
	i2c->flushing = true;
	i2c->state = BUS_STOP;
	i2c->event_at += i2c_bit_ns(i2c);
	i2c_trace_bus(i2c, "abort", source);
}

static void i2c_start(struct lpss_i2c *i2c, uint16_t command, bool repeated)
{
	i2c->command = command;
	i2c->is_read = command & CMD_READ;
	i2c->state = BUS_ADDRESS;
	i2c->event_at += 10 * i2c_bit_ns(i2c);
	i2c->raw |= RAW_START_DET | RAW_ACTIVITY | (repeated ? RAW_RESTART_DET : 0);
}

/* Takes the next command out of the FIFO; the byte ends nine bits later. */
static void i2c_next(struct lpss_i2c *i2c)
{
	uint16_t command;
	bool turns;

	if (!i2c->tx_count) {
		i2c->state = i2c->state == BUS_IDLE ? BUS_IDLE : BUS_HOLD;
		return;
	}
	command = i2c->tx[i2c->tx_head];
	i2c->tx_head = (i2c->tx_head + 1) % FIFO_DEPTH;
	i2c->tx_count--;
	turns = !!(command & CMD_READ) != i2c->is_read;
	if (i2c->state == BUS_IDLE) {
		i2c_start(i2c, command, false);
	} else if (turns || command & CMD_RESTART) {
		i2c_start(i2c, command, true);
	} else {
		i2c->command = command;
		i2c->state = BUS_DATA;
		i2c->event_at += 9 * i2c_bit_ns(i2c);
	}
}

static bool i2c_loses_arbitration(struct lpss_i2c *i2c)
{
	uint64_t every = 3;

	return vboard_fault(i2c->model.board, "i2c-arbitration", &every) && every &&
	       ++i2c->transfers % every == 0;
}

static void i2c_address_done(struct lpss_i2c *i2c)
{
	uint8_t address = i2c->registers[IC_TAR / 4] & 0x7f;

	i2c_trace_bus(i2c, i2c->is_read ? "start R" : "start W", address);
	if (i2c_fault(i2c, "i2c-timeout")) {
		i2c->state = BUS_STUCK;
		return;
	}
	if (i2c_loses_arbitration(i2c)) {
		i2c_abort(i2c, ABRT_ARBITRATION);
		return;
	}
	i2c->target = i2c_bus_find(i2c->bus, address);
	if (i2c->target && !i2c->target->ops->start(i2c->target, address, i2c->is_read))
		i2c->target = NULL;
	if (!i2c->target) {
		i2c_abort(i2c, ABRT_ADDRESS_NACK);
		return;
	}
	i2c->state = BUS_DATA;
	i2c->event_at += 9 * i2c_bit_ns(i2c);
}

static void i2c_receive(struct lpss_i2c *i2c)
{
	uint8_t byte = i2c->target->ops->read(i2c->target);

	i2c_trace_bus(i2c, "read", byte);
	if (i2c->rx_count == i2c->depth) {
		i2c->raw |= RAW_RX_OVER;
		model_violation(&i2c->model, "receive FIFO overflow: a byte is lost");
		return;
	}
	i2c->rx[(i2c->rx_head + i2c->rx_count++) % FIFO_DEPTH] = byte;
}

static void i2c_data_done(struct lpss_i2c *i2c)
{
	if (i2c->is_read) {
		i2c_receive(i2c);
	} else {
		uint8_t byte = (uint8_t)i2c->command;
		bool acknowledged = i2c->target->ops->write(i2c->target, byte);

		i2c_trace_bus(i2c, acknowledged ? "write" : "write, no ack", byte);
		if (!acknowledged) {
			i2c_abort(i2c, ABRT_DATA_NACK);
			return;
		}
	}
	if (i2c->command & CMD_STOP) {
		i2c->state = BUS_STOP;
		i2c->event_at += i2c_bit_ns(i2c);
	} else {
		i2c_next(i2c);
	}
}

static void i2c_stop_done(struct lpss_i2c *i2c)
{
	i2c_trace_bus(i2c, "stop", i2c->registers[IC_TAR / 4] & 0x7f);
	i2c_release_target(i2c);
	i2c->raw |= RAW_STOP_DET;
	i2c->state = BUS_IDLE;
	if (i2c->enabled)
		i2c_next(i2c);
}

static bool i2c_event_pending(const struct lpss_i2c *i2c)
{
	return i2c->state == BUS_ADDRESS || i2c->state == BUS_DATA || i2c->state == BUS_STOP;
}

static uint64_t i2c_run(struct model *model, uint64_t now)
{
	struct lpss_i2c *i2c = to_i2c(model);
	bool changed = false;

	while (i2c_event_pending(i2c) && i2c->event_at <= now) {
		if (i2c->state == BUS_ADDRESS)
			i2c_address_done(i2c);
		else if (i2c->state == BUS_DATA)
			i2c_data_done(i2c);
		else
			i2c_stop_done(i2c);
		changed = true;
	}
	if (changed)
		i2c_update_interrupt(i2c);
	return i2c_event_pending(i2c) ? i2c->event_at : UINT64_MAX;
}

/* The bus may start, or go on after it held SCL. */
static void i2c_kick(struct lpss_i2c *i2c)
{
	if (!i2c->enabled || !i2c->tx_count || i2c_fault(i2c, "i2c-stuck"))
		return;
	if (i2c->state != BUS_IDLE && i2c->state != BUS_HOLD)
		return;
	i2c->event_at = vboard_now(i2c->model.board);
	if (!(i2c->registers[IC_CON / 4] & CON_MASTER))
		i2c_abort(i2c, ABRT_MASTER_DISABLED);
	else
		i2c_next(i2c);
}

/* ---- Enable, reset ---- */

static void i2c_disable(struct lpss_i2c *i2c)
{
	struct vboard *board = i2c->model.board;
	uint64_t bit = i2c_bit_ns(i2c);
	bool busy = i2c->state != BUS_IDLE;

	i2c->enabled = false;
	i2c->tx_count = i2c->rx_count = 0;
	i2c->flushing = false;
	i2c_release_target(i2c);
	i2c->state = BUS_IDLE;
	/* A byte under way is finished first. */
	i2c->disabled_at = vboard_now(board) + vboard_delay_ns(board, 200, busy ? 9 * bit : 2000);
}

static bool i2c_enable_status(const struct lpss_i2c *i2c)
{
	return i2c->enabled || vboard_now(i2c->model.board) < i2c->disabled_at;
}

static void i2c_write_enable(struct lpss_i2c *i2c, uint32_t value)
{
	if (value & ~1u)
		model_violation(&i2c->model, "ENABLE written with 0x%x: bits above 0 may not exist",
				value);
	if (i2c->enabled && !(value & 1)) {
		i2c_disable(i2c);
	} else if (!i2c->enabled && value & 1) {
		i2c->enabled = true;
	}
}

static void i2c_core_reset(struct lpss_i2c *i2c)
{
	uint32_t *r = i2c->registers;

	i2c_release_target(i2c);
	memset(r, 0, sizeof(i2c->registers));
	r[IC_CON / 4] = 0x7f;
	r[IC_TAR / 4] = 0x55;
	r[IC_INTR_MASK / 4] = 0x8ff;
	r[IC_SS_HCNT / 4] = 0x1e8;
	r[IC_SS_HCNT / 4 + 1] = 0x1f3;
	r[IC_FS_HCNT / 4] = 0x71;
	r[IC_FS_HCNT / 4 + 1] = 0x77;
	r[IC_HS_HCNT / 4] = 0x1b;
	r[IC_HS_HCNT / 4 + 1] = 0x33;
	r[IC_SDA_HOLD / 4] = 1;
	r[IC_FS_SPKLEN / 4] = r[IC_HS_SPKLEN / 4] = i2c->spklen;
	i2c->tx_count = i2c->rx_count = 0;
	i2c->raw = i2c->abort_source = 0;
	i2c->flushing = i2c->enabled = false;
	i2c->disabled_at = 0;
	i2c->state = BUS_IDLE;
}

/* Firmware leaves the block released or in reset: both are seen, so the seed decides. */
static void i2c_reset(struct model *model)
{
	struct lpss_i2c *i2c = to_i2c(model);

	memset(i2c->private_registers, 0, sizeof(i2c->private_registers));
	i2c->private_registers[1] = vboard_random(model->board, 2) ? RESETS_RELEASED : 0;
	i2c->private_registers[(LPSS_CAPS - LPSS_PRIVATE) / 4] = CAPS_NO_DMA | i2c->instance;
	i2c->reset_reads = vboard_random(model->board, 2) ? UINT32_MAX : 0;
	i2c_core_reset(i2c);
	i2c_update_interrupt(i2c);
}

/* ---- Register reads ---- */

static uint32_t i2c_read_data(struct lpss_i2c *i2c)
{
	uint8_t byte;

	if (!i2c->rx_count) {
		i2c->raw |= RAW_RX_UNDER;
		model_violation(&i2c->model, "DATA_CMD read with an empty receive FIFO");
		return 0;
	}
	byte = i2c->rx[i2c->rx_head];
	i2c->rx_head = (i2c->rx_head + 1) % FIFO_DEPTH;
	i2c->rx_count--;
	return byte;
}

static uint32_t i2c_status(const struct lpss_i2c *i2c)
{
	bool active = i2c->state != BUS_IDLE || i2c_fault(i2c, "i2c-stuck");

	return (active ? 0x21u : 0) | (i2c->tx_count < i2c->depth ? 0x02u : 0) |
	       (i2c->tx_count ? 0 : 0x04u) | (i2c->rx_count ? 0x08u : 0) |
	       (i2c->rx_count == i2c->depth ? 0x10u : 0);
}

/* CLR_INTR and the CLR_x next to it: reading clears. */
static uint32_t i2c_read_clear(struct lpss_i2c *i2c, uint32_t offset)
{
	static const uint16_t bits[] = {
		RAW_RX_UNDER, RAW_RX_OVER,  RAW_TX_OVER,  0x020,         RAW_TX_ABRT,
		0x080,        RAW_ACTIVITY, RAW_STOP_DET, RAW_START_DET, 0x800,
	};
	uint32_t mask;

	if (offset == IC_CLR_INTR)
		mask = ~(uint32_t)RAW_LEVELS;
	else if (offset == IC_CLR_RESTART_DET)
		mask = RAW_RESTART_DET;
	else
		mask = bits[(offset - IC_CLR_RX_UNDER) / 4];
	mask &= i2c->raw;
	i2c->raw &= ~mask;
	if (offset == IC_CLR_INTR || offset == IC_CLR_TX_ABRT) {
		i2c->abort_source = 0;
		i2c->flushing = false;
	}
	return !!mask;
}

static bool i2c_is_storage(uint32_t offset)
{
	return offset <= IC_HS_MADDR || (offset >= IC_SS_HCNT && offset <= IC_HS_LCNT) ||
	       offset == IC_INTR_MASK || offset == IC_RX_TL || offset == IC_TX_TL ||
	       offset == IC_SDA_HOLD || (offset >= IC_SLV_DATA_NACK && offset <= IC_ACK_GENERAL) ||
	       offset == IC_FS_SPKLEN || offset == IC_HS_SPKLEN;
}

static uint32_t i2c_read_core(struct lpss_i2c *i2c, uint32_t offset)
{
	if (i2c_is_storage(offset))
		return i2c->registers[offset / 4];
	if ((offset >= IC_CLR_INTR && offset <= IC_CLR_GEN_CALL) || offset == IC_CLR_RESTART_DET)
		return i2c_read_clear(i2c, offset);
	switch (offset) {
	case IC_DATA_CMD:
		return i2c_read_data(i2c);
	case IC_INTR_STAT:
		return i2c_raw(i2c) & i2c->registers[IC_INTR_MASK / 4];
	case IC_RAW_INTR_STAT:
		return i2c_raw(i2c);
	case IC_ENABLE:
		return i2c->enabled;
	case IC_STATUS:
		return i2c_status(i2c);
	case IC_TXFLR:
		return i2c->tx_count;
	case IC_RXFLR:
		return i2c->rx_count;
	case IC_TX_ABRT_SOURCE:
		return i2c->abort_source;
	case IC_ENABLE_STATUS:
		return i2c_enable_status(i2c);
	case IC_COMP_PARAM_1:
		return 0x00ee | (i2c->depth - 1) << 16 | (i2c->depth - 1) << 8;
	case IC_COMP_VERSION:
		return 0x3132302a;
	case IC_COMP_TYPE:
		return 0x44570140;
	default:
		model_violation(&i2c->model, "read of unknown register 0x%x", offset);
		return 0;
	}
}

static uint32_t i2c_read(struct model *model, uint32_t offset, unsigned width)
{
	struct lpss_i2c *i2c = to_i2c(model);
	uint32_t value;

	(void)width;
	if (i2c_fault(i2c, "i2c-all-ones"))
		return UINT32_MAX;
	if (offset >= LPSS_PRIVATE && offset < LPSS_PRIVATE_END)
		return i2c->private_registers[(offset - LPSS_PRIVATE) / 4];
	if (offset > IC_COMP_TYPE) {
		model_violation(model, "read of unknown register 0x%x", offset);
		return UINT32_MAX;
	}
	if (i2c_in_reset(i2c))
		return i2c->reset_reads;
	value = i2c_read_core(i2c, offset);
	i2c_update_interrupt(i2c);
	return value;
}

/* ---- Register writes ---- */

static void i2c_write_data(struct lpss_i2c *i2c, uint32_t value)
{
	if (value & ~(0xffu | CMD_READ | CMD_STOP | CMD_RESTART))
		model_violation(&i2c->model, "DATA_CMD written with unknown bits 0x%x", value);
	if (!i2c->enabled) {
		model_violation(&i2c->model, "DATA_CMD written while the controller is disabled");
		return;
	}
	/* After an abort the FIFO is held flushed (lpss-i2c.md 11.7). */
	if (i2c->flushing)
		return;
	if (i2c->tx_count == i2c->depth) {
		i2c->raw |= RAW_TX_OVER;
		model_violation(&i2c->model, "transmit FIFO overflow: a command is lost");
		return;
	}
	i2c->tx[(i2c->tx_head + i2c->tx_count++) % FIFO_DEPTH] = (uint16_t)value;
	i2c_kick(i2c);
}

static bool i2c_needs_disabled(uint32_t offset)
{
	return offset <= IC_HS_MADDR || (offset >= IC_SS_HCNT && offset <= IC_HS_LCNT) ||
	       offset == IC_SDA_HOLD || offset == IC_FS_SPKLEN || offset == IC_HS_SPKLEN;
}

static void i2c_write_core(struct lpss_i2c *i2c, uint32_t offset, uint32_t value)
{
	if (offset == IC_DATA_CMD) {
		i2c_write_data(i2c, value);
	} else if (offset == IC_ENABLE) {
		i2c_write_enable(i2c, value);
	} else if (offset == IC_SMBUS_INTR_MASK && !value) {
		return;
	} else if (!i2c_is_storage(offset)) {
		model_violation(&i2c->model, "write of 0x%x to %s register 0x%x", value,
				offset == IC_STATUS || offset == IC_INTR_STAT ? "read-only"
									      : "unknown",
				offset);
	} else if (i2c_needs_disabled(offset) && i2c_enable_status(i2c)) {
		model_violation(&i2c->model,
				"register 0x%x written while the controller is enabled", offset);
	} else {
		i2c->registers[offset / 4] = value;
	}
}

static void i2c_write_private(struct lpss_i2c *i2c, uint32_t offset, uint32_t value)
{
	bool was_reset = i2c_in_reset(i2c);

	if (offset == LPSS_CAPS)
		return;
	i2c->private_registers[(offset - LPSS_PRIVATE) / 4] = value;
	if (offset == LPSS_RESETS && was_reset != i2c_in_reset(i2c))
		i2c_core_reset(i2c);
}

static void i2c_write(struct model *model, uint32_t offset, unsigned width, uint32_t value)
{
	struct lpss_i2c *i2c = to_i2c(model);

	(void)width;
	if (i2c_fault(i2c, "i2c-all-ones"))
		return;
	if (offset >= LPSS_PRIVATE && offset < LPSS_PRIVATE_END)
		i2c_write_private(i2c, offset, value);
	else if (offset > IC_COMP_TYPE)
		model_violation(model, "write of 0x%x to unknown register 0x%x", value, offset);
	else if (!i2c_in_reset(i2c))
		i2c_write_core(i2c, offset, value);
	i2c_update_interrupt(i2c);
}

static void i2c_free(struct model *model)
{
	free(model);
}

static const struct model_ops i2c_ops = {
	.read = i2c_read,
	.write = i2c_write,
	.reset = i2c_reset,
	.run = i2c_run,
	.free = i2c_free,
};

bool lpss_i2c_is_gone(const struct vboard *board, unsigned instance)
{
	uint64_t gone = 4;

	return vboard_fault(board, "i2c-controller-gone", &gone) && gone == instance;
}

/* Class, revision and the place of the PM capability: lpss-i2c.md 1.1. Pins and the other capability:
 * evidence.md 1.6. */
struct model *lpss_i2c_new(struct vboard *board, unsigned instance, struct i2c_bus *bus)
{
	static const uint8_t pins[] = {1, 2, 3, 4, 3, 2}; /* INTA# to INTD#, of I2C0 to I2C5 */
	static const uint8_t depths[3] = {64, 32, 16}, spikes[3] = {1, 5, 12};
	struct lpss_i2c *i2c = calloc(1, sizeof(*i2c));

	if (!i2c)
		return NULL;
	i2c->model.ops = &i2c_ops;
	i2c->model.board = board;
	i2c->instance = instance;
	i2c->depth = depths[vboard_decide(board, "i2c-fifo")];
	i2c->spklen = spikes[vboard_decide(board, "i2c-spike")];
	i2c->bus = bus;
	model_config_init(&i2c->model, 0x8086, (uint16_t)(0x9d60 + instance), 0x118000, 0x21, 4096,
			  pins[instance]);
	model_add_pm(&i2c->model, 0x80, true);
	model_add_vendor(&i2c->model, 0x90, 0x14);
	return &i2c->model;
}
