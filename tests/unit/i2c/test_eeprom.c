/* test_eeprom.c: how EEPROMs of every size are read, and how a bus is scanned: byte for byte. */
#include "i2c/eeprom.h"
#include "i2c/scan.h"
#include "tests/unit/i2c/rig.h"

/* ---- a bus that notes ----------------------------------------------------------------------- */

struct note {
	uint8_t address;
	uint8_t write[2];
	size_t write_length, read_length;
};

struct bus {
	struct i2c_bus bus; /* first member */
	struct diag diag;
	struct note notes[2048];
	unsigned count;
	unsigned fail_at; /* this transfer, from 1; 0 = none */
	enum fl_err err;
	uint8_t answers[2]; /* acknowledge; everybody when both are 0 */
};

static enum fl_err transfer(struct i2c_bus *i2c, uint8_t address, const uint8_t *write,
			    size_t write_length, uint8_t *read, size_t read_length)
{
	struct bus *bus = (struct bus *)i2c;
	struct note *note = &bus->notes[bus->count++];

	assert_true(bus->count <= COUNT(bus->notes));
	assert_true(write_length <= 2);
	*note = (struct note){
		.address = address, .write_length = write_length, .read_length = read_length};
	for (size_t i = 0; i < write_length; i++)
		note->write[i] = write[i];
	if (bus->count == bus->fail_at)
		return diag_fail(i2c->diag, bus->err, NULL, "0x%02x broke", address);
	if (bus->answers[0] && address != bus->answers[0] && address != bus->answers[1])
		return diag_fail(i2c->diag, FL_ERR_NACK, NULL, "nobody at 0x%02x", address);
	for (size_t i = 0; i < read_length; i++)
		read[i] = (uint8_t)(bus->count + i);
	return FL_OK;
}

static void up(struct bus *bus)
{
	memset(bus, 0, sizeof *bus);
	bus->bus = (struct i2c_bus){.name = "I2C2", .diag = &bus->diag, .transfer = transfer};
}

/* ---- EEPROM --------------------------------------------------------------------------------- */

/* 24C16 and smaller: one address byte, bits 10:8 in the device address. Larger: two bytes. */
static void every_size_is_addressed_as_its_chip_wants(void **state)
{
	static const struct {
		uint32_t size;
		unsigned address_bytes;
	} cases[] = {{128, 1}, {256, 1}, {2048, 1}, {4096, 2}, {8192, 2}, {65536, 2}};
	static uint8_t out[65536 + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bus bus;

		up(&bus);
		memset(out, 0xee, sizeof out);
		assert_int_equal(eeprom_read(&bus.bus, 0x50, cases[i].size, out), FL_OK);
		assert_int_equal(bus.count, cases[i].size / 64);
		for (unsigned k = 0; k < bus.count; k++) {
			const struct note *note = &bus.notes[k];
			const bool is_short = cases[i].address_bytes == 1;
			const uint8_t high = (uint8_t)(64 * k >> 8), low = (uint8_t)(64 * k);

			assert_int_equal(note->address, is_short ? 0x50 | high : 0x50);
			assert_int_equal(note->write_length, cases[i].address_bytes);
			assert_int_equal(note->write[0], is_short ? low : high);
			if (!is_short)
				assert_int_equal(note->write[1], low);
			assert_int_equal(note->read_length, 64);
			assert_int_equal(out[64 * k], (uint8_t)(k + 1));
			assert_int_equal(out[64 * k + 63], (uint8_t)(k + 64));
		}
		assert_int_equal(out[cases[i].size], 0xee);
	}
}

static void a_read_that_fails_ends_there(void **state)
{
	struct bus bus;
	uint8_t out[256];

	(void)state;
	up(&bus);
	bus.fail_at = 3;
	bus.err = FL_ERR_NACK;
	assert_int_equal(eeprom_read(&bus.bus, 0x50, sizeof out, out), FL_ERR_NACK);
	assert_int_equal(bus.count, 3);
}

/* ---- scan ----------------------------------------------------------------------------------- */

/* Every address that is not reserved, one byte read each, and nothing written: harmless. */
static void a_scan_reads_one_byte_of_everybody(void **state)
{
	bool found[I2C_ADDRESSES];
	struct bus bus;
	unsigned count;

	(void)state;
	up(&bus);
	bus.answers[0] = 0x08;
	bus.answers[1] = 0x77;
	memset(found, true, sizeof found);
	assert_int_equal(i2c_scan(&bus.bus, found, &count), FL_OK);
	assert_int_equal(count, 2);
	assert_int_equal(bus.count, 0x70);
	for (unsigned i = 0; i < bus.count; i++) {
		assert_int_equal(bus.notes[i].address, 0x08 + i);
		assert_int_equal(bus.notes[i].write_length, 0);
		assert_int_equal(bus.notes[i].read_length, 1);
	}
	for (unsigned i = 0; i < I2C_ADDRESSES; i++)
		assert_int_equal(found[i], i == 0x08 || i == 0x77);
	assert_string_equal(bus.diag.message, ""); /* nobody there is no failure */
}

static void a_scan_ends_where_the_bus_breaks(void **state)
{
	static const enum fl_err errors[] = {FL_ERR_TIMEOUT, FL_ERR_ARBITRATION, FL_ERR_GONE};

	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++) {
		bool found[I2C_ADDRESSES];
		struct bus bus;
		unsigned count;

		up(&bus);
		bus.answers[0] = bus.answers[1] = 0x0a;
		bus.fail_at = 5;
		bus.err = errors[i];
		assert_int_equal(i2c_scan(&bus.bus, found, &count), errors[i]);
		assert_int_equal(bus.count, 5);
		assert_int_equal(count, 1);
		assert_string_equal(bus.diag.message, "0x0c broke");
	}
}

/* What failed before the scan is still what is told. */
static void a_scan_keeps_an_older_message(void **state)
{
	bool found[I2C_ADDRESSES];
	struct bus bus;
	unsigned count;

	(void)state;
	up(&bus);
	bus.answers[0] = bus.answers[1] = 0x10;
	diag_fail(&bus.diag, FL_ERR_IO, NULL, "?");
	assert_int_equal(i2c_scan(&bus.bus, found, &count), FL_OK);
	assert_string_equal(bus.diag.message, "?");
	bus.bus.diag = NULL;
	assert_int_equal(i2c_scan(&bus.bus, found, &count), FL_OK);
	assert_int_equal(count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_size_is_addressed_as_its_chip_wants),
		cmocka_unit_test(a_read_that_fails_ends_there),
		cmocka_unit_test(a_scan_reads_one_byte_of_everybody),
		cmocka_unit_test(a_scan_ends_where_the_bus_breaks),
		cmocka_unit_test(a_scan_keeps_an_older_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
