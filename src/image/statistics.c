/* statistics.c: a picture in figures. */
#include <emmintrin.h>

#include "image/balance.h"
#include "image/measure.h"

#include "firstlight/platform.h"

/* One instruction of the CPU, where sqrt() would be a call into libm. */
static double square_root(double value)
{
	return _mm_cvtsd_f64(_mm_sqrt_pd(_mm_set1_pd(value)));
}

/* Bits above the tenth are cut off: format_unpack makes none. */
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

uint16_t histogram_level(const uint32_t *count, uint64_t rank)
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
	out->floor = histogram_level(count, total / 1000);
	out->p1 = histogram_level(count, total / 100);
	out->p99 = histogram_level(count, total - 1 - total / 100);
}

static double clipped_share(const struct image *image, const struct histogram *histogram)
{
	uint64_t clipped = 0;

	for (unsigned plane = 0; plane < 4; plane++)
		for (unsigned level = FULL_SCALE; level < LEVELS; level++)
			clipped += histogram->count[plane][level];
	return (double)clipped / ((double)image->width * image->height);
}

const char *black_source_name(enum black_source source)
{
	static const char *const names[] = {"sensor file", "measured on a dark frame",
					    "estimated from the darkest samples"};

	return names[source];
}

/* Nothing but noise around one level in all planes: no light. */
static bool is_dark(const struct image_statistics *statistics)
{
	for (unsigned plane = 0; plane < 4; plane++)
		if (statistics->plane[plane].p99 > statistics->black + 8 + 3 * statistics->noise)
			return false;
	return true;
}

static void black_settle(const struct image *image, struct image_statistics *out)
{
	double mean = 0;

	out->is_dark = is_dark(out);
	if (image->black_level || !out->is_dark)
		return;
	for (unsigned plane = 0; plane < 4; plane++)
		mean += out->plane[plane].mean / 4;
	out->black = (uint16_t)(mean + 0.5);
	out->black_source = BLACK_MEASURED;
}

enum fl_err image_measure(const struct image *image, struct image_statistics *out)
{
	struct histogram *histogram = platform_alloc(sizeof(*histogram));
	struct image known = *image;
	enum fl_err err;

	if (!histogram)
		return FL_ERR_NOMEM;
	*out = (struct image_statistics){.hot = 0};
	known.black_level = out->black = black_measure(image);
	out->black_source = image->black_level ? BLACK_OF_FILE : BLACK_ESTIMATED;
	histogram_fill(image, histogram);
	for (unsigned plane = 0; plane < 4; plane++)
		plane_measure(histogram->count[plane], &out->plane[plane]);
	out->clipped = clipped_share(image, histogram);
	err = bits_measure(image, histogram, out);
	platform_free(histogram);
	defects_measure(image, out);
	if (!err)
		err = rows_measure(image, out);
	if (!err)
		err = blocks_measure(&known, out);
	black_settle(image, out);
	return err ? err : blur_measure(image, out);
}
