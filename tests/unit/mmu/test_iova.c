/*
 * test_iova.c: which pages are taken: against a plain array, at the ends, when it is full, when it
 * is in pieces, and that thousands of live ranges make nothing slower.
 */
#include <stdio.h>
#include <time.h>

#include "tests/unit/mmu/rig.h"

#define PAGES 4096u

static void up(struct iova_space *space, uint32_t pages)
{
	host_reset(1);
	assert_int_equal(iova_init(space, pages), FL_OK);
}

static void down(struct iova_space *space)
{
	iova_exit(space);
	assert_true(!space->pages && !space->taken && !space->chunks);
	assert_int_equal(host_leaks(), 0);
}

static void bad_sizes_are_refused(void **state)
{
	static const uint32_t sizes[] = {0, 1, 1023, 1025, (1u << 20) + 1024, 0xfffffc00};
	struct iova_space space;

	(void)state;
	host_reset(1);
	for (unsigned i = 0; i < COUNT(sizes); i++)
		assert_int_equal(iova_init(&space, sizes[i]), FL_ERR_INVALID);
	assert_int_equal(host_leaks(), 0);
	for (unsigned long k = 1; k <= 2; k++) {
		host_fail_allocation(k);
		assert_int_equal(iova_init(&space, 1024), FL_ERR_NOMEM);
		assert_int_equal(host_leaks(), 0);
	}
}

static void page_0_is_never_given_out_and_a_guard_follows(void **state)
{
	struct iova_space space;
	uint32_t last = 0;

	(void)state;
	up(&space, 1024);
	assert_int_equal(space.used, 1);
	for (unsigned i = 0; i < 341; i++) { /* 2 pages and a guard, three by three, from page 1 */
		uint32_t page;

		assert_int_equal(iova_alloc(&space, 2, 1, &page), FL_OK);
		assert_true(page != 0);
		assert_true(!last || page >= last + 2 + IOVA_GUARD_PAGES);
		last = page;
	}
	assert_int_equal(space.used, 1024);
	assert_int_equal(iova_alloc(&space, 1, 1, &last), FL_ERR_NOSPACE);
	down(&space);
}

static void whole_space_in_one_range(void **state)
{
	struct iova_space space;
	uint32_t page;

	(void)state;
	up(&space, PAGES);
	assert_int_equal(iova_alloc(&space, PAGES - 1, 1, &page),
			 FL_ERR_NOSPACE); /* no room for the guard */
	assert_int_equal(iova_alloc(&space, PAGES, 1, &page), FL_ERR_NOSPACE);
	assert_int_equal(iova_alloc(&space, 0xffffffff, 1, &page), FL_ERR_NOSPACE);
	assert_int_equal(iova_alloc(&space, PAGES - 2, 1, &page), FL_OK);
	assert_int_equal(page, 1);
	assert_int_equal(space.used, PAGES);
	assert_int_equal(iova_free(&space, page, PAGES - 2), FL_OK);
	assert_int_equal(space.used, 1);
	assert_int_equal(iova_alloc(&space, PAGES - 2, 1, &page), FL_OK);
	down(&space);
}

static void alignment_is_of_the_page_number(void **state)
{
	static const uint32_t bad[] = {0, 3, 6, 1023};
	struct iova_space space;
	uint32_t page, other;

	(void)state;
	up(&space, PAGES);
	for (unsigned i = 0; i < COUNT(bad); i++)
		assert_int_equal(iova_alloc(&space, 1, bad[i], &page), FL_ERR_INVALID);
	assert_int_equal(iova_alloc(&space, 0, 1, &page), FL_ERR_INVALID);
	for (uint32_t align = 1; align <= 1024; align *= 2) {
		assert_int_equal(iova_alloc(&space, 5, align, &page), FL_OK);
		assert_int_equal(page % align, 0);
		assert_int_equal(iova_alloc(&space, 1, 1, &other),
				 FL_OK); /* put the hint off line */
	}
	assert_int_equal(iova_alloc(&space, 1, 4096, &page),
			 FL_ERR_NOSPACE); /* only page 0 is so aligned */
	down(&space);
}

static void both_ends_and_reserve(void **state)
{
	struct iova_space space;
	uint32_t page;

	(void)state;
	up(&space, 1024);
	assert_int_equal(iova_reserve(&space, 0, 1), FL_ERR_BUSY);
	assert_int_equal(iova_reserve(&space, 1023, 1), FL_OK);
	assert_int_equal(iova_reserve(&space, 1023, 1), FL_ERR_BUSY);
	assert_int_equal(iova_reserve(&space, 1000, 24), FL_ERR_BUSY);
	assert_int_equal(space.used, 2);
	assert_int_equal(iova_reserve(&space, 1023, 2), FL_ERR_RANGE);
	assert_int_equal(iova_reserve(&space, 1024, 1), FL_ERR_RANGE);
	assert_int_equal(iova_reserve(&space, 0xffffffff, 2), FL_ERR_RANGE);
	assert_int_equal(iova_reserve(&space, 5, 0), FL_ERR_RANGE);
	assert_int_equal(iova_reserve(&space, 1, 1000), FL_OK); /* left: 1001 .. 1022 */
	assert_int_equal(iova_alloc(&space, 22, 1, &page), FL_ERR_NOSPACE);
	assert_int_equal(iova_alloc(&space, 21, 1, &page), FL_OK);
	assert_int_equal(page, 1001);
	assert_int_equal(iova_unreserve(&space, 1, 1000), FL_OK);
	assert_int_equal(iova_unreserve(&space, 1, 1000), FL_ERR_INVALID);
	assert_int_equal(iova_unreserve(&space, 1024, 1), FL_ERR_INVALID);
	assert_int_equal(iova_alloc(&space, 999, 1, &page), FL_OK); /* around to the start */
	assert_int_equal(page, 1);
	down(&space);
}

static void what_is_not_all_taken_cannot_be_freed(void **state)
{
	struct iova_space space;
	uint32_t page;

	(void)state;
	up(&space, 1024);
	assert_int_equal(iova_alloc(&space, 8, 1, &page), FL_OK);
	assert_int_equal(iova_free(&space, page, 9), FL_ERR_INVALID);
	assert_int_equal(iova_free(&space, page, 0), FL_ERR_INVALID);
	assert_int_equal(iova_free(&space, 0, 1), FL_ERR_INVALID);
	assert_int_equal(iova_free(&space, page, 0xffffffff), FL_ERR_INVALID);
	assert_int_equal(iova_free(&space, 5000, 1), FL_ERR_INVALID);
	assert_int_equal(iova_free(&space, page, 8), FL_OK);
	assert_int_equal(iova_free(&space, page, 8), FL_ERR_INVALID);
	assert_int_equal(space.used, 1);
	down(&space);
}

static void pieces_that_meet_make_one_range_again(void **state)
{
	struct iova_space space;
	uint32_t pages[256], page;

	(void)state;
	up(&space, 1024);
	for (unsigned i = 0; i < 255; i++)
		assert_int_equal(iova_alloc(&space, 3, 1, &pages[i]), FL_OK);
	for (unsigned i = 0; i < 253; i += 2)
		assert_int_equal(iova_free(&space, pages[i], 3), FL_OK);
	assert_int_equal(iova_alloc(&space, 5, 1, &page),
			 FL_ERR_NOSPACE); /* much free, but in pieces of 4 */
	assert_int_equal(iova_free(&space, pages[101], 3), FL_OK);
	assert_int_equal(iova_alloc(&space, 11, 1, &page), FL_OK); /* three pieces are one now */
	assert_int_equal(page, pages[100]);
	down(&space);
}

/* ---- against a plain array ------------------------------------------------------------------ */

static bool taken[PAGES];

static void check_summaries(const struct iova_space *space)
{
	uint32_t used = 0;

	for (uint32_t c = 0; c < PAGES / 1024; c++) {
		uint32_t run = 0, longest = 0;
		const bool *chunk = taken + c * 1024;

		for (uint32_t i = 0; i < 1024; i++) {
			used += chunk[i];
			run = chunk[i] ? 0 : run + 1;
			longest = run > longest ? run : longest;
			assert_int_equal(space->taken[(c * 1024 + i) / 64] >> (i % 64) & 1,
					 chunk[i]);
		}
		assert_int_equal(space->chunks[c].longest, longest);
		assert_int_equal(space->chunks[c].suffix, run);
	}
	assert_int_equal(space->used, used);
}

static bool is_free(uint32_t page, uint32_t count)
{
	for (uint32_t i = page; i < page + count; i++)
		if (i >= PAGES || taken[i])
			return false;
	return true;
}

static bool fits_somewhere(uint32_t count, uint32_t align)
{
	for (uint32_t page = 0; page + count <= PAGES; page += align)
		if (is_free(page, count))
			return true;
	return false;
}

static void set(uint32_t page, uint32_t count, bool value)
{
	for (uint32_t i = 0; i < count; i++)
		taken[page + i] = value;
}

struct live {
	uint32_t page, count;
};

static void try_alloc(struct iova_space *space, struct live *live)
{
	uint32_t count = 1 + dice(dice(6) ? 30 : 1500), align = 1u << dice(dice(3) ? 1 : 9),
		 page = 0;
	enum fl_err err = iova_alloc(space, count, align, &page);

	assert_int_equal(err, fits_somewhere(count + 1, align) ? FL_OK : FL_ERR_NOSPACE);
	if (err)
		return;
	assert_true(page && page % align == 0 && is_free(page, count + 1));
	set(page, count + 1, true);
	*live = (struct live){page, count};
}

/* Whole chunks are summed up without a look at their pages. */
static void whole_chunks_are_summed_up(void **state)
{
	static const struct {
		uint32_t page, count;
	} ranges[] = {{1, 1023}, {1024, 1024}, {1023, 2}, {1000, 2072}, {1024, 2048}, {1025, 1023}};
	struct iova_space space;

	(void)state;
	memset(taken, 0, sizeof taken);
	up(&space, PAGES);
	set(0, 1, true);
	check_summaries(&space);
	for (unsigned i = 0; i < COUNT(ranges); i++) {
		assert_int_equal(iova_reserve(&space, ranges[i].page, ranges[i].count), FL_OK);
		set(ranges[i].page, ranges[i].count, true);
		check_summaries(&space);
		assert_int_equal(iova_unreserve(&space, ranges[i].page, ranges[i].count), FL_OK);
		set(ranges[i].page, ranges[i].count, false);
		check_summaries(&space);
	}
	set(0, 1, false);
	down(&space);
}

/* What has just been freed comes last: a device that is late with it meets the dummy page, and not a new buffer. */
static void a_range_is_used_again_late(void **state)
{
	struct iova_space space;
	uint32_t page;

	(void)state;
	up(&space, 1024);
	for (uint32_t want = 1; want + 5 <= 1024; want += 5) {
		assert_int_equal(iova_alloc(&space, 4, 1, &page), FL_OK);
		assert_int_equal(page, want);
		assert_int_equal(iova_free(&space, page, 4), FL_OK);
	}
	assert_int_equal(iova_alloc(&space, 2, 1, &page), FL_OK); /* exactly up to the end */
	assert_int_equal(page, 1021);
	assert_int_equal(iova_alloc(&space, 4, 1, &page), FL_OK); /* and around */
	assert_int_equal(page, 1);
	down(&space);
}

static void random_sequences_against_an_array(void **state)
{
	const char *text = getenv("FIRSTLIGHT_SEED");
	struct live live[200] = {{0, 0}};
	struct iova_space space;
	unsigned full = 0;

	(void)state;
	state_now = text ? strtoull(text, NULL, 0) : 20170706;
	printf("FIRSTLIGHT_SEED=%llu\n", (unsigned long long)state_now);
	up(&space, PAGES);
	set(0, 1, true);
	for (unsigned n = 0; n < 20000; n++) {
		struct live *one = &live[dice(COUNT(live))];

		if (!one->count) {
			try_alloc(&space, one);
			full += !one->count;
		} else {
			assert_int_equal(iova_free(&space, one->page, one->count), FL_OK);
			set(one->page, one->count + 1, false);
			*one = (struct live){0, 0};
		}
		if (n % 16 == 0)
			check_summaries(&space);
	}
	assert_in_range(full, 100, 15000); /* it was full at times, and not always */
	down(&space);
}

/* ---- cost ---------------------------------------------------------------------------------------
 */

/* ns for 2,000 pairs of alloc and free while `count` ranges are live. */
static double cost(uint32_t count)
{
	struct timespec start, end;
	struct iova_space space;
	double best = 1e18;
	uint32_t page;

	up(&space, 1u << 20);
	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(iova_alloc(&space, 3, 1, &page), FL_OK);
	for (unsigned try = 0; try < 5; try++) {
		double ns;

		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
		for (unsigned i = 0; i < 2000; i++) {
			iova_alloc(&space, 3, 1, &page);
			iova_free(&space, page, 3);
		}
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
		ns = (double)(end.tv_sec - start.tv_sec) * 1e9 +
		     (double)(end.tv_nsec - start.tv_nsec);
		best = ns < best ? ns : best;
	}
	down(&space);
	return best;
}

/* A list or a first fit from the start would be thousands of times slower with 200,000 ranges. */
static void live_ranges_make_nothing_slower(void **state)
{
	double few, many;

	(void)state;
	few = cost(10);
	many = cost(200000);
	if (many > 20 * few)
		fail_msg("2000 pairs take %.0f us with 10 live ranges, %.0f us with 200000",
			 few / 1e3, many / 1e3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_sizes_are_refused),
		cmocka_unit_test(page_0_is_never_given_out_and_a_guard_follows),
		cmocka_unit_test(whole_space_in_one_range),
		cmocka_unit_test(alignment_is_of_the_page_number),
		cmocka_unit_test(both_ends_and_reserve),
		cmocka_unit_test(what_is_not_all_taken_cannot_be_freed),
		cmocka_unit_test(pieces_that_meet_make_one_range_again),
		cmocka_unit_test(whole_chunks_are_summed_up),
		cmocka_unit_test(a_range_is_used_again_late),
		cmocka_unit_test(random_sequences_against_an_array),
		cmocka_unit_test(live_ranges_make_nothing_slower),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
