/*
 * designware.h: Intel LPSS I2C controllers (Synopsys DesignWare core), by polling.
 * Facts: hardware sheet lpss-i2c.md; offsets in designware_regs.h.
 */
#ifndef I2C_DESIGNWARE_H
#define I2C_DESIGNWARE_H

#include <stdbool.h>

#include "describe/board.h"
#include "core/regs.h"
#include "i2c/i2c.h"

/* What differs between platforms: input clock, and the signal edges that the counts allow for. */
struct designware_clock {
	uint32_t khz;
	uint16_t hold_ns; /* SDA after SCL falls */
	uint16_t sda_fall_ns, scl_fall_ns;
};

/* Counts in cycles of the input clock, as the registers take them. */
struct designware_timing {
	uint16_t ss_hcnt, ss_lcnt; /* 100 kHz */
	uint16_t fs_hcnt, fs_lcnt; /* 400 kHz */
	uint16_t fp_hcnt, fp_lcnt; /* 1 MHz, same registers as 400 kHz */
	uint16_t sda_hold;
};

#define DESIGNWARE_SAVED 25 /* registers that are put back on exit */

struct designware {
	struct i2c_bus bus; /* first member: what users hold */
	struct regs regs;
	struct diag attempt; /* what the transfer under way saw; published if it is final */
	struct designware_timing timing;
	uint16_t pci_device;           /* chooses the input clock */
	uint32_t speed;                /* Hz */
	uint16_t hcnt, lcnt, sda_hold; /* board-tuned, 0 = computed */
	unsigned tx_depth, rx_depth;   /* from COMP_PARAM_1 */
	unsigned retries;              /* transfers repeated after a lost arbitration */
	unsigned recoveries;           /* stuck bus recovered so many times */
	uint32_t last_abort;           /* TX_ABRT_SOURCE of the last failure */
	uint32_t found_resets;         /* RESETS before designware_init */
	uint32_t found[DESIGNWARE_SAVED];
	bool is_open;
};

/* PCI ids of controllers this driver knows, and their clock. False when unknown. */
bool designware_input_clock(uint16_t pci_device, struct designware_clock *clock);
/* Pure: counts for a clock (lpss-i2c.md section 5). */
void designware_timing(const struct designware_clock *clock, struct designware_timing *out);

/*
 * Resets and initialises the controller behind `base` (BAR 0, function in D0, memory enabled).
 * `config` must outlive the bus, and *dw stay where it is. FL_ERR_UNSUPPORTED (unknown PCI id or
 * speed), FL_ERR_INVALID (counts that are too fast for the speed), FL_ERR_GONE, FL_ERR_NOTFOUND (not a DesignWare core), FL_ERR_TIMEOUT; the controller is
 * then as found.
 *
 * Transfers: a lost arbitration is repeated up to 3 times. A bus that is busy before the start is
 * freed (designware_check) and the transfer made once more; one that stops in the middle is freed
 * but not repeated, because nobody knows what the device took. A NACK is reported at once.
 */
enum fl_err designware_init(struct designware *dw, const struct board_bus *config,
			    uint16_t pci_device, uint64_t base, struct diag *diag);
/*
 * Is the bus idle, SDA and SCL free? Asks an address that no device has; tries to free a stuck bus:
 * controller initialised again, block reset, nine clocks by hand on the pads where these are known.
 * FL_OK, FL_ERR_GONE, or what the bus did after the last try.
 */
enum fl_err designware_check(struct designware *dw);
/* Registers and block reset as found. Does nothing after a failed init. FL_ERR_TIMEOUT or _GONE
 * when the controller cannot be switched off: its registers are then as they are. */
enum fl_err designware_exit(struct designware *dw);

#endif
