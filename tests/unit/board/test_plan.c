/* test_plan.c: the plan, and options over it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "board/board.h"
#include "tests/host/host.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int reset(void **state)
{
	(void)state;
	host_reset(1);
	return 0;
}

static enum fl_err parse(const char *text, struct plan *plan, struct diag *diag)
{
	*diag = (struct diag){{0}, {0}};
	return plan_parse("plan.ini", text, strlen(text), plan, diag);
}

static void an_empty_plan_is_the_default(void **state)
{
	struct plan plan, defaults;
	struct diag diag;

	(void)state;
	plan_defaults(&defaults);
	memset(&plan, 0xee, sizeof plan);
	assert_int_equal(parse("", &plan, &diag), FL_OK);
	assert_memory_equal(&plan, &defaults, sizeof plan);
	assert_int_equal(parse("[plan]\n", &plan, &diag), FL_OK);
	assert_memory_equal(&plan, &defaults, sizeof plan);
}

static void every_key_is_taken(void **state)
{
	static const char text[] =
		"command = i2c scan I2C2\narguments = --frames 2 "
		"--mode=x\nboard=soraka\ncamera=ov5670\nmode=640x480\npattern=off\n"
		"unit=bench-1\noutput=\\lab\\results\\\nframes=8\nbuffers=5\ncycles=3\nformat=raw "
		"dng,PNG\n"
		"rate-tolerance=0.5%\nmax-errors=2\nstart-timeout=2s\nscatter-seed=0xffffffff\n"
		"at-end=shutdown\n";
	struct plan plan;
	struct diag diag;

	(void)state;
	if (parse(text, &plan, &diag))
		fail_msg("%s", diag.message);
	assert_string_equal(plan.command, "i2c scan I2C2");
	assert_string_equal(plan.arguments, "--frames 2 --mode=x");
	assert_string_equal(plan.board, "soraka");
	assert_string_equal(plan.camera, "ov5670");
	assert_string_equal(plan.mode, "640x480");
	assert_string_equal(plan.pattern, "off");
	assert_string_equal(plan.unit, "bench-1");
	assert_string_equal(plan.output, "lab/results");
	assert_int_equal(plan.frames, 8);
	assert_int_equal(plan.buffers, 5);
	assert_int_equal(plan.cycles, 3);
	assert_int_equal(plan.formats, FORMAT_RAW | FORMAT_DNG | FORMAT_PNG);
	assert_int_equal(plan.rate_tolerance_permille, 5);
	assert_int_equal(plan.max_errors, 2);
	assert_int_equal(plan.start_timeout_ms, 2000);
	assert_int_equal(plan.scatter_seed, 0xffffffff);
	assert_int_equal(plan.at_end, PLAN_END_SHUTDOWN);
}

static void an_empty_command_asks_for_the_menu(void **state)
{
	struct plan plan;
	struct diag diag;

	(void)state;
	assert_int_equal(parse("command =\n", &plan, &diag), FL_OK);
	assert_string_equal(plan.command, "");
}

static void mistakes_in_a_plan(void **state)
{
	static const struct {
		const char *text, *word;
	} bad[] = {
		{"frame = 4", "did you mean 'frames'"},
		{"frames = 0", "1 to 99"},
		{"frames = 100", "1 to 99"},
		{"frames = four", "1 to 99"},
		{"frames = 1\nframes = 2", "given twice"},
		{"format = rwa", "did you mean 'raw'"},
		{"format = ,", "names none"},
		{"rate-tolerance = 2", "0.0% to 100.0%"},
		{"rate-tolerance = 200%", "0.0% to 100.0%"},
		{"start-timeout = 500", "10ms to 60s"},
		{"start-timeout = 1ms", "10ms to 60s"},
		{"at-end = halt", "exit, reboot, shutdown, wait"},
		{"output = ../..", "on this stick"},
		{"output = a/../b", "on this stick"},
		{"output = fs0:/a", "on this stick"},
		{"output = a/x..", "on this stick"},
		{"output = a./x", "on this stick"},
		{"output = a /x", "on this stick"},
		{"output = /", "empty"},
		{"unit = a/b", "letters"},
		{"board = ../x", "letters"},
		{"[plan]\nframes = 1\n[plan]", "a second [plan]"},
		{"[plam]", "did you mean 'plan'"},
		{"run now", "no 'key = value'"},
	};
	struct plan plan, untouched;
	struct diag diag;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		memset(&plan, 0x5a, sizeof plan);
		untouched = plan;
		if (parse(bad[i].text, &plan, &diag) != FL_ERR_FORMAT ||
		    !strstr(diag.message, bad[i].word) || strncmp(diag.message, "plan.ini:", 9) ||
		    !strchr(diag.message, ';'))
			fail_msg("'%s': '%s'", bad[i].text, diag.message);
		assert_memory_equal(&plan, &untouched, sizeof plan);
	}
	assert_int_equal(host_leaks(), 0);
}

/* ---- options ----------------------------------------------------------------------------- */

/* Splits at blanks; at most 15 words. */
static enum fl_err options(const char *line, struct plan *plan, const char **rest, size_t max,
			   size_t *count, struct diag *diag)
{
	static char copy[512];
	char *argv[16], *word;
	int argc = 0;

	snprintf(copy, sizeof copy, "%s", line);
	for (word = strtok(copy, " "); word && argc < 15; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	*diag = (struct diag){{0}, {0}};
	return plan_options(plan, argc, argv, rest, max, count, diag);
}

static void options_change_the_plan(void **state)
{
	const char *rest[4];
	size_t count;
	struct plan plan;
	struct diag diag;

	(void)state;
	plan_defaults(&plan);
	assert_int_equal(options("capture --frames 7 --camera=ov5670 --format raw,pgm --at-end "
				 "reboot --mode="
				 " --plan other.ini --plan=x",
				 &plan, rest, 4, &count, &diag),
			 FL_OK);
	assert_string_equal(plan.command, "capture");
	assert_int_equal(plan.frames, 7);
	assert_string_equal(plan.camera, "ov5670");
	assert_int_equal(plan.formats, FORMAT_RAW | FORMAT_PGM);
	assert_int_equal(plan.at_end, PLAN_END_REBOOT);
	assert_int_equal(count, 0);
}

static void words_stay_in_order(void **state)
{
	const char *rest[4];
	size_t count;
	struct plan plan;
	struct diag diag;

	(void)state;
	plan_defaults(&plan);
	assert_int_equal(options("i2c read --frames 2 I2C2 0x4d", &plan, rest, 4, &count, &diag),
			 FL_OK);
	assert_string_equal(plan.command, "i2c");
	assert_int_equal(count, 3);
	assert_string_equal(rest[0], "read");
	assert_string_equal(rest[1], "I2C2");
	assert_string_equal(rest[2], "0x4d");
}

static void options_alone_leave_the_command(void **state)
{
	const char *rest[4];
	size_t count;
	struct plan plan;
	struct diag diag;

	(void)state;
	plan_defaults(&plan);
	assert_int_equal(options("--frames 2", &plan, rest, 4, &count, &diag), FL_OK);
	assert_string_equal(plan.command, "run");
	assert_int_equal(options("", &plan, rest, 4, &count, &diag), FL_OK);
	assert_string_equal(plan.command, "run");
	assert_int_equal(options("--help", &plan, rest, 4, &count, &diag), FL_OK);
	assert_string_equal(plan.command, "help");
	assert_int_equal(options("-h", &plan, rest, 4, &count, &diag), FL_OK);
	assert_string_equal(plan.command, "help");
}

static void mistakes_in_options(void **state)
{
	static const struct {
		const char *line, *word;
	} bad[] = {
		{"run --frmaes 4", "did you mean 'frames'"},
		{"run --frames", "no value"},
		{"run --frames=0", "--frames is '0'"},
		{"run --frames=", "no value"},
		{"run --format bmp", "unknown format"},
		{"run --at-end never", "exit, reboot"},
		{"run --output ../x", "on this stick"},
		{"run --a-name-that-is-much-longer-than-any-option 4", "unknown option"},
		{"run a b c d e", "more than 4 words"},
	};
	const char *rest[4];
	size_t count;
	struct plan plan, untouched;
	struct diag diag;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		plan_defaults(&plan);
		untouched = plan;
		if (options(bad[i].line, &plan, rest, 4, &count, &diag) != FL_ERR_FORMAT ||
		    !strstr(diag.message, bad[i].word) ||
		    strncmp(diag.message, "command line: ", 14))
			fail_msg("'%s': '%s'", bad[i].line, diag.message);
		assert_memory_equal(&plan, &untouched, sizeof plan);
	}
}

static void overlong_arguments_are_refused(void **state)
{
	static char value[1000], word[1000];
	char *argv[] = {word, (char *)"--unit", value};
	const char *rest[1];
	size_t count;
	struct plan plan;
	struct diag diag = {{0}, {0}};

	(void)state;
	memset(value, 'x', sizeof value - 1);
	memset(word, 'y', sizeof word - 1);
	plan_defaults(&plan);
	assert_int_equal(plan_options(&plan, 2, argv + 1, rest, 1, &count, &diag), FL_ERR_FORMAT);
	diag_clear(&diag);
	assert_int_equal(plan_options(&plan, 1, argv, rest, 1, &count, &diag), FL_ERR_FORMAT);
	assert_non_null(strstr(diag.message, "is no command"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(an_empty_plan_is_the_default, reset),
		cmocka_unit_test_setup(every_key_is_taken, reset),
		cmocka_unit_test_setup(an_empty_command_asks_for_the_menu, reset),
		cmocka_unit_test_setup(mistakes_in_a_plan, reset),
		cmocka_unit_test_setup(options_change_the_plan, reset),
		cmocka_unit_test_setup(words_stay_in_order, reset),
		cmocka_unit_test_setup(options_alone_leave_the_command, reset),
		cmocka_unit_test_setup(mistakes_in_options, reset),
		cmocka_unit_test_setup(overlong_arguments_are_refused, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
