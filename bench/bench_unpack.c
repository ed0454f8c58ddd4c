/*
 * bench_unpack.c: frames as receivers write them to samples, against copying as many bytes as the
 * result has, and packed RAW10 against the published per-pixel method. All buffers are out of the
 * cache when the clock starts, as they are when a frame has just been received.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "image/format.h"

struct frame {
	const struct pixel_format *format;
	unsigned width, height;
	uint8_t *packed;
	uint16_t *samples, *copy;
};

static size_t samples_size(const struct frame *frame)
{
	return (size_t)frame->width * frame->height * sizeof(uint16_t);
}

/*
 * The published description taken word by word (25 pixels in 32 bytes, each pixel within two
 * bytes), as a tool would write it that does not mind the time: index arithmetic per pixel.
 */
static void unpack_per_pixel(void *context)
{
	struct frame *frame = context;
	size_t stride = format_stride(frame->format, frame->width);
	uint16_t *out = frame->samples;

	for (unsigned y = 0; y < frame->height; y++) {
		const uint8_t *line = frame->packed + y * stride;

		for (unsigned x = 0; x < frame->width; x++) {
			unsigned group = x / 25, pixel = x % 25;
			unsigned byte = group * 32 + pixel * 10 / 8, shift = pixel * 10 % 8;

			*out++ = ((line[byte] | line[byte + 1] << 8) >> shift) & 0x3ff;
		}
	}
}

static void unpack_portable(void *context)
{
	struct frame *frame = context;

	format_unpack(frame->format, frame->packed, frame->width, frame->height, frame->samples,
		      false);
}

static void unpack_ssse3(void *context)
{
	struct frame *frame = context;

	format_unpack(frame->format, frame->packed, frame->width, frame->height, frame->samples,
		      true);
}

static void copy_samples(void *context)
{
	struct frame *frame = context;

	memcpy(frame->samples, frame->copy, samples_size(frame));
}

static void drop_from_cache(void *context)
{
	struct frame *frame = context;

	bench_evict(frame->packed, format_frame_bytes(frame->format, frame->width, frame->height));
	bench_evict(frame->copy, samples_size(frame));
	bench_evict(frame->samples, samples_size(frame));
}

static unsigned bench_frame(struct frame *frame, const struct bench_case *cases, size_t count)
{
	size_t packed_size = format_frame_bytes(frame->format, frame->width, frame->height);
	char title[96];
	unsigned missed;

	frame->packed = aligned_alloc(4096, (packed_size + 4095) / 4096 * 4096);
	frame->samples = aligned_alloc(4096, (samples_size(frame) + 4095) / 4096 * 4096);
	frame->copy = aligned_alloc(4096, (samples_size(frame) + 4095) / 4096 * 4096);
	if (!frame->packed || !frame->samples || !frame->copy)
		abort();
	for (size_t i = 0; i < packed_size; i++)
		frame->packed[i] = (uint8_t)(i * 2654435761u >> 13);
	memset(frame->copy, 1, samples_size(frame));
	snprintf(title, sizeof(title), "%s, %ux%u (GB/s of samples written)", frame->format->name,
		 frame->width, frame->height);
	missed = bench_table(title, cases, count, frame);
	free(frame->packed);
	free(frame->samples);
	free(frame->copy);
	return missed;
}

static unsigned bench_size(unsigned width, unsigned height)
{
	struct frame packed = {.format = &pixel_format_ipu3, .width = width, .height = height};
	struct frame words = {.format = &pixel_format_raw16, .width = width, .height = height};
	double bytes = (double)samples_size(&packed);
	const struct bench_case copy = {
		"memcpy of the samples", drop_from_cache, copy_samples, bytes, 0, true};
	const struct bench_case packed_cases[] = {
		copy,
		{"one pixel at a time (published method)", drop_from_cache, unpack_per_pixel, bytes,
		 0, false},
		{"format_unpack, portable C", drop_from_cache, unpack_portable, bytes, 0, false},
		{"format_unpack, SSSE3", drop_from_cache, unpack_ssse3, bytes, 1.0, false},
	};
	const struct bench_case words_cases[] = {
		copy,
		{"format_unpack", drop_from_cache, unpack_portable, bytes, 0.9, false},
	};

	return bench_frame(&packed, packed_cases, cpu_has_ssse3() ? 4 : 3) +
	       bench_frame(&words, words_cases, 2);
}

int main(void)
{
	return bench_size(2592, 1944) + bench_size(4224, 3136) ? 1 : 0;
}
