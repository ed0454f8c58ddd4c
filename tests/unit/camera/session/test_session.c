/* test_session.c: what a session knows from its first moment on, and that a full one ends. */
#include "tests/host/rom.h"
#include "tests/unit/checks/rig.h"

static struct session session;

static void begin(void)
{
	struct plan plan;

	rom_prepare(1);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	plan_defaults(&plan);
	if (session_begin(&session, &plan, camera_generations, "test"))
		fail_msg("%s", session.diag.message);
}

static void end(void)
{
	assert_int_equal(session_end(&session), FL_OK);
	session_free(&session);
	assert_int_equal(host_leaks(), 0);
}

/* A board file may ask for any of the machine's functions. */
static void all_functions_identify_the_machine(void **state)
{
	(void)state;
	begin();
	assert_string_equal(session.identity.manufacturer, "HP");
	assert_string_equal(session.identity.product, "Soraka");
	assert_string_equal(session.report.identity.product, "Soraka");
	assert_true(session.pci.count > 4);
	assert_int_equal(session.identity.pci_count, session.pci.count);
	for (size_t i = 0; i < session.pci.count; i++) {
		assert_int_equal(session.identity.pci[i].vendor, session.pci.functions[i].vendor);
		assert_int_equal(session.identity.pci[i].device, session.pci.functions[i].device);
	}
	assert_string_equal(session.version, "test");
	assert_string_equal(session.plan.board, "auto");
	end();
}

static void a_full_session_ends(void **state)
{
	(void)state;
	begin();
	session.camera_count = SESSION_CAMERAS;
	end();
}

static void without_memory_it_is_said(void **state)
{
	unsigned failed = 0;

	(void)state;
	for (unsigned k = 1; k < 6; k++) {
		struct plan plan;
		enum fl_err err;

		rom_prepare(1);
		rom_attach(NULL, VBOARD_FPS_SENSOR);
		plan_defaults(&plan);
		host_fail_allocation(k);
		err = session_begin(&session, &plan, camera_generations, "test");
		host_fail_allocation(0);
		if (err) {
			assert_int_equal(err, FL_ERR_NOMEM);
			assert_non_null(strstr(session.diag.message, "no memory"));
			failed++;
		}
		end();
	}
	assert_true(failed >= 2);
}

static void what_is_printed_is_logged(void **state)
{
	(void)state;
	begin();
	session_print(&session, "%s %d\n", "a line", 7);
	assert_string_equal(session.log.data, "a line 7\n");
	assert_non_null(strstr(host_console(), "a line 7"));
	host_set_keys("x\x1b");
	assert_false(session_cancelled(&session));
	assert_true(session_cancelled(&session));
	assert_true(session_cancelled(&session)); /* and stays it */
	end();
}

static void a_device_is_opened_once(void **state)
{
	struct camera_device *device;

	(void)state;
	begin();
	device = session.device;
	assert_non_null(device);
	assert_false(device->is_open); /* nothing was touched */
	assert_int_equal(session_open_device(&session), FL_OK);
	assert_true(device->is_open);
	assert_int_equal(session_open_device(&session), FL_OK);
	assert_ptr_equal(session.device, device);
	assert_int_equal(session_end(&session), FL_OK);
	assert_false(device->is_open);
	session.pci.count = 0;
	assert_int_equal(session_open_device(&session), FL_ERR_NOTFOUND);
	assert_string_equal(session.diag.message, "no CIO2 (8086:9d32) among 0 PCI functions");
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_functions_identify_the_machine),
		cmocka_unit_test(a_full_session_ends),
		cmocka_unit_test(without_memory_it_is_said),
		cmocka_unit_test(what_is_printed_is_logged),
		cmocka_unit_test(a_device_is_opened_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
