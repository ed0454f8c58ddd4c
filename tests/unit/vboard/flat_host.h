/* flat_host.h: what the benches of the models share: flat RAM and a clock for `struct vboard_host`, and the first violation. */
#ifndef TESTS_UNIT_VBOARD_FLAT_HOST_H
#define TESTS_UNIT_VBOARD_FLAT_HOST_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vboard/boards/boards.h"

/* First member of the bench that is the callbacks' context. */
struct flat_host {
	uint8_t *ram;
	size_t size;         /* of it, from address 0 on */
	uint64_t now;        /* ns */
	char complaint[256]; /* the first violation */
};

static inline uint64_t flat_now(void *context)
{
	return ((struct flat_host *)context)->now;
}

static inline bool flat_read(void *context, unsigned index, uint64_t address, void *data,
			     size_t size)
{
	struct flat_host *flat = context;

	(void)index;
	if (address > flat->size || size > flat->size - address)
		return false;
	memcpy(data, flat->ram + address, size);
	return true;
}

static inline bool flat_write(void *context, unsigned index, uint64_t address, const void *data,
			      size_t size)
{
	struct flat_host *flat = context;

	(void)index;
	if (address > flat->size || size > flat->size - address)
		return false;
	memcpy(flat->ram + address, data, size);
	return true;
}

static inline void flat_complain(void *context, const char *text)
{
	struct flat_host *flat = context;

	if (!flat->complaint[0])
		snprintf(flat->complaint, sizeof flat->complaint, "%s", text);
}

#endif
