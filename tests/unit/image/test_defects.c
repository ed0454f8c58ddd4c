/* test_defects.c: hot and dead samples, alone and in groups, at every limit and border. */
#include "tests/unit/image/canvas.h"

#define WIDE  192u /* groups of up to eight samples */
#define HIGH  48u
#define LEVEL 400

static void measure(void)
{
	for (unsigned plane = 0; plane < 4; plane++)
		found.plane[plane].minimum = 500;
	defects_measure(&image, &found);
}

/* ---- single samples --------------------------------------------------------------------------- */

static void one(unsigned x, unsigned y, int codes)
{
	canvas_new(32, 24, LEVEL);
	*at(x, y) = (uint16_t)(LEVEL + codes);
}

static void assert_single(unsigned hot, unsigned dead)
{
	found = (struct image_statistics){.hot = 0};
	measure();
	assert_int_equal(found.hot, hot);
	assert_int_equal(found.dead, dead);
}

static void a_defect_is_far_from_its_surroundings(void **state)
{
	(void)state;
	one(10, 10, 160);
	assert_single(0, 0);
	one(10, 10, 161);
	assert_single(1, 0);
	one(10, 10, -160);
	assert_single(0, 0);
	one(10, 10, -161);
	assert_single(0, 1);
	canvas_new(32, 24, 0);
	*at(10, 10) = 161;
	assert_single(1, 0);
	one(10, 10, -161);
	*at(20, 10) = LEVEL + 300;
	*at(20, 16) = 0;
	assert_single(1, 2);
}

static void all_eight_neighbours_of_its_colour_count(void **state)
{
	(void)state;
	for (int sign = -1; sign <= 1; sign += 2)
		for (unsigned y = 7; y <= 13; y++)
			for (unsigned x = 7; x <= 13; x++) {
				bool same = x % 2 == 0 && y % 2 == 0 && !(x == 10 && y == 10);

				one(10, 10, sign * 200);
				*at(x, y) = (uint16_t)(*at(x, y) + sign * 40);
				if (same)
					assert_single(0, 0);
				else
					assert_single(sign > 0, sign < 0);
			}
}

static void samples_at_the_border_are_left_out(void **state)
{
	(void)state;
	for (unsigned x = 0; x < 32; x++) {
		one(x, 10, 300);
		assert_single(x >= 3 && x < 29, 0);
	}
	for (unsigned y = 0; y < 24; y++) {
		one(10, y, -300);
		assert_single(0, y >= 3 && y < 21);
	}
}

/* More than a quarter of its own height, in any of the four beside it. */
static void light_shows_in_a_sample_beside(void **state)
{
	static const int beside[4][2] = {{9, 10}, {11, 10}, {10, 9}, {10, 11}};

	(void)state;
	for (int sign = -1; sign <= 1; sign += 2)
		for (unsigned i = 0; i < 4; i++) {
			unsigned x = (unsigned)beside[i][0], y = (unsigned)beside[i][1];
			unsigned across = i < 2 ? WIDE : 1;

			canvas_new(WIDE, 24, LEVEL);
			*at(10, 10) = (uint16_t)(LEVEL + sign * 200);
			*at(x, y) = (uint16_t)(LEVEL + sign * 50);
			assert_single(sign > 0, sign < 0);
			*at(x, y) = (uint16_t)(LEVEL + sign * 51);
			assert_single(0, 0);
			/* A neighbourhood that is as bright is none of its light. */
			at(x, y)[2 * across] = (uint16_t)(LEVEL + sign * 4);
			assert_single(sign > 0, sign < 0);
			at(x, y)[2 * across] = LEVEL;
			at(x, y)[-2 * (int)across] = (uint16_t)(LEVEL + sign * 4);
			assert_single(sign > 0, sign < 0);
			*at(x, y) = (uint16_t)(LEVEL - sign * 100);
			assert_single(sign > 0, sign < 0);
		}
}

/* ---- groups ----------------------------------------------------------------------------------- */

static void start(unsigned level)
{
	canvas_new(WIDE, HIGH, level);
}

/* Groups at full scale, when so many samples of the picture are. */
static void assert_groups_of(unsigned full, unsigned count)
{
	found = (struct image_statistics){.clipped = (double)full / (image.width * image.height)};
	measure();
	if (found.clusters != count)
		fail_msg("%u groups, want %u", found.clusters, count);
}

static void assert_groups(unsigned count)
{
	assert_groups_of(1, count);
}

static void assert_first(unsigned x, unsigned y, unsigned samples, bool is_dark)
{
	assert_int_equal(found.cluster.x, x);
	assert_int_equal(found.cluster.y, y);
	assert_int_equal(found.cluster.samples, samples);
	assert_int_equal(found.cluster.is_dark, is_dark);
}

static void a_group_is_four_samples_at_full_scale(void **state)
{
	(void)state;
	start(100);
	box(20, 10, 2, 2, 1020);
	assert_groups(1);
	assert_first(20, 10, 4, false);
	box(40, 11, 3, 2, 1023);
	assert_groups(2);
	assert_first(20, 10, 4, false);
	box(60, 11, 2, 2, 1023);
	*at(60, 11) = 1019;
	assert_groups(2);
	/* Without any clipped sample nobody looks. */
	assert_groups_of(0, 0);
}

/* Groups at full scale are half of all that is there. */
static void among_highlights_no_group_is_told(void **state)
{
	(void)state;
	start(100);
	box(20, 10, 2, 2, 1023);
	box(40, 10, 2, 2, 1023);
	assert_groups_of(16, 2);
	assert_groups_of(17, 0);
	/* What is no group does not count. */
	start(100);
	box(20, 10, 2, 2, 1023);
	box(40, 10, 3, 1, 1023);
	assert_groups_of(8, 1);
	assert_groups_of(9, 0);
}

static void a_group_is_at_most_so_wide_and_high(void **state)
{
	(void)state;
	for (unsigned size = 7; size <= 9; size++) {
		start(100);
		box(20, 10, size, 2, 1023);
		assert_groups(size < 9);
		start(100);
		box(20, 10, 2, size, 1023);
		assert_groups(size < 9);
		/* It grows on the way down, to both sides. */
		start(100);
		box(24, 10, 2, 2, 1023);
		box(20, 12, size, 3, 1023);
		assert_groups(size < 9);
		if (size < 9)
			assert_first(20, 10, 4 + 3 * size, false);
		start(100);
		box(26, 10, 2, 2, 1023);
		box(28 - size, 12, size, 3, 1023);
		assert_groups(size < 9);
		if (size < 9)
			assert_first(28 - size, 10, 4 + 3 * size, false);
	}
}

static void a_group_touches_by_its_corners(void **state)
{
	(void)state;
	for (unsigned x = 17; x <= 24; x++) {
		bool touches = x >= 18 && x <= 23;

		start(100);
		box(19, 10, 4, 2, 1023);
		*at(x, 12) = 1023;
		assert_groups(1);
		assert_first(touches && x < 19 ? x : 19, 10, touches ? 9 : 8, false);
		/* What touches from above has been looked at, and grew down. */
		start(100);
		*at(x, 9) = 1023;
		box(19, 10, 4, 2, 1023);
		assert_groups(1);
		assert_first(touches && x < 19 ? x : 19, touches ? 9 : 10, touches ? 9 : 8, false);
	}
}

/* Three of five samples of its box. */
static void a_group_is_dense(void **state)
{
	(void)state;
	start(100);
	box(20, 10, 5, 1, 1023);
	*at(24, 11) = 1023;
	assert_groups(1);
	assert_first(20, 10, 6, false);
	start(100);
	box(20, 10, 4, 1, 1023);
	*at(24, 11) = 1023;
	assert_groups(0);
	start(100);
	box(20, 10, 3, 1, 1023); /* 3 + 1 + 2 of 15 */
	box(22, 11, 1, 3, 1023);
	*at(24, 14) = 0;
	assert_groups(0);
}

static void groups_at_the_border_are_left_out(void **state)
{
	(void)state;
	for (unsigned x = 1; x <= 5; x++) {
		start(100);
		box(x, 10, 2, 2, 1023);
		assert_groups(x >= 4);
		start(100);
		box(WIDE - 2 - x, 10, 2, 2, 1023);
		assert_groups(x >= 3);
		/* Where a later line goes that far as well. */
		start(100);
		box(x + 2, 10, 2, 2, 1023);
		box(x, 12, 4, 2, 1023);
		assert_groups(x >= 3);
		start(100);
		box(WIDE - 4 - x, 10, 2, 2, 1023);
		box(WIDE - 4 - x, 12, 4, 2, 1023);
		assert_groups(x >= 3);
	}
	for (unsigned y = 1; y <= 5; y++) {
		start(100);
		box(10, y, 2, 2, 1023);
		assert_groups(y >= 3);
		start(100);
		box(10, HIGH - 2 - y, 2, 2, 1023);
		assert_groups(y >= 3);
		start(100);
		box(10, HIGH - 1 - y, 5, 1, 1023);
		assert_groups(y >= 3);
	}
}

static void frame(unsigned out, unsigned level)
{
	box(20, 10 - out, 3, 1, level);
	box(20, 11 + out, 3, 1, level);
	box(20 - out, 10, 1, 2, level);
	box(22 + out, 10, 1, 2, level);
}

/* One sample outside it is as bright as three samples outside, up to a sixteenth of what is left. */
static void a_group_has_no_halo(void **state)
{
	(void)state;
	for (unsigned near = 156; near <= 157; near++) {
		start(0);
		box(20, 10, 3, 2, 1023);
		frame(3, 100);
		frame(1, near);
		assert_groups(near < 157);
	}
	/* In the mean of each side. */
	for (unsigned side = 0; side < 10; side++) {
		static const uint8_t places[10][2] = {{20, 9},  {21, 9},  {22, 9},  {20, 12},
						      {21, 12}, {22, 12}, {19, 10}, {19, 11},
						      {23, 10}, {23, 11}};

		start(100);
		box(20, 10, 3, 2, 1023);
		*at(places[side][0], places[side][1]) = 669;
		assert_groups(1);
		*at(places[side][0], places[side][1]) = 670;
		assert_groups(0);
	}
	for (unsigned level = 766; level <= 767; level++) {
		start(level);
		box(20, 10, 3, 2, 1023);
		assert_groups(level < 767);
	}
}

/* ---- dark groups ------------------------------------------------------------------------------ */

static void assert_dark(unsigned black, unsigned minimum, unsigned plane, unsigned count)
{
	image.black_level = (uint16_t)black;
	found = (struct image_statistics){.hot = 0};
	for (unsigned i = 0; i < 4; i++)
		found.plane[i].minimum = 500;
	found.plane[plane].minimum = (uint16_t)minimum;
	defects_measure(&image, &found);
	assert_int_equal(found.clusters, count);
}

static void a_dark_group_is_nine_samples_far_below_black(void **state)
{
	(void)state;
	start(100);
	box(20, 10, 3, 3, 16);
	for (unsigned plane = 0; plane < 4; plane++)
		assert_dark(64, 16, plane, 1);
	assert_first(20, 10, 9, true);
	assert_dark(64, 17, 0, 0);
	*at(21, 11) = 17;
	assert_dark(64, 16, 0, 0);
	box(20, 10, 3, 3, 4);
	assert_dark(16, 4, 0, 1);
	assert_dark(15, 3, 0, 0);
	box(20, 10, 3, 3, 3);
	assert_dark(15, 3, 0, 0);
	/* At the border it is none. */
	for (unsigned x = 2; x <= 3; x++) {
		start(100);
		box(5, 10, 3, 3, 0);
		box(x, 13, 5, 3, 0);
		assert_dark(64, 0, 0, x == 3);
		start(100);
		box(WIDE - 8, 10, 3, 3, 0);
		box(WIDE - 5 - x, 13, 5, 3, 0);
		assert_dark(64, 0, 0, x == 3);
	}
	/* No halo is asked of them: far below black is no light. */
	start(1000);
	box(20, 10, 3, 3, 0);
	assert_dark(64, 0, 0, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_defect_is_far_from_its_surroundings),
		cmocka_unit_test(all_eight_neighbours_of_its_colour_count),
		cmocka_unit_test(samples_at_the_border_are_left_out),
		cmocka_unit_test(light_shows_in_a_sample_beside),
		cmocka_unit_test(a_group_is_four_samples_at_full_scale),
		cmocka_unit_test(among_highlights_no_group_is_told),
		cmocka_unit_test(a_group_is_at_most_so_wide_and_high),
		cmocka_unit_test(a_group_touches_by_its_corners),
		cmocka_unit_test(a_group_is_dense),
		cmocka_unit_test(groups_at_the_border_are_left_out),
		cmocka_unit_test(a_group_has_no_halo),
		cmocka_unit_test(a_dark_group_is_nine_samples_far_below_black),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
