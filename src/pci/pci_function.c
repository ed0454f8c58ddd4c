/* pci_function.c: see pci_function.h. */
#include "pci/pci_function.h"

#include <cpuid.h>

#include "core/mem.h"
#include "pci/pci_regs.h"

#define CPUID_ADDRESS_SIZES     0x80000008u /* EAX 7:0: physical address bits (SDM 2A, CPUID) */
#define ADDRESS_BITS_WITHOUT_IT 36u

static uint8_t read8(struct pci_address address, unsigned offset)
{
	return (uint8_t)platform_pci_read(address, offset, 1);
}

static uint16_t read16(struct pci_address address, unsigned offset)
{
	return (uint16_t)platform_pci_read(address, offset, 2);
}

static uint32_t read32(struct pci_address address, unsigned offset)
{
	return platform_pci_read(address, offset, 4);
}

uint64_t pci_function_reach(void)
{
	unsigned a, b, c, d;

	if (!__get_cpuid(CPUID_ADDRESS_SIZES, &a, &b, &c, &d))
		a = ADDRESS_BITS_WITHOUT_IT;
	return (uint64_t)1 << (a & 0xff);
}

bool pci_function_exists(struct pci_address address)
{
	const uint16_t vendor = read16(address, PCI_VENDOR_ID);

	return vendor != PCI_VENDOR_NONE && vendor != 0;
}

bool pci_function_is_bridge(const struct pci_function *function)
{
	const unsigned layout = pci_function_layout(function);

	return layout == 1 || layout == 2;
}

unsigned pci_function_layout(const struct pci_function *function)
{
	return field_get(PCI_HEADER_TYPE_LAYOUT, function->header_type);
}

uint8_t pci_function_capability(const struct pci_function *function, uint8_t id)
{
	for (unsigned i = 0; i < function->capability_count; i++)
		if (function->capabilities[i].id == id)
			return function->capabilities[i].offset;
	return 0;
}

/* ---- capabilities ---- */

/* A list has at most 48 entries, one per dword behind the header; a visited dword ends it. */
static void read_capabilities(struct pci_function *f)
{
	const bool is_cardbus = pci_function_layout(f) == 2;
	uint64_t visited = 0;
	uint8_t pointer;

	if (!(read16(f->address, PCI_STATUS) & PCI_STATUS_CAPABILITIES))
		return;
	pointer =
		read8(f->address, is_cardbus ? PCI_CARDBUS_CAPABILITIES : PCI_CAPABILITIES_POINTER);
	while (pointer) {
		const uint8_t offset = pointer & 0xfc;

		/* The two low bits are reserved: software masks them, but they should be 0. */
		if (offset != pointer)
			f->findings |= PCI_CAP_BAD_POINTER;
		if (offset < PCI_HEADER_SIZE) {
			f->findings |= PCI_CAP_BAD_POINTER;
			return;
		}
		if (visited & (uint64_t)1 << offset / 4) {
			f->findings |= PCI_CAP_LOOP;
			return;
		}
		visited |= (uint64_t)1 << offset / 4;
		f->capabilities[f->capability_count].id = read8(f->address, offset);
		f->capabilities[f->capability_count++].offset = offset;
		pointer = read8(f->address, offset + 1u);
	}
}

static void read_power_state(struct pci_function *f)
{
	f->pm_offset = pci_function_capability(f, PCI_CAPABILITY_POWER);
	/* The registers behind the id must lie in this space too. */
	if (f->pm_offset > PCI_CONFIG_SIZE - 8)
		f->pm_offset = 0;
	if (f->pm_offset)
		f->power_state = (uint8_t)field_get(PCI_PMCSR_STATE,
						    read16(f->address, f->pm_offset + PCI_PMCSR));
}

/* ---- base addresses ---- */

static uint32_t write_ones(struct pci_address address, unsigned offset)
{
	const uint32_t old = read32(address, offset);
	uint32_t mask;

	platform_pci_write(address, offset, 4, UINT32_MAX);
	mask = read32(address, offset);
	platform_pci_write(address, offset, 4, old);
	return mask;
}

uint64_t pci_function_bar_probe(struct pci_address address, unsigned index, enum pci_bar_kind kind)
{
	const uint16_t command = read16(address, PCI_COMMAND);
	uint64_t mask;

	platform_pci_write(address, PCI_COMMAND, 2,
			   command & ~(PCI_COMMAND_IO | PCI_COMMAND_MEMORY));
	mask = write_ones(address, PCI_BAR(index));
	mask &= kind == PCI_BAR_IO ? ~(uint64_t)PCI_BAR_IO_FLAGS : ~(uint64_t)PCI_BAR_MEMORY_FLAGS;
	if (kind == PCI_BAR_MEM64)
		mask |= (uint64_t)write_ones(address, PCI_BAR(index + 1)) << 32;
	platform_pci_write(address, PCI_COMMAND, 2, command);
	return mask & -mask;
}

/*
 * Sizing switches decoding off for some microseconds. A function that firmware is using would lose
 * an access of a timer handler in between (console, keyboard, disk), a bridge all that lies behind
 * it. So where firmware does not tell the size, only what is off already is sized, and the classes
 * for which firmware has no drivers: multimedia and signal processing (cameras, LPSS). Nothing is
 * written to a function that is asleep: what would be put back afterwards is what it read there.
 */
static bool may_be_probed(const struct pci_function *f)
{
	if (f->power_state)
		return false;
	if (!(f->command & (PCI_COMMAND_IO | PCI_COMMAND_MEMORY)))
		return true;
	return pci_function_layout(f) == 0 && (f->class_base == 0x04 || f->class_base == 0x11);
}

/* What the register alone does not tell: firmware's address where it holds none, and the size. */
static void complete_bar(const struct pci_function *f, unsigned index, struct pci_bar *bar)
{
	struct platform_bar placed;

	/* A 32-bit register cannot hold an address above 4 GiB: not this one's, then. */
	if (platform_pci_bar(f->address, index, &placed) &&
	    (bar->kind == PCI_BAR_MEM64 || !(placed.address >> 32))) {
		bar->is_forgotten = !bar->address;
		bar->address = placed.address;
		bar->size = placed.size;
	} else if (may_be_probed(f)) {
		bar->size = pci_function_bar_probe(f->address, index, bar->kind);
	}
}

static void judge_bar(struct pci_function *f, const struct pci_bar *bar, uint32_t raw)
{
	if (raw == UINT32_MAX || (bar->kind != PCI_BAR_IO && bar->address >= pci_function_reach()))
		f->findings |= PCI_BAR_UNREACHABLE;
	else if (!bar->address)
		f->findings |= PCI_BAR_UNASSIGNED;
	else if (bar->size && bar->address & (bar->size - 1))
		f->findings |= PCI_BAR_MISALIGNED;
}

static unsigned bar_count(const struct pci_function *f)
{
	switch (pci_function_layout(f)) {
	case 0:
		return 6;
	case 1:
		return 2;
	case 2:
		return 1;
	default:
		return 0;
	}
}

/* Returns how many registers the BAR takes. */
static unsigned read_bar(struct pci_function *f, unsigned index)
{
	const uint32_t raw = read32(f->address, PCI_BAR(index));
	struct pci_bar bar = {.kind = PCI_BAR_MEM32};

	if (raw & PCI_BAR_IS_IO)
		bar.kind = PCI_BAR_IO;
	else if (field_get(PCI_BAR_TYPE, raw) == 2 && index + 1 < bar_count(f))
		bar.kind = PCI_BAR_MEM64;
	bar.prefetchable = bar.kind != PCI_BAR_IO && raw & PCI_BAR_PREFETCHABLE;
	bar.address = raw & ~(bar.kind == PCI_BAR_IO ? PCI_BAR_IO_FLAGS : PCI_BAR_MEMORY_FLAGS);
	if (bar.kind == PCI_BAR_MEM64)
		bar.address |= (uint64_t)read32(f->address, PCI_BAR(index + 1)) << 32;
	complete_bar(f, index, &bar);
	if (!raw && !bar.size)
		return 1;
	f->bars[index] = bar;
	judge_bar(f, &bar, raw);
	return bar.kind == PCI_BAR_MEM64 ? 2 : 1;
}

void pci_function_read_bars(struct pci_function *function)
{
	memset(function->bars, 0, sizeof function->bars);
	for (unsigned i = 0; i < bar_count(function);)
		i += read_bar(function, i);
}

/* ---- the function ---- */

static void read_subsystem(struct pci_function *f)
{
	uint8_t at = PCI_SUBSYSTEM_VENDOR;

	if (pci_function_layout(f) == 1) {
		at = pci_function_capability(f, PCI_CAPABILITY_SUBSYSTEM);
		at = at && at <= PCI_CONFIG_SIZE - 8 ? at + 4 : 0;
	} else if (pci_function_layout(f) != 0) {
		at = 0;
	}
	if (!at)
		return;
	f->subvendor = read16(f->address, at);
	f->subdevice = read16(f->address, at + 2u);
}

static void read_identity(struct pci_function *f)
{
	const struct pci_address a = f->address;

	f->vendor = read16(a, PCI_VENDOR_ID);
	f->device = read16(a, PCI_DEVICE_ID);
	f->command = read16(a, PCI_COMMAND);
	f->revision = read8(a, PCI_REVISION_ID);
	f->class_sub = read8(a, PCI_CLASS_SUB);
	f->class_base = read8(a, PCI_CLASS_BASE);
	f->header_type = read8(a, PCI_HEADER_TYPE);
	f->interrupt_pin = read8(a, PCI_INTERRUPT_PIN);
	if (pci_function_is_bridge(f)) {
		f->secondary = read8(a, PCI_BRIDGE_SECONDARY);
		f->subordinate = read8(a, PCI_BRIDGE_SUBORDINATE);
	}
}

void pci_function_read(struct pci_address address, struct pci_function *function)
{
	*function = (struct pci_function){.address = address};
	read_identity(function);
	read_capabilities(function);
	read_power_state(function);
	read_subsystem(function);
	pci_function_read_bars(function);
	if (read16(address, PCI_VENDOR_ID) == PCI_VENDOR_NONE)
		function->findings |= PCI_ALL_ONES;
}
