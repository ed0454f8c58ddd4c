/* arena.h: allocations that live and die together: everything that one parsed file owns. */
#ifndef BOARD_ARENA_H
#define BOARD_ARENA_H

#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; /* newest first */
};

/* Zeroed memory that lives until arena_free, or NULL. */
void *arena_alloc(struct arena *arena, size_t size);
void arena_free(struct arena *arena);

/* The whole arena as one pointer, for a struct that outlives the parser, and back. */
char *arena_detach(struct arena *arena);
void arena_free_detached(char *memory);

/* An array that grows one element at a time. */
struct arena_array {
	void *items;
	size_t count, capacity;
};

/* The new, zeroed last element, or NULL. Elements may move: keep indices, not pointers. */
void *arena_append(struct arena *arena, struct arena_array *array, size_t element_size);

#endif
