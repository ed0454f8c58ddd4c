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
#define PLACES        1024      /* call chains that are told apart */
#define DEPTH         16        /* return addresses of a chain, those in here included */
#define SHOWN         7         /* functions of a chain that are printed */

static struct {
	bool active, is_child;
	struct host_sweep score;
	struct place {
		void *chain[DEPTH];
		unsigned long first, caught, moot, survived[HOST_MUTATE_EARLY + 1];
		char home[512];   /* which call it is: see add_function */
		char shown[1024]; /* the chain for people */
		unsigned functions;
		bool in_driver, is_complete;
	} places[PLACES];
	unsigned place_count;
} sweep;

void sweep_reset(void)
{
	if (sweep.is_child)
		_exit(BAD_RESULT); /* a test that failed and went on to the next */
	sweep.active = false;
	sweep.score = (struct host_sweep){0};
	sweep.place_count = 0;
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
	void *chain[DEPTH] = {NULL};
	unsigned i = 0;

	backtrace(chain, DEPTH);
	while (i < sweep.place_count && memcmp(sweep.places[i].chain, chain, sizeof(chain)))
		i++;
	if (i == PLACES)
		return &sweep.places[PLACES - 1]; /* a heap for the rest */
	if (i == sweep.place_count) {
		sweep.places[sweep.place_count++] = (struct place){.first = host_primitive_calls()};
		memcpy(sweep.places[i].chain, chain, sizeof(chain));
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

/* ---- which call it was -------------------------------------------------------------------- */

static void append(char *to, size_t capacity, const char *text)
{
	const size_t used = strlen(to);

	snprintf(to + used, capacity - used, "%s\n", text);
}

/* The next function of a place's chain, from the inside. What counts as one call: all of the chain that lies in
 * src/dma or src/mmu, or elsewhere the function that called the primitive and the one that called that. These
 * are functions and lines of the source, so that it does not depend on what the compiler inlines. */
static void add_function(void *context, size_t index, const char *function)
{
	struct place *place = &((struct place *)context)[index / DEPTH];
	const bool in_driver = strstr(function, "/src/dma/") || strstr(function, "/src/mmu/");

	if (strstr(function, "/tests/host/") || strstr(function, "/src/cache/") || *function == '?')
		return; /* the machine, and what is not the program's */
	if (place->functions++ < SHOWN)
		append(place->shown, sizeof(place->shown), function);
	if (place->functions == 1)
		place->in_driver = in_driver;
	place->is_complete |= place->in_driver ? !in_driver : place->functions > 2;
	if (!place->is_complete)
		append(place->home, sizeof(place->home), function);
}

static void name_places(void)
{
	const void *pcs[PLACES * DEPTH];

	for (unsigned i = 0; i < sweep.place_count * DEPTH; i++) {
		const char *pc = sweep.places[i / DEPTH].chain[i % DEPTH];

		pcs[i] = pc ? pc - 1 : NULL; /* the call, not what it returns to */
	}
	symbols_each(pcs, (size_t)sweep.place_count * DEPTH, add_function, sweep.places);
}

static void print_place(const struct place *place)
{
	struct host_primitive call;

	if (!host_primitive(place->first, &call))
		return;
	fprintf(stderr,
		"survived: %lu dropped, %lu too late, %lu too early, %lu never used again; first "
		"call %lu: %s of %s\n%s",
		place->survived[HOST_MUTATE_DROP], place->survived[HOST_MUTATE_LATE],
		place->survived[HOST_MUTATE_EARLY], place->moot, place->first, call.name,
		call.line ? call.structure : "what was flushed before", place->shown);
}

static bool was_caught(const struct place *place)
{
	for (unsigned i = 0; i < sweep.place_count; i++)
		if (sweep.places[i].caught && !strcmp(sweep.places[i].home, place->home))
			return true;
	return false;
}

void host_sweep_end(bool passed, struct host_sweep *score)
{
	struct host_sweep *s = &sweep.score;

	if (sweep.is_child)
		_exit(!passed ? BAD_RESULT : lines_mutation_mattered() ? SURVIVED : MOOT);
	sweep.active = false;
	name_places();
	for (unsigned i = 0; i < sweep.place_count; i++) {
		const struct place *place = &sweep.places[i];
		/* What nobody used again is excused only where the same call was caught at another time. */
		const bool excused = !place->moot || was_caught(place);

		if (!excused) {
			s->moot -= place->moot;
			s->survived += place->moot;
		}
		if (!excused || place->survived[HOST_MUTATE_DROP] ||
		    place->survived[HOST_MUTATE_LATE] || place->survived[HOST_MUTATE_EARLY])
			print_place(place);
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
