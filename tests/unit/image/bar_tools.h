/* bar_tools.h: pictures of a generator's bars, and their judge. A picture has samples of its own (free). */
#ifndef TESTS_UNIT_IMAGE_BAR_TOOLS_H
#define TESTS_UNIT_IMAGE_BAR_TOOLS_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/image.h"

#define TOOL __attribute__((unused)) static

static const char *const colours[8] = {"RGB", "RG", "GB", "G", "RB", "R", "B", ""};
static const char *const mosaics[] = {"GRBG", "RGGB", "BGGR", "GBRG"};

static uint32_t seed = 1;

TOOL uint32_t next_random(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

TOOL uint16_t bar_sample(const struct image_pattern *pattern, unsigned x, unsigned y,
			 unsigned width)
{
	char component = mosaics[pattern->bayer][y % 2 * 2 + x % 2];

	return strchr(colours[x * 8 / width], component) ? pattern->high : pattern->low;
}

TOOL struct image image_new(unsigned width, unsigned height, enum bayer bayer)
{
	struct image image = {.width = width, .height = height, .bayer = bayer};

	image.samples = calloc((size_t)width * height, sizeof(uint16_t));
	assert_non_null(image.samples);
	return image;
}

TOOL uint16_t *at(struct image *image, unsigned x, unsigned y)
{
	return image->samples + (size_t)y * image->width + x;
}

/* Bars with noise of +-`noise` LSB. */
TOOL struct image bars_new(unsigned width, unsigned height, const struct image_pattern *pattern,
			   unsigned noise)
{
	struct image image = image_new(width, height, pattern->bayer);

	for (unsigned y = 0; y < height; y++)
		for (unsigned x = 0; x < width; x++) {
			int value = bar_sample(pattern, x, y, width);

			if (noise)
				value += (int)(next_random() % (2 * noise + 1)) - (int)noise;
			*at(&image, x, y) = (uint16_t)(value < 0 ? 0 : value > 1023 ? 1023 : value);
		}
	return image;
}

TOOL const struct image_pattern usual = {
	.name = "bars",
	.kind = PATTERN_BARS,
	.high = 1023,
	.low = 0,
	.bayer = BAYER_GRBG,
};

TOOL enum fl_err judge(const struct image *image, const struct image_pattern *pattern,
		       struct diag *diag)
{
	diag_clear(diag);
	return judge_pattern(image, pattern, diag);
}

#endif
