/*
 * power.h: rails, clocks and resets of a board, in the order its file gives, undone in reverse.
 */
#ifndef POWER_POWER_H
#define POWER_POWER_H

#include "describe/board.h"
#include "i2c/i2c.h"

enum power_undo_kind { POWER_UNDO_REGISTER, POWER_UNDO_PAD, POWER_UNDO_WAIT };

/* One thing that was changed, and how it was before. */
struct power_undo {
	const struct power_step *step;
	uint8_t kind; /* enum power_undo_kind */
	uint8_t domain;
	bool is_last; /* undone after all others of its domain: see tps68470_update */
	uint8_t bus, address, register_bytes;
	uint16_t reg;
	uint8_t mask, value; /* of a register: what was written, and to which bits */
	bool is_checked;     /* it must read so for as long as it is up */
	uint32_t old_value;  /* register or pad word found before */
};

/* All power domains of one board. */
struct power {
	const struct board_desc *board;
	struct i2c_bus **buses; /* one per board->buses; NULL where the controller is missing */
	struct diag *diag;
	uint8_t *users;          /* reference count per domain */
	struct power_undo *undo; /* what to put back, oldest first */
	size_t undo_count, undo_capacity;
	unsigned notes; /* optional pads that could not be reached */
	char note[160]; /* the last of them, in words */
};

/* `board` and `buses` must outlive it; the buses should report to the same diag. FL_ERR_NOMEM. */
enum fl_err power_init(struct power *power, const struct board_desc *board, struct i2c_bus **buses,
		       struct diag *diag);
/* Brings `domain` and what it requires up (or counts one more user). Every register is read back
 * after it was written, and all of them once more before a pin goes high (a reset is not released
 * without rails and clock) and at the end: FL_ERR_MISMATCH. On failure everything that this call did
 * is undone, in reverse order, and the message names domain, step and file line. */
enum fl_err power_up(struct power *power, unsigned domain);
/* One user less; the last one undoes the domain, then what it required. First error is kept, the
 * rest is still undone. FL_ERR_STATE when it is not up. */
enum fl_err power_down(struct power *power, unsigned domain);
/* Everything off, whatever the counts; frees the struct's memory. */
enum fl_err power_exit(struct power *power);

#endif
