/* test_neighbours.c: a camera that does not answer, or another one does: who else is there, and what to look at. */
#include "tests/unit/describe/ini/shipped.h"
#undef COUNT
#include "tests/unit/checks/rig.h"

/* The chip sits at `address`, with this id, as an OV5670 has it; the stick knows two sensors. */
static void up(uint8_t address, uint16_t id)
{
	rig_up();
	host_file_put("firstlight/sensors/broken.ini", "[nonsense]\n", 11);
	host_file_put("firstlight/sensors/.hidden.ini", "x", 1);
	host_file_put("firstlight/sensors/notes.txt", "x", 1);
	host_file_put("firstlight/sensors/deep.ini/x", "x", 1);
	put_sensor("ov13858");
	put_sensor("ov5670");
	rig.chip = address;
	rig.registers[0x300a] = 0;
	rig.registers[0x300b] = (uint8_t)(id >> 8);
	rig.registers[0x300c] = (uint8_t)id;
}

static void silent(void)
{
	assert_int_equal(rig_check(check_sensor_acknowledge, 0), VERDICT_FAIL);
	assert_true(rig.session.cameras[0].is_silent);
}

/* ---- who answers ---------------------------------------------------------------------------- */

static void those_that_answer_are_listed(void **state)
{
	(void)state;
	up(0x21, 0);
	silent();
	rig_text("answers", "0x0c 0x21 0x50");
	rig_says("; on I2C2 answer 0x0c 0x21 0x50");
	rig_down();
	up(0x51, 0); /* in a row */
	rig.other = 0x52;
	silent();
	rig_text("answers", "0x0c 0x50-0x52");
	rig_down();
	up(0x51, 0);
	rig.other = 0x77;
	silent();
	rig_text("answers", "0x0c 0x50-0x51 0x77");
	rig_down();
	up(0x77, 0); /* the last address, and the first */
	rig.other = 0x08;
	silent();
	rig_text("answers", "0x08 0x0c 0x50 0x77");
	rig_down();
}

static void nobody_that_answers_is_told(void **state)
{
	(void)state;
	up(RIG_CHIP, 0x5670);
	rig.is_silent = rig.is_alone = true;
	silent();
	rig_text("answers", "none");
	assert_string_equal(strstr(rig.check->message, "; on"), "; on I2C2 nobody answers");
	rig_down();
}

/* ---- a sensor elsewhere --------------------------------------------------------------------- */

static void a_sensor_elsewhere_is_found(void **state)
{
	(void)state;
	up(0x10, 0x5670);
	rig.cameras[1].address = 0x10; /* where a camera's sensor may sit */
	rig.cameras[1].bus = 1;
	silent();
	rig_says("; the chip at 0x10 is that of ov5670.ini");
	rig_hints("correct 'address' of [camera front] in firstlight/boards/rig.ini, or the "
		  "camera's strap");
	rig_down();
	up(0x20, 0xd855); /* or where a sensor file says that it usually does */
	rig.session.cameras[1].desc.address = 0x20;
	silent();
	rig_says("; the chip at 0x20 is that of ov13858.ini");
	rig.session.cameras[1].has_desc = false;
	silent();
	assert_null(strstr(rig.check->message, "that of"));
	rig_down();
}

/* A register address is data for an EEPROM, and a position for a motor: nobody else is asked. */
static void only_what_may_be_a_sensor_is_asked(void **state)
{
	struct board_pmic pmic = {.bus = 0, .address = 0x10};

	(void)state;
	up(0x21, 0x5670); /* no address of a camera */
	silent();
	assert_null(strstr(rig.check->message, "that of"));
	rig_down();
	for (unsigned address = 0x4f; address <= 0x58; address++) {
		up((uint8_t)address, 0x5670);
		rig.cameras[1].address = (uint8_t)address;
		rig.cameras[1].bus = 1;
		silent();
		if (address == 0x50) /* the module's own */
			assert_null(strstr(rig.check->message, "that of"));
		else
			assert_int_equal(!strstr(rig.check->message, "that of"),
					 address > 0x50 && address < 0x58);
		rig_down();
	}
	for (unsigned bus = 0; bus < 2; bus++) {
		up(0x10, 0x5670);
		rig.cameras[1].address = 0x10;
		rig.cameras[1].bus = 1;
		pmic.bus = (uint8_t)bus;
		rig.session.board.pmics = &pmic;
		rig.session.board.pmic_count = 1;
		silent();
		assert_int_equal(!strstr(rig.check->message, "that of"), bus == 0);
		rig_down();
	}
	up(0x10, 0x5670); /* the other camera, at home */
	rig.cameras[1].address = 0x10;
	silent();
	assert_null(strstr(rig.check->message, "that of"));
	rig_down();
}

/* The board's first camera is a neighbour like any other. */
static void the_first_camera_is_a_neighbour_too(void **state)
{
	(void)state;
	for (unsigned bus = 0; bus < 2; bus++) {
		up(RIG_CHIP, 0x5670); /* where the front camera sits, or would on its own bus */
		rig.cameras[1].address = 0x20;
		rig.session.cameras[1].sensor.address = 0x20;
		rig.session.cameras[1].desc.address = 0x21;
		rig.cameras[0].bus = (uint8_t)bus;
		rig.session.cameras[0].has_desc = false;
		assert_int_equal(rig_check(check_sensor_acknowledge, 1), VERDICT_FAIL);
		assert_int_equal(!strstr(rig.check->message, "; the chip at 0x36"), bus == 0);
		/* Where its sensor usually sits. */
		rig.cameras[0].address = 0x22;
		assert_int_equal(rig_check(check_sensor_acknowledge, 1), VERDICT_FAIL);
		assert_null(strstr(rig.check->message, "; the chip at 0x36"));
		rig.session.cameras[0].has_desc = true;
		assert_int_equal(rig_check(check_sensor_acknowledge, 1), VERDICT_FAIL);
		rig_says("; the chip at 0x36 is that of ov5670.ini");
		rig_hints("[camera rear]");
		rig.cameras[0].bus = 0;
		rig_down();
	}
}

/* ---- what supplies it ------------------------------------------------------------------------ */

static struct power_step steps[] = {
	{.kind = POWER_CLOCK, .value = 19200000, .line = 70},
	{.kind = POWER_GPIO, .target = 9, .value = 1},
};
static struct power_domain domains[] = {
	{.name = "clock", .pmic = 0xff, .steps = steps, .count = 1},
	{.name = "front",
	 .pmic = 0xff,
	 .requires = {0},
	 .require_count = 1,
	 .steps = steps + 1,
	 .count = 1},
};

static void supply_up(void)
{
	up(RIG_CHIP, 0x5670);
	rig.is_silent = true;
	rig.session.board.domains = domains;
	rig.session.board.domain_count = 2;
	rig.cameras[0].power = rig.cameras[1].power = 1;
}

static void supply_down(void)
{
	rig.session.board.domain_count = 0;
	rig_down();
}

static void what_is_on_is_told(void **state)
{
	(void)state;
	supply_up();
	silent();
	rig_hints("registers say that this is on, measure it at the camera: clock 19200 kHz, PMIC "
		  "pin "
		  "9 high; then the address in the board file");
	rig.cameras[0].power = 0xff; /* nothing is known of it */
	silent();
	rig_hints("check rails");
	supply_down();
}

static void one_cause_for_two_is_named(void **state)
{
	(void)state;
	supply_up();
	rig.session.cameras[1].is_silent = true;
	silent();
	rig_says("; rear, on the same clock, is silent too");
	rig_hints("one cause for both cameras: the PMIC's PLL or crystal "
		  "(firstlight/boards/rig.ini:70), or a rail of both: measure clock 19200 kHz");
	rig.cameras[1].power = 0xff; /* of another clock */
	silent();
	assert_null(strstr(rig.check->message, "silent too"));
	rig.cameras[1].power = 1;
	assert_int_equal(rig_check(check_sensor_acknowledge, 1), VERDICT_FAIL);
	rig_says("; front, on the same clock, is silent too");
	rig.session.cameras[1].is_silent = false;
	silent();
	assert_null(strstr(rig.check->message, "silent too"));
	rig.session.cameras[1].is_silent = true; /* no clock of the board's at all */
	domains[1].require_count = 0;
	silent();
	domains[1].require_count = 1;
	assert_null(strstr(rig.check->message, "silent too"));
	supply_down();
}

/* Where it sits is better than what to measure. */
static void a_found_sensor_outranks_its_supply(void **state)
{
	(void)state;
	supply_up();
	rig.is_silent = false;
	rig.chip = 0x10;
	rig.cameras[1].address = 0x10;
	rig.cameras[1].bus = 1;
	silent();
	rig_hints("correct 'address'");
	supply_down();
}

/* ---- a stranger ------------------------------------------------------------------------------ */

static void a_stranger_is_looked_up(void **state)
{
	(void)state;
	up(RIG_CHIP, 0xd855);
	assert_int_equal(rig_check(check_sensor_id, 0), VERDICT_FAIL);
	rig_says("; that is the id of ov13858.ini");
	rig_hints("another camera module is fitted, or [camera front] of firstlight/boards/rig.ini "
		  "should say 'sensor = ov13858'");
	rig_down();
	up(RIG_CHIP, 0x1234);
	assert_int_equal(rig_check(check_sensor_id, 0), VERDICT_FAIL);
	rig_says("; none of the 3 sensor files on the stick has it");
	rig_down();
	up(RIG_CHIP, 0x1234); /* a name of one letter, and one as long as may be; no longer one */
	host_file_put("firstlight/sensors/q.ini", "x", 1);
	host_file_put("firstlight/sensors/ini", "x", 1);
	host_file_put("firstlight/sensors/1234567890123456789012345678901234567890123.ini", "x", 1);
	host_file_put("firstlight/sensors/12345678901234567890123456789012345678901234.ini", "x",
		      1);
	assert_int_equal(rig_check(check_sensor_id, 0), VERDICT_FAIL);
	rig_says("; none of the 5 sensor files on the stick has it");
	for (unsigned i = 0; i < 70; i++) {
		char name[48];

		snprintf(name, sizeof name, "firstlight/sensors/s%u.ini", i);
		host_file_put(name, "x", 1);
	}
	assert_int_equal(rig_check(check_sensor_id, 0), VERDICT_FAIL);
	rig_says("; none of the 64 sensor files on the stick has it");
	rig_down();
	up(RIG_CHIP, 0xd855); /* no memory to look: the first words stand */
	host_fail_allocation(2);
	assert_int_equal(rig_check(check_sensor_id, 0), VERDICT_FAIL);
	host_fail_allocation(0);
	assert_null(strstr(rig.check->message, "stick"));
	rig_down();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_that_answer_are_listed),
		cmocka_unit_test(nobody_that_answers_is_told),
		cmocka_unit_test(the_first_camera_is_a_neighbour_too),
		cmocka_unit_test(a_sensor_elsewhere_is_found),
		cmocka_unit_test(only_what_may_be_a_sensor_is_asked),
		cmocka_unit_test(what_is_on_is_told),
		cmocka_unit_test(one_cause_for_two_is_named),
		cmocka_unit_test(a_found_sensor_outranks_its_supply),
		cmocka_unit_test(a_stranger_is_looked_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
