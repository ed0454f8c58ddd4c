/*
 * mmu_look.h: what the device sees through its MMU, compared with memory (imgu.md 3.13).
 *
 * The device reads when a scalar processor copies "its data section" from an IOVA of our choice; the host
 * reads the copy by MMIO. That start code does so is known of no firmware on silicon, so mmu.read is the
 * control: until one read has matched on this machine with this firmware, a processor that copies nothing
 * proves nothing. From then on every mismatch is evidence. A time-out, a register that is gone, the dummy
 * page or half a copy is evidence at any time.
 */
#ifndef CAMERA_MMU_LOOK_H
#define CAMERA_MMU_LOOK_H

#include "camera/ipu3/ipu3.h"

static inline struct imgu *imgu_of(const struct check_run *run)
{
	return &ipu3_of(run->device)->imgu;
}

/* The MMU is up and the firmware is loaded: the device can be asked what it sees. */
bool mmu_can_look(const struct check_run *run);

/* Memory for what a processor sees, freed with platform_free; NULL, and words, when there is none. */
uint32_t *mmu_room(struct imgu *imgu, size_t size);
/* One window of a mapped buffer by processor n, read and compared. `what` is for the message. FL_ERR_MISMATCH:
 * the device's fault; FL_ERR_UNSUPPORTED: nothing is proven with this firmware; or what imgu_peek returned. */
enum fl_err mmu_look(struct imgu *imgu, unsigned n, const char *what,
		     const struct dma_buffer *buffer, size_t offset, size_t size);
/* What was `seen` at `iova`, where [offset, offset + size) of the buffer is mapped, against what memory holds;
 * the same errors. */
enum fl_err mmu_compare(struct imgu *imgu, const char *what, uint32_t iova,
			const struct dma_buffer *buffer, size_t offset, const uint32_t *seen,
			size_t size);
/* FL_ERR_MISMATCH in words: the dummy page is told from other wrong words. */
enum fl_err mmu_mismatch(struct imgu *imgu, const char *what, uint32_t iova, uint32_t seen,
			 uint32_t want);
/* verdict_of, but SKIP for FL_ERR_UNSUPPORTED, which is said of the firmware and never of the device. */
enum verdict mmu_judge(const struct check_run *run, enum fl_err err);

#endif
