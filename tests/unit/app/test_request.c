/* test_request.c: what was asked for is done, or refused by name; never dropped in silence. */
#include <stdio.h>

#include "app/app.h"
#include "app/request.h"
#include "tests/unit/app/said.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PLAN(text)   host_file_put(PLAN_FILE, text, strlen(text))

static void start(unsigned seed)
{
	rom_prepare(seed);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
}

/* Refused before anything has run: an ERROR that says why, no check, no folder. */
static void assert_refused(const char *line, const char *why)
{
	unsigned files = host_file_count();

	assert_int_equal(rom_run(line), APP_ERROR);
	if (!strstr(host_console(), why))
		fail_msg("'%s': want '%s' in\n%s", line, why, host_console());
	assert_said("RESULT ERROR");
	assert_not_said("ok 1 ");
	assert_string_equal(host_published(), "ERROR not-run");
	assert_int_equal(host_file_count(), files);
	assert_int_equal(host_leaks(), 0);
}

static void words_may_come_in_any_order(void **state)
{
	(void)state;
	start(1);
	assert_int_equal(rom_run("--camera ov5670 --frames 1 mmu"), APP_PASS);
	assert_string_equal(rom_verdict("mmu.up", ""), "PASS");
	assert_string_equal(rom_verdict("sensor.id", ""), "SKIP");
	start(1);
	assert_int_equal(rom_run("--camera ov5670 probe"), APP_PASS);
	assert_string_equal(rom_verdict("sensor.id", "ov5670"), "PASS");
	assert_string_equal(rom_verdict("stream.start", ""), "SKIP");
}

static void words_that_nobody_reads_are_refused(void **state)
{
	static const struct {
		const char *line, *why;
	} cases[] = {
		{"probe ov5670", "probe takes no word 'ov5670'"},
		{"ov5670", "no command 'ov5670'"},
		{"capure --frames 1", "did you mean 'capture'"},
		{"capture --camera ov5670 --format raw jpeg", "capture takes no word 'jpeg'"},
		{"list all", "list takes no word 'all'"},
		{"regs cio2 imgu", "regs: one device at a time, not 'imgu'"},
		{"regs cio3", "regs: no device 'cio3'"},
		{"capture -frames 1", "'-frames' is no option"},
		{"capture --frmaes 1", "did you mean 'frames'"},
		{"capture --output=\"my results", "has no second"},
		{"--frames 1 capture mmu", "capture takes no word 'mmu'"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		start(1);
		assert_refused(cases[i].line, cases[i].why);
	}
}

/* The plan's `command` takes options as one would type them. */
static void options_in_the_plans_command_are_understood(void **state)
{
	(void)state;
	start(1);
	PLAN("at-end = exit\ncommand = capture --camera ov5670 --frames 1 --format raw --mode "
	     "640x360\n");
	assert_int_equal(rom_run(""), APP_PASS);
	assert_non_null(rom_result("frames/ov5670-0000.raw", NULL));
	assert_null(rom_result("frames/ov5670-0000.png", NULL));
	assert_null(rom_result("frames/ov5670-0001.raw", NULL));
	assert_not_said("sensor.id ov13858");
}

static void quotes_mean_the_same_in_plan_and_command_line(void **state)
{
	static const char plan[] = "command = probe\nat-end = exit\narguments = --camera ov5670 "
				   "--output=\"my results\"\n";

	(void)state;
	start(1);
	PLAN(plan);
	assert_int_equal(rom_run(""), APP_PASS);
	assert_said("# results in my results/VB0001/");
	start(1);
	assert_int_equal(rom_run("probe --camera ov5670 --output=\"my results\""), APP_PASS);
	assert_said("# results in my results/VB0001/");
	start(1);
	PLAN("command = probe\n\narguments = --output=\"my results --at-end exit\nat-end = exit\n");
	assert_refused("", "firstlight/firstlight.ini:3: the quote in");
}

static void mistakes_say_where_they_come_from(void **state)
{
	static const struct {
		const char *plan, *why;
	} cases[] = {
		{"command = probe\narguments = --frmaes 1 --at-end exit\n",
		 "firstlight/firstlight.ini:2: unknown option -- 'frmaes'"},
		{"at-end = exit\ncommand = probe --camera=\n",
		 "firstlight/firstlight.ini:2: --camera has no value"},
		{"at-end = exit\narguments = --plan other.ini\n", "a plan cannot name another one"},
		{"at-end = exit\ncommand = proeb\n", "no command 'proeb'; did you mean 'probe'?"},
		{"at-end = exit\ncommand = probe twice\n", "probe takes no word 'twice'"},
		{"at-end = exit\ncommand = probe\xc2\xa0\n", "no-break space"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		start(1);
		host_file_put(PLAN_FILE, cases[i].plan, strlen(cases[i].plan));
		assert_refused("", cases[i].why);
	}
	start(1);
	assert_refused("--plan nosuch.ini run", "nosuch.ini cannot be read (not found)");
}

/* Arguments go over the plan's keys, what was typed over both; of two equal options the last. */
static void later_words_win(void **state)
{
	(void)state;
	start(1);
	PLAN("command = run\ncamera = ov13858\narguments = mmu --camera nosuch --unit A\n"
	     "at-end = exit\n");
	assert_int_equal(rom_run("probe --unit B --camera ov5670 --unit C"), APP_PASS);
	assert_said("# results in firstlight/results/C/");
	assert_string_equal(rom_verdict("sensor.id", "ov5670"), "PASS");
	assert_string_equal(rom_verdict("mmu.up", ""), "SKIP");
}

static void a_plan_that_is_not_there_is_told(void **state)
{
	size_t size;
	const char *shipped;
	char copy[8192];

	(void)state;
	start(1);
	shipped = host_file_get(PLAN_FILE, &size);
	snprintf(copy, sizeof copy, "%s", shipped);
	host_file_put("firstlight/firstlight.ini.txt", copy, size);
	host_file_put("firstlight/firstlight (1).ini", copy, size);
	host_file_put("firstlight/._firstlight.ini", copy, size);
	assert_int_equal(platform_file_remove(PLAN_FILE), FL_OK);
	assert_int_equal(rom_run("probe --camera ov5670"), APP_PASS);
	assert_said("# there is no firstlight/firstlight.ini: the defaults of the program run\n");
	assert_said(
		"# firstlight.ini.txt was seen and not read: a plan's name is firstlight.ini\n");
	assert_said(
		"# firstlight (1).ini was seen and not read: a plan's name is firstlight.ini\n");
	assert_null(strstr(host_console(), "._firstlight.ini"));
	assert_non_null(strstr(rom_result("log.txt", NULL), "firstlight.ini.txt was seen"));
}

/* Notes that fill their room to the last byte are all printed; what does not fit whole is left out. */
static void a_note_without_room_is_left_out(void **state)
{
	static const char seen[] = " was seen and not read: a plan's name is firstlight.ini\n";
	struct words words;
	char note[51];
	struct app_start odd = {.words = &words, .note = note};

	(void)state;
	for (unsigned more = 0; more < 2; more++) {
		unsigned notes = 0;

		start(1);
		for (char c = 'a'; c <= 'c'; c++) {
			char path[80] = "firstlight/";

			memset(path + 11, c, 60);
			path[71] = '\0';
			host_file_put(path, "", 0);
		}
		assert_int_equal(platform_file_remove(PLAN_FILE), FL_OK);
		memset(note, 'x', sizeof note);
		note[49 + more] = '\0';
		words_init(&words, "command line");
		words_add(&words, "help", NULL);
		assert_int_equal(app_main(&odd), APP_PASS);
		for (const char *at = host_console(); (at = strstr(at, seen)) != NULL; at++)
			notes++;
		assert_int_equal(notes, 3 - more);
		assert_said("firstlight.ini\nFirstlight ");
	}
}

/* `view` shows one camera: the first that has what was asked for, and says which. */
static void view_takes_the_camera_that_has_the_mode(void **state)
{
	(void)state;
	start(1);
	host_key_at(900000000, PLATFORM_KEY_ESC);
	assert_int_equal(rom_run("view --mode 640x360"), APP_PASS);
	assert_said("# ov13858: no mode 640x360\n# view of ov5670, mode 640x360; ESC ends\n");
}

/* --at-end that was understood is obeyed whatever else is wrong: a board on the line goes off. */
static void the_end_is_obeyed_after_mistakes(void **state)
{
	static const struct {
		const char *plan, *line;
	} cases[] = {
		{NULL, "probe --frmaes 1 --at-end shutdown"},
		{NULL, "--at-end=shutdown proeb"},
		{NULL, "probe ov5670 --at-end shutdown"},
		{NULL, "--at-end shutdown probe \"open"},
		{NULL, "--plan nosuch.ini --at-end shutdown"},
		{"frmaes = 1\nat-end = shutdown\n", ""},
		{"frmaes = 1\narguments = probe --at-end shutdown\n", ""},
		{"command = probe --camera\nat-end = shutdown\n", ""},
		{"frmaes = 1\n", "--at-end shutdown probe"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		start(1);
		if (cases[i].plan)
			host_file_put(PLAN_FILE, cases[i].plan, strlen(cases[i].plan));
		assert_int_equal(rom_run(cases[i].line), APP_ERROR);
		if (host_end() != PLATFORM_END_SHUTDOWN)
			fail_msg("'%s' '%s': end %d", cases[i].plan, cases[i].line, host_end());
	}
}

/* Bytes of a load option that are no text run nothing, and are told. */
static void a_note_of_the_start_is_printed_and_logged(void **state)
{
	struct words words;
	struct app_start odd = {.words = &words, .note = "4 bytes of the load options ..."};

	(void)state;
	start(1);
	PLAN("command = probe --camera ov5670\nat-end = exit\n");
	words_init(&words, "command line");
	assert_int_equal(app_main(&odd), APP_PASS);
	assert_said("# 4 bytes of the load options ...\n");
	assert_non_null(strstr(rom_result("log.txt", NULL), "# 4 bytes of the load options"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_may_come_in_any_order),
		cmocka_unit_test(words_that_nobody_reads_are_refused),
		cmocka_unit_test(options_in_the_plans_command_are_understood),
		cmocka_unit_test(quotes_mean_the_same_in_plan_and_command_line),
		cmocka_unit_test(mistakes_say_where_they_come_from),
		cmocka_unit_test(later_words_win),
		cmocka_unit_test(a_plan_that_is_not_there_is_told),
		cmocka_unit_test(a_note_without_room_is_left_out),
		cmocka_unit_test(view_takes_the_camera_that_has_the_mode),
		cmocka_unit_test(the_end_is_obeyed_after_mistakes),
		cmocka_unit_test(a_note_of_the_start_is_printed_and_logged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
