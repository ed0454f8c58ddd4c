/* test_screen.c: what is drawn is what is meant: every pixel of it, and none beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "screen/screen.h"
#include "tests/host/host.h"
#include "tests/host/reading.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define GLYPH_WIDTH  READING_GLYPH_WIDTH
#define GLYPH_HEIGHT READING_GLYPH_HEIGHT
#define INK          0x00abcdefu
#define PAPER        0x00123456u

static struct screen screen;

static void open_screen(unsigned width, unsigned height)
{
	host_reset(1);
	host_set_screen(width, height);
	assert_true(screen_open(&screen));
	assert_int_equal(screen.width, width);
	assert_int_equal(screen.height, height);
	screen_fill(&screen, 0, 0, width, height, PAPER);
}

static int close_screen(void **state)
{
	(void)state;
	screen_close(&screen);
	return host_leaks() ? -1 : 0;
}

static uint32_t pixel(unsigned x, unsigned y)
{
	return screen.pixels[(size_t)y * screen.width + x];
}

static const char *line_at(unsigned x, unsigned y, unsigned scale)
{
	const struct reading on = {screen.pixels, screen.width, screen.height};

	return reading_line(&on, x, y, scale, INK);
}

/* Everything outside of this rectangle is as it was. */
static void assert_paper_beside(unsigned left, unsigned top, unsigned right, unsigned bottom)
{
	for (unsigned y = 0; y < screen.height; y++)
		for (unsigned x = 0; x < screen.width; x++)
			if (!(x >= left && x < right && y >= top && y < bottom) &&
			    pixel(x, y) != PAPER)
				fail_msg("pixel %u,%u is 0x%06x", x, y, (unsigned)pixel(x, y));
}

static void a_machine_without_screen_or_memory_has_none(void **state)
{
	(void)state;
	host_reset(1);
	host_set_screen(0, 0);
	assert_false(screen_open(&screen));
	assert_int_equal(host_leaks(), 0);
	host_set_screen(64, 32);
	host_fail_allocation(1);
	assert_false(screen_open(&screen));
	assert_int_equal(host_leaks(), 0);
	assert_true(screen_open(&screen));
	assert_int_equal(host_leaks(), 1);
	screen_close(&screen);
	assert_null(screen.pixels);
	assert_int_equal(screen.width, 0);
	assert_int_equal(host_leaks(), 0);
}

static void a_rectangle_is_filled_and_cut_off_at_the_edges(void **state)
{
	static const unsigned cases[][8] = {
		/* x, y, width, height; left, top, right, bottom of what is coloured */
		{3, 2, 4, 5, 3, 2, 7, 7},     {0, 0, 20, 10, 0, 0, 20, 10},
		{15, 7, 5, 3, 15, 7, 20, 10}, {15, 7, 9, 9, 15, 7, 20, 10},
		{19, 9, 1, 1, 19, 9, 20, 10}, {20, 2, 4, 4, 0, 0, 0, 0},
		{2, 10, 4, 4, 0, 0, 0, 0},    {2, 2, 0, 4, 0, 0, 0, 0},
		{2, 2, 4, 0, 0, 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const unsigned *c = cases[i];

		open_screen(20, 10);
		screen_fill(&screen, c[0], c[1], c[2], c[3], INK);
		assert_paper_beside(c[4], c[5], c[6], c[7]);
		for (unsigned y = c[5]; y < c[7]; y++)
			for (unsigned x = c[4]; x < c[6]; x++)
				assert_int_equal(pixel(x, y), INK);
		screen_close(&screen);
	}
}

static void text_reads_as_it_was_written_at_every_scale(void **state)
{
	static const char all[] = "!\"#$%&'()*+,-./0123456789:;<=>?@AZ[\\]^_`az{|}~";

	(void)state;
	for (unsigned scale = 1; scale <= 3; scale++) {
		unsigned width = (unsigned)strlen(all) * GLYPH_WIDTH * scale;

		open_screen(width + 10, GLYPH_HEIGHT * scale + 9);
		assert_int_equal(screen_text_width(&screen, scale, all), width);
		screen_text(&screen, 5, 4, scale, INK, all);
		assert_string_equal(line_at(5, 4, scale), all);
		assert_paper_beside(5, 4, 5 + width, 4 + GLYPH_HEIGHT * scale);
		screen_close(&screen);
	}
}

/* At the right edge half a character is drawn, at the lower edge half a line; nothing wraps around. */
static void text_is_cut_off_at_the_edges(void **state)
{
	(void)state;
	open_screen(3 * GLYPH_WIDTH + 8, GLYPH_HEIGHT + 8);
	screen_text(&screen, GLYPH_WIDTH, 0, 1, INK, "HHHH");
	assert_string_equal(line_at(GLYPH_WIDTH, 0, 1), "HH");
	assert_int_equal(pixel(3 * GLYPH_WIDTH + 3, 16), INK);
	assert_paper_beside(GLYPH_WIDTH, 0, screen.width, GLYPH_HEIGHT);
	screen_fill(&screen, 0, 0, screen.width, screen.height, PAPER);
	screen_text(&screen, screen.width, 0, 1, INK, "H");
	screen_text(&screen, 0, 24, 1, INK, "H");
	assert_int_equal(pixel(3, 39), INK);
	assert_paper_beside(0, 24, GLYPH_WIDTH, screen.height);
}

/* What is no character of the font leaves its place empty, and the next ones stand where they should. */
static void strange_bytes_are_blanks(void **state)
{
	(void)state;
	open_screen(8 * GLYPH_WIDTH, GLYPH_HEIGHT);
	screen.glyph_count = 0x7f;
	screen_text(&screen, 0, 0, 1, INK, "a\x01\n b\x7f\xff~");
	assert_string_equal(line_at(0, 0, 1), "a   b  ~");
}

/* ---- the font ----------------------------------------------------------------------------- */

#define PSF_HEADER 32u
enum {
	PSF_ID,
	PSF_VERSION,
	PSF_HEADER_SIZE,
	PSF_FLAGS,
	PSF_COUNT,
	PSF_BYTES,
	PSF_HEIGHT,
	PSF_WIDTH
};

/* Two characters of 9 x 2 pixels, in two bytes a line. */
static const uint32_t small_font[] = {0x864ab572u, 0, PSF_HEADER, 0,           2,
				      4,           2, 9,          0xffffffffu, 0x80018001u};

static bool takes(unsigned word, uint32_t value, size_t size)
{
	static uint32_t font[COUNT(small_font)]; /* it has to stay */

	memcpy(font, small_font, sizeof font);
	font[word] = value;
	return screen_use_font(&screen, (const uint8_t *)font, size);
}

static void a_font_is_taken_only_whole(void **state)
{
	(void)state;
	open_screen(40, 10);
	assert_true(takes(PSF_ID, 0x864ab572u, sizeof small_font));
	assert_int_equal(screen.glyph_width, 9);
	assert_int_equal(screen.glyph_height, 2);
	assert_int_equal(screen.glyph_count, 2);
	assert_false(takes(PSF_ID, 0x864ab573u, sizeof small_font));
	assert_false(takes(PSF_ID, 0x864ab572u, sizeof small_font - 1));
	assert_false(takes(PSF_ID, 0x864ab572u, PSF_HEADER - 1));
	assert_true(takes(PSF_COUNT, 0, PSF_HEADER));
	assert_true(takes(PSF_COUNT, 1, sizeof small_font - 4));
	assert_false(takes(PSF_COUNT, 3, sizeof small_font));
	assert_false(takes(PSF_COUNT, 0x40000001u, sizeof small_font));
	assert_false(takes(PSF_HEADER_SIZE, sizeof small_font + 1, sizeof small_font));
	assert_false(takes(PSF_HEADER_SIZE, PSF_HEADER + 1, sizeof small_font));
	assert_false(takes(PSF_BYTES, 3, sizeof small_font));
	assert_false(takes(PSF_BYTES, 5, sizeof small_font));
	assert_false(takes(PSF_HEIGHT, 0, sizeof small_font));
	assert_false(takes(PSF_HEIGHT, 3, sizeof small_font));
	assert_false(takes(PSF_WIDTH, 0, sizeof small_font));
	assert_true(takes(PSF_WIDTH, 16, sizeof small_font));
	assert_false(takes(PSF_WIDTH, 17, sizeof small_font));
	assert_int_equal(screen.glyph_width, 16); /* as the last that was taken */
}

/* Codes 32 and 33 of a font with 35 characters, nine pixels wide: what fills the second byte up, and the next
 * character, are not theirs. The blank is whatever the font has for it. */
static void a_glyph_may_be_wider_than_a_byte(void **state)
{
	static uint8_t font[PSF_HEADER + 35 * 4];
	static const uint32_t header[] = {0x864ab572u, 0, PSF_HEADER, 0, 35, 4, 2, 9};
	static const uint8_t glyphs[] = {0x40, 0x7f, 0x00, 0x7f, 0x80,
					 0xff, 0x01, 0x7f, 0xff, 0xff};

	(void)state;
	memcpy(font, header, sizeof header);
	memcpy(font + PSF_HEADER + 32 * 4, glyphs, sizeof glyphs);
	open_screen(24, 5);
	assert_true(screen_use_font(&screen, font, sizeof font));
	assert_int_equal(screen_text_width(&screen, 2, "!!"), 36);
	screen_text(&screen, 1, 1, 1, INK, " !");
	for (unsigned y = 0; y < 5; y++)
		for (unsigned x = 0; x < 24; x++) {
			bool want =
				(y == 1 && (x == 2 || x == 10 || x == 18)) || (y == 2 && x == 17);

			assert_int_equal(pixel(x, y), want ? INK : PAPER);
		}
}

/* ---- paragraphs ----------------------------------------------------------------------------- */

static void a_paragraph_breaks_at_blanks(void **state)
{
	static const struct {
		unsigned columns;
		const char *text, *lines[4];
	} cases[] = {
		{10, "short", {"short"}},
		{10, "exactly 10", {"exactly 10"}},
		{10, "exactly 10 and more", {"exactly 10", "and more"}},
		{10, "one two three four", {"one two", "three four"}},
		{10, "averylongwordthatbreaks", {"averylongw", "ordthatbre", "aks"}},
		{10, "a averylongword", {"a", "averylongw", "ord"}},
		{10, "one       two   three", {"one", "two", "three"}},
		{1, "ab c", {"a", "b", "c"}},
		{0, "nothing", {NULL}},
		{10, "", {NULL}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned lines = 0, y;

		open_screen(12 * GLYPH_WIDTH, 5 * GLYPH_HEIGHT);
		y = screen_paragraph(&screen, 5, 3, 5 + cases[i].columns * GLYPH_WIDTH + 15, 1, INK,
				     cases[i].text);
		for (; lines < 4 && cases[i].lines[lines]; lines++)
			assert_string_equal(line_at(5, 3 + lines * GLYPH_HEIGHT, 1),
					    cases[i].lines[lines]);
		assert_int_equal(y, 3 + lines * GLYPH_HEIGHT);
		assert_paper_beside(5, 3, 5 + cases[i].columns * GLYPH_WIDTH, y);
		screen_close(&screen);
	}
}

static void a_paragraph_ends_at_the_bottom(void **state)
{
	(void)state;
	open_screen(4 * GLYPH_WIDTH, 4 * GLYPH_HEIGHT + 1);
	assert_int_equal(screen_paragraph(&screen, 0, 2, 4 * GLYPH_WIDTH, 2, INK, "a b c d"),
			 2 + 2 * GLYPH_HEIGHT);
	assert_string_equal(line_at(0, 2, 2), "a");
	assert_paper_beside(0, 2, 2 * GLYPH_WIDTH, 2 + 2 * GLYPH_HEIGHT);
	assert_int_equal(screen_paragraph(&screen, 0, 1, 4 * GLYPH_WIDTH, 2, INK, "a b c d"),
			 1 + 4 * GLYPH_HEIGHT);
	screen_fill(&screen, 0, 0, screen.width, screen.height, PAPER);
	assert_int_equal(screen_paragraph(&screen, 40, 0, 39, 1, INK, "left of itself"), 0);
	assert_paper_beside(0, 0, 0, 0);
}

/* A line of 255 characters is the longest, on a screen however wide. */
static void a_very_wide_screen_has_long_lines(void **state)
{
	char text[455];

	(void)state;
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	for (unsigned columns = 255; columns <= 300; columns += columns == 255 ? 1 : 44) {
		open_screen(columns * GLYPH_WIDTH, 2 * GLYPH_HEIGHT);
		assert_int_equal(screen_paragraph(&screen, 0, 0, screen.width, 1, INK, text),
				 2 * GLYPH_HEIGHT);
		assert_int_equal(strlen(line_at(0, 0, 1)), 255);
		assert_int_equal(strlen(line_at(0, GLYPH_HEIGHT, 1)), sizeof text - 1 - 255);
		screen_close(&screen);
	}
}

/* ---- pictures ------------------------------------------------------------------------------- */

/* Every pixel of the picture has a colour of its own: 1, 2, 3 ... */
static struct picture make_picture(unsigned width, unsigned height)
{
	static uint32_t pixels[64];

	for (unsigned i = 0; i < width * height; i++)
		pixels[i] = i + 1;
	return (struct picture){.width = width, .height = height, .pixels = pixels};
}

/* The picture stands in this rectangle, pixel for pixel enlarged or reduced, and nowhere else. */
static void assert_picture(const struct picture *picture, unsigned left, unsigned top,
			   unsigned width, unsigned height)
{
	for (unsigned y = 0; y < height && top + y < screen.height; y++)
		for (unsigned x = 0; x < width && left + x < screen.width; x++)
			if (pixel(left + x, top + y) !=
			    y * picture->height / height * picture->width +
				    x * picture->width / width + 1)
				fail_msg("pixel %u,%u is 0x%06x", left + x, top + y,
					 (unsigned)pixel(left + x, top + y));
	assert_paper_beside(left, top, left + width, top + height);
}

static void a_picture_keeps_its_aspect_and_sits_in_the_middle(void **state)
{
	static const unsigned cases[][10] = {
		/* picture; x, y, width, height to fit into; left, top, width, height */
		{4, 2, 2, 3, 8, 4, 2, 3, 8, 4},   {4, 2, 2, 3, 8, 10, 2, 6, 8, 4},
		{4, 2, 2, 3, 14, 4, 5, 3, 8, 4},  {2, 4, 1, 1, 9, 8, 3, 1, 4, 8},
		{4, 2, 0, 0, 2, 9, 0, 4, 2, 1},   {3, 3, 4, 5, 3, 3, 4, 5, 3, 3},
		{4, 2, 14, 3, 8, 4, 14, 3, 8, 4}, {4, 2, 2, 10, 8, 4, 2, 10, 8, 4},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const unsigned *c = cases[i];
		struct picture picture = make_picture(c[0], c[1]);

		open_screen(20, 12);
		screen_picture(&screen, c[2], c[3], c[4], c[5], &picture);
		assert_picture(&picture, c[6], c[7], c[8], c[9]);
		screen_close(&screen);
	}
}

static void a_picture_without_pixels_or_room_is_not_drawn(void **state)
{
	struct picture picture = make_picture(4, 2), odd;

	(void)state;
	open_screen(20, 12);
	screen_picture(&screen, 0, 0, 0, 8, &picture);
	screen_picture(&screen, 0, 0, 8, 0, &picture);
	odd = picture;
	odd.pixels = NULL;
	screen_picture(&screen, 0, 0, 8, 8, &odd);
	odd = picture;
	odd.width = 0;
	screen_picture(&screen, 0, 0, 8, 8, &odd);
	odd = picture;
	odd.height = 0;
	screen_picture(&screen, 0, 0, 8, 8, &odd);
	assert_paper_beside(0, 0, 0, 0);
}

/* ---- to the screen -------------------------------------------------------------------------- */

static void assert_shown(unsigned top, unsigned bottom)
{
	struct reading shown = reading_screen();

	for (unsigned y = 0; y < shown.height; y++)
		for (unsigned x = 0; x < shown.width; x++)
			assert_int_equal(shown.pixels[y * shown.width + x],
					 y >= top && y < bottom ? y * 256 + x : 0);
}

static void bands_and_the_whole_are_shown_where_they_belong(void **state)
{
	static const unsigned cases[][4] = {
		/* y, height; first and last line shown */
		{0, 4, 0, 4},  {4, 4, 4, 8},  {8, 4, 8, 10},
		{9, 1, 9, 10}, {10, 4, 0, 0}, {0, 10, 0, 10},
	};

	(void)state;
	for (size_t i = 0; i <= COUNT(cases); i++) {
		open_screen(12, 10);
		for (unsigned y = 0; y < 10; y++)
			for (unsigned x = 0; x < 12; x++)
				screen_fill(&screen, x, y, 1, 1, y * 256 + x);
		if (i == COUNT(cases)) {
			screen_show(&screen);
			assert_shown(0, 10);
		} else {
			screen_show_band(&screen, cases[i][0], cases[i][1]);
			assert_shown(cases[i][2], cases[i][3]);
		}
		screen_close(&screen);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_without_screen_or_memory_has_none),
		cmocka_unit_test(a_rectangle_is_filled_and_cut_off_at_the_edges),
		cmocka_unit_test(text_reads_as_it_was_written_at_every_scale),
		cmocka_unit_test_teardown(text_is_cut_off_at_the_edges, close_screen),
		cmocka_unit_test_teardown(strange_bytes_are_blanks, close_screen),
		cmocka_unit_test_teardown(a_font_is_taken_only_whole, close_screen),
		cmocka_unit_test_teardown(a_glyph_may_be_wider_than_a_byte, close_screen),
		cmocka_unit_test(a_paragraph_breaks_at_blanks),
		cmocka_unit_test_teardown(a_paragraph_ends_at_the_bottom, close_screen),
		cmocka_unit_test(a_very_wide_screen_has_long_lines),
		cmocka_unit_test(a_picture_keeps_its_aspect_and_sits_in_the_middle),
		cmocka_unit_test_teardown(a_picture_without_pixels_or_room_is_not_drawn,
					  close_screen),
		cmocka_unit_test(bands_and_the_whole_are_shown_where_they_belong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
