/* iova.c: see iova.h. */
#include "mmu/iova.h"

#include <stdbool.h>

#include "core/mem.h"
#include "firstlight/platform.h"

#define CHUNK 1024u
#define WORD  64u

/* ---- bits -------------------------------------------------------------------------------- */

/* Bits of `word` from `from` (0..63) up. */
static uint64_t bits_from(uint32_t from)
{
	return ~(uint64_t)0 << from;
}

/* First page >= from and < end whose bit equals `value`, or end. */
static uint32_t next_bit(const struct iova_space *space, uint32_t from, uint32_t end, bool value)
{
	uint64_t flip = value ? 0 : ~(uint64_t)0;

	for (uint32_t word = from / WORD; word * WORD < end; word++) {
		uint64_t bits = space->taken[word] ^ flip;

		if (word == from / WORD)
			bits &= bits_from(from % WORD);
		if (bits) {
			uint32_t page = word * WORD + (uint32_t)__builtin_ctzll(bits);

			return page < end ? page : end;
		}
	}
	return end;
}

static void set_bits(struct iova_space *space, uint32_t page, uint32_t count, bool value)
{
	uint32_t end = page + count;

	while (page < end) {
		uint32_t stop = (page / WORD + 1) * WORD < end ? (page / WORD + 1) * WORD : end;
		uint64_t mask = bits_from(page % WORD);

		if (stop % WORD)
			mask &= ~bits_from(stop % WORD);
		if (value)
			space->taken[page / WORD] |= mask;
		else
			space->taken[page / WORD] &= ~mask;
		page = stop;
	}
}

/* ---- summaries --------------------------------------------------------------------------- */

static void summarise(struct iova_space *space, uint32_t index)
{
	uint32_t start = index * CHUNK, end = start + CHUNK;
	struct iova_chunk *chunk = &space->chunks[index];
	uint32_t page = start;

	*chunk = (struct iova_chunk){0};
	while (page < end) {
		uint32_t first = next_bit(space, page, end, false);
		uint32_t stop = next_bit(space, first, end, true);
		uint16_t run = (uint16_t)(stop - first);

		if (stop == end)
			chunk->suffix = run;
		if (run > chunk->longest)
			chunk->longest = run;
		page = stop;
	}
}

static void mark(struct iova_space *space, uint32_t page, uint32_t count, bool value)
{
	set_bits(space, page, count, value);
	for (uint32_t index = page / CHUNK; index <= (page + count - 1) / CHUNK; index++) {
		uint32_t start = index * CHUNK;

		/* Wholly covered chunks, the bulk of a large range, need no look at their bits. */
		if (page <= start && page + count >= start + CHUNK) {
			uint16_t all = value ? 0 : CHUNK;

			space->chunks[index] = (struct iova_chunk){all, all};
		} else {
			summarise(space, index);
		}
	}
	space->used += value ? count : -count;
}

static bool all_are(const struct iova_space *space, uint32_t page, uint32_t count, bool value)
{
	return next_bit(space, page, page + count, !value) == page + count;
}

/* ---- up and down ------------------------------------------------------------------------- */

enum fl_err iova_init(struct iova_space *space, uint32_t pages)
{
	*space = (struct iova_space){.pages = pages, .used = pages, .hint = 1};
	if (!pages || pages % CHUNK || pages > 1u << 20)
		return FL_ERR_INVALID;
	space->taken = platform_alloc(pages / 8);
	space->chunks = platform_alloc(pages / CHUNK * sizeof *space->chunks);
	if (!space->taken || !space->chunks) {
		iova_exit(space);
		return FL_ERR_NOMEM;
	}
	mark(space, 0, pages, false);
	return iova_reserve(space, 0, 1);
}

void iova_exit(struct iova_space *space)
{
	platform_free(space->chunks);
	platform_free(space->taken);
	*space = (struct iova_space){0};
}

/* ---- search ------------------------------------------------------------------------------ */

/* Start of an aligned free run of `need` pages that begins at `from` or behind it, or 0. */
static uint32_t search(const struct iova_space *space, uint32_t from, uint32_t need, uint32_t align)
{
	uint32_t page = from;

	while (page < space->pages) {
		const struct iova_chunk *chunk = &space->chunks[page / CHUNK];
		uint32_t chunk_end = (page / CHUNK + 1) * CHUNK;
		uint32_t start;

		if (chunk->longest < need && page < chunk_end - chunk->suffix) {
			page = chunk_end -
			       chunk->suffix; /* only a run into the next chunk can do */
			continue;
		}
		start = next_bit(space, page, space->pages, false);
		start = (start + align - 1) & ~(align - 1);
		if (start + need > space->pages)
			break;
		page = next_bit(space, start, start + need, true);
		if (page == start + need)
			return start;
	}
	return 0;
}

enum fl_err iova_alloc(struct iova_space *space, size_t count, uint32_t align, uint32_t *page)
{
	uint32_t need, found;

	if (!count || !align || (align & (align - 1)))
		return FL_ERR_INVALID;
	if (count >= space->pages)
		return FL_ERR_NOSPACE;
	need = (uint32_t)count + IOVA_GUARD_PAGES;
	found = search(space, space->hint, need, align);
	if (!found)
		found = search(space, 1, need, align);
	if (!found)
		return FL_ERR_NOSPACE;
	mark(space, found, need, true);
	space->hint = found + need;
	*page = found;
	return FL_OK;
}

static bool is_inside(const struct iova_space *space, uint32_t page, uint32_t count)
{
	return count && (uint64_t)page + count <= space->pages;
}

enum fl_err iova_reserve(struct iova_space *space, uint32_t page, uint32_t count)
{
	if (!is_inside(space, page, count))
		return FL_ERR_RANGE;
	if (!all_are(space, page, count, false))
		return FL_ERR_BUSY;
	mark(space, page, count, true);
	return FL_OK;
}

enum fl_err iova_unreserve(struct iova_space *space, uint32_t page, uint32_t count)
{
	if (!is_inside(space, page, count) || !all_are(space, page, count, true))
		return FL_ERR_INVALID;
	mark(space, page, count, false);
	return FL_OK;
}

enum fl_err iova_free(struct iova_space *space, uint32_t page, uint32_t count)
{
	if (!count || !page)
		return FL_ERR_INVALID;
	return iova_unreserve(space, page, count + IOVA_GUARD_PAGES);
}
