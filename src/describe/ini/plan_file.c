/* plan_file.c: firstlight/firstlight.ini: what to run and when it passes. See docs/plan.md. */
#include "describe/ini/files.h"

#include "describe/ini/ini.h"
#include "describe/ini/plan_keys.h"
#include "describe/identity.h"
#include "describe/ini/value.h"
#include "core/field.h"
#include "core/mem.h"
#include "core/text.h"

/* ---- keys -------------------------------------------------------------------------------- */

/* A line of words; its number goes into messages about them. */
static enum fl_err set_words(struct ini *ini, const struct ini_line *line, char *out,
			     size_t capacity, unsigned *number)
{
	if (strlen(line->value) >= capacity)
		return ini_fail(ini, line->number, NULL,
				"'%s' is too long; write at most %zu characters", line->name,
				capacity - 1);
	text_copy(out, capacity, line->value);
	*number = line->number;
	return FL_OK;
}

static enum fl_err set_command(struct ini *ini, void *target, const struct ini_line *line)
{
	struct plan *plan = target;

	return set_words(ini, line, plan->command, sizeof plan->command, &plan->command_line);
}

static enum fl_err set_arguments(struct ini *ini, void *target, const struct ini_line *line)
{
	struct plan *plan = target;

	return set_words(ini, line, plan->arguments, sizeof plan->arguments, &plan->arguments_line);
}

const char *const plan_format_words[] = {"raw", "json", "pgm", "png", "dng", NULL};

/* "raw, json, png" */
static enum fl_err set_format(struct ini *ini, void *target, const struct ini_line *line)
{
	struct plan *plan = target;
	char *rest = line->value, *word;
	unsigned formats = 0;

	for (char *c = rest; *c; c++)
		if (*c == ',')
			*c = ' ';
	for (word = value_next_word(&rest); *word; word = value_next_word(&rest)) {
		int index = value_find_word(word, plan_format_words);

		if (index < 0)
			return ini_fail_word(ini, line->number, "format", word, plan_format_words);
		formats |= 1u << index;
	}
	if (!formats)
		return ini_fail(ini, line->number, NULL,
				"format names none; write for example 'raw, json'");
	plan->formats = formats;
	return FL_OK;
}

/* A directory on the stick: no way out of it, and only names that FAT stores as they are (it drops
 * dots and blanks at a name's end) and that no system takes for a device. */
static bool is_directory(const char *text)
{
	static const char forbidden[] = ":*?\"<>|";

	for (const char *c = text; *c; c++) {
		bool starts = c == text || c[-1] == '/', ends = !c[1] || c[1] == '/';

		if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
			return false;
		if ((starts || ends) && (*c == '.' || *c == ' ' || (starts && *c == '/')))
			return false;
		if (starts && unit_is_device(c))
			return false;
		for (const char *f = forbidden; *f; f++)
			if (*c == *f)
				return false;
	}
	return true;
}

/* The value of `name`, a directory on the stick, into `out` of `size`. */
static enum fl_err set_directory(struct ini *ini, const struct ini_line *line, const char *name,
				 char *out, size_t size)
{
	char *text = line->value;
	size_t length = strlen(text);

	for (char *c = text; *c; c++)
		if (*c == '\\')
			*c = '/';
	for (; length && text[length - 1] == '/'; length--)
		text[length - 1] = '\0';
	for (; *text == '/'; length--)
		text++;
	if (length >= size)
		return ini_fail(ini, line->number, NULL,
				"%s is longer than %zu characters; shorten it", name, size - 1);
	if (!is_directory(text))
		return ini_fail(ini, line->number, NULL,
				"%s is '%.60s'; write a directory on this stick, like "
				"firstlight/%s",
				name, text, text_equal(name, "output") ? "results" : name);
	text_copy(out, size, text);
	return FL_OK;
}

static enum fl_err set_golden(struct ini *ini, void *target, const struct ini_line *line)
{
	struct plan *plan = target;

	return set_directory(ini, line, "golden", plan->golden, sizeof plan->golden);
}

static enum fl_err set_output(struct ini *ini, void *target, const struct ini_line *line)
{
	struct plan *plan = target;
	enum fl_err err = set_directory(ini, line, "output", plan->output, sizeof plan->output);

	if (!err && !plan->output[0])
		return ini_fail(ini, line->number, NULL, "output is empty; write a directory");
	return err;
}

/* "500ms"; kept in milliseconds. */
static enum fl_err set_start_timeout(struct ini *ini, void *target, const struct ini_line *line)
{
	uint64_t us;

	if (!value_parse(line->value, value_microseconds, &us) || us < 10000 || us > 60000000)
		return ini_fail(ini, line->number, NULL,
				"start-timeout is '%.20s'; write a time from 10ms to 60s",
				line->value);
	((struct plan *)target)->start_timeout_ms = (unsigned)(us / 1000);
	return FL_OK;
}

static const char *const end_words[] = {"exit", "reboot", "shutdown", "wait", NULL};

#define IN(field) offsetof(struct plan, field), sizeof(((struct plan *)0)->field)
const struct ini_key plan_keys[] = {
	{"command", NULL, INI_CUSTOM, INI_EMPTY, 0, 0, 0, 0, NULL, set_command},
	{"arguments", NULL, INI_CUSTOM, INI_EMPTY, 0, 0, 0, 0, NULL, set_arguments},
	{"board", NULL, INI_NAME, 0, IN(board), 0, 0, NULL, NULL},
	{"camera", NULL, INI_NAME, 0, IN(camera), 0, 0, NULL, NULL},
	{"mode", NULL, INI_NAME, INI_EMPTY, IN(mode), 0, 0, NULL, NULL},
	{"pattern", NULL, INI_NAME, INI_EMPTY, IN(pattern), 0, 0, NULL, NULL},
	{"unit", NULL, INI_NAME, 0, IN(unit), 0, 0, NULL, NULL},
	{"output", NULL, INI_CUSTOM, 0, 0, 0, 0, 0, NULL, set_output},
	/* 99 frames of 13 megapixels are 1.7 GB of memory below 4 GiB */
	{"frames", NULL, INI_NUMBER, 0, IN(frames), 1, 99, NULL, NULL},
	{"buffers", NULL, INI_NUMBER, 0, IN(buffers), 0, 99, NULL, NULL},
	{"cycles", NULL, INI_NUMBER, 0, IN(cycles), 0, 100000, NULL, NULL},
	{"keep", NULL, INI_NUMBER, 0, IN(keep), 0, 9999, NULL, NULL},
	{"format", NULL, INI_CUSTOM, 0, 0, 0, 0, 0, NULL, set_format},
	{"rate-tolerance", NULL, INI_PERMILLE, 0, IN(rate_tolerance_permille), 0, 1000, NULL, NULL},
	{"max-jitter", NULL, INI_PERMILLE, 0, IN(max_jitter_permille), 0, 1000, NULL, NULL},
	{"max-errors", NULL, INI_NUMBER, 0, IN(max_errors), 0, 1000000, NULL, NULL},
	{"start-timeout", NULL, INI_CUSTOM, 0, 0, 0, 0, 0, NULL, set_start_timeout},
	{"static-scene", NULL, INI_FLAG, 0, IN(image.static_scene), 0, 0, NULL, NULL},
	{"hot-pixels", NULL, INI_NUMBER, 0, IN(image.hot_pixels), 0, 1000000, NULL, NULL},
	{"dead-pixels", NULL, INI_NUMBER, 0, IN(image.dead_pixels), 0, 1000000, NULL, NULL},
	{"defect-clusters", NULL, INI_NUMBER, 0, IN(image.clusters), 0, 1000000, NULL, NULL},
	{"noise", NULL, INI_NUMBER, 0, IN(image.noise), 0, 1023, NULL, NULL},
	{"fixed-pattern", NULL, INI_NUMBER, 0, IN(image.fixed_pattern), 1, 1023, NULL, NULL},
	{"black-tolerance", NULL, INI_NUMBER, 0, IN(image.black_level), 0, 1023, NULL, NULL},
	{"brightness", NULL, INI_PERMILLE, 0, IN(image.brightness), 0, 1000, NULL, NULL},
	{"clipped", NULL, INI_PERMILLE, 0, IN(image.clipped), 0, 1000, NULL, NULL},
	{"dark-area", NULL, INI_PERMILLE, 0, IN(image.dark_area), 0, 1000, NULL, NULL},
	{"colour", NULL, INI_PERMILLE, 0, IN(image.colour), 0, 1000, NULL, NULL},
	{"green-balance", NULL, INI_PERMILLE, 0, IN(image.green_balance), 0, 1000, NULL, NULL},
	{"shading", NULL, INI_PERMILLE, 0, IN(image.shading), 0, 1000, NULL, NULL},
	{"blur", NULL, INI_PERMILLE, 0, IN(image.blur), 1, 1000, NULL, NULL},
	{"contrast", NULL, INI_NUMBER, 0, IN(image.contrast), 0, 1023, NULL, NULL},
	{"golden", NULL, INI_CUSTOM, INI_EMPTY, 0, 0, 0, 0, NULL, set_golden},
	{"golden-light", NULL, INI_PERMILLE, 0, IN(image.golden_light), 0, 1000, NULL, NULL},
	{"obstruction", NULL, INI_PERMILLE, 0, IN(image.obstruction), 0, 1000, NULL, NULL},
	{"golden-likeness", NULL, INI_PERMILLE, 0, IN(image.golden_likeness), 0, 1000, NULL, NULL},
	{"scatter-seed", NULL, INI_NUMBER, 0, IN(scatter_seed), 0, UINT32_MAX, NULL, NULL},
	{"required", NULL, INI_TEXT, INI_EMPTY, IN(required), 0, 0, NULL, NULL},
	{"keep-result", NULL, INI_FLAG, 0, IN(keeps_result), 0, 0, NULL, NULL},
	{"at-end", NULL, INI_CHOICE, 0, IN(at_end), 0, 0, end_words, NULL},
};
const size_t plan_key_count = ARRAY_SIZE(plan_keys);

/* ---- the file ---------------------------------------------------------------------------- */

/* What a plan with a mistake still says about the end, in its key or among its `arguments`. */
static enum plan_end read_end(const struct ini_grammar *grammar, const char *file, const char *text,
			      size_t size, enum plan_end otherwise)
{
	struct plan read = {.at_end = otherwise};
	struct plan_words found;
	struct words words;

	ini_parse(grammar, file, text, size, &read, NULL);
	words_init(&words, file);
	words_split(&words, read.arguments, NULL);
	plan_options(&read, &words, &found, NULL);
	return read.at_end;
}

enum fl_err plan_parse(const char *file, const char *text, size_t size, struct plan *plan,
		       struct diag *diag)
{
	const struct ini_section sections[] = {
		{"plan", false, false, false, true, plan_keys, ARRAY_SIZE(plan_keys), NULL, NULL,
		 NULL},
	};
	struct ini_grammar grammar = {sections, ARRAY_SIZE(sections), "plan", false};
	struct plan read;
	enum fl_err err;

	plan_defaults(&read);
	err = ini_parse(&grammar, file, text, size, &read, diag);
	grammar.goes_on = true;
	if (err)
		plan->at_end = read_end(&grammar, file, text, size, plan->at_end);
	else
		*plan = read;
	return err;
}
