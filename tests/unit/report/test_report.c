/* test_report.c: the verdict, and what happens when memory ends. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/host/host.h"
#include "tests/unit/report/sample.h"

static int reset(void **state)
{
	(void)state;
	host_reset(1);
	return 0;
}

static enum verdict result_of(const enum verdict *verdicts, size_t count, bool finished)
{
	struct report report;
	enum verdict result;

	report_init(&report, "1", "1");
	report.finished = finished;
	for (size_t i = 0; i < count; i++)
		report_end(report_begin(&report, "x", ""), verdicts[i], 0, NULL);
	result = report_result(&report);
	report_free(&report);
	return result;
}

#define RESULT(finished, ...)                                                                      \
	result_of((const enum verdict[]){__VA_ARGS__},                                             \
		  sizeof(const enum verdict[]){__VA_ARGS__} / sizeof(enum verdict), finished)

static void the_verdict(void **state)
{
	(void)state;
	assert_int_equal(RESULT(true, VERDICT_PASS), VERDICT_PASS);
	assert_int_equal(RESULT(true, VERDICT_PASS, VERDICT_SKIP), VERDICT_PASS);
	assert_int_equal(RESULT(true, VERDICT_PASS, VERDICT_FAIL), VERDICT_FAIL);
	assert_int_equal(RESULT(true, VERDICT_SKIP, VERDICT_SKIP), VERDICT_FAIL);
	assert_int_equal(RESULT(true, VERDICT_PASS, VERDICT_ERROR), VERDICT_ERROR);
	assert_int_equal(RESULT(true, VERDICT_FAIL, VERDICT_ERROR), VERDICT_ERROR);
	assert_int_equal(RESULT(false, VERDICT_PASS), VERDICT_ERROR);
	assert_int_equal(result_of(NULL, 0, true), VERDICT_FAIL);
	assert_int_equal(result_of(NULL, 0, false), VERDICT_ERROR);
	assert_string_equal(verdict_name(VERDICT_SKIP), "SKIP");
}

static void many_of_everything(void **state)
{
	struct report report;
	char name[16];

	(void)state;
	report_init(&report, "1", "1");
	for (int i = 0; i < 100; i++) {
		struct report_check *check = report_begin(&report, "x", "");

		snprintf(name, sizeof name, "k%d", i);
		for (int j = 0; j < i; j++)
			report_number(check, name, j);
		report_end(check, VERDICT_PASS, 1, NULL);
		report_counter(report_camera(&report, name), "a", 1);
		for (int j = 0; j < 30; j++) {
			snprintf(name, sizeof name, "c%d", j);
			report_counter(report_camera(&report, "k0"), name, (uint32_t)j);
		}
		report_frame(&report)->sequence = (uint32_t)i;
	}
	assert_int_equal(report.check_count, 100);
	assert_int_equal(report.checks[99].fact_count, 99);
	assert_true(report.checks[99].facts[57].number == 57);
	assert_int_equal(report.camera_count, 100);
	assert_int_equal(report.cameras[0].counter_count, 31);
	assert_int_equal(report.frames[99].sequence, 99);
	report.finished = true;
	assert_int_equal(report_result(&report), VERDICT_PASS);
	report_free(&report);
	assert_int_equal(host_leaks(), 0);
}

static void counters_are_set_anew(void **state)
{
	struct report report;

	(void)state;
	report_init(&report, "1", "1");
	report_counter(report_camera(&report, "a"), "crc", 1);
	report_counter(report_camera(&report, "a"), "crc", 2);
	assert_int_equal(report.camera_count, 1);
	assert_int_equal(report.cameras[0].counter_count, 1);
	assert_int_equal(report.cameras[0].counters[0].value, 2);
	report_free(&report);
}

static void overlong_texts_are_cut(void **state)
{
	struct report report;
	struct report_check *check;
	char text[500];

	(void)state;
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	report_init(&report, "1", text);
	check = report_begin(&report, text, text);
	report_text(check, text, "%s", text);
	assert_int_equal(strlen(check->id), REPORT_NAME - 1);
	assert_int_equal(strlen(check->facts[0].text), 119);
	report_free(&report);
}

/* All three formats of the sample; false when one found no memory. */
static bool print_all(const struct report *report)
{
	struct text_buffer json = {0}, xml = {0}, ktap = {0};
	bool complete;

	report_json(report, &json);
	report_junit(report, &xml);
	report_ktap_head(report, &ktap);
	for (size_t i = 0; i < report->check_count; i++)
		report_ktap_check(report, i, &ktap);
	report_ktap_tail(report, &ktap);
	complete = !json.failed && !xml.failed && !ktap.failed;
	text_buffer_free(&json);
	text_buffer_free(&xml);
	text_buffer_free(&ktap);
	return complete;
}

static void memory_that_ends_is_no_pass(void **state)
{
	struct report report;
	unsigned long wanted;

	(void)state;
	sample_report(&report);
	assert_true(print_all(&report));
	report_free(&report);
	wanted = host_allocations();
	for (unsigned long k = 1; k <= wanted; k++) {
		bool complete;

		host_fail_allocation(k);
		sample_report(&report);
		complete = print_all(&report);
		host_fail_allocation(0);
		assert_true(!complete || report_result(&report) == VERDICT_ERROR);
		report_free(&report);
		assert_int_equal(host_leaks(), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_verdict, reset),
		cmocka_unit_test_setup(many_of_everything, reset),
		cmocka_unit_test_setup(counters_are_set_anew, reset),
		cmocka_unit_test_setup(overlong_texts_are_cut, reset),
		cmocka_unit_test_setup(memory_that_ends_is_no_pass, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
