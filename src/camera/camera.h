/*
 * camera.h: what a camera generation is. One driver owns its PCI functions, its receiver, its MMU and what else is
 * in it, and everything that differs between generations; the rest of the ROM sees it through struct camera_ops.
 *
 * Each generation has a folder beside this file and a row in camera/session/generations.c.
 *
 * Life: create (nothing is touched) -> open -> (prepare -> queue, start, poll... -> quiesce, sensor off, stop)* ->
 * close -> destroy. Rungs of its own run between create and close, and open what they need themselves.
 */
#ifndef CAMERA_CAMERA_H
#define CAMERA_CAMERA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/cache.h"
#include "dma/dma.h"
#include "image/format.h"
#include "pci/pci.h"
#include "report/report.h"

#define CAMERA_COUNTERS_MAX 32u /* counters that a receiver may have */
#define CAMERA_STREAM_NEEDS 3u  /* rungs that a stream may need; fewer end with NULL */

struct camera_device;
struct check;

/* ---- what it consists of ------------------------------------------------------------------- */

/* A PCI function; of one kind each generation may know several ids. Texts are static. */
struct camera_function {
	uint16_t vendor, device;
	const char *name;   /* in one word, for messages */
	const char *title;  /* as lspci would name it, for `list` */
	const char *absent; /* hint: why a machine may lack it */
	bool is_receiver;   /* frames come from it */
};

/* A window of registers worth a look, for `regs`. */
struct camera_block {
	const char *name;  /* the word that `regs` takes, any case */
	const char *title; /* above its list */
	/* "NAME offset value" a line into `out` (`capacity` bytes with its NUL), nothing switched on or off but what
	 * a look needs, and that put back. */
	enum fl_err (*dump)(struct camera_device *device, char *out, size_t capacity);
};

/* What a generation is given of the run; outlives it. */
struct camera_host {
	const struct pci_list *pci;
	struct cache *cache;
	struct diag *diag;
	uint32_t scatter_seed; /* of the plan: pages are dealt out in this order */
};

/* Firmware that the user brings on the stick. */
struct camera_firmware {
	const char *path; /* NULL until one was found */
	uint8_t *data;    /* owned by the device */
	size_t size;
};

/* ---- a stream ------------------------------------------------------------------------------- */

/* What one stream looks like on the link. */
struct camera_config {
	unsigned port; /* CSI-2 port, as the board's wiring numbers it */
	unsigned lanes;
	uint64_t link_frequency; /* Hz, DDR clock: half the bit rate of a lane */
	unsigned width, height;  /* pixels */
	unsigned max_height;     /* lines that a sensor may send */
	unsigned skip;           /* frames after the start that go to no buffer */
};

/* What its frames look like in memory. */
struct camera_layout {
	const struct pixel_format *format;
	size_t stride;      /* bytes from one line to the next */
	size_t frame_bytes; /* of a whole frame */
	size_t buffer_bytes; /* that every buffer must have: room for what the device may write beyond */
};

/* Memory for one frame. */
struct camera_buffer {
	char name[16]; /* "frame 2" */
	struct dma_buffer *pixels;
	void *tables;                       /* the generation's, from attach to detach */
	struct camera_buffer *next_waiting; /* the generation's: handed over after this one */
};

/* A counter of the receiver; texts are static. */
struct camera_counter {
	const char *name;
	const char *meaning; /* what was seen, as a clause: "payload checksums do not match" */
	const char *hint;    /* what to look at */
	bool is_error;       /* false: worth knowing, not wrong by itself */
	unsigned rank;       /* of several that were seen the least rank tells most; 0 = none */
	uint32_t value;      /* looks that saw it: the hardware has sticky bits, not counts */
	uint32_t at_start;   /* of these, before the end of the last skipped frame */
};

enum camera_event_kind {
	CAMERA_NOTHING,
	CAMERA_FRAME, /* a frame has ended */
};

/* `bytes` of a generation whose end of frame does not tell how much was written. */
#define CAMERA_BYTES_UNKNOWN UINT32_MAX

struct camera_event {
	enum camera_event_kind kind;
	struct camera_buffer *buffer; /* NULL: it went to no buffer (skipped, or none was queued) */
	uint32_t bytes;               /* that the device says it wrote, or CAMERA_BYTES_UNKNOWN */
	uint32_t errors;              /* error bits seen since the frame before */
	uint32_t device_timestamp;    /* raw, unit unknown */
	uint64_t since_ns, time_ns;   /* it ended after the first and before the second */
	bool is_torn; /* the host was away while it handed the buffer over: do not trust the frame */
};

/* ---- a generation --------------------------------------------------------------------------- */

struct camera_ops {
	const char *name;                        /* "IPU3" */
	const struct camera_function *functions; /* `function_count` of them */
	size_t function_count;
	const struct camera_block *blocks; /* `block_count` of them */
	size_t block_count;
	/* Rungs of its own (camera/check.h), each behind what it needs; ends with a row without id. */
	const struct check *rungs;
	/* Ids of these without which no stream is begun, such as that of firmware which is not on the stick. */
	const char *stream_needs[CAMERA_STREAM_NEEDS];

	/* Its memory; no function is touched. FL_ERR_NOMEM. */
	enum fl_err (*create)(const struct camera_host *host, struct camera_device **out);
	/* Everything that is open given back, the functions as found. First error kept, rest still done. Nothing to do
	 * when nothing is open. */
	enum fl_err (*close)(struct camera_device *device);
	/* After close. What a device that never halted may still write to stays allocated. */
	void (*destroy)(struct camera_device *device);

	/* What the link's timing will be, into `facts`; the device is created, and need not be open: which of the
	 * generation's it is tells what receivers it has. FL_ERR_RANGE for a link that none of them can be set up for,
	 * in diag's words. */
	enum fl_err (*link_facts)(const struct camera_device *device,
				  const struct camera_config *config, struct report_check *facts,
				  struct diag *diag);
	/* Needs no device. */
	void (*layout)(const struct camera_config *config, struct camera_layout *out);

	/* D0, registers answer, what an earlier owner left running is off, memory of its own. On failure nothing is
	 * left open. */
	enum fl_err (*open)(struct camera_device *device);
	/* Per-buffer tables; called once after allocation / before it is freed. */
	enum fl_err (*attach)(struct camera_device *device, struct camera_buffer *buffer);
	void (*detach)(struct camera_device *device, struct camera_buffer *buffer);
	/* Before every stream: checks the configuration and begins with nothing queued. */
	enum fl_err (*prepare)(struct camera_device *device, const struct camera_config *config);
	/* Hands one buffer over, before or after start; any number of them. They are filled in this order,
	 * each as soon as there is room, and never with one of the frames to skip. */
	void (*queue)(struct camera_device *device, struct camera_buffer *buffer);
	/* Receiver on; the sensor must start after this. */
	enum fl_err (*start)(struct camera_device *device);
	/* Looks once and writes *event, all of it if that is a frame. Never waits. Fences (dma_order) behind what tells
	 * that a frame has ended. FL_ERR_AWAY when the device ran out of buffers because nobody looked, FL_ERR_IO when
	 * it stopped for another reason: frames that ended before are told first, and only stop and start go on. */
	enum fl_err (*poll)(struct camera_device *device, struct camera_event *event);
	/* The sensor still sends: what has to happen before it stops. NULL: nothing. */
	enum fl_err (*quiesce)(struct camera_device *device);
	/* The sensor is off. Receiver and DMA off, with deadlines, and dma_order behind that. After FL_ERR_TIMEOUT bus
	 * mastering is off too and the device counts as dead: buffers stay mapped. */
	enum fl_err (*stop)(struct camera_device *device);

	/* Bytes handed over between CPU and device so far, each direction counted, page tables too. */
	uint64_t (*bytes_shared)(const struct camera_device *device);
};

/* The part of an open generation that all have; each has its own struct around it. */
struct camera_device {
	const struct camera_ops *ops;
	struct camera_host host;
	struct camera_firmware firmware;
	struct dma_domain dma; /* of what writes frames */
	struct camera_config config;
	struct camera_counter *counters;
	unsigned counter_count;
	uint32_t frames_started; /* starts of frame seen since the last start */
	uint32_t frames_ended;
	bool lanes_active; /* the D-PHY saw any lane change since the start */
	bool is_open;
	bool is_running;
	bool is_dead; /* DMA did not halt: its memory is never given back */
};

/* ---- what all generations share (camera.c) --------------------------------------------------- */

/* The row of this function in the generation's table; NULL when it is none of its. */
const struct camera_function *camera_function(const struct camera_ops *ops,
					      const struct pci_function *function);
/* The first function on the list that is one of the generation's; of its receivers only, if `receiver`. */
const struct pci_function *camera_find(const struct camera_ops *ops, const struct pci_list *pci,
				       bool receiver);
/* FL_ERR_NOTFOUND for a receiver that none of `generations` (NULL-terminated) has on this machine: the ids that
 * were looked for, and how it may have come. */
enum fl_err camera_absent(const struct camera_ops *const *generations, const struct pci_list *pci,
			  struct diag *diag);

/* Reads the firmware, once: device->firmware. `paths` are on the stick and end with NULL, the first that is there
 * counts: those that are made for this device, other ids of its generation may need others. FL_ERR_NOTFOUND when none
 * is there, with nothing in diag: what that means is the caller's to say; else why the file cannot be read, the
 * stick's trouble. */
enum fl_err camera_read_firmware(struct camera_device *device, const char *const *paths);

/* Sum of the error counters since the end of the skipped frames; until then, since the start. */
uint32_t camera_errors(const struct camera_device *device);
/* The one of these errors that tells most about what is wrong; NULL when there was none. */
const struct camera_counter *camera_telling(const struct camera_device *device);
void camera_counters_clear(struct camera_device *device);
/* What was counted so far belongs to the start: a sensor may begin in the middle of a line. */
void camera_counters_mark(struct camera_device *device);

#endif
