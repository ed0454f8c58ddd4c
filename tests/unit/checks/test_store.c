/*
 * test_store.c: results on the stick: names that FAT takes, no run over an older one, every file read
 * back, and what the operator is told when the stick is full, write-protected or loses data.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "checks/session.h"
#include "core/mem.h"
#include "tests/host/host.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct session session;

static void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' does not say '%s'", text, part);
}

static void up(const char *unit, const char *serial)
{
	static const struct platform_clock clock = {2026, 11, 25, 3, 7, 9};

	host_reset(1);
	host_set_wall_clock(&clock);
	memset(&session, 0, sizeof session);
	report_init(&session.report, "test", "");
	text_copy(session.plan.unit, sizeof session.plan.unit, unit);
	text_copy(session.plan.output, sizeof session.plan.output, "firstlight/results");
	text_copy(session.identity.serial, sizeof session.identity.serial, serial);
}

static void down(void)
{
	report_free(&session.report);
	text_buffer_free(&session.log);
	assert_int_equal(host_leaks(), 0);
}

static void run_folder_is_named_by_unit_and_time(void **state)
{
	static const struct {
		const char *unit, *serial, *board_serial, *want;
	} cases[] = {
		{"serial", "VB0001", "", "VB0001"},
		{"SERIAL", "VB0001", "", "VB0001"},
		{"serial", "", "MB77", "MB77"},
		{"serial", "", "", "unknown"},
		{"bench 3", "VB0001", "", "bench_3"},
		{"serial", "a/b\\c:d*e?\x7f\xc3\xa4", "", "a_b_c_d_e____"},
		{"serial", "../../EFI", "", "_._.._EFI"},
		{"serial", "SN.7.", "", "SN.7_"},
		{"..", "VB0001", "", "__"},
		{"con", "VB0001", "", "_con"},
		{"COM3.bench", "VB0001", "", "_COM3.bench"},
		{"comet", "VB0001", "", "comet"},
		{"serial", "To be filled by O.E.M.", "MB77", "MB77"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char want[128];

		up(cases[i].unit, cases[i].serial);
		text_copy(session.identity.board_serial, sizeof session.identity.board_serial,
			  cases[i].board_serial);
		assert_int_equal(store_begin(&session), FL_OK);
		snprintf(want, sizeof want, "firstlight/results/%s/20261125-030709-000",
			 cases[i].want);
		assert_string_equal(session.directory, want);
		assert_string_equal(session.report.run, "20261125-030709-000");
		strcat(want, "/frames");
		assert_int_equal(platform_file_exists(want), FL_OK);
		down();
	}
}

static void older_runs_are_never_overwritten(void **state)
{
	static const struct platform_clock none = {0};

	(void)state;
	up("serial", "VB0001");
	for (unsigned i = 0; i < 12; i++) {
		char want[32];

		if (i == 6)
			host_set_wall_clock(&none); /* no clock: numbers alone */
		assert_int_equal(store_begin(&session), FL_OK);
		if (i < 6)
			snprintf(want, sizeof want, "20261125-030709-%03u", i);
		else
			snprintf(want, sizeof want, "run-%03u", i - 6);
		assert_string_equal(session.report.run, want);
	}
	down();
}

static void thousand_runs_in_one_second_are_the_end(void **state)
{
	(void)state;
	up("serial", "VB0001");
	for (unsigned i = 0; i < 1000; i++) {
		char path[96];

		snprintf(path, sizeof path, "firstlight/results/VB0001/20261125-030709-%03u", i);
		if (i == 999) /* the last free one */
			assert_int_equal(store_begin(&session), FL_OK);
		else
			assert_int_equal(platform_dir_create(path), FL_OK);
	}
	assert_string_equal(session.report.run, "20261125-030709-999");
	assert_int_equal(store_begin(&session), FL_ERR_EXISTS);
	assert_string_equal(session.directory, "");
	assert_contains(session.diag.message, "cannot be stored (exists already)");
	down();
}

static void files_are_written_and_read_back(void **state)
{
	uint8_t data[5000];
	const void *there;
	size_t size;

	(void)state;
	up("serial", "VB0001");
	memset(data, 0x42, sizeof data);
	assert_int_equal(store_begin(&session), FL_OK);
	assert_int_equal(store_file(&session, "frames/a.raw", data, sizeof data), FL_OK);
	there = host_file_get("firstlight/results/VB0001/20261125-030709-000/frames/a.raw", &size);
	assert_non_null(there);
	assert_int_equal(size, sizeof data);
	assert_memory_equal(there, data, size);
	down();
}

static void full_and_protected_sticks_are_told(void **state)
{
	static uint8_t data[100000];

	(void)state;
	up("serial", "VB0001");
	assert_int_equal(store_begin(&session), FL_OK);
	host_disk_capacity((1280 << 10) + 50000);
	assert_int_equal(store_file(&session, "a.raw", data, sizeof data), FL_ERR_NOSPACE);
	assert_contains(session.diag.message, "000/a.raw cannot be stored (no space left: ");
	assert_contains(session.diag.hint, "the stick is full: delete old folders");
	diag_clear(&session.diag);
	host_disk_capacity(1u << 30);
	host_fail_write(1, FL_ERR_IO);
	assert_int_equal(store_file(&session, "b.raw", data, 10), FL_ERR_IO);
	assert_contains(session.diag.hint, "try another stick");
	diag_clear(&session.diag);
	host_disk_readonly(true);
	assert_int_equal(store_file(&session, "c.raw", data, 10), FL_ERR_READONLY);
	assert_contains(session.diag.hint, "write-protected");
	diag_clear(&session.diag);
	assert_int_equal(store_begin(&session), FL_ERR_READONLY);
	assert_string_equal(session.directory, "");
	assert_contains(session.diag.hint, "results are on screen and serial only");
	diag_clear(&session.diag);
	/* The run goes on; whoever wants to store is told again. */
	assert_int_equal(store_file(&session, "d.raw", data, 10), FL_ERR_READONLY);
	assert_contains(session.diag.message, "cannot be stored (read-only)");
	assert_int_equal(store_reports(&session), FL_ERR_READONLY);
	down();
}

static void report_is_there_from_the_start_and_whole_at_the_end(void **state)
{
	const char *json;

	(void)state;
	up("serial", "VB0001");
	assert_int_equal(store_begin(&session), FL_OK);
	store_progress(&session);
	json = host_file_get("firstlight/results/VB0001/20261125-030709-000/report.json", NULL);
	assert_non_null(json);
	assert_contains(json, "did not finish");
	assert_null(
		host_file_get("firstlight/results/VB0001/20261125-030709-000/report.xml", NULL));
	text_append(&session.log, "a line\n");
	session.report.finished = true;
	assert_int_equal(store_reports(&session), FL_OK);
	assert_non_null(
		host_file_get("firstlight/results/VB0001/20261125-030709-000/report.xml", NULL));
	assert_non_null(
		host_file_get("firstlight/results/VB0001/20261125-030709-000/log.txt", NULL));
	assert_false(session.store_failed);
	down();
}

static void report_that_cannot_be_stored_is_said_once(void **state)
{
	const char *said;

	(void)state;
	up("serial", "VB0001");
	assert_int_equal(store_begin(&session), FL_OK);
	for (unsigned i = 0; i < 3; i++) {
		host_fail_write(1, FL_ERR_IO);
		store_progress(&session);
	}
	assert_true(session.store_failed);
	said = strstr(host_console(), "report.json cannot be stored (transfer failed)");
	assert_non_null(said);
	assert_null(strstr(said + strlen("report.json cannot be stored"), "cannot be stored"));
	down();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(run_folder_is_named_by_unit_and_time),
		cmocka_unit_test(older_runs_are_never_overwritten),
		cmocka_unit_test(thousand_runs_in_one_second_are_the_end),
		cmocka_unit_test(files_are_written_and_read_back),
		cmocka_unit_test(full_and_protected_sticks_are_told),
		cmocka_unit_test(report_is_there_from_the_start_and_whole_at_the_end),
		cmocka_unit_test(report_that_cannot_be_stored_is_said_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
