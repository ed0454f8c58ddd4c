/* omnivision.c: how OmniVision's sensors lay out a frame, and the test patterns that several of them have. */
#include "vboard/parts/sensors/omnivision.h"

/* sensors.md 1, 4 */
#define WINDOW_X0 0x3800
#define WINDOW_Y0 0x3802
#define WINDOW_X1 0x3804
#define WINDOW_Y1 0x3806
#define HEIGHT    0x380a
#define OFFSET_X  0x3810
#define OFFSET_Y  0x3812
#define AUTO_SIZE 0x3841

/* First array pixel of an axis: the programmed offset, in output pixels, or, with the automatic size that the OV5670
 * and OV8865 tables switch on, the middle of the window. Even, so that the colour order stays. */
static unsigned window_start(const struct sensor *sensor, unsigned first, unsigned size,
			     unsigned offset, unsigned used)
{
	if (sensor->registers[AUTO_SIZE] && size > used)
		return first + ((size - used) / 2 & ~1u);
	return first + offset;
}

/* Does the first pixel of an axis lie at an odd place? Steps skip pairs, so an offset counts in output pixels. */
static bool is_odd(const struct sensor *sensor, uint16_t first, uint16_t offset)
{
	const unsigned start = sensor_get16(sensor, first);

	return (sensor->registers[AUTO_SIZE] ? start : start + sensor_get16(sensor, offset)) & 1;
}

void omnivision_get_frame(const struct sensor *sensor, struct sensor_frame *frame)
{
	const struct sensor_type *type = sensor->type;
	const struct sensor_steps *steps = &type->steps;
	const struct sensor_flip_state mirror = sensor_flip_get(sensor, &type->mirror),
				       flip = sensor_flip_get(sensor, &type->flip);
	const unsigned x = sensor_get16(sensor, WINDOW_X0), y = sensor_get16(sensor, WINDOW_Y0);
	struct camera_window *window = &frame->window;

	window->width = sensor_get16(sensor, type->width_register);
	window->height = sensor_get16(sensor, HEIGHT);
	window->step_x = sensor_step(sensor, steps->odd_x, steps->even_x);
	window->step_y = sensor_step(sensor, steps->odd_y, steps->even_y);
	if (sensor_get(sensor, type->pairs_columns))
		window->step_x *= 2;
	frame->area_width = sensor_get16(sensor, WINDOW_X1) + 1u - x;
	frame->area_height = sensor_get16(sensor, WINDOW_Y1) + 1u - y;
	window->x = window_start(sensor, x, frame->area_width,
				 sensor_get16(sensor, OFFSET_X) * window->step_x,
				 window->width * window->step_x);
	window->y = window_start(sensor, y, frame->area_height,
				 sensor_get16(sensor, OFFSET_Y) * window->step_y,
				 window->height * window->step_y);
	sensor_flip_window(window, mirror.is_flipped, flip.is_flipped);
	frame->order = camera_order_at(type->order,
				       is_odd(sensor, WINDOW_X0, OFFSET_X) ^ mirror.moves_order,
				       is_odd(sensor, WINDOW_Y0, OFFSET_Y) ^ flip.moves_order);
}

/* ---- Test patterns ---- */

enum camera_pattern_kind omnivision_bars(unsigned type)
{
	static const enum camera_pattern_kind types[4] = {CAMERA_BARS, CAMERA_BARS_DOWN,
							  CAMERA_BARS_LEFT, CAMERA_BARS_UP};

	return types[type & 3];
}

void omnivision_get_pattern_5e00(const struct sensor *sensor, struct camera_look *look)
{
	static const enum camera_pattern_kind kinds[4] = {CAMERA_BARS, CAMERA_RANDOM,
							  CAMERA_SQUARES, CAMERA_BLACK};
	const uint8_t value = sensor->registers[0x5e00];
	struct camera_pattern *pattern = &look->pattern;

	if (!(value & 0x80))
		return;
	pattern->kind = kinds[value & 3];
	if (pattern->kind == CAMERA_SQUARES && value & 0x10)
		pattern->kind = CAMERA_SQUARES_GREY;
	pattern->is_rolling = value & 0x40;
	pattern->is_transparent = value & 0x20;
}
