/* test_sensors.c: every sensor: identity, every shipped mode's link, size and samples, groups, limits, what is sent without a
 * list. */
#include "tests/unit/vboard/parts/sensor_bench.h"

#include <math.h>

#define SAMPLES_MAX (4224u * 3136u)

/* sensors.md 0; OV9734 is in no sheet. */
static void every_sensor_says_who_it_is(void **state)
{
	static const struct {
		const char *name;
		uint8_t address;
		uint16_t reg;
		unsigned width;
		uint32_t id;
	} ids[] = {
		{"ov5670", 0x36, 0x300a, 3, 0x005670}, {"ov13858", 0x10, 0x300a, 3, 0x00d855},
		{"imx258", 0x1a, 0x0016, 2, 0x0258},   {"ov8865", 0x10, 0x300a, 3, 0x008865},
		{"ov5693", 0x36, 0x300a, 2, 0x5690},   {"ov7251", 0x60, 0x300a, 2, 0x7750},
		{"ov2740", 0x36, 0x300a, 3, 0x002740}, {"imx355", 0x1a, 0x0016, 2, 0x0355},
		{"ov5675", 0x36, 0x300a, 3, 0x005675}, {"hi556", 0x20, 0x0f16, 2, 0x0556},
		{"ov9734", 0x36, 0x300a, 2, 0x9734},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++) {
		struct sb *b = sb_new(sensor_type_find(ids[i].name), NULL);

		assert_int_equal(b->sensor->target.first, ids[i].address);
		assert_int_equal(sb_read(b, ids[i].reg, ids[i].width), ids[i].id);
		sb_write(b, ids[i].reg, 1, 0xaa); /* it stays who it is */
		assert_int_equal(sb_read(b, ids[i].reg, ids[i].width), ids[i].id);
		sb_free(b);
	}
	assert_null(sensor_types[COUNT(ids)]);
}

static const struct expected_mode {
	const char *sensor, *mode;
	unsigned width, height, lanes, order;
	double mbit, frame_us; /* sensor-clocks.md 2 */
} expected[] = {
	{"hi556", "2592x1944", 2592, 1944, 2, CAMERA_GRBG, 873.6, 33330},
	{"hi556", "1296x972", 1296, 972, 2, CAMERA_GRBG, 436.8, 33330},
	{"imx258", "4208x3118", 4208, 3120, 4, CAMERA_GRBG, 1267.2, 33281},
	{"imx258", "2104x1560", 2104, 1560, 4, CAMERA_GRBG, 640.0, 33283},
	{"imx258", "1048x780", 1048, 780, 4, CAMERA_GRBG, 640.0, 17645},
	{"imx355", "3280x2464", 3280, 2464, 4, CAMERA_RGGB, 720.0, 33341},
	{"imx355", "1640x1232", 1640, 1232, 4, CAMERA_RGGB, 720.0, 8326},
	{"ov13858", "4224x3136", 4224, 3136, 4, CAMERA_GRBG, 1080.0, 33390},
	{"ov13858", "2112x1568", 2112, 1568, 4, CAMERA_GRBG, 540.0, 33390},
	{"ov13858", "2112x1188", 2112, 1188, 4, CAMERA_GRBG, 540.0, 33390},
	{"ov13858", "1056x784", 1056, 784, 4, CAMERA_GRBG, 540.0, 33390},
	{"ov2740", "1932x1092", 1932, 1092, 2, CAMERA_GRBG, 720.0, 32790},
	{"ov5670", "2592x1944", 2592, 1944, 2, CAMERA_GRBG, 844.8, 33139},
	{"ov5670", "2560x1440", 2560, 1440, 2, CAMERA_GRBG, 844.8, 33139},
	{"ov5670", "1296x972", 1296, 972, 2, CAMERA_GRBG, 844.8, 33139},
	{"ov5670", "1280x720", 1280, 720, 2, CAMERA_GRBG, 844.8, 33139},
	{"ov5670", "648x486", 648, 486, 2, CAMERA_GRBG, 844.8, 33139},
	{"ov5670", "640x360", 640, 360, 2, CAMERA_GRBG, 844.8, 33139},
	{"ov5675", "2592x1944", 2592, 1944, 2, CAMERA_GRBG, 902.4, 33388},
	{"ov5675", "1296x972", 1296, 972, 2, CAMERA_GRBG, 902.4, 33388},
	{"ov5693", "2592x1944", 2592, 1944, 2, CAMERA_BGGR, 838.4, 34910},
	{"ov5693", "1296x972", 1296, 972, 2, CAMERA_BGGR, 838.4, 17438},
	{"ov7251", "640x480-30", 640, 480, 1, 0, 480.0, 33331},
	{"ov7251", "640x480-60", 640, 480, 1, 0, 480.0, 16627},
	{"ov7251", "640x480-90", 640, 480, 1, 0, 480.0, 11059},
	{"ov8865", "3264x2448", 3264, 2448, 4, CAMERA_BGGR, 720.0, 66690},
	{"ov8865", "3264x1836", 3264, 1836, 4, CAMERA_BGGR, 720.0, 66690},
	{"ov8865", "1632x1224", 1632, 1224, 4, CAMERA_BGGR, 720.0, 33332},
	{"ov8865", "800x600", 800, 600, 4, CAMERA_BGGR, 720.0, 11111},
};

static void check_link(const struct sb *b, const struct expected_mode *want)
{
	const struct camera_link link = sb_link(b);
	const struct camera_look look = sb_look(b);
	const bool is_mono = !strcmp(want->sensor, "ov7251");

	if (link.width != want->width || link.height != want->height || link.lanes != want->lanes ||
	    link.data_type != 0x2b ||
	    fabs((double)link.link_hz / 5e5 - want->mbit) > want->mbit / 1000 ||
	    fabs((double)link.frame_ns / 1e3 - want->frame_us) > want->frame_us / 1000 ||
	    look.is_mono != is_mono || (!is_mono && look.order != (enum camera_order)want->order))
		fail_msg("%s %s: %ux%u, %u lanes, type 0x%02x, %.1f MHz, %.0f us, order %u",
			 want->sensor, want->mode, link.width, link.height, link.lanes,
			 link.data_type, (double)link.link_hz / 1e6, (double)link.frame_ns / 1e3,
			 look.order);
}

/* 16-bit noise, as a scene and as samples. */
static void write_noise(const char *path, unsigned width, unsigned height, uint16_t *samples)
{
	FILE *file = fopen(path, "wb");
	uint32_t random = width * height;
	uint8_t line[2 * 4300];

	assert_non_null(file);
	fprintf(file, "P5 %u %u 1023\n", width, height);
	for (unsigned y = 0; y < height; y++) {
		for (unsigned x = 0; x < width; x++) {
			const uint16_t sample = (uint16_t)(random >> 22);

			random = random * 1664525u + 1013904223u;
			samples[(size_t)y * width + x] = sample;
			line[2 * x] = (uint8_t)(sample >> 8);
			line[2 * x + 1] = (uint8_t)sample;
		}
		fwrite(line, 2, width, file);
	}
	fclose(file);
}

static void every_shipped_mode_is_what_the_sheet_says(void **state)
{
	static const char *const decisions[] = {"imx258-lines=0", NULL};
	uint16_t *samples = malloc(SAMPLES_MAX * sizeof(*samples));
	char path[] = P_tmpdir "/scene-XXXXXX";

	(void)state;
	assert_non_null(samples);
	fclose(sb_scene(path));
	for (size_t i = 0; i < COUNT(expected); i++) {
		const struct expected_mode *want = &expected[i];
		const struct sb_options options = {.decisions = decisions, .scene = path};
		const size_t count = (size_t)want->width * want->height;
		struct sb *b;

		write_noise(path, want->width, want->height, samples);
		b = sb_new(sensor_type_find(want->sensor), &options);
		sb_mode(b, want->mode);
		sb_start(b);
		check_link(b, want);
		assert_true(sb_frame(b, 0));
		if (memcmp(sb_lines(b, 0, want->height), samples, count * sizeof(*samples)) != 0)
			fail_msg("%s %s sends other samples", want->sensor, want->mode);
		sb_assert_clean(b);
		sb_free(b);
	}
	unlink(path);
	free(samples);
}

/* No file of the stick has a mode that the table above does not have. */
static void the_table_has_every_shipped_mode(void **state)
{
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(shipped_sensors); i++) {
		const struct sensor_type *type = sensor_type_find(shipped_sensors[i]);
		struct sb *b;

		if (type == &sensor_ov9734)
			continue;
		b = sb_new(type, NULL);
		count += sb_desc(b)->mode_count;
		sb_free(b);
	}
	assert_int_equal(count, COUNT(expected));
}

static void without_a_list_nothing_is_sent(void **state)
{
	(void)state;
	for (size_t i = 0; sensor_types[i]; i++) {
		const struct sensor_type *type = sensor_types[i];
		struct sb *b = sb_new(type, NULL);
		struct camera_stream stream;

		sb_write(b, type->stream.reg, 1, 1);
		b->sensor->image.ops->get_stream(&b->sensor->image, &stream);
		assert_true(stream.on);
		assert_int_equal(sb_link(b).link_hz | sb_link(b).frame_ns, 0);
		assert_false(sb_frame(b, 0));
		sb_assert_clean(b);
		sb_free(b);
	}
}

/* 3120 lines are asked of a window of 3119: sensors.md 3. */
static void an_imx258_sends_as_many_lines_as_it_is_said(void **state)
{
	static const char *const choices[][2] = {
		{"imx258-lines=0", NULL}, {"imx258-lines=1", NULL}, {"imx258-lines=2", NULL}};
	static const unsigned lines[] = {3120, 3119, 3118};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		const struct sb_options options = {.decisions = choices[i]};
		struct sb *b = sb_new(&sensor_imx258, &options);

		sb_mode(b, "4208x3118");
		sb_start(b);
		assert_int_equal(sb_link(b).height, lines[i]);
		sb_assert_clean(b);
		sb_free(b);
		b = sb_new(&sensor_imx258, &options);
		sb_mode(b, "1048x780");
		assert_int_equal(sb_link(b).height, 780);
		sb_free(b);
	}
}

/* One register of a healthy mode changed. */
static void a_geometry_that_cannot_be_is_a_violation(void **state)
{
	static const struct {
		const char *sensor, *mode;
		uint16_t reg, value;
		const char *complaint;
	} cases[] = {
		{"ov8865", "800x600", 0x3808, 900, "ov8865: output 900x600 in steps of 4 and 4"},
		{"ov7251", "640x480-30", 0x380a, 490, "ov7251: output 640x490"},
		{"imx355", "1640x1232", 0x034c, 1642, "imx355: output 1642x1232 in steps of 2"},
		{"imx258", "4208x3118", 0x034e, 3122, "imx258: output 4208x3122"},
		{"hi556", "1296x972", 0x0a12, 1400, "hi556: output 1400x972 in steps of 2 and 2"},
		{"imx355", "3280x2464", 0x0340, 2400, "imx355: a frame of 2400 lines"},
		{"hi556", "2592x1944", 0x0006, 1900, NULL}, /* the exposure keeps it long */
		{"ov2740", "1932x1092", 0x380e, 1091, "ov2740: a frame of 1091 lines"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sb *b = sb_new(sensor_type_find(cases[i].sensor), NULL);

		sb_mode(b, cases[i].mode);
		sb_write(b, cases[i].reg, 2, cases[i].value);
		sb_start(b);
		if (!cases[i].complaint)
			sb_assert_clean(b);
		else if (!strstr(b->flat.complaint, cases[i].complaint))
			fail_msg("'%s' in place of '%s'", b->flat.complaint, cases[i].complaint);
		sb_free(b);
	}
}

/* A write between start and launch waits (sensors.md 7, sensor-clocks.md 9, 11). */
static void a_group_acts_when_it_is_launched(void **state)
{
	static const struct {
		const char *sensor;
		uint16_t group, reg;
		uint8_t start, end, launch;
	} cases[] = {
		{"ov2740", 0x3208, 0x500a, 0x00, 0x10, 0xa0},
		{"ov5675", 0x3208, 0x5019, 0x00, 0x10, 0xa0},
		{"imx258", 0x0104, 0x020e, 1, 0, 0},
		{"imx355", 0x0104, 0x020e, 1, 0, 0},
		{"hi556", 0x0046, 0x0078, 1, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct sb *b = sb_new(sensor_type_find(cases[i].sensor), NULL);
		uint32_t before;

		sb_mode(b, NULL);
		before = sb_read(b, cases[i].reg, 2);
		sb_write(b, cases[i].group, 1, cases[i].start);
		sb_write(b, cases[i].reg, 2, 0x0123);
		assert_int_equal(sb_read(b, cases[i].reg, 2), before);
		sb_write(b, cases[i].group, 1, cases[i].end);
		if (cases[i].end != cases[i].launch)
			assert_int_equal(sb_read(b, cases[i].reg, 2), before);
		sb_write(b, cases[i].group, 1, cases[i].launch);
		assert_int_equal(sb_read(b, cases[i].reg, 2), 0x0123);
		sb_assert_clean(b);
		for (unsigned k = 0; k <= SENSOR_HELD_MAX; k++) {
			sb_write(b, cases[i].group, 1, cases[i].start);
			sb_write(b, cases[i].reg, 1, 0);
		}
		assert_non_null(strstr(b->flat.complaint, "in one group"));
		sb_free(b);
	}
}

/* sensors.md 7: the sequence, with one step left out each time. */
static void the_otp_of_ov2740_is_read_as_the_sheet_says(void **state)
{
	(void)state;
	for (unsigned missing = 0; missing < 5; missing++) {
		struct sb *b = sb_new(&sensor_ov2740, NULL);
		uint32_t seen = 0;

		sb_mode(b, NULL);
		if (missing != 1)
			sb_write(b, 0x5000, 1, sb_read(b, 0x5000, 1) & ~0x20u);
		else
			sb_write(b, 0x5000, 1, 0x20);
		sb_write(b, 0x5001, 1, missing == 2 ? 0x80 : 0);
		if (missing != 3)
			sb_start(b);
		if (missing != 4)
			b->flat.now += 20 * SB_MS;
		for (uint16_t at = 0x7010; at <= 0x710f; at++)
			seen |= sb_read(b, at, 1);
		assert_int_equal(seen != 0, missing == 0);
		sb_free(b);
	}
}

/* sensors.md 16: their reset values are not known, so that all but the lists' bits stay as they came. */
static void an_ov8865_keeps_the_bits_that_its_lists_leave(void **state)
{
	static const struct {
		uint16_t reg;
		uint8_t mask, value; /* of the lists */
	} updates[] = {{0x3033, 0x22, 0x20},
		       {0x5002, 0x04, 0x04},
		       {0x3020, 0x08, 0x00},
		       {0x031e, 0x08, 0x08}};
	struct sb *b = sb_new(&sensor_ov8865, NULL);
	uint8_t before[4], different = 0;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		before[i] = (uint8_t)sb_read(b, updates[i].reg, 1);
		different |= before[i];
	}
	assert_int_not_equal(different, 0);
	sb_mode(b, "800x600");
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(sb_read(b, updates[i].reg, 1),
				 (before[i] & ~updates[i].mask) | updates[i].value);
	sb_free(b);
}

static void ids_of_other_chips_fit_the_registers(void **state)
{
	static const struct {
		const char *sensor, *fault;
		uint32_t id;
	} cases[] = {
		{"ov5670", "other-sensor", 0x005675}, {"ov5675", "other-sensor", 0x002740},
		{"imx258", "other-sensor", 0x0355},   {"imx355", "other-sensor", 0x0258},
		{"hi556", "other-sensor", 0x05a9},    {"imx258", "wrong-id", 0x02a7},
		{"hi556", "wrong-id", 0x05a9},        {"ov8865", "wrong-id", 0x00889a},
		{"ov7251", "wrong-id", 0x77af},       {"imx355", "other-sensor=0x0219", 0x0219},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct sensor_type *type = sensor_type_find(cases[i].sensor);
		const struct sb_options options = {.fault = cases[i].fault};
		struct sb *b = sb_new(type, &options);

		assert_int_equal(sb_read(b, type->id.reg, type->id.size), cases[i].id);
		sb_free(b);
	}
}

static void a_stuck_register_is_the_outputs_width(void **state)
{
	const struct sb_options options = {.fault = "register-stuck"};

	(void)state;
	for (size_t i = 0; sensor_types[i]; i++) {
		struct sb *b = sb_new(sensor_types[i], &options);

		sb_write(b, sensor_types[i]->width_register, 2, 0x0203);
		assert_int_equal(sb_read(b, sensor_types[i]->width_register, 2), 0x0003);
		sb_free(b);
	}
}

/* Each acknowledges between 0.43 ms and its longest time, and after a soft reset, if it has one, within its own. */
static void every_sensor_wakes_in_its_time(void **state)
{
	static const char *const decisions[] = {"sensor-reset=1", NULL};
	const struct sb_options options = {.decisions = decisions, .is_unpowered = true};

	(void)state;
	for (size_t i = 0; sensor_types[i]; i++) {
		const struct sensor_type *type = sensor_types[i];
		struct sb *b = sb_new(type, &options);

		assert_false(sb_try_write(b, 0x0200, 0, 0));
		sensor_set_supply(b->sensor, &sb_supply);
		b->flat.now += 400000;
		assert_false(sb_try_write(b, 0x0200, 0, 0));
		b->flat.now += type->wake_ns_max - 400000;
		assert_true(sb_try_write(b, 0x0200, 0, 0));
		sb_write(b, 0x0200, 1, 0x55);
		sb_write(b, 0x0103, 1, 1);
		assert_int_equal(sb_try_write(b, 0x0200, 0, 0), !type->soft_reset.mask);
		b->flat.now += type->reset_ns_max;
		assert_int_equal(sb_read(b, 0x0200, 1), type->soft_reset.mask ? 0 : 0x55);
		sb_free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sensor_says_who_it_is),
		cmocka_unit_test(every_shipped_mode_is_what_the_sheet_says),
		cmocka_unit_test(the_table_has_every_shipped_mode),
		cmocka_unit_test(without_a_list_nothing_is_sent),
		cmocka_unit_test(an_imx258_sends_as_many_lines_as_it_is_said),
		cmocka_unit_test(a_geometry_that_cannot_be_is_a_violation),
		cmocka_unit_test(a_group_acts_when_it_is_launched),
		cmocka_unit_test(the_otp_of_ov2740_is_read_as_the_sheet_says),
		cmocka_unit_test(an_ov8865_keeps_the_bits_that_its_lists_leave),
		cmocka_unit_test(ids_of_other_chips_fit_the_registers),
		cmocka_unit_test(a_stuck_register_is_the_outputs_width),
		cmocka_unit_test(every_sensor_wakes_in_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
