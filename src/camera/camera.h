/*
 * receiver.h: a camera generation as the capture code sees it: something that takes buffers and
 * gives frames. Each has a folder beside this file and a row in camera/table.c.
 */
#ifndef CAMERA_RECEIVER_H
#define CAMERA_RECEIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "dma/dma.h"
#include "image/format.h"
#include "pci/pci.h"

#define RECEIVER_COUNTERS_MAX 32u /* counters that a receiver may have */

struct receiver;
struct video_buffer;

/* What one stream looks like on the link. */
struct receiver_config {
	unsigned port;
	unsigned lanes;
	uint64_t link_frequency; /* Hz, DDR clock */
	unsigned width, height;
	unsigned max_height; /* lines that buffers have room for */
	unsigned skip;       /* frames after the start that go to no buffer */
};

/* A counter of the receiver; texts are static. */
struct receiver_counter {
	const char *name;
	const char *meaning; /* what was seen, as a clause: "payload checksums do not match" */
	const char *hint;    /* what to look at */
	bool is_error;       /* false: worth knowing, not wrong by itself */
	unsigned rank;       /* of several that were seen the least rank tells most; 0 = none */
	uint32_t value;      /* looks that saw it: the hardware has sticky bits, not counts */
	uint32_t at_start;   /* of these, before the end of the last skipped frame */
};

enum receiver_event_kind {
	RECEIVER_NOTHING,
	RECEIVER_FRAME, /* a frame has ended */
};

struct receiver_event {
	enum receiver_event_kind kind;
	struct video_buffer *buffer; /* NULL: it went to no buffer (skipped, or none was queued) */
	uint32_t bytes;              /* that the device says it wrote */
	uint32_t errors;             /* error bits seen since the frame before */
	uint32_t device_timestamp;   /* raw, unit unknown */
	uint64_t since_ns, time_ns;  /* it ended after the first and before the second */
	bool is_torn; /* the host was away while it handed the buffer over: do not trust the frame */
};

struct receiver_ops {
	const char *name; /* "IPU3 CIO2" */
	uint16_t vendor, device;
	/* D0, registers, ring memory. On failure nothing is left open. */
	enum fl_err (*open)(const struct pci_function *function, struct cache *cache,
			    uint32_t scatter_seed, struct diag *diag, struct receiver **out);
	/* Everything given back; the function as found. First error kept, rest still done. */
	enum fl_err (*close)(struct receiver *receiver);
	const struct pixel_format *format; /* of the frames it writes */
	/* Per-buffer tables; called once after allocation / before it is freed. */
	enum fl_err (*attach)(struct receiver *receiver, struct video_buffer *buffer);
	void (*detach)(struct receiver *receiver, struct video_buffer *buffer);
	/* Before every stream: checks the configuration and begins with an empty ring. */
	enum fl_err (*prepare)(struct receiver *receiver, const struct receiver_config *config);
	/* Hands one buffer over, before or after start; any number of them. They are filled in this order,
	 * each as soon as the ring has room, and never with one of the frames to skip. */
	void (*queue)(struct receiver *receiver, struct video_buffer *buffer);
	/* Receiver on; the sensor must start after this. */
	enum fl_err (*start)(struct receiver *receiver);
	/* Looks once and writes *event, all of it if that is a frame. Never waits. Fences (dma_order) behind what tells that a frame has ended. FL_ERR_AWAY
	 * when the ring ran out because nobody looked, FL_ERR_IO when the DMA stopped for another reason:
	 * frames that ended before are told first, and only stop and start go on. */
	enum fl_err (*poll)(struct receiver *receiver, struct receiver_event *event);
	/* Sensor is off. Receiver and DMA off, with deadlines, and dma_order behind that. After FL_ERR_TIMEOUT bus mastering is
	 * off too and the ring counts as dead: buffers stay mapped. */
	enum fl_err (*stop)(struct receiver *receiver);
};

struct receiver {
	const struct receiver_ops *ops;
	struct dma_domain dma;
	struct diag *diag;
	struct receiver_config config;
	struct receiver_counter *counters;
	unsigned counter_count;
	uint32_t frames_started; /* start of frame seen */
	uint32_t frames_ended;
	bool lanes_active; /* the D-PHY saw any lane change since the start */
	bool is_running;
	bool is_dead; /* DMA did not halt: its memory is never given back */
};

/* Sum of the error counters since the end of the skipped frames; until then, since the start. */
uint32_t receiver_errors(const struct receiver *receiver);
/* The one of these errors that tells most about what is wrong; NULL when there was none. */
const struct receiver_counter *receiver_telling(const struct receiver *receiver);
void receiver_counters_clear(struct receiver *receiver);
/* What was counted so far belongs to the start: a sensor may begin in the middle of a line. */
void receiver_counters_mark(struct receiver *receiver);

/* All generations, in order of preference; NULL-terminated. */
extern const struct receiver_ops *const receiver_table[];

#endif
