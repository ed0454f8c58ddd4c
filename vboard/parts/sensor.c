/* sensor.c: an image sensor's I2C side, registers, soft reset, stream and power. */
#include "vboard/parts/sensor_inside.h"

#include <stdlib.h>
#include <string.h>

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

bool sensor_fault(const struct sensor *sensor, const char *name, uint64_t *value)
{
	return vboard_fault_port(sensor->board, name, sensor->image.port, value);
}

uint16_t sensor_get16(const struct sensor *sensor, uint16_t address)
{
	return (uint16_t)(sensor->registers[address] << 8 |
			  sensor->registers[(uint16_t)(address + 1)]);
}

bool sensor_is_streaming(const struct sensor *sensor)
{
	return sensor->alive && sensor_get(sensor, sensor->type->stream);
}

/* ---- Registers ---- */

static uint64_t id_of(const struct sensor_type *type)
{
	uint64_t id = 0;

	for (unsigned i = 0; i < type->id.size; i++)
		id = id << 8 | type->id.value[i];
	return id;
}

/* Of the last other sensor whose id lies in the same registers; where there is none, a wrong one. */
static uint64_t id_of_another(const struct sensor_type *type)
{
	uint64_t id = id_of(type) ^ 0xff;

	for (size_t i = 0; sensor_types[i]; i++) {
		const struct sensor_type *other = sensor_types[i];

		if (other != type && other->id.reg == type->id.reg &&
		    other->id.size == type->id.size)
			id = id_of(other);
	}
	return id;
}

static void sensor_reset_id(struct sensor *sensor)
{
	const struct sensor_type *type = sensor->type;
	uint8_t *registers = &sensor->registers[type->id.reg];
	const unsigned last = type->id.size - 1u;
	uint64_t id = type->id.value[last] ^ 0xffu, other = id_of_another(type);

	memcpy(registers, type->id.value, type->id.size);
	if (sensor_fault(sensor, "other-sensor", &other)) {
		for (unsigned i = 0; i <= last; i++)
			registers[i] = (uint8_t)(other >> 8 * (last - i));
	}
	if (sensor_fault(sensor, "wrong-id", &id))
		registers[last] = (uint8_t)id;
}

uint8_t sensor_seeded(const struct sensor *sensor, uint16_t address)
{
	const uint64_t seed = vboard_options(sensor->board)->seed;

	return (uint8_t)(((seed + address) * 0x9e3779b97f4a7c15u) >> 56);
}

static void sensor_reset(struct sensor *sensor)
{
	const struct sensor_type *type = sensor->type;

	memset(sensor->registers, 0, 65536);
	for (unsigned i = 0; i < SENSOR_RESETS && type->resets[i].reg; i++)
		sensor->registers[type->resets[i].reg] = type->resets[i].value;
	for (unsigned i = 0; i < SENSOR_SEEDED && type->seeded[i]; i++)
		sensor->registers[type->seeded[i]] = sensor_seeded(sensor, type->seeded[i]);
	sensor_reset_id(sensor);
	sensor->held.is_open = false;
	sensor->held.count = 0;
	sensor->stream.cuts++;
}

/* Only the first start after power-on is sure to begin with a frame (evidence.md 1.5: measured on an
 * OV5693; sensor-clocks.md 12 infers it for its sisters). */
static unsigned sensor_first_line(struct sensor *sensor, unsigned height)
{
	if (sensor->starts++ && height > 1 && vboard_decide(sensor->board, "sensor-restart"))
		return 1 + vboard_random(sensor->board, height - 1);
	return 0;
}

static void sensor_stream_on(struct sensor *sensor)
{
	struct sensor_frame frame;

	sensor->type->get_frame(sensor, &frame);
	sensor->stream.count++;
	sensor_check_geometry(sensor);
	sensor->stream.first_line = sensor_first_line(sensor, frame.window.height);
	/* What was written before acts from the first frame on. */
	for (unsigned i = 0; i <= SENSOR_LAG_MAX; i++)
		sensor_begin_frame(sensor);
	sensor->streams_since = vboard_now(sensor->board);
	sensor->stream.starts_at = sensor->streams_since +
				   vboard_delay_ns(sensor->board, STREAM_NS_MIN, STREAM_NS_MAX);
	vboard_trace(sensor->board, sensor->type->name,
		     "stream on, %ux%u, first frame in %u us, from its line %u", frame.window.width,
		     frame.window.height,
		     (unsigned)((sensor->stream.starts_at - sensor->streams_since) / 1000),
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

static void sensor_store(struct sensor *sensor, uint16_t address, uint8_t value)
{
	const bool was_streaming = sensor_is_streaming(sensor);

	sensor->registers[address] = value;
	if (sensor_is_streaming(sensor) && !was_streaming)
		sensor_stream_on(sensor);
	else if (was_streaming && !sensor_is_streaming(sensor))
		sensor->stream.cuts += vboard_decide(sensor->board, "sensor-stop");
}

/* A write to the register that opens, closes and launches a group. */
static void sensor_control_group(struct sensor *sensor, uint8_t value)
{
	const struct sensor_type *type = sensor->type;

	value &= type->hold.mask;
	if (value == type->hold.start)
		sensor->held.is_open = true;
	if (value == type->hold.end)
		sensor->held.is_open = false;
	if (value != type->hold.launch)
		return;
	for (unsigned i = 0; i < sensor->held.count; i++)
		sensor_store(sensor, sensor->held.writes[i].reg, sensor->held.writes[i].value);
	sensor->held.count = 0;
}

static void sensor_hold(struct sensor *sensor, uint16_t address, uint8_t value)
{
	if (sensor->held.count == SENSOR_HELD_MAX) {
		vboard_violation(sensor->board, sensor->type->name,
				 "more than %u writes in one group: launch it earlier",
				 SENSOR_HELD_MAX);
		return;
	}
	sensor->held.writes[sensor->held.count].reg = address;
	sensor->held.writes[sensor->held.count++].value = value;
}

static void sensor_write_register(struct sensor *sensor, uint16_t address, uint8_t value)
{
	const struct sensor_type *type = sensor->type;
	uint64_t stuck = type->width_register;

	if (address >= type->id.reg && address < type->id.reg + type->id.size)
		return;
	if (type->soft_reset.mask && address == type->soft_reset.reg) {
		if (value & type->soft_reset.mask)
			sensor_soft_reset(sensor);
		return;
	}
	if (sensor_fault(sensor, "register-stuck", &stuck) && address == stuck)
		return;
	if (type->hold.mask && address == type->hold.reg) {
		sensor->registers[address] = value;
		sensor_control_group(sensor, value);
	} else if (sensor->held.is_open) {
		sensor_hold(sensor, address, value);
	} else {
		sensor_store(sensor, address, value);
	}
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
	const uint16_t address = sensor->pointer++;

	return sensor->type->read ? sensor->type->read(sensor, address)
				  : sensor->registers[address];
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
	sensor->image = (struct image_sensor){&sensor_image_ops, type->name,         port,
					      type->array_width, type->array_height, false};
	snprintf(nack, sizeof(nack), "%s-nack", type->name);
	sensor->refuses = vboard_fault(board, nack, NULL);
	sensor->black = type->black_decision && vboard_decide(board, type->black_decision)
				? BLACK_OTHER
				: BLACK_USUAL;
	sensor->lifts_black =
		type->gain_lifts_decision && vboard_decide(board, type->gain_lifts_decision);
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
