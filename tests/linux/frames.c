/*
 * frames.c: makes scenes for the virtual board and compares what Linux captured with them.
 *
 * frames scene WxH SEED FILE      16-bit PGM of 10-bit noise: every sample differs from its
 *                                 neighbours, so a shifted, swapped or lost one is seen
 * frames compare WxH SCENE SEED FILE
 *                                 raw IPU3 packed frames (cio2.md 5), one behind the other, of the scene
 *                                 of SCENE's WxH: of another size than the frames, the nearest sample of
 *                                 the same colour stands in (docs/board/pictures.md)
 * frames bars WxH BAYER FILE      the same of eight vertical bars, white to black (sensors.md 11), in the
 *                                 order BAYER of the colours: grbg, rggb, bggr, gbrg; mono: of any bars
 * frames packed WxH SEED FILE     writes one such frame, as input of the ImgU
 * frames nv12 WxH SEED FILE       NV12 frames that the ImgU's model makes of a packed frame 16
 * samples wider and higher: luma is the sample / 4, chroma is 128
 *
 * It shares nothing with the board or the ROM on purpose: packing is written here once more.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIXELS_PER_GROUP     25u
#define BYTES_PER_GROUP      32u
#define REPORTED_DIFFERENCES 5u

struct size {
	unsigned width, height;
};

/* A counter through a mixing function (splitmix64), so that any sample can be had alone. */
static unsigned scene_sample(uint64_t seed, struct size size, unsigned x, unsigned y)
{
	uint64_t z = (seed << 32) + (uint64_t)y * size.width + x + 1;

	z *= 0x9E3779B97F4A7C15u;
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return (unsigned)(z >> 40) & 0x3FF;
}

static unsigned packed_sample(const uint8_t *line, unsigned x)
{
	unsigned bit = x % PIXELS_PER_GROUP * 10;
	const uint8_t *byte = line + (size_t)(x / PIXELS_PER_GROUP) * BYTES_PER_GROUP + bit / 8;

	return ((byte[0] | (unsigned)byte[1] << 8) >> bit % 8) & 0x3FF;
}

static int write_scene(struct size size, uint64_t seed, const char *name)
{
	FILE *file = fopen(name, "wb");

	if (!file) {
		perror(name);
		return 2;
	}
	fprintf(file, "P5\n%u %u\n1023\n", size.width, size.height);
	for (unsigned y = 0; y < size.height; y++) {
		for (unsigned x = 0; x < size.width; x++) {
			unsigned value = scene_sample(seed, size, x, y);

			putc((int)(value >> 8), file);
			putc((int)(value & 0xFF), file);
		}
	}
	if (fclose(file)) {
		perror(name);
		return 2;
	}
	return 0;
}

static size_t packed_stride(unsigned width)
{
	return (size_t)(width + 49) / 50 * 64;
}

/* What the samples of a frame must be. */
struct wanted {
	bool (*fits)(const struct wanted *wanted, struct size size, unsigned x, unsigned y,
		     unsigned got);
	struct size scene;
	uint64_t seed;
	const char *bayer;
	const uint8_t *frame;
};

static unsigned nearest(unsigned at, unsigned size, unsigned scene_size)
{
	return ((unsigned)((uint64_t)at * scene_size / size) & ~1u) | (at & 1);
}

static bool fits_scene(const struct wanted *wanted, struct size size, unsigned x, unsigned y,
		       unsigned got)
{
	if (size.width != wanted->scene.width || size.height != wanted->scene.height) {
		x = nearest(x, size.width, wanted->scene.width);
		y = nearest(y, size.height, wanted->scene.height);
	}
	return got == scene_sample(wanted->seed, wanted->scene, x, y);
}

/* Bars of whatever number and brightness: each line is like the first, and that is not flat. */
static bool fits_columns(const struct wanted *wanted, struct size size, unsigned x, unsigned y,
			 unsigned got)
{
	if (y > 0)
		return got == packed_sample(wanted->frame, x);
	if (x > 0)
		return true;
	for (x = 1; x < size.width; x++) {
		if (packed_sample(wanted->frame, x) != got)
			return true;
	}
	return false;
}

/* Two samples around an edge may be either. */
static bool fits_bars(const struct wanted *wanted, struct size size, unsigned x, unsigned y,
		      unsigned got)
{
	/* White, yellow, cyan, green, magenta, red, blue, black. */
	static const char *const bars[] = {"rgb", "rg", "gb", "g", "rb", "r", "b", ""};
	const unsigned before = (x < 2 ? 0 : x - 2) * 8 / size.width;
	const unsigned behind = (x + 2 < size.width ? x + 2 : x) * 8 / size.width;
	const char colour = wanted->bayer[(y & 1) * 2 + (x & 1)];

	return before != behind || (got > 511) == (strchr(bars[before], colour) != NULL);
}

/* Number of samples that differ; the first few are printed. */
static uint64_t compare_frame(const uint8_t *frame, struct size size, const struct wanted *wanted,
			      unsigned number)
{
	uint64_t differences = 0;

	for (unsigned y = 0; y < size.height; y++) {
		const uint8_t *line = frame + y * packed_stride(size.width);

		for (unsigned x = 0; x < size.width; x++) {
			unsigned got = packed_sample(line, x);

			if (wanted->fits(wanted, size, x, y, got))
				continue;
			if (differences++ < REPORTED_DIFFERENCES)
				printf("frame %u: (%u,%u) must not be %u\n", number, x, y, got);
		}
	}
	return differences;
}

static int compare_file(struct size size, struct wanted *wanted, const char *name)
{
	size_t bytes = packed_stride(size.width) * size.height;
	uint8_t *frame = malloc(bytes);
	FILE *file = fopen(name, "rb");
	unsigned frames = 0, bad = 0;
	size_t got;

	if (!file || !frame) {
		perror(name);
		free(frame);
		return 2;
	}
	wanted->frame = frame;
	while ((got = fread(frame, 1, bytes, file)) == bytes) {
		uint64_t differences = compare_frame(frame, size, wanted, frames);

		if (differences) {
			printf("frame %u: %llu of %llu samples differ\n", frames,
			       (unsigned long long)differences,
			       (unsigned long long)size.width * size.height);
			bad++;
		}
		frames++;
	}
	fclose(file);
	free(frame);
	printf("%ux%u: %u frames, %u differ%s\n", size.width, size.height, frames, bad,
	       got ? ", and a part of one at the end" : "");
	return bad || got || !frames;
}

/* ---- ImgU ---- */

#define IMGU_BORDER 8u /* envelope on each side */

static int write_packed(struct size size, uint64_t seed, const char *name)
{
	size_t stride = packed_stride(size.width);
	uint8_t *line = malloc(stride);
	FILE *file = fopen(name, "wb");

	if (!file || !line) {
		perror(name);
		free(line);
		return 2;
	}
	for (unsigned y = 0; y < size.height; y++) {
		memset(line, 0, stride);
		for (unsigned x = 0; x < size.width; x++) {
			unsigned bit = x % PIXELS_PER_GROUP * 10;
			uint8_t *byte =
				line + (size_t)(x / PIXELS_PER_GROUP) * BYTES_PER_GROUP + bit / 8;
			unsigned value = scene_sample(seed, size, x, y) << bit % 8;

			byte[0] |= (uint8_t)value;
			byte[1] |= (uint8_t)(value >> 8);
		}
		fwrite(line, 1, stride, file);
	}
	free(line);
	if (fclose(file)) {
		perror(name);
		return 2;
	}
	return 0;
}

static uint64_t compare_nv12_frame(const uint8_t *frame, struct size size, uint64_t seed)
{
	struct size in = {size.width + 2 * IMGU_BORDER, size.height + 2 * IMGU_BORDER};
	size_t luma = (size_t)size.width * size.height;
	uint64_t differences = 0;

	for (unsigned y = 0; y < size.height; y++) {
		for (unsigned x = 0; x < size.width; x++)
			differences +=
				frame[(size_t)y * size.width + x] !=
				scene_sample(seed, in, x + IMGU_BORDER, y + IMGU_BORDER) >> 2;
	}
	for (size_t i = luma; i < luma * 3 / 2; i++)
		differences += frame[i] != 128;
	return differences;
}

static int compare_nv12(struct size size, uint64_t seed, const char *name)
{
	size_t bytes = (size_t)size.width * size.height * 3 / 2;
	uint8_t *frame = malloc(bytes);
	FILE *file = fopen(name, "rb");
	unsigned frames = 0, bad = 0;

	if (!file || !frame) {
		perror(name);
		free(frame);
		return 2;
	}
	while (fread(frame, 1, bytes, file) == bytes) {
		bad += compare_nv12_frame(frame, size, seed) != 0;
		frames++;
	}
	fclose(file);
	free(frame);
	printf("%ux%u: %u frames, %u differ\n", size.width, size.height, frames, bad);
	return bad || !frames;
}

static bool parse_size(const char *text, struct size *size)
{
	char end;

	return sscanf(text, "%ux%u%c", &size->width, &size->height, &end) == 2;
}

int main(int argc, char **argv)
{
	struct wanted wanted = {0};
	struct size size;

	if (argc == 5 && parse_size(argv[2], &size)) {
		uint64_t seed = strtoull(argv[3], NULL, 0);

		if (!strcmp(argv[1], "scene"))
			return write_scene(size, seed, argv[4]);
		if (!strcmp(argv[1], "packed"))
			return write_packed(size, seed, argv[4]);
		if (!strcmp(argv[1], "nv12"))
			return compare_nv12(size, seed, argv[4]);
		if (!strcmp(argv[1], "bars") && strlen(argv[3]) == 4) {
			wanted.fits = !strcmp(argv[3], "mono") ? fits_columns : fits_bars;
			wanted.bayer = argv[3];
			return compare_file(size, &wanted, argv[4]);
		}
	}
	if (argc == 6 && !strcmp(argv[1], "compare") && parse_size(argv[2], &size) &&
	    parse_size(argv[3], &wanted.scene)) {
		wanted.fits = fits_scene;
		wanted.seed = strtoull(argv[4], NULL, 0);
		return compare_file(size, &wanted, argv[5]);
	}
	fprintf(stderr, "usage: frames scene|packed|nv12 WxH SEED FILE\n"
			"       frames compare WxH SCENE SEED FILE\n"
			"       frames bars WxH grbg|rggb|bggr|gbrg|mono FILE\n");
	return 2;
}
