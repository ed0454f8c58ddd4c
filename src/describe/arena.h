/* arena.h: allocations that live and die together: everything that one description owns. */
#ifndef DESCRIBE_ARENA_H
#define DESCRIBE_ARENA_H

#include <stddef.h>

#include "firstlight/err.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; /* newest first */
};

/* Zeroed memory that lives until arena_free, or NULL. */
void *arena_alloc(struct arena *arena, size_t size);
void arena_free(struct arena *arena);

/* How whoever fills a description ends: with FL_OK the whole arena as one pointer in *memory, for
 * arena_free_detached later, the arena is empty; else it is freed and *memory is not touched.
 * Returns `err`. */
enum fl_err arena_close(struct arena *arena, enum fl_err err, char **memory);
void arena_free_detached(char *memory);

/* An array that grows one element at a time. */
struct arena_array {
	void *items;
	size_t count, capacity;
};

/* The new, zeroed last element, or NULL. Elements may move: keep indices, not pointers. */
void *arena_append(struct arena *arena, struct arena_array *array, size_t element_size);

#endif
