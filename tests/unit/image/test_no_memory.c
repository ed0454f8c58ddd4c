/* test_no_memory.c: whoever makes a file or a picture says when there is no memory, and keeps none. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "image/image.h"
#include "tests/host/host.h"

#define WIDTH  32u
#define HEIGHT 24u

static uint16_t samples[WIDTH * HEIGHT];
static const struct image image = {
	.width = WIDTH, .height = HEIGHT, .bayer = BAYER_GRBG, .samples = samples};

static enum fl_err make_pgm(void **data, struct file_bytes *file)
{
	enum fl_err err = pgm_encode(&image, file);

	*data = file->data;
	return err;
}

static enum fl_err make_dng(void **data, struct file_bytes *file)
{
	enum fl_err err = dng_encode(&image, "ov5670", file);

	*data = file->data;
	return err;
}

static enum fl_err make_png(void **data, struct file_bytes *file)
{
	static uint32_t pixels[WIDTH * HEIGHT];
	const struct picture picture = {.width = WIDTH, .height = HEIGHT, .pixels = pixels};
	enum fl_err err = png_encode(&picture, file);

	*data = file->data;
	return err;
}

static enum fl_err make_picture(void **data, struct file_bytes *file)
{
	struct picture picture;
	enum fl_err err = picture_develop(&image, WIDTH, HEIGHT, &picture);

	*data = picture.pixels;
	file->data = (uint8_t *)picture.pixels;
	file->size = (size_t)picture.width * picture.height;
	return err;
}

static void every_failing_allocation_is_told(void **state)
{
	static const struct {
		enum fl_err (*make)(void **data, struct file_bytes *file);
		unsigned allocations;
	} cases[] = {{make_pgm, 1}, {make_dng, 1}, {make_png, 3}, {make_picture, 2}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		for (unsigned k = 1; k <= cases[i].allocations + 1; k++) {
			struct file_bytes file = {.size = 1};
			void *data = &file;

			host_reset(1);
			host_fail_allocation(k);
			if (k <= cases[i].allocations) {
				assert_int_equal(cases[i].make(&data, &file), FL_ERR_NOMEM);
				assert_null(data);
				assert_int_equal(file.size, 0);
			} else {
				assert_int_equal(cases[i].make(&data, &file), FL_OK);
				assert_non_null(data);
				assert_int_equal(host_leaks(), 1);
				file_bytes_free(&file);
				assert_null(file.data);
			}
			assert_int_equal(host_leaks(), 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_failing_allocation_is_told)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
