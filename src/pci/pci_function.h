/* pci_function.h: one function's configuration space, read and judged (inside src/pci). */
#ifndef PCI_PCI_FUNCTION_H
#define PCI_PCI_FUNCTION_H

#include "pci/pci.h"

/* Fills *function from configuration space; ends on any contents. The caller saw a vendor id. */
void pci_function_read(struct pci_address address, struct pci_function *function);
/* Its BARs alone, once more. */
void pci_function_read_bars(struct pci_function *function);
/* First address that this CPU cannot reach: 2^39 on the machines with an IPU3. */
uint64_t pci_function_reach(void);
/* False when nothing answers. */
bool pci_function_exists(struct pci_address address);
/* 0 device, 1 bridge, 2 CardBus bridge. */
unsigned pci_function_layout(const struct pci_function *function);
/* Has buses behind it. */
bool pci_function_is_bridge(const struct pci_function *function);
/* Offset of the first capability with this id, 0 when there is none. */
uint8_t pci_function_capability(const struct pci_function *function, uint8_t id);
/*
 * Size of BAR `index` by writing ones, with the function's decoding off for that moment; 0 when
 * the BAR does not exist. Only for functions that nobody else is using.
 */
uint64_t pci_function_bar_probe(struct pci_address address, unsigned index, enum pci_bar_kind kind);

#endif
