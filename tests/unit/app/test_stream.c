/*
 * test_stream.c: streams of the whole ROM on a machine that is not always there: any number of frames and
 * buffers, slow disks and screens, a CPU that is away, ESC at any moment, frames that are larger than their
 * buffers. What a user sees: no dead ring, no false verdict, no torn frame, and whose fault it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/host/rom.h"

#define MS    1000000ull
#define SMALL " --camera ov5670 --mode 640x360 --format raw --at-end exit"

static void fail_with_console(const char *what)
{
	fprintf(stderr, "%s\n", host_console());
	fail_msg("%s", what);
}

/* Without those of ring entries that the DMA met while a CPU that was away had not brought them to memory: they
 * are not valid yet, the DMA stops, and that is what the tests are about. */
static unsigned findings_but_late_entries(void)
{
	unsigned count = host_finding_count();

	for (unsigned i = 0; i < host_finding_count() && i < HOST_FINDINGS; i++)
		count -= host_stalls(NULL) && !strcmp(host_finding(i)->structure, "FBPT");
	return count;
}

static void assert_clean(void)
{
	if (findings_but_late_entries())
		host_print_findings();
	assert_int_equal(findings_but_late_entries(), 0);
	for (unsigned i = 0; i < host_violation_count(); i++)
		print_error("violation: %s\n", host_violation(i));
	assert_int_equal(host_violation_count(), 0);
	assert_int_equal(host_leaks(), 0);
}

/* Frames in report.json whose pattern is this verdict. */
static unsigned frames_judged(const char *verdict)
{
	char want[32];
	unsigned count = 0;

	snprintf(want, sizeof want, "\"pattern\": \"%s\"", verdict);
	for (const char *at = rom_result("report.json", NULL); at && (at = strstr(at, want)); at++)
		count++;
	return count;
}

/* ---- any number of frames and buffers ------------------------------------------------------------ */

/* 120 frames/s, a disk of 1 MB/s: every frame is the whole pattern, none is torn or lost. */
static void any_frames_with_any_buffers_at_120_fps(void **state)
{
	static const struct {
		unsigned frames, buffers;
	} cases[] = {{1, 0}, {2, 1}, {7, 4}, {30, 0}, {33, 99}, {40, 5}, {99, 0}, {99, 33}};

	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char command[256];

		rom_prepare(20 + i);
		host_disk_speed(1000000);
		rom_attach(NULL, 120);
		snprintf(command, sizeof command,
			 "capture --frames %u --buffers %u --pattern bars --rate-tolerance "
			 "100%%" SMALL,
			 cases[i].frames, cases[i].buffers);
		if (rom_run(command))
			fail_with_console(command);
		assert_string_equal(rom_verdict("stream.rate", "ov5670"), "PASS");
		assert_int_equal(frames_judged("PASS"), cases[i].frames);
		assert_clean();
	}
}

static void set_skip(const char *value)
{
	static const char path[] = "firstlight/sensors/ov5670.ini";
	static const char key[] = "frames-to-skip = 2\n";
	size_t size;
	const char *text = host_file_get(path, &size), *at = strstr(text, key);
	char *changed = malloc(size + 32);
	int length;

	assert_non_null(at);
	length = snprintf(changed, size + 32, "%.*sframes-to-skip = %s\n%s", (int)(at - text), text,
			  value, at + strlen(key));
	host_file_put(path, changed, (size_t)length);
	free(changed);
}

static void any_number_of_frames_is_skipped(void **state)
{
	static const char *const skips[] = {"0", "10", "32", "100"};

	(void)state;
	for (unsigned i = 0; i < sizeof skips / sizeof skips[0]; i++) {
		char first[64];

		rom_prepare(31);
		set_skip(skips[i]);
		/* Where none is skipped, none may be broken. */
		rom_attach_decided(NULL, VBOARD_FPS_SENSOR, 1, i ? NULL : "sensor-restart=0");
		if (rom_run("run --frames 3 --cycles 2" SMALL))
			fail_with_console(skips[i]);
		snprintf(first, sizeof first, "\"sequence\": %s,", skips[i]);
		assert_non_null(strstr(rom_result("report.json", NULL), first));
		assert_clean();
	}
}

static void the_rate_is_judged_whatever_is_kept(void **state)
{
	static const char *const slow[] = {"slow-fps=ov5670:20", NULL};
	static const unsigned frames[] = {1, 28, 30, 99};

	(void)state;
	for (unsigned i = 0; i < sizeof frames / sizeof frames[0]; i++) {
		char command[128];

		snprintf(command, sizeof command, "capture --frames %u" SMALL, frames[i]);
		rom_prepare(33);
		rom_attach(slow, VBOARD_FPS_SENSOR);
		assert_int_equal(rom_run(command), 1);
		assert_string_equal(rom_verdict("stream.rate", "ov5670"), "FAIL");
		assert_true(rom_says("stream.rate", "ov5670", "20.00 frames/s"));
		assert_true(rom_says("stream.rate", "ov5670", "within 2.0 %"));
	}
}

/* ---- a CPU that is away ------------------------------------------------------------------------- */

/* System management mode for 25 ms every 4 ms, or 200 ms now and then: nothing is blamed for it. */
static void stalls_are_nobodys_fault(void **state)
{
	static const struct {
		uint64_t length, every;
		double fps;
	} cases[] = {{25 * MS, 4 * MS, VBOARD_FPS_SENSOR},
		     {200 * MS, 150 * MS, VBOARD_FPS_SENSOR},
		     {25 * MS, 4 * MS, 120},
		     {200 * MS, 50 * MS, 60}};

	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		for (unsigned seed = 1; seed <= 3; seed++) {
			rom_prepare(40 + seed);
			rom_attach_seed(NULL, cases[i].fps, seed);
			host_set_stalls(cases[i].length, cases[i].every);
			if (rom_run("run --frames 6 --cycles 3 --rate-tolerance 100%" SMALL))
				fail_with_console("a stalled CPU");
			assert_clean();
		}
	}
}

/* Away for longer than the ring lasts: begun again, counted, and not the camera's fault. */
static void a_ring_that_ran_out_is_begun_again(void **state)
{
	unsigned restarted = 0;

	(void)state;
	for (unsigned seed = 1; seed <= 6; seed++) {
		rom_prepare(50 + seed);
		rom_attach_seed(NULL, 120, seed);
		host_set_stalls(400 * MS, 200 * MS);
		if (rom_run("capture --frames 40 --pattern bars --rate-tolerance 100%" SMALL))
			fail_with_console("away for a whole ring");
		assert_int_equal(frames_judged("PASS"), 40);
		assert_true(rom_says("stream.errors", "ov5670", "\"errors\": 0"));
		restarted += rom_says("stream.frame", "ov5670", "restarts-host-away");
		assert_clean();
	}
	assert_true(restarted > 0);
}

/* The sensor begins inside a line each time; what was seen of a start that the machine did not see to its end
 * is no more than that. */
static void away_before_the_skipped_frames_are_over_fails_nothing(void **state)
{
	unsigned restarts = 0;

	(void)state;
	for (unsigned seed = 1; seed <= 4; seed++) {
		rom_prepare(50 + seed);
		set_skip("60");
		rom_attach_decided(NULL, 120, seed, "sensor-restart=1");
		/* More often, and with some seeds every try would be lost. */
		host_set_stalls(400 * MS, 400 * MS);
		if (rom_run("capture --frames 40 --pattern bars --rate-tolerance 100%" SMALL))
			fail_with_console("errors of a start that was given up were judged");
		assert_true(rom_says("stream.errors", "ov5670", "\"errors\": 0"));
		restarts += rom_says("stream.frame", "ov5670", "restarts-host-away");
		assert_clean();
	}
	assert_true(restarts > 0);
}

static void a_machine_that_is_never_there_is_an_error(void **state)
{
	(void)state;
	rom_prepare(57);
	set_skip("100"); /* three times round the ring before the first frame is kept */
	rom_attach(NULL, 120);
	host_set_stalls(3000 * MS, MS);
	assert_int_equal(rom_run("capture --frames 99 --rate-tolerance 100%" SMALL), 2);
	assert_null(strstr(host_console(), "RESULT FAIL"));
	assert_non_null(strstr(host_console(), "nobody looked at the receiver"));
	assert_clean();
}

/* ---- rate and jitter ----------------------------------------------------------------------------- */

static void jitter_of_the_sensor_is_told_from_that_of_the_host(void **state)
{
	static const char *const jitter[] = {"jitter=ov5670:30", NULL};

	(void)state;
	for (unsigned stalls = 0; stalls < 2; stalls++) {
		rom_prepare(60);
		rom_attach(jitter, VBOARD_FPS_SENSOR);
		if (stalls)
			host_set_stalls(25 * MS, 4 * MS);
		assert_int_equal(rom_run("capture --frames 2" SMALL), 1);
		if (strcmp(rom_verdict("stream.rate", "ov5670"), "FAIL") ||
		    !rom_says("stream.rate", "ov5670", "frames come unevenly"))
			fail_with_console("jitter passed");
		assert_string_equal(rom_verdict("stream.frame", "ov5670"), "PASS");
	}
	rom_prepare(61);
	rom_attach(jitter, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run("capture --frames 2 --max-jitter 70% --rate-tolerance 20%" SMALL),
			 0);
}

/* ---- frames that are larger than the file says --------------------------------------------------- */

/* One line of a sensor file, from a section on. */
static void set_line(const char *path, const char *section, const char *from, const char *to)
{
	size_t size;
	const char *text = host_file_get(path, &size);
	const char *mode = strstr(text, section), *at = strstr(mode, from);
	char *changed = malloc(size + 64);
	int length;

	assert_non_null(at);
	length = snprintf(changed, size + 64, "%.*s%s%s", (int)(at - text), text, to,
			  at + strlen(from));
	host_file_put(path, changed, (size_t)length);
	free(changed);
}

static void set_mode_key(const char *from, const char *to)
{
	set_line("firstlight/sensors/ov5670.ini", "[mode 640x360]", from, to);
}

/* A size that only the frames show: the sensor's own registers are not asked for it. */
static void set_height(const char *sensor, const char *mode, const char *from, const char *to)
{
	char path[64];

	snprintf(path, sizeof path, "firstlight/sensors/%s.ini", sensor);
	set_line(path, mode, from, to);
	set_line(path, "[sensor]", "output-size", "# output-size");
}

static void an_excess_shows(void **state)
{
	static const struct {
		const char *from, *to, *words;
	} cases[] = {
		{"height = 360", "height = 358", "more lines than the file says: 360, want 358"},
		{"height = 360", "height = 180", "more lines than the file says, or longer ones"},
		{"width = 640", "width = 576", "longer lines than the file says: 832 bytes each"},
		{"height = 360", "height = 362", "bytes, want"},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		rom_prepare(70);
		set_height("ov5670", "[mode 640x360]", cases[i].from, cases[i].to);
		rom_attach(NULL, VBOARD_FPS_SENSOR);
		assert_int_equal(rom_run("run --frames 2 --cycles 2" SMALL), 1);
		if (strcmp(rom_verdict("stream.frame", "ov5670"), "FAIL") ||
		    !rom_says("stream.frame", "ov5670", cases[i].words))
			fail_with_console(cases[i].words);
		assert_string_equal(rom_verdict("stream.start", "ov5670"), "PASS");
		assert_string_equal(rom_verdict("stream.stop", "ov5670"), "PASS");
		assert_string_equal(rom_verdict("device.restored", ""), "PASS");
		assert_clean();
	}
}

/* A frame that is larger than its buffer stops the receiver (evidence.md 1.4): with or without an output error, whose
 * sign it is, is the seed's. Its cause is named once, nothing else fails, and the next camera has all of its streams. */
static void after_a_full_buffer_the_next_camera_is_whole(void **state)
{
	static const char *const decisions[] = {"cio2-too-large=0", "cio2-too-large=1",
						"cio2-last-byte=0", "cio2-last-byte=1",
						"cio2-last-byte=2"};

	(void)state;
	for (unsigned i = 0; i < sizeof decisions / sizeof decisions[0]; i++) {
		const char *first;

		rom_prepare(71 + i);
		set_mode_key("[mode 640x360]", "[mode 1056x784]"); /* the other one's name: small */
		set_height("ov13858", "[mode 1056x784]", "height = 784", "height = 392");
		rom_attach_decided(NULL, VBOARD_FPS_SENSOR, 71 + i, decisions[i]);
		assert_int_equal(rom_run("run --mode 1056x784 --frames 2 --cycles 2 --format raw "
					 "--golden \"\" --at-end exit"),
				 1);
		first = strstr(host_console(), "# first: ");
		if (!rom_says("stream.frame", "ov13858", "more lines than the file says") ||
		    !first || strncmp(first, "# first: stream.frame ov13858", 29) ||
		    !strstr(host_console(), "RESULT FAIL (1 of"))
			fail_with_console(decisions[i]);
		assert_string_equal(rom_verdict("stream.stop", "ov13858"), "PASS");
		assert_string_equal(rom_verdict("image.pattern", "ov5670"), "PASS");
		assert_string_equal(rom_verdict("stream.rate", "ov5670"), "PASS");
		assert_string_equal(rom_verdict("stream.cycles", "ov5670"), "PASS");
		assert_clean();
	}
}

/* And the picture on the screen does not end as a stream that stalls. */
static void a_view_of_full_buffers_says_so(void **state)
{
	(void)state;
	rom_prepare(72);
	set_height("ov5670", "[mode 640x360]", "height = 360", "height = 180");
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run("view --camera ov5670 --mode 640x360 --at-end exit"), 1);
	if (!strstr(host_console(), "more lines than the file says"))
		fail_with_console("view blames something else");
	assert_clean();
}

/* ---- what a failed start tells --------------------------------------------------------------------- */

static void failed_starts_tell_what_is_wrong(void **state)
{
	static const struct {
		const char *fault, *words, *hint, *counter;
	} cases[] = {
		{"dphy=ov5670", "no start of transmission is understood", "settle time",
		 "\"dphy-start-of-transmission\": 0"},
		{"lane-dead=ov5670", "headers are broken beyond repair", "a lane that is dead",
		 "\"header-errors-multiple\": 0"},
		{"wrong-data-type=ov5670", "not RAW10", "data type",
		 "\"long-packet-unmatched\": 0"},
		{"no-sof=ov5670", "D-PHY silent, 0 receiver errors", "lanes do not move", NULL},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *faults[] = {cases[i].fault, NULL};
		const char *report;

		rom_prepare(80);
		rom_attach(faults, VBOARD_FPS_SENSOR);
		assert_int_equal(rom_run("run --frames 2 --cycles 2" SMALL), 1);
		if (strcmp(rom_verdict("stream.start", "ov5670"), "FAIL") ||
		    !rom_says("stream.start", "ov5670", cases[i].words) ||
		    !rom_says("stream.start", "ov5670", cases[i].hint))
			fail_with_console(cases[i].fault);
		report = rom_result("report.json", NULL);
		assert_non_null(strstr(report, "\"dphy-start-of-transmission\": "));
		if (cases[i].counter && strstr(report, cases[i].counter))
			fail_with_console("the failed start's counter is 0");
		assert_clean();
	}
}

/* Frames that never end may run into each other until one is larger than its buffer: the cure is not another
 * size alone. */
static void a_lost_end_is_named_where_it_fills_the_buffer(void **state)
{
	static const char *const faults[] = {"no-eof=ov5670:3", NULL};
	unsigned filled = 0;

	(void)state;
	for (unsigned seed = 1; seed <= 4; seed++) {
		rom_prepare(seed);
		rom_attach_seed(faults, VBOARD_FPS_SENSOR, seed);
		assert_int_equal(rom_run("capture --frames 9 --buffers 4" SMALL), 1);
		if (!rom_says("stream.frame", "ov5670", "stopped with an output error"))
			continue;
		filled++;
		assert_true(rom_says("stream.frame", "ov5670", "one whose end is lost"));
	}
	assert_true(filled > 0);
}

/* ---- ESC ------------------------------------------------------------------------------------------ */

static void escape_at_any_moment_fails_nothing(void **state)
{
	uint64_t end;

	(void)state;
	rom_prepare(90);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run("run --frames 3 --cycles 3" SMALL), 0);
	end = host_time_ns();
	for (uint64_t at = 20 * MS; at < end; at += end / 40) {
		rom_prepare(90);
		rom_attach(NULL, VBOARD_FPS_SENSOR);
		host_key_at(at, PLATFORM_KEY_ESC);
		if (rom_run("run --frames 3 --cycles 3" SMALL) == 1 ||
		    strstr(host_console(), "RESULT FAIL") || strstr(host_console(), "\nnot ok"))
			fail_with_console("ESC failed a check");
		assert_string_equal(rom_verdict("device.restored", ""), "PASS");
		assert_clean();
	}
}

/* ---- view ------------------------------------------------------------------------------------------ */

static void view_goes_on_until_escape(void **state)
{
	static const struct {
		const char *mode;
		double fps;
		uint64_t screen;
	} cases[] = {{"640x360", 120, 4000000}, {"2592x1944", VBOARD_FPS_SENSOR, 2000000}};

	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char command[128];
		uint64_t seconds = i ? 5 : 60;

		snprintf(command, sizeof command, "view --camera ov5670 --mode %s --at-end exit",
			 cases[i].mode);
		rom_prepare(95);
		rom_attach(NULL, cases[i].fps);
		host_screen_speed(cases[i].screen);
		host_key_at(seconds * 1000 * MS, PLATFORM_KEY_ESC);
		if (rom_run(command) || host_time_ns() < seconds * 1000 * MS)
			fail_with_console("view ended by itself");
		assert_clean();
	}
}

/* Good machines have them at every start but the first after power-up (evidence.md 1.5). */
static void errors_of_skipped_frames_are_told_not_judged(void **state)
{
	static const char *const once[] = {"crc=ov5670:1000", NULL}, *const more[] = {
									     "crc=ov5670:9", NULL};

	(void)state;
	rom_prepare(1);
	rom_attach(once, VBOARD_FPS_SENSOR);
	if (rom_run("capture --frames 2 --pattern off" SMALL))
		fail_with_console("errors of the first frame were judged");
	assert_true(rom_says("stream.errors", "ov5670", "\"errors\": 0"));
	assert_true(rom_says("stream.errors", "ov5670", "\"errors-at-start\": 2"));
	rom_prepare(1);
	rom_attach(more, VBOARD_FPS_SENSOR);
	rom_run("capture --frames 2 --pattern off" SMALL);
	assert_string_equal(rom_verdict("stream.errors", "ov5670"), "FAIL");
}

/* A sensor that is started again begins inside a line, and what is left of that frame is lost or counts as one: the
 * run passes, and says at which check it saw that. */
static void a_restart_inside_a_line_is_told_not_judged(void **state)
{
	static const char *const decisions[] = {"sensor-restart=0", "sensor-restart=1",
						"sensor-restart=2"};

	(void)state;
	for (unsigned i = 0; i < sizeof decisions / sizeof decisions[0]; i++) {
		rom_prepare(3);
		rom_attach_decided(NULL, VBOARD_FPS_SENSOR, 3, decisions[i]);
		if (rom_run("run --frames 6 --buffers 4 --cycles 3" SMALL))
			fail_with_console(decisions[i]);
		/* Two batches, of which the second is a restart; and three errors of each cycle. */
		assert_true(rom_says("stream.errors", "ov5670",
				     i ? "\"errors\": 0, \"errors-at-start\": 3"
				       : "\"errors\": 0, \"errors-at-start\": 0"));
		assert_true(rom_says("stream.cycles", "ov5670",
				     i ? "\"good\": 3, \"errors-at-start\": 9"
				       : "\"good\": 3, \"errors-at-start\": 0"));
		assert_clean();
	}
}

/* Counters and ring begin anew with every stream: what the first camera did is not the second one's. */
static void one_cameras_errors_are_not_the_nexts(void **state)
{
	static const char *const faults[] = {"crc=ov13858", NULL};

	(void)state;
	rom_prepare(2);
	set_mode_key("[mode 640x360]", "[mode 1056x784]"); /* the other one's name: small */
	rom_attach(faults, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run("capture --mode 1056x784 --frames 2 --format raw --at-end exit"),
			 1);
	assert_string_equal(rom_verdict("stream.errors", "ov13858"), "FAIL");
	assert_string_equal(rom_verdict("stream.errors", "ov5670"), "PASS");
	assert_true(rom_says("stream.errors", "ov5670", "\"errors\": 0, \"errors-at-start\": 0"));
	assert_false(rom_says("stream.errors", "ov5670", "payload-crc"));
	assert_string_equal(rom_verdict("stream.frame", "ov5670"), "PASS");
	assert_clean();
}

/* The long stretch waits long enough for data that comes 20 ms late, a single frame does not. */
static void starts_that_give_no_frame_are_counted(void **state)
{
	static const char *const faults[] = {"late-frame=ov5670:20000", NULL};

	(void)state;
	rom_prepare(7);
	rom_attach_seed(faults, VBOARD_FPS_SENSOR, 7);
	rom_run("run --frames 2 --cycles 2 --pattern off" SMALL);
	assert_string_equal(rom_verdict("stream.cycles", "ov5670"), "FAIL");
	assert_true(
		rom_says("stream.cycles", "ov5670", "0 of 2 starts gave a good frame; the first"));
}

/* Whoever uses the machine next must know. */
static void a_receiver_that_never_halts_is_not_restored(void **state)
{
	static const char *const faults[] = {"dma-no-halt", NULL};

	(void)state;
	rom_prepare(1);
	rom_attach(faults, VBOARD_FPS_SENSOR);
	rom_run("capture --frames 2 --pattern off" SMALL);
	assert_string_equal(rom_verdict("device.restored", ""), "FAIL");
	assert_true(rom_says("device.restored", "", "its memory stays allocated"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_of_skipped_frames_are_told_not_judged),
		cmocka_unit_test(a_restart_inside_a_line_is_told_not_judged),
		cmocka_unit_test(one_cameras_errors_are_not_the_nexts),
		cmocka_unit_test(starts_that_give_no_frame_are_counted),
		cmocka_unit_test(a_receiver_that_never_halts_is_not_restored),
		cmocka_unit_test(any_frames_with_any_buffers_at_120_fps),
		cmocka_unit_test(any_number_of_frames_is_skipped),
		cmocka_unit_test(the_rate_is_judged_whatever_is_kept),
		cmocka_unit_test(stalls_are_nobodys_fault),
		cmocka_unit_test(a_ring_that_ran_out_is_begun_again),
		cmocka_unit_test(away_before_the_skipped_frames_are_over_fails_nothing),
		cmocka_unit_test(a_machine_that_is_never_there_is_an_error),
		cmocka_unit_test(jitter_of_the_sensor_is_told_from_that_of_the_host),
		cmocka_unit_test(an_excess_shows),
		cmocka_unit_test(after_a_full_buffer_the_next_camera_is_whole),
		cmocka_unit_test(a_view_of_full_buffers_says_so),
		cmocka_unit_test(failed_starts_tell_what_is_wrong),
		cmocka_unit_test(a_lost_end_is_named_where_it_fills_the_buffer),
		cmocka_unit_test(escape_at_any_moment_fails_nothing),
		cmocka_unit_test(view_goes_on_until_escape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
