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

/* Where there was no memory the next of its kind begins empty all the same, and nothing leaks. */
static void what_found_no_memory_leaves_nothing_to_the_next(void **state)
{
	struct report report;
	struct report_check *check;
	struct report_camera *camera;
	struct report_frame *frame;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		if (!i)
			report_init(&report, "1", "1");
		host_fail_allocation(1);
		check = report_begin(&report, i ? "b" : "a", "");
		assert_int_equal(check->fact_count, 0);
		assert_string_equal(check->message, "");
		assert_int_equal(check->verdict, VERDICT_PASS);
		report_number(check, "k", 1);
		sample_end(check, VERDICT_FAIL, "m", "h");
		host_fail_allocation(1);
		camera = report_camera(&report, i ? "b" : "a");
		assert_int_equal(camera->counter_count, 0);
		assert_int_equal(camera->port, 0);
		report_counter(camera, "k", 1);
		camera->port = 3;
		host_fail_allocation(1);
		frame = report_frame(&report);
		assert_string_equal(frame->camera, "");
		assert_int_equal(frame->width, 0);
		frame->width = 5;
		text_copy(frame->camera, sizeof frame->camera, "x");
	}
	assert_int_equal(report.check_count + report.camera_count + report.frame_count, 0);
	assert_true(report.failed_memory);
	report_number(&report.settings, "frames", 2);
	report_free(&report);
	assert_int_equal(host_leaks(), 0);
	assert_null(report.version);
	assert_false(report.failed_memory);
}

/* A verdict that is given anew takes the accesses anew. */
static void a_check_that_ends_twice_has_its_last_accesses(void **state)
{
	struct report report;
	struct report_check *check;

	(void)state;
	report_init(&report, "1", "1");
	check = report_begin(&report, "a", "");
	sample_end_behind_accesses(check, "m", "h");
	sample_end_behind_accesses(check, "m", "h");
	assert_int_equal(check->access_count, 3);
	sample_end(check, VERDICT_ERROR, "m", "h");
	assert_int_equal(check->access_count, 0);
	report_free(&report);
	assert_int_equal(host_leaks(), 0);
}

/* One allocation for 16 checks and for four facts, then for twice as many. */
static void memory_is_asked_for_in_pieces_that_double(void **state)
{
	struct report report;
	unsigned long before;

	(void)state;
	report_init(&report, "1", "1");
	for (unsigned i = 1; i <= 33; i++) {
		before = host_allocations();
		report_begin(&report, "x", "");
		assert_int_equal(host_allocations() - before, i == 1 || i == 17 || i == 33);
	}
	for (unsigned i = 1; i <= 17; i++) {
		before = host_allocations();
		report_number(&report.checks[0], "k", i);
		report_counter(report_camera(&report, "c"), (char[]){(char)('a' + i), '\0'}, i);
		assert_int_equal(host_allocations() - before,
				 2 * (i == 1 || i == 5 || i == 9 || i == 17) + (i == 1));
	}
	report_free(&report);
	assert_int_equal(host_leaks(), 0);
}

static void add(struct report *report, enum verdict verdict, bool is_left_out, const char *cause,
		const char *message)
{
	struct report_check *check = report_begin(report, "x", "");

	sample_end(check, verdict, message, "");
	check->is_left_out = is_left_out;
	text_copy(check->cause, sizeof check->cause, cause);
}

static void assert_covers(const struct report *report, const char *wanted)
{
	char text[400];

	assert_int_equal(report_covers(report, text, sizeof text), strlen(wanted));
	assert_string_equal(text, wanted);
}

/* The reasons, each once and in few words; not those that another row of the report gives. */
static void a_verdict_says_what_it_covers(void **state)
{
	struct report report;
	char text[400];

	(void)state;
	report_init(&report, "1", "1");
	assert_covers(&report, "0 of 0 checks");
	add(&report, VERDICT_SKIP, true, "", "not part of probe");
	assert_covers(&report, "0 of 0 checks, 1 left out: not part of probe");
	add(&report, VERDICT_PASS, false, "", "");
	add(&report, VERDICT_SKIP, false, "", "a (8086:1919): firmware");
	add(&report, VERDICT_SKIP, false, "", "a; for another reason");
	add(&report, VERDICT_SKIP, false, "", "a: for a third");
	add(&report, VERDICT_SKIP, false, "x", "x failed");
	add(&report, VERDICT_SKIP, true, "", "a");
	add(&report, VERDICT_FAIL, false, "", "not a reason");
	assert_covers(&report, "1 of 6 checks, 4 skipped: a, 2 left out: not part of probe; a");
	add(&report, VERDICT_SKIP, false, "", "b(c) d");
	add(&report, VERDICT_SKIP, false, "", " two words");
	add(&report, VERDICT_SKIP, false, "", "a fourth");
	report.cameras_known = 2;
	report.cameras_tested = 1;
	assert_covers(&report,
		      "1 of 9 checks, 7 skipped: a; b(c) d;  two words, 2 left out: not part of "
		      "probe; a, 1 of 2 cameras");
	report.cameras_tested = 2;
	assert_covers(&report,
		      "1 of 9 checks, 7 skipped: a; b(c) d;  two words, 2 left out: not part of "
		      "probe; a");
	report.cameras_tested = 1;
	for (size_t capacity = 1; capacity < 110; capacity++) {
		memset(text, '#', sizeof text);
		assert_true(report_covers(&report, text, capacity) < capacity);
		assert_int_equal(text[capacity], '#');
	}
	report_free(&report);
}

static void a_reason_is_told_once(void **state)
{
	struct report report;

	(void)state;
	report_init(&report, "1", "1");
	add(&report, VERDICT_SKIP, false, "", "a");
	add(&report, VERDICT_SKIP, false, "", "a (b)");
	assert_covers(&report, "0 of 2 checks, 2 skipped: a");
	report_free(&report);
}

static void the_first_failure_is_the_first(void **state)
{
	struct report report;

	(void)state;
	report_init(&report, "1", "1");
	assert_null(report_first_failure(&report));
	add(&report, VERDICT_SKIP, false, "", "");
	assert_null(report_first_failure(&report));
	add(&report, VERDICT_ERROR, false, "", "");
	add(&report, VERDICT_FAIL, false, "", "");
	assert_ptr_equal(report_first_failure(&report), &report.checks[1]);
	report.checks[0].verdict = VERDICT_FAIL;
	assert_ptr_equal(report_first_failure(&report), &report.checks[0]);
	report_free(&report);
}

/* What is left out counts nowhere, whatever it says; words of one letter are words. */
static void what_makes_a_run_an_error(void **state)
{
	struct report report;
	char text[64];

	(void)state;
	report_init(&report, "1", "1");
	report.finished = true;
	add(&report, VERDICT_PASS, false, "", "");
	add(&report, VERDICT_ERROR, true, "", "");
	assert_int_equal(report_result(&report), VERDICT_PASS);
	memset(text, 'x', sizeof text);
	assert_false(report_trouble(&report, text, sizeof text));
	assert_string_equal(text, "");
	text_copy(report.ended_after, sizeof report.ended_after, "a");
	assert_int_equal(report_result(&report), VERDICT_ERROR);
	assert_true(report_trouble(&report, text, 2));
	assert_string_equal(text, "e");
	report.ended_after[0] = '\0';
	text_copy(report.unstored, sizeof report.unstored, "a");
	assert_int_equal(report_result(&report), VERDICT_ERROR);
	report.unstored[0] = '\0';
	report.settings.lost_facts = true;
	assert_int_equal(report_result(&report), VERDICT_ERROR);
	report_free(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_verdict, reset),
		cmocka_unit_test_setup(many_of_everything, reset),
		cmocka_unit_test_setup(counters_are_set_anew, reset),
		cmocka_unit_test_setup(overlong_texts_are_cut, reset),
		cmocka_unit_test_setup(memory_that_ends_is_no_pass, reset),
		cmocka_unit_test_setup(what_found_no_memory_leaves_nothing_to_the_next, reset),
		cmocka_unit_test_setup(a_check_that_ends_twice_has_its_last_accesses, reset),
		cmocka_unit_test_setup(memory_is_asked_for_in_pieces_that_double, reset),
		cmocka_unit_test_setup(a_verdict_says_what_it_covers, reset),
		cmocka_unit_test_setup(a_reason_is_told_once, reset),
		cmocka_unit_test_setup(the_first_failure_is_the_first, reset),
		cmocka_unit_test_setup(what_makes_a_run_an_error, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
