/* test_buses.c: which controllers a camera needs, whose clock it is, what supplies it, and what is said of them. */
#include "tests/unit/describe/ini/shipped.h"
#undef COUNT
#include "tests/unit/checks/rig.h"

static struct power_step pmic_steps[] = {{.kind = POWER_RESET}};
static struct power_step clock_steps[] = {
	{.kind = POWER_CLOCK, .value = 12000000, .line = 60},
	{.kind = POWER_CLOCK, .value = 19200000, .line = 70},
};
static struct power_step rear_steps[] = {
	{.kind = POWER_RAIL, .target = 4, .value = 2810000},
	{.kind = POWER_GPIO, .target = 3, .value = 0},
	{.kind = POWER_GPIO, .target = 9, .value = 1},
	{.kind = POWER_PAD, .pad = "GPP_C11", .value = 1},
	{.kind = POWER_PAD, .pad = "GPP_C10", .value = 0},
	{.kind = POWER_DELAY, .value = 5},
	{.kind = POWER_WRITE, .bus = 3, .address = 0x20},
};
static struct power_domain domains[] = {
	{.name = "pmic", .pmic = 0, .steps = pmic_steps, .count = 1},
	{.name = "clock",
	 .pmic = 0xff,
	 .requires = {0},
	 .require_count = 1,
	 .steps = clock_steps,
	 .count = 2},
	{.name = "rear",
	 .pmic = 0xff,
	 .requires = {1},
	 .require_count = 1,
	 .steps = rear_steps,
	 .count = COUNT(rear_steps)},
	{.name = "bare", .pmic = 0xff, .steps = rear_steps + COUNT(rear_steps) - 1, .count = 1},
};
static struct board_pmic pmic = {.bus = 2, .address = 0x4d};

static struct session_camera *camera;

static void up(uint8_t power)
{
	rig_up();
	camera = &rig.session.cameras[0];
	rig.session.board.domains = domains;
	rig.session.board.domain_count = COUNT(domains);
	rig.session.board.pmics = &pmic;
	rig.session.board.pmic_count = 1;
	rig.cameras[0].power = power;
}

static void down(void)
{
	rig.session.board.domain_count = 0;
	rig_down();
}

/* Its own bus, that of the PMIC behind what it requires, and that of a register write. */
static void a_camera_needs_the_buses_of_its_power(void **state)
{
	(void)state;
	up(2);
	assert_int_equal(session_camera_buses(&rig.session, camera), 1u << 0 | 1u << 2 | 1u << 3);
	rig.cameras[0].bus = 1;
	rig.cameras[0].power = 1;
	assert_int_equal(session_camera_buses(&rig.session, camera), 1u << 1 | 1u << 2);
	rig.cameras[0].power = 3;
	assert_int_equal(session_camera_buses(&rig.session, camera), 1u << 1 | 1u << 3);
	rig.cameras[0].power = 4; /* none */
	assert_int_equal(session_camera_buses(&rig.session, camera), 1u << 1);
	domains[3].steps = rear_steps; /* the write is behind its last step */
	domains[3].count = COUNT(rear_steps) - 1;
	rig.cameras[0].power = 3;
	assert_int_equal(session_camera_buses(&rig.session, camera), 1u << 1);
	domains[3].steps = rear_steps + COUNT(rear_steps) - 1;
	domains[3].count = 1;
	rig.cameras[0].power = 0;
	rig.session.board.pmic_count = 0;
	assert_int_equal(session_camera_buses(&rig.session, camera), 1u << 1);
	down();
}

static void the_last_clock_is_the_cameras(void **state)
{
	(void)state;
	up(2);
	assert_ptr_equal(session_clock(&rig.session, camera), &clock_steps[1]);
	domains[1].count = 1; /* the other stands behind its last step */
	assert_ptr_equal(session_clock(&rig.session, camera), &clock_steps[0]);
	domains[1].count = 2;
	rig.cameras[0].power = 0;
	assert_null(session_clock(&rig.session, camera));
	rig.cameras[0].power = 4;
	assert_null(session_clock(&rig.session, camera));
	down();
}

static void what_is_switched_on_is_printed(void **state)
{
	char text[200];

	(void)state;
	up(2);
	session_print_supply(&rig.session, camera, text, sizeof text);
	assert_string_equal(text, "clock 12000 kHz, clock 19200 kHz, VSIO 2.81 V, PMIC pin 9 high, "
				  "GPP_C11 high");
	domains[1].count = 1; /* the other stands behind its last step */
	rig.cameras[0].power = 1;
	session_print_supply(&rig.session, camera, text, sizeof text);
	assert_string_equal(text, "clock 12000 kHz");
	domains[1].count = 2;
	rig.cameras[0].power = 3;
	session_print_supply(&rig.session, camera, text, sizeof text);
	assert_string_equal(text, "");
	rig.cameras[0].power = 4;
	session_print_supply(&rig.session, camera, text, sizeof text);
	assert_string_equal(text, "");
	down();
}

static void another_clock_than_the_sensors_is_refused(void **state)
{
	(void)state;
	up(2);
	camera->is_powered = false;
	camera->desc.clock_frequency = 24000000;
	assert_int_equal(rig_check(check_power, 0), VERDICT_FAIL);
	rig_says("firstlight/boards/rig.ini:70 makes a clock of 19200000 Hz, "
		 "firstlight/sensors/chip.ini:12 wants 24000000 Hz");
	rig_hints("the register lists of the sensor file are for its clock");
	assert_false(camera->is_powered);
	camera->desc.clock_frequency = 19200000;
	rig.cameras[0].bus = 1; /* which is not open */
	assert_int_equal(rig_check(check_power, 0), VERDICT_FAIL);
	rig_says("I2C4 is not there");
	rig.cameras[0].bus = 0;
	rig.cameras[0].power = 4; /* of firmware: its clock is not known */
	camera->desc.clock_frequency = 24000000;
	assert_int_equal(rig_check(check_power, 0), VERDICT_PASS);
	assert_true(camera->is_powered);
	assert_int_equal(camera->sensor.address, RIG_CHIP);
	assert_ptr_equal(camera->sensor.bus, &rig.bus);
	down();
}

static void a_bus_that_is_not_open_says_why(void **state)
{
	(void)state;
	up(4);
	snprintf(rig.controllers[1].why.hint, sizeof rig.controllers[1].why.hint, "look at set-up");
	assert_int_equal(session_bus(&rig.session, 0), FL_OK);
	assert_string_equal(rig.session.diag.message, "");
	assert_int_equal(session_bus(&rig.session, 1), FL_ERR_NOTFOUND);
	assert_string_equal(rig.session.diag.message, "I2C4 is not there");
	assert_string_equal(rig.session.diag.hint, "look at set-up");
	down();
}

static void retries_are_summed_over_all_buses(void **state)
{
	(void)state;
	up(4);
	rig.controllers[0].controller.retries = 1;
	rig.controllers[0].controller.recoveries = 2;
	rig.controllers[1].controller.retries = 4;
	rig.controllers[1].controller.recoveries = 8;
	assert_int_equal(session_retries(&rig.session), 15);
	rig.session.controllers = NULL;
	assert_int_equal(session_retries(&rig.session), 0);
	down();
}

/* A function that is not there is told with those that are. */
static void controllers_that_are_there_are_listed(void **state)
{
	static struct pci_function functions[] = {
		{.address = {0, 0, 0x15, 0}, .vendor = 0x8086, .device = 0x9d60},
		{.address = {0, 0, 0x15, 1}, .vendor = 0x1022, .device = 0x9d61},
		{.address = {0, 0, 0x14, 3}, .vendor = 0x8086, .device = 0x9d32},
		{.address = {0, 0, 0x19, 2}, .vendor = 0x8086, .device = 0x9d64},
	};
	struct session *session = &rig.session;

	(void)state;
	up(4);
	session->pci = (struct pci_list){functions, COUNT(functions), COUNT(functions), false};
	rig.board_buses[0].address = (struct pci_address){0, 0, 0x1e, 2};
	rig.board_buses[1].address = (struct pci_address){0, 0, 0x1e, 3};
	session->has_power = false;
	assert_int_equal(session_open_buses(session), FL_OK);
	assert_true(session->has_power);
	assert_string_equal(session->diag.message, "");
	assert_null(session->buses[0]);
	assert_string_equal(session->controllers[0].why.message,
			    "I2C2 (00:1e.2) is not there; LPSS I2C controllers found: 00:15.0 "
			    "8086:9d60, 00:19.2 8086:9d64");
	assert_non_null(strstr(session->controllers[0].why.hint, "firmware hides it"));
	assert_non_null(strstr(session->controllers[1].why.message, "I2C4 (00:1e.3)"));
	assert_int_equal(session_close_buses(session), FL_OK);
	assert_false(session->has_power);
	platform_free(session->buses);
	platform_free(session->controllers);
	for (unsigned k = 1; k <= 4; k++) {
		host_fail_allocation(k);
		diag_clear(&session->diag);
		assert_int_equal(session_open_buses(session), FL_ERR_NOMEM);
		assert_true(session->diag.message[0]);
		assert_false(session->has_power);
		platform_free(session->buses);
		platform_free(session->controllers);
	}
	session->buses = rig.buses;
	session->controllers = rig.controllers;
	down();
}

/* ---- on the virtual board ------------------------------------------------------------------- */

static struct session session;

#define COUNT_BUSES 2u /* of soraka */

/* Soraka, its controllers not open yet, or with this fault. */
static void board_up(const char *fault)
{
	const char *faults[] = {fault, NULL};
	struct vboard_options options = {
		.seed = 1, .fps = VBOARD_FPS_MAX, .faults = faults, .fault_count = fault != NULL};
	struct plan plan;
	size_t size;
	char *text = shipped_read("boards/", "soraka", &size);

	host_reset(1);
	assert_non_null(host_attach_board(&options));
	host_file_put("firstlight/boards/soraka.ini", text, size);
	free(text);
	plan_defaults(&plan);
	snprintf(plan.board, sizeof plan.board, "soraka");
	assert_int_equal(session_begin(&session, &plan, camera_generations, "test"), FL_OK);
	assert_int_equal(session_find_board(&session), FL_OK);
	assert_int_equal(session.board.bus_count, COUNT_BUSES);
}

static void board_down(void)
{
	session_end(&session);
	session_free(&session);
	assert_int_equal(host_leaks(), 0);
}

static uint32_t command(unsigned index)
{
	return platform_pci_read(session.board.buses[index].address, 4, 2);
}

static void controllers_are_opened_and_closed(void **state)
{
	uint32_t found[COUNT_BUSES];

	(void)state;
	board_up(NULL);
	for (unsigned i = 0; i < COUNT_BUSES; i++)
		found[i] = command(i);
	assert_int_equal(session_open_buses(&session), FL_OK);
	for (unsigned i = 0; i < COUNT_BUSES; i++) {
		assert_non_null(session.buses[i]);
		assert_string_equal(session.buses[i]->name, session.board.buses[i].name);
		assert_string_equal(session.controllers[i].why.message, "");
		assert_int_equal(command(i) & 6, 2);
	}
	assert_int_equal(session_close_buses(&session), FL_OK);
	for (unsigned i = 0; i < COUNT_BUSES; i++) {
		assert_null(session.buses[i]);
		assert_int_equal(command(i), found[i]);
	}
	assert_int_equal(session_close_buses(&session), FL_OK);
	board_down();
}

/* The others are there, and the function is as found. */
static void a_controller_that_cannot_be_opened_says_why(void **state)
{
	uint32_t found;

	(void)state;
	board_up("i2c-all-ones=4");
	found = command(COUNT_BUSES - 1);
	assert_int_equal(session_open_buses(&session), FL_OK);
	for (unsigned i = 0; i < COUNT_BUSES; i++)
		assert_int_equal(session.buses[i] != NULL, i != COUNT_BUSES - 1);
	assert_non_null(
		strstr(session.controllers[COUNT_BUSES - 1].why.message, "I2C4 stays in reset"));
	assert_int_equal(command(COUNT_BUSES - 1), found);
	assert_string_equal(session.diag.message, "");
	board_down();
	board_up(NULL); /* another function than the one that was found */
	for (size_t i = 0; i < session.pci.count; i++)
		session.pci.functions[i].vendor ^= 1;
	assert_int_equal(session_open_buses(&session), FL_OK);
	assert_null(session.buses[0]);
	assert_non_null(strstr(session.controllers[0].why.message, "no longer answers"));
	board_down();
}

/* One that is not as found is told, and the others are closed all the same. */
static void a_controller_that_is_not_put_back_is_told(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COUNT_BUSES; i += COUNT_BUSES - 1) {
		board_up(NULL);
		assert_int_equal(session_open_buses(&session), FL_OK);
		session.controllers[i].pci.old_command ^= 0x8000; /* a bit that nobody has */
		assert_int_equal(session_close_buses(&session), FL_ERR_MISMATCH);
		assert_non_null(strstr(session.diag.message, "is not as found: command"));
		for (unsigned j = 0; j < COUNT_BUSES; j++)
			assert_null(session.buses[j]);
		board_down();
		board_up(NULL);
		assert_int_equal(session_open_buses(&session), FL_OK);
		session.controllers[i].controller.regs.base = 0xfe000000; /* nobody answers */
		session.controllers[i].controller.found_resets = 3; /* it ran, and should again */
		assert_int_not_equal(session_close_buses(&session), FL_OK);
		assert_non_null(strstr(session.diag.message, session.board.buses[i].name));
		assert_int_equal(command(i) & 4, 0); /* the function is given back */
		board_down();
	}
}

/* ---- one camera down ------------------------------------------------------------------------ */

static struct power_step rail = {.kind = POWER_WRITE,
				 .address = RIG_CHIP,
				 .register_bytes = 2,
				 .reg = 0x6000,
				 .value = 7,
				 .mask = 0xff,
				 .line = 9};
static struct power_domain one = {.name = "rail", .pmic = 0xff, .steps = &rail, .count = 1};

static void a_camera_goes_down_alone(void **state)
{
	struct session *by_hand = &rig.session;

	(void)state;
	for (unsigned stuck = 0; stuck < 2; stuck++) {
		rig_up();
		camera = &by_hand->cameras[0];
		by_hand->board.domains = &one;
		by_hand->board.domain_count = 1;
		rig.cameras[0].power = 0;
		camera->is_powered = false;
		assert_int_equal(power_init(&by_hand->power, &by_hand->board, by_hand->buses,
					    &by_hand->diag),
				 FL_OK);
		assert_int_equal(session_camera_power(by_hand, camera), FL_OK);
		assert_int_equal(session_camera_power(by_hand, camera), FL_OK); /* once */
		assert_int_equal(by_hand->power.users[0], 1);
		assert_int_equal(rig.registers[0x6000], 7);
		rig.stuck[0x6000] = (uint8_t)stuck;
		assert_int_equal(session_camera_unpower(by_hand, camera),
				 stuck ? FL_ERR_MISMATCH : FL_OK);
		assert_int_equal(rig.registers[0x6000], stuck ? 7 : 0);
		assert_false(camera->is_powered);
		assert_int_equal(session_camera_unpower(by_hand, camera), FL_OK);
		assert_int_equal(session_close_buses(by_hand), FL_OK);
		rig_down();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_camera_needs_the_buses_of_its_power),
		cmocka_unit_test(the_last_clock_is_the_cameras),
		cmocka_unit_test(what_is_switched_on_is_printed),
		cmocka_unit_test(another_clock_than_the_sensors_is_refused),
		cmocka_unit_test(a_bus_that_is_not_open_says_why),
		cmocka_unit_test(retries_are_summed_over_all_buses),
		cmocka_unit_test(controllers_that_are_there_are_listed),
		cmocka_unit_test(controllers_are_opened_and_closed),
		cmocka_unit_test(a_controller_that_cannot_be_opened_says_why),
		cmocka_unit_test(a_controller_that_is_not_put_back_is_told),
		cmocka_unit_test(a_camera_goes_down_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
