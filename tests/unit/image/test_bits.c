/* test_bits.c: bits that do not move or stand in another's place, at every limit. */
#include "tests/unit/image/canvas.h"

static struct histogram histogram;

/* One line of so many samples. */
static void line(unsigned length, unsigned level)
{
	canvas_new(length, 1, level);
	memset(&histogram, 0, sizeof histogram);
}

static void measure(void)
{
	found = (struct image_statistics){.hot = 0};
	assert_int_equal(bits_measure(&image, &histogram, &found), FL_OK);
}

static void assert_stuck(unsigned bits, unsigned ones)
{
	measure();
	if (found.stuck_bits != bits || found.stuck_ones != ones)
		fail_msg("%03x (ones %03x), want %03x (ones %03x)", found.stuck_bits,
			 found.stuck_ones, bits, ones);
	assert_false(found.has_other_order);
}

/* ---- gaps ------------------------------------------------------------------------------------- */

/* 400 samples: `below` and `above` lie on both sides of the levels that bit 3 would reach. */
static void gap(unsigned below, unsigned below_at, unsigned above, unsigned above_at,
		unsigned stuck)
{
	for (unsigned plane = 0; plane < 4; plane++) {
		line(2, 0);
		histogram.count[plane][below_at] = below;
		histogram.count[(plane + 1) % 4][above_at] = above;
		histogram.count[plane][48] = 200;
		histogram.count[3 - plane][55] += 200 - below - above;
		assert_stuck(stuck, 0);
	}
}

static void a_gap_has_more_than_a_few_samples_on_both_sides(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		unsigned low = i & 1 ? 7 : 0, high = i & 2 ? 23 : 16;

		gap(3, low, 3, high, 8);
		gap(2, low, 3, high, 0);
		gap(3, low, 2, high, 0);
		gap(3, low, 0, high, 0);
	}
}

static void levels_are(unsigned a, unsigned b, unsigned c)
{
	line(2, 0);
	histogram.count[0][a] = histogram.count[1][b] = histogram.count[2][c] = 133;
}

static void a_gap_is_as_wide_as_the_bit(void **state)
{
	(void)state;
	/* Bit 0 does not move, and between no two of these is just one level of it. */
	levels_are(0, 4, 10);
	assert_stuck(0, 0);
	/* The highest three levels. */
	levels_are(1, 1021, 1023);
	assert_stuck(1, 1);
	/* Of 399 samples a share of one in 200 is more than one. */
	levels_are(0, 16, 55);
	histogram.count[0][0] = histogram.count[1][16] = 2;
	histogram.count[0][48] = 262;
	assert_stuck(8, 0);
	histogram.count[0][48] = 263;
	assert_stuck(0, 0);
}

/* In a picture that takes every level but those. */
static void two_stuck_bits_are_told_from_each_other(void **state)
{
	(void)state;
	for (unsigned a = 0; a < 6; a++)
		for (unsigned b = 0; b < 6; b++)
			for (unsigned ones = 0; ones < 4; ones++) {
				unsigned mask = 1u << a | 1u << b;
				unsigned set = (ones & 1) << a | (a == b ? 0 : ones >> 1) << b;

				line(2, 0);
				for (unsigned level = 0; level < 128; level++)
					histogram.count[level % 4][(level & ~mask) | set]++;
				assert_stuck(mask, set);
			}
}

static void the_highest_gap_is_seen(void **state)
{
	(void)state;
	line(2, 0);
	for (unsigned level = 0; level < 1024; level++)
		histogram.count[0][level | 256]++;
	assert_stuck(256, 256);
	line(2, 0);
	for (unsigned level = 0; level < 1024; level++)
		histogram.count[0][level & ~256u]++;
	assert_stuck(256, 0);
	/* Of the highest bit there is no gap, and of a dim or bright picture none is missed. */
	line(2, 0);
	for (unsigned level = 0; level < 512; level++)
		histogram.count[0][level]++;
	assert_stuck(0, 0);
	line(2, 0);
	for (unsigned level = 512; level < 1024; level++)
		histogram.count[0][level]++;
	assert_stuck(0, 0);
}

/* ---- jumps ------------------------------------------------------------------------------------ */

/* So many pairs with that difference. */
static void jumps(unsigned length, unsigned count, unsigned height)
{
	line(length, 0);
	histogram.count[0][0] = 1;
	for (unsigned i = 0; i <= count; i++)
		canvas[2 * i] = (uint16_t)(i % 2 ? height : 0);
	for (unsigned i = count + 1; 2 * i < length; i++)
		canvas[2 * i] = canvas[2 * count];
}

static void a_lost_bit_makes_jumps_of_its_weight(void **state)
{
	(void)state;
	for (unsigned bit = 4; bit < 10; bit++)
		for (int past = -1; past <= 1; past++) {
			unsigned from = 15u << bit >> 4, to = 17u << bit >> 4;

			jumps(40, 9, from + (unsigned)past);
			assert_stuck(past < 0 || bit < 5 ? 0 : 1u << bit, 0);
			jumps(40, 9, to + (unsigned)past);
			assert_stuck(past >= 0 || bit < 5 ? 0 : 1u << bit, 0);
		}
	jumps(40, 8, 64);
	assert_stuck(0, 0);
	jumps(40, 9, 64);
	assert_stuck(64, 0);
	jumps(40, 9, 64);
	histogram.count[0][0] = 999;
	histogram.count[0][64] = 1; /* the bit moves */
	assert_stuck(0, 0);
	jumps(40, 9, 64);
	histogram.count[0][0] = 0;
	histogram.count[0][64] = 1;
	assert_stuck(64, 64);
}

static void jumps_are_a_share_of_the_pairs(void **state)
{
	(void)state;
	jumps(5001, 9, 64);
	assert_stuck(64, 0);
	jumps(5002, 9, 64);
	assert_stuck(0, 0);
	jumps(5002, 10, 64);
	assert_stuck(64, 0);
}

/* ---- pairs ------------------------------------------------------------------------------------ */

/* The first 32768, one by one. */
static void so_many_pairs_are_enough(void **state)
{
	(void)state;
	jumps(40000, 15, 64);
	assert_stuck(64, 0); /* of 32768, not of 39998 */
	jumps(40000, 14, 64);
	assert_stuck(0, 0);
	canvas[32768 + 2] = 64;
	assert_stuck(0, 0);
	jumps(40000, 14, 64);
	canvas[32767 + 2] = 64;
	assert_stuck(64, 0);
}

/* Every third sample of 98304 is the first of a pair, from the second on; every fifth of 163840, from the
 * third on. */
static void the_pairs_of_a_large_picture_lie_evenly(void **state)
{
	(void)state;
	for (unsigned step = 3; step <= 5; step += 2)
		for (unsigned first = 0; first < step; first++)
			for (unsigned count = 14; count <= 15; count++) {
				bool is_one = first == step / 2 || first == (step / 2 + 2) % step;

				line(step * 32768, 0);
				histogram.count[0][0] = 1;
				for (unsigned i = 0; i < count; i++)
					canvas[first + step * (i + 6000)] = 64;
				assert_stuck(count > 14 && is_one ? 64 : 0, 0);
			}
}

/* ---- order ------------------------------------------------------------------------------------ */

static unsigned exchanged(unsigned level, unsigned low, unsigned high)
{
	unsigned out = 0;

	for (unsigned bit = 0; bit < 10; bit++) {
		unsigned to = high < 10 ? (bit == low    ? high
					   : bit == high ? low
							 : bit)
			      : low     ? (bit + 10 - low) % 10
					: 9 - bit;

		out |= (level >> bit & 1) << to;
	}
	return out;
}

static void levels_fill(unsigned count)
{
	for (unsigned level = 0; level < count; level++)
		histogram.count[level % 4][level] = 1;
}

/* A ramp through all levels, read through exchanged wires. */
static void each_other_order_is_named(void **state)
{
	(void)state;
	for (unsigned high = 1; high <= 10; high++)
		for (unsigned low = 0; low < high; low++) {
			line(2048, 0);
			levels_fill(1024);
			for (unsigned i = 0; i < 2048; i++)
				canvas[i] = (uint16_t)exchanged(i / 2, low, high);
			measure();
			if (!found.has_other_order || found.order_low != low ||
			    found.order_high != high)
				fail_msg("%u and %u: %d %u %u", low, high, found.has_other_order,
					 found.order_low, found.order_high);
		}
	line(2048, 0);
	levels_fill(1024);
	for (unsigned i = 0; i < 2048; i++)
		canvas[i] = (uint16_t)(i / 2);
	measure();
	assert_false(found.has_other_order);
}

/* Pairs of 0 and 1023 in three columns, which are as far apart in any order, and of 0 and 2, which are
 * closer with the lowest two bits exchanged. */
static void three_columns(unsigned far, unsigned near)
{
	canvas_new(3, far + near, 0);
	memset(&histogram, 0, sizeof histogram);
	levels_fill(64);
	for (unsigned y = 0; y < far + near; y++)
		*at(2, y) = y < far ? 1023 : 2;
}

static void assert_other_order(bool is)
{
	measure();
	assert_int_equal(found.stuck_bits, 0);
	assert_int_equal(found.has_other_order, is);
	if (is) {
		assert_int_equal(found.order_low, 0);
		assert_int_equal(found.order_high, 1);
	}
}

/* By a fiftieth: 32 * 250 + 2 n against 32 * 250 + n. */
static void another_order_is_closer_by_a_fiftieth(void **state)
{
	(void)state;
	three_columns(250, 166);
	assert_other_order(false);
	three_columns(250, 167);
	assert_other_order(false); /* equal to the limit, rounded down */
	three_columns(250, 168);
	assert_other_order(true);
}

/* Turned over five pairs come close, and one goes apart; moved round by five they would as well. */
static void a_word_that_is_turned_over_is_measured_exactly(void **state)
{
	static const uint16_t near[6][2] = {{0, 512}, {0, 256}, {0, 128},
					    {0, 64},  {0, 32},  {32, 33}};

	(void)state;
	for (unsigned far = 146; far <= 148; far += 2) {
		three_columns(0, 256);
		for (unsigned y = 0; y < 256; y++) {
			*at(0, y) = y < 6 ? near[y][0] : 0;
			*at(2, y) = y < 6 ? near[y][1] : y < 6 + far ? 1023 : 0;
		}
		measure();
		assert_int_equal(found.has_other_order, far == 146);
		assert_int_equal(found.order_high, far == 146 ? 10 : 0);
		assert_int_equal(found.order_low, 0);
	}
}

static void few_pairs_or_levels_tell_no_order(void **state)
{
	(void)state;
	three_columns(0, 255);
	assert_other_order(false);
	canvas[3 * 255] = 2; /* behind the picture */
	assert_other_order(false);
	three_columns(0, 256);
	assert_other_order(true);
	for (unsigned plane = 0; plane < 4; plane++) {
		three_columns(0, 256);
		memset(&histogram, 0, sizeof histogram);
		for (unsigned level = 0; level < 64; level++)
			histogram.count[plane][level] = 1;
		assert_other_order(true);
		histogram.count[plane][63] = 0;
		assert_other_order(false);
		histogram.count[(plane + 1) % 4][62] = 1; /* the same once more */
		assert_other_order(false);
	}
}

static void a_failing_allocation_is_told(void **state)
{
	(void)state;
	line(40, 0);
	host_reset(1);
	host_fail_allocation(1);
	assert_int_equal(bits_measure(&image, &histogram, &found), FL_ERR_NOMEM);
	assert_int_equal(bits_measure(&image, &histogram, &found), FL_OK);
	assert_int_equal(host_leaks(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_gap_has_more_than_a_few_samples_on_both_sides),
		cmocka_unit_test(a_gap_is_as_wide_as_the_bit),
		cmocka_unit_test(two_stuck_bits_are_told_from_each_other),
		cmocka_unit_test(the_highest_gap_is_seen),
		cmocka_unit_test(a_lost_bit_makes_jumps_of_its_weight),
		cmocka_unit_test(jumps_are_a_share_of_the_pairs),
		cmocka_unit_test(so_many_pairs_are_enough),
		cmocka_unit_test(the_pairs_of_a_large_picture_lie_evenly),
		cmocka_unit_test(each_other_order_is_named),
		cmocka_unit_test(another_order_is_closer_by_a_fiftieth),
		cmocka_unit_test(a_word_that_is_turned_over_is_measured_exactly),
		cmocka_unit_test(few_pairs_or_levels_tell_no_order),
		cmocka_unit_test(a_failing_allocation_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
