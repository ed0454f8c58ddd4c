/* test_run.c: the ladder from end to end on the host: what a user sees of a good and of a bad board. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/host/rom.h"

#define ONE_SMALL "run --camera ov5670 --mode 640x360 --frames 2 --cycles 2 --at-end exit"

static void both_cameras_pass(void **state)
{
	(void)state;
	rom_prepare(1);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run("run --mode 1056x784 --frames 2 --cycles 2 --at-end exit"), 0);
	assert_string_equal(rom_verdict("stream.frame", "ov13858"), "PASS");
	assert_string_equal(rom_verdict("stream.frame", "ov5670"), "PASS");
	assert_string_equal(rom_verdict("image.pattern", "ov13858"), "PASS");
	assert_string_equal(rom_verdict("image.pattern", "ov5670"), "PASS");
	assert_string_equal(rom_verdict("stream.rate", "ov5670"), "PASS");
	assert_string_equal(rom_verdict("device.restored", ""), "PASS");
	assert_non_null(rom_result("frames/ov13858-0000.raw", NULL));
	assert_non_null(rom_result("frames/ov5670-0001.png", NULL));
	assert_non_null(strstr(host_console(), "RESULT PASS"));
	assert_string_equal(host_published(), "PASS");
	host_print_findings();
	assert_int_equal(host_finding_count(), 0);
	for (unsigned i = 0; i < host_violation_count(); i++)
		print_error("violation: %s\n", host_violation(i));
	assert_int_equal(host_violation_count(), 0);
	assert_int_equal(host_leaks(), 0);
}

/* One fault, the check that must fail with what words, and one that must still pass. */
struct fault_case {
	const char *fault;
	const char *id, *camera, *words;
	const char *still_id, *still_camera;
};

static const struct fault_case fault_cases[] = {
	{"no-cio2", "pci.receiver", "", "no CIO2", "sensor.id", "ov5670"},
	{"sensor-nack=ov5670", "sensor.acknowledge", "ov5670", "did not acknowledge", "pci.ready", ""},
	{"wrong-id=ov5670", "sensor.id", "ov5670", "0x300a", "sensor.acknowledge", "ov5670"},
	{"no-sof=ov5670", "stream.start", "ov5670", "no start of frame", "sensor.mode", "ov5670"},
	{"no-eof=ov5670", "stream.frame", "ov5670", "start", "stream.start", "ov5670"},
	{"short-frame=ov5670", "stream.frame", "ov5670", "bytes, want", "stream.start", "ov5670"},
	{"crc=ov5670", "stream.errors", "ov5670", "crc", "stream.frame", "ov5670"},
	{"ecc=ov5670", "stream.errors", "ov5670", "ecc", "stream.frame", "ov5670"},
	{"fifo-overflow=ov5670", "stream.errors", "ov5670", "fifo-overflow", "stream.start", "ov5670"},
	{"dma-no-halt", "stream.stop", "ov5670", "CDMAC0", "stream.frame", "ov5670"},
};

static void each_fault_fails_its_own_check(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof fault_cases / sizeof fault_cases[0]; i++) {
		const struct fault_case *c = &fault_cases[i];
		const char *faults[] = {c->fault, NULL};

		rom_prepare(2 + (unsigned)i);
		rom_attach(faults, VBOARD_FPS_SENSOR);
		assert_int_equal(rom_run(ONE_SMALL), 1);
		if (strcmp(rom_verdict(c->id, c->camera), "FAIL") || !rom_says(c->id, c->camera, c->words) ||
		    strcmp(rom_verdict(c->still_id, c->still_camera), "PASS"))
			fail_msg("%s: want %s FAIL with '%s', %s PASS\n%s", c->fault, c->id, c->words,
				 c->still_id, host_console());
		assert_non_null(strstr(host_console(), "RESULT FAIL"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_cameras_pass),
		cmocka_unit_test(each_fault_fails_its_own_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
