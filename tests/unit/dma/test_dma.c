/*
 * test_dma.c: life of a buffer that a device shares, with and without an MMU in between: order that
 * is enforced, pages that are really scattered, and exactly the lines flushed that are handed over.
 */
#include "dma/dma.h"
#include "tests/host/memory.h"
#include "tests/unit/mmu/rig.h"

#define FRAME (300 * PAGE_SIZE + 2048u)

static const struct pci_address receiver = {0, 0, 0x14, 3};

struct bench {
	struct cache cache;
	struct diag diag;
	struct dma_domain domain;
};

static void bench_up(struct bench *b, uint32_t scatter)
{
	memset(b, 0, sizeof *b);
	host_reset(1);
	assert_int_equal(cache_init(&b->cache, &b->diag), FL_OK);
	dma_domain_init(&b->domain, receiver, 32, &b->cache, scatter, &b->diag);
}

static void bench_down(struct bench *b)
{
	assert_string_equal(b->diag.message, "");
	assert_int_equal(b->domain.allocated, 0);
	assert_int_equal(b->domain.mapped, 0);
	assert_null(b->domain.buffers);
	rig_assert_clean();
	assert_int_equal(host_leaks(), 0);
}

static struct dma_buffer *new_buffer(struct bench *b, size_t size, enum dma_direction direction,
				     unsigned flags)
{
	struct dma_buffer *buffer;

	assert_int_equal(dma_alloc(&b->domain, "frame 0", size, direction, flags, &buffer), FL_OK);
	return buffer;
}

/* ---- order -------------------------------------------------------------------------------------
 */

static void each_wrong_order_is_refused_with_words(void **state)
{
	struct dma_buffer *buffer;
	struct bench b;

	(void)state;
	bench_up(&b, 0);
	buffer = new_buffer(&b, FRAME, DMA_FROM_DEVICE, DMA_SCATTERED);
	assert_refused(&b.diag, dma_unmap(buffer), FL_ERR_STATE,
		       "unmap of frame 0 while it is not mapped");
	assert_refused(&b.diag, dma_sync_for_device(buffer), FL_ERR_STATE,
		       "sync_for_device of frame 0");
	assert_refused(&b.diag, dma_sync_for_cpu(buffer), FL_ERR_STATE, "while it is not mapped");
	assert_refused(&b.diag, dma_sync_range_for_cpu(buffer, 0, 64), FL_ERR_STATE,
		       "while it is not mapped");
	assert_refused(&b.diag, dma_sync_range_for_device(buffer, 0, 64), FL_ERR_STATE,
		       "not mapped");
	assert_int_equal(dma_map(buffer), FL_OK);
	assert_refused(&b.diag, dma_map(buffer), FL_ERR_STATE,
		       "map of frame 0 while it is the CPU's");
	assert_refused(&b.diag, dma_sync_for_cpu(buffer), FL_ERR_STATE, "while it is the CPU's");
	assert_int_equal(dma_sync_for_device(buffer), FL_OK);
	assert_refused(&b.diag, dma_sync_for_device(buffer), FL_ERR_STATE,
		       "while it is the device's");
	assert_refused(&b.diag, dma_unmap(buffer), FL_ERR_STATE, "while it is the device's");
	assert_refused(&b.diag, dma_map(buffer), FL_ERR_STATE, "while it is the device's");
	assert_int_equal(dma_sync_for_cpu(buffer), FL_OK);
	assert_int_equal(dma_unmap(buffer), FL_OK);
	assert_refused(&b.diag, dma_unmap(buffer), FL_ERR_STATE, "while it is not mapped");
	dma_free(buffer);
	bench_down(&b);
}

static void mapped_buffer_is_not_freed(void **state)
{
	struct dma_buffer *buffer;
	struct bench b;
	unsigned long leaks;
	uint64_t bus;

	(void)state;
	bench_up(&b, 0);
	buffer = new_buffer(&b, FRAME, DMA_FROM_DEVICE, DMA_SCATTERED);
	assert_int_equal(dma_map(buffer), FL_OK);
	assert_int_equal(dma_sync_for_device(buffer), FL_OK);
	dma_publish(&b.domain);
	leaks = host_leaks();
	bus = dma_device_address(buffer, 5 * PAGE_SIZE);
	dma_free(buffer);
	assert_contains(b.diag.message, "frame 0 is still mapped and is not freed");
	assert_int_equal(host_leaks(), leaks);
	assert_int_equal(b.domain.allocated, 1);
	assert_true(host_device_write(bus, "late", 4)); /* hits nobody */
	diag_clear(&b.diag);
	dma_order(&b.domain);
	assert_int_equal(dma_sync_for_cpu(buffer), FL_OK);
	assert_memory_equal(dma_cpu(buffer, 5 * PAGE_SIZE), "late", 4);
	assert_int_equal(dma_unmap(buffer), FL_OK);
	dma_free(buffer);
	dma_free(NULL);
	bench_down(&b);
}

/* Lines on their way are not there yet: the fence is one call for all buffers that go together. */
static void one_fence_publishes_all_that_was_handed_over(void **state)
{
	struct dma_buffer *a, *c;
	struct host_primitive last;
	unsigned long calls;
	struct bench b;
	uint8_t byte;

	(void)state;
	bench_up(&b, 0);
	a = new_buffer(&b, PAGE_SIZE, DMA_TO_DEVICE, DMA_CONTIGUOUS);
	c = new_buffer(&b, PAGE_SIZE, DMA_TO_DEVICE, DMA_CONTIGUOUS);
	assert_int_equal(dma_map(a), FL_OK);
	assert_int_equal(dma_map(c), FL_OK);
	assert_int_equal(dma_sync_for_device(a), FL_OK);
	assert_int_equal(dma_sync_for_device(c), FL_OK);
	calls = host_primitive_calls();
	dma_publish(&b.domain);
	assert_int_equal(host_primitive_calls(), calls + 1);
	assert_true(host_primitive(calls + 1, &last));
	assert_string_equal(last.name, "fence");
	dma_publish(&b.domain); /* nothing is due */
	assert_int_equal(host_primitive_calls(), calls + 1);
	assert_true(host_device_read(dma_device_address(a, 0), &byte, 1));
	assert_true(host_device_read(dma_device_address(c, 4095), &byte, 1));
	assert_int_equal(dma_reclaim(a), FL_OK);
	assert_refused(&b.diag, dma_reclaim(a), FL_ERR_STATE, "while it is the CPU's");
	assert_int_equal(dma_sync_for_cpu(c), FL_OK);
	assert_int_equal(dma_unmap(a), FL_OK);
	assert_int_equal(dma_unmap(c), FL_OK);
	dma_free(a);
	dma_free(c);
	bench_down(&b);
}

static void empty_buffer_is_refused(void **state)
{
	struct dma_buffer *buffer = (void *)1;
	struct bench b;

	(void)state;
	bench_up(&b, 0);
	assert_refused(&b.diag, dma_alloc(&b.domain, "table", 0, DMA_TO_DEVICE, 0, &buffer),
		       FL_ERR_INVALID, "table: a buffer of no bytes");
	assert_null(buffer);
	bench_down(&b);
}

/* ---- pages --------------------------------------------------------------------------------------
 */

static unsigned neighbours(const struct dma_buffer *buffer)
{
	unsigned count = 0;

	for (size_t i = 1; i < buffer->pages; i++)
		count += buffer->page_bus[i] == buffer->page_bus[i - 1] + PAGE_SIZE;
	return count;
}

static void check_pages(const struct dma_buffer *buffer)
{
	for (size_t i = 0; i < buffer->pages; i++) {
		assert_int_equal(buffer->page_bus[i] % PAGE_SIZE, 0);
		assert_true(buffer->page_bus[i] && buffer->page_bus[i] < 1ull << 32);
		assert_ptr_equal(host_bus_to_cpu(buffer->page_bus[i]), buffer->page_cpu[i]);
		assert_ptr_equal(dma_cpu(buffer, i * PAGE_SIZE + 17), buffer->page_cpu[i] + 17);
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(buffer->page_bus[i], buffer->page_bus[k]);
		for (size_t k = 0; k < PAGE_SIZE; k++)
			if (buffer->page_cpu[i][k])
				fail_msg("byte %zu of page %zu is not zero", k, i);
	}
}

static void scattered_pages_are_scattered(void **state)
{
	struct dma_buffer *buffer, *again;
	struct bench b;

	(void)state;
	bench_up(&b, 0x1234567);
	buffer = new_buffer(&b, FRAME, DMA_FROM_DEVICE, DMA_SCATTERED);
	assert_int_equal(buffer->pages, 301);
	assert_int_equal(buffer->length, FRAME);
	check_pages(buffer);
	assert_in_range(neighbours(buffer), 0, 15); /* about one in 300 by chance */
	again = new_buffer(&b, FRAME, DMA_FROM_DEVICE, DMA_SCATTERED);
	assert_memory_not_equal(again->page_cpu, buffer->page_cpu, sizeof(void *));
	dma_free(again);
	dma_free(buffer);
	buffer = new_buffer(&b, FRAME, DMA_FROM_DEVICE, DMA_CONTIGUOUS);
	assert_int_equal(neighbours(buffer), 300);
	check_pages(buffer);
	dma_free(buffer);
	bench_down(&b);
}

static void contents_go_across_pages(void **state)
{
	uint8_t in[3 * PAGE_SIZE], out[3 * PAGE_SIZE];
	struct dma_buffer *buffer;
	struct bench b;

	(void)state;
	bench_up(&b, 99);
	buffer = new_buffer(&b, 8 * PAGE_SIZE, DMA_TO_DEVICE, DMA_SCATTERED);
	for (size_t i = 0; i < sizeof in; i++)
		in[i] = (uint8_t)(i * 7 + i / 256);
	dma_write(buffer, 4000, in, sizeof in);
	dma_read(buffer, 4000, out, sizeof out);
	assert_memory_equal(in, out, sizeof in);
	assert_memory_equal(dma_cpu(buffer, PAGE_SIZE), in + 96, PAGE_SIZE);
	assert_int_equal(*(uint8_t *)dma_cpu(buffer, 3999), 0);
	assert_int_equal(*(uint8_t *)dma_cpu(buffer, 4000 + sizeof in), 0);
	/* The device finds the same at the addresses that it is given. */
	assert_int_equal(dma_map(buffer), FL_OK);
	assert_int_equal(dma_sync_for_device(buffer), FL_OK);
	dma_publish(&b.domain);
	for (size_t i = 0; i < sizeof in; i += 32) {
		assert_true(host_device_read(dma_device_address(buffer, 4000 + i), out, 32));
		assert_memory_equal(out, in + i, 32);
	}
	assert_int_equal(dma_sync_for_cpu(buffer), FL_OK);
	assert_int_equal(dma_unmap(buffer), FL_OK);
	dma_free(buffer);
	bench_down(&b);
}

static void address_in_a_buffer_is_found(void **state)
{
	struct dma_buffer *first, *second;
	struct bench b;
	int outside;

	(void)state;
	bench_up(&b, 5);
	first = new_buffer(&b, 3 * PAGE_SIZE, DMA_TO_DEVICE, DMA_SCATTERED);
	second = new_buffer(&b, 100 * PAGE_SIZE, DMA_TO_DEVICE, DMA_SCATTERED);
	for (size_t i = 0; i < second->pages; i++)
		assert_ptr_equal(dma_find(&b.domain, second->page_cpu[i] + 4095), second);
	assert_ptr_equal(dma_find(&b.domain, dma_cpu(first, 2 * PAGE_SIZE + 1)), first);
	assert_null(dma_find(&b.domain, &outside));
	for (size_t i = 0; i < second->chunk_count; i++) {
		const uint8_t *start = second->chunks[i].cpu;
		const uint8_t *end = start + second->chunks[i].pages * PAGE_SIZE;

		assert_ptr_equal(dma_find(&b.domain, start), second);
		assert_ptr_equal(dma_find(&b.domain, end - 1), second);
		assert_true(dma_find(&b.domain, end) != second || i + 1 < second->chunk_count);
	}
	dma_free(first);
	assert_ptr_equal(dma_find(&b.domain, dma_cpu(second, 0)), second);
	dma_free(second);
	bench_down(&b);
}

/* ---- which lines
 * --------------------------------------------------------------------------------- */

static size_t dirty_lines(const struct dma_buffer *buffer)
{
	size_t dirty = 0;

	for (size_t i = 0; i < buffer->pages; i++)
		dirty += host_dirty_lines(buffer->page_cpu[i], PAGE_SIZE);
	return dirty;
}

static void write_all(struct dma_buffer *buffer, uint8_t value)
{
	for (size_t i = 0; i < buffer->pages; i++)
		memset(buffer->page_cpu[i], value, PAGE_SIZE);
}

static void range_syncs_flush_exactly_their_lines(void **state)
{
	static const struct {
		size_t offset, length, lines;
	} cases[] = {
		{0, 128, 2}, {128, 128, 2},          {60, 8, 2},       {64, 64, 1},
		{65, 1, 1},  {4090, 12, 2},          {4096, 4096, 64}, {4000, 4300, 68},
		{0, 0, 0},   {40 * PAGE_SIZE, 0, 0},
	};
	struct dma_buffer *buffer;
	struct bench b;

	(void)state;
	bench_up(&b, 77);
	host_set_adversary(0); /* nobody else writes lines back */
	buffer = new_buffer(&b, 40 * PAGE_SIZE, DMA_BIDIRECTIONAL, DMA_SCATTERED);
	assert_int_equal(dma_map(buffer), FL_OK);
	assert_int_equal(dma_sync_for_device(buffer), FL_OK);
	dma_publish(&b.domain);
	assert_int_equal(dirty_lines(buffer), 0);
	for (unsigned i = 0; i < COUNT(cases); i++) {
		uint64_t flushed = b.cache.bytes_flushed, shared = b.domain.bytes_shared;
		size_t all = 40 * PAGE_SIZE / 64;

		write_all(buffer, (uint8_t)(i + 1));
		assert_int_equal(dirty_lines(buffer), all);
		assert_int_equal(
			dma_sync_range_for_device(buffer, cases[i].offset, cases[i].length), FL_OK);
		dma_publish(&b.domain);
		assert_int_equal(all - dirty_lines(buffer), cases[i].lines);
		assert_int_equal(b.cache.bytes_flushed - flushed, cases[i].lines * 64);
		assert_int_equal(b.domain.bytes_shared - shared, cases[i].length);
		if (cases[i].length) { /* and they are the right ones */
			void *at = dma_cpu(buffer, cases[i].offset);

			assert_int_equal(host_dirty_lines(at, 1), 0);
			at = dma_cpu(buffer, cases[i].offset + cases[i].length - 1);
			assert_int_equal(host_dirty_lines(at, 1), 0);
		}
		assert_int_equal(dma_sync_range_for_device(buffer, 0, 40 * PAGE_SIZE), FL_OK);
		dma_publish(&b.domain);
	}
	assert_int_equal(buffer->owner, DMA_DEVICE_OWNS); /* ranges do not change that */
	assert_int_equal(dma_sync_for_cpu(buffer), FL_OK);
	assert_int_equal(dma_unmap(buffer), FL_OK);
	dma_free(buffer);
	bench_down(&b);
}

static void ranges_outside_are_refused(void **state)
{
	struct dma_buffer *buffer;
	struct bench b;

	(void)state;
	bench_up(&b, 0);
	buffer = new_buffer(&b, 5000, DMA_BIDIRECTIONAL, DMA_CONTIGUOUS);
	assert_int_equal(dma_map(buffer), FL_OK);
	assert_refused(&b.diag, dma_sync_range_for_device(buffer, 4999, 2), FL_ERR_INVALID,
		       "2 bytes at 4999, but it has 5000");
	assert_refused(&b.diag, dma_sync_range_for_cpu(buffer, 5001, 0), FL_ERR_INVALID,
		       "but it has 5000");
	assert_refused(&b.diag, dma_sync_range_for_cpu(buffer, 64, SIZE_MAX - 32), FL_ERR_INVALID,
		       "frame 0");
	assert_int_equal(dma_sync_range_for_cpu(buffer, 5000, 0), FL_OK);
	assert_int_equal(dma_unmap(buffer), FL_OK);
	dma_free(buffer);
	bench_down(&b);
}

static void whole_buffer_is_flushed_once_each_way(void **state)
{
	struct dma_buffer *buffer;
	struct bench b;

	(void)state;
	bench_up(&b, 3);
	buffer = new_buffer(&b, FRAME, DMA_FROM_DEVICE, DMA_SCATTERED);
	assert_int_equal(dma_map(buffer), FL_OK);
	b.cache.bytes_flushed = 0;
	assert_int_equal(dma_sync_for_device(buffer), FL_OK);
	assert_int_equal(b.cache.bytes_flushed, FRAME);
	assert_int_equal(dma_sync_for_cpu(buffer), FL_OK);
	assert_int_equal(b.cache.bytes_flushed, 2 * FRAME);
	assert_int_equal(b.domain.bytes_shared, 2 * FRAME);
	assert_int_equal(dma_unmap(buffer), FL_OK);
	dma_free(buffer);
	/* What the device only reads has not changed: nothing to drop. */
	buffer = new_buffer(&b, FRAME, DMA_TO_DEVICE, DMA_SCATTERED);
	assert_int_equal(dma_map(buffer), FL_OK);
	assert_int_equal(dma_sync_for_device(buffer), FL_OK);
	b.cache.bytes_flushed = 0;
	assert_int_equal(dma_sync_for_cpu(buffer), FL_OK);
	assert_int_equal(b.cache.bytes_flushed, 0);
	assert_int_equal(dma_unmap(buffer), FL_OK);
	dma_free(buffer);
	bench_down(&b);
}

static void device_data_is_what_the_cpu_reads(void **state)
{
	uint8_t line[64], seen[64];
	struct dma_buffer *buffer;
	struct bench b;

	(void)state;
	bench_up(&b, 4);
	host_set_adversary(1); /* lines move at every occasion */
	buffer = new_buffer(&b, 20 * PAGE_SIZE, DMA_FROM_DEVICE, DMA_SCATTERED);
	assert_int_equal(dma_map(buffer), FL_OK);
	for (unsigned round = 0; round < 20; round++) {
		write_all(buffer, 0xee);
		assert_int_equal(dma_sync_for_device(buffer), FL_OK);
		dma_publish(&b.domain);
		for (size_t at = 0; at < buffer->length; at += sizeof line) {
			memset(line, (int)(at / 64 + round), sizeof line);
			assert_true(host_device_write(dma_device_address(buffer, at), line,
						      sizeof line));
		}
		dma_order(&b.domain);
		assert_int_equal(dma_sync_for_cpu(buffer), FL_OK);
		for (size_t at = 0; at < buffer->length; at += sizeof line) {
			memset(line, (int)(at / 64 + round), sizeof line);
			dma_read(buffer, at, seen, sizeof seen);
			assert_memory_equal(seen, line, sizeof line);
		}
	}
	assert_int_equal(dma_unmap(buffer), FL_OK);
	dma_free(buffer);
	bench_down(&b);
}

/* ---- with an MMU
 * --------------------------------------------------------------------------------- */

static void buffer_behind_an_mmu_is_one_range(void **state)
{
	struct dma_domain domain;
	struct dma_buffer *buffer;
	struct rig rig;
	uint64_t first;

	(void)state;
	rig_up(&rig, &rig_32bit, 5);
	dma_domain_init(&domain, rig_device, 39, &rig.cache, 42, &rig.diag);
	assert_int_equal(dma_attach_mmu(&domain, &rig.mmu), FL_OK);
	assert_int_equal(
		dma_alloc(&domain, "firmware", FRAME, DMA_TO_DEVICE, DMA_SCATTERED, &buffer),
		FL_OK);
	assert_int_equal(dma_map(buffer), FL_OK);
	assert_int_equal(rig.invalidates, 1);
	first = dma_device_address(buffer, 0);
	assert_int_not_equal(first, 0);
	for (size_t i = 0; i < buffer->pages; i++) {
		assert_int_equal(dma_device_address(buffer, i * PAGE_SIZE + 8),
				 first + i * PAGE_SIZE + 8);
		assert_int_equal(device_walk(&rig, (uint32_t)first + i * PAGE_SIZE),
				 buffer->page_bus[i]);
	}
	assert_true(device_sees_dummy(&rig, (uint32_t)first + buffer->pages * PAGE_SIZE));
	assert_int_equal(dma_unmap(buffer), FL_OK);
	assert_int_equal(rig.invalidates, 2);
	assert_true(device_sees_dummy(&rig, (uint32_t)first));
	dma_free(buffer);
	assert_int_equal(rig.mmu.iova.used, 1);
	rig_down(&rig);
}

static void mmu_comes_before_the_first_mapping(void **state)
{
	struct dma_domain domain;
	struct dma_buffer *buffer;
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 6);
	dma_domain_init(&domain, rig_device, 39, &rig.cache, 0, &rig.diag);
	assert_int_equal(dma_alloc(&domain, "table", PAGE_SIZE, DMA_TO_DEVICE, 0, &buffer), FL_OK);
	assert_int_equal(dma_map(buffer), FL_OK);
	assert_refused(&rig.diag, dma_attach_mmu(&domain, &rig.mmu), FL_ERR_STATE,
		       "after DMA mapping has started is refused");
	assert_int_equal(dma_device_address(buffer, 4), buffer->page_bus[0] + 4);
	assert_int_equal(dma_unmap(buffer), FL_OK);
	assert_refused(&rig.diag, dma_attach_mmu(&domain, &rig.mmu), FL_ERR_STATE,
		       "refused"); /* ever */
	dma_free(buffer);
	rig_down(&rig);
}

static void failed_unmap_keeps_pages_from_the_heap(void **state)
{
	struct dma_domain domain;
	struct dma_buffer *buffer;
	struct rig rig;
	uint64_t page;

	(void)state;
	rig_up(&rig, &rig_32bit, 7);
	dma_domain_init(&domain, rig_device, 39, &rig.cache, 0, &rig.diag);
	assert_int_equal(dma_attach_mmu(&domain, &rig.mmu), FL_OK);
	assert_int_equal(dma_alloc(&domain, "frame 0", PAGE_SIZE, DMA_FROM_DEVICE, 0, &buffer),
			 FL_OK);
	assert_int_equal(dma_map(buffer), FL_OK);
	page = buffer->page_bus[0];
	rig.answer = FL_ERR_GONE;
	assert_int_equal(dma_unmap(buffer), FL_ERR_GONE);
	dma_free(buffer);
	assert_contains(rig.diag.message, "is still mapped and is not freed");
	assert_non_null(host_bus_to_cpu(page));
	assert_int_equal(domain.allocated, 1);
	mmu_stop(&rig.mmu);
	assert_int_equal(mmu_exit(&rig.mmu), FL_OK);
	rig_assert_clean();
	host_reset(1);
}

static void failed_map_leaves_the_buffer_unmapped(void **state)
{
	struct dma_domain domain;
	struct dma_buffer *buffer;
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 8);
	dma_domain_init(&domain, rig_device, 39, &rig.cache, 0, &rig.diag);
	assert_int_equal(dma_attach_mmu(&domain, &rig.mmu), FL_OK);
	assert_int_equal(dma_alloc(&domain, "frame 0", PAGE_SIZE, DMA_FROM_DEVICE, 0, &buffer),
			 FL_OK);
	host_fail_allocation(1);
	assert_refused(&rig.diag, dma_map(buffer), FL_ERR_NOMEM, "no page for an L2 table");
	assert_int_equal(buffer->owner, DMA_UNMAPPED);
	assert_int_equal(domain.mapped, 0);
	assert_int_equal(dma_map(buffer), FL_OK);
	assert_int_equal(dma_unmap(buffer), FL_OK);
	dma_free(buffer);
	rig_down(&rig);
}

/* ---- two devices
 * ---------------------------------------------------------------------------------- */

/* A frame that the receiver wrote, read by the imaging unit through its MMU. */
static void imported_frame_is_the_same_pages_in_the_same_order(void **state)
{
	struct dma_domain ours, theirs;
	struct dma_buffer *frame, *import;
	uint8_t word[8];
	struct rig rig;

	(void)state;
	rig_up_with(&rig, &rig_32bit, 9, HOST_BUS_IOMMU); /* no two pieces at the same distance */
	dma_domain_init(&theirs, receiver, 32, &rig.cache, 4711, &rig.diag);
	dma_domain_init(&ours, rig_device, 39, &rig.cache, 0, &rig.diag);
	assert_int_equal(dma_attach_mmu(&ours, &rig.mmu), FL_OK);
	assert_int_equal(
		dma_alloc(&theirs, "frame 0", FRAME, DMA_FROM_DEVICE, DMA_SCATTERED, &frame),
		FL_OK);
	for (size_t i = 0; i < frame->pages; i++)
		memcpy(frame->page_cpu[i] + 8, &i, sizeof i);
	assert_int_equal(dma_import(&ours, frame, "frame 0 for the ImgU", &import), FL_OK);
	assert_int_equal(ours.allocated, 1);
	assert_ptr_equal(dma_find(&ours, frame->page_cpu[7]), import);
	assert_int_equal(import->pages, frame->pages);
	assert_int_equal(import->length, frame->length);
	assert_int_equal(dma_map(import), FL_OK);
	assert_int_equal(dma_sync_for_device(import), FL_OK);
	dma_publish(&ours);
	for (size_t i = 0; i < frame->pages; i++) {
		uint64_t bus =
			device_walk(&rig, (uint32_t)dma_device_address(import, i * PAGE_SIZE));

		assert_ptr_equal(import->page_cpu[i], frame->page_cpu[i]);
		/* The ImgU's own address: the receiver's means nothing to it. */
		assert_true(memory_device_read(memory_function(rig_device), bus + 8, word,
					       sizeof word));
		assert_memory_equal(word, &i, sizeof i);
		assert_false(memory_device_read(memory_function(rig_device), frame->page_bus[i],
						word, sizeof word));
	}
	assert_ptr_equal(dma_find(&theirs, frame->page_cpu[7]), frame);
	assert_int_equal(dma_sync_for_cpu(import), FL_OK);
	assert_int_equal(dma_unmap(import), FL_OK);
	dma_free(import);
	assert_int_equal(*(uint8_t *)dma_cpu(frame, PAGE_SIZE + 8),
			 1); /* the pages are still the owner's */
	dma_free(frame);
	rig_down(&rig);
}

/* A device of two answers: it stops, or it does not. */
struct stopping {
	enum fl_err answer;
	unsigned calls;
	const struct dma_buffer *mapped; /* must still be mapped when the device is stopped */
};

static enum fl_err stop_device(void *context)
{
	struct stopping *stopping = context;

	stopping->calls++;
	if (stopping->mapped)
		assert_int_not_equal(stopping->mapped->owner, DMA_UNMAPPED);
	return stopping->answer;
}

static void device_is_stopped_before_its_buffer_is_unmapped(void **state)
{
	struct stopping stopping = {.answer = FL_OK};
	struct dma_buffer *buffer;
	struct bench b;

	(void)state;
	bench_up(&b, 1);
	dma_set_quiesce(&b.domain, stop_device, &stopping);
	assert_int_equal(dma_create(&b.domain, "frame 0", FRAME, DMA_FROM_DEVICE, &buffer), FL_OK);
	assert_int_equal(dma_sync_for_device(buffer), FL_OK);
	stopping.mapped = buffer;
	stopping.answer = FL_ERR_TIMEOUT;
	diag_fail(&b.diag, FL_ERR_TIMEOUT, NULL, "it does not stop");
	assert_int_equal(dma_destroy(&(struct dma_buffer *){buffer}), FL_ERR_TIMEOUT);
	assert_int_equal(buffer->owner, DMA_DEVICE_OWNS); /* as it was, and still there */
	assert_int_equal(b.domain.allocated, 1);
	assert_contains(b.diag.message,
			"it does not stop"); /* the cause, not what follows from it */
	stopping.answer = FL_OK;
	stopping.calls = 0;
	diag_clear(&b.diag);
	assert_int_equal(dma_reclaim(buffer), FL_OK);
	assert_int_equal(dma_unmap(buffer), FL_OK);
	stopping.mapped = NULL;
	assert_int_equal(stopping.calls, 0); /* whoever unmaps by hand decides by hand */
	dma_free(buffer);
	assert_int_equal(stopping.calls, 1);
	assert_int_equal(b.domain.allocated, 0);
	bench_down(&b);
}

/* The second device did not stop: the first one's pages stay, too. */
static void pages_stay_while_a_second_device_has_them(void **state)
{
	struct stopping stopping = {.answer = FL_ERR_TIMEOUT};
	struct dma_buffer *frame, *import;
	struct dma_domain other;
	struct bench b;

	(void)state;
	bench_up(&b, 1);
	dma_domain_init(&other, rig_device, 39, &b.cache, 0, &b.diag);
	dma_set_quiesce(&other, stop_device, &stopping);
	frame = new_buffer(&b, FRAME, DMA_FROM_DEVICE, DMA_SCATTERED);
	assert_int_equal(dma_import(&other, frame, "import", &import), FL_OK);
	dma_free(import);
	diag_clear(&b.diag);
	dma_free(frame);
	assert_contains(b.diag.message, "is still a second device's and is not freed");
	assert_int_equal(b.domain.allocated, 1);
	stopping.answer = FL_OK;
	diag_clear(&b.diag);
	dma_free(import);
	dma_free(frame);
	assert_int_equal(b.domain.allocated, 0);
	bench_down(&b);
}

static void import_fails_at_every_allocation_and_leaves_nothing(void **state)
{
	struct dma_domain other;
	struct dma_buffer *frame, *import;
	struct bench b;
	unsigned long k;

	(void)state;
	bench_up(&b, 1);
	dma_domain_init(&other, rig_device, 39, &b.cache, 0, &b.diag);
	frame = new_buffer(&b, FRAME, DMA_FROM_DEVICE, DMA_SCATTERED);
	for (k = 1;; k++) {
		unsigned long leaks = host_leaks();
		enum fl_err err;

		host_fail_allocation(k);
		err = dma_import(&other, frame, "import", &import);
		host_fail_allocation(0);
		if (!err)
			break;
		assert_int_equal(b.diag.hint[0] != 0, k > 4); /* VT-d, when it is the sharing */
		assert_refused(&b.diag, err, FL_ERR_NOMEM, "import");
		assert_null(import);
		assert_int_equal(host_leaks(), leaks);
		assert_int_equal(other.allocated, 0);
	}
	assert_non_null(import);
	assert_int_equal(k, 4 + frame->chunk_count + 1); /* the description, and each piece */
	dma_free(import);
	dma_free(frame);
	bench_down(&b);
}

/* ---- memory runs out
 * ------------------------------------------------------------------------------- */

static void alloc_fails_at_every_allocation_and_leaves_nothing(void **state)
{
	struct dma_buffer *buffer;
	struct bench b;
	unsigned long k;

	(void)state;
	bench_up(&b, 1);
	for (k = 1; k <= 5; k++) {
		host_fail_allocation(k);
		assert_refused(&b.diag,
			       dma_alloc(&b.domain, "table", PAGE_SIZE, DMA_TO_DEVICE,
					 DMA_CONTIGUOUS, &buffer),
			       FL_ERR_NOMEM, "table");
		assert_null(buffer);
		assert_int_equal(host_leaks(), 0);
		assert_int_equal(b.domain.allocated, 0);
	}
	host_fail_allocation(6); /* four for the description, one for the pages: that was all */
	assert_int_equal(
		dma_alloc(&b.domain, "table", PAGE_SIZE, DMA_TO_DEVICE, DMA_CONTIGUOUS, &buffer),
		FL_OK);
	dma_free(buffer);
	host_fail_allocation(0);
	bench_down(&b);
}

/* One refusal of a big piece is no failure: smaller pieces are tried. */
static void fragmented_memory_still_gives_a_scattered_buffer(void **state)
{
	struct dma_buffer *buffer;
	struct bench b;

	(void)state;
	for (unsigned long k = 5; k < 12; k++) {
		bench_up(&b, 1);
		host_fail_allocation(k);
		buffer = new_buffer(&b, FRAME, DMA_FROM_DEVICE, DMA_SCATTERED);
		assert_int_equal(buffer->pages, 301);
		check_pages(buffer);
		dma_free(buffer);
		host_fail_allocation(0);
		bench_down(&b);
	}
}

/* Halves of what was refused, down to single pages; and what still fails then is told with how far it came. */
static void refused_pieces_are_halved_down_to_a_page(void **state)
{
	static const struct {
		unsigned pages, chunks;
	} cases[] = {{2, 2}, {3, 3}, {4, 2}, {64, 2}, {65, 3}};
	struct dma_buffer *buffer;
	struct bench b;

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		bench_up(&b, 0);
		host_fail_allocation(5); /* the first piece, behind the description */
		buffer = new_buffer(&b, cases[i].pages * PAGE_SIZE, DMA_FROM_DEVICE, DMA_SCATTERED);
		assert_int_equal(buffer->chunk_count, cases[i].chunks);
		check_pages(buffer);
		dma_free(buffer);
		bench_down(&b);
	}
	bench_up(&b, 0);
	host_limit_dma(37);
	assert_refused(&b.diag,
		       dma_alloc(&b.domain, "frame 0", 64 * PAGE_SIZE, DMA_FROM_DEVICE,
				 DMA_SCATTERED, &buffer),
		       FL_ERR_NOMEM, "no memory for frame 0: 37 of 64 pages below 2^32");
	assert_refused(&b.diag,
		       dma_alloc(&b.domain, "frame 0", 38 * PAGE_SIZE, DMA_FROM_DEVICE,
				 DMA_CONTIGUOUS, &buffer),
		       FL_ERR_NOMEM, "no memory for frame 0: 0 of 38 pages"); /* never in pieces */
	bench_down(&b);
}

static void lengths_are_rounded_up_to_pages(void **state)
{
	static const struct {
		size_t length, pages;
	} cases[] = {{1, 1}, {4095, 1}, {4096, 1}, {4097, 2}, {8192, 2}};
	struct bench b;

	(void)state;
	bench_up(&b, 0);
	for (unsigned i = 0; i < COUNT(cases); i++)
		for (unsigned flags = 0; flags < 2; flags++) {
			struct dma_buffer *buffer =
				new_buffer(&b, cases[i].length, DMA_FROM_DEVICE, flags);

			assert_int_equal(buffer->pages, cases[i].pages);
			assert_int_equal(buffer->length, cases[i].length);
			dma_free(buffer);
		}
	bench_down(&b);
}

/* Marsaglia's xorshift32 (13, 17, 5): one draw less than there are pages. */
static void shuffle_is_the_generator_of_the_paper(void **state)
{
	struct dma_buffer *buffer;
	struct bench b;

	(void)state;
	bench_up(&b, 1);
	buffer = new_buffer(&b, 2 * PAGE_SIZE, DMA_FROM_DEVICE, DMA_SCATTERED);
	assert_int_equal(b.domain.scatter, 270369);
	dma_free(buffer);
	buffer = new_buffer(&b, 4 * PAGE_SIZE, DMA_FROM_DEVICE, DMA_SCATTERED);
	assert_int_equal(b.domain.scatter, 307599695); /* the fourth of them */
	dma_free(buffer);
	buffer = new_buffer(&b, PAGE_SIZE, DMA_FROM_DEVICE, DMA_SCATTERED);
	assert_int_equal(b.domain.scatter, 307599695); /* one page: nothing to draw */
	dma_free(buffer);
	bench_down(&b);
}

/* ---- taken back --------------------------------------------------------------------------------- */

/* Lines that the device wrote are dropped, not kept for whoever gets the pages; what it only reads is not touched. */
static void reclaim_drops_what_the_device_wrote(void **state)
{
	static const enum dma_direction directions[] = {DMA_TO_DEVICE, DMA_FROM_DEVICE,
							DMA_BIDIRECTIONAL};

	(void)state;
	for (unsigned i = 0; i < COUNT(directions); i++) {
		const bool writes = directions[i] != DMA_TO_DEVICE;
		static uint8_t data[PAGE_SIZE];
		struct dma_buffer *buffer;
		unsigned long calls;
		uint64_t flushed;
		struct bench b;

		bench_up(&b, 0);
		host_set_adversary(0);
		assert_int_equal(
			dma_create(&b.domain, "frame 0", 2 * PAGE_SIZE, directions[i], &buffer),
			FL_OK);
		assert_int_equal(dma_sync_for_device(buffer), FL_OK);
		dma_publish(&b.domain);
		for (unsigned page = 0; writes && page < 2; page++)
			assert_true(host_device_write(buffer->page_bus[page], data, sizeof data));
		dma_order(&b.domain);
		calls = host_primitive_calls();
		flushed = b.cache.bytes_flushed;
		assert_int_equal(dma_reclaim(buffer), FL_OK);
		assert_int_equal(buffer->owner, DMA_CPU_OWNS);
		assert_int_equal(host_primitive_calls() > calls, writes);
		assert_int_equal(b.cache.bytes_flushed - flushed, writes * 2 * PAGE_SIZE);
		dma_publish(&b.domain);
		for (unsigned page = 0; page < 2; page++)
			assert_int_equal(host_stale_lines(buffer->page_cpu[page], PAGE_SIZE), 0);
		assert_refused(&b.diag, dma_reclaim(buffer), FL_ERR_STATE, "reclaim of frame 0");
		assert_int_equal(dma_destroy(&buffer), FL_OK);
		bench_down(&b);
	}
}

/* The fence at the end of sync_for_cpu serves what was handed over before, too. */
static void no_fence_is_due_behind_a_sync_for_cpu(void **state)
{
	struct dma_buffer *one, *two;
	unsigned long calls;
	struct bench b;

	(void)state;
	bench_up(&b, 0);
	assert_int_equal(dma_create(&b.domain, "one", PAGE_SIZE, DMA_FROM_DEVICE, &one), FL_OK);
	assert_int_equal(dma_create(&b.domain, "two", PAGE_SIZE, DMA_FROM_DEVICE, &two), FL_OK);
	assert_int_equal(dma_sync_for_device(one), FL_OK);
	dma_publish(&b.domain);
	assert_int_equal(dma_sync_for_device(two), FL_OK);
	assert_int_equal(dma_sync_for_cpu(one), FL_OK);
	calls = host_primitive_calls();
	dma_publish(&b.domain);
	assert_int_equal(host_primitive_calls(), calls);
	dma_destroy(&one);
	dma_destroy(&two);
	bench_down(&b);
}

static void a_range_comes_back_from_the_device(void **state)
{
	const uint32_t word = 0x12345678;
	struct dma_buffer *buffer;
	struct bench b;

	(void)state;
	bench_up(&b, 0);
	host_set_adversary(0);
	assert_int_equal(dma_create(&b.domain, "FBPT", 2 * PAGE_SIZE, DMA_BIDIRECTIONAL, &buffer),
			 FL_OK);
	assert_int_equal(dma_sync_for_device(buffer), FL_OK);
	dma_publish(&b.domain);
	assert_true(host_device_write(buffer->page_bus[1] + 128, &word, 4));
	dma_order(&b.domain);
	assert_int_equal(dma_sync_range_for_cpu(buffer, PAGE_SIZE + 128, 64), FL_OK);
	assert_int_equal(*(volatile uint32_t *)dma_cpu(buffer, PAGE_SIZE + 128), word);
	assert_int_equal(buffer->owner, DMA_DEVICE_OWNS);
	dma_destroy(&buffer);
	bench_down(&b);
}

/* Create is all or nothing; destroy goes from wherever the buffer is. */
static void create_and_destroy_do_what_applies(void **state)
{
	struct dma_buffer *buffer = (struct dma_buffer *)1;
	uint64_t page = 0x4000000000;
	unsigned long leaks;
	uint32_t iova;
	struct rig rig;

	(void)state;
	rig_up(&rig, &rig_32bit, 3);
	leaks = host_leaks();
	{
		struct dma_domain domain;

		dma_domain_init(&domain, rig_device, 39, &rig.cache, 0, &rig.diag);
		assert_int_equal(dma_attach_mmu(&domain, &rig.mmu), FL_OK);
		host_fail_allocation(1);
		assert_refused(&rig.diag, dma_create(&domain, "blob", 5000, DMA_TO_DEVICE, &buffer),
			       FL_ERR_NOMEM, "no memory to describe the 2 pages of blob");
		assert_null(buffer);
		mmu_stop(&rig.mmu); /* nothing can be mapped */
		assert_refused(&rig.diag, dma_create(&domain, "blob", 5000, DMA_TO_DEVICE, &buffer),
			       FL_ERR_STATE, "map while it is down");
		assert_null(buffer);
		assert_int_equal(host_leaks(), leaks);
		assert_int_equal(domain.allocated, 0);
		mmu_start(&rig.mmu, rig_invalidate, &rig);
		for (unsigned owner = DMA_UNMAPPED; owner <= DMA_DEVICE_OWNS; owner++) {
			assert_int_equal(
				dma_create(&domain, "blob", 5000, DMA_FROM_DEVICE, &buffer), FL_OK);
			if (owner == DMA_UNMAPPED) {
				assert_true(buffer->iova != 0);
				assert_int_equal(dma_unmap(buffer), FL_OK);
				assert_int_equal(buffer->iova, 0);
			} else if (owner == DMA_DEVICE_OWNS) {
				assert_int_equal(dma_sync_for_device(buffer), FL_OK);
				dma_publish(&domain);
				assert_true(host_device_write(buffer->page_bus[0], &page, 8));
			}
			assert_int_equal(dma_destroy(&buffer), FL_OK);
			assert_null(buffer);
			assert_false(domain.fence_due);
			assert_int_equal(domain.allocated + domain.mapped, 0);
			assert_int_equal(rig.mmu.pages_mapped, 0);
			assert_int_equal(host_leaks(), leaks);
			assert_int_equal(dma_destroy(&buffer), FL_OK); /* of nothing */
		}
		/* What cannot be unmapped is told, and leaked. */
		assert_int_equal(dma_create(&domain, "blob", 5000, DMA_FROM_DEVICE, &buffer),
				 FL_OK);
		iova = buffer->iova;
		rig.answer = FL_ERR_GONE;
		assert_int_equal(dma_destroy(&buffer), FL_ERR_GONE);
		assert_null(buffer);
		assert_int_equal(domain.allocated, 1);
		assert_contains(rig.diag.message, "blob is still mapped and is not freed");
		assert_true(iova != 0);
		rig.answer = FL_OK;
		dma_free(NULL);
	}
	host_reset(1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_wrong_order_is_refused_with_words),
		cmocka_unit_test(mapped_buffer_is_not_freed),
		cmocka_unit_test(one_fence_publishes_all_that_was_handed_over),
		cmocka_unit_test(empty_buffer_is_refused),
		cmocka_unit_test(scattered_pages_are_scattered),
		cmocka_unit_test(contents_go_across_pages),
		cmocka_unit_test(address_in_a_buffer_is_found),
		cmocka_unit_test(range_syncs_flush_exactly_their_lines),
		cmocka_unit_test(ranges_outside_are_refused),
		cmocka_unit_test(whole_buffer_is_flushed_once_each_way),
		cmocka_unit_test(device_data_is_what_the_cpu_reads),
		cmocka_unit_test(buffer_behind_an_mmu_is_one_range),
		cmocka_unit_test(mmu_comes_before_the_first_mapping),
		cmocka_unit_test(failed_unmap_keeps_pages_from_the_heap),
		cmocka_unit_test(failed_map_leaves_the_buffer_unmapped),
		cmocka_unit_test(imported_frame_is_the_same_pages_in_the_same_order),
		cmocka_unit_test(device_is_stopped_before_its_buffer_is_unmapped),
		cmocka_unit_test(pages_stay_while_a_second_device_has_them),
		cmocka_unit_test(import_fails_at_every_allocation_and_leaves_nothing),
		cmocka_unit_test(alloc_fails_at_every_allocation_and_leaves_nothing),
		cmocka_unit_test(fragmented_memory_still_gives_a_scattered_buffer),
		cmocka_unit_test(refused_pieces_are_halved_down_to_a_page),
		cmocka_unit_test(lengths_are_rounded_up_to_pages),
		cmocka_unit_test(shuffle_is_the_generator_of_the_paper),
		cmocka_unit_test(reclaim_drops_what_the_device_wrote),
		cmocka_unit_test(no_fence_is_due_behind_a_sync_for_cpu),
		cmocka_unit_test(a_range_comes_back_from_the_device),
		cmocka_unit_test(create_and_destroy_do_what_applies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
