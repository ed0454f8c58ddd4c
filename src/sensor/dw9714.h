/* dw9714.h: the focus motor DW9714 of a camera module (sensors.md 14). */
#ifndef SENSOR_DW9714_H
#define SENSOR_DW9714_H

#include <stdbool.h>

#include "i2c/i2c.h"

#define DW9714_LAST 1023u

/* What the motor says of itself. */
struct dw9714_state {
	uint16_t word; /* as read, for messages */
	uint16_t position;
	bool is_off; /* power-down: as after power-on */
};

enum fl_err dw9714_read(struct i2c_bus *bus, uint8_t address, struct dw9714_state *state);
/* From `from` to `to` in steps of 16 with pauses of 1 ms, so that the lens does not knock. */
enum fl_err dw9714_move(struct i2c_bus *bus, uint8_t address, unsigned from, unsigned to);

#endif
