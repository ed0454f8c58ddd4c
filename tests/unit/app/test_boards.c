/*
 * test_boards.c: every board file that ships on the virtual board of its machine, found by what SMBIOS says: each camera
 * is powered by its own steps and streams, or is identified where that is all there is.
 */
#include <stdio.h>
#include <stdlib.h>

#include "app/app.h"
#include "describe/ini/files.h"
#include "tests/unit/app/said.h"
#include "tests/unit/describe/ini/shipped.h"

#define CAMERAS 8

/* What a board file and the sensor files of its cameras say, kept over host_reset. */
static struct {
	const char *name;
	size_t count;
	char cameras[CAMERAS][24];
	char modes[CAMERAS][24]; /* the smallest; "" = identified only */
} board;

static void read_mode(const char *name, char mode[24])
{
	struct sensor_desc desc;
	size_t size, smallest = 0;
	char *text = shipped_read("sensors/", name, &size);

	assert_int_equal(sensor_parse(name, text, size, &desc, NULL), FL_OK);
	free(text);
	for (size_t i = 1; i < desc.mode_count; i++)
		if (desc.modes[i].width < desc.modes[smallest].width)
			smallest = i;
	strcpy(mode, desc.mode_count ? desc.modes[smallest].name : "");
	sensor_free(&desc);
}

static void read_board(const char *name)
{
	struct board_desc desc;
	size_t size;
	char *text = shipped_read("boards/", name, &size);

	host_reset(1);
	assert_int_equal(board_parse(name, text, size, &desc, NULL), FL_OK);
	free(text);
	board.name = name;
	board.count = desc.camera_count;
	for (size_t i = 0; i < desc.camera_count; i++) {
		strcpy(board.cameras[i], desc.cameras[i].name);
		read_mode(desc.cameras[i].sensor, board.modes[i]);
	}
	board_free(&desc);
}

/* `line` on the machine, whose firmware left it as the seed says. */
static void pass(const char *line, uint64_t seed)
{
	rom_prepare((unsigned)seed);
	rom_attach_board(
		&(struct rom_board){.name = board.name, .fps = VBOARD_FPS_SENSOR, .seed = seed});
	if (rom_run(line) != APP_PASS) {
		fputs(host_console(), stderr);
		fail_msg("%s: %s, seed %u", board.name, line, (unsigned)seed);
	}
	want("board.file", "", "PASS", board.name);
	nothing_is_left();
}

static void every_camera(void **state)
{
	char line[160];

	read_board(*state);
	for (size_t i = 0; i < board.count; i++) {
		const char *mode = board.modes[i];

		snprintf(line, sizeof line, "run --frames 2 --cycles 2 --camera %s%s%s",
			 board.cameras[i], *mode ? " --mode " : "", mode);
		pass(line, 1 + i);
		want("sensor.id", board.cameras[i], "PASS", "chip-id");
		want("stream.frame", board.cameras[i], *mode ? "PASS" : "SKIP", "");
		assert_false(rom_says("power.up", board.cameras[i], "\"note\""));
	}
	pass("probe", 10); /* all at once: what one camera switches off again is not another's */
}

int main(void)
{
	struct CMUnitTest tests[COUNT(shipped_boards)];

	for (size_t i = 0; i < COUNT(shipped_boards); i++)
		tests[i] = (struct CMUnitTest){.name = shipped_boards[i],
					       .test_func = every_camera,
					       .initial_state = (void *)shipped_boards[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
