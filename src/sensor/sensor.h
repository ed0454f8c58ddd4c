/*
 * sensor.h: one powered image sensor on its I2C bus, driven by its description file.
 *
 * Errors of the bus come with the line of the sensor file that was at work.
 */
#ifndef SENSOR_SENSOR_H
#define SENSOR_SENSOR_H

#include "describe/sensor.h"
#include "i2c/i2c.h"

struct sensor {
	const struct sensor_desc *desc;
	struct i2c_bus *bus;
	uint8_t address;
	bool is_streaming;              /* stream_on was tried and stream_off has not succeeded */
	uint64_t stopped_ns;            /* when it was last told to stop; 0 = never */
	const struct sensor_mode *mode; /* after sensor_configure */
	const struct sensor_pattern *pattern; /* that is on, or may be */
	struct diag *diag;
};

/* `desc` and `bus` must outlive the sensor; the bus should report to the same diag. */
void sensor_init(struct sensor *sensor, const struct sensor_desc *desc, struct i2c_bus *bus,
		 uint8_t address, struct diag *diag);
/* Does anything answer at the address? One-byte read. FL_ERR_NACK with the cure. */
enum fl_err sensor_acknowledge(struct sensor *sensor);
/* Runs the identify list. *seen gets the last value read. FL_ERR_MISMATCH for another chip. */
enum fl_err sensor_identify(struct sensor *sensor, uint32_t *seen);
/* Writes the mode's registers. FL_ERR_STATE while streaming. */
enum fl_err sensor_configure(struct sensor *sensor, const struct sensor_mode *mode);
/* A register that does not hold what was written to it last. */
struct sensor_difference {
	uint16_t reg;
	uint8_t width;
	uint32_t want, seen;
};

#define SENSOR_DIFFERENCES 12u
struct sensor_read_back {
	unsigned checked, different;
	struct sensor_difference first[SENSOR_DIFFERENCES]; /* of them, in the list's order */
	/* Those that decide size or timing (`decisive` of the sensor file), and the first. */
	unsigned decisive;
	struct sensor_difference first_decisive;
};

/* Reads back what was written last to each register of the mode, except resets (0x0103, which
 * clear themselves and what was written before them), and counts differences. How many are too
 * many is the caller's judgement: chips have registers that do not read back. FL_OK when all could
 * be read, whatever they held. */
enum fl_err sensor_verify(struct sensor *sensor, struct sensor_read_back *out);
/* NULL turns patterns off (the off list of the pattern that was on). */
enum fl_err sensor_set_pattern(struct sensor *sensor, const struct sensor_pattern *pattern);
/* Time of a frame of the mode, or a long one where the file does not tell. */
uint32_t sensor_frame_us(const struct sensor_mode *mode);
/* Told to stop, a sensor may send its frame to the end, and one that is started in the middle of it begins inside a
 * line. Waits, before the receiver is started again, until that frame is over (sensor-clocks.md 12). */
void sensor_rest(const struct sensor *sensor);
enum fl_err sensor_stream_on(struct sensor *sensor);
enum fl_err sensor_stream_off(struct sensor *sensor);

/* Registers one by one, for `i2c` and `regs`: width 1..4 bytes, high byte first. */
enum fl_err sensor_read(struct sensor *sensor, uint16_t reg, unsigned width, uint32_t *value);
enum fl_err sensor_write(struct sensor *sensor, uint16_t reg, unsigned width, uint32_t value);
/* Any step list; stops at the first failure. *seen (may be NULL) gets the last value read. */
enum fl_err sensor_run(struct sensor *sensor, const struct reg_list *list, uint32_t *seen);

#endif
