/* designware_clock.c: which PCI functions are LPSS I2C controllers; their clocks and counts. */
#include "core/field.h"
#include "i2c/designware.h"

/* Fall times of the families whose firmware-independent properties name none (section 1.2). */
#define FALL_NS 300

/* lpss-i2c.md 1.2: families by input clock and edges. */
enum family {
	SUNRISE_POINT,
	CANNON_LAKE,
	BROXTON,
	APOLLO_LAKE,
	GEMINI_LAKE,
	ICE_LAKE,
	ELKHART_LAKE
};

static const struct designware_clock clocks[] = {
	[SUNRISE_POINT] = {120000, 230, FALL_NS, FALL_NS},
	[CANNON_LAKE] = {216000, 230, FALL_NS, FALL_NS},
	[BROXTON] = {133000, 42, 171, 208},
	[APOLLO_LAKE] = {133000, 207, 171, 208},
	[GEMINI_LAKE] = {133000, 313, 171, 290},
	[ICE_LAKE] = {133000, 42, 171, 208},
	[ELKHART_LAKE] = {100000, 42, 171, 208},
};

/* Ids come in runs; `step` is 2 where every other one is an I2C controller. */
static const struct {
	uint16_t first;
	uint8_t count, step, family;
} ids[] = {
	{0x9d60, 6, 1, SUNRISE_POINT}, /* SPT-LP: where the IPU3 is */
	{0xa160, 3, 1, SUNRISE_POINT}, /* SPT-H */
	{0xa2e0, 4, 1, SUNRISE_POINT}, /* KBL-H */
	{0xa3e0, 4, 1, SUNRISE_POINT}, /* CML-V */
	{0xa0c5, 2, 1, SUNRISE_POINT}, /* TGL-LP */
	{0xa0d8, 2, 1, SUNRISE_POINT}, {0xa0e8, 4, 1, SUNRISE_POINT},
	{0x9dc5, 2, 1, CANNON_LAKE},                                /* CNL-LP */
	{0x9de8, 4, 1, CANNON_LAKE},   {0xa368, 4, 1, CANNON_LAKE}, /* CNL-H */
	{0x02c5, 2, 1, CANNON_LAKE},                                /* CML-LP */
	{0x02e8, 4, 1, CANNON_LAKE},   {0x06e8, 4, 1, CANNON_LAKE}, /* CML-H */
	{0x0aac, 8, 2, BROXTON},                                    /* BXT A */
	{0x1aac, 8, 2, BROXTON},                                    /* BXT B */
	{0x5aac, 8, 2, APOLLO_LAKE},                                /* APL */
	{0x31ac, 8, 2, GEMINI_LAKE},                                /* GLK */
	{0x34c5, 2, 1, ICE_LAKE},                                   /* ICL-LP */
	{0x34e8, 4, 1, ICE_LAKE},      {0x4dc5, 2, 1, ICE_LAKE},    /* JSL */
	{0x4de8, 4, 1, ICE_LAKE},      {0x43ad, 2, 1, ICE_LAKE},    /* TGL-H */
	{0x43d8, 1, 1, ICE_LAKE},      {0x43e8, 4, 1, ICE_LAKE},
	{0x98c5, 2, 1, ICE_LAKE},                                /* LKF */
	{0x98e8, 4, 1, ICE_LAKE},      {0x51c5, 2, 1, ICE_LAKE}, /* ADL-P */
	{0x51d8, 2, 1, ICE_LAKE},      {0x51e8, 4, 1, ICE_LAKE},
	{0x54c5, 2, 1, ICE_LAKE},                                    /* ADL-M */
	{0x54e8, 4, 1, ICE_LAKE},      {0x7acc, 4, 1, ICE_LAKE},     /* ADL-S */
	{0x7afc, 2, 1, ICE_LAKE},      {0x7a4c, 4, 1, ICE_LAKE},     /* RPL-S */
	{0x7a7c, 2, 1, ICE_LAKE},      {0x7e50, 2, 1, ICE_LAKE},     /* MTL-P */
	{0x7e78, 4, 1, ICE_LAKE},      {0x7f4c, 4, 1, ICE_LAKE},     /* MTP-S */
	{0x7f7a, 2, 1, ICE_LAKE},      {0x4b44, 2, 1, ELKHART_LAKE}, /* EHL */
	{0x4b4b, 2, 1, ELKHART_LAKE},  {0x4b78, 4, 1, ELKHART_LAKE},
	{0xa850, 2, 1, ELKHART_LAKE}, /* LNL-M */
	{0xa878, 4, 1, ELKHART_LAKE},
};

bool designware_input_clock(uint16_t pci_device, struct designware_clock *clock)
{
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		const uint16_t beyond = (uint16_t)(pci_device - ids[i].first);

		if (beyond % ids[i].step || beyond / ids[i].step >= ids[i].count)
			continue;
		*clock = clocks[ids[i].family];
		return true;
	}
	return false;
}

/* Cycles in `ns`, rounded half up. */
static uint32_t cycles(uint32_t khz, uint32_t ns)
{
	return (uint32_t)(((uint64_t)khz * ns + 500000) / 1000000);
}

void designware_timing(const struct designware_clock *clock, struct designware_timing *out)
{
	/* Times of the I2C specification plus the edges; the core itself adds 3 and 1. */
	static const struct {
		uint16_t high_ns, low_ns;
	} modes[] = {{4000, 4700}, {600, 1300}, {260, 500}};
	uint16_t counts[3][2];

	for (unsigned i = 0; i < 3; i++) {
		counts[i][0] =
			(uint16_t)(cycles(clock->khz, modes[i].high_ns + clock->sda_fall_ns) - 3);
		counts[i][1] =
			(uint16_t)(cycles(clock->khz, modes[i].low_ns + clock->scl_fall_ns) - 1);
	}
	*out = (struct designware_timing){
		.ss_hcnt = counts[0][0],
		.ss_lcnt = counts[0][1],
		.fs_hcnt = counts[1][0],
		.fs_lcnt = counts[1][1],
		.fp_hcnt = counts[2][0],
		.fp_lcnt = counts[2][1],
		.sda_hold = (uint16_t)cycles(clock->khz, clock->hold_ns),
	};
}
