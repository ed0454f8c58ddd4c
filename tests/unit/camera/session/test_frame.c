/*
 * test_frame.c: a frame on the stick, field by field: raw file, side file, pictures, the entry in the report; and
 * what files.written says of them.
 */
#include "image/image.h"
#include "tests/unit/checks/rig.h"

#define FOLDER "results/VB"

/* Two frames taken by the front camera, and a stick to store them on. */
static void up(unsigned formats)
{
	struct session *session = &rig.session;

	rig_up();
	session->plan.frames = 2;
	session->plan.formats = formats;
	snprintf(session->directory, sizeof session->directory, FOLDER);
	assert_int_equal(platform_dir_create(FOLDER "/frames"), FL_OK);
	rig.receiver.frame_errors = 3;
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_PASS);
}

static const void *file(const char *name, size_t *size)
{
	char path[96];

	snprintf(path, sizeof path, FOLDER "/frames/%s", name);
	return host_file_get(path, size);
}

static void a_raw_file_is_the_frame(void **state)
{
	const struct session_frame *frame = &rig.session.cameras[0].frames[1];
	const struct report_frame *entry;
	uint8_t raw[RIG_BYTES];
	const void *there;
	size_t size;

	(void)state;
	up(FORMAT_RAW);
	assert_int_equal(rig_check(check_files, 0), VERDICT_PASS);
	rig_number("frames", 2);
	rig_number("files", 2);
	rig_text("directory", FOLDER);
	there = file("front-0001.raw", &size);
	assert_non_null(there);
	assert_int_equal(size, RIG_BYTES);
	dma_read(frame->buffer->base.pixels, 0, raw, sizeof raw);
	assert_memory_equal(there, raw, sizeof raw);
	assert_int_equal(rig.session.report.frame_count, 2);
	entry = &rig.session.report.frames[1];
	assert_string_equal(entry->camera, "front");
	assert_string_equal(entry->file, "frames/front-0001.raw");
	assert_string_equal(entry->format, "ip3G");
	assert_string_equal(entry->pattern, "none");
	assert_int_equal(entry->sequence, RIG_SKIP + 1);
	assert_int_equal(entry->width, RIG_WIDTH);
	assert_int_equal(entry->height, RIG_HEIGHT);
	assert_int_equal(entry->stride, RIG_STRIDE);
	assert_int_equal(entry->bytes, RIG_BYTES);
	assert_int_equal(entry->errors, 3);
	assert_int_equal(entry->timestamp_us, frame->time_ns / 1000);
	assert_int_equal(entry->xxh3, image_xxh3(raw, sizeof raw));
	rig_down();
}

static void formats_are_named_by_their_order(void **state)
{
	static const char *const fourcc[] = {"ip3G", "ip3r", "ip3b", "ip3g", "ip3y"};
	static const char *const names[] = {"GRBG", "RGGB", "BGGR", "GBRG", "mono"};

	(void)state;
	for (unsigned bayer = BAYER_GRBG; bayer <= BAYER_MONO; bayer++) {
		char want[32];

		up(FORMAT_JSON);
		rig.session.cameras[0].desc.bayer = bayer;
		assert_int_equal(rig_check(check_files, 0), VERDICT_PASS);
		assert_string_equal(rig.session.report.frames[0].format, fourcc[bayer]);
		assert_string_equal(rig.session.report.frames[0].file, ""); /* no raw file */
		snprintf(want, sizeof want, "\"bayer\": \"%s\"", names[bayer]);
		assert_non_null(strstr(file("front-0000.json", NULL), want));
		rig_down();
	}
}

static void the_side_file_says_all_of_it(void **state)
{
	const struct session_camera *camera = &rig.session.cameras[0];
	char want[1024];

	(void)state;
	up(FORMAT_JSON);
	assert_int_equal(rig_check(check_files, 0), VERDICT_PASS);
	snprintf(want, sizeof want,
		 "{\n  \"camera\": \"front\",\n  \"sensor\": \"chip\",\n  \"mode\": \"100x64\",\n"
		 "  \"width\": 100,\n  \"height\": 64,\n  \"stride\": 128,\n"
		 "  \"format\": \"ip3G\",\n  \"bayer\": \"GRBG\",\n  \"bits\": 10,\n"
		 "  \"black_level\": %u,\n  \"black_level_from\": \"%s\",\n"
		 "  \"rotation\": 180,\n  \"orientation\": \"back\",\n  \"port\": 0,\n"
		 "  \"lanes\": 2,\n  \"link_frequency\": 400000000,\n  \"sequence\": 3,\n"
		 "  \"bytes\": 8192,\n  \"xxh3\": \"%016llx\",\n  \"timestamp_us\": %llu,\n"
		 "  \"device_timestamp\": 400000,\n  \"errors\": 3,\n  \"pattern\": \"none\"\n}\n",
		 camera->statistics.black, black_source_name(camera->statistics.black_source),
		 (unsigned long long)rig.session.report.frames[1].xxh3,
		 (unsigned long long)camera->frames[1].time_ns / 1000);
	assert_string_equal(file("front-0001.json", NULL), want);
	rig_down();
}

/* Before a scene was measured the file's is told, or that nobody knows. */
static void the_black_level_is_told_with_its_source(void **state)
{
	struct session_camera *camera = &rig.session.cameras[0];
	char want[96];

	(void)state;
	up(FORMAT_JSON);
	assert_int_equal(frame_store(&rig.session, camera, &camera->frames[0], "FAIL"), FL_OK);
	snprintf(want, sizeof want, "\"black_level\": 64,\n  \"black_level_from\": \"%s\"",
		 black_source_name(BLACK_OF_FILE));
	assert_non_null(strstr(file("front-0000.json", NULL), want));
	assert_non_null(strstr(file("front-0000.json", NULL), "\"pattern\": \"FAIL\""));
	camera->desc.black_level = 0;
	assert_int_equal(frame_store(&rig.session, camera, &camera->frames[0], "PASS"), FL_OK);
	assert_non_null(strstr(file("front-0001.json", NULL), "\"black_level\": null,\n"));
	assert_null(strstr(file("front-0001.json", NULL), "black_level_from"));
	rig_down();
}

static void pictures_are_those_of_the_frame(void **state)
{
	struct session_camera *camera = &rig.session.cameras[0];
	struct file_bytes bytes = {0};
	struct picture picture = {0};
	struct image image;
	const void *there;
	size_t size;

	(void)state;
	up(FORMAT_PGM | FORMAT_PNG | FORMAT_DNG);
	assert_int_equal(rig_check(check_files, 0), VERDICT_PASS);
	rig_number("files", 6);
	assert_null(file("front-0000.raw", NULL));
	assert_null(file("front-0000.json", NULL));
	assert_int_equal(frame_unpack(&rig.session, camera, camera->frames[1].buffer, &image, NULL,
				      &rig.session.diag),
			 FL_OK);
	assert_int_equal(image.width, RIG_WIDTH);
	assert_int_equal(image.height, RIG_HEIGHT);
	assert_int_equal(image.black_level, 64);
	assert_int_equal(image.rotation, 180);
	assert_int_equal(pgm_encode(&image, &bytes), FL_OK);
	there = file("front-0001.pgm", &size);
	assert_int_equal(size, bytes.size);
	assert_memory_equal(there, bytes.data, size);
	file_bytes_free(&bytes);
	assert_int_equal(dng_encode(&image, "front", &bytes), FL_OK);
	there = file("front-0001.dng", &size);
	assert_int_equal(size, bytes.size);
	assert_memory_equal(there, bytes.data, size);
	file_bytes_free(&bytes);
	assert_int_equal(picture_develop(&image, 1056, 784, &picture), FL_OK);
	assert_int_equal(png_encode(&picture, &bytes), FL_OK);
	there = file("front-0001.png", &size);
	assert_int_equal(size, bytes.size);
	assert_memory_equal(there, bytes.data, size);
	file_bytes_free(&bytes);
	picture_free(&picture);
	platform_free(image.samples);
	rig_down();
}

/* As a format whose words have room for more than a sample would tell. */
static size_t beyond_once(const uint8_t *line, unsigned width, uint16_t *samples, bool prefetch)
{
	(void)prefetch;
	memset(samples, 0, width * sizeof *samples);
	return line[0] == 0xff;
}

static void pixels_of_too_many_bits_are_told(void **state)
{
	struct session_camera *camera = &rig.session.cameras[0];
	struct pixel_format format = pixel_format_ipu3;
	uint8_t *packed = NULL;
	struct diag odd = {.message = ""};
	struct image image;

	(void)state;
	format.unpack_line = format.unpack_line_ssse3 = beyond_once;
	up(FORMAT_RAW);
	assert_int_equal(rig_check(check_files, 0), VERDICT_PASS);
	camera->stream.queue->layout.format = &format;
	*(uint8_t *)dma_cpu(camera->frames[1].buffer->base.pixels,
			    camera->stream.queue->layout.stride) = 0xff;
	assert_int_equal(
		frame_unpack(&rig.session, camera, camera->frames[1].buffer, &image, &packed, &odd),
		FL_OK);
	assert_string_equal(odd.message, "frame 3 has 1 pixels of more than 10 bits");
	platform_free(image.samples);
	platform_free(packed);
	/* It is evidence: on the stick, and the camera's failure all the same. */
	for (unsigned i = 0; i < camera->frame_count; i++)
		camera->frames[i].is_stored = false;
	assert_int_equal(rig_check(check_files, 0), VERDICT_FAIL);
	rig_says("frame 3 has 1 pixels of more than 10 bits");
	rig_hints("samples at the other end of their words");
	rig_number("files", 2 * camera->frame_count);
	rig_down();
}

/* ---- what has room -------------------------------------------------------------------------- */

static void only_what_has_room_is_stored(void **state)
{
	struct space *space = &rig.session.space;

	(void)state;
	up(FORMAT_RAW | FORMAT_JSON | FORMAT_PGM);
	*space = (struct space){.is_known = true, .formats = FORMAT_RAW, .frames = 2};
	assert_int_equal(rig_check(check_files, 0), VERDICT_PASS);
	rig_number("files", 2);
	assert_null(file("front-0000.json", NULL));
	rig_down();
	up(FORMAT_RAW);
	*space = (struct space){.is_known = true, .formats = FORMAT_RAW, .frames = 1};
	assert_int_equal(rig_check(check_files, 0), VERDICT_PASS);
	rig_number("files", 1);
	rig_number("frames", 2);
	assert_non_null(file("front-0000.raw", NULL));
	assert_null(file("front-0001.raw", NULL));
	assert_string_equal(rig.session.report.frames[1].file, "");
	rig_down();
	up(FORMAT_RAW);
	*space = (struct space){.is_known = true, .formats = FORMAT_RAW, .frames = 0};
	assert_int_equal(rig_check(check_files, 0), VERDICT_SKIP);
	rig_says("no frame has room: see files.space");
	rig_down();
}

/* All frames of the plan have room: so has the evidence behind them. */
static void evidence_is_stored_behind_the_frames(void **state)
{
	struct session_camera *camera = &rig.session.cameras[0];

	(void)state;
	up(FORMAT_RAW);
	rig.session.space = (struct space){.is_known = true, .formats = FORMAT_RAW, .frames = 2};
	assert_int_equal(rig_check(check_files, 0), VERDICT_PASS);
	assert_int_equal(frame_store(&rig.session, camera, &camera->frames[0], "FAIL"), FL_OK);
	assert_non_null(file("front-0002.raw", NULL));
	assert_int_equal(camera->pictures, 2); /* it is none of the scene */
	rig_down();
}

/* ---- files.written --------------------------------------------------------------------------- */

static void a_write_that_fails_is_the_sticks_error(void **state)
{
	(void)state;
	up(FORMAT_RAW | FORMAT_JSON);
	host_fail_write(3, FL_ERR_IO);
	assert_int_equal(rig_check(check_files, 0), VERDICT_ERROR);
	rig_says("frames/front-0001.raw cannot be stored (transfer failed)");
	rig_number("files", 2);
	rig_has_no("not-stored");
	assert_string_equal(rig.session.report.frames[1].file, ""); /* it is not there */
	assert_null(file("front-0001.json", NULL));
	/* It is not tried again. */
	assert_int_equal(rig_check(check_files, 0), VERDICT_ERROR);
	assert_int_equal(rig.session.report.frame_count, 2);
	rig_down();
	up(FORMAT_RAW);
	host_corrupt_file("front-0000.raw");
	assert_int_equal(rig_check(check_files, 0), VERDICT_ERROR);
	rig_says("reads back different from what was written (8192 and 8192 bytes)");
	rig_hints("the stick loses data");
	rig_number("files", 0);
	rig_down();
}

static void nothing_to_store_is_no_pass(void **state)
{
	(void)state;
	up(FORMAT_RAW);
	rig.session.cameras[0].frame_count = 0;
	assert_int_equal(rig_check(check_files, 0), VERDICT_SKIP);
	rig_says("no frame was taken");
	rig_down();
	up(FORMAT_RAW);
	rig.session.directory[0] = '\0';
	assert_int_equal(rig_check(check_files, 0), VERDICT_SKIP);
	rig_says("nothing can be stored: see files.space");
	rig_text("directory", "none");
	rig_down();
}

/* `capture --pattern`: the frames kept are judged, whatever becomes of the files. */
static void frames_of_a_pattern_are_judged(void **state)
{
	struct sensor_pattern solid;

	(void)state;
	for (unsigned good = 0; good < 2; good++) {
		struct session_camera *camera = &rig.session.cameras[0];

		up(FORMAT_RAW);
		solid = (struct sensor_pattern){.look = {.name = "grey", .kind = PATTERN_OTHER}};
		if (!good)
			solid.look.kind = PATTERN_SOLID;
		for (unsigned i = 0; i < 4; i++)
			solid.look.values[i] = 1000;
		camera->pattern = &solid;
		camera->shows_pattern = true;
		if (good)
			camera->pattern = NULL;
		assert_int_equal(rig_check(check_files, 0), good ? VERDICT_PASS : VERDICT_FAIL);
		assert_string_equal(rig.session.report.frames[0].pattern, good ? "none" : "FAIL");
		assert_string_equal(rig.session.report.frames[1].pattern, good ? "none" : "FAIL");
		if (!good)
			rig_says("pattern grey: line 0, column 0 is ");
		rig_has_no("not-stored");
		assert_non_null(file("front-0001.raw", NULL));
		rig_down();
	}
	up(FORMAT_RAW);
	rig.session.cameras[0].pattern = &solid;
	rig.session.cameras[0].shows_pattern = true;
	host_fail_write(1, FL_ERR_IO);
	assert_int_equal(rig_check(check_files, 0), VERDICT_FAIL);
	rig_says("pattern grey");
	assert_non_null(strstr(rig_fact("not-stored")->text, "cannot be stored"));
	rig_down();
}

/* The first frame that is wrong keeps its reason; a good one says so. */
static void each_frame_has_its_own_verdict(void **state)
{
	struct session_camera *camera = &rig.session.cameras[0];
	struct sensor_pattern solid = {.look = {.name = "grey",
						.kind = PATTERN_SOLID,
						.is_exact = true,
						.values = {341, 341, 341, 341}}};

	(void)state;
	rig_up();
	rig.session.plan.frames = 2;
	rig.session.plan.formats = FORMAT_RAW;
	rig.receiver.solid = 0x55;
	rig.registers[0x4303] = 1;
	camera->pattern = NULL; /* on by hand */
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	rig.registers[0x4303] = 1;
	assert_int_equal(rig_check(check_stream_frame, 0), VERDICT_PASS);
	camera->pattern = &solid;
	camera->shows_pattern = true;
	frame_store(&rig.session, camera, &camera->frames[0], "none");
	assert_string_equal(rig.session.report.frames[0].pattern, "PASS");
	assert_string_equal(camera->judged.message, "");
	solid.look.values[2] = 900;
	frame_store(&rig.session, camera, &camera->frames[0], "none");
	assert_non_null(strstr(camera->judged.message, "line 1, column 0 is 341, want"));
	solid.look.values[0] = 900;
	frame_store(&rig.session, camera, &camera->frames[0], "none");
	assert_non_null(strstr(camera->judged.message, "line 1, column 0 is 341, want"));
	rig_down();
}

/* Whatever allocation fails: an error with words or a whole file, and nothing is lost. */
static void memory_that_is_short_is_told(void **state)
{
	unsigned told = 0, stored = 0;

	(void)state;
	for (unsigned k = 1; k < 40; k++) {
		struct session_camera *camera = &rig.session.cameras[0];
		enum fl_err err;

		up(FORMAT_RAW | FORMAT_JSON | FORMAT_PGM | FORMAT_PNG | FORMAT_DNG);
		diag_clear(&rig.session.diag);
		host_fail_allocation(k);
		err = frame_store(&rig.session, camera, &camera->frames[0], "none");
		host_fail_allocation(0);
		if (err) {
			told++;
			if (!rig.session.diag.message[0])
				fail_msg("allocation %u: %s without words", k, fl_err_name(err));
		} else {
			stored++;
			assert_int_equal(camera->files_written, 5);
		}
		rig_down();
	}
	assert_true(told > 5);
	assert_true(stored > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_raw_file_is_the_frame),
		cmocka_unit_test(formats_are_named_by_their_order),
		cmocka_unit_test(the_side_file_says_all_of_it),
		cmocka_unit_test(the_black_level_is_told_with_its_source),
		cmocka_unit_test(pictures_are_those_of_the_frame),
		cmocka_unit_test(pixels_of_too_many_bits_are_told),
		cmocka_unit_test(only_what_has_room_is_stored),
		cmocka_unit_test(evidence_is_stored_behind_the_frames),
		cmocka_unit_test(a_write_that_fails_is_the_sticks_error),
		cmocka_unit_test(nothing_to_store_is_no_pass),
		cmocka_unit_test(frames_of_a_pattern_are_judged),
		cmocka_unit_test(each_frame_has_its_own_verdict),
		cmocka_unit_test(memory_that_is_short_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
