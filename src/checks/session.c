/* session.c: see session.h. */
#include "checks/session.h"

#include "core/field.h"
#include "core/mem.h"

#define BOARDS  "firstlight/boards"
#define SENSORS "firstlight/sensors"

/* ---- console and log --------------------------------------------------------------------- */

static void log_text(struct session *session, const char *text)
{
	text_append_raw(&session->log, text, strlen(text));
}

void session_print(struct session *session, const char *format, ...)
{
	char line[1024];
	va_list args;

	va_start(args, format);
	text_vformat(line, sizeof line, format, args);
	va_end(args);
	platform_console_write(line);
	log_text(session, line);
}

bool session_cancelled(struct session *session)
{
	if (!session->is_cancelled && platform_console_key() == PLATFORM_KEY_ESC)
		session->is_cancelled = true;
	return session->is_cancelled;
}

/* ---- begin, end -------------------------------------------------------------------------- */

static void identify(struct session *session)
{
	struct board_identity *identity = &session->identity;
	const uint8_t *table;
	size_t size;

	if (platform_smbios(&table, &size) == FL_OK)
		smbios_parse(table, size, identity);
	for (size_t i = 0;
	     i < session->pci.count && identity->pci_count < ARRAY_SIZE(identity->pci_vendor);
	     i++) {
		identity->pci_vendor[identity->pci_count] = session->pci.functions[i].vendor;
		identity->pci_device[identity->pci_count++] = session->pci.functions[i].device;
	}
}

enum fl_err session_begin(struct session *session, const struct plan *plan, const char *version)
{
	enum fl_err err;

	memset(session, 0, sizeof *session);
	session->plan = *plan;
	session->version = version;
	report_init(&session->report, version, "");
	err = pci_enumerate(&session->pci, &session->diag);
	if (err)
		return err;
	identify(session);
	session->report.identity = session->identity;
	platform_firmware(&session->report.firmware);
	return cache_init(&session->cache, &session->diag);
}

enum fl_err session_end(struct session *session)
{
	enum fl_err first = FL_OK, err;

	for (unsigned i = 0; i < session->camera_count; i++) {
		err = session_camera_unpower(session, &session->cameras[i]);
		first = first ? first : err;
	}
	if (session->has_imgu) {
		session->has_imgu = false;
		err = imgu_close(&session->imgu);
		first = first ? first : err;
	}
	if (session->receiver) {
		err = session->receiver->ops->close(session->receiver);
		session->receiver = NULL;
		first = first ? first : err;
	}
	err = session_close_buses(session);
	return first ? first : err;
}

void session_free(struct session *session)
{
	for (unsigned i = 0; i < session->camera_count; i++) {
		if (session->cameras[i].has_desc)
			sensor_free(&session->cameras[i].desc);
		picture_free(&session->cameras[i].preview);
	}
	platform_free(session->firmware);
	platform_free(session->controllers);
	platform_free(session->buses);
	if (session->has_board)
		board_free(&session->board);
	pci_list_free(&session->pci);
	text_buffer_free(&session->log);
	report_free(&session->report);
}

/* ---- board and sensors ------------------------------------------------------------------- */

static enum fl_err load_board(struct session *session, const char *path, struct board_desc *board)
{
	void *text;
	size_t size;
	enum fl_err err = platform_file_read(path, &text, &size);

	if (err)
		return diag_fail(&session->diag, err, "name a file that is in firstlight/boards/",
				 "%s cannot be read (%s)", path, fl_err_name(err));
	err = board_parse(path, text, size, board, &session->diag);
	platform_free(text);
	return err;
}

/* Names in the directory, in alphabetical order, so that the choice does not depend on the disk. */
struct names {
	char name[64][48];
	unsigned count;
};

static void collect(void *context, const char *name, bool is_dir)
{
	struct names *names = context;
	size_t length = strlen(name);
	unsigned i;

	if (is_dir || length < 5 || length >= sizeof names->name[0] ||
	    !text_equal_nocase(name + length - 4, ".ini") ||
	    names->count == ARRAY_SIZE(names->name))
		return;
	for (i = names->count++; i && memcmp(names->name[i - 1], name, length + 1) > 0; i--)
		memcpy(names->name[i], names->name[i - 1], sizeof names->name[0]);
	text_copy(names->name[i], sizeof names->name[0], name);
}

static enum fl_err match_board(struct session *session)
{
	const struct board_identity *identity = &session->identity;
	struct names *names = platform_alloc(sizeof *names);
	enum fl_err err = names ? platform_dir_list(BOARDS, collect, names) : FL_ERR_NOMEM;
	char path[96];

	for (unsigned i = 0; !err && i < names->count; i++) {
		text_format(path, sizeof path, BOARDS "/%s", names->name[i]);
		err = load_board(session, path, &session->board);
		if (err)
			break; /* a file with an error runs nothing */
		if (board_matches(&session->board, identity)) {
			session->has_board = true;
			break;
		}
		board_free(&session->board);
	}
	platform_free(names);
	if (err)
		return diag_fail(&session->diag, err, "is the stick complete?",
				 BOARDS " cannot be read (%s)", fl_err_name(err));
	if (!session->has_board)
		return diag_fail(
			&session->diag, FL_ERR_NOTFOUND,
			"write firstlight/boards/<name>.ini for it, or name one: --board NAME",
			"no board file matches this machine: manufacturer \"%s\", product \"%s\", "
			"board \"%s\"",
			identity->manufacturer, identity->product, identity->board_product);
	return FL_OK;
}

static enum fl_err load_sensor(struct session *session, struct session_camera *camera)
{
	char path[96];
	void *text;
	size_t size;
	enum fl_err err;

	text_format(path, sizeof path, SENSORS "/%s.ini", camera->board->sensor);
	err = platform_file_read(path, &text, &size);
	if (err)
		return diag_fail(&session->diag, err,
				 "add the sensor's file to firstlight/sensors/",
				 "%s, which %s names, cannot be read (%s)", path,
				 session->board.file, fl_err_name(err));
	err = sensor_parse(path, text, size, &camera->desc, &session->diag);
	platform_free(text);
	camera->has_desc = !err;
	return err;
}

/* The plan's mode and pattern; what a sensor does not have is an error only if it was named for it. */
static enum fl_err choose(struct session *session, struct session_camera *camera)
{
	const struct plan *plan = &session->plan;
	bool is_named = camera->is_selected && !text_equal(plan->camera, "all");

	camera->mode = sensor_find_mode(&camera->desc, plan->mode);
	if (!camera->mode && is_named)
		return diag_fail(&session->diag, FL_ERR_NOTFOUND,
				 "see the [mode ...] sections of its file", "%s has no mode %s",
				 camera->desc.file, plan->mode);
	if (!camera->mode)
		camera->mode = sensor_find_mode(&camera->desc, NULL);
	if (text_equal(plan->pattern, "off"))
		return FL_OK;
	camera->shows_pattern = plan->pattern[0] && text_starts(plan->command, "capture");
	camera->pattern = sensor_find_pattern(&camera->desc, plan->pattern);
	if (!camera->pattern && plan->pattern[0] && is_named)
		return diag_fail(&session->diag, FL_ERR_NOTFOUND,
				 "see the [pattern ...] sections of its file",
				 "%s has no pattern %s", camera->desc.file, plan->pattern);
	if (!camera->pattern)
		camera->pattern = sensor_find_pattern(&camera->desc, NULL);
	return FL_OK;
}

static enum fl_err add_cameras(struct session *session)
{
	const struct plan *plan = &session->plan;
	unsigned selected = 0;

	for (size_t i = 0;
	     i < session->board.camera_count && session->camera_count < SESSION_CAMERAS; i++) {
		struct session_camera *camera = &session->cameras[session->camera_count++];
		enum fl_err err;

		camera->board = &session->board.cameras[i];
		camera->is_selected = text_equal(plan->camera, "all") ||
				      text_equal_nocase(plan->camera, camera->board->name);
		selected += camera->is_selected;
		err = load_sensor(session, camera);
		if (!err)
			err = choose(session, camera);
		if (err)
			return err;
	}
	if (!selected)
		return diag_fail(&session->diag, FL_ERR_NOTFOUND,
				 "--camera all, or a [camera ...] of the board file",
				 "%s has no camera %s", session->board.file, plan->camera);
	return FL_OK;
}

enum fl_err session_find_board(struct session *session)
{
	char path[96];
	enum fl_err err;

	if (text_equal_nocase(session->plan.board, "auto")) {
		err = match_board(session);
	} else {
		text_format(path, sizeof path, BOARDS "/%s.ini", session->plan.board);
		err = load_board(session, path, &session->board);
		session->has_board = !err;
	}
	if (!err)
		err = add_cameras(session);
	return err;
}

/* ---- receiver ---------------------------------------------------------------------------- */

bool session_has_mmu(const struct session *session)
{
	return session->has_imgu && session->imgu.is_loaded;
}

enum fl_err session_open_receiver(struct session *session)
{
	if (session->receiver)
		return FL_OK;
	for (unsigned i = 0; receiver_table[i]; i++) {
		const struct receiver_ops *ops = receiver_table[i];
		const struct pci_function *function =
			pci_find(&session->pci, ops->vendor, ops->device, 0);

		if (function)
			return ops->open(function, &session->cache, session->plan.scatter_seed,
					 &session->diag, &session->receiver);
	}
	return diag_fail(
		&session->diag, FL_ERR_NOTFOUND,
		"firmware has disabled it (FSP PchCio2Enable), or this is not an IPU3 machine",
		"no camera receiver (8086:9d32) on PCI");
}
