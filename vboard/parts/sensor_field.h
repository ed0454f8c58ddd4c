/*
 * sensor_field.h: a number in an image sensor's registers: one to three bytes, high byte first, of which the bits
 * under a mask count. Gaps in the mask close: 0xff3f is a number of 14 bits.
 */
#ifndef VBOARD_SENSOR_FIELD_H
#define VBOARD_SENSOR_FIELD_H

#include <stdbool.h>
#include <stdint.h>

struct sensor_field {
	uint16_t reg;
	uint32_t mask; /* as many bytes as it has; 0: there is no such field */
};

/* 0 for one that is not there. */
static inline uint32_t sensor_field_get(const uint8_t *registers, struct sensor_field field)
{
	uint32_t bytes = registers[field.reg], value = 0, bit = 1;

	for (uint32_t more = field.mask >> 8, at = 1; more; more >>= 8, at++)
		bytes = bytes << 8 | registers[(uint16_t)(field.reg + at)];
	for (uint32_t mask = field.mask; mask; mask >>= 1, bytes >>= 1) {
		if (!(mask & 1))
			continue;
		value += bytes & 1 ? bit : 0;
		bit <<= 1;
	}
	return value;
}

#endif
