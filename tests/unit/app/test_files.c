/* test_files.c: files on the stick that are not ours, broken, missing or named wrongly: one casualty
 * each, and never in silence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/app.h"
#include "tests/host/rom.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PROBE        "probe --camera ov5670"
#define BOARDS       "firstlight/boards/"

static void start(unsigned seed)
{
	rom_prepare(seed);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
}

static void put(const char *path, const char *text)
{
	host_file_put(path, text, strlen(text));
}

/* A copy of one of the stick's files under another name, with some text behind it. */
static void copy(const char *from, const char *to, const char *more)
{
	char text[65536];
	size_t size;
	const char *there = host_file_get(from, &size);

	assert_non_null(there);
	assert_true(size + strlen(more) < sizeof text);
	memcpy(text, there, size);
	strcpy(text + size, more);
	host_file_put(to, text, size + strlen(more));
}

static void assert_says(const char *id, const char *camera, const char *text)
{
	if (!rom_says(id, camera, text))
		fail_msg("%s %s does not say '%s':\n%s", id, camera, text, host_console());
}

static void assert_probe_passes(const char *told)
{
	if (rom_run(PROBE) != APP_PASS)
		fail_msg("%s", host_console());
	assert_string_equal(rom_verdict("sensor.id", "ov5670"), "PASS");
	assert_says("board.file", "", told);
	assert_int_equal(host_leaks(), 0);
}

/* What macOS leaves beside every file that it copies to FAT: AppleDouble, version 2, Finder info. */
static void files_of_a_mac_are_passed_over(void **state)
{
	static const uint8_t apple_double[82] = {0, 5, 0x16,     7,        0,         2,
						 0, 0, [25] = 1, [29] = 9, [33] = 50, [37] = 32};

	(void)state;
	start(1);
	host_file_put(BOARDS "._soraka.ini", apple_double, sizeof apple_double);
	host_file_put(BOARDS "._poppy.ini", apple_double, sizeof apple_double);
	host_file_put(BOARDS ".DS_Store", apple_double, sizeof apple_double);
	host_file_put("firstlight/._firstlight.ini", apple_double, sizeof apple_double);
	assert_probe_passes("._soraka.ini: the name begins with a dot");
}

/* Windows hides the extension that an editor adds. */
static void a_board_file_with_a_second_extension_is_told(void **state)
{
	(void)state;
	start(1);
	copy(BOARDS "soraka.ini", BOARDS "soraka.ini.txt", "");
	platform_file_remove(BOARDS "soraka.ini");
	assert_int_equal(rom_run(PROBE), APP_FAIL);
	assert_string_equal(rom_verdict("board.file", ""), "FAIL");
	assert_says("board.file", "", "soraka.ini.txt: the name does not end in .ini");
	assert_says("board.file", "", "none of 13 board files matches this machine");
	assert_non_null(strstr(host_console(), "# hint: passed over: soraka.ini.txt: the name does "
					       "not end in .ini\n"));
	start(1);
	copy(BOARDS "soraka.ini", BOARDS "soraka.ini.txt", "");
	platform_file_remove(BOARDS "soraka.ini");
	assert_int_equal(rom_run(PROBE " --board soraka"), APP_ERROR);
	assert_non_null(strstr(host_console(), "soraka.ini, which board = names, cannot be read"));
	assert_non_null(strstr(host_console(), "soraka.ini.txt"));
}

static void names_that_cannot_be_taken_are_told(void **state)
{
	char longest[160] = BOARDS;

	(void)state;
	memset(longest + strlen(BOARDS), 'x', 90);
	strcpy(longest + strlen(BOARDS) + 90, ".ini");
	start(1);
	put(longest, "");
	put(BOARDS "readme.txt", "what these are");
	platform_dir_create(BOARDS "old.ini");
	assert_probe_passes("the name is too long");
	assert_says("board.file", "", "readme.txt: the name does not end in .ini");
	assert_says("board.file", "", "old.ini: a folder");
}

static void more_files_than_fit_are_told(void **state)
{
	(void)state;
	start(1);
	for (unsigned i = 0; i < 150; i++) {
		char path[64];

		snprintf(path, sizeof path, BOARDS "a%03u.ini", i);
		put(path, "[board]\nname = other\n[match]\nsmbios-product = Other\n");
	}
	rom_run(PROBE);
	assert_says("board.file", "", "too many files");
}

/* ---- one bad file, one casualty ---------------------------------------------------------- */

static void a_broken_file_of_another_board_is_a_note(void **state)
{
	static const char *const broken[] = {
		"[board]\nname = other\nvoltage = 3\n[match]\nsmbios-product = Other\n",
		"what is this?",
		"",
		"\x01\x02\x03",
		"[board\nname = other\n[match]\nsmbios-product = Other\n",
		"[match]\nsmbios-manufacturer = HP\nsmbios-product = Other\n[bus]\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		start(1);
		put(BOARDS "a-first.ini", broken[i]);
		assert_probe_passes("a-first.ini:");
	}
}

/* Short of memory at any moment: an ERROR that says so, and never a board's or a camera's FAIL. */
static void memory_that_is_short_is_said(void **state)
{
	(void)state;
	for (unsigned long k = 1; k < 60; k += 2) {
		start(1);
		host_fail_allocation(k);
		if (rom_run(PROBE) == APP_PASS)
			continue;
		assert_non_null(strstr(host_console(), "RESULT ERROR"));
		assert_int_equal(strncmp(host_published(), "ERROR ", 6), 0);
		if (!strstr(host_console(), "memory") ||
		    strstr(host_console(), "# first: board.file: \n"))
			fail_msg("allocation %lu:\n%s", k, host_console());
		assert_int_equal(host_leaks(), 0);
	}
}

/* Its [match] can be read and fits: this one is meant, and no other file stands in for it. */
static void a_broken_file_of_this_board_is_the_error(void **state)
{
	(void)state;
	start(1);
	copy(BOARDS "soraka.ini", BOARDS "soraka.ini", "\nvoltage = 3\n");
	assert_int_equal(rom_run(PROBE), APP_FAIL);
	assert_string_equal(rom_verdict("board.file", ""), "FAIL");
	assert_says("board.file", "", "unknown key of [camera] 'voltage'");
	start(1);
	put(BOARDS "near.ini", "[board]\nname = near\nvoltage = 3\n[match]\nsmbios-manufacturer = "
			       "HP\nsmbios-product = Soraka\nsmbios-version = rev5\n");
	assert_int_equal(rom_run(PROBE), APP_FAIL);
	assert_says("board.file", "", "near.ini:3: unknown key of [board] 'voltage'");
}

static void the_nearer_of_two_boards_is_taken(void **state)
{
	(void)state;
	start(1);
	put(BOARDS "a-any-hp.ini", "[board]\nname = any\n[match]\nsmbios-manufacturer = HP\n"
				   "[bus I2C4]\npci = 00:19.2\n[camera ov5670]\nbus = I2C4\n"
				   "address = 0x36\nport = 1\ndata-lanes = 2\n");
	assert_probe_passes("a-any-hp.ini matches too, by fewer keys");
	assert_says("board.file", "", "soraka.ini");
}

static void two_equal_boards_are_an_error(void **state)
{
	(void)state;
	start(1);
	copy(BOARDS "soraka.ini", BOARDS "soraka-copy.ini", "");
	assert_int_equal(rom_run(PROBE), APP_FAIL);
	assert_says("board.file", "", "soraka-copy.ini and firstlight/boards/soraka.ini");
	assert_int_equal(host_leaks(), 0);
	start(1);
	copy(BOARDS "soraka.ini", BOARDS "soraka-copy.ini", "");
	assert_int_equal(rom_run(PROBE " --board soraka-copy"), APP_PASS);
}

static void a_missing_sensor_file_is_its_cameras_alone(void **state)
{
	(void)state;
	start(1);
	platform_file_remove("firstlight/sensors/ov13858.ini");
	assert_int_equal(rom_run(PROBE), APP_PASS);
	start(1);
	copy("firstlight/sensors/ov13858.ini", "firstlight/sensors/ov13858.ini.txt", "");
	platform_file_remove("firstlight/sensors/ov13858.ini");
	assert_int_equal(rom_run("probe"), APP_FAIL);
	assert_string_equal(rom_verdict("board.file", ""), "PASS");
	assert_string_equal(rom_verdict("sensor.file", "ov13858"), "FAIL");
	assert_says("sensor.file", "ov13858", "firstlight/sensors/ov13858.ini");
	assert_says("sensor.file", "ov13858", "ov13858.ini.txt");
	assert_string_equal(rom_verdict("power.up", "ov13858"), "SKIP");
	assert_string_equal(rom_verdict("sensor.id", "ov5670"), "PASS");
	assert_int_equal(host_leaks(), 0);
}

static void a_broken_sensor_file_is_its_cameras_alone(void **state)
{
	(void)state;
	start(1);
	put("firstlight/sensors/ov13858.ini", "[sensor]\nname = ov13858\nvolts = 3\n");
	assert_int_equal(rom_run("capture --frames 1 --format raw"), APP_FAIL);
	assert_string_equal(rom_verdict("sensor.file", "ov13858"), "FAIL");
	assert_says("sensor.file", "ov13858", "ov13858.ini:3");
	assert_string_equal(rom_verdict("stream.start", "ov13858"), "SKIP");
	assert_string_equal(rom_verdict("files.written", "ov5670"), "PASS");
	assert_int_equal(host_leaks(), 0);
}

/* ---- names that nobody has --------------------------------------------------------------- */

static void what_no_camera_has_is_refused(void **state)
{
	static const struct {
		const char *line, *why;
	} cases[] = {
		{"probe --camera nosuch", "has no camera 'nosuch'; it has: ov13858, ov5670"},
		{"capture --mode 1296x927", "no selected camera has a mode '1296x927'"},
		{"capture --frames 1 --mode 1296x927 --pattern barz", "a mode '1296x927'"},
		{"capture --pattern barz", "no selected camera has a pattern 'barz'"},
		{"run --camera ov5670 --mode 4224x3136", "no selected camera has a mode"},
		{"mmu --camera nosuch", "has no camera 'nosuch'"},
		{"view --pattern barz", "no selected camera has a pattern"},
		{"list --mode nosuch", "no selected camera has a mode"},
		{"probe --board nosuch", "firstlight/boards/nosuch.ini"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		start(1);
		assert_int_equal(rom_run(cases[i].line), APP_ERROR);
		if (!strstr(host_console(), cases[i].why))
			fail_msg("'%s': want '%s' in\n%s", cases[i].line, cases[i].why,
				 host_console());
		assert_non_null(strstr(host_console(), "RESULT ERROR"));
		assert_null(strstr(host_console(), "ok 1 "));
		assert_string_equal(host_published(), "ERROR not-run");
		assert_int_equal(host_leaks(), 0);
	}
}

static void what_one_of_two_cameras_lacks_is_told(void **state)
{
	(void)state;
	start(1);
	assert_int_equal(rom_run("probe --mode 4224x3136"), APP_PASS);
	assert_says("sensor.file", "ov5670", "no mode 4224x3136: the first instead");
	assert_false(rom_says("sensor.file", "ov13858", "no mode"));
}

static void list_tells_of_files_too(void **state)
{
	(void)state;
	start(1);
	put(BOARDS "notes.txt", "");
	platform_file_remove("firstlight/sensors/ov13858.ini");
	assert_int_equal(rom_run("list"), APP_ERROR);
	assert_non_null(strstr(host_console(), "notes.txt: the name does not end in .ini"));
	assert_non_null(strstr(host_console(), "sensors/ov13858.ini, which"));
	assert_non_null(strstr(host_console(), "mode 2592x1944"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_of_a_mac_are_passed_over),
		cmocka_unit_test(a_board_file_with_a_second_extension_is_told),
		cmocka_unit_test(names_that_cannot_be_taken_are_told),
		cmocka_unit_test(more_files_than_fit_are_told),
		cmocka_unit_test(a_broken_file_of_another_board_is_a_note),
		cmocka_unit_test(memory_that_is_short_is_said),
		cmocka_unit_test(a_broken_file_of_this_board_is_the_error),
		cmocka_unit_test(the_nearer_of_two_boards_is_taken),
		cmocka_unit_test(two_equal_boards_are_an_error),
		cmocka_unit_test(a_missing_sensor_file_is_its_cameras_alone),
		cmocka_unit_test(a_broken_sensor_file_is_its_cameras_alone),
		cmocka_unit_test(what_no_camera_has_is_refused),
		cmocka_unit_test(what_one_of_two_cameras_lacks_is_told),
		cmocka_unit_test(list_tells_of_files_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
