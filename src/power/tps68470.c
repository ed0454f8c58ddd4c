/* tps68470.c: see tps68470.h. Sections are those of camera-acpi.md. */
#include "power/tps68470.h"

#include "core/field.h"
#include "power/tps68470_regs.h"

#define PLL_SETTLE_US   5000u   /* 6.2: 4 to 5 ms; the lock bit tells no more than that */
#define REFERENCE_HZ    100000u /* 6.2 */
#define BOOST_HZ        2000000u
#define BUCK_HZ         5200000u
#define CLOCK_TOLERANCE 1000u /* 1 / n */

static void add(struct tps68470_plan *plan, uint8_t reg, uint8_t mask, uint8_t value)
{
	plan->updates[plan->count++] = (struct tps68470_update){reg, mask, value, false};
}

/* ---- rails (6.1) ---- */

static const struct rail {
	const char *name;
	uint8_t value, control, on;
} rails[POWER_RAILS] = {
	[RAIL_VCM] = {"VCM", TPS68470_VCMVAL, TPS68470_VCMCTL, TPS68470_CTL_ENABLE},
	[RAIL_VAUX1] = {"VAUX1", TPS68470_VAUX1VAL, TPS68470_VAUX1CTL, TPS68470_CTL_ENABLE},
	[RAIL_VAUX2] = {"VAUX2", TPS68470_VAUX2VAL, TPS68470_VAUX2CTL, TPS68470_CTL_ENABLE},
	[RAIL_VIO] = {"VIO", TPS68470_VIOVAL, 0, 0},
	[RAIL_VSIO] = {"VSIO", TPS68470_VSIOVAL, TPS68470_S_I2C_CTL, TPS68470_S_I2C_CTL_ON},
	[RAIL_VA] = {"VA", TPS68470_VAVAL, TPS68470_VACTL, TPS68470_CTL_ENABLE},
	[RAIL_VD] = {"VD", TPS68470_VDVAL, TPS68470_VDCTL, TPS68470_CTL_ENABLE},
};

const char *tps68470_rail_name(enum power_rail rail)
{
	return (unsigned)rail < POWER_RAILS ? rails[rail].name : "?";
}

uint32_t tps68470_rail_microvolt(enum power_rail rail, uint8_t code)
{
	if (rail == RAIL_VD)
		return TPS68470_CORE_FIRST_UV + code * TPS68470_CORE_STEP_UV;
	return TPS68470_LDO_FIRST_UV + code * TPS68470_LDO_STEP_UV;
}

enum fl_err tps68470_plan_rail(enum power_rail rail, uint32_t microvolt, struct tps68470_plan *plan)
{
	const bool is_core = rail == RAIL_VD;
	const uint32_t first = is_core ? TPS68470_CORE_FIRST_UV : TPS68470_LDO_FIRST_UV;
	const uint32_t step = is_core ? TPS68470_CORE_STEP_UV : TPS68470_LDO_STEP_UV;
	uint32_t code;

	*plan = (struct tps68470_plan){.count = 0};
	if ((unsigned)rail >= POWER_RAILS || microvolt < first)
		return FL_ERR_RANGE;
	code = (microvolt - first + step / 2) / step;
	if (code > (is_core ? TPS68470_CORE_LAST : TPS68470_LDO_LAST))
		return FL_ERR_RANGE;
	add(plan, rails[rail].value, is_core ? TPS68470_CORE_MASK : TPS68470_LDO_MASK,
	    (uint8_t)code);
	if (rails[rail].control)
		add(plan, rails[rail].control, rails[rail].on, rails[rail].on);
	return FL_OK;
}

/* ---- clock (6.2) ---- */

struct dividers {
	uint8_t xtal, pll, post, boost, buck;
};

static uint32_t nearest(uint32_t value, uint32_t unit)
{
	return (value + unit / 2) / unit;
}

/* False when the field cannot hold it, 0 Hz included; below `offset` the difference is huge. */
static bool fit(uint32_t value, uint8_t offset, uint8_t mask, uint8_t *out)
{
	if (value - offset > mask)
		return false;
	*out = (uint8_t)(value - offset);
	return true;
}

static bool dividers_for(uint32_t crystal, uint32_t vco, struct dividers *d)
{
	return fit(nearest(crystal, REFERENCE_HZ), 30, 0xff, &d->xtal) &&
	       fit(nearest(vco, 2 * (crystal / (d->xtal + 30u))), 160, 0xff, &d->pll) &&
	       fit(nearest(vco, BOOST_HZ), 16, TPS68470_BOOSTDIV_MASK, &d->boost) &&
	       fit(nearest(vco, BUCK_HZ), 5, TPS68470_BUCKDIV_MASK, &d->buck);
}

static bool choose_dividers(uint32_t crystal, uint32_t hz, struct dividers *d)
{
	for (d->post = 0; d->post <= TPS68470_POSTDIV2_MASK; d->post++) {
		uint64_t made, error;

		/* A VCO beyond 32 bits is cut off here, and then far from what is asked for. */
		if (!dividers_for(crystal, hz << d->post, d))
			continue;
		made = (uint64_t)crystal * (2u * d->pll + 320u) / (d->xtal + 30u) >> d->post;
		error = made > hz ? made - hz : hz - made;
		if (error * CLOCK_TOLERANCE <= hz)
			return true;
	}
	return false;
}

enum fl_err tps68470_plan_clock(uint32_t crystal, uint32_t hz, struct tps68470_plan *plan)
{
	struct dividers d;

	*plan = (struct tps68470_plan){.settle_us = PLL_SETTLE_US};
	if (!choose_dividers(crystal, hz, &d))
		return FL_ERR_RANGE;
	add(plan, TPS68470_PLLCTL, TPS68470_PLLCTL_ENABLE, 0);
	add(plan, TPS68470_BOOSTDIV, TPS68470_BOOSTDIV_MASK, d.boost);
	add(plan, TPS68470_BUCKDIV, TPS68470_BUCKDIV_MASK, d.buck);
	add(plan, TPS68470_PLLSWR, TPS68470_PLLSWR_MASK, TPS68470_PLLSWR_MASK);
	add(plan, TPS68470_XTALDIV, 0xff, d.xtal);
	add(plan, TPS68470_PLLDIV, 0xff, d.pll);
	add(plan, TPS68470_POSTDIV, TPS68470_POSTDIV_MASK, d.post);
	add(plan, TPS68470_POSTDIV2, TPS68470_POSTDIV2_MASK, d.post);
	add(plan, TPS68470_CLKCFG2, TPS68470_CLKCFG2_MASK, TPS68470_CLKCFG2_2MA);
	add(plan, TPS68470_CLKCFG1, TPS68470_CLKCFG1_MASK, TPS68470_CLKCFG1_PLL);
	add(plan, TPS68470_PLLCTL, TPS68470_PLLCTL_MASK,
	    (uint8_t)(TPS68470_PLLCTL_CRYSTAL | field_put(TPS68470_PLLCTL_LOAD, 5) |
		      TPS68470_PLLCTL_ENABLE));
	return FL_OK;
}

/* ---- pins (6.3) ---- */

enum fl_err tps68470_plan_gpio(unsigned gpio, bool level, struct tps68470_plan *plan)
{
	uint8_t bit;

	*plan = (struct tps68470_plan){.count = 0};
	if (gpio >= TPS68470_GPIOS)
		return FL_ERR_RANGE;
	bit = (uint8_t)BIT(gpio < 7 ? gpio : gpio - 7);
	add(plan, gpio < 7 ? TPS68470_GPDO : TPS68470_SGPO, bit, level ? bit : 0);
	if (gpio < 7) {
		add(plan, TPS68470_GPCTLA(gpio), TPS68470_GPCTLA_MODE, TPS68470_GPCTLA_PUSH_PULL);
		plan->updates[1].is_undone_last = true;
	}
	return FL_OK;
}

enum fl_err tps68470_plan_input(unsigned gpio, struct tps68470_plan *plan)
{
	*plan = (struct tps68470_plan){.count = 0};
	if (gpio >= 7)
		return FL_ERR_RANGE;
	add(plan, (uint8_t)TPS68470_GPCTLA(gpio), TPS68470_GPCTLA_MODE, TPS68470_GPCTLA_INPUT);
	return FL_OK;
}

void tps68470_plan_daisy(struct tps68470_plan *plan)
{
	*plan = (struct tps68470_plan){.count = 0};
	add(plan, TPS68470_S_I2C_CTL, TPS68470_S_I2C_CTL_ON, TPS68470_S_I2C_CTL_ON);
}

/* ---- registers ---- */

enum fl_err tps68470_read(struct i2c_bus *bus, uint8_t address, uint8_t reg, uint8_t *value)
{
	return i2c_transfer(bus, address, &reg, 1, value, 1);
}

enum fl_err tps68470_write(struct i2c_bus *bus, uint8_t address, uint8_t reg, uint8_t value)
{
	const uint8_t bytes[] = {reg, value};

	return i2c_transfer(bus, address, bytes, sizeof bytes, NULL, 0);
}

enum fl_err tps68470_soft_reset(struct i2c_bus *bus, uint8_t address, uint8_t *revision)
{
	enum fl_err err = tps68470_write(bus, address, TPS68470_RESET, TPS68470_RESET_ALL);

	return err ? err : tps68470_read(bus, address, TPS68470_REVID, revision);
}
