/* lines.c: cache/lines.h for the two-faced memory, and mutations of single calls. */
#include "tests/host/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What flushes cost here, about as field.md measured: 0.32 GB/s and 11 GB/s. */
#define CLFLUSH_NS    200
#define CLFLUSHOPT_NS 6
#define WBINVD_NS     1000000
#define FENCE_NS      30

enum primitive { CLFLUSH, CLFLUSHOPT, CLWB, WBINVD, FENCE };
static const char *const primitive_names[] = {"clflush", "clflushopt", "clwb", "wbinvd", "fence"};

struct range {
	size_t first, count; /* lines of the arena */
	uint8_t flag;        /* LINE_FLUSH or LINE_CLWB */
};

static struct {
	struct range *pending;
	size_t pending_count, pending_capacity;
	struct host_primitive *calls;
	unsigned arms;
	size_t call_count, call_capacity;
	enum host_mutation mutation;
	unsigned long mutated_call;
	bool late_armed; /* the mutated call still has to happen */
	enum primitive late;
	struct range late_range;
	bool has_work;           /* a line under way was dirty or stale */
	size_t unordered;        /* under way when a fence was left out: ranges before it */
	struct range *concerned; /* what the mutated call was for; NULL = everything */
	size_t concerned_count;
	bool concerned_used; /* by a device or the CPU since then */
} lines;

void lines_reset(void)
{
	free(lines.pending);
	free(lines.calls);
	free(lines.concerned);
	memset(&lines, 0, sizeof(lines));
}

void host_mutate(enum host_mutation kind, unsigned long call)
{
	lines.mutation = kind;
	lines.mutated_call = call;
}

unsigned long host_primitive_calls(void)
{
	return lines.call_count;
}

unsigned host_witness_arms(void)
{
	return lines.arms;
}

bool host_primitive(unsigned long call, struct host_primitive *out)
{
	if (call == 0 || call > lines.call_count)
		return false;
	*out = lines.calls[call - 1];
	if (out->line && !strcmp(out->structure, "?"))
		snprintf(out->structure, sizeof(out->structure), "%s",
			 finding_structure(out->line));
	return true;
}

static void *grown(void *array, size_t *capacity, size_t count, size_t element)
{
	if (count < *capacity)
		return array;
	*capacity = *capacity ? 2 * *capacity : 64;
	array = realloc(array, *capacity * element);
	if (!array)
		abort();
	return array;
}

static void record(enum primitive what, const void *line, size_t count, const void *caller)
{
	struct host_primitive *call;

	lines.calls =
		grown(lines.calls, &lines.call_capacity, lines.call_count, sizeof(*lines.calls));
	call = &lines.calls[lines.call_count++];
	*call = (struct host_primitive){primitive_names[what], line, count, caller, ""};
	if (line)
		snprintf(call->structure, sizeof(call->structure), "%s", finding_structure(line));
}

/* The part of [line, line + count) that is DMA memory; other memory has one face only. */
static struct range arena_range(const void *line, size_t count)
{
	struct range range = {0, 0, 0};

	if (line && memory_line(line, &range.first))
		range.count = count;
	return range;
}

/* ---- what the instructions do ------------------------------------------------------------- */

/* CLFLUSHOPT and CLWB take effect at the next fence. CLFLUSH is ordered with stores, so what it
 * writes back is in memory at once; but not with loads, so that a later load may still hit the old
 * line until the fence (SDM volume 2, CLFLUSH and CLFLUSHOPT). */
static void issue_line(size_t line, enum primitive what)
{
	struct memory *m = &host_memory;
	const size_t at = line * CACHE_LINE_SIZE;
	uint8_t *flags = &m->flags[line];

	lines.has_work |= memory_dirty(line) || *flags & LINE_DEVICE;
	if (what == CLFLUSH && memory_dirty(line)) {
		memory_write_back(line, "CLFLUSH");
		*flags &= (uint8_t)~LINE_LUCK;
	}
	memcpy(m->shot + at, m->alias + at, CACHE_LINE_SIZE);
	*flags &= (uint8_t)~LINE_FAILED;
	*flags |= what == CLWB ? LINE_CLWB : LINE_FLUSH;
	/* No flush is ordered with an earlier load, such as the one that saw the device finish:
	 * without a fence in between it may have dropped the line before the device wrote. */
	if (what != CLWB && *flags & LINE_DEVICE && m->written[line] == m->fences)
		*flags |= LINE_FAILED;
}

static void issue(enum primitive what, struct range range)
{
	if (!range.count)
		return;
	range.flag = what == CLWB ? LINE_CLWB : LINE_FLUSH;
	lines.pending = grown(lines.pending, &lines.pending_capacity, lines.pending_count,
			      sizeof(*lines.pending));
	lines.pending[lines.pending_count++] = range;
	for (size_t i = 0; i < range.count; i++)
		if (memory_allocated(range.first + i))
			issue_line(range.first + i, what);
}

static void complete_line(size_t line)
{
	struct memory *m = &host_memory;
	const size_t at = line * CACHE_LINE_SIZE;
	const uint8_t flags = m->flags[line];
	const bool was_dirty =
		!(flags & LINE_VALID) || memcmp(m->shot + at, m->base + at, CACHE_LINE_SIZE);

	m->flags[line] &= (uint8_t)(~(LINE_FLUSH | LINE_CLWB | LINE_LUCK));
	if (was_dirty)
		memory_write_back_from(line, m->shot + at,
				       flags & LINE_FLUSH ? "the flush" : "CLWB");
	else if (flags & LINE_FLUSH && flags & LINE_DEVICE && !(flags & LINE_FAILED) &&
		 !memory_dirty(line))
		memory_refetch(line);
}

static void complete(const struct range *range)
{
	for (size_t i = 0; i < range->count; i++)
		if (host_memory.flags[range->first + i] & range->flag)
			complete_line(range->first + i);
}

/* Without the fence that was left out, what was flushed after it may reach memory first, and a
 * device that runs may act on it while the rest is still under way. Tried in a process of its own.
 */
static void try_other_order(void)
{
	const size_t first = lines.unordered;

	lines.unordered = 0;
	if (!first || first >= lines.pending_count || !sweep_try())
		return;
	for (size_t i = first; i < lines.pending_count; i++)
		complete(&lines.pending[i]);
	lines.pending_count = first;
	sweep_try_end();
}

static void fence_now(void)
{
	try_other_order();
	for (size_t i = 0; i < lines.pending_count; i++)
		complete(&lines.pending[i]);
	lines.pending_count = 0;
	lines.has_work = false;
	host_memory.device_wrote = false;
	host_memory.fences++;
}

static void wbinvd_now(void)
{
	struct memory *m = &host_memory;

	fence_now();
	for (size_t page = 0; page < ARENA_PAGES; page++) {
		for (size_t i = 0; m->pages[page].bus && i < PAGE_LINES; i++) {
			const size_t line = page * PAGE_LINES + i;

			if (memory_dirty(line))
				memory_write_back(line, "WBINVD");
			else if (m->flags[line] & LINE_DEVICE)
				memory_refetch(line);
			m->flags[line] &= (uint8_t)~LINE_LUCK;
		}
	}
}

static void perform(enum primitive what, struct range range)
{
	if (what == FENCE)
		fence_now();
	else if (what == WBINVD)
		wbinvd_now();
	else
		issue(what, range);
}

/* ---- mutations ---------------------------------------------------------------------------- */

/* Memory gets what the lines held before the stores that the flush was there for. */
static void flush_early(struct range range)
{
	struct memory *m = &host_memory;

	for (size_t line = range.first; line < range.first + range.count; line++) {
		if (!memory_allocated(line) || m->flags[line] & LINE_VALID)
			continue;
		memcpy(m->ram + line * CACHE_LINE_SIZE, m->base + line * CACHE_LINE_SIZE,
		       CACHE_LINE_SIZE);
		m->flags[line] |= LINE_VALID;
	}
}

/* The fence comes before the last flush instead of after it. */
static void fence_early(void)
{
	struct range last;

	if (!lines.pending_count)
		return;
	last = lines.pending[--lines.pending_count];
	fence_now();
	lines.pending[lines.pending_count++] = last;
	lines.unordered = lines.pending_count;
	lines.has_work = true;
}

static void early(enum primitive what, struct range range)
{
	struct range all = {0, (size_t)ARENA_PAGES * PAGE_LINES, 0};

	if (what == FENCE)
		fence_early();
	else
		flush_early(what == WBINVD ? all : range);
}

static void remember_concerned(enum primitive what, struct range range)
{
	const struct range *from = what == FENCE ? lines.pending : &range;

	lines.concerned_count = what == FENCE ? lines.pending_count : 1;
	lines.concerned_used = what == WBINVD || !lines.concerned_count;
	lines.concerned = malloc(lines.concerned_count * sizeof(*from) + 1);
	if (!lines.concerned)
		abort();
	if (lines.concerned_count)
		memcpy(lines.concerned, from, lines.concerned_count * sizeof(*from));
}

static void note_use(size_t line)
{
	for (size_t i = 0; !lines.concerned_used && i < lines.concerned_count; i++)
		lines.concerned_used = line >= lines.concerned[i].first &&
				       line < lines.concerned[i].first + lines.concerned[i].count;
}

bool lines_mutation_mattered(void)
{
	return lines.concerned_used;
}

static void mutate(enum primitive what, struct range range)
{
	remember_concerned(what, range);
	if (what == FENCE && lines.mutation != HOST_MUTATE_EARLY)
		lines.unordered = lines.pending_count;
	if (lines.mutation == HOST_MUTATE_EARLY)
		early(what, range);
	if (lines.mutation != HOST_MUTATE_LATE)
		return;
	lines.late_armed = true;
	lines.late = what;
	lines.late_range = range;
}

void lines_used(size_t line)
{
	const struct range *range = &lines.late_range;
	bool hit = line >= range->first && line < range->first + range->count;

	note_use(line);
	if (!lines.late_armed)
		return;
	if (lines.late == FENCE)
		hit = host_memory.flags[line] & (LINE_FLUSH | LINE_CLWB);
	if (lines.late == WBINVD)
		hit = true;
	if (!hit)
		return;
	lines.late_armed = false;
	perform(lines.late, lines.late_range);
}

/* Would the machine be the same without this call? Then nobody can notice its loss. */
static bool is_idle(enum primitive what, struct range range)
{
	if (what == FENCE)
		return !lines.has_work && !host_memory.device_wrote;
	for (size_t line = range.first; line < range.first + range.count; line++)
		if (memory_dirty(line) || host_memory.flags[line] & LINE_DEVICE)
			return false;
	return what != WBINVD;
}

static void call(enum primitive what, const void *line, size_t count, const void *caller)
{
	struct range range = arena_range(line, count);

	record(what, line, count, caller);
	if (host_memory.coherent)
		return;
	sweep_call(!line || range.count, is_idle(what, range));
	if (lines.mutation != HOST_MUTATE_NONE && lines.call_count == lines.mutated_call)
		mutate(what, range);
	else
		perform(what, range);
	memory_event();
}

/* ---- cache/lines.h ------------------------------------------------------------------------ */

void cache_lines_clflush(const void *line, size_t count)
{
	call(CLFLUSH, line, count, __builtin_return_address(0));
	time_add_ns(count * CLFLUSH_NS);
}

void cache_lines_clflushopt(const void *line, size_t count)
{
	call(CLFLUSHOPT, line, count, __builtin_return_address(0));
	time_add_ns(count * CLFLUSHOPT_NS);
}

void cache_lines_clwb(const void *line, size_t count)
{
	call(CLWB, line, count, __builtin_return_address(0));
	time_add_ns(count * CLFLUSHOPT_NS);
}

void cache_wbinvd(void)
{
	call(WBINVD, NULL, 0, __builtin_return_address(0));
	time_add_ns(WBINVD_NS);
}

void cache_fence(void)
{
	call(FENCE, NULL, 0, __builtin_return_address(0));
	time_add_ns(FENCE_NS);
}

void cache_witness_arm(void)
{
	lines.arms++;
}
