/* test_picture.c: what the pixels show: test patterns, exposure, gains, crops, faults, scene files.
 */
#include "tests/unit/vboard/ipu3/camera_bench.h"

#include <png.h>
#include <unistd.h>

static unsigned sample_at(const uint8_t *frame, uint32_t stride, unsigned x, unsigned y)
{
	const uint8_t *p = frame + (size_t)y * stride + x / 25 * 32 + x % 25 * 10 / 8;

	return ((unsigned)(p[0] | p[1] << 8) >> x % 25 * 10 % 8) & 0x3ff;
}

/* A machine that has set `mode` but not started. */
static struct cb *new_set(const struct vboard_options *options, const struct cb_mode *mode)
{
	struct cb *b = cb_new_options(options);

	cb_power_up(b);
	cb_set_mode(b, mode);
	cb_dummies(b);
	cb_buffer_entry(b, 1, cb_frame_size(mode));
	cb_cio2_setup(b, mode);
	cb_cio2_enable(b, mode->port);
	return b;
}

static uint8_t *start_and_take(struct cb *b, const struct cb_mode *mode)
{
	assert_int_equal(cb_sensor_write(b, mode->port, 0x0100, 1), 0);
	cb_wait(b, 75 * CB_MS);
	assert_int_equal(cb_entry_bytes(b, 1), cb_frame_size(mode));
	return cb_frame(b, cb_frame_size(mode));
}

static double mean(const uint8_t *frame, const struct cb_mode *mode, unsigned plane)
{
	double sum = 0;
	unsigned count = 0;

	for (unsigned y = plane >> 1; y < mode->height; y += 2) {
		for (unsigned x = plane & 1; x < mode->width; x += 2, count++)
			sum += sample_at(frame, cb_stride(mode), x, y);
	}
	return sum / count;
}

static void assert_near(double value, double want, double tolerance, const char *what)
{
	if (value < want - tolerance || value > want + tolerance)
		fail_msg("%s: %.2f, want %.2f", what, value, want);
}

static const struct vboard_options plain = {.seed = 5};

static void the_test_pattern_is_eight_bars(void **state)
{
	/* G R / B G of white, yellow, cyan, green, magenta, red, blue, black */
	static const uint8_t bars[8][4] = {
		{1, 1, 1, 1}, {1, 1, 0, 1}, {1, 0, 1, 1}, {1, 0, 0, 1},
		{0, 1, 1, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 0},
	};
	static const char *const choices[] = {"sensor-bars=0", "sensor-bars=1"};
	static const unsigned levels[2][2] = {{0, 1023}, {64, 940}};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		const unsigned camera = i & 1, choice = i >> 1;
		const struct cb_mode *mode = camera ? CB_MODE_OV5670_SMALL : CB_MODE_OV13858_SMALL;
		const char *const decisions[] = {choices[choice], "cio2-read-pointer=2",
						 "cio2-valid=0"};
		const struct vboard_options options = {
			.seed = 5, .decisions = decisions, .decision_count = 3};
		struct cb *b = new_set(&options, mode);
		uint8_t *frame;

		cb_sensor_write(b, camera, camera ? 0x4303 : 0x4503, camera ? 0x08 : 0x80);
		frame = start_and_take(b, mode);
		for (unsigned y = 0; y < mode->height; y++) {
			for (unsigned x = 0; x < mode->width; x++)
				assert_int_equal(
					sample_at(frame, cb_stride(mode), x, y),
					levels[choice]
					      [bars[x * 8 / mode->width][(y & 1) * 2 + (x & 1)]]);
		}
		free(frame);
		cb_free(b);
	}
}

static void exposure_and_gains_scale_the_picture(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	double full[4], half[4], red[4];
	struct cb *b = new_set(&plain, mode);
	uint8_t *frame = start_and_take(b, mode);

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		full[i] = mean(frame, mode, i) - 64;
	free(frame);
	cb_free(b);
	b = new_set(&plain, mode);
	cb_sensor_write16(b, 1, 0x3500, 1024 * 16 >> 8);
	frame = start_and_take(b, mode);
	for (unsigned i = 0; i < 4; i++)
		half[i] = mean(frame, mode, i) - 64;
	free(frame);
	cb_free(b);
	b = new_set(&plain, mode);
	cb_sensor_write16(b, 1, 0x5032, 512);
	frame = start_and_take(b, mode);
	for (unsigned i = 0; i < 4; i++)
		red[i] = mean(frame, mode, i) - 64;
	free(frame);
	cb_free(b);
	for (unsigned i = 0; i < 4; i++) {
		assert_true(full[i] > 40);
		assert_true(half[i] / full[i] > 0.47 && half[i] / full[i] < 0.53);
		assert_true(i == 1 ? red[i] / full[i] < 0.53 : red[i] / full[i] > 0.98);
	}
}

/* Half the exposure, written between two frames, shows in the next, the second or the third. */
static void exposure_acts_as_late_as_it_is_said(void **state)
{
	static const char *const choices[] = {"sensor-lag=0", "sensor-lag=1", "sensor-lag=2"};
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;

	(void)state;
	for (unsigned lag = 0; lag < 3; lag++) {
		const char *const decisions[] = {choices[lag], "cio2-read-pointer=2",
						 "cio2-valid=0"};
		const struct vboard_options options = {
			.seed = 5, .decisions = decisions, .decision_count = 3};
		struct cb *b = new_set(&options, mode);
		double full = 0;

		for (unsigned entry = 2; entry < 6; entry++)
			cb_buffer_entry(b, entry, cb_frame_size(mode));
		assert_int_equal(cb_sensor_write(b, 1, 0x0100, 1), 0);
		for (unsigned entry = 1; entry < 6; entry++) {
			uint8_t *frame;
			double level;

			for (unsigned i = 0; !cb_entry_done(b, entry) && i < 100; i++)
				cb_wait(b, CB_MS);
			frame = cb_frame(b, cb_frame_size(mode));
			level = mean(frame, mode, 0) - 64;
			free(frame);
			full = entry == 1 ? level : full;
			if (entry == 1)
				cb_sensor_write16(b, 1, 0x3500, 1024 * 16 >> 8);
			assert_near(level / full, entry < 2 + lag ? 1 : 0.5, 0.03, choices[lag]);
		}
		cb_free(b);
	}
}

static void frames_differ_but_a_frozen_sensor_repeats_one(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	const char *fault = "frozen";

	(void)state;
	for (unsigned frozen = 0; frozen < 2; frozen++) {
		struct vboard_options options = {
			.seed = 5, .faults = &fault, .fault_count = frozen};
		struct cb *b = new_set(&options, mode);
		uint8_t *first = start_and_take(b, mode), *second;

		cb_buffer_entry(b, 5, cb_frame_size(mode));
		cb_wait(b, 150 * CB_MS);
		assert_true(cb_entry_done(b, 5));
		second = cb_frame(b, cb_frame_size(mode));
		assert_int_equal(memcmp(first, second, cb_frame_size(mode)) == 0, frozen);
		free(first);
		free(second);
		cb_free(b);
	}
}

static void picture_faults_are_in_the_samples(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	static const char *const faults[] = {"dark", "bright", "bad-pixels=2000", "shifted-frame=3",
					     "swapped-bytes"};
	struct cb *b = new_set(&plain, mode);
	uint8_t *good = start_and_take(b, mode);
	uint32_t size = cb_frame_size(mode);

	(void)state;
	cb_free(b);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct vboard_options options = {.seed = 5, .faults = &faults[i], .fault_count = 1};
		uint8_t *frame;

		b = new_set(&options, mode);
		frame = start_and_take(b, mode);
		assert_int_not_equal(memcmp(frame, good, size), 0);
		if (i == 0)
			assert_true(mean(frame, mode, 0) > 60 && mean(frame, mode, 0) < 68);
		if (i == 1)
			assert_true(mean(frame, mode, 0) > 1022);
		if (i == 3)
			assert_int_equal(sample_at(frame, cb_stride(mode), 103, 50),
					 sample_at(good, cb_stride(mode), 100, 50));
		if (i == 4)
			assert_int_equal(frame[1], good[0]);
		free(frame);
		cb_free(b);
	}
	free(good);
}

/* Noise is never the same twice: in every line of two frames in a row, and in frames that are further apart. */
static void noise_is_new_in_every_frame(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	const uint32_t size = cb_frame_size(mode), stride = cb_stride(mode);
	struct cb *b = new_set(&plain, mode);
	uint8_t *frames[6];

	(void)state;
	frames[0] = start_and_take(b, mode);
	for (unsigned i = 1; i < 6; i++) {
		unsigned next = cb_read(b, b->cio2, 0x1504) + 2;

		cb_buffer_entry(b, next, size);
		cb_wait(b, 150 * CB_MS);
		assert_true(cb_entry_done(b, next));
		frames[i] = cb_frame(b, size);
	}
	for (unsigned i = 1; i < 6; i++) {
		unsigned equal = 0;

		for (unsigned y = 0; y < mode->height; y++)
			equal +=
				!memcmp(frames[i - 1] + y * stride, frames[i] + y * stride, stride);
		assert_in_range(equal, 0, mode->height / 2);
	}
	for (unsigned i = 0; i < 6; i++) {
		for (unsigned k = 0; k < i; k++)
			assert_int_not_equal(memcmp(frames[i], frames[k], size), 0);
	}
	for (unsigned i = 0; i < 6; i++)
		free(frames[i]);
	cb_free(b);
}

static uint8_t *take_with(const char *fault, const struct cb_mode *mode)
{
	struct vboard_options options = {.seed = 5, .faults = &fault, .fault_count = 1};
	struct cb *b = new_set(&options, mode);
	uint8_t *frame = start_and_take(b, mode);

	cb_free(b);
	return frame;
}

/* Mean of a block, all colours. */
static double block(const uint8_t *frame, const struct cb_mode *mode, unsigned x0, unsigned y0,
		    unsigned w, unsigned h)
{
	double sum = 0;

	for (unsigned y = y0; y < y0 + h; y++) {
		for (unsigned x = x0; x < x0 + w; x++)
			sum += sample_at(frame, cb_stride(mode), x, y);
	}
	return sum / w / h;
}

static double bits_set(const uint8_t *frame, const struct cb_mode *mode, unsigned bit)
{
	unsigned count = 0;

	for (unsigned y = 0; y < mode->height; y++) {
		for (unsigned x = 0; x < mode->width; x++)
			count += sample_at(frame, cb_stride(mode), x, y) >> bit & 1;
	}
	return (double)count / mode->width / mode->height;
}

static void each_broken_picture_is_broken_as_it_says(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	const unsigned w = mode->width, h = mode->height;
	struct cb *b = new_set(&plain, mode);
	uint8_t *good = start_and_take(b, mode), *bad;

	(void)state;
	cb_free(b);
	bad = take_with("dead-plane", mode);
	assert_near(mean(bad, mode, 2), 64, 0, "blue"); /* of GR BG: 0 G, 1 R, 2 B, 3 G */
	assert_near(mean(bad, mode, 1), mean(good, mode, 1), 1, "red beside a dead blue");
	free(bad);
	bad = take_with("weak-plane=ov5670:0", mode);
	assert_near(mean(bad, mode, 1) - 64, (mean(good, mode, 1) - 64) / 6, 2, "weak red");
	free(bad);
	bad = take_with("half-black", mode);
	assert_near(block(bad, mode, 0, 0, w / 2, h), 64, 1, "black half");
	assert_near(block(bad, mode, w / 2, 0, w / 2, h), block(good, mode, w / 2, 0, w / 2, h), 1,
		    "other half");
	free(bad);
	bad = take_with("bit-high=3", mode);
	assert_near(bits_set(bad, mode, 3), 1, 0, "bit 3");
	free(bad);
	bad = take_with("bit-low=6", mode);
	assert_near(bits_set(bad, mode, 6), 0, 0, "bit 6");
	free(bad);
	bad = take_with("swapped-bits=5", mode);
	assert_near(bits_set(bad, mode, 5), bits_set(good, mode, 6), 0.01, "bit 5");
	assert_near(bits_set(bad, mode, 6), bits_set(good, mode, 5), 0.01, "bit 6");
	free(bad);
	bad = take_with("black-offset=100", mode);
	assert_near(block(bad, mode, 0, h - 20, w, 20) - block(good, mode, 0, h - 20, w, 20), 100,
		    4, "offset");
	free(bad);
	bad = take_with("low-light=25", mode);
	assert_near(mean(bad, mode, 0) - 64, (mean(good, mode, 0) - 64) / 4, 2, "low light");
	free(bad);
	bad = take_with("vignette=50", mode);
	assert_near(block(bad, mode, 0, 0, 8, 8) - 64, (block(good, mode, 0, 0, 8, 8) - 64) * 0.5,
		    5, "corner");
	assert_near(block(bad, mode, w / 2, h / 2, 8, 8), block(good, mode, w / 2, h / 2, 8, 8), 5,
		    "centre");
	free(bad);
	bad = take_with("row-stripes=20", mode);
	assert_near(block(bad, mode, 0, 200, w, 4) - block(good, mode, 0, 200, w, 4), 20, 3,
		    "stripe");
	assert_near(block(bad, mode, 0, 204, w, 4) - block(good, mode, 0, 204, w, 4), -20, 3,
		    "stripe");
	free(bad);
	bad = take_with("hot-column=100", mode);
	assert_near(block(bad, mode, 100, 0, 1, h), 1023, 0, "column");
	free(bad);
	bad = take_with("dead-line=50", mode);
	assert_near(block(bad, mode, 0, 50, w, 1), 0, 0, "line");
	free(bad);
	free(good);
}

/* A mode that shows the middle of the array: what was on one side is on the other, in its own colours. */
static void a_module_that_is_upside_down_sees_all_turned(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	const char *fault = "upside-down";
	const unsigned w = mode->width, h = mode->height;
	uint8_t *frames[2];

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct vboard_options options = {.seed = 5, .faults = &fault, .fault_count = i};
		struct cb *b = new_set(&options, mode);

		cb_sensor_write(b, 1, 0x3841, 0xff);
		frames[i] = start_and_take(b, mode);
		cb_free(b);
	}
	for (unsigned x = 0; x + 160 <= w; x += 160) {
		const double was = block(frames[0], mode, x, 0, 160, 180);
		const double want = block(frames[0], mode, w - 160 - x, h - 180, 160, 180);

		assert_true(was < want - 20 || was > want + 20);
		assert_near(block(frames[1], mode, x, 0, 160, 180), want, 5, "turned");
	}
	assert_near(mean(frames[1], mode, 1), mean(frames[0], mode, 1), 1, "red, turned");
	free(frames[0]);
	free(frames[1]);
}

/* A crop shows part of what the full mode shows, at the same place of the array. */
static void a_picture_file_is_scaled_onto_the_array(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	struct vboard_options options = {.seed = 5};
	char path[] = P_tmpdir "/scene-XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "wb");
	struct cb *b;
	uint8_t *frame;

	(void)state;
	assert_non_null(file);
	fprintf(file, "P6 8 6 255\n");
	for (unsigned i = 0; i < 48; i++) /* left red, right blue */
		fwrite(i % 8 < 4 ? "\xff\x00\x00" : "\x00\x00\xff", 1, 3, file);
	fclose(file);
	options.scenes[1] = path;
	b = new_set(&options, mode);
	frame = start_and_take(b, mode);
	assert_true(sample_at(frame, cb_stride(mode), 101, 180) > 600); /* R of GR */
	assert_true(sample_at(frame, cb_stride(mode), 100, 181) < 80);  /* B */
	assert_true(sample_at(frame, cb_stride(mode), 541, 180) < 80);
	assert_true(sample_at(frame, cb_stride(mode), 540, 181) > 600);
	assert_true(sample_at(frame, cb_stride(mode), 100, 180) < 80); /* G */
	free(frame);
	cb_free(b);
	unlink(path);
}

static void a_png_is_a_scene_too(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV13858_SMALL;
	struct vboard_options options = {.seed = 5};
	static const uint8_t green[4][3] = {{0, 255, 0}, {0, 255, 0}, {0, 255, 0}, {0, 255, 0}};
	png_image image = {
		.version = PNG_IMAGE_VERSION, .width = 2, .height = 2, .format = PNG_FORMAT_RGB};
	char path[] = P_tmpdir "/scene-XXXXXX";
	int fd = mkstemp(path);
	struct cb *b;
	uint8_t *frame;

	(void)state;
	close(fd);
	assert_true(png_image_write_to_file(&image, path, 0, green, 0, NULL));
	options.scenes[0] = path;
	b = new_set(&options, mode);
	frame = start_and_take(b, mode);
	assert_true(mean(frame, mode, 0) > 600 && mean(frame, mode, 3) > 600);
	assert_true(mean(frame, mode, 1) < 70 && mean(frame, mode, 2) < 70);
	free(frame);
	cb_free(b);
	unlink(path);
}

static void a_scene_that_cannot_be_read_is_an_error(void **state)
{
	static const char *const contents[] = {"",
					       "P5",
					       "P5 4 4 1023\n12",
					       "P6 0 4 255\n",
					       "P6 99999 2 255\n",
					       "P6 4 4 255\nabc",
					       "\x89PNG\r\n"};
	struct vboard_host host = {0};
	char error[300];

	(void)state;
	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		struct vboard_options options = {.board = boards[0], .seed = 1};
		struct cb machine = {0};
		char path[] = P_tmpdir "/scene-XXXXXX";
		int fd = mkstemp(path);

		assert_int_equal(write(fd, contents[i], strlen(contents[i])), strlen(contents[i]));
		close(fd);
		options.scenes[0] = path;
		host.context = &machine;
		host.now_ns = flat_now;
		error[0] = '\0';
		assert_null(vboard_new(&options, &host, error, sizeof(error)));
		assert_non_null(strstr(error, path));
		unlink(path);
	}
}

/* Mean of the first green of a frame that no light reaches; `black` goes to 0x4003 of the OV5670, `green` to the
 * digital gain of that colour. */
static double dark_mean(const struct cb_mode *mode, const char *decision, int black, unsigned green)
{
	const char *const fault = mode->port ? "dark=ov5670" : "dark=ov13858";
	const char *const decisions[] = {"ov13858-black=0", decision, "cio2-read-pointer=2",
					 "cio2-valid=0"};
	const struct vboard_options options = {.seed = 5,
					       .faults = &fault,
					       .fault_count = 1,
					       .decisions = decisions,
					       .decision_count = 4};
	struct cb *b = new_set(&options, mode);
	uint8_t *frame;
	double level;

	if (black >= 0)
		assert_int_equal(cb_sensor_write(b, 1, 0x4003, (uint8_t)black), 0);
	cb_sensor_write16(b, mode->port, mode->port ? 0x5034 : 0x5102, (uint16_t)green);
	frame = start_and_take(b, mode);
	level = mean(frame, mode, 0);
	free(frame);
	cb_free(b);
	return level;
}

/* evidence.md 2.6: 0x4003 of the OV5670, 1:1; sensor-clocks.md 3: nobody knows that of the OV13858. */
static void the_black_level_is_where_it_is_set(void **state)
{
	(void)state;
	assert_near(dark_mean(CB_MODE_OV5670_SMALL, "ov13858-black=1", -1, 1024), 64, 1, "OV5670");
	assert_near(dark_mean(CB_MODE_OV5670_SMALL, "ov13858-black=1", 0x10, 1024), 16, 1, "0x10");
	assert_near(dark_mean(CB_MODE_OV5670_SMALL, "ov13858-black=1", 0x80, 1024), 128, 1, "0x80");
	assert_near(dark_mean(CB_MODE_OV13858_SMALL, "ov13858-black=0", -1, 1024), 64, 1,
		    "OV13858");
	assert_near(dark_mean(CB_MODE_OV13858_SMALL, "ov13858-black=1", -1, 1024), 16, 1,
		    "another");
}

/* Twice the digital gain: as the lists set the OV5670 up, its black stays (sensor-clocks.md 4). */
static void digital_gain_moves_black_where_it_is_said(void **state)
{
	(void)state;
	assert_near(dark_mean(CB_MODE_OV5670_SMALL, "ov13858-gain-black=1", 64, 2048), 64, 1,
		    "OV5670");
	assert_near(dark_mean(CB_MODE_OV13858_SMALL, "ov13858-gain-black=0", -1, 2048), 64, 1,
		    "left");
	assert_near(dark_mean(CB_MODE_OV13858_SMALL, "ov13858-gain-black=1", -1, 2048), 128, 1,
		    "multiplied");
	assert_near(dark_mean(CB_MODE_OV13858_SMALL, "ov13858-gain-black=1", -1, 1024), 64, 1,
		    "unit gain");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_test_pattern_is_eight_bars),
		cmocka_unit_test(the_black_level_is_where_it_is_set),
		cmocka_unit_test(digital_gain_moves_black_where_it_is_said),
		cmocka_unit_test(exposure_and_gains_scale_the_picture),
		cmocka_unit_test(exposure_acts_as_late_as_it_is_said),
		cmocka_unit_test(frames_differ_but_a_frozen_sensor_repeats_one),
		cmocka_unit_test(picture_faults_are_in_the_samples),
		cmocka_unit_test(noise_is_new_in_every_frame),
		cmocka_unit_test(each_broken_picture_is_broken_as_it_says),
		cmocka_unit_test(a_module_that_is_upside_down_sees_all_turned),
		cmocka_unit_test(a_picture_file_is_scaled_onto_the_array),
		cmocka_unit_test(a_png_is_a_scene_too),
		cmocka_unit_test(a_scene_that_cannot_be_read_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
