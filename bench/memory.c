/*
 * memory.c: the part of the platform that src/mmu asks for, as cheap as it can be made: what is
 * timed is src/mmu, and no test platform's bookkeeping. Single pages from a pool of fixed size.
 */
#include <stdlib.h>

#include "firstlight/platform.h"

/* The tables of 64 MiB at any alignment, L1, dummy L2 and dummy page, and as many again to spare.
 */
#define POOL_PAGES 64

static _Alignas(PAGE_SIZE) uint8_t pool[POOL_PAGES][PAGE_SIZE];
static unsigned free_pages[POOL_PAGES], free_count, used_once;

void *platform_alloc(size_t size)
{
	return calloc(1, size ? size : 1);
}

void platform_free(void *memory)
{
	free(memory);
}

enum fl_err platform_dma_alloc(struct pci_address device, size_t pages, unsigned address_bits,
			       struct platform_dma *out)
{
	unsigned page;

	(void)device;
	(void)address_bits;
	if (pages != 1 || (!free_count && used_once == POOL_PAGES))
		return FL_ERR_NOMEM;
	page = free_count ? free_pages[--free_count] : used_once++;
	*out = (struct platform_dma){pool[page], (uint64_t)(page + 1) << PAGE_SHIFT, 1, NULL};
	return FL_OK;
}

void platform_dma_free(struct pci_address device, struct platform_dma *dma)
{
	(void)device;
	free_pages[free_count++] = (unsigned)(dma->bus >> PAGE_SHIFT) - 1;
	*dma = (struct platform_dma){0};
}
