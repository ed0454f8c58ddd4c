/*
 * soraka.h: what the board consists of besides its PCI functions: the camera PMIC, the sensors
 * with their rails, clock and reset lines, and who sits on which I2C bus and CSI-2 port
 * (camera-acpi.md 7.1, 8.1).
 */
#ifndef VBOARD_SORAKA_H
#define VBOARD_SORAKA_H

#include "vboard/parts/i2c_target.h"
#include "vboard/core/model.h"
#include "vboard/scene/picture.h"
#include "vboard/parts/sensor.h"

struct soraka;

/* NULL with a message in `error` (a scene file that cannot be read, ...). */
struct soraka *soraka_new(struct vboard *board, char *error, size_t error_size);
void soraka_free(struct soraka *soraka);

/* The bus of LPSS instance 0, 1, 2, 4; never NULL for these. */
struct i2c_bus *soraka_i2c_bus(struct soraka *soraka, unsigned instance);
/* The sensor wired to a CSI-2 port, NULL when there is none. `lanes` gets the wired lanes. */
struct sensor *soraka_sensor(struct soraka *soraka, unsigned port, unsigned *lanes);

/* What the camera on a CSI-2 port sees, NULL when there is none. */
struct picture *soraka_picture(struct soraka *soraka, unsigned port);

/* From vboard.c, for the parts that are no PCI function. */
struct soraka *vboard_soraka(const struct vboard *board);
const struct vboard_options *vboard_options(const struct vboard *board);
void vboard_trace(struct vboard *board, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void vboard_violation(struct vboard *board, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
