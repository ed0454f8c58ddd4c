/* test_power.c: PMIC, sensor supplies, EEPROM and focus motor: nothing answers without its power.
 */
#include "tests/unit/vboard/ipu3/camera_bench.h"

static struct cb *new_powered(const char *fault)
{
	struct cb *b = cb_new(3, fault);

	cb_i2c_init(b, b->i2c2);
	cb_i2c_init(b, b->i2c4);
	return b;
}

static bool answers(struct cb *b, unsigned port)
{
	uint8_t id[3];

	return cb_sensor_read(b, port, 0x300a, id, 3) == 0;
}

static void both_sensors_answer_after_the_boards_sequence(void **state)
{
	struct cb *b = new_powered(NULL);
	uint8_t id[3];

	(void)state;
	cb_power_up(b);
	assert_int_equal(cb_sensor_read(b, 0, 0x300a, id, 3), 0);
	assert_memory_equal(id, "\x00\xd8\x55", 3);
	assert_int_equal(cb_sensor_read(b, 1, 0x300a, id, 3), 0);
	assert_memory_equal(id, "\x00\x56\x70", 3);
	cb_assert_clean(b);
	cb_free(b);
}

/* evidence.md 2.6 */
static void the_pmic_has_its_revision_and_a_pointer_that_moves_on(void **state)
{
	static const uint8_t voltages[] = {0x3d, 19, 52, 51}, revision = 0xff;
	struct cb *b = new_powered(NULL);
	uint8_t in[3];

	(void)state;
	assert_int_equal(cb_i2c(b, b->i2c2, 0x4d, &revision, 1, in, 1), 0);
	assert_int_equal(in[0], 0x21);
	assert_int_equal(cb_i2c(b, b->i2c2, 0x4d, voltages, 4, NULL, 0), 0);
	assert_int_equal(cb_i2c(b, b->i2c2, 0x4d, voltages, 1, in, 3), 0);
	assert_memory_equal(in, voltages + 1, 3);
	/* Byte by byte, each from the next. */
	assert_int_equal(cb_i2c(b, b->i2c2, 0x4d, voltages, 1, in, 1), 0);
	for (unsigned i = 1; i < 3; i++)
		assert_int_equal(cb_i2c(b, b->i2c2, 0x4d, NULL, 0, in + i, 1), 0);
	assert_memory_equal(in, voltages + 1, 3);
	cb_assert_clean(b);
	cb_free(b);
}

/* One step of the sequence left out, or wrong: register, value instead. */
static void a_sensor_with_one_thing_missing_is_silent(void **state)
{
	static const struct {
		unsigned port;
		uint8_t address, value;
	} missing[] = {
		{0, 0x43, 0},  /* no I/O rail, no daisy chain */
		{0, 0x40, 40}, /* VSIO differs from VIO */
		{0, 0x47, 0},  /* no analogue rail */
		{0, 0x41, 52}, /* 1.8 V where 2.8 V belongs */
		{0, 0x48, 0},  /* no core */
		{0, 0x42, 2},  /* 0.95 V core */
		{0, 0x22, 0},  /* in reset */
		{0, 0x0d, 0},  /* PLL off: no clock, no core buck */
		{0, 0x0f, 8},  /* clock output A off */
		{1, 0x46, 0},    {1, 0x3e, 10},   {1, 0x45, 0},
		{1, 0x3d, 0},    {1, 0x27, 0x20}, /* AVDD switch off */
		{1, 0x27, 0x10},                  /* XSHUTDOWN low */
		{1, 0x1e, 0},                     /* XSHUTDOWN an input */
		{1, 0x0f, 2},                     /* clock output B off */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
		struct cb *b = new_powered(NULL);

		cb_power_up(b);
		assert_true(answers(b, missing[i].port));
		cb_pmic(b, missing[i].address, missing[i].value);
		if (answers(b, missing[i].port))
			fail_msg("port %u answers with 0x%02x = 0x%02x", missing[i].port,
				 missing[i].address, missing[i].value);
		cb_free(b);
	}
}

static void a_wrong_clock_rate_is_no_clock(void **state)
{
	struct cb *b = new_powered(NULL);

	(void)state;
	cb_power_up(b);
	cb_pmic(b, 0x0d, 0xd0);
	cb_pmic(b, 0x0b, 80); /* 24 MHz */
	cb_pmic(b, 0x0d, 0xd1);
	cb_wait(b, 5 * CB_MS);
	assert_false(answers(b, 0));
	cb_pmic(b, 0x0d, 0xd0);
	cb_pmic(b, 0x0b, 32);
	cb_pmic(b, 0x0d, 0xd1);
	cb_wait(b, 20 * CB_MS);
	assert_true(answers(b, 0));
	cb_free(b);
}

static void a_sensor_needs_time_after_reset(void **state)
{
	struct cb *b = new_powered(NULL);

	(void)state;
	cb_power_up(b);
	assert_int_equal(cb_sensor_write(b, 0, 0x3500, 0x12), 0);
	cb_pmic(b, 0x22, 0);
	cb_pmic(b, 0x22, 4);
	assert_false(answers(b, 0));
	cb_wait(b, 5 * CB_MS);
	assert_true(answers(b, 0));
	cb_assert_clean(b);
	cb_free(b);
}

static void registers_are_lost_with_the_supply(void **state)
{
	struct cb *b = new_powered(NULL);
	uint8_t value;

	(void)state;
	cb_power_up(b);
	assert_int_equal(cb_sensor_write(b, 1, 0x3808, 0x0a), 0);
	assert_int_equal(cb_sensor_read(b, 1, 0x3808, &value, 1), 0);
	assert_int_equal(value, 0x0a);
	cb_pmic(b, 0x27, 0x10);
	cb_pmic(b, 0x27, 0x30);
	cb_wait(b, 10 * CB_MS);
	assert_int_equal(cb_sensor_read(b, 1, 0x3808, &value, 1), 0);
	assert_int_equal(value, 0);
	cb_free(b);
}

static void the_register_pointer_outlives_a_stop(void **state)
{
	struct cb *b = new_powered(NULL);
	uint8_t pointer[2] = {0x30, 0x0a}, id[3];

	(void)state;
	cb_power_up(b);
	assert_int_equal(cb_i2c(b, b->i2c4, 0x36, pointer, 2, NULL, 0), 0);
	assert_int_equal(cb_i2c(b, b->i2c4, 0x36, NULL, 0, id, 3), 0);
	assert_memory_equal(id, "\x00\x56\x70", 3);
	cb_free(b);
}

static void what_would_harm_a_chip_is_reported(void **state)
{
	static const struct {
		uint8_t address, value;
		const char *part;
	} wrong[] = {
		{0x42, 24, "VD is on at 1500 mV"}, {0x3d, 40, "VAUX1 is on"},
		{0x3e, 108, "VAUX2 is on"},        {0x40, 108, "VSIO is on"},
		{0x0b, 40, "while the PLL runs"},  {0x60, 1, "unknown register 0x60"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct cb *b = new_powered(NULL);

		cb_power_up(b);
		cb_assert_clean(b);
		cb_pmic(b, wrong[i].address, wrong[i].value);
		cb_assert_complaint(b, wrong[i].part);
		cb_free(b);
	}
}

static void reset_released_too_early_is_reported(void **state)
{
	struct cb *b = new_powered(NULL);

	(void)state;
	cb_pmic(b, 0x22, 4);
	cb_assert_complaint(b, "ov13858: reset released while a rail is not up");
	cb_free(b);
}

static void the_eeprom_holds_what_was_written(void **state)
{
	struct cb *b = new_powered(NULL);
	uint8_t write[3] = {0x40, 0xde, 0xad}, address = 0x40, in[2], name[7], start = 0;

	(void)state;
	assert_int_equal(cb_i2c(b, b->i2c2, 0x50, &start, 1, name, 7), 1);
	cb_pmic_io(b);
	assert_int_equal(cb_i2c(b, b->i2c2, 0x50, &start, 1, name, 7), 0);
	assert_memory_equal(name, "VIRTUAL", 7);
	assert_int_equal(cb_i2c(b, b->i2c2, 0x53, write, 3, NULL, 0), 0);
	assert_int_equal(cb_i2c(b, b->i2c2, 0x53, &address, 1, in, 2), 1);
	cb_wait(b, 5 * CB_MS);
	assert_int_equal(cb_i2c(b, b->i2c2, 0x53, &address, 1, in, 2), 0);
	assert_memory_equal(in, "\xde\xad", 2);
	cb_free(b);
}

static void the_focus_motor_remembers_its_position(void **state)
{
	struct cb *b = new_powered(NULL);
	uint8_t position[2] = {0x1f, 0x40}, in[2];

	(void)state;
	cb_pmic_io(b);
	assert_int_equal(cb_i2c(b, b->i2c2, 0x0c, position, 2, NULL, 0), 1);
	cb_pmic(b, 0x3c, 109);
	cb_pmic(b, 0x44, 1);
	cb_wait(b, 3 * CB_MS);
	assert_int_equal(cb_i2c(b, b->i2c2, 0x0c, position, 2, NULL, 0), 0);
	assert_int_equal(cb_i2c(b, b->i2c2, 0x0c, NULL, 0, in, 2), 0);
	assert_memory_equal(in, position, 2);
	cb_free(b);
}

static void faults_silence_or_change_a_sensor(void **state)
{
	static const struct {
		const char *fault;
		bool answers[2];
	} cases[] = {
		{"sensor-nack", {false, false}},
		{"sensor-nack=ov5670", {true, false}},
		{"ov13858-nack", {false, true}},
		{"rail-stuck=ov13858", {false, true}},
		{"sensor-nack=1", {false, false}},
		{"rail-stuck=ov5670:2", {true, false}},
		{"clock-stuck=ov5670", {true, false}},
		{"reset-stuck=ov13858", {false, true}},
		{"moved-sensor=ov5670", {true, false}},
		{"pmic-register-stuck", {false, true}},
		{"pmic-register-stuck=0x45", {true, false}},
	};
	uint8_t id[3];
	struct cb *b;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		b = new_powered(cases[i].fault);
		cb_pmic_io(b);
		cb_pmic_clock(b);
		cb_power_ov5670(b);
		cb_power_ov13858(b);
		for (unsigned p = 0; p < 2; p++)
			assert_int_equal(answers(b, p), cases[i].answers[p]);
		if (!strcmp(cases[i].fault, "sensor-nack=1"))
			assert_true(answers(b, 0));
		cb_free(b);
	}
	b = new_powered("wrong-id=ov5670");
	cb_power_up(b);
	assert_int_equal(cb_sensor_read(b, 1, 0x300a, id, 3), 0);
	assert_memory_equal(id, "\x00\x56\x8f", 3);
	assert_int_equal(cb_sensor_read(b, 0, 0x300a, id, 3), 0);
	assert_memory_equal(id, "\x00\xd8\x55", 3);
	cb_free(b);
}

static void another_chip_and_another_address_are_what_they_say(void **state)
{
	uint8_t id[3], pointer[2] = {0x30, 0x0a};
	struct cb *b = new_powered("other-sensor=ov5670:0x5675");

	(void)state;
	cb_power_up(b);
	assert_int_equal(cb_sensor_read(b, 1, 0x300a, id, 3), 0);
	assert_memory_equal(id, "\x00\x56\x75", 3);
	cb_free(b);
	b = new_powered("moved-sensor=ov5670:0x20");
	cb_power_up(b);
	assert_int_equal(cb_i2c(b, b->i2c4, 0x20, pointer, 2, id, 3), 0);
	assert_memory_equal(id, "\x00\x56\x70", 3);
	cb_free(b);
}

static void focus_and_eeprom_can_be_broken(void **state)
{
	struct cb *b = new_powered("vcm-stuck");
	uint8_t position[2] = {0x1f, 0x40}, in[2], start = 0x20, serial[2][8];

	(void)state;
	cb_pmic_io(b);
	cb_pmic(b, 0x3c, 109);
	cb_pmic(b, 0x44, 1);
	cb_wait(b, 3 * CB_MS);
	assert_int_equal(cb_i2c(b, b->i2c2, 0x0c, position, 2, NULL, 0), 0);
	assert_int_equal(cb_i2c(b, b->i2c2, 0x0c, NULL, 0, in, 2), 0);
	assert_memory_not_equal(in, position, 2);
	cb_free(b);
	b = new_powered("eeprom-flip");
	cb_pmic_io(b);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(cb_i2c(b, b->i2c2, 0x50, &start, 1, serial[i], 8), 0);
	assert_memory_not_equal(serial[0], serial[1], 8);
	cb_free(b);
}

static void controllers_can_be_absent_or_dead(void **state)
{
	struct cb *b = cb_new(1, "i2c-controller-gone=2");

	(void)state;
	assert_int_equal(b->i2c2, UINT32_MAX);
	assert_int_not_equal(b->i2c4, UINT32_MAX);
	cb_free(b);
	b = cb_new(1, "i2c-all-ones=4");
	assert_int_equal(cb_read(b, b->i2c4, 0xfc), UINT32_MAX);
	assert_int_equal(cb_read(b, b->i2c2, 0x2fc), 0x102);
	cb_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_sensors_answer_after_the_boards_sequence),
		cmocka_unit_test(the_pmic_has_its_revision_and_a_pointer_that_moves_on),
		cmocka_unit_test(a_sensor_with_one_thing_missing_is_silent),
		cmocka_unit_test(a_wrong_clock_rate_is_no_clock),
		cmocka_unit_test(a_sensor_needs_time_after_reset),
		cmocka_unit_test(registers_are_lost_with_the_supply),
		cmocka_unit_test(the_register_pointer_outlives_a_stop),
		cmocka_unit_test(what_would_harm_a_chip_is_reported),
		cmocka_unit_test(reset_released_too_early_is_reported),
		cmocka_unit_test(the_eeprom_holds_what_was_written),
		cmocka_unit_test(the_focus_motor_remembers_its_position),
		cmocka_unit_test(faults_silence_or_change_a_sensor),
		cmocka_unit_test(another_chip_and_another_address_are_what_they_say),
		cmocka_unit_test(focus_and_eeprom_can_be_broken),
		cmocka_unit_test(controllers_can_be_absent_or_dead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
