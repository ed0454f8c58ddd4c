/* test_app.c: the program around the commands: help, the menu, the end, and what it says without memory. */
#include <stdio.h>

#include "app/app.h"
#include "app/request.h"
#include "tests/unit/app/said.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PLAN(text)   host_file_put(PLAN_FILE, text, strlen(text))
#define MS(n)        (1000000 * (uint64_t)(n))
#define MENU                                                                                       \
	"\nFirstlight: [r]un [l]ist [p]robe [c]apture [v]iew [m]mu c[a]che [b]ench [h]elp, ESC "   \
	"leaves\n"

static void start(void)
{
	rom_prepare(1);
	rom_attach(NULL, 0);
}

static unsigned said_times(const char *text)
{
	unsigned count = 0;

	for (const char *at = strstr(host_console(), text); at; at = strstr(at + 1, text))
		count++;
	return count;
}

/* ---- help ------------------------------------------------------------------------------------ */

static void help_names_every_command_and_touches_nothing(void **state)
{
	char want[256];

	(void)state;
	rom_prepare(1);
	rom_attach_board(&(struct rom_board){.traced = true});
	assert_int_equal(rom_run("help --board nosuch"), APP_PASS);
	assert_said(": first light through the cameras of a new board\n\n");
	for (size_t i = 0; i < app_command_count; i++) {
		const struct app_command *command = &app_commands[i];

		snprintf(want, sizeof want, "\n  %-8s %s%s%s\n", command->name, command->usage,
			 command->usage[0] ? "\n           " : "", command->summary);
		assert_said(want);
	}
	assert_said("\n  list     PCI functions, as lspci does, cameras marked\n");
	assert_said("\n  regs     [BLOCK | FUNCTION [OFFSET [COUNT]]]\n           registers of "
		    "the camera devices, or words of BAR 0, e.g. regs 00:15.2 0x200 8\n");
	assert_said("\noptions: --camera NAME --frames N --mode NAME --pattern NAME|off");
	assert_said("firstlight/firstlight.ini\nRESULT PASS\n");
	assert_string_equal(host_published(), "");
	assert_null(strstr(rom_trace(), "I2C"));
	assert_int_equal(host_leaks(), 0);
}

/* ---- menu ------------------------------------------------------------------------------------ */

/* A plan without a command asks; each key runs its own command, and the menu comes again. */
static void each_key_of_the_menu_runs_its_command(void **state)
{
	static const struct {
		const char *keys, *says;
	} cases[] = {
		{"xR.r", "RESULT PASS ("}, {"l", "\nboard soraka ("}, {"p", "# results in "},
		{"c", "# results in "},    {"v\x1b", "# view of "},   {"m", "mmu.up"},
		{"a", "# results in "},    {"b", "bench unpack: "},   {"h", "\noptions: --camera"},
	};
	static const char *const commands[] = {"run", NULL,  "probe", "capture",
					       NULL,  "mmu", "cache"};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *json;
		char want[64];

		start();
		host_set_screen(64, 32);
		PLAN("command =\ncamera = ov5670\nmode = 640x360\nframes = 1\ncycles = 1\n"
		     "format = raw\nat-end = exit\n");
		host_set_keys(cases[i].keys);
		host_key_at(MS(200000), PLATFORM_KEY_ESC);
		rom_run("");
		assert_int_equal(said_times(MENU), 2);
		assert_said(cases[i].says);
		json = rom_result("report.json", NULL);
		if (i >= COUNT(commands) || !commands[i]) {
			assert_null(json);
			continue;
		}
		snprintf(want, sizeof want, "\n  \"command\": \"%s\",\n", commands[i]);
		assert_non_null(strstr(json, want));
		snprintf(want, sizeof want, "{\"command\": \"%s\"", commands[i]); /* of the plan */
		assert_non_null(strstr(json, want));
	}
}

static void the_menu_ends_with_the_last_commands_status(void **state)
{
	const char *faults[] = {"no-imgu", "no-cio2", NULL};

	(void)state;
	start();
	PLAN("command =\nat-end = exit\n");
	host_set_keys("\x1b");
	assert_int_equal(rom_run(""), APP_PASS);
	assert_int_equal(said_times(MENU), 1);
	assert_not_said("RESULT");
	rom_prepare(1);
	PLAN("command =\nat-end = exit\n");
	rom_attach(faults, 0);
	host_set_keys("hv\x1b");
	assert_int_equal(rom_run(""), APP_FAIL);
	assert_int_equal(said_times("RESULT PASS\n"), 1);
	assert_int_equal(said_times("RESULT FAIL\n"), 1);
	assert_int_equal(host_leaks(), 0);
}

/* ---- end ------------------------------------------------------------------------------------- */

/* The verdict can be read for two seconds before the machine goes. */
static void the_machine_goes_as_the_plan_says(void **state)
{
	static const struct {
		const char *line;
		int end;
		uint64_t delay_ns;
	} cases[] = {
		{"help --at-end exit", -1, 0},
		{"help", -1, 0}, /* from a shell: back to it */
		{"help --at-end reboot", PLATFORM_END_REBOOT, MS(2000)},
		{"help --at-end shutdown", PLATFORM_END_SHUTDOWN, MS(2000)},
	};
	uint64_t exit_ns = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		start();
		assert_int_equal(rom_run(cases[i].line), APP_PASS);
		assert_int_equal(host_end(), cases[i].end);
		exit_ns = i ? exit_ns : host_time_ns();
		assert_in_range(host_time_ns() - exit_ns, cases[i].delay_ns,
				cases[i].delay_ns + MS(1));
	}
}

/* For a key that is pressed then, not for one that still waited. */
static void a_machine_that_waits_goes_on_with_a_key(void **state)
{
	(void)state;
	start();
	host_set_keys("abc");
	host_key_at(MS(5000), ' ');
	assert_int_equal(rom_run("help --at-end wait"), APP_PASS);
	assert_in_range(host_time_ns(), MS(5000), MS(5060));
	assert_int_equal(host_end(), -1);
}

/* ---- trouble ----------------------------------------------------------------------------------- */

static void a_mistake_that_stops_everything_is_told_and_published(void **state)
{
	(void)state;
	start();
	assert_int_equal(rom_run("proeb"), APP_ERROR);
	assert_said("error: no command 'proeb'; did you mean 'probe'?\nhint: see: help; an option "
		    "begins with two dashes: --camera ov5670\nRESULT ERROR\n");
	assert_string_equal(host_published(), "ERROR not-run");
	start();
	assert_int_equal(platform_file_remove(PLAN_FILE), FL_OK);
	assert_int_equal(rom_run("zzzzzzzz"), APP_ERROR);
	assert_said("# there is no firstlight/firstlight.ini: the defaults of the program run\n");
	assert_said("error: no command 'zzzzzzzz'\nhint: ");
	start();
	assert_int_equal(rom_run("list --required nosuch.check"), APP_ERROR);
	assert_said("nosuch.check");
	assert_not_said("00:00.0");
	assert_string_equal(host_published(), "ERROR not-run");
	start();
	assert_int_equal(rom_run("LIST --camera nosuch"), APP_ERROR);
	assert_not_said("00:00.0");
	start();
	assert_int_equal(rom_run("LIST"), APP_PASS);
	assert_string_equal(host_published(), "");
}

static void without_memory_it_says_so_and_publishes_an_error(void **state)
{
	(void)state;
	for (unsigned long k = 1; k <= 4; k++) {
		start();
		host_fail_allocation(k);
		if (rom_run("list") != APP_ERROR)
			fail_msg("allocation %lu:\n%s", k, host_console());
		assert_said("error: ");
		assert_said("memory");
		assert_said("RESULT ERROR\n");
		assert_not_said("RESULT PASS");
		assert_string_equal(host_published(), "ERROR not-run");
		assert_int_equal(host_leaks(), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(help_names_every_command_and_touches_nothing),
		cmocka_unit_test(each_key_of_the_menu_runs_its_command),
		cmocka_unit_test(the_menu_ends_with_the_last_commands_status),
		cmocka_unit_test(the_machine_goes_as_the_plan_says),
		cmocka_unit_test(a_machine_that_waits_goes_on_with_a_key),
		cmocka_unit_test(a_mistake_that_stops_everything_is_told_and_published),
		cmocka_unit_test(without_memory_it_says_so_and_publishes_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
