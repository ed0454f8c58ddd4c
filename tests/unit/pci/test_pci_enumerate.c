/* test_pci_enumerate.c: what is found on good, odd and broken machines; nothing may hang or stay
 * changed. */
#include "tests/unit/pci/machine.h"

static struct diag diag;
static struct pci_list list;

static void fresh(void)
{
	pci_list_free(&list);
	host_reset(1);
	diag_clear(&diag);
}

static int up(void **state)
{
	(void)state;
	fresh();
	return 0;
}

static int down(void **state)
{
	(void)state;
	pci_list_free(&list);
	assert_int_equal(host_leaks(), 0);
	return 0;
}

static const struct pci_function *at(unsigned bus, unsigned device, unsigned func)
{
	return pci_at(&list, (struct pci_address){0, (uint8_t)bus, (uint8_t)device, (uint8_t)func});
}

static void enumerate(void)
{
	pci_list_free(&list);
	assert_int_equal(pci_enumerate(&list, &diag), FL_OK);
}

/* ---- a good machine --------------------------------------------------------------------- */

static void finds_all_functions_in_order(void **state)
{
	static const char *const want[] = {"00:00.0", "00:02.0", "00:05.0", "00:14.0",
					   "00:14.3", "00:15.0", "00:15.1", "00:15.2",
					   "00:19.0", "00:19.2", "00:1c.0", "01:00.0"};

	(void)state;
	assert_int_equal(load_machine("soraka"), COUNT(want));
	enumerate();
	assert_int_equal(list.count, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++) {
		char text[16];

		pci_address_format(list.functions[i].address, text, sizeof text);
		assert_string_equal(text, want[i]);
		assert_int_equal(list.functions[i].findings, 0);
	}
}

static void reads_what_a_function_says(void **state)
{
	const struct pci_function *f;

	(void)state;
	load_machine("soraka");
	enumerate();
	f = pci_find(&list, 0x8086, 0x9d32, 0);
	assert_non_null(f);
	assert_int_equal(f->class_base, 0x04);
	assert_int_equal(f->class_sub, 0x80);
	assert_int_equal(f->revision, 1);
	assert_int_equal(f->subvendor, 0x8086);
	assert_int_equal(f->subdevice, 0x7270);
	assert_int_equal(f->bars[0].kind, PCI_BAR_MEM64);
	assert_true(f->bars[0].address == 0xd1440000 && !f->bars[0].size /* asleep */);
	assert_int_equal(f->bars[1].kind, PCI_BAR_NONE);
	assert_int_equal(f->capability_count, 2);
	assert_int_equal(f->pm_offset, 0xd0);
	assert_int_equal(f->power_state, 3);
	assert_null(pci_find(&list, 0x8086, 0x9d32, 1));
	f = at(0, 0x1c, 0);
	assert_int_equal(f->secondary, 1);
	assert_int_equal(f->subdevice, 0x7270); /* from the bridge's capability */
	assert_true(at(1, 0, 0)->bars[0].size == 8192);
	assert_null(at(2, 0, 0));
}

/* However many there are: all of them, in order, and as they were read. */
static void crowded_machines_are_listed_whole(void **state)
{
	static const unsigned counts[] = {31, 32, 33, 64, 65, 200, 257, 520};

	(void)state;
	for (size_t k = 0; k < COUNT(counts); k++) {
		static struct host_pci f;
		const unsigned bridges = counts[k] > 200 ? (counts[k] - 1) / 200 : 0;
		unsigned plain = counts[k] - bridges;

		fresh();
		for (unsigned i = 0; i < bridges; i++) {
			make_bridge(&f, 0, 31 - i, 1 + i, 1 + i);
			host_add_pci(&f);
		}
		for (unsigned i = 0; i < plain; i++) {
			host_pci_init(&f, i / 200, i % 200 / 8, i % 8, 0x1234, (uint16_t)(i + 1),
				      0xff0000);
			f.config[0x0e] = 0x80;
			host_add_pci(&f);
		}
		enumerate();
		assert_int_equal(list.count, counts[k]);
		assert_false(list.truncated);
		for (unsigned i = 0; i < plain; i++) {
			const struct pci_function *found = at(i / 200, i % 200 / 8, i % 8);

			assert_non_null(found);
			assert_int_equal(found->device, i + 1);
			assert_int_equal(found->findings, 0);
			assert_ptr_equal(pci_find(&list, 0x1234, (uint16_t)(i + 1), 0), found);
		}
		for (unsigned i = 1; i < counts[k]; i++) {
			const struct pci_address a = list.functions[i - 1].address,
						 z = list.functions[i].address;

			assert_true((a.bus << 8 | a.device << 3 | a.function) <
				    (z.bus << 8 | z.device << 3 | z.function));
		}
		pci_list_free(&list);
		assert_int_equal(host_leaks(), 0);
	}
}

/* What is behind the last one is not one. */
static void only_what_is_listed_is_found(void **state)
{
	(void)state;
	add_plain(0, 4, 0);
	enumerate();
	assert_null(at(0, 0, 0));
	assert_null(pci_find(&list, 0, 0, 0));
	assert_null(pci_find(&list, 0x1234, 4 << 3, 1));
	assert_non_null(pci_find(&list, 0x1234, 4 << 3, 0));
}

/* ---- sizing ----------------------------------------------------------------------------- */

/* A function that ends the test when a BAR is touched while decoding is on. */
static struct host_pci watched;
static unsigned bar_writes;

static uint32_t watched_read(void *context, unsigned offset, unsigned width)
{
	uint32_t value = 0;

	(void)context;
	for (unsigned i = 0; i < width; i++)
		value |= (uint32_t)watched.config[offset + i] << (8 * i);
	return value;
}

static void watched_write(void *context, unsigned offset, unsigned width, uint32_t value)
{
	(void)context;
	if (offset >= 0x10 && offset < 0x28) {
		bar_writes++;
		assert_int_equal(watched.config[4] & 3, 0);
	}
	for (unsigned i = 0; i < width; i++) {
		const uint8_t mask = watched.writable[offset + i];

		watched.config[offset + i] = (uint8_t)((watched.config[offset + i] & ~mask) |
						       ((value >> (8 * i)) & mask));
	}
}

static void watch(uint32_t class_code, unsigned command)
{
	host_pci_init(&watched, 0, 2, 0, 0x8086, 0x591e, class_code);
	put16(&watched, 4, command);
	put32(&watched, 0x10, 0xd0000004);
	set_bar_mask(&watched, 0, 1 << 24);
	put32(&watched, 0x18, 0x00001801);
	set_bar_mask(&watched, 2, 64);
	put32(&watched, 0x20, 0x90000008);
	set_bar_mask(&watched, 4, 1 << 20);
	watched.read = watched_read;
	watched.write = watched_write;
	bar_writes = 0;
	host_add_pci(&watched);
}

static void sizes_with_decoding_off_and_puts_back(void **state)
{
	static uint8_t before[4096];
	const struct pci_function *f;

	(void)state;
	watch(0x048000, 0x0007); /* a camera, on */
	memcpy(before, watched.config, sizeof before);
	enumerate();
	f = at(0, 2, 0);
	assert_true(f->bars[0].size == 1 << 24 && f->bars[2].size == 64 &&
		    f->bars[4].size == 1 << 20);
	assert_int_equal(f->bars[2].kind, PCI_BAR_IO);
	assert_int_equal(f->bars[4].kind, PCI_BAR_MEM32);
	assert_true(f->bars[4].prefetchable && !f->bars[0].prefetchable);
	assert_int_not_equal(bar_writes, 0);
	assert_memory_equal(watched.config, before, sizeof before);
}

static void leaves_alone_what_firmware_uses(void **state)
{
	static const uint32_t classes[] = {0x030000, 0x0c0330, 0x010802,
					   0x020000, 0x060000, 0x070002};

	(void)state;
	for (size_t i = 0; i < COUNT(classes); i++) {
		fresh();
		watch(classes[i], 0x0007);
		enumerate();
		assert_int_equal(bar_writes, 0);
		assert_int_equal(at(0, 2, 0)->bars[0].kind, PCI_BAR_MEM64);
		assert_true(at(0, 2, 0)->bars[0].size == 0);
		assert_int_equal(at(0, 2, 0)->findings, 0);
		pci_list_free(&list);
		fresh();
		watch(classes[i], 0x0000); /* off: nobody uses it */
		enumerate();
		assert_true(at(0, 2, 0)->bars[0].size == 1 << 24);
	}
}

static void takes_sizes_that_firmware_tells(void **state)
{
	(void)state;
	watch(0x030000, 0x0007);
	watched.placed[0] = (struct platform_bar){0xd0000000, 1 << 24};
	watched.placed[2] = (struct platform_bar){0x1800, 64};
	watched.placed[4] = (struct platform_bar){0x90000000, 1 << 20};
	host_add_pci(&watched);
	enumerate();
	assert_int_equal(bar_writes, 0);
	assert_true(at(0, 2, 0)->bars[0].size == 1 << 24 && at(0, 2, 0)->bars[4].size == 1 << 20);
}

/* What it holds in D3hot may not be what it holds in D0: nothing is written, not even back. */
static void leaves_alone_what_is_asleep(void **state)
{
	(void)state;
	for (unsigned d = 1; d <= 3; d++) {
		fresh();
		watch(0x048000, 0);
		add_capability(&watched, 0xd0, 0x01);
		watched.config[0xd4] = (uint8_t)d;
		enumerate();
		assert_int_equal(bar_writes, 0);
		assert_int_equal(at(0, 2, 0)->power_state, d);
		assert_true(at(0, 2, 0)->bars[0].size == 0);
		pci_list_free(&list);
	}
}

static void sizes_only_the_bars_that_a_layout_has(void **state)
{
	struct host_pci *bridge;
	static struct host_pci f;

	(void)state;
	make_bridge(&f, 0, 1, 1, 1);
	put32(&f, 0x18, 0xff010100); /* bus numbers: the third register is no BAR */
	bridge = host_add_pci(&f);
	enumerate();
	for (unsigned i = 0; i < 6; i++)
		assert_int_equal(at(0, 1, 0)->bars[i].kind, PCI_BAR_NONE);
	assert_int_equal(get32(bridge, 0x18), 0xff010100);
}

/* Multimedia and LPSS: firmware has no drivers for them, so they are sized while they are on. */
static void cameras_and_controllers_are_sized_while_on(void **state)
{
	static const struct {
		uint32_t class_code;
		bool is_sized;
	} cases[] = {{0x048000, true}, {0x118000, true}, {0x128000, false}, {0x0c8000, false}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		fresh();
		watch(cases[i].class_code, 0x0007);
		enumerate();
		assert_true(at(0, 2, 0)->bars[0].size == (cases[i].is_sized ? 1 << 24 : 0));
		pci_list_free(&list);
	}
}

/* 64-bit BARs beyond 4 GiB, in size and in address. */
static void large_bars_are_sized_whole(void **state)
{
	static const uint64_t sizes[] = {1ull << 31, 1ull << 32, 1ull << 35};

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		static struct host_pci f;
		struct host_pci *copy;

		fresh();
		host_pci_init(&f, 0, 3, 0, 0x8086, 0x9d32, 0x048000);
		put32(&f, 0x10, 4);
		put32(&f, 0x14, 0x10);
		set_bar_mask(&f, 0, sizes[i]);
		copy = host_add_pci(&f);
		enumerate();
		assert_true(at(0, 3, 0)->bars[0].size == sizes[i]);
		assert_true(at(0, 3, 0)->bars[0].address == 0x1000000000);
		assert_int_equal(get32(copy, 0x10), 4);
		assert_int_equal(get32(copy, 0x14), 0x10);
		pci_list_free(&list);
	}
}

/* All six, one by one: none is skipped, and the registers behind them are none. */
static void every_bar_register_is_looked_at(void **state)
{
	static struct host_pci f;
	const struct pci_function *found;

	(void)state;
	host_pci_init(&f, 0, 3, 0, 0x8086, 0x9d32, 0x048000);
	for (unsigned i = 1; i < 6; i++) { /* BAR 0 is not there */
		put32(&f, 0x10 + 4 * i, 0xd0000000 + 0x1000000 * i);
		set_bar_mask(&f, i, 1 << 20);
	}
	f.config[0x24] = 4;          /* the last cannot be half of a pair */
	put32(&f, 0x28, 0xdeadb000); /* CardBus information */
	add_capability(&f, 0xd0, 0x01);
	host_add_pci(&f);
	enumerate();
	found = at(0, 3, 0);
	assert_int_equal(found->bars[0].kind, PCI_BAR_NONE);
	for (unsigned i = 1; i < 6; i++) {
		assert_int_equal(found->bars[i].kind, PCI_BAR_MEM32);
		assert_true(found->bars[i].address == 0xd0000000 + 0x1000000 * i);
		assert_true(found->bars[i].size == 1 << 20);
	}
	assert_int_equal(found->capability_count, 1);
	assert_int_equal(found->capabilities[0].id, 0x01);
	assert_int_equal(found->capabilities[0].offset, 0xd0);
	assert_int_equal(found->pm_offset, 0xd0);
}

/* A pair may be the last two. */
static void a_pair_takes_two_registers(void **state)
{
	static struct host_pci f;
	const struct pci_function *found;

	(void)state;
	host_pci_init(&f, 0, 3, 0, 0x8086, 0x9d32, 0x048000);
	for (unsigned i = 0; i < 6; i += 2) {
		put32(&f, 0x10 + 4 * i, (0xd0000000 + 0x1000000 * i) | 4);
		set_bar_mask(&f, i, 1 << 20);
	}
	host_add_pci(&f);
	enumerate();
	found = at(0, 3, 0);
	for (unsigned i = 0; i < 6; i++)
		assert_int_equal(found->bars[i].kind, i % 2 ? PCI_BAR_NONE : PCI_BAR_MEM64);
}

/* ---- odd BARs --------------------------------------------------------------------------- */

static void odd_bars_are_found(void **state)
{
	static const struct {
		uint32_t low, high;
		uint64_t size;
		uint32_t finding;
	} cases[] = {
		{0x00000004, 0, 1 << 16, PCI_BAR_UNASSIGNED},
		{0x00000000, 0, 1 << 16, PCI_BAR_UNASSIGNED},
		{0x00000001, 0, 256, PCI_BAR_UNASSIGNED},
		{0xffffffff, 0, 0, PCI_BAR_UNREACHABLE},
		{0xd0008000, 0, 1 << 16, PCI_BAR_MISALIGNED},
		{0xd0010000, 0, 1 << 16, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		static struct host_pci f;

		fresh();
		host_pci_init(&f, 0, 3, 0, 0x8086, 0x9d32, 0x048000);
		put32(&f, 0x10, cases[i].low);
		put32(&f, 0x14, cases[i].high);
		if (cases[i].size)
			set_bar_mask(&f, 0, cases[i].size);
		/* Hardware cannot hold such an address; a broken bridge or a wrong table can tell
		 * one. */
		if (cases[i].finding == PCI_BAR_MISALIGNED)
			f.placed[0] = (struct platform_bar){cases[i].low & ~15u, cases[i].size};
		host_add_pci(&f);
		enumerate();
		assert_int_equal(at(0, 3, 0)->findings, cases[i].finding);
		pci_list_free(&list);
	}
}

static void bar_above_the_cpus_reach_is_found(void **state)
{
	const uint64_t reach = cpu_reach(),
		       addresses[] = {reach - 65536, reach, UINT64_MAX - 65535};

	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		static struct host_pci f;

		fresh();
		host_pci_init(&f, 0, 3, 0, 0x8086, 0x9d32, 0x048000);
		put32(&f, 0x10, (uint32_t)addresses[i] | 4);
		put32(&f, 0x14, (uint32_t)(addresses[i] >> 32));
		set_bar_mask(&f, 0, 65536);
		host_add_pci(&f);
		enumerate();
		assert_true(at(0, 3, 0)->bars[0].address == addresses[i]);
		assert_int_equal(at(0, 3, 0)->findings, i ? PCI_BAR_UNREACHABLE : 0);
	}
}

/* ---- capabilities ----------------------------------------------------------------------- */

static void capability_lists_end(void **state)
{
	static struct host_pci f;

	(void)state;
	host_pci_init(&f, 0, 3, 0, 0x8086, 0x9d32, 0x048000);
	for (unsigned offset = 0x40; offset < 0x100; offset += 4)
		add_capability(&f, (uint8_t)offset, 0x09);
	host_add_pci(&f);
	enumerate();
	assert_int_equal(at(0, 3, 0)->capability_count, 48);
	assert_int_equal(at(0, 3, 0)->findings, 0);
	f.config[0x41] = 0xfc; /* the last points to the first */
	host_add_pci(&f);
	enumerate();
	assert_int_equal(at(0, 3, 0)->capability_count, 48);
	assert_int_equal(at(0, 3, 0)->findings, PCI_CAP_LOOP);
	f.config[0xfd] = 0xfc; /* to itself */
	host_add_pci(&f);
	enumerate();
	assert_int_equal(at(0, 3, 0)->capability_count, 1);
	assert_int_equal(at(0, 3, 0)->findings, PCI_CAP_LOOP);
}

static void bad_capability_pointers_are_found(void **state)
{
	static const struct {
		uint8_t pointer;
		unsigned count;
	} cases[] = {{0x3c, 0}, {0x04, 0}, {0x01, 0}, {0x52, 1}, {0x53, 1}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		static struct host_pci f;

		fresh();
		host_pci_init(&f, 0, 3, 0, 0x8086, 0x9d32, 0x048000);
		add_capability(&f, 0x50, 0x05);
		f.config[0x34] = cases[i].pointer;
		host_add_pci(&f);
		enumerate();
		assert_int_equal(at(0, 3, 0)->findings, PCI_CAP_BAD_POINTER);
		assert_int_equal(at(0, 3, 0)->capability_count, cases[i].count);
		if (cases[i].count) { /* the two reserved bits are not part of the place */
			assert_int_equal(at(0, 3, 0)->capabilities[0].offset, 0x50);
			assert_int_equal(at(0, 3, 0)->capabilities[0].id, 0x05);
		}
		pci_list_free(&list);
	}
}

/* A power capability in the last dword has no registers. */
static void capability_at_the_end_is_not_used(void **state)
{
	static struct host_pci f;

	(void)state;
	host_pci_init(&f, 0, 3, 0, 0x8086, 0x9d32, 0x048000);
	add_capability(&f, 0xfc, 0x01);
	host_add_pci(&f);
	enumerate();
	assert_int_equal(at(0, 3, 0)->pm_offset, 0);
	pci_list_free(&list);
	fresh();
	host_pci_init(&f, 0, 3, 0, 0x8086, 0x9d32, 0x048000);
	add_capability(&f, 0xf8, 0x01);
	f.config[0xfc] = 2;
	host_add_pci(&f);
	enumerate();
	assert_int_equal(at(0, 3, 0)->pm_offset, 0xf8);
	assert_int_equal(at(0, 3, 0)->power_state, 2);
}

/* Bit 4 of the status says whether the pointer is one. */
static void without_the_status_bit_there_is_no_list(void **state)
{
	static struct host_pci f;

	(void)state;
	host_pci_init(&f, 0, 3, 0, 0x8086, 0x9d32, 0x048000);
	add_capability(&f, 0x50, 0x01);
	f.config[6] = 0xef;
	host_add_pci(&f);
	enumerate();
	assert_int_equal(at(0, 3, 0)->capability_count, 0);
	assert_int_equal(at(0, 3, 0)->pm_offset, 0);
}

/* ---- header types ----------------------------------------------------------------------- */

/* A CardBus bridge has its list, its one BAR and its subsystem elsewhere, and a bus behind it. */
static void a_cardbus_bridge_is_read_as_one(void **state)
{
	static struct host_pci f;
	const struct pci_function *found;

	(void)state;
	make_bridge(&f, 0, 1, 1, 1);
	f.config[0x0e] = 2;
	put32(&f, 0x10, 0xd0000000);
	set_bar_mask(&f, 0, 4096);
	f.config[0x06] = 0x10;
	f.config[0x14] = 0x80; /* its list; no BAR */
	f.writable[0x17] = 0xff;
	f.config[0x34] = 0x40; /* a window's limit; no list */
	f.config[0x80] = 0x01;
	put32(&f, 0x2c, 0x12345678); /* a window; no subsystem */
	host_add_pci(&f);
	add_plain(1, 9, 0);
	enumerate();
	found = at(0, 1, 0);
	assert_int_equal(found->capability_count, 1);
	assert_int_equal(found->pm_offset, 0x80);
	assert_int_equal(found->bars[0].kind, PCI_BAR_MEM32);
	assert_true(found->bars[0].size == 4096);
	for (unsigned i = 1; i < 6; i++)
		assert_int_equal(found->bars[i].kind, PCI_BAR_NONE);
	assert_int_equal(found->subvendor, 0);
	assert_int_equal(found->subdevice, 0);
	assert_int_equal(found->secondary, 1);
	assert_int_equal(found->subordinate, 1);
	assert_int_equal(found->findings, 0);
	assert_non_null(at(1, 9, 0));
}

/* What the specification does not know has an identity, and nothing else is made of it. */
static void an_unknown_header_is_not_interpreted(void **state)
{
	(void)state;
	for (unsigned layout = 3; layout < 128; layout += 31) {
		static struct host_pci f;
		const struct pci_function *found;

		fresh();
		make_bridge(&f, 0, 1, 1, 1);
		f.config[0x0e] = (uint8_t)layout;
		put32(&f, 0x10, 0xd0000000);
		set_bar_mask(&f, 0, 4096);
		put32(&f, 0x2c, 0x12345678);
		host_add_pci(&f);
		add_plain(1, 9, 0);
		enumerate();
		assert_int_equal(list.count, 1);
		found = at(0, 1, 0);
		assert_int_equal(found->device, 0x9d10);
		assert_int_equal(found->bars[0].kind, PCI_BAR_NONE);
		assert_int_equal(found->subvendor, 0);
		assert_int_equal(found->secondary, 0);
		pci_list_free(&list);
	}
}

/* A bridge's subsystem stands in a capability, which may be the last that has room for it. */
static void a_bridges_subsystem_is_in_its_capability(void **state)
{
	static const struct {
		uint8_t offset;
		unsigned vendor;
	} cases[] = {{0x90, 0xcafe}, {0xf4, 0xcafe}, {0xf8, 0xcafe}, {0xfc, 0}};
	static struct host_pci f;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		fresh();
		make_bridge(&f, 0, 1, 1, 1);
		add_capability(&f, cases[i].offset, 0x0d);
		put16(&f, cases[i].offset + 4u, 0xcafe);
		put16(&f, cases[i].offset + 6u, 0xbabe);
		put16(&f, 0x100, 0xaffe); /* behind the end of this space */
		host_add_pci(&f);
		enumerate();
		assert_int_equal(at(0, 1, 0)->subvendor, cases[i].vendor);
		assert_int_equal(at(0, 1, 0)->subdevice, cases[i].vendor ? 0xbabe : 0);
		pci_list_free(&list);
	}
	fresh(); /* none */
	make_bridge(&f, 0, 1, 1, 1);
	put16(&f, 4, 7);
	host_add_pci(&f);
	enumerate();
	assert_int_equal(at(0, 1, 0)->subvendor, 0);
}

/* ---- functions and bridges
 * ------------------------------------------------------------------------ */

static void hidden_functions_are_found(void **state)
{
	static struct host_pci f;

	(void)state;
	add_plain(0, 4, 3);                                   /* no function 0 */
	host_pci_init(&f, 0, 5, 0, 0x8086, 0x1111, 0x048000); /* function 0 says single */
	host_add_pci(&f);
	add_plain(0, 5, 2);
	add_plain(0, 31, 7); /* the very last number */
	enumerate();
	assert_int_equal(list.count, 4);
	assert_int_equal(at(0, 31, 7)->findings, PCI_NO_FUNCTION_0);
	assert_int_equal(at(0, 4, 3)->findings, PCI_NO_FUNCTION_0);
	assert_int_equal(at(0, 5, 2)->findings, PCI_NOT_MULTIFUNCTION);
}

static void one_function_that_answers_to_all_numbers_is_one(void **state)
{
	static struct host_pci f;

	(void)state;
	for (unsigned func = 0; func < 8; func++) {
		host_pci_init(&f, 0, 6, func, 0x8086, 0x2222, 0x048000);
		f.config[0x0e] = 0;
		host_pci_bar(&f, 0, 4096, 0, 0xd0000000);
		host_add_pci(&f);
	}
	enumerate();
	assert_int_equal(list.count, 1);
}

static void bridges_lead_to_every_bus_once(void **state)
{
	static struct host_pci f;

	(void)state;
	make_bridge(&f, 0, 1, 1, 3);
	host_add_pci(&f);
	make_bridge(&f, 1, 0, 2, 3);
	host_add_pci(&f);
	make_bridge(&f, 2, 0, 3, 3);
	host_add_pci(&f);
	add_plain(3, 31, 0);
	enumerate();
	assert_int_equal(list.count, 4);
	assert_non_null(at(3, 31, 0));
	for (size_t i = 0; i < list.count; i++)
		assert_int_equal(list.functions[i].findings, 0);
}

static void wrong_bridge_numbers_are_found_and_end(void **state)
{
	static const struct {
		unsigned bus, secondary, subordinate;
	} cases[] = {
		{2, 2, 2}, {2, 0, 0}, {2, 1, 2}, {2, 3, 2}, {2, 255, 255},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		static const struct pci_root root = {0, 0, 63};
		static struct host_pci f;

		fresh();
		host_set_pci_roots(&root, 1);
		make_bridge(&f, 0, 1, 2, 2);
		host_add_pci(&f);
		make_bridge(&f, cases[i].bus, 1, cases[i].secondary, cases[i].subordinate);
		host_add_pci(&f);
		enumerate();
		assert_int_equal(list.count, 2);
		assert_int_equal(at(2, 1, 0)->findings, PCI_BRIDGE_NUMBERS);
		assert_true(host_access_count() < 5000);
		pci_list_free(&list);
	}
}

static void bus_below_its_bridge_is_found_all_the_same(void **state)
{
	static struct host_pci f;

	(void)state;
	make_bridge(&f, 0, 1, 2, 2);
	host_add_pci(&f);
	make_bridge(&f, 2, 0, 1, 1);
	host_add_pci(&f);
	add_plain(1, 7, 0);
	enumerate();
	assert_int_equal(list.count, 3);
	assert_non_null(at(1, 7, 0));
	assert_int_equal(at(2, 0, 0)->findings, PCI_BRIDGE_NUMBERS);
}

static void two_bridges_to_one_bus_list_it_once(void **state)
{
	static struct host_pci f;

	(void)state;
	make_bridge(&f, 0, 1, 5, 5);
	host_add_pci(&f);
	make_bridge(&f, 0, 2, 5, 5);
	host_add_pci(&f);
	add_plain(5, 0, 0);
	enumerate();
	assert_int_equal(list.count, 3);
	assert_int_equal(at(0, 2, 0)->findings, PCI_BRIDGE_NUMBERS);
}

static void segments_and_roots_are_all_visited(void **state)
{
	static const struct pci_root roots[] = {
		{0, 0, 127}, {0, 128, 255}, {1, 0, 255}, {0, 0, 255}};
	static struct host_pci f;

	(void)state;
	host_set_pci_roots(roots, COUNT(roots));
	add_plain(0, 1, 0);
	add_plain(128, 1, 0);
	host_pci_init(&f, 0, 1, 0, 0x1234, 0x5678, 0xff0000);
	f.address.segment = 1;
	host_add_pci(&f);
	enumerate();
	assert_int_equal(list.count, 3); /* the last root repeats the first */
	assert_non_null(pci_find(&list, 0x1234, 0x5678, 0));
}

/* Vendor ids 0xffff and 0 are nobody's (PCI 3.0, 6.2.1; broken bridges): with bits of a device in
 * them or without. */
static void nobody_is_not_listed(void **state)
{
	static const uint16_t nobody[] = {0, 0xffff};

	(void)state;
	for (size_t i = 0; i < COUNT(nobody); i++) {
		static struct host_pci f;

		fresh();
		host_pci_init(&f, 0, 3, 0, nobody[i], 0x9d32, 0x048000);
		host_add_pci(&f);
		host_pci_init(&f, 0, 3, 5, nobody[i], 0x9d32, 0x048000);
		host_add_pci(&f);
		assert_int_equal(pci_enumerate(&list, &diag), FL_ERR_NOTFOUND);
		assert_int_equal(list.count, 0);
		diag_clear(&diag);
		host_pci_init(&f, 0, 4, 0, 1, 1, 0x048000);
		host_add_pci(&f);
		enumerate();
		assert_int_equal(list.count, 1);
		pci_list_free(&list);
	}
}

/* Beside functions that answer: the same ones all over are one, others are their own. */
static void functions_that_differ_in_one_word_are_two(void **state)
{
	static const unsigned offsets[] = {0x02, 0x08, 0x10, 0x14, 0x2c};

	(void)state;
	for (size_t i = 0; i < COUNT(offsets); i++) {
		static struct host_pci f;

		fresh();
		host_pci_init(&f, 0, 6, 0, 0x8086, 0x2222, 0x048000);
		host_add_pci(&f);
		f.address.function = 2;
		f.config[offsets[i]] ^= 0x10;
		host_add_pci(&f);
		enumerate();
		assert_int_equal(list.count, 2);
		assert_int_equal(at(0, 6, 2)->findings & PCI_NOT_MULTIFUNCTION,
				 PCI_NOT_MULTIFUNCTION);
		pci_list_free(&list);
	}
}

/* A device that says that it has more functions may have equal ones. */
static void equal_functions_of_a_device_are_several(void **state)
{
	static struct host_pci f;

	(void)state;
	host_pci_init(&f, 0, 6, 0, 0x8086, 0x2222, 0x048000);
	f.config[0x0e] = 0x80;
	host_add_pci(&f);
	f.address.function = 1;
	host_add_pci(&f);
	enumerate();
	assert_int_equal(list.count, 2);
	assert_int_equal(at(0, 6, 1)->findings, 0);
}

/* A root's first bus need not be 0, and its last is its own. */
static void the_buses_of_a_root_are_its_own(void **state)
{
	static const struct pci_root root = {0, 64, 65};
	static struct host_pci f;

	(void)state;
	host_set_pci_roots(&root, 1);
	make_bridge(&f, 64, 1, 65, 65);
	host_add_pci(&f);
	make_bridge(&f, 64, 2, 66, 66);
	host_add_pci(&f);
	make_bridge(&f, 64, 3, 63, 63);
	host_add_pci(&f);
	add_plain(65, 1, 0);
	add_plain(66, 1, 0);
	add_plain(63, 1, 0);
	enumerate();
	assert_int_equal(list.count, 4);
	assert_non_null(at(65, 1, 0));
	assert_int_equal(at(64, 1, 0)->findings, 0);
	assert_int_equal(at(64, 2, 0)->findings, PCI_BRIDGE_NUMBERS);
	assert_int_equal(at(64, 3, 0)->findings, PCI_BRIDGE_NUMBERS);
}

/* ---- broken hardware
 * ------------------------------------------------------------------------------ */

static struct host_pci fading;
static unsigned reads_left;

static uint32_t fading_read(void *context, unsigned offset, unsigned width)
{
	uint32_t value = 0;

	(void)context;
	if (!reads_left)
		return 0xffffffffu >> (32 - 8 * width);
	reads_left--;
	for (unsigned i = 0; i < width; i++)
		value |= (uint32_t)fading.config[offset + i] << (8 * i);
	return value;
}

static void fading_write(void *context, unsigned offset, unsigned width, uint32_t value)
{
	(void)context, (void)offset, (void)width, (void)value;
}

static void functions_that_vanish_are_marked(void **state)
{
	unsigned reads = 1;

	(void)state;
	for (;; reads++) {
		const struct pci_function *f;

		fresh();
		host_pci_init(&fading, 0, 3, 0, 0x8086, 0x9d32, 0x048000);
		add_capability(&fading, 0xd0, 0x01);
		host_pci_bar(&fading, 0, 65536, 4, 0xd0000000);
		fading.read = fading_read;
		fading.write = fading_write;
		reads_left = reads;
		host_add_pci(&fading);
		enumerate();
		f = at(0, 3, 0);
		assert_non_null(f);
		if (reads_left)
			break;
		if (reads > 1)
			assert_true(f->findings & PCI_ALL_ONES || reads > 25);
		pci_list_free(&list);
	}
	assert_true(reads > 10);
}

static void empty_machine_is_an_error_with_words(void **state)
{
	const struct pci_root none = {0, 0, 0};

	(void)state;
	assert_int_equal(pci_enumerate(&list, &diag), FL_ERR_NOTFOUND);
	assert_int_not_equal(diag.hint[0], 0);
	diag_clear(&diag);
	host_set_pci_roots(&none, 0);
	assert_int_equal(pci_enumerate(&list, &diag), FL_ERR_NOTFOUND);
}

static void every_failing_allocation_is_told(void **state)
{
	(void)state;
	for (unsigned long k = 1; k <= 2; k++) {
		fresh();
		for (unsigned device = 0; device < 20; device++)
			for (unsigned func = 0; func < 2; func++)
				add_plain(0, device, func);
		host_fail_allocation(k);
		assert_int_equal(pci_enumerate(&list, &diag), FL_ERR_NOMEM);
		assert_true(list.truncated);
		assert_int_equal(list.count, k == 1 ? 0 : 32);
		assert_contains(diag.message, "no memory");
	}
}

/* Any byte of a camera's configuration space wrong, in three ways: an answer, in bounded time, and
 * the space as it was. */
static void any_wrong_byte_ends(void **state)
{
	static const uint8_t flips[] = {0x01, 0x80, 0xff};

	(void)state;
	for (unsigned offset = 0; offset < 256; offset++) {
		for (size_t i = 0; i < COUNT(flips); i++) {
			static struct host_pci f;
			static uint8_t before[4096];
			struct text_buffer text = {0};
			struct host_pci *copy;

			fresh();
			host_pci_init(&f, 0, 3, 0, 0x8086, 0x9d32, 0x048000);
			put16(&f, 4, 6);
			put32(&f, 0x10, 0xd0000004);
			set_bar_mask(&f, 0, 65536);
			add_capability(&f, 0xd0, 0x01);
			add_capability(&f, 0x90, 0x05);
			f.config[offset] ^= flips[i];
			memcpy(before, f.config, sizeof before);
			copy = host_add_pci(&f);
			enumerate();
			assert_true(list.count >= 1 || offset < 2);
			for (size_t k = 0; k < list.count; k++)
				pci_print(&list.functions[k], NULL, &text);
			assert_false(text.failed);
			assert_memory_equal(copy->config, before, sizeof before);
			assert_true(host_access_count() < 3000);
			text_buffer_free(&text);
			pci_list_free(&list);
		}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_all_functions_in_order),
		TEST(reads_what_a_function_says),
		TEST(crowded_machines_are_listed_whole),
		TEST(only_what_is_listed_is_found),
		TEST(sizes_with_decoding_off_and_puts_back),
		TEST(leaves_alone_what_firmware_uses),
		TEST(takes_sizes_that_firmware_tells),
		TEST(leaves_alone_what_is_asleep),
		TEST(sizes_only_the_bars_that_a_layout_has),
		TEST(cameras_and_controllers_are_sized_while_on),
		TEST(large_bars_are_sized_whole),
		TEST(every_bar_register_is_looked_at),
		TEST(a_pair_takes_two_registers),
		TEST(odd_bars_are_found),
		TEST(bar_above_the_cpus_reach_is_found),
		TEST(capability_lists_end),
		TEST(bad_capability_pointers_are_found),
		TEST(capability_at_the_end_is_not_used),
		TEST(without_the_status_bit_there_is_no_list),
		TEST(a_cardbus_bridge_is_read_as_one),
		TEST(an_unknown_header_is_not_interpreted),
		TEST(a_bridges_subsystem_is_in_its_capability),
		TEST(hidden_functions_are_found),
		TEST(one_function_that_answers_to_all_numbers_is_one),
		TEST(bridges_lead_to_every_bus_once),
		TEST(wrong_bridge_numbers_are_found_and_end),
		TEST(bus_below_its_bridge_is_found_all_the_same),
		TEST(two_bridges_to_one_bus_list_it_once),
		TEST(segments_and_roots_are_all_visited),
		TEST(nobody_is_not_listed),
		TEST(functions_that_differ_in_one_word_are_two),
		TEST(equal_functions_of_a_device_are_several),
		TEST(the_buses_of_a_root_are_its_own),
		TEST(functions_that_vanish_are_marked),
		TEST(empty_machine_is_an_error_with_words),
		TEST(every_failing_allocation_is_told),
		TEST(any_wrong_byte_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
