/* test_plan_print.c: the plan as the report prints it is a plan again, and every key is documented. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "describe/ini/files.h"
#include "describe/ini/plan_keys.h"

static void append(void *context, const char *key, const char *value, bool is_number)
{
	char *text = context;

	(void)is_number;
	sprintf(text + strlen(text), "%s = %s\n", key, value);
}

/* Parses `text`, prints the plan, parses that, and prints again: the same words. */
static void round_trip(const char *text)
{
	struct plan plan, again;
	struct diag diag = {0};
	char first[8192] = "", second[8192] = "";

	if (plan_parse("plan", text, strlen(text), &plan, &diag))
		fail_msg("%s", diag.message);
	plan_each(&plan, append, first);
	if (plan_parse("printed", first, strlen(first), &again, &diag))
		fail_msg("%s\n%s", diag.message, first);
	plan_each(&again, append, second);
	assert_string_equal(first, second);
	for (size_t i = 0; i < plan_key_count; i++) {
		char line[64];

		snprintf(line, sizeof line, "%s = ", plan_keys[i].name);
		assert_non_null(strstr(first, line));
	}
}

static char *read_file(const char *path)
{
	static char text[65536];
	FILE *file = fopen(path, "rb");

	if (!file) {
		fprintf(stderr, "%s: not there; run tests in the repository's root\n", path);
		exit(2);
	}
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	return text;
}

static void printed_and_read_again_it_is_the_same(void **state)
{
	(void)state;
	round_trip("");
	round_trip(read_file("stick/firstlight/firstlight.ini"));
	round_trip(read_file("tests/fuzz/seeds/plan/all-keys.ini"));
	round_trip(
		"command = capture --frames 7\narguments = --camera x\noutput = a/b\nformat = dng\n"
		"start-timeout = 70ms\nrequired = mmu.read, image.pattern\nkeep-result = yes\n"
		"rate-tolerance = 3.5%\nat-end = reboot\n");
}

static void append_kind(void *context, const char *key, const char *value, bool is_number)
{
	char *text = context;

	sprintf(text + strlen(text), "%s%s=%s\n", is_number ? "#" : "", key, value);
}

/* Each value in words, numbers as numbers. */
static void values_are_what_the_plan_says(void **state)
{
	static const char text[] =
		"command = capture\narguments = --camera x\noutput = a/b\ngolden = g\n"
		"format = raw, dng\nstart-timeout = 70ms\nkeep-result = yes\n"
		"static-scene = no\nrate-tolerance = 3.5%\nat-end = shutdown\nframes = 3\n";
	static const char *const lines[] = {
		"command=capture\n",       "\narguments=--camera x\n",
		"\noutput=a/b\n",          "\ngolden=g\n",
		"\nformat=raw, dng\n",     "\nstart-timeout=70ms\n",
		"\nkeep-result=yes\n",     "\nstatic-scene=no\n",
		"\nrate-tolerance=3.5%\n", "\nat-end=shutdown\n",
		"\n#frames=3\n",
	};
	struct plan plan;
	char out[8192] = "";

	(void)state;
	plan_defaults(&plan);
	assert_int_equal(plan_parse("plan", text, strlen(text), &plan, NULL), FL_OK);
	plan_each(&plan, append_kind, out);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		if (!strstr(out, lines[i]))
			fail_msg("'%s' is not in\n%s", lines[i], out);
}

/* A key that nobody can look up is a key that nobody uses. */
static void every_key_is_documented_and_on_the_stick(void **state)
{
	static const char *const places[] = {"docs/plan.md", "stick/firstlight/firstlight.ini"};

	(void)state;
	for (size_t p = 0; p < 2; p++) {
		const char *text = read_file(places[p]);

		for (size_t i = 0; i < plan_key_count; i++) {
			char word[64];

			snprintf(word, sizeof word, p ? "\n%s =" : "`%s`", plan_keys[i].name);
			if (!strstr(text, word))
				fail_msg("%s does not tell of %s", places[p], plan_keys[i].name);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printed_and_read_again_it_is_the_same),
		cmocka_unit_test(values_are_what_the_plan_says),
		cmocka_unit_test(every_key_is_documented_and_on_the_stick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
