/* planes.h: which colour a sample is, by its place. Private to src/image. */
#ifndef IMAGE_PLANES_H
#define IMAGE_PLANES_H

#include "image/image.h"

#define SAMPLE_MAX 1023u /* 10 bits */
#define LEVELS     1024u

enum component { RED, GREEN, BLUE };

/* A plane is one of the four places of a 2x2 block: 2 * (line & 1) + (column & 1). */
static inline unsigned plane_at(unsigned x, unsigned y)
{
	return (y & 1) * 2 + (x & 1);
}

/* On a mono sensor the generator's mosaic is unknown, and every plane counts as green. */
static inline enum component bayer_component(enum bayer bayer, unsigned plane)
{
	static const uint8_t components[][4] = {
		[BAYER_GRBG] = {GREEN, RED, BLUE, GREEN},
		[BAYER_RGGB] = {RED, GREEN, GREEN, BLUE},
		[BAYER_BGGR] = {BLUE, GREEN, GREEN, RED},
		[BAYER_GBRG] = {GREEN, BLUE, RED, GREEN},
		[BAYER_MONO] = {GREEN, GREEN, GREEN, GREEN},
	};

	return (enum component)components[bayer][plane];
}

static inline const uint16_t *image_line(const struct image *image, unsigned y)
{
	return image->samples + (size_t)y * image->width;
}

/* Adds each sample of a line to the sum of its column. */
static inline void sums_add(uint32_t *restrict sums, const uint16_t *restrict line, unsigned width)
{
	for (unsigned x = 0; x < width; x++)
		sums[x] += line[x];
}

static inline unsigned difference(unsigned a, unsigned b)
{
	return a > b ? a - b : b - a;
}

#endif
