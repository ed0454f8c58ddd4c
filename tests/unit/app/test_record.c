/* test_record.c: what a run tells of itself before and behind the checks: on the console, in the log, for later. */
#include <stdio.h>

#include "app/app.h"
#include "firstlight/version.h"
#include "tests/unit/app/said.h"

#define PROBE "probe --camera ov5670 --frames 2"

static void start(void)
{
	rom_prepare(1);
	rom_attach(NULL, 0);
}

static void the_head_names_machine_firmware_and_stick(void **state)
{
	(void)state;
	start();
	assert_int_equal(rom_run(PROBE), APP_PASS);
	assert_said("KTAP version 1\n# firstlight=" FIRSTLIGHT_VERSION " run=20260102-030405-000\n"
		    "# Firstlight " FIRSTLIGHT_VERSION
		    " on HP Soraka, unit VB0001 (serial number of the system)\n"
		    "# firmware Host test 1.0, UEFI 2.70, secure boot off\n"
		    "# results go to volume HOST\n# ESC ends the run\n");
	assert_contains(rom_result("log.txt", NULL), "KTAP version 1\n# firstlight=");
	start();
	host_set_secure_boot(true);
	host_set_smbios(NULL, 0);
	rom_run(PROBE " --board soraka");
	assert_said(
		" on unknown maker unknown product, unit unknown (no serial number and no UUID in "
		"SMBIOS)\n");
	assert_said("secure boot on\n");
}

/* The log has what the console has, and every function of the machine. */
static void the_log_is_whole(void **state)
{
	const char *log, *tail;

	(void)state;
	start();
	assert_int_equal(rom_run(PROBE), APP_PASS);
	log = rom_result("log.txt", NULL);
	assert_contains(log, "\n00:14.3 Multimedia controller [0480]: ");
	assert_contains(log, "\n00:19.2 ");
	assert_not_said("Multimedia controller");
	tail = strstr(host_console(), "\n1..");
	assert_non_null(tail);
	assert_string_equal(log + strlen(log) - strlen(tail), tail);
	assert_contains(tail, "\nRESULT PASS\n");
}

static void the_report_knows_command_date_plan_and_cameras(void **state)
{
	const char *json;

	(void)state;
	start();
	assert_int_equal(rom_run(PROBE), APP_PASS);
	json = rom_result("report.json", NULL);
	assert_contains(json,
			"\n  \"command\": \"probe\",\n  \"date\": \"2026-01-02T03:04:05\",\n");
	assert_contains(json, "\"plan\": {\"command\": \"probe\", ");
	assert_contains(json, "\"frames\": 2, ");
	assert_contains(json, "\"camera\": \"ov5670\", ");
	assert_contains(json, ", 1 of 2 cameras\",\n");
	assert_contains(json, "\"board\": {\"name\": \"soraka\", ");
	assert_contains(json, "\"file\": \"firstlight/boards/soraka.ini\", \"verified\": false}");
	assert_said(" verified=no ");
	assert_said("# board soraka is not verified: ");
	assert_said(", 1 of 2 cameras\n");
	start();
	host_set_wall_clock(&(struct platform_clock){0});
	assert_int_equal(rom_run("probe"), APP_PASS);
	json = rom_result("report.json", NULL);
	assert_contains(json, "\"date\": \"\",\n");
	assert_null(strstr(json, "of 2 cameras"));
}

/* ---- while it runs ---------------------------------------------------------------------------- */

static char published[128]; /* when the receiver's configuration space was read first in the run */
static unsigned receiver;

static uint32_t look(void *context, unsigned offset, unsigned width)
{
	(void)context;
	if (!published[0])
		snprintf(published, sizeof published, "%s", host_published());
	return vboard_config_read(host_board(), receiver, offset, width);
}

static void change(void *context, unsigned offset, unsigned width, uint32_t value)
{
	(void)context;
	vboard_config_write(host_board(), receiver, offset, width, value);
}

/* A run that dies has said that it is none, under its own name. */
static void a_run_is_an_error_until_it_has_ended(void **state)
{
	struct host_pci pci = {.address = {0, 0, 0x14, 3}, .read = look, .write = change};

	(void)state;
	start();
	for (receiver = 0; strcmp(vboard_function(host_board(), receiver)->name, "cio2");)
		receiver++;
	host_add_pci(&pci);
	published[0] = '\0';
	assert_int_equal(rom_run(PROBE), APP_PASS);
	assert_string_equal(published, "ERROR 20260102-030405-000");
	assert_string_equal(host_published(), "PASS 20260102-030405-000");
}

/* ---- a stick that is not there ---------------------------------------------------------------- */

static void without_a_stick_the_checks_still_tell_what_they_see(void **state)
{
	const char *tail;

	(void)state;
	start();
	host_disk_readonly(true);
	assert_int_equal(rom_run(PROBE), APP_ERROR);
	assert_said("# results go to volume HOST\n# ESC ends the run\n# ");
	assert_said("\n# hint: ");
	assert_said("ok 1 pci.receiver\n");
	assert_not_said("# results in ");
	assert_string_equal(host_published(), "ERROR unstored");
	tail = strstr(host_console(), "RESULT ERROR (the record is not stored: ");
	assert_non_null(tail);
	assert_null(strstr(tail + 1, "RESULT"));
	assert_null(strstr(strstr(host_console(), "\n1..") + 1, "\n1.."));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_head_names_machine_firmware_and_stick),
		cmocka_unit_test(the_log_is_whole),
		cmocka_unit_test(the_report_knows_command_date_plan_and_cameras),
		cmocka_unit_test(a_run_is_an_error_until_it_has_ended),
		cmocka_unit_test(without_a_stick_the_checks_still_tell_what_they_see),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
