/* unpack.c: the receiver's packed RAW10 to 16-bit samples, one group (25 pixels) at a time. */
#include "image/image.h"

#include <cpuid.h>
#include <tmmintrin.h>

#include "core/mem.h"

/* cio2.md 5.1: a group is one 256-bit little-endian number, pixel k in bits 10k+9..10k. */
#define GROUP_PIXELS 25u
#define GROUP_BYTES  32u
#define SAMPLE_MASK  0x3ffu

/*
 * How far ahead, in bytes, lines are asked for: packed ones to read, lines of samples to own. A
 * frame comes from memory, not from the cache, and the CPU's own prefetcher stops at every page.
 * A quarter faster (bench_unpack.c). Never beyond either buffer: another frame may lie there that
 * the receiver is writing just now, and whose lines must not enter the cache.
 */
#define PREFETCH_BYTES 2048

typedef void unpack_line_fn(const uint8_t *packed, unsigned groups, uint16_t *samples,
			    bool prefetch);

size_t raw10_stride(unsigned width)
{
	return ((size_t)width + 2 * GROUP_PIXELS - 1) / (2 * GROUP_PIXELS) * (2 * GROUP_BYTES);
}

bool cpu_has_ssse3(void)
{
	unsigned eax, ebx, ecx, edx;

	return __get_cpuid(1, &eax, &ebx, &ecx, &edx) && (ecx & bit_SSSE3);
}

/* The builtin, so that it stays one load also where the compiler must not assume a libc. */
static inline uint64_t load64(const uint8_t *from)
{
	uint64_t word;

	__builtin_memcpy(&word, from, sizeof(word));
	return word;
}

static inline void prefetch_ahead(const uint8_t *packed, const uint16_t *samples)
{
	__builtin_prefetch(packed + PREFETCH_BYTES, 0);
	__builtin_prefetch((const uint8_t *)samples + PREFETCH_BYTES, 1);
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

void raw10_unpack(const uint8_t *packed, unsigned width, unsigned height, uint16_t *samples,
		  bool use_ssse3)
{
	unpack_line_fn *unpack = use_ssse3 ? unpack_groups_ssse3 : unpack_groups_portable;
	size_t stride = raw10_stride(width);
	unsigned groups = width / GROUP_PIXELS, rest = width % GROUP_PIXELS;
	uint16_t tail[GROUP_PIXELS];

	for (; height; height--, packed += stride, samples += width) {
		/* The lines still to come reach farther: each has more bytes than samples. */
		bool prefetch = (height - 1) * (size_t)width > PREFETCH_BYTES;

		unpack(packed, groups, samples, prefetch);
		if (!rest)
			continue;
		/* Aside: a whole group would write past the line, and in the end past the image. */
		unpack(packed + (size_t)groups * GROUP_BYTES, 1, tail, false);
		memcpy(samples + width - rest, tail, rest * sizeof(tail[0]));
	}
}
