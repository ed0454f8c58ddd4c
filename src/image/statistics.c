/* statistics.c: a real scene in figures, and what figures no healthy camera gives. */
#include <emmintrin.h>

#include "image/bayer.h"

#include "firstlight/platform.h"

struct histogram {
	uint32_t count[4][LEVELS];
};

/* One instruction of the CPU, where sqrt() would be a call into libm. */
static double square_root(double value)
{
	return _mm_cvtsd_f64(_mm_sqrt_pd(_mm_set1_pd(value)));
}

/* Bits above the tenth are cut off: raw10_unpack makes none. */
static void histogram_fill(const struct image *image, struct histogram *histogram)
{
	for (unsigned y = 0; y < image->height; y++) {
		const uint16_t *line = image_line(image, y);
		uint32_t *even = histogram->count[plane_at(0, y)];
		uint32_t *odd = histogram->count[plane_at(1, y)];
		unsigned x;

		for (x = 0; x + 1 < image->width; x += 2) {
			even[line[x] & SAMPLE_MAX]++;
			odd[line[x + 1] & SAMPLE_MAX]++;
		}
		if (x < image->width)
			even[line[x] & SAMPLE_MAX]++;
	}
}

/* The least level at or below which more than `rank` samples lie. */
static uint16_t histogram_level(const uint32_t *count, uint64_t rank)
{
	uint64_t below = 0;
	unsigned level;

	for (level = 0; level < SAMPLE_MAX; level++) {
		below += count[level];
		if (below > rank)
			break;
	}
	return (uint16_t)level;
}

static void plane_measure(const uint32_t *count, struct plane_statistics *out)
{
	uint64_t total = 0, sum = 0, squares = 0;
	double variance;

	for (uint64_t level = 0; level < LEVELS; level++) {
		total += count[level];
		sum += count[level] * level;
		squares += count[level] * level * level;
	}
	if (!total)
		return;
	out->mean = (double)sum / (double)total;
	variance = (double)squares / (double)total - out->mean * out->mean;
	out->deviation = variance > 0 ? square_root(variance) : 0;
	out->minimum = histogram_level(count, 0);
	out->maximum = histogram_level(count, total - 1);
	out->p1 = histogram_level(count, total / 100);
	out->p99 = histogram_level(count, total - 1 - total / 100);
}

/* ---- stuck and dead samples ---------------------------------------------------------------- */

/* Least and greatest of the eight neighbours, `step` samples away each way. */
static void neighbours(const uint16_t *sample, unsigned width, unsigned step, unsigned *least,
		       unsigned *greatest)
{
	const ptrdiff_t down = (ptrdiff_t)width * step, right = step;
	const ptrdiff_t at[8] = {-down - right, -down,        -down + right, -right,
				 right,         down - right, down,          down + right};

	*least = SAMPLE_MAX;
	*greatest = 0;
	for (unsigned i = 0; i < 8; i++) {
		unsigned value = sample[at[i]];

		*least = value < *least ? value : *least;
		*greatest = value > *greatest ? value : *greatest;
	}
}

/*
 * Full scale amid dark, in its own plane and in the others: a lens spreads the light of the
 * smallest highlight over more than one sample, so a highlight is never counted.
 */
static bool sample_is_stuck(const uint16_t *sample, unsigned width)
{
	unsigned least, greatest;

	neighbours(sample, width, 2, &least, &greatest);
	if (greatest > SAMPLE_MAX / 2)
		return false;
	neighbours(sample, width, 1, &least, &greatest);
	return greatest <= SAMPLE_MAX * 3 / 4;
}

/* At or below black amid bright. */
static bool sample_is_dead(const uint16_t *sample, unsigned width, unsigned black)
{
	unsigned least, greatest;

	neighbours(sample, width, 2, &least, &greatest);
	if (least < black + 128)
		return false;
	neighbours(sample, width, 1, &least, &greatest);
	return least >= black + 64;
}

static void isolated_measure(const struct image *image, struct image_statistics *out)
{
	for (unsigned y = 2; y + 2 < image->height; y++) {
		const uint16_t *line = image_line(image, y);

		for (unsigned x = 2; x + 2 < image->width; x++) {
			/* At zero: no light, and no black level either; half of it is no noise. */
			if (line[x] >= SAMPLE_MAX - 3u)
				out->stuck += sample_is_stuck(line + x, image->width);
			else if (line[x] <= image->black_level / 2u)
				out->dead +=
					sample_is_dead(line + x, image->width, image->black_level);
		}
	}
}

/* ---- dead lines and columns ---------------------------------------------------------------- */

/* A row of samples of one plane or of the whole image: a line, or a column. */
struct row {
	const uint16_t *samples;
	size_t step;
	unsigned count;
};

static struct row image_row(const struct image *image, bool is_column, unsigned index)
{
	if (is_column)
		return (struct row){image->samples + index, image->width, image->height};
	return (struct row){image_line(image, index), 1, image->width};
}

static bool row_is_even(struct row row)
{
	for (unsigned i = 1; i < row.count; i++)
		if (row.samples[i * row.step] != row.samples[0])
			return false;
	return true;
}

static unsigned row_mean(struct row row)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < row.count; i++)
		sum += row.samples[i * row.step];
	return row.count ? (unsigned)(sum / row.count) : 0;
}

/*
 * All of one value, and both neighbours of the same colours far from that value: clipped sky or
 * a black frame around the scene has at least one neighbour like itself.
 */
static unsigned dead_rows(const struct image *image, bool is_column)
{
	unsigned rows = is_column ? image->width : image->height, dead = 0;

	for (unsigned i = 2; i + 2 < rows; i++) {
		struct row row = image_row(image, is_column, i);
		unsigned value = row.samples[0];

		if (row_is_even(row) &&
		    difference(row_mean(image_row(image, is_column, i - 2)), value) > 32 &&
		    difference(row_mean(image_row(image, is_column, i + 2)), value) > 32)
			dead++;
	}
	return dead;
}

/* Lines at the bottom that nothing was written to: zero, where live ones have a black level. */
static unsigned missing_lines(const struct image *image)
{
	unsigned y = image->height, left;

	if (image->black_level < 16)
		return 0;
	while (y && image_line(image, y - 1)[0] == 0 && row_is_even(image_row(image, false, y - 1)))
		y--;
	left = image->height - y;
	return y ? left : 0;
}

/* ---- shading -------------------------------------------------------------------------------- */

static double area_mean(const struct image *image, unsigned left, unsigned top, unsigned width,
			unsigned height)
{
	uint64_t sum = 0;

	for (unsigned y = top; y < top + height; y++)
		for (unsigned x = left; x < left + width; x++)
			sum += image_line(image, y)[x];
	return (double)sum / ((double)width * height) - image->black_level;
}

/* Areas of a sixteenth of the width and height, at even places so that all colours count alike. */
static double corner_to_centre(const struct image *image)
{
	unsigned width = image->width / 16 & ~1u, height = image->height / 16 & ~1u;
	unsigned right = image->width - width, bottom = image->height - height;
	double centre, corners;

	if (!width || !height)
		return 0;
	centre = area_mean(image, right / 2 & ~1u, bottom / 2 & ~1u, width, height);
	corners = area_mean(image, 0, 0, width, height) +
		  area_mean(image, right & ~1u, 0, width, height) +
		  area_mean(image, 0, bottom & ~1u, width, height) +
		  area_mean(image, right & ~1u, bottom & ~1u, width, height);
	return centre > 0 && corners > 0 ? corners / 4 / centre : 0;
}

enum fl_err image_measure(const struct image *image, struct image_statistics *out)
{
	struct histogram *histogram = platform_alloc(sizeof(*histogram));

	if (!histogram)
		return FL_ERR_NOMEM;
	*out = (struct image_statistics){.stuck = 0};
	histogram_fill(image, histogram);
	for (unsigned plane = 0; plane < 4; plane++)
		plane_measure(histogram->count[plane], &out->plane[plane]);
	platform_free(histogram);
	isolated_measure(image, out);
	out->dead_lines = dead_rows(image, false) + dead_rows(image, true) + missing_lines(image);
	out->corner_to_centre = corner_to_centre(image);
	return FL_OK;
}

/* ---- judge ---------------------------------------------------------------------------------- */

static enum fl_err judge_contrast(const struct image *image,
				  const struct image_statistics *statistics, struct diag *diag)
{
	unsigned low = SAMPLE_MAX, high = 0, widest = 0;

	for (unsigned plane = 0; plane < 4; plane++) {
		const struct plane_statistics *one = &statistics->plane[plane];

		low = one->p1 < low ? one->p1 : low;
		high = one->p99 > high ? one->p99 : high;
		widest = one->p99 - one->p1 > (int)widest ? (unsigned)(one->p99 - one->p1) : widest;
	}
	if (low >= SAMPLE_MAX - 8)
		return diag_fail(diag, FL_ERR_MISMATCH, "less light or a shorter exposure",
				 "all white: 99 of 100 samples at %u or above", low);
	/* 32 of 1024: what noise and shading alone may span; the dullest scene has more. */
	if (widest >= 32)
		return FL_OK;
	if (high <= image->black_level + 48u)
		return diag_fail(
			diag, FL_ERR_MISMATCH,
			"is the lens covered, the light off, the exposure zero?",
			"no contrast: samples lie between %u and %u: all black (black level %u)",
			low, high, image->black_level);
	return diag_fail(diag, FL_ERR_MISMATCH, "something right before the lens?",
			 "no contrast: samples lie between %u and %u", low, high);
}

static enum fl_err judge_defects(const struct image *image,
				 const struct image_statistics *statistics, struct diag *diag)
{
	/* Sensors leave the factory with some; 1 in 20,000 uncorrected is beyond any data sheet. */
	unsigned most = image->width * image->height / 20000 + 8;

	if (statistics->dead_lines >= 1)
		return diag_fail(diag, FL_ERR_MISMATCH, "sensor defect, or the frame was cut short",
				 "%u lines or columns hold one value only",
				 (unsigned)statistics->dead_lines);
	if (statistics->stuck > most)
		return diag_fail(diag, FL_ERR_MISMATCH, "sensor defect, or bits lost on the way",
				 "%u isolated samples at full scale, at most %u are usual",
				 statistics->stuck, most);
	if (statistics->dead > most)
		return diag_fail(diag, FL_ERR_MISMATCH,
				 "dust, sensor defect, or bits lost on the way",
				 "%u isolated samples at black, at most %u are usual",
				 statistics->dead, most);
	return FL_OK;
}

enum fl_err judge_statistics(const struct image *image, const struct image_statistics *statistics,
			     struct diag *diag)
{
	enum fl_err err = judge_contrast(image, statistics, diag);

	/* A pedestal below 16 drowns in noise. Above: no light can bring a sample far below it. */
	for (unsigned plane = 0; !err && plane < 4 && image->black_level >= 16; plane++)
		if (statistics->plane[plane].p1 < image->black_level / 2)
			err = diag_fail(
				diag, FL_ERR_MISMATCH,
				"black level of the sensor file, or of the sensor's registers",
				"black level off: 1 of 100 samples at %u or below, black is %u",
				statistics->plane[plane].p1, image->black_level);
	return err ? err : judge_defects(image, statistics, diag);
}
