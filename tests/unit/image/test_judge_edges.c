/* test_judge_edges.c: each limit of the pattern judges at its edge, on pictures of a few lines. */
#include "tests/unit/image/bar_tools.h"

static const struct image_pattern grey = {
	.name = "bars",
	.kind = PATTERN_BARS,
	.high = 900,
	.low = 100,
	.bayer = BAYER_GRBG,
};
static struct image picture, other;

static int forget(void **state)
{
	(void)state;
	free(picture.samples);
	free(other.samples);
	picture.samples = other.samples = NULL;
	return 0;
}

static void bars(unsigned width, unsigned height)
{
	forget(NULL);
	picture = bars_new(width, height, &grey, 0);
}

static void plain(unsigned width, unsigned height)
{
	forget(NULL);
	picture = image_new(width, height, BAYER_GRBG);
	for (size_t i = 0; i < (size_t)width * height; i++)
		picture.samples[i] = 100;
}

static void add(unsigned x, unsigned y, int value)
{
	*at(&picture, x, y) = (uint16_t)(*at(&picture, x, y) + value);
}

/* The verdict with its words; NULL: passes, and nothing is said. */
static void expect(const struct image_pattern *pattern, const char *words)
{
	struct diag diag;
	enum fl_err err = judge(&picture, pattern, &diag);

	assert_string_equal(diag.message, words ? words : "");
	assert_int_equal(err, words ? FL_ERR_MISMATCH : FL_OK);
}

/* ---- lines ---------------------------------------------------------------------------------- */

static void noise_of_the_first_lines_has_a_limit(void **state)
{
	(void)state;
	for (int sign = -1; sign <= 1; sign += 2) {
		bars(64, 40);
		add(63, 17, 8 * sign);
		expect(&grey, NULL);
		add(63, 17, sign);
		expect(&grey, sign > 0 ? "pattern bars: line 17 differs from line 1 at column 63: "
					 "109, want 100"
				       : "pattern bars: line 17 differs from line 1 at column 63: "
					 "91, want 100");
	}
	bars(64, 40);
	add(0, 2, 9);
	expect(&grey, "pattern bars: line 2 differs from line 0 at column 0: 909, want 900");
}

/* From line 18 on the limit is half more than lines 2 to 17 showed. */
static void noise_may_grow_by_half_further_down(void **state)
{
	(void)state;
	for (int noise = 2; noise <= 8; noise++) {
		char words[96];

		bars(64, 40);
		add(63, 17, noise);
		add(62, 17, 1);
		add(0, 18, noise + noise / 2);
		expect(&grey, NULL);
		add(0, 18, 1);
		snprintf(words, sizeof words,
			 "pattern bars: line 18 differs from line 0 at column 0: %d, want 900",
			 901 + noise + noise / 2);
		expect(&grey, words);
	}
	bars(64, 40);
	add(63, 39, 1);
	expect(&grey, "pattern bars: line 39 differs from line 1 at column 63: 101, want 100");
	/* The next line is not this one's column 64. */
	bars(64, 40);
	add(5, 17, 1);
	add(0, 18, 2);
	expect(&grey, "pattern bars: line 18 differs from line 0 at column 0: 902, want 900");
}

static void no_noise_is_left_to_what_is_exact(void **state)
{
	struct image_pattern exact = grey;

	(void)state;
	exact.is_exact = true;
	bars(64, 40);
	expect(&exact, NULL);
	add(63, 2, 1);
	expect(&exact, "pattern bars: line 2 differs from line 0 at column 63: 101, want 100");
}

static void band(unsigned first, unsigned end)
{
	for (unsigned y = first; y < end; y++)
		for (unsigned x = 0; x < picture.width; x++)
			*at(&picture, x, y) = 500;
}

static void a_rolling_band_is_half_the_picture_at_most(void **state)
{
	struct image_pattern rolling = grey;

	(void)state;
	rolling.is_rolling = true;
	for (unsigned first = 0; first <= 21; first++) {
		bars(64, 40);
		band(first, first + 19);
		expect(&rolling, NULL);
	}
	bars(64, 40);
	band(2, 22);
	expect(&rolling, NULL);
	band(22, 23);
	expect(&rolling, "pattern bars: line 22 differs from line 0 at column 0: 500, want 900");
	/* The middle line is an even one, also where half the height is odd. */
	bars(64, 42);
	band(0, 20);
	expect(&rolling, NULL);
	/* Two bands count with what is between them. */
	bars(64, 40);
	band(3, 4);
	band(22, 23);
	expect(&rolling, NULL);
	expect(&grey, "pattern bars: line 3 differs from line 1 at column 0: 500, want 900");
	band(23, 24);
	expect(&rolling, "pattern bars: line 23 differs from line 1 at column 0: 500, want 900");
}

/* ---- solid ---------------------------------------------------------------------------------- */

static const struct image_pattern solid = {
	.name = "solid",
	.kind = PATTERN_SOLID,
	.values = {400, 200, 800, 401},
};

/* The pattern, with one plane apart. */
static void fill_solid(unsigned plane, int apart)
{
	forget(NULL);
	picture = image_new(64, 4, BAYER_GRBG);
	for (unsigned y = 0; y < 4; y++)
		for (unsigned x = 0; x < 64; x++) {
			unsigned here = y % 2 * 2 + x % 2;

			*at(&picture, x, y) =
				(uint16_t)((int)solid.values[here] + (here == plane ? apart : 0));
		}
}

static void a_solid_level_has_a_limit_in_every_plane(void **state)
{
	static const int limits[4] = {114, 89, 164, 114}; /* an eighth and 64 */
	struct image_pattern exact = solid;

	(void)state;
	exact.is_exact = true;
	for (unsigned plane = 0; plane < 4; plane++)
		for (int sign = -1; sign <= 1; sign += 2) {
			int beyond = sign * (limits[plane] + 1);
			char words[96];

			fill_solid(plane, sign * limits[plane]);
			expect(&solid, NULL);
			fill_solid(plane, beyond);
			snprintf(words, sizeof words,
				 "pattern solid: line %u, column %u is %d, want about %u",
				 plane / 2, plane % 2, (int)solid.values[plane] + beyond,
				 (unsigned)solid.values[plane]);
			expect(&solid, words);
			fill_solid(plane, sign);
			snprintf(words, sizeof words,
				 "pattern solid: line %u, column %u is %d, want %u +-0", plane / 2,
				 plane % 2, (int)solid.values[plane] + sign,
				 (unsigned)solid.values[plane]);
			expect(&exact, words);
		}
	fill_solid(0, 0);
	expect(&exact, NULL);
}

static void a_solid_picture_is_even(void **state)
{
	(void)state;
	fill_solid(0, 0);
	add(63, 3, 8);
	add(62, 0, -8);
	expect(&solid, NULL);
	add(63, 3, 1);
	expect(&solid, "pattern solid: line 3, column 63 is 410, want 401 +-8");
	add(62, 0, -1);
	expect(&solid, "pattern solid: line 0, column 62 is 391, want 400 +-8");
}

static void samples_have_ten_bits(void **state)
{
	(void)state;
	fill_solid(0, 0);
	add(10, 2, 623); /* 1023, as ten bits may hold */
	expect(&solid, "pattern solid: line 2, column 10 is 1023, want 400 +-8");
	bars(64, 40);
	*at(&picture, 63, 39) = 1024;
	expect(&grey, "sample at column 63, line 39 is 1024: more than 10 bits");
	*at(&picture, 1, 3) = 65535;
	expect(&grey, "sample at column 1, line 3 is 65535: more than 10 bits");
	*at(&picture, 0, 0) = 2000;
	expect(&grey, "sample at column 0, line 0 is 2000: more than 10 bits");
	/* What lies behind the picture is none of its. */
	bars(64, 42);
	picture.height = 40;
	*at(&picture, 0, 40) = 1024;
	expect(&grey, NULL);
}

/* ---- random, squares ------------------------------------------------------------------------ */

/*
 * 66 x 50: 3200 samples have a neighbour to the left in their plane. Lines rise by `step` from
 * sample to sample, `count` of them, in the order of lines from `first` on, by `other_step`.
 */
static void ramps(int step, unsigned first, unsigned count, int other_step)
{
	plain(66, 50);
	for (unsigned y = 0; y < 50; y++)
		for (unsigned x = 2; x < 66; x++) {
			unsigned i = y * 64 + x - 2;

			*at(&picture, x, y) = *at(&picture, x - 2, y);
			add(x, y, i >= first && i < first + count ? other_step : step);
		}
}

static void random_samples_repeat_in_one_of_twenty_at_most(void **state)
{
	static const struct image_pattern random = {.name = "random", .kind = PATTERN_RANDOM};

	(void)state;
	for (unsigned at_end = 0; at_end < 2; at_end++) {
		ramps(1, at_end ? 3200 - 159 : 0, 159, 0);
		expect(&random, NULL);
		ramps(1, at_end ? 3200 - 160 : 0, 160, 0);
		expect(&random, "pattern random: 50 of 1000 samples repeat their neighbour, want "
				"under 50");
	}
	ramps(0, 0, 0, 0);
	expect(&random,
	       "pattern random: 1000 of 1000 samples repeat their neighbour, want under 50");
}

/* Edges at column `across` of the first line and at line `down` of the first column. */
static void squares(unsigned across, int across_step, unsigned down, int down_step, unsigned bumps)
{
	ramps(8, 64, bumps, 9);
	for (unsigned x = across; x < 66; x += 2)
		add(x, 0, across_step);
	for (unsigned y = down; y < 50; y += 2)
		for (unsigned x = 0; x < 66; x += 2)
			add(x, y, down_step);
}

static void squares_have_flat_areas_and_edges(void **state)
{
	static const struct image_pattern pattern = {.name = "squares", .kind = PATTERN_SQUARES};

	(void)state;
	for (unsigned at_end = 0; at_end < 2; at_end++) {
		unsigned across = at_end ? 65 : 2, down = at_end ? 49 : 2;

		squares(across, 121, down, 129, 639);
		expect(&pattern, NULL);
		squares(across, 121, down, 129, 640);
		expect(&pattern,
		       "pattern squares: 799 of 1000 samples lie in flat areas, 1 edges across "
		       "the first line, 1 down the first column; want over 800, some and some");
		squares(across, 120, down, 129, 100);
		expect(&pattern,
		       "pattern squares: 968 of 1000 samples lie in flat areas, 0 edges across "
		       "the first line, 1 down the first column; want over 800, some and some");
		squares(across, 121, down, 128, 100);
		expect(&pattern,
		       "pattern squares: 968 of 1000 samples lie in flat areas, 1 edges across "
		       "the first line, 0 down the first column; want over 800, some and some");
	}
	/* Elsewhere edges do not count: the first line, the first column. */
	squares(2, 0, 2, 129, 0);
	for (unsigned y = 1; y < 50; y++)
		add(65, y, 121);
	expect(&pattern, "pattern squares: 984 of 1000 samples lie in flat areas, 0 edges across "
			 "the first line, 1 down the first column; want over 800, some and some");
}

/* ---- what is judged at all ------------------------------------------------------------------ */

static void sizes_have_limits(void **state)
{
	static const unsigned sizes[][2] = {{62, 4}, {64, 2}, {65, 4}, {64, 5}};

	(void)state;
	bars(64, 4);
	expect(&grey, NULL);
	for (unsigned i = 0; i < 4; i++) {
		struct diag diag;
		char words[64];

		bars(66, 6);
		picture.width = sizes[i][0];
		picture.height = sizes[i][1];
		assert_int_equal(judge(&picture, &grey, &diag), FL_ERR_INVALID);
		snprintf(words, sizeof words, "no pattern can be told at %ux%u", sizes[i][0],
			 sizes[i][1]);
		assert_string_equal(diag.message, words);
	}
}

static void what_nobody_knows_is_not_judged(void **state)
{
	static const struct image_pattern pattern = {.name = "slant", .kind = PATTERN_OTHER};
	struct diag diag;

	(void)state;
	bars(64, 4);
	assert_int_equal(judge(&picture, &pattern, &diag), FL_ERR_UNSUPPORTED);
	assert_string_equal(diag.message, "pattern slant: what it looks like is not known");
}

/* ---- sequences ------------------------------------------------------------------------------ */

/* Two pictures of 64 x `height` that are alike; behind both there is something else. */
static void pair(unsigned height)
{
	bars(64, height + 2);
	other = bars_new(64, height + 2, &grey, 0);
	picture.height = other.height = height;
	for (unsigned x = 0; x < 64; x++)
		add(x, height, 50);
}

static void expect_pair(const struct image_pattern *pattern, const char *words)
{
	struct diag diag = {0};
	enum fl_err err = judge_sequence(&picture, &other, pattern, &diag);

	assert_string_equal(diag.message, words ? words : "");
	assert_int_equal(err, words ? FL_ERR_MISMATCH : FL_OK);
}

static void a_quarter_of_a_line_moves_at_least(void **state)
{
	static const struct image_pattern random = {
		.name = "random", .kind = PATTERN_RANDOM, .is_rolling = true};
	static const struct image_pattern either = {.name = "random", .kind = PATTERN_RANDOM};
	struct image_pattern rolling = grey;

	(void)state;
	rolling.is_rolling = true;
	for (unsigned at_end = 0; at_end < 2; at_end++) {
		pair(4);
		for (unsigned i = 0; i < 15; i++)
			add(at_end ? 63 - i : i, at_end ? 3 : 0, i % 2 ? 9 : -9);
		expect_pair(&rolling,
			    "pattern bars moves, but only 15 samples of two frames differ");
		expect_pair(&random,
			    "pattern random moves, but only 15 samples of two frames differ");
		expect_pair(&either, NULL);
		add(32, 2, 8);
		expect_pair(&rolling,
			    "pattern bars moves, but only 15 samples of two frames differ");
		add(32, 2, 1);
		expect_pair(&rolling, NULL);
		expect_pair(&random, NULL);
		expect_pair(&either, NULL);
	}
}

static void two_still_frames_are_alike(void **state)
{
	struct image_pattern exact = grey;

	(void)state;
	exact.is_exact = true;
	pair(30);
	expect_pair(&grey, NULL);
	expect_pair(&exact, NULL);
	add(63, 15, 8);
	expect_pair(&grey, NULL);
	add(0, 16, 12);
	add(0, 29, 12);
	expect_pair(&grey, NULL);
	add(0, 16, 1);
	expect_pair(&grey, "pattern bars stands still, but line 16 differs between two frames at "
			   "column 0: 913, then 900");
	add(63, 15, 1);
	expect_pair(&grey, "pattern bars stands still, but line 15 differs between two frames at "
			   "column 63: 109, then 100");
	pair(30);
	add(63, 29, 1);
	expect_pair(&grey, "pattern bars stands still, but line 29 differs between two frames at "
			   "column 63: 101, then 100");
	pair(30);
	add(0, 0, 1);
	expect_pair(&grey, NULL);
	add(1, 29, 2);
	expect_pair(&grey, "pattern bars stands still, but line 29 differs between two frames at "
			   "column 1: 902, then 900");
	expect_pair(&exact, "pattern bars stands still, but line 0 differs between two frames at "
			    "column 0: 901, then 900");
}

static void frames_of_two_sizes_are_not_compared(void **state)
{
	struct diag diag;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		pair(6);
		*(i ? &other.width : &other.height) = 4;
		diag_clear(&diag);
		assert_int_equal(judge_sequence(&picture, &other, &grey, &diag), FL_ERR_INVALID);
		assert_string_equal(diag.message, i ? "frames of 64x6 and 4x6 compared"
						    : "frames of 64x6 and 64x4 compared");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(noise_of_the_first_lines_has_a_limit),
		cmocka_unit_test(noise_may_grow_by_half_further_down),
		cmocka_unit_test(no_noise_is_left_to_what_is_exact),
		cmocka_unit_test(a_rolling_band_is_half_the_picture_at_most),
		cmocka_unit_test(samples_have_ten_bits),
		cmocka_unit_test(a_solid_level_has_a_limit_in_every_plane),
		cmocka_unit_test(a_solid_picture_is_even),
		cmocka_unit_test(random_samples_repeat_in_one_of_twenty_at_most),
		cmocka_unit_test(squares_have_flat_areas_and_edges),
		cmocka_unit_test(sizes_have_limits),
		cmocka_unit_test(what_nobody_knows_is_not_judged),
		cmocka_unit_test(a_quarter_of_a_line_moves_at_least),
		cmocka_unit_test(two_still_frames_are_alike),
		cmocka_unit_test(frames_of_two_sizes_are_not_compared),
	};

	return cmocka_run_group_tests(tests, NULL, forget);
}
