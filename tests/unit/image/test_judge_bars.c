/* test_judge_bars.c: what bars may be, to the sample: levels, colours, places, slips; on a few lines. */
#include "tests/unit/image/bar_tools.h"

/* On and off; the eighth of the range that levels may be apart is 100. */
#define HIGH 864
#define LOW  64

static const struct image_pattern grey = {
	.name = "bars",
	.kind = PATTERN_BARS,
	.high = HIGH,
	.low = LOW,
	.bayer = BAYER_GRBG,
};
static const char *const names[8] = {"white",   "yellow", "cyan", "green",
				     "magenta", "red",    "blue", "black"};
/* Of GRBG. */
static const char *const components[4] = {"green", "red", "blue", "green"};

static struct image picture;

static int forget(void **state)
{
	(void)state;
	free(picture.samples);
	picture.samples = NULL;
	return 0;
}

static void bars(unsigned width, unsigned height)
{
	forget(NULL);
	picture = bars_new(width, height, &grey, 0);
}

/* One column of a plane, in all lines. */
static void set(unsigned cell, unsigned plane, unsigned value)
{
	for (unsigned y = plane / 2; y < picture.height; y += 2)
		*at(&picture, cell + plane % 2, y) = (uint16_t)value;
}

/* The cells from `begin` up to `end` as they are in the middle of a bar of 64 columns. */
static void paint(unsigned begin, unsigned end, unsigned bar)
{
	for (unsigned x = begin; x < end; x++)
		for (unsigned y = 0; y < picture.height; y++)
			*at(&picture, x, y) = bar_sample(&grey, bar * 8 + 4 + x % 2, y, 64);
}

static void expect_pattern(const struct image_pattern *pattern, const char *words)
{
	struct diag diag;
	enum fl_err err = judge(&picture, pattern, &diag);

	assert_string_equal(diag.message, words ? words : "");
	assert_int_equal(err, words ? FL_ERR_MISMATCH : FL_OK);
}

static void expect(const char *words)
{
	expect_pattern(&grey, words);
}

static void every_even_width_passes(void **state)
{
	(void)state;
	for (unsigned width = 64; width < 260; width += 2)
		for (unsigned bayer = BAYER_GRBG; bayer <= BAYER_GBRG; bayer++) {
			struct image_pattern pattern = grey;

			pattern.bayer = (enum bayer)bayer;
			forget(NULL);
			picture = bars_new(width, 4, &pattern, 0);
			expect_pattern(&pattern, NULL);
			pattern.is_exact = true;
			expect_pattern(&pattern, NULL);
			pattern.is_exact = false;
			pattern.bayer = BAYER_MONO;
			expect_pattern(&pattern, NULL);
		}
}

/* Bars that are too narrow for the search for slips, on one side of it or the other. */
static void narrow_bars_pass(void **state)
{
	(void)state;
	bars(72, 4);
	paint(18, 20, 1);
	expect(NULL);
	bars(72, 4);
	paint(8, 10, 1);
	paint(16, 18, 2);
	expect(NULL);
}

/* ---- levels --------------------------------------------------------------------------------- */

/* The picture's planes between these levels. */
static void levels(const unsigned low[4], const unsigned high[4])
{
	bars(64, 6);
	for (unsigned plane = 0; plane < 4; plane++)
		for (unsigned x = 0; x < 64; x += 2)
			set(x, plane,
			    *at(&picture, x + plane % 2, plane / 2) == HIGH ? high[plane]
									    : low[plane]);
}

static void each_plane_spans_an_eighth_of_full_scale(void **state)
{
	(void)state;
	for (unsigned plane = 0; plane < 4; plane++) {
		unsigned low[4] = {0, 10, 20, 30}, high[4] = {1023, 900, 1000, 800};
		char words[128];

		low[plane] = 300;
		high[plane] = 428;
		levels(low, high);
		expect(NULL);
		high[plane] = 427;
		levels(low, high);
		snprintf(words, sizeof words,
			 "pattern bars: no bars: samples of lines %u, %u, ... lie between 300 and "
			 "427",
			 plane / 2, plane / 2 + 2);
		expect(words);
	}
}

static void an_eighth_of_the_range_is_near(void **state)
{
	(void)state;
	for (unsigned plane = 0; plane < 4; plane++) {
		char words[128];

		bars(64, 4);
		set(4, plane, HIGH - 100);
		set(2, plane, HIGH - 100);
		set(60, plane, LOW + 100);
		set(62, plane, LOW + 100);
		expect(NULL);
		set(60, plane, LOW + 101);
		snprintf(words, sizeof words,
			 "pattern bars: bar 7 (black): %s at column %u, line %u is 165, want about "
			 "64",
			 components[plane], 60 + plane % 2, plane / 2);
		expect(words);
		set(4, plane, HIGH - 101);
		snprintf(words, sizeof words,
			 "pattern bars: bar 0 (white): %s at column %u, line %u is 763, want about "
			 "864",
			 components[plane], 4 + plane % 2, plane / 2);
		expect(words);
	}
}

/* ---- colours -------------------------------------------------------------------------------- */

static void a_bar_of_another_colour_is_named(void **state)
{
	(void)state;
	for (unsigned bar = 0; bar < 8; bar++)
		for (unsigned seen = 0; seen < 8; seen++) {
			char words[128];

			bars(64, 4);
			paint(bar * 8, bar * 8 + 8, seen);
			snprintf(words, sizeof words,
				 "pattern bars: bar %u is %s at column %u, want %s", bar,
				 names[seen], bar * 8 + 4, names[bar]);
			expect(seen == bar ? NULL : words);
		}
}

static void both_greens_show_a_bars_colour(void **state)
{
	(void)state;
	bars(64, 4);
	set(28, 0, LOW);
	expect("pattern bars: bar 3 (green): green at column 28, line 0 is 64, want about 864");
	bars(64, 4);
	set(28, 3, LOW);
	expect("pattern bars: bar 3 (green): green at column 29, line 1 is 64, want about 864");
	bars(64, 4);
	set(44, 0, HIGH);
	expect("pattern bars: bar 5 (red): green at column 44, line 0 is 864, want about 64");
}

/* ---- places --------------------------------------------------------------------------------- */

static void bars_are_even_up_to_both_edges(void **state)
{
	(void)state;
	bars(64, 4);
	set(0, 2, LOW);
	expect("pattern bars: bar 0 (white) changes at column 0, want none before column 4");
	bars(64, 4);
	set(2, 1, LOW);
	expect("pattern bars: bar 0 (white) changes at column 2, want none before column 4");
	bars(64, 4);
	set(62, 3, HIGH);
	expect("pattern bars: bar 7 (black) changes at column 62, want none before column 64");
	bars(64, 4);
	set(26, 1, HIGH);
	expect("pattern bars: bar 3 (green) changes at column 26, want none before column 28");
	/* Widths of bars that are no whole number: the middle is a cell's. */
	bars(72, 4);
	set(12, 0, LOW);
	expect("pattern bars: bar 1 (yellow): green at column 12, line 0 is 64, want about 864");
}

static void a_bar_begins_two_pixels_off_at_most(void **state)
{
	(void)state;
	for (unsigned bar = 1; bar < 8; bar++) {
		bars(64, 4);
		paint(bar * 8, bar * 8 + 2, bar - 1);
		expect(NULL);
		bars(64, 4);
		paint(bar * 8 - 2, bar * 8, bar);
		expect(NULL);
	}
	bars(96, 4); /* of twelve columns */
	paint(36, 40, 2);
	expect("pattern bars: bar 3 (green) begins at column 40, want 36 +-2");
	bars(96, 4);
	paint(32, 36, 3);
	expect("pattern bars: bar 3 (green) begins at column 32, want 36 +-2");
	/* Bars of 12.25 columns: a quarter of a pixel beyond. */
	bars(98, 4);
	paint(36, 38, 2);
	expect(NULL);
	set(38, 0, 464);
	expect("pattern bars: bar 3 (green) begins at column 39, want 36 +-2");
	bars(98, 4);
	paint(10, 14, 1);
	expect("pattern bars: bar 1 (yellow) begins at column 10, want 12 +-2");
}

/* One or two cells between two bars may be of neither colour; the mean of both counts. */
static void a_bar_may_begin_softly(void **state)
{
	(void)state;
	bars(96, 4);
	set(36, 0, 464);
	expect(NULL);
	set(38, 0, 464);
	expect(NULL);
	set(40, 0, 464);
	expect("pattern bars: bar 3 (green) changes at column 40, want none before column 42");
	bars(96, 4);
	set(34, 0, 464);
	set(32, 0, 464);
	expect(NULL);
	paint(34, 36, 3);
	expect("pattern bars: bar 3 (green) begins at column 33, want 36 +-2");
}

static void bars_are_shifted_by_eight_pixels_in_all_at_most(void **state)
{
	(void)state;
	for (int sign = -1; sign <= 1; sign += 2) {
		const char *by_1 = sign < 0 ? "pattern bars: all bars begin too early, by 1 pixels "
					      "on average: shifted"
					    : "pattern bars: all bars begin too late, by 1 pixels "
					      "on average: shifted";
		const char *by_2 = sign < 0 ? "pattern bars: all bars begin too early, by 2 pixels "
					      "on average: shifted"
					    : "pattern bars: all bars begin too late, by 2 pixels "
					      "on average: shifted";

		bars(96, 4);
		for (unsigned bar = 1; bar < 8; bar++) {
			unsigned x = bar * 12 - (sign < 0 ? 2 : 0);

			/* A soft cell counts one, a whole one two. */
			set(x, 0, 464);
			expect(bar < 5 ? NULL : bar < 6 ? by_1 : by_2);
			paint(x, x + 2, sign < 0 ? bar : bar - 1);
			expect(bar < 5 ? NULL : bar < 6 ? by_1 : by_2);
		}
	}
}

/* ---- slips ---------------------------------------------------------------------------------- */

static bool shows(unsigned bar, unsigned plane)
{
	return strchr(colours[bar], mosaics[BAYER_GRBG][plane]) != NULL;
}

/*
 * Pictures of 192 columns have 16 samples of each plane and line, away from the edges of bars, that are
 * on (off) beside one that is on. These get so many codes in all: sixteenths on average.
 */
static void lean(unsigned plane, unsigned low, unsigned high, unsigned top, unsigned end)
{
	for (unsigned y = top + plane / 2; y < end; y += 2) {
		unsigned count[2] = {0, 0};

		for (unsigned bar = 0; bar < 8; bar++)
			for (unsigned x = 4; x < 20; x += 2) {
				const unsigned i = shows(bar, plane), sum = i ? high : low;

				if (shows(bar, plane ^ 1))
					*at(&picture, bar * 24 + x + plane % 2, y) +=
						sum / 16 + (count[i]++ < sum % 16);
			}
	}
}

/* What stands beside the edges of bars does not count, however high. */
static void lift_edges(unsigned plane)
{
	for (unsigned bar = 0; bar < 8; bar++)
		for (unsigned x = 2; x < 24; x += 18)
			if (!shows(bar, plane ^ 1))
				set(bar * 24 + x, plane, (shows(bar, plane) ? HIGH : LOW) + 90);
}

static void slipped_bits_show_right_of_bright_samples(void **state)
{
	static const struct {
		unsigned low, high;
		const char *words;
	} cases[] = {
		{8, 9, NULL},
		{9, 8, NULL},
		{9, 9,
		 "pattern bars: lines 0 to 1 slipped by bits: samples read 0.5 more right of "
		 "a bright one"},
		{9, 16,
		 "pattern bars: lines 0 to 1 slipped by bits: samples read 0.5 more right "
		 "of a bright one"},
		{9, 17, NULL},
		{17, 9, NULL},
		{16, 9,
		 "pattern bars: lines 0 to 1 slipped by bits: samples read 1.0 more right "
		 "of a bright one"},
		{63, 60,
		 "pattern bars: lines 0 to 1 slipped by bits: samples read 3.9 more right "
		 "of a bright one"},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (unsigned plane = 0; plane < 4; plane++) {
			bars(192, 4);
			lean(plane, cases[i].low, cases[i].high, 0, 4);
			expect(cases[i].words);
			lift_edges(plane);
			expect(cases[i].words);
		}
}

static void every_bar_counts_for_slips(void **state)
{
	(void)state;
	for (unsigned bar = 6; bar < 8; bar++) { /* off, and beside one that is off */
		bars(192, 4);
		lean(0, 9, 9, 0, 4);
		for (unsigned x = 4; x < 20; x += 2)
			set(bar * 24 + x, 0, LOW + 1);
		expect(NULL);
	}
}

/* With noise lines differ, and each band of 64 is looked at. */
static void a_slip_is_found_in_its_band(void **state)
{
	static const struct {
		unsigned top, end;
		const char *words;
	} bands[] = {
		{0, 64,
		 "pattern bars: lines 0 to 63 slipped by bits: samples read 0.5 more right "
		 "of a bright one"},
		{64, 128,
		 "pattern bars: lines 64 to 127 slipped by bits: samples read 0.5 more "
		 "right of a bright one"},
		{128, 130,
		 "pattern bars: lines 128 to 129 slipped by bits: samples read 0.5 more "
		 "right of a bright one"},
	};
	struct image_pattern rolling = grey;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		bars(192, 130);
		*at(&picture, 190, 4) += 1;
		lean(i, 9, 9, bands[i].top, bands[i].end);
		expect(bands[i].words);
	}
	/* Of a rolling one only the lines that stand for all: the bar may lie anywhere. */
	rolling.is_rolling = true;
	bars(192, 130);
	*at(&picture, 190, 4) += 2;
	lean(0, 18, 18, 66, 128);
	expect_pattern(&rolling, NULL);
	expect("pattern bars: lines 64 to 127 slipped by bits: samples read 1.0 more right of a "
	       "bright one");
	bars(192, 130);
	lean(0, 18, 18, 0, 130);
	expect_pattern(&rolling, "pattern bars: lines 0 to 1 slipped by bits: samples read 1.1 "
				 "more right of a bright one");
}

/* ---- exact, mono ---------------------------------------------------------------------------- */

static void exact_bars_have_the_patterns_values(void **state)
{
	struct image_pattern exact = grey;

	(void)state;
	exact.is_exact = true;
	for (unsigned plane = 0; plane < 4; plane++)
		for (unsigned x = 0; x < 64; x += 2) {
			unsigned want = shows(x / 8, plane) ? HIGH : LOW;
			char words[128];

			bars(64, 4);
			set(x, plane, want + 1);
			snprintf(words, sizeof words,
				 "pattern bars: bar %u (%s): column %u, line %u is %u, want %u",
				 x / 8, names[x / 8], x + plane % 2, plane / 2, want + 1, want);
			expect_pattern(&exact, words);
		}
	bars(64, 4);
	expect_pattern(&exact, NULL);
	exact.low = LOW + 1;
	expect_pattern(&exact, "pattern bars: bar 4 (magenta): column 32, line 0 is 64, want 65");
}

static void mono_bars_are_even(void **state)
{
	struct image_pattern mono = grey;

	(void)state;
	mono.bayer = BAYER_MONO;
	for (unsigned plane = 0; plane < 4; plane++)
		for (unsigned bar = 0; bar < 8; bar++)
			for (unsigned at_end = 0; at_end < 2; at_end++) {
				unsigned x = bar * 16 + (at_end ? 12 : 2);
				unsigned value = shows(bar, plane) ? HIGH : LOW;
				char words[96];

				bars(128, 4);
				set(x, plane, value + 8);
				set(at_end ? x + 2 : x - 2, plane, 500); /* may be soft */
				expect_pattern(&mono, NULL);
				set(x, plane, value + 9);
				snprintf(words, sizeof words,
					 "pattern bars: bar %u changes at column %u", bar, x);
				expect_pattern(&mono, words);
			}
	bars(72, 4);
	set(24, 0, 500); /* of columns 18 to 26 */
	expect_pattern(&mono, NULL);
	/* A bar of columns 27 to 35: cells 30 and 32 lie within, and no sample beside one. */
	for (unsigned x = 28; x < 36; x += 2) {
		bars(72, 4);
		set(x, 0, 500);
		expect_pattern(&mono, x == 28 || x == 34
					      ? NULL
					      : "pattern bars: bar 3 changes at column 32");
	}
}

static void three_boundaries_of_mono_bars_show(void **state)
{
	static const struct {
		unsigned levels[8];
		const char *words;
	} cases[] = {
		{{100, 117, 134, 151, 151, 151, 151, 151}, NULL},
		{{151, 151, 151, 151, 151, 134, 117, 100}, NULL},
		{{100, 117, 134, 150, 150, 150, 150, 150},
		 "pattern bars: 2 of 7 boundaries between bars show"},
		{{100, 116, 132, 148, 164, 180, 196, 212},
		 "pattern bars: 0 of 7 boundaries between bars show"},
	};
	struct image_pattern mono = grey;

	(void)state;
	mono.bayer = BAYER_MONO;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (unsigned plane = 0; plane < 5; plane++) { /* one of them, or all */
			bars(64, 4);
			for (unsigned x = 0; x < 64; x += 2)
				for (unsigned p = 0; p < 4; p++)
					set(x, p,
					    p == plane || plane == 4 ? cases[i].levels[x / 8]
								     : 300);
			expect_pattern(&mono, cases[i].words);
		}
}

/* ---- bars that fade ------------------------------------------------------------------------- */

static const struct image_pattern fading = {
	.name = "fade",
	.kind = PATTERN_BARS_FADE,
	.bayer = BAYER_GRBG,
};
static const char *const no_line =
	"pattern fade: no line shows yellow, cyan, green, magenta, red, blue in this order";

/* Grey but for two lines, in which each bar is `apart` from dark to bright. */
static void fade(unsigned height, unsigned line, const unsigned apart[8])
{
	forget(NULL);
	picture = image_new(64, height, BAYER_GRBG);
	for (unsigned y = 0; y < height; y++)
		for (unsigned x = 0; x < 64; x++)
			*at(&picture, x, y) =
				(uint16_t)(100 +
					   (y / 2 == line / 2 && shows(x / 8, y % 2 * 2 + x % 2)
						    ? apart[x / 8]
						    : 0));
}

static void one_of_five_lines_shows_the_bars(void **state)
{
	static const unsigned apart[8] = {64, 64, 64, 64, 64, 64, 64, 64};

	(void)state;
	for (unsigned line = 0; line < 42; line += 2) {
		fade(42, line, apart);
		expect_pattern(&fading, line % 10 ? no_line : NULL);
	}
	for (unsigned line = 0; line < 44; line += 2) { /* of 44 lines the middle is 20, not 21 */
		fade(44, line, apart);
		expect_pattern(&fading,
			       line == 42 || (line < 40 && line % 10 == 0) ? NULL : no_line);
	}
}

static void bars_behind_the_picture_do_not_count(void **state)
{
	static const unsigned apart[8] = {64, 64, 64, 64, 64, 64, 64, 64};

	(void)state;
	fade(60, 50, apart);
	picture.height = 42;
	expect_pattern(&fading, no_line);
}

static void fading_bars_are_told_in_every_order(void **state)
{
	(void)state;
	for (unsigned bayer = BAYER_GRBG; bayer <= BAYER_GBRG; bayer++) {
		struct image_pattern pattern = grey;

		pattern.kind = PATTERN_BARS_FADE;
		pattern.bayer = (enum bayer)bayer;
		forget(NULL);
		picture = bars_new(64, 4, &pattern, 0);
		expect_pattern(&pattern, NULL);
		pattern.bayer = (enum bayer)(BAYER_GBRG - bayer);
		expect_pattern(&pattern, "pattern bars: no line shows yellow, cyan, green, "
					 "magenta, red, blue in this order");
	}
}

static void white_and_black_have_no_colour(void **state)
{
	static const unsigned apart[8] = {64, 64, 64, 64, 64, 64, 64, 64};

	(void)state;
	for (unsigned x = 4; x < 64; x += 56) {
		fade(42, 20, apart);
		set(x, 1, 50);
		set(x, 2, 250);
		expect_pattern(&fading, no_line);
	}
}

static void five_colours_show_at_least(void **state)
{
	(void)state;
	for (unsigned first = 1; first < 7; first++)
		for (unsigned second = 1; second < 7; second++) {
			unsigned apart[8] = {64, 64, 64, 64, 64, 64, 64, 64};

			apart[first] = 63;
			apart[second] = 63;
			fade(42, 20, apart);
			expect_pattern(&fading, first == second ? NULL : no_line);
		}
}

static void a_component_is_on_above_the_middle(void **state)
{
	static const unsigned apart[8] = {100, 100, 100, 100, 100, 100, 100, 100};

	(void)state;
	fade(42, 0, apart);
	set(44, 0, 150); /* the red bar's green; its red is 200 */
	set(44, 3, 150);
	set(44, 2, 100);
	expect_pattern(&fading, NULL);
	set(44, 3, 151);
	expect_pattern(&fading, no_line);
}

static void fading_on_mono_is_not_judged(void **state)
{
	struct image_pattern mono = fading;
	struct diag diag;

	(void)state;
	mono.bayer = BAYER_MONO;
	bars(64, 4);
	assert_int_equal(judge(&picture, &mono, &diag), FL_ERR_UNSUPPORTED);
	assert_string_equal(diag.message,
			    "pattern fade: what it looks like on a mono sensor is not known");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_even_width_passes),
		cmocka_unit_test(narrow_bars_pass),
		cmocka_unit_test(each_plane_spans_an_eighth_of_full_scale),
		cmocka_unit_test(an_eighth_of_the_range_is_near),
		cmocka_unit_test(a_bar_of_another_colour_is_named),
		cmocka_unit_test(both_greens_show_a_bars_colour),
		cmocka_unit_test(bars_are_even_up_to_both_edges),
		cmocka_unit_test(a_bar_begins_two_pixels_off_at_most),
		cmocka_unit_test(a_bar_may_begin_softly),
		cmocka_unit_test(bars_are_shifted_by_eight_pixels_in_all_at_most),
		cmocka_unit_test(slipped_bits_show_right_of_bright_samples),
		cmocka_unit_test(every_bar_counts_for_slips),
		cmocka_unit_test(a_slip_is_found_in_its_band),
		cmocka_unit_test(exact_bars_have_the_patterns_values),
		cmocka_unit_test(mono_bars_are_even),
		cmocka_unit_test(three_boundaries_of_mono_bars_show),
		cmocka_unit_test(one_of_five_lines_shows_the_bars),
		cmocka_unit_test(bars_behind_the_picture_do_not_count),
		cmocka_unit_test(fading_bars_are_told_in_every_order),
		cmocka_unit_test(white_and_black_have_no_colour),
		cmocka_unit_test(five_colours_show_at_least),
		cmocka_unit_test(a_component_is_on_above_the_middle),
		cmocka_unit_test(fading_on_mono_is_not_judged),
	};

	return cmocka_run_group_tests(tests, NULL, forget);
}
