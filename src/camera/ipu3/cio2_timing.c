/* cio2_timing.c: see cio2_timing.h. */
#include "camera/ipu3/cio2_timing.h"

#define LINK_MIN 40000000u
#define LINK_MAX 750000000u

/* count = (A ns + B UI) * 16 with UI = 1 / (2 F); 16 B UI = 16 B 1953125 / (F / 256), truncated
 * toward zero (cio2.md section 4). Below 42.2 MHz 95 ns - 8 UI is negative: no wait at all. */
static uint32_t count(int32_t a, int32_t b, uint64_t link_frequency)
{
	int64_t f = (int64_t)(link_frequency >> 8);
	int64_t sum = 16 * a + 16 * (int64_t)b * 1953125 / f;

	return sum < 0 ? 0 : (uint32_t)sum;
}

/* The upper ends are exact and round down, so that what is within them is legal. */
static uint32_t count_max(int32_t a, int32_t b, uint64_t link_frequency)
{
	int64_t f = (int64_t)link_frequency;
	int64_t ui = (int64_t)b * 8000000000;

	return (uint32_t)(16 * a + (ui < 0 ? -((-ui + f - 1) / f) : ui / f));
}

enum fl_err cio2_timing(uint64_t link_frequency, struct cio2_timing *out, struct diag *diag)
{
	if (link_frequency < LINK_MIN || link_frequency > LINK_MAX)
		return diag_fail(diag, FL_ERR_RANGE,
				 "link-frequency in the sensor file is the DDR clock: half the bit "
				 "rate of one lane",
				 "link frequency %llu Hz is outside %u to %u",
				 (unsigned long long)link_frequency, LINK_MIN, LINK_MAX);
	*out = (struct cio2_timing){
		.clock_termen = count(0, 0, link_frequency),
		.clock_settle = count(95, -8, link_frequency),
		.data_termen = count(0, 0, link_frequency),
		.data_settle = count(85, -2, link_frequency),
		.clock_termen_max = count_max(38, 0, link_frequency),
		.clock_settle_max = count_max(300, -16, link_frequency),
		.data_termen_max = count_max(35, 4, link_frequency),
		.data_settle_max = count_max(145, -6, link_frequency),
		.mbit_per_lane = (uint32_t)(2 * link_frequency / 1000000),
	};
	return FL_OK;
}
