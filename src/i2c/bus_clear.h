/* bus_clear.h: frees an I2C bus whose SDA a device holds, by clocking SCL by hand on its pads. */
#ifndef I2C_BUS_CLEAR_H
#define I2C_BUS_CLEAR_H

#include "firstlight/err.h"

/*
 * Up to nine clocks until SDA is high, then STOP; the pads are as found afterwards. The controller
 * must be off. FL_OK when SDA is free, FL_ERR_TIMEOUT when it is still low, FL_ERR_IO when SCL
 * itself is held low, or why the pads cannot be reached (see power/pads.h). Needs no diag: it is
 * one step of a ladder whose end is reported.
 */
enum fl_err i2c_bus_clear(const char *sda, const char *scl);

#endif
