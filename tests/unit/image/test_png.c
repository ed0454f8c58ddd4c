/* test_png.c: libpng reads back the picture that was written. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "image/image.h"

static struct picture picture_new(unsigned width, unsigned height)
{
	struct picture picture = {.width = width, .height = height};
	uint32_t random = width * 31 + height;

	picture.pixels = malloc((size_t)width * height * sizeof(uint32_t));
	for (size_t i = 0; i < (size_t)width * height; i++) {
		random = random * 1664525 + 1013904223;
		picture.pixels[i] = random >> 8;
	}
	return picture;
}

/* libpng's simplified API; warnings count as failures. Pixels 0xRRGGBB, or NULL. */
static uint8_t *decode(const struct file_bytes *file, png_image *png)
{
	uint8_t *pixels;

	*png = (png_image){.version = PNG_IMAGE_VERSION};
	if (!png_image_begin_read_from_memory(png, file->data, file->size))
		return NULL;
	png->format = PNG_FORMAT_RGB;
	pixels = malloc(PNG_IMAGE_SIZE(*png));
	if (!png_image_finish_read(png, NULL, pixels, 0, NULL) || png->warning_or_error) {
		free(pixels);
		png_image_free(png);
		return NULL;
	}
	return pixels;
}

/* Sizes around one stored block (65535 bytes) and many. */
static void libpng_reads_the_picture(void **state)
{
	static const struct {
		unsigned width, height;
	} sizes[] = {
		{1, 1},    {3, 2},     {21844, 1},  {21845, 1}, {5461, 4},
		{127, 99}, {528, 392}, {1056, 784}, {1456, 15}, /* one block to the last byte */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct picture picture = picture_new(sizes[i].width, sizes[i].height);
		struct file_bytes file;
		png_image png;
		uint8_t *pixels;

		assert_int_equal(png_encode(&picture, &file), FL_OK);
		pixels = decode(&file, &png);
		if (!pixels)
			fail_msg("%ux%u: %s", picture.width, picture.height, png.message);
		assert_int_equal(png.width, picture.width);
		assert_int_equal(png.height, picture.height);
		for (size_t k = 0; k < (size_t)picture.width * picture.height; k++)
			assert_int_equal(pixels[3 * k] << 16 | pixels[3 * k + 1] << 8 |
						 pixels[3 * k + 2],
					 picture.pixels[k]);
		free(pixels);
		free(picture.pixels);
		file_bytes_free(&file);
	}
}

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* The chunks of the specification, in their order, up to the last byte of the file; the stream in
 * IDAT ends with it. */
static void every_byte_belongs_to_a_chunk(void **state)
{
	static const char *const types[] = {"IHDR", "sRGB", "IDAT", "IEND"};
	static const unsigned sizes[][2] = {{1, 1}, {9, 5}, {1456, 15}, {300, 200}};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct picture picture = picture_new(sizes[i][0], sizes[i][1]);
		uLongf line = 1 + 3 * sizes[i][0], whole = line * sizes[i][1];
		uint8_t *lines = malloc(whole + 1);
		struct file_bytes file;
		size_t at = 8;

		assert_int_equal(png_encode(&picture, &file), FL_OK);
		assert_memory_equal(file.data, "\x89PNG\r\n\x1a\n", 8);
		for (unsigned k = 0; k < 4; k++) {
			const uint8_t *chunk = file.data + at;
			const size_t size = get32(chunk);

			assert_true(at + 12 + size <= file.size);
			assert_memory_equal(chunk + 4, types[k], 4);
			assert_int_equal(get32(chunk + 8 + size),
					 crc32(0, chunk + 4, (uInt)size + 4));
			if (k == 0)
				assert_memory_equal(chunk + 16, "\x08\x02\0\0\0", 5);
			if (k == 1)
				assert_int_equal(chunk[8], 0); /* perceptual */
			if (k == 2) {
				uLongf got = whole + 1;
				uLong taken = size;

				assert_int_equal(uncompress2(lines, &got, chunk + 8, &taken), Z_OK);
				assert_int_equal(got, whole);
				assert_int_equal(taken, size);
				for (unsigned y = 0; y < sizes[i][1]; y++)
					assert_int_equal(lines[y * line], 0); /* no filter */
			}
			at += 12 + size;
		}
		assert_int_equal(at, file.size);
		file_bytes_free(&file);
		free(lines);
		free(picture.pixels);
	}
}

/* Checksums: a flipped bit anywhere behind the signature is found by libpng. */
static void checksums_cover_everything(void **state)
{
	struct picture picture = picture_new(9, 5);
	struct file_bytes file;

	(void)state;
	assert_int_equal(png_encode(&picture, &file), FL_OK);
	/* IEND's last 12 bytes come after the pixels: libpng may not look at them. */
	for (size_t i = 8; i < file.size - 12; i++) {
		png_image png;
		uint8_t *pixels;

		file.data[i] ^= 0x10;
		pixels = decode(&file, &png);
		if (pixels)
			fail_msg("byte %zu of %zu flipped, and libpng reads on", i, file.size);
		file.data[i] ^= 0x10;
	}
	free(picture.pixels);
	file_bytes_free(&file);
}

static void nothing_to_write_is_refused(void **state)
{
	struct picture picture = {.width = 0, .height = 4};
	struct file_bytes file;

	(void)state;
	assert_int_equal(png_encode(&picture, &file), FL_ERR_INVALID);
	assert_null(file.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libpng_reads_the_picture),
		cmocka_unit_test(every_byte_belongs_to_a_chunk),
		cmocka_unit_test(checksums_cover_everything),
		cmocka_unit_test(nothing_to_write_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
