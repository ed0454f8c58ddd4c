/* test_text.c: strings: the formats that src/ uses, cut at the capacity, numbers at their limits.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "tests/host/host.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Our formatter against the C library's, for one argument list. */
#define SAME(...)                                                                                  \
	do {                                                                                       \
		char ours[128], theirs[128];                                                       \
		int want = snprintf(theirs, sizeof theirs, __VA_ARGS__);                           \
		assert_int_equal(text_format(ours, sizeof ours, __VA_ARGS__), want);               \
		assert_string_equal(ours, theirs);                                                 \
	} while (0)

static void formats_give_what_the_c_library_gives(void **state)
{
	(void)state;
	SAME("%d %i %u", -2147483647, 42, 4294967295u);
	SAME("%llu %lld", 18446744073709551615ull, -9223372036854775807ll);
	SAME("%zu", (size_t)1 << 40);
	SAME("%zu", SIZE_MAX);
	SAME("%.2f %.1f %.3f", 29.97, 0.05, 1e9 / 3);
	SAME("%.2f", 0.0);
	SAME("%04x 0x%08x %x", 0x30a, 0xdeadbeefu, 0u);
	SAME("%02x:%02x.%u", 0, 0x14, 3);
	SAME("0x%0*x", 8, 0x1234u);
	SAME("%.*s|%.*s", 3, "abcdef", 0, "abc");
	SAME("%s%s", "", "text");
	SAME("[%5d] [%-5d] [%05d]", 42, 42, 42);
	SAME("[%-12s] [%12s]", "left", "right");
	SAME("%c%c %%", 'o', 'k');
	SAME("0x%llx", 0x4000000001ull);
}

static void output_is_cut_at_the_capacity(void **state)
{
	char out[16];

	(void)state;
	for (size_t capacity = 0; capacity <= sizeof out; capacity++) {
		size_t want = capacity ? (capacity - 1 < 12 ? capacity - 1 : 12) : 0;

		memset(out, '#', sizeof out);
		assert_int_equal(text_format(out, capacity, "%s %u", "twelve", 12345), want);
		for (size_t i = capacity; i < sizeof out; i++)
			assert_int_equal(out[i], '#');
		if (capacity) {
			assert_memory_equal(out, "twelve 12345", want);
			assert_int_equal(out[want], 0);
		}
		memset(out, '#', sizeof out);
		assert_int_equal(text_copy(out, capacity, "twelve 12345"), want);
		for (size_t i = capacity; i < sizeof out; i++)
			assert_int_equal(out[i], '#');
		if (capacity)
			assert_int_equal(strlen(out), want);
	}
}

static void numbers_are_whole_strings_within_64_bits(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} good[] = {
		{"0", 0},
		{"7", 7},
		{"0010", 10},
		{"0x0", 0},
		{"0xfF", 255},
		{"0xaA", 170},
		{"0X10", 16},
		{"18446744073709551615", UINT64_MAX},
		{"0xffffffffffffffff", UINT64_MAX},
		{"0x0000000000000000000001", 1},
	};
	static const char *const bad[] = {
		"",
		"0x",
		"-1",
		"+1",
		" 1",
		"1 ",
		"1_000",
		"0x1g",
		"12a",
		"1.5",
		"0b1",
		"18446744073709551616",
		"18446744073709551620",
		"99999999999999999999",
		"0x10000000000000000",
		"0xx1",
		"x10",
	};
	uint64_t value;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		value = 99;
		assert_true(text_u64(good[i].text, &value));
		assert_int_equal(value, good[i].value);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		value = 99;
		if (text_u64(bad[i], &value))
			fail_msg("'%s' was taken as %llu", bad[i], (unsigned long long)value);
		assert_int_equal(value, 99);
	}
}

static void comparisons(void **state)
{
	(void)state;
	assert_true(text_equal("", "") && text_equal("ov5670", "ov5670"));
	assert_false(text_equal("ov5670", "ov567") || text_equal("ov567", "ov5670") ||
		     text_equal("a", "A"));
	assert_true(text_equal_nocase("OV5670", "ov5670") && text_equal_nocase("AZaz", "azAZ"));
	assert_false(text_equal_nocase("@", "`"));
	assert_false(text_equal_nocase("ov5670", "ov5671") || text_equal_nocase("[", "{"));
	assert_true(text_starts("--frames=4", "--frames=") && text_starts("x", ""));
	assert_false(text_starts("--fr", "--frames") || text_starts("", "x"));
}

/* ---- growing text
 * --------------------------------------------------------------------------------- */

static void buffer_grows_and_keeps_everything(void **state)
{
	struct text_buffer buffer = {0};

	(void)state;
	host_reset(1);
	for (unsigned i = 0; i < 2000; i++)
		text_append(&buffer, "line %04u\n", i);
	assert_int_equal(buffer.length, 20000);
	assert_int_equal(strlen(buffer.data), 20000);
	for (unsigned i = 0; i < 2000; i++) {
		char want[16];

		snprintf(want, sizeof want, "line %04u\n", i);
		assert_memory_equal(buffer.data + 10 * i, want, 10);
	}
	text_append_raw(&buffer, "a\0b", 3);
	assert_int_equal(buffer.length, 20003);
	assert_memory_equal(buffer.data + 20000, "a\0b", 4);
	assert_false(buffer.failed);
	text_buffer_free(&buffer);
	assert_null(buffer.data);
	assert_int_equal(host_leaks(), 0);
}

/* One allocation for the first KiB with its NUL; then twice as much, as often as it takes. */
static void buffer_asks_for_memory_only_when_it_is_full(void **state)
{
	struct text_buffer buffer = {0};
	char text[3073];

	(void)state;
	host_reset(1);
	memset(text, 'x', sizeof text);
	text_append_raw(&buffer, text, 1000);
	text_append_raw(&buffer, text, 23);
	assert_int_equal(host_allocations(), 1);
	assert_int_equal(strlen(buffer.data), 1023);
	text_append_raw(&buffer, text, 1024);
	assert_int_equal(buffer.capacity, 2048);
	assert_int_equal(strlen(buffer.data), 2047);
	text_append_raw(&buffer, text, 1);
	assert_int_equal(host_allocations(), 3);
	text_append_raw(&buffer, text, sizeof text);
	assert_int_equal(buffer.capacity, 8192);
	text_buffer_free(&buffer);
	assert_int_equal(buffer.length + buffer.capacity, 0);
	assert_int_equal(host_leaks(), 0);
}

static void buffer_that_ran_out_of_memory_says_so_for_good(void **state)
{
	struct text_buffer buffer = {0};

	(void)state;
	host_reset(1);
	text_append(&buffer, "first");
	host_fail_allocation(1);
	for (unsigned i = 0; i < 300; i++)
		text_append(&buffer, " and more");
	assert_true(buffer.failed);
	assert_memory_equal(buffer.data, "first and more", 14);
	assert_int_equal(strlen(buffer.data), buffer.length);
	assert_true(buffer.length < 1024);
	text_buffer_free(&buffer);
	host_fail_allocation(1);
	text_append(&buffer, "x");
	assert_true(buffer.failed);
	assert_null(buffer.data);
	text_buffer_free(&buffer);
	assert_int_equal(host_leaks(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_give_what_the_c_library_gives),
		cmocka_unit_test(output_is_cut_at_the_capacity),
		cmocka_unit_test(numbers_are_whole_strings_within_64_bits),
		cmocka_unit_test(comparisons),
		cmocka_unit_test(buffer_grows_and_keeps_everything),
		cmocka_unit_test(buffer_asks_for_memory_only_when_it_is_full),
		cmocka_unit_test(buffer_that_ran_out_of_memory_says_so_for_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
