/*
 * test_pads.c: pads of the PCH that a board's cameras hang on, through the whole ROM: reached whether firmware hides
 * the sideband bridge or not, left as they were found, and named where somebody else holds them.
 */
#include <stdio.h>

#include "app/app.h"
#include "tests/unit/app/said.h"

#define PROBE "probe --camera ov5670"

static void start(const char *const *faults, const char *bridge, const char *left)
{
	const char *const decisions[] = {bridge, left, NULL};

	rom_prepare(1);
	rom_attach_board(&(struct rom_board){.faults = faults, .decisions = decisions});
}

static void pads_are_reached_however_firmware_left_them(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		char bridge[16], left[16];

		snprintf(bridge, sizeof bridge, "p2sb=%u", i / 4);
		snprintf(left, sizeof left, "pads-left=%u", i % 4);
		start(NULL, bridge, left);
		if (rom_run(PROBE) != APP_PASS || rom_says("power.up", "ov5670", "\"note\"")) {
			fputs(host_console(), stderr);
			fail_msg("%s %s", bridge, left);
		}
		nothing_is_left();
	}
}

/* GPP_C11, pad 59, is optional: where firmware hides it, it may have set it, and the rail that it has left off is seen at once.
 * One that somebody else holds at the wrong level is the fault that it is. */
static void a_pad_that_cannot_be_set_is_named(void **state)
{
	static const struct {
		const char *fault, *note, *message;
	} cases[] = {
		{"pad-locked=59", "pad GPP_C11 is locked by firmware", "power 3v3, step 1"},
		{"pad-owned=59", "pad GPP_C11 belongs to ", "power 3v3, step 1"},
		{"pads-hidden", "reads all ones", "did not acknowledge"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		start((const char *const[]){cases[i].fault, NULL}, "p2sb=0", "pads-left=1");
		assert_int_equal(rom_run(PROBE), APP_FAIL);
		want("power.up", "ov5670", "FAIL", cases[i].note);
		want("power.up", "ov5670", "FAIL", cases[i].message);
		nothing_is_left();
	}
}

/* And one that is as it should be serves, whoever holds it. */
static void a_pad_that_is_right_may_be_held(void **state)
{
	static const char *const faults[] = {"pad-locked=59", "pad-owned=59"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		start((const char *const[]){faults[i], NULL}, "p2sb=1", "pads-left=0");
		assert_int_equal(rom_run(PROBE), APP_PASS);
		assert_false(rom_says("power.up", "ov5670", "\"note\""));
		nothing_is_left();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pads_are_reached_however_firmware_left_them),
		cmocka_unit_test(a_pad_that_cannot_be_set_is_named),
		cmocka_unit_test(a_pad_that_is_right_may_be_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
