/*
 * bench_iova.c: one range given back and one taken, with 10 to 100,000 ranges live in the 2^20
 * pages of a 32-bit aperture. Time must not grow with their number.
 *
 * Sizes are 1 to 64 pages, small ones more frequent (the least of twelve draws): 100,000 of them
 * with their guards take more than half of the aperture, where a search has to work.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "mmu/iova.h"

#define APERTURE_PAGES (1u << 20)
#define SIZE_MAX_PAGES 64u
#define DRAWS          12u
#define PAIRS          2000u /* of free and alloc, per timed run */
#define LIVE_MAX       100000u
#define GROWTH_MAX     10.0

struct range {
	uint32_t page, count;
};

struct population {
	struct iova_space space;
	struct range ranges[LIVE_MAX];
	uint32_t live;
	uint64_t random;
	/* What the next run does, drawn before its time is taken. */
	uint32_t victims[PAIRS], counts[PAIRS];
};

static void must(enum fl_err err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "bench_iova: %s: %s\n", what, fl_err_name(err));
	exit(2);
}

/* xorshift64* (Vigna): the same numbers in every run. */
static uint32_t draw(struct population *population, uint32_t below)
{
	population->random ^= population->random >> 12;
	population->random ^= population->random << 25;
	population->random ^= population->random >> 27;
	return (uint32_t)((population->random * 2685821657736338717u >> 32) * below >> 32);
}

static uint32_t draw_count(struct population *population)
{
	uint32_t least = SIZE_MAX_PAGES;

	for (unsigned i = 0; i < DRAWS; i++) {
		uint32_t count = 1 + draw(population, SIZE_MAX_PAGES);

		least = count < least ? count : least;
	}
	return least;
}

static void take(struct population *population, struct range *range, uint32_t count)
{
	range->count = count;
	must(iova_alloc(&population->space, count, 1, &range->page), "alloc");
}

static void draw_pairs(struct population *population)
{
	for (unsigned i = 0; i < PAIRS; i++) {
		population->victims[i] = draw(population, population->live);
		population->counts[i] = draw_count(population);
	}
}

static void run_pairs(struct population *population)
{
	for (unsigned i = 0; i < PAIRS; i++) {
		struct range *range = &population->ranges[population->victims[i]];

		must(iova_free(&population->space, range->page, range->count), "free");
		take(population, range, population->counts[i]);
	}
}

static struct population *population_new(uint32_t live)
{
	struct population *population = calloc(1, sizeof(*population));

	if (!population)
		abort();
	must(iova_init(&population->space, APERTURE_PAGES), "init");
	population->live = live;
	population->random = 0x9e3779b97f4a7c15u;
	for (uint32_t i = 0; i < live; i++)
		take(population, &population->ranges[i], draw_count(population));
	/* As a long life leaves it: every range has been replaced, once on average. */
	for (uint32_t done = 0; done < live; done += PAIRS) {
		draw_pairs(population);
		run_pairs(population);
	}
	return population;
}

static void population_free(struct population *population)
{
	iova_exit(&population->space);
	free(population);
}

/* ---- the table
 * ----------------------------------------------------------------------------------- */

enum { FEW, SOME, MANY, POPULATIONS };

struct contest {
	struct population *populations[POPULATIONS];
	struct population *next;
};

static void contest_prepare(struct contest *contest, unsigned which)
{
	contest->next = contest->populations[which];
	draw_pairs(contest->next);
}

static void prepare_few(void *contest)
{
	contest_prepare(contest, FEW);
}

static void prepare_some(void *contest)
{
	contest_prepare(contest, SOME);
}

static void prepare_many(void *contest)
{
	contest_prepare(contest, MANY);
}

static void run_next(void *context)
{
	struct contest *contest = context;

	run_pairs(contest->next);
}

static bool contest_print(const struct contest *contest, const double *medians)
{
	double growth = medians[MANY] / medians[FEW];

	printf("IOVA, one range of 1 to 64 pages given back, one taken\n");
	printf("  %-44s %12s %8s %8s\n", "live ranges", "median ns", "in use", "growth");
	for (unsigned i = 0; i < POPULATIONS; i++)
		printf("  %-44u %12.1f %7.0f%% %8.2f\n", contest->populations[i]->live,
		       medians[i] / PAIRS,
		       100.0 * contest->populations[i]->space.used / APERTURE_PAGES,
		       medians[i] / medians[FEW]);
	return bench_goal("growth from 10 to 100,000 live ranges", growth, growth < GROWTH_MAX,
			  "< 10.00");
}

int main(void)
{
	static const uint32_t live[POPULATIONS] = {10, 1000, LIVE_MAX};
	static const struct bench_case cases[POPULATIONS] = {
		[FEW] = {.prepare = prepare_few, .run = run_next},
		[SOME] = {.prepare = prepare_some, .run = run_next},
		[MANY] = {.prepare = prepare_many, .run = run_next},
	};
	struct contest contest = {0};
	double medians[POPULATIONS];
	bool is_met;

	for (unsigned i = 0; i < POPULATIONS; i++)
		contest.populations[i] = population_new(live[i]);
	bench_measure(cases, POPULATIONS, &contest, medians);
	is_met = contest_print(&contest, medians);
	printf("\n");
	for (unsigned i = 0; i < POPULATIONS; i++)
		population_free(contest.populations[i]);
	return is_met ? 0 : 1;
}
