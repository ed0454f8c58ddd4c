/*
 * sensor.h: the image sensors OV13858 and OV5670 as their I2C registers and what these make them
 * send (sensors.md 0, 1, 2, 12). Pixels are made in picture.c.
 */
#ifndef VBOARD_SENSOR_H
#define VBOARD_SENSOR_H

#include "vboard/parts/i2c_target.h"
#include "vboard/core/model.h"
#include "vboard/parts/sensor_clocks.h"

#define SENSOR_INPUT_CLOCK_HZ 19200000u

/* Frames by which exposure and gain come late at most. */
#define SENSOR_LAG_MAX 2u

/* What the registers make of light, by colour: 0 R, 1 G, 2 B. */
struct sensor_gains {
	uint64_t all[3];     /* signal in 1/65536 of the sheet's default exposure at unit gains */
	uint16_t digital[3]; /* 1024 is 1x */
};

struct sensor_type {
	const char *name;
	uint8_t address; /* 7-bit */
	uint8_t id[3];   /* at 0x300A */
	uint16_t lanes_register;
	uint16_t y_increment_register;
	uint16_t array_width, array_height;
	uint16_t default_exposure; /* lines, as the sheet gives it */
	uint16_t gain_register[3]; /* digital gain R, G, B; 1024 is 1x */
	uint16_t black_register;   /* target of the black level; 0: none is known */
	uint32_t wake_ns_max;      /* from reset release to the first acknowledge */
	uint32_t reset_ns_max;     /* from a soft reset to the next, if it takes time */
};

extern const struct sensor_type sensor_ov13858;
extern const struct sensor_type sensor_ov5670;

struct sensor {
	struct i2c_target target;
	struct vboard *board;
	const struct sensor_type *type;
	const struct sensor_clocks *clocks;
	unsigned port;      /* CSI-2 port, names the camera for faults */
	uint8_t *registers; /* 65536 */
	uint16_t pointer;
	unsigned pointer_bytes; /* address bytes of this write so far */
	bool released;          /* the reset line is high */
	uint64_t released_at;   /* ns */
	bool alive;             /* rails and clock are there, and it is out of reset */
	uint32_t clock_hz;      /* at its clock pin */
	uint64_t awake_at;      /* ns; acknowledges from then on */
	uint64_t stream_at;     /* ns of the first frame start after stream-on */
	unsigned streams;       /* stream-on events since power-on of the board */
	unsigned starts;        /* since its own power-on */
	unsigned cuts;          /* what ended the frame on the link before its end */
	unsigned first_line; /* of the first frame after stream-on: where in it the link begins */
	unsigned lag;        /* of exposure and gain, in frames */
	/* As the registers stood when the frame on the link began, and those before. */
	struct sensor_gains gains[SENSOR_LAG_MAX + 1];
	unsigned changes;      /* register writes: a cheap "did anything change" */
	uint16_t black;        /* where no register sets it */
	bool lifts_black;      /* digital gain multiplies the black level */
	uint64_t nacks, bytes; /* for the faults that count */
};

bool sensor_model_init(struct sensor *sensor, struct vboard *board, const struct sensor_type *type,
		       unsigned port);
void sensor_release(struct sensor *sensor);

/* The board's wires: rails in their windows, so many Hz at the clock pin (0: none), reset line released;
 * the supply has been as it is since `since` ns. */
void sensor_set_supply(struct sensor *sensor, bool rails, uint32_t clock_hz, bool released,
		       uint64_t since);

/* 16-bit big-endian register pair. */
uint16_t sensor_get16(const struct sensor *sensor, uint16_t address);
/* The chip's own register store, as I2C sees it (tests). */
void sensor_write_register(struct sensor *sensor, uint16_t address, uint8_t value);
bool sensor_streaming(const struct sensor *sensor);

/* What the link carries with the registers as they are. */
struct sensor_link {
	uint64_t link_hz; /* DDR clock: half the bit rate of a lane */
	uint64_t line_ns, frame_ns;
	unsigned lanes;
	unsigned width, height; /* what is sent: more than the registers say with a fault */
	uint8_t data_type;      /* CSI-2: 0x2B for RAW10 */
};

void sensor_get_link(const struct sensor *sensor, struct sensor_link *link);

/* How the output picture lies on the pixel array. */
struct sensor_window {
	unsigned x, y;           /* of the first output pixel, in array pixels */
	unsigned step_x, step_y; /* array pixels per output pixel: 1, 2, 4 */
	unsigned width, height;  /* output */
};

void sensor_get_window(const struct sensor *sensor, struct sensor_window *window);
/* What it sends beyond the window: pixels at the end of each line, lines at the end (faults). */
void sensor_get_excess(const struct sensor *sensor, unsigned *pixels, unsigned *lines);

/* Test pattern 0 (off) or 1..4: vertical bars, and their fading variants. */
unsigned sensor_test_pattern(const struct sensor *sensor);
/* The sample of no light. */
uint16_t sensor_black(const struct sensor *sensor);
/* A frame begins: takes exposure and gains from the registers. */
void sensor_begin_frame(struct sensor *sensor);
/* Those that this frame was taken with. */
const struct sensor_gains *sensor_gains(const struct sensor *sensor);
/* By how much a sample of no light is higher than sensor_black, or lower. */
int sensor_lift(const struct sensor *sensor, unsigned colour);

#endif
