/*
 * cio2_ring.h: the ring of 32 FBPT entries between the CPU and the DMA (cio2.md sections 3, 7). Private
 * to src/camera/cio2.
 *
 * All entries are armed, those without a buffer as dummies, and one that has ended is armed again at once.
 * Who owns what: entries from `next` up to the read pointer have ended and are the CPU's, unseen; the one
 * at the read pointer is the DMA's; those behind are armed, and the DMA comes to them later.
 */
#ifndef CAMERA_CIO2_RING_H
#define CAMERA_CIO2_RING_H

#include "camera/ipu3/cio2.h"

/* Number of page `page` of a mapped buffer, as tables and registers take it. */
static inline uint32_t cio2_bus_page(const struct dma_buffer *buffer, unsigned page)
{
	return (uint32_t)(dma_device_address(buffer, (size_t)page * PAGE_SIZE) >> PAGE_SHIFT);
}

/* Dummy page and dummy list, once; cio2_ring_free also takes the table. */
enum fl_err cio2_ring_create(struct cio2 *cio2);
void cio2_ring_free(struct cio2 *cio2);
/* A fresh table of dummies; no buffer waits. Before every stream. */
enum fl_err cio2_ring_prepare(struct cio2 *cio2);
/* The buffer waits for room. */
void cio2_ring_queue(struct cio2 *cio2, struct camera_buffer *buffer);
/* The DMA is enabled and no frame can come yet: asks where it begins, puts buffers behind the frames to
 * skip, and hands everything to the device (flush and fence). */
enum fl_err cio2_ring_begin(struct cio2 *cio2);
/* Waiting buffers into entries, as many as there is room for. */
enum fl_err cio2_ring_feed(struct cio2 *cio2);
/* `rp`: the read pointer as just read. Has the frame in entry `next` ended? Fenced (dma_order) if so. `*ended` is
 * false before, and stays so while there is no sign of an end. */
enum fl_err cio2_ring_ended(struct cio2 *cio2, unsigned rp, bool *ended);
/* Moves on to the next entry; `event` gets what the device wrote, and the buffer. */
void cio2_ring_take(struct cio2 *cio2, struct camera_event *event);
/* The DMA has stopped. Because it used up all that had been armed when the CPU last looked? */
enum fl_err cio2_ring_ran_out(struct cio2 *cio2, bool *ran_out);

#endif
