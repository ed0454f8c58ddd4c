/*
 * imgu_bench.h: a machine for the ImgU model's own tests: flat RAM, a clock that moves when a
 * register is touched, and a host that follows the sheet (imgu.md 2.3, 3.5, 5) step by step.
 * It uses neither the driver in src/ nor the model's register table.
 */
#ifndef TESTS_UNIT_VBOARD_IMGU_BENCH_H
#define TESTS_UNIT_VBOARD_IMGU_BENCH_H

#include "tests/unit/vboard/flat_host.h"
#include "vboard/ipu3/firmware_image.h"

#define BENCH_RAM   0x400000u
#define BENCH_PAGE  4096u
#define BENCH_PAGES (BENCH_RAM / BENCH_PAGE)
#define BENCH_SEEDS 12u

struct bench {
	struct flat_host flat; /* first member */
	struct vboard *board;
	unsigned messages; /* MSIs */
	void (*on_message)(void *context, uint64_t address, uint32_t data);
	uint8_t *firmware;
	size_t firmware_size;
	unsigned next_page;
	uint32_t l1, dummy, dummy_l2;
	uint32_t next_iova;
	uint32_t header[4]; /* of the last binary of each type, in the file */
	uint32_t iova[4];   /* of its blob */
};

/* ---- Host callbacks ---- */

static inline void bench_msi(void *context, uint64_t address, uint32_t data)
{
	struct bench *b = context;

	if (b->on_message)
		b->on_message(b, address, data);
}

/* ---- The machine ---- */

/* The ImgU is function 0 of the board. `fault` may be NULL. */
static inline struct bench *bench_new(uint64_t seed, const char *fault)
{
	struct bench *b = calloc(1, sizeof(*b));
	static const char *const usual[] = {"imgu-l1-reads=0", "imgu-invalidate-reads=0"};
	struct vboard_options options = {.board = boards[0],
					 .decisions = usual,
					 .decision_count = 2,
					 .seed = seed,
					 .faults = &fault,
					 .fault_count = fault ? 1 : 0};
	struct vboard_host host = {.now_ns = flat_now,
				   .dma_read = flat_read,
				   .dma_write = flat_write,
				   .msi = bench_msi,
				   .violation = flat_complain};
	char error[256];

	assert_non_null(b);
	b->flat.ram = malloc(BENCH_RAM);
	b->flat.size = BENCH_RAM;
	assert_non_null(b->flat.ram);
	for (size_t i = 0; i < BENCH_RAM; i += 4)
		memcpy(b->flat.ram + i, &(uint32_t){0xDEAD0000u | (uint32_t)(i >> 12)}, 4);
	b->flat.now = 1000000000u;
	host.context = b;
	b->board = vboard_new(&options, &host, error, sizeof(error));
	if (!b->board)
		fail_msg("%s", error);
	assert_string_equal(vboard_function(b->board, 0)->name, "imgu");
	vboard_config_write(b->board, 0, 0x10, 4, 0xD0000000);
	vboard_config_write(b->board, 0, 0x04, 2, 0x0406);
	return b;
}

static inline void bench_free(struct bench *b)
{
	vboard_free(b->board);
	free(b->firmware);
	free(b->flat.ram);
	free(b);
}

static inline void bench_assert_clean(const struct bench *b)
{
	assert_string_equal(b->flat.complaint, "");
	assert_int_equal(vboard_violations(b->board), 0);
}

static inline void bench_assert_complaint(const struct bench *b, const char *part)
{
	if (!strstr(b->flat.complaint, part))
		fail_msg("wanted a violation with \"%s\", got \"%s\"", part, b->flat.complaint);
}

static inline void bench_wait(struct bench *b, uint64_t us)
{
	b->flat.now += us * 1000;
	vboard_run(b->board);
}

static inline uint32_t rd(struct bench *b, uint32_t offset)
{
	b->flat.now += 500;
	return (uint32_t)vboard_mmio_read(b->board, 0, offset, 4);
}

static inline void wr(struct bench *b, uint32_t offset, uint32_t value)
{
	b->flat.now += 500;
	vboard_mmio_write(b->board, 0, offset, 4, value);
}

/* The driver's poll: 0.25 ms steps, 100 ms limit (2.3). */
static inline bool poll(struct bench *b, uint32_t offset, uint32_t mask, uint32_t want)
{
	for (unsigned i = 0; i < 400; i++) {
		if ((rd(b, offset) & mask) == want)
			return true;
		bench_wait(b, 250);
	}
	return false;
}

/* ---- Power (2.3) ---- */

/* 0, or the number of the step whose poll gave up. */
static inline int bench_power_up(struct bench *b)
{
	uint32_t p, x;

	rd(b, 0x4500);
	wr(b, 0x4500, 0);
	if (!poll(b, 0x130, 2, 2))
		return 1;
	wr(b, 0x000, rd(b, 0x000) | 0x200);
	bench_wait(b, 250);
	if (rd(b, 0x130) & 8) {
		wr(b, 0x000, 5);
		if (!poll(b, 0x000, 1, 0))
			return 3;
		bench_wait(b, 2500);
	} else {
		wr(b, 0x000, 4);
	}
	wr(b, 0x4500, rd(b, 0x4500) | 1);
	p = rd(b, 0x000);
	wr(b, 0x000, p & ~0x30u);
	wr(b, 0x4500, 0);
	if (!poll(b, 0x130, 0x01E00000, 0))
		return 5;
	wr(b, 0x018, 8);
	wr(b, 0x4500, 1);
	wr(b, 0x000, rd(b, 0x000) | 0x40);
	if (!poll(b, 0x130, 1, 1))
		return 7;
	wr(b, 0x000, rd(b, 0x000) | 1);
	if (!poll(b, 0x000, 1, 0))
		return 8;
	wr(b, 0x000, rd(b, 0x000) | 0x80);
	x = rd(b, 0x000);
	wr(b, 0x000, (x & ~0x30u) | (p & 0x30));
	return 0;
}

static inline bool bench_halt(struct bench *b, uint32_t v)
{
	wr(b, 0x45DC, v);
	return poll(b, 0x45E0, 1, v);
}

static inline void bench_invalidate(struct bench *b)
{
	wr(b, 0x4300, 1);
}

/* ---- Pages and tables (3.1 to 3.8) ---- */

/* Pages come in an order that no two neighbours share. */
static inline uint32_t bench_page(struct bench *b)
{
	assert_true(b->next_page < BENCH_PAGES - 1);
	return 1 + b->next_page++ * 389 % (BENCH_PAGES - 1);
}

static inline uint8_t *bench_ram(struct bench *b, uint32_t page)
{
	return b->flat.ram + (size_t)page * BENCH_PAGE;
}

static inline void bench_set_entry(struct bench *b, uint32_t table, uint32_t index, uint32_t entry)
{
	memcpy(bench_ram(b, table) + 4 * index, &entry, 4);
}

static inline uint32_t bench_entry(struct bench *b, uint32_t table, uint32_t index)
{
	uint32_t entry;

	memcpy(&entry, bench_ram(b, table) + 4 * index, 4);
	return entry;
}

static inline void bench_map(struct bench *b, uint32_t iova, uint32_t page)
{
	uint32_t l2 = bench_entry(b, b->l1, iova >> 22);

	if (l2 == b->dummy_l2) {
		l2 = bench_page(b);
		for (uint32_t i = 0; i < 1024; i++)
			bench_set_entry(b, l2, i, b->dummy);
		bench_set_entry(b, b->l1, iova >> 22, l2);
	}
	bench_set_entry(b, l2, iova >> 12 & 0x3FF, page);
}

static inline void bench_mmu_tables(struct bench *b)
{
	b->dummy = bench_page(b);
	b->dummy_l2 = bench_page(b);
	b->l1 = bench_page(b);
	memset(bench_ram(b, b->dummy), 0x5A, BENCH_PAGE);
	for (uint32_t i = 0; i < 1024; i++) {
		bench_set_entry(b, b->dummy_l2, i, b->dummy);
		bench_set_entry(b, b->l1, i, b->dummy_l2);
	}
	b->next_iova = 0x003FE000; /* soon crosses into a second L2 table */
}

/* Powered, MMU on, gate open (3.5). */
static inline void bench_mmu_up(struct bench *b)
{
	assert_int_equal(bench_power_up(b), 0);
	assert_true(bench_halt(b, 1));
	bench_mmu_tables(b);
	wr(b, 0x4304, b->l1);
	bench_invalidate(b);
	assert_true(bench_halt(b, 0));
}

/* ---- Firmware (4, 5) ---- */

static inline uint32_t fw(const struct bench *b, size_t offset)
{
	uint32_t value;

	assert_true(offset + 4 <= b->firmware_size);
	memcpy(&value, b->firmware + offset, 4);
	return value;
}

/* Field of the header of the binary of this type (0 SP0, 1 SP1, 3 boot loader). */
static inline uint32_t field(const struct bench *b, unsigned type, uint32_t offset)
{
	return fw(b, b->header[type] + offset);
}

static inline uint32_t bench_place(struct bench *b, uint32_t offset, uint32_t size)
{
	uint32_t iova = b->next_iova;

	for (uint32_t at = 0; at < size; at += BENCH_PAGE) {
		uint32_t n = size - at < BENCH_PAGE ? size - at : BENCH_PAGE;
		uint32_t page = bench_page(b);

		memset(bench_ram(b, page), 0, BENCH_PAGE);
		memcpy(bench_ram(b, page), b->firmware + offset + at, n);
		bench_map(b, iova + at, page);
		b->next_iova += BENCH_PAGE;
	}
	b->next_iova += BENCH_PAGE;
	return iova;
}

static inline void bench_load(struct bench *b, char layout)
{
	b->firmware = firmware_image_build(layout, &b->firmware_size);
	assert_non_null(b->firmware);
	for (uint32_t i = 0; i < fw(b, 64); i++) {
		uint32_t header = 72 + 1200 * i, type = fw(b, header + 8);

		assert_true(type < 4);
		b->header[type] = header;
		b->iova[type] = bench_place(b, fw(b, header + 832), fw(b, header + 852));
	}
	bench_invalidate(b);
}

static inline uint32_t sp_at(const struct bench *b, unsigned n, uint32_t word)
{
	return 0x8000 + 0x4000 * n + field(b, n, word);
}

/* 5.1 without the coefficient table. */
static inline void bench_boot_hardware(struct bench *b)
{
	for (unsigned n = 0; n < 2; n++) {
		wr(b, 0x411C + 0x100 * n, b->iova[n]);
		wr(b, 0x4100 + 0x100 * n, rd(b, 0x4100 + 0x100 * n) | 0x1000);
	}
	wr(b, 0x4010, b->iova[3]);
	wr(b, 0x4000, rd(b, 0x4000) | 0x1000);
}

/* 5.2, steps 2 to 4; the state word is at bench_loader_state(). */
static inline void bench_loader_go(struct bench *b)
{
	uint32_t list = 0x10000 + field(b, 3, 20);

	wr(b, 0x10000 + field(b, 3, 24), 0x101);
	wr(b, 0x10000 + field(b, 3, 16), 2);
	for (unsigned i = 0; i < 2; i++) {
		unsigned n = 1 - i;

		wr(b, list + 16 * i, b->iova[n] + field(b, n, 872));
		wr(b, list + 16 * i + 4, field(b, n, 876));
		wr(b, list + 16 * i + 8, 1);
		wr(b, list + 16 * i + 12, 0x20000 + 0x4000 * n);
	}
	wr(b, 0x4004, field(b, 3, 28));
	wr(b, 0x4000, rd(b, 0x4000) | 0xA);
}

static inline void bench_loader_start(struct bench *b)
{
	bench_invalidate(b);
	bench_loader_go(b);
}

static inline uint32_t bench_loader_state(const struct bench *b)
{
	return 0x10000 + field(b, 3, 24);
}

/* 5.4, 5.5: START of SP n; its state word becomes 1 when all is well. */
static inline void bench_sp_start(struct bench *b, unsigned n)
{
	uint32_t config = sp_at(b, n, 16);

	wr(b, sp_at(b, n, 44), 0);
	wr(b, config, b->iova[n] + field(b, n, 884));
	wr(b, config + 4, field(b, n, 888));
	wr(b, config + 8, field(b, n, 900));
	wr(b, config + 12, field(b, n, 892));
	wr(b, config + 16, field(b, n, 904));
	wr(b, config + 20, n);
	wr(b, 0x4104 + 0x100 * n, field(b, n, 92));
	wr(b, 0x4100 + 0x100 * n, rd(b, 0x4100 + 0x100 * n) | 0xA);
}

static inline bool bench_sp_boot(struct bench *b, unsigned n)
{
	bench_sp_start(b, n);
	return poll(b, sp_at(b, n, 44), 0xFFFFFFFF, 1);
}

/* The data section as the host reads it back (5.6). */
static inline void bench_read_data(struct bench *b, unsigned n, uint8_t *data)
{
	uint32_t at = 0x8000 + 0x4000 * n + field(b, n, 888);

	for (uint32_t i = 0; i < field(b, n, 892); i += 4)
		memcpy(data + i, &(uint32_t){rd(b, at + i)}, 4);
}

/* Bytes of the data section that are not as in `want`. */
static inline unsigned bench_data_differs(struct bench *b, unsigned n, const uint8_t *want)
{
	uint8_t data[0x4000];
	unsigned differ = 0;

	bench_read_data(b, n, data);
	for (uint32_t i = 0; i < field(b, n, 892); i++)
		differ += data[i] != want[i];
	return differ;
}

static inline const uint8_t *bench_data(const struct bench *b, unsigned n)
{
	return b->firmware + field(b, n, 832) + field(b, n, 884);
}

/* 0 when all three cores came up, else what did not: 1 boot loader, 2 SP0, 3 SP1. */
static inline int bench_boot(struct bench *b)
{
	bench_boot_hardware(b);
	bench_loader_start(b);
	if (!poll(b, bench_loader_state(b), 0xFFFFFFFF, 0x100))
		return 1;
	if (!bench_sp_boot(b, 0))
		return 2;
	return bench_sp_boot(b, 1) ? 0 : 3;
}

#endif
