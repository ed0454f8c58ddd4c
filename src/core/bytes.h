/* bytes.h: numbers in memory byte by byte, of either order, at any alignment. */
#ifndef CORE_BYTES_H
#define CORE_BYTES_H

#include <stdint.h>

/* ---- low byte first ---- */

static inline uint16_t get_le16(const uint8_t *from)
{
	return (uint16_t)(from[0] | from[1] << 8);
}

static inline uint32_t get_le32(const uint8_t *from)
{
	return get_le16(from) | (uint32_t)get_le16(from + 2) << 16;
}

static inline void put_le16(uint8_t *to, uint32_t value)
{
	to[0] = (uint8_t)value;
	to[1] = (uint8_t)(value >> 8);
}

static inline void put_le32(uint8_t *to, uint32_t value)
{
	put_le16(to, value);
	put_le16(to + 2, value >> 16);
}

/* ---- high byte first ---- */

/* A number of `width` bytes, 1 to 4. */
static inline uint32_t get_be(const uint8_t *from, unsigned width)
{
	uint32_t value = 0;

	while (width--)
		value = value << 8 | *from++;
	return value;
}

/* The low `width` bytes of `value`, 1 to 4. */
static inline void put_be(uint8_t *to, unsigned width, uint32_t value)
{
	while (width--)
		*to++ = (uint8_t)(value >> 8 * width);
}

static inline uint16_t get_be16(const uint8_t *from)
{
	return (uint16_t)(from[0] << 8 | from[1]);
}

static inline void put_be16(uint8_t *to, uint32_t value)
{
	to[0] = (uint8_t)(value >> 8);
	to[1] = (uint8_t)value;
}

#endif
