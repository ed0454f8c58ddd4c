/* run.c: one climb of the ladder, or of a part of it, with its report. */
#include "app/app.h"

static void print_head(struct session *session)
{
	const struct board_identity *identity = &session->identity;
	struct text_buffer head = {0};

	report_ktap_head(&session->report, &head);
	session_print(session, "%s", head.data ? head.data : "");
	text_buffer_free(&head);
	session_print(session, "# Firstlight %s on %s %s, serial %s\n", session->version,
		      identity->manufacturer[0] ? identity->manufacturer : "unknown maker",
		      identity->product[0] ? identity->product : "unknown product",
		      identity->serial[0] ? identity->serial : "unknown");
	session_print(session, "# firmware %s %s, %s, secure boot %s\n",
		      session->report.firmware.vendor, session->report.firmware.version,
		      session->report.firmware.interface,
		      session->report.firmware.secure_boot ? "on" : "off");
	session_print(session, "# ESC ends the run\n");
}

static void log_functions(struct session *session)
{
	struct text_buffer text = {0};

	for (size_t i = 0; i < session->pci.count; i++)
		pci_print(&session->pci.functions[i], &text);
	text_append_raw(&session->log, text.data ? text.data : "", text.length);
	text_buffer_free(&text);
}

/* Nothing that a person or a script waits for may be missing: the tail comes last, and always. */
static enum verdict finish(struct session *session)
{
	struct text_buffer tail = {0};
	enum verdict verdict;

	session->report.finished = !session->is_cancelled;
	verdict = report_result(&session->report);
	if (session->directory[0])
		session_print(session, "# results in %s\n", session->directory);
	report_ktap_tail(&session->report, &tail);
	text_append_raw(&session->log, tail.data ? tail.data : "", tail.length);
	store_report(session, true);
	platform_result_publish(verdict_name(verdict));
	platform_console_write(tail.data ? tail.data : "RESULT ERROR (out of memory)\n");
	verdict_show(session, verdict); /* after the last line, which would scroll it */
	text_buffer_free(&tail);
	return verdict;
}

int command_ladder(struct session *session, uint32_t rungs)
{
	enum verdict verdict;
	enum fl_err stored = store_begin(session);

	print_head(session);
	log_functions(session);
	if (stored) {
		/* The verdict still counts; the files rung will fail, with this reason. */
		session_print(session, "# %s\n# hint: %s\n", session->diag.message,
			      session->diag.hint);
		diag_clear(&session->diag);
	}
	store_report(session, false); /* "did not finish", until it has */
	ladder_run(session, rungs);
	verdict = finish(session);
	return verdict == VERDICT_PASS ? APP_PASS : verdict == VERDICT_FAIL ? APP_FAIL : APP_ERROR;
}
