/* test_invisible.c: characters that nobody sees are named; those that one sees are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/invisible.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* In UTF-8, up to U+FFFF. */
static const char *encode(unsigned code)
{
	static char out[8];
	unsigned n = 0;

	if (code < 0x80) {
		out[n++] = (char)code;
	} else if (code < 0x800) {
		out[n++] = (char)(0xc0 | code >> 6);
		out[n++] = (char)(0x80 | (code & 0x3f));
	} else {
		out[n++] = (char)(0xe0 | code >> 12);
		out[n++] = (char)(0x80 | (code >> 6 & 0x3f));
		out[n++] = (char)(0x80 | (code & 0x3f));
	}
	out[n] = '\0';
	return out;
}

/* First and last of each kind, with a word of its name. */
static void each_kind_is_named_from_its_first_to_its_last(void **state)
{
	static const struct {
		unsigned first, last;
		const char *name;
	} kinds[] = {
		{0x80, 0x9f, "control"},         {0xa0, 0xa0, "no-break space (U+00A0)"},
		{0xad, 0xad, "soft hyphen"},     {0x34f, 0x34f, "grapheme"},
		{0x61c, 0x61c, "U+061C"},        {0x115f, 0x1160, "Hangul"},
		{0x1680, 0x1680, "Ogham"},       {0x180e, 0x180e, "vowel"},
		{0x2000, 0x200a, "typographic"}, {0x200b, 0x200b, "zero width space"},
		{0x200c, 0x200d, "joiner"},      {0x200e, 0x200f, "U+200E"},
		{0x2028, 0x2029, "separator"},   {0x202a, 0x202e, "U+202A"},
		{0x202f, 0x202f, "narrow"},      {0x205f, 0x205f, "mathematical"},
		{0x2060, 0x2064, "word joiner"}, {0x2066, 0x206f, "U+2066"},
		{0x2800, 0x2800, "Braille"},     {0x3000, 0x3000, "ideographic"},
		{0x3164, 0x3164, "U+3164"},      {0xfe00, 0xfe0f, "variation"},
		{0xfeff, 0xfeff, "byte order"},  {0xffa0, 0xffa0, "U+FFA0"},
	};
	size_t kind = 0;

	(void)state;
	for (unsigned code = 1; code <= 0xffff; code++) {
		const char *name = invisible_name(encode(code));

		if (kind < COUNT(kinds) && code > kinds[kind].last)
			kind++;
		if (kind == COUNT(kinds) || code < kinds[kind].first) {
			if (name)
				fail_msg("U+%04X is called %s", code, name);
		} else if (!name || !strstr(name, kinds[kind].name)) {
			fail_msg("U+%04X is called %s", code, name ? name : "nothing");
		}
	}
	assert_int_equal(kind, COUNT(kinds));
}

/* A byte that begins no sequence stands for itself, as in Latin-1; what follows is looked at. */
static void bytes_and_long_sequences(void **state)
{
	static const struct {
		const char *text, *name;
	} cases[] = {
		{"a\xa0z", "no-break"},
		{"plain ~", NULL},
		{"\xf0\x9f\x93\xb7 \xf4\x8f\xbf\xbf", NULL},
		{"\xf0\x9f\x93\xb7\xa0", "no-break"},
		{"\xf0\x9f\x93\xb7\xc2\xad", "soft hyphen"},
		{"\xf0\x9f\x93z", "control"}, /* cut off: 0x9f by itself */
		{"\xf0\x9fz", "control"},
		{"\xf0z\xc3\xa9", NULL},
		{"\xf5\x80\x80\x80", "control"},
		{"\xc1\xbf", NULL},
		{"\xc1\x80", "control"},
		{"\xc3z\xe9\xdf", NULL},
		{"\xe2\x80z", "control"},
		{"\xe2z\x80", "control"},
		{"\xe9t\xe9", NULL},
		{"\xc3\xa9\xe2\x82\xac\xef\xbb\xbf", "byte order"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *name = invisible_name(cases[i].text);

		if (!cases[i].name != !name || (name && !strstr(name, cases[i].name)))
			fail_msg("case %zu is called %s", i, name ? name : "nothing");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_named_from_its_first_to_its_last),
		cmocka_unit_test(bytes_and_long_sequences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
