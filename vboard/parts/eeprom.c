/* eeprom.c: the module EEPROM and what the module maker left in it. */
#include "vboard/parts/eeprom.h"

#include "vboard/core/knobs.h"

#include <string.h>

/* A 24C16 writes a page in at most 5 ms and does not acknowledge meanwhile. */
#define WRITE_NS_MIN 1500000u
#define WRITE_NS_MAX 5000000u
#define PAGE         16u

static const struct vboard_fault_info faults[] = {
	{"eeprom-nack", VBOARD_PLAIN, "the module's EEPROM does not acknowledge"},
	{"eeprom-flip", VBOARD_PLAIN,
	 "one bit of the module's EEPROM, at a seeded place, is another one each time it is read"},
	{0},
};

const struct knobs eeprom_knobs = {faults, NULL};

static bool eeprom_start(struct i2c_target *target, uint8_t address, bool is_read)
{
	struct eeprom *eeprom = (struct eeprom *)target;
	uint16_t block = (uint16_t)((address & 7) << 8);

	if (!eeprom->powered(eeprom->context) || vboard_fault(eeprom->board, "eeprom-nack", NULL) ||
	    vboard_now(eeprom->board) < eeprom->busy_until)
		return false;
	eeprom->written = false;
	if (is_read)
		eeprom->pointer = block | (eeprom->pointer & 0xff);
	else
		eeprom->pointer = block;
	eeprom->has_pointer = is_read;
	return true;
}

static bool eeprom_write(struct i2c_target *target, uint8_t byte)
{
	struct eeprom *eeprom = (struct eeprom *)target;

	if (!eeprom->has_pointer) {
		eeprom->pointer |= byte;
		eeprom->has_pointer = true;
		return true;
	}
	eeprom->data[eeprom->pointer] = byte;
	eeprom->pointer =
		(uint16_t)((eeprom->pointer & ~(PAGE - 1)) | ((eeprom->pointer + 1) & (PAGE - 1)));
	eeprom->written = true;
	return true;
}

static uint8_t eeprom_read(struct i2c_target *target)
{
	struct eeprom *eeprom = (struct eeprom *)target;
	uint8_t byte = eeprom->data[eeprom->pointer];

	if (eeprom->pointer == eeprom->flips_at && vboard_fault(eeprom->board, "eeprom-flip", NULL))
		eeprom->data[eeprom->pointer] ^= 0x04;
	eeprom->pointer = (eeprom->pointer + 1) % EEPROM_SIZE;
	return byte;
}

static void eeprom_stop(struct i2c_target *target)
{
	struct eeprom *eeprom = (struct eeprom *)target;

	if (eeprom->written)
		eeprom->busy_until = vboard_now(eeprom->board) +
				     vboard_delay_ns(eeprom->board, WRITE_NS_MIN, WRITE_NS_MAX);
	eeprom->written = false;
}

static const struct i2c_target_ops eeprom_ops = {
	.start = eeprom_start,
	.write = eeprom_write,
	.read = eeprom_read,
	.stop = eeprom_stop,
};

/* Calibration layouts are the vendors' own (sensors.md 13): ours is a name, a serial number from
 * the seed, and erased cells. */
static void eeprom_fill(struct eeprom *eeprom)
{
	static const char name[] = "VIRTUAL MODULE OV13858 DW9714";

	memset(eeprom->data, 0xff, sizeof(eeprom->data));
	memcpy(eeprom->data, name, sizeof(name) - 1);
	for (unsigned i = 0; i < 8; i++)
		eeprom->data[0x20 + i] = (uint8_t)('0' + vboard_random(eeprom->board, 10));
	eeprom->flips_at = 0x20 + (uint16_t)(vboard_random(eeprom->board, 8));
}

void eeprom_init(struct eeprom *eeprom, struct vboard *board, bool (*powered)(void *context),
		 void *context)
{
	memset(eeprom, 0, sizeof(*eeprom));
	eeprom->target.ops = &eeprom_ops;
	eeprom->target.name = "eeprom";
	eeprom->target.first = 0x50;
	eeprom->target.last = 0x57;
	eeprom->board = board;
	eeprom->powered = powered;
	eeprom->context = context;
	eeprom_fill(eeprom);
}
