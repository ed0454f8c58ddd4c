/*
 * format_raw16.c: RAW10 in little-endian words of 16 bits (ipu6.md 6.2), the sample in the low ten.
 *
 * What hardware puts into the high six is not written down; V4L2 defines them as zero. So the picture is what
 * the low ten say, and a word that has more is counted: memory that the device left out (format_poison), that
 * something else wrote to, or samples at the other end of the word.
 */
#include "image/format.h"

#include <emmintrin.h>

#define WORD_BYTES  2u
#define UNIT_WORDS  32u /* of a cache line */
#define LANES       8u  /* words of an SSE2 register, which every CPU of 64 bits has */
#define SAMPLE_MASK 0x3ffu

/* Eight pixels. Adds one to each lane of `good` whose word is a sample. */
static inline __m128i store_eight(const uint8_t *from, uint16_t *samples, __m128i good)
{
	__m128i words = _mm_loadu_si128((const __m128i *)from);
	__m128i low = _mm_and_si128(words, _mm_set1_epi16(SAMPLE_MASK));

	_mm_storeu_si128((__m128i *)samples, low);
	return _mm_sub_epi16(good, _mm_cmpeq_epi16(words, low));
}

static inline size_t lanes_sum(__m128i lanes)
{
	uint16_t lane[LANES];
	size_t sum = 0;

	_mm_storeu_si128((__m128i *)lane, lanes);
	for (unsigned i = 0; i < LANES; i++)
		sum += lane[i];
	return sum;
}

/* Up to 32 * 2^14 pixels, then a lane would run over. */
static size_t unpack_line(const uint8_t *line, unsigned width, uint16_t *samples, bool prefetch)
{
	__m128i lanes = _mm_setzero_si128();
	size_t good = 0;
	unsigned x = 0;

	for (; x + UNIT_WORDS <= width; x += UNIT_WORDS) {
		const uint8_t *from = line + (size_t)x * WORD_BYTES;

		if (prefetch) {
			__builtin_prefetch(from + FORMAT_PREFETCH, 0);
			__builtin_prefetch((const uint8_t *)(samples + x) + FORMAT_PREFETCH, 1);
		}
		for (unsigned i = 0; i < UNIT_WORDS; i += LANES)
			lanes = store_eight(from + (size_t)i * WORD_BYTES, samples + x + i, lanes);
	}
	for (; x < width; x++) {
		unsigned word = line[x * WORD_BYTES] | line[x * WORD_BYTES + 1] << 8;

		samples[x] = word & SAMPLE_MASK;
		good += word <= SAMPLE_MASK;
	}
	return width - good - lanes_sum(lanes);
}

/*
 * ipu6.md 6.2: lines of whole 64 bytes. The last of them has one pixel at least, so what is looked at must tell by
 * that one: the first word of the poison is no sample.
 */
const struct pixel_format pixel_format_raw16 = {
	.name = "RAW10, words of 16 bits",
	.bits = 10,
	.fourcc =
		{
			[BAYER_GRBG] = "BA10",
			[BAYER_RGGB] = "RG10",
			[BAYER_BGGR] = "BG10",
			[BAYER_GBRG] = "GB10",
			[BAYER_MONO] = "Y10 ",
		},
	.group_pixels = 1,
	.group_bytes = WORD_BYTES,
	.unit_bytes = UNIT_WORDS * WORD_BYTES,
	.probe_bytes = sizeof(uint64_t),
	.unpack_line = unpack_line,
};
