/*
 * test_check_mmu.c: rungs 10 to 12 and 22 on the virtual board: what is told, through which pages of the aperture the
 * device is asked, and memory that is short.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/checks.h"
#include "tests/host/rom.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MMU          "mmu --at-end exit"

static int run(const char *fault, const char *command, size_t pages)
{
	const char *faults[] = {fault, NULL};

	rom_prepare(1);
	rom_put_firmware();
	host_limit_dma(pages);
	host_set_adversary(0);
	rom_attach(fault ? faults : NULL, VBOARD_FPS_SENSOR);
	return rom_run(command);
}

static void want(const char *id, const char *verdict, const char *words)
{
	if (strcmp(rom_verdict(id, ""), verdict) || !rom_says(id, "", words))
		fail_msg("want %s %s with '%s'\n%s", id, verdict, words, host_console());
}

static void figures_are_told(void **state)
{
	(void)state;
	assert_int_equal(run(NULL, MMU, 2000), 0);
	want("mmu.up", "PASS", "\"l1-page\": \"0x");
	want("mmu.up", "PASS", "\"l1-readback\": \"0x");
	want("mmu.up", "PASS", "\"gate\": \"halt and unhalt acknowledged\"");
	want("mmu.boot", "PASS", "\"file\": \"firstlight/firmware/ipu3-fw.bin\"");
	want("mmu.boot", "PASS", "\"build\": \"synthetic a\"");
	want("mmu.boot", "PASS", "\"xxh128\": \"a8d480a463d82f25d7d97dbca2bdca6a\"");
	want("mmu.boot", "PASS", "\"version\": \"firstlight synthetic 1\"");
	want("mmu.boot", "PASS", "\"binaries\": 5");
	want("mmu.boot", "PASS", "\"pages-mapped\": 13");
	want("mmu.boot", "PASS", "\"sp0-data\": \"201 of 201 words\"");
	want("mmu.boot", "PASS", "\"sp1-data\": \"131 of 131 words\"");
	want("mmu.read", "PASS",
	     "\"read\": \"scattered pages, over a page boundary, both ends of the aperture\"");
	want("mmu.remap", "PASS",
	     "\"without-invalidate\": \"old page: the invalidate is necessary\"");
	want("mmu.remap", "PASS",
	     "\"with-invalidate\": \"new page: the invalidate is sufficient\"");
	want("mmu.unmap", "PASS", "\"unmapped-read\": \"lands on the dummy page\"");
	want("mmu.sizes", "PASS", "\"note\": \"no memory for 4096 pages\"");
	want("mmu.sizes", "PASS", "\"largest-bytes\": 4198400");
	assert_false(rom_says("mmu.sizes", "", "\"invalidates\": 0"));
	assert_int_equal(host_leaks(), 0);
	assert_int_equal(host_finding_count(), 0);
}

/* Eight pairs of windows, the first bytes and the last ones among them. */
static void a_frame_is_seen_by_both_devices(void **state)
{
	(void)state;
	assert_int_equal(
		run(NULL, "run --camera ov5670 --mode 640x360 --frames 2 --cycles 1 --at-end exit",
		    2000),
		0);
	want("mmu.frame", "PASS", "\"bytes-compared\": 35584");
	want("mmu.frame", "PASS", "\"frame-bytes\": 299520");
	assert_int_equal(host_leaks(), 0);
}

static void all_sizes_are_tried_where_memory_allows(void **state)
{
	(void)state;
	assert_int_equal(run(NULL, MMU, 0), 0);
	want("mmu.sizes", "PASS", "\"largest-bytes\": 67108864");
	assert_false(rom_says("mmu.sizes", "", "\"note\""));
	/* Not even the second: what there is passes, and is told. */
	assert_int_equal(run(NULL, MMU, 32), 0);
	want("mmu.sizes", "PASS", "\"note\": \"no memory for 16 pages\"");
	want("mmu.sizes", "PASS", "\"largest-bytes\": 8192");
}

/* The TLB loses entries by itself, which is legal: then nothing can be told without an invalidate. */
static void a_tlb_that_forgets_is_told(void **state)
{
	(void)state;
	assert_int_equal(run("imgu-tlb-evict=100", MMU, 2000), 0);
	want("mmu.remap", "PASS", "\"without-invalidate\": \"new page: cannot tell, nothing was");
	run("imgu-stale-tlb", MMU, 2000);
	want("mmu.remap", "FAIL", "\"with-invalidate\": \"not the new page\"");
	want("mmu.remap", "FAIL", "stale TLB: after remap and invalidate the device still reads");
	want("mmu.unmap", "FAIL", "after the unmap the device reads 0x");
	assert_false(rom_says("mmu.unmap", "", "unmapped-read"));
}

/* Pages through which a wrong bit must show: both ends of the aperture, over page boundaries, the last
 * bytes of a buffer, and both sides of the 4 MiB that a table maps. Where the buffers lie is the
 * allocator's choice: `imgu-bad-page` with other numbers finds the pages again. */
static void wrong_bits_show_where_the_device_is_asked(void **state)
{
	static const struct {
		unsigned page;
		const char *id, *words;
	} cases[] = {
		{1, "mmu.read", "end of the aperture: at IOVA 0x00001"},
		{2, "mmu.read", "end of the aperture: at IOVA 0x00002000"},
		{0xffffe, "mmu.read", "end of the aperture: at IOVA 0xffffe"},
		{0xfffff, "mmu.read", "end of the aperture: at IOVA 0xfffff000"},
		{35, "mmu.read", "scattered pages: at IOVA 0x00023"},
		{36, "mmu.read", "scattered pages: at IOVA 0x00024000"},
		{40, "mmu.read", "scattered pages: at IOVA 0x00028"},
		{48, "mmu.remap", "before the remap: at IOVA 0x00030000"},
		{54, "mmu.unmap", "before the unmap: at IOVA 0x00036000"},
		{57, "mmu.sizes", "size test: at IOVA 0x00039000"},
		{60, "mmu.sizes", "size test: at IOVA 0x0003c"},
		{77, "mmu.sizes", "size test: at IOVA 0x0004d"},
		{1023, "mmu.sizes", "size test: at IOVA 0x003ff"},
		{1024, "mmu.sizes", "size test: at IOVA 0x00400000"},
		{1101, "mmu.sizes", "size test: at IOVA 0x0044d"},
		{2048, "mmu.sizes", "size test: at IOVA 0x00800000"},
		{2127, "mmu.sizes", "size test: at IOVA 0x0084f"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char fault[40];

		snprintf(fault, sizeof fault, "imgu-bad-page=%u", cases[i].page);
		assert_int_equal(run(fault, MMU, 2000), 1);
		want(cases[i].id, "FAIL", cases[i].words);
		assert_string_equal(rom_verdict("device.restored", ""), "PASS");
		assert_int_equal(host_leaks(), 0);
	}
}

/* ---- the file ------------------------------------------------------------------------------- */

static void a_long_name_is_found_too(void **state)
{
	size_t size;
	const void *file;

	(void)state;
	rom_prepare(1);
	rom_put_firmware();
	file = host_file_get("firstlight/firmware/ipu3-fw.bin", &size);
	host_file_put("firstlight/firmware/irci_irci_ecr-master_20161208_0213_20170112_1500.bin",
		      file, size);
	platform_file_remove("firstlight/firmware/ipu3-fw.bin");
	host_limit_dma(2000);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run(MMU), 0);
	want("mmu.boot", "PASS", "_1500.bin\"");
}

static void no_file_is_a_skip_and_a_bad_one_an_error(void **state)
{
	(void)state;
	rom_prepare(1);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run("cache --at-end exit"), 0);
	want("mmu.boot", "SKIP", "no firmware on the stick (firstlight/firmware/ipu3-fw.bin)");
	want("mmu.read", "SKIP", "no firmware on the stick");
	want("cache.snoop", "SKIP", "needs the MMU and firmware on the stick: see mmu.boot");
	assert_int_equal(host_leaks(), 0);
	rom_prepare(1);
	host_file_put("firstlight/firmware/ipu3-fw.bin/x", "x", 1); /* a folder */
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run(MMU), 2);
	want("mmu.boot", "ERROR", "ipu3-fw.bin cannot be read (transfer failed)");
	want("mmu.boot", "ERROR", "\"hint\": \"is the stick sound? copy the file again\"");
}

/* ---- memory --------------------------------------------------------------------------------- */

/* What failed or could not be judged says why. */
static void no_row_is_without_words(void)
{
	const char *json = rom_result("report.json", NULL);

	json = json ? strstr(json, "\"checks\": [") : NULL;
	for (const char *at = json; at && (at = strstr(at, "\"result\": \"ERROR\"")); at++) {
		const char *message = strstr(at, "\"message\": \"");

		if (message && message[12] == '"')
			fail_msg("no words: %.300s", at - 60);
	}
}

/* Whatever allocation fails: nothing is blamed on the device, and nothing is lost. */
static void memory_that_is_short_is_no_failure(void **state)
{
	unsigned errors = 0;

	(void)state;
	for (unsigned k = 1; k < 700; k += 11) {
		int status;

		rom_prepare(1);
		rom_put_firmware();
		host_limit_dma(300);
		rom_attach(NULL, VBOARD_FPS_SENSOR);
		host_fail_allocation(k);
		status = rom_run("cache --at-end exit");
		if (status == 1)
			fail_msg("allocation %u\n%s", k, host_console());
		errors += status == 2;
		no_row_is_without_words();
		assert_int_equal(host_leaks(), 0);
	}
	assert_true(errors > 2);
}

/* ---- the cache ------------------------------------------------------------------------------ */

static void cache_figures_are_told(void **state)
{
	(void)state;
	assert_int_equal(run(NULL, "cache --at-end exit", 2000), 0);
	want("cache.maintenance", "PASS", "\"line-size\": 64");
	want("cache.maintenance", "PASS", "\"instructions\": \"clflush ");
	want("cache.maintenance", "PASS", "wbinvd\"");
	want("cache.maintenance", "PASS", "\"method\": \"clflush");
	want("cache.maintenance", "PASS", "\"clflush\": \"ns per KiB: ");
	want("cache.maintenance", "PASS", " clean, ");
	want("cache.maintenance", "PASS", "\"wbinvd-us\": ");
	want("cache.snoop", "PASS", "\"words-from-memory\": 1024");
	want("cache.snoop", "PASS", "\"words-from-cache\": 0");
	want("cache.snoop", "PASS", "\"device\": \"does not snoop\"");
	rom_prepare(1);
	rom_put_firmware();
	host_limit_dma(2000);
	host_set_coherent(true);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run("cache --at-end exit"), 0);
	want("cache.snoop", "PASS", "\"words-from-memory\": 0");
	want("cache.snoop", "PASS", "\"words-from-cache\": 1024");
	want("cache.snoop", "PASS", "snoops (or every line was evicted by luck)");
}

/* A CPU that lacks an instruction, and one that lacks them all. */
static void without_clflushopt(struct session *session)
{
	session->cache.features.clflushopt = session->cache.features.clwb = false;
	session->cache.method = CACHE_CLFLUSH;
}

static void with_all(struct session *session)
{
	session->cache.features.clflushopt = session->cache.features.clwb = true;
}

static void without_clflush(struct session *session)
{
	session->cache.features.clflush = session->cache.features.clflushopt = false;
	session->cache.features.clwb = false;
	session->cache.method = CACHE_WBINVD;
}

static void what_the_cpu_lacks_is_told(void **state)
{
	(void)state;
	rom_prepare(1);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run_spoilt(RUNG(11), "--at-end exit", without_clflushopt), 0);
	want("cache.maintenance", "PASS", "\"instructions\": \"clflush wbinvd\"");
	want("cache.maintenance", "PASS", "\"method\": \"clflush\"");
	assert_false(rom_says("cache.maintenance", "", "\"clwb\""));
	assert_false(rom_says("cache.maintenance", "", "\"clflushopt\""));
	rom_prepare(1);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run_spoilt(RUNG(11), "--at-end exit", with_all), 0);
	want("cache.maintenance", "PASS", "\"instructions\": \"clflush clflushopt clwb wbinvd\"");
	want("cache.maintenance", "PASS", "\"cpu\": \"");
	want("cache.maintenance", "PASS", "\"clflush\": \"ns per KiB: ");
	want("cache.maintenance", "PASS", "\"clflushopt\": \"ns per KiB: ");
	want("cache.maintenance", "PASS", "\"clwb\": \"ns per KiB: ");
	rom_prepare(1);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	assert_int_equal(rom_run_spoilt(RUNG(11), "--at-end exit", without_clflush), 1);
	want("cache.maintenance", "FAIL", "CPUID offers no CLFLUSH: only WBINVD is left");
	want("cache.maintenance", "FAIL", "\"instructions\": \"wbinvd\"");
	want("cache.maintenance", "FAIL", "\"method\": \"wbinvd\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_told),
		cmocka_unit_test(a_frame_is_seen_by_both_devices),
		cmocka_unit_test(all_sizes_are_tried_where_memory_allows),
		cmocka_unit_test(a_tlb_that_forgets_is_told),
		cmocka_unit_test(wrong_bits_show_where_the_device_is_asked),
		cmocka_unit_test(a_long_name_is_found_too),
		cmocka_unit_test(no_file_is_a_skip_and_a_bad_one_an_error),
		cmocka_unit_test(memory_that_is_short_is_no_failure),
		cmocka_unit_test(cache_figures_are_told),
		cmocka_unit_test(what_the_cpu_lacks_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
