/* run.c: one climb of the ladder, or of a part of it, with its report. */
#include "app/app.h"

#include "describe/ini/files.h"

static void print_head(struct session *session)
{
	const struct board_identity *identity = &session->identity;
	struct text_buffer head = {0};
	char volume[200];

	report_ktap_head(&session->report, &head);
	session_print(session, "%s", head.data ? head.data : "");
	text_buffer_free(&head);
	session_print(session, "# Firstlight %s on %s %s, unit %s (%s)\n", session->version,
		      *identity->manufacturer ? identity->manufacturer : "unknown maker",
		      *identity->product ? identity->product : "unknown product", session->unit,
		      session->unit_from);
	session_print(session, "# firmware %s %s, %s, secure boot %s\n",
		      session->report.firmware.vendor, session->report.firmware.version,
		      session->report.firmware.interface,
		      session->report.firmware.secure_boot ? "on" : "off");
	platform_volume_name(volume, sizeof volume);
	session_print(session, "# results go to volume %s\n", *volume ? volume : "none");
	session_print(session, "# ESC ends the run\n");
}

/* ---- what the report says of the run itself ----------------------------------------------- */

static void enter_setting(void *context, const char *key, const char *value, bool is_number)
{
	uint64_t number;

	if (is_number && text_u64(value, &number))
		report_number(context, key, (double)number);
	else
		report_text(context, key, "%s", value);
}

static void enter_request(struct session *session, const char *command)
{
	struct report *report = &session->report;
	struct platform_clock clock;

	text_copy(report->command, sizeof report->command, command);
	plan_each(&session->plan, enter_setting, &report->settings);
	platform_wall_clock(&clock);
	if (clock.year)
		text_format(report->date, sizeof report->date, "%04u-%02u-%02uT%02u:%02u:%02u",
			    clock.year, clock.month, clock.day, clock.hour, clock.minute,
			    clock.second);
}

static void count_cameras(struct session *session)
{
	session->report.cameras_known = session->camera_count;
	for (unsigned i = 0; i < session->camera_count; i++)
		session->report.cameras_tested += session->cameras[i].is_selected;
}

/* For the next boot stage: docs/report.md, "The EFI variable". */
static void publish(const struct session *session, const char *result)
{
	char text[96];

	text_format(text, sizeof text, "%s %s", result,
		    session->report.run[0] ? session->report.run : "unstored");
	platform_result_publish(text, session->plan.keeps_result);
}

/* The last lines of console and log. */
static void compose_tail(struct session *session, struct text_buffer *tail)
{
	text_buffer_free(tail);
	report_ktap_tail(&session->report, tail);
	text_append_raw(&session->log, tail->data ? tail->data : "", tail->length);
}

/* The record is stored before the verdict is said: one that is not there whole makes the run an ERROR,
 * which a stick that takes it gets as its record. What a person or a script waits for comes last, and
 * always. */
static enum verdict finish(struct session *session)
{
	struct report *report = &session->report;
	struct text_buffer tail = {0};

	report->finished = true;
	count_cameras(session);
	if (session->directory[0])
		session_print(session, "# results in %s\n", session->directory);
	compose_tail(session, &tail);
	if (store_reports(session)) {
		text_copy(report->unstored, sizeof report->unstored, session->diag.message);
		compose_tail(session, &tail);
		store_reports(session);
	}
	publish(session, verdict_name(report_result(report)));
	platform_console_write(tail.data ? tail.data : "RESULT ERROR (out of memory)\n");
	verdict_show(session, report_result(report)); /* would scroll the last line */
	text_buffer_free(&tail);
	return report_result(report);
}

int command_ladder(struct session *session, const char *command, uint32_t rungs)
{
	enum verdict verdict;
	enum fl_err stored;

	enter_request(session, command);
	stored = store_begin(session);
	print_head(session);
	session_list_functions(session, &session->log);
	if (stored) /* The checks still tell what they see; the run is an ERROR, with this reason. */
		session_print(session, "# %s\n# hint: %s\n", session->diag.message,
			      session->diag.hint);
	publish(session, "ERROR"); /* "did not finish", until it has */
	store_progress(session);
	ladder_run(session, rungs);
	verdict = finish(session);
	return verdict == VERDICT_PASS ? APP_PASS : verdict == VERDICT_FAIL ? APP_FAIL : APP_ERROR;
}
