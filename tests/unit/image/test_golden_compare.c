/* test_golden_compare.c: the figures of a comparison with a golden frame, and every limit at its edge. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "image/image.h"

static struct golden golden;
static struct image_statistics seen;
static struct golden_result result;

static void assert_near(double value, double want, double most)
{
	if (value < want - most || value > want + most)
		fail_msg("%f, want %f", value, want);
}

/* A scene that looks like itself only the way it stands: 60 to about 500 codes. */
static void paint(void)
{
	for (unsigned y = 0; y < GRID_HEIGHT; y++)
		for (unsigned x = 0; x < GRID_WIDTH; x++)
			golden.light[y][x] =
				(float)(60 + 9 * x + 5 * y + (x < 10 && y > 15 ? 100 : 0));
}

static void copy(double factor, double more, bool down, bool across)
{
	for (unsigned y = 0; y < GRID_HEIGHT; y++)
		for (unsigned x = 0; x < GRID_WIDTH; x++)
			seen.light[y][x] =
				(float)(factor * (double)golden
							 .light[down ? GRID_HEIGHT - 1 - y : y]
							       [across ? GRID_WIDTH - 1 - x : x] +
					more);
	golden_compare(&seen, &golden, &result);
}

static void the_same_scene_is_alike_at_any_light(void **state)
{
	static const double factors[] = {0.5, 1, 1.5};

	(void)state;
	paint();
	for (unsigned i = 0; i < 3; i++) {
		copy(factors[i], 0, false, false);
		assert_near(result.light, factors[i], 1e-6);
		assert_near(result.likeness, 1, 1e-6);
		assert_near(result.offset, 0, 1e-3);
		assert_true(result.obstructed == 0);
		assert_true(result.turned < 0.5 && result.mirrored < 0.9 && result.flipped < 0.97);
	}
}

static void each_way_to_stand_wrong_is_a_figure(void **state)
{
	(void)state;
	paint();
	copy(1, 0, true, true);
	assert_near(result.turned, 1, 1e-6);
	copy(1, 0, false, true);
	assert_near(result.mirrored, 1, 1e-6);
	copy(1, 0, true, false);
	assert_near(result.flipped, 1, 1e-6);
	assert_true(result.likeness < 0.97);
}

static void codes_everywhere_are_the_offset(void **state)
{
	(void)state;
	paint();
	copy(1, 50, false, false);
	assert_near(result.offset, 50, 1e-3);
	copy(0.5, 30, false, false);
	assert_near(result.offset, 30, 1e-3);
	copy(1, -20, false, false);
	assert_near(result.offset, -20, 1e-3);
	/* Clipped blocks tell nothing: in one picture or the other. */
	copy(1, 50, false, false);
	seen.light[0][0] = 851;
	golden.light[5][5] = 851;
	golden_compare(&seen, &golden, &result);
	assert_near(result.offset, 50, 1e-3);
	seen.light[0][0] = 850; /* which this one does */
	golden_compare(&seen, &golden, &result);
	assert_true(result.offset < 49.9 || result.offset > 50.1);
	seen.light[0][0] = 851;
	golden.light[5][5] = 850; /* and that one */
	golden_compare(&seen, &golden, &result);
	assert_true(result.offset < 49.9 || result.offset > 50.1);
	/* A wall has no straight line. */
	memset(golden.light, 0, sizeof golden.light);
	golden_compare(&seen, &golden, &result);
	assert_true(result.offset == 0 && result.likeness == 0);
}

/* Blocks that are less than a third as bright as the rest says. */
static void darker_blocks_are_counted(void **state)
{
	(void)state;
	paint();
	for (unsigned blocks = 0; blocks <= 96; blocks += 32) {
		for (unsigned i = 0; i < GRID_WIDTH * GRID_HEIGHT; i++)
			seen.light[i / GRID_WIDTH][i % GRID_WIDTH] =
				golden.light[i / GRID_WIDTH][i % GRID_WIDTH] *
				(i < blocks ? 0.33f : 1.0f);
		golden_compare(&seen, &golden, &result);
		assert_true(result.light == 1);
		assert_true(result.obstructed == blocks / 768.0);
	}
	copy(1, 0, false, false);
	seen.light[3][3] = golden.light[3][3] * 0.34f; /* a third and a little */
	golden_compare(&seen, &golden, &result);
	assert_true(result.obstructed == 0);
	golden.light[3][3] = 300;
	seen.light[3][3] = 100; /* just a third */
	golden_compare(&seen, &golden, &result);
	assert_true(result.obstructed == 0);
	/* What is dark in the golden frame, too, is not. */
	golden.light[0][0] = 15.9f;
	seen.light[0][0] = 0;
	golden_compare(&seen, &golden, &result);
	assert_true(result.obstructed == 0);
	golden.light[0][0] = 16;
	golden_compare(&seen, &golden, &result);
	assert_true(result.obstructed == 1 / 768.0);
}

/* The median, wherever in the picture the other half stands. */
static void light_is_that_of_the_middle_block(void **state)
{
	(void)state;
	paint();
	copy(1, 0, false, false);
	for (unsigned y = 8; y < 16; y++)
		for (unsigned x = 0; x < GRID_WIDTH; x++)
			seen.light[y][x] = golden.light[y][x] / 2;
	golden_compare(&seen, &golden, &result);
	assert_true(result.light == 1);
}

/* All blocks have a say: ratios that rise from corner to corner. */
static void light_is_the_median_of_all_blocks(void **state)
{
	(void)state;
	for (unsigned i = 0; i < GRID_WIDTH * GRID_HEIGHT; i++) {
		golden.light[i / GRID_WIDTH][i % GRID_WIDTH] = 16;
		seen.light[i / GRID_WIDTH][i % GRID_WIDTH] = (float)i;
	}
	golden_compare(&seen, &golden, &result);
	assert_true(result.light == 384 / 16.0);
	for (unsigned i = 0; i < 3; i++) { /* too dark to compare */
		golden.light[0][i] = 15.9f;
		golden_compare(&seen, &golden, &result);
		assert_true(result.light == (384 + (i + 1) / 2) / 16.0);
	}
	memset(&golden, 0, sizeof golden);
	golden_compare(&seen, &golden, &result);
	assert_true(result.light == 0);
}

static double square_root(float light)
{
	return light > 0 ? sqrt((double)light) : 0;
}

/* Correlation of the roots, from the means on. */
static double correlation(bool down, bool across)
{
	double a[GRID_WIDTH * GRID_HEIGHT], b[GRID_WIDTH * GRID_HEIGHT];
	double mean_a = 0, mean_b = 0, aa = 0, bb = 0, ab = 0;

	for (unsigned i = 0; i < GRID_WIDTH * GRID_HEIGHT; i++) {
		unsigned x = i % GRID_WIDTH, y = i / GRID_WIDTH;

		a[i] = square_root(seen.light[y][x]);
		b[i] = square_root(golden.light[down ? GRID_HEIGHT - 1 - y : y]
					       [across ? GRID_WIDTH - 1 - x : x]);
		mean_a += a[i] / (GRID_WIDTH * GRID_HEIGHT);
		mean_b += b[i] / (GRID_WIDTH * GRID_HEIGHT);
	}
	for (unsigned i = 0; i < GRID_WIDTH * GRID_HEIGHT; i++) {
		aa += (a[i] - mean_a) * (a[i] - mean_a);
		bb += (b[i] - mean_b) * (b[i] - mean_b);
		ab += (a[i] - mean_a) * (b[i] - mean_b);
	}
	return ab / sqrt(aa * bb);
}

/* Where the line through both means begins whose slope is the ratio of the deviations. */
static double line_begin(void)
{
	double mean_x = 0, mean_y = 0, xx = 0, yy = 0;

	for (unsigned i = 0; i < GRID_WIDTH * GRID_HEIGHT; i++) {
		mean_x += (double)golden.light[i / GRID_WIDTH][i % GRID_WIDTH] /
			  (GRID_WIDTH * GRID_HEIGHT);
		mean_y += (double)seen.light[i / GRID_WIDTH][i % GRID_WIDTH] /
			  (GRID_WIDTH * GRID_HEIGHT);
	}
	for (unsigned i = 0; i < GRID_WIDTH * GRID_HEIGHT; i++) {
		xx += pow((double)golden.light[i / GRID_WIDTH][i % GRID_WIDTH] - mean_x, 2);
		yy += pow((double)seen.light[i / GRID_WIDTH][i % GRID_WIDTH] - mean_y, 2);
	}
	return mean_y - mean_x * sqrt(yy / xx);
}

static void figures_are_those_of_the_formulas(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (unsigned i = 0; i < GRID_WIDTH * GRID_HEIGHT; i++) {
		seed = seed * 1664525 + 1013904223;
		golden.light[i / GRID_WIDTH][i % GRID_WIDTH] = (float)(seed >> 28) / 8 - 0.5f;
		seed = seed * 1664525 + 1013904223;
		seen.light[i / GRID_WIDTH][i % GRID_WIDTH] = (float)(seed >> 28) / 4 - 1;
	}
	golden_compare(&seen, &golden, &result);
	assert_near(result.likeness, correlation(false, false), 1e-9);
	assert_near(result.turned, correlation(true, true), 1e-9);
	assert_near(result.mirrored, correlation(false, true), 1e-9);
	assert_near(result.flipped, correlation(true, false), 1e-9);
	assert_near(result.offset, line_begin(), 1e-9);
}

/* Pictures in which one block is a hair brighter. */
static void the_least_structure_is_compared(void **state)
{
	(void)state;
	for (unsigned i = 0; i < GRID_WIDTH * GRID_HEIGHT; i++)
		golden.light[i / GRID_WIDTH][i % GRID_WIDTH] = 1;
	golden.light[9][9] = 1.03125f;
	copy(1, 50, false, false);
	assert_near(result.likeness, 1, 1e-3);
	assert_near(result.offset, 50, 1e-3);
	paint();
	for (unsigned i = 0; i < GRID_WIDTH * GRID_HEIGHT; i++)
		seen.light[i / GRID_WIDTH][i % GRID_WIDTH] = 100;
	golden_compare(&seen, &golden, &result);
	assert_true(result.offset == 0); /* a wall */
	seen.light[9][9] = 100.03125f;
	golden_compare(&seen, &golden, &result);
	assert_near(result.offset, 100, 0.1);
}

/* ---- the file ------------------------------------------------------------------------------- */

static uint8_t file[2 * 8193 * 32 + 100];

/* A file of this head with samples that count up; its size. */
static size_t make(const char *head, unsigned width, unsigned height)
{
	size_t size = (size_t)snprintf((char *)file, sizeof file, "%s", head);

	for (unsigned i = 0; i < width * height; i++) {
		file[size++] = (uint8_t)(i % 1000 >> 8);
		file[size++] = (uint8_t)(i % 1000);
	}
	return size;
}

static void heads_are_read_to_their_edges(void **state)
{
	static const struct {
		const char *head;
		unsigned width, height;
		bool is_good;
	} cases[] = {
		{"P5\n32 24\n1023\n", 32, 24, true},
		{"P5 # a 9 comment\n32 24\n1023\n", 32, 24, true},
		{"P5\r\n32\n24 1023 ", 32, 24, true},
		{"P6\n32 24\n1023\n", 32, 24, false},
		{"Q5\n32 24\n1023\n", 32, 24, false},
		{"P5\n31 24\n1023\n", 31, 24, false},
		{"P5\n32 23\n1023\n", 32, 23, false},
		{"P5\n8192 24\n1023\n", 8192, 24, true},
		{"P5\n8193 24\n1023\n", 8193, 24, false},
		{"P5\n32 6144\n1023\n", 32, 6144, true},
		{"P5\n32 8192\n1023\n", 32, 8192, true},
		{"P5\n32 8193\n1023\n", 32, 8193, false},
		{"P5#5\n32 24\n1023\n", 32, 24, true},
		{"P5\n32 24\n255\n", 32, 24, false},
		{"P5\n32 24\n256\n", 32, 24, true},
		{"P5\n32 24\n65535\n", 32, 24, true},
		{"P5\n32 24\n65536\n", 32, 24, false},
		{"P5\n32 24\n", 0, 0, false},
		{"P5", 0, 0, false},
		{"P", 0, 0, false},
		{"", 0, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const size_t size = make(cases[i].head, cases[i].width, cases[i].height);

		if (golden_parse(file, size, 0, &golden) !=
		    (cases[i].is_good ? FL_OK : FL_ERR_INVALID))
			fail_msg("'%s'", cases[i].head);
		/* A sample too few is no picture. */
		if (cases[i].is_good)
			assert_int_equal(golden_parse(file, size - 1, 0, &golden), FL_ERR_INVALID);
	}
}

/* Means of blocks in codes of ten bits, above black. */
static void blocks_are_the_files_means(void **state)
{
	size_t size = make("P5\n99 74\n2046\n", 99, 74); /* blocks of 3 x 3; the rest is left out */

	(void)state;
	assert_int_equal(golden_parse(file, size, 20, &golden), FL_OK);
	for (unsigned y = 0; y < GRID_HEIGHT; y++)
		for (unsigned x = 0; x < GRID_WIDTH; x++) {
			double sum = 0;

			for (unsigned i = 0; i < 9; i++)
				sum += ((3 * y + i / 3) * 99 + 3 * x + i % 3) % 1000;
			assert_near((double)golden.light[y][x], sum / 9 / 2 - 20, 1e-4);
		}
}

/* ---- verdicts ------------------------------------------------------------------------------- */

static const struct image_limits limits = {
	.golden_light = 250, .obstruction = 50, .black_level = 24, .golden_likeness = 800};

static void each_limit_is_kept_to_its_edge(void **state)
{
	static const struct {
		struct golden_result result;
		const char *words; /* NULL: passes */
	} cases[] = {
		{{.light = 1, .likeness = 1}, NULL},
		{{.light = 0.25, .likeness = 1}, NULL},
		{{.light = 0.2499, .likeness = 1},
		 "too dark: 24 % of the golden frame's light (limit 25 %)"},
		{{.light = 4, .likeness = 1}, NULL},
		{{.light = 4.01, .likeness = 1},
		 "too bright: 401 % of the golden frame's light (limit 400 %)"},
		{{.light = 1, .obstructed = 0.05, .likeness = 1}, NULL},
		{{.light = 0.99, .obstructed = 0.05, .likeness = 0.79},
		 "another scene: likeness to the golden frame 79 % (limit 80 %)"},
		{{.light = 1, .obstructed = 1, .likeness = 1},
		 "obstruction: 100 % of the picture is less than a third as bright as in the "
		 "golden frame (limit 5 %)"},
		{{.light = 1, .obstructed = 0.0625, .likeness = 1},
		 "obstruction: 6 % of the picture is less than a third as bright as in the golden "
		 "frame (limit 5 %)"},
		{{.light = 1, .offset = 24, .likeness = 1}, NULL},
		{{.light = 1, .offset = 25, .likeness = 1},
		 "black level off: the picture is the golden frame's and 25 codes everywhere "
		 "(limit 24)"},
		{{.light = 1, .likeness = 0.8}, NULL},
		{{.light = 1, .likeness = 0.7995},
		 "another scene: likeness to the golden frame 79 % (limit 80 %)"},
		/* Light and shadows of another scene are not compared. */
		{{.light = 0.1, .obstructed = 1, .offset = 99, .likeness = 0.29},
		 "another scene: likeness to the golden frame 28 % (limit 80 %)"},
		{{.light = 0.1, .likeness = 0.3},
		 "too dark: 10 % of the golden frame's light (limit 25 %)"},
		{{.light = 1, .offset = 99, .likeness = 0.69},
		 "another scene: likeness to the golden frame 69 % (limit 80 %)"},
		{{.light = 1, .offset = 99, .likeness = 0.7},
		 "black level off: the picture is the golden frame's and 99 codes everywhere "
		 "(limit 24)"},
		/* Turned: better by 0.15, and 0.8 at all; the best way is told. */
		{{.light = 1, .likeness = 0.82, .turned = 0.96}, NULL},
		{{.light = 1, .likeness = 0.82, .turned = 0.98},
		 "upside down, turned by 180 degrees: likeness to the golden frame 82 %, turned so "
		 "98 %"},
		{{.light = 1, .likeness = 0.699, .turned = 0.999},
		 "upside down, turned by 180 degrees: likeness to the golden frame 69 %, turned so "
		 "99 %"},
		{{.light = 1, .likeness = 0.1, .mirrored = 0.8, .flipped = 0.8, .turned = 0.8},
		 "another scene: likeness to the golden frame 10 % (limit 80 %)"},
		{{.light = 1, .likeness = 0.1, .mirrored = 0.9, .flipped = 0.9, .turned = 0.9},
		 "mirrored, left to right: likeness to the golden frame 10 %, turned so 90 %"},
		{{.light = 1, .likeness = 0.1, .mirrored = 0.79},
		 "another scene: likeness to the golden frame 10 % (limit 80 %)"},
		{{.light = 1, .likeness = 0.1, .mirrored = 0.81},
		 "mirrored, left to right: likeness to the golden frame 10 %, turned so 81 %"},
		{{.light = 1, .likeness = 0.1, .mirrored = 0.85, .flipped = 0.9},
		 "upside down and mirrored: likeness to the golden frame 10 %, turned so 90 %"},
		{{.light = 1, .likeness = 0.1, .mirrored = 0.85, .flipped = 0.91, .turned = 0.9},
		 "upside down and mirrored: likeness to the golden frame 10 %, turned so 91 %"},
		{{.light = 1, .likeness = 0.1, .mirrored = 0.85, .flipped = 0.9, .turned = 0.95},
		 "upside down, turned by 180 degrees: likeness to the golden frame 10 %, turned so "
		 "95 %"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct diag diag = {0};
		enum fl_err err = judge_golden(&cases[i].result, &limits, &diag);

		assert_int_equal(err, cases[i].words ? FL_ERR_MISMATCH : FL_OK);
		assert_string_equal(diag.message, cases[i].words ? cases[i].words : "");
	}
}

static void without_a_chart_any_scene_will_do(void **state)
{
	struct image_limits free_scene = limits;
	const struct golden_result other = {.light = 1, .likeness = 0};

	(void)state;
	free_scene.golden_likeness = 0;
	assert_int_equal(judge_golden(&other, &free_scene, NULL), FL_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_scene_is_alike_at_any_light),
		cmocka_unit_test(each_way_to_stand_wrong_is_a_figure),
		cmocka_unit_test(codes_everywhere_are_the_offset),
		cmocka_unit_test(darker_blocks_are_counted),
		cmocka_unit_test(light_is_that_of_the_middle_block),
		cmocka_unit_test(light_is_the_median_of_all_blocks),
		cmocka_unit_test(figures_are_those_of_the_formulas),
		cmocka_unit_test(the_least_structure_is_compared),
		cmocka_unit_test(heads_are_read_to_their_edges),
		cmocka_unit_test(blocks_are_the_files_means),
		cmocka_unit_test(each_limit_is_kept_to_its_edge),
		cmocka_unit_test(without_a_chart_any_scene_will_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
