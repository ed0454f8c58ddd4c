/* test_bench.c: `bench`, the measurements inside the ROM: what it prints, what it leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/app.h"
#include "tests/host/rom.h"

static int prepare(void **state)
{
	(void)state;
	rom_prepare(1);
	rom_attach(NULL, 0);
	return 0;
}

/* By the host's clock: 30 MB/s of the stick, and nothing else takes longer than a look at the clock, 10 ns. */
static void every_figure_is_printed_and_no_file_left(void **state)
{
	unsigned files = host_file_count();
	struct host_primitive flush;
	unsigned speed;
	size_t lines = 0;

	(void)state;
	host_file_put("firstlight/bench.tmp", "of a run that was cut off", 25);
	assert_int_equal(rom_run("bench"), APP_PASS);
	assert_non_null(strstr(host_console(),
			       "bench file-write: 30 MB/s, raw blocks 30 MB/s, ratio "
			       "1.00 (goal 0.9)\n"
			       "bench unpack: 646963200 MB/s of packed pixels\n"
			       "bench cache-flush: "));
	assert_int_equal(sscanf(strstr(host_console(), "bench cache-flush: "),
				"bench cache-flush: %u MB/s\n", &speed),
			 1);
	assert_true(speed > 1000); /* not since the program's start, or the machine's */
	for (unsigned long call = 1; call <= host_primitive_calls(); call++) {
		assert_true(host_primitive(call, &flush));
		lines += flush.count;
	}
	assert_string_equal(flush.name, "fence");             /* the last: all of it has arrived */
	assert_in_range(lines * 64, 8 << 20, (8 << 20) + 64); /* from within a line on */
	assert_string_equal(host_console() + strlen(host_console()) - 12, "RESULT PASS\n");
	assert_int_equal(host_file_count(), files);
	assert_int_equal(host_leaks(), 0);
}

/* For three seconds, but at least four times and at most twenty-four. */
static void files_are_written_as_often_as_told(void **state)
{
	static const struct {
		uint64_t speed;
		unsigned writes;
	} cases[] = {{1000000, 4}, {30000000, 6}, {0, 24}};

	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (unsigned more = 0; more < 2; more++) {
			prepare(state);
			host_disk_speed(cases[i].speed);
			host_fail_write(cases[i].writes + more, FL_ERR_IO);
			assert_int_equal(rom_run("bench"), more ? APP_PASS : APP_ERROR);
		}
}

/* The first is slow because the stick has rested, the others because it is away now and then: the
 * shortest counts. */
static void the_shortest_write_counts(void **state)
{
	(void)state;
	host_set_stalls(200000000, 300000000);
	assert_int_equal(rom_run("bench"), APP_PASS);
	assert_non_null(strstr(host_console(), "bench file-write: "));
}

static void without_memory_it_says_so(void **state)
{
	unsigned long all;

	(void)state;
	assert_int_equal(rom_run("bench"), APP_PASS);
	all = host_allocations();
	prepare(state);
	host_fail_allocation(all); /* the samples of the unpacked frame */
	assert_int_equal(rom_run("bench"), APP_PASS);
	assert_null(strstr(host_console(), "bench unpack"));
	assert_non_null(strstr(host_console(), "bench cache-flush"));
	prepare(state);
	host_fail_allocation(all - 1);
	assert_int_equal(rom_run("bench"), APP_ERROR);
	assert_non_null(strstr(host_console(), "error: no 8 MiB of memory\nRESULT ERROR\n"));
	assert_int_equal(host_leaks(), 0);
}

static void a_protected_stick_is_told(void **state)
{
	(void)state;
	host_disk_readonly(true);
	assert_int_not_equal(rom_run("bench"), APP_PASS);
	assert_non_null(strstr(host_console(), "bench.tmp"));
	assert_int_equal(host_leaks(), 0);
}

static void a_failing_stick_is_told(void **state)
{
	(void)state;
	host_fail_write(2, FL_ERR_IO);
	assert_int_not_equal(rom_run("bench"), APP_PASS);
	assert_non_null(strstr(host_console(), "cannot be written"));
	assert_int_equal(host_leaks(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_figure_is_printed_and_no_file_left, prepare),
		cmocka_unit_test(files_are_written_as_often_as_told),
		cmocka_unit_test_setup(the_shortest_write_counts, prepare),
		cmocka_unit_test_setup(without_memory_it_says_so, prepare),
		cmocka_unit_test_setup(a_protected_stick_is_told, prepare),
		cmocka_unit_test_setup(a_failing_stick_is_told, prepare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
