/*
 * test_generation.c: a second generation that is a table and nothing else: frames in 16-bit words, no byte count at the
 * end of one, room for a line behind a picture, something to do before the sensor stops, firmware on the stick and rungs
 * of its own (as ipu6.md asks for). Streams, verdicts and files do not know the difference.
 */
#include "tests/unit/checks/rig.h"

#define STRIDE    256u /* 100 words, to the next 64 bytes */
#define BYTES     (STRIDE * RIG_HEIGHT)
#define FILE_NAME "firstlight/firmware/second.bin"

static unsigned quiesced, rungs_run;

static void second_layout(const struct camera_config *config, struct camera_layout *out)
{
	const size_t stride = format_stride(&pixel_format_raw16, config->width);

	*out = (struct camera_layout){.format = &pixel_format_raw16,
				      .stride = stride,
				      .frame_bytes = stride * config->height,
				      .buffer_bytes = stride * config->height +
						      (stride > 1024 ? stride : 1024)};
}

static enum fl_err second_quiesce(struct camera_device *device)
{
	assert_true(device->is_running);
	assert_int_equal(rig.registers[0x0100], 1); /* the sensor still sends */
	quiesced++;
	return FL_OK;
}

static enum fl_err second_stop(struct camera_device *device)
{
	assert_int_equal(rig.registers[0x0100], 0);
	assert_int_equal(quiesced, rig.receiver.stops + 1);
	return rig_stop(device);
}

/* ---- rungs of its own ------------------------------------------------------------------------ */

static const char *const firmware[] = {"firstlight/firmware/none.bin", FILE_NAME, NULL};

static enum verdict own_up(const struct check_run *run)
{
	enum fl_err err = camera_read_firmware(run->device, firmware);

	rungs_run++;
	if (err == FL_ERR_NOTFOUND)
		return check_skip(run, "no firmware on the stick (%s)", firmware[0]);
	return err ? VERDICT_ERROR : VERDICT_PASS;
}

static enum verdict own_frame(const struct check_run *run)
{
	uint16_t word;

	assert_non_null(run->frame);
	assert_int_equal(run->frame_bytes, BYTES);
	dma_read(run->frame, 0, &word, sizeof word);
	assert_true(word <= 1023);
	return VERDICT_PASS;
}

static const struct check rungs[] = {
	{10, "second.up", CHECK_BOARD, own_up, {NULL}, false},
	{11, "second.quiet", CHECK_BOARD, own_up, {"second.up"}, true},
	{12, "second.frame", CHECK_STREAM, own_frame, {"second.up", "stream.frame"}, false},
	{.id = NULL},
};
static struct camera_ops second;

static void up(void)
{
	rig_up();
	second = rig_ops;
	second.layout = second_layout;
	second.quiesce = second_quiesce;
	second.stop = second_stop;
	second.rungs = rungs;
	rig.receiver.device.ops = &second;
	rig.receiver.bytes = CAMERA_BYTES_UNKNOWN;
	rig.receiver.written = BYTES;
	rig.receiver.high = 3;
	rig.session.plan.frames = 3;
	quiesced = rungs_run = 0;
}

static void down(void)
{
	platform_free(rig.receiver.device.firmware.data);
	rig_down();
}

/* ---- what a user gets ------------------------------------------------------------------------ */

static void frames_are_taken_judged_and_stored(void **state)
{
	size_t size;

	(void)state;
	up();
	snprintf(rig.session.directory, sizeof rig.session.directory, "results/VB");
	assert_int_equal(platform_dir_create("results/VB/frames"), FL_OK);
	rig.session.plan.formats = FORMAT_RAW;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_PASS);
	rig_number("bytes", BYTES);
	rig_number("want-bytes", BYTES);
	assert_int_equal(quiesced, 1);
	assert_int_equal(rig_check(own_frame, 0), VERDICT_PASS);
	assert_int_equal(rig_check(check_files, 0), VERDICT_PASS);
	assert_non_null(host_file_get("results/VB/frames/front-0000.raw", &size));
	assert_int_equal(size, BYTES);
	assert_string_equal(rig.session.report.frames[0].format, "BA10");
	assert_int_equal(rig.session.report.frames[0].stride, STRIDE);
	down();
}

/* Whole lines that never came, the last units of the last one, and a line more, for which there is room. */
static void what_was_written_is_told_by_the_poison(void **state)
{
	static const struct {
		size_t written;
		enum verdict verdict;
		const char *words;
	} cases[] = {
		{BYTES - 2 * STRIDE, VERDICT_FAIL, "frame 0 has 15872 bytes, want 16384"},
		{BYTES - 64, VERDICT_FAIL, "frame 0 has 16320 bytes, want 16384"},
		{0, VERDICT_FAIL, "frame 0 has 0 bytes, want 16384"},
		{BYTES, VERDICT_PASS, ""},
		{BYTES + STRIDE, VERDICT_PASS, ""},
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		up();
		rig.receiver.written = cases[i].written;
		assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
		if (rig_check(check_stream_frame, 0) != cases[i].verdict)
			fail_msg("%zu bytes: %s", cases[i].written, rig.check->message);
		rig_says(cases[i].words);
		down();
	}
}

/* Also when the sensor did not start: what was begun with the device has to come to its end. */
static void it_is_told_before_the_sensor_stops(void **state)
{
	(void)state;
	up();
	rig.session.plan.cycles = 3;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_PASS);
	assert_int_equal(rig_check(check_stream_cycles, 0), VERDICT_PASS);
	assert_int_equal(quiesced, 4);
	assert_int_equal(rig.receiver.stops, 4);
	down();
}

/* Behind what they need, before the next row of a higher rung; on request where they say so. */
static void rungs_of_its_own_have_their_place(void **state)
{
	struct ladder ladder;
	size_t up_at = 0, frame_at = 0;

	(void)state;
	up();
	ladder_build(&second, &ladder);
	for (size_t i = 0; i < ladder.count; i++) {
		up_at = !strcmp(ladder.rows[i]->id, "second.up") ? i : up_at;
		frame_at = !strcmp(ladder.rows[i]->id, "second.frame") ? i : frame_at;
	}
	assert_string_equal(ladder.rows[up_at - 1]->id, "csi.timing");
	assert_string_equal(ladder.rows[up_at + 1]->id, "cache.maintenance");
	assert_string_equal(ladder.rows[up_at + 2]->id, "second.quiet");
	assert_string_equal(ladder.rows[frame_at - 1]->id, "stream.frame");
	ladder_build(NULL, &ladder);
	for (size_t i = 0; i < ladder.count; i++)
		assert_null(strstr(ladder.rows[i]->id, "second."));
	ladder_run(&rig.session, RUNG(10) | RUNG(11));
	assert_int_equal(rungs_run, 1);
	ladder_run(&rig.session, RUNG(10) | RUNG(11) | RUNG_ON_REQUEST);
	assert_int_equal(rungs_run,
			 2); /* no firmware: second.up is skipped, and the other with it */
	down();
}

/* The ladder has room for all rows of every generation that ships: none is dropped. */
static void no_row_finds_the_ladder_full(void **state)
{
	struct ladder generic, ladder;

	(void)state;
	ladder_build(NULL, &generic);
	for (unsigned g = 0; camera_generations[g]; g++) {
		size_t own = 0;

		while (camera_generations[g]->rungs[own].id)
			own++;
		ladder_build(camera_generations[g], &ladder);
		assert_int_equal(ladder.count, generic.count + own);
	}
}

static void firmware_is_read_once(void **state)
{
	(void)state;
	up();
	assert_int_equal(rig_check(own_up, 0), VERDICT_SKIP);
	rig_says("no firmware on the stick (firstlight/firmware/none.bin)");
	host_file_put(FILE_NAME, "code", 4);
	assert_int_equal(rig_check(own_up, 0), VERDICT_PASS);
	assert_string_equal(rig.receiver.device.firmware.path, FILE_NAME);
	assert_int_equal(rig.receiver.device.firmware.size, 4);
	assert_memory_equal(rig.receiver.device.firmware.data, "code", 4);
	assert_int_equal(platform_file_remove(FILE_NAME), FL_OK);
	assert_int_equal(rig_check(own_up, 0), VERDICT_PASS);
	down();
}

/* Without firmware a receiver may have no frames: that is no failure of the camera. */
static void a_stream_waits_for_rungs_of_its_own(void **state)
{
	const struct report_check *start = NULL;

	(void)state;
	up();
	second.stream_needs[0] = "second.up";
	ladder_run(&rig.session, RUNG(10) | RUNG(13));
	for (size_t i = 0; i < rig.session.report.check_count; i++)
		if (!strcmp(rig.session.report.checks[i].id, "stream.start"))
			start = &rig.session.report.checks[i];
	assert_non_null(start);
	assert_int_equal(start->verdict, VERDICT_SKIP);
	assert_string_equal(start->cause, "second.up");
	assert_string_equal(start->message,
			    "no firmware on the stick (firstlight/firmware/none.bin)");
	assert_int_equal(rig.receiver.starts, 0);
	down();
}

/* A check that this machine has no device for: asked for by the plan, it is missed. */
static void a_rung_that_the_machine_lacks_is_missed(void **state)
{
	const struct report_check *last;

	(void)state;
	up();
	snprintf(rig.session.plan.required, sizeof rig.session.plan.required,
		 "pci.receiver,other.up");
	ladder_run(&rig.session, RUNG(10));
	last = &rig.session.report.checks[rig.session.report.check_count - 1];
	assert_string_equal(last->id, "other.up");
	assert_int_equal(last->verdict, VERDICT_FAIL);
	assert_non_null(strstr(last->message, "required by the plan, and not done"));
	assert_non_null(strstr(last->hint, "take it out of `required`"));
	down();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_taken_judged_and_stored),
		cmocka_unit_test(what_was_written_is_told_by_the_poison),
		cmocka_unit_test(it_is_told_before_the_sensor_stops),
		cmocka_unit_test(rungs_of_its_own_have_their_place),
		cmocka_unit_test(no_row_finds_the_ladder_full),
		cmocka_unit_test(firmware_is_read_once),
		cmocka_unit_test(a_stream_waits_for_rungs_of_its_own),
		cmocka_unit_test(a_rung_that_the_machine_lacks_is_missed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
