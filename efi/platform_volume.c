/*
 * platform_volume.c: which volume holds our files, where a machine has several.
 *
 * The one that we were loaded from if it has the folder `firstlight`; else another that has it (loaded
 * over the network, or by a loader on the internal disk); else the one that we were loaded from. Chosen
 * once: a run whose stick is pulled out must not go on with another volume.
 */
#include "efi/uefi.h"

#include "core/text.h"
#include "efi/ucs2.h"

#define LABEL_MAX 64

static bool has_our_files(EFI_HANDLE handle)
{
	static uint16_t name[] = u"\\firstlight";
	EFI_FILE_IO_INTERFACE *system =
		uefi_protocol(handle, (EFI_GUID)EFI_SIMPLE_FILE_SYSTEM_PROTOCOL_GUID);
	EFI_FILE *root, *folder;
	bool is_there;

	if (!system || EFI_ERROR(system->OpenVolume(system, &root)))
		return false;
	is_there = !EFI_ERROR(root->Open(root, &folder, name, EFI_FILE_MODE_READ, 0));
	if (is_there)
		folder->Close(folder);
	root->Close(root);
	return is_there;
}

static EFI_HANDLE find_ours(void)
{
	EFI_HANDLE found = NULL, *handles;
	UINTN count;

	handles = uefi_handles((EFI_GUID)EFI_SIMPLE_FILE_SYSTEM_PROTOCOL_GUID, &count);
	for (UINTN i = 0; i < count && !found; i++)
		if (has_our_files(handles[i]))
			found = handles[i];
	if (handles)
		uefi.boot->FreePool(handles);
	return found;
}

/* PCI class codes (PCI Code and ID Assignment, 1.1, 1.9, 1.12): mass storage, USB host, SD host. */
static bool is_storage(EFI_HANDLE handle)
{
	EFI_PCI_IO_PROTOCOL *io = uefi_protocol(handle, (EFI_GUID)EFI_PCI_IO_PROTOCOL_GUID);
	uint8_t code[2]; /* subclass, class */

	if (!io || EFI_ERROR(io->Pci.Read(io, EfiPciIoWidthUint8, 0x0a, sizeof(code), code)))
		return false;
	return code[1] == 0x01 || (code[1] == 0x0c && code[0] == 0x03) ||
	       (code[1] == 0x08 && code[0] == 0x05);
}

/* Firmware that boots fast gives drivers only to the disk that it boots from. */
static void connect_storage(void)
{
	UINTN count;
	EFI_HANDLE *handles = uefi_handles((EFI_GUID)EFI_PCI_IO_PROTOCOL_GUID, &count);

	for (UINTN i = 0; i < count; i++)
		if (is_storage(handles[i]))
			uefi.boot->ConnectController(handles[i], NULL, NULL, TRUE);
	if (handles)
		uefi.boot->FreePool(handles);
}

static EFI_HANDLE choose(void)
{
	EFI_HANDLE loaded_from = uefi.loaded ? uefi.loaded->DeviceHandle : NULL, found;

	if (has_our_files(loaded_from))
		return loaded_from;
	found = find_ours();
	if (!found) {
		connect_storage();
		found = find_ours();
	}
	if (!found && uefi_protocol(loaded_from, (EFI_GUID)EFI_SIMPLE_FILE_SYSTEM_PROTOCOL_GUID))
		found = loaded_from;
	return found;
}

EFI_HANDLE uefi_volume(void)
{
	static EFI_HANDLE chosen;

	if (!chosen)
		chosen = choose();
	return chosen;
}

/* ---- its name ---------------------------------------------------------------------------- */

static void read_label(EFI_HANDLE volume, char *out, size_t capacity)
{
	EFI_GUID guid = EFI_FILE_SYSTEM_INFO_ID;
	EFI_FILE_IO_INTERFACE *system =
		uefi_protocol(volume, (EFI_GUID)EFI_SIMPLE_FILE_SYSTEM_PROTOCOL_GUID);
	union {
		EFI_FILE_SYSTEM_INFO info;
		uint8_t room[SIZE_OF_EFI_FILE_SYSTEM_INFO + 2 * LABEL_MAX];
	} buffer;
	UINTN size = sizeof(buffer);
	EFI_FILE *root;

	out[0] = '\0';
	if (!system || EFI_ERROR(system->OpenVolume(system, &root)))
		return;
	if (!EFI_ERROR(root->GetInfo(root, &guid, &size, &buffer)))
		ucs2_to_utf8(out, capacity, buffer.info.VolumeLabel);
	root->Close(root);
}

/* "PciRoot(0x0)/Pci(0x14,0x0)/USB(0x2,0x0)/HD(1,MBR,...)": where it sits; "" when firmware has no words. */
static void read_place(EFI_HANDLE volume, char *out, size_t capacity)
{
	EFI_GUID guid = EFI_DEVICE_PATH_TO_TEXT_PROTOCOL_GUID;
	EFI_DEVICE_PATH_PROTOCOL *path =
		uefi_protocol(volume, (EFI_GUID)EFI_DEVICE_PATH_PROTOCOL_GUID);
	EFI_DEVICE_PATH_TO_TEXT_PROTOCOL *converter;
	void *any;
	CHAR16 *text;

	out[0] = '\0';
	if (!path || EFI_ERROR(uefi.boot->LocateProtocol(&guid, NULL, &any)))
		return;
	converter = any;
	text = converter->ConvertDevicePathToText(path, TRUE, TRUE);
	if (!text)
		return;
	ucs2_to_utf8(out, capacity, text);
	uefi.boot->FreePool(text);
}

void platform_volume_name(char *out, size_t capacity)
{
	EFI_HANDLE volume = uefi_volume();
	bool is_loaders = uefi.loaded && volume == uefi.loaded->DeviceHandle;
	char label[LABEL_MAX], place[120];

	out[0] = '\0';
	if (!volume)
		return;
	read_label(volume, label, sizeof(label));
	read_place(volume, place, sizeof(place));
	text_format(out, capacity, "%s%s%s%s", label[0] ? label : "without a label",
		    place[0] ? " at " : "", place,
		    is_loaders ? "" : ", not the one that the program was loaded from");
}
