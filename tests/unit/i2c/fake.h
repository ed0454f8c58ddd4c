/*
 * fake.h: a small I2C controller that executes at once, with its pads, and everything that no
 * healthy board shows. It notes what reaches it.
 */
#ifndef TESTS_UNIT_I2C_FAKE_H
#define TESTS_UNIT_I2C_FAKE_H

#include "tests/unit/i2c/rig.h"

#define FAKE_BASE     0x3d0000000u /* above 4 GiB: both halves of an address show */
#define FAKE_SIDEBAND 0xfdac0000u
#define FAKE_LOG      4096u

enum { SDA, SCL, FAKE_PADS };

/* A write, or a read that has an effect. */
struct fake_access {
	uint16_t offset;
	bool is_read;
	uint32_t value;
	uint64_t waited_ns; /* in delays alone, since the machine's start */
};

struct fake {
	uint32_t registers[192]; /* plain storage by offset / 4 */
	uint32_t version, type;
	uint32_t raw, abort;
	/* Causes of the next transfers that fail; one that is 0 ends the list, the last is repeated
	 * so many times. */
	uint32_t aborts[4];
	unsigned aborts_left;
	unsigned fifo, rx_fifo, rx_count, rx_max, queued_max;
	bool was_write; /* the command before, in this transaction */
	bool enabled, flushing, is_dead;
	bool never_disables;             /* until a block reset */
	bool stays_on_for_ever;          /* not even then */
	unsigned offs_missed;            /* so many writes of 0 to ENABLE are not heard */
	uint64_t off_takes_ns, off_at;   /* from the last of them on */
	bool stays_in_reset;             /* RESETS takes nothing but 0 any more */
	bool answers_ones_in_reset;      /* RESETS too */
	unsigned writes_in_reset;        /* to the core, which does not hear them; not ENABLE */
	unsigned holds_after;            /* so many commands a device holds SDA; 0 = never */
	unsigned dies_after;             /* accesses; 0 = never */
	unsigned extra_answers;          /* nobody asked for them */
	bool answers_come_late;          /* RXFLR shows nothing before STOP was seen */
	bool is_busy_after_abort;        /* until the counts are written */
	bool is_busy;                    /* STATUS says activity: another master, or SDA low */
	uint64_t stop_takes_ns, idle_at; /* STATUS says activity for so long after an end */
	unsigned stops_early_at;         /* STOP by itself after so many commands; 0 = never */
	bool is_held;                    /* commands stay in the FIFO */
	bool is_freed_by_set_up;         /* held until the counts are written */
	unsigned resets, resets_needed;  /* or so many block resets; 0 = those do not help */
	unsigned clocks_needed;          /* or until SCL was clocked by hand so often */
	unsigned commands, stops;
	uint32_t pads[FAKE_PADS];
	uint32_t pad_offset; /* of SDA in the sideband's port; SCL lies behind it */
	unsigned scl_falls, foreign_pads;
	/* The CPU is away for this long at every so many accesses, at seeded places. */
	uint64_t stall_ns;
	unsigned stall_every, random;
	/* A target that stretches the clock: each command takes this long. */
	uint64_t slow_ns, next_at;
	uint32_t queue[256];
	unsigned queued;
	struct fake_access log[FAKE_LOG];
	unsigned logged;
};

static inline void fake_log(struct fake *f, uint64_t offset, bool is_read, uint32_t value)
{
	if (f->logged < FAKE_LOG)
		f->log[f->logged++] =
			(struct fake_access){(uint16_t)offset, is_read, value,
					     host_time_ns() - 1000ull * host_access_count()};
}

static inline bool fake_in_reset(const struct fake *f)
{
	return (f->registers[0x204 / 4] & 3) != 3;
}

/* Registers of the core that keep what is written (sheet, section 4). */
static inline bool fake_is_storage(unsigned offset)
{
	return offset <= 0x0c || (offset >= 0x14 && offset <= 0x28) || offset == 0x30 ||
	       offset == 0x38 || offset == 0x3c || offset == 0x7c ||
	       (offset >= 0x84 && offset <= 0x98) || offset == 0xa0 || offset == 0xa4;
}

/* What the sheet's firmware wrote to them, and what they hold after a reset. */
static inline uint32_t fake_found(unsigned offset)
{
	return 0xf000u + offset;
}

static inline uint32_t fake_reset_value(unsigned offset)
{
	return 0xd000u + offset;
}

static inline void fake_fill(struct fake *f, uint32_t (*value)(unsigned offset))
{
	for (unsigned offset = 0; offset < 0x100; offset += 4)
		if (fake_is_storage(offset))
			f->registers[offset / 4] = value(offset);
}

/* ---- execution ---------------------------------------------------------------------------- */

static inline void fake_stop(struct fake *f)
{
	f->raw |= 1u << 9;
	f->idle_at = host_time_ns() + f->stop_takes_ns;
}

static inline void fake_abort(struct fake *f)
{
	f->aborts_left--;
	f->abort = f->aborts[0];
	if (f->aborts[1])
		memmove(f->aborts, f->aborts + 1, sizeof f->aborts - sizeof f->aborts[0]);
	f->flushing = true;
	f->raw |= 1u << 6;
	f->is_busy |= f->is_busy_after_abort;
	fake_stop(f);
}

static inline void fake_execute(struct fake *f, uint32_t command)
{
	f->raw |= 1u << 10;
	f->is_held |= ++f->commands == f->holds_after;
	/* A core may not turn around by itself: the first read after a write says RESTART. */
	if (f->was_write && command & 0x100)
		assert_true(command & 0x400);
	f->was_write = !(command & 0x300);
	if (f->aborts_left && !f->flushing)
		fake_abort(f);
	if (f->flushing)
		return;
	if (command & 0x100 && ++f->rx_count > f->rx_max)
		f->rx_max = f->rx_count;
	if (command & 0x200 || f->commands == f->stops_early_at) {
		f->stops++;
		f->rx_count += f->extra_answers;
		fake_stop(f);
	}
}

static inline void fake_stall(struct fake *f)
{
	if (!f->stall_every)
		return;
	f->random = f->random * 1103515245u + 12345u;
	if (!((f->random >> 16) % f->stall_every))
		host_advance_ns(f->stall_ns);
}

static inline void fake_execute_slowly(struct fake *f)
{
	while (f->queued && host_time_ns() >= f->next_at) {
		fake_execute(f, f->queue[0]);
		memmove(f->queue, f->queue + 1, --f->queued * sizeof f->queue[0]);
		if (f->raw & 1u << 9)
			f->queued = 0; /* what it stopped before */
		f->next_at += f->slow_ns;
	}
}

/* ---- registers ---------------------------------------------------------------------------- */

static inline uint32_t fake_read_core(struct fake *f, uint64_t offset)
{
	switch (offset) {
	case 0x10:
		assert_int_not_equal(f->rx_count, 0);
		f->rx_count--;
		return 0x5a;
	case 0x34:
		return f->raw;
	case 0x40:
		f->raw = 0;
		f->flushing = false;
		return 0;
	case 0x54:
		f->raw &= ~(1u << 6);
		f->flushing = false;
		return 0;
	case 0x60:
		f->raw &= ~(1u << 9);
		f->answers_come_late = false;
		return 0;
	case 0x6c:
		return f->enabled;
	case 0x70:
		return 0x02 | 0x04 | (f->rx_count ? 8 : 0) |
		       (f->is_busy || host_time_ns() < f->idle_at ? 0x21 : 0);
	case 0x74:
		return f->queued;
	case 0x78:
		return f->answers_come_late ? 0 : f->rx_count;
	case 0x80:
		return f->abort;
	case 0x9c:
		return f->enabled || f->never_disables || f->stays_on_for_ever ||
		       host_time_ns() < f->off_at;
	case 0xf4:
		return (f->fifo - 1) << 16 | (f->rx_fifo - 1) << 8;
	case 0xf8:
		return f->version;
	case 0xfc:
		return f->type;
	default:
		assert_true(fake_is_storage((unsigned)offset));
		return f->registers[offset / 4];
	}
}

static inline uint32_t fake_read(void *context, uint64_t offset, unsigned width)
{
	struct fake *f = context;

	assert_int_equal(width, 4);
	fake_stall(f);
	fake_execute_slowly(f);
	if (f->dies_after && !--f->dies_after)
		f->is_dead = true;
	if (f->is_dead)
		return UINT32_MAX;
	if (offset == 0x40 || offset == 0x54 || offset == 0x60 || offset == 0x9c)
		fake_log(f, offset, true, 0);
	if (f->answers_ones_in_reset && fake_in_reset(f))
		return UINT32_MAX;
	if (offset >= 0x200)
		return f->registers[offset / 4];
	return fake_in_reset(f) ? 0 : fake_read_core(f, offset);
}

static inline void fake_reset(struct fake *f)
{
	fake_fill(f, fake_reset_value);
	f->enabled = f->never_disables = f->flushing = false;
	f->raw = f->rx_count = f->queued = 0;
}

static inline void fake_write_resets(struct fake *f, uint32_t value)
{
	const bool was_in_reset = fake_in_reset(f);

	if (f->stays_in_reset)
		value = 0;
	f->registers[0x204 / 4] = value;
	if (was_in_reset != fake_in_reset(f))
		fake_reset(f);
	if (value == 0 && ++f->resets == f->resets_needed)
		f->is_held = false;
}

static inline void fake_write_command(struct fake *f, uint32_t value)
{
	assert_true(f->enabled);
	assert_true(f->queued < f->fifo);
	if (f->slow_ns && !f->queued)
		f->next_at = host_time_ns() + f->slow_ns;
	if (f->slow_ns)
		f->queue[f->queued++] = value;
	else if (!f->is_held)
		fake_execute(f, value);
	if (f->queued > f->queued_max)
		f->queued_max = f->queued;
}

static inline void fake_write_enable(struct fake *f, bool on)
{
	if (!on && f->offs_missed) {
		f->offs_missed--;
		return;
	}
	f->off_at = on ? 0 : host_time_ns() + f->off_takes_ns;
	f->enabled = on;
	f->was_write = false;
	f->rx_count = f->queued = 0;
}

static inline void fake_write(void *context, uint64_t offset, unsigned width, uint32_t value)
{
	struct fake *f = context;

	assert_int_equal(width, 4);
	fake_stall(f);
	if (f->is_dead)
		return;
	fake_log(f, offset, false, value);
	if (offset == 0x204) {
		fake_write_resets(f, value);
	} else if (offset >= 0x200) {
		f->registers[offset / 4] = value;
	} else if (fake_in_reset(f)) {
		f->writes_in_reset += offset != 0x6c;
	} else if (offset == 0x6c) {
		fake_write_enable(f, value & 1);
	} else if (offset == 0x10) {
		fake_write_command(f, value);
	} else {
		assert_true(fake_is_storage((unsigned)offset));
		f->registers[offset / 4] = value;
		if (offset == 0x14 && f->is_freed_by_set_up)
			f->is_held = f->is_busy = false;
	}
}

/* ---- pads --------------------------------------------------------------------------------- */

static inline bool fake_drives_high(uint32_t word)
{
	return word & 1u << 8 || word & 1; /* open drain, with a pull-up */
}

static inline uint32_t fake_read_pad(void *context, uint64_t offset, unsigned width)
{
	struct fake *f = context;
	const unsigned pad = offset == f->pad_offset ? SDA : SCL;
	bool level;

	(void)width;
	if (offset < 0x400) /* nobody else's, not locked */
		return 0;
	if (offset != f->pad_offset && offset != f->pad_offset + 8)
		return UINT32_MAX;
	level = fake_drives_high(f->pads[pad]) && !(pad == SDA && f->is_held);
	return (f->pads[pad] & ~2u) | (level ? 2 : 0);
}

static inline void fake_write_pad(void *context, uint64_t offset, unsigned width, uint32_t value)
{
	struct fake *f = context;
	const bool was_high = fake_drives_high(f->pads[SCL]);

	(void)width;
	if (offset == f->pad_offset)
		f->pads[SDA] = value & ~2u; /* the level is read only */
	else if (offset == f->pad_offset + 8)
		f->pads[SCL] = value & ~2u;
	else
		f->foreign_pads++;
	if (!was_high || fake_drives_high(f->pads[SCL]))
		return;
	f->scl_falls++;
	if (f->clocks_needed && !--f->clocks_needed)
		f->is_held = false;
}

/* ---- the bench ------------------------------------------------------------------------------ */

struct fake_bench {
	struct fake fake;
	struct designware dw;
	struct board_bus bus;
	struct diag diag;
};

/* Found in reset. The controller is not opened. */
static inline void fake_prepare(struct fake_bench *b, unsigned fifo)
{
	struct host_mmio window = {FAKE_BASE, 0x300, fake_read, fake_write, &b->fake};
	struct host_mmio pads = {FAKE_SIDEBAND, 0x10000, fake_read_pad, fake_write_pad, &b->fake};

	memset(b, 0, sizeof *b);
	host_reset(1);
	b->fake.fifo = b->fake.rx_fifo = fifo;
	b->fake.type = 0x44570140;
	b->fake.version = 0x3132302a;
	/* Native function, no driver of the GPIO, receiver on: as firmware leaves I2C pads. */
	b->fake.pads[SDA] = b->fake.pads[SCL] = 0x40000000u | 1u << 10 | 1u << 8;
	b->fake.pad_offset = 0x420;
	host_add_mmio(&window);
	host_add_mmio(&pads);
	b->bus = (struct board_bus){.name = "I2C2", .speed = 400000};
}

static inline enum fl_err fake_init(struct fake_bench *b)
{
	return designware_init(&b->dw, &b->bus, 0x9d62, FAKE_BASE, &b->diag);
}

static inline void fake_up(struct fake_bench *b, unsigned fifo)
{
	fake_prepare(b, fifo);
	assert_int_equal(fake_init(b), FL_OK);
	b->fake.resets = 0;
	b->fake.logged = 0;
}

/* Transactions with this address since the log began. */
static inline unsigned fake_asked(const struct fake *f, uint8_t address)
{
	unsigned count = 0;

	for (unsigned i = 0; i < f->logged; i++)
		count += f->log[i].offset == 0x04 && f->log[i].value == address;
	return count;
}

static inline enum fl_err fake_read_byte(struct fake_bench *b, uint8_t *byte)
{
	const uint8_t reg = 1;

	return i2c_transfer(&b->dw.bus, 0x36, &reg, 1, byte, 1);
}

#endif
