/* link_memory.c: guest RAM as QEMU's SYNC_SYSMEM messages describe it (virtual-board.md A.6). */
#include "vboard/link/link.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* QEMU sends the same files hundreds of times: each is mapped once. */
static struct link_file *memory_file(struct link_memory *memory, int fd)
{
	struct link_file *file;
	struct stat st;
	void *base;

	if (fstat(fd, &st))
		return NULL;
	for (unsigned i = 0; i < memory->file_count; i++) {
		file = &memory->files[i];
		if (file->device == st.st_dev && file->inode == st.st_ino)
			return file;
	}
	if (memory->file_count == LINK_REGIONS || st.st_size <= 0)
		return NULL;
	base = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (base == MAP_FAILED)
		return NULL;
	file = &memory->files[memory->file_count++];
	file->device = st.st_dev;
	file->inode = st.st_ino;
	file->base = base;
	file->size = (size_t)st.st_size;
	return file;
}

void link_memory_sync(struct link_memory *memory, const uint64_t *gpas, const uint64_t *sizes,
		      const int64_t *offsets, const int *fds, unsigned count)
{
	memory->region_count = 0;
	for (unsigned i = 0; i < count && i < LINK_REGIONS; i++) {
		struct link_file *file = memory_file(memory, fds[i]);
		uint64_t offset = (uint64_t)offsets[i];
		struct link_region *region = &memory->regions[memory->region_count];

		if (!file || offset > file->size || sizes[i] > file->size - offset)
			continue;
		region->gpa = gpas[i];
		region->size = sizes[i];
		region->host = file->base + offset;
		memory->region_count++;
	}
	for (unsigned i = 0; i < count; i++)
		close(fds[i]);
}

uint8_t *link_memory_at(const struct link_memory *memory, uint64_t gpa, size_t size)
{
	for (unsigned i = 0; i < memory->region_count; i++) {
		const struct link_region *region = &memory->regions[i];
		uint64_t offset = gpa - region->gpa;

		if (gpa >= region->gpa && offset < region->size && size <= region->size - offset)
			return region->host + offset;
	}
	return NULL;
}

void link_memory_free(struct link_memory *memory)
{
	for (unsigned i = 0; i < memory->file_count; i++)
		munmap(memory->files[i].base, memory->files[i].size);
	memset(memory, 0, sizeof(*memory));
}

static bool snoop_read(void *context, uint64_t gpa, void *data, size_t size)
{
	const uint8_t *host = link_memory_at(context, gpa, size);

	if (host)
		memcpy(data, host, size);
	return host != NULL;
}

static bool snoop_write(void *context, uint64_t gpa, const void *data, size_t size)
{
	uint8_t *host = link_memory_at(context, gpa, size);

	if (host)
		memcpy(host, data, size);
	return host != NULL;
}

void link_dma_snoop(struct link_dma *dma, struct link_memory *memory)
{
	*dma = (struct link_dma){
		.context = memory,
		.read = snoop_read,
		.write = snoop_write,
		.socket = -1,
	};
}
