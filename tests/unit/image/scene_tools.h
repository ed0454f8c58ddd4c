/*
 * scene_tools.h: healthy captures of the virtual camera's own scene, and ways to break them. A
 * scene is a struct image with samples of its own (free).
 */
#ifndef TESTS_UNIT_IMAGE_SCENE_TOOLS_H
#define TESTS_UNIT_IMAGE_SCENE_TOOLS_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "describe/plan.h"
#include "image/image.h"
#include "tests/host/rom.h"

#define BLACK 64
#define TOOL  __attribute__((unused)) static
#define FOR_XY(i)                                                                                  \
	for (unsigned y = 0; y < (i)->height; y++)                                                 \
		for (unsigned x = 0; x < (i)->width; x++)

static uint64_t tool_state = 1;

/* 0 to `below` - 1, the same in every run. */
TOOL unsigned tool_random(unsigned below)
{
	tool_state = tool_state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((tool_state >> 33) % below);
}

TOOL double tool_gauss(void)
{
	double sum = -6;

	for (unsigned i = 0; i < 12; i++)
		sum += tool_random(1u << 20) / (double)(1u << 20);
	return sum;
}

static uint16_t *at(const struct image *image, unsigned x, unsigned y)
{
	return image->samples + (size_t)y * image->width + x;
}

static uint16_t clip(double value)
{
	return (uint16_t)(value < 0 ? 0 : value > 1023 ? 1023 : value + 0.5);
}

/* ---- making, keeping -------------------------------------------------------------------------- */

/* A file of the stick with one line in place of another. */
TOOL void stick_edit(const char *path, const char *from, const char *to)
{
	size_t size;
	const char *text = host_file_get(path, &size), *found;
	char *copy = calloc(1, size + 1), *out = calloc(1, size + 256);

	assert_non_null(text);
	memcpy(copy, text, size);
	found = strstr(copy, from);
	assert_non_null(found);
	sprintf(out, "%.*s%s%s", (int)(found - copy), copy, to, found + strlen(from));
	host_file_put(path, out, strlen(out));
	free(copy);
	free(out);
}

/* Samples of a 16-bit PGM. */
TOOL struct image scene_read(const void *file, size_t size)
{
	struct image image = {.bayer = BAYER_GRBG, .black_level = BLACK};
	const uint8_t *bytes = file;
	size_t count;

	assert_int_equal(sscanf(file, "P5\n%u %u\n1023\n", &image.width, &image.height), 2);
	count = (size_t)image.width * image.height;
	image.samples = malloc(count * sizeof(uint16_t));
	bytes += size - 2 * count;
	for (size_t i = 0; i < count; i++)
		image.samples[i] = (uint16_t)(bytes[2 * i] << 8 | bytes[2 * i + 1]);
	return image;
}

TOOL void scene_save(const struct image *image, const char *path)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	fprintf(file, "P5\n%u %u\n1023\n", image->width, image->height);
	FOR_XY(image)
	{
		fputc(*at(image, x, y) >> 8, file);
		fputc(*at(image, x, y) & 255, file);
	}
	fclose(file);
}

/* What the camera sees in `mode`, with its usual exposure times `light` (below 1) or that gain. */
TOOL struct image scene_capture(const char *camera, const char *mode, double light, unsigned seed)
{
	bool is_5670 = !strcmp(camera, "ov5670");
	const char *black = "ov13858-black=0"; /* BLACK */
	struct vboard_options options = {
		.seed = seed, .fps = VBOARD_FPS_SENSOR, .decisions = &black, .decision_count = 1};
	char path[64], from[64], to[64], command[128], name[64];
	unsigned lines = is_5670 ? 0x8000 : 0x6400;
	const void *file;
	size_t size;

	rom_prepare(seed);
	snprintf(path, sizeof path, "firstlight/sensors/%s.ini", camera);
	snprintf(from, sizeof from, "write 0x3500 0x%06x width 3", lines);
	snprintf(to, sizeof to, "write 0x3500 0x%06x width 3",
		 (unsigned)(lines * (light < 1 ? light : 1)));
	stick_edit(path, from, to);
	snprintf(to, sizeof to, "write 0x3508 0x%04x width 2",
		 (unsigned)(0x80 * (light > 1 ? light : 1)));
	stick_edit(path, "write 0x3508 0x0080 width 2", to);
	assert_non_null(host_attach_board(&options));
	snprintf(command, sizeof command,
		 "capture --camera %s --mode %s --frames 1 --format raw,pgm --at-end exit", camera,
		 mode);
	rom_run(command);
	snprintf(name, sizeof name, "frames/%s-0000.pgm", camera);
	file = rom_result(name, &size);
	if (!file)
		fail_msg("%s", host_console());
	return scene_read(file, size);
}

TOOL struct image scene_copy(const struct image *image)
{
	struct image copy = *image;
	size_t bytes = (size_t)image->width * image->height * sizeof(uint16_t);

	copy.samples = malloc(bytes);
	memcpy(copy.samples, image->samples, bytes);
	return copy;
}

/* ---- breaking --------------------------------------------------------------------------------- */

/* Box of 2 * radius + 1 samples of each colour, both ways. */
TOOL void scene_blur(struct image *image, int radius)
{
	for (unsigned down = 0; down < 2; down++) {
		struct image from = scene_copy(image);
		int step = down ? 2 * (int)image->width : 2;

		FOR_XY(image)
		{
			int place = (int)(down ? y : x),
			    end = (int)(down ? image->height : image->width);
			int sum = 0, count = 0;

			for (int k = -radius; k <= radius; k++)
				if (place + 2 * k >= 0 && place + 2 * k < end) {
					sum += at(&from, x, y)[k * step];
					count++;
				}
			*at(image, x, y) = (uint16_t)(sum / count);
		}
		free(from.samples);
	}
}

/* By 180 degrees, every colour to a place of its own. */
TOOL void scene_turn(struct image *image)
{
	struct image from = scene_copy(image);

	FOR_XY(image)
	*at(image, x, y) = *at(&from, (image->width - 2 - (x & ~1u)) + (x & 1),
			       (image->height - 2 - (y & ~1u)) + (y & 1));
	free(from.samples);
}

TOOL void scene_planes_scale(struct image *image, unsigned planes, double factor)
{
	FOR_XY(image)
	if (planes >> ((y & 1) * 2 + (x & 1)) & 1)
		*at(image, x, y) = clip(BLACK + (*at(image, x, y) - BLACK) * factor);
}

TOOL void scene_scale(struct image *image, double factor)
{
	scene_planes_scale(image, 15, factor);
}

TOOL void scene_area_scale(struct image *image, unsigned left, unsigned top, unsigned width,
			   unsigned height, double factor)
{
	for (unsigned y = top; y < top + height && y < image->height; y++)
		for (unsigned x = left; x < left + width && x < image->width; x++)
			*at(image, x, y) = clip(BLACK + (*at(image, x, y) - BLACK) * factor +
						(factor > 0 ? 0 : 2 * tool_gauss()));
}

TOOL void scene_column_add(struct image *image, unsigned x, int value)
{
	for (unsigned y = 0; y < image->height; y++)
		*at(image, x, y) = clip(*at(image, x, y) + value);
}

TOOL void scene_line_add(struct image *image, unsigned y, int value)
{
	for (unsigned x = 0; x < image->width; x++)
		*at(image, x, y) = clip(*at(image, x, y) + value);
}

TOOL void scene_block(struct image *image, unsigned left, unsigned top, unsigned size, int value)
{
	for (unsigned y = top; y < top + size; y++)
		for (unsigned x = left; x < left + size; x++)
			*at(image, x, y) = clip(value);
}

TOOL void scene_hot(struct image *image, unsigned count, int value)
{
	for (; count; count--)
		*at(image, 4 + tool_random(image->width - 8), 4 + tool_random(image->height - 8)) =
			clip(value);
}

TOOL void scene_noise(struct image *image, double sigma)
{
	FOR_XY(image)
	*at(image, x, y) = clip(*at(image, x, y) + sigma * tool_gauss());
}

TOOL void scene_vignette(struct image *image, double corner)
{
	FOR_XY(image)
	{
		double dx = 2.0 * x / image->width - 1, dy = 2.0 * y / image->height - 1;

		*at(image, x, y) =
			clip(BLACK + (*at(image, x, y) - BLACK) *
					     (1 - (1 - corner) * (dx * dx + dy * dy) / 2));
	}
}

TOOL void scene_add(struct image *image, int value)
{
	FOR_XY(image)
	*at(image, x, y) = clip(*at(image, x, y) + value);
}

TOOL void scene_bits(struct image *image, unsigned clear, unsigned set)
{
	FOR_XY(image)
	*at(image, x, y) = (uint16_t)((*at(image, x, y) & ~clear) | set);
}

TOOL void scene_swap_bits(struct image *image, unsigned a, unsigned b)
{
	FOR_XY(image)
	{
		unsigned value = *at(image, x, y), differs = (value >> a ^ value >> b) & 1;

		*at(image, x, y) = (uint16_t)(value ^ (differs << a | differs << b));
	}
}

#endif
