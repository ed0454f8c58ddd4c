/* arena.c: see arena.h. A chain of separate allocations, so that freeing cannot miss one. */
#include "describe/arena.h"

#include "core/mem.h"
#include "firstlight/platform.h"

struct arena_chunk {
	struct arena_chunk *next;
	void *padding; /* keeps what follows 16-byte aligned */
};

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk = platform_alloc(sizeof *chunk + size);

	if (!chunk)
		return NULL;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	return chunk + 1;
}

void arena_free(struct arena *arena)
{
	while (arena->chunks) {
		struct arena_chunk *chunk = arena->chunks;

		arena->chunks = chunk->next;
		platform_free(chunk);
	}
}

enum fl_err arena_close(struct arena *arena, enum fl_err err, char **memory)
{
	if (err) {
		arena_free(arena);
		return err;
	}
	*memory = (char *)arena->chunks;
	arena->chunks = NULL;
	return FL_OK;
}

void arena_free_detached(char *memory)
{
	struct arena arena = {(struct arena_chunk *)(void *)memory};

	arena_free(&arena);
}

void *arena_append(struct arena *arena, struct arena_array *array, size_t element_size)
{
	if (array->count == array->capacity) {
		size_t capacity = array->capacity ? array->capacity * 2 : 8;
		void *grown = arena_alloc(arena, capacity * element_size);

		if (!grown)
			return NULL;
		if (array->count)
			memcpy(grown, array->items, array->count * element_size);
		array->items = grown;
		array->capacity = capacity;
	}
	return (char *)array->items + element_size * array->count++;
}
