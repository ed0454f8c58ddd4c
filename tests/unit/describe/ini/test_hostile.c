/*
 * test_hostile.c: the shipped files cut short, with a byte changed, and on a machine whose memory
 * ends: always a struct or a message, never a crash, never a leak.
 *
 * The parsers run on memory of exactly the file's size, so that the address sanitizer sees a byte
 * too far. Files are cut and changed at every byte, but for the register lists of long files.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "describe/ini/files.h"
#include "tests/host/host.h"
#include "tests/unit/describe/ini/shipped.h"

enum kind { SENSOR, BOARD, PLAN };

/* FL_OK with everything freed again, or an error with its message. */
static enum fl_err parse(enum kind kind, const char *text, size_t size)
{
	struct diag diag = {0};
	struct sensor_desc sensor;
	struct board_desc board;
	struct plan plan;
	enum fl_err err;

	if (kind == SENSOR)
		err = sensor_parse("f", text, size, &sensor, &diag);
	else if (kind == BOARD)
		err = board_parse("f", text, size, &board, &diag);
	else
		err = plan_parse("f", text, size, &plan, &diag);
	if (err)
		assert_true(strncmp(diag.message, "f:", 2) == 0);
	else if (kind == SENSOR)
		sensor_free(&sensor);
	else if (kind == BOARD)
		board_free(&board);
	return err;
}

/* Calls `test` with every shipped file. */
static void each_file(void (*test)(enum kind kind, const char *text, size_t size))
{
	size_t size;

	for (size_t i = 0; i < COUNT(shipped_sensors) + COUNT(shipped_boards) + 1; i++) {
		enum kind kind = i < COUNT(shipped_sensors)                           ? SENSOR
				 : i < COUNT(shipped_sensors) + COUNT(shipped_boards) ? BOARD
										      : PLAN;
		char *text =
			kind == SENSOR ? shipped_read("sensors/", shipped_sensors[i], &size)
			: kind == BOARD
				? shipped_read("boards/",
					       shipped_boards[i - COUNT(shipped_sensors)], &size)
				: shipped_read("", "firstlight", &size);

		host_reset(1);
		test(kind, text, size);
		free(text);
		assert_int_equal(host_leaks(), 0);
	}
}

/* Register lists of hundreds of like lines take minutes and show nothing new: of the plain write
 * lines in long files, one byte in 16 is taken. */
static bool is_worth_it(const char *text, size_t size, size_t at)
{
	size_t start = at;

	if (size < 5000 || at % 16 == 0)
		return true;
	while (start > 0 && text[start - 1] != '\n')
		start--;
	return strncmp(text + start, "write 0x", 8) != 0;
}

static void cut(enum kind kind, const char *text, size_t size)
{
	for (size_t length = 0; length < size; length++) {
		char *copy;

		if (!is_worth_it(text, size, length))
			continue;
		copy = malloc(length + !length);
		memcpy(copy, text, length);
		parse(kind, copy, length);
		free(copy);
	}
}

static void flip(enum kind kind, const char *text, size_t size)
{
	static const char flips[] = {1, 2, 4, 8, 16, 32, 64, (char)128};
	char *copy = malloc(size);

	memcpy(copy, text, size);
	for (size_t at = 0; at < size; at++) {
		if (!is_worth_it(text, size, at))
			continue;
		copy[at] ^= flips[at % sizeof flips];
		parse(kind, copy, size);
		copy[at] = text[at];
	}
	free(copy);
}

static void run_out_of_memory(enum kind kind, const char *text, size_t size)
{
	unsigned long wanted;
	enum fl_err err = FL_OK;

	assert_int_equal(parse(kind, text, size), FL_OK);
	wanted = host_allocations();
	assert_true(wanted > 0);
	for (unsigned long k = 1; k <= wanted; k++) {
		host_fail_allocation(k);
		err = parse(kind, text, size);
		host_fail_allocation(0);
		assert_int_equal(err, FL_ERR_NOMEM);
		assert_int_equal(host_leaks(), 0);
	}
}

static void truncated_files_end_well(void **state)
{
	(void)state;
	each_file(cut);
}

static void changed_bytes_end_well(void **state)
{
	(void)state;
	each_file(flip);
}

static void memory_that_ends_leaks_nothing(void **state)
{
	(void)state;
	each_file(run_out_of_memory);
}

static void binary_files_are_refused(void **state)
{
	static const char zeroes[4096];
	static char all[256];

	(void)state;
	host_reset(1);
	for (size_t i = 0; i < sizeof all; i++)
		all[i] = (char)i;
	for (enum kind kind = SENSOR; kind <= PLAN; kind++) {
		assert_int_equal(parse(kind, zeroes, sizeof zeroes), FL_ERR_FORMAT);
		assert_int_equal(parse(kind, all, sizeof all), FL_ERR_FORMAT);
	}
}

static void huge_files_are_refused(void **state)
{
	size_t size = (1u << 20) + 1;
	char *text = malloc(size);

	(void)state;
	host_reset(1);
	memset(text, '\n', size);
	assert_int_equal(parse(PLAN, text, size), FL_ERR_FORMAT);
	assert_int_equal(parse(PLAN, text, size - 1), FL_OK);
	memset(text, 'x', size);
	assert_int_equal(parse(PLAN, text, size - 1), FL_ERR_FORMAT); /* one long word */
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(truncated_files_end_well),
		cmocka_unit_test(changed_bytes_end_well),
		cmocka_unit_test(memory_that_ends_leaks_nothing),
		cmocka_unit_test(binary_files_are_refused),
		cmocka_unit_test(huge_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
