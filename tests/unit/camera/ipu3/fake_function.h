/*
 * fake_function.h: a PCI function whose registers are plain memory that a test reads and writes, with a
 * record of every access. For what the models leave open: exact sequences, bits that are stuck.
 */
#ifndef TESTS_UNIT_CAMERA_FAKE_FUNCTION_H
#define TESTS_UNIT_CAMERA_FAKE_FUNCTION_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "cache/cache.h"
#include "pci/pci.h"
#include "tests/host/host.h"

#define COUNT(array)   (sizeof(array) / sizeof((array)[0]))
#define FAKE_BASE      0xe0000000u
#define FAKE_WINDOW    0x20000u
#define FAKE_LOG       8192u
#define FAKE_PM        0xd0u
#define FAKE_ANY_VALUE 0xa5a5a5a5u /* in a list of accesses: whatever was written */

struct fake_access {
	uint32_t offset, value;
	uint64_t time_ns;
	bool is_write;
};

struct fake {
	struct diag diag;
	struct cache cache;
	struct pci_list list;
	const struct pci_function *function;
	struct host_pci *config;
	unsigned found_command; /* what is to be put back */
	uint32_t value[FAKE_WINDOW / 4];
	/* May be NULL. What a read gives; called after a write has been stored. */
	uint32_t (*read)(struct fake *fake, uint32_t offset);
	void (*written)(struct fake *fake, uint32_t offset, uint32_t value);
	struct fake_access log[FAKE_LOG];
	unsigned count;
};

/* Of reads of one register that follow each other, as a wait makes them, the last is kept. */
static inline void fake_note(struct fake *fake, uint64_t offset, uint32_t value, bool is_write)
{
	const struct fake_access *last = fake->count ? &fake->log[fake->count - 1] : NULL;

	if (last && !is_write && !last->is_write && last->offset == offset)
		fake->count--;
	assert_true(fake->count < FAKE_LOG);
	fake->log[fake->count++] = (struct fake_access){.offset = (uint32_t)offset,
							.value = value,
							.time_ns = host_time_ns(),
							.is_write = is_write};
}

static inline uint32_t fake_mmio_read(void *context, uint64_t offset, unsigned width)
{
	struct fake *fake = context;
	uint32_t value;

	assert_int_equal(width, 4);
	value = fake->read ? fake->read(fake, (uint32_t)offset) : fake->value[offset / 4];
	fake_note(fake, offset, value, false);
	return value;
}

static inline void fake_mmio_write(void *context, uint64_t offset, unsigned width, uint32_t value)
{
	struct fake *fake = context;

	assert_int_equal(width, 4);
	fake_note(fake, offset, value, true);
	fake->value[offset / 4] = value;
	if (fake->written)
		fake->written(fake, (uint32_t)offset, value);
}

/* Function and window; nothing is open. `power` is what it is found in. */
static inline void fake_up(struct fake *fake, uint16_t device, uint32_t size, unsigned power)
{
	const struct host_mmio window = {.base = FAKE_BASE,
					 .size = FAKE_WINDOW,
					 .read = fake_mmio_read,
					 .write = fake_mmio_write,
					 .context = fake};
	static struct host_pci function;

	memset(fake, 0, sizeof *fake);
	host_reset(5);
	host_set_adversary(0);
	host_pci_init(&function, 0, 5, 0, 0x8086, device, 0x048000);
	host_pci_bar(&function, 0, size, 0, FAKE_BASE);
	function.config[6] |= 0x10;
	function.config[0x34] = FAKE_PM;
	function.config[FAKE_PM] = 1;
	function.config[FAKE_PM + 4] = (uint8_t)power;
	function.writable[FAKE_PM + 4] = 3;
	fake->config = host_add_pci(&function);
	host_add_mmio(&window);
	assert_int_equal(pci_enumerate(&fake->list, &fake->diag), FL_OK);
	assert_int_equal(cache_init(&fake->cache, &fake->diag), FL_OK);
	fake->function = pci_find(&fake->list, 0x8086, device, 0);
	assert_non_null(fake->function);
	fake->found_command = fake->function->command;
}

static inline void fake_down(struct fake *fake)
{
	pci_list_free(&fake->list);
	host_print_findings();
	assert_int_equal(host_finding_count(), 0);
	assert_int_equal(host_stray_accesses(), 0);
	assert_int_equal(host_leaks(), 0);
}

static inline unsigned fake_command(const struct fake *fake)
{
	return fake->config->config[4] | (unsigned)fake->config->config[5] << 8;
}

static inline void fake_forget(struct fake *fake)
{
	fake->count = 0;
}

/* Index of the n-th (from 1) write to a register since fake_forget, or -1. */
static inline int fake_find_write(const struct fake *fake, uint32_t offset, unsigned n)
{
	for (unsigned i = 0; i < fake->count; i++)
		if (fake->log[i].is_write && fake->log[i].offset == offset && !--n)
			return (int)i;
	return -1;
}

static inline void fake_assert_log(const struct fake *fake, const struct fake_access *want,
				   size_t count)
{
	for (unsigned i = 0; i < fake->count && i < count; i++) {
		const struct fake_access *a = &fake->log[i], *w = &want[i];

		if (a->is_write != w->is_write || a->offset != w->offset ||
		    (a->is_write && w->value != FAKE_ANY_VALUE && a->value != w->value))
			fail_msg("access %u is %s of 0x%x, 0x%x; want %s of 0x%x, 0x%x", i,
				 a->is_write ? "write" : "read", a->offset, a->value,
				 w->is_write ? "write" : "read", w->offset, w->value);
	}
	assert_int_equal(fake->count, count);
}

static inline void assert_says(const struct diag *diag, const char *message, const char *hint)
{
	if (!strstr(diag->message, message) || !strstr(diag->hint, hint))
		fail_msg("'%s' (%s) does not say '%s' (%s)", diag->message, diag->hint, message,
			 hint);
}

#endif
