/* pattern.c: test patterns. Names and order of the bars are public (sensors.md 11), sizes of what is square, and how
 * bright a gradient begins, are not: any size and slope serve who looks for the kind. */
#include "vboard/scene/pattern.h"

#define SAMPLE_MAX   1023u
#define CHECKER_SIZE 64u
/* The rolling bar: a sixteenth of the height, half as bright, and so much further with each frame. */
#define ROLLING_PART 16u
#define ROLLING_STEP 8u

/* x^9 + x^5 + 1 (ITU-T O.150), which begins with all ones; a sample takes the next ten bits. */
#define PN9_BITS 511u

struct line {
	const struct camera_look *look;
	const struct pattern_choices *choices;
	unsigned number, y;
	unsigned width, height, range;
};

static uint16_t pn9_sample(uint64_t index)
{
	static uint8_t bits[PN9_BITS + 10];
	uint16_t sample = 0;

	if (!bits[0]) {
		unsigned state = 0x1ff;

		for (unsigned i = 0; i < sizeof(bits); i++) {
			bits[i] = state >> 8 & 1;
			state = (state << 1 | ((state >> 8 ^ state >> 4) & 1)) & 0x1ff;
		}
	}
	for (unsigned i = 0; i < 10; i++)
		sample = (uint16_t)(sample << 1 | bits[index * 10 % PN9_BITS + i]);
	return sample;
}

static uint16_t random_sample(const struct line *line, unsigned x)
{
	uint64_t hash = ((uint64_t)line->number << 40 | (uint64_t)line->y << 20 | x) + 1;

	hash *= 0x9e3779b97f4a7c15u;
	hash = (hash ^ hash >> 32) * 0xd6e8feb86659fd93u;
	return hash >> 54;
}

/* How bright bar `bar` of eight (white, yellow, cyan, green, magenta, red, blue, black) is at x. */
static unsigned bar_value(const struct line *line, unsigned x, unsigned bar)
{
	static const uint8_t rgb[8] = {7, 6, 3, 2, 5, 4, 1, 0}; /* bits R, G, B */
	static const uint8_t bit[CAMERA_COLOURS] = {4, 2, 2, 1};
	const enum camera_colour colour = camera_colour_at(line->look->order, x, line->y);

	if (line->look->is_mono)
		return line->range * (7 - bar) / 7;
	return rgb[bar] & bit[colour] ? line->range : 0;
}

/* Above black. */
static unsigned levelled_value(const struct line *line, unsigned x)
{
	const unsigned width = line->width, height = line->height, y = line->y;
	const unsigned column = x * 8 / width, row = y * 8 / width;
	const unsigned bar = bar_value(line, x, column);

	switch (line->look->pattern.kind) {
	case CAMERA_BARS:
		return bar;
	case CAMERA_BARS_DOWN:
		return bar * (height - y) / height;
	case CAMERA_BARS_LEFT:
		return bar * (x + 1) / width;
	case CAMERA_BARS_UP:
		return bar * (y + 1) / height;
	case CAMERA_BARS_GREY:
		return (bar * (height - y) + line->range / 2 * y) / height;
	case CAMERA_SQUARES:
		return bar_value(line, x, (column + row) & 7);
	case CAMERA_SQUARES_GREY:
		return (column + row) & 1 ? 0 : line->range;
	case CAMERA_CHECKER:
		return (x / CHECKER_SIZE + y / CHECKER_SIZE) & 1 ? 0 : line->range;
	case CAMERA_GRADIENT_X:
		return line->range * x / width;
	case CAMERA_GRADIENT_Y:
		return line->range * y / height;
	case CAMERA_SLANT:
		return line->range * (x + y) / (width + height);
	default:
		return 0;
	}
}

static uint16_t sample_at(const struct line *line, unsigned x)
{
	const struct camera_look *look = line->look;
	const unsigned first = line->choices->restarts_by_line ? 0 : line->y;

	switch (look->pattern.kind) {
	case CAMERA_SOLID:
		return look->pattern.solid[camera_colour_at(look->order, x, line->y)];
	case CAMERA_RANDOM:
		return random_sample(line, x);
	case CAMERA_PN9:
		return pn9_sample((uint64_t)first * line->width + x);
	default:
		return (uint16_t)(line->choices->low + levelled_value(line, x));
	}
}

static bool is_in_rolling_bar(const struct line *line)
{
	const unsigned height = line->height, top = line->number * ROLLING_STEP % height;

	return (line->y + height - top) % height < (height + ROLLING_PART - 1) / ROLLING_PART;
}

void pattern_line(const struct camera_look *look, const struct pattern_choices *choices,
		  unsigned number, unsigned y, uint16_t *samples)
{
	const struct line line = {look,
				  choices,
				  number,
				  y,
				  look->window.width,
				  look->window.height,
				  (unsigned)choices->high - choices->low};
	const bool is_dim = look->pattern.is_rolling && is_in_rolling_bar(&line);

	for (unsigned x = 0; x < line.width; x++) {
		samples[x] = sample_at(&line, x);
		if (is_dim)
			samples[x] = (uint16_t)((samples[x] + choices->low) / 2);
	}
}

bool pattern_moves(const struct camera_pattern *pattern)
{
	return pattern->is_rolling || pattern->kind == CAMERA_RANDOM;
}
