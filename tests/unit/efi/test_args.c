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

static void assert_words(const struct args *args, int count, const char *const *want)
{
	assert_string_equal(args->refused.message, "");
	assert_int_equal(args->words.count, count);
	for (int i = 0; i < count; i++)
		assert_string_equal(args->words.word[i], want[i]);
	assert_null(args->words.word[count]);
}

static void no_options_give_no_words(void **state)
{
	static const char *const empty[] = {"", " ", "  \t\r\n ", "firstlight.efi",
					    " fs0:\\X.EFI "};

	(void)state;
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		struct args *args = parse_text(empty[i]);

		assert_words(args, 0, NULL);
		assert_string_equal(args->note, "");
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
	static const char *const want[] = {"run", "--frames", "4"};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_words(parse_text(lines[i]), 3, want);
}

static void a_later_efi_word_is_an_argument(void **state)
{
	static const char *const want[] = {"run", "x.efi"};

	(void)state;
	assert_words(parse_text("run x.efi"), 2, want);
}

static void quotes_keep_spaces_and_empty_words(void **state)
{
	static const char *const want[] = {"--output=a b", ""};
	struct args *args;

	(void)state;
	assert_words(parse_text("--output=\"a b\" \"\""), 2, want);
	args = parse_text("run \"open end");
	assert_int_equal(args->words.count, 1);
	assert_non_null(strstr(args->refused.message, "command line: the quote in"));
}

/* The same words as boot managers, efibootmgr and scripts write them. */
static void every_encoding_is_read(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
	} options[] = {
		{"run --frames 4", 15},
		{"run --frames 4", 14},
		{"\xef\xbb\xbfrun --frames 4", 17},
		{"\xff\xfer\0u\0n\0 \0-\0-\0f\0r\0a\0m\0e\0s\0 \0"
		 "4\0\0",
		 32},
		{"\xff\xfer\0u\0n\0 \0-\0-\0f\0r\0a\0m\0e\0s\0 \0"
		 "4",
		 30},
		{"\xfe\xff\0r\0u\0n\0 \0-\0-\0f\0r\0a\0m\0e\0s\0 \0"
		 "4",
		 30},
	};
	static const char *const want[] = {"run", "--frames", "4"};
	struct args args;

	(void)state;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		uint8_t *copy = malloc(options[i].size);

		memcpy(copy, options[i].bytes, options[i].size);
		args_init(&args);
		args_parse(&args, copy, options[i].size);
		free(copy);
		assert_words(&args, 3, want);
		assert_string_equal(args.note, "");
	}
}

static void every_truncation_is_a_prefix(void **state)
{
	static const char line[] = "a.efi run --mode \"640x480 60\"";

	(void)state;
	for (size_t length = 0; length <= strlen(line); length++)
		for (size_t extra = 0; extra < 2; extra++) {
			struct args *args = parse(line, length, extra);

			assert_in_range(args->words.count, 0, 3);
			for (int i = 0; i < args->words.count; i++)
				assert_non_null(
					strstr("a.efi run --mode 640x480 60", args->words.word[i]));
		}
}

static void what_is_no_text_is_no_words(void **state)
{
	/* The GUID that EDK II's boot manager keeps in its own entries. */
	static const uint8_t guid[16] = {0xfc, 0x6b, 0xc7, 0x8d, 0x73, 0x5f, 0x31, 0x4f,
					 0x8a, 0xbd, 0x5b, 0x04, 0xd1, 0x01, 0x02, 0x03};
	static const uint8_t ami[] = {0, 0, 'B', 'O'};
	static const uint8_t zero[32];
	struct args args;

	(void)state;
	args_init(&args);
	args_parse(&args, guid, sizeof(guid));
	assert_words(&args, 0, NULL);
	assert_string_equal(args.note, "16 bytes of the load options are no text and were not"
				       " read: fc 6b c7 8d 73 5f 31 4f ...");
	args_init(&args);
	args_parse(&args, ami, sizeof(ami));
	assert_words(&args, 0, NULL);
	assert_non_null(strstr(args.note, "not read: 00 00 42 4f"));
	args_init(&args);
	args_parse(&args, zero, sizeof(zero));
	assert_words(&args, 0, NULL);
	assert_string_equal(args.note, "");
}

/* What stands behind the end of the text is told, not dropped in silence. */
static void bytes_behind_the_text_are_told(void **state)
{
	static const char *const want[] = {"run"};
	static const uint8_t bytes[] = {'r', 0, 'u', 0, 'n', 0, 0, 0, 'x', 0};
	struct args args;

	(void)state;
	args_init(&args);
	args_parse(&args, bytes, sizeof(bytes));
	assert_words(&args, 1, want);
	assert_non_null(strstr(args.note, "4 bytes of the load options are no text"));
}

static void too_much_is_refused(void **state)
{
	char line[WORDS_TEXT + 200];
	uint16_t wide[WORDS_TEXT];
	struct args *args, typed;

	(void)state;
	memset(line, ' ', sizeof(line));
	for (size_t i = 0; i <= WORDS_MAX; i++)
		line[2 * i] = 'x';
	line[2 * WORDS_MAX + 1] = 0;
	args = parse_text(line);
	assert_int_equal(args->words.count, WORDS_MAX);
	assert_non_null(strstr(args->refused.message, "command line: more than 64 words"));

	memset(line, 'y', sizeof(line) - 1);
	line[sizeof(line) - 1] = 0;
	args = parse_text(line);
	assert_non_null(strstr(args->refused.message, "more than 2047 characters"));

	for (size_t i = 0; i + 1 < WORDS_TEXT; i++)
		wide[i] = 'z';
	wide[WORDS_TEXT - 1] = 0;
	args_init(&typed);
	args_add(&typed, wide);
	assert_non_null(strstr(typed.refused.message, "more than 2047 characters"));
}

static void text_is_utf8(void **state)
{
	static const uint16_t line[] = {'r', 0x00fc, 0x20ac, 0};
	struct args args;

	(void)state;
	args_init(&args);
	args_parse(&args, line, sizeof(line));
	assert_string_equal(args.words.word[0], "r\xc3\xbc\xe2\x82\xac");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_options_give_no_words),
		cmocka_unit_test(words_arrive_with_and_without_the_program),
		cmocka_unit_test(a_later_efi_word_is_an_argument),
		cmocka_unit_test(quotes_keep_spaces_and_empty_words),
		cmocka_unit_test(every_encoding_is_read),
		cmocka_unit_test(every_truncation_is_a_prefix),
		cmocka_unit_test(what_is_no_text_is_no_words),
		cmocka_unit_test(bytes_behind_the_text_are_told),
		cmocka_unit_test(too_much_is_refused),
		cmocka_unit_test(text_is_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
