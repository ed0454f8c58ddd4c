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

#include "camera/session/session.h"
#include "core/mem.h"
#include "tests/host/host.h"
#include "tests/unit/words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct session session;

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
		assert_string_equal(session.report.unit, cases[i].want);
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
	diag_clear(&session.diag);
	assert_int_equal(store_reports(&session), FL_ERR_READONLY);
	assert_contains(session.diag.message, "cannot be stored (read-only)");
	down();
}

#define RUN "firstlight/results/VB0001/20261125-030709-000/"

/* The stick says that it went well: only reading back tells. */
static void a_stick_that_loses_data_is_told(void **state)
{
	uint8_t data[100] = {1};

	(void)state;
	up("serial", "VB0001");
	assert_int_equal(store_begin(&session), FL_OK);
	host_corrupt_write(1);
	assert_int_equal(store_file(&session, "a.raw", data, sizeof data), FL_ERR_MISMATCH);
	assert_contains(session.diag.message, RUN "a.raw reads back different from what was "
						  "written (100 and 100 bytes)");
	assert_contains(session.diag.hint, "the stick loses data");
	diag_clear(&session.diag);
	host_shorten_write(1);
	assert_int_equal(store_file(&session, "b.raw", data, sizeof data), FL_ERR_MISMATCH);
	assert_contains(session.diag.message, "(99 and 100 bytes)");
	diag_clear(&session.diag);
	/* Written, and no memory to read it. */
	host_fail_allocation(1);
	assert_int_equal(store_file(&session, "c.raw", data, sizeof data), FL_ERR_NOMEM);
	assert_contains(session.diag.message,
			RUN "c.raw was written and cannot be read back (out of memory)");
	down();
}

/* Each of the three reports, at the end; while the run goes on the next one comes soon. */
static void reports_that_are_lost_are_told(void **state)
{
	static const char *const names[] = {"report.xml", "log.txt", "report.json"};

	(void)state;
	for (unsigned finished = 0; finished < 2; finished++) {
		for (unsigned i = 0; i < COUNT(names); i++) {
			up("serial", "VB0001");
			text_append(&session.log, "a line\n");
			assert_int_equal(store_begin(&session), FL_OK);
			session.report.finished = finished;
			host_corrupt_write(i + 1);
			assert_int_equal(store_reports(&session),
					 finished ? FL_ERR_MISMATCH : FL_OK);
			if (finished) {
				assert_contains(session.diag.message, names[i]);
				assert_contains(session.diag.message, "reads back different");
			}
			down();
		}
	}
}

static void reports_that_cannot_be_written_are_told(void **state)
{
	static const char *const names[] = {"report.xml", "log.txt", "report.json"};

	(void)state;
	for (unsigned i = 0; i < COUNT(names); i++) {
		up("serial", "VB0001");
		text_append(&session.log, "a line\n");
		assert_int_equal(store_begin(&session), FL_OK);
		snprintf(session.diag.message, sizeof session.diag.message, "of before");
		host_fail_write(i + 1, FL_ERR_IO);
		assert_int_equal(store_reports(&session), FL_ERR_IO);
		assert_contains(session.diag.message, names[i]);
		assert_int_equal(host_file_get(RUN "report.json", NULL) != NULL, false);
		down();
	}
	up("serial", "VB0001");
	assert_int_equal(store_begin(&session), FL_OK);
	assert_int_equal(store_reports(&session), FL_ERR_NOMEM); /* no log at all */
	assert_contains(session.diag.message, "no memory for log.txt");
	text_append(&session.log, "a line\n");
	session.log.failed = true;
	diag_clear(&session.diag);
	assert_int_equal(store_reports(&session), FL_ERR_NOMEM);
	session.log.failed = false;
	down();
}

/* To the byte: what a file takes, and what has to stay free behind it. */
static void a_file_needs_its_room_and_the_margin(void **state)
{
	static uint8_t data[5000];
	uint64_t free, used;

	(void)state;
	for (unsigned lack = 0; lack < 2; lack++) {
		up("serial", "VB0001");
		assert_int_equal(store_begin(&session), FL_OK);
		platform_volume_free(&free);
		used = (1ull << 30) - free;
		host_disk_capacity(used + sizeof data + (1280 << 10) - lack);
		assert_int_equal(store_file(&session, "a.raw", data, sizeof data),
				 lack ? FL_ERR_NOSPACE : FL_OK);
		down();
		up("serial", "VB0001");
		host_disk_capacity((1280 << 10) - lack);
		assert_int_equal(store_begin(&session), lack ? FL_ERR_NOSPACE : FL_OK);
		if (lack) {
			assert_contains(
				session.diag.message,
				"firstlight/results/VB0001 cannot be stored (no space left: "
				"1279 KiB free, 1280 KiB wanted)");
			assert_string_equal(session.report.unstored, session.diag.message);
			assert_string_equal(session.store.message, session.diag.message);
			assert_int_equal(platform_file_exists("firstlight/results"),
					 FL_ERR_NOTFOUND);
		} else {
			assert_string_equal(session.report.unstored, "");
		}
		down();
	}
	/* A report leaves the margin alone free. */
	for (unsigned lack = 0; lack < 2; lack++) {
		struct text_buffer text = {0};

		up("serial", "VB0001");
		assert_int_equal(store_begin(&session), FL_OK);
		platform_volume_free(&free);
		used = (1ull << 30) - free;
		report_json(&session.report, &text);
		host_disk_capacity(used + text.length + (256 << 10) - lack);
		text_buffer_free(&text);
		store_progress(&session);
		assert_int_equal(session.store_failed, lack);
		down();
	}
}

/* A volume that does not tell what is free is written to all the same. */
static void a_mute_volume_is_written_to(void **state)
{
	(void)state;
	up("serial", "VB0001");
	host_disk_mute(true);
	assert_int_equal(store_begin(&session), FL_OK);
	assert_int_equal(store_file(&session, "a.raw", "x", 1), FL_OK);
	down();
}

static void a_stick_that_is_gone_is_told(void **state)
{
	(void)state;
	up("serial", "VB0001");
	assert_int_equal(store_begin(&session), FL_OK);
	host_disk_pull_after(0);
	assert_int_equal(store_file(&session, "a.raw", "x", 1), FL_ERR_IO);
	assert_contains(session.diag.message, "a.raw cannot be stored (transfer failed)");
	diag_clear(&session.diag);
	assert_int_equal(store_begin(&session), FL_ERR_IO);
	assert_contains(session.diag.message,
			"firstlight/results/VB0001 cannot be stored (transfer failed)");
	down();
}

static void each_error_has_its_hint(void **state)
{
	static const struct {
		enum fl_err err;
		const char *hint;
	} cases[] = {
		{FL_ERR_READONLY, "the stick is write-protected"},
		{FL_ERR_NOSPACE, "the stick is full: delete old folders"},
		{FL_ERR_NOTFOUND, "was the stick pulled out?"},
		{FL_ERR_INVALID, "does a file stand where a folder"},
		{FL_ERR_IO, "was the stick pulled out? If not, try another stick"},
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		up("serial", "VB0001");
		assert_int_equal(store_begin(&session), FL_OK);
		host_fail_write(1, cases[i].err);
		assert_int_equal(store_file(&session, "a.raw", "x", 1), cases[i].err);
		assert_int_equal(strncmp(session.diag.hint, cases[i].hint, strlen(cases[i].hint)),
				 0);
		down();
	}
}

/* firmware's FAT driver has been seen to make a folder that points at the root. */
static void a_folder_that_is_not_empty_is_left_alone(void **state)
{
	unsigned files;

	(void)state;
	up("serial", "VB0001");
	host_dir_damage("frames");
	files = host_file_count();
	assert_int_equal(store_begin(&session), FL_ERR_FORMAT);
	assert_contains(session.diag.message, "the new folder " RUN "frames holds ");
	assert_contains(session.diag.message, "entries: the file system is damaged");
	assert_string_equal(session.directory, "");
	store_progress(&session);
	assert_int_equal(host_file_count(), files + 1); /* the stray one */
	down();
	up("serial", "VB0001");
	host_file_put("firstlight/results/VB0001", "a file", 6);
	assert_int_not_equal(store_begin(&session), FL_OK);
	assert_contains(session.diag.message, "cannot be stored");
	down();
}

/* ---- keep ---------------------------------------------------------------------------------- */

static void put_run(const char *name)
{
	char path[96];

	snprintf(path, sizeof path, "firstlight/results/VB0001/%s/log.txt", name);
	host_file_put(path, "x", 1);
}

static bool has_run(const char *name)
{
	char path[96];

	snprintf(path, sizeof path, "firstlight/results/VB0001/%s", name);
	return platform_file_exists(path) == FL_OK;
}

/* The run before this one stays until this one is on the stick. */
static void the_last_run_goes_when_this_one_is_stored(void **state)
{
	static const char *const runs[] = {"20250101-000000-000", "20250102-000000-000",
					   "20250103-000000-000"};
	static const unsigned begun[] = {3, 1, 1, 2, 3}, stored[] = {3, 0, 1, 2, 3};

	(void)state;
	for (unsigned keep = 0; keep < COUNT(begun); keep++) {
		for (unsigned fails = 0; fails < 2; fails++) {
			char said[96];

			up("serial", "VB0001");
			for (unsigned i = 0; i < COUNT(runs); i++)
				put_run(runs[i]);
			session.plan.keep = keep;
			text_append(&session.log, "a line\n");
			assert_int_equal(store_begin(&session), FL_OK);
			for (unsigned i = 0; i < COUNT(runs); i++)
				assert_int_equal(has_run(runs[i]), i >= COUNT(runs) - begun[keep]);
			if (begun[keep] < 3) {
				snprintf(said, sizeof said,
					 "# keep = %u: %u older run%s removed from "
					 "firstlight/results/VB0001\n",
					 keep, 3 - begun[keep], begun[keep] == 2 ? "" : "s");
				assert_contains(host_console(), said);
			} else {
				assert_null(strstr(host_console(), "# keep"));
			}
			session.report.finished = true;
			if (fails)
				host_fail_write(3, FL_ERR_IO);
			assert_int_equal(store_reports(&session), fails ? FL_ERR_IO : FL_OK);
			for (unsigned i = 0; i < COUNT(runs); i++)
				assert_int_equal(has_run(runs[i]),
						 i >= COUNT(runs) - (fails ? begun : stored)[keep]);
			assert_true(has_run("20261125-030709-000"));
			down();
		}
	}
}

static void a_run_that_cannot_go_is_told(void **state)
{
	(void)state;
	up("serial", "VB0001");
	put_run("20250101-000000-000");
	put_run("20250101-000000-000/mine");
	session.plan.keep = 1;
	text_append(&session.log, "a line\n");
	put_run("20250102-000000-000");
	assert_int_equal(store_begin(&session), FL_OK);
	assert_contains(host_console(), "# keep = 1: an older run in firstlight/results/VB0001 "
					"cannot be removed (");
	assert_null(strstr(host_console(), "removed from"));
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
		snprintf(session.diag.message, sizeof session.diag.message, "of a check");
		host_fail_write(1, FL_ERR_IO);
		store_progress(&session);
		assert_string_equal(session.diag.message, "of a check"); /* as it was */
	}
	assert_true(session.store_failed);
	said = strstr(host_console(), "report.json cannot be stored (transfer failed)");
	assert_non_null(said);
	assert_contains(session.log.data, "report.json cannot be stored"); /* in the log, too */
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
		cmocka_unit_test(a_stick_that_loses_data_is_told),
		cmocka_unit_test(reports_that_are_lost_are_told),
		cmocka_unit_test(reports_that_cannot_be_written_are_told),
		cmocka_unit_test(a_file_needs_its_room_and_the_margin),
		cmocka_unit_test(a_mute_volume_is_written_to),
		cmocka_unit_test(a_stick_that_is_gone_is_told),
		cmocka_unit_test(each_error_has_its_hint),
		cmocka_unit_test(a_folder_that_is_not_empty_is_left_alone),
		cmocka_unit_test(the_last_run_goes_when_this_one_is_stored),
		cmocka_unit_test(a_run_that_cannot_go_is_told),
		cmocka_unit_test(report_is_there_from_the_start_and_whole_at_the_end),
		cmocka_unit_test(report_that_cannot_be_stored_is_said_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
