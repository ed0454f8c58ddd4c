/* picture_faults.c: broken optics, pixels and data bits, one function each. */
#include "vboard/scene/picture_faults.h"

#include "vboard/core/knobs.h"

#include <stdlib.h>
#include <string.h>

static const struct vboard_fault_info fault_list[] = {
	{"frozen", VBOARD_CAMERA, "frames are counted on, but the picture is always the first one"},
	{"swapped-bytes", VBOARD_CAMERA, "the bytes of each pair arrive exchanged"},
	{"shifted-frame", VBOARD_CAMERA_NUMBER, "each line starts N pixels late (default 1)"},
	{"bad-pixels", VBOARD_CAMERA_NUMBER,
	 "N pixels are stuck at 0 or 1023 (default 64), at seeded places"},
	{"hot-pixels", VBOARD_CAMERA_NUMBER,
	 "N pixels are always saturated (default 60), at seeded places"},
	{"hot-cluster", VBOARD_CAMERA_NUMBER,
	 "a block of N x N pixels is saturated (default 12), at a seeded place"},
	{"hot-column", VBOARD_CAMERA_NUMBER,
	 "column N is saturated (default: a third of the width)"},
	{"column-offset", VBOARD_CAMERA_NUMBER, "one column is N brighter (default 60)"},
	{"row-stripes", VBOARD_CAMERA_NUMBER,
	 "lines are N brighter and darker in turn, by fours (default 25)"},
	{"dead-line", VBOARD_CAMERA_NUMBER, "line N is all zero (default: a third of the height)"},
	{"dead-plane", VBOARD_CAMERA_NUMBER,
	 "one colour is always black (=N: 0 red, 1 green, 2 blue; default 2)"},
	{"weak-plane", VBOARD_CAMERA_NUMBER,
	 "one colour has a sixth of its light (=N: 0 red, 1 green, 2 blue; default 0)"},
	{"half-black", VBOARD_CAMERA, "the left half of the picture is black"},
	{"bit-high", VBOARD_CAMERA_NUMBER, "data bit N of each sample is always 1 (default 5)"},
	{"bit-low", VBOARD_CAMERA_NUMBER, "data bit N of each sample is always 0 (default 5)"},
	{"swapped-bits", VBOARD_CAMERA_NUMBER,
	 "data bits N and N + 1 of each sample are exchanged (default 4)"},
	{"noise", VBOARD_CAMERA_NUMBER, "more noise, of standard deviation N (default 40)"},
	{"black-offset", VBOARD_CAMERA_NUMBER, "each sample is N too high (default 200)"},
	{"low-light", VBOARD_CAMERA_NUMBER, "N percent of the light reach the sensor (default 12)"},
	{"vignette", VBOARD_CAMERA_NUMBER,
	 "the corners have N percent of the centre's light (default 32)"},
	{"obstruction", VBOARD_CAMERA_NUMBER,
	 "something before the lens: N x N pixels get an eighth of the light (default 500)"},
	{"blur", VBOARD_CAMERA_NUMBER,
	 "out of focus: a blur of N pixels of the full array around each (default 80)"},
	{"upside-down", VBOARD_CAMERA, "the module is built in upside down"},
	{"dark", VBOARD_CAMERA, "no light reaches the sensor (lens cap): black level and noise"},
	{"bright", VBOARD_CAMERA, "the picture is saturated all over"},
	{0},
};

static const struct decision decisions[] = {
	{"sensor-bars",
	 "levels of a test pattern's bars (sensors.md 11)",
	 {"0 and 1023", "64 and 940"}},
	{"sensor-pn9",
	 "where the pseudo-random sequence of a test pattern begins again (sensors.md 11)",
	 {"with each frame", "with each line"}},
	{0},
};

const struct knobs picture_knobs = {fault_list, decisions};

struct line {
	const struct picture_faults *faults;
	unsigned y, width, height;
	const int8_t *noise;
	uint16_t *samples;
};

static bool is_on(const struct line *line, const char *name, uint64_t *value)
{
	return vboard_fault_port(line->faults->board, name, line->faults->port, value);
}

static uint16_t clip(int value)
{
	const int most = PICTURE_MAX;

	return (uint16_t)(value < 0 ? 0 : value > most ? most : value);
}

/* Colour of a sample, 0 R, 1 G, 2 B; without filters, G. */
static unsigned colour_of(const struct line *line, unsigned x)
{
	static const uint8_t colours[CAMERA_COLOURS] = {0, 1, 1, 2};
	const struct camera_look *look = line->faults->look;

	return look->is_mono ? 1 : colours[camera_colour_at(look->order, x, line->y)];
}

/* ---- light -------------------------------------------------------------------------------- */

/* Above black, by numerator / 4096. */
static uint16_t dim(const struct line *line, uint16_t sample, unsigned numerator)
{
	int black = line->faults->look->black;

	return clip(black + (sample - black) * (int)numerator / 4096);
}

/* Falls with the square of the distance from the centre, to N percent in the corners. */
static void vignette(const struct line *line)
{
	uint64_t percent = 32;
	const int64_t w = line->width, h = line->height, dy = 2 * (int64_t)line->y - h;

	if (!is_on(line, "vignette", &percent) || percent > 100)
		return;
	for (unsigned x = 0; x < line->width; x++) {
		const int64_t dx = 2 * (int64_t)x - w;
		const int64_t squared = 4096 * (dx * dx + dy * dy) / (w * w + h * h);

		line->samples[x] = dim(line, line->samples[x],
				       4096 - (unsigned)(squared * (100 - (int64_t)percent) / 100));
	}
}

/* A block of N x N at an eighth of its light, and at most half as high and wide as the picture. */
static void obstruction(const struct line *line)
{
	uint64_t side = 500;
	unsigned w, h, x0, y0;

	if (!is_on(line, "obstruction", &side))
		return;
	w = side < line->width / 2 ? (unsigned)side : line->width / 2;
	h = side < line->height / 2 ? (unsigned)side : line->height / 2;
	x0 = line->faults->place % (line->width - w + 1);
	y0 = (line->faults->place >> 12) % (line->height - h + 1);
	if (line->y < y0 || line->y >= y0 + h)
		return;
	for (unsigned x = x0; x < x0 + w; x++)
		line->samples[x] = dim(line, line->samples[x], 4096 / 8);
}

/* ---- pixel array -------------------------------------------------------------------------- */

static void colour_planes(const struct line *line)
{
	uint64_t dead = 2, weak = 0;
	const bool is_dead = is_on(line, "dead-plane", &dead),
		   is_weak = is_on(line, "weak-plane", &weak);

	for (unsigned x = 0; (is_dead || is_weak) && x < line->width; x++) {
		const unsigned colour = colour_of(line, x);

		if (is_weak && colour == weak)
			line->samples[x] = dim(line, line->samples[x], 4096 / 6);
		if (is_dead && colour == dead)
			line->samples[x] = line->faults->look->black;
	}
}

/* The left half: black, with read-out noise of 2. */
static void half_black(const struct line *line)
{
	if (!is_on(line, "half-black", NULL))
		return;
	for (unsigned x = 0; x < line->width / 2; x++)
		line->samples[x] =
			clip(line->faults->look->black + line->noise[x] * 32 / PICTURE_NOISE_SIGMA);
}

static void fixed_pattern(const struct line *line)
{
	uint64_t column = line->width / 3, offset = 60, stripe = 25, dead = line->height / 3;
	int sign = line->y / 4 & 1 ? -1 : 1;

	if (is_on(line, "row-stripes", &stripe)) {
		for (unsigned x = 0; x < line->width; x++)
			line->samples[x] = clip(line->samples[x] + sign * (int)stripe);
	}
	if (is_on(line, "column-offset", &offset))
		line->samples[line->width / 3] = clip(line->samples[line->width / 3] + (int)offset);
	if (is_on(line, "hot-column", &column) && column < line->width)
		line->samples[column] = PICTURE_MAX;
	if (is_on(line, "dead-line", &dead) && dead == line->y)
		memset(line->samples, 0, line->width * sizeof(*line->samples));
}

static void hot_cluster(const struct line *line)
{
	uint64_t side = 12;
	unsigned x0, y0;

	if (!is_on(line, "hot-cluster", &side) || side >= line->width || side >= line->height)
		return;
	x0 = line->faults->place % (line->width - (unsigned)side);
	y0 = (line->faults->place >> 12) % (line->height - (unsigned)side);
	if (line->y < y0 || line->y >= y0 + side)
		return;
	for (unsigned x = x0; x < x0 + side; x++)
		line->samples[x] = PICTURE_MAX;
}

/* ---- read-out ----------------------------------------------------------------------------- */

static void levels(const struct line *line)
{
	uint64_t sigma = 40, offset = 200;

	if (is_on(line, "noise", &sigma)) {
		for (unsigned x = 0; x < line->width; x++)
			line->samples[x] = clip(line->samples[x] +
						line->noise[line->width - 1 - x] * (int)sigma * 16 /
							PICTURE_NOISE_SIGMA);
	}
	if (is_on(line, "black-offset", &offset)) {
		for (unsigned x = 0; x < line->width; x++)
			line->samples[x] = clip(line->samples[x] + (int)offset);
	}
}

void picture_faults_bits(const struct picture_faults *faults, unsigned width, uint16_t *samples)
{
	const struct line line = {.faults = faults, .width = width, .samples = samples};
	uint64_t high = 5, low = 5, swapped = 4;
	uint16_t set = 0, clear = 0;
	bool swaps = is_on(&line, "swapped-bits", &swapped) && swapped < 9;

	if (is_on(&line, "bit-high", &high) && high < 10)
		set = (uint16_t)(1u << high);
	if (is_on(&line, "bit-low", &low) && low < 10)
		clear = (uint16_t)(1u << low);
	for (unsigned x = 0; (set || clear || swaps) && x < width; x++) {
		unsigned value = (samples[x] | set) & ~(unsigned)clear;

		if (swaps && (value >> swapped & 1) != (value >> (swapped + 1) & 1))
			value ^= 3u << swapped;
		samples[x] = (uint16_t)value;
	}
}

void picture_faults_line(const struct picture_faults *faults, unsigned y, unsigned width,
			 unsigned height, const int8_t *noise, uint16_t *samples)
{
	const struct line line = {faults, y, width, height, noise, samples};

	vignette(&line);
	obstruction(&line);
	colour_planes(&line);
	half_black(&line);
	fixed_pattern(&line);
	hot_cluster(&line);
	levels(&line);
}

/* ---- defocus ------------------------------------------------------------------------------ */

/* Box blur of one row or column in place: `count` values, `step` apart; `sums` has count + 1 places. */
static void blur_run(uint16_t *values, unsigned count, size_t step, unsigned radius, uint64_t *sums)
{
	sums[0] = 0;
	for (unsigned i = 0; i < count; i++)
		sums[i + 1] = sums[i] + values[i * step];
	for (unsigned i = 0; i < count; i++) {
		const unsigned first = i > radius ? i - radius : 0;
		const unsigned last = i + radius < count ? i + radius + 1 : count;

		values[i * step] = (uint16_t)((sums[last] - sums[first]) / (last - first));
	}
}

void picture_faults_scene(const struct picture_faults *faults, struct scene *scene,
			  unsigned array_width)
{
	const unsigned longest = scene->width > scene->height ? scene->width : scene->height;
	uint64_t radius = 80, *sums;

	if (!vboard_fault_port(faults->board, "blur", faults->port, &radius) || !scene->plane[0])
		return;
	radius = radius * scene->width / array_width;
	sums = malloc((longest + 1) * sizeof(*sums));
	for (unsigned c = 0; sums && radius && c < 3; c++) {
		for (unsigned y = 0; y < scene->height; y++)
			blur_run(scene->plane[c] + (size_t)y * scene->width, scene->width, 1,
				 (unsigned)radius, sums);
		for (unsigned x = 0; x < scene->width; x++)
			blur_run(scene->plane[c] + x, scene->height, scene->width, (unsigned)radius,
				 sums);
	}
	free(sums);
}

void picture_faults_init(struct picture_faults *faults, struct vboard *board, unsigned port)
{
	faults->board = board;
	faults->port = port;
	faults->place = vboard_random(board, UINT32_MAX);
}
