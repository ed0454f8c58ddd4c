/* i2c_bus.c: which chip on a bus answers to an address. */
#include "vboard/core/i2c_bus.h"

void i2c_bus_add(struct i2c_bus *bus, struct i2c_target *target)
{
	if (bus->count < I2C_BUS_TARGETS)
		bus->targets[bus->count++] = target;
}

struct i2c_target *i2c_bus_find(struct i2c_bus *bus, uint8_t address)
{
	if (bus->settle)
		bus->settle(bus->context);
	if (bus->connected && !bus->connected(bus->wires))
		return NULL;
	for (unsigned i = 0; i < bus->count; i++) {
		if (address >= bus->targets[i]->first && address <= bus->targets[i]->last)
			return bus->targets[i];
	}
	return NULL;
}
