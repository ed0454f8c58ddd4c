/*
 * golden.c: the picture of a good unit, to compare with: what only somebody can judge who knows what
 * the camera looks at. Blocks are compared, so that both may be of any size and noise.
 */
#include <emmintrin.h>

#include "core/bytes.h"
#include "core/sort.h"
#include "image/measure.h"

#define SIGNAL_LEAST 16.0  /* codes above black from which on two blocks compare */
#define OBSTRUCTED   3.0   /* times darker than in the golden frame */
#define TURN_LEAD    0.15  /* likeness by which a turned picture must fit better */
#define TURN_LEAST   0.8   /* and at all: else it is another scene */
#define SAME_LEAST   0.3   /* likeness from which on light and shadows compare */
#define MOST_ALIKE   0.7   /* likeness from which on every block compares */
#define SIGNAL_MOST  850.0 /* a block brighter than this has clipped samples */

/* ---- the file --------------------------------------------------------------------------------- */

/* A number of the header, and the one white space behind it; 0 for none. */
static unsigned header_number(const uint8_t *file, size_t size, size_t *at)
{
	unsigned number = 0;

	while (*at < size && (file[*at] == ' ' || file[*at] == '\n' || file[*at] == '\r'))
		++*at;
	while (*at < size && file[*at] == '#')
		while (*at < size && file[(*at)++] != '\n')
			;
	for (; *at < size && file[*at] >= '0' && file[*at] <= '9' && number < 65536; ++*at)
		number = number * 10 + (file[*at] - '0');
	++*at;
	return number;
}

static void blocks_mean(const uint8_t *samples, unsigned width, unsigned height, double scale,
			unsigned black, struct golden *out)
{
	const unsigned block_width = width / GRID_WIDTH, block_height = height / GRID_HEIGHT;

	for (unsigned i = 0; i < GRID_HEIGHT * GRID_WIDTH; i++) {
		unsigned left = i % GRID_WIDTH * block_width, top = i / GRID_WIDTH * block_height;
		double sum = 0;

		for (unsigned y = top; y < top + block_height; y++)
			for (unsigned x = left; x < left + block_width; x++) {
				const uint8_t *sample = samples + 2 * ((size_t)y * width + x);

				sum += get_be16(sample);
			}
		out->light[i / GRID_WIDTH][i % GRID_WIDTH] =
			(float)(sum / (block_width * block_height) * scale - black);
	}
}

enum fl_err golden_parse(const uint8_t *file, size_t size, unsigned black, struct golden *out)
{
	size_t at = 2;
	unsigned width, height, most;

	if (size < at || file[0] != 'P' || file[1] != '5')
		return FL_ERR_INVALID;
	width = header_number(file, size, &at);
	height = header_number(file, size, &at);
	most = header_number(file, size, &at);
	if (width < GRID_WIDTH || height < GRID_HEIGHT || width > 8192 || height > 8192 ||
	    most < 256 || most > 65535 || at > size || (size - at) / 2 / width < height)
		return FL_ERR_INVALID;
	blocks_mean(file + at, width, height, (double)SAMPLE_MAX / most, black, out);
	return FL_OK;
}

/* ---- comparing -------------------------------------------------------------------------------- */

/* Of the light; with it shadows count as much as highlights. */
static double root(float light)
{
	return light > 0 ? _mm_cvtsd_f64(_mm_sqrt_pd(_mm_set1_pd((double)light))) : 0;
}

/* Correlation of two pictures, 1 for alike; the second's lines and columns may run backwards. */
static double likeness(const float a[][GRID_WIDTH], const float b[][GRID_WIDTH], bool down,
		       bool across)
{
	double n = GRID_HEIGHT * GRID_WIDTH, sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0, spread;

	for (unsigned y = 0; y < GRID_HEIGHT; y++)
		for (unsigned x = 0; x < GRID_WIDTH; x++) {
			double one = root(a[y][x]);
			double other = root(
				b[down ? GRID_HEIGHT - 1 - y : y][across ? GRID_WIDTH - 1 - x : x]);

			sa += one;
			sb += other;
			saa += one * one;
			sbb += other * other;
			sab += one * other;
		}
	spread = (n * saa - sa * sa) * (n * sbb - sb * sb);
	if (spread <= 0)
		return 0;
	return (n * sab - sa * sb) / _mm_cvtsd_f64(_mm_sqrt_pd(_mm_set1_pd(spread)));
}

static double median(double *values, unsigned count)
{
	sort_doubles(values, count);
	return count ? values[count / 2] : 0;
}

/*
 * Codes in every block that no light of the golden frame explains: where the straight line begins whose
 * slope is the ratio of both deviations. It does not sink with the likeness, as that of least squares does.
 */
static double offset(const float light[][GRID_WIDTH], const float golden[][GRID_WIDTH])
{
	double n = 0, sx = 0, sy = 0, sxx = 0, syy = 0, across, along;

	for (unsigned i = 0; i < GRID_HEIGHT * GRID_WIDTH; i++) {
		double x = (double)golden[i / GRID_WIDTH][i % GRID_WIDTH];
		double y = (double)light[i / GRID_WIDTH][i % GRID_WIDTH];

		if (x > SIGNAL_MOST || y > SIGNAL_MOST)
			continue;
		n++;
		sx += x;
		sy += y;
		sxx += x * x;
		syy += y * y;
	}
	across = n * sxx - sx * sx;
	along = n * syy - sy * sy;
	if (across <= 0 || along <= 0)
		return 0;
	return (sy - sx * _mm_cvtsd_f64(_mm_sqrt_pd(_mm_set1_pd(along / across)))) / n;
}

void golden_compare(const struct image_statistics *statistics, const struct golden *golden,
		    struct golden_result *out)
{
	double ratios[GRID_HEIGHT * GRID_WIDTH];
	unsigned count = 0, obstructed = 0;

	for (unsigned y = 0; y < GRID_HEIGHT; y++)
		for (unsigned x = 0; x < GRID_WIDTH; x++)
			if ((double)golden->light[y][x] >= SIGNAL_LEAST)
				ratios[count++] = (double)statistics->light[y][x] /
						  (double)golden->light[y][x];
	out->light = median(ratios, count);
	for (unsigned y = 0; y < GRID_HEIGHT; y++)
		for (unsigned x = 0; x < GRID_WIDTH; x++) {
			double want = (double)golden->light[y][x] * out->light;

			obstructed += want >= SIGNAL_LEAST &&
				      (double)statistics->light[y][x] * OBSTRUCTED < want;
		}
	out->obstructed = obstructed / (double)(GRID_HEIGHT * GRID_WIDTH);
	out->offset = offset(statistics->light, golden->light);
	out->likeness = likeness(statistics->light, golden->light, false, false);
	out->turned = likeness(statistics->light, golden->light, true, true);
	out->mirrored = likeness(statistics->light, golden->light, false, true);
	out->flipped = likeness(statistics->light, golden->light, true, false);
}

enum fl_err judge_golden(const struct golden_result *result, const struct image_limits *limits,
			 struct diag *diag)
{
	double best = result->likeness + TURN_LEAD > TURN_LEAST ? result->likeness + TURN_LEAD
								: TURN_LEAST;
	bool is_same = result->likeness >= SAME_LEAST;
	const char *how = NULL;

	if (result->mirrored > best) {
		best = result->mirrored;
		how = "mirrored, left to right";
	}
	if (result->flipped > best) {
		best = result->flipped;
		how = "upside down and mirrored";
	}
	if (result->turned > best) {
		best = result->turned;
		how = "upside down, turned by 180 degrees";
	}
	if (how)
		return diag_fail(diag, FL_ERR_MISMATCH,
				 "the module's mounting, or the sensor's flip registers; is the "
				 "chart upside down?",
				 "%s: likeness to the golden frame %d %%, turned so %d %%", how,
				 (int)(result->likeness * 100), (int)(best * 100));
	if (is_same && result->light * 1000 < limits->golden_light)
		return diag_fail(diag, FL_ERR_MISMATCH,
				 "exposure, the lamp, or a half-covered lens",
				 "too dark: %d %% of the golden frame's light (limit %u %%)",
				 (int)(result->light * 100), limits->golden_light / 10);
	if (is_same && result->light * limits->golden_light > 1000)
		return diag_fail(diag, FL_ERR_MISMATCH, "exposure, gain, or the lamp",
				 "too bright: %d %% of the golden frame's light (limit %u %%)",
				 (int)(result->light * 100), 100000 / limits->golden_light);
	if (is_same && result->obstructed * 1000 > limits->obstruction)
		return diag_fail(diag, FL_ERR_MISMATCH, "dirt, or something before the lens",
				 "obstruction: %d %% of the picture is less than a third as bright "
				 "as in the golden frame (limit %u %%)",
				 (int)(result->obstructed * 100), limits->obstruction / 10);
	if (result->likeness >= MOST_ALIKE && result->offset > limits->black_level)
		return diag_fail(
			diag, FL_ERR_MISMATCH,
			"black level of the sensor's registers; or stray light in the lens",
			"black level off: the picture is the golden frame's and %d codes "
			"everywhere (limit %u)",
			(int)result->offset, limits->black_level);
	if (limits->golden_likeness && result->likeness * 1000 < limits->golden_likeness)
		return diag_fail(diag, FL_ERR_MISMATCH, "is the chart there, and in its place?",
				 "another scene: likeness to the golden frame %d %% (limit %u %%)",
				 (int)(result->likeness * 100), limits->golden_likeness / 10);
	return FL_OK;
}
