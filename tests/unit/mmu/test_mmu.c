/*
 * test_mmu.c: page tables as the device finds them. The named cases are the bugs that the IPU3 and
 * IPU6 drivers had since 2017, and what was said of them on the lists.
 */
#include "tests/unit/mmu/rig.h"

#define MIB  (1u << 20)
#define HIGH 0x4000000000ull /* 2^38: fits an entry, and is nowhere near what the host gives */

/* ---- what the device finds after init ----------------------------------------------------- */

static void initial_tables_are_in_memory_whole(void **state)
{
	struct rig rig;
	uint32_t l1, dummy;

	(void)state;
	rig_up(&rig, &rig_32bit, 1);
	l1 = mmu_l1_page(&rig.mmu);
	dummy = device_entry(device_entry(l1, 0), 0);
	for (unsigned i = 0; i < MMU_ENTRIES; i++)
		assert_int_equal(device_entry(l1, i), device_entry(l1, 0));
	for (unsigned i = 0; i < MMU_ENTRIES; i++)
		assert_int_equal(device_entry(device_entry(l1, 0), i), dummy);
	for (unsigned i = 0; i < MMU_ENTRIES; i++) {
		uint32_t word;

		assert_true(host_device_read(((uint64_t)dummy << PAGE_SHIFT) + 4 * i, &word, 4));
		assert_int_equal(word, mmu_dummy_word(4 * i));
		assert_int_equal(word, 0xd0d00000u + 4 * i);
	}
	assert_int_equal(rig.mmu.table_bytes_written, 3 * 4096);
	rig_down(&rig);
}

/* Three pages, below 4 GiB although the device reaches further; and each new table is one. */
static void tables_are_single_pages_below_4_gib(void **state)
{
	struct rig rig = {.answer = FL_OK};

	(void)state;
	host_reset(1);
	host_set_addressing(HOST_BUS_HIGH);
	host_limit_dma(4);
	assert_int_equal(cache_init(&rig.cache, &rig.diag), FL_OK);
	assert_int_equal(mmu_init(&rig.mmu, &rig_32bit, rig_device, &rig.cache, &rig.diag), FL_OK);
	mmu_start(&rig.mmu, rig_invalidate, &rig);
	assert_true(rig.mmu.l1.bus >> 32 == 0 && rig.mmu.dummy_l2.bus >> 32 == 0 &&
		    rig.mmu.dummy_page.bus >> 32 == 0);
	assert_int_equal(mmu_map(&rig.mmu, 4 * MIB, (uint64_t[]){HIGH}, 1), FL_OK);
	assert_true(rig.mmu.l2[1].page.bus >> 32 == 0);
	rig_down(&rig);
}

static void flush_of_the_initial_tables_matters(void **state)
{
	unsigned caught = 0;
	unsigned long calls;
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 1);
	calls = host_primitive_calls();
	rig_down(&rig);
	for (unsigned long call = 1; call <= calls; call++) {
		memset(&rig, 0, sizeof rig);
		host_reset(1);
		host_set_adversary(0);
		host_mutate(HOST_MUTATE_DROP, call);
		assert_int_equal(cache_init(&rig.cache, &rig.diag), FL_OK);
		assert_int_equal(mmu_init(&rig.mmu, &rig_32bit, rig_device, &rig.cache, &rig.diag),
				 FL_OK);
		for (unsigned i = 0; i < MMU_ENTRIES; i++) {
			uint32_t word;

			host_device_read(rig.mmu.l1.bus + 4 * i, &word, 4);
			host_device_read(rig.mmu.dummy_l2.bus + 4 * i, &word, 4);
			host_device_read(rig.mmu.dummy_page.bus + 4 * i, &word, 4);
		}
		caught += host_finding_count() != 0;
		mmu_exit(&rig.mmu);
	}
	assert_int_equal(caught, calls); /* three tables and a fence: none can go */
	assert_int_equal(calls, 4);
	host_reset(1);
}

/* ---- map ---------------------------------------------------------------------------------- */

static void maps_pages_in_order_across_tables(void **state)
{
	static const uint32_t starts[] = {0x1000, 4 * MIB - 0x3000, 0xfff00000};
	uint64_t pages[256], bus;
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 2);
	for (unsigned s = 0; s < COUNT(starts); s++) {
		rig_pages(pages, COUNT(pages), HIGH + s * 16 * MIB);
		assert_int_equal(mmu_map(&rig.mmu, starts[s], pages, COUNT(pages)), FL_OK);
		for (unsigned i = 0; i < COUNT(pages); i++) {
			assert_int_equal(device_walk(&rig, starts[s] + i * PAGE_SIZE + 0x123),
					 pages[i] + 0x123);
			assert_int_equal(
				mmu_translate(&rig.mmu, starts[s] + i * PAGE_SIZE + 0x123, &bus),
				FL_OK);
			assert_int_equal(bus, pages[i] + 0x123);
		}
	}
	assert_true(device_sees_dummy(&rig, 0x101000));
	assert_int_equal(mmu_translate(&rig.mmu, 0x101000, &bus), FL_ERR_NOTFOUND);
	assert_int_equal(rig.mmu.pages_mapped, 3 * COUNT(pages));
	for (unsigned s = 0; s < COUNT(starts); s++)
		assert_int_equal(mmu_unmap(&rig.mmu, starts[s], COUNT(pages)), FL_OK);
	for (unsigned s = 0; s < COUNT(starts); s++)
		for (unsigned i = 0; i < COUNT(pages); i++)
			assert_true(device_sees_dummy(&rig, starts[s] + i * PAGE_SIZE));
	assert_int_equal(rig.mmu.pages_mapped, 0);
	rig_down(&rig);
}

static void new_table_is_whole_in_memory_before_l1_names_it(void **state)
{
	const uint64_t page = HIGH;
	struct host_primitive flush_l2, fence, flush_l1, last;
	unsigned long before;
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 3);
	before = host_primitive_calls();
	assert_int_equal(mmu_map(&rig.mmu, 8 * MIB + 0x5000, &page, 1), FL_OK);
	assert_int_equal(host_primitive_calls(), before + 4);
	assert_true(host_primitive(before + 1, &flush_l2) && host_primitive(before + 2, &fence));
	assert_true(host_primitive(before + 3, &flush_l1) && host_primitive(before + 4, &last));
	assert_ptr_equal(flush_l2.line, rig.mmu.l2[2].page.cpu);
	assert_int_equal(flush_l2.count, PAGE_SIZE / CACHE_LINE_SIZE);
	assert_string_equal(fence.name, "fence");
	assert_ptr_equal(flush_l1.line, rig.mmu.l1.cpu);
	assert_int_equal(flush_l1.count, 1);
	assert_string_equal(last.name, "fence");
	/* Three tables at first, then the new one and its entry in L1. */
	assert_int_equal(rig.mmu.table_bytes_written, 3 * 4096 + 4096 + 4);
	for (unsigned i = 0; i < MMU_ENTRIES; i++)
		device_entry(rig.mmu.l2[2].page.bus >> PAGE_SHIFT, i);
	assert_int_equal(mmu_unmap(&rig.mmu, 8 * MIB + 0x5000, 1), FL_OK);
	rig_down(&rig);
}

/* One frame of 2592x1944: 1580 pages. The 2017 series flushed line by line, and invalidated per
 * page. */
static void one_flush_per_range_and_one_invalidate_per_operation(void **state)
{
	uint64_t *pages = calloc(1580, sizeof *pages), flushed, written;
	unsigned long before;
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 4);
	rig_pages(pages, 1580, HIGH);
	assert_int_equal(mmu_map(&rig.mmu, 64 * MIB, pages, 1580),
			 FL_OK); /* tables 16 and 17 exist now */
	assert_int_equal(rig.invalidates, 1);
	before = host_primitive_calls();
	assert_int_equal(mmu_unmap(&rig.mmu, 64 * MIB, 1580), FL_OK);
	assert_int_equal(rig.invalidates, 2);
	assert_in_range(host_primitive_calls() - before, 1,
			5); /* two tables, two L1 slots, a fence */

	assert_int_equal(mmu_map(&rig.mmu, 64 * MIB, pages, 1), FL_OK);
	before = host_primitive_calls();
	flushed = rig.cache.bytes_flushed;
	written = rig.mmu.table_bytes_written;
	assert_int_equal(mmu_map(&rig.mmu, 64 * MIB + 64 * PAGE_SIZE, pages, 100), FL_OK);
	assert_int_equal(rig.mmu.table_bytes_written - written, 400);
	assert_int_equal(host_primitive_calls() - before, 2);     /* the range, a fence */
	assert_int_equal(rig.cache.bytes_flushed - flushed, 448); /* 400 bytes, 7 lines */
	assert_int_equal(rig.invalidates, 4);
	assert_int_equal(rig.mmu.invalidates, 4);
	assert_int_equal(mmu_unmap(&rig.mmu, 64 * MIB, 1), FL_OK);
	assert_int_equal(mmu_unmap(&rig.mmu, 64 * MIB + 64 * PAGE_SIZE, 100), FL_OK);
	free(pages);
	rig_down(&rig);
}

/* ---- order of invalidate ------------------------------------------------------------------- */

static const uint64_t two_pages[2] = {HIGH, HIGH + 7 * PAGE_SIZE};
static bool was_mapped, table_was_there;
static uint64_t l2_bus;

static void look_at_tables(struct rig *rig)
{
	was_mapped = device_walk(rig, 4 * MIB) == two_pages[0] &&
		     device_walk(rig, 4 * MIB + PAGE_SIZE) == two_pages[1];
	table_was_there = l2_bus && host_bus_to_cpu(l2_bus);
}

static void invalidate_comes_after_the_tables_and_before_the_free(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 5);
	rig.on_invalidate = look_at_tables;
	l2_bus = 0;
	was_mapped = false;
	assert_int_equal(mmu_map(&rig.mmu, 4 * MIB, two_pages, 2), FL_OK);
	assert_int_equal(rig.invalidates, 1); /* the TLB may hold the dummy translation */
	assert_true(was_mapped);
	l2_bus = rig.mmu.l2[1].page.bus;
	assert_int_equal(mmu_unmap(&rig.mmu, 4 * MIB, 2), FL_OK);
	assert_int_equal(rig.invalidates, 2);
	assert_false(was_mapped);
	assert_true(table_was_there);
	assert_null(host_bus_to_cpu(l2_bus)); /* empty now, and given back */
	rig_down(&rig);
}

static void failed_invalidate_keeps_tables_that_the_device_may_walk(void **state)
{
	uint64_t bus;
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 6);
	assert_int_equal(mmu_map(&rig.mmu, 4 * MIB, two_pages, 2), FL_OK);
	l2_bus = rig.mmu.l2[1].page.bus;
	rig.answer = FL_ERR_GONE;
	assert_int_equal(mmu_unmap(&rig.mmu, 4 * MIB, 2), FL_ERR_GONE);
	assert_non_null(host_bus_to_cpu(l2_bus));
	assert_true(device_sees_dummy(&rig, 4 * MIB));
	assert_int_equal(mmu_map(&rig.mmu, 4 * MIB, two_pages, 2),
			 FL_ERR_GONE); /* nothing half done */
	assert_int_equal(mmu_translate(&rig.mmu, 4 * MIB, &bus), FL_ERR_NOTFOUND);
	assert_int_equal(mmu_translate(&rig.mmu, 4 * MIB + PAGE_SIZE, &bus), FL_ERR_NOTFOUND);
	assert_true(device_sees_dummy(&rig, 4 * MIB));
	assert_int_equal(rig.mmu.pages_mapped, 0);
	/* Memory is short as well: the table that was kept is still kept. */
	host_fail_allocation(1);
	assert_int_equal(mmu_map(&rig.mmu, 8 * MIB - PAGE_SIZE, two_pages, 2), FL_ERR_NOMEM);
	assert_non_null(host_bus_to_cpu(l2_bus));
	rig.answer = FL_OK;
	assert_int_equal(mmu_map(&rig.mmu, 4 * MIB, two_pages, 2), FL_OK);
	assert_int_equal(device_walk(&rig, 4 * MIB + PAGE_SIZE), two_pages[1]);
	assert_int_equal(mmu_unmap(&rig.mmu, 4 * MIB, 2), FL_OK);
	rig_down(&rig);
}

/* ---- while the device is halted ----------------------------------------------------------------- */

/* Nothing is flushed for a device that reads nothing, and all of it before it reads again. */
static void changes_while_halted_are_in_memory_at_the_resume(void **state)
{
	uint64_t pages[] = {HIGH + 32 * MIB, HIGH + 33 * MIB};
	unsigned long calls;
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 12);
	host_set_adversary(0); /* no line reaches memory by luck */
	assert_int_equal(mmu_map(&rig.mmu, 4 * MIB, two_pages, 2), FL_OK);
	l2_bus = rig.mmu.l2[1].page.bus;
	mmu_halt(&rig.mmu);
	calls = host_primitive_calls();
	assert_int_equal(mmu_unmap(&rig.mmu, 4 * MIB, 2), FL_OK);
	assert_null(host_bus_to_cpu(l2_bus)); /* nobody walks it */
	assert_int_equal(mmu_map(&rig.mmu, 8 * MIB - PAGE_SIZE, pages, 2), FL_OK);
	assert_int_equal(host_primitive_calls(), calls);
	assert_int_equal(rig.invalidates, 1);
	mmu_resume(&rig.mmu);
	assert_int_equal(device_walk(&rig, 8 * MIB - PAGE_SIZE), pages[0]);
	assert_int_equal(device_walk(&rig, 8 * MIB), pages[1]);
	assert_true(device_sees_dummy(&rig, 4 * MIB) && device_sees_dummy(&rig, 8 * MIB - 8192));
	/* What has been shared once is not shared again. */
	calls = host_primitive_calls();
	mmu_halt(&rig.mmu);
	mmu_resume(&rig.mmu);
	assert_int_equal(host_primitive_calls(), calls);
	assert_int_equal(mmu_unmap(&rig.mmu, 8 * MIB - PAGE_SIZE, 2), FL_OK);
	assert_int_equal(rig.invalidates, 2);
	rig_down(&rig);
}

/* What was changed in a table while the device was halted is one range of it, from the first to the last. */
static void changes_while_halted_are_one_range_per_table(void **state)
{
	static const struct {
		unsigned first, second, third, bytes;
	} cases[] = {
		{100, 10, 50, 4 * 91}, {10, 100, 50, 4 * 91}, {10, 100, 101, 4 * 92},
		{9, 10, 8, 4 * 3},     {10, 11, 12, 4 * 3},
	};
	const uint64_t page = HIGH + 32 * MIB;

	(void)state;
	for (unsigned t = 0; t < 2; t++) { /* the first table and the last */
		const uint32_t base = t ? 0xffc00000 : 0;

		for (unsigned i = 0; i < COUNT(cases); i++) {
			const unsigned at[] = {cases[i].first, cases[i].second, cases[i].third};
			uint64_t written;
			struct rig rig;

			rig_up(&rig, &rig_32bit, 12);
			host_set_adversary(0);
			assert_int_equal(mmu_map(&rig.mmu, base + 0x1000, &page, 1), FL_OK);
			mmu_halt(&rig.mmu);
			for (unsigned n = 0; n < 3; n++)
				assert_int_equal(mmu_map(&rig.mmu, base + at[n] * PAGE_SIZE,
							 &two_pages[n % 2], 1),
						 FL_OK);
			written = rig.mmu.table_bytes_written;
			mmu_resume(&rig.mmu);
			assert_int_equal(rig.mmu.table_bytes_written - written, cases[i].bytes);
			for (unsigned n = 0; n < 3; n++)
				assert_int_equal(device_walk(&rig, base + at[n] * PAGE_SIZE),
						 two_pages[n % 2]);
			rig_down(&rig);
		}
	}
}

/* A table that came and went meanwhile is not there any more: of it nothing is shared. */
static void a_table_that_went_while_halted_is_not_shared(void **state)
{
	uint64_t written;
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 12);
	mmu_halt(&rig.mmu);
	assert_int_equal(mmu_map(&rig.mmu, 20 * MIB, two_pages, 2), FL_OK);
	assert_int_equal(mmu_unmap(&rig.mmu, 20 * MIB, 2), FL_OK);
	written = rig.mmu.table_bytes_written;
	mmu_resume(&rig.mmu);
	assert_int_equal(rig.mmu.table_bytes_written - written, 4); /* the entry in L1 */
	assert_true(device_sees_dummy(&rig, 20 * MIB));
	rig_down(&rig);
}

/* ---- refused, and nothing changed ------------------------------------------------------------ */

static void remap_is_refused_and_the_old_mapping_stays(void **state)
{
	uint64_t pages[3] = {HIGH + 16 * MIB, HIGH + 17 * MIB, HIGH + 18 * MIB};
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 7);
	assert_int_equal(mmu_map(&rig.mmu, 4 * MIB, two_pages, 2), FL_OK);
	assert_refused(&rig.diag, mmu_map(&rig.mmu, 4 * MIB + PAGE_SIZE, pages, 1), FL_ERR_BUSY,
		       "0x00401000 is already mapped");
	/* Free up to its last page: none of it is entered. */
	assert_refused(&rig.diag, mmu_map(&rig.mmu, 4 * MIB - 2 * PAGE_SIZE, pages, 3), FL_ERR_BUSY,
		       "0x00400000 is already mapped");
	assert_true(device_sees_dummy(&rig, 4 * MIB - 2 * PAGE_SIZE));
	assert_true(device_sees_dummy(&rig, 4 * MIB - PAGE_SIZE));
	assert_int_equal(device_walk(&rig, 4 * MIB), two_pages[0]);
	assert_int_equal(device_walk(&rig, 4 * MIB + PAGE_SIZE), two_pages[1]);
	assert_int_equal(rig.invalidates, 1);
	assert_int_equal(mmu_unmap(&rig.mmu, 4 * MIB, 2), FL_OK);
	/* The only page of its table is one, too. */
	assert_int_equal(mmu_map(&rig.mmu, 16 * MIB, pages, 1), FL_OK);
	assert_refused(&rig.diag, mmu_map(&rig.mmu, 16 * MIB, two_pages, 1), FL_ERR_BUSY,
		       "0x01000000 is already mapped");
	assert_int_equal(device_walk(&rig, 16 * MIB), pages[0]);
	assert_int_equal(mmu_unmap(&rig.mmu, 16 * MIB, 1), FL_OK);
	rig_down(&rig);
}

static void unmap_of_more_than_is_mapped_changes_nothing(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 8);
	assert_int_equal(mmu_map(&rig.mmu, 4 * MIB, two_pages, 2), FL_OK);
	assert_refused(&rig.diag, mmu_unmap(&rig.mmu, 4 * MIB, 3), FL_ERR_NOTFOUND,
		       "is not mapped");
	assert_refused(&rig.diag, mmu_unmap(&rig.mmu, 12 * MIB, 1), FL_ERR_NOTFOUND,
		       "is not mapped");
	assert_int_equal(device_walk(&rig, 4 * MIB), two_pages[0]);
	assert_int_equal(mmu_unmap(&rig.mmu, 4 * MIB, 2), FL_OK);
	assert_refused(&rig.diag, mmu_unmap(&rig.mmu, 4 * MIB, 2), FL_ERR_NOTFOUND,
		       "is not mapped");
	rig_down(&rig);
}

static void impossible_requests_are_refused_with_words(void **state)
{
	static const struct {
		uint32_t iova;
		uint64_t pages[2];
		size_t count;
		enum fl_err err;
		const char *words;
	} cases[] = {
		{0, {HIGH, HIGH}, 1, FL_ERR_INVALID, "IOVA 0x00000000"},
		{0x1800, {HIGH, HIGH}, 1, FL_ERR_INVALID, "IOVA 0x00001800"},
		{0x1000, {HIGH, HIGH}, 0, FL_ERR_INVALID, "0 pages"},
		{0x1000,
		 {HIGH, HIGH + 1},
		 2,
		 FL_ERR_INVALID,
		 "page 1 has bus address 0x4000000001"},
		{0x1000, {HIGH, 0}, 2, FL_ERR_INVALID, "page 1 has bus address 0x0"},
		{0x1000, {0, HIGH}, 2, FL_ERR_INVALID, "page 0 has bus address 0x0"},
		{0x1000, {1ull << 39, HIGH}, 2, FL_ERR_RANGE, "page 0 has bus address 0x8000"},
		{0x1000, {HIGH, 1ull << 39}, 2, FL_ERR_RANGE, "below 2^39"},
		{0x1000, {HIGH, ~(uint64_t)0xfff}, 2, FL_ERR_RANGE, "below 2^39"},
		{0xfffff000, {HIGH, HIGH}, 2, FL_ERR_RANGE, "leaves the 32-bit aperture"},
		{0x1000, {HIGH, HIGH}, 1u << 20, FL_ERR_RANGE, "leaves the 32-bit aperture"},
		{0x1000, {HIGH, HIGH}, SIZE_MAX, FL_ERR_RANGE, "leaves the 32-bit aperture"},
		{0x1000,
		 {HIGH, HIGH},
		 SIZE_MAX / PAGE_SIZE + 2,
		 FL_ERR_RANGE,
		 "leaves the 32-bit aperture"},
	};
	struct rig rig;
	unsigned long allocations;

	(void)state;
	rig_up(&rig, &rig_32bit, 9);
	allocations = host_allocations();
	for (unsigned i = 0; i < COUNT(cases); i++)
		assert_refused(&rig.diag,
			       mmu_map(&rig.mmu, cases[i].iova, cases[i].pages, cases[i].count),
			       cases[i].err, cases[i].words);
	assert_refused(&rig.diag, mmu_unmap(&rig.mmu, 0, 1), FL_ERR_INVALID, "unmap");
	assert_refused(&rig.diag, mmu_unmap(&rig.mmu, 0xfffff000, 2), FL_ERR_RANGE, "aperture");
	assert_int_equal(host_allocations(), allocations);
	assert_int_equal(rig.invalidates, 0);
	assert_true(device_sees_dummy(&rig, 0));
	assert_true(device_sees_dummy(&rig, 0x1000));
	assert_true(device_sees_dummy(&rig, 0xfffff000));
	rig_down(&rig);
}

static void aperture_is_data_of_the_generation(void **state)
{
	static const struct {
		const struct mmu_geometry *geometry;
		uint32_t last;
	} cases[] = {
		{&rig_32bit, 0xfffff000},
		{&rig_31bit, 0x7ffff000},
	};
	uint32_t iova;

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		struct rig rig;

		rig_up(&rig, cases[i].geometry, 10);
		assert_int_equal(mmu_map(&rig.mmu, cases[i].last, two_pages, 1), FL_OK);
		assert_int_equal(device_walk(&rig, cases[i].last), two_pages[0]);
		assert_int_equal(mmu_unmap(&rig.mmu, cases[i].last, 1), FL_OK);
		assert_refused(&rig.diag, mmu_map(&rig.mmu, cases[i].last, two_pages, 2),
			       FL_ERR_RANGE, "aperture");
		if (cases[i].last != 0xfffff000)
			assert_refused(&rig.diag, mmu_map(&rig.mmu, 0x80000000, two_pages, 1),
				       FL_ERR_RANGE, "31-bit aperture");
		/* The allocator ends there too: all but the last two pages are taken. */
		assert_int_equal(iova_reserve(&rig.mmu.iova, 1, (cases[i].last >> PAGE_SHIFT) - 2),
				 FL_OK);
		assert_int_equal(mmu_map_alloc(&rig.mmu, two_pages, 1, &iova), FL_OK);
		assert_int_equal(iova, cases[i].last - PAGE_SIZE);
		assert_refused(&rig.diag, mmu_map_alloc(&rig.mmu, two_pages, 1, &(uint32_t){0}),
			       FL_ERR_NOSPACE, "no 1 free pages");
		assert_int_equal(mmu_unmap_free(&rig.mmu, iova, 1), FL_OK);
		rig_down(&rig);
	}
}

/* ---- allocator on top -------------------------------------------------------------------------
 */

static void allocated_ranges_have_a_guard_page_that_leads_to_the_dummy(void **state)
{
	uint32_t a, b;
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 11);
	assert_int_equal(mmu_map_alloc(&rig.mmu, two_pages, 2, &a), FL_OK);
	assert_int_equal(mmu_map_alloc(&rig.mmu, two_pages, 2, &b), FL_OK);
	assert_int_equal(a, PAGE_SIZE); /* the first page that may be one */
	assert_int_equal(device_walk(&rig, a + PAGE_SIZE), two_pages[1]);
	assert_int_equal(device_walk(&rig, b), two_pages[0]);
	assert_true(device_sees_dummy(&rig, a + 2 * PAGE_SIZE));
	assert_true(device_sees_dummy(&rig, b + 2 * PAGE_SIZE));
	assert_true(b > a + 2 * PAGE_SIZE || a > b + 2 * PAGE_SIZE);
	assert_int_equal(mmu_unmap_free(&rig.mmu, a, 2), FL_OK);
	assert_refused(&rig.diag, mmu_unmap_free(&rig.mmu, a, 2), FL_ERR_NOTFOUND, "not mapped");
	assert_int_equal(mmu_unmap_free(&rig.mmu, b, 2), FL_OK);
	assert_int_equal(rig.mmu.iova.used, 1); /* page 0 */
	assert_refused(&rig.diag, mmu_map_alloc(&rig.mmu, two_pages, 0, &a), FL_ERR_INVALID,
		       "no 0 free");
	assert_refused(&rig.diag, mmu_map_alloc(&rig.mmu, two_pages, SIZE_MAX, &a), FL_ERR_NOSPACE,
		       "free pages");
	rig_down(&rig);
}

static void failed_map_gives_its_iova_back(void **state)
{
	uint64_t bad[2] = {HIGH, 1ull << 40};
	uint32_t iova;
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 12);
	assert_refused(&rig.diag, mmu_map_alloc(&rig.mmu, bad, 2, &iova), FL_ERR_RANGE, "2^39");
	assert_int_equal(rig.mmu.iova.used, 1);
	host_fail_allocation(1);
	assert_refused(&rig.diag, mmu_map_alloc(&rig.mmu, two_pages, 2, &iova), FL_ERR_NOMEM,
		       "no page for an L2");
	assert_int_equal(rig.mmu.iova.used, 1);
	rig_down(&rig);
}

/* ---- life ------------------------------------------------------------------------------------ */

static void tables_are_not_freed_while_the_device_walks_them(void **state)
{
	unsigned long leaks;
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 13);
	assert_int_equal(mmu_map(&rig.mmu, 4 * MIB, two_pages, 2), FL_OK);
	leaks = host_leaks();
	assert_refused(&rig.diag, mmu_exit(&rig.mmu), FL_ERR_STATE,
		       "not freed while the device may walk them");
	assert_int_equal(host_leaks(), leaks);
	assert_int_equal(device_walk(&rig, 4 * MIB), two_pages[0]);
	mmu_stop(&rig.mmu);
	assert_int_equal(device_walk(&rig, 4 * MIB),
			 two_pages[0]); /* halted: mappings stay in the tables */
	assert_refused(&rig.diag, mmu_unmap(&rig.mmu, 4 * MIB, 2), FL_ERR_STATE,
		       "while it is down");
	mmu_start(&rig.mmu, rig_invalidate, &rig);
	assert_int_equal(device_walk(&rig, 4 * MIB), two_pages[0]);
	rig_down(&rig); /* with the mapping still there: its L2 table goes too */
}

static void use_after_exit_is_refused(void **state)
{
	uint32_t iova;
	uint64_t bus = 1;
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 14);
	rig_down(&rig);
	assert_refused(&rig.diag, mmu_map(&rig.mmu, 0x1000, two_pages, 2), FL_ERR_STATE,
		       "while it is down");
	assert_refused(&rig.diag, mmu_unmap(&rig.mmu, 0x1000, 2), FL_ERR_STATE, "while it is down");
	assert_int_not_equal(mmu_map_alloc(&rig.mmu, two_pages, 2, &iova), FL_OK);
	assert_int_not_equal(mmu_unmap_free(&rig.mmu, 0x1000, 2), FL_OK);
	assert_int_equal(mmu_translate(&rig.mmu, 0x1000, &bus), FL_ERR_STATE);
	assert_int_equal(bus, 0);
	assert_int_equal(mmu_dummy_damage(&rig.mmu), 0);
	assert_int_equal(mmu_exit(&rig.mmu), FL_OK);
	assert_int_equal(host_leaks(), 0);
}

static void stray_write_of_the_device_shows_on_the_dummy_page(void **state)
{
	const uint32_t stray[4] = {1, 2, 3, 4};
	uint64_t page, written;
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 15);
	assert_int_equal(mmu_dummy_damage(&rig.mmu), 0);
	page = device_walk(&rig, 0xdead0000);
	assert_true(host_device_write(page + 0x7f8, stray, sizeof stray));
	written = rig.mmu.table_bytes_written;
	assert_int_equal(mmu_dummy_damage(&rig.mmu), 4);
	assert_int_equal(rig.mmu.table_bytes_written - written, 4096); /* a page, looked at */
	assert_true(host_device_write(page, stray, 4));                /* both ends count */
	assert_int_equal(mmu_dummy_damage(&rig.mmu), 5);
	assert_true(host_device_write(page + 4092, stray, 4));
	assert_int_equal(mmu_dummy_damage(&rig.mmu), 6);
	rig_down(&rig);
}

/* ---- memory runs out ------------------------------------------------------------------------- */

static void init_fails_at_every_allocation_and_leaves_nothing(void **state)
{
	unsigned long k;

	(void)state;
	for (k = 1;; k++) {
		struct rig rig = {0};
		enum fl_err err;

		host_reset(k);
		assert_int_equal(cache_init(&rig.cache, &rig.diag), FL_OK);
		host_fail_allocation(k);
		err = mmu_init(&rig.mmu, &rig_32bit, rig_device, &rig.cache, &rig.diag);
		if (!err) {
			assert_int_equal(mmu_exit(&rig.mmu), FL_OK);
			break;
		}
		assert_refused(&rig.diag, err, FL_ERR_NOMEM, "rig MMU: no ");
		assert_int_equal(host_leaks(), 0);
		assert_int_equal(mmu_exit(&rig.mmu), FL_OK); /* harmless */
	}
	assert_int_equal(k, 7); /* an array, two of the allocator, three pages */
	assert_int_equal(host_leaks(), 0);
}

static void map_fails_at_every_allocation_and_changes_nothing(void **state)
{
	uint64_t *pages = calloc(3 * MMU_ENTRIES, sizeof *pages);
	unsigned long k;

	(void)state;
	rig_pages(pages, 3 * MMU_ENTRIES, HIGH);
	for (k = 1;; k++) {
		unsigned long leaks;
		struct rig rig;
		enum fl_err err;

		rig_up(&rig, &rig_32bit, k);
		/* The second table exists and has a neighbour of the range in it. */
		assert_int_equal(mmu_map(&rig.mmu, 4 * MIB - PAGE_SIZE, two_pages, 2), FL_OK);
		leaks = host_leaks();
		host_fail_allocation(k);
		err = mmu_map(&rig.mmu, 4 * MIB + PAGE_SIZE, pages, 3 * MMU_ENTRIES);
		if (!err) {
			host_fail_allocation(0);
			assert_int_equal(mmu_unmap(&rig.mmu, 4 * MIB + PAGE_SIZE, 3 * MMU_ENTRIES),
					 FL_OK);
			assert_int_equal(host_leaks(), leaks);
			rig_down(&rig);
			break;
		}
		assert_refused(&rig.diag, err, FL_ERR_NOMEM, "no page for an L2 table");
		assert_int_equal(host_leaks(), leaks);
		assert_int_equal(rig.invalidates, 1);
		assert_int_equal(device_walk(&rig, 4 * MIB - PAGE_SIZE), two_pages[0]);
		assert_int_equal(device_walk(&rig, 4 * MIB), two_pages[1]);
		for (uint32_t i = 1; i <= 3 * MMU_ENTRIES; i++)
			assert_true(device_sees_dummy(&rig, 4 * MIB + i * PAGE_SIZE));
		rig_down(&rig);
	}
	assert_int_equal(k, 4); /* three new tables */
	free(pages);
}

/* The first table of all is given back, too, when the second finds no memory. */
static void first_table_is_given_back(void **state)
{
	unsigned long leaks;
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 1);
	leaks = host_leaks();
	host_fail_allocation(2);
	assert_refused(&rig.diag, mmu_map(&rig.mmu, 4 * MIB - PAGE_SIZE, two_pages, 2),
		       FL_ERR_NOMEM, "no page for an L2 table");
	assert_int_equal(host_leaks(), leaks);
	assert_null(rig.mmu.l2[1].page.cpu); /* and nothing that was never there is taken for one */
	rig_down(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(initial_tables_are_in_memory_whole),
		cmocka_unit_test(tables_are_single_pages_below_4_gib),
		cmocka_unit_test(flush_of_the_initial_tables_matters),
		cmocka_unit_test(maps_pages_in_order_across_tables),
		cmocka_unit_test(new_table_is_whole_in_memory_before_l1_names_it),
		cmocka_unit_test(one_flush_per_range_and_one_invalidate_per_operation),
		cmocka_unit_test(invalidate_comes_after_the_tables_and_before_the_free),
		cmocka_unit_test(failed_invalidate_keeps_tables_that_the_device_may_walk),
		cmocka_unit_test(changes_while_halted_are_in_memory_at_the_resume),
		cmocka_unit_test(changes_while_halted_are_one_range_per_table),
		cmocka_unit_test(a_table_that_went_while_halted_is_not_shared),
		cmocka_unit_test(remap_is_refused_and_the_old_mapping_stays),
		cmocka_unit_test(unmap_of_more_than_is_mapped_changes_nothing),
		cmocka_unit_test(impossible_requests_are_refused_with_words),
		cmocka_unit_test(aperture_is_data_of_the_generation),
		cmocka_unit_test(allocated_ranges_have_a_guard_page_that_leads_to_the_dummy),
		cmocka_unit_test(failed_map_gives_its_iova_back),
		cmocka_unit_test(tables_are_not_freed_while_the_device_walks_them),
		cmocka_unit_test(use_after_exit_is_refused),
		cmocka_unit_test(stray_write_of_the_device_shows_on_the_dummy_page),
		cmocka_unit_test(init_fails_at_every_allocation_and_leaves_nothing),
		cmocka_unit_test(map_fails_at_every_allocation_and_changes_nothing),
		cmocka_unit_test(first_table_is_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
