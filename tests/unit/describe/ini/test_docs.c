/* test_docs.c: the examples in docs/ are files that work. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "describe/ini/files.h"

static char page[65536];

/* The ```ini block of a page. */
static const char *example(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *begin, *end;

	if (!file) {
		fprintf(stderr, "%s: not there; run tests in the repository's root\n", path);
		exit(2);
	}
	page[fread(page, 1, sizeof page - 1, file)] = '\0';
	fclose(file);
	begin = strstr(page, "```ini\n");
	assert_non_null(begin);
	begin += strlen("```ini\n");
	end = strstr(begin, "```");
	assert_non_null(end);
	*size = (size_t)(end - begin);
	return begin;
}

static void the_sensor_of_the_page_works(void **state)
{
	struct sensor_desc sensor;
	struct diag diag = {0};
	size_t size;
	const char *text = example("docs/sensor-files.md", &size);

	(void)state;
	if (sensor_parse("docs/sensor-files.md", text, size, &sensor, &diag))
		fail_msg("%s", diag.message);
	assert_int_equal(sensor.modes[1].registers.steps[2].value, 640);
	sensor_free(&sensor);
}

static void the_board_of_the_page_works(void **state)
{
	struct board_desc board;
	struct diag diag = {0};
	size_t size;
	const char *text = example("docs/board-files.md", &size);

	(void)state;
	if (board_parse("docs/board-files.md", text, size, &board, &diag))
		fail_msg("%s", diag.message);
	assert_int_equal(board.domain_count, 4);
	assert_int_equal(board.cameras[0].vcm.power, 3);
	board_free(&board);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sensor_of_the_page_works),
		cmocka_unit_test(the_board_of_the_page_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
