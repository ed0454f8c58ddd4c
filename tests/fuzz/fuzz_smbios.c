/* fuzz_smbios.c: any bytes as the firmware's SMBIOS table: printable strings or none. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>

#include "describe/identity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *text, size_t size)
{
	size_t length = strnlen(text, size);

	if (length == size)
		abort();
	for (size_t i = 0; i < length; i++)
		if (text[i] < ' ' || text[i] > '~')
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct board_identity identity = {.pci_count = 0};

	smbios_parse(data, size, &identity);
	check(identity.manufacturer, sizeof identity.manufacturer);
	check(identity.serial, sizeof identity.serial);
	check(identity.family, sizeof identity.family);
	check(identity.board_serial, sizeof identity.board_serial);
	check(identity.bios_date, sizeof identity.bios_date);
	return 0;
}
