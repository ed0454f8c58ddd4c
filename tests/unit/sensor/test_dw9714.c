/* test_dw9714.c: the focus motor is moved gently, and what it says is understood. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sensor/dw9714.h"
#include "tests/host/host.h"

struct fake {
	struct i2c_bus bus; /* first member */
	uint16_t word;
	unsigned writes, largest_step;
	uint64_t last_ns;
	enum fl_err err;
};

static enum fl_err transfer(struct i2c_bus *bus, uint8_t address, const uint8_t *write,
			    size_t write_length, uint8_t *read, size_t read_length)
{
	struct fake *f = (struct fake *)bus;

	assert_int_equal(address, 0x0c);
	if (read_length && f->err)
		return f->err;
	if (read_length) {
		assert_int_equal(read_length, 2);
		assert_int_equal(write_length, 0);
		read[0] = (uint8_t)(f->word >> 8);
		read[1] = (uint8_t)f->word;
	} else {
		const int from = f->word >> 4 & 0x3ff;
		const int to = (write[0] << 8 | write[1]) >> 4;

		assert_int_equal(write_length, 2);
		assert_in_range(to, 0, DW9714_LAST);
		if (f->writes++)
			assert_true(host_time_ns() - f->last_ns >= 1000000);
		f->last_ns = host_time_ns();
		if ((unsigned)abs(to - from) > f->largest_step)
			f->largest_step = (unsigned)abs(to - from);
		f->word = (uint16_t)(write[0] << 8 | write[1]);
	}
	return f->err;
}

static void it_moves_in_small_steps(void **state)
{
	static const unsigned ways[][2] = {{0, 341}, {341, 682}, {682, 0},  {1023, 0},
					   {5, 5},   {0, 1},     {682, 341}};

	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		struct fake f = {.bus = {.name = "I2C2", .transfer = transfer},
				 .word = (uint16_t)(ways[i][0] << 4)};
		struct dw9714_state seen;

		host_reset(1);
		assert_int_equal(dw9714_move(&f.bus, 0x0c, ways[i][0], ways[i][1]), FL_OK);
		assert_in_range(f.largest_step, 0, 16);
		/* Full steps and a rest, straight to where it goes. */
		assert_int_equal(f.writes, (abs((int)ways[i][1] - (int)ways[i][0]) + 15) / 16);
		assert_int_equal(dw9714_read(&f.bus, 0x0c, &seen), FL_OK);
		assert_int_equal(seen.position, ways[i][1]);
		assert_false(seen.is_off);
	}
}

static void power_down_is_told(void **state)
{
	struct fake f = {.bus = {.name = "I2C2", .transfer = transfer}, .word = 0xd55f};
	struct dw9714_state seen;

	(void)state;
	host_reset(1);
	assert_int_equal(dw9714_read(&f.bus, 0x0c, &seen), FL_OK);
	assert_true(seen.is_off);
	assert_int_equal(seen.position, 0x155);
	f.err = FL_ERR_NACK;
	assert_int_equal(dw9714_read(&f.bus, 0x0c, &seen), FL_ERR_NACK);
	assert_int_equal(seen.word, 0); /* what was not read is nothing */
	assert_false(seen.is_off);
	assert_int_equal(dw9714_move(&f.bus, 0x0c, 0, 100), FL_ERR_NACK);
	assert_int_equal(f.writes, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_moves_in_small_steps),
		cmocka_unit_test(power_down_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
