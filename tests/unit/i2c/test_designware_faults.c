/*
 * test_designware_faults.c: what no healthy board shows: every abort cause, a bus that comes free
 * at each step of the ladder, a controller that dies. Against a small controller that executes at
 * once.
 */
#include "tests/unit/i2c/rig.h"

#define BASE     0xd0000000u
#define SIDEBAND 0xfdac0000u
#define PAD_SDA  0x420u
#define PAD_SCL  0x428u

/* ---- the fake controller ------------------------------------------------------------------ */

struct fake {
	uint32_t registers[192]; /* plain storage by offset / 4 */
	uint32_t raw, abort, next_abort;
	unsigned fifo, rx_fifo, rx_count, rx_max;
	bool was_write;       /* the command before, in this transaction */
	unsigned aborts_left; /* transfers that end with next_abort */
	bool enabled, flushing, never_disables, is_dead;
	unsigned dies_after; /* accesses; 0 = never */
	/* A bus that is held: commands stay in the FIFO. */
	bool is_held;
	unsigned resets, resets_needed; /* held until so many block resets; 0 = those do not help */
	unsigned clocks_needed;         /* or until SCL was clocked by hand so often */
	unsigned commands, stops, pushed_after_abort;
	uint32_t sda, scl; /* pad words */
	unsigned scl_falls;
	/* The CPU is away for this long at every so many accesses, at seeded places. */
	uint64_t stall_ns;
	unsigned stall_every, random;
	/* A target that stretches the clock: each command takes this long. */
	uint64_t slow_ns, next_at;
	uint32_t queue[64];
	unsigned queued;
};

static bool scl_high(const struct fake *f)
{
	return f->scl & 1u << 8 || f->scl & 1;
}

static void execute(struct fake *f, uint32_t command)
{
	f->commands++;
	f->raw |= 1u << 10;
	/* A core may not turn around by itself: the first read after a write says RESTART. */
	if (f->was_write && command & 0x100)
		assert_true(command & 0x400);
	f->was_write = !(command & 0x300);
	if (f->aborts_left && !f->flushing) {
		f->aborts_left--;
		f->abort = f->next_abort;
		f->raw |= 1u << 6 | 1u << 9;
		f->flushing = true;
	}
	if (f->flushing)
		return;
	if (command & 0x100 && ++f->rx_count > f->rx_max)
		f->rx_max = f->rx_count;
	if (command & 0x200) {
		f->raw |= 1u << 9;
		f->stops++;
	}
}

static void stall(struct fake *f)
{
	if (!f->stall_every)
		return;
	f->random = f->random * 1103515245u + 12345u;
	if (!((f->random >> 16) % f->stall_every))
		host_advance_ns(f->stall_ns);
}

static void execute_slowly(struct fake *f)
{
	while (f->queued && host_time_ns() >= f->next_at) {
		execute(f, f->queue[0]);
		memmove(f->queue, f->queue + 1, --f->queued * sizeof f->queue[0]);
		f->next_at += f->slow_ns;
	}
}

static uint32_t fake_read(void *context, uint64_t offset, unsigned width)
{
	struct fake *f = context;

	(void)width;
	stall(f);
	execute_slowly(f);
	if (f->dies_after && !--f->dies_after)
		f->is_dead = true;
	if (f->is_dead)
		return UINT32_MAX;
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
		return 0;
	case 0x70:
		return 0x02 | 0x04 | (f->rx_count ? 8 : 0);
	case 0x74:
		return f->queued;
	case 0x78:
		return f->rx_count;
	case 0x80:
		return f->abort;
	case 0x9c:
		return f->enabled || f->never_disables;
	case 0xf4:
		return (f->fifo - 1) << 16 | (f->rx_fifo - 1) << 8;
	case 0xf8:
		return 0x3132302a;
	case 0xfc:
		return f->registers[0xfc / 4];
	default:
		return f->registers[offset / 4];
	}
}

static void fake_write(void *context, uint64_t offset, unsigned width, uint32_t value)
{
	struct fake *f = context;

	(void)width;
	stall(f);
	if (offset == 0x6c) {
		f->enabled = value & 1;
		f->was_write = false;
		f->rx_count = 0;
	} else if (offset == 0x10) {
		assert_true(f->enabled);
		if (f->slow_ns && !f->queued)
			f->next_at = host_time_ns() + f->slow_ns;
		if (f->slow_ns)
			f->queue[f->queued++] = value;
		else if (!f->is_held)
			execute(f, value);
	} else {
		f->registers[offset / 4] = value;
	}
	if (offset == 0x204 && value == 0 && ++f->resets == f->resets_needed)
		f->is_held = false;
}

static uint32_t pad_read(void *context, uint64_t offset, unsigned width)
{
	struct fake *f = context;

	(void)width;
	if (offset == PAD_SDA)
		return (f->sda & ~2u) | (f->is_held ? 0 : f->sda & 1u << 8 ? 2 : (f->sda & 1) << 1);
	return offset == PAD_SCL ? (f->scl & ~2u) | (scl_high(f) ? 2 : 0) : UINT32_MAX;
}

static void pad_write(void *context, uint64_t offset, unsigned width, uint32_t value)
{
	struct fake *f = context;
	const bool was_high = scl_high(f);

	(void)width;
	if (offset == PAD_SDA)
		f->sda = value & ~2u; /* the level is read only */
	if (offset == PAD_SCL)
		f->scl = value & ~2u;
	f->scl_falls += was_high && !scl_high(f);
	if (was_high && !scl_high(f) && f->clocks_needed && !--f->clocks_needed)
		f->is_held = false;
}

struct bench {
	struct fake fake;
	struct designware dw;
	struct board_bus bus;
	struct diag diag;
};

static void bench_up(struct bench *b, unsigned fifo)
{
	struct host_mmio window = {BASE, 0x300, fake_read, fake_write, &b->fake};
	struct host_mmio pads = {SIDEBAND, 0x10000, pad_read, pad_write, &b->fake};

	memset(b, 0, sizeof *b);
	host_reset(1);
	b->fake.fifo = b->fake.rx_fifo = fifo;
	b->fake.registers[0xfc / 4] = 0x44570140;
	/* Native function, no driver of the GPIO, receiver on: as firmware leaves I2C pads. */
	b->fake.sda = b->fake.scl = 0x40000000u | 1u << 10 | 1u << 8;
	host_add_mmio(&window);
	host_add_mmio(&pads);
	b->bus = (struct board_bus){.name = "I2C2", .speed = 400000};
	assert_int_equal(designware_init(&b->dw, &b->bus, 0x9d62, BASE, &b->diag), FL_OK);
	b->fake.resets = 0;
}

static enum fl_err read_byte(struct bench *b, uint8_t *byte)
{
	const uint8_t reg = 1;

	return i2c_transfer(&b->dw.bus, 0x36, &reg, 1, byte, 1);
}

/* ---- aborts ------------------------------------------------------------------------------- */

static const struct {
	unsigned bit;
	enum fl_err err;
	const char *words;
} causes[] = {
	{0, FL_ERR_NACK, "did not acknowledge its address"},
	{1, FL_ERR_NACK, "10-bit address"},
	{2, FL_ERR_NACK, "10-bit address"},
	{3, FL_ERR_NACK, "did not acknowledge a data byte"},
	{4, FL_ERR_NACK, "general call"},
	{5, FL_ERR_INVALID, "read after a general call"},
	{6, FL_ERR_IO, "high-speed master code"},
	{7, FL_ERR_IO, "start byte"},
	{8, FL_ERR_IO, "without restart"},
	{9, FL_ERR_IO, "without restart"},
	{10, FL_ERR_IO, "without restart"},
	{11, FL_ERR_IO, "master is off"},
	{12, FL_ERR_ARBITRATION, "lost arbitration"},
	{13, FL_ERR_IO, "slave request"},
	{14, FL_ERR_IO, "slave lost"},
	{15, FL_ERR_IO, "wrong direction"},
	{16, FL_ERR_IO, "by software"},
	{31, FL_ERR_IO, "without a cause"},
};

static void each_abort_cause_has_its_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(causes); i++) {
		struct bench b;
		uint8_t byte;

		bench_up(&b, 64);
		b.fake.next_abort = 1u << causes[i].bit;
		b.fake.aborts_left = causes[i].bit == 12 ? 1000 : 1;
		assert_int_equal(read_byte(&b, &byte), causes[i].err);
		assert_contains(b.diag.message, causes[i].words);
		assert_contains(b.diag.message, "I2C2 0x36");
		assert_int_equal(b.dw.last_abort, 1u << causes[i].bit);
		/* What was left of the message did not become a transaction of its own. */
		assert_int_equal(b.fake.stops, 0);
		assert_false(b.fake.enabled);
		assert_false(b.fake.flushing);
		b.fake.aborts_left = 0;
		assert_int_equal(read_byte(&b, &byte), FL_OK);
		assert_int_equal(byte, 0x5a);
	}
}

static void arbitration_is_lost_three_times_and_no_more(void **state)
{
	(void)state;
	for (unsigned lost = 1; lost <= 3; lost++) {
		struct bench b;
		uint8_t byte;

		bench_up(&b, 64);
		b.fake.next_abort = 1u << 12;
		b.fake.aborts_left = lost;
		assert_int_equal(read_byte(&b, &byte), FL_OK);
		assert_int_equal(b.dw.retries, lost);
		assert_int_equal(b.dw.recoveries, 0);
	}
}

/* ---- FIFOs -------------------------------------------------------------------------------- */

static void any_fifo_depth_and_length_work(void **state)
{
	static const struct {
		unsigned tx, rx;
	} depths[] = {{2, 2}, {3, 3}, {16, 16}, {256, 256}, {64, 2}, {2, 64}};

	(void)state;
	for (size_t i = 0; i < COUNT(depths); i++) {
		uint8_t write[300] = {0}, read[600] = {0};
		struct bench b;

		bench_up(&b, depths[i].tx);
		designware_exit(&b.dw);
		b.fake.rx_fifo = depths[i].rx;
		assert_int_equal(designware_init(&b.dw, &b.bus, 0x9d62, BASE, &b.diag), FL_OK);
		assert_int_equal(
			i2c_transfer(&b.dw.bus, 0x36, write, sizeof write, read, sizeof read),
			FL_OK);
		assert_int_equal(b.fake.commands, sizeof write + sizeof read);
		assert_int_equal(b.fake.stops, 1);
		assert_int_equal(read[sizeof read - 1], 0x5a);
		assert_true(b.fake.rx_max <= depths[i].rx);
		assert_int_equal(i2c_transfer(&b.dw.bus, 0x36, write, sizeof write, NULL, 0),
				 FL_OK);
	}
}

/* ---- the ladder --------------------------------------------------------------------------- */

static void block_reset_frees_the_bus(void **state)
{
	struct bench b;
	uint8_t byte;

	(void)state;
	bench_up(&b, 64);
	b.fake.is_held = true;
	b.fake.resets_needed = 1;
	assert_int_equal(read_byte(&b, &byte), FL_OK);
	assert_int_equal(byte, 0x5a);
	assert_int_equal(b.dw.recoveries, 1);
	assert_string_equal(b.diag.message, "");
}

static void clocks_by_hand_free_the_bus(void **state)
{
	(void)state;
	for (unsigned clocks = 1; clocks <= 9; clocks++) {
		struct bench b;
		uint8_t byte;

		bench_up(&b, 64);
		b.fake.is_held = true;
		b.fake.clocks_needed = clocks;
		const uint32_t sda = b.fake.sda, scl = b.fake.scl;

		assert_int_equal(read_byte(&b, &byte), FL_OK);
		assert_int_equal(b.dw.recoveries, 1);
		assert_int_equal(b.fake.sda, sda); /* pads as found */
		assert_int_equal(b.fake.scl, scl);
	}
}

static void a_hopeless_bus_is_given_up(void **state)
{
	struct bench b;
	uint64_t start;
	uint8_t byte;

	(void)state;
	bench_up(&b, 64);
	b.fake.is_held = true;
	const uint32_t sda = b.fake.sda, scl = b.fake.scl;

	start = host_time_ns();
	assert_int_equal(read_byte(&b, &byte), FL_ERR_TIMEOUT);
	assert_true(host_time_ns() - start < 500000000ull);
	assert_contains(b.diag.message, "2 of 2 commands given");
	assert_contains(b.diag.hint, "SDA or SCL");
	assert_int_equal(b.dw.recoveries, 0);
	assert_int_equal(b.fake.scl_falls, 10); /* nine clocks, and the one of the STOP */
	assert_int_equal(b.fake.sda, sda);
	assert_int_equal(b.fake.scl, scl);
}

/* ---- time --------------------------------------------------------------------------------- */

/* 25 ms at a time (system management mode, a busy host), wherever it hits: longer than any deadline. */
static void a_cpu_that_is_away_fails_no_transfer(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 200; seed++) {
		uint8_t write[100] = {0}, read[100];
		struct bench b;

		bench_up(&b, 1 + seed % 16);
		b.fake.stall_ns = 25000000;
		b.fake.stall_every = 2 + seed % 20;
		b.fake.random = seed;
		if (i2c_transfer(&b.dw.bus, 0x36, write, sizeof write, read, sizeof read))
			fail_msg("seed %u: %s", seed, b.diag.message);
		assert_string_equal(b.diag.message, "");
		assert_int_equal(b.dw.recoveries, 0);
		assert_int_equal(b.fake.commands, sizeof write + sizeof read);
	}
}

/* A transfer that moves is not dead, however long it takes. */
static void a_slow_target_has_the_time_that_it_needs(void **state)
{
	const uint8_t write[] = {1, 2, 3, 4, 5, 6};
	struct bench b;
	uint64_t start;

	(void)state;
	bench_up(&b, 64);
	b.fake.slow_ns = 15000000;
	start = host_time_ns();
	assert_int_equal(i2c_transfer(&b.dw.bus, 0x36, write, sizeof write, NULL, 0), FL_OK);
	assert_true(host_time_ns() - start >= sizeof write * 15000000ull);
	assert_int_equal(b.dw.recoveries, 0);
	/* One that has stopped moving is. */
	b.fake.slow_ns = 1000000000;
	assert_int_equal(i2c_transfer(&b.dw.bus, 0x36, write, sizeof write, NULL, 0),
			 FL_ERR_TIMEOUT);
	assert_contains(b.diag.message, "nothing moved for 20 ms");
}

/* ---- a controller that is not one, or dies -------------------------------------------------- */

static void init_tells_what_is_there_instead(void **state)
{
	static const struct {
		uint32_t type;
		uint16_t id;
		uint32_t speed;
		enum fl_err err;
		const char *words;
	} cases[] = {
		{UINT32_MAX, 0x9d62, 400000, FL_ERR_GONE, "all ones"},
		{0, 0x9d62, 400000, FL_ERR_NOTFOUND, "COMP_TYPE reads 0x00000000"},
		{0x44570140, 0x9d66, 400000, FL_ERR_UNSUPPORTED, "8086:9d66"},
		{0x44570140, 0x9d62, 3400000, FL_ERR_UNSUPPORTED, "3400000"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bench b;

		bench_up(&b, 64);
		designware_exit(&b.dw);
		b.fake.registers[0xfc / 4] = cases[i].type;
		b.bus.speed = cases[i].speed;
		assert_int_equal(designware_init(&b.dw, &b.bus, cases[i].id, BASE, &b.diag),
				 cases[i].err);
		assert_contains(b.diag.message, cases[i].words);
		assert_int_not_equal(b.diag.hint[0], 0);
		designware_exit(&b.dw);
	}
}

static void dead_window_is_gone(void **state)
{
	struct bench b;

	(void)state;
	bench_up(&b, 64);
	b.fake.is_dead = true;
	assert_int_equal(designware_init(&b.dw, &b.bus, 0x9d62, BASE, &b.diag), FL_ERR_GONE);
}

static void controller_that_stays_on_is_reported(void **state)
{
	struct bench b;
	uint8_t byte;

	(void)state;
	bench_up(&b, 64);
	b.fake.never_disables = true;
	assert_int_equal(read_byte(&b, &byte), FL_ERR_TIMEOUT);
	assert_contains(b.diag.message, "still enabled");
}

/* Wherever in a transfer the function falls off the bus, the transfer ends, soon, as an error. */
static void dying_at_any_access_ends_the_transfer(void **state)
{
	unsigned access = 1;

	(void)state;
	for (;; access++) {
		uint8_t bytes[8];
		const uint8_t reg = 1;
		struct bench b;
		uint64_t start;
		enum fl_err err;

		bench_up(&b, 4);
		b.fake.dies_after = access;
		start = host_time_ns();
		err = i2c_transfer(&b.dw.bus, 0x36, &reg, 1, bytes, sizeof bytes);
		if (!err && b.fake.dies_after)
			break;
		/* A register whose value nobody needs may be the first that is gone. */
		if (err)
			assert_int_not_equal(b.diag.message[0], 0);
		assert_true(host_time_ns() - start < 500000000ull);
		assert_true(access < 200);
	}
	assert_true(access > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_abort_cause_has_its_words),
		cmocka_unit_test(arbitration_is_lost_three_times_and_no_more),
		cmocka_unit_test(any_fifo_depth_and_length_work),
		cmocka_unit_test(block_reset_frees_the_bus),
		cmocka_unit_test(clocks_by_hand_free_the_bus),
		cmocka_unit_test(a_hopeless_bus_is_given_up),
		cmocka_unit_test(a_cpu_that_is_away_fails_no_transfer),
		cmocka_unit_test(a_slow_target_has_the_time_that_it_needs),
		cmocka_unit_test(init_tells_what_is_there_instead),
		cmocka_unit_test(dead_window_is_gone),
		cmocka_unit_test(controller_that_stays_on_is_reported),
		cmocka_unit_test(dying_at_any_access_ends_the_transfer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
