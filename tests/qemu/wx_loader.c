/*
 * wx_loader.c: starts \firstlight.efi with the rights of its PE sections enforced.
 *
 * Firmware of today's machines maps code read-only and data without execution; Debian's OVMF
 * enforces neither, so this program does (virtual-board sheet, part E). With a file \control on
 * the stick code is closed too, and the start must fault: proof that the rights are enforced.
 */
#include "efi/uefi.h"

#include "core/mem.h"
#include "firstlight/platform.h"

#define CPU_ARCH_GUID                                                                              \
	((EFI_GUID){0x26baccb1, 0x6f42, 0x11d4, {0xbc, 0xe7, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81}})

/* UEFI Platform Initialization specification, volume 2, 12.3. Only the last is called. */
struct cpu_arch {
	void *flush_data_cache, *enable_interrupt, *disable_interrupt, *get_interrupt_state, *init,
		*register_interrupt_handler, *get_timer_value;
	EFI_STATUS(EFIAPI *set_memory_attributes)
	(struct cpu_arch *self, EFI_PHYSICAL_ADDRESS base, uint64_t length, uint64_t attributes);
};

/* PE/COFF: offsets from the signature and within a section's header. */
#define DOS_PE_OFFSET        0x3c
#define PE_SECTIONS          6
#define PE_OPTIONAL_SIZE     20
#define PE_OPTIONAL          24
#define SECTION_SIZE         40
#define SECTION_VIRTUAL_SIZE 8
#define SECTION_ADDRESS      12
#define SECTION_FLAGS        36
#ifndef EFI_MEMORY_RO /* UEFI 2.10, 7.2; newer than GNU-EFI 3.0.15 */
#define EFI_MEMORY_RO 0x20000ull
#endif

#define FLAG_EXECUTE 0x20000000u
#define FLAG_WRITE   0x80000000u

static uint32_t read_u32(const uint8_t *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

static uint64_t rights_of(uint32_t flags, bool is_control)
{
	uint64_t rights = 0;

	if (!(flags & FLAG_WRITE))
		rights |= EFI_MEMORY_RO;
	if (!(flags & FLAG_EXECUTE) || is_control)
		rights |= EFI_MEMORY_XP;
	return rights;
}

static EFI_STATUS restrict_image(const uint8_t *base, bool is_control)
{
	const uint8_t *pe = base + read_u32(base + DOS_PE_OFFSET);
	const uint8_t *section = pe + PE_OPTIONAL + (read_u32(pe + PE_OPTIONAL_SIZE) & 0xffff);
	EFI_GUID guid = CPU_ARCH_GUID;
	EFI_STATUS status;
	struct cpu_arch *cpu;
	void *interface;

	status = uefi.boot->LocateProtocol(&guid, NULL, &interface);
	if (EFI_ERROR(status))
		return status;
	cpu = interface;
	status = cpu->set_memory_attributes(cpu, (uintptr_t)base, PAGE_SIZE,
					    EFI_MEMORY_RO | EFI_MEMORY_XP); /* the headers */
	for (unsigned i = 0; i < (read_u32(pe + PE_SECTIONS) & 0xffff) && !EFI_ERROR(status); i++) {
		uint32_t size = read_u32(section + SECTION_VIRTUAL_SIZE);

		status = cpu->set_memory_attributes(
			cpu, (uintptr_t)base + read_u32(section + SECTION_ADDRESS),
			(size + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE,
			rights_of(read_u32(section + SECTION_FLAGS), is_control));
		section += SECTION_SIZE;
	}
	return status;
}

static EFI_STATUS start_restricted(void *file, size_t size)
{
	EFI_LOADED_IMAGE *loaded;
	EFI_HANDLE child = NULL;
	EFI_STATUS status;

	status = uefi.boot->LoadImage(FALSE, uefi.image, NULL, file, size, &child);
	if (EFI_ERROR(status))
		return status;
	loaded = uefi_protocol(child, (EFI_GUID)EFI_LOADED_IMAGE_PROTOCOL_GUID);
	status = restrict_image(loaded->ImageBase, platform_file_exists("control") == FL_OK);
	if (EFI_ERROR(status))
		return status;
	platform_console_write("wx-loader: rights are set\n");
	return uefi.boot->StartImage(child, NULL, NULL);
}

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *table);

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *table)
{
	EFI_STATUS status = EFI_NOT_FOUND;
	size_t size;
	void *file;

	uefi.image = image;
	uefi.table = table;
	uefi.boot = table->BootServices;
	uefi.loaded = uefi_protocol(image, (EFI_GUID)EFI_LOADED_IMAGE_PROTOCOL_GUID);
	if (platform_file_read("firstlight.efi", &file, &size) == FL_OK)
		status = start_restricted(file, size);
	platform_console_write(status == EFI_SUCCESS ? "wx-loader: success\n"
						     : "wx-loader: failure\n");
	return status;
}
