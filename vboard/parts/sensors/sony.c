/* sony.c: how Sony's sensors lay out a frame, and their test patterns. */
#include "vboard/parts/sensors/sony.h"

#define ORIENTATION  0x0101
#define WINDOW_X0    0x0344
#define WINDOW_Y0    0x0346
#define WINDOW_X1    0x0348
#define WINDOW_Y1    0x034a
#define HEIGHT       0x034e
#define SCALING      0x0401
#define SCALE        0x0404
#define CROP_X       0x0408
#define CROP_Y       0x040a
#define BINNING      0x0900
#define BINNING_KIND 0x0901
#define PATTERN      0x0600
#define SOLID        0x0602 /* red, green beside red, blue, green beside blue */
#define SCALE_UNIT   16
#define SAMPLE_MAX   1023u

static unsigned at_least_1(unsigned value)
{
	return value ? value : 1;
}

/* Binning by the pixel array, then scaling by 16/n: horizontal (1) or both ways (2). */
static void get_steps(const struct sensor *sensor, unsigned *bin_x, unsigned *bin_y,
		      unsigned *scale_x, unsigned *scale_y)
{
	const uint8_t *r = sensor->registers;
	const unsigned scale = at_least_1(sensor_get16(sensor, SCALE) / SCALE_UNIT);

	*bin_x = r[BINNING] & 1 ? at_least_1(r[BINNING_KIND] >> 4) : 1;
	*bin_y = r[BINNING] & 1 ? at_least_1(r[BINNING_KIND] & 0x0f) : 1;
	*scale_x = r[SCALING] & 3 ? scale : 1;
	*scale_y = (r[SCALING] & 3) == 2 ? scale : 1;
}

void sony_get_frame(const struct sensor *sensor, struct sensor_frame *frame)
{
	const unsigned x0 = sensor_get16(sensor, WINDOW_X0), x1 = sensor_get16(sensor, WINDOW_X1);
	const unsigned y0 = sensor_get16(sensor, WINDOW_Y0), y1 = sensor_get16(sensor, WINDOW_Y1);
	struct camera_window *window = &frame->window;
	unsigned crop_x, crop_y, bin_x, bin_y, scale_x, scale_y;

	get_steps(sensor, &bin_x, &bin_y, &scale_x, &scale_y);
	crop_x = sensor_get16(sensor, CROP_X) * bin_x;
	crop_y = sensor_get16(sensor, CROP_Y) * bin_y;
	window->width = sensor_get16(sensor, sensor->type->width_register);
	window->height = sensor_get16(sensor, HEIGHT);
	window->step_x = bin_x * scale_x;
	window->step_y = bin_y * scale_y;
	window->mirrored = sensor->registers[ORIENTATION] & 1;
	window->flipped = sensor->registers[ORIENTATION] & 2;
	window->x = window->mirrored ? x1 - crop_x : x0 + crop_x;
	window->y = window->flipped ? y1 - crop_y : y0 + crop_y;
	frame->area_width = x1 + 1 - x0;
	frame->area_height = y1 + 1 - y0;
	frame->order = camera_order_at(sensor->type->order, window->x, window->y);
}

/* ---- Test patterns ---- */

/* Whether digital gain comes behind the generator is not known. */
static uint16_t solid_sample(const struct sensor *sensor, uint16_t reg, enum camera_colour colour)
{
	const struct sensor_gains *gains = &sensor->gains[sensor->lag];
	uint64_t value = sensor_get16(sensor, reg) & SAMPLE_MAX;

	if (vboard_decide(sensor->board, "imx-solid-gain"))
		value = value * gains->digital[colour] / 65536;
	return (uint16_t)(value < SAMPLE_MAX ? value : SAMPLE_MAX);
}

void sony_get_pattern(const struct sensor *sensor, struct camera_look *look)
{
	static const enum camera_pattern_kind kinds[] = {CAMERA_LIGHT, CAMERA_SOLID, CAMERA_BARS,
							 CAMERA_BARS_GREY, CAMERA_PN9};
	static const enum camera_colour solids[] = {CAMERA_RED, CAMERA_GREEN_R, CAMERA_BLUE,
						    CAMERA_GREEN_B};
	const unsigned code = sensor_get16(sensor, PATTERN);

	if (code >= sizeof(kinds) / sizeof(kinds[0]))
		return;
	look->pattern.kind = kinds[code];
	for (unsigned i = 0; i < CAMERA_COLOURS; i++)
		look->pattern.solid[solids[i]] =
			solid_sample(sensor, (uint16_t)(SOLID + 2 * i), solids[i]);
}
