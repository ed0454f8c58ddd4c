/* check_module.c: what else sits on a camera module: its EEPROM and its focus motor. */
#include "checks/checks.h"
#include "core/field.h"
#include "core/mem.h"
#include "i2c/eeprom.h"
#include "sensor/dw9714.h"

/* ---- supply ------------------------------------------------------------------------------ */

/* Bus open and the part's own domain up, if it has one. The camera is up already. */
static enum fl_err part_up(struct session *session, const struct board_part *part)
{
	enum fl_err err = session_bus(session, part->bus);

	if (!err && part->power < session->board.domain_count)
		err = power_up(&session->power, part->power);
	return err;
}

static enum fl_err part_down(struct session *session, const struct board_part *part)
{
	return part->power < session->board.domain_count ? power_down(&session->power, part->power)
							 : FL_OK;
}

/* ---- EEPROM ------------------------------------------------------------------------------ */

static bool is_all(const uint8_t *bytes, size_t size, uint8_t value)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i] != value)
			return false;
	return true;
}

/* Both halves of `bytes` hold one reading each. */
static enum fl_err judge_eeprom(const struct check_run *run, const uint8_t *bytes, uint32_t size)
{
	const struct board_part *part = &run->camera->board->eeprom;

	report_text(run->facts, "xxh3", "%016llx", (unsigned long long)image_xxh3(bytes, size));
	if (is_all(bytes, size, 0xff) || is_all(bytes, size, 0))
		report_text(run->facts, "contents", "all 0x%02x: never programmed?", bytes[0]);
	for (uint32_t i = 0; i < size; i++)
		if (bytes[i] != bytes[size + i])
			return diag_fail(
				&run->session->diag, FL_ERR_MISMATCH,
				"supply or signals of the module's EEPROM: a bus that is "
				"too fast for its pull-ups, a supply that dips, a worn part",
				"EEPROM 0x%02x reads differently twice: byte 0x%04x is "
				"0x%02x, then 0x%02x",
				part->address, i, bytes[i], bytes[size + i]);
	return FL_OK;
}

enum verdict check_module_eeprom(const struct check_run *run)
{
	struct session *session = run->session;
	const struct board_part *part = &run->camera->board->eeprom;
	const uint32_t size = part->size;
	uint8_t *bytes;
	enum fl_err err, down;

	if (!part->is_there)
		return check_left_out(run, "no EEPROM: the board file names none");
	report_text(run->facts, "eeprom", "%s 0x%02x", session->board.buses[part->bus].name,
		    part->address);
	report_number(run->facts, "size", size);
	bytes = platform_alloc(2 * (size_t)size);
	if (!bytes)
		return verdict_of(diag_fail(&session->diag, FL_ERR_NOMEM, NULL,
					    "no memory for an EEPROM of %u bytes", size));
	err = part_up(session, part);
	if (!err) {
		struct i2c_bus *bus = session->buses[part->bus];

		err = eeprom_read(bus, part->address, size, bytes);
		if (!err)
			err = eeprom_read(bus, part->address, size, bytes + size);
		if (!err)
			err = judge_eeprom(run, bytes, size);
		down = part_down(session, part);
		err = err ? err : down;
	}
	platform_free(bytes);
	return verdict_of(err);
}

/* ---- focus motor ------------------------------------------------------------------------- */

/* Between them every bit of the position is once 0 and once 1. */
static const unsigned positions[] = {0x155, 0x2aa};

static enum fl_err visit(struct session *session, const struct board_part *part, unsigned from,
			 unsigned to)
{
	struct i2c_bus *bus = session->buses[part->bus];
	struct dw9714_state state = {.is_off = false};
	enum fl_err err = dw9714_move(bus, part->address, from, to);

	if (!err)
		err = dw9714_read(bus, part->address, &state);
	if (err || (state.position == to && !state.is_off))
		return err;
	return diag_fail(
		&session->diag, FL_ERR_MISMATCH,
		"another motor than a DW9714, or one that is damaged or not supplied: look "
		"at its rail and at 'vcm' in the board file",
		"focus motor 0x%02x was told position %u and reads back 0x%04x (position "
		"%u%s)",
		part->address, to, state.word, state.position,
		state.is_off ? ", powered down" : "");
}

static enum fl_err exercise(const struct check_run *run, const struct board_part *part)
{
	struct session *session = run->session;
	struct i2c_bus *bus = session->buses[part->bus];
	struct dw9714_state found = {.is_off = false};
	unsigned at = 0;
	enum fl_err err = dw9714_read(bus, part->address, &found), parked;

	if (err)
		return err;
	report_hex(run->facts, "found", found.word);
	for (unsigned i = 0; !err && i < ARRAY_SIZE(positions); i++) {
		err = visit(session, part, at, positions[i]);
		at = positions[i];
	}
	parked = visit(session, part, at, 0);
	if (!err)
		report_text(run->facts, "visited", "%u, %u, parked at 0", positions[0],
			    positions[1]);
	return err ? err : parked;
}

enum verdict check_module_vcm(const struct check_run *run)
{
	struct session *session = run->session;
	const struct board_part *part = &run->camera->board->vcm;
	enum fl_err err, down;

	if (!part->is_there)
		return check_left_out(run, "no focus motor: the board file names none");
	report_text(run->facts, "vcm", "dw9714 %s 0x%02x", session->board.buses[part->bus].name,
		    part->address);
	err = part_up(session, part);
	if (err)
		return verdict_of(err);
	err = exercise(run, part);
	down = part_down(session, part);
	return verdict_of(err ? err : down);
}
