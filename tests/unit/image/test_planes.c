/* test_planes.c: figures of the four planes to the number, and what image_measure makes of all parts. */
#include <math.h>

#include "tests/unit/image/canvas.h"

static void measure(void)
{
	assert_int_equal(image_measure(&image, &found), FL_OK);
}

/* A thousand samples of each plane, one of each level. */
static void each_plane_has_exact_figures(void **state)
{
	unsigned next[4] = {0, 0, 0, 0};

	(void)state;
	canvas_new(80, 50, 0);
	for (unsigned y = 0; y < 50; y++)
		for (unsigned x = 0; x < 80; x++)
			*at(x, y) = (uint16_t)(next[plane_at(x, y)]++ + 6 * plane_at(x, y));
	measure();
	for (unsigned plane = 0; plane < 4; plane++) {
		const struct plane_statistics *one = &found.plane[plane];

		assert_true(one->mean == 499.5 + 6 * plane);
		assert_true(fabs(one->deviation - sqrt((1e6 - 1) / 12)) < 1e-6);
		assert_int_equal(one->minimum, 6 * plane);
		assert_int_equal(one->maximum, 999 + 6 * plane);
		assert_int_equal(one->floor, 1 + 6 * plane);
		assert_int_equal(one->p1, 10 + 6 * plane);
		assert_int_equal(one->p99, 989 + 6 * plane);
	}
}

/* Of an odd width the last column is even. */
static void an_odd_width_is_measured_to_its_last_column(void **state)
{
	(void)state;
	canvas_new(3, 2, 100);
	*at(2, 0) = 200;
	*at(1, 0) = 300;
	*at(2, 1) = 400;
	*at(1, 1) = 500;
	measure();
	assert_true(found.plane[0].mean == 150 && found.plane[0].deviation == 50);
	assert_true(found.plane[1].mean == 300 && found.plane[1].deviation == 0);
	assert_true(found.plane[2].mean == 250 && found.plane[2].deviation == 150);
	assert_true(found.plane[3].mean == 500);
}

static void three_codes_below_the_end_are_full_scale(void **state)
{
	(void)state;
	for (unsigned plane = 0; plane < 4; plane++) {
		canvas_new(8, 8, 1019);
		*at(plane & 1, plane >> 1) = 1020;
		*at(4 + (plane & 1), plane >> 1) = 1023;
		measure();
		assert_true(found.clipped == 2.0 / 64);
	}
}

/* Eight codes and three times the noise. */
static void a_picture_without_light_is_dark(void **state)
{
	(void)state;
	for (unsigned level = 72; level <= 73; level++) {
		canvas_new(16, 16, level);
		image.black_level = 64;
		measure();
		assert_int_equal(found.is_dark, level == 72);
		assert_int_equal(found.black, 64);
		assert_int_equal(found.black_source, BLACK_OF_FILE);
	}
	for (unsigned level = 64 + 38; level <= 64 + 39; level++) {
		canvas_new(192, 240, 64);
		image.black_level = 64;
		for (unsigned y = 0; y < 240; y++)
			for (unsigned x = 0; x < 192; x++)
				*at(x, y) = (uint16_t)(y % 10 >= 2 && y % 10 < 8 ? level
						       : x % 6 == 2              ? 84
										 : 64);
		measure();
		assert_true(fabs(found.noise - 20 / 1.954) < 1e-9);
		assert_int_equal(found.is_dark, level == 64 + 38);
	}
}

static void an_unknown_black_level_is_measured_without_light(void **state)
{
	(void)state;
	canvas_new(16, 16, 40);
	for (unsigned i = 0; i < 16 * 16; i += 2)
		canvas[i] = 41; /* 40.5 in the mean */
	measure();
	assert_true(found.is_dark);
	assert_int_equal(found.black, 41);
	assert_int_equal(found.black_source, BLACK_MEASURED);
	canvas_new(16, 16, 40);
	*at(3, 3) = 400;
	*at(5, 5) = 400;
	measure();
	assert_false(found.is_dark);
	assert_int_equal(found.black_source, BLACK_ESTIMATED);
}

static void every_failing_allocation_is_told(void **state)
{
	unsigned k = 0;
	enum fl_err err;

	(void)state;
	canvas_new(128, 96, 300);
	do {
		host_reset(1);
		host_fail_allocation(++k);
		err = image_measure(&image, &found);
		assert_int_equal(host_leaks(), 0);
		assert_true(err == FL_OK || err == FL_ERR_NOMEM);
	} while (err);
	/* Histogram, pairs, two profiles, blocks, and steps both ways. */
	assert_int_equal(k, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_plane_has_exact_figures),
		cmocka_unit_test(an_odd_width_is_measured_to_its_last_column),
		cmocka_unit_test(three_codes_below_the_end_are_full_scale),
		cmocka_unit_test(a_picture_without_light_is_dark),
		cmocka_unit_test(an_unknown_black_level_is_measured_without_light),
		cmocka_unit_test(every_failing_allocation_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
