/* plan_options.c: command-line options over the plan: the same keys with "--" before them. */
#include "describe/ini/files.h"

#include "describe/ini/ini.h"
#include "describe/ini/plan_keys.h"
#include "describe/ini/value.h"
#include "core/mem.h"
#include "core/text.h"

/* Longer values fit no key. */
#define VALUE_MAX 200

/* "--plan FILE" has been used by the time that options are read: the plan came from there. */
#define OPTION_PLAN "plan"

struct options {
	struct ini ini; /* for messages: "command line: ..." */
	struct plan *plan;
	const struct words *words;
	int next;
	struct plan_words *found;
	bool asks_help;
};

static enum fl_err fail_unknown(struct options *options, const char *name)
{
	const char *names[INI_KEYS_MAX + 1];
	size_t count;

	ini_key_names(plan_keys, plan_key_count, names);
	count = plan_key_count;
	names[count++] = OPTION_PLAN;
	names[count++] = "help";
	names[count] = NULL;
	return ini_fail_word(&options->ini, 0, "option --", name, names);
}

/* The text behind "=", or the next word. */
static const char *option_value(struct options *options, const char *equals)
{
	if (*equals)
		return equals + 1;
	return options->next < options->words->count ? options->words->word[options->next++] : NULL;
}

static enum fl_err set_option(struct options *options, const char *name, const char *value)
{
	char copy[VALUE_MAX], what[48];
	struct ini_line line = {0, what, copy};
	int index = ini_find_key(plan_keys, plan_key_count, name);

	if (strlen(value) >= sizeof copy)
		return ini_fail(&options->ini, 0, NULL,
				"--%s has a value of more than %u characters; shorten it", name,
				VALUE_MAX - 1);
	text_copy(copy, sizeof copy, value);
	text_format(what, sizeof what, "--%s", name);
	return ini_store(&options->ini, &plan_keys[index], options->plan, &line, what);
}

static enum fl_err set_plan(struct options *options, const char *value)
{
	if (!*value)
		return ini_fail(&options->ini, 0, NULL, "--plan has no value; write --plan FILE");
	options->found->plan = value;
	return FL_OK;
}

/* "--name=value" or "--name value" */
static enum fl_err read_option(struct options *options, const char *text)
{
	char name[32];
	size_t length = 0;
	const char *value;

	while (text[length] && text[length] != '=' && length + 1 < sizeof name)
		length++;
	text_copy(name, length + 1, text);
	if (text_equal(name, "help") && !text[length]) {
		options->asks_help = true;
		return FL_OK;
	}
	/* The words themselves hold the command; a second list of words would have no place. */
	if (text_equal(name, "command") || text_equal(name, "arguments"))
		return ini_fail(&options->ini, 0, NULL,
				"--%s is a key of the plan only; write its words themselves", name);
	if (!text_equal(name, OPTION_PLAN) && ini_find_key(plan_keys, plan_key_count, name) < 0)
		return fail_unknown(options, name);
	value = option_value(options, text + length);
	if (!value)
		return ini_fail(&options->ini, 0, NULL, "--%s has no value; write --%s=...", name,
				name);
	return text_equal(name, OPTION_PLAN) ? set_plan(options, value)
					     : set_option(options, name, value);
}

static enum fl_err read_word(struct options *options)
{
	const char *word = options->words->word[options->next++];

	if (text_equal(word, "-h") || text_equal(word, "-?")) {
		options->asks_help = true;
		return FL_OK;
	}
	if (text_starts(word, "--") && word[2])
		return read_option(options, word + 2);
	if (*word == '-')
		return ini_fail(&options->ini, 0, "see: help",
				"'%.30s' is no option; write two dashes and a name, like"
				" --frames 4",
				word);
	options->found->rest[options->found->count++] = word;
	return FL_OK;
}

enum fl_err plan_options(struct plan *plan, const struct words *words, struct plan_words *found,
			 struct diag *diag)
{
	struct plan changed = *plan;
	struct options options = {
		.ini = {.file = words->from, .diag = diag},
		.plan = &changed,
		.words = words,
		.found = found,
	};
	enum fl_err err = FL_OK;

	*found = (struct plan_words){.count = 0};
	while (options.next < words->count) { /* to the end, for --at-end */
		enum fl_err step = read_word(&options);

		err = err ? err : step;
	}
	if (options.asks_help) {
		found->rest[0] = "help";
		found->count = 1;
	}
	if (err)
		plan->at_end = changed.at_end;
	else
		*plan = changed;
	return err;
}
