/* cio2_errors.h: the receiver's error bits as named counters (cio2.md section 8). */
#ifndef CAMERA_CIO2_ERRORS_H
#define CAMERA_CIO2_ERRORS_H

#include "camera/camera.h"

#define CIO2_IRQ_BITS 18u /* IRQCTRL_STATUS */
#define CIO2_IE_BITS  7u  /* INT_STS_EXT_IE, one port's byte without bit 7 */
#define CIO2_COUNTERS (CIO2_IRQ_BITS + CIO2_IE_BITS + 2u)

/* Fills CIO2_COUNTERS counters: names, is_error, value 0. */
void cio2_errors_init(struct camera_counter *counters);
/* Counts the bits seen at one look; returns how many of them are errors. */
uint32_t cio2_errors_count(struct camera_counter *counters, uint32_t irq_status, uint32_t ie_byte,
			   uint32_t ext_oe);

#endif
