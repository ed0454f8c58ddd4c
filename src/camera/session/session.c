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
	err = identify(session);
	if (err)
		return err;
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
	platform_free(session->pci_ids);
	pci_list_free(&session->pci);
	text_buffer_free(&session->log);
	text_buffer_free(&session->passed_over);
	report_free(&session->report);
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
