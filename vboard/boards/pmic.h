/*
 * pmic.h: cameras behind a TPS68470 (camera-acpi.md 6, 7.1, 7.2, 7.5): what its rails, clocks and GPIOs bring to each, so that a board is
 * a table and the chips beside its cameras.
 */
#ifndef VBOARD_PMIC_H
#define VBOARD_PMIC_H

#include "vboard/boards/discrete.h"
#include "vboard/parts/dw9714.h"
#include "vboard/parts/eeprom.h"
#include "vboard/parts/tps68470.h"

#define PMIC_CAMERAS 2
#define PMIC_BUS     2 /* I2C2, on all boards known */

/* What feeds a rail of a sensor: an output of the PMIC within a window, or a switch behind one of its GPIOs. */
struct pmic_rail {
	bool is_switch;
	unsigned from; /* enum tps68470_rail, or the GPIO */
	unsigned low_mv, high_mv;
};

struct pmic_camera {
	struct skylake_camera camera;
	bool behind_chain;         /* its I2C bus goes through the PMIC's daisy chain */
	struct pmic_rail rails[3]; /* analogue, I/O, core */
	unsigned gpios;            /* a bit for each that must be high to release it */
};

struct pmic_parts;

struct pmic_wiring {
	unsigned camera_count;
	struct pmic_camera cameras[PMIC_CAMERAS];
	unsigned pad_count;
	uint8_t pads[2];    /* supply and reset of the PMIC: it works while all are high */
	const char *clocks; /* decision: first output to the first camera, or to the second */
	uint16_t limits_mv[TPS68470_RAILS];
	/* Makes the chips on the bus of the PMIC behind the first camera, and puts them there. */
	void (*add_chips)(struct pmic_parts *parts, struct i2c_bus *bus);
	unsigned buses;
	struct skylake_ids ids;
};

struct pmic_kind {
	struct board_kind kind; /* first member */
	const struct pmic_wiring *wiring;
	/* A camera that the PMIC has nothing to do with; NULL: none. */
	const struct discrete_camera *discrete;
};

struct pmic_parts {
	struct skylake skylake; /* first member */
	const struct pmic_wiring *wiring;
	struct tps68470 pmic;
	struct discrete discrete;
	/* Those that the board has. */
	struct dw9714 dw9714;
	struct eeprom eeprom;
	struct i2c_store vcm, module;
	unsigned clocks;
	uint8_t switches[2 + DISCRETE_LINES];
};

/* For add_chips; the context is the struct pmic_parts. The I/O rail of the daisy chain, and with it the focus motor's. */
bool pmic_io_powered(void *context);
bool pmic_vcm_powered(void *context);

#define PMIC_KNOBS SKYLAKE_KNOBS, &tps68470_knobs
#define PMIC_CALLS                                                                                 \
	.parts_size = sizeof(struct pmic_parts), .wire = pmic_wire, .release = pmic_release
bool pmic_wire(struct vboard *board, void *parts, char *error, size_t error_size);
void pmic_release(void *parts);

#endif
