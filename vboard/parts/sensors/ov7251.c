/* ov7251.c: OmniVision OV7251, VGA, monochrome, global shutter (sensors.md 6, sensor-clocks.md 7). */
#include "vboard/parts/sensors/omnivision.h"

static void get_pattern(const struct sensor *sensor, struct camera_look *look)
{
	if (sensor->registers[0x5e00] & 0x80)
		look->pattern.kind = CAMERA_BARS;
}

const struct sensor_type sensor_ov7251 = {
	.name = "ov7251",
	.address = 0x60,
	.lanes = 1,
	.id = {0x300a, 2, {0x77, 0x50}},
	OMNIVISION_CONTROL,
	.resets = {{0x3814, 0x11},
		   {0x3815, 0x11},
		   {0x3029, 0x70},
		   {0x350b, 0x10},
		   {0x3502, 0x40}}, /* revision 1F */
	/* The roles of the dividers are inferred. */
	.clocks = {{{CLOCK_OVER, 0x30b4, 0x0f},
		    {CLOCK_TIMES, 0x30b3, 0xff},
		    {CLOCK_OVER, 0x30b1, 0x0f}},
		   {{CLOCK_OVER, 0x3098, 0x0f},
		    {CLOCK_TIMES, 0x3099, 0xff},
		    {CLOCK_OVER, 0x309a, 0x0f}},
		   OMNIVISION_LENGTHS,
		   .exposure = {0x3500, 0x0ffff0},
		   .margin = 20},
	.array_width = 656,
	.array_height = 496,
	.is_mono = true,
	.steps = {{0x3814, 0xf0}, {0x3814, 0x0f}, {0x3815, 0xf0}, {0x3815, 0x0f}},
	.mirror = {.array = {0x3821, 0x04}},
	.flip = {.array = {0x3820, 0x04}},
	.full_exposure = 504,
	.analogue = {{0x350a, 0x03ff}, SENSOR_GAIN_RATIO, 16},
	.black_decision = "ov7251-black",
	.get_pattern = get_pattern,
	.wake_ns_max = 3400000, /* 65536 input clocks */
	.reset_ns_max = 9800000,
};
