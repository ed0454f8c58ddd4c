/*
 * eeprom.h: the camera module's EEPROM, a 24C16: 2 KiB as eight blocks of 256 bytes at the
 * addresses 0x50..0x57, 8-bit word address, 16-byte pages, silent while it writes.
 */
#ifndef VBOARD_EEPROM_H
#define VBOARD_EEPROM_H

#include "vboard/core/i2c_bus.h"
#include "vboard/core/model.h"

#define EEPROM_SIZE 2048u

struct eeprom {
	struct i2c_target target;
	struct vboard *board;
	bool (*powered)(void *context);
	void *context;
	uint8_t data[EEPROM_SIZE];
	uint16_t pointer;
	uint16_t flips_at; /* fault eeprom-flip */
	bool has_pointer, written;
	uint64_t busy_until; /* ns; end of the write cycle */
};

extern const struct knobs eeprom_knobs;

void eeprom_init(struct eeprom *eeprom, struct vboard *board, bool (*powered)(void *context),
		 void *context);

#endif
