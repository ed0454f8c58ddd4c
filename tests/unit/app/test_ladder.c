/* test_ladder.c: what a verdict covers: every row in every report, the root cause in one step, rungs
 * that the plan requires, a run that was ended or died. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/checks.h"
#include "tests/host/rom.h"
#include "tests/unit/report/sample.h"

#define SMALL "--camera ov5670 --mode 640x360 --frames 2 --cycles 2 --at-end exit"

/* The answer of `jq -c filter` to report.json. */
static const char *ask(const char *filter)
{
	static char answer[4000];
	char command[600];
	size_t size;
	const char *json = rom_result("report.json", &size);

	assert_non_null(json);
	snprintf(command, sizeof command, "jq -c '%s' \"$1\"", filter);
	assert_int_equal(sample_pipe(json, size, command, answer, sizeof answer), 0);
	return answer;
}

static int run(const char *fault, const char *command)
{
	const char *faults[] = {fault, NULL};

	rom_prepare(1);
	rom_put_firmware();
	rom_attach(fault ? faults : NULL, VBOARD_FPS_SENSOR);
	return rom_run(command);
}

static void every_row_stands_in_every_report(void **state)
{
	static const char *const commands[] = {"run " SMALL, "probe " SMALL, "capture " SMALL,
					       "mmu " SMALL, "cache " SMALL};

	(void)state;
	for (size_t c = 0; c < sizeof commands / sizeof commands[0]; c++) {
		assert_int_equal(run(NULL, commands[c]), 0);
		for (size_t i = 0; i < rom_ladder()->count; i++)
			if (!rom_verdict(rom_ladder()->rows[i]->id, "")[0])
				fail_msg("%s is not in the report of '%s'",
					 rom_ladder()->rows[i]->id, commands[c]);
		/* what is not part of the command, or the board, has said so, and does not count */
		assert_string_equal(ask("[.checks[] | select(.asked | not) | .result] | unique"),
				    "[\"SKIP\"]");
		assert_non_null(strstr(host_console(), " left out: "));
		assert_non_null(strstr(host_console(), "\nRESULT PASS\n"));
	}
}

/* What a command is for. */
static void each_command_asks_for_its_rows(void **state)
{
	static const struct {
		const char *command, *rows;
	} cases[] = {
		{"run",
		 "[\"pci.receiver\",\"pci.imgu\",\"pci.ready\",\"board.file\",\"sensor.file\","
		 "\"pci.i2c\",\"power.up\",\"i2c.bus\",\"sensor.acknowledge\",\"sensor.id\","
		 "\"module.eeprom\",\"module.vcm\",\"sensor.mode\",\"csi.timing\",\"mmu.up\","
		 "\"cache.maintenance\",\"mmu.boot\",\"mmu.read\",\"mmu.remap\",\"mmu.unmap\","
		 "\"mmu.sizes\",\"files.space\",\"stream.start\",\"stream.frame\","
		 "\"stream.errors\",\"files.written\",\"stream.stop\",\"mmu.frame\","
		 "\"image.pattern\",\"stream.rate\",\"image.statistics\",\"stream.cycles\","
		 "\"device.restored\"]"},
		{"probe", "[\"pci.receiver\",\"pci.imgu\",\"pci.ready\",\"board.file\","
			  "\"sensor.file\",\"pci.i2c\",\"power.up\",\"i2c.bus\","
			  "\"sensor.acknowledge\",\"sensor.id\",\"module.eeprom\","
			  "\"module.vcm\",\"sensor.mode\",\"csi.timing\",\"device.restored\"]"},
		{"capture", "[\"pci.receiver\",\"pci.imgu\",\"pci.ready\",\"board.file\","
			    "\"sensor.file\",\"pci.i2c\",\"power.up\",\"i2c.bus\","
			    "\"sensor.acknowledge\",\"sensor.id\",\"module.eeprom\","
			    "\"module.vcm\",\"sensor.mode\",\"csi.timing\",\"files.space\","
			    "\"stream.start\",\"stream.frame\",\"stream.errors\","
			    "\"files.written\",\"stream.rate\",\"device.restored\"]"},
		{"mmu", "[\"pci.receiver\",\"pci.imgu\",\"mmu.up\",\"mmu.boot\",\"mmu.read\","
			"\"mmu.remap\",\"mmu.unmap\",\"mmu.sizes\",\"device.restored\"]"},
		{"cache", "[\"pci.receiver\",\"pci.imgu\",\"mmu.up\",\"cache.maintenance\","
			  "\"mmu.boot\",\"mmu.read\",\"mmu.remap\",\"mmu.unmap\",\"mmu.sizes\","
			  "\"cache.snoop\",\"device.restored\"]"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char line[160];

		snprintf(line, sizeof line,
			 "%s --camera ov13858 --mode 1056x784 --frames 2 --cycles 1 --at-end exit",
			 cases[i].command);
		assert_int_equal(run(NULL, line), 0);
		assert_string_equal(ask("[.checks[] | select(.asked) | .id]"), cases[i].rows);
	}
}

static void no_board_file_forgets_no_row(void **state)
{
	(void)state;
	rom_prepare(1);
	host_set_smbios(NULL, 0);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_not_equal(rom_run("run --at-end exit"), 0);
	for (size_t i = 0; i < rom_ladder()->count; i++)
		if (!rom_verdict(rom_ladder()->rows[i]->id, "")[0])
			fail_msg("%s is not in the report", rom_ladder()->rows[i]->id);
	assert_string_equal(
		ask("[.checks[] | select(.result != \"PASS\" and .result != \"SKIP\") | .id]"),
		"[\"board.file\"]");
}

/* However long the chain, each skipped check names what failed first. */
static void the_first_cause_is_named_in_one_step(void **state)
{
	(void)state;
	assert_int_equal(run("sensor-nack=ov5670", "run " SMALL), 1);
	assert_string_equal(ask("[.checks[] | select(.result == \"FAIL\") | .id]"),
			    "[\"sensor.acknowledge\"]");
	assert_string_equal(ask("[.checks[] | select(.cause != \"\") | .cause] | unique"),
			    "[\"sensor.acknowledge\"]");
	assert_true(rom_says("stream.cycles", "ov5670", "sensor.acknowledge failed"));
	assert_non_null(strstr(host_console(), "# first: sensor.acknowledge ov5670: "));
	assert_int_equal(run("short-frame=ov5670", "run " SMALL), 1);
	assert_string_equal(rom_verdict("stream.cycles", "ov5670"), "SKIP");
}

static void a_pass_says_what_it_covers(void **state)
{
	(void)state;
	assert_int_equal(run("no-imgu", "run " SMALL), 0);
	assert_non_null(strstr(host_console(), " skipped: no ImgU"));
	assert_non_null(strstr(host_console(), "1 of 2 cameras)\n"));
	assert_null(strstr(host_console(), "\nRESULT PASS\n"));
	assert_string_equal(ask(".covers | test(\"skipped: no ImgU\")"), "true");
	assert_int_equal(run(NULL, "run --pattern off " SMALL), 0);
	assert_non_null(strstr(host_console(), ", 1 skipped: "));
}

static void a_pass_carries_no_message(void **state)
{
	(void)state;
	assert_int_equal(run(NULL, "run " SMALL), 0);
	assert_string_equal(
		ask("[.checks[] | select(.result == \"PASS\" and .message != \"\")] | length"),
		"0");
}

static void what_the_plan_requires_may_not_be_skipped(void **state)
{
	(void)state;
	assert_int_equal(run("no-imgu", "run --required mmu.read,image.pattern " SMALL), 1);
	assert_string_equal(rom_verdict("mmu.read", ""), "FAIL");
	assert_true(rom_says("mmu.read", "", "required by the plan, and not done: no ImgU"));
	assert_string_equal(rom_verdict("image.pattern", "ov5670"), "PASS");
	/* also when the command does not climb so far */
	assert_int_equal(run(NULL, "probe --required mmu.read " SMALL), 1);
	assert_true(rom_says("mmu.read", "", "not part of probe"));
	assert_int_equal(run(NULL, "run --required mmu.read,mmu.raed " SMALL), 2);
	assert_non_null(strstr(host_console(), "'mmu.raed', which is no check"));
	assert_int_equal(run(NULL, "run --required mmu.read,image.pattern " SMALL), 0);
}

/* ESC at many moments: an ERROR that says after what, everything put back, nothing failed by it. */
static void escape_is_nobodys_failure(void **state)
{
	char keys[2000];

	(void)state;
	for (unsigned at = 1; at < sizeof keys - 2; at = at * 3 / 2 + 1) {
		memset(keys, '.', sizeof keys);
		keys[at] = '\x1b';
		keys[at + 1] = '\0';
		rom_prepare(at);
		rom_attach(NULL, VBOARD_FPS_SENSOR);
		host_set_keys(keys);
		if (rom_run("run " SMALL) != 2) {
			if (!strstr(host_console(), "RESULT PASS")) /* else it came too late */
				fail_msg("ESC at look %u:\n%s", at, host_console());
			break;
		}
		assert_non_null(
			strstr(host_console(), "RESULT ERROR (ended by the operator after "));
		assert_string_equal(ask("[.checks[] | select(.result == \"FAIL\") | .id]"), "[]");
		assert_string_equal(ask("[.checks[] | select(.id == \"run.finished\").message | "
					"test(\"ended by the operator after [a-z]\")]"),
				    "[true]");
		assert_string_not_equal(rom_verdict("device.restored", ""), "FAIL");
		assert_int_equal(host_leaks(), 0);
	}
}

/* The report as it lies on the stick while a check is at work names that check. */
static void a_run_that_died_names_its_rung(void **state)
{
	struct report report;
	char text[200];

	(void)state;
	sample_report(&report);
	report.finished = false;
	text_copy(report.running, sizeof report.running, "stream.start ov5670");
	assert_true(report_trouble(&report, text, sizeof text));
	assert_string_equal(text, "did not finish: in stream.start ov5670");
	report_free(&report);
}

static void what_was_asked_stands_in_the_report(void **state)
{
	(void)state;
	assert_int_equal(run(NULL, "capture " SMALL), 0);
	assert_string_equal(ask("[.command, .plan.frames, .plan.camera, .plan[\"at-end\"]]"),
			    "[\"capture\",2,\"ov5670\",\"exit\"]");
	assert_string_equal(ask(".date | test(\"^2026-01-02T03:04:\")"), "true");
}

/* The link as it was used; a board file that counts other lanes than the sensor's is refused. */
static void the_lanes_are_told_and_compared(void **state)
{
	static const char path[] = "firstlight/boards/soraka.ini";
	char text[16384], *lanes;
	size_t size;

	(void)state;
	assert_int_equal(run(NULL, "capture " SMALL), 0);
	assert_string_equal(ask("[.cameras[] | [.name, .port, .lanes]]"), "[[\"ov5670\",1,2]]");
	rom_prepare(1);
	snprintf(text, sizeof text, "%s", (const char *)host_file_get(path, &size));
	lanes = strstr(strstr(text, "[camera ov5670]"), "data-lanes = 1 2");
	assert_non_null(lanes);
	lanes[strlen("data-lanes = 1")] = '\n';
	lanes[strlen("data-lanes = 1 ")] = '#';
	host_file_put(path, text, strlen(text));
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run("probe " SMALL), 1);
	assert_true(rom_says("csi.timing", "ov5670", "1 data lanes in the board file, 2 in the"));
}

static void the_variable_carries_run_and_result(void **state)
{
	(void)state;
	assert_int_equal(run(NULL, "probe " SMALL), 0);
	assert_string_equal(host_published(), "PASS 20260102-030405-000");
	assert_false(host_published_kept());
	assert_int_equal(run("sensor-nack=ov5670", "probe --keep-result yes " SMALL), 1);
	assert_string_equal(host_published(), "FAIL 20260102-030405-000");
	assert_true(host_published_kept());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_stands_in_every_report),
		cmocka_unit_test(each_command_asks_for_its_rows),
		cmocka_unit_test(no_board_file_forgets_no_row),
		cmocka_unit_test(the_first_cause_is_named_in_one_step),
		cmocka_unit_test(a_pass_says_what_it_covers),
		cmocka_unit_test(a_pass_carries_no_message),
		cmocka_unit_test(what_the_plan_requires_may_not_be_skipped),
		cmocka_unit_test(escape_is_nobodys_failure),
		cmocka_unit_test(a_run_that_died_names_its_rung),
		cmocka_unit_test(what_was_asked_stands_in_the_report),
		cmocka_unit_test(the_lanes_are_told_and_compared),
		cmocka_unit_test(the_variable_carries_run_and_result),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
