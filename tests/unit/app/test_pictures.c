/* test_pictures.c: what a user is told of broken pictures, from the sensor to the report. */
#include "tests/unit/image/scene_tools.h"

#include "checks/checks.h"

#define RUNGS                                                                                      \
	(RUNG(1) | RUNG(2) | RUNG(3) | RUNG(4) | RUNG(5) | RUNG(6) | RUNG(7) | RUNG(8) | RUNG(9) | \
	 RUNG(13) | RUNG(14) | RUNG(18) | RUNG(20))
#define SCENE   "build/test-picture.pgm"
#define CAPTURE "--camera ov5670 --mode 648x486 --frames 2 --pattern off --at-end exit "

static struct file_bytes *golden; /* on the stick, unless NULL */

/* One run with the picture as the sensor's samples. */
static void run_scene(const struct image *image, const char *options)
{
	struct vboard_options board = {
		.seed = 1, .fps = VBOARD_FPS_SENSOR, .scenes = {[1] = SCENE}};
	char text[256];

	scene_save(image, SCENE);
	rom_prepare(1);
	if (golden)
		host_file_put("firstlight/golden/ov5670.pgm", golden->data, golden->size);
	assert_non_null(host_attach_board(&board));
	remove(SCENE);
	snprintf(text, sizeof text, CAPTURE "%s", options);
	rom_run_rungs(RUNGS, text);
}

static void expect(const char *verdict, const char *words)
{
	if (strcmp(rom_verdict("image.statistics", "ov5670"), verdict) ||
	    !rom_says("image.statistics", "ov5670", words))
		fail_msg("want %s '%s':\n%s", verdict, words, host_console());
}

static void each_broken_scene_is_told_by_its_own_name(void **state)
{
	struct image healthy = scene_capture("ov5670", "648x486", 1, 1), image;

	(void)state;
#define TRY(change, words)                                                                         \
	image = scene_copy(&healthy);                                                              \
	change;                                                                                    \
	run_scene(&image, "--static-scene yes");                                                   \
	expect("FAIL", words);                                                                     \
	free(image.samples)
	TRY(scene_blur(&image, 10), "out of focus");
	TRY(scene_planes_scale(&image, 2, 1 / 6.0), "colour channel weak: red");
	TRY(scene_planes_scale(&image, 4, 0), "colour channel dead: blue");
	TRY(scene_area_scale(&image, 0, 0, 324, 486, 0), "part of the picture dark");
	TRY(scene_column_add(&image, 500, 1023), "hot column: column 500");
	TRY(scene_column_add(&image, 500, 60), "fixed pattern: column 500");
	TRY(scene_line_add(&image, 300, -1023), "dead line: line 300");
	TRY(scene_block(&image, 300, 200, 12, 1023), "defect cluster");
	TRY(scene_hot(&image, 60, 1023), "too many hot pixels");
	TRY(scene_noise(&image, 40), "noise of");
	TRY(scene_vignette(&image, 0.32), "shading");
	TRY(scene_add(&image, 200), "black level off");
	TRY(scene_scale(&image, 0.12), "too dark");
	TRY(scene_bits(&image, 0, 32), "data bit stuck: bit 5 always 1");
	TRY(scene_swap_bits(&image, 3, 7), "data bits swapped");
#undef TRY
	free(healthy.samples);
}

/* The same picture again and again: a generator's, or a stuck pipeline's. The plan decides. */
static void a_picture_that_stands_still_is_frozen_unless_the_plan_allows_it(void **state)
{
	struct image healthy = scene_capture("ov5670", "648x486", 1, 1);

	(void)state;
	run_scene(&healthy, "");
	expect("FAIL",
	       "frozen: 1 of 2 frames equal the one before in every sample: no noise at all");
	run_scene(&healthy, "--static-scene yes");
	expect("PASS", "\"repeated-frames\": 1");
	run_scene(&healthy, "--frames 1");
	expect("PASS", "not judged: that takes two frames");
	free(healthy.samples);
}

/* Upside down or dirt on the lens: told where the stick has the picture of a good unit. */
static void golden_frame_tells_what_nothing_else_can(void **state)
{
	struct image good = scene_capture("ov5670", "648x486", 1, 1), image = scene_copy(&good);
	struct file_bytes encoded, file;

	(void)state;
	assert_int_equal(pgm_encode(&good, &encoded), FL_OK);
	file = (struct file_bytes){malloc(encoded.size), encoded.size}; /* outlives a reset */
	memcpy(file.data, encoded.data, encoded.size);
	file_bytes_free(&encoded);
	scene_turn(&image);
	run_scene(&image, "--static-scene yes");
	expect("PASS", "\"golden\": \"none: a picture that is turned");
	golden = &file;
	run_scene(&image, "--static-scene yes");
	expect("FAIL", "upside down, turned by 180 degrees");
	free(image.samples);
	image = scene_copy(&good);
	scene_area_scale(&image, 100, 100, 250, 250, 1 / 8.0);
	run_scene(&image, "--static-scene yes");
	expect("FAIL", "obstruction: ");
	run_scene(&good, "--static-scene yes");
	expect("PASS", "\"golden\": \"firstlight/golden/ov5670.pgm\"");
	file.size -= 1;
	run_scene(&good, "--static-scene yes");
	expect("ERROR", "is no 16-bit PGM");
	golden = NULL;
	free(file.data);
	free(image.samples);
	free(good.samples);
}

static void run_board(const char *fault, const char *options)
{
	const char *faults[] = {fault, NULL};
	char text[256];

	rom_attach(fault ? faults : NULL, VBOARD_FPS_SENSOR);
	snprintf(text, sizeof text, CAPTURE "%s", options);
	rom_run_rungs(RUNGS, text);
}

static void a_frozen_sensor_fails_and_a_lens_cap_is_dark(void **state)
{
	(void)state;
	rom_prepare(1);
	run_board("frozen=ov5670", "");
	expect("FAIL", "frozen: 1 of 2 frames");
	rom_prepare(1);
	run_board("dark=ov5670", "");
	expect("FAIL", "dark: samples lie between");
	rom_prepare(1);
	run_board(NULL, "");
	expect("PASS", "\"black-level-from\": \"sensor file\"");
}

static void assert_sidecar_says(const char *words)
{
	const char *text = rom_result("frames/ov5670-0000.json", NULL);

	assert_non_null(text);
	if (!strstr(text, words))
		fail_msg("want %s:\n%s", words, text);
}

/* Without one in the sensor file the first dark frame gives it. */
static void black_level_is_told_with_its_source(void **state)
{
	(void)state;
	rom_prepare(1);
	run_board(NULL, "");
	assert_sidecar_says("\"black_level\": 64,\n  \"black_level_from\": \"sensor file\"");
	rom_prepare(1);
	stick_edit("firstlight/sensors/ov5670.ini", "black-level = 64", "black-level = 0");
	run_board("dark=ov5670", "");
	assert_sidecar_says(
		"\"black_level\": 64,\n  \"black_level_from\": \"measured on a dark frame\"");
	expect("FAIL", "dark: samples lie between");
}

/* Bytes 18 and 19, 22 and 23 of a PNG are its width and height, high byte first. */
static void assert_png_size(unsigned width, unsigned height)
{
	size_t size;
	const void *file = rom_result("frames/ov5670-0000.png", &size);
	const uint8_t *png = file;

	assert_non_null(png);
	assert_true(size > 24);
	assert_int_equal(png[18] << 8 | png[19], width);
	assert_int_equal(png[22] << 8 | png[23], height);
}

static void rotation_turns_what_people_look_at(void **state)
{
	(void)state;
	rom_prepare(1);
	run_board(NULL, "");
	assert_png_size(324, 243);
	rom_prepare(1);
	stick_edit("firstlight/boards/soraka.ini", "orientation = front",
		   "orientation = front\nrotation = 90");
	run_board(NULL, "");
	assert_png_size(243, 324);
	assert_sidecar_says("\"rotation\": 90,\n  \"orientation\": \"front\"");
	expect("PASS", "\"rotation\": 90");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_broken_scene_is_told_by_its_own_name),
		cmocka_unit_test(a_picture_that_stands_still_is_frozen_unless_the_plan_allows_it),
		cmocka_unit_test(golden_frame_tells_what_nothing_else_can),
		cmocka_unit_test(a_frozen_sensor_fails_and_a_lens_cap_is_dark),
		cmocka_unit_test(black_level_is_told_with_its_source),
		cmocka_unit_test(rotation_turns_what_people_look_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
