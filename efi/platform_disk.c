/* platform_disk.c: how fast the stick itself writes, without a file system. */
#include "efi/uefi.h"

#include "firstlight/platform.h"

/* Pages, not pool: controllers want buffers aligned to Media->IoAlign, at most a page here. */
static void *alloc_pages(size_t pages)
{
	EFI_PHYSICAL_ADDRESS address;

	if (EFI_ERROR(uefi.boot->AllocatePages(AllocateAnyPages, EfiLoaderData, pages, &address)))
		return NULL;
	return (void *)(uintptr_t)address;
}

static EFI_STATUS rewrite(EFI_BLOCK_IO *disk, EFI_LBA first, size_t size, void *data, uint64_t *ns)
{
	uint32_t media = disk->Media->MediaId;
	EFI_STATUS status = disk->ReadBlocks(disk, media, first, size, data);
	uint64_t start;

	if (EFI_ERROR(status))
		return status;
	start = platform_time_ns();
	status = disk->WriteBlocks(disk, media, first, size, data);
	if (!EFI_ERROR(status))
		status = disk->FlushBlocks(disk);
	*ns = platform_time_ns() - start;
	return status;
}

/* The end of the partition: the part that a fresh stick does not use, and every byte is written
 * back as it was read. */
enum fl_err platform_disk_rewrite(size_t size, uint64_t *ns)
{
	EFI_BLOCK_IO *disk = uefi_protocol(uefi_volume(), (EFI_GUID)EFI_BLOCK_IO_PROTOCOL_GUID);
	size_t blocks, pages = (size + PAGE_SIZE - 1) / PAGE_SIZE;
	enum fl_err err;
	void *data;

	*ns = 0;
	if (!disk || !disk->Media->MediaPresent)
		return FL_ERR_NOTFOUND;
	if (disk->Media->ReadOnly)
		return FL_ERR_READONLY;
	blocks = size / disk->Media->BlockSize;
	if (!blocks || blocks > disk->Media->LastBlock || disk->Media->IoAlign > PAGE_SIZE)
		return FL_ERR_RANGE;
	data = alloc_pages(pages);
	if (!data)
		return FL_ERR_NOMEM;
	err = uefi_error(rewrite(disk, disk->Media->LastBlock + 1 - blocks,
				 blocks * disk->Media->BlockSize, data, ns));
	uefi.boot->FreePages((EFI_PHYSICAL_ADDRESS)(uintptr_t)data, pages);
	return err;
}
