/* surface_go.h: Surface Go and Surface Go 2, which differ in the pads of the front camera. */
#ifndef VBOARD_SURFACE_GO_H
#define VBOARD_SURFACE_GO_H

#include "vboard/boards/pmic.h"

extern const struct pmic_kind board_surface_go, board_surface_go_2;

#endif
