/*
 * test_bus_clear.c: the nine clocks by hand as a wave form (lpss-i2c.md 9): how often, how long
 * each level, STOP, the pause behind it, and the pads as found.
 */
#include "i2c/bus_clear.h"
#include "tests/unit/i2c/rig.h"

#define SDA_PAD "GPP_F4"
#define SCL_PAD "GPP_F5"
#define FOUND   (0x40000000u | 1u << 10) /* native function, as firmware leaves I2C pads */
#define EDGES   64

/* ---- two lines with pull-ups -------------------------------------------------------------- */

enum { SDA, SCL };

struct wire {
	uint32_t pads[2];
	bool is_hidden[2], is_locked[2];
	bool is_scl_held;        /* by a device */
	unsigned clocks_to_free; /* SDA is held until SCL fell so often; UINT_MAX = for ever */
	bool levels[2];
	struct edge {
		uint8_t line;
		bool level;
		uint64_t waited_ns; /* in delays alone: a fast machine's time */
	} edges[EDGES];
	unsigned edge_count;
	uint64_t restored_ns; /* when the first pad went back to its native function */
};

static uint64_t waited(void)
{
	return host_time_ns() - 1000ull * host_access_count();
}

static bool is_gpio(uint32_t pad)
{
	return !(pad & 0xfu << 10);
}

/* The controller is off: a native pad drives nothing. */
static bool drives_low(uint32_t pad)
{
	return is_gpio(pad) && !(pad & 1u << 8) && !(pad & 1);
}

static void set_level(struct wire *w, unsigned line, bool level)
{
	if (w->levels[line] == level)
		return;
	w->levels[line] = level;
	assert_true(w->edge_count < EDGES);
	w->edges[w->edge_count++] = (struct edge){(uint8_t)line, level, waited()};
}

static void settle(struct wire *w)
{
	const bool scl = !drives_low(w->pads[SCL]) && !w->is_scl_held;

	if (w->levels[SCL] && !scl && w->clocks_to_free && w->clocks_to_free != UINT32_MAX)
		w->clocks_to_free--;
	set_level(w, SCL, scl);
	set_level(w, SDA, !drives_low(w->pads[SDA]) && !w->clocks_to_free);
}

static int line_of(uint64_t offset)
{
	return offset == 0x420 ? SDA : offset == 0x428 ? SCL : -1;
}

static uint32_t wire_read(void *context, uint64_t offset, unsigned width)
{
	struct wire *w = context;
	const int line = line_of(offset);

	(void)width;
	if (offset < 0x400) /* nobody else's, not locked */
		return 0;
	if (line < 0 || w->is_hidden[line])
		return UINT32_MAX;
	return w->pads[line] | (w->levels[line] ? 2 : 0);
}

static void wire_write(void *context, uint64_t offset, unsigned width, uint32_t value)
{
	struct wire *w = context;
	const int line = line_of(offset);

	(void)width;
	assert_true(line >= 0);
	/* Open drain: a line that is driven high fights against the device that holds it. */
	assert_false(is_gpio(value) && !(value & 1u << 8) && value & 1);
	if (w->is_locked[line])
		return;
	if (is_gpio(w->pads[line]) && !is_gpio(value) && !w->restored_ns)
		w->restored_ns = waited();
	w->pads[line] = value & ~2u;
	settle(w);
}

static void wire_up(struct wire *w, unsigned clocks_to_free)
{
	const struct host_mmio window = {0xfdac0000u, 0x10000, wire_read, wire_write, w};

	host_reset(1);
	memset(w, 0, sizeof *w);
	w->pads[SDA] = w->pads[SCL] = FOUND;
	w->clocks_to_free = clocks_to_free;
	w->levels[SCL] = true;
	w->levels[SDA] = !clocks_to_free;
	host_add_mmio(&window);
}

static void assert_as_found(const struct wire *w)
{
	assert_int_equal(w->pads[SDA], FOUND);
	assert_int_equal(w->pads[SCL], FOUND);
}

/* ---- the wave form ------------------------------------------------------------------------ */

static unsigned falls(const struct wire *w)
{
	unsigned count = 0;

	for (unsigned i = 0; i < w->edge_count; i++)
		count += w->edges[i].line == SCL && !w->edges[i].level;
	return count;
}

/* 100 kHz: 5 us after the release of both lines, SCL is low for 5 us and high for 5 us. */
static void assert_clocks(const struct wire *w, unsigned clocks)
{
	unsigned seen = 0;

	for (unsigned i = 0; i < w->edge_count && seen < 2 * clocks; i++) {
		if (w->edges[i].line != SCL)
			continue;
		assert_int_equal(w->edges[i].level, seen % 2);
		assert_int_equal(w->edges[i].waited_ns, 5000 * ++seen);
	}
	assert_int_equal(seen, 2 * clocks);
}

static void assert_stop(const struct wire *w)
{
	static const struct {
		uint8_t line;
		bool level;
	} stop[] = {{SCL, false}, {SDA, false}, {SCL, true}, {SDA, true}};
	const struct edge *last = &w->edges[w->edge_count - 4];

	assert_true(w->edge_count >= 4);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(last[i].line, stop[i].line);
		assert_int_equal(last[i].level, stop[i].level);
		if (i)
			assert_int_equal(last[i].waited_ns - last[i - 1].waited_ns, 5000);
	}
	/* Bus free time: the next START may be the controller's. */
	assert_int_equal(w->restored_ns - last[3].waited_ns, 5000);
}

static void as_many_clocks_as_the_device_needs(void **state)
{
	(void)state;
	for (unsigned clocks = 0; clocks <= 9; clocks++) {
		struct wire w;

		wire_up(&w, clocks);
		assert_int_equal(i2c_bus_clear(SDA_PAD, SCL_PAD), FL_OK);
		assert_int_equal(falls(&w), clocks + 1);
		assert_clocks(&w, clocks);
		assert_stop(&w);
		assert_as_found(&w);
	}
}

static void nine_clocks_and_no_more(void **state)
{
	static const unsigned needs[] = {11, UINT32_MAX};

	(void)state;
	for (size_t i = 0; i < COUNT(needs); i++) {
		struct wire w;

		wire_up(&w, needs[i]);
		assert_int_equal(i2c_bus_clear(SDA_PAD, SCL_PAD), FL_ERR_TIMEOUT);
		assert_int_equal(falls(&w), 10); /* one is the STOP's */
		assert_clocks(&w, 9);
		assert_as_found(&w);
	}
}

/* ---- lines that cannot be moved ------------------------------------------------------------- */

static void a_clock_that_is_held_is_not_pulled(void **state)
{
	struct wire w;

	(void)state;
	wire_up(&w, 3);
	w.is_scl_held = true;
	w.levels[SCL] = false;
	assert_int_equal(i2c_bus_clear(SDA_PAD, SCL_PAD), FL_ERR_IO);
	assert_int_equal(w.edge_count, 0);
	assert_as_found(&w);
}

static void pads_that_are_not_there_are_told(void **state)
{
	static const struct {
		const char *sda, *scl;
		bool hidden[2], locked[2];
		enum fl_err err;
	} cases[] = {
		{SDA_PAD, SCL_PAD, {true, false}, {false, false}, FL_ERR_GONE},
		{SDA_PAD, SCL_PAD, {false, true}, {false, false}, FL_ERR_GONE},
		{SDA_PAD, SCL_PAD, {false, false}, {true, false}, FL_ERR_MISMATCH},
		{SDA_PAD, SCL_PAD, {false, false}, {false, true}, FL_ERR_MISMATCH},
		{"GPP_F99", SCL_PAD, {false, false}, {false, false}, FL_ERR_INVALID},
		{SDA_PAD, "GPP_F99", {false, false}, {false, false}, FL_ERR_INVALID},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wire w;

		wire_up(&w, 3);
		memcpy(w.is_hidden, cases[i].hidden, sizeof w.is_hidden);
		memcpy(w.is_locked, cases[i].locked, sizeof w.is_locked);
		assert_int_equal(i2c_bus_clear(cases[i].sda, cases[i].scl), cases[i].err);
		assert_int_equal(w.edge_count, 0);
		assert_as_found(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_many_clocks_as_the_device_needs),
		cmocka_unit_test(nine_clocks_and_no_more),
		cmocka_unit_test(a_clock_that_is_held_is_not_pulled),
		cmocka_unit_test(pads_that_are_not_there_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
