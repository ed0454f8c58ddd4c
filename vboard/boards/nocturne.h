/* nocturne.h: Google Pixel Slate. */
#ifndef VBOARD_NOCTURNE_H
#define VBOARD_NOCTURNE_H

#include "vboard/boards/discrete.h"

extern const struct discrete_kind board_nocturne;

#endif
