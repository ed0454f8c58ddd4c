/* ov2740.c: OmniVision OV2740, 2 Mpixel (sensors.md 7, sensor-clocks.md 8). Its address on a board is not known: the
 * family's usual one. */
#include "vboard/parts/sensors/omnivision.h"

#define OTP_FIRST  0x7010
#define OTP_LAST   0x710f
#define OTP_READY  20000000u /* ns of streaming */
#define OTP_IDLE   0x20      /* of 0x5000: set outside a read-out */
#define OTP_PASSES 0x80      /* of 0x5001: as well */

/* Customer data, with no public layout: the seed makes it. All zero but while it is read out. */
static uint8_t read_otp(const struct sensor *sensor, uint16_t address)
{
	const uint8_t *r = sensor->registers;

	if (!sensor_is_streaming(sensor) || r[0x5000] & OTP_IDLE || r[0x5001] & OTP_PASSES ||
	    vboard_now(sensor->board) < sensor->streams_since + OTP_READY)
		return 0;
	return sensor_seeded(sensor, address);
}

static uint8_t read_register(const struct sensor *sensor, uint16_t address)
{
	return address >= OTP_FIRST && address <= OTP_LAST ? read_otp(sensor, address)
							   : sensor->registers[address];
}

static void get_pattern(const struct sensor *sensor, struct camera_look *look)
{
	const uint8_t value = sensor->registers[0x5040];

	if (value & 0x80)
		look->pattern.kind = omnivision_bars(value >> 2);
}

const struct sensor_type sensor_ov2740 = {
	.name = "ov2740",
	.address = 0x36,
	.lanes = 2,
	.id = {0x300a, 3, {0x00, 0x27, 0x40}},
	OMNIVISION_CONTROL,
	OMNIVISION_GROUP,
	/* 0x030F is not written: it divides by 5 (inferred). */
	.resets = {OMNIVISION_UNITS(0x500a, 0x500c, 0x500e),
		   OMNIVISION_NO_STEPS(0x382a, 0x382b),
		   {0x030f, 4},
		   {0x3031, 10},
		   {0x3821, 0x46},
		   {0x4003, 0x40},
		   {0x5000, 0xff},
		   {0x5001, 0xff}},
	.read = read_register,
	.clocks = {{{CLOCK_OVER_NEXT, 0x030a, 0x01},
		    {CLOCK_TIMES, 0x0301, 0x03ff},
		    {CLOCK_OVER_NEXT, 0x0303, 0x0f}},
		   {{CLOCK_OVER_NEXT, 0x0312, 0x10},
		    {CLOCK_TIMES, 0x030c, 0x03ff},
		    {CLOCK_OVER_HALVES, 0x030e, 0x07},
		    {CLOCK_OVER_NEXT, 0x030f, 0x0f}},
		   OMNIVISION_LENGTHS,
		   OMNIVISION_EXPOSURE,
		   8},
	.lane_count = {0x3018, 0xe0},
	.bits = {0x3031, 0x1f},
	.array_width = 1936,
	.array_height = 1096,
	.order = CAMERA_BGGR, /* of an even first line; the list's is odd */
	OMNIVISION_STEPS(0x382a, 0x382b),
	.mirror = {{0x3821, 0x02}, {0x3821, 0x04}, 1, 1},
	.flip = {{0x3820, 0x02}, {0x3820, 0x04}, 0, 0},
	.full_exposure = 1800,
	OMNIVISION_ANALOGUE,
	OMNIVISION_DIGITAL(0x500a, 0x500c, 0x500e),
	.black = {0x4003, 0xff},
	.get_pattern = get_pattern,
	.wake_ns_max = 4900000,
	.reset_ns_max = 9800000,
};
