/* request.c: see request.h. */
#include "app/request.h"

#include "core/mem.h"
#include "core/text.h"

#define PLAN_FOLDER "firstlight"
#define PLAN_NAME   "firstlight.ini"

static void note(struct request *request, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void note(struct request *request, const char *format, ...)
{
	size_t used = strlen(request->notes), length;
	char line[200];
	va_list args;

	va_start(args, format);
	length = text_vformat(line, sizeof line, format, args);
	va_end(args);
	if (used + length + sizeof "# \n" <= sizeof request->notes)
		text_format(request->notes + used, sizeof request->notes - used, "# %s\n", line);
}

/* ---- the plan's file --------------------------------------------------------------------- */

/* Windows hides ".txt", a browser writes "firstlight (1).ini": the folder holds no file but the plan, so what
 * is there instead is told. */
static void note_lookalike(void *context, const char *name, bool is_dir)
{
	if (!is_dir && *name != '.')
		note(context, "%.60s was seen and not read: a plan's name is %s", name, PLAN_NAME);
}

static enum fl_err read_plan(const char *path, struct request *request, struct diag *diag)
{
	void *text;
	size_t size;
	enum fl_err err = platform_file_read(path, &text, &size);

	if (err == FL_ERR_NOTFOUND && text_equal(path, PLAN_FILE)) {
		note(request, "there is no %s: the defaults of the program run", PLAN_FILE);
		platform_dir_list(PLAN_FOLDER, note_lookalike, request);
		return FL_OK; /* a bare executable: the defaults are a plan */
	}
	if (err)
		return diag_fail(diag, err, "name a file on the stick: --plan FILE",
				 "%s cannot be read (%s)", path, fl_err_name(err));
	err = plan_parse(path, text, size, &request->plan, diag);
	platform_free(text);
	return err;
}

/* ---- words ------------------------------------------------------------------------------- */

/* One of the plan's lines of words: its options go over the plan, the others replace those of the
 * source before. */
static enum fl_err read_line(struct request *request, struct words *words, const char *text,
			     struct diag *diag)
{
	struct plan_words found;
	enum fl_err err = words_split(words, text, diag);
	enum fl_err step = plan_options(&request->plan, words, &found, diag);

	err = err ? err : step;
	if (!err && found.plan)
		err = diag_fail(diag, FL_ERR_FORMAT, "type it, or name this file " PLAN_NAME,
				"%.60s: a plan cannot name another one with --plan", words->from);
	if (!found.count)
		return err;
	request->count = found.count;
	memcpy(request->words, found.rest, sizeof found.rest);
	return err;
}

static enum fl_err read_plans_words(const char *path, struct request *request, struct diag *diag)
{
	struct plan *plan = &request->plan;
	enum fl_err err, step;

	text_format(request->command_from, sizeof request->command_from, "%.60s:%u", path,
		    plan->command_line);
	text_format(request->arguments_from, sizeof request->arguments_from, "%.60s:%u", path,
		    plan->arguments_line);
	words_init(&request->command, request->command_from);
	words_init(&request->arguments, request->arguments_from);
	err = read_line(request, &request->command, plan->command, diag);
	step = read_line(request, &request->arguments, plan->arguments, diag);
	return err ? err : step;
}

enum fl_err request_read(const struct app_start *start, struct request *request, struct diag *diag)
{
	bool is_typed = start->words->count > 0;
	struct plan_words typed;
	const char *path;
	enum fl_err err;

	plan_defaults(&request->plan);
	if (start->note && *start->note)
		note(request, "%s", start->note);
	if (is_typed) /* from a shell: back to it, unless --at-end says otherwise */
		request->plan.at_end = PLAN_END_EXIT;
	if (start->refused && *start->refused->message) {
		*diag = *start->refused;
		plan_options(&request->plan, start->words, &typed, NULL);
		return FL_ERR_FORMAT;
	}
	/* The first time for --plan and for mistakes, before anything is read. */
	err = plan_options(&request->plan, start->words, &typed, diag);
	if (err)
		return err;
	path = typed.plan ? typed.plan : PLAN_FILE;
	err = read_plan(path, request, diag);
	if (is_typed)
		request->plan.at_end = PLAN_END_EXIT;
	if (!err)
		err = read_plans_words(path, request, diag);
	/* What was typed goes over all of it; also over a plan with a mistake, for --at-end. */
	plan_options(&request->plan, start->words, &typed, NULL);
	if (typed.count) {
		request->count = typed.count;
		memcpy(request->words, typed.rest, sizeof typed.rest);
	}
	/* for the report: what has one takes no words */
	text_copy(request->plan.command, sizeof request->plan.command,
		  request->count ? request->words[0] : "");
	return err;
}
