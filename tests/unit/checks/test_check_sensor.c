/* test_check_sensor.c: rungs 4 to 9 on a chip of registers: what reads back, how much may differ, and the link. */
#include "tests/unit/checks/rig.h"

static void a_mode_that_reads_back_passes(void **state)
{
	(void)state;
	rig_up();
	assert_int_equal(rig_check(check_sensor_mode, 0), VERDICT_PASS);
	rig_text("mode", "100x64");
	rig_number("steps", 100);
	rig_number("read-back", 100);
	rig_number("different", 0);
	rig_has_no("differ");
	assert_int_equal(rig.registers[0x3863], 100);
	rig_down();
}

/* Two in a hundred are told, three are too many. */
static void two_percent_may_read_back_different(void **state)
{
	(void)state;
	rig_up();
	rig.stuck[0x3800] = rig.stuck[0x3863] = 1;
	assert_int_equal(rig_check(check_sensor_mode, 0), VERDICT_PASS);
	rig_number("different", 2);
	rig_text("differ", "0x3800 0x3863");
	rig.stuck[0x3820] = 1;
	rig.registers[0x3820] = 0;
	assert_int_equal(rig_check(check_sensor_mode, 0), VERDICT_FAIL);
	rig_says("3 of 100 registers read back different, the first is 0x3800");
	rig_hints("supply dips, wrong value-bytes");
	rig_text("differ", "0x3800 0x3820 0x3863");
	rig_down();
}

static void one_register_that_decides_is_enough(void **state)
{
	(void)state;
	rig_up();
	rig.stuck[0x3808] = 1;
	rig.registers[0x3808] = 0xa5;
	assert_int_equal(rig_check(check_sensor_mode, 0), VERDICT_FAIL);
	rig_says("1 of the registers that decide size or timing do not read back, the first is "
		 "0x3808: 0xa5, written was 0x09");
	rig_hints("'decisive' in its file");
	rig_number("different", 1);
	rig_down();
}

/* Both bytes of a value are shown. */
static void a_wide_register_is_shown_in_full(void **state)
{
	struct reg_step wide = {REG_WRITE, 2, 0x3808, 0x0280, 0xffff, 0, 9};
	struct sensor_mode mode;

	(void)state;
	rig_up();
	mode = *rig.session.cameras[0].mode;
	mode.registers = (struct reg_list){&wide, 1};
	rig_set_mode(0, &mode);
	rig.stuck[0x3808] = 1;
	assert_int_equal(rig_check(check_sensor_mode, 0), VERDICT_FAIL);
	rig_says("the first is 0x3808: 0x0080, written was 0x0280");
	rig_down();
}

/* Two pixels more fill lines as long in memory: only the sensor can tell. */
static void the_size_that_the_sensor_is_set_to_is_the_modes(void **state)
{
	struct reg_step size[] = {{REG_WRITE, 2, 0x3808, 100, 0xffff, 0, 9},
				  {REG_WRITE, 2, 0x380a, 66, 0xffff, 0, 10}};
	struct sensor_mode mode;

	(void)state;
	rig_up();
	mode = *rig.session.cameras[0].mode;
	mode.registers = (struct reg_list){size, 2};
	mode.height = 64;
	mode.max_height = 66;
	rig_set_mode(0, &mode);
	rig.session.cameras[0].desc.width_register = 0x3808;
	rig.session.cameras[0].desc.height_register = 0x380a;
	assert_int_equal(rig_check(check_sensor_mode, 0), VERDICT_PASS);
	rig_text("output-size", "100x66");
	size[1].value = 67;
	assert_int_equal(rig_check(check_sensor_mode, 0), VERDICT_FAIL);
	rig_says("chip is set to send 100x67 (registers 0x3808 and 0x380a), mode 100x64 is 100x64");
	rig_hints("is wrong in the sensor file");
	size[1].value = 63;
	assert_int_equal(rig_check(check_sensor_mode, 0), VERDICT_FAIL);
	size[1].value = 64;
	size[0].value = 102;
	assert_int_equal(rig_check(check_sensor_mode, 0), VERDICT_FAIL);
	rig_says("102x64");
	rig_down();
}

static void a_long_list_of_differences_ends_in_dots(void **state)
{
	const struct report_fact *fact;

	(void)state;
	rig_up();
	for (unsigned i = 0; i < SENSOR_DIFFERENCES; i++)
		rig.stuck[0x3830 + i] = 1;
	assert_int_equal(rig_check(check_sensor_mode, 0), VERDICT_FAIL);
	fact = rig_fact("differ");
	assert_non_null(fact);
	assert_int_equal(strlen(fact->text), SENSOR_DIFFERENCES * 7 - 1);
	rig.stuck[0x3850] = 1;
	rig.registers[0x3850] = 0;
	assert_int_equal(rig_check(check_sensor_mode, 0), VERDICT_FAIL);
	assert_string_equal(rig_fact("differ")->text + SENSOR_DIFFERENCES * 7 - 1, " ...");
	rig_number("different", SENSOR_DIFFERENCES + 1);
	rig_down();
}

/* Whichever transfer fails, writing or reading back, the check fails. */
static void a_bus_that_fails_fails_the_mode(void **state)
{
	(void)state;
	for (unsigned at = 1; at <= 101; at += 50) {
		rig_up();
		rig.fail_at = at;
		assert_int_equal(rig_check(check_sensor_mode, 0), VERDICT_FAIL);
		rig_says("fails");
		rig_number("read-back", 0);
		rig_number("different", 0);
		rig_down();
	}
}

static void a_chip_is_named_by_its_id(void **state)
{
	(void)state;
	rig_up();
	assert_int_equal(rig_check(check_sensor_acknowledge, 0), VERDICT_PASS);
	rig_text("i2c-address", "0x36");
	assert_int_equal(rig_check(check_sensor_id, 0), VERDICT_PASS);
	rig_text("sensor", "chip");
	rig_text("chip-id", "0x5670");
	rig.registers[RIG_ID] = 0x57;
	assert_int_equal(rig_check(check_sensor_id, 0), VERDICT_FAIL);
	rig_text("chip-id", "0x5770");
	rig_says("; none of the 0 sensor files on the stick has it");
	rig.is_silent = true;
	assert_int_equal(rig_check(check_sensor_acknowledge, 0), VERDICT_FAIL);
	assert_true(rig.session.cameras[0].is_silent);
	rig_text("answers", "0x0c 0x50");
	/* A bus that is worse off than the camera: nobody is asked for. */
	rig.fail_at = rig.transfers + 1;
	assert_int_equal(rig_check(check_sensor_acknowledge, 0), VERDICT_FAIL);
	rig_has_no("answers");
	rig.is_silent = false;
	rig.fail_at = rig.transfers + 1;
	assert_int_equal(rig_check(check_sensor_id, 0), VERDICT_FAIL);
	assert_null(strstr(rig.check->message, "sensor files"));
	rig_text("chip-id", "0x0");
	rig_down();
}

/* ---- the link ------------------------------------------------------------------------------ */

/* What the generation says of it, among what the two files say. */
static void the_link_is_told(void **state)
{
	(void)state;
	rig_up();
	assert_int_equal(rig_check(check_csi_timing, 0), VERDICT_PASS);
	rig_number("link-frequency", 400000000);
	rig_number("lanes", 2);
	rig_number("mbit-per-lane", 800);
	rig_down();
}

static void lanes_must_agree(void **state)
{
	(void)state;
	rig_up();
	rig.cameras[0].data_lanes = 4;
	assert_int_equal(rig_check(check_csi_timing, 0), VERDICT_FAIL);
	rig_says("front has 4 data lanes in the board file, 2 in the sensor file");
	rig_hints("count the lanes");
	rig_down();
}

static void a_link_that_no_receiver_takes_fails(void **state)
{
	struct sensor_mode mode;

	(void)state;
	rig_up();
	mode = *rig.session.cameras[0].mode;
	mode.link_frequency = 0;
	rig_set_mode(0, &mode);
	assert_int_equal(rig_check(check_csi_timing, 0), VERDICT_FAIL);
	assert_true(rig.check->message[0]);
	rig_has_no("mbit-per-lane");
	rig_down();
}

/* ---- power and buses ----------------------------------------------------------------------- */

static void power_and_bus_are_told(void **state)
{
	struct session *session = &rig.session;
	struct power_domain domain = {.name = "rear", .pmic = 0xff};

	(void)state;
	rig_up();
	assert_int_equal(rig_check(check_power, 0), VERDICT_PASS);
	rig_has_no("domain");
	rig_has_no("note");
	session->board.domains = &domain;
	session->board.domain_count = 1;
	rig.cameras[1].power = 0;
	snprintf(session->power.note, sizeof session->power.note, "a pad is hidden");
	session->power.notes = 1;
	rig.cameras[0].power = 1; /* beyond the last */
	assert_int_equal(rig_check(check_power, 0), VERDICT_PASS);
	rig_has_no("domain");
	assert_int_equal(rig_check(check_power, 1), VERDICT_PASS);
	rig_text("domain", "rear");
	rig_text("note", "a pad is hidden");
	session->has_power = false;
	assert_int_equal(rig_check(check_power, 1), VERDICT_PASS); /* it is up already */
	rig_has_no("note");
	session->cameras[1].is_powered = false;
	assert_int_equal(rig_check(check_power, 1), VERDICT_FAIL);
	rig_says("the power tree could not be set up");
	rig_has_no("domain");
	session->board.domain_count = 0;
	rig.cameras[0].bus = 1;
	assert_int_equal(rig_check(check_i2c, 0), VERDICT_FAIL);
	rig_text("bus", "I2C4");
	rig_says("I2C4 is not there");
	rig_has_no("speed");
	rig_down();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mode_that_reads_back_passes),
		cmocka_unit_test(two_percent_may_read_back_different),
		cmocka_unit_test(one_register_that_decides_is_enough),
		cmocka_unit_test(a_wide_register_is_shown_in_full),
		cmocka_unit_test(the_size_that_the_sensor_is_set_to_is_the_modes),
		cmocka_unit_test(a_long_list_of_differences_ends_in_dots),
		cmocka_unit_test(a_bus_that_fails_fails_the_mode),
		cmocka_unit_test(a_chip_is_named_by_its_id),
		cmocka_unit_test(the_link_is_told),
		cmocka_unit_test(lanes_must_agree),
		cmocka_unit_test(a_link_that_no_receiver_takes_fails),
		cmocka_unit_test(power_and_bus_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
