/*
 * test_imgu.c: the imaging unit's driver against its model: power, MMU, boot from scattered pages
 * behind the MMU, what each fault says, and that page tables outlive a device that may walk them.
 */
#include "tests/unit/i2c/rig.h"

#include "camera/ipu3/imgu.h"
#include "camera/ipu3/imgu_regs.h"
#include "vboard/ipu3/firmware_image.h"

struct bench {
	struct diag diag;
	struct pci_list list;
	struct cache cache;
	const struct pci_function *function;
	struct imgu imgu;
	uint8_t *file;
	size_t size;
	unsigned long leaks; /* before anything is open */
};

static void bench_up(struct bench *b, char layout, const char *fault)
{
	static const char *const reads_back =
		"imgu-l1-reads=0"; /* else nothing could be compared */
	struct vboard_options options = {.decisions = &reads_back,
					 .decision_count = 1,
					 .seed = 9,
					 .faults = &fault,
					 .fault_count = fault != NULL};

	memset(b, 0, sizeof *b);
	host_reset(9);
	assert_non_null(host_attach_board(&options));
	/* Firmware left bus mastering on: putting it back must not let a dead device loose. */
	platform_pci_write((struct pci_address){0, 0, 5, 0}, 4, 2, 6);
	assert_int_equal(pci_enumerate(&b->list, &b->diag), FL_OK);
	assert_int_equal(cache_init(&b->cache, &b->diag), FL_OK);
	b->function = pci_find(&b->list, IMGU_VENDOR, IMGU_DEVICE, 0);
	b->file = firmware_image_build(layout, &b->size);
	assert_non_null(b->file);
	b->leaks = host_leaks();
}

static enum fl_err bench_open(struct bench *b)
{
	return imgu_open(&b->imgu, b->function, &b->cache, 0x5eed, &b->diag);
}

static uint32_t command_of(const struct bench *b)
{
	return platform_pci_read(b->function->address, 4, 2);
}

static void bench_end(struct bench *b)
{
	free(b->file);
	pci_list_free(&b->list);
	host_print_findings();
	assert_int_equal(host_finding_count(), 0);
	assert_int_equal(b->imgu.regs.outside, 0);
	host_detach();
}

/* Closed well: nothing left, the function as found. */
static void bench_down(struct bench *b)
{
	if (imgu_close(&b->imgu))
		fail_msg("%s", b->diag.message);
	assert_int_equal(command_of(b), b->function->command);
	assert_int_equal(host_leaks(), b->leaks);
	for (unsigned i = 0; i < host_violation_count(); i++)
		print_error("%s\n", host_violation(i));
	assert_int_equal(host_violation_count(), 0);
	bench_end(b);
	assert_int_equal(host_leaks(), 0);
}

static void bench_load(struct bench *b, char layout, const char *fault)
{
	bench_up(b, layout, fault);
	if (bench_open(b) || imgu_load(&b->imgu, b->file, b->size))
		fail_msg("%s", b->diag.message);
}

/* ---- all is well ---------------------------------------------------------------------------------- */

static void boots_both_layouts_from_scattered_pages(void **state)
{
	(void)state;
	for (char layout = 'a'; layout <= 'b'; layout++) {
		static struct bench b;
		struct imgu_data data;
		unsigned neighbours = 0;

		bench_load(&b, layout, NULL);
		assert_true(b.imgu.is_powered && b.imgu.is_fresh && b.imgu.is_loaded);
		assert_int_equal(imgu_l1_readback(&b.imgu), mmu_l1_page(&b.imgu.mmu));
		for (size_t i = 1; i < b.imgu.blob_sp[0]->pages; i++)
			neighbours += b.imgu.blob_sp[0]->page_bus[i] ==
				      b.imgu.blob_sp[0]->page_bus[i - 1] + PAGE_SIZE;
		assert_in_range(neighbours, 0, b.imgu.blob_sp[0]->pages / 2);
		if (imgu_boot(&b.imgu))
			fail_msg("%c: %s", layout, b.diag.message);
		for (unsigned n = 0; n < 2; n++) {
			assert_int_equal(imgu_compare_data(&b.imgu, n, &data), FL_OK);
			assert_int_equal(data.total, b.imgu.firmware.sp[n].binary.data.size / 4);
			assert_int_equal(data.equal, data.total);
		}
		assert_int_equal(mmu_dummy_damage(&b.imgu.mmu), 0);
		bench_down(&b);
	}
}

static void boots_again_after_restart(void **state)
{
	static struct bench b;

	(void)state;
	bench_load(&b, 'a', NULL);
	for (unsigned i = 0; i < 3; i++) {
		if (imgu_boot(&b.imgu) || imgu_restart(&b.imgu))
			fail_msg("%s", b.diag.message);
		assert_int_equal(imgu_l1_readback(&b.imgu), mmu_l1_page(&b.imgu.mmu));
	}
	bench_down(&b);
}

/* A TLB may lose entries whenever it likes. */
static void tlb_that_forgets_is_no_fault(void **state)
{
	static struct bench b;

	(void)state;
	bench_load(&b, 'b', "imgu-tlb-evict=50");
	if (imgu_boot(&b.imgu))
		fail_msg("%s", b.diag.message);
	bench_down(&b);
}

static void no_firmware_no_boot(void **state)
{
	static struct bench b;
	struct imgu_data data;

	(void)state;
	bench_up(&b, 'a', NULL);
	assert_int_equal(bench_open(&b), FL_OK);
	assert_int_equal(imgu_boot(&b.imgu), FL_ERR_STATE);
	assert_contains(b.diag.message, "no ImgU firmware is loaded");
	assert_contains(b.diag.hint, "firstlight/firmware/");
	assert_int_equal(imgu_peek_begin(&b.imgu), FL_ERR_STATE);
	assert_int_equal(imgu_compare_data(&b.imgu, 0, &data), FL_ERR_STATE);
	diag_clear(&b.diag);
	assert_int_equal(imgu_load(&b.imgu, b.file, 2000), FL_ERR_FORMAT);
	assert_false(b.imgu.is_loaded);
	diag_clear(&b.diag);
	assert_int_equal(imgu_load(&b.imgu, b.file, b.size), FL_OK);
	assert_int_equal(imgu_load(&b.imgu, b.file, b.size), FL_ERR_STATE);
	diag_clear(&b.diag);
	imgu_unload(&b.imgu);
	imgu_unload(&b.imgu);
	assert_int_equal(imgu_load(&b.imgu, b.file, b.size), FL_OK);
	bench_down(&b);
	assert_int_equal(imgu_close(&b.imgu), FL_OK); /* twice is harmless */
}

/* ---- the MMU from the device's side ------------------------------------------------------------------ */

#define PROBE 0x1000u /* one of the pages that the allocator leaves to checks */

static struct dma_buffer *marked_page(struct dma_domain *domain, uint32_t mark)
{
	struct dma_buffer *buffer;

	assert_int_equal(dma_alloc(domain, "marked page", PAGE_SIZE, DMA_TO_DEVICE, 0, &buffer),
			 FL_OK);
	for (uint32_t i = 0; i < PAGE_SIZE / 4; i++)
		((uint32_t *)dma_cpu(buffer, 0))[i] = mark + i;
	assert_int_equal(dma_map(buffer), FL_OK);
	assert_int_equal(dma_sync_for_device(buffer), FL_OK);
	return buffer;
}

static void drop_page(struct dma_buffer *buffer)
{
	assert_int_equal(dma_sync_for_cpu(buffer), FL_OK);
	assert_int_equal(dma_unmap(buffer), FL_OK);
	dma_free(buffer);
}

static void peek(struct bench *b, unsigned n, uint32_t *words)
{
	if (imgu_peek(&b->imgu, n, PROBE, words, 64))
		fail_msg("%s", b->diag.message);
}

static void device_sees_remap_unmap_and_dummy(void **state)
{
	static struct bench b;
	struct dma_buffer *one, *two;
	uint32_t words[16];

	(void)state;
	bench_load(&b, 'a', NULL);
	one = marked_page(&b.imgu.dma, 0x11110000);
	two = marked_page(&b.imgu.dma, 0x22220000);
	assert_int_equal(imgu_peek_begin(&b.imgu), FL_OK);
	assert_int_equal(mmu_map(&b.imgu.mmu, PROBE, one->page_bus, 1), FL_OK);
	peek(&b, 0, words);
	assert_int_equal(words[0], 0x11110000);
	assert_int_equal(words[15], 0x1111000f);
	assert_int_equal(mmu_unmap(&b.imgu.mmu, PROBE, 1), FL_OK);
	assert_int_equal(mmu_map(&b.imgu.mmu, PROBE, two->page_bus, 1), FL_OK);
	peek(&b, 1, words);
	assert_int_equal(words[0], 0x22220000);
	assert_int_equal(mmu_unmap(&b.imgu.mmu, PROBE, 1), FL_OK);
	assert_int_equal(imgu_peek_begin(&b.imgu), FL_OK);
	peek(&b, 1, words);
	for (unsigned i = 0; i < 16; i++)
		assert_int_equal(words[i], mmu_dummy_word(4 * i));
	assert_int_equal(imgu_peek(&b.imgu, 0, PROBE, words, IMGU_PEEK_MAX + 4), FL_ERR_INVALID);
	assert_int_equal(imgu_peek(&b.imgu, 0, PROBE, words, 6), FL_ERR_INVALID);
	diag_clear(&b.diag);
	assert_int_equal(mmu_dummy_damage(&b.imgu.mmu), 0);
	drop_page(one);
	drop_page(two);
	bench_down(&b);
}

static void tlb_that_ignores_the_invalidate_shows(void **state)
{
	static struct bench b;
	struct dma_buffer *one, *two;
	uint32_t words[16];

	(void)state;
	bench_load(&b, 'a', "imgu-stale-tlb");
	one = marked_page(&b.imgu.dma, 0x11110000);
	two = marked_page(&b.imgu.dma, 0x22220000);
	assert_int_equal(imgu_peek_begin(&b.imgu), FL_OK);
	assert_int_equal(mmu_map(&b.imgu.mmu, PROBE, one->page_bus, 1), FL_OK);
	peek(&b, 0, words);
	assert_int_equal(words[0], 0x11110000);
	assert_int_equal(mmu_unmap(&b.imgu.mmu, PROBE, 1), FL_OK);
	assert_int_equal(mmu_map(&b.imgu.mmu, PROBE, two->page_bus, 1), FL_OK);
	peek(&b, 1, words);
	assert_int_equal(words[0], 0x11110000); /* this is what a check must be able to see */
	assert_int_equal(mmu_unmap(&b.imgu.mmu, PROBE, 1), FL_OK);
	drop_page(one);
	drop_page(two);
	imgu_close(&b.imgu);
	assert_int_equal(host_leaks(), b.leaks);
	bench_end(&b);
}

/* The invalidate is a posted write: a read of the device behind it, before anything is freed. */
static void invalidate_is_read_back(void **state)
{
	static struct bench b;
	const uint64_t page = 0x123456000;
	const struct trace_device *trace = &b.diag.trace.devices[0];

	(void)state;
	bench_up(&b, 'a', NULL);
	assert_int_equal(bench_open(&b), FL_OK);
	for (unsigned i = 0; i < 2; i++) {
		const struct trace_access *write, *read;

		if (i == 0)
			assert_int_equal(mmu_map(&b.imgu.mmu, PROBE, &page, 1), FL_OK);
		else
			assert_int_equal(mmu_unmap(&b.imgu.mmu, PROBE, 1), FL_OK);
		assert_in_range(trace->count, 2, TRACE_LENGTH);
		write = &trace->accesses[trace->count - 2];
		read = &trace->accesses[trace->count - 1];
		assert_true(write->is_write && write->offset == IMGU_TLB_INVALIDATE &&
			    write->value == 1);
		assert_false(read->is_write);
	}
	bench_down(&b);
}

static void ends_of_the_aperture_are_left_to_checks(void **state)
{
	static struct bench b;
	const uint64_t page = 0x123456000;
	uint32_t iova;

	(void)state;
	bench_up(&b, 'a', NULL);
	assert_int_equal(bench_open(&b), FL_OK);
	assert_int_equal(mmu_map_alloc(&b.imgu.mmu, &page, 1, &iova), FL_OK);
	assert_true(iova >= IMGU_RESERVED_PAGES * PAGE_SIZE);
	assert_int_equal(mmu_unmap_free(&b.imgu.mmu, iova, 1), FL_OK);
	assert_int_equal(mmu_map(&b.imgu.mmu, 0xfffff000, &page, 1), FL_OK);
	assert_int_equal(mmu_unmap(&b.imgu.mmu, 0xfffff000, 1), FL_OK);
	bench_down(&b);
}

/* ---- faults ------------------------------------------------------------------------------------------- */

enum step { OPEN, BOOT, CLOSE };

static void each_fault_says_what_it_is(void **state)
{
	static const struct {
		const char *fault;
		enum step step;
		enum fl_err err;
		const char *words, *hint;
	} cases[] = {
		{"imgu-all-ones", OPEN, FL_ERR_GONE, "ImgU STATE (0x130) reads all ones",
		 "disabled by firmware"},
		{"imgu-no-start", OPEN, FL_ERR_TIMEOUT, "ImgU PM_CTRL (0x0000)",
		 "the request is never taken"},
		{"imgu-no-idle", OPEN, FL_ERR_TIMEOUT, "ImgU STATE (0x0130)",
		 "busy with something that firmware left"},
		{"imgu-no-halt", OPEN, FL_ERR_TIMEOUT, "ImgU GP_HALTED (0x45e0)",
		 "not touched or freed"},
		{"imgu-wrong-l1", BOOT, FL_ERR_IO, "boot loader reports a DMA error",
		 "its DMA commands name"},
		{"imgu-boot-error", BOOT, FL_ERR_IO,
		 "boot loader reports a DMA error (sw_state 0x102)", "DMA commands"},
		{"imgu-boot-busy", BOOT, FL_ERR_TIMEOUT, "boot loader: sw_state is 0x101",
		 "it never ran"},
		{"imgu-sp0-silent", BOOT, FL_ERR_TIMEOUT, "SP0: sw_state is 0x0",
		 "its program memory"},
		{"imgu-sp1-silent", BOOT, FL_ERR_TIMEOUT, "SP1: sw_state is 0x0",
		 "its program memory"},
		{"imgu-burst-stuck", CLOSE, FL_ERR_TIMEOUT, "ImgU CIO_GATE_BURST_STATE (0x4404)",
		 "a burst to memory never ends"},
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		static struct bench b;
		uint64_t start;
		enum fl_err err[3] = {FL_OK, FL_OK, FL_OK};

		bench_up(&b, 'a', cases[i].fault);
		start = host_time_ns();
		err[OPEN] = bench_open(&b);
		if (!err[OPEN] && !imgu_load(&b.imgu, b.file, b.size))
			err[BOOT] = imgu_boot(&b.imgu);
		err[CLOSE] = imgu_close(&b.imgu);
		for (unsigned step = OPEN; step <= cases[i].step; step++)
			if (err[step] != (step == cases[i].step ? cases[i].err : FL_OK))
				fail_msg("%s: step %u gives %d: %s", cases[i].fault, step,
					 err[step], b.diag.message);
		assert_contains(b.diag.message, cases[i].words);
		assert_contains(b.diag.hint, cases[i].hint);
		assert_in_range(host_time_ns() - start, 0, 3000000000ull);
		if (!b.imgu.is_dead)
			assert_int_equal(host_leaks(), b.leaks);
		bench_end(&b);
	}
}

static void power_that_never_comes_is_told(void **state)
{
	static struct bench b;
	enum fl_err err;

	(void)state;
	bench_up(&b, 'a', "imgu-no-power");
	err = bench_open(&b);
	assert_true(err < 0);
	assert_contains(b.diag.message, "ImgU");
	assert_contains(b.diag.hint, "ImgU power");
	assert_int_equal(host_leaks(), b.leaks);
	bench_end(&b);
}

static void damaged_data_is_found_by_its_place(void **state)
{
	static struct bench b;
	struct imgu_data data;

	(void)state;
	bench_load(&b, 'a', "imgu-data-flip");
	assert_int_equal(imgu_boot(&b.imgu), FL_OK);
	for (unsigned n = 0; n < 2; n++) {
		assert_int_equal(imgu_compare_data(&b.imgu, n, &data), FL_OK);
		assert_int_equal(data.total - data.equal, 1);
		assert_int_equal(data.changed, 1);
		assert_int_equal(data.missing, 0);
		assert_int_equal(data.changed_at[0],
				 b.imgu.firmware.sp[n].binary.data_target + data.first);
	}
	bench_down(&b);
}

/* A page that the device drops is one that never arrived, not one that somebody changed. */
static void dropped_page_is_found(void **state)
{
	static struct bench b;
	unsigned missed = 0;

	(void)state;
	for (unsigned page = 0; page < 8; page++) {
		struct imgu_data data;
		char fault[32];
		enum fl_err err;

		snprintf(fault, sizeof fault, "imgu-dma-drop=%u", page);
		bench_load(&b, 'a', fault);
		err = imgu_boot(&b.imgu);
		for (unsigned n = 0; !err && n < 2; n++) {
			imgu_compare_data(&b.imgu, n, &data);
			assert_int_equal(data.changed, 0);
			missed += data.missing;
			if (data.missing)
				err = FL_ERR_MISMATCH;
		}
		if (!err)
			fail_msg("%s: nobody noticed", fault);
		imgu_close(&b.imgu);
		assert_int_equal(host_leaks(), b.leaks);
		bench_end(&b);
	}
	assert_true(missed > 100);
}

/* ---- what may still be walked stays ---------------------------------------------------------------------- */

static void tables_stay_when_the_halt_never_comes(void **state)
{
	static struct bench b;
	uint64_t l1;

	(void)state;
	bench_up(&b, 'a', "imgu-no-halt");
	assert_int_equal(bench_open(&b), FL_ERR_TIMEOUT);
	assert_true(b.imgu.is_dead);
	l1 = (uint64_t)mmu_l1_page(&b.imgu.mmu) << PAGE_SHIFT;
	assert_true(l1 && host_bus_to_cpu(l1));
	assert_true(host_bus_to_cpu(b.imgu.mmu.dummy_page.bus) &&
		    host_bus_to_cpu(b.imgu.mmu.dummy_l2.bus));
	assert_true(host_leaks() > b.leaks);
	assert_int_equal(command_of(&b) & 4, 0); /* bus mastering */
	bench_end(&b);
}

/* The device falls off the bus at every access in turn: no hang, no crash, and either it was halted and
 * all is given back, or nothing that it may read is. */
static void device_lost_at_any_moment(void **state)
{
	unsigned dead = 0, closed = 0;

	(void)state;
	for (unsigned n = 1; n < 2600; n += n < 160 ? 1 : 97) {
		static struct bench b;
		char fault[32];
		enum fl_err err, close_err;

		snprintf(fault, sizeof fault, "imgu-all-ones=%u", n);
		bench_up(&b, 'b', fault);
		err = bench_open(&b);
		if (!err)
			err = imgu_load(&b.imgu, b.file, b.size);
		if (!err)
			err = imgu_boot(&b.imgu);
		close_err = imgu_close(&b.imgu);
		if (err || close_err)
			assert_true(b.diag.message[0] && b.diag.hint[0]);
		if (b.imgu.is_dead) {
			dead++;
			assert_int_equal(command_of(&b) & 4, 0);
			assert_non_null(
				host_bus_to_cpu((uint64_t)mmu_l1_page(&b.imgu.mmu) << PAGE_SHIFT));
		} else {
			closed++;
			if (host_leaks() != b.leaks)
				fail_msg("%s: %lu blocks left, %s", fault, host_leaks() - b.leaks,
					 b.diag.message);
		}
		bench_end(&b);
	}
	assert_true(dead > 10 && closed > 10);
}

/* ---- pages go back when nothing runs any more ------------------------------------------------------- */

static bool gate_is_closed(struct bench *b)
{
	return reg_read(&b->imgu.regs, IMGU_GP_HALTED) & IMGU_GP_HALTED_YES;
}

/* A processor has run; unload stops all of them first. Boots again afterwards. */
static void unload_stops_the_processors_first(void **state)
{
	static struct bench b;

	(void)state;
	bench_load(&b, 'a', NULL);
	host_check_freed(true);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(imgu_boot(&b.imgu), FL_OK);
		assert_false(gate_is_closed(&b));
		imgu_unload(&b.imgu);
		assert_true(gate_is_closed(&b));
		for (unsigned n = 0; n < 2; n++)
			assert_true(reg_read(&b.imgu.regs, IMGU_SP_CTRL(n)) & IMGU_CTRL_IDLE);
		assert_int_equal(imgu_load(&b.imgu, b.file, b.size), FL_OK);
	}
	bench_down(&b);
}

/* The gate does not close any more: not a page goes back, nothing is unmapped, and all says so. */
static void device_that_does_not_stop_keeps_its_pages(void **state)
{
	static const char *const faults[] = {"imgu-burst-stuck", "imgu-all-ones=1000"};

	(void)state;
	for (unsigned i = 0; i < COUNT(faults); i++) {
		static struct bench b;
		struct dma_buffer *buffer;
		uint64_t mapped, page;

		bench_load(&b, 'a', faults[i]);
		host_check_freed(true);
		buffer = marked_page(&b.imgu.dma, 0x11110000);
		page = buffer->page_bus[0];
		imgu_boot(&b.imgu);
		mapped = b.imgu.mmu.pages_mapped;
		diag_clear(&b.diag);
		assert_true(dma_destroy(&buffer) < 0);
		assert_true(b.imgu.is_dead && b.diag.message[0] && b.diag.hint[0]);
		imgu_unload(&b.imgu);
		assert_true(imgu_restart(&b.imgu) < 0);
		assert_true(imgu_close(&b.imgu) < 0);
		assert_int_equal(b.imgu.mmu.pages_mapped, mapped);
		assert_non_null(host_bus_to_cpu(page));
		assert_non_null(host_bus_to_cpu((uint64_t)mmu_l1_page(&b.imgu.mmu) << PAGE_SHIFT));
		assert_int_equal(command_of(&b) & 4, 0); /* bus mastering */
		bench_end(&b);
	}
}

/* imgu.md 3.1, 3.2, 3.7 */
static void its_mmu_is_that_of_the_sheet(void **state)
{
	static struct bench b;

	(void)state;
	bench_up(&b, 'a', NULL);
	assert_int_equal(bench_open(&b), FL_OK);
	assert_int_equal(b.imgu.mmu.geometry->iova_bits, 32);
	assert_int_equal(b.imgu.mmu.geometry->page_bits, 27);
	assert_int_equal(b.imgu.mmu.geometry->table_bits, 32);
	bench_end(&b);
}

/* ---- memory runs out -------------------------------------------------------------------------------------- */

static void open_fails_at_every_allocation_and_leaves_nothing(void **state)
{
	static struct bench b;
	unsigned long k;

	(void)state;
	bench_up(&b, 'a', NULL);
	for (k = 1;; k++) {
		enum fl_err err;

		host_fail_allocation(k);
		err = bench_open(&b);
		host_fail_allocation(0);
		if (!err)
			break;
		assert_int_equal(err, FL_ERR_NOMEM);
		assert_contains(b.diag.message, "IPU3 ImgU MMU: no ");
		diag_clear(&b.diag);
		assert_int_equal(host_leaks(), b.leaks);
		assert_int_equal(command_of(&b), b.function->command);
	}
	assert_int_equal(k, 7);
	bench_down(&b);
}

static void load_fails_at_every_allocation_and_leaves_nothing(void **state)
{
	static struct bench b;
	unsigned long k, leaks, refused = 0;

	(void)state;
	bench_up(&b, 'a', NULL);
	assert_int_equal(bench_open(&b), FL_OK);
	leaks = host_leaks();
	for (k = 1; k < 60; k++) {
		enum fl_err err;

		host_fail_allocation(k);
		err = imgu_load(&b.imgu, b.file, b.size);
		host_fail_allocation(0);
		if (!err) { /* a piece that was refused, and smaller ones that were not */
			imgu_unload(&b.imgu);
			assert_int_equal(host_leaks(), leaks);
			continue;
		}
		refused++;
		assert_int_equal(err, FL_ERR_NOMEM);
		assert_contains(b.diag.message, "no ");
		diag_clear(&b.diag);
		assert_false(b.imgu.is_loaded);
		assert_int_equal(host_leaks(), leaks);
		assert_int_equal(b.imgu.mmu.pages_mapped, 0);
	}
	assert_in_range(refused, 15, 40);
	assert_int_equal(imgu_load(&b.imgu, b.file, b.size), FL_OK);
	assert_int_equal(imgu_boot(&b.imgu), FL_OK);
	bench_down(&b);
}

/* ---- dump --------------------------------------------------------------------------------------------------- */

static void dump_names_registers_and_is_cut(void **state)
{
	static struct bench b;
	char text[2048];
	size_t length;

	(void)state;
	bench_up(&b, 'a', NULL);
	assert_int_equal(bench_open(&b), FL_OK);
	length = imgu_dump(&b.imgu, text, sizeof text);
	assert_int_equal(length, strlen(text));
	assert_contains(text, "L1_PHYS 0x04304 0x");
	assert_contains(text, "GP_HALTED 0x045e0 0x00000000\n");
	assert_true(imgu_dump(&b.imgu, text, 50) < 50);
	bench_down(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boots_both_layouts_from_scattered_pages),
		cmocka_unit_test(boots_again_after_restart),
		cmocka_unit_test(tlb_that_forgets_is_no_fault),
		cmocka_unit_test(no_firmware_no_boot),
		cmocka_unit_test(device_sees_remap_unmap_and_dummy),
		cmocka_unit_test(tlb_that_ignores_the_invalidate_shows),
		cmocka_unit_test(invalidate_is_read_back),
		cmocka_unit_test(ends_of_the_aperture_are_left_to_checks),
		cmocka_unit_test(each_fault_says_what_it_is),
		cmocka_unit_test(power_that_never_comes_is_told),
		cmocka_unit_test(damaged_data_is_found_by_its_place),
		cmocka_unit_test(dropped_page_is_found),
		cmocka_unit_test(tables_stay_when_the_halt_never_comes),
		cmocka_unit_test(device_lost_at_any_moment),
		cmocka_unit_test(unload_stops_the_processors_first),
		cmocka_unit_test(device_that_does_not_stop_keeps_its_pages),
		cmocka_unit_test(its_mmu_is_that_of_the_sheet),
		cmocka_unit_test(open_fails_at_every_allocation_and_leaves_nothing),
		cmocka_unit_test(load_fails_at_every_allocation_and_leaves_nothing),
		cmocka_unit_test(dump_names_registers_and_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
