/* test_imgu.c: the ImgU model's registers, power states and gate, driven as the sheet says. */
#include "tests/unit/vboard/ipu3/imgu_bench.h"

/* Tests one access on a powered device that must be reported. */
static void assert_reported(uint32_t offset, unsigned width, bool is_write, const char *part)
{
	struct bench *b = bench_new(1, NULL);

	assert_int_equal(bench_power_up(b), 0);
	bench_assert_clean(b);
	if (is_write)
		vboard_mmio_write(b->board, 0, offset, width, 1);
	else
		vboard_mmio_read(b->board, 0, offset, width);
	bench_assert_complaint(b, part);
	assert_int_equal(vboard_violations(b->board), 1);
	bench_free(b);
}

static void config_space_is_that_of_the_sheet(void **state)
{
	struct bench *b = bench_new(1, NULL);

	(void)state;
	assert_int_equal(vboard_config_read(b->board, 0, 0x00, 4), 0x19198086);
	assert_int_equal(vboard_config_read(b->board, 0, 0x08, 4), 0x04800001);
	assert_int_equal(vboard_config_read(b->board, 0, 0x34, 1), 0x90);
	assert_int_equal(vboard_config_read(b->board, 0, 0x90, 4), 0x0080A005);
	assert_int_equal(vboard_config_read(b->board, 0, 0xA0, 2), 0xD013);
	assert_int_equal(vboard_config_read(b->board, 0, 0xD0, 2), 0x0001);
	assert_int_equal(vboard_config_read(b->board, 0, 0x3D, 1), 1);
	assert_int_equal(vboard_config_read(b->board, 0, 0x28, 4), 0);
	vboard_config_write(b->board, 0, 0x10, 4, 0xFFFFFFFF);
	assert_int_equal(vboard_config_read(b->board, 0, 0x10, 4), 0xFFC00000);
	bench_free(b);
}

/* Both choices of what PM_CTRL reads back, and many delays. */
static void power_up_works_twice_with_every_seed(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < BENCH_SEEDS; seed++) {
		struct bench *b = bench_new(seed, NULL);

		assert_int_equal(rd(b, 0x130), 0xA);
		assert_int_equal(bench_power_up(b), 0);
		assert_int_equal(rd(b, 0x130) & 0xC, 4);
		assert_int_equal(bench_power_up(b), 0);
		assert_int_equal(rd(b, 0x130) & 0xC, 4);
		bench_assert_clean(b);
		bench_free(b);
	}
}

static void nothing_is_instant(void **state)
{
	struct bench *b = bench_new(1, NULL);

	(void)state;
	wr(b, 0x000, 5);
	assert_int_equal(rd(b, 0x000) & 1, 1);
	assert_int_equal(rd(b, 0x130) & 0xC, 8);
	bench_wait(b, 3500);
	assert_int_equal(rd(b, 0x130) & 0xC, 4);
	wr(b, 0x45DC, 1);
	assert_int_equal(rd(b, 0x45E0), 0);
	bench_wait(b, 1000);
	assert_int_equal(rd(b, 0x45E0), 1);
	assert_int_equal(rd(b, 0x130) & 1, 1);
	wr(b, 0x45DC, 0);
	assert_int_equal(rd(b, 0x45E0), 1);
	bench_wait(b, 1000);
	assert_int_equal(rd(b, 0x45E0), 0);
	assert_int_equal(rd(b, 0x130) & 1, 0);
	bench_assert_clean(b);
	bench_free(b);
}

static void power_down_follows_the_sheet(void **state)
{
	struct bench *b = bench_new(3, NULL);

	(void)state;
	bench_mmu_up(b);
	assert_true(poll(b, 0x4404, 0x80, 0));
	assert_true(poll(b, 0x130, 2, 2));
	wr(b, 0x45DC, 1);
	assert_true(poll(b, 0x130, 1, 1));
	wr(b, 0x4500, 0);
	bench_assert_clean(b);
	bench_free(b);
}

static void css_must_be_left_alone_while_powered_down(void **state)
{
	struct bench *b = bench_new(1, NULL);

	(void)state;
	wr(b, 0x4500, 1);
	assert_int_equal(rd(b, 0x4500), 1);
	/* What Linux does at removal is only noted. */
	assert_int_equal(vboard_mmio_read(b->board, 0, 0x8000, 1), 0);
	rd(b, 0x4404);
	bench_invalidate(b);
	assert_true(bench_halt(b, 1));
	bench_assert_clean(b);
	assert_int_equal(rd(b, 0x4304), 0);
	bench_assert_complaint(b, "while POWER_DOWN");
	bench_free(b);
}

static void css_must_be_left_alone_after_a_reset(void **state)
{
	struct bench *b = bench_new(1, NULL);

	(void)state;
	assert_int_equal(bench_power_up(b), 0);
	wr(b, 0x000, 0x204);
	bench_wait(b, 100);
	rd(b, 0x4304);
	bench_assert_complaint(b, "too soon after FORCE_RESET");
	bench_free(b);
}

static void wrong_accesses_are_named(void **state)
{
	(void)state;
	assert_reported(0x0004, 4, false, "unknown offset");
	assert_reported(0x4A38, 4, false, "unknown offset");
	assert_reported(0x20000, 4, false, "unknown offset");
	assert_reported(0x3FFFFC, 4, true, "unknown or read-only");
	assert_reported(0x0130, 4, true, "unknown or read-only");
	assert_reported(0x45E0, 4, true, "unknown or read-only");
	assert_reported(0x4708, 4, true, "unknown or read-only");
	assert_reported(0x4500, 1, false, "1 bytes");
	assert_reported(0x10000, 1, true, "1 bytes");
	assert_reported(0x8000, 2, false, "width");
	assert_reported(0x8002, 4, false, "misaligned");
	assert_reported(0x8000, 8, false, "width");
	assert_reported(0x4304, 4, true, "gate is open");
	assert_reported(0x0018, 4, true, "frequency");
}

static void memories_and_registers_store(void **state)
{
	static const uint32_t offsets[] = {
		0x4004,  0x4010,  0x4104,  0x411C,  0x4204, 0x421C, 0x8000, 0xBFFC, 0xC000, 0xFFFC,
		0x10000, 0x1BFFC, 0x1C140, 0x1C93C, 0x4700, 0x4704, 0x4710, 0x4914, 0x0034};
	struct bench *b = bench_new(1, NULL);

	(void)state;
	assert_int_equal(bench_power_up(b), 0);
	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++)
		wr(b, offsets[i], 0x12340000 | offsets[i]);
	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++)
		assert_int_equal(rd(b, offsets[i]), 0x12340000 | offsets[i]);
	vboard_mmio_write(b->board, 0, 0x8001, 1, 0xAB);
	assert_int_equal(rd(b, 0x8000), 0x1234AB00);
	assert_int_equal(vboard_mmio_read(b->board, 0, 0x8001, 1), 0xAB);
	bench_assert_clean(b);
	bench_free(b);
}

static void css_reset_loses_the_css_and_keeps_the_wrapper(void **state)
{
	struct bench *b = bench_new(1, NULL);

	(void)state;
	bench_mmu_up(b);
	wr(b, 0x034, 0x80000000);
	wr(b, 0x8000, 0x600DF00D);
	assert_int_equal(rd(b, 0x4304), b->l1);
	wr(b, 0x000, rd(b, 0x000) | 0x200);
	bench_wait(b, 250);
	assert_int_equal(rd(b, 0x4304), 0);
	assert_int_not_equal(rd(b, 0x8000), 0x600DF00D);
	assert_int_equal(rd(b, 0x034), 0x80000000);
	assert_int_equal(rd(b, 0x018), 8);
	bench_assert_clean(b);
	bench_free(b);
}

static void d3_loses_everything(void **state)
{
	struct bench *b = bench_new(1, NULL);

	(void)state;
	assert_int_equal(bench_power_up(b), 0);
	vboard_config_write(b->board, 0, 0xD4, 2, 3);
	assert_int_equal(rd(b, 0x130), 0xFFFFFFFF);
	vboard_config_write(b->board, 0, 0xD4, 2, 0);
	bench_wait(b, 10000);
	vboard_config_write(b->board, 0, 0x10, 4, 0xD0000000);
	vboard_config_write(b->board, 0, 0x04, 2, 0x0406);
	assert_int_equal(rd(b, 0x130), 0xA);
	assert_int_equal(bench_power_up(b), 0);
	bench_assert_clean(b);
	bench_free(b);
}

static void function_level_reset_loses_everything_too(void **state)
{
	struct bench *b = bench_new(1, NULL);

	(void)state;
	assert_int_equal(bench_power_up(b), 0);
	vboard_config_write(b->board, 0, 0xA4, 1, 1);
	assert_int_equal(vboard_config_read(b->board, 0, 0xA4, 1), 0);
	assert_int_equal(vboard_config_read(b->board, 0, 0x10, 4), 0);
	vboard_config_write(b->board, 0, 0x04, 2, 0x0406);
	assert_int_equal(rd(b, 0x130), 0xA);
	bench_free(b);
}

static void a_new_l1_needs_an_invalidate_before_the_gate_opens(void **state)
{
	struct bench *b = bench_new(1, NULL);

	(void)state;
	bench_mmu_up(b);
	assert_true(bench_halt(b, 1));
	wr(b, 0x4304, b->l1);
	assert_true(bench_halt(b, 0));
	bench_assert_complaint(b, "without TLB_INVALIDATE");
	bench_free(b);
}

static void faults_of_power_and_gate_show(void **state)
{
	static const struct {
		const char *fault;
		int step; /* of bench_power_up that gives up */
	} rows[] = {
		{"imgu-no-idle", 1},  {"imgu-no-start", 3},    {"imgu-no-halt", 0},
		{"imgu-all-ones", 3}, {"imgu-burst-stuck", 0}, {"imgu-no-power", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bench *b = bench_new(1, rows[i].fault);
		int step = bench_power_up(b);

		if (strcmp(rows[i].fault, "imgu-all-ones"))
			assert_int_equal(step, rows[i].step);
		if (!strcmp(rows[i].fault, "imgu-no-halt"))
			assert_false(bench_halt(b, 1));
		else if (!strcmp(rows[i].fault, "imgu-burst-stuck"))
			assert_false(poll(b, 0x4404, 0x80, 0));
		else if (!strcmp(rows[i].fault, "imgu-no-power"))
			assert_int_equal(rd(b, 0x130) & 0xC, 8);
		else if (!strcmp(rows[i].fault, "imgu-all-ones"))
			assert_int_equal(rd(b, 0x018), 0xFFFFFFFF);
		bench_free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(config_space_is_that_of_the_sheet),
		cmocka_unit_test(power_up_works_twice_with_every_seed),
		cmocka_unit_test(nothing_is_instant),
		cmocka_unit_test(power_down_follows_the_sheet),
		cmocka_unit_test(css_must_be_left_alone_while_powered_down),
		cmocka_unit_test(css_must_be_left_alone_after_a_reset),
		cmocka_unit_test(wrong_accesses_are_named),
		cmocka_unit_test(memories_and_registers_store),
		cmocka_unit_test(css_reset_loses_the_css_and_keeps_the_wrapper),
		cmocka_unit_test(d3_loses_everything),
		cmocka_unit_test(function_level_reset_loses_everything_too),
		cmocka_unit_test(a_new_l1_needs_an_invalidate_before_the_gate_opens),
		cmocka_unit_test(faults_of_power_and_gate_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
