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
	sample_ask(report, report_junit, "xmllint --xpath", path, wanted);
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

/* Every character of it; what is left out is skipped, what is wrong with the report is an error. */
static void the_whole_file(void **state)
{
	struct text_buffer xml = {0};
	struct report report;
	struct report_check *check;

	(void)state;
	sample_report(&report);
	text_copy(report.identity.manufacturer, sizeof report.identity.manufacturer, "HP");
	text_copy(report.firmware.version, sizeof report.firmware.version, "4");
	text_copy(report.unit, sizeof report.unit, "u1");
	text_copy(report.unstored, sizeof report.unstored, "y");
	check = report_begin(&report, "mmu.up", "");
	sample_end(check, VERDICT_SKIP, "not part of probe", "a skip's hint is not told");
	check->is_left_out = true;
	check = report_begin(&report, "x", "c");
	sample_end(check, VERDICT_ERROR, "m", "h");
	check->ms = 2.25;
	report_junit(&report, &xml);
	assert_string_equal(xml.data,
			    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			    "<testsuites name=\"firstlight\" tests=\"7\" failures=\"1\" "
			    "errors=\"2\" skipped=\"2\" time=\"0.009500\">\n"
			    "  <testsuite name=\"firstlight\" tests=\"7\" failures=\"1\" "
			    "errors=\"2\" skipped=\"2\" time=\"0.009500\">\n"
			    "    <properties>\n"
			    "      <property name=\"firstlight.version\" value=\"1.0\"/>\n"
			    "      <property name=\"run\" value=\"0007\"/>\n"
			    "      <property name=\"unit.manufacturer\" value=\"HP\"/>\n"
			    "      <property name=\"unit.product\" value=\"Soraka\"/>\n"
			    "      <property name=\"unit.serial\" value=\"5CD &quot;80&quot; \\ "
			    "&lt;&amp;&gt;\"/>\n"
			    "      <property name=\"unit.name\" value=\"u1\"/>\n"
			    "      <property name=\"board.name\" value=\"soraka\"/>\n"
			    "      <property name=\"board.verified\" value=\"no\"/>\n"
			    "      <property name=\"firmware.vendor\" value=\"coreboot\"/>\n"
			    "      <property name=\"firmware.version\" value=\"4\"/>\n"
			    "    </properties>\n"
			    "    <testcase classname=\"board\" name=\"pci.present\" "
			    "time=\"0.000500\">\n"
			    "      <system-out>functions=2\n"
			    "cio2=00:14.3\n"
			    "</system-out>\n"
			    "    </testcase>\n"
			    "    <testcase classname=\"ov5670\" name=\"sensor.id\" "
			    "time=\"0.001250\">\n"
			    "      <failure message=\"chip id 0x5671,&#10;want 0x5670\">hint: is "
			    "it an OV5670? &lt;check&gt; &quot;it&quot;</failure>\n"
			    "      <system-out>seen=0x5671\n"
			    "note=two words\n"
			    "I2C2 write 0x0010 0x00000036 1\n"
			    "I2C2 read 0x0070 0x00000027 3\n"
			    "CIO2 read 0x1508 0xa5 1\n"
			    "</system-out>\n"
			    "    </testcase>\n"
			    "    <testcase classname=\"ov5670\" name=\"sensor.mode\" "
			    "time=\"0.001250\">\n"
			    "      <skipped message=\"sensor.id failed\"/>\n"
			    "    </testcase>\n"
			    "    <testcase classname=\"board\" name=\"cache.cost\" "
			    "time=\"0.003000\">\n"
			    "      <system-out>ns_per_line=1.5\n"
			    "</system-out>\n"
			    "    </testcase>\n"
			    "    <testcase classname=\"board\" name=\"mmu.up\" time=\"0.001250\">\n"
			    "      <skipped message=\"not part of probe\"/>\n"
			    "    </testcase>\n"
			    "    <testcase classname=\"c\" name=\"x\" time=\"0.002250\">\n"
			    "      <error message=\"m\">hint: h</error>\n"
			    "    </testcase>\n"
			    "    <testcase classname=\"board\" name=\"run.stored\" "
			    "time=\"0.000000\">\n"
			    "      <error message=\"ERROR: the record is not stored: y\">hint: "
			    "free or replace the stick, and run again</error>\n"
			    "    </testcase>\n"
			    "  </testsuite>\n"
			    "</testsuites>\n");
	text_buffer_free(&xml);
	report_free(&report);
}

/* Seconds of what is no time, or no time that anybody measured, are 0. */
static void odd_times_are_zero(void **state)
{
	static const struct {
		double ms;
		const char *time;
	} cases[] = {
		{0.0 / 0.0, "0.000000"}, {1.0 / 0.0, "0.000000"},     {-1, "0.000000"},
		{1e12, "0.000000"},      {999e9, "999000000.000000"}, {0.5, "0.000500"},
	};
	struct report report;

	(void)state;
	report_init(&report, "1.0", "0001");
	report.finished = true;
	report_begin(&report, "a", "");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		report.checks[0].ms = cases[i].ms;
		ask(&report, "string(//testcase/@time)", cases[i].time);
	}
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
		cmocka_unit_test(the_whole_file),
		cmocka_unit_test(odd_times_are_zero),
		cmocka_unit_test(an_unfinished_report_says_so),
		cmocka_unit_test(hostile_bytes_stay_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
