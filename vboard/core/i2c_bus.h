/*
 * i2c_bus.h: a chip on an I2C bus, and the bus itself, as the controller model sees them.
 *
 * Bit timing is the controller's business; a target sees start, bytes and stop.
 */
#ifndef VBOARD_I2C_BUS_H
#define VBOARD_I2C_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct i2c_target;

struct i2c_target_ops {
	/* Address phase with the target's address. False: not acknowledged. */
	bool (*start)(struct i2c_target *target, uint8_t address, bool is_read);
	/* A byte from the controller. False: not acknowledged. */
	bool (*write)(struct i2c_target *target, uint8_t byte);
	/* A byte for the controller. */
	uint8_t (*read)(struct i2c_target *target);
	/* Stop condition after this target was addressed. May be NULL. */
	void (*stop)(struct i2c_target *target);
};

struct i2c_target {
	const struct i2c_target_ops *ops;
	const char *name;
	uint8_t first, last; /* addresses it answers to */
};

#define I2C_BUS_TARGETS 8

struct i2c_bus {
	struct i2c_target *targets[I2C_BUS_TARGETS];
	unsigned count;
	/* Called before an address is looked up: what time has changed in the chips' supplies. May
	 * be NULL. */
	void (*settle)(void *context);
	void *context;
	/* Does the controller reach the bus? Else nobody acknowledges. May be NULL. */
	bool (*connected)(void *wires);
	void *wires;
};

void i2c_bus_add(struct i2c_bus *bus, struct i2c_target *target);
/* NULL when no target has this address. */
struct i2c_target *i2c_bus_find(struct i2c_bus *bus, uint8_t address);

#endif
