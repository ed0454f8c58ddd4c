/* plan.h: what to run, on which board and camera, and when it passes; docs/plan.md. */
#ifndef DESCRIBE_PLAN_H
#define DESCRIBE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/limits.h"

enum plan_end { PLAN_END_EXIT, PLAN_END_REBOOT, PLAN_END_SHUTDOWN, PLAN_END_WAIT };

#define FORMAT_RAW  1u
#define FORMAT_JSON 2u
#define FORMAT_PGM  4u
#define FORMAT_PNG  8u
#define FORMAT_DNG  16u

struct plan {
	char command[256];   /* "run", "mmu", "i2c scan I2C2", ...; "" = menu */
	char arguments[256]; /* options as on a command line, over the other keys of this file */
	unsigned command_line, arguments_line; /* in the file, for messages; 0 = not there */
	char board[24];                        /* "auto" or a board file's name */
	char camera[24];                       /* "all" or a camera's name */
	char mode[24];                         /* "" = the sensor's first */
	char pattern[24];   /* pattern used by the pattern check; "" = the sensor's first; "off" */
	char unit[64];      /* "serial" or a name of the user's */
	char output[96];    /* directory of results */
	char required[192]; /* ids of checks that may not be skipped, with commas or blanks */
	unsigned frames;    /* frames kept per camera */
	unsigned buffers;   /* 0 = as many as frames, at least 3 */
	unsigned cycles;    /* start/stop cycles of rung 19 */
	unsigned formats;   /* FORMAT_ bits */
	unsigned keep;      /* runs of a unit on the stick, with this one; 0 = all */
	unsigned rate_tolerance_permille; /* rung 17 */
	unsigned max_jitter_permille;     /* rung 17: of a frame's time */
	unsigned max_errors;              /* rung 15: error counts that still pass */
	unsigned start_timeout_ms;        /* rung 13 */
	struct image_limits image;        /* rung 18 */
	char golden[96];                  /* directory of golden frames; "" = none */
	uint32_t scatter_seed;
	bool keeps_result; /* the EFI variable with the result outlives the power */
	enum plan_end at_end;
};

/* As in the stick/firstlight/firstlight.ini that is shipped. */
void plan_defaults(struct plan *plan);

#endif
