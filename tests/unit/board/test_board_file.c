/* test_board_file.c: what a board file may say, and what is said of one with a mistake. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "board/board.h"
#include "tests/host/host.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char good[] = "[board]\n" /* 1 */
			   "name = demo\n"
			   "description = Demo board\n"
			   "[match]\n"
			   "smbios-product = Demo\n" /* 5 */
			   "smbios-product = Demo 2\n"
			   "pci = 8086:9D32\n"
			   "[bus I2C2]\n"
			   "pci = 00:15.2\n"
			   "speed = 400kHz\n" /* 10 */
			   "hcnt = 90\n"
			   "lcnt = 192\n"
			   "sda-hold = 36\n"
			   "[bus I2C4]\n"
			   "pci = 0001:1f:19.7\n" /* 15 */
			   "[pmic tps]\n"
			   "bus = I2C2\n"
			   "address = 0x4d\n"
			   "crystal = 20MHz\n"
			   "[power 3v3]\n" /* 20 */
			   "pad GPP_C11 high optional\n"
			   "delay 3ms\n"
			   "[power io]\n"
			   "requires = 3v3\n"
			   "pmic = tps\n" /* 25 */
			   "pmic-reset\n"
			   "rail VIO 1.8006V\n"
			   "rail VSIO 1800.6mV off-delay 1ms\n"
			   "daisy-chain off-delay 2ms\n"
			   "[power all]\n" /* 30 */
			   "requires = io, 3v3\n"
			   "pmic = tps\n"
			   "clock 19.2MHz\n"
			   "gpio 1 input\n"
			   "gpio 4 high\n" /* 35 */
			   "gpio s_resetn low\n"
			   "rail VD 1.2V\n"
			   "pad GPP_G7 low off-delay 1ms\n"
			   "write I2C2 0x4d 0x41 109 mask 0x7f off-delay 5us\n"
			   "write I2C4 0x10 0x3000 1\n" /* 40 */
			   "[camera front]\n"
			   "sensor = ov5670\n"
			   "bus = I2C4\n"
			   "address = 0x36\n"
			   "port = 1\n" /* 45 */
			   "data-lanes = 1 2\n"
			   "rotation = 180\n"
			   "orientation = front\n"
			   "power = all\n"
			   "[camera ov7251]\n" /* 50 */
			   "bus = I2C2\n"
			   "address = 0x60\n"
			   "port = 3\n"
			   "data-lanes = 1\n";

static int reset(void **state)
{
	(void)state;
	host_reset(1);
	return 0;
}

static void load(struct board_desc *board)
{
	struct diag diag = {{0}, {0}};

	if (board_parse("demo.ini", good, sizeof good - 1, board, &diag))
		fail_msg("%s", diag.message);
}

static void buses_cameras_and_matches(void **state)
{
	struct board_desc b;

	(void)state;
	load(&b);
	assert_string_equal(b.name, "demo");
	assert_int_equal(b.match_count, 3);
	assert_string_equal(b.matches[1].key, "smbios-product");
	assert_string_equal(b.matches[1].value, "Demo 2");
	assert_int_equal(b.bus_count, 2);
	assert_int_equal(b.buses[0].hcnt, 90);
	assert_int_equal(b.buses[0].sda_hold, 36);
	assert_int_equal(b.buses[1].address.segment, 1);
	assert_int_equal(b.buses[1].address.bus, 0x1f);
	assert_int_equal(b.buses[1].address.device, 0x19);
	assert_int_equal(b.buses[1].address.function, 7);
	assert_int_equal(b.buses[1].speed, 400000);
	assert_int_equal(b.pmics[0].crystal, 20000000);
	assert_int_equal(b.camera_count, 2);
	assert_string_equal(b.cameras[0].sensor, "ov5670");
	assert_int_equal(b.cameras[0].bus, 1);
	assert_int_equal(b.cameras[0].rotation, 180);
	assert_int_equal(b.cameras[0].power, 2);
	assert_string_equal(b.cameras[1].sensor, "ov7251"); /* the camera's name */
	assert_int_equal(b.cameras[1].power, 0xff);
	board_free(&b);
	assert_int_equal(host_leaks(), 0);
}

static void power_steps_in_order(void **state)
{
	static const struct {
		uint8_t kind, target;
		uint32_t value, off_delay;
	} steps[] = {
		{POWER_CLOCK, 0, 19200000, 0}, {POWER_INPUT, 1, 0, 0},      {POWER_GPIO, 4, 1, 0},
		{POWER_GPIO, 9, 0, 0},         {POWER_RAIL, 6, 1200000, 0}, {POWER_PAD, 0, 0, 1000},
		{POWER_WRITE, 0, 109, 5},      {POWER_WRITE, 0, 1, 0},
	};
	struct board_desc b;

	(void)state;
	load(&b);
	assert_int_equal(b.domains[2].require_count, 2);
	assert_int_equal(b.domains[2].requires[0], 1);
	assert_int_equal(b.domains[2].requires[1], 0);
	assert_int_equal(b.domains[0].pmic, 0xff);
	assert_true(b.domains[0].steps[0].is_optional);
	assert_string_equal(b.domains[0].steps[0].pad, "GPP_C11");
	assert_int_equal(b.domains[1].steps[0].kind, POWER_RESET);
	assert_int_equal(b.domains[1].steps[1].target, 3); /* VIO */
	assert_int_equal(b.domains[1].steps[1].value, 1800600);
	assert_int_equal(b.domains[1].steps[2].target, 4); /* VSIO */
	assert_int_equal(b.domains[1].steps[3].kind, POWER_DAISY);
	assert_int_equal(b.domains[2].count, COUNT(steps));
	for (size_t i = 0; i < COUNT(steps); i++) {
		const struct power_step *step = &b.domains[2].steps[i];

		assert_int_equal(step->kind, steps[i].kind);
		assert_int_equal(step->target, steps[i].target);
		assert_int_equal(step->value, steps[i].value);
		assert_int_equal(step->off_delay_us, steps[i].off_delay);
		assert_int_equal(step->line, 33 + i);
	}
	assert_int_equal(b.domains[2].steps[6].mask, 0x7f);
	assert_int_equal(b.domains[2].steps[6].register_bytes, 1);
	assert_int_equal(b.domains[2].steps[7].register_bytes, 2);
	assert_int_equal(b.domains[2].steps[7].bus, 1);
	board_free(&b);
}

/* ---- mistakes ---------------------------------------------------------------------------- */

/* As in test_sensor_file.c. */
static const struct mistake {
	unsigned line;
	const char *text;
	unsigned said;
	const char *word;
} mistakes[] = {
	{2, "name = ../demo", 2, "letters"},
	{5, "smbios-prodct = x", 5, "did you mean 'smbios-product'"},
	{5, "smbios-product =", 5, "no value"},
	{7, "pci = 8086:9d3", 7, "8086:9d32"},
	{7, "pci = 8086-9d32", 7, "8086:9d32"},
	{7,
	 "bios-vendor=1\nbios-vendor=1\nbios-vendor=1\nbios-vendor=1\nbios-vendor=1\nbios-vendor="
	 "1\n"
	 "bios-vendor=1",
	 13, "more than 8"},
	{8, "[bus a-very-long-bus-name]", 8, "longer than 11"},
	{9, "", 8, "lacks 'pci'"},
	{9, "pci = 15.2", 9, "bus:device.function"},
	{9, "pci = 00:20.2", 9, "bus:device.function"},
	{9, "pci = 00:15.8", 9, "bus:device.function"},
	{9, "pci = 00:15.2x", 9, "bus:device.function"},
	{10, "speed = 300kHz", 10, "100kHz, 400kHz or 1MHz"},
	{11, "", 8, "give both"},
	{11, "hcnt = 5", 11, "6 to 65525"},
	{14, "[bus I2C2]", 14, "a second [bus I2C2]"},
	{14, "[bus i2c2]", 14, "a second [bus i2c2]"},
	{17, "bus = I2C7", 17, "did you mean 'I2C2'"},
	{18, "address = 0x7d", 18, "8 to 119"},
	{21, "pad GPP_H1 high", 21, "no pad"},
	{21, "pad GPP_C24 high", 21, "no pad"},
	{21, "pad GPP_C01 high", 21, "no pad"},
	{21, "pad GPP_G8 high", 21, "no pad"},
	{21, "pad GPP_C11 on", 21, "high or low"},
	{21, "pad GPP_C11 input", 21, "high or low"},
	{21, "pad GPP_C11 high optionally", 21, "means nothing"},
	{21, "gpio 4 high", 21, "needs a PMIC"},
	{21, "pads GPP_C11 high", 21, "did you mean 'pad'"},
	{22, "delay 3", 22, "no time"},
	{22, "delay 3s", 22, "no time"},
	{22, "delay 2s\ndelay 2s\ndelay 2s\ndelay 2s\ndelay 2s\ndelay 2s", 27, "more than 10 s"},
	{24, "requires = 3v", 24, "did you mean '3v3'"},
	{24, "requires = io", 24, "itself"},
	{24, "requires = all", 24, "unknown power domain"},
	{25, "pmic = pst", 25, "unknown pmic"},
	{27, "rail VIO 2.8152V", 27, "1620.0 to 1980.0"},
	{27, "rail VOI 1.8V", 27, "did you mean 'VIO'"},
	{27, "rail VIO 1.8", 27, "1.8006V"},
	{27, "rail VIO 1.8V 5", 27, "means nothing"},
	{27, "rail VIO 1.8V off-delay", 27, "no time"},
	{28, "rail VSIO 1.7V", 28, "same voltage"},
	{31, "requires = io 3v3 io 3v3 io", 31, "more than 4"},
	{33, "clock 19.2", 33, "no frequency"},
	{33, "clock 100MHz", 33, "no frequency"},
	{34, "gpio 7 input", 34, "unknown PMIC GPIO"},
	{34, "gpio s_idle input", 34, "output only"},
	{34, "gpio 1 hgih", 34, "did you mean 'high'"},
	{37, "rail VD 1.212V", 37, "the nearest is 1200.0"},
	{37, "rail VD 1.188V", 37, "the nearest is 1200.0"},
	{37, "rail VD 3.3V", 37, "900.0 to 1500.0"},
	{37, "rail VA 1.8V", 37, "2500.0 to 3050.0"},
	{37, "rail VA 28V", 37, "2500.0 to 3050.0"},
	{39, "write I2C3 0x4d 0x41 1", 39, "unknown bus"},
	{39, "write I2C2 0x80 0x41 1", 39, "0x8 to 0x77"},
	{39, "write I2C2 0x4d 0x41 256", 39, "0x0 to 0xff"},
	{39, "write I2C2 0x4d 0x41", 39, "value ''"},
	{39, "write I2C2 0x4d 0x41 0x80 mask 0x7f", 39, "outside the mask"},
	{39, "write I2C2 0x4d 0x141 1 register-bytes 1", 39, "register-bytes 2"},
	{42, "sensor = a b", 42, "letters"},
	{43, "", 41, "lacks 'bus'"},
	{45, "port = 4", 45, "0 to 3"},
	{47, "rotation = 45", 47, "0, 90, 180 or 270"},
	{48, "orientation = fornt", 48, "did you mean 'front'"},
	{49, "power = al", 49, "did you mean 'all'"},
	{48, "eeprom = I2C9 0x50 2048", 48, "unknown bus"},
	{48, "eeprom = I2C2 0x80 2048", 48, "0x08 to 0x77"},
	{48, "eeprom = I2C2 0x50", 48, "power of two"},
	{48, "eeprom = I2C2 0x50 2000", 48, "power of two"},
	{48, "eeprom = I2C2 0x50 2048 x", 48, "power of two"},
	{48, "vcm = I2C2 0x0c", 48, "unknown focus motor"},
	{48, "vcm = I2C2 0x0c dw9741", 48, "did you mean 'dw9714'"},
	{48, "vcm-power = all", 41, "does not name"},
	{48, "eeprom-power = al", 48, "did you mean 'all'"},
	{39, "write I2C2 0x4d 0x41 1 uncheckd", 39, "means nothing"},
	{53, "port = 1", 50, "so is [camera front]"},
	{54, "data-lanes = 5", 54, "count"},
};

static void write_mistake(const struct mistake *mistake, char *out)
{
	unsigned line = 1;

	for (const char *c = good; *c; line++) {
		const char *end = strchr(c, '\n');
		int length = (int)(end + 1 - c);

		if (line != mistake->line)
			out += sprintf(out, "%.*s", length, c);
		else if (*mistake->text)
			out += sprintf(out, "%s\n", mistake->text);
		c += length;
	}
}

static void every_mistake_names_line_and_cure(void **state)
{
	char text[2 * sizeof good], where[32];

	(void)state;
	for (size_t i = 0; i < COUNT(mistakes); i++) {
		struct board_desc b;
		struct diag diag = {{0}, {0}};
		enum fl_err err;

		write_mistake(&mistakes[i], text);
		memset(&b, 0xee, sizeof b);
		err = board_parse("demo.ini", text, strlen(text), &b, &diag);
		snprintf(where, sizeof where, "demo.ini:%u: ", mistakes[i].said);
		if (err != FL_ERR_FORMAT || strncmp(diag.message, where, strlen(where)) ||
		    !strstr(diag.message, mistakes[i].word))
			fail_msg("line %u '%s': '%s'", mistakes[i].line, mistakes[i].text,
				 diag.message);
		if (!strchr(diag.message, ';'))
			fail_msg("no cure: %s", diag.message);
		assert_int_equal(b.camera_count, 0);
		assert_null(b.memory);
	}
	assert_int_equal(host_leaks(), 0);
}

static void boards_without_cameras_are_none(void **state)
{
	static const char text[] = "[board]\nname = x\n";
	struct board_desc b;
	struct diag diag = {{0}, {0}};

	(void)state;
	assert_int_equal(board_parse("x.ini", text, sizeof text - 1, &b, &diag), FL_ERR_FORMAT);
	assert_non_null(strstr(diag.message, "without a [camera NAME]"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(buses_cameras_and_matches, reset),
		cmocka_unit_test_setup(power_steps_in_order, reset),
		cmocka_unit_test_setup(every_mistake_names_line_and_cure, reset),
		cmocka_unit_test_setup(boards_without_cameras_are_none, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
