/* test_space.c: what of the frames has room, to the byte; what goes first; and what files.space says of it. */
#include "tests/unit/checks/rig.h"

#define CLUSTER 32768ull
#define RESERVE (1280ull << 10)

static struct sensor_mode large;

/* Two cameras: one of 2592x1944, one of 100x64, and `free` bytes on the stick. */
static void up(unsigned formats, unsigned frames, uint64_t free)
{
	struct session *session = &rig.session;

	rig_up();
	large = *session->cameras[0].mode;
	large.width = 2592;
	large.height = 1944;
	session->cameras[0].mode = &large;
	session->plan.formats = formats;
	session->plan.frames = frames;
	snprintf(session->directory, sizeof session->directory, "results");
	host_disk_capacity(free);
}

/* One frame of both, from the formats' own sizes: 3328 bytes a line, two bytes a sample, three a pixel of a
 * preview of at most 1056x784. The small ones take a cluster each. */
static const struct {
	unsigned format;
	uint64_t clusters;
} sizes[] = {{FORMAT_RAW, 198 + 1},
	     {FORMAT_JSON, 1 + 1},
	     {FORMAT_PGM, 308 + 1},
	     {FORMAT_PNG, 76 + 1},
	     {FORMAT_DNG, 308 + 1}};

/* Clusters of one frame of both cameras in these formats. */
static uint64_t set(unsigned formats)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < COUNT(sizes); i++)
		sum += formats & sizes[i].format ? sizes[i].clusters : 0;
	return sum;
}

static void all_fits_to_the_byte(void **state)
{
	(void)state;
	for (unsigned formats = 1; formats < 32; formats++) {
		/* and one that is evidence */
		const uint64_t want = set(formats) * CLUSTER * (3 + 1) + RESERVE;

		up(formats, 3, want);
		assert_int_equal(rig_check(check_space, 0), VERDICT_PASS);
		assert_true(rig.session.space.is_known);
		assert_int_equal(rig.session.space.formats, formats);
		assert_int_equal(rig.session.space.left_out, 0);
		assert_int_equal(rig.session.space.frames, 3);
		assert_int_equal(rig.session.space.wanted, want);
		rig_number("free-kib", (double)(want >> 10));
		rig_number("wanted-kib", (double)(want >> 10));
		rig_number("frames", 3);
		rig_down();
	}
}

static void a_byte_less_costs_a_format(void **state)
{
	static const struct {
		unsigned formats, left;
		const char *words;
	} cases[] = {
		{FORMAT_RAW | FORMAT_JSON | FORMAT_PGM | FORMAT_PNG | FORMAT_DNG,
		 FORMAT_RAW | FORMAT_JSON | FORMAT_PNG | FORMAT_DNG, "wanted: pgm files are not"},
		{FORMAT_RAW | FORMAT_PNG | FORMAT_DNG, FORMAT_RAW | FORMAT_DNG,
		 "wanted: png files are not"},
		{FORMAT_RAW | FORMAT_DNG, FORMAT_RAW, "wanted: dng files are not"},
		{FORMAT_JSON | FORMAT_PGM | FORMAT_PNG, FORMAT_JSON | FORMAT_PNG,
		 "wanted: pgm files are not stored"},
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		up(cases[i].formats, 3, set(cases[i].formats) * CLUSTER * 4 + RESERVE - 1);
		assert_int_equal(rig_check(check_space, 0), VERDICT_ERROR);
		assert_int_equal(rig.session.space.formats, cases[i].left);
		assert_int_equal(rig.session.space.left_out, cases[i].formats & ~cases[i].left);
		assert_int_equal(rig.session.space.frames, 3);
		rig_says(cases[i].words);
		rig_hints("delete old runs");
		rig_down();
	}
}

/* Each only when it has to be, in this order; then there are fewer frames. */
static void what_goes_goes_in_order(void **state)
{
	const unsigned all = FORMAT_RAW | FORMAT_JSON | FORMAT_PGM | FORMAT_PNG | FORMAT_DNG;
	const unsigned bare = FORMAT_RAW | FORMAT_JSON;

	(void)state;
	up(all, 3, set(all & ~FORMAT_PGM & ~FORMAT_PNG) * CLUSTER * 4 + RESERVE);
	assert_int_equal(rig_check(check_space, 0), VERDICT_ERROR);
	rig_text("formats", "raw,json,dng");
	rig_says("wanted: pgm,png files are not stored");
	rig_down();
	up(all, 3, set(bare) * CLUSTER * 4 + RESERVE);
	assert_int_equal(rig_check(check_space, 0), VERDICT_ERROR);
	rig_text("formats", "raw,json");
	rig_number("frames", 3);
	rig_says("wanted: pgm,png,dng files are not stored");
	rig_down();
	up(all, 3, set(bare) * CLUSTER * 3 + RESERVE); /* that of the evidence has none */
	assert_int_equal(rig_check(check_space, 0), VERDICT_ERROR);
	rig_number("frames", 3);
	rig_down();
	up(all, 3, set(bare) * CLUSTER * 3 + RESERVE - 1);
	assert_int_equal(rig_check(check_space, 0), VERDICT_ERROR);
	rig_number("frames", 2);
	rig_says("20575 KiB are free and 115968 KiB wanted");
	rig_says("wanted: pgm,png,dng files and 1 of 3 frames of each camera are not stored");
	rig_down();
	up(bare, 3, RESERVE - 1);
	assert_int_equal(rig_check(check_space, 0), VERDICT_ERROR);
	rig_number("frames", 0);
	rig_says("KiB wanted: 3 of 3 frames of each camera are not stored");
	rig_down();
}

/* Sizes at the edge of a cluster, of one camera: the line's padding, the header, the preview's limit. */
static void sizes_are_rounded_up_to_clusters(void **state)
{
	static const struct {
		uint16_t width, height;
		unsigned format, clusters;
	} cases[] = {
		{100, 256, FORMAT_RAW, 1},    {100, 257, FORMAT_RAW, 2},
		{101, 256, FORMAT_RAW, 2},    {112, 128, FORMAT_PGM, 1},
		{114, 128, FORMAT_PGM, 2},    {112, 128, FORMAT_DNG, 1},
		{240, 160, FORMAT_PNG, 2},    {240, 158, FORMAT_PNG, 1},
		{640, 480, FORMAT_PNG, 8},    {2048, 1920, FORMAT_PNG, 76},
		{2592, 1944, FORMAT_PNG, 76}, {4224, 3136, FORMAT_JSON, 1},
		{31403, 4, FORMAT_PNG, 4}, /* a byte more than three */
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		up(cases[i].format, 1, 1u << 30);
		large.width = cases[i].width;
		large.height = cases[i].height;
		rig.session.cameras[1].mode = NULL;
		assert_int_equal(rig_check(check_space, 0), VERDICT_PASS);
		if (rig.session.space.wanted != cases[i].clusters * CLUSTER * 2 + RESERVE)
			fail_msg("%ux%u: %llu bytes wanted", cases[i].width, cases[i].height,
				 (unsigned long long)rig.session.space.wanted);
		rig_down();
	}
}

/* A side file alone is no frame. */
static void a_last_format_is_never_dropped(void **state)
{
	static const unsigned formats[] = {FORMAT_PGM, FORMAT_PGM | FORMAT_JSON, FORMAT_PNG,
					   FORMAT_DNG | FORMAT_JSON};

	(void)state;
	for (unsigned i = 0; i < COUNT(formats); i++) {
		up(formats[i], 2, set(formats[i]) * CLUSTER + RESERVE);
		assert_int_equal(rig_check(check_space, 0), VERDICT_ERROR);
		assert_int_equal(rig.session.space.formats, formats[i]);
		rig_number("frames", 1);
		rig_says("KiB wanted: 1 of 2 frames of each camera are not stored");
		rig_down();
	}
}

static void a_format_that_nobody_knows_has_no_name(void **state)
{
	(void)state;
	up(0x3f, 1, 1u << 30);
	assert_int_equal(rig_check(check_space, 0), VERDICT_PASS);
	rig_text("formats", "raw,json,pgm,png,dng");
	rig_down();
}

static void a_full_session_has_eight_cameras(void **state)
{
	(void)state;
	up(FORMAT_RAW, 3, 1u << 30);
	rig.session.camera_count = SESSION_CAMERAS;
	assert_int_equal(rig_check(check_space, 0), VERDICT_PASS);
	rig_number("wanted-kib", 199 * 32 * 4 + 1280);
	assert_int_equal(session_end(&rig.session), FL_OK);
	rig_down();
}

static void a_camera_without_a_file_needs_nothing(void **state)
{
	(void)state;
	up(FORMAT_RAW, 3, 100 << 20);
	rig.session.cameras[0].mode = NULL;
	assert_int_equal(rig_check(check_space, 0), VERDICT_PASS);
	rig_number("wanted-kib", 32 * 4 + 1280);
	rig_down();
}

/* Writing will tell. */
static void a_volume_that_does_not_tell_is_written_to(void **state)
{
	(void)state;
	up(FORMAT_RAW, 3, 100 << 20);
	host_disk_mute(true);
	assert_int_equal(rig_check(check_space, 0), VERDICT_PASS);
	assert_false(rig.session.space.is_known);
	assert_int_equal(rig.session.space.wanted, 0);
	rig_number("wanted-kib", 0);
	rig_text("formats", "raw");
	rig_number("frames", 3);
	rig_down();
}

static void a_stick_that_is_not_there_is_an_error(void **state)
{
	(void)state;
	up(FORMAT_RAW, 3, 100 << 20);
	host_disk_pull_after(0);
	assert_int_equal(rig_check(check_space, 0), VERDICT_ERROR);
	rig_says("the stick does not tell what is free");
	rig_has_no("free-kib");
	rig.session.directory[0] = '\0';
	snprintf(rig.session.store.message, sizeof rig.session.store.message, "it is full");
	assert_int_equal(rig_check(check_space, 0), VERDICT_ERROR);
	rig_says("it is full");
	rig_down();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_fits_to_the_byte),
		cmocka_unit_test(a_byte_less_costs_a_format),
		cmocka_unit_test(what_goes_goes_in_order),
		cmocka_unit_test(sizes_are_rounded_up_to_clusters),
		cmocka_unit_test(a_last_format_is_never_dropped),
		cmocka_unit_test(a_format_that_nobody_knows_has_no_name),
		cmocka_unit_test(a_full_session_has_eight_cameras),
		cmocka_unit_test(a_camera_without_a_file_needs_nothing),
		cmocka_unit_test(a_volume_that_does_not_tell_is_written_to),
		cmocka_unit_test(a_stick_that_is_not_there_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
