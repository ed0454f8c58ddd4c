/* platform_files.c: files on the volume that platform_volume.c has chosen. */
#include "efi/uefi.h"

#include "core/mem.h"
#include "core/text.h"
#include "efi/ucs2.h"
#include "firstlight/platform.h"

#define PATH_MAX 256
#define NAME_MAX 256

static const char unfinished_suffix[] = ".tmp";

/* The volume stays open: opening it anew costs a read of its FAT each time. */
static EFI_FILE *volume_root;

/* EFI_FILE_INFO with room for the longest name. */
union file_info {
	EFI_FILE_INFO info;
	EFI_FILE_SYSTEM_INFO system;
	uint8_t room[sizeof(EFI_FILE_INFO) + 2 * (NAME_MAX + 1)];
};

/* After a failure of the medium the next call starts from a fresh volume. */
static enum fl_err file_error(EFI_STATUS status)
{
	if (volume_root && (status == EFI_MEDIA_CHANGED || status == EFI_NO_MEDIA)) {
		volume_root->Close(volume_root);
		volume_root = NULL;
	}
	return uefi_error(status);
}

static EFI_STATUS open_volume(void)
{
	EFI_FILE_IO_INTERFACE *system;

	if (volume_root)
		return EFI_SUCCESS;
	system = uefi_protocol(uefi_volume(), (EFI_GUID)EFI_SIMPLE_FILE_SYSTEM_PROTOCOL_GUID);
	return system ? system->OpenVolume(system, &volume_root) : EFI_NOT_FOUND;
}

static EFI_STATUS open_path(const char *path, uint64_t mode, uint64_t attributes, EFI_FILE **file)
{
	uint16_t wide[PATH_MAX];
	EFI_STATUS status = open_volume();

	if (EFI_ERROR(status))
		return status;
	if (strlen(path) >= PATH_MAX - 1)
		return EFI_INVALID_PARAMETER;
	ucs2_path(wide, PATH_MAX, path);
	return volume_root->Open(volume_root, file, wide, mode, attributes);
}

static EFI_STATUS get_info(EFI_FILE *file, union file_info *info)
{
	EFI_GUID guid = EFI_FILE_INFO_ID;
	UINTN size = sizeof(*info);

	return file->GetInfo(file, &guid, &size, info);
}

/* ---- read ----------------------------------------------------------------------------------- */

static EFI_STATUS read_all(EFI_FILE *file, uint8_t *data, size_t size)
{
	size_t done = 0;

	while (done < size) {
		UINTN count = size - done;
		EFI_STATUS status = file->Read(file, &count, data + done);

		if (EFI_ERROR(status))
			return status;
		if (!count)
			return EFI_DEVICE_ERROR; /* shorter than its directory entry says */
		done += count;
	}
	return EFI_SUCCESS;
}

enum fl_err platform_file_read(const char *path, void **data, size_t *size)
{
	union file_info info;
	EFI_FILE *file;
	EFI_STATUS status;
	enum fl_err err = FL_OK;

	status = open_path(path, EFI_FILE_MODE_READ, 0, &file);
	if (EFI_ERROR(status))
		return file_error(status);
	status = get_info(file, &info);
	if (EFI_ERROR(status) || info.info.Attribute & EFI_FILE_DIRECTORY) {
		err = EFI_ERROR(status) ? file_error(status) : FL_ERR_INVALID;
		goto out_close;
	}
	*size = info.info.FileSize;
	*data = platform_alloc(*size + 1);
	if (!*data) {
		err = FL_ERR_NOMEM;
		goto out_close;
	}
	status = read_all(file, *data, *size);
	if (EFI_ERROR(status)) {
		err = file_error(status);
		platform_free(*data);
		*data = NULL;
	}
out_close:
	file->Close(file);
	return err;
}

/* ---- write ---------------------------------------------------------------------------------- */

static void remove_file(const char *path)
{
	EFI_FILE *file;

	if (!EFI_ERROR(open_path(path, EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE, 0, &file)))
		file->Delete(file);
}

/* A new file in one Write, which costs a fraction of many small ones (field.md 4.7). */
static EFI_STATUS write_new(const char *path, const void *data, size_t size)
{
	UINTN written = size;
	EFI_FILE *file;
	EFI_STATUS status;

	status = open_path(path, EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE | EFI_FILE_MODE_CREATE, 0,
			   &file);
	if (EFI_ERROR(status))
		return status;
	if (size) /* the protocol reads only; its prototype forgot the const */
		status = file->Write(file, &written, (void *)(uintptr_t)data);
	if (!EFI_ERROR(status) && written != size)
		status = EFI_VOLUME_FULL;
	if (!EFI_ERROR(status))
		status = file->Flush(file);
	if (!EFI_ERROR(status)) {
		file->Close(file);
		return status;
	}
	/* Delete closes too, and only warns when the name is still there. */
	if (file->Delete(file) != EFI_SUCCESS) {
		platform_console_write("a partly written file could not be removed: ");
		platform_console_write(path);
		platform_console_write("\n");
	}
	return status;
}

/* `from` gets the last name of `path`, in the same directory. */
static EFI_STATUS rename_to(const char *from, const char *path)
{
	EFI_GUID guid = EFI_FILE_INFO_ID;
	union file_info info;
	const char *name = path;
	EFI_FILE *file;
	EFI_STATUS status;
	size_t length;

	for (const char *c = path; *c; c++)
		if (*c == '/')
			name = c + 1;
	status = open_path(from, EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE, 0, &file);
	if (EFI_ERROR(status))
		return status;
	status = get_info(file, &info);
	if (!EFI_ERROR(status)) {
		length = ucs2_from_utf8(info.info.FileName, NAME_MAX + 1, name);
		info.info.Size = SIZE_OF_EFI_FILE_INFO + 2 * (length + 1);
		status = file->SetInfo(file, &guid, info.info.Size, &info);
	}
	if (!EFI_ERROR(status))
		status = file->Flush(file);
	file->Close(file);
	return status;
}

/* The old contents stay until the new ones are on the medium: a report that is renewed after each
 * check survives a power cut at any moment, at worst under its unfinished name. */
static EFI_STATUS replace(const char *path, const void *data, size_t size)
{
	char unfinished[PATH_MAX];
	EFI_STATUS status;

	if (strlen(path) + sizeof(unfinished_suffix) > sizeof(unfinished))
		return EFI_INVALID_PARAMETER;
	text_format(unfinished, sizeof(unfinished), "%s%s", path, unfinished_suffix);
	remove_file(unfinished);
	status = write_new(unfinished, data, size);
	if (EFI_ERROR(status))
		return status;
	remove_file(path);
	return rename_to(unfinished, path);
}

enum fl_err platform_file_write(const char *path, const void *data, size_t size)
{
	if (platform_file_exists(path) == FL_OK)
		return file_error(replace(path, data, size));
	return file_error(write_new(path, data, size));
}

enum fl_err platform_file_remove(const char *path)
{
	EFI_FILE *file;
	EFI_STATUS status = open_path(path, EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE, 0, &file);

	if (!EFI_ERROR(status))
		status = file->Delete(file);
	/* Only a warning to EFI_ERROR: the handle is closed, the file is still there. */
	if (status == EFI_WARN_DELETE_FAILURE)
		status = EFI_DEVICE_ERROR;
	return file_error(status);
}

enum fl_err platform_file_exists(const char *path)
{
	EFI_FILE *file;
	EFI_STATUS status = open_path(path, EFI_FILE_MODE_READ, 0, &file);

	if (EFI_ERROR(status))
		return file_error(status);
	file->Close(file);
	return FL_OK;
}

/* ---- directories ---------------------------------------------------------------------------- */

static EFI_STATUS make_one_dir(const char *path)
{
	union file_info info;
	EFI_FILE *dir;
	EFI_STATUS status = open_path(path, EFI_FILE_MODE_READ, 0, &dir);

	/* Opened for reading first: on a write-protected stick it may be there already. */
	if (status == EFI_NOT_FOUND)
		status = open_path(path,
				   EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE | EFI_FILE_MODE_CREATE,
				   EFI_FILE_DIRECTORY, &dir);
	if (EFI_ERROR(status))
		return status;
	status = get_info(dir, &info);
	dir->Close(dir);
	if (!EFI_ERROR(status) && !(info.info.Attribute & EFI_FILE_DIRECTORY))
		return EFI_INVALID_PARAMETER;
	return status;
}

enum fl_err platform_dir_create(const char *path)
{
	char part[PATH_MAX];
	size_t length = strlen(path);
	EFI_STATUS status;

	if (length >= sizeof(part))
		return FL_ERR_INVALID;
	for (size_t i = 1; i <= length; i++) {
		if (path[i] && path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = 0;
		status = make_one_dir(part);
		if (EFI_ERROR(status))
			return file_error(status);
	}
	return FL_OK;
}

enum fl_err platform_dir_list(const char *path,
			      void (*each)(void *context, const char *name, bool is_dir),
			      void *context)
{
	union file_info info;
	char name[3 * NAME_MAX + 1];
	EFI_FILE *dir;
	EFI_STATUS status = open_path(path, EFI_FILE_MODE_READ, 0, &dir);

	if (EFI_ERROR(status))
		return file_error(status);
	for (;;) {
		UINTN size = sizeof(info);

		status = dir->Read(dir, &size, &info);
		if (EFI_ERROR(status) || !size)
			break;
		ucs2_to_utf8(name, sizeof(name), info.info.FileName);
		if (!text_equal(name, ".") && !text_equal(name, ".."))
			each(context, name, info.info.Attribute & EFI_FILE_DIRECTORY);
	}
	dir->Close(dir);
	return file_error(status);
}

enum fl_err platform_volume_free(uint64_t *bytes)
{
	EFI_GUID guid = EFI_FILE_SYSTEM_INFO_ID;
	union file_info info;
	UINTN size = sizeof(info);
	EFI_STATUS status = open_volume();

	*bytes = 0;
	if (!EFI_ERROR(status))
		status = volume_root->GetInfo(volume_root, &guid, &size, &info);
	if (EFI_ERROR(status))
		return file_error(status);
	if (info.system.ReadOnly)
		return FL_ERR_READONLY;
	*bytes = info.system.FreeSpace;
	return FL_OK;
}
