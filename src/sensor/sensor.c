/* sensor.c: see sensor.h. Access conventions: hardware sheet sensors.md, section 0.1. */
#include "sensor/sensor.h"

#include "core/bytes.h"
#include "core/deadline.h"
#include "core/field.h"
#include "core/mem.h"
#include "firstlight/platform.h"

#define VALUE_BYTES      4u
#define SOFT_RESET       0x0103u /* OmniVision and SMIA: clears itself and all other registers */
#define POLL_INTERVAL_US 500u
#define UNKNOWN_FRAME_US 200000u /* of a mode whose file does not tell: longer than any known */
#define REST_US          10000u  /* beyond the frame that was cut (sensor-clocks.md 12) */

static const char id_hint[] =
	"another chip sits at this address, or the board file names the wrong sensor";
void sensor_init(struct sensor *sensor, const struct sensor_desc *desc, struct i2c_bus *bus,
		 uint8_t address, struct diag *diag)
{
	*sensor = (struct sensor){.desc = desc, .bus = bus, .address = address, .diag = diag};
}

/* ---- registers ---- */

static size_t put_register(const struct sensor *sensor, uint16_t reg, uint8_t *bytes)
{
	const size_t count = sensor->desc->register_bytes == 1 ? 1 : 2;

	put_be(bytes, (unsigned)count, reg);
	return count;
}

static enum fl_err check_width(struct sensor *sensor, uint16_t reg, unsigned width)
{
	if (width >= 1 && width <= VALUE_BYTES)
		return FL_OK;
	return diag_fail(sensor->diag, FL_ERR_INVALID, NULL, "%s 0x%04x: a width of %u bytes",
			 sensor->desc->name, reg, width);
}

enum fl_err sensor_read(struct sensor *sensor, uint16_t reg, unsigned width, uint32_t *value)
{
	struct i2c_bus *bus = sensor->bus;
	uint8_t pointer[2], bytes[VALUE_BYTES];
	const size_t count = put_register(sensor, reg, pointer);
	enum fl_err err = check_width(sensor, reg, width);

	if (err)
		return err;
	if (sensor->desc->read_with_stop) {
		err = i2c_transfer(bus, sensor->address, pointer, count, NULL, 0);
		if (!err)
			err = i2c_transfer(bus, sensor->address, NULL, 0, bytes, width);
	} else {
		err = i2c_transfer(bus, sensor->address, pointer, count, bytes, width);
	}
	if (err)
		return err;
	*value = get_be(bytes, width);
	return FL_OK;
}

enum fl_err sensor_write(struct sensor *sensor, uint16_t reg, unsigned width, uint32_t value)
{
	uint8_t bytes[2 + VALUE_BYTES];
	const size_t count = put_register(sensor, reg, bytes);
	enum fl_err err = check_width(sensor, reg, width);

	if (err)
		return err;
	put_be(bytes + count, width, value);
	return i2c_transfer(sensor->bus, sensor->address, bytes, count + width, NULL, 0);
}

enum fl_err sensor_acknowledge(struct sensor *sensor)
{
	const bool is_first = sensor->diag && !sensor->diag->message[0];
	uint8_t byte;
	enum fl_err err = i2c_transfer(sensor->bus, sensor->address, NULL, 0, &byte, 1);

	if (err && is_first)
		diag_prefix(sensor->diag, "%s: ", sensor->desc->name);
	return err;
}

/* ---- step lists ---- */

static enum fl_err run_update(struct sensor *sensor, const struct reg_step *step)
{
	uint32_t old;
	enum fl_err err = sensor_read(sensor, step->reg, step->width, &old);

	if (err)
		return err;
	return sensor_write(sensor, step->reg, step->width,
			    (old & ~step->mask) | (step->value & step->mask));
}

static enum fl_err run_expect(struct sensor *sensor, const struct reg_step *step, uint32_t *seen)
{
	enum fl_err err = sensor_read(sensor, step->reg, step->width, seen);

	if (err || (*seen & step->mask) == step->value)
		return err;
	return diag_fail(sensor->diag, FL_ERR_MISMATCH, id_hint,
			 "register 0x%04x reads 0x%0*x, want 0x%0*x under mask 0x%0*x", step->reg,
			 2 * step->width, *seen, 2 * step->width, step->value, 2 * step->width,
			 step->mask);
}

static enum fl_err run_poll(struct sensor *sensor, const struct reg_step *step, uint32_t *seen)
{
	struct deadline deadline = deadline_in_us(step->timeout_us);

	do {
		enum fl_err err = sensor_read(sensor, step->reg, step->width, seen);

		if (err || (*seen & step->mask) == step->value)
			return err;
	} while (deadline_again(&deadline, POLL_INTERVAL_US));
	return diag_fail(sensor->diag, FL_ERR_TIMEOUT,
			 "is the sensor clocked? a sensor without clock keeps its state",
			 "register 0x%04x reads 0x%0*x after %u us, want 0x%0*x under mask 0x%0*x",
			 step->reg, 2 * step->width, *seen, step->timeout_us, 2 * step->width,
			 step->value, 2 * step->width, step->mask);
}

static enum fl_err run_step(struct sensor *sensor, const struct reg_step *step, uint32_t *seen)
{
	switch (step->kind) {
	case REG_WRITE:
		return sensor_write(sensor, step->reg, step->width, step->value);
	case REG_UPDATE:
		return run_update(sensor, step);
	case REG_DELAY:
		platform_delay_us(step->value);
		return FL_OK;
	case REG_EXPECT:
		return run_expect(sensor, step, seen);
	case REG_POLL:
		return run_poll(sensor, step, seen);
	default:
		return diag_fail(sensor->diag, FL_ERR_INVALID, NULL, "step of unknown kind %u",
				 step->kind);
	}
}

enum fl_err sensor_run(struct sensor *sensor, const struct reg_list *list, uint32_t *seen)
{
	const bool is_first = sensor->diag && !sensor->diag->message[0];
	uint32_t ignored;

	for (size_t i = 0; i < list->count; i++) {
		enum fl_err err = run_step(sensor, &list->steps[i], seen ? seen : &ignored);

		if (!err)
			continue;
		if (is_first)
			diag_prefix(sensor->diag, "%s (%s:%u): ", sensor->desc->name,
				    sensor->desc->file, list->steps[i].line);
		return err;
	}
	return FL_OK;
}

enum fl_err sensor_identify(struct sensor *sensor, uint32_t *seen)
{
	*seen = 0;
	return sensor_run(sensor, &sensor->desc->identify, seen);
}

/* ---- mode ---- */

static bool is_write(const struct reg_step *step)
{
	return step->kind == REG_WRITE || step->kind == REG_UPDATE;
}

static bool is_reset(const struct reg_step *step)
{
	return is_write(step) && step->reg == SOFT_RESET;
}

enum fl_err sensor_configure(struct sensor *sensor, const struct sensor_mode *mode)
{
	enum fl_err err;

	if (sensor->is_streaming)
		return diag_fail(sensor->diag, FL_ERR_STATE, "stop the stream first",
				 "%s is streaming: mode %s cannot be set", sensor->desc->name,
				 mode->name);
	sensor->mode = NULL;
	for (size_t i = 0; i < mode->registers.count; i++)
		if (is_reset(&mode->registers.steps[i]))
			sensor->pattern = NULL;
	err = sensor_run(sensor, &mode->registers, NULL);
	if (!err)
		sensor->mode = mode;
	return err;
}

/* Bits of a step's value that a write to byte `reg` of the later step concerns. */
static uint32_t byte_shift(const struct reg_step *step, uint32_t reg)
{
	return 8u * (step->width - 1u - (reg - step->reg));
}

/* Bits of step `index` that no later step writes again. */
static uint32_t surviving_bits(const struct reg_list *list, size_t index)
{
	const struct reg_step *step = &list->steps[index];
	uint32_t bits = step->mask;

	for (size_t i = index + 1; i < list->count; i++) {
		const struct reg_step *later = &list->steps[i];

		if (is_reset(later))
			return 0;
		if (!is_write(later))
			continue;
		for (uint32_t reg = step->reg; reg < step->reg + step->width; reg++) {
			if (reg < later->reg || reg >= later->reg + later->width)
				continue;
			bits &= ~((later->mask >> byte_shift(later, reg) & 0xff)
				  << byte_shift(step, reg));
		}
	}
	return bits;
}

static bool is_decisive(const struct sensor_desc *desc, const struct reg_step *step)
{
	for (unsigned i = 0; i < desc->decisive_count; i++)
		if (step->reg <= desc->decisive[i].last &&
		    step->reg + step->width > desc->decisive[i].first)
			return true;
	return false;
}

static void note(const struct sensor_desc *desc, const struct reg_step *step, uint32_t seen,
		 struct sensor_read_back *out)
{
	const struct sensor_difference difference = {step->reg, step->width, step->value, seen};

	if (out->different < SENSOR_DIFFERENCES)
		out->first[out->different] = difference;
	out->different++;
	if (!is_decisive(desc, step))
		return;
	if (!out->decisive++)
		out->first_decisive = difference;
}

enum fl_err sensor_verify(struct sensor *sensor, struct sensor_read_back *out)
{
	const struct reg_list *list;

	*out = (struct sensor_read_back){0};
	if (!sensor->mode)
		return diag_fail(sensor->diag, FL_ERR_STATE, NULL, "%s has no mode set",
				 sensor->desc->name);
	list = &sensor->mode->registers;
	for (size_t i = 0; i < list->count; i++) {
		const struct reg_step *step = &list->steps[i];
		uint32_t bits, value;
		enum fl_err err;

		if (!is_write(step) || is_reset(step))
			continue;
		bits = surviving_bits(list, i);
		if (!bits)
			continue;
		err = sensor_read(sensor, step->reg, step->width, &value);
		if (err)
			return err;
		out->checked++;
		if ((value ^ step->value) & bits)
			note(sensor->desc, step, value, out);
	}
	return FL_OK;
}

/* ---- pattern and stream ---- */

enum fl_err sensor_set_pattern(struct sensor *sensor, const struct sensor_pattern *pattern)
{
	enum fl_err err;

	if (sensor->pattern) {
		err = sensor_run(sensor, &sensor->pattern->off, NULL);
		if (err)
			return err;
		sensor->pattern = NULL;
	}
	if (!pattern)
		return FL_OK;
	sensor->pattern = pattern;
	return sensor_run(sensor, &pattern->on, NULL);
}

uint32_t sensor_frame_us(const struct sensor_mode *mode)
{
	return mode->frame_us ? mode->frame_us : UNKNOWN_FRAME_US;
}

void sensor_rest(const struct sensor *sensor)
{
	uint64_t passed_us, rest_us;

	if (!sensor->stopped_ns || !sensor->mode)
		return;
	passed_us = (platform_time_ns() - sensor->stopped_ns) / 1000;
	rest_us = sensor_frame_us(sensor->mode) + REST_US;
	if (passed_us < rest_us)
		platform_delay_us((uint32_t)(rest_us - passed_us));
}

enum fl_err sensor_stream_on(struct sensor *sensor)
{
	/* A failed write may have been taken: from here on it counts as streaming. */
	sensor->is_streaming = true;
	return sensor_run(sensor, &sensor->desc->stream_on, NULL);
}

enum fl_err sensor_stream_off(struct sensor *sensor)
{
	enum fl_err err;

	sensor->stopped_ns = platform_time_ns();
	err = sensor_run(sensor, &sensor->desc->stream_off, NULL);
	if (!err)
		sensor->is_streaming = false;
	return err;
}
