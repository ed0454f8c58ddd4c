/*
 * neighbours.c: when a camera does not answer, or another chip does: who is on its bus, and which
 * sensor file of the stick knows that chip.
 */
#include "checks/checks.h"
#include "core/field.h"
#include "core/mem.h"
#include "i2c/scan.h"

#define SENSORS       "firstlight/sensors"
#define EEPROM_FIRST  0x50u /* 24C16 and its like take up to eight addresses */
#define EEPROM_LAST   0x57u
#define SENSORS_MAX   64u
#define SENSOR_NAME   48u
#define ANSWERS_WORDS 120u

/* ---- the sensor files of the stick ------------------------------------------------------- */

struct catalogue {
	char name[SENSORS_MAX][SENSOR_NAME];
	unsigned count;
};

static void collect(void *context, const char *name, bool is_dir)
{
	struct catalogue *catalogue = context;
	const size_t length = strlen(name);

	if (!is_dir && name[0] != '.' && length > 4 && length < SENSOR_NAME &&
	    text_equal_nocase(name + length - 4, ".ini") && catalogue->count < SENSORS_MAX)
		text_copy(catalogue->name[catalogue->count++], SENSOR_NAME, name);
}

/* A file that cannot be read or has an error knows nothing: that is not this check's matter. */
static bool load(const char *name, struct sensor_desc *desc)
{
	struct diag ignored = {.message = ""};

	return session_read_sensor(name, desc, &ignored) == FL_OK;
}

/* "ov5675.ini" when the chip at the address is that one. Registers are only read. */
static bool find_file(const struct catalogue *catalogue, struct i2c_bus *bus, uint8_t address,
		      char *out, size_t capacity)
{
	struct diag ignored = {.message = ""};
	bool is_known = false;

	for (unsigned i = 0; i < catalogue->count && !is_known; i++) {
		struct sensor_desc desc;
		struct sensor chip;
		uint32_t seen;

		if (!load(catalogue->name[i], &desc))
			continue;
		sensor_init(&chip, &desc, bus, address, &ignored);
		is_known = desc.identify.count && sensor_identify(&chip, &seen) == FL_OK;
		if (is_known)
			text_copy(out, capacity, catalogue->name[i]);
		sensor_free(&desc);
	}
	return is_known;
}

static struct catalogue *open_catalogue(void)
{
	struct catalogue *catalogue = platform_alloc(sizeof *catalogue);

	if (catalogue)
		platform_dir_list(SENSORS, collect, catalogue);
	return catalogue;
}

/* ---- who answers ------------------------------------------------------------------------- */

/* "0x0c 0x4d 0x50-0x57" */
static void print_answers(const bool *found, char *out, size_t capacity)
{
	size_t used = 0;

	out[0] = '\0';
	for (unsigned first = 0; first < I2C_ADDRESSES; first++) {
		unsigned last = first;

		if (!found[first])
			continue;
		while (last + 1 < I2C_ADDRESSES && found[last + 1])
			last++;
		used += text_format(out + used, capacity - used, "%s0x%02x", used ? " " : "",
				    first);
		if (last > first)
			used += text_format(out + used, capacity - used, "-0x%02x", last);
		first = last;
	}
}

/*
 * Asking for a chip id writes a register address, which only an image sensor takes for one: EEPROMs
 * would take it for data, a focus motor for a position. So only where a camera's sensor may sit, and
 * nothing that the board file knows as something else.
 */
static bool may_be_sensor(const struct session *session, unsigned bus, unsigned address)
{
	const struct board_desc *board = &session->board;

	if (address >= EEPROM_FIRST && address <= EEPROM_LAST)
		return false;
	for (size_t i = 0; i < board->pmic_count; i++)
		if (board->pmics[i].bus == bus && board->pmics[i].address == address)
			return false;
	for (size_t i = 0; i < board->camera_count; i++)
		if (board->cameras[i].address == address)
			return true;
	for (unsigned i = 0; i < session->camera_count; i++)
		if (session->cameras[i].has_desc && session->cameras[i].desc.address == address)
			return true;
	return false;
}

/* Another camera of the board that answers at its own address on this bus is no news. */
static bool is_at_home(const struct session *session, unsigned bus, unsigned address)
{
	for (size_t i = 0; i < session->board.camera_count; i++)
		if (session->board.cameras[i].bus == bus &&
		    session->board.cameras[i].address == address)
			return true;
	return false;
}

/* True when the sensor, or one that the stick knows, sits at another address of the bus. */
static bool tell_where(const struct check_run *run, const bool *found)
{
	bool is_found = false;

	struct session *session = run->session;
	const struct board_camera *board = run->camera->board;
	struct catalogue *catalogue = open_catalogue();
	char file[SENSOR_NAME];

	for (unsigned address = 0; catalogue && address < I2C_ADDRESSES; address++) {
		if (!found[address] || is_at_home(session, board->bus, address) ||
		    !may_be_sensor(session, board->bus, address) ||
		    !find_file(catalogue, session->buses[board->bus], (uint8_t)address, file,
			       sizeof file))
			continue;
		is_found = true;
		diag_append(&session->diag, "; the chip at 0x%02x is that of %s", address, file);
		text_format(session->diag.hint, sizeof session->diag.hint,
			    "correct 'address' of [camera %s] in %s, or the camera's strap",
			    board->name, session->board.file);
	}
	platform_free(catalogue);
	return is_found;
}

/* What the PMIC's registers say is on, and one cause for two cameras. */
static void tell_supply(const struct check_run *run)
{
	struct session *session = run->session;
	const struct power_step *clock = session_clock(session, run->camera);
	char supply[200];

	session_print_supply(session, run->camera, supply, sizeof supply);
	if (!*supply)
		return;
	text_format(session->diag.hint, sizeof session->diag.hint,
		    "registers say that this is on, measure it at the camera: %s; then the address "
		    "in the board file",
		    supply);
	for (unsigned i = 0; i < session->camera_count; i++) {
		const struct session_camera *other = &session->cameras[i];

		if (other == run->camera || !other->is_silent || !clock ||
		    session_clock(session, other) != clock)
			continue;
		diag_append(&session->diag, "; %s, on the same clock, is silent too",
			    other->board->name);
		text_format(session->diag.hint, sizeof session->diag.hint,
			    "one cause for both cameras: the PMIC's PLL or crystal (%s:%u), or a "
			    "rail of both: measure %s",
			    session->board.file, clock->line, supply);
	}
}

void neighbours_of_silence(const struct check_run *run)
{
	struct session *session = run->session;
	struct i2c_bus *bus = session->buses[run->camera->board->bus];
	bool found[I2C_ADDRESSES];
	char answers[ANSWERS_WORDS];
	unsigned count;

	run->camera->is_silent = true;
	if (i2c_scan(bus, found, &count))
		return; /* the first words stand: the bus is worse off than the camera */
	print_answers(found, answers, sizeof answers);
	report_text(run->facts, "answers", "%s", count ? answers : "none");
	diag_append(&session->diag, "; on %s %s%s", bus->name, count ? "answer " : "nobody answers",
		    answers);
	if (!tell_where(run, found))
		tell_supply(run);
}

void neighbours_of_stranger(const struct check_run *run)
{
	struct session *session = run->session;
	const struct board_camera *board = run->camera->board;
	struct catalogue *catalogue = open_catalogue();
	char file[SENSOR_NAME];

	if (!catalogue)
		return;
	if (find_file(catalogue, session->buses[board->bus], board->address, file, sizeof file)) {
		diag_append(&session->diag, "; that is the id of %s", file);
		text_format(session->diag.hint, sizeof session->diag.hint,
			    "another camera module is fitted, or [camera %s] of %s should say "
			    "'sensor = %.*s'",
			    board->name, session->board.file, (int)strlen(file) - 4, file);
	} else {
		diag_append(&session->diag, "; none of the %u sensor files on the stick has it",
			    catalogue->count);
	}
	platform_free(catalogue);
}
