/* cio2_timing.h: D-PHY receive timing from the link frequency (cio2.md section 4). Pure. */
#ifndef CAMERA_CIO2_TIMING_H
#define CAMERA_CIO2_TIMING_H

#include <stdint.h>

#include "core/diag.h"

/* All counts in units of 1/16 ns. */
struct cio2_timing {
	uint32_t clock_termen, clock_settle;
	uint32_t data_termen, data_settle;
	uint32_t clock_termen_max, clock_settle_max; /* the legal window's upper ends */
	uint32_t data_termen_max, data_settle_max;
	uint32_t mbit_per_lane;
};

/*
 * The minimum of each window, as the reference does, with its integer arithmetic. `link_frequency`
 * is the DDR clock in Hz. FL_ERR_RANGE for a frequency that D-PHY does not have (below 40 MHz or
 * above 750 MHz: 80 to 1500 Mbit/s, D-PHY v1.1/v1.2).
 */
enum fl_err cio2_timing(uint64_t link_frequency, struct cio2_timing *out, struct diag *diag);

#endif
