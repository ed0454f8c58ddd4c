/* lpss_i2c.h: an I2C controller of the PCH (Sunrise Point, instances 0 to 5), for a board's file. */
#ifndef VBOARD_LPSS_I2C_H
#define VBOARD_LPSS_I2C_H

#include "vboard/core/i2c_bus.h"
#include "vboard/core/model.h"

extern const struct knobs lpss_i2c_knobs;

/* NULL when memory is short. `bus` stays the caller's and outlives the model. */
struct model *lpss_i2c_new(struct vboard *board, unsigned instance, struct i2c_bus *bus);
/* Fault: firmware has disabled this instance, so the board has no function for it. */
bool lpss_i2c_is_gone(const struct vboard *board, unsigned instance);

#endif
