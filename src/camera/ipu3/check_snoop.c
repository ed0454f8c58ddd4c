/* check_snoop.c: cache.snoop, on request: does the device snoop the caches of the CPU? */
#include "camera/ipu3/mmu_look.h"
#include "camera/ipu3/rungs.h"
#include "core/mem.h"

#define SNOOP_BYTES 4096u

/*
 * Memory holds the old words (flushed), the cache the new ones (just written, deliberately not
 * flushed); the device reads. Old words everywhere: it does not snoop. New ones everywhere: it does,
 * unless every line left the cache by itself meanwhile. A mixture tells nothing.
 */
enum verdict check_cache_snoop(const struct check_run *run)
{
	struct imgu *imgu = imgu_of(run);
	uint32_t *seen, *words;
	struct dma_buffer *buffer = NULL;
	unsigned old = 0, new = 0, total = SNOOP_BYTES / 4;
	enum fl_err err;

	if (!mmu_can_look(run))
		return check_skip(run, "needs the MMU and firmware on the stick: see mmu.boot");
	seen = mmu_room(imgu, SNOOP_BYTES);
	err = seen ? FL_OK : FL_ERR_NOMEM;
	if (!err)
		err = dma_create(&imgu->dma, "snoop test", SNOOP_BYTES, DMA_TO_DEVICE, &buffer);
	if (!err) {
		words = dma_cpu(buffer, 0);
		memset(words, 0x11, SNOOP_BYTES);
		err = dma_sync_for_device(buffer);
	}
	if (!err)
		err = imgu_peek_begin(imgu);
	if (!err) {
		memset(words, 0x22, SNOOP_BYTES); /* no flush: that is the test */
		err = imgu_peek(imgu, 1, (uint32_t)dma_device_address(buffer, 0), seen,
				SNOOP_BYTES);
	}
	for (unsigned i = 0; !err && i < total; i++) {
		old += seen[i] == 0x11111111;
		new += seen[i] == 0x22222222;
	}
	report_number(run->facts, "words-from-memory", old);
	report_number(run->facts, "words-from-cache", new);
	report_text(run->facts, "device", "%s",
		    old == total   ? "does not snoop"
		    : new == total ? "snoops (or every line was evicted by luck)"
				   : "cannot tell");
	dma_destroy(&buffer);
	platform_free(seen);
	return verdict_of(err);
}
