/* cio2_errors.c: see cio2_errors.h. */
#include "camera/ipu3/cio2_errors.h"

#include "camera/ipu3/cio2_regs.h"

#define SETTLE                                                                                     \
	"settle time: link-frequency in the sensor file against the bit rate that its registers "  \
	"make; signal levels and termination"
#define LANES                                                                                      \
	"data-lanes in the board file against the wiring: a lane that is dead, missing or "        \
	"swapped; "                                                                                \
	"each pair at the connector"
#define SIGNAL  "signal quality: flex cable, connector, settle time, supply of the sensor"
#define LATENCY "memory latency: other bus masters, power saving of the memory path"
#define FORMAT  "the sensor's registers for data type and virtual channel; lane count"
#define LINES   "line length and frame length of the mode against the link rate; a supply that dips"

/* Bit number is the index; meanings are those of cio2.md 8.3 and 8.2, ranks follow its table of what each
 * fault shows: start-of-transmission errors come of timing alone, and bring most of the others with them.
 * Escape mode, ULPS and what arrives between frames belong to a normal start of many sensors: shown, not
 * judged. */
static const struct camera_counter names[CIO2_COUNTERS] = {
	{"header-error-corrected", "packet headers had one wrong bit each, corrected", SIGNAL, true,
	 13, 0, 0},
	{"header-errors-multiple", "packet headers are broken beyond repair", LANES, true, 3, 0, 0},
	{"payload-crc", "payload checksums do not match", SIGNAL, true, 10, 0, 0},
	{"fifo-overflow", "the receiver's FIFO overflowed", LATENCY, true, 8, 0, 0},
	{"short-packet-reserved-type", "short packets of a reserved type", FORMAT, true, 6, 0, 0},
	{"long-packet-reserved-type", "long packets of a reserved type", FORMAT, true, 6, 0, 0},
	{"long-packet-incomplete", "long packets end early", LINES, true, 11, 0, 0},
	{"frame-sync", "starts and ends of frame do not pair", LINES, true, 7, 0, 0},
	{"line-sync", "starts and ends of line do not pair", LINES, true, 7, 0, 0},
	{"dphy-start-of-transmission", "no start of transmission is understood on the lanes",
	 SETTLE, true, 1, 0, 0},
	{"dphy-synchronisation", "lanes do not synchronise", LANES, true, 5, 0, 0},
	{"escape-mode", "errors in escape mode", SETTLE, true, 14, 0, 0},
	{"escape-mode-trigger", "", "", false, 0, 0, 0},
	{"data-lane-ulps", "", "", false, 0, 0, 0},
	{"clock-lane-ulps-exit", "", "", false, 0, 0, 0},
	{"inter-frame-short-packet", "", "", false, 0, 0, 0},
	{"inter-frame-long-packet", "", "", false, 0, 0, 0},
	{"long-packet-unmatched", "long packets arrive, but not RAW10 (0x2b) of virtual channel 0",
	 FORMAT, true, 2, 0, 0},
	{"ecc-recoverable", "packet headers had one wrong bit each, corrected", SIGNAL, true, 13, 0,
	 0},
	{"dphy-not-recoverable", "lanes do not synchronise", LANES, true, 5, 0, 0},
	{"ecc-not-recoverable", "packet headers are broken beyond repair", LANES, true, 4, 0, 0},
	{"crc", "payload checksums do not match", SIGNAL, true, 10, 0, 0},
	{"inter-frame-data", "", "", false, 0, 0, 0},
	{"packet-too-short", "packets are too short", LINES, true, 11, 0, 0},
	{"packet-too-long", "packets are too long", LINES, true, 11, 0, 0},
	{"dma-output", "the DMA met a frame that it could not write", LATENCY, true, 9, 0, 0},
	{"port-output", "the port met a frame that it could not write", LATENCY, true, 9, 0, 0},
};
_Static_assert(CIO2_COUNTERS <= CAMERA_COUNTERS_MAX, "sums are kept by index");

void cio2_errors_init(struct camera_counter *counters)
{
	for (unsigned i = 0; i < CIO2_COUNTERS; i++)
		counters[i] = names[i];
}

static uint32_t count_bit(struct camera_counter *counter, bool is_set)
{
	counter->value += is_set;
	return is_set && counter->is_error;
}

uint32_t cio2_errors_count(struct camera_counter *counters, uint32_t irq_status, uint32_t ie_byte,
			   uint32_t ext_oe)
{
	uint32_t errors = 0;

	for (unsigned i = 0; i < CIO2_IRQ_BITS; i++)
		errors += count_bit(&counters[i], irq_status & BIT(i));
	counters += CIO2_IRQ_BITS;
	for (unsigned i = 0; i < CIO2_IE_BITS; i++)
		errors += count_bit(&counters[i], ie_byte & BIT(i));
	counters += CIO2_IE_BITS;
	errors += count_bit(&counters[0], ext_oe & CIO2_EXT_OE_CHANNELS);
	errors += count_bit(&counters[1], ext_oe & CIO2_EXT_OE_PORTS);
	return errors;
}
