/* fuzz_plan.c: any bytes as a plan, and split at line ends as command-line words. */
#include <stdlib.h>
#include <string.h>

#include "board/board.h"

#define WORDS_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct plan *plan)
{
	if (plan->frames < 1 || plan->frames > 99 || !plan->formats || !plan->output[0] ||
	    strstr(plan->output, "..") || plan->at_end > PLAN_END_WAIT ||
	    plan->rate_tolerance_permille > 1000)
		abort();
}

static void read_options(char *text)
{
	char *argv[WORDS_MAX], *word;
	const char *rest[8];
	size_t count;
	int argc = 0;
	struct plan plan;

	plan_defaults(&plan);
	for (word = strtok(text, "\n"); word && argc < WORDS_MAX; word = strtok(NULL, "\n"))
		argv[argc++] = word;
	if (plan_options(&plan, argc, argv, rest, 8, &count, NULL) == FL_OK && count > 8)
		abort();
	check(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct plan plan;
	struct diag diag = {{0}, {0}};

	memcpy(text, data, size);
	text[size] = '\0';
	plan_defaults(&plan);
	if (plan_parse("f", text, size, &plan, &diag) && strncmp(diag.message, "f:", 2))
		abort();
	check(&plan);
	read_options(text);
	free(text);
	return 0;
}
