/* test_rows.c: lines and columns that stand out, at every limit and border. */
#include "tests/unit/image/canvas.h"

#define WIDE 72u
#define HIGH 76u

static bool is_column; /* what "row" means */

static unsigned rows(void)
{
	return is_column ? image.width : image.height;
}

static unsigned row_length(void)
{
	return is_column ? image.height : image.width;
}

static uint16_t *place(unsigned row, unsigned along)
{
	return is_column ? at(row, along) : at(along, row);
}

static void row_fill(unsigned row, int level)
{
	for (unsigned i = 0; i < row_length(); i++)
		*place(row, i) = (uint16_t)level;
}

static void row_add(unsigned row, int codes)
{
	for (unsigned i = 0; i < row_length(); i++)
		*place(row, i) = (uint16_t)(*place(row, i) + codes);
}

/* A row of that mean, and not of one value. */
static void row_vary(unsigned row, int mean)
{
	for (unsigned i = 0; i < row_length(); i++)
		*place(row, i) = (uint16_t)(mean + ((row + i) % 2 ? 1 : -1));
}

/* Every row varies around 200. */
static void start_with(unsigned width, unsigned height)
{
	bool is = is_column;

	canvas_new(width, height, 0);
	is_column = false;
	for (unsigned y = 0; y < height; y++)
		row_vary(y, 200);
	is_column = is;
}

static void start(void)
{
	start_with(WIDE, HIGH);
}

static void measure(void)
{
	found = (struct image_statistics){.hot = 0};
	assert_int_equal(rows_measure(&image, &found), FL_OK);
}

static void for_lines_and_columns(void (*test)(void))
{
	is_column = false;
	test();
	is_column = true;
	test();
}

/* ---- rows of one value ------------------------------------------------------------------------ */

static void assert_dead(unsigned count, unsigned first, int value)
{
	measure();
	if (found.dead_rows != count)
		fail_msg("%u dead rows, want %u (first %u of %s)", found.dead_rows, count, first,
			 is_column ? "columns" : "lines");
	assert_int_equal(found.dead_row.index, first);
	assert_int_equal(found.dead_row.value, value);
	assert_int_equal(found.dead_row.is_column, count ? is_column : 0);
}

static void assert_none_dead(void)
{
	assert_dead(0, 0, 0);
}

static void dead(unsigned first, unsigned count, int value)
{
	start();
	for (unsigned i = 0; i < count; i++)
		row_fill(first + i, value);
}

static void apart(void)
{
	static const struct {
		int value;
		bool is_dead;
	} cases[] = {{232, false}, {233, true}, {168, false}, {167, true}};

	for (size_t i = 0; i < 4; i++) {
		dead(20, 1, cases[i].value);
		if (cases[i].is_dead)
			assert_dead(1, 20, cases[i].value);
		else
			assert_none_dead();
	}
	/* One sample lives. */
	for (unsigned along = 0; along < 2; along++) {
		dead(20, 1, 400);
		*place(20, along) = 401;
		assert_none_dead();
	}
	dead(20, 1, 400);
	*place(20, row_length() - 1) = 401;
	assert_none_dead();
}

/* Of the neighbours only those of the same colours count. */
static void neighbours(void)
{
	for (unsigned row = 17; row <= 25; row++) {
		dead(20, 3, 400);
		if (row < 20 || row > 22)
			row_vary(row, 368);
		if (row == 18 || row == 24)
			assert_none_dead();
		else
			assert_dead(3, 20, 400);
		if (row < 20 || row > 22)
			row_vary(row, 367);
		assert_dead(3, 20, 400);
	}
}

static void dead_count(void)
{
	dead(10, 16, 400);
	assert_dead(16, 10, 400);
	dead(10, 17, 400);
	assert_none_dead();
	dead(10, 2, 400);
	row_fill(12, 600); /* its neighbour is the dead one, and far from it as well */
	row_fill(20, 500);
	assert_dead(4, 10, 400);
	dead(10, 1, 400);
	row_fill(11, 210); /* of one value as well, but near */
	assert_dead(1, 10, 400);
	dead(10, 1, 400);
	row_vary(8, 368);
	*place(8, 0) = (uint16_t)(*place(8, 0) - 1); /* a mean just below it */
	assert_dead(1, 10, 400);
	dead(rows() - 1, 1, 0); /* as is what lies behind the picture */
	assert_dead(1, rows() - 1, 0);
}

/* At the border there is one side only, and two rows are the most. */
static void border(void)
{
	static const struct {
		unsigned first, count;
		bool is_dead;
	} cases[] = {{0, 1, true}, {1, 1, true},  {0, 2, true}, {0, 3, false},
		     {1, 2, true}, {1, 3, false}, {2, 3, true}};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		unsigned first = cases[i].first, count = cases[i].count;

		for (unsigned at_end = 0; at_end < 2; at_end++) {
			start();
			if (at_end)
				first = rows() - first - count;
			dead(first, count, 400);
			if (cases[i].is_dead)
				assert_dead(count, first, 400);
			else
				assert_none_dead();
		}
	}
}

static void a_dead_row_is_of_one_value_and_far_from_its_neighbours(void **state)
{
	(void)state;
	start();
	assert_none_dead();
	for_lines_and_columns(apart);
	for_lines_and_columns(neighbours);
}

static void so_many_dead_rows_are_no_scene(void **state)
{
	(void)state;
	for_lines_and_columns(dead_count);
	for_lines_and_columns(border);
	/* Without any neighbour nothing can be told. */
	is_column = false;
	start_with(WIDE, 2);
	row_fill(0, 300);
	row_fill(1, 300);
	row_vary(1, 600);
	assert_none_dead();
	row_fill(1, 500);
	assert_none_dead();
}

/* ---- missing and repeated lines --------------------------------------------------------------- */

static void a_missing_line_is_zero_below_a_black_level(void **state)
{
	(void)state;
	is_column = false;
	start();
	row_fill(7, 0);
	row_fill(8, 0);
	row_fill(12, 0);
	*at(WIDE - 1, 12) = 1;
	row_fill(14, 1);
	image.black_level = 15;
	measure();
	assert_int_equal(found.missing_lines, 0);
	image.black_level = 16;
	measure();
	assert_int_equal(found.missing_lines, 2);
	assert_int_equal(found.first_missing, 7);
	for (unsigned y = 0; y < HIGH; y++)
		row_fill(y, 0);
	measure();
	assert_int_equal(found.missing_lines, 0); /* nothing to compare with */
	assert_int_equal(found.first_missing, 0);
	row_vary(HIGH - 1, 200);
	measure();
	assert_int_equal(found.missing_lines, HIGH - 1);
}

/* Lines that all differ, each with `changes` samples that are not like the one two before. */
static void lively(unsigned changes)
{
	start_with(104, HIGH);
	for (unsigned y = 0; y < HIGH; y++)
		for (unsigned x = 0; x < image.width; x++)
			*at(x, y) = (uint16_t)(200 + y + (x < changes + 2 ? x / 2 % 2 : 0));
}

static void line_copy(unsigned to, unsigned from)
{
	memcpy(at(0, to), at(0, from), image.width * sizeof(uint16_t));
}

static void a_repeated_line_is_that_of_its_colours_before(void **state)
{
	(void)state;
	lively(102);
	measure();
	assert_int_equal(found.repeated_lines, 0);
	line_copy(2, 0);
	line_copy(HIGH - 1, HIGH - 3);
	line_copy(10, 9);
	line_copy(15, 12);
	line_copy(HIGH, HIGH - 2); /* behind the picture */
	measure();
	assert_int_equal(found.repeated_lines, 2);
	assert_int_equal(found.first_repeated, 2);
	*at(103, 2) = 0;
	*at(0, HIGH - 1) = 0;
	measure();
	assert_int_equal(found.repeated_lines, 0);
}

/* x / 2 % 2 changes at each but the last: of the 102 that can, exactly so many do. */
static void a_drawing_repeats_its_lines(void **state)
{
	(void)state;
	for (unsigned changes = 99; changes <= 101; changes++) {
		lively(102);
		/* A pair of columns that is like the two before takes two changes away, one takes one. */
		for (unsigned y = 0; y < HIGH; y++)
			for (unsigned x = 2; x < image.width; x++)
				*at(x, y) = (uint16_t)(*at(x - 2, y) ^ (x < changes + 2 ? 1 : 0));
		line_copy(6, 4);
		measure();
		assert_int_equal(found.repeated_lines, changes >= 100);
	}
}

/* ---- offsets of single rows ------------------------------------------------------------------- */

static void assert_odd(unsigned index, int value)
{
	measure();
	if (found.odd_row.value != value || found.odd_row.index != index)
		fail_msg("%s %u by %d, want %u by %d", is_column ? "column" : "line",
			 found.odd_row.index, found.odd_row.value, index, value);
	assert_int_equal(found.odd_row.is_column, value ? is_column : 0);
}

static void odd_by(unsigned row, int codes, unsigned other, int other_codes, unsigned index,
		   int value)
{
	start();
	row_add(row, codes);
	row_add(other, other_codes);
	assert_odd(index, value);
}

static void odd(void)
{
	odd_by(20, 0, 20, 0, 0, 0);
	odd_by(20, 1, 30, 0, 20, 1);
	odd_by(20, -1, 30, 0, 20, -1);
	/* The one that stands out most, whichever way; of two the first. */
	odd_by(10, 10, 20, 12, 20, 12);
	odd_by(10, 10, 20, -12, 20, -12);
	odd_by(10, -10, 20, 12, 20, 12);
	odd_by(10, -10, 20, -12, 20, -12);
	odd_by(10, -12, 20, 10, 10, -12);
	odd_by(10, 12, 20, 12, 10, 12);
	odd_by(10, 12, 20, -12, 10, 12);
	odd_by(10, -12, 20, 12, 10, -12);
	odd_by(10, -12, 20, -12, 10, -12);
	/* Over the nearer of its neighbours, each of which lies between. */
	odd_by(20, 20, 18, 5, 20, 15);
	odd_by(20, 20, 22, 5, 20, 15);
	odd_by(20, -20, 18, -5, 20, -15);
	odd_by(20, -20, 22, -5, 20, -15);
}

/* An edge of the scene is no row. */
static void edge(void)
{
	for (int codes = -40; codes <= 40; codes += 80) {
		start();
		for (unsigned row = 20; row < rows(); row++)
			row_add(row, codes);
		assert_odd(0, 0);
	}
}

static void odd_border(void)
{
	for (unsigned row = 0; row < rows(); row++) {
		start();
		row_add(row, 10);
		if (row < 3 || row + 3 >= rows())
			assert_odd(0, 0);
		else
			assert_odd(row, 10);
	}
}

/* Six of the eight parts must agree, and are all as high. */
static void parts(void)
{
	static const int cases[][9] = {
		{10, 10, 10, 10, 10, 10, 0, 0, 10},
		{0, 0, 10, 10, 10, 10, 10, 10, 10},
		{10, 10, 10, 10, 10, 0, 0, 0, 0},
		{10, 10, 10, 10, 10, -10, -10, -10, 0},
		{10, 10, 10, 10, 10, 10, -30, -30, 10},
		{-10, -10, -10, -10, -10, -10, 30, 30, -10},
		{10, 20, 30, 40, 50, 60, 70, 80, 30},
		{80, 70, 60, 50, 40, 30, 20, 10, 30},
		{-10, -20, -30, -40, -50, -60, -70, -80, -30},
		{40, 40, 20, 20, 20, 20, 1, 1, 20},
		{-40, 5, -20, -20, 5, -20, -20, -40, -20},
		{-10, -10, -10, -10, -10, 0, 0, 0, 0},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		unsigned part;

		start();
		part = row_length() / 8 & ~3u;
		for (unsigned along = 0; along < row_length(); along++)
			*place(20, along) =
				(uint16_t)(*place(20, along) +
					   (along < 8 * part ? cases[i][along / part] : 0));
		assert_odd(cases[i][8] ? 20 : 0, cases[i][8]);
	}
}

/* Two samples of four are added up, the others are not looked at. */
static void sampled(void)
{
	for (unsigned k = 0; k < 4; k++) {
		start();
		for (unsigned along = k; along < row_length(); along += 4)
			*place(20, along) = (uint16_t)(*place(20, along) + 30);
		assert_odd(k < 2 ? 20 : 0, k < 2 ? 15 : 0);
	}
}

/* Also of those at the end of a part that is no whole eights. */
static void sampled_at_the_end(void)
{
	start_with(104, 108);
	for (unsigned part = 0; part < 8; part++)
		for (unsigned i = 8; i < 12; i++)
			*place(20, 12 * part + i) = (uint16_t)(*place(20, 12 * part + i) + 30);
	assert_odd(20, 10);
}

/* What rows 16 to 24 have more than the others. */
static void assert_light(const int codes[9], int sign, bool is_light)
{
	start();
	for (unsigned i = 0; i < 9; i++)
		row_add(16 + i, sign * codes[i]);
	measure();
	if (is_light)
		assert_int_not_equal(found.odd_row.index, 20);
	else
		assert_odd(20, sign * 40);
}

/* Light shows on both sides, with more than a quarter of it above the next row outwards. */
static void light(void)
{
	static const struct {
		int codes[9];
		bool is_light;
	} cases[] = {
		{{0, 0, 0, 10, 40, 10, 0, 0, 0}, false},  {{0, 0, 0, 11, 40, 10, 0, 0, 0}, false},
		{{0, 0, 0, 10, 40, 11, 0, 0, 0}, false},  {{0, 0, 0, 11, 40, 11, 0, 0, 0}, true},
		{{20, 0, 0, 11, 40, 11, 0, 0, 20}, true}, {{0, 15, 0, 30, 40, 11, 0, 0, 0}, true},
		{{0, 0, 0, 11, 40, 30, 0, 15, 0}, true},  {{0, 20, 0, 30, 40, 11, 0, 0, 0}, false},
		{{0, 0, 0, 11, 40, 30, 0, 20, 0}, false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_light(cases[i].codes, 1, cases[i].is_light);
		assert_light(cases[i].codes, -1, cases[i].is_light);
	}
	/* At the border as well. */
	start();
	row_add(3, 40);
	row_add(4, 11);
	assert_odd(3, 40);
	row_add(2, 11);
	measure();
	assert_int_not_equal(found.odd_row.index, 3);
}

static void the_row_that_stands_out_most_is_named(void **state)
{
	(void)state;
	for_lines_and_columns(odd);
	for_lines_and_columns(edge);
	for_lines_and_columns(odd_border);
}

static void most_parts_of_an_odd_row_agree(void **state)
{
	(void)state;
	for_lines_and_columns(parts);
	for_lines_and_columns(sampled);
	for_lines_and_columns(sampled_at_the_end);
}

static void a_thin_line_of_light_is_no_odd_row(void **state)
{
	(void)state;
	for_lines_and_columns(light);
}

/* Seven rows are the fewest in which one has all its neighbours. */
static void few_rows_are_measured_within_bounds(void **state)
{
	(void)state;
	is_column = false;
	for (unsigned height = 4; height < 8; height++) {
		start_with(WIDE, height);
		row_add(3, 10);
		measure();
		assert_int_equal(found.odd_row.value, height == 7 ? 10 : 0);
	}
	for (unsigned height = 3; height < 6; height++) {
		start_with(WIDE, height);
		row_add(2, 10);
		measure();
		assert_int_equal(found.stripes.height, height == 5 ? 10 : 0);
		assert_int_equal(found.stripes.period, height == 5 ? 4 : 0);
	}
}

/* ---- stripes ---------------------------------------------------------------------------------- */

static void stripes(void)
{
	for (unsigned half = 2; half <= 16; half *= 2)
		for (int codes = -10; codes <= 10; codes += 20) {
			start_with(is_column ? 160 : WIDE, is_column ? HIGH : 160);
			for (unsigned row = 0; row < rows(); row++)
				row_add(row, row / half % 2 ? codes : 0);
			measure();
			assert_int_equal(found.stripes.height, 10);
			assert_int_equal(found.stripes.period, 2 * half);
			assert_int_equal(found.stripes.are_columns, is_column);
		}
}

static void stripes_are_found_at_four_distances(void **state)
{
	(void)state;
	for_lines_and_columns(stripes);
	is_column = false;
	start();
	measure();
	assert_int_equal(found.stripes.height, 0);
	/* Wider ones are things. */
	start_with(WIDE, 160);
	for (unsigned row = 0; row < rows(); row++)
		row_add(row, row / 32 % 2 ? 10 : 0);
	measure();
	assert_true(found.stripes.height < 10);
}

/* A single line shows in itself and in its two neighbours, so six of them in 18 of 36. Of lines and
 * columns that stand out by the same the lines are told. */
static void half_of_the_rows_make_stripes(void **state)
{
	(void)state;
	is_column = false;
	for (unsigned count = 5; count <= 6; count++) {
		start_with(WIDE, 40);
		for (unsigned i = 0; i < count; i++)
			row_add(4 + 5 * i, 20);
		measure();
		assert_int_equal(found.stripes.period == 4, count == 6);
		if (count == 6)
			assert_int_equal(found.stripes.height, 10);
	}
	start();
	for (unsigned y = 0; y < HIGH; y++)
		for (unsigned x = 0; x < WIDE; x++)
			*at(x, y) =
				(uint16_t)(*at(x, y) + (x / 2 % 2 ? 10 : 0) + (y / 2 % 2 ? 10 : 0));
	measure();
	assert_int_equal(found.stripes.height, 10);
	assert_false(found.stripes.are_columns);
}

static void every_failing_allocation_is_told(void **state)
{
	(void)state;
	start();
	for (unsigned k = 1; k <= 3; k++) {
		host_reset(1);
		host_fail_allocation(k);
		assert_int_equal(rows_measure(&image, &found), k < 3 ? FL_ERR_NOMEM : FL_OK);
		assert_int_equal(host_leaks(), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dead_row_is_of_one_value_and_far_from_its_neighbours),
		cmocka_unit_test(so_many_dead_rows_are_no_scene),
		cmocka_unit_test(a_missing_line_is_zero_below_a_black_level),
		cmocka_unit_test(a_repeated_line_is_that_of_its_colours_before),
		cmocka_unit_test(a_drawing_repeats_its_lines),
		cmocka_unit_test(the_row_that_stands_out_most_is_named),
		cmocka_unit_test(most_parts_of_an_odd_row_agree),
		cmocka_unit_test(a_thin_line_of_light_is_no_odd_row),
		cmocka_unit_test(few_rows_are_measured_within_bounds),
		cmocka_unit_test(stripes_are_found_at_four_distances),
		cmocka_unit_test(half_of_the_rows_make_stripes),
		cmocka_unit_test(every_failing_allocation_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
