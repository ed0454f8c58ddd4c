/* imx355.c: Sony IMX355, 8 Mpixel (sensors.md 8, sensor-clocks.md 9). */
#include "vboard/parts/sensors/sony.h"

const struct sensor_type sensor_imx355 = {
	.name = "imx355",
	.address = 0x1a,
	.lanes = 4,
	.id = {0x0016, 2, {0x03, 0x55}},
	SONY_CONTROL,
	.resets = {SONY_UNITS},
	/* The PLL at 0x030D drives all, that at 0x0305 nothing; two pixels a cycle (inferred). */
	.clocks = {{{CLOCK_OVER, 0x030d, 0x0f},
		    {CLOCK_TIMES, 0x030e, 0x7ff},
		    {CLOCK_OVER, 0x030b, 0x0f}},
		   {{CLOCK_OVER, 0x030d, 0x0f},
		    {CLOCK_TIMES, 0x030e, 0x7ff},
		    {CLOCK_OVER, 0x0301, 0x1f},
		    {CLOCK_OVER, 0x0303, 0x0f},
		    {CLOCK_TIMES_NUMBER, 0, 2}},
		   SONY_LENGTHS,
		   SONY_EXPOSURE},
	.array_width = 3280,
	.array_height = 2464,
	.order = CAMERA_RGGB,
	.get_frame = sony_get_frame,
	.full_exposure = 642,
	.analogue = {{0x0204, 0x03ff}, SENSOR_GAIN_PART, 1024},
	/* What 0x0210 to 0x0214 do without 0x3070 is the sibling's. */
	.digital = {.code = SONY_DIGITAL_CODES, .joined = {0x3070, 0x01}, .unit = 256},
	.black_decision = "imx355-black",
	.get_pattern = sony_get_pattern,
	.wake_ns_max = 9800000,
	.reset_ns_max = 11800000,
};
