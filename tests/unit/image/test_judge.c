/* test_judge.c: which pictures pass for a test pattern, and which must not. */
#include "tests/unit/image/bar_tools.h"

/* ---- what passes ---------------------------------------------------------------------------- */

static const struct {
	unsigned width, height;
} sizes[] = {
	{2592, 1944}, {1296, 972},  {648, 486},   {1280, 720}, {640, 360},   {1056, 784},
	{2112, 1188}, {1932, 1092}, {2104, 1560}, {1048, 780}, {4208, 3118}, {64, 4},
};

static void bars_of_any_size_order_and_gain_pass(void **state)
{
	struct diag diag;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (unsigned variant = 0; variant < 8; variant++) {
			struct image_pattern pattern = usual;
			unsigned noise = variant % 4;
			struct image image;

			if (sizes[i].width > 2000 && variant > 1)
				continue; /* large ones take long */
			pattern.bayer = (enum bayer)(variant % 4);
			pattern.is_exact = noise == 0;
			pattern.high = variant < 4 ? 1023 : 700;
			pattern.low = variant < 4 ? 0 : 64;
			image = bars_new(sizes[i].width, sizes[i].height, &pattern, noise);
			if (judge(&image, &pattern, &diag) != FL_OK)
				fail_msg("%ux%u variant %u: %s", sizes[i].width, sizes[i].height,
					 variant, diag.message);
			free(image.samples);
		}
}

/* Gains differ by component, and edges may be soft. */
static void gains_and_soft_edges_pass(void **state)
{
	struct image image = bars_new(1296, 972, &usual, 2);
	struct diag diag;

	(void)state;
	for (unsigned y = 0; y < 972; y++) {
		for (unsigned x = 0; x < 1296; x++)
			if (mosaics[BAYER_GRBG][y % 2 * 2 + x % 2] == 'B')
				*at(&image, x, y) = *at(&image, x, y) / 2 + 40;
		for (unsigned bar = 1; bar < 8; bar++)
			for (unsigned i = 0; i < 2; i++)
				*at(&image, bar * 162 + i, y) =
					(*at(&image, bar * 162 + i, y) +
					 *at(&image, bar * 162 + i - 2, y)) /
					2;
	}
	assert_int_equal(judge(&image, &usual, &diag), FL_OK);
	free(image.samples);
}

/* ---- what fails ----------------------------------------------------------------------------- */

static void move(struct image *image, int columns, int lines)
{
	size_t count = (size_t)image->width * image->height;
	uint16_t *old = malloc(count * sizeof(*old));
	int width = (int)image->width, height = (int)image->height;

	memcpy(old, image->samples, count * sizeof(*old));
	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++)
			*at(image, (unsigned)x, (unsigned)y) =
				old[(y + lines + height) % height * width +
				    (x + columns + width) % width];
	free(old);
}

static void one_line_up(struct image *image)
{
	move(image, 0, 1);
}
static void one_line_down(struct image *image)
{
	move(image, 0, -1);
}
static void one_column_left(struct image *image)
{
	move(image, 1, 0);
}
static void one_column_right(struct image *image)
{
	move(image, -1, 0);
}
static void two_columns_left(struct image *image)
{
	move(image, 2, 0);
}
static void two_columns_right(struct image *image)
{
	move(image, -2, 0);
}

/* Shifted, and the edge repeated instead of wrapped. */
static void two_columns_left_repeated(struct image *image)
{
	for (unsigned y = 0; y < image->height; y++)
		memmove(at(image, 0, y), at(image, 2, y), (image->width - 2) * 2);
}

static void two_columns_right_repeated(struct image *image)
{
	for (unsigned y = 0; y < image->height; y++)
		memmove(at(image, 2, y), at(image, 0, y), (image->width - 2) * 2);
}

static void bytes_swapped(struct image *image)
{
	for (size_t i = 0; i < (size_t)image->width * image->height; i++)
		image->samples[i] = (uint16_t)(image->samples[i] << 8 | image->samples[i] >> 8);
}

static void all_black(struct image *image)
{
	memset(image->samples, 0, (size_t)image->width * image->height * 2);
}

static void all_white(struct image *image)
{
	for (size_t i = 0; i < (size_t)image->width * image->height; i++)
		image->samples[i] = 1023;
}

/* What the buffer held before shows from here on. */
static void stale_bottom(struct image *image)
{
	for (unsigned y = image->height - 8; y < image->height; y++)
		for (unsigned x = 0; x < image->width; x++)
			*at(image, x, y) = 0x155;
}

static void stale_page(struct image *image)
{
	/* 4 KiB of packed pixels hold 3200. */
	for (size_t i = 0; i < 3200; i++)
		image->samples[(size_t)image->width * (image->height / 2) + i] = 0;
}

static void torn_half(struct image *image)
{
	size_t half = (size_t)image->width * (image->height / 2);

	memmove(image->samples + half, image->samples + half + 7, (half - 7) * 2);
}

static void torn_by_a_line(struct image *image)
{
	size_t half = (size_t)image->width * (image->height / 2);

	memmove(image->samples + half, image->samples + half + image->width,
		(half - image->width) * 2);
}

static void fill_bar(struct image *image, unsigned bar, unsigned from)
{
	unsigned width = image->width / 8;

	for (unsigned y = 0; y < image->height; y++)
		memmove(at(image, bar * width, y), at(image, from * width, y), width * 2);
}

static void bar_wrong(struct image *image)
{
	fill_bar(image, 3, 2);
}
static void last_bar_white(struct image *image)
{
	fill_bar(image, 7, 0);
}

static void bars_swapped(struct image *image)
{
	struct image copy = image_new(image->width, image->height, image->bayer);

	memcpy(copy.samples, image->samples, (size_t)image->width * image->height * 2);
	fill_bar(image, 5, 6);
	for (unsigned y = 0; y < image->height; y++)
		memcpy(at(image, 6 * (image->width / 8), y), at(&copy, 5 * (image->width / 8), y),
		       image->width / 8 * 2);
	free(copy.samples);
}

static void bar_too_wide(struct image *image)
{
	for (unsigned y = 0; y < image->height; y++)
		memcpy(at(image, 3 * (image->width / 8), y), at(image, 2 * (image->width / 8), y),
		       8);
}

static void bar_split(struct image *image)
{
	for (unsigned y = 0; y < image->height; y++)
		memset(at(image, 40, y), 0, 8);
}

static void component_half(struct image *image)
{
	for (unsigned y = 1; y < image->height; y += 2) /* blue of the white bar */
		for (unsigned x = 0; x < image->width / 8; x += 2)
			*at(image, x, y) = 512;
}

/* The green bar lacks the green of every other line. */
static void one_green_off(struct image *image)
{
	for (unsigned y = 0; y < image->height; y += 2)
		memcpy(at(image, image->width * 3 / 8, y), at(image, image->width * 7 / 8, y),
		       image->width / 8 * 2);
}

static void mirrored(struct image *image)
{
	for (unsigned y = 0; y < image->height; y++)
		for (unsigned x = 0; x < image->width / 2; x++) {
			uint16_t *a = at(image, x, y), *b = at(image, image->width - 1 - x, y),
				 c = *a;

			*a = *b;
			*b = c;
		}
}

/* The stream of ten-bit samples, from `first` on, later by `bits` (negative: earlier). */
static void slip(struct image *image, size_t first, int bits)
{
	size_t count = (size_t)image->width * image->height;
	uint16_t *old = malloc(count * sizeof(*old));

	memcpy(old, image->samples, count * sizeof(*old));
	for (size_t i = first; i < count; i++) {
		unsigned before = i ? old[i - 1] : 0, after = i + 1 < count ? old[i + 1] : 0;

		if (bits > 0)
			image->samples[i] = (old[i] << bits | before >> (10 - bits)) & 1023;
		else
			image->samples[i] = (old[i] >> -bits | after << (10 + bits)) & 1023;
	}
	free(old);
}

static void slip_1(struct image *image)
{
	slip(image, 0, 1);
}
static void slip_2(struct image *image)
{
	slip(image, 0, 2);
}
static void slip_3(struct image *image)
{
	slip(image, 0, 3);
}
static void slip_5(struct image *image)
{
	slip(image, 0, 5);
}
static void slip_7(struct image *image)
{
	slip(image, 0, 7);
}
static void slip_back_1(struct image *image)
{
	slip(image, 0, -1);
}
static void slip_back_2(struct image *image)
{
	slip(image, 0, -2);
}
static void slip_back_3(struct image *image)
{
	slip(image, 0, -3);
}
static void slip_back_8(struct image *image)
{
	slip(image, 0, -8);
}

static void slip_late(struct image *image)
{
	slip(image, (size_t)image->width * (image->height / 2), 1);
}

static void slip_back_late(struct image *image)
{
	slip(image, (size_t)image->width * (image->height / 2), -1);
}

static void line_lost_at_the_end(struct image *image)
{
	memset(at(image, 0, image->height - 1), 0, image->width * 2);
}

static void pixel_flipped(struct image *image)
{
	*at(image, image->width / 3, image->height - 3) ^= 0x200;
}

static const struct {
	const char *name;
	void (*apply)(struct image *image);
} corruptions[] = {
#define CORRUPTION(name) #name, name
	{CORRUPTION(one_line_up)},
	{CORRUPTION(one_line_down)},
	{CORRUPTION(one_column_left)},
	{CORRUPTION(one_column_right)},
	{CORRUPTION(two_columns_left)},
	{CORRUPTION(two_columns_right)},
	{CORRUPTION(two_columns_left_repeated)},
	{CORRUPTION(two_columns_right_repeated)},
	{CORRUPTION(bytes_swapped)},
	{CORRUPTION(all_black)},
	{CORRUPTION(all_white)},
	{CORRUPTION(stale_bottom)},
	{CORRUPTION(stale_page)},
	{CORRUPTION(torn_half)},
	{CORRUPTION(torn_by_a_line)},
	{CORRUPTION(bar_wrong)},
	{CORRUPTION(last_bar_white)},
	{CORRUPTION(bars_swapped)},
	{CORRUPTION(bar_too_wide)},
	{CORRUPTION(bar_split)},
	{CORRUPTION(component_half)},
	{CORRUPTION(one_green_off)},
	{CORRUPTION(mirrored)},
	{CORRUPTION(slip_1)},
	{CORRUPTION(slip_2)},
	{CORRUPTION(slip_3)},
	{CORRUPTION(slip_5)},
	{CORRUPTION(slip_7)},
	{CORRUPTION(slip_back_1)},
	{CORRUPTION(slip_back_2)},
	{CORRUPTION(slip_back_3)},
	{CORRUPTION(slip_back_8)},
	{CORRUPTION(slip_late)},
	{CORRUPTION(slip_back_late)},
	{CORRUPTION(line_lost_at_the_end)},
	{CORRUPTION(pixel_flipped)},
};

/* Every corruption, in every order, of an exact picture, one without noise, and one with. */
static void every_corruption_fails(void **state)
{
	struct diag diag;

	(void)state;
	for (size_t i = 0; i < sizeof(corruptions) / sizeof(corruptions[0]); i++)
		for (unsigned variant = 0; variant < 12; variant++) {
			struct image_pattern pattern = usual;
			struct image image;

			pattern.bayer = (enum bayer)(variant % 4);
			pattern.is_exact = variant < 4;
			image = bars_new(648, 486, &pattern, variant < 8 ? 0 : 3);
			corruptions[i].apply(&image);
			if (judge(&image, &pattern, &diag) != FL_ERR_MISMATCH)
				fail_msg("%s passes, variant %u", corruptions[i].name, variant);
			assert_true(strlen(diag.message) > 20);
			free(image.samples);
		}
}

static void message_says_where(void **state)
{
	struct image image = bars_new(2592, 100, &usual, 0);
	struct diag diag;

	(void)state;
	bar_too_wide(&image);
	judge(&image, &usual, &diag);
	assert_string_equal(diag.message,
			    "pattern bars: bar 3 (green) begins at column 976, want 972 +-2");
	free(image.samples);
	image = bars_new(2592, 100, &usual, 0);
	*at(&image, 4, 17) = 12;
	judge(&image, &usual, &diag);
	assert_string_equal(diag.message,
			    "pattern bars: line 17 differs from line 1 at column 4: 12, want 1023");
	free(image.samples);
	image = bars_new(2592, 100, &usual, 0);
	two_columns_left_repeated(&image);
	judge(&image, &usual, &diag);
	assert_string_equal(diag.message, "pattern bars: all bars begin too early, by 2 pixels on "
					  "average: shifted");
	free(image.samples);
}

static void exact_pattern_has_no_tolerance(void **state)
{
	struct image_pattern pattern = usual;
	struct image image = bars_new(640, 480, &usual, 0);
	struct diag diag;

	(void)state;
	pattern.is_exact = true;
	for (unsigned y = 0; y < 480; y += 2)
		*at(&image, 100, y) -= 1;
	assert_int_equal(judge(&image, &pattern, &diag), FL_ERR_MISMATCH);
	assert_int_equal(judge(&image, &usual, &diag), FL_OK);
	free(image.samples);
}

/* A picture without noise in its first lines may have none further down. */
static void quiet_picture_stays_quiet(void **state)
{
	struct image image = bars_new(640, 480, &usual, 0);
	struct diag diag;

	(void)state;
	*at(&image, 630, 400) += 3;
	assert_int_equal(judge(&image, &usual, &diag), FL_ERR_MISMATCH);
	free(image.samples);
	image = bars_new(640, 480, &usual, 2);
	*at(&image, 630, 400) += 3;
	assert_int_equal(judge(&image, &usual, &diag), FL_OK);
	free(image.samples);
}

/* ---- other patterns ------------------------------------------------------------------------- */

static void rolling_bar_passes_wherever_it_is(void **state)
{
	struct image_pattern pattern = usual;
	struct diag diag;

	(void)state;
	pattern.is_rolling = true;
	for (unsigned top = 0; top < 480; top += 16) {
		struct image image = bars_new(640, 480, &usual, 1);

		for (unsigned y = top; y < top + 64; y++)
			for (unsigned x = 0; x < 640; x++)
				*at(&image, x, y % 480) = 500;
		if (judge(&image, &pattern, &diag) != FL_OK)
			fail_msg("bar at %u: %s", top, diag.message);
		assert_int_equal(judge(&image, &usual, &diag), FL_ERR_MISMATCH);
		one_column_left(&image);
		assert_int_equal(judge(&image, &pattern, &diag), FL_ERR_MISMATCH);
		free(image.samples);
	}
}

/* Fading down, up, to the left, and to grey. */
static uint16_t fade(unsigned value, unsigned x, unsigned y, unsigned kind)
{
	switch (kind) {
	case 0:
		return (uint16_t)(value * (479 - y) / 479);
	case 1:
		return (uint16_t)(value * y / 479);
	case 2:
		return (uint16_t)(value * (x + 64) / 704);
	default:
		return (uint16_t)(value * (479 - y) / 479 + 512 * y / 479);
	}
}

static void fading_bars_pass_in_order_only(void **state)
{
	struct image_pattern pattern = usual;
	struct diag diag;

	(void)state;
	pattern.kind = PATTERN_BARS_FADE;
	for (unsigned kind = 0; kind < 4; kind++) {
		struct image image = bars_new(640, 480, &usual, 0);

		for (unsigned y = 0; y < 480; y++)
			for (unsigned x = 0; x < 640; x++)
				*at(&image, x, y) = fade(*at(&image, x, y), x, y, kind);
		if (judge(&image, &pattern, &diag) != FL_OK)
			fail_msg("fade %u: %s", kind, diag.message);
		one_line_up(&image);
		assert_int_equal(judge(&image, &pattern, &diag), FL_ERR_MISMATCH);
		one_line_down(&image);
		bars_swapped(&image);
		assert_int_equal(judge(&image, &pattern, &diag), FL_ERR_MISMATCH);
		free(image.samples);
	}
}

static void solid_is_told_by_its_components(void **state)
{
	struct image_pattern pattern = {
		.name = "solid",
		.kind = PATTERN_SOLID,
		.values = {400, 200, 800, 401},
	};
	struct image image = image_new(640, 480, BAYER_GRBG);
	struct diag diag;

	(void)state;
	for (unsigned y = 0; y < 480; y++)
		for (unsigned x = 0; x < 640; x++)
			*at(&image, x, y) = pattern.values[y % 2 * 2 + x % 2];
	pattern.is_exact = true;
	assert_int_equal(judge(&image, &pattern, &diag), FL_OK);
	*at(&image, 9, 9) += 1;
	assert_int_equal(judge(&image, &pattern, &diag), FL_ERR_MISMATCH);
	assert_non_null(strstr(diag.message, "line 9, column 9 is 402, want 401"));
	pattern.is_exact = false;
	assert_int_equal(judge(&image, &pattern, &diag), FL_OK);
	one_line_up(&image);
	assert_int_equal(judge(&image, &pattern, &diag), FL_ERR_MISMATCH);
	one_line_down(&image);
	torn_by_a_line(&image);
	assert_int_equal(judge(&image, &pattern, &diag), FL_ERR_MISMATCH);
	free(image.samples);
}

static void random_is_not_flat(void **state)
{
	struct image_pattern pattern = {.name = "random", .kind = PATTERN_RANDOM};
	struct image image = image_new(640, 480, BAYER_GRBG);
	struct image bars = bars_new(640, 480, &usual, 0);
	struct diag diag;

	(void)state;
	for (size_t i = 0; i < 640 * 480; i++)
		image.samples[i] = next_random() & 1023;
	assert_int_equal(judge(&image, &pattern, &diag), FL_OK);
	assert_int_equal(judge(&bars, &pattern, &diag), FL_ERR_MISMATCH);
	assert_int_equal(judge(&image, &usual, &diag), FL_ERR_MISMATCH);
	free(image.samples);
	free(bars.samples);
}

/* Of columns nobody knows number or level: all that is asked is that lines are alike, and not flat. */
static void columns_are_the_same_on_every_line(void **state)
{
	static const enum bayer orders[] = {BAYER_GRBG, BAYER_MONO};
	struct image_pattern pattern = {.name = "columns", .kind = PATTERN_COLUMNS};
	struct image image = image_new(640, 480, BAYER_GRBG);
	struct diag diag;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		pattern.bayer = orders[i];
		for (unsigned y = 0; y < 480; y++)
			for (unsigned x = 0; x < 640; x++)
				*at(&image, x, y) = (uint16_t)(64 + x / 200 * 65);
		assert_int_equal(judge(&image, &pattern, &diag), FL_OK);
		*at(&image, 300, 300) += 9;
		assert_int_equal(judge(&image, &pattern, &diag), FL_ERR_MISMATCH);
		assert_non_null(strstr(diag.message, "line 300 differs from line 0 at column 300"));
		for (unsigned y = 0; y < 480; y++)
			for (unsigned x = 0; x < 640; x++)
				*at(&image, x, y) = (uint16_t)(64 + x / 200 * 64);
		assert_int_equal(judge(&image, &pattern, &diag), FL_ERR_MISMATCH);
		assert_non_null(
			strstr(diag.message, "0 edges across the first line, want 1 to 64"));
	}
	/* Bytes or bits out of place make edges everywhere: each is seen by both planes of the line. */
	for (unsigned bars = 32; bars <= 33; bars++) {
		for (unsigned y = 0; y < 480; y++)
			for (unsigned x = 0; x < 640; x++)
				*at(&image, x, y) = x / 16 % 2 && x / 16 <= bars ? 500 : 64;
		assert_int_equal(judge(&image, &pattern, &diag),
				 bars == 32 ? FL_OK : FL_ERR_MISMATCH);
	}
	assert_non_null(strstr(diag.message, "68 edges across the first line, want 1 to 64"));
	for (unsigned y = 0; y < 480; y++) /* lines that are moved against each other */
		for (unsigned x = 0; x < 640; x++)
			*at(&image, x, y) = (uint16_t)(64 + (x + y) / 200 * 129);
	assert_int_equal(judge(&image, &pattern, &diag), FL_ERR_MISMATCH);
	free(image.samples);
}

/* One of two orders, whichever; a third is none. */
static void where_nobody_knows_the_order_either_passes(void **state)
{
	struct image_pattern pattern = usual;
	struct diag diag;

	(void)state;
	pattern.has_two_orders = true;
	for (unsigned one = 0; one < 4; one++)
		for (unsigned other = 0; other < 4; other++)
			for (unsigned seen = 0; seen < 4; seen++) {
				struct image_pattern sent = usual;
				struct image image;

				sent.bayer = (enum bayer)seen;
				pattern.bayer = (enum bayer)one;
				pattern.other = (enum bayer)other;
				image = bars_new(64, 48, &sent, 0);
				assert_int_equal(judge(&image, &pattern, &diag),
						 seen == one || seen == other ? FL_OK
									      : FL_ERR_MISMATCH);
				free(image.samples);
			}
}

static void a_solid_pattern_is_known_in_its_other_order(void **state)
{
	static const enum bayer orders[] = {BAYER_GRBG, BAYER_RGGB, BAYER_BGGR, BAYER_GBRG};
	/* Gr R B Gb, as each order has them. */
	static const uint16_t values[4][4] = {{512, 768, 256, 640},
					      {768, 512, 640, 256},
					      {256, 640, 512, 768},
					      {640, 256, 768, 512}};
	struct image_pattern pattern = {.name = "solid", .kind = PATTERN_SOLID};
	struct image image = image_new(64, 48, BAYER_GRBG);
	struct diag diag;

	(void)state;
	memcpy(pattern.values, values[0], sizeof values[0]);
	pattern.has_two_orders = true;
	for (unsigned other = 0; other < 4; other++)
		for (unsigned seen = 0; seen < 4; seen++) {
			pattern.other = orders[other];
			for (unsigned y = 0; y < 48; y++)
				for (unsigned x = 0; x < 64; x++)
					*at(&image, x, y) = values[seen][y % 2 * 2 + x % 2];
			assert_int_equal(judge(&image, &pattern, &diag),
					 !seen || seen == other ? FL_OK : FL_ERR_MISMATCH);
		}
	free(image.samples);
}

static void squares_have_edges_both_ways(void **state)
{
	struct image_pattern pattern = {.name = "squares", .kind = PATTERN_SQUARES};
	struct image image = bars_new(640, 480, &usual, 0);
	struct diag diag;

	(void)state;
	assert_int_equal(judge(&image, &pattern, &diag), FL_ERR_MISMATCH); /* none down */
	for (unsigned y = 0; y < 480; y++)
		if (y / 80 % 2)
			for (unsigned x = 0; x < 640; x++)
				*at(&image, x, y) = 1023 - *at(&image, x, y);
	assert_int_equal(judge(&image, &pattern, &diag), FL_OK);
	free(image.samples);
}

static void mono_bars_are_told_by_their_places(void **state)
{
	struct image_pattern pattern = usual;
	struct image image = bars_new(640, 480, &usual, 2);
	struct diag diag;

	(void)state;
	pattern.bayer = BAYER_MONO;
	assert_int_equal(judge(&image, &pattern, &diag), FL_OK);
	bar_too_wide(&image);
	assert_int_equal(judge(&image, &pattern, &diag), FL_ERR_MISMATCH);
	all_white(&image);
	assert_int_equal(judge(&image, &pattern, &diag), FL_ERR_MISMATCH);
	free(image.samples);
}

static void unknown_pattern_is_not_judged(void **state)
{
	struct image_pattern pattern = {.name = "slant", .kind = PATTERN_OTHER};
	struct image image = bars_new(640, 480, &usual, 0);
	struct diag diag;

	(void)state;
	assert_int_equal(judge(&image, &pattern, &diag), FL_ERR_UNSUPPORTED);
	image.width = 63;
	assert_int_equal(judge(&image, &usual, &diag), FL_ERR_INVALID);
	free(image.samples);
}

/* ---- sequences ------------------------------------------------------------------------------ */

static void still_pattern_stands_still(void **state)
{
	struct image a = bars_new(640, 480, &usual, 2), b = bars_new(640, 480, &usual, 2);
	struct image_pattern exact = usual;
	struct diag diag = {0};

	(void)state;
	exact.is_exact = true;
	assert_int_equal(judge_sequence(&a, &b, &usual, &diag), FL_OK);
	assert_int_equal(judge_sequence(&a, &a, &exact, &diag), FL_OK);
	assert_int_equal(judge_sequence(&a, &b, &exact, &diag), FL_ERR_MISMATCH);
	diag_clear(&diag);
	stale_bottom(&b);
	assert_int_equal(judge_sequence(&a, &b, &usual, &diag), FL_ERR_MISMATCH);
	assert_non_null(strstr(diag.message, "line 472 differs between two frames at column 0"));
	b.height = 240;
	assert_int_equal(judge_sequence(&a, &b, &usual, &diag), FL_ERR_INVALID);
	free(a.samples);
	free(b.samples);
}

static void moving_pattern_moves(void **state)
{
	struct image_pattern pattern = usual;
	struct image a = bars_new(640, 480, &usual, 2), b = bars_new(640, 480, &usual, 2);
	struct diag diag;

	(void)state;
	pattern.is_rolling = true;
	assert_int_equal(judge_sequence(&a, &a, &pattern, &diag), FL_ERR_MISMATCH);
	assert_int_equal(judge_sequence(&a, &b, &pattern, &diag), FL_ERR_MISMATCH);
	memset(at(&b, 0, 100), 0, 1280);
	assert_int_equal(judge_sequence(&a, &b, &pattern, &diag), FL_OK);
	free(a.samples);
	free(b.samples);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bars_of_any_size_order_and_gain_pass),
		cmocka_unit_test(gains_and_soft_edges_pass),
		cmocka_unit_test(every_corruption_fails),
		cmocka_unit_test(message_says_where),
		cmocka_unit_test(exact_pattern_has_no_tolerance),
		cmocka_unit_test(quiet_picture_stays_quiet),
		cmocka_unit_test(rolling_bar_passes_wherever_it_is),
		cmocka_unit_test(fading_bars_pass_in_order_only),
		cmocka_unit_test(solid_is_told_by_its_components),
		cmocka_unit_test(random_is_not_flat),
		cmocka_unit_test(columns_are_the_same_on_every_line),
		cmocka_unit_test(where_nobody_knows_the_order_either_passes),
		cmocka_unit_test(a_solid_pattern_is_known_in_its_other_order),
		cmocka_unit_test(squares_have_edges_both_ways),
		cmocka_unit_test(mono_bars_are_told_by_their_places),
		cmocka_unit_test(unknown_pattern_is_not_judged),
		cmocka_unit_test(still_pattern_stands_still),
		cmocka_unit_test(moving_pattern_moves),
	};

	seed = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 0) : 1;
	printf("# seed %u (first argument)\n", seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
