/*
 * stream.h: one camera's stream: its buffers, the device and the sensor, started and stopped in the order that both
 * need, and what went wrong in words. Which frames are kept, judged and stored is the caller's.
 */
#ifndef CAMERA_STREAM_H
#define CAMERA_STREAM_H

#include "camera/stream/queue.h"
#include "describe/plan.h"
#include "sensor/sensor.h"

#define STREAM_BUFFERS_MIN 4u /* one frame that is kept, and three to run with (cio2.md 13) */

struct stream {
	struct camera_device *device; /* NULL: the machine has none */
	struct sensor *sensor;
	const struct sensor_mode *mode;
	struct camera_config config;
	const struct plan *plan; /* start_timeout_ms, max_errors */
	bool *cancelled;         /* set when the operator pressed ESC */
	struct diag *diag;

	struct frame_queue *queue;       /* from stream_request to stream_release */
	const struct frame_buffer *kept; /* that no further stream uses; NULL = none */
	/* The device's counters by index, summed over all streams that have ended; and of these, up to the end of the
	 * frames to skip. */
	uint32_t counted[CAMERA_COUNTERS_MAX], counted_at_start[CAMERA_COUNTERS_MAX];
	bool has_run;       /* the sums are of something */
	unsigned host_away; /* streams begun anew because nobody had looked */
};

/* Buffers for `count` frames, or as many as memory allows, at least STREAM_BUFFERS_MIN. Nothing to do when there are
 * some. FL_ERR_STATE for a device that never halted, FL_ERR_NOTFOUND without one. */
enum fl_err stream_request(struct stream *stream, unsigned count);
/* Stops what runs and frees all buffers. First error kept. */
enum fl_err stream_release(struct stream *stream);
/* Buffers that a stream can use: all but the one that is kept. */
unsigned stream_free_buffers(const struct stream *stream);
/* Queues up to `count` free buffers (what was in them is lost), starts device and sensor (with `pattern`, or without
 * for NULL) and waits for a start of frame. On failure everything is stopped again. This and all waits:
 * FL_ERR_CANCELLED after ESC, which *cancelled then tells; a device that ran out of buffers while the machine was away
 * is begun anew, and FL_ERR_AWAY is told when that does not help. */
enum fl_err stream_start(struct stream *stream, unsigned count,
			 const struct sensor_pattern *pattern);
/* `frames` finished frames wait in their buffers. */
enum fl_err stream_wait(struct stream *stream, unsigned frames);
/* The ends of `count` frames that followed each other are known (queue->times). */
enum fl_err stream_wait_times(struct stream *stream, unsigned count);
/* Next frame, with the deadline that the mode's frame time gives. One that is larger than its buffer is an error: it
 * is the last of its stream (evidence.md 1.4), and what comes after it would be told as a stream that stalls. */
enum fl_err stream_next(struct stream *stream, struct frame_buffer **out);
/* What must be before the sensor stops, sensor off, device off, pattern off; what the device counted is summed. */
enum fl_err stream_stop(struct stream *stream);

/* A frame of `bytes` with more lines than the mode's, longer ones, or fewer; `errors`: bits that were seen with it.
 * `index` is for the message, which goes to `diag`. */
enum fl_err stream_judge_size(const struct stream *stream, uint32_t bytes, uint32_t errors,
			      unsigned index, struct diag *diag);
/* More link errors in this stream than the plan allows; those before the end of the skipped frames belong to its start. */
enum fl_err stream_judge_errors(const struct stream *stream);

#endif
