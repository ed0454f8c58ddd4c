/*
 * eeprom.c: see eeprom.h. A 24C16 (2 KiB, as on soraka) has one address byte and takes bits 10:8 of
 * the offset as bits 2:0 of its device address; a 24C32 and larger has two address bytes.
 */
#include "i2c/eeprom.h"

#include "core/bytes.h"

#define CHUNK 64u

enum fl_err eeprom_read(struct i2c_bus *bus, uint8_t address, uint32_t size, uint8_t *out)
{
	const bool is_short = size <= EEPROM_SHORT;
	const unsigned width = is_short ? 1 : 2;

	for (uint32_t at = 0; at < size; at += CHUNK) {
		const uint8_t device = is_short ? (uint8_t)(address | at >> 8) : address;
		uint8_t offset[2];
		enum fl_err err;

		put_be(offset, width, at);
		err = i2c_transfer(bus, device, offset, width, out + at, CHUNK);
		if (err)
			return err;
	}
	return FL_OK;
}
