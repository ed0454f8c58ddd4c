/*
 * bench_flush.c: dirty lines out of the cache, against libpmem, which flushes for a living, and
 * against the form that fences after every line.
 *
 * Every contender is timed up to the end of an MFENCE of its own: SFENCE alone lets the timer stop
 * before the lines are written (field.md 4.1).
 */
#include <emmintrin.h>
#include <libpmem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"
#include "cache/lines.h"

struct range {
	uint8_t *memory;
	size_t size;
	uint8_t value;
};

static void make_dirty(void *context)
{
	struct range *range = context;

	memset(range->memory, ++range->value, range->size);
	cache_fence();
}

static void flush_libpmem(void *context)
{
	struct range *range = context;

	pmem_persist(range->memory, range->size);
	cache_fence();
}

static void flush_clflushopt(void *context)
{
	struct range *range = context;

	cache_fence();
	cache_lines_clflushopt(range->memory, range->size / CACHE_LINE_SIZE);
	cache_fence();
}

static void flush_clflush(void *context)
{
	struct range *range = context;

	cache_fence();
	cache_lines_clflush(range->memory, range->size / CACHE_LINE_SIZE);
	cache_fence();
}

static void flush_line_by_line(void *context)
{
	struct range *range = context;

	for (size_t at = 0; at < range->size; at += CACHE_LINE_SIZE) {
		_mm_clflush(range->memory + at);
		_mm_mfence();
	}
}

static unsigned bench_range(size_t size)
{
	struct range range = {.memory = aligned_alloc(4096, size), .size = size};
	double bytes = (double)size;
	const struct bench_case cases[] = {
		{"libpmem, pmem_persist", make_dirty, flush_libpmem, bytes, 0, true},
		{"CLFLUSH and MFENCE, line by line", make_dirty, flush_line_by_line, bytes, 0,
		 false},
		{"cache_lines_clflush", make_dirty, flush_clflush, bytes, 0, false},
		{"cache_lines_clflushopt", make_dirty, flush_clflushopt, bytes, 1.0, false},
	};
	char title[96];
	unsigned missed;

	if (!range.memory)
		abort();
	snprintf(title, sizeof(title), "cache flush of %zu KiB, dirty", size >> 10);
	missed = bench_table(title, cases, sizeof(cases) / sizeof(cases[0]), &range);
	free(range.memory);
	return missed;
}

/* The peer flushes also what is no persistent memory, and with the instruction that is measured: CLWB, which it
 * takes where there is one, keeps the line. It reads that when it is loaded. */
int main(int argc, char **argv)
{
	(void)argc;
	if (!getenv("PMEM_NO_CLWB")) {
		setenv("PMEM_NO_CLWB", "1", 1);
		setenv("PMEM_IS_PMEM_FORCE", "1", 1);
		execv("/proc/self/exe", argv);
		return 2;
	}
	return bench_range(1 << 20) ? 1 : 0;
}
