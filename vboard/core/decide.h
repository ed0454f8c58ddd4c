/* decide.h: the choices of a board where the sheets leave something open (inside vboard/ only; knobs.h). */
#ifndef VBOARD_DECIDE_H
#define VBOARD_DECIDE_H

#include "vboard/core/board.h"

#define DECISIONS_MAX 64

struct decisions {
	const struct board_kind *board;
	uint8_t choice[DECISIONS_MAX]; /* in the order of the board's lists */
};

/* What this seed says of everything on this board, each independently of the others. */
void decide_all(struct decisions *decisions, const struct board_kind *board, uint64_t seed);
/* Overrules with one "name=N". False with a message in `error`. */
bool decide_parse(struct decisions *decisions, const char *spec, char *error, size_t error_size);

/* The choice, 0 .. count-1. A name that is in no list of the board ends the program with a message. */
unsigned decide_get(const struct decisions *decisions, const char *name);

#endif
