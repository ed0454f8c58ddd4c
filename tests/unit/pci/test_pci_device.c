/* test_pci_device.c: functions brought up and put back: the virtual board's, and broken ones. */
#include "tests/unit/pci/machine.h"

#define FIRST 0x20u /* the register that is read first */

static struct diag diag;
static struct pci_list list;

static void fresh(void)
{
	pci_list_free(&list);
	host_reset(1);
	diag_clear(&diag);
}

static const struct pci_function *find(uint16_t device)
{
	pci_list_free(&list);
	pci_enumerate(&list, &diag);
	diag_clear(&diag);
	return pci_find(&list, 0x8086, device, 0);
}

static void attach(const char *fault)
{
	const struct vboard_options options = {
		.seed = 1, .fps = VBOARD_FPS_MAX, .faults = &fault, .fault_count = fault ? 1 : 0};

	fresh();
	assert_non_null(host_attach_board(&options));
}

static uint32_t config(const struct pci_function *f, unsigned offset, unsigned width)
{
	return platform_pci_read(f->address, offset, width);
}

/* All of configuration space. */
static void snapshot(const struct pci_function *f, uint32_t *words)
{
	for (unsigned i = 0; i < 64; i++)
		words[i] = config(f, 4 * i, 4);
}

/* ---- the board's functions
 * ------------------------------------------------------------------------ */

static void opens_and_puts_back(void **state)
{
	static const struct {
		uint16_t device;
		uint64_t size;
		uint32_t first;
	} cases[] = {
		{0x9d32, 0x2000, 0x1408},
		{0x1919, 0x400000, 0x130},
		{0x9d62, 0x300, 0x204},
	};

	(void)state;
	/* Found in D0 and in D3hot. */
	for (unsigned d3 = 0; d3 < 2; d3++) {
		for (size_t i = 0; i < COUNT(cases); i++) {
			uint32_t before[64], after[64];
			const struct pci_function *f;
			struct pci_device device;

			attach(NULL);
			f = find(cases[i].device);
			if (d3)
				platform_pci_write(f->address, f->pm_offset + 4u, 2, 3);
			f = find(cases[i].device);
			assert_int_equal(f->power_state, d3 ? 3 : 0);
			snapshot(f, before);
			if (pci_open(&device, f, cases[i].size, cases[i].first, &diag))
				fail_msg("%s", diag.message);
			assert_int_equal(config(f, 4, 2) & 0x406, 0x402);
			assert_int_equal(pci_start_master(&device), FL_OK);
			assert_int_equal(config(f, 4, 2) & 0x406, 0x406);
			assert_int_equal(config(f, f->pm_offset + 4u, 2) & 3, 0);
			/* The ImgU's BAR reads 0 in D3hot (evidence.md 1.3). */
			assert_int_equal(f->bars[0].is_forgotten, d3 && cases[i].device == 0x1919);
			assert_false(f->findings & PCI_BAR_UNASSIGNED);
			assert_true(device.bar0 && device.bar0 == f->bars[0].address);
			assert_true(device.bar0_size >= cases[i].size);
			assert_int_equal(config(f, 0x10, 4) & ~15u, (uint32_t)device.bar0);
			/* Registers answer. */
			assert_int_not_equal(
				platform_mmio_read(
					device.bar0 + (cases[i].device == 0x9d62 ? 0x2fc : 0), 4),
				UINT32_MAX);
			assert_int_equal(pci_close(&device), FL_OK);
			snapshot(f, after);
			assert_memory_equal(before, after, sizeof before);
			assert_int_equal(pci_close(&device), FL_OK); /* again: nothing */
			assert_int_equal(host_violation_count(), 0);
			pci_list_free(&list);
			assert_int_equal(host_leaks(), 0);
		}
	}
	host_detach();
}

static void bus_mastering_stops_at_once(void **state)
{
	struct pci_device device;
	const struct pci_function *f;

	(void)state;
	attach(NULL);
	f = find(0x9d32);
	assert_int_equal(pci_open(&device, f, 0x2000, FIRST, &diag), FL_OK);
	assert_int_equal(pci_start_master(&device), FL_OK);
	assert_int_equal(config(f, 4, 2) & 0x6, 0x6);
	pci_stop_master(&device);
	assert_int_equal(config(f, 4, 2) & 0x6, 0x2);
	assert_int_equal(pci_close(&device), FL_OK);
	fresh();
}

static void device_that_stays_in_d3_is_told(void **state)
{
	uint32_t before[64], after[64];
	struct pci_device device;
	const struct pci_function *f;

	(void)state;
	attach("d3-stuck");
	f = find(0x9d32);
	snapshot(f, before);
	assert_int_equal(pci_open(&device, f, 0x2000, FIRST, &diag), FL_ERR_TIMEOUT);
	assert_string_equal(diag.message,
			    "00:14.3 8086:9d32 stays in D3 for 10 ms after D0 was asked for");
	assert_contains(diag.hint, "power-cycle");
	snapshot(f, after);
	assert_memory_equal(before, after, sizeof before);
	fresh();
}

static void device_without_bar_is_told(void **state)
{
	struct pci_device device;

	(void)state;
	attach("bar-lost");
	assert_int_equal(pci_open(&device, find(0x9d32), 0x2000, FIRST, &diag), FL_ERR_NOTFOUND);
	assert_contains(diag.message, "00:14.3");
	assert_contains(diag.message, "BAR 0");
	assert_int_not_equal(diag.hint[0], 0);
	fresh();
}

/* ---- fixtures
 * --------------------------------------------------------------------------------------- */

static struct host_pci camera, *camera_added;
/* What becomes of configuration space over D3hot: it is reset on the way to D0, or on the way to D3hot
 * as the ImgU's is, or it only reads 0 while there. */
static enum { KEEPS, LOSES_IN_D0, LOSES_IN_D3, HIDES_IN_D3 } over_d3;
static unsigned writes, writes_asleep;     /* of anything but PMCSR */
static bool is_gone, is_decoding, is_lame; /* D0 is asked for, D1 is what comes */
static uint16_t stuck_command;

static bool is_of_the_header(unsigned offset)
{
	return (offset >= 4 && offset < 6) || offset == 0x0c || (offset >= 0x10 && offset < 0x28) ||
	       offset == 0x3c || offset == 0x92;
}

/* As after a reset: BAR 0 keeps its type. */
static void lose_header(void)
{
	const uint8_t type = camera.config[0x10] & 15;

	for (unsigned i = 4; i < 0x93; i++)
		if (is_of_the_header(i))
			camera.config[i] = 0;
	camera.config[0x10] = type;
	camera.config[0x92] = 0x80;
}

static uint32_t camera_read(void *context, unsigned offset, unsigned width)
{
	uint32_t value = 0;

	(void)context;
	if (is_gone)
		return 0xffffffffu >> (32 - 8 * width);
	for (unsigned i = offset; i < offset + width; i++) {
		const bool is_hidden =
			over_d3 == HIDES_IN_D3 && camera.config[0xd4] & 3 && is_of_the_header(i);

		value |= (uint32_t)(is_hidden ? i == 0x10 ? camera.config[i] & 15 : 0
					      : camera.config[i])
			 << (8 * (i - offset));
	}
	return value;
}

static void camera_write(void *context, unsigned offset, unsigned width, uint32_t value)
{
	const unsigned old_state = camera.config[0xd4] & 3;

	(void)context;
	writes++;
	writes_asleep += old_state && offset != 0xd4;
	if (offset >= 0x10 && offset < 0x28 && camera.config[4] & 3)
		is_decoding = true;
	for (unsigned i = 0; i < width; i++) {
		const uint8_t mask = camera.writable[offset + i];

		camera.config[offset + i] = (uint8_t)((camera.config[offset + i] & ~mask) |
						      ((value >> (8 * i)) & mask));
	}
	if (is_lame && offset == 0xd4 && !(value & 3))
		camera.config[0xd4] |= 1;
	put16(&camera, 4, camera.config[4] & ~stuck_command);
	if ((over_d3 == LOSES_IN_D0 && old_state == 3 && !(camera.config[0xd4] & 3)) ||
	    (over_d3 == LOSES_IN_D3 && old_state != 3 && (camera.config[0xd4] & 3) == 3))
		lose_header();
}

/* Its registers: all of them hold the same number. */
static uint32_t camera_register(void *context, uint64_t offset, unsigned width)
{
	(void)context;
	(void)offset;
	(void)width;
	return 0x12345678;
}

static const struct pci_function *camera_up(uint64_t address, uint64_t size)
{
	fresh();
	over_d3 = KEEPS;
	is_gone = is_decoding = is_lame = false;
	stuck_command = 0;
	writes_asleep = 0;
	host_pci_init(&camera, 0, 3, 0, 0x8086, 0x9d32, 0x048000);
	put32(&camera, 0x10, (uint32_t)address | 4);
	put32(&camera, 0x14, (uint32_t)(address >> 32));
	set_bar_mask(&camera, 0, size);
	add_capability(&camera, 0xd0, 0x01);
	camera.writable[0xd4] = 3;
	add_capability(&camera, 0x90, 0x05);
	camera.config[0x92] = 0x81; /* MSI on, 64 bit */
	camera.writable[0x92] = 1;
	camera.config[0x3c] = 11;
	camera.read = camera_read;
	camera.write = camera_write;
	camera_added = host_add_pci(&camera);
	host_add_mmio(&(struct host_mmio){.base = address, .size = size, .read = camera_register});
	return find(0x9d32);
}

/* Firmware gave BAR `index` this address. */
static void firmware_placed(unsigned index, uint64_t address, uint64_t size)
{
	camera_added->placed[index] = (struct platform_bar){address, size};
}

/* Three BARs as firmware placed them, 16 bytes each but the first. */
static const uint64_t second_bar = 0xd1000000, last_bar = 0xd2000000;

static void three_bars(uint64_t address)
{
	camera_up(address, 65536);
	put32(&camera, 0x18, (uint32_t)second_bar);
	put32(&camera, 0x24, (uint32_t)last_bar);
	memset(camera.writable + 0x18, 0xff, 0x28 - 0x18);
	camera.writable[0x18] = camera.writable[0x24] = 0xf0;
	firmware_placed(0, address, 65536);
	firmware_placed(2, second_bar, 16);
	firmware_placed(5, last_bar, 16);
	put16(&camera, 4, 0x0002);
	camera.config[0x0c] = 16;
}

static void to_d3(void)
{
	camera_write(NULL, 0xd4, 2, 3);
	writes_asleep = 0;
}

/* Whatever a function does with its header over D3hot: each BAR is where firmware placed it, nothing is
 * written before it is in D0, and afterwards it sleeps again, as often as anybody wants it. */
static void bars_are_found_whatever_d3hot_does_to_them(void **state)
{
	static const uint64_t addresses[] = {0xd0000000, 0x1ff3410000, 0x2ffb410000};

	(void)state;
	for (unsigned i = 0; i < 4 * COUNT(addresses); i++) {
		const uint64_t address = addresses[i / 4];
		struct pci_device device;

		three_bars(address);
		over_d3 = i % 4;
		to_d3();
		for (unsigned again = 0; again < 2; again++) {
			const struct pci_function *f = find(0x9d32);

			assert_int_equal(f->power_state, 3);
			assert_int_equal(f->findings, 0);
			assert_true(f->bars[0].address == address && f->bars[0].size == 65536);
			assert_true(f->bars[5].address == last_bar);
			assert_int_equal(f->bars[0].is_forgotten,
					 over_d3 == LOSES_IN_D3 || over_d3 == HIDES_IN_D3);
			if (pci_open(&device, f, 65536, FIRST, &diag))
				fail_msg("%s", diag.message);
			assert_true(device.bar0 == address && device.bar0_size == 65536);
			assert_int_equal(get32(&camera, 0x10), (uint32_t)address | 4);
			assert_int_equal(get32(&camera, 0x14), address >> 32);
			assert_int_equal(get32(&camera, 0x18), second_bar);
			assert_int_equal(get32(&camera, 0x1c), 0);
			assert_int_equal(get32(&camera, 0x24), last_bar);
			assert_int_equal(camera.config[4] & 6, 2);
			assert_int_equal(camera.config[0x92], 0x80); /* MSI off while open */
			assert_int_equal(pci_close(&device), FL_OK);
			assert_int_equal(camera.config[0xd4], 3);
			assert_int_equal(writes_asleep, 0);
			assert_false(is_decoding);
		}
	}
	fresh();
}

/* What survives D3hot is as found afterwards, also where it could not be seen there. */
static void what_survives_d3hot_is_put_back(void **state)
{
	(void)state;
	for (unsigned hides = 0; hides < 2; hides++) {
		struct pci_device device;

		three_bars(0xd0000000);
		over_d3 = hides ? HIDES_IN_D3 : KEEPS;
		to_d3();
		assert_int_equal(pci_open(&device, find(0x9d32), 65536, FIRST, &diag), FL_OK);
		assert_int_equal(pci_close(&device), FL_OK);
		assert_int_equal(camera.config[4] | camera.config[5] << 8, 0x0002);
		assert_int_equal(camera.config[0x92], 0x81);
		assert_int_equal(camera.config[0x0c], 16);
		assert_int_equal(camera.config[0x3c], 11);
		assert_int_equal(get32(&camera, 0x10), 0xd0000004);
	}
	fresh();
}

/* What the enumeration saw of it counts no more. */
static void a_bar_that_is_not_there_in_d0_is_not_placed(void **state)
{
	struct pci_function seen;
	struct pci_device device;

	(void)state;
	three_bars(0xd0000000);
	memset(camera.writable + 0x20, 0xff, 4);
	camera.config[0x0b] = 0x0c; /* in use, of a class that is not probed */
	seen = *find(0x9d32);
	seen.bars[4] = (struct pci_bar){
		.kind = PCI_BAR_MEM32, .address = 0xd3000000, .size = 16, .is_forgotten = true};
	assert_int_equal(pci_open(&device, &seen, 65536, FIRST, &diag), FL_OK);
	assert_int_equal(get32(&camera, 0x20), 0);
	assert_int_equal(pci_close(&device), FL_OK);
	fresh();
}

/* In D0, but its BARs read 0: somebody sent it through D3hot and left it so. */
static void a_bar_that_was_forgotten_before_is_placed_again(void **state)
{
	struct pci_device device;

	(void)state;
	three_bars(0x1ff3410000);
	lose_header();
	put16(&camera, 4, 0x0003);
	assert_int_equal(pci_open(&device, find(0x9d32), 65536, FIRST, &diag), FL_OK);
	assert_true(device.bar0 == 0x1ff3410000);
	assert_int_equal(get32(&camera, 0x14), 0x1f);
	assert_false(is_decoding); /* not with half of an address in it */
	assert_int_equal(pci_close(&device), FL_OK);
	assert_int_equal(camera.config[4], 3);
	assert_int_equal(get32(&camera, 0x14), 0x1f);
	fresh();
}

/* A 32-bit BAR takes no 64-bit address, and leaves the register behind it alone. */
static void a_32_bit_bar_takes_what_it_can_hold(void **state)
{
	static const struct {
		uint64_t placed;
		enum fl_err err;
		uint32_t low;
	} cases[] = {{0xd0000000, FL_OK, 0xd0000000}, {0x1ff3410000, FL_ERR_NOTFOUND, 0}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pci_device device;

		camera_up(cases[i].placed, 65536);
		camera.config[0x10] = 0;
		put32(&camera, 0x14, 0x11110000);
		memset(camera.writable + 0x14, 0xff, 4);
		put32(&camera, 0x10, 0);
		set_bar_mask(&camera, 0, 65536);
		firmware_placed(0, cases[i].placed, 65536);
		assert_int_equal(pci_open(&device, find(0x9d32), 65536, FIRST, &diag),
				 cases[i].err);
		assert_int_equal(get32(&camera, 0x10), cases[i].low);
		assert_int_equal(get32(&camera, 0x14), 0x11110000);
		pci_close(&device);
	}
	fresh();
}

static void an_address_that_nobody_knows_is_told(void **state)
{
	struct pci_device device;
	const struct pci_function *f;

	(void)state;
	three_bars(0xd0000000);
	firmware_placed(0, 0, 0);
	over_d3 = LOSES_IN_D3;
	to_d3();
	f = find(0x9d32);
	assert_true(f->findings & PCI_BAR_UNASSIGNED);
	assert_int_equal(pci_open(&device, f, 65536, FIRST, &diag), FL_ERR_NOTFOUND);
	assert_string_equal(diag.message, "00:03.0 8086:9d32 was found in D3, has forgotten the "
					  "address of BAR 0, and firmware does not know it");
	assert_contains(diag.hint, "switch the power off and on");
	assert_int_equal(camera.config[0xd4], 3);
	assert_int_equal(writes_asleep, 0);
	fresh();
}

static void a_bar_that_takes_no_address_is_told(void **state)
{
	struct pci_device device;

	(void)state;
	three_bars(0x1ff3410000);
	over_d3 = LOSES_IN_D3;
	to_d3();
	memset(camera.writable + 0x10, 0, 8);
	assert_int_equal(pci_open(&device, find(0x9d32), 65536, FIRST, &diag), FL_ERR_MISMATCH);
	assert_string_equal(diag.message, "00:03.0 8086:9d32 BAR 0 reads 0 after firmware's "
					  "0x1ff3410000 was written to it");
	assert_contains(diag.hint, "power-cycle");
	fresh();
}

/* One in use is left as it is; one that is off, asleep or has no address is brought up, and put back. */
static void a_look_changes_only_what_nobody_uses(void **state)
{
	(void)state;
	for (unsigned how = 0; how < 4; how++) {
		struct pci_device device;
		const struct pci_function *f;

		three_bars(0x1ff3410000);
		if (how == 1)
			put16(&camera, 4, 0);
		if (how == 2)
			to_d3();
		if (how == 3) {
			lose_header();
			put16(&camera, 4, 2);
		}
		f = find(0x9d32);
		writes = 0;
		assert_int_equal(pci_look(&device, f, &diag), FL_OK);
		assert_true(device.bar0 == 0x1ff3410000 && device.bar0_size == 65536);
		assert_int_equal(writes != 0, how != 0);
		assert_int_equal(camera.config[4] & 6, 2);
		assert_int_equal(get32(&camera, 0x14), 0x1f);
		assert_int_equal(pci_close(&device), FL_OK);
		assert_int_equal(camera.config[4], how == 1 ? 0 : 2);
		assert_int_equal(camera.config[0xd4], how == 2 ? 3 : 0);
	}
	fresh();
}

/* D1 and D2 lose nothing; the function goes back to where it was. */
static void shallow_sleep_is_left_and_entered_again(void **state)
{
	(void)state;
	for (unsigned d = 1; d <= 2; d++) {
		struct pci_device device;

		camera_up(0xd0000000, 65536);
		camera.config[0xd4] = (uint8_t)d;
		put16(&camera, 4, 0x0006);
		assert_int_equal(pci_open(&device, find(0x9d32), 65536, FIRST, &diag), FL_OK);
		assert_int_equal(camera.config[0xd4], 0);
		assert_int_equal(pci_close(&device), FL_OK);
		assert_int_equal(camera.config[0xd4], d);
		assert_int_equal(camera.config[4], 6);
		assert_int_equal(writes_asleep, 0);
	}
	fresh();
}

/* ---- the first read ---- */

static void what_firmware_cannot_read_is_refused(void **state)
{
	static const struct {
		uint64_t address;
		const char *words;
	} cases[] = {
		{0xd0000000, NULL}, /* mapped anyway */
		{0xffff0000, NULL},
		{0x100000000,
		 "BAR 0 + 0x20 at 0x100000020: firmware itself cannot read it (invalid request)"},
		{0x1ff3410000,
		 "BAR 0 + 0x20 at 0x1ff3410020: firmware itself cannot read it (invalid request)"},
		{0x2ffb410000,
		 "BAR 0 + 0x20 at 0x2ffb410020: firmware itself cannot read it (invalid request)"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pci_device device;
		const struct pci_function *f = camera_up(cases[i].address, 65536);

		host_fail_first_read(FL_ERR_INVALID);
		assert_int_equal(pci_open(&device, f, 65536, FIRST, &diag),
				 cases[i].words ? FL_ERR_INVALID : FL_OK);
		if (cases[i].words) {
			assert_contains(diag.message, cases[i].words);
			assert_contains(diag.hint, "above 4G");
			assert_int_equal(host_stray_accesses(), 0);
		}
		pci_close(&device);
		assert_int_equal(camera.config[4], 0);
		assert_int_equal(camera.config[0x92], 0x81);
	}
	fresh();
}

static unsigned register_reads;
static const uint32_t *register_values;

static uint32_t changing_register(void *context, uint64_t offset, unsigned width)
{
	(void)context;
	(void)width;
	assert_int_equal(offset, FIRST);
	return register_values[register_reads++];
}

/* Firmware, the pointer, and only if they differ firmware again. */
static void a_pointer_that_leads_elsewhere_is_told(void **state)
{
	static const struct {
		uint32_t values[3];
		enum fl_err err;
		unsigned reads;
	} cases[] = {
		{{7, 7}, FL_OK, 2},
		{{7, 8, 7}, FL_ERR_MISMATCH, 3},
		{{7, 8, 9}, FL_OK, 3}, /* it changes by itself */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pci_device device;
		const struct pci_function *f = camera_up(0x1ff3410000, 65536);

		register_values = cases[i].values;
		register_reads = 0;
		host_add_mmio(&(struct host_mmio){
			.base = 0x1ff3410000, .size = 65536, .read = changing_register});
		assert_int_equal(pci_open(&device, f, 65536, FIRST, &diag), cases[i].err);
		assert_int_equal(register_reads, cases[i].reads);
		if (cases[i].err)
			assert_string_equal(
				diag.message,
				"00:03.0 8086:9d32 BAR 0 + 0x20 at 0x1ff3410020: firmware "
				"reads 0x00000007 there, the CPU 0x00000008");
		pci_close(&device);
	}
	fresh();
}

/* Not in D0 in time: it is left in the state that it was found in, and nothing else is written. */
static void one_that_does_not_wake_is_left_as_found(void **state)
{
	struct pci_device device;

	(void)state;
	three_bars(0xd0000000);
	to_d3();
	is_lame = true;
	assert_int_equal(pci_open(&device, find(0x9d32), 65536, FIRST, &diag), FL_ERR_TIMEOUT);
	assert_contains(diag.message, "stays in D1 for 10 ms after D0 was asked for");
	assert_int_equal(camera.config[0xd4], 3);
	assert_int_equal(writes_asleep, 0);
	assert_int_equal(pci_close(&device), FL_OK);
	fresh();
}

static void d0_is_waited_for(void **state)
{
	struct pci_device device;
	const struct pci_function *f;
	uint64_t start;

	(void)state;
	camera_up(0xd0000000, 65536);
	start = host_time_ns();
	f = find(0x9d32);
	start = host_time_ns() - 1000 * host_access_count();
	assert_int_equal(pci_open(&device, f, 65536, FIRST, &diag), FL_OK);
	/* It is in D0 already. */
	assert_int_equal(host_time_ns() - 1000 * host_access_count() - start, 0);
	assert_int_equal(pci_close(&device), FL_OK);
	camera.config[0xd4] = 3;
	f = find(0x9d32);
	start = host_time_ns() - 1000 * host_access_count();
	assert_int_equal(pci_open(&device, f, 65536, FIRST, &diag), FL_OK);
	assert_int_equal(host_time_ns() - 1000 * host_access_count() - start, 10000000);
	fresh();
}

/* Only bits 1:0 of PMCSR are the state; the rest is neither taken for it nor changed. */
static void other_bits_of_pmcsr_are_left_alone(void **state)
{
	static const uint16_t others[] = {0x0008, 0x0100, 0x1e08, 0x8108};

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		for (unsigned d = 0; d <= 3; d += 3) {
			struct pci_device device;
			const struct pci_function *f;

			camera_up(0xd0000000, 65536);
			put16(&camera, 0xd4, others[i] | d);
			camera.writable[0xd5] = 0x1f;
			f = find(0x9d32);
			assert_int_equal(pci_open(&device, f, 65536, FIRST, &diag), FL_OK);
			assert_int_equal(device.old_state, d);
			assert_int_equal(camera.config[0xd4] & 3, 0);
			assert_int_equal(pci_close(&device), FL_OK);
			assert_int_equal(camera.config[0xd4] | camera.config[0xd5] << 8,
					 others[i] | d);
		}
	}
	fresh();
}

static void bars_that_cannot_be_used_are_refused(void **state)
{
	const struct {
		uint64_t address, size, needs;
		enum fl_err err;
		const char *words;
	} cases[] = {
		{0, 65536, 65536, FL_ERR_NOTFOUND, "BAR 0 is unassigned"},
		{cpu_reach(), 65536, 65536, FL_ERR_RANGE, "out of this CPU's reach"},
		{0xd0000000, 4096, 65536, FL_ERR_RANGE, "has 4096 bytes, the driver needs 65536"},
		{0xd0000000, 65536, 65537, FL_ERR_RANGE, "has 65536 bytes, the driver needs 65537"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		static uint8_t before[4096];
		struct pci_device device;
		const struct pci_function *f = camera_up(cases[i].address, cases[i].size);

		memcpy(before, camera.config, sizeof before);
		assert_int_equal(pci_open(&device, f, cases[i].needs, FIRST, &diag), cases[i].err);
		assert_contains(diag.message, cases[i].words);
		assert_int_not_equal(diag.hint[0], 0);
		assert_memory_equal(camera.config, before, sizeof before);
		assert_int_equal(pci_close(&device), FL_OK); /* nothing is open */
	}
	fresh();
}

/* Hardware cannot hold such an address; a wrong table of the firmware can tell one. */
static void a_misplaced_bar_is_refused(void **state)
{
	static const uint64_t addresses[] = {0xd0008000, 0xd0000010, 0xd0018000};

	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		struct pci_device device;
		const struct pci_function *f;

		camera_up(addresses[i], 16);
		firmware_placed(0, addresses[i], 65536);
		f = find(0x9d32);
		assert_int_equal(pci_open(&device, f, 65536, FIRST, &diag), FL_ERR_RANGE);
		assert_contains(diag.message, "is no multiple of its 65536 bytes");
		assert_int_not_equal(diag.hint[0], 0);
		assert_int_equal(camera.config[4], 0);
	}
	fresh();
}

/* A function that firmware had on and whose size nobody knew: now it is ours, and is sized. */
static void the_size_is_found_when_it_is_opened(void **state)
{
	static const uint64_t sizes[] = {65536, 4096};

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct pci_device device;
		const struct pci_function *f;

		camera_up(0xd0000000, sizes[i]);
		camera.config[0x0b] = 0x0c; /* a serial bus: not touched by the enumeration */
		put16(&camera, 4, 2);
		host_add_pci(&camera);
		f = find(0x9d32);
		assert_true(f->bars[0].size == 0);
		if (i) {
			assert_int_equal(pci_open(&device, f, 65536, FIRST, &diag), FL_ERR_RANGE);
			assert_contains(diag.message, "has 4096 bytes");
		} else {
			assert_int_equal(pci_open(&device, f, 65536, FIRST, &diag), FL_OK);
			assert_true(device.bar0_size == 65536);
			assert_true(device.bar0 == 0xd0000000);
			assert_int_equal(pci_close(&device), FL_OK);
		}
		assert_int_equal(get32(&camera, 0x10), 0xd0000004);
		assert_int_equal(camera.config[4], 2);
	}
	fresh();
}

/* A function without power management has no register to put back: nothing else is taken for it. */
static void a_function_without_power_states_is_put_back(void **state)
{
	struct pci_device device;
	const struct pci_function *f;

	(void)state;
	camera_up(0xd0000000, 65536);
	camera.config[0x34] = 0x90; /* MSI alone */
	camera.config[0x91] = 0;
	put16(&camera, 4, 3);
	host_add_pci(&camera);
	f = find(0x9d32);
	assert_int_equal(f->pm_offset, 0);
	assert_int_equal(pci_open(&device, f, 65536, FIRST, &diag), FL_OK);
	writes = 0;
	assert_int_equal(pci_close(&device), FL_OK);
	assert_int_equal(writes, 2); /* command, MSI */
	assert_int_equal(camera.config[4] | camera.config[5] << 8, 3);
	assert_int_equal(camera.config[0x92], 0x81);
	fresh();
}

/* What does not read back as found is told, whichever of the three it is. */
static void what_is_not_put_back_is_told(void **state)
{
	static const struct {
		unsigned offset;
		const char *words;
	} cases[] = {
		{0x04, "00:03.0 8086:9d32 is not as found: command 0x0002 (was 0x0000), MSI 0x0081 "
		       "(was 0x0081)"},
		{0x92, "00:03.0 8086:9d32 is not as found: command 0x0000 (was 0x0000), MSI 0x0080 "
		       "(was 0x0081)"},
		{0xd4, "00:03.0 8086:9d32 is in D0, was in D3"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pci_device device;
		const struct pci_function *f;

		camera_up(0xd0000000, 65536);
		camera.config[0xd4] = 3;
		f = find(0x9d32);
		assert_int_equal(pci_open(&device, f, 65536, FIRST, &diag), FL_OK);
		camera.writable[cases[i].offset] = camera.writable[cases[i].offset + 1] = 0;
		assert_int_equal(pci_close(&device), FL_ERR_MISMATCH);
		assert_string_equal(diag.message, cases[i].words);
		assert_int_not_equal(diag.hint[0], 0);
	}
	fresh();
}

/* Bus mastering that was stopped stays off, also where firmware had left it on; a device that is
 * closed is not ours any more. */
static void a_stopped_master_stays_stopped(void **state)
{
	struct pci_device device;
	const struct pci_function *f;

	(void)state;
	camera_up(0xd0000000, 65536);
	put16(&camera, 4, 6);
	f = find(0x9d32);
	assert_int_equal(pci_open(&device, f, 65536, FIRST, &diag), FL_OK);
	pci_stop_master(&device);
	assert_int_equal(camera.config[4], 2);
	assert_int_equal(pci_close(&device), FL_OK);
	assert_int_equal(camera.config[4], 2);
	put16(&camera, 4, 7);
	writes = 0;
	pci_stop_master(&device);
	assert_int_equal(pci_close(&device), FL_OK);
	assert_int_equal(writes, 0);
	fresh();
}

static void device_that_is_gone_is_told(void **state)
{
	struct pci_device device;
	const struct pci_function *f = camera_up(0xd0000000, 65536);

	(void)state;
	is_gone = true;
	assert_int_equal(pci_open(&device, f, 65536, FIRST, &diag), FL_ERR_GONE);
	assert_string_equal(diag.message, "00:03.0 8086:9d32 no longer answers: vendor id 0xffff");
	diag_clear(&diag);
	is_gone = false;
	assert_int_equal(pci_open(&device, f, 65536, FIRST, &diag), FL_OK);
	is_gone = true;
	assert_int_equal(pci_close(&device), FL_ERR_MISMATCH);
	assert_contains(diag.message, "not as found");
	fresh();
}

static void command_that_does_not_take_is_told(void **state)
{
	struct pci_device device;
	const struct pci_function *f = camera_up(0xd0000000, 65536);

	(void)state;
	stuck_command = 2;
	assert_int_equal(pci_open(&device, f, 65536, FIRST, &diag), FL_ERR_MISMATCH);
	assert_string_equal(diag.message,
			    "00:03.0 8086:9d32 command reads 0x0000, want memory (0x0002)");
	assert_int_equal(camera.config[4], 0);
	assert_int_equal(camera.config[0x92], 0x81);
	diag_clear(&diag);
	stuck_command = 4;
	assert_int_equal(pci_open(&device, f, 65536, FIRST, &diag), FL_OK);
	assert_int_equal(pci_start_master(&device), FL_ERR_MISMATCH);
	assert_string_equal(
		diag.message,
		"00:03.0 8086:9d32 command reads 0x0002, want memory and bus master (0x0006)");
	assert_int_equal(pci_close(&device), FL_OK);
	fresh();
}

/* An I/O BAR, or nothing, in BAR 0. */
static void other_kinds_of_bar_are_refused(void **state)
{
	struct pci_device device;
	static struct host_pci f;

	(void)state;
	fresh();
	host_pci_init(&f, 0, 3, 0, 0x8086, 0x9d32, 0x048000);
	host_pci_bar(&f, 0, 256, 1, 0x1000);
	host_add_pci(&f);
	assert_int_equal(pci_open(&device, find(0x9d32), 256, FIRST, &diag), FL_ERR_NOTFOUND);
	assert_contains(diag.message, "no memory BAR 0");
	fresh();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_and_puts_back),
		cmocka_unit_test(bus_mastering_stops_at_once),
		cmocka_unit_test(device_that_stays_in_d3_is_told),
		cmocka_unit_test(device_without_bar_is_told),
		cmocka_unit_test(bars_are_found_whatever_d3hot_does_to_them),
		cmocka_unit_test(what_survives_d3hot_is_put_back),
		cmocka_unit_test(a_bar_that_is_not_there_in_d0_is_not_placed),
		cmocka_unit_test(a_bar_that_was_forgotten_before_is_placed_again),
		cmocka_unit_test(a_32_bit_bar_takes_what_it_can_hold),
		cmocka_unit_test(an_address_that_nobody_knows_is_told),
		cmocka_unit_test(a_bar_that_takes_no_address_is_told),
		cmocka_unit_test(a_look_changes_only_what_nobody_uses),
		cmocka_unit_test(shallow_sleep_is_left_and_entered_again),
		cmocka_unit_test(what_firmware_cannot_read_is_refused),
		cmocka_unit_test(a_pointer_that_leads_elsewhere_is_told),
		cmocka_unit_test(one_that_does_not_wake_is_left_as_found),
		cmocka_unit_test(d0_is_waited_for),
		cmocka_unit_test(other_bits_of_pmcsr_are_left_alone),
		cmocka_unit_test(bars_that_cannot_be_used_are_refused),
		cmocka_unit_test(a_misplaced_bar_is_refused),
		cmocka_unit_test(the_size_is_found_when_it_is_opened),
		cmocka_unit_test(a_function_without_power_states_is_put_back),
		cmocka_unit_test(what_is_not_put_back_is_told),
		cmocka_unit_test(a_stopped_master_stays_stopped),
		cmocka_unit_test(device_that_is_gone_is_told),
		cmocka_unit_test(command_that_does_not_take_is_told),
		cmocka_unit_test(other_kinds_of_bar_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
