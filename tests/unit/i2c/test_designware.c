/* test_designware.c: the I2C controller driver against the virtual board's controllers. */
#include "tests/unit/i2c/rig.h"

#define PMIC   0x4d
#define REVID  0xff
#define VIOVAL 0x3f

/* ---- timing ------------------------------------------------------------------------------- */

/* lpss-i2c.md section 5, the table of results. */
static const struct {
	uint16_t pci_device;
	uint32_t khz;
	struct designware_timing want;
} platforms[] = {
	{0x9d62, 120000, {513, 599, 105, 191, 64, 95, 28}},
	{0xa0c5, 120000, {513, 599, 105, 191, 64, 95, 28}},
	{0x9de8, 216000, {926, 1079, 191, 345, 118, 172, 50}},
	{0x34e8, 133000, {552, 652, 100, 200, 54, 93, 6}},
	{0x5aac, 133000, {552, 652, 100, 200, 54, 93, 28}},
	{0x31ba, 133000, {552, 663, 100, 210, 54, 104, 42}},
	{0x4b44, 100000, {414, 490, 74, 150, 40, 70, 4}},
};

static void counts_are_those_of_the_sheet(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(platforms); i++) {
		struct designware_clock clock;
		struct designware_timing timing;

		assert_true(designware_input_clock(platforms[i].pci_device, &clock));
		assert_int_equal(clock.khz, platforms[i].khz);
		designware_timing(&clock, &timing);
		assert_memory_equal(&timing, &platforms[i].want, sizeof timing);
	}
}

/* At 1 GHz a cycle is a nanosecond: the times of the I2C specification and the edges, to the
 * cycle. */
static void counts_are_times_and_edges(void **state)
{
	static const struct designware_clock ns = {1000000, 123, 11, 22}, half = {500000, 1, 1, 0},
					     below = {499999, 1, 0, 0};
	struct designware_timing timing;

	(void)state;
	designware_timing(&ns, &timing);
	assert_int_equal(timing.ss_hcnt, 4000 + 11 - 3);
	assert_int_equal(timing.ss_lcnt, 4700 + 22 - 1);
	assert_int_equal(timing.fs_hcnt, 600 + 11 - 3);
	assert_int_equal(timing.fs_lcnt, 1300 + 22 - 1);
	assert_int_equal(timing.fp_hcnt, 260 + 11 - 3);
	assert_int_equal(timing.fp_lcnt, 500 + 22 - 1);
	assert_int_equal(timing.sda_hold, 123);
	/* Halves are rounded up. */
	designware_timing(&half, &timing);
	assert_int_equal(timing.fs_hcnt, 301 - 3);
	assert_int_equal(timing.fs_lcnt, 650 - 1);
	assert_int_equal(timing.sda_hold, 1);
	designware_timing(&below, &timing);
	assert_int_equal(timing.sda_hold, 0);
}

static void other_functions_are_not_taken_for_controllers(void **state)
{
	static const uint16_t others[] = {0x9d32, 0x9d66, 0x1919, 0x9d5f,
					  0x0aad, 0x31bb, 0x0000, 0xffff};
	struct designware_clock clock;

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++)
		assert_false(designware_input_clock(others[i], &clock));
}

/* ---- up and down -------------------------------------------------------------------------- */

static void snapshot(const struct rig *rig, uint32_t *words)
{
	/* Private block, then the core's storage as far as it can be read without effect. */
	static const uint16_t offsets[] = {0x204, 0x00, 0x04, 0x14, 0x18, 0x1c, 0x20,
					   0x30,  0x38, 0x3c, 0x6c, 0x7c, 0x9c};

	for (size_t i = 0; i < COUNT(offsets); i++)
		words[i] = platform_mmio_read(rig->pci[0].bar0 + offsets[i], 4);
}

static void leaves_the_controller_as_found(void **state)
{
	(void)state;
	/* The seed decides whether the block is found in reset. */
	for (uint64_t seed = 1; seed <= 8; seed++) {
		uint32_t before[13], after[13];
		struct rig rig;
		uint8_t value, reg = REVID;

		rig_up(&rig, seed, NULL);
		designware_exit(&rig.controllers[0]);
		snapshot(&rig, before);
		assert_int_equal(designware_init(&rig.controllers[0], &rig.board.buses[0], 0x9d62,
						 rig.pci[0].bar0, &rig.diag),
				 FL_OK);
		assert_int_equal(i2c_transfer(rig.buses[0], PMIC, &reg, 1, &value, 1), FL_OK);
		designware_exit(&rig.controllers[0]);
		snapshot(&rig, after);
		assert_memory_equal(before, after, sizeof before);
		rig_down(&rig);
	}
}

static void programs_the_boards_tuned_counts(void **state)
{
	struct rig rig;
	uint64_t bar;

	(void)state;
	rig_up(&rig, 3, NULL);
	bar = rig.pci[0].bar0;
	assert_int_equal(platform_mmio_read(bar + 0x1c, 4), 90);
	assert_int_equal(platform_mmio_read(bar + 0x20, 4), 192);
	assert_int_equal(platform_mmio_read(bar + 0x7c, 4), 36 | 1 << 16);
	assert_int_equal(platform_mmio_read(bar + 0x00, 4), 0x65);
	rig_down(&rig);
}

/* ---- transfers ---------------------------------------------------------------------------- */

static void reads_back_what_was_written(void **state)
{
	const uint8_t write[] = {VIOVAL, 0x34}, reg = VIOVAL;
	struct rig rig;
	uint8_t value = 0;

	(void)state;
	rig_up(&rig, 1, NULL);
	assert_int_equal(i2c_transfer(rig.buses[0], PMIC, write, 2, NULL, 0), FL_OK);
	assert_int_equal(i2c_transfer(rig.buses[0], PMIC, &reg, 1, &value, 1), FL_OK);
	assert_int_equal(value, 0x34);
	/* Between transactions the controller is off. */
	assert_int_equal(platform_mmio_read(rig.pci[0].bar0 + 0x9c, 4) & 1, 0);
	rig_down(&rig);
}

static void reads_more_than_the_fifo_holds(void **state)
{
	uint8_t first = 0, bytes[256] = {0};
	struct rig rig;

	(void)state;
	rig_up(&rig, 2, NULL);
	assert_int_equal(i2c_transfer(rig.buses[0], PMIC, &first, 1, bytes, sizeof bytes), FL_OK);
	assert_int_equal(bytes[0x0d], 0x50); /* PLLCTL after reset */
	assert_int_equal(bytes[0xff], 0x21); /* REVID */
	rig_down(&rig);
}

static void refuses_transfers_that_make_no_sense(void **state)
{
	struct rig rig;
	uint8_t byte;

	(void)state;
	rig_up(&rig, 2, NULL);
	assert_int_equal(i2c_transfer(rig.buses[0], PMIC, NULL, 0, NULL, 0), FL_ERR_INVALID);
	assert_int_equal(i2c_transfer(rig.buses[0], 0x80, NULL, 0, &byte, 1), FL_ERR_INVALID);
	designware_exit(&rig.controllers[0]);
	assert_int_equal(i2c_transfer(rig.buses[0], PMIC, NULL, 0, &byte, 1), FL_ERR_STATE);
	rig_down(&rig);
}

/* ---- what goes wrong ---------------------------------------------------------------------- */

static void missing_device_is_named_with_a_cure(void **state)
{
	struct rig rig;
	uint8_t byte, reg = REVID;

	(void)state;
	rig_up(&rig, 1, NULL);
	assert_int_equal(i2c_transfer(rig.buses[0], 0x36, NULL, 0, &byte, 1), FL_ERR_NACK);
	assert_contains(rig.diag.message, "I2C2 0x36 did not acknowledge its address");
	assert_contains(rig.diag.hint, "unpowered, in reset, or wrong address");
	/* The bus goes on. */
	assert_int_equal(i2c_transfer(rig.buses[0], PMIC, &reg, 1, &byte, 1), FL_OK);
	assert_int_equal(rig.controllers[0].recoveries, 0);
	rig_down(&rig);
}

static void lost_arbitration_is_tried_again(void **state)
{
	static const char *const faults[] = {"i2c-arbitration=3", NULL};
	struct rig rig;
	uint8_t byte, reg = REVID;

	(void)state;
	rig_up(&rig, 1, faults);
	for (unsigned i = 0; i < 20; i++) {
		assert_int_equal(i2c_transfer(rig.buses[0], PMIC, &reg, 1, &byte, 1), FL_OK);
		assert_int_equal(byte, 0x21);
	}
	assert_true(rig.controllers[0].retries >= 5);
	assert_string_equal(rig.diag.message, "");
	rig_down(&rig);
}

static void arbitration_that_is_always_lost_fails(void **state)
{
	static const char *const faults[] = {"i2c-arbitration=1", NULL};
	struct rig rig;
	uint8_t byte;

	(void)state;
	rig_up(&rig, 1, faults);
	assert_int_equal(i2c_transfer(rig.buses[0], PMIC, NULL, 0, &byte, 1), FL_ERR_ARBITRATION);
	assert_contains(rig.diag.message, "lost arbitration");
	assert_contains(rig.diag.hint, "another master");
	rig_down(&rig);
}

/* The longest a transfer may take that nothing frees: every rung of the ladder and its retries. */
#define HOPELESS_NS 500000000ull

static void stuck_bus_fails_in_time(void **state)
{
	static const char *const stuck[] = {"i2c-stuck=2", NULL}, *const stretched[] = {
									  "i2c-timeout=2", NULL};
	const char *const *const faults[] = {stuck, stretched};
	static const char *const words[] = {"bus still busy", "no end of transfer"};

	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		struct rig rig;
		uint64_t start;
		uint8_t byte;

		rig_up(&rig, 1, faults[i]);
		start = host_time_ns();
		assert_int_equal(i2c_transfer(rig.buses[0], PMIC, NULL, 0, &byte, 1),
				 FL_ERR_TIMEOUT);
		assert_true(host_time_ns() - start < HOPELESS_NS);
		assert_contains(rig.diag.message, words[i]);
		assert_contains(rig.diag.message, "0x4d");
		assert_contains(rig.diag.message, "do not free the bus");
		assert_contains(rig.diag.hint, "SDA or SCL");
		diag_clear(&rig.diag);
		assert_int_equal(designware_check(&rig.controllers[0]), FL_ERR_TIMEOUT);
		assert_contains(rig.diag.message, "asking an address that nobody has: I2C2");
		/* The other bus is not concerned. */
		diag_clear(&rig.diag);
		assert_int_equal(designware_check(rig_controller(&rig, "I2C4")), FL_OK);
		rig_down(&rig);
	}
}

static void check_finds_a_free_bus(void **state)
{
	struct rig rig;

	(void)state;
	rig_up(&rig, 5, NULL);
	assert_int_equal(designware_check(&rig.controllers[0]), FL_OK);
	assert_int_equal(rig.controllers[0].recoveries, 0);
	assert_string_equal(rig.diag.message, "");
	rig_down(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_those_of_the_sheet),
		cmocka_unit_test(counts_are_times_and_edges),
		cmocka_unit_test(other_functions_are_not_taken_for_controllers),
		cmocka_unit_test(leaves_the_controller_as_found),
		cmocka_unit_test(programs_the_boards_tuned_counts),
		cmocka_unit_test(reads_back_what_was_written),
		cmocka_unit_test(reads_more_than_the_fifo_holds),
		cmocka_unit_test(refuses_transfers_that_make_no_sense),
		cmocka_unit_test(missing_device_is_named_with_a_cure),
		cmocka_unit_test(lost_arbitration_is_tried_again),
		cmocka_unit_test(arbitration_that_is_always_lost_fails),
		cmocka_unit_test(stuck_bus_fails_in_time),
		cmocka_unit_test(check_finds_a_free_bus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
