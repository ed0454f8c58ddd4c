/* scan.c: see scan.h. */
#include "i2c/scan.h"

#include "core/mem.h"

enum fl_err i2c_scan(struct i2c_bus *bus, bool found[I2C_ADDRESSES], unsigned *count)
{
	const bool is_first = bus->diag && !bus->diag->message[0];

	*count = 0;
	memset(found, false, I2C_ADDRESSES);
	for (unsigned address = I2C_ADDRESS_FIRST; address <= I2C_ADDRESS_LAST; address++) {
		uint8_t byte;
		enum fl_err err = i2c_transfer(bus, (uint8_t)address, NULL, 0, &byte, 1);

		if (err && err != FL_ERR_NACK)
			return err;
		found[address] = !err;
		*count += found[address];
		if (is_first)
			diag_clear(bus->diag);
	}
	return FL_OK;
}
