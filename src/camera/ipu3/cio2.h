/*
 * cio2.h: driver of the IPU3 CSI-2 receiver and its DMA (PCI 8086:9d32), by polling.
 * Sheet: cio2.md. No device MMU: scatter tables (FBPT, LOP) take bus addresses page by page.
 */
#ifndef CAMERA_CIO2_H
#define CAMERA_CIO2_H

#include "camera/ipu3/cio2_errors.h"
#include "camera/ipu3/cio2_fbpt.h"
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
	struct camera_buffer *buffer; /* NULL: the entry is a dummy */
	bool is_torn;                 /* written while the DMA may have been at it */
};

struct cio2_ring {
	struct dma_buffer *fbpt;
	struct dma_buffer *dummy_page;
	struct dma_buffer *dummy_lop;
	struct cio2_slot slots[CIO2_FBPT_ENTRIES];
	struct camera_buffer *waiting; /* for room, oldest first */
	unsigned next;                 /* entry that completes next */
	unsigned rearmed;     /* entry written anew, not flushed yet; CIO2_FBPT_ENTRIES: none */
	unsigned burst;       /* frames taken since the last look that found none */
	bool completion_seen; /* IOC since the last completion was taken */
};

struct cio2 {
	struct camera_device device; /* first member: what users hold */
	struct pci_device pci;
	struct regs regs;
	struct cio2_ring ring;
	struct camera_counter counters[CIO2_COUNTERS];
	uint32_t errors_since_frame;
	uint64_t idle_ns; /* when a look last found no frame that had ended */
	bool has_stopped; /* the DMA met an entry or a frame that it could not take */
	bool was_away;    /* and that because nobody looked for a whole ring of frames */
};

/* Registers that answer, and nothing but D0I3C written: what an earlier owner left in them can be seen. FL_ERR_NOTFOUND
 * when the function is not there. */
enum fl_err cio2_wake(struct cio2 *cio2);
/* The function as found. */
enum fl_err cio2_sleep(struct cio2 *cio2);
/* Registers worth a look, "NAME offset value" a line; returns the length. */
size_t cio2_dump(struct cio2 *cio2, char *out, size_t capacity);

/* ---- its part of struct camera_ops ---- */
void cio2_layout(const struct camera_config *config, struct camera_layout *out);
enum fl_err cio2_open(struct camera_device *device);
/* Ring freed, function as found; nothing to do when it is not open. */
enum fl_err cio2_close(struct cio2 *cio2);
enum fl_err cio2_attach(struct camera_device *device, struct camera_buffer *buffer);
void cio2_detach(struct camera_device *device, struct camera_buffer *buffer);
enum fl_err cio2_prepare(struct camera_device *device, const struct camera_config *config);
void cio2_queue(struct camera_device *device, struct camera_buffer *buffer);
enum fl_err cio2_start(struct camera_device *device);
enum fl_err cio2_poll(struct camera_device *device, struct camera_event *event);
enum fl_err cio2_stop(struct camera_device *device);

#endif
