/*
 * sensor_clocks.h: what the PLL, line and frame length registers of an image sensor make of its input
 * clock (sensor-clocks.md 2 to 11). Link and frame time come from different dividers, so a register list
 * can have the one right and the other wrong. Each sensor's tree stands in its file (sensors/).
 */
#ifndef VBOARD_SENSOR_CLOCKS_H
#define VBOARD_SENSOR_CLOCKS_H

#include "vboard/parts/sensor_field.h"

/* What a factor does with its field. */
enum clock_factor_kind {
	CLOCK_END,
	CLOCK_TIMES,
	CLOCK_OVER,
	CLOCK_OVER_NEXT, /* divides by field + 1 */
	CLOCK_OVER_HALVES, /* divides by OmniVision's code: 1, 1.5, 2, 2.5, 3, 4, 6, 8 (sensors.md 4) */
	CLOCK_TIMES_NUMBER,
	CLOCK_OVER_NUMBER,
};

struct clock_factor {
	enum clock_factor_kind kind;
	uint16_t reg;
	uint32_t mask; /* of the field; a number has itself here */
};

#define CLOCK_FACTORS 6

/* A clock is a product of register fields. */
struct sensor_clocks {
	struct clock_factor bit[CLOCK_FACTORS];        /* of a lane, per second */
	struct clock_factor clock[CLOCK_FACTORS];      /* that the line length counts */
	struct sensor_field line_length, frame_length; /* no line length: nothing runs */
	struct sensor_field exposure;                  /* lines */
	uint16_t margin; /* lines by which an exposure is shorter than its frame */
	/* A longer one makes the frame longer while this field reads `when`; otherwise it is cut. */
	struct {
		struct sensor_field field;
		uint16_t when;
	} follows;
};

/* 0 Hz and 0 ns for what the registers do not make run. */
struct sensor_times {
	uint64_t bit_hz;   /* of a lane of the link */
	uint64_t clock_hz; /* that the line length counts */
	uint32_t lines;    /* of a frame, blank ones included */
	uint32_t exposure; /* lines, as long as the frame lets it be */
	uint64_t line_ns, frame_ns;
};

/* `registers` are the sensor's 65536 bytes. */
void sensor_clocks_get(const struct sensor_clocks *clocks, const uint8_t *registers,
		       uint32_t input_hz, struct sensor_times *times);

#endif
