/*
 * sensor.h: what is known of a kind of image sensor: its registers, modes and test patterns.
 * Plain data, wherever it comes from.
 */
#ifndef DESCRIBE_SENSOR_H
#define DESCRIBE_SENSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/bayer.h"
#include "image/pattern.h"

/* ---- register steps ----------------------------------------------------------------------- */

enum reg_step_kind {
	REG_WRITE,  /* register = value */
	REG_UPDATE, /* register = (old & ~mask) | (value & mask) */
	REG_DELAY,  /* value = microseconds */
	REG_EXPECT, /* (register & mask) must equal value */
	REG_POLL,   /* read until (register & mask) == value, at most timeout_us */
};

struct reg_step {
	uint8_t kind;  /* enum reg_step_kind */
	uint8_t width; /* bytes of the value on the wire, 1..4, high byte first */
	uint16_t reg;
	uint32_t value;
	uint32_t mask;       /* all ones of the width unless given */
	uint32_t timeout_us; /* REG_POLL */
	uint32_t line;       /* in the file, for messages */
};

struct reg_list {
	struct reg_step *steps;
	size_t count;
};

/* ---- sensor ------------------------------------------------------------------------------- */

struct sensor_mode {
	char name[24];           /* "2592x1944", "640x480-60" */
	uint16_t width, height;  /* pixels that arrive on the link */
	uint16_t max_height;     /* lines to make room for (IMX258 sends 3118 to 3120); = height */
	uint64_t link_frequency; /* Hz, DDR clock: half the bit rate of a lane */
	uint32_t frame_us;       /* from one frame to the next; 0: the file does not tell */
	struct reg_list registers;
};

/* A test pattern that the sensor makes itself. */
struct sensor_pattern {
	struct image_pattern
		look; /* unless the file says more: high 1023, low 0, order the sensor's */
	struct reg_list on, off;
};

/* Registers first to last. */
struct reg_range {
	uint16_t first, last;
};
#define SENSOR_RANGES 16

struct sensor_desc {
	char name[24];
	char description[64];
	char file[96];
	uint8_t address;          /* usual 7-bit I2C address; the board's counts */
	uint8_t register_bytes;   /* 1 or 2: address width on the wire */
	uint8_t value_bytes;      /* default width of `write` */
	bool read_with_stop;      /* reads are two transactions (OV8865, OV7251) */
	uint32_t clock_frequency; /* Hz */
	uint32_t clock_line;      /* of clock-frequency in the file */
	uint8_t data_lanes;
	enum bayer bayer;
	uint8_t bits;         /* 10 */
	uint16_t black_level; /* in samples */
	uint8_t frames_to_skip;
	struct reg_range decisive[SENSOR_RANGES]; /* that decide size or timing of a mode */
	unsigned decisive_count;
	/* Registers of two bytes that hold the size which the sensor sends; both 0: the file does not tell. */
	uint16_t width_register, height_register;
	bool is_identify_only;    /* no register list is known: no modes, patterns, stream steps */
	struct reg_list identify; /* REG_EXPECT steps */
	struct reg_list stream_on, stream_off;
	struct sensor_mode *modes;
	size_t mode_count;
	struct sensor_pattern *patterns;
	size_t pattern_count;
	char *memory; /* all of the above; freed by sensor_free */
};

/* Frees what `sensor` owns and empties it; an empty one stays so. */
void sensor_free(struct sensor_desc *sensor);
/* By name, or the first (largest) for NULL or "". NULL when there is none of that name. */
const struct sensor_mode *sensor_find_mode(const struct sensor_desc *sensor, const char *name);
const struct sensor_pattern *sensor_find_pattern(const struct sensor_desc *sensor,
						 const char *name);

#endif
