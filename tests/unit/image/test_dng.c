/*
 * test_dng.c: the negative opens in dcraw and LibRaw, with the samples and the colours that went
 * in. The tools' part is skipped, with a message, where they are not installed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image/balance.h"
#include "image/image.h"

#define WIDTH  320u
#define HEIGHT 240u

static const char *const mosaics[] = {"GRBG", "RGGB", "BGGR", "GBRG"};

/* Left to right red, green, blue, grey; black level 64. */
static struct image image_new(enum bayer bayer)
{
	struct image image = {
		.width = WIDTH,
		.height = HEIGHT,
		.bayer = bayer,
		.black_level = 64,
		.samples = calloc(WIDTH * HEIGHT, sizeof(uint16_t)),
	};

	assert_non_null(image.samples);
	for (unsigned y = 0; y < HEIGHT; y++)
		for (unsigned x = 0; x < WIDTH; x++) {
			char component =
				bayer == BAYER_MONO ? 'G' : mosaics[bayer][y % 2 * 2 + x % 2];
			bool is_on = x / 80 == 3 || component == "RGB"[x / 80];

			image.samples[y * WIDTH + x] = is_on ? 600 + x % 7 : 64 + y % 3;
		}
	return image;
}

/* The DNG as a file of its own; the caller removes it. */
static void dng_write(const struct image *image, char path[256])
{
	struct file_bytes file;
	const char *folder = getenv("TMPDIR");
	int fd;

	assert_int_equal(dng_encode(image, "ov5670", &file), FL_OK);
	snprintf(path, 256, "%s/firstlight-XXXXXX.dng", folder ? folder : P_tmpdir);
	fd = mkstemps(path, 4);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, file.data, file.size), (ssize_t)file.size);
	close(fd);
	file_bytes_free(&file);
}

/* What a tool prints, at most `capacity` bytes. */
static size_t tool_output(const char *command, const char *path, void *out, size_t capacity)
{
	char line[512];
	size_t size;
	FILE *pipe;

	snprintf(line, sizeof(line), command, path);
	pipe = popen(line, "r");
	assert_non_null(pipe);
	size = fread(out, 1, capacity, pipe);
	pclose(pipe);
	return size;
}

static void skip_without(const char *tool)
{
	char line[128];

	snprintf(line, sizeof(line), "command -v %s >/dev/null", tool);
	if (system(line) == 0)
		return;
	print_message("# SKIP: %s is not installed\n", tool);
	skip();
}

/* Header of a PNM from a tool; returns the first byte of its samples. */
static const uint8_t *pnm_begin(const uint8_t *file, size_t size, char kind, unsigned maximum)
{
	char header[64];
	int length =
		snprintf(header, sizeof(header), "P%c\n%u %u\n%u\n", kind, WIDTH, HEIGHT, maximum);

	assert_true(size > (size_t)length);
	assert_memory_equal(file, header, (size_t)length);
	return file + length;
}

/* ---- the file itself ------------------------------------------------------------------------ */

static unsigned get16(const uint8_t *at)
{
	return at[0] | at[1] << 8;
}
static unsigned get32(const uint8_t *at)
{
	return get16(at) | get16(at + 2) << 16;
}

/* One entry per line: tag, type, count, values; long ones must lie behind the directory, at even
 * places of their own. */
static void directory_print(const struct file_bytes *file, char *out, size_t capacity)
{
	static const unsigned sizes[] = {0, 1, 1, 2, 4, 8, 0, 0, 0, 0, 8};
	const unsigned entries = get16(file->data + 8);
	size_t used = 0, next = 10 + 12 * entries + 4;

	assert_int_equal(get32(file->data + 10 + 12 * entries), 0); /* no further directory */
	for (unsigned i = 0; i < entries; i++) {
		const uint8_t *entry = file->data + 10 + 12 * i, *value = entry + 8;
		const unsigned type = get16(entry + 2), count = get32(entry + 4);
		const unsigned size = count * sizes[type];

		if (size > 4) {
			assert_int_equal(get32(value) % 2, 0);
			assert_true(get32(value) >= next);
			next = get32(value) + size;
			value = file->data + get32(value);
		}
		used += (size_t)snprintf(out + used, capacity - used, "%u %u %u:", get16(entry),
					 type, count);
		if (type == 2) {
			assert_int_equal(value[count - 1], 0);
			used += (size_t)snprintf(out + used, capacity - used, " %s", value);
		}
		for (unsigned k = 0; k < count && type != 2; k++, value += sizes[type]) {
			used += (size_t)snprintf(out + used, capacity - used, " %d",
						 type == 1   ? *value
						 : type == 3 ? (int)get16(value)
							     : (int)get32(value));
			if (sizes[type] == 8)
				used += (size_t)snprintf(out + used, capacity - used, "/%u",
							 get32(value + 4));
		}
		used += (size_t)snprintf(out + used, capacity - used, "\n");
	}
	assert_true(used < capacity);
	assert_true(next <= file->size - 2 * WIDTH * HEIGHT);
}

/* TIFF 6.0 and DNG 1.4, every entry: in the order of the tags, with type and count. */
static void every_entry_is_that_of_the_specification(void **state)
{
	struct image image = image_new(BAYER_GRBG);
	struct file_bytes file;
	struct balance balance;
	char text[4096], want[4096];

	(void)state;
	image.rotation = 180;
	image.black_level = black_measure(&image);
	balance_measure(&image, &balance);
	assert_int_equal(dng_encode(&image, "ov5670", &file), FL_OK);
	assert_memory_equal(file.data, "II\x2a\0\x08\0\0\0", 8);
	directory_print(&file, text, sizeof text);
	snprintf(want, sizeof want,
		 "254 4 1: 0\n256 4 1: 320\n257 4 1: 240\n258 3 1: 16\n259 3 1: 1\n262 3 1: 32803\n"
		 "271 2 11: Firstlight\n272 2 7: ov5670\n273 4 1: %zu\n274 3 1: 3\n277 3 1: 1\n"
		 "278 4 1: 240\n279 4 1: 153600\n284 3 1: 1\n305 2 11: Firstlight\n"
		 "33421 3 2: 2 2\n33422 1 4: 1 0 2 1\n50706 1 4: 1 4 0 0\n50707 1 4: 1 1 0 0\n"
		 "50708 2 18: Firstlight ov5670\n50710 1 3: 0 1 2\n50711 3 1: 1\n50714 3 1: %u\n"
		 "50717 4 1: 1023\n50721 10 9: 32406/10000 -15372/10000 -4986/10000 -9689/10000 "
		 "18758/10000 415/10000 557/10000 -2040/10000 10570/10000\n"
		 "50728 5 3: %d/10000 %d/10000 %d/10000\n50778 3 1: 21\n",
		 file.size - 2 * WIDTH * HEIGHT, image.black_level,
		 (int)(10000 / balance.gain[0] + 0.5), (int)(10000 / balance.gain[1] + 0.5),
		 (int)(10000 / balance.gain[2] + 0.5));
	assert_string_equal(text, want);
	assert_memory_equal(file.data + file.size - 2 * WIDTH * HEIGHT, image.samples,
			    2 * WIDTH * HEIGHT);
	file_bytes_free(&file);
	free(image.samples);
	/* Without a mosaic there are no colours: LinearRaw, and none of their entries. The black level
	 * of a sensor whose file gives none is guessed. */
	image = image_new(BAYER_MONO);
	image.black_level = 0;
	assert_in_range(black_measure(&image), 60, 70);
	assert_int_equal(dng_encode(&image, "ov7251", &file), FL_OK);
	directory_print(&file, text, sizeof text);
	snprintf(want, sizeof want,
		 "254 4 1: 0\n256 4 1: 320\n257 4 1: 240\n258 3 1: 16\n259 3 1: 1\n262 3 1: 34892\n"
		 "271 2 11: Firstlight\n272 2 7: ov7251\n273 4 1: %zu\n274 3 1: 1\n277 3 1: 1\n"
		 "278 4 1: 240\n279 4 1: 153600\n284 3 1: 1\n305 2 11: Firstlight\n"
		 "50706 1 4: 1 4 0 0\n50707 1 4: 1 1 0 0\n50708 2 18: Firstlight ov7251\n"
		 "50714 3 1: %u\n50717 4 1: 1023\n",
		 file.size - 2 * WIDTH * HEIGHT, black_measure(&image));
	assert_string_equal(text, want);
	file_bytes_free(&file);
	free(image.samples);
}

static void no_samples_are_no_negative(void **state)
{
	static const struct image none[] = {{.width = 0, .height = 8}, {.width = 8, .height = 0}};
	struct file_bytes file = {.size = 1};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(dng_encode(&none[i], "ov5670", &file), FL_ERR_INVALID);
		assert_null(file.data);
		assert_int_equal(file.size, 0);
	}
}

/* TIFF 6.0, Orientation: 8, 3 and 6 are a quarter, a half and three quarters counter-clockwise. */
static void rotation_is_the_orientation(void **state)
{
	static const unsigned want[] = {1, 8, 3, 6};

	(void)state;
	for (unsigned turn = 0; turn < 4; turn++) {
		struct image image = image_new(BAYER_GRBG);
		struct file_bytes file;
		unsigned seen = 0;

		image.rotation = (uint16_t)(90 * turn);
		assert_int_equal(dng_encode(&image, "ov5670", &file), FL_OK);
		for (unsigned i = 0; i < get16(file.data + 8); i++)
			if (get16(file.data + 10 + 12 * i) == 274)
				seen = get16(file.data + 10 + 12 * i + 8);
		assert_int_equal(seen, want[turn]);
		file_bytes_free(&file);
		free(image.samples);
	}
}

/* Tags ascend, every value lies within the file, and the strip ends where the file does. */
static void directory_is_well_formed(void **state)
{
	(void)state;
	for (unsigned bayer = BAYER_GRBG; bayer <= BAYER_MONO; bayer++) {
		static const unsigned sizes[] = {0, 1, 1, 2, 4, 8, 0, 0, 0, 0, 8};
		struct image image = image_new((enum bayer)bayer);
		unsigned entries, last = 0, offset = 0, bytes = 0;
		struct file_bytes file;

		assert_int_equal(dng_encode(&image, "ov5670", &file), FL_OK);
		assert_memory_equal(file.data, "II*\0\x08\0\0\0", 8);
		entries = get16(file.data + 8);
		for (unsigned i = 0; i < entries; i++) {
			const uint8_t *entry = file.data + 10 + 12 * i;
			unsigned tag = get16(entry),
				 size = get32(entry + 4) * sizes[get16(entry + 2)];

			assert_true(tag > last);
			last = tag;
			if (size > 4)
				assert_in_range(get32(entry + 8), 10 + 12 * entries + 4,
						file.size - WIDTH * HEIGHT * 2 - size);
			if (tag == 273)
				offset = get32(entry + 8);
			if (tag == 279)
				bytes = get32(entry + 8);
		}
		assert_int_equal(get32(file.data + 10 + 12 * entries), 0); /* no second directory */
		assert_int_equal(bytes, WIDTH * HEIGHT * 2);
		assert_int_equal(offset + bytes, file.size);
		assert_memory_equal(file.data + offset, image.samples, bytes);
		file_bytes_free(&file);
		free(image.samples);
	}
}

static void long_camera_name_stays_within_its_place(void **state)
{
	struct image image = image_new(BAYER_GRBG);
	struct file_bytes file;
	char name[300];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(dng_encode(&image, name, &file), FL_OK);
	assert_memory_equal(file.data + file.size - 4, image.samples + WIDTH * HEIGHT - 2, 4);
	file_bytes_free(&file);
	free(image.samples);
}

/* ---- dcraw and LibRaw ----------------------------------------------------------------------- */

static void dcraw_identifies_it(void **state)
{
	struct image image = image_new(BAYER_GRBG);
	char path[256], text[4096];

	(void)state;
	skip_without("dcraw");
	dng_write(&image, path);
	text[tool_output("dcraw -i -v %s 2>&1", path, text, sizeof(text) - 1)] = '\0';
	unlink(path);
	assert_non_null(strstr(text, "Camera: Firstlight ov5670"));
	assert_non_null(strstr(text, "DNG Version: 1.4.0.0"));
	assert_non_null(strstr(text, "Image size:   320 x 240"));
	assert_non_null(strstr(text, "Raw colors: 3"));
	assert_non_null(strstr(text, "Filter pattern: GR/BG"));
	free(image.samples);
}

/* Document mode without scaling: the samples themselves, as 16-bit PGM. */
static void dcraw_reads_every_sample(void **state)
{
	static uint8_t file[WIDTH * HEIGHT * 2 + 100];

	(void)state;
	skip_without("dcraw");
	for (unsigned bayer = BAYER_GRBG; bayer <= BAYER_MONO; bayer++) {
		struct image image = image_new((enum bayer)bayer);
		const uint8_t *samples;
		char path[256];
		size_t size;

		dng_write(&image, path);
		size = tool_output("dcraw -c -D -4 -t 0 %s", path, file, sizeof(file));
		unlink(path);
		samples = pnm_begin(file, size, '5', 65535);
		for (unsigned i = 0; i < WIDTH * HEIGHT; i++)
			assert_int_equal(samples[2 * i] << 8 | samples[2 * i + 1],
					 image.samples[i]);
		free(image.samples);
	}
}

static unsigned component_at(const uint8_t *samples, unsigned x, unsigned y, unsigned component)
{
	return samples[(y * WIDTH + x) * 3 + component];
}

/* Each third shows its own component the brightest, and grey is grey. */
static void assert_colours(const uint8_t *samples, const char *tool)
{
	for (unsigned third = 0; third < 3; third++)
		for (unsigned other = 0; other < 3; other++)
			if (other != third &&
			    component_at(samples, third * 80 + 40, 120, other) + 40 >
				    component_at(samples, third * 80 + 40, 120, third))
				fail_msg("%s: bar %u shows %u", tool, third, other);
	for (unsigned other = 1; other < 3; other++)
		assert_in_range(component_at(samples, 280, 120, other),
				component_at(samples, 280, 120, 0) - 8,
				component_at(samples, 280, 120, 0) + 8);
	assert_true(component_at(samples, 280, 120, 0) > 80);
}

static void colours_come_out_right(const char *tool, const char *command)
{
	static uint8_t file[WIDTH * HEIGHT * 3 + 100];

	skip_without(tool);
	for (unsigned bayer = BAYER_GRBG; bayer <= BAYER_GBRG; bayer++) {
		struct image image = image_new((enum bayer)bayer);
		char path[256];
		size_t size;

		dng_write(&image, path);
		size = tool_output(command, path, file, sizeof(file));
		unlink(path);
		assert_colours(pnm_begin(file, size, '6', 255), tool);
		free(image.samples);
	}
}

static void dcraw_shows_the_colours(void **state)
{
	(void)state;
	colours_come_out_right("dcraw", "dcraw -c -w -t 0 %s");
}

/* -Z -: to standard output. */
static void libraw_shows_the_colours(void **state)
{
	(void)state;
	colours_come_out_right("dcraw_emu", "dcraw_emu -w -t 0 -Z - %s");
}

static void libraw_identifies_it(void **state)
{
	struct image image = image_new(BAYER_BGGR);
	char path[256], text[8192];

	(void)state;
	skip_without("raw-identify");
	dng_write(&image, path);
	text[tool_output("raw-identify -v %s 2>&1", path, text, sizeof(text) - 1)] = '\0';
	unlink(path);
	assert_non_null(strstr(text, "Firstlight"));
	assert_non_null(strstr(text, "320 x 240"));
	assert_non_null(strstr(text, "BGGR"));
	free(image.samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_entry_is_that_of_the_specification),
		cmocka_unit_test(no_samples_are_no_negative),
		cmocka_unit_test(rotation_is_the_orientation),
		cmocka_unit_test(directory_is_well_formed),
		cmocka_unit_test(long_camera_name_stays_within_its_place),
		cmocka_unit_test(dcraw_identifies_it),
		cmocka_unit_test(dcraw_reads_every_sample),
		cmocka_unit_test(dcraw_shows_the_colours),
		cmocka_unit_test(libraw_shows_the_colours),
		cmocka_unit_test(libraw_identifies_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
