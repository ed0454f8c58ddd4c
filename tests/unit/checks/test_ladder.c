/*
 * test_ladder.c: the loop that climbs: the order of rows and cameras, causes in one step, what a plan may
 * require, the operator's ESC, and the report on the stick while a check is at work.
 */
#include "camera/ipu3/ipu3.h"
#include "tests/unit/checks/rig.h"

#define OUT "results/VB"

static struct ladder ladder;

/* All rows of the IPU3, and no function of it, so that most fail at once. */
static void up(void)
{
	struct session *session = &rig.session;
	const struct camera_host host = {
		.pci = &session->pci, .cache = &session->cache, .diag = &session->diag};

	rig_up();
	session->generations = camera_generations;
	assert_int_equal(ipu3_camera.create(&host, &session->device), FL_OK);
	ladder_build(&ipu3_camera, &ladder);
	session->is_searched = true; /* the board is as the rig has it */
	session->buses = NULL;
	session->controllers = NULL;
	snprintf(session->report.command, sizeof session->report.command, "probe");
}

static void down(void)
{
	session_end(&rig.session);
	if (rig.session.device)
		rig.session.device->ops->destroy(rig.session.device);
	platform_free(rig.session.buses);
	platform_free(rig.session.controllers);
	rig_down();
}

static const struct report_check *entry(const char *id, const char *camera)
{
	for (size_t i = 0; i < rig.session.report.check_count; i++) {
		const struct report_check *check = &rig.session.report.checks[i];

		if (!strcmp(check->id, id) && !strcmp(check->camera, camera))
			return check;
	}
	return NULL;
}

static void want(const char *id, const char *camera, enum verdict verdict, const char *words,
		 const char *cause)
{
	const struct report_check *check = entry(id, camera);

	if (!check || check->verdict != verdict || !strstr(check->message, words) ||
	    strcmp(check->cause, cause))
		fail_msg("%s %s is %s, '%s', cause '%s'; want %s, '%s', '%s'", id, camera,
			 check ? verdict_name(check->verdict) : "missing",
			 check ? check->message : "", check ? check->cause : "",
			 verdict_name(verdict), words, cause);
}

/* ---- order ---------------------------------------------------------------------------------- */

static size_t place(const char *id, const char *camera)
{
	const struct report_check *check = entry(id, camera);

	if (!check)
		fail_msg("%s %s is not there", id, camera);
	return (size_t)(check - rig.session.report.checks);
}

static void cameras_take_turns_and_stream_one_by_one(void **state)
{
	size_t rows = 0, last_of_front = 0, first_of_rear = SIZE_MAX;

	(void)state;
	up();
	ladder_run(&rig.session, RUNGS_LADDER | RUNG_ON_REQUEST);
	for (size_t i = 0; i < ladder.count; i++) {
		const struct check *row = ladder.rows[i];

		rows += row->scope == CHECK_BOARD ? 1 : 2;
		if (row->scope == CHECK_BOARD) {
			place(row->id, "");
		} else if (row->scope == CHECK_CAMERA) {
			assert_int_equal(place(row->id, "rear"), place(row->id, "front") + 1);
		} else {
			size_t front = place(row->id, "front"), rear = place(row->id, "rear");

			last_of_front = front > last_of_front ? front : last_of_front;
			first_of_rear = rear < first_of_rear ? rear : first_of_rear;
		}
	}
	assert_int_equal(rig.session.report.check_count, rows);
	assert_int_equal(first_of_rear, last_of_front + 1);
	for (size_t i = 1; i < ladder.count; i++)
		if (ladder.rows[i]->scope == CHECK_BOARD &&
		    ladder.rows[i - 1]->scope == CHECK_BOARD)
			assert_int_equal(place(ladder.rows[i]->id, ""),
					 place(ladder.rows[i - 1]->id, "") + 1);
	down();
}

/* Only what was asked for counts; all rows stand in the report, once where nobody has them. */
static void what_is_not_asked_for_is_left_out(void **state)
{
	(void)state;
	up();
	rig.session.cameras[0].is_selected = false;
	ladder_run(&rig.session, RUNG(1) | RUNG(7) | RUNG(14) | RUNG(20));
	assert_int_equal(rig.session.report.check_count, ladder.count);
	for (size_t i = 0; i < ladder.count; i++) {
		const struct check *row = ladder.rows[i];
		/* without a stream nothing of a stream is asked */
		bool is_asked = (row->rung == 1 || row->rung == 7 || row->rung == 20) &&
				row->scope != CHECK_STREAM;
		const char *camera = is_asked && row->scope == CHECK_CAMERA ? "rear" : "";

		assert_int_equal(entry(row->id, camera)->is_left_out,
				 !is_asked || row->run == check_module_eeprom ||
					 row->run == check_module_vcm);
		if (!is_asked)
			want(row->id, "", VERDICT_SKIP, "not part of probe", "");
	}
	down();
	up(); /* no camera: no board file was read */
	rig.session.camera_count = 0;
	ladder_run(&rig.session, RUNG(7));
	want("sensor.id", "", VERDICT_SKIP, "no camera: no board file was read", "");
	assert_int_equal(rig.session.report.check_count, ladder.count);
	rig.session.camera_count = 2;
	down();
}

/* ---- causes --------------------------------------------------------------------------------- */

static void a_cause_is_named_in_one_step(void **state)
{
	(void)state;
	up();
	ladder_run(&rig.session, RUNGS_LADDER);
	want("pci.receiver", "", VERDICT_FAIL, "no CIO2", "");
	want("pci.ready", "", VERDICT_SKIP, "pci.receiver failed", "pci.receiver");
	want("pci.imgu", "", VERDICT_SKIP, "no ImgU (8086:1919): firmware", "");
	want("mmu.up", "", VERDICT_SKIP, "no ImgU (8086:1919): firmware", "pci.imgu");
	want("mmu.read", "", VERDICT_SKIP, "no ImgU (8086:1919): firmware", "pci.imgu");
	want("pci.i2c", "front", VERDICT_FAIL, "I2C2 (00:00.0) is not there", "");
	want("power.up", "front", VERDICT_SKIP, "pci.i2c failed", "pci.i2c");
	want("sensor.mode", "rear", VERDICT_SKIP, "pci.i2c failed", "pci.i2c");
	/* The first of several. */
	want("stream.start", "rear", VERDICT_SKIP, "pci.receiver failed", "pci.receiver");
	want("stream.cycles", "rear", VERDICT_SKIP, "pci.receiver failed", "pci.receiver");
	want("files.space", "", VERDICT_ERROR, "", "");
	/* Whatever failed: what was switched on is put back, and that is looked at. */
	want("device.restored", "", VERDICT_PASS, "", "");
	down();
	/* An error is told as such, and another camera's failure is no cause. */
	up();
	rig.session.cameras[0].has_desc = false;
	rig.session.cameras[0].sensor_file = FL_ERR_IO;
	ladder_run(&rig.session, RUNGS_LADDER);
	want("sensor.file", "front", VERDICT_ERROR, "", "");
	want("csi.timing", "front", VERDICT_SKIP, "sensor.file is an error", "sensor.file");
	want("csi.timing", "rear", VERDICT_PASS, "", "");
	down();
	/* A rung that is not part of the command is no cause. */
	up();
	ladder_run(&rig.session, RUNG(9));
	want("csi.timing", "front", VERDICT_PASS, "", "");
	down();
}

/* ---- required ------------------------------------------------------------------------------- */

static void what_is_required_may_not_be_skipped(void **state)
{
	static const struct {
		const char *list;
		bool imgu, read;
	} cases[] = {
		{"pci.imgu", true, false},
		{"pci.imgu,mmu.read", true, true},
		{" ,mmu.read , pci.imgu,", true, true},
		{"mmu.read pci.ready", false, true},
		{"pci.img", false, false},
		{"pci.imgu.x", false, false},
		{"", false, false},
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		up();
		snprintf(rig.session.plan.required, sizeof rig.session.plan.required, "%s",
			 cases[i].list);
		ladder_run(&rig.session, RUNG(1));
		want("pci.imgu", "", cases[i].imgu ? VERDICT_FAIL : VERDICT_SKIP,
		     cases[i].imgu ? "required by the plan, and not done: no ImgU (8086" : "no Im",
		     "");
		want("mmu.read", "", cases[i].read ? VERDICT_FAIL : VERDICT_SKIP,
		     cases[i].read ? "required by the plan, and not done: not part of probe"
				   : "not",
		     "");
		assert_int_equal(entry("mmu.read", "")->is_left_out, !cases[i].read);
		if (cases[i].imgu)
			assert_string_equal(entry("pci.imgu", "")->hint,
					    "take it out of `required` in the plan, or supply what "
					    "it lacks");
		else
			assert_string_equal(entry("pci.imgu", "")->hint, "");
		down();
	}
	up(); /* what has failed is not required a second time */
	snprintf(rig.session.plan.required, sizeof rig.session.plan.required, "pci.receiver");
	ladder_run(&rig.session, RUNG(1));
	want("pci.receiver", "", VERDICT_FAIL, "no CIO2", "");
	down();
}

static void what_is_required_must_be_a_row(void **state)
{
	struct plan *plan = &rig.session.plan;
	struct diag diag = {0};

	(void)state;
	up();
	for (size_t i = 0; i < ladder.count; i++) {
		snprintf(plan->required, sizeof plan->required, "%s", ladder.rows[i]->id);
		assert_int_equal(ladder_check_plan(plan, camera_generations, &diag), FL_OK);
	}
	snprintf(plan->required, sizeof plan->required, "pci.imgu, mmu.raed,x");
	assert_int_equal(ladder_check_plan(plan, camera_generations, &diag), FL_ERR_NOTFOUND);
	assert_string_equal(diag.message, "the plan requires 'mmu.raed', which is no check");
	assert_non_null(strstr(diag.hint, "report.json"));
	plan->required[0] = '\0';
	assert_int_equal(ladder_check_plan(plan, camera_generations, &diag), FL_OK);
	down();
}

/* ---- ESC ------------------------------------------------------------------------------------ */

static void escape_skips_what_follows(void **state)
{
	static const struct {
		const char *keys, *after;
	} cases[] = {{"\x1b", "the start"},
		     {".\x1b", "pci.receiver"},
		     {"..........\x1b", "power.up rear"}};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		bool is_over = i == 0;

		up();
		host_set_keys(cases[i].keys);
		snprintf(rig.session.plan.required, sizeof rig.session.plan.required, "pci.imgu");
		ladder_run(&rig.session, RUNGS_LADDER);
		assert_string_equal(rig.session.report.ended_after, cases[i].after);
		want("stream.cycles", "rear", VERDICT_SKIP, "ended by the operator", "");
		want("device.restored", "", VERDICT_PASS, "", ""); /* always */
		if (is_over)
			want("pci.receiver", "", VERDICT_SKIP, "ended by the operator", "");
		/* nobody's failure, whatever the plan requires */
		want("pci.imgu", "", i == 2 ? VERDICT_FAIL : VERDICT_SKIP, "", "");
		down();
	}
}

/* ---- what is told --------------------------------------------------------------------------- */

static void time_and_retries_are_those_of_the_check(void **state)
{
	double sum = 0, all;
	uint64_t start;

	(void)state;
	up();
	start = host_time_ns();
	ladder_run(&rig.session, RUNGS_LADDER);
	all = (double)(host_time_ns() - start) / 1e6;
	for (size_t i = 0; i < rig.session.report.check_count; i++) {
		sum += rig.session.report.checks[i].ms;
		for (size_t j = 0; j < rig.session.report.checks[i].fact_count; j++)
			assert_string_not_equal(rig.session.report.checks[i].facts[j].key,
						"i2c-retries");
	}
	assert_true(sum > 1 && sum <= all && sum > all / 2);
	down();
}

/* As it lies on the stick while a check is at work: what has ended, and the name of that check. */
static void the_report_on_the_stick_names_the_next_check(void **state)
{
	size_t asked = 2, seen = 0;

	(void)state;
	for (size_t k = 1; k < asked; k += k + 3 < asked || k == asked - 1 ? 3 : asked - 1 - k) {
		const struct report *report = &rig.session.report;
		const char *json;
		char next[128];

		up();
		snprintf(rig.session.directory, sizeof rig.session.directory, OUT);
		assert_int_equal(platform_dir_create(OUT), FL_OK);
		host_disk_pull_write(k + 1); /* the report before is what stays */
		ladder_run(&rig.session, RUNGS_LADDER);
		while (asked < report->check_count && !report->checks[asked].is_left_out)
			asked++; /* the next one that is left out is the next one all the same */
		json = host_file_get(OUT "/report.json", NULL);
		assert_non_null(json);
		snprintf(next, sizeof next, "did not finish: in %s%s%s", report->checks[k].id,
			 report->checks[k].camera[0] ? " " : "", report->checks[k].camera);
		if (!strstr(json, next))
			fail_msg("after %zu: '%s' is not in\n%s", k, next, json);
		seen++;
		assert_non_null(strstr(host_console(), "report.json cannot be stored"));
		assert_non_null(strstr(host_console(), report->checks[k].id));
		down();
	}
	assert_true(seen > 3);
}

static void the_last_check_leaves_no_next_one(void **state)
{
	const char *json;

	(void)state;
	up();
	snprintf(rig.session.directory, sizeof rig.session.directory, OUT);
	assert_int_equal(platform_dir_create(OUT), FL_OK);
	ladder_run(&rig.session, RUNGS_LADDER);
	json = host_file_get(OUT "/report.json", NULL);
	assert_non_null(strstr(json, "did not finish\""));
	assert_non_null(strstr(json, "device.restored"));
	assert_string_equal(rig.session.report.running, "");
	assert_non_null(strstr(rig.session.log.data, "device.restored"));
	assert_non_null(strstr(host_console(), "device.restored"));
	down();
}

static void no_memory_for_the_order_is_told(void **state)
{
	(void)state;
	up();
	host_fail_allocation(1);
	ladder_run(&rig.session, RUNGS_LADDER);
	assert_int_equal(rig.session.report.check_count, 0);
	assert_true(rig.session.report.failed_memory);
	down();
}

/* Whatever allocation fails, the first row's entry among them. */
static void no_memory_for_a_row_is_told(void **state)
{
	(void)state;
	for (unsigned k = 1; k < 40; k++) {
		up();
		host_fail_allocation(k);
		ladder_run(&rig.session, RUNGS_LADDER);
		host_fail_allocation(0);
		assert_int_not_equal(report_result(&rig.session.report), VERDICT_PASS);
		down();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cameras_take_turns_and_stream_one_by_one),
		cmocka_unit_test(what_is_not_asked_for_is_left_out),
		cmocka_unit_test(a_cause_is_named_in_one_step),
		cmocka_unit_test(what_is_required_may_not_be_skipped),
		cmocka_unit_test(what_is_required_must_be_a_row),
		cmocka_unit_test(escape_skips_what_follows),
		cmocka_unit_test(time_and_retries_are_those_of_the_check),
		cmocka_unit_test(the_report_on_the_stick_names_the_next_check),
		cmocka_unit_test(the_last_check_leaves_no_next_one),
		cmocka_unit_test(no_memory_for_a_row_is_told),
		cmocka_unit_test(no_memory_for_the_order_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
