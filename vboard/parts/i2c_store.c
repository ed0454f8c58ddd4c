/* i2c_store.c: see i2c_store.h. */
#include "vboard/parts/i2c_store.h"

#include <string.h>

static bool store_start(struct i2c_target *target, uint8_t address, bool is_read)
{
	struct i2c_store *store = (struct i2c_store *)target;

	(void)address;
	if (!store->powered(store->context))
		return false;
	if (!is_read)
		store->seen = 0;
	return true;
}

static bool store_write(struct i2c_target *target, uint8_t byte)
{
	struct i2c_store *store = (struct i2c_store *)target;

	if (store->seen < store->address_bytes) {
		store->pointer = (uint16_t)(store->seen++ ? store->pointer << 8 | byte : byte);
		return true;
	}
	store->data[store->pointer++ % I2C_STORE_SIZE] = byte;
	return true;
}

static uint8_t store_read(struct i2c_target *target)
{
	struct i2c_store *store = (struct i2c_store *)target;

	return store->data[store->pointer++ % I2C_STORE_SIZE];
}

static const struct i2c_target_ops store_ops = {
	.start = store_start,
	.write = store_write,
	.read = store_read,
};

void i2c_store_init(struct i2c_store *store, const char *name, uint8_t address,
		    unsigned address_bytes, uint8_t fill, bool (*powered)(void *context),
		    void *context)
{
	memset(store, 0, sizeof(*store));
	memset(store->data, fill, sizeof(store->data));
	store->target.ops = &store_ops;
	store->target.name = name;
	store->target.first = store->target.last = address;
	store->address_bytes = address_bytes;
	store->powered = powered;
	store->context = context;
}
