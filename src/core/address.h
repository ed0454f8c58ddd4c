/* address.h: the address of a PCI function as text, as lspci writes it. */
#ifndef CORE_ADDRESS_H
#define CORE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "firstlight/platform.h"

/* "00:14.3", or "0001:00:14.3" outside segment 0, cut to `capacity` bytes with the NUL; the length. */
size_t pci_address_format(struct pci_address address, char *out, size_t capacity);
/* "00:14.3" or "0000:00:14.3", hexadecimal; false, and *out as it was, for anything else. */
bool pci_address_parse(const char *text, struct pci_address *out);

#endif
