/* pci_device.c: a function brought up for use, and put back as found. */
#include "core/field.h"
#include "core/mem.h"
#include "pci/pci.h"
#include "pci/pci_function.h"
#include "pci/pci_regs.h"

#define D0_DELAY_US 10000u /* PCI Power Management 1.2: D3hot to D0 */

static const char gone_hint[] = "the function is disabled or lost power: look for a firmware setup "
				"option that hides the camera, then power-cycle";

static uint16_t read16(const struct pci_device *device, unsigned offset)
{
	return (uint16_t)platform_pci_read(device->address, offset, 2);
}

static void write16(const struct pci_device *device, unsigned offset, uint32_t value)
{
	platform_pci_write(device->address, offset, 2, value & 0xffff);
}

/* "00:14.3 8086:9d32", for messages. */
struct label {
	char text[32];
};

static struct label label(const struct pci_device *device)
{
	struct label out;
	size_t used = pci_address_format(device->address, out.text, sizeof out.text);

	text_format(out.text + used, sizeof out.text - used, " %04x:%04x", device->function->vendor,
		    device->function->device);
	return out;
}

/* ---- power ---- */

/* PME status clears when written as 1: it is not ours to clear. */
static void write_power_state(const struct pci_device *device, uint16_t state)
{
	const uint16_t old = read16(device, device->pm_offset + PCI_PMCSR);

	write16(device, device->pm_offset + PCI_PMCSR,
		(old & ~(PCI_PMCSR_STATE | PCI_PMCSR_PME_STATUS)) | state);
}

static unsigned power_state(const struct pci_device *device)
{
	return field_get(PCI_PMCSR_STATE, read16(device, device->pm_offset + PCI_PMCSR));
}

/* Without No_Soft_Reset the BAR may read 0 already in D3hot, as the ImgU's does: firmware still knows it. */
static void place_lost_bar0(struct pci_device *device)
{
	const uint32_t raw = platform_pci_read(device->address, PCI_BAR(0), 4);
	uint64_t base;

	if (raw & ~15u || !platform_pci_bar0_address(device->address, &base))
		return;
	platform_pci_write(device->address, PCI_BAR(0), 4, (uint32_t)base);
	if ((raw & 7) == 4)
		platform_pci_write(device->address, PCI_BAR(1), 4, (uint32_t)(base >> 32));
	device->bar0 = base;
}

/* D3hot to D0 may reset the function: what it may lose is read before and rewritten. */
static enum fl_err enter_d0(struct pci_device *device)
{
	static const uint8_t offsets[] = {PCI_CACHE_LINE_SIZE, PCI_BAR(0),        PCI_BAR(1),
					  PCI_BAR(2),          PCI_BAR(3),        PCI_BAR(4),
					  PCI_BAR(5),          PCI_INTERRUPT_LINE};
	uint32_t found[ARRAY_SIZE(offsets)];

	if (!device->pm_offset || !power_state(device))
		return FL_OK;
	for (unsigned i = 0; i < ARRAY_SIZE(offsets); i++)
		found[i] = platform_pci_read(device->address, offsets[i], 4);
	write_power_state(device, 0);
	platform_delay_us(D0_DELAY_US);
	if (power_state(device))
		return diag_fail(
			device->diag, FL_ERR_TIMEOUT,
			"firmware or the platform holds the device down: power-cycle the board; a "
			"firmware option may disable the camera",
			"%s stays in D%u for %u ms after D0 was asked for", label(device).text,
			power_state(device), D0_DELAY_US / 1000);
	for (unsigned i = 0; i < ARRAY_SIZE(offsets); i++)
		if (platform_pci_read(device->address, offsets[i], 4) != found[i])
			platform_pci_write(device->address, offsets[i], 4, found[i]);
	place_lost_bar0(device);
	return FL_OK;
}

/* ---- BAR 0 ---- */

static enum fl_err check_bar0(struct pci_device *device, uint64_t min_size)
{
	const struct pci_bar *bar = &device->function->bars[0];
	const uint64_t address = device->bar0 ? device->bar0 : bar->address;

	if (bar->kind != PCI_BAR_MEM32 && bar->kind != PCI_BAR_MEM64)
		return diag_fail(
			device->diag, FL_ERR_NOTFOUND,
			"firmware could not place it: update the firmware, or the device is broken",
			"%s has no memory BAR 0", label(device).text);
	if (!address)
		return diag_fail(device->diag, FL_ERR_NOTFOUND,
				 "firmware gave the device no address: look for 'PCI resource' or "
				 "'above 4G' "
				 "options in its setup",
				 "%s BAR 0 is unassigned", label(device).text);
	if (address >= pci_function_reach() ||
	    platform_pci_read(device->address, PCI_BAR(0), 4) == UINT32_MAX)
		return diag_fail(device->diag, FL_ERR_RANGE,
				 "switch 'above 4G decoding' off in the firmware's setup",
				 "%s BAR 0 at 0x%llx is out of this CPU's reach (0x%llx)",
				 label(device).text, (unsigned long long)address,
				 (unsigned long long)pci_function_reach());
	device->bar0 = address;
	device->bar0_size = bar->size;
	if (!bar->size) /* the function is ours now: nobody uses it */
		device->bar0_size = pci_function_bar_probe(device->address, 0, bar->kind);
	if (device->bar0_size < min_size)
		return diag_fail(device->diag, FL_ERR_RANGE,
				 "another device than the driver is for, or a "
				 "broken one",
				 "%s BAR 0 has %llu bytes, the driver needs %llu",
				 label(device).text, (unsigned long long)device->bar0_size,
				 (unsigned long long)min_size);
	if (device->bar0 & (device->bar0_size - 1))
		return diag_fail(
			device->diag, FL_ERR_RANGE, "firmware error: see its PCI resource options",
			"%s BAR 0 at 0x%llx is no multiple of its %llu bytes", label(device).text,
			(unsigned long long)address, (unsigned long long)device->bar0_size);
	return FL_OK;
}

/* ---- open, close ---- */

static void mask_interrupts(struct pci_device *device)
{
	/* Its control word lies in this space even at the last place there is. */
	device->msi_offset = pci_function_capability(device->function, PCI_CAPABILITY_MSI);
	if (!device->msi_offset)
		return;
	device->old_msi = read16(device, device->msi_offset + PCI_MSI_CONTROL);
	write16(device, device->msi_offset + PCI_MSI_CONTROL, device->old_msi & ~PCI_MSI_ENABLE);
}

static enum fl_err enable(struct pci_device *device)
{
	const uint16_t wanted = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
	uint16_t command = device->old_command | wanted | PCI_COMMAND_INTX_DISABLE;

	write16(device, PCI_COMMAND, command);
	/* INTx disable does not exist before PCI 2.3 and is not missed: nobody listens. */
	command = read16(device, PCI_COMMAND);
	if ((command & wanted) == wanted)
		return FL_OK;
	return diag_fail(device->diag, FL_ERR_MISMATCH,
			 "the device ignores its command register: broken, or "
			 "locked by firmware",
			 "%s command reads 0x%04x, want memory and bus master (0x%04x)",
			 label(device).text, command, wanted);
}

static enum fl_err put_back(struct pci_device *device)
{
	uint16_t command, msi = device->old_msi;

	write16(device, PCI_COMMAND, device->old_command);
	command = read16(device, PCI_COMMAND);
	if (device->msi_offset) {
		write16(device, device->msi_offset + PCI_MSI_CONTROL, device->old_msi);
		msi = read16(device, device->msi_offset + PCI_MSI_CONTROL);
	}
	if (device->pm_offset && power_state(device) != device->old_state)
		write_power_state(device, device->old_state);
	if (command != device->old_command || msi != device->old_msi)
		return diag_fail(
			device->diag, FL_ERR_MISMATCH, gone_hint,
			"%s is not as found: command 0x%04x (was 0x%04x), MSI 0x%04x (was 0x%04x)",
			label(device).text, command, device->old_command, msi, device->old_msi);
	if (device->pm_offset && power_state(device) != device->old_state)
		return diag_fail(device->diag, FL_ERR_MISMATCH, gone_hint,
				 "%s is in D%u, was in D%u", label(device).text,
				 power_state(device), device->old_state);
	return FL_OK;
}

enum fl_err pci_open(struct pci_device *device, const struct pci_function *function,
		     uint64_t min_bar0, struct diag *diag)
{
	enum fl_err err;

	*device = (struct pci_device){.address = function->address,
				      .function = function,
				      .diag = diag,
				      .pm_offset = function->pm_offset};
	if (read16(device, PCI_VENDOR_ID) != function->vendor)
		return diag_fail(diag, FL_ERR_GONE, gone_hint,
				 "%s no longer answers: vendor id 0x%04x", label(device).text,
				 read16(device, PCI_VENDOR_ID));
	device->old_command = read16(device, PCI_COMMAND);
	if (device->pm_offset)
		device->old_state = (uint8_t)power_state(device);
	mask_interrupts(device);
	err = enter_d0(device);
	if (!err)
		err = check_bar0(device, min_bar0);
	if (!err)
		err = enable(device);
	if (err) {
		put_back(device);
		return err;
	}
	device->is_open = true;
	return FL_OK;
}

enum fl_err pci_close(struct pci_device *device)
{
	if (!device->is_open)
		return FL_OK;
	device->is_open = false;
	return put_back(device);
}

void pci_stop_master(struct pci_device *device)
{
	if (!device->is_open)
		return;
	device->old_command &= (uint16_t)~PCI_COMMAND_MASTER; /* firmware may have left it on */
	write16(device, PCI_COMMAND, read16(device, PCI_COMMAND) & ~PCI_COMMAND_MASTER);
}
