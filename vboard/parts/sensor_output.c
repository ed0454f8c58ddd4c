/* sensor_output.c: what an image sensor's registers make of link, frame and light. */
#include "vboard/parts/sensor_inside.h"

#include <string.h>

/* CSI-2 data types. */
#define RAW8  0x2a
#define RAW10 0x2b
#define RAW12 0x2c

static const struct sensor *sensor_of(const struct image_sensor *image)
{
	return (const struct sensor *)((const char *)image - offsetof(struct sensor, image));
}

/* ---- Link ---- */

void sensor_times_get(const struct sensor *sensor, struct sensor_times *times)
{
	sensor_clocks_get(&sensor->type->clocks, sensor->registers, sensor->clock_hz, times);
}

static uint8_t sensor_data_type(const struct sensor *sensor)
{
	if (sensor_fault(sensor, "wrong-data-type", NULL))
		return RAW8;
	switch (sensor_get(sensor, sensor->type->bits)) {
	case 8:
		return RAW8;
	case 12:
		return RAW12;
	default:
		return RAW10;
	}
}

/* What it sends beyond the window: pixels at the end of each line, lines at the end. */
static void sensor_get_excess(const struct sensor *sensor, unsigned *pixels, unsigned *lines)
{
	uint64_t count = 50;

	*pixels = sensor_fault(sensor, "long-lines", &count) ? (unsigned)count : 0;
	count = 2;
	*lines = sensor_fault(sensor, "more-lines", &count) ? (unsigned)count : 0;
}

static void sensor_get_link(const struct image_sensor *image, struct camera_link *link)
{
	const struct sensor *sensor = sensor_of(image);
	const struct sensor_type *type = sensor->type;
	struct sensor_times times;
	struct sensor_frame frame;
	unsigned more_pixels, more_lines;

	sensor_get_excess(sensor, &more_pixels, &more_lines);
	sensor_times_get(sensor, &times);
	type->get_frame(sensor, &frame);
	link->link_hz = times.bit_hz / 2;
	link->lanes =
		type->lane_count.mask ? sensor_get(sensor, type->lane_count) + 1u : type->lanes;
	link->width = frame.window.width + more_pixels;
	link->height = frame.window.height + more_lines;
	link->data_type = sensor_data_type(sensor);
	link->line_ns = times.line_ns;
	link->frame_ns = times.frame_ns;
}

/* ---- Frame ---- */

struct sensor_flip_state sensor_flip_get(const struct sensor *sensor,
					 const struct sensor_flip *flip)
{
	const bool array = sensor_get(sensor, flip->array) != flip->array_listed;
	const bool pipeline = flip->pipeline.mask
				      ? sensor_get(sensor, flip->pipeline) != flip->pipeline_listed
				      : array;
	const bool moves = vboard_decide(sensor->board, "flip-order") && array;

	/* Both at once leave the order alone, as makers ask for (sensor-clocks.md 4, 5). */
	return (struct sensor_flip_state){array, (array != pipeline) != moves};
}

unsigned sensor_step(const struct sensor *sensor, struct sensor_field odd, struct sensor_field even)
{
	const unsigned two = sensor_get(sensor, odd) + sensor_get(sensor, even);

	return two < 2 ? 1 : two / 2;
}

void sensor_flip_window(struct camera_window *window, bool mirrored, bool flipped)
{
	window->mirrored = mirrored;
	window->flipped = flipped;
	if (mirrored)
		window->x += (window->width - 1) * window->step_x;
	if (flipped)
		window->y += (window->height - 1) * window->step_y;
}

/* A picture larger than the window it is cut from, or with more lines than the frame has. */
void sensor_check_geometry(struct sensor *sensor)
{
	const char *name = sensor->type->name;
	struct sensor_frame frame;
	struct sensor_times times;
	const struct camera_window *window = &frame.window;

	sensor->type->get_frame(sensor, &frame);
	sensor_times_get(sensor, &times);
	if (!window->width || !window->height)
		return;
	if (window->width * window->step_x > frame.area_width ||
	    window->height * window->step_y > frame.area_height)
		vboard_violation(sensor->board, name,
				 "output %ux%u in steps of %u and %u is more than the window %ux%u",
				 window->width, window->height, window->step_x, window->step_y,
				 frame.area_width, frame.area_height);
	if (window->height > times.lines)
		vboard_violation(sensor->board, name,
				 "a frame of %u lines is less than the %u lines of the output",
				 times.lines, window->height);
}

/* ---- Light ---- */

/* In 1/65536. */
static uint64_t sensor_analogue_gain(const struct sensor *sensor)
{
	const struct sensor_type *type = sensor->type;
	const uint64_t unit = type->analogue.unit, one = 65536;
	const uint64_t code = sensor_get(sensor, type->analogue.code);

	if (!type->analogue.code.mask)
		return one;
	switch (type->analogue.kind) {
	case SENSOR_GAIN_MORE:
		return one + one * code / unit;
	case SENSOR_GAIN_PART:
		return one * unit / (code < unit ? unit - code : 1);
	default:
		return one * code / unit;
	}
}

/* In 1/65536. */
static uint32_t sensor_digital_gain(const struct sensor *sensor, unsigned colour)
{
	const struct sensor_type *type = sensor->type;

	if (sensor_get(sensor, type->digital.joined))
		colour = CAMERA_GREEN_R;
	if (!type->digital.code[colour].mask)
		return 65536;
	return (uint32_t)(65536ull * sensor_get(sensor, type->digital.code[colour]) /
			  type->digital.unit);
}

void sensor_begin_frame(struct sensor *sensor)
{
	struct sensor_gains *now = &sensor->gains[0];
	struct sensor_times times;
	uint64_t light;

	memmove(&sensor->gains[1], now, SENSOR_LAG_MAX * sizeof(*now));
	sensor_times_get(sensor, &times);
	light = times.exposure * sensor_analogue_gain(sensor);
	for (unsigned c = 0; c < CAMERA_COLOURS; c++) {
		now->digital[c] = sensor_digital_gain(sensor, c);
		now->all[c] = light * now->digital[c] / sensor->type->full_exposure / 65536;
	}
}

/* 1:1 in 10 bits (evidence.md 2.6). The white-balance stage takes the same bias off before the digital gain,
 * as the lists set it up (sensor-clocks.md 4), so that the gain leaves it; of the OV13858 nobody says. */
static uint16_t sensor_black(const struct sensor *sensor)
{
	const struct sensor_field target = sensor->type->black;

	return target.mask ? (uint16_t)sensor_get(sensor, target) : sensor->black;
}

static void sensor_get_look(const struct image_sensor *image, struct camera_look *look)
{
	const struct sensor *sensor = sensor_of(image);
	const struct sensor_type *type = sensor->type;
	const struct sensor_gains *gains = &sensor->gains[sensor->lag];
	struct sensor_frame frame;

	type->get_frame(sensor, &frame);
	look->window = frame.window;
	look->order = frame.order;
	look->is_mono = type->is_mono;
	sensor_get_excess(sensor, &look->more_pixels, &look->more_lines);
	look->black = sensor_black(sensor);
	for (unsigned c = 0; c < CAMERA_COLOURS; c++) {
		const int lifted = (int)((uint64_t)look->black * gains->digital[c] / 65536);

		look->gain[c] = gains->all[c];
		look->lift[c] = sensor->lifts_black ? lifted - look->black : 0;
	}
	if (type->get_pattern)
		type->get_pattern(sensor, look);
}

/* ---- As receiver and picture see it ---- */

static void sensor_get_stream(const struct image_sensor *image, struct camera_stream *stream)
{
	*stream = sensor_of(image)->stream;
	stream->on = sensor_is_streaming(sensor_of(image));
}

static void sensor_frame_begins(struct image_sensor *image)
{
	sensor_begin_frame((struct sensor *)sensor_of(image));
}

const struct image_sensor_ops sensor_image_ops = {
	.get_stream = sensor_get_stream,
	.get_link = sensor_get_link,
	.get_look = sensor_get_look,
	.begin_frame = sensor_frame_begins,
};
