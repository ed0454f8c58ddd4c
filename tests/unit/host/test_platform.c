/* test_platform.c: the host machine keeps the platform contract, and breaks when told to. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "tests/host/host.h"

static const struct pci_address cio2 = {0, 0, 0x14, 3};

static int setup(void **state)
{
	(void)state;
	host_reset(11);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	host_reset(0);
	return 0;
}

/* ---- heap --------------------------------------------------------------------------------- */

static void heap_is_zeroed_and_counted(void **state)
{
	uint8_t *block = platform_alloc(100);

	(void)state;
	assert_non_null(block);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(block[i], 0);
	assert_int_equal((uintptr_t)block % 16, 0);
	assert_int_equal(host_leaks(), 1);
	platform_free(block);
	platform_free(NULL);
	assert_int_equal(host_leaks(), 0);
}

static void the_kth_allocation_fails_once(void **state)
{
	struct platform_dma dma;
	void *first;

	(void)state;
	host_fail_allocation(2);
	first = platform_alloc(1);
	assert_non_null(first);
	assert_int_equal(platform_dma_alloc(cio2, 1, 32, &dma), FL_ERR_NOMEM);
	assert_int_equal(platform_dma_alloc(cio2, 1, 32, &dma), FL_OK);
	assert_int_equal(host_allocations(), 3);
	assert_int_equal(host_leaks(), 2);
	platform_dma_free(cio2, &dma);
	platform_free(first);
}

/* ---- time, console, screen ---------------------------------------------------------------- */

static void time_moves_only_by_what_is_done(void **state)
{
	uint64_t start = host_time_ns();

	(void)state;
	platform_delay_us(50);
	assert_int_equal(host_time_ns(), start + 50000);
	platform_pci_read((struct pci_address){0, 0, 0, 0}, 0, 4);
	assert_int_equal(host_time_ns(), start + 51000);
	assert_true(platform_time_ns() > start + 51000); /* a loop on the clock ends */
}

static void console_and_keys(void **state)
{
	(void)state;
	platform_console_write("ok 1 a\n");
	platform_console_write("ok 2 b\n");
	assert_string_equal(host_console(), "ok 1 a\nok 2 b\n");
	assert_int_equal(platform_console_key(), -1);
	host_set_keys(".q\x1b");
	assert_int_equal(platform_console_key(), -1);
	assert_int_equal(platform_console_key(), 'q');
	assert_int_equal(platform_console_key(), PLATFORM_KEY_ESC);
	assert_int_equal(platform_console_key(), -1);
}

static void screen_takes_a_picture(void **state)
{
	const uint32_t pixels[6] = {1, 2, 3, 4, 5, 6};
	const uint32_t *screen;
	unsigned width, height;

	(void)state;
	host_set_screen(8, 4);
	assert_true(platform_screen_size(&width, &height));
	platform_screen_blit(pixels, 3, 6, 2, 2, 2);
	screen = host_screen(&width, &height);
	assert_int_equal(screen[2 * 8 + 6], 1);
	assert_int_equal(screen[3 * 8 + 7], 5);
	assert_int_equal(screen[0], 0);
	host_set_screen(0, 0);
	assert_false(platform_screen_size(&width, &height));
}

/* ---- files -------------------------------------------------------------------------------- */

static void count_names(void *context, const char *name, bool is_dir)
{
	unsigned *counts = context;

	counts[is_dir]++;
	assert_null(strchr(name, '/'));
}

static void files_live_in_directories(void **state)
{
	unsigned counts[2] = {0, 0};
	void *data;
	size_t size;

	(void)state;
	assert_int_equal(platform_file_write("a/b.txt", "x", 1), FL_ERR_NOTFOUND);
	assert_int_equal(platform_dir_create("a/sub/deep"), FL_OK);
	assert_int_equal(platform_file_write("a/b.txt", "hello", 5), FL_OK);
	assert_int_equal(platform_file_write("A/B.TXT", "hi", 2), FL_OK); /* FAT: the same file */
	assert_int_equal(platform_file_read("a/b.txt", &data, &size), FL_OK);
	assert_int_equal(size, 2);
	assert_string_equal(data, "hi");
	platform_free(data);
	assert_int_equal(platform_file_exists("a/sub"), FL_OK);
	assert_int_equal(platform_file_exists("a/none"), FL_ERR_NOTFOUND);
	assert_int_equal(platform_dir_list("a", count_names, counts), FL_OK);
	assert_int_equal(counts[0], 1);
	assert_int_equal(counts[1], 1);
	assert_int_equal(platform_dir_list("none", count_names, counts), FL_ERR_NOTFOUND);
	assert_int_equal(host_file_count(), 1);
	assert_int_equal(platform_file_remove("a/none"), FL_ERR_NOTFOUND);
	assert_int_equal(platform_file_remove("a/b.txt"), FL_OK);
	assert_int_equal(platform_file_exists("a/b.txt"), FL_ERR_NOTFOUND);
}

static void disks_fail_in_every_way(void **state)
{
	uint64_t free_bytes;

	(void)state;
	host_disk_capacity(10);
	assert_int_equal(platform_file_write("a", "12345678", 8), FL_OK);
	assert_int_equal(platform_volume_free(&free_bytes), FL_OK);
	assert_int_equal(free_bytes, 2);
	assert_int_equal(platform_file_write("b", "123", 3), FL_ERR_NOSPACE);
	assert_int_equal(platform_file_write("a", "1234567890", 10), FL_OK);
	host_fail_write(2, FL_ERR_IO);
	assert_int_equal(platform_file_write("a", "1", 1), FL_OK);
	assert_int_equal(platform_file_write("a", "2", 1), FL_ERR_IO);
	assert_int_equal(platform_file_write("a", "3", 1), FL_OK);
	host_disk_readonly(true);
	assert_int_equal(platform_file_write("a", "4", 1), FL_ERR_READONLY);
	assert_int_equal(platform_file_remove("a"), FL_ERR_READONLY);
	assert_int_equal(platform_dir_create("d"), FL_ERR_READONLY);
	assert_int_equal(platform_volume_free(&free_bytes), FL_ERR_READONLY);
	assert_memory_equal(host_file_get("a", NULL), "3", 1);
}

static void slow_disks_take_time(void **state)
{
	static uint8_t data[100000];
	const uint64_t start = host_time_ns();
	void *back;
	size_t size;

	(void)state;
	host_disk_speed(1000000);
	assert_int_equal(platform_file_write("a", data, sizeof(data)), FL_OK);
	assert_int_equal(host_time_ns(), start + 100000000);
	assert_int_equal(platform_file_read("a", &back, &size), FL_OK);
	assert_int_equal(host_time_ns(), start + 200000000);
	platform_free(back);
}

/* 3 clusters of 8: a directory takes one, 9 bytes take two. */
static void clusters_are_given_whole(void **state)
{
	uint64_t free_bytes;

	(void)state;
	host_disk_cluster(8);
	host_disk_capacity(24);
	assert_int_equal(platform_dir_create("d"), FL_OK);
	assert_int_equal(platform_file_write("d/a", "123456789", 9), FL_OK);
	assert_int_equal(platform_volume_free(&free_bytes), FL_OK);
	assert_int_equal(free_bytes, 0);
	assert_int_equal(platform_dir_create("e"), FL_ERR_NOSPACE);
	assert_int_equal(platform_file_write("d/a", "1234567890123456", 16), FL_OK);
	assert_int_equal(platform_file_write("d/a", "12345678901234567", 17), FL_ERR_NOSPACE);
}

static void one_write_is_stored_wrong(void **state)
{
	static const char zero[32];

	(void)state;
	host_corrupt_write(2);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(platform_file_write("a", zero, sizeof(zero)), FL_OK);
		assert_int_equal(memcmp(host_file_get("a", NULL), zero, sizeof(zero)) != 0, i == 1);
	}
}

static void a_stick_that_is_pulled_is_gone(void **state)
{
	void *data;
	size_t size;

	(void)state;
	assert_int_equal(platform_file_write("a", "12345678", 8), FL_OK);
	host_disk_pull_after(8);
	assert_int_equal(platform_file_write("b", "1234567", 7), FL_OK);
	assert_int_equal(platform_file_write("c", "12", 2), FL_ERR_IO);
	assert_int_equal(platform_file_write("d", "1", 1), FL_ERR_IO);
	assert_int_equal(platform_file_read("a", &data, &size), FL_ERR_NOTFOUND);
	assert_int_equal(platform_file_exists("a"), FL_ERR_NOTFOUND);
	assert_int_equal(platform_dir_create("e"), FL_ERR_IO);
	assert_int_equal(platform_file_remove("a"), FL_ERR_IO);
	assert_non_null(host_file_get("b", NULL));
	assert_null(host_file_get("c", NULL));
}

static void a_stick_is_pulled_at_a_moment(void **state)
{
	uint64_t free_bytes;

	(void)state;
	host_disk_pull_at(host_time_ns() + 1000000);
	assert_int_equal(platform_file_write("a", "1", 1), FL_OK);
	platform_delay_us(1000);
	assert_int_equal(platform_file_write("b", "1", 1), FL_ERR_IO);
	assert_int_equal(platform_volume_free(&free_bytes), FL_ERR_IO);
}

/* ---- a CPU that is away ------------------------------------------------------------------- */

static void stalls_take_time_from_the_cpu(void **state)
{
	uint64_t away = 0;

	(void)state;
	host_set_stalls(25000000, 4000000);
	for (unsigned i = 0; i < 1000; i++)
		platform_mmio_read(0xfe000000, 4); /* 1 us each, and 100 us of work */
	assert_int_equal(host_stalls(NULL), 0);
	for (unsigned i = 0; i < 1000; i++)
		platform_delay_us(100);
	assert_in_range(host_stalls(&away), 15, 40); /* every 2 to 6 ms in 100 ms of work */
	assert_in_range(away, host_stalls(NULL) * 12500000, host_stalls(NULL) * 37500000);
	assert_int_equal(host_time_ns(), away + 101000000);
	host_set_stalls(0, 0);
	platform_delay_us(100000);
	assert_int_equal(host_time_ns(), away + 201000000);
}

static void a_key_comes_at_its_time(void **state)
{
	(void)state;
	host_key_at(host_time_ns() + 5000, PLATFORM_KEY_ESC);
	assert_int_equal(platform_console_key(), -1);
	platform_delay_us(5);
	assert_int_equal(platform_console_key(), PLATFORM_KEY_ESC);
	assert_int_equal(platform_console_key(), -1);
}

static void slow_screens_take_time(void **state)
{
	static const uint32_t pixels[100 * 100];
	uint64_t start = host_time_ns();

	(void)state;
	host_screen_speed(1000000);
	platform_screen_blit(pixels, 100, 0, 0, 100, 100);
	assert_int_equal(host_time_ns(), start + 40000000);
	start = host_time_ns();
	platform_console_write("ab");
	assert_int_equal(host_time_ns(), start + 2 * 8 * 19 * 4 * 1000);
}

/* ---- PCI ---------------------------------------------------------------------------------- */

static void fake_function_answers(void **state)
{
	const struct pci_address at = {0, 2, 3, 1};
	struct host_pci function;

	(void)state;
	host_pci_init(&function, 2, 3, 1, 0x8086, 0x1234, 0x048000);
	host_pci_bar(&function, 0, 0x10000, 0, 0xe0000000);
	host_add_pci(&function);
	assert_int_equal(platform_pci_read(at, 0, 4), 0x12348086);
	assert_int_equal(platform_pci_read(at, 2, 2), 0x1234);
	assert_int_equal(platform_pci_read(at, 11, 1), 0x04);
	platform_pci_write(at, 0, 4, 0);
	assert_int_equal(platform_pci_read(at, 0, 4), 0x12348086);
	platform_pci_write(at, 0x10, 4, 0xffffffff);
	assert_int_equal(platform_pci_read(at, 0x10, 4), 0xffff0000);
	assert_int_equal(platform_pci_read((struct pci_address){0, 2, 3, 0}, 0, 4), 0xffffffff);
	assert_int_equal(platform_pci_read((struct pci_address){0, 2, 3, 0}, 0, 2), 0xffff);
}

static uint32_t window_read(void *context, uint64_t offset, unsigned width)
{
	return *(uint32_t *)context + (uint32_t)offset + width;
}

static void register_window_answers(void **state)
{
	uint32_t base = 0x100;
	const struct host_mmio window = {0xfe000000, 0x1000, window_read, NULL, &base};

	(void)state;
	host_add_mmio(&window);
	assert_int_equal(platform_mmio_read(0xfe000010, 4), 0x114);
	assert_int_equal(host_stray_accesses(), 0);
	assert_int_equal(platform_mmio_read(0xfe001000, 4), 0xffffffff);
	assert_int_equal(platform_mmio_read(0xfe000002, 4), 0xffffffff);
	assert_int_equal(host_stray_accesses(), 2);
}

/* ---- the board ---------------------------------------------------------------------------- */

static void board_is_where_firmware_put_it(void **state)
{
	uint32_t bar;

	(void)state;
	assert_non_null(host_attach_board(NULL));
	assert_int_equal(platform_pci_read((struct pci_address){0, 0, 0, 0}, 8, 4) >> 16, 0x0600);
	assert_int_equal(platform_pci_read(cio2, 0, 4), 0x9d328086);
	bar = platform_pci_read(cio2, 0x10, 4) & ~15u;
	assert_true(bar >= 0xd0000000);
	platform_mmio_read(bar, 4);
	assert_int_equal(host_stray_accesses(), 0);
	platform_pci_write(cio2, 0x10, 4, 0xe8000000);
	platform_mmio_read(bar, 4);
	assert_int_equal(host_stray_accesses(), 1);
	host_detach();
	assert_int_equal(platform_pci_read(cio2, 0, 4), 0xffffffff);
}

/* A channel of the CIO2 that was started and not stopped may fetch its table at any moment. */
static void memory_of_a_device_at_work_is_not_given_back(void **state)
{
	const uint32_t dma_control = 0x1508, run = 0xdc00021f;
	struct platform_dma dma, other;
	uint32_t bar;

	(void)state;
	host_check_freed(true);
	assert_non_null(host_attach_board(NULL));
	assert_int_equal(platform_dma_alloc(cio2, 1, 32, &dma), FL_OK);
	assert_int_equal(platform_dma_alloc(cio2, 1, 32, &other), FL_OK);
	bar = platform_pci_read(cio2, 0x10, 4) & ~15u;
	platform_pci_write(cio2, 4, 2, 6);
	platform_mmio_write(bar + dma_control, 4, run);
	platform_dma_free(cio2, &dma);
	assert_int_equal(host_finding_count(), 1);
	assert_int_equal(host_finding(0)->kind, HOST_FREED_IN_USE);
	platform_mmio_write(bar + dma_control, 4, 0);
	platform_delay_us(10000);
	platform_dma_free(cio2, &other);
	assert_int_equal(host_finding_count(), 1);
}

static void wrong_option_gives_no_board(void **state)
{
	const char *const faults[] = {"no-such-fault"};
	const struct vboard_options options = {.faults = faults, .fault_count = 1};

	(void)state;
	assert_null(host_attach_board(&options));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(heap_is_zeroed_and_counted),
		TEST(the_kth_allocation_fails_once),
		TEST(time_moves_only_by_what_is_done),
		TEST(console_and_keys),
		TEST(screen_takes_a_picture),
		TEST(files_live_in_directories),
		TEST(disks_fail_in_every_way),
		TEST(fake_function_answers),
		TEST(register_window_answers),
		TEST(board_is_where_firmware_put_it),
		TEST(wrong_option_gives_no_board),
		TEST(slow_disks_take_time),
		TEST(clusters_are_given_whole),
		TEST(one_write_is_stored_wrong),
		TEST(a_stick_that_is_pulled_is_gone),
		TEST(a_stick_is_pulled_at_a_moment),
		TEST(stalls_take_time_from_the_cpu),
		TEST(a_key_comes_at_its_time),
		TEST(slow_screens_take_time),
		TEST(memory_of_a_device_at_work_is_not_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
