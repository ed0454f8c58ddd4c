/* session.c: see session.h. */
#include "camera/session/session.h"

#include "core/field.h"
#include "core/mem.h"

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

static enum fl_err identify(struct session *session)
{
	struct board_identity *identity = &session->identity;
	const size_t count = session->pci.count;
	const uint8_t *table;
	size_t size;

	if (platform_smbios(&table, &size) == FL_OK)
		smbios_parse(table, size, identity);
	session->pci_ids = platform_alloc(count * sizeof *session->pci_ids);
	if (!session->pci_ids)
		return diag_fail(&session->diag, FL_ERR_NOMEM, NULL,
				 "no memory for the ids of %zu PCI functions", count);
	for (size_t i = 0; i < count; i++) {
		session->pci_ids[i].vendor = session->pci.functions[i].vendor;
		session->pci_ids[i].device = session->pci.functions[i].device;
	}
	identity->pci = session->pci_ids;
	identity->pci_count = count;
	return FL_OK;
}

/* The first generation that has a function here; a machine without one has other rungs to climb. */
static enum fl_err find_device(struct session *session)
{
	const struct camera_host host = {.pci = &session->pci,
					 .cache = &session->cache,
					 .diag = &session->diag,
					 .scatter_seed = session->plan.scatter_seed};

	for (unsigned i = 0; session->generations[i]; i++)
		if (camera_find(session->generations[i], &session->pci, false))
			return session->generations[i]->create(&host, &session->device);
	return FL_OK;
}

enum fl_err session_begin(struct session *session, const struct plan *plan,
			  const struct camera_ops *const *generations, const char *version)
{
	enum fl_err err;

	memset(session, 0, sizeof *session);
	session->plan = *plan;
	session->generations = generations;
	session->version = version;
	report_init(&session->report, version, "");
	err = pci_enumerate(&session->pci, &session->diag);
	if (err)
		return err;
	err = identify(session);
	if (err)
		return err;
	session->report.identity = session->identity;
	platform_firmware(&session->report.firmware);
	err = cache_init(&session->cache, &session->diag);
	return err ? err : find_device(session);
}

enum fl_err session_end(struct session *session)
{
	enum fl_err first = FL_OK, err;

	for (unsigned i = 0; i < session->camera_count; i++) {
		err = session_camera_unpower(session, &session->cameras[i]);
		first = first ? first : err;
	}
	if (session->device) {
		err = session->device->ops->close(session->device);
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
	if (session->device)
		session->device->ops->destroy(session->device);
	platform_free(session->controllers);
	platform_free(session->buses);
	if (session->has_board)
		board_free(&session->board);
	platform_free(session->pci_ids);
	pci_list_free(&session->pci);
	text_buffer_free(&session->log);
	text_buffer_free(&session->passed_over);
	report_free(&session->report);
}

/* ---- device ------------------------------------------------------------------------------ */

enum fl_err session_open_device(struct session *session)
{
	struct camera_device *device = session->device;

	if (device && device->is_open)
		return FL_OK;
	if (!device || !camera_find(device->ops, &session->pci, true))
		return camera_absent(session->generations, &session->pci, &session->diag);
	return device->ops->open(device);
}

void session_list_functions(const struct session *session, struct text_buffer *out)
{
	for (size_t i = 0; i < session->pci.count; i++) {
		const struct pci_function *function = &session->pci.functions[i];
		const struct camera_function *camera = NULL;

		for (unsigned g = 0; !camera && session->generations[g]; g++)
			camera = camera_function(session->generations[g], function);
		pci_print(function, camera ? camera->title : NULL, out);
	}
}

struct camera_config session_config(const struct session_camera *camera)
{
	if (!camera->mode)
		return (struct camera_config){0};
	return (struct camera_config){
		.port = camera->board->port,
		.lanes = camera->board->data_lanes,
		.link_frequency = camera->mode->link_frequency,
		.width = camera->mode->width,
		.height = camera->mode->height,
		.max_height = camera->mode->max_height,
		.skip = camera->desc.frames_to_skip,
	};
}

void session_report_cameras(struct session *session)
{
	for (unsigned i = 0; i < session->camera_count; i++) {
		const struct session_camera *camera = &session->cameras[i];
		const struct stream *stream = &camera->stream;
		struct report_camera *entry;

		if (!stream->has_run)
			continue;
		entry = report_camera(&session->report, camera->board->name);
		entry->port = camera->board->port;
		entry->lanes = camera->board->data_lanes;
		text_copy(entry->mode, sizeof entry->mode, camera->mode->name);
		for (unsigned n = 0; n < stream->device->counter_count; n++)
			report_counter(entry, stream->device->counters[n].name, stream->counted[n]);
	}
}
