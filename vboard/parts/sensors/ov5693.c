/* ov5693.c: OmniVision OV5693, 5 Mpixel (sensors.md 5, sensor-clocks.md 6). */
#include "vboard/parts/sensors/omnivision.h"

const struct sensor_type sensor_ov5693 = {
	.name = "ov5693",
	.address = 0x36,
	.lanes = 2,
	.id = {0x300a, 2, {0x56, 0x90}},
	OMNIVISION_CONTROL,
	.resets = {{0x3814, 0x11},
		   {0x3815, 0x11},
		   {0x350b, 0x10},
		   {0x3502, 0x40},
		   {0x3400, 0x04},
		   {0x3402, 0x04},
		   {0x3404, 0x04}},
	/* 240 MHz / 3, of which the split is inferred (0x309A as in OV7251); two pixels a cycle. */
	.clocks = {{{CLOCK_OVER, 0x30b4, 0x0f}, {CLOCK_TIMES, 0x30b3, 0xff}},
		   {{CLOCK_OVER, 0x3098, 0x0f},
		    {CLOCK_TIMES, 0x3099, 0xff},
		    {CLOCK_OVER, 0x309a, 0x0f},
		    {CLOCK_OVER_HALVES, 0x309b, 0x07},
		    {CLOCK_TIMES_NUMBER, 0, 2}},
		   OMNIVISION_LENGTHS,
		   OMNIVISION_EXPOSURE,
		   8},
	.array_width = 2624,
	.array_height = 1956,
	.order = CAMERA_BGGR,
	.steps = {{0x3814, 0xf0}, {0x3814, 0x0f}, {0x3815, 0xf0}, {0x3815, 0x0f}},
	.mirror = {{0x3821, 0x02}, {0x3821, 0x04}, 0, 0},
	.flip = {{0x3820, 0x02}, {0x3820, 0x40}, 0, 0},
	.full_exposure = 6000, /* at the list's gain of 4: 1500 */
	/* Four fraction bits, by the driver; a library reads it otherwise (sensor-clocks.md 13). */
	.analogue = {{0x350a, 0x07ff}, SENSOR_GAIN_RATIO, 16},
	.digital =
		{.code = {{0x3400, 0x0fff}, {0x3402, 0x0fff}, {0x3402, 0x0fff}, {0x3404, 0x0fff}},
		 .unit = 1024},
	.black_decision = "ov5693-black",
	.get_pattern = omnivision_get_pattern_5e00,
	.wake_ns_max = 4900000,
	.reset_ns_max = 9800000,
};
