/* machine.h: PCI fixtures: a machine from a text dump, and single functions made by hand. */
#ifndef TESTS_UNIT_PCI_MACHINE_H
#define TESTS_UNIT_PCI_MACHINE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pci/pci.h"
#include "tests/host/host.h"
#include "tests/unit/words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static inline void put16(struct host_pci *f, unsigned offset, unsigned value)
{
	f->config[offset] = (uint8_t)value;
	f->config[offset + 1] = (uint8_t)(value >> 8);
}

static inline void put32(struct host_pci *f, unsigned offset, uint32_t value)
{
	put16(f, offset, value & 0xffff);
	put16(f, offset + 2, value >> 16);
}

static inline uint32_t get32(const struct host_pci *f, unsigned offset)
{
	return f->config[offset] | (uint32_t)f->config[offset + 1] << 8 |
	       (uint32_t)f->config[offset + 2] << 16 | (uint32_t)f->config[offset + 3] << 24;
}

/* Which bits of a BAR a write changes follows from its size. */
static inline void set_bar_mask(struct host_pci *f, unsigned index, uint64_t size)
{
	const uint64_t mask = ~(size - 1);
	const bool is_64 = (get32(f, 0x10 + 4 * index) & 7) == 4;

	for (unsigned i = 0; i < (is_64 ? 8u : 4u); i++)
		f->writable[0x10 + 4 * index + i] = (uint8_t)(mask >> (8 * i));
}

/* Adds a capability at `offset` in front of the list. */
static inline void add_capability(struct host_pci *f, uint8_t offset, uint8_t id)
{
	f->config[6] |= 0x10;
	f->config[offset] = id;
	f->config[offset + 1] = f->config[0x34];
	f->config[0x34] = offset;
}

/* First address that this machine's CPU cannot reach, as its kernel says. */
static inline uint64_t cpu_reach(void)
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	unsigned bits = 0;
	char line[256];

	assert_non_null(file);
	while (!bits && fgets(line, sizeof line, file))
		sscanf(line, "address sizes : %u bits physical", &bits);
	fclose(file);
	assert_in_range(bits, 32, 63);
	return (uint64_t)1 << bits;
}

static inline void make_bridge(struct host_pci *f, unsigned bus, unsigned device,
			       unsigned secondary, unsigned subordinate)
{
	host_pci_init(f, bus, device, 0, 0x8086, 0x9d10, 0x060400);
	f->config[0x0e] = 1;
	f->config[0x18] = (uint8_t)bus;
	f->config[0x19] = (uint8_t)secondary;
	f->config[0x1a] = (uint8_t)subordinate;
}

static inline void add_plain(unsigned bus, unsigned device, unsigned func)
{
	static struct host_pci f;

	host_pci_init(&f, bus, device, func, 0x1234, (uint16_t)(bus << 8 | device << 3 | func),
		      0xff0000);
	host_add_pci(&f);
}

/* ---- the dump --------------------------------------------------------------------------- */

static inline void finish_function(struct host_pci *f, const uint64_t *sizes)
{
	for (unsigned i = 0; i < 6; i++)
		if (sizes[i])
			set_bar_mask(f, i, sizes[i]);
	/* Power state and MSI control. */
	for (unsigned at = f->config[0x34], n = 0; at >= 0x40 && n < 48;
	     at = f->config[at + 1], n++)
		f->writable[at + (f->config[at] == 1 ? 4 : 2)] = f->config[at] == 1 ? 3 : 1;
	host_add_pci(f);
}

/* Loads tests/unit/pci/<name>.txt; the number of functions. */
static inline unsigned load_machine(const char *name)
{
	static struct host_pci f;
	char line[256], path[128];
	unsigned bus, device, func, index, offset, count = 0, bytes[16];
	unsigned long long size;
	uint64_t sizes[6] = {0};
	FILE *file;

	snprintf(path, sizeof path, "tests/unit/pci/%s.txt", name);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof line, file)) {
		if (sscanf(line, "%2x:%2x.%1x", &bus, &device, &func) == 3) {
			if (count++)
				finish_function(&f, sizes);
			host_pci_init(&f, bus, device, func, 0, 0, 0);
			memset(sizes, 0, sizeof sizes);
		} else if (sscanf(line, "size %u %llu", &index, &size) == 2 && index < 6) {
			sizes[index] = size;
		} else if (sscanf(line,
				  "%2x: %2x %2x %2x %2x %2x %2x %2x %2x %2x %2x %2x %2x %2x %2x "
				  "%2x %2x",
				  &offset, &bytes[0], &bytes[1], &bytes[2], &bytes[3], &bytes[4],
				  &bytes[5], &bytes[6], &bytes[7], &bytes[8], &bytes[9], &bytes[10],
				  &bytes[11], &bytes[12], &bytes[13], &bytes[14],
				  &bytes[15]) == 17) {
			for (unsigned i = 0; i < 16; i++)
				f.config[offset + i] = (uint8_t)bytes[i];
		}
	}
	fclose(file);
	if (count)
		finish_function(&f, sizes);
	return count;
}

#endif
