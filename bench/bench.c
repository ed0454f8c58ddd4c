/* bench.c: timing and the table that every benchmark prints. */
#include "bench/bench.h"

#include <cpuid.h>
#include <immintrin.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

uint64_t bench_now_ns(void)
{
	struct timespec now;

	/* CPU time of this thread: not a nanosecond in which the machine did something else. */
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

__attribute__((target("clflushopt"))) static void evict_fast(const char *from, const char *end)
{
	for (; from < end; from += 64)
		_mm_clflushopt((void *)(uintptr_t)from);
}

void bench_evict(const void *memory, size_t size)
{
	const char *from = memory, *end = from + size;
	unsigned eax, ebx, ecx, edx;

	if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && (ebx & bit_CLFLUSHOPT))
		evict_fast(from, end);
	else
		for (; from < end; from += 64)
			_mm_clflush(from);
	_mm_mfence();
}

static int compare_times(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t case_time(const struct bench_case *one, void *context)
{
	uint64_t start;

	if (one->prepare)
		one->prepare(context);
	start = bench_now_ns();
	one->run(context);
	return bench_now_ns() - start;
}

static bool case_print(const struct bench_case *one, double median, double peer)
{
	double ratio = peer / median;
	bool is_near = ratio >= one->goal * (1 - BENCH_NOISE);
	const char *verdict = ratio >= one->goal ? "met" : is_near ? "near" : "MISSED";

	printf("  %-44s %12.0f", one->name, median);
	if (one->bytes > 0)
		printf(" %8.2f", one->bytes / median);
	else
		printf(" %8s", "-");
	printf(" %8.2f", ratio);
	if (one->is_peer)
		printf("  peer\n");
	else if (one->goal == 0)
		printf("\n");
	else
		printf("  goal >= %.2f  %s\n", one->goal, verdict);
	return is_near;
}

void bench_measure(const struct bench_case *cases, size_t count, void *context, double *medians)
{
	static uint64_t times[BENCH_CASES_MAX][BENCH_ROUNDS];

	if (count > BENCH_CASES_MAX)
		abort();
	for (size_t i = 0; i < count; i++) /* page faults and cold code out of the way */
		case_time(&cases[i], context);
	for (unsigned round = 0; round < BENCH_ROUNDS; round++)
		for (size_t i = 0; i < count; i++)
			times[i][round] = case_time(&cases[i], context);
	for (size_t i = 0; i < count; i++) {
		qsort(times[i], BENCH_ROUNDS, sizeof(times[i][0]), compare_times);
		medians[i] = (double)times[i][BENCH_ROUNDS / 2];
	}
}

unsigned bench_table(const char *title, const struct bench_case *cases, size_t count, void *context)
{
	double medians[BENCH_CASES_MAX], peer = 0;
	unsigned missed = 0;

	bench_measure(cases, count, context, medians);
	printf("%s\n  %-44s %12s %8s %8s\n", title, "", "median ns", "GB/s", "ratio");
	for (size_t i = 0; i < count; i++)
		if (cases[i].is_peer)
			peer = medians[i];
	for (size_t i = 0; i < count; i++)
		missed += !case_print(&cases[i], medians[i], peer);
	printf("\n");
	return missed;
}

bool bench_goal(const char *what, double value, bool is_met, const char *goal)
{
	printf("  %-44s %12.2f  goal %s  %s\n", what, value, goal, is_met ? "met" : "MISSED");
	return is_met;
}
