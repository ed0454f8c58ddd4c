/* sideband.c: see sideband.h. */
#include "gpio/sideband.h"

#include "pci/pci_regs.h"

#define FIXED_BASE 0xfd000000u
#define BRIDGE_ID                                                                                  \
	0x9d208086u /* device and vendor: the P2SB of Sunrise Point-LP (Intel 332691, P2SB) */

static const struct pci_address bridge = {.device = 0x1f, .function = 1};

static uint64_t read_base(void)
{
	const uint32_t low = platform_pci_read(bridge, PCI_BAR(0), 4);
	uint64_t base = low & ~PCI_BAR_MEMORY_FLAGS;

	if (field_get(PCI_BAR_TYPE, low) == 2)
		base |= (uint64_t)platform_pci_read(bridge, PCI_BAR(1), 4) << 32;
	return base;
}

static void switch_on(struct sideband *sideband)
{
	sideband->old_command = (uint16_t)platform_pci_read(bridge, PCI_COMMAND, 2);
	sideband->is_changed = !(sideband->old_command & PCI_COMMAND_MEMORY);
	if (sideband->is_changed)
		platform_pci_write(bridge, PCI_COMMAND, 2,
				   sideband->old_command | PCI_COMMAND_MEMORY);
}

/* Above 4 GiB only firmware may reach it at first: it maps what it reads itself. */
static bool is_reachable(uint64_t base)
{
	uint32_t value;

	return !(base >> 32) || !platform_mmio_first_read(bridge, base, &value);
}

enum fl_err sideband_open(struct sideband *sideband, struct diag *diag)
{
	const uint32_t id = platform_pci_read(bridge, PCI_VENDOR_ID, 4);

	*sideband = (struct sideband){.base = FIXED_BASE};
	if ((id & 0xffff) == PCI_VENDOR_NONE || !(id & 0xffff))
		return FL_OK;
	if (id != BRIDGE_ID)
		return diag_fail(diag, FL_ERR_NOTFOUND,
				 "pads are known of Sunrise Point-LP (Skylake-U, Kaby Lake-U) "
				 "only: leave the pad steps out of the board file",
				 "00:1f.1 is %04x:%04x, not the sideband bridge 8086:9d20",
				 id & 0xffff, id >> 16);
	sideband->is_visible = true;
	sideband->base = read_base();
	if (sideband->base) {
		switch_on(sideband);
		if (is_reachable(sideband->base))
			return FL_OK;
		sideband_close(sideband);
	}
	return diag_fail(diag, FL_ERR_RANGE,
			 "let firmware place it below 4 GiB (setup: above 4G decoding off), or "
			 "hide it, so that the fixed window is used",
			 "BAR 0 of the sideband bridge 00:1f.1 holds 0x%llx, which cannot be read",
			 (unsigned long long)sideband->base);
}

void sideband_close(struct sideband *sideband)
{
	if (sideband->is_changed)
		platform_pci_write(bridge, PCI_COMMAND, 2, sideband->old_command);
	sideband->is_changed = false;
}

uint64_t sideband_address(const struct sideband *sideband, uint8_t port, uint32_t offset)
{
	return sideband->base + ((uint32_t)port << 16) + offset;
}
