/* test_run.c: the ladder from end to end on the host: what a user sees of a good and of a bad board. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/app/said.h"
#include "tests/unit/image/scene_tools.h"

#define ONE_SMALL "run --camera ov5670 --mode 640x360 --frames 2 --cycles 2 --at-end exit"

static void both_cameras_pass(void **state)
{
	(void)state;
	rom_prepare(1);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run("run --mode 1056x784 --frames 2 --cycles 2 --at-end exit"), 0);
	assert_string_equal(rom_verdict("stream.frame", "ov13858"), "PASS");
	assert_string_equal(rom_verdict("stream.frame", "ov5670"), "PASS");
	assert_string_equal(rom_verdict("image.pattern", "ov13858"), "PASS");
	assert_string_equal(rom_verdict("image.pattern", "ov5670"), "PASS");
	assert_string_equal(rom_verdict("stream.rate", "ov5670"), "PASS");
	assert_string_equal(rom_verdict("device.restored", ""), "PASS");
	assert_non_null(rom_result("frames/ov13858-0000.raw", NULL));
	assert_non_null(rom_result("frames/ov5670-0001.png", NULL));
	assert_non_null(strstr(host_console(), "RESULT PASS"));
	assert_non_null(strstr(host_published(), "PASS 20"));
	nothing_is_left();
}

/* Link and frame time come from other dividers: a register list can have one of them wrong. */
static void a_file_that_its_registers_belie_is_told(void **state)
{
	static const struct {
		const char *right, *wrong, *id, *words, *hint, *passes;
	} cases[] = {
		{"write 0x030d 0x26", "write 0x030d 0x24", "stream.rate", "want 30.18 within 2.0 %",
		 "frame-us in its file is not what", "stream.frame"},
		{"write 0x0302 0x84", "write 0x0302 0xfe", "stream.start", "D-PHY active",
		 "link-frequency in the sensor file", "sensor.mode"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		rom_prepare(1);
		stick_edit("firstlight/sensors/ov5670.ini", cases[i].right, cases[i].wrong);
		rom_attach(NULL, VBOARD_FPS_SENSOR);
		assert_int_equal(rom_run(ONE_SMALL), 1);
		assert_string_equal(rom_verdict(cases[i].id, "ov5670"), "FAIL");
		assert_true(rom_says(cases[i].id, "ov5670", cases[i].words));
		assert_true(rom_says(cases[i].id, "ov5670", cases[i].hint));
		assert_string_equal(rom_verdict(cases[i].passes, "ov5670"), "PASS");
	}
}

/* One fault, the check that must fail with what words, and one that must still pass. */
struct fault_case {
	const char *fault;
	const char *id, *camera, *words;
	const char *still_id, *still_camera;
};

static const struct fault_case fault_cases[] = {
	{"no-cio2", "pci.receiver", "", "no CIO2", "sensor.id", "ov5670"},
	{"sensor-nack=ov5670", "sensor.acknowledge", "ov5670", "did not acknowledge", "pci.ready",
	 ""},
	{"wrong-id=ov5670", "sensor.id", "ov5670", "0x300a", "sensor.acknowledge", "ov5670"},
	{"no-sof=ov5670", "stream.start", "ov5670", "no start of frame", "sensor.mode", "ov5670"},
	{"no-eof=ov5670", "stream.frame", "ov5670", "start", "stream.start", "ov5670"},
	{"short-frame=ov5670", "stream.frame", "ov5670", "bytes, want", "stream.start", "ov5670"},
	{"crc=ov5670", "stream.errors", "ov5670", "crc", "stream.frame", "ov5670"},
	{"ecc=ov5670", "stream.errors", "ov5670", "ecc", "stream.frame", "ov5670"},
	{"fifo-overflow=ov5670", "stream.frame", "ov5670", "FIFO overflowed", "stream.start",
	 "ov5670"},
	{"ecc-fatal=ov5670", "stream.frame", "ov5670", "headers are broken", "stream.start",
	 "ov5670"},
	{"dphy=ov5670", "stream.start", "ov5670", "D-PHY active", "sensor.mode", "ov5670"},
	{"lane-dead=ov5670", "stream.start", "ov5670", "D-PHY active", "sensor.mode", "ov5670"},
	{"wrong-data-type=ov5670", "stream.start", "ov5670", "no start of frame", "sensor.mode",
	 "ov5670"},
	{"slow-fps=ov5670:5", "stream.rate", "ov5670", "5.00 frames/s", "stream.frame", "ov5670"},
	{"dma-no-halt", "stream.stop", "ov5670", "CDMAC0", "stream.frame", "ov5670"},
	{"stale-frame=ov5670", "stream.frame", "ov5670", "still hold what was there",
	 "stream.start", "ov5670"},
	{"torn-frame=ov5670", "stream.frame", "ov5670", "still hold what was there", "stream.start",
	 "ov5670"},
	{"swapped-bytes=ov5670", "image.pattern", "ov5670", "", "stream.frame", "ov5670"},
	{"shifted-frame=ov5670", "image.pattern", "ov5670", "", "stream.frame", "ov5670"},
	{"bad-pixels=ov5670:4000", "image.statistics", "ov5670", "", "stream.frame", "ov5670"},
	{"dark=ov5670", "image.statistics", "ov5670", "dark: samples", "image.pattern", "ov5670"},
	{"cio2-all-ones", "pci.ready", "", "all ones", "sensor.mode", "ov5670"},
	{"d3-stuck", "pci.ready", "", "D", "sensor.mode", "ov5670"},
	{"pmic-nack", "power.up", "ov5670", "0x4d", "pci.ready", ""},
	{"rail-stuck=ov5670", "sensor.acknowledge", "ov5670", "measure it at", "i2c.bus", "ov5670"},
	{"i2c-stuck=4", "i2c.bus", "ov5670", "I2C4", "pci.ready", ""},
	{"i2c-timeout=4", "i2c.bus", "ov5670", "I2C4", "pci.ready", ""},
};

static const struct fault_case mmu_cases[] = {
	{"imgu-all-ones", "mmu.up", "", "all ones", "pci.imgu", ""},
	{"imgu-no-power", "mmu.up", "", "ImgU STATE (0x0130)", "pci.imgu", ""},
	{"imgu-no-start", "mmu.up", "", "ImgU PM_CTRL (0x0000)", "pci.imgu", ""},
	{"imgu-no-idle", "mmu.up", "", "ImgU STATE (0x0130)", "pci.imgu", ""},
	{"imgu-no-halt", "mmu.up", "", "ImgU GP_HALTED (0x45e0)", "pci.imgu", ""},
	{"imgu-stale-tlb", "mmu.remap", "", "stale TLB", "mmu.boot", ""},
	{"imgu-wrong-l1", "mmu.boot", "", "boot loader", "mmu.up", ""},
	{"imgu-boot-error", "mmu.boot", "", "DMA error", "mmu.up", ""},
	{"imgu-boot-busy", "mmu.boot", "", "sw_state is 0x101", "mmu.up", ""},
	{"imgu-sp0-silent", "mmu.boot", "", "SP0: sw_state", "mmu.up", ""},
	{"imgu-sp1-silent", "mmu.boot", "", "SP1: sw_state", "mmu.up", ""},
	{"imgu-data-flip", "mmu.boot", "", "words of its data section", "mmu.up", ""},
};

static void run_case(const struct fault_case *c, unsigned seed, const char *command)
{
	const char *faults[] = {c->fault, NULL};
	uint64_t deadline_ns = 60000000000ull;

	rom_prepare(seed);
	rom_put_firmware();
	rom_attach(faults, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run(command), 1);
	if (strcmp(rom_verdict(c->id, c->camera), "FAIL") ||
	    !rom_says(c->id, c->camera, c->words) ||
	    strcmp(rom_verdict(c->still_id, c->still_camera), "PASS")) {
		print_error("%s\n", host_console());
		fail_msg("%s: want %s FAIL with '%s', %s PASS", c->fault, c->id, c->words,
			 c->still_id);
	}
	assert_non_null(strstr(host_console(), "RESULT FAIL"));
	assert_true(host_time_ns() < deadline_ns);
}

static void each_fault_fails_its_own_check(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof fault_cases / sizeof fault_cases[0]; i++)
		run_case(&fault_cases[i], 2 + (unsigned)i, ONE_SMALL);
}

static void each_mmu_fault_has_its_own_message(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof mmu_cases / sizeof mmu_cases[0]; i++)
		run_case(&mmu_cases[i], 2 + (unsigned)i, "mmu --at-end exit");
}

/* A camera that fails does not hide the other one. */
static void one_bad_camera_does_not_hide_the_other(void **state)
{
	const char *faults[] = {"sensor-nack=ov13858", NULL};

	(void)state;
	rom_prepare(3);
	rom_attach(faults, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run("run --mode 640x360 --frames 2 --cycles 1 --at-end exit"), 1);
	assert_string_equal(rom_verdict("sensor.acknowledge", "ov13858"), "FAIL");
	assert_string_equal(rom_verdict("stream.frame", "ov13858"), "SKIP");
	assert_string_equal(rom_verdict("stream.frame", "ov5670"), "PASS");
	assert_non_null(rom_result("frames/ov5670-0001.raw", NULL));
}

static void a_broken_firmware_file_is_refused(void **state)
{
	size_t size;
	const char *path = "firstlight/firmware/ipu3-fw.bin";
	uint8_t *file;

	(void)state;
	rom_prepare(4);
	rom_put_firmware();
	file = malloc(100000);
	memcpy(file, host_file_get(path, &size), host_file_get(path, &size) ? 70 : 0);
	host_file_put(path, file, 70);
	free(file);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run("mmu --at-end exit"), 2);
	assert_string_equal(rom_verdict("mmu.up", ""), "PASS");
	assert_string_equal(rom_verdict("mmu.boot", ""), "ERROR");
	assert_true(rom_says("mmu.boot", "", "70 bytes"));
}

static void a_board_file_with_an_error_runs_nothing(void **state)
{
	static const char text[] = "[board]\nname = soraka\nvoltage = 3\n";

	(void)state;
	rom_prepare(5);
	host_file_put("firstlight/boards/soraka.ini", text, sizeof text - 1);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run(ONE_SMALL), 1);
	assert_true(rom_says("board.file", "", "soraka.ini:3"));
	assert_string_equal(rom_verdict("power.up", ""), "SKIP");
}

static void no_graphics_is_no_failure(void **state)
{
	(void)state;
	rom_prepare(8);
	host_set_screen(0, 0);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run(ONE_SMALL), 0);
	assert_string_equal(rom_verdict("files.written", "ov5670"), "PASS");
}

/* More to say than fits: nothing is drawn beside the screen (the sanitizer looks). */
static void any_screen_will_do(void **state)
{
	static const unsigned sizes[][2] = {{320, 200}, {20, 9}, {1280, 33}, {100, 1000}};
	const char *faults[] = {"no-sof=ov5670", "wrong-id=ov13858", NULL};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		rom_prepare(8);
		host_set_screen(sizes[i][0], sizes[i][1]);
		rom_attach(faults, VBOARD_FPS_SENSOR);
		assert_int_equal(rom_run("run --mode 640x360 --frames 1 --at-end exit"), 1);
		assert_string_equal(rom_verdict("stream.start", "ov5670"), "FAIL");
	}
}

static void escape_ends_the_run_with_a_report(void **state)
{
	(void)state;
	rom_prepare(9);
	host_set_keys("..........\x1b");
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run(ONE_SMALL), 2);
	assert_non_null(strstr(host_console(), "ended by the operator"));
	assert_string_equal(rom_verdict("device.restored", ""), "PASS");
	assert_non_null(strstr(host_console(), "RESULT ERROR"));
	assert_int_equal(host_leaks(), 0);
}

/* Whatever the levels of its bars are: they are published for no sensor (sensors.md 11). */
static void a_captured_pattern_is_judged(void **state)
{
	static const char *const levels[] = {"sensor-bars=0", "sensor-bars=1"};
	const char *faults[] = {"shifted-frame=ov5670", NULL};
	const char *command =
		"capture --camera ov5670 --mode 640x360 --frames 2 --pattern bars --at-end exit";

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		rom_prepare(12);
		rom_attach_decided(NULL, VBOARD_FPS_SENSOR, 12, levels[i]);
		assert_int_equal(rom_run(command), 0);
		assert_non_null(strstr(rom_result("report.json", NULL), "\"pattern\": \"PASS\""));
		rom_prepare(12);
		rom_attach_decided(faults, VBOARD_FPS_SENSOR, 12, levels[i]);
		assert_int_equal(rom_run(command), 1);
		assert_non_null(strstr(rom_result("report.json", NULL), "\"pattern\": \"FAIL\""));
		assert_non_null(rom_result("frames/ov5670-0000.raw", NULL));
	}
}

/* The run's folder is new every time; nothing is overwritten. */
static void two_runs_do_not_overwrite_each_other(void **state)
{
	unsigned files;

	(void)state;
	rom_prepare(10);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run(ONE_SMALL), 0);
	files = host_file_count();
	assert_int_equal(rom_run(ONE_SMALL), 0);
	assert_true(host_file_count() >= files + 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_cameras_pass),
		cmocka_unit_test(a_file_that_its_registers_belie_is_told),
		cmocka_unit_test(each_fault_fails_its_own_check),
		cmocka_unit_test(each_mmu_fault_has_its_own_message),
		cmocka_unit_test(one_bad_camera_does_not_hide_the_other),
		cmocka_unit_test(a_broken_firmware_file_is_refused),
		cmocka_unit_test(a_board_file_with_an_error_runs_nothing),
		cmocka_unit_test(no_graphics_is_no_failure),
		cmocka_unit_test(any_screen_will_do),
		cmocka_unit_test(escape_ends_the_run_with_a_report),
		cmocka_unit_test(a_captured_pattern_is_judged),
		cmocka_unit_test(two_runs_do_not_overwrite_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
