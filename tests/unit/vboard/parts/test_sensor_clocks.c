/*
 * test_sensor_clocks.c: the models' clock trees against the sheet's table of all 29 register lists.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "describe/ini/files.h"
#include "tests/host/host.h"
#include "tests/unit/describe/ini/shipped.h"
#include "vboard/parts/sensor.h"

#define INPUT_HZ  19200000u
#define TOLERANCE 0.001

/* sensor-clocks.md 2: bit rate of a lane and frame time of each list, with the VTS that the file writes. */
static const struct expected_mode {
	const char *sensor, *mode;
	double mbit, frame_us;
} expected[] = {
	{"hi556", "2592x1944", 873.6, 33330},   {"hi556", "1296x972", 436.8, 33330},
	{"imx258", "4208x3118", 1267.2, 33281}, {"imx258", "2104x1560", 640.0, 33283},
	{"imx258", "1048x780", 640.0, 17645},   {"imx355", "3280x2464", 720.0, 33341},
	{"imx355", "1640x1232", 720.0, 8326},   {"ov13858", "4224x3136", 1080.0, 33390},
	{"ov13858", "2112x1568", 540.0, 33390}, {"ov13858", "2112x1188", 540.0, 33390},
	{"ov13858", "1056x784", 540.0, 33390},  {"ov2740", "1932x1092", 720.0, 32790},
	{"ov5670", "2592x1944", 844.8, 33139},  {"ov5670", "2560x1440", 844.8, 33139},
	{"ov5670", "1296x972", 844.8, 33139},   {"ov5670", "1280x720", 844.8, 33139},
	{"ov5670", "648x486", 844.8, 33139},    {"ov5670", "640x360", 844.8, 33139},
	{"ov5675", "2592x1944", 902.4, 33388},  {"ov5675", "1296x972", 902.4, 33388},
	{"ov5693", "2592x1944", 838.4, 34910},  {"ov5693", "1296x972", 838.4, 17438},
	{"ov7251", "640x480-30", 480.0, 33331}, {"ov7251", "640x480-60", 480.0, 16627},
	{"ov7251", "640x480-90", 480.0, 11059}, {"ov8865", "3264x2448", 720.0, 66690},
	{"ov8865", "3264x1836", 720.0, 66690},  {"ov8865", "1632x1224", 720.0, 33332},
	{"ov8865", "800x600", 720.0, 11111},
};

static uint8_t registers[0x10000];

static void parse(const char *name, struct sensor_desc *sensor)
{
	struct diag diag = {0};
	size_t size;
	char *text = shipped_read("sensors/", name, &size);

	if (sensor_parse(name, text, size, sensor, &diag))
		fail_msg("%s", diag.message);
	free(text);
}

static void write_step(const struct reg_step *step)
{
	uint32_t mask = step->kind == REG_UPDATE ? step->mask : UINT32_MAX;

	for (unsigned b = step->width; b-- > 0; mask >>= 8) {
		unsigned shift = 8 * (step->width - 1 - b);
		uint8_t *cell = &registers[step->reg + b];

		*cell = (uint8_t)((*cell & ~mask) | (step->value >> shift & mask));
	}
}

/* The registers after a mode's list, and what they make of the input clock. */
static struct sensor_times play(const struct sensor_type *type, const struct reg_list *list)
{
	struct sensor_times times;

	memset(registers, 0, sizeof registers);
	for (size_t i = 0; i < SENSOR_RESETS && type->resets[i].reg; i++)
		registers[type->resets[i].reg] = type->resets[i].value;
	for (size_t i = 0; i < list->count; i++)
		if (list->steps[i].kind == REG_WRITE || list->steps[i].kind == REG_UPDATE)
			write_step(&list->steps[i]);
	sensor_clocks_get(&type->clocks, registers, INPUT_HZ, &times);
	return times;
}

static struct sensor_times play_mode(const char *name, const char *mode)
{
	const struct sensor_type *type = sensor_type_find(name);
	struct sensor_desc sensor;
	struct sensor_times times;

	parse(name, &sensor);
	assert_non_null(type);
	assert_non_null(sensor_find_mode(&sensor, mode));
	times = play(type, &sensor_find_mode(&sensor, mode)->registers);
	sensor_free(&sensor);
	return times;
}

static bool agree(double a, double b)
{
	return fabs(a - b) <= TOLERANCE * b;
}

static void every_list_runs_as_the_sheet_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(expected); i++) {
		struct sensor_times times = play_mode(expected[i].sensor, expected[i].mode);

		if (!agree((double)times.bit_hz, expected[i].mbit * 1e6) ||
		    !agree((double)times.frame_ns, expected[i].frame_us * 1e3))
			fail_msg("%s %s: %.1f Mbit/s, %.0f us; the sheet says %.1f, %.0f",
				 expected[i].sensor, expected[i].mode, (double)times.bit_hz / 1e6,
				 (double)times.frame_ns / 1e3, expected[i].mbit,
				 expected[i].frame_us);
	}
}

/* What a file says of its modes is what its registers do: by the models' arithmetic, which knows nothing of the file. */
static void every_file_says_what_its_registers_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shipped_sensors); i++) {
		struct sensor_desc sensor;

		parse(shipped_sensors[i], &sensor);
		for (size_t j = 0; j < sensor.mode_count; j++) {
			const struct sensor_mode *mode = &sensor.modes[j];
			struct sensor_times times =
				play(sensor_type_find(sensor.name), &mode->registers);

			if (!agree((double)times.bit_hz, (double)mode->link_frequency * 2) ||
			    !agree((double)times.frame_ns, mode->frame_us * 1e3))
				fail_msg("%s %s: its registers make %.1f Mbit/s, %.0f us",
					 sensor.name, mode->name, (double)times.bit_hz / 1e6,
					 (double)times.frame_ns / 1e3);
		}
		sensor_free(&sensor);
	}
}

/* The link's divider is not the sensor clock's: sensor-clocks.md 1, 6 (OV7251), 3 (OV13858). */
static void another_link_rate_leaves_the_frame_time(void **state)
{
	const struct sensor_clocks *clocks = &sensor_ov7251.clocks;
	struct sensor_times before = play_mode("ov7251", "640x480-30"), times;

	(void)state;
	registers[0x30b4] = 1;
	registers[0x30b3] = 0x85;
	registers[0x30b1] = 4;
	sensor_clocks_get(clocks, registers, INPUT_HZ, &times);
	assert_int_equal(times.bit_hz, 638400000);
	assert_int_equal(times.frame_ns, before.frame_ns);
}

/* Exposures that do not fit: IMX258 by 0x0350 (1600 lines in 1048x780: 29.7 frames/s), HI556 unless 0x003C
 * fixes the rate; others cut the exposure. */
static void a_long_exposure_may_lengthen_the_frame(void **state)
{
	static const struct {
		const char *sensor, *mode;
		uint16_t exposure, fixes;
		uint8_t free, fixed;
		unsigned lines;
	} cases[] = {
		{"imx258", "1048x780", 0x0202, 0x0350, 1, 0, 1610},
		{"imx355", "1640x1232", 0x0202, 0x0350, 1, 0, 1306},
		{"hi556", "1296x972", 0x0074, 0x003d, 0, 1, 1606},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct sensor_clocks *clocks = &sensor_type_find(cases[i].sensor)->clocks;
		struct sensor_times before = play_mode(cases[i].sensor, cases[i].mode), times;
		bool is_hynix = cases[i].exposure == 0x0074;

		/* A frame that is shorter than the exposure: HI556's is made so. */
		if (is_hynix) {
			registers[0x0006] = 0x04;
			registers[0x003c] = 0;
		}
		registers[cases[i].exposure] = 1600 >> 8;
		registers[cases[i].exposure + 1] = 1600 & 0xff;
		registers[cases[i].fixes] = cases[i].free;
		sensor_clocks_get(clocks, registers, INPUT_HZ, &times);
		assert_int_equal(times.lines, cases[i].lines);
		registers[cases[i].fixes] = cases[i].fixed;
		if (is_hynix)
			registers[0x003c] = 1;
		sensor_clocks_get(clocks, registers, INPUT_HZ, &times);
		assert_int_equal(times.lines, is_hynix ? 0x0414 : before.lines);
	}
}

static void a_sensor_that_nobody_set_up_has_no_clock(void **state)
{
	(void)state;
	memset(registers, 0, sizeof registers);
	for (size_t i = 0; i < COUNT(shipped_sensors); i++) {
		const struct sensor_clocks *clocks = &sensor_type_find(shipped_sensors[i])->clocks;
		struct sensor_times times;

		sensor_clocks_get(clocks, registers, INPUT_HZ, &times);
		assert_int_equal(times.bit_hz | times.clock_hz | times.frame_ns, 0);
	}
	assert_null(sensor_type_find("ov9999"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_list_runs_as_the_sheet_says),
		cmocka_unit_test(every_file_says_what_its_registers_do),
		cmocka_unit_test(another_link_rate_leaves_the_frame_time),
		cmocka_unit_test(a_long_exposure_may_lengthen_the_frame),
		cmocka_unit_test(a_sensor_that_nobody_set_up_has_no_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
