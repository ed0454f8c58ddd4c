/* test_value.c: numbers with units, names, and the word that was meant. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "describe/ini/value.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void numbers_with_units(void **state)
{
	static const struct {
		const char *text;
		const struct value_unit *units;
		uint64_t value;
	} good[] = {
		{"19.2MHz", value_hertz, 19200000},
		{"19.2 MHz", value_hertz, 19200000},
		{"422.4mhz", value_hertz, 422400000},
		{"400 kHz", value_hertz, 400000},
		{"19200000", value_hertz, 19200000},
		{"1GHz", value_hertz, 1000000000},
		{"18446744073709551615", value_hertz, UINT64_MAX},
		{"18446744073709551Khz", value_hertz, 18446744073709551000u},
		{"1.000000000000000000Hz", value_hertz, 1}, /* 18 decimals */
		{"0x10", value_hertz, 16},
		{"7Hz", value_hertz, 7},
		{"5ms", value_microseconds, 5000},
		{"0.25ms", value_microseconds, 250},
		{"1s", value_microseconds, 1000000},
		{"3us", value_microseconds, 3},
		{"2.8152V", value_microvolts, 2815200},
		{"1800mV", value_microvolts, 1800000},
		{"2%", value_permille, 20},
		{"0.5 %", value_permille, 5},
	};
	uint64_t value;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		value = 0;
		assert_true(value_parse(good[i].text, good[i].units, &value));
		assert_int_equal(value, good[i].value);
	}
}

static void what_is_no_number(void **state)
{
	static const struct {
		const char *text;
		const struct value_unit *units;
	} bad[] = {
		{"", value_hertz},
		{"MHz", value_hertz},
		{"-1", value_hertz},
		{"1.MHz", value_hertz},
		{".5MHz", value_hertz},
		{"1.5", value_hertz},
		{"1e6", value_hertz},
		{"19.2MHzz", value_hertz},
		{"0x", value_hertz},
		{"0x1MHz", value_hertz},
		{"99999999999999999999", value_hertz},
		{"18446744073709551616", value_hertz},
		{"18446744073709552kHz", value_hertz},
		{"1.0000000000000000000Hz", value_hertz},
		{"99999999999999GHz", value_hertz},
		{"1.0000000000000000000000001MHz", value_hertz},
		{"5", value_microseconds},
		{"0x5", value_microseconds},
		{"0.5us", value_microseconds},
		{"1.8", value_microvolts},
		{"0.0000001V", value_microvolts},
		{"2", value_permille},
		{"0.05%", value_permille},
		{"5 m s", value_microseconds},
		{"1..2V", value_microvolts},
	};
	uint64_t value;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (value_parse(bad[i].text, bad[i].units, &value))
			fail_msg("'%s' was taken for %llu", bad[i].text, (unsigned long long)value);
}

static void names_are_safe_in_paths(void **state)
{
	static const char *const good[] = {"ov5670", "640x480-60", "a",
					   "v1.2_b", "AZaz09",     "12345678901234567890123"};
	static const char *const bad[] = {"",
					  ".",
					  "..",
					  ".x",
					  "-x",
					  "a/b",
					  "a\\b",
					  "a b",
					  "a:b",
					  "\xc3\xa4",
					  "123456789012345678901234"};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(value_is_name(good[i], 24));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(value_is_name(bad[i], 24));
}

static void words_are_cut_off_in_order(void **state)
{
	char text[] = "  write\t0x10   3 ";
	char *rest = text;

	(void)state;
	assert_string_equal(value_next_word(&rest), "write");
	assert_string_equal(value_next_word(&rest), "0x10");
	assert_string_equal(value_next_word(&rest), "3");
	assert_string_equal(value_next_word(&rest), "");
	assert_string_equal(value_next_word(&rest), "");
}

static void the_word_that_was_meant(void **state)
{
	static const char *const words[] = {"address", "data-lanes", "bus", "port", "x", NULL};

	(void)state;
	assert_string_equal(value_nearest_word("adress", words), "address");
	assert_string_equal(value_nearest_word("data_lanes", words), "data-lanes");
	assert_string_equal(value_nearest_word("prot", words), "port");
	assert_string_equal(value_nearest_word("buss", words), "bus");
	assert_string_equal(value_nearest_word("bbus", words), "bus");
	assert_string_equal(value_nearest_word("us", words), "bus");
	assert_string_equal(value_nearest_word("bu", words), "bus");
	assert_string_equal(value_nearest_word("ubs", words), "bus");
	assert_string_equal(value_nearest_word("bsu", words), "bus");
	assert_string_equal(value_nearest_word("bas", words), "bus");
	assert_null(value_nearest_word("ba", words)); /* two slips in three letters */
	assert_null(value_nearest_word("voltage", words));
	assert_null(value_nearest_word("", words));
	assert_null(
		value_nearest_word("a-word-that-is-far-longer-than-all-of-them-together", words));
}

/* Up to three slips, in words of up to 24 letters. */
static void a_word_that_is_too_different_was_not_meant(void **state)
{
	static const char *const words[] = {"abcdefghijklmnopqrstuvwx", "abcdefghijklmnopqrstuvwxy",
					    NULL};
	static const char *const shorter[] = {"ab", "abcde", NULL};
	static const char *const longest[] = {"abcdefghijklmnopqrstuvwxyz", NULL};

	(void)state;
	assert_string_equal(value_nearest_word("---defghijklmnopqrstuvwx", words), words[0]);
	assert_null(value_nearest_word("----efghijklmnopqrstuvwx", words));
	assert_string_equal(value_nearest_word("abcdefghijklmnopqrstuvw", words), words[0]);
	assert_null(value_nearest_word("abcdefghijklmnopqrstuvwxy", words));
	assert_string_equal(value_nearest_word("ax", shorter),
			    "ab"); /* up to half of the letters */
	assert_null(value_nearest_word("vwxde", shorter));
	assert_null(value_nearest_word("abcdefghijklmnopqrstuvwxyz", longest));
}

static void lists_are_cut_to_fit(void **state)
{
	static const char *const words[] = {"one", "two", "three", NULL};
	char out[16];

	(void)state;
	for (size_t capacity = 14; capacity <= sizeof out; capacity++) {
		value_list_words(words, out, capacity);
		assert_string_equal(out, "one, two, ...");
	}
	for (size_t capacity = 9; capacity < 14; capacity++) {
		memset(out, '#', sizeof out);
		value_list_words(words, out, capacity);
		assert_string_equal(out, "one, ...");
		assert_int_equal(out[capacity], '#');
	}
	value_list_words(words + 3, out, sizeof out);
	assert_string_equal(out, "");
	assert_int_equal(value_find_word("TWO", words), 1);
	assert_int_equal(value_find_word("four", words), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_with_units),
		cmocka_unit_test(what_is_no_number),
		cmocka_unit_test(names_are_safe_in_paths),
		cmocka_unit_test(words_are_cut_off_in_order),
		cmocka_unit_test(the_word_that_was_meant),
		cmocka_unit_test(a_word_that_is_too_different_was_not_meant),
		cmocka_unit_test(lists_are_cut_to_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
