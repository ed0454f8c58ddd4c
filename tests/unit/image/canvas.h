/* canvas.h: small pictures, painted by hand, for the parts of image_measure one by one. */
#ifndef TESTS_UNIT_IMAGE_CANVAS_H
#define TESTS_UNIT_IMAGE_CANVAS_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "image/measure.h"
#include "tests/host/host.h"

#define CANVAS_MOST (163840u)

static uint16_t canvas[CANVAS_MOST];
static struct image image = {.samples = canvas};
static struct image_statistics found;

static inline void canvas_new(unsigned width, unsigned height, unsigned level)
{
	assert_true(width * height <= CANVAS_MOST);
	image = (struct image){
		.width = width, .height = height, .bayer = BAYER_GRBG, .samples = canvas};
	found = (struct image_statistics){.hot = 0};
	for (unsigned i = 0; i < CANVAS_MOST; i++)
		canvas[i] = (uint16_t)level;
}

static inline uint16_t *at(unsigned x, unsigned y)
{
	return canvas + y * image.width + x;
}

static inline void box(unsigned left, unsigned top, unsigned width, unsigned height, unsigned level)
{
	for (unsigned y = top; y < top + height; y++)
		for (unsigned x = left; x < left + width; x++)
			*at(x, y) = (uint16_t)level;
}

#endif
