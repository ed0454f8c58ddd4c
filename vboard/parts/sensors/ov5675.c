/* ov5675.c: OmniVision OV5675, 5 Mpixel (sensors.md 9, sensor-clocks.md 10). Its address on a board is not known: one of
 * the two that the family has. */
#include "vboard/parts/sensors/omnivision.h"

static void get_pattern(const struct sensor *sensor, struct camera_look *look)
{
	const uint8_t value = sensor->registers[0x4503];

	if (value & 0x80)
		look->pattern.kind = omnivision_bars(value >> 2);
}

const struct sensor_type sensor_ov5675 = {
	.name = "ov5675",
	.address = 0x36,
	.lanes = 2,
	.id = {0x300a, 3, {0x00, 0x56, 0x75}},
	OMNIVISION_CONTROL,
	OMNIVISION_GROUP,
	/* The dividers of the second PLL stay as they come: 16 together (inferred), how is not known. */
	.resets = {OMNIVISION_UNITS(0x5019, 0x501b, 0x501d),
		   OMNIVISION_NO_STEPS(0x3816, 0x3817),
		   {0x030e, 1},
		   {0x030f, 7},
		   {0x3820, 0x88},
		   {0x4003, 0x40}},
	/* An exposure of 1/8 line; whether it may end with the frame less 4 lines or 4 of its units is not said. */
	.clocks = {OMNIVISION_PLL1, OMNIVISION_PLL2, OMNIVISION_LENGTHS, {0x3500, 0xfffff8}, 4},
	.array_width = 2624,
	.array_height = 1976,
	.order = CAMERA_BGGR, /* of an even first line; the lists' are odd */
	OMNIVISION_STEPS(0x3816, 0x3817),
	.mirror = {.array = {0x3820, 0x08}, .array_listed = 1},
	/* Drivers set bit 1 of 0x373D along with these. */
	.flip = {.array = {0x3820, 0x30}},
	.full_exposure = 1700,
	OMNIVISION_ANALOGUE,
	OMNIVISION_DIGITAL(0x5019, 0x501b, 0x501d),
	.black = {0x4003, 0xff},
	.get_pattern = get_pattern,
	.wake_ns_max = 4900000,
	.reset_ns_max = 9800000,
};
