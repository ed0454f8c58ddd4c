/* test_board_file.c: what a board file may say, and what is said of one with a mistake. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "describe/ini/files.h"
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
			   "write I2C2 0x4d 0x0e 109 mask 0x7f off-delay 5us\n"
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
	struct diag diag = {0};

	if (board_parse("demo.ini", good, sizeof good - 1, board, &diag))
		fail_msg("%s", diag.message);
}

/* A file that does not say so is not verified. */
static void verified_is_said_or_not(void **state)
{
	static const struct {
		const char *line;
		bool is_verified;
	} cases[] = {{"", false}, {"verified = no\n", false}, {"verified = yes\n", true}};
	char text[sizeof good + 32];
	const char *at = strstr(good, "description");

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct board_desc b;

		snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, cases[i].line, at);
		assert_int_equal(board_parse("demo.ini", text, strlen(text), &b, NULL), FL_OK);
		assert_int_equal(b.is_verified, cases[i].is_verified);
		board_free(&b);
	}
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
	assert_string_equal(b.name, "");
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
	{5, "smbios-product = 1234567890123456789012345678901234567890123456789012345678901234", 5,
	 "longer than 63 characters"},
	{8, "[bus 123456789012]", 8, "longer than 11"},
	{9, "pci = 0:1g.2", 9, "bus:device.function"},
	{9, "pci = 0:1@.2", 9, "bus:device.function"},
	{9, "pci = 0:`.2", 9, "bus:device.function"},
	{9, "pci = :15.2", 9, "bus:device.function"},
	{9, "pci = 00:.2", 9, "bus:device.function"},
	{9, "pci = 00:15.", 9, "bus:device.function"},
	{9, "pci = 100:15.2", 9, "bus:device.function"},
	{9, "pci = 10000:00:15.2", 9, "bus:device.function"},
	{9, "pci = 00000:15.2", 9, "bus:device.function"},
	{10, "speed = 1000001", 10, "100kHz, 400kHz or 1MHz"},
	{10, "speed = fast", 10, "100kHz, 400kHz or 1MHz"},
	{21, "pad XPP_C11 high", 21, "no pad"},
	{21, "pad GPP_@1 high", 21, "no pad"},
	{21, "pad GPP_A001 high", 21, "no pad"},
	{22, "delay 0us", 22, "1us to 2s"},
	{22, "delay 2000001us", 22, "1us to 2s"},
	{33, "clock 999999Hz", 33, "no frequency"},
	{33, "clock 64000001Hz", 33, "no frequency"},
	{33, "clock fast", 33, "no frequency"},
	{34, "gpio s_enable input", 34, "output only"},
	{34, "gpio x high", 34, "unknown PMIC GPIO"},
	{37, "rail VA 2499.9mV", 37, "2500.0 to 3050.0"},
	{37, "rail VA 3050.1mV", 37, "2500.0 to 3050.0"},
	{37, "rail VD 1210001uV", 37, "the nearest is 1200.0"},
	{37, "rail VD 1189999uV", 37, "the nearest is 1200.0"},
	{39, "write I2C2 0x07 0x0e 1", 39, "0x8 to 0x77"},
	{39, "write I2C2 0x78 0x0e 1", 39, "0x8 to 0x77"},
	{39, "write I2C2 0x4d 0x10000 1", 39, "0x0 to 0xffff"},
	{39, "write I2C2 0x4d 0x0e 1 mask 0", 39, "0x1 to 0xff"},
	{39, "write I2C2 0x4d 0x0e 1 mask 0x100", 39, "0x1 to 0xff"},
	{39, "write I2C2 0x4d 0x0e 1 register-bytes 0", 39, "0x1 to 0x2"},
	{39, "write I2C2 0x4d 0x0e 1 register-bytes 3", 39, "0x1 to 0x2"},
	{39, "write I2C2 0x4d 0x100 1 register-bytes 1", 39, "register-bytes 2"},
	{39, "write I2C2 0x4d 0x0e 1 mask x unchecked", 39, "mask 'x'"},
	{39, "write I2C2 0x4d 0x3c 1", 39, "use 'rail'"},
	{39, "write I2C2 0x4d 0x48 1", 39, "use 'rail'"},
	{39, "write I2C2 0x4d 0x0e 1 register-bytes 2", 39, "use 'rail'"},
	{47, "rotation = 360", 47, "0, 90, 180 or 270"},
	{47, "rotation = x", 47, "0, 90, 180 or 270"},
	{48, "eeprom = I2C2 0x07 2048", 48, "0x08 to 0x77"},
	{48, "eeprom = I2C2 0x78 2048", 48, "0x08 to 0x77"},
	{48, "eeprom = I2C2 x 2048", 48, "address 'x'"},
	{48, "eeprom = I2C2 0x50 64", 48, "size '64'"},
	{48, "eeprom = I2C2 0x50 131072", 48, "size '131072'"},
	{48, "eeprom = I2C2 0x50 x", 48, "size 'x'"},
	{48, "eeprom = I2C2 0x50 2048 y", 48, "size 'y'"},
	{48, "vcm = I2C9 0x0c dw9714", 48, "unknown bus"},
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
	{39, "write I2C3 0x4d 0x0e 1", 39, "unknown bus"},
	{39, "write I2C2 0x80 0x0e 1", 39, "0x8 to 0x77"},
	{39, "write I2C2 0x4d 0x0e 256", 39, "0x0 to 0xff"},
	{39, "write I2C2 0x4d 0x0e", 39, "value ''"},
	{39, "write I2C2 0x4d 0x0e 0x80 mask 0x7f", 39, "outside the mask"},
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
	{39, "write I2C2 0x4d 0x0e 1 uncheckd", 39, "means nothing"},
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
		struct diag diag = {0};
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

/* What is just allowed: with line `line` of `good` replaced by this. */
static void parse_with(unsigned line, const char *replaced, struct board_desc *b)
{
	const struct mistake changed = {line, replaced, 0, NULL};
	char text[2 * sizeof good];
	struct diag diag = {0};

	write_mistake(&changed, text);
	if (board_parse("demo.ini", text, strlen(text), b, &diag))
		fail_msg("'%s': %s", replaced, diag.message);
}

static const struct power_step *step_of(struct board_desc *b, const char *line)
{
	parse_with(37, line, b);
	return &b->domains[2].steps[4];
}

static void limits_themselves_are_allowed(void **state)
{
	static const struct {
		const char *line;
		uint32_t value;
	} steps[] = {
		{"rail VA 2.5V", 2500000}, {"rail VA 3.05V", 3050000}, {"rail VD 0.9V", 900000},
		{"rail VD 1.5V", 1500000}, {"rail VD 1.21V", 1210000}, {"rail VD 1.19V", 1190000},
		{"clock 1MHz", 1000000},   {"clock 64MHz", 64000000},  {"gpio 0 high", 1},
		{"gpio 6 high", 1},        {"delay 1us", 1},           {"delay 2s", 2000000},
		{"pad GPP_A0 high", 1},    {"pad GPP_F23 low", 0},
	};
	static const struct {
		const char *line;
		uint8_t address, bytes;
		uint16_t reg;
		uint32_t value, mask;
		bool is_unchecked;
	} writes[] = {
		{"write I2C4 0x08 0 0", 0x08, 1, 0, 0, 0xff, false},
		{"write I2C4 0x77 0xff 0xff", 0x77, 1, 0xff, 0xff, 0xff, false},
		{"write I2C4 0x10 0x100 1", 0x10, 2, 0x100, 1, 0xff, false},
		{"write I2C4 0x10 0xffff 1 mask 1 unchecked", 0x10, 2, 0xffff, 1, 1, true},
		{"write I2C4 0x10 2 3 mask 0xff register-bytes 2", 0x10, 2, 2, 3, 0xff, false},
		{"write I2C4 0x10 0xff 3 register-bytes 1 unchecked", 0x10, 1, 0xff, 3, 0xff, true},
	};
	struct board_desc b;

	(void)state;
	for (size_t i = 0; i < COUNT(steps); i++) {
		assert_int_equal(step_of(&b, steps[i].line)->value, steps[i].value);
		board_free(&b);
	}
	assert_int_equal(step_of(&b, "gpio 6 input")->kind, POWER_INPUT);
	board_free(&b);
	for (size_t i = 0; i < COUNT(writes); i++) {
		const struct power_step *step = step_of(&b, writes[i].line);

		assert_int_equal(step->bus, 1);
		assert_int_equal(step->address, writes[i].address);
		assert_int_equal(step->reg, writes[i].reg);
		assert_int_equal(step->register_bytes, writes[i].bytes);
		assert_int_equal(step->value, writes[i].value);
		assert_int_equal(step->mask, writes[i].mask);
		assert_int_equal(step->is_unchecked, writes[i].is_unchecked);
		board_free(&b);
	}
}

static void limits_of_buses_and_cameras_are_allowed(void **state)
{
	static const uint32_t speeds[] = {100000, 400000, 1000000};
	static const char *const sides[] = {"front", "back", "external"};
	char line[128];
	struct board_desc b;

	(void)state;
	parse_with(9, "pci = fFfF:fF:1f.7", &b);
	assert_int_equal(b.buses[0].address.segment, 0xffff);
	assert_int_equal(b.buses[0].address.bus, 0xff);
	assert_int_equal(b.buses[0].address.device, 0x1f);
	assert_int_equal(b.buses[0].address.function, 7);
	board_free(&b);
	parse_with(9, "pci = aA:0.0", &b);
	assert_int_equal(b.buses[0].address.segment, 0);
	assert_int_equal(b.buses[0].address.bus, 0xaa);
	board_free(&b);
	for (size_t i = 0; i < COUNT(speeds); i++) {
		snprintf(line, sizeof line, "speed = %u", speeds[i]);
		parse_with(10, line, &b);
		assert_int_equal(b.buses[0].speed, speeds[i]);
		board_free(&b);
	}
	for (unsigned degrees = 0; degrees < 360; degrees += 90) {
		snprintf(line, sizeof line, "rotation = %u", degrees);
		parse_with(47, line, &b);
		assert_int_equal(b.cameras[0].rotation, degrees);
		board_free(&b);
	}
	for (size_t i = 0; i < COUNT(sides); i++) {
		snprintf(line, sizeof line, "orientation = %s", sides[i]);
		parse_with(48, line, &b);
		assert_string_equal(b.cameras[0].orientation, sides[i]);
		board_free(&b);
	}
	parse_with(48, "eeprom = I2C4 0x08 128\nvcm = I2C2 0x77 dw9714\nvcm-power = io", &b);
	assert_int_equal(b.cameras[0].eeprom.address, 0x08);
	assert_int_equal(b.cameras[0].eeprom.size, 128);
	assert_int_equal(b.cameras[0].vcm.address, 0x77);
	assert_int_equal(b.cameras[0].vcm.power, 1);
	board_free(&b);
	parse_with(48, "eeprom = I2C4 0x50 65536", &b);
	assert_int_equal(b.cameras[0].eeprom.size, 65536);
	board_free(&b);
	parse_with(
		5,
		"smbios-product = 123456789012345678901234567890123456789012345678901234567890123",
		&b);
	assert_int_equal(strlen(b.matches[0].value), 63);
	assert_string_equal(b.file, "demo.ini");
	assert_int_equal(b.pmic_count, 1);
	board_free(&b);
	assert_int_equal(b.camera_count, 0);
	assert_null(b.memory);
	assert_string_equal(b.name, "");
	assert_int_equal(host_leaks(), 0);
}

/* Neither rail alone, nor both alike, in whatever order; where they differ, both lines are named. */
static void io_rails_agree_wherever_they_stand(void **state)
{
	static const char differ[] =
		"[board]\nname = x\n[bus B]\npci = 0:1.0\n[pmic p]\nbus = B\naddress = "
		"0x4d\ncrystal = 20MHz\n[power a]\npmic = p\nrail VIO 1.8V\n[power b]\n"
		"pmic = p\nrail VSIO 1.82V\n[camera c]\nbus = B\naddress = 0x10\nport = 0\n"
		"data-lanes = 1\n";
	struct board_desc b;
	struct diag diag = {0};

	(void)state;
	parse_with(27, "", &b);
	board_free(&b);
	parse_with(28, "", &b);
	board_free(&b);
	parse_with(27, "delay 1ms\nrail VIO 1.8006V", &b);
	board_free(&b);
	assert_int_equal(board_parse("x.ini", differ, sizeof differ - 1, &b, &diag), FL_ERR_FORMAT);
	assert_string_equal(diag.message,
			    "x.ini:14: VSIO differs from VIO in line 11; the daisy chain "
			    "wants the same voltage");
	assert_int_equal(host_leaks(), 0);
}

/* As many as there may be, and one more. */
static void counts_have_a_limit(void **state)
{
	static const struct {
		unsigned most;
		const char *line, *said;
	} cases[] = {
		{256, "\ndelay 1us", "more than 256 steps"},
		{16 - 2, "\n[bus b%u]\npci = 0:1.0", "more than 16 of these sections"},
		{32 - 3, "\n[power p%u]\ndelay 1us", "more than 32 of these sections"},
	};
	char *text = malloc(20000);
	struct board_desc b;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		for (unsigned more = 0; more < 2; more++) {
			struct diag diag = {0};
			char *out = text + sprintf(text, "%s[power many]", good);
			unsigned count = cases[i].most + more - (i == 2);

			if (i)
				out += sprintf(out, "\ndelay 1us");
			for (unsigned k = 0; k < count; k++)
				out += sprintf(out, cases[i].line, k);
			sprintf(out, "\n");
			assert_int_equal(board_parse("x.ini", text, strlen(text), &b, &diag),
					 more ? FL_ERR_FORMAT : FL_OK);
			assert_true(!more || strstr(diag.message, cases[i].said));
			board_free(&b);
		}
	free(text);
	assert_int_equal(host_leaks(), 0);
}

static void sections_that_do_nothing_or_come_too_early(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{"[board]\nname = x\n[camera c]\nbus = B\n",
		 "x.ini:4: bus 'B', but no such section stands above; add it"},
		{"[board]\nname = x\n[bus B]\npci = 0:1.0\n[pmic p]\nbus = B\naddress = "
		 "0x4d\ncrystal = 20MHz\n"
		 "[power p]\npmic = p\n",
		 "[power p] does nothing; add steps or drop it"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct board_desc b;
		struct diag diag = {0};

		assert_int_equal(
			board_parse("x.ini", cases[i].text, strlen(cases[i].text), &b, &diag),
			FL_ERR_FORMAT);
		if (!strstr(diag.message, cases[i].said))
			fail_msg("%s", diag.message);
	}
}

/* Of a file with a mistake somewhere: for whom it is meant. */
static void a_file_with_a_mistake_still_tells_its_board(void **state)
{
	static const char text[] =
		"[board]\nname = demo\nvoltage = 3\n[match]\nsmbios-product = Demo\n"
		"pci = 8086:9d32\n[bus B]\nnonsense\n";
	struct board_desc b;

	(void)state;
	board_peek("dir/demo.ini", text, sizeof text - 1, &b);
	assert_string_equal(b.file, "dir/demo.ini");
	assert_string_equal(b.name, "demo");
	assert_int_equal(b.match_count, 2);
	assert_string_equal(b.matches[0].value, "Demo");
	assert_string_equal(b.matches[1].key, "pci");
	assert_null(b.memory);
	assert_int_equal(b.bus_count, 0);
	assert_int_equal(host_leaks(), 0);
	board_peek("x.ini", "[match]", 7, &b);
	assert_string_equal(b.name, "");
}

static void boards_without_cameras_are_none(void **state)
{
	static const char text[] = "[board]\nname = x\n";
	struct board_desc b;
	struct diag diag = {0};

	(void)state;
	assert_int_equal(board_parse("x.ini", text, sizeof text - 1, &b, &diag), FL_ERR_FORMAT);
	assert_non_null(strstr(diag.message, "without a [camera NAME]"));
}

/* What is meant for one chip must not reach another, least of all the supplies. */
static void an_address_is_one_chip(void **state)
{
	static const struct {
		const char *line, *said;
	} cases[] = {
		{"eeprom = I2C2 0x4d 256",
		 "I2C2 0x4d is the pmic tps and the eeprom of camera ov7251"},
		{"eeprom = I2C2 0x48 2048",
		 "I2C2 0x48 is the pmic tps and the eeprom of camera ov7251"},
		{"eeprom = I2C2 0x60 8192", "is the camera ov7251 and the eeprom of camera ov7251"},
		{"vcm = I2C4 0x36 dw9714",
		 "I2C4 0x36 is the camera front and the vcm of camera ov7251"},
		{"eeprom = I2C2 0x51 2048",
		 "answers at 8 addresses: 0x51 is none that it can begin at"},
		{"eeprom = I2C2 0x51 1024", "answers at 4 addresses"},
		{"eeprom = I2C2 0x50 2048", NULL},
		{"eeprom = I2C2 0x54 1024", NULL},
		{"eeprom = I2C2 0x51 8192", NULL},
		{"eeprom = I2C4 0x4d 256", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[4096];
		struct board_desc b;
		struct diag diag = {0};
		enum fl_err err;

		snprintf(text, sizeof text, "%s%s\n", good, cases[i].line);
		err = board_parse("demo.ini", text, strlen(text), &b, &diag);
		assert_int_equal(err, cases[i].said ? FL_ERR_FORMAT : FL_OK);
		if (cases[i].said && !strstr(diag.message, cases[i].said))
			fail_msg("'%s': %s", cases[i].line, diag.message);
		board_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_one_chip),
		cmocka_unit_test(verified_is_said_or_not),
		cmocka_unit_test_setup(buses_cameras_and_matches, reset),
		cmocka_unit_test_setup(power_steps_in_order, reset),
		cmocka_unit_test_setup(every_mistake_names_line_and_cure, reset),
		cmocka_unit_test_setup(limits_themselves_are_allowed, reset),
		cmocka_unit_test_setup(limits_of_buses_and_cameras_are_allowed, reset),
		cmocka_unit_test_setup(io_rails_agree_wherever_they_stand, reset),
		cmocka_unit_test_setup(counts_have_a_limit, reset),
		cmocka_unit_test_setup(sections_that_do_nothing_or_come_too_early, reset),
		cmocka_unit_test_setup(a_file_with_a_mistake_still_tells_its_board, reset),
		cmocka_unit_test_setup(boards_without_cameras_are_none, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
