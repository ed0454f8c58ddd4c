/* surface_pro_5.h: Surface Pro (2017) and Surface Pro 6, whose cameras are wired alike. */
#ifndef VBOARD_SURFACE_PRO_5_H
#define VBOARD_SURFACE_PRO_5_H

#include "vboard/boards/discrete.h"

extern const struct discrete_kind board_surface_pro_5, board_surface_pro_6;

#endif
