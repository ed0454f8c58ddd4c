/*
 * pads.h: GPIO pads of the PCH (Sunrise Point-LP) through its sideband window: camera rails,
 * resets and clocks that no PMIC switches. Facts: camera-acpi.md section 9.
 *
 * `pad` is a name as in schematics and board files, "GPP_C11". Errors of all: FL_ERR_INVALID (no
 * such pad), FL_ERR_GONE (window reads all ones: firmware hides it), FL_ERR_BUSY (locked, or owned by
 * another agent), FL_ERR_MISMATCH (does not read back), and those of sideband_open. A pad that is already as wanted
 * is not written, and is no error whoever owns it. `diag` may be NULL.
 */
#ifndef GPIO_PADS_H
#define GPIO_PADS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/diag.h"

/* Sideband port of a pad and offset of its first configuration word. False for an unknown name. */
bool pad_find(const char *pad, uint8_t *port, uint32_t *offset);
/* Output at `level`. *found gets the word before (may be NULL), for pad_restore. */
enum fl_err pad_drive(const char *pad, bool level, uint32_t *found, struct diag *diag);
/* Input: the output driver off, the receiver on. */
enum fl_err pad_release(const char *pad, uint32_t *found, struct diag *diag);
/* Level, mode and driver as in `found`; other bits are left alone. */
enum fl_err pad_restore(const char *pad, uint32_t found, struct diag *diag);
/* What the pin's receiver sees; false for an unknown pad. */
bool pad_level(const char *pad);

#endif
