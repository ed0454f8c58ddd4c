/* test_ucs2.c: no byte sequence breaks the conversion, and good text survives both ways. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "efi/ucs2.h"

static void text_survives_both_ways(void **state)
{
	static const char text[] = "a\xc3\xa4\xc2\xb5\xe2\x82\xac\xef\xbf\xbdz";
	uint16_t wide[16];
	char back[32];

	(void)state;
	assert_int_equal(ucs2_from_utf8(wide, 16, text), 6);
	assert_int_equal(wide[1], 0xe4);
	assert_int_equal(wide[3], 0x20ac);
	assert_int_equal(ucs2_to_utf8(back, sizeof(back), wide), strlen(text));
	assert_string_equal(back, text);
}

static void what_cannot_be_said_becomes_a_question_mark(void **state)
{
	static const struct {
		const char *utf8, *want;
	} cases[] = {
		{"\xf0\x9f\x98\x80z", "?z"}, /* beyond U+FFFF: one mark */
		{"\x80z", "?z"},             /* continuation without lead */
		{"\xc0\x80z", "??z"},        /* too long a form of NUL */
		{"\xe0\x80\x80z", "?z"},     /* too long a form */
		{"\xed\xa0\x80z", "?z"},     /* surrogate */
		{"\xc3z", "?z"},             /* cut short by a letter */
		{"\xe2\x82", "?"},           /* cut short by the end */
		{"\xff\xfe", "??"},
	};
	uint16_t wide[16];
	char back[16];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ucs2_from_utf8(wide, 16, cases[i].utf8);
		ucs2_to_utf8(back, sizeof(back), wide);
		assert_string_equal(back, cases[i].want);
	}
}

static void every_pair_of_bytes_ends(void **state)
{
	char text[3] = "";
	uint16_t wide[3];

	(void)state;
	for (unsigned pair = 0; pair < 0x10000; pair++) {
		text[0] = (char)(pair >> 8);
		text[1] = (char)pair;
		assert_true(ucs2_from_utf8(wide, 3, text) <= 2);
	}
}

static void output_is_cut_whole_characters_only(void **state)
{
	static const uint16_t euros[] = {0x20ac, 0x20ac, 0};
	char out[7];
	uint16_t wide[3];

	(void)state;
	for (size_t capacity = 1; capacity <= 6; capacity++) {
		size_t length = ucs2_to_utf8(out, capacity, euros);

		assert_int_equal(length, (capacity - 1) / 3 * 3);
		assert_int_equal(out[length], 0);
	}
	assert_int_equal(ucs2_from_utf8(wide, 3, "abcdef"), 2);
	assert_int_equal(wide[2], 0);
}

static void paths_get_backslashes(void **state)
{
	uint16_t wide[32];
	char back[32];

	(void)state;
	ucs2_path(wide, 32, "firstlight/boards");
	ucs2_to_utf8(back, sizeof(back), wide);
	assert_string_equal(back, "\\firstlight\\boards");
	ucs2_path(wide, 32, "/a/b");
	ucs2_to_utf8(back, sizeof(back), wide);
	assert_string_equal(back, "\\a\\b");
	ucs2_path(wide, 32, "");
	ucs2_to_utf8(back, sizeof(back), wide);
	assert_string_equal(back, "\\");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_survives_both_ways),
		cmocka_unit_test(what_cannot_be_said_becomes_a_question_mark),
		cmocka_unit_test(every_pair_of_bytes_ends),
		cmocka_unit_test(output_is_cut_whole_characters_only),
		cmocka_unit_test(paths_get_backslashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
