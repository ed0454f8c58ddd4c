/* test_pci.c: configuration space, BARs, power states and their rules, of every function. */
#include "tests/unit/vboard/ipu3/camera_bench.h"

/* With every function there for the guest. */
static struct cb *new_visible(void)
{
	const char *decision = "p2sb=1";
	struct vboard_options options = {.seed = 1, .decisions = &decision, .decision_count = 1};

	return cb_new_options(&options);
}

static void functions_are_at_their_places(void **state)
{
	static const struct {
		const char *name;
		uint8_t device, function;
		uint32_t id;
	} places[] = {
		{"imgu", 0x05, 0, 0x19198086}, {"cio2", 0x14, 3, 0x9d328086},
		{"i2c0", 0x15, 0, 0x9d608086}, {"i2c1", 0x15, 1, 0x9d618086},
		{"i2c2", 0x15, 2, 0x9d628086}, {"i2c4", 0x19, 2, 0x9d648086},
		{"p2sb", 0x1f, 1, 0x9d208086},
	};
	struct cb *b = new_visible();

	(void)state;
	assert_int_equal(vboard_function_count(b->board), 7);
	for (unsigned i = 0; i < 7; i++) {
		const struct vboard_function *f =
			vboard_function(b->board, cb_find(b, places[i].name));

		assert_int_equal(f->device, places[i].device);
		assert_int_equal(f->function, places[i].function);
		assert_int_equal(vboard_config_read(b->board, cb_find(b, places[i].name), 0, 4),
				 places[i].id);
	}
	assert_int_equal(vboard_config_read(b->board, cb_find(b, "i2c0"), 0x0e, 1), 0x80);
	assert_int_equal(vboard_config_read(b->board, cb_find(b, "imgu"), 0x0e, 1), 0x00);
	cb_free(b);
}

/* evidence.md 1.6, 1.7, 2.2: what soraka's own listing shows of each. */
static void pins_and_subsystems_are_sorakas(void **state)
{
	static const struct {
		const char *name;
		uint8_t pin;
		uint32_t subsystem;
	} wanted[] = {{"imgu", 1, 0x19198086}, {"cio2", 1, 0},          {"i2c0", 1, 0x9d608086},
		      {"i2c1", 2, 0x9d618086}, {"i2c2", 3, 0x9d628086}, {"i2c4", 3, 0x9d648086}};
	struct cb *b = cb_new(1, NULL);

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		unsigned index = cb_find(b, wanted[i].name);

		assert_int_equal(vboard_config_read(b->board, index, 0x3d, 1), wanted[i].pin);
		assert_int_equal(vboard_config_read(b->board, index, 0x2c, 4), wanted[i].subsystem);
	}
	cb_free(b);
}

/* virtual-board.md A.3, A.4: what QEMU's proxy cannot stand. */
static void every_bar_sizes_and_the_forbidden_registers_are_zero(void **state)
{
	struct cb *b = new_visible();

	(void)state;
	for (unsigned i = 0; i < vboard_function_count(b->board); i++) {
		uint32_t size = vboard_function(b->board, i)->bar_size;

		vboard_config_write(b->board, i, 0x10, 4, 0xffffffff);
		assert_int_equal(vboard_config_read(b->board, i, 0x10, 4), ~(size - 1));
		for (unsigned offset = 0x14; offset <= 0x28; offset += 4) {
			vboard_config_write(b->board, i, offset, 4, 0xffffffff);
			assert_int_equal(vboard_config_read(b->board, i, offset, 4), 0);
		}
		vboard_config_write(b->board, i, 0x30, 4, 0xffffffff);
		assert_int_equal(vboard_config_read(b->board, i, 0x30, 4), 0);
		vboard_config_write(b->board, i, 0x00, 4, 0xffffffff);
		assert_int_not_equal(vboard_config_read(b->board, i, 0x00, 4), 0xffffffff);
	}
	cb_assert_clean(b);
	cb_free(b);
}

static unsigned find_capability(struct cb *b, unsigned index, uint8_t id)
{
	unsigned at = vboard_config_read(b->board, index, 0x34, 1);

	for (unsigned i = 0; at && i < 48; i++) {
		if (vboard_config_read(b->board, index, at, 1) == id)
			return at;
		at = vboard_config_read(b->board, index, at + 1, 1);
	}
	return 0;
}

static void capability_lists_are_walked(void **state)
{
	struct cb *b = cb_new(1, NULL);

	(void)state;
	for (unsigned i = 0; i < vboard_function_count(b->board); i++) {
		if (!strcmp(vboard_function(b->board, i)->name, "p2sb"))
			continue; /* has none */
		assert_int_not_equal(vboard_config_read(b->board, i, 0x06, 2) & 0x10, 0);
		assert_int_not_equal(find_capability(b, i, 0x01), 0);
	}
	assert_int_equal(find_capability(b, b->cio2, 0x05), 0x90);
	assert_int_equal(find_capability(b, b->cio2, 0x01), 0xd0);
	/* Neither FLR nor anything else: D3 is all the reset there is (evidence.md 1.2). */
	assert_int_equal(find_capability(b, b->cio2, 0x13), 0);
	assert_int_equal(find_capability(b, b->i2c2, 0x01), 0x80);
	assert_int_equal(find_capability(b, b->i2c2, 0x09), 0x90);
	assert_int_equal(vboard_config_read(b->board, b->i2c2, 0x92, 1), 0x14);
	cb_free(b);
}

static void set_msi(struct cb *b, unsigned index)
{
	vboard_config_write(b->board, index, 0x94, 4, 0xfee00398);
	vboard_config_write(b->board, index, 0x92, 2, 1);
}

/* evidence.md 1.2: configuration is kept; registers are kept or lost, as the seed decides. */
static void the_cio2_keeps_its_configuration_over_d3hot(void **state)
{
	(void)state;
	for (unsigned lost = 0; lost < 2; lost++) {
		const char *decision = lost ? "cio2-d3-registers=1" : "cio2-d3-registers=0";
		struct vboard_options options = {
			.seed = 1, .decisions = &decision, .decision_count = 1};
		struct cb *b = cb_new_options(&options);
		uint32_t bar = vboard_config_read(b->board, b->cio2, 0x10, 4);

		cb_write(b, b->cio2, 0x1460, 0x01e00280);
		set_msi(b, b->cio2);
		assert_int_equal(vboard_config_read(b->board, b->cio2, 0xd4, 2) & 8, 8);
		vboard_config_write(b->board, b->cio2, 0xd4, 2, 3);
		assert_int_equal(cb_read(b, b->cio2, 0x1460), 0xffffffff);
		assert_int_equal(vboard_config_read(b->board, b->cio2, 0x10, 4), bar);
		assert_int_equal(vboard_config_read(b->board, b->cio2, 0x94, 4), 0xfee00398);
		assert_int_equal(vboard_config_read(b->board, b->cio2, 0x92, 2) & 1, 1);
		vboard_config_write(b->board, b->cio2, 0xd4, 2, 0);
		assert_int_equal(vboard_config_read(b->board, b->cio2, 0x10, 4), bar);
		assert_int_equal(vboard_config_read(b->board, b->cio2, 0x04, 2), 6);
		cb_wait(b, 10 * CB_MS);
		assert_int_equal(cb_read(b, b->cio2, 0x1460), lost ? 0 : 0x01e00280);
		cb_assert_clean(b);
		cb_free(b);
	}
}

/* evidence.md 1.3: gone while it is still in D3hot. */
static void the_imgu_loses_its_configuration_in_d3hot(void **state)
{
	struct cb *b = cb_new(1, NULL);
	unsigned imgu = cb_find(b, "imgu");

	(void)state;
	set_msi(b, imgu);
	assert_int_not_equal(vboard_config_read(b->board, imgu, 0x10, 4), 0);
	assert_int_equal(vboard_config_read(b->board, imgu, 0xd4, 2) & 8, 0);
	vboard_config_write(b->board, imgu, 0xd4, 2, 3);
	assert_int_equal(vboard_config_read(b->board, imgu, 0x00, 4), 0x19198086);
	assert_int_equal(vboard_config_read(b->board, imgu, 0x08, 4), 0x04800001);
	assert_int_equal(vboard_config_read(b->board, imgu, 0x04, 4), 0x00100000);
	assert_int_equal(vboard_config_read(b->board, imgu, 0xd4, 2) & 3, 3);
	assert_int_equal(find_capability(b, imgu, 0x05), 0x90);
	assert_int_equal(find_capability(b, imgu, 0x13), 0xa0);
	for (unsigned power = 0; power < 2; power++) {
		assert_int_equal(vboard_config_read(b->board, imgu, 0x10, 4), 0);
		assert_int_equal(vboard_config_read(b->board, imgu, 0x92, 2) & 1, 0);
		assert_int_equal(vboard_config_read(b->board, imgu, 0x94, 4), 0);
		vboard_config_write(b->board, imgu, 0xd4, 2, 0);
	}
	cb_free(b);
}

static void d0_needs_ten_milliseconds(void **state)
{
	struct cb *b = cb_new(1, NULL);

	(void)state;
	vboard_config_write(b->board, b->cio2, 0xd4, 2, 3);
	vboard_config_write(b->board, b->cio2, 0xd4, 2, 0);
	cb_enable(b, b->cio2);
	cb_wait(b, 5 * CB_MS);
	cb_read(b, b->cio2, 0x1414);
	cb_assert_complaint(b, "less than 10 ms after D3hot -> D0");
	cb_free(b);
}

static void an_unimplemented_power_state_changes_nothing(void **state)
{
	struct cb *b = cb_new(1, NULL);

	(void)state;
	vboard_config_write(b->board, b->cio2, 0xd4, 2, 1);
	assert_int_equal(vboard_config_read(b->board, b->cio2, 0xd4, 2) & 3, 0);
	assert_int_equal(cb_read(b, b->cio2, 0x1414), 0);
	cb_free(b);
}

static void wrong_accesses_are_reported(void **state)
{
	static const struct {
		uint64_t offset;
		unsigned width;
	} wrong[] = {{0x1414, 1},  {0x1414, 2}, {0x1416, 4}, {0x1410, 8}, {0xfffe, 4},
		     {0x10000, 4}, {0x200, 4},  {0x1404, 4}, {0x1704, 4}, {0x1800, 4}};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct cb *b = cb_new(1, NULL);

		vboard_mmio_read(b->board, b->cio2, wrong[i].offset, wrong[i].width);
		assert_int_equal(vboard_violations(b->board), 1);
		vboard_mmio_write(b->board, b->cio2, wrong[i].offset, wrong[i].width, 0);
		assert_int_equal(vboard_violations(b->board), 2);
		cb_free(b);
	}
}

static void a_function_that_does_not_decode_is_all_ones(void **state)
{
	struct cb *b = cb_new(1, NULL);

	(void)state;
	vboard_config_write(b->board, b->i2c2, 0x04, 2, 0);
	assert_int_equal(cb_read(b, b->i2c2, 0x2fc), 0xffffffff);
	vboard_config_write(b->board, b->i2c2, 0x04, 2, 2);
	assert_int_equal(cb_read(b, b->i2c2, 0x2fc), 0x102);
	vboard_reset(b->board, b->i2c2);
	assert_int_equal(vboard_config_read(b->board, b->i2c2, 0x04, 2), 0);
	assert_int_equal(vboard_config_read(b->board, b->i2c2, 0x10, 4), 0);
	cb_free(b);
}

static void faults_remove_or_blind_a_function(void **state)
{
	struct cb *b = cb_new(1, "no-cio2");

	(void)state;
	assert_int_equal(b->cio2, UINT32_MAX);
	cb_free(b);
	b = cb_new(1, "cio2-all-ones");
	assert_int_equal(vboard_config_read(b->board, b->cio2, 0, 4), 0x9d328086);
	assert_int_equal(cb_read(b, b->cio2, 0x1414), 0xffffffff);
	cb_free(b);
	b = cb_new(1, "bar-lost");
	vboard_config_write(b->board, b->cio2, 0x10, 4, 0xffffffff);
	assert_int_equal(vboard_config_read(b->board, b->cio2, 0x10, 4), 0);
	cb_free(b);
	b = cb_new(1, "d3-stuck");
	vboard_config_write(b->board, b->cio2, 0xd4, 2, 0);
	assert_int_equal(vboard_config_read(b->board, b->cio2, 0xd4, 2) & 3, 3);
	cb_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_are_at_their_places),
		cmocka_unit_test(pins_and_subsystems_are_sorakas),
		cmocka_unit_test(every_bar_sizes_and_the_forbidden_registers_are_zero),
		cmocka_unit_test(capability_lists_are_walked),
		cmocka_unit_test(the_cio2_keeps_its_configuration_over_d3hot),
		cmocka_unit_test(the_imgu_loses_its_configuration_in_d3hot),
		cmocka_unit_test(d0_needs_ten_milliseconds),
		cmocka_unit_test(an_unimplemented_power_state_changes_nothing),
		cmocka_unit_test(wrong_accesses_are_reported),
		cmocka_unit_test(a_function_that_does_not_decode_is_all_ones),
		cmocka_unit_test(faults_remove_or_blind_a_function),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
