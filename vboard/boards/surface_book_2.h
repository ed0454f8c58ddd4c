/* surface_book_2.h: Surface Book 2. */
#ifndef VBOARD_SURFACE_BOOK_2_H
#define VBOARD_SURFACE_BOOK_2_H

#include "vboard/boards/discrete.h"

extern const struct discrete_kind board_surface_book_2;

#endif
