/* platform_tables.c: SMBIOS, ACPI, the firmware's name, our variable, and the end. */
#include "efi/uefi.h"

#include "core/bytes.h"
#include "core/mem.h"
#include "core/text.h"
#include "efi/ucs2.h"
#include "firstlight/platform.h"

/* 6f1e5c0a-3f0b-4b6e-9a5d-2c7b8e41d9f3: the vendor of our variable; made for it, used nowhere else.
 */
static const EFI_GUID result_vendor = {
	0x6f1e5c0a, 0x3f0b, 0x4b6e, {0x9a, 0x5d, 0x2c, 0x7b, 0x8e, 0x41, 0xd9, 0xf3}};

static const uint8_t *find_table(EFI_GUID guid)
{
	for (UINTN i = 0; i < uefi.table->NumberOfTableEntries; i++) {
		EFI_CONFIGURATION_TABLE *entry = &uefi.table->ConfigurationTable[i];

		if (!memcmp(&entry->VendorGuid, &guid, sizeof(guid)))
			return entry->VendorTable;
	}
	return NULL;
}

static bool sums_to_zero(const uint8_t *bytes, size_t size)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum += bytes[i];
	return sum == 0;
}

static const uint8_t *read_pointer(const uint8_t *bytes, size_t width)
{
	uint64_t address = 0;

	memcpy(&address, bytes, width);
	return (const uint8_t *)(uintptr_t)address;
}

/* ---- SMBIOS 3.6, 5.2: entry points ---------------------------------------------------------- */

enum fl_err platform_smbios(const uint8_t **table, size_t *size)
{
	const uint8_t *entry = find_table((EFI_GUID)SMBIOS3_TABLE_GUID);

	if (entry && !memcmp(entry, "_SM3_", 5) && sums_to_zero(entry, entry[6])) {
		*table = read_pointer(entry + 0x10, 8);
		*size = get_le32(entry + 0x0c); /* at most; the end-of-table structure ends it */
		return *table ? FL_OK : FL_ERR_NOTFOUND;
	}
	entry = find_table((EFI_GUID)SMBIOS_TABLE_GUID);
	if (entry && !memcmp(entry, "_SM_", 4) && sums_to_zero(entry, entry[5])) {
		*table = read_pointer(entry + 0x18, 4);
		*size = get_le32(entry + 0x16) & 0xffff;
		return *table ? FL_OK : FL_ERR_NOTFOUND;
	}
	return FL_ERR_NOTFOUND;
}

/* ---- ACPI 6.5, 5.2 -------------------------------------------------------------------------- */

#define ACPI_HEADER 36u
#define FADT_DSDT   40u
#define FADT_X_DSDT 140u

static bool is_table(const uint8_t *table, const char signature[4], size_t *size)
{
	if (!table || memcmp(table, signature, 4))
		return false;
	*size = get_le32(table + 4);
	return *size >= ACPI_HEADER && sums_to_zero(table, *size);
}

/* Entries of an XSDT are 8 bytes wide and not aligned, those of an RSDT 4. */
static enum fl_err find_listed(const uint8_t *list, size_t list_size, size_t width,
			       const char signature[4], const uint8_t **table, size_t *size)
{
	for (size_t at = ACPI_HEADER; at + width <= list_size; at += width) {
		const uint8_t *entry = read_pointer(list + at, width);

		if (is_table(entry, signature, size)) {
			*table = entry;
			return FL_OK;
		}
	}
	return FL_ERR_NOTFOUND;
}

static enum fl_err find_acpi(const char signature[4], const uint8_t **table, size_t *size)
{
	const uint8_t *rsdp = find_table((EFI_GUID)ACPI_20_TABLE_GUID), *list;
	size_t list_size;

	if (!rsdp)
		rsdp = find_table((EFI_GUID)ACPI_TABLE_GUID);
	if (!rsdp || memcmp(rsdp, "RSD PTR ", 8))
		return FL_ERR_NOTFOUND;
	if (rsdp[15] >= 2) { /* revision: the XSDT's address is there */
		list = read_pointer(rsdp + 24, 8);
		if (is_table(list, "XSDT", &list_size))
			return find_listed(list, list_size, 8, signature, table, size);
	}
	list = read_pointer(rsdp + 16, 4);
	if (is_table(list, "RSDT", &list_size))
		return find_listed(list, list_size, 4, signature, table, size);
	return FL_ERR_NOTFOUND;
}

enum fl_err platform_acpi(const char signature[4], const uint8_t **table, size_t *size)
{
	const uint8_t *fadt;
	size_t fadt_size;

	if (memcmp(signature, "DSDT", 4))
		return find_acpi(signature, table, size);
	/* The DSDT is in no list; the FADT points at it. */
	if (find_acpi("FACP", &fadt, &fadt_size) || fadt_size < FADT_DSDT + 4)
		return FL_ERR_NOTFOUND;
	*table = fadt_size >= FADT_X_DSDT + 8 ? read_pointer(fadt + FADT_X_DSDT, 8) : NULL;
	if (!*table)
		*table = read_pointer(fadt + FADT_DSDT, 4);
	return is_table(*table, signature, size) ? FL_OK : FL_ERR_NOTFOUND;
}

/* ---- the firmware itself -------------------------------------------------------------------- */

static bool is_secure_boot(void)
{
	static uint16_t name[] = u"SecureBoot";
	EFI_GUID vendor = EFI_GLOBAL_VARIABLE;
	uint8_t value = 0;
	UINTN size = sizeof(value);

	return !EFI_ERROR(uefi.table->RuntimeServices->GetVariable(name, &vendor, NULL, &size,
								   &value)) &&
	       value == 1;
}

void platform_firmware(struct platform_firmware *out)
{
	uint32_t revision = uefi.table->FirmwareRevision, interface = uefi.table->Hdr.Revision;

	*out = (struct platform_firmware){.secure_boot = is_secure_boot()};
	if (uefi.table->FirmwareVendor)
		ucs2_to_utf8(out->vendor, sizeof(out->vendor), uefi.table->FirmwareVendor);
	text_format(out->version, sizeof(out->version), "%u.%u", revision >> 16, revision & 0xffff);
	text_format(out->interface, sizeof(out->interface), "UEFI %u.%02u", interface >> 16,
		    interface & 0xffff);
}

void platform_result_publish(const char *text, bool keep)
{
	static uint16_t name[] = u"FirstlightResult";
	EFI_GUID vendor = result_vendor;
	uint32_t attributes = EFI_VARIABLE_BOOTSERVICE_ACCESS | EFI_VARIABLE_RUNTIME_ACCESS |
			      (keep ? EFI_VARIABLE_NON_VOLATILE : 0);
	EFI_STATUS status;

	/* A variable store that refuses changes nothing about the verdict. One that was left with
	 * other attributes is removed first: they cannot be changed (UEFI 2.10, 8.2). */
	status = uefi.table->RuntimeServices->SetVariable(name, &vendor, attributes, strlen(text),
							  (void *)(uintptr_t)text);
	if (status != EFI_INVALID_PARAMETER)
		return;
	uefi.table->RuntimeServices->SetVariable(name, &vendor, 0, 0, NULL);
	uefi.table->RuntimeServices->SetVariable(name, &vendor, attributes, strlen(text),
						 (void *)(uintptr_t)text);
}

void platform_end(enum platform_end how)
{
	uefi.table->RuntimeServices->ResetSystem(how == PLATFORM_END_SHUTDOWN ? EfiResetShutdown
									      : EfiResetCold,
						 EFI_SUCCESS, 0, NULL);
}
