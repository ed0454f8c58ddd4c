/*
 * text.h: bounded strings without libc. Formatting is stb_sprintf (Debian's libstb-dev), with
 * its dialect: %d %u %x %lld %llu %zu %p %s %.*s %c %f and the usual flags; no %ls, no %n.
 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Always NUL-terminates; returns the length written, without the NUL (never the wanted one). */
size_t text_format(char *out, size_t capacity, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
size_t text_vformat(char *out, size_t capacity, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));
size_t text_copy(char *out, size_t capacity, const char *from);

bool text_equal(const char *a, const char *b);
bool text_equal_nocase(const char *a, const char *b); /* ASCII letters only */
bool text_starts(const char *text, const char *prefix);

/* Whole-string number: decimal, 0x hexadecimal; '_' not allowed. False on anything else or overflow. */
bool text_u64(const char *text, uint64_t *value);

/* A growing text; memory from platform_alloc. Once an allocation has failed everything later is
 * dropped and `failed` stays set, so callers check once at the end. */
struct text_buffer {
	char *data; /* NUL-terminated, or NULL while empty */
	size_t length;
	size_t capacity;
	bool failed;
};
void text_append(struct text_buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void text_append_raw(struct text_buffer *buffer, const char *bytes, size_t length);
void text_buffer_free(struct text_buffer *buffer);

#endif
