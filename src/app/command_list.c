/* command_list.c: `list`: PCI functions and what the stick knows of this board. */
#include "app/app.h"

static void print_files(struct session *session)
{
	if (session->passed_over.data)
		session_print(session, "not read, or not taken, in firstlight/boards:\n%s",
			      session->passed_over.data);
}

/* False when the camera's sensor file cannot be read. */
static bool print_camera(struct session *session, const struct session_camera *camera)
{
	const struct board_camera *board = camera->board;

	session_print(session, "  %s: %s on %s at 0x%02x, CSI-2 port %u, %u lanes, %s\n",
		      board->name, board->sensor, session->board.buses[board->bus].name,
		      board->address, board->port, board->data_lanes, board->orientation);
	if (!camera->is_selected)
		return true;
	if (!camera->has_desc) {
		session_print(session, "    error: %s\n    hint: %s\n", camera->trouble.message,
			      camera->trouble.hint);
		return false;
	}
	if (camera->desc.description[0])
		session_print(session, "    %s\n", camera->desc.description);
	if (camera->desc.is_identify_only)
		session_print(session, "    identified only: no register list, no pictures\n");
	for (size_t m = 0; m < camera->desc.mode_count; m++)
		session_print(session, "    mode %s\n", camera->desc.modes[m].name);
	for (size_t p = 0; p < camera->desc.pattern_count; p++)
		session_print(session, "    pattern %s\n", camera->desc.patterns[p].look.name);
	return true;
}

int command_list(struct session *session, const char *const *words, size_t count)
{
	struct text_buffer text = {0};
	bool is_whole = true;
	enum fl_err err;

	(void)words;
	(void)count;
	session_list_functions(session, &text);
	if (text.failed)
		session_print(session, "error: no memory for the whole list\n");
	is_whole = !text.failed;
	if (text.data)
		platform_console_write(text.data);
	text_buffer_free(&text);
	err = session_find_board(session);
	print_files(session);
	if (err)
		return app_fail(session);
	session_print(session, "board %s (%s)%s%s, %s\n", session->board.name, session->board.file,
		      session->board.description[0] ? ": " : "", session->board.description,
		      session->board.is_verified
			      ? "verified"
			      : "not verified: nobody has reported a run on this machine");
	for (unsigned i = 0; i < session->camera_count; i++)
		is_whole &= print_camera(session, &session->cameras[i]);
	return is_whole ? APP_PASS : APP_ERROR;
}
