/*
 * cio2_fbpt.h: the frame buffer pointer table and the lists of pages that it points to
 * (cio2.md section 3). Pure functions on memory.
 */
#ifndef CAMERA_CIO2_FBPT_H
#define CAMERA_CIO2_FBPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "camera/ipu3/cio2_regs.h"

/* 16 bytes; sub-entries 0 and 1 have fields of their own, of all only lop_page counts. */
struct cio2_sub_entry {
	uint32_t word[3];
	uint32_t lop_page;
};

struct cio2_fbpt_entry {
	uint32_t control; /* CIO2_FBPT_VALID ... ; the device clears VALID */
	uint16_t cur_line;
	uint16_t frame_number;
	uint32_t first_page_offset;
	uint32_t lop_page0;
	uint32_t timestamp;
	uint32_t bytes; /* device: received for this frame */
	uint16_t
		last_page_available; /* offset of the last byte the DMA may write in the last page */
	uint16_t pages;
	uint32_t lop_page1;
	struct cio2_sub_entry sub[6];
};
_Static_assert(sizeof(struct cio2_fbpt_entry) == 128, "eight sub-entries of 16 bytes");

/* What the entry says while a frame goes to no buffer: all into the dummy page. */
void cio2_fbpt_entry_dummy(struct cio2_fbpt_entry *entry, uint32_t dummy_lop_page);

/* LOP pages that a buffer of `bytes` needs, the terminator included; 0 when it is too large. */
unsigned cio2_lop_pages(size_t bytes);

/* Fills slot `slot` (over all LOP pages) .. ; `page_bus` are bus addresses. The rest of the last LOP
 * page gets `dummy_page`: the DMA fetches ahead of need (section 3.3). */
void cio2_lop_fill(uint32_t *const *lop, unsigned lops, const uint64_t *page_bus, size_t pages,
		   uint32_t dummy_page);

/* All but control; the caller makes the entry valid last (cio2_fbpt_entry_arm). */
void cio2_fbpt_entry_buffer(struct cio2_fbpt_entry *entry, size_t bytes, const uint32_t *lop_pages,
			    unsigned lops, uint32_t dummy_lop_page);
void cio2_fbpt_entry_arm(volatile struct cio2_fbpt_entry *entry);

#endif
