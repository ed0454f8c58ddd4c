/* pads.c: see pads.h. */
#include "gpio/pads.h"

#include "core/mem.h"
#include "core/text.h"
#include "firstlight/platform.h"
#include "gpio/pads_regs.h"

#define PAD_CFG_OURS (PAD_CFG_TX_STATE | PAD_CFG_TX_DISABLE | PAD_CFG_RX_DISABLE | PAD_CFG_MODE)

/* ---- names ---- */

/* The communities' ports, and where a group's pads start in its community. */
static const struct {
	uint8_t port, first;
} groups[] = {
	{PCH_PORT_GPIO_AB, 0}, /* GPP_A */
	{PCH_PORT_GPIO_AB, PCH_PADS_PER_GROUP},
	{PCH_PORT_GPIO_CDE, 0}, /* GPP_C */
	{PCH_PORT_GPIO_CDE, PCH_PADS_PER_GROUP},
	{PCH_PORT_GPIO_CDE, 2 * PCH_PADS_PER_GROUP},
	{PCH_PORT_GPIO_FG, 0}, /* GPP_F */
	{PCH_PORT_GPIO_FG, PCH_PADS_PER_GROUP},
};

bool pad_address(const char *pad, uint64_t *address)
{
	uint64_t index;
	unsigned group;

	if (!text_starts(pad, "GPP_") || pad[4] < 'A' || pad[4] > 'G' || strlen(pad) > 7)
		return false;
	group = (unsigned)(pad[4] - 'A');
	if (!text_u64(pad + 5, &index) ||
	    index >= (pad[4] == 'G' ? PCH_PADS_GROUP_G : PCH_PADS_PER_GROUP))
		return false;
	*address = PCH_SIDEBAND_PORT(groups[group].port) +
		   PCH_PAD_CFG(groups[group].first + (unsigned)index);
	return true;
}

/* ---- words ---- */

static enum fl_err read_pad(const char *pad, uint64_t *address, uint32_t *value, struct diag *diag)
{
	*address = 0;
	*value = UINT32_MAX;
	if (!pad_address(pad, address))
		return diag_fail(diag, FL_ERR_INVALID,
				 "write GPP_A0 to GPP_F23 or GPP_G0 to GPP_G7",
				 "'%s' is no pad of this PCH", pad);
	*value = platform_mmio_read(*address, 4);
	if (*value != UINT32_MAX)
		return FL_OK;
	return diag_fail(diag, FL_ERR_GONE,
			 "firmware hides the PCH's sideband window: if firmware switches this pad "
			 "itself, mark "
			 "it 'optional' in the board file, else have firmware leave P2SB visible",
			 "pad %s at 0x%08llx reads all ones", pad, (unsigned long long)*address);
}

/* Writes, and looks whether it took: pads can be locked or belong to another agent. */
static enum fl_err write_pad(const char *pad, uint64_t address, uint32_t value, uint32_t check,
			     struct diag *diag)
{
	uint32_t seen;

	platform_mmio_write(address, 4, value);
	seen = platform_mmio_read(address, 4);
	if (!((seen ^ value) & check))
		return FL_OK;
	return diag_fail(
		diag, FL_ERR_READONLY,
		"the pad is locked or owned by the management engine or firmware, or this chipset "
		"has no such window: see the firmware's GPIO table",
		"pad %s at 0x%08llx reads 0x%08x after writing 0x%08x", pad,
		(unsigned long long)address, seen, value);
}

static enum fl_err change_pad(const char *pad, uint32_t clear, uint32_t set, uint32_t *found,
			      struct diag *diag)
{
	uint64_t address;
	uint32_t value;
	enum fl_err err = read_pad(pad, &address, &value, diag);

	if (err)
		return err;
	if (found)
		*found = value;
	/* A pad that is all zero may be no pad at all: then there is nothing to read back, and a
	 * bit of the mode (which stays 0) would not show it. The set bits do. */
	err = write_pad(pad, address, (value & ~clear) | set, clear | set, diag);
	if (err)
		platform_mmio_write(address, 4, value);
	return err;
}

enum fl_err pad_drive(const char *pad, bool level, uint32_t *found, struct diag *diag)
{
	return change_pad(pad, PAD_CFG_TX_STATE | PAD_CFG_TX_DISABLE | PAD_CFG_MODE,
			  level ? PAD_CFG_TX_STATE : 0, found, diag);
}

enum fl_err pad_release(const char *pad, uint32_t *found, struct diag *diag)
{
	return change_pad(pad, PAD_CFG_RX_DISABLE | PAD_CFG_MODE, PAD_CFG_TX_DISABLE, found, diag);
}

enum fl_err pad_restore(const char *pad, uint32_t found, struct diag *diag)
{
	uint64_t address;
	uint32_t value;
	enum fl_err err = read_pad(pad, &address, &value, diag);

	if (err)
		return err;
	return write_pad(pad, address, (value & ~PAD_CFG_OURS) | (found & PAD_CFG_OURS),
			 PAD_CFG_OURS, diag);
}

bool pad_level(const char *pad)
{
	uint64_t address;
	uint32_t value;

	return !read_pad(pad, &address, &value, NULL) && value & PAD_CFG_RX_STATE;
}
