/*
 * uefi.h: what the parts of efi/ share. The only folder that includes GNU-EFI.
 */
#ifndef EFI_UEFI_H
#define EFI_UEFI_H

#include <efi.h>
#include <efipciio.h>

#include "firstlight/err.h"
#include "firstlight/platform.h"

/* Set once by efi_main, before anything else runs. The platform contract passes no context. */
struct uefi {
	EFI_HANDLE image;
	EFI_SYSTEM_TABLE *table;
	EFI_BOOT_SERVICES *boot;
	EFI_LOADED_IMAGE *loaded; /* NULL when the firmware keeps no such record */
};
extern struct uefi uefi;

/* The one place where a status of the firmware becomes one of our reasons. */
enum fl_err uefi_error(EFI_STATUS status);

/* The interface `guid` of `handle`, or NULL. */
void *uefi_protocol(EFI_HANDLE handle, EFI_GUID guid);
/* All handles that have it, freed with boot->FreePool; NULL and count 0 when there are none. */
EFI_HANDLE *uefi_handles(EFI_GUID guid, UINTN *count);

/* The firmware's PCI I/O protocol of the function, or NULL. */
EFI_PCI_IO_PROTOCOL *uefi_pci_io(struct pci_address address);

/* Reads the processor's counter against Stall; before the first use of the clock. */
void uefi_clock_start(void);
/* The handle whose volume holds our files, or NULL. */
EFI_HANDLE uefi_volume(void);

#endif
