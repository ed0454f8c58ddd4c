/*
 * test_cache.c: cache maintenance: whole lines and no others, the fence that ends it, and the ways of
 * CPUs that do not have CLFLUSHOPT.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <cpuid.h>
#include <stdio.h>
#include <string.h>

#include "cache/cache.h"
#include "tests/host/host.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct pci_address device = {0, 0, 5, 0};

static struct host_primitive last(unsigned long back)
{
	struct host_primitive p;

	assert_true(host_primitive(host_primitive_calls() - back, &p));
	return p;
}

static void cpu_is_asked(void **state)
{
	struct cache cache;
	struct diag diag = {0};
	unsigned eax, ebx = 0, ecx, edx;

	(void)state;
	host_reset(1);
	memset(&cache, 0xff, sizeof cache);
	assert_int_equal(cache_init(&cache, &diag), FL_OK);
	assert_true(cache.features.clflush); /* every 64-bit CPU */
	assert_int_equal(cache.features.line_size, 64);
	__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx);
	assert_int_equal(cache.features.clflushopt, ebx >> 23 & 1);
	assert_int_equal(cache.features.clwb, ebx >> 24 & 1);
	assert_int_equal(cache.method,
			 cache.features.clflushopt ? CACHE_CLFLUSHOPT : CACHE_CLFLUSH);
	assert_true(strlen(cache.features.cpu) < sizeof cache.features.cpu);
	assert_int_equal(cache.bytes_flushed, 0);
	assert_int_equal(host_witness_arms(), 1);
}

/* A CPU of our own: what each leaf answers, and the highest leaves that it has. */
static struct cache_cpuid leaf_1, leaf_7;
static uint32_t last_leaf, last_extended;

static bool fake_cpu(uint32_t leaf, struct cache_cpuid *out)
{
	static const char brand[] = "0123456789abcdefFIRSTLIGHT CPU @ 1.60GHz (rev 2)";

	if (leaf > (leaf < 0x80000000u ? last_leaf : last_extended))
		return false;
	memset(out, 0xff, sizeof *out);
	if (leaf == 1)
		*out = leaf_1;
	else if (leaf == 7)
		*out = leaf_7;
	else if (leaf - 0x80000002u < 3)
		memcpy(out, brand + 16 * (leaf - 0x80000002u), 16);
	return true;
}

/* Intel SDM volume 2, CPUID: every bit for itself, the neighbours the other way round. */
static void features_are_the_bits_of_the_manual(void **state)
{
	struct cache_features f;

	(void)state;
	last_leaf = 31;
	last_extended = 0x80000008u;
	for (unsigned bit = 0; bit < 32; bit++) {
		leaf_1 = (struct cache_cpuid){.ebx = 0xffff08ff, .edx = 1u << bit};
		leaf_7 = (struct cache_cpuid){.ebx = 1u << bit, .edx = ~0u, .ecx = ~0u};
		cache_features_read(&f, fake_cpu);
		assert_int_equal(f.line_size, 64);
		assert_int_equal(f.clflush, bit == 19);
		assert_int_equal(f.clflushopt, bit == 23);
		assert_int_equal(f.clwb, bit == 24);
		leaf_1 = (struct cache_cpuid){.ebx = 1u << bit};
		cache_features_read(&f, fake_cpu);
		assert_int_equal(f.line_size, bit >= 8 && bit < 16 ? 8u << (bit - 8) : 0);
		assert_false(f.clflush);
	}
	assert_string_equal(f.cpu, "0123456789abcdefFIRSTLIGHT CPU @ 1.60GHz (rev 2)");
}

static void leaves_that_the_cpu_lacks_say_nothing(void **state)
{
	struct cache_features f;

	(void)state;
	leaf_1 = leaf_7 = (struct cache_cpuid){~0u, ~0u, ~0u, ~0u};
	last_extended = 0x80000003u;
	last_leaf = 6;
	memset(&f, 0xff, sizeof f);
	cache_features_read(&f, fake_cpu);
	assert_true(f.clflush);
	assert_false(f.clflushopt || f.clwb);
	assert_string_equal(f.cpu, "");
	last_extended = 0x80000004u; /* just enough for the name */
	cache_features_read(&f, fake_cpu);
	assert_int_equal(strlen(f.cpu), 48);
	last_leaf = 0;
	memset(&f, 0xff, sizeof f);
	cache_features_read(&f, fake_cpu);
	assert_false(f.clflush || f.clflushopt || f.clwb);
	assert_int_equal(f.line_size, 0);
	assert_string_equal(f.cpu, "");
}

/* Lines of another size than the step of lines.asm: smaller ones would be left out. Told, and whoever goes on
 * flushes everything, the lines at both ends of a range as well. */
static void lines_of_another_size_are_refused_and_none_is_left_out(void **state)
{
	static const uint32_t sizes[] = {0, 32, 63, 65, 128};

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		const struct cache_features features = {
			.line_size = sizes[i], .clflush = true, .clflushopt = true};
		struct platform_dma memory;
		struct cache cache;
		struct diag diag = {0};
		uint8_t *page, seen[PAGE_SIZE];
		char words[64];

		host_reset(1);
		host_set_adversary(0);
		assert_int_equal(cache_choose(&cache, &features, &diag), FL_ERR_UNSUPPORTED);
		snprintf(words, sizeof words, "CLFLUSH works on %u bytes, want 64", sizes[i]);
		assert_non_null(strstr(diag.message, words));
		assert_non_null(strstr(diag.hint, "needs another step"));
		assert_int_equal(cache.features.line_size, sizes[i]);
		assert_int_equal(platform_dma_alloc(device, 1, 32, &memory), FL_OK);
		page = memory.cpu;
		memset(page, 0x5a, PAGE_SIZE);
		cache_flush_add(&cache, page + 33, PAGE_SIZE - 66);
		cache_flush_end(&cache);
		assert_int_equal(host_dirty_lines(page, PAGE_SIZE), 0);
		assert_true(host_device_read(memory.bus, seen, sizeof seen));
		assert_memory_equal(seen, page, PAGE_SIZE);
		assert_int_equal(host_finding_count(), 0);
		platform_dma_free(device, &memory);
	}
}

static void method_is_the_best_that_the_cpu_has(void **state)
{
	static const struct {
		struct cache_features features;
		enum cache_method method;
	} cases[] = {
		{{.line_size = 64, .clflush = true, .clflushopt = true, .clwb = true},
		 CACHE_CLFLUSHOPT},
		{{.line_size = 64, .clflush = true, .clwb = true}, CACHE_CLFLUSH},
		{{.line_size = 0}, CACHE_WBINVD},
		{{.line_size = 32, .clflushopt = true}, CACHE_WBINVD},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cache cache;
		struct diag diag = {0};

		memset(&cache, 0xff, sizeof cache);
		assert_int_equal(cache_choose(&cache, &cases[i].features, &diag), FL_OK);
		assert_int_equal(cache.method, cases[i].method);
		assert_memory_equal(&cache.features, &cases[i].features, sizeof cache.features);
		assert_false(cache.wbinvd_pending);
		assert_int_equal(cache.bytes_flushed, 0);
		assert_string_equal(diag.message, "");
	}
}

static void ranges_are_widened_to_whole_lines(void **state)
{
	static const struct {
		size_t offset, size, first, lines;
	} cases[] = {
		{0, 1, 0, 1},  {0, 64, 0, 1},    {63, 1, 0, 1},       {63, 2, 0, 2},
		{1, 64, 0, 2}, {64, 128, 64, 2}, {100, 4000, 64, 64}, {0, 4096, 0, 64},
	};
	struct platform_dma memory;
	struct cache cache;
	struct diag diag = {0};

	(void)state;
	host_reset(1);
	host_set_adversary(0);
	assert_int_equal(cache_init(&cache, &diag), FL_OK);
	assert_int_equal(platform_dma_alloc(device, 2, 32, &memory), FL_OK);
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t *page = memory.cpu;
		struct host_primitive p;

		cache_flush_add(&cache, page, 2 * PAGE_SIZE);
		cache_flush_end(&cache);
		memset(page, (int)i + 1, 2 * PAGE_SIZE);
		assert_int_equal(host_dirty_lines(page, 2 * PAGE_SIZE), 128);
		cache.bytes_flushed = 0;
		cache_flush_add(&cache, page + cases[i].offset, cases[i].size);
		p = last(0);
		assert_ptr_equal(p.line, page + cases[i].first);
		assert_int_equal(p.count, cases[i].lines);
		cache_flush_end(&cache);
		assert_int_equal(cache.bytes_flushed, 64 * cases[i].lines);
		assert_int_equal(host_dirty_lines(page, 2 * PAGE_SIZE), 128 - cases[i].lines);
		assert_int_equal(host_dirty_lines(page + cases[i].first, 64 * cases[i].lines), 0);
	}
	platform_dma_free(device, &memory);
}

static void nothing_is_nothing(void **state)
{
	struct cache cache;
	struct diag diag = {0};
	unsigned long calls;

	(void)state;
	host_reset(1);
	assert_int_equal(cache_init(&cache, &diag), FL_OK);
	calls = host_primitive_calls();
	cache_flush_add(&cache, &cache, 0);
	assert_int_equal(host_primitive_calls(), calls);
	assert_int_equal(cache.bytes_flushed, 0);
	cache_flush_end(&cache);
	assert_string_equal(last(0).name, "fence");
	cache_flush_order(&cache);
	assert_int_equal(host_primitive_calls(), calls + 2);
	assert_string_equal(last(0).name, "fence");
}

/* What reaches a device with each method; and that without the end nothing is sure. */
static void every_method_brings_lines_to_memory(void **state)
{
	static const enum cache_method methods[] = {CACHE_CLFLUSH, CACHE_CLFLUSHOPT, CACHE_WBINVD};

	(void)state;
	for (size_t i = 0; i < COUNT(methods); i++) {
		struct platform_dma memory;
		struct cache cache;
		struct diag diag = {0};
		uint8_t seen[PAGE_SIZE];

		host_reset(1);
		host_set_adversary(0);
		assert_int_equal(cache_init(&cache, &diag), FL_OK);
		cache.method = methods[i];
		assert_int_equal(platform_dma_alloc(device, 1, 32, &memory), FL_OK);
		memset(memory.cpu, 0x5a, PAGE_SIZE);
		cache_flush_add(&cache, memory.cpu, PAGE_SIZE);
		assert_int_equal(cache.wbinvd_pending, methods[i] == CACHE_WBINVD);
		cache_flush_end(&cache);
		assert_false(cache.wbinvd_pending);
		assert_true(host_device_read(memory.bus, seen, sizeof seen));
		for (size_t k = 0; k < sizeof seen; k++)
			assert_int_equal(seen[k], 0x5a);
		memset(seen, 0xa5, sizeof seen);
		assert_true(host_device_write(memory.bus, seen, sizeof seen));
		cache_flush_order(&cache);
		cache_flush_add(&cache, memory.cpu, PAGE_SIZE);
		cache_flush_end(&cache);
		assert_memory_equal(memory.cpu, seen, sizeof seen);
		host_print_findings();
		assert_int_equal(host_finding_count(), 0);
		platform_dma_free(device, &memory);
	}
}

/* Several ranges, one WBINVD: it takes the whole cache. */
static void wbinvd_is_done_once(void **state)
{
	struct cache cache;
	struct diag diag = {0};
	unsigned long calls;

	(void)state;
	host_reset(1);
	assert_int_equal(cache_init(&cache, &diag), FL_OK);
	cache.method = CACHE_WBINVD;
	calls = host_primitive_calls();
	for (unsigned i = 0; i < 10; i++)
		cache_flush_add(&cache, &cache, 64);
	cache_flush_end(&cache);
	assert_int_equal(host_primitive_calls(), calls + 2);
	assert_string_equal(last(1).name, "wbinvd");
	assert_string_equal(last(0).name, "fence");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cpu_is_asked),
		cmocka_unit_test(features_are_the_bits_of_the_manual),
		cmocka_unit_test(leaves_that_the_cpu_lacks_say_nothing),
		cmocka_unit_test(lines_of_another_size_are_refused_and_none_is_left_out),
		cmocka_unit_test(method_is_the_best_that_the_cpu_has),
		cmocka_unit_test(ranges_are_widened_to_whole_lines),
		cmocka_unit_test(nothing_is_nothing),
		cmocka_unit_test(every_method_brings_lines_to_memory),
		cmocka_unit_test(wbinvd_is_done_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
