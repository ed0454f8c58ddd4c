/* pci_class.c: class codes in words, after the PCI Code and ID Assignment specification. */
#include "core/field.h"
#include "pci/pci.h"

static const struct {
	uint8_t base, sub;
	const char *name;
} subclasses[] = {
	{0x00, 0x01, "VGA compatible unclassified device"},
	{0x01, 0x00, "SCSI storage controller"},
	{0x01, 0x01, "IDE interface"},
	{0x01, 0x04, "RAID bus controller"},
	{0x01, 0x06, "SATA controller"},
	{0x01, 0x07, "Serial Attached SCSI controller"},
	{0x01, 0x08, "Non-Volatile memory controller"},
	{0x02, 0x00, "Ethernet controller"},
	{0x02, 0x80, "Network controller"},
	{0x03, 0x00, "VGA compatible controller"},
	{0x03, 0x02, "3D controller"},
	{0x03, 0x80, "Display controller"},
	{0x04, 0x00, "Multimedia video controller"},
	{0x04, 0x01, "Multimedia audio controller"},
	{0x04, 0x03, "Audio device"},
	{0x04, 0x80, "Multimedia controller"},
	{0x05, 0x00, "RAM memory"},
	{0x05, 0x01, "FLASH memory"},
	{0x05, 0x80, "Memory controller"},
	{0x06, 0x00, "Host bridge"},
	{0x06, 0x01, "ISA bridge"},
	{0x06, 0x04, "PCI bridge"},
	{0x06, 0x07, "CardBus bridge"},
	{0x06, 0x09, "Semi-transparent PCI-to-PCI bridge"},
	{0x06, 0x80, "Bridge"},
	{0x07, 0x00, "Serial controller"},
	{0x07, 0x01, "Parallel controller"},
	{0x07, 0x03, "Modem"},
	{0x07, 0x80, "Communication controller"},
	{0x08, 0x00, "PIC"},
	{0x08, 0x01, "DMA controller"},
	{0x08, 0x02, "Timer"},
	{0x08, 0x03, "RTC"},
	{0x08, 0x05, "SD Host controller"},
	{0x08, 0x06, "IOMMU"},
	{0x08, 0x80, "System peripheral"},
	{0x09, 0x00, "Keyboard controller"},
	{0x09, 0x02, "Mouse controller"},
	{0x09, 0x80, "Input device controller"},
	{0x0b, 0x40, "Co-processor"},
	{0x0c, 0x00, "FireWire (IEEE 1394)"},
	{0x0c, 0x03, "USB controller"},
	{0x0c, 0x04, "Fibre Channel"},
	{0x0c, 0x05, "SMBus"},
	{0x0c, 0x80, "Serial bus controller"},
	{0x0d, 0x11, "Bluetooth"},
	{0x0d, 0x80, "Wireless controller"},
	{0x10, 0x00, "Network and computing encryption device"},
	{0x10, 0x80, "Encryption controller"},
	{0x11, 0x01, "Performance counters"},
	{0x11, 0x80, "Signal processing controller"},
};

static const char *const bases[] = {
	[0x00] = "Unclassified device",
	[0x01] = "Mass storage controller",
	[0x02] = "Network controller",
	[0x03] = "Display controller",
	[0x04] = "Multimedia controller",
	[0x05] = "Memory controller",
	[0x06] = "Bridge",
	[0x07] = "Communication controller",
	[0x08] = "Generic system peripheral",
	[0x09] = "Input device controller",
	[0x0a] = "Docking station",
	[0x0b] = "Processor",
	[0x0c] = "Serial bus controller",
	[0x0d] = "Wireless controller",
	[0x0e] = "Intelligent controller",
	[0x0f] = "Satellite communications controller",
	[0x10] = "Encryption controller",
	[0x11] = "Signal processing controller",
	[0x12] = "Processing accelerators",
	[0x13] = "Non-Essential Instrumentation",
};

const char *pci_class_name(uint8_t base, uint8_t sub)
{
	for (size_t i = 0; i < ARRAY_SIZE(subclasses); i++)
		if (subclasses[i].base == base && subclasses[i].sub == sub)
			return subclasses[i].name;
	return base < ARRAY_SIZE(bases) ? bases[base] : "Unassigned class";
}
