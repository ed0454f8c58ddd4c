/*
 * fuzz_image.c: any frame that a receiver may leave behind goes the whole way: unpacked (all
 * ways alike), judged, measured, developed and written, without a step outside its memory.
 */
#include <stdlib.h>
#include <string.h>

#include "describe/plan.h"
#include "image/format.h"
#include "image/image.h"

#define HEADER 8u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_files(const struct image *image, unsigned limit)
{
	struct picture picture;
	struct file_bytes file;

	if (picture_develop(image, limit, limit, &picture) == FL_OK) {
		if (png_encode(&picture, &file) == FL_OK)
			file_bytes_free(&file);
		picture_free(&picture);
	}
	if (pgm_encode(image, &file) == FL_OK)
		file_bytes_free(&file);
	if (dng_encode(image, "fuzz", &file) == FL_OK) {
		image_xxh3(file.data, file.size);
		file_bytes_free(&file);
	}
}

static void judge_all(const struct image *image, const uint8_t *header)
{
	struct image_pattern pattern = {
		.name = "fuzz",
		.kind = header[3] % (PATTERN_OTHER + 1),
		.bayer = header[4] % (BAYER_MONO + 1),
		.is_exact = header[5] & 1,
		.is_rolling = header[5] & 2,
		.high = 1023,
		.low = header[6],
	};
	struct image_statistics statistics;
	struct diag diag = {0};
	struct plan plan;

	plan_defaults(&plan);
	judge_pattern(image, &pattern, &diag);
	judge_sequence(image, image, &pattern, &diag);
	if (image_measure(image, &statistics) == FL_OK)
		judge_statistics(image, &statistics, &plan.image, &diag);
}

/* Width, height, black level, pattern, format; then the first bytes of the frame, which repeat. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct pixel_format *format;
	unsigned width, height;
	size_t bytes, count, beyond;
	uint8_t *packed;
	uint16_t *samples, *again;

	if (size <= HEADER)
		return 0;
	width = 1 + data[0];
	height = 1 + data[1] % 64;
	format = data[6] & 1 ? &pixel_format_raw16 : &pixel_format_ipu3;
	bytes = format_frame_bytes(format, width, height);
	count = (size_t)width * height;
	packed = malloc(bytes);
	samples = malloc(count * sizeof(*samples));
	again = malloc(count * sizeof(*again));
	if (!packed || !samples || !again)
		abort();
	for (size_t i = 0; i < bytes; i++)
		packed[i] = data[HEADER + i % (size - HEADER)];
	beyond = format_unpack(format, packed, width, height, samples, false);
	if (cpu_has_ssse3() &&
	    (format_unpack(format, packed, width, height, again, true) != beyond ||
	     memcmp(samples, again, count * sizeof(*samples)) != 0))
		abort();
	for (size_t i = 0; i < count; i++)
		if (samples[i] >> format->bits)
			abort();
	struct image image = {width,   height,  data[4] % (BAYER_MONO + 1),
			      samples, data[2], 90 * (data[5] % 4)};
	judge_all(&image, data);
	write_files(&image, 1 + data[7]);
	free(packed);
	free(samples);
	free(again);
	return 0;
}
