/*
 * pads.h: GPIO pads of the PCH (Sunrise Point-LP) through its sideband window: camera rails,
 * resets and clocks that no PMIC switches. Facts: camera-acpi.md section 9.
 *
 * `pad` is a name as in schematics and board files, "GPP_C11". Errors of all: FL_ERR_INVALID (no
 * such pad), FL_ERR_GONE (window reads all ones: firmware hides it), FL_ERR_READONLY (does not read
 * back: locked, owned by another agent, or no window at all). `diag` may be NULL.
 */
#ifndef POWER_PADS_H
#define POWER_PADS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/diag.h"

/* CPU physical address of the pad's first configuration word. False for an unknown name. */
bool pad_address(const char *pad, uint64_t *address);
/* Output at `level`. *found gets the word before (may be NULL), for pad_restore. */
enum fl_err pad_drive(const char *pad, bool level, uint32_t *found, struct diag *diag);
/* Input: the output driver off, the receiver on. */
enum fl_err pad_release(const char *pad, uint32_t *found, struct diag *diag);
/* Level, mode and driver as in `found`; other bits are left alone. */
enum fl_err pad_restore(const char *pad, uint32_t found, struct diag *diag);
/* What the pin's receiver sees; false for an unknown pad. */
bool pad_level(const char *pad);

#endif
