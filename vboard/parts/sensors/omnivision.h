/* omnivision.h: what OmniVision's sensors share: registers and how they lay out a frame. */
#ifndef VBOARD_OMNIVISION_H
#define VBOARD_OMNIVISION_H

#include "vboard/parts/sensor_inside.h"

/* Chip id, control, geometry and lengths (sensors.md 0, 1); the group register is the family's (sensor-clocks.md 3,
 * 4, 8, 10). Versions of the formatter do not agree on braces in macros. */
/* clang-format off */
#define OMNIVISION_CONTROL \
	.stream = {0x0100, 0x01}, \
	.soft_reset = {0x0103, 0x01}, \
	.width_register = 0x3808, \
	.get_frame = omnivision_get_frame
#define OMNIVISION_GROUP \
	.hold = {0x3208, 0xf0, 0x00, 0x10, 0xa0}
#define OMNIVISION_LENGTHS \
	.line_length = {0x380c, 0xffff}, .frame_length = {0x380e, 0xffff}
/* In 1/16 line (sensors.md 1). */
#define OMNIVISION_EXPOSURE .exposure = {0x3500, 0xfffff0}
/* PLL1 makes the link, PLL2 the sensor clock: sensor-clocks.md 3, 4, 10, with the names of sensors.md 4. */
#define OMNIVISION_PLL1 { \
	{CLOCK_OVER_HALVES, 0x0300, 0x07}, {CLOCK_TIMES, 0x0301, 0x03ff}, \
	{CLOCK_OVER_NEXT, 0x0303, 0x0f}, \
}
#define OMNIVISION_PLL2 { \
	{CLOCK_OVER_HALVES, 0x030b, 0x07}, {CLOCK_TIMES, 0x030c, 0x03ff}, \
	{CLOCK_OVER_NEXT, 0x030f, 0x0f}, {CLOCK_OVER_NEXT, 0x030e, 0x07}, \
}
/* Analogue gain in 1/128, digital gains at three registers of 16 bits in 1/1024. */
#define OMNIVISION_ANALOGUE .analogue = {{0x3508, 0x1fff}, SENSOR_GAIN_RATIO, 128}
#define OMNIVISION_DIGITAL(red, green, blue) \
	.digital = {.code = {{red, 0x7fff}, {green, 0x7fff}, {green, 0x7fff}, {blue, 0x7fff}}, .unit = 1024}
/* Steps in registers of their own: those along lines, and the two of the other axis. */
#define OMNIVISION_STEPS(odd_y, even_y) \
	.steps = {{0x3814, 0xff}, {0x3815, 0xff}, {odd_y, 0xff}, {even_y, 0xff}}
/* Reset values: no subsampling, RAW10, gains of 1x, four lines of exposure. */
#define OMNIVISION_NO_STEPS(odd_y, even_y) {0x3814, 1}, {0x3815, 1}, {odd_y, 1}, {even_y, 1}
#define OMNIVISION_UNITS(red, green, blue) \
	{red, 0x04}, {green, 0x04}, {blue, 0x04}, {0x3509, 0x80}, {0x3502, 0x40}
/* clang-format on */

/* The sensor's `order` is that of an even first column and line, with flips as listed. */
void omnivision_get_frame(const struct sensor *sensor, struct sensor_frame *frame);

/* By what 0x5E00 says (sensors.md 4, 5). */
void omnivision_get_pattern_5e00(const struct sensor *sensor, struct camera_look *look);
/* One of four bar types by its number from 0 on (sensors.md 2, 7). */
enum camera_pattern_kind omnivision_bars(unsigned type);

#endif
