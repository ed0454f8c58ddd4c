/* ucs2.c: see ucs2.h. */
#include "efi/ucs2.h"

#include <stdbool.h>

static bool is_continuation(char byte)
{
	return ((uint8_t)byte & 0xc0) == 0x80;
}

/* Length of the sequence that starts with `lead`, 0 when no sequence starts so. */
static unsigned sequence_length(uint8_t lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 0;
}

uint16_t ucs2_next(const char **utf8)
{
	static const uint8_t lead_mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	const char *text = *utf8;
	uint8_t lead = (uint8_t)*text;
	unsigned length = sequence_length(lead);
	uint32_t code = lead & lead_mask[length];

	if (!lead)
		return 0;
	text++;
	for (unsigned i = 1; i < length; i++, text++) {
		if (!is_continuation(*text)) {
			*utf8 = text;
			return '?';
		}
		code = code << 6 | ((uint8_t)*text & 0x3f);
	}
	*utf8 = text;
	/* Too long a form, half of a surrogate pair, or beyond what UCS-2 has. */
	if (!length || (length == 3 && code < 0x800) || (code & 0xfffff800) == 0xd800 ||
	    code > 0xffff)
		return '?';
	return (uint16_t)code;
}

size_t ucs2_from_utf8(uint16_t *out, size_t capacity, const char *utf8)
{
	size_t length = 0;
	uint16_t code;

	while (length + 1 < capacity && (code = ucs2_next(&utf8)) != 0)
		out[length++] = code;
	out[length] = 0;
	return length;
}

static size_t put_utf8(char *out, uint16_t code)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	out[0] = (char)(0xe0 | code >> 12);
	out[1] = (char)(0x80 | (code >> 6 & 0x3f));
	out[2] = (char)(0x80 | (code & 0x3f));
	return 3;
}

size_t ucs2_to_utf8(char *out, size_t capacity, const uint16_t *ucs2)
{
	char bytes[3];
	size_t length = 0;

	for (; *ucs2; ucs2++) {
		uint16_t code = (*ucs2 & 0xf800) == 0xd800 ? '?' : *ucs2;
		size_t count = put_utf8(bytes, code);

		if (length + count >= capacity)
			break;
		for (size_t i = 0; i < count; i++)
			out[length++] = bytes[i];
	}
	out[length] = 0;
	return length;
}

size_t ucs2_path(uint16_t *out, size_t capacity, const char *path)
{
	size_t length = 0;

	while (*path == '/')
		path++;
	if (capacity > 1)
		out[length++] = '\\';
	length += ucs2_from_utf8(out + length, capacity - length, path);
	for (size_t i = 0; i < length; i++)
		if (out[i] == '/')
			out[i] = '\\';
	return length;
}
