/*
 * test_imgu_registers.c: what the imaging unit's driver does to its registers, value by value as the sheet has it
 * (imgu.md sections 2, 3 and 5), on a function that obeys at once, or not at all at one place.
 */
#include "tests/unit/camera/ipu3/fake_function.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "camera/ipu3/imgu.h"
#include "vboard/ipu3/firmware_image.h"

#define W(offset, value) ((struct fake_access){offset, value, 0, true})
#define R(offset)        ((struct fake_access){offset, 0, 0, false})
#define PM_CTRL          0x000u
#define SYSTEM_REQ       0x018u
#define STATE            0x130u
#define ISP_CTRL         0x4000u
#define SP_CTRL(n)       (0x4100u + 0x100u * (n))
#define INVALIDATE       0x4300u
#define L1_PHYS          0x4304u
#define BURST            0x4404u
#define GP_BUSY          0x4500u
#define GP_HALT          0x45dcu
#define GP_HALTED        0x45e0u
#define ISP_DMEM         0x10000u
#define MS               1000000ull
#define US               1000ull

struct bench {
	struct fake fake;
	struct imgu imgu;
	uint8_t *file;
	size_t size;
	uint32_t pm_bits;      /* that PM_CTRL has of itself */
	bool is_down, is_cold; /* STATE says power-down; and did when it was found */
	/* Once so many writes have been seen, these bits of this register read like this. */
	struct stuck {
		unsigned after_writes, until_writes;
		uint32_t offset, mask, value;
	} stuck;
	unsigned writes;
	uint32_t loader_state, sp_state; /* what firmware writes */
};

static uint32_t answer(struct fake *fake, uint32_t offset)
{
	struct bench *b = (struct bench *)fake;
	uint32_t value = fake->value[offset / 4];

	if (offset == PM_CTRL)
		value = (value & ~1u) | b->pm_bits;
	else if (offset == STATE)
		value = 2u | (b->is_down ? 8u : 4u) |
			(fake->value[PM_CTRL / 4] & 0x40 || fake->value[GP_HALT / 4]);
	else if (offset == GP_HALTED)
		value = fake->value[GP_HALT / 4];
	else if (offset == ISP_CTRL || offset == SP_CTRL(0) || offset == SP_CTRL(1))
		value |= 0x20;
	if (offset == b->stuck.offset && b->writes >= b->stuck.after_writes &&
	    b->writes < b->stuck.until_writes)
		value = (value & ~b->stuck.mask) | b->stuck.value;
	return value;
}

/* Word `offset` of the info of the binary of this type (4.3, 4.4): 16 is the first. */
static uint32_t info(const struct bench *b, unsigned type, uint32_t offset)
{
	uint32_t count, found, word;

	memcpy(&count, b->file + 64, 4);
	for (uint32_t i = 0; i < count; i++) {
		memcpy(&found, b->file + 72 + 1200 * i + 8, 4);
		memcpy(&word, b->file + 72 + 1200 * i + offset, 4);
		if (found == type)
			return word;
	}
	fail_msg("no binary of type %u", type);
	return 0;
}

static void obey(struct fake *fake, uint32_t offset, uint32_t value)
{
	struct bench *b = (struct bench *)fake;

	b->writes++;
	if (offset == PM_CTRL && value & 1)
		b->is_down = false;
	if (!b->file || (value & 0xa) != 0xa)
		return;
	if (offset == ISP_CTRL)
		fake->value[(ISP_DMEM + info(b, 3, 24)) / 4] = b->loader_state;
	for (uint32_t n = 0; n < 2; n++)
		if (offset == SP_CTRL(n))
			fake->value[(0x8000 + 0x4000 * n + info(b, n, 44)) / 4] = b->sp_state;
}

static void bench_up(struct bench *b, bool is_cold)
{
	memset(b, 0, sizeof *b);
	fake_up(&b->fake, IMGU_DEVICE, 0x400000, 0);
	b->fake.read = answer;
	b->fake.written = obey;
	b->is_down = b->is_cold = is_cold;
	b->stuck.until_writes = 0;
	b->loader_state = 0x100;
	b->sp_state = 1;
	b->fake.value[BURST / 4] = 0x7fffff7f; /* every other bit is somebody else's */
}

static enum fl_err bench_open(struct bench *b)
{
	return imgu_open(&b->imgu, b->fake.function, &b->fake.cache, 0, &b->fake.diag);
}

static void bench_open_well(struct bench *b)
{
	bench_up(b, true);
	if (bench_open(b))
		fail_msg("%s", b->fake.diag.message);
	fake_forget(&b->fake);
}

static void bench_end(struct bench *b)
{
	free(b->file);
	fake_down(&b->fake);
}

static void bench_down(struct bench *b)
{
	if (imgu_close(&b->imgu))
		fail_msg("%s", b->fake.diag.message);
	assert_int_equal(b->imgu.regs.outside, 0);
	bench_end(b);
}

/* ---- power-up (2.3) and what follows (3.5) ------------------------------------------------------- */

#define POWER_UP_BEGIN                                                                             \
	R(STATE), R(GP_BUSY), W(GP_BUSY, 0), R(STATE), R(PM_CTRL), W(PM_CTRL, 0x230), R(PM_CTRL),  \
		R(STATE)
/* PM_CTRL keeps what is written here, beside START, and has bits 4 and 5 of itself. */
#define POWER_UP_END(found)                                                                        \
	R(GP_BUSY), W(GP_BUSY, 1), R(PM_CTRL), W(PM_CTRL, (found)), W(GP_BUSY, 0), R(STATE),       \
		W(SYSTEM_REQ, 8), W(GP_BUSY, 1), R(PM_CTRL), W(PM_CTRL, 0x30 | (found) | 0x40),    \
		R(STATE), R(PM_CTRL), W(PM_CTRL, 0x30 | (found) | 0x41), R(PM_CTRL),               \
		W(PM_CTRL, 0x30 | (found) | 0xc0), R(PM_CTRL), W(PM_CTRL, 0x30 | (found) | 0xc0)
#define MMU_UP(l1)                                                                                 \
	W(GP_HALT, 1), R(GP_HALTED), W(L1_PHYS, l1), W(INVALIDATE, 1), R(GP_HALTED),               \
		W(GP_HALT, 0), R(GP_HALTED)
#define POWER_DOWN R(BURST), R(STATE), W(GP_HALT, 1), R(STATE), W(GP_BUSY, 0)
#define STOP                                                                                       \
	R(GP_BUSY), W(GP_BUSY, 0), R(STATE), R(PM_CTRL), W(PM_CTRL, FAKE_ANY_VALUE),               \
		W(GP_HALT, 1), R(GP_HALTED), R(BURST), W(INVALIDATE, 1), R(GP_HALTED)

static void assert_pause(const struct fake *fake, int after, uint64_t at_least, uint64_t at_most)
{
	assert_in_range(fake->log[after + 1].time_ns - fake->log[after].time_ns, at_least, at_most);
}

static void power_comes_in_the_order_of_the_sheet(void **state)
{
	(void)state;
	for (unsigned cold = 0; cold < 2; cold++) {
		static struct bench b;
		uint32_t l1;

		bench_up(&b, cold);
		b.pm_bits = 0x30;
		assert_int_equal(bench_open(&b), FL_OK);
		l1 = mmu_l1_page(&b.imgu.mmu);
		{
			const struct fake_access cold_log[] = {POWER_UP_BEGIN,  W(PM_CTRL, 5),
							       R(PM_CTRL),      R(STATE),
							       POWER_UP_END(4), MMU_UP(l1)};
			const struct fake_access warm_log[] = {POWER_UP_BEGIN, W(PM_CTRL, 4),
							       POWER_UP_END(4), MMU_UP(l1)};

			if (cold)
				fake_assert_log(&b.fake, cold_log, COUNT(cold_log));
			else
				fake_assert_log(&b.fake, warm_log, COUNT(warm_log));
		}
		assert_pause(&b.fake, fake_find_write(&b.fake, PM_CTRL, 1), 300 * US, 330 * US);
		if (cold) /* between the end of START and the next access */
			assert_in_range(b.fake.log[10].time_ns - b.fake.log[9].time_ns, 3 * MS,
					3 * MS + 30 * US);
		assert_true(b.imgu.is_powered && b.imgu.is_fresh && b.imgu.is_open);
		assert_int_equal(b.imgu.dma.address_bits, 39);
		bench_down(&b);
		assert_int_equal(fake_command(&b.fake), b.fake.found_command);
	}
}

/* Bits 4 and 5 are put back as they were: here they were not set. */
static void kept_bits_are_not_made_up(void **state)
{
	static struct bench b;
	uint32_t last = 0;

	(void)state;
	bench_up(&b, true);
	assert_int_equal(bench_open(&b), FL_OK);
	for (unsigned n = 1; fake_find_write(&b.fake, PM_CTRL, n) >= 0; n++)
		last = b.fake.log[fake_find_write(&b.fake, PM_CTRL, n)].value;
	assert_int_equal(last, 0xc4);
	bench_down(&b);
}

/* ---- what does not come ------------------------------------------------------------------------- */

#define NOT_IDLE   "ImgU STATE (0x0130) reads 0x"
#define EVERY_TIME ~0u

/* Everything of `want` at the end of the record. */
static void assert_tail(const struct fake *fake, const struct fake_access *want, unsigned count)
{
	static struct fake tail;

	assert_true(fake->count >= count);
	tail.count = count;
	memcpy(tail.log, fake->log + fake->count - count, count * sizeof *want);
	fake_assert_log(&tail, want, count);
}

/* Every wait of the power-up, by the writes before it: told with its register, and powered down again. */
static void each_step_of_power_up_is_waited_for(void **state)
{
	static const struct {
		struct stuck stuck;
		const char *message, *hint;
	} cases[] = {
		{{1, 4, STATE, 2, 0}, "ImgU STATE (0x0130)", "busy with something that firmware"},
		{{3, 4, PM_CTRL, 1, 1}, "ImgU PM_CTRL (0x0000)", "the request is never taken"},
		{{3, 4, STATE, 8, 8},
		 "ImgU STATE (0x0130)",
		 "stays in power-down; check its rails"},
		{{6, 7, STATE, 0, 0x00200000}, "ImgU STATE (0x0130)", "manager does not settle"},
		{{6, 7, STATE, 0, 0x00400000}, "ImgU STATE (0x0130)", "manager does not settle"},
		{{6, 7, STATE, 0, 0x00800000}, "ImgU STATE (0x0130)", "manager does not settle"},
		{{6, 7, STATE, 0, 0x01000000}, "ImgU STATE (0x0130)", "manager does not settle"},
		{{9, 10, STATE, 1, 0},
		 "ImgU STATE (0x0130)",
		 "does not halt for the change of freq"},
		{{10, 11, PM_CTRL, 1, 1}, "ImgU PM_CTRL (0x0000)", "the request is never taken"},
	};
	static const struct fake_access down[] = {POWER_DOWN};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		static struct bench b;
		uint64_t begin;

		bench_up(&b, true);
		b.stuck = cases[i].stuck;
		begin = host_time_ns();
		assert_int_equal(bench_open(&b), FL_ERR_TIMEOUT);
		assert_in_range(host_time_ns() - begin, 100 * MS, 220 * MS);
		assert_says(&b.fake.diag, cases[i].message, cases[i].hint);
		assert_tail(&b.fake, down, COUNT(down));
		assert_false(b.imgu.is_powered);
		assert_int_equal(fake_command(&b.fake), b.fake.found_command);
		bench_end(&b);
	}
}

/* Bits around those that are waited for do not matter. */
static void power_up_looks_at_its_own_bits_alone(void **state)
{
	static struct bench b;

	(void)state;
	bench_up(&b, true);
	b.stuck = (struct stuck){0, EVERY_TIME, STATE, 0, 0xfe1ffff0};
	assert_int_equal(bench_open(&b), FL_OK);
	bench_down(&b);
}

static void a_window_that_is_too_small_is_no_imgu(void **state)
{
	static struct bench b;

	(void)state;
	memset(&b, 0, sizeof b);
	fake_up(&b.fake, IMGU_DEVICE, 0x200000, 0);
	assert_int_not_equal(bench_open(&b), FL_OK);
	assert_says(&b.fake.diag, "BAR", "");
	assert_int_equal(b.fake.count, 0);
	assert_int_equal(fake_command(&b.fake), b.fake.found_command);
	fake_down(&b.fake);
}

static void all_ones_is_no_imgu(void **state)
{
	static struct bench b;

	(void)state;
	bench_up(&b, true);
	b.stuck = (struct stuck){0, EVERY_TIME, STATE, 0, ~0u};
	assert_int_equal(bench_open(&b), FL_ERR_GONE);
	assert_says(&b.fake.diag, "ImgU STATE (0x130) reads all ones", "disabled by firmware");
	assert_int_equal(b.fake.count, 1); /* nothing more is touched */
	assert_int_equal(fake_command(&b.fake), b.fake.found_command);
	bench_end(&b);
}

/* Nothing that a dead device may read is given back, it has lost the bus, and every later call says so. */
static void assert_dead(struct bench *b, bool is_closed)
{
	struct fake_access none;

	assert_true(b->imgu.is_dead);
	assert_int_equal(fake_command(&b->fake) & 4, 0);
	assert_true(host_leaks() > 0);
	if (!is_closed) {
		diag_clear(&b->fake.diag);
		fake_forget(&b->fake);
		assert_int_equal(imgu_quiesce(&b->imgu), FL_ERR_STATE);
		assert_says(&b->fake.diag, "the ImgU did not stop: its memory stays allocated",
			    "power-cycle");
		assert_int_equal(imgu_restart(&b->imgu), FL_ERR_STATE);
		fake_assert_log(&b->fake, &none, 0);
		assert_int_equal(imgu_close(&b->imgu), FL_ERR_STATE);
	}
	assert_int_equal(imgu_close(&b->imgu), FL_ERR_STATE);
	assert_int_equal(fake_command(&b->fake) & 4, 0);
	pci_list_free(&b->fake.list);
	free(b->file);
}

/* The gate: closed for the tables, opened behind the invalidate, and the invalidate is read back. */
static void mmu_comes_up_or_its_tables_stay(void **state)
{
	static const struct {
		struct stuck stuck;
		enum fl_err err;
		const char *message, *hint;
		bool is_dead;
	} cases[] = {
		{{13, 14, GP_HALTED, 1, 0},
		 FL_ERR_TIMEOUT,
		 "ImgU GP_HALTED (0x45e0)",
		 "not touched or freed",
		 false},
		{{15, 16, GP_HALTED, 0, ~0u},
		 FL_ERR_GONE,
		 "ImgU GP_HALTED (0x45e0) reads all ones after a TLB",
		 "lost its BAR",
		 false},
		{{16, 17, GP_HALTED, 1, 1},
		 FL_ERR_TIMEOUT,
		 "ImgU GP_HALTED (0x45e0)",
		 "does not follow GP_HALT",
		 false},
		{{13, EVERY_TIME, GP_HALTED, 1, 0},
		 FL_ERR_TIMEOUT,
		 "ImgU GP_HALTED (0x45e0)",
		 "power-cycle",
		 true},
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		static struct bench b;

		bench_up(&b, true);
		b.stuck = cases[i].stuck;
		assert_int_equal(bench_open(&b), cases[i].err);
		assert_says(&b.fake.diag, cases[i].message, cases[i].hint);
		assert_false(b.imgu.is_powered);
		if (cases[i].is_dead) {
			assert_dead(&b, true);
			continue;
		}
		assert_int_equal(fake_command(&b.fake), b.fake.found_command);
		bench_end(&b);
	}
}

/* ---- stop, power-down, restart (2.4) ------------------------------------------------------------- */

static void quiet_in_the_order_of_the_sheet(void **state)
{
	static const struct fake_access want[] = {STOP};
	static struct bench b;

	(void)state;
	bench_open_well(&b);
	b.fake.value[PM_CTRL / 4] = 4;
	assert_int_equal(imgu_quiesce(&b.imgu), FL_OK);
	fake_assert_log(&b.fake, want, COUNT(want));
	assert_int_equal(b.fake.log[fake_find_write(&b.fake, PM_CTRL, 1)].value, 0x204);
	assert_pause(&b.fake, fake_find_write(&b.fake, PM_CTRL, 1), 300 * US, 330 * US);
	assert_false(b.imgu.is_open || b.imgu.is_fresh || b.imgu.is_dead);
	assert_true(b.imgu.mmu.is_halted);
	fake_forget(&b.fake);
	assert_int_equal(imgu_quiesce(&b.imgu), FL_OK); /* nothing to do */
	assert_int_equal(b.fake.count, 0);
	bench_down(&b);
}

/* A processor that does not come to its end is stopped by the reset. */
static void a_busy_processor_is_stopped_by_the_reset(void **state)
{
	static struct bench b;
	uint64_t begin;

	(void)state;
	bench_open_well(&b);
	b.stuck = (struct stuck){b.writes + 1, b.writes + 2, STATE, 2, 0};
	begin = host_time_ns();
	assert_int_equal(imgu_quiesce(&b.imgu), FL_OK);
	assert_in_range(host_time_ns() - begin, 100 * MS, 102 * MS);
	assert_string_equal(b.fake.diag.message, "");
	bench_down(&b);
}

static void what_does_not_get_quiet_is_dead(void **state)
{
	static const struct {
		struct stuck stuck;
		enum fl_err err;
		const char *message, *hint;
	} cases[] = {
		{{1, EVERY_TIME, STATE, 2, 0},
		 FL_ERR_TIMEOUT,
		 NOT_IDLE,
		 "not idle even after the CSS reset"},
		{{3, EVERY_TIME, GP_HALTED, 1, 0},
		 FL_ERR_TIMEOUT,
		 "ImgU GP_HALTED (0x45e0)",
		 "not touched or freed"},
		{{3, EVERY_TIME, BURST, 0x80, 0x80},
		 FL_ERR_TIMEOUT,
		 "ImgU CIO_GATE_BURST_STATE (0x4404)",
		 "its pages stay allocated"},
		{{4, EVERY_TIME, GP_HALTED, 0, ~0u},
		 FL_ERR_GONE,
		 "ImgU GP_HALTED (0x45e0) reads all ones",
		 "powered down"},
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		static struct bench b;

		bench_open_well(&b);
		b.stuck = cases[i].stuck;
		b.stuck.after_writes += b.writes;
		assert_int_equal(imgu_quiesce(&b.imgu), cases[i].err);
		assert_says(&b.fake.diag, cases[i].message, cases[i].hint);
		assert_false(b.imgu.mmu.is_halted);
		assert_dead(&b, false);
	}
}

static void close_stops_then_powers_down_and_gives_all_back(void **state)
{
	static const struct fake_access want[] = {STOP, POWER_DOWN};
	static struct bench b;

	(void)state;
	bench_open_well(&b);
	assert_int_equal(imgu_close(&b.imgu), FL_OK);
	fake_assert_log(&b.fake, want, COUNT(want));
	assert_false(b.imgu.is_powered || b.imgu.pci.is_open || b.imgu.mmu.is_up);
	assert_int_equal(fake_command(&b.fake), b.fake.found_command);
	assert_int_equal(imgu_close(&b.imgu), FL_OK); /* twice is harmless */
	fake_assert_log(&b.fake, want, COUNT(want));
	bench_end(&b);
}

/* What the power-down waits for in vain is told; all else is done all the same. */
static void each_step_of_power_down_is_waited_for(void **state)
{
	static const struct {
		struct stuck stuck;
		const char *message, *hint;
	} cases[] = {
		{{4, 5, BURST, 0x80, 0x80},
		 "ImgU CIO_GATE_BURST_STATE (0x4404)",
		 "ImgU power-down: a burst to memory never ends"},
		{{4, 5, STATE, 2, 0}, NOT_IDLE, "ImgU power: it is busy with something"},
		{{5, 6, STATE, 1, 0}, "ImgU STATE (0x0130)", "ImgU power-down: it does not halt"},
	};
	static const struct fake_access want[] = {STOP, POWER_DOWN};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		static struct bench b;

		bench_open_well(&b);
		b.stuck = cases[i].stuck;
		b.stuck.after_writes += b.writes;
		b.stuck.until_writes += b.writes;
		assert_int_equal(imgu_close(&b.imgu), FL_ERR_TIMEOUT);
		assert_says(&b.fake.diag, cases[i].message, cases[i].hint);
		fake_assert_log(&b.fake, want, COUNT(want));
		assert_false(b.imgu.is_powered);
		assert_int_equal(fake_command(&b.fake), b.fake.found_command);
		bench_end(&b);
	}
}

static void a_function_that_is_not_as_found_is_told(void **state)
{
	static struct bench b;

	(void)state;
	bench_open_well(&b);
	b.fake.config->writable[4] = 0; /* the command register sticks */
	assert_int_equal(imgu_close(&b.imgu), FL_ERR_MISMATCH);
	assert_says(&b.fake.diag, "is not as found: command", "");
	bench_end(&b);
}

/* A buffer that goes while a processor may run stops the device first (imgu.h). */
static void a_buffer_that_goes_stops_the_device(void **state)
{
	static const struct fake_access want[] = {STOP};
	struct dma_buffer *buffer;
	static struct bench b;

	(void)state;
	bench_open_well(&b);
	assert_int_equal(dma_create(&b.imgu.dma, "page", 4096, DMA_TO_DEVICE, &buffer), FL_OK);
	fake_forget(&b.fake);
	assert_int_equal(dma_destroy(&buffer), FL_OK);
	fake_assert_log(&b.fake, want, COUNT(want));
	bench_down(&b);
}

static void restart_is_everything_again_with_the_same_tables(void **state)
{
	static struct bench b;
	uint32_t l1;

	(void)state;
	bench_open_well(&b);
	l1 = mmu_l1_page(&b.imgu.mmu);
	b.fake.value[PM_CTRL / 4] = 0;
	b.pm_bits = 0x30;
	for (unsigned i = 0; i < 2; i++) {
		const struct fake_access want[] = {STOP,          POWER_DOWN,      POWER_UP_BEGIN,
						   W(PM_CTRL, 4), POWER_UP_END(4), MMU_UP(l1)};

		b.fake.value[PM_CTRL / 4] = 0;
		fake_forget(&b.fake);
		assert_int_equal(imgu_restart(&b.imgu), FL_OK);
		/* The reset of STOP stays in PM_CTRL of this fake: its value is not looked at. */
		fake_assert_log(&b.fake, want, COUNT(want));
		assert_true(b.imgu.is_powered && b.imgu.is_fresh && b.imgu.is_open);
		assert_false(b.imgu.mmu.is_halted);
	}
	bench_down(&b);
}

static void a_held_invalidate_is_not_made(void **state)
{
	static struct bench b;
	const uint64_t page = 0x1000;

	(void)state;
	bench_open_well(&b);
	b.imgu.invalidate_held = true;
	assert_int_equal(mmu_map(&b.imgu.mmu, 0x1000, &page, 1), FL_OK);
	assert_int_equal(b.fake.count, 0);
	b.imgu.invalidate_held = false;
	assert_int_equal(mmu_unmap(&b.imgu.mmu, 0x1000, 1), FL_OK);
	assert_int_equal(b.fake.count, 2);
	assert_int_equal(b.fake.log[0].offset, INVALIDATE);
	b.imgu.invalidate_held = true; /* stopping makes it in any case */
	fake_forget(&b.fake);
	assert_int_equal(imgu_quiesce(&b.imgu), FL_OK);
	assert_true(fake_find_write(&b.fake, INVALIDATE, 1) >= 0);
	bench_down(&b);
}

/* 16 pages at each end are left to the checks (imgu.h); page 0 is nobody's. */
static void both_ends_of_the_aperture_are_reserved(void **state)
{
	static struct bench b;
	const struct iova_space *space = &b.imgu.mmu.iova;
	uint32_t page;

	(void)state;
	bench_open_well(&b);
	assert_int_equal(space->used, 32);
	assert_int_equal(space->taken[0], 0xffff);
	assert_int_equal(space->taken[(1 << 14) - 1] >> 48, 0xffff);
	assert_int_equal(iova_alloc(&b.imgu.mmu.iova, (1 << 20) - 33, 1, &page), FL_OK);
	assert_int_equal(page, 16);
	bench_down(&b);
}

/* ---- boot (section 5) ---------------------------------------------------------------------------- */

static uint32_t file_word(const struct bench *b, unsigned type, uint32_t offset)
{
	uint32_t word;

	memcpy(&word, b->file + info(b, type, 832) + offset, 4);
	return word;
}

static void bench_load(struct bench *b, char layout)
{
	bench_open_well(b);
	b->file = firmware_image_build(layout, &b->size);
	assert_non_null(b->file);
	if (imgu_load(&b->imgu, b->file, b->size))
		fail_msg("%s", b->fake.diag.message);
	fake_forget(&b->fake);
}

struct script {
	struct fake_access steps[4096];
	unsigned count;
};

static void say(struct script *s, uint32_t offset, uint32_t value)
{
	s->steps[s->count++] = (struct fake_access)W(offset, value);
}

static void ask(struct script *s, uint32_t offset)
{
	s->steps[s->count++] = (struct fake_access)R(offset);
}

static uint32_t iova_of(const struct dma_buffer *buffer)
{
	assert_true(buffer->iova);
	return buffer->iova;
}

/* 5.1 and 5.2; `is_boot`: with the coefficient table. */
static void script_loader(struct script *s, const struct bench *b, bool is_boot)
{
	const uint32_t monitors[] = {0x4520, 0x4528, 0x452c}, list = ISP_DMEM + info(b, 3, 20);

	for (uint32_t n = 0; n < 2; n++) {
		say(s, 0x411c + 0x100 * n, iova_of(b->imgu.blob_sp[n]));
		ask(s, SP_CTRL(n));
		say(s, SP_CTRL(n), FAKE_ANY_VALUE);
	}
	say(s, 0x4010, iova_of(b->imgu.blob_bootloader));
	ask(s, ISP_CTRL);
	say(s, ISP_CTRL, FAKE_ANY_VALUE);
	ask(s, ISP_CTRL);
	ask(s, SP_CTRL(0));
	for (unsigned i = 0; i < 3; i++)
		ask(s, monitors[i]);
	for (uint32_t i = 0; is_boot && i < 512; i++)
		say(s, 0x1c140 + 4 * i, FAKE_ANY_VALUE);
	say(s, INVALIDATE, 1);
	say(s, ISP_DMEM + info(b, 3, 24), 0x101);
	say(s, ISP_DMEM + info(b, 3, 16), 2);
	for (uint32_t i = 0; i < 2; i++) {
		const uint32_t n = 1 - i;

		say(s, list + 16 * i, iova_of(b->imgu.blob_sp[n]) + info(b, n, 872));
		say(s, list + 16 * i + 4, info(b, n, 876));
		say(s, list + 16 * i + 8, 1);
		say(s, list + 16 * i + 12, 0x20000 + 0x4000 * n);
	}
	say(s, 0x4004, info(b, 3, 28));
	ask(s, ISP_CTRL);
	say(s, ISP_CTRL, FAKE_ANY_VALUE);
	ask(s, ISP_DMEM + info(b, 3, 24));
}

static uint32_t dmem(const struct bench *b, unsigned n, uint32_t word)
{
	return 0x8000 + 0x4000 * n + info(b, n, word);
}

static uint32_t poison_word(uint32_t index)
{
	return 0x5eed0000u ^ index * 0x01010005u;
}

/* 5.4: the copy from `iova` to `target`. */
static void script_start(struct script *s, const struct bench *b, unsigned n, uint32_t iova,
			 uint32_t target, uint32_t size)
{
	const uint32_t config[] = {iova, target, info(b, n, 900), size, info(b, n, 904), n};

	say(s, dmem(b, n, 44), 0);
	for (uint32_t i = 0; i < 6; i++)
		say(s, dmem(b, n, 16) + 4 * i, config[i]);
	say(s, 0x4104 + 0x100 * n, info(b, n, 92));
	ask(s, SP_CTRL(n));
	say(s, SP_CTRL(n), FAKE_ANY_VALUE);
	ask(s, dmem(b, n, 44));
}

static void script_sp(struct script *s, const struct bench *b, unsigned n)
{
	for (uint32_t i = 0; i < info(b, n, 892) / 4; i++)
		say(s, dmem(b, n, 888) + 4 * i, poison_word(i));
	script_start(s, b, n, iova_of(b->imgu.blob_sp[n]) + info(b, n, 884), info(b, n, 888),
		     info(b, n, 892));
}

static void script_boot(struct script *s, const struct bench *b)
{
	const uint32_t com = dmem(b, 0, 36);

	s->count = 0;
	script_loader(s, b, true);
	say(s, dmem(b, 0, 20), iova_of(b->imgu.sp_group));
	say(s, dmem(b, 0, 56), 1);
	script_sp(s, b, 0);
	say(s, dmem(b, 0, 40), 0);
	say(s, dmem(b, 0, 48), 0);
	say(s, dmem(b, 0, 52), 0);
	say(s, dmem(b, 0, 56), 0);
	say(s, com, 1);
	for (uint32_t i = 0; i < 6; i++)
		say(s, com + 0x60 + 4 * i, 0xbff);
	say(s, dmem(b, 0, 48), 1);
	script_sp(s, b, 1);
	say(s, dmem(b, 1, 36), 1);
}

/* Coefficients of 5.1, in floating point. */
static double near_part(double x)
{
	return 1.5 * x * x * x - 2.5 * x * x + 1;
}

static double far_part(double x)
{
	return -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2;
}

static void check_coefficients(const struct fake *fake)
{
	for (unsigned i = 0; i < 256; i++) {
		const double t = i / 256.0;
		const int c1 = (int)floor(1024 * near_part(1 - t));
		const int c2 = (int)floor(1024 * near_part(t));
		const int c0 = (int)trunc(1024 * far_part(2 - t));
		const int c3 = 1024 - c0 - c1 - c2;

		assert_int_equal(fake->value[(0x1c140 + 8 * i) / 4],
				 (c0 & 0xfff) | (unsigned)(c1 & 0xfff) << 16);
		assert_int_equal(fake->value[(0x1c144 + 8 * i) / 4],
				 (c2 & 0xfff) | (unsigned)(c3 & 0xfff) << 16);
	}
}

/* Bits of the cores' control registers, as written at the end. */
static void check_controls(const struct bench *b)
{
	const uint32_t controls[] = {ISP_CTRL, SP_CTRL(0), SP_CTRL(1)};

	for (unsigned i = 0; i < COUNT(controls); i++) {
		const int first = fake_find_write(&b->fake, controls[i], 1);

		assert_int_equal(b->fake.log[first].value, 0x80001020);
		/* 0x20 is IDLE, which the fake shows; 0x1000 stays in it. */
		assert_int_equal(b->fake.value[controls[i] / 4], 0x8000102a);
	}
}

static void boot_writes_what_the_sheet_demands(void **state)
{
	(void)state;
	for (const char *layout = "abcd"; *layout; layout++) {
		static struct script script;
		static struct bench b;

		bench_load(&b, *layout);
		b.fake.value[ISP_CTRL / 4] = b.fake.value[SP_CTRL(0) / 4] =
			b.fake.value[SP_CTRL(1) / 4] = 0x80000000;
		script_boot(&script, &b);
		if (imgu_boot(&b.imgu))
			fail_msg("%s", b.fake.diag.message);
		fake_assert_log(&b.fake, script.steps, script.count);
		check_coefficients(&b.fake);
		check_controls(&b);
		assert_false(b.imgu.is_fresh);
		fake_forget(&b.fake); /* the second time it is restarted first */
		assert_int_equal(imgu_boot(&b.imgu), FL_OK);
		assert_true(fake_find_write(&b.fake, L1_PHYS, 1) > 0);
		bench_down(&b);
	}
}

static void nothing_runs_without_firmware(void **state)
{
	static struct bench b;
	struct imgu_data data;

	(void)state;
	bench_open_well(&b);
	b.file = firmware_image_build('a', &b.size);
	assert_int_equal(imgu_boot(&b.imgu), FL_ERR_STATE);
	assert_says(&b.fake.diag, "no ImgU firmware is loaded", "into firstlight/firmware/");
	assert_int_equal(imgu_peek_begin(&b.imgu), FL_ERR_STATE);
	assert_int_equal(imgu_compare_data(&b.imgu, 0, &data), FL_ERR_STATE);
	assert_int_equal(b.fake.count, 0);
	assert_int_equal(imgu_load(&b.imgu, b.file, b.size), FL_OK);
	diag_clear(&b.fake.diag);
	assert_int_equal(imgu_load(&b.imgu, b.file, b.size), FL_ERR_STATE);
	assert_says(&b.fake.diag, "ImgU firmware is loaded already", "a driver error");
	assert_string_equal(b.imgu.blob_sp[0]->name, "firmware SP0");
	assert_string_equal(b.imgu.blob_sp[1]->name, "firmware SP1");
	imgu_unload(&b.imgu);
	assert_int_equal(imgu_boot(&b.imgu), FL_ERR_STATE); /* again */
	diag_clear(&b.fake.diag);
	assert_int_equal(imgu_load(&b.imgu, b.file, 100), FL_ERR_FORMAT);
	assert_false(b.imgu.is_loaded);
	bench_down(&b);
}

/* A second look at memory needs a restart, and what it needs is in memory before the processor starts. */
static void every_peek_is_published(void **state)
{
	static struct bench b;
	struct dma_buffer *buffer;
	unsigned long calls;
	uint32_t word;

	(void)state;
	bench_load(&b, 'a');
	assert_int_equal(imgu_peek_begin(&b.imgu), FL_OK);
	fake_forget(&b.fake);
	assert_int_equal(imgu_peek_begin(&b.imgu), FL_OK);
	assert_true(fake_find_write(&b.fake, L1_PHYS, 1) > 0);
	assert_int_equal(dma_create(&b.imgu.dma, "page", 4096, DMA_TO_DEVICE, &buffer), FL_OK);
	assert_int_equal(dma_sync_for_device(buffer), FL_OK);
	assert_true(b.imgu.dma.fence_due);
	calls = host_primitive_calls();
	assert_int_equal(imgu_peek(&b.imgu, 0, buffer->iova, &word, 4), FL_OK);
	assert_false(b.imgu.dma.fence_due);
	assert_int_equal(host_primitive_calls(), calls + 1);
	b.sp_state = 0;
	assert_int_equal(imgu_peek(&b.imgu, 1, buffer->iova, &word, 4), FL_ERR_TIMEOUT);
	assert_says(&b.fake.diag, "SP1: sw_state is 0x0", "its program memory");
	dma_destroy(&buffer);
	bench_down(&b);
}

/* Firmware lies in memory as it lies in the file, and so does a zeroed sp_group. */
static void blobs_are_in_memory_whole(void **state)
{
	static struct bench b;
	static uint8_t zero[4096], seen[4096];

	(void)state;
	bench_load(&b, 'a');
	assert_int_equal(imgu_boot(&b.imgu), FL_OK);
	for (unsigned type = 0; type < 4; type++) {
		const struct dma_buffer *blob =
			type < 2 ? b.imgu.blob_sp[type] : b.imgu.blob_bootloader;

		if (type == 2)
			continue; /* the ISP's are not loaded */
		assert_int_equal(blob->length, info(&b, type, 852));
		for (uint32_t at = 0; at < blob->length; at += 4096) {
			const size_t n = blob->length - at < 4096 ? blob->length - at : 4096;

			assert_true(host_device_read(blob->page_bus[at / 4096], seen, n));
			assert_memory_equal(seen, b.file + info(&b, type, 832) + at, n);
		}
	}
	assert_int_equal(b.imgu.sp_group->length, 380);
	assert_true(host_device_read(b.imgu.sp_group->page_bus[0], seen, 380));
	assert_memory_equal(seen, zero, 380);
	bench_down(&b);
}

/* 2.6: what must be idle, and nothing between the cells. */
static void no_boot_while_something_is_in_flight(void **state)
{
	static const struct {
		uint32_t offset, bad;
		const char *name;
	} monitors[] = {{0x4520, 0x44, "SP1 monitor (0x4520)"},
			{0x4528, 0x404, "ISP monitor (0x4528)"},
			{0x452c, 0x5101, "MOD monitor (0x452c)"}};
	static struct bench b;

	(void)state;
	bench_load(&b, 'b');
	for (unsigned i = 0; i < COUNT(monitors); i++) {
		for (unsigned bit = 0; bit < 32; bit++) {
			const bool is_bad = monitors[i].bad >> bit & 1;

			diag_clear(&b.fake.diag);
			b.fake.value[monitors[i].offset / 4] = 1u << bit;
			b.imgu.is_fresh = true;
			assert_int_equal(imgu_peek_begin(&b.imgu), is_bad ? FL_ERR_BUSY : FL_OK);
			if (is_bad)
				assert_says(&b.fake.diag, monitors[i].name,
					    "the CSS reset did not take");
			if (is_bad && !bit)
				assert_says(&b.fake.diag, "reads 0x00000001 before the boot", "");
			fake_forget(&b.fake);
		}
		b.fake.value[monitors[i].offset / 4] = 0;
	}
	for (unsigned i = 0; i < 2; i++) {
		diag_clear(&b.fake.diag);
		b.imgu.is_fresh = true;
		b.stuck = (struct stuck){0, EVERY_TIME, i ? ISP_CTRL : SP_CTRL(0), 0x20, 0};
		fake_forget(&b.fake);
		assert_int_equal(imgu_boot(&b.imgu), FL_ERR_BUSY);
		assert_says(&b.fake.diag, "ImgU processors are not idle before the boot",
			    "power-cycle");
		assert_int_equal(fake_find_write(&b.fake, 0x4004, 1), -1); /* nothing is started */
	}
	b.stuck.until_writes = 0;
	bench_down(&b);
}

static void what_firmware_says_is_told(void **state)
{
	static const struct {
		uint32_t loader, sp;
		enum fl_err err;
		const char *message, *hint;
	} cases[] = {
		{0x102, 1, FL_ERR_IO, "boot loader reports a DMA error (sw_state 0x102)",
		 "the pages that its DMA commands name"},
		{0x101, 1, FL_ERR_TIMEOUT,
		 "boot loader: sw_state is 0x101 after 100000 us, want 0x100; ISP_PC 0x11, SP0_PC "
		 "0x22, SP1_PC 0x33",
		 "it never ran, or what it fetched is garbage"},
		{0xffffffff, 1, FL_ERR_GONE, "boot loader: its sw_state reads all ones",
		 "lost its BAR"},
		{0x100, 0, FL_ERR_TIMEOUT,
		 "1 of 175 words of its data section arrived; SP0: sw_state is 0x0 after 100000 "
		 "us, "
		 "want 0x1",
		 "its program memory or the copy"},
		{0x100, 0x102, FL_ERR_TIMEOUT, "SP0: sw_state is 0x102 after", "or it never ran"},
		{0x100, 0xffffffff, FL_ERR_GONE, "SP0: its sw_state reads all ones",
		 "lost its BAR"},
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		static struct bench b;
		uint64_t begin;

		bench_load(&b, 'b');
		b.loader_state = cases[i].loader;
		b.sp_state = cases[i].sp;
		b.fake.value[0x401c / 4] = 0x11;
		b.fake.value[0x4134 / 4] = 0x22;
		b.fake.value[0x4234 / 4] = 0x33;
		/* Words of the data section that are not the poison: as if they had been copied. */
		b.stuck = (struct stuck){0, EVERY_TIME, dmem(&b, 0, 888) + 8, ~0u, 0x1234};
		begin = host_time_ns();
		assert_int_equal(imgu_boot(&b.imgu), cases[i].err);
		assert_says(&b.fake.diag, cases[i].message, cases[i].hint);
		if (cases[i].err != FL_ERR_IO)
			assert_in_range(host_time_ns() - begin, 100 * MS, 112 * MS);
		b.stuck.until_writes = 0;
		diag_clear(&b.fake.diag);
		bench_down(&b);
	}
}

/* ---- what arrived -------------------------------------------------------------------------------- */

static void arrived_missing_and_changed_words_are_told_apart(void **state)
{
	static struct bench b;
	struct imgu_data data;

	(void)state;
	bench_load(&b, 'b');
	assert_int_equal(imgu_boot(&b.imgu), FL_OK);
	for (unsigned n = 0; n < 2; n++) {
		const uint32_t at = dmem(&b, n, 888), words = info(&b, n, 892) / 4;
		uint32_t *memory = &b.fake.value[at / 4];

		assert_int_equal(imgu_compare_data(&b.imgu, n, &data), FL_OK);
		assert_int_equal(data.total, words);
		assert_int_equal(data.missing, words);
		assert_int_equal(data.equal, 0);
		assert_int_equal(data.first, 0);
		for (uint32_t i = 0; i < words; i++)
			memory[i] = file_word(&b, n, info(&b, n, 884) + 4 * i);
		assert_int_equal(imgu_compare_data(&b.imgu, n, &data), FL_OK);
		assert_int_equal(data.equal, words);
		assert_int_equal(data.missing + data.changed, 0);
		memory[7] = poison_word(7);
		for (uint32_t i = 10; i < 16; i++)
			memory[i] ^= 0x100;
		assert_int_equal(imgu_compare_data(&b.imgu, n, &data), FL_OK);
		assert_int_equal(data.equal, words - 7);
		assert_int_equal(data.missing, 1);
		assert_int_equal(data.changed, 6);
		assert_int_equal(data.first, 4 * 7);
		for (uint32_t i = 0; i < IMGU_CHANGED_SHOWN; i++)
			assert_int_equal(data.changed_at[i], info(&b, n, 888) + 4 * (10 + i));
	}
	bench_down(&b);
}

/* ---- peek (3.13) --------------------------------------------------------------------------------- */

/* Behind everything that the file declares as SP n's own, rounded up to 16. */
static uint32_t place_of(const struct bench *b, unsigned n)
{
	const uint32_t own[][2] = {
		{info(b, n, 888), info(b, n, 892)},
		{info(b, n, 900), info(b, n, 904)},
		{info(b, n, 16), 24},
		{info(b, n, 20), 4},
		{info(b, n, 32), 1224},
		{info(b, n, 36), 0x78},
		{info(b, n, 40), 4},
		{info(b, n, 44), 4},
		{info(b, n, 48), 4},
		{info(b, n, 52), 4},
		{info(b, n, 56), 4},
	};
	uint32_t end = 0;

	for (unsigned i = 0; i < COUNT(own); i++)
		if (own[i][0] + own[i][1] > end)
			end = own[i][0] + own[i][1];
	return (end + 15) & ~15u;
}

static void peek_reads_what_the_device_copied(void **state)
{
	(void)state;
	for (const char *layout = "abcd"; *layout; layout++) {
		static struct script script;
		static struct bench b;
		uint32_t out[1024];

		bench_load(&b, *layout);
		script.count = 0;
		script_loader(&script, &b, false);
		assert_int_equal(imgu_peek_begin(&b.imgu), FL_OK);
		/* Data sections and the poison come behind, and nothing else. */
		for (unsigned i = script.count; i < b.fake.count; i++) {
			const uint32_t at = b.fake.log[i].offset, n = at >= 0xc000;
			const uint32_t data = dmem(&b, n, 888),
				       place = 0x8000 + 0x4000 * n + place_of(&b, n);

			assert_in_range(at, 0x8000, 0xffff);
			assert_true((at >= data && at < data + info(&b, n, 892) / 4 * 4) ||
				    (at >= place && at < place + 4096));
		}
		b.fake.count = script.count;
		fake_assert_log(&b.fake, script.steps, script.count);
		assert_false(b.imgu.is_fresh);
		for (unsigned n = 0; n < 2; n++) {
			const uint32_t place = place_of(&b, n), base = 0x8000 + 0x4000 * n;
			uint32_t room = 0x3c00 - place < 4096 ? 0x3c00 - place : 4096;

			assert_int_equal(imgu_peek_room(&b.imgu, n), room);
			for (uint32_t i = 0; i < info(&b, n, 892) / 4; i++)
				assert_int_equal(b.fake.value[(dmem(&b, n, 888) + 4 * i) / 4],
						 file_word(&b, n, info(&b, n, 884) + 4 * i));
			for (uint32_t i = 0; i < room / 4; i++)
				assert_int_equal(b.fake.value[(base + place) / 4 + i],
						 poison_word(i));
			assert_int_equal(b.fake.value[(base + place + room) / 4], 0);
			fake_forget(&b.fake);
			script.count = 0;
			script_start(&script, &b, n, 0x12345000, place, room);
			for (uint32_t i = 0; i < room / 4; i++)
				ask(&script, base + place + 4 * i);
			memset(out, 0, sizeof out);
			assert_int_equal(imgu_peek(&b.imgu, n, 0x12345000, out, room), FL_OK);
			fake_assert_log(&b.fake, script.steps, script.count);
			for (uint32_t i = 0; i < room / 4; i++)
				assert_int_equal(out[i], poison_word(i));
			assert_int_equal(imgu_peek(&b.imgu, n, 0, out, room + 4), FL_ERR_INVALID);
			diag_clear(&b.fake.diag);
			assert_int_equal(imgu_peek(&b.imgu, n, 0, out, 6), FL_ERR_INVALID);
			assert_says(&b.fake.diag, "no place for 6 bytes in the DMEM of SP", "");
		}
		bench_down(&b);
	}
}

/* Whatever is the last of an SP's own things, the copy goes behind it. */
static void the_place_of_a_peek_is_behind_everything(void **state)
{
	static struct imgu imgu;
	struct firmware_sp *sp = &imgu.firmware.sp[1];
	const struct {
		uint32_t *at;
		uint32_t size;
	} own[] = {
		{&sp->init_dmem_data, 24},
		{&sp->per_frame_data, 4},
		{&sp->host_sp_queue, 1224},
		{&sp->host_sp_com, 0x78},
		{&sp->isp_started, 4},
		{&sp->sw_state, 4},
		{&sp->host_sp_queues_initialized, 4},
		{&sp->sleep_mode, 4},
		{&sp->invalidate_tlb, 4},
		{&sp->binary.data_target, 0x40},
		{&sp->binary.bss_target, 0x50},
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(own); i++) {
		*sp = (struct firmware_sp){0};
		sp->binary.data.size = 0x40;
		sp->binary.bss_size = 0x50;
		*own[i].at = 0x3c00 - 16 - own[i].size; /* up to 16 below the stack's room */
		assert_int_equal(imgu_peek_room(&imgu, 1), 16);
		*own[i].at += 1; /* and a byte more */
		assert_int_equal(imgu_peek_room(&imgu, 1), 0);
		*own[i].at += 32; /* in the stack's room */
		assert_int_equal(imgu_peek_room(&imgu, 1), 0);
	}
	*sp = (struct firmware_sp){0};
	assert_int_equal(imgu_peek_room(&imgu, 1), IMGU_PEEK_MAX);
}

/* ---- dump ---------------------------------------------------------------------------------------- */

static void dump_leaves_out_what_is_powered_down(void **state)
{
	static const struct {
		const char *name;
		uint32_t offset;
	} shown[] = {{"PM_CTRL", PM_CTRL},
		     {"SYSTEM_REQ", SYSTEM_REQ},
		     {"INT_STATUS", 0x30},
		     {"STATE", STATE},
		     {"PM_STS", 0x140},
		     {"ISP_CTRL", ISP_CTRL},
		     {"ISP_PC", 0x401c},
		     {"SP0_CTRL", SP_CTRL(0)},
		     {"SP0_PC", 0x4134},
		     {"SP1_CTRL", SP_CTRL(1)},
		     {"SP1_PC", 0x4234},
		     {"L1_PHYS", L1_PHYS},
		     {"CIO_GATE_BURST_STATE", BURST},
		     {"GP_BUSY", GP_BUSY},
		     {"GP_HALT", GP_HALT},
		     {"GP_HALTED", GP_HALTED}};
	static struct bench b;

	(void)state;
	bench_open_well(&b);
	b.fake.value[GP_BUSY / 4] = 0xabcd;
	for (unsigned down = 0; down < 2; down++) {
		char want[1024], got[1024], small[1024];
		size_t length = 0;

		b.is_down = down;
		for (unsigned i = 0; i < (down ? 5 : COUNT(shown)); i++)
			length += (size_t)snprintf(
				want + length, sizeof want - length, "%s 0x%05x 0x%08x\n",
				shown[i].name, shown[i].offset, answer(&b.fake, shown[i].offset));
		assert_int_equal(imgu_dump(&b.imgu, got, sizeof got), length);
		assert_string_equal(got, want);
		for (size_t capacity = 0; capacity < length; capacity += 5) {
			memset(small, '#', sizeof small);
			imgu_dump(&b.imgu, small, capacity);
			assert_int_equal(small[capacity], '#');
			if (capacity)
				assert_memory_equal(small, want, strlen(small));
			fake_forget(&b.fake);
		}
	}
	b.is_down = false;
	b.fake.value[L1_PHYS / 4] = 0x777;
	assert_int_equal(imgu_l1_readback(&b.imgu), 0x777);
	bench_down(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(power_comes_in_the_order_of_the_sheet),
		cmocka_unit_test(kept_bits_are_not_made_up),
		cmocka_unit_test(each_step_of_power_up_is_waited_for),
		cmocka_unit_test(power_up_looks_at_its_own_bits_alone),
		cmocka_unit_test(a_window_that_is_too_small_is_no_imgu),
		cmocka_unit_test(all_ones_is_no_imgu),
		cmocka_unit_test(mmu_comes_up_or_its_tables_stay),
		cmocka_unit_test(quiet_in_the_order_of_the_sheet),
		cmocka_unit_test(a_busy_processor_is_stopped_by_the_reset),
		cmocka_unit_test(what_does_not_get_quiet_is_dead),
		cmocka_unit_test(close_stops_then_powers_down_and_gives_all_back),
		cmocka_unit_test(each_step_of_power_down_is_waited_for),
		cmocka_unit_test(a_function_that_is_not_as_found_is_told),
		cmocka_unit_test(a_buffer_that_goes_stops_the_device),
		cmocka_unit_test(nothing_runs_without_firmware),
		cmocka_unit_test(every_peek_is_published),
		cmocka_unit_test(restart_is_everything_again_with_the_same_tables),
		cmocka_unit_test(a_held_invalidate_is_not_made),
		cmocka_unit_test(both_ends_of_the_aperture_are_reserved),
		cmocka_unit_test(boot_writes_what_the_sheet_demands),
		cmocka_unit_test(blobs_are_in_memory_whole),
		cmocka_unit_test(no_boot_while_something_is_in_flight),
		cmocka_unit_test(what_firmware_says_is_told),
		cmocka_unit_test(arrived_missing_and_changed_words_are_told_apart),
		cmocka_unit_test(peek_reads_what_the_device_copied),
		cmocka_unit_test(the_place_of_a_peek_is_behind_everything),
		cmocka_unit_test(dump_leaves_out_what_is_powered_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
