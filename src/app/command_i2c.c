/* command_i2c.c: `i2c scan|read|write`: a bus by hand. */
#include "app/app.h"
#include "core/mem.h"

#include "i2c/scan.h"

#define BYTES_MAX 32u

static int usage(struct session *session)
{
	diag_fail(&session->diag, FL_ERR_INVALID,
		  "i2c scan I2C2 | i2c read I2C2 0x36 0x300a 3 | i2c write I2C2 0x36 0x0100 0x01",
		  "i2c: what to do was not understood; four digits of register mean a 16-bit "
		  "address");
	return app_fail(session);
}

static struct i2c_bus *find_bus(struct session *session, const char *name)
{
	for (unsigned i = 0; i < session->board.bus_count; i++) {
		if (!text_equal_nocase(session->board.buses[i].name, name))
			continue;
		return session_bus(session, i) ? NULL : session->buses[i];
	}
	diag_fail(&session->diag, FL_ERR_NOTFOUND, "see the [bus ...] sections of the board file",
		  "%s has no bus %s", session->board.file, name);
	return NULL;
}

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

/* "0x43" is an 8-bit register address, "0x300a" a 16-bit one, high byte first. */
static size_t put_register(const char *text, uint8_t *out)
{
	uint64_t value;
	bool is_wide = strlen(text) > 4;

	if (!text_u64(text, &value) || value > 0xffff || (value > 0xff && !is_wide))
		return 0;
	if (is_wide)
		*out++ = (uint8_t)(value >> 8);
	*out = (uint8_t)value;
	return is_wide ? 2 : 1;
}

static int read_bytes(struct session *session, struct i2c_bus *bus, uint8_t address,
		      const char *const *words, size_t count)
{
	uint8_t reg[2], bytes[BYTES_MAX];
	uint64_t length = 1;
	size_t width = put_register(words[0], reg);

	if (!width || count > 2 ||
	    (count == 2 && (!text_u64(words[1], &length) || !length || length > BYTES_MAX)))
		return usage(session);
	if (i2c_transfer(bus, address, reg, width, bytes, length))
		return app_fail(session);
	session_print(session, "%s 0x%02x %s:", bus->name, address, words[0]);
	for (size_t i = 0; i < length; i++)
		session_print(session, " 0x%02x", bytes[i]);
	session_print(session, "\n");
	return APP_PASS;
}

static int write_bytes(struct session *session, struct i2c_bus *bus, uint8_t address,
		       const char *const *words, size_t count)
{
	uint8_t bytes[2 + BYTES_MAX];
	size_t length = put_register(words[0], bytes);

	if (!length || count < 2 || count - 1 > BYTES_MAX)
		return usage(session);
	for (size_t i = 1; i < count; i++) {
		uint64_t value;

		if (!text_u64(words[i], &value) || value > 0xff)
			return usage(session);
		bytes[length++] = (uint8_t)value;
	}
	if (i2c_transfer(bus, address, bytes, length, NULL, 0))
		return app_fail(session);
	session_print(session, "%s 0x%02x %s: %zu bytes written\n", bus->name, address, words[0],
		      count - 1);
	return APP_PASS;
}

int command_i2c(struct session *session, const char *const *words, size_t count)
{
	struct i2c_bus *bus;
	uint64_t address = 0;

	if (count < 2)
		return usage(session);
	if (session_find_board(session) || session_open_buses(session))
		return app_fail(session);
	bus = find_bus(session, words[1]);
	if (!bus)
		return app_fail(session);
	power_cameras(session);
	if (text_equal_nocase(words[0], "scan"))
		return scan(session, bus);
	if (count < 4 || !text_u64(words[2], &address) || address > 0x7f)
		return usage(session);
	if (text_equal_nocase(words[0], "read"))
		return read_bytes(session, bus, (uint8_t)address, words + 3, count - 3);
	if (text_equal_nocase(words[0], "write"))
		return write_bytes(session, bus, (uint8_t)address, words + 3, count - 3);
	return usage(session);
}
