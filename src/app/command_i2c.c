/* command_i2c.c: `i2c scan|read|write`: a bus by hand. */
#include "app/app.h"

#include "core/bytes.h"
#include "core/mem.h"
#include "i2c/eeprom.h"
#include "i2c/scan.h"

#define BYTES_MAX 32u

/* "read BUS ADDRESS REGISTER [COUNT]" or "write BUS ADDRESS REGISTER VALUE...", understood. */
struct transfer {
	uint8_t address;
	uint8_t out[2 + BYTES_MAX]; /* register address, values */
	size_t register_bytes, out_length;
	uint8_t in[BYTES_MAX];
	size_t in_length; /* 0: a write */
};

static int usage(struct session *session)
{
	diag_fail(
		&session->diag, FL_ERR_INVALID,
		"i2c scan I2C2 | i2c read I2C2 0x36 0x300a 3 | i2c write I2C2 0x36 0x0100 0x01",
		"i2c: what to do was not understood, nothing was done; addresses are 0x08 to 0x77, "
		"and four digits of register mean a 16-bit one");
	return app_fail(session);
}

/* ---- words ------------------------------------------------------------------------------- */

/* "0x43" is an 8-bit register address, "0x300a" a 16-bit one, high byte first. */
static bool parse_register(const char *text, struct transfer *transfer)
{
	uint64_t value;
	bool is_wide = strlen(text) > 4;

	if (!text_u64(text, &value) || value > (is_wide ? 0xffff : 0xff))
		return false;
	transfer->register_bytes = is_wide ? 2 : 1;
	put_be(transfer->out, is_wide ? 2 : 1, (uint32_t)value);
	transfer->out_length = transfer->register_bytes;
	return true;
}

static bool parse_count(const char *const *words, size_t count, struct transfer *transfer)
{
	uint64_t length = 1;

	if (count > 1 || (count && !text_u64(words[0], &length)))
		return false;
	transfer->in_length = (size_t)length;
	return length && length <= BYTES_MAX;
}

static bool parse_values(const char *const *words, size_t count, struct transfer *transfer)
{
	for (size_t i = 0; i < count && i < BYTES_MAX; i++) {
		uint64_t value;

		if (!text_u64(words[i], &value) || value > 0xff)
			return false;
		transfer->out[transfer->out_length++] = (uint8_t)value;
	}
	return count && count <= BYTES_MAX;
}

static bool parse(const char *const *words, size_t count, struct transfer *transfer)
{
	bool is_read = text_equal_nocase(words[0], "read");
	uint64_t address;

	if (count < 4 || (!is_read && !text_equal_nocase(words[0], "write")) ||
	    !text_u64(words[2], &address) || address < I2C_ADDRESS_FIRST ||
	    address > I2C_ADDRESS_LAST || !parse_register(words[3], transfer))
		return false;
	transfer->address = (uint8_t)address;
	return is_read ? parse_count(words + 4, count - 4, transfer)
		       : parse_values(words + 4, count - 4, transfer);
}

/* ---- what is there ----------------------------------------------------------------------- */

static bool is_eeprom(const struct board_part *part, unsigned bus, uint8_t address)
{
	unsigned last = part->address + (part->size > EEPROM_SHORT ? 0 : (part->size - 1) / 256);

	return part->is_there && part->bus == bus && address >= part->address && address <= last;
}

/* Bytes of a register's address of what the board file says is there; 0: it does not say. */
static size_t known_register_bytes(const struct session *session, unsigned bus, uint8_t address)
{
	const struct board_desc *board = &session->board;

	for (size_t i = 0; i < board->pmic_count; i++)
		if (board->pmics[i].bus == bus && board->pmics[i].address == address)
			return 1;
	for (unsigned i = 0; i < session->camera_count; i++) {
		const struct session_camera *camera = &session->cameras[i];

		if (camera->has_desc && camera->board->bus == bus &&
		    camera->board->address == address)
			return camera->desc.register_bytes;
		if (is_eeprom(&camera->board->eeprom, bus, address))
			return camera->board->eeprom.size > EEPROM_SHORT ? 2 : 1;
	}
	return 0;
}

/* With the wrong number even a read writes: the second byte is taken for a value. */
static enum fl_err check_width(struct session *session, unsigned bus,
			       const struct transfer *transfer)
{
	size_t known = known_register_bytes(session, bus, transfer->address);

	if (!known || known == transfer->register_bytes)
		return FL_OK;
	return diag_fail(
		&session->diag, FL_ERR_INVALID,
		known == 1 ? "give the register two digits: 0x42"
			   : "give the register four digits: 0x0042",
		"%s 0x%02x takes register addresses of %zu byte%s, not of %zu; nothing was "
		"done",
		session->board.buses[bus].name, transfer->address, known, known == 1 ? "" : "s",
		transfer->register_bytes);
}

static enum fl_err find_bus(struct session *session, const char *name, unsigned *bus)
{
	for (*bus = 0; *bus < session->board.bus_count; (*bus)++)
		if (text_equal_nocase(session->board.buses[*bus].name, name))
			return FL_OK;
	return diag_fail(&session->diag, FL_ERR_NOTFOUND,
			 "see the [bus ...] sections of the board file", "%s has no bus %s",
			 session->board.file, name);
}

/* ---- on the wires ------------------------------------------------------------------------ */

/* Cameras are powered, so that what hangs behind their rails can answer; one that cannot is said. */
static void power_cameras(struct session *session)
{
	for (unsigned i = 0; i < session->camera_count; i++) {
		struct session_camera *camera = &session->cameras[i];

		if (!camera->is_selected || !session_camera_power(session, camera))
			continue;
		session_print(session, "# %s is not powered: %s\n", camera->board->name,
			      session->diag.message);
		diag_clear(&session->diag);
	}
}

static int scan(struct session *session, struct i2c_bus *bus)
{
	bool found[I2C_ADDRESSES];
	unsigned count;
	enum fl_err err = i2c_scan(bus, found, &count);

	for (unsigned address = 0; address < I2C_ADDRESSES; address++)
		if (found[address])
			session_print(session, "%s 0x%02x acknowledges\n", bus->name, address);
	if (err)
		return app_fail(session); /* the bus itself is in trouble */
	session_print(session, "%s: %u device%s\n", bus->name, count, count == 1 ? "" : "s");
	return APP_PASS;
}

static int move(struct session *session, struct i2c_bus *bus, struct transfer *transfer,
		const char *reg)
{
	if (i2c_transfer(bus, transfer->address, transfer->out, transfer->out_length, transfer->in,
			 transfer->in_length))
		return app_fail(session);
	session_print(session, "%s 0x%02x %s:", bus->name, transfer->address, reg);
	for (size_t i = 0; i < transfer->in_length; i++)
		session_print(session, " 0x%02x", transfer->in[i]);
	if (!transfer->in_length)
		session_print(session, " %zu bytes written",
			      transfer->out_length - transfer->register_bytes);
	session_print(session, "\n");
	return APP_PASS;
}

/* Nothing is powered and nothing goes over the wires before all words are understood. */
int command_i2c(struct session *session, const char *const *words, size_t count)
{
	bool is_scan = count == 2 && text_equal_nocase(words[0], "scan");
	struct transfer transfer = {0};
	unsigned bus;

	if (count < 2 || (!is_scan && !parse(words, count, &transfer)))
		return usage(session);
	if (session_find_board(session) || find_bus(session, words[1], &bus) ||
	    (!is_scan && check_width(session, bus, &transfer)) || session_open_buses(session) ||
	    session_bus(session, bus))
		return app_fail(session);
	power_cameras(session);
	return is_scan ? scan(session, session->buses[bus])
		       : move(session, session->buses[bus], &transfer, words[3]);
}
