/* acer_switch_alpha_12.h: Acer Switch Alpha 12. */
#ifndef VBOARD_ACER_SWITCH_ALPHA_12_H
#define VBOARD_ACER_SWITCH_ALPHA_12_H

#include "vboard/boards/discrete.h"

extern const struct discrete_kind board_acer_switch_alpha_12;

#endif
