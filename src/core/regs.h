/*
 * regs.h: a window of device registers, with bounds, waits that end, and every access noted for the
 * failure that may follow.
 */
#ifndef CORE_REGS_H
#define CORE_REGS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/diag.h"

struct regs {
	const char *name;     /* "I2C2", for messages */
	uint64_t base;        /* CPU physical address */
	uint32_t size;        /* bytes; accesses beyond are refused: read as all ones, counted */
	unsigned outside;     /* refused accesses: a driver error */
	struct diag *diag;    /* of waits; may be NULL */
	struct diag *witness; /* whose trace has the accesses; may be NULL */
};

/* `name` and `diag` outlive the use; the accesses are noted in `diag`, too. */
void regs_init(struct regs *regs, const char *name, uint64_t base, uint32_t size,
	       struct diag *diag);

uint32_t reg_read(struct regs *regs, uint32_t offset);
void reg_write(struct regs *regs, uint32_t offset, uint32_t value);
uint8_t reg_read8(struct regs *regs, uint32_t offset);
void reg_write8(struct regs *regs, uint32_t offset, uint8_t value);
/* Read, set the bits, write back. */
void reg_set(struct regs *regs, uint32_t offset, uint32_t bits);
/* Read, clear the bits of `clear`, set those of `set`, write back. */
void reg_update(struct regs *regs, uint32_t offset, uint32_t clear, uint32_t set);

/*
 * Waits until (register & mask) == want. FL_ERR_TIMEOUT after `timeout_us`, FL_ERR_GONE when the
 * register reads all ones at the deadline; both name the register, what it held and what was
 * wanted in regs->diag.
 */
#define reg_wait(regs, offset, mask, want, timeout_us, hint)                                       \
	reg_wait_named(regs, #offset, offset, mask, want, timeout_us, hint)
enum fl_err reg_wait_named(struct regs *regs, const char *name, uint32_t offset, uint32_t mask,
			   uint32_t want, uint32_t timeout_us, const char *hint);

#endif
