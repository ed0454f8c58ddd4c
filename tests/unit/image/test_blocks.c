/* test_blocks.c: light, noise, colour and shading of pictures that are known block by block. */
#include <math.h>

#include "tests/unit/image/canvas.h"

/* Blocks of 6 x 10 samples, and a rest at the right and below that belongs to none. */
#define WIDE       225u
#define HIGH       245u
#define BLACK      64
#define BLOCK_WIDE 6u
#define BLOCK_HIGH 10u
#define NOT_LOOKED 900 /* at: lines 2 to 7 of each block */

/* Four planes of a block. */
static void block_planes(unsigned bx, unsigned by, const unsigned levels[4])
{
	for (unsigned y = 0; y < BLOCK_HIGH; y++)
		for (unsigned x = 0; x < BLOCK_WIDE; x++)
			if (y < 2 || y >= 8)
				*at(bx * BLOCK_WIDE + x, by * BLOCK_HIGH + y) =
					(uint16_t)levels[plane_at(x, y)];
}

static void block(unsigned bx, unsigned by, unsigned level)
{
	const unsigned levels[4] = {level, level, level, level};

	block_planes(bx, by, levels);
}

/* All blocks at one level. */
static void start(unsigned level)
{
	canvas_new(WIDE, HIGH, NOT_LOOKED);
	image.black_level = BLACK;
	for (unsigned by = 0; by < GRID_HEIGHT; by++)
		for (unsigned bx = 0; bx < GRID_WIDTH; bx++)
			block(bx, by, level);
}

static void measure(void)
{
	unsigned p99[4];

	for (unsigned plane = 0; plane < 4; plane++)
		p99[plane] = found.plane[plane].p99;
	found = (struct image_statistics){.hot = 0};
	for (unsigned plane = 0; plane < 4; plane++)
		found.plane[plane].p99 = (uint16_t)p99[plane];
	assert_int_equal(blocks_measure(&image, &found), FL_OK);
}

static void assert_near(double value, double want)
{
	if (fabs(value - want) > 1e-9)
		fail_msg("%.12g, want %.12g", value, want);
}

/* ---- light ------------------------------------------------------------------------------------ */

static void light_is_the_mean_of_a_block(void **state)
{
	(void)state;
	start(NOT_LOOKED);
	for (unsigned by = 0; by < GRID_HEIGHT; by++)
		for (unsigned bx = 0; bx < GRID_WIDTH; bx++) {
			const unsigned levels[4] = {100 + bx, 120 + 4 * by, 80, 90};

			block_planes(bx, by, levels);
		}
	measure();
	for (unsigned by = 0; by < GRID_HEIGHT; by++)
		for (unsigned bx = 0; bx < GRID_WIDTH; bx++)
			assert_true(found.light[by][bx] ==
				    (float)((390 + bx + 4.0 * by) / 4 - BLACK));
	/* Each line that is looked at counts alike. */
	for (unsigned y = 0; y < BLOCK_HIGH; y++) {
		start(100);
		box(0, y, BLOCK_WIDE, 1, 140);
		measure();
		assert_true(found.light[0][0] == (y < 2 || y >= 8 ? 46 : 36));
		assert_true(found.light[0][1] == 36);
	}
}

/* Of a block of eight lines the first two. */
static void no_block_reaches_into_the_next(void **state)
{
	(void)state;
	canvas_new(WIDE, 8 * GRID_HEIGHT, 100);
	image.black_level = BLACK;
	for (unsigned by = 0; by < GRID_HEIGHT; by++)
		box(0, 8 * by, WIDE, 2, 100 + by);
	measure();
	for (unsigned by = 0; by < GRID_HEIGHT; by++)
		assert_true(found.light[by][0] == (float)(100 - BLACK + by));
}

/* Below two codes, or a hundredth of the brightest plane's light. */
static void a_block_without_light_is_dark(void **state)
{
	static const unsigned almost[4] = {66, 66, 66, 65}, little[4] = {69, 69, 69, 68};

	(void)state;
	start(66);
	measure();
	assert_near(found.dark_area, 0);
	block_planes(31, 23, almost);
	measure();
	assert_near(found.dark_area, 1.0 / 768);
	start(69);
	found.plane[0].p99 = BLACK + 501; /* 5.01 codes */
	measure();
	assert_near(found.dark_area, 1);
	for (unsigned plane = 0; plane < 4; plane++) {
		start(69);
		found.plane[plane].p99 = BLACK + 500;
		measure();
		assert_near(found.dark_area, 0);
		block_planes(0, 0, little);
		block(1, 0, 65);
		measure();
		assert_near(found.dark_area, 2.0 / 768);
		found.plane[(plane + 1) % 4].p99 = 70;
		measure();
		assert_near(found.dark_area, 2.0 / 768);
	}
}

/* ---- noise ------------------------------------------------------------------------------------ */

/* One in ten blocks is calmer. The samples of a colour that rise and fall by `codes` are those at `x`. */
static void noise_is_that_of_the_calmest_tenth(void **state)
{
	(void)state;
	for (unsigned x = 2; x < 4; x++) {
		start(200);
		for (unsigned i = 0; i < 768; i++) {
			unsigned left = i % 32 * BLOCK_WIDE, top = i / 32 * BLOCK_HIGH;
			unsigned codes = (i * 5 + 7) % 768; /* all different */

			block(i % 32, i / 32, 16);
			box(left + x, top, 1, 2, 16 + codes);
			box(left + x, top + 8, 1, 2, 16 + codes);
		}
		measure();
		assert_near(found.noise, 2 * 76 / (2 * 1.954));
	}
	/* What lies at the ends of a block shows as much as what it differs by from the middle. */
	for (unsigned x = 0; x < BLOCK_WIDE; x++) {
		start(200);
		for (unsigned left = 0; left < GRID_WIDTH * BLOCK_WIDE; left += BLOCK_WIDE)
			for (unsigned y = 0; y < GRID_HEIGHT * BLOCK_HIGH; y++)
				*at(left + x, y) = (uint16_t)(*at(left + x, y) + 20);
		measure();
		assert_near(found.noise, (x == 2 || x == 3 ? 40 : 20) / (2 * 1.954));
	}
}

static void bright_blocks_tell_no_noise(void **state)
{
	(void)state;
	for (unsigned level = 849; level <= 850; level++) {
		start(level);
		box(0, 0, WIDE, HIGH, level);
		for (unsigned y = 0; y < HIGH; y++)
			for (unsigned left = 0; left + 6 < WIDE; left += BLOCK_WIDE) {
				*at(left + 2, y) = (uint16_t)(level + 30);
				*at(left, y) = (uint16_t)(level - 30);
				*at(left + 3, y) = (uint16_t)(level + 30);
				*at(left + 1, y) = (uint16_t)(level - 30);
			}
		measure();
		assert_near(found.noise, level < 850 ? 90 / 1.954 : 0);
	}
	/* Blocks that are too narrow for a difference tell none either. */
	canvas_new(191, 96, 200);
	measure();
	assert_true(found.noise == 0);
}

/* ---- colour ----------------------------------------------------------------------------------- */

/* Levels of red, green (the first and the second) and blue as the mosaic has them. */
static void block_colours(unsigned bx, unsigned red, unsigned green, unsigned other, unsigned blue)
{
	unsigned levels[4];
	bool second = false;

	for (unsigned plane = 0; plane < 4; plane++) {
		enum component component = bayer_component(image.bayer, plane);

		levels[plane] = BLACK + (component == RED    ? red
					 : component == BLUE ? blue
					 : second            ? other
							     : green);
		second |= component == GREEN;
	}
	block_planes(bx, 3, levels);
}

static void colours_are_those_of_the_strongest_quarter(void **state)
{
	(void)state;
	for (unsigned bayer = BAYER_GRBG; bayer <= BAYER_GBRG; bayer++) {
		start(BLACK);
		image.bayer = (enum bayer)bayer;
		measure();
		assert_true(found.red == 1 && found.blue == 1 && found.green_balance == 0);
		block_colours(7, 100, 180, 220, 50);
		measure();
		assert_near(found.red, 0.5);
		assert_near(found.blue, 0.25);
		assert_near(found.green_balance, 0.2);
		block_colours(1, 20, 190, 210, 10);
		block_colours(3, 30, 200, 200, 20);
		block_colours(5, 40, 210, 190, 30);
		measure();
		assert_near(found.red, 0.5); /* the fourth of four */
		assert_near(found.blue, 0.25);
		assert_near(found.green_balance, 0.1); /* the third */
		block_colours(9, 10, 220, 180, 5);
		measure();
		assert_near(found.red, 0.2); /* the fourth of five */
		assert_near(found.blue, 0.15);
		assert_near(found.green_balance, 0); /* the third */
	}
	start(BLACK);
	image.bayer = BAYER_MONO;
	block_planes(8, 8, (const unsigned[4]){BLACK + 180, BLACK + 190, BLACK + 175, BLACK + 220});
	measure();
	assert_true(found.red == 1 && found.blue == 1);
	assert_near(found.green_balance, 0.2);
	/* All four see the same light: the one that is farthest off. */
	block_planes(8, 8, (const unsigned[4]){BLACK + 180, BLACK + 60, BLACK + 180, BLACK + 180});
	measure();
	assert_near(found.green_balance, -1);
	block_planes(8, 8, (const unsigned[4]){BLACK + 60, BLACK + 60, BLACK + 180, BLACK + 60});
	measure();
	assert_near(found.green_balance, 1);
}

/* 24 codes are enough, 850 are too many. */
static void colours_are_told_between_two_levels(void **state)
{
	static const struct {
		unsigned green;
		bool counts;
	} cases[] = {{23, false}, {24, true}, {849, true}, {850, false}};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		start(BLACK);
		block_colours(7, cases[i].green / 2, cases[i].green - 2, cases[i].green + 2, 0);
		measure();
		assert_near(found.red,
			    cases[i].counts ? (double)(cases[i].green / 2) / cases[i].green : 1);
		assert_near(found.blue, cases[i].counts ? 0 : 1);
		assert_near(found.green_balance, cases[i].counts ? 4.0 / cases[i].green : 0);
	}
}

/* ---- shading ---------------------------------------------------------------------------------- */

/* Three blocks with light: one, its neighbour to the right and that below. */
static void three(unsigned x, unsigned y, unsigned one, unsigned right, unsigned below)
{
	start(BLACK);
	block(x, y, BLACK + one);
	block(x + 1, y, BLACK + right);
	block(x, y + 1, BLACK + below);
	measure();
}

/* From the middle of one block to the middle of the next: how much more the square of the distance is. */
static double apart(unsigned at, unsigned blocks)
{
	double from = (2.0 * at + 1) / blocks - 1, to = (2.0 * at + 3) / blocks - 1;

	return to * to - from * from;
}

static double slope(unsigned one, unsigned other, double squares)
{
	return 2 * ((double)other - one) / ((double)other + one) / squares;
}

/* Each way at most twice the other. */
static double corners(double across, double along)
{
	across = across > 0 ? 0 : across;
	along = along > 0 ? 0 : along;
	return exp(fmax(across, 2 * along) + fmax(along, 2 * across));
}

static void assert_shading(unsigned x, unsigned y, unsigned one, unsigned right, unsigned below)
{
	double want = corners(slope(one, right, apart(x, GRID_WIDTH)),
			      slope(one, below, apart(y, GRID_HEIGHT)));

	three(x, y, one, right, below);
	if (fabs(found.shading - want) > 2e-4)
		fail_msg("%u %u: %.6f, want %.6f", x, y, found.shading, want);
}

static void light_falls_off_with_the_square_of_the_distance(void **state)
{
	(void)state;
	assert_shading(30, 22, 400, 392, 388);
	assert_shading(25, 20, 400, 380, 392);
	assert_shading(22, 22, 400, 398, 380); /* more than twice */
	assert_shading(30, 17, 400, 380, 398);
	assert_shading(0, 0, 400, 408, 412);
	assert_shading(3, 2, 400, 412, 408);
	assert_shading(30, 22, 400, 408, 388); /* only one way: no lens */
	assert_shading(30, 22, 400, 392, 412);
	assert_shading(0, 22, 400, 406, 392);
	start(BLACK + 400);
	measure();
	assert_true(found.shading == 1);
}

static void shading_is_told_between_two_levels(void **state)
{
	(void)state;
	three(30, 22, 13, 12, 12);
	assert_true(found.shading < 0.9);
	three(30, 22, 13, 11, 11);
	assert_true(found.shading == 1);
	three(0, 0, 12, 13, 13);
	assert_true(found.shading < 0.9);
	three(0, 0, 11, 13, 13);
	assert_true(found.shading == 1);
	three(30, 22, 850, 840, 840);
	assert_true(found.shading < 0.95);
	three(30, 22, 851, 840, 840);
	assert_true(found.shading == 1);
	three(0, 0, 840, 850, 850);
	assert_true(found.shading < 0.95);
	three(0, 0, 840, 851, 851);
	assert_true(found.shading == 1);
	/* Near the middle the distance grows too little: from the twelfth to the nineteenth column. */
	for (unsigned x = 10; x < 21; x++) {
		three(x, 22, 400, x < 15 ? 410 : 390, 390);
		assert_int_equal(found.shading < 0.99, x <= 11 || x >= 19);
	}
	for (unsigned y = 7; y < 17; y++)
		if (y != 8 && y != 14) { /* just at the limit */
			three(30, y, 400, 390, y < 11 ? 410 : 390);
			assert_int_equal(found.shading < 0.99, y < 8 || y > 14);
		}
}

static void pair(unsigned x, unsigned y, unsigned one, unsigned other)
{
	block(x, y, BLACK + one);
	block(x + 1, y, BLACK + other);
}

/* One pair far outside weighs more than two farther in, and less than three. */
static void shading_is_the_median_by_weight(void **state)
{
	const double far = slope(400, 386, apart(30, GRID_WIDTH));
	const double near = slope(400, 398, apart(22, GRID_WIDTH));
	const double along = slope(400, 386, apart(22, GRID_HEIGHT));

	(void)state;
	start(BLACK);
	block(5, 22, BLACK + 400);
	block(5, 23, BLACK + 386);
	pair(30, 5, 400, 386);
	pair(22, 7, 400, 398);
	pair(22, 9, 400, 398);
	measure();
	assert_true(fabs(found.shading - corners(far, along)) < 2e-4);
	pair(22, 11, 400, 398);
	measure();
	assert_true(fabs(found.shading - corners(near, along)) < 2e-4);
}

/* ---- borders ---------------------------------------------------------------------------------- */

static void a_small_picture_is_no_scene(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		canvas_new(i == 1 ? 127 : 128, i == 2 ? 95 : 96, 300);
		image.black_level = BLACK;
		measure();
		assert_true(found.light[0][0] == (i ? 0 : 236));
		assert_true(found.red == 1 && found.blue == 1 && found.shading == 1);
	}
}

static void a_failing_allocation_is_told(void **state)
{
	(void)state;
	start(200);
	host_reset(1);
	host_fail_allocation(1);
	assert_int_equal(blocks_measure(&image, &found), FL_ERR_NOMEM);
	assert_int_equal(blocks_measure(&image, &found), FL_OK);
	assert_int_equal(host_leaks(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(light_is_the_mean_of_a_block),
		cmocka_unit_test(no_block_reaches_into_the_next),
		cmocka_unit_test(a_block_without_light_is_dark),
		cmocka_unit_test(noise_is_that_of_the_calmest_tenth),
		cmocka_unit_test(bright_blocks_tell_no_noise),
		cmocka_unit_test(colours_are_those_of_the_strongest_quarter),
		cmocka_unit_test(colours_are_told_between_two_levels),
		cmocka_unit_test(light_falls_off_with_the_square_of_the_distance),
		cmocka_unit_test(shading_is_told_between_two_levels),
		cmocka_unit_test(shading_is_the_median_by_weight),
		cmocka_unit_test(a_small_picture_is_no_scene),
		cmocka_unit_test(a_failing_allocation_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
