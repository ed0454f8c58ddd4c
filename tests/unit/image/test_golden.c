/* test_golden.c: what only the picture of a good unit can tell: turned, obstructed, too dark. */
#include "tests/unit/image/scene_tools.h"

static struct image_limits limits;

static struct golden golden_of(const struct image *image)
{
	struct golden golden;
	struct file_bytes file;

	assert_int_equal(pgm_encode(image, &file), FL_OK);
	assert_int_equal(golden_parse(file.data, file.size, BLACK, &golden), FL_OK);
	file_bytes_free(&file);
	return golden;
}

static void compare(const struct golden *golden, struct image *image, const char *words)
{
	static struct image_statistics statistics;
	struct golden_result result;
	struct diag diag = {0};
	enum fl_err err;

	assert_int_equal(image_measure(image, &statistics), FL_OK);
	golden_compare(&statistics, golden, &result);
	err = judge_golden(&result, &limits, &diag);
	if (getenv("SCENES"))
		printf("light %.2f obstructed %.3f like %.2f turned %.2f %.2f %.2f %s\n",
		       result.light, result.obstructed, result.likeness, result.turned,
		       result.mirrored, result.flipped, diag.message);
	else if (!words && err)
		fail_msg("healthy, but '%s'", diag.message);
	else if (words && !strstr(diag.message, words))
		fail_msg("want '%s', got '%s'", words, err ? diag.message : "PASS");
	free(image->samples);
}

/* Column by column or line by line backwards; every colour keeps its place. */
static void scene_mirror(struct image *image, bool down)
{
	struct image from = scene_copy(image);

	FOR_XY(image)
	*at(image, x, y) = *at(&from, down ? x : (image->width - 2 - (x & ~1u)) + (x & 1),
			       down ? (image->height - 2 - (y & ~1u)) + (y & 1) : y);
	free(from.samples);
}

static void broken_pictures_differ_from_a_good_unit(void **state)
{
	struct image good = scene_capture("ov5670", "648x486", 1, 1), image;
	struct golden golden = golden_of(&good);

	(void)state;
	image = scene_copy(&good);
	scene_turn(&image);
	compare(&golden, &image, "upside down, turned by 180 degrees");
	image = scene_copy(&good);
	scene_mirror(&image, true);
	compare(&golden, &image, "upside down and mirrored");
	image = scene_copy(&good);
	scene_mirror(&image, false);
	compare(&golden, &image, "mirrored, left to right");
	for (unsigned i = 0; i < 4; i++) {
		image = scene_copy(&good);
		scene_area_scale(&image, 20 + i % 2 * 330, 20 + i / 2 * 200, 250, 250, 1 / 8.0);
		compare(&golden, &image, "obstruction");
	}
	image = scene_copy(&good);
	scene_scale(&image, 0.1);
	compare(&golden, &image, "of the golden frame's light");
	for (unsigned seed = 1; seed < 4; seed++) {
		image = scene_capture("ov5670", "648x486", seed / 4.0, 1);
		scene_add(&image, 200);
		compare(&golden, &image, "black level off: the picture is the golden frame's");
	}
	image = scene_copy(&good);
	scene_scale(&image, 0.4);
	scene_add(&image, 150); /* a greasy lens */
	compare(&golden, &image, "black level off");
	free(good.samples);
}

/* Other seeds are other times of the day: sun, house and trees stand elsewhere. */
static void good_units_agree_whatever_moves(void **state)
{
	struct image good = scene_capture("ov5670", "648x486", 1, 1);
	struct golden golden = golden_of(&good);

	(void)state;
	for (unsigned seed = 1; seed < 12; seed++) {
		struct image image = scene_capture("ov5670", "648x486", seed % 2 ? 1 : 0.5, seed);

		compare(&golden, &image, NULL);
	}
	free(good.samples);
}

static void another_scene_fails_where_the_plan_has_a_chart(void **state)
{
	struct image good = scene_capture("ov5670", "648x486", 1, 1), wall = scene_copy(&good);
	struct golden golden = golden_of(&good);

	(void)state;
	FOR_XY(&wall)
	*at(&wall, x, y) = clip(400 + 3 * tool_gauss());
	limits.golden_likeness = 800;
	compare(&golden, &wall, "another scene");
	compare(&golden, &good, NULL);
	limits.golden_likeness = 0;
}

static void what_is_no_golden_frame_is_refused(void **state)
{
	static const char *const files[] = {"",
					    "P5",
					    "P6\n64 48\n1023\n",
					    "P5\n64 48\n1023\n",
					    "P5\n64",
					    "P5\n99999999999 48\n1023\n",
					    "P5\n#",
					    "P5\n8 8\n1023\n"};
	struct golden golden;

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		assert_int_equal(
			golden_parse((const uint8_t *)files[i], strlen(files[i]), BLACK, &golden),
			FL_ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broken_pictures_differ_from_a_good_unit),
		cmocka_unit_test(good_units_agree_whatever_moves),
		cmocka_unit_test(another_scene_fails_where_the_plan_has_a_chart),
		cmocka_unit_test(what_is_no_golden_frame_is_refused),
	};
	struct plan plan;

	plan_defaults(&plan);
	limits = plan.image;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
