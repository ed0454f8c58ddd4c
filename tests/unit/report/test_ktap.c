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
				  "# chip id 0x5671, want 0x5670\n"
				  "# hint: is it an OV5670? <check> \"it\"\n"
				  "not ok 2 sensor.id ov5670\n"
				  "# ms=1.25\n"
				  "ok 3 sensor.mode ov5670 # SKIP sensor.id failed\n"
				  "# ms=3 ns_per_line=1.5\n"
				  "ok 4 cache.cost\n"
				  "1..4\n"
				  "# pass=2 fail=1 skip=1 error=0\n"
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
		cmocka_unit_test(last_lines),
		cmocka_unit_test(hostile_names_make_no_lines),
		cmocka_unit_test(many_facts_take_several_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
