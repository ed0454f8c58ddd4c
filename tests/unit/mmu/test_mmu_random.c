/*
 * test_mmu_random.c: long random sequences of map, unmap and translate, against an array that says
 * what should be mapped, and against a device that walks the tables in memory.
 *
 * FIRSTLIGHT_SEED=n repeats a run; the seed is printed first.
 */
#include <stdio.h>

#include "tests/unit/mmu/rig.h"

#define OPERATIONS   30000u
#define WHOLE_EVERY  31u   /* operations between two looks at everything */
#define WINDOW_PAGES 2048u /* operations fall into a few windows, so that they meet */
#define RANGE_MAX    1100u

/* Places where tables begin, end, and meet; the last one is the end of the aperture. */
static const uint32_t windows[] = {0, 0x00c00000, 0x7fc00000, 0xff800000};
#define WINDOWS COUNT(windows)

static uint64_t reference[WINDOWS][WINDOW_PAGES]; /* bus address, 0 = not mapped */
static uint64_t seed(void)
{
	const char *text = getenv("FIRSTLIGHT_SEED");

	return text ? strtoull(text, NULL, 0) : 20170705;
}

/* ---- what the device sees against what should be there ------------------------------------- */

static void check_page(const struct rig *rig, unsigned w, uint32_t page, uint32_t l2,
		       uint32_t dummy)
{
	uint32_t entry = device_entry(l2, (windows[w] >> 12 & 0x3ff) + page % MMU_ENTRIES);
	uint32_t iova = windows[w] + page * PAGE_SIZE;
	uint64_t bus, want = reference[w][page];
	enum fl_err err = mmu_translate(&rig->mmu, iova, &bus);

	if (entry != (want ? want >> PAGE_SHIFT : dummy) || (want && bus != want) ||
	    err != (want ? FL_OK : FL_ERR_NOTFOUND))
		fail_msg("IOVA 0x%08x: the device reads entry 0x%x, translate says %d, 0x%llx; "
			 "want bus 0x%llx",
			 iova, entry, err, (unsigned long long)bus, (unsigned long long)want);
}

/* Pages [first, end) of a window. */
static void check(const struct rig *rig, unsigned w, uint32_t first, uint32_t end)
{
	uint32_t l1 = mmu_l1_page(&rig->mmu), dummy = rig->mmu.dummy_page.bus >> PAGE_SHIFT, l2 = 0;

	for (uint32_t page = first; page < end && page < WINDOW_PAGES; page++) {
		if (page == first || page % MMU_ENTRIES == 0)
			l2 = device_entry(l1, (windows[w] + page * PAGE_SIZE) >> 22);
		check_page(rig, w, page, l2, dummy);
	}
}

static void check_all(const struct rig *rig)
{
	uint64_t mapped = 0;

	for (unsigned w = 0; w < WINDOWS; w++) {
		check(rig, w, 0, WINDOW_PAGES);
		for (uint32_t i = 0; i < WINDOW_PAGES; i++)
			mapped += reference[w][i] != 0;
	}
	assert_int_equal(rig->mmu.pages_mapped, mapped);
}

static void check_around(const struct rig *rig, unsigned w, uint32_t page, uint32_t count)
{
	check(rig, w, page ? page - 1 : 0, page + (count < 40 ? count : 20) + 1);
	check(rig, w, page + count > 20 ? page + count - 20 : 0, page + count + 1);
}

/* ---- operations --------------------------------------------------------------------------- */

struct range {
	unsigned w;
	uint32_t page, count;
};

static struct range some_range(void)
{
	struct range range = {dice(WINDOWS), dice(WINDOW_PAGES),
			      1 + dice(dice(8) ? 12 : RANGE_MAX)};

	if (dice(4) == 0) /* near the border of two tables */
		range.page = MMU_ENTRIES - 6 + dice(12);
	/* Only the last window has something behind it that is known: the end of the aperture. */
	if (range.w != WINDOWS - 1 && range.page + range.count > WINDOW_PAGES)
		range.count = WINDOW_PAGES - range.page;
	return range;
}

static unsigned mapped_in(const struct range *range)
{
	unsigned mapped = 0;

	for (uint32_t i = range->page; i < range->page + range->count && i < WINDOW_PAGES; i++)
		mapped += reference[range->w][i] != 0;
	return mapped;
}

/* What the header promises for this range, as far as the window tells. */
static enum fl_err want_of(const struct range *range, bool is_map)
{
	uint32_t iova = windows[range->w] + range->page * PAGE_SIZE;

	if (!iova)
		return FL_ERR_INVALID;
	if (range->page + range->count > WINDOW_PAGES)
		return FL_ERR_RANGE;
	if (is_map)
		return mapped_in(range) ? FL_ERR_BUSY : FL_OK;
	return mapped_in(range) == range->count ? FL_OK : FL_ERR_NOTFOUND;
}

static void do_map(struct rig *rig, const struct range *range)
{
	static uint64_t pages[RANGE_MAX];
	uint32_t iova = windows[range->w] + range->page * PAGE_SIZE;
	enum fl_err want = want_of(range, true), err;
	bool starve = dice(20) == 0;

	for (uint32_t i = 0; i < range->count; i++)
		pages[i] = (uint64_t)(1 + dice(PAGE_NUMBERS)) << PAGE_SHIFT;
	if (starve)
		host_fail_allocation(1 + dice(2));
	err = mmu_map(&rig->mmu, iova, pages, range->count);
	host_fail_allocation(0);
	if (err != want && !(starve && want == FL_OK && err == FL_ERR_NOMEM))
		fail_msg("map of %u pages at 0x%08x gives %d, want %d", range->count, iova, err,
			 want);
	for (uint32_t i = 0; !err && i < range->count; i++)
		reference[range->w][range->page + i] = pages[i];
}

static void do_unmap(struct rig *rig, struct range *range)
{
	uint32_t iova;
	enum fl_err want, err;

	/* Mostly something that is mapped: the rest of a run. */
	if (dice(4)) {
		while (range->page < WINDOW_PAGES - 1 && !reference[range->w][range->page])
			range->page++;
		while (range->count > 1 && mapped_in(range) != range->count)
			range->count--;
	}
	iova = windows[range->w] + range->page * PAGE_SIZE;
	want = want_of(range, false);
	err = mmu_unmap(&rig->mmu, iova, range->count);
	if (err != want)
		fail_msg("unmap of %u pages at 0x%08x gives %d, want %d", range->count, iova, err,
			 want);
	for (uint32_t i = 0; !err && i < range->count; i++)
		reference[range->w][range->page + i] = 0;
}

/* Tables that are in use, and no others: L1, dummy L2, dummy page, and one for each with a page. */
static bool check_tables(const struct rig *rig)
{
	static unsigned before;
	unsigned tables = 0, live = 0;
	bool fewer;

	for (unsigned w = 0; w < WINDOWS; w++)
		for (unsigned half = 0; half < WINDOW_PAGES / MMU_ENTRIES; half++) {
			struct range range = {w, half * MMU_ENTRIES, MMU_ENTRIES};

			tables += mapped_in(&range) != 0;
		}
	for (unsigned i = 0; i < MMU_ENTRIES; i++)
		live += rig->mmu.l2[i].page.cpu != NULL;
	assert_int_equal(live, tables);
	fewer = live < before;
	before = live;
	return fewer;
}

static void tables_agree_after_every_operation(void **state)
{
	unsigned long done[2] = {0}, emptied = 0;
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, seed());
	for (unsigned n = 0; n < OPERATIONS; n++) {
		struct range range = some_range();
		unsigned invalidates = rig.invalidates;
		uint64_t before = rig.mmu.pages_mapped;

		/* By turns tables fill up, and become empty and go. */
		if (dice(8) < (n / 600 % 2 ? 1u : 5u))
			do_map(&rig, &range);
		else
			do_unmap(&rig, &range);
		done[rig.mmu.pages_mapped < before] += rig.mmu.pages_mapped != before;
		assert_int_equal(rig.invalidates - invalidates, rig.mmu.pages_mapped != before);
		check_around(&rig, range.w, range.page, range.count);
		emptied += check_tables(&rig);
		if (n % WHOLE_EVERY == 0)
			check_all(&rig);
	}
	check_all(&rig);
	assert_true(done[0] > OPERATIONS / 30 && done[1] > OPERATIONS / 30);
	assert_true(emptied > 100);
	rig_down(&rig);
}

static void allocator_and_tables_agree(void **state)
{
	static uint64_t pages[512];
	struct {
		uint32_t iova, count;
		uint64_t first;
	} live[64] = {{0}};
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_31bit, seed() + 1);
	for (unsigned n = 0; n < 4000; n++) {
		unsigned i = dice(COUNT(live));

		if (live[i].iova) {
			assert_int_equal(device_walk(&rig, live[i].iova), live[i].first);
			assert_int_equal(mmu_unmap_free(&rig.mmu, live[i].iova, live[i].count),
					 FL_OK);
			live[i].iova = 0;
			continue;
		}
		live[i].count = 1 + dice(COUNT(pages));
		live[i].first = (uint64_t)(1 + dice(PAGE_NUMBERS - 512)) << PAGE_SHIFT;
		for (uint32_t k = 0; k < live[i].count; k++)
			pages[k] = live[i].first + k * PAGE_SIZE;
		assert_int_equal(mmu_map_alloc(&rig.mmu, pages, live[i].count, &live[i].iova),
				 FL_OK);
		assert_true(live[i].iova && live[i].iova + live[i].count * PAGE_SIZE < 0x80000000u);
		assert_int_equal(device_walk(&rig, live[i].iova), live[i].first);
		assert_int_equal(device_walk(&rig, live[i].iova + (live[i].count - 1) * PAGE_SIZE),
				 pages[live[i].count - 1]);
		assert_true(device_sees_dummy(&rig, live[i].iova + live[i].count * PAGE_SIZE));
	}
	rig_down(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_agree_after_every_operation),
		cmocka_unit_test(allocator_and_tables_agree),
	};

	state_now = seed();
	printf("FIRSTLIGHT_SEED=%llu\n", (unsigned long long)seed());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
