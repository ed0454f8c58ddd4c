/* test_plan.c: the plan, and options over it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "describe/ini/files.h"
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
	*diag = (struct diag){0};
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

/* What no editor shows is named, with its line and what to do; in comments it does no harm. */
static void invisible_characters_are_named(void **state)
{
	static const struct {
		const char *text, *where, *name;
	} bad[] = {
		{"frames = 4\nmode =\xc2\xa0"
		 "x\n",
		 "plan.ini:2: ", "no-break space (U+00A0)"},
		{"frames\xa0= 4\n", "plan.ini:1: ", "no-break space (U+00A0)"}, /* Latin-1 */
		{"#\n\n  frames = 4\xe2\x80\x8b\n", "plan.ini:3: ", "zero width space (U+200B)"},
		{"\xef\xbb\xbf\xef\xbb\xbf"
		 "frames = 4\n",
		 "plan.ini:1: ", "byte order mark"},
		{"fra\xc2\xadmes = 4", "plan.ini:1: ", "soft hyphen"},
		{"frames = 4\xe2\x80\xa8mode = x", "plan.ini:1: ", "line or paragraph separator"},
		{"frames =\xe3\x80\x80"
		 "4",
		 "plan.ini:1: ", "ideographic space"},
		{"f\0r\0a\0", "plan.ini:1: ", "UTF-16"},
	};
	static const char good[] = "\xef\xbb\xbf# a\xc2\xa0"
				   "comment\r\nframes\t=\t8 # \xe2\x80\x8b\r\n";
	struct plan plan;
	struct diag diag;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		size_t size = i + 1 == COUNT(bad) ? 6 : strlen(bad[i].text);

		diag = (struct diag){0};
		assert_int_equal(plan_parse("plan.ini", bad[i].text, size, &plan, &diag),
				 FL_ERR_FORMAT);
		if (strncmp(diag.message, bad[i].where, strlen(bad[i].where)) ||
		    !strstr(diag.message, bad[i].name) || !strchr(diag.message, ';'))
			fail_msg("%zu: '%s'", i, diag.message);
	}
	if (parse(good, &plan, &diag))
		fail_msg("%s", diag.message);
	assert_int_equal(plan.frames, 8);
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
		{"output = a//b", "on this stick"},
		{"output = results/con", "on this stick"},
		{"output = nul.d/x", "on this stick"},
		{"keep = -1", "0 to 9999"},
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

static enum fl_err options(const char *line, struct plan *plan, struct plan_words *found,
			   struct diag *diag)
{
	static struct words words; /* `found` points into it */

	*diag = (struct diag){0};
	words_init(&words, "command line");
	if (words_split(&words, line, diag))
		fail_msg("'%s': %s", line, diag->message);
	return plan_options(plan, &words, found, diag);
}

/* "key = value" in line 2 of a plan; what is said of it, "" for nothing. */
static const char *said_of(const char *key, const char *value, struct plan *plan)
{
	static struct diag diag;
	char text[600];

	diag_clear(&diag);
	plan_defaults(plan);
	snprintf(text, sizeof text, "# a plan\n%s = %s\n", key, value);
	plan_parse("p.ini", text, strlen(text), plan, &diag);
	return diag.message;
}

static const char *letters(unsigned count)
{
	static char text[300];

	memset(text, 'x', count);
	text[count] = '\0';
	return text;
}

static void limits_themselves_are_allowed(void **state)
{
	static const char *const directories[] = {"a b/c",   "~",       "x/auxiliary", "com0",
						  "lpt1234", "a.b/c.d", "console",     "/results/"};
	struct plan plan;

	(void)state;
	assert_string_equal(said_of("start-timeout", "10ms", &plan), "");
	assert_int_equal(plan.start_timeout_ms, 10);
	assert_string_equal(said_of("start-timeout", "60s", &plan), "");
	assert_int_equal(plan.start_timeout_ms, 60000);
	assert_string_equal(said_of("command", letters(255), &plan), "");
	assert_int_equal(strlen(plan.command), 255);
	assert_int_equal(plan.command_line, 2);
	assert_string_equal(said_of("arguments", letters(255), &plan), "");
	assert_int_equal(plan.arguments_line, 2);
	assert_string_equal(said_of("output", letters(95), &plan), "");
	assert_int_equal(strlen(plan.output), 95);
	for (size_t i = 0; i < COUNT(directories); i++)
		assert_string_equal(said_of("golden", directories[i], &plan), "");
	assert_string_equal(plan.golden, "results");
}

static void what_is_beyond_is_refused(void **state)
{
	static const char *const names[] = {
		"con",
		"a/nul/b",
		"aux.txt",
		"x/com1",
		"lpt9.very.long.name",
		"a./b",
		"a /b",
		"a/ b",
		"../a",
		"a//b",
		"a:b",
		"a?",
		"*",
		"<",
		">",
		"|",
		"\"",
		"a\x7e\xc3\xa9",
	};
	struct plan plan;
	char want[200];

	(void)state;
	assert_string_equal(said_of("start-timeout", "9999us", &plan),
			    "p.ini:2: start-timeout is '9999us'; write a time from 10ms to 60s");
	assert_string_equal(
		said_of("start-timeout", "60000001us", &plan),
		"p.ini:2: start-timeout is '60000001us'; write a time from 10ms to 60s");
	assert_string_equal(said_of("command", letters(256), &plan),
			    "p.ini:2: 'command' is too long; write at most 255 characters");
	assert_string_equal(said_of("output", letters(96), &plan),
			    "p.ini:2: output is longer than 95 characters; shorten it");
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(want, sizeof want,
			 "p.ini:2: golden is '%s'; write a directory on this stick, like "
			 "firstlight/golden",
			 names[i]);
		assert_string_equal(said_of("golden", names[i], &plan), want);
		snprintf(want, sizeof want,
			 "p.ini:2: output is '%s'; write a directory on this stick, like "
			 "firstlight/results",
			 names[i]);
		assert_string_equal(said_of("output", names[i], &plan), want);
	}
}

static void options_change_the_plan(void **state)
{
	struct plan_words found;
	struct plan plan;
	struct diag diag;

	(void)state;
	plan_defaults(&plan);
	assert_int_equal(options("capture --frames 7 --camera=ov5670 --format raw,pgm --at-end "
				 "reboot --mode="
				 " --plan other.ini --plan=x",
				 &plan, &found, &diag),
			 FL_OK);
	assert_int_equal(found.count, 1);
	assert_string_equal(found.rest[0], "capture");
	assert_string_equal(found.plan, "x"); /* the last counts, as of every option */
	assert_int_equal(plan.frames, 7);
	assert_string_equal(plan.camera, "ov5670");
	assert_int_equal(plan.formats, FORMAT_RAW | FORMAT_PGM);
	assert_int_equal(plan.at_end, PLAN_END_REBOOT);
}

static void words_stay_in_order_among_options(void **state)
{
	static const char *const lines[] = {
		"i2c read --frames 2 I2C2 0x4d",
		"--frames 2 i2c read I2C2 0x4d",
		"i2c read I2C2 0x4d --frames=2",
	};
	static const char *const want[] = {"i2c", "read", "I2C2", "0x4d"};
	struct plan_words found;
	struct plan plan;
	struct diag diag;

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		plan_defaults(&plan);
		assert_int_equal(options(lines[i], &plan, &found, &diag), FL_OK);
		assert_int_equal(plan.frames, 2);
		assert_int_equal(found.count, COUNT(want));
		for (size_t j = 0; j < COUNT(want); j++)
			assert_string_equal(found.rest[j], want[j]);
	}
}

static void options_alone_leave_the_command(void **state)
{
	static const char *const help[] = {"--help", "-h", "capture -?"};
	struct plan_words found;
	struct plan plan;
	struct diag diag;

	(void)state;
	plan_defaults(&plan);
	assert_int_equal(options("--frames 2", &plan, &found, &diag), FL_OK);
	assert_int_equal(found.count, 0);
	assert_int_equal(options("", &plan, &found, &diag), FL_OK);
	assert_int_equal(found.count, 0);
	for (size_t i = 0; i < COUNT(help); i++) {
		assert_int_equal(options(help[i], &plan, &found, &diag), FL_OK);
		assert_int_equal(found.count, 1);
		assert_string_equal(found.rest[0], "help");
	}
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
		{"run --a-name-that-is-much-longer-than-any-option 4",
		 "-- 'a-name-that-is-much-longer-than'"},
		{"run -frames 4", "two dashes"},
		{"run -- 4", "two dashes"},
		{"run --plan", "no value"},
		{"run --plan=", "no value"},
		{"run --command mmu", "key of the plan only"},
		{"run --camera --frames 2", "--camera is '--frames'"},
	};
	struct plan_words found;
	struct plan plan, untouched;
	struct diag diag;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		plan_defaults(&plan);
		untouched = plan;
		if (options(bad[i].line, &plan, &found, &diag) != FL_ERR_FORMAT ||
		    !strstr(diag.message, bad[i].word) ||
		    strncmp(diag.message, "command line: ", 14))
			fail_msg("'%s': '%s'", bad[i].line, diag.message);
		assert_memory_equal(&plan, &untouched, sizeof plan);
	}
}

static void the_end_is_obeyed_when_the_rest_is_not(void **state)
{
	static const char *const lines[] = {
		"run --frmaes 4 --at-end shutdown",
		"--at-end=shutdown run --frames many",
		"run --at-end reboot --mode x y --bad --at-end shutdown",
	};
	static const char *const plans[] = {
		"frmaes = 4\nat-end = shutdown\n",
		"at-end = shutdown\nframes = 0\n",
		"[plan]\nformat = jpeg\narguments = --camera x --at-end shutdown\n",
		"arguments = --frames many --at-end shutdown\nbuffers = x\n",
	};
	struct plan_words found;
	struct plan plan;
	struct diag diag;

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		plan_defaults(&plan);
		assert_int_equal(options(lines[i], &plan, &found, &diag), FL_ERR_FORMAT);
		assert_int_equal(plan.at_end, PLAN_END_SHUTDOWN);
		assert_int_equal(plan.frames, 4);
	}
	for (size_t i = 0; i < COUNT(plans); i++) {
		plan_defaults(&plan);
		assert_int_equal(parse(plans[i], &plan, &diag), FL_ERR_FORMAT);
		assert_int_equal(plan.at_end, PLAN_END_SHUTDOWN);
		assert_int_equal(plan.frames, 4);
	}
	plan_defaults(&plan);
	assert_int_equal(parse("at-end = shutdwn\n", &plan, &diag), FL_ERR_FORMAT);
	assert_int_equal(plan.at_end, PLAN_END_WAIT);
}

static void overlong_values_are_refused(void **state)
{
	static char value[1000];
	struct plan_words found;
	struct words words;
	struct plan plan;
	struct diag diag = {0};

	(void)state;
	memset(value, 'x', sizeof value - 1);
	words_init(&words, "command line");
	words_add(&words, "--unit", &diag);
	words_add(&words, value, &diag);
	plan_defaults(&plan);
	assert_int_equal(plan_options(&plan, &words, &found, &diag), FL_ERR_FORMAT);
	assert_non_null(strstr(diag.message, "--unit has a value of more than 199 characters"));
	for (unsigned length = 201; length-- > 199;) {
		value[length] = '\0';
		words_init(&words, "command line");
		words_add(&words, "--required", &diag);
		words_add(&words, value, &diag);
		diag_clear(&diag);
		assert_int_equal(plan_options(&plan, &words, &found, &diag), FL_ERR_FORMAT);
		assert_non_null(strstr(diag.message,
				       length == 200
					       ? "--required has a value of more than 199 "
					       : "--required is too long; write at most 191 "));
		assert_string_equal(plan.required, "");
	}
}

/* ---- words ------------------------------------------------------------------------------- */

static void words_are_parted_and_quoted(void **state)
{
	static const struct {
		const char *line;
		int count;
		const char *word[4];
	} good[] = {
		{"", 0, {NULL}},
		{" \t\r\n ", 0, {NULL}},
		{"a  b\tc", 3, {"a", "b", "c"}},
		{"--output=\"my results\" x", 2, {"--output=my results", "x"}},
		{"\"a b\"", 1, {"a b"}},
		{"a\"b c\"d\"\"e", 1, {"ab cde"}},
		{"\"\" \"\"", 2, {"", ""}},
	};
	struct words words;
	struct diag diag = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		words_init(&words, "here");
		assert_int_equal(words_split(&words, good[i].line, &diag), FL_OK);
		assert_int_equal(words.count, good[i].count);
		for (int j = 0; j < words.count; j++)
			assert_string_equal(words.word[j], good[i].word[j]);
		assert_null(words.word[words.count]);
	}
}

static void mistakes_among_words(void **state)
{
	static const struct {
		const char *line, *message;
		int count; /* words before the mistake */
	} bad[] = {
		{"run \"a b", "here: the quote in '\"a b' has no second", 1},
		{"run --x=\"a b --at-end wait", "has no second", 1},
		{"\"", "has no second", 0},
		{"run\xc2\xa0--frames 2", "no-break space (U+00A0)", 0},
		{"run \xe2\x80\x8b--frames 2", "zero width space (U+200B)", 0},
	};
	static char many[2 * WORDS_MAX + 3], longest[WORDS_TEXT + 1];
	struct words words;
	struct diag diag;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		diag = (struct diag){0};
		words_init(&words, "here");
		assert_int_equal(words_split(&words, bad[i].line, &diag), FL_ERR_FORMAT);
		if (!strstr(diag.message, bad[i].message))
			fail_msg("'%s': %s", bad[i].line, diag.message);
		assert_int_equal(words.count, bad[i].count);
	}
	for (size_t i = 0; i + 1 < sizeof many; i++)
		many[i] = i % 2 ? ' ' : 'x';
	words_init(&words, "here");
	assert_int_equal(words_split(&words, many, &diag), FL_ERR_RANGE);
	assert_int_equal(words.count, WORDS_MAX);
	many[2 * WORDS_MAX] = '\0';
	words_init(&words, "here");
	assert_int_equal(words_split(&words, many, &diag), FL_OK);
	memset(longest, 'x', sizeof longest - 1);
	words_init(&words, "here");
	assert_int_equal(words_split(&words, longest, &diag), FL_ERR_RANGE);
	longest[WORDS_TEXT - 1] = '\0';
	words_init(&words, "here");
	assert_int_equal(words_split(&words, longest, &diag), FL_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(an_empty_plan_is_the_default, reset),
		cmocka_unit_test_setup(every_key_is_taken, reset),
		cmocka_unit_test_setup(an_empty_command_asks_for_the_menu, reset),
		cmocka_unit_test_setup(invisible_characters_are_named, reset),
		cmocka_unit_test_setup(limits_themselves_are_allowed, reset),
		cmocka_unit_test_setup(what_is_beyond_is_refused, reset),
		cmocka_unit_test_setup(mistakes_in_a_plan, reset),
		cmocka_unit_test_setup(options_change_the_plan, reset),
		cmocka_unit_test_setup(words_stay_in_order_among_options, reset),
		cmocka_unit_test_setup(options_alone_leave_the_command, reset),
		cmocka_unit_test_setup(mistakes_in_options, reset),
		cmocka_unit_test_setup(the_end_is_obeyed_when_the_rest_is_not, reset),
		cmocka_unit_test_setup(overlong_values_are_refused, reset),
		cmocka_unit_test_setup(words_are_parted_and_quoted, reset),
		cmocka_unit_test_setup(mistakes_among_words, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
