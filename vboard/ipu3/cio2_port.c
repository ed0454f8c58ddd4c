/*
 * cio2_port.c: the CSI-2 ports: what the sensor on a port sends, when, and whether the receiver
 * as it is programmed can take it (cio2.md 4, 6, 12.4).
 */
#include "vboard/ipu3/cio2.h"

#include "vboard/ipu3/pixels.h"

/* Work of one call: bounds how long a register access may have to wait. */
#define WORK_BYTES       (1u << 20)
#define CHUNKS_PER_FRAME 16u
#define RETRY_NS         250000u
#define UNSET_NS         10000000u
#define RING_ENTRIES     32u

static struct camera_stream port_stream(const struct cio2_port *port)
{
	struct camera_stream stream;

	port->wired.sensor->ops->get_stream(port->wired.sensor, &stream);
	return stream;
}

static const uint8_t *port_lines(struct cio2_port *port, unsigned first, unsigned count)
{
	return port->wired.pictures->ops->lines(port->wired.pictures, first, count);
}

/* A frame's faults count frames from 0; every Nth has it. */
static bool port_fault_every(struct cio2 *cio2, unsigned p, const char *name)
{
	return camera_fault_every(cio2->model.board, name, p, cio2->ports[p].frame);
}

/* ---- D-PHY (4) ---- */

/* count = (A + B * UI) * 16 with UI = 1 / 2F, in ns; A and B of the sheet's table. */
static double delay_count(const struct camera_link *link, int a, int b)
{
	return 16.0 * (a + b * (1e9 / (2.0 * (double)link->link_hz)));
}

static bool delay_ok(struct cio2 *cio2, unsigned p, uint32_t offset, const struct camera_link *link,
		     const int limits[4])
{
	double value = cio2_port_reg(cio2, p, offset);
	double low = delay_count(link, limits[0], limits[1]);
	double high = delay_count(link, limits[2], limits[3]);

	if (value >= low - 1 && value <= high)
		return true;
	model_trace(&cio2->model, "port %u: delay 0x%03x is %.0f, wants %.0f..%.0f for %.1f MHz", p,
		    offset, value, low, high, (double)link->link_hz / 1e6);
	return false;
}

static bool port_timing_ok(struct cio2 *cio2, unsigned p, const struct camera_link *link)
{
	static const int clock_termen[4] = {0, 0, 38, 0}, clock_settle[4] = {95, -8, 300, -16};
	static const int data_termen[4] = {0, 0, 35, 4}, data_settle[4] = {85, -2, 145, -6};
	bool ok = delay_ok(cio2, p, CSIRX_DLY_TERMEN_CLOCK, link, clock_termen) &&
		  delay_ok(cio2, p, CSIRX_DLY_SETTLE_CLOCK, link, clock_settle);

	for (unsigned lane = 0; ok && lane < link->lanes && lane < 4; lane++)
		ok = delay_ok(cio2, p, CSIRX_DLY_TERMEN_DATA(lane), link, data_termen) &&
		     delay_ok(cio2, p, CSIRX_DLY_SETTLE_DATA(lane), link, data_settle);
	return ok;
}

/* Sees the receiver bits at all? Notes the errors it sees when not. */
static bool port_phy_ok(struct cio2 *cio2, unsigned p)
{
	struct cio2_port *port = &cio2->ports[p];
	struct vboard *board = cio2->model.board;
	uint32_t lanes = cio2_port_reg(cio2, p, CSIRX_NOF_ENABLED_LANES);

	*cio2_reg(cio2, 0x400u * p + CSIRX_STATUS_DLANE_HS) |= (1u << port->wired.lanes) - 1;
	*cio2_reg(cio2, 0x400u * p + CSIRX_STATUS_DLANE_LP) |= (1u << 3 * port->wired.lanes) - 1;
	if (vboard_fault_port(board, "dphy", p, NULL) || !port_timing_ok(cio2, p, &port->link)) {
		cio2_port_error(cio2, p, IRQ_DPHY_SOT | IRQ_DPHY_SYNC, IE_DPHY);
		return false;
	}
	/* It has to see the lanes go from LP-11 to HS: on before the sensor streams (6, step 43).
	 */
	if (port->enabled_at > port_stream(port).starts_at) {
		model_trace(&cio2->model, "port %u was enabled after stream-on: no synchronisation",
			    p);
		cio2_port_error(cio2, p, IRQ_DPHY_SYNC, IE_DPHY);
		return false;
	}
	if (lanes != port->link.lanes || lanes > port->wired.lanes ||
	    vboard_fault_port(board, "lane-dead", p, NULL)) {
		model_trace(&cio2->model, "port %u: receiver has %u lanes, sensor %u, board %u", p,
			    lanes, port->link.lanes, port->wired.lanes);
		cio2_port_error(cio2, p, IRQ_HEADER_FATAL | IRQ_DPHY_SYNC, IE_DPHY | IE_ECC_FATAL);
		return false;
	}
	/* Ten bits a pixel have to fit into the line's time on the link. */
	if (10000000000ull * port->link.width >
	    2 * port->link.link_hz * port->link.lanes * port->link.line_ns) {
		model_trace(&cio2->model, "port %u: a line of %u pixels does not fit the link", p,
			    port->link.width);
		cio2_port_error(cio2, p, IRQ_INCOMPLETE_PACKET, IE_SHORT_PACKET);
		return false;
	}
	return true;
}

/* ---- Backend (5, 6) ---- */

/* Looks the sensor's data type up: stream id, or -1. */
static int port_stream_id(struct cio2 *cio2, unsigned p)
{
	for (unsigned m = 0; m < 16; m++) {
		uint32_t entry = cio2_port_reg(cio2, p, MIPIBE_LP_LUT_ENTRY(m));

		if ((entry >> 5 & 3) || (entry >> 7 & 0x3f) != cio2->ports[p].link.data_type)
			continue;
		if (!(entry & 1))
			return (int)(entry >> 1 & 15);
		return -1;
	}
	cio2_port_error(cio2, p, IRQ_NO_LUT_MATCH, 0);
	return -1;
}

/* Only one way of formatting is documented: 10 bits, 64-byte packing, everything to channel 0. */
static bool port_format_ok(struct cio2 *cio2, unsigned p, int sid)
{
	uint32_t format = *cio2_reg(cio2, PXF_FMT_CFG0(p));

	if (sid <= 1 && (sid ? format >> 16 : format & 0xffff) == 4 &&
	    !*cio2_reg(cio2, SID2BID0(p)) && !cio2_port_reg(cio2, p, MIPIBE_COMP_FORMAT(0)) &&
	    !cio2_port_reg(cio2, p, MIPIBE_FORCE_RAW8))
		return true;
	model_violation(&cio2->model,
			"port %u: pixel format 0x%x, stream id %d, SID2BID 0x%x, "
			"compression or forced RAW8: not a documented way to format",
			p, format, sid, *cio2_reg(cio2, SID2BID0(p)));
	return false;
}

static bool port_is_aborted(struct cio2 *cio2, unsigned p)
{
	return *cio2_reg(cio2, FRF_CFG(p)) & FRF_ABORT ||
	       *cio2_reg(cio2, PBM_FOPN_ABORT) & 3u << (8 * p);
}

/* A packet without its beginning, and lines of a frame that never began. */
static bool port_joins_late(struct cio2 *cio2, unsigned p)
{
	if (!cio2->ports[p].first_line)
		return false;
	cio2_port_error(cio2, p, IRQ_INCOMPLETE_PACKET | IRQ_FRAME_SYNC, IE_SHORT_PACKET);
	return true;
}

static bool port_accept(struct cio2 *cio2, unsigned p)
{
	struct cio2_port *port = &cio2->ports[p];
	int sid;

	if (!(cio2_port_reg(cio2, p, CSIRX_ENABLE) & 1) || !port_phy_ok(cio2, p))
		return false;
	if (port_joins_late(cio2, p) && !cio2->takes_rest)
		return false;
	if (!(cio2_port_reg(cio2, p, MIPIBE_ENABLE) & 1))
		return false;
	sid = port_stream_id(cio2, p);
	if (sid < 0 || port_is_aborted(cio2, p) || !port_format_ok(cio2, p, sid))
		return false;
	port->channel = 0;
	if (cio2->channels[port->channel].transfer.active) {
		/* The frame before never ended, or the other port holds the channel. */
		bool own = cio2->channels[port->channel].transfer.port == p;

		cio2_port_error(cio2, p, own ? IRQ_FRAME_SYNC : IRQ_FIFO_OVERFLOW, 0);
		if (!own)
			return false;
		cio2_dma_drop(cio2, port->channel);
	}
	if (!port->wired.pictures->ops->begin(port->wired.pictures, port->frame, &pixels_packed) ||
	    !cio2_dma_begin(cio2, port->channel, p))
		return false;
	*cio2_reg(cio2, PBM_FOPN_ABORT) |= 8u << (8 * p);
	return true;
}

/* ---- Lines ---- */

/* Lines of the frame that get lost on the way, as a range. */
static void port_lost_lines(struct cio2 *cio2, unsigned p, unsigned *first, unsigned *end)
{
	unsigned height = cio2->ports[p].link.height;

	*first = *end = height / 3;
	if (port_fault_every(cio2, p, "ecc-fatal"))
		*end = *first + 1;
	if (port_fault_every(cio2, p, "fifo-overflow"))
		*end = *first + height / 8;
}

static void port_send_range(struct cio2 *cio2, unsigned p, unsigned first, unsigned end)
{
	struct cio2_port *port = &cio2->ports[p];
	struct vboard *board = cio2->model.board;
	uint32_t stride = pixels_stride(port->link.width);
	unsigned lines = end - port->first_line;
	bool torn =
		vboard_fault_port(board, "torn-frame", p, NULL) && first >= port->link.height / 2;

	if (first >= end)
		return;
	if (torn || vboard_fault_port(board, "stale-frame", p, NULL) ||
	    vboard_fault_port(board, "late-frame", p, NULL))
		cio2_dma_skip(cio2, port->channel, stride * (end - first), lines);
	else
		cio2_dma_data(cio2, port->channel, port_lines(port, first, end - first),
			      stride * (end - first), lines);
}

static void port_send_lines(struct cio2 *cio2, unsigned p, unsigned first, unsigned end)
{
	unsigned lost_first, lost_end;

	port_lost_lines(cio2, p, &lost_first, &lost_end);
	port_send_range(cio2, p, first, end < lost_first ? end : lost_first);
	port_send_range(cio2, p, first > lost_end ? first : lost_end, end);
}

/* Lines that time says are through by now, at most so many that the work stays bounded. */
static void port_advance(struct cio2 *cio2, unsigned p, uint64_t now)
{
	struct cio2_port *port = &cio2->ports[p];
	unsigned lines = camera_lines(cio2->model.board, p, port->link.height), due = lines;
	unsigned bound = WORK_BYTES / pixels_stride(port->link.width) + 1;

	if (now < port->frame_end)
		due = (unsigned)((now - port->frame_start) * port->link.height /
				 (port->frame_end - port->frame_start));
	due = due < lines ? due : lines;
	if (due > port->lines_done + bound)
		due = port->lines_done + bound;
	if (due <= port->lines_done)
		return;
	if (port->accepted)
		port_send_lines(cio2, p, port->lines_done, due);
	port->lines_done = due;
}

/* ---- Frames ---- */

/* A driver that takes interrupts clears a completion, acts on it, and looks again until there is no
 * more. */
static bool port_is_acknowledged(struct cio2 *cio2, uint64_t now)
{
	if (!(cio2->model.config[cio2->model.msi_offset + 2] & 1) ||
	    !(*cio2_reg(cio2, INT_EN) & INT_IOC))
		return true;
	return !cio2->unacknowledged && now >= cio2->acknowledged_at + MAX_GAP_NS_MIN;
}

/* --fps max: the next frame waits for the driver to take the last one and to arm an entry, but not
 * longer than the whole table lasts at the sensor's own rate; then the driver is at fault. */
static bool port_may_start(struct cio2 *cio2, unsigned p, uint64_t now)
{
	struct cio2_port *port = &cio2->ports[p];

	if (vboard_options(cio2->model.board)->fps != VBOARD_FPS_MAX ||
	    (port_is_acknowledged(cio2, now) && cio2_dma_is_armed(cio2, 0))) {
		port->waiting_since = 0;
		return true;
	}
	if (!port->waiting_since)
		port->waiting_since = now;
	port->wired.sensor->ops->get_link(port->wired.sensor, &port->link);
	if (now - port->waiting_since < RING_ENTRIES * port->link.frame_ns)
		return false;
	port->waiting_since = 0;
	return true;
}

static void port_begin_frame(struct cio2 *cio2, unsigned p, uint64_t now)
{
	struct cio2_port *port = &cio2->ports[p];
	uint64_t period, active;

	port->wired.sensor->ops->get_link(port->wired.sensor, &port->link);
	camera_times(cio2->model.board, p, &port->link, &period, &active);
	if (!port->link.width || !port->link.height || !port->link.link_hz || !period) {
		port->next_start = now + UNSET_NS;
		return;
	}
	/* Behind by some frames: they are made up for, as the receiver would have taken them while nobody
	 * served us. Behind by many: they are lost. The sensor's beat goes on. */
	if (now > port->next_start + 8 * period) {
		uint64_t missed = (now - port->next_start) / period;

		port->frame += (unsigned)missed;
		port->next_start += missed * period;
		port->first_line = 0;
	}
	port->frame_start = port->next_start - active * port->first_line / port->link.height;
	port->frame_end = port->frame_start + active;
	port->next_start = port->frame_start + period;
	if (camera_is_mute(cio2->model.board, p, port->streams))
		return;
	port->wired.sensor->ops->begin_frame(port->wired.sensor);
	port->lines_done = port->first_line;
	port->cuts = port_stream(port).cuts;
	port->state = PORT_FRAME;
	port->accepted = port_accept(cio2, p);
	if (vboard_tracing(cio2->model.board))
		model_trace(&cio2->model, "port %u: frame %u starts, %ux%u, %s", p, port->frame,
			    port->link.width, port->link.height,
			    port->accepted ? "taken" : "not taken");
}

static void port_apply_faults(struct cio2 *cio2, unsigned p, uint64_t now)
{
	struct cio2_port *port = &cio2->ports[p];
	uint64_t late_us = 3000;

	if (port_fault_every(cio2, p, "crc")) {
		cio2_port_error(cio2, p, IRQ_CRC, IE_CRC);
		cio2_dma_flip(cio2, port->channel,
			      pixels_stride(port->link.width) * (port->link.height / 2));
	}
	if (port_fault_every(cio2, p, "ecc"))
		cio2_port_error(cio2, p, IRQ_HEADER_CORRECTED, IE_ECC_CORRECTED);
	if (port_fault_every(cio2, p, "ecc-fatal"))
		cio2_port_error(cio2, p, IRQ_HEADER_FATAL, IE_ECC_FATAL);
	if (port_fault_every(cio2, p, "fifo-overflow"))
		cio2_port_error(cio2, p, IRQ_FIFO_OVERFLOW, 0);
	if (vboard_fault_port(cio2->model.board, "late-frame", p, &late_us))
		cio2_dma_keep_late(
			cio2, port->channel,
			port_lines(port, port->first_line, port->lines_done - port->first_line),
			now + late_us * 1000);
}

static void port_end_frame(struct cio2 *cio2, unsigned p, uint64_t now)
{
	struct cio2_port *port = &cio2->ports[p];
	uint64_t from = 0;

	port->state = PORT_BLANK;
	if (port->accepted) {
		bool lost = vboard_fault_port(cio2->model.board, "no-eof", p, &from) &&
			    port->frame >= from;

		port_apply_faults(cio2, p, now);
		*cio2_reg(cio2, PBM_FOPN_ABORT) &= ~(8u << (8 * p));
		if (!lost)
			cio2_dma_end(cio2, port->channel, port->frame, port->frame_end);
	}
	port->frame++;
	port->first_line = 0;
	port->accepted = false;
	if (vboard_options(cio2->model.board)->fps == VBOARD_FPS_MAX &&
	    port->next_start < now + MAX_GAP_NS_MIN)
		port->next_start = now + MAX_GAP_NS_MIN;
}

static void port_drop_frame(struct cio2 *cio2, unsigned p)
{
	struct cio2_port *port = &cio2->ports[p];

	if (port->accepted) {
		cio2_dma_drop(cio2, port->channel);
		*cio2_reg(cio2, PBM_FOPN_ABORT) &= ~(8u << (8 * p));
	}
	port->accepted = false;
}

void cio2_port_update(struct cio2 *cio2, unsigned p)
{
	struct cio2_port *port = &cio2->ports[p];

	if (!(cio2_port_reg(cio2, p, CSIRX_ENABLE) & 1))
		port->enabled_at = 0;
	if (port->state == PORT_FRAME &&
	    (!(cio2_port_reg(cio2, p, CSIRX_ENABLE) & 1) ||
	     !(cio2_port_reg(cio2, p, MIPIBE_ENABLE) & 1) || port_is_aborted(cio2, p)))
		port_drop_frame(cio2, p);
}

void cio2_ports_drop(struct cio2 *cio2)
{
	for (unsigned p = 0; p < CIO2_PORTS; p++) {
		port_drop_frame(cio2, p);
		cio2->ports[p].state = PORT_IDLE;
	}
}

/* ---- Time ---- */

/* The sensor lost its supply, was reset, or ended at once, in the middle of a frame. */
static void port_cut_off(struct cio2 *cio2, unsigned p)
{
	if (cio2->ports[p].accepted)
		cio2_port_error(cio2, p, IRQ_INCOMPLETE_PACKET, IE_SHORT_PACKET);
	port_drop_frame(cio2, p);
	cio2->ports[p].state = PORT_IDLE;
}

static bool port_starts(struct cio2_port *port)
{
	const struct camera_stream stream = port_stream(port);

	if (!stream.on)
		return false;
	if (port->streams != stream.count) {
		port->streams = stream.count;
		port->frame = 0;
		port->next_start = stream.starts_at;
		port->first_line = stream.first_line;
	}
	port->state = PORT_BLANK;
	return true;
}

static uint64_t port_run_blank(struct cio2 *cio2, unsigned p, uint64_t now)
{
	struct cio2_port *port = &cio2->ports[p];
	const struct camera_stream stream = port_stream(port);

	if (!stream.on || port->streams != stream.count) {
		port->state = PORT_IDLE;
		return now;
	}
	if (now < port->next_start)
		return port->next_start;
	if (!port_may_start(cio2, p, now))
		return now + RETRY_NS;
	port_begin_frame(cio2, p, now);
	return port->state == PORT_FRAME ? now : port->next_start;
}

static uint64_t port_run_frame(struct cio2 *cio2, unsigned p, uint64_t now)
{
	struct cio2_port *port = &cio2->ports[p];
	unsigned lines = camera_lines(cio2->model.board, p, port->link.height);
	uint64_t step = (port->frame_end - port->frame_start) / CHUNKS_PER_FRAME;

	if (port->cuts != port_stream(port).cuts) {
		port_cut_off(cio2, p);
		return now;
	}
	port_advance(cio2, p, now);
	if (now < port->frame_end)
		return now + step < port->frame_end ? now + step : port->frame_end;
	if (port->lines_done >= lines)
		port_end_frame(cio2, p, now);
	return now;
}

/* One step; a result of `now` means: there is more to do at once. */
uint64_t cio2_port_run(struct cio2 *cio2, unsigned p, uint64_t now)
{
	struct cio2_port *port = &cio2->ports[p];

	if (!port->wired.sensor)
		return UINT64_MAX;
	if (port->state == PORT_IDLE && !port_starts(port))
		return UINT64_MAX;
	return port->state == PORT_BLANK ? port_run_blank(cio2, p, now)
					 : port_run_frame(cio2, p, now);
}
