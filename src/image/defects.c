/*
 * defects.c: hot and dead samples, alone and in groups. What tells a defect from the scene is the
 * lens: it spreads the light of the smallest highlight over several samples, of every colour. A
 * defect has no halo.
 */
#include <emmintrin.h>

#include "image/measure.h"

#define LANES        8u  /* samples that are looked at together */
#define STANDS_OUT   160 /* codes above or below the surroundings: beyond any noise that passes */
#define HALO         16  /* part of its own height that light has at least in its neighbour */
#define MARGIN       3u  /* samples around one that are looked at */
#define GROUP_LEAST  4u  /* samples: fewer that touch are defects of their own */
#define GROUP_WIDTHS 24u /* a group is at most this part of the picture wide: else it is a thing */
#define DARK_GROUP   9u  /* samples below black: one or two by noise, never so many together */

/* ---- single samples -------------------------------------------------------------------------- */

/* Least and greatest of the eight neighbours of the same colour. */
static void surroundings(const uint16_t *sample, unsigned width, int *least, int *greatest)
{
	const ptrdiff_t down = (ptrdiff_t)width * 2;
	const ptrdiff_t at[8] = {-down - 2, -down, -down + 2, -2, 2, down - 2, down, down + 2};

	*least = SAMPLE_MAX;
	*greatest = 0;
	for (unsigned i = 0; i < 8; i++) {
		int value = sample[at[i]];

		*least = value < *least ? value : *least;
		*greatest = value > *greatest ? value : *greatest;
	}
}

/* How far a sample lies above the mean of its colour on either side of `centre`. */
static int excess(const uint16_t *sample, ptrdiff_t across)
{
	return sample[0] - (sample[2 * across] + sample[-2 * across]) / 2;
}

/* Does the light of this sample (`height` above its surroundings; below, if negative) show in those
 * next to it, which have other colours? */
static bool has_halo(const uint16_t *sample, unsigned width, int height)
{
	const ptrdiff_t beside[4] = {-1, 1, -(ptrdiff_t)width, (ptrdiff_t)width};
	int most = 0;

	for (unsigned i = 0; i < 4; i++) {
		/* Across the direction to the sample: along it, the other side is dark anyway. */
		int here = excess(sample + beside[i], i < 2 ? (ptrdiff_t)width : 1);

		here = height < 0 ? -here : here;
		most = here > most ? here : most;
	}
	return most * HALO > (height < 0 ? -height : height) * 4;
}

static void single_measure(const uint16_t *sample, unsigned width, struct image_statistics *out)
{
	int least, greatest, value = sample[0];

	surroundings(sample, width, &least, &greatest);
	if (value > greatest + STANDS_OUT)
		out->hot += !has_halo(sample, width, value - greatest);
	else if (value < least - STANDS_OUT)
		out->dead += !has_halo(sample, width, value - least);
}

/* Two bits for each of eight lanes that is not 0. */
static unsigned lanes_set(__m128i lanes)
{
	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi16(lanes, _mm_setzero_si128())) ^ 0xffffu;
}

/*
 * From x on, before `end`: where a sample stands out from those of its colour on both sides; else `end`.
 * Along an edge, where many differ from one of them, none does.
 */
static unsigned find_peak(const uint16_t *line, unsigned x, unsigned end)
{
	const __m128i stands_out = _mm_set1_epi16(STANDS_OUT);

	for (; x + LANES <= end; x += LANES) {
		__m128i here = _mm_loadu_si128((const __m128i *)(line + x));
		__m128i last = _mm_loadu_si128((const __m128i *)(line + x - 2));
		__m128i next = _mm_loadu_si128((const __m128i *)(line + x + 2));
		__m128i less = _mm_subs_epu16(last, next);
		__m128i above = _mm_subs_epu16(here, _mm_add_epi16(next, less));
		__m128i below = _mm_subs_epu16(_mm_sub_epi16(last, less), here);
		unsigned found = lanes_set(_mm_subs_epu16(_mm_or_si128(above, below), stands_out));

		if (found)
			return x + (unsigned)__builtin_ctz(found) / 2;
	}
	while (x < end && difference(line[x], line[x - 2]) <= STANDS_OUT)
		x++;
	return x;
}

static void singles_measure(const struct image *image, struct image_statistics *out)
{
	for (unsigned y = MARGIN; y + MARGIN < image->height; y++) {
		const uint16_t *line = image_line(image, y);
		unsigned end = image->width - MARGIN, x = MARGIN;

		while ((x = find_peak(line, x, end)) < end)
			single_measure(line + x++, image->width, out);
	}
}

/* ---- groups ----------------------------------------------------------------------------------- */

/* Samples that touch and are all at the end of the scale: full, or below what black can be. */
struct group {
	const struct image *image;
	bool is_dark;
	uint16_t low, high;                /* of the samples that belong, inclusive */
	unsigned left, right, top, bottom; /* inclusive */
};

static bool belongs(const struct group *group, unsigned x, unsigned y)
{
	uint16_t sample = image_line(group->image, y)[x];

	return sample >= group->low && sample <= group->high;
}

/* From x on, before `end`: the first that belongs; else `end`. */
static unsigned find_member(const struct group *group, unsigned x, unsigned y, unsigned end)
{
	const uint16_t *line = image_line(group->image, y);
	const __m128i low = _mm_set1_epi16((short)group->low);
	const __m128i high = _mm_set1_epi16((short)group->high);

	for (; x + LANES <= end; x += LANES) {
		__m128i here = _mm_loadu_si128((const __m128i *)(line + x));
		__m128i out = _mm_or_si128(_mm_subs_epu16(low, here), _mm_subs_epu16(here, high));
		unsigned found = lanes_set(out) ^ 0xffffu;

		if (found)
			return x + (unsigned)__builtin_ctz(found) / 2;
	}
	while (x < end && !belongs(group, x, y))
		x++;
	return x;
}

static bool line_touches(const struct group *group, unsigned y)
{
	for (unsigned x = group->left - 1; x <= group->right + 1; x++)
		if (belongs(group, x, y))
			return true;
	return false;
}

/* From its first line down; false when it is too large for a defect or reaches the border. */
static bool group_grow(struct group *group)
{
	const struct image *image = group->image;
	unsigned most = image->width / GROUP_WIDTHS;

	while (line_touches(group, group->bottom + 1)) {
		unsigned y = ++group->bottom;

		while (group->left >= MARGIN && belongs(group, group->left - 1, y))
			group->left--;
		while (group->right + MARGIN < image->width && belongs(group, group->right + 1, y))
			group->right++;
		if (group->left < MARGIN || group->right + MARGIN >= image->width ||
		    y + MARGIN >= image->height || y - group->top >= most ||
		    group->right - group->left >= most)
			return false;
	}
	return true;
}

static unsigned group_area(const struct group *group)
{
	unsigned area = 0;

	for (unsigned y = group->top; y <= group->bottom; y++)
		for (unsigned x = group->left; x <= group->right; x++)
			area += belongs(group, x, y);
	return area;
}

/* Highlights of one colour fill every second sample. */
static bool group_is_dense(const struct group *group, unsigned area)
{
	unsigned all = (group->right - group->left + 1) * (group->bottom - group->top + 1);

	return area * 5 >= all * 3;
}

/* Mean of what lies `out` samples outside the group. */
static unsigned frame_mean(const struct group *group, unsigned out)
{
	const uint16_t *top = image_line(group->image, group->top - out);
	const uint16_t *bottom = image_line(group->image, group->bottom + out);
	unsigned count = 2 * (group->right - group->left + 1 + group->bottom - group->top + 1);
	unsigned sum = 0;

	for (unsigned x = group->left; x <= group->right; x++)
		sum += top[x] + bottom[x];
	for (unsigned y = group->top; y <= group->bottom; y++)
		sum += image_line(group->image, y)[group->left - out] +
		       image_line(group->image, y)[group->right + out];
	return sum / count;
}

/* No halo: one sample outside is as bright as three samples outside, which is of the same colour.
 * Among bright surroundings nothing can be told. */
static bool group_is_sharp(const struct group *group)
{
	unsigned near = frame_mean(group, 1), far = frame_mean(group, 3);

	return far < SAMPLE_MAX * 3 / 4 && near < far + (SAMPLE_MAX - far) / HALO;
}

/* Samples of a group that is a defect, else 0. */
static unsigned group_judge(struct group *group, struct image_statistics *out)
{
	unsigned area;

	if (line_touches(group, group->top - 1) || !group_grow(group))
		return 0;
	area = group_area(group);
	if (area < (group->is_dark ? DARK_GROUP : GROUP_LEAST) || !group_is_dense(group, area) ||
	    (!group->is_dark && !group_is_sharp(group)))
		return 0;
	if (!out->clusters++)
		out->cluster =
			(struct defect_cluster){group->left, group->top, area, group->is_dark};
	return area;
}

/* Samples in groups that are defects; of `like`, what belongs counts. */
static uint64_t groups_measure(const struct group *like, struct image_statistics *out)
{
	const struct image *image = like->image;
	uint64_t samples = 0;

	for (unsigned y = MARGIN; y + MARGIN < image->height; y++) {
		unsigned end = image->width - MARGIN, x = MARGIN;

		while ((x = find_member(like, x, y, end)) < end) {
			struct group group = *like;

			group.top = group.bottom = y;
			group.left = group.right = x;
			while (x < end && belongs(&group, x + 1, y))
				group.right = ++x;
			if (group.left > MARGIN && x < end)
				samples += group_judge(&group, out);
			x++;
		}
	}
	return samples;
}

/* Groups at full scale are told from highlights only where there are next to no highlights. */
static void hot_measure(const struct image *image, struct image_statistics *out)
{
	const struct group like = {.image = image, .low = FULL_SCALE, .high = UINT16_MAX};
	double full = out->clipped * image->width * image->height;

	if (2.0 * (double)groups_measure(&like, out) < full)
		out->clusters = 0;
}

void defects_measure(const struct image *image, struct image_statistics *out)
{
	const struct group dark = {
		.image = image, .is_dark = true, .high = image->black_level / 4u};
	unsigned lowest = SAMPLE_MAX;

	for (unsigned plane = 0; plane < 4; plane++)
		lowest = out->plane[plane].minimum < lowest ? out->plane[plane].minimum : lowest;
	if (image->width <= 2 * MARGIN)
		return;
	singles_measure(image, out);
	if (out->clipped > 0)
		hot_measure(image, out);
	/* Light cannot bring a sample far below black, and half of it is beyond noise. */
	if (image->black_level >= 16 && lowest <= dark.high)
		groups_measure(&dark, out);
}
