/* mmu_look.c: see mmu_look.h. */
#include "camera/ipu3/mmu_look.h"

#include "core/text.h"

bool mmu_can_look(const struct check_run *run)
{
	const struct ipu3 *ipu3 = ipu3_of(run->device);

	return ipu3->has_imgu && ipu3->imgu.is_loaded;
}

enum verdict mmu_judge(const struct check_run *run, enum fl_err err)
{
	char message[320];

	if (err != FL_ERR_UNSUPPORTED)
		return verdict_of(err);
	text_copy(message, sizeof message, run->diag->message);
	return check_skip(run, "nothing is proven with this firmware: %s", message);
}

enum fl_err mmu_mismatch(struct imgu *imgu, const char *what, uint32_t iova, uint32_t seen,
			 uint32_t want)
{
	bool is_dummy = (seen & ~0xfffu) == mmu_dummy_word(0);

	return diag_fail(imgu->diag, FL_ERR_MISMATCH,
			 is_dummy ? "the dummy page: the entry was not seen (page table flush, TLB "
				    "invalidate, L1 base)"
				  : "flush of the page tables or of the data, TLB invalidate, or a "
				    "wrong bus address",
			 "%s: at IOVA 0x%08x the device sees 0x%08x, memory holds 0x%08x", what,
			 iova, seen, want);
}

/* Words of a window that never came: the host's poison is still there. */
static size_t count_missing(const uint32_t *seen, size_t size)
{
	size_t missing = 0;

	for (size_t i = 0; i < size / 4; i++)
		missing += seen[i] == imgu_poison_word(i);
	return missing;
}

static enum fl_err incomplete(struct imgu *imgu, const char *what, uint32_t iova, size_t missing,
			      size_t total)
{
	if (missing == total && !imgu->has_control)
		return diag_fail(
			imgu->diag, FL_ERR_UNSUPPORTED, NULL,
			"a processor says that it runs, and has copied nothing to where it "
			"was told to (%s, IOVA 0x%08x)",
			what, iova);
	return diag_fail(
		imgu->diag, FL_ERR_MISMATCH,
		"a page was not read: page table flush, TLB invalidate, a wrong bus address, "
		"or the device dropped it",
		"%s: %zu of %zu words from IOVA 0x%08x on never arrived in the device", what,
		missing, total, iova);
}

enum fl_err mmu_compare(struct imgu *imgu, const char *what, uint32_t iova,
			const struct dma_buffer *buffer, size_t offset, const uint32_t *seen,
			size_t size)
{
	size_t missing = count_missing(seen, size);

	for (size_t i = 0; i < size / 4; i++) {
		uint32_t want;

		dma_read(buffer, offset + 4 * i, &want, 4);
		if (seen[i] == want)
			continue;
		return missing ? incomplete(imgu, what, iova, missing, size / 4)
			       : mmu_mismatch(imgu, what, iova + 4 * (uint32_t)i, seen[i], want);
	}
	imgu->has_control = true;
	return FL_OK;
}

uint32_t *mmu_room(struct imgu *imgu, size_t size)
{
	uint32_t *seen = platform_alloc(size);

	if (!seen)
		diag_fail(imgu->diag, FL_ERR_NOMEM, NULL, "no memory for %zu bytes from the device",
			  size);
	return seen;
}

enum fl_err mmu_look(struct imgu *imgu, unsigned n, const char *what,
		     const struct dma_buffer *buffer, size_t offset, size_t size)
{
	const uint32_t iova = (uint32_t)dma_device_address(buffer, offset);
	uint32_t *seen = mmu_room(imgu, size);
	enum fl_err err = seen ? imgu_peek(imgu, n, iova, seen, (uint32_t)size) : FL_ERR_NOMEM;

	if (!err)
		err = mmu_compare(imgu, what, iova, buffer, offset, seen, size);
	platform_free(seen);
	return err;
}
