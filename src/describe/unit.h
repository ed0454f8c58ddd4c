/* unit.h: the name of one machine among thousands, as a folder on the stick. */
#ifndef BOARD_UNIT_H
#define BOARD_UNIT_H

#include <stdbool.h>

#include "describe/board.h"

#define UNIT_SIZE 64

/*
 * Names the unit: the plan's name, or with "serial" the first of these that says anything: serial
 * number of the system, the baseboard, the chassis, the system's UUID; else "unknown". What makers
 * write where they had no number ("To be filled by O.E.M.", "0") says nothing. The name is one that
 * FAT stores as it is: letters, digits, '-', '_' and '.', no dot at either end, no device of DOS.
 * Returns where it comes from, for people ("serial number of the baseboard").
 */
const char *unit_name(const struct board_identity *identity, const char *plan, char out[UNIT_SIZE]);

/* A name that systems of the DOS family take for a device, whatever stands behind its first dot. */
bool unit_is_device(const char *name);

#endif
