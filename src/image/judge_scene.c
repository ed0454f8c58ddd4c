/* judge_scene.c: which figures no working camera gives, whatever it looks at. */
#include "image/measure.h"

#include "core/text.h"

/* One picture on trial. */
struct scene {
	const struct image *image;
	const struct image_statistics *statistics;
	const struct image_limits *limits;
	struct diag *diag;
	unsigned low, high, floor; /* of all planes: darkest p1, brightest p99, darkest floor */
};

#define FAIL(scene, hint, ...) diag_fail((scene)->diag, FL_ERR_MISMATCH, hint, __VA_ARGS__)

#define HINT_FIXED_PATTERN "the sensor's column amplifiers or supply, its black level correction"

static const char *row_name(bool is_column)
{
	return is_column ? "column" : "line";
}

/* ---- data bits -------------------------------------------------------------------------------- */

static enum fl_err judge_stuck_bits(const struct scene *scene)
{
	const struct image_statistics *s = scene->statistics;
	char list[128] = "";
	size_t length = 0;

	if (!s->stuck_bits)
		return FL_OK;
	for (unsigned bit = 0; s->stuck_bits >> bit; bit++)
		if (s->stuck_bits >> bit & 1)
			length +=
				text_format(list + length, sizeof(list) - length, "%s%u always %u",
					    length ? ", " : "", bit, s->stuck_ones >> bit & 1);
	return FAIL(scene,
		    "the sensor's converter or its register settings, or bytes changed on the way",
		    "data bit stuck: bit %s, though the light passes through both of its values",
		    list);
}

static enum fl_err judge_order(const struct scene *scene)
{
	const struct image_statistics *s = scene->statistics;
	static const char hint[] = "order of lanes, bytes or bits on the way from the sensor";

	if (!s->has_other_order)
		return FL_OK;
	if (s->order_high < 10)
		return FAIL(scene, hint,
			    "data bits swapped: the picture is smooth only with bits %u and %u "
			    "exchanged",
			    s->order_low, s->order_high);
	if (!s->order_low)
		return FAIL(scene, hint,
			    "data bits swapped: the picture is smooth only with all bits reversed");
	return FAIL(scene, hint,
		    "data bits swapped: the picture is smooth only with its bits moved by %u",
		    s->order_low);
}

/* ---- light ------------------------------------------------------------------------------------ */

static enum fl_err judge_no_picture(const struct scene *scene)
{
	const struct image_statistics *s = scene->statistics;
	unsigned black = scene->image->black_level;

	if (scene->low >= SAMPLE_MAX - 8)
		return FAIL(scene, "less light or a shorter exposure",
			    "all white: 99 of 100 samples at %u or above", scene->low);
	if (scene->low == scene->high && !(s->noise > 0))
		return FAIL(scene, "is this the sensor's data? Power, reset, registers",
			    "every sample is %u: no light, and no noise either", scene->low);
	if (!s->is_dark)
		return FL_OK;
	if (scene->high + 32u < black)
		return FAIL(scene, "black level of the sensor file, or of the sensor's registers",
			    "dark, and the black level is off: samples lie between %u and %u, the "
			    "sensor file says %u",
			    scene->low, scene->high, black);
	return FAIL(scene, "is the lens covered, the light off, the exposure zero?",
		    "dark: samples lie between %u and %u (black level %u, %s)", scene->low,
		    scene->high, s->black, black_source_name(s->black_source));
}

static enum fl_err judge_dark_area(const struct scene *scene)
{
	const struct image_statistics *s = scene->statistics;

	if (s->dark_area * 1000 <= scene->limits->dark_area)
		return FL_OK;
	return FAIL(scene, "a half-covered lens, or a part of the array that is not read out",
		    "part of the picture dark: no light at all in %u %% of it (limit %u %%), while "
		    "the rest reaches %u",
		    (unsigned)(s->dark_area * 100), scene->limits->dark_area / 10, scene->high);
}

/*
 * Below: no light brings a sample far under black. Above: a scene that spans as much as this one has
 * something dark in it; a flat one (a wall) need not.
 */
static enum fl_err judge_black(const struct scene *scene)
{
	static const char hint[] =
		"black level of the sensor file or of the sensor's registers; or "
		"stray light in the lens";
	unsigned black = scene->image->black_level, tolerance = scene->limits->black_level;

	/* Noise spreads the hundredth by 2.3 deviations; 16 is what temperature may do. */
	if (scene->low + 16 + 3 * scene->statistics->noise < black)
		return FAIL(scene, hint,
			    "black level off: 1 of 100 samples at %u or below, black is %u",
			    scene->low, black);
	if (!black || scene->floor <= black + tolerance)
		return FL_OK;
	if (scene->high - scene->floor < 2 * (scene->floor - black))
		return FL_OK;
	return FAIL(scene, hint,
		    "black level off: the darkest samples are at %u, black is %u (limit %u above)",
		    scene->floor, black, tolerance);
}

static enum fl_err judge_brightness(const struct scene *scene)
{
	const struct image_limits *limits = scene->limits;
	unsigned black = scene->statistics->black;
	unsigned reached = (scene->high - black) * 1000 / (SAMPLE_MAX - black);

	if (reached < limits->brightness)
		return FAIL(
			scene, "exposure, more light, or a half-covered lens",
			"too dark: the brightest hundredth reaches %u.%u %% of full scale (limit "
			"%u.%u %%)",
			reached / 10, reached % 10, limits->brightness / 10,
			limits->brightness % 10);
	if (scene->statistics->clipped * 1000 > limits->clipped)
		return FAIL(scene, "less light or a shorter exposure",
			    "too bright: %u %% of the samples at full scale (limit %u %%)",
			    (unsigned)(scene->statistics->clipped * 100), limits->clipped / 10);
	return FL_OK;
}

/* ---- colour ----------------------------------------------------------------------------------- */

static const char *plane_name(const struct image *image, unsigned plane)
{
	static const char *const names[] = {"red", "green", "blue"};

	return image->bayer == BAYER_MONO ? "mono" : names[bayer_component(image->bayer, plane)];
}

static unsigned plane_range(const struct plane_statistics *one)
{
	return one->p99 - one->p1;
}

/* A plane that stands still at some level while another one sees a scene. */
static enum fl_err judge_stuck_plane(const struct scene *scene)
{
	const struct image_statistics *s = scene->statistics;
	unsigned widest = plane_range(&s->plane[0]);

	for (unsigned i = 1; i < 4; i++)
		widest = plane_range(&s->plane[i]) > widest ? plane_range(&s->plane[i]) : widest;
	for (unsigned i = 0; i < 4; i++) {
		unsigned range = plane_range(&s->plane[i]);

		if (range > 4 + 5 * s->noise || widest < 64 + 8 * range)
			continue;
		return FAIL(
			scene,
			"the sensor's gain registers for this colour, or its converter; at full "
			"scale also far too much light of it",
			"colour channel stuck: %s samples (plane %u) lie between %u and %u, "
			"others span %u codes",
			plane_name(scene->image, i), i, s->plane[i].p1, s->plane[i].p99, widest);
	}
	return FL_OK;
}

/* A plane that sees nothing while another does. */
static enum fl_err judge_planes(const struct scene *scene)
{
	for (unsigned i = 0; i < 4; i++) {
		const struct plane_statistics *one = &scene->statistics->plane[i];

		if (plane_range(one) > 4 + 5 * scene->statistics->noise ||
		    one->p99 > scene->statistics->black + 16 || scene->high < one->p99 + 64u)
			continue;
		return FAIL(
			scene, "the sensor's gain registers for this colour, or its converter",
			"colour channel dead: %s samples (plane %u) lie between %u and %u, others "
			"reach %u",
			plane_name(scene->image, i), i, one->p1, one->p99, scene->high);
	}
	return judge_stuck_plane(scene);
}

static enum fl_err judge_colours(const struct scene *scene)
{
	const struct image_statistics *s = scene->statistics;
	const struct image_limits *limits = scene->limits;
	bool is_red = s->red < s->blue;
	double least = is_red ? s->red : s->blue;
	double balance = s->green_balance < 0 ? -s->green_balance : s->green_balance;

	if (least * 1000 < limits->colour)
		return FAIL(
			scene, "the sensor's gain registers for this colour; or light without it",
			"colour channel weak: %s reaches %u %% of green where it is strong (limit "
			"%u %%)",
			is_red ? "red" : "blue", (unsigned)(least > 0 ? least * 100 : 0),
			limits->colour / 10);
	/* Green is half of all light that there is, and the widest filter. */
	if (least * 2 * limits->colour > 1000)
		return FAIL(
			scene, "the sensor's gain registers for green; or light without it",
			"colour channel weak: green reaches %u %% of red and of blue where they "
			"are strong (limit %u %%)",
			(unsigned)(100 / least), 2 * limits->colour / 10);
	if (balance * 1000 > limits->green_balance && scene->image->bayer == BAYER_MONO)
		return FAIL(scene,
			    "a sensor with colours whose file says 'mono', or odd and even lines "
			    "or columns "
			    "that are read out differently",
			    "the four samples of a block see the same light, but differ by %u %% "
			    "(limit "
			    "%u %%)",
			    (unsigned)(balance * 100), limits->green_balance / 10);
	if (balance * 1000 > limits->green_balance)
		return FAIL(
			scene,
			"the sensor's gain registers for this colour, a wrong Bayer order, or odd "
			"and even lines that are read out differently",
			"colour channel weak: samples of one colour in odd and even lines "
			"differ by "
			"%u %% (limit %u %%)",
			(unsigned)(balance * 100), limits->green_balance / 10);
	return FL_OK;
}

/* ---- lines and columns -------------------------------------------------------------------------- */

static enum fl_err judge_rows(const struct scene *scene)
{
	const struct image_statistics *s = scene->statistics;
	const struct row_defect *row = &s->dead_row;

	if (s->missing_lines > 1)
		return FAIL(scene, "sensor defect, or the frame was cut short",
			    "dead lines: %u hold nothing but zero, the first is line %u",
			    s->missing_lines, s->first_missing);
	if (s->missing_lines)
		return FAIL(scene, "sensor defect, or the frame was cut short",
			    "dead line: line %u holds nothing but zero", s->first_missing);
	if (s->dead_rows)
		return FAIL(scene, "sensor defect",
			    "%s %s: %s %u holds nothing but %d (such lines and columns: %u)",
			    row->value > (int)SAMPLE_MAX / 2 ? "hot" : "dead",
			    row_name(row->is_column), row_name(row->is_column), row->index,
			    row->value, s->dead_rows);
	/* Without noise, as a generator is, a drawing may repeat itself. */
	if (s->repeated_lines && s->noise >= 0.5)
		return FAIL(scene,
			    "the sensor's row addresses, or lines lost and filled up on the way",
			    "repeated lines: %u equal the line of their colours before in every "
			    "sample, the first is line %u",
			    s->repeated_lines, s->first_repeated);
	return FL_OK;
}

static enum fl_err judge_stripes(const struct scene *scene)
{
	const struct stripes *stripes = &scene->statistics->stripes;

	if (stripes->height < scene->limits->fixed_pattern)
		return FL_OK;
	return FAIL(scene, HINT_FIXED_PATTERN,
		    "fixed pattern: stripes, one in %u %ss, of %u codes (limit %u)",
		    stripes->period, row_name(stripes->are_columns), stripes->height,
		    scene->limits->fixed_pattern);
}

/* Among so many rows one stands out by four standard deviations of its parts' means, by chance. */
static bool is_noise(const struct scene *scene, const struct row_defect *row)
{
	unsigned samples = (row->is_column ? scene->image->height : scene->image->width) / 16;
	double noise = scene->statistics->noise, height = row->value;

	return height * height * samples < 16 * noise * noise;
}

static enum fl_err judge_odd_row(const struct scene *scene)
{
	const struct row_defect *row = &scene->statistics->odd_row;
	bool is_above = row->value > 0;
	unsigned height = (unsigned)(is_above ? row->value : -row->value);
	const char *name = row_name(row->is_column), *where = is_above ? "above" : "below";

	if (height < scene->limits->fixed_pattern || is_noise(scene, row))
		return FL_OK;
	if (height > SAMPLE_MAX / 4)
		return FAIL(scene, "sensor defect",
			    "%s %s: %s %u stands %u codes %s its neighbours",
			    is_above ? "hot" : "dead", name, name, row->index, height, where);
	return FAIL(scene, HINT_FIXED_PATTERN,
		    "fixed pattern: %s %u stands %u codes %s its neighbours (limit %u)", name,
		    row->index, height, where, scene->limits->fixed_pattern);
}

/* ---- samples ------------------------------------------------------------------------------------ */

static enum fl_err judge_clusters(const struct scene *scene)
{
	const struct image_statistics *s = scene->statistics;
	const struct image_limits *limits = scene->limits;

	if (s->clusters > limits->clusters)
		return FAIL(
			scene, "sensor defect; dust if it is dark",
			"defect cluster: %u %s samples touch at column %u, line %u (clusters: %u, "
			"limit %u)",
			s->cluster.samples, s->cluster.is_dark ? "dead" : "hot", s->cluster.x,
			s->cluster.y, s->clusters, limits->clusters);
	return FL_OK;
}

static enum fl_err judge_single_defects(const struct scene *scene)
{
	const struct image_statistics *s = scene->statistics;
	const struct image_limits *limits = scene->limits;

	if (s->hot > limits->hot_pixels)
		return FAIL(scene, "sensor defect, or bits lost on the way",
			    "too many hot pixels: %u (limit %u)", s->hot, limits->hot_pixels);
	if (s->dead > limits->dead_pixels)
		return FAIL(scene, "dust, sensor defect, or bits lost on the way",
			    "too many dead pixels: %u (limit %u)", s->dead, limits->dead_pixels);
	if ((s->hot + s->dead) * 3 > (limits->hot_pixels + limits->dead_pixels) * 2)
		return FAIL(scene, "sensor defect, or bits lost on the way",
			    "too many defect pixels: %u hot and %u dead (together %u at most)",
			    s->hot, s->dead, (limits->hot_pixels + limits->dead_pixels) * 2 / 3);
	return FL_OK;
}

static enum fl_err judge_noise(const struct scene *scene)
{
	unsigned tenths = (unsigned)(scene->statistics->noise * 10);

	if (tenths <= scene->limits->noise * 10)
		return FL_OK;
	return FAIL(scene, "analogue gain too high, the sensor's supply, or a bad ground",
		    "noise of %u.%u codes where the picture is calmest (limit %u)", tenths / 10,
		    tenths % 10, scene->limits->noise);
}

/* ---- lens --------------------------------------------------------------------------------------- */

static enum fl_err judge_lens(const struct scene *scene)
{
	const struct image_statistics *s = scene->statistics;
	const struct image_limits *limits = scene->limits;
	unsigned contrast = scene->high - scene->low, blur = (unsigned)(s->blur * 10000);

	if (s->shading * 1000 < limits->shading)
		return FAIL(scene,
			    "lens not on the sensor's axis, a wrong lens, or a narrow opening",
			    "shading: corners have %u %% of the centre's light (limit %u %%)",
			    (unsigned)(s->shading * 100), limits->shading / 10);
	if (s->step && blur > limits->blur * 10)
		return FAIL(scene, "lens position, focus motor, a smeared lens",
			    "out of focus: the sharpest edges are %u.%02u %% of the picture wide "
			    "(limit %u.%u %%)",
			    blur / 100, blur % 100, limits->blur / 10, limits->blur % 10);
	if (contrast < limits->contrast)
		return FAIL(scene, "something right before the lens? Is the chart there?",
			    "no contrast: samples lie between %u and %u (limit %u apart)",
			    scene->low, scene->high, limits->contrast);
	return FL_OK;
}

enum fl_err judge_statistics(const struct image *image, const struct image_statistics *statistics,
			     const struct image_limits *limits, struct diag *diag)
{
	/* In the order in which one spoils the figures of the others. */
	static enum fl_err (*const judges[])(const struct scene *) = {
		judge_no_picture,     judge_stuck_bits, judge_rows,  judge_planes,
		judge_dark_area,      judge_stripes,    judge_order, judge_noise,
		judge_single_defects, judge_odd_row,    judge_black, judge_brightness,
		judge_colours,        judge_clusters,   judge_lens,
	};
	struct scene scene = {image, statistics, limits, diag, SAMPLE_MAX, 0, SAMPLE_MAX};
	enum fl_err err = FL_OK;

	for (unsigned plane = 0; plane < 4; plane++) {
		const struct plane_statistics *one = &statistics->plane[plane];

		scene.low = one->p1 < scene.low ? one->p1 : scene.low;
		scene.high = one->p99 > scene.high ? one->p99 : scene.high;
		scene.floor = one->floor < scene.floor ? one->floor : scene.floor;
	}
	for (size_t i = 0; !err && i < sizeof(judges) / sizeof(judges[0]); i++)
		err = judges[i](&scene);
	return err;
}
