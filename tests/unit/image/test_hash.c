/* test_hash.c: the digest is the one that `xxhsum -H3` prints; each length takes another way. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "image/image.h"

/* Printed by xxhsum 0.8.1. */
static void digests_are_xxhsums(void **state)
{
	static uint8_t bytes[100000];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7);
	assert_true(image_xxh3("", 0) == 0x2d06800538d394c2u);
	assert_true(image_xxh3("a", 1) == 0xe6c632b61e964e1fu);
	assert_true(image_xxh3("Firstlight", 10) == 0xd40f5d5cde809130u);
	assert_true(image_xxh3(bytes, 100) == 0x6dbb812cf19d012eu);
	assert_true(image_xxh3(bytes, 200) == 0x7c64f3b17285e96au);
	assert_true(image_xxh3(bytes, sizeof(bytes)) == 0x01271d2740e5fca3u);
}

/* In hex, as `xxhsum -H2` prints it, and not a byte more. */
static void long_digests_are_xxhsums(void **state)
{
	static const struct {
		size_t size;
		const char *digest;
	} cases[] = {
		{0, "99aa06d3014798d86001c324468d497f"},
		{1, "a6cd5e9392000f6ac44bdff4074eecdb"},
		{10, "dba1634dc04a31b3441fd06f4366916f"},
		{100, "858be3b5082c7eb73dc31a0ba04530cd"},
		{200, "dbfff5e13c798ab90497bdb3d145ccd6"},
	};
	uint8_t bytes[200];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[34];

		text[33] = '!';
		image_xxh128(bytes, cases[i].size, text);
		assert_string_equal(text, cases[i].digest);
		assert_int_equal(text[33], '!');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(digests_are_xxhsums),
					   cmocka_unit_test(long_digests_are_xxhsums)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
