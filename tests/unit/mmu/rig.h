/*
 * rig.h: an MMU's tables in the host's memory, and a device that walks them: it reads the RAM face,
 * entry by entry, and knows nothing of src/mmu but the page number of L1 (imgu.md 3.1, 3.2).
 */
#ifndef TESTS_UNIT_MMU_RIG_H
#define TESTS_UNIT_MMU_RIG_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "mmu/mmu.h"
#include "tests/host/host.h"
#include "tests/unit/words.h"

#define PAGE_NUMBERS 0x07ffffffu /* 27 bits */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct rig {
	struct cache cache;
	struct diag diag;
	struct mmu mmu;
	unsigned invalidates; /* that the device was asked for */
	enum fl_err answer;   /* what it says to them */
	void (*on_invalidate)(struct rig *rig);
};

/* What devices have (imgu.md 3.1, ipu6.md 4.1, 4.2); the second's aperture ends at 2 GiB. */
__attribute__((unused)) static const struct mmu_geometry rig_32bit = {"rig", 32, 27, 32};
__attribute__((unused)) static const struct mmu_geometry rig_31bit = {"rig", 31, 27, 32};

static const struct pci_address rig_device = {0, 0, 5, 0};

static inline enum fl_err rig_invalidate(void *context)
{
	struct rig *rig = context;

	rig->invalidates++;
	if (rig->on_invalidate)
		rig->on_invalidate(rig);
	return rig->answer;
}

static inline void rig_up_with(struct rig *rig, const struct mmu_geometry *geometry, uint64_t seed,
			       enum host_addressing addressing)
{
	memset(rig, 0, sizeof(*rig));
	host_reset(seed);
	host_set_addressing(addressing);
	assert_int_equal(cache_init(&rig->cache, &rig->diag), FL_OK);
	assert_int_equal(mmu_init(&rig->mmu, geometry, rig_device, &rig->cache, &rig->diag), FL_OK);
	mmu_start(&rig->mmu, rig_invalidate, rig);
}

static inline void rig_up(struct rig *rig, const struct mmu_geometry *geometry, uint64_t seed)
{
	rig_up_with(rig, geometry, seed, HOST_BUS_OFFSET);
}

static inline void rig_assert_clean(void)
{
	host_print_findings();
	assert_int_equal(host_finding_count(), 0);
}

static inline void rig_down(struct rig *rig)
{
	mmu_stop(&rig->mmu);
	assert_int_equal(mmu_exit(&rig->mmu), FL_OK);
	rig_assert_clean();
	assert_int_equal(host_leaks(), 0);
}

/* One entry as the device reads it. No entry may ever be zero, or have a bit above the page number.
 */
static inline uint32_t device_entry(uint64_t table_page, unsigned index)
{
	uint32_t entry;

	assert_true(host_device_read((table_page << PAGE_SHIFT) + 4 * index, &entry, sizeof entry));
	assert_int_not_equal(entry, 0);
	assert_int_equal(entry & ~PAGE_NUMBERS, 0);
	return entry;
}

/* Where the device ends up with this IOVA. */
static inline uint64_t device_walk(const struct rig *rig, uint32_t iova)
{
	uint32_t l2 = device_entry(mmu_l1_page(&rig->mmu), iova >> 22);

	return ((uint64_t)device_entry(l2, iova >> 12 & 0x3ff) << PAGE_SHIFT) | (iova & 0xfff);
}

/* Does this page of the device's view lead to the dummy page? Told by its contents. */
static inline bool device_sees_dummy(const struct rig *rig, uint32_t iova)
{
	uint64_t page = device_walk(rig, iova) & ~(uint64_t)0xfff;
	uint32_t word[2];

	if (!host_device_read(page + 0x40, word, sizeof word))
		return false;
	return word[0] == mmu_dummy_word(0x40) && word[1] == mmu_dummy_word(0x44);
}

/* Bus addresses that exist nowhere: pages need not be real to be entered. */
static inline void rig_pages(uint64_t *pages, size_t count, uint64_t first)
{
	for (size_t i = 0; i < count; i++)
		pages[i] = first + (count - i) * 3 * PAGE_SIZE;
}

/* The call failed like this, and said so in these words, with a negative number. */
static inline void assert_refused(struct diag *diag, enum fl_err err, enum fl_err want,
				  const char *words)
{
	assert_int_equal(err, want);
	assert_true((int)err < 0);
	assert_contains(diag->message, words);
	diag_clear(diag);
}

static uint64_t state_now; /* of dice; a test sets its seed */

/* A number below `bound` (splitmix64). */
static inline uint32_t dice(uint32_t bound)
{
	uint64_t z = state_now += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return (uint32_t)((z ^ z >> 31) % bound);
}

#endif
