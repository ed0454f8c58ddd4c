/* dma.c: see dma.h. */
#include "dma/dma.h"

#include "core/mem.h"
#include "mmu/mmu.h"

/* ---- domain ------------------------------------------------------------------------------ */

void dma_domain_init(struct dma_domain *domain, struct pci_address device, unsigned address_bits,
		     struct cache *cache, uint32_t scatter_seed, struct diag *diag)
{
	*domain = (struct dma_domain){.device = device,
				      .address_bits = address_bits,
				      .cache = cache,
				      .scatter = scatter_seed,
				      .diag = diag};
}

enum fl_err dma_attach_mmu(struct dma_domain *domain, struct mmu *mmu)
{
	if (domain->ever_mapped)
		return diag_fail(domain->diag, FL_ERR_STATE,
				 "attach the MMU before the first mapping",
				 "attaching a device MMU after DMA mapping has started is refused");
	domain->mmu = mmu;
	return FL_OK;
}

void dma_set_quiesce(struct dma_domain *domain, dma_quiesce_fn quiesce, void *context)
{
	domain->quiesce = quiesce;
	domain->quiesce_context = context;
}

static enum fl_err make_quiet(struct dma_domain *domain)
{
	return domain->quiesce ? domain->quiesce(domain->quiesce_context) : FL_OK;
}

/* ---- pages ------------------------------------------------------------------------------- */

/* Chunks of scattered buffers: small enough to be found in fragmented memory, large enough that
 * a 17 MB frame takes a few hundred calls to the firmware and not four thousand. */
#define CHUNK_PAGES 64u

static enum fl_err alloc_chunks(struct dma_buffer *buffer, bool scattered)
{
	struct dma_domain *domain = buffer->domain;
	size_t per_chunk = scattered ? CHUNK_PAGES : buffer->pages;
	size_t page = 0;

	while (page < buffer->pages) {
		struct platform_dma *chunk = &buffer->chunks[buffer->chunk_count];
		size_t count = buffer->pages - page < per_chunk ? buffer->pages - page : per_chunk;
		enum fl_err err =
			platform_dma_alloc(domain->device, count, domain->address_bits, chunk);

		if (err && count > 1 && scattered) { /* fragmented: try smaller pieces */
			per_chunk = count / 2;
			continue;
		}
		if (err)
			return diag_fail(
				domain->diag, err, "free memory below the device's address limit",
				"no memory for %s: %zu of %zu pages below 2^%u (%s)", buffer->name,
				page, buffer->pages, domain->address_bits, fl_err_name(err));
		buffer->chunk_count++;
		memset(chunk->cpu, 0, count * PAGE_SIZE);
		for (size_t i = 0; i < count; i++, page++) {
			buffer->page_cpu[page] = (uint8_t *)chunk->cpu + i * PAGE_SIZE;
			buffer->page_bus[page] = chunk->bus + i * PAGE_SIZE;
		}
	}
	return FL_OK;
}

static uint32_t random_next(uint32_t *state) /* xorshift32, Marsaglia 2003 */
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Deals the pages out in a random order, so that nothing works only because pages are neighbours. */
static void shuffle_pages(struct dma_buffer *buffer)
{
	for (size_t i = buffer->pages; i > 1; i--) {
		size_t j = random_next(&buffer->domain->scatter) % i;
		uint8_t *cpu = buffer->page_cpu[i - 1];
		uint64_t bus = buffer->page_bus[i - 1];

		buffer->page_cpu[i - 1] = buffer->page_cpu[j];
		buffer->page_bus[i - 1] = buffer->page_bus[j];
		buffer->page_cpu[j] = cpu;
		buffer->page_bus[j] = bus;
	}
}

static void release(struct dma_buffer *buffer)
{
	while (buffer->chunk_count) {
		struct platform_dma *chunk = &buffer->chunks[--buffer->chunk_count];

		if (buffer->origin)
			platform_dma_unshare(buffer->domain->device, chunk);
		else
			platform_dma_free(buffer->domain->device, chunk);
	}
	if (buffer->origin)
		buffer->origin->imports--;
	platform_free(buffer->chunks);
	platform_free(buffer->page_bus);
	platform_free(buffer->page_cpu);
	platform_free(buffer);
}

/* The description of a buffer, no pages yet; every page may be a chunk of its own. NULL when memory is short. */
static struct dma_buffer *describe(struct dma_domain *domain, const char *name, size_t length,
				   enum dma_direction direction)
{
	size_t pages = (length + PAGE_SIZE - 1) / PAGE_SIZE;
	struct dma_buffer *buffer = platform_alloc(sizeof *buffer);

	if (!buffer)
		goto out_fail;
	*buffer = (struct dma_buffer){.domain = domain,
				      .name = name,
				      .direction = direction,
				      .length = length,
				      .pages = pages};
	buffer->page_cpu = platform_alloc(pages * sizeof *buffer->page_cpu);
	buffer->page_bus = platform_alloc(pages * sizeof *buffer->page_bus);
	buffer->chunks = platform_alloc(pages * sizeof *buffer->chunks);
	if (buffer->page_cpu && buffer->page_bus && buffer->chunks)
		return buffer;
	release(buffer);
out_fail:
	diag_fail(domain->diag, FL_ERR_NOMEM, NULL, "no memory to describe the %zu pages of %s",
		  pages, name);
	return NULL;
}

static void enlist(struct dma_buffer *buffer)
{
	buffer->next = buffer->domain->buffers;
	buffer->domain->buffers = buffer;
	buffer->domain->allocated++;
}

enum fl_err dma_alloc(struct dma_domain *domain, const char *name, size_t length,
		      enum dma_direction direction, unsigned flags, struct dma_buffer **out)
{
	bool scattered = flags & DMA_SCATTERED;
	struct dma_buffer *buffer;
	enum fl_err err;

	*out = NULL;
	if (!length)
		return diag_fail(domain->diag, FL_ERR_INVALID, NULL, "%s: a buffer of no bytes",
				 name);
	buffer = describe(domain, name, length, direction);
	if (!buffer)
		return FL_ERR_NOMEM;
	err = alloc_chunks(buffer, scattered);
	if (err) {
		release(buffer);
		return err;
	}
	if (scattered && domain->scatter)
		shuffle_pages(buffer);
	enlist(buffer);
	*out = buffer;
	return FL_OK;
}

static bool is_inside(const struct platform_dma *chunk, const uint8_t *cpu)
{
	const uint8_t *start = chunk->cpu;

	return cpu >= start && cpu < start + chunk->pages * PAGE_SIZE;
}

/* Bus address for this domain's device of a page that lies in one of the other buffer's chunks. */
static uint64_t shared_bus(const struct dma_buffer *buffer, const struct dma_buffer *other,
			   const uint8_t *page)
{
	size_t i = 0;

	while (!is_inside(&other->chunks[i], page))
		i++;
	return buffer->chunks[i].bus + (uint64_t)(page - (const uint8_t *)other->chunks[i].cpu);
}

enum fl_err dma_import(struct dma_domain *domain, struct dma_buffer *other, const char *name,
		       struct dma_buffer **out)
{
	struct dma_buffer *buffer = describe(domain, name, other->length, DMA_TO_DEVICE);
	enum fl_err err = buffer ? FL_OK : FL_ERR_NOMEM;

	*out = NULL;
	if (err)
		return err;
	buffer->origin = other;
	other->imports++;
	for (size_t i = 0; !err && i < other->chunk_count; i++) {
		err = platform_dma_share(domain->device, &other->chunks[i], domain->address_bits,
					 &buffer->chunks[i]);
		buffer->chunk_count += !err;
	}
	if (err) {
		release(buffer);
		return diag_fail(
			domain->diag, err, "with VT-d on, look at the addresses the IOMMU gives",
			"%s cannot be shared with a second device (%s)", name, fl_err_name(err));
	}
	for (size_t page = 0; page < buffer->pages; page++) {
		buffer->page_cpu[page] = other->page_cpu[page];
		buffer->page_bus[page] = shared_bus(buffer, other, other->page_cpu[page]);
	}
	enlist(buffer);
	*out = buffer;
	return FL_OK;
}

void dma_free(struct dma_buffer *buffer)
{
	if (!buffer)
		return;
	if (make_quiet(buffer->domain) || buffer->owner != DMA_UNMAPPED || buffer->imports) {
		diag_fail(buffer->domain->diag, FL_ERR_STATE,
			  "restart the machine before its memory is used for anything else",
			  "%s is still %s and is not freed: the device may write to it",
			  buffer->name, buffer->imports ? "a second device's" : "mapped");
		return;
	}
	for (struct dma_buffer **link = &buffer->domain->buffers; *link; link = &(*link)->next) {
		if (*link == buffer) {
			*link = buffer->next;
			break;
		}
	}
	buffer->domain->allocated--;
	release(buffer);
}

/* ---- mapping ----------------------------------------------------------------------------- */

static enum fl_err wrong_state(const struct dma_buffer *buffer, const char *call)
{
	static const char *const owners[] = {"not mapped", "the CPU's", "the device's"};

	return diag_fail(buffer->domain->diag, FL_ERR_STATE,
			 "a driver error: see the order in dma/dma.h", "%s of %s while it is %s",
			 call, buffer->name, owners[buffer->owner]);
}

enum fl_err dma_map(struct dma_buffer *buffer)
{
	struct dma_domain *domain = buffer->domain;
	enum fl_err err;

	if (buffer->owner != DMA_UNMAPPED)
		return wrong_state(buffer, "map");
	if (domain->mmu) {
		err = mmu_map_alloc(domain->mmu, buffer->page_bus, buffer->pages, &buffer->iova);
		if (err)
			return err;
	}
	buffer->owner = DMA_CPU_OWNS;
	domain->mapped++;
	domain->ever_mapped = true;
	return FL_OK;
}

enum fl_err dma_unmap(struct dma_buffer *buffer)
{
	enum fl_err err = FL_OK;

	if (buffer->owner != DMA_CPU_OWNS)
		return wrong_state(buffer, "unmap");
	if (buffer->domain->mmu) {
		err = mmu_unmap_free(buffer->domain->mmu, buffer->iova, buffer->pages);
		if (err)
			return err; /* still mapped: dma_free will not give the pages away */
		buffer->iova = 0;
	}
	buffer->owner = DMA_UNMAPPED;
	buffer->domain->mapped--;
	return FL_OK;
}

uint64_t dma_device_address(const struct dma_buffer *buffer, size_t offset)
{
	if (buffer->domain->mmu)
		return (uint64_t)buffer->iova + offset;
	return buffer->page_bus[offset / PAGE_SIZE] + offset % PAGE_SIZE;
}

void *dma_cpu(const struct dma_buffer *buffer, size_t offset)
{
	return buffer->page_cpu[offset / PAGE_SIZE] + offset % PAGE_SIZE;
}

/* ---- who may touch it -------------------------------------------------------------------- */

/* Adds [offset, offset + length) to the flush, page by page, neighbours joined. */
static void flush_pages(struct dma_buffer *buffer, size_t offset, size_t length)
{
	struct cache *cache = buffer->domain->cache;

	buffer->domain->bytes_shared += length;
	while (length) {
		uint8_t *start = dma_cpu(buffer, offset);
		size_t run = PAGE_SIZE - offset % PAGE_SIZE;

		while (run < length && dma_cpu(buffer, offset + run) == (void *)(start + run))
			run += PAGE_SIZE;
		if (run > length)
			run = length;
		cache_flush_add(cache, start, run);
		offset += run;
		length -= run;
	}
}

/* The fence comes with dma_publish. */
static void flush_unfenced(struct dma_buffer *buffer, size_t offset, size_t length)
{
	flush_pages(buffer, offset, length);
	buffer->domain->fence_due = true;
}

void dma_publish(struct dma_domain *domain)
{
	if (domain->fence_due)
		cache_flush_end(domain->cache);
	domain->fence_due = false;
}

void dma_order(struct dma_domain *domain)
{
	cache_flush_order(domain->cache);
}

/* The trailing fence serves what was handed over before, too. */
static void flush_for_cpu(struct dma_buffer *buffer, size_t offset, size_t length)
{
	flush_pages(buffer, offset, length);
	cache_flush_end(buffer->domain->cache);
	buffer->domain->fence_due = false;
}

enum fl_err dma_sync_for_device(struct dma_buffer *buffer)
{
	if (buffer->owner != DMA_CPU_OWNS)
		return wrong_state(buffer, "sync_for_device");
	flush_unfenced(buffer, 0, buffer->length);
	buffer->owner = DMA_DEVICE_OWNS;
	return FL_OK;
}

enum fl_err dma_sync_for_cpu(struct dma_buffer *buffer)
{
	if (buffer->owner != DMA_DEVICE_OWNS)
		return wrong_state(buffer, "sync_for_cpu");
	/* What the device only reads has not changed: nothing to drop. */
	if (buffer->direction != DMA_TO_DEVICE)
		flush_for_cpu(buffer, 0, buffer->length);
	buffer->owner = DMA_CPU_OWNS;
	return FL_OK;
}

enum fl_err dma_reclaim(struct dma_buffer *buffer)
{
	if (buffer->owner != DMA_DEVICE_OWNS)
		return wrong_state(buffer, "reclaim");
	buffer->owner = DMA_CPU_OWNS;
	if (buffer->direction == DMA_TO_DEVICE)
		return FL_OK;
	flush_unfenced(buffer, 0, buffer->length);
	return FL_OK;
}

static enum fl_err check_range(struct dma_buffer *buffer, size_t offset, size_t length,
			       const char *call)
{
	if (buffer->owner == DMA_UNMAPPED)
		return wrong_state(buffer, call);
	if (offset > buffer->length || length > buffer->length - offset)
		return diag_fail(buffer->domain->diag, FL_ERR_INVALID, NULL,
				 "%s of %s: %zu bytes at %zu, but it has %zu", call, buffer->name,
				 length, offset, buffer->length);
	return FL_OK;
}

enum fl_err dma_sync_range_for_device(struct dma_buffer *buffer, size_t offset, size_t length)
{
	enum fl_err err = check_range(buffer, offset, length, "sync_range_for_device");

	if (!err)
		flush_unfenced(buffer, offset, length);
	return err;
}

enum fl_err dma_sync_range_for_cpu(struct dma_buffer *buffer, size_t offset, size_t length)
{
	enum fl_err err = check_range(buffer, offset, length, "sync_range_for_cpu");

	if (!err)
		flush_for_cpu(buffer, offset, length);
	return err;
}

/* ---- contents ---------------------------------------------------------------------------- */

void dma_read(const struct dma_buffer *buffer, size_t offset, void *to, size_t length)
{
	uint8_t *out = to;

	while (length) {
		size_t run = PAGE_SIZE - offset % PAGE_SIZE;

		if (run > length)
			run = length;
		memcpy(out, dma_cpu(buffer, offset), run);
		out += run;
		offset += run;
		length -= run;
	}
}

void dma_write(struct dma_buffer *buffer, size_t offset, const void *from, size_t length)
{
	const uint8_t *in = from;

	while (length) {
		size_t run = PAGE_SIZE - offset % PAGE_SIZE;

		if (run > length)
			run = length;
		memcpy(dma_cpu(buffer, offset), in, run);
		in += run;
		offset += run;
		length -= run;
	}
}

const struct dma_buffer *dma_find(const struct dma_domain *domain, const void *cpu)
{
	for (const struct dma_buffer *buffer = domain->buffers; buffer; buffer = buffer->next)
		for (size_t i = 0; i < buffer->chunk_count; i++)
			if (is_inside(&buffer->chunks[i], cpu))
				return buffer;
	return NULL;
}

/* ---- both at once ------------------------------------------------------------------------ */

enum fl_err dma_create(struct dma_domain *domain, const char *name, size_t length,
		       enum dma_direction direction, struct dma_buffer **out)
{
	enum fl_err err = dma_alloc(domain, name, length, direction, DMA_SCATTERED, out);

	if (err || !*out)
		return err;
	err = dma_map(*out);
	if (err) {
		dma_free(*out);
		*out = NULL;
	}
	return err;
}

enum fl_err dma_destroy(struct dma_buffer **buffer)
{
	enum fl_err err;

	if (!*buffer)
		return FL_OK;
	err = make_quiet((*buffer)->domain);
	if (!err && (*buffer)->owner == DMA_DEVICE_OWNS) {
		err = dma_reclaim(*buffer);
		dma_publish((*buffer)->domain);
	}
	if (!err && (*buffer)->owner == DMA_CPU_OWNS)
		err = dma_unmap(*buffer);
	dma_free(*buffer);
	*buffer = NULL;
	return err;
}
