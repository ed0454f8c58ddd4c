/*
 * guarded.h: bytes that end where memory ends: who reads or writes one too far dies of it, with or without
 * sanitizers.
 */
#ifndef TESTS_UNIT_DESCRIBE_GUARDED_H
#define TESTS_UNIT_DESCRIBE_GUARDED_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define GUARDED_MAX 4096u

/* A copy, valid until the next call; at most GUARDED_MAX bytes. */
static inline uint8_t *guarded(const void *data, size_t size)
{
	static uint8_t *pages;

	if (!pages) {
		pages = mmap(NULL, 2 * GUARDED_MAX, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (pages == MAP_FAILED || mprotect(pages + GUARDED_MAX, GUARDED_MAX, PROT_NONE))
			abort();
	}
	memset(pages, 0xa5, GUARDED_MAX - size);
	return memcpy(pages + GUARDED_MAX - size, data, size);
}

#endif
