/* test_check_image.c: rung 18: figures as the report has them, the golden frame, pictures that stand still. */
#include "image/image.h"
#include "tests/unit/checks/rig.h"

/* A picture that no limit minds: grey, black at 64, with an edge. */
static void a_good_picture(void)
{
	struct session_camera *camera = &rig.session.cameras[0];
	struct image_statistics *s = &camera->statistics;

	rig_up();
	for (unsigned i = 0; i < 4; i++)
		s->plane[i] = (struct plane_statistics){.mean = 300.5 + i,
							.deviation = 20.25 + i,
							.minimum = (uint16_t)(70 + i),
							.maximum = (uint16_t)(900 + i),
							.p1 = 72,
							.p99 = 880,
							.floor = 70};
	s->black = 64;
	s->black_source = BLACK_OF_FILE;
	s->clipped = 0.125;
	s->dark_area = 0.0625;
	s->noise = 3.5;
	s->red = 0.75;
	s->blue = 0.5;
	s->green_balance = 0.03125;
	s->shading = 0.625;
	s->blur = 0.00390625;
	s->step = 200;
	s->hot = 3;
	s->dead = 5;
	s->dead_rows = 0;
	s->odd_row.value = 4;
	s->stripes.height = 2;
	for (unsigned y = 0; y < GRID_HEIGHT; y++)
		for (unsigned x = 0; x < GRID_WIDTH; x++)
			s->light[y][x] = (float)(100 + 10 * (x % 5) + 20 * (y % 3));
	camera->has_statistics = true;
	camera->pictures = 2;
}

static void figures_are_told(void **state)
{
	static const struct {
		const char *key;
		double want;
	} facts[] = {
		{"rotation", 180},
		{"plane0-mean", 300.5},
		{"plane0-deviation", 20.25},
		{"plane0-minimum", 70},
		{"plane0-maximum", 900},
		{"plane3-mean", 303.5},
		{"plane3-deviation", 23.25},
		{"plane3-minimum", 73},
		{"plane3-maximum", 903},
		{"black-level", 64},
		{"clipped-percent", 12.5},
		{"dark-area-percent", 6.25},
		{"noise", 3.5},
		{"red-percent", 75},
		{"blue-percent", 50},
		{"green-balance-percent", 3.125},
		{"shading-percent", 62.5},
		{"blur-percent", 0.390625},
		{"hot-pixels", 3},
		{"dead-pixels", 5},
		{"defect-clusters", 0},
		{"dead-rows", 0},
		{"odd-row", 4},
		{"stripes", 2},
		{"repeated-frames", 0},
	};

	(void)state;
	a_good_picture();
	if (rig_check(check_image_statistics, 0) != VERDICT_PASS)
		fail_msg("%s", rig.check->message);
	for (unsigned i = 0; i < COUNT(facts); i++)
		rig_number(facts[i].key, facts[i].want);
	rig_text("black-level-from", black_source_name(BLACK_OF_FILE));
	rig_text("orientation", "back");
	rig_text("golden", "none: a picture that is turned, or dark in places, is not judged");
	rig_has_no("frozen");
	rig_has_no("plane4-mean");
	rig.cameras[0].orientation[0] = '\0';
	rig.session.cameras[0].statistics.step = 0;
	rig.session.cameras[0].statistics.clusters = 7;
	rig.session.plan.image.clusters = 7;
	rig.session.cameras[0].statistics.dead_rows = 2;
	rig.session.cameras[0].statistics.missing_lines = 3;
	rig_check(check_image_statistics, 0);
	rig_number("dead-rows", 5);
	rig_number("defect-clusters", 7);
	rig_has_no("orientation");
	rig_text("blur-percent", "not judged: no edge to focus on");
	rig_down();
}

static void a_figure_beyond_its_limit_fails(void **state)
{
	(void)state;
	a_good_picture();
	rig.session.cameras[0].statistics.hot = rig.session.plan.image.hot_pixels + 1;
	assert_int_equal(rig_check(check_image_statistics, 0), VERDICT_FAIL);
	rig_says("too many hot pixels");
	rig_has_no("golden"); /* the first reason ends it */
	rig_down();
}

static void no_scene_is_no_verdict(void **state)
{
	(void)state;
	a_good_picture();
	rig.session.cameras[0].shows_pattern = true;
	assert_int_equal(rig_check(check_image_statistics, 0), VERDICT_SKIP);
	rig_says("the frames show the test pattern, no scene");
	rig.session.cameras[0].shows_pattern = false;
	rig.session.cameras[0].has_statistics = false;
	assert_int_equal(rig_check(check_image_statistics, 0), VERDICT_SKIP);
	rig_says("no frame could be measured");
	rig_down();
}

/* ---- pictures that stand still --------------------------------------------------------------- */

static void equal_frames_are_frozen(void **state)
{
	(void)state;
	a_good_picture();
	rig.session.cameras[0].pictures = 4;
	rig.session.cameras[0].repeated = 1;
	assert_int_equal(rig_check(check_image_statistics, 0), VERDICT_FAIL);
	rig_says("frozen: 1 of 4 frames equal the one before in every sample");
	rig_hints("static-scene = yes");
	rig_number("repeated-frames", 1);
	rig.session.plan.image.static_scene = true;
	assert_int_equal(rig_check(check_image_statistics, 0), VERDICT_PASS);
	rig.session.cameras[0].pictures = 1;
	rig.session.cameras[0].repeated = 0;
	assert_int_equal(rig_check(check_image_statistics, 0), VERDICT_PASS);
	rig_text("frozen", "not judged: that takes two frames");
	rig_down();
}

/* From the frames themselves, on a stick: four pictures, one of which is there twice. */
static void repeated_pictures_are_counted(void **state)
{
	struct session_camera *camera = &rig.session.cameras[0];

	(void)state;
	for (unsigned frozen = 0; frozen < 2; frozen++) {
		rig_up();
		rig.session.plan.frames = 4;
		rig.receiver.is_frozen = frozen;
		assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
		assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_PASS);
		rig_check(check_files, 0);
		assert_int_equal(camera->pictures, 4);
		assert_int_equal(camera->repeated, frozen ? 3 : 0);
		assert_true(camera->has_statistics);
		assert_non_null(camera->preview.pixels);
		assert_int_equal(camera->preview.width, RIG_WIDTH / 2);
		rig_down();
	}
}

/* ---- the golden frame ----------------------------------------------------------------------- */

/* As format = pgm writes it: `light` above black in each block, one sample a block. */
static void put_golden(const char *path, double part)
{
	const struct image_statistics *s = &rig.session.cameras[0].statistics;
	uint8_t file[64 + 2 * GRID_WIDTH * GRID_HEIGHT];
	size_t at = (size_t)sprintf((char *)file, "P5\n%u %u\n1023\n", GRID_WIDTH, GRID_HEIGHT);

	for (unsigned y = 0; y < GRID_HEIGHT; y++)
		for (unsigned x = 0; x < GRID_WIDTH; x++) {
			const unsigned code = (unsigned)(64 + part * (double)s->light[y][x]);

			file[at++] = (uint8_t)(code >> 8);
			file[at++] = (uint8_t)code;
		}
	host_file_put(path, file, at);
}

static void a_golden_frame_is_compared_with(void **state)
{
	(void)state;
	a_good_picture();
	put_golden("firstlight/golden/front.pgm", 1);
	assert_int_equal(rig_check(check_image_statistics, 0), VERDICT_PASS);
	rig_text("golden", "firstlight/golden/front.pgm");
	rig_near("golden-light-percent", 100, 0.5);
	rig_near("golden-likeness-percent", 100, 0.5);
	rig_number("obstruction-percent", 0);
	rig_near("golden-offset", 0, 1);
	/* That of the mode comes first. */
	put_golden("firstlight/golden/front-100x64.pgm", 2);
	assert_int_equal(rig_check(check_image_statistics, 0), VERDICT_PASS);
	rig_text("golden", "firstlight/golden/front-100x64.pgm");
	rig_near("golden-light-percent", 50, 0.5);
	rig.session.plan.image.golden_light = 900;
	assert_int_equal(rig_check(check_image_statistics, 0), VERDICT_FAIL);
	/* Three of 24 rows of blocks are dark. */
	rig.session.plan.image.golden_light = 150;
	put_golden("firstlight/golden/front-100x64.pgm", 1);
	for (unsigned i = 0; i < 3 * GRID_WIDTH; i++)
		rig.session.cameras[0].statistics.light[i / GRID_WIDTH][i % GRID_WIDTH] /= 10;
	assert_int_equal(rig_check(check_image_statistics, 0), VERDICT_FAIL);
	rig_number("obstruction-percent", 12.5);
	/* None is asked for. */
	rig.session.plan.golden[0] = '\0';
	assert_int_equal(rig_check(check_image_statistics, 0), VERDICT_PASS);
	rig_has_no("golden-light-percent");
	rig_down();
}

/* The stick's file, not the camera. */
static void a_golden_file_that_is_none_is_an_error(void **state)
{
	(void)state;
	a_good_picture();
	host_file_put("firstlight/golden/front.pgm", "P6\n1 1\n255\nabc", 13);
	assert_int_equal(rig_check(check_image_statistics, 0), VERDICT_ERROR);
	rig_says("firstlight/golden/front.pgm is no 16-bit PGM of at least 32x24 samples");
	rig_hints("store it with format = pgm");
	rig_down();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_told),
		cmocka_unit_test(a_figure_beyond_its_limit_fails),
		cmocka_unit_test(no_scene_is_no_verdict),
		cmocka_unit_test(equal_frames_are_frozen),
		cmocka_unit_test(repeated_pictures_are_counted),
		cmocka_unit_test(a_golden_frame_is_compared_with),
		cmocka_unit_test(a_golden_file_that_is_none_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
