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
	sample_ask(report, report_json, "jq -c", filter, wanted);
}

static void keys_are_the_contract(void **state)
{
	struct report report;

	(void)state;
	sample_report(&report);
	ask(&report, "keys_unsorted",
	    "[\"firstlight\",\"result\",\"unit\",\"firmware\",\"run\",\"checks\",\"cameras\","
	    "\"frames\",\"covers\",\"command\",\"date\",\"plan\",\"board\"]");
	ask(&report, ".board",
	    "{\"name\":\"soraka\",\"description\":\"HP Chromebook "
	    "x2\",\"file\":\"b/soraka.ini\",\"verified\":false}");
	report.board.is_verified = true;
	ask(&report, ".board.verified", "true");
	ask(&report, ".checks[0] | keys_unsorted",
	    "[\"id\",\"camera\",\"result\",\"ms\",\"seen\",\"message\",\"hint\",\"cause\","
	    "\"asked\",\"registers\"]");
	ask(&report, ".checks[1].registers[0] | keys_unsorted",
	    "[\"device\",\"access\",\"offset\",\"value\",\"count\"]");
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

/* Two checks more than the sample has: left out, and one with one-letter words; a second camera and frame. */
static void whole_report(struct report *report)
{
	static const char keys[][20] = {"manufacturer", "version", "sku", "family"};
	struct board_identity *id = &report->identity;
	struct report_check *check;

	sample_report(report);
	text_copy(id->manufacturer, sizeof id->manufacturer, keys[0]);
	text_copy(id->version, sizeof id->version, keys[1]);
	text_copy(id->sku, sizeof id->sku, keys[2]);
	text_copy(id->family, sizeof id->family, keys[3]);
	text_copy(id->board_manufacturer, sizeof id->board_manufacturer, "bm");
	text_copy(id->board_product, sizeof id->board_product, "bp");
	text_copy(id->board_version, sizeof id->board_version, "bv");
	text_copy(id->board_serial, sizeof id->board_serial, "bs");
	text_copy(id->bios_vendor, sizeof id->bios_vendor, "coreboot");
	text_copy(id->bios_version, sizeof id->bios_version, "4.2");
	text_copy(id->bios_date, sizeof id->bios_date, "01/02/2026");
	text_copy(report->firmware.version, sizeof report->firmware.version, "1.0");
	text_copy(report->unit, sizeof report->unit, "u1");
	text_copy(report->command, sizeof report->command, "run");
	text_copy(report->date, sizeof report->date, "2026-11-26T10:00:00");
	report_number(&report->settings, "frames", 2);
	report_text(&report->settings, "format", "raw");
	check = report_begin(report, "mmu.up", "");
	sample_end(check, VERDICT_SKIP, "not part of probe", "");
	check->is_left_out = true;
	sample_end(report_begin(report, "x", "c"), VERDICT_FAIL, "m", "h");
	report_camera(report, "rear");
	text_copy(report_frame(report)->pattern, 8, "P");
	report_frame(report)->errors = 3;
}

/* Every character of it: keys, order, one element a line. */
static void the_whole_file(void **state)
{
	struct text_buffer json = {0};
	struct report report;

	(void)state;
	whole_report(&report);
	report_json(&report, &json);
	assert_string_equal(json.data,
			    "{\n"
			    "  \"firstlight\": {\"version\": \"1.0\", \"report\": 1},\n"
			    "  \"result\": \"FAIL\",\n"
			    "  \"unit\": {\"manufacturer\": \"manufacturer\", \"product\": "
			    "\"Soraka\", \"version\": \"version\", \"serial\": \"5CD "
			    "\\\"80\\\" \\\\ <&>\", \"sku\": \"sku\", \"family\": \"family\", "
			    "\"board_manufacturer\": \"bm\", \"board_product\": \"bp\", "
			    "\"board_version\": \"bv\", \"board_serial\": \"bs\", "
			    "\"bios_vendor\": \"coreboot\", \"bios_version\": \"4.2\", "
			    "\"bios_date\": \"01/02/2026\", \"name\": \"u1\"},\n"
			    "  \"firmware\": {\"vendor\": \"coreboot\", \"version\": \"1.0\", "
			    "\"interface\": \"UEFI 2.70\", \"secure_boot\": true},\n"
			    "  \"run\": \"0007\",\n"
			    "  \"checks\": [\n"
			    "    {\"id\": \"pci.present\", \"camera\": \"\", \"result\": "
			    "\"PASS\", \"ms\": 0.5, \"seen\": {\"functions\": 2, \"cio2\": "
			    "\"00:14.3\"}, \"message\": \"\", \"hint\": \"\", \"cause\": \"\", "
			    "\"asked\": true, \"registers\": []},\n"
			    "    {\"id\": \"sensor.id\", \"camera\": \"ov5670\", \"result\": "
			    "\"FAIL\", \"ms\": 1.25, \"seen\": {\"seen\": \"0x5671\", "
			    "\"note\": \"two words\"}, \"message\": \"chip id 0x5671,\\nwant "
			    "0x5670\", \"hint\": \"is it an OV5670? <check> \\\"it\\\"\", "
			    "\"cause\": \"\", \"asked\": true, \"registers\": [{\"device\": "
			    "\"I2C2\", \"access\": \"write\", \"offset\": \"0x0010\", "
			    "\"value\": \"0x00000036\", \"count\": 1}, {\"device\": \"I2C2\", "
			    "\"access\": \"read\", \"offset\": \"0x0070\", \"value\": "
			    "\"0x00000027\", \"count\": 3}, {\"device\": \"CIO2\", \"access\": "
			    "\"read\", \"offset\": \"0x1508\", \"value\": \"0xa5\", \"count\": "
			    "1}]},\n"
			    "    {\"id\": \"sensor.mode\", \"camera\": \"ov5670\", \"result\": "
			    "\"SKIP\", \"ms\": 1.25, \"seen\": {}, \"message\": \"sensor.id "
			    "failed\", \"hint\": \"\", \"cause\": \"sensor.id\", \"asked\": "
			    "true, \"registers\": []},\n"
			    "    {\"id\": \"cache.cost\", \"camera\": \"\", \"result\": "
			    "\"PASS\", \"ms\": 3, \"seen\": {\"ns_per_line\": 1.5}, "
			    "\"message\": \"\", \"hint\": \"\", \"cause\": \"\", \"asked\": "
			    "true, \"registers\": []},\n"
			    "    {\"id\": \"mmu.up\", \"camera\": \"\", \"result\": \"SKIP\", "
			    "\"ms\": 1.25, \"seen\": {}, \"message\": \"not part of probe\", "
			    "\"hint\": \"\", \"cause\": \"\", \"asked\": false, \"registers\": "
			    "[]},\n"
			    "    {\"id\": \"x\", \"camera\": \"c\", \"result\": \"FAIL\", "
			    "\"ms\": 1.25, \"seen\": {}, \"message\": \"m\", \"hint\": \"h\", "
			    "\"cause\": \"\", \"asked\": true, \"registers\": []}\n"
			    "  ],\n"
			    "  \"cameras\": [\n"
			    "    {\"name\": \"ov5670\", \"port\": 1, \"lanes\": 2, \"mode\": "
			    "\"2592x1944\", \"counters\": {\"crc\": 0, \"ecc\": 4294967295}, "
			    "\"fps\": 30.168},\n"
			    "    {\"name\": \"rear\", \"port\": 0, \"lanes\": 0, \"mode\": "
			    "\"\", \"counters\": {}, \"fps\": null}\n"
			    "  ],\n"
			    "  \"frames\": [\n"
			    "    {\"camera\": \"ov5670\", \"sequence\": 0, \"file\": "
			    "\"frames/ov5670-0000.raw\", \"width\": 2592, \"height\": 1944, "
			    "\"stride\": 3328, \"format\": \"ip3G\", \"bytes\": 6469632, "
			    "\"xxh3\": \"00ff00ff00ff00ff\", \"timestamp_us\": 123456789012, "
			    "\"errors\": 0, \"pattern\": \"PASS\"},\n"
			    "    {\"camera\": \"\", \"sequence\": 0, \"file\": \"\", "
			    "\"width\": 0, \"height\": 0, \"stride\": 0, \"format\": \"\", "
			    "\"bytes\": 0, \"xxh3\": \"0000000000000000\", \"timestamp_us\": "
			    "0, \"errors\": 0, \"pattern\": \"P\"},\n"
			    "    {\"camera\": \"\", \"sequence\": 0, \"file\": \"\", "
			    "\"width\": 0, \"height\": 0, \"stride\": 0, \"format\": \"\", "
			    "\"bytes\": 0, \"xxh3\": \"0000000000000000\", \"timestamp_us\": "
			    "0, \"errors\": 3, \"pattern\": \"none\"}\n"
			    "  ],\n"
			    "  \"covers\": \"2 of 5 checks, 1 skipped, 1 left out: not part of "
			    "probe\",\n"
			    "  \"command\": \"run\",\n"
			    "  \"date\": \"2026-11-26T10:00:00\",\n"
			    "  \"plan\": {\"frames\": 2, \"format\": \"raw\"},\n"
			    "  \"board\": {\"name\": \"soraka\", \"description\": \"HP Chromebook "
			    "x2\", \"file\": \"b/soraka.ini\", \"verified\": false}\n"
			    "}\n");
	text_buffer_free(&json);
	report_free(&report);
}

static void what_is_wrong_with_the_report_itself_stands_behind_the_checks(void **state)
{
	struct report report;

	(void)state;
	report_init(&report, "1.0", "0001");
	text_copy(report.running, sizeof report.running, "x");
	ask(&report, ".checks[] | del(.ms, .seen)",
	    "{\"id\":\"run.finished\",\"camera\":\"\",\"result\":\"ERROR\",\"message\":\"ERROR: "
	    "did "
	    "not finish: in x\",\"hint\":\"the run was cut off by power, reset or a hang while "
	    "this check was "
	    "at work: look there\",\"cause\":\"\",\"asked\":true,\"registers\":[]}");
	report.finished = true;
	text_copy(report.ended_after, sizeof report.ended_after, "y");
	report.failed_memory = true;
	text_copy(report.unstored, sizeof report.unstored, "z");
	ask(&report, "[.result, (.checks[] | .id, .message, .hint)]",
	    "[\"ERROR\",\"run.finished\",\"ERROR: ended by the operator after y\",\"start the run "
	    "again for a "
	    "verdict\",\"run.memory\",\"ERROR: memory was short, parts of the report are "
	    "missing\",\"ask for "
	    "fewer frames or buffers\",\"run.stored\",\"ERROR: the record is not stored: "
	    "z\",\"free or replace "
	    "the stick, and run again\"]");
	report.ended_after[0] = '\0';
	report.failed_memory = false;
	ask(&report, "[.checks[].id]", "[\"run.stored\"]");
	report.unstored[0] = '\0';
	ask(&report, "[.checks[].id]", "[]");
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
	report_text(check, "m", "last");
	report_number(check, "finding", 3);
	report_text(check, "pair", "a");
	report_text(check, "pair", "b");
	ask(&report, ".checks[0].seen",
	    "{\"finding\":[\"one\",\"two\",3],\"n\":1,\"m\":\"last\",\"pair\":[\"a\",\"b\"]}");
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
		cmocka_unit_test(the_whole_file),
		cmocka_unit_test(what_is_wrong_with_the_report_itself_stands_behind_the_checks),
		cmocka_unit_test(an_unfinished_report_says_so),
		cmocka_unit_test(empty_and_unknown),
		cmocka_unit_test(no_key_stands_twice),
		cmocka_unit_test(hostile_bytes_stay_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
