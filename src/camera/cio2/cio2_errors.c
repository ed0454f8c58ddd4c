/* cio2_errors.c: see cio2_errors.h. */
#include "camera/cio2/cio2_errors.h"

#include "camera/cio2/cio2_regs.h"

/* Bit number is the index; names end in what cio2.md 8.3 and 8.2 say of the bit. Escape mode, ULPS
 * and what arrives between frames belong to a normal start of many sensors: shown, not judged. */
static const struct receiver_counter names[CIO2_COUNTERS] = {
	{"header-error-corrected", true, 0},
	{"header-errors-multiple", true, 0},
	{"payload-crc", true, 0},
	{"fifo-overflow", true, 0},
	{"short-packet-reserved-type", true, 0},
	{"long-packet-reserved-type", true, 0},
	{"long-packet-incomplete", true, 0},
	{"frame-sync", true, 0},
	{"line-sync", true, 0},
	{"dphy-start-of-transmission", true, 0},
	{"dphy-synchronisation", true, 0},
	{"escape-mode", true, 0},
	{"escape-mode-trigger", false, 0},
	{"data-lane-ulps", false, 0},
	{"clock-lane-ulps-exit", false, 0},
	{"inter-frame-short-packet", false, 0},
	{"inter-frame-long-packet", false, 0},
	{"long-packet-unmatched", true, 0},
	{"ecc-recoverable", true, 0},
	{"dphy-not-recoverable", true, 0},
	{"ecc-not-recoverable", true, 0},
	{"crc", true, 0},
	{"inter-frame-data", false, 0},
	{"packet-too-short", true, 0},
	{"packet-too-long", true, 0},
	{"dma-output", true, 0},
	{"port-output", true, 0},
};

void cio2_errors_init(struct receiver_counter *counters)
{
	for (unsigned i = 0; i < CIO2_COUNTERS; i++)
		counters[i] = names[i];
}

static uint32_t count_bit(struct receiver_counter *counter, bool is_set)
{
	counter->value += is_set;
	return is_set && counter->is_error;
}

uint32_t cio2_errors_count(struct receiver_counter *counters, uint32_t irq_status, uint32_t ie_byte,
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
