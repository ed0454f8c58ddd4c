/* store.c: where results go on the stick. Nothing that exists is overwritten. */
#include "checks/session.h"
#include "core/mem.h"

#define RUNS_MAX 1000u /* of one unit in one second, or of a machine without a clock */

/* What FAT takes everywhere: letters, digits, '-', '_', '.'. */
static void clean_name(char *name)
{
	for (; *name; name++) {
		bool is_plain = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') ||
				(*name >= '0' && *name <= '9') || *name == '-' || *name == '_' ||
				*name == '.';

		if (!is_plain)
			*name = '_';
	}
}

static void unit_name(const struct session *session, char *out, size_t capacity)
{
	const char *name = session->plan.unit;

	if (text_equal_nocase(name, "serial"))
		name = session->identity.serial;
	if (!name[0])
		name = session->identity.board_serial;
	if (!name[0])
		name = "unknown";
	text_copy(out, capacity, name);
	clean_name(out);
}

static void run_name(unsigned number, char *out, size_t capacity)
{
	struct platform_clock clock;

	platform_wall_clock(&clock);
	if (clock.year)
		text_format(out, capacity, "%04u%02u%02u-%02u%02u%02u-%03u", clock.year,
			    clock.month, clock.day, clock.hour, clock.minute, clock.second, number);
	else
		text_format(out, capacity, "run-%03u", number);
}

static enum fl_err cannot_store(struct session *session, enum fl_err err, const char *what)
{
	const char *hint =
		err == FL_ERR_READONLY
			? "the stick is write-protected: results are on screen and serial only"
		: err == FL_ERR_NOSPACE
			? "the stick is full: delete old folders under firstlight/results/"
			: "try another stick";

	return diag_fail(&session->diag, err, hint, "%s/%s cannot be stored (%s)",
			 session->directory, what, fl_err_name(err));
}

enum fl_err store_begin(struct session *session)
{
	char unit[64], path[320];
	enum fl_err err = FL_ERR_EXISTS;

	unit_name(session, unit, sizeof unit);
	for (unsigned number = 0; err == FL_ERR_EXISTS && number < RUNS_MAX; number++) {
		run_name(number, session->report.run, sizeof session->report.run);
		text_format(session->directory, sizeof session->directory, "%s/%s/%s",
			    session->plan.output, unit, session->report.run);
		if (platform_file_exists(session->directory) != FL_OK)
			err = FL_OK;
	}
	text_format(path, sizeof path, "%s/frames", session->directory);
	if (!err)
		err = platform_dir_create(path);
	if (err) {
		err = cannot_store(session, err, "");
		session->store = session->diag;
		session->directory[0] = '\0';
		text_copy(session->report.unstored, sizeof session->report.unstored,
			  session->diag.message);
	}
	return err;
}

enum fl_err store_file(struct session *session, const char *name, const void *data, size_t size)
{
	char path[384];
	void *back;
	size_t back_size;
	enum fl_err err;

	if (!session->directory[0]) {
		session->diag = session->store; /* said at the start, and again where it counts */
		return FL_ERR_READONLY;
	}
	text_format(path, sizeof path, "%s/%s", session->directory, name);
	err = platform_file_write(path, data, size);
	if (err)
		return cannot_store(session, err, name);
	err = platform_file_read(path, &back, &back_size);
	if (err)
		return diag_fail(&session->diag, err, "the stick loses data: try another one",
				 "%s was written and cannot be read back (%s)", path,
				 fl_err_name(err));
	if (back_size != size || memcmp(back, data, size))
		err = diag_fail(&session->diag, FL_ERR_MISMATCH,
				"the stick loses data: try another one",
				"%s reads back different from what was written (%zu and %zu bytes)",
				path, back_size, size);
	platform_free(back);
	return err;
}

static void store_text(struct session *session, const char *name, const struct text_buffer *text)
{
	char path[384];
	enum fl_err err;

	text_format(path, sizeof path, "%s/%s", session->directory, name);
	err = text->failed || !text->data ? FL_ERR_NOMEM
					  : platform_file_write(path, text->data, text->length);
	if (!err || session->store_failed)
		return;
	session->store_failed = true;
	text_format(session->report.unstored, sizeof session->report.unstored, "%s (%s)", path,
		    fl_err_name(err));
	session_print(session, "# %s cannot be stored: %s\n", path, fl_err_name(err));
}

void store_report(struct session *session, bool is_final)
{
	struct text_buffer text = {0};

	if (!session->directory[0])
		return;
	report_json(&session->report, &text);
	store_text(session, "report.json", &text);
	text_buffer_free(&text);
	if (!is_final)
		return;
	report_junit(&session->report, &text);
	store_text(session, "report.xml", &text);
	text_buffer_free(&text);
}

void store_log(struct session *session, const struct text_buffer *tail)
{
	text_append_raw(&session->log, tail->data ? tail->data : "", tail->length);
	if (session->directory[0])
		store_text(session, "log.txt", &session->log);
}
