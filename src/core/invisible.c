/* invisible.c: see invisible.h. */
#include "core/invisible.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/field.h"

/* Unicode's spaces, format characters and fillers that no font shows, in their order. */
static const struct {
	uint16_t first, last;
	const char *name;
} characters[] = {
	{0x0080, 0x009f, "control character (U+0080 to U+009F)"},
	{0x00a0, 0x00a0, "no-break space (U+00A0)"},
	{0x00ad, 0x00ad, "soft hyphen (U+00AD)"},
	{0x034f, 0x034f, "combining grapheme joiner (U+034F)"},
	{0x061c, 0x061c, "direction mark (U+061C)"},
	{0x115f, 0x1160, "Hangul filler (U+115F, U+1160)"},
	{0x1680, 0x1680, "Ogham space (U+1680)"},
	{0x180e, 0x180e, "vowel separator (U+180E)"},
	{0x2000, 0x200a, "typographic space (U+2000 to U+200A)"},
	{0x200b, 0x200b, "zero width space (U+200B)"},
	{0x200c, 0x200d, "zero width joiner (U+200C, U+200D)"},
	{0x200e, 0x200f, "direction mark (U+200E, U+200F)"},
	{0x2028, 0x2029, "line or paragraph separator (U+2028, U+2029)"},
	{0x202a, 0x202e, "direction mark (U+202A to U+202E)"},
	{0x202f, 0x202f, "narrow no-break space (U+202F)"},
	{0x205f, 0x205f, "mathematical space (U+205F)"},
	{0x2060, 0x2064, "word joiner (U+2060 to U+2064)"},
	{0x2066, 0x206f, "direction mark (U+2066 to U+206F)"},
	{0x2800, 0x2800, "blank Braille pattern (U+2800)"},
	{0x3000, 0x3000, "ideographic space (U+3000)"},
	{0x3164, 0x3164, "Hangul filler (U+3164)"},
	{0xfe00, 0xfe0f, "variation selector (U+FE00 to U+FE0F)"},
	{0xfeff, 0xfeff, "byte order mark or zero width no-break space (U+FEFF)"},
	{0xffa0, 0xffa0, "Hangul filler (U+FFA0)"},
};

static bool is_behind(uint8_t byte)
{
	return (byte & 0xc0) == 0x80;
}

/* The character at *text, which moves behind it. A byte that begins no sequence stands for itself,
 * as in Latin-1; so does what follows 0xc2. None of the table's needs more than three bytes. */
static uint32_t next(const uint8_t **text)
{
	const uint8_t *at = *text;

	if (at[0] >= 0xc3 && at[0] <= 0xdf && is_behind(at[1])) {
		*text += 2;
		return (at[0] & 0x1fu) << 6 | (at[1] & 0x3fu);
	}
	if (at[0] >= 0xe0 && at[0] <= 0xef && is_behind(at[1]) && is_behind(at[2])) {
		*text += 3;
		return (at[0] & 0x0fu) << 12 | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
	}
	if (at[0] >= 0xf0 && at[0] <= 0xf4 && is_behind(at[1]) && is_behind(at[2]) &&
	    is_behind(at[3])) {
		*text += 4;
		return 0x10000;
	}
	*text += 1;
	return at[0];
}

const char *invisible_name(const char *text)
{
	const uint8_t *at = (const uint8_t *)text;

	while (*at) {
		uint32_t code = next(&at);

		for (size_t i = 0; i < ARRAY_SIZE(characters) && code >= characters[i].first; i++)
			if (code <= characters[i].last)
				return characters[i].name;
	}
	return NULL;
}
