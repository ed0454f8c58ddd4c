/* test_measure.c: each figure of a picture, on pictures of which it is known. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "image/image.h"

#define WIDTH  640u
#define HEIGHT 480u
#define BAND   96u /* enough for what is the same everywhere */
#define BLACK  64

static uint16_t samples[WIDTH * HEIGHT];
static struct image image = {.width = WIDTH,
			     .height = HEIGHT,
			     .bayer = BAYER_GRBG,
			     .black_level = BLACK,
			     .samples = samples};
static struct image_statistics found;
static uint32_t seed;

static int noise(int most)
{
	seed = seed * 1664525 + 1013904223;
	return (int)((seed >> 8) % (unsigned)(2 * most + 1)) - most;
}

/* A soft ramp through so many levels, or all, with the noise of a sensor. */
static void ramp_through(unsigned levels)
{
	seed = 1;
	image.height = BAND;
	for (unsigned y = 0; y < BAND; y++)
		for (unsigned x = 0; x < WIDTH; x++) {
			int value = (int)(x * levels / WIDTH + y / 20) - 40 + noise(4);

			samples[y * WIDTH + x] = (uint16_t)(value < 0      ? 0
							    : value > 1023 ? 1023
									   : value);
		}
}

static void ramp(void)
{
	ramp_through(1100);
}

static void measure(void)
{
	assert_int_equal(image_measure(&image, &found), FL_OK);
}

/* ---- the wires of the data word --------------------------------------------------------------- */

static void a_healthy_word_has_all_bits_in_order(void **state)
{
	(void)state;
	ramp();
	measure();
	assert_int_equal(found.stuck_bits, 0);
	assert_int_equal(found.stuck_ones, 0);
	assert_false(found.has_other_order);
}

/* The lowest two show in a picture of fewer levels: a gap must be wider than chance. */
static void each_stuck_bit_is_named_with_its_state(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 10; bit++) {
		for (unsigned is_one = 0; is_one < 2; is_one++) {
			ramp_through(bit < 2 ? 300u << bit : 1100);
			for (unsigned i = 0; i < WIDTH * BAND; i++)
				samples[i] =
					(uint16_t)((samples[i] & ~(1u << bit)) | is_one << bit);
			measure();
			if (found.stuck_bits != 1u << bit || found.stuck_ones != is_one << bit)
				fail_msg("bit %u at %u: %03x, ones %03x", bit, is_one,
					 found.stuck_bits, found.stuck_ones);
			assert_false(found.has_other_order);
		}
	}
}

static unsigned exchanged(unsigned level, unsigned low, unsigned high)
{
	const unsigned a = level >> low & 1, b = level >> high & 1;

	return (level & ~(1u << low | 1u << high)) | a << high | b << low;
}

static void each_pair_of_exchanged_bits_is_named(void **state)
{
	(void)state;
	for (unsigned high = 5; high < 10; high++) {
		for (unsigned low = 0; low < high; low++) {
			ramp();
			for (unsigned i = 0; i < WIDTH * BAND; i++)
				samples[i] = (uint16_t)exchanged(samples[i], low, high);
			measure();
			if (!found.has_other_order || found.order_low != low ||
			    found.order_high != high)
				fail_msg("%u and %u: %d %u %u", low, high, found.has_other_order,
					 found.order_low, found.order_high);
			assert_int_equal(found.stuck_bits, 0);
		}
	}
}

/* The word moved round by so many bits, and turned over: `order_high` is then beyond the word. */
static void a_word_that_is_moved_round_is_named(void **state)
{
	(void)state;
	for (unsigned by = 0; by < 10; by++) {
		ramp();
		for (unsigned i = 0; i < WIDTH * BAND; i++) {
			unsigned out = 0;

			for (unsigned bit = 0; bit < 10; bit++)
				out |= (samples[i] >> bit & 1u) << (by ? (bit + by) % 10 : 9 - bit);
			samples[i] = (uint16_t)out;
		}
		measure();
		assert_true(found.has_other_order);
		assert_int_equal(found.order_high, 10);
		assert_int_equal(found.order_low, by ? 10 - by : 0);
	}
}

/* ---- light and colours -------------------------------------------------------------------------- */

/* Each block of the grid with a level of its own: its mean above black. */
static void light_is_that_of_each_block(void **state)
{
	(void)state;
	image.height = HEIGHT;
	for (unsigned y = 0; y < HEIGHT; y++)
		for (unsigned x = 0; x < WIDTH; x++)
			samples[y * WIDTH + x] =
				(uint16_t)(BLACK + 100 + 5 * (x / 20) + 20 * (y / 20));
	measure();
	for (unsigned y = 0; y < GRID_HEIGHT; y++)
		for (unsigned x = 0; x < GRID_WIDTH; x++)
			assert_true(found.light[y][x] == (float)(100 + 5 * x + 20 * y));
	assert_true(found.dark_area == 0);
	assert_true(found.clipped == 0);
}

static void colours_are_shares_of_green(void **state)
{
	static const int levels[4] = {400, 200, 100, 440}; /* green, red, blue, green */

	(void)state;
	image.height = HEIGHT;
	seed = 3;
	for (unsigned y = 0; y < HEIGHT; y++)
		for (unsigned x = 0; x < WIDTH; x++)
			samples[y * WIDTH + x] =
				(uint16_t)(BLACK + levels[y % 2 * 2 + x % 2] + noise(2));
	measure();
	assert_true(found.red > 0.475 && found.red < 0.478); /* of the greens' mean */
	assert_true(found.blue > 0.237 && found.blue < 0.239);
	assert_true(found.green_balance > 0.094 && found.green_balance < 0.101);
	for (unsigned plane = 0; plane < 4; plane++) {
		assert_true(found.plane[plane].mean > BLACK + levels[plane] - 0.1 &&
			    found.plane[plane].mean < BLACK + levels[plane] + 0.1);
		assert_int_equal(found.plane[plane].minimum, BLACK + levels[plane] - 2);
		assert_int_equal(found.plane[plane].maximum, BLACK + levels[plane] + 2);
	}
}

/* A third without light, an eighth at full scale. */
static void dark_and_clipped_parts_are_shares(void **state)
{
	(void)state;
	image.height = HEIGHT;
	seed = 4;
	for (unsigned y = 0; y < HEIGHT; y++)
		for (unsigned x = 0; x < WIDTH; x++)
			samples[y * WIDTH + x] =
				x >= 560 ? 1023
					 : (uint16_t)((y < 160 ? BLACK : BLACK + 300) + noise(1));
	measure();
	assert_true(found.clipped == 0.125);
	assert_true(found.dark_area > 0.29 && found.dark_area < 0.30); /* 7/8 of 1/3 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_healthy_word_has_all_bits_in_order),
		cmocka_unit_test(each_stuck_bit_is_named_with_its_state),
		cmocka_unit_test(each_pair_of_exchanged_bits_is_named),
		cmocka_unit_test(a_word_that_is_moved_round_is_named),
		cmocka_unit_test(light_is_that_of_each_block),
		cmocka_unit_test(colours_are_shares_of_green),
		cmocka_unit_test(dark_and_clipped_parts_are_shares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
