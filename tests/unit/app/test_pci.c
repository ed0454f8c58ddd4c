/* test_pci.c: machines with many PCI functions, and functions that firmware gave no address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/app/said.h"

#define PROBE "probe --mode 640x360 --at-end exit"

/* ---- many functions ------------------------------------------------------------------------- */

/* Behind two bridges, so that they come before the camera's in no list: 255 and more. */
static void add_crowd(unsigned count)
{
	static struct host_pci f;

	for (unsigned i = 0; i < count; i++) {
		host_pci_init(&f, 1, i / 8 % 32, i % 8, 0x1234, (uint16_t)(0x1000 + i), 0xff0000);
		f.address.bus = (uint8_t)(1 + i / 256);
		host_add_pci(&f);
	}
	host_pci_init(&f, 0, 1, 0, 0x8086, 0x1901, 0x060400);
	f.config[0x0e] = 1;
	f.config[0x19] = 1;
	f.config[0x1a] = 1;
	host_add_pci(&f);
	f.address.device = 2;
	f.config[0x19] = f.config[0x1a] = 2;
	host_add_pci(&f);
}

/* The list has all of them; the board's are found although most of the machine comes before. */
static void a_crowded_machine_is_listed_whole(void **state)
{
	(void)state;
	rom_prepare(1);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	add_crowd(300);
	assert_int_equal(rom_run("list --at-end exit"), 0);
	for (unsigned i = 0; i < 300; i++) {
		char id[16];

		snprintf(id, sizeof id, "[1234:%04x]", 0x1000 + i);
		if (!strstr(host_console(), id))
			fail_msg("%s is not listed", id);
	}
	assert_non_null(strstr(host_console(), "[8086:9d32]"));
	assert_non_null(strstr(host_console(), "board soraka"));
	nothing_is_left();
}

/* `pci =` of a board file sees every function, the last one too. */
static void a_board_is_matched_by_any_function(void **state)
{
	static const char board[] = "[board]\nname = last\n[match]\npci = 1234:112b\n"
				    "[bus I2C2]\npci = 00:15.2\n[camera c]\nsensor = ov5670\n"
				    "bus = I2C2\naddress = 0x36\nport = 1\ndata-lanes = 1 2\n"
				    "orientation = front\n";

	(void)state;
	rom_prepare(2);
	host_set_smbios(NULL, 0);
	host_file_put("firstlight/boards/last.ini", board, sizeof board - 1);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	add_crowd(300); /* the last is 0x112b */
	assert_int_equal(rom_run("list --at-end exit"), 0);
	assert_non_null(strstr(host_console(), "board last"));
	nothing_is_left();
}

static void no_memory_for_the_list_is_told(void **state)
{
	(void)state;
	for (unsigned long k = 1; k <= 12; k++) {
		int status;

		rom_prepare(4);
		rom_attach(NULL, VBOARD_FPS_SENSOR);
		host_fail_allocation(k);
		status = rom_run("list --at-end exit");
		if (status && !strstr(host_console(), "memory"))
			fail_msg("allocation %lu: status %d\n%s", k, status, host_console());
		nothing_is_left();
	}
}

/* ---- functions without an address ------------------------------------------------------------- */

static const char words[] = " BAR 0 is unassigned";

static void attach_without(unsigned device, unsigned func)
{
	rom_prepare(3);
	rom_put_firmware();
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	host_unassign_bar(device, func);
}

/* Everybody who opens a function says why it cannot be, and does not go on with address 0. */
static void a_receiver_without_address_is_told(void **state)
{
	(void)state;
	attach_without(0x14, 3);
	assert_int_equal(rom_run(PROBE), 1);
	want("pci.ready", "", "FAIL", "00:14.3 8086:9d32 BAR 0 is unassigned");
	assert_int_equal(rom_run("regs cio2 --at-end exit"), 2);
	assert_non_null(strstr(host_console(), words));
	assert_int_equal(host_stray_accesses(), 0);
	nothing_is_left();
}

static void an_imgu_without_address_is_told(void **state)
{
	(void)state;
	attach_without(5, 0);
	assert_int_equal(rom_run("mmu --at-end exit"), 1);
	want("mmu.up", "", "FAIL", "00:05.0 8086:1919 BAR 0 is unassigned");
	assert_int_equal(rom_run("regs imgu --at-end exit"), 2);
	assert_non_null(strstr(host_console(), words));
	assert_int_equal(host_stray_accesses(), 0);
	nothing_is_left();
}

static void a_controller_without_address_is_told(void **state)
{
	(void)state;
	attach_without(0x19, 2);
	assert_int_equal(rom_run(PROBE), 1);
	want("pci.i2c", "ov5670", "FAIL", "00:19.2 8086:9d64 BAR 0 is unassigned");
	want("pci.i2c", "ov13858", "PASS", "");
	want("sensor.mode", "ov13858", "PASS", "");
	want("device.restored", "", "PASS", "");
	assert_int_equal(host_stray_accesses(), 0);
	nothing_is_left();
}

/* ---- functions that are asleep ---------------------------------------------------------------- */

static const struct pci_address sleepers[] = {
	{0, 0, 0x05, 0}, {0, 0, 0x14, 3}, {0, 0, 0x15, 2}, {0, 0, 0x19, 2}};

#define SLEEPERS (sizeof sleepers / sizeof *sleepers)

/* Offset of PMCSR, from the list of capabilities. */
static unsigned pmcsr(struct pci_address function)
{
	unsigned at = platform_pci_read(function, 0x34, 1);

	while (platform_pci_read(function, at, 1) != 1)
		at = platform_pci_read(function, at + 1, 1);
	return at + 4;
}

static void read_all(uint32_t config[SLEEPERS][64])
{
	for (size_t i = 0; i < SLEEPERS; i++)
		for (unsigned k = 0; k < 64; k++)
			config[i][k] = platform_pci_read(sleepers[i], 4 * k, 4);
}

/* As an OS, an earlier run, or firmware that parks them leaves the cameras' functions: everything passes,
 * they sleep again, and the next run finds what this one found. */
static void sleeping_functions_are_woken_and_put_back(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 6; seed++) {
		uint32_t before[SLEEPERS][64], after[SLEEPERS][64];

		rom_prepare(seed);
		rom_put_firmware();
		rom_attach_seed(NULL, VBOARD_FPS_SENSOR, seed);
		for (size_t i = 0; i < SLEEPERS; i++)
			platform_pci_write(sleepers[i], pmcsr(sleepers[i]), 2, 3);
		read_all(before);
		assert_int_equal(before[0][4] & ~15u, 0); /* the ImgU has forgotten its BAR */
		for (unsigned again = 0; again < 2; again++) {
			if (rom_run("run --camera ov5670 --mode 640x360 --frames 1 --cycles 1 "
				    "--at-end exit")) {
				print_error("%s\n", host_console());
				fail_msg("seed %u does not pass", seed);
			}
			want("pci.imgu", "", "PASS", "");
			want("device.restored", "", "PASS", "");
			read_all(after);
			assert_memory_equal(before, after, sizeof before);
		}
		nothing_is_left();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_crowded_machine_is_listed_whole),
		cmocka_unit_test(a_board_is_matched_by_any_function),
		cmocka_unit_test(no_memory_for_the_list_is_told),
		cmocka_unit_test(a_receiver_without_address_is_told),
		cmocka_unit_test(an_imgu_without_address_is_told),
		cmocka_unit_test(a_controller_without_address_is_told),
		cmocka_unit_test(sleeping_functions_are_woken_and_put_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
