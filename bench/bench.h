/* bench.h: timing and the table that every benchmark prints. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_ROUNDS 31

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
 * all alike; prints median time, GB/s, ratio to the peer (more than 1: faster), goal, verdict.
 * Returns the number of goals missed.
 */
unsigned bench_table(const char *title, const struct bench_case *cases, size_t count,
		     void *context);

uint64_t bench_now_ns(void);

/* Drops a range from all caches, as a frame is dropped before the CPU reads it. */
void bench_evict(const void *memory, size_t size);

#endif
