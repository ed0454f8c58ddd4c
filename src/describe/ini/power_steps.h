/*
 * power_steps.h: the lines of a board file's [power NAME] sections.
 *
 *   rail VA 2.8152V           gpio 4 high            pad GPP_C11 high [optional]
 *   clock 19.2MHz             gpio 1 input           delay 3ms
 *   daisy-chain               pmic-reset
 *   write I2C2 0x4d 0x41 109 [mask 0x7f] [register-bytes 2] [unchecked]
 *
 * each with an optional "off-delay 3ms" behind it.
 */
#ifndef DESCRIBE_INI_POWER_STEPS_H
#define DESCRIBE_INI_POWER_STEPS_H

#include "describe/arena.h"
#include "describe/board.h"
#include "describe/ini/ini.h"

#define POWER_LIST_MAX         256u
#define POWER_WAIT_MAX_US      2000000u  /* one delay */
#define POWER_LIST_WAIT_MAX_US 10000000u /* all of a domain together */

/* A domain's steps while they are read, and what they may refer to. */
struct power_builder {
	struct arena_array array; /* of struct power_step */
	uint64_t wait_us;
	bool has_pmic; /* rail, clock, gpio, daisy-chain and pmic-reset need one */
	const struct board_bus *buses;
	size_t bus_count;
};

enum fl_err power_builder_add_line(struct power_builder *builder, struct ini *ini,
				   struct arena *arena, const struct ini_line *line);

#endif
