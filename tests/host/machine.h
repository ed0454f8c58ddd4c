/* machine.h: what the sources of the host machine share with each other. */
#ifndef TESTS_HOST_MACHINE_H
#define TESTS_HOST_MACHINE_H

#include "tests/host/memory.h"

/* devices.c */
void devices_reset(uint64_t seed);
/* Lets the board do what is due; when to call again, UINT64_MAX for never. */
uint64_t devices_run(void);

/* files.c */
void files_reset(void);

#endif
