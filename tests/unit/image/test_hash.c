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

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(digests_are_xxhsums)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
