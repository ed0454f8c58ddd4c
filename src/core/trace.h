/*
 * trace.h: the last register accesses of each device, for whoever wants to know what led to a failure.
 */
#ifndef CORE_TRACE_H
#define CORE_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#define TRACE_LENGTH  16u /* accesses kept of each device */
#define TRACE_DEVICES 4u  /* receiver, buses of a sensor and of its PMIC, and one more */

/* What repeats is kept once, a poll of one register like a round of up to TRACE_LENGTH / 2 accesses, so
 * that what came before is still seen. */
struct trace_access {
	uint32_t offset; /* bytes from the start of the device's window */
	uint32_t value;  /* read or written */
	uint32_t count;  /* so many times, together with the others of its round */
	uint8_t width;   /* bytes */
	bool is_write;
};

struct trace_device {
	const char *name; /* struct regs's */
	unsigned count;   /* of `accesses`, oldest first */
	struct trace_access accesses[TRACE_LENGTH];
};

/* Zeroed: nothing was accessed. Owns nothing, and may be copied. */
struct trace {
	unsigned device_count; /* in the order of their last access */
	struct trace_device devices[TRACE_DEVICES];
};

/* Notes one access (its `count` is not looked at). A device is known by the pointer `name`, which must
 * stay valid while the trace is read. When there are too many, the one that was not accessed for longest is forgotten. */
void trace_note(struct trace *trace, const char *name, const struct trace_access *access);

#endif
