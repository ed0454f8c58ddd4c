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
	uint32_t line_size; /* bytes, CPUID.1:EBX[15:8] * 8; 64 on every CPU with an IPU3 */
	bool clflush, clflushopt, clwb;
	char cpu[49]; /* brand string, "" when CPUID has none */
};

/* Asks for sub-leaf 0 of a leaf; false when the CPU does not have it. */
struct cache_cpuid {
	uint32_t eax, ebx, ecx, edx;
};
typedef bool (*cache_cpuid_fn)(uint32_t leaf, struct cache_cpuid *out);
void cache_features_read(struct cache_features *features, cache_cpuid_fn cpuid);

struct cache {
	struct cache_features features;
	enum cache_method method; /* what flushes lines here */
	bool wbinvd_pending;      /* ranges added while the method is WBINVD */
	uint64_t bytes_flushed;   /* whole lines, since cache_init */
};

/* Asks CPUID and chooses by what it says. */
enum fl_err cache_init(struct cache *cache, struct diag *diag);
/* Picks CLFLUSHOPT, else CLFLUSH, else WBINVD. FL_ERR_UNSUPPORTED when the line size is not the 64 bytes that
 * lines.asm steps by; who goes on all the same gets WBINVD, which leaves no line out. */
enum fl_err cache_choose(struct cache *cache, const struct cache_features *features,
			 struct diag *diag);

/*
 * The lines of [memory, memory + size) are written back if dirty and dropped; done for certain only
 * after cache_flush_end. Any number of ranges may be added before it. An older store to the same
 * line is ordered before its flush by the architecture (SDM, CLFLUSHOPT), so no fence is needed
 * in front when the CPU hands memory over.
 */
void cache_flush_add(struct cache *cache, const void *memory, size_t size);
/* The fence: everything added is done before anything later, the doorbell above all. */
void cache_flush_end(struct cache *cache);

/*
 * In front of the flushes when memory comes back from the device: CLFLUSHOPT is not ordered with
 * older loads, so without this fence a line could be dropped (and fetched again) before the
 * register read that told of the device's last write.
 */
void cache_flush_order(struct cache *cache);

#endif
