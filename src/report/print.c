/* print.c: see print.h. */
#include "report/print.h"

#define REPLACEMENT 0xfffdu /* U+FFFD: here was something that cannot be shown */

/* The character at *text, which moves on behind it; REPLACEMENT (one byte taken) where no UTF-8
 * stands: cut off, overlong, a surrogate or beyond U+10FFFF. */
static uint32_t take_character(const char **text)
{
	static const uint32_t least[] = {0, 0, 0x800, 0x10000};
	const unsigned char *at = (const unsigned char *)*text;
	unsigned more = at[0] < 0x80 ? 0 : at[0] < 0xe0 ? 1 : at[0] < 0xf0 ? 2 : 3;
	uint32_t value = more ? at[0] & (0x3fu >> more) : at[0];

	(*text)++;
	if (more && (at[0] < 0xc2 || at[0] >= 0xf8)) /* these begin nothing */
		return REPLACEMENT;
	for (unsigned i = 1; i <= more; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return REPLACEMENT;
		value = value << 6 | (at[i] & 0x3f);
	}
	if (value < least[more] || (value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff)
		return REPLACEMENT;
	*text += more;
	return value;
}

static void append_character(struct text_buffer *out, uint32_t c)
{
	char bytes[4];
	size_t length = 0;

	if (c < 0x80) {
		bytes[length++] = (char)c;
	} else if (c < 0x800) {
		bytes[length++] = (char)(0xc0 | c >> 6);
	} else if (c < 0x10000) {
		bytes[length++] = (char)(0xe0 | c >> 12);
		bytes[length++] = (char)(0x80 | (c >> 6 & 0x3f));
	} else {
		bytes[length++] = (char)(0xf0 | c >> 18);
		bytes[length++] = (char)(0x80 | (c >> 12 & 0x3f));
		bytes[length++] = (char)(0x80 | (c >> 6 & 0x3f));
	}
	if (c >= 0x80)
		bytes[length++] = (char)(0x80 | (c & 0x3f));
	text_append_raw(out, bytes, length);
}

void print_json_string(struct text_buffer *out, const char *text)
{
	text_append_raw(out, "\"", 1);
	while (*text) {
		uint32_t c = take_character(&text);

		if (c == '"' || c == '\\')
			text_append(out, "\\%c", (char)c);
		else if (c == '\n')
			text_append_raw(out, "\\n", 2);
		else if (c < ' ' || c == 0x7f)
			text_append(out, "\\u%04x", c);
		else
			append_character(out, c);
	}
	text_append_raw(out, "\"", 1);
}

void print_xml_text(struct text_buffer *out, const char *text)
{
	while (*text) {
		uint32_t c = take_character(&text);

		if (c == '&')
			text_append_raw(out, "&amp;", 5);
		else if (c == '<')
			text_append_raw(out, "&lt;", 4);
		else if (c == '>')
			text_append_raw(out, "&gt;", 4);
		else if (c == '"')
			text_append_raw(out, "&quot;", 6);
		else if (c == '\n' || c == '\t')
			text_append(out, "&#%u;", c);
		else
			append_character(out,
					 c < ' ' || c == 0xfffe || c == 0xffff ? REPLACEMENT : c);
	}
}

void print_line_text(struct text_buffer *out, const char *text)
{
	while (*text) {
		uint32_t c = take_character(&text);

		append_character(out, c < ' ' || c == 0x7f ? ' ' : c);
	}
}

void print_number(char out[PRINT_NUMBER_SIZE], double value)
{
	double size = value < 0 ? -value : value;
	size_t length;

	if (value - value != 0) { /* infinite or no number */
		text_copy(out, PRINT_NUMBER_SIZE, "null");
		return;
	}
	if (size != 0 && (size >= 1e15 || size < 1e-6)) {
		text_format(out, PRINT_NUMBER_SIZE, "%.9e", value);
		return;
	}
	length = text_format(out, PRINT_NUMBER_SIZE, "%.6f", size == 0 ? 0.0 : value);
	while (out[length - 1] == '0')
		length--;
	if (out[length - 1] == '.')
		length--;
	out[length] = '\0';
}
