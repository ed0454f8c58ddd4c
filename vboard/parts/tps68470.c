/* tps68470.c: registers, rails with their rise times, clock formula and GPIOs of the PMIC. */
#include "vboard/parts/tps68470.h"

#include "vboard/core/knobs.h"

#include <string.h>

/* camera-acpi.md 6 */
#define POSTDIV2       0x06
#define BOOSTDIV       0x07
#define BUCKDIV        0x08
#define PLLSWR         0x09
#define XTALDIV        0x0a
#define PLLDIV         0x0b
#define POSTDIV        0x0c
#define PLLCTL         0x0d
#define PLLCTL_ENABLE  0x01
#define PLLCTL_CRYSTAL 0x80
#define PLLCTL2        0x0e
#define CLKCFG1        0x0f
#define CLKCFG1_PLL    2
#define CLKCFG2        0x10
#define GPCTL0A        0x14
#define GPCTL6B        0x21
#define SGPO           0x22
#define GPDI           0x26
#define GPDO           0x27
#define VCMVAL         0x3c
#define VAUX1VAL       0x3d
#define VAUX2VAL       0x3e
#define VIOVAL         0x3f
#define VSIOVAL        0x40
#define VAVAL          0x41
#define VDVAL          0x42
#define S_I2C_CTL      0x43
#define VCMCTL         0x44
#define VAUX1CTL       0x45
#define VAUX2CTL       0x46
#define VACTL          0x47
#define VDCTL          0x48
#define RESET          0x50
#define REVID          0xff

#define CRYSTAL_HZ 20000000u
#define REVISION   0x21

/* Rise time of a rail and lock time of the PLL: below the 1 ms that the sequence of 7.1 allows. */
#define RISE_NS_MIN 100000u
#define RISE_NS_MAX 800000u
/* From supply and reset to the first acknowledge: below the 3 ms of 7.1. */
#define PMIC_NS_MIN 100000u
#define PMIC_NS_MAX 2800000u

static const struct vboard_fault_info faults[] = {
	{"pmic-nack", VBOARD_PLAIN, "the TPS68470 does not acknowledge"},
	{"pmic-no-pll", VBOARD_PLAIN,
	 "the PLL of the TPS68470 never locks: no sensor clock, no core rail (what its registers "
	 "show "
	 "of it: --decide pmic-status)"},
	{"pmic-register-stuck", VBOARD_NUMBER,
	 "register N of the PMIC ignores what is written (default 0x47, the switch of the analogue "
	 "rail)"},
	{"pmic-register-latched", VBOARD_NUMBER,
	 "bits of register N of the PMIC that were set stay set until it is reset (default 0x47, "
	 "the switch of the analogue rail)"},
	{0},
};

static const struct decision decisions[] = {
	{"pmic-status",
	 "what the PMIC's registers show of a rail that is shorted, or of a PLL that does not lock "
	 "(camera-acpi.md 6)",
	 {"what was written", "the enable bit falls again"}},
	{0},
};

const struct knobs tps68470_knobs = {faults, decisions};

struct rail {
	const char *name;
	uint8_t value, control;
};

static const struct rail rails[TPS68470_RAILS] = {
	[TPS68470_VCM] = {"VCM", VCMVAL, VCMCTL},
	[TPS68470_VAUX1] = {"VAUX1", VAUX1VAL, VAUX1CTL},
	[TPS68470_VAUX2] = {"VAUX2", VAUX2VAL, VAUX2CTL},
	[TPS68470_VSIO] = {"VSIO", VSIOVAL, S_I2C_CTL},
	[TPS68470_VA] = {"VA", VAVAL, VACTL},
	[TPS68470_VD] = {"VD", VDVAL, VDCTL},
};

static uint32_t ldo_uv(uint8_t code)
{
	code &= 0x7f;
	return 875000u + (code > 125 ? 125u : code) * 17800u;
}

static uint32_t core_uv(uint8_t code)
{
	code &= 0x3f;
	return 900000u + (code > 42 ? 42u : code) * 25000u;
}

uint32_t tps68470_rail_target_uv(const struct tps68470 *pmic, enum tps68470_rail rail)
{
	uint8_t code = pmic->registers[rails[rail].value];

	return rail == TPS68470_VD ? core_uv(code) : ldo_uv(code);
}

static bool rail_enabled(const struct tps68470 *pmic, enum tps68470_rail rail)
{
	/* The core buck is clocked by the PLL (6.2). */
	if (pmic->shorted[rail] || (rail == TPS68470_VD && !pmic->pll_good))
		return false;
	return pmic->registers[rails[rail].control] & 1;
}

uint32_t tps68470_rail_uv(const struct tps68470 *pmic, enum tps68470_rail rail)
{
	uint64_t good = pmic->rail_good[rail];

	if (!good || vboard_now(pmic->board) < good)
		return 0;
	if (rail == TPS68470_VD && vboard_now(pmic->board) < pmic->pll_good)
		return 0;
	return tps68470_rail_target_uv(pmic, rail);
}

uint64_t tps68470_good_since(const struct tps68470 *pmic)
{
	uint64_t now = vboard_now(pmic->board), since = 0;

	for (unsigned i = 0; i < TPS68470_RAILS; i++) {
		if (pmic->rail_good[i] <= now && pmic->rail_good[i] > since)
			since = pmic->rail_good[i];
	}
	return pmic->pll_good <= now && pmic->pll_good > since ? pmic->pll_good : since;
}

uint32_t tps68470_clock_hz(const struct tps68470 *pmic, unsigned output)
{
	const uint8_t *r = pmic->registers;
	unsigned mode = (unsigned)(r[CLKCFG1] >> (2 * output)) & 3;
	unsigned post = r[output ? POSTDIV2 : POSTDIV] & 3;

	if (!pmic->pll_good || vboard_now(pmic->board) < pmic->pll_good || mode != CLKCFG1_PLL)
		return 0;
	return (uint32_t)((uint64_t)CRYSTAL_HZ * (2u * r[PLLDIV] + 320u) / (r[XTALDIV] + 30u)) >>
	       post;
}

bool tps68470_gpio(const struct tps68470 *pmic, unsigned gpio)
{
	const uint8_t *r = pmic->registers;

	if (gpio >= 7)
		return r[SGPO] >> (gpio - 7) & 1;
	return (r[GPCTL0A + 2 * gpio] & 3) == 2 && r[GPDO] >> gpio & 1;
}

bool tps68470_daisy_chain(const struct tps68470 *pmic)
{
	const uint8_t *r = pmic->registers;

	return (r[S_I2C_CTL] & 3) == 3 && (r[VIOVAL] & 0x7f) == (r[VSIOVAL] & 0x7f) &&
	       !(r[GPCTL0A + 2] & 2) && !(r[GPCTL0A + 4] & 2);
}

static uint64_t rise_time(struct tps68470 *pmic)
{
	return vboard_now(pmic->board) + vboard_delay_ns(pmic->board, RISE_NS_MIN, RISE_NS_MAX);
}

static void pmic_check_limit(struct tps68470 *pmic, enum tps68470_rail rail)
{
	uint32_t uv = tps68470_rail_target_uv(pmic, rail);
	bool over = pmic->rail_good[rail] && uv > pmic->limits_mv[rail] * 1000u;

	if (over && !pmic->over[rail])
		vboard_violation(pmic->board, "tps68470",
				 "%s is on at %u mV: more than the chip behind it bears",
				 rails[rail].name, uv / 1000);
	pmic->over[rail] = over;
}

/* What the registers show of a rail that is shorted, or of a PLL that does not lock, is not in the
 * sheet. */
static void pmic_switch_off_again(struct tps68470 *pmic)
{
	if (!pmic->tells)
		return;
	if (vboard_fault(pmic->board, "pmic-no-pll", NULL))
		pmic->registers[PLLCTL] &= (uint8_t)~PLLCTL_ENABLE;
	for (unsigned i = 0; i < TPS68470_RAILS; i++)
		if (pmic->shorted[i])
			pmic->registers[rails[i].control] &= (uint8_t)~1u;
}

/* Brings the analogue world in line with the registers. */
static void pmic_settle(struct tps68470 *pmic)
{
	bool pll;

	pmic_switch_off_again(pmic);
	pll = (pmic->registers[PLLCTL] & (PLLCTL_ENABLE | PLLCTL_CRYSTAL)) ==
		      (PLLCTL_ENABLE | PLLCTL_CRYSTAL) &&
	      !vboard_fault(pmic->board, "pmic-no-pll", NULL);

	if (!pll)
		pmic->pll_good = 0;
	else if (!pmic->pll_good)
		pmic->pll_good = rise_time(pmic);
	for (unsigned i = 0; i < TPS68470_RAILS; i++) {
		if (!rail_enabled(pmic, i))
			pmic->rail_good[i] = 0;
		else if (!pmic->rail_good[i])
			pmic->rail_good[i] = rise_time(pmic);
		pmic_check_limit(pmic, i);
	}
}

static void pmic_update(struct tps68470 *pmic)
{
	pmic_settle(pmic);
	if (pmic->changed)
		pmic->changed(pmic->context);
}

static void pmic_clear(struct tps68470 *pmic)
{
	memset(pmic->registers, 0, sizeof(pmic->registers));
	pmic->registers[PLLCTL] = 0x50; /* crystal load setting, default 5 */
	pmic->registers[REVID] = REVISION;
	pmic_settle(pmic);
}

void tps68470_reset(struct tps68470 *pmic)
{
	pmic_clear(pmic);
	if (pmic->changed)
		pmic->changed(pmic->context);
}

void tps68470_set_power(struct tps68470 *pmic, bool powered)
{
	if (powered == pmic->powered)
		return;
	pmic->powered = powered;
	pmic_clear(pmic);
	if (powered)
		pmic->awake_at = vboard_now(pmic->board) +
				 vboard_delay_ns(pmic->board, PMIC_NS_MIN, PMIC_NS_MAX);
	vboard_trace(pmic->board, "tps68470", powered ? "out of reset" : "off or in reset");
}

static bool register_is_known(uint8_t address)
{
	return (address >= POSTDIV2 && address <= CLKCFG2) ||
	       (address >= GPCTL0A && address <= GPCTL6B) || address == SGPO || address == GPDI ||
	       address == GPDO || (address >= VCMVAL && address <= VDCTL) || address == RESET ||
	       address == REVID;
}

static bool register_is_divider(uint8_t address)
{
	return address >= POSTDIV2 && address <= POSTDIV;
}

static void pmic_write_register(struct tps68470 *pmic, uint8_t address, uint8_t value)
{
	uint8_t *r = pmic->registers;
	uint64_t stuck = VACTL, latched = VACTL;

	if (!register_is_known(address)) {
		vboard_violation(pmic->board, "tps68470",
				 "write of 0x%02x to unknown register 0x%02x", value, address);
		return;
	}
	if (address == RESET) {
		if (value == 0xff)
			tps68470_reset(pmic);
		return;
	}
	if (address == REVID || address == GPDI)
		return;
	if (vboard_fault(pmic->board, "pmic-register-stuck", &stuck) && address == stuck)
		return;
	if (vboard_fault(pmic->board, "pmic-register-latched", &latched) && address == latched)
		value |= r[address];
	if (register_is_divider(address) && r[PLLCTL] & PLLCTL_ENABLE && r[address] != value)
		vboard_violation(pmic->board, "tps68470",
				 "divider 0x%02x changed while the PLL runs", address);
	r[address] = value;
	pmic_update(pmic);
}

static uint8_t pmic_read_register(struct tps68470 *pmic, uint8_t address)
{
	uint8_t levels = 0;

	if (address != GPDI)
		return pmic->registers[address];
	/* GPIO 1 and 2 are the pulled-up sensor bus. */
	for (unsigned i = 0; i < 7; i++)
		levels |= (uint8_t)((tps68470_gpio(pmic, i) || i == 1 || i == 2) << i);
	return levels;
}

static bool pmic_start(struct i2c_target *target, uint8_t address, bool is_read)
{
	struct tps68470 *pmic = (struct tps68470 *)target;

	(void)address;
	if (!pmic->powered || vboard_now(pmic->board) < pmic->awake_at ||
	    vboard_fault(pmic->board, "pmic-nack", NULL))
		return false;
	if (!is_read)
		pmic->has_pointer = false;
	return true;
}

static bool pmic_write(struct i2c_target *target, uint8_t byte)
{
	struct tps68470 *pmic = (struct tps68470 *)target;

	if (!pmic->has_pointer) {
		pmic->pointer = byte;
		pmic->has_pointer = true;
		return true;
	}
	pmic_write_register(pmic, pmic->pointer++, byte);
	return true;
}

static uint8_t pmic_read(struct i2c_target *target)
{
	struct tps68470 *pmic = (struct tps68470 *)target;

	return pmic_read_register(pmic, pmic->pointer++);
}

static const struct i2c_target_ops pmic_ops = {
	.start = pmic_start,
	.write = pmic_write,
	.read = pmic_read,
};

void tps68470_init(struct tps68470 *pmic, struct vboard *board, const uint16_t *limits_mv,
		   void (*changed)(void *context), void *context)
{
	memset(pmic, 0, sizeof(*pmic));
	pmic->target.ops = &pmic_ops;
	pmic->target.name = "tps68470";
	pmic->target.first = pmic->target.last = 0x4d;
	pmic->board = board;
	pmic->limits_mv = limits_mv;
	pmic->tells = vboard_decide(board, "pmic-status");
	pmic->context = context;
	pmic->powered = true;
	tps68470_reset(pmic);
	pmic->changed = changed;
}
