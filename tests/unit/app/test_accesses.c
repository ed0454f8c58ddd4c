/*
 * test_accesses.c: a check that fails tells the last register accesses before its failure; nobody else does.
 */
#include "tests/unit/app/said.h"

#define RUN  "run --camera ov5670 --mode 640x360 --frames 1 --cycles 2 --format raw --at-end exit"
#define LAST "# last accesses of "

static void run(const char *fault, const char *line, int status)
{
	rom_prepare(1);
	rom_put_firmware();
	rom_attach((const char *const[]){fault, NULL}, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run(line), status);
}

static void assert_row(const char *id, const char *camera, const char *text)
{
	assert_string_equal(rom_verdict(id, camera), "FAIL");
	if (!rom_says(id, camera, text))
		fail_msg("%s %s does not say '%s' in\n%s", id, camera, text,
			 rom_result("report.json", NULL));
}

static unsigned count_of(const char *text, const char *part)
{
	unsigned count = 0;

	for (; (text = strstr(text, part)) != NULL; text++)
		count++;
	return count;
}

/* The poll that timed out, as one line, and what came before it; not the undoing. */
static void a_register_that_times_out_is_shown_with_what_led_to_it(void **state)
{
	const char *last;

	(void)state;
	run("dma-no-halt", RUN, 1);
	last = strstr(host_console(), LAST "CIO2:\n");
	assert_non_null(last);
	last = strstr(last, "\n#   write 0x1508 0x00000000\n#   read  0x1508 0x00000000, ");
	assert_non_null(last);
	last = strstr(last + 1, " times\n");
	assert_non_null(last);
	assert_ptr_equal(strstr(last, " times\n# CIO2 CDMAC0 (0x1508) reads"), last);
	assert_row("stream.stop", "ov5670",
		   "{\"device\": \"CIO2\", \"access\": \"write\", \"offset\": \"0x1508\", "
		   "\"value\": \"0x00000000\", \"count\": 1}, {\"device\": \"CIO2\", \"access\": "
		   "\"read\", \"offset\": \"0x1508\", \"value\": \"0x00000000\", \"count\": ");
	assert_int_equal(count_of(host_console(), LAST), 2); /* and the sensor's bus */
	assert_true(count_of(host_console(), "\n#   ") <= 2 * 16);
	assert_int_equal(count_of(host_console(), "\n#   "),
			 count_of(rom_result("report.json", NULL), "\"device\": "));
}

/* A device that could not be opened, the first check of another one, a bus: each with its own accesses. */
static void each_failing_check_shows_what_it_touched_itself(void **state)
{
	static const struct {
		const char *fault, *id, *camera, *has, *has_not;
	} cases[] = {
		{"cio2-all-ones", "pci.ready", "",
		 "\"device\": \"CIO2\", \"access\": \"read\", \"offset\": \"0x0000\", \"value\": "
		 "\"0xffffffff\"",
		 "I2C"},
		{"imgu-no-power", "mmu.up", "",
		 "\"device\": \"ImgU\", \"access\": \"read\", \"offset\": \"0x0130\", \"value\": "
		 "\"0x0000000a\", \"count\": ",
		 "CIO2"},
		{"sensor-nack=ov5670", "sensor.acknowledge", "ov5670",
		 "\"device\": \"I2C4\", \"access\": \"read\", \"offset\": \"0x0080\", \"value\": "
		 "\"0x00000001\", \"count\": 1}",
		 "CIO2"},
		{"no-sof=ov5670", "stream.start", "ov5670", "\"device\": \"CIO2\"", "ImgU"},
		{"lost-start=ov5670", "stream.cycles", "ov5670", /* of the start that failed */
		 "\"device\": \"CIO2\", \"access\": \"write\", \"offset\": \"0x0400\", \"value\": "
		 "\"0x00000001\"",
		 "ImgU"},
		{"stale-frame=ov5670", "stream.frame", "ov5670", "\"device\": \"CIO2\"", "I2C"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		run(cases[i].fault, RUN, 1);
		assert_row(cases[i].id, cases[i].camera, cases[i].has);
		if (rom_says(cases[i].id, cases[i].camera, cases[i].has_not))
			fail_msg("%s shows %s", cases[i].fault, cases[i].has_not);
	}
}

static void who_passes_or_touched_nothing_shows_nothing(void **state)
{
	(void)state;
	run(NULL, RUN, 0);
	assert_not_said(LAST);
	assert_null(strstr(rom_result("report.json", NULL), "\"device\": "));
	assert_true(rom_says("stream.stop", "ov5670", "\"registers\": []"));
	run("crc=ov5670", RUN, 1); /* was counted before */
	assert_row("stream.errors", "ov5670", "\"registers\": []");
	run("no-cio2", RUN, 1);
	assert_row("pci.receiver", "", "\"registers\": []");
	assert_not_said(LAST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_register_that_times_out_is_shown_with_what_led_to_it),
		cmocka_unit_test(each_failing_check_shows_what_it_touched_itself),
		cmocka_unit_test(who_passes_or_touched_nothing_shows_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
