/*
 * test_cio2_fbpt.c: the frame buffer pointer table and its lists of pages, byte by byte as the sheet
 * lays them out (cio2.md section 3 and the table of 5.2).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "camera/ipu3/cio2_fbpt.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DUMMY        0xd0d0du
#define DUMMY_LOP    0xdeadu

/* Fields by their byte offset in the entry, not by the struct under test. */
static uint32_t word_at(const void *entry, size_t offset)
{
	const uint8_t *b = (const uint8_t *)entry + offset;

	return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static uint32_t half_at(const void *entry, size_t offset)
{
	return word_at(entry, offset & ~(size_t)3) >> (offset & 2 ? 16 : 0) & 0xffff;
}

static uint32_t lop_at(const void *entry, unsigned sub)
{
	return word_at(entry, 16u * sub + 12);
}

/* LOP pages and an entry for `bytes`. */
struct built {
	uint32_t *lop[CIO2_FBPT_SUB_ENTRIES];
	uint32_t lop_pages[CIO2_FBPT_SUB_ENTRIES];
	uint64_t *pages;
	size_t page_count;
	unsigned lops;
	struct cio2_fbpt_entry entry;
};

static void build(struct built *b, size_t bytes)
{
	memset(b, 0xee, sizeof *b);
	b->page_count = (bytes + 4095) / 4096;
	b->pages = malloc(b->page_count * sizeof *b->pages);
	for (size_t i = 0; i < b->page_count; i++) /* no two in a row */
		b->pages[i] = (uint64_t)(0x100000 - 7 * (uint32_t)i) << 12;
	b->lops = cio2_lop_pages(bytes);
	for (unsigned i = 0; i < b->lops; i++) {
		b->lop[i] = malloc(4096);
		b->lop_pages[i] = 0x5000 + 3 * i;
	}
	cio2_lop_fill(b->lop, b->lops, b->pages, b->page_count, DUMMY);
	cio2_fbpt_entry_dummy(&b->entry, DUMMY_LOP);
	cio2_fbpt_entry_buffer(&b->entry, bytes, b->lop_pages, b->lops, DUMMY_LOP);
}

static void drop(struct built *b)
{
	for (unsigned i = 0; i < b->lops; i++)
		free(b->lop[i]);
	free(b->pages);
}

static void worked_example_of_the_sheet(void **state)
{
	struct built b;

	(void)state;
	build(&b, 6469632);
	assert_int_equal(b.lops, 2);
	assert_int_equal(word_at(&b.entry, 8), 0);     /* first_page_offset */
	assert_int_equal(half_at(&b.entry, 24), 2047); /* last_page_available_bytes */
	assert_int_equal(half_at(&b.entry, 26), 1580); /* num_of_pages */
	assert_int_equal(lop_at(&b.entry, 0), 0x5000);
	assert_int_equal(lop_at(&b.entry, 1), 0x5003);
	for (unsigned sub = 2; sub < 8; sub++)
		assert_int_equal(lop_at(&b.entry, sub), DUMMY_LOP);
	assert_int_equal(b.lop[0][0], 0x100000);
	assert_int_equal(b.lop[0][1023], 0x100000 - 7 * 1023);
	assert_int_equal(b.lop[1][0], 0x100000 - 7 * 1024);
	assert_int_equal(b.lop[1][555], 0x100000 - 7 * 1579);
	assert_int_equal(b.lop[1][556], DUMMY); /* the terminator, and all behind it */
	for (unsigned i = 556; i < 1024; i++)
		assert_int_equal(b.lop[1][i], DUMMY);
	drop(&b);
}

static void each_size_of_the_table(void **state)
{
	static const struct {
		uint32_t bytes, pages, lops, last;
	} sizes[] = {
		{399360, 98, 1, 2047},     {299520, 74, 1, 511},     {404352, 99, 1, 2943},
		{1048320, 256, 1, 3839},   {1103872, 270, 1, 2047},  {1198080, 293, 1, 2047},
		{1617408, 395, 1, 3583},   {2585088, 632, 1, 511},   {2725632, 666, 1, 1791},
		{2735616, 668, 1, 3583},   {4293120, 1049, 2, 511},  {3269376, 799, 1, 767},
		{4315136, 1054, 2, 2047},  {4792320, 1170, 2, 4095}, {6469632, 1580, 2, 2047},
		{10340352, 2525, 3, 2047}, {16961920, 4142, 5, 383}, {17059840, 4165, 5, 4095},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct built b;

		build(&b, sizes[i].bytes);
		assert_int_equal(b.lops, sizes[i].lops);
		assert_int_equal(half_at(&b.entry, 26), sizes[i].pages);
		assert_int_equal(half_at(&b.entry, 24), sizes[i].last);
		assert_int_equal(lop_at(&b.entry, b.lops), DUMMY_LOP);
		assert_int_equal(b.lop[b.lops - 1][sizes[i].pages % 1024], DUMMY);
		drop(&b);
	}
}

/* The last data page in slot 1023: the terminator is in a LOP page of its own. */
static void terminator_goes_to_the_next_page_at_multiples_of_1024(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= 7; n++) {
		struct built b;

		build(&b, (size_t)n * 1024 * 4096);
		assert_int_equal(b.lops, n + 1);
		assert_int_equal(b.lop[n - 1][1023], b.pages[n * 1024 - 1] >> 12);
		for (unsigned i = 0; i < 1024; i++)
			assert_int_equal(b.lop[n][i], DUMMY);
		assert_int_equal(lop_at(&b.entry, n), 0x5000 + 3 * n);
		assert_int_equal(half_at(&b.entry, 24), 4095);
		assert_int_equal(half_at(&b.entry, 26), n * 1024);
		drop(&b);
		build(&b, (size_t)n * 1024 * 4096 - 1);
		assert_int_equal(b.lops, n + 1);
		assert_int_equal(half_at(&b.entry, 24), 4094);
		drop(&b);
		build(&b, (size_t)n * 1024 * 4096 - 4096);
		assert_int_equal(b.lops, n);
		assert_int_equal(b.lop[n - 1][1023], DUMMY);
		drop(&b);
	}
}

static void eight_pages_of_pointers_are_the_limit(void **state)
{
	const size_t most = (8 * 1024 - 1) * 4096ul; /* one slot is the terminator's */
	struct built b;

	(void)state;
	assert_int_equal(cio2_lop_pages(most), 8);
	assert_int_equal(cio2_lop_pages(most + 1), 0);
	assert_int_equal(cio2_lop_pages((size_t)1 << 40), 0);
	assert_int_equal(cio2_lop_pages(1), 1);
	build(&b, most);
	assert_int_equal(half_at(&b.entry, 26), 8191);
	assert_int_equal(lop_at(&b.entry, 7), 0x5000 + 21);
	assert_int_equal(b.lop[7][1022], b.pages[8190] >> 12);
	assert_int_equal(b.lop[7][1023], DUMMY);
	drop(&b);
}

static void dummy_entry_swallows_a_whole_frame(void **state)
{
	struct cio2_fbpt_entry entry;

	(void)state;
	memset(&entry, 0xee, sizeof entry);
	cio2_fbpt_entry_dummy(&entry, DUMMY_LOP);
	assert_int_equal(word_at(&entry, 0), 0); /* not valid yet */
	assert_int_equal(word_at(&entry, 8), 0);
	assert_int_equal(half_at(&entry, 24), 4095);
	assert_int_equal(half_at(&entry, 26), 8192);
	for (unsigned sub = 0; sub < 8; sub++)
		assert_int_equal(lop_at(&entry, sub), DUMMY_LOP);
	assert_int_equal(word_at(&entry, 20), 0);
	cio2_fbpt_entry_arm(&entry);
	assert_int_equal(word_at(&entry, 0), 7);
	assert_int_equal(half_at(&entry, 26), 8192);
}

/* Every field that is the CPU's, whatever was there; the last page's bytes are counted from 0. */
static void a_buffers_entry_has_its_own_fields(void **state)
{
	static const struct {
		size_t bytes;
		unsigned pages, last;
	} cases[] = {{1, 1, 0}, {4096, 1, 4095}, {4097, 2, 0}, {8191, 2, 4094}};
	const uint32_t lop[] = {0x111, 0x222};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		struct cio2_fbpt_entry entry;

		memset(&entry, 0xee, sizeof entry);
		cio2_fbpt_entry_buffer(&entry, cases[i].bytes, lop, 2, DUMMY_LOP);
		assert_int_equal(word_at(&entry, 8), 0);
		assert_int_equal(half_at(&entry, 24), cases[i].last);
		assert_int_equal(half_at(&entry, 26), cases[i].pages);
		assert_int_equal(lop_at(&entry, 1), 0x222);
		for (unsigned sub = 2; sub < 8; sub++)
			assert_int_equal(lop_at(&entry, sub), DUMMY_LOP);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_buffers_entry_has_its_own_fields),
		cmocka_unit_test(worked_example_of_the_sheet),
		cmocka_unit_test(each_size_of_the_table),
		cmocka_unit_test(terminator_goes_to_the_next_page_at_multiples_of_1024),
		cmocka_unit_test(eight_pages_of_pointers_are_the_limit),
		cmocka_unit_test(dummy_entry_swallows_a_whole_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
