/*
 * discrete.h: cameras whose clock, reset and rails are switched by pads of the PCH (camera-acpi.md 5.2, 8.2; camera-acpi-reading.md
 * 5): a board is a table. Clock and rails come from fixed parts, so nothing but on and off is known of them, and nothing else asked.
 */
#ifndef VBOARD_DISCRETE_H
#define VBOARD_DISCRETE_H

#include "vboard/boards/skylake.h"
#include "vboard/parts/i2c_store.h"

/* What a pad is to its camera: the types of ACPI's _DSM. */
enum discrete_role {
	DISCRETE_RESET = 0x00, /* low: in reset */
	DISCRETE_POWER = 0x0b, /* high: its rails are on */
	DISCRETE_CLOCK = 0x0c, /* high: its clock is on */
	DISCRETE_LED = 0x0d,   /* no part of the camera */
};

#define DISCRETE_LINES 4

struct discrete_camera {
	struct skylake_camera camera;
	unsigned line_count;
	struct {
		uint8_t pad; /* number as in ACPI */
		enum discrete_role role;
	} lines[DISCRETE_LINES];
	uint8_t vcm; /* address of a focus motor on its bus, 0: none */
	struct {
		uint8_t first, last; /* addresses, 0: none */
		unsigned address_bytes;
	} eeprom;
};

struct discrete_kind {
	struct board_kind kind;                /* first member */
	const struct discrete_camera *cameras; /* the last has no type */
	unsigned buses;                        /* a bit for each I2C controller */
	struct skylake_ids ids;
};

/* One camera at work, also on a board that has others too. */
struct discrete {
	const struct discrete_camera *wiring;
	struct skylake *skylake;
	uint64_t power_good, clock_good; /* ns */
	struct i2c_store vcm, eeprom;
};

/* For the `struct board_kind` of a board that is all discrete. */
#define DISCRETE_CALLS                                                                             \
	.parts_size = sizeof(struct discrete_parts), .wire = discrete_wire,                        \
	.release = discrete_release
struct discrete_parts {
	struct skylake skylake; /* first member */
	struct discrete cameras[CIO2_PORTS];
	unsigned count;
	uint8_t switches[CIO2_PORTS * DISCRETE_LINES];
};
bool discrete_wire(struct vboard *board, void *parts, char *error, size_t error_size);
void discrete_release(void *parts);

/* For a board that has other cameras too: makes the camera and puts its chips on the bus; adds its pads to `switches`. */
bool discrete_add(struct discrete *discrete, struct skylake *skylake,
		  const struct discrete_camera *wiring, uint8_t *switches, unsigned *switch_count,
		  char *error, size_t error_size);
/* Takes the levels of the pads to the sensor; when they change, and before its bus is used. */
void discrete_update(struct discrete *discrete);

#endif
