/*
 * test_designware_setup.c: what the I2C controller is told, word for word, from its reset to its
 * release: the sequences of lpss-i2c.md 3, 6 and 7, the ids and counts of 1.2 and 5, and that it is
 * put back as found. Against the controller of fake.h.
 */
#include "tests/unit/i2c/fake.h"

/* ---- ids and clocks ----------------------------------------------------------------------- */

#define FAMILY 24

/* Section 1.2. */
static const struct {
	struct designware_clock clock;
	uint16_t ids[FAMILY];
} families[] = {
	{{120000, 230, 300, 300},
	 {0x9d60, 0x9d61, 0x9d62, 0x9d63, 0x9d64, 0x9d65, 0xa160, 0xa161, 0xa162, 0xa2e0, 0xa2e1,
	  0xa2e2, 0xa2e3, 0xa3e0, 0xa3e1, 0xa3e2, 0xa3e3}},
	{{120000, 230, 300, 300}, {0xa0c5, 0xa0c6, 0xa0d8, 0xa0d9, 0xa0e8, 0xa0e9, 0xa0ea, 0xa0eb}},
	{{216000, 230, 300, 300},
	 {0x9dc5, 0x9dc6, 0x9de8, 0x9de9, 0x9dea, 0x9deb, 0xa368, 0xa369, 0xa36a, 0xa36b,
	  0x02c5, 0x02c6, 0x02e8, 0x02e9, 0x02ea, 0x02eb, 0x06e8, 0x06e9, 0x06ea, 0x06eb}},
	{{133000, 42, 171, 208},
	 {0x0aac, 0x0aae, 0x0ab0, 0x0ab2, 0x0ab4, 0x0ab6, 0x0ab8, 0x0aba, 0x1aac, 0x1aae, 0x1ab0,
	  0x1ab2, 0x1ab4, 0x1ab6, 0x1ab8, 0x1aba}},
	{{133000, 207, 171, 208}, {0x5aac, 0x5aae, 0x5ab0, 0x5ab2, 0x5ab4, 0x5ab6, 0x5ab8, 0x5aba}},
	{{133000, 313, 171, 290}, {0x31ac, 0x31ae, 0x31b0, 0x31b2, 0x31b4, 0x31b6, 0x31b8, 0x31ba}},
	{{133000, 42, 171, 208},
	 {0x34c5, 0x34c6, 0x34e8, 0x34e9, 0x34ea, 0x34eb, 0x4dc5, 0x4dc6, 0x4de8, 0x4de9, 0x4dea,
	  0x4deb, 0x43ad, 0x43ae, 0x43d8, 0x43e8, 0x43e9, 0x43ea, 0x43eb}},
	{{133000, 42, 171, 208},
	 {0x98c5, 0x98c6, 0x98e8, 0x98e9, 0x98ea, 0x98eb, 0x51c5, 0x51c6, 0x51d8, 0x51d9,
	  0x51e8, 0x51e9, 0x51ea, 0x51eb, 0x54c5, 0x54c6, 0x54e8, 0x54e9, 0x54ea, 0x54eb}},
	{{133000, 42, 171, 208}, {0x7acc, 0x7acd, 0x7ace, 0x7acf, 0x7afc, 0x7afd, 0x7a4c, 0x7a4d,
				  0x7a4e, 0x7a4f, 0x7a7c, 0x7a7d, 0x7e50, 0x7e51, 0x7e78, 0x7e79,
				  0x7e7a, 0x7e7b, 0x7f4c, 0x7f4d, 0x7f4e, 0x7f4f, 0x7f7a, 0x7f7b}},
	{{100000, 42, 171, 208},
	 {0x4b44, 0x4b45, 0x4b4b, 0x4b4c, 0x4b78, 0x4b79, 0x4b7a, 0x4b7b, 0xa850, 0xa851, 0xa878,
	  0xa879, 0xa87a, 0xa87b}},
};

static const struct designware_clock *listed_clock(uint16_t id)
{
	for (size_t i = 0; i < COUNT(families); i++)
		for (unsigned k = 0; k < FAMILY; k++)
			if (families[i].ids[k] == id)
				return &families[i].clock;
	return NULL;
}

static void controllers_and_clocks_are_those_of_the_sheet(void **state)
{
	(void)state;
	for (uint32_t id = 1; id <= 0xffff; id++) {
		const struct designware_clock *want = listed_clock((uint16_t)id);
		struct designware_clock clock = {0};

		if (designware_input_clock((uint16_t)id, &clock) != !!want)
			fail_msg("8086:%04x is %sin the sheet", id, want ? "" : "not ");
		if (!want)
			continue;
		assert_int_equal(clock.khz, want->khz);
		assert_int_equal(clock.hold_ns, want->hold_ns);
		assert_int_equal(clock.sda_fall_ns, want->sda_fall_ns);
		assert_int_equal(clock.scl_fall_ns, want->scl_fall_ns);
	}
}

/* ---- sequences ---------------------------------------------------------------------------- */

struct want {
	uint16_t offset;
	uint32_t value;
};
#define READS 0xffffffffu /* no write: a read with an effect, or that the sheet demands */

static void assert_log(const struct fake *f, const struct want *want, size_t count)
{
	for (size_t i = 0; i < count && i < f->logged; i++)
		if (f->log[i].offset != want[i].offset ||
		    f->log[i].is_read != (want[i].value == READS) ||
		    (!f->log[i].is_read && f->log[i].value != want[i].value))
			fail_msg("access %zu: 0x%03x = 0x%x, want 0x%03x = 0x%x", i,
				 f->log[i].offset, f->log[i].value, want[i].offset, want[i].value);
	assert_int_equal(f->logged, count);
}

static void set_up_is_that_of_the_sheet(void **state)
{
	static const struct want want[] = {
		{0x204, 0},       {0x204, 7},   {0x240, 0xd0000000}, {0x244, 3},    {0x06c, 0},
		{0x09c, READS},   {0x014, 513}, {0x018, 599},        {0x01c, 105},  {0x020, 191},
		{0x07c, 0x1001c}, {0x03c, 0},   {0x038, 0},          {0x000, 0x65}, {0x030, 0},
		{0x040, READS},   {0x088, 0},
	};
	struct fake_bench b;

	(void)state;
	fake_prepare(&b, 64);
	assert_int_equal(fake_init(&b), FL_OK);
	assert_log(&b.fake, want, COUNT(want));
	/* Section 12: 10 us after each write of RESETS, however fast the bus is. */
	assert_in_range(b.fake.log[1].waited_ns - b.fake.log[0].waited_ns, 10000, 10900);
	assert_in_range(b.fake.log[2].waited_ns - b.fake.log[1].waited_ns, 10000, 10900);
	assert_int_equal(b.fake.writes_in_reset, 0);
}

static void each_speed_has_its_counts(void **state)
{
	static const struct {
		uint32_t speed;
		uint16_t hcnt, lcnt, hold;
		uint32_t con, ss[2], fs[2], sda_hold;
	} cases[] = {
		{100000, 0, 0, 0, 0x63, {513, 599}, {105, 191}, 0x1001c},
		{400000, 0, 0, 0, 0x65, {513, 599}, {105, 191}, 0x1001c},
		{1000000, 0, 0, 0, 0x65, {513, 599}, {64, 95}, 0x1001c},
		/* The board's own counts are those of its speed, and of no other. */
		{100000, 500, 610, 40, 0x63, {500, 610}, {105, 191}, 0x10028},
		{400000, 90, 192, 36, 0x65, {513, 599}, {90, 192}, 0x10024},
		{1000000, 60, 99, 65535, 0x65, {513, 599}, {60, 99}, 0x1ffff},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fake_bench b;

		fake_prepare(&b, 64);
		b.bus.speed = cases[i].speed;
		b.bus.hcnt = cases[i].hcnt;
		b.bus.lcnt = cases[i].lcnt;
		b.bus.sda_hold = cases[i].hold;
		assert_int_equal(fake_init(&b), FL_OK);
		assert_int_equal(b.fake.registers[0x00 / 4], cases[i].con);
		assert_int_equal(b.fake.registers[0x14 / 4], cases[i].ss[0]);
		assert_int_equal(b.fake.registers[0x18 / 4], cases[i].ss[1]);
		assert_int_equal(b.fake.registers[0x1c / 4], cases[i].fs[0]);
		assert_int_equal(b.fake.registers[0x20 / 4], cases[i].fs[1]);
		assert_int_equal(b.fake.registers[0x7c / 4], cases[i].sda_hold);
	}
}

/* At 120 MHz 272 cycles are 441 kHz, and of them 9 are the core's own. */
static void counts_beyond_the_speed_are_refused(void **state)
{
	static const struct {
		uint32_t speed;
		uint16_t hcnt, lcnt;
		enum fl_err want;
	} cases[] = {
		{400000, 73, 191, FL_OK},          {400000, 73, 190, FL_ERR_INVALID},
		{400000, 6, 6, FL_ERR_INVALID},    {400000, 300, 300, FL_OK},
		{100000, 90, 192, FL_ERR_INVALID}, {1000000, 52, 73, FL_OK},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fake_bench b;

		fake_prepare(&b, 64);
		b.bus.speed = cases[i].speed;
		b.bus.hcnt = cases[i].hcnt;
		b.bus.lcnt = cases[i].lcnt;
		assert_int_equal(fake_init(&b), cases[i].want);
		if (!cases[i].want)
			continue;
		assert_contains(b.diag.message, "more than its speed of");
		assert_contains(b.diag.hint, "hcnt and lcnt");
		assert_int_equal(b.fake.logged, 0);
	}
}

static void speeds_beside_are_refused(void **state)
{
	static const uint32_t speeds[] = {0,      99999,  100001,  399999,
					  400001, 999999, 1000001, 3400000};

	(void)state;
	for (size_t i = 0; i < COUNT(speeds); i++) {
		struct fake_bench b;

		fake_prepare(&b, 64);
		b.bus.speed = speeds[i];
		assert_int_equal(fake_init(&b), FL_ERR_UNSUPPORTED);
		assert_contains(b.diag.hint, "400kHz");
		assert_int_equal(b.fake.logged, 0); /* nothing was touched */
	}
}

/* SDA_HOLD exists from version "111*" on (section 4). */
static void hold_time_is_set_where_there_is_a_register(void **state)
{
	static const uint32_t versions[] = {0x31313129, 0x3131312a, 0x3131312b};

	(void)state;
	for (size_t i = 0; i < COUNT(versions); i++) {
		struct fake_bench b;

		fake_prepare(&b, 64);
		b.fake.version = versions[i];
		assert_int_equal(fake_init(&b), FL_OK);
		assert_int_equal(b.fake.registers[0x7c / 4], i ? 0x1001c : fake_reset_value(0x7c));
	}
}

/* ---- a transfer --------------------------------------------------------------------------- */

static void a_transfer_is_that_of_the_sheet(void **state)
{
	static const struct want want[] = {
		{0x06c, 0},     {0x09c, READS}, {0x000, 0x64},  {0x004, 0x36},
		{0x030, 0},     {0x06c, 1},     {0x09c, READS}, {0x040, READS},
		{0x010, 0x30},  {0x010, 0x0a},  {0x010, 0x500}, {0x010, 0x100},
		{0x010, 0x300}, {0x060, READS}, {0x06c, 0},     {0x09c, READS},
	};
	const uint8_t write[] = {0x30, 0x0a};
	struct fake_bench b;
	uint8_t bytes[4] = {0};

	(void)state;
	fake_up(&b, 64);
	b.fake.registers[0] = 0x74; /* 10-bit addresses, from somebody before; the rest stays */
	b.fake.registers[0x30 / 4] = 0x8ff;
	assert_int_equal(i2c_transfer(&b.dw.bus, 0x36, write, 2, bytes, 3), FL_OK);
	assert_log(&b.fake, want, COUNT(want));
	assert_memory_equal(bytes, "\x5a\x5a\x5a", 4);
	/* One look that finds it done; switching off waits for nothing. */
	assert_in_range(b.fake.log[b.fake.logged - 1].waited_ns - b.fake.log[0].waited_ns, 5000,
			5900);
}

/* The bus scan's: one command, read and STOP (7.3). A write has its STOP on the last byte (7.2). */
static void stop_and_restart_are_always_said(void **state)
{
	static const struct want read[] = {{0x06c, 0},     {0x09c, READS}, {0x000, 0x65},
					   {0x004, 0x7f},  {0x030, 0},     {0x06c, 1},
					   {0x09c, READS}, {0x040, READS}, {0x010, 0x300},
					   {0x060, READS}, {0x06c, 0},     {0x09c, READS}};
	static const struct want write[] = {
		{0x06c, 0},     {0x09c, READS}, {0x000, 0x65},  {0x004, 0x00}, {0x030, 0},
		{0x06c, 1},     {0x09c, READS}, {0x040, READS}, {0x010, 0xa},  {0x010, 0x2ff},
		{0x060, READS}, {0x06c, 0},     {0x09c, READS}};
	const uint8_t bytes[] = {0x0a, 0xff};
	struct fake_bench b;
	uint8_t byte;

	(void)state;
	fake_up(&b, 64);
	assert_int_equal(i2c_transfer(&b.dw.bus, 0x7f, NULL, 0, &byte, 1), FL_OK);
	assert_log(&b.fake, read, COUNT(read));
	b.fake.logged = 0;
	assert_int_equal(i2c_transfer(&b.dw.bus, 0x00, bytes, 2, NULL, 0), FL_OK);
	assert_log(&b.fake, write, COUNT(write));
}

/* Asks 0x03, which is reserved: one byte read, and that nobody answers is as it should be. */
static void the_check_asks_an_address_that_nobody_has(void **state)
{
	static const struct want want[] = {
		{0x06c, 0},     {0x09c, READS}, {0x000, 0x65},  {0x004, 0x03},
		{0x030, 0},     {0x06c, 1},     {0x09c, READS}, {0x040, READS},
		{0x010, 0x300}, {0x054, READS}, {0x06c, 0},     {0x09c, READS},
	};
	struct fake_bench b;

	(void)state;
	fake_up(&b, 64);
	b.fake.aborts[0] = 1;
	b.fake.aborts_left = 1;
	assert_int_equal(designware_check(&b.dw), FL_OK);
	assert_log(&b.fake, want, COUNT(want));
	assert_string_equal(b.diag.message, "");
}

/* ---- as found ----------------------------------------------------------------------------- */

static const uint32_t released[] = {3, 7};

static void prepare_found(struct fake_bench *b, uint32_t resets)
{
	fake_prepare(b, 64);
	b->fake.registers[0x204 / 4] = resets;
	b->fake.registers[0x240 / 4] = 0x12345000;
	b->fake.registers[0x244 / 4] = 0x6789;
	fake_fill(&b->fake, resets & 3 ? fake_found : fake_reset_value);
	b->fake.enabled = resets & 3;
}

static void assert_found(const struct fake *f, const uint32_t *before, bool was_enabled)
{
	for (unsigned offset = 0; offset < 0x300; offset += 4)
		if (f->registers[offset / 4] != before[offset / 4])
			fail_msg("register 0x%03x: 0x%x, was 0x%x", offset,
				 f->registers[offset / 4], before[offset / 4]);
	assert_int_equal(f->enabled, was_enabled);
	assert_int_equal(f->writes_in_reset, 0);
}

/* Released by coreboot (3) or by Linux (7), set up and on: all of it comes back. */
static void a_controller_in_use_is_put_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(released); i++) {
		uint32_t before[192];
		struct fake_bench b;
		uint8_t byte;

		prepare_found(&b, released[i]);
		memcpy(before, b.fake.registers, sizeof before);
		assert_int_equal(fake_init(&b), FL_OK);
		assert_int_equal(fake_read_byte(&b, &byte), FL_OK);
		assert_int_equal(designware_exit(&b.dw), FL_OK);
		assert_found(&b.fake, before, true);
		b.fake.logged = 0;
		assert_int_equal(designware_exit(&b.dw), FL_OK); /* again: nothing */
		assert_int_equal(b.fake.logged, 0);
	}
}

/* The core hears nothing while it is in reset; RESETS may then read all ones. */
static void a_controller_in_reset_goes_back_into_it(void **state)
{
	static const uint32_t in_reset[] = {0, 4};

	(void)state;
	for (size_t i = 0; i < COUNT(in_reset); i++) {
		for (unsigned ones = 0; ones < 2; ones++) {
			uint32_t before[192];
			struct fake_bench b;

			prepare_found(&b, in_reset[i]);
			b.fake.answers_ones_in_reset = ones;
			memcpy(before, b.fake.registers, sizeof before);
			assert_int_equal(fake_init(&b), FL_OK);
			assert_int_equal(designware_exit(&b.dw), FL_OK);
			if (ones) { /* what was in the private block did not show */
				before[0x204 / 4] = 0;
				before[0x240 / 4] = 0xd0000000;
				before[0x244 / 4] = 3;
			}
			assert_found(&b.fake, before, false);
		}
	}
}

/* Registers that a core does not have are not written. */
static void only_what_differs_is_written_back(void **state)
{
	struct fake_bench b;

	(void)state;
	prepare_found(&b, 7);
	fake_fill(&b.fake, fake_reset_value);
	b.fake.enabled = false;
	assert_int_equal(fake_init(&b), FL_OK);
	b.fake.logged = 0;
	assert_int_equal(designware_exit(&b.dw), FL_OK);
	for (unsigned i = 0; i < b.fake.logged; i++) {
		const unsigned offset = b.fake.log[i].offset;

		assert_int_not_equal(offset, 0x08);
		assert_int_not_equal(offset, 0x24);
		assert_true(offset < 0x8c || offset == 0x9c || offset >= 0x200);
	}
}

/* Wherever the set-up stops, nothing of it stays. */
static void a_failed_set_up_leaves_nothing(void **state)
{
	static const struct {
		uint32_t type;
		enum fl_err err;
		const char *words;
	} cases[] = {
		{0x44570141, FL_ERR_NOTFOUND, "I2C2 COMP_TYPE reads 0x44570141, want 0x44570140"},
		{UINT32_MAX, FL_ERR_GONE, "I2C2 COMP_TYPE reads all ones"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint32_t before[192];
		struct fake_bench b;
		uint8_t byte;

		prepare_found(&b, 3);
		memcpy(before, b.fake.registers, sizeof before);
		b.fake.type = cases[i].type;
		assert_int_equal(fake_init(&b), cases[i].err);
		assert_string_equal(b.diag.message, cases[i].words);
		assert_int_not_equal(b.diag.hint[0], 0);
		assert_found(&b.fake, before, true);
		diag_clear(&b.diag);
		assert_int_equal(fake_read_byte(&b, &byte), FL_ERR_STATE);
		assert_contains(b.diag.message, "controller is closed");
	}
}

static void a_block_that_stays_in_reset_is_told(void **state)
{
	struct fake_bench b;

	(void)state;
	prepare_found(&b, 3);
	b.fake.stays_in_reset = true;
	assert_int_equal(fake_init(&b), FL_ERR_GONE);
	assert_string_equal(b.diag.message, "I2C2 stays in reset: RESETS reads 0x00000000");
	assert_contains(b.diag.hint, "disabled by firmware");
	fake_prepare(&b, 64);
	b.fake.stays_in_reset = b.fake.answers_ones_in_reset = true;
	assert_int_equal(fake_init(&b), FL_ERR_GONE);
	assert_string_equal(b.diag.message, "I2C2 stays in reset: RESETS reads 0xffffffff");
}

/* Its configuration may only be written while it is off. */
static void a_controller_that_stays_on_is_not_set_up(void **state)
{
	unsigned writes = 0;
	struct fake_bench b;
	uint64_t start;

	(void)state;
	fake_prepare(&b, 64);
	b.fake.stays_on_for_ever = true;
	assert_int_equal(fake_init(&b), FL_ERR_TIMEOUT);
	assert_contains(b.diag.message, "still enabled");
	for (unsigned i = 0; i < b.fake.logged; i++)
		assert_true(b.fake.log[i].offset == 0x6c || b.fake.log[i].offset == 0x9c ||
			    b.fake.log[i].offset >= 0x200);
	/* Nor are its registers put back, and that is told. */
	prepare_found(&b, 7);
	assert_int_equal(fake_init(&b), FL_OK);
	b.fake.stays_on_for_ever = true;
	b.fake.logged = 0;
	start = host_time_ns();
	assert_int_equal(designware_exit(&b.dw), FL_ERR_TIMEOUT);
	assert_contains(b.diag.message, "I2C2 is still enabled 10000 us after it was switched off");
	for (unsigned i = 0; i < b.fake.logged; i++) {
		assert_true(b.fake.log[i].offset == 0x6c || b.fake.log[i].offset == 0x9c);
		writes += b.fake.log[i].offset == 0x6c;
	}
	/* 10 ms, every 25 us: written again each time, for a core that was busy and missed it. */
	assert_in_range(writes, 300, 400);
	assert_in_range(host_time_ns() - start, 10000000, 10100000);
}

/* It may take a moment, or miss the first words, or the CPU is away behind them. */
static void switching_off_takes_its_time(void **state)
{
	static const struct {
		uint64_t takes_ns;
		unsigned missed, stall_every;
	} cases[] = {{20000, 0, 0}, {0, 3, 0}, {20000, 3, 0}, {20000, 0, 1}, {0, 0, 1}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fake_bench b;

		prepare_found(&b, 7);
		assert_int_equal(fake_init(&b), FL_OK);
		b.fake.enabled = true;
		b.fake.off_takes_ns = cases[i].takes_ns;
		b.fake.offs_missed = cases[i].missed;
		b.fake.stall_every = cases[i].stall_every;
		b.fake.stall_ns = 15000;
		if (designware_exit(&b.dw))
			fail_msg("case %zu: %s", i, b.diag.message);
	}
	for (unsigned seed = 0; seed < 20; seed++) {
		struct fake_bench b;

		prepare_found(&b, 7);
		assert_int_equal(fake_init(&b), FL_OK);
		b.fake.enabled = true;
		b.fake.off_takes_ns = 20000;
		b.fake.random = seed;
		b.fake.stall_every = 2;
		b.fake.stall_ns = 25000000; /* longer than the limit */
		if (designware_exit(&b.dw))
			fail_msg("seed %u: %s", seed, b.diag.message);
	}
}

static void a_controller_that_is_gone_is_told(void **state)
{
	struct fake_bench b;
	bool is_told = false;
	uint8_t byte;

	(void)state;
	prepare_found(&b, 7);
	assert_int_equal(fake_init(&b), FL_OK);
	b.fake.is_dead = true;
	assert_int_equal(fake_read_byte(&b, &byte), FL_ERR_GONE);
	assert_contains(b.diag.message, "I2C2 IC_STATUS (0x0070) reads all ones");
	diag_clear(&b.diag);
	assert_int_equal(designware_exit(&b.dw), FL_ERR_GONE);
	assert_string_equal(b.diag.message, "I2C2 ENABLE_STATUS reads all ones");
	/* While the target keeps SCL low: in one of three accesses it is seen first by the transfer. */
	for (unsigned access = 300; access < 304; access++) {
		fake_up(&b, 64);
		b.fake.slow_ns = 10000000;
		b.fake.dies_after = access;
		assert_int_equal(fake_read_byte(&b, &byte), FL_ERR_GONE);
		is_told |= !strcmp(b.diag.message, "I2C2 reads all ones during a transfer");
	}
	assert_true(is_told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(controllers_and_clocks_are_those_of_the_sheet),
		cmocka_unit_test(set_up_is_that_of_the_sheet),
		cmocka_unit_test(each_speed_has_its_counts),
		cmocka_unit_test(counts_beyond_the_speed_are_refused),
		cmocka_unit_test(speeds_beside_are_refused),
		cmocka_unit_test(hold_time_is_set_where_there_is_a_register),
		cmocka_unit_test(a_transfer_is_that_of_the_sheet),
		cmocka_unit_test(stop_and_restart_are_always_said),
		cmocka_unit_test(the_check_asks_an_address_that_nobody_has),
		cmocka_unit_test(a_controller_in_use_is_put_back),
		cmocka_unit_test(a_controller_in_reset_goes_back_into_it),
		cmocka_unit_test(only_what_differs_is_written_back),
		cmocka_unit_test(a_failed_set_up_leaves_nothing),
		cmocka_unit_test(a_block_that_stays_in_reset_is_told),
		cmocka_unit_test(a_controller_that_stays_on_is_not_set_up),
		cmocka_unit_test(switching_off_takes_its_time),
		cmocka_unit_test(a_controller_that_is_gone_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
