/* fuzz_plan.c: any bytes as a plan, and split into command-line words. */
#include <stdlib.h>
#include <string.h>

#include "describe/ini/files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct plan *plan)
{
	if (plan->frames < 1 || plan->frames > 99 || !plan->formats || !plan->output[0] ||
	    strstr(plan->output, "..") || plan->at_end > PLAN_END_WAIT ||
	    plan->rate_tolerance_permille > 1000)
		abort();
}

static void read_options(const char *text)
{
	static struct words words;
	struct plan_words found;
	struct plan plan;

	plan_defaults(&plan);
	words_init(&words, "f");
	words_split(&words, text, NULL);
	plan_options(&plan, &words, &found, NULL);
	if (found.count > (size_t)words.count + 1) /* --help is one */
		abort();
	check(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct plan plan;
	struct diag diag = {0};

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
