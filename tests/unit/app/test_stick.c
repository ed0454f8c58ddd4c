/*
 * test_stick.c: sticks that are full, protected, pulled out or lose data: screen, EFI variable and record
 * agree, the stick's trouble is an ERROR and never a camera's, and nothing is left half made.
 */
#include <stdio.h>
#include <stdlib.h>

#include "app/app.h"
#include "app/request.h"
#include "tests/unit/app/said.h"

#define RESULTS "firstlight/results/VB0001/"
#define CAPTURE "capture --camera ov5670 --mode 640x360 --frames 2 --format raw,json"
#define KIB(n)  ((uint64_t)(n) << 10)

/* A stick with so many bytes free behind what it holds. */
static void start(uint64_t free)
{
	uint64_t used;

	rom_prepare(1);
	if (free) {
		assert_int_equal(platform_volume_free(&used), FL_OK);
		host_disk_capacity((1ull << 30) - used + free);
	}
	rom_attach(NULL, VBOARD_FPS_SENSOR);
}

/* What the screen says at the end: "PASS", "FAIL" or "ERROR". */
static const char *said_result(void)
{
	static char result[8];
	const char *at = NULL, *next = host_console();

	while ((next = strstr(next, "RESULT ")) != NULL)
		at = next++;
	assert_non_null(at);
	snprintf(result, sizeof result, "%.*s", (int)strcspn(at + 7, " \n"), at + 7);
	return result;
}

/* Screen, status and variable; and the record, where there is one. */
static void assert_all_agree(int status)
{
	static const int statuses[] = {APP_PASS, APP_FAIL, APP_ERROR};
	static const char *const names[] = {"PASS", "FAIL", "ERROR"};
	const char *result = said_result(), *json = rom_result("report.json", NULL);
	char want[32];

	for (unsigned i = 0; i < 3; i++)
		if (status == statuses[i])
			assert_string_equal(result, names[i]);
	if (strncmp(host_published(), result, strlen(result)))
		fail_msg("screen %s, variable %s", result, host_published());
	snprintf(want, sizeof want, "\"result\": \"%s\"", result);
	if (json && !strstr(json, want))
		fail_msg("screen %s, record:\n%.200s", result, json);
	assert_int_equal(host_leaks(), 0);
}

static void a_protected_stick_is_an_error(void **state)
{
	static const char *const lines[] = {"probe --camera ov5670", CAPTURE, "mmu"};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		start(0);
		host_disk_readonly(true);
		assert_int_equal(rom_run(lines[i]), APP_ERROR);
		assert_said("write-protected");
		assert_string_equal(said_result(), "ERROR");
		assert_all_agree(APP_ERROR);
	}
}

/* Never half a folder, never a file without its end: below the margin nothing is begun. */
static void a_stick_without_room_is_left_as_it_is(void **state)
{
	(void)state;
	for (uint64_t free = 1; free < KIB(1300); free = free * 2 + KIB(1)) {
		unsigned files;

		start(free);
		files = host_file_count();
		assert_int_equal(rom_run("probe --camera ov5670"), APP_ERROR);
		assert_said("no space left");
		assert_int_equal(host_file_count(), files);
		assert_int_equal(platform_file_exists("firstlight/results"), FL_ERR_NOTFOUND);
		assert_all_agree(APP_ERROR);
	}
}

static void pgm_goes_first_and_then_frames(void **state)
{
	static const struct {
		unsigned kib;
		const char *words, *told;
		bool has_pgm, has_second;
	} cases[] = {
		{20000, "--format raw,json,pgm", NULL, true, true},
		{3500, "--format raw,json,pgm", "wanted: pgm files are not stored", false, true},
		{1800, "--format raw,json,pgm",
		 "wanted: pgm files and 1 of 2 frames of each camera are not stored", false, false},
		{1800, "--format pgm", "1 of 2 frames of each camera are not stored", true, false},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char line[160];

		start(KIB(cases[i].kib));
		snprintf(line, sizeof line, "capture --camera ov5670 --mode 640x360 --frames 2 %s",
			 cases[i].words);
		assert_all_agree(rom_run(line));
		assert_string_equal(rom_verdict("files.space", ""),
				    cases[i].told ? "ERROR" : "PASS");
		if (cases[i].told && !rom_says("files.space", "", cases[i].told))
			fail_msg("%u KiB: want '%s'\n%s", cases[i].kib, cases[i].told,
				 host_console());
		assert_string_equal(rom_verdict("stream.frame", "ov5670"), "PASS");
		assert_string_equal(rom_verdict("files.written", "ov5670"), "PASS");
		assert_int_equal(rom_result("frames/ov5670-0000.pgm", NULL) != NULL,
				 cases[i].has_pgm);
		assert_int_equal(rom_result("frames/ov5670-0001.raw", NULL) ||
					 rom_result("frames/ov5670-0001.pgm", NULL),
				 cases[i].has_second);
	}
}

/* Nothing is written, so nothing that says "written" passes. */
static void no_frame_that_has_room_is_no_pass(void **state)
{
	(void)state;
	start(1400 * KIB(1));
	assert_int_equal(rom_run(CAPTURE), APP_ERROR);
	assert_string_equal(rom_verdict("files.space", ""), "ERROR");
	assert_true(rom_says("files.space", "", "2 of 2 frames of each camera are not stored"));
	assert_string_equal(rom_verdict("files.written", "ov5670"), "SKIP");
	assert_null(rom_result("frames/ov5670-0000.raw", NULL));
}

/* The preview of a small mode is small: no false "no room" on a stick that has it. */
static void a_small_mode_needs_little(void **state)
{
	(void)state;
	start(4096 * KIB(1));
	assert_int_equal(rom_run(CAPTURE ",png"), APP_PASS);
	assert_string_equal(rom_verdict("files.space", ""), "PASS");
	assert_non_null(rom_result("frames/ov5670-0001.png", NULL));
}

static void defaults_write_no_pgm(void **state)
{
	(void)state;
	start(0);
	assert_int_equal(rom_run("capture --camera ov5670 --mode 640x360 --frames 1"), APP_PASS);
	assert_non_null(rom_result("frames/ov5670-0000.raw", NULL));
	assert_non_null(rom_result("frames/ov5670-0000.json", NULL));
	assert_non_null(rom_result("frames/ov5670-0000.png", NULL));
	assert_null(rom_result("frames/ov5670-0000.pgm", NULL));
}

/* Whichever write fails or goes wrong, nothing that was asked for is missing under a PASS, and a frame
 * that does not reach the stick is no fault of the camera. */
static void no_pass_over_a_write_that_failed(void **state)
{
	unsigned lost = 0;

	(void)state;
	for (unsigned k = 1; k < 72; k += 2 + k % 3) {
		int status;

		start(0);
		if (k % 2)
			host_corrupt_write(k / 2);
		else
			host_fail_write(k / 2, FL_ERR_IO);
		status = rom_run(CAPTURE);
		assert_all_agree(status);
		assert_int_not_equal(status, APP_FAIL);
		assert_string_equal(rom_verdict("stream.frame", "ov5670"), "PASS");
		lost += !strcmp(rom_verdict("files.written", "ov5670"), "ERROR");
		if (status != APP_PASS)
			continue;
		assert_non_null(rom_result("report.json", NULL));
		assert_non_null(rom_result("report.xml", NULL));
		assert_non_null(rom_result("log.txt", NULL));
		assert_non_null(strstr(rom_result("log.txt", NULL), "RESULT PASS"));
		assert_non_null(rom_result("frames/ov5670-0001.raw", NULL));
		assert_non_null(rom_result("frames/ov5670-0001.json", NULL));
	}
	assert_true(lost > 0);
}

static void a_pulled_stick_is_an_error_wherever_it_happens(void **state)
{
	unsigned errors = 0;

	(void)state;
	for (uint64_t after = 0; after < 900000;
	     after = after < 30000 ? after + 5000 : after * 4 / 3) {
		int status;

		start(0);
		host_disk_pull_after(after);
		status = rom_run(CAPTURE);
		assert_all_agree(status);
		assert_int_not_equal(status, APP_FAIL);
		errors += status == APP_ERROR;
	}
	assert_true(errors > 10);
}

static void a_stick_pulled_at_a_moment_is_an_error(void **state)
{
	unsigned errors = 0;

	(void)state;
	for (uint64_t ms = 0; ms < 120; ms += 8) {
		int status;

		start(0);
		host_disk_pull_at(host_time_ns() + ms * 1000000);
		status = rom_run("probe --camera ov5670");
		assert_all_agree(status);
		/* From the start there is no board file either, which is the stick's fault, too. */
		assert_int_not_equal(status, APP_FAIL);
		errors += status == APP_ERROR;
	}
	assert_true(errors > 3);
}

/* ---- where results go -------------------------------------------------------------------- */

static void what_is_printed_is_what_is_stored(void **state)
{
	(void)state;
	start(0);
	assert_int_equal(rom_run("probe --camera ov5670 --unit aux."), APP_PASS);
	assert_said("unit aux_ (named by the plan)");
	assert_said("# results in firstlight/results/aux_/");
	assert_said("# results go to volume HOST\n");
	assert_non_null(strstr(rom_result("report.json", NULL), "\"name\": \"aux_\"}"));
	assert_non_null(
		strstr(rom_result("report.xml", NULL), "name=\"unit.name\" value=\"aux_\""));
	start(0);
	assert_int_equal(rom_run("probe --camera ov5670 --unit nul"), APP_PASS);
	assert_said("# results in firstlight/results/_nul/");
}

/* ---- keep -------------------------------------------------------------------------------- */

static unsigned runs_there;

static void count_run(void *context, const char *name, bool is_dir)
{
	(void)context;
	(void)name;
	runs_there += is_dir;
}

static unsigned count_runs(const char *unit)
{
	runs_there = 0;
	platform_dir_list(unit, count_run, NULL);
	return runs_there;
}

static void run_at(unsigned second, const char *line)
{
	const struct platform_clock clock = {2026, 11, 26, 21, 0, (uint8_t)second};

	host_set_wall_clock(&clock);
	assert_int_equal(rom_run(line), APP_PASS);
	host_detach();
	rom_attach(NULL, VBOARD_FPS_SENSOR);
}

static void keep_leaves_so_many_runs(void **state)
{
	for (unsigned keep = 0; keep < 4; keep++) {
		char line[96];

		(void)state;
		start(0);
		snprintf(line, sizeof line, "%s --keep %u", CAPTURE, keep);
		for (unsigned i = 0; i < 5; i++)
			run_at(i, line);
		assert_int_equal(count_runs("firstlight/results/VB0001"), keep ? keep : 5);
		assert_non_null(host_file_get(RESULTS "20261126-210004-000/report.json", NULL));
		if (keep)
			assert_null(host_file_get(RESULTS "20261126-210000-000/report.json", NULL));
	}
}

/* Other units', other people's and newer things stay. */
static void keep_removes_nothing_else(void **state)
{
	(void)state;
	start(0);
	run_at(0, CAPTURE " --unit other");
	run_at(1, CAPTURE);
	run_at(2, CAPTURE);
	host_file_put(RESULTS "20261126-210001-000/notes.txt", "mine", 4);
	host_file_put(RESULTS "20261126-210002-000/frames/photo.raw", "mine", 4);
	host_file_put(RESULTS "20250101-000000-000-copy/log.txt", "mine", 4);
	host_file_put(RESULTS "readme.txt", "mine", 4);
	run_at(3, CAPTURE " --keep 1");
	assert_non_null(host_file_get(RESULTS "20261126-210001-000/notes.txt", NULL));
	assert_non_null(host_file_get(RESULTS "20261126-210002-000/frames/photo.raw", NULL));
	assert_null(host_file_get(RESULTS "20261126-210001-000/log.txt", NULL));
	assert_non_null(host_file_get(RESULTS "20250101-000000-000-copy/log.txt", NULL));
	assert_non_null(host_file_get(RESULTS "readme.txt", NULL));
	assert_int_equal(count_runs("firstlight/results/other"), 1);
	assert_said("an older run in firstlight/results/VB0001 cannot be removed");
}

/* A machine without a clock: a number is not used again, so that the newest is the last one. */
static void keep_works_without_a_clock(void **state)
{
	const struct platform_clock none = {0};

	(void)state;
	start(0);
	for (unsigned i = 0; i < 4; i++) {
		host_set_wall_clock(&none);
		assert_int_equal(rom_run("probe --camera ov5670 --keep 2"), APP_PASS);
		host_detach();
		rom_attach(NULL, VBOARD_FPS_SENSOR);
	}
	assert_int_equal(count_runs("firstlight/results/VB0001"), 2);
	assert_non_null(host_file_get(RESULTS "run-003/report.json", NULL));
	assert_non_null(host_file_get(RESULTS "run-002/report.json", NULL));
}

/* A battery that was empty sets the clock back, or there was none before: the runs on the stick look newer,
 * and this one stays all the same. */
static void keep_spares_the_run_that_is_stored(void **state)
{
	static const char *const newer[] = {"20990101-000000-000", "run-007"};
	char path[96];

	(void)state;
	for (size_t i = 0; i < sizeof newer / sizeof newer[0]; i++) {
		start(0);
		snprintf(path, sizeof path, RESULTS "%s/report.json", newer[i]);
		host_file_put(path, "{}", 2);
		snprintf(path, sizeof path, RESULTS "%s/frames", newer[i]);
		assert_int_equal(platform_dir_create(path), FL_OK);
		run_at(0, CAPTURE " --keep 1");
		assert_said("# keep = 1: 1 older run removed from firstlight/results/VB0001\n");
		assert_non_null(host_file_get(RESULTS "20261126-210000-000/report.json", NULL));
		assert_int_equal(count_runs("firstlight/results/VB0001"), 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_protected_stick_is_an_error),
		cmocka_unit_test(a_stick_without_room_is_left_as_it_is),
		cmocka_unit_test(pgm_goes_first_and_then_frames),
		cmocka_unit_test(no_frame_that_has_room_is_no_pass),
		cmocka_unit_test(a_small_mode_needs_little),
		cmocka_unit_test(defaults_write_no_pgm),
		cmocka_unit_test(no_pass_over_a_write_that_failed),
		cmocka_unit_test(a_pulled_stick_is_an_error_wherever_it_happens),
		cmocka_unit_test(a_stick_pulled_at_a_moment_is_an_error),
		cmocka_unit_test(what_is_printed_is_what_is_stored),
		cmocka_unit_test(keep_leaves_so_many_runs),
		cmocka_unit_test(keep_removes_nothing_else),
		cmocka_unit_test(keep_works_without_a_clock),
		cmocka_unit_test(keep_spares_the_run_that_is_stored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
