/*
 * screen.h: drawing into memory and showing it in one go. Text is the Terminus console font
 * (Debian's console-setup-linux), bound into the program by font.asm.
 */
#ifndef SCREEN_SCREEN_H
#define SCREEN_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/image.h"

struct screen {
	unsigned width, height;
	uint32_t *pixels;      /* 0x00RRGGBB */
	const uint8_t *glyphs; /* of the font */
	unsigned glyph_width, glyph_height, glyph_bytes;
	unsigned glyph_count; /* characters that the font lacks are blanks */
};

/* False when there is no framebuffer or no memory: then there is nothing to close. */
bool screen_open(struct screen *screen);
void screen_close(struct screen *screen);
/* A PSF2 file, which has to stay. False, and the font stays as it was, when it is none. */
bool screen_use_font(struct screen *screen, const uint8_t *psf, size_t size);

void screen_fill(struct screen *screen, unsigned x, unsigned y, unsigned width, unsigned height,
		 uint32_t colour);
/* One line of ASCII, every font pixel `scale` pixels wide; cut off at the right edge. */
void screen_text(struct screen *screen, unsigned x, unsigned y, unsigned scale, uint32_t colour,
		 const char *text);
/* As many lines as it takes between x and `right`, broken at blanks; returns the y below them. */
unsigned screen_paragraph(struct screen *screen, unsigned x, unsigned y, unsigned right,
			  unsigned scale, uint32_t colour, const char *text);
unsigned screen_text_width(const struct screen *screen, unsigned scale, const char *text);
/* Scaled to fit the rectangle, aspect kept, centred. */
void screen_picture(struct screen *screen, unsigned x, unsigned y, unsigned width, unsigned height,
		    const struct picture *picture);
void screen_show(const struct screen *screen);
/* Only `height` lines from line y (at most the last) on, for those who have something else to do between. */
void screen_show_band(const struct screen *screen, unsigned y, unsigned height);

#endif
