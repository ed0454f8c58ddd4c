/* test_blur.c: how wide edges are, on edges whose width is known exactly. */
#include "tests/unit/image/canvas.h"

/* The smallest picture that is measured: 64 samples of a colour, distances of 1, 2, 4 and 8. */
#define WIDE 128u
#define HIGH 96u

static void measure(void)
{
	assert_int_equal(blur_measure(&image, &found), FL_OK);
}

/* `want` in samples of one colour. */
static void assert_blur(double want, unsigned step)
{
	double noise = found.noise;

	found = (struct image_statistics){.noise = noise};
	measure();
	if (found.step != step || found.blur * (image.width / 2) - want > 1e-9 ||
	    found.blur * (image.width / 2) - want < -1e-9)
		fail_msg("%g of a step of %u, want %g of %u", found.blur * (image.width / 2),
			 found.step, want, step);
}

/* An edge over so many samples of a colour, each higher by `rise`, across every line or column. */
static void edge_add(bool down, unsigned samples, unsigned rise)
{
	for (unsigned y = 0; y < image.height; y++)
		for (unsigned x = 0; x < image.width; x++) {
			unsigned at_sample = (down ? y : x) / 2, from = 20;

			if (at_sample > from)
				*at(x, y) =
					(uint16_t)(*at(x, y) + rise * (at_sample - from < samples
									       ? at_sample - from
									       : samples));
		}
}

static void edge(bool down, unsigned samples, unsigned rise, double noise)
{
	canvas_new(WIDE, HIGH, 100);
	found.noise = noise;
	edge_add(down, samples, rise);
}

/* A step at the end of so many lines: one pair of each at any distance. No column that is looked at
 * has it. */
static void rare(unsigned lines)
{
	canvas_new(WIDE, HIGH, 100);
	found.noise = 0;
	for (unsigned i = 0; i < lines; i++)
		*at(126, i) = 500;
}

static void an_edge_is_as_wide_as_half_of_its_rise(void **state)
{
	(void)state;
	for (unsigned down = 0; down < 2; down++) {
		edge(down, 1, 400, 0);
		assert_blur(0.5, 400);
		edge(down, 2, 200, 0);
		assert_blur(1, 400);
		edge(down, 4, 100, 0);
		assert_blur(2, 400);
		edge(down, 5, 80, 0); /* 80, 160, 320: half is a quarter of the way from 2 to 4 */
		assert_blur(2.5, 400);
		edge(down, 8, 50, 0);
		assert_blur(4, 400);
	}
	canvas_new(WIDE, HIGH, 100);
	assert_blur(0, 0);
}

/* What noise adds is taken off. */
static void noise_makes_no_edge_steeper(void **state)
{
	(void)state;
	edge(false, 1, 400, 10);
	assert_blur(200.0 / 370, 400);
	edge(false, 5, 80, 10); /* 50, 130, 290 */
	assert_blur(2 * (1 + 70.0 / 160), 400);
	edge(false, 5, 80, 60); /* 0, 0, 140, 220 */
	assert_blur(4 * (1 + 60.0 / 80), 400);
	edge(false, 8, 50, 100); /* never half of it */
	assert_blur(8, 400);
	/* In so few lines that only the second distance sees it. */
	rare(30);
	found.noise = 10;
	assert_blur(1 + 200.0 / 370, 400);
}

static void a_low_edge_is_nothing_to_focus_on(void **state)
{
	(void)state;
	for (unsigned down = 0; down < 2; down++) {
		edge(down, 1, 48, 0);
		assert_blur(0.5, 48);
		edge(down, 1, 47, 0);
		assert_blur(0, 0);
		edge(down, 1, 78, 10);
		assert_blur(39.0 / 48, 78);
		edge(down, 1, 77, 10);
		assert_blur(0, 0);
	}
}

static void the_sharper_way_counts(void **state)
{
	(void)state;
	edge(false, 5, 80, 0);
	edge_add(true, 1, 200);
	assert_blur(0.5, 200);
	edge(true, 5, 80, 0);
	edge_add(false, 1, 200);
	assert_blur(0.5, 200);
	edge(false, 1, 100, 0);
	edge_add(true, 1, 200);
	assert_blur(0.5, 100);
}

/* One in 200 pairs must be as high: of 63 x 96 at a distance of 1 more than 30, of 56 x 96 at 8 more
 * than 26. */
static void an_edge_is_rare(void **state)
{
	static const struct {
		unsigned lines;
		double blur;
	} cases[] = {{31, 0.5}, {30, 1.5}, {29, 3}, {28, 6}, {27, 6}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		rare(cases[i].lines);
		assert_blur(cases[i].blur, 400);
	}
	rare(26);
	assert_blur(0, 0);
}

/* Of 192 every third, from the second on. What one way sees lies where the other does not look. */
static void lines_and_columns_are_taken_evenly(void **state)
{
	(void)state;
	for (unsigned first = 0; first < 3; first++) {
		canvas_new(WIDE, 192, 100);
		for (unsigned y = first; y < 192; y += 3)
			*at(126, y) = 500;
		measure();
		assert_int_equal(found.step, first == 1 ? 400 : 0);
		canvas_new(192, HIGH, 100);
		for (unsigned x = 1; x + 4 < 192; x += 6)
			*at(x + 2 * first, 94) = 500;
		measure();
		assert_int_equal(found.step, first == 0 ? 400 : 0);
	}
	/* Of 320 every fifth, from the third on. */
	for (unsigned first = 0; first < 5; first++) {
		canvas_new(WIDE, 320, 100);
		for (unsigned y = first; y < 320; y += 5)
			*at(126, y) = 500;
		measure();
		assert_int_equal(found.step, first == 2 ? 400 : 0);
	}
}

/* Distances up to an eighth of the width. */
static void a_soft_edge_is_seen_as_far_as_an_eighth(void **state)
{
	static const struct {
		unsigned width, height, step;
	} cases[] = {{128, 96, 160},  {254, 96, 160},   {256, 96, 320},
		     {512, 128, 640}, {1024, 128, 640}, {1024, 130, 800}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		canvas_new(cases[i].width, cases[i].height, 100);
		edge_add(false, 40, 20);
		measure();
		assert_int_equal(found.step, cases[i].step);
	}
}

static void a_small_or_flat_picture_has_no_edge(void **state)
{
	(void)state;
	canvas_new(WIDE - 1, HIGH, 100);
	edge_add(false, 1, 400);
	assert_blur(0, 0);
	canvas_new(WIDE, HIGH - 1, 100);
	edge_add(false, 1, 400);
	assert_blur(0, 0);
	/* Wider than the longest distance has room downwards. */
	canvas_new(1024, HIGH, 100);
	assert_blur(0, 0);
	canvas_new(1024, 130, 100);
	assert_blur(0, 0);
	canvas_new(1024, 128, 100);
	assert_blur(0, 0);
	edge_add(true, 1, 400);
	assert_blur(0.5, 400);
}

static void a_failing_allocation_is_told(void **state)
{
	(void)state;
	edge(false, 1, 400, 0);
	for (unsigned k = 1; k <= 3; k++) {
		host_reset(1);
		host_fail_allocation(k);
		assert_int_equal(blur_measure(&image, &found), k < 3 ? FL_ERR_NOMEM : FL_OK);
		assert_int_equal(host_leaks(), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_edge_is_as_wide_as_half_of_its_rise),
		cmocka_unit_test(noise_makes_no_edge_steeper),
		cmocka_unit_test(a_low_edge_is_nothing_to_focus_on),
		cmocka_unit_test(the_sharper_way_counts),
		cmocka_unit_test(an_edge_is_rare),
		cmocka_unit_test(lines_and_columns_are_taken_evenly),
		cmocka_unit_test(a_soft_edge_is_seen_as_far_as_an_eighth),
		cmocka_unit_test(a_small_or_flat_picture_has_no_edge),
		cmocka_unit_test(a_failing_allocation_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
