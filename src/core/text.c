/* text.c: see text.h. */
#include "core/text.h"

#include "core/mem.h"
#include "firstlight/platform.h"

#define STB_SPRINTF_IMPLEMENTATION
#define STB_SPRINTF_STATIC
#define STB_SPRINTF_NOUNALIGNED
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb/stb_sprintf.h>
#pragma GCC diagnostic pop

size_t text_vformat(char *out, size_t capacity, const char *format, va_list args)
{
	int length;

	if (!capacity)
		return 0;
	length = stbsp_vsnprintf(out, (int)(capacity > INT32_MAX ? INT32_MAX : capacity), format,
				 args);
	return (size_t)length < capacity ? (size_t)length : capacity - 1;
}

size_t text_format(char *out, size_t capacity, const char *format, ...)
{
	va_list args;
	size_t length;

	va_start(args, format);
	length = text_vformat(out, capacity, format, args);
	va_end(args);
	return length;
}

size_t text_copy(char *out, size_t capacity, const char *from)
{
	size_t length = 0;

	if (!capacity)
		return 0;
	while (from[length] && length + 1 < capacity) {
		out[length] = from[length];
		length++;
	}
	out[length] = '\0';
	return length;
}

bool text_equal(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_equal_nocase(const char *a, const char *b)
{
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) == lower(*b);
}

bool text_starts(const char *text, const char *prefix)
{
	while (*prefix)
		if (*text++ != *prefix++)
			return false;
	return true;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (lower(c) >= 'a' && lower(c) <= 'f')
		return lower(c) - 'a' + 10;
	return 99;
}

bool text_u64(const char *text, uint64_t *value)
{
	unsigned base = 10;
	uint64_t sum = 0;

	if (text[0] == '0' && lower(text[1]) == 'x') {
		base = 16;
		text += 2;
	}
	if (!*text)
		return false;
	for (; *text; text++) {
		unsigned d = (unsigned)digit(*text);

		if (d >= base || sum > (UINT64_MAX - d) / base)
			return false;
		sum = sum * base + d;
	}
	*value = sum;
	return true;
}

/* Room for `more` bytes and a NUL, or false for good. */
static bool reserve(struct text_buffer *buffer, size_t more)
{
	size_t need = buffer->length + more + 1;
	size_t capacity = buffer->capacity ? buffer->capacity : 1024;
	char *grown;

	if (buffer->failed)
		return false;
	if (need <= buffer->capacity)
		return true;
	while (capacity < need)
		capacity *= 2;
	grown = platform_alloc(capacity);
	if (!grown) {
		buffer->failed = true;
		return false;
	}
	if (buffer->length)
		memcpy(grown, buffer->data, buffer->length);
	platform_free(buffer->data);
	buffer->data = grown;
	buffer->capacity = capacity;
	return true;
}

void text_append_raw(struct text_buffer *buffer, const char *bytes, size_t length)
{
	if (!reserve(buffer, length))
		return;
	memcpy(buffer->data + buffer->length, bytes, length); /* zeros follow: fresh memory */
	buffer->length += length;
}

void text_append(struct text_buffer *buffer, const char *format, ...)
{
	char line[1024];
	va_list args;
	size_t length;

	va_start(args, format);
	length = text_vformat(line, sizeof line, format, args);
	va_end(args);
	text_append_raw(buffer, line, length);
}

void text_buffer_free(struct text_buffer *buffer)
{
	platform_free(buffer->data);
	*buffer = (struct text_buffer){0};
}
