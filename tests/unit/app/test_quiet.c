/*
 * test_quiet.c: no page is given back while a device may still use it, on every path that ends: also those on
 * which a device does not stop, fails in the middle, or the operator presses ESC. The machine looks at the
 * device whenever memory is given back (host_check_freed).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/host/rom.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define RUN          "run --camera ov5670 --mode 640x360 --frames 2 --cycles 2 --format raw --at-end exit"
#define CAPTURE      "capture --camera ov5670 --mode 640x360 --frames 2 --format raw --at-end exit"
#define MMU          "mmu --at-end exit"

static unsigned findings_in_use(void)
{
	unsigned count = 0;

	for (unsigned i = 0; i < host_finding_count() && i < HOST_FINDINGS; i++)
		count += host_finding(i)->kind == HOST_FREED_IN_USE;
	return count;
}

static void start(const char *fault)
{
	const char *faults[] = {fault, NULL};

	rom_prepare(4);
	rom_put_firmware();
	rom_attach(faults, VBOARD_FPS_SENSOR);
	host_check_freed(true);
}

static void finish(const char *what, const char *command)
{
	if (findings_in_use()) {
		print_error("%s\n", host_console());
		host_print_findings();
		fail_msg("%s, %s: %u pieces of memory given back in use", command, what,
			 findings_in_use());
	}
}

/* Bus mastering of a function is off: a device that did not stop reaches nothing any more. */
static bool is_cut_off(unsigned device, unsigned function)
{
	struct pci_address address = {0, 0, (uint8_t)device, (uint8_t)function};

	return !(platform_pci_read(address, 4, 2) & 4);
}

/* ---- a good machine ------------------------------------------------------------------------ */

static void nothing_is_left_and_nothing_was_taken_too_early(void **state)
{
	static const char *const commands[] = {RUN, CAPTURE, MMU};

	(void)state;
	for (size_t i = 0; i < COUNT(commands); i++) {
		start(NULL);
		assert_int_equal(rom_run(commands[i]), 0);
		finish("no fault", commands[i]);
		assert_int_equal(host_leaks(), 0);
	}
}

/* ---- faults on the way ----------------------------------------------------------------------- */

/* Everything is given back in the end, in the right order: these devices can be stopped. */
static void faults_that_end_a_rung(void **state)
{
	static const struct {
		const char *fault, *command;
	} cases[] = {
		{"imgu-sp0-silent", MMU},        {"imgu-sp1-silent", MMU},
		{"imgu-boot-busy", MMU},         {"imgu-boot-error", MMU},
		{"imgu-wrong-l1", MMU},          {"imgu-stale-tlb", MMU},
		{"imgu-data-flip", MMU},         {"imgu-dma-drop=7", MMU},
		{"imgu-no-power", MMU},          {"imgu-no-start", MMU},
		{"no-sof=ov5670", RUN},          {"no-eof=ov5670", RUN},
		{"short-frame=ov5670", RUN},     {"torn-frame=ov5670", CAPTURE},
		{"sensor-nack=ov5670", RUN},     {"i2c-timeout=4", RUN},
		{"wrong-data-type=ov5670", RUN}, {"dphy=ov5670", CAPTURE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		start(cases[i].fault);
		if (!rom_run(cases[i].command))
			fail_msg("%s passed", cases[i].fault);
		finish(cases[i].fault, cases[i].command);
		assert_int_equal(host_leaks(), 0);
	}
}

/* ---- devices that do not stop ---------------------------------------------------------------- */

/* What they may reach is kept, bus mastering is off, and the report says so. */
static void devices_that_do_not_stop_keep_their_pages(void **state)
{
	static const struct {
		const char *fault, *command;
		unsigned device, function;
	} cases[] = {
		{"imgu-burst-stuck", MMU, 5, 0},   {"imgu-no-halt", MMU, 5, 0},
		{"imgu-burst-stuck", RUN, 5, 0},   {"dma-no-halt", RUN, 0x14, 3},
		{"dma-no-halt", CAPTURE, 0x14, 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		start(cases[i].fault);
		assert_int_equal(rom_run(cases[i].command), 1);
		finish(cases[i].fault, cases[i].command);
		assert_true(host_leaks() > 0);
		assert_true(is_cut_off(cases[i].device, cases[i].function));
		if (!strstr(host_console(), "bus mastering is off")) {
			print_error("%s\n", host_console());
			fail_msg("%s: the report does not say it", cases[i].fault);
		}
	}
}

/* A device that falls off the bus at any moment, and so can be neither stopped nor asked. */
static void devices_that_vanish_at_any_moment(void **state)
{
	char fault[40];

	(void)state;
	for (unsigned n = 1; n < 6000; n += n < 40 ? 13 : n / 4) {
		snprintf(fault, sizeof fault, "imgu-all-ones=%u", n);
		start(fault);
		rom_run(MMU);
		finish(fault, MMU);
	}
	start("cio2-all-ones");
	assert_int_equal(rom_run(RUN), 1);
	finish("cio2-all-ones", RUN);
}

/* ---- the operator ------------------------------------------------------------------------------ */

static void escape_at_any_moment(void **state)
{
	(void)state;
	for (unsigned ms = 20; ms < 3000; ms += 20 + ms / 3) {
		char what[32];

		snprintf(what, sizeof what, "ESC after %u ms", ms);
		start(NULL);
		host_key_at((uint64_t)ms * 1000000, 0x1b);
		rom_run(RUN);
		finish(what, RUN);
		assert_int_equal(host_leaks(), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_left_and_nothing_was_taken_too_early),
		cmocka_unit_test(faults_that_end_a_rung),
		cmocka_unit_test(devices_that_do_not_stop_keep_their_pages),
		cmocka_unit_test(devices_that_vanish_at_any_moment),
		cmocka_unit_test(escape_at_any_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
