/* test_runs.c: names of runs, and which of them go: what is a run, which is the oldest, what is ours in it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "camera/session/runs.h"
#include "tests/host/host.h"

#define UNIT         "results/VB"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct platform_clock noon = {2026, 11, 25, 12, 3, 9}, none;

static void up(const struct platform_clock *clock)
{
	host_reset(1);
	host_set_wall_clock(clock);
}

static void put(const char *run, const char *name)
{
	char path[160];

	snprintf(path, sizeof path, UNIT "/%s/%s", run, name);
	host_file_put(path, "x", 1);
}

static bool is_there(const char *run)
{
	char path[160];

	snprintf(path, sizeof path, UNIT "/%s", run);
	return platform_file_exists(path) == FL_OK;
}

static void want_name(const char *want)
{
	char name[RUN_NAME];

	assert_int_equal(runs_new_name(UNIT, name), FL_OK);
	assert_string_equal(name, want);
	assert_int_equal(host_leaks(), 0);
}

/* ---- new names ------------------------------------------------------------------------------ */

static void a_name_is_the_time_and_a_number(void **state)
{
	(void)state;
	up(&noon);
	want_name("20261125-120309-000");
	put("20261125-120309-000", "log.txt");
	want_name("20261125-120309-001");
	put("20261125-120309-002", "log.txt"); /* the first that is free */
	want_name("20261125-120309-001");
}

static void without_a_clock_it_is_the_next_number(void **state)
{
	(void)state;
	up(&none);
	want_name("run-000");
	put("20990101-000000-000", "log.txt"); /* of a time with a clock: no number */
	want_name("run-000");
	put("run-004", "log.txt");
	want_name("run-005"); /* never one that was removed */
	put("run-999", "log.txt");
	want_name("run-1000");
	put("run-1000", "log.txt");
	want_name("run-1001");
	put("run-1001x", "log.txt"); /* none of ours */
	put("run-77777-", "log.txt");
	want_name("run-1001");
}

static void what_cannot_be_listed_gives_no_name(void **state)
{
	char name[RUN_NAME];

	(void)state;
	up(&none);
	put("run-004", "log.txt");
	host_fail_allocation(1);
	assert_int_equal(runs_new_name(UNIT, name), FL_ERR_NOMEM);
	assert_int_equal(host_leaks(), 0);
}

/* ---- which go ------------------------------------------------------------------------------- */

/* Oldest first; without a date they are newer than all with one, and by their number. */
static const char *const in_order[] = {"20251231-235959-999",
				       "20261125-120309-000",
				       "20261125-120309-001",
				       "20261125-120310-000",

				       "run-000",
				       "run-001",
				       "run-010",
				       "run-999",
				       "run-1000"};

static void the_oldest_go_first(void **state)
{
	(void)state;
	for (unsigned keep = 0; keep <= COUNT(in_order); keep++) {
		unsigned removed;

		up(&noon);
		for (unsigned i = 0; i < COUNT(in_order); i++)
			put(in_order[i * 7 % COUNT(in_order)], "report.json");
		assert_int_equal(runs_prune(UNIT, keep, "", &removed), FL_OK);
		assert_int_equal(removed, COUNT(in_order) - keep);
		for (unsigned i = 0; i < COUNT(in_order); i++)
			if (is_there(in_order[i]) != (i >= COUNT(in_order) - keep))
				fail_msg("keep %u: %s is %s", keep, in_order[i],
					 is_there(in_order[i]) ? "there" : "gone");
		assert_int_equal(host_leaks(), 0);
	}
}

static void one_is_spared_and_does_not_count(void **state)
{
	unsigned removed;

	(void)state;
	up(&noon);
	for (unsigned i = 0; i < 4; i++)
		put(in_order[i], "report.json");
	assert_int_equal(runs_prune(UNIT, 1, in_order[0], &removed), FL_OK);
	assert_int_equal(removed, 2);
	assert_true(is_there(in_order[0]));
	assert_true(is_there(in_order[3]));
	assert_int_equal(runs_prune("results/nobody", 0, "", &removed), FL_OK);
	assert_int_equal(removed, 0);
}

static void what_is_no_run_stays(void **state)
{
	static const char *const others[] = {"2026112-120309-000",
					     "x0261125-120309-000",
					     "20261125-120309-0000",
					     "20261125-120309-00",
					     "20261125_120309-000",
					     "20261125-120309-0a0",
					     "20261125-120309-000x",
					     "run-",
					     "run-1",
					     "run-x00",
					     "runs-000",
					     "Run-000",
					     "run-0123456789012345678901234567",
					     "20261125-120309-000~",
					     "photos"};
	unsigned removed;

	(void)state;
	up(&noon);
	for (unsigned i = 0; i < COUNT(others); i++)
		put(others[i], "report.json");
	host_file_put(UNIT "/run-000", "a file", 6);
	assert_int_equal(runs_prune(UNIT, 0, "", &removed), FL_OK);
	assert_int_equal(removed, 0);
	for (unsigned i = 0; i < COUNT(others); i++)
		if (!is_there(others[i]))
			fail_msg("%s is gone", others[i]);
	assert_true(is_there("run-000"));
}

/* ---- what is ours in a run ------------------------------------------------------------------ */

static void all_that_a_run_writes_goes(void **state)
{
	static const char *const ours[] = {"report.json",
					   "report.xml",
					   "log.txt",
					   "REPORT.JSON",
					   "log.txt.tmp",
					   "report.json.TMP",
					   "frames/a-0000.raw",
					   "frames/ov5670-0001.json",
					   "frames/ov5670-0001.pgm",
					   "frames/ov5670-0001.png",
					   "frames/ov5670-0001.dng",
					   "frames/OV5670-0099.RAW",
					   "frames/ov5670-0001.raw.tmp",
					   "frames/ab-00.raw"};
	unsigned removed;

	(void)state;
	for (unsigned i = 0; i < COUNT(ours); i++) {
		up(&noon);
		put("run-000", ours[i]);
		put("run-000", "frames/x-0000.raw");
		if (runs_prune(UNIT, 0, "", &removed) || removed != 1 || is_there("run-000"))
			fail_msg("%s stays", ours[i]);
	}
}

static void what_is_not_ours_stays_with_its_run(void **state)
{
	static const char *const others[] = {"notes.txt",
					     "report.jso",
					     "report.json.bak",
					     "log.txt2",
					     "frames/photo.raw",
					     "frames/a-000x.raw",
					     "frames/0000.raw",
					     "frames/a-0000.jpg",
					     "frames/a-0000.raws",
					     "frames/a-0000",
					     "frames/a-0000.",
					     "frames/-00.raw",
					     "frames/a-0x0.raw",
					     "tmp",
					     ".tmp",
					     "more/a-0000.raw",
					     "frames/a-0000.raw.tm"};
	char longest[100], path[128];
	unsigned removed;

	(void)state;
	for (unsigned i = 0; i <= COUNT(others); i++) {
		const char *other = i < COUNT(others) ? others[i] : longest;

		snprintf(longest, sizeof longest, "%088u-0000.raw", 7);
		up(&noon);
		put("run-000", other);
		put("run-000", "report.json");
		assert_int_not_equal(runs_prune(UNIT, 0, "", &removed), FL_OK);
		assert_int_equal(removed, 0);
		snprintf(path, sizeof path, "run-000/%s", other);
		if (!is_there(path))
			fail_msg("%s is gone", path);
	}
}

/* More than are read at a time, and with one run that cannot go the others do. */
static void many_files_and_many_runs_go(void **state)
{
	unsigned removed;
	char name[40];

	(void)state;
	up(&noon);
	for (unsigned i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "frames/a-%04u.raw", i);
		put("run-001", name);
	}
	put("run-000", "notes.txt");
	put("run-002", "log.txt");
	assert_int_not_equal(runs_prune(UNIT, 0, "", &removed), FL_OK);
	assert_int_equal(removed, 2);
	assert_true(is_there("run-000"));
	assert_false(is_there("run-001"));
	assert_false(is_there("run-002"));
}

static void what_cannot_be_removed_is_told(void **state)
{
	unsigned removed = 7;

	(void)state;
	up(&noon);
	put("run-000", "log.txt");
	host_disk_readonly(true);
	assert_int_equal(runs_prune(UNIT, 0, "", &removed), FL_ERR_READONLY);
	assert_int_equal(removed, 0);
	host_disk_readonly(false);
	for (unsigned k = 1; k <= 2; k++) {
		host_fail_allocation(k);
		assert_int_equal(runs_prune(UNIT, 0, "", &removed), FL_ERR_NOMEM);
		assert_int_equal(removed, 0);
		assert_true(is_there("run-000"));
	}
	put("run-000", "frames/a-0000.raw");
	host_disk_readonly(true);
	assert_int_equal(runs_prune(UNIT, 0, "", &removed), FL_ERR_READONLY);
	assert_int_equal(host_leaks(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_the_time_and_a_number),
		cmocka_unit_test(without_a_clock_it_is_the_next_number),
		cmocka_unit_test(what_cannot_be_listed_gives_no_name),
		cmocka_unit_test(the_oldest_go_first),
		cmocka_unit_test(one_is_spared_and_does_not_count),
		cmocka_unit_test(what_is_no_run_stays),
		cmocka_unit_test(all_that_a_run_writes_goes),
		cmocka_unit_test(what_is_not_ours_stays_with_its_run),
		cmocka_unit_test(many_files_and_many_runs_go),
		cmocka_unit_test(what_cannot_be_removed_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
