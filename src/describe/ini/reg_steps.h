/*
 * reg_steps.h: the register step lines of sensor files.
 *
 *   write  0x0103 0x01 [width 2]
 *   update 0x4303 0x08 mask 0x08 [width N]
 *   delay  5ms
 *   expect 0x300a 0x005670 [width 3] [mask 0xffffff]
 *   poll   0x0100 0x01 [mask 0x01] timeout 10ms [width N]
 */
#ifndef DESCRIBE_INI_REG_STEPS_H
#define DESCRIBE_INI_REG_STEPS_H

#include "describe/arena.h"
#include "describe/sensor.h"
#include "describe/ini/ini.h"

/* What one list may hold, so that no file keeps the machine busy for long. */
#define REG_LIST_MAX         4096u
#define REG_WAIT_MAX_US      10000000u /* one delay or poll */
#define REG_LIST_WAIT_MAX_US 30000000u /* all of a list together */

/* The sensor's habits that steps depend on. */
struct reg_habits {
	uint8_t register_bytes; /* 1 or 2 */
	uint8_t value_bytes;    /* 1..4 */
};

/* A list while it grows. */
struct reg_builder {
	struct arena_array array; /* of struct reg_step */
	uint64_t wait_us;
};

#define REG_STEP(kind) (1u << (kind)) /* for `allowed` */

/* Parses one step line and appends it. Kinds outside `allowed` are errors. */
enum fl_err reg_builder_add_line(struct reg_builder *builder, struct ini *ini, struct arena *arena,
				 const struct reg_habits *habits, unsigned allowed,
				 const struct ini_line *line);
/* Appends a copy of `list`. */
enum fl_err reg_builder_add_list(struct reg_builder *builder, struct ini *ini, struct arena *arena,
				 const struct reg_list *list);
/* `change REG VALUE`: the last write of REG in the list so far gets this value instead. */
enum fl_err reg_builder_change(struct reg_builder *builder, struct ini *ini,
			       const struct reg_habits *habits, const struct ini_line *line);
struct reg_list reg_builder_list(const struct reg_builder *builder);

#endif
