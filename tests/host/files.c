/* files.c: the stick of the host machine, a tree in memory. */
#include "tests/host/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_CAPACITY (1ull << 30)
#define DEFAULT_SPEED    30000000u /* bytes a second, a slow stick */

struct file {
	struct file *next;
	char *path;
	void *data; /* NULL for a directory */
	size_t size;
};

static struct {
	struct file *first;
	uint64_t capacity;
	bool readonly, mute;
	unsigned long writes, fail_at, corrupt_at, shorten_at, pull_write;
	char corrupt_end[64], damage_end[64];
	enum fl_err fail_with;
	uint64_t cluster, speed;
	uint64_t written, pull_after, pull_at;
} stick;

void files_reset(void)
{
	while (stick.first) {
		struct file *file = stick.first;

		stick.first = file->next;
		free(file->path);
		free(file->data);
		free(file);
	}
	memset(&stick, 0, sizeof(stick));
	stick.capacity = DEFAULT_CAPACITY;
	stick.speed = DEFAULT_SPEED;
	stick.pull_after = stick.pull_at = UINT64_MAX;
}

static bool is_pulled(void)
{
	return stick.written >= stick.pull_after || host_time_ns() >= stick.pull_at ||
	       (stick.pull_write && stick.writes >= stick.pull_write);
}

/* FAT ignores case, and so do we. */
static bool same_path(const char *a, const char *b, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		const int x = a[i] >= 'A' && a[i] <= 'Z' ? a[i] + 32 : a[i];
		const int y = b[i] >= 'A' && b[i] <= 'Z' ? b[i] + 32 : b[i];

		if (x != y || !x)
			return x == y;
	}
	return true;
}

static size_t path_length(const char *path)
{
	size_t length = strlen(path);

	while (length && path[length - 1] == '/')
		length--;
	return length;
}

static const char *path_start(const char *path)
{
	while (*path == '/')
		path++;
	return path;
}

static struct file *find(const char *path)
{
	const size_t length = path_length(path);

	for (struct file *file = stick.first; file; file = file->next)
		if (strlen(file->path) == length && same_path(file->path, path, length))
			return file;
	return NULL;
}

static struct file *add(const char *path, size_t length)
{
	struct file *file = calloc(1, sizeof(*file));

	if (!file || !(file->path = malloc(length + 1)))
		abort();
	memcpy(file->path, path, length);
	file->path[length] = '\0';
	file->next = stick.first;
	stick.first = file;
	return file;
}

/* The directories above `path`; an existing plain file in the way is FL_ERR_IO. */
static enum fl_err add_directories(const char *path, size_t length)
{
	char part[512];

	if (length >= sizeof(part))
		return FL_ERR_INVALID;
	for (size_t i = 1; i <= length; i++) {
		struct file *file;

		if (i < length && path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		file = find(part);
		if (file && file->data)
			return FL_ERR_IO;
		if (!file)
			add(part, i);
	}
	return FL_OK;
}

static size_t parent_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) : 0;
}

/* What a file or a directory takes of the volume. */
static uint64_t on_disk(uint64_t size, bool is_directory)
{
	if (!stick.cluster)
		return size;
	return is_directory ? stick.cluster
			    : (size + stick.cluster - 1) / stick.cluster * stick.cluster;
}

static uint64_t used(void)
{
	uint64_t total = 0;

	for (struct file *file = stick.first; file; file = file->next)
		total += on_disk(file->size, !file->data);
	return total;
}

static void set_data(struct file *file, const void *data, size_t size)
{
	free(file->data);
	file->data = malloc(size + 1);
	if (!file->data)
		abort();
	if (size)
		memcpy(file->data, data, size);
	((char *)file->data)[size] = '\0';
	file->size = size;
}

static struct file *create(const char *path)
{
	struct file *file = find(path);

	return file ? file : add(path, path_length(path));
}

/* ---- for tests ---------------------------------------------------------------------------- */

void host_file_put(const char *path, const void *data, size_t size)
{
	path = path_start(path);
	if (add_directories(path, parent_length(path)))
		abort();
	set_data(create(path), data, size);
}

const void *host_file_get(const char *path, size_t *size)
{
	struct file *file = find(path_start(path));

	if (!file || !file->data)
		return NULL;
	if (size)
		*size = file->size;
	return file->data;
}

unsigned host_file_count(void)
{
	unsigned count = 0;

	for (struct file *file = stick.first; file; file = file->next)
		count += file->data != NULL;
	return count;
}

void host_disk_capacity(uint64_t bytes)
{
	stick.capacity = bytes;
}

void host_disk_readonly(bool readonly)
{
	stick.readonly = readonly;
}

void host_disk_cluster(uint64_t bytes)
{
	stick.cluster = bytes;
}

void host_disk_mute(bool mute)
{
	stick.mute = mute;
}

void host_disk_speed(uint64_t bytes_per_second)
{
	stick.speed = bytes_per_second;
}

void host_disk_pull_after(uint64_t bytes)
{
	stick.pull_after = bytes == UINT64_MAX ? bytes : stick.written + bytes;
}

void host_disk_pull_at(uint64_t ns)
{
	stick.pull_at = ns;
}

void host_disk_pull_write(unsigned long k)
{
	stick.pull_write = stick.writes + k;
}

void host_corrupt_write(unsigned long k)
{
	stick.corrupt_at = k ? stick.writes + k : 0;
}

void host_shorten_write(unsigned long k)
{
	stick.shorten_at = k ? stick.writes + k : 0;
}

void host_dir_damage(const char *end)
{
	snprintf(stick.damage_end, sizeof(stick.damage_end), "%s", end);
}

void host_corrupt_file(const char *end)
{
	snprintf(stick.corrupt_end, sizeof(stick.corrupt_end), "%s", end);
}

void host_fail_write(unsigned long k, enum fl_err err)
{
	stick.fail_at = k ? stick.writes + k : 0;
	stick.fail_with = err;
}

/* ---- platform contract -------------------------------------------------------------------- */

static enum fl_err read_interrupted(void **data)
{
	platform_free(*data);
	*data = NULL;
	return FL_ERR_IO;
}

enum fl_err platform_file_read(const char *path, void **data, size_t *size)
{
	struct file *file = is_pulled() ? NULL : find(path_start(path));

	if (!file)
		return FL_ERR_NOTFOUND;
	if (!file->data)
		return FL_ERR_IO;
	*data = platform_alloc(file->size + 1);
	if (!*data)
		return FL_ERR_NOMEM;
	memcpy(*data, file->data, file->size);
	*size = file->size;
	host_take_time(file->size, stick.speed);
	return is_pulled() ? read_interrupted(data) : FL_OK;
}

/* Does the parent exist, and is the place not taken by a directory? */
static enum fl_err write_allowed(const char *path)
{
	const struct file *old = find(path);
	char parent[512];

	if (stick.readonly)
		return FL_ERR_READONLY;
	if (old && !old->data)
		return FL_ERR_IO;
	snprintf(parent, sizeof(parent), "%.*s", (int)parent_length(path), path);
	return platform_file_exists(parent);
}

static bool has_room(const char *path, uint64_t size)
{
	const struct file *old = find(path);
	const uint64_t others = used() - (old ? on_disk(old->size, false) : 0);

	return others <= stick.capacity && on_disk(size, false) <= stick.capacity - others;
}

/* Does the path end as `end` says? Once. */
static bool ends_so(const char *path, char *end)
{
	const size_t length = strlen(path), size = strlen(end);

	if (!size || length < size || strcmp(path + length - size, end))
		return false;
	end[0] = '\0';
	return true;
}

static void corrupt(struct file *file)
{
	if (file->size)
		((uint8_t *)file->data)[memory_random((uint32_t)file->size)] ^=
			(uint8_t)(1u << memory_random(8));
}

enum fl_err platform_file_write(const char *path, const void *data, size_t size)
{
	enum fl_err err;

	path = path_start(path);
	stick.writes++;
	if (is_pulled())
		return FL_ERR_IO;
	if (stick.fail_at && stick.writes == stick.fail_at)
		return stick.fail_with;
	err = write_allowed(path);
	if (err)
		return err;
	if (!has_room(path, size))
		return FL_ERR_NOSPACE;
	host_take_time(size, stick.speed);
	stick.written += size;
	if (is_pulled())
		return FL_ERR_IO;
	set_data(create(path), data, size);
	if (stick.writes == stick.corrupt_at || ends_so(path, stick.corrupt_end))
		corrupt(find(path));
	if (stick.writes == stick.shorten_at)
		set_data(find(path), data, size - 1);
	return FL_OK;
}

static bool is_empty(const struct file *directory)
{
	const size_t length = strlen(directory->path);

	for (struct file *file = stick.first; file; file = file->next)
		if (strlen(file->path) > length && file->path[length] == '/' &&
		    same_path(file->path, directory->path, length))
			return false;
	return true;
}

enum fl_err platform_file_remove(const char *path)
{
	struct file *file = find(path_start(path)), **link = &stick.first;

	if (is_pulled())
		return FL_ERR_IO;
	if (stick.readonly)
		return FL_ERR_READONLY;
	if (!file)
		return FL_ERR_NOTFOUND;
	if (!file->data && !is_empty(file))
		return FL_ERR_IO;
	while (*link != file)
		link = &(*link)->next;
	*link = file->next;
	free(file->path);
	free(file->data);
	free(file);
	return FL_OK;
}

enum fl_err platform_file_exists(const char *path)
{
	path = path_start(path);
	return !is_pulled() && (!path_length(path) || find(path)) ? FL_OK : FL_ERR_NOTFOUND;
}

static enum fl_err make_damaged(const char *path)
{
	char stray[512];

	snprintf(stray, sizeof(stray), "%s/stray", path);
	host_file_put(stray, "x", 1);
	return FL_OK;
}

enum fl_err platform_dir_create(const char *path)
{
	path = path_start(path);
	if (is_pulled())
		return FL_ERR_IO;
	if (!platform_file_exists(path))
		return path_length(path) && find(path)->data ? FL_ERR_IO : FL_OK;
	if (stick.readonly)
		return FL_ERR_READONLY;
	if (used() + stick.cluster > stick.capacity)
		return FL_ERR_NOSPACE;
	return ends_so(path, stick.damage_end) ? make_damaged(path)
					       : add_directories(path, path_length(path));
}

enum fl_err platform_dir_list(const char *path,
			      void (*each)(void *context, const char *name, bool is_dir),
			      void *context)
{
	size_t length;

	path = path_start(path);
	length = path_length(path);
	if (platform_file_exists(path))
		return FL_ERR_NOTFOUND;
	for (struct file *file = stick.first; file; file = file->next) {
		const char *name = file->path + (length ? length + 1 : 0);

		if (length && (strlen(file->path) <= length + 1 || file->path[length] != '/' ||
			       !same_path(file->path, path, length)))
			continue;
		if (!strchr(name, '/'))
			each(context, name, !file->data);
	}
	return FL_OK;
}

enum fl_err platform_volume_free(uint64_t *bytes)
{
	const uint64_t taken = used();

	if (is_pulled())
		return FL_ERR_IO;
	if (stick.readonly)
		return FL_ERR_READONLY;
	if (stick.mute)
		return FL_ERR_UNSUPPORTED;
	*bytes = taken < stick.capacity ? stick.capacity - taken : 0;
	return FL_OK;
}

enum fl_err platform_disk_rewrite(size_t size, uint64_t *ns)
{
	const uint64_t start = host_time_ns();

	if (is_pulled())
		return FL_ERR_IO;
	if (stick.readonly)
		return FL_ERR_READONLY;
	host_take_time(size, stick.speed);
	*ns = host_time_ns() - start;
	return FL_OK;
}

void platform_volume_name(char *out, size_t capacity)
{
	snprintf(out, capacity, "%s", is_pulled() ? "" : "HOST");
}
