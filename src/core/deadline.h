/*
 * deadline.h: waits that end, and never too early.
 *
 *	struct deadline deadline = deadline_in_us(TIMEOUT_US);
 *
 *	do {
 *		look for what is waited for, return when it is there
 *	} while (deadline_again(&deadline, POLL_US));
 *	return diag_fail(... FL_ERR_TIMEOUT ...);
 *
 * Between a look and the clock the CPU may be away (an SMI, a slow emulator) for longer than the whole
 * wait. So the clock is read before a look, never behind it, and only a look that began when the time
 * was over is the last.
 */
#ifndef CORE_DEADLINE_H
#define CORE_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "firstlight/platform.h"

struct deadline {
	uint64_t end_ns;
	bool is_over; /* it was when the current look began */
};

static inline struct deadline deadline_in_us(uint64_t us)
{
	return (struct deadline){.end_ns = platform_time_ns() + us * 1000, .is_over = us == 0};
}

/* Behind a look that found nothing: false if it was the last, else true after a pause. */
static inline bool deadline_again(struct deadline *deadline, uint32_t pause_us)
{
	if (deadline->is_over)
		return false;
	platform_delay_us(pause_us);
	deadline->is_over = platform_time_ns() >= deadline->end_ns;
	return true;
}

#endif
