/*
 * designware.h: Intel LPSS I2C controllers (Synopsys DesignWare core), by polling.
 * Facts: docs/hardware.md names the sheet; offsets in designware_regs.h.
 */
#ifndef I2C_DESIGNWARE_H
#define I2C_DESIGNWARE_H

#include <stdbool.h>

#include "board/board.h"
#include "core/regs.h"
#include "i2c/i2c.h"

struct designware_timing { uint16_t ss_hcnt, ss_lcnt, fs_hcnt, fs_lcnt; uint32_t sda_hold; uint32_t clock_khz; };

struct designware {
	struct i2c_bus bus;          /* first member: what users hold */
	struct regs regs;
	uint16_t pci_device;         /* chooses the input clock */
	uint32_t speed;              /* Hz */
	uint16_t hcnt, lcnt, sda_hold; /* board-tuned, 0 = computed */
	unsigned tx_depth, rx_depth; /* from COMP_PARAM_1 */
	unsigned recoveries;         /* stuck bus recovered so many times */
	uint32_t last_abort;         /* TX_ABRT_SOURCE of the last failure */
};

/* PCI ids of controllers this driver knows, and their input clock. False when unknown. */
bool designware_input_clock(uint16_t pci_device, uint32_t *khz);
/* Pure: counts for a clock (lpss-i2c.md section 5). */
void designware_timing(uint32_t clock_khz, uint16_t hold_ns, struct designware_timing *out);

/*
 * Resets and initialises the controller behind `base` (BAR 0, function in D0, memory enabled).
 * FL_ERR_GONE, FL_ERR_NOTFOUND (not a DesignWare core), FL_ERR_TIMEOUT.
 */
enum fl_err designware_init(struct designware *dw, const struct board_bus *config, uint16_t pci_device,
			    uint64_t base, struct diag *diag);
/* Is the bus idle, SDA and SCL free? Tries to recover a stuck one (re-init, block reset). */
enum fl_err designware_check(struct designware *dw);
void designware_exit(struct designware *dw);

#endif
