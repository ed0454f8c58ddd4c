/*
 * format.h: how pixels lie in the memory that a receiver fills. One object for each way, in a file of its
 * own (format_ipu3.c, format_raw16.c); whoever handles frames asks the object and knows no layout.
 */
#ifndef IMAGE_FORMAT_H
#define IMAGE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/bayer.h"

/*
 * One line of `width` pixels to as many samples. With `prefetch`, the next FORMAT_PREFETCH bytes behind
 * every place in both buffers belong to the caller and may be asked for. Returns how many of the pixels
 * have bits that no sample has.
 */
typedef size_t unpack_line_fn(const uint8_t *line, unsigned width, uint16_t *samples,
			      bool prefetch);

/*
 * How far ahead, in bytes, lines are asked for: packed ones to read, lines of samples to own. A
 * frame comes from memory, not from the cache, and the CPU's own prefetcher stops at every page.
 * A quarter faster (bench_unpack.c). Never beyond either buffer: another frame may lie there that
 * the receiver is writing just now, and whose lines must not enter the cache.
 */
#define FORMAT_PREFETCH 2048u

struct pixel_format {
	const char *name;                   /* for people: "RAW10, 25 pixels in 32 bytes" */
	unsigned bits;                      /* of a sample */
	const char *fourcc[BAYER_MONO + 1]; /* V4L2's, by enum bayer */
	unsigned group_pixels, group_bytes; /* the least that has whole pixels and whole bytes */
	unsigned unit_bytes;         /* that the device writes at once; a line has whole ones */
	unsigned probe_bytes;        /* at the start of each unit: they always hold pixels */
	unpack_line_fn *unpack_line; /* on any CPU */
	unpack_line_fn *unpack_line_ssse3; /* NULL: nothing is gained by it */
};

extern const struct pixel_format pixel_format_ipu3;  /* RAW10 as the IPU3's receiver packs it */
extern const struct pixel_format pixel_format_raw16; /* RAW10 in words of 16 bits */

/* Bytes from one line to the next. */
size_t format_stride(const struct pixel_format *format, unsigned width);
/* Bytes of a frame: what lies behind the last pixel of the last line counts. */
size_t format_frame_bytes(const struct pixel_format *format, unsigned width, unsigned height);

/*
 * `height` lines of `width` samples, tightly packed, never above what `bits` can say. `packed` has
 * format_frame_bytes. Uses SSSE3 if `use_ssse3`. Returns how many pixels had bits beyond: 0 unless the
 * format has room for such bits and something else than a picture lies there. Their samples are what the
 * low bits say.
 */
size_t format_unpack(const struct pixel_format *format, const uint8_t *packed, unsigned width,
		     unsigned height, uint16_t *samples, bool use_ssse3);
bool cpu_has_ssse3(void);

/*
 * What memory is filled with before a device writes to it, word by word: as little-endian 16-bit words
 * 0xf00f, 0xa5c3 and `count`. No picture looks like this: the first is above any sample of 10 bits, and 50 of
 * these are at full scale and zero by turns in an odd rhythm. `count` makes it new, so that an older poison
 * is not taken for the one just written.
 */
uint64_t format_poison(uint32_t count);
/* Does a unit, of which at least probe_bytes are there, still hold this poison? The device never wrote
 * it, whatever it says. */
bool format_is_untouched(const struct pixel_format *format, const void *unit, uint64_t poison);

#endif
