/* test_bench.c: `bench`, the measurements inside the ROM: what it prints, what it leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

static void every_figure_is_printed_and_no_file_left(void **state)
{
	unsigned files = host_file_count();

	(void)state;
	assert_int_equal(rom_run("bench"), APP_PASS);
	assert_non_null(strstr(host_console(), "bench file-write: "));
	assert_non_null(strstr(host_console(), "bench unpack: "));
	assert_non_null(strstr(host_console(), "bench cache-flush: "));
	assert_int_equal(host_file_count(), files);
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
		cmocka_unit_test_setup(a_protected_stick_is_told, prepare),
		cmocka_unit_test_setup(a_failing_stick_is_told, prepare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
