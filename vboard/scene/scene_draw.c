/*
 * scene_draw.c: the built-in scene: a house under a sun between hills, a colour chart, a grey
 * ramp, resolution lines, and the camera's name, so that a person sees at once whether colours,
 * order and orientation are right.
 */
#include "vboard/scene/scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH  1064u
#define HEIGHT 792u

struct colour {
	uint8_t r, g, b; /* sRGB */
};

static const struct colour sky_top = {70, 130, 205}, sky_bottom = {190, 215, 235};
static const struct colour far_hill = {95, 130, 120}, near_hill = {80, 135, 60};
static const struct colour wall = {225, 200, 165}, roof = {165, 60, 45};
static const struct colour door = {95, 60, 40}, window = {120, 170, 210};
static const struct colour trunk = {90, 65, 45}, leaves = {45, 105, 45};
static const struct colour sun = {255, 235, 150}, board = {40, 42, 46};
static const struct colour letters = {235, 235, 230};

/* The six chromatic and six neutral-ish fields that people know from colour charts. */
static const struct colour chart[12] = {
	{56, 61, 150},   {70, 148, 73},   {175, 54, 60},   {231, 199, 31},
	{187, 86, 149},  {8, 133, 161},   {243, 243, 242}, {200, 200, 200},
	{160, 160, 160}, {122, 122, 121}, {85, 85, 85},    {52, 52, 52},
};

/* 5x7 letters, one byte a row, for what is written on the board. */
static const struct glyph {
	char letter;
	uint8_t rows[7];
} glyphs[] = {
	{'F', {0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x10}},
	{'I', {0x0e, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0e}},
	{'R', {0x1e, 0x11, 0x11, 0x1e, 0x14, 0x12, 0x11}},
	{'S', {0x0f, 0x10, 0x10, 0x0e, 0x01, 0x01, 0x1e}},
	{'T', {0x1f, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04}},
	{'L', {0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x1f}},
	{'G', {0x0e, 0x11, 0x10, 0x17, 0x11, 0x11, 0x0f}},
	{'H', {0x11, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x11}},
	{'O', {0x0e, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0e}},
	{'V', {0x11, 0x11, 0x11, 0x11, 0x11, 0x0a, 0x04}},
	{'M', {0x11, 0x1b, 0x15, 0x15, 0x11, 0x11, 0x11}},
	{'X', {0x11, 0x11, 0x0a, 0x04, 0x0a, 0x11, 0x11}},
	{'0', {0x0e, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0e}},
	{'1', {0x04, 0x0c, 0x04, 0x04, 0x04, 0x04, 0x0e}},
	{'2', {0x0e, 0x11, 0x01, 0x02, 0x04, 0x08, 0x1f}},
	{'3', {0x1f, 0x02, 0x04, 0x02, 0x01, 0x11, 0x0e}},
	{'4', {0x02, 0x06, 0x0a, 0x12, 0x1f, 0x02, 0x02}},
	{'5', {0x1f, 0x10, 0x1e, 0x01, 0x01, 0x11, 0x0e}},
	{'6', {0x06, 0x08, 0x10, 0x1e, 0x11, 0x11, 0x0e}},
	{'7', {0x1f, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08}},
	{'8', {0x0e, 0x11, 0x11, 0x0e, 0x11, 0x11, 0x0e}},
	{'9', {0x0e, 0x11, 0x11, 0x0f, 0x01, 0x02, 0x0c}},
};

struct canvas {
	struct scene *scene;
	uint16_t linear[256];
};

static void put(struct canvas *canvas, int x, int y, struct colour c)
{
	size_t at;

	if (x < 0 || y < 0 || x >= (int)WIDTH || y >= (int)HEIGHT)
		return;
	at = (size_t)y * WIDTH + (size_t)x;
	canvas->scene->plane[0][at] = canvas->linear[c.r];
	canvas->scene->plane[1][at] = canvas->linear[c.g];
	canvas->scene->plane[2][at] = canvas->linear[c.b];
}

static void fill(struct canvas *canvas, int x, int y, int width, int height, struct colour c)
{
	for (int j = y; j < y + height; j++) {
		for (int i = x; i < x + width; i++)
			put(canvas, i, j, c);
	}
}

static void disc(struct canvas *canvas, int x, int y, int radius, struct colour c)
{
	for (int j = -radius; j <= radius; j++) {
		for (int i = -radius; i <= radius; i++) {
			if (i * i + j * j <= radius * radius)
				put(canvas, x + i, y + j, c);
		}
	}
}

static struct colour mix(struct colour a, struct colour b, double t)
{
	return (struct colour){
		(uint8_t)(a.r + (b.r - a.r) * t),
		(uint8_t)(a.g + (b.g - a.g) * t),
		(uint8_t)(a.b + (b.b - a.b) * t),
	};
}

/* Blades of grass: a fixed, fine texture, 0 .. 0.24. */
static double grass(int x, int y)
{
	unsigned mixed = (unsigned)(x * 73 ^ y * 151) * 2654435761u;

	return (mixed >> 24) / 1066.0;
}

static void draw_land(struct canvas *canvas)
{
	for (int x = 0; x < (int)WIDTH; x++) {
		double hill1 = 330 + 45 * sin(x / 140.0) + 20 * sin(x / 57.0 + 1);
		double hill2 = 430 + 35 * sin(x / 210.0 + 2) + 8 * sin(x / 31.0);

		for (int y = 0; y < (int)HEIGHT; y++) {
			if (y < hill1)
				put(canvas, x, y, mix(sky_top, sky_bottom, y / 380.0));
			else if (y < hill2)
				put(canvas, x, y, mix(far_hill, near_hill, (y - hill1) / 260));
			else
				put(canvas, x, y,
				    mix(near_hill, leaves, 0.23 + grass(x, y) + (y - hill2) / 900));
		}
	}
}

static void draw_house(struct canvas *canvas, int x, int y)
{
	fill(canvas, x, y, 230, 150, wall);
	for (int j = 0; j < 90; j++)
		fill(canvas, x - 20 + j * 135 / 90, y - j, 270 - 2 * (j * 135 / 90), 1,
		     j % 12 < 2 ? mix(roof, board, 0.4) : roof);
	fill(canvas, x + 175, y - 85, 24, 50, mix(roof, board, 0.3));
	fill(canvas, x + 95, y + 65, 42, 85, door);
	disc(canvas, x + 129, y + 108, 3, sun);
	for (int i = 0; i < 2; i++) {
		int wx = x + 22 + i * 140;

		fill(canvas, wx - 3, y + 37, 52, 46, letters);
		fill(canvas, wx, y + 40, 46, 40, window);
		fill(canvas, wx + 21, y + 40, 3, 40, letters);
		fill(canvas, wx, y + 58, 46, 3, letters);
	}
}

static void draw_tree(struct canvas *canvas, int x, int y)
{
	fill(canvas, x - 9, y, 18, 80, trunk);
	for (int i = 0; i < 3; i++)
		disc(canvas, x + (i - 1) * 34, y - 10 - (i == 1 ? 30 : 0), 42,
		     mix(leaves, near_hill, i * 0.25));
}

static const struct glyph *glyph_find(char letter)
{
	for (size_t i = 0; i < sizeof(glyphs) / sizeof(glyphs[0]); i++) {
		if (glyphs[i].letter == letter)
			return &glyphs[i];
	}
	return NULL;
}

static void draw_text(struct canvas *canvas, int x, int y, int scale, const char *text)
{
	for (; *text; text++, x += 6 * scale) {
		char upper = *text >= 'a' && *text <= 'z' ? (char)(*text - 32) : *text;
		const struct glyph *glyph = glyph_find(upper);

		for (int j = 0; glyph && j < 7; j++) {
			for (int i = 0; i < 5; i++) {
				if (glyph->rows[j] & 0x10 >> i)
					fill(canvas, x + i * scale, y + j * scale, scale, scale,
					     letters);
			}
		}
	}
}

/* Colour fields, a grey ramp in steps, and lines that get finer. */
static void draw_chart(struct canvas *canvas, int x, int y, const char *title)
{
	int lx = x + 440;

	fill(canvas, x, y, 640, 190, board);
	draw_text(canvas, x + 14, y + 12, 4, "FIRSTLIGHT");
	draw_text(canvas, x + 400, y + 12, 4, title);
	for (int i = 0; i < 12; i++)
		fill(canvas, x + 14 + i % 6 * 68, y + 52 + i / 6 * 48, 60, 42, chart[i]);
	for (int i = 0; i < 16; i++) {
		uint8_t v = (uint8_t)(i * 17);

		fill(canvas, x + 14 + i * 25, y + 152, 25, 28, (struct colour){v, v, v});
	}
	for (int step = 7; step >= 1; step--) {
		for (int i = 0; i < 3; i++, lx += 2 * step)
			fill(canvas, lx, y + 60, step, 110, letters);
	}
}

static void scene_set_linear(uint16_t *linear)
{
	for (unsigned i = 0; i < 256; i++) {
		double v = i / 255.0;

		v = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
		linear[i] = (uint16_t)(v * 58000.0 + 0.5); /* white below saturation */
	}
}

/* `variant` moves the sun and the house, so that two cameras do not see the same. */
bool scene_draw(struct scene *scene, const char *title, unsigned variant)
{
	struct canvas canvas = {.scene = scene};
	int shift = (int)(variant % 5) * 60;

	memset(scene, 0, sizeof(*scene));
	scene->width = WIDTH;
	scene->height = HEIGHT;
	scene->is_builtin = true;
	for (unsigned i = 0; i < 3; i++) {
		scene->plane[i] = calloc((size_t)WIDTH * HEIGHT, sizeof(uint16_t));
		if (!scene->plane[i]) {
			scene_free(scene);
			return false;
		}
	}
	scene_set_linear(canvas.linear);
	draw_land(&canvas);
	disc(&canvas, 860 - shift, 110, 52, sun);
	draw_house(&canvas, 150 + shift, 370);
	draw_tree(&canvas, 620 + shift / 2, 430);
	draw_tree(&canvas, 900, 400);
	draw_chart(&canvas, 212, 575, title);
	return true;
}
