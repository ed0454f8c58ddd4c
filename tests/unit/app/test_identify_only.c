/*
 * test_identify_only.c: a sensor whose register lists nobody has: it is identified, what needs a list is
 * left undone with that reason, and no verdict covers more than was done.
 */
#include <stdio.h>

#include "app/app.h"
#include "tests/unit/app/said.h"

#define SENSOR "firstlight/sensors/ov5670.ini"
#define REASON "ov5670 is identified only: its sensor file has no register list"

static const char file[] = "[sensor]\n"
			   "name = ov5670\n"
			   "description = the front camera\n"
			   "identify-only = yes\n"
			   "clock-frequency = 19.2MHz\n"
			   "data-lanes = 1 2\n"
			   "bayer = grbg\n"
			   "[identify]\n"
			   "expect 0x300a 0x005670 width 3\n";

/* A soraka whose front camera's file has no lists. */
static void start(const char *const *faults)
{
	rom_prepare(1);
	rom_attach(faults, 0);
	host_file_put(SENSOR, file, sizeof file - 1);
}

static void put_plan(const char *key)
{
	host_file_put("firstlight/firstlight.ini", key, strlen(key));
}

static void it_is_identified_and_the_rest_is_skipped_with_the_reason(void **state)
{
	static const char *const undone[] = {"sensor.mode",   "csi.timing",      "stream.start",
					     "stream.frame",  "stream.errors",   "files.written",
					     "stream.stop",   "image.pattern",   "stream.rate",
					     "stream.cycles", "image.statistics"};

	(void)state;
	start(NULL);
	assert_int_equal(rom_run("run --camera ov5670 --frames 2"), APP_PASS);
	want("sensor.file", "ov5670", "PASS", "none: identified only");
	want("power.up", "ov5670", "PASS", "front");
	want("sensor.id", "ov5670", "PASS", "0x5670");
	for (size_t i = 0; i < sizeof undone / sizeof *undone; i++)
		want(undone[i], "ov5670", "SKIP", REASON);
	want("device.restored", "", "PASS", "");
	assert_said("\nRESULT PASS (");
	assert_said("skipped: ov5670 is identified only");
	nothing_is_left();
}

static void the_other_camera_streams_all_the_same(void **state)
{
	(void)state;
	start(NULL);
	assert_int_equal(rom_run("capture --frames 1 --mode 1056x784 --format raw"), APP_PASS);
	want("stream.frame", "ov13858", "PASS", "");
	want("stream.frame", "ov5670", "SKIP", REASON);
	assert_said("skipped: ov5670 is identified only");
	nothing_is_left();
}

static void another_chip_is_a_failure(void **state)
{
	(void)state;
	start((const char *const[]){"wrong-id=ov5670", NULL});
	assert_int_equal(rom_run("probe --camera ov5670"), APP_FAIL);
	want("sensor.id", "ov5670", "FAIL", "chip-id");
	want("sensor.mode", "ov5670", "SKIP", "sensor.id failed");
}

/* What the plan promises and cannot be done is not PASS. */
static void a_required_picture_is_a_failure(void **state)
{
	(void)state;
	start(NULL);
	put_plan("required = stream.frame\n");
	assert_int_equal(rom_run("run --camera ov5670 --frames 1"), APP_FAIL);
	want("stream.frame", "ov5670", "FAIL", "required by the plan, and not done: " REASON);
}

static void pictures_of_it_alone_are_refused(void **state)
{
	static const char *const lines[] = {"capture --camera ov5670", "view --camera ov5670"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		start(NULL);
		assert_int_equal(rom_run(lines[i]), APP_ERROR);
		assert_said("ov5670 sends no pictures: " SENSOR " is identify-only");
		assert_not_said("ok 1 ");
		assert_string_equal(host_published(), "ERROR not-run");
		assert_int_equal(host_leaks(), 0);
	}
	start(NULL);
	assert_int_equal(rom_run("run --camera ov5670 --mode 648x486"), APP_ERROR);
	assert_said("no selected camera has a mode '648x486'");
}

static void the_list_says_so(void **state)
{
	(void)state;
	start(NULL);
	assert_int_equal(rom_run("list --camera ov5670"), APP_PASS);
	assert_said("    the front camera\n    identified only: no register list, no pictures\n"
		    "RESULT PASS\n");
}

/* `view` takes the camera that has a picture. */
static void view_passes_it_over(void **state)
{
	(void)state;
	start(NULL);
	host_file_put("firstlight/sensors/ov13858.ini", "", 0);
	host_set_screen(200, 120);
	assert_int_equal(rom_run("view"), APP_FAIL);
	assert_said("# ov5670 is identified only\n");
	assert_int_equal(host_leaks(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_identified_and_the_rest_is_skipped_with_the_reason),
		cmocka_unit_test(the_other_camera_streams_all_the_same),
		cmocka_unit_test(another_chip_is_a_failure),
		cmocka_unit_test(a_required_picture_is_a_failure),
		cmocka_unit_test(pictures_of_it_alone_are_refused),
		cmocka_unit_test(the_list_says_so),
		cmocka_unit_test(view_passes_it_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
