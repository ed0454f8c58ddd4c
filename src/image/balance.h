/* balance.h: white balance from the picture itself. Private to src/image. */
#ifndef IMAGE_BALANCE_H
#define IMAGE_BALANCE_H

#include "image/planes.h"

struct balance {
	double gain[3];    /* red, green, blue; the least is 1, the greatest at most 4 */
	double brightness; /* 1..4: brings the brightest hundredth to nine tenths of full scale */
};

/* Grey world: over the whole scene the three components are worth the same. Looks at some
 * 20,000 blocks, leaves out those with a clipped sample. Gains are 1 for mono. */
void balance_measure(const struct image *image, struct balance *out);

/*
 * The image's black level; when the sensor file gives none (0), the level at or below which a
 * thousandth of the samples lie, if that is in the lowest eighth: a guess for the eye, never for
 * a verdict.
 */
uint16_t black_measure(const struct image *image);

#endif
