/* test_tps68470.c: what the PMIC is told for a rail, a clock, a pin: the figures of the sheet. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "power/tps68470.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void assert_plan(const struct tps68470_plan *plan, const uint8_t (*want)[3], size_t count)
{
	assert_int_equal(plan->count, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(plan->updates[i].reg, want[i][0]);
		assert_int_equal(plan->updates[i].mask, want[i][1]);
		assert_int_equal(plan->updates[i].value, want[i][2]);
	}
}

/* camera-acpi.md 6.1 and 7.1. */
static void voltages_become_the_codes_of_the_sheet(void **state)
{
	static const struct {
		enum power_rail rail;
		uint32_t microvolt;
		uint8_t reg, code, control;
	} cases[] = {
		{RAIL_VIO, 1800600, 0x3f, 52, 0},      {RAIL_VSIO, 1800600, 0x40, 52, 0x43},
		{RAIL_VA, 2815200, 0x41, 109, 0x47},   {RAIL_VD, 1200000, 0x42, 12, 0x48},
		{RAIL_VAUX1, 1213200, 0x3d, 19, 0x45}, {RAIL_VAUX2, 1800600, 0x3e, 52, 0x46},
		{RAIL_VCM, 2815200, 0x3c, 109, 0x44},  {RAIL_VA, 2800000, 0x41, 108, 0x47},
		{RAIL_VAUX1, 875000, 0x3d, 0, 0x45},   {RAIL_VAUX1, 3100000, 0x3d, 125, 0x45},
		{RAIL_VD, 1950000, 0x42, 42, 0x48},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct tps68470_plan plan;

		assert_int_equal(tps68470_plan_rail(cases[i].rail, cases[i].microvolt, &plan),
				 FL_OK);
		/* Voltage first, switch second; the always-on rail has no switch. */
		assert_int_equal(plan.count, cases[i].control ? 2 : 1);
		assert_int_equal(plan.updates[0].reg, cases[i].reg);
		assert_int_equal(plan.updates[0].value, cases[i].code);
		assert_int_equal(plan.updates[0].mask, cases[i].rail == RAIL_VD ? 0x3f : 0x7f);
		assert_int_equal(plan.settle_us, 0);
		if (!cases[i].control)
			continue;
		/* VSIO comes with the daisy chain: always both. */
		assert_int_equal(plan.updates[1].reg, cases[i].control);
		assert_int_equal(plan.updates[1].mask, cases[i].control == 0x43 ? 3 : 1);
		assert_int_equal(plan.updates[1].value, cases[i].control == 0x43 ? 3 : 1);
	}
}

/* V = 0.875 + n 17.8 mV, n = 0..125; core 0.900 + n 25 mV, n = 0..42: to the microvolt. */
static void codes_are_the_voltages_of_the_sheet(void **state)
{
	static const char *const names[] = {"VCM", "VAUX1", "VAUX2", "VIO", "VSIO", "VA", "VD"};

	(void)state;
	for (unsigned rail = 0; rail < POWER_RAILS; rail++) {
		const bool is_core = rail == RAIL_VD;

		assert_string_equal(tps68470_rail_name(rail), names[rail]);
		for (unsigned n = 0; n <= (is_core ? 42u : 125u); n++)
			assert_int_equal(tps68470_rail_microvolt(rail, (uint8_t)n),
					 is_core ? 900000 + 25000 * n : 875000 + 17800 * n);
	}
	assert_string_equal(tps68470_rail_name(POWER_RAILS), "?");
}

/* The nearest step, up to half a step beyond the last; nothing is cut off into another voltage. */
static void the_last_step_is_the_limit(void **state)
{
	static const struct {
		enum power_rail rail;
		uint32_t microvolt;
		int code; /* -1 = refused */
	} cases[] = {
		{RAIL_VA, 874999, -1},   {RAIL_VA, 875000, 0},
		{RAIL_VA, 883899, 0},    {RAIL_VA, 883900, 1},
		{RAIL_VA, 3100000, 125}, {RAIL_VA, 3108899, 125},
		{RAIL_VA, 3108900, -1},  {RAIL_VA, 875000 + 128 * 17800, -1},
		{RAIL_VD, 899999, -1},   {RAIL_VD, 900000, 0},
		{RAIL_VD, 912499, 0},    {RAIL_VD, 912500, 1},
		{RAIL_VD, 1950000, 42},  {RAIL_VD, 1962499, 42},
		{RAIL_VD, 1962500, -1},  {RAIL_VD, 900000 + 64 * 25000, -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct tps68470_plan plan;
		enum fl_err err = tps68470_plan_rail(cases[i].rail, cases[i].microvolt, &plan);

		assert_int_equal(err, cases[i].code < 0 ? FL_ERR_RANGE : FL_OK);
		if (err)
			assert_int_equal(plan.count, 0);
		else
			assert_int_equal(plan.updates[0].value, cases[i].code);
	}
}

static void every_code_comes_back(void **state)
{
	(void)state;
	for (unsigned rail = 0; rail < POWER_RAILS; rail++) {
		for (unsigned code = 0; code <= (rail == RAIL_VD ? 42u : 125u); code++) {
			struct tps68470_plan plan;
			const uint32_t microvolt = tps68470_rail_microvolt(rail, (uint8_t)code);

			assert_int_equal(tps68470_plan_rail(rail, microvolt, &plan), FL_OK);
			assert_int_equal(plan.updates[0].value, code);
		}
	}
}

static void voltages_outside_are_refused(void **state)
{
	struct tps68470_plan plan;

	(void)state;
	assert_int_equal(tps68470_plan_rail(RAIL_VA, 874999, &plan), FL_ERR_RANGE);
	assert_int_equal(tps68470_plan_rail(RAIL_VA, 3120000, &plan), FL_ERR_RANGE);
	assert_int_equal(tps68470_plan_rail(RAIL_VD, 1970000, &plan), FL_ERR_RANGE);
	assert_int_equal(tps68470_plan_rail(RAIL_VA, UINT32_MAX, &plan), FL_ERR_RANGE);
	assert_int_equal(tps68470_plan_rail(POWER_RAILS, 1800000, &plan), FL_ERR_RANGE);
	assert_int_equal(plan.count, 0);
}

/* 6.2: the table, and the order in which the sheet writes it. */
static void clocks_have_the_dividers_of_the_sheet(void **state)
{
	static const struct {
		uint32_t hz;
		uint8_t pll, buck, boost;
	} cases[] = {
		{19200000, 32, 2, 3},
		{20000000, 40, 3, 4},
		{24000000, 80, 4, 8},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const uint8_t want[][3] = {
			{0x0d, 0x01, 0x00},
			{0x07, 0x1f, cases[i].boost},
			{0x08, 0x0f, cases[i].buck},
			{0x09, 0x13, 0x13},
			{0x0a, 0xff, 170},
			{0x0b, 0xff, cases[i].pll},
			{0x0c, 0x83, 1},
			{0x06, 0x03, 1},
			{0x10, 0x0f, 0x05},
			{0x0f, 0x0f, 0x0a},
			{0x0d, 0xf5, 0xd1},
		};
		struct tps68470_plan plan;

		assert_int_equal(tps68470_plan_clock(20000000, cases[i].hz, &plan), FL_OK);
		assert_plan(&plan, want, COUNT(want));
		assert_int_equal(plan.settle_us, 5000);
	}
}

static uint32_t clock_of(uint32_t crystal, const struct tps68470_plan *plan)
{
	uint32_t xtal = plan->updates[4].value, pll = plan->updates[5].value;

	return (uint32_t)((uint64_t)crystal * (2 * pll + 320) / (xtal + 30)) >>
	       plan->updates[6].value;
}

static void what_is_accepted_is_within_a_thousandth(void **state)
{
	unsigned accepted = 0;

	(void)state;
	for (uint32_t crystal = 3000000; crystal <= 30000000; crystal += 1300000) {
		for (uint32_t hz = 1000000; hz <= 64000000; hz += 100000) {
			struct tps68470_plan plan;

			if (tps68470_plan_clock(crystal, hz, &plan))
				continue;
			assert_in_range(clock_of(crystal, &plan), hz - hz / 999, hz + hz / 999);
			accepted++;
		}
	}
	assert_true(accepted > 1000);
}

static void impossible_clocks_are_refused(void **state)
{
	struct tps68470_plan plan;

	(void)state;
	assert_int_equal(tps68470_plan_clock(20000000, 0, &plan), FL_ERR_RANGE);
	assert_int_equal(tps68470_plan_clock(0, 19200000, &plan), FL_ERR_RANGE);
	assert_int_equal(tps68470_plan_clock(20000000, 100000000, &plan), FL_ERR_RANGE);
	assert_int_equal(tps68470_plan_clock(20000000, UINT32_MAX, &plan), FL_ERR_RANGE);
	assert_int_equal(tps68470_plan_clock(1000000, 19200000, &plan), FL_ERR_RANGE);
}

/* Every divider at the last value that its field holds, and one beyond: refused, not cut off into
 * another clock. */
static void a_divider_beyond_its_field_is_refused(void **state)
{
	static const struct {
		uint32_t crystal, hz;
		uint8_t xtal, pll, post; /* of what is accepted */
		bool is_made;
	} cases[] = {
		{20000000, 83000000, 170, 255, 0, true}, /* VCO 83.0 MHz */
		{20000000, 83200000, 0, 0, 0, false},    /* PLLDIV would be 256 */
		{20000000, 134200000, 0, 0, 0, false},   /* 511: all ones when cut off */
		{20000000, 4000000, 170, 0, 3, true},    /* VCO 32.0 MHz */
		{20000000, 3975000, 0, 0, 0, false},     /* PLLDIV would be -1 */
		{20000000, 2400000, 0, 0, 0, false},     /* POSTDIV would be 4 */
		{20000000, 1200000, 0, 0, 0, false},
		{28549999, 40000000, 255, 239, 1, true}, /* 285 times 100 kHz, rounded */
		{28550000, 40000000, 0, 0, 0, false},    /* XTALDIV would be 256 */
		{54200000, 40000000, 0, 0, 0, false},    /* 512 */
		{2950000, 40000000, 0, 247, 1, true},
		{2949999, 40000000, 0, 0, 0, false}, /* -1 */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct tps68470_plan plan;
		enum fl_err err = tps68470_plan_clock(cases[i].crystal, cases[i].hz, &plan);

		if (err != (cases[i].is_made ? FL_OK : FL_ERR_RANGE))
			fail_msg("case %zu: %d", i, err);
		if (err) {
			assert_int_equal(plan.count, 0);
			continue;
		}
		assert_int_equal(plan.updates[4].value, cases[i].xtal);
		assert_int_equal(plan.updates[5].value, cases[i].pll);
		assert_int_equal(plan.updates[6].value, cases[i].post);
		assert_int_equal(plan.updates[7].value, cases[i].post);
	}
}

/* 0.1 % is still good: 39.96 for 40 MHz. */
static void a_thousandth_is_tolerated(void **state)
{
	struct tps68470_plan plan;

	(void)state;
	assert_int_equal(tps68470_plan_clock(19980000, 40000000, &plan), FL_OK);
	assert_int_equal(tps68470_plan_clock(19980000, 40000001, &plan), FL_ERR_RANGE);
	assert_int_equal(tps68470_plan_clock(19979000, 40000000, &plan), FL_ERR_RANGE);
	assert_int_equal(tps68470_plan_clock(20020000, 40000000, &plan), FL_OK);
	assert_int_equal(tps68470_plan_clock(20021000, 40000000, &plan), FL_ERR_RANGE);
}

/* 6.3: level first, then push-pull. */
static void pins_are_set_before_they_drive(void **state)
{
	static const uint8_t gpio4[][3] = {{0x27, 0x10, 0x10}, {0x1c, 0x03, 0x02}};
	static const uint8_t gpio5_low[][3] = {{0x27, 0x20, 0x00}, {0x1e, 0x03, 0x02}};
	static const uint8_t resetn[][3] = {{0x22, 0x04, 0x04}}, enable[][3] = {{0x22, 0x01, 0x00}};
	static const uint8_t gpio6[][3] = {{0x27, 0x40, 0x40}, {0x20, 0x03, 0x02}};
	static const uint8_t idle[][3] = {{0x22, 0x02, 0x02}}, input6[][3] = {{0x20, 0x03, 0x00}};
	static const uint8_t input1[][3] = {{0x16, 0x03, 0x00}}, daisy[][3] = {{0x43, 0x03, 0x03}};
	struct tps68470_plan plan;

	(void)state;
	assert_int_equal(tps68470_plan_gpio(4, true, &plan), FL_OK);
	assert_plan(&plan, gpio4, 2);
	assert_false(plan.updates[0].is_undone_last);
	assert_true(plan.updates[1].is_undone_last);
	assert_int_equal(tps68470_plan_gpio(5, false, &plan), FL_OK);
	assert_plan(&plan, gpio5_low, 2);
	assert_int_equal(tps68470_plan_gpio(9, true, &plan), FL_OK);
	assert_plan(&plan, resetn, 1);
	assert_int_equal(tps68470_plan_gpio(6, true, &plan), FL_OK);
	assert_plan(&plan, gpio6, 2);
	assert_int_equal(tps68470_plan_gpio(8, true, &plan), FL_OK);
	assert_plan(&plan, idle, 1);
	assert_int_equal(tps68470_plan_input(6, &plan), FL_OK);
	assert_plan(&plan, input6, 1);
	assert_int_equal(tps68470_plan_gpio(7, false, &plan), FL_OK);
	assert_plan(&plan, enable, 1);
	assert_int_equal(tps68470_plan_input(1, &plan), FL_OK);
	assert_plan(&plan, input1, 1);
	tps68470_plan_daisy(&plan);
	assert_plan(&plan, daisy, 1);
	assert_int_equal(tps68470_plan_gpio(10, true, &plan), FL_ERR_RANGE);
	assert_int_equal(tps68470_plan_gpio(UINT32_MAX, true, &plan), FL_ERR_RANGE);
	assert_int_equal(tps68470_plan_input(7, &plan), FL_ERR_RANGE);
}

/* ---- registers ------------------------------------------------------------------------------ */

struct chip {
	struct i2c_bus bus; /* first member */
	unsigned transfers, fails_at;
	uint8_t written[2];
};

static enum fl_err transfer(struct i2c_bus *bus, uint8_t address, const uint8_t *write,
			    size_t write_length, uint8_t *read, size_t read_length)
{
	struct chip *chip = (struct chip *)bus;

	assert_int_equal(address, 0x4d);
	if (++chip->transfers == chip->fails_at)
		return FL_ERR_NACK;
	if (!read_length) {
		assert_int_equal(write_length, 2);
		chip->written[0] = write[0];
		chip->written[1] = write[1];
		return FL_OK;
	}
	assert_int_equal(write_length, 1);
	assert_int_equal(read_length, 1);
	read[0] = (uint8_t)(write[0] ^ 0x5a);
	return FL_OK;
}

/* 6.5: 0xff to 0x50, and REVID answers. */
static void a_reset_is_written_and_asked_for(void **state)
{
	uint8_t revision = 0;

	(void)state;
	for (unsigned fails = 0; fails <= 2; fails++) {
		struct chip chip = {.bus = {"I2C2", NULL, transfer}, .fails_at = fails};

		assert_int_equal(tps68470_soft_reset(&chip.bus, 0x4d, &revision),
				 fails ? FL_ERR_NACK : FL_OK);
		assert_int_equal(chip.transfers, fails == 1 ? 1 : 2);
		if (fails != 1)
			assert_memory_equal(chip.written, "\x50\xff", 2);
		if (!fails)
			assert_int_equal(revision, 0xff ^ 0x5a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_the_voltages_of_the_sheet),
		cmocka_unit_test(the_last_step_is_the_limit),
		cmocka_unit_test(a_divider_beyond_its_field_is_refused),
		cmocka_unit_test(a_thousandth_is_tolerated),
		cmocka_unit_test(a_reset_is_written_and_asked_for),
		cmocka_unit_test(voltages_become_the_codes_of_the_sheet),
		cmocka_unit_test(every_code_comes_back),
		cmocka_unit_test(voltages_outside_are_refused),
		cmocka_unit_test(clocks_have_the_dividers_of_the_sheet),
		cmocka_unit_test(what_is_accepted_is_within_a_thousandth),
		cmocka_unit_test(impossible_clocks_are_refused),
		cmocka_unit_test(pins_are_set_before_they_drive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
