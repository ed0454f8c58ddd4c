/* fault.h: the faults of a board that are switched on (inside vboard/ only; knobs.h). */
#ifndef VBOARD_FAULT_H
#define VBOARD_FAULT_H

#include "vboard/core/board.h"

#define FAULTS_ON_MAX 32

struct fault_set {
	struct {
		const struct vboard_fault_info *info;
		uint64_t value;
		bool has_value;
		uint8_t ports; /* a bit for each CSI-2 port that it concerns */
	} on[FAULTS_ON_MAX];
	unsigned count;
};

/* Adds one "name", "name=value", "name=camera" or "name=camera:value". False with a message in
 * `error` when the name is unknown, the value does not fit or there are too many. */
bool fault_parse(struct fault_set *set, const struct board_kind *board, const char *spec,
		 char *error, size_t error_size);

/* As vboard_fault_port, on a set. */
bool fault_get(const struct fault_set *set, const char *name, unsigned port, uint64_t *value);

#define FAULT_ANY_PORT UINT32_MAX

#endif
