/*
 * sensor_type.h: what makes one image sensor differ from the next. Adding one is a file of sensors/ with such a
 * table, and a line in sensors/sensors.c.
 */
#ifndef VBOARD_SENSOR_TYPE_H
#define VBOARD_SENSOR_TYPE_H

#include "vboard/core/camera.h"
#include "vboard/parts/sensor_clocks.h"

#define SENSOR_RESETS 20
#define SENSOR_SEEDED 4

struct sensor;

/* How a code becomes an analogue gain. */
enum sensor_gain_kind {
	SENSOR_GAIN_RATIO, /* code / unit */
	SENSOR_GAIN_MORE,  /* 1 + code / unit */
	SENSOR_GAIN_PART,  /* unit / (unit - code) */
};

/* One axis's flip: a bit of the pixel array, and with some makers one of the pipeline behind it, which says how
 * the colours come. `listed` is what each reads as the published lists leave it: the picture is upright then. */
struct sensor_flip {
	struct sensor_field array, pipeline;
	uint8_t array_listed, pipeline_listed;
};

/* Subsampling: of each axis the steps from an odd pixel to the next and from an even one, in turn. */
struct sensor_steps {
	struct sensor_field odd_x, even_x, odd_y, even_y;
};

/* The frame that the registers describe. */
struct sensor_frame {
	struct camera_window window;
	enum camera_order order;
	unsigned area_width, area_height; /* of what the window is cut from, in array pixels */
};

struct sensor_type {
	const char *name;
	uint8_t address; /* 7-bit; usual where boards differ */
	uint8_t lanes;   /* usual */
	struct {
		uint16_t reg;
		uint8_t size, value[3];
	} id;

	/* ---- Control ---- */
	struct sensor_field stream;     /* not 0: it streams */
	struct sensor_field soft_reset; /* not 0: resets, and reads 0 again */
	/* Writes after `start` wait for `launch`. */
	struct {
		uint16_t reg;
		uint8_t mask, start, end, launch; /* mask 0: there is none */
	} hold;
	/* Values after reset that the model depends on and lists do not always write. Others are not known
	 * (sensors.md 15): zero stands for them, so that an unset sensor sends nothing. */
	struct {
		uint16_t reg;
		uint8_t value;
	} resets[SENSOR_RESETS];
	/* Registers of which lists change some bits alone, so that the others' reset values matter; the seed makes
	 * them. */
	uint16_t seeded[SENSOR_SEEDED];
	/* What a register reads if it is not what it stores. NULL: all store. */
	uint8_t (*read)(const struct sensor *sensor, uint16_t address);

	/* ---- Link ---- */
	struct sensor_clocks clocks;
	struct sensor_field lane_count; /* less one; none: the usual lanes always */
	struct sensor_field bits;       /* of a sample on the link; none: 10 */

	/* ---- Geometry ---- */
	unsigned array_width, array_height;
	enum camera_order order; /* of the array, as `get_frame` counts it */
	bool is_mono;
	uint16_t width_register; /* of the output; the height's is the next but one */
	struct sensor_steps steps;
	struct sensor_field pairs_columns; /* not 0: columns are joined once more, by pairs */
	struct sensor_flip mirror, flip;
	/* Size 0 when the registers make no frame. */
	void (*get_frame)(const struct sensor *sensor, struct sensor_frame *frame);

	/* ---- Light ---- */
	/* Lines of exposure at unit gains that the board's light just saturates: chosen so that each mode of the
	 * shipped lists is lit well. */
	uint16_t full_exposure;
	struct {
		struct sensor_field code;
		enum sensor_gain_kind kind;
		uint16_t unit;
	} analogue;
	struct {
		struct sensor_field code[CAMERA_COLOURS]; /* none: there is no such gain */
		struct sensor_field joined; /* not 0: that of green beside red is all colours' */
		uint16_t unit;
	} digital;
	struct sensor_field black;  /* target of the black level */
	const char *black_decision; /* 64 or 16, where there is no such register */
	const char *
		gain_lifts_decision; /* whether digital gain multiplies the black level; NULL: no */
	/* Puts the pattern of the moment, and its colour order, into what else the look is. NULL: it has none. */
	void (*get_pattern)(const struct sensor *sensor, struct camera_look *look);

	/* ---- Time ---- */
	uint32_t wake_ns_max;  /* from reset release to the first acknowledge */
	uint32_t reset_ns_max; /* from a soft reset to the next, if it takes time */
};

#endif
