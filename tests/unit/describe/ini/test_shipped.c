/*
 * test_shipped.c: the files on the stick say what the hardware sheets say.
 *
 * The register lists are compared by count and digest: FNV-1a (64 bit) over one line a write,
 * "reg value[ mask]\n" in lower-case hexadecimal of fixed width.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <math.h>
#include <string.h>

#include "describe/ini/files.h"
#include "tests/host/host.h"
#include "tests/unit/describe/ini/shipped.h"

/* Size: sensors.md. Bit rate of a lane, clock, lengths of line and frame, and what time that makes of a frame:
 * sensor-clocks.md 2; a line is counted in the unit of its register. IMX258 has a soft reset before its list. */
static const struct expected_mode {
	const char *sensor, *mode;
	unsigned writes;
	uint64_t digest;
	unsigned width, height;
	double mbit;
	int line, lines;
	double clock; /* MHz */
	unsigned frame_us;
} expected[] = {
	{"hi556", "2592x1944", 263, 0x721912c83cb42e52, 2592, 1944, 873.6, 2816, 2068, 174.72,
	 33330},
	{"hi556", "1296x972", 263, 0xc875095930f7eb5c, 1296, 972, 436.8, 2816, 2068, 174.72, 33330},
	{"imx258", "4208x3118", 132, 0x46048adb1926e8bb, 4208, 3118, 1267.2, 5352, 3152, 506.88,
	 33281},
	{"imx258", "2104x1560", 132, 0x302a8df4946e7f73, 2104, 1560, 640, 5352, 1592, 256, 33283},
	{"imx258", "1048x780", 132, 0xd96ad1fa831ed0fe, 1048, 780, 640, 5352, 844, 256, 17645},
	{"imx355", "3280x2464", 99, 0xe57370bdb51d3a4b, 3280, 2464, 720, 3672, 2615, 288, 33341},
	{"imx355", "1640x1232", 99, 0x60ce1f295ad63655, 1640, 1232, 720, 1836, 1306, 288, 8326},
	{"ov13858", "4224x3136", 203, 0x1efcd39f7c51dccd, 4224, 3136, 1080, 1122, 3214, 108, 33390},
	{"ov13858", "2112x1568", 203, 0x7bf84d94807d0c0d, 2112, 1568, 540, 1122, 3214, 108, 33390},
	{"ov13858", "2112x1188", 203, 0x586e45a44d4d2089, 2112, 1188, 540, 1122, 3214, 108, 33390},
	{"ov13858", "1056x784", 203, 0xa9b2e26e63784ce9, 1056, 784, 540, 1122, 3214, 108, 33390},
	{"ov2740", "1932x1092", 156, 0x540b1b80ac0cc9ec, 1932, 1092, 720, 1080, 2186, 72, 32790},
	{"ov5670", "2592x1944", 279, 0x34dc126cc14753df, 2592, 1944, 844.8, 1680, 2056, 104.2286,
	 33139},
	{"ov5670", "2560x1440", 278, 0x466ebf1c7f35f70b, 2560, 1440, 844.8, 1680, 2056, 104.2286,
	 33139},
	{"ov5670", "1296x972", 279, 0x1a805d3267ac3570, 1296, 972, 844.8, 1680, 2056, 104.2286,
	 33139},
	{"ov5670", "1280x720", 279, 0x376bc8a18df829fe, 1280, 720, 844.8, 1680, 2056, 104.2286,
	 33139},
	{"ov5670", "648x486", 279, 0xb0db251eed6a8601, 648, 486, 844.8, 1680, 2056, 104.2286,
	 33139},
	{"ov5670", "640x360", 279, 0xc84a28b6deb3c8ca, 640, 360, 844.8, 1680, 2056, 104.2286,
	 33139},
	{"ov5675", "2592x1944", 156, 0x1fbfba87fdf6dc9a, 2592, 1944, 902.4, 750, 2030, 45.6, 33388},
	{"ov5675", "1296x972", 156, 0xec85d0cd56e3c6bc, 1296, 972, 902.4, 750, 2030, 45.6, 33388},
	{"ov5693", "2592x1944", 172, 0xf92c1758e34793a2, 2592, 1944, 838.4, 2688, 2078, 160, 34910},
	{"ov5693", "1296x972", 172, 0x4ceb7c67b73c9457, 1296, 972, 838.4, 2688, 1038, 160, 17438},
	{"ov7251", "640x480-30", 137, 0x73b74077ae658960, 640, 480, 480, 928, 1724, 48, 33331},
	{"ov7251", "640x480-60", 137, 0x0073c3bf7508850b, 640, 480, 480, 928, 860, 48, 16627},
	{"ov7251", "640x480-90", 137, 0xb81da83e749f8848, 640, 480, 480, 928, 572, 48, 11059},
	{"ov8865", "3264x2448", 264, 0x338d3598e2080f64, 3264, 2448, 720, 3888, 2470, 144, 66690},
	{"ov8865", "3264x1836", 264, 0x9e6a3680af4e7550, 3264, 1836, 720, 3888, 2470, 144, 66690},
	{"ov8865", "1632x1224", 264, 0xbec083cb155b6d13, 1632, 1224, 720, 1923, 1248, 72, 33332},
	{"ov8865", "800x600", 264, 0x2ceea1229fce2f95, 800, 600, 720, 1250, 640, 72, 11111},
};

static struct sensor_desc sensors[COUNT(shipped_sensors)];

static int load_sensors(void **state)
{
	(void)state;
	host_reset(1);
	for (size_t i = 0; i < COUNT(shipped_sensors); i++) {
		struct diag diag = {0};
		size_t size;
		char *text = shipped_read("sensors/", shipped_sensors[i], &size);
		enum fl_err err = sensor_parse(shipped_sensors[i], text, size, &sensors[i], &diag);

		free(text);
		if (err) {
			print_error("%s | %s\n", diag.message, diag.hint);
			return -1;
		}
	}
	return 0;
}

static int free_sensors(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shipped_sensors); i++)
		sensor_free(&sensors[i]);
	return host_leaks() ? -1 : 0;
}

static const struct sensor_desc *sensor(const char *name)
{
	for (size_t i = 0; i < COUNT(shipped_sensors); i++)
		if (!strcmp(sensors[i].name, name))
			return &sensors[i];
	fail_msg("no sensor %s", name);
	return NULL;
}

static uint64_t fnv(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
	return hash;
}

/* Digest of the first `writes` writes; 0 when there are fewer. Delays do not count. */
static uint64_t digest(const struct reg_list *list, unsigned writes)
{
	uint64_t hash = 0xcbf29ce484222325;
	size_t i = 0;

	for (; i < list->count && writes; i++) {
		const struct reg_step *step = &list->steps[i];
		char line[40];

		if (step->kind != REG_WRITE && step->kind != REG_UPDATE)
			continue;
		snprintf(line, sizeof line, "%04x %0*x", step->reg, 2 * step->width, step->value);
		if (step->kind == REG_UPDATE)
			snprintf(line + strlen(line), 8, " %02x", step->mask);
		hash = fnv(fnv(hash, line), "\n");
		writes--;
	}
	return writes ? 0 : hash;
}

static void every_register_list_is_complete_and_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(expected); i++) {
		const struct sensor_mode *mode =
			sensor_find_mode(sensor(expected[i].sensor), expected[i].mode);

		uint64_t seen;

		assert_non_null(mode);
		seen = digest(&mode->registers, expected[i].writes);
		if (seen != expected[i].digest)
			fail_msg("%s %s differs from the sheet's list: its first %u writes make "
				 "0x%016llx (0: it has fewer)",
				 expected[i].sensor, expected[i].mode, expected[i].writes,
				 (unsigned long long)seen);
	}
}

static bool is_named(const char *const *names, size_t count, const char *file)
{
	char want[64];

	for (size_t i = 0; i < count; i++) {
		snprintf(want, sizeof want, "%s.ini", names[i]);
		if (!strcmp(want, file))
			return true;
	}
	return false;
}

/* A file that shipped.h does not name would be on every stick and in no test. */
static void every_file_of_a_folder_is_named(const char *path, const char *const *names,
					    size_t count)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	assert_non_null(folder);
	while ((entry = readdir(folder)))
		if (entry->d_name[0] != '.' && !is_named(names, count, entry->d_name))
			fail_msg("%s/%s is not in tests/unit/describe/ini/shipped.h", path,
				 entry->d_name);
	closedir(folder);
}

/* Nothing is known to stream it by; its id is public. */
static void ov9734_is_identified_only(void **state)
{
	const struct sensor_desc *desc = sensor("ov9734");

	(void)state;
	assert_true(desc->is_identify_only);
	assert_int_equal(desc->identify.steps[0].reg, 0x300a);
	assert_int_equal(desc->identify.steps[0].value, 0x9734);
	assert_int_equal(desc->identify.steps[0].width, 2);
	assert_int_equal(desc->data_lanes, 1);
}

static void every_file_of_the_stick_is_tested(void **state)
{
	(void)state;
	every_file_of_a_folder_is_named("stick/firstlight/sensors", shipped_sensors,
					COUNT(shipped_sensors));
	every_file_of_a_folder_is_named("stick/firstlight/boards", shipped_boards,
					COUNT(shipped_boards));
}

static void no_mode_is_unknown_to_this_test(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shipped_sensors); i++)
		for (size_t j = 0; j < sensors[i].mode_count; j++) {
			size_t row = 0;

			while (row < COUNT(expected) &&
			       (strcmp(expected[row].sensor, sensors[i].name) ||
				strcmp(expected[row].mode, sensors[i].modes[j].name)))
				row++;
			if (row == COUNT(expected))
				fail_msg("%s %s has no row in expected[]", sensors[i].name,
					 sensors[i].modes[j].name);
		}
}

static void the_largest_mode_comes_first(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shipped_sensors); i++)
		for (size_t j = 1; j < sensors[i].mode_count; j++)
			assert_true(sensors[i].modes[0].width >= sensors[i].modes[j].width);
}

/* Registers as one byte each: what a sensor holds after a list. -1 = not written. */
static int memory[0x10000];

static void run(const struct reg_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct reg_step *step = &list->steps[i];

		for (unsigned b = 0; b < step->width && step->kind <= REG_UPDATE; b++) {
			unsigned shift = 8 * (step->width - 1 - b);
			int *cell = &memory[step->reg + b], old = *cell < 0 ? 0 : *cell;
			int mask = (int)(step->mask >> shift & 0xff),
			    value = (int)(step->value >> shift & 0xff);

			*cell = step->kind == REG_WRITE ? value : (old & ~mask) | (value & mask);
		}
	}
}

static int memory16(int reg)
{
	return memory[reg] << 8 | memory[reg + 1];
}

static void run_mode(const struct sensor_mode *mode)
{
	memset(memory, -1, sizeof memory);
	run(&mode->registers);
}

/* Of line and frame length. */
static int line_register(const char *name)
{
	return name[0] == 'o' ? 0x380c : name[0] == 'i' ? 0x0342 : 8;
}

static int frame_register(const char *name)
{
	return name[0] == 'o' ? 0x380e : name[0] == 'i' ? 0x0340 : 6;
}

/* The link carries what the receiver is set up for; a frame takes as long as the lengths that are written take at the
 * clock that the lines are counted in, which is another one. */
static void links_and_frame_times_are_the_sheets(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(expected); i++) {
		const struct expected_mode *want = &expected[i];
		const struct sensor_mode *mode = sensor_find_mode(sensor(want->sensor), want->mode);
		double us = want->line * want->lines / want->clock;

		run_mode(mode);
		assert_int_equal(mode->width, want->width);
		assert_int_equal(mode->height, want->height);
		assert_true(fabs((double)mode->link_frequency * 2 - want->mbit * 1e6) < 1);
		assert_int_equal(memory16(line_register(want->sensor)), want->line);
		assert_int_equal(memory16(frame_register(want->sensor)), want->lines);
		assert_int_equal(mode->frame_us, want->frame_us);
		if (fabs(us - mode->frame_us) > 1)
			fail_msg("%s %s: frame-us = %u, but its lengths make %f", want->sensor,
				 want->mode, mode->frame_us, us);
	}
}

static void the_output_size_is_the_one_that_is_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shipped_sensors); i++)
		for (size_t j = 0; j < sensors[i].mode_count; j++) {
			const struct sensor_mode *mode = &sensors[i].modes[j];
			int at = sensors[i].name[0] == 'o'   ? 0x3808
				 : sensors[i].name[0] == 'i' ? 0x034c
							     : 0xa12;

			run_mode(mode);
			assert_int_equal(memory16(at), mode->width);
			assert_int_equal(memory16(at + 2), mode->max_height);
			assert_int_equal(sensors[i].width_register, at);
			assert_int_equal(sensors[i].height_register, at + 2);
		}
}

/* Margins of sensor-clocks.md 3 to 11. An IMX258 with more would lengthen its frames (0x0350 = 1). */
static void exposure_fits_into_the_frame(void **state)
{
	static const struct {
		const char *name;
		int reg, bytes, per_line, margin;
	} units[] = {
		{"ov13858", 0x3500, 3, 16, 8}, {"ov5670", 0x3500, 3, 16, 8},
		{"ov2740", 0x3500, 3, 16, 8},  {"ov5675", 0x3500, 3, 8, 4},
		{"ov5693", 0x3500, 3, 16, 8},  {"ov7251", 0x3500, 3, 16, 20},
		{"ov8865", 0x3500, 3, 16, 8},  {"imx258", 0x0202, 2, 1, 10},
		{"imx355", 0x0202, 2, 1, 10},  {"hi556", 0x0074, 2, 1, 6},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(units); i++)
		for (size_t j = 0; j < sensor(units[i].name)->mode_count; j++) {
			const struct sensor_mode *mode = &sensor(units[i].name)->modes[j];
			int lines = 0;

			run_mode(mode);
			for (int b = 0; b < units[i].bytes; b++)
				lines = lines << 8 | memory[units[i].reg + b];
			lines /= units[i].per_line;
			assert_in_range(lines, 4,
					memory16(frame_register(units[i].name)) - units[i].margin);
		}
}

/* Meaning nothing while no pattern is on: the pattern's phase, the colour of "solid". */
static bool is_pattern_only(int reg)
{
	return reg == 0x4320 || (reg >= 0x0602 && reg <= 0x0609);
}

static void off_undoes_every_pattern(void **state)
{
	static int before[0x10000];

	(void)state;
	for (size_t i = 0; i < COUNT(shipped_sensors); i++)
		for (size_t j = 0; j < sensors[i].pattern_count; j++) {
			bool differs = false;

			run_mode(&sensors[i].modes[0]);
			memcpy(before, memory, sizeof memory);
			run(&sensors[i].patterns[j].on);
			for (int reg = 0; reg < 0x10000; reg++)
				differs |= memory[reg] != before[reg];
			run(&sensors[i].patterns[j].off);
			for (int reg = 0; reg < 0x10000; reg++)
				if (memory[reg] != (before[reg] < 0 ? 0 : before[reg]) &&
				    memory[reg] >= 0 && !is_pattern_only(reg))
					fail_msg("%s, pattern %s leaves 0x%04x at 0x%02x",
						 sensors[i].name, sensors[i].patterns[j].look.name,
						 reg, memory[reg]);
			assert_true(differs);
		}
}

static void no_pattern_claims_values_that_nobody_published(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shipped_sensors); i++) {
		assert_true(sensors[i].pattern_count > 0 || sensors[i].is_identify_only);
		for (size_t j = 0; j < sensors[i].pattern_count; j++)
			assert_false(sensors[i].patterns[j].look.is_exact);
	}
}

static void quirks_are_there(void **state)
{
	(void)state;
	assert_true(sensor("ov8865")->read_with_stop);
	assert_true(sensor("ov7251")->read_with_stop);
	assert_false(sensor("ov5670")->read_with_stop);
	assert_int_equal(sensor("hi556")->value_bytes, 2);
	assert_int_equal(sensor("hi556")->address, 0x20); /* ipu6-boards.md */
	assert_int_equal(sensor("imx258")->modes[0].max_height, 3120);
	assert_int_equal(sensor("ov7251")->bayer, BAYER_MONO);
	assert_int_equal(sensor("ov5670")->identify.steps[0].value, 0x5670);
	assert_int_equal(sensor("ov5670")->identify.steps[0].width, 3);
	run_mode(&sensor("imx258")->modes[0]);
	assert_int_equal(memory[0x0101], 3); /* GRBG depends on it */
	/* sensor-clocks.md 10, 11 */
	assert_int_equal(sensor("hi556")->frames_to_skip, 3);
	assert_int_equal(sensor("ov5675")->stream_off.steps[1].kind, REG_DELAY);
	assert_int_equal(sensor("ov5675")->stream_off.steps[1].value, 50000);
	for (size_t i = 0; i < sensor("ov5670")->mode_count; i++) {
		run_mode(&sensor("ov5670")->modes[i]);
		assert_int_equal(memory[0x3503], 0); /* what a code of the gain means */
	}
}

/* sensor-clocks.md 3 to 11: the code of 1x, analogue and digital. */
static void every_gain_is_one(void **state)
{
	static const struct {
		const char *name;
		int reg, value;
	} gains[] = {
		{"ov13858", 0x3508, 0x80},  {"ov13858", 0x5100, 0x400}, {"ov13858", 0x5102, 0x400},
		{"ov13858", 0x5104, 0x400}, {"ov5670", 0x3508, 0x80},   {"ov5670", 0x5032, 0x400},
		{"ov5670", 0x5034, 0x400},  {"ov5670", 0x5036, 0x400},  {"ov8865", 0x3508, 0x80},
		{"ov8865", 0x5018, 0x1000}, {"ov8865", 0x501c, 0x1000}, {"ov7251", 0x350a, 0x10},
		{"ov2740", 0x3508, 0x80},   {"ov2740", 0x500a, 0x400},  {"ov2740", 0x500c, 0x400},
		{"ov2740", 0x500e, 0x400},  {"ov5675", 0x3508, 0x80},   {"ov5675", 0x5019, 0x400},
		{"ov5675", 0x501b, 0x400},  {"ov5675", 0x501d, 0x400},  {"imx258", 0x0204, 0},
		{"imx258", 0x020e, 0x100},  {"imx258", 0x0210, 0x100},  {"imx258", 0x0212, 0x100},
		{"imx258", 0x0214, 0x100},  {"imx355", 0x0204, 0},      {"imx355", 0x020e, 0x100},
		{"hi556", 0x0078, 0x100},   {"hi556", 0x007a, 0x100},   {"hi556", 0x007c, 0x100},
		{"hi556", 0x007e, 0x100},   {"ov5693", 0x3400, 0x400},  {"ov5693", 0x3402, 0x400},
		{"ov5693", 0x3404, 0x400},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(gains); i++)
		for (size_t j = 0; j < sensor(gains[i].name)->mode_count; j++) {
			run_mode(&sensor(gains[i].name)->modes[j]);
			if (memory16(gains[i].reg) != gains[i].value)
				fail_msg("%s: 0x%04x = 0x%04x", gains[i].name, gains[i].reg,
					 memory16(gains[i].reg));
		}
	run_mode(&sensor("hi556")->modes[0]);
	assert_int_equal(memory[0x0077], 0);
	/* Its scale is not known: the maker's list stands between two readings. */
	run_mode(&sensor("ov5693")->modes[0]);
	assert_int_equal(memory[0x350b], 0x40);
}

/* sensor-clocks.md 1.7: where a vendor or a data sheet states it, and nowhere else; where a register sets it, that
 * is what the list writes. */
static void black_levels_are_those_that_somebody_stated(void **state)
{
	static const struct {
		const char *name;
		unsigned black;
		int reg; /* 0: a data sheet says so */
	} stated[] = {
		{"ov5670", 64, 0x4003}, {"ov5675", 64, 0x4003}, {"ov2740", 16, 0x4003},
		{"hi556", 64, 0x0c11},  {"imx258", 64, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(shipped_sensors); i++) {
		unsigned want = 0;
		int reg = 0;

		for (size_t j = 0; j < COUNT(stated); j++)
			if (!strcmp(stated[j].name, sensors[i].name)) {
				want = stated[j].black;
				reg = stated[j].reg;
			}
		assert_int_equal(sensors[i].black_level, want);
		if (sensors[i].is_identify_only)
			continue;
		run_mode(&sensors[i].modes[0]);
		if (reg)
			assert_int_equal(memory[reg], want);
	}
}

/* From the third on HI556's codes mean other pictures to whoever takes them for plain numbers (sensor-clocks.md 11). */
static void a_pattern_that_may_be_another_is_not_judged(void **state)
{
	const struct sensor_desc *desc = sensor("hi556");

	(void)state;
	for (size_t i = 0; i < desc->pattern_count; i++) {
		const struct sensor_pattern *pattern = &desc->patterns[i];

		assert_true(pattern->look.kind == PATTERN_OTHER || pattern->on.steps[1].value <= 2);
	}
	assert_int_equal(desc->patterns[0].look.kind, PATTERN_BARS);
	assert_int_equal(desc->patterns[0].on.steps[1].value, 2);
}

/* A soft reset takes time that no maker has published; this much is in use (sensor-clocks.md 12). */
static void every_soft_reset_is_followed_by_a_wait(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shipped_sensors); i++)
		for (size_t j = 0; j < sensors[i].mode_count; j++) {
			const struct reg_list *list = &sensors[i].modes[j].registers;
			const unsigned want = strcmp(sensors[i].name, "imx258") ? 10000 : 12000;

			for (size_t k = 0; k < list->count; k++)
				if (list->steps[k].reg == 0x0103 &&
				    list->steps[k].kind == REG_WRITE) {
					assert_int_equal(list->steps[k + 1].kind, REG_DELAY);
					assert_int_equal(list->steps[k + 1].value, want);
				}
		}
}

/* ---- the plan ---------------------------------------------------------------------------- */

static void the_plan_is_the_default(void **state)
{
	struct plan plan = {{0}, .frames = 0}, defaults;
	struct diag diag = {0};
	size_t size;
	char *text = shipped_read("", "firstlight", &size);

	(void)state;
	plan_defaults(&defaults);
	if (plan_parse("firstlight.ini", text, size, &plan, &diag))
		fail_msg("%s", diag.message);
	free(text);
	plan.command_line = plan.arguments_line = 0; /* where they stand in the file */
	assert_memory_equal(&plan, &defaults, sizeof plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ov9734_is_identified_only),
		cmocka_unit_test(every_register_list_is_complete_and_in_order),
		cmocka_unit_test(every_file_of_the_stick_is_tested),
		cmocka_unit_test(no_mode_is_unknown_to_this_test),
		cmocka_unit_test(the_largest_mode_comes_first),
		cmocka_unit_test(links_and_frame_times_are_the_sheets),
		cmocka_unit_test(the_output_size_is_the_one_that_is_written),
		cmocka_unit_test(exposure_fits_into_the_frame),
		cmocka_unit_test(off_undoes_every_pattern),
		cmocka_unit_test(no_pattern_claims_values_that_nobody_published),
		cmocka_unit_test(quirks_are_there),
		cmocka_unit_test(every_gain_is_one),
		cmocka_unit_test(black_levels_are_those_that_somebody_stated),
		cmocka_unit_test(a_pattern_that_may_be_another_is_not_judged),
		cmocka_unit_test(every_soft_reset_is_followed_by_a_wait),
		cmocka_unit_test(the_plan_is_the_default),
	};

	return cmocka_run_group_tests(tests, load_sensors, free_sensors);
}
