/*
 * sensor_clocks.h: what the PLL, line and frame length registers of an image sensor make of its input
 * clock (sensor-clocks.md 2 to 11). Link and frame time come from different dividers, so a register list
 * can have the one right and the other wrong.
 *
 * `registers` are the sensor's 65536 bytes, values of two bytes high byte first.
 */
#ifndef VBOARD_SENSOR_CLOCKS_H
#define VBOARD_SENSOR_CLOCKS_H

#include <stdint.h>

struct sensor_clocks;

/* 0 Hz and 0 ns for what the registers do not make run. */
struct sensor_times {
	uint64_t bit_hz;   /* of a lane of the link */
	uint64_t clock_hz; /* that the line length counts */
	uint32_t lines;    /* of a frame, blank ones included */
	uint64_t line_ns, frame_ns;
};

/* By the sensor's name ("ov5670"), NULL when it is not known. */
const struct sensor_clocks *sensor_clocks_find(const char *name);
/* Reset values of registers that the lists do not write and the clocks depend on. */
void sensor_clocks_reset(const struct sensor_clocks *clocks, uint8_t *registers);
void sensor_clocks_get(const struct sensor_clocks *clocks, const uint8_t *registers,
		       uint32_t input_hz, struct sensor_times *times);

#endif
