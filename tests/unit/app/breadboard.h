/* breadboard.h: a shipped sensor alone, or two, on any CSI-2 port: the virtual board and the ROM's file for it. */
#ifndef TESTS_UNIT_APP_BREADBOARD_H
#define TESTS_UNIT_APP_BREADBOARD_H

#include <stdio.h>

#include "app/app.h"
#include "camera/session/session.h"
#include "tests/unit/app/said.h"
#include "tests/unit/describe/ini/shipped.h"

/* Where a sensor is plugged in. */
struct plug {
	const char *sensor;
	unsigned port, lanes;
	const char *scene; /* NULL: built in */
};

/* What a test asks of a sensor file; stays when the next machine begins. */
struct shipped {
	uint8_t address, lanes;
	struct sensor_mode modes[8]; /* without their registers */
	size_t mode_count;
	struct sensor_pattern patterns[8]; /* without their registers */
	size_t pattern_count;
};

/* From the file on the stick: after rom_prepare. */
static inline void read_shipped(const char *sensor, struct shipped *out)
{
	struct sensor_desc desc;
	char name[40];

	snprintf(name, sizeof name, "%s.ini", sensor);
	assert_int_equal(session_read_sensor(name, &desc, NULL), FL_OK);
	*out = (struct shipped){.address = desc.address,
				.lanes = desc.data_lanes,
				.mode_count = desc.mode_count,
				.pattern_count = desc.pattern_count};
	assert_true(desc.mode_count <= 8 && desc.pattern_count <= 8);
	for (size_t i = 0; i < desc.mode_count; i++)
		out->modes[i] = desc.modes[i];
	for (size_t i = 0; i < desc.pattern_count; i++)
		out->patterns[i] = desc.patterns[i];
	sensor_free(&desc);
}

/* The camera on port N answers on I2CN. */
static inline size_t write_board_file(const struct plug *plugs, unsigned count, char *out,
				      size_t size)
{
	size_t at = (size_t)snprintf(out, size,
				     "[board]\nname = breadboard\n[match]\n"
				     "smbios-product = Breadboard\n");

	for (unsigned i = 0; i < count; i++)
		at += (size_t)snprintf(out + at, size - at, "[bus I2C%u]\npci = 00:15.%u\n",
				       plugs[i].port, plugs[i].port);
	for (unsigned i = 0; i < count; i++) {
		struct shipped shipped;

		read_shipped(plugs[i].sensor, &shipped);
		at += (size_t)snprintf(out + at, size - at,
				       "[camera %s]\nsensor = %s\nbus = I2C%u\naddress = 0x%02x\n"
				       "port = %u\ndata-lanes = %u\n",
				       plugs[i].sensor, plugs[i].sensor, plugs[i].port,
				       shipped.address, plugs[i].port, plugs[i].lanes);
	}
	return at;
}

/* The stick, the board's file on it, and the board: `how` it is attached, but for its name and scenes. */
static inline void plug_in(const struct plug *plugs, unsigned count, const struct rom_board *how)
{
	struct rom_board board = *how;
	char text[1024], name[128] = "breadboard";

	rom_prepare((unsigned)board.seed);
	host_file_put("firstlight/boards/breadboard.ini", text,
		      write_board_file(plugs, count, text, sizeof text));
	for (unsigned i = 0; i < count; i++) {
		snprintf(name + strlen(name), sizeof name - strlen(name), "%c%s@%ux%u",
			 i ? ',' : '=', plugs[i].sensor, plugs[i].port, plugs[i].lanes);
		board.scenes[plugs[i].port] = plugs[i].scene;
	}
	board.name = name;
	rom_attach_board(&board);
	host_advance_ns(20000000); /* its sensors had power long before the ROM came */
}

static inline const struct sensor_mode *smallest_mode(const struct shipped *shipped)
{
	const struct sensor_mode *least = &shipped->modes[0];

	for (size_t i = 1; i < shipped->mode_count; i++)
		if ((uint32_t)shipped->modes[i].width * shipped->modes[i].height <
		    (uint32_t)least->width * least->height)
			least = &shipped->modes[i];
	return least;
}

/* Runs a command line; its status, with the console on stderr when that is not `want`. */
static inline void assert_run(const char *command, int want)
{
	int status = rom_run(command);

	if (status == want)
		return;
	print_error("%s\n", host_console());
	fail_msg("'%s' ends with %d, want %d", command, status, want);
}

#endif
