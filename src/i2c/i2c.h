/*
 * i2c.h: one I2C bus, as its users (PMIC, sensors, commands) see it. The only master here is the
 * DesignWare core in Intel's LPSS (i2c/designware.h); users do not know.
 */
#ifndef I2C_I2C_H
#define I2C_I2C_H

#include <stddef.h>
#include <stdint.h>

#include "core/diag.h"

struct i2c_bus {
	const char *name; /* "I2C2", for messages */
	struct diag *diag;
	/* One transaction: write_length bytes, then (repeated start) read_length bytes, STOP.
	 * At least one of the two is non-zero. Errors: FL_ERR_NACK, _ARBITRATION, _TIMEOUT, _IO,
	 * _GONE; message and hint are in diag. */
	enum fl_err (*transfer)(struct i2c_bus *bus, uint8_t address, const uint8_t *write,
				size_t write_length, uint8_t *read, size_t read_length);
};

static inline enum fl_err i2c_transfer(struct i2c_bus *bus, uint8_t address, const uint8_t *write,
				       size_t write_length, uint8_t *read, size_t read_length)
{
	return bus->transfer(bus, address, write, write_length, read, read_length);
}

#endif
