/* check_files.c: rung 20: the frames kept are on the stick, read back and equal. */
#include "checks/checks.h"

enum verdict check_files(const struct check_run *run)
{
	struct session *session = run->session;
	struct session_camera *camera = run->camera;

	for (unsigned i = 0; i < camera->frame_count && !camera->write.message[0]; i++) {
		struct session_frame *frame = &camera->frames[i];

		if (frame->buffer && !frame->is_stored &&
		    frame_store(session, camera, frame, "none"))
			camera->write = session->diag;
	}
	report_number(run->facts, "frames", camera->frame_count);
	report_number(run->facts, "files", camera->files_written);
	report_text(run->facts, "directory", "%s",
		    session->directory[0] ? session->directory : "none");
	if (!camera->frame_count)
		return check_skip(run, "no frame was taken");
	if (camera->write.message[0]) { /* the stick's trouble says nothing about the camera */
		session->diag = camera->write;
		return VERDICT_ERROR;
	}
	session->diag = camera->judged;
	return camera->judged.message[0] ? VERDICT_FAIL : VERDICT_PASS;
}
