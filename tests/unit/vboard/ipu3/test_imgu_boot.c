/*
 * test_imgu_boot.c: the ImgU model's MMU and its emulation of the firmware: scattered pages, stale
 * translations, dummy page, and every fault that a boot can show (imgu.md 3.13, 8.3).
 */
#include "tests/unit/vboard/ipu3/imgu_bench.h"

static struct bench *bench_loaded(uint64_t seed, const char *fault, char layout)
{
	struct bench *b = bench_new(seed, fault);

	bench_mmu_up(b);
	bench_load(b, layout);
	return b;
}

static uint8_t queue_size(struct bench *b, uint32_t offset)
{
	return (uint8_t)vboard_mmio_read(b->board, 0, sp_at(b, 0, 32) + offset, 1);
}

static void boots_from_scattered_pages(char layout)
{
	for (uint64_t seed = 0; seed < BENCH_SEEDS; seed++) {
		struct bench *b = bench_loaded(seed, NULL, layout);

		assert_int_equal(bench_boot(b), 0);
		for (unsigned n = 0; n < 2; n++)
			assert_int_equal(bench_data_differs(b, n, bench_data(b, n)), 0);
		assert_int_equal(queue_size(b, 0), 3);
		assert_int_equal(queue_size(b, 4 * 31), 3);
		assert_int_equal(queue_size(b, 512 + 4 * 7), 8);
		assert_int_equal(queue_size(b, 800), 80);
		assert_int_equal(queue_size(b, 1124), 24);
		/* Both SPs run, the ISP is done. */
		assert_int_equal(rd(b, 0x4100) & 0x20, 0);
		assert_int_equal(rd(b, 0x4200) & 0x20, 0);
		assert_int_equal(rd(b, 0x4000) & 0x20, 0x20);
		bench_assert_clean(b);
		bench_free(b);
	}
}

static void boots_with_the_offsets_of_layout_a(void **state)
{
	(void)state;
	boots_from_scattered_pages('a');
}

static void boots_with_the_offsets_of_layout_b(void **state)
{
	(void)state;
	boots_from_scattered_pages('b');
}

static void answers_are_late(void **state)
{
	struct bench *b = bench_loaded(1, NULL, 'a');

	(void)state;
	bench_boot_hardware(b);
	bench_loader_start(b);
	assert_int_equal(rd(b, bench_loader_state(b)), 0x101);
	assert_int_equal(rd(b, 0x4000) & 0x20, 0);
	assert_true(poll(b, bench_loader_state(b), 0xFFFFFFFF, 0x100));
	bench_sp_start(b, 0);
	assert_int_equal(rd(b, sp_at(b, 0, 44)), 0);
	assert_true(poll(b, sp_at(b, 0, 44), 0xFFFFFFFF, 1));
	bench_assert_clean(b);
	bench_free(b);
}

static void host_words_in_bss_survive_the_start(void **state)
{
	struct bench *b = bench_loaded(1, NULL, 'a');

	(void)state;
	bench_boot_hardware(b);
	bench_loader_start(b);
	assert_true(poll(b, bench_loader_state(b), 0xFFFFFFFF, 0x100));
	wr(b, sp_at(b, 0, 20), 0xCAFE1000);
	assert_true(bench_sp_boot(b, 0));
	assert_int_equal(rd(b, sp_at(b, 0, 20)), 0xCAFE1000);
	bench_free(b);
}

/* 5.3 and 5.5: what the host tells SP0, at the places that SP `from` has for it; then READY to SP1. */
static void bench_greet(struct bench *b, unsigned from, uint32_t mask, uint32_t group)
{
	const uint32_t sp0 = 0x8000;

	wr(b, sp0 + field(b, from, 20), group);
	for (uint32_t word = 40; word <= 56; word += 4)
		if (word != 44)
			wr(b, sp0 + field(b, from, word), 0);
	wr(b, sp0 + field(b, from, 36), 1);
	for (uint32_t i = 0; i < 6; i++)
		wr(b, sp0 + field(b, from, 36) + 0x60 + 4 * i, mask);
	wr(b, sp0 + field(b, from, 48), 1);
	wr(b, sp_at(b, 1, 36), 1);
}

static void sp0_is_told_what_it_needs_at_its_own_places(void **state)
{
	(void)state;
	for (const char *layout = "abcd"; *layout; layout++) {
		static const struct {
			unsigned from;
			uint32_t mask, group;
			const char *complaint;
		} cases[] = {
			{0, 0xBFF, 0x1000, ""},
			{1, 0xBFF, 0x1000, "SP1 is told READY, but "},
			{0, 0xBFE, 0x1000, "its first event mask of SP0 is 0xbfe, want 0xbff"},
			{0, 0xBFF, 0, "per_frame_data of SP0 is 0x00000000: not mapped"},
		};

		for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			struct bench *b = bench_loaded(3, NULL, *layout);

			assert_int_equal(bench_boot(b), 0);
			bench_greet(b, cases[i].from, cases[i].mask,
				    cases[i].group ? b->iova[0] : 0);
			bench_assert_complaint(b, cases[i].complaint);
			assert_int_equal(vboard_violations(b->board) > 0, i > 0);
			bench_free(b);
		}
	}
}

/* ---- Stop, and start again without a CSS reset (3.13 steps 3 and 4) ---- */

static void bench_terminate(struct bench *b)
{
	wr(b, sp_at(b, 0, 36), 4);
	assert_true(poll(b, 0x4100, 0x20, 0x20));
	assert_true(poll(b, 0x4200, 0x20, 0x20));
	assert_int_equal(rd(b, sp_at(b, 0, 44)), 0);
}

static void terminate_stops_all_cores(void **state)
{
	struct bench *b = bench_loaded(2, NULL, 'a');

	(void)state;
	assert_int_equal(bench_boot(b), 0);
	/* Busy and running: not idle, so no power-down. */
	assert_int_equal(rd(b, 0x130) & 2, 0);
	bench_terminate(b);
	assert_true(poll(b, 0x130, 2, 2));
	bench_assert_clean(b);
	bench_free(b);
}

/* The IOVA page in which the data section of SP1 begins, led to another page. */
static uint32_t bench_data_page(const struct bench *b)
{
	return (b->iova[1] + field(b, 1, 884)) & ~(BENCH_PAGE - 1);
}

/* A copy of that page with the first eight bytes of the data section inverted. */
static uint32_t bench_marked_copy(struct bench *b)
{
	uint32_t iova = bench_data_page(b), copy = bench_page(b);
	uint32_t l2 = bench_entry(b, b->l1, iova >> 22);
	uint32_t at = (b->iova[1] + field(b, 1, 884)) & (BENCH_PAGE - 1);

	memcpy(bench_ram(b, copy), bench_ram(b, bench_entry(b, l2, iova >> 12 & 0x3FF)),
	       BENCH_PAGE);
	for (unsigned i = 0; i < 8; i++)
		bench_ram(b, copy)[at + i] ^= 0xFF;
	return copy;
}

static void remap(const char *fault, bool invalidate, unsigned differ)
{
	struct bench *b = bench_loaded(4, fault, 'a');

	assert_int_equal(bench_boot(b), 0);
	bench_terminate(b);
	bench_map(b, bench_data_page(b), bench_marked_copy(b));
	if (invalidate)
		bench_invalidate(b);
	assert_true(bench_sp_boot(b, 1));
	assert_int_equal(bench_data_differs(b, 1, bench_data(b, 1)), differ);
	bench_assert_clean(b);
	bench_free(b);
}

static void a_remapped_page_shows_after_the_invalidate(void **state)
{
	(void)state;
	remap(NULL, true, 8);
}

static void a_stale_translation_stays_without_it(void **state)
{
	(void)state;
	remap(NULL, false, 0);
}

static void fault_stale_tlb_ignores_the_invalidate(void **state)
{
	(void)state;
	remap("imgu-stale-tlb", true, 0);
}

static void an_evicting_tlb_may_show_either_copy(void **state)
{
	(void)state;
	remap("imgu-tlb-evict=100", false, 8);
}

static void an_unmapped_page_leads_to_the_dummy(void **state)
{
	struct bench *b = bench_loaded(5, NULL, 'a');
	uint8_t pattern[0x4000];

	(void)state;
	assert_int_equal(bench_boot(b), 0);
	bench_terminate(b);
	memset(pattern, 0x5A, sizeof(pattern));
	bench_map(b, bench_data_page(b), b->dummy);
	bench_invalidate(b);
	bench_sp_start(b, 1);
	assert_true(poll(b, sp_at(b, 1, 44), 0xFFFFFFFF, 1));
	assert_int_equal(bench_data_differs(b, 1, pattern), 0);
	for (uint32_t i = 0; i < BENCH_PAGE; i++)
		assert_int_equal(bench_ram(b, b->dummy)[i], 0x5A);
	bench_assert_clean(b);
	bench_free(b);
}

/* A first mapping in a 4 MiB stretch that was walked before: the walker kept its L1 entry. */
static void l1_entries_go_stale_too(void **state)
{
	struct bench *b = bench_loaded(6, NULL, 'a');
	uint32_t far = 0x10000000;

	(void)state;
	wr(b, 0x4010, far); /* fetches through the dummy L2 table */
	wr(b, 0x4000, 0x1000);
	wr(b, 0x4000, 0xA);
	bench_wait(b, 5000);
	bench_assert_complaint(b, "unknown ImgU firmware");
	b->next_iova = far + 0x10000;
	b->iova[3] = bench_place(b, field(b, 3, 832), field(b, 3, 852));
	bench_boot_hardware(b);
	bench_loader_go(b);
	assert_false(poll(b, bench_loader_state(b), 0xFFFFFFFF, 0x100));
	assert_int_equal(bench_boot(b), 0);
	bench_free(b);
}

/* ---- The gate ---- */

static void a_core_waits_for_the_gate(void **state)
{
	struct bench *b = bench_loaded(7, NULL, 'a');

	(void)state;
	bench_boot_hardware(b);
	assert_true(bench_halt(b, 1));
	bench_loader_start(b);
	bench_wait(b, 20000);
	bench_assert_complaint(b, "ISP wants memory while GP_HALT = 1");
	assert_int_equal(rd(b, bench_loader_state(b)), 0x101);
	assert_int_equal(rd(b, 0x4000) & 0xA0, 0x80);
	assert_true(bench_halt(b, 0));
	assert_true(poll(b, bench_loader_state(b), 0xFFFFFFFF, 0x100));
	assert_int_equal(vboard_violations(b->board), 1);
	bench_free(b);
}

/* ---- Bad tables ---- */

static void bad_entry(uint32_t level, uint32_t entry, const char *part)
{
	struct bench *b = bench_loaded(8, NULL, 'a');
	uint32_t iova = b->iova[3];

	if (level == 1)
		bench_set_entry(b, b->l1, iova >> 22, entry);
	else
		bench_set_entry(b, bench_entry(b, b->l1, iova >> 22), iova >> 12 & 0x3FF, entry);
	bench_invalidate(b);
	assert_int_equal(bench_boot(b), 1);
	bench_assert_complaint(b, part);
	bench_free(b);
}

static void bad_entries_are_named(void **state)
{
	(void)state;
	bad_entry(1, 0, "walk to an entry of 0: L1 entry");
	bad_entry(2, 0, "walk to an entry of 0: L2 entry");
	bad_entry(1, 0xDBDBDBDB, "bits 31:27");
	bad_entry(2, 0x08000001, "bits 31:27");
	bad_entry(2, 0x00400000, "outside RAM");
}

static void bus_master_must_be_on(void **state)
{
	struct bench *b = bench_loaded(8, NULL, 'a');

	(void)state;
	vboard_config_write(b->board, 0, 0x04, 2, 0x0402);
	assert_int_equal(bench_boot(b), 1);
	bench_assert_complaint(b, "bus master is off");
	bench_free(b);
}

/* ---- What is wrong with a boot ---- */

static void an_unmapped_page_of_the_blob_is_found(void **state)
{
	struct bench *b = bench_loaded(9, NULL, 'a');

	(void)state;
	bench_map(b, b->iova[3] + 2 * BENCH_PAGE, b->dummy);
	bench_invalidate(b);
	assert_int_equal(bench_boot(b), 1);
	assert_int_equal(rd(b, bench_loader_state(b)), 0x102);
	bench_assert_complaint(b, "CRC-32");
	bench_free(b);
}

/* Each page of each blob is part of the proof: exchange two, and something does not come up. */
static void exchanged_pages_never_boot(void **state)
{
	static const unsigned types[] = {3, 0, 1};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct bench *b = bench_loaded(10, NULL, 'a');
		uint32_t at = b->iova[types[i]], l2 = bench_entry(b, b->l1, (at + 0x1000) >> 22);
		uint32_t l2b = bench_entry(b, b->l1, (at + 0x2000) >> 22);
		uint32_t p1 = bench_entry(b, l2, (at + 0x1000) >> 12 & 0x3FF);
		uint32_t p2 = bench_entry(b, l2b, (at + 0x2000) >> 12 & 0x3FF);

		bench_map(b, at + 0x1000, p2);
		bench_map(b, at + 0x2000, p1);
		bench_invalidate(b);
		assert_int_equal(bench_boot(b), i + 1);
		bench_free(b);
	}
}

static void unknown_firmware_is_not_guessed_at(void **state)
{
	struct bench *b = bench_loaded(11, NULL, 'a');
	uint32_t iova = b->iova[3];
	uint32_t l2 = bench_entry(b, b->l1, iova >> 22);

	(void)state;
	bench_ram(b, bench_entry(b, l2, iova >> 12 & 0x3FF))[0] = 'X';
	assert_int_equal(bench_boot(b), 1);
	bench_assert_complaint(b, "unknown ImgU firmware");
	assert_int_equal(rd(b, bench_loader_state(b)), 0x102);
	bench_free(b);
}

static void starts_that_break_a_rule_are_named(void **state)
{
	struct bench *b = bench_loaded(12, NULL, 'a');

	(void)state;
	bench_sp_start(b, 0);
	bench_assert_complaint(b, "icache address unset");
	b->flat.complaint[0] = 0;
	bench_boot_hardware(b);
	bench_sp_start(b, 0);
	bench_assert_complaint(b, "without program text");
	b->flat.complaint[0] = 0;
	assert_int_equal(bench_boot(b), 0);
	bench_sp_start(b, 0);
	bench_assert_complaint(b, "while it runs");
	b->flat.complaint[0] = 0;
	bench_terminate(b);
	wr(b, 0x411C, b->iova[0]);
	bench_sp_start(b, 0);
	bench_assert_complaint(b, "without ICACHE_INV");
	b->flat.complaint[0] = 0;
	wr(b, sp_at(b, 1, 44), 1);
	wr(b, 0x4200, 0xA);
	bench_wait(b, 5000);
	bench_assert_complaint(b, "SP1 started with sw_state not 0");
	bench_free(b);
}

/* ---- Faults ---- */

static void each_fault_of_the_boot_shows(void **state)
{
	static const struct {
		const char *fault;
		int boot; /* what bench_boot says */
		uint32_t loader_state;
		unsigned differ[2]; /* bytes of the data sections */
	} rows[] = {
		{"imgu-boot-error", 1, 0x102, {0, 0}}, {"imgu-boot-busy", 1, 0x101, {0, 0}},
		{"imgu-wrong-l1", 1, 0x102, {0, 0}},   {"imgu-sp0-silent", 2, 0x100, {0, 0}},
		{"imgu-sp1-silent", 3, 0x100, {0, 0}}, {"imgu-data-flip", 0, 0x100, {1, 1}},
		{"imgu-dma-drop", 3, 0x100, {0, 0}},   {"imgu-dma-drop=4", 2, 0x100, {0, 0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bench *b = bench_loaded(13, rows[i].fault, 'a');

		assert_int_equal(bench_boot(b), rows[i].boot);
		assert_int_equal(rd(b, bench_loader_state(b)), rows[i].loader_state);
		/* The device's fault is not held against the driver. */
		bench_assert_clean(b);
		for (unsigned n = 0; n < 2 && !rows[i].boot; n++)
			assert_int_equal(bench_data_differs(b, n, bench_data(b, n)),
					 rows[i].differ[n]);
		bench_free(b);
	}
}

/* Copies 0 to 2 are the text of SP1, 3 to 5 that of SP0, 6 the data section of SP0. */
static void a_dropped_data_page_leaves_old_contents(void **state)
{
	struct bench *b = bench_loaded(14, "imgu-dma-drop=6", 'a');

	(void)state;
	assert_int_equal(bench_boot(b), 0);
	assert_true(bench_data_differs(b, 0, bench_data(b, 0)) > 700);
	assert_int_equal(bench_data_differs(b, 1, bench_data(b, 1)), 0);
	bench_free(b);
}

/* The same seed gives the same run, to the nanosecond. */
static void a_seed_repeats_itself(void **state)
{
	uint64_t took[2];

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct bench *b = bench_loaded(15, NULL, 'a');

		assert_int_equal(bench_boot(b), 0);
		took[i] = b->flat.now;
		bench_free(b);
	}
	assert_true(took[0] == took[1]);
}

/* ---- A driver gone mad must not take the board down ---- */

static uint32_t mad(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

static uint32_t mad_offset(const struct bench *b, uint64_t *state)
{
	static const uint32_t bases[] = {0x0,    0x130,   0x4000,  0x4100,  0x4200,
					 0x4300, 0x4500,  0x45DC,  0x4700,  0x8000,
					 0xC000, 0x10000, 0x1C000, 0x20000, 0x3FFF00};
	uint32_t words[] = {16, 20, 28, 32, 36, 44};

	if (mad(state) % 3 == 0)
		return sp_at(b, mad(state) % 2, words[mad(state) % 6]) + mad(state) % 32 * 4;
	return (bases[mad(state) % 15] + mad(state) % 64) & ~3u;
}

static uint32_t mad_value(const struct bench *b, uint64_t *state)
{
	switch (mad(state) % 5) {
	case 0:
		return 1u << mad(state) % 32;
	case 1:
		return mad(state) % 16;
	case 2:
		return b->iova[mad(state) % 4] + mad(state) % 64;
	case 3:
		return mad(state) % BENCH_PAGES;
	default:
		return mad(state) << 1;
	}
}

static void no_access_breaks_the_board(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 40; seed++) {
		struct bench *b = bench_loaded(seed, NULL, seed % 2 ? 'a' : 'b');
		uint64_t random = seed;

		bench_boot(b);
		for (unsigned i = 0; i < 3000; i++) {
			uint32_t offset = mad_offset(b, &random), value = mad_value(b, &random);

			switch (mad(&random) % 8) {
			case 0:
				rd(b, offset);
				break;
			case 1:
				vboard_mmio_write(b->board, 0, offset + mad(&random) % 4, 1, value);
				break;
			case 2:
				bench_wait(b, mad(&random) % 3000);
				break;
			case 3:
				bench_set_entry(b, mad(&random) % 4 ? b->l1 : b->dummy_l2,
						mad(&random) % 1024, value);
				break;
			case 4:
				wr(b, 0x4000 + 0x100 * (mad(&random) % 3), 0x100A);
				break;
			default:
				wr(b, offset, value);
			}
		}
		bench_free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boots_with_the_offsets_of_layout_a),
		cmocka_unit_test(boots_with_the_offsets_of_layout_b),
		cmocka_unit_test(answers_are_late),
		cmocka_unit_test(host_words_in_bss_survive_the_start),
		cmocka_unit_test(sp0_is_told_what_it_needs_at_its_own_places),
		cmocka_unit_test(terminate_stops_all_cores),
		cmocka_unit_test(a_remapped_page_shows_after_the_invalidate),
		cmocka_unit_test(a_stale_translation_stays_without_it),
		cmocka_unit_test(fault_stale_tlb_ignores_the_invalidate),
		cmocka_unit_test(an_evicting_tlb_may_show_either_copy),
		cmocka_unit_test(an_unmapped_page_leads_to_the_dummy),
		cmocka_unit_test(l1_entries_go_stale_too),
		cmocka_unit_test(a_core_waits_for_the_gate),
		cmocka_unit_test(bad_entries_are_named),
		cmocka_unit_test(bus_master_must_be_on),
		cmocka_unit_test(an_unmapped_page_of_the_blob_is_found),
		cmocka_unit_test(exchanged_pages_never_boot),
		cmocka_unit_test(unknown_firmware_is_not_guessed_at),
		cmocka_unit_test(starts_that_break_a_rule_are_named),
		cmocka_unit_test(each_fault_of_the_boot_shows),
		cmocka_unit_test(a_dropped_data_page_leaves_old_contents),
		cmocka_unit_test(a_seed_repeats_itself),
		cmocka_unit_test(no_access_breaks_the_board),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
