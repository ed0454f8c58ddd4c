/* test_rungs_power.c: rungs 1 to 9 on the whole ROM: controllers, power, buses, sensors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/app/said.h"

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

/* The whole ladder: what passes has nothing to complain about, also behind checks that did fail. */
static void no_row_of_a_whole_run_passes_with_a_message(void **state)
{
	(void)state;
	rom_prepare(42);
	rom_attach((const char *const[]){"crc=ov5670", "vcm-stuck", NULL}, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run("run --camera ov5670 --mode 640x360 --frames 2 --cycles 1"), 1);
	no_passing_row_has_a_message();
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

/* Of all numbers behind `key` in the report. */
static unsigned long sum_of(const char *key)
{
	const char *at = rom_result("report.json", NULL);
	unsigned long sum = 0;

	while (at && (at = strstr(at, key)) != NULL)
		sum += strtoul(at += strlen(key), NULL, 10);
	return sum;
}

/* Retries are no failure, but nobody should have to guess that there were some. */
static void retries_are_counted(void **state)
{
	(void)state;
	rom_prepare(31);
	rom_attach((const char *const[]){"i2c-arbitration=50", NULL}, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run(PROBE), 0);
	want("sensor.mode", "ov5670", "PASS", "\"i2c-retries\": ");
	want("device.restored", "", "PASS", "\"i2c-retries-in-all\": ");
	assert_false(rom_says("device.restored", "", "\"i2c-retries-in-all\": 0"));
	assert_int_equal(sum_of("\"i2c-retries\": "), sum_of("\"i2c-retries-in-all\": "));
	rom_prepare(32);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run(PROBE), 0);
	assert_false(rom_says("sensor.mode", "ov5670", "i2c-retries"));
	want("device.restored", "", "PASS", "\"i2c-retries-in-all\": 0");
	want("pci.ready", "", "PASS", "\"interrupts\": \"not used");
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
	     "soraka.ini:71 makes a clock of 19200000 Hz, firstlight/sensors/ov5670.ini:");
	want("power.up", "ov5670", "FAIL", "wants 24000000 Hz");
	want("sensor.acknowledge", "ov5670", "SKIP", "");
	want("sensor.mode", "ov13858", "PASS", "");
	no_passing_row_has_a_message();
	nothing_is_left();
}

/* ---- sensors ------------------------------------------------------------------------------ */

#define SHOWN  "pmic-status=1" /* the PMIC's registers show what does not come up */
#define HIDDEN "pmic-status=0"

/* One run with one fault: the row that fails and its words; the other camera is not touched by it. */
static void fails_decided(unsigned seed, const char *fault, const char *decision, const char *id,
			  const char *camera, const char *words, const char *other)
{
	const char *faults[] = {fault, NULL};

	rom_prepare(seed);
	rom_attach_decided(faults, VBOARD_FPS_SENSOR, seed, decision);
	assert_int_equal(rom_run(PROBE), 1);
	want(id, camera, "FAIL", words);
	if (other)
		want("sensor.mode", other, "PASS", "");
	no_passing_row_has_a_message();
	nothing_is_left();
}

static void fails(unsigned seed, const char *fault, const char *id, const char *camera,
		  const char *words, const char *other)
{
	fails_decided(seed, fault, NULL, id, camera, words, other);
}

static void dead_controllers_fail_rung_2(void **state)
{
	(void)state;
	fails(11, "i2c-controller-gone=4", "pci.i2c", "ov5670",
	      "I2C4 (00:19.2) is not there; LPSS I2C controllers found: 00:15.0 8086:9d60, "
	      "00:15.1 8086:9d61, 00:15.2 8086:9d62\"",
	      "ov13858");
	fails(12, "i2c-all-ones=4", "pci.i2c", "ov5670", "I2C4", "ov13858");
	want("pci.i2c", "ov5670", "FAIL", "lost its BAR");
	/* Both cameras' PMIC is behind the other one. */
	fails(13, "i2c-all-ones=2", "pci.i2c", "ov5670", "I2C2", NULL);
	want("pci.i2c", "ov13858", "FAIL", "I2C2");
}

static void a_pmic_that_does_not_obey_fails_power(void **state)
{
	(void)state;
	fails(14, "pmic-register-stuck=0x47", "power.up", "ov13858", "register 0x47 (VA, line ",
	      "ov5670");
	want("sensor.acknowledge", "ov13858", "SKIP", "");
	fails(15, "pmic-register-stuck=0x45", "power.up", "ov5670", "(VAUX1, line", "ov13858");
	fails(16, "pmic-register-stuck=0x0d", "power.up", "ov5670", "(clock, ", NULL);
	fails(17, "pmic-nack", "power.up", "ov13858", "I2C2 0x4d did not acknowledge", NULL);
}

static void a_silent_sensor_is_told_with_its_neighbours(void **state)
{
	(void)state;
	fails(5, "sensor-nack=ov13858", "sensor.acknowledge", "ov13858",
	      "; on I2C2 answer 0x4d 0x50-0x57\"", "ov5670");
	fails(6, "sensor-nack=ov5670", "sensor.acknowledge", "ov5670", "; on I2C4 nobody answers\"",
	      "ov13858");
}

/* The PMIC's registers show it: then reset is not released, and power is what fails. */
static void what_the_pmic_sees_fails_power(void **state)
{
	(void)state;
	fails_decided(37, "rail-stuck=ov13858", SHOWN, "power.up", "ov13858",
		      "register 0x47 (VA, line", "ov5670");
	want("sensor.acknowledge", "ov13858", "SKIP", "power.up");
	fails_decided(39, "rail-stuck=ov5670:2", SHOWN, "power.up", "ov5670", "(VAUX1, line",
		      "ov13858");
	fails_decided(41, "pmic-no-pll", SHOWN, "power.up", "ov13858", "register 0x0d (clock, line",
		      NULL);
	want("power.up", "ov5670", "FAIL", "the crystal of the clock");
}

/* As `fails`, where the board complains of what the ROM cannot know: a reset released without a rail
 * that the PMIC says is on. */
static void fails_unseen(unsigned seed, const char *fault, const char *id, const char *camera,
			 const char *words)
{
	const char *faults[] = {fault, NULL};

	rom_prepare(seed);
	rom_attach_decided(faults, VBOARD_FPS_SENSOR, seed, HIDDEN);
	assert_int_equal(rom_run(PROBE), 1);
	want(id, camera, "FAIL", words);
	no_passing_row_has_a_message();
	assert_int_equal(host_leaks(), 0);
}

/* What no register shows, and what the PMIC does not make, is told as far as it can be: what to
 * measure, and one cause for two. */
static void what_the_pmic_cannot_see_is_named(void **state)
{
	static const char *const faults[] = {"rail-stuck=ov5670", "clock-stuck=ov5670",
					     "reset-stuck=ov5670"};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		fails_unseen(33 + i, faults[i], "sensor.acknowledge", "ov5670",
			     "VAUX2 1.80 V, PMIC pin 4 high, VAUX1 1.21 V, PMIC pin 5 high");
		want("sensor.mode", "ov13858", "PASS", "");
	}
	fails_unseen(38, "rail-stuck=ov13858:2", "sensor.acknowledge", "ov13858", "VD 1.20 V");
	fails_unseen(36, "pmic-no-pll", "sensor.acknowledge", "ov13858", "clock 19200 kHz");
	want("sensor.acknowledge", "ov5670", "FAIL", "; ov13858, on the same clock, is silent too");
	want("sensor.acknowledge", "ov5670", "FAIL", "one cause for both cameras: the PMIC's PLL");
}

static void a_sensor_at_another_address_is_found(void **state)
{
	(void)state;
	fails(7, "moved-sensor=ov5670", "sensor.acknowledge", "ov5670",
	      "; on I2C4 answer 0x10; the chip at 0x10 is that of ov5670.ini", "ov13858");
	want("sensor.acknowledge", "ov5670", "FAIL", "correct 'address' of [camera ov5670]");
	fails(8, "moved-sensor=ov13858", "sensor.acknowledge", "ov13858",
	      "; the chip at 0x36 is that of ov13858.ini", "ov5670");
}

static void a_foreign_chip_is_looked_up(void **state)
{
	(void)state;
	fails(9, "other-sensor=ov5670", "sensor.id", "ov5670", "; that is the id of ov5675.ini",
	      "ov13858");
	want("sensor.id", "ov5670", "FAIL", "'sensor = ov5675'");
	fails(10, "wrong-id=ov5670", "sensor.id", "ov5670",
	      "; none of the 11 sensor files on the stick has it", "ov13858");
}

static void a_register_that_decides_must_read_back(void **state)
{
	static const char *const deciding[] = {"0x3808", "0x380e", "0x0302", "0x3821"};
	char fault[64];

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		snprintf(fault, sizeof fault, "register-stuck=ov5670:%s", deciding[i]);
		fails(25 + i, fault, "sensor.mode", "ov5670", deciding[i], "ov13858");
		want("sensor.mode", "ov5670", "FAIL",
		     "1 of the registers that decide size or timing");
	}
	/* One that decides nothing is told. */
	rom_prepare(30);
	rom_attach((const char *const[]){"register-stuck=ov5670:0x5006", NULL}, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run(PROBE), 0);
	want("sensor.mode", "ov5670", "PASS", "\"differ\": \"0x5006\"");
	no_passing_row_has_a_message();
}

/* ---- the module's other parts ------------------------------------------------------------- */

static void the_module_is_read_and_moved(void **state)
{
	char first[17] = "";
	const char *row;

	(void)state;
	for (unsigned seed = 18; seed < 20; seed++) {
		rom_prepare(seed);
		rom_attach_seed(NULL, VBOARD_FPS_SENSOR, seed);
		assert_int_equal(rom_run(PROBE), 0);
		want("module.eeprom", "ov13858", "PASS", "\"size\": 2048");
		want("module.vcm", "ov13858", "PASS", "341, 682, parked at 0");
		want("module.eeprom", "ov5670", "SKIP", "no EEPROM");
		want("module.vcm", "ov5670", "SKIP", "no focus motor");
		row = strstr(rom_result("report.json", NULL), "\"xxh3\": \"");
		assert_non_null(row);
		assert_memory_not_equal(first, row + 9, 16); /* each module has its own */
		memcpy(first, row + 9, 16);
		nothing_is_left();
	}
}

static void the_modules_faults_are_its_own(void **state)
{
	(void)state;
	fails(20, "eeprom-nack", "module.eeprom", "ov13858", "I2C2 0x50 did not acknowledge",
	      "ov13858");
	fails(21, "eeprom-flip", "module.eeprom", "ov13858", "reads differently twice: byte 0x",
	      "ov13858");
	fails(22, "vcm-nack", "module.vcm", "ov13858", "I2C2 0x0c did not acknowledge", "ov13858");
	fails(23, "vcm-stuck", "module.vcm", "ov13858", "was told position 341 and reads back 0x",
	      "ov13858");
	/* Not supplied. */
	rom_prepare(24);
	replace(BOARD, "vcm-power = lens", "# vcm-power = lens");
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run(PROBE), 1);
	want("module.vcm", "ov13858", "FAIL", "I2C2 0x0c did not acknowledge");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_board_passes_and_says_nothing),
		cmocka_unit_test(no_row_of_a_whole_run_passes_with_a_message),
		cmocka_unit_test(a_cpu_that_is_away_fails_nothing),
		cmocka_unit_test(retries_are_counted),
		cmocka_unit_test(a_missing_controller_is_the_matter_of_its_camera),
		cmocka_unit_test(the_i2c_command_needs_only_its_own_bus),
		cmocka_unit_test(a_clock_that_is_not_the_sensors_is_refused),
		cmocka_unit_test(dead_controllers_fail_rung_2),
		cmocka_unit_test(a_pmic_that_does_not_obey_fails_power),
		cmocka_unit_test(a_silent_sensor_is_told_with_its_neighbours),
		cmocka_unit_test(what_the_pmic_sees_fails_power),
		cmocka_unit_test(what_the_pmic_cannot_see_is_named),
		cmocka_unit_test(a_sensor_at_another_address_is_found),
		cmocka_unit_test(a_foreign_chip_is_looked_up),
		cmocka_unit_test(a_register_that_decides_must_read_back),
		cmocka_unit_test(the_module_is_read_and_moved),
		cmocka_unit_test(the_modules_faults_are_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
