/* soraka.h: HP Chromebook x2 and its reference board, and their buses for tests that look into the chips on them. */
#ifndef VBOARD_SORAKA_H
#define VBOARD_SORAKA_H

#include "vboard/boards/pmic.h"

extern const struct pmic_kind board_soraka, board_poppy;

/* The bus of LPSS instance 0, 1, 2 or 4 of a board of this kind. */
struct i2c_bus *soraka_i2c_bus(const struct vboard *board, unsigned instance);

#endif
