/* plan_options.c: command-line options over the plan: the same keys with "--" before them. */
#include "board/board.h"

#include "board/ini.h"
#include "board/plan_keys.h"
#include "board/value.h"
#include "core/mem.h"
#include "core/text.h"

/* Longer values fit no key. */
#define VALUE_MAX 200

/* "--plan FILE" has been used by the time that options are read: the plan came from there. */
#define OPTION_PLAN "plan"

struct options {
	struct ini ini; /* for messages: "command line: ..." */
	struct plan *plan;
	int argc, next;
	char **argv;
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

/* The text behind "=", or the next argument. */
static const char *option_value(struct options *options, const char *equals)
{
	if (*equals)
		return equals + 1;
	return options->next < options->argc ? options->argv[options->next++] : NULL;
}

static enum fl_err set_option(struct options *options, const char *name, const char *value)
{
	char copy[VALUE_MAX], what[48];
	struct ini_line line = {0, NULL, copy};
	int index = ini_find_key(plan_keys, plan_key_count, name);

	if (strlen(value) >= sizeof copy)
		return ini_fail(&options->ini, 0, NULL,
				"--%s has a value of more than %u characters; shorten"
				" it",
				name, VALUE_MAX - 1);
	text_copy(copy, sizeof copy, value);
	text_format(what, sizeof what, "--%s", name);
	return ini_store(&options->ini, &plan_keys[index], options->plan, &line, what);
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
		text_copy(options->plan->command, sizeof options->plan->command, "help");
		return FL_OK;
	}
	if (!text_equal(name, OPTION_PLAN) && ini_find_key(plan_keys, plan_key_count, name) < 0)
		return fail_unknown(options, name);
	value = option_value(options, text + length);
	if (!value)
		return ini_fail(&options->ini, 0, NULL, "--%s has no value; write --%s=...", name,
				name);
	return text_equal(name, OPTION_PLAN) ? FL_OK : set_option(options, name, value);
}

static enum fl_err add_rest(struct options *options, const char *word, const char **rest,
			    size_t max, size_t *rest_count)
{
	if (*rest_count >= max)
		return ini_fail(&options->ini, 0, NULL,
				"more than %zu words; drop those from '%.30s' on", max, word);
	rest[(*rest_count)++] = word;
	return FL_OK;
}

static enum fl_err set_command(struct options *options, const char *word)
{
	if (text_copy(options->plan->command, sizeof options->plan->command, word) == strlen(word))
		return FL_OK;
	return ini_fail(&options->ini, 0, NULL, "'%.30s...' is no command; 'help' lists them",
			word);
}

static enum fl_err read_word(struct options *options, int index, const char **rest, size_t max,
			     size_t *rest_count)
{
	const char *word = options->argv[index];

	if (text_equal(word, "-h") || text_equal(word, "-?"))
		return set_command(options, "help");
	if (text_starts(word, "--") && word[2])
		return read_option(options, word + 2);
	if (index == 0)
		return set_command(options, word);
	return add_rest(options, word, rest, max, rest_count);
}

enum fl_err plan_options(struct plan *plan, int argc, char **argv, const char **rest, size_t max,
			 size_t *rest_count, struct diag *diag)
{
	struct plan changed = *plan;
	struct options options = {
		.ini = {.file = "command line", .diag = diag},
		.plan = &changed,
		.argc = argc,
		.argv = argv,
	};
	enum fl_err err = FL_OK;

	*rest_count = 0;
	while (options.next < options.argc && !err) {
		int index = options.next++;

		err = read_word(&options, index, rest, max, rest_count);
	}
	if (!err)
		*plan = changed;
	return err;
}
