/* machine.h: what the sources of the host machine share with each other. */
#ifndef TESTS_HOST_MACHINE_H
#define TESTS_HOST_MACHINE_H

#include "tests/host/memory.h"

/* devices.c */
void devices_reset(uint64_t seed);
/* Lets the board do what is due; when to call again, UINT64_MAX for never. */
uint64_t devices_run(void);
/* Does the board's function at this address still work with memory? What it does, or NULL. */
const char *devices_busy(struct pci_address address);

/* platform_host.c */
/* So many bytes through something that takes `bytes_per_second`; 0 = at once. */
void host_take_time(uint64_t bytes, uint64_t bytes_per_second);
/* The CPU has a value in hand and may be away before it uses it. */
void host_may_stall(void);

/* files.c */
void files_reset(void);

#endif
