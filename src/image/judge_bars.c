/*
 * judge_bars.c: eight vertical bars, from sensors whose exact values nobody has published
 * (sensors.md section 11): what must hold whatever the gains and the black level are.
 */
#include "image/judge.h"

#define BARS       8u
#define HINT_ORDER "wrong Bayer order, or the picture is shifted by a line or a column"
#define HINT_PLACE "pixels lost or doubled in each line: look at lanes, settle time, line size"

static const char *const bar_names[BARS] = {
	"white", "yellow", "cyan", "green", "magenta", "red", "blue", "black",
};
static const char *const component_names[3] = {"red", "green", "blue"};

/* A bar's or a cell's colour is a set of components that are on: BIT(RED) and so on. */
#define ON(component) (1u << (component))
static const uint8_t bar_colours[BARS] = {
	ON(RED) | ON(GREEN) | ON(BLUE),
	ON(RED) | ON(GREEN),
	ON(GREEN) | ON(BLUE),
	ON(GREEN),
	ON(RED) | ON(BLUE),
	ON(RED),
	ON(BLUE),
	0,
};
#define COLOUR_NONE 0xffu /* a component is neither on nor off, or the greens disagree */

struct bars {
	const struct trial *trial;
	unsigned line; /* the pair of lines that stands for all */
	unsigned noise;
	unsigned low[4], high[4]; /* by plane */
	unsigned begin[BARS + 1]; /* column where a bar begins, exact to the 2x2 cell */
};

static unsigned bar_middle(unsigned bar, unsigned width)
{
	return (2 * bar + 1) * width / (2 * BARS) & ~1u;
}

static bool bar_is_on(const struct bars *bars, unsigned bar, unsigned plane)
{
	return bar_colours[bar] & ON(bayer_component(bars->trial->pattern->bayer, plane));
}

static unsigned sample_at(const struct bars *bars, unsigned x, unsigned plane)
{
	return image_line(bars->trial->image, bars->line + plane / 2)[x + plane % 2];
}

/* ---- levels ------------------------------------------------------------------------------- */

static enum fl_err measure_levels(struct bars *bars)
{
	const struct trial *trial = bars->trial;

	for (unsigned plane = 0; plane < 4; plane++) {
		unsigned low = sample_at(bars, 0, plane), high = low;

		for (unsigned x = 2; x < trial->image->width; x += 2) {
			unsigned sample = sample_at(bars, x, plane);

			low = sample < low ? sample : low;
			high = sample > high ? sample : high;
		}
		bars->low[plane] = low;
		bars->high[plane] = high;
		/* An eighth of full scale: less cannot be told from a scene in the dark. */
		if (high - low <= SAMPLE_MAX / 8)
			return diag_fail(
				trial->diag, FL_ERR_MISMATCH, "is the pattern switched on?",
				"pattern %s: no bars: samples of lines %u, %u, ... lie between "
				"%u and %u",
				trial->pattern->name, bars->line + plane / 2,
				bars->line + plane / 2 + 2, low, high);
	}
	return FL_OK;
}

/* 1 on, 0 off, -1 neither: more than an eighth of the plane's range from both ends. */
static int sample_state(const struct bars *bars, unsigned sample, unsigned plane)
{
	unsigned near = (bars->high[plane] - bars->low[plane]) / 8;

	if (sample + near >= bars->high[plane])
		return 1;
	return sample <= bars->low[plane] + near ? 0 : -1;
}

/* Colour of the 2x2 cell at even column x. */
static unsigned cell_colour(const struct bars *bars, unsigned x)
{
	unsigned on = 0, off = 0;

	for (unsigned plane = 0; plane < 4; plane++) {
		enum component component = bayer_component(bars->trial->pattern->bayer, plane);
		int state = sample_state(bars, sample_at(bars, x, plane), plane);

		if (state < 0)
			return COLOUR_NONE;
		*(state ? &on : &off) |= ON(component);
	}
	return on & off ? COLOUR_NONE : on;
}

/* ---- order and places --------------------------------------------------------------------- */

static enum fl_err fail_colour(const struct bars *bars, unsigned bar, unsigned x)
{
	const struct trial *trial = bars->trial;
	unsigned colour = cell_colour(bars, x), plane = 0;

	for (unsigned i = 0; i < BARS; i++)
		if (bar_colours[i] == colour)
			return diag_fail(trial->diag, FL_ERR_MISMATCH, HINT_ORDER,
					 "pattern %s: bar %u is %s at column %u, want %s",
					 trial->pattern->name, bar, bar_names[i], x,
					 bar_names[bar]);
	/* Then one plane at least is not as the bar's colour says. */
	while (sample_state(bars, sample_at(bars, x, plane), plane) ==
	       (int)bar_is_on(bars, bar, plane))
		plane++;
	return diag_fail(trial->diag, FL_ERR_MISMATCH, HINT_ORDER,
			 "pattern %s: bar %u (%s): %s at column %u, line %u is %u, want about %u",
			 trial->pattern->name, bar, bar_names[bar],
			 component_names[bayer_component(trial->pattern->bayer, plane)],
			 x + plane % 2, bars->line + plane / 2, sample_at(bars, x, plane),
			 bar_is_on(bars, bar, plane) ? bars->high[plane] : bars->low[plane]);
}

static enum fl_err check_order(const struct bars *bars)
{
	for (unsigned bar = 0; bar < BARS; bar++) {
		unsigned x = bar_middle(bar, bars->trial->image->width);

		if (cell_colour(bars, x) != bar_colours[bar])
			return fail_colour(bars, bar, x);
	}
	return FL_OK;
}

/* From column x up to `end` every cell has the bar's colour. */
static enum fl_err check_even(const struct bars *bars, unsigned bar, unsigned x, unsigned end)
{
	for (; x < end; x += 2)
		if (cell_colour(bars, x) != bar_colours[bar])
			return diag_fail(bars->trial->diag, FL_ERR_MISMATCH, HINT_PLACE,
					 "pattern %s: bar %u (%s) changes at column %u, want none "
					 "before column %u",
					 bars->trial->pattern->name, bar, bar_names[bar], x, end);
	return FL_OK;
}

/*
 * Where `bar` begins: the old colour ends at one cell and the new one is there at that cell, at
 * the next, or one later: a bar may begin within a cell, or softly. The mean of both counts.
 */
static enum fl_err find_begin(struct bars *bars, unsigned bar)
{
	unsigned width = bars->trial->image->width;
	unsigned left = bar_middle(bar - 1, width), end = bar_middle(bar, width);
	unsigned settled;
	int off_by; /* in quarters of a pixel, as bar * width / 8 may be no whole pixel */

	while (cell_colour(bars, left) == bar_colours[bar - 1])
		left += 2;
	for (settled = left; settled < left + 4; settled += 2)
		if (cell_colour(bars, settled) == bar_colours[bar])
			break;
	bars->begin[bar] = (left + settled) / 2;
	off_by = (int)(4 * bars->begin[bar]) - (int)(bar * (width / 2));
	if (off_by < -8 || off_by > 8)
		return diag_fail(bars->trial->diag, FL_ERR_MISMATCH, HINT_PLACE,
				 "pattern %s: bar %u (%s) begins at column %u, want %u +-2",
				 bars->trial->pattern->name, bar, bar_names[bar], bars->begin[bar],
				 bar * width / 8);
	return check_even(bars, bar, settled, end);
}

/* Seven transitions, at multiples of an eighth of the width. */
static enum fl_err check_places(struct bars *bars)
{
	unsigned width = bars->trial->image->width;
	enum fl_err err = check_even(bars, 0, 0, bar_middle(0, width));
	unsigned sum = 0, want = width / 2 * 7, apart; /* sums over the seven, in pixels */

	for (unsigned bar = 1; !err && bar < BARS; bar++) {
		err = find_begin(bars, bar);
		sum += bars->begin[bar];
	}
	if (!err)
		err = check_even(bars, BARS - 1, bar_middle(BARS - 1, width), width);
	/* Rounding moves bars either way, or by half a cell: 1.25 pixels on average is a shift. */
	apart = difference(sum, want);
	if (!err && apart > 8)
		err = diag_fail(
			bars->trial->diag, FL_ERR_MISMATCH, HINT_PLACE,
			"pattern %s: all bars begin too %s, by %u pixels on average: shifted",
			bars->trial->pattern->name, sum < want ? "early" : "late",
			(2 * apart + 7) / 14);
	return err;
}

/* ---- slip by bits ------------------------------------------------------------------------- */

/* Sums by [the sample is on][its left neighbour is on]. */
struct beside {
	uint64_t sum[2][2];
	uint32_t count[2][2];
};

static void beside_add(struct beside *beside, const struct bars *bars, unsigned plane, unsigned top,
		       unsigned bottom)
{
	for (unsigned y = top + plane / 2; y < bottom; y += 2)
		for (unsigned bar = 0; bar < BARS; bar++) {
			const uint16_t *line = image_line(bars->trial->image, y);
			bool is_on = bar_is_on(bars, bar, plane);
			bool left_on = bar_is_on(bars, bar, plane ^ 1);
			unsigned x = (bars->begin[bar] & ~1u) + 4 + plane % 2;

			for (; x + 4 < bars->begin[bar + 1]; x += 2) {
				beside->sum[is_on][left_on] += line[x];
				beside->count[is_on][left_on]++;
			}
		}
}

/* In 1/16 LSB: how much higher samples that are on (or off) read right of one that is on. */
static int beside_excess(const struct beside *beside, bool is_on)
{
	const uint64_t *sum = beside->sum[is_on];
	const uint32_t *count = beside->count[is_on];

	if (!count[0] || !count[1])
		return 0;
	return (int)(16 * sum[1] / count[1]) - (int)(16 * sum[0] / count[0]);
}

/*
 * A stream that slipped by a few bits puts the top bits of one sample below those of the next.
 * Flat colour hides it within any tolerance, bars do not: samples, bright and dark alike, then
 * read 1 (3, 7, ...) higher right of a bright one than right of a dark one.
 */
static enum fl_err check_slip(const struct bars *bars, unsigned top, unsigned bottom)
{
	for (unsigned plane = 0; plane < 4; plane++) {
		struct beside beside = {.count = {{0}}};
		int low, high;

		beside_add(&beside, bars, plane, top, bottom);
		low = beside_excess(&beside, false);
		high = beside_excess(&beside, true);
		if (low > 8 && high > 8 && difference((unsigned)low, (unsigned)high) < 8)
			return diag_fail(
				bars->trial->diag, FL_ERR_MISMATCH,
				"bits lost or doubled on the way: look at the settle time",
				"pattern %s: lines %u to %u slipped by bits: samples read %d.%d "
				"more right of a bright one",
				bars->trial->pattern->name, top, bottom - 1, low / 16,
				low % 16 * 10 / 16);
	}
	return FL_OK;
}

#define SLIP_LINES 64u

/* Without noise all lines are alike and the first stand for all. */
static enum fl_err check_slips(const struct bars *bars)
{
	const struct trial *trial = bars->trial;
	unsigned height = trial->image->height;

	if (bars->noise == 0 || trial->pattern->is_rolling)
		return check_slip(bars, bars->line, bars->line + 2);
	for (unsigned top = 0; top < height; top += SLIP_LINES) {
		unsigned end = top + SLIP_LINES;
		enum fl_err err = check_slip(bars, top, end < height ? end : height);

		if (err)
			return err;
	}
	return FL_OK;
}

/* ---- verdicts ----------------------------------------------------------------------------- */

/* The pattern's own values, sample by sample, in the two lines that stand for all. */
static enum fl_err check_exact(const struct bars *bars)
{
	const struct trial *trial = bars->trial;
	unsigned width = trial->image->width;

	for (unsigned plane = 0; plane < 4; plane++)
		for (unsigned x = 0; x < width; x += 2) {
			unsigned bar = (x + plane % 2) * BARS / width;
			unsigned want = bar_is_on(bars, bar, plane) ? trial->pattern->high
								    : trial->pattern->low;
			unsigned sample = sample_at(bars, x, plane);

			if (sample != want)
				return diag_fail(
					trial->diag, FL_ERR_MISMATCH, HINT_ORDER,
					"pattern %s: bar %u (%s): column %u, line %u is %u, "
					"want %u",
					trial->pattern->name, bar, bar_names[bar], x + plane % 2,
					bars->line + plane / 2, sample, want);
		}
	return FL_OK;
}

/* Each bar is even within each plane, away from its edges. */
static enum fl_err check_mono_even(const struct bars *bars)
{
	const struct trial *trial = bars->trial;
	unsigned width = trial->image->width;

	for (unsigned plane = 0; plane < 4; plane++)
		for (unsigned bar = 0; bar < BARS; bar++) {
			unsigned middle = sample_at(bars, bar_middle(bar, width), plane);
			unsigned x = (bar * width / BARS + 3) & ~1u;

			for (; x + 3 < (bar + 1) * width / BARS; x += 2)
				if (difference(sample_at(bars, x, plane), middle) > JUDGE_NOISE)
					return diag_fail(trial->diag, FL_ERR_MISMATCH, HINT_PLACE,
							 "pattern %s: bar %u changes at column %u",
							 trial->pattern->name, bar, x);
		}
	return FL_OK;
}

/* Does any plane change from the bar before to this one? */
static bool mono_step(const struct bars *bars, unsigned bar)
{
	unsigned width = bars->trial->image->width;
	unsigned before = bar_middle(bar - 1, width), x = bar_middle(bar, width);

	for (unsigned plane = 0; plane < 4; plane++)
		if (difference(sample_at(bars, before, plane), sample_at(bars, x, plane)) >
		    2 * JUDGE_NOISE)
			return true;
	return false;
}

/*
 * A mono sensor's generator may still make a mosaic: which bars are bright is unknown. But each
 * is even within each plane, and some boundaries must show.
 */
static enum fl_err check_mono(const struct bars *bars)
{
	const struct trial *trial = bars->trial;
	unsigned steps = 0;
	enum fl_err err = check_mono_even(bars);

	if (err)
		return err;
	for (unsigned bar = 1; bar < BARS; bar++)
		steps += mono_step(bars, bar);
	if (steps >= 3)
		return FL_OK;
	return diag_fail(trial->diag, FL_ERR_MISMATCH, "is the pattern switched on?",
			 "pattern %s: %u of 7 boundaries between bars show", trial->pattern->name,
			 steps);
}

static enum fl_err judge_bars_at(const struct trial *trial, unsigned reference)
{
	struct bars bars = {.trial = trial, .line = reference};
	enum fl_err err = judge_columns(trial, reference, &bars.noise);

	if (err)
		return err;
	bars.begin[BARS] = trial->image->width;
	if (trial->pattern->bayer == BAYER_MONO)
		return check_mono(&bars);
	if (trial->pattern->is_exact)
		return check_exact(&bars);
	err = measure_levels(&bars);
	if (!err)
		err = check_order(&bars);
	if (!err)
		err = check_places(&bars);
	if (!err)
		err = check_slips(&bars);
	return err;
}

enum fl_err judge_bars(const struct trial *trial)
{
	struct trial quiet = *trial;

	quiet.diag = NULL;
	/* The moving bar lies anywhere: if it covers the first line, then not the middle one. */
	if (trial->pattern->is_rolling &&
	    judge_bars_at(&quiet, trial->image->height / 2 & ~1u) == FL_OK)
		return FL_OK;
	return judge_bars_at(trial, 0);
}

/* ---- bars that fade ------------------------------------------------------------------------ */

/* How many bars show their colour at this line; 0 as soon as one shows another. */
static unsigned fade_count(const struct bars *bars)
{
	unsigned width = bars->trial->image->width, shown = 0;

	for (unsigned bar = 0; bar < BARS; bar++) {
		unsigned x = bar_middle(bar, width), colour = 0;
		unsigned top = sample_at(bars, x, 0), bottom = top;
		unsigned levels[3] = {SAMPLE_MAX, SAMPLE_MAX, SAMPLE_MAX};

		for (unsigned plane = 0; plane < 4; plane++) {
			unsigned sample = sample_at(bars, x, plane);

			levels[bayer_component(bars->trial->pattern->bayer, plane)] = sample;
			top = sample > top ? sample : top;
			bottom = sample < bottom ? sample : bottom;
		}
		/* White, black and what has faded have no colour to tell. */
		if (top - bottom < 64)
			continue;
		for (unsigned component = 0; component < 3; component++)
			if (levels[component] > (top + bottom) / 2)
				colour |= ON(component);
		if (colour != bar_colours[bar])
			return 0;
		shown++;
	}
	return shown;
}

enum fl_err judge_bars_fade(const struct trial *trial)
{
	unsigned height = trial->image->height;

	if (trial->pattern->bayer == BAYER_MONO)
		return diag_fail(trial->diag, FL_ERR_UNSUPPORTED, "choose another pattern",
				 "pattern %s: what it looks like on a mono sensor is not known",
				 trial->pattern->name);
	/* Bars may fade upwards, downwards or sideways: one line that shows five is enough. */
	for (unsigned part = 0; part < 5; part++) {
		struct bars bars = {.trial = trial, .line = part * (height - 2) / 4 & ~1u};

		if (fade_count(&bars) >= 5)
			return FL_OK;
	}
	return diag_fail(
		trial->diag, FL_ERR_MISMATCH, HINT_ORDER,
		"pattern %s: no line shows yellow, cyan, green, magenta, red, blue in this "
		"order",
		trial->pattern->name);
}
