/* screen.c: see screen.h. */
#include "screen/screen.h"

#include "core/mem.h"
#include "core/text.h"
#include "firstlight/platform.h"

extern const uint8_t screen_font[] __attribute__((visibility("hidden")));
extern const uint8_t screen_font_end[] __attribute__((visibility("hidden")));

/* PSF2 header: eight little-endian words. (Linux console-tools, psf.h; format documented in psfaddtable(1).) */
#define PSF2_MAGIC 0x864ab572u
enum psf2_word {
	PSF2_ID,
	PSF2_VERSION,
	PSF2_HEADER_SIZE,
	PSF2_FLAGS,
	PSF2_COUNT,
	PSF2_BYTES,
	PSF2_HEIGHT,
	PSF2_WIDTH,
	PSF2_WORDS
};

bool screen_use_font(struct screen *screen, const uint8_t *psf, size_t size)
{
	uint32_t header[PSF2_WORDS];

	if (size < sizeof header)
		return false;
	memcpy(header, psf, sizeof header);
	if (header[PSF2_ID] != PSF2_MAGIC || header[PSF2_HEADER_SIZE] > size ||
	    !header[PSF2_HEIGHT] || !header[PSF2_WIDTH] ||
	    (uint64_t)header[PSF2_COUNT] * header[PSF2_BYTES] > size - header[PSF2_HEADER_SIZE] ||
	    (uint64_t)header[PSF2_HEIGHT] * ((header[PSF2_WIDTH] + 7ull) / 8) > header[PSF2_BYTES])
		return false;
	screen->glyphs = psf + header[PSF2_HEADER_SIZE];
	screen->glyph_count = header[PSF2_COUNT];
	screen->glyph_bytes = header[PSF2_BYTES];
	screen->glyph_height = header[PSF2_HEIGHT];
	screen->glyph_width = header[PSF2_WIDTH];
	return true;
}

bool screen_open(struct screen *screen)
{
	if (!platform_screen_size(&screen->width, &screen->height))
		return false;
	screen->pixels =
		platform_alloc((size_t)screen->width * screen->height * sizeof *screen->pixels);
	if (!screen->pixels)
		return false;
	screen_use_font(screen, screen_font, (size_t)(screen_font_end - screen_font));
	return true;
}

void screen_close(struct screen *screen)
{
	platform_free(screen->pixels);
	*screen = (struct screen){0};
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

void screen_fill(struct screen *screen, unsigned x, unsigned y, unsigned width, unsigned height,
		 uint32_t colour)
{
	unsigned right = least(x + width, screen->width);
	unsigned bottom = least(y + height, screen->height);

	for (unsigned row = y; row < bottom; row++)
		for (unsigned column = x; column < right; column++)
			screen->pixels[(size_t)row * screen->width + column] = colour;
}

unsigned screen_text_width(const struct screen *screen, unsigned scale, const char *text)
{
	return (unsigned)strlen(text) * screen->glyph_width * scale;
}

static void draw_glyph(struct screen *screen, unsigned x, unsigned y, unsigned scale,
		       uint32_t colour, const uint8_t *glyph)
{
	unsigned row_bytes = (screen->glyph_width + 7) / 8;

	for (unsigned row = 0; row < screen->glyph_height; row++)
		for (unsigned column = 0; column < screen->glyph_width; column++)
			if (glyph[row * row_bytes + column / 8] & (0x80u >> column % 8))
				screen_fill(screen, x + column * scale, y + row * scale, scale,
					    scale, colour);
}

void screen_text(struct screen *screen, unsigned x, unsigned y, unsigned scale, uint32_t colour,
		 const char *text)
{
	for (; *text; text++, x += screen->glyph_width * scale) {
		uint8_t code = (uint8_t)*text;

		if (code >= ' ' && code < screen->glyph_count)
			draw_glyph(screen, x, y, scale, colour,
				   screen->glyphs + code * screen->glyph_bytes);
	}
}

/* Characters of `text` that go on a line of `columns`: up to the last blank that fits. */
static size_t line_length(const char *text, size_t columns)
{
	size_t length = strlen(text), end = columns;

	if (length <= columns)
		return length;
	while (end && text[end] != ' ')
		end--;
	return end ? end : columns;
}

unsigned screen_paragraph(struct screen *screen, unsigned x, unsigned y, unsigned right,
			  unsigned scale, uint32_t colour, const char *text)
{
	unsigned columns = (right - least(x, right)) / (screen->glyph_width * scale);
	char line[256];

	columns = least(columns, sizeof line - 1);
	while (columns && *text && y + screen->glyph_height * scale <= screen->height) {
		size_t length = line_length(text, columns);

		text_format(line, sizeof line, "%.*s", (int)length, text);
		screen_text(screen, x, y, scale, colour, line);
		y += screen->glyph_height * scale;
		text += length;
		while (*text == ' ')
			text++;
	}
	return y;
}

void screen_picture(struct screen *screen, unsigned x, unsigned y, unsigned width, unsigned height,
		    const struct picture *picture)
{
	unsigned w = width, h;

	if (!picture->pixels || !picture->width || !picture->height || !width || !height)
		return;
	h = (unsigned)((uint64_t)width * picture->height / picture->width);
	if (h > height) {
		h = height;
		w = (unsigned)((uint64_t)height * picture->width / picture->height);
	}
	x += (width - w) / 2;
	y += (height - h) / 2;
	for (unsigned row = 0; row < h && y + row < screen->height; row++)
		for (unsigned column = 0; column < w && x + column < screen->width; column++)
			screen->pixels[(size_t)(y + row) * screen->width + x + column] =
				picture->pixels[(size_t)(row * picture->height / h) *
							picture->width +
						column * picture->width / w];
}

void screen_show_band(const struct screen *screen, unsigned y, unsigned height)
{
	height = least(height, screen->height - y);
	platform_screen_blit(screen->pixels + (size_t)y * screen->width, screen->width, 0, y,
			     screen->width, height);
}

void screen_show(const struct screen *screen)
{
	screen_show_band(screen, 0, screen->height);
}
