/* measure.h: the parts of image_measure. Private to src/image. */
#ifndef IMAGE_MEASURE_H
#define IMAGE_MEASURE_H

#include "image/planes.h"

/* Full scale, as noise and gain leave it. */
#define FULL_SCALE (SAMPLE_MAX - 3u)

/* A count of samples at each level. */
struct histogram {
	uint32_t count[4][LEVELS];
};

/* The least level at or below which more than `rank` samples lie. */
uint16_t histogram_level(const uint32_t *count, uint64_t rank);

/* bits.c: which bits of the data word do not move, or stand in another's place. */
/* FL_ERR_NOMEM. */
enum fl_err bits_measure(const struct image *image, const struct histogram *histogram,
			 struct image_statistics *out);
/* defects.c: single samples and groups of them. */
void defects_measure(const struct image *image, struct image_statistics *out);
/* rows.c: lines and columns that stand out. FL_ERR_NOMEM. */
enum fl_err rows_measure(const struct image *image, struct image_statistics *out);
/* blocks.c: what differs from place to place. FL_ERR_NOMEM. */
enum fl_err blocks_measure(const struct image *image, struct image_statistics *out);
/* blur.c: how sharp the sharpest edges are. FL_ERR_NOMEM. */
enum fl_err blur_measure(const struct image *image, struct image_statistics *out);

#endif
