/* test_modes.c: every mode of both sensors: geometry, rate, and pixels as the scene has them. */
#include "tests/unit/vboard/ipu3/camera_bench.h"

#include <unistd.h>

/* A scene file of 10-bit noise; `samples` gets what is in it. */
static void write_scene(const char *path, unsigned width, unsigned height, uint16_t *samples)
{
	FILE *file = fopen(path, "wb");
	uint32_t random = width * height;

	assert_non_null(file);
	fprintf(file, "P5\n# scene\n%u %u\n1023\n", width, height);
	for (size_t i = 0; i < (size_t)width * height; i++) {
		random = random * 1664525u + 1013904223u;
		samples[i] = (uint16_t)(random >> 22);
		fputc(samples[i] >> 8, file);
		fputc(samples[i] & 0xff, file);
	}
	fclose(file);
}

/* cio2.md 5.1, "generic access". */
static unsigned sample_at(const uint8_t *frame, uint32_t stride, unsigned x, unsigned y)
{
	const uint8_t *p = frame + (size_t)y * stride + x / 25 * 32 + x % 25 * 10 / 8;

	return ((unsigned)(p[0] | p[1] << 8) >> x % 25 * 10 % 8) & 0x3ff;
}

static void compare(const struct cb *b, const struct cb_mode *mode, const uint16_t *samples)
{
	uint8_t *frame = cb_frame(b, cb_frame_size(mode));

	for (unsigned y = 0; y < mode->height; y++) {
		for (unsigned x = 0; x < mode->width; x++) {
			unsigned got = sample_at(frame, cb_stride(mode), x, y);

			if (got != samples[(size_t)y * mode->width + x])
				fail_msg("%ux%u: sample %u,%u is %u", mode->width, mode->height, x,
					 y, got);
		}
	}
	free(frame);
}

static void run_mode(const struct cb_mode *mode, const char *path, const uint16_t *samples)
{
	struct vboard_options options = {.seed = mode->width};
	struct cb *b;

	if (mode->port)
		options.scenes[1] = path;
	else
		options.scenes[0] = path;
	b = cb_new_options(&options);
	cb_power_up(b);
	cb_start(b, mode);
	cb_wait(b, 80 * CB_MS);
	assert_true(cb_entry_done(b, 1));
	assert_int_equal(cb_entry_bytes(b, 1), cb_frame_size(mode));
	compare(b, mode, samples);
	cb_assert_clean(b);
	cb_free(b);
}

static void every_mode_delivers_the_scene_sample_for_sample(void **state)
{
	uint16_t *samples = malloc(4224u * 3136u * sizeof(*samples));
	char path[] = P_tmpdir "/scene-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_non_null(samples);
	assert_true(fd >= 0);
	close(fd);
	for (size_t i = 0; i < CB_MODES; i++) {
		write_scene(path, cb_modes[i].width, cb_modes[i].height, samples);
		run_mode(&cb_modes[i], path, samples);
	}
	unlink(path);
	free(samples);
}

/* Frames in half a second: 30.2 per second for the OV5670, 29.95 for the OV13858. */
static void every_mode_has_the_sheets_rate(void **state)
{
	(void)state;
	for (size_t i = 0; i < CB_MODES; i++) {
		const struct cb_mode *mode = &cb_modes[i];
		struct cb *b;
		unsigned before;

		if (mode->width > 1300)
			continue; /* the same timing registers; keep the test short */
		b = cb_new(i, NULL);
		cb_power_up(b);
		cb_start(b, mode);
		cb_wait(b, 40 * CB_MS);
		before = cb_read(b, b->cio2, 0x1504);
		cb_wait(b, 500ull * CB_MS);
		assert_in_range(cb_read(b, b->cio2, 0x1504) - before, 14, 16);
		cb_assert_clean(b);
		cb_free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mode_delivers_the_scene_sample_for_sample),
		cmocka_unit_test(every_mode_has_the_sheets_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
