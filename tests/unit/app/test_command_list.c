/* test_command_list.c: `list`: every function of the machine, and what the stick knows of the board. */
#include <stdio.h>

#include "app/app.h"
#include "tests/unit/app/said.h"

#define SENSOR "firstlight/sensors/ov5670.ini"
#define BOARD  "firstlight/boards/soraka.ini"

static void start(void)
{
	rom_prepare(1);
	rom_attach(NULL, 0);
}

static void run(const char *line, int status)
{
	assert_int_equal(rom_run(line), status);
	assert_said(status == APP_PASS ? "RESULT PASS\n" : "RESULT ERROR\n");
	assert_int_equal(host_leaks(), 0);
}

/* A line for each function as its configuration space says, with a mark at the cameras' devices. */
static void every_function_has_its_line(void **state)
{
	char want[64];

	(void)state;
	start();
	run("list", APP_PASS);
	assert_said("00:00.0 Host bridge [0600]: ");
	for (unsigned i = 0; i < vboard_function_count(host_board()); i++) {
		const struct vboard_function *f = vboard_function(host_board(), i);
		bool is_camera = !strcmp(f->name, "imgu") || !strcmp(f->name, "cio2");
		const char *line, *mark;

		snprintf(want, sizeof want, "\n00:%02x.%x ", f->device, f->function);
		if (f->window) {
			assert_not_said(want);
			continue;
		}
		assert_said(want);
		line = strstr(host_console(), want) + 1;
		snprintf(want, sizeof want, " [%04x:%04x] (rev %02x)",
			 vboard_config_peek(host_board(), i, 0, 2),
			 vboard_config_peek(host_board(), i, 2, 2),
			 vboard_config_peek(host_board(), i, 8, 1));
		assert_true(strstr(line, want) && strstr(line, want) < strchr(line, '\n'));
		mark = strstr(line, "<== camera");
		assert_int_equal(mark && mark < strchr(line, '\n'), is_camera);
	}
	assert_int_equal(host_violation_count(), 0);
}

static void the_board_and_its_cameras_follow(void **state)
{
	(void)state;
	start();
	run("list", APP_PASS);
	assert_said("\nboard soraka (" BOARD "): HP Chromebook x2 (soraka), not verified: "
		    "nobody has reported a run on this machine\n"
		    "  ov13858: ov13858 on I2C2 at 0x10, CSI-2 port 0, 4 lanes, back\n"
		    "    OmniVision OV13858, 13 Mpixel, 4 lanes\n"
		    "    mode 4224x3136\n");
	assert_said("    mode 1056x784\n    pattern bars\n    pattern bars-2\n    pattern bars-3\n"
		    "    pattern bars-4\n  ov5670: ov5670 on I2C4 at 0x36, CSI-2 port 1, 2 lanes, "
		    "front\n    OmniVision OV5670, 5 Mpixel, 2 lanes\n    mode 2592x1944\n");
	assert_said("    mode 640x360\n    pattern bars\nRESULT PASS\n");
	assert_not_said("not read, or not taken");
}

/* Of a camera that is not selected only the board's line. */
static void a_camera_that_is_not_selected_has_one_line(void **state)
{
	(void)state;
	start();
	run("list --camera ov5670", APP_PASS);
	assert_said("4 lanes, back\n  ov5670: ");
	assert_said("    mode 640x360\n");
	assert_not_said("OV13858");
}

static void put_text(const char *path, const char *text)
{
	host_file_put(path, text, strlen(text));
}

/* Files without the lines that may be left out: nothing stands in their place. */
static void what_a_file_does_not_say_is_left_out(void **state)
{
	char text[16384], *line;

	(void)state;
	start();
	snprintf(text, sizeof text, "%s", (const char *)host_file_get(SENSOR, NULL));
	line = strstr(text, "\ndescription");
	assert_non_null(line);
	line[1] = '#';
	put_text(SENSOR, text);
	snprintf(text, sizeof text, "%s", (const char *)host_file_get(BOARD, NULL));
	line = strstr(text, "\ndescription");
	assert_non_null(line);
	line[1] = '#';
	put_text(BOARD, text);
	run("list", APP_PASS);
	assert_said("\nboard soraka (" BOARD "), not verified");
	assert_said("2 lanes, front\n    mode 2592x1944\n");
}

static void a_sensor_file_with_a_mistake_is_an_error_but_hides_nothing(void **state)
{
	(void)state;
	start();
	put_text("firstlight/sensors/ov13858.ini", "[sensor]\nnoise = 3\n");
	run("list", APP_ERROR);
	assert_said("4 lanes, back\n    error: firstlight/sensors/ov13858.ini:2: ");
	assert_said("\n    hint: ");
	assert_said("  ov5670: ov5670 on I2C4");
	assert_said("    mode 640x360\n");
}

static void files_that_were_not_taken_are_named(void **state)
{
	(void)state;
	start();
	put_text("firstlight/boards/soraka.ini.txt", "[board]\n");
	run("list", APP_PASS);
	assert_said("\nnot read, or not taken, in firstlight/boards:\nsoraka.ini.txt: ");
	start();
	put_text(BOARD, "[board]\nname = soraka\nvoltage = 3\n[match]\nsmbios-product = Soraka\n");
	run("list", APP_ERROR);
	assert_said("00:14.3 Multimedia controller");
	assert_said("error: " BOARD ":3: ");
	assert_not_said("\nboard soraka");
}

/* Whatever allocation fails: no crash, no leak, and a list that is not whole is no PASS. */
static void a_list_without_memory_is_no_pass(void **state)
{
	unsigned long all;
	size_t whole;

	(void)state;
	start();
	run("list", APP_PASS);
	all = host_allocations();
	whole = strlen(host_console());
	for (unsigned long k = 1; k <= all; k += k < all / 2 ? 7 : 1) {
		start();
		host_fail_allocation(k);
		if (rom_run("list") == APP_PASS) {
			if (strlen(host_console()) < whole)
				fail_msg("allocation %lu:\n%s", k, host_console());
		} else {
			assert_said("error: ");
			assert_said("RESULT ERROR\n");
		}
		assert_int_equal(host_leaks(), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_function_has_its_line),
		cmocka_unit_test(the_board_and_its_cameras_follow),
		cmocka_unit_test(a_camera_that_is_not_selected_has_one_line),
		cmocka_unit_test(what_a_file_does_not_say_is_left_out),
		cmocka_unit_test(a_sensor_file_with_a_mistake_is_an_error_but_hides_nothing),
		cmocka_unit_test(files_that_were_not_taken_are_named),
		cmocka_unit_test(a_list_without_memory_is_no_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
