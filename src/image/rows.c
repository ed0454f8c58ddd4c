/*
 * rows.c: lines and columns that stand out: dead, hot, or with an offset of their own (fixed
 * pattern noise). "Row" is either. Parts of a row are looked at one by one: an edge of the scene is
 * in some of them, a fault of the sensor in all.
 */
#include <emmintrin.h>

#include "image/measure.h"

#include "core/mem.h"
#include "firstlight/platform.h"

#define PARTS      8u   /* of each row */
#define PARTS_MOST 6u   /* that must agree; in the others the scene may be clipped */
#define STEPS      4u   /* a stripe is looked for at distances of 2, 4, 8 and 16 rows */
#define DEAD_APART 32u  /* codes between a dead row and its living neighbours */
#define DEAD_MOST  16u  /* dead rows side by side; more are a thing, or half of the picture */
#define LIVELY     100u /* samples that change along a line: no chance repeats them all */

/* Sums of the samples in each part of each row. */
struct profile {
	const struct image *image;
	bool are_columns;
	unsigned count;        /* of rows */
	unsigned part;         /* samples in a part; half of them are added up, two of four */
	uint32_t *sums[PARTS]; /* of `count` each */
};

/* ---- rows of one value ------------------------------------------------------------------------ */

/* The samples of a row, one after the other. */
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

static bool row_is_even(const struct image *image, bool is_column, unsigned index)
{
	struct row row = image_row(image, is_column, index);

	for (unsigned i = 1; i < row.count; i++)
		if (row.samples[i * row.step] != row.samples[0])
			return false;
	return true;
}

static unsigned row_mean(const struct image *image, bool is_column, unsigned index)
{
	struct row row = image_row(image, is_column, index);
	uint64_t sum = 0;

	for (unsigned i = 0; i < row.count; i++)
		sum += row.samples[i * row.step];
	return row.count ? (unsigned)(sum / row.count) : 0;
}

/* Even rows of one value from `first` on, or 0. */
static unsigned even_rows(const struct image *image, bool is_column, unsigned first)
{
	unsigned rows = is_column ? image->width : image->height, count = 0;
	unsigned value = image_row(image, is_column, first).samples[0];

	while (first + count < rows &&
	       image_row(image, is_column, first + count).samples[0] == value &&
	       row_is_even(image, is_column, first + count))
		count++;
	return count;
}

/*
 * Are the next rows of the same colours far from these? Clipped sky or a black frame around the scene
 * has neighbours like itself on one side at least. At the border there is one side only, and so narrow
 * is no sky.
 */
static bool rows_are_apart(const struct image *image, bool is_column, unsigned first,
			   unsigned count)
{
	unsigned rows = is_column ? image->width : image->height, end = first + count;
	unsigned value = image_row(image, is_column, first).samples[0];
	bool has_before = first >= 2, has_behind = end + 1 < rows;

	if (!(has_before && has_behind) && (count > 2 || !(has_before || has_behind)))
		return false;
	if (has_before && difference(row_mean(image, is_column, first - 2), value) <= DEAD_APART)
		return false;
	return !has_behind || difference(row_mean(image, is_column, end + 1), value) > DEAD_APART;
}

static void dead_measure(const struct image *image, bool is_column, struct image_statistics *out)
{
	unsigned rows = is_column ? image->width : image->height, count;

	for (unsigned i = 0; i < rows; i += count ? count : 1) {
		count = even_rows(image, is_column, i);
		if (!count || count > DEAD_MOST || !rows_are_apart(image, is_column, i, count))
			continue;
		if (!out->dead_rows)
			out->dead_row = (struct row_defect){
				is_column, i, image_row(image, is_column, i).samples[0]};
		out->dead_rows += count;
	}
}

static bool line_is_lively(const struct image *image, unsigned y)
{
	const uint16_t *line = image_line(image, y);
	unsigned changes = 0;

	for (unsigned x = 2; x < image->width; x++)
		changes += line[x] != line[x - 2];
	return changes >= LIVELY;
}

/* Lines that are the one of the same colours before them once more: noise is never twice the same. */
static void repeats_measure(const struct image *image, struct image_statistics *out)
{
	for (unsigned y = 2; y < image->height; y++) {
		if (memcmp(image_line(image, y), image_line(image, y - 2),
			   image->width * sizeof(uint16_t)) ||
		    !line_is_lively(image, y))
			continue;
		if (!out->repeated_lines++)
			out->first_repeated = y;
	}
}

/* Lines that nothing was written to: zero, where live ones have a black level. */
static void missing_measure(const struct image *image, struct image_statistics *out)
{
	if (image->black_level < 16)
		return;
	for (unsigned y = 0; y < image->height; y++)
		if (!*image_line(image, y) && row_is_even(image, false, y) && !out->missing_lines++)
			out->first_missing = y;
	if (out->missing_lines == image->height)
		out->missing_lines = 0;
}

/* ---- profiles --------------------------------------------------------------------------------- */

static void profile_free(struct profile *profile)
{
	platform_free(profile->sums[0]);
}

static enum fl_err profile_new(struct profile *profile, const struct image *image, bool are_columns)
{
	uint32_t *sums;

	*profile = (struct profile){image,
				    are_columns,
				    are_columns ? image->width : image->height,
				    /* whole fours: all colours of a row in every part */
				    (are_columns ? image->height : image->width) / PARTS & ~3u,
				    {NULL}};
	sums = platform_alloc(PARTS * (size_t)profile->count * sizeof(*sums));
	if (!sums)
		return FL_ERR_NOMEM;
	for (unsigned part = 0; part < PARTS; part++)
		profile->sums[part] = sums + part * (size_t)profile->count;
	return FL_OK;
}

static void columns_sum(struct profile *columns)
{
	const struct image *image = columns->image;

	for (unsigned part = 0; part < PARTS; part++)
		for (unsigned i = 0; i < columns->part; i++)
			if (i % 4 < 2)
				sums_add(columns->sums[part],
					 image_line(image, part * columns->part + i), image->width);
}

/* Of the first two of every four samples; whole fours. */
static uint32_t part_sum(const uint16_t *samples, unsigned count)
{
	const __m128i taken = _mm_setr_epi16(1, 1, 0, 0, 1, 1, 0, 0);
	__m128i sum = _mm_setzero_si128(), some;
	unsigned i = 0;

	for (; i + 8 <= count; i += 8) {
		some = _mm_loadu_si128((const __m128i *)(samples + i));
		sum = _mm_add_epi32(sum, _mm_madd_epi16(some, taken));
	}
	if (i < count) {
		some = _mm_loadl_epi64((const __m128i *)(samples + i));
		sum = _mm_add_epi32(sum, _mm_madd_epi16(some, taken));
	}
	sum = _mm_add_epi32(sum, _mm_srli_si128(sum, 8));
	return (uint32_t)_mm_cvtsi128_si32(sum);
}

static void lines_sum(struct profile *lines)
{
	for (unsigned y = 0; y < lines->count; y++) {
		const uint16_t *line = image_line(lines->image, y);

		for (unsigned part = 0; part < PARTS; part++, line += lines->part)
			lines->sums[part][y] = part_sum(line, lines->part);
	}
}

/* What is nearest to 0 from one to the other. */
static int least_of(int low, int high)
{
	return low > 0 ? low : high < 0 ? high : 0;
}

static int magnitude(int codes)
{
	return codes < 0 ? -codes : codes;
}

static void parts_sort(int part[PARTS])
{
	for (unsigned i = 1; i < PARTS; i++)
		for (unsigned at = i; at && part[at - 1] > part[at]; at--) {
			int lower = part[at];

			part[at] = part[at - 1];
			part[at - 1] = lower;
		}
}

/*
 * How far row `i` stands above two others (below, if negative), in codes, in all parts but two at
 * least; 0 when they do not agree. With `only_peaks` it must stand above both of them, so that the
 * slope of an edge is none.
 */
static int row_height(const struct profile *profile, unsigned i, unsigned one, unsigned two,
		      bool only_peaks)
{
	int part_height[PARTS], code = (int)(profile->part / 2);
	unsigned above = 0, below = 0;

	for (unsigned part = 0; part < PARTS; part++) {
		const uint32_t *sums = profile->sums[part];
		int before = (int)(sums[i] - sums[one]), behind = (int)(sums[i] - sums[two]);
		int height = (before + behind) / 2;

		if (only_peaks)
			height = before < behind ? least_of(before, behind)
						 : least_of(behind, before);
		part_height[part] = height;
		above += height >= code;
		below += height <= -code;
	}
	if (above < PARTS_MOST && below < PARTS_MOST)
		return 0; /* as in nearly all rows: no need to sort */
	parts_sort(part_height);
	return least_of(part_height[PARTS - PARTS_MOST], part_height[PARTS_MOST - 1]) / code;
}

/* A line of light, however thin, shows in the rows on both sides, which have other colours. */
static bool is_light(const struct profile *profile, unsigned i, int height)
{
	/* Each against its outer side: on the inner one is the other, as bright. */
	int before = row_height(profile, i - 1, i - 3, i - 3, true);
	int behind = row_height(profile, i + 1, i + 3, i + 3, true);

	if (height < 0)
		return -before > -height / 4 && -behind > -height / 4;
	return before > height / 4 && behind > height / 4;
}

static void single_measure(const struct profile *profile, struct image_statistics *out)
{
	for (unsigned i = 3; i + 3 < profile->count; i++) {
		int height = row_height(profile, i, i - 2, i + 2, true);

		if (magnitude(height) > magnitude(out->odd_row.value) &&
		    !is_light(profile, i, height))
			out->odd_row = (struct row_defect){profile->are_columns, i, height};
	}
}

/* What half of the rows stand out by, at one distance: no scene is like that all across. */
static void stripes_measure(const struct profile *profile, struct image_statistics *out)
{
	for (unsigned k = 0; k < STEPS; k++) {
		unsigned step = 2u << k;
		uint32_t heights[LEVELS] = {0};
		uint64_t rows = 0;
		unsigned height;

		for (unsigned i = step; i + step < profile->count; i++, rows++) {
			int one = row_height(profile, i, i - step, i + step, false);

			heights[magnitude(one) & (int)SAMPLE_MAX]++;
		}
		height = rows ? histogram_level(heights, rows / 2) : 0;
		if (height > out->stripes.height)
			out->stripes = (struct stripes){profile->are_columns, 2 * step, height};
	}
}

static enum fl_err profile_measure(const struct image *image, bool are_columns,
				   struct image_statistics *out)
{
	struct profile profile;
	enum fl_err err = profile_new(&profile, image, are_columns);

	if (err || !profile.part)
		goto out_free;
	if (are_columns)
		columns_sum(&profile);
	else
		lines_sum(&profile);
	single_measure(&profile, out);
	stripes_measure(&profile, out);
out_free:
	profile_free(&profile);
	return err;
}

enum fl_err rows_measure(const struct image *image, struct image_statistics *out)
{
	enum fl_err err;

	dead_measure(image, false, out);
	dead_measure(image, true, out);
	missing_measure(image, out);
	repeats_measure(image, out);
	err = profile_measure(image, false, out);
	return err ? err : profile_measure(image, true, out);
}
