/* rungs.c: the checks that only the IPU3 has. */
#include "camera/ipu3/rungs.h"

#include "camera/ipu3/ipu3.h"

const struct check ipu3_rungs[] = {
	{1, "pci.imgu", CHECK_BOARD, check_pci_imgu, {NULL}, false},
	{10, "mmu.up", CHECK_BOARD, check_mmu_up, {"pci.imgu"}, false},
	{12, "mmu.boot", CHECK_BOARD, check_mmu_boot, {"mmu.up"}, false},
	{12, "mmu.read", CHECK_BOARD, check_mmu_read, {"mmu.boot"}, false},
	{12, "mmu.remap", CHECK_BOARD, check_mmu_remap, {"mmu.read"}, false},
	{12, "mmu.unmap", CHECK_BOARD, check_mmu_unmap, {"mmu.read"}, false},
	{12, "mmu.sizes", CHECK_BOARD, check_mmu_sizes, {"mmu.read"}, false},
	{12, "cache.snoop", CHECK_BOARD, check_cache_snoop, {"mmu.up"}, true},
	/* A frame is looked at when nothing writes it any more. */
	{12,
	 "mmu.frame",
	 CHECK_STREAM,
	 check_mmu_frame,
	 {"mmu.read", "stream.frame", "stream.stop"},
	 false},
	{.id = NULL},
};
