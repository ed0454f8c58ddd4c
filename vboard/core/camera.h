/*
 * camera.h: a camera between three models that do not know each other: the image sensor (its registers, its
 * timing), the picture source (what it sees, as samples) and the receiver at the other end of the CSI-2
 * link (inside vboard/ only). A board makes them and ties them together in a csi_port.
 */
#ifndef VBOARD_CAMERA_H
#define VBOARD_CAMERA_H

#include "vboard/core/model.h"

/* What the link carries with the sensor's registers as they are. */
struct camera_link {
	uint64_t link_hz; /* DDR clock: half the bit rate of a lane; 0: nothing runs */
	uint64_t line_ns, frame_ns;
	unsigned lanes;
	unsigned width, height; /* what is sent: more than the registers say with a fault */
	uint8_t data_type;      /* CSI-2: 0x2B for RAW10 */
};

/* How the stream stands. */
struct camera_stream {
	bool on;
	unsigned count;      /* stream-on events since power-on of the board */
	uint64_t starts_at;  /* ns of the first frame start after stream-on */
	unsigned first_line; /* of that frame: where in it the link begins */
	unsigned cuts;       /* events that end the frame on the link before its end */
};

/* How the output picture lies on the pixel array. */
struct camera_window {
	unsigned x, y;           /* of the first output pixel, in array pixels */
	unsigned step_x, step_y; /* array pixels per output pixel: 1, 2, 4 */
	unsigned width, height;  /* output */
};

/* What the registers make of light, by colour: 0 R, 1 G, 2 B. */
struct camera_look {
	struct camera_window window;
	uint64_t gain[3]; /* 1/65536 of the sheet's default exposure at unit gains */
	uint16_t black;   /* the sample of no light */
	int lift[3];      /* by which digital gain moves it */
	unsigned pattern; /* 0 off, 1..4 vertical bars and their fading variants */
	unsigned more_pixels, more_lines; /* sent beyond the window (faults) */
};

struct image_sensor;

struct image_sensor_ops {
	void (*get_stream)(const struct image_sensor *sensor, struct camera_stream *stream);
	void (*get_link)(const struct image_sensor *sensor, struct camera_link *link);
	void (*get_look)(const struct image_sensor *sensor, struct camera_look *look);
	/* A frame begins on the link: takes exposure and gains from the registers. */
	void (*begin_frame)(struct image_sensor *sensor);
};

struct image_sensor {
	const struct image_sensor_ops *ops;
	const char *name;
	unsigned port; /* CSI-2; names the camera for faults */
	unsigned array_width, array_height;
};

/* How a receiver lays a line of samples (0..1023) out in memory. */
struct line_layout {
	uint32_t (*stride)(uint32_t width); /* bytes */
	/* Writes stride(width) bytes. */
	void (*pack)(const uint16_t *samples, uint32_t width, uint8_t *out);
};

struct picture_source;

struct picture_source_ops {
	/* Takes the sensor's look for frame `number` since stream-on. False when the registers make no
	 * picture (no size, or memory is short). `layout` is static. */
	bool (*begin)(struct picture_source *source, unsigned number,
		      const struct line_layout *layout);
	/* Lines first .. first + count - 1 of the frame begun, in its layout. Valid until the next call. */
	const uint8_t *(*lines)(struct picture_source *source, unsigned first, unsigned count);
};

struct picture_source {
	const struct picture_source_ops *ops;
};

/* What is wired to a port of a receiver; all zero: nothing. */
struct csi_port {
	struct image_sensor *sensor;
	struct picture_source *pictures;
	unsigned lanes;
};

/* --fps max: pause between frames, so that the guest gets a turn. */
#define MAX_GAP_NS_MIN 200000u
#define MAX_GAP_NS_MAX 1000000u

/* Period and readout time of the coming frame in ns: what the link says, --fps, and faults of the rate. Period
 * 0: the registers make none. */
void camera_times(struct vboard *board, unsigned port, const struct camera_link *link,
		  uint64_t *period, uint64_t *active);
/* The sensor streams by its registers, and sends nothing, in its stream-on `count`. */
bool camera_is_mute(const struct vboard *board, unsigned port, unsigned count);
/* Lines that are sent of a frame of `height`. */
unsigned camera_lines(const struct vboard *board, unsigned port, unsigned height);
/* A fault that every Nth frame has; frames count from 0. */
bool camera_fault_every(const struct vboard *board, const char *name, unsigned port,
			unsigned frame);

#endif
