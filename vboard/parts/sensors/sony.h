/* sony.h: what Sony's sensors share: the register set of SMIA and CCS (sensors.md 3, 8, sensor-clocks.md 9). */
#ifndef VBOARD_SONY_H
#define VBOARD_SONY_H

#include "vboard/parts/sensor_inside.h"

/* Versions of the formatter do not agree on braces in macros. */
/* clang-format off */
#define SONY_CONTROL \
	.stream = {0x0100, 0x01}, \
	.soft_reset = {0x0103, 0x01}, \
	.hold = {0x0104, 0x01, 1, 0, 0}, \
	.lane_count = {0x0114, 0x03}, \
	.bits = {0x0113, 0x1f}, \
	.width_register = 0x034c
#define SONY_LENGTHS \
	.line_length = {0x0342, 0xffff}, .frame_length = {0x0340, 0xffff}
#define SONY_EXPOSURE .exposure = {0x0202, 0xffff}, .margin = 10
/* By colour, 0x0100 is 1x. */
#define SONY_DIGITAL_CODES \
	{{0x0210, 0x0fff}, {0x020e, 0x0fff}, {0x0214, 0x0fff}, {0x0212, 0x0fff}}
/* Reset values: 1x, RAW10 on four lanes, no subsampling. */
#define SONY_UNITS \
	{0x020e, 0x01}, {0x0210, 0x01}, {0x0212, 0x01}, {0x0214, 0x01}, {0x0112, 10}, {0x0113, 10}, \
	{0x0114, 3}, {0x0405, 16}, {0x0901, 0x11}
/* clang-format on */

/* The sensor's `order` is that of array column and line 0; a flip begins at the other end of the window. */
void sony_get_frame(const struct sensor *sensor, struct sensor_frame *frame);
void sony_get_pattern(const struct sensor *sensor, struct camera_look *look);

#endif
