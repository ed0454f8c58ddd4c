/* scene.c: picture files as scenes: PNG through libpng, PPM and PGM by hand. */
#include "vboard/scene/scene.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIDE_MAX 16384u

void scene_free(struct scene *scene)
{
	for (unsigned i = 0; i < 3; i++)
		free(scene->plane[i]);
	free(scene->raw);
	memset(scene, 0, sizeof(*scene));
}

static bool scene_alloc(struct scene *scene, unsigned width, unsigned height)
{
	scene->width = width;
	scene->height = height;
	for (unsigned i = 0; i < 3; i++) {
		scene->plane[i] = malloc((size_t)width * height * sizeof(uint16_t));
		if (!scene->plane[i])
			return false;
	}
	return true;
}

/* 8-bit sRGB, interleaved, to linear planes (IEC 61966-2-1). */
static void scene_fill_srgb(struct scene *scene, const uint8_t *rgb)
{
	uint16_t linear[256];
	size_t count = (size_t)scene->width * scene->height;

	for (unsigned i = 0; i < 256; i++) {
		double v = i / 255.0;

		v = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
		linear[i] = (uint16_t)(v * 65535.0 + 0.5);
	}
	for (size_t i = 0; i < count; i++) {
		for (unsigned c = 0; c < 3; c++)
			scene->plane[c][i] = linear[rgb[3 * i + c]];
	}
}

static bool scene_from_srgb(struct scene *scene, unsigned width, unsigned height,
			    const uint8_t *rgb)
{
	if (!scene_alloc(scene, width, height)) {
		scene_free(scene);
		return false;
	}
	scene_fill_srgb(scene, rgb);
	return true;
}

static bool load_png(struct scene *scene, const char *path, char *error, size_t error_size)
{
	png_image image = {.version = PNG_IMAGE_VERSION};
	uint8_t *rgb = NULL;
	bool ok;

	ok = png_image_begin_read_from_file(&image, path);
	if (ok) {
		image.format = PNG_FORMAT_RGB;
		rgb = malloc(PNG_IMAGE_SIZE(image));
		ok = rgb && png_image_finish_read(&image, NULL, rgb, 0, NULL);
	}
	if (!ok)
		snprintf(error, error_size, "%s: %s", path,
			 image.message[0] ? image.message : "out of memory");
	else if (!(ok = scene_from_srgb(scene, image.width, image.height, rgb)))
		snprintf(error, error_size, "%s: out of memory", path);
	png_image_free(&image);
	free(rgb);
	return ok;
}

/* One number of a PNM header, comments skipped. */
static bool pnm_number(FILE *file, unsigned *number)
{
	int c = fgetc(file);

	while (isspace(c) || c == '#') {
		if (c == '#') {
			while (c != '\n' && c != EOF)
				c = fgetc(file);
		}
		c = fgetc(file);
	}
	if (!isdigit(c))
		return false;
	for (*number = 0; isdigit(c) && *number <= 65536; c = fgetc(file))
		*number = *number * 10 + (unsigned)(c - '0');
	return isspace(c);
}

/* Sixteen bits, big-endian: the sensor's own samples. A maximum above 1023 is scaled down. */
static bool load_pgm16(struct scene *scene, FILE *file, unsigned width, unsigned height,
		       unsigned maximum)
{
	size_t count = (size_t)width * height;
	uint8_t *bytes = malloc(count * 2);
	bool ok;

	scene->raw = malloc(count * sizeof(uint16_t));
	ok = bytes && scene->raw && fread(bytes, 2, count, file) == count;
	for (size_t i = 0; ok && i < count; i++) {
		unsigned value = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];

		if (maximum > 1023)
			value = value * 1023u / maximum;
		scene->raw[i] = (uint16_t)(value > 1023 ? 1023 : value);
	}
	free(bytes);
	scene->width = width;
	scene->height = height;
	return ok;
}

static bool load_pnm8(struct scene *scene, FILE *file, unsigned width, unsigned height,
		      unsigned channels)
{
	size_t count = (size_t)width * height;
	uint8_t *bytes = malloc(count * 3);
	bool ok = bytes && fread(bytes, channels, count, file) == count;

	if (ok && channels == 1) {
		for (size_t i = count; i-- > 0;)
			bytes[3 * i] = bytes[3 * i + 1] = bytes[3 * i + 2] = bytes[i];
	}
	ok = ok && scene_from_srgb(scene, width, height, bytes);
	free(bytes);
	return ok;
}

static bool load_pnm(struct scene *scene, FILE *file, int kind)
{
	unsigned width, height, maximum;

	if (!pnm_number(file, &width) || !pnm_number(file, &height) || !pnm_number(file, &maximum))
		return false;
	if (!width || !height || width > SIDE_MAX || height > SIDE_MAX || !maximum ||
	    maximum > 65535)
		return false;
	if (maximum > 255)
		return kind == '5' && load_pgm16(scene, file, width, height, maximum);
	return load_pnm8(scene, file, width, height, kind == '5' ? 1 : 3);
}

bool scene_load(struct scene *scene, const char *path, char *error, size_t error_size)
{
	FILE *file = fopen(path, "rb");
	int first, kind;
	bool ok;

	memset(scene, 0, sizeof(*scene));
	if (!file) {
		snprintf(error, error_size, "%s: %s", path, strerror(errno));
		return false;
	}
	first = fgetc(file);
	kind = fgetc(file);
	if (first != 'P' || (kind != '5' && kind != '6')) {
		fclose(file);
		return load_png(scene, path, error, error_size);
	}
	ok = load_pnm(scene, file, kind);
	fclose(file);
	if (!ok) {
		snprintf(error, error_size, "%s: not a complete PGM or PPM file", path);
		scene_free(scene);
	}
	return ok;
}
