/* boards.c: the boards that --board knows. */
#include "vboard/boards/boards.h"

#include "vboard/boards/breadboard.h"
#include "vboard/boards/soraka.h"

const struct board_kind *const boards[] = {
	&board_soraka,
	&board_breadboard,
	NULL,
};
