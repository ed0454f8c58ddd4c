/*
 * sensor_bench.h: one image sensor of any type on a board of its own, always powered, driven at its I2C address and looked at
 * where its frames are made: no controller, no receiver. Register lists come from the files of the stick, as data.
 */
#ifndef TESTS_UNIT_VBOARD_SENSOR_BENCH_H
#define TESTS_UNIT_VBOARD_SENSOR_BENCH_H

#include "tests/unit/vboard/flat_host.h"

#include <unistd.h>

#include "describe/ini/files.h"
#include "tests/unit/describe/ini/shipped.h"
#include "vboard/parts/sensor.h"
#include "vboard/scene/picture.h"

#define SB_MS 1000000u

struct sb {
	struct flat_host flat; /* first member */
	struct vboard *board;
	struct sensor *sensor;
	struct sensor_desc desc; /* its file */
	bool has_desc;
};

struct sb_options {
	const char *const *decisions; /* ends with NULL; NULL: none */
	const char *fault;
	const char *scene; /* picture file */
	bool is_turned;
	bool is_unpowered;
};

/* ---- The board ---- */

struct sb_parts {
	struct sensor sensor;
	struct picture_source *pictures;
};

static const struct sensor_type *sb_type;
static struct sb_options sb_given;

static const struct sensor_supply sb_supply = {
	.rails = {true, true, true}, .clock_hz = SENSOR_INPUT_CLOCK_HZ, .released = true};

static inline bool sb_wire(struct vboard *board, void *parts, char *error, size_t error_size)
{
	struct sb_parts *p = parts;

	if (!sensor_model_init(&p->sensor, board, sb_type, 0))
		return false;
	p->sensor.image.is_turned = sb_given.is_turned;
	p->pictures = picture_new(board, &p->sensor.image, error, error_size);
	return p->pictures != NULL;
}

static inline void sb_release(void *parts)
{
	struct sb_parts *p = parts;

	picture_release(p->pictures);
	sensor_release(&p->sensor);
}

static const struct board_kind sb_kind = {
	.name = "bench",
	.sentence = "one sensor",
	.cameras = {"camera"},
	.knobs = {&model_knobs, &camera_knobs, &sensor_knobs, &picture_knobs},
	.parts_size = sizeof(struct sb_parts),
	.wire = sb_wire,
	.release = sb_release,
};

static inline struct sb *sb_new(const struct sensor_type *type, const struct sb_options *given)
{
	static const struct sb_options none;
	struct vboard_options options = {.board = &sb_kind, .seed = 3};
	struct sb *b = calloc(1, sizeof(*b));
	const struct vboard_host host = {
		.context = b, .now_ns = flat_now, .violation = flat_complain};
	char error[2048];

	assert_non_null(b);
	b->flat.now = 1000000000u;
	sb_type = type;
	sb_given = given ? *given : none;
	options.scenes[0] = sb_given.scene;
	options.faults = &sb_given.fault;
	options.fault_count = sb_given.fault ? 1 : 0;
	options.decisions = sb_given.decisions;
	while (sb_given.decisions && sb_given.decisions[options.decision_count])
		options.decision_count++;
	b->board = vboard_new(&options, &host, error, sizeof(error));
	if (!b->board)
		fail_msg("%s", error);
	b->sensor = &((struct sb_parts *)vboard_parts(b->board))->sensor;
	if (!sb_given.is_unpowered) {
		sensor_set_supply(b->sensor, &sb_supply);
		b->flat.now += 10 * SB_MS;
	}
	return b;
}

static inline void sb_free(struct sb *b)
{
	if (b->has_desc)
		sensor_free(&b->desc);
	vboard_free(b->board);
	free(b);
}

static inline void sb_assert_clean(const struct sb *b)
{
	if (b->flat.complaint[0])
		fail_msg("%s: %s", b->sensor->type->name, b->flat.complaint);
}

/* ---- Registers (sensors.md 0.1) ---- */

static inline bool sb_try_write(struct sb *b, uint16_t reg, unsigned width, uint32_t value)
{
	struct i2c_target *target = &b->sensor->target;
	bool ok = target->ops->start(target, target->first, false) &&
		  target->ops->write(target, (uint8_t)(reg >> 8)) &&
		  target->ops->write(target, (uint8_t)reg);

	while (ok && width--)
		ok = target->ops->write(target, (uint8_t)(value >> 8 * width));
	return ok;
}

static inline void sb_write(struct sb *b, uint16_t reg, unsigned width, uint32_t value)
{
	if (!sb_try_write(b, reg, width, value))
		fail_msg("%s: 0x%04x is not acknowledged", b->sensor->type->name, reg);
}

static inline uint32_t sb_read(struct sb *b, uint16_t reg, unsigned width)
{
	struct i2c_target *target = &b->sensor->target;
	uint32_t value = 0;

	sb_write(b, reg, 0, 0);
	assert_true(target->ops->start(target, target->first, true));
	while (width--)
		value = value << 8 | target->ops->read(target);
	return value;
}

static inline void sb_list(struct sb *b, const struct reg_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct reg_step *step = &list->steps[i];

		if (step->kind == REG_DELAY)
			b->flat.now += step->value * 1000ull;
		else if (step->kind == REG_WRITE)
			sb_write(b, step->reg, step->width, step->value);
		else if (step->kind == REG_UPDATE)
			sb_write(b, step->reg, step->width,
				 (sb_read(b, step->reg, step->width) & ~step->mask) |
					 (step->value & step->mask));
		else
			assert_int_equal(sb_read(b, step->reg, step->width) & step->mask,
					 step->value);
	}
}

/* Its file, read once. */
static inline const struct sensor_desc *sb_desc(struct sb *b)
{
	struct diag diag = {0};
	size_t size;
	char *text;

	if (b->has_desc)
		return &b->desc;
	text = shipped_read("sensors/", b->sensor->type->name, &size);
	if (sensor_parse(b->sensor->type->name, text, size, &b->desc, &diag))
		fail_msg("%s", diag.message);
	free(text);
	b->has_desc = true;
	return &b->desc;
}

/* As its file sets it up: the mode of that name, or the last and smallest (NULL). */
static inline void sb_mode(struct sb *b, const char *name)
{
	const struct sensor_desc *desc = sb_desc(b);
	const struct sensor_mode *mode;

	if (!name)
		name = desc->modes[desc->mode_count - 1].name;
	mode = sensor_find_mode(desc, name);
	if (!mode)
		fail_msg("%s has no mode %s", desc->name, name);
	sb_list(b, &mode->registers);
}

static inline void sb_start(struct sb *b)
{
	sb_list(b, &sb_desc(b)->stream_on);
}

/* ---- Frames ---- */

static inline uint32_t sb_stride(uint32_t width)
{
	return 2 * width;
}

static inline void sb_pack(const uint16_t *samples, uint32_t width, uint8_t *out)
{
	memcpy(out, samples, 2 * width);
}

static inline struct camera_link sb_link(const struct sb *b)
{
	struct camera_link link;

	b->sensor->image.ops->get_link(&b->sensor->image, &link);
	return link;
}

static inline struct camera_look sb_look(const struct sb *b)
{
	struct camera_look look = {0};

	b->sensor->image.ops->get_look(&b->sensor->image, &look);
	return look;
}

/* Begins frame `number`. False when the registers make none. */
static inline bool sb_frame(struct sb *b, unsigned number)
{
	static const struct line_layout layout = {sb_stride, sb_pack};
	struct sb_parts *parts = vboard_parts(b->board);

	b->sensor->image.ops->begin_frame(&b->sensor->image);
	return parts->pictures->ops->begin(parts->pictures, number, &layout);
}

/* Samples of lines of the frame begun, valid until the next call. */
static inline const uint16_t *sb_lines(const struct sb *b, unsigned first, unsigned count)
{
	struct sb_parts *parts = vboard_parts(b->board);

	return (const uint16_t *)(const void *)parts->pictures->ops->lines(parts->pictures, first,
									   count);
}

/* ---- Scenes ---- */

/* An empty file of its own; the caller unlinks it. */
static inline FILE *sb_scene(char *path)
{
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	return fdopen(fd, "wb");
}

#endif
