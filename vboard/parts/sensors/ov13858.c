/* ov13858.c: OmniVision OV13858, 13 Mpixel (sensors.md 2, sensor-clocks.md 3). */
#include "vboard/parts/sensors/omnivision.h"

static void get_pattern(const struct sensor *sensor, struct camera_look *look)
{
	const uint8_t value = sensor->registers[0x4503];

	if (value & 0x80)
		look->pattern.kind = omnivision_bars(value);
}

const struct sensor_type sensor_ov13858 = {
	.name = "ov13858",
	.address = 0x10,
	.lanes = 4,
	.id = {0x300a, 3, {0x00, 0xd8, 0x55}},
	OMNIVISION_CONTROL,
	OMNIVISION_GROUP,
	.resets = {OMNIVISION_UNITS(0x5104, 0x5102, 0x5100),
		   OMNIVISION_NO_STEPS(0x3816, 0x3817),
		   {0x3031, 10},
		   {0x3820, 0xa8}},
	/* That the two last dividers are 2 and 6 is inferred; their product is not. */
	.clocks = {OMNIVISION_PLL1, OMNIVISION_PLL2, OMNIVISION_LENGTHS, OMNIVISION_EXPOSURE, 8},
	.lane_count = {0x3016, 0xe0},
	.bits = {0x3031, 0x1f},
	.array_width = 4256,
	.array_height = 3168,
	.order = CAMERA_BGGR,
	OMNIVISION_STEPS(0x3816, 0x3817),
	.mirror = {.array = {0x3820, 0x08}, .array_listed = 1},
	.flip = {.array = {0x3820, 0x10}},
	.full_exposure = 1600,
	OMNIVISION_ANALOGUE,
	OMNIVISION_DIGITAL(0x5104, 0x5102, 0x5100),
	.black_decision = "ov13858-black",
	.gain_lifts_decision = "ov13858-gain-black",
	.get_pattern = get_pattern,
	.wake_ns_max = 4000000,
	.reset_ns_max = 9800000,
};
