/* breadboard.h: any sensors on any CSI-2 ports, always powered: "breadboard=ov8865@1x4,ov7251@2". */
#ifndef VBOARD_BREADBOARD_H
#define VBOARD_BREADBOARD_H

#include "vboard/core/board.h"

/* Has no cameras itself: its `assemble` makes a kind of what stands behind '='. */
extern const struct board_kind board_breadboard;

#endif
