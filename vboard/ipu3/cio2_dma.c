/*
 * cio2_dma.c: the CIO2's DMA channels: the circular table of frame buffers (FBPT), its lists of
 * page pointers (LOP), and the writing of frames through them (cio2.md 3, 7, 12.4).
 */
#include "vboard/ipu3/cio2.h"

#include "vboard/core/bytes.h"

#include <stdlib.h>
#include <string.h>

#define ENTRY_VALID     0x01u
#define ENTRY_IOC       0x02u
#define ENTRY_IOS       0x04u
#define ENTRY_SUCCXFAIL 0x08u
#define SUB_ENTRY       16u

/* From DMA_EN = 0 to DMA_HALTED: what was fetched has to drain. */
#define HALT_NS_MIN 20000u
#define HALT_NS_MAX 3000000u

/* Choices, in the order of cio2.c's decisions. */
enum { POINTER_BY_BASE, POINTER_BY_ENABLE, POINTER_BY_BOTH, POINTER_BY_D3 };
enum { MOVES_WITH, MOVES_AFTER, MOVES_BEFORE };
enum { NUMBER_FROM_ONE, NUMBER_ON, NUMBER_OF_LINK, NUMBER_NONE };
#define MOVES_NS_MIN 1000u
#define MOVES_NS_MAX 200000u

/* ---- Start and stop ---- */

static void channel_drop_late(struct cio2_channel *channel)
{
	free(channel->late);
	free(channel->late_data);
	channel->late = NULL;
	channel->late_data = NULL;
}

void cio2_dma_reset(struct cio2 *cio2)
{
	cio2->used_channels = 0;
	for (unsigned n = 0; n < CIO2_CHANNELS; n++) {
		struct cio2_channel *channel = &cio2->channels[n];

		channel->halted = true;
		channel->errored = false;
		channel->halt_at = 0;
		channel->transfer.active = false;
		channel->results_at = channel->pointer_at = 0;
		channel->error_streams = 0;
		if (cio2->read_pointer == POINTER_BY_D3)
			*cio2_reg(cio2, CDMARI(n)) = vboard_random(cio2->model.board, 32);
		if (cio2->frame_number == NUMBER_ON)
			channel->frame_number = (uint16_t)vboard_random(cio2->model.board, 65536);
		channel_drop_late(channel);
	}
}

void cio2_dma_sleep(struct cio2 *cio2)
{
	for (unsigned n = 0; n < CIO2_CHANNELS; n++) {
		*cio2_reg(cio2, CDMARI(n)) = 0;
		cio2->channels[n].results_at = cio2->channels[n].pointer_at = 0;
	}
}

void cio2_dma_free(struct cio2 *cio2)
{
	for (unsigned n = 0; n < CIO2_CHANNELS; n++)
		channel_drop_late(&cio2->channels[n]);
}

void cio2_dma_write_base(struct cio2 *cio2, unsigned n, uint32_t value)
{
	if (!cio2->channels[n].halted)
		model_violation(&cio2->model, "CDMABA(%u) written while the channel runs", n);
	*cio2_reg(cio2, CDMABA(n)) = value;
	if (cio2->read_pointer == POINTER_BY_BASE || cio2->read_pointer == POINTER_BY_BOTH)
		*cio2_reg(cio2, CDMARI(n)) = 0;
}

void cio2_dma_write_control(struct cio2 *cio2, unsigned n, uint32_t value)
{
	struct cio2_channel *channel = &cio2->channels[n];
	bool was_on = *cio2_reg(cio2, CDMAC0(n)) & CDMAC0_DMA_EN, on = value & CDMAC0_DMA_EN;
	struct vboard *board = cio2->model.board;

	*cio2_reg(cio2, CDMAC0(n)) = value & ~CDMAC0_HALTED;
	if (!was_on && on) {
		cio2->used_channels |= 1u << n;
		if (cio2->read_pointer == POINTER_BY_ENABLE ||
		    cio2->read_pointer == POINTER_BY_BOTH)
			*cio2_reg(cio2, CDMARI(n)) = 0;
		if (cio2->frame_number == NUMBER_FROM_ONE)
			channel->frame_number = 0;
		channel->halted = channel->errored = false;
		channel->halt_at = 0;
		cio2->unacknowledged = false;
	} else if (was_on && !on) {
		channel->halt_at =
			vboard_now(board) + vboard_delay_ns(board, HALT_NS_MIN, HALT_NS_MAX);
	}
}

uint32_t cio2_dma_read_control(struct cio2 *cio2, unsigned n)
{
	return *cio2_reg(cio2, CDMAC0(n)) | (cio2->channels[n].halted ? CDMAC0_HALTED : 0);
}

/* ---- Page pointers ---- */

/* A pointer that the device would follow: must name RAM. Page 0 never belongs to a buffer. */
static bool pfn_ok(struct cio2 *cio2, uint32_t pfn, const char *what, uint32_t index)
{
	uint8_t none;

	if (!pfn) {
		model_violation(&cio2->model, "%s %u is page 0: no buffer, no terminator", what,
				index);
		return false;
	}
	/* No byte of the page is read: only where it is matters. */
	return model_dma_read(&cio2->model, ((uint64_t)pfn << 12) + CIO2_PAGE - 1, &none, 0);
}

/* Fetches LOP page `i` of the entry. */
static bool fetch_lop(struct cio2 *cio2, struct cio2_transfer *transfer, unsigned i)
{
	uint8_t page[CIO2_PAGE];

	if (i >= FBPT_LOPS) {
		model_violation(&cio2->model, "page list runs past the eighth LOP page");
		return false;
	}
	if (!transfer->lop[i]) {
		model_violation(&cio2->model, "LOP pointer %u of the FBPT entry is page 0", i);
		return false;
	}
	model_dma_purpose(&cio2->model, "LOP");
	if (!model_dma_read(&cio2->model, (uint64_t)transfer->lop[i] << 12, page, sizeof(page)))
		return false;
	for (unsigned e = 0; e < LOP_ENTRIES; e++)
		transfer->pfns[i * LOP_ENTRIES + e] = get_le32(page + 4 * e);
	transfer->lops_read = i + 1;
	return true;
}

/* The device fetches pointers ahead of need, one past the end of the list included (3.3): the
 * terminator in the LOP page, and the sub-entry behind the last one in use. */
static bool prefetch(struct cio2 *cio2, struct cio2_transfer *transfer, uint32_t upto)
{
	uint32_t limit =
		transfer->pages < FBPT_LOPS * LOP_ENTRIES ? transfer->pages : transfer->pages - 1;

	if (upto > limit)
		upto = limit;
	for (; transfer->checked <= upto; transfer->checked++) {
		uint32_t index = transfer->checked;

		if (index / LOP_ENTRIES >= transfer->lops_read &&
		    !fetch_lop(cio2, transfer, index / LOP_ENTRIES))
			return false;
		if (!pfn_ok(cio2, transfer->pfns[index],
			    index == transfer->pages ? "LOP entry behind the end" : "LOP entry",
			    index))
			return false;
	}
	if (upto == transfer->pages && transfer->lops_read < FBPT_LOPS &&
	    !pfn_ok(cio2, transfer->lop[transfer->lops_read],
		    "LOP pointer behind the end, sub-entry", transfer->lops_read))
		return false;
	return true;
}

/* ---- Errors ---- */

/* Stands still until the DMA and the sensor are set up again (7.1, evidence.md 1.4). */
static void channel_stand_still(struct cio2 *cio2, unsigned n, unsigned port)
{
	cio2->channels[n].errored = true;
	cio2->channels[n].error_port = port;
	cio2->channels[n].error_streams = cio2->ports[port].streams;
}

static void channel_fail(struct cio2 *cio2, unsigned n, unsigned port)
{
	struct cio2_channel *channel = &cio2->channels[n];

	channel->transfer.active = false;
	channel->halted = true;
	channel_stand_still(cio2, n, port);
	cio2_output_error(cio2, n, port);
}

/* ---- Frame end ---- */

static void write_control(struct cio2 *cio2, struct cio2_transfer *transfer, uint32_t control)
{
	uint8_t word[4];

	put_le32(word, control);
	model_dma_purpose(&cio2->model, "FBPT");
	model_dma_write(&cio2->model, transfer->entry, word, 4);
}

uint32_t cio2_timestamp(const struct cio2 *cio2, uint64_t at)
{
	static const struct {
		unsigned multiplier, divider;
	} units[4] = {{12, 625}, {1, 1000}, {3, 25}, {1, 1}};

	return (uint32_t)(at * units[cio2->timestamp].multiplier / units[cio2->timestamp].divider) +
	       cio2->timestamp_base;
}

/* Results into the entry, VALID last, then IOC. */
static void write_results(struct cio2 *cio2, unsigned n)
{
	struct cio2_channel *channel = &cio2->channels[n];
	struct cio2_transfer *transfer = &channel->transfer;
	bool bit = transfer->failed ? !cio2->success : cio2->success;
	uint8_t word[8];

	channel->results_at = 0;
	put_le32(word,
		 cio2_timestamp(cio2, cio2->timestamp_at ? transfer->began : channel->ended_at));
	put_le32(word + 4, transfer->written);
	model_dma_purpose(&cio2->model, "FBPT");
	model_dma_write(&cio2->model, transfer->entry + 16, word, 8);
	put_le32(word, transfer->lines | (uint32_t)channel->frame_number << 16);
	model_dma_write(&cio2->model, transfer->entry + 4, word, 4);
	write_control(cio2, transfer,
		      (transfer->control & ~(ENTRY_VALID | ENTRY_SUCCXFAIL)) |
			      (bit ? ENTRY_SUCCXFAIL : 0));
	model_trace(&cio2->model, "channel %u: frame of %u bytes done", n, transfer->written);
	if (transfer->control & ENTRY_IOC && *cio2_reg(cio2, CDMAC0(n)) & CDMAC0_INTR_ON_FE)
		cio2_interrupt(cio2, n < 4 ? 1u << n : 1u << ((n >> 1) + 2));
}

static void move_pointer(struct cio2 *cio2, unsigned n)
{
	uint32_t length = *cio2_reg(cio2, CDMAC0(n)) & 0xff;

	cio2->channels[n].pointer_at = 0;
	*cio2_reg(cio2, CDMARI(n)) = (*cio2_reg(cio2, CDMARI(n)) + 1) % (length + 1);
}

/* What is still due of the last frame is done before anything else begins. */
static void channel_finish(struct cio2 *cio2, unsigned n)
{
	if (cio2->channels[n].results_at)
		write_results(cio2, n);
	if (cio2->channels[n].pointer_at)
		move_pointer(cio2, n);
}

static uint16_t next_frame_number(struct cio2 *cio2, unsigned n, unsigned number)
{
	switch (cio2->frame_number) {
	case NUMBER_OF_LINK:
		return (uint16_t)(number % 255 + 1);
	case NUMBER_NONE:
		return 0;
	default:
		return (uint16_t)(cio2->channels[n].frame_number + 1);
	}
}

/* The frame was larger than its buffer (evidence.md 1.4). */
static void channel_overflow(struct cio2 *cio2, unsigned n, unsigned port)
{
	cio2_port_error(cio2, port, IRQ_FRAME_SYNC, 0);
	if (cio2->too_large)
		channel_fail(cio2, n, port);
	else
		channel_stand_still(cio2, n, port);
}

void cio2_dma_end(struct cio2 *cio2, unsigned n, unsigned number, uint64_t at)
{
	struct cio2_channel *channel = &cio2->channels[n];
	struct vboard *board = cio2->model.board;
	const uint64_t now = vboard_now(board);

	if (!channel->transfer.active)
		return;
	channel->transfer.active = false;
	channel->frame_number = next_frame_number(cio2, n, number);
	channel->ended_at = at;
	/* With VALID cleared at the start the pointer alone tells the end: it does not come first. */
	if (cio2->pointer_moves == MOVES_BEFORE && !cio2->valid) {
		move_pointer(cio2, n);
		channel->results_at = now + vboard_delay_ns(board, MOVES_NS_MIN, MOVES_NS_MAX);
	} else {
		write_results(cio2, n);
		channel->pointer_at = now;
		if (cio2->pointer_moves == MOVES_AFTER)
			channel->pointer_at += vboard_delay_ns(board, MOVES_NS_MIN, MOVES_NS_MAX);
		else
			move_pointer(cio2, n);
	}
	if (channel->transfer.full)
		channel_overflow(cio2, n, channel->transfer.port);
}

/* ---- Frame start ---- */

static uint64_t entry_address(struct cio2 *cio2, unsigned n)
{
	uint32_t width = *cio2_reg(cio2, CDMAC0(n)) >> 8 & 0xff;
	uint32_t index = *cio2_reg(cio2, CDMARI(n)) & 0xff;

	return ((uint64_t)*cio2_reg(cio2, CDMABA(n)) << 12) +
	       (uint64_t)index * width * 4 * SUB_ENTRY;
}

static bool channel_runs(struct cio2 *cio2, unsigned n)
{
	const struct cio2_channel *channel = &cio2->channels[n];

	return *cio2_reg(cio2, CDMAC0(n)) & CDMAC0_DMA_EN && !channel->errored && !channel->halted;
}

bool cio2_dma_is_armed(struct cio2 *cio2, unsigned n)
{
	uint8_t control[4];

	if (!channel_runs(cio2, n))
		return true;
	model_dma_purpose(&cio2->model, "FBPT");
	return model_dma_read(&cio2->model, entry_address(cio2, n), control, sizeof(control)) &&
	       get_le32(control) & ENTRY_VALID;
}

/* The last byte of the last page that is written, from last_page_available_bytes. */
static uint32_t last_byte(const struct cio2 *cio2, uint32_t available)
{
	switch (cio2->last_byte) {
	case 0:
		return available;
	case 1:
		return available | 63;
	default:
		return CIO2_PAGE - 1;
	}
}

static void take_entry(const struct cio2 *cio2, struct cio2_transfer *transfer,
		       const uint8_t *entry)
{
	uint32_t last = get_le32(entry + 24);
	uint32_t room;

	transfer->control = get_le32(entry);
	transfer->first_offset = get_le32(entry + 8);
	transfer->pages = last >> 16;
	room = transfer->pages
		       ? (transfer->pages - 1) * CIO2_PAGE + last_byte(cio2, last & 0xffff) + 1
		       : 0;
	transfer->capacity = room > transfer->first_offset ? room - transfer->first_offset : 0;
	for (unsigned s = 0; s < FBPT_LOPS; s++)
		transfer->lop[s] = get_le32(entry + SUB_ENTRY * s + 12);
	transfer->lops_read = 0;
	transfer->checked = transfer->written = 0;
	transfer->lines = 0;
	transfer->failed = transfer->full = false;
}

static bool entry_is_sane(struct cio2 *cio2, unsigned n, const uint8_t *entry)
{
	uint32_t pages = get_le32(entry + 24) >> 16, last = get_le32(entry + 24) & 0xffff;

	if ((*cio2_reg(cio2, CDMAC0(n)) >> 8 & 0xff) == 2 && pages &&
	    pages <= FBPT_LOPS * LOP_ENTRIES && last < CIO2_PAGE && get_le32(entry + 8) < CIO2_PAGE)
		return true;
	model_violation(&cio2->model,
			"FBPT entry %u: %u pages, last byte %u, first offset %u, or "
			"FBPT_WIDTH, make no sense",
			*cio2_reg(cio2, CDMARI(n)) & 0xff, pages, last, get_le32(entry + 8));
	return false;
}

bool cio2_dma_begin(struct cio2 *cio2, unsigned n, unsigned port)
{
	struct cio2_channel *channel = &cio2->channels[n];
	struct cio2_transfer *transfer = &channel->transfer;
	uint8_t entry[FBPT_LOPS * SUB_ENTRY];

	channel_finish(cio2, n);
	if (!channel_runs(cio2, n))
		return false;
	if (channel->error_port == port && channel->error_streams == cio2->ports[port].streams) {
		model_trace(&cio2->model, "channel %u: waits for the sensor to start anew", n);
		return false;
	}
	transfer->entry = entry_address(cio2, n);
	model_dma_purpose(&cio2->model, "FBPT");
	if (!model_dma_read(&cio2->model, transfer->entry, entry, sizeof(entry)) ||
	    !(get_le32(entry) & ENTRY_VALID) || !entry_is_sane(cio2, n, entry)) {
		model_trace(&cio2->model, "channel %u: FBPT entry %u is not valid", n,
			    *cio2_reg(cio2, CDMARI(n)) & 0xff);
		channel_fail(cio2, n, port);
		return false;
	}
	transfer->active = true;
	transfer->port = port;
	transfer->began = cio2->ports[port].frame_start;
	take_entry(cio2, transfer, entry);
	if (cio2->valid)
		write_control(cio2, transfer, transfer->control & ~ENTRY_VALID);
	if (transfer->control & ENTRY_IOS && *cio2_reg(cio2, CDMAC0(n)) & CDMAC0_INTR_ON_FS)
		cio2_interrupt(cio2, 1u << (12 + (n >> 1)));
	if (!prefetch(cio2, transfer, cio2->lookahead)) {
		channel_fail(cio2, n, port);
		return false;
	}
	return true;
}

/* ---- Data ---- */

/* One piece that lies within a page. False: the entry is at its end, or memory is not there. */
static bool write_piece(struct cio2 *cio2, struct cio2_transfer *transfer, const uint8_t *data,
			uint32_t size, uint32_t at)
{
	uint32_t page = (transfer->first_offset + at) / CIO2_PAGE;
	uint32_t offset = (transfer->first_offset + at) % CIO2_PAGE;

	if (!prefetch(cio2, transfer, page + cio2->lookahead))
		return false;
	model_dma_purpose(&cio2->model, "frame");
	return !data ||
	       model_dma_write(&cio2->model, ((uint64_t)transfer->pfns[page] << 12) + offset, data,
			       size);
}

static void write_data(struct cio2 *cio2, struct cio2_transfer *transfer, const uint8_t *data,
		       uint32_t size)
{
	while (size && !transfer->failed) {
		uint32_t room =
			CIO2_PAGE - (transfer->first_offset + transfer->written) % CIO2_PAGE;
		uint32_t left = transfer->capacity - transfer->written;
		uint32_t piece = size < room ? size : room;

		piece = piece < left ? piece : left;
		if (!piece || !write_piece(cio2, transfer, data, piece, transfer->written)) {
			model_trace(&cio2->model, "frame ends after %u bytes: %s",
				    transfer->written, piece ? "no memory" : "buffer full");
			transfer->failed = true;
			transfer->full = !piece;
			return;
		}
		data = data ? data + piece : NULL;
		transfer->written += piece;
		size -= piece;
	}
}

/* cur_line_num, every LINENUMUPDATE lines on silicon; here after each piece of work. */
static void write_line_number(struct cio2 *cio2, struct cio2_transfer *transfer, unsigned lines)
{
	uint8_t number[2] = {(uint8_t)lines, (uint8_t)(lines >> 8)};

	transfer->lines = lines;
	model_dma_purpose(&cio2->model, "FBPT");
	model_dma_write(&cio2->model, transfer->entry + 4, number, sizeof(number));
}

void cio2_dma_data(struct cio2 *cio2, unsigned n, const uint8_t *data, uint32_t size,
		   unsigned lines)
{
	struct cio2_transfer *transfer = &cio2->channels[n].transfer;

	if (!transfer->active)
		return;
	write_data(cio2, transfer, data, size);
	write_line_number(cio2, transfer, lines);
}

void cio2_dma_skip(struct cio2 *cio2, unsigned n, uint32_t size, unsigned lines)
{
	cio2_dma_data(cio2, n, NULL, size, lines);
}

void cio2_dma_flip(struct cio2 *cio2, unsigned n, uint32_t offset)
{
	struct cio2_transfer *transfer = &cio2->channels[n].transfer;
	uint64_t address;
	uint8_t byte;

	if (!transfer->active || offset >= transfer->written)
		return;
	offset += transfer->first_offset;
	address = ((uint64_t)transfer->pfns[offset / CIO2_PAGE] << 12) + offset % CIO2_PAGE;
	model_dma_purpose(&cio2->model, "frame");
	if (!model_dma_read(&cio2->model, address, &byte, 1))
		return;
	byte ^= 0x10;
	model_dma_write(&cio2->model, address, &byte, 1);
}

void cio2_dma_drop(struct cio2 *cio2, unsigned n)
{
	cio2->channels[n].transfer.active = false;
}

/* ---- Time ---- */

static void channel_write_late(struct cio2 *cio2, struct cio2_channel *channel)
{
	struct cio2_transfer *late = channel->late;
	uint32_t size = late->written;

	late->written = 0;
	late->failed = false;
	write_data(cio2, late, channel->late_data, size);
	channel_drop_late(channel);
}

void cio2_dma_keep_late(struct cio2 *cio2, unsigned n, const uint8_t *data, uint64_t at)
{
	struct cio2_channel *channel = &cio2->channels[n];
	uint32_t size = channel->transfer.written;

	if (channel->late)
		channel_write_late(cio2, channel);
	channel->late = malloc(sizeof(*channel->late));
	channel->late_data = malloc(size ? size : 1);
	if (!channel->late || !channel->late_data) {
		channel_drop_late(channel);
		return;
	}
	*channel->late = channel->transfer;
	memcpy(channel->late_data, data, size);
	channel->late_at = at;
}

/* Results and pointer of the last frame, when due; returns when to look again, at most `next`. */
static uint64_t channel_run_end(struct cio2 *cio2, unsigned n, uint64_t now, uint64_t next)
{
	struct cio2_channel *channel = &cio2->channels[n];

	if (channel->results_at && channel->results_at <= now)
		write_results(cio2, n);
	if (channel->pointer_at && channel->pointer_at <= now)
		move_pointer(cio2, n);
	if (channel->results_at && channel->results_at < next)
		next = channel->results_at;
	return channel->pointer_at && channel->pointer_at < next ? channel->pointer_at : next;
}

uint64_t cio2_dma_run(struct cio2 *cio2, uint64_t now)
{
	uint64_t next = UINT64_MAX;

	for (unsigned n = 0; cio2->used_channels >> n; n++) {
		struct cio2_channel *channel = &cio2->channels[n];

		next = channel_run_end(cio2, n, now, next);
		if (channel->late && channel->late_at <= now)
			channel_write_late(cio2, channel);
		if (channel->late && channel->late_at < next)
			next = channel->late_at;
		if (!channel->halt_at)
			continue;
		if (channel->halt_at <= now &&
		    !vboard_fault(cio2->model.board, "dma-no-halt", NULL)) {
			channel->halt_at = 0;
			channel->halted = true;
			channel_finish(cio2, n);
			channel_drop_late(channel);
			cio2_dma_drop(cio2, n);
		} else if (channel->halt_at > now && channel->halt_at < next) {
			next = channel->halt_at;
		}
	}
	return next;
}
