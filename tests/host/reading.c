/* reading.c: see reading.h. */
#include "tests/host/reading.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/host/host.h"

#define HEADER_SIZE_AT                                                                             \
	8 /* PSF2: eight words; 2 says how long they are, 6 and 7 how large a glyph is */
#define HEIGHT_AT   24
#define WIDTH_AT    28
#define GLYPH_BYTES (READING_GLYPH_WIDTH / 8 * READING_GLYPH_HEIGHT)

extern const uint8_t screen_font[];

static uint32_t word(unsigned at)
{
	return screen_font[at] | (uint32_t)screen_font[at + 1] << 8 |
	       (uint32_t)screen_font[at + 2] << 16 | (uint32_t)screen_font[at + 3] << 24;
}

struct reading reading_screen(void)
{
	struct reading screen;

	screen.pixels = host_screen(&screen.width, &screen.height);
	return screen;
}

static bool is_glyph(const struct reading *on, unsigned x, unsigned y, unsigned scale, uint32_t ink,
		     unsigned code)
{
	const uint8_t *glyph = screen_font + word(HEADER_SIZE_AT) + code * GLYPH_BYTES;

	for (unsigned row = 0; row < READING_GLYPH_HEIGHT * scale; row++)
		for (unsigned column = 0; column < READING_GLYPH_WIDTH * scale; column++) {
			unsigned bit = column / scale;
			bool want = glyph[row / scale * (READING_GLYPH_WIDTH / 8) + bit / 8] &
				    (0x80 >> bit % 8);

			if ((on->pixels[(size_t)(y + row) * on->width + x + column] == ink) != want)
				return false;
		}
	return true;
}

static char read_character(const struct reading *on, unsigned x, unsigned y, unsigned scale,
			   uint32_t ink)
{
	for (unsigned code = ' '; code < 0x7f; code++)
		if (is_glyph(on, x, y, scale, ink, code))
			return (char)code;
	return '?';
}

const char *reading_line(const struct reading *on, unsigned x, unsigned y, unsigned scale,
			 uint32_t ink)
{
	static char line[1024];
	size_t length = 0, end = 0;

	if (word(WIDTH_AT) != READING_GLYPH_WIDTH || word(HEIGHT_AT) != READING_GLYPH_HEIGHT)
		abort();
	for (; y + READING_GLYPH_HEIGHT * scale <= on->height &&
	       x + READING_GLYPH_WIDTH * scale <= on->width && length + 1 < sizeof line;
	     x += READING_GLYPH_WIDTH * scale) {
		line[length] = read_character(on, x, y, scale, ink);
		if (line[length++] != ' ')
			end = length;
	}
	line[end] = '\0';
	return line;
}

const char *reading_lines(const struct reading *on, unsigned x, unsigned y, unsigned scale,
			  uint32_t ink)
{
	static char lines[8192];
	size_t used = 0, end = 0;

	for (; y + READING_GLYPH_HEIGHT * scale <= on->height && used + 1024 < sizeof lines;
	     y += READING_GLYPH_HEIGHT * scale) {
		const char *line = reading_line(on, x, y, scale, ink);

		used += (size_t)sprintf(lines + used, "%s\n", line);
		if (*line)
			end = used;
	}
	lines[end] = '\0';
	return lines;
}
