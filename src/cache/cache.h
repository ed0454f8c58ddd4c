/*
 * cache.h: explicit cache maintenance for memory that a bus master sees without snooping.
 *
 * Only src/dma and src/mmu call this; drivers say map and sync. Every range is widened to whole
 * lines. The instructions live behind cache/lines.h: nasm on the target, a two-faced memory in
 * the host tests.
 */
#ifndef CACHE_CACHE_H
#define CACHE_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/lines.h"
#include "core/diag.h"

struct cache_features {
	uint32_t line_size;  /* bytes, CPUID.1:EBX[15:8] * 8; 64 on every CPU with an IPU3 */
	bool clflush, clflushopt, clwb;
	char cpu[49];        /* brand string, "" when CPUID has none */
};

struct cache {
	struct cache_features features;
	enum cache_method method;      /* what flushes lines here */
	uint64_t bytes_flushed;        /* whole lines, since cache_init */
	uint64_t calls;
};

/* Asks CPUID and picks CLFLUSHOPT, else CLFLUSH, else WBINVD.
 * FL_ERR_UNSUPPORTED when the line size is not the 64 bytes that lines.asm steps by. */
enum fl_err cache_init(struct cache *cache, struct diag *diag);

/*
 * Writes dirty lines of [memory, memory + size) back and drops them, then fences: when it
 * returns, a device that does not snoop sees what the CPU wrote, no later eviction can overwrite
 * what the device writes, and the next CPU read comes from memory.
 */
void cache_flush(struct cache *cache, const void *memory, size_t size);

/*
 * The same in pieces, for a list of ranges with one fence at the end (LOP pages, frames): call
 * cache_flush_begin, any number of cache_flush_add, cache_flush_end.
 *
 * begin: fence, so that earlier stores are ordered before the flushes of other instructions'
 * lines (CLFLUSHOPT is ordered with stores to the same line only).
 */
void cache_flush_begin(struct cache *cache);
void cache_flush_add(struct cache *cache, const void *memory, size_t size);
void cache_flush_end(struct cache *cache);

#endif
