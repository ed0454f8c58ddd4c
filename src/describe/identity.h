/* identity.h: which machine this is: what SMBIOS and the PCI bus say, and a name made of that. */
#ifndef DESCRIBE_IDENTITY_H
#define DESCRIBE_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct board_pci_id {
	uint16_t vendor, device;
};

/* What is matched against. Strings are "" when unknown. */
struct board_identity {
	char manufacturer[64], product[64], version[64], serial[64], sku[64],
		family[64]; /* SMBIOS type 1 */
	char board_manufacturer[64], board_product[64], board_version[64],
		board_serial[64];                              /* SMBIOS type 2 */
	char bios_vendor[64], bios_version[64], bios_date[64]; /* SMBIOS type 0 */
	char chassis_serial[64];                               /* SMBIOS type 3 */
	char uuid[40];                  /* SMBIOS type 1, "" when it is all zeros or all ones */
	const struct board_pci_id *pci; /* all functions of the machine; not owned */
	size_t pci_count;
};
/* Fills the SMBIOS strings from a structure table; tolerates any bytes. */
void smbios_parse(const uint8_t *table, size_t size, struct board_identity *identity);

#define UNIT_SIZE 64

/*
 * Names the unit: the plan's name, or with "serial" the first of these that says anything: serial
 * number of the system, the baseboard, the chassis, the system's UUID; else "unknown". What makers
 * write where they had no number ("To be filled by O.E.M.", "0") says nothing. The name is one that
 * FAT stores as it is: letters, digits, '-', '_' and '.', no dot at either end, no device of DOS.
 * Returns where it comes from, for people ("serial number of the baseboard").
 */
const char *unit_name(const struct board_identity *identity, const char *plan, char out[UNIT_SIZE]);

/* A name that systems of the DOS family take for a device, whatever stands behind its first dot. */
bool unit_is_device(const char *name);

#endif
