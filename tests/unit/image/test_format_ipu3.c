/* test_format_ipu3.c: 25 pixels in 32 bytes to samples, both ways, against bit-by-bit reading. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "image/format.h"

static const struct {
	uint16_t width, height;
} shipped_modes[] = {
	{640, 480},   {640, 360},   {648, 486},   {800, 600},   {1048, 780},  {1056, 784},
	{1280, 720},  {1296, 972},  {1632, 1224}, {1640, 1232}, {1932, 1092}, {2104, 1560},
	{2112, 1188}, {2112, 1568}, {2560, 1440}, {2592, 1944}, {3264, 1836}, {3264, 2448},
	{3280, 2464}, {4208, 3120}, {4224, 3136},
};

/* Bit by bit from the sheet: pixel k of a 32-byte group is bits 10k+9..10k. */
static uint16_t sample_at(const uint8_t *line, unsigned x)
{
	const uint8_t *group = line + x / 25 * 32;
	uint16_t value = 0;

	for (unsigned i = 0; i < 10; i++) {
		unsigned bit = x % 25 * 10 + i;

		value |= (group[bit / 8] >> bit % 8 & 1) << i;
	}
	return value;
}

/* Buffers are exactly as long as they must be, so that the address sanitizer sees a step beyond. */
static void check_size(unsigned width, unsigned height, bool use_ssse3)
{
	size_t stride = format_stride(&pixel_format_ipu3, width), count = (size_t)width * height;
	uint8_t *packed = malloc(stride * height);
	uint16_t *samples = malloc(count * sizeof(samples[0]));
	uint32_t random = width * 7919 + height;

	for (size_t i = 0; i < stride * height; i++) {
		random = random * 1664525 + 1013904223;
		packed[i] = random >> 24;
	}
	assert_int_equal(
		format_unpack(&pixel_format_ipu3, packed, width, height, samples, use_ssse3), 0);
	for (size_t i = 0; i < count; i++)
		if (samples[i] != sample_at(packed + i / width * stride, i % width))
			fail_msg("%ux%u%s: sample %zu,%zu is 0x%x", width, height,
				 use_ssse3 ? " SSSE3" : "", i % width, i / width, samples[i]);
	free(packed);
	free(samples);
}

static void every_small_width_unpacks(void **state)
{
	(void)state;
	for (unsigned width = 1; width <= 200; width++) {
		check_size(width, 3, false);
		if (cpu_has_ssse3())
			check_size(width, 3, true);
	}
}

static void shipped_modes_unpack(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(shipped_modes) / sizeof(shipped_modes[0]); i++) {
		/* A few lines are enough: every line goes the same way. */
		check_size(shipped_modes[i].width, 5, false);
		if (cpu_has_ssse3())
			check_size(shipped_modes[i].width, 5, true);
	}
	check_size(2592, 1944, cpu_has_ssse3());
}

static void stride_is_as_in_the_sheet(void **state)
{
	(void)state;
	assert_int_equal(format_stride(&pixel_format_ipu3, 640), 832);
	assert_int_equal(format_stride(&pixel_format_ipu3, 1048), 1344);
	assert_int_equal(format_stride(&pixel_format_ipu3, 1056), 1408);
	assert_int_equal(format_stride(&pixel_format_ipu3, 1932), 2496);
	assert_int_equal(format_stride(&pixel_format_ipu3, 2592), 3328);
	assert_int_equal(format_stride(&pixel_format_ipu3, 4208), 5440);
	assert_int_equal(format_stride(&pixel_format_ipu3, 4224), 5440);
	assert_int_equal(format_stride(&pixel_format_ipu3, 1), 64);
	assert_int_equal(format_stride(&pixel_format_ipu3, 50), 64);
	assert_int_equal(format_stride(&pixel_format_ipu3, 51), 128);
}

/* What other software received from this receiver (evidence.md 1.4, 2.7): the padding of a line counts. */
static void frames_are_as_large_as_on_real_machines(void **state)
{
	(void)state;
	assert_int_equal(format_stride(&pixel_format_ipu3, 1296), 1664);
	assert_int_equal(format_frame_bytes(&pixel_format_ipu3, 2592, 1944), 6469632);
	assert_int_equal(format_frame_bytes(&pixel_format_ipu3, 3264, 2448), 10340352);
	assert_int_equal(format_frame_bytes(&pixel_format_ipu3, 1632, 1224), 2585088);
}

/* What lies in the padding (bits 255..250, groups behind the width) must not matter. */
static void padding_is_ignored(void **state)
{
	uint8_t packed[64];
	uint16_t samples[26];

	(void)state;
	for (unsigned ssse3 = 0; ssse3 <= cpu_has_ssse3(); ssse3++) {
		memset(packed, 0xff, sizeof(packed));
		memset(packed, 0, 31);
		packed[31] = 0xfc;
		packed[32] = 0;
		packed[33] = 0xfc;
		format_unpack(&pixel_format_ipu3, packed, 26, 1, samples, ssse3);
		for (unsigned x = 0; x < 26; x++)
			assert_int_equal(samples[x], 0);
	}
}

static void v4l2_names_each_order(void **state)
{
	static const char *const names[] = {"ip3G", "ip3r", "ip3b", "ip3g", "ip3y"};

	(void)state;
	for (unsigned bayer = BAYER_GRBG; bayer <= BAYER_MONO; bayer++)
		assert_string_equal(pixel_format_ipu3.fourcc[bayer], names[bayer]);
	assert_int_equal(pixel_format_ipu3.bits, 10);
}

/* A unit counts as written as soon as its first group is: the second may be padding. */
static void units_are_probed_by_their_first_group(void **state)
{
	const uint64_t poison = format_poison(7);
	uint64_t unit[8];

	(void)state;
	for (unsigned i = 0; i < 8; i++)
		unit[i] = poison;
	assert_int_equal(pixel_format_ipu3.unit_bytes, sizeof unit);
	assert_true(format_is_untouched(&pixel_format_ipu3, unit, poison));
	assert_false(format_is_untouched(&pixel_format_ipu3, unit, format_poison(8)));
	for (unsigned i = 0; i < 8; i++) {
		unit[i]++;
		assert_int_equal(format_is_untouched(&pixel_format_ipu3, unit, poison), i >= 4);
		unit[i]--;
	}
}

static void the_cpu_is_asked_for_its_instructions(void **state)
{
	(void)state;
	assert_int_equal(cpu_has_ssse3(), __builtin_cpu_supports("ssse3") != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_small_width_unpacks),
		cmocka_unit_test(shipped_modes_unpack),
		cmocka_unit_test(stride_is_as_in_the_sheet),
		cmocka_unit_test(frames_are_as_large_as_on_real_machines),
		cmocka_unit_test(padding_is_ignored),
		cmocka_unit_test(v4l2_names_each_order),
		cmocka_unit_test(units_are_probed_by_their_first_group),
		cmocka_unit_test(the_cpu_is_asked_for_its_instructions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
