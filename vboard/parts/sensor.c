/* sensor.c: OV13858 and OV5670: I2C side, power, soft reset, and what their registers make the link carry. */
#include "vboard/parts/sensor.h"

#include "vboard/core/knobs.h"

#include <stdlib.h>
#include <string.h>

/* sensors.md 0.1, 1, 2 */
#define SOFT_RESET      0x0103
#define MIPI_BITS       0x3031
#define EXPOSURE        0x3500
#define ANALOGUE_GAIN   0x3508
#define WINDOW_X0       0x3800
#define WINDOW_Y0       0x3802
#define WINDOW_X1       0x3804
#define WINDOW_Y1       0x3806
#define VTS             0x380e
#define OFFSET_X        0x3810
#define OFFSET_Y        0x3812
#define INCREMENT_X     0x3814
#define AUTO_SIZE       0x3841
#define OV5670_PATTERN  0x4303
#define OV13858_PATTERN 0x4503

/* sensor-clocks.md 1, 7: 64 in most of these sensors, 16 in others. */
#define BLACK_USUAL 64
#define BLACK_OTHER 16

/* Reset release to first acknowledge: a part needs some thousand input clocks; the board sequence
 * waits 5 ms (OV13858) and 10 ms (OV5670), camera-acpi.md 7.1. */
#define WAKE_NS_MIN   430000u
/* A soft reset, where it takes time: vendors wait 5 ms (OV5670) and 10 ms (OV5675, of the OV13858's family), Linux
 * not at all (sensors.md 0.2, sensor-clocks.md 4, 10, 12). */
#define RESET_NS_MIN  100000u
/* Stream-on to the first frame start. */
#define STREAM_NS_MIN 1000000u
#define STREAM_NS_MAX 4000000u

static const struct vboard_fault_info faults[] = {
	{"rail-stuck", VBOARD_CAMERA_NUMBER,
	 "a rail stays at 0 V whatever the PMIC is told (=N: 0 analogue, 1 I/O, 2 core; default "
	 "0; what the registers show of a rail that the PMIC makes: --decide pmic-status)"},
	{"clock-stuck", VBOARD_CAMERA,
	 "no clock arrives at the sensor, though the PMIC's registers say that it is on"},
	{"wrong-clock", VBOARD_CAMERA_NUMBER,
	 "the sensor's clock is N Hz, whatever the PMIC's registers say (default 24000000)"},
	{"reset-stuck", VBOARD_CAMERA, "the sensor's reset line stays low: it is never released"},
	{"sensor-nack", VBOARD_CAMERA_NUMBER,
	 "the sensor does not acknowledge its address (=N: only the first N times)"},
	{"data-nack", VBOARD_CAMERA_NUMBER,
	 "the sensor refuses a data byte, every Nth (default 100)"},
	{"wrong-id", VBOARD_CAMERA_NUMBER,
	 "the sensor's chip id is another one (default: lowest byte inverted)"},
	{"other-sensor", VBOARD_CAMERA_NUMBER,
	 "another sensor of the same maker sits there: its id is N, three bytes (default "
	 "0x005675)"},
	{"moved-sensor", VBOARD_CAMERA_NUMBER,
	 "the sensor answers at address N instead (default: 0x10 and 0x36 exchanged)"},
	{"register-stuck", VBOARD_CAMERA_NUMBER,
	 "the register at address N cannot be changed (default 0x3808)"},
	{"more-lines", VBOARD_CAMERA_NUMBER,
	 "the sensor sends N lines more than its registers say (default 2)"},
	{"long-lines", VBOARD_CAMERA_NUMBER,
	 "the sensor's lines are N pixels longer than its registers say (default 50)"},
	{"wrong-data-type", VBOARD_CAMERA, "the sensor sends RAW8 packets whatever it is told"},
	{0},
};

static const struct decision decisions[] = {
	{"sensor-reset",
	 "when a sensor acknowledges again after a soft reset (sensor-clocks.md 12)",
	 {"at once", "0.1 to 5 (OV5670) or 10 ms (OV13858) later"}},
	{"sensor-lag",
	 "which frame after a write has the new exposure and gain (sensor-clocks.md 3, 8)",
	 {"the next", "the second", "the third"}},
	{"sensor-stop",
	 "what a sensor does with its frame when it is told to stop (sensor-clocks.md 12)",
	 {"sends it to the end", "ends it inside a line"}},
	{"ov13858-black",
	 "black level of the OV13858 (sensor-clocks.md 3)",
	 {"64, as its sibling", "16, as its predecessor's reset value"}},
	{"ov13858-gain-black",
	 "what digital gain does to the black level of the OV13858 (sensor-clocks.md 3)",
	 {"leaves it", "multiplies it"}},
	{0},
};

const struct knobs sensor_knobs = {faults, decisions};

static const struct sensor *sensor_of(const struct image_sensor *image)
{
	return (const struct sensor *)((const char *)image - offsetof(struct sensor, image));
}

/* Is it on for this camera? */
static bool sensor_fault(const struct sensor *sensor, const char *name, uint64_t *value)
{
	return vboard_fault_port(sensor->board, name, sensor->image.port, value);
}

uint16_t sensor_get16(const struct sensor *sensor, uint16_t address)
{
	return (uint16_t)(sensor->registers[address] << 8 |
			  sensor->registers[(uint16_t)(address + 1)]);
}

static bool sensor_streaming(const struct sensor *sensor)
{
	return sensor->alive &&
	       sensor->registers[sensor->type->stream.reg] & sensor->type->stream.on;
}

/* ---- Registers ---- */

/* Reset values other than the identity are unknown (sensors.md 15). Zero stands for them where it
 * keeps the sensor from sending anything before it was set up. */
static void sensor_reset(struct sensor *sensor)
{
	const struct sensor_type *type = sensor->type;
	uint8_t *registers = sensor->registers;
	const unsigned last = type->id.size - 1u;
	uint64_t id = type->id.value[last] ^ 0xffu, other = 0x005675;

	memset(registers, 0, 65536);
	memcpy(&registers[type->id.reg], type->id.value, type->id.size);
	if (sensor_fault(sensor, "other-sensor", &other)) {
		for (unsigned i = 0; i <= last; i++)
			registers[type->id.reg + i] = (uint8_t)(other >> 8 * (last - i));
	}
	if (sensor_fault(sensor, "wrong-id", &id))
		registers[type->id.reg + last] = (uint8_t)id;
	for (unsigned i = 0; i < 3 && type->gain_register[i]; i++)
		registers[type->gain_register[i]] = 1024 >> 8;
	sensor->registers[ANALOGUE_GAIN + 1] = 0x80;
	sensor->registers[EXPOSURE + 2] = 0x40;
	sensor->registers[MIPI_BITS] = 10;
	if (sensor->type->black_register)
		sensor->registers[sensor->type->black_register] = BLACK_USUAL;
	if (sensor->clocks)
		sensor_clocks_reset(sensor->clocks, sensor->registers);
	sensor->stream.cuts++;
}

static unsigned increment_step(uint8_t odd)
{
	return odd >= 7 ? 4 : odd >= 3 ? 2 : 1;
}

/* First array pixel of an axis: the programmed offset, or, with the automatic size that the OV5670
 * tables switch on, the middle of the window. Even, so that the bayer order stays. */
static unsigned window_start(const struct sensor *sensor, uint16_t first, uint16_t last,
			     uint16_t offset, unsigned used, unsigned step)
{
	unsigned start = sensor_get16(sensor, first);
	unsigned size = sensor_get16(sensor, last) + 1u - start;

	if (sensor->registers[AUTO_SIZE] && size > used * step)
		return start + ((size - used * step) / 2 & ~1u);
	return start + sensor_get16(sensor, offset) * step;
}

static void sensor_get_window(const struct sensor *sensor, struct camera_window *window)
{
	const uint8_t *r = sensor->registers;

	window->width = sensor_get16(sensor, sensor->type->width_register);
	window->height = sensor_get16(sensor, sensor->type->width_register + 2);
	window->step_x = increment_step(r[INCREMENT_X]);
	window->step_y = increment_step(r[sensor->type->y_increment_register]);
	window->x =
		window_start(sensor, WINDOW_X0, WINDOW_X1, OFFSET_X, window->width, window->step_x);
	window->y = window_start(sensor, WINDOW_Y0, WINDOW_Y1, OFFSET_Y, window->height,
				 window->step_y);
}

/* A picture larger than the window it is cut from, or with more lines than the frame has. */
static void sensor_check_geometry(struct sensor *sensor)
{
	unsigned window_width =
		sensor_get16(sensor, WINDOW_X1) + 1u - sensor_get16(sensor, WINDOW_X0);
	unsigned window_height =
		sensor_get16(sensor, WINDOW_Y1) + 1u - sensor_get16(sensor, WINDOW_Y0);
	struct camera_window window;

	sensor_get_window(sensor, &window);
	if (window.width * window.step_x > window_width ||
	    window.height * window.step_y > window_height)
		vboard_violation(sensor->board, sensor->type->name,
				 "output %ux%u in steps of %u and %u is more than the window %ux%u",
				 window.width, window.height, window.step_x, window.step_y,
				 window_width, window_height);
	if (window.height > sensor_get16(sensor, VTS))
		vboard_violation(sensor->board, sensor->type->name,
				 "VTS %u is less than the %u lines of the output",
				 sensor_get16(sensor, VTS), window.height);
}

/* Only the first start after power-on is sure to begin with a frame (evidence.md 1.5: measured on an
 * OV5693; sensor-clocks.md 12 infers it for its sisters). */
static unsigned sensor_first_line(struct sensor *sensor)
{
	unsigned height = sensor_get16(sensor, sensor->type->width_register + 2);

	if (sensor->starts++ && height > 1 && vboard_decide(sensor->board, "sensor-restart"))
		return 1 + vboard_random(sensor->board, height - 1);
	return 0;
}

/* Exposure ends with the frame (sensors.md 1, 2: at most VTS - 8). */
static uint32_t sensor_exposure_lines(const struct sensor *sensor)
{
	const uint8_t *r = &sensor->registers[EXPOSURE];
	uint32_t lines = ((uint32_t)r[0] << 16 | (uint32_t)r[1] << 8 | r[2]) / 16;
	uint32_t vts = sensor_get16(sensor, VTS);

	return vts > 8 && lines > vts - 8 ? vts - 8 : lines;
}

static void sensor_begin_frame(struct sensor *sensor)
{
	const struct sensor_type *type = sensor->type;
	struct sensor_gains *now = &sensor->gains[0];
	uint64_t light = 65536ull * sensor_exposure_lines(sensor) *
			 (sensor_get16(sensor, ANALOGUE_GAIN) & 0x1fff);

	memmove(&sensor->gains[1], now, SENSOR_LAG_MAX * sizeof(*now));
	for (unsigned i = 0; i < 3; i++) {
		now->digital[i] = type->gain_register[i]
					  ? sensor_get16(sensor, type->gain_register[i]) & 0x7fff
					  : 1024;
		now->all[i] =
			light * now->digital[i] / ((uint64_t)type->default_exposure * 128 * 1024);
	}
}

static void sensor_stream_on(struct sensor *sensor)
{
	sensor->stream.count++;
	if (sensor->type->y_increment_register)
		sensor_check_geometry(sensor);
	sensor->stream.first_line = sensor_first_line(sensor);
	/* What was written before acts from the first frame on. */
	for (unsigned i = 0; i <= SENSOR_LAG_MAX; i++)
		sensor_begin_frame(sensor);
	sensor->stream.starts_at = vboard_now(sensor->board) +
				   vboard_delay_ns(sensor->board, STREAM_NS_MIN, STREAM_NS_MAX);
	vboard_trace(sensor->board, sensor->type->name,
		     "stream on, %ux%u, first frame in %u us, from its line %u",
		     sensor_get16(sensor, sensor->type->width_register),
		     sensor_get16(sensor, sensor->type->width_register + 2),
		     (unsigned)((sensor->stream.starts_at - vboard_now(sensor->board)) / 1000),
		     sensor->stream.first_line);
}

static void sensor_soft_reset(struct sensor *sensor)
{
	sensor_reset(sensor);
	if (vboard_decide(sensor->board, "sensor-reset"))
		sensor->awake_at =
			vboard_now(sensor->board) +
			vboard_delay_ns(sensor->board, RESET_NS_MIN, sensor->type->reset_ns_max);
}

static void sensor_write_register(struct sensor *sensor, uint16_t address, uint8_t value)
{
	uint64_t stuck = sensor->type->width_register;
	bool was_streaming;

	if (address >= sensor->type->id.reg &&
	    address < sensor->type->id.reg + sensor->type->id.size)
		return;
	if (address == SOFT_RESET) {
		if (value & 1)
			sensor_soft_reset(sensor);
		return;
	}
	if (sensor_fault(sensor, "register-stuck", &stuck) && address == stuck)
		return;
	was_streaming = sensor_streaming(sensor);
	sensor->registers[address] = value;
	if (sensor_streaming(sensor) && !was_streaming)
		sensor_stream_on(sensor);
	else if (was_streaming && !sensor_streaming(sensor))
		sensor->stream.cuts += vboard_decide(sensor->board, "sensor-stop");
}

/* ---- I2C ---- */

static bool sensor_refuses(struct sensor *sensor)
{
	uint64_t count = UINT64_MAX;

	if (sensor->refuses)
		return true;
	if (!sensor_fault(sensor, "sensor-nack", &count))
		return false;
	return sensor->nacks < count ? (sensor->nacks++, true) : false;
}

static bool sensor_is_awake(const struct sensor *sensor)
{
	return sensor->alive && vboard_now(sensor->board) >= sensor->awake_at;
}

static bool sensor_start(struct i2c_target *target, uint8_t address, bool is_read)
{
	struct sensor *sensor = (struct sensor *)target;

	(void)address;
	if (!sensor_is_awake(sensor) || sensor_refuses(sensor))
		return false;
	if (!is_read)
		sensor->pointer_bytes = 0;
	return true;
}

static bool sensor_write(struct i2c_target *target, uint8_t byte)
{
	struct sensor *sensor = (struct sensor *)target;
	uint64_t every = 100;

	if (!sensor_is_awake(sensor))
		return false;
	if (sensor_fault(sensor, "data-nack", &every) && every && ++sensor->bytes % every == 0)
		return false;
	if (sensor->pointer_bytes < 2) {
		sensor->pointer = (uint16_t)(sensor->pointer << 8 | byte);
		sensor->pointer_bytes++;
		return true;
	}
	sensor_write_register(sensor, sensor->pointer++, byte);
	return true;
}

/* The pointer outlives a STOP (sensors.md 12.1). */
static uint8_t sensor_read(struct i2c_target *target)
{
	struct sensor *sensor = (struct sensor *)target;

	return sensor->registers[sensor->pointer++];
}

static const struct i2c_target_ops sensor_ops = {
	.start = sensor_start,
	.write = sensor_write,
	.read = sensor_read,
};

/* ---- Power ---- */

/* 0 when no clock arrives. */
static uint32_t sensor_clock_hz(const struct sensor *sensor, uint32_t wired_hz)
{
	uint64_t wrong = 24000000;

	if (!wired_hz || sensor_fault(sensor, "clock-stuck", NULL))
		return 0;
	return sensor_fault(sensor, "wrong-clock", &wrong) ? (uint32_t)wrong : wired_hz;
}

static bool sensor_has_rails(const struct sensor *sensor, const struct sensor_supply *wires)
{
	uint64_t stuck = 0;

	return wires->rails[0] && wires->rails[1] && wires->rails[2] &&
	       !(sensor_fault(sensor, "rail-stuck", &stuck) && stuck < 3);
}

void sensor_set_supply(struct sensor *sensor, const struct sensor_supply *wires)
{
	const bool rails = sensor_has_rails(sensor, wires);
	const bool released = wires->released && !sensor_fault(sensor, "reset-stuck", NULL);
	const uint32_t clock_hz = sensor_clock_hz(sensor, wires->clock_hz);
	const bool supplied = rails && clock_hz, alive = supplied && released;

	sensor->clock_hz = clock_hz;
	if (released && !sensor->released) {
		sensor->released_at = vboard_now(sensor->board);
		if (!supplied)
			vboard_violation(
				sensor->board, sensor->type->name, "reset released while %s",
				!rails ? "a rail is not up" : "there is no 19.2 MHz clock");
	}
	if (alive && !sensor->alive) {
		sensor_reset(sensor);
		sensor->awake_at =
			(wires->since > sensor->released_at ? wires->since : sensor->released_at) +
			vboard_delay_ns(sensor->board, WAKE_NS_MIN, sensor->type->wake_ns_max);
		vboard_trace(sensor->board, sensor->type->name, "out of reset");
	} else if (!alive && sensor->alive) {
		sensor_reset(sensor);
		sensor->starts = 0;
		vboard_trace(sensor->board, sensor->type->name, "down: %s",
			     !rails      ? "no rails"
			     : !clock_hz ? "no clock"
					 : "in reset");
	}
	sensor->released = released;
	sensor->alive = alive;
}

/* ---- What the registers make of the link ---- */

static uint8_t sensor_data_type(const struct sensor *sensor)
{
	if (sensor_fault(sensor, "wrong-data-type", NULL))
		return 0x2a;
	switch (sensor->registers[MIPI_BITS] & 0x1f) {
	case 8:
		return 0x2a;
	case 12:
		return 0x2c;
	default:
		return 0x2b;
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
	struct sensor_times times = {0};
	unsigned more_pixels, more_lines;

	sensor_get_excess(sensor, &more_pixels, &more_lines);
	if (sensor->clocks)
		sensor_clocks_get(sensor->clocks, sensor->registers, sensor->clock_hz, &times);
	link->link_hz = times.bit_hz / 2;
	link->lanes = sensor->type->lanes_register
			      ? (sensor->registers[sensor->type->lanes_register] >> 5) + 1u
			      : sensor->type->lanes;
	link->width = sensor_get16(sensor, sensor->type->width_register) + more_pixels;
	link->height = sensor_get16(sensor, sensor->type->width_register + 2) + more_lines;
	link->data_type = sensor_data_type(sensor);
	link->line_ns = times.line_ns;
	link->frame_ns = times.frame_ns;
}

static unsigned sensor_test_pattern(const struct sensor *sensor)
{
	const uint8_t *r = sensor->registers;

	if (sensor->type == &sensor_ov5670)
		return r[OV5670_PATTERN] & 0x08 ? 1 : 0;
	return r[OV13858_PATTERN] & 0x80 ? (r[OV13858_PATTERN] & 3u) + 1 : 0;
}

/* 1:1 in 10 bits (evidence.md 2.6). The white-balance stage takes the same bias off before the digital gain,
 * as the lists set it up (sensor-clocks.md 4), so that the gain leaves it; of the OV13858 nobody says. */
static uint16_t sensor_black(const struct sensor *sensor)
{
	uint16_t target = sensor->type->black_register;

	return target ? sensor->registers[target] : sensor->black;
}

static void sensor_get_look(const struct image_sensor *image, struct camera_look *look)
{
	const struct sensor *sensor = sensor_of(image);
	const struct sensor_gains *gains = &sensor->gains[sensor->lag];

	sensor_get_window(sensor, &look->window);
	sensor_get_excess(sensor, &look->more_pixels, &look->more_lines);
	look->black = sensor_black(sensor);
	look->pattern = sensor_test_pattern(sensor);
	for (unsigned c = 0; c < 3; c++) {
		look->gain[c] = gains->all[c];
		look->lift[c] = sensor->lifts_black
					? look->black * gains->digital[c] / 1024 - look->black
					: 0;
	}
}

static void sensor_get_stream(const struct image_sensor *image, struct camera_stream *stream)
{
	*stream = sensor_of(image)->stream;
	stream->on = sensor_streaming(sensor_of(image));
}

static void sensor_frame_begins(struct image_sensor *image)
{
	sensor_begin_frame((struct sensor *)sensor_of(image));
}

static const struct image_sensor_ops image_ops = {
	.get_stream = sensor_get_stream,
	.get_link = sensor_get_link,
	.get_look = sensor_get_look,
	.begin_frame = sensor_frame_begins,
};

/* ---- Making ---- */

bool sensor_model_init(struct sensor *sensor, struct vboard *board, const struct sensor_type *type,
		       unsigned port)
{
	/* The pin SID chooses one of these two (sensors.md 1, 2). */
	uint64_t address = type->address == 0x10 ? 0x36 : 0x10;
	char nack[32];

	memset(sensor, 0, sizeof(*sensor));
	sensor->target.first = sensor->target.last = type->address;
	sensor->target.ops = &sensor_ops;
	sensor->target.name = type->name;
	if (vboard_fault_port(board, "moved-sensor", port, &address))
		sensor->target.first = sensor->target.last = (uint8_t)(address & 0x7f);
	sensor->board = board;
	sensor->type = type;
	sensor->clocks = sensor_clocks_find(type->name);
	sensor->image = (struct image_sensor){&image_ops, type->name, port, type->array_width,
					      type->array_height};
	snprintf(nack, sizeof(nack), "%s-nack", type->name);
	sensor->refuses = vboard_fault(board, nack, NULL);
	sensor->black = vboard_decide(board, "ov13858-black") ? BLACK_OTHER : BLACK_USUAL;
	sensor->lifts_black = !type->black_register && vboard_decide(board, "ov13858-gain-black");
	sensor->lag = vboard_decide(board, "sensor-lag");
	sensor->registers = malloc(65536);
	if (!sensor->registers)
		return false;
	sensor_reset(sensor);
	return true;
}

void sensor_release(struct sensor *sensor)
{
	free(sensor->registers);
	sensor->registers = NULL;
}
