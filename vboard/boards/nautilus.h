/* nautilus.h: Samsung Chromebook Plus V2. */
#ifndef VBOARD_NAUTILUS_H
#define VBOARD_NAUTILUS_H

#include "vboard/boards/pmic.h"

extern const struct pmic_kind board_nautilus;

#endif
