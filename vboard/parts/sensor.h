/*
 * sensor.h: image sensors as their I2C registers and what these make them send (sensors.md,
 * sensor-clocks.md). Pixels are made in picture.c.
 */
#ifndef VBOARD_SENSOR_H
#define VBOARD_SENSOR_H

#include "vboard/core/camera.h"
#include "vboard/core/i2c_bus.h"
#include "vboard/parts/sensor_type.h"

#define SENSOR_INPUT_CLOCK_HZ 19200000u

/* Frames by which exposure and gain come late at most. */
#define SENSOR_LAG_MAX 2u

/* Registers that a group can hold; how many is not known. */
#define SENSOR_HELD_MAX 128u

/* What the registers make of light, by colour. */
struct sensor_gains {
	uint64_t all[CAMERA_COLOURS];     /* as camera_look's gain */
	uint32_t digital[CAMERA_COLOURS]; /* 1/65536 */
};

extern const struct sensor_type sensor_ov13858, sensor_ov5670, sensor_imx258, sensor_ov8865,
	sensor_ov5693, sensor_ov7251, sensor_ov2740, sensor_imx355, sensor_ov5675, sensor_hi556,
	sensor_ov9734;

/* All of them; the list ends with NULL. */
extern const struct sensor_type *const sensor_types[];
/* By name ("ov5670"), NULL when it is not known. */
const struct sensor_type *sensor_type_find(const char *name);

struct sensor {
	struct i2c_target target;
	struct image_sensor image; /* as receiver and picture see it; the board says is_turned */
	struct vboard *board;
	const struct sensor_type *type;
	uint8_t *registers; /* 65536 */
	uint16_t pointer;
	unsigned pointer_bytes;      /* address bytes of this write so far */
	bool released;               /* the reset line is high */
	uint64_t released_at;        /* ns */
	bool alive;                  /* rails and clock are there, and it is out of reset */
	uint32_t clock_hz;           /* at its clock pin */
	uint64_t awake_at;           /* ns; acknowledges from then on */
	struct camera_stream stream; /* `on` is not kept here */
	uint64_t streams_since;      /* ns, of the last stream-on */
	unsigned starts;             /* stream-on events since its own power-on */
	unsigned lag;                /* of exposure and gain, in frames */
	/* As the registers stood when the frame on the link began, and those before. */
	struct sensor_gains gains[SENSOR_LAG_MAX + 1];
	/* A group of writes that wait. */
	struct {
		bool is_open;
		unsigned count;
		struct {
			uint16_t reg;
			uint8_t value;
		} writes[SENSOR_HELD_MAX];
	} held;
	uint16_t black;        /* where no register sets it */
	bool lifts_black;      /* digital gain multiplies the black level */
	bool refuses;          /* fault <its name>-nack */
	uint64_t nacks, bytes; /* for the faults that count */
};

extern const struct knobs sensor_knobs;

/* False when memory is short. */
bool sensor_model_init(struct sensor *sensor, struct vboard *board, const struct sensor_type *type,
		       unsigned port);
void sensor_release(struct sensor *sensor);

/* What the board's wires bring. Faults of the wires (rail-stuck, clock-stuck ...) are added behind it. */
struct sensor_supply {
	bool rails[3];     /* in their windows: analogue, I/O, core */
	uint32_t clock_hz; /* at the clock pin; 0: none */
	bool released;     /* the reset line is high */
	uint64_t since;    /* ns; it has been so since */
};
void sensor_set_supply(struct sensor *sensor, const struct sensor_supply *wires);

/* 16-bit big-endian register pair. */
uint16_t sensor_get16(const struct sensor *sensor, uint16_t address);

#endif
