/* p2sb.h: the bridge from PCI to the sideband at 00:1f.1, behind which the pads are (camera-acpi.md 9), for a board's file. */
#ifndef VBOARD_P2SB_H
#define VBOARD_P2SB_H

#include "vboard/pch/pads.h"

/* Where the registers are when firmware hides the bridge. */
#define P2SB_WINDOW 0xfd000000u

extern const struct knobs p2sb_knobs;

/* NULL when memory is short. `pads` stay the caller's and outlive the model. */
struct model *p2sb_new(struct vboard *board, struct pads *pads);

#endif
