/* designware_transfer.h: one transaction on the wires, without retries (inside src/i2c). */
#ifndef I2C_DESIGNWARE_TRANSFER_H
#define I2C_DESIGNWARE_TRANSFER_H

#include "i2c/designware.h"

struct designware_message {
	uint8_t address;
	const uint8_t *write;
	size_t write_length;
	uint8_t *read;
	size_t read_length;
	bool was_started; /* out: a START went over the wires */
};

/* Makes the transaction and leaves the controller disabled. Words go to dw->attempt. */
enum fl_err designware_transact(struct designware *dw, struct designware_message *message);
/* Controller off, FIFOs flushed; at most 10 ms. */
enum fl_err designware_disable(struct designware *dw);

#endif
