/* buses.c: the board's I2C controllers, and the power of its cameras. */
#include "camera/session/session.h"
#include "core/field.h"
#include "core/mem.h"
#include "i2c/designware_regs.h"
#include "power/tps68470.h"

/* ---- controllers ------------------------------------------------------------------------- */

/* "00:15.0 8086:9d60, 00:15.1 8086:9d61": what a board file may name instead. */
static void list_controllers(const struct session *session, char *out, size_t capacity)
{
	struct designware_clock clock;
	char where[16];
	size_t used = 0;

	text_copy(out, capacity, "none");
	for (size_t i = 0; i < session->pci.count; i++) {
		const struct pci_function *f = &session->pci.functions[i];

		if (f->vendor != 0x8086 || !designware_input_clock(f->device, &clock))
			continue;
		pci_address_format(f->address, where, sizeof where);
		used += text_format(out + used, capacity - used, "%s%s %04x:%04x", used ? ", " : "",
				    where, f->vendor, f->device);
	}
}

static enum fl_err open_bus(struct session *session, size_t index)
{
	const struct board_bus *bus = &session->board.buses[index];
	const struct pci_function *function = pci_at(&session->pci, bus->address);
	struct session_bus *state = &session->controllers[index];
	char where[16], others[160];
	enum fl_err err;

	pci_address_format(bus->address, where, sizeof where);
	list_controllers(session, others, sizeof others);
	if (!function)
		return diag_fail(
			&session->diag, FL_ERR_NOTFOUND,
			"firmware hides it or runs it in ACPI mode: look at its set-up; or "
			"the board file names the wrong function",
			"%s (%s) is not there; LPSS I2C controllers found: %s", bus->name, where,
			others);
	err = pci_open(&state->pci, function, 0x1000, LPSS_RESETS, &session->diag);
	if (err)
		return err;
	err = designware_init(&state->controller, bus, function->device, state->pci.bar0,
			      &session->diag);
	if (err) {
		pci_close(&state->pci);
		return err;
	}
	session->buses[index] = &state->controller.bus;
	return FL_OK;
}

enum fl_err session_open_buses(struct session *session)
{
	size_t count = session->board.bus_count;
	enum fl_err err;

	session->buses = platform_alloc((count + 1) * sizeof(struct i2c_bus *));
	session->controllers = platform_alloc((count + 1) * sizeof *session->controllers);
	if (!session->buses || !session->controllers) {
		platform_free(session->buses);
		platform_free(session->controllers);
		session->buses = NULL; /* both or none */
		session->controllers = NULL;
		return diag_fail(&session->diag, FL_ERR_NOMEM, NULL,
				 "no memory for %zu I2C controllers", count);
	}
	for (size_t i = 0; i < count; i++) {
		if (!open_bus(session, i))
			continue;
		session->controllers[i].why = session->diag;
		diag_clear(&session->diag);
	}
	err = power_init(&session->power, &session->board, session->buses, &session->diag);
	session->has_power = !err;
	return err;
}

enum fl_err session_bus(struct session *session, unsigned index)
{
	const struct diag *why = &session->controllers[index].why;

	if (session->buses[index])
		return FL_OK;
	return diag_fail(&session->diag, FL_ERR_NOTFOUND, why->hint, "%s", why->message);
}

unsigned session_retries(const struct session *session)
{
	unsigned sum = 0;

	for (size_t i = 0; session->controllers && i < session->board.bus_count; i++)
		sum += session->controllers[i].controller.retries +
		       session->controllers[i].controller.recoveries;
	return sum;
}

enum fl_err session_close_buses(struct session *session)
{
	enum fl_err first = FL_OK, err;

	if (session->has_power)
		first = power_exit(&session->power);
	session->has_power = false;
	for (size_t i = 0; session->controllers && i < session->board.bus_count; i++) {
		if (!session->buses[i])
			continue;
		err = designware_exit(&session->controllers[i].controller);
		first = first ? first : err;
		err = pci_close(&session->controllers[i].pci);
		first = first ? first : err;
		session->buses[i] = NULL;
	}
	return first;
}

/* ---- power domains ----------------------------------------------------------------------- */

static uint32_t domain_buses(const struct board_desc *board, unsigned index)
{
	const struct power_domain *domain = &board->domains[index];
	uint32_t buses = 0;

	if (domain->pmic < board->pmic_count)
		buses |= BIT(board->pmics[domain->pmic].bus);
	for (size_t i = 0; i < domain->count; i++)
		if (domain->steps[i].kind == POWER_WRITE)
			buses |= BIT(domain->steps[i].bus);
	for (unsigned i = 0; i < domain->require_count; i++) /* those stand above: no circle */
		buses |= domain_buses(board, domain->requires[i]);
	return buses;
}

uint32_t session_camera_buses(const struct session *session, const struct session_camera *camera)
{
	const uint32_t own = BIT(camera->board->bus);

	if (camera->board->power >= session->board.domain_count)
		return own;
	return own | domain_buses(&session->board, camera->board->power);
}

/* The last clock step of a domain and of what it requires; NULL when none makes a clock. */
static const struct power_step *clock_of(const struct board_desc *board, unsigned index)
{
	const struct power_domain *domain = &board->domains[index];
	const struct power_step *clock = NULL;

	for (unsigned i = 0; i < domain->require_count; i++) {
		const struct power_step *step = clock_of(board, domain->requires[i]);

		clock = step ? step : clock;
	}
	for (size_t i = 0; i < domain->count; i++)
		if (domain->steps[i].kind == POWER_CLOCK)
			clock = &domain->steps[i];
	return clock;
}

const struct power_step *session_clock(const struct session *session,
				       const struct session_camera *camera)
{
	return camera->board->power < session->board.domain_count
		       ? clock_of(&session->board, camera->board->power)
		       : NULL;
}

static void print_domain(const struct board_desc *board, unsigned index, struct text_buffer *out)
{
	const struct power_domain *domain = &board->domains[index];

	for (unsigned i = 0; i < domain->require_count; i++)
		print_domain(board, domain->requires[i], out);
	for (size_t i = 0; i < domain->count; i++) {
		const struct power_step *step = &domain->steps[i];

		if (step->kind == POWER_RAIL)
			text_append(out, ", %s %u.%02u V", tps68470_rail_name(step->target),
				    step->value / 1000000, step->value / 10000 % 100);
		else if (step->kind == POWER_CLOCK)
			text_append(out, ", clock %u kHz", step->value / 1000);
		else if (step->kind == POWER_GPIO && step->value)
			text_append(out, ", PMIC pin %u high", step->target);
		else if (step->kind == POWER_PAD && step->value)
			text_append(out, ", %s high", step->pad);
	}
}

void session_print_supply(const struct session *session, const struct session_camera *camera,
			  char *out, size_t capacity)
{
	struct text_buffer text = {0};

	if (camera->board->power < session->board.domain_count)
		print_domain(&session->board, camera->board->power, &text);
	text_copy(out, capacity, text.data ? text.data + 2 : "");
	text_buffer_free(&text);
}

/* A sensor's PLL settings are for one input clock. A clock that comes from elsewhere is not known. */
static enum fl_err check_clock(struct session *session, const struct session_camera *camera)
{
	const struct sensor_desc *sensor = &camera->desc;
	const struct power_step *clock = session_clock(session, camera);

	if (!clock || clock->value == sensor->clock_frequency)
		return FL_OK;
	return diag_fail(&session->diag, FL_ERR_MISMATCH,
			 "the register lists of the sensor file are for its clock: correct the "
			 "board's clock, or use lists that were made for it",
			 "%s:%u makes a clock of %u Hz, %s:%u wants %u Hz", session->board.file,
			 clock->line, clock->value, sensor->file, sensor->clock_line,
			 sensor->clock_frequency);
}

/* The stream of this camera in its mode. */
static void init_stream(struct session *session, struct session_camera *camera)
{
	camera->stream = (struct stream){
		.device = session->device,
		.sensor = &camera->sensor,
		.mode = camera->mode,
		.config = session_config(camera),
		.plan = &session->plan,
		.cancelled = &session->is_cancelled,
		.diag = &session->diag,
	};
}

enum fl_err session_camera_power(struct session *session, struct session_camera *camera)
{
	enum fl_err err;

	if (camera->is_powered)
		return FL_OK;
	if (!session->has_power)
		return diag_fail(&session->diag, FL_ERR_STATE, NULL,
				 "the power tree could not be set up");
	err = session_bus(session, camera->board->bus);
	if (!err)
		err = check_clock(session, camera);
	if (!err && camera->board->power < session->board.domain_count)
		err = power_up(&session->power, camera->board->power);
	if (err)
		return err;
	camera->is_powered = true;
	sensor_init(&camera->sensor, &camera->desc, session->buses[camera->board->bus],
		    camera->board->address, &session->diag);
	init_stream(session, camera);
	return FL_OK;
}

enum fl_err session_camera_unpower(struct session *session, struct session_camera *camera)
{
	enum fl_err first, err;

	if (!camera->is_powered)
		return FL_OK;
	first = stream_release(&camera->stream);
	if (camera->board->power < session->board.domain_count) {
		err = power_down(&session->power, camera->board->power);
		first = first ? first : err;
	}
	camera->is_powered = false;
	return first;
}
