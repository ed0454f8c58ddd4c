/*
 * tps68470.h: the camera PMIC TPS68470 (camera-acpi.md 6): rails, clock generator, GPIOs.
 */
#ifndef VBOARD_TPS68470_H
#define VBOARD_TPS68470_H

#include "vboard/core/i2c_bus.h"
#include "vboard/core/model.h"

enum tps68470_rail {
	TPS68470_VCM,
	TPS68470_VAUX1,
	TPS68470_VAUX2,
	TPS68470_VSIO,
	TPS68470_VA,
	TPS68470_VD,
	TPS68470_RAILS,
};

struct tps68470 {
	struct i2c_target target;
	struct vboard *board;
	void (*changed)(void *context); /* something a wired chip may feel has changed */
	void *context;
	const uint16_t *limits_mv;
	uint8_t registers[256];
	uint8_t pointer;
	bool has_pointer;                   /* the next byte written is data */
	uint64_t rail_good[TPS68470_RAILS]; /* ns when it has settled, 0: off */
	bool over[TPS68470_RAILS];          /* reported as too high */
	uint64_t pll_good;                  /* ns when locked, 0: off */
	bool powered;                       /* supplied, and its reset line is high */
	uint64_t awake_at;                  /* ns; acknowledges from then on */
	bool tells;                   /* the enable bit of what does not come up falls again */
	bool shorted[TPS68470_RAILS]; /* fault: the output never leaves 0 V */
};

extern const struct knobs tps68470_knobs;

/* `limits_mv`: by rail what the chips behind it bear, static. */
void tps68470_init(struct tps68470 *pmic, struct vboard *board, const uint16_t *limits_mv,
		   void (*changed)(void *context), void *context);
void tps68470_reset(struct tps68470 *pmic);
/* Has it a supply, and is its reset line high? It comes powered; where a board switches it, without it the PMIC acknowledges
 * nothing and drives nothing, and after it the registers are as after a reset. Does not call `changed`. */
void tps68470_set_power(struct tps68470 *pmic, bool powered);

/* Settled voltage in uV, 0 when off or still rising. */
uint32_t tps68470_rail_uv(const struct tps68470 *pmic, enum tps68470_rail rail);
/* What the rail will be once it has settled. */
uint32_t tps68470_rail_target_uv(const struct tps68470 *pmic, enum tps68470_rail rail);
/* When the last rail or the PLL that is good by now became so, ns. */
uint64_t tps68470_good_since(const struct tps68470 *pmic);
/* Output clock 0 (HCLK_A) or 1 (HCLK_B) in Hz, 0 when off or not locked. */
uint32_t tps68470_clock_hz(const struct tps68470 *pmic, unsigned output);
/* Level that GPIO 0..6 or 7..9 (s_enable, s_idle, s_resetn) drives. */
bool tps68470_gpio(const struct tps68470 *pmic, unsigned gpio);
/* Is the sensor I2C bus behind the PMIC connected? */
bool tps68470_daisy_chain(const struct tps68470 *pmic);

#endif
