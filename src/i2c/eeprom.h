/* eeprom.h: reads the serial EEPROM of a camera module (24C01 to 24C512 and what behaves so). */
#ifndef I2C_EEPROM_H
#define I2C_EEPROM_H

#include <stdbool.h>

#include "i2c/i2c.h"

#define EEPROM_SHORT 2048u /* up to here: one address byte, the rest in the device address */

/* All `size` bytes (a power of two) from offset 0. Writes nothing but addresses. Errors of the bus. */
enum fl_err eeprom_read(struct i2c_bus *bus, uint8_t address, uint32_t size, uint8_t *out);

#endif
