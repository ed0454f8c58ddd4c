/* test_arena.c: what belongs together is freed together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "describe/arena.h"
#include "tests/host/host.h"

static void arrays_keep_what_they_hold_and_double(void **state)
{
	struct arena arena = {0};
	struct arena_array array = {0};

	(void)state;
	host_reset(1);
	for (unsigned i = 0; i < 33; i++) {
		unsigned *item = arena_append(&arena, &array, sizeof *item);

		assert_int_equal(*item, 0);
		*item = i;
	}
	for (unsigned i = 0; i < 33; i++)
		assert_int_equal(((unsigned *)array.items)[i], i);
	assert_int_equal(host_allocations(), 4); /* for 8, 16, 32 and 64 */
	assert_int_equal(array.capacity, 64);
	arena_free(&arena);
	assert_int_equal(host_leaks(), 0);
}

static void without_memory_nothing_is_lost(void **state)
{
	struct arena arena = {0};
	struct arena_array array = {0};

	(void)state;
	host_reset(1);
	for (unsigned i = 0; i < 8; i++)
		*(unsigned *)arena_append(&arena, &array, sizeof(unsigned)) = i;
	host_fail_allocation(1);
	assert_null(arena_append(&arena, &array, sizeof(unsigned)));
	assert_int_equal(array.count, 8);
	assert_int_equal(((unsigned *)array.items)[7], 7);
	assert_non_null(arena_append(&arena, &array, sizeof(unsigned)));
	arena_free(&arena);
	assert_int_equal(host_leaks(), 0);
}

/* Once detached it is the other's to free. */
static void what_is_detached_outlives_the_arena(void **state)
{
	struct arena arena = {0};
	char *memory = NULL;

	(void)state;
	host_reset(1);
	arena_alloc(&arena, 100);
	arena_alloc(&arena, 200);
	assert_int_equal(arena_close(&arena, FL_OK, &memory), FL_OK);
	arena_free(&arena);
	assert_int_equal(host_leaks(), 2);
	arena_free_detached(memory);
	assert_int_equal(host_leaks(), 0);
}

static void after_an_error_there_is_nothing_to_free(void **state)
{
	struct arena arena = {0};
	char *memory = NULL;

	(void)state;
	host_reset(1);
	arena_alloc(&arena, 100);
	assert_int_equal(arena_close(&arena, FL_ERR_FORMAT, &memory), FL_ERR_FORMAT);
	assert_int_equal(host_leaks(), 0);
	assert_null(memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arrays_keep_what_they_hold_and_double),
		cmocka_unit_test(without_memory_nothing_is_lost),
		cmocka_unit_test(what_is_detached_outlives_the_arena),
		cmocka_unit_test(after_an_error_there_is_nothing_to_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
