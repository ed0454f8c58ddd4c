/*
 * mmu.h: page tables of the MMU inside a camera device (imgu.md section 3, ipu6.md section 4).
 *
 * Two levels of 1024 32-bit entries, each a plain page number; no valid bit, so everything that is
 * not mapped leads to a dummy L2 table and a dummy page. The tables are ordinary cached memory,
 * written whole and flushed once per touched range; the device only reads them and does not snoop.
 *
 * Two layers: mmu_map/unmap/translate at addresses the caller names, and mmu_map_alloc/unmap_free
 * on the IOVA allocator. The device's registers belong to its driver: it programs mmu_l1_page()
 * under halt and calls mmu_start.
 */
#ifndef MMU_MMU_H
#define MMU_MMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/cache.h"
#include "core/diag.h"
#include "firstlight/platform.h"
#include "mmu/iova.h"

#define MMU_ENTRIES 1024u
#define MMU_L2_SPAN (MMU_ENTRIES * PAGE_SIZE) /* bytes that one L2 table maps: 4 MiB */

/* What differs between devices. */
struct mmu_geometry {
	const char *name;   /* of the device, for messages */
	uint8_t iova_bits;  /* size of the aperture */
	uint8_t page_bits;  /* of an entry: page number width */
	uint8_t table_bits; /* tables themselves must lie below 2^table_bits */
};

/* Entries of a table that were stored while the device was halted; end 0 = none. */
struct mmu_dirty {
	uint16_t first, end;
};

struct mmu_table {
	struct platform_dma page; /* cpu NULL: L1 leads to the dummy L2 */
	uint16_t used;            /* entries that are mapped */
	struct mmu_dirty dirty;
};

/* The device's side of a change: forget all cached translations, and be sure it has arrived. */
typedef enum fl_err (*mmu_invalidate_fn)(void *context);

struct mmu {
	const struct mmu_geometry *geometry;
	struct pci_address device;
	struct cache *cache;
	struct diag *diag;
	bool is_up;     /* between mmu_start and mmu_stop */
	bool is_halted; /* between mmu_halt and mmu_resume: the device reads no table */
	mmu_invalidate_fn invalidate;
	void *context;
	struct platform_dma l1, dummy_l2, dummy_page;
	struct mmu_dirty l1_dirty;
	struct mmu_table *l2; /* per L1 index */
	struct iova_space iova;
	uint64_t pages_mapped;
	uint64_t invalidates;         /* asked of the device */
	uint64_t table_bytes_written; /* shared with the device: entries stored, fills included */
};

/* Builds and flushes L1, dummy L2 and dummy page. `geometry` outlives the MMU. FL_ERR_NOMEM leaves
 * nothing behind. */
enum fl_err mmu_init(struct mmu *mmu, const struct mmu_geometry *geometry,
		     struct pci_address device, struct cache *cache, struct diag *diag);
/* Page number for the device's L1 base register. */
uint32_t mmu_l1_page(const struct mmu *mmu);
/* The device walks these tables from now on; mapping is possible. */
void mmu_start(struct mmu *mmu, mmu_invalidate_fn invalidate, void *context);
/* The device reads no table until mmu_resume: changes are stored, nothing is flushed or invalidated. */
void mmu_halt(struct mmu *mmu);
/* Before the device is let at the tables again: what was changed is in memory. The driver invalidates. */
void mmu_resume(struct mmu *mmu);
/* The device is halted for good: it reads no table any more. Mappings stay in the tables. */
void mmu_stop(struct mmu *mmu);
/* Frees all tables. FL_ERR_STATE while up (nothing freed: the device may still read them). */
enum fl_err mmu_exit(struct mmu *mmu);

/*
 * Maps `count` pages, page_bus[i] at iova + i * 4096: all of them or none. FL_ERR_INVALID
 * (unaligned, none, page 0 on either side), FL_ERR_RANGE (outside the aperture, bus address too wide), FL_ERR_BUSY
 * (something is mapped there), FL_ERR_NOMEM, FL_ERR_STATE (not up), or what invalidate returned.
 */
enum fl_err mmu_map(struct mmu *mmu, uint32_t iova, const uint64_t *page_bus, size_t count);
/* All of it must be mapped (FL_ERR_NOTFOUND otherwise, nothing changed). L2 tables that become
 * empty are freed after the invalidate. */
enum fl_err mmu_unmap(struct mmu *mmu, uint32_t iova, size_t count);
/* Bus address behind an IOVA. FL_ERR_NOTFOUND when it leads to the dummy page, FL_ERR_STATE after
 * mmu_exit. */
enum fl_err mmu_translate(const struct mmu *mmu, uint32_t iova, uint64_t *bus);

/* The same with an IOVA from the allocator (guard page behind, never 0). */
enum fl_err mmu_map_alloc(struct mmu *mmu, const uint64_t *page_bus, size_t count, uint32_t *iova);
enum fl_err mmu_unmap_free(struct mmu *mmu, uint32_t iova, size_t count);

/* Word that the dummy page holds at this offset (multiple of 4). */
uint32_t mmu_dummy_word(size_t offset);
/* Words of the dummy page that no longer hold their pattern: strays written by the device. 0 after
 * mmu_exit. */
unsigned mmu_dummy_damage(struct mmu *mmu);

#endif
