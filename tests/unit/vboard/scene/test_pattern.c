/* test_pattern.c: test patterns sample by sample: what each shows, in every colour order, and what moves from frame to frame. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "vboard/scene/pattern.h"

#define WIDTH  320u
#define HEIGHT 160u

static uint16_t frame[HEIGHT][WIDTH], next[HEIGHT][WIDTH];

static const struct pattern_choices full = {0, 1023, false}, narrow = {64, 940, true};

static struct camera_look look_of(enum camera_pattern_kind kind, enum camera_order order)
{
	return (struct camera_look){.window = {.width = WIDTH, .height = HEIGHT},
				    .order = order,
				    .pattern = {.kind = kind, .solid = {700, 500, 400, 300}}};
}

static void make(uint16_t (*out)[WIDTH], const struct camera_look *look,
		 const struct pattern_choices *choices, unsigned number)
{
	for (unsigned y = 0; y < HEIGHT; y++)
		pattern_line(look, choices, number, y, out[y]);
}

static enum camera_colour colour_at(const struct camera_look *look, unsigned x, unsigned y)
{
	return camera_colour_at(look->order, x, y);
}

/* Has the bar this colour: R G B of white, yellow, cyan, green, magenta, red, blue, black. */
static bool bar_has(unsigned bar, enum camera_colour colour)
{
	static const char *const names[8] = {"RGB", "RG", "GB", "G", "RB", "R", "B", ""};
	static const char letters[CAMERA_COLOURS] = {'R', 'G', 'G', 'B'};

	return strchr(names[bar], letters[colour]) != NULL;
}

static void bars_are_white_to_black_in_every_order(void **state)
{
	(void)state;
	for (unsigned order = CAMERA_RGGB; order <= CAMERA_BGGR; order++) {
		const struct camera_look look = look_of(CAMERA_BARS, (enum camera_order)order);

		make(frame, &look, &narrow, 0);
		for (unsigned y = 0; y < HEIGHT; y++) {
			for (unsigned x = 0; x < WIDTH; x++)
				assert_int_equal(frame[y][x],
						 bar_has(x / 40, colour_at(&look, x, y)) ? 940
											 : 64);
		}
	}
}

static void bars_get_darker_as_their_names_say(void **state)
{
	static const struct {
		enum camera_pattern_kind kind;
		unsigned bright[2], dark[2]; /* x, y of two samples of the same colour */
	} cases[] = {
		{CAMERA_BARS_DOWN, {0, 0}, {0, 158}},
		{CAMERA_BARS_UP, {0, 158}, {0, 0}},
		{CAMERA_BARS_LEFT, {38, 0}, {0, 0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct camera_look look = look_of(cases[i].kind, CAMERA_GRBG);
		const unsigned *bright = cases[i].bright, *dark = cases[i].dark;

		make(frame, &look, &full, 0);
		assert_true(frame[dark[1]][dark[0]] < 20);
		assert_true(frame[bright[1]][bright[0]] > frame[dark[1]][dark[0]] + 100);
		assert_int_equal(frame[80][319], 0); /* black stays */
	}
}

static void bars_fade_to_grey(void **state)
{
	const struct camera_look look = look_of(CAMERA_BARS_GREY, CAMERA_RGGB);

	(void)state;
	make(frame, &look, &full, 0);
	assert_int_equal(frame[0][0], 1023);
	assert_int_equal(frame[0][318], 0);
	assert_in_range(frame[158][0], 500, 525);
	assert_in_range(frame[158][318], 490, 525);
}

static void a_solid_pattern_has_a_value_by_colour(void **state)
{
	static const uint16_t values[CAMERA_COLOURS] = {700, 500, 400, 300};

	(void)state;
	for (unsigned order = CAMERA_RGGB; order <= CAMERA_BGGR; order++) {
		const struct camera_look look = look_of(CAMERA_SOLID, (enum camera_order)order);

		make(frame, &look, &full, 0);
		for (unsigned y = 0; y < HEIGHT; y++) {
			for (unsigned x = 0; x < WIDTH; x++)
				assert_int_equal(frame[y][x], values[colour_at(&look, x, y)]);
		}
	}
}

static unsigned differences(void)
{
	unsigned count = 0;

	for (unsigned y = 0; y < HEIGHT; y++) {
		for (unsigned x = 0; x < WIDTH; x++)
			count += frame[y][x] != next[y][x];
	}
	return count;
}

/* Only what rolls, and random data, is another picture in the next frame. */
static void what_moves_moves(void **state)
{
	(void)state;
	for (unsigned kind = CAMERA_BARS; kind <= CAMERA_SLANT; kind++) {
		struct camera_look look = look_of((enum camera_pattern_kind)kind, CAMERA_BGGR);

		make(frame, &look, &full, 0);
		make(next, &look, &full, 1);
		assert_int_equal(pattern_moves(&look.pattern), kind == CAMERA_RANDOM);
		assert_int_equal(differences() > 0, kind == CAMERA_RANDOM);
		look.pattern.is_rolling = true;
		make(frame, &look, &full, 0);
		make(next, &look, &full, 1);
		assert_true(pattern_moves(&look.pattern));
		assert_int_equal(differences() > 0, kind != CAMERA_BLACK);
	}
}

/* It covers a sixteenth of the lines, at half the light, and comes around. */
static void a_rolling_bar_is_half_as_bright(void **state)
{
	struct camera_look look = look_of(CAMERA_BARS, CAMERA_RGGB);

	(void)state;
	look.pattern.is_rolling = true;
	for (unsigned number = 0; number < 40; number++) {
		unsigned lines = 0;

		make(frame, &look, &full, number);
		for (unsigned y = 0; y < HEIGHT; y++) {
			assert_true(frame[y][0] == 1023 || frame[y][0] == 511);
			lines += frame[y][0] == 511;
		}
		assert_int_equal(lines, HEIGHT / 16);
	}
}

/* Any nine successive bits of the sequence fix the next; a period of it holds 256 ones. */
static void the_pn9_sequence_is_that_of_its_polynomial(void **state)
{
	const struct camera_look look = look_of(CAMERA_PN9, CAMERA_RGGB);
	uint8_t bits[WIDTH * 10];
	unsigned ones = 0;

	(void)state;
	make(frame, &look, &full, 0);
	for (unsigned i = 0; i < sizeof(bits); i++)
		bits[i] = frame[0][i / 10] >> (9 - i % 10) & 1;
	for (unsigned i = 9; i < sizeof(bits); i++)
		assert_int_equal(bits[i], bits[i - 9] ^ bits[i - 5]);
	for (unsigned i = 0; i < 511; i++)
		ones += bits[i];
	assert_int_equal(ones, 256);
	assert_memory_not_equal(frame[0], frame[1], sizeof(frame[0]));
	make(frame, &look, &narrow, 0); /* anew in each line */
	assert_memory_equal(frame[0], frame[1], sizeof(frame[0]));
}

static void squares_alternate(void **state)
{
	const struct camera_look colours = look_of(CAMERA_SQUARES, CAMERA_GRBG);
	const struct camera_look greys = look_of(CAMERA_SQUARES_GREY, CAMERA_GRBG);
	const struct camera_look checker = look_of(CAMERA_CHECKER, CAMERA_GRBG);

	(void)state;
	make(frame, &colours, &full, 0);
	for (unsigned y = 0; y < HEIGHT; y++) {
		for (unsigned x = 0; x < WIDTH; x++)
			assert_int_equal(frame[y][x],
					 bar_has((x / 40 + y / 40) % 8, colour_at(&colours, x, y))
						 ? 1023
						 : 0);
	}
	make(frame, &greys, &full, 0);
	assert_int_equal(frame[0][0], 1023);
	assert_int_equal(frame[0][40], 0);
	assert_int_equal(frame[40][40], 1023);
	make(frame, &checker, &full, 0);
	assert_int_equal(frame[0][0], frame[70][70]);
	assert_int_not_equal(frame[0][0], frame[70][0]);
}

static void gradients_climb(void **state)
{
	const struct camera_look x = look_of(CAMERA_GRADIENT_X, CAMERA_GRBG);
	const struct camera_look y = look_of(CAMERA_GRADIENT_Y, CAMERA_GRBG);
	const struct camera_look slant = look_of(CAMERA_SLANT, CAMERA_GRBG);

	(void)state;
	make(frame, &x, &full, 0);
	assert_int_equal(frame[0][160], 511);
	assert_int_equal(frame[150][160], 511);
	make(frame, &y, &full, 0);
	assert_int_equal(frame[80][0], 511);
	assert_int_equal(frame[80][300], 511);
	make(frame, &slant, &full, 0);
	assert_int_equal(frame[10][90], frame[90][10]);
	assert_true(frame[10][90] < frame[100][200]);
}

/* Without filters the bars are steps of grey. */
static void bars_without_filters_are_grey(void **state)
{
	struct camera_look look = look_of(CAMERA_BARS, CAMERA_RGGB);

	(void)state;
	look.is_mono = true;
	make(frame, &look, &full, 0);
	for (unsigned x = 0; x < WIDTH; x++)
		assert_int_equal(frame[x % 2][x], 1023 * (7 - x / 40) / 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bars_are_white_to_black_in_every_order),
		cmocka_unit_test(bars_get_darker_as_their_names_say),
		cmocka_unit_test(bars_fade_to_grey),
		cmocka_unit_test(a_solid_pattern_has_a_value_by_colour),
		cmocka_unit_test(what_moves_moves),
		cmocka_unit_test(a_rolling_bar_is_half_as_bright),
		cmocka_unit_test(the_pn9_sequence_is_that_of_its_polynomial),
		cmocka_unit_test(squares_alternate),
		cmocka_unit_test(gradients_climb),
		cmocka_unit_test(bars_without_filters_are_grey),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
