/* test_balance.c: gains, brightness and black level of small pictures, to the number. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "image/balance.h"

static uint16_t samples[700 * 40];
static struct image image;
static struct balance balance;

/* A picture of these four planes; behind it all is bright. */
static void paint(unsigned width, unsigned height, const unsigned planes[4])
{
	image = (struct image){
		.width = width, .height = height, .bayer = BAYER_GRBG, .samples = samples};
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
		samples[i] = 999;
	for (unsigned y = 0; y < height; y++)
		for (unsigned x = 0; x < width; x++)
			samples[y * width + x] = (uint16_t)planes[y % 2 * 2 + x % 2];
}

static void grey(unsigned width, unsigned height, unsigned level)
{
	const unsigned planes[4] = {level, level, level, level};

	paint(width, height, planes);
}

static void set(unsigned x, unsigned y, unsigned value)
{
	samples[y * image.width + x] = (uint16_t)value;
}

static void set_block(unsigned x, unsigned y, unsigned value)
{
	set(x, y, value);
	set(x + 1, y, value);
	set(x, y + 1, value);
	set(x + 1, y + 1, value);
}

static void assert_gains(double red, double green, double blue)
{
	balance_measure(&image, &balance);
	assert_true(balance.gain[RED] == red);
	assert_true(balance.gain[GREEN] == green);
	assert_true(balance.gain[BLUE] == blue);
}

/* What it is when the brightest hundredth reaches `level`. */
static void assert_brightness(unsigned level, unsigned black)
{
	double top = (level / 16 + 1) * 16;

	balance_measure(&image, &balance);
	assert_true(balance.brightness == 0.9 * (1023 - black) / (top - black));
}

/* ---- gains ---------------------------------------------------------------------------------- */

static void components_are_worth_the_same(void **state)
{
	static const unsigned planes[4] = {190, 100, 50, 210};

	(void)state;
	paint(8, 4, planes); /* green 200 */
	assert_gains(2, 1, 4);
	image.black_level = 40; /* 160, 60, 10 */
	assert_gains(320.0 / 120, 1, 4);
	image.black_level = 60; /* no blue at all is left: not less than none */
	assert_gains(280.0 / 80, 1, 4);
	image.black_level = 0;
	image.bayer = BAYER_BGGR; /* blue 190, red 210, green 75 */
	assert_gains(1, 420.0 / 150, 420.0 / 380);
	image.bayer = BAYER_RGGB;
	assert_gains(420.0 / 380, 420.0 / 150, 1);
	image.bayer = BAYER_MONO;
	assert_gains(1, 1, 1);
	grey(8, 4, 0);
	assert_gains(1, 1, 1);
	grey(1, 1, 100); /* no whole block */
	assert_gains(1, 1, 1);
	assert_true(balance.brightness == 4);
}

static void the_least_light_has_a_colour(void **state)
{
	static const unsigned planes[4] = {1, 0, 0, 0};

	(void)state;
	paint(2, 2, planes);
	assert_gains(4, 1, 4);
}

static void clipped_blocks_have_no_colour(void **state)
{
	static const unsigned planes[4] = {200, 100, 100, 200};

	(void)state;
	paint(8, 4, planes);
	for (unsigned i = 0; i < 4; i++) {
		set(6 + i % 2, 2 + i / 2, 1000);
		assert_gains(2, 1, 2);
		set(6 + i % 2, 2 + i / 2, planes[i]);
	}
	set(7, 2, 999); /* of eight blocks: red 2 * (700 + 999), green 3200 */
	assert_gains(1, 3398.0 / 3200, 3398.0 / 1600);
}

/* A line or column that is left over belongs to no block. */
static void odd_edges_are_left_out(void **state)
{
	static const unsigned planes[4] = {200, 100, 100, 200};

	(void)state;
	paint(9, 5, planes);
	for (unsigned y = 0; y < 5; y++)
		set(8, y, 900);
	for (unsigned x = 0; x < 9; x++)
		set(x, 4, 900);
	assert_gains(2, 1, 2);
	set(7, 3, 201);
	assert_gains(3201.0 / 1600, 1, 3201.0 / 1600);
}

/* Blocks in every second column and line of them, and so on, as the picture gets wider. */
static void wide_pictures_are_looked_at_here_and_there(void **state)
{
	static const unsigned widths[][2] = {{318, 2}, {320, 4}, {638, 4}, {640, 6}};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		unsigned width = widths[i][0], step = widths[i][1];

		/* Bright ones between are not seen; two at the ends of the first line are. */
		grey(width, 2 * step, 800);
		for (unsigned y = 0; y < 2 * step; y += step)
			for (unsigned x = 0; x < width; x += step)
				set_block(x, y, 300);
		assert_brightness(300, 0);
		assert_int_equal(black_measure(&image), 0);
		for (unsigned y = 0; y < 2 * step; y += step)
			for (unsigned x = 0; x < width; x += step)
				set_block(x, y, 100);
		assert_int_equal(black_measure(&image), 100);
		for (unsigned k = 0; k < 6; k++)
			set_block(k * step, step, 800);
		assert_brightness(800, 0);
	}
}

/* ---- brightness ----------------------------------------------------------------------------- */

static void the_brightest_hundredth_is_brought_to_nine_tenths(void **state)
{
	(void)state;
	grey(200, 4, 400); /* 200 blocks: more than two */
	set(0, 0, 800);
	set(199, 3, 800);
	assert_brightness(400, 0);
	set(101, 2, 815);
	assert_brightness(800, 0);
	set(101, 2, 799);
	assert_brightness(799, 0);
	image.black_level = 100;
	assert_brightness(799, 100);
	grey(46, 26, 400); /* 299 blocks: two whole hundredths */
	for (unsigned i = 0; i < 3; i++)
		set(2 * i, 25, 800);
	assert_brightness(800, 0);
	/* Not darker, and four times at most. */
	grey(200, 4, 1023);
	assert_gains(1, 1, 1);
	assert_true(balance.brightness == 1);
	grey(200, 4, 1500);
	assert_gains(1, 1, 1);
	assert_true(balance.brightness == 1);
	grey(200, 4, 100);
	assert_gains(1, 1, 1);
	assert_true(balance.brightness == 4);
	image.black_level = 200;
	assert_gains(1, 1, 1);
	assert_true(balance.brightness == 4);
}

/* ---- black ---------------------------------------------------------------------------------- */

static void black_is_the_darkest_thousandth(void **state)
{
	(void)state;
	grey(200, 20, 60); /* 4000 samples: more than four */
	set(0, 1, 10);
	set(199, 0, 10);
	set(0, 19, 10);
	set(199, 19, 10);
	assert_int_equal(black_measure(&image), 60);
	set(100, 10, 20);
	assert_int_equal(black_measure(&image), 20);
	set(100, 10, 10);
	assert_int_equal(black_measure(&image), 10);
	set(0, 1, 0);
	assert_int_equal(black_measure(&image), 10);
	image.black_level = 1;
	assert_int_equal(black_measure(&image), 1);
	grey(200, 20, 0);
	assert_int_equal(black_measure(&image), 0);
}

static void black_is_in_the_lowest_eighth(void **state)
{
	(void)state;
	grey(200, 20, 127);
	assert_int_equal(black_measure(&image), 127);
	grey(200, 20, 128);
	assert_int_equal(black_measure(&image), 0);
	/* What is left over belongs to no block. */
	grey(201, 21, 100);
	for (unsigned y = 0; y < 21; y++)
		set(200, y, 10);
	for (unsigned x = 0; x < 201; x++)
		set(x, 20, 10);
	assert_int_equal(black_measure(&image), 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(components_are_worth_the_same),
		cmocka_unit_test(the_least_light_has_a_colour),
		cmocka_unit_test(clipped_blocks_have_no_colour),
		cmocka_unit_test(odd_edges_are_left_out),
		cmocka_unit_test(wide_pictures_are_looked_at_here_and_there),
		cmocka_unit_test(the_brightest_hundredth_is_brought_to_nine_tenths),
		cmocka_unit_test(black_is_the_darkest_thousandth),
		cmocka_unit_test(black_is_in_the_lowest_eighth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
