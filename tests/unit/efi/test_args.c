/* test_args.c: what an operator types behind the program's name arrives as words. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "efi/args.h"

/* The bytes of a load option, exactly as long as given, so that the sanitizer sees an overrun. */
static struct args *parse(const char *ascii, size_t length, size_t extra_bytes)
{
	static struct args args;
	size_t size = 2 * length + extra_bytes;
	uint8_t *bytes = calloc(1, size + !size);

	for (size_t i = 0; i < length; i++)
		bytes[2 * i] = (uint8_t)ascii[i];
	args_init(&args);
	args_parse(&args, bytes, size);
	free(bytes);
	return &args;
}

static struct args *parse_text(const char *ascii)
{
	return parse(ascii, strlen(ascii) + 1, 0);
}

static void no_options_give_the_name_alone(void **state)
{
	static const char *const empty[] = {"", " ", "  \t\r\n ", "firstlight.efi",
					    " fs0:\\X.EFI "};

	(void)state;
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		struct args *args = parse_text(empty[i]);

		assert_int_equal(args->argc, 1);
		assert_string_equal(args->argv[0], "firstlight");
		assert_null(args->argv[1]);
	}
}

static void words_arrive_with_and_without_the_program(void **state)
{
	static const char *const lines[] = {
		"run --frames 4",
		"BOOTX64.EFI run --frames 4",
		"  \\efi\\boot\\bootx64.efi run  --frames\t4 ",
		"\"fs0:\\my dir\\a.efi\" \"run\" --frames \"4\"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct args *args = parse_text(lines[i]);

		assert_int_equal(args->argc, 4);
		assert_string_equal(args->argv[1], "run");
		assert_string_equal(args->argv[2], "--frames");
		assert_string_equal(args->argv[3], "4");
		assert_null(args->argv[4]);
	}
}

static void a_later_efi_word_is_an_argument(void **state)
{
	struct args *args = parse_text("run x.efi");

	(void)state;
	assert_int_equal(args->argc, 3);
	assert_string_equal(args->argv[2], "x.efi");
}

static void quotes_keep_spaces_and_empty_words(void **state)
{
	struct args *args = parse_text("--output=\"a b\" \"\" \"open end");

	(void)state;
	assert_int_equal(args->argc, 4);
	assert_string_equal(args->argv[1], "--output=a b");
	assert_string_equal(args->argv[2], "");
	assert_string_equal(args->argv[3], "open end");
}

static void every_truncation_is_a_prefix(void **state)
{
	static const char line[] = "a.efi run --mode \"640x480 60\"";

	(void)state;
	for (size_t length = 0; length <= strlen(line); length++)
		for (size_t extra = 0; extra < 2; extra++) {
			struct args *args = parse(line, length, extra);

			assert_in_range(args->argc, 1, 4);
			for (int i = 1; i < args->argc; i++)
				assert_non_null(
					strstr("a.efi run --mode 640x480 60", args->argv[i]));
		}
}

static void what_is_no_text_is_no_words(void **state)
{
	/* The GUID that EDK II's boot manager keeps in its own entries. */
	static const uint8_t guid[16] = {0xfc, 0x6b, 0xc7, 0x8d, 0x73, 0x5f, 0x31, 0x4f,
					 0x8a, 0xbd, 0x5b, 0x04, 0xd1, 0x01, 0x02, 0x03};
	struct args args;

	(void)state;
	args_init(&args);
	args_parse(&args, guid, sizeof(guid));
	assert_int_equal(args.argc, 1);
}

static void too_much_is_dropped_and_counted(void **state)
{
	char line[ARGS_TEXT + 200];
	struct args *args;

	(void)state;
	for (size_t i = 0; i < sizeof(line); i++)
		line[i] = i % 2 ? ' ' : 'x';
	line[sizeof(line) - 1] = 0;
	args = parse_text(line);
	assert_int_equal(args->argc, ARGS_MAX);
	assert_true(args->dropped > 0);

	memset(line, 'y', sizeof(line) - 1);
	args = parse_text(line);
	assert_true(args->argc == 1 || strlen(args->argv[1]) < ARGS_TEXT);
}

static void text_is_utf8(void **state)
{
	static const uint16_t line[] = {'r', 0x00fc, 0x20ac, 0};
	struct args args;

	(void)state;
	args_init(&args);
	args_parse(&args, line, sizeof(line));
	assert_string_equal(args.argv[1], "r\xc3\xbc\xe2\x82\xac");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_options_give_the_name_alone),
		cmocka_unit_test(words_arrive_with_and_without_the_program),
		cmocka_unit_test(a_later_efi_word_is_an_argument),
		cmocka_unit_test(quotes_keep_spaces_and_empty_words),
		cmocka_unit_test(every_truncation_is_a_prefix),
		cmocka_unit_test(what_is_no_text_is_no_words),
		cmocka_unit_test(too_much_is_dropped_and_counted),
		cmocka_unit_test(text_is_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
