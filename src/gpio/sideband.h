/*
 * sideband.h: the PCH's private registers, through the memory window of its sideband bridge (P2SB,
 * 00:1f.1): 64 KiB a port. Facts: camera-acpi.md section 9.
 */
#ifndef GPIO_SIDEBAND_H
#define GPIO_SIDEBAND_H

#include <stdint.h>

#include "core/diag.h"
#include "firstlight/platform.h"

/* An open window. */
struct sideband {
	uint64_t base;        /* CPU physical */
	uint16_t old_command; /* of the bridge, to be put back */
	bool is_changed;      /* its memory decoding was off */
	bool is_visible;      /* the bridge answers in configuration space */
};

/*
 * Where the bridge answers its BAR 0, with memory decoding switched on if need be; where firmware hides
 * it the fixed window, which then still decodes. FL_ERR_NOTFOUND: what answers at 00:1f.1 is not the
 * bridge of a Sunrise Point-LP, whose ports and pads these are; FL_ERR_RANGE: its BAR holds no address
 * that can be reached. `diag` may be NULL.
 */
enum fl_err sideband_open(struct sideband *sideband, struct diag *diag);
/* The bridge's command register as it was found. */
void sideband_close(struct sideband *sideband);
/* CPU physical address of a port's register. */
uint64_t sideband_address(const struct sideband *sideband, uint8_t port, uint32_t offset);

#endif
