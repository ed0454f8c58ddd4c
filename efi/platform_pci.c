/* platform_pci.c: configuration space through the root bridges; memory-mapped registers. */
#include "efi/uefi.h"

#define ROOTS_MAX 32

/* Bits of an ACPI address space descriptor (ACPI 6.5, 6.4.3.5.1). */
#define ACPI_QWORD_DESCRIPTOR 0x8a
#define ACPI_RANGE_MEMORY     0
#define ACPI_RANGE_IO         1
#define ACPI_RANGE_BUS        2

struct address_descriptor {
	uint8_t type;
	uint16_t length;
	uint8_t range;
	uint8_t flags, specific_flags;
	uint64_t granularity, first, last, offset, count;
} __attribute__((packed));

typedef EFI_PCI_ROOT_BRIDGE_IO_PROTOCOL root_bridge;

/* The firmware's list does not change while we run: no driver of root bridges starts any more. */
static struct {
	bool is_known;
	unsigned count;
	root_bridge *bridge[ROOTS_MAX];
	struct pci_root root[ROOTS_MAX];
} roots;

static void read_bus_range(root_bridge *bridge, struct pci_root *root)
{
	const struct address_descriptor *descriptor;
	void *resources;

	*root = (struct pci_root){(uint16_t)bridge->SegmentNumber, 0, 255};
	if (EFI_ERROR(bridge->Configuration(bridge, &resources)))
		return;
	for (descriptor = resources; descriptor->type == ACPI_QWORD_DESCRIPTOR; descriptor++) {
		if (descriptor->range != ACPI_RANGE_BUS)
			continue;
		root->first_bus = (uint8_t)descriptor->first;
		root->last_bus = (uint8_t)descriptor->last;
	}
}

static void find_roots(void)
{
	EFI_GUID guid = EFI_PCI_ROOT_BRIDGE_IO_PROTOCOL_GUID;
	UINTN count;
	EFI_HANDLE *handles;

	if (roots.is_known)
		return;
	roots.is_known = true;
	handles = uefi_handles(guid, &count);
	for (UINTN i = 0; i < count && roots.count < ROOTS_MAX; i++) {
		root_bridge *bridge = uefi_protocol(handles[i], guid);

		if (!bridge)
			continue;
		roots.bridge[roots.count] = bridge;
		read_bus_range(bridge, &roots.root[roots.count]);
		roots.count++;
	}
	if (handles)
		uefi.boot->FreePool(handles);
}

bool platform_pci_root(unsigned index, struct pci_root *root)
{
	find_roots();
	if (index >= roots.count)
		return false;
	*root = roots.root[index];
	return true;
}

static root_bridge *bridge_of(struct pci_address address)
{
	find_roots();
	for (unsigned i = 0; i < roots.count; i++) {
		const struct pci_root *root = &roots.root[i];

		if (root->segment == address.segment && root->first_bus <= address.bus &&
		    address.bus <= root->last_bus)
			return roots.bridge[i];
	}
	return NULL;
}

/* UEFI 2.10, 14.2: registers up to 255 in the low byte, any register in the upper half. */
static uint64_t bridge_address(struct pci_address address, unsigned offset)
{
	return (uint64_t)offset << 32 | (uint32_t)address.bus << 24 |
	       (uint32_t)address.device << 16 | (uint32_t)address.function << 8;
}

static EFI_PCI_ROOT_BRIDGE_IO_PROTOCOL_WIDTH bridge_width(unsigned width)
{
	return width == 1   ? EfiPciIoWidthUint8
	       : width == 2 ? EfiPciIoWidthUint16
			    : EfiPciIoWidthUint32;
}

uint32_t platform_pci_read(struct pci_address address, unsigned offset, unsigned width)
{
	root_bridge *bridge = bridge_of(address);
	uint32_t none = width == 4 ? 0xffffffffu : (1u << 8 * width) - 1;
	uint32_t value = 0;

	if (!bridge || EFI_ERROR(bridge->Pci.Read(bridge, bridge_width(width),
						  bridge_address(address, offset), 1, &value)))
		return none;
	return value;
}

void platform_pci_write(struct pci_address address, unsigned offset, unsigned width, uint32_t value)
{
	root_bridge *bridge = bridge_of(address);

	if (bridge)
		bridge->Pci.Write(bridge, bridge_width(width), bridge_address(address, offset), 1,
				  &value);
}

/* ---- BARs ---- */

#define BARS            6u
#define BAR_REGISTER(n) (0x10 + 4 * (n))
#define BAR_IS_IO       1u
#define BAR_IS_64(raw)  ((7u & (raw)) == 4)

static uint64_t bar_address(struct pci_address address, unsigned bar, uint8_t *range)
{
	uint32_t raw = platform_pci_read(address, BAR_REGISTER(bar), 4);

	*range = raw & BAR_IS_IO ? ACPI_RANGE_IO : ACPI_RANGE_MEMORY;
	if (raw & BAR_IS_IO)
		return raw & ~3u;
	if (!BAR_IS_64(raw) || bar + 1 >= BARS)
		return raw & ~15u;
	return (uint64_t)platform_pci_read(address, BAR_REGISTER(bar + 1), 4) << 32 | (raw & ~15u);
}

/* What firmware's list says of its BAR `index`. */
static bool bar_resource(EFI_PCI_IO_PROTOCOL *io, UINT8 index, struct address_descriptor *out)
{
	const struct address_descriptor *descriptor;
	void *resources = NULL;

	if (EFI_ERROR(io->GetBarAttributes(io, index, NULL, &resources)) || !resources)
		return false;
	descriptor = resources;
	*out = *descriptor;
	uefi.boot->FreePool(resources);
	return out->type == ACPI_QWORD_DESCRIPTOR && out->count;
}

/* Firmware counts BARs, not registers (a 64-bit one is one of its BARs). The address tells which one it
 * is; where the register holds none, the place in the list does. `first` is what the CPU uses, a BAR
 * holds that and the offset (UEFI 2.10, 14.4, GetBarAttributes). */
bool platform_pci_bar(struct pci_address address, unsigned bar, struct platform_bar *out)
{
	EFI_PCI_IO_PROTOCOL *io = uefi_pci_io(address);
	uint8_t range;
	const uint64_t base = bar_address(address, bar, &range);

	for (unsigned i = 0, at = 0; io && i < BARS; i++) {
		struct address_descriptor found;
		const bool is_there = bar_resource(io, (UINT8)i, &found);
		const uint64_t placed = is_there ? found.first + found.offset : 0;

		if (placed && found.range == range && (base ? placed == base : at == bar)) {
			*out = (struct platform_bar){placed, found.count};
			return true;
		}
		at += is_there && found.granularity == 64 ? 2 : 1;
	}
	return false;
}

/* ---- registers ---- */

/* The firmware maps device memory one to one and uncached; volatile keeps width and order. */
uint32_t platform_mmio_read(uint64_t address, unsigned width)
{
	switch (width) {
	case 1:
		return *(volatile uint8_t *)(uintptr_t)address;
	case 2:
		return *(volatile uint16_t *)(uintptr_t)address;
	default:
		return *(volatile uint32_t *)(uintptr_t)address;
	}
}

void platform_mmio_write(uint64_t address, unsigned width, uint32_t value)
{
	switch (width) {
	case 1:
		*(volatile uint8_t *)(uintptr_t)address = (uint8_t)value;
		break;
	case 2:
		*(volatile uint16_t *)(uintptr_t)address = (uint16_t)value;
		break;
	default:
		*(volatile uint32_t *)(uintptr_t)address = value;
	}
}

/* By the address that the register holds, not by firmware's number of the BAR: somebody may have moved
 * it. */
enum fl_err platform_mmio_first_read(struct pci_address function, uint64_t address, uint32_t *value)
{
	EFI_PCI_IO_PROTOCOL *io = uefi_pci_io(function);
	root_bridge *bridge = bridge_of(function);

	if (io)
		return uefi_error(io->Mem.Read(io, EfiPciIoWidthUint32, EFI_PCI_IO_PASS_THROUGH_BAR,
					       address, 1, value));
	if (bridge)
		return uefi_error(bridge->Mem.Read(bridge, bridge_width(4), address, 1, value));
	return FL_ERR_NOTFOUND;
}
