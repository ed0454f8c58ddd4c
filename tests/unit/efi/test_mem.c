/* test_mem.c: the UEFI build's memory functions do what the C standard says, at any alignment. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

/* Under names of their own, beside libc's, which judge them. */
#define memcpy  rom_memcpy
#define memmove rom_memmove
#define memset  rom_memset
#define memcmp  rom_memcmp
#define strlen  rom_strlen
#include "efi/mem.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen

#define ROOM    256
#define LONGEST 150 /* two rounds of 64, one of 16 and single bytes */

static void fill(uint8_t *bytes, unsigned seed)
{
	for (unsigned i = 0; i < ROOM; i++)
		bytes[i] = (uint8_t)(seed + i * 7 + (i >> 3));
}

static void copies_what_libc_copies(void **state)
{
	uint8_t from[ROOM], ours[ROOM], theirs[ROOM];

	(void)state;
	fill(from, 1);
	for (size_t size = 0; size <= LONGEST; size++)
		for (size_t at = 0; at < 17; at++) {
			fill(ours, 99);
			fill(theirs, 99);
			assert_ptr_equal(rom_memcpy(ours + at, from + 16 - at, size), ours + at);
			memcpy(theirs + at, from + 16 - at, size);
			assert_memory_equal(ours, theirs, ROOM);
		}
}

static void moves_over_itself_both_ways(void **state)
{
	uint8_t ours[ROOM], theirs[ROOM];

	(void)state;
	for (size_t size = 0; size <= LONGEST; size++)
		for (size_t to = 0; to < 100; to += 1 + (to > 20) * 11)
			for (size_t from = 0; from < 100; from += 1 + (from > 20) * 13) {
				fill(ours, 5);
				fill(theirs, 5);
				assert_ptr_equal(rom_memmove(ours + to, ours + from, size),
						 ours + to);
				memmove(theirs + to, theirs + from, size);
				assert_memory_equal(ours, theirs, ROOM);
			}
}

static void sets_that_much_and_no_more(void **state)
{
	uint8_t ours[ROOM], theirs[ROOM];

	(void)state;
	for (size_t size = 0; size <= LONGEST; size++)
		for (size_t at = 0; at < 17; at++) {
			fill(ours, 3);
			fill(theirs, 3);
			assert_ptr_equal(rom_memset(ours + at, 0x1c5, size), ours + at);
			memset(theirs + at, 0x1c5, size);
			assert_memory_equal(ours, theirs, ROOM);
		}
}

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

static void compares_every_byte_unsigned(void **state)
{
	uint8_t a[ROOM], b[ROOM];

	(void)state;
	fill(a, 1);
	for (size_t size = 0; size <= LONGEST; size++)
		for (size_t at = 0; at <= size; at++) {
			fill(b, 1);
			b[at] ^= 0x80;
			assert_int_equal(sign(rom_memcmp(a, b, size)), sign(memcmp(a, b, size)));
			assert_int_equal(sign(rom_memcmp(b, a, size)), sign(memcmp(b, a, size)));
		}
}

static void measures_text(void **state)
{
	(void)state;
	assert_int_equal(rom_strlen(""), 0);
	assert_int_equal(rom_strlen("abc"), 3);
}

/* Buffers of exactly the size: the sanitizer sees a byte too many. */
static void touches_nothing_outside(void **state)
{
	(void)state;
	for (size_t size = 1; size <= LONGEST; size++) {
		uint8_t *a = malloc(size), *b = malloc(size);

		rom_memset(a, 1, size);
		rom_memcpy(b, a, size);
		rom_memmove(a, b, size);
		assert_int_equal(rom_memcmp(a, b, size), 0);
		free(a);
		free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_what_libc_copies),
		cmocka_unit_test(moves_over_itself_both_ways),
		cmocka_unit_test(sets_that_much_and_no_more),
		cmocka_unit_test(compares_every_byte_unsigned),
		cmocka_unit_test(measures_text),
		cmocka_unit_test(touches_nothing_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
