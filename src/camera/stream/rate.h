/*
 * rate.h: how long frames take and how evenly they come, from what is known of their ends. Pure.
 *
 * Every end is known to lie between two looks of a host that may have been away: what a loaded host cannot
 * tell is not blamed on the sensor. The device's time stamps count when they are a clock: their unit is not
 * documented (cio2.md 3.1), so it is measured against the host's clock, and most ends have to agree with it.
 */
#ifndef CAMERA_RATE_H
#define CAMERA_RATE_H

#include "camera/stream/queue.h"

struct rate {
	double frame_ns;    /* time of a frame */
	double uncertainty; /* how far pairs of ends differ about it, as a part of it */
	bool by_device;     /* jitter is by the device's clock: exact */
	double tick_ns;     /* of that clock */
	/* The frame that differs most from the others: its time is off by at least, and by at most, this
	 * part of frame_ns. */
	double jitter_least, jitter_most;
};

/* `count` from 2 to QUEUE_TIMES, of frames that follow each other. */
void rate_measure(const struct frame_time *times, unsigned count, struct rate *out);

#endif
