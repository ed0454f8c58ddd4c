/*
 * test_memory.c: the two-faced memory tells a right order of stores, flushes, fences and device
 * accesses from every wrong one, and says what is missing.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "cache/lines.h"
#include "tests/host/memory.h"

#define LINES_PER_PAGE (PAGE_SIZE / CACHE_LINE_SIZE)

static const struct pci_address device = {0, 0, 0x14, 3};

struct bench {
	struct platform_dma table, frame;
};

static int setup(void **state)
{
	static struct bench bench;

	host_reset(7);
	host_set_adversary(0);
	memset(&bench, 0, sizeof(bench));
	assert_int_equal(platform_dma_alloc(device, 1, 32, &bench.table), FL_OK);
	assert_int_equal(platform_dma_alloc(device, 2, 32, &bench.frame), FL_OK);
	host_name_range(bench.table.cpu, PAGE_SIZE, "table");
	host_name_range(bench.frame.cpu, 2 * PAGE_SIZE, "frame");
	*state = &bench;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	host_reset(0);
	return 0;
}

typedef void flush_function(const void *line, size_t count);

static void flush(flush_function *with, const struct platform_dma *memory)
{
	with(memory->cpu, memory->pages * LINES_PER_PAGE);
	cache_fence();
}

static void expect_finding(enum host_finding_kind kind, const char *structure, const char *missing)
{
	const struct host_finding *f = host_finding(0);

	assert_true(host_finding_count() > 0);
	if (f->kind != kind || !strstr(f->text, missing))
		host_print_findings();
	assert_int_equal(f->kind, kind);
	assert_string_equal(f->structure, structure);
	assert_non_null(strstr(f->text, missing));
}

/* Table to the device, frame from the device, all in order. */
static void capture(const struct bench *b, flush_function *with)
{
	uint8_t table[PAGE_SIZE];
	uint8_t frame[2 * PAGE_SIZE];

	memset(b->table.cpu, 0x11, PAGE_SIZE);
	memset(b->frame.cpu, 0, 2 * PAGE_SIZE);
	flush(with, &b->table);
	flush(with, &b->frame);
	assert_true(host_device_read(b->table.bus, table, sizeof(table)));
	assert_int_equal(table[PAGE_SIZE - 1], 0x11);
	memset(frame, 0x22, sizeof(frame));
	assert_true(host_device_write(b->frame.bus, frame, sizeof(frame)));
	cache_fence();
	flush(with, &b->frame);
	assert_memory_equal(b->frame.cpu, frame, sizeof(frame));
}

static void right_order_has_no_findings(void **state)
{
	flush_function *const methods[] = {cache_lines_clflush, cache_lines_clflushopt};

	for (unsigned i = 0; i < 2; i++) {
		for (uint64_t seed = 1; seed < 20; seed++) {
			setup(state);
			host_set_adversary(1);
			capture(*state, methods[i]);
			capture(*state, methods[i]);
			host_print_findings();
			assert_int_equal(host_finding_count(), 0);
		}
	}
}

static void every_lost_misplaced_call_is_found(void **state)
{
	const enum host_mutation kinds[] = {HOST_MUTATE_DROP, HOST_MUTATE_LATE, HOST_MUTATE_EARLY};
	unsigned long calls;

	capture(*state, cache_lines_clflushopt);
	calls = host_primitive_calls();
	for (unsigned kind = 0; kind < 3; kind++) {
		for (unsigned long n = 1; n <= calls; n++) {
			const struct bench *b;
			uint8_t data[2 * PAGE_SIZE];

			setup(state);
			b = *state;
			host_mutate(kinds[kind], n);
			memset(b->table.cpu, 0x11, PAGE_SIZE);
			flush(cache_lines_clflushopt, &b->table);
			host_device_read(b->table.bus, data, PAGE_SIZE);
			memset(b->frame.cpu, 0, 2 * PAGE_SIZE);
			flush(cache_lines_clflushopt, &b->frame);
			memset(data, 0x22, sizeof(data));
			host_device_write(b->frame.bus, data, sizeof(data));
			cache_fence();
			flush(cache_lines_clflushopt, &b->frame);
			memcpy(data, b->frame.cpu, sizeof(data));
			if (!host_finding_count())
				print_message("mutation %u of call %lu survived\n", kinds[kind], n);
			assert_true(host_finding_count() > 0);
		}
	}
}

/* In a sweep, so that children end: what `capture` asserts comes back as `passed`. */
static void a_sweep_catches_all_that_matters(void **state)
{
	const struct bench *b;
	struct host_sweep score;
	uint8_t seen[PAGE_SIZE];
	bool passed;

	setup(state);
	b = *state;
	host_sweep_begin();
	memset(b->table.cpu, 0x11, PAGE_SIZE);
	flush(cache_lines_clflushopt, &b->table);
	passed = host_device_read(b->table.bus, seen, sizeof(seen)) && seen[77] == 0x11;
	host_sweep_end(passed, &score);
	assert_int_equal(score.calls, 2);
	assert_int_equal(score.mutations, 6);
	assert_int_equal(score.caught, 6);
	assert_int_equal(score.survived, 0);
}

static void a_sweep_tells_what_is_redundant(void **state)
{
	const struct bench *b;
	struct host_sweep score;
	uint8_t seen[PAGE_SIZE];

	setup(state);
	b = *state;
	host_sweep_begin();
	memset(b->table.cpu, 0x11, PAGE_SIZE);
	flush(cache_lines_clflushopt, &b->table);
	host_device_read(b->table.bus, seen, sizeof(seen));
	flush(cache_lines_clflushopt, &b->table); /* nothing to do any more */
	flush(cache_lines_clflushopt, &b->frame); /* nobody uses it */
	host_sweep_end(true, &score);
	assert_int_equal(score.calls, 6);
	assert_int_equal(score.idle, 2);
	assert_int_equal(score.caught, 6);
	assert_int_equal(score.survived, 6);
}

static void unflushed_memory_is_poison(void **state)
{
	const struct bench *b = *state;
	uint8_t seen[4];

	memset(b->table.cpu, 0x11, PAGE_SIZE);
	assert_true(host_device_read(b->table.bus + 64, seen, sizeof(seen)));
	assert_int_equal(seen[0], 0xdb);
	expect_finding(HOST_NEVER_WRITTEN_BACK, "table", "no write-back");
	assert_true(host_finding(0)->bus == b->table.bus + 64);
}

static void store_after_flush_is_stale_for_the_device(void **state)
{
	const struct bench *b = *state;
	uint32_t seen;

	memset(b->table.cpu, 0, PAGE_SIZE);
	flush(cache_lines_clflushopt, &b->table);
	((uint32_t *)b->table.cpu)[17] = 0x1234;
	host_device_read(b->table.bus + 64, &seen, 4); /* word 16: same line, unchanged bytes */
	assert_int_equal(host_finding_count(), 0);
	host_device_read(b->table.bus + 68, &seen, 4);
	assert_int_equal(seen, 0);
	expect_finding(HOST_DEVICE_STALE, "table", "no write-back between the CPU's store");
}

static void flush_without_fence_is_found(void **state)
{
	const struct bench *b = *state;
	uint32_t seen;

	cache_lines_clflushopt(b->table.cpu, LINES_PER_PAGE);
	host_device_read(b->table.bus, &seen, 4);
	expect_finding(HOST_NO_FENCE, "table", "no fence");
}

static void clflush_is_ordered_with_stores(void **state)
{
	const struct bench *b = *state;
	uint32_t seen;

	((uint32_t *)b->table.cpu)[0] = 0x55;
	cache_lines_clflush(b->table.cpu, 1);
	host_device_read(b->table.bus, &seen, 4);
	assert_int_equal(seen, 0x55);
	assert_int_equal(host_finding_count(), 0);
}

static void store_between_flush_and_fence_stays_dirty(void **state)
{
	const struct bench *b = *state;
	uint32_t seen;

	((uint32_t *)b->table.cpu)[0] = 1;
	cache_lines_clflushopt(b->table.cpu, 1);
	((uint32_t *)b->table.cpu)[0] = 2;
	cache_fence();
	host_device_read(b->table.bus, &seen, 4);
	assert_int_equal(seen, 1);
	expect_finding(HOST_DEVICE_STALE, "table", "no write-back");
}

static void device_write_to_dirty_line_is_found(void **state)
{
	const struct bench *b = *state;
	const uint8_t byte = 9;

	flush(cache_lines_clflushopt, &b->frame);
	((uint8_t *)b->frame.cpu)[100] = 1;
	host_device_write(b->frame.bus + 65, &byte, 1);
	expect_finding(HOST_DIRTY_OVERWRITE, "frame", "no write-back");
	flush(cache_lines_clflushopt, &b->frame);
	assert_int_equal(host_finding(1)->kind, HOST_WRITE_BACK_OVER);
}

static void stale_read_names_the_reader(void **state)
{
	const struct bench *b = *state;
	const uint8_t byte = 0x77;
	volatile uint8_t *cpu = b->frame.cpu;
	char where[256];

	memset(b->frame.cpu, 0, 2 * PAGE_SIZE);
	flush(cache_lines_clflushopt, &b->frame);
	host_device_write(b->frame.bus + PAGE_SIZE, &byte, 1);
	assert_int_equal(host_stale_lines(b->frame.cpu, 2 * PAGE_SIZE), 1);
	assert_int_equal(cpu[PAGE_SIZE], 0);
	expect_finding(HOST_CPU_STALE, "frame", "no flush between the device's write");
	host_symbol(host_finding(0)->pc, where, sizeof(where));
	if (strstr(where, "0x") == NULL)
		assert_non_null(strstr(where, "stale_read_names_the_reader"));
}

static void clwb_does_not_make_the_cpu_see(void **state)
{
	const struct bench *b = *state;
	const uint8_t byte = 0x77;
	volatile uint8_t *cpu = b->frame.cpu;

	flush(cache_lines_clwb, &b->frame);
	host_device_write(b->frame.bus, &byte, 1);
	cache_fence();
	flush(cache_lines_clwb, &b->frame);
	assert_int_not_equal(cpu[0], 0x77);
	expect_finding(HOST_CPU_STALE, "frame", "no flush");
}

static void flush_that_may_run_before_the_device_wrote_is_found(void **state)
{
	const struct bench *b = *state;
	const uint8_t byte = 0x77;
	volatile uint8_t *cpu = b->frame.cpu;

	flush(cache_lines_clflushopt, &b->frame);
	host_device_write(b->frame.bus, &byte, 1);
	flush(cache_lines_clflushopt, &b->frame); /* no fence after the device was seen to finish */
	assert_int_not_equal(cpu[0], 0x77);
	expect_finding(HOST_CPU_STALE, "frame", "no fence between seeing the device finish");
}

static void wbinvd_does_both(void **state)
{
	const struct bench *b = *state;
	const uint8_t byte = 0x77;
	uint8_t seen;

	memset(b->frame.cpu, 5, 2 * PAGE_SIZE);
	cache_wbinvd();
	host_device_read(b->frame.bus + 200, &seen, 1);
	assert_int_equal(seen, 5);
	host_device_write(b->frame.bus, &byte, 1);
	cache_wbinvd();
	assert_int_equal(((volatile uint8_t *)b->frame.cpu)[0], 0x77);
	assert_int_equal(host_finding_count(), 0);
}

static void eviction_does_not_excuse_a_missing_flush(void **state)
{
	const struct bench *b = *state;
	uint8_t seen;

	flush(cache_lines_clflushopt, &b->table);
	host_set_adversary(1);
	memset(b->table.cpu, 1, PAGE_SIZE);
	for (unsigned i = 0; i < 20000; i++)
		platform_time_ns();
	assert_int_equal(host_dirty_lines(b->table.cpu, PAGE_SIZE), 0);
	host_device_read(b->table.bus, &seen, 1);
	assert_int_equal(seen, 1);
	expect_finding(HOST_DEVICE_STALE, "table", "only an eviction");
}

static void clean_lines_may_be_fetched_again(void **state)
{
	const struct bench *b = *state;
	const uint8_t byte = 0x77;

	flush(cache_lines_clflushopt, &b->table);
	host_device_write(b->table.bus, &byte, 1);
	host_set_adversary(1);
	for (unsigned i = 0; i < 20000 && host_stale_lines(b->table.cpu, 1); i++)
		platform_time_ns();
	assert_int_equal(((volatile uint8_t *)b->table.cpu)[0], 0x77);
}

/* The adversary comes between a flush and its fence: the line was clean, and nothing is written back. */
static void a_line_fetched_under_a_flush_is_not_written_back(void **state)
{
	const struct bench *b = *state;
	uint8_t byte = 0x77;
	size_t line;

	flush(cache_lines_clflushopt, &b->table);
	host_device_write(b->table.bus, &byte, 1);
	cache_fence();
	cache_lines_clflushopt(b->table.cpu, 1);
	byte = 0x78;
	host_device_write(b->table.bus, &byte, 1);
	assert_true(memory_line(b->table.cpu, &line));
	memory_refetch(line);
	cache_fence();
	assert_int_equal(((volatile uint8_t *)b->table.cpu)[0], 0x78);
	byte = 0;
	assert_true(host_device_read(b->table.bus, &byte, 1));
	assert_int_equal(byte, 0x78);
	host_device_write(b->table.bus, &byte, 1);
	assert_int_equal(host_finding_count(), 0);
}

static void coherent_machine_needs_nothing(void **state)
{
	struct platform_dma dma;
	uint32_t seen = 5;

	(void)state;
	host_reset(1);
	host_set_coherent(true);
	assert_int_equal(platform_dma_alloc(device, 1, 32, &dma), FL_OK);
	*(uint32_t *)dma.cpu = 0x1234;
	assert_true(host_device_read(dma.bus, &seen, 4));
	assert_int_equal(seen, 0x1234);
	seen = 0x4321;
	assert_true(host_device_write(dma.bus, &seen, 4));
	assert_int_equal(*(uint32_t *)dma.cpu, 0x4321);
	assert_int_equal(host_finding_count(), 0);
}

static void every_addressing_reaches_the_same_bytes(void **state)
{
	(void)state;
	for (int mode = HOST_BUS_OFFSET; mode <= HOST_BUS_HIGH; mode++) {
		struct platform_dma dma[50];
		uint8_t seen;

		host_reset((uint64_t)mode + 3);
		host_set_addressing((enum host_addressing)mode);
		for (unsigned i = 0; i < 50; i++) {
			assert_int_equal(platform_dma_alloc(device, 1 + i % 3, 39, &dma[i]), FL_OK);
			memset(dma[i].cpu, (int)i, dma[i].pages * PAGE_SIZE);
			flush(cache_lines_clflushopt, &dma[i]);
			assert_int_equal(dma[i].bus % PAGE_SIZE, 0);
			assert_true((mode == HOST_BUS_IDENTITY) ==
				    (dma[i].bus == (uintptr_t)dma[i].cpu));
			assert_true(mode == HOST_BUS_IOMMU ||
				    (mode == HOST_BUS_HIGH) == (dma[i].bus >> 32 != 0));
		}
		for (unsigned i = 0; i < 50; i++) {
			assert_true(host_device_read(dma[i].bus + dma[i].pages * PAGE_SIZE - 1,
						     &seen, 1));
			assert_int_equal(seen, i);
			assert_ptr_equal(host_bus_to_cpu(dma[i].bus + 5),
					 (uint8_t *)dma[i].cpu + 5);
			assert_false(
				host_device_read(dma[i].bus + dma[i].pages * PAGE_SIZE, &seen, 1));
		}
		assert_int_equal(host_finding_count(), 0);
		assert_int_equal(host_leaks(), 50);
		for (unsigned i = 0; i < 50; i++) {
			const uint64_t bus = dma[i].bus;

			platform_dma_free(device, &dma[i]);
			assert_false(host_device_read(bus, &seen, 1));
		}
		assert_int_equal(host_leaks(), 0);
	}
}

/* As behind an IOMMU: what is mapped for one function is nothing to another, and an address of the CPU is
 * nothing to any of them. */
static void a_function_reaches_what_is_mapped_for_it(void **state)
{
	const struct pci_address other = {0, 0, 5, 0};
	const uint16_t mine = memory_function(device), his = memory_function(other);
	unsigned above = 0;

	(void)state;
	assert_int_not_equal(mine, his);
	for (unsigned i = 0; i < 40; i++) {
		struct platform_dma dma, shared;
		uint64_t bus;
		uint32_t seen;

		host_reset(i);
		assert_int_equal(platform_dma_alloc(device, 3, 32, &dma), FL_OK);
		assert_int_equal(platform_dma_share(other, &dma, 39, &shared), FL_OK);
		for (unsigned k = 0; k < 3 * PAGE_SIZE / 4; k++)
			((uint32_t *)dma.cpu)[k] = k;
		flush(cache_lines_clflushopt, &dma);
		assert_true(dma.bus != shared.bus && dma.bus >> 32 == 0);
		above += shared.bus >> 32 != 0;
		assert_true(memory_device_read(mine, dma.bus + 8192, &seen, 4));
		assert_int_equal(seen, 2048);
		seen = 0;
		assert_true(memory_device_read(his, shared.bus + 8192, &seen, 4));
		assert_int_equal(seen, 2048);
		assert_false(memory_device_read(his, dma.bus, &seen, 4));
		assert_false(memory_device_write(mine, shared.bus, &seen, 4));
		assert_false(memory_device_read(his, shared.bus + 3 * PAGE_SIZE - 2, &seen, 4));
		assert_false(memory_device_read(mine, (uintptr_t)dma.cpu, &seen, 4));
		assert_false(memory_device_write(his, (uintptr_t)dma.cpu, &seen, 4));
		bus = shared.bus;
		platform_dma_unshare(other, &shared);
		assert_false(memory_device_read(his, bus, &seen, 4));
		assert_true(memory_device_read(mine, dma.bus, &seen, 4));
		platform_dma_free(device, &dma);
		assert_int_equal(host_leaks(), 0);
	}
	assert_in_range(above, 5, 35);
}

static void what_is_left_shared_is_forgotten(void **state)
{
	const struct pci_address other = {0, 0, 5, 0};
	struct platform_dma dma, shared;

	(void)state;
	host_reset(7);
	assert_int_equal(platform_dma_alloc(device, 1, 32, &dma), FL_OK);
	assert_int_equal(platform_dma_share(other, &dma, 24, &shared), FL_ERR_RANGE);
	assert_int_equal(platform_dma_share(other, &dma, 32, &shared), FL_OK);
	assert_ptr_equal(host_bus_to_cpu(shared.bus), dma.cpu);
	host_reset(8);
	assert_null(host_bus_to_cpu(shared.bus));
}

static void memory_comes_back_after_free(void **state)
{
	(void)state;
	host_reset(1);
	for (unsigned i = 0; i < 100; i++) {
		struct platform_dma dma;

		assert_int_equal(platform_dma_alloc(device, 4000, 32, &dma), FL_OK);
		platform_dma_free(device, &dma);
	}
}

static void address_limit_is_kept(void **state)
{
	struct platform_dma dma;

	(void)state;
	host_reset(1);
	assert_int_equal(platform_dma_alloc(device, 1, 24, &dma), FL_ERR_RANGE);
	assert_int_equal(host_leaks(), 0);
	host_set_addressing(HOST_BUS_HIGH);
	assert_int_equal(platform_dma_alloc(device, 1, 32, &dma), FL_OK);
	assert_true(dma.bus >> 32 == 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(right_order_has_no_findings),
		TEST(every_lost_misplaced_call_is_found),
		TEST(a_sweep_catches_all_that_matters),
		TEST(a_sweep_tells_what_is_redundant),
		TEST(unflushed_memory_is_poison),
		TEST(store_after_flush_is_stale_for_the_device),
		TEST(flush_without_fence_is_found),
		TEST(clflush_is_ordered_with_stores),
		TEST(store_between_flush_and_fence_stays_dirty),
		TEST(device_write_to_dirty_line_is_found),
		TEST(stale_read_names_the_reader),
		TEST(clwb_does_not_make_the_cpu_see),
		TEST(flush_that_may_run_before_the_device_wrote_is_found),
		TEST(wbinvd_does_both),
		TEST(eviction_does_not_excuse_a_missing_flush),
		TEST(clean_lines_may_be_fetched_again),
		TEST(a_line_fetched_under_a_flush_is_not_written_back),
		TEST(coherent_machine_needs_nothing),
		TEST(every_addressing_reaches_the_same_bytes),
		TEST(a_function_reaches_what_is_mapped_for_it),
		TEST(what_is_left_shared_is_forgotten),
		TEST(memory_comes_back_after_free),
		TEST(address_limit_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
