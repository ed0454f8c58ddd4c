/* test_statistics.c: which real scenes pass, and which cameras must not. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "describe/plan.h"
#include "image/image.h"

#define WIDTH  640u
#define HEIGHT 480u
#define BLACK  64

static uint32_t seed = 1;

static int noise(int most)
{
	seed = seed * 1664525 + 1013904223;
	return (int)((seed >> 8) % (unsigned)(2 * most + 1)) - most;
}

static uint16_t *at(struct image *image, unsigned x, unsigned y)
{
	return image->samples + y * WIDTH + x;
}

/* A wall with a shadow and a window: smooth light, hard edges, clipped sky, deep black. */
static int scene_light(unsigned x, unsigned y)
{
	int light = 150 + (int)(x / 2 + y / 4);

	if (x >= 400 && x < 560 && y >= 60 && y < 260)
		light = y < 180 ? 3000 : 700; /* window */
	if (x >= 476 && x < 480 && y >= 60 && y < 260)
		light = 5; /* its bar */
	if (x < 120 && y > 300)
		light = 2; /* shadow */
	return light;
}

static struct image scene_new(void)
{
	struct image image = {
		.width = WIDTH,
		.height = HEIGHT,
		.bayer = BAYER_GRBG,
		.black_level = BLACK,
		.samples = calloc(WIDTH * HEIGHT, sizeof(uint16_t)),
	};
	static const int gain[4] = {100, 55, 70, 100};

	assert_non_null(image.samples);
	for (unsigned y = 0; y < HEIGHT; y++)
		for (unsigned x = 0; x < WIDTH; x++) {
			int light = scene_light(x, y) * gain[y % 2 * 2 + x % 2] / 100;
			int value = BLACK + light + noise(3 + light / 60);

			*at(&image, x, y) = (uint16_t)(value < 0 ? 0 : value > 1023 ? 1023 : value);
		}
	return image;
}

static void fill(struct image *image, int value, int most)
{
	for (size_t i = 0; i < WIDTH * HEIGHT; i++) {
		int sample = value + noise(most);

		image->samples[i] = (uint16_t)(sample > 1023 ? 1023 : sample);
	}
}

static enum fl_err judge(const struct image *image, struct diag *diag)
{
	struct image_statistics statistics;
	struct plan plan;

	plan_defaults(&plan);
	diag_clear(diag);
	assert_int_equal(image_measure(image, &statistics), FL_OK);
	return judge_statistics(image, &statistics, &plan.image, diag);
}

static void assert_fails(struct image *image, const char *words)
{
	struct diag diag;

	if (judge(image, &diag) != FL_ERR_MISMATCH)
		fail_msg("passes, want \"%s\"", words);
	if (!strstr(diag.message, words))
		fail_msg("\"%s\", want \"%s\"", diag.message, words);
	free(image->samples);
}

/* ---- figures -------------------------------------------------------------------------------- */

static void planes_are_measured_apart(void **state)
{
	struct image image = scene_new();
	struct image_statistics statistics;

	(void)state;
	for (unsigned y = 0; y < HEIGHT; y++)
		for (unsigned x = 0; x < WIDTH; x++)
			*at(&image, x, y) =
				(uint16_t)(100 * (y % 2 * 2 + x % 2) + (x / 2 % 2 ? 110 : 90));
	*at(&image, 0, 0) = 7;
	*at(&image, 1, 1) = 1000;
	assert_int_equal(image_measure(&image, &statistics), FL_OK);
	for (unsigned plane = 0; plane < 4; plane++) {
		const struct plane_statistics *one = &statistics.plane[plane];

		assert_in_range((uint64_t)(one->mean * 10), 1000 * plane + 998,
				1000 * plane + 1002);
		assert_in_range((uint64_t)(one->deviation * 10), 99, 105);
		assert_int_equal(one->p1, 100 * plane + 90);
		assert_int_equal(one->p99, 100 * plane + 110);
	}
	assert_int_equal(statistics.plane[0].minimum, 7);
	assert_int_equal(statistics.plane[0].maximum, 110);
	assert_int_equal(statistics.plane[3].maximum, 1000);
	free(image.samples);
}

/* Light that falls off towards the corners, on an even wall. */
static void shading_is_corners_over_centre(void **state)
{
	struct image image = scene_new();
	struct image_statistics statistics;

	(void)state;
	fill(&image, BLACK + 400, 2);
	image_measure(&image, &statistics);
	assert_in_range((uint64_t)(statistics.shading * 1000), 990, 1010);
	for (unsigned y = 0; y < HEIGHT; y++)
		for (unsigned x = 0; x < WIDTH; x++) {
			double dx = 2.0 * x / WIDTH - 1, dy = 2.0 * y / HEIGHT - 1;

			*at(&image, x, y) =
				(uint16_t)(BLACK + 400 * (1 - (dx * dx + dy * dy) / 4) + noise(2));
		}
	image_measure(&image, &statistics);
	assert_in_range((uint64_t)(statistics.shading * 1000), 480, 620);
	free(image.samples);
}

static void isolated_samples_are_counted(void **state)
{
	struct image image = scene_new();
	struct image_statistics statistics;

	(void)state;
	image_measure(&image, &statistics);
	assert_int_equal(statistics.hot, 0);
	assert_int_equal(statistics.dead, 0);
	*at(&image, 50, 50) = 1023;  /* wall */
	*at(&image, 61, 420) = 1023; /* shadow */
	*at(&image, 200, 33) = 1023;
	*at(&image, 450, 100) = 0; /* sky */
	*at(&image, 300, 401) = 3; /* wall */
	*at(&image, 60, 400) = 0;  /* in the shadow: no defect that shows */
	image_measure(&image, &statistics);
	assert_int_equal(statistics.hot, 3);
	assert_int_equal(statistics.dead, 2);
	free(image.samples);
}

/* A lamp far away: a few samples across, clipped in the middle. */
static void small_highlight_is_not_hot(void **state)
{
	struct image image = scene_new();
	struct image_statistics statistics;

	(void)state;
	for (unsigned y = 99; y <= 101; y++)
		for (unsigned x = 99; x <= 101; x++)
			*at(&image, x, y) = x == 100 && y == 100 ? 1023 : 800;
	image_measure(&image, &statistics);
	assert_int_equal(statistics.hot, 0);
	free(image.samples);
}

/* ---- verdicts ------------------------------------------------------------------------------- */

static void real_scene_passes(void **state)
{
	struct image image = scene_new();
	struct diag diag;

	(void)state;
	if (judge(&image, &diag) != FL_OK)
		fail_msg("%s", diag.message);
	*at(&image, 50, 50) = 1023;
	*at(&image, 300, 401) = 0;
	assert_int_equal(judge(&image, &diag), FL_OK); /* two defects are no reason */
	free(image.samples);
}

/* Without noise and with a black frame, as a generator draws it. */
static void drawn_scene_passes(void **state)
{
	struct image image = scene_new();
	struct diag diag;

	(void)state;
	for (unsigned y = 0; y < HEIGHT; y++)
		for (unsigned x = 0; x < WIDTH; x++)
			*at(&image, x, y) = y < 20 || y >= 460 ? 0 : (x / 80 + 1) * 116;
	image.black_level = 0;
	if (judge(&image, &diag) != FL_OK)
		fail_msg("%s", diag.message);
	free(image.samples);
}

static void covered_lens_fails(void **state)
{
	struct image image = scene_new();

	(void)state;
	fill(&image, BLACK, 4);
	assert_fails(&image, "dark: samples lie between 60 and 68 (black level 64, sensor file)");
}

static void zeroes_fail(void **state)
{
	struct image image = scene_new();

	(void)state;
	fill(&image, 0, 0);
	assert_fails(&image, "every sample is 0");
}

static void all_white_fails(void **state)
{
	struct image image = scene_new();

	(void)state;
	fill(&image, 1023, 4);
	assert_fails(&image, "all white");
}

/* A wall is a scene as well, unless the plan says that there is a chart. */
static void grey_wall_passes_unless_a_chart_is_wanted(void **state)
{
	struct image image = scene_new();
	struct image_statistics statistics;
	struct plan plan;
	struct diag diag;

	(void)state;
	fill(&image, 500, 8);
	if (judge(&image, &diag) != FL_OK)
		fail_msg("%s", diag.message);
	plan_defaults(&plan);
	plan.image.contrast = 100;
	image_measure(&image, &statistics);
	assert_int_equal(judge_statistics(&image, &statistics, &plan.image, &diag),
			 FL_ERR_MISMATCH);
	assert_non_null(strstr(diag.message, "no contrast: samples lie between 492 and 508"));
	free(image.samples);
}

/* The sensor file says nothing, the lens is covered: that is the frame to measure it on. */
static void dark_frame_gives_the_black_level(void **state)
{
	struct image image = scene_new();
	struct image_statistics statistics;

	(void)state;
	fill(&image, 42, 3);
	image.black_level = 0;
	image_measure(&image, &statistics);
	assert_int_equal(statistics.black, 42);
	assert_int_equal(statistics.black_source, BLACK_MEASURED);
	assert_fails(&image, "dark: samples lie between 39 and 45 (black level 42, measured");
}

static void lost_pedestal_fails(void **state)
{
	struct image image = scene_new();

	(void)state;
	for (size_t i = 0; i < WIDTH * HEIGHT; i++)
		image.samples[i] = image.samples[i] > BLACK ? image.samples[i] - BLACK : 0;
	assert_fails(&image, "black level off");
}

static void many_stuck_samples_fail(void **state)
{
	struct image image = scene_new();

	(void)state;
	for (unsigned i = 0; i < 200; i++)
		*at(&image, 10 + i % 20 * 10, 10 + i / 20 * 10) = 1023;
	assert_fails(&image, "too many hot pixels: 200 (limit 30)");
}

static void many_dead_samples_fail(void **state)
{
	struct image image = scene_new();

	(void)state;
	for (unsigned i = 0; i < 200; i++)
		*at(&image, 150 + i % 20 * 10, 280 + i / 20 * 10) = 0;
	assert_fails(&image, "too many dead pixels: 200 (limit 30)");
}

static void dead_line_fails(void **state)
{
	struct image image = scene_new();

	(void)state;
	for (unsigned x = 0; x < WIDTH; x++)
		*at(&image, x, 133) = 0;
	assert_fails(&image, "dead line: line 133 holds nothing but zero");
}

static void stuck_column_fails(void **state)
{
	struct image image = scene_new();

	(void)state;
	for (unsigned y = 0; y < HEIGHT; y++)
		*at(&image, 300, y) = 1023;
	assert_fails(&image, "hot column: column 300 holds nothing but 1023");
}

static void frame_cut_short_fails(void **state)
{
	struct image image = scene_new();

	(void)state;
	memset(at(&image, 0, HEIGHT - 100), 0, WIDTH * 100 * sizeof(uint16_t));
	assert_fails(&image, "dead lines: 100 hold nothing but zero, the first is line 380");
	image = scene_new();
	memset(at(&image, 0, HEIGHT - 3), 0, WIDTH * 3 * sizeof(uint16_t));
	assert_fails(&image, "dead lines: 3 hold nothing but zero, the first is line 477");
}

static void tiny_images_are_measured_within_bounds(void **state)
{
	(void)state;
	for (unsigned width = 1; width < 7; width++)
		for (unsigned height = 1; height < 7; height++) {
			struct image image = {.width = width, .height = height};
			struct image_statistics statistics;
			struct diag diag = {0};
			struct plan plan;

			image.samples = calloc((size_t)width * height, sizeof(uint16_t));
			assert_int_equal(image_measure(&image, &statistics), FL_OK);
			plan_defaults(&plan);
			assert_int_equal(judge_statistics(&image, &statistics, &plan.image, &diag),
					 FL_ERR_MISMATCH);
			free(image.samples);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(planes_are_measured_apart),
		cmocka_unit_test(shading_is_corners_over_centre),
		cmocka_unit_test(isolated_samples_are_counted),
		cmocka_unit_test(small_highlight_is_not_hot),
		cmocka_unit_test(real_scene_passes),
		cmocka_unit_test(drawn_scene_passes),
		cmocka_unit_test(covered_lens_fails),
		cmocka_unit_test(zeroes_fail),
		cmocka_unit_test(all_white_fails),
		cmocka_unit_test(grey_wall_passes_unless_a_chart_is_wanted),
		cmocka_unit_test(dark_frame_gives_the_black_level),
		cmocka_unit_test(lost_pedestal_fails),
		cmocka_unit_test(many_stuck_samples_fail),
		cmocka_unit_test(many_dead_samples_fail),
		cmocka_unit_test(dead_line_fails),
		cmocka_unit_test(stuck_column_fails),
		cmocka_unit_test(frame_cut_short_fails),
		cmocka_unit_test(tiny_images_are_measured_within_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
