/*
 * test_command_i2c.c: `i2c` by hand: what goes over the wires and into the chips, and that nothing does, no
 * supply even, when a word was not understood.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/app/said.h"
#include "vboard/parts/eeprom.h"
#include "vboard/boards/soraka.h"
#include "vboard/parts/tps68470.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PASS         0
#define ERROR        2
#define PMIC         0x4d
#define EEPROM       0x50

static void start(const char *fault)
{
	static const char *const decisions[] = {"pads-left=0", NULL};
	const char *faults[] = {fault, NULL};

	rom_prepare(1);
	rom_attach_board(
		&(struct rom_board){.faults = faults, .decisions = decisions, .traced = true});
}

static void run(const char *line, int status)
{
	int ended = rom_run(line);

	if (ended != status)
		fail_msg("'%s' ended with %d:\n%s", line, ended, host_console());
	assert_said(status == PASS ? "RESULT PASS\n" : "RESULT ERROR\n");
	assert_int_equal(host_leaks(), 0);
}

/* The chip at this address of LPSS instance 2. */
static void *chip(uint8_t address)
{
	return i2c_bus_find(soraka_i2c_bus(host_board(), 2), address);
}

/* "start W 0x4d, write 0x3c, stop 0x4d": what stands in the trace of this bus, from the last start to `address`
 * whose first byte is `first` on. */
static const char *transfer_of(const char *bus, unsigned address, unsigned first)
{
	static char out[2048];
	char start[64], byte[64];
	const char *at, *found = NULL;
	size_t used = 0;

	snprintf(start, sizeof start, " %-6s I2C start W 0x%02x\n", bus, address);
	snprintf(byte, sizeof byte, " %-6s I2C write 0x%02x\n", bus, first);
	for (at = strstr(rom_trace(), start); at; at = strstr(at + 1, start)) {
		const char *next = strstr(at, " I2C write");

		if (next &&
		    !strncmp(next - strlen(bus) - (6 - strlen(bus)) - 1, byte, strlen(byte)))
			found = at;
	}
	out[0] = '\0';
	for (at = found; at; at = strchr(at, '\n') + 1) {
		const char *what = strstr(at, "I2C ");

		if (!what || what > strchr(at, '\n'))
			continue;
		what += 4;
		used += (size_t)snprintf(out + used, sizeof out - used, "%s%.*s", used ? ", " : "",
					 (int)strcspn(what, "\n"), what);
		if (!strncmp(what, "stop", 4) || used > sizeof out / 2)
			break;
	}
	return out;
}

static bool wires_were_used(void)
{
	return strstr(rom_trace(), "I2C ") != NULL;
}

/* ---- scan --------------------------------------------------------------------------------- */

static void a_scan_lists_who_answers(void **state)
{
	(void)state;
	start(NULL);
	run("i2c scan I2C2", PASS);
	assert_said("I2C2 0x10 acknowledges\nI2C2 0x4d acknowledges\nI2C2 0x50 acknowledges\n"
		    "I2C2 0x51 acknowledges\nI2C2 0x52 acknowledges\nI2C2 0x53 acknowledges\n"
		    "I2C2 0x54 acknowledges\nI2C2 0x55 acknowledges\nI2C2 0x56 acknowledges\n"
		    "I2C2 0x57 acknowledges\nI2C2: 10 devices\nRESULT PASS\n");
	start(NULL);
	run("i2c SCAN i2c4", PASS);
	assert_said("I2C4 0x36 acknowledges\nI2C4: 1 device\nRESULT PASS\n");
}

/* What is not selected stays dark; what cannot be powered is said, and the rest is scanned. */
static void a_scan_powers_the_selected_cameras(void **state)
{
	(void)state;
	start(NULL);
	run("i2c scan I2C4 --camera ov13858", PASS);
	assert_said("I2C4: 0 devices\n");
	assert_not_said("not powered");
	start("pmic-nack");
	run("i2c scan I2C2", PASS);
	assert_said("# ov13858 is not powered: power pmic, step 5");
	assert_said("# ov5670 is not powered: power pmic, step 5");
	assert_not_said("0x4d acknowledges");
}

static void a_bus_in_trouble_is_an_error(void **state)
{
	(void)state;
	start("i2c-stuck=2");
	run("i2c scan I2C2", ERROR);
	assert_said("error: I2C2 0x08: bus still busy");
	start("i2c-controller-gone=4");
	run("i2c scan I2C4", ERROR);
	assert_said("error: I2C4 (00:19.2) is not there");
	start("i2c-controller-gone=4");
	run("i2c scan I2C2", PASS);
	assert_said("# ov5670 is not powered: I2C4 (00:19.2) is not there");
}

/* ---- read ----------------------------------------------------------------------------------- */

static void a_read_gives_what_the_chip_holds(void **state)
{
	struct eeprom *eeprom;
	char want[256], *at = want;

	(void)state;
	start(NULL);
	run("i2c read I2C2 0x10 0x300a 3", PASS);
	assert_said("I2C2 0x10 0x300a: 0x00 0xd8 0x55\n");
	assert_string_equal(transfer_of("i2c2", 0x10, 0x30),
			    "start W 0x10, write 0x30, write 0x0a, start R 0x10, read 0x00, "
			    "read 0xd8, read 0x55, stop 0x10");
	start(NULL);
	run("i2c read I2C2 0x10 0x30a", PASS);
	assert_string_equal(
		transfer_of("i2c2", 0x10, 0x03),
		"start W 0x10, write 0x03, write 0x0a, start R 0x10, read 0x00, stop 0x10");
	start(NULL);
	run("i2c read i2c2 77 255", PASS);
	assert_said("I2C2 0x4d 255: 0x21\n");
	assert_string_equal(transfer_of("i2c2", PMIC, 0xff),
			    "start W 0x4d, write 0xff, start R 0x4d, read 0x21, stop 0x4d");
	start(NULL);
	eeprom = chip(EEPROM);
	at += sprintf(at, "I2C2 0x57 0xe0:");
	for (unsigned i = 0; i < 32; i++)
		at += sprintf(at, " 0x%02x", eeprom->data[0x7e0 + i]);
	sprintf(at, "\n");
	run("i2c read I2C2 0x57 0xe0 32", PASS);
	assert_said(want);
}

static void who_does_not_answer_is_an_error(void **state)
{
	(void)state;
	start(NULL);
	run("i2c read I2C2 0x08 0x00", ERROR);
	assert_said("error: I2C2 0x08 did not acknowledge its address");
	start(NULL);
	run("i2c write I2C2 0x77 0x00 0x00", ERROR);
	assert_said("error: I2C2 0x77 did not acknowledge its address");
	/* The rear camera's address on the front camera's bus: nobody, so any width will do. */
	start(NULL);
	run("i2c read I2C4 0x10 0x00", ERROR);
	assert_said("error: I2C4 0x10 did not acknowledge its address");
}

/* ---- write ---------------------------------------------------------------------------------- */

/* GPP_C10, the PMIC's reset, takes nothing: its registers can be looked at when the command has ended. */
#define KEPT "pad-owned=58"

static void a_write_reaches_the_register_that_was_named_and_no_other(void **state)
{
	uint8_t before[256];
	struct tps68470 *pmic;

	(void)state;
	start(KEPT);
	pmic = chip(PMIC);
	run("i2c read I2C2 0x4d 0x3c", PASS);
	memcpy(before, pmic->registers, sizeof before);
	start(KEPT);
	pmic = chip(PMIC);
	run("i2c write I2C2 0x4d 0x3c 0x2a", PASS);
	assert_said("I2C2 0x4d 0x3c: 1 bytes written\n");
	assert_string_equal(transfer_of("i2c2", PMIC, 0x3c),
			    "start W 0x4d, write 0x3c, write 0x2a, stop 0x4d");
	assert_int_equal(pmic->registers[0x3c], 0x2a);
	before[0x3c] = 0x2a;
	assert_memory_equal(pmic->registers, before, sizeof before);
	assert_int_equal(host_violation_count(), 0);
}

static void values_go_one_after_the_other(void **state)
{
	char line[512] = "i2c write I2C2 0x10 0xffe0",
	     want[1024] = "start W 0x10, write 0xff, write 0xe0";

	(void)state;
	for (unsigned i = 0; i < 32; i++) {
		sprintf(line + strlen(line), " 0x%x", 0xe0 + i);
		sprintf(want + strlen(want), ", write 0x%02x", 0xe0 + i);
	}
	strcat(want, ", stop 0x10");
	start(NULL);
	run(line, PASS);
	assert_said("I2C2 0x10 0xffe0: 32 bytes written\n");
	assert_string_equal(transfer_of("i2c2", 0x10, 0xff), want);
	strcat(line, " 0");
	start(NULL);
	run(line, ERROR);
	assert_false(wires_were_used());
}

/* ---- refusals ------------------------------------------------------------------------------- */

static void what_is_not_understood_touches_nothing(void **state)
{
	static const char *const lines[] = {
		"i2c",
		"i2c scan",
		"i2c scan I2C2 0x10",
		"i2c erase I2C2 0x4d 0x3c 0x2a",
		"i2c read I2C2 0x4d",
		"i2c read I2C2 0x07 0x00",
		"i2c read I2C2 0x78 0x00",
		"i2c read I2C2 0x110 0x00",
		"i2c read I2C2 pmic 0x00",
		"i2c read I2C2 0x4d 0xfg",
		"i2c read I2C2 0x4d 256",
		"i2c read I2C2 0x10 0x10000",
		"i2c read I2C2 0x10 0x300a 0",
		"i2c read I2C2 0x10 0x300a 33",
		"i2c read I2C2 0x10 0x300a three",
		"i2c read I2C2 0x10 0x300a 1 1",
		"i2c write I2C2 0x4d 0x3c",
		"i2c write I2C2 0x00 0x06 0x00",
		"i2c write I2C2 0x4d 0x3c 0x100",
		"i2c write I2C2 0x4d 0x3c 0x2a 0x2x",
		"i2c write I2C2 0xcd 0x3c 0x2a",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		start(NULL);
		run(lines[i], ERROR);
		assert_said("error: i2c: what to do was not understood, nothing was done");
		assert_said("hint: i2c scan I2C2 | i2c read I2C2 0x36 0x300a 3");
		if (wires_were_used())
			fail_msg("'%s' was on the wires", lines[i]);
	}
	start(NULL);
	run("i2c write I2C9 0x4d 0x3c 0x2a", ERROR);
	assert_said("error: firstlight/boards/soraka.ini has no bus I2C9");
	assert_false(wires_were_used());
}

static void edit_board(const char *from, const char *to)
{
	static const char path[] = "firstlight/boards/soraka.ini";
	char text[8192];
	char *at;

	snprintf(text, sizeof text, "%s", (const char *)host_file_get(path, NULL));
	at = strstr(text, from);
	assert_non_null(at);
	memcpy(at, to, strlen(to));
	host_file_put(path, text, strlen(text));
}

/* A register address of the wrong width makes a write of a read, and of a write one to another register. */
static void a_register_address_of_the_wrong_width_is_refused(void **state)
{
	static const struct {
		const char *line, *why;
	} cases[] = {
		{"i2c write I2C2 0x4d 0x003c 0x2a",
		 "error: I2C2 0x4d takes register addresses of 1 byte, not of 2; nothing was "
		 "done\nhint: give the register two digits: 0x42\n"},
		{"i2c read I2C2 0x4d 0x00ff", "I2C2 0x4d takes register addresses of 1 byte"},
		{"i2c read I2C2 0x50 0x0000", "I2C2 0x50 takes register addresses of 1 byte"},
		{"i2c read I2C2 0x57 0x0000", "I2C2 0x57 takes register addresses of 1 byte"},
		{"i2c write I2C4 0x36 0x10 1",
		 "error: I2C4 0x36 takes register addresses of 2 bytes, not of 1; nothing was "
		 "done\nhint: give the register four digits: 0x0042\n"},
		{"i2c read I2C2 0x10 0x0a", "I2C2 0x10 takes register addresses of 2 bytes"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		start(NULL);
		run(cases[i].line, ERROR);
		assert_said(cases[i].why);
		if (wires_were_used())
			fail_msg("'%s' was on the wires", cases[i].line);
	}
	start(NULL);
	edit_board("0x50 2048", "0x50 4096");
	run("i2c read I2C2 0x50 0x00", ERROR);
	assert_said("I2C2 0x50 takes register addresses of 2 bytes");
	start(NULL);
	edit_board("0x50 2048", "0x50 4096");
	run("i2c read I2C2 0x51 0x00", PASS); /* of a larger one only the first address is its */
	start(NULL);                          /* what the board file does not know takes both */
	run("i2c read I2C2 0x58 0x0000", ERROR);
	assert_said("0x58 did not acknowledge");
	start(NULL);
	run("i2c read I2C2 0x4f 0x0000", ERROR);
	assert_said("0x4f did not acknowledge");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scan_lists_who_answers),
		cmocka_unit_test(a_scan_powers_the_selected_cameras),
		cmocka_unit_test(a_bus_in_trouble_is_an_error),
		cmocka_unit_test(a_read_gives_what_the_chip_holds),
		cmocka_unit_test(who_does_not_answer_is_an_error),
		cmocka_unit_test(a_write_reaches_the_register_that_was_named_and_no_other),
		cmocka_unit_test(values_go_one_after_the_other),
		cmocka_unit_test(what_is_not_understood_touches_nothing),
		cmocka_unit_test(a_register_address_of_the_wrong_width_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
