/* check_cache.c: rung 11: what the CPU offers to maintain its caches, and what each way costs. */
#include "checks/checks.h"
#include "core/field.h"
#include "core/mem.h"

#define PROBE_SIZE (1024u * 1024u)
#define REPEATS    5u

enum line_state { LINES_CLEAN, LINES_DIRTY, LINES_ABSENT };
typedef void (*flush_fn)(const void *line, size_t count);

static void prepare(uint8_t *memory, enum line_state state)
{
	volatile uint8_t sink = 0;

	for (size_t i = 0; i < PROBE_SIZE; i += CACHE_LINE_SIZE) {
		if (state == LINES_DIRTY)
			memory[i]++;
		else if (state == LINES_CLEAN)
			sink = (uint8_t)(sink + memory[i]);
	}
	cache_fence();
}

/* Best of a few: ns for 1 MiB, the trailing fence included. */
static uint64_t measure(uint8_t *memory, flush_fn flush, enum line_state state)
{
	uint64_t best = UINT64_MAX;

	for (unsigned i = 0; i < REPEATS; i++) {
		uint64_t start, ns;

		cache_lines_clflush(memory, PROBE_SIZE / CACHE_LINE_SIZE); /* all absent */
		cache_fence();
		prepare(memory, state);
		start = platform_time_ns();
		flush(memory, PROBE_SIZE / CACHE_LINE_SIZE);
		cache_fence();
		ns = platform_time_ns() - start;
		best = ns < best ? ns : best;
	}
	return best;
}

static uint64_t measure_wbinvd(uint8_t *memory)
{
	uint64_t start;

	prepare(memory, LINES_DIRTY);
	start = platform_time_ns();
	cache_wbinvd();
	cache_fence();
	return platform_time_ns() - start;
}

static void report_cost(const struct check_run *run, const char *key, uint8_t *memory,
			flush_fn flush)
{
	const double kib = PROBE_SIZE / 1024.0;

	report_text(run->facts, key, "ns per KiB: %.1f clean, %.1f dirty, %.1f not cached",
		    (double)measure(memory, flush, LINES_CLEAN) / kib,
		    (double)measure(memory, flush, LINES_DIRTY) / kib,
		    (double)measure(memory, flush, LINES_ABSENT) / kib);
}

/* Above this many KiB one WBINVD is cheaper than flushing line by line. */
static void report_break_even(const struct check_run *run, uint8_t *memory, flush_fn flush)
{
	double per_kib = (double)measure(memory, flush, LINES_DIRTY) / (PROBE_SIZE / 1024.0);
	uint64_t wbinvd = measure_wbinvd(memory);

	report_number(run->facts, "wbinvd-us", (double)wbinvd / 1000);
	if (per_kib > 0)
		report_number(run->facts, "wbinvd-cheaper-above-kib", (double)wbinvd / per_kib);
}

enum verdict check_cache(const struct check_run *run)
{
	struct session *session = run->session;
	const struct cache_features *features = &session->cache.features;
	static const char *const methods[] = {"clflush", "clflushopt", "clwb", "wbinvd"};
	uint8_t *memory, *aligned;

	report_text(run->facts, "cpu", "%s", features->cpu);
	report_number(run->facts, "line-size", features->line_size);
	report_text(run->facts, "instructions", "%s%s%swbinvd", features->clflush ? "clflush " : "",
		    features->clflushopt ? "clflushopt " : "", features->clwb ? "clwb " : "");
	report_text(run->facts, "method", "%s", methods[session->cache.method]);
	if (!features->clflush)
		return verdict_of(diag_fail(&session->diag, FL_ERR_UNSUPPORTED,
					    "no CPU beside such a camera is like this",
					    "CPUID offers no CLFLUSH: only WBINVD is left"));
	memory = platform_alloc(PROBE_SIZE + CACHE_LINE_SIZE);
	if (!memory)
		return verdict_of(diag_fail(&session->diag, FL_ERR_NOMEM, NULL,
					    "no memory to measure the cache"));
	aligned =
		memory + (CACHE_LINE_SIZE - (uintptr_t)memory % CACHE_LINE_SIZE) % CACHE_LINE_SIZE;
	report_cost(run, "clflush", aligned, cache_lines_clflush);
	if (features->clflushopt)
		report_cost(run, "clflushopt", aligned, cache_lines_clflushopt);
	if (features->clwb)
		report_cost(run, "clwb", aligned, cache_lines_clwb);
	report_break_even(run, aligned,
			  features->clflushopt ? cache_lines_clflushopt : cache_lines_clflush);
	platform_free(memory);
	return VERDICT_PASS;
}
