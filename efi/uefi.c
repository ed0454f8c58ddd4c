/* uefi.c: see uefi.h. */
#include "efi/uefi.h"

struct uefi uefi;

enum fl_err uefi_error(EFI_STATUS status)
{
	switch (status) {
	case EFI_SUCCESS:
		return FL_OK;
	case EFI_NOT_FOUND:
	case EFI_NO_MEDIA:
		return FL_ERR_NOTFOUND;
	case EFI_VOLUME_FULL:
		return FL_ERR_NOSPACE;
	case EFI_WRITE_PROTECTED:
	case EFI_ACCESS_DENIED:
		return FL_ERR_READONLY;
	case EFI_OUT_OF_RESOURCES:
		return FL_ERR_NOMEM;
	case EFI_INVALID_PARAMETER:
		return FL_ERR_INVALID;
	case EFI_UNSUPPORTED:
		return FL_ERR_UNSUPPORTED;
	case EFI_TIMEOUT:
		return FL_ERR_TIMEOUT;
	default:
		return FL_ERR_IO;
	}
}

void *uefi_protocol(EFI_HANDLE handle, EFI_GUID guid)
{
	void *interface = NULL;

	if (!handle || EFI_ERROR(uefi.boot->HandleProtocol(handle, &guid, &interface)))
		return NULL;
	return interface;
}

EFI_HANDLE *uefi_handles(EFI_GUID guid, UINTN *count)
{
	EFI_HANDLE *handles = NULL;

	*count = 0;
	if (EFI_ERROR(uefi.boot->LocateHandleBuffer(ByProtocol, &guid, NULL, count, &handles)))
		return NULL;
	return handles;
}
