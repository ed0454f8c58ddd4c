/*
 * make-golden.c: the golden frames of the virtual cameras (docs/plan.md), captured by the ROM itself
 * on this host. Usage: make-golden DIRECTORY
 */
#include "tests/host/rom.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define WIDTH  64u /* of a golden frame: twice the blocks that are compared */
#define HEIGHT 48u

/* One small mode for each field of view, and what the file is called. */
static const struct {
	const char *camera, *mode, *name;
} views[] = {
	{"ov5670", "648x486", "ov5670"},          {"ov5670", "640x360", "ov5670-640x360"},
	{"ov5670", "640x360", "ov5670-1280x720"}, {"ov5670", "640x360", "ov5670-2560x1440"},
	{"ov13858", "1056x784", "ov13858"},       {"ov13858", "2112x1188", "ov13858-2112x1188"},
};

/* Mean of `width` x `height` samples of 16 bits, high byte first. */
static unsigned mean(const uint8_t *samples, unsigned stride, unsigned width, unsigned height)
{
	uint64_t sum = 0;

	for (unsigned y = 0; y < height; y++)
		for (unsigned x = 0; x < width; x++)
			sum += samples[2 * (y * stride + x)] << 8 |
			       samples[2 * (y * stride + x) + 1];
	return width && height ? (unsigned)(sum / (width * height)) : 0;
}

static int write_small(const char *path, const uint8_t *file, size_t size)
{
	unsigned width, height;
	const uint8_t *samples;
	FILE *out;

	if (sscanf((const char *)file, "P5\n%u %u\n1023\n", &width, &height) != 2)
		return 1;
	samples = file + size - 2 * (size_t)width * height;
	out = fopen(path, "wb");
	if (!out) {
		perror(path);
		return 1;
	}
	fprintf(out, "P5\n%u %u\n1023\n", WIDTH, HEIGHT);
	for (unsigned i = 0; i < WIDTH * HEIGHT; i++) {
		/* Even, so that every colour counts alike. */
		unsigned across = width / WIDTH & ~1u, down = height / HEIGHT & ~1u;
		size_t at =
			(size_t)(i / WIDTH) * height / HEIGHT * width + i % WIDTH * width / WIDTH;
		unsigned sample = mean(samples + 2 * at, width, across, down);

		fputc((int)(sample >> 8), out);
		fputc((int)(sample & 255), out);
	}
	return fclose(out) != 0;
}

int main(int argc, char **argv)
{
	int failed = argc != 2;

	for (size_t i = 0; !failed && i < sizeof views / sizeof views[0]; i++) {
		char text[256];
		size_t size;
		const void *file;

		rom_prepare(1);
		rom_attach(NULL, VBOARD_FPS_SENSOR);
		snprintf(text, sizeof text,
			 "capture --camera %s --mode %s --frames 1 --format raw,pgm --at-end exit",
			 views[i].camera, views[i].mode);
		rom_run(text);
		snprintf(text, sizeof text, "frames/%s-0000.pgm", views[i].camera);
		file = rom_result(text, &size);
		snprintf(text, sizeof text, "%s/%s.pgm", argv[1], views[i].name);
		failed = !file || write_small(text, file, size);
	}
	if (failed)
		fprintf(stderr, "make-golden: no frame to write; usage: make-golden DIRECTORY\n");
	return failed;
}
