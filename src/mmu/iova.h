/*
 * iova.h: which pages of a device's virtual address space are taken.
 *
 * A bitmap with a summary per 1024 pages, so that neither time nor memory depends on how many
 * ranges are live, and an allocation in use needs no node that could fail to be allocated.
 * Units are pages of 4 KiB. Behind every range one page stays unmapped (guard): an overrun lands
 * on the dummy page, where it shows. Page 0 is never given out, so IOVA 0 means none.
 */
#ifndef MMU_IOVA_H
#define MMU_IOVA_H

#include <stddef.h>
#include <stdint.h>

#include "firstlight/err.h"

#define IOVA_GUARD_PAGES 1u

struct iova_chunk {
	uint16_t suffix, longest;
}; /* free pages at the end, longest run */

struct iova_space {
	uint32_t pages;            /* of the aperture, a multiple of 1024 */
	uint32_t hint;             /* where the next search starts */
	uint32_t used;             /* pages taken, guards and page 0 included */
	uint64_t *taken;           /* one bit per page */
	struct iova_chunk *chunks; /* one per 1024 pages */
};

/* `pages`: multiple of 1024, at most 2^20 (32-bit IOVA). FL_ERR_NOMEM, FL_ERR_INVALID. */
enum fl_err iova_init(struct iova_space *space, uint32_t pages);
void iova_exit(struct iova_space *space);

/* First page of `count` free ones whose number is a multiple of `align` (power of two).
 * FL_ERR_NOSPACE when no run is long enough, FL_ERR_INVALID for count 0 or a bad align. */
enum fl_err iova_alloc(struct iova_space *space, size_t count, uint32_t align, uint32_t *page);
/* Takes exactly these pages (no guard). FL_ERR_BUSY if one is taken, FL_ERR_RANGE outside. */
enum fl_err iova_reserve(struct iova_space *space, uint32_t page, uint32_t count);
/* What iova_alloc gave, with its guard. FL_ERR_INVALID if not all of it is taken. */
enum fl_err iova_free(struct iova_space *space, uint32_t page, uint32_t count);
/* What iova_reserve took. */
enum fl_err iova_unreserve(struct iova_space *space, uint32_t page, uint32_t count);

#endif
