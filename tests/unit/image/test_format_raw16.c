/* test_format_raw16.c: words of 16 bits to samples, and what is no sample. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "image/format.h"

static const struct pixel_format *const format = &pixel_format_raw16;

struct frame {
	unsigned width, height;
	size_t stride, size;
	uint8_t *packed; /* exactly as long as it must be, so that a step beyond is seen */
	uint16_t *samples;
};

/* Memory of nothing but ones: what lies behind a line's pixels must not count. */
static void up(struct frame *frame, unsigned width, unsigned height)
{
	*frame = (struct frame){.width = width, .height = height};
	frame->stride = format_stride(format, width);
	frame->size = format_frame_bytes(format, width, height);
	frame->packed = malloc(frame->size);
	frame->samples = malloc((size_t)width * height * sizeof *frame->samples);
	memset(frame->packed, 0xff, frame->size);
}

static void down(struct frame *frame)
{
	free(frame->packed);
	free(frame->samples);
}

static void put(const struct frame *frame, unsigned x, unsigned y, unsigned word)
{
	frame->packed[y * frame->stride + 2 * x] = word & 0xff;
	frame->packed[y * frame->stride + 2 * x + 1] = word >> 8;
}

/* Any sample at any place; among them all of the first and the last line are the least and the greatest. */
static unsigned sample_at(const struct frame *frame, unsigned x, unsigned y)
{
	return y == 0 ? 0 : y + 1 == frame->height ? 1023 : (x * 7919 + y * 104729) % 1024;
}

static void fill(const struct frame *frame)
{
	for (unsigned y = 0; y < frame->height; y++)
		for (unsigned x = 0; x < frame->width; x++)
			put(frame, x, y, sample_at(frame, x, y));
}

static void check_size(unsigned width, unsigned height)
{
	struct frame frame;

	up(&frame, width, height);
	fill(&frame);
	assert_int_equal(format_unpack(format, frame.packed, width, height, frame.samples, true),
			 0);
	for (unsigned y = 0; y < height; y++)
		for (unsigned x = 0; x < width; x++)
			if (frame.samples[(size_t)y * width + x] != sample_at(&frame, x, y))
				fail_msg("%ux%u: sample %u,%u is 0x%x", width, height, x, y,
					 frame.samples[(size_t)y * width + x]);
	down(&frame);
}

static void every_width_unpacks_to_the_last_digit(void **state)
{
	(void)state;
	for (unsigned width = 1; width <= 200; width++)
		check_size(width, 5);
	check_size(1296, 972);
	check_size(2592, 1944);
	check_size(4672, 4);
}

/* ipu6-platform.md 8.1, ipu6.md 6.2: whole 64 bytes. */
static void stride_is_as_in_the_sheet(void **state)
{
	static const unsigned cases[][2] = {{2592, 5184}, {1296, 2624}, {4672, 9344}, {2, 64},
					    {32, 64},     {33, 128},    {34, 128},    {1, 64}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(format_stride(format, cases[i][0]), cases[i][1]);
	assert_int_equal(format_frame_bytes(format, 2592, 1944), 5184 * 1944);
}

static void v4l2_names_each_order(void **state)
{
	(void)state;
	assert_string_equal(format->fourcc[BAYER_GRBG], "BA10");
	assert_string_equal(format->fourcc[BAYER_RGGB], "RG10");
	assert_string_equal(format->fourcc[BAYER_BGGR], "BG10");
	assert_string_equal(format->fourcc[BAYER_GBRG], "GB10");
	assert_string_equal(format->fourcc[BAYER_MONO], "Y10 ");
	assert_int_equal(format->bits, 10);
}

/* Each of the six high bits, at each place of a line: counted, and the low ten stay the sample. */
static void words_of_more_than_ten_bits_are_counted(void **state)
{
	struct frame frame;

	(void)state;
	up(&frame, 21, 3);
	fill(&frame);
	for (unsigned x = 0; x < 21; x++)
		for (unsigned bit = 10; bit < 16; bit++) {
			put(&frame, x, 1, 0x155 | 1u << bit);
			assert_int_equal(
				format_unpack(format, frame.packed, 21, 3, frame.samples, false),
				1);
			assert_int_equal(frame.samples[21 + x], 0x155);
			put(&frame, x, 1, sample_at(&frame, x, 1));
		}
	down(&frame);
}

static void every_word_may_be_wrong(void **state)
{
	static const unsigned widths[] = {1, 7, 8, 40, 2592, 65535};

	(void)state;
	for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
		struct frame frame;

		up(&frame, widths[i], 2);
		assert_int_equal(
			format_unpack(format, frame.packed, widths[i], 2, frame.samples, false),
			2 * widths[i]);
		for (unsigned x = 0; x < 2 * widths[i]; x++)
			assert_int_equal(frame.samples[x], 1023);
		down(&frame);
	}
}

/*
 * However few pixels the last unit of a line has, and whatever they and the buffer's number are: the first
 * of them alone tells that the device was there.
 */
static void one_pixel_tells_that_a_unit_was_written(void **state)
{
	static const uint32_t counts[] = {0, 1, 1023, 0x03ff03ff, 0xf00fa5c3, UINT32_MAX};

	(void)state;
	assert_int_equal(format->unit_bytes, 64);
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		uint64_t poison = format_poison(counts[i]), unit[8];

		for (unsigned n = 0; n < 8; n++)
			unit[n] = poison;
		assert_true(format_is_untouched(format, unit, poison));
		assert_false(format_is_untouched(format, unit, format_poison(counts[i] ^ 1)));
		for (unsigned sample = 0; sample < 1024; sample++) {
			memcpy(unit, &(uint16_t){(uint16_t)sample}, sizeof(uint16_t));
			assert_false(format_is_untouched(format, unit, poison));
		}
	}
}

/* Holes that are smaller than a unit: two words of every eight bytes of poison are no samples. */
static void poison_between_pixels_is_counted(void **state)
{
	struct frame frame;
	uint64_t poison = format_poison(12);

	(void)state;
	up(&frame, 64, 3);
	fill(&frame);
	memcpy(frame.packed + frame.stride + 40, &poison, sizeof poison);
	assert_int_equal(format_unpack(format, frame.packed, 64, 3, frame.samples, true), 2);
	down(&frame);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_width_unpacks_to_the_last_digit),
		cmocka_unit_test(stride_is_as_in_the_sheet),
		cmocka_unit_test(v4l2_names_each_order),
		cmocka_unit_test(words_of_more_than_ten_bits_are_counted),
		cmocka_unit_test(every_word_may_be_wrong),
		cmocka_unit_test(one_pixel_tells_that_a_unit_was_written),
		cmocka_unit_test(poison_between_pixels_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
