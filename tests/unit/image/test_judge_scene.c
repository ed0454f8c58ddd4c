/* test_judge_scene.c: every limit of a scene's figures at its edge, and the words that name the cause. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "image/image.h"

static struct image image;
static struct image_statistics seen;
static struct image_limits limits;

/* A healthy picture; each case spoils one figure of it. */
static int healthy(void **state)
{
	(void)state;
	image = (struct image){
		.width = 1024, .height = 256, .bayer = BAYER_GRBG, .black_level = 64};
	seen = (struct image_statistics){.black = 64,
					 .noise = 2,
					 .red = 0.6,
					 .blue = 0.5,
					 .shading = 0.8,
					 .blur = 0.001,
					 .step = 100};
	for (unsigned i = 0; i < 4; i++)
		seen.plane[i] = (struct plane_statistics){.p1 = 100, .p99 = 800, .floor = 70};
	limits = (struct image_limits){
		.hot_pixels = 10,
		.dead_pixels = 8,
		.clusters = 2,
		.noise = 20,
		.fixed_pattern = 9,
		.black_level = 24,
		.brightness = 205,
		.clipped = 255,
		.dark_area = 125,
		.colour = 250,
		.green_balance = 125,
		.shading = 500,
		.blur = 13,
		.contrast = 50,
	};
	return 0;
}

/* The verdict on what `seen` holds now; NULL: passes. */
static void still(const char *words)
{
	struct diag diag = {0};
	enum fl_err err = judge_statistics(&image, &seen, &limits, &diag);

	assert_string_equal(diag.message, words ? words : "");
	assert_int_equal(err, words ? FL_ERR_MISMATCH : FL_OK);
}

/* The same, and the next case begins with a healthy picture. */
static void expect(const char *words)
{
	still(words);
	healthy(NULL);
}

static void set_planes(unsigned p1, unsigned p99)
{
	for (unsigned i = 0; i < 4; i++) {
		seen.plane[i].p1 = (uint16_t)p1;
		seen.plane[i].p99 = (uint16_t)p99;
	}
}

static void set_plane(unsigned plane, unsigned p1, unsigned p99)
{
	seen.plane[plane].p1 = (uint16_t)p1;
	seen.plane[plane].p99 = (uint16_t)p99;
}

static void a_healthy_picture_passes(void **state)
{
	(void)state;
	expect(NULL);
}

/* ---- light ---------------------------------------------------------------------------------- */

static void no_picture_is_told_by_what_it_holds(void **state)
{
	(void)state;
	set_planes(1015, 1020);
	expect("all white: 99 of 100 samples at 1015 or above");
	set_planes(1014, 1020);
	expect("no contrast: samples lie between 1014 and 1020 (limit 50 apart)");
	set_planes(500, 500);
	seen.noise = 0;
	expect("every sample is 500: no light, and no noise either");
	set_planes(500, 500);
	seen.noise = 0.001;
	expect("no contrast: samples lie between 500 and 500 (limit 50 apart)");
	set_planes(500, 501);
	seen.noise = 0;
	expect("no contrast: samples lie between 500 and 501 (limit 50 apart)");
	set_planes(0, 0);
	seen.noise = 0;
	expect("every sample is 0: no light, and no noise either");
}

static void darkness_is_told_from_a_wrong_black_level(void **state)
{
	(void)state;
	seen.is_dark = true;
	seen.black = 33;
	seen.black_source = BLACK_MEASURED;
	set_planes(20, 31);
	still("dark, and the black level is off: samples lie between 20 and 31, the sensor file "
	      "says 64");
	set_planes(20, 32);
	still("dark: samples lie between 20 and 32 (black level 33, measured on a dark frame)");
	set_planes(20, 31);
	image.black_level = 0;
	expect("dark: samples lie between 20 and 31 (black level 33, measured on a dark frame)");
}

static void a_dark_part_is_told(void **state)
{
	(void)state;
	seen.dark_area = 0.125;
	expect(NULL);
	seen.dark_area = 0.1255;
	expect("part of the picture dark: no light at all in 12 % of it (limit 12 %), while the "
	       "rest reaches 800");
	seen.dark_area = 1;
	expect("part of the picture dark: no light at all in 100 % of it (limit 12 %), while the "
	       "rest reaches 800");
}

static void black_has_a_limit_on_both_sides(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		seen.plane[i].p1 = 42; /* 16 and three times the noise below */
		expect(NULL);
		seen.plane[i].p1 = 41;
		expect("black level off: 1 of 100 samples at 41 or below, black is 64");
	}
	for (unsigned i = 0; i < 4; i++)
		seen.plane[i].floor = 88;
	still(NULL);
	for (unsigned i = 0; i < 4; i++)
		seen.plane[i].floor = 89;
	still("black level off: the darkest samples are at 89, black is 64 (limit 24 above)");
	for (unsigned i = 0; i < 4; i++) { /* one plane that is dark is enough */
		seen.plane[i].floor = 70;
		still(NULL);
		seen.plane[i].floor = 89;
	}
	image.black_level = 0;
	expect(NULL);
	/* What spans less than twice as much is a wall. */
	for (unsigned i = 0; i < 4; i++)
		seen.plane[i].floor = 264;
	set_planes(100, 664);
	still("black level off: the darkest samples are at 264, black is 64 (limit 24 above)");
	set_planes(100, 663);
	expect(NULL);
}

static void brightness_has_a_limit_on_both_sides(void **state)
{
	(void)state;
	set_planes(100, 261);
	expect(NULL);
	set_planes(100, 260);
	for (unsigned i = 0; i < 4; i++) { /* the brightest plane counts */
		seen.plane[i].p99 = 261;
		still(NULL);
		seen.plane[i].p99 = 260;
	}
	expect("too dark: the brightest hundredth reaches 20.4 % of full scale (limit 20.5 %)");
	set_planes(100, 1023);
	limits.brightness = 1001;
	expect("too dark: the brightest hundredth reaches 100.0 % of full scale (limit 100.1 %)");
	seen.clipped = 0.25;
	limits.clipped = 250;
	expect(NULL);
	seen.clipped = 0.2555;
	expect("too bright: 25 % of the samples at full scale (limit 25 %)");
	seen.clipped = 1;
	expect("too bright: 100 % of the samples at full scale (limit 25 %)");
}

/* ---- data bits ------------------------------------------------------------------------------ */

static void each_stuck_bit_is_named(void **state)
{
	(void)state;
	seen.stuck_bits = 0x201;
	seen.stuck_ones = 0x200;
	expect("data bit stuck: bit 0 always 0, 9 always 1, though the light passes through both "
	       "of its values");
	seen.stuck_bits = 0x3ff;
	seen.stuck_ones = 0x2aa;
	expect("data bit stuck: bit 0 always 0, 1 always 1, 2 always 0, 3 always 1, 4 always 0, "
	       "5 always 1, 6 always 0, 7 always 1, 8 always 0, 9 always 1, though the light "
	       "passes through both of its values");
}

static void each_other_order_of_bits_is_named(void **state)
{
	(void)state;
	seen.has_other_order = true;
	seen.order_low = 3;
	seen.order_high = 9;
	still("data bits swapped: the picture is smooth only with bits 3 and 9 exchanged");
	seen.order_high = 10;
	still("data bits swapped: the picture is smooth only with its bits moved by 3");
	seen.order_low = 1;
	still("data bits swapped: the picture is smooth only with its bits moved by 1");
	seen.order_low = 0;
	expect("data bits swapped: the picture is smooth only with all bits reversed");
}

/* ---- colour --------------------------------------------------------------------------------- */

static void a_dead_plane_is_named(void **state)
{
	static const char *const words[] = {
		"colour channel dead: green samples (plane 0) lie between 60 and 74, others reach "
		"800",
		"colour channel dead: red samples (plane 1) lie between 60 and 74, others reach "
		"800",
		"colour channel dead: blue samples (plane 2) lie between 60 and 74, others reach "
		"800",
		"colour channel dead: green samples (plane 3) lie between 60 and 74, others reach "
		"800",
	};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		set_plane(i, 60, 74);
		expect(words[i]);
		set_plane(i, 60, 75); /* more than noise */
		expect(NULL);
	}
	image.bayer = BAYER_MONO;
	set_plane(1, 60, 74);
	expect("colour channel dead: mono samples (plane 1) lie between 60 and 74, others reach "
	       "800");
	set_plane(1, 70, 80); /* up to 16 above black */
	expect("colour channel dead: red samples (plane 1) lie between 70 and 80, others reach "
	       "800");
	set_plane(1, 70, 81);
	expect("colour channel stuck: red samples (plane 1) lie between 70 and 81, others span "
	       "700 codes");
	/* Only beside one that reaches 64 more. */
	set_planes(70, 138);
	set_plane(2, 60, 74);
	expect("colour channel dead: blue samples (plane 2) lie between 60 and 74, others reach "
	       "138");
	set_planes(70, 137);
	set_plane(2, 60, 74);
	expect("too dark: the brightest hundredth reaches 7.6 % of full scale (limit 20.5 %)");
}

static void a_stuck_plane_is_named(void **state)
{
	static const char *const words[] = {
		"colour channel stuck: green samples (plane 0) lie between 500 and 514, others "
		"span 176 codes",
		"colour channel stuck: red samples (plane 1) lie between 500 and 514, others "
		"span 176 codes",
		"colour channel stuck: blue samples (plane 2) lie between 500 and 514, others "
		"span 176 codes",
		"colour channel stuck: green samples (plane 3) lie between 500 and 514, others "
		"span 176 codes",
	};

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		for (unsigned wide = 0; wide < 4; wide++) {
			if (wide == i)
				continue;
			set_planes(400, 500);
			set_plane(i, 500, 514);
			set_plane(wide, 324, 500);
			still(words[i]);
			set_plane(wide, 325, 500); /* eight times as much, and 64 */
			expect(NULL);
		}
	set_plane(1, 500, 515);
	expect(NULL);
	seen.noise = 0;
	set_plane(1, 500, 504);
	expect("colour channel stuck: red samples (plane 1) lie between 500 and 504, others span "
	       "700 codes");
}

static void weak_colours_are_named(void **state)
{
	(void)state;
	seen.red = 0.25;
	expect(NULL);
	seen.blue = 0.25;
	expect(NULL);
	seen.red = 0.2499;
	expect("colour channel weak: red reaches 24 % of green where it is strong (limit 25 %)");
	seen.blue = 0.2499;
	expect("colour channel weak: blue reaches 24 % of green where it is strong (limit 25 %)");
	seen.red = seen.blue = 0.2;
	expect("colour channel weak: blue reaches 20 % of green where it is strong (limit 25 %)");
	seen.red = -0.5;
	expect("colour channel weak: red reaches 0 % of green where it is strong (limit 25 %)");
	seen.red = seen.blue = 2;
	expect(NULL);
	seen.red = seen.blue = 1.25;
	limits.colour = 400;
	expect(NULL);
	seen.red = 9;
	seen.blue = 2.01;
	expect("colour channel weak: green reaches 49 % of red and of blue where they are strong "
	       "(limit 50 %)");
}

static void greens_that_differ_are_told(void **state)
{
	(void)state;
	seen.green_balance = 0.125;
	expect(NULL);
	seen.green_balance = -0.125;
	expect(NULL);
	seen.green_balance = 0.1255;
	expect("colour channel weak: samples of one colour in odd and even lines differ by 12 % "
	       "(limit 12 %)");
	seen.green_balance = -1;
	expect("colour channel weak: samples of one colour in odd and even lines differ by 100 % "
	       "(limit 12 %)");
	image.bayer = BAYER_MONO;
	seen.green_balance = -0.5;
	expect("the four samples of a block see the same light, but differ by 50 % (limit 12 %)");
}

/* ---- lines and columns ---------------------------------------------------------------------- */

static void lines_without_data_are_told(void **state)
{
	(void)state;
	seen.missing_lines = 1;
	seen.first_missing = 7;
	still("dead line: line 7 holds nothing but zero");
	seen.missing_lines = 2;
	expect("dead lines: 2 hold nothing but zero, the first is line 7");
	seen.dead_rows = 3;
	seen.dead_row = (struct row_defect){true, 5, 512};
	still("hot column: column 5 holds nothing but 512 (such lines and columns: 3)");
	seen.dead_rows = 1;
	seen.dead_row = (struct row_defect){false, 6, 511};
	expect("dead line: line 6 holds nothing but 511 (such lines and columns: 1)");
	seen.repeated_lines = 4;
	seen.first_repeated = 9;
	seen.noise = 0.5;
	still("repeated lines: 4 equal the line of their colours before in every sample, the first "
	      "is line 9");
	seen.noise = 0.49;
	expect(NULL);
	seen.first_repeated = 9;
	expect(NULL);
}

static void stripes_have_a_limit(void **state)
{
	(void)state;
	seen.stripes = (struct stripes){true, 8, 8};
	still(NULL);
	seen.stripes.height = 9;
	still("fixed pattern: stripes, one in 8 columns, of 9 codes (limit 9)");
	seen.stripes.are_columns = false;
	expect("fixed pattern: stripes, one in 8 lines, of 9 codes (limit 9)");
}

static void odd_rows_stand_out_of_the_limit_and_of_noise(void **state)
{
	(void)state;
	seen.odd_row = (struct row_defect){false, 3, 8};
	still(NULL);
	seen.odd_row.value = 9;
	still("fixed pattern: line 3 stands 9 codes above its neighbours (limit 9)");
	seen.odd_row.value = -9;
	still("fixed pattern: line 3 stands 9 codes below its neighbours (limit 9)");
	seen.odd_row.value = 255;
	still("fixed pattern: line 3 stands 255 codes above its neighbours (limit 9)");
	seen.odd_row.value = 256;
	still("hot line: line 3 stands 256 codes above its neighbours");
	seen.odd_row.value = -256;
	seen.odd_row.is_column = true;
	expect("dead column: column 3 stands 256 codes below its neighbours");
	/* A sixteenth of 256 lines has 16 samples: their mean spreads by a quarter of the noise. */
	seen.noise = 20;
	seen.odd_row = (struct row_defect){true, 3, 19};
	still(NULL);
	seen.odd_row.value = 20;
	still("fixed pattern: column 3 stands 20 codes above its neighbours (limit 9)");
	/* One of 1024 columns has 64: by an eighth. */
	seen.odd_row = (struct row_defect){false, 3, 9};
	still(NULL);
	seen.odd_row.value = 10;
	expect("fixed pattern: line 3 stands 10 codes above its neighbours (limit 9)");
	limits.fixed_pattern = 1;
	seen.noise = 0;
	seen.odd_row = (struct row_defect){false, 3, 1};
	expect("fixed pattern: line 3 stands 1 codes above its neighbours (limit 1)");
}

/* ---- samples -------------------------------------------------------------------------------- */

static void clusters_have_a_limit(void **state)
{
	(void)state;
	seen.clusters = 2;
	seen.cluster = (struct defect_cluster){12, 34, 5, false};
	still(NULL);
	seen.clusters = 3;
	still("defect cluster: 5 hot samples touch at column 12, line 34 (clusters: 3, limit 2)");
	seen.cluster.is_dark = true;
	expect("defect cluster: 5 dead samples touch at column 12, line 34 (clusters: 3, limit 2)");
}

/* Each kind has a limit, and two thirds of both together. */
static void single_defects_have_three_limits(void **state)
{
	(void)state;
	seen.hot = 10;
	seen.dead = 2;
	expect(NULL);
	seen.hot = 11;
	expect("too many hot pixels: 11 (limit 10)");
	seen.hot = 4;
	seen.dead = 8;
	expect(NULL);
	seen.dead = 9;
	expect("too many dead pixels: 9 (limit 8)");
	seen.hot = 6;
	seen.dead = 7;
	expect("too many defect pixels: 6 hot and 7 dead (together 12 at most)");
}

static void noise_has_a_limit(void **state)
{
	(void)state;
	seen.noise = 20;
	expect(NULL);
	seen.noise = 20.15;
	expect("noise of 20.1 codes where the picture is calmest (limit 20)");
}

/* ---- lens ----------------------------------------------------------------------------------- */

static void the_lens_has_limits(void **state)
{
	(void)state;
	seen.shading = 0.5;
	expect(NULL);
	seen.shading = 0.4998;
	expect("shading: corners have 49 % of the centre's light (limit 50 %)");
	seen.blur = 0.01305;
	expect(NULL);
	seen.blur = 0.01315;
	still("out of focus: the sharpest edges are 1.31 % of the picture wide (limit 1.3 %)");
	seen.step = 1;
	still("out of focus: the sharpest edges are 1.31 % of the picture wide (limit 1.3 %)");
	seen.step = 0; /* nothing to focus on */
	expect(NULL);
	seen.blur = 1;
	expect("out of focus: the sharpest edges are 100.00 % of the picture wide (limit 1.3 %)");
	set_planes(700, 750);
	expect(NULL);
	set_planes(700, 749);
	expect("no contrast: samples lie between 700 and 749 (limit 50 apart)");
}

/* What spoils the figures of others is told before them. */
static void the_first_cause_is_told(void **state)
{
	(void)state;
	seen.noise = 21;
	seen.shading = 0;
	still("noise of 21.0 codes where the picture is calmest (limit 20)");
	seen.dark_area = 1;
	still("part of the picture dark: no light at all in 100 % of it (limit 12 %), while the "
	      "rest reaches 800");
	seen.missing_lines = 1;
	still("dead line: line 0 holds nothing but zero");
	seen.stuck_bits = 1;
	still("data bit stuck: bit 0 always 0, though the light passes through both of its values");
	seen.is_dark = true;
	expect("dark: samples lie between 100 and 800 (black level 64, sensor file)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_healthy_picture_passes, healthy),
		cmocka_unit_test_setup(no_picture_is_told_by_what_it_holds, healthy),
		cmocka_unit_test_setup(darkness_is_told_from_a_wrong_black_level, healthy),
		cmocka_unit_test_setup(a_dark_part_is_told, healthy),
		cmocka_unit_test_setup(black_has_a_limit_on_both_sides, healthy),
		cmocka_unit_test_setup(brightness_has_a_limit_on_both_sides, healthy),
		cmocka_unit_test_setup(each_stuck_bit_is_named, healthy),
		cmocka_unit_test_setup(each_other_order_of_bits_is_named, healthy),
		cmocka_unit_test_setup(a_dead_plane_is_named, healthy),
		cmocka_unit_test_setup(a_stuck_plane_is_named, healthy),
		cmocka_unit_test_setup(weak_colours_are_named, healthy),
		cmocka_unit_test_setup(greens_that_differ_are_told, healthy),
		cmocka_unit_test_setup(lines_without_data_are_told, healthy),
		cmocka_unit_test_setup(stripes_have_a_limit, healthy),
		cmocka_unit_test_setup(odd_rows_stand_out_of_the_limit_and_of_noise, healthy),
		cmocka_unit_test_setup(clusters_have_a_limit, healthy),
		cmocka_unit_test_setup(single_defects_have_three_limits, healthy),
		cmocka_unit_test_setup(noise_has_a_limit, healthy),
		cmocka_unit_test_setup(the_lens_has_limits, healthy),
		cmocka_unit_test_setup(the_first_cause_is_told, healthy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
