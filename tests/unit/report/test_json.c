/* test_json.c: report.json as jq reads it: the keys, their order, the values. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/unit/report/sample.h"

/* The answer of `jq -c filter`. */
static void ask(const struct report *report, const char *filter, const char *wanted)
{
	struct text_buffer json = {0};
	char command[400], answer[2000];
	int status;

	report_json(report, &json);
	assert_false(json.failed);
	snprintf(command, sizeof command, "jq -c '%s' \"$1\"", filter);
	status = sample_pipe(json.data, json.length, command, answer, sizeof answer);
	if (status)
		print_error("%s\n", json.data);
	text_buffer_free(&json);
	assert_int_equal(status, 0);
	assert_string_equal(answer, wanted);
}

static void keys_are_the_contract(void **state)
{
	struct report report;

	(void)state;
	sample_report(&report);
	ask(&report, "keys_unsorted",
	    "[\"firstlight\",\"result\",\"unit\",\"firmware\",\"run\",\"checks\",\"cameras\","
	    "\"frames\",\"covers\",\"command\",\"date\",\"plan\"]");
	ask(&report, ".checks[0] | keys_unsorted",
	    "[\"id\",\"camera\",\"result\",\"ms\",\"seen\",\"message\",\"hint\",\"cause\","
	    "\"asked\"]");
	ask(&report, ".cameras[0] | keys_unsorted",
	    "[\"name\",\"port\",\"lanes\",\"mode\",\"counters\",\"fps\"]");
	ask(&report, ".frames[0] | keys_unsorted",
	    "[\"camera\",\"sequence\",\"file\",\"width\",\"height\",\"stride\",\"format\","
	    "\"bytes\",\"xxh3\","
	    "\"timestamp_us\",\"errors\",\"pattern\"]");
	report_free(&report);
}

static void values_arrive(void **state)
{
	struct report report;

	(void)state;
	sample_report(&report);
	ask(&report, ".firstlight", "{\"version\":\"1.0\",\"report\":1}");
	ask(&report, "[.result, .run, .unit.product, .firmware.secure_boot]",
	    "[\"FAIL\",\"0007\",\"Soraka\",true]");
	ask(&report, ".unit.serial == \"5CD \\\"80\\\" \\\\ <&>\"", "true");
	ask(&report, "[.checks[].result]", "[\"PASS\",\"FAIL\",\"SKIP\",\"PASS\"]");
	ask(&report, ".checks[0].seen", "{\"functions\":2,\"cio2\":\"00:14.3\"}");
	ask(&report, ".checks[1].message", "\"chip id 0x5671,\\nwant 0x5670\"");
	ask(&report, ".cameras[0] | [.counters.ecc, .fps]", "[4294967295,30.168]");
	ask(&report, ".frames[0] | [.bytes, .xxh3, .timestamp_us, .pattern]",
	    "[6469632,\"00ff00ff00ff00ff\",123456789012,\"PASS\"]");
	report_free(&report);
}

static void an_unfinished_report_says_so(void **state)
{
	struct report report;

	(void)state;
	report_init(&report, "1.0", "0001");
	ask(&report, "[.result, .checks[0].id, .checks[0].message]",
	    "[\"ERROR\",\"run.finished\",\"ERROR: did not finish\"]");
	report_end(report_begin(&report, "pci.present", ""), VERDICT_PASS, 1, NULL);
	ask(&report, "[.checks[].id]", "[\"pci.present\",\"run.finished\"]");
	report.finished = true;
	ask(&report, "[.result, (.checks | length)]", "[\"PASS\",1]");
	report_free(&report);
}

/* A JSON object has each key once: what was seen several times is an array. */
static void no_key_stands_twice(void **state)
{
	struct report report;
	struct report_check *check;

	(void)state;
	report_init(&report, "1.0", "0001");
	check = report_begin(&report, "a", "");
	report_text(check, "finding", "one");
	report_number(check, "n", 1);
	report_text(check, "finding", "two");
	ask(&report, ".checks[0].seen", "{\"finding\":[\"one\",\"two\"],\"n\":1}");
	report_free(&report);
}

static void empty_and_unknown(void **state)
{
	struct report report;

	(void)state;
	report_init(&report, "1.0", "0001");
	report.finished = true;
	report_camera(&report, "a");
	report_frame(&report);
	ask(&report, "[.result, .checks, .cameras[0].fps, .frames[0].pattern]",
	    "[\"FAIL\",[],null,\"none\"]");
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
	check = report_begin(&report, text, text);
	report_text(check, text, "%s", text);
	report_text(check, "high", "%s", text + 150);
	report_number(check, "nan", 0.0 / 0.0);
	sample_end(check, VERDICT_FAIL, text, text);
	report.finished = true;
	ask(&report, "[.result, .checks[0].seen.nan]", "[\"FAIL\",null]");
	report_free(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_the_contract),
		cmocka_unit_test(values_arrive),
		cmocka_unit_test(an_unfinished_report_says_so),
		cmocka_unit_test(empty_and_unknown),
		cmocka_unit_test(no_key_stands_twice),
		cmocka_unit_test(hostile_bytes_stay_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
