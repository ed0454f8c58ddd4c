/* surface_pro_4.h: Surface Pro 4 and Surface Book, whose cameras are wired alike. */
#ifndef VBOARD_SURFACE_PRO_4_H
#define VBOARD_SURFACE_PRO_4_H

#include "vboard/boards/discrete.h"

extern const struct discrete_kind board_surface_pro_4, board_surface_book;

#endif
