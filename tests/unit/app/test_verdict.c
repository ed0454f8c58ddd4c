/* test_verdict.c: the last screen: its colour, its words, what failed and why, its pictures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/app.h"
#include "tests/host/reading.h"
#include "tests/host/rom.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define GREEN        0x00107c10u
#define RED          0x00b01010u
#define AMBER        0x00a06000u
#define WHITE        0x00ffffffu
#define LEFT         24u
#define LINE         READING_GLYPH_HEIGHT
/* On 1280 x 800: below the big word, below the unit, and below one line of what is covered. */
#define UNIT_Y       (LEFT + 12 * LINE)
#define COVER_Y      (UNIT_Y + LINE)
#define BODY_Y       (COVER_Y + LINE + 12)

static struct session *session;
static struct board_camera boards[3] = {{.name = "rear"}, {.name = "front"}, {.name = "third"}};
static uint32_t yellow[2] = {0xffff00, 0xffff00}, blue[2] = {0x0000ff, 0x0000ff};

/* Two pixels beside each other. */
static struct picture wide(uint32_t *pixels)
{
	return (struct picture){.width = 2, .height = 1, .pixels = pixels};
}

static int begin(void **state)
{
	(void)state;
	host_reset(1);
	session = platform_alloc(sizeof *session);
	session->version = "v1.2";
	text_copy(session->identity.product, sizeof session->identity.product, "Soraka");
	text_copy(session->unit, sizeof session->unit, "VB0001");
	report_init(&session->report, "v1.2", "20261126-0007");
	text_copy(session->report.command, sizeof session->report.command, "probe");
	session->report.finished = true;
	return 0;
}

static int end(void **state)
{
	(void)state;
	report_free(&session->report);
	platform_free(session);
	return host_leaks() ? -1 : 0;
}

static struct report_check *add(const char *id, const char *camera, enum verdict verdict,
				const char *message, const char *hint)
{
	struct report_check *check = report_begin(&session->report, id, camera);
	struct diag diag = {0};

	text_copy(diag.message, sizeof diag.message, message);
	text_copy(diag.hint, sizeof diag.hint, hint);
	report_end(check, verdict, 1, &diag);
	return check;
}

static const char *read_line(unsigned x, unsigned y, unsigned scale)
{
	const struct reading screen = reading_screen();

	return reading_line(&screen, x, y, scale, WHITE);
}

static const char *read_lines(unsigned x, unsigned y)
{
	const struct reading screen = reading_screen();

	return reading_lines(&screen, x, y, 1, WHITE);
}

static uint32_t pixel(unsigned x, unsigned y)
{
	const struct reading screen = reading_screen();

	return screen.pixels[(size_t)y * screen.width + x];
}

/* Every pixel is ink or paper. */
static void assert_paper(uint32_t paper)
{
	const struct reading screen = reading_screen();

	for (size_t i = 0; i < (size_t)screen.width * screen.height; i++)
		if (screen.pixels[i] != WHITE)
			assert_int_equal(screen.pixels[i], paper);
}

static void each_verdict_has_its_word_and_colour(void **state)
{
	static const struct {
		enum verdict verdict;
		const char *word;
		uint32_t paper;
		unsigned x, scale;
	} cases[] = {
		{VERDICT_PASS, "PASS", GREEN, 256, 12},
		{VERDICT_FAIL, "FAIL", RED, 256, 12},
		{VERDICT_ERROR, "ERROR", AMBER, 240, 10},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		host_set_screen(1280, 800);
		verdict_show(session, cases[i].verdict);
		assert_string_equal(read_line(cases[i].x, LEFT, cases[i].scale), cases[i].word);
		assert_paper(cases[i].paper);
	}
}

/* As large as two thirds of the width and half of the height allow, in the middle; a screen that is too
 * small shows what it can, and its colour in any case. */
static void the_word_fits_every_screen(void **state)
{
	static const struct {
		unsigned width, height, x, scale;
		const char *word;
	} cases[] = {
		{800, 1280, 144, 8, "PASS"},
		{768, 256, 256, 4, "PASS"},
		{767, 768, 159, 7, "PASS"},
		{3840, 2160, 864, 33, "PASS"},
		{320, 200, 64, 3, "PASS"},
		{100, 1000, 18, 1, "PASS"},
		{65, 56, 0, 1, "PASS"},
		{64, 56, 0, 1, "PASS"},
		{40, 64, 0, 1, "PA"},
		{20, 9, 0, 1, ""},
		{1, 1, 0, 1, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		host_set_screen(cases[i].width, cases[i].height);
		verdict_show(session, VERDICT_PASS);
		assert_string_equal(read_line(cases[i].x, LEFT, cases[i].scale), cases[i].word);
		assert_paper(GREEN);
		assert_int_equal(pixel(0, 0), GREEN);
	}
}

static void a_machine_without_screen_or_memory_shows_nothing(void **state)
{
	unsigned long leaks = host_leaks();

	(void)state;
	host_set_screen(0, 0);
	verdict_show(session, VERDICT_PASS);
	host_set_screen(1280, 800);
	host_fail_allocation(1);
	verdict_show(session, VERDICT_PASS);
	assert_int_equal(pixel(0, 0), 0);
	verdict_show(session, VERDICT_PASS);
	assert_int_equal(pixel(0, 0), GREEN);
	assert_int_equal(host_leaks(), leaks);
}

/* Which machine, which run's folder, which ROM, and what the verdict covers. */
static void unit_run_and_cover_stand_below_the_word(void **state)
{
	(void)state;
	add("pci.ready", "", VERDICT_PASS, "", "");
	add("sensor.id", "rear", VERDICT_PASS, "", "");
	add("pci.imgu", "", VERDICT_SKIP, "no ImgU (8086:1919): disabled", "");
	verdict_show(session, VERDICT_PASS);
	assert_string_equal(read_lines(LEFT, UNIT_Y), "Soraka VB0001  20261126-0007  v1.2\n"
						      "probe: 2 of 3 checks, 1 skipped: no ImgU\n");
}

/* ---- failures ------------------------------------------------------------------------------- */

#define ERROR_Y (LEFT + 10 * LINE) /* below the word ERROR */
#define HINT    (2 * LEFT)

static void assert_line(unsigned x, unsigned y, const char *text)
{
	assert_string_equal(read_line(x, y, 1), text);
}

/* A hint stands below its message, further right; what failures made others skip is not repeated. */
static void failures_are_listed_with_message_and_hint(void **state)
{
	unsigned y = ERROR_Y + 3 * LINE + 12;

	(void)state;
	add("pci.ready", "", VERDICT_PASS, "", "");
	add("pci.receiver", "", VERDICT_FAIL, "no CIO2 on PCI", "look at the set-up");
	add("sensor.id", "rear", VERDICT_FAIL, "chip id 0x5671, want 0x5670", "");
	text_copy(add("sensor.mode", "rear", VERDICT_SKIP, "sensor.id failed", "")->cause,
		  REPORT_NAME, "sensor.id");
	add("files.written", "front", VERDICT_ERROR, "the stick is full", "free some");
	add("x", "c", VERDICT_FAIL, "m", "h");
	session->cameras[0] = (struct session_camera){.board = &boards[0], .preview = wide(yellow)};
	session->camera_count = 1;
	verdict_show(session, VERDICT_ERROR);
	assert_line(LEFT, ERROR_Y, "Soraka VB0001  20261126-0007  v1.2");
	assert_line(LEFT, ERROR_Y + LINE, "1 could not be judged, 3 failed");
	assert_line(LEFT, ERROR_Y + 2 * LINE, "probe: 1 of 6 checks, 1 skipped");
	assert_line(LEFT, y, "pci.receiver: no CIO2 on PCI");
	assert_line(HINT, y + LINE, "-> look at the set-up");
	assert_line(LEFT, y + 2 * LINE, "sensor.id rear: chip id 0x5671, want 0x5670");
	assert_line(LEFT, y + 3 * LINE, "files.written front: the stick is full");
	assert_line(HINT, y + 4 * LINE, "-> free some");
	assert_line(LEFT, y + 5 * LINE, "x c: m");
	assert_line(HINT, y + 6 * LINE, "-> h");
	assert_string_equal(read_lines(LEFT, y + 7 * LINE), "");
	assert_paper(AMBER);
}

static void a_long_failure_is_told_to_its_last_letter(void **state)
{
	char id[40], message[320], hint[320];
	unsigned y = BODY_Y + LINE; /* a higher screen has a larger word */

	(void)state;
	memset(id, 'i', sizeof id - 1);
	memset(message, 'm', sizeof message - 2);
	memset(hint, 'h', sizeof hint - 2);
	message[0] = hint[0] = ' ';
	id[sizeof id - 1] = message[sizeof message - 1] = hint[sizeof hint - 1] = '\0';
	message[sizeof message - 2] = 'M';
	hint[sizeof hint - 2] = 'H';
	add(id, id, VERDICT_FAIL, message, hint);
	host_set_screen(1280, 1280);
	verdict_show(session, VERDICT_FAIL);
	assert_line(LEFT, y, "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii");
	/* 77 letters a line for 318 of the message, 75 for 318 of the hint */
	assert_line(LEFT, y + 6 * LINE, "mmmmmmmmmM");
	assert_line(HINT, y + 7 * LINE, "->");
	assert_line(HINT, y + 12 * LINE, "hhhhhhhhhhhhhhhhhH");
}

/* What has no room is counted in the last line, which is kept free for it. */
static void failures_beyond_the_screen_are_counted(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 7; i++)
		add("power.up", "rear", VERDICT_FAIL, "no rail", "");
	verdict_show(session, VERDICT_FAIL);
	assert_line(LEFT, BODY_Y + 6 * LINE, "power.up rear: no rail");
	assert_line(LEFT, 800 - LINE, "");
	for (unsigned i = 0; i < 3; i++)
		add("power.up", "rear", VERDICT_FAIL, "no rail", "");
	add("sensor.id", "rear", VERDICT_SKIP, "power.up failed", "");
	verdict_show(session, VERDICT_FAIL);
	assert_line(LEFT, BODY_Y + 6 * LINE, "power.up rear: no rail");
	assert_line(LEFT, BODY_Y + 7 * LINE, "");
	assert_line(LEFT, 800 - LINE, "... and 3 more: see report.json");
}

/* A failure of one line that just fits is shown; one of several lines does not run into the last. */
static void the_last_line_is_for_what_has_no_room(void **state)
{
	char message[320];

	(void)state;
	for (unsigned i = 0; i < 7; i++)
		add("x", "c", VERDICT_FAIL, "m", "");
	host_set_screen(1280, 772);
	verdict_show(session, VERDICT_FAIL);
	assert_line(LEFT, BODY_Y + 6 * LINE, "x c: m");
	assert_line(LEFT, 772 - LINE, "");
	host_set_screen(1280, 771);
	verdict_show(session, VERDICT_FAIL);
	assert_line(LEFT, BODY_Y + 6 * LINE, "");
	assert_line(LEFT, 771 - LINE, "... and 1 more: see report.json");
	memset(message, 'm', sizeof message - 1);
	for (unsigned i = 1; i < sizeof message; i += 2)
		message[i] = ' ';
	message[sizeof message - 1] = '\0';
	text_copy(session->report.checks[6].message, sizeof message, message);
	text_copy(session->report.checks[6].hint, 2, "h");
	host_set_screen(1280, 772);
	verdict_show(session, VERDICT_FAIL);
	assert_memory_equal(read_line(LEFT, BODY_Y + 6 * LINE, 1), "x c: m m", 8);
	assert_line(LEFT, 772 - LINE, "");
}

static void lines_end_a_margin_before_the_edge(void **state)
{
	(void)state;
	memset(session->identity.product, 'p', 40);
	session->identity.product[40] = '\0';
	memset(session->unit, 'u', 34);
	session->unit[34] = '\0';
	text_copy(session->report.run, sizeof session->report.run,
		  "abc"); /* would end 80 letters */
	add("x", "", VERDICT_PASS, "", "");
	add("x", "", VERDICT_SKIP, "reason reason reason reason reason reason x abc", "");
	verdict_show(session, VERDICT_PASS);
	assert_line(LEFT, UNIT_Y + LINE, "abc  v1.2");
	assert_line(LEFT, UNIT_Y + 3 * LINE, "abc");
}

static void why_the_run_as_a_whole_is_an_error_is_told(void **state)
{
	(void)state;
	add("pci.ready", "", VERDICT_PASS, "", "");
	text_copy(session->report.unstored, sizeof session->report.unstored, "the stick is full");
	verdict_show(session, VERDICT_ERROR);
	assert_line(LEFT, ERROR_Y + LINE, "the record is not stored: the stick is full");
	assert_line(LEFT, ERROR_Y + 2 * LINE, "probe: 1 of 1 checks");
	session->report.finished = false;
	text_copy(session->report.running, sizeof session->report.running, "stream.start rear");
	verdict_show(session, VERDICT_ERROR);
	assert_line(LEFT, ERROR_Y + LINE, "did not finish: in stream.start rear");
}

/* ---- pictures ------------------------------------------------------------------------------- */

/* The picture fills exactly this rectangle. */
static void assert_picture(uint32_t colour, unsigned left, unsigned top, unsigned width,
			   unsigned height)
{
	const struct reading screen = reading_screen();

	for (unsigned y = 0; y < screen.height; y++)
		for (unsigned x = 0; x < screen.width; x++) {
			bool inside = x >= left && x - left < width && y >= top && y - top < height;

			if ((pixel(x, y) == colour) != inside)
				fail_msg("pixel %u,%u is 0x%06x", x, y, (unsigned)pixel(x, y));
		}
}

static void each_camera_shows_its_picture_above_its_name(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COUNT(boards); i++)
		session->cameras[i].board = &boards[i];
	session->cameras[0].preview = wide(yellow);
	session->cameras[2].preview = wide(blue);
	session->camera_count = 3;
	add("pci.ready", "", VERDICT_PASS, "", "");
	verdict_show(session, VERDICT_PASS);
	assert_picture(0xffff00, 66, BODY_Y, 520, 260);
	assert_picture(0x0000ff, 694, BODY_Y, 520, 260);
	assert_memory_equal(read_line(LEFT, 756, 1), "rear    ", 8);
	assert_line(LEFT + 628, 756, "third");
	session->camera_count = 1;
	verdict_show(session, VERDICT_PASS);
	assert_picture(0xffff00, 380, BODY_Y, 520, 260);
	assert_line(LEFT, 756, "rear");
	verdict_show(session, VERDICT_FAIL);
	assert_paper(RED);
}

/* From one line of picture up: below that neither picture nor name. */
static void a_picture_needs_room(void **state)
{
	(void)state;
	session->cameras[0] = (struct session_camera){.board = &boards[0], .preview = wide(yellow)};
	session->camera_count = 1;
	host_set_screen(400, 340);
	verdict_show(session, VERDICT_PASS);
	assert_picture(0xffff00, 176, 260, 48, 24);
	assert_line(LEFT, 296, "rear");
	host_set_screen(400, 339);
	verdict_show(session, VERDICT_PASS);
	assert_paper(GREEN);
	assert_line(LEFT, 295, "");
}

/* ---- the whole ROM -------------------------------------------------------------------------- */

#define CAPTURE "capture --camera ov5670 --mode 648x486 --frames 1 --format raw --at-end exit"

static void start(const char *fault)
{
	const char *faults[] = {fault, NULL};

	rom_prepare(1);
	rom_attach(fault ? faults : NULL, VBOARD_FPS_SENSOR);
}

/* The run's folder is on the screen, whatever the verdict is. */
static void assert_run_is_named(void)
{
	const char *results = strstr(host_console(), "# results in firstlight/results/VB0001/");
	char want[128], run[64];

	assert_non_null(results);
	assert_int_equal(sscanf(results, "# results in firstlight/results/VB0001/%63s", run), 1);
	snprintf(want, sizeof want, "Soraka VB0001  %s", run);
	assert_memory_equal(read_line(LEFT, UNIT_Y, 1), want, strlen(want));
}

static void a_run_ends_with_its_screen(void **state)
{
	(void)state;
	start(NULL);
	assert_int_equal(rom_run(CAPTURE), APP_PASS);
	assert_string_equal(read_line(256, LEFT, 12), "PASS");
	assert_run_is_named();
	assert_line(LEFT, 756, "ov5670");
	assert_int_equal(pixel(0, 0), GREEN);
	start("wrong-id=ov5670");
	assert_int_equal(rom_run(CAPTURE), APP_FAIL);
	assert_string_equal(read_line(256, LEFT, 12), "FAIL");
	assert_run_is_named();
	assert_int_equal(pixel(0, 0), RED);
	assert_non_null(strstr(read_lines(LEFT, COVER_Y + LINE + 12), "sensor.id ov5670: "));
}

/* The screen is the last thing that needs memory: without it the result is told and stored all the same. */
static void no_memory_for_the_screen_loses_no_result(void **state)
{
	unsigned long last;

	(void)state;
	start(NULL);
	assert_int_equal(rom_run(CAPTURE), APP_PASS);
	last = host_allocations();
	start(NULL);
	host_fail_allocation(last);
	assert_int_equal(rom_run(CAPTURE), APP_PASS);
	assert_int_equal(pixel(0, 0), 0);
	assert_non_null(strstr(host_console(), "RESULT PASS"));
	assert_non_null(strstr(rom_result("report.json", NULL), "\"result\": \"PASS\""));
	assert_memory_equal(host_published(), "PASS ", 5);
	assert_int_equal(host_leaks(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_verdict_has_its_word_and_colour),
		TEST(the_word_fits_every_screen),
		TEST(a_machine_without_screen_or_memory_shows_nothing),
		TEST(unit_run_and_cover_stand_below_the_word),
		TEST(failures_are_listed_with_message_and_hint),
		TEST(a_long_failure_is_told_to_its_last_letter),
		TEST(failures_beyond_the_screen_are_counted),
		TEST(the_last_line_is_for_what_has_no_room),
		TEST(lines_end_a_margin_before_the_edge),
		TEST(why_the_run_as_a_whole_is_an_error_is_told),
		TEST(each_camera_shows_its_picture_above_its_name),
		TEST(a_picture_needs_room),
		cmocka_unit_test(a_run_ends_with_its_screen),
		cmocka_unit_test(no_memory_for_the_screen_loses_no_result),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
