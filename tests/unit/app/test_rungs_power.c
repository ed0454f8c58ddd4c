/* test_rungs_power.c: rungs 1 to 9 on the whole ROM: controllers, power, buses, sensors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/host/rom.h"

#define BOARD  "firstlight/boards/soraka.ini"
#define SENSOR "firstlight/sensors/ov5670.ini"
#define PROBE  "probe --mode 640x360 --at-end exit"

/* ---- helpers ------------------------------------------------------------------------------ */

static void replace(const char *path, const char *old, const char *new)
{
	size_t size;
	const char *text = host_file_get(path, &size);
	const char *at = text ? strstr(text, old) : NULL;
	char *out;

	if (!at)
		fail_msg("%s has no '%s'", path, old);
	out = malloc(size + strlen(new) + 1);
	memcpy(out, text, (size_t)(at - text));
	strcpy(out + (at - text), new);
	memcpy(out + (at - text) + strlen(new), at + strlen(old),
	       size - (size_t)(at - text) - strlen(old));
	host_file_put(path, out, size - strlen(old) + strlen(new));
	free(out);
}

static void want(const char *id, const char *camera, const char *verdict, const char *words)
{
	if (!strcmp(rom_verdict(id, camera), verdict) && rom_says(id, camera, words))
		return;
	print_error("%s\n", host_console());
	fail_msg("want %s %s %s with '%s', is %s", id, camera, verdict, words,
		 rom_verdict(id, camera));
}

/* A check that has passed has nothing to complain about. */
static void no_passing_row_has_a_message(void)
{
	const char *row = rom_result("report.json", NULL);

	assert_non_null(row);
	for (row = strstr(row, "\"id\": \""); row; row = strstr(row + 1, "\"id\": \"")) {
		const char *end = strstr(row + 1, "\"id\": \"");
		const char *result = strstr(row, "\"result\": \"PASS\"");
		const char *message = strstr(row, "\"message\": \"");

		if (!result || (end && result > end) || !message || (end && message > end))
			continue;
		if (message[12] != '"')
			fail_msg("passes with a message: %.200s", row);
	}
}

static void nothing_is_left(void)
{
	host_print_findings();
	assert_int_equal(host_finding_count(), 0);
	for (unsigned i = 0; i < host_violation_count(); i++)
		print_error("violation: %s\n", host_violation(i));
	assert_int_equal(host_violation_count(), 0);
	assert_int_equal(host_leaks(), 0);
}

/* ---- a good board ------------------------------------------------------------------------- */

static void a_good_board_passes_and_says_nothing(void **state)
{
	(void)state;
	rom_prepare(1);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run(PROBE), 0);
	want("pci.i2c", "ov13858", "PASS", "\"I2C2\": \"00:15.2 8086:9d62");
	want("pci.i2c", "ov5670", "PASS", "\"I2C4\": \"00:19.2 8086:9d64");
	want("pci.i2c", "ov5670", "PASS", "\"I2C2\""); /* its PMIC's */
	want("sensor.mode", "ov5670", "PASS", "");
	want("device.restored", "", "PASS", "");
	no_passing_row_has_a_message();
	nothing_is_left();
}

/* A CPU that is away for 25 ms every 4 ms (case 28) fails nothing, and no bus had to be freed. */
static void a_cpu_that_is_away_fails_nothing(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 8; seed++) {
		rom_prepare(seed);
		rom_attach_seed(NULL, VBOARD_FPS_SENSOR, seed);
		host_set_stalls(25000000, 4000000);
		if (rom_run(PROBE))
			fail_msg("seed %u\n%s", seed, host_console());
		assert_true(host_stalls(NULL) > 20);
		assert_null(strstr(host_console(), "recoveries"));
		no_passing_row_has_a_message();
		nothing_is_left();
	}
}

/* ---- controllers -------------------------------------------------------------------------- */

static void a_missing_controller_is_the_matter_of_its_camera(void **state)
{
	(void)state;
	rom_prepare(2);
	replace(BOARD, "pci = 00:19.2", "pci = 00:1e.2");
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run(PROBE), 1);
	want("pci.i2c", "ov5670", "FAIL",
	     "I2C4 (00:1e.2) is not there; LPSS I2C controllers found: 00:15.0 8086:9d60");
	want("pci.i2c", "ov5670", "FAIL", "00:19.2 8086:9d64");
	want("power.up", "ov5670", "SKIP", "pci.i2c");
	want("i2c.bus", "ov5670", "SKIP", "pci.i2c");
	want("sensor.mode", "ov13858", "PASS", "");
	no_passing_row_has_a_message();
	nothing_is_left();
}

/* A bus by hand: only the bus that is asked for must be there. */
static void the_i2c_command_needs_only_its_own_bus(void **state)
{
	(void)state;
	rom_prepare(3);
	replace(BOARD, "pci = 00:19.2", "pci = 00:1e.2");
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run("i2c scan I2C2 --camera ov13858 --at-end exit"), 0);
	assert_non_null(strstr(host_console(), "I2C2 0x4d acknowledges"));
	assert_int_equal(rom_run("i2c scan I2C4 --camera ov13858 --at-end exit"), 2);
	assert_non_null(strstr(host_console(), "I2C4 (00:1e.2) is not there"));
	nothing_is_left();
}

/* ---- power -------------------------------------------------------------------------------- */

static void a_clock_that_is_not_the_sensors_is_refused(void **state)
{
	(void)state;
	rom_prepare(4);
	replace(SENSOR, "clock-frequency = 19.2MHz", "clock-frequency = 24MHz");
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run(PROBE), 1);
	want("power.up", "ov5670", "FAIL",
	     "soraka.ini:70 makes a clock of 19200000 Hz, firstlight/sensors/ov5670.ini:");
	want("power.up", "ov5670", "FAIL", "wants 24000000 Hz");
	want("sensor.acknowledge", "ov5670", "SKIP", "");
	want("sensor.mode", "ov13858", "PASS", "");
	no_passing_row_has_a_message();
	nothing_is_left();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_board_passes_and_says_nothing),
		cmocka_unit_test(a_cpu_that_is_away_fails_nothing),
		cmocka_unit_test(a_missing_controller_is_the_matter_of_its_camera),
		cmocka_unit_test(the_i2c_command_needs_only_its_own_bus),
		cmocka_unit_test(a_clock_that_is_not_the_sensors_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
