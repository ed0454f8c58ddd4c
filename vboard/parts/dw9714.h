/* dw9714.h: the focus motor driver DW9714 (sensors.md 14): two bytes each way, no registers. */
#ifndef VBOARD_DW9714_H
#define VBOARD_DW9714_H

#include "vboard/core/i2c_bus.h"
#include "vboard/core/model.h"

struct dw9714 {
	struct i2c_target target;
	struct vboard *board;
	bool (*powered)(void *context);
	void *context;
	uint16_t value;  /* position << 4 | slew mode; bit 15 power down */
	uint8_t pending; /* first byte of a write */
	unsigned count;  /* bytes of this transfer so far */
};

extern const struct knobs dw9714_knobs;

void dw9714_init(struct dw9714 *vcm, struct vboard *board, bool (*powered)(void *context),
		 void *context);

#endif
