/*
 * video.h: buffers of a stream, queued and dequeued as videobuf2 does: request, queue, stream on,
 * dequeue, queue again, stream off, release. Frames wait in their buffers until they are fetched,
 * so a slow disk or screen costs no frame that a buffer was queued for.
 */
#ifndef VIDEO_VIDEO_H
#define VIDEO_VIDEO_H

#include <stdbool.h>
#include <stdint.h>

#include "camera/camera.h"
#include "dma/dma.h"
#include "image/format.h"

#define VIDEO_BUFFERS_MAX         99u
#define VIDEO_TIMES               64u
/* Every buffer has room for more than a frame may have, so that an excess is seen and counted: an eighth, for
 * lines that are longer, and at least what sensors add to a picture in dark lines. */
#define VIDEO_SPARE_LINES(height) ((height) / 8 + 16u)

enum video_state {
	VIDEO_DEQUEUED, /* the CPU's */
	VIDEO_QUEUED,   /* the device's */
	VIDEO_DONE,     /* a frame is in it, not fetched yet */
};

struct video_buffer {
	unsigned index;
	enum video_state state;
	char name[16]; /* "frame 2" */
	struct dma_buffer *pixels;
	void *receiver_data;               /* of the receiver: tables that describe this buffer */
	struct video_buffer *next_waiting; /* of the receiver: handed over after this one */
	uint64_t poison; /* what every word held before the device began; new every time */
	/* of the frame in it: */
	uint32_t sequence; /* frames since stream on, the skipped and lost ones counted */
	uint32_t bytes;
	uint32_t errors;
	uint32_t device_timestamp;
	uint64_t time_ns;
};

/* When a frame ended: after `since_ns`, before `seen_ns`; and what the device wrote about it. */
struct video_time {
	uint64_t since_ns, seen_ns;
	uint32_t device_timestamp; /* unit unknown */
};

struct video_queue {
	struct receiver *receiver;
	struct receiver_config config;
	struct diag *diag;
	const struct pixel_format *format;
	size_t stride;
	size_t frame_bytes; /* stride * height: what a whole frame has */
	struct video_buffer buffers[VIDEO_BUFFERS_MAX];
	unsigned count;
	bool is_streaming;
	uint32_t enqueued;  /* buffers handed to the device so far: makes the poison new */
	uint32_t sequence;  /* of the next frame that ends */
	uint32_t unbroken;  /* frames that ended since the receiver was last started */
	uint32_t lost;      /* frames that ended while no buffer was queued, skips not counted */
	uint32_t untrusted; /* frames given up because the host was away while it queued them */
	struct video_buffer *done[VIDEO_BUFFERS_MAX];
	unsigned done_first, done_count;
	struct video_time
		times[VIDEO_TIMES]; /* of the first frames behind the skipped ones, without */
	unsigned time_count;        /* a break: a restart begins them anew */
};

/* Buffers for `config`, allocated, mapped, none queued. On failure nothing is left. Next: video_rewind. */
enum fl_err video_request(struct video_queue *queue, struct receiver *receiver,
			  const struct receiver_config *config, unsigned count);
/* Fills the buffer with the poison pattern and hands it to the device. */
enum fl_err video_enqueue(struct video_queue *queue, unsigned index);
/* Receiver on. The caller starts the sensor next. */
enum fl_err video_stream_on(struct video_queue *queue);
/* Oldest finished frame, CPU-owned. FL_ERR_TIMEOUT after `timeout_us` without one, FL_ERR_CANCELLED
 * when the operator pressed ESC; else what the receiver's poll tells. */
enum fl_err video_dequeue(struct video_queue *queue, uint32_t timeout_us,
			  struct video_buffer **out);
/* Looks at the receiver as long as it has frames that ended; for those who work while it streams. What goes
 * wrong is told by the next wait. */
void video_look(struct video_queue *queue);
/* Waits for `count` starts of frame since the receiver was last started. */
enum fl_err video_wait_starts(struct video_queue *queue, uint32_t count, uint32_t timeout_us);
/* Waits until `count` finished frames wait in their buffers, doing nothing else meanwhile: their
 * times are exact. `timeout_us` counts anew from every frame. */
enum fl_err video_wait_done(struct video_queue *queue, uint32_t count, uint32_t timeout_us);
/* Waits until the times of `count` frames (at most VIDEO_TIMES) are known, whatever became of them. */
enum fl_err video_wait_times(struct video_queue *queue, uint32_t count, uint32_t timeout_us);
/* The sensor is off, the receiver has stopped by itself (FL_ERR_AWAY, FL_ERR_IO): its DMA is set up again,
 * buffers without a frame are queued as before, done ones wait on. The caller starts the sensor next. */
enum fl_err video_restart(struct video_queue *queue);
/* The sensor is off already. All buffers come back to the CPU, done ones keep their frame. */
enum fl_err video_stream_off(struct video_queue *queue);
/* Before every stream, the first too: no buffer queued, none done, the receiver prepared for this
 * queue's configuration. Not while streaming. */
enum fl_err video_rewind(struct video_queue *queue);
/* Unmaps and frees everything (what a dead receiver may still write to is left allocated). */
enum fl_err video_release(struct video_queue *queue);

/*
 * Units of memory (format.h) of the frame's first `lines` lines that still hold poison: the device never
 * wrote them, whatever it says.
 */
unsigned video_untouched(const struct video_queue *queue, const struct video_buffer *buffer,
			 unsigned lines);

#endif
