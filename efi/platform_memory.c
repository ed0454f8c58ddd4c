/* platform_memory.c: heap from boot services; DMA memory through the PCI I/O protocol. */
#include "efi/uefi.h"

#include "core/mem.h"
#include "firstlight/platform.h"

#define HEAP_ALIGN 16u

/* In front of every block; fills what the alignment takes. */
struct heap_header {
	void *pool;
	uint64_t unused;
};

void *platform_alloc(size_t size)
{
	size_t total = size + sizeof(struct heap_header) + HEAP_ALIGN;
	struct heap_header *header;
	uintptr_t block;
	void *pool;

	if (total < size || EFI_ERROR(uefi.boot->AllocatePool(EfiLoaderData, total, &pool)))
		return NULL;
	/* AllocatePool promises 8 bytes only (UEFI 2.10, 7.2). */
	block = ((uintptr_t)pool + sizeof(*header) + HEAP_ALIGN - 1) & ~(uintptr_t)(HEAP_ALIGN - 1);
	header = (struct heap_header *)block - 1;
	header->pool = pool;
	return memset((void *)block, 0, size);
}

void platform_free(void *memory)
{
	if (memory)
		uefi.boot->FreePool(((struct heap_header *)memory - 1)->pool);
}

/* ---- memory shared with a bus master -------------------------------------------------------- */

static bool is_at(EFI_PCI_IO_PROTOCOL *io, struct pci_address address)
{
	UINTN segment, bus, device, function;

	return io && !EFI_ERROR(io->GetLocation(io, &segment, &bus, &device, &function)) &&
	       segment == address.segment && bus == address.bus && device == address.device &&
	       function == address.function;
}

EFI_PCI_IO_PROTOCOL *uefi_pci_io(struct pci_address address)
{
	EFI_GUID guid = EFI_PCI_IO_PROTOCOL_GUID;
	EFI_PCI_IO_PROTOCOL *found = NULL;
	UINTN count;
	EFI_HANDLE *handles = uefi_handles(guid, &count);

	for (UINTN i = 0; i < count && !found; i++) {
		EFI_PCI_IO_PROTOCOL *io = uefi_protocol(handles[i], guid);

		if (is_at(io, address))
			found = io;
	}
	if (handles)
		uefi.boot->FreePool(handles);
	return found;
}

static bool is_reachable(const struct platform_dma *mapping, unsigned address_bits)
{
	uint64_t last = mapping->bus + mapping->pages * (uint64_t)PAGE_SIZE - 1;

	return address_bits >= 64 || last >> address_bits == 0;
}

/* Gives out->bus and out->token for out->cpu and out->pages; undone again when out of reach. */
static enum fl_err map_pages(EFI_PCI_IO_PROTOCOL *io, unsigned address_bits,
			     struct platform_dma *out)
{
	UINTN size = out->pages * PAGE_SIZE;
	EFI_PHYSICAL_ADDRESS bus;
	EFI_STATUS status;

	status = io->Map(io, EfiPciIoOperationBusMasterCommonBuffer, out->cpu, &size, &bus,
			 &out->token);
	if (EFI_ERROR(status))
		return uefi_error(status);
	out->bus = bus;
	if (size == out->pages * PAGE_SIZE && is_reachable(out, address_bits))
		return FL_OK;
	io->Unmap(io, out->token);
	return FL_ERR_RANGE;
}

enum fl_err platform_dma_alloc(struct pci_address device, size_t pages, unsigned address_bits,
			       struct platform_dma *out)
{
	EFI_PCI_IO_PROTOCOL *io = uefi_pci_io(device);
	EFI_STATUS status;
	enum fl_err err;

	*out = (struct platform_dma){.pages = pages};
	if (!io)
		return FL_ERR_NOTFOUND;
	/* Without the dual address cycle attribute memory is below 4 GiB, which suits all. */
	status = io->AllocateBuffer(io, AllocateAnyPages, EfiBootServicesData, pages, &out->cpu, 0);
	if (EFI_ERROR(status))
		return uefi_error(status);
	err = map_pages(io, address_bits, out);
	if (err) {
		io->FreeBuffer(io, pages, out->cpu);
		*out = (struct platform_dma){0};
	}
	return err;
}

enum fl_err platform_dma_share(struct pci_address device, const struct platform_dma *owner,
			       unsigned address_bits, struct platform_dma *out)
{
	EFI_PCI_IO_PROTOCOL *io = uefi_pci_io(device);
	enum fl_err err;

	*out = (struct platform_dma){.cpu = owner->cpu, .pages = owner->pages};
	if (!io)
		return FL_ERR_NOTFOUND;
	err = map_pages(io, address_bits, out);
	if (err)
		*out = (struct platform_dma){0};
	return err;
}

void platform_dma_unshare(struct pci_address device, struct platform_dma *mapping)
{
	EFI_PCI_IO_PROTOCOL *io = uefi_pci_io(device);

	if (io && mapping->cpu)
		io->Unmap(io, mapping->token);
	*mapping = (struct platform_dma){0};
}

void platform_dma_free(struct pci_address device, struct platform_dma *mapping)
{
	EFI_PCI_IO_PROTOCOL *io = uefi_pci_io(device);

	if (io && mapping->cpu) {
		io->Unmap(io, mapping->token);
		io->FreeBuffer(io, mapping->pages, mapping->cpu);
	}
	*mapping = (struct platform_dma){0};
}
