/*
 * dma.h: memory shared with a device, as the driver of that device should see it.
 *
 * A dma_domain is one device's view of memory. Without a device MMU the addresses handed out are
 * the platform's bus addresses, page by page; with one (dma_attach_mmu, before the first mapping)
 * they are IOVAs, contiguous whatever the pages are. Capture code does not see the difference.
 *
 * Life of a buffer:
 *   alloc -> map -> (sync_for_device -> publish -> device works -> order -> sync_for_cpu)* -> unmap -> free
 * Any other order is refused with FL_ERR_STATE and a message in domain->diag.
 *
 * Ownership: between sync_for_device and sync_for_cpu the memory is the device's; the CPU must
 * not touch it. The device is treated as one that never snoops.
 */
#ifndef DMA_DMA_H
#define DMA_DMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/cache.h"
#include "firstlight/platform.h"

struct mmu;

enum dma_direction {
	DMA_TO_DEVICE,     /* the device reads: tables, firmware */
	DMA_FROM_DEVICE,   /* the device writes: frames */
	DMA_BIDIRECTIONAL, /* both: FBPT */
};

/* Stops the device, or says why it does not stop. Called with nothing to do when it has not been started
 * since. */
typedef enum fl_err (*dma_quiesce_fn)(void *context);

enum dma_owner { DMA_UNMAPPED, DMA_CPU_OWNS, DMA_DEVICE_OWNS };

struct dma_domain {
	struct pci_address device;
	unsigned address_bits; /* reach of the device: 32 or 39 */
	struct cache *cache;
	struct mmu *mmu; /* NULL: addresses are bus addresses */
	struct diag *diag;
	dma_quiesce_fn quiesce; /* NULL: the driver itself sees to it */
	void *quiesce_context;
	unsigned allocated;         /* buffers alive */
	unsigned mapped;            /* buffers mapped now */
	bool fence_due;             /* flushed since the last dma_publish */
	bool ever_mapped;           /* an MMU can no longer be attached */
	uint32_t scatter;           /* state of the page shuffle */
	uint64_t bytes_shared;      /* handed over by sync, each direction counted */
	struct dma_buffer *buffers; /* alive ones, newest first: `what is at this address` */
};

/* One buffer of whole pages; pages may lie anywhere. */
struct dma_buffer {
	struct dma_domain *domain;
	const char *name; /* "FBPT", "frame 2": for messages and findings */
	enum dma_direction direction;
	enum dma_owner owner;
	size_t length; /* bytes asked for */
	size_t pages;
	uint8_t **page_cpu;        /* CPU address of every page */
	uint64_t *page_bus;        /* bus address of every page */
	uint32_t iova;             /* with MMU: where the device sees page 0; else 0 */
	struct dma_buffer *origin; /* of an import: whose pages these are, in another domain */
	unsigned imports;          /* alive ones of this buffer */
	struct platform_dma *chunks;
	size_t chunk_count;
	struct dma_buffer *next;
};

/* `scatter_seed` != 0: pages of DMA_SCATTERED buffers are dealt out in a shuffled order.
 * `cache` and `diag` are the caller's and outlive the domain. */
void dma_domain_init(struct dma_domain *domain, struct pci_address device, unsigned address_bits,
		     struct cache *cache, uint32_t scatter_seed, struct diag *diag);

/* Puts the device's own MMU between. FL_ERR_STATE once anything has been mapped. */
enum fl_err dma_attach_mmu(struct dma_domain *domain, struct mmu *mmu);

/* From now on `quiesce(context)` stops the device before any of its buffers is destroyed or freed. */
void dma_set_quiesce(struct dma_domain *domain, dma_quiesce_fn quiesce, void *context);

#define DMA_CONTIGUOUS 0u
#define DMA_SCATTERED  1u

/* Zeroed memory. `name` must outlive the buffer. The buffer is written to *out, freed by dma_free. */
enum fl_err dma_alloc(struct dma_domain *domain, const char *name, size_t length,
		      enum dma_direction direction, unsigned flags, struct dma_buffer **out);
/* A buffer of another domain, seen by this one's device as well: same pages in the same order, read
 * only, sync states of its own. Freed before the other buffer, which is kept while an import lives. */
enum fl_err dma_import(struct dma_domain *domain, struct dma_buffer *other, const char *name,
		       struct dma_buffer **out);
enum fl_err dma_map(struct dma_buffer *buffer);
/* FL_ERR_STATE while the device owns it: stop the device, sync_for_cpu, then unmap. */
enum fl_err dma_unmap(struct dma_buffer *buffer);
/* NULL is allowed. The device is stopped first (dma_set_quiesce). A buffer that is still mapped or
 * imported, or whose device does not stop, is not freed (leaked on purpose, reported): the device may
 * still write to it. */
void dma_free(struct dma_buffer *buffer);

/* dma_alloc and dma_map in one; scattered pages. On failure *out is NULL. */
enum fl_err dma_create(struct dma_domain *domain, const char *name, size_t length,
		       enum dma_direction direction, struct dma_buffer **out);
/* The end of a buffer whose contents nobody wants: stop the device (dma_set_quiesce), reclaim, unmap,
 * free, as far as each applies; *buffer becomes NULL. A buffer whose device does not stop stays mapped,
 * and what cannot be unmapped is leaked (dma_free). */
enum fl_err dma_destroy(struct dma_buffer **buffer);

/* Whole buffer to the device / back to the CPU. What goes to the device has reached memory for
 * certain only after dma_publish: one fence serves all buffers that one doorbell hands over. */
enum fl_err dma_sync_for_device(struct dma_buffer *buffer);
/* The fence between hand-overs and the store that tells the device of them: a doorbell register, or a
 * VALID bit in memory. Does nothing when nothing was handed over since the last one. */
void dma_publish(struct dma_domain *domain);
enum fl_err dma_sync_for_cpu(struct dma_buffer *buffer);
/* The fence behind the load that told of the device's end, before dma_sync_for_cpu: CLFLUSHOPT is not
 * ordered with older loads, and a line dropped too early could be fetched again before it is written. */
void dma_order(struct dma_domain *domain);
/* Back to the CPU to be written anew or given away: its lines are dropped, contents are undefined. The
 * device has stopped, and dma_order followed what told of it; dma_publish ends a series of them. */
enum fl_err dma_reclaim(struct dma_buffer *buffer);
/* Part of a buffer that both sides use at the same time (one FBPT entry of the ring): same cache
 * maintenance for [offset, offset + length), ownership as it is. */
enum fl_err dma_sync_range_for_device(struct dma_buffer *buffer, size_t offset, size_t length);
enum fl_err dma_sync_range_for_cpu(struct dma_buffer *buffer, size_t offset, size_t length);

/* Address of byte `offset` as the device sees it. Only while mapped. */
uint64_t dma_device_address(const struct dma_buffer *buffer, size_t offset);
/* CPU address of byte `offset`; valid up to the end of its page. */
void *dma_cpu(const struct dma_buffer *buffer, size_t offset);

/* Copies out of / into scattered pages. The CPU must own the buffer (not checked for TO_DEVICE). */
void dma_read(const struct dma_buffer *buffer, size_t offset, void *to, size_t length);
void dma_write(struct dma_buffer *buffer, size_t offset, const void *from, size_t length);

/* The buffer that contains this CPU address, or NULL. */
const struct dma_buffer *dma_find(const struct dma_domain *domain, const void *cpu);

#endif
