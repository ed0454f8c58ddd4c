/* memory.c: the two faces of DMA memory, and what a device sees of them. */
#define _GNU_SOURCE 1
#include "tests/host/memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What lies below is filled anew at each allocation, but costs no page faults: 256 MiB, a run's frames. */
#define KEPT_PAGES   (64u * 1024u)
#define ARENA_BYTES  ((size_t)ARENA_PAGES * PAGE_SIZE)
/* CPU addresses that a device would believe, and no bus address of the other modes: one that gets into a
 * register or table by mistake leads nowhere. */
#define CPU_BASE     0x10000000u
#define CPU_END      (CPU_BASE + ARENA_BYTES)
#define OFFSET_BASE  0x50000000u /* bus addresses below the BARs at 0xd0000000 */
#define BARS_BASE    0xd0000000u
#define BUS_END      0x200000000ull /* of HOST_BUS_IOMMU: 8 GiB */
#define HIGH_BASE    BUS_END
#define BUS_PAGES    (BUS_END / PAGE_SIZE)
#define TRANSLATIONS (BUS_PAGES * sizeof(struct translation))
#define GARBAGE      0xc7 /* contents of fresh memory; not poison, not zero */

struct allocation {
	uint32_t page, pages;
};

struct memory host_memory;

static int memory_file = -1;
static struct allocation *live;
static size_t live_count, live_capacity;

static void *map_bytes(size_t size, void *at, int fd, int protection)
{
	int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE : MAP_SHARED;
	void *p = mmap(at, size, protection, flags | (at ? MAP_FIXED_NOREPLACE : 0), fd, 0);

	if (p == MAP_FAILED) {
		perror("host memory: mmap");
		abort();
	}
	return p;
}

static void *map(void *at, int fd, int protection)
{
	return map_bytes(ARENA_BYTES, at, fd, protection);
}

static void memory_create(void)
{
	struct memory *m = &host_memory;
	const size_t lines = (size_t)ARENA_PAGES * PAGE_LINES;

	memory_file = memfd_create("host-memory", MFD_CLOEXEC);
	if (memory_file < 0 || ftruncate(memory_file, (off_t)ARENA_BYTES)) {
		perror("host memory: memfd");
		abort();
	}
	/* PROT_NONE until allocated: what is not DMA memory traps like any wild pointer. */
	m->cpu = map((void *)(uintptr_t)CPU_BASE, memory_file, PROT_NONE);
	m->alias = map(NULL, memory_file, PROT_READ | PROT_WRITE);
	m->ram = map(NULL, -1, PROT_READ | PROT_WRITE);
	m->bus_low = map_bytes(TRANSLATIONS, NULL, -1, PROT_READ | PROT_WRITE);
	m->base = map(NULL, -1, PROT_READ | PROT_WRITE);
	m->shot = map(NULL, -1, PROT_READ | PROT_WRITE);
	/* A hint: a frame's worth of memory is filled at each run. */
	madvise(m->ram, ARENA_BYTES, MADV_HUGEPAGE);
	madvise(m->base, ARENA_BYTES, MADV_HUGEPAGE);
	m->flags = calloc(lines, 1);
	m->written = calloc(lines, sizeof(*m->written));
	m->pages = calloc(ARENA_PAGES, sizeof(*m->pages));
	m->purpose = calloc(ARENA_PAGES, sizeof(*m->purpose));
	if (!m->flags || !m->written || !m->pages || !m->purpose)
		abort();
}

static void map_bus(uint16_t function, uint64_t bus, uint32_t page, size_t pages)
{
	for (size_t i = 0; i < pages && bus < BUS_END; i++)
		host_memory.bus_low[(bus >> PAGE_SHIFT) + i] =
			(struct translation){(uint32_t)(page + i + 1), function};
}

static void unmap_bus(uint64_t bus, size_t pages)
{
	for (size_t i = 0; i < pages && bus < BUS_END; i++)
		host_memory.bus_low[(bus >> PAGE_SHIFT) + i] = (struct translation){0};
}

static void drop_pages(uint32_t page, uint32_t pages)
{
	struct memory *m = &host_memory;
	const size_t at = (size_t)page * PAGE_SIZE, size = (size_t)pages * PAGE_SIZE;

	mprotect(m->cpu + at, size, PROT_NONE);
	if (page + pages > KEPT_PAGES) {
		fallocate(memory_file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)at,
			  (off_t)size);
		madvise(m->ram + at, size, MADV_DONTNEED);
		madvise(m->base + at, size, MADV_DONTNEED);
		madvise(m->shot + at, size, MADV_DONTNEED);
	}
	for (uint32_t i = page; i < page + pages; i++) {
		unmap_bus(m->pages[i].bus, 1);
		m->closed -= m->pages[i].closed;
		m->pages[i] = (struct page){0};
	}
	memset(m->flags + (size_t)page * PAGE_LINES, 0, (size_t)pages * PAGE_LINES);
	memset(m->written + (size_t)page * PAGE_LINES, 0,
	       (size_t)pages * PAGE_LINES * sizeof(*m->written));
}

void memory_reset(uint64_t seed)
{
	struct memory *m = &host_memory;

	if (!m->alias)
		memory_create();
	for (size_t i = 0; i < live_count; i++)
		drop_pages(live[i].page, live[i].pages);
	free(live);
	live = NULL;
	live_count = live_capacity = 0;
	madvise(m->bus_low, TRANSLATIONS, MADV_DONTNEED); /* shared ones were not given back */
	m->next = 0;
	m->coherent = false;
	m->addressing = HOST_BUS_IOMMU;
	m->adversary = 4;
	m->fences = 0;
	m->device_wrote = false;
	m->purpose_now = NULL;
	memset(m->purpose, 0, ARENA_PAGES * sizeof(*m->purpose));
	m->random = seed * 0x9e3779b97f4a7c15ull + 1;
	m->bus_offset = (uint64_t)OFFSET_BASE + (uint64_t)memory_random(0x30000) * PAGE_SIZE;
	trap_reset();
	sweep_reset();
	lines_reset();
	findings_reset();
}

/* xorshift64*, Vigna 2016 */
uint32_t memory_random(uint32_t bound)
{
	uint64_t x = host_memory.random;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	host_memory.random = x;
	return bound ? (uint32_t)((x * 0x2545f4914f6cdd1dull) >> 32) % bound : 0;
}

static void need_empty(const char *what)
{
	if (live_count) {
		fprintf(stderr, "%s: too late, DMA memory is already allocated\n", what);
		abort();
	}
}

void host_set_addressing(enum host_addressing addressing)
{
	need_empty("host_set_addressing");
	host_memory.addressing = addressing;
}

void host_set_coherent(bool coherent)
{
	need_empty("host_set_coherent");
	host_memory.coherent = coherent;
}

void host_set_adversary(unsigned rate)
{
	host_memory.adversary = rate;
}

/* ---- allocation --------------------------------------------------------------------------- */

/* Next fit, an unused page on both sides. ARENA_PAGES when full. */
static uint32_t find_pages(size_t pages)
{
	struct memory *m = &host_memory;
	uint32_t start = m->next, run = 0;

	for (uint32_t steps = 0; steps < 2 * ARENA_PAGES; steps++) {
		uint32_t at = (m->next + steps) % ARENA_PAGES;

		if (at == 0)
			run = 0;
		if (run == 0)
			start = at;
		run = m->pages[at].bus ? 0 : run + 1;
		if (run == pages + 2)
			return start + 1;
	}
	return ARENA_PAGES;
}

static bool bus_range_free(uint64_t bus, size_t pages)
{
	for (size_t i = 0; i < pages; i++)
		if (host_memory.bus_low[(bus >> PAGE_SHIFT) + i].page)
			return false;
	return true;
}

/* A random place between the CPU's addresses and the BARs, or above 4 GiB where `address_bits` allows it;
 * unmapped pages around it. 0 when none was found. */
static uint64_t choose_iova(size_t pages, unsigned address_bits)
{
	for (unsigned attempt = 0; attempt < 10000; attempt++) {
		const bool high = address_bits > 32 && memory_random(2);
		const uint64_t low = high ? (uint64_t)1 << 32 : CPU_END;
		const uint64_t end = high ? BUS_END : BARS_BASE;
		const uint64_t bus =
			low +
			(uint64_t)memory_random((uint32_t)((end - low) / PAGE_SIZE)) * PAGE_SIZE;

		if (bus > low && bus + (pages + 1) * PAGE_SIZE <= end &&
		    bus_range_free(bus - PAGE_SIZE, pages + 2))
			return bus;
	}
	return 0;
}

static uint64_t choose_bus(uint32_t page, size_t pages, unsigned address_bits)
{
	const struct memory *m = &host_memory;
	const uint64_t at = (uint64_t)page * PAGE_SIZE;

	if (m->addressing == HOST_BUS_HIGH && address_bits > 34)
		return HIGH_BASE + at;
	if (m->addressing == HOST_BUS_IDENTITY)
		return (uint64_t)(uintptr_t)m->cpu + at;
	if (m->addressing != HOST_BUS_IOMMU)
		return m->bus_offset + at;
	return choose_iova(pages, address_bits);
}

uint16_t memory_function(struct pci_address address)
{
	return (uint16_t)((address.bus << 8 | address.device << 3 | address.function) + 1);
}

static void remember(uint32_t page, size_t pages)
{
	if (live_count == live_capacity) {
		live_capacity = live_capacity ? 2 * live_capacity : 64;
		live = realloc(live, live_capacity * sizeof(*live));
		if (!live)
			abort();
	}
	live[live_count++] = (struct allocation){page, (uint32_t)pages};
}

enum fl_err memory_alloc(uint16_t function, size_t pages, unsigned address_bits, void **cpu,
			 uint64_t *bus)
{
	struct memory *m = &host_memory;
	uint32_t page = pages && pages < ARENA_PAGES - 2 ? find_pages(pages) : ARENA_PAGES;
	const size_t size = pages * PAGE_SIZE;
	uint64_t at;

	if (page == ARENA_PAGES)
		return FL_ERR_NOMEM;
	at = choose_bus(page, pages, address_bits);
	if (!at || (address_bits < 64 && (at + size - 1) >> address_bits))
		return FL_ERR_RANGE;
	for (size_t i = 0; i < pages; i++)
		m->pages[page + i].bus = at + i * PAGE_SIZE;
	map_bus(m->addressing == HOST_BUS_IOMMU ? function : 0, at, page, pages);
	m->next = (uint32_t)(page + pages);
	remember(page, pages);
	mprotect(m->cpu + (size_t)page * PAGE_SIZE, size, PROT_READ | PROT_WRITE);
	memset(m->alias + (size_t)page * PAGE_SIZE, GARBAGE, size);
	memset(m->base + (size_t)page * PAGE_SIZE, GARBAGE, size);
	memset(m->ram + (size_t)page * PAGE_SIZE, POISON, size);
	*cpu = m->cpu + (size_t)page * PAGE_SIZE;
	*bus = at;
	return FL_OK;
}

/* The next owner would find lines in the cache that are not what memory holds. */
static void check_given_back(uint32_t page, size_t pages)
{
	for (size_t line = page * PAGE_LINES; line < (page + pages) * PAGE_LINES; line++)
		if (!host_memory.coherent && host_memory.flags[line] & LINE_DEVICE)
			finding_add(HOST_FREED_STALE, line, NULL, "no flush before the free");
}

static uint32_t page_of(const void *cpu)
{
	return (uint32_t)(((const uint8_t *)cpu - host_memory.cpu) >> PAGE_SHIFT);
}

void memory_free(void *cpu, size_t pages)
{
	const uint32_t page = page_of(cpu);

	for (size_t i = live_count; i-- > 0;) {
		if (live[i].page != page)
			continue;
		if (live[i].pages != pages)
			break;
		check_given_back(page, pages);
		drop_pages(page, (uint32_t)pages);
		live[i] = live[--live_count];
		return;
	}
	fprintf(stderr, "platform_dma_free: %p with %zu pages was never allocated\n", cpu, pages);
	abort();
}

/* Without an IOMMU every function uses the same address. */
enum fl_err memory_share(uint16_t function, const void *cpu, size_t pages, unsigned address_bits,
			 uint64_t *bus)
{
	const uint32_t page = page_of(cpu);
	const bool translates = host_memory.addressing == HOST_BUS_IOMMU;
	const uint64_t at =
		translates ? choose_iova(pages, address_bits) : host_memory.pages[page].bus;

	if (!at || (address_bits < 64 && (at + pages * PAGE_SIZE - 1) >> address_bits))
		return FL_ERR_RANGE;
	if (translates)
		map_bus(function, at, page, pages);
	*bus = at;
	return FL_OK;
}

void memory_unshare(const void *cpu, uint64_t bus, size_t pages)
{
	if (bus != host_memory.pages[page_of(cpu)].bus)
		unmap_bus(bus, pages);
}

unsigned long memory_live(void)
{
	return live_count;
}

void memory_detach(void)
{
	struct memory *m = &host_memory;
	int fd = memfd_create("host-memory", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, (off_t)ARENA_BYTES))
		abort();
	for (size_t i = 0; i < live_count; i++) {
		const size_t at = (size_t)live[i].page * PAGE_SIZE;
		const size_t size = (size_t)live[i].pages * PAGE_SIZE;

		if (pwrite(fd, m->alias + at, size, (off_t)at) != (ssize_t)size)
			abort();
	}
	if (mmap(m->alias, ARENA_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) ==
		    MAP_FAILED ||
	    mmap(m->cpu, ARENA_BYTES, PROT_NONE, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
		abort();
	memory_file = fd;
	for (size_t i = 0; i < live_count; i++)
		for (uint32_t page = live[i].page; page < live[i].page + live[i].pages; page++)
			if (!m->pages[page].closed)
				mprotect(m->cpu + (size_t)page * PAGE_SIZE, PAGE_SIZE,
					 PROT_READ | PROT_WRITE);
}

/* ---- lines -------------------------------------------------------------------------------- */

bool memory_line(const void *cpu, size_t *line)
{
	size_t at = (size_t)((uintptr_t)cpu - (uintptr_t)host_memory.cpu);

	if ((uintptr_t)cpu < (uintptr_t)host_memory.cpu || at >= ARENA_BYTES)
		return false;
	*line = at / CACHE_LINE_SIZE;
	return true;
}

bool memory_allocated(size_t line)
{
	return host_memory.pages[line / PAGE_LINES].bus != 0;
}

/* Nothing is known of stores before the allocation, so a fresh line counts as dirty. */
bool memory_dirty(size_t line)
{
	const size_t at = line * CACHE_LINE_SIZE;

	return !(host_memory.flags[line] & LINE_VALID) ||
	       memcmp(host_memory.alias + at, host_memory.base + at, CACHE_LINE_SIZE);
}

void memory_close(size_t page)
{
	if (host_memory.pages[page].closed)
		return;
	trap_install();
	mprotect(host_memory.cpu + page * PAGE_SIZE, PAGE_SIZE, PROT_NONE);
	host_memory.pages[page].closed = true;
	host_memory.closed++;
}

void memory_open(size_t page)
{
	if (!host_memory.pages[page].closed)
		return;
	mprotect(host_memory.cpu + page * PAGE_SIZE, PAGE_SIZE, PROT_READ | PROT_WRITE);
	host_memory.pages[page].closed = false;
	host_memory.closed--;
}

void memory_mark_device(size_t line)
{
	struct memory *m = &host_memory;

	m->written[line] = m->fences;
	if (m->flags[line] & LINE_DEVICE)
		return;
	m->flags[line] |= LINE_DEVICE;
	m->pages[line / PAGE_LINES].stale++;
	memory_close(line / PAGE_LINES);
}

static void clear_device(size_t line)
{
	struct page *page = &host_memory.pages[line / PAGE_LINES];

	if (!(host_memory.flags[line] & LINE_DEVICE))
		return;
	host_memory.flags[line] &= (uint8_t)~LINE_DEVICE;
	if (--page->stale == 0)
		memory_open(line / PAGE_LINES);
}

void memory_write_back_from(size_t line, const uint8_t *from, const char *by)
{
	struct memory *m = &host_memory;
	const size_t at = line * CACHE_LINE_SIZE;

	if (m->flags[line] & LINE_DEVICE)
		finding_add(HOST_WRITE_BACK_OVER, line, NULL, by);
	memcpy(m->ram + at, from, CACHE_LINE_SIZE);
	memcpy(m->base + at, from, CACHE_LINE_SIZE);
	m->flags[line] |= LINE_VALID;
	clear_device(line);
}

void memory_write_back(size_t line, const char *by)
{
	memory_write_back_from(line, host_memory.alias + line * CACHE_LINE_SIZE, by);
}

void memory_refetch(size_t line)
{
	struct memory *m = &host_memory;
	const size_t at = line * CACHE_LINE_SIZE;

	memcpy(m->alias + at, m->ram + at, CACHE_LINE_SIZE);
	memcpy(m->base + at, m->ram + at, CACHE_LINE_SIZE);
	memcpy(m->shot + at, m->ram + at, CACHE_LINE_SIZE); /* a flush under way finds it clean */
	clear_device(line);
}

/* A dirty line may be evicted and a clean one fetched again at any moment. */
void memory_event(void)
{
	struct memory *m = &host_memory;
	const struct allocation *a;
	size_t line;

	trap_rearm();
	if (m->coherent || !m->adversary || !live_count || memory_random(m->adversary))
		return;
	a = &live[memory_random((uint32_t)live_count)];
	line = (size_t)a->page * PAGE_LINES + memory_random(a->pages * PAGE_LINES);
	if (!(m->flags[line] & LINE_VALID))
		return;
	if (memory_dirty(line)) {
		memory_write_back(line, "an eviction");
		m->flags[line] |= LINE_LUCK;
	} else if (m->flags[line] & LINE_DEVICE) {
		memory_refetch(line);
	}
}

/* ---- what devices see --------------------------------------------------------------------- */

static bool bus_page(uint16_t function, uint64_t bus, uint32_t *page)
{
	struct memory *m = &host_memory;
	uint64_t number = bus >> PAGE_SHIFT;

	if (number < BUS_PAGES) {
		const struct translation *t = &m->bus_low[number];

		*page = t->page - 1;
		return t->page && (!t->function || !function || t->function == function);
	}
	number -= HIGH_BASE >> PAGE_SHIFT;
	*page = (uint32_t)number;
	return bus >= HIGH_BASE && number < ARENA_PAGES &&
	       m->pages[number].bus == (bus & ~(uint64_t)(PAGE_SIZE - 1));
}

static bool bus_inside(uint16_t function, uint64_t bus, size_t size)
{
	uint32_t page;

	if (!size || bus + size < bus)
		return size == 0;
	for (uint64_t at = bus & ~(uint64_t)(PAGE_SIZE - 1); at < bus + size; at += PAGE_SIZE)
		if (!bus_page(function, at, &page))
			return false;
	return true;
}

void *host_bus_to_cpu(uint64_t bus)
{
	uint32_t page;

	if (!bus_page(0, bus, &page))
		return NULL;
	return host_memory.cpu + (size_t)page * PAGE_SIZE + bus % PAGE_SIZE;
}

static void read_check(size_t line, size_t in_line, size_t size)
{
	struct memory *m = &host_memory;
	const size_t at = line * CACHE_LINE_SIZE + in_line;
	const uint8_t flags = m->flags[line];
	const bool stale = memcmp(m->alias + at, m->ram + at, size) && !(flags & LINE_DEVICE);

	if ((!(flags & LINE_VALID) || stale) && flags & (LINE_FLUSH | LINE_CLWB))
		finding_add(HOST_NO_FENCE, line, NULL,
			    "flushed, but no fence before the device's access");
	else if (!(flags & LINE_VALID))
		finding_add(HOST_NEVER_WRITTEN_BACK, line, NULL,
			    "no write-back between allocation and the device's access");
	else if (stale)
		finding_add(HOST_DEVICE_STALE, line, NULL,
			    "no write-back between the CPU's store and the device's access");
	else if (flags & LINE_LUCK)
		finding_add(HOST_DEVICE_STALE, line, NULL,
			    "no write-back after the CPU's store; only an eviction brought it to "
			    "memory");
}

static void write_check(size_t line)
{
	const uint8_t flags = host_memory.flags[line];

	if (memory_dirty(line))
		finding_add(HOST_DIRTY_OVERWRITE, line, NULL,
			    flags & (LINE_FLUSH | LINE_CLWB)
				    ? "flushed, but no fence before the device wrote"
				    : "no write-back between the CPU's store and the device's "
				      "write: a later "
				      "eviction destroys what the device wrote");
	else if (flags & LINE_LUCK)
		finding_add(
			HOST_DIRTY_OVERWRITE, line, NULL,
			"no write-back after the CPU's store; only an eviction cleaned the line");
	if (flags & LINE_FLUSH)
		host_memory.flags[line] |= LINE_FAILED;
}

/* Calls `each` with every piece of one line. */
static void walk(uint64_t bus, uint8_t *data, size_t size,
		 void (*each)(size_t line, size_t in_line, uint8_t *data, size_t size))
{
	while (size) {
		const size_t in_line = bus % CACHE_LINE_SIZE;
		const size_t step =
			size < CACHE_LINE_SIZE - in_line ? size : CACHE_LINE_SIZE - in_line;
		uint32_t page;

		bus_page(0, bus, &page);
		if (host_memory.purpose_now)
			host_memory.purpose[page] = host_memory.purpose_now;
		each((size_t)page * PAGE_LINES + bus % PAGE_SIZE / CACHE_LINE_SIZE, in_line, data,
		     step);
		bus += step;
		data += step;
		size -= step;
	}
}

static void read_line(size_t line, size_t in_line, uint8_t *data, size_t size)
{
	struct memory *m = &host_memory;

	if (m->coherent) {
		memcpy(data, m->alias + line * CACHE_LINE_SIZE + in_line, size);
		return;
	}
	read_check(line, in_line, size);
	memcpy(data, m->ram + line * CACHE_LINE_SIZE + in_line, size);
	lines_used(line);
}

static void write_line(size_t line, size_t in_line, uint8_t *data, size_t size)
{
	struct memory *m = &host_memory;

	if (m->coherent) {
		memcpy(m->alias + line * CACHE_LINE_SIZE + in_line, data, size);
		return;
	}
	write_check(line);
	memcpy(m->ram + line * CACHE_LINE_SIZE + in_line, data, size);
	if (!(m->flags[line] & LINE_VALID))
		memcpy(m->base + line * CACHE_LINE_SIZE, m->alias + line * CACHE_LINE_SIZE,
		       CACHE_LINE_SIZE);
	m->flags[line] |= LINE_VALID;
	memory_mark_device(line);
	m->device_wrote = true;
	lines_used(line);
}

bool memory_device_read(uint16_t function, uint64_t bus, void *data, size_t size)
{
	if (!bus_inside(function, bus, size))
		return false;
	walk(bus, data, size, read_line);
	return true;
}

bool memory_device_write(uint16_t function, uint64_t bus, const void *data, size_t size)
{
	if (!bus_inside(function, bus, size))
		return false;
	walk(bus, (uint8_t *)(uintptr_t)data, size, write_line);
	return true;
}

bool host_device_read(uint64_t bus, void *data, size_t size)
{
	return memory_device_read(0, bus, data, size);
}

bool host_device_write(uint64_t bus, const void *data, size_t size)
{
	return memory_device_write(0, bus, data, size);
}

/* ---- what tests ask ----------------------------------------------------------------------- */

static bool is_stale(size_t line)
{
	return host_memory.flags[line] & LINE_DEVICE;
}

static size_t count_lines(const void *cpu, size_t size, bool (*test)(size_t line))
{
	size_t count = 0, first, last;

	if (!size || !memory_line(cpu, &first) ||
	    !memory_line((const uint8_t *)cpu + size - 1, &last))
		return 0;
	for (size_t line = first; line <= last; line++)
		count += test(line);
	return count;
}

size_t host_stale_lines(const void *cpu, size_t size)
{
	return count_lines(cpu, size, is_stale);
}

size_t host_dirty_lines(const void *cpu, size_t size)
{
	return host_memory.coherent ? 0 : count_lines(cpu, size, memory_dirty);
}
