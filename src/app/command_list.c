/* command_list.c: `list`: PCI functions and what the stick knows of this board. */
#include "app/app.h"

int command_list(struct session *session, const char *const *words, size_t count)
{
	struct text_buffer text = {0};

	(void)words;
	(void)count;
	for (size_t i = 0; i < session->pci.count; i++)
		pci_print(&session->pci.functions[i], &text);
	if (text.failed)
		session_print(session, "error: no memory for the whole list\n");
	if (text.data)
		platform_console_write(text.data);
	text_buffer_free(&text);
	if (session_find_board(session))
		return app_fail(session);
	session_print(session, "board %s (%s)\n", session->board.name, session->board.file);
	for (unsigned i = 0; i < session->camera_count; i++) {
		const struct session_camera *camera = &session->cameras[i];
		const struct board_camera *board = camera->board;

		session_print(session, "  %s: %s on %s at 0x%02x, CSI-2 port %u, %u lanes, %s\n",
			      board->name, camera->desc.name, session->board.buses[board->bus].name,
			      board->address, board->port, board->data_lanes, board->orientation);
		for (size_t m = 0; m < camera->desc.mode_count; m++)
			session_print(session, "    mode %s\n", camera->desc.modes[m].name);
		for (size_t p = 0; p < camera->desc.pattern_count; p++)
			session_print(session, "    pattern %s\n", camera->desc.patterns[p].name);
	}
	return APP_PASS;
}
