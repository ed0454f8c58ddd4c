/*
 * skylake.h: what the boards with a Skylake or Kaby Lake have in common: image processor, CSI-2 receiver and I2C controllers as
 * PCI functions, cameras on both. A board's file says which, and brings what switches their supplies.
 */
#ifndef VBOARD_SKYLAKE_H
#define VBOARD_SKYLAKE_H

#include "vboard/core/board.h"
#include "vboard/core/i2c_bus.h"
#include "vboard/ipu3/ipu3.h"
#include "vboard/parts/sensor.h"
#include "vboard/pch/lpss_i2c.h"
#include "vboard/pch/p2sb.h"
#include "vboard/scene/picture.h"

#define SKYLAKE_BUSES 6u

/* How a camera is wired. */
struct skylake_camera {
	const struct sensor_type *type;
	unsigned port, lanes; /* of CSI-2 */
	unsigned bus;         /* LPSS I2C instance, 0 to 5 */
	uint8_t address;      /* 0: the usual one of its type */
	bool is_turned;       /* mounted upside down */
};

/* Subsystem ids, vendor in bits 15:0; 0: none on the CIO2, its own ids on the others (evidence.md 1.7). */
struct skylake_ids {
	uint32_t cio2, imgu, i2c;
};

/* The two pads of an I2C controller. */
struct skylake_wires {
	const struct pads *pads;
	uint8_t sda; /* SCL is the next */
};

/* First member of a board's parts; all zero before the first call. */
struct skylake {
	struct vboard *board;
	struct i2c_bus buses[SKYLAKE_BUSES]; /* by LPSS instance */
	struct skylake_wires wires[SKYLAKE_BUSES];
	struct pads pads;
	struct skylake_ids ids;
	/* By CSI-2 port; where the port has no sensor, nothing is wired. */
	struct sensor sensors[CIO2_PORTS];
	struct csi_port ports[CIO2_PORTS];
};

/* The knobs of what every such board is made of. */
#define SKYLAKE_KNOBS                                                                              \
	&model_knobs, &cio2_knobs, &lpss_i2c_knobs, &sensor_knobs, &camera_knobs, &picture_knobs,  \
		&imgu_knobs, &pads_knobs, &p2sb_knobs

/* The sensor (without supply), what it sees, its lanes; not yet on its bus: the order of the chips there is the board's. False
 * with a message in `error`. */
bool skylake_add_camera(struct skylake *skylake, const struct skylake_camera *camera, char *error,
			size_t error_size);
/* The PCI functions; `buses` has a bit for each I2C controller that the board has. Last in a board's wiring; the pads are the
 * board's to set up before (pads_init). */
bool skylake_add_functions(struct skylake *skylake, unsigned buses);
void skylake_release(struct skylake *skylake);

#endif
