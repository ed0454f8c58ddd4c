/*
 * check_mmu.c: rungs 10 and 12: the ImgU's MMU up, and translation proven by data that the device
 * itself has moved (mmu_look.h).
 */
#include "camera/ipu3/mmu_look.h"
#include "camera/ipu3/rungs.h"
#include "core/field.h"

#define PEEK       IMGU_PEEK_MAX
#define ROOM_LEAST 64u /* bytes of an SP's memory that the smallest read takes */

/* ---- helpers ----------------------------------------------------------------------------- */

/* No two words of a run's test data are alike. */
static uint32_t test_word(uint32_t seed, size_t offset)
{
	return (seed * 0x9e3779b9u) ^ ((uint32_t)(offset / 4) * 0x85ebca6bu);
}

static void fill(struct dma_buffer *buffer, size_t offset, size_t length, uint32_t seed)
{
	for (size_t at = offset; at < offset + length; at += 4)
		*(uint32_t *)dma_cpu(buffer, at) = test_word(seed, at);
}

/* The whole range in one look at our own tables. */
static enum fl_err walk(struct imgu *imgu, const struct dma_buffer *buffer)
{
	for (size_t page = 0; page < buffer->pages; page++) {
		uint32_t iova = buffer->iova + (uint32_t)(page * PAGE_SIZE);
		uint64_t bus = 0;

		if (mmu_translate(&imgu->mmu, iova, &bus) || bus != buffer->page_bus[page])
			return diag_fail(imgu->diag, FL_ERR_MISMATCH, "a driver error",
					 "page table walk of IOVA 0x%08x gives 0x%llx, want 0x%llx",
					 iova, (unsigned long long)bus,
					 (unsigned long long)buffer->page_bus[page]);
	}
	return FL_OK;
}

/* Up to PEEK bytes from `first` by SP1, and the end of [second, second + PEEK) by SP0, whose memory often
 * has no room for all of it: two windows of a buffer in one boot, after all of it was looked up. */
static enum fl_err look_twice(struct imgu *imgu, const char *what, const struct dma_buffer *buffer,
			      size_t first, size_t second)
{
	const size_t size = imgu_peek_room(imgu, 0);
	enum fl_err err = walk(imgu, buffer);

	if (!err)
		err = imgu_peek_begin(imgu);
	if (!err)
		err = mmu_look(imgu, 1, what, buffer, first, imgu_peek_room(imgu, 1));
	return err ? err : mmu_look(imgu, 0, what, buffer, second + PEEK - size, size);
}

static enum fl_err check_dummy(struct imgu *imgu)
{
	unsigned damage = mmu_dummy_damage(&imgu->mmu);

	if (!damage)
		return FL_OK;
	return diag_fail(imgu->diag, FL_ERR_MISMATCH, "something writes outside its mapping",
			 "%u words of the MMU's dummy page were overwritten by the device", damage);
}

/* ---- rungs 1 and 10 ------------------------------------------------------------------------ */

enum verdict check_pci_imgu(const struct check_run *run)
{
	const struct pci_function *function =
		pci_find(run->device->host.pci, IMGU_VENDOR, IMGU_DEVICE, 0);

	if (!function)
		return check_skip(
			run, "no ImgU (8086:1919): firmware has disabled it (FSP SaImguEnable); "
			     "raw capture does not need it");
	check_show_function(run, function);
	return VERDICT_PASS;
}

enum verdict check_mmu_up(const struct check_run *run)
{
	struct imgu *imgu = imgu_of(run);
	const struct camera_host *host = &run->device->host;
	enum fl_err err = imgu_open(imgu, pci_find(host->pci, IMGU_VENDOR, IMGU_DEVICE, 0),
				    host->cache, host->scatter_seed, host->diag);

	ipu3_of(run->device)->has_imgu =
		!err || imgu->is_dead; /* a dead one is named again at the end */
	if (err)
		return verdict_of(err);
	report_hex(run->facts, "l1-page", mmu_l1_page(&imgu->mmu));
	report_hex(run->facts, "l1-readback", imgu_l1_readback(imgu)); /* told, not judged (3.13) */
	report_text(run->facts, "gate", "halt and unhalt acknowledged");
	return VERDICT_PASS;
}

/* ---- rung 12: reads ---------------------------------------------------------------------- */

/* `size` bytes at `offset` of pages that are also mapped at `iova`, where processor n looks. */
static enum fl_err look_at(struct imgu *imgu, unsigned n, uint32_t iova,
			   const struct dma_buffer *pages, size_t offset, size_t size)
{
	uint32_t *seen = mmu_room(imgu, size);
	enum fl_err err = seen ? imgu_peek(imgu, n, iova + (uint32_t)offset, seen, (uint32_t)size)
			       : FL_ERR_NOMEM;

	if (!err)
		err = mmu_compare(imgu, "end of the aperture", iova + (uint32_t)offset, pages,
				  offset, seen, size);
	platform_free(seen);
	return err;
}

/* Two pages at a fixed IOVA at either end of the aperture: across their boundary, and their last bytes. */
static enum fl_err read_end(struct imgu *imgu, uint32_t iova)
{
	const size_t size[2] = {imgu_peek_room(imgu, 0), imgu_peek_room(imgu, 1)};
	struct dma_buffer *pages;
	enum fl_err err =
		dma_create(&imgu->dma, "end of aperture", 2 * PAGE_SIZE, DMA_TO_DEVICE, &pages);

	if (err)
		return err;
	fill(pages, 0, 2 * PAGE_SIZE, iova);
	err = dma_sync_for_device(pages);
	if (!err)
		err = mmu_map(&imgu->mmu, iova, pages->page_bus, 2);
	if (err)
		goto out_drop;
	err = imgu_peek_begin(imgu);
	if (!err)
		err = look_at(imgu, 1, iova, pages, PAGE_SIZE - size[1] / 2, size[1]);
	if (!err)
		err = look_at(imgu, 0, iova, pages, 2 * PAGE_SIZE - size[0], size[0]);
	/* The range may be all that its page table maps: nothing runs when that is given back. */
	if (!imgu_quiesce(imgu) && mmu_unmap(&imgu->mmu, iova, 2) && !err)
		err = FL_ERR_STATE;
out_drop:
	dma_destroy(&pages);
	return err;
}

/* Can this firmware be used to look? */
static enum fl_err check_room(struct imgu *imgu)
{
	for (unsigned n = 0; n < 2; n++)
		if (imgu_peek_room(imgu, n) < ROOM_LEAST)
			return diag_fail(
				imgu->diag, FL_ERR_UNSUPPORTED, NULL,
				"it leaves %u bytes of SP%u's memory free, a read takes %u",
				imgu_peek_room(imgu, n), n, ROOM_LEAST);
	return FL_OK;
}

enum verdict check_mmu_read(const struct check_run *run)
{
	struct imgu *imgu = imgu_of(run);
	struct dma_buffer *buffer;
	enum fl_err err = check_room(imgu);

	if (!err)
		err = dma_create(&imgu->dma, "MMU test data", 8 * PAGE_SIZE, DMA_TO_DEVICE,
				 &buffer);
	if (err)
		return mmu_judge(run, err);
	fill(buffer, 0, buffer->length, 1);
	err = dma_sync_for_device(buffer);
	/* One window over a page boundary, and the end of the last page. */
	if (!err)
		err = look_twice(imgu, "scattered pages", buffer,
				 3 * PAGE_SIZE - imgu_peek_room(imgu, 1) / 2, 8 * PAGE_SIZE - PEEK);
	if (!err)
		err = read_end(imgu, PAGE_SIZE);
	if (!err)
		err = read_end(imgu, 0u - 2 * PAGE_SIZE);
	dma_destroy(&buffer);
	if (!err)
		report_text(run->facts, "read",
			    "scattered pages, over a page boundary, both ends of the aperture");
	return mmu_judge(run, err);
}

/* ---- rung 12: remap ---------------------------------------------------------------------- */

/* Where page 0 of `a` was, page 0 of `b` is mapped. */
static enum fl_err remap(struct imgu *imgu, const struct dma_buffer *a, const struct dma_buffer *b)
{
	enum fl_err err = mmu_unmap(&imgu->mmu, a->iova, 1);

	platform_delay_us(10000); /* the walker may look ahead meanwhile, and again below */
	if (!err)
		err = mmu_map(&imgu->mmu, a->iova, &b->page_bus[0], 1);
	platform_delay_us(10000);
	return err;
}

/* Reads page 0 of `a` (the TLB now holds it), maps `b` there, with or without invalidate, reads again.
 * *seen: the first word of the second read. */
static enum fl_err remap_and_read(struct imgu *imgu, const struct dma_buffer *a,
				  const struct dma_buffer *b, bool invalidate, uint32_t *seen)
{
	enum fl_err err = imgu_peek_begin(imgu);

	if (!err)
		err = mmu_look(imgu, 1, "before the remap", a, 0, sizeof *seen);
	if (err)
		return err;
	imgu->invalidate_held = !invalidate;
	err = remap(imgu, a, b);
	imgu->invalidate_held = false;
	if (!err)
		err = imgu_peek(imgu, 0, a->iova, seen, sizeof *seen);
	/* and back as it was, this time told to the device */
	mmu_unmap(&imgu->mmu, a->iova, 1);
	mmu_map(&imgu->mmu, a->iova, &a->page_bus[0], 1);
	return err;
}

enum verdict check_mmu_remap(const struct check_run *run)
{
	struct imgu *imgu = imgu_of(run);
	struct dma_buffer *a = NULL, *b = NULL;
	uint32_t stale, fresh, old_word, new_word;
	enum fl_err err =
		dma_create(&imgu->dma, "remap test, old", 2 * PAGE_SIZE, DMA_TO_DEVICE, &a);

	if (!err)
		err = dma_create(&imgu->dma, "remap test, new", 2 * PAGE_SIZE, DMA_TO_DEVICE, &b);
	if (err)
		goto out;
	fill(a, 0, a->length, 2);
	fill(b, 0, b->length, 3);
	dma_read(a, 0, &old_word, sizeof old_word);
	dma_read(b, 0, &new_word, sizeof new_word);
	err = dma_sync_for_device(b);
	if (!err)
		err = dma_sync_for_device(a);
	if (!err)
		err = remap_and_read(imgu, a, b, false, &stale);
	if (!err)
		err = remap_and_read(imgu, a, b, true, &fresh);
	if (err)
		goto out;
	/* Without the invalidate either page may appear: a translation may have left the TLB by itself. */
	report_text(run->facts, "without-invalidate", "%s",
		    stale == old_word   ? "old page: the invalidate is necessary"
		    : stale == new_word ? "new page: cannot tell, nothing was cached"
					: "neither page");
	report_text(run->facts, "with-invalidate", "%s",
		    fresh == new_word ? "new page: the invalidate is sufficient"
				      : "not the new page");
	if (fresh == old_word)
		err = diag_fail(imgu->diag, FL_ERR_MISMATCH,
				"the TLB invalidate has no effect: 0x4300, or it is not reached",
				"stale TLB: after remap and invalidate the device still reads the "
				"old page at IOVA 0x%08x",
				a->iova);
	else if (fresh != new_word || (stale != old_word && stale != new_word))
		err = mmu_mismatch(imgu, "after the remap", a->iova,
				   fresh != new_word ? fresh : stale, new_word);
out:
	dma_destroy(&b);
	dma_destroy(&a);
	return mmu_judge(run, err);
}

/* ---- rung 12: unmap ---------------------------------------------------------------------- */

static enum fl_err read_unmapped(struct imgu *imgu, uint32_t iova, uint32_t *seen, uint32_t size)
{
	enum fl_err err = imgu_peek(imgu, 0, iova, seen, size);

	for (unsigned i = 0; !err && i < size / 4; i++)
		if (seen[i] != mmu_dummy_word(4 * i))
			err = diag_fail(imgu->diag, FL_ERR_MISMATCH,
					"stale TLB or stale page table: the device still reaches a "
					"page that was unmapped",
					"after the unmap the device reads 0x%08x at IOVA 0x%08x, "
					"want the dummy page's 0x%08x",
					seen[i], iova + 4 * i, mmu_dummy_word(4 * i));
	return err;
}

enum verdict check_mmu_unmap(const struct check_run *run)
{
	struct imgu *imgu = imgu_of(run);
	struct dma_buffer *buffer = NULL;
	uint32_t seen[ROOM_LEAST / 4];
	enum fl_err err =
		dma_create(&imgu->dma, "unmap test", 2 * PAGE_SIZE, DMA_TO_DEVICE, &buffer);

	if (err)
		return verdict_of(err);
	fill(buffer, 0, buffer->length, 4);
	err = dma_sync_for_device(buffer);
	if (!err)
		err = imgu_peek_begin(imgu);
	if (!err)
		err = mmu_look(imgu, 1, "before the unmap", buffer, 0, sizeof seen);
	/* Unmapped, not given back: the device runs, and a broken one may still reach the page. */
	if (!err)
		err = mmu_unmap(&imgu->mmu, buffer->iova, 1);
	if (!err) {
		err = read_unmapped(imgu, buffer->iova, seen, sizeof seen);
		mmu_map(&imgu->mmu, buffer->iova, buffer->page_bus, 1);
	}
	if (!err)
		err = check_dummy(imgu);
	if (dma_destroy(&buffer) && !err)
		err = FL_ERR_STATE;
	if (!err)
		report_text(run->facts, "unmapped-read", "lands on the dummy page");
	return mmu_judge(run, err);
}

/* ---- rung 12: sizes ---------------------------------------------------------------------- */

/* First and last window, or the windows around a 4 MiB boundary of the IOVA if one lies inside. */
static enum fl_err read_size(struct imgu *imgu, size_t pages)
{
	struct dma_buffer *buffer;
	size_t boundary, first = 0, last = (pages - 1) * PAGE_SIZE;
	enum fl_err err =
		dma_create(&imgu->dma, "size test", pages * PAGE_SIZE, DMA_TO_DEVICE, &buffer);

	if (err)
		return err;
	boundary = MMU_L2_SPAN - buffer->iova % MMU_L2_SPAN;
	if (boundary < buffer->length)
		first = boundary - imgu_peek_room(imgu, 1) / 2;
	fill(buffer, first, PEEK, (uint32_t)pages);
	fill(buffer, last, PEEK, (uint32_t)pages);
	/* Only what the device will read is handed over: two windows of up to 64 MiB. */
	err = dma_sync_range_for_device(buffer, first, PEEK);
	if (!err && last != first)
		err = dma_sync_range_for_device(buffer, last, PEEK);
	if (!err)
		err = look_twice(imgu, "size test", buffer, first, last);
	if (dma_destroy(&buffer) && !err)
		err = FL_ERR_STATE;
	return err;
}

enum verdict check_mmu_sizes(const struct check_run *run)
{
	static const size_t sizes[] = {1, 2, 16, 1023, 1025, 4096, 16384}; /* pages: to 64 MiB */
	struct imgu *imgu = imgu_of(run);
	size_t largest = 0;
	enum fl_err err = FL_OK;

	for (unsigned i = 0; !err && i < ARRAY_SIZE(sizes); i++) {
		err = read_size(imgu, sizes[i]);
		if (err == FL_ERR_NOMEM && largest) { /* a small machine: said, not failed */
			report_text(run->facts, "note", "no memory for %zu pages", sizes[i]);
			diag_clear(run->diag);
			err = FL_OK;
			break;
		}
		if (!err)
			largest = sizes[i];
	}
	report_number(run->facts, "largest-bytes", (double)largest * PAGE_SIZE);
	report_number(run->facts, "invalidates", (double)imgu->mmu.invalidates);
	if (!err)
		err = check_dummy(imgu);
	return mmu_judge(run, err);
}

/* ---- a frame through both devices -------------------------------------------------------- */

#define FRAME_WINDOWS 8u /* pairs; spread over the frame, first and last bytes among them */

enum verdict check_mmu_frame(const struct check_run *run)
{
	struct imgu *imgu = imgu_of(run);
	struct dma_buffer *view = NULL;
	size_t last, step, bytes = 0;
	enum fl_err err;

	if (!ipu3_of(run->device)->has_imgu || !run->frame)
		return check_skip(run, "no frame in memory, or no MMU to read it through");
	err = dma_import(&imgu->dma, run->frame, "frame seen by the ImgU", &view);
	if (!err)
		err = dma_map(view);
	if (err) {
		dma_free(view);
		return verdict_of(err);
	}
	/* The CPU only reads what the receiver wrote: nothing is dirty, the hand-over flushes nothing new. */
	err = dma_sync_for_device(view);
	last = run->frame_bytes - PEEK; /* the buffer has room for more */
	step = last / (2 * FRAME_WINDOWS - 1) & ~(size_t)3;
	for (unsigned i = 0; !err && i < FRAME_WINDOWS; i++) {
		err = look_twice(imgu, "captured frame", view, 2 * i * step,
				 i == FRAME_WINDOWS - 1 ? last : (2 * i + 1) * step);
		bytes += err ? 0 : imgu_peek_room(imgu, 0) + imgu_peek_room(imgu, 1);
	}
	report_number(run->facts, "bytes-compared", (double)bytes);
	report_number(run->facts, "frame-bytes", (double)run->frame_bytes);
	if (dma_destroy(&view) && !err)
		err = FL_ERR_STATE;
	return mmu_judge(run, err);
}
