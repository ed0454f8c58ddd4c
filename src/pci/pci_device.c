/* pci_device.c: a function brought up for use, and put back as found. */
#include "core/field.h"
#include "core/mem.h"
#include "pci/pci.h"
#include "pci/pci_function.h"
#include "pci/pci_regs.h"

#define D0_DELAY_US 10000u /* PCI Power Management 1.2: D3hot to D0 */
#define FOUR_GIB    ((uint64_t)1 << 32)

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

/* Config space is not written, and what was read of it not kept, before the function is in D0. */
static enum fl_err enter_d0(struct pci_device *device)
{
	unsigned state;

	if (!device->old_state)
		return FL_OK;
	write_power_state(device, 0);
	platform_delay_us(D0_DELAY_US);
	state = power_state(device);
	if (!state)
		return FL_OK;
	write_power_state(device, device->old_state);
	return diag_fail(device->diag, FL_ERR_TIMEOUT,
			 "firmware or the platform holds the device down: power-cycle the board; a "
			 "firmware option may disable the camera",
			 "%s stays in D%u for %u ms after D0 was asked for", label(device).text,
			 state, D0_DELAY_US / 1000);
}

/* ---- BAR 0 ---- */

/* One that holds no address goes where firmware had placed it, with decoding off: half an address may
 * be another device's. */
static void place_bar(struct pci_device *device, unsigned index, const struct pci_bar *bar)
{
	write16(device, PCI_COMMAND, device->old_command & ~(PCI_COMMAND_IO | PCI_COMMAND_MEMORY));
	platform_pci_write(device->address, PCI_BAR(index), 4, (uint32_t)bar->address);
	if (bar->kind == PCI_BAR_MEM64)
		platform_pci_write(device->address, PCI_BAR(index + 1), 4,
				   (uint32_t)(bar->address >> 32));
}

static enum fl_err no_address(struct pci_device *device)
{
	if (device->old_state)
		return diag_fail(device->diag, FL_ERR_NOTFOUND,
				 "switch the power off and on again, so that firmware places it; "
				 "then start this program first",
				 "%s was found in D%u, has forgotten the address of BAR 0, and "
				 "firmware does not know it",
				 label(device).text, device->old_state);
	return diag_fail(device->diag, FL_ERR_NOTFOUND,
			 "firmware gave the device no address: look for 'PCI resource' or "
			 "'above 4G' options in its setup",
			 "%s BAR 0 is unassigned", label(device).text);
}

static enum fl_err check_place(struct pci_device *device, const struct pci_bar *bar)
{
	if (bar->kind != PCI_BAR_MEM32 && bar->kind != PCI_BAR_MEM64)
		return diag_fail(
			device->diag, FL_ERR_NOTFOUND,
			"firmware could not place it: update the firmware, or the device is broken",
			"%s has no memory BAR 0", label(device).text);
	if (!bar->address)
		return no_address(device);
	if (bar->is_forgotten)
		return diag_fail(device->diag, FL_ERR_MISMATCH,
				 "the device ignores its BAR: broken, or locked by firmware; "
				 "power-cycle the board",
				 "%s BAR 0 reads 0 after firmware's 0x%llx was written to it",
				 label(device).text, (unsigned long long)bar->address);
	if (bar->address < pci_function_reach() &&
	    platform_pci_read(device->address, PCI_BAR(0), 4) != UINT32_MAX)
		return FL_OK;
	return diag_fail(device->diag, FL_ERR_RANGE,
			 "switch 'above 4G decoding' off in the firmware's setup",
			 "%s BAR 0 at 0x%llx is out of this CPU's reach (0x%llx)",
			 label(device).text, (unsigned long long)bar->address,
			 (unsigned long long)pci_function_reach());
}

static void use_bar0(struct pci_device *device, const struct pci_bar *bar)
{
	device->bar0 = bar->address;
	device->bar0_size = bar->size;
}

static enum fl_err check_size(struct pci_device *device, uint64_t min_size)
{
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
			(unsigned long long)device->bar0, (unsigned long long)device->bar0_size);
	return FL_OK;
}

/* In D0: what the enumeration saw of a function that was asleep counts no more. */
static enum fl_err find_bar0(struct pci_device *device, uint64_t min_size)
{
	struct pci_function now = *device->function;
	enum fl_err err;

	pci_function_read_bars(&now);
	for (unsigned i = 0; i < ARRAY_SIZE(now.bars); i++)
		if (now.bars[i].is_forgotten)
			place_bar(device, i, &now.bars[i]);
	pci_function_read_bars(&now);
	err = check_place(device, &now.bars[0]);
	if (err)
		return err;
	use_bar0(device, &now.bars[0]);
	if (!device->bar0_size) /* the function is ours now: nobody uses it */
		device->bar0_size = pci_function_bar_probe(device->address, 0, now.bars[0].kind);
	return check_size(device, min_size);
}

static const char mapping_hint[] =
	"switch 'above 4G decoding' off in the firmware's setup, or update the firmware";

/*
 * The first access goes through firmware: a pointer to what its page tables do not map would end in an
 * exception. Below 4 GiB everything is mapped, and firmware may refuse what it has hidden from itself:
 * there a refusal is no reason to stop.
 */
enum fl_err pci_first_read(struct pci_device *device, uint64_t offset, uint32_t *value)
{
	const uint64_t at = device->bar0 + offset;
	enum fl_err err = platform_mmio_first_read(device->address, at, value);

	if (err && at < FOUR_GIB) {
		*value = platform_mmio_read(at, 4);
		return FL_OK;
	}
	if (err)
		return diag_fail(device->diag, err, mapping_hint,
				 "%s BAR 0 + 0x%llx at 0x%llx: firmware itself cannot read it (%s)",
				 label(device).text, (unsigned long long)offset,
				 (unsigned long long)at, fl_err_name(err));
	return FL_OK;
}

/* The pointer must find what firmware found. If it does not, firmware reads once more: what changes by
 * itself proves nothing. */
static enum fl_err check_reading(struct pci_device *device, uint32_t offset)
{
	const uint64_t at = device->bar0 + offset;
	uint32_t first, again, ours;
	enum fl_err err = pci_first_read(device, offset, &first);

	if (err)
		return err;
	ours = platform_mmio_read(at, 4);
	if (ours == first || platform_mmio_first_read(device->address, at, &again) ||
	    again != first)
		return FL_OK;
	return diag_fail(device->diag, FL_ERR_MISMATCH, mapping_hint,
			 "%s BAR 0 + 0x%x at 0x%llx: firmware reads 0x%08x there, the CPU 0x%08x",
			 label(device).text, offset, (unsigned long long)at, first, ours);
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

/* Command bits as wanted. INTx disable does not exist before PCI 2.3 and is not missed: nobody listens. */
static enum fl_err set_command(struct pci_device *device, uint16_t bits)
{
	const uint16_t wanted = bits & ~PCI_COMMAND_INTX_DISABLE;
	uint16_t command;

	write16(device, PCI_COMMAND,
		(device->old_command & ~(PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER)) | bits);
	command = read16(device, PCI_COMMAND);
	if ((command & wanted) == wanted)
		return FL_OK;
	return diag_fail(device->diag, FL_ERR_MISMATCH,
			 "the device ignores its command register: broken, or "
			 "locked by firmware",
			 "%s command reads 0x%04x, want %s (0x%04x)", label(device).text, command,
			 bits & PCI_COMMAND_MASTER ? "memory and bus master" : "memory", wanted);
}

enum fl_err pci_start_master(struct pci_device *device)
{
	return set_command(device,
			   PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_INTX_DISABLE);
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

static void init(struct pci_device *device, const struct pci_function *function, struct diag *diag)
{
	*device = (struct pci_device){.address = function->address,
				      .function = function,
				      .diag = diag,
				      .pm_offset = function->pm_offset};
}

enum fl_err pci_open(struct pci_device *device, const struct pci_function *function,
		     uint64_t min_bar0, uint32_t first, struct diag *diag)
{
	enum fl_err err;

	init(device, function, diag);
	if (read16(device, PCI_VENDOR_ID) != function->vendor)
		return diag_fail(diag, FL_ERR_GONE, gone_hint,
				 "%s no longer answers: vendor id 0x%04x", label(device).text,
				 read16(device, PCI_VENDOR_ID));
	if (device->pm_offset)
		device->old_state = (uint8_t)power_state(device);
	err = enter_d0(device);
	if (err)
		return err;
	device->old_command = read16(device, PCI_COMMAND);
	mask_interrupts(device);
	err = find_bar0(device, min_bar0);
	if (err)
		goto out_found;
	err = set_command(device, PCI_COMMAND_MEMORY | PCI_COMMAND_INTX_DISABLE);
	if (err)
		goto out_found;
	err = check_reading(device, first);
	if (err)
		goto out_found;
	device->is_open = true;
	return FL_OK;
out_found:
	put_back(device);
	return err;
}

enum fl_err pci_look(struct pci_device *device, const struct pci_function *function,
		     struct diag *diag)
{
	enum fl_err err;

	if (function->power_state || !(function->command & PCI_COMMAND_MEMORY) ||
	    function->bars[0].is_forgotten)
		return pci_open(device, function, 4, 0, diag);
	init(device, function, diag);
	err = check_place(device, &function->bars[0]);
	use_bar0(device, &function->bars[0]);
	return err;
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
