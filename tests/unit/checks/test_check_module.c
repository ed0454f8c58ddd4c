/* test_check_module.c: the EEPROM and the focus motor of a module by hand: what is told, and what fails. */
#include "image/image.h"
#include "tests/unit/checks/rig.h"

static void up(void)
{
	rig_up();
	rig.cameras[0].eeprom = (struct board_part){
		.is_there = true, .address = RIG_EEPROM, .power = 0, .size = sizeof rig.eeprom};
	rig.cameras[0].vcm =
		(struct board_part){.is_there = true, .address = RIG_VCM, .power = 0xff};
}

static void an_eeprom_is_read_twice_and_hashed(void **state)
{
	char hash[20];

	(void)state;
	up();
	snprintf(hash, sizeof hash, "%016llx",
		 (unsigned long long)image_xxh3(rig.eeprom, sizeof rig.eeprom));
	assert_int_equal(rig_check(check_module_eeprom, 0), VERDICT_PASS);
	rig_text("eeprom", "I2C2 0x50");
	rig_number("size", 256);
	rig_text("xxh3", hash);
	rig_has_no("contents");
	rig_down();
}

/* Nobody wrote anything into it: told, for whoever needs its calibration. */
static void an_eeprom_that_was_never_programmed_is_told(void **state)
{
	static const struct {
		uint8_t byte;
		const char *words;
	} cases[] = {{0xff, "all 0xff: never programmed?"}, {0, "all 0x00: never programmed?"}};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		up();
		memset(rig.eeprom, cases[i].byte, sizeof rig.eeprom);
		assert_int_equal(rig_check(check_module_eeprom, 0), VERDICT_PASS);
		rig_text("contents", cases[i].words);
		/* One byte, the last one, is enough. */
		rig.eeprom[sizeof rig.eeprom - 1] = 0x5a;
		assert_int_equal(rig_check(check_module_eeprom, 0), VERDICT_PASS);
		rig_has_no("contents");
		rig.eeprom[sizeof rig.eeprom - 1] = cases[i].byte;
		rig.eeprom[0] = 0x5a;
		assert_int_equal(rig_check(check_module_eeprom, 0), VERDICT_PASS);
		rig_has_no("contents");
		rig_down();
	}
	up();
	memset(rig.eeprom, 0xff, sizeof rig.eeprom); /* nor does the second reading matter */
	rig.cameras[0].eeprom.size = 64;
	rig.eeprom_flips = true;
	assert_int_equal(rig_check(check_module_eeprom, 0), VERDICT_FAIL);
	rig_text("contents", "all 0xff: never programmed?");
	rig_down();
	up();
	memset(rig.eeprom, 0x77, sizeof rig.eeprom);
	assert_int_equal(rig_check(check_module_eeprom, 0), VERDICT_PASS);
	rig_has_no("contents");
	rig_down();
}

static void an_eeprom_that_changes_fails(void **state)
{
	(void)state;
	up();
	rig.eeprom_flips = true;
	assert_int_equal(rig_check(check_module_eeprom, 0), VERDICT_FAIL);
	rig_says("EEPROM 0x50 reads differently twice: byte 0x0000 is 0x01, then 0x11");
	rig_hints("a worn part");
	rig_down();
}

/* The bus may fail in the first reading or in the second. */
static void an_eeprom_that_cannot_be_read_fails(void **state)
{
	unsigned transfers;

	(void)state;
	up();
	transfers = rig.transfers;
	assert_int_equal(rig_check(check_module_eeprom, 0), VERDICT_PASS);
	transfers = rig.transfers - transfers;
	for (unsigned i = 1; i <= transfers; i++) {
		rig.fail_at = rig.transfers + i;
		assert_int_equal(rig_check(check_module_eeprom, 0), VERDICT_FAIL);
		rig_says("fails");
	}
	rig.cameras[0].eeprom.bus = 1;
	assert_int_equal(rig_check(check_module_eeprom, 0), VERDICT_FAIL);
	rig_says("I2C4 is not there");
	rig.cameras[0].eeprom.bus = 0;
	host_fail_allocation(2); /* behind that for the facts */
	assert_int_equal(rig_check(check_module_eeprom, 0), VERDICT_ERROR);
	rig_says("no memory for an EEPROM of 256 bytes");
	rig.cameras[0].eeprom.is_there = false;
	assert_int_equal(rig_check(check_module_eeprom, 0), VERDICT_SKIP);
	assert_true(rig.check->is_left_out);
	rig_down();
}

/* Its power, too, may fail to come or to go. */
static void a_parts_power_counts(void **state)
{
	static const check_fn checks[] = {check_module_eeprom, check_module_vcm};
	static struct power_step step = {.kind = POWER_WRITE,
					 .address = RIG_CHIP,
					 .register_bytes = 2,
					 .reg = 0x6000,
					 .value = 7,
					 .mask = 0xff};
	static struct power_domain domain = {
		.name = "part", .pmic = 0xff, .steps = &step, .count = 1};
	struct session *session = &rig.session;

	(void)state;
	for (unsigned i = 0; i < COUNT(checks); i++) {
		unsigned transfers = 0;

		for (unsigned at = 0; at <= transfers; at++) {
			up();
			session->board.domains = &domain;
			session->board.domain_count = 1;
			rig.cameras[0].eeprom.power = rig.cameras[0].vcm.power = 0;
			assert_int_equal(power_init(&session->power, &session->board,
						    session->buses, &session->diag),
					 FL_OK);
			rig.fail_at = at ? rig.transfers + at : 0;
			if (!at)
				transfers = rig.transfers;
			assert_int_equal(rig_check(checks[i], 0), at ? VERDICT_FAIL : VERDICT_PASS);
			if (!at)
				transfers = rig.transfers - transfers;
			rig.fail_at = 0;
			power_exit(&session->power);
			session->board.domain_count = 0;
			rig_down();
		}
		assert_true(transfers > 4);
	}
}

static void a_motor_goes_where_it_is_told(void **state)
{
	(void)state;
	up();
	assert_int_equal(rig_check(check_module_vcm, 0), VERDICT_PASS);
	rig_text("vcm", "dw9714 I2C2 0x0c");
	rig_text("found", "0x8000");
	rig_text("visited", "341, 682, parked at 0");
	assert_int_equal(rig.motor, 0);
	assert_int_equal(rig.motor_sum, 29772); /* from 0 on, in steps of 16 */
	rig.cameras[0].vcm.is_there = false;
	assert_int_equal(rig_check(check_module_vcm, 0), VERDICT_SKIP);
	assert_true(rig.check->is_left_out);
	rig_down();
}

static void a_motor_that_does_not_move_fails(void **state)
{
	(void)state;
	up();
	rig.motor_is_stuck = true;
	assert_int_equal(rig_check(check_module_vcm, 0), VERDICT_FAIL);
	rig_says(
		"focus motor 0x0c was told position 341 and reads back 0x8000 (position 0, powered "
		"down)");
	rig_has_no("visited");
	rig.motor = 341 << 4; /* where it is told first, by chance */
	assert_int_equal(rig_check(check_module_vcm, 0), VERDICT_FAIL);
	rig_says("told position 682 and reads back 0x1550 (position 341)");
	rig.motor = 0x8000 | 341 << 4; /* there, but off */
	assert_int_equal(rig_check(check_module_vcm, 0), VERDICT_FAIL);
	rig_says("told position 341");
	rig_down();
}

/* Wherever the bus fails, and it is parked all the same: from 682 by 16, and read. */
#define PARKING 44u

static void a_motor_that_does_not_answer_fails(void **state)
{
	unsigned transfers;

	(void)state;
	up();
	transfers = rig.transfers;
	assert_int_equal(rig_check(check_module_vcm, 0), VERDICT_PASS);
	transfers = rig.transfers - transfers;
	for (unsigned i = 1; i <= transfers; i++) {
		rig.motor = 0x8000;
		rig.fail_at = rig.transfers + i;
		assert_int_equal(rig_check(check_module_vcm, 0), VERDICT_FAIL);
		rig_says("fails");
		assert_true(i == 1 || i > transfers - PARKING || rig.motor == 0);
	}
	rig.cameras[0].vcm.bus = 1;
	assert_int_equal(rig_check(check_module_vcm, 0), VERDICT_FAIL);
	rig_says("I2C4 is not there");
	rig_down();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_eeprom_is_read_twice_and_hashed),
		cmocka_unit_test(an_eeprom_that_was_never_programmed_is_told),
		cmocka_unit_test(an_eeprom_that_changes_fails),
		cmocka_unit_test(an_eeprom_that_cannot_be_read_fails),
		cmocka_unit_test(a_parts_power_counts),
		cmocka_unit_test(a_motor_goes_where_it_is_told),
		cmocka_unit_test(a_motor_that_does_not_move_fails),
		cmocka_unit_test(a_motor_that_does_not_answer_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
