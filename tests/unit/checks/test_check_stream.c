/*
 * test_check_stream.c: rungs 13 to 19 on a receiver by hand: every limit at its edge and just beyond it, what is
 * told beside the verdict, and whose fault it is.
 */
#include "tests/unit/checks/rig.h"

/* ---- rate and jitter ------------------------------------------------------------------------ */

/* `count` frames of `period` ns that the host saw `open` ns after its last look; the device's clock ticks
 * every 100 ns, or does not go. */
static void set_times(unsigned count, uint64_t period, uint64_t open, bool has_clock)
{
	struct session_camera *camera = &rig.session.cameras[0];

	camera->time_count = count;
	for (unsigned i = 0; i < count; i++)
		camera->times[i] = (struct frame_time){
			.since_ns = 1000 * MS + i * period - open,
			.seen_ns = 1000 * MS + i * period,
			.device_timestamp = has_clock ? (uint32_t)(i * period / 100) : 0};
}

static double fps(void)
{
	return report_camera(&rig.session.report, "front")->fps;
}

/* 2 % of 10 ms; too fast is as wrong as too slow. */
static void a_rate_is_judged_on_both_sides(void **state)
{
	static const struct {
		uint64_t period;
		enum verdict verdict;
	} cases[] = {
		{10000000, VERDICT_PASS}, {10199000, VERDICT_PASS}, {10201000, VERDICT_FAIL},
		{9801000, VERDICT_PASS},  {9799000, VERDICT_FAIL},  {20000000, VERDICT_FAIL},
		{5000000, VERDICT_FAIL},
	};

	(void)state;
	rig_up();
	for (unsigned i = 0; i < COUNT(cases); i++) {
		set_times(30, cases[i].period, 1000, true);
		if (rig_check(check_stream_rate, 0) != cases[i].verdict)
			fail_msg("%u ns is not %s", (unsigned)cases[i].period,
				 verdict_name(cases[i].verdict));
		rig_near("fps", 1e9 / (double)cases[i].period, 1e-6);
		assert_true(fabs(fps() - 1e9 / (double)cases[i].period) < 1e-6);
		rig_number("want-fps", 100);
		rig_number("frames", 30);
	}
	rig_says("200.00 frames/s, want 100.00 within 2.0 %");
	rig_hints("the sensor's input clock is off");
	rig.session.plan.rate_tolerance_permille = 400;
	assert_int_equal(rig_check(check_stream_rate, 0), VERDICT_FAIL);
	rig_says("200.00 frames/s, want 100.00 within 40.0 %");
	rig.session.plan.rate_tolerance_permille = 1000;
	assert_int_equal(rig_check(check_stream_rate, 0), VERDICT_PASS);
	rig_down();
}

/* An uncertainty that does not count (up to 0.25 %), one that does, and one that says nothing any more. */
static void what_the_host_cannot_tell_is_no_failure(void **state)
{
	static const struct {
		uint64_t period;
		double uncertain; /* percent */
		unsigned permille;
		enum verdict verdict;
	} cases[] = {
		{10210000, 0.24, 20, VERDICT_FAIL}, {10220000, 0.26, 20, VERDICT_SKIP},
		{10240000, 0.26, 20, VERDICT_FAIL}, {10210000, 1.9, 20, VERDICT_SKIP},
		{10100000, 1.9, 20, VERDICT_PASS},  {10000000, 2.1, 20, VERDICT_SKIP},
		{10000000, 0.9, 5, VERDICT_PASS},   {10000000, 1.1, 5, VERDICT_SKIP},
		{10000000, 1.9, 20, VERDICT_PASS},  {10450000, 2.4, 20, VERDICT_FAIL},
	};
	char words[96];

	(void)state;
	rig_up();
	for (unsigned i = 0; i < COUNT(cases); i++) {
		uint64_t open = 1000;
		double seen;

		rig.session.plan.rate_tolerance_permille = cases[i].permille;
		rig.session.plan.max_jitter_permille = 1000;
		/* the uncertainty goes with what each end leaves open */
		set_times(30, cases[i].period, open, false);
		rig_check(check_stream_rate, 0);
		seen = rig_fact("uncertainty-percent")->number;
		open = (uint64_t)((double)open * cases[i].uncertain / seen);
		set_times(30, cases[i].period, open, false);
		if (rig_check(check_stream_rate, 0) != cases[i].verdict)
			fail_msg("case %u is no %s: %s", i, verdict_name(cases[i].verdict),
				 rig.check->message);
		rig_near("uncertainty-percent", cases[i].uncertain, 0.001);
		if (cases[i].verdict == VERDICT_SKIP)
			rig_says("the machine was away too often to tell: ");
	}
	set_times(30, 10000000, 400000000, false);
	assert_int_equal(rig_check(check_stream_rate, 0), VERDICT_SKIP);
	snprintf(words, sizeof words, "100.00 frames/s, give or take %.1f %%, want 100.00",
		 rig_fact("uncertainty-percent")->number);
	rig_says(words);
	rig_down();
}

static void jitter_beyond_its_limit_fails(void **state)
{
	struct session_camera *camera = &rig.session.cameras[0];

	(void)state;
	rig_up();
	set_times(30, 10000000, 1000, true);
	assert_int_equal(rig_check(check_stream_rate, 0), VERDICT_PASS);
	rig_text("jitter-by", "the receiver's time stamps");
	rig_near("time-stamp-ns", 100, 1e-6);
	rig_number("jitter-us", 0);
	for (unsigned permille = 99; permille <= 101; permille += 2) {
		set_times(30, 10000000, 1000, true);
		camera->times[29].device_timestamp += 100 * permille;
		camera->times[29].seen_ns += 10000 * permille;
		camera->times[29].since_ns += 10000 * permille;
		assert_int_equal(rig_check(check_stream_rate, 0),
				 permille > 100 ? VERDICT_FAIL : VERDICT_PASS);
		rig_near("jitter-percent", permille / 10.0, 1e-6);
		rig_near("jitter-us", permille * 10.0, 1e-4);
	}
	rig_says("frames come unevenly: one is off by 10.1 % of a frame's time, limit 10.0 %");
	rig_hints("unsteady");
	rig.session.plan.max_jitter_permille = 102;
	assert_int_equal(rig_check(check_stream_rate, 0), VERDICT_PASS);
	set_times(30, 10000000, 1000, false);
	assert_int_equal(rig_check(check_stream_rate, 0), VERDICT_PASS);
	rig_text("jitter-by", "the host's clock, at least");
	rig_has_no("time-stamp-ns");
	rig_down();
}

static void too_few_times_or_no_timing_is_no_verdict(void **state)
{
	struct session_camera *camera = &rig.session.cameras[0];
	struct sensor_mode mode;

	(void)state;
	rig_up();
	set_times(2, 10000000, 1000, true);
	assert_int_equal(rig_check(check_stream_rate, 0), VERDICT_SKIP);
	rig_says("2 frames in a row were seen after the skipped ones");
	set_times(3, 10000000, 1000, true);
	assert_int_equal(rig_check(check_stream_rate, 0), VERDICT_PASS);
	mode = *camera->mode;
	mode.frame_us = 0;
	rig_set_mode(0, &mode);
	assert_int_equal(rig_check(check_stream_rate, 0), VERDICT_SKIP);
	rig_says("does not say how long a frame takes");
	rig_has_no("want-fps");
	rig_near("fps", 100, 1e-6);
	mode.frame_us = 10000;
	assert_int_equal(rig_check(check_stream_rate, 0), VERDICT_PASS);
	rig_number("want-fps", 100);
	mode.frame_us = 11000;
	assert_int_equal(rig_check(check_stream_rate, 0), VERDICT_FAIL);
	rig_down();
}

/* Real rates of an OV5693 (evidence.md 1.1): its file takes them, the frame time that follows from its link would fail
 * them. A sensor that is 5 % slow fails. */
static void real_rates_pass_and_slow_sensors_fail(void **state)
{
	static const struct {
		double fps;
		uint32_t frame_us;
		enum verdict verdict;
	} cases[] = {
		{28.6, 34910, VERDICT_PASS},          {28.645, 34910, VERDICT_PASS},
		{28.66, 34910, VERDICT_PASS},         {28.72, 34910, VERDICT_PASS},
		{28.66, 33311, VERDICT_FAIL},         {28.645 * 0.95, 34910, VERDICT_FAIL},
		{28.645 * 1.05, 34910, VERDICT_FAIL}, {15.0, 66690, VERDICT_PASS},
		{30.0, 33332, VERDICT_PASS},          {30.0, 66690, VERDICT_FAIL},
	};
	struct session_camera *camera = &rig.session.cameras[0];
	struct sensor_mode mode;

	(void)state;
	rig_up();
	mode = *camera->mode;
	rig_set_mode(0, &mode);
	for (unsigned i = 0; i < COUNT(cases); i++) {
		mode.frame_us = cases[i].frame_us;
		set_times(34, (uint64_t)(1e9 / cases[i].fps), 1000, true);
		if (rig_check(check_stream_rate, 0) != cases[i].verdict)
			fail_msg("%f frames/s at frame-us = %u is not %s", cases[i].fps,
				 cases[i].frame_us, verdict_name(cases[i].verdict));
	}
	rig_down();
}

/* ---- errors ------------------------------------------------------------------------------- */

static void errors_are_summed_and_compared(void **state)
{
	struct session_camera *camera = &rig.session.cameras[0];

	(void)state;
	rig_up();
	assert_int_equal(rig_check(check_stream_errors, 0), VERDICT_PASS);
	rig_number("errors", 0);
	rig_has_no("crc");
	camera->stream.counted[0] = 500; /* no error */
	camera->stream.counted[1] = 7;
	camera->stream.counted_at_start[1] = 4;
	camera->stream.counted[2] = 2;
	camera->stream.counted_at_start[2] = 2;
	rig.session.plan.max_errors = 3;
	assert_int_equal(rig_check(check_stream_errors, 0), VERDICT_PASS);
	rig_number("frames", 500);
	rig_number("crc", 7);
	rig_number("header", 2);
	rig_has_no("corrected");
	rig_number("errors", 3);
	rig_number("errors-at-start", 6);
	rig_number("limit", 3);
	rig.session.plan.max_errors = 2;
	assert_int_equal(rig_check(check_stream_errors, 0), VERDICT_FAIL);
	rig_says("3 receiver errors (limit 2); crc: checksums do not match, 3 times");
	rig_hints("the cable");
	/* What tells most is named, with its own count: headers before checksums. */
	camera->stream.counted[2] = 4;
	assert_int_equal(rig_check(check_stream_errors, 0), VERDICT_FAIL);
	rig_says("5 receiver errors (limit 2); header: headers are broken, 2 times");
	rig_hints("the lanes");
	camera->stream.counted[2] = 2;
	/* Corrected ones count as well. */
	camera->stream.counted[3] = 1;
	assert_int_equal(rig_check(check_stream_errors, 0), VERDICT_FAIL);
	rig_number("errors", 4);
	rig_says("crc");
	/* Of two that tell as much the first is named. */
	rig.receiver.counters[3].rank = rig.receiver.counters[1].rank;
	assert_int_equal(rig_check(check_stream_errors, 0), VERDICT_FAIL);
	rig_says("; crc: checksums do not match, 3 times");
	rig_down();
}

/* Counters begin anew with every stream, and are summed for each camera. */
static void one_cameras_errors_are_not_the_nexts(void **state)
{
	struct session *session = &rig.session;

	(void)state;
	rig_up();
	session->plan.frames = 2;
	session->plan.cycles = 2;
	rig.receiver.errors[3] = 1;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_PASS);
	assert_int_equal(rig_check(check_stream_errors, 0), VERDICT_FAIL);
	rig_number("errors", 34); /* that of the rate, but the skipped ones */
	rig_number("errors-at-start", 2);
	rig_number("corrected", 36);
	rig_number("frames", 36);
	assert_int_equal(rig_check(check_stream_cycles, 0), VERDICT_FAIL);
	rig_says("0 of 2 starts gave a good frame; the first that failed: 1 receiver errors behind "
		 "the skipped frames (limit 0); corrected: headers were corrected");
	rig_hints("the cable");
	assert_int_equal(rig_check(check_stream_errors, 0), VERDICT_FAIL);
	rig_number("errors", 36); /* a frame of each cycle */
	rig_number("errors-at-start", 6);
	assert_int_equal(session_camera_unpower(session, &session->cameras[0]), FL_OK);
	rig.receiver.errors[3] = 0;
	assert_int_equal(rig_check(check_stream_start, 1), VERDICT_PASS);
	assert_int_equal(rig_check(check_stream_frame, 1), VERDICT_PASS);
	assert_int_equal(rig_check(check_stream_errors, 1), VERDICT_PASS);
	rig_number("errors", 0);
	rig_has_no("corrected");
	session_report_cameras(session);
	assert_int_equal(report_camera(&session->report, "front")->counters[3].value, 42);
	assert_int_equal(report_camera(&session->report, "rear")->counters[3].value, 0);
	assert_string_equal(report_camera(&session->report, "rear")->mode, "100x64");
	assert_int_equal(report_camera(&session->report, "rear")->port, 1);
	assert_int_equal(report_camera(&session->report, "rear")->lanes, 2);
	rig_down();
}

/* ---- frames ------------------------------------------------------------------------------- */

/* A stream of `frames` whose frames have so many bytes, as the device says and as it writes. */
static enum verdict take(unsigned frames, uint32_t bytes, size_t written)
{
	rig.session.plan.frames = frames;
	rig.receiver.bytes = bytes;
	rig.receiver.written = written;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	return rig_check(check_stream_frame, 0);
}

static void frames_are_whole_and_counted(void **state)
{
	struct session_camera *camera = &rig.session.cameras[0];

	(void)state;
	rig_up();
	rig.session.plan.frames = 3;
	rig.receiver.frame_errors = 5;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	rig_text("mode", "100x64");
	rig_number("buffers", 4);
	rig_number("starts", 1);
	assert_int_equal(rig.registers[0x0100], 1);
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_PASS);
	rig_number("frames", 3);
	rig_number("bytes", RIG_BYTES);
	rig_number("want-bytes", RIG_BYTES);
	rig_number("starts", 36);
	rig_number("ends", 36);
	rig_number("batches", 1);
	rig_has_no("restarts-host-away");
	rig_has_no("frames-lost-by-host");
	assert_int_equal(rig.registers[0x0100], 0);
	assert_int_equal(rig.receiver.stops, 1);
	assert_int_equal(camera->frame_count, 3);
	assert_int_equal(camera->time_count, 34);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(camera->frames[i].sequence, RIG_SKIP + i);
		assert_int_equal(camera->frames[i].errors, 5);
		assert_int_equal(camera->frames[i].bytes, RIG_BYTES);
		assert_ptr_equal(camera->frames[i].buffer, &camera->stream.queue->buffers[i]);
		assert_int_equal(camera->frames[i].time_ns, camera->times[i].seen_ns);
	}
	assert_int_equal(rig_check(check_stream_stop, 0), VERDICT_PASS);
	rig_down();
}

static void a_frame_of_another_size_fails(void **state)
{
	static const struct {
		uint32_t bytes;
		enum verdict verdict;
		const char *words;
	} cases[] = {
		{RIG_BYTES - RIG_STRIDE, VERDICT_FAIL,
		 "frame 0 has 8064 bytes, want 8192 (128 a line, 64 lines)"},
		{RIG_BYTES - 1, VERDICT_FAIL, "frame 0 has 8191 bytes, want 8192"},
		{RIG_BYTES, VERDICT_PASS, ""},
		/* 66 lines are in the file's room. */
		{RIG_BYTES + 2 * RIG_STRIDE, VERDICT_PASS, ""},
		{RIG_BYTES + 2 * RIG_STRIDE + 1, VERDICT_FAIL,
		 "frame 0 has more lines than the file says: 66, want 66 (8449 bytes of 8448)"},
		{RIG_BYTES + 3 * RIG_STRIDE, VERDICT_FAIL,
		 "frame 0 has more lines than the file says: 67, want 66 (8576 bytes of 8448)"},
		{RIG_HEIGHT * (RIG_STRIDE + 64), VERDICT_FAIL,
		 "frame 0 has more lines than the file says, or longer ones: at least 96 of 128 "
		 "bytes, want 66"},
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		struct sensor_mode mode;

		rig_up();
		mode = *rig.session.cameras[0].mode;
		mode.max_height = RIG_HEIGHT + 2;
		rig_set_mode(0, &mode);
		if (take(2, cases[i].bytes, RIG_BYTES) != cases[i].verdict)
			fail_msg("%u bytes: %s", cases[i].bytes, rig.check->message);
		rig_number("bytes", cases[i].bytes);
		rig_says(cases[i].words);
		if (cases[i].verdict == VERDICT_FAIL)
			assert_true(rig.check->hint[0]);
		rig_down();
	}
}

/* An OV8865 that streams the one size while the receiver is set up for the other, seen on real machines (evidence.md
 * 1.4); ours have more room than theirs, and all of it is full. */
static void a_mode_that_is_another_is_told_by_its_bytes(void **state)
{
	static const struct {
		uint16_t width, height;
		uint32_t bytes;
		const char *words;
	} cases[] = {
		{3264, 2448, 2585088,
		 "frame 0 has 2585088 bytes, want 10340352 (4224 a line, 2448 lines)"},
		{1632, 1224, 719 * PAGE_SIZE,
		 "frame 0 has more lines than the file says, or longer ones: at least 1394 of 2112 "
		 "bytes, want 1224"},
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		struct sensor_mode mode;

		rig_up();
		mode = *rig.session.cameras[0].mode;
		mode.width = cases[i].width;
		mode.height = mode.max_height = cases[i].height;
		rig_set_mode(0, &mode);
		assert_int_equal(take(1, cases[i].bytes, RIG_BYTES), VERDICT_FAIL);
		rig_says(cases[i].words);
		rig_down();
	}
}

static void longer_lines_are_told_from_more_lines(void **state)
{
	(void)state;
	for (unsigned height = 32; height <= 33; height++) {
		struct sensor_mode mode;

		rig_up();
		mode = *rig.session.cameras[0].mode;
		mode.height = mode.max_height = (uint16_t)height;
		rig_set_mode(0, &mode);
		assert_int_equal(take(2, height * 192, RIG_STRIDE * height), VERDICT_FAIL);
		rig_says(
			"frame 0 has longer lines than the file says: 192 bytes each, want 128 for "
			"100 pixels");
		/* 192 times 32 are 48 whole lines as well */
		assert_int_equal(!!strstr(rig.check->message, "(or more lines)"), height == 32);
		rig_down();
	}
}

/* Whose fault a short frame is: the receiver's counters tell, where they saw something. */
static void a_short_frame_is_told_with_what_the_receiver_saw(void **state)
{
	(void)state;
	rig_up();
	rig.receiver.errors[2] = 1;
	assert_int_equal(take(2, 100, RIG_BYTES), VERDICT_FAIL);
	assert_null(strstr(rig.check->message, "headers are broken")); /* not of this frame */
	rig_hints("another size than its file says");
	rig_down();
	rig_up();
	rig.receiver.errors[2] = rig.receiver.frame_errors = 1;
	assert_int_equal(take(2, 100, RIG_BYTES), VERDICT_FAIL);
	rig_says("; headers are broken");
	rig_hints("the lanes");
	rig_down();
}

static void what_the_device_never_wrote_fails(void **state)
{
	(void)state;
	rig_up();
	assert_int_equal(take(2, RIG_BYTES, RIG_BYTES - 64), VERDICT_FAIL);
	rig_says("frame 0: 1 of 128 units of 64 bytes still hold what was there before the frame");
	rig_hints("DMA or cache");
	rig_down();
}

/* More frames than buffers: stream, stop, store, stream again. The first frame stays in memory. */
static void frames_come_in_batches(void **state)
{
	struct session_camera *camera = &rig.session.cameras[0];

	(void)state;
	rig_up();
	rig.session.plan.buffers = 4;
	rig.receiver.solid = 0x55; /* what the pattern would be: none of the batches is of it */
	assert_int_equal(take(9, RIG_BYTES, RIG_BYTES), VERDICT_PASS);
	rig_number("frames", 9);
	rig_number("batches", 3); /* 4, 3 and 2: a buffer is kept */
	assert_int_equal(rig.receiver.starts, 3);
	assert_int_equal(rig.receiver.stops, 3);
	assert_int_equal(camera->time_count, 34); /* of the first */
	assert_non_null(camera->frames[0].buffer);
	assert_null(camera->frames[1].buffer);
	assert_true(camera->frames[1].is_stored);
	assert_int_equal(camera->next_file, 7);
	assert_int_equal(camera->pictures, 7);
	assert_int_equal(camera->repeated, 0);
	assert_int_equal(rig_check(check_files, 0), VERDICT_SKIP); /* there is no stick */
	assert_int_equal(camera->next_file, 9);
	rig_down();
}

/* Only what was kept and not stored yet is stored, whatever stands behind it; and the frame that stays keeps its
 * buffer. */
static void only_frames_kept_are_stored(void **state)
{
	struct session_camera *camera = &rig.session.cameras[0];

	(void)state;
	rig_up();
	rig.session.plan.buffers = 4;
	rig.session.plan.frames = 9;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	assert_int_equal(rig.receiver.ring_count, 4);
	for (unsigned i = 0; i < SESSION_FRAMES; i++)
		camera->frames[i].buffer = &camera->stream.queue->buffers[0];
	camera->stream.queue->untrusted = 5;
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_PASS);
	assert_int_equal(camera->next_file, 7);
	assert_int_equal(stream_free_buffers(&camera->stream), 3);
	assert_int_equal(rig_check(check_files, 0), VERDICT_SKIP);
	rig_number("frames", 9);
	assert_int_equal(camera->next_file, 9);
	rig_down();
	rig_up(); /* no more buffers are handed over than frames are wanted */
	rig.session.plan.buffers = 6;
	rig.session.plan.frames = 2;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	rig_number("buffers", 6);
	assert_int_equal(rig.receiver.ring_count, 2);
	camera->stream.queue->untrusted = 5;
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_PASS);
	rig_number("frames-lost-by-host", 5);
	rig_down();
}

/* Buffers take no more than 512 MiB, whatever is asked for: 27 of 3544 lines of 5440 bytes. Without memory for any,
 * 20, 15, 11, 8, 6 and 4 are tried; from 40 on it would be one attempt more. */
static void buffers_have_a_limit(void **state)
{
	unsigned long allocations[2];

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct session_camera *camera = &rig.session.cameras[0];
		struct sensor_mode mode;

		rig_up();
		mode = *camera->mode;
		mode.width = 4224;
		mode.height = mode.max_height = 3136;
		rig_set_mode(0, &mode);
		host_limit_dma(5);
		rig.session.plan.frames = i ? 40 : 27;
		allocations[i] = host_allocations();
		assert_int_equal(rig_check(check_stream_start, 0), VERDICT_ERROR);
		allocations[i] = host_allocations() - allocations[i];
		rig_down();
	}
	assert_int_equal(allocations[0], allocations[1]);
}

static void buffers_are_as_many_as_memory_allows(void **state)
{
	(void)state;
	rig_up();
	rig.session.plan.frames = 20;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	rig_number("buffers", 20);
	rig_down();
	rig_up();
	host_limit_dma(40); /* 3 pages and a table each */
	rig.session.plan.frames = 20;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	rig_number("buffers", 11); /* 20, 15, 11 */
	assert_string_equal(rig.check->message, "");
	assert_string_equal(rig.session.diag.message, "");
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_PASS);
	rig_down();
	rig_up();
	host_limit_dma(5);
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_ERROR);
	rig_has_no("buffers");
	assert_null(rig.session.cameras[0].stream.queue);
	rig_down();
}

/* ---- starts ------------------------------------------------------------------------------- */

static void a_start_that_gives_nothing_says_what_was_seen(void **state)
{
	(void)state;
	rig_up();
	rig.receiver.period = 0;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_FAIL);
	rig_says("no start of frame on port 0 within 1020 ms (D-PHY silent, 0 receiver errors)");
	rig_hints("lanes do not move");
	rig_number("starts", 0);
	assert_int_equal(rig.registers[0x0100], 0); /* stopped again */
	assert_int_equal(rig.receiver.stops, 1);
	rig.receiver.device.lanes_active = true;
	rig_down();
}

static void a_start_with_errors_says_which(void **state)
{
	(void)state;
	rig_up();
	rig.receiver.period = 0;
	rig.session.plan.start_timeout_ms = 50;
	rig.receiver.noise = true;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_FAIL);
	rig_says("no start of frame on port 0 within 70 ms (D-PHY active, 5 receiver errors): "
		 "headers are broken");
	rig_hints("the lanes");
	rig_down();
	rig_up();
	rig.receiver.period = 0;
	rig.receiver.moves = true;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_FAIL);
	rig_says("(D-PHY active, 0 receiver errors)");
	rig_hints("lanes move but carry no packets");
	rig_down();
}

static void whatever_fails_at_a_start_stops_it_again(void **state)
{
	(void)state;
	rig_up();
	rig.receiver.start = FL_ERR_IO;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_FAIL);
	rig_down();
	rig_up();
	rig.fail_at = rig.transfers + 1; /* stream on */
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_FAIL);
	rig_says("fails");
	assert_int_equal(rig.receiver.stops, 1);
	rig_down();
	rig_up();
	rig.receiver.device.is_dead = true;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_FAIL);
	rig_says("the receiver's DMA did not halt after an earlier stream");
	rig.receiver.device.is_dead = false;
	rig_down();
	rig_up();
	rig.session.device = rig.session.cameras[0].stream.device = NULL;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_FAIL);
	rig_has_no("starts");
	rig_down();
}

static void a_stream_that_ends_says_how_far_it_came(void **state)
{
	(void)state;
	rig_up();
	rig.receiver.last = 3;
	rig.session.plan.frames = 2;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_FAIL);
	rig_says(
		"no frame within 520 ms: 3 starts and 3 ends of frame seen since the stream began");
	rig_hints("the stream stalls");
	rig_number("frames", 1); /* what came is kept */
	rig_down();
	/* Errors of the start do not tell why it ended later. */
	rig_up();
	rig.receiver.last = 3;
	rig.receiver.noise = true;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_FAIL);
	rig_hints("the stream stalls");
	rig_down();
	rig_up();
	rig.receiver.last = 1;
	rig.receiver.only_starts = true;
	rig.receiver.errors[2] = 1;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_FAIL);
	rig_says("no frame within 1540 ms: 1 starts and 0 ends of frame seen since the stream "
		 "began; headers are broken");
	rig_hints("the lanes");
	rig_number("bytes", 0);
	rig_down();
	rig_up();
	rig.receiver.last = 1;
	rig.receiver.only_starts = true;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_FAIL);
	rig_hints("frames start and do not end");
	rig_down();
}

/* The rate needs 34 frames in a row; that they do not come is no reason to lose those that are there. */
static void a_host_that_is_away_is_no_fault_of_the_camera(void **state)
{
	(void)state;
	rig_up();
	rig.receiver.away = 16;
	rig.session.plan.frames = 2;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	assert_int_equal(rig.receiver.starts, 17);
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_PASS);
	rig_number("restarts-host-away", 16);
	rig_down();
	rig_up();
	rig.receiver.away = 17;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_ERROR);
	rig_says("nobody looked at the receiver until it had no buffer left, 17 times in a row");
	rig_hints("the machine, not the camera");
	assert_int_equal(rig.registers[0x0100], 0);
	rig_down();
}

/* Begun anew, the sensor may fail as well: that is the camera's. */
static void a_restart_that_fails_is_a_failure(void **state)
{
	(void)state;
	for (unsigned at = 2; at <= 3; at++) { /* stream on, off, on */
		rig_up();
		rig.receiver.away = 1;
		rig.fail_at = rig.transfers + at;
		assert_int_equal(rig_check(check_stream_start, 0), VERDICT_FAIL);
		rig_says("fails");
		rig_down();
	}
}

static void escape_ends_a_wait(void **state)
{
	(void)state;
	rig_up();
	rig.receiver.period = 0;
	host_key_at(host_time_ns() + 100 * MS, PLATFORM_KEY_ESC);
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_SKIP);
	rig_says("the operator pressed ESC");
	assert_true(rig.session.is_cancelled);
	assert_int_equal(rig.registers[0x0100], 0);
	rig_down();
	rig_up();
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	host_key_at(host_time_ns() + 100 * MS, PLATFORM_KEY_ESC);
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_SKIP);
	assert_true(rig.session.is_cancelled);
	assert_int_equal(rig.receiver.stops, 1);
	rig_down();
}

/* Frames that are wanted are there, the times are not: told by the rate, not by the frames. */
static void times_that_cannot_be_had_are_the_rates_matter(void **state)
{
	(void)state;
	rig_up();
	rig.session.plan.frames = 2;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	rig.receiver.away_after = 5;
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_PASS);
	rig_number("frames", 2);
	rig_number("restarts-host-away", 16);
	assert_string_equal(rig.session.diag.message, "");
	assert_int_equal(rig.session.cameras[0].time_count, 3);
	rig_down();
	rig_up();
	rig.session.plan.frames = 4;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	rig.receiver.away_after = 2; /* not even the first */
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_ERROR);
	rig_down();
}

/* ---- stop and cycles ---------------------------------------------------------------------- */

static void a_stop_that_fails_is_its_own_failure(void **state)
{
	(void)state;
	rig_up();
	rig.session.plan.frames = 2;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	rig.receiver.stop = FL_ERR_TIMEOUT;
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_PASS);
	assert_int_equal(rig_check(check_stream_stop, 0), VERDICT_FAIL);
	rig_says("the DMA does not halt");
	rig_hints("power-cycle");
	rig.receiver.stop = FL_OK;
	rig_down();
	/* The sensor does not stop: the receiver does all the same. */
	rig_up();
	rig.session.plan.frames = 2;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	rig.fail_at = rig.transfers + 1;
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_PASS);
	assert_int_equal(rig.receiver.stops, 1);
	assert_int_equal(rig_check(check_stream_stop, 0), VERDICT_FAIL);
	rig_says("fails");
	rig_down();
}

/* sensor-clocks.md 12: a frame's time and 10 ms after it was told to stop, and no longer than that. */
static void a_sensor_that_was_stopped_rests_before_it_starts(void **state)
{
	static const uint32_t frame_us[] = {10000, 0}, rest_ms[] = {20, 210};
	struct session_camera *camera = &rig.session.cameras[0];

	(void)state;
	for (unsigned i = 0; i < COUNT(frame_us); i++) {
		struct sensor_mode mode;
		uint64_t stopped;

		rig_up();
		mode = *camera->mode;
		mode.frame_us = frame_us[i];
		rig_set_mode(0, &mode);
		camera->sensor.mode = &mode;
		stopped = host_time_ns(); /* never yet: no rest */
		assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
		assert_true(rig.receiver.began < stopped + MS);
		stopped = host_time_ns();
		assert_int_equal(stream_stop(&camera->stream), FL_OK);
		assert_int_equal(stream_start(&camera->stream, 4, NULL), FL_OK);
		assert_true(rig.receiver.began >= stopped + rest_ms[i] * MS);
		assert_true(rig.receiver.began < stopped + (rest_ms[i] + 2) * MS);
		assert_int_equal(stream_stop(&camera->stream), FL_OK);
		platform_delay_us(rest_ms[i] * 1000);
		stopped = host_time_ns();
		assert_int_equal(stream_start(&camera->stream, 4, NULL), FL_OK);
		assert_true(rig.receiver.began < stopped + MS);
		assert_int_equal(stream_stop(&camera->stream), FL_OK);
		rig_down();
	}
}

static void cycles_are_counted(void **state)
{
	(void)state;
	rig_up();
	rig.session.plan.frames = 2;
	rig.session.plan.cycles = 3;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_PASS);
	assert_int_equal(rig_check(check_stream_cycles, 0), VERDICT_PASS);
	rig_number("cycles", 3);
	rig_number("good", 3);
	assert_int_equal(rig.receiver.starts, 4);
	assert_int_equal(rig.receiver.stops, 4);
	rig.receiver.mute_start = 6;
	assert_int_equal(rig_check(check_stream_cycles, 0), VERDICT_FAIL);
	rig_number("cycles", 3);
	rig_number("good", 2);
	rig_says("2 of 3 starts gave a good frame; the first that failed: no start of frame on "
		 "port 0");
	rig_hints("lanes do not move");
	assert_int_equal(rig.receiver.starts, 7); /* the others are tried all the same */
	rig.receiver.bytes = 100;
	assert_int_equal(rig_check(check_stream_cycles, 0), VERDICT_FAIL);
	rig_says("0 of 3 starts gave a good frame; the first that failed: frame 0 has 100 bytes");
	rig.receiver.bytes = RIG_BYTES;
	/* Errors of each start are normal, those behind the skipped frames have the plan's limit. */
	rig.receiver.noise = true;
	assert_int_equal(rig_check(check_stream_cycles, 0), VERDICT_PASS);
	rig_number("errors-at-start", 3 * 5);
	rig.receiver.errors[1] = 2;
	assert_int_equal(rig_check(check_stream_cycles, 0), VERDICT_FAIL);
	rig_says("0 of 3 starts gave a good frame; the first that failed: 2 receiver errors");
	rig.session.plan.max_errors = 2;
	assert_int_equal(rig_check(check_stream_cycles, 0), VERDICT_PASS);
	rig.receiver.errors[1] = 0;
	rig.receiver.noise = false;
	rig.receiver.stop = FL_ERR_TIMEOUT;
	assert_int_equal(rig_check(check_stream_cycles, 0), VERDICT_FAIL);
	rig_says("0 of 3 starts gave a good frame; the first that failed: the DMA does not halt");
	rig.receiver.stop = FL_OK;
	rig.receiver.device.is_dead = true;
	assert_int_equal(rig_check(check_stream_cycles, 0), VERDICT_FAIL);
	rig_says("0 of 3 starts gave a good frame; the first that failed: the receiver's DMA did "
		 "not");
	rig.receiver.device.is_dead = false;
	rig.session.plan.cycles = 0;
	assert_int_equal(rig_check(check_stream_cycles, 0), VERDICT_SKIP);
	rig_says("cycles = 0");
	rig_down();
}

static void cycles_that_cannot_be_judged_are_no_failure(void **state)
{
	(void)state;
	rig_up();
	rig.session.plan.frames = 2;
	rig.session.plan.cycles = 5;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_PASS);
	rig.receiver.away = 17;
	assert_int_equal(rig_check(check_stream_cycles, 0), VERDICT_ERROR);
	rig_number("cycles", 0);
	rig_says("nobody looked");
	/* One that failed before counts, and its words do. */
	rig.fail_at = rig.transfers + 1;
	rig.receiver.away_after = 1;
	assert_int_equal(rig_check(check_stream_cycles, 0), VERDICT_FAIL);
	rig_number("cycles", 1);
	rig_says("0 of 1 starts gave a good frame; the first that failed: chip "
		 "(firstlight/sensors/chip.ini:");
	rig.receiver.away_after = 0;
	host_set_keys("\x1b");
	assert_int_equal(rig_check(check_stream_cycles, 0), VERDICT_SKIP);
	rig_number("cycles", 0);
	rig_down();
}

/* ---- the pattern -------------------------------------------------------------------------- */

/* Two frames with the pattern on, which is off before and after. */
static void pattern_up(struct sensor_pattern *pattern, enum pattern_kind kind, uint8_t byte)
{
	struct session_camera *camera = &rig.session.cameras[0];

	rig_up();
	*pattern = camera->desc.patterns[0];
	pattern->look.kind = kind;
	for (unsigned i = 0; i < 4; i++)
		pattern->look.values[i] = 0x155;
	pattern->look.is_exact = true;
	camera->pattern = pattern;
	rig.session.plan.frames = 2;
	rig.receiver.solid = byte;
	assert_int_equal(rig_check(check_sensor_mode, 0), VERDICT_PASS);
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_PASS);
}

static void a_pattern_is_switched_on_judged_and_off(void **state)
{
	struct sensor_pattern pattern;

	(void)state;
	pattern_up(&pattern, PATTERN_SOLID, 0x55);
	rig.receiver.last = RIG_SKIP + 2; /* no more are waited for */
	assert_int_equal(rig_check(check_image_pattern, 0), VERDICT_PASS);
	rig_text("pattern", "bars");
	rig_text("exact", "yes");
	rig_has_no("file");
	assert_int_equal(rig.registers[0x4303], 0);
	assert_int_equal(rig.registers[0x0100], 0);
	rig_down();
}

/* What the pattern did to a register of the mode has to be undone. */
static void a_pattern_that_leaves_a_register_is_told(void **state)
{
	struct sensor_pattern pattern;

	(void)state;
	pattern_up(&pattern, PATTERN_SOLID, 0x55);
	rig.registers[0x3805] = 0x77;
	assert_int_equal(rig_check(check_image_pattern, 0), VERDICT_FAIL);
	rig_says("pattern bars was switched off, but register 0x3805 is 0x77, and the mode sets "
		 "0x06");
	rig_hints("'off' lines");
	rig_down();
}

/* A picture that is right does not excuse the link; the start of the stream is another matter. */
static void a_pattern_with_link_errors_fails(void **state)
{
	struct sensor_pattern pattern;

	(void)state;
	pattern_up(&pattern, PATTERN_SOLID, 0x55);
	rig.receiver.noise = true;
	assert_int_equal(rig_check(check_image_pattern, 0), VERDICT_PASS);
	rig.receiver.errors[3] = 1;
	assert_int_equal(rig_check(check_image_pattern, 0), VERDICT_FAIL);
	rig_says("2 receiver errors behind the skipped frames (limit 0); corrected: headers were");
	rig_hints("the cable");
	rig_has_no("file");
	rig.session.plan.max_errors = 2;
	assert_int_equal(rig_check(check_image_pattern, 0), VERDICT_PASS);
	rig_down();
}

static void a_pattern_that_is_not_there_fails_with_its_evidence(void **state)
{
	struct session_camera *camera = &rig.session.cameras[0];
	struct sensor_pattern pattern;

	(void)state;
	pattern_up(&pattern, PATTERN_SOLID, 0xaa);
	camera->next_file = 2;
	assert_int_equal(rig_check(check_image_pattern, 0), VERDICT_FAIL);
	rig_says("pattern bars: line 0, column 0 is 682, want about 341");
	rig_number("file", 2);
	assert_int_equal(camera->next_file, 3);
	assert_int_equal(rig.session.report.frame_count, 1);
	assert_string_equal(rig.session.report.frames[0].pattern, "FAIL");
	assert_false(camera->has_statistics); /* no picture of the scene */
	rig_down();
}

/* Either frame may be the wrong one, and that one is the evidence. */
static void both_frames_of_a_pattern_are_judged(void **state)
{
	struct sensor_pattern pattern;

	(void)state;
	for (unsigned i = 1; i <= 2; i++) {
		pattern_up(&pattern, PATTERN_SOLID, 0x55);
		rig.receiver.odd_frame = RIG_SKIP + i;
		assert_int_equal(rig_check(check_image_pattern, 0), VERDICT_FAIL);
		rig_says("line 0, column 0 is 340, want 341");
		assert_int_equal(rig.session.report.frames[0].sequence, RIG_SKIP + i - 1);
		rig_down();
	}
}

static void a_pattern_that_must_move_and_does_not_fails(void **state)
{
	struct sensor_pattern pattern;

	(void)state;
	pattern_up(&pattern, PATTERN_SOLID, 0x55);
	pattern.look.is_rolling = true;
	assert_int_equal(rig_check(check_image_pattern, 0), VERDICT_FAIL);
	assert_non_null(rig_fact("file"));
	rig_down();
	for (unsigned frozen = 0; frozen < 2; frozen++) {
		pattern_up(&pattern, PATTERN_RANDOM, 0);
		pattern.look.is_rolling = true;
		rig.receiver.is_frozen = frozen;
		assert_int_equal(rig_check(check_image_pattern, 0),
				 frozen ? VERDICT_FAIL : VERDICT_PASS);
		rig_down();
	}
}

static void a_pattern_of_no_known_kind_has_no_verdict(void **state)
{
	struct sensor_pattern pattern;

	(void)state;
	pattern_up(&pattern, PATTERN_OTHER, 0x55);
	pattern.look.is_exact = false;
	assert_int_equal(rig_check(check_image_pattern, 0), VERDICT_SKIP);
	rig_text("exact", "no");
	rig_has_no("file");
	rig.receiver.noise = true;
	rig.receiver.errors[3] = 1; /* its link is judged all the same */
	assert_int_equal(rig_check(check_image_pattern, 0), VERDICT_FAIL);
	rig_says("2 receiver errors behind the skipped frames (limit 0)");
	rig.session.plan.max_errors = 2;
	assert_int_equal(rig_check(check_image_pattern, 0), VERDICT_SKIP);
	rig_says("what it looks like is not known");
	rig.session.cameras[0].pattern = NULL;
	assert_int_equal(rig_check(check_image_pattern, 0), VERDICT_SKIP);
	rig_says("the plan switches patterns off");
	rig_down();
}

static void a_pattern_stream_that_fails_fails_the_pattern(void **state)
{
	struct sensor_pattern pattern;

	(void)state;
	pattern_up(&pattern, PATTERN_SOLID, 0x55);
	rig.receiver.mute_start = 2;
	assert_int_equal(rig_check(check_image_pattern, 0), VERDICT_FAIL);
	rig_says("no start of frame");
	rig_has_no("file");
	rig_down();
	pattern_up(&pattern, PATTERN_SOLID, 0x55);
	rig.receiver.away = 17;
	assert_int_equal(rig_check(check_image_pattern, 0), VERDICT_ERROR);
	rig_says("nobody looked");
	rig_down();
	pattern_up(&pattern, PATTERN_SOLID, 0x55);
	rig.receiver.written = RIG_BYTES - 64;
	assert_int_equal(rig_check(check_image_pattern, 0), VERDICT_FAIL);
	rig_says("a frame of the pattern is not all in memory");
	rig_down();
	pattern_up(&pattern, PATTERN_SOLID, 0x55);
	rig.receiver.stop = FL_ERR_TIMEOUT;
	assert_int_equal(rig_check(check_image_pattern, 0), VERDICT_FAIL);
	rig_says("the DMA does not halt");
	rig.receiver.stop = FL_OK;
	rig_down();
	pattern_up(&pattern, PATTERN_SOLID, 0x55);
	rig.fail_at = rig.transfers + 4; /* on, stream on, stream off, off */
	assert_int_equal(rig_check(check_image_pattern, 0), VERDICT_FAIL);
	rig_says("fails");
	rig_down();
	pattern_up(&pattern, PATTERN_SOLID, 0x55);
	rig.receiver.last = 3;
	assert_int_equal(rig_check(check_image_pattern, 0), VERDICT_FAIL);
	rig_says("no frame within");
	rig_down();
}

static void a_pattern_without_memory_is_no_failure(void **state)
{
	struct sensor_pattern pattern;
	unsigned errors = 0;

	(void)state;
	for (unsigned k = 1; k < 8; k++) {
		enum verdict verdict;

		pattern_up(&pattern, PATTERN_SOLID, 0x55);
		host_fail_allocation(k);
		verdict = rig_check(check_image_pattern, 0);
		host_fail_allocation(0);
		errors += verdict == VERDICT_ERROR;
		assert_int_not_equal(verdict, VERDICT_FAIL);
		if (verdict == VERDICT_ERROR)
			rig_says("no memory to unpack a frame of 8192 bytes");
		rig_down();
	}
	assert_int_equal(errors, 4); /* bytes and samples of two frames */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rate_is_judged_on_both_sides),
		cmocka_unit_test(what_the_host_cannot_tell_is_no_failure),
		cmocka_unit_test(jitter_beyond_its_limit_fails),
		cmocka_unit_test(too_few_times_or_no_timing_is_no_verdict),
		cmocka_unit_test(real_rates_pass_and_slow_sensors_fail),
		cmocka_unit_test(errors_are_summed_and_compared),
		cmocka_unit_test(one_cameras_errors_are_not_the_nexts),
		cmocka_unit_test(frames_are_whole_and_counted),
		cmocka_unit_test(a_frame_of_another_size_fails),
		cmocka_unit_test(a_mode_that_is_another_is_told_by_its_bytes),
		cmocka_unit_test(longer_lines_are_told_from_more_lines),
		cmocka_unit_test(a_short_frame_is_told_with_what_the_receiver_saw),
		cmocka_unit_test(what_the_device_never_wrote_fails),
		cmocka_unit_test(frames_come_in_batches),
		cmocka_unit_test(only_frames_kept_are_stored),
		cmocka_unit_test(buffers_have_a_limit),
		cmocka_unit_test(buffers_are_as_many_as_memory_allows),
		cmocka_unit_test(a_start_that_gives_nothing_says_what_was_seen),
		cmocka_unit_test(a_start_with_errors_says_which),
		cmocka_unit_test(whatever_fails_at_a_start_stops_it_again),
		cmocka_unit_test(a_stream_that_ends_says_how_far_it_came),
		cmocka_unit_test(a_host_that_is_away_is_no_fault_of_the_camera),
		cmocka_unit_test(a_restart_that_fails_is_a_failure),
		cmocka_unit_test(escape_ends_a_wait),
		cmocka_unit_test(times_that_cannot_be_had_are_the_rates_matter),
		cmocka_unit_test(a_stop_that_fails_is_its_own_failure),
		cmocka_unit_test(a_sensor_that_was_stopped_rests_before_it_starts),
		cmocka_unit_test(cycles_are_counted),
		cmocka_unit_test(cycles_that_cannot_be_judged_are_no_failure),
		cmocka_unit_test(a_pattern_is_switched_on_judged_and_off),
		cmocka_unit_test(a_pattern_that_leaves_a_register_is_told),
		cmocka_unit_test(a_pattern_with_link_errors_fails),
		cmocka_unit_test(a_pattern_that_is_not_there_fails_with_its_evidence),
		cmocka_unit_test(both_frames_of_a_pattern_are_judged),
		cmocka_unit_test(a_pattern_that_must_move_and_does_not_fails),
		cmocka_unit_test(a_pattern_of_no_known_kind_has_no_verdict),
		cmocka_unit_test(a_pattern_without_memory_is_no_failure),
		cmocka_unit_test(a_pattern_stream_that_fails_fails_the_pattern),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
