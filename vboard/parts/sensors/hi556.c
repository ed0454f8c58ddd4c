/* hi556.c: Hynix HI556, 5 Mpixel (sensors.md 10, sensor-clocks.md 11). Its lists write pairs of registers. Address:
 * ipu6-boards.md. */
#include "vboard/parts/sensor_inside.h"

#include <string.h>

#define ORIENTATION 0x000e
#define COLUMN      0x0804
#define LINE        0x0806
#define HEIGHT      0x0a14

/* One of its two bits mirrors, the other flips; the lists set the first. Relative to them. */
static void get_flips(const struct sensor *sensor, struct sensor_flip_state *mirror,
		      struct sensor_flip_state *flip)
{
	static const struct sensor_flip bits[2] = {
		{.array = {ORIENTATION, 0x01}, .array_listed = 1}, {.array = {ORIENTATION, 0x02}}};
	const unsigned first = vboard_decide(sensor->board, "hi556-flips");

	*mirror = sensor_flip_get(sensor, &bits[first]);
	*flip = sensor_flip_get(sensor, &bits[1 - first]);
}

/* The sheet has the output size and the parity of the first pixel. Which registers halve the picture is inferred from
 * what differs between the two lists; the first pixel's place on the array is not known: the middle, less what
 * the lists crop. */
static void get_frame(const struct sensor *sensor, struct sensor_frame *frame)
{
	const struct sensor_type *type = sensor->type;
	const uint8_t *r = sensor->registers;
	struct camera_window *window = &frame->window;
	struct sensor_flip_state mirror, flip;

	get_flips(sensor, &mirror, &flip);
	window->width = sensor_get16(sensor, type->width_register);
	window->height = sensor_get16(sensor, HEIGHT);
	window->step_x = sensor_get(sensor, type->pairs_columns) ? 2 : 1;
	window->step_y = sensor_step(sensor, type->steps.odd_y, type->steps.even_y);
	window->x = r[COLUMN];
	window->y = r[LINE];
	frame->area_width = type->array_width - window->x;
	frame->area_height = type->array_height - window->y;
	sensor_flip_window(window, mirror.is_flipped, flip.is_flipped);
	frame->order = camera_order_at(type->order, r[COLUMN] ^ mirror.moves_order,
				       r[LINE] ^ flip.moves_order);
}

/* 1 to 8, a bit each or the plain number. */
static unsigned pattern_number(const struct sensor *sensor)
{
	const unsigned code = sensor->registers[0x0201];
	unsigned number = 0;

	if (vboard_decide(sensor->board, "hi556-patterns"))
		return code;
	while (code >> number)
		number++;
	return number;
}

static void get_pattern(const struct sensor *sensor, struct camera_look *look)
{
	static const enum camera_pattern_kind kinds[] = {
		CAMERA_LIGHT,      CAMERA_SOLID,      CAMERA_BARS,    CAMERA_BARS_GREY, CAMERA_PN9,
		CAMERA_GRADIENT_X, CAMERA_GRADIENT_Y, CAMERA_CHECKER, CAMERA_SLANT};
	/* Its colour is not documented. */
	static const uint16_t solid[CAMERA_COLOURS] = {768, 512, 512, 256};
	const unsigned number = pattern_number(sensor);

	if (!(sensor->registers[0x0a05] & 0x01) || number >= sizeof(kinds) / sizeof(kinds[0]))
		return;
	look->pattern.kind = kinds[number];
	memcpy(look->pattern.solid, solid, sizeof(solid));
}

const struct sensor_type sensor_hi556 = {
	.name = "hi556",
	.address = 0x20,
	.lanes = 2,
	.id = {0x0f16, 2, {0x05, 0x56}},
	.stream = {0x0a00, 0x01},
	.hold = {0x0046, 0x01, 1, 0, 0},
	.resets = {{ORIENTATION, 0x01},
		   {0x0078, 0x01},
		   {0x007a, 0x01},
		   {0x007c, 0x01},
		   {0x007e, 0x01},
		   {0x0a10, 0x40}},
	/* The fifth of the pixel clock is inferred. 0x003C = 0x0101 fixes the frame rate. */
	.clocks = {{{CLOCK_TIMES, 0x0f30, 0xff},
		    {CLOCK_OVER_NEXT, 0x0f31, 0xf0},
		    {CLOCK_OVER_NEXT, 0x0f32, 0x01}},
		   {{CLOCK_TIMES, 0x0f30, 0xff},
		    {CLOCK_OVER_NEXT, 0x0f31, 0xf0},
		    {CLOCK_OVER_NUMBER, 0, 5}},
		   .line_length = {0x0008, 0xffff},
		   .frame_length = {0x0006, 0xffff},
		   .exposure = {0x0073, 0xffffff},
		   .margin = 6,
		   .follows = {{0x003c, 0x0101}, 0}},
	.array_width = 2600,
	.array_height = 1952,
	.order = CAMERA_GBRG, /* of an even first column and line; the lists' are odd */
	.width_register = 0x0a12,
	.steps = {.odd_y = {0x002e, 0x0f}, .even_y = {0x002f, 0x0f}},
	.pairs_columns = {0x0a05, 0x20},
	.get_frame = get_frame,
	.full_exposure = 1700,
	.analogue = {{0x0077, 0xff}, SENSOR_GAIN_MORE, 16},
	.digital =
		{.code = {{0x007c, 0x0fff}, {0x0078, 0x0fff}, {0x007a, 0x0fff}, {0x007e, 0x0fff}},
		 .unit = 256},
	.black = {0x0a10, 0xff},
	.get_pattern = get_pattern,
	.wake_ns_max = 4900000,
	.reset_ns_max = 4900000,
};
