/*
 * cio2.h: driver of the IPU3 CSI-2 receiver and its DMA (PCI 8086:9d32), by polling.
 * Sheet: cio2.md. No device MMU: scatter tables (FBPT, LOP) take bus addresses page by page.
 */
#ifndef CAMERA_CIO2_H
#define CAMERA_CIO2_H

#include "camera/ipu3/cio2_fbpt.h"
#include "camera/camera.h"
#include "core/regs.h"

#define CIO2_VENDOR 0x8086
#define CIO2_DEVICE 0x9d32

/* The largest picture that the reference driver accepts (cio2.md section 10). */
#define CIO2_WIDTH_MAX  4224u
#define CIO2_HEIGHT_MAX 3136u

#define CIO2_CHANNEL 0u /* the only DMA channel that is known to work (section 10) */

/* Tables that describe one buffer to the DMA. */
struct cio2_lops {
	struct dma_buffer *dma;
	unsigned count;
	uint32_t page[CIO2_FBPT_SUB_ENTRIES];
};

/* One FBPT entry as the CPU knows it. */
struct cio2_slot {
	struct video_buffer *buffer; /* NULL: the entry is a dummy */
	bool is_torn;                /* written while the DMA may have been at it */
};

struct cio2_ring {
	struct dma_buffer *fbpt;
	struct dma_buffer *dummy_page;
	struct dma_buffer *dummy_lop;
	struct cio2_slot slots[CIO2_FBPT_ENTRIES];
	struct video_buffer *waiting; /* for room, oldest first */
	unsigned next;                /* entry that completes next */
	unsigned rearmed;     /* entry written anew, not flushed yet; CIO2_FBPT_ENTRIES: none */
	unsigned burst;       /* frames taken since the last look that found none */
	bool completion_seen; /* IOC since the last completion was taken */
};

struct cio2 {
	struct receiver receiver; /* first member: what users hold */
	struct pci_device pci;
	struct regs regs;
	struct cio2_ring ring;
	uint32_t errors_since_frame;
	uint64_t idle_ns; /* when a look last found no frame that had ended */
	bool has_stopped; /* the DMA met an entry or a frame that it could not take */
	bool was_away;    /* and that because nobody looked for a whole ring of frames */
};

extern const struct receiver_ops cio2_receiver;

/* Registers that answer, and nothing but D0I3C written: what an earlier owner left in them can be seen. */
enum fl_err cio2_wake(struct cio2 *cio2, const struct pci_function *function, struct diag *diag);
/* The function as found. */
enum fl_err cio2_sleep(struct cio2 *cio2);
/* Registers worth a look, "NAME offset value" a line, for `regs`. */
size_t cio2_dump(struct receiver *receiver, char *out, size_t capacity);

#endif
