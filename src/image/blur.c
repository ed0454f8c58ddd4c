/*
 * blur.c: how sharp the picture is. In a sharp one the step from dark to bright is over within a
 * few samples; out of focus every one takes as long as the blur is wide.
 */
#include "image/measure.h"

#include "firstlight/platform.h"

#define LAGS       10u  /* distances of 1, 2, 4 ... samples of one colour */
#define ROWS       64u  /* lines, and columns, that are looked at, evenly over the picture */
#define STEEP_PART 200u /* the steepest of so many steps counts: edges are rare */
#define STEP_LEAST 48u  /* codes: what has no step as high has nothing to focus on */

struct steps {
	uint32_t count[LAGS][LEVELS];
	uint64_t total[LAGS];
	uint16_t row[]; /* samples of one colour, in a row in memory, too */
};

/* Differences over all distances between the `length` samples of one colour of a row. */
static void row_add(struct steps *steps, const uint16_t *row, unsigned length, unsigned lags)
{
	for (unsigned i = 0; i + 1 < length; i++)
		/* Neighbours differ alike: each distance has counts of its own, so that none waits. */
		for (unsigned lag = 0; lag < lags && i + (1u << lag) < length; lag++)
			steps->count[lag][difference(row[i], row[i + (1u << lag)]) & SAMPLE_MAX]++;
	for (unsigned lag = 0; lag < lags; lag++)
		steps->total[lag] += length - (1u << lag);
}

static void steps_take(struct steps *steps, const struct image *image, bool down, unsigned length,
		       unsigned lags)
{
	unsigned rows = down ? image->width : image->height;
	size_t stride = down ? 2 * (size_t)image->width : 2;
	unsigned every = rows / ROWS | 1; /* odd: all colours */

	for (unsigned i = every / 2; i < rows; i += every) {
		const uint16_t *from = down ? image->samples + i : image_line(image, i);

		for (unsigned at = 0; at < length; at++)
			steps->row[at] = from[at * stride];
		row_add(steps, steps->row, length, lags);
	}
}

/* The height that one step in STEEP_PART reaches. */
static unsigned steep(const struct steps *steps, unsigned lag)
{
	return histogram_level(steps->count[lag],
			       steps->total[lag] - 1 - steps->total[lag] / STEEP_PART);
}

/* Distance, in samples of one colour, over which the steepest edges do half of their rise. */
static double half_rise(const struct steps *steps, unsigned lags, double noise, double half)
{
	double before = 0;

	for (unsigned lag = 0; lag < lags; lag++) {
		/* Noise of both samples: what it adds in its steepest part. */
		double rise = steep(steps, lag) - 3 * noise;

		if (rise >= half)
			return lag ? (1u << (lag - 1)) * (1 + (half - before) / (rise - before))
				   : half / rise;
		before = rise > 0 ? rise : 0;
	}
	return 1u << (lags - 1);
}

enum fl_err blur_measure(const struct image *image, struct image_statistics *out)
{
	unsigned lags = 1, width = image->width / 2;

	if (image->width < 4 * GRID_WIDTH || image->height < 4 * GRID_HEIGHT)
		return FL_OK;
	/* The longest distance is an eighth of the picture, and there is one down a flat one. */
	while (lags < LAGS && (1u << lags) <= width / 8 && (1u << lags) < image->height / 2)
		lags++;
	for (unsigned down = 0; down < 2; down++) {
		unsigned length = (down ? image->height : image->width) / 2;
		struct steps *steps =
			platform_alloc(sizeof(*steps) + length * sizeof(steps->row[0]));
		unsigned height;
		double blur;

		if (!steps)
			return FL_ERR_NOMEM;
		steps_take(steps, image, down, length, lags);
		height = steep(steps, lags - 1);
		blur = 1;
		if (height >= STEP_LEAST + 3 * out->noise)
			blur = half_rise(steps, lags, out->noise, height / 2.0) / width;
		platform_free(steps);
		/* Half a rise takes an eighth of the width at most. */
		if (blur < (out->step ? out->blur : 1)) {
			out->blur = blur;
			out->step = height;
		}
	}
	return FL_OK;
}
