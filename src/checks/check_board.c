/* check_board.c: rungs 1 to 3 and 21: PCI functions, board file, device left as found. */
#include "checks/checks.h"
#include "core/field.h"

enum verdict check_pci_receiver(const struct check_run *run)
{
	struct session *session = run->session;
	const struct camera_ops *ops = run->device ? run->device->ops : NULL;
	const struct pci_function *function = ops ? camera_find(ops, &session->pci, true) : NULL;

	if (!function)
		return verdict_of(
			camera_absent(session->generations, &session->pci, &session->diag));
	report_text(run->facts, "receiver", "%s %s", ops->name,
		    camera_function(ops, function)->name);
	check_show_function(run, function);
	return VERDICT_PASS;
}

/* ACPI table DMAR present and a unit translating? Only its presence is known here. */
static void show_iommu(const struct check_run *run)
{
	const uint8_t *table;
	size_t size;
	bool has_dmar = platform_acpi("DMAR", &table, &size) == FL_OK;

	report_text(run->facts, "vt-d", "%s", has_dmar ? "DMAR table present" : "no DMAR table");
}

enum verdict check_pci_ready(const struct check_run *run)
{
	struct session *session = run->session;
	enum fl_err err;

	show_iommu(run);
	err = session_open_device(session);
	if (err)
		return verdict_of(err);
	report_text(run->facts, "state", "D0, memory, bus master");
	report_text(run->facts, "interrupts", "not used: MSI and INTx are off, the ROM polls");
	return VERDICT_PASS;
}

/* One fact for each file that was not used, so that `soraka.ini.txt` is no riddle. */
static void show_passed_over(const struct check_run *run)
{
	const char *line = run->session->passed_over.data;

	while (line && *line) {
		int length = 0;

		while (line[length] && line[length] != '\n')
			length++;
		report_text(run->facts, "passed-over", "%.*s", length, line);
		line += length + (line[length] == '\n');
	}
}

/* The file that the run goes by, for the report and for who reads the console. */
static void show_board(const struct check_run *run)
{
	const struct board_desc *board = &run->session->board;
	struct report_board *known = &run->session->report.board;

	text_copy(known->name, sizeof known->name, board->name);
	text_copy(known->description, sizeof known->description, board->description);
	text_copy(known->file, sizeof known->file, board->file);
	known->is_verified = board->is_verified;
	report_text(run->facts, "board", "%s", board->name);
	if (*board->description)
		report_text(run->facts, "description", "%s", board->description);
	report_text(run->facts, "verified", "%s", board->is_verified ? "yes" : "no");
	report_text(run->facts, "file", "%s", board->file);
}

enum verdict check_board_file(const struct check_run *run)
{
	struct session *session = run->session;
	enum fl_err err = session_find_board(session);

	report_text(run->facts, "manufacturer", "%s", session->identity.manufacturer);
	report_text(run->facts, "product", "%s", session->identity.product);
	show_passed_over(run);
	if (err == FL_ERR_IO)
		return VERDICT_ERROR; /* the stick's trouble, not the board's */
	if (err)
		return verdict_of(err);
	show_board(run);
	for (unsigned i = 0; i < session->camera_count; i++)
		report_text(run->facts, session->cameras[i].board->name, "port %u lanes %u%s",
			    session->cameras[i].board->port, session->cameras[i].board->data_lanes,
			    session->cameras[i].is_selected ? "" : ", not asked for");
	return verdict_of(session_open_buses(session));
}

enum verdict check_sensor_file(const struct check_run *run)
{
	struct session *session = run->session;
	const struct session_camera *camera = run->camera;
	const struct plan *plan = &session->plan;

	report_text(run->facts, "sensor", "%s", camera->board->sensor);
	if (!camera->has_desc) {
		session->diag = camera->trouble;
		return camera->sensor_file == FL_ERR_IO ? VERDICT_ERROR /* the stick's trouble */
							: verdict_of(camera->sensor_file);
	}
	report_text(run->facts, "file", "%s", camera->desc.file);
	report_text(run->facts, "mode", "%s",
		    camera->mode ? camera->mode->name : "none: identified only");
	if (camera->lacks_mode && camera->mode)
		report_text(run->facts, "note", "no mode %s: the first instead", plan->mode);
	if (camera->pattern)
		report_text(run->facts, "pattern", "%s", camera->pattern->look.name);
	if (camera->lacks_pattern)
		report_text(run->facts, "note", "no pattern %s: %s", plan->pattern,
			    camera->pattern ? "the first instead" : "it has none at all");
	return VERDICT_PASS;
}

/* Rung 2 again, for the controllers that the board file names: dead ones are this camera's matter,
 * and not that of the cameras behind another controller. */
enum verdict check_pci_i2c(const struct check_run *run)
{
	struct session *session = run->session;
	const uint32_t needed = session_camera_buses(session, run->camera);

	for (unsigned i = 0; i < session->board.bus_count; i++) {
		const struct session_bus *state = &session->controllers[i];
		char where[16];
		enum fl_err err;

		if (!(needed & BIT(i)))
			continue;
		err = session_bus(session, i);
		if (err)
			return verdict_of(err);
		pci_address_format(state->pci.address, where, sizeof where);
		report_text(run->facts, session->board.buses[i].name, "%s %04x:%04x, fifo %u",
			    where, state->pci.function->vendor, state->pci.function->device,
			    state->controller.tx_depth);
	}
	return VERDICT_PASS;
}

/* Lines flushed for every byte shared: no line is flushed that need not be. */
static void report_flushes(const struct check_run *run)
{
	const struct session *session = run->session;
	const struct camera_device *device = session->device;
	double shared = device ? (double)device->ops->bytes_shared(device) : 0;
	double flushed = (double)session->cache.bytes_flushed;

	report_number(run->facts, "bytes-shared", shared);
	report_number(run->facts, "bytes-flushed", flushed);
	if (shared > 0)
		report_number(run->facts, "flushed-per-shared", flushed / shared);
}

/* A receiver that did not halt is stream.stop's failure where that one ran: named once. */
static bool is_named(const struct check_run *run)
{
	const struct report *report = &run->session->report;

	for (size_t i = 0; i < report->check_count; i++) {
		if (report->checks[i].verdict != VERDICT_FAIL ||
		    !text_equal(report->checks[i].id, "stream.stop"))
			continue;
		text_copy(run->facts->cause, sizeof run->facts->cause, "stream.stop");
		return true;
	}
	return false;
}

enum verdict check_restored(const struct check_run *run)
{
	struct session *session = run->session;
	const bool is_dead = session->device && session->device->is_dead;
	enum fl_err err;

	report_flushes(run);
	err = session_end(session);
	report_number(run->facts, "i2c-retries-in-all", session_retries(session));
	if (is_dead && is_named(run))
		return check_skip(run, "stream.stop failed: the receiver's DMA never halted, its "
				       "memory stays allocated, bus mastering is off");
	if (is_dead)
		err = diag_fail(&session->diag, FL_ERR_STATE, "power-cycle the machine",
				"the receiver's DMA never halted: its memory stays allocated, bus "
				"mastering is off");
	return verdict_of(err);
}
