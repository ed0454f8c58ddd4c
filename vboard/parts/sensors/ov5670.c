/* ov5670.c: OmniVision OV5670, 5 Mpixel (sensors.md 1, sensor-clocks.md 4). */
#include "vboard/parts/sensors/omnivision.h"

static void get_pattern(const struct sensor *sensor, struct camera_look *look)
{
	if (sensor->registers[0x4303] & 0x08)
		look->pattern.kind = CAMERA_BARS;
}

const struct sensor_type sensor_ov5670 = {
	.name = "ov5670",
	.address = 0x36,
	.lanes = 2,
	.id = {0x300a, 3, {0x00, 0x56, 0x70}},
	OMNIVISION_CONTROL,
	OMNIVISION_GROUP,
	.resets = {OMNIVISION_UNITS(0x5032, 0x5034, 0x5036),
		   OMNIVISION_NO_STEPS(0x382a, 0x382b),
		   {0x3031, 10},
		   {0x3820, 0x84},
		   {0x3821, 0x46},
		   {0x4003, 0x40}},
	.clocks = {OMNIVISION_PLL1, OMNIVISION_PLL2, OMNIVISION_LENGTHS, OMNIVISION_EXPOSURE, 8},
	.lane_count = {0x3018, 0xe0},
	.bits = {0x3031, 0x1f},
	.array_width = 2624,
	.array_height = 1960,
	/* The lists set one bit of the vertical flip, the pipeline's: without it the order is BGGR. */
	.order = CAMERA_GRBG,
	OMNIVISION_STEPS(0x382a, 0x382b),
	.mirror = {{0x3821, 0x02}, {0x3821, 0x04}, 1, 1},
	.flip = {{0x3820, 0x02}, {0x3820, 0x04}, 0, 1},
	.full_exposure = 2048,
	OMNIVISION_ANALOGUE,
	OMNIVISION_DIGITAL(0x5032, 0x5034, 0x5036),
	.black = {0x4003, 0xff},
	.get_pattern = get_pattern,
	.wake_ns_max = 8000000,
	.reset_ns_max = 4900000,
};
