/* pci_print.c: a function as lspci describes it. */
#include "core/field.h"
#include "pci/pci.h"
#include "pci/pci_function.h"
#include "pci/pci_regs.h"

/* ---- names ---- */

static const struct {
	uint16_t vendor;
	const char *name;
} vendors[] = {
	{0x8086, "Intel Corporation"},
	{0x1022, "AMD"},
	{0x10de, "NVIDIA Corporation"},
	{0x10ec, "Realtek"},
	{0x144d, "Samsung"},
	{0x14e4, "Broadcom"},
	{0x15b7, "Sandisk"},
	{0x168c, "Qualcomm Atheros"},
	{0x1234, "QEMU"},
	{0x1af4, "Red Hat (virtio)"},
	{0x1b36, "Red Hat (QEMU)"},
	{0x1c5c, "SK hynix"},
};

/* Cameras that this ROM does not drive, and what stands beside cameras on the boards. */
static const struct {
	uint16_t device;
	bool is_camera;
	const char *name;
} intel[] = {
	{0x9a19, true, "Tiger Lake IPU6"},
	{0x4e19, true, "Jasper Lake IPU6SE"},
	{0x465d, true, "Alder Lake IPU6EP"},
	{0x462e, true, "Alder Lake-N IPU6EP"},
	{0xa75d, true, "Raptor Lake IPU6EP"},
	{0x7d19, true, "Meteor Lake IPU6EP"},
	{0x9d60, false, "Sunrise Point-LP Serial IO I2C Controller #0"},
	{0x9d61, false, "Sunrise Point-LP Serial IO I2C Controller #1"},
	{0x9d62, false, "Sunrise Point-LP Serial IO I2C Controller #2"},
	{0x9d63, false, "Sunrise Point-LP Serial IO I2C Controller #3"},
	{0x9d64, false, "Sunrise Point-LP Serial IO I2C Controller #4"},
	{0x9d65, false, "Sunrise Point-LP Serial IO I2C Controller #5"},
	{0x9d66, false, "Sunrise Point-LP Serial IO UART Controller #2"},
	{0x9d2f, false, "Sunrise Point-LP USB 3.0 xHCI Controller"},
	{0x9d31, false, "Sunrise Point-LP Thermal subsystem"},
	{0x9d23, false, "Sunrise Point-LP SMBus"},
	{0x590c, false, "Kaby Lake-Y Host Bridge"},
	{0x1904, false, "Skylake-U Host Bridge"},
	{0x29c0, false, "82G33/G31/P35/P31 Express DRAM Controller"},
	{0x2918, false, "82801IB (ICH9) LPC Interface Controller"},
	{0x2922, false, "82801IR/IO/IH (ICH9R/DO/DH) SATA Controller"},
	{0x2930, false, "82801I (ICH9 Family) SMBus Controller"},
};

static const char *vendor_name(uint16_t vendor)
{
	for (size_t i = 0; i < ARRAY_SIZE(vendors); i++)
		if (vendors[i].vendor == vendor)
			return vendors[i].name;
	return "Unknown vendor";
}

static const char *device_name(const struct pci_function *f, bool *is_camera)
{
	for (size_t i = 0; f->vendor == 0x8086 && i < ARRAY_SIZE(intel); i++) {
		if (intel[i].device != f->device)
			continue;
		*is_camera = intel[i].is_camera;
		return intel[i].name;
	}
	return "Device";
}

static const char *capability_name(uint8_t id)
{
	static const char *const names[] = {
		[0x01] = "Power Management",
		[0x02] = "AGP",
		[0x03] = "Vital Product Data",
		[0x04] = "Slot ID",
		[0x05] = "MSI",
		[0x06] = "CompactPCI hot-swap",
		[0x07] = "PCI-X",
		[0x08] = "HyperTransport",
		[0x09] = "Vendor Specific",
		[0x0a] = "Debug port",
		[0x0c] = "Hot-plug",
		[0x0d] = "Subsystem",
		[0x0f] = "Secure",
		[0x10] = "PCI Express",
		[0x11] = "MSI-X",
		[0x12] = "SATA",
		[0x13] = "PCI Advanced Features",
		[0x14] = "Enhanced Allocation",
	};

	return id < ARRAY_SIZE(names) && names[id] ? names[id] : "Unknown";
}

static const struct {
	uint32_t finding;
	const char *text;
} findings[] = {
	{PCI_CAP_LOOP, "capability list runs in a circle"},
	{PCI_CAP_BAD_POINTER, "capability pointer below 0x40 or not to a dword"},
	{PCI_BAR_UNASSIGNED, "firmware gave a BAR no address"},
	{PCI_BAR_UNREACHABLE, "a BAR lies above what this CPU can address, or reads all ones"},
	{PCI_BAR_MISALIGNED, "a BAR's address is no multiple of its size"},
	{PCI_NO_FUNCTION_0, "function 0 of this device does not answer"},
	{PCI_NOT_MULTIFUNCTION, "function 0 says that there are no more functions"},
	{PCI_BRIDGE_NUMBERS, "bridge's bus numbers lead back, out of range or nowhere"},
	{PCI_ALL_ONES, "stopped answering while it was read"},
};

const char *pci_finding_text(uint32_t finding)
{
	for (size_t i = 0; i < ARRAY_SIZE(findings); i++)
		if (findings[i].finding == finding)
			return findings[i].text;
	return "unknown finding";
}

/* ---- the description ---- */

static void print_size(uint64_t size, struct text_buffer *out)
{
	static const char *const units[] = {"", "K", "M", "G", "T"};
	unsigned unit = 0;

	while (unit + 1 < ARRAY_SIZE(units) && size >= 1024 && size % 1024 == 0) {
		size /= 1024;
		unit++;
	}
	text_append(out, " [size=%llu%s]", (unsigned long long)size, units[unit]);
}

static void print_bar(const struct pci_function *f, unsigned index, struct text_buffer *out)
{
	const struct pci_bar *bar = &f->bars[index];

	text_append(out, "\tRegion %u: %s ", index,
		    bar->kind == PCI_BAR_IO ? "I/O ports" : "Memory");
	if (bar->address)
		text_append(out, bar->kind == PCI_BAR_IO ? "at %04llx" : "at %08llx",
			    (unsigned long long)bar->address);
	else
		text_append(out, "at <unassigned>");
	if (bar->kind != PCI_BAR_IO)
		text_append(out, " (%u-bit, %sprefetchable)", bar->kind == PCI_BAR_MEM64 ? 64 : 32,
			    bar->prefetchable ? "" : "non-");
	if (bar->size)
		print_size(bar->size, out);
	else
		text_append(out, " [size not probed: %s]", f->power_state ? "asleep" : "in use");
	if (bar->is_forgotten)
		text_append(out, " [register reads 0: address from firmware]");
	text_append(out, "\n");
}

static void print_capability(const struct pci_function *f, const struct pci_capability *capability,
			     struct text_buffer *out)
{
	text_append(out, "\tCapabilities: [%02x] %s", capability->offset,
		    capability_name(capability->id));
	if (capability->offset == f->pm_offset)
		text_append(out, ", D%u", f->power_state);
	text_append(out, "\n");
}

static char sign(uint32_t bit)
{
	return bit ? '+' : '-';
}

void pci_print(const struct pci_function *f, const char *camera, struct text_buffer *out)
{
	bool is_camera = camera != NULL;
	const char *name = camera ? camera : device_name(f, &is_camera);
	char address[16];

	pci_address_format(f->address, address, sizeof address);
	text_append(out, "%s %s [%02x%02x]: %s %s [%04x:%04x] (rev %02x)%s\n", address,
		    pci_class_name(f->class_base, f->class_sub), f->class_base, f->class_sub,
		    vendor_name(f->vendor), name, f->vendor, f->device, f->revision,
		    is_camera ? "  <== camera" : "");
	if (f->subvendor)
		text_append(out, "\tSubsystem: %s [%04x:%04x]\n", vendor_name(f->subvendor),
			    f->subvendor, f->subdevice);
	text_append(out, "\tControl: I/O%c Mem%c BusMaster%c DisINTx%c\n",
		    sign(f->command & PCI_COMMAND_IO), sign(f->command & PCI_COMMAND_MEMORY),
		    sign(f->command & PCI_COMMAND_MASTER),
		    sign(f->command & PCI_COMMAND_INTX_DISABLE));
	if (f->interrupt_pin >= 1 && f->interrupt_pin <= 4)
		text_append(out, "\tInterrupt: pin %c\n", 'A' + f->interrupt_pin - 1);
	if (pci_function_is_bridge(f))
		text_append(out, "\tBus: secondary=%02x, subordinate=%02x\n", f->secondary,
			    f->subordinate);
	for (unsigned i = 0; i < ARRAY_SIZE(f->bars); i++)
		if (f->bars[i].kind != PCI_BAR_NONE)
			print_bar(f, i, out);
	for (unsigned i = 0; i < f->capability_count; i++)
		print_capability(f, &f->capabilities[i], out);
	for (size_t i = 0; i < ARRAY_SIZE(findings); i++)
		if (f->findings & findings[i].finding)
			text_append(out, "\tWarning: %s\n", findings[i].text);
}
