/*
 * knobs.h: what can be turned on the models of one device, or of one folder: faults that the command line
 * switches on, and choices where the sheets leave something open (inside vboard/ only). Each device has its
 * own list beside the code that acts on it; a board names the lists of what it is made of.
 *
 * A fault changes how the hardware behaves; no fault knows a driver. A name stands once on a board.
 */
#ifndef VBOARD_KNOBS_H
#define VBOARD_KNOBS_H

#include "vboard/core/vboard.h"

#define DECISION_CHOICES 5

/* Decided by the seed, by name, so that no driver can come to rely on one of the possibilities. */
struct decision {
	const char *name;
	const char *what; /* and the section of the sheet that leaves it open, in brackets */
	const char *choices[DECISION_CHOICES];
};

/* Both lists end with an entry without a name; NULL: none. */
struct knobs {
	const struct vboard_fault_info *faults;
	const struct decision *decisions;
};

/* Of what belongs to no device: PCI functions (core/model.c), CSI-2 links (core/camera.c). */
extern const struct knobs model_knobs, camera_knobs;

#endif
