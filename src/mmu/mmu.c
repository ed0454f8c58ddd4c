/* mmu.c: see mmu.h. */
#include "mmu/mmu.h"

#include "core/mem.h"

#define DUMMY_PATTERN 0xd0d00000u

static uint32_t page_number(uint64_t bus)
{
	return (uint32_t)(bus >> PAGE_SHIFT);
}

static void fill(uint32_t *table, uint32_t entry)
{
	for (unsigned i = 0; i < MMU_ENTRIES; i++)
		table[i] = entry;
}

/* ---- up and down ------------------------------------------------------------------------- */

static enum fl_err alloc_table(struct mmu *mmu, struct platform_dma *table, const char *what)
{
	enum fl_err err = platform_dma_alloc(mmu->device, 1, mmu->geometry->table_bits, table);

	if (err) {
		*table = (struct platform_dma){0};
		diag_fail(mmu->diag, err, "free memory below 4 GiB", "%s MMU: no page for %s (%s)",
			  mmu->geometry->name, what, fl_err_name(err));
	}
	return err;
}

static void free_table(struct mmu *mmu, struct platform_dma *table)
{
	if (table->cpu)
		platform_dma_free(mmu->device, table);
}

static void free_all(struct mmu *mmu)
{
	for (unsigned i = 0; mmu->l2 && i < MMU_ENTRIES; i++)
		free_table(mmu, &mmu->l2[i].page);
	free_table(mmu, &mmu->l1);
	free_table(mmu, &mmu->dummy_l2);
	free_table(mmu, &mmu->dummy_page);
	iova_exit(&mmu->iova);
	platform_free(mmu->l2);
	mmu->l2 = NULL;
}

uint32_t mmu_dummy_word(size_t offset)
{
	return DUMMY_PATTERN | (uint32_t)offset;
}

/* Contents first, all flushed, before anything refers to them. */
static void build_tables(struct mmu *mmu)
{
	uint32_t *dummy = mmu->dummy_page.cpu;

	for (unsigned i = 0; i < MMU_ENTRIES; i++)
		dummy[i] = mmu_dummy_word(4 * i);
	fill(mmu->dummy_l2.cpu, page_number(mmu->dummy_page.bus));
	fill(mmu->l1.cpu, page_number(mmu->dummy_l2.bus));
	cache_flush_add(mmu->cache, mmu->dummy_page.cpu, PAGE_SIZE);
	cache_flush_add(mmu->cache, mmu->dummy_l2.cpu, PAGE_SIZE);
	cache_flush_add(mmu->cache, mmu->l1.cpu, PAGE_SIZE);
	cache_flush_end(mmu->cache);
	mmu->table_bytes_written += 3 * PAGE_SIZE;
}

enum fl_err mmu_init(struct mmu *mmu, const struct mmu_geometry *geometry,
		     struct pci_address device, struct cache *cache, struct diag *diag)
{
	enum fl_err err;

	*mmu = (struct mmu){.geometry = geometry, .device = device, .cache = cache, .diag = diag};
	mmu->l2 = platform_alloc(MMU_ENTRIES * sizeof *mmu->l2);
	err = mmu->l2 ? iova_init(&mmu->iova, 1u << (geometry->iova_bits - PAGE_SHIFT))
		      : FL_ERR_NOMEM;
	if (err)
		diag_fail(diag, err, "free memory", "%s MMU: no memory for its book-keeping",
			  geometry->name);
	if (!err)
		err = alloc_table(mmu, &mmu->dummy_page, "the dummy page");
	if (!err)
		err = alloc_table(mmu, &mmu->dummy_l2, "the dummy L2 table");
	if (!err)
		err = alloc_table(mmu, &mmu->l1, "the L1 table");
	if (err) {
		free_all(mmu);
		return err;
	}
	build_tables(mmu);
	return FL_OK;
}

uint32_t mmu_l1_page(const struct mmu *mmu)
{
	return page_number(mmu->l1.bus);
}

void mmu_start(struct mmu *mmu, mmu_invalidate_fn invalidate, void *context)
{
	mmu->invalidate = invalidate;
	mmu->context = context;
	mmu->is_up = true;
}

void mmu_stop(struct mmu *mmu)
{
	mmu->is_up = false;
}

enum fl_err mmu_exit(struct mmu *mmu)
{
	if (mmu->is_up)
		return diag_fail(mmu->diag, FL_ERR_STATE, "halt the device first",
				 "%s MMU: tables are not freed while the device may walk them",
				 mmu->geometry->name);
	free_all(mmu);
	return FL_OK;
}

/* ---- one operation on a range ------------------------------------------------------------ */

/* The pages of an operation that lie in one L2 table. */
struct span {
	unsigned l1;    /* index in L1 */
	unsigned first; /* first entry in L2 */
	unsigned count;
};

/* The span that starts at page `page`, of at most `left` pages. */
static struct span span_at(uint32_t page, size_t left)
{
	struct span span = {.l1 = page / MMU_ENTRIES, .first = page % MMU_ENTRIES};

	span.count = MMU_ENTRIES - span.first;
	if (span.count > left)
		span.count = (unsigned)left;
	return span;
}

#define for_each_span(span, iova, pages)                                                           \
	for (size_t at_ = 0;                                                                       \
	     at_ < (pages) &&                                                                      \
	     (span = span_at((uint32_t)(((iova) >> PAGE_SHIFT) + at_), -at_ + (pages)), 1);        \
	     at_ += span.count)

static const uint32_t *table_of(const struct mmu *mmu, unsigned l1)
{
	return mmu->l2[l1].page.cpu ? mmu->l2[l1].page.cpu : mmu->dummy_l2.cpu;
}

static bool is_mapped(const struct mmu *mmu, uint32_t entry)
{
	return entry != page_number(mmu->dummy_page.bus);
}

static enum fl_err check_request(const struct mmu *mmu, uint32_t iova, size_t count,
				 const char *call)
{
	const uint32_t page = iova >> PAGE_SHIFT, pages = mmu->iova.pages;

	if (!mmu->is_up)
		return diag_fail(mmu->diag, FL_ERR_STATE, "bring the device and its MMU up first",
				 "%s MMU: %s while it is down", mmu->geometry->name, call);
	if (iova % PAGE_SIZE || !count || !iova)
		return diag_fail(mmu->diag, FL_ERR_INVALID, "whole pages, not page 0",
				 "%s MMU: %s of %zu pages at IOVA 0x%08x", mmu->geometry->name,
				 call, count, iova);
	if (page > pages || count > pages - page)
		return diag_fail(
			mmu->diag, FL_ERR_RANGE, NULL,
			"%s MMU: %s of %zu pages at IOVA 0x%08x leaves the %u-bit aperture",
			mmu->geometry->name, call, count, iova, mmu->geometry->iova_bits);
	return FL_OK;
}

/* All lines on their way before the first is looked at: each comes from memory. */
static void fetch_early(const uint32_t *entry, unsigned count)
{
	for (unsigned i = 0; i < count; i += CACHE_LINE_SIZE / sizeof *entry)
		__builtin_prefetch(&entry[i], 1);
}

/* Is the whole span mapped (or none of it)? The count of used entries answers for most tables; their
 * lines have left the cache with the flush of their last change. */
static bool is_uniform(const struct mmu *mmu, struct span span, bool mapped)
{
	const uint32_t *entry = &table_of(mmu, span.l1)[span.first];
	uint32_t dummy = page_number(mmu->dummy_page.bus);
	unsigned used = 0;

	if (mmu->l2[span.l1].used == (mapped ? MMU_ENTRIES : 0))
		return true;
	fetch_early(entry, span.count);
	for (unsigned i = 0; i < span.count; i++)
		used += entry[i] != dummy;
	return used == (mapped ? span.count : 0);
}

/* All entries of the range mapped (or none of them)? */
static enum fl_err check_entries(const struct mmu *mmu, uint32_t iova, size_t count, bool mapped)
{
	struct span span;

	for_each_span(span, iova, count)
	{
		const uint32_t *table = table_of(mmu, span.l1);
		unsigned i = span.first;

		if (is_uniform(mmu, span, mapped))
			continue;
		while (is_mapped(mmu, table[i]) == mapped)
			i++;
		return diag_fail(mmu->diag, mapped ? FL_ERR_NOTFOUND : FL_ERR_BUSY,
				 "a driver error", "%s MMU: IOVA 0x%08x is %s mapped",
				 mmu->geometry->name, (span.l1 * MMU_ENTRIES + i) * PAGE_SIZE,
				 mapped ? "not" : "already");
	}
	return FL_OK;
}

/* ---- map --------------------------------------------------------------------------------- */

static enum fl_err check_pages(const struct mmu *mmu, const uint64_t *page_bus, size_t count)
{
	uint64_t limit = (uint64_t)1 << (mmu->geometry->page_bits + PAGE_SHIFT);

	for (size_t i = 0; i < count; i++) {
		/* A zero entry would be valid: all of the device's traffic to page 0 (imgu.md 3.2). */
		if (page_bus[i] && page_bus[i] % PAGE_SIZE == 0 && page_bus[i] < limit)
			continue;
		return diag_fail(mmu->diag, page_bus[i] < limit ? FL_ERR_INVALID : FL_ERR_RANGE,
				 "with VT-d on, look at the address the IOMMU gave",
				 "%s MMU: page %zu has bus address 0x%llx; entries hold whole "
				 "pages below 2^%u, not page 0",
				 mmu->geometry->name, i, (unsigned long long)page_bus[i],
				 mmu->geometry->page_bits + PAGE_SHIFT);
	}
	return FL_OK;
}

/* A missing table for every span, or none. Only what this call added is taken back: a table that L1
 * does not name may be one that a failed invalidate has left to the device. */
static enum fl_err add_tables(struct mmu *mmu, uint32_t iova, size_t count)
{
	bool added[MMU_ENTRIES] = {false};
	enum fl_err err = FL_OK;
	struct span span;

	for_each_span(span, iova, count)
	{
		if (mmu->l2[span.l1].page.cpu)
			continue;
		err = alloc_table(mmu, &mmu->l2[span.l1].page, "an L2 table");
		if (err)
			break;
		added[span.l1] = true;
		fill(mmu->l2[span.l1].page.cpu, page_number(mmu->dummy_page.bus));
	}
	for (unsigned i = 0; err && i < MMU_ENTRIES; i++)
		if (added[i])
			free_table(mmu, &mmu->l2[i].page);
	return err;
}

static void widen(struct mmu_dirty *range, unsigned first, unsigned count)
{
	if (!range->end || first < range->first)
		range->first = (uint16_t)first;
	if (first + count > range->end)
		range->end = (uint16_t)(first + count);
}

/* Entries that were stored, on their way to the device; while it is halted that waits for mmu_resume. */
static void share(struct mmu *mmu, const uint32_t *table, struct mmu_dirty *dirty, unsigned first,
		  unsigned count)
{
	if (!mmu->is_halted) {
		cache_flush_add(mmu->cache, &table[first], count * sizeof *table);
		mmu->table_bytes_written += count * sizeof *table;
		return;
	}
	widen(dirty, first, count);
}

static void share_range(struct mmu *mmu, const uint32_t *table, struct mmu_dirty *dirty,
			struct mmu_dirty range)
{
	if (range.end)
		share(mmu, table, dirty, range.first, range.end - range.first);
}

static void share_late(struct mmu *mmu, const uint32_t *table, struct mmu_dirty *dirty)
{
	share_range(mmu, table, dirty, *dirty);
	dirty->end = 0;
}

static void share_end(struct mmu *mmu)
{
	if (!mmu->is_halted)
		cache_flush_end(mmu->cache);
}

void mmu_halt(struct mmu *mmu)
{
	mmu->is_halted = true;
}

void mmu_resume(struct mmu *mmu)
{
	uint64_t before = mmu->table_bytes_written;

	mmu->is_halted = false;
	share_late(mmu, mmu->l1.cpu, &mmu->l1_dirty);
	for (unsigned i = 0; i < MMU_ENTRIES; i++)
		share_late(mmu, mmu->l2[i].page.cpu, &mmu->l2[i].dirty);
	if (mmu->table_bytes_written != before)
		share_end(mmu);
}

/* Flushes the entries of each span: the whole table where L1 does not refer to it yet. */
static void flush_entries(struct mmu *mmu, uint32_t iova, size_t count)
{
	const uint32_t *l1 = mmu->l1.cpu;
	struct span span;

	for_each_span(span, iova, count)
	{
		struct mmu_table *table = &mmu->l2[span.l1];
		bool is_new = l1[span.l1] == page_number(mmu->dummy_l2.bus);

		share(mmu, table->page.cpu, &table->dirty, is_new ? 0 : span.first,
		      is_new ? MMU_ENTRIES : span.count);
	}
	share_end(mmu);
}

/* Enters new tables in L1; their contents are in memory by now. Its entries are shared as one range. */
static void link_tables(struct mmu *mmu, uint32_t iova, size_t count)
{
	uint32_t *l1 = mmu->l1.cpu;
	struct mmu_dirty changed = {.end = 0};
	struct span span;

	for_each_span(span, iova, count)
	{
		uint32_t entry = page_number(mmu->l2[span.l1].page.bus);

		if (l1[span.l1] == entry)
			continue;
		l1[span.l1] = entry;
		widen(&changed, span.l1, 1);
	}
	if (!changed.end)
		return;
	share_range(mmu, l1, &mmu->l1_dirty, changed);
	share_end(mmu);
}

static enum fl_err invalidate(struct mmu *mmu)
{
	if (mmu->is_halted)
		return FL_OK; /* the driver does, before the device walks again */
	mmu->invalidates++;
	return mmu->invalidate(mmu->context);
}

static void clear_entries(struct mmu *mmu, uint32_t iova, size_t count)
{
	uint32_t dummy = page_number(mmu->dummy_page.bus), *l1 = mmu->l1.cpu;
	struct mmu_dirty changed = {.end = 0};
	struct span span;

	for_each_span(span, iova, count)
	{
		struct mmu_table *table = &mmu->l2[span.l1];
		uint32_t *entries = table->page.cpu;

		for (unsigned i = span.first; i < span.first + span.count; i++)
			entries[i] = dummy;
		table->used -= (uint16_t)span.count;
		share(mmu, entries, &table->dirty, span.first, span.count);
		if (table->used)
			continue;
		l1[span.l1] = page_number(mmu->dummy_l2.bus);
		widen(&changed, span.l1, 1);
	}
	share_range(mmu, l1, &mmu->l1_dirty, changed);
	share_end(mmu);
	mmu->pages_mapped -= count;
}

enum fl_err mmu_map(struct mmu *mmu, uint32_t iova, const uint64_t *page_bus, size_t count)
{
	struct span span;
	enum fl_err err = check_request(mmu, iova, count, "map");

	if (!err)
		err = check_pages(mmu, page_bus, count);
	if (!err)
		err = check_entries(mmu, iova, count, false);
	if (!err)
		err = add_tables(mmu, iova, count);
	if (err)
		return err;
	for_each_span(span, iova, count)
	{
		struct mmu_table *table = &mmu->l2[span.l1];
		uint32_t *entries = table->page.cpu;

		for (unsigned i = 0; i < span.count; i++)
			entries[span.first + i] = page_number(*page_bus++);
		table->used += (uint16_t)span.count;
	}
	mmu->pages_mapped += count;
	flush_entries(mmu, iova, count);
	link_tables(mmu, iova, count);
	/* The TLB may hold the dummy translation of these pages (imgu.md 3.10). */
	err = invalidate(mmu);
	if (err)
		clear_entries(mmu, iova, count);
	return err;
}

/* ---- unmap ------------------------------------------------------------------------------- */

enum fl_err mmu_unmap(struct mmu *mmu, uint32_t iova, size_t count)
{
	struct span span;
	enum fl_err err = check_request(mmu, iova, count, "unmap");

	if (!err)
		err = check_entries(mmu, iova, count, true);
	if (err)
		return err;
	clear_entries(mmu, iova, count);
	err = invalidate(mmu);
	if (err)
		return err; /* the device may still walk the old tables: keep them */
	for_each_span(span, iova, count)
	{
		if (mmu->l2[span.l1].used)
			continue;
		free_table(mmu, &mmu->l2[span.l1].page);
		mmu->l2[span.l1].dirty.end = 0;
	}
	return FL_OK;
}

/* ---- look-up, allocator ------------------------------------------------------------------ */

enum fl_err mmu_translate(const struct mmu *mmu, uint32_t iova, uint64_t *bus)
{
	uint32_t entry;

	*bus = 0;
	if (!mmu->l2)
		return FL_ERR_STATE;
	entry = table_of(mmu, iova / MMU_L2_SPAN)[iova / PAGE_SIZE % MMU_ENTRIES];
	*bus = ((uint64_t)entry << PAGE_SHIFT) | iova % PAGE_SIZE;
	return is_mapped(mmu, entry) ? FL_OK : FL_ERR_NOTFOUND;
}

enum fl_err mmu_map_alloc(struct mmu *mmu, const uint64_t *page_bus, size_t count, uint32_t *iova)
{
	uint32_t page;
	enum fl_err err = iova_alloc(&mmu->iova, count, 1, &page);

	if (err)
		return diag_fail(mmu->diag, err, "unmap buffers that are no longer used",
				 "%s MMU: no %zu free pages of IOVA in a row (%u of %u in use)",
				 mmu->geometry->name, count, mmu->iova.used, mmu->iova.pages);
	err = mmu_map(mmu, page << PAGE_SHIFT, page_bus, count);
	if (err) {
		iova_free(&mmu->iova, page, (uint32_t)count);
		return err;
	}
	*iova = page << PAGE_SHIFT;
	return FL_OK;
}

enum fl_err mmu_unmap_free(struct mmu *mmu, uint32_t iova, size_t count)
{
	enum fl_err err = mmu_unmap(mmu, iova, count);

	if (!err)
		err = iova_free(&mmu->iova, iova >> PAGE_SHIFT, (uint32_t)count);
	return err;
}

unsigned mmu_dummy_damage(struct mmu *mmu)
{
	const uint32_t *dummy = mmu->dummy_page.cpu;
	unsigned damaged = 0;

	if (!dummy)
		return 0;
	cache_flush_order(mmu->cache);
	cache_flush_add(mmu->cache, dummy, PAGE_SIZE);
	cache_flush_end(mmu->cache);
	mmu->table_bytes_written += PAGE_SIZE;
	for (unsigned i = 0; i < MMU_ENTRIES; i++)
		damaged += dummy[i] != mmu_dummy_word(4 * i);
	return damaged;
}
