/* test_pgm.c: the graymap holds every sample, as any reader of P5 sees it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <ctype.h>
#include <stdlib.h>

#include "image/image.h"

/* A number of the header, as the netpbm format wants it read: white space before, one after. */
static unsigned header_number(const struct file_bytes *file, size_t *at)
{
	unsigned value = 0;

	while (*at < file->size && isspace(file->data[*at]))
		(*at)++;
	while (*at < file->size && isdigit(file->data[*at]))
		value = value * 10 + file->data[(*at)++] - '0';
	return value;
}

static void every_sample_is_read_back(void **state)
{
	uint16_t samples[7 * 5];
	struct image image = {.width = 7, .height = 5, .samples = samples};
	struct file_bytes file;
	size_t at = 2;

	(void)state;
	for (unsigned i = 0; i < 35; i++)
		samples[i] = (uint16_t)(i * 30 % 1024);
	assert_int_equal(pgm_encode(&image, &file), FL_OK);
	assert_memory_equal(file.data, "P5", 2);
	assert_int_equal(header_number(&file, &at), 7);
	assert_int_equal(header_number(&file, &at), 5);
	assert_int_equal(header_number(&file, &at), 1023);
	assert_int_equal(file.data[at++], '\n');
	assert_int_equal(file.size - at, 70);
	for (unsigned i = 0; i < 35; i++, at += 2)
		assert_int_equal(file.data[at] << 8 | file.data[at + 1], samples[i]);
	file_bytes_free(&file);
	assert_null(file.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_sample_is_read_back)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
