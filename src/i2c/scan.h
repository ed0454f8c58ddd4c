/* scan.h: who answers on an I2C bus. */
#ifndef I2C_SCAN_H
#define I2C_SCAN_H

#include <stdbool.h>

#include "i2c/i2c.h"

#define I2C_ADDRESS_FIRST 0x08u /* below and above lie reserved addresses (I2C spec., 3.1.12) */
#define I2C_ADDRESS_LAST  0x77u
#define I2C_ADDRESSES     0x80u

/*
 * Reads one byte from every address that is not reserved, and writes nothing: harmless for sensors,
 * EEPROMs and PMICs (lpss-i2c.md 7.3). found[a] says that address a acknowledged; the count goes to
 * *count. Ends at the first error that is no NACK: the bus itself is in trouble. The words of the
 * NACKs are not kept; those of that error are, if diag was empty.
 */
enum fl_err i2c_scan(struct i2c_bus *bus, bool found[I2C_ADDRESSES], unsigned *count);

#endif
