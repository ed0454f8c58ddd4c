/* imx258.c: Sony IMX258, 13 Mpixel (sensors.md 3, sensor-clocks.md 9). */
#include "vboard/parts/sensors/sony.h"

/* The published lists ask for 3120 lines of a window of 3119: what the large mode sends is not known, the binned ones have the
 * lines that they ask for. */
static void get_frame(const struct sensor *sensor, struct sensor_frame *frame)
{
	struct camera_window *window = &frame->window;

	sony_get_frame(sensor, frame);
	if (window->height * window->step_y != frame->area_height + 1)
		return;
	switch (window->step_y > 1 ? 0 : vboard_decide(sensor->board, "imx258-lines")) {
	case 0:
		frame->area_height++;
		break;
	case 1:
		window->height = frame->area_height;
		break;
	default:
		window->height = frame->area_height & ~1u;
	}
}

/* Drivers select 0x0101 = 2 along with a pattern and call the order GRBG, as that of the picture with both flips. By the
 * window the pixels' is another one then. */
static void get_pattern(const struct sensor *sensor, struct camera_look *look)
{
	sony_get_pattern(sensor, look);
	if (look->pattern.kind && !vboard_decide(sensor->board, "imx258-pattern-order"))
		look->order ^= CAMERA_GRBG;
}

const struct sensor_type sensor_imx258 = {
	.name = "imx258",
	.address = 0x1a,
	.lanes = 4,
	.id = {0x0016, 2, {0x02, 0x58}},
	SONY_CONTROL,
	.resets = {SONY_UNITS},
	/* Four pixels a cycle. */
	.clocks = {{{CLOCK_OVER, 0x0305, 0x0f},
		    {CLOCK_TIMES, 0x0306, 0x7ff},
		    {CLOCK_OVER, 0x030b, 0x0f}},
		   {{CLOCK_OVER, 0x0305, 0x0f},
		    {CLOCK_TIMES, 0x0306, 0x7ff},
		    {CLOCK_OVER, 0x0301, 0x1f},
		    {CLOCK_OVER, 0x0303, 0x0f},
		    {CLOCK_TIMES_NUMBER, 0, 4}},
		   SONY_LENGTHS,
		   SONY_EXPOSURE,
		   .follows = {{0x0350, 0x01}, 1}},
	.array_width = 4208,
	.array_height = 3120,
	.order = CAMERA_RGGB,
	.get_frame = get_frame,
	.full_exposure = 2000,
	.analogue = {{0x0204, 0x01ff}, SENSOR_GAIN_PART, 512},
	.digital = {.code = SONY_DIGITAL_CODES, .unit = 256},
	.get_pattern = get_pattern,
	.wake_ns_max = 4500000, /* boards wait 5 ms (camera-acpi.md 7.2) */
	.reset_ns_max = 11800000,
};
