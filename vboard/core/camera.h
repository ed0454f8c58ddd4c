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

/* How the output picture lies on the pixel array, whose columns and lines count from the top left of the scene that an
 * upright sensor sees. Some makers' lists set flip bits for a picture that is not flipped: what counts is the picture. */
struct camera_window {
	unsigned x, y;           /* of the first output pixel, in array pixels */
	unsigned step_x, step_y; /* array pixels per output pixel: 1, 2, 4 */
	unsigned width, height;  /* output */
	bool mirrored, flipped;  /* columns or lines are read from `x`, `y` downwards */
};

/* Colour order by the first sample's place in a cell of R Gr / Gb B: bit 0 a column further, bit 1 a line. */
enum camera_order { CAMERA_RGGB, CAMERA_GRBG, CAMERA_GBRG, CAMERA_BGGR };

/* What a sample sees, and the index of whatever is given by colour. */
enum camera_colour { CAMERA_RED, CAMERA_GREEN_R, CAMERA_GREEN_B, CAMERA_BLUE, CAMERA_COLOURS };

static inline enum camera_colour camera_colour_at(unsigned order, unsigned x, unsigned y)
{
	return (enum camera_colour)(order ^ (x & 1) ^ (y & 1) << 1);
}

/* The order of a picture that begins at (x, y) of one with `order`. */
static inline enum camera_order camera_order_at(unsigned order, unsigned x, unsigned y)
{
	return (enum camera_order)(order ^ (x & 1) ^ (y & 1) << 1);
}

/* What a sensor sends in place of light (sensors.md 11). */
enum camera_pattern_kind {
	CAMERA_LIGHT,        /* none: the picture */
	CAMERA_BARS,         /* eight vertical ones, white to black */
	CAMERA_BARS_DOWN,    /* getting darker from top to bottom */
	CAMERA_BARS_LEFT,    /* from right to left */
	CAMERA_BARS_UP,      /* from bottom to top */
	CAMERA_BARS_GREY,    /* fading to grey towards the bottom */
	CAMERA_SOLID,        /* `solid` */
	CAMERA_RANDOM,       /* new in every frame */
	CAMERA_PN9,          /* the 9-bit sequence of ITU-T O.150 */
	CAMERA_SQUARES,      /* the bars' colours */
	CAMERA_SQUARES_GREY, /* black and white */
	CAMERA_BLACK,
	CAMERA_GRADIENT_X, /* brighter to the right */
	CAMERA_GRADIENT_Y, /* brighter to the bottom */
	CAMERA_CHECKER,
	CAMERA_SLANT, /* brighter along the diagonal */
};

struct camera_pattern {
	enum camera_pattern_kind kind;
	bool is_rolling;                /* a horizontal bar moves with the frames */
	bool is_transparent;            /* half pattern, half picture */
	uint16_t solid[CAMERA_COLOURS]; /* samples */
};

/* What the registers make of light. */
struct camera_look {
	struct camera_window window;
	enum camera_order order;
	bool is_mono;                  /* no colour filters; `order` is without meaning */
	uint64_t gain[CAMERA_COLOURS]; /* 1/65536 of the type's full exposure at unit gains */
	uint16_t black;                /* the sample of no light */
	int lift[CAMERA_COLOURS];      /* by which digital gain moves it */
	struct camera_pattern pattern;
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
	bool is_turned; /* mounted upside down: what it reads without flips is turned by 180 degrees */
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
