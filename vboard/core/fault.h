/*
 * fault.h: the table of faults, and what the command line switched on (inside vboard/ only).
 *
 * A fault changes how the hardware behaves; no fault knows a driver.
 */
#ifndef VBOARD_FAULT_H
#define VBOARD_FAULT_H

#include "vboard/core/model.h"

#define FAULT_MAX 128

/* CSI-2 ports; a fault without a camera name concerns both. */
#define FAULT_CAMERA_OV13858 0x1u
#define FAULT_CAMERA_OV5670  0x2u
#define FAULT_CAMERA_ALL     0x3u

struct fault_set {
	bool on[FAULT_MAX];
	bool has_value[FAULT_MAX];
	uint64_t value[FAULT_MAX];
	uint8_t cameras[FAULT_MAX];
	uint8_t chosen[FAULT_MAX]; /* indices of those that are on */
	unsigned count;
};

/* Adds one "name", "name=value", "name=camera" or "name=camera:value". False with a message in
 * `error` when the name is unknown or the value does not fit. */
bool fault_parse(struct fault_set *set, const char *spec, char *error, size_t error_size);

/* As vboard_fault, on a set. */
bool fault_get(const struct fault_set *set, const char *name, uint64_t *value);

/* Is it on for the camera on CSI-2 port `port` (0: ov13858, 1: ov5670)? */
bool vboard_fault_port(const struct vboard *board, const char *name, unsigned port,
		       uint64_t *value);
const struct fault_set *vboard_faults(const struct vboard *board);

#endif
