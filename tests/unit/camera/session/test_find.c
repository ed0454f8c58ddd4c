/*
 * test_find.c: which board file is taken and what is said of the others, which sensor files are read, and what
 * the plan names that nobody has.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "checks/checks.h"
#include "tests/host/host.h"
#include "tests/unit/describe/ini/shipped.h"

#define BOARDS "firstlight/boards/"

static struct session session;

static void put_board(const char *name, const char *match)
{
	char path[128], text[1024];
	int size =
		snprintf(text, sizeof text,
			 "[board]\nname = %.20s\ndescription = a board\n[match]\n%s\n"
			 "[bus I2C2]\npci = 0:15.2\n"
			 "[camera front]\nsensor = ov5670\nbus = I2C2\naddress = 0x36\nport = 1\n"
			 "data-lanes = 1 2\n"
			 "[camera rear]\nsensor = ov13858\nbus = I2C2\naddress = 0x10\nport = 0\n"
			 "data-lanes = 1 2 3 4\n",
			 name, match);

	snprintf(path, sizeof path, BOARDS "%s.ini", name);
	host_file_put(path, text, (size_t)size);
}

static void up(void)
{
	host_reset(1);
	memset(&session, 0, sizeof session);
	plan_defaults(&session.plan);
	report_init(&session.report, "test", "");
	snprintf(session.identity.manufacturer, sizeof session.identity.manufacturer, "HP");
	snprintf(session.identity.product, sizeof session.identity.product, "Soraka");
	snprintf(session.identity.board_product, sizeof session.identity.board_product, "rev5");
	put_sensor("ov5670");
	put_sensor("ov13858");
	host_file_put(BOARDS "other.ini",
		      "[board]\nname = other\n[match]\nsmbios-product = Eve\n"
		      "[bus B]\npci = 0:1.0\n[camera c]\nbus = B\n"
		      "address = 0x10\nport = 0\ndata-lanes = 1\n",
		      127);
}

static void down(void)
{
	session_end(&session);
	session_free(&session);
	assert_int_equal(host_leaks(), 0);
}

static void want(enum fl_err err, const char *message, const char *hint)
{
	enum fl_err is = session_find_board(&session);

	if (is != err || !strstr(session.diag.message, message) || !strstr(session.diag.hint, hint))
		fail_msg("%s, '%s', '%s'; want %s, '%s', '%s'", fl_err_name(is),
			 session.diag.message, session.diag.hint, fl_err_name(err), message, hint);
}

static void passed_over(const char *line)
{
	if (!session.passed_over.data || !strstr(session.passed_over.data, line))
		fail_msg("'%s' is not in\n%s", line,
			 session.passed_over.data ? session.passed_over.data : "(nothing)");
}

/* ---- which board --------------------------------------------------------------------------- */

static void the_board_that_fits_is_taken(void **state)
{
	(void)state;
	up();
	put_board("soraka", "smbios-product = Soraka");
	want(FL_OK, "", "");
	assert_true(session.has_board);
	assert_string_equal(session.board.name, "soraka");
	assert_string_equal(session.board.file, BOARDS "soraka.ini");
	assert_int_equal(session.camera_count, 2);
	assert_string_equal(session.cameras[0].board->name, "front");
	assert_string_equal(session.cameras[0].desc.name, "ov5670");
	assert_true(session.cameras[0].has_desc && session.cameras[1].has_desc);
	assert_ptr_equal(session.cameras[1].mode, &session.cameras[1].desc.modes[0]);
	assert_ptr_equal(session.cameras[1].pattern, &session.cameras[1].desc.patterns[0]);
	assert_false(session.is_refused);
	assert_null(session.passed_over.data); /* another machine's file is no news */
	down();
}

static void the_nearest_board_is_taken(void **state)
{
	static const char *const names[][2] = {{"a", "b"}, {"b", "a"}};

	(void)state;
	for (unsigned i = 0; i < 2; i++) { /* whichever is read first */
		char line[64];

		up();
		put_board(names[i][0], "smbios-product = Soraka\nsmbios-manufacturer = HP");
		put_board(names[i][1], "smbios-product = Soraka");
		want(FL_OK, "", "");
		assert_string_equal(session.board.name, names[i][0]);
		snprintf(line, sizeof line, "%s.ini matches too, by fewer keys\n", names[i][1]);
		passed_over(line);
		down();
	}
}

static void two_that_fit_as_well_are_refused(void **state)
{
	(void)state;
	up();
	put_board("b", "smbios-product = Soraka");
	put_board("a", "smbios-product = Soraka");
	put_board("c", "smbios-product = Soraka\nsmbios-manufacturer = Lenovo");
	want(FL_ERR_EXISTS,
	     "two board files match this machine equally well: " BOARDS "a.ini and "
	     "firstlight/boards/b.ini",
	     "name one (--board NAME)");
	assert_int_equal(session.camera_count, 0);
	down();
}

/* A mistake in the file that fits best is this machine's; in one that fits as well, or no better, it is not. */
static void a_mistake_counts_where_nothing_fits_better(void **state)
{
	static const char bad[] = "[board]\nname = bad\n[match]\nsmbios-product = Soraka\n%s"
				  "[nonsense]\n";
	char text[200];

	(void)state;
	up();
	snprintf(text, sizeof text, bad, "");
	host_file_put(BOARDS "bad.ini", text, strlen(text));
	want(FL_ERR_FORMAT, BOARDS "bad.ini:5", "");
	down();
	for (unsigned i = 0; i < 2; i++) {
		up();
		host_file_put(i ? BOARDS "z.ini" : BOARDS "a.ini", text, strlen(text));
		put_board("m", "smbios-product = Soraka");
		want(FL_OK, "", "");
		assert_string_equal(session.board.name, "m");
		passed_over(i ? "z.ini matches too, and has a mistake\n"
			      : "a.ini matches too, and has a mistake\n");
		down();
	}
	up();
	snprintf(text, sizeof text, bad, "smbios-manufacturer = HP\n");
	host_file_put(BOARDS "bad.ini", text, strlen(text));
	put_board("m", "smbios-product = Soraka");
	want(FL_ERR_FORMAT, BOARDS "bad.ini:6", "");
	passed_over("m.ini matches too, by fewer keys\n");
	down();
	up(); /* of another machine: told, no more */
	host_file_put(BOARDS "bad.ini", "[board]\nname = x\n[nonsense]\n", 28);
	put_board("m", "smbios-product = Soraka");
	want(FL_OK, "", "");
	passed_over("bad.ini:3: ");
	down();
}

static void no_board_names_the_machine_and_what_was_passed_over(void **state)
{
	(void)state;
	up();
	want(FL_ERR_NOTFOUND,
	     "none of 1 board files matches this machine: manufacturer \"HP\", product "
	     "\"Soraka\", board \"rev5\"",
	     "write firstlight/boards/<name>.ini for it, or name one: --board NAME");
	assert_false(session.is_refused);
	down();
	up();
	host_file_put(BOARDS "soraka.ini.txt", "x", 1);
	host_file_put(BOARDS ".hidden.ini", "x", 1);
	want(FL_ERR_NOTFOUND, "none of 1 board files", "passed over: ");
	assert_non_null(strstr(session.diag.hint, "soraka.ini.txt: the name does not end in .ini"));
	assert_non_null(strstr(session.diag.hint, ".hidden.ini: the name begins with a dot"));
	assert_non_null(strstr(session.diag.hint, "; "));
	assert_int_not_equal(session.diag.hint[strlen(session.diag.hint) - 1], ' ');
	down();
}

static void names_that_are_not_read_are_told(void **state)
{
	char name[160];

	(void)state;
	up();
	put_board("soraka", "smbios-product = Soraka");
	host_file_put(BOARDS "folder.ini/x", "x", 1);
	host_file_put(BOARDS ".ini", "x", 1);
	host_file_put(BOARDS "ini", "x", 1);
	snprintf(name, sizeof name, BOARDS "%075u.INI", 8);
	host_file_put(name, "[nonsense]\n", 11); /* 79 letters are read */
	snprintf(name, sizeof name, BOARDS "%076u.ini", 9);
	host_file_put(name, "[nonsense]\n", 11);
	want(FL_OK, "", "");
	passed_over("folder.ini: a folder\n");
	passed_over(".ini: the name begins with a dot\n");
	passed_over("ini: the name does not end in .ini\n");
	passed_over("00009.ini: the name is too long\n" + 13);
	passed_over("000:1: unknown section 'nonsense'");
	assert_null(strstr(session.passed_over.data, "more names"));
	down();
	up();
	put_board("soraka", "smbios-product = Soraka");
	for (unsigned i = 0; i < 17; i++) {
		snprintf(name, sizeof name, BOARDS "note%02u", i);
		host_file_put(name, "x", 1);
	}
	want(FL_OK, "", "");
	passed_over("1 more names were not read\n");
	down();
}

/* 128 files are read, in alphabetical order. */
static void a_folder_may_be_full(void **state)
{
	char name[64];

	(void)state;
	up();
	for (unsigned i = 0; i < 128; i++) { /* and other.ini */
		snprintf(name, sizeof name, BOARDS "%03u.ini", i);
		host_file_put(name, "[board]\nname = x\n", 17);
	}
	want(FL_ERR_NOTFOUND, "none of 128 board files", "");
	passed_over(": too many files\n");
	down();
}

/* Whatever order the disk has: those that fit as well are named in order of the alphabet. */
static void boards_are_read_in_order(void **state)
{
	static const char *const names[] = {"d", "b", "e", "a", "c"};

	(void)state;
	up();
	for (unsigned i = 0; i < COUNT(names); i++)
		put_board(names[i], "smbios-product = Soraka");
	want(FL_ERR_EXISTS, BOARDS "a.ini and firstlight/boards/e.ini", "");
	down();
	up(); /* to the last letter */
	for (unsigned i = 0; i < 2; i++) {
		static const char text[] = "[board]\nname = m\n[match]\nsmbios-product = Soraka\n"
					   "[nonsense]\n";

		host_file_put(i ? BOARDS "m.ini" : BOARDS "m.inI", text, sizeof text - 1);
	}
	want(FL_ERR_FORMAT, BOARDS "m.inI:5", "");
	down();
}

static void what_was_passed_over_is_one_line(void **state)
{
	(void)state;
	up();
	host_file_put(BOARDS "ini", "x", 1);
	want(FL_ERR_NOTFOUND, "none of 1 board files", "");
	assert_string_equal(session.diag.hint, "passed over: ini: the name does not end in .ini");
	down();
	up(); /* more than the hint has room for */
	for (unsigned i = 0; i < 9; i++) {
		char name[64];

		snprintf(name, sizeof name, BOARDS "note%u", i);
		host_file_put(name, "x", 1);
	}
	want(FL_ERR_NOTFOUND, "none of 1 board files", "passed over: note8: the name");
	assert_in_range(strlen(session.diag.hint), 316, 319);
	down();
}

/* A stick that is pulled out while the board files are read: those that cannot be read are told. */
static void a_board_that_cannot_be_read_is_passed_over(void **state)
{
	(void)state;
	up();
	put_board("soraka", "smbios-product = Soraka");
	host_disk_speed(1000);
	host_disk_pull_at(host_time_ns() + 150000000); /* other.ini takes 127 ms */
	want(FL_ERR_NOTFOUND, "none of 2 board files", "passed over: soraka.ini: cannot be read (");
	passed_over("soraka.ini: cannot be read (");
	assert_false(session.has_board);
	down();
}

/* The names of a folder have room up to 199 letters. */
static void a_folders_names_are_as_many_as_have_room(void **state)
{
	char name[200], want_hint[320];

	(void)state;
	for (unsigned length = 83; length <= 84; length++) {
		up();
		snprintf(name, sizeof name, BOARDS "p%0100u", 1);
		host_file_put(name, "x", 1);
		snprintf(name, sizeof name, BOARDS "q%0*u", (int)length, 2);
		host_file_put(name, "x", 1);
		snprintf(session.plan.board, sizeof session.plan.board, "eve");
		snprintf(want_hint, sizeof want_hint, "firstlight/boards holds: q%0*u, p%0100u%s",
			 (int)length, 2, 1, length == 83 ? ", other.ini" : "");
		want(FL_ERR_NOTFOUND, "eve.ini", "");
		assert_string_equal(session.diag.hint, want_hint);
		down();
	}
}

static void a_folder_that_cannot_be_read_is_the_sticks_trouble(void **state)
{
	(void)state;
	up();
	host_disk_pull_after(0);
	want(FL_ERR_IO, "firstlight/boards cannot be read", "Was it pulled out?");
	down();
}

/* ---- a board that is named ------------------------------------------------------------------ */

static void a_named_board_need_not_fit(void **state)
{
	(void)state;
	up();
	put_board("eve", "smbios-product = Eve");
	snprintf(session.plan.board, sizeof session.plan.board, "eve");
	want(FL_OK, "", "");
	assert_string_equal(session.board.name, "eve");
	down();
}

static void a_named_board_that_is_not_there_is_refused(void **state)
{
	(void)state;
	up();
	host_file_put(BOARDS ".hidden", "x", 1);
	host_file_put(BOARDS "deep/x", "x", 1);
	snprintf(session.plan.board, sizeof session.plan.board, "eve");
	want(FL_ERR_NOTFOUND, BOARDS "eve.ini, which board = names, cannot be read (not found)",
	     "firstlight/boards holds: other.ini");
	assert_string_equal(session.diag.hint, "firstlight/boards holds: other.ini");
	assert_true(session.is_refused);
	assert_false(session.has_board);
	down();
	up();
	snprintf(session.plan.board, sizeof session.plan.board, "eve");
	host_disk_pull_after(0); /* nothing is found, the folder neither */
	want(FL_ERR_IO, "cannot be read", "firstlight/boards holds: nothing");
	down();
	up();
	host_file_put(BOARDS "eve.ini", "[nonsense]\n", 11);
	snprintf(session.plan.board, sizeof session.plan.board, "eve");
	want(FL_ERR_FORMAT, BOARDS "eve.ini:1", "");
	assert_false(session.is_refused);
	assert_false(session.has_board);
	down();
}

static void the_answer_stays_the_same(void **state)
{
	(void)state;
	up();
	want(FL_ERR_NOTFOUND, "none of 1 board files", "write ");
	put_board("soraka", "smbios-product = Soraka");
	diag_clear(&session.diag);
	want(FL_ERR_NOTFOUND, "none of 1 board files", "write ");
	down();
	up();
	put_board("soraka", "smbios-product = Soraka");
	want(FL_OK, "", "");
	want(FL_OK, "", "");
	assert_int_equal(session.camera_count, 2);
	down();
}

/* ---- cameras -------------------------------------------------------------------------------- */

static void found(const char *camera, const char *mode, const char *pattern)
{
	up();
	put_board("soraka", "smbios-product = Soraka");
	snprintf(session.plan.camera, sizeof session.plan.camera, "%s", camera);
	snprintf(session.plan.mode, sizeof session.plan.mode, "%s", mode);
	snprintf(session.plan.pattern, sizeof session.plan.pattern, "%s", pattern);
}

static void only_cameras_asked_for_are_read(void **state)
{
	(void)state;
	found("REAR", "", "");
	platform_file_remove("firstlight/sensors/ov5670.ini");
	want(FL_OK, "", "");
	assert_false(session.cameras[0].is_selected);
	assert_false(session.cameras[0].has_desc);
	assert_true(session.cameras[1].is_selected);
	assert_true(session.cameras[1].has_desc);
	down();
	found("all", "", "");
	platform_file_remove("firstlight/sensors/ov5670.ini");
	want(FL_OK, "", "");
	assert_int_equal(session.cameras[0].sensor_file, FL_ERR_NOTFOUND);
	assert_non_null(strstr(session.cameras[0].trouble.message,
			       "firstlight/sensors/ov5670.ini, which " BOARDS
			       "soraka.ini names, cannot be read"));
	assert_non_null(strstr(session.cameras[0].trouble.hint, "holds: ov13858.ini"));
	assert_int_equal(session.cameras[1].sensor_file, FL_OK);
	assert_string_equal(session.cameras[1].trouble.message, "");
	down();
	found("top", "", "");
	want(FL_ERR_NOTFOUND, BOARDS "soraka.ini has no camera 'top'; it has: front, rear",
	     "--camera all takes every one");
	assert_true(session.is_refused);
	down();
}

static void a_mode_that_nobody_has_is_refused(void **state)
{
	(void)state;
	found("all", "640x360", "");
	want(FL_OK, "", "");
	assert_string_equal(session.cameras[0].mode->name, "640x360");
	assert_false(session.cameras[0].lacks_mode);
	assert_true(session.cameras[1].lacks_mode);
	assert_ptr_equal(session.cameras[1].mode, &session.cameras[1].desc.modes[0]);
	down();
	found("rear", "640x360", "");
	want(FL_ERR_NOTFOUND, "no selected camera has a mode '640x360'", "rear has ");
	assert_null(strstr(session.diag.hint, "front"));
	assert_true(session.is_refused);
	down();
	found("all", "1x1", "");
	want(FL_ERR_NOTFOUND, "no selected camera has a mode '1x1'", "; rear has ");
	assert_non_null(strstr(session.diag.hint, "front has 2592x1944, "));
	down();
	found("all", "1x1", ""); /* the file that cannot be read may have it */
	platform_file_remove("firstlight/sensors/ov5670.ini");
	want(FL_OK, "", "");
	down();
}

static void a_pattern_may_be_off_named_or_shown(void **state)
{
	(void)state;
	found("all", "", "OFF");
	want(FL_OK, "", "");
	assert_null(session.cameras[0].pattern);
	assert_false(session.cameras[0].lacks_pattern || session.cameras[0].shows_pattern);
	down();
	found("all", "", "");
	want(FL_OK, "", "");
	assert_false(session.cameras[0].shows_pattern);
	assert_non_null(session.cameras[0].pattern);
	down();
	found("rear", "", "bars-2");
	want(FL_OK, "", "");
	assert_string_equal(session.cameras[1].pattern->look.name, "bars-2");
	assert_false(session.cameras[1].shows_pattern); /* `run` */
	down();
	found("rear", "", "bars-2");
	snprintf(session.plan.command, sizeof session.plan.command, "capture");
	want(FL_OK, "", "");
	assert_true(session.cameras[1].shows_pattern);
	down();
	found("rear", "", "");
	snprintf(session.plan.command, sizeof session.plan.command, "capture");
	want(FL_OK, "", "");
	assert_false(session.cameras[1].shows_pattern);
	down();
	found("all", "", "bars-2"); /* one has it */
	want(FL_OK, "", "");
	assert_true(session.cameras[0].lacks_pattern);
	assert_ptr_equal(session.cameras[0].pattern, &session.cameras[0].desc.patterns[0]);
	down();
	found("front", "", "stripes");
	want(FL_ERR_NOTFOUND, "no selected camera has a pattern 'stripes'", "front has bars");
	assert_true(session.is_refused);
	down();
}

static void a_camera_without_patterns_has_none(void **state)
{
	size_t size;
	char *text = shipped_read("sensors/", "ov5670", &size);

	(void)state;
	found("all", "", "stripes");
	host_file_put("firstlight/sensors/ov5670.ini", text,
		      (size_t)(strstr(text, "[pattern bars]") - text));
	free(text);
	want(FL_ERR_NOTFOUND, "no selected camera has a pattern 'stripes'",
	     "front has none; rear has ");
	assert_null(session.cameras[0].pattern);
	down();
}

/* ---- board.file ----------------------------------------------------------------------------- */

static const char *fact(const struct report_check *check, const char *key)
{
	for (size_t i = 0; i < check->fact_count; i++)
		if (!strcmp(check->facts[i].key, key))
			return check->facts[i].text;
	return "";
}

static void the_row_tells_board_and_cameras(void **state)
{
	struct check_run run = {.session = &session};

	(void)state;
	found("front", "", "");
	host_file_put(BOARDS "soraka.txt", "x", 1);
	run.facts = report_begin(&session.report, "board.file", "");
	assert_int_equal(check_board_file(&run), VERDICT_PASS);
	assert_string_equal(fact(run.facts, "manufacturer"), "HP");
	assert_string_equal(fact(run.facts, "product"), "Soraka");
	assert_string_equal(fact(run.facts, "passed-over"),
			    "soraka.txt: the name does not end in .ini");
	assert_string_equal(fact(run.facts, "board"), "soraka");
	assert_string_equal(fact(run.facts, "description"), "a board");
	assert_string_equal(fact(run.facts, "file"), BOARDS "soraka.ini");
	assert_string_equal(fact(run.facts, "front"), "port 1 lanes 2");
	assert_string_equal(fact(run.facts, "rear"), "port 0 lanes 4, not asked for");
	assert_true(session.has_power);
	assert_int_equal(session_bus(&session, 0), FL_ERR_NOTFOUND);
	assert_non_null(strstr(session.diag.message,
			       "I2C2 (00:15.2) is not there; LPSS I2C controllers found: none"));
	assert_string_equal(session.diag.hint, session.controllers[0].why.hint);
	down();
	up();
	host_disk_pull_after(0);
	run.facts = report_begin(&session.report, "board.file", "");
	assert_int_equal(check_board_file(&run), VERDICT_ERROR); /* the stick's trouble */
	assert_string_equal(fact(run.facts, "board"), "");
	down();
	up();
	run.facts = report_begin(&session.report, "board.file", "");
	assert_int_equal(check_board_file(&run), VERDICT_FAIL);
	assert_string_equal(fact(run.facts, "product"), "Soraka");
	down();
}

/* Whatever allocation fails: said, and nothing is lost. */
static void memory_that_is_short_is_told(void **state)
{
	unsigned told = 0;

	(void)state;
	for (unsigned named = 0; named < 2; named++) {
		for (unsigned k = 1; k < 24; k++) {
			enum fl_err err;

			found("all", "", "");
			put_board("a", "smbios-manufacturer = HP\nsmbios-product = Soraka");
			if (named)
				snprintf(session.plan.board, sizeof session.plan.board, "a");
			host_fail_allocation(k);
			err = session_find_board(&session);
			host_fail_allocation(0);
			if (err)
				assert_int_equal(err, FL_ERR_NOMEM);
			told += err || session.cameras[0].trouble.message[0] ||
				session.cameras[1].trouble.message[0];
			if (err && !session.diag.message[0])
				fail_msg("allocation %u: nothing is said", k);
			down();
		}
	}
	assert_true(told > 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_board_that_fits_is_taken),
		cmocka_unit_test(the_nearest_board_is_taken),
		cmocka_unit_test(two_that_fit_as_well_are_refused),
		cmocka_unit_test(a_mistake_counts_where_nothing_fits_better),
		cmocka_unit_test(no_board_names_the_machine_and_what_was_passed_over),
		cmocka_unit_test(names_that_are_not_read_are_told),
		cmocka_unit_test(a_folder_may_be_full),
		cmocka_unit_test(boards_are_read_in_order),
		cmocka_unit_test(what_was_passed_over_is_one_line),
		cmocka_unit_test(a_board_that_cannot_be_read_is_passed_over),
		cmocka_unit_test(a_folders_names_are_as_many_as_have_room),
		cmocka_unit_test(a_camera_without_patterns_has_none),
		cmocka_unit_test(a_folder_that_cannot_be_read_is_the_sticks_trouble),
		cmocka_unit_test(a_named_board_need_not_fit),
		cmocka_unit_test(a_named_board_that_is_not_there_is_refused),
		cmocka_unit_test(the_answer_stays_the_same),
		cmocka_unit_test(only_cameras_asked_for_are_read),
		cmocka_unit_test(a_mode_that_nobody_has_is_refused),
		cmocka_unit_test(a_pattern_may_be_off_named_or_shown),
		cmocka_unit_test(the_row_tells_board_and_cameras),
		cmocka_unit_test(memory_that_is_short_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
