/*
 * test_designware_faults.c: what no healthy board shows: every abort cause, a bus that comes free
 * at each step of the ladder, a controller that dies. Against the controller of fake.h.
 */
#include "tests/unit/i2c/fake.h"

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
		struct fake_bench b;
		uint8_t byte;

		fake_up(&b, 64);
		b.fake.aborts[0] = 1u << causes[i].bit;
		b.fake.aborts_left = causes[i].bit == 12 ? 1000 : 1;
		assert_int_equal(fake_read_byte(&b, &byte), causes[i].err);
		assert_contains(b.diag.message, causes[i].words);
		assert_contains(b.diag.message, "I2C2 0x36");
		assert_int_equal(b.dw.last_abort, 1u << causes[i].bit);
		/* What was left of the message did not become a transaction of its own. */
		assert_int_equal(b.fake.stops, 0);
		assert_false(b.fake.enabled);
		assert_false(b.fake.flushing);
		b.fake.aborts_left = 0;
		assert_int_equal(fake_read_byte(&b, &byte), FL_OK);
		assert_int_equal(byte, 0x5a);
	}
}

static void arbitration_is_lost_three_times_and_no_more(void **state)
{
	(void)state;
	for (unsigned lost = 1; lost <= 3; lost++) {
		struct fake_bench b;
		uint8_t byte;

		fake_up(&b, 64);
		b.fake.aborts[0] = 1u << 12;
		b.fake.aborts_left = lost;
		assert_int_equal(fake_read_byte(&b, &byte), FL_OK);
		assert_int_equal(b.dw.retries, lost);
		assert_int_equal(b.dw.recoveries, 0);
	}
}

/* The core ends an aborted transfer with a STOP of its own: switched off before, it would be cut
 * short. One that takes too long is not waited for. */
static void an_abort_ends_with_its_stop(void **state)
{
	static const struct {
		uint64_t takes_ns, min_ns, max_ns;
	} cases[] = {{0, 5000, 5900}, {100000, 100000, 130000}, {1000000000, 2000000, 2100000}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct fake_access *last;
		struct fake_bench b;
		uint8_t byte;

		fake_up(&b, 64);
		b.fake.aborts[0] = 1;
		b.fake.aborts_left = 1;
		b.fake.stop_takes_ns = cases[i].takes_ns;
		assert_int_equal(fake_read_byte(&b, &byte), FL_ERR_NACK);
		assert_contains(b.diag.message, "did not acknowledge its address");
		last = &b.fake.log[b.fake.logged - 2]; /* off, and a look at it */
		assert_int_equal(last->offset, 0x6c);
		assert_in_range(last->waited_ns - b.fake.log[0].waited_ns, cases[i].min_ns * 9 / 10,
				cases[i].max_ns);
	}
}

/* After the abort the FIFO is held flushed: the rest of the message stays where it is. */
static void nothing_is_pushed_behind_an_abort(void **state)
{
	const uint8_t write[100] = {0};
	unsigned pushed = 0;
	struct fake_bench b;

	(void)state;
	fake_up(&b, 8);
	b.fake.aborts[0] = 8;
	b.fake.aborts_left = 1;
	assert_int_equal(i2c_transfer(&b.dw.bus, 0x36, write, sizeof write, NULL, 0), FL_ERR_NACK);
	for (unsigned i = 0; i < b.fake.logged; i++)
		pushed += b.fake.log[i].offset == 0x10;
	assert_int_equal(pushed, 8);
}

/* Three more tries, 200 us apart; then the ladder, whose questions are lost as well. */
static void arbitration_that_is_always_lost_is_given_up(void **state)
{
	uint64_t last = 0;
	struct fake_bench b;
	uint8_t byte;

	(void)state;
	fake_up(&b, 64);
	b.fake.aborts[0] = 1u << 12;
	b.fake.aborts_left = UINT32_MAX;
	assert_int_equal(fake_read_byte(&b, &byte), FL_ERR_ARBITRATION);
	assert_int_equal(fake_asked(&b.fake, 0x36), 4);
	assert_int_equal(fake_asked(&b.fake, 0x03), 3 * 4);
	assert_int_equal(b.dw.retries, 3 + 3 * 3);
	for (unsigned i = 0; i < b.fake.logged; i++) {
		if (b.fake.log[i].offset != 0x04 || b.fake.log[i].value != 0x36)
			continue;
		if (last)
			/* and one look of 5 us at the transfer */
			assert_in_range(b.fake.log[i].waited_ns - last, 205000, 205900);
		last = b.fake.log[i].waited_ns;
	}
}

/* What is told is what ended it, not what was tried again before. */
static void the_last_try_is_the_one_that_is_told(void **state)
{
	struct fake_bench b;
	uint8_t byte;

	(void)state;
	fake_up(&b, 64);
	b.fake.aborts[0] = 1u << 12;
	b.fake.aborts[1] = 1u << 3;
	b.fake.aborts_left = 2;
	assert_int_equal(fake_read_byte(&b, &byte), FL_ERR_NACK);
	assert_string_equal(b.diag.message, "I2C2 0x36 did not acknowledge a data byte "
					    "(TX_ABRT_SOURCE 0x00000008)");
	assert_int_equal(b.dw.retries, 1);
}

static void transfers_that_cannot_be_are_named(void **state)
{
	struct fake_bench b;
	uint8_t byte;

	(void)state;
	fake_up(&b, 64);
	assert_int_equal(i2c_transfer(&b.dw.bus, 0x80, NULL, 0, &byte, 1), FL_ERR_INVALID);
	assert_string_equal(b.diag.message, "I2C2 0x80: no 7-bit address");
	diag_clear(&b.diag);
	assert_int_equal(i2c_transfer(&b.dw.bus, 0x7f, NULL, 0, NULL, 0), FL_ERR_INVALID);
	assert_string_equal(b.diag.message, "I2C2 0x7f: a transfer without bytes");
	assert_int_equal(b.fake.logged, 0);
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
		struct fake_bench b;

		fake_up(&b, depths[i].tx);
		designware_exit(&b.dw);
		b.fake.rx_fifo = depths[i].rx;
		assert_int_equal(designware_init(&b.dw, &b.bus, 0x9d62, FAKE_BASE, &b.diag), FL_OK);
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

/* Commands that wait: never more than the FIFO holds, and answers never more than theirs. */
static void a_full_fifo_is_not_filled_further(void **state)
{
	static const unsigned depths[] = {2, 3, 16};

	(void)state;
	for (size_t i = 0; i < COUNT(depths); i++) {
		uint8_t write[40] = {0}, read[60];
		struct fake_bench b;

		fake_up(&b, depths[i]);
		b.fake.slow_ns = 20000;
		assert_int_equal(
			i2c_transfer(&b.dw.bus, 0x36, write, sizeof write, read, sizeof read),
			FL_OK);
		assert_int_equal(b.fake.commands, sizeof write + sizeof read);
		assert_int_equal(b.fake.queued_max, depths[i]); /* nor less: it shall not run dry */
		assert_true(b.fake.rx_max <= depths[i]);
	}
}

/* What nobody asked for is not written behind the caller's buffer. */
static void answers_too_many_are_dropped(void **state)
{
	uint8_t bytes[3] = {0, 0xee, 0xee};
	struct fake_bench b;

	(void)state;
	fake_up(&b, 64);
	b.fake.extra_answers = 2;
	assert_int_equal(fake_read_byte(&b, bytes), FL_OK);
	assert_memory_equal(bytes, "\x5a\xee\xee", 3);
}

/* The sheet reads the last answers behind the STOP (7.1, step 8). */
static void answers_behind_the_stop_are_read(void **state)
{
	struct fake_bench b;
	uint8_t byte = 0;

	(void)state;
	fake_up(&b, 64);
	b.fake.answers_come_late = true;
	assert_int_equal(fake_read_byte(&b, &byte), FL_OK);
	assert_int_equal(byte, 0x5a);
}

/* Another user of the controller, or a FIFO that ran dry: what is missing is told. */
static void a_stop_that_comes_early_is_told(void **state)
{
	static const struct {
		unsigned fifo, at;
		size_t write, read;
		const char *words;
	} cases[] = {
		{64, 3, 1, 4, "I2C2 0x36: STOP after 5 of 5 commands, 2 of 4 bytes read"},
		{64, 5, 1, 5, "I2C2 0x36: STOP after 6 of 6 commands, 4 of 5 bytes read"},
		{2, 3, 8, 0, "I2C2 0x36: STOP after 4 of 8 commands, 0 of 0 bytes read"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t write[8] = {0}, read[8];
		struct fake_bench b;

		fake_up(&b, cases[i].fifo);
		b.fake.slow_ns = 20000;
		b.fake.stops_early_at = cases[i].at;
		assert_int_equal(
			i2c_transfer(&b.dw.bus, 0x36, write, cases[i].write, read, cases[i].read),
			FL_ERR_IO);
		assert_string_equal(b.diag.message, cases[i].words);
		assert_contains(b.diag.hint, "stopped early");
		assert_false(b.fake.enabled);
	}
}

/* STOP is on the wires before anything else is done with the bus; one that does not end is told. */
static void the_end_of_a_stop_is_waited_for(void **state)
{
	struct fake_bench b;
	uint8_t byte;

	(void)state;
	fake_up(&b, 64);
	b.fake.stop_takes_ns = 500000;
	assert_int_equal(fake_read_byte(&b, &byte), FL_OK);
	assert_true(b.fake.log[b.fake.logged - 2].waited_ns - b.fake.log[0].waited_ns > 450000);
	b.fake.stop_takes_ns = 10000000;
	b.fake.logged = 0;
	assert_int_equal(fake_read_byte(&b, &byte), FL_ERR_TIMEOUT);
	assert_contains(b.diag.message, "I2C2 IC_STATUS (0x0070) reads 0x");
	assert_contains(b.diag.message, "after 2000 us, want 0x00000004 under mask 0x00000024");
	assert_contains(b.diag.hint, "SDA or SCL");
	assert_int_equal(fake_asked(&b.fake, 0x36), 1);
}

/* ---- the ladder --------------------------------------------------------------------------- */

static void a_new_set_up_frees_the_bus(void **state)
{
	struct fake_bench b;
	uint8_t byte = 0;

	(void)state;
	fake_up(&b, 64);
	b.fake.is_held = b.fake.is_freed_by_set_up = true;
	assert_int_equal(fake_read_byte(&b, &byte), FL_OK);
	assert_int_equal(byte, 0x5a);
	assert_int_equal(b.dw.recoveries, 1);
	assert_int_equal(b.fake.resets, 0);
	assert_int_equal(b.fake.scl_falls, 0);
	b.fake.is_held = true;
	assert_int_equal(designware_check(&b.dw), FL_OK);
	assert_int_equal(b.dw.recoveries, 2);
	assert_string_equal(b.diag.message, "");
}

/* Freed, sent once more, and that fails: this is what is told. */
static void the_second_try_may_fail_too(void **state)
{
	struct fake_bench b;
	uint8_t byte;

	(void)state;
	fake_up(&b, 64);
	b.fake.is_held = b.fake.is_freed_by_set_up = true;
	b.fake.aborts[0] = 1;
	b.fake.aborts_left = 2; /* the question of the ladder, and the transfer */
	assert_int_equal(fake_read_byte(&b, &byte), FL_ERR_NACK);
	assert_string_equal(b.diag.message, "I2C2 0x36 did not acknowledge its address "
					    "(TX_ABRT_SOURCE 0x00000001)");
	assert_int_equal(b.dw.recoveries, 1);
}

/* Lost to another master, and then the bus stays busy: what was lost was not taken. */
static void a_bus_that_hangs_after_a_lost_arbitration_is_freed(void **state)
{
	struct fake_bench b;
	uint8_t byte;

	(void)state;
	fake_up(&b, 64);
	b.fake.aborts[0] = 1u << 12;
	b.fake.aborts_left = 1;
	b.fake.is_busy_after_abort = b.fake.is_freed_by_set_up = true;
	assert_int_equal(fake_read_byte(&b, &byte), FL_OK);
	assert_int_equal(b.dw.retries, 1);
	assert_int_equal(b.dw.recoveries, 1);
	assert_string_equal(b.diag.message, "");
}

/* A device that has seen a START may have taken the bytes: nothing is sent twice. */
static void what_was_started_is_not_repeated(void **state)
{
	struct fake_bench b;
	uint8_t byte;

	(void)state;
	fake_up(&b, 64);
	b.fake.holds_after = 1;
	b.fake.is_freed_by_set_up = true;
	assert_int_equal(fake_read_byte(&b, &byte), FL_ERR_TIMEOUT);
	assert_int_equal(fake_asked(&b.fake, 0x36), 1);
	assert_contains(b.diag.message, "no end of transfer: 2 of 2 commands given");
	assert_contains(b.diag.message, "nothing moved for 20 ms; the bus is free again");
	assert_int_equal(b.dw.recoveries, 1);
	diag_clear(&b.diag);
	assert_int_equal(fake_read_byte(&b, &byte), FL_OK);
}

static void a_controller_that_stays_on_is_reset(void **state)
{
	struct fake_bench b;
	uint8_t byte = 0;

	(void)state;
	fake_up(&b, 64);
	b.fake.never_disables = true;
	assert_int_equal(fake_read_byte(&b, &byte), FL_OK);
	assert_int_equal(byte, 0x5a);
	assert_int_equal(b.dw.recoveries, 1);
	assert_int_equal(b.fake.resets, 1);
}

/* The core hears nothing then: it is neither set up nor asked. */
static void a_block_that_stays_in_reset_is_not_asked(void **state)
{
	struct fake_bench b;
	uint8_t byte;

	(void)state;
	fake_up(&b, 64);
	b.fake.is_held = b.fake.stays_in_reset = true;
	b.fake.clocks_needed = 2;
	assert_int_equal(fake_read_byte(&b, &byte), FL_ERR_TIMEOUT);
	assert_int_equal(b.fake.writes_in_reset, 0);
	assert_int_equal(fake_asked(&b.fake, 0x03), 1); /* after the new set-up */
	assert_int_equal(b.dw.recoveries, 0);
}

static void block_reset_frees_the_bus(void **state)
{
	struct fake_bench b;
	uint8_t byte;

	(void)state;
	fake_up(&b, 64);
	b.fake.is_held = true;
	b.fake.resets_needed = 1;
	assert_int_equal(fake_read_byte(&b, &byte), FL_OK);
	assert_int_equal(byte, 0x5a);
	assert_int_equal(b.dw.recoveries, 1);
	assert_string_equal(b.diag.message, "");
}

static void clocks_by_hand_free_the_bus(void **state)
{
	(void)state;
	for (unsigned clocks = 1; clocks <= 9; clocks++) {
		struct fake_bench b;
		uint8_t byte;

		fake_up(&b, 64);
		b.fake.is_held = true;
		b.fake.clocks_needed = clocks;
		const uint32_t sda = b.fake.pads[SDA], scl = b.fake.pads[SCL];

		assert_int_equal(fake_read_byte(&b, &byte), FL_OK);
		assert_int_equal(b.dw.recoveries, 1);
		assert_int_equal(b.fake.pads[SDA], sda); /* pads as found */
		assert_int_equal(b.fake.pads[SCL], scl);
	}
}

/* Only where the pads are known, and only the controller's own (section 9). */
static void each_controller_has_its_own_pads(void **state)
{
	static const struct {
		uint16_t id;
		uint32_t pads;
		bool is_known;
	} cases[] = {{0x9d62, 0x420, true},
		     {0x9d64, 0x440, true},
		     {0x9d60, 0x420, false},
		     {0x9d65, 0x440, false}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fake_bench b;
		uint8_t byte;

		fake_prepare(&b, 64);
		b.fake.pad_offset = cases[i].pads;
		assert_int_equal(designware_init(&b.dw, &b.bus, cases[i].id, FAKE_BASE, &b.diag),
				 FL_OK);
		b.fake.is_held = true;
		b.fake.clocks_needed = 4;
		assert_int_equal(fake_read_byte(&b, &byte),
				 cases[i].is_known ? FL_OK : FL_ERR_TIMEOUT);
		assert_int_equal(b.fake.scl_falls, cases[i].is_known ? 5 : 0);
		assert_int_equal(b.fake.foreign_pads, 0);
		assert_int_equal(b.dw.recoveries, cases[i].is_known);
		/* Asked again only after something was done. */
		assert_int_equal(fake_asked(&b.fake, 0x03), cases[i].is_known ? 3 : 2);
	}
}

static void a_hopeless_bus_is_given_up(void **state)
{
	struct fake_bench b;
	uint64_t start;
	uint8_t byte;

	(void)state;
	fake_up(&b, 64);
	b.fake.is_held = true;
	const uint32_t sda = b.fake.pads[SDA], scl = b.fake.pads[SCL];

	start = host_time_ns();
	assert_int_equal(fake_read_byte(&b, &byte), FL_ERR_TIMEOUT);
	assert_true(host_time_ns() - start < 500000000ull);
	assert_contains(b.diag.message, "2 of 2 commands given");
	assert_contains(b.diag.message, "do not free the bus");
	/* Sent once; asked after the new set-up and after the reset, and not after clocks in vain. */
	assert_int_equal(fake_asked(&b.fake, 0x36), 1);
	assert_int_equal(fake_asked(&b.fake, 0x03), 2);
	assert_contains(b.diag.hint, "SDA or SCL");
	assert_int_equal(b.dw.recoveries, 0);
	assert_int_equal(b.fake.scl_falls, 10); /* nine clocks, and the one of the STOP */
	assert_int_equal(b.fake.pads[SDA], sda);
	assert_int_equal(b.fake.pads[SCL], scl);
}

/* Another master, or SDA low: nothing is sent into that. */
static void a_busy_bus_is_waited_for_and_left_alone(void **state)
{
	struct fake_bench b;
	uint64_t start;
	uint8_t byte;

	(void)state;
	fake_up(&b, 64);
	b.fake.is_busy = true;
	start = host_time_ns();
	assert_int_equal(fake_read_byte(&b, &byte), FL_ERR_TIMEOUT);
	/* Before the transfer, and before each of the ladder's three questions. */
	assert_in_range(host_time_ns() - start, 4 * 20000000ull, 4 * 20100000ull);
	assert_int_equal(b.fake.commands, 0);
	assert_int_equal(fake_asked(&b.fake, 0x36), 0);
	assert_contains(b.diag.message, "I2C2 0x36: bus still busy after 20 ms, STATUS 0x27");
	assert_contains(b.diag.hint, "SDA or SCL");
	diag_clear(&b.diag);
	diag_fail(&b.diag, FL_ERR_IO, NULL, "older");
	assert_int_equal(designware_check(&b.dw), FL_ERR_TIMEOUT);
	assert_string_equal(b.diag.message, "older");
	b.fake.is_busy = false;
	diag_clear(&b.diag);
	assert_int_equal(fake_read_byte(&b, &byte), FL_OK);
}

/* ---- time --------------------------------------------------------------------------------- */

/* 25 ms at a time (system management mode, a busy host), wherever it hits: longer than any deadline. */
static void a_cpu_that_is_away_fails_no_transfer(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 200; seed++) {
		uint8_t write[100] = {0}, read[100];
		struct fake_bench b;

		fake_up(&b, 1 + seed % 16);
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
	struct fake_bench b;
	uint64_t start;

	(void)state;
	fake_up(&b, 64);
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
		struct fake_bench b;

		fake_up(&b, 64);
		designware_exit(&b.dw);
		b.fake.type = cases[i].type;
		b.bus.speed = cases[i].speed;
		assert_int_equal(designware_init(&b.dw, &b.bus, cases[i].id, FAKE_BASE, &b.diag),
				 cases[i].err);
		assert_contains(b.diag.message, cases[i].words);
		assert_int_not_equal(b.diag.hint[0], 0);
		designware_exit(&b.dw);
	}
}

static void dead_window_is_gone(void **state)
{
	struct fake_bench b;

	(void)state;
	fake_up(&b, 64);
	b.fake.is_dead = true;
	assert_int_equal(designware_init(&b.dw, &b.bus, 0x9d62, FAKE_BASE, &b.diag), FL_ERR_GONE);
}

static void controller_that_stays_on_is_reported(void **state)
{
	struct fake_bench b;
	uint8_t byte;

	(void)state;
	fake_up(&b, 64);
	b.fake.stays_on_for_ever = true;
	assert_int_equal(fake_read_byte(&b, &byte), FL_ERR_TIMEOUT);
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
		struct fake_bench b;
		uint64_t start;
		enum fl_err err;

		fake_up(&b, 4);
		b.fake.dies_after = access;
		start = host_time_ns();
		err = i2c_transfer(&b.dw.bus, 0x36, &reg, 1, bytes, sizeof bytes);
		if (!err && b.fake.dies_after)
			break;
		assert_int_equal(err, FL_ERR_GONE);
		assert_contains(b.diag.message, "all ones");
		assert_true(host_time_ns() - start < 500000000ull);
		assert_true(access < 200);
	}
	assert_true(access > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_abort_cause_has_its_words),
		cmocka_unit_test(an_abort_ends_with_its_stop),
		cmocka_unit_test(nothing_is_pushed_behind_an_abort),
		cmocka_unit_test(arbitration_is_lost_three_times_and_no_more),
		cmocka_unit_test(arbitration_that_is_always_lost_is_given_up),
		cmocka_unit_test(the_last_try_is_the_one_that_is_told),
		cmocka_unit_test(transfers_that_cannot_be_are_named),
		cmocka_unit_test(any_fifo_depth_and_length_work),
		cmocka_unit_test(a_full_fifo_is_not_filled_further),
		cmocka_unit_test(answers_too_many_are_dropped),
		cmocka_unit_test(answers_behind_the_stop_are_read),
		cmocka_unit_test(a_stop_that_comes_early_is_told),
		cmocka_unit_test(the_end_of_a_stop_is_waited_for),
		cmocka_unit_test(a_new_set_up_frees_the_bus),
		cmocka_unit_test(the_second_try_may_fail_too),
		cmocka_unit_test(a_bus_that_hangs_after_a_lost_arbitration_is_freed),
		cmocka_unit_test(what_was_started_is_not_repeated),
		cmocka_unit_test(a_controller_that_stays_on_is_reset),
		cmocka_unit_test(a_block_that_stays_in_reset_is_not_asked),
		cmocka_unit_test(block_reset_frees_the_bus),
		cmocka_unit_test(clocks_by_hand_free_the_bus),
		cmocka_unit_test(each_controller_has_its_own_pads),
		cmocka_unit_test(a_hopeless_bus_is_given_up),
		cmocka_unit_test(a_busy_bus_is_waited_for_and_left_alone),
		cmocka_unit_test(a_cpu_that_is_away_fails_no_transfer),
		cmocka_unit_test(a_slow_target_has_the_time_that_it_needs),
		cmocka_unit_test(init_tells_what_is_there_instead),
		cmocka_unit_test(dead_window_is_gone),
		cmocka_unit_test(controller_that_stays_on_is_reported),
		cmocka_unit_test(dying_at_any_access_ends_the_transfer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
