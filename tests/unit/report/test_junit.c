/* test_junit.c: report.xml as xmllint reads it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/report/sample.h"

/* The answer of an XPath expression. */
static void ask(const struct report *report, const char *path, const char *wanted)
{
	struct text_buffer xml = {0};
	char command[400], answer[2000];
	int status;

	report_junit(report, &xml);
	assert_false(xml.failed);
	snprintf(command, sizeof command, "xmllint --xpath '%s' \"$1\"", path);
	status = sample_pipe(xml.data, xml.length, command, answer, sizeof answer);
	if (status)
		print_error("%s\n", xml.data);
	text_buffer_free(&xml);
	assert_int_equal(status, 0);
	assert_string_equal(answer, wanted);
}

static void counts_and_cases(void **state)
{
	struct report report;

	(void)state;
	sample_report(&report);
	ask(&report, "string(/testsuites/@tests)", "4");
	ask(&report, "string(/testsuites/testsuite/@failures)", "1");
	ask(&report, "string(/testsuites/testsuite/@skipped)", "1");
	ask(&report, "string(/testsuites/testsuite/@errors)", "0");
	ask(&report, "count(//testcase)", "4");
	ask(&report, "string(//testcase[2]/@classname)", "ov5670");
	ask(&report, "string(//testcase[1]/@classname)", "board");
	ask(&report, "string(//testcase[2]/failure)", "hint: is it an OV5670? <check> \"it\"");
	ask(&report, "string(//testcase[3]/skipped/@message)", "sensor.id failed");
	ask(&report, "string(//property[@name=\"unit.serial\"]/@value)", "5CD \"80\" \\ <&>");
	ask(&report, "string(//testcase[1]/@time)", "0.000500");
	ask(&report, "contains(//testcase[1]/system-out, \"cio2=00:14.3\")", "true");
	report_free(&report);
}

static void an_unfinished_report_says_so(void **state)
{
	struct report report;

	(void)state;
	report_init(&report, "1.0", "0001");
	ask(&report, "string(//testcase[@name=\"run.finished\"]/error/@message)",
	    "ERROR: did not finish");
	ask(&report, "string(/testsuites/@errors)", "1");
	report_free(&report);
}

static void hostile_bytes_stay_valid(void **state)
{
	struct report report;
	struct report_check *check;
	char text[256];

	(void)state;
	for (int i = 0; i < 255; i++)
		text[i] = (char)(i + 1);
	text[255] = '\0';
	report_init(&report, text, text);
	text_copy(report.identity.serial, sizeof report.identity.serial, text + 130);
	check = report_begin(&report, text, text);
	report_text(check, text, "%s", text);
	sample_end(check, VERDICT_ERROR, text, text);
	report.checks[0].ms = 0.0 / 0.0;
	report.finished = true;
	ask(&report, "count(//error)", "1");
	report_free(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_and_cases),
		cmocka_unit_test(an_unfinished_report_says_so),
		cmocka_unit_test(hostile_bytes_stay_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
