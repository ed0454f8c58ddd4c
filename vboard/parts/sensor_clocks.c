/*
 * sensor_clocks.c: clock trees of ten sensors as products of register fields. What the sheet infers (I)
 * is marked; the frame times of section 2 hold for all 29 published lists (test_sensor_clocks.c).
 */
#include "vboard/parts/sensor_clocks.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* What a factor does with its field. */
enum factor_kind {
	END,
	TIMES,
	OVER,
	OVER_NEXT,   /* divides by field + 1 */
	OVER_HALVES, /* divides by OmniVision's code: 1, 1.5, 2, 2.5, 3, 4, 6, 8 (sensors.md 4) */
	TIMES_NUMBER,
	OVER_NUMBER,
};

/* A field of a register: one byte, or two from `reg` on when the mask has more than 8 bits. */
struct factor {
	enum factor_kind kind;
	uint16_t reg, mask; /* a number has itself as `mask` */
};

#define FACTORS 6
#define RESETS  2

struct sensor_clocks {
	const char *name;
	struct factor bit[FACTORS];   /* of a lane, per second */
	struct factor clock[FACTORS]; /* that the line length counts */
	uint16_t line_length, frame_length;
	struct {
		uint16_t reg;
		uint8_t value;
	} reset[RESETS];
	/* Longer exposures make the frame longer, to exposure + margin, while this field reads `when`. */
	uint16_t exposure, margin;
	struct {
		uint16_t reg, mask, when;
	} follows;
};

#define OMNIVISION_LENGTHS .line_length = 0x380c, .frame_length = 0x380e
#define SONY_LENGTHS       .line_length = 0x0342, .frame_length = 0x0340

/* PLL1 makes the link, PLL2 the sensor clock: sections 3, 4, 10, with the names of sensors.md 4.
 * (Versions of the formatter do not agree on braces in macros.) */
/* clang-format off */
#define OMNIVISION_PLL1 { \
	{OVER_HALVES, 0x0300, 0x07}, {TIMES, 0x0301, 0x03ff}, {OVER_NEXT, 0x0303, 0x0f}, \
}
#define OMNIVISION_PLL2 { \
	{OVER_HALVES, 0x030b, 0x07}, {TIMES, 0x030c, 0x03ff}, {OVER_NEXT, 0x030f, 0x0f}, \
	{OVER_NEXT, 0x030e, 0x07}, \
}
/* clang-format on */

static const struct sensor_clocks trees[] = {
	/* 11. The fifth of the pixel clock is I. 0x003C = 0x0101 fixes the frame rate. */
	{.name = "hi556",
	 .bit = {{TIMES, 0x0f30, 0xff}, {OVER_NEXT, 0x0f31, 0xf0}, {OVER_NEXT, 0x0f32, 0x01}},
	 .clock = {{TIMES, 0x0f30, 0xff}, {OVER_NEXT, 0x0f31, 0xf0}, {OVER_NUMBER, 0, 5}},
	 .line_length = 0x0008,
	 .frame_length = 0x0006,
	 .exposure = 0x0074,
	 .margin = 6,
	 .follows = {0x003c, 0x0101, 0}},
	/* 9: four pixels a cycle. */
	{.name = "imx258",
	 .bit = {{OVER, 0x0305, 0x0f}, {TIMES, 0x0306, 0x7ff}, {OVER, 0x030b, 0x0f}},
	 .clock = {{OVER, 0x0305, 0x0f},
		   {TIMES, 0x0306, 0x7ff},
		   {OVER, 0x0301, 0x1f},
		   {OVER, 0x0303, 0x0f},
		   {TIMES_NUMBER, 0, 4}},
	 SONY_LENGTHS,
	 .exposure = 0x0202,
	 .margin = 10,
	 .follows = {0x0350, 0x01, 1}},
	/* 9: the PLL at 0x030D drives all, that at 0x0305 nothing; two pixels a cycle (I). */
	{.name = "imx355",
	 .bit = {{OVER, 0x030d, 0x0f}, {TIMES, 0x030e, 0x7ff}, {OVER, 0x030b, 0x0f}},
	 .clock = {{OVER, 0x030d, 0x0f},
		   {TIMES, 0x030e, 0x7ff},
		   {OVER, 0x0301, 0x1f},
		   {OVER, 0x0303, 0x0f},
		   {TIMES_NUMBER, 0, 2}},
	 SONY_LENGTHS},
	/* 3. That the two last dividers are 2 and 6 is I; their product is not. */
	{.name = "ov13858", .bit = OMNIVISION_PLL1, .clock = OMNIVISION_PLL2, OMNIVISION_LENGTHS},
	/* 8. 0x030F is not written: its reset value divides by 5 (I). */
	{.name = "ov2740",
	 .bit = {{OVER_NEXT, 0x030a, 0x01}, {TIMES, 0x0301, 0x03ff}, {OVER_NEXT, 0x0303, 0x0f}},
	 .clock = {{OVER_NEXT, 0x0312, 0x10},
		   {TIMES, 0x030c, 0x03ff},
		   {OVER_HALVES, 0x030e, 0x07},
		   {OVER_NEXT, 0x030f, 0x0f}},
	 OMNIVISION_LENGTHS,
	 .reset = {{0x030f, 4}}},
	/* 4 */
	{.name = "ov5670", .bit = OMNIVISION_PLL1, .clock = OMNIVISION_PLL2, OMNIVISION_LENGTHS},
	/* 10. The dividers stay at their reset values: 16 together (I), how is not known. */
	{.name = "ov5675",
	 .bit = OMNIVISION_PLL1,
	 .clock = OMNIVISION_PLL2,
	 OMNIVISION_LENGTHS,
	 .reset = {{0x030e, 1}, {0x030f, 7}}},
	/* 6: 240 MHz / 3, of which the split is I (0x309A as in OV7251); two pixels a cycle. */
	{.name = "ov5693",
	 .bit = {{OVER, 0x30b4, 0x0f}, {TIMES, 0x30b3, 0xff}},
	 .clock = {{OVER, 0x3098, 0x0f},
		   {TIMES, 0x3099, 0xff},
		   {OVER, 0x309a, 0x0f},
		   {OVER_HALVES, 0x309b, 0x07},
		   {TIMES_NUMBER, 0, 2}},
	 OMNIVISION_LENGTHS},
	/* 7; the roles are I. */
	{.name = "ov7251",
	 .bit = {{OVER, 0x30b4, 0x0f}, {TIMES, 0x30b3, 0xff}, {OVER, 0x30b1, 0x0f}},
	 .clock = {{OVER, 0x3098, 0x0f}, {TIMES, 0x3099, 0xff}, {OVER, 0x309a, 0x0f}},
	 OMNIVISION_LENGTHS},
	/* 5, sensors.md 4 */
	{.name = "ov8865",
	 .bit = {{OVER_NEXT, 0x030a, 0x01},
		 {OVER_HALVES, 0x0300, 0x07},
		 {TIMES, 0x0301, 0x03ff},
		 {OVER_NEXT, 0x0303, 0x0f}},
	 .clock = {{OVER_NEXT, 0x0312, 0x10},
		   {OVER_HALVES, 0x030b, 0x07},
		   {TIMES, 0x030c, 0x03ff},
		   {OVER_NEXT, 0x030f, 0x0f},
		   {OVER_HALVES, 0x030e, 0x07}},
	 OMNIVISION_LENGTHS},
};

const struct sensor_clocks *sensor_clocks_find(const char *name)
{
	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++)
		if (!strcmp(trees[i].name, name))
			return &trees[i];
	return NULL;
}

void sensor_clocks_reset(const struct sensor_clocks *clocks, uint8_t *registers)
{
	for (unsigned i = 0; i < RESETS && clocks->reset[i].reg; i++)
		registers[clocks->reset[i].reg] = clocks->reset[i].value;
}

static uint32_t pair(const uint8_t *registers, uint16_t reg)
{
	return (uint32_t)registers[reg] << 8 | registers[(uint16_t)(reg + 1)];
}

/* The bits under the mask, the lowest of them as bit 0. */
static uint32_t field(const uint8_t *registers, uint16_t reg, uint16_t mask)
{
	uint32_t value = mask > 0xff ? pair(registers, reg) : registers[reg];

	return (value & mask) / (mask & -(unsigned)mask);
}

/* A divider of 0 stands for a PLL that nobody has set up. */
static uint64_t product_hz(const struct factor *factors, const uint8_t *registers,
			   uint32_t input_hz)
{
	static const uint8_t halves[8] = {2, 3, 4, 5, 6, 8, 12, 16};
	uint64_t hz = input_hz, divider = 1;

	for (unsigned i = 0; i < FACTORS && factors[i].kind != END; i++) {
		uint32_t number = field(registers, factors[i].reg, factors[i].mask);

		switch (factors[i].kind) {
		case TIMES:
			hz *= number;
			break;
		case OVER:
			divider *= number;
			break;
		case OVER_NEXT:
			divider *= number + 1;
			break;
		case OVER_HALVES:
			hz *= 2;
			divider *= halves[number];
			break;
		case TIMES_NUMBER:
			hz *= factors[i].mask;
			break;
		default:
			divider *= factors[i].mask;
			break;
		}
	}
	return divider ? hz / divider : 0;
}

static uint32_t frame_lines(const struct sensor_clocks *clocks, const uint8_t *registers)
{
	uint32_t lines = pair(registers, clocks->frame_length);
	uint32_t wanted = pair(registers, clocks->exposure) + clocks->margin;
	bool follows = clocks->exposure && field(registers, clocks->follows.reg,
						 clocks->follows.mask) == clocks->follows.when;

	return follows && wanted > lines ? wanted : lines;
}

void sensor_clocks_get(const struct sensor_clocks *clocks, const uint8_t *registers,
		       uint32_t input_hz, struct sensor_times *times)
{
	uint64_t length = pair(registers, clocks->line_length);

	times->bit_hz = product_hz(clocks->bit, registers, input_hz);
	times->clock_hz = product_hz(clocks->clock, registers, input_hz);
	times->lines = frame_lines(clocks, registers);
	times->line_ns = times->frame_ns = 0;
	if (!times->clock_hz)
		return;
	times->line_ns = 1000000000u * length / times->clock_hz;
	times->frame_ns = 1000000000u * length * times->lines / times->clock_hz;
}
