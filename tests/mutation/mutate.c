/*
 * mutate.c: the proof that every flush and every fence is needed and tested.
 *
 * A run of the whole ladder calls the cache primitives N times. For each call, and each way of getting
 * it wrong (left out, too late, too early), the run is repeated with just that one mistake; it must end
 * in a finding of the two-faced memory or in a verdict that is not PASS. What survives is either
 * redundant (remove it) or untested (test it). Prints the score; exits 0 only at 100 %.
 *
 * Usage: mutate [STEP]   every STEP-th call only (default 1: all)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/host/rom.h"

#define SEED 11
#define WORKERS 2
/* One camera in its smallest mode, one frame, pages dealt out in order: few calls, all of their kinds. */
#define COMMAND "run --camera ov5670 --mode 640x360 --frames 1 --cycles 1 --scatter-seed 0 --format raw --at-end exit"
#define DMA_PAGES 6000 /* leaves out the 64 MiB mapping, which has no call of its own kind */

static const struct { enum host_mutation kind; const char *name; } kinds[] = {
	{HOST_MUTATE_DROP, "dropped"},
	{HOST_MUTATE_LATE, "too late"},
	{HOST_MUTATE_EARLY, "too early"},
};
#define KINDS (sizeof kinds / sizeof kinds[0])

struct score { unsigned long tried, caught; };

/* One run with call n gone wrong; true when somebody noticed. */
static int is_caught(enum host_mutation kind, unsigned long n)
{
	int status;

	rom_prepare(SEED);
	rom_put_firmware();
	host_limit_dma(DMA_PAGES);
	host_mutate(kind, n);
	rom_attach(NULL, VBOARD_FPS_SENSOR);
	status = rom_run(COMMAND);
	return status != 0 || host_finding_count() != 0;
}

static void report_survivor(const char *kind, unsigned long n)
{
	struct host_primitive primitive;
	char where[256] = "?";

	if (!host_primitive(n, &primitive))
		return;
	host_symbol(primitive.caller, where, sizeof where);
	fprintf(stderr, "mutate: call %lu (%s of %zu lines, %s) %s and nobody noticed; called from %s\n", n,
		primitive.name, primitive.count, primitive.structure[0] ? primitive.structure : "no structure",
		kind, where);
}

/* Every WORKERS-th of the calls; the scores go to the parent as they are. */
static void work(unsigned worker, unsigned long calls, unsigned long step, int out)
{
	struct score scores[KINDS] = {{0, 0}};

	for (unsigned long n = 1 + worker * step; n <= calls; n += WORKERS * step) {
		for (size_t k = 0; k < KINDS; k++) {
			int caught = is_caught(kinds[k].kind, n);

			scores[k].tried++;
			scores[k].caught += (unsigned long)caught;
			if (!caught)
				report_survivor(kinds[k].name, n);
		}
	}
	if (write(out, scores, sizeof scores) != sizeof scores)
		_exit(1);
	_exit(0);
}

int main(int argc, char **argv)
{
	unsigned long step = argc > 1 ? strtoul(argv[1], NULL, 10) : 1, calls, failed = 0, passed = 0;
	struct score total[KINDS] = {{0, 0}};
	int ends[2];

	if (is_caught(HOST_MUTATE_NONE, 0)) {
		fprintf(stderr, "mutate: the run fails without any mutation\n%s\n", host_console());
		return 1;
	}
	calls = host_primitive_calls();
	if (!step || pipe(ends))
		return 1;
	for (unsigned worker = 0; worker < WORKERS; worker++)
		if (!fork())
			work(worker, calls, step, ends[1]);
	close(ends[1]);
	for (unsigned worker = 0; worker < WORKERS; worker++) {
		struct score scores[KINDS];

		if (read(ends[0], scores, sizeof scores) != sizeof scores)
			return 1;
		for (size_t k = 0; k < KINDS; k++) {
			total[k].tried += scores[k].tried;
			total[k].caught += scores[k].caught;
		}
	}
	while (wait(NULL) > 0)
		;
	for (size_t k = 0; k < KINDS; k++) {
		printf("mutation: %-9s %lu of %lu caught (%.2f %%)\n", kinds[k].name, total[k].caught,
		       total[k].tried, 100.0 * (double)total[k].caught / (double)total[k].tried);
		passed += total[k].caught;
		failed += total[k].tried - total[k].caught;
	}
	printf("mutation: %lu calls of cache primitives in one run; score %.2f %%\n", calls,
	       100.0 * (double)passed / (double)(passed + failed));
	printf("%lu passed, %lu failed\n", passed, failed);
	return failed != 0;
}
