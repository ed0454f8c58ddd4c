/* check_files.c: rung 20: the stick has room, and the frames kept are on it, read back and equal. */
#include "checks/checks.h"
#include "core/field.h"

/* "raw,json": as on a command line. */
static void list_formats(unsigned formats, char *out, size_t capacity)
{
	static const char *const names[] = {"raw", "json", "pgm", "png", "dng"};
	size_t used = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
		if (formats & BIT(i))
			used += text_format(out + used, capacity - used, "%s%s", used ? "," : "",
					    names[i]);
}

static enum fl_err tell_left_out(struct session *session)
{
	const struct space *space = &session->space;
	unsigned fewer = session->plan.frames - space->frames;
	char formats[40], frames[80] = "";

	list_formats(space->left_out, formats, sizeof formats);
	if (fewer)
		text_format(frames, sizeof frames, "%s%u of %u frames of each camera",
			    space->left_out ? " and " : "", fewer, session->plan.frames);
	return diag_fail(&session->diag, FL_ERR_NOSPACE,
			 "delete old runs, let the plan do it (keep = 20), or ask for less "
			 "(--frames, --format)",
			 "%llu KiB are free and %llu KiB wanted: %s%s%s are not stored",
			 (unsigned long long)(space->free >> 10),
			 (unsigned long long)(space->wanted >> 10), formats,
			 space->left_out ? " files" : "", frames);
}

enum verdict check_space(const struct check_run *run)
{
	struct session *session = run->session;
	const struct space *space = &session->space;
	char formats[40];

	if (!*session->directory) {
		session->diag = session->store;
		return VERDICT_ERROR;
	}
	if (space_plan(session))
		return VERDICT_ERROR;
	report_number(run->facts, "free-kib", (double)(space->free >> 10));
	report_number(run->facts, "wanted-kib", (double)(space->wanted >> 10));
	list_formats(space->formats, formats, sizeof formats);
	report_text(run->facts, "formats", "%s", formats);
	report_number(run->facts, "frames", space->frames);
	if (!space->left_out && space->frames == session->plan.frames)
		return VERDICT_PASS;
	tell_left_out(session);
	return VERDICT_ERROR;
}

enum verdict check_files(const struct check_run *run)
{
	struct session *session = run->session;
	struct session_camera *camera = run->camera;

	for (unsigned i = 0; i < camera->frame_count && !diag_failed(&camera->write); i++) {
		struct session_frame *frame = &camera->frames[i];

		if (frame->buffer && !frame->is_stored &&
		    frame_store(session, camera, frame, "none"))
			camera->write = session->diag;
	}
	report_number(run->facts, "frames", camera->frame_count);
	report_number(run->facts, "files", camera->files_written);
	report_text(run->facts, "directory", "%s",
		    *session->directory ? session->directory : "none");
	if (!camera->frame_count)
		return check_skip(run, "no frame was taken");
	session->diag = camera->judged;
	if (diag_failed(&camera->judged)) { /* whatever became of the files: this is the camera */
		if (diag_failed(&camera->write))
			report_text(run->facts, "not-stored", "%s", camera->write.message);
		return VERDICT_FAIL;
	}
	if (!*session->directory)
		return check_skip(run, "nothing can be stored: see files.space");
	if (!camera->files_written && !diag_failed(&camera->write))
		return check_skip(run, "no frame has room: see files.space");
	session->diag = camera->write; /* the stick's trouble says nothing about the camera */
	return diag_failed(&camera->write) ? VERDICT_ERROR : VERDICT_PASS;
}
