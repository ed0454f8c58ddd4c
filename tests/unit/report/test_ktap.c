/* test_ktap.c: the lines that people and KTAP parsers read. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/report/sample.h"

static char *print(const struct report *report)
{
	struct text_buffer out = {0};

	report_ktap_head(report, &out);
	for (size_t i = 0; i < report->check_count; i++)
		report_ktap_check(report, i, &out);
	report_ktap_tail(report, &out);
	assert_int_equal(out.length, strlen(out.data));
	return out.data;
}

static void the_whole_log(void **state)
{
	struct report report;
	char *text;

	(void)state;
	sample_report(&report);
	text = print(&report);
	assert_string_equal(text, "KTAP version 1\n"
				  "# firstlight=1.0 run=0007\n"
				  "# ms=0.5 functions=2 cio2=00:14.3\n"
				  "ok 1 pci.present\n"
				  "# ms=1.25 seen=0x5671 note=\"two words\"\n"
				  "# last accesses of I2C2:\n"
				  "#   write 0x0010 0x00000036\n"
				  "#   read  0x0070 0x00000027, 3 times\n"
				  "# last accesses of CIO2:\n"
				  "#   read  0x1508 0xa5\n"
				  "# chip id 0x5671, want 0x5670\n"
				  "# hint: is it an OV5670? <check> \"it\"\n"
				  "not ok 2 sensor.id ov5670\n"
				  "# ms=1.25\n"
				  "ok 3 sensor.mode ov5670 # SKIP sensor.id failed\n"
				  "# ms=3 ns_per_line=1.5\n"
				  "ok 4 cache.cost\n"
				  "1..4\n"
				  "# pass=2 fail=1 skip=1 error=0\n"
				  "# board soraka is not verified: nobody has reported a run on "
				  "this machine (docs/board-files.md says how)\n"
				  "# covers: 2 of 4 checks, 1 skipped\n"
				  "# first: sensor.id ov5670: chip id 0x5671, want 0x5670\n"
				  "RESULT FAIL (1 of 3)\n");
	platform_free(text);
	report_free(&report);
}

static void ends_with(const struct report *report, const char *wanted)
{
	char *text = print(report);

	assert_true(strlen(text) >= strlen(wanted));
	assert_string_equal(text + strlen(text) - strlen(wanted), wanted);
	platform_free(text);
}

static void a_verified_board_needs_no_remark(void **state)
{
	struct report report;
	char *text;

	(void)state;
	sample_report(&report);
	report.board.is_verified = true;
	text = print(&report);
	assert_null(strstr(text, "verified"));
	platform_free(text);
	report_free(&report);
}

static void last_lines(void **state)
{
	struct report report;
	struct report_check *check;

	(void)state;
	report_init(&report, "1", "1");
	ends_with(&report, "\nRESULT ERROR (did not finish)\n");
	report.finished = true;
	ends_with(&report, "\nRESULT FAIL (0 of 0)\n");
	check = report_begin(&report, "a", "");
	ends_with(&report, "\nRESULT PASS\n");
	report_end(check, VERDICT_SKIP, 0, NULL);
	ends_with(&report,
		  "# nothing failed, but nothing was shown to work either\nRESULT FAIL (0 of 0)\n");
	report_end(check, VERDICT_ERROR, 0, NULL);
	ends_with(&report, "\nRESULT ERROR (1 could not be judged, 0 failed)\n");
	report.failed_memory = true;
	ends_with(&report, "\nRESULT ERROR (memory was short)\n");
	report.failed_memory = false;
	text_copy(report.unstored, sizeof report.unstored, "z");
	ends_with(&report, "\nRESULT ERROR (the record is not stored: z)\n");
	text_copy(report.ended_after, sizeof report.ended_after, "y");
	ends_with(&report, "\nRESULT ERROR (ended by the operator after y)\n");
	report.finished = false;
	text_copy(report.running, sizeof report.running, "x");
	ends_with(&report, "\nRESULT ERROR (did not finish: in x)\n");
	report_free(&report);
}

static void one_check(const char *id, const char *camera, enum verdict verdict, bool is_left_out,
		      const char *wanted)
{
	struct text_buffer out = {0};
	struct report report;
	struct report_check *check;

	report_init(&report, "1", "1");
	check = report_begin(&report, id, camera);
	sample_end(check, verdict, "m", "h");
	check->is_left_out = is_left_out;
	report_ktap_check(&report, 0, &out);
	assert_string_equal(out.data, wanted);
	text_buffer_free(&out);
	report_free(&report);
}

static void each_verdict_has_its_lines(void **state)
{
	(void)state;
	one_check("a", "c", VERDICT_PASS, false, "# ms=1.25\nok 1 a c\n");
	one_check("a", "", VERDICT_FAIL, false, "# ms=1.25\n# m\n# hint: h\nnot ok 1 a\n");
	one_check("a", "c", VERDICT_ERROR, false,
		  "# ms=1.25\n# m\n# hint: h\nnot ok 1 a c # ERROR\n");
	one_check("a", "", VERDICT_SKIP, false, "# ms=1.25\n# hint: h\nok 1 a # SKIP m\n");
	one_check("a", "", VERDICT_SKIP, true, "# hint: h\nok 1 a # SKIP m\n");
	one_check("a~b!\x7f#", "", VERDICT_PASS, false, "# ms=1.25\nok 1 a~b!__\n");
}

/* Quotes where a value would not be one word, and nowhere else. */
static void values_are_quoted_when_they_have_to_be(void **state)
{
	static const struct {
		const char *value, *wanted;
	} cases[] = {
		{"", "k=\"\""},     {"a b", "k=\"a b\""}, {"a=b", "k=\"a=b\""},
		{"\"", "k=\"\"\""}, {"a", "k=a"},         {"a-b", "k=a-b"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct text_buffer out = {0};
		struct report report;
		char wanted[64];

		report_init(&report, "1", "1");
		report_text(report_begin(&report, "a", ""), "k", "%s", cases[i].value);
		report_ktap_check(&report, 0, &out);
		snprintf(wanted, sizeof wanted, "# ms=0 %s\nok 1 a\n", cases[i].wanted);
		assert_string_equal(out.data, wanted);
		text_buffer_free(&out);
		report_free(&report);
	}
}

/* A line has 100 columns, its "# " included. */
static void a_fact_that_just_fits_stays_on_its_line(void **state)
{
	(void)state;
	for (int width = 91; width <= 92; width++) {
		const char *between = width == 91 ? " " : "\n# ";
		struct text_buffer out = {0};
		struct report report;
		struct report_check *check;
		char wanted[256];

		report_init(&report, "1", "1");
		check = report_begin(&report, "a", "");
		report_text(check, "w", "%0*d", width, 1);     /* "# ms=0 w=" are nine more */
		report_text(check, "x", "%0*d", width + 1, 2); /* "# x=" and " y=3" are eight */
		report_text(check, "y", "%s", "3");
		report_ktap_check(&report, 0, &out);
		snprintf(wanted, sizeof wanted, "# ms=0%sw=%0*d\n# x=%0*d%sy=3\nok 1 a\n", between,
			 width, 1, width + 1, 2, between);
		assert_string_equal(out.data, wanted);
		text_buffer_free(&out);
		report_free(&report);
	}
}

static void a_pass_tells_what_it_does_not_cover(void **state)
{
	struct report report;

	(void)state;
	report_init(&report, "1", "1");
	report.finished = true;
	report_begin(&report, "a", "");
	sample_end(report_begin(&report, "b", "c"), VERDICT_SKIP, "no ImgU (8086:1919): off", "");
	ends_with(&report, "# pass=1 fail=0 skip=1 error=0\n"
			   "# covers: 1 of 2 checks, 1 skipped: no ImgU\n"
			   "RESULT PASS (1 of 2 checks, 1 skipped: no ImgU)\n");
	sample_end(report_begin(&report, "b", "c"), VERDICT_ERROR, "m", "");
	ends_with(&report, "# first: b c: m\nRESULT ERROR (1 could not be judged, 0 failed)\n");
	report_free(&report);
}

static void hostile_names_make_no_lines(void **state)
{
	struct report report;
	struct report_check *check;
	char *text;

	(void)state;
	report_init(&report, "1\nRESULT PASS", "x\ny");
	check = report_begin(&report, "a # SKIP\nok 2 b", "c\xff d");
	report_text(check, "key\n", "%s", "v\nok 3 c");
	sample_end(check, VERDICT_ERROR, "m\nRESULT PASS", "");
	report.finished = true;
	text = print(&report);
	assert_null(strstr(text, "\nRESULT PASS"));
	assert_null(strstr(text, "\nok"));
	assert_non_null(strstr(text, "\nnot ok 1 a___SKIP_ok_2_b c__d # ERROR\n"));
	platform_free(text);
	report_free(&report);
}

static void many_facts_take_several_lines(void **state)
{
	struct report report;
	struct report_check *check;
	char *text;
	unsigned facts = 0;

	(void)state;
	report_init(&report, "1", "1");
	check = report_begin(&report, "a", "");
	for (int i = 0; i < 40; i++)
		report_number(check, "a_rather_long_key", 1000000 + i);
	report_text(check, "wide", "%0110d", 1);
	text = print(&report);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		assert_true(strlen(line) <= 120);
		assert_true(line[0] == '#' || strchr("KoR1", line[0]));
		for (char *at = line; (at = strstr(at, "long_key=")); at++)
			facts++;
	}
	assert_int_equal(facts, 40);
	platform_free(text);
	report_free(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_log),
		cmocka_unit_test(a_verified_board_needs_no_remark),
		cmocka_unit_test(last_lines),
		cmocka_unit_test(each_verdict_has_its_lines),
		cmocka_unit_test(values_are_quoted_when_they_have_to_be),
		cmocka_unit_test(a_fact_that_just_fits_stays_on_its_line),
		cmocka_unit_test(a_pass_tells_what_it_does_not_cover),
		cmocka_unit_test(hostile_names_make_no_lines),
		cmocka_unit_test(many_facts_take_several_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
