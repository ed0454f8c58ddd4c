/* cio2_ring.c: see cio2_ring.h. Section numbers are those of the hardware sheet cio2.md. */
#include "camera/ipu3/cio2_ring.h"

#define ENTRIES           CIO2_FBPT_ENTRIES
#define ENTRY_SIZE        sizeof(struct cio2_fbpt_entry)
/* control, bytes and timestamp lie in the first line of an entry: all that the CPU reads */
#define ENTRY_STATUS_SIZE CACHE_LINE_SIZE
/* Entries between the read pointer and one that is written while the DMA runs: it may have moved on by one
 * already (7.3), and two more frames may begin while we write (25 ms at 120 frames/s). */
#define MARGIN            4u

static struct cio2_fbpt_entry *entry_at(const struct cio2 *cio2, unsigned index)
{
	return dma_cpu(cio2->ring.fbpt, index * ENTRY_SIZE);
}

static unsigned read_pointer(struct cio2 *cio2)
{
	return field_get(CIO2_CDMARI_FBPT_RP, reg_read(&cio2->regs, CIO2_CDMARI(CIO2_CHANNEL))) %
	       ENTRIES;
}

/* Frames from the one that completes next to the one in this entry. */
static unsigned ahead(const struct cio2 *cio2, unsigned index)
{
	return (index - cio2->ring.next) % ENTRIES;
}

static unsigned index_of(const struct cio2 *cio2, unsigned frames_ahead)
{
	return (cio2->ring.next + frames_ahead) % ENTRIES;
}

/* ---- memory ------------------------------------------------------------------------------ */

void cio2_ring_free(struct cio2 *cio2)
{
	dma_destroy(&cio2->ring.fbpt);
	dma_destroy(&cio2->ring.dummy_lop);
	dma_destroy(&cio2->ring.dummy_page);
}

enum fl_err cio2_ring_create(struct cio2 *cio2)
{
	struct cio2_ring *ring = &cio2->ring;
	uint32_t *slots;
	enum fl_err err;

	err = dma_create(&cio2->device.dma, "CIO2 dummy page", PAGE_SIZE, DMA_FROM_DEVICE,
			 &ring->dummy_page);
	if (!err)
		err = dma_create(&cio2->device.dma, "CIO2 dummy LOP", PAGE_SIZE, DMA_TO_DEVICE,
				 &ring->dummy_lop);
	if (err) {
		cio2_ring_free(cio2);
		return err;
	}
	slots = dma_cpu(ring->dummy_lop, 0);
	for (unsigned i = 0; i < CIO2_LOP_SLOTS; i++)
		slots[i] = cio2_bus_page(ring->dummy_page, 0);
	/* Both have just been mapped: there is nothing to fail. */
	dma_sync_for_device(ring->dummy_page);
	dma_sync_for_device(ring->dummy_lop);
	return FL_OK;
}

/* ---- entries ----------------------------------------------------------------------------- */

/* Makes the entry a dummy or the buffer's; VALID is written last. */
static void write_entry(struct cio2 *cio2, unsigned index, struct camera_buffer *buffer)
{
	struct cio2_fbpt_entry *entry = entry_at(cio2, index);
	uint32_t dummy = cio2_bus_page(cio2->ring.dummy_lop, 0);

	cio2_fbpt_entry_dummy(entry, dummy);
	if (buffer) {
		const struct cio2_lops *lops = buffer->tables;

		cio2_fbpt_entry_buffer(entry, buffer->pixels->length, lops->page, lops->count,
				       dummy);
	}
	cio2_fbpt_entry_arm(entry);
	cio2->ring.slots[index] = (struct cio2_slot){.buffer = buffer};
}

static enum fl_err flush_entry(struct cio2 *cio2, unsigned index)
{
	return dma_sync_range_for_device(cio2->ring.fbpt, index * ENTRY_SIZE, ENTRY_SIZE);
}

enum fl_err cio2_ring_prepare(struct cio2 *cio2)
{
	struct cio2_ring *ring = &cio2->ring;
	enum fl_err err;

	ring->waiting = NULL;
	/* A fresh page for every stream: nothing of an older one can be taken for its own. */
	dma_destroy(&ring->fbpt);
	err = dma_create(&cio2->device.dma, "FBPT", ENTRIES * ENTRY_SIZE, DMA_BIDIRECTIONAL,
			 &ring->fbpt);
	if (err)
		return err;
	for (unsigned i = 0; i < ENTRIES; i++)
		write_entry(cio2, i, NULL);
	ring->rearmed = ENTRIES;
	ring->burst = 0;
	ring->completion_seen = false;
	return FL_OK;
}

/* ---- buffers in -------------------------------------------------------------------------- */

void cio2_ring_queue(struct cio2 *cio2, struct camera_buffer *buffer)
{
	struct camera_buffer **end = &cio2->ring.waiting;

	while (*end)
		end = &(*end)->next_waiting;
	*end = buffer;
	buffer->next_waiting = NULL;
}

/* Waiting buffers into entries at least `*first` frames ahead, behind all that have a buffer, so that
 * they are filled in their order. Returns how many; *first is then where they begin. */
static unsigned fill(struct cio2 *cio2, unsigned *first)
{
	struct cio2_ring *ring = &cio2->ring;
	unsigned count = 0;

	for (unsigned i = *first; i < ENTRIES; i++)
		if (ring->slots[index_of(cio2, i)].buffer)
			*first = i + 1;
	for (; ring->waiting && *first + count < ENTRIES; count++) {
		write_entry(cio2, index_of(cio2, *first + count), ring->waiting);
		ring->waiting = ring->waiting->next_waiting;
	}
	return count;
}

enum fl_err cio2_ring_begin(struct cio2 *cio2)
{
	unsigned first = cio2->device.config.skip;
	enum fl_err err;

	/* Where the DMA begins is not written anywhere (7.4). */
	cio2->ring.next = read_pointer(cio2);
	fill(cio2, &first);
	err = dma_sync_for_device(cio2->ring.fbpt);
	dma_publish(
		&cio2->device.dma); /* ring, lists and frames, before the first frame can come */
	return err;
}

/* Has the DMA been, or may it be, at entries that were written since it was `before` frames ahead? It stops
 * at the first entry that has ended unseen, so it never comes round unnoticed. */
static unsigned reached(struct cio2 *cio2, unsigned before)
{
	unsigned now = ahead(cio2, read_pointer(cio2));

	if (now < before ||
	    reg_read(&cio2->regs, CIO2_CDMAC0(CIO2_CHANNEL)) & CIO2_CDMAC0_DMA_HALTED)
		return ENTRIES;
	return now + 1; /* it may have moved on by one already (7.3) */
}

enum fl_err cio2_ring_feed(struct cio2 *cio2)
{
	const struct camera_device *device = &cio2->device;
	unsigned before, first, count, end;
	enum fl_err err = FL_OK;

	if (!cio2->ring.waiting)
		return FL_OK;
	before = ahead(cio2, read_pointer(cio2));
	first = before + MARGIN;
	if (device->frames_ended + first < device->config.skip)
		first = device->config.skip - device->frames_ended;
	dma_publish(&cio2->device.dma); /* the frame's lines before the entry that names it */
	count = fill(cio2, &first);
	for (unsigned i = 0; !err && i < count; i++)
		err = flush_entry(cio2, index_of(cio2, first + i));
	if (err || !count)
		return err;
	dma_publish(&cio2->device.dma); /* and the entry before the read pointer is asked again */
	end = reached(cio2, before);
	for (unsigned i = 0; i < count; i++)
		cio2->ring.slots[index_of(cio2, first + i)].is_torn = first + i <= end;
	return FL_OK;
}

/* ---- frames out -------------------------------------------------------------------------- */

/* What the device wrote into entry `next`, and to the device the one written anew at the last end. */
static enum fl_err sync_entries(struct cio2 *cio2)
{
	struct cio2_ring *ring = &cio2->ring;
	enum fl_err err = FL_OK;

	dma_order(&cio2->device.dma);
	if (ring->rearmed < ENTRIES)
		err = flush_entry(cio2, ring->rearmed);
	ring->rearmed = ENTRIES;
	if (!err)
		err = dma_sync_range_for_cpu(ring->fbpt, ring->next * ENTRY_SIZE,
					     ENTRY_STATUS_SIZE);
	return err;
}

/* The entry's frame has ended; one that was written over after the DMA had passed it says VALID still. */
static bool is_over(const struct cio2 *cio2, unsigned index)
{
	const volatile struct cio2_fbpt_entry *entry = entry_at(cio2, index);

	return !(entry->control & CIO2_FBPT_VALID);
}

/* Complete when VALID is 0 and the DMA has moved on or said so: right for either moment at which the device
 * may clear VALID (7.1). The entry is looked at only when there is a sign. */
enum fl_err cio2_ring_ended(struct cio2 *cio2, unsigned rp, bool *ended)
{
	struct cio2_ring *ring = &cio2->ring;
	enum fl_err err;

	if (rp == ring->next && !ring->completion_seen)
		return FL_OK;
	err = sync_entries(cio2);
	if (err)
		return err;
	*ended = is_over(cio2, ring->next) || (ring->slots[ring->next].is_torn && rp != ring->next);
	if (*ended)
		dma_order(&cio2->device.dma); /* the frame may be synchronised from here on */
	return FL_OK;
}

/* The entry is a dummy again. It is flushed at the next end: the DMA comes back to it only after all
 * others. */
void cio2_ring_take(struct cio2 *cio2, struct camera_event *event)
{
	struct cio2_ring *ring = &cio2->ring;
	const volatile struct cio2_fbpt_entry *entry = entry_at(cio2, ring->next);
	const struct cio2_slot *slot = &ring->slots[ring->next];

	event->kind = CAMERA_FRAME;
	event->buffer = slot->buffer;
	event->is_torn = slot->is_torn;
	event->bytes = entry->bytes;
	event->device_timestamp = entry->timestamp;
	write_entry(cio2, ring->next, NULL);
	ring->rearmed = ring->next;
	ring->next = (ring->next + 1) % ENTRIES;
	ring->completion_seen = false;
	ring->burst++;
}

enum fl_err cio2_ring_ran_out(struct cio2 *cio2, bool *ran_out)
{
	struct cio2_ring *ring = &cio2->ring;
	unsigned over = 0;
	enum fl_err err;

	dma_order(&cio2->device.dma);
	err = dma_sync_range_for_cpu(ring->fbpt, 0, ENTRIES * ENTRY_SIZE);
	ring->rearmed = ENTRIES;
	while (over < ENTRIES &&
	       (is_over(cio2, index_of(cio2, over)) || ring->slots[index_of(cio2, over)].is_torn))
		over++;
	/* One less than all: the entry taken last may not have reached memory in time. */
	*ran_out = over + ring->burst >= ENTRIES - 1;
	return err;
}
