/* platform_host.c: heap, DMA memory, time, console, screen and tables of the host tests. */
#include "tests/host/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLOCK_READ_NS   10
#define CHARACTER_BYTES (8u * 19u * 4u) /* of UEFI's own font on a graphics console */

/* Behind each block of the heap. */
#ifdef __SANITIZE_ADDRESS__
static const size_t guard = 0;
#else
static const size_t guard = 32;
#endif
#define GUARD_BYTE 0xc5u

struct block {
	uint8_t *memory;
	size_t size;
};

static struct {
	struct block *blocks; /* live heap */
	size_t block_count, block_capacity;
	size_t dma_pages, dma_limit;
	unsigned long shares; /* platform_dma_share without unshare */
	bool check_freed;
	unsigned long allocations, fail_at;
	uint64_t now;
	uint64_t stall_ns, stall_every, stall_at, stalled_ns;
	unsigned long stalls;
	bool stalling;
	uint64_t key_at;
	int key;
	uint64_t screen_speed;
	struct platform_clock clock;
	char *console;
	size_t console_length, console_capacity;
	char keys[256];
	size_t next_key;
	uint32_t *pixels;
	unsigned screen_width, screen_height;
	const uint8_t *smbios;
	size_t smbios_size;
	struct {
		char signature[5];
		const uint8_t *table;
		size_t size;
	} acpi[16];
	unsigned acpi_count;
	bool secure_boot;
	char published[4096];
	bool published_kept;
	int end;
} host;

/* A write behind the end is noticed here even without the sanitizer, which sees it better. */
static void release_block(const struct block *block)
{
	for (size_t i = 0; i < guard; i++) {
		if (block->memory[block->size + i] == GUARD_BYTE)
			continue;
		fprintf(stderr, "byte %zu behind a block of %zu bytes was written\n", i,
			block->size);
		abort();
	}
	free(block->memory);
}

static void release(void)
{
	for (size_t i = 0; i < host.block_count; i++)
		release_block(&host.blocks[i]);
	free(host.blocks);
	free(host.console);
	free(host.pixels);
}

void host_reset(uint64_t seed)
{
	devices_reset(seed);
	files_reset();
	release();
	memset(&host, 0, sizeof(host));
	host.end = -1;
	host.key = -1;
	host.clock = (struct platform_clock){2026, 1, 2, 3, 4, 5};
	host_set_screen(1280, 800);
	memory_reset(seed);
}

/* ---- heap --------------------------------------------------------------------------------- */

static bool allocation_fails(void)
{
	host.allocations++;
	return host.fail_at && host.allocations == host.fail_at;
}

void host_fail_allocation(unsigned long k)
{
	host.fail_at = k ? host.allocations + k : 0;
}

void host_limit_dma(size_t pages)
{
	host.dma_limit = pages;
}

unsigned long host_allocations(void)
{
	return host.allocations;
}

unsigned long host_leaks(void)
{
	return host.block_count + memory_live() + host.shares;
}

static void remember(uint8_t *memory, size_t size)
{
	if (host.block_count == host.block_capacity) {
		host.block_capacity = host.block_capacity ? 2 * host.block_capacity : 256;
		host.blocks = realloc(host.blocks, host.block_capacity * sizeof(*host.blocks));
		if (!host.blocks)
			abort();
	}
	host.blocks[host.block_count++] = (struct block){memory, size};
}

void *platform_alloc(size_t size)
{
	uint8_t *memory = allocation_fails() ? NULL : calloc(1, size + guard + !size);

	if (!memory)
		return NULL;
	memset(memory + size, GUARD_BYTE, guard);
	remember(memory, size);
	return memory;
}

void platform_free(void *memory)
{
	if (!memory)
		return;
	for (size_t i = host.block_count; i-- > 0;) {
		if (host.blocks[i].memory != memory)
			continue;
		release_block(&host.blocks[i]);
		host.blocks[i] = host.blocks[--host.block_count];
		return;
	}
	fprintf(stderr, "platform_free: %p was never allocated, or freed twice\n", memory);
	abort();
}

enum fl_err platform_dma_alloc(struct pci_address device, size_t pages, unsigned address_bits,
			       struct platform_dma *out)
{
	enum fl_err err;

	memset(out, 0x5a, sizeof(*out)); /* on failure it is undefined */
	if (allocation_fails() || (host.dma_limit && host.dma_pages + pages > host.dma_limit))
		return FL_ERR_NOMEM;
	err = memory_alloc(memory_function(device), pages, address_bits, &out->cpu, &out->bus);
	if (err)
		return err;
	host.dma_pages += pages;
	out->pages = pages;
	out->token = out->cpu;
	memory_event();
	return FL_OK;
}

enum fl_err platform_dma_share(struct pci_address device, const struct platform_dma *owner,
			       unsigned address_bits, struct platform_dma *out)
{
	enum fl_err err;
	uint64_t bus;

	memset(out, 0x5a, sizeof(*out));
	if (allocation_fails())
		return FL_ERR_NOMEM;
	err = memory_share(memory_function(device), owner->cpu, owner->pages, address_bits, &bus);
	if (err)
		return err;
	*out = (struct platform_dma){owner->cpu, bus, owner->pages, owner->cpu};
	host.shares++;
	return FL_OK;
}

void host_check_freed(bool on)
{
	host.check_freed = on;
}

static void check_quiet(struct pci_address device, const struct platform_dma *mapping)
{
	const char *busy = host.check_freed ? devices_busy(device) : NULL;
	size_t line;

	if (busy && memory_line(mapping->cpu, &line))
		finding_add(HOST_FREED_IN_USE, line, NULL, busy);
}

void platform_dma_unshare(struct pci_address device, struct platform_dma *mapping)
{
	if (!mapping->cpu)
		return;
	check_quiet(device, mapping);
	memory_unshare(mapping->cpu, mapping->bus, mapping->pages);
	*mapping = (struct platform_dma){0};
	host.shares--;
}

void platform_dma_free(struct pci_address device, struct platform_dma *mapping)
{
	if (!mapping->cpu)
		return;
	check_quiet(device, mapping);
	if (mapping->token != mapping->cpu) {
		fprintf(stderr, "platform_dma_free: token of another mapping\n");
		abort();
	}
	memory_free(mapping->cpu, mapping->pages);
	host.dma_pages -= mapping->pages;
	memset(mapping, 0, sizeof(*mapping));
	memory_event();
}

/* ---- time --------------------------------------------------------------------------------- */

uint64_t host_time_ns(void)
{
	return host.now;
}

void time_add_ns(uint64_t ns)
{
	host.now += ns;
}

/* The board's events happen at their own times, not all at the end. */
static void run_until(uint64_t end)
{

	for (;;) {
		uint64_t next = devices_run();

		if (next > end || next == UINT64_MAX)
			break;
		host.now = next > host.now ? next : host.now + 1;
		if (host.now >= end)
			break;
	}
	if (host.now < end)
		host.now = end;
	devices_run();
}

static uint64_t about(uint64_t ns)
{
	return ns / 2 + ns * memory_random(1001) / 1000;
}

void host_may_stall(void)
{
	if (!host.stall_every || host.now < host.stall_at || host.stalling)
		return;
	const uint64_t length = about(host.stall_ns);

	host.stalling = true;
	host.stalls++;
	host.stalled_ns += length;
	run_until(host.now + length);
	host.stall_at = host.now + about(host.stall_every);
	host.stalling = false;
}

void host_advance_ns(uint64_t ns)
{
	uint64_t left = ns;

	host_may_stall();
	while (host.stall_every && !host.stalling && host.stall_at - host.now < left) {
		left -= host.stall_at - host.now;
		run_until(host.stall_at);
		host_may_stall();
	}
	run_until(host.now + left);
	memory_event();
}

void host_set_stalls(uint64_t length_ns, uint64_t every_ns)
{
	host.stall_ns = length_ns;
	host.stall_every = every_ns;
	host.stall_at = host.now + about(every_ns);
}

unsigned long host_stalls(uint64_t *total_ns)
{
	if (total_ns)
		*total_ns = host.stalled_ns;
	return host.stalls;
}

void host_take_time(uint64_t bytes, uint64_t bytes_per_second)
{
	if (bytes_per_second)
		host_advance_ns((uint64_t)((double)bytes * 1e9 / (double)bytes_per_second));
}

uint64_t platform_time_ns(void)
{
	host_advance_ns(CLOCK_READ_NS);
	return host.now;
}

void platform_delay_us(uint32_t us)
{
	host_advance_ns((uint64_t)us * 1000);
}

void host_set_wall_clock(const struct platform_clock *clock)
{
	host.clock = *clock;
}

void platform_wall_clock(struct platform_clock *clock)
{
	*clock = host.clock;
}

/* ---- console and screen ------------------------------------------------------------------- */

void platform_console_write(const char *text)
{
	const size_t length = strlen(text);

	if (host.console_length + length + 1 > host.console_capacity) {
		host.console_capacity = 2 * (host.console_length + length + 1);
		host.console = realloc(host.console, host.console_capacity);
		if (!host.console)
			abort();
	}
	memcpy(host.console + host.console_length, text, length + 1);
	host.console_length += length;
	host_take_time(length * CHARACTER_BYTES, host.screen_speed);
	memory_event();
}

const char *host_console(void)
{
	return host.console ? host.console : "";
}

void host_set_keys(const char *keys)
{
	snprintf(host.keys, sizeof(host.keys), "%s", keys);
	host.next_key = 0;
}

void host_key_at(uint64_t ns, int key)
{
	host.key_at = ns;
	host.key = key;
}

int platform_console_key(void)
{
	int key = host.key;

	host_may_stall();
	if (key >= 0 && host.now >= host.key_at) {
		host.key = -1;
		return key;
	}
	key = host.keys[host.next_key];
	if (!key)
		return -1;
	host.next_key++;
	return key == '.' ? -1 : key;
}

void host_set_screen(unsigned width, unsigned height)
{
	free(host.pixels);
	host.pixels = width && height ? calloc((size_t)width * height, sizeof(*host.pixels)) : NULL;
	host.screen_width = host.pixels ? width : 0;
	host.screen_height = host.pixels ? height : 0;
}

const uint32_t *host_screen(unsigned *width, unsigned *height)
{
	*width = host.screen_width;
	*height = host.screen_height;
	return host.pixels;
}

bool platform_screen_size(unsigned *width, unsigned *height)
{
	*width = host.screen_width;
	*height = host.screen_height;
	return host.pixels != NULL;
}

void platform_screen_blit(const uint32_t *pixels, unsigned stride, unsigned x, unsigned y,
			  unsigned width, unsigned height)
{
	if (x > host.screen_width || width > host.screen_width - x || y > host.screen_height ||
	    height > host.screen_height - y) {
		fprintf(stderr, "platform_screen_blit: %ux%u at %u,%u is off the screen\n", width,
			height, x, y);
		abort();
	}
	for (unsigned row = 0; row < height; row++)
		memcpy(host.pixels + (size_t)(y + row) * host.screen_width + x,
		       pixels + (size_t)row * stride, (size_t)width * sizeof(*pixels));
	host_take_time((uint64_t)width * height * sizeof(*pixels), host.screen_speed);
	memory_event();
}

void host_screen_speed(uint64_t bytes_per_second)
{
	host.screen_speed = bytes_per_second;
}

/* ---- what the firmware knows -------------------------------------------------------------- */

void host_set_smbios(const uint8_t *table, size_t size)
{
	host.smbios = table;
	host.smbios_size = size;
}

enum fl_err platform_smbios(const uint8_t **table, size_t *size)
{
	*table = host.smbios;
	*size = host.smbios_size;
	return host.smbios ? FL_OK : FL_ERR_NOTFOUND;
}

void host_set_acpi(const char signature[4], const uint8_t *table, size_t size)
{
	unsigned i = 0;

	while (i < host.acpi_count && memcmp(host.acpi[i].signature, signature, 4))
		i++;
	if (i == sizeof(host.acpi) / sizeof(host.acpi[0]))
		abort();
	if (i == host.acpi_count)
		host.acpi_count++;
	memcpy(host.acpi[i].signature, signature, 4);
	host.acpi[i].table = table;
	host.acpi[i].size = size;
}

enum fl_err platform_acpi(const char signature[4], const uint8_t **table, size_t *size)
{
	for (unsigned i = 0; i < host.acpi_count; i++) {
		if (memcmp(host.acpi[i].signature, signature, 4) || !host.acpi[i].table)
			continue;
		*table = host.acpi[i].table;
		*size = host.acpi[i].size;
		return FL_OK;
	}
	return FL_ERR_NOTFOUND;
}

void host_set_secure_boot(bool on)
{
	host.secure_boot = on;
}

void platform_firmware(struct platform_firmware *out)
{
	*out = (struct platform_firmware){"Host test", "1.0", "UEFI 2.70", host.secure_boot};
}

void platform_result_publish(const char *text, bool keep)
{
	snprintf(host.published, sizeof(host.published), "%s", text);
	host.published_kept = keep;
}

bool host_published_kept(void)
{
	return host.published_kept;
}

const char *host_published(void)
{
	return host.published;
}

void platform_end(enum platform_end how)
{
	host.end = (int)how;
}

int host_end(void)
{
	return host.end;
}
