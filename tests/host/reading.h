/*
 * reading.h: what a person reads on a screen: text in the ROM's own font, read back from pixels. Knows
 * the font's file format (PSF2) and nothing of src/screen.
 */
#ifndef TESTS_HOST_READING_H
#define TESTS_HOST_READING_H

#include <stddef.h>
#include <stdint.h>

#define READING_GLYPH_WIDTH  16u
#define READING_GLYPH_HEIGHT 32u

/* Pixels 0x00RRGGBB, `width` from one line to the next. */
struct reading {
	const uint32_t *pixels;
	unsigned width, height;
};
/* The machine's screen as it is now. */
struct reading reading_screen(void);
/*
 * The line of text that begins at x, y, as far as the screen goes, in `ink` and with every font pixel
 * `scale` pixels wide; a '?' where the pixels are no character, blanks at the end left out. Valid until
 * the next call.
 */
const char *reading_line(const struct reading *on, unsigned x, unsigned y, unsigned scale,
			 uint32_t ink);
/* All lines from y on, one below the other, with a "\n" behind each, up to the last that has any ink. */
const char *reading_lines(const struct reading *on, unsigned x, unsigned y, unsigned scale,
			  uint32_t ink);

#endif
