/*
 * test_every_mode.c: every mode of every sensor file streams through the whole ROM, and each sample on the stick is
 * the scene's. The scene is noise: a sample that is shifted, swapped or lost is seen.
 */
#include "tests/unit/app/breadboard.h"

#include <stdlib.h>
#include <unistd.h>

/* `samples` gets what is in the file. */
static void write_scene(const char *path, const struct sensor_mode *mode, unsigned lines,
			uint16_t *samples)
{
	FILE *file = fopen(path, "wb");
	const size_t count = (size_t)mode->width * lines;
	uint8_t *bytes = malloc(2 * count);
	uint32_t random = mode->width * mode->height;

	assert_non_null(file);
	assert_non_null(bytes);
	for (size_t i = 0; i < count; i++) {
		random = random * 1664525u + 1013904223u;
		samples[i] = (uint16_t)(random >> 22);
		bytes[2 * i] = (uint8_t)(samples[i] >> 8);
		bytes[2 * i + 1] = (uint8_t)samples[i];
	}
	fprintf(file, "P5\n%u %u\n1023\n", mode->width, lines);
	assert_int_equal(fwrite(bytes, 2, count, file), count);
	assert_int_equal(fclose(file), 0);
	free(bytes);
}

/* cio2.md 5.1, "generic access". */
static unsigned sample_at(const uint8_t *line, unsigned x)
{
	const uint8_t *byte = line + x / 25 * 32 + x % 25 * 10 / 8;

	return ((unsigned)(byte[0] | byte[1] << 8) >> x % 25 * 10 % 8) & 0x3ff;
}

static void compare(const char *sensor, const struct sensor_mode *mode, const uint16_t *samples)
{
	const size_t stride = (mode->width + 49u) / 50 * 64;
	char name[64];
	size_t size;
	const uint8_t *frame;

	snprintf(name, sizeof name, "frames/%s-0000.raw", sensor);
	frame = (const uint8_t *)rom_result(name, &size);
	assert_non_null(frame);
	assert_int_equal(size, stride * mode->height); /* lines beyond that are no picture */
	for (unsigned y = 0; y < mode->height; y++)
		for (unsigned x = 0; x < mode->width; x++)
			if (sample_at(frame + y * stride, x) !=
			    samples[(size_t)y * mode->width + x])
				fail_msg("%s %s: sample %u,%u is %u", sensor, mode->name, x, y,
					 sample_at(frame + y * stride, x));
}

/* An IMX258 is asked for 3120 lines of a window of 3119; what it sends is not known (sensors.md 3). */
static void stream(const char *sensor, unsigned lanes, const struct sensor_mode *mode,
		   unsigned lines, const char *path, uint16_t *samples)
{
	static const char *const choices[] = {"imx258-lines=0", "imx258-lines=1", "imx258-lines=2"};
	const struct plug plug = {sensor, 0, lanes, path};
	const char *const decisions[] = {choices[(mode->max_height - lines) % 3], NULL};
	char command[128];

	write_scene(path, mode, lines, samples);
	plug_in(&plug, 1, &(struct rom_board){.seed = mode->width, .decisions = decisions});
	snprintf(command, sizeof command,
		 "capture --mode %s --frames 1 --format raw --pattern off --at-end exit",
		 mode->name);
	assert_run(command, APP_PASS);
	compare(sensor, mode, samples);
	nothing_is_left();
}

static void every_mode_is_on_the_stick_sample_for_sample(void **state)
{
	uint16_t *samples = malloc(4224u * 3136u * sizeof *samples);
	char path[] = P_tmpdir "/scene-XXXXXX";
	int fd = mkstemp(path);
	unsigned modes = 0;

	(void)state;
	assert_non_null(samples);
	assert_true(fd >= 0);
	close(fd);
	for (unsigned i = 0; i < COUNT(shipped_sensors); i++) {
		struct shipped shipped;

		rom_prepare(1);
		read_shipped(shipped_sensors[i], &shipped);
		for (size_t k = 0; k < shipped.mode_count; k++, modes++)
			for (unsigned lines = shipped.modes[k].height;
			     lines <= shipped.modes[k].max_height; lines++)
				stream(shipped_sensors[i], shipped.lanes, &shipped.modes[k], lines,
				       path, samples);
	}
	assert_true(modes >= 29);
	unlink(path);
	free(samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mode_is_on_the_stick_sample_for_sample),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
