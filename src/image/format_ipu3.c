/* format_ipu3.c: RAW10 as the IPU3's receiver packs it, 25 pixels in 32 bytes. */
#include "image/format.h"

#include <tmmintrin.h>

#include "core/mem.h"

/* cio2.md 5.1: a group is one 256-bit little-endian number, pixel k in bits 10k+9..10k. */
#define GROUP_PIXELS 25u
#define GROUP_BYTES  32u
#define SAMPLE_MASK  0x3ffu

typedef void unpack_groups_fn(const uint8_t *packed, unsigned groups, uint16_t *samples,
			      bool prefetch);

/* The builtin, so that it stays one load also where the compiler must not assume a libc. */
static inline uint64_t load64(const uint8_t *from)
{
	uint64_t word;

	__builtin_memcpy(&word, from, sizeof(word));
	return word;
}

static inline void prefetch_ahead(const uint8_t *packed, const uint16_t *samples)
{
	__builtin_prefetch(packed + FORMAT_PREFETCH, 0);
	__builtin_prefetch((const uint8_t *)samples + FORMAT_PREFETCH, 1);
}
static inline void store_four(uint64_t word, uint16_t *samples)
{
	samples[0] = word & SAMPLE_MASK;
	samples[1] = (word >> 10) & SAMPLE_MASK;
	samples[2] = (word >> 20) & SAMPLE_MASK;
	samples[3] = (word >> 30) & SAMPLE_MASK;
}

static void unpack_groups_portable(const uint8_t *packed, unsigned groups, uint16_t *samples,
				   bool prefetch)
{
	for (; groups; groups--, packed += GROUP_BYTES, samples += GROUP_PIXELS) {
		if (prefetch)
			prefetch_ahead(packed, samples);
		store_four(load64(packed), samples);
		store_four(load64(packed + 5), samples + 4);
		store_four(load64(packed + 10), samples + 8);
		store_four(load64(packed + 15), samples + 12);
		store_four(load64(packed + 20), samples + 16);
		/* Pixels 20..24 from the last word: a load at byte 25 would leave the group. */
		store_four(load64(packed + 24) >> 8, samples + 20);
		samples[24] = (load64(packed + 24) >> 48) & SAMPLE_MASK;
	}
}

/*
 * Eight pixels: a shuffle brings the two bytes of each into its own lane, a multiplication moves
 * the pixel to the top of the lane (a shift that differs by lane), one shift moves all down.
 */
__attribute__((target("ssse3"))) static inline void store_eight(__m128i bytes, __m128i shuffle,
								uint16_t *samples)
{
	const __m128i align = _mm_setr_epi16(64, 16, 4, 1, 64, 16, 4, 1);
	__m128i lanes = _mm_shuffle_epi8(bytes, shuffle);

	lanes = _mm_srli_epi16(_mm_mullo_epi16(lanes, align), 6);
	_mm_storeu_si128((__m128i *)samples, lanes);
}

__attribute__((target("ssse3"))) static void
unpack_groups_ssse3(const uint8_t *packed, unsigned groups, uint16_t *samples, bool prefetch)
{
	const __m128i from_0 = _mm_setr_epi8(0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 6, 7, 7, 8, 8, 9);
	const __m128i from_4 = _mm_add_epi8(from_0, _mm_set1_epi8(4));

	for (; groups; groups--, packed += GROUP_BYTES, samples += GROUP_PIXELS) {
		__m128i first = _mm_loadu_si128((const __m128i *)packed);
		__m128i middle = _mm_loadu_si128((const __m128i *)(packed + 10));
		__m128i last = _mm_loadu_si128((const __m128i *)(packed + 16));

		if (prefetch)
			prefetch_ahead(packed, samples);
		store_eight(first, from_0, samples);
		store_eight(middle, from_0, samples + 8);
		store_eight(last, from_4, samples + 16);
		samples[24] = (unsigned)_mm_extract_epi16(last, 7) & SAMPLE_MASK;
	}
}

/* A line is whole groups, and a rest of one. */
static inline size_t unpack_line(unpack_groups_fn *unpack, const uint8_t *line, unsigned width,
				 uint16_t *samples, bool prefetch)
{
	unsigned groups = width / GROUP_PIXELS, rest = width % GROUP_PIXELS;
	uint16_t tail[GROUP_PIXELS];

	unpack(line, groups, samples, prefetch);
	if (rest) {
		/* Aside: a whole group would write past the line, and in the end past the image. */
		unpack(line + (size_t)groups * GROUP_BYTES, 1, tail, false);
		memcpy(samples + width - rest, tail, rest * sizeof(tail[0]));
	}
	return 0; /* a pixel has no more than its ten bits */
}

static size_t unpack_line_portable(const uint8_t *line, unsigned width, uint16_t *samples,
				   bool prefetch)
{
	return unpack_line(unpack_groups_portable, line, width, samples, prefetch);
}

static size_t unpack_line_ssse3(const uint8_t *line, unsigned width, uint16_t *samples,
				bool prefetch)
{
	return unpack_line(unpack_groups_ssse3, line, width, samples, prefetch);
}

/* cio2.md 5.2: two groups are a unit, and the first of them always holds pixels. */
const struct pixel_format pixel_format_ipu3 = {
	.name = "RAW10, 25 pixels in 32 bytes",
	.bits = 10,
	.fourcc =
		{
			[BAYER_GRBG] = "ip3G",
			[BAYER_RGGB] = "ip3r",
			[BAYER_BGGR] = "ip3b",
			[BAYER_GBRG] = "ip3g",
			[BAYER_MONO] = "ip3y",
		},
	.group_pixels = GROUP_PIXELS,
	.group_bytes = GROUP_BYTES,
	.unit_bytes = 2 * GROUP_BYTES,
	.probe_bytes = GROUP_BYTES,
	.unpack_line = unpack_line_portable,
	.unpack_line_ssse3 = unpack_line_ssse3,
};
