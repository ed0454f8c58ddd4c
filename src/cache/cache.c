/* cache.c: see cache.h. */
#include "cache/cache.h"

#include <cpuid.h>

#include "core/field.h"
#include "core/mem.h"

/* CPUID leaf 1: EDX bit 19 CLFSH, EBX bits 15:8 line size in 8-byte units.
 * Leaf 7: EBX bit 23 CLFLUSHOPT, bit 24 CLWB. (Intel SDM volume 2, CPUID.) */
#define CPUID_1_EBX_LINE       FIELD(15, 8)
#define CPUID_1_EDX_CLFSH      BIT(19)
#define CPUID_7_EBX_CLFLUSHOPT BIT(23)
#define CPUID_7_EBX_CLWB       BIT(24)
#define CPUID_BRAND_FIRST      0x80000002u
#define CPUID_BRAND_LAST       0x80000004u

static void detect(struct cache_features *features)
{
	uint32_t a, b, c, d;

	*features = (struct cache_features){0};
	if (!__get_cpuid(1, &a, &b, &c, &d))
		return;
	features->line_size = 8 * field_get(CPUID_1_EBX_LINE, b);
	features->clflush = d & CPUID_1_EDX_CLFSH;
	if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
		features->clflushopt = b & CPUID_7_EBX_CLFLUSHOPT;
		features->clwb = b & CPUID_7_EBX_CLWB;
	}
	if ((unsigned)__get_cpuid_max(0x80000000u, NULL) < CPUID_BRAND_LAST)
		return;
	for (uint32_t leaf = CPUID_BRAND_FIRST; leaf <= CPUID_BRAND_LAST; leaf++) {
		uint32_t words[4];

		__get_cpuid(leaf, &words[0], &words[1], &words[2], &words[3]);
		memcpy(features->cpu + 16 * (leaf - CPUID_BRAND_FIRST), words, sizeof words);
	}
}

enum fl_err cache_init(struct cache *cache, struct diag *diag)
{
	*cache = (struct cache){0};
	cache_witness_arm();
	detect(&cache->features);
	if (cache->features.clflushopt)
		cache->method = CACHE_CLFLUSHOPT;
	else if (cache->features.clflush)
		cache->method = CACHE_CLFLUSH;
	else
		cache->method = CACHE_WBINVD;
	if (cache->features.clflush && cache->features.line_size != CACHE_LINE_SIZE)
		return diag_fail(diag, FL_ERR_UNSUPPORTED,
				 "lines.asm steps by 64 bytes; this CPU needs another step",
				 "CPUID says that CLFLUSH works on %u bytes, want %u",
				 cache->features.line_size, CACHE_LINE_SIZE);
	return FL_OK;
}

void cache_flush_add(struct cache *cache, const void *memory, size_t size)
{
	uintptr_t first = (uintptr_t)memory & ~(uintptr_t)(CACHE_LINE_SIZE - 1);
	size_t lines;

	if (!size)
		return;
	lines = ((uintptr_t)memory + size - first + CACHE_LINE_SIZE - 1) / CACHE_LINE_SIZE;
	cache->bytes_flushed += lines * CACHE_LINE_SIZE;
	switch (cache->method) {
	case CACHE_CLFLUSHOPT:
		cache_lines_clflushopt((const void *)first, lines);
		break;
	case CACHE_CLFLUSH:
		cache_lines_clflush((const void *)first, lines);
		break;
	case CACHE_CLWB: /* never chosen: it keeps lines that the CPU must read anew */
	case CACHE_WBINVD:
		cache->wbinvd_pending = true;
		break;
	}
}

void cache_flush_end(struct cache *cache)
{
	if (cache->wbinvd_pending)
		cache_wbinvd();
	cache->wbinvd_pending = false;
	cache_fence();
}

void cache_flush_order(struct cache *cache)
{
	(void)cache;
	cache_fence();
}
