/* field.h: register fields by their high and low bit; shift and mask follow from that. */
#ifndef CORE_FIELD_H
#define CORE_FIELD_H

#include <stdint.h>

#define BIT(n)        (1u << (n))
#define FIELD(hi, lo) ((uint32_t)(((uint64_t)1 << ((hi) + 1)) - ((uint64_t)1 << (lo))))

static inline uint32_t field_get(uint32_t mask, uint32_t value)
{
	return (value & mask) / (mask & -mask);
}

/* `value` placed in the field; bits that do not fit are cut off. */
static inline uint32_t field_put(uint32_t mask, uint32_t value)
{
	return (value * (mask & -mask)) & mask;
}

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
