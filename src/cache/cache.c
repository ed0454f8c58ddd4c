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
#define CPUID_BRAND            0x80000002u /* and two more leaves */
#define CPUID_BRAND_LEAVES     3u

void cache_features_read(struct cache_features *features, cache_cpuid_fn cpuid)
{
	struct cache_cpuid r;

	*features = (struct cache_features){0};
	if (!cpuid(1, &r))
		return;
	features->line_size = 8 * field_get(CPUID_1_EBX_LINE, r.ebx);
	features->clflush = r.edx & CPUID_1_EDX_CLFSH;
	if (cpuid(7, &r)) {
		features->clflushopt = r.ebx & CPUID_7_EBX_CLFLUSHOPT;
		features->clwb = r.ebx & CPUID_7_EBX_CLWB;
	}
	if (!cpuid(CPUID_BRAND + CPUID_BRAND_LEAVES - 1, &r))
		return;
	for (uint32_t i = 0; i < CPUID_BRAND_LEAVES && cpuid(CPUID_BRAND + i, &r); i++)
		memcpy(features->cpu + i * sizeof r, &r, sizeof r);
}

static bool ask_cpu(uint32_t leaf, struct cache_cpuid *out)
{
	return __get_cpuid_count(leaf, 0, &out->eax, &out->ebx, &out->ecx, &out->edx);
}

enum fl_err cache_choose(struct cache *cache, const struct cache_features *features,
			 struct diag *diag)
{
	*cache = (struct cache){.features = *features, .method = CACHE_WBINVD};
	if (!features->clflush)
		return FL_OK;
	if (features->line_size != CACHE_LINE_SIZE)
		return diag_fail(diag, FL_ERR_UNSUPPORTED,
				 "lines.asm steps by 64 bytes; this CPU needs another step",
				 "CPUID says that CLFLUSH works on %u bytes, want %u",
				 features->line_size, CACHE_LINE_SIZE);
	cache->method = features->clflushopt ? CACHE_CLFLUSHOPT : CACHE_CLFLUSH;
	return FL_OK;
}

enum fl_err cache_init(struct cache *cache, struct diag *diag)
{
	struct cache_features features;

	cache_witness_arm();
	cache_features_read(&features, ask_cpu);
	return cache_choose(cache, &features, diag);
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
