/*
 * bytes.h: numbers in memory that a device shares with its driver: low byte first, at any address (inside
 * vboard/ only). The caller answers for the bytes being there.
 */
#ifndef VBOARD_BYTES_H
#define VBOARD_BYTES_H

#include <stdint.h>

/* Of `width` bytes, 0 to 4. */
static inline uint32_t get_le(const uint8_t *bytes, unsigned width)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < width; i++)
		value |= (uint32_t)bytes[i] << (8 * i);
	return value;
}

static inline void put_le(uint8_t *bytes, unsigned width, uint32_t value)
{
	for (unsigned i = 0; i < width; i++)
		bytes[i] = (uint8_t)(value >> (8 * i));
}

static inline uint32_t get_le16(const uint8_t *bytes)
{
	return get_le(bytes, 2);
}

static inline uint32_t get_le32(const uint8_t *bytes)
{
	return get_le(bytes, 4);
}

static inline void put_le32(uint8_t *bytes, uint32_t value)
{
	put_le(bytes, 4, value);
}

#endif
