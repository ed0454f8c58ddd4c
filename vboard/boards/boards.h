/* boards.h: the boards that there are, for whoever makes one by its name. */
#ifndef VBOARD_BOARDS_H
#define VBOARD_BOARDS_H

#include "vboard/core/board.h"

/* The default first; NULL behind the last. Each is a file of this folder and a row in boards.c. */
extern const struct board_kind *const boards[];

#endif
