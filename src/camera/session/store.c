/* store.c: where results go on the stick. Nothing that exists is overwritten, and nothing is begun
 * that a nearly full stick could leave half done. */
#include "describe/identity.h"
#include "camera/session/runs.h"
#include "camera/session/session.h"
#include "core/mem.h"

/* With less than this free nothing is created: firmware's FAT driver has been seen to make a folder
 * that points at the root when the stick fills up while it does. A folder takes a cluster, at most
 * 64 KiB, and three may be needed. */
#define MARGIN      (256u << 10)
/* Frames leave this much more for the reports: two copies of each while it is renewed. */
#define REPORT_ROOM (1u << 20)

#define PATH_SIZE 384u

static const char *hint_for(enum fl_err err)
{
	switch (err) {
	case FL_ERR_READONLY:
		return "the stick is write-protected: results are on screen and serial only";
	case FL_ERR_NOSPACE:
		return "the stick is full: delete old folders under firstlight/results/, or let "
		       "the plan do it (keep = 20)";
	case FL_ERR_NOTFOUND:
		return "was the stick pulled out?";
	case FL_ERR_INVALID:
		return "does a file stand where a folder of this path should be? Rename or delete "
		       "it";
	default:
		return "was the stick pulled out? If not, try another stick";
	}
}

static enum fl_err cannot_store(struct session *session, enum fl_err err, const char *what)
{
	return diag_fail(&session->diag, err, hint_for(err), "%s%s%s cannot be stored (%s)",
			 session->directory, *what ? "/" : "", what, fl_err_name(err));
}

/* Is there room for `size` bytes and what has to stay free behind them? */
static enum fl_err check_room(struct session *session, const char *what, uint64_t size)
{
	uint64_t bytes;
	enum fl_err err = platform_volume_free(&bytes);

	if (err == FL_ERR_UNSUPPORTED) /* a volume that does not tell: writing will */
		return FL_OK;
	if (err)
		return cannot_store(session, err, what);
	if (bytes >= size)
		return FL_OK;
	return diag_fail(&session->diag, FL_ERR_NOSPACE, hint_for(FL_ERR_NOSPACE),
			 "%s%s%s cannot be stored (no space left: %llu KiB free, %llu KiB wanted)",
			 session->directory, *what ? "/" : "", what,
			 (unsigned long long)(bytes >> 10), (unsigned long long)(size >> 10));
}

/* ---- the run's folder -------------------------------------------------------------------- */

static void count_entry(void *context, const char *name, bool is_dir)
{
	(void)name;
	(void)is_dir;
	++*(unsigned *)context;
}

/* What is new is empty. If it is not, the file system is damaged: nothing is written there, and
 * nothing removed. */
static enum fl_err make_folder(struct session *session)
{
	char path[sizeof session->directory + 8];
	unsigned entries = 0;
	enum fl_err err;

	text_format(path, sizeof path, "%s/frames", session->directory);
	err = platform_dir_create(path);
	if (err)
		return cannot_store(session, err, "");
	err = platform_dir_list(path, count_entry, &entries);
	if (err)
		return cannot_store(session, err, "");
	if (!entries)
		return FL_OK;
	return diag_fail(&session->diag, FL_ERR_FORMAT,
			 "check the stick's file system on another machine, then make it anew",
			 "the new folder %s holds %u entries: the file system is damaged", path,
			 entries);
}

/* Leaves `keep` runs beside this one, which has no name before it is begun. */
static void prune(struct session *session, unsigned keep)
{
	const char *unit = session->folder;
	unsigned removed = 0;
	enum fl_err err = runs_prune(unit, keep, session->report.run, &removed);

	if (removed)
		session_print(session, "# keep = %u: %u older run%s removed from %s\n",
			      session->plan.keep, removed, removed == 1 ? "" : "s", unit);
	if (err)
		session_print(session, "# keep = %u: an older run in %s cannot be removed (%s)\n",
			      session->plan.keep, unit, fl_err_name(err));
}

static enum fl_err begin(struct session *session)
{
	unsigned keep = session->plan.keep;
	enum fl_err err;

	text_format(session->folder, sizeof session->folder, "%s/%s", session->plan.output,
		    session->unit);
	text_copy(session->directory, sizeof session->directory, session->folder);
	/* With this run `keep` are left; the one before it stays until this one is on the stick. */
	if (keep)
		prune(session, keep - (keep > 1));
	err = check_room(session, "", MARGIN + REPORT_ROOM);
	if (err)
		return err;
	err = runs_new_name(session->folder, session->report.run);
	if (err)
		return cannot_store(session, err, "");
	text_format(session->directory, sizeof session->directory, "%s/%s", session->folder,
		    session->report.run);
	return make_folder(session);
}

enum fl_err store_begin(struct session *session)
{
	enum fl_err err;

	session->unit_from = unit_name(&session->identity, session->plan.unit, session->unit);
	text_copy(session->report.unit, sizeof session->report.unit, session->unit);
	err = begin(session);
	if (err) {
		session->store = session->diag;
		session->directory[0] = '\0';
		text_copy(session->report.unstored, sizeof session->report.unstored,
			  session->diag.message);
	}
	return err;
}

/* ---- files ------------------------------------------------------------------------------- */

static enum fl_err write_file(struct session *session, const char *name, const void *data,
			      size_t size, uint64_t reserve)
{
	char path[PATH_SIZE];
	enum fl_err err = check_room(session, name, size + reserve);

	if (err)
		return err;
	text_format(path, sizeof path, "%s/%s", session->directory, name);
	err = platform_file_write(path, data, size);
	return err ? cannot_store(session, err, name) : FL_OK;
}

static enum fl_err read_back(struct session *session, const char *name, const void *data,
			     size_t size)
{
	static const char hint[] = "the stick loses data, or was pulled out: try another one";
	char path[PATH_SIZE];
	void *back;
	size_t back_size;
	enum fl_err err;

	text_format(path, sizeof path, "%s/%s", session->directory, name);
	err = platform_file_read(path, &back, &back_size);
	if (err)
		return diag_fail(&session->diag, err, hint,
				 "%s was written and cannot be read back (%s)", path,
				 fl_err_name(err));
	if (back_size != size || memcmp(back, data, size))
		err = diag_fail(&session->diag, FL_ERR_MISMATCH, hint,
				"%s reads back different from what was written (%zu and %zu bytes)",
				path, back_size, size);
	platform_free(back);
	return err;
}

enum fl_err store_file(struct session *session, const char *name, const void *data, size_t size)
{
	enum fl_err err;

	if (!*session->directory) {
		session->diag = session->store; /* said at the start, and again where it counts */
		return FL_ERR_READONLY;
	}
	err = write_file(session, name, data, size, MARGIN + REPORT_ROOM);
	return err ? err : read_back(session, name, data, size);
}

/* ---- reports ----------------------------------------------------------------------------- */

/* What a run that goes on leaves is not read back: the next check writes it anew. */
static enum fl_err store_text(struct session *session, const char *name,
			      const struct text_buffer *text)
{
	enum fl_err err;

	if (text->failed || !text->data)
		return diag_fail(&session->diag, FL_ERR_NOMEM, NULL, "no memory for %s", name);
	err = write_file(session, name, text->data, text->length, MARGIN);
	if (!err && session->report.finished)
		err = read_back(session, name, text->data, text->length);
	return err;
}

static enum fl_err store_json(struct session *session)
{
	struct text_buffer text = {0};
	enum fl_err err;

	report_json(&session->report, &text);
	err = store_text(session, "report.json", &text);
	text_buffer_free(&text);
	return err;
}

static enum fl_err store_xml(struct session *session)
{
	struct text_buffer text = {0};
	enum fl_err err;

	report_junit(&session->report, &text);
	err = store_text(session, "report.xml", &text);
	text_buffer_free(&text);
	return err;
}

void store_progress(struct session *session)
{
	struct diag kept = session->diag;

	if (!*session->directory)
		return;
	diag_clear(&session->diag);
	if (store_json(session) && !session->store_failed) {
		session->store_failed = true;
		session_print(session, "# %s\n", session->diag.message);
	}
	session->diag = kept;
}

/* report.json comes last: until it is there whole, the one that says "did not finish" is. */
enum fl_err store_reports(struct session *session)
{
	enum fl_err err;

	diag_clear(&session->diag);
	if (!*session->directory) {
		session->diag = session->store;
		return FL_ERR_READONLY;
	}
	err = store_xml(session);
	if (!err)
		err = store_text(session, "log.txt", &session->log);
	if (!err)
		err = store_json(session);
	if (!err && session->plan.keep == 1)
		prune(session, 0);
	return err;
}
