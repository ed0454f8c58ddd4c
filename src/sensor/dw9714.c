/*
 * dw9714.c: see dw9714.h. Two bytes without a register address, high byte first: bit 15 power-down,
 * 13:4 position, 3:0 slew mode.
 */
#include "sensor/dw9714.h"

#include "core/bytes.h"
#include "core/field.h"
#include "firstlight/platform.h"

#define DW9714_OFF      BIT(15)
#define DW9714_POSITION FIELD(13, 4)
#define STEP            16u
#define STEP_US         1000u

enum fl_err dw9714_read(struct i2c_bus *bus, uint8_t address, struct dw9714_state *state)
{
	uint8_t bytes[2] = {0, 0};
	enum fl_err err = i2c_transfer(bus, address, NULL, 0, bytes, sizeof bytes);

	state->word = get_be16(bytes);
	state->position = (uint16_t)field_get(DW9714_POSITION, state->word);
	state->is_off = state->word & DW9714_OFF;
	return err;
}

static enum fl_err set(struct i2c_bus *bus, uint8_t address, unsigned position)
{
	uint8_t bytes[2];

	put_be16(bytes, field_put(DW9714_POSITION, position));
	return i2c_transfer(bus, address, bytes, sizeof bytes, NULL, 0);
}

enum fl_err dw9714_move(struct i2c_bus *bus, uint8_t address, unsigned from, unsigned to)
{
	while (from != to) {
		const unsigned left = from < to ? to - from : from - to;
		const unsigned step = left < STEP ? left : STEP;
		enum fl_err err;

		from = from < to ? from + step : from - step;
		err = set(bus, address, from);
		if (err)
			return err;
		platform_delay_us(STEP_US);
	}
	return FL_OK;
}
