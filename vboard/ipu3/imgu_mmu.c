/*
 * imgu_mmu.c: the ImgU's MMU as the model plays it: the walk of a two-level page table in guest
 * memory (imgu.md 3.1, 3.2) and a TLB that keeps what it has seen until it is told to forget.
 *
 * The TLB is strict: it never evicts on its own (except with imgu-tlb-evict), and the walker keeps
 * L1 entries too, so a driver that forgets one invalidate always sees the stale translation.
 */
#include "vboard/ipu3/imgu.h"

#include <stdlib.h>
#include <string.h>

#define TLB_PAGES      (1u << 20)
#define TLB_ENTRY_BITS 27

bool imgu_mmu_init(struct imgu *imgu)
{
	imgu->tlb = calloc(TLB_PAGES, sizeof(*imgu->tlb));
	imgu->tlb_generation = 1;
	return imgu->tlb;
}

void imgu_mmu_free(struct imgu *imgu)
{
	free(imgu->tlb);
}

void imgu_mmu_reset(struct imgu *imgu)
{
	imgu->tlb_generation++;
	imgu->l1_phys = imgu->l1_used = 0;
	imgu->l1_changed = false;
}

void imgu_mmu_write_l1(struct imgu *imgu, uint32_t value)
{
	if (value & ~VB_IMGU_PTE_MASK)
		model_violation(&imgu->model, "L1_PHYS: bits 31:27 of 0x%08x are set", value);
	imgu->l1_phys = value & VB_IMGU_PTE_MASK;
	if (!imgu->faults.wrong_l1)
		imgu->l1_used = imgu->l1_phys;
	imgu->l1_changed = true;
}

/* A new L1 table must be followed by an invalidate before the gate opens (3.5). */
void imgu_mmu_gate_opened(struct imgu *imgu)
{
	if (imgu->l1_changed)
		model_violation(&imgu->model,
				"gate opened after a new L1_PHYS without TLB_INVALIDATE");
	imgu->l1_changed = false;
}

/* ---- Walk ---- */

static bool tlb_find(const struct imgu *imgu, uint64_t slot, uint32_t *page)
{
	if (slot >> TLB_ENTRY_BITS != imgu->tlb_generation)
		return false;
	*page = slot & VB_IMGU_PTE_MASK;
	return true;
}

static uint64_t tlb_make(const struct imgu *imgu, uint32_t page)
{
	return imgu->tlb_generation << TLB_ENTRY_BITS | page;
}

static bool imgu_may_master(const struct imgu *imgu)
{
	return imgu->model.config[0x04] & 0x04;
}

/* Reads one entry of the table in page `table`. False when it leads nowhere. */
static bool mmu_fetch(struct imgu *imgu, const char *level, uint32_t table, uint32_t index,
		      uint32_t *page)
{
	uint64_t address = ((uint64_t)table << VB_IMGU_PAGE_SHIFT) + 4u * index;
	uint32_t entry;

	if (!table) {
		imgu_complain(imgu, "walk through a %s table in page 0", level);
		return false;
	}
	model_dma_purpose(&imgu->model, level);
	if (!model_dma_read(&imgu->model, address, &entry, sizeof(entry)))
		return false;
	if (entry & ~VB_IMGU_PTE_MASK)
		imgu_complain(imgu, "%s entry %u is 0x%08x: bits 31:27 are set", level, index,
			      entry);
	*page = entry & VB_IMGU_PTE_MASK;
	if (!*page)
		imgu_complain(imgu, "walk to an entry of 0: %s entry %u of page 0x%x", level, index,
			      table);
	return *page;
}

static bool mmu_walk(struct imgu *imgu, uint32_t iova, uint32_t *page)
{
	uint32_t i1 = iova >> 22, i2 = iova >> VB_IMGU_PAGE_SHIFT & 0x3FF, l2;

	if (!tlb_find(imgu, imgu->tlb_l1[i1], &l2)) {
		if (!mmu_fetch(imgu, "L1", imgu->l1_used, i1, &l2))
			return false;
		imgu->tlb_l1[i1] = tlb_make(imgu, l2);
	}
	if (!mmu_fetch(imgu, "L2", l2, i2, page))
		return false;
	model_trace(&imgu->model, "TLB 0x%05x -> 0x%x", iova >> VB_IMGU_PAGE_SHIFT, *page);
	return true;
}

/*
 * Legal behaviour that a lazy walker never shows: it may look ahead at any moment when the gate is
 * open. What is not in memory by the time of an invalidate is seen here. Tables that follow each
 * other in L1 and are the same are read once.
 */
void imgu_mmu_prefetch(struct imgu *imgu)
{
	uint32_t l1[VB_IMGU_PAGE_SIZE / 4], l2[VB_IMGU_PAGE_SIZE / 4], previous = 0;

	if (!imgu->faults.prefetch || !imgu->l1_used || !imgu_may_master(imgu))
		return;
	model_dma_purpose(&imgu->model, "L1");
	if (!model_dma_read(&imgu->model, (uint64_t)imgu->l1_used << VB_IMGU_PAGE_SHIFT, l1,
			    sizeof(l1)))
		return;
	model_dma_purpose(&imgu->model, "L2");
	for (unsigned i = 0; i < VB_IMGU_PAGE_SIZE / 4; i++) {
		if (l1[i] == previous)
			continue;
		previous = l1[i];
		model_dma_read(&imgu->model, (uint64_t)previous << VB_IMGU_PAGE_SHIFT, l2,
			       sizeof(l2));
	}
}

uint64_t imgu_mmu_prefetch_run(struct imgu *imgu, uint64_t now)
{
	if (!imgu->faults.prefetch)
		return UINT64_MAX;
	if (now >= imgu->prefetch_at) {
		imgu->prefetch_at = now + IMGU_PREFETCH_NS;
		if (imgu_gate_open(imgu))
			imgu_mmu_prefetch(imgu);
	}
	return imgu->prefetch_at;
}

/* Legal behaviour that a strict TLB never shows: entries go at any moment. */
static bool mmu_evicts(struct imgu *imgu)
{
	return imgu->faults.tlb_evict &&
	       vboard_random(imgu->model.board, 100) < imgu->faults.tlb_evict_percent;
}

static bool mmu_translate(struct imgu *imgu, uint32_t iova, uint64_t *address)
{
	uint64_t *slot = &imgu->tlb[iova >> VB_IMGU_PAGE_SHIFT];
	uint32_t page;

	if (mmu_evicts(imgu))
		*slot = imgu->tlb_l1[iova >> 22] = 0;
	if (!tlb_find(imgu, *slot, &page)) {
		if (!mmu_walk(imgu, iova, &page))
			return false;
		*slot = tlb_make(imgu, page);
	}
	*address = ((uint64_t)page << VB_IMGU_PAGE_SHIFT) | (iova & (VB_IMGU_PAGE_SIZE - 1));
	return true;
}

uint32_t imgu_mmu_peek(struct imgu *imgu, uint32_t iova)
{
	uint32_t page = imgu->l1_used, entry;
	uint32_t index[2] = {iova >> 22, iova >> VB_IMGU_PAGE_SHIFT & 0x3FF};

	if (tlb_find(imgu, imgu->tlb[iova >> VB_IMGU_PAGE_SHIFT], &page))
		return page;
	for (unsigned level = 0; level < 2; level++) {
		uint64_t address = ((uint64_t)page << VB_IMGU_PAGE_SHIFT) + 4u * index[level];

		if (!page || !model_dma_read(&imgu->model, address, &entry, sizeof(entry)))
			return UINT32_MAX;
		page = entry & VB_IMGU_PTE_MASK;
	}
	return page;
}

/* ---- Transfers ---- */

static size_t mmu_chunk(uint32_t iova, size_t size)
{
	size_t room = VB_IMGU_PAGE_SIZE - (iova & (VB_IMGU_PAGE_SIZE - 1));

	return size < room ? size : room;
}

static bool mmu_transfer_ok(struct imgu *imgu)
{
	if (imgu_may_master(imgu))
		return true;
	model_violation(&imgu->model, "a core wants memory while bus master is off");
	return false;
}

/* A walk before may have said another purpose. */
static bool mmu_read_memory(struct imgu *imgu, uint64_t address, void *data, size_t size)
{
	model_dma_purpose(&imgu->model, imgu->purpose ? imgu->purpose : "ImgU");
	return model_dma_read(&imgu->model, address, data, size);
}

bool imgu_mmu_read(struct imgu *imgu, uint32_t iova, void *data, size_t size)
{
	uint8_t *to = data;
	bool ok = mmu_transfer_ok(imgu);

	memset(data, 0xFF, size);
	while (ok && size) {
		size_t n = mmu_chunk(iova, size);
		uint64_t address;

		if (!mmu_translate(imgu, iova, &address) ||
		    !mmu_read_memory(imgu, address, to, n)) {
			memset(to, 0xFF, n);
			ok = false;
		}
		if (imgu->faults.bad_page && iova >> VB_IMGU_PAGE_SHIFT == imgu->faults.bad_page_at)
			*to ^= 1;
		iova += (uint32_t)n;
		to += n;
		size -= n;
	}
	return ok;
}

bool imgu_mmu_write(struct imgu *imgu, uint32_t iova, const void *data, size_t size)
{
	const uint8_t *from = data;
	bool ok = mmu_transfer_ok(imgu);

	while (ok && size) {
		size_t n = mmu_chunk(iova, size);
		uint64_t address;

		ok = mmu_translate(imgu, iova, &address);
		model_dma_purpose(&imgu->model, imgu->purpose ? imgu->purpose : "ImgU");
		ok = ok && model_dma_write(&imgu->model, address, from, n);
		iova += (uint32_t)n;
		from += n;
		size -= n;
	}
	return ok;
}

bool imgu_mmu_copy(struct imgu *imgu, uint32_t iova, void *data, size_t size)
{
	uint8_t *to = data, page[VB_IMGU_PAGE_SIZE];
	bool ok = true;

	while (size) {
		size_t n = mmu_chunk(iova, size);

		ok &= imgu_mmu_read(imgu, iova, page, n);
		if (imgu->faults.dma_drop && imgu->copied_pages == imgu->faults.dma_drop_at)
			model_trace(&imgu->model, "fault imgu-dma-drop at 0x%08x", iova);
		else
			memcpy(to, page, n);
		imgu->copied_pages++;
		iova += (uint32_t)n;
		to += n;
		size -= n;
	}
	return ok;
}
