/* test_pixels.c: packing against a second, bit-by-bit reading of cio2.md 5.1. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "vboard/ipu3/pixels.h"

/* Pixel k of a group occupies bits 10k+9..10k of the 256-bit little-endian number. */
static void pack_bit_by_bit(const uint16_t *samples, uint32_t width, uint8_t *out, uint32_t stride)
{
	memset(out, 0, stride);
	for (uint32_t x = 0; x < width; x++) {
		for (unsigned bit = 0; bit < 10; bit++) {
			uint32_t at = x / 25 * 256 + 10 * (x % 25) + bit;

			if (samples[x] >> bit & 1)
				out[at / 8] |= (uint8_t)(1u << at % 8);
		}
	}
}

static void every_width_packs_as_the_sheet_says(void **state)
{
	uint16_t samples[400];
	uint8_t want[1024], got[1024];
	uint32_t random = 1;

	(void)state;
	for (uint32_t width = 1; width <= 400; width++) {
		uint32_t stride = pixels_stride(width);

		for (uint32_t x = 0; x < width; x++) {
			random = random * 1664525u + 1013904223u;
			samples[x] = (uint16_t)(random >> 22);
		}
		memset(got, 0xee, sizeof(got));
		pack_bit_by_bit(samples, width, want, stride);
		pixels_pack_line(samples, width, got);
		assert_memory_equal(got, want, stride);
		assert_int_equal(got[stride], 0xee);
	}
}

static void strides_are_the_sheets(void **state)
{
	static const uint16_t rows[][2] = {
		{640, 832},
		{648, 832},
		{1056, 1408},
		{1280, 1664},
		{1296, 1664},
		{1936, 2496},
		{2112, 2752},
		{2560, 3328},
		{2592, 3328},
		{4224, 5440},
		/* evidence.md 1.4: bytes counted on a real machine, over 1224 and 2448 lines */
		{1632, 2585088 / 1224},
		{3264, 10340352 / 2448},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(pixels_stride(rows[i][0]), rows[i][1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_width_packs_as_the_sheet_says),
		cmocka_unit_test(strides_are_the_sheets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
