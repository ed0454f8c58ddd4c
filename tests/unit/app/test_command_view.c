/*
 * test_command_view.c: `view`: what the camera sees is on the screen, the right way round, until ESC; what keeps
 * it from that is said.
 */
#include "tests/unit/image/scene_tools.h"

#include "app/app.h"
#include "tests/host/reading.h"
#include "tests/unit/app/said.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SCENE        "build/test-view.pgm"
#define WHITE        0x00ffffffu
#define MS(n)        (1000000 * (uint64_t)(n))
#define VIEW         "view --mode 648x486"

enum colour { RED_CORNER, GREEN_CORNER, BLUE_CORNER, DARK_CORNER };

/* A quarter each, as the sensor sends it: red and green above, blue and dark below. */
static void put_scene(void)
{
	struct image image = {.width = 648, .height = 486};

	image.samples = malloc(sizeof(uint16_t) * 648 * 486);
	FOR_XY(&image)
	{
		/* GRBG: which colour this sample is, and which this quarter has */
		unsigned sample = y & 1 ? (x & 1 ? GREEN_CORNER : BLUE_CORNER)
					: (x & 1 ? RED_CORNER : GREEN_CORNER);
		unsigned quarter = (y >= 243) * 2u + (x >= 324);

		*at(&image, x, y) = sample == quarter ? 500 : 80;
	}
	scene_save(&image, SCENE);
	free(image.samples);
}

/* A board on which ESC is pressed at that time. */
static void start(const char *const *faults, uint64_t escape_ns)
{
	rom_prepare(1);
	host_set_screen(200, 120);
	rom_attach(faults, VBOARD_FPS_SENSOR);
	host_key_at(escape_ns, PLATFORM_KEY_ESC);
}

static void start_scene(void)
{
	struct vboard_options board = {
		.seed = 1, .fps = VBOARD_FPS_SENSOR, .scenes = {[1] = SCENE}};

	rom_prepare(1);
	host_set_screen(200, 120);
	put_scene();
	assert_non_null(host_attach_board(&board));
	remove(SCENE);
	host_key_at(MS(250), PLATFORM_KEY_ESC);
}

static void run(const char *line, int status)
{
	int ended = rom_run(line);

	if (ended != status)
		fail_msg("'%s' ended with %d:\n%s", line, ended, host_console());
	assert_said(status == APP_PASS   ? "RESULT PASS\n"
		    : status == APP_FAIL ? "RESULT FAIL\n"
					 : "RESULT ERROR\n");
	assert_int_equal(host_finding_count(), 0);
	assert_int_equal(host_violation_count(), 0);
}

static uint32_t pixel(unsigned x, unsigned y)
{
	const struct reading screen = reading_screen();

	return screen.pixels[(size_t)y * screen.width + x];
}

/* Which channel is clearly the strongest of the pixel's. */
static enum colour colour_at(unsigned x, unsigned y)
{
	unsigned red = pixel(x, y) >> 16 & 255, green = pixel(x, y) >> 8 & 255,
		 blue = pixel(x, y) & 255;

	if (red > green + 40 && red > blue + 40)
		return RED_CORNER;
	if (green > red + 40 && green > blue + 40)
		return GREEN_CORNER;
	return blue > red + 40 && blue > green + 40 ? BLUE_CORNER : DARK_CORNER;
}

/* The picture fills this rectangle up to its last pixels; its corners, from top left on as one reads, and no
 * picture beside it. */
static void assert_corners(unsigned left, unsigned top, unsigned width, unsigned height,
			   const enum colour corners[4])
{
	const struct reading screen = reading_screen();

	for (unsigned i = 0; i < 4; i++) {
		unsigned x = i & 1 ? left + width - 1 : left, y = i & 2 ? top + height - 1 : top;

		if (colour_at(x, y) != corners[i])
			fail_msg("corner %u is 0x%06x", i, (unsigned)pixel(x, y));
	}
	for (unsigned y = 0; y < screen.height; y++)
		for (unsigned x = 0; x < screen.width; x++)
			if ((x < left || x >= left + width || y < top || y >= top + height) &&
			    pixel(x, y) != WHITE) /* the line of text */
				assert_int_equal(pixel(x, y), 0);
}

/* ---- the picture ---------------------------------------------------------------------------- */

static void the_picture_stands_upright_and_fills_the_screen(void **state)
{
	static const enum colour as_sent[] = {RED_CORNER, GREEN_CORNER, BLUE_CORNER, DARK_CORNER};

	(void)state;
	start_scene();
	run(VIEW, APP_PASS);
	assert_corners(20, 0, 160, 120, as_sent);
	start_scene();
	host_set_screen(80, 200);
	run(VIEW, APP_PASS);
	assert_corners(0, 70, 80, 60, as_sent);
}

/* A module that is built in turned, as the board file says: degrees counter-clockwise. */
static void a_turned_module_is_shown_upright(void **state)
{
	static const struct {
		const char *rotation;
		unsigned left, width;
		enum colour corners[4];
	} cases[] = {
		{"rotation = 90", 55, 90, {GREEN_CORNER, DARK_CORNER, RED_CORNER, BLUE_CORNER}},
		{"rotation = 180", 20, 160, {DARK_CORNER, BLUE_CORNER, GREEN_CORNER, RED_CORNER}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char line[64];

		start_scene();
		snprintf(line, sizeof line, "orientation = front\n%s", cases[i].rotation);
		stick_edit("firstlight/boards/soraka.ini", "orientation = front", line);
		run(VIEW, APP_PASS);
		assert_corners(cases[i].left, 0, cases[i].width, 120, cases[i].corners);
	}
}

/* Eight bars: white, yellow, cyan, green, magenta, red, blue, black. */
static void a_pattern_is_shown_only_when_it_was_asked_for(void **state)
{
	static const uint32_t bars[] = {0xffffff, 0xffff00, 0x00ffff, 0x00ff00,
					0xff00ff, 0xff0000, 0x0000ff, 0x000000};

	(void)state;
	start(NULL, MS(250));
	run(VIEW " --pattern bars", APP_PASS);
	for (unsigned i = 0; i < COUNT(bars); i++) {
		uint32_t seen = pixel(30 + 20 * i, 100);

		for (unsigned shift = 0; shift < 24; shift += 8)
			assert_int_equal((seen >> shift & 255) > 128, (bars[i] >> shift & 255) > 0);
	}
}

/* ---- words and keys ------------------------------------------------------------------------- */

/* Number of the frame on the screen; its line reads as it should. */
static unsigned shown_frame(const char *camera_and_mode, unsigned errors)
{
	const struct reading screen = reading_screen();
	const char *line = reading_line(&screen, 8, 8, 1, WHITE);
	char want[128];
	unsigned frame;

	snprintf(want, sizeof want, "%s frame %%u,", camera_and_mode);
	if (sscanf(line, want, &frame) != 1)
		fail_msg("the line is '%s'", line);
	snprintf(want, sizeof want, "%s frame %u, %u errors, ESC ends", camera_and_mode, frame,
		 errors);
	assert_string_equal(line, want);
	return frame;
}

static void the_line_names_camera_mode_frame_and_errors(void **state)
{
	const char *faults[] = {"crc=ov5670:1", NULL};
	struct reading screen;
	unsigned first;

	(void)state;
	start(NULL, MS(400));
	host_set_screen(1000, 120);
	run(VIEW, APP_PASS);
	assert_said("# ov13858: no mode 648x486\n# view of ov5670, mode 648x486; ESC ends\n");
	first = shown_frame("ov5670 648x486", 0);
	start(NULL, MS(600)); /* 6 frames later */
	host_set_screen(1000, 120);
	run(VIEW, APP_PASS);
	assert_in_range(shown_frame("ov5670 648x486", 0), first + 5, first + 7);
	start(faults, MS(400));
	host_set_screen(1000, 120);
	run(VIEW, APP_PASS);
	screen = reading_screen();
	assert_null(strstr(reading_line(&screen, 8, 8, 1, WHITE), " 0 errors"));
}

static void only_escape_ends_it(void **state)
{
	(void)state;
	start(NULL, MS(500));
	host_set_keys("q\n 0123456789");
	run(VIEW, APP_PASS);
	assert_in_range(host_time_ns(), MS(500), MS(600));
}

/* ---- what keeps it from that ------------------------------------------------------------------ */

/* As `capture` would: a camera's trouble is a FAIL, what was asked for and is nowhere an ERROR. */
static void each_trouble_ends_in_its_own_words(void **state)
{
	static const struct {
		const char *fault, *line;
		int status;
		const char *says[2];
	} cases[] = {
		{"no-cio2", VIEW, APP_FAIL, {"error: no CIO2 (8086:9d32) among "}},
		{"no-sof=ov5670", VIEW, APP_FAIL, {"error: no start of frame on port 1 within "}},
		{"no-eof=ov5670:3", VIEW, APP_FAIL, {"error: no frame within "}},
		{"wrong-id=ov5670",
		 VIEW,
		 APP_FAIL,
		 {"# ov5670: ov5670 (firstlight/sensors/ov5670.ini:23): register 0x300a reads",
		  "error: no camera to look through\nhint: see: probe\n"}},
		{"pmic-nack",
		 VIEW,
		 APP_FAIL,
		 {"# ov5670: power pmic, step 5", "error: no camera to look"}},
		{"data-nack=ov5670:50", VIEW, APP_FAIL, {"# ov5670: ", "error: no camera to look"}},
		{NULL,
		 "view --mode 640x360 --pattern bars-2",
		 APP_ERROR,
		 {"# ov13858: no mode 640x360\n# ov5670: no pattern bars-2\n",
		  "error: no camera to look through"}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *faults[] = {cases[i].fault, NULL};

		start(faults, MS(10000)); /* never that long */
		run(cases[i].line, cases[i].status);
		for (unsigned k = 0; k < 2 && cases[i].says[k]; k++)
			assert_said(cases[i].says[k]);
		assert_int_equal(host_leaks(), 0);
	}
}

/* The picture was fine, but the receiver's DMA runs on: no PASS, and its memory is not given back. */
static void a_receiver_that_does_not_stop_is_an_error(void **state)
{
	const char *faults[] = {"dma-no-halt", NULL};

	(void)state;
	start(faults, MS(250));
	run(VIEW, APP_ERROR);
	assert_said("error: CIO2 CDMAC0 (0x1508) reads 0x00000000");
	assert_int_not_equal(host_leaks(), 0);
}

static void the_first_camera_that_works_is_taken(void **state)
{
	const char *faults[] = {"sensor-nack=ov13858", NULL};

	(void)state;
	start(faults, MS(250));
	host_file_put("firstlight/sensors/ov5670.ini", "[sensor]\nnoise = 3\n", 19);
	run("view", APP_FAIL);
	assert_said("# ov13858: ov13858 (firstlight/sensors/ov13858.ini:");
	assert_said("# ov5670: firstlight/sensors/ov5670.ini:2: ");
	start(faults, MS(250));
	run("view --mode 640x360", APP_PASS);
	assert_said("# view of ov5670, mode 640x360; ESC ends\n");
	start(NULL, MS(250));
	run("view --mode 1056x784", APP_PASS);
	assert_said("# view of ov13858, mode 1056x784; ESC ends\n");
	start(NULL, MS(250));
	run(VIEW " --camera ov5670", APP_PASS);
	assert_not_said("ov13858");
}

static void without_a_screen_there_is_nothing_to_look_at(void **state)
{
	(void)state;
	start(NULL, MS(250));
	host_set_screen(0, 0);
	run(VIEW, APP_ERROR);
	assert_said("error: no framebuffer to show pictures on\n"
		    "hint: use capture and look at the files\n");
	assert_int_equal(host_leaks(), 0);
}

/* The view's own memory: the screen and the queue come first, what each frame takes last; between them lie the
 * buffers. */
static void without_memory_it_says_so(void **state)
{
	unsigned long from, to, pictures = 0;

	(void)state;
	start(NULL, MS(250));
	host_set_screen(0, 0);
	run("view --mode 640x360", APP_ERROR);
	from = host_allocations();
	start(NULL, MS(250));
	run("view --mode 640x360", APP_PASS);
	to = host_allocations();
	assert_true(to > from + 20);
	for (unsigned long k = from + 1; k <= to; k = k == from + 2 ? to - 10 : k + 1) {
		int status;

		start(NULL, MS(250));
		host_fail_allocation(k);
		status = rom_run("view --mode 640x360");
		assert_int_equal(status, APP_ERROR);
		assert_said("RESULT ERROR\n");
		if (k == from + 1)
			assert_said("error: no framebuffer");
		pictures += strstr(host_console(), "error: the picture could not be made (out of "
						   "memory)\n") != NULL;
		assert_int_equal(host_leaks(), 0);
	}
	assert_in_range(pictures, 3, 11); /* three for each of the frames */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_picture_stands_upright_and_fills_the_screen),
		cmocka_unit_test(a_turned_module_is_shown_upright),
		cmocka_unit_test(a_pattern_is_shown_only_when_it_was_asked_for),
		cmocka_unit_test(the_line_names_camera_mode_frame_and_errors),
		cmocka_unit_test(only_escape_ends_it),
		cmocka_unit_test(each_trouble_ends_in_its_own_words),
		cmocka_unit_test(a_receiver_that_does_not_stop_is_an_error),
		cmocka_unit_test(the_first_camera_that_works_is_taken),
		cmocka_unit_test(without_a_screen_there_is_nothing_to_look_at),
		cmocka_unit_test(without_memory_it_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
