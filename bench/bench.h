/* bench.h: timing and the table that every benchmark prints. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_ROUNDS    31
#define BENCH_CASES_MAX 16
/* A ratio that is below its goal by no more than this part is told, but fails nothing: medians of
 * two runs on a busy machine differ by as much. */
#define BENCH_NOISE     0.05

/* One contender. `prepare` is outside the timed region and may be NULL. */
struct bench_case {
	const char *name;
	void (*prepare)(void *context);
	void (*run)(void *context);
	double bytes; /* moved by one run, for GB/s; 0 = no figure */
	double goal;  /* least speed relative to the peer; 0 = no goal */
	bool is_peer; /* what the ratios refer to; one case of each table */
};

/*
 * Runs all contenders in turn, BENCH_ROUNDS times over, so that what else the machine does hits
 * all alike. medians[i]: median time of cases[i] in ns.
 */
void bench_measure(const struct bench_case *cases, size_t count, void *context, double *medians);

/*
 * The same, and prints median time, GB/s, ratio to the peer (more than 1: faster), goal, verdict.
 * Returns the number of goals missed by more than BENCH_NOISE.
 */
unsigned bench_table(const char *title, const struct bench_case *cases, size_t count,
		     void *context);

/* Prints one derived figure beside its goal. Returns is_met. */
bool bench_goal(const char *what, double value, bool is_met, const char *goal);

uint64_t bench_now_ns(void);

/* Drops a range from all caches, as a frame is dropped before the CPU reads it. */
void bench_evict(const void *memory, size_t size);

#endif
