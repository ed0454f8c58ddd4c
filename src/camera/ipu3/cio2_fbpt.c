/* cio2_fbpt.c: see cio2_fbpt.h. */
#include "camera/ipu3/cio2_fbpt.h"

#include "core/mem.h"
#include "firstlight/platform.h"

static void set_lop(struct cio2_fbpt_entry *entry, unsigned sub, uint32_t page)
{
	if (sub == 0)
		entry->lop_page0 = page;
	else if (sub == 1)
		entry->lop_page1 = page;
	else
		entry->sub[sub - 2].lop_page = page;
}

void cio2_fbpt_entry_dummy(struct cio2_fbpt_entry *entry, uint32_t dummy_lop_page)
{
	memset(entry, 0, sizeof *entry);
	for (unsigned sub = 0; sub < CIO2_FBPT_SUB_ENTRIES; sub++)
		set_lop(entry, sub, dummy_lop_page);
	entry->pages = CIO2_FBPT_SUB_ENTRIES * CIO2_LOP_SLOTS;
	entry->last_page_available = PAGE_SIZE - 1;
}

unsigned cio2_lop_pages(size_t bytes)
{
	size_t pages = (bytes + PAGE_SIZE - 1) / PAGE_SIZE;
	size_t lops = (pages + 1 + CIO2_LOP_SLOTS - 1) / CIO2_LOP_SLOTS;

	return lops <= CIO2_FBPT_SUB_ENTRIES ? (unsigned)lops : 0;
}

void cio2_lop_fill(uint32_t *const *lop, unsigned lops, const uint64_t *page_bus, size_t pages,
		   uint32_t dummy_page)
{
	for (size_t slot = 0; slot < lops * CIO2_LOP_SLOTS; slot++)
		lop[slot / CIO2_LOP_SLOTS][slot % CIO2_LOP_SLOTS] =
			slot < pages ? (uint32_t)(page_bus[slot] >> PAGE_SHIFT) : dummy_page;
}

void cio2_fbpt_entry_buffer(struct cio2_fbpt_entry *entry, size_t bytes, const uint32_t *lop_pages,
			    unsigned lops, uint32_t dummy_lop_page)
{
	for (unsigned sub = 0; sub < CIO2_FBPT_SUB_ENTRIES; sub++)
		set_lop(entry, sub, sub < lops ? lop_pages[sub] : dummy_lop_page);
	entry->first_page_offset = 0;
	entry->pages = (uint16_t)((bytes + PAGE_SIZE - 1) / PAGE_SIZE);
	entry->last_page_available = (uint16_t)((bytes - 1) % PAGE_SIZE);
}

void cio2_fbpt_entry_arm(volatile struct cio2_fbpt_entry *entry)
{
	entry->control = CIO2_FBPT_VALID | CIO2_FBPT_IOC | CIO2_FBPT_IOS;
}
