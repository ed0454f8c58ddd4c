/* judge.c: is this the sensor's test pattern? (sensors.md section 11) */
#include "image/judge.h"

#include "core/mem.h"

#define NOISE_LINES 16u
#define EDGE        128u /* step between two samples of a plane that no noise makes */
#define STEP        64u  /* and of bars whose grey is one of eight and more */
#define EDGES_MOST  64u  /* across all bars of a line, both its planes */
#define HINT_LINES                                                                                 \
	"bytes lost or doubled on the way: look at lanes, settle time, byte count, FIFO errors"

/* Columns before the first that differs by more than `tolerance`; widest difference in *widest. */
static unsigned line_compare(const uint16_t *a, const uint16_t *b, unsigned width,
			     unsigned tolerance, unsigned *widest)
{
	if (memcmp(a, b, width * sizeof(a[0])) == 0)
		return width;
	for (unsigned x = 0; x < width; x++) {
		unsigned apart = difference(a[x], b[x]);

		if (apart > tolerance)
			return x;
		if (apart > *widest)
			*widest = apart;
	}
	return width;
}

static enum fl_err fail_line(const struct trial *trial, unsigned y, unsigned reference, unsigned x)
{
	return diag_fail(trial->diag, FL_ERR_MISMATCH, HINT_LINES,
			 "pattern %s: line %u differs from line %u at column %u: %u, want %u",
			 trial->pattern->name, y, reference, x, image_line(trial->image, y)[x],
			 image_line(trial->image, reference)[x]);
}

enum fl_err judge_columns(const struct trial *trial, unsigned reference, unsigned *noise)
{
	const struct image *image = trial->image;
	unsigned tolerance = trial->pattern->is_exact ? 0 : JUDGE_NOISE;
	unsigned first = 0, widest = 0;

	for (unsigned i = 2; i < image->height; i++) {
		unsigned y = (reference + i) % image->height, like = reference + (i & 1);
		unsigned x;

		if (i == 2 + NOISE_LINES)
			tolerance = widest + widest / 2;
		x = line_compare(image_line(image, y), image_line(image, like), image->width,
				 tolerance, &widest);
		if (x == image->width)
			continue;
		if (!trial->pattern->is_rolling)
			return fail_line(trial, y, like, x);
		if (!first)
			first = i;
		if (i - first >= image->height / 2)
			return fail_line(trial, y, like, x);
	}
	*noise = widest;
	return FL_OK;
}

/* The judges below index by ten bits; bytes in the wrong order show here first. */
static enum fl_err judge_range(const struct image *image, struct diag *diag)
{
	size_t count = (size_t)image->width * image->height;

	for (size_t i = 0; i < count; i++)
		if (image->samples[i] > SAMPLE_MAX)
			return diag_fail(diag, FL_ERR_MISMATCH, "bytes swapped, or not unpacked?",
					 "sample at column %u, line %u is %u: more than 10 bits",
					 (unsigned)(i % image->width), (unsigned)(i / image->width),
					 image->samples[i]);
	return FL_OK;
}

/* The four levels that a solid picture holds: the file's, or what the picture itself begins with. */
static enum fl_err solid_levels(const struct trial *trial, unsigned *levels)
{
	for (unsigned plane = 0; plane < 4; plane++) {
		unsigned want = trial->pattern->values[plane];
		unsigned seen = image_line(trial->image, plane / 2)[plane % 2];

		levels[plane] = trial->pattern->is_exact ? want : seen;
		/* Gains and black level may move it: an eighth of the value and a usual pedestal.
		 */
		if (difference(seen, want) > want / 8 + 64)
			return diag_fail(trial->diag, FL_ERR_MISMATCH,
					 "components swapped: wrong Bayer order, or shifted?",
					 "pattern %s: line %u, column %u is %u, want about %u",
					 trial->pattern->name, plane / 2, plane % 2, seen, want);
	}
	return FL_OK;
}

static enum fl_err judge_solid(const struct trial *trial)
{
	const struct image *image = trial->image;
	unsigned tolerance = trial->pattern->is_exact ? 0 : JUDGE_NOISE;
	unsigned levels[4] = {0};
	enum fl_err err = solid_levels(trial, levels);

	for (unsigned y = 0; !err && y < image->height; y++) {
		const uint16_t *line = image_line(image, y);

		for (unsigned x = 0; x < image->width; x++) {
			unsigned want = levels[plane_at(x, y)];

			if (difference(line[x], want) > tolerance)
				return diag_fail(
					trial->diag, FL_ERR_MISMATCH, HINT_LINES,
					"pattern %s: line %u, column %u is %u, want %u +-%u",
					trial->pattern->name, y, x, line[x], want, tolerance);
		}
	}
	return err;
}

/* Samples that equal the one before them in their plane, in a thousand. */
static unsigned flatness(const struct image *image, unsigned tolerance)
{
	uint64_t flat = 0;

	if (image->width <= 2 || !image->height)
		return 0;
	for (unsigned y = 0; y < image->height; y++) {
		const uint16_t *line = image_line(image, y);

		for (unsigned x = 2; x < image->width; x++)
			flat += difference(line[x], line[x - 2]) <= tolerance;
	}
	return (unsigned)(flat * 1000 / ((uint64_t)(image->width - 2) * image->height));
}

static enum fl_err judge_random(const struct trial *trial)
{
	unsigned flat = flatness(trial->image, 0);

	/* Ten (or nine) random bits repeat once in 500 at most. */
	if (flat < 50)
		return FL_OK;
	return diag_fail(trial->diag, FL_ERR_MISMATCH, "is the pattern switched on?",
			 "pattern %s: %u of 1000 samples repeat their neighbour, want under 50",
			 trial->pattern->name, flat);
}

/* Flat areas, with edges across and down. */
static enum fl_err judge_squares(const struct trial *trial)
{
	const struct image *image = trial->image;
	const uint16_t *line = image_line(image, 0);
	unsigned flat = flatness(image, JUDGE_NOISE), across = 0, down = 0;

	for (unsigned x = 2; x < image->width; x++)
		across += difference(line[x], line[x - 2]) > EDGE;
	for (unsigned y = 2; y < image->height; y++)
		down += difference(image_line(image, y)[0], image_line(image, y - 2)[0]) > EDGE;
	if (flat >= 800 && across && down)
		return FL_OK;
	return diag_fail(
		trial->diag, FL_ERR_MISMATCH, "is the pattern switched on?",
		"pattern %s: %u of 1000 samples lie in flat areas, %u edges across the first "
		"line, %u down the first column; want over 800, some and some",
		trial->pattern->name, flat, across, down);
}

/* Nothing but columns, at least two of them. */
static enum fl_err judge_vertical(const struct trial *trial)
{
	const uint16_t *line = image_line(trial->image, 0);
	unsigned noise, edges = 0;
	enum fl_err err = judge_columns(trial, 0, &noise);

	for (unsigned x = 2; x < trial->image->width; x++)
		edges += difference(line[x], line[x - 2]) > STEP;
	if (err || (edges && edges <= EDGES_MOST))
		return err;
	return diag_fail(trial->diag, FL_ERR_MISMATCH,
			 "is the pattern switched on, and are bytes or bits in their places?",
			 "pattern %s: %u edges across the first line, want 1 to %u",
			 trial->pattern->name, edges, EDGES_MOST);
}

static enum fl_err judge_kind(const struct trial *trial)
{
	switch (trial->pattern->kind) {
	case PATTERN_BARS:
		return judge_bars(trial);
	case PATTERN_BARS_FADE:
		return judge_bars_fade(trial);
	case PATTERN_SOLID:
		return judge_solid(trial);
	case PATTERN_RANDOM:
		return judge_random(trial);
	case PATTERN_SQUARES:
		return judge_squares(trial);
	case PATTERN_COLUMNS:
		return judge_vertical(trial);
	default:
		return diag_fail(
			trial->diag, FL_ERR_UNSUPPORTED, "choose another pattern of this sensor",
			"pattern %s: what it looks like is not known", trial->pattern->name);
	}
}

static unsigned red_plane(enum bayer bayer)
{
	unsigned plane = 0;

	while (plane < 3 && bayer_component(bayer, plane) != RED)
		plane++;
	return plane;
}

/* The pattern in its other order: another column or line first. */
static struct image_pattern in_other_order(const struct image_pattern *pattern)
{
	struct image_pattern other = *pattern;
	const unsigned moved = red_plane(pattern->bayer) ^ red_plane(pattern->other);

	other.bayer = pattern->other;
	for (unsigned plane = 0; plane < 4; plane++)
		other.values[plane] = pattern->values[plane ^ moved];
	return other;
}

enum fl_err judge_pattern(const struct image *image, const struct image_pattern *pattern,
			  struct diag *diag)
{
	const struct trial trial = {image, pattern, diag};
	enum fl_err err;

	if (image->width < 64 || image->height < 4 || image->width % 2 || image->height % 2)
		return diag_fail(diag, FL_ERR_INVALID, NULL, "no pattern can be told at %ux%u",
				 image->width, image->height);
	err = judge_range(image, diag);
	if (!err && pattern->has_two_orders) {
		const struct image_pattern other = in_other_order(pattern);
		struct diag ignored = {.message = ""};

		if (!judge_kind(&(struct trial){image, &other, &ignored}))
			return FL_OK;
	}
	return err ? err : judge_kind(&trial);
}

static enum fl_err judge_motion(const struct image *first, const struct image *second,
				const struct image_pattern *pattern, struct diag *diag)
{
	size_t count = (size_t)first->width * first->height, moved = 0;

	for (size_t i = 0; i < count; i++)
		moved += difference(first->samples[i], second->samples[i]) > JUDGE_NOISE;
	/* The least motion is a bar by one line: most of a line's samples change. */
	if (moved >= first->width / 4)
		return FL_OK;
	return diag_fail(diag, FL_ERR_MISMATCH, "an old frame again: does the sensor still run?",
			 "pattern %s moves, but only %zu samples of two frames differ",
			 pattern->name, moved);
}

enum fl_err judge_sequence(const struct image *first, const struct image *second,
			   const struct image_pattern *pattern, struct diag *diag)
{
	unsigned tolerance = pattern->is_exact ? 0 : JUDGE_NOISE, widest = 0;

	if (first->width != second->width || first->height != second->height)
		return diag_fail(diag, FL_ERR_INVALID, NULL, "frames of %ux%u and %ux%u compared",
				 first->width, first->height, second->width, second->height);
	if (pattern->is_rolling)
		return judge_motion(first, second, pattern, diag);
	if (pattern->kind == PATTERN_RANDOM) /* it may begin anew with every frame, or not */
		return FL_OK;
	for (unsigned y = 0; y < first->height; y++) {
		const uint16_t *a = image_line(first, y), *b = image_line(second, y);
		unsigned x;

		if (y == NOISE_LINES)
			tolerance = widest + widest / 2;
		x = line_compare(b, a, first->width, tolerance, &widest);
		if (x < first->width)
			return diag_fail(diag, FL_ERR_MISMATCH, HINT_LINES,
					 "pattern %s stands still, but line %u differs between two "
					 "frames at column %u: %u, then %u",
					 pattern->name, y, x, a[x], b[x]);
	}
	return FL_OK;
}
