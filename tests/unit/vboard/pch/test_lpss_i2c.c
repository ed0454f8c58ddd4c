/* test_lpss_i2c.c: the I2C controllers as the sheet's polling recipe meets them. */
#include "tests/unit/vboard/ipu3/camera_bench.h"

static struct cb *new_bus(uint64_t seed, const char *fault)
{
	struct cb *b = cb_new(seed, fault);

	cb_i2c_init(b, b->i2c2);
	return b;
}

static void identity_is_read_after_the_reset_is_released(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 8; seed++) {
		struct cb *b = cb_new(seed, NULL);

		assert_int_equal(vboard_config_read(b->board, b->i2c2, 0, 4), 0x9d628086);
		assert_int_equal(vboard_config_read(b->board, b->i2c4, 0, 4), 0x9d648086);
		cb_write(b, b->i2c2, 0x204, 0);
		assert_int_not_equal(cb_read(b, b->i2c2, 0xfc), 0x44570140);
		cb_write(b, b->i2c2, 0x204, 7);
		assert_int_equal(cb_read(b, b->i2c2, 0xfc), 0x44570140);
		assert_int_equal(cb_read(b, b->i2c2, 0x2fc), 0x102);
		cb_assert_clean(b);
		cb_free(b);
	}
}

static void a_byte_takes_its_nine_bits(void **state)
{
	struct cb *b = new_bus(1, NULL);
	uint8_t out[3] = {0x3f, 0x10, 0x11};
	uint64_t start, took;

	(void)state;
	cb_i2c_disable(b, b->i2c2);
	start = b->flat.now;
	assert_int_equal(cb_i2c(b, b->i2c2, 0x4d, out, 3, NULL, 0), 0);
	took = b->flat.now - start;
	/* 4 bytes of 9 bits, start and stop, at 120 MHz / (105 + 191 + 9): about 97 us. */
	assert_in_range(took, 90000, 140000);
	cb_assert_clean(b);
	cb_free(b);
}

static void a_register_reads_back_through_a_repeated_start(void **state)
{
	struct cb *b = new_bus(1, NULL);
	uint8_t address = 0x3e, in[3];

	(void)state;
	cb_pmic(b, 0x3e, 0x34);
	cb_pmic(b, 0x3f, 0x35);
	assert_int_equal(cb_i2c(b, b->i2c2, 0x4d, &address, 1, in, 3), 0);
	assert_int_equal(in[0], 0x34);
	assert_int_equal(in[1], 0x35);
	cb_assert_clean(b);
	cb_free(b);
}

static void an_absent_address_aborts(void **state)
{
	struct cb *b = new_bus(1, NULL);
	uint8_t in;

	(void)state;
	assert_int_equal(cb_i2c(b, b->i2c2, 0x77, NULL, 0, &in, 1), 0x0001);
	assert_int_equal(cb_i2c(b, b->i2c2, 0x10, NULL, 0, &in, 1), 0x0001);
	cb_assert_clean(b);
	cb_free(b);
}

/* Without the discard rule the rest of an aborted message is a new transaction (11.7). */
static void commands_after_an_abort_are_discarded_until_it_is_cleared(void **state)
{
	struct cb *b = new_bus(1, NULL);
	unsigned bus = b->i2c2;

	(void)state;
	cb_write(b, bus, 0x04, 0x77);
	cb_write(b, bus, 0x6c, 1);
	cb_write(b, bus, 0x10, 0x3e);
	cb_wait(b, 1 * CB_MS);
	assert_int_equal(cb_read(b, bus, 0x34) & 0x240, 0x240);
	cb_write(b, bus, 0x10, 0x12);
	cb_write(b, bus, 0x10, 0x234);
	assert_int_equal(cb_read(b, bus, 0x74), 0);
	assert_int_equal(cb_read(b, bus, 0x80) & 0x1ffff, 1);
	cb_read(b, bus, 0x54);
	assert_int_equal(cb_read(b, bus, 0x80), 0);
	cb_write(b, bus, 0x10, 0x255);
	cb_wait(b, 1 * CB_MS);
	assert_int_equal(cb_read(b, bus, 0x34) & 0x40, 0x40);
	cb_assert_clean(b);
	cb_free(b);
}

static void the_interrupt_line_follows_raw_and_mask(void **state)
{
	struct cb *b = new_bus(1, NULL);
	unsigned bus = b->i2c2;

	(void)state;
	cb_write(b, bus, 0x04, 0x4d);
	cb_write(b, bus, 0x30, 0x254);
	assert_false(b->intx[bus]);
	cb_write(b, bus, 0x6c, 1);
	assert_true(b->intx[bus]); /* TX_EMPTY is true at once */
	cb_write(b, bus, 0x30, 0x244);
	assert_false(b->intx[bus]);
	cb_write(b, bus, 0x10, 0x300);
	cb_wait(b, 1 * CB_MS);
	assert_true(b->intx[bus]); /* RX_FULL and STOP_DET */
	cb_read(b, bus, 0x60);
	assert_true(b->intx[bus]);
	cb_read(b, bus, 0x10);
	assert_false(b->intx[bus]);
	cb_write(b, bus, 0x30, 0x254);
	vboard_config_write(b->board, bus, 4, 2, 0x0406);
	assert_false(b->intx[bus]);
	vboard_config_write(b->board, bus, 4, 2, 0x0006);
	assert_true(b->intx[bus]);
	cb_write(b, bus, 0x6c, 0);
	assert_false(b->intx[bus]);
	cb_assert_clean(b);
	cb_free(b);
}

static void an_empty_fifo_holds_the_bus(void **state)
{
	struct cb *b = new_bus(1, NULL);
	unsigned bus = b->i2c2;
	uint8_t address = 0x3e, in;

	(void)state;
	cb_write(b, bus, 0x04, 0x4d);
	cb_write(b, bus, 0x6c, 1);
	cb_write(b, bus, 0x10, 0x3e);
	cb_wait(b, 5 * CB_MS);
	assert_int_equal(cb_read(b, bus, 0x34) & 0x200, 0);
	assert_int_equal(cb_read(b, bus, 0x70) & 0x21, 0x21);
	cb_write(b, bus, 0x10, 0x266);
	cb_wait(b, 1 * CB_MS);
	assert_int_equal(cb_read(b, bus, 0x34) & 0x240, 0x200);
	assert_int_equal(cb_i2c(b, bus, 0x4d, &address, 1, &in, 1), 0);
	assert_int_equal(in, 0x66);
	cb_free(b);
}

static void rules_of_the_core_are_enforced(void **state)
{
	static const struct {
		uint32_t offset, value;
		const char *part;
	} wrong[] = {
		{0x04, 0x10, "while the controller is enabled"},
		{0x1c, 100, "while the controller is enabled"},
		{0x10, 0x800, "unknown bits"},
		{0x6c, 3, "ENABLE"},
		{0xb0, 1, "unknown register"},
		{0x180, 1, "unknown register"},
		{0x800, 1, "unknown register"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct cb *b = new_bus(1, NULL);

		cb_write(b, b->i2c2, 0x6c, 1);
		cb_assert_clean(b);
		cb_write(b, b->i2c2, wrong[i].offset, wrong[i].value);
		cb_assert_complaint(b, wrong[i].part);
		cb_free(b);
	}
}

static void faults_show_as_a_driver_would_see_them(void **state)
{
	struct cb *b = new_bus(1, "i2c-stuck=2");
	uint8_t in, out[2] = {0x3e, 1};

	(void)state;
	assert_int_equal(cb_read(b, b->i2c2, 0x70) & 0x21, 0x21);
	assert_int_equal(cb_i2c(b, b->i2c2, 0x4d, out, 2, NULL, 0), UINT32_MAX);
	cb_free(b);
	b = new_bus(1, "i2c-timeout=2");
	assert_int_equal(cb_read(b, b->i2c2, 0x70) & 0x21, 0);
	assert_int_equal(cb_i2c(b, b->i2c2, 0x4d, out, 2, NULL, 0), UINT32_MAX);
	cb_free(b);
	b = new_bus(1, "i2c-stuck=4");
	assert_int_equal(cb_i2c(b, b->i2c2, 0x4d, NULL, 0, &in, 1), 0);
	cb_free(b);
	b = new_bus(1, "pmic-nack");
	assert_int_equal(cb_i2c(b, b->i2c2, 0x4d, NULL, 0, &in, 1), 1);
	cb_free(b);
	b = new_bus(1, "i2c-arbitration=2");
	assert_int_equal(cb_i2c(b, b->i2c2, 0x4d, NULL, 0, &in, 1), 0);
	assert_int_equal(cb_i2c(b, b->i2c2, 0x4d, NULL, 0, &in, 1), 0x1000);
	assert_int_equal(cb_i2c(b, b->i2c2, 0x4d, NULL, 0, &in, 1), 0);
	cb_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identity_is_read_after_the_reset_is_released),
		cmocka_unit_test(a_byte_takes_its_nine_bits),
		cmocka_unit_test(a_register_reads_back_through_a_repeated_start),
		cmocka_unit_test(an_absent_address_aborts),
		cmocka_unit_test(commands_after_an_abort_are_discarded_until_it_is_cleared),
		cmocka_unit_test(the_interrupt_line_follows_raw_and_mask),
		cmocka_unit_test(an_empty_fifo_holds_the_bus),
		cmocka_unit_test(rules_of_the_core_are_enforced),
		cmocka_unit_test(faults_show_as_a_driver_would_see_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
