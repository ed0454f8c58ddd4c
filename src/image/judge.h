/* judge.h: what the judges of single patterns share. Private to src/image. */
#ifndef IMAGE_JUDGE_H
#define IMAGE_JUDGE_H

#include "image/planes.h"

/*
 * How far two samples that should be equal may lie apart, in LSB, unless the pattern is exact.
 * Patterns are made behind the converter, so there is little reason for any noise at all;
 * sensors.md 11 leaves room for processing that follows.
 */
#define JUDGE_NOISE 8u

/* One picture on trial. */
struct trial {
	const struct image *image;
	const struct image_pattern *pattern;
	struct diag *diag;
};

enum fl_err judge_bars(const struct trial *trial);
enum fl_err judge_bars_fade(const struct trial *trial);

/*
 * Every line equals the line of its parity at `reference` (even), within noise. Noise is what
 * the next 16 lines show: a picture that begins without noise must go on so. Of a rolling
 * pattern one band of lines, at most half the picture, may look different.
 */
enum fl_err judge_columns(const struct trial *trial, unsigned reference, unsigned *noise);

#endif
