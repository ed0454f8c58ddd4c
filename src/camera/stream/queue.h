/*
 * queue.h: buffers of a stream, queued and dequeued as videobuf2 does: request, queue, stream on,
 * dequeue, queue again, stream off, release. Frames wait in their buffers until they are fetched,
 * so a slow disk or screen costs no frame that a buffer was queued for.
 */
#ifndef CAMERA_QUEUE_H
#define CAMERA_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "camera/camera.h"

#define QUEUE_BUFFERS_MAX 99u
#define QUEUE_TIMES       64u

enum frame_state {
	FRAME_DEQUEUED, /* the CPU's */
	FRAME_QUEUED,   /* the device's */
	FRAME_DONE,     /* a frame is in it, not fetched yet */
};

struct frame_buffer {
	struct camera_buffer base; /* first member: what the device is handed */
	unsigned index;
	enum frame_state state;
	uint64_t poison; /* what every word held before the device began; new every time */
	/* of the frame in it: */
	uint32_t sequence; /* frames since stream on, the skipped and lost ones counted */
	uint32_t
		bytes; /* that it has, as the device says; of a device that does not say, as its poison shows */
	uint32_t errors;
	uint32_t device_timestamp;
	uint64_t time_ns;
};

/* When a frame ended: after `since_ns`, before `seen_ns`; and what the device wrote about it. */
struct frame_time {
	uint64_t since_ns, seen_ns;
	uint32_t device_timestamp; /* unit unknown */
};

struct frame_queue {
	struct camera_device *device;
	struct camera_config config;
	struct diag *diag;
	struct camera_layout layout; /* of its frames */
	struct frame_buffer buffers[QUEUE_BUFFERS_MAX];
	unsigned count;
	bool is_streaming;
	uint32_t enqueued;  /* buffers handed to the device so far: makes the poison new */
	uint32_t sequence;  /* of the next frame that ends */
	uint32_t unbroken;  /* frames that ended since the device was last started */
	uint32_t lost;      /* frames that ended while no buffer was queued, skips not counted */
	uint32_t untrusted; /* frames given up because the host was away while it queued them */
	struct frame_buffer *done[QUEUE_BUFFERS_MAX];
	unsigned done_first, done_count;
	struct frame_time
		times[QUEUE_TIMES]; /* of the first frames behind the skipped ones, without */
	unsigned time_count;        /* a break: a restart begins them anew */
};

/* Buffers for `config`, allocated, mapped, none queued. On failure nothing is left. Next: queue_rewind. */
enum fl_err queue_request(struct frame_queue *queue, struct camera_device *device,
			  const struct camera_config *config, unsigned count);
/* Fills the buffer with the poison pattern and hands it to the device. */
enum fl_err queue_enqueue(struct frame_queue *queue, unsigned index);
/* Device on. The caller starts the sensor next. */
enum fl_err queue_stream_on(struct frame_queue *queue);
/* Oldest finished frame, CPU-owned. FL_ERR_TIMEOUT after `timeout_us` without one, FL_ERR_CANCELLED
 * when the operator pressed ESC; else what the device's poll tells. */
enum fl_err queue_dequeue(struct frame_queue *queue, uint32_t timeout_us,
			  struct frame_buffer **out);
/* Looks at the device as long as it has frames that ended; for those who work while it streams. What goes
 * wrong is told by the next wait. */
void queue_look(struct frame_queue *queue);
/* Waits for `count` starts of frame since the device was last started. */
enum fl_err queue_wait_starts(struct frame_queue *queue, uint32_t count, uint32_t timeout_us);
/* Waits until `count` finished frames wait in their buffers, doing nothing else meanwhile: their
 * times are exact. `timeout_us` counts anew from every frame. */
enum fl_err queue_wait_done(struct frame_queue *queue, uint32_t count, uint32_t timeout_us);
/* Waits until the times of `count` frames (at most QUEUE_TIMES) are known, whatever became of them. */
enum fl_err queue_wait_times(struct frame_queue *queue, uint32_t count, uint32_t timeout_us);
/* The sensor is off, the device has stopped by itself (FL_ERR_AWAY, FL_ERR_IO): its DMA is set up again,
 * buffers without a frame are queued as before, done ones wait on. The caller starts the sensor next. */
enum fl_err queue_restart(struct frame_queue *queue);
/* The sensor is off already. All buffers come back to the CPU, done ones keep their frame. */
enum fl_err queue_stream_off(struct frame_queue *queue);
/* Before every stream, the first too: no buffer queued, none done, the device prepared for this
 * queue's configuration. Not while streaming. */
enum fl_err queue_rewind(struct frame_queue *queue);
/* Unmaps and frees everything (what a dead device may still write to is left allocated). */
enum fl_err queue_release(struct frame_queue *queue);

/*
 * Units of the pixel format (unit_bytes) of the frame's first `lines` lines that still hold poison: the
 * device never wrote them, whatever it says.
 */
unsigned queue_untouched(const struct frame_queue *queue, const struct frame_buffer *buffer,
			 unsigned lines);

#endif
