/* test_check_board.c: rungs 1 to 3 and 21 by hand: what is told of functions and files, and what is not put back. */
#include "camera/ipu3/imgu.h"
#include "tests/unit/checks/rig.h"

static struct pci_function functions[3];

static void add_functions(void)
{
	functions[0] = (struct pci_function){.address = {0, 0, 0x14, 3},
					     .vendor = 0x8086,
					     .device = 0x9d32,
					     .revision = 0x21,
					     .bars = {{.address = 0xd1000000, .size = 0x10000}},
					     .power_state = 3,
					     .findings = 1u << 1 | 1u << 0};
	functions[1] = functions[0];
	functions[1].device = IMGU_DEVICE;
	functions[1].findings = 0;
	functions[2] = (struct pci_function){.vendor = 0x8086, .device = 0x5904};
	rig.session.pci = (struct pci_list){functions, 3, 3, false};
}

static void functions_are_shown(void **state)
{
	(void)state;
	rig_up();
	add_functions();
	assert_int_equal(rig_check(check_pci_receiver, 0), VERDICT_PASS);
	rig_text("receiver", "Rig receiver");
	rig_text("address", "00:14.3");
	rig_text("id", "8086:9d32");
	rig_number("revision", 0x21);
	rig_text("bar0", "0xd1000000");
	rig_number("bar0-size", 0x10000);
	rig_text("power", "D3");
	rig_text("finding-1", pci_finding_text(1u << 0));
	rig_text("finding-2", pci_finding_text(1u << 1));
	rig_has_no("finding-3");
	functions[0].findings = 1u << 31;
	assert_int_equal(rig_check(check_pci_receiver, 0), VERDICT_PASS);
	assert_non_null(rig_fact("finding-1"));
	functions[0].device = functions[1].device = 0;
	assert_int_equal(rig_check(check_pci_receiver, 0), VERDICT_FAIL);
	rig_says("no receiver (8086:9d32) among 3 PCI functions");
	rig_hints("firmware has disabled it");
	functions[0].device = 0x9d32;
	rig.session.device = NULL; /* a generation that was not found has none either */
	assert_int_equal(rig_check(check_pci_receiver, 0), VERDICT_FAIL);
	rig_down();
}

static void an_open_receiver_is_ready(void **state)
{
	static const uint8_t table[64] = "DMAR";

	(void)state;
	rig_up();
	assert_int_equal(rig_check(check_pci_ready, 0), VERDICT_PASS);
	rig_text("vt-d", "no DMAR table");
	rig_text("state", "D0, memory, bus master");
	rig_text("interrupts", "not used: MSI and INTx are off, the ROM polls");
	host_set_acpi("DMAR", table, sizeof table);
	assert_int_equal(rig_check(check_pci_ready, 0), VERDICT_PASS);
	rig_text("vt-d", "DMAR table present");
	rig.session.device = NULL;
	assert_int_equal(rig_check(check_pci_ready, 0), VERDICT_FAIL);
	rig_says("no receiver (8086:9d32) among 0 PCI functions");
	rig_hints("firmware has disabled it");
	rig_has_no("state");
	rig_down();
}

static void a_sensor_file_is_told(void **state)
{
	struct session_camera *camera = &rig.session.cameras[0];

	(void)state;
	rig_up();
	assert_int_equal(rig_check(check_sensor_file, 0), VERDICT_PASS);
	rig_text("sensor", "chip");
	rig_text("file", "firstlight/sensors/chip.ini");
	rig_text("mode", "100x64");
	rig_text("pattern", "bars");
	rig_has_no("note");
	snprintf(rig.session.plan.mode, sizeof rig.session.plan.mode, "640x480");
	camera->lacks_mode = true;
	assert_int_equal(rig_check(check_sensor_file, 0), VERDICT_PASS);
	rig_text("note", "no mode 640x480: the first instead");
	camera->lacks_mode = false;
	camera->lacks_pattern = true;
	snprintf(rig.session.plan.pattern, sizeof rig.session.plan.pattern, "stripes");
	assert_int_equal(rig_check(check_sensor_file, 0), VERDICT_PASS);
	rig_text("note", "no pattern stripes: the first instead");
	camera->pattern = NULL;
	assert_int_equal(rig_check(check_sensor_file, 0), VERDICT_PASS);
	rig_text("note", "no pattern stripes: it has none at all");
	rig_has_no("pattern");
	rig_down();
}

static void a_sensor_file_that_cannot_be_read_is_the_sticks_trouble(void **state)
{
	static const struct {
		enum fl_err err;
		enum verdict verdict;
	} cases[] = {{FL_ERR_IO, VERDICT_ERROR},
		     {FL_ERR_FORMAT, VERDICT_FAIL},
		     {FL_ERR_NOTFOUND, VERDICT_FAIL},
		     {FL_ERR_NOMEM, VERDICT_ERROR}};
	struct session_camera *camera = &rig.session.cameras[0];

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		rig_up();
		camera->has_desc = false;
		camera->sensor_file = cases[i].err;
		snprintf(camera->trouble.message, sizeof camera->trouble.message, "line 3");
		assert_int_equal(rig_check(check_sensor_file, 0), cases[i].verdict);
		rig_says("line 3");
		rig_text("sensor", "chip");
		rig_has_no("file");
		rig_down();
	}
}

/* ---- controllers -------------------------------------------------------------------------- */

static void only_the_cameras_own_controllers_count(void **state)
{
	(void)state;
	rig_up();
	add_functions();
	rig.controllers[0].pci =
		(struct pci_device){.address = {0, 0, 0x15, 2}, .function = &functions[0]};
	rig.controllers[0].controller.tx_depth = 64;
	assert_int_equal(rig_check(check_pci_i2c, 0), VERDICT_PASS);
	rig_text("I2C2", "00:15.2 8086:9d32, fifo 64");
	rig_has_no("I2C4");
	rig.cameras[1].bus = 1;
	assert_int_equal(rig_check(check_pci_i2c, 1), VERDICT_FAIL);
	rig_says("I2C4 is not there");
	rig_has_no("I2C2");
	rig_down();
}

/* ---- put back ----------------------------------------------------------------------------- */

static void what_is_put_back_is_told(void **state)
{
	(void)state;
	rig_up();
	rig.session.cache.bytes_flushed = 3000;
	rig.receiver.device.dma.bytes_shared = 2000;
	rig.controllers[0].controller.retries = 3;
	rig.controllers[1].controller.recoveries = 2;
	assert_int_equal(rig_check(check_restored, 0), VERDICT_PASS);
	rig_number("bytes-shared", 2000);
	rig_number("bytes-flushed", 3000);
	rig_number("flushed-per-shared", 1.5);
	rig_number("i2c-retries-in-all", 5);
	assert_int_equal(rig.receiver.closed, 1);
	assert_false(rig.session.cameras[0].is_powered);
	assert_false(rig.session.has_power);
	rig_down();
}

static void what_was_shared_counts(void **state)
{
	(void)state;
	rig_up();
	rig.session.cache.bytes_flushed = 600;
	rig.receiver.device.dma.bytes_shared = 300;
	assert_int_equal(rig_check(check_restored, 0), VERDICT_PASS);
	rig_number("bytes-shared", 300);
	rig_number("flushed-per-shared", 2);
	rig.receiver.device.dma.bytes_shared = 1; /* one byte is enough */
	assert_int_equal(rig_check(check_restored, 0), VERDICT_PASS);
	rig_number("flushed-per-shared", 600);
	rig.session.device = NULL;
	assert_int_equal(rig_check(check_restored, 0), VERDICT_PASS);
	rig_number("bytes-shared", 0);
	rig_has_no("flushed-per-shared");
	rig_down();
}

static void a_receiver_that_is_not_as_found_fails(void **state)
{
	(void)state;
	rig_up();
	rig.receiver.close = FL_ERR_MISMATCH;
	assert_int_equal(rig_check(check_restored, 0), VERDICT_FAIL);
	rig_says("the receiver is not as found");
	rig_down();
}

/* The first failure is told, and all the rest is put back all the same. */
static void a_stop_at_the_end_that_fails_fails(void **state)
{
	(void)state;
	rig_up();
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	rig.receiver.stop = FL_ERR_TIMEOUT;
	rig.receiver.close = FL_ERR_MISMATCH;
	assert_int_equal(rig_check(check_restored, 0), VERDICT_FAIL);
	rig_says("the DMA does not halt");
	assert_int_equal(rig.receiver.closed, 1);
	assert_null(rig.session.cameras[0].stream.queue);
	assert_false(rig.session.cameras[1].is_powered);
	rig_down();
}

static enum fl_err never_quiet(void *context)
{
	(void)context;
	return diag_fail(&rig.session.diag, FL_ERR_STATE, "power-cycle", "it may still write");
}

static void memory_that_cannot_be_given_back_fails(void **state)
{
	(void)state;
	rig_up();
	assert_int_equal(rig_check(check_stream_start, 0), VERDICT_PASS);
	dma_set_quiesce(&rig.receiver.device.dma, never_quiet, NULL);
	assert_int_equal(rig_check(check_restored, 0), VERDICT_FAIL);
	rig_says("it may still write");
}

/* A power domain of one register, which holds 5 and is told 7 while it is up. */
static struct power_step step = {.kind = POWER_WRITE,
				 .bus = 0,
				 .address = RIG_CHIP,
				 .register_bytes = 2,
				 .reg = 0x6000,
				 .value = 7,
				 .mask = 0xff,
				 .line = 9};
static struct power_domain domain = {.name = "rail", .pmic = 0xff, .steps = &step, .count = 1};

static void power_rig_up(void)
{
	struct session *session = &rig.session;

	rig_up();
	rig.registers[0x6000] = 5;
	session->board.domains = &domain;
	session->board.domain_count = 1;
	rig.cameras[0].power = 0;
	session->cameras[0].is_powered = false;
	assert_int_equal(
		power_init(&session->power, &session->board, session->buses, &session->diag),
		FL_OK);
	assert_int_equal(rig_check(check_power, 0), VERDICT_PASS);
	assert_int_equal(rig.registers[0x6000], 7);
	assert_true(session->cameras[0].is_powered);
}

static void power_is_put_back(void **state)
{
	(void)state;
	power_rig_up();
	assert_int_equal(rig_check(check_restored, 0), VERDICT_PASS);
	assert_int_equal(rig.registers[0x6000], 5);
	rig_down();
	/* of what nobody took down: a camera that is not known as powered */
	power_rig_up();
	rig.session.cameras[0].is_powered = false;
	assert_int_equal(rig_check(check_restored, 0), VERDICT_PASS);
	assert_int_equal(rig.registers[0x6000], 5);
	rig_down();
}

static void power_that_is_not_put_back_fails(void **state)
{
	(void)state;
	for (unsigned known = 0; known < 2; known++) {
		power_rig_up();
		rig.session.cameras[0].is_powered = known;
		rig.stuck[0x6000] = 1;
		assert_int_equal(rig_check(check_restored, 0), VERDICT_FAIL);
		rig_says("register 0x6000 (write, line 9) reads 0x07, want 0x05");
		assert_int_equal(rig.receiver.closed, 1);
		rig_down();
	}
}

/* Whoever uses the machine next must know; named once. */
static void a_dead_receiver_is_named_once(void **state)
{
	struct report_check *other;

	(void)state;
	rig_up();
	rig.receiver.device.is_dead = true;
	assert_int_equal(rig_check(check_restored, 0), VERDICT_FAIL);
	rig_says("the receiver's DMA never halted: its memory stays allocated, bus mastering is "
		 "off");
	rig_hints("power-cycle the machine");
	rig_down();
	for (unsigned i = 0; i < 3; i++) {
		static const char *const ids[] = {"stream.stop", "stream.stop", "stream.stopped"};

		rig_up();
		rig.receiver.device.is_dead = true;
		other = report_begin(&rig.session.report, ids[i], "front");
		report_end(other, i == 1 ? VERDICT_PASS : VERDICT_FAIL, 0, NULL);
		assert_int_equal(rig_check(check_restored, 0), i ? VERDICT_FAIL : VERDICT_SKIP);
		assert_string_equal(rig.check->cause, i ? "" : "stream.stop");
		if (!i)
			rig_says("stream.stop failed: the receiver's DMA never halted");
		rig_down();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_are_shown),
		cmocka_unit_test(an_open_receiver_is_ready),
		cmocka_unit_test(a_sensor_file_is_told),
		cmocka_unit_test(a_sensor_file_that_cannot_be_read_is_the_sticks_trouble),
		cmocka_unit_test(only_the_cameras_own_controllers_count),
		cmocka_unit_test(what_is_put_back_is_told),
		cmocka_unit_test(what_was_shared_counts),
		cmocka_unit_test(a_receiver_that_is_not_as_found_fails),
		cmocka_unit_test(a_stop_at_the_end_that_fails_fails),
		cmocka_unit_test(power_is_put_back),
		cmocka_unit_test(power_that_is_not_put_back_fails),
		cmocka_unit_test(a_dead_receiver_is_named_once),
		cmocka_unit_test(memory_that_cannot_be_given_back_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
