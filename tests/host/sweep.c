/* sweep.c: every mutation of every cache call of one run, each in a child process of its own. */
#define _GNU_SOURCE 1
#include "tests/host/memory.h"

#include <execinfo.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SURVIVED      42 /* exit statuses of a child */
#define BAD_RESULT    43
#define FINDING       44
#define MOOT          45
#define CHILD_SECONDS 120
#define TRY_NS        150000000 /* how long devices run in another order: some frames */
#define PLACES        256       /* call chains that are told apart */
#define DEPTH         7         /* functions of a chain that are printed */
#define IDENTITY      2 /* the innermost of them: the primitive, and the call in src/dma or src/mmu */
#define SKIP          3 /* of them in here and in lines.c */

static struct {
	bool active, is_child;
	struct host_sweep score;
	struct place {
		void *chain[DEPTH];
		unsigned long first, caught, moot, survived[HOST_MUTATE_EARLY + 1];
	} places[PLACES];
	unsigned place_count;
} sweep;

void sweep_reset(void)
{
	if (sweep.is_child)
		_exit(BAD_RESULT); /* a test that failed and went on to the next */
	memset(&sweep, 0, sizeof(sweep));
}

void host_sweep_begin(void)
{
	sweep.active = true;
}

static void become_child(enum host_mutation kind)
{
	int null = open("/dev/null", O_WRONLY);

	sweep.is_child = true;
	sweep.active = false;
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	alarm(CHILD_SECONDS);
	memory_detach();
	host_mutate(kind, host_primitive_calls());
}

/* The record of the call chain that led here. */
static struct place *find_place(void)
{
	void *all[SKIP + DEPTH] = {NULL};
	unsigned i = 0;

	backtrace(all, SKIP + DEPTH);
	while (i < sweep.place_count &&
	       memcmp(sweep.places[i].chain, all + SKIP, IDENTITY * sizeof(all[0])))
		i++;
	if (i == PLACES)
		return &sweep.places[PLACES - 1]; /* a heap for the rest */
	if (i == sweep.place_count) {
		sweep.place_count++;
		memcpy(sweep.places[i].chain, all + SKIP, sizeof(sweep.places[i].chain));
		sweep.places[i].first = host_primitive_calls();
	}
	return &sweep.places[i];
}

static void judge(int status, enum host_mutation kind)
{
	const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	struct host_sweep *score = &sweep.score;
	struct place *place = find_place();

	score->mutations++;
	if (code == SURVIVED) {
		score->survived++;
		place->survived[kind]++;
		return;
	}
	if (code == MOOT) {
		score->moot++;
		place->moot++;
		return;
	}
	score->caught++;
	place->caught++;
	score->by_finding += code == FINDING;
	score->by_result += code == BAD_RESULT;
	score->by_crash += code < 0;
}

void sweep_call(bool is_dma, bool is_idle)
{
	pid_t children[HOST_MUTATE_EARLY + 1];

	if (!sweep.active)
		return;
	sweep.score.calls++;
	sweep.score.other += !is_dma;
	sweep.score.idle += is_dma && is_idle;
	if (!is_dma || is_idle)
		return;
	for (int kind = HOST_MUTATE_DROP; kind <= HOST_MUTATE_EARLY; kind++) {
		children[kind] = fork();
		if (children[kind] < 0)
			abort();
		if (!children[kind]) {
			become_child((enum host_mutation)kind);
			return;
		}
	}
	/* The three run at the same time, but the parent waits: they copy its DMA memory first. */
	for (int kind = HOST_MUTATE_DROP; kind <= HOST_MUTATE_EARLY; kind++) {
		int status;

		if (waitpid(children[kind], &status, 0) != children[kind])
			abort();
		judge(status, (enum host_mutation)kind);
	}
}

bool sweep_try(void)
{
	int status;
	pid_t child;

	if (!sweep.is_child)
		return false;
	child = fork();
	if (child < 0)
		abort();
	if (!child) {
		alarm(CHILD_SECONDS);
		memory_detach();
		return true;
	}
	if (waitpid(child, &status, 0) != child)
		abort();
	if (!WIFEXITED(status) || WEXITSTATUS(status) != SURVIVED)
		_exit(FINDING);
	return false;
}

void sweep_try_end(void)
{
	host_advance_ns(TRY_NS);
	_exit(SURVIVED);
}

void sweep_finding(enum host_finding_kind kind)
{
	(void)kind;
	if (sweep.is_child)
		_exit(FINDING);
}

static void print_place(const struct place *place)
{
	struct host_primitive call;

	if (!host_primitive(place->first, &call))
		return;
	fprintf(stderr,
		"survived: %lu dropped, %lu too late, %lu too early, %lu never used again; first "
		"call %lu: %s of %s\n",
		place->survived[HOST_MUTATE_DROP], place->survived[HOST_MUTATE_LATE],
		place->survived[HOST_MUTATE_EARLY], place->moot, place->first, call.name,
		call.line ? call.structure : "what was flushed before");
	for (unsigned i = 0; i < DEPTH && place->chain[i]; i++) {
		char where[256];

		host_symbol((const char *)place->chain[i] - 1, where, sizeof(where));
		fprintf(stderr, "    %s\n", where);
	}
}

/* What nobody used again is excused only where the same calls were caught at other times. */
static bool is_survivor(const struct place *place)
{
	return place->survived[HOST_MUTATE_DROP] || place->survived[HOST_MUTATE_LATE] ||
	       place->survived[HOST_MUTATE_EARLY] || (place->moot && !place->caught);
}

void host_sweep_end(bool passed, struct host_sweep *score)
{
	struct host_sweep *s = &sweep.score;

	if (sweep.is_child)
		_exit(!passed ? BAD_RESULT : lines_mutation_mattered() ? SURVIVED : MOOT);
	sweep.active = false;
	for (unsigned i = 0; i < sweep.place_count; i++) {
		const struct place *place = &sweep.places[i];

		if (!is_survivor(place))
			continue;
		print_place(place);
		if (place->caught)
			continue;
		s->moot -= place->moot;
		s->survived += place->moot;
	}
	fprintf(stderr,
		"mutations: %lu of %lu caught, %.1f %% (%lu by findings, %lu by results, %lu by "
		"crashes), %lu never used again; %lu calls, %lu of other memory, %lu with nothing "
		"to do\n",
		s->caught, s->caught + s->survived,
		s->caught ? 100.0 * (double)s->caught / (double)(s->caught + s->survived) : 0.0,
		s->by_finding, s->by_result, s->by_crash, s->moot, s->calls, s->other, s->idle);
	*score = *s;
}
