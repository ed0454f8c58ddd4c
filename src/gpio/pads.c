/* pads.c: see pads.h. */
#include "gpio/pads.h"

#include "core/mem.h"
#include "core/text.h"
#include "gpio/pads_regs.h"
#include "gpio/sideband.h"

#define PAD_CFG_OURS (PAD_CFG_TX_STATE | PAD_CFG_TX_DISABLE | PAD_CFG_RX_DISABLE | PAD_CFG_MODE)

/* ---- names ---- */

/* GPP_A to GPP_G: the community's port, and which of its groups. */
static const struct {
	uint8_t port, group;
} groups[] = {
	{PCH_PORT_GPIO_AB, 0},  {PCH_PORT_GPIO_AB, 1},  {PCH_PORT_GPIO_CDE, 0},
	{PCH_PORT_GPIO_CDE, 1}, {PCH_PORT_GPIO_CDE, 2}, {PCH_PORT_GPIO_FG, 0},
	{PCH_PORT_GPIO_FG, 1},
};

/* A pad, and the window that it is reached through. */
struct pad {
	const char *name;
	struct sideband sideband;
	uint8_t port, group, index; /* index: in its group */
};

static bool parse_name(const char *name, struct pad *pad)
{
	uint64_t index;
	unsigned letter;

	if (!text_starts(name, "GPP_") || name[4] < 'A' || name[4] > 'G' || strlen(name) > 7)
		return false;
	letter = (unsigned)(name[4] - 'A');
	if (!text_u64(name + 5, &index) ||
	    index >= (name[4] == 'G' ? PCH_PADS_GROUP_G : PCH_PADS_PER_GROUP))
		return false;
	*pad = (struct pad){.name = name,
			    .port = groups[letter].port,
			    .group = groups[letter].group,
			    .index = (uint8_t)index};
	return true;
}

bool pad_find(const char *name, uint8_t *port, uint32_t *offset)
{
	struct pad pad = {.name = name};

	if (!parse_name(name, &pad))
		return false;
	*port = pad.port;
	*offset = PAD_CFG(pad.group, pad.index);
	return true;
}

/* ---- registers ---- */

static uint64_t address_of(const struct pad *pad, uint32_t offset)
{
	return sideband_address(&pad->sideband, pad->port, offset);
}

static uint64_t cfg_address(const struct pad *pad)
{
	return address_of(pad, PAD_CFG(pad->group, pad->index));
}

static bool pad_bit(const struct pad *pad, uint32_t offset)
{
	return platform_mmio_read(address_of(pad, offset), 4) >> pad->index & 1;
}

/* The pad's first word; on success the window is open. */
static enum fl_err open_pad(const char *name, struct pad *pad, uint32_t *value, struct diag *diag)
{
	enum fl_err err;

	if (!parse_name(name, pad))
		return diag_fail(diag, FL_ERR_INVALID,
				 "write GPP_A0 to GPP_F23 or GPP_G0 to GPP_G7",
				 "'%s' is no pad of this PCH", name);
	err = sideband_open(&pad->sideband, diag);
	if (err)
		return err;
	*value = platform_mmio_read(cfg_address(pad), 4);
	if (*value != UINT32_MAX)
		return FL_OK;
	sideband_close(&pad->sideband);
	return diag_fail(diag, FL_ERR_GONE,
			 "firmware hides the PCH's sideband window: if firmware switches this pad "
			 "itself, mark it 'optional' in the board file, else have firmware leave "
			 "P2SB visible",
			 "pad %s at 0x%08llx reads all ones", name,
			 (unsigned long long)cfg_address(pad));
}

/* ---- who may change it ---- */

static enum fl_err check_owner(const struct pad *pad, struct diag *diag)
{
	static const char *const owners[] = {
		[PAD_OWNER_ME] = "the management engine",
		[PAD_OWNER_ISH] = "the integrated sensor hub",
		[PAD_OWNER_MASK] = "an agent that is not the host",
	};
	const uint32_t word =
		platform_mmio_read(address_of(pad, PAD_OWNER(pad->group, pad->index)), 4);
	const unsigned owner = word >> PAD_OWNER_SHIFT(pad->index) & PAD_OWNER_MASK;

	if (owner == PAD_OWNER_HOST)
		return FL_OK;
	return diag_fail(diag, FL_ERR_BUSY,
			 "pad ownership is part of the firmware image: have its GPIO table give "
			 "the pad to the host, or leave the step out if its owner switches it",
			 "pad %s belongs to %s", pad->name, owners[owner]);
}

/* The level has a lock of its own: a pad that is locked as an output may still be switched. */
static enum fl_err check_lock(const struct pad *pad, uint32_t changes, struct diag *diag)
{
	const bool level = changes & PAD_CFG_TX_STATE && pad_bit(pad, PAD_LOCK_LEVEL(pad->group));
	const bool rest = changes & ~PAD_CFG_TX_STATE && pad_bit(pad, PAD_LOCK(pad->group));

	if (!level && !rest)
		return FL_OK;
	return diag_fail(
		diag, FL_ERR_BUSY,
		"only a reset lifts the lock: switch it off for this pad in firmware's GPIO "
		"table; a pad that firmware sets as the camera needs it may be locked",
		"pad %s is locked by firmware: %s cannot be changed", pad->name,
		!rest   ? "its level"
		: level ? "mode, driver and level"
			: "its mode and driver");
}

/* ---- words ---- */

/* Writes, and looks whether it took. */
static enum fl_err write_pad(const struct pad *pad, uint32_t value, uint32_t check,
			     struct diag *diag)
{
	const uint64_t address = cfg_address(pad);
	uint32_t seen;

	platform_mmio_write(address, 4, value);
	seen = platform_mmio_read(address, 4);
	if (!((seen ^ value) & check))
		return FL_OK;
	return diag_fail(diag, FL_ERR_MISMATCH,
			 pad_bit(pad, PAD_DRIVER(pad->group))
				 ? "firmware or another agent holds it though no lock says so, or "
				   "this chipset has no such window: see the firmware's GPIO table"
				 : "the pad is in ACPI mode (host software ownership): firmware's "
				   "code may hold it; or this chipset has no such window",
			 "pad %s at 0x%08llx reads 0x%08x after writing 0x%08x", pad->name,
			 (unsigned long long)address, seen, value);
}

static enum fl_err set_bits(const struct pad *pad, uint32_t value, uint32_t mask, uint32_t bits,
			    struct diag *diag)
{
	const uint32_t want = (value & ~mask) | bits;
	enum fl_err err = FL_OK;

	if (want == value)
		return FL_OK;
	err = check_owner(pad, diag);
	if (!err)
		err = check_lock(pad, want ^ value, diag);
	if (err)
		return err;
	err = write_pad(pad, want, mask, diag);
	if (err)
		platform_mmio_write(cfg_address(pad), 4, value);
	return err;
}

static enum fl_err change_pad(const char *name, uint32_t mask, uint32_t bits, uint32_t *found,
			      struct diag *diag)
{
	struct pad pad = {.name = name};
	uint32_t value = 0;
	enum fl_err err = open_pad(name, &pad, &value, diag);

	if (err)
		return err;
	if (found)
		*found = value;
	err = set_bits(&pad, value, mask, bits, diag);
	sideband_close(&pad.sideband);
	return err;
}

enum fl_err pad_drive(const char *pad, bool level, uint32_t *found, struct diag *diag)
{
	return change_pad(pad, PAD_CFG_TX_STATE | PAD_CFG_TX_DISABLE | PAD_CFG_MODE,
			  level ? PAD_CFG_TX_STATE : 0, found, diag);
}

enum fl_err pad_release(const char *pad, uint32_t *found, struct diag *diag)
{
	return change_pad(pad, PAD_CFG_TX_DISABLE | PAD_CFG_RX_DISABLE | PAD_CFG_MODE,
			  PAD_CFG_TX_DISABLE, found, diag);
}

enum fl_err pad_restore(const char *pad, uint32_t found, struct diag *diag)
{
	return change_pad(pad, PAD_CFG_OURS, found & PAD_CFG_OURS, NULL, diag);
}

bool pad_level(const char *name)
{
	struct pad pad = {.name = name};
	uint32_t value = 0;

	if (open_pad(name, &pad, &value, NULL))
		return false;
	sideband_close(&pad.sideband);
	return value & PAD_CFG_RX_STATE;
}
