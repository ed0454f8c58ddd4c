/* surface_laptop.h: Surface Laptop and Laptop 2, whose cameras are wired alike. */
#ifndef VBOARD_SURFACE_LAPTOP_H
#define VBOARD_SURFACE_LAPTOP_H

#include "vboard/boards/discrete.h"

extern const struct discrete_kind board_surface_laptop, board_surface_laptop_2;

#endif
