/* soraka.h: the board of an HP Chromebook x2, and its buses for tests that look into the chips on them. */
#ifndef VBOARD_SORAKA_H
#define VBOARD_SORAKA_H

#include "vboard/core/board.h"
#include "vboard/core/i2c_bus.h"

extern const struct board_kind board_soraka;

/* The bus of LPSS instance 0, 1, 2 or 4 of a board of this kind. */
struct i2c_bus *soraka_i2c_bus(const struct vboard *board, unsigned instance);

#endif
