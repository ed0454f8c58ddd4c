/* test_bytes.c: numbers of both orders, at odd places, and nothing beside them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "core/bytes.h"

static const uint8_t bytes[] = {0xff, 0x81, 0x92, 0xa3, 0xb4, 0xff};

static void both_orders_are_read(void **state)
{
	(void)state;
	assert_int_equal(get_le16(bytes + 1), 0x9281);
	assert_int_equal(get_le32(bytes + 1), 0xb4a39281);
	assert_int_equal(get_be16(bytes + 1), 0x8192);
	assert_int_equal(get_be(bytes + 1, 1), 0x81);
	assert_int_equal(get_be(bytes + 1, 3), 0x8192a3);
	assert_int_equal(get_be(bytes + 1, 4), 0x8192a3b4);
}

static void what_is_written_reads_back_and_ends_where_it_should(void **state)
{
	uint8_t out[sizeof bytes];

	(void)state;
	memset(out, 0xff, sizeof out);
	put_le32(out + 1, 0xb4a39281);
	assert_memory_equal(out, bytes, sizeof out);
	memset(out, 0xff, sizeof out);
	put_be(out + 1, 4, 0x8192a3b4);
	assert_memory_equal(out, bytes, sizeof out);
	memset(out, 0xff, sizeof out);
	put_le16(out + 1, 0xcc9281); /* what does not fit is cut off */
	put_be16(out + 3, 0xcca3b4);
	assert_memory_equal(out, bytes, sizeof out);
	memset(out, 0xff, sizeof out);
	put_be(out + 1, 1, 0xcc81);
	put_be(out + 2, 3, 0xcc92a3b4);
	assert_memory_equal(out, bytes, sizeof out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_orders_are_read),
		cmocka_unit_test(what_is_written_reads_back_and_ends_where_it_should),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
