/*
 * mem.c: memory functions for the UEFI build, in moves of 16 bytes.
 *
 * Not `rep movsb`: QEMU's TCG executes it byte by byte, and a device behind the proxy link sees
 * every byte as one access (virtual-board sheet, A.5).
 */
#include "core/mem.h"

#include <emmintrin.h>
#include <stdint.h>

static __m128i load(const uint8_t *from)
{
	return _mm_loadu_si128((const __m128i *)(const void *)from);
}

static void store(uint8_t *to, __m128i value)
{
	_mm_storeu_si128((__m128i *)(void *)to, value);
}

/* Upwards; right for overlap when `to` is below `from`, as all 64 bytes are read first. */
static void copy_up(uint8_t *to, const uint8_t *from, size_t size)
{
	for (; size >= 64; size -= 64, to += 64, from += 64) {
		__m128i a = load(from), b = load(from + 16), c = load(from + 32),
			d = load(from + 48);

		store(to, a);
		store(to + 16, b);
		store(to + 32, c);
		store(to + 48, d);
	}
	for (; size >= 16; size -= 16, to += 16, from += 16)
		store(to, load(from));
	while (size--)
		*to++ = *from++;
}

static void copy_down(uint8_t *to, const uint8_t *from, size_t size)
{
	for (; size >= 64; size -= 64) {
		const uint8_t *source = from + size - 64;
		uint8_t *target = to + size - 64;
		__m128i a = load(source), b = load(source + 16), c = load(source + 32),
			d = load(source + 48);

		store(target, a);
		store(target + 16, b);
		store(target + 32, c);
		store(target + 48, d);
	}
	for (; size >= 16; size -= 16)
		store(to + size - 16, load(from + size - 16));
	while (size--)
		to[size] = from[size];
}

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	copy_up(to, from, size);
	return to;
}

void *memmove(void *to, const void *from, size_t size)
{
	if ((uintptr_t)to - (uintptr_t)from >= size)
		copy_up(to, from, size);
	else
		copy_down(to, from, size);
	return to;
}

void *memset(void *to, int byte, size_t size)
{
	__m128i value = _mm_set1_epi8((char)byte);
	uint8_t *target = to;

	for (; size >= 64; size -= 64, target += 64) {
		store(target, value);
		store(target + 16, value);
		store(target + 32, value);
		store(target + 48, value);
	}
	for (; size >= 16; size -= 16, target += 16)
		store(target, value);
	while (size--)
		*target++ = (uint8_t)byte;
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const uint8_t *left = a, *right = b;

	while (size >= 16 && _mm_movemask_epi8(_mm_cmpeq_epi8(load(left), load(right))) == 0xffff) {
		left += 16;
		right += 16;
		size -= 16;
	}
	for (; size; size--, left++, right++)
		if (*left != *right)
			return *left - *right;
	return 0;
}

size_t strlen(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}
