/*
 * lines.h: the instructions that move cache lines. src/cache/lines.asm implements them for x86-64;
 * tests/host/lines.c implements them for the two-faced memory of the host tests.
 */
#ifndef CACHE_LINES_H
#define CACHE_LINES_H

#include <stddef.h>

#define CACHE_LINE_SIZE 64u

enum cache_method {
	CACHE_CLFLUSH,    /* ordered with each other; slow */
	CACHE_CLFLUSHOPT, /* unordered until a fence; the usual one */
	CACHE_CLWB,       /* writes back, keeps the line: never enough before the CPU reads */
	CACHE_WBINVD,     /* the whole cache; last resort */
};

/* `line` is aligned to 64, `count` lines from there. No fence. */
void cache_lines_clflush(const void *line, size_t count);
void cache_lines_clflushopt(const void *line, size_t count);
void cache_lines_clwb(const void *line, size_t count);
void cache_wbinvd(void); /* ring 0 only */

/* MFENCE: earlier stores and flushes are done before anything later. */
void cache_fence(void);

/* A NOP that tells the coherence witness to watch from here on (docs/witness.md); nothing to any
 * CPU. Before the first memory is shared with a device. */
void cache_witness_arm(void);

#endif
