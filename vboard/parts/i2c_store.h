/*
 * i2c_store.h: a chip of which the sheets say only where it answers: a focus motor driver of unknown protocol, an erased EEPROM. It
 * acknowledges and keeps what is written, by register addresses of one byte or two that count up.
 */
#ifndef VBOARD_I2C_STORE_H
#define VBOARD_I2C_STORE_H

#include "vboard/core/i2c_bus.h"

#define I2C_STORE_SIZE 8192u

struct i2c_store {
	struct i2c_target target; /* first member */
	bool (*powered)(void *context);
	void *context;
	unsigned address_bytes, seen; /* of this write */
	uint16_t pointer;
	uint8_t data[I2C_STORE_SIZE];
};

/* `fill`: what every byte holds until it is written. */
void i2c_store_init(struct i2c_store *store, const char *name, uint8_t address,
		    unsigned address_bytes, uint8_t fill, bool (*powered)(void *context),
		    void *context);

#endif
