/*
 * test_every_pattern.c: every test pattern that a sensor file promises is what the sensor makes, and the check of it can
 * fail: shifted by a pixel or with its bytes swapped it is refused.
 */
#include "tests/unit/app/breadboard.h"
#include "tests/unit/image/scene_tools.h"

#include "checks/checks.h"
#include "core/field.h"

/* Up to image.pattern, and what puts everything back. */
#define RUNGS                                                                                      \
	((RUNG(10) - 2) | RUNG(RUNG_STREAM) | RUNG(14) | RUNG(15) | RUNG(16) | RUNG(19) | RUNG(21))

static void show(const char *sensor, const struct shipped *shipped, const char *pattern,
		 const char *fault)
{
	const struct plug plug = {sensor, 0, shipped->lanes, NULL};
	const char *const faults[] = {fault, NULL};
	char options[128];

	plug_in(&plug, 1, &(struct rom_board){.faults = faults, .seed = 1});
	snprintf(options, sizeof options, "--mode %s --pattern %s --cycles 1 --frames 1",
		 smallest_mode(shipped)->name, pattern);
	rom_run_rungs(RUNGS, options);
}

/* Of bars alone everything has its place; where the order is one of two, a shift may lead to the other. */
static bool is_told_apart(const struct image_pattern *pattern, const char *fault)
{
	return (pattern->kind == PATTERN_BARS || pattern->kind == PATTERN_BARS_FADE) &&
	       !(pattern->has_two_orders && !strcmp(fault, "shifted-frame"));
}

static void each(void (*try_)(const char *sensor, const struct shipped *shipped,
			      const struct image_pattern *pattern))
{
	for (unsigned i = 0; i < COUNT(shipped_sensors); i++) {
		struct shipped shipped;

		rom_prepare(1);
		read_shipped(shipped_sensors[i], &shipped);
		for (size_t k = 0; k < shipped.pattern_count; k++)
			try_(shipped_sensors[i], &shipped, &shipped.patterns[k].look);
	}
}

static void expect(const char *sensor, const struct image_pattern *pattern, const char *verdict)
{
	if (!strcmp(rom_verdict("image.pattern", ""), verdict))
		return;
	print_error("%s\n", host_console());
	fail_msg("%s %s: want %s, is %s", sensor, pattern->name, verdict,
		 rom_verdict("image.pattern", ""));
}

static void is_recognised(const char *sensor, const struct shipped *shipped,
			  const struct image_pattern *pattern)
{
	show(sensor, shipped, pattern->name, NULL);
	expect(sensor, pattern, pattern->kind == PATTERN_OTHER ? "SKIP" : "PASS");
	nothing_is_left();
}

static void is_refused(const char *sensor, const struct shipped *shipped,
		       const struct image_pattern *pattern)
{
	static const char *const faults[] = {"shifted-frame", "swapped-bytes"};

	for (unsigned i = 0; i < 2; i++) {
		if (!is_told_apart(pattern, faults[i]))
			continue;
		show(sensor, shipped, pattern->name, faults[i]);
		expect(sensor, pattern, "FAIL");
	}
}

static void every_pattern_is_what_its_file_says(void **state)
{
	(void)state;
	each(is_recognised);
}

static void a_pattern_that_is_shifted_or_swapped_is_refused(void **state)
{
	(void)state;
	each(is_refused);
}

static void a_pattern_that_stays_on_is_told(void **state)
{
	struct shipped shipped;

	(void)state;
	rom_prepare(1);
	read_shipped("ov5670", &shipped);
	plug_in(&(struct plug){"ov5670", 0, 2, NULL}, 1, &(struct rom_board){.seed = 1});
	stick_edit("firstlight/sensors/ov5670.ini", "off update 0x4303 0x00 mask 0x08",
		   "off update 0x4303 0x08 mask 0x08");
	rom_run_rungs(RUNGS, "--mode 640x360 --cycles 1 --frames 1");
	want("stream.cycles", "ov5670", "FAIL",
	     "pattern bars was switched off, and is still there");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pattern_is_what_its_file_says),
		cmocka_unit_test(a_pattern_that_is_shifted_or_swapped_is_refused),
		cmocka_unit_test(a_pattern_that_stays_on_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
