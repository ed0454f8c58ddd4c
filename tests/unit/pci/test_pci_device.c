/* test_pci_device.c: functions brought up and put back: the virtual board's, and broken ones. */
#include "tests/unit/pci/machine.h"

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
	} cases[] = {
		{0x9d32, 0x2000},
		{0x1919, 0x400000},
		{0x9d62, 0x300},
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
			if (pci_open(&device, f, cases[i].size, &diag))
				fail_msg("%s", diag.message);
			assert_int_equal(config(f, 4, 2) & 0x406, 0x406);
			assert_int_equal(config(f, f->pm_offset + 4u, 2) & 3, 0);
			/* The ImgU's BAR reads 0 in D3hot (evidence.md 1.3). */
			assert_true(device.bar0 &&
				    (device.bar0 == f->bars[0].address || !f->bars[0].address));
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
	assert_int_equal(pci_open(&device, f, 0x2000, &diag), FL_OK);
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
	assert_int_equal(pci_open(&device, f, 0x2000, &diag), FL_ERR_TIMEOUT);
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
	assert_int_equal(pci_open(&device, find(0x9d32), 0x2000, &diag), FL_ERR_NOTFOUND);
	assert_contains(diag.message, "00:14.3");
	assert_contains(diag.message, "BAR 0");
	assert_int_not_equal(diag.hint[0], 0);
	fresh();
}

/* ---- fixtures
 * --------------------------------------------------------------------------------------- */

static struct host_pci camera;
static bool loses_bars; /* D3hot to D0 resets the header */
static unsigned writes;
static bool is_gone;
static uint16_t stuck_command;

static uint32_t camera_read(void *context, unsigned offset, unsigned width)
{
	uint32_t value = 0;

	(void)context;
	if (is_gone)
		return 0xffffffffu >> (32 - 8 * width);
	for (unsigned i = 0; i < width; i++)
		value |= (uint32_t)camera.config[offset + i] << (8 * i);
	return value;
}

static void camera_write(void *context, unsigned offset, unsigned width, uint32_t value)
{
	const unsigned old_state = camera.config[0xd4] & 3;

	(void)context;
	writes++;
	for (unsigned i = 0; i < width; i++) {
		const uint8_t mask = camera.writable[offset + i];

		camera.config[offset + i] = (uint8_t)((camera.config[offset + i] & ~mask) |
						      ((value >> (8 * i)) & mask));
	}
	put16(&camera, 4, camera.config[4] & ~stuck_command);
	if (loses_bars && old_state == 3 && !(camera.config[0xd4] & 3)) {
		for (unsigned at = 0x18; at < 0x28; at += 4)
			put32(&camera, at, 0);
		camera.config[0x0c] = 0;
		put32(&camera, 0x10, 4);
		put32(&camera, 0x14, 0);
		put16(&camera, 4, 0);
		camera.config[0x3c] = 0;
	}
}

static const struct pci_function *camera_up(uint64_t address, uint64_t size)
{
	fresh();
	loses_bars = is_gone = false;
	stuck_command = 0;
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
	host_add_pci(&camera);
	return find(0x9d32);
}

static void bars_lost_on_the_way_to_d0_come_back(void **state)
{
	struct pci_device device;
	const struct pci_function *f;

	(void)state;
	camera_up(0x7fd0000000, 65536);
	camera.config[0xd4] = 3;
	put16(&camera, 4, 0x0002);
	put32(&camera, 0x18, 0xd1000000);
	put32(&camera, 0x24, 0xd2000000);
	for (unsigned at = 0x18; at < 0x28; at++)
		camera.writable[at] = 0xff;
	camera.config[0x0c] = 16;
	camera.writable[0x0c] = 0xff;
	loses_bars = true;
	f = find(0x9d32);
	assert_int_equal(pci_open(&device, f, 65536, &diag), FL_OK);
	assert_true(device.bar0 == 0x7fd0000000);
	assert_int_equal(get32(&camera, 0x10), 0xd0000004);
	assert_int_equal(get32(&camera, 0x14), 0x7f);
	assert_int_equal(get32(&camera, 0x18), 0xd1000000);
	assert_int_equal(get32(&camera, 0x24), 0xd2000000);
	assert_int_equal(camera.config[0x0c], 16);
	assert_int_equal(camera.config[0x3c], 11);
	assert_int_equal(camera.config[0x92], 0x80); /* MSI off while open */
	assert_int_equal(pci_close(&device), FL_OK);
	assert_int_equal(camera.config[0x92], 0x81);
	assert_int_equal(camera.config[0xd4], 3);
	assert_int_equal(camera.config[4], 2);
	fresh();
}

/* A BAR that reads 0 in D3hot already (evidence.md 1.3): firmware still knows where it was. */
static void a_bar_that_firmware_knows_is_placed_again(void **state)
{
	static const struct {
		uint32_t type;
		uint64_t address;
		uint32_t low, high;
	} cases[] = {{4, 0x7fd0000000, 0xd0000004, 0x7f},
		     {4, 0xd0000000, 0xd0000004, 0},
		     {0, 0xd0000000, 0xd0000000, 0x11110000}}; /* the next BAR is another's */

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pci_device device;
		const struct pci_function *f;
		struct host_pci *machines;

		camera_up(0, 65536);
		camera.bar_sizes[0] = 65536;
		camera.bar0_assigned = cases[i].address;
		put32(&camera, 0x10, cases[i].type);
		set_bar_mask(&camera, 0, 65536);
		if (!cases[i].type) {
			put32(&camera, 0x14, 0x11110000);
			memset(camera.writable + 0x14, 0xff, 4);
		}
		camera.config[0xd4] = 3;
		machines = host_add_pci(&camera);
		f = find(0x9d32);
		assert_int_equal(pci_open(&device, f, 65536, &diag), FL_OK);
		assert_true(device.bar0 == cases[i].address);
		assert_int_equal(get32(&camera, 0x10), cases[i].low);
		assert_int_equal(get32(&camera, 0x14), cases[i].high);
		assert_int_equal(pci_close(&device), FL_OK);
		/* Nobody knows: then it is said. */
		machines->bar0_assigned = 0;
		put32(&camera, 0x10, cases[i].type);
		put32(&camera, 0x14, 0);
		camera.config[0xd4] = 3;
		f = find(0x9d32);
		assert_int_equal(pci_open(&device, f, 65536, &diag), FL_ERR_NOTFOUND);
		assert_contains(diag.message, "BAR 0 is unassigned");
	}
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
	assert_int_equal(pci_open(&device, f, 65536, &diag), FL_OK);
	/* It is in D0 already. */
	assert_int_equal(host_time_ns() - 1000 * host_access_count() - start, 0);
	assert_int_equal(pci_close(&device), FL_OK);
	camera.config[0xd4] = 3;
	f = find(0x9d32);
	start = host_time_ns() - 1000 * host_access_count();
	assert_int_equal(pci_open(&device, f, 65536, &diag), FL_OK);
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
			assert_int_equal(pci_open(&device, f, 65536, &diag), FL_OK);
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
		assert_int_equal(pci_open(&device, f, cases[i].needs, &diag), cases[i].err);
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
		camera.bar_sizes[0] = 65536;
		host_add_pci(&camera);
		f = find(0x9d32);
		assert_int_equal(pci_open(&device, f, 65536, &diag), FL_ERR_RANGE);
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
			assert_int_equal(pci_open(&device, f, 65536, &diag), FL_ERR_RANGE);
			assert_contains(diag.message, "has 4096 bytes");
		} else {
			assert_int_equal(pci_open(&device, f, 65536, &diag), FL_OK);
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
	assert_int_equal(pci_open(&device, f, 65536, &diag), FL_OK);
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
		{0x04, "00:03.0 8086:9d32 is not as found: command 0x0006 (was 0x0000), MSI 0x0081 "
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
		assert_int_equal(pci_open(&device, f, 65536, &diag), FL_OK);
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
	assert_int_equal(pci_open(&device, f, 65536, &diag), FL_OK);
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
	assert_int_equal(pci_open(&device, f, 65536, &diag), FL_ERR_GONE);
	assert_string_equal(diag.message, "00:03.0 8086:9d32 no longer answers: vendor id 0xffff");
	diag_clear(&diag);
	is_gone = false;
	assert_int_equal(pci_open(&device, f, 65536, &diag), FL_OK);
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
	stuck_command = 4;
	assert_int_equal(pci_open(&device, f, 65536, &diag), FL_ERR_MISMATCH);
	assert_contains(diag.message, "command reads");
	assert_int_equal(camera.config[4], 0);
	assert_int_equal(camera.config[0x92], 0x81);
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
	assert_int_equal(pci_open(&device, find(0x9d32), 256, &diag), FL_ERR_NOTFOUND);
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
		cmocka_unit_test(bars_lost_on_the_way_to_d0_come_back),
		cmocka_unit_test(a_bar_that_firmware_knows_is_placed_again),
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
