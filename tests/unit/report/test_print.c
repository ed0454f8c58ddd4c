/* test_print.c: any bytes as JSON, XML and one line; numbers. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>

#include "report/print.h"

#define FFFD         "\xef\xbf\xbd"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void check(void (*print)(struct text_buffer *, const char *), const char *text,
		  const char *wanted)
{
	struct text_buffer out = {0};

	print(&out, text);
	assert_string_equal(out.data ? out.data : "", wanted);
	text_buffer_free(&out);
}

static void json_strings(void **state)
{
	(void)state;
	check(print_json_string, "", "\"\"");
	check(print_json_string, "a \"b\" \\c", "\"a \\\"b\\\" \\\\c\"");
	check(print_json_string, "1\n2\t3\x01\x7f", "\"1\\n2\\u00093\\u0001\\u007f\"");
	check(print_json_string, "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x93\xb7",
	      "\"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x93\xb7\"");
}

/* The first and the last character of each length, and their neighbours in value. */
static void characters_at_the_edges_stay_as_they_are(void **state)
{
	static const char *const texts[] = {
		"\xc2\x80",         "\xdf\xbf",
		"\xe0\xa0\x80",     "\xed\x9f\xbf",
		"\xee\x80\x80",     "\xef\xbf\xbd",
		"\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
		"\xc2\xbf",         "~",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		check(print_line_text, texts[i], texts[i]);
		check(print_xml_text, texts[i], texts[i]);
	}
	check(print_line_text, "\x01 \x1f\x7f!\x7e", "    !~");
	check(print_xml_text, "\x1f \x7f", FFFD " \x7f");
	check(print_json_string, "\x1f \x7e\xc2\x80", "\"\\u001f \x7e\xc2\x80\"");
	check(print_xml_text, "a\tb", "a&#9;b");
}

static void bytes_that_are_no_utf8(void **state)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{"\xff", FFFD},
		{"\x80", FFFD},
		{"a\xc3", "a" FFFD},
		{"\xc3(", FFFD "("},
		{"\xc0\x80", FFFD FFFD},                   /* overlong NUL */
		{"\xe0\x80\x80", FFFD FFFD FFFD},          /* overlong */
		{"\xed\xa0\x80", FFFD FFFD FFFD},          /* surrogate */
		{"\xf4\x90\x80\x80", FFFD FFFD FFFD FFFD}, /* beyond U+10FFFF */
		{"\xf8\x88\x80\x80\x80", FFFD FFFD FFFD FFFD FFFD},
		{"\xf8\x90\x80\x80", FFFD FFFD FFFD FFFD},
		{"\xe2\x82", FFFD FFFD},
		{"\xc1\xbf", FFFD FFFD}, /* overlong, by one */
		{"\xe0\x9f\xbf", FFFD FFFD FFFD},
		{"\xf0\x8f\xbf\xbf", FFFD FFFD FFFD FFFD},
		{"\xed\xbf\xbf", FFFD FFFD FFFD}, /* the last surrogate */
		{"\xf5\x80\x80\x80", FFFD FFFD FFFD FFFD},
		{"\xbf", FFFD},
		{"\xf7\xbf\xbf\xbf", FFFD FFFD FFFD FFFD},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(print_line_text, cases[i].text, cases[i].wanted);
}

static void xml_text(void **state)
{
	(void)state;
	check(print_xml_text, "<a href=\"x\">&amp;</a>",
	      "&lt;a href=&quot;x&quot;&gt;&amp;amp;&lt;/a&gt;");
	check(print_xml_text, "1\n2", "1&#10;2");
	check(print_xml_text, "\x01\x1b[0m", FFFD FFFD "[0m");
	check(print_xml_text, "\xef\xbf\xbe\xef\xbf\xbf", FFFD FFFD); /* U+FFFE, U+FFFF */
}

static void lines_stay_lines(void **state)
{
	(void)state;
	check(print_line_text, "a\nnot ok 1 b\r\n\x1b[2J", "a not ok 1 b   [2J");
}

static void numbers(void **state)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{0, "0"},
		{-0.0, "0"},
		{1, "1"},
		{-17, "-17"},
		{1.5, "1.5"},
		{0.001234, "0.001234"},
		{1000000, "1000000"},
		{4294967295.0, "4294967295"},
		{30.168, "30.168"},
		{100, "100"},
		{1e15, "1.000000000e+15"},
		{999999999999999.0, "999999999999999"},
		{-1e15, "-1.000000000e+15"},
		{1e-6, "0.000001"},
		{0.99e-6, "9.900000000e-07"},
		{10.5, "10.5"},
		{1e-9, "1.000000000e-09"},
		{1e300, "1.000000000e+300"},
		{NAN, "null"},
		{INFINITY, "null"},
		{-INFINITY, "null"},
	};
	char out[PRINT_NUMBER_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_number(out, cases[i].value);
		assert_string_equal(out, cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_strings),
		cmocka_unit_test(characters_at_the_edges_stay_as_they_are),
		cmocka_unit_test(bytes_that_are_no_utf8),
		cmocka_unit_test(xml_text),
		cmocka_unit_test(lines_stay_lines),
		cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
