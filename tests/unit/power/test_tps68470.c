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
		enum tps68470_rail rail;
		uint32_t microvolt;
		uint8_t reg, code, control;
	} cases[] = {
		{TPS68470_VIO, 1800600, 0x3f, 52, 0},
		{TPS68470_VSIO, 1800600, 0x40, 52, 0x43},
		{TPS68470_VA, 2815200, 0x41, 109, 0x47},
		{TPS68470_VD, 1200000, 0x42, 12, 0x48},
		{TPS68470_VAUX1, 1213200, 0x3d, 19, 0x45},
		{TPS68470_VAUX2, 1800600, 0x3e, 52, 0x46},
		{TPS68470_VCM, 2815200, 0x3c, 109, 0x44},
		{TPS68470_VA, 2800000, 0x41, 108, 0x47},
		{TPS68470_VAUX1, 875000, 0x3d, 0, 0x45},
		{TPS68470_VAUX1, 3100000, 0x3d, 125, 0x45},
		{TPS68470_VD, 1950000, 0x42, 42, 0x48},
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
		if (cases[i].control)
			assert_int_equal(plan.updates[1].reg, cases[i].control);
	}
}

static void every_code_comes_back(void **state)
{
	(void)state;
	for (unsigned rail = 0; rail < TPS68470_RAILS; rail++) {
		for (unsigned code = 0; code <= (rail == TPS68470_VD ? 42u : 125u); code++) {
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
	assert_int_equal(tps68470_plan_rail(TPS68470_VA, 874999, &plan), FL_ERR_RANGE);
	assert_int_equal(tps68470_plan_rail(TPS68470_VA, 3120000, &plan), FL_ERR_RANGE);
	assert_int_equal(tps68470_plan_rail(TPS68470_VD, 1970000, &plan), FL_ERR_RANGE);
	assert_int_equal(tps68470_plan_rail(TPS68470_VA, UINT32_MAX, &plan), FL_ERR_RANGE);
	assert_int_equal(tps68470_plan_rail(TPS68470_RAILS, 1800000, &plan), FL_ERR_RANGE);
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
		assert_true(plan.settle_us >= 4000);
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

/* 6.3: level first, then push-pull. */
static void pins_are_set_before_they_drive(void **state)
{
	static const uint8_t gpio4[][3] = {{0x27, 0x10, 0x10}, {0x1c, 0x03, 0x02}};
	static const uint8_t gpio5_low[][3] = {{0x27, 0x20, 0x00}, {0x1e, 0x03, 0x02}};
	static const uint8_t resetn[][3] = {{0x22, 0x04, 0x04}}, enable[][3] = {{0x22, 0x01, 0x00}};
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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
