/*
 * tps68470.h: camera PMIC TPS68470 (and TPS68471): what to write for a rail, a clock, a GPIO, as
 * pure data; who writes it, and puts it back, is power.c.
 */
#ifndef POWER_TPS68470_H
#define POWER_TPS68470_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "describe/board.h"
#include "firstlight/err.h"
#include "i2c/i2c.h"

#define TPS68470_GPIOS 10 /* 0..6, 7 s_enable, 8 s_idle, 9 s_resetn */

/* One read-modify-write. */
struct tps68470_update {
	uint8_t reg, mask, value;
	/* Undone only after everything else: a released pin floats, and must not while the chip
	 * behind it still has supplies. */
	bool is_undone_last;
};

/* What one step needs, in order. */
#define TPS68470_UPDATES 11
struct tps68470_plan {
	struct tps68470_update updates[TPS68470_UPDATES];
	size_t count;
	uint32_t settle_us; /* wait after the last */
};

const char *tps68470_rail_name(enum power_rail rail); /* "VA"; never NULL */
/* Voltage first, switch second. The nearest step is taken; FL_ERR_RANGE outside what it makes. */
enum fl_err tps68470_plan_rail(enum power_rail rail, uint32_t microvolt,
			       struct tps68470_plan *plan);
/* What a code gives, in microvolt. */
uint32_t tps68470_rail_microvolt(enum power_rail rail, uint8_t code);
/* Both outputs at `hz` from a crystal of `crystal` Hz, PLL off while dividers change, on at the
 * end. FL_ERR_RANGE when no dividers come within 0.1 %. */
enum fl_err tps68470_plan_clock(uint32_t crystal, uint32_t hz, struct tps68470_plan *plan);
/* Level first, then push-pull. FL_ERR_RANGE for an unknown pin. */
enum fl_err tps68470_plan_gpio(unsigned gpio, bool level, struct tps68470_plan *plan);
/* Pins 0..6 only. */
enum fl_err tps68470_plan_input(unsigned gpio, struct tps68470_plan *plan);
void tps68470_plan_daisy(struct tps68470_plan *plan);

/* One register each; words come from the bus. */
enum fl_err tps68470_read(struct i2c_bus *bus, uint8_t address, uint8_t reg, uint8_t *value);
enum fl_err tps68470_write(struct i2c_bus *bus, uint8_t address, uint8_t reg, uint8_t value);
/* All registers to their defaults; the revision proves that it still answers. */
enum fl_err tps68470_soft_reset(struct i2c_bus *bus, uint8_t address, uint8_t *revision);

#endif
