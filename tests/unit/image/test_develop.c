/* test_develop.c: would a person recognise what the camera saw? */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "image/balance.h"
#include "image/image.h"

#define BLACK 64

/* Light in thousandths of full scale at a place, one for each component. */
typedef void scene_fn(unsigned x, unsigned y, unsigned light[3]);

static const char *const mosaics[] = {"GRBG", "RGGB", "BGGR", "GBRG"};

static struct image photograph(unsigned width, unsigned height, enum bayer bayer, scene_fn *scene,
			       const unsigned gain[3])
{
	struct image image = {
		.width = width,
		.height = height,
		.bayer = bayer,
		.black_level = BLACK,
		.samples = calloc((size_t)width * height, sizeof(uint16_t)),
	};

	assert_non_null(image.samples);
	for (unsigned y = 0; y < height; y++)
		for (unsigned x = 0; x < width; x++) {
			char name = bayer == BAYER_MONO ? 'G' : mosaics[bayer][y % 2 * 2 + x % 2];
			unsigned i = name == 'R' ? 0 : name == 'G' ? 1 : 2, light[3], value;

			scene(x, y, light);
			value = BLACK + light[i] * (1023 - BLACK) / 1000 * gain[i] / 100;
			image.samples[(size_t)y * width + x] =
				(uint16_t)(value > 1023 ? 1023 : value);
		}
	return image;
}

static int red(uint32_t pixel)
{
	return pixel >> 16;
}
static int green(uint32_t pixel)
{
	return pixel >> 8 & 0xff;
}
static int blue(uint32_t pixel)
{
	return pixel & 0xff;
}

static void assert_pixel(const struct picture *picture, unsigned x, unsigned y, int r, int g, int b,
			 int tolerance)
{
	uint32_t pixel = picture->pixels[y * picture->width + x];

	if (abs(red(pixel) - r) > tolerance || abs(green(pixel) - g) > tolerance ||
	    abs(blue(pixel) - b) > tolerance)
		fail_msg("pixel %u,%u is %06x, want %02x%02x%02x +-%d", x, y, pixel, r, g, b,
			 tolerance);
}

static const unsigned even_gain[3] = {100, 100, 100};

/* Four quarters: red, green / blue, grey 18 %, and a white corner. */
static void quarters(unsigned x, unsigned y, unsigned light[3])
{
	unsigned quarter = (y >= 48) * 2u + (x >= 64);

	for (unsigned i = 0; i < 3; i++)
		light[i] = quarter == 3 ? 180 : quarter == i ? 800 : 0;
	if (x >= 112 && y >= 80)
		light[0] = light[1] = light[2] = 1000;
}

static void colours_and_places_are_right_in_every_order(void **state)
{
	(void)state;
	for (unsigned bayer = BAYER_GRBG; bayer <= BAYER_GBRG; bayer++) {
		struct image image = photograph(128, 96, (enum bayer)bayer, quarters, even_gain);
		struct picture picture;

		assert_int_equal(picture_develop(&image, 1000, 1000, &picture), FL_OK);
		assert_int_equal(picture.width, 64);
		assert_int_equal(picture.height, 48);
		assert_pixel(&picture, 10, 10, 231, 0, 0, 2); /* sRGB of 0.8 */
		assert_pixel(&picture, 40, 10, 0, 231, 0, 2);
		assert_pixel(&picture, 10, 30, 0, 0, 231, 2);
		assert_pixel(&picture, 40, 30, 118, 118, 118, 2); /* sRGB of 0.18 */
		assert_pixel(&picture, 63, 47, 255, 255, 255, 0);
		picture_free(&picture);
		assert_null(picture.pixels);
		/* Reduced: each pixel is what lies in its own square, and nothing beside it. */
		for (unsigned most = 32; most >= 8; most /= 2) {
			assert_int_equal(picture_develop(&image, most, most, &picture), FL_OK);
			assert_int_equal(picture.width, most);
			assert_int_equal(picture.height, most * 3 / 4);
			assert_pixel(&picture, most / 4, most / 4 - 1, 231, 0, 0, 2);
			assert_pixel(&picture, most / 2 - 1, 0, 231, 0, 0, 2);
			assert_pixel(&picture, most / 2, 0, 0, 231, 0, 2);
			assert_pixel(&picture, 0, most * 3 / 8 - 1, 231, 0, 0, 2);
			assert_pixel(&picture, 0, most * 3 / 8, 0, 0, 231, 2);
			assert_pixel(&picture, most / 2, most * 3 / 8, 118, 118, 118, 2);
			picture_free(&picture);
		}
		free(image.samples);
	}
}

static void grey_steps(unsigned x, unsigned y, unsigned light[3])
{
	(void)y;
	light[0] = light[1] = light[2] = x < 32 ? 40 : x < 64 ? 150 : x < 96 ? 400 : 600;
}

/* A green cast, as every raw sensor has: grey comes out grey, and clipped white stays white. */
static void colour_cast_is_balanced(void **state)
{
	static const unsigned cast[3] = {55, 120, 70};
	struct image image = photograph(128, 96, BAYER_GRBG, grey_steps, cast);
	struct picture picture;

	(void)state;
	for (unsigned y = 0; y < 8; y++)
		for (unsigned x = 0; x < 8; x++)
			image.samples[y * 128 + x] = 1023;
	assert_int_equal(picture_develop(&image, 64, 48, &picture), FL_OK);
	for (unsigned x = 5; x < 64; x += 4) {
		uint32_t pixel = picture.pixels[20 * 64 + x];

		assert_in_range(red(pixel), green(pixel) - 3, green(pixel) + 3);
		assert_in_range(blue(pixel), green(pixel) - 3, green(pixel) + 3);
	}
	assert_true(green(picture.pixels[20 * 64 + 5]) + 40 < green(picture.pixels[20 * 64 + 20]));
	assert_pixel(&picture, 1, 1, 255, 255, 255, 0);
	picture_free(&picture);
	free(image.samples);
}

static void dim_steps(unsigned x, unsigned y, unsigned light[3])
{
	(void)y;
	light[0] = light[1] = light[2] = x < 64 ? 20 : 150;
}

static void black_only(unsigned x, unsigned y, unsigned light[3])
{
	(void)x;
	(void)y;
	light[0] = light[1] = light[2] = 0;
}

static void dim_scene_is_brightened_and_black_is_not(void **state)
{
	struct image image = photograph(128, 96, BAYER_GRBG, dim_steps, even_gain);
	struct picture picture;

	(void)state;
	assert_int_equal(picture_develop(&image, 64, 48, &picture), FL_OK);
	assert_pixel(&picture, 50, 20, 203, 203, 203, 4); /* 0.15 four times: 0.6 */
	picture_free(&picture);
	free(image.samples);
	image = photograph(128, 96, BAYER_GRBG, black_only, even_gain);
	assert_int_equal(picture_develop(&image, 64, 48, &picture), FL_OK);
	assert_pixel(&picture, 50, 20, 0, 0, 0, 0);
	picture_free(&picture);
	free(image.samples);
}

/* A sensor file need not know the black level: the picture is as dark where the scene is. */
static void unknown_black_level_is_measured(void **state)
{
	struct image image = photograph(128, 96, BAYER_GRBG, quarters, even_gain);
	struct picture picture;

	(void)state;
	image.black_level = 0;
	assert_int_equal(picture_develop(&image, 1000, 1000, &picture), FL_OK);
	assert_pixel(&picture, 10, 10, 231, 0, 0, 2);
	assert_pixel(&picture, 40, 30, 118, 118, 118, 2);
	picture_free(&picture);
	free(image.samples);
}

static void mono_is_grey(void **state)
{
	struct image image = photograph(128, 96, BAYER_MONO, quarters, even_gain);
	struct picture picture;

	(void)state;
	assert_int_equal(picture_develop(&image, 64, 48, &picture), FL_OK);
	assert_pixel(&picture, 40, 10, 231, 231, 231, 2);
	assert_pixel(&picture, 40, 30, 118, 118, 118, 2);
	picture_free(&picture);
	free(image.samples);
}

/* The reduced picture fits, keeps its shape, and means what it covers. */
static void picture_fits_what_it_must(void **state)
{
	static const struct {
		unsigned width, height, max_width, max_height, want_width, want_height;
	} sizes[] = {
		{2592, 1944, 1056, 784, 648, 486}, {4224, 3136, 1056, 784, 1056, 784},
		{640, 480, 320, 240, 320, 240},    {640, 480, 320, 239, 160, 120},
		{1056, 784, 800, 600, 528, 392},   {2, 2, 1, 1, 1, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct image image = photograph(sizes[i].width, sizes[i].height, BAYER_GRBG,
						quarters, even_gain);
		struct picture picture;

		assert_int_equal(
			picture_develop(&image, sizes[i].max_width, sizes[i].max_height, &picture),
			FL_OK);
		assert_int_equal(picture.width, sizes[i].want_width);
		assert_int_equal(picture.height, sizes[i].want_height);
		picture_free(&picture);
		free(image.samples);
	}
}

static void stripes(unsigned x, unsigned y, unsigned light[3])
{
	(void)y;
	light[0] = light[1] = light[2] = x / 2 % 2 ? 700 : 100;
}

static void reduction_is_the_mean(void **state)
{
	struct image image = photograph(128, 96, BAYER_RGGB, stripes, even_gain);
	struct picture picture;

	(void)state;
	assert_int_equal(picture_develop(&image, 32, 24, &picture), FL_OK);
	/* 0.4 in the mean, brightened by 0.9/0.7 (the histogram's bins allow a few per cent). */
	assert_pixel(&picture, 7, 7, 189, 189, 189, 4);
	picture_free(&picture);
	free(image.samples);
}

/* Each quarter of the picture has a light of its own. */
static void corners(unsigned x, unsigned y, unsigned light[3])
{
	light[0] = light[1] = light[2] = (x < 64 ? 100 : 300) + (y < 48 ? 0 : 400);
}

/* The sensor's upper right corner is the upper left one after 90 degrees counter-clockwise. */
static void picture_is_turned_upright(void **state)
{
	/* Which of upper left, upper right, lower left, lower right of the sensor stands there. */
	static const uint8_t want[4][4] = {{0, 1, 2, 3}, {1, 3, 0, 2}, {3, 2, 1, 0}, {2, 0, 3, 1}};
	uint32_t seen[4];

	(void)state;
	for (unsigned turn = 0; turn < 4; turn++) {
		struct image image = photograph(128, 96, BAYER_GRBG, corners, even_gain);
		struct picture picture;

		image.rotation = (uint16_t)(90 * turn);
		assert_int_equal(picture_develop(&image, 64, 64, &picture), FL_OK);
		assert_int_equal(picture.width, turn % 2 ? 48 : 64);
		assert_int_equal(picture.height, turn % 2 ? 64 : 48);
		for (unsigned corner = 0; corner < 4; corner++) {
			unsigned x = corner % 2 ? picture.width - 3 : 2;
			unsigned y = corner / 2 ? picture.height - 3 : 2;
			uint32_t pixel = picture.pixels[y * picture.width + x];

			if (!turn)
				seen[corner] = pixel;
			assert_int_equal(pixel, seen[want[turn][corner]]);
		}
		assert_int_not_equal(seen[0], seen[1]);
		picture_free(&picture);
		free(image.samples);
	}
}

/* Dark, then bright. */
static void two(unsigned x, unsigned y, unsigned light[3])
{
	(void)y;
	light[0] = light[1] = light[2] = x < 2 ? 100 : 800;
}

static void the_smallest_picture_is_turned(void **state)
{
	(void)state;
	for (unsigned turn = 0; turn < 4; turn++) {
		/* 90 degrees counter-clockwise bring the right end to the top. */
		unsigned dark = turn == 1 || turn == 2;
		struct image image = photograph(4, 2, BAYER_MONO, two, even_gain);
		struct picture picture;

		image.rotation = (uint16_t)(90 * turn);
		assert_int_equal(picture_develop(&image, 2, 2, &picture), FL_OK);
		assert_int_equal(picture.width, turn % 2 ? 1 : 2);
		assert_int_equal(picture.height, turn % 2 ? 2 : 1);
		assert_in_range(green(picture.pixels[dark]), 1, 150);
		assert_in_range(green(picture.pixels[1 - dark]), 200, 255);
		picture_free(&picture);
		free(image.samples);
	}
}

static void senseless_sizes_are_refused(void **state)
{
	struct image image = photograph(64, 4, BAYER_RGGB, stripes, even_gain);
	struct picture picture;

	(void)state;
	assert_int_equal(picture_develop(&image, 0, 24, &picture), FL_ERR_INVALID);
	assert_int_equal(picture_develop(&image, 4, 24, &picture), FL_ERR_INVALID);
	image.width = 1;
	assert_int_equal(picture_develop(&image, 4, 24, &picture), FL_ERR_INVALID);
	free(image.samples);
}

/* Between bands of 64 lines somebody else gets a turn; how much it is reduced does not matter. */
static void count_turn(void *context)
{
	++*(unsigned *)context;
}

static void every_band_gives_a_turn(void **state)
{
	static const struct {
		unsigned height, most, turns;
	} cases[] = {{200, 100, 3}, {200, 50, 3}, {62, 100, 0}, {64, 100, 1}, {256, 1000, 4}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct image image =
			photograph(64, cases[i].height, BAYER_GRBG, grey_steps, even_gain);
		struct picture picture;
		unsigned turns = 0;

		assert_int_equal(picture_develop_in_bands(&image, 1000, cases[i].most, &picture,
							  count_turn, &turns),
				 FL_OK);
		assert_int_equal(turns, cases[i].turns);
		picture_free(&picture);
		free(image.samples);
	}
}

static void nothing_is_no_picture(void **state)
{
	static const unsigned sizes[][4] = {{0, 8, 9, 9}, {8, 0, 9, 9}, {1, 8, 9, 9},
					    {8, 1, 9, 9}, {8, 8, 0, 9}, {8, 8, 9, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		static uint16_t samples[64];
		const struct image image = {
			.width = sizes[i][0], .height = sizes[i][1], .samples = samples};
		struct picture picture = {.width = 7};

		assert_int_equal(picture_develop(&image, sizes[i][2], sizes[i][3], &picture),
				 FL_ERR_INVALID);
		assert_null(picture.pixels);
		assert_int_equal(picture.width, 0);
	}
}

/* Each linear level has the sRGB level that is nearest to it: against the formula in double. */
static void tones_are_those_of_srgb(void **state)
{
	static uint16_t samples[1024 * 4];
	const struct image image = {
		.width = 2048, .height = 2, .bayer = BAYER_MONO, .samples = samples};
	struct balance balance;
	struct picture picture;
	unsigned black;

	(void)state;
	for (unsigned i = 0; i < 2048; i++)
		samples[i] = samples[2048 + i] = (uint16_t)(i / 2);
	black = black_measure(&image);
	balance_measure(&(struct image){2048, 2, .bayer = BAYER_MONO,
					.black_level = (uint16_t)black, .samples = samples},
			&balance);
	assert_int_equal(picture_develop(&image, 1024, 1, &picture), FL_OK);
	for (unsigned i = 0; i < 1024; i++) {
		const double light = i <= black ? 0
						: (double)(i - black) / (1023 - black) *
							  balance.gain[1] * balance.brightness;
		const double linear = floor(light * 4095 + 1e-6) / 4095,
			     x = linear > 1 ? 1 : linear,
			     srgb = x <= 0.0031308 ? 12.92 * x : 1.055 * pow(x, 1 / 2.4) - 0.055,
			     exact = 255 * srgb;
		const int got = picture.pixels[i] & 0xff;

		/* The nearest, but for what double cannot tell. */
		if (got < exact - 0.501 || got > exact + 0.501)
			fail_msg("level %u is %d, want %f", i, got, exact);
	}
	picture_free(&picture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(colours_and_places_are_right_in_every_order),
		cmocka_unit_test(colour_cast_is_balanced),
		cmocka_unit_test(every_band_gives_a_turn),
		cmocka_unit_test(nothing_is_no_picture),
		cmocka_unit_test(tones_are_those_of_srgb),
		cmocka_unit_test(dim_scene_is_brightened_and_black_is_not),
		cmocka_unit_test(unknown_black_level_is_measured),
		cmocka_unit_test(mono_is_grey),
		cmocka_unit_test(picture_fits_what_it_must),
		cmocka_unit_test(reduction_is_the_mean),
		cmocka_unit_test(picture_is_turned_upright),
		cmocka_unit_test(the_smallest_picture_is_turned),
		cmocka_unit_test(senseless_sizes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
