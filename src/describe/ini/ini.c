/* ini.c: see ini.h. */
#include "describe/ini/ini.h"

#include "core/invisible.h"
#include "describe/ini/value.h"
#include "core/mem.h"
#include "core/text.h"
#include "firstlight/platform.h"

/* ---- messages ---------------------------------------------------------------------------- */

enum fl_err ini_fail(struct ini *ini, uint32_t line, const char *hint, const char *format, ...)
{
	char what[256];
	va_list args;

	va_start(args, format);
	text_vformat(what, sizeof what, format, args);
	va_end(args);
	ini->error = FL_ERR_FORMAT;
	if (!line)
		return diag_fail(ini->diag, FL_ERR_FORMAT, hint, "%.60s: %s", ini->file, what);
	return diag_fail(ini->diag, FL_ERR_FORMAT, hint, "%.60s:%u: %s", ini->file, line, what);
}

enum fl_err ini_fail_memory(struct ini *ini)
{
	ini->error = FL_ERR_NOMEM;
	return diag_fail(ini->diag, FL_ERR_NOMEM,
			 "is the file the right one, and the machine's memory sound?",
			 "%.60s:%u: no memory left for this line", ini->file, ini->line);
}

enum fl_err ini_fail_word(struct ini *ini, uint32_t line, const char *what, const char *word,
			  const char *const *words)
{
	const char *nearest = value_nearest_word(word, words);
	char known[256], hint[320];

	value_list_words(words, known, sizeof known);
	text_format(hint, sizeof hint, "known: %s", known);
	if (nearest)
		return ini_fail(ini, line, hint, "unknown %s '%.40s'; did you mean '%s'?", what,
				word, nearest);
	return ini_fail(ini, line, hint, "unknown %s '%.40s'; write one of: %.120s", what, word,
			known);
}

/* ---- keys -------------------------------------------------------------------------------- */

const char *const *ini_key_names(const struct ini_key *keys, size_t count,
				 const char *names[INI_KEYS_MAX + 1])
{
	size_t i;

	for (i = 0; i < count && i < INI_KEYS_MAX; i++)
		names[i] = keys[i].name;
	names[i] = NULL;
	return names;
}

int ini_find_key(const struct ini_key *keys, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(name, keys[i].name) ||
		    (keys[i].alias && text_equal(name, keys[i].alias)))
			return (int)i;
	return -1;
}

bool ini_has_key(const struct ini *ini, const char *name)
{
	int index = ini_find_key(ini->section->keys, ini->section->key_count, name);

	return ini->seen_keys >> index & 1;
}

/* Little-endian, as every machine that this runs on. */
static void put_unsigned(void *target, const struct ini_key *key, uint64_t value)
{
	memcpy((char *)target + key->offset, &value, key->size);
}

static const struct value_unit *key_units(enum ini_type type)
{
	static const struct value_unit plain[] = {{"", 1}, {NULL, 0}};

	switch (type) {
	case INI_FREQUENCY:
		return value_hertz;
	case INI_MICROSECONDS:
		return value_microseconds;
	case INI_PERMILLE:
		return value_permille;
	default:
		return plain;
	}
}

/* A number of base units, in the unit that people write. */
static void print_number(char *out, size_t capacity, enum ini_type type, uint64_t value)
{
	unsigned long long v = value;

	if (type == INI_FREQUENCY && v >= 1000000)
		text_format(out, capacity, "%lluMHz", v / 1000000);
	else if (type == INI_FREQUENCY && v >= 1000)
		text_format(out, capacity, "%llukHz", v / 1000);
	else if (type == INI_MICROSECONDS && v >= 1000)
		text_format(out, capacity, "%llums", v / 1000);
	else if (type == INI_PERMILLE)
		text_format(out, capacity, "%llu.%llu%%", v / 10, v % 10);
	else
		text_format(out, capacity, "%llu%s", v,
			    type == INI_FREQUENCY      ? "Hz"
			    : type == INI_MICROSECONDS ? "us"
						       : "");
}

static enum fl_err store_number(struct ini *ini, const struct ini_key *key, void *target,
				const struct ini_line *line, const char *what)
{
	char low[32], high[32];
	uint64_t value;

	print_number(low, sizeof low, key->type, key->min);
	print_number(high, sizeof high, key->type, key->max);
	if (!value_parse(line->value, key_units(key->type), &value))
		return ini_fail(ini, line->number, NULL,
				"%s is '%.40s'; write a number from %s to %s%s", what, line->value,
				low, high, key->type == INI_MICROSECONDS ? " with its unit" : "");
	if (value < key->min || value > key->max)
		return ini_fail(ini, line->number, NULL, "%s is '%.40s'; allowed is %s to %s", what,
				line->value, low, high);
	put_unsigned(target, key, value);
	return FL_OK;
}

static enum fl_err store_lanes(struct ini *ini, const struct ini_key *key, void *target,
			       const struct ini_line *line, const char *what)
{
	char *rest = line->value, *word = value_next_word(&rest);
	uint64_t lane = 0, count = 1;

	if (!*rest && text_u64(word, &count) && count >= key->min && count <= key->max) {
		put_unsigned(target, key, count);
		return FL_OK;
	}
	for (count = 0; *word; word = value_next_word(&rest))
		if (!text_u64(word, &lane) || lane != ++count || count > key->max)
			return ini_fail(
				ini, line->number,
				"the receiver cannot reorder lanes: they are 1, 2, ... in order",
				"%s does not make sense at '%.20s'; write a count ('2') or a list"
				" ('1 2')",
				what, word);
	put_unsigned(target, key, count);
	return FL_OK;
}

static enum fl_err store_text(struct ini *ini, const struct ini_key *key, void *target,
			      const struct ini_line *line, const char *what)
{
	char *out = (char *)target + key->offset;

	if (key->type == INI_NAME && *line->value && !value_is_name(line->value, key->size))
		return ini_fail(ini, line->number, NULL,
				"%s is '%.60s'; write up to %u letters, digits, '.', '_' or '-'",
				what, line->value, (unsigned)key->size - 1);
	if (strlen(line->value) >= key->size)
		return ini_fail(ini, line->number, NULL,
				"%s is too long; write at most %u characters", what,
				(unsigned)key->size - 1);
	text_copy(out, key->size, line->value);
	return FL_OK;
}

static enum fl_err store_word(struct ini *ini, const struct ini_key *key, void *target,
			      const struct ini_line *line, const char *what)
{
	static const char *const flag[] = {"no", "yes", NULL};
	const char *const *words = key->type == INI_FLAG ? flag : key->words;
	int index = value_find_word(line->value, words);
	char known[200];

	if (index < 0) {
		value_list_words(words, known, sizeof known);
		return ini_fail(ini, line->number, NULL, "%s is '%.40s'; write one of: %s", what,
				line->value, known);
	}
	put_unsigned(target, key, (uint64_t)index);
	return FL_OK;
}

enum fl_err ini_store(struct ini *ini, const struct ini_key *key, void *target,
		      const struct ini_line *line, const char *what)
{
	if (!*line->value && !(key->flags & INI_EMPTY))
		return ini_fail(ini, line->number, NULL,
				"%s has no value; write one or drop the line", what);
	switch (key->type) {
	case INI_TEXT:
	case INI_NAME:
		return store_text(ini, key, target, line, what);
	case INI_FLAG:
	case INI_CHOICE:
		return store_word(ini, key, target, line, what);
	case INI_LANES:
		return store_lanes(ini, key, target, line, what);
	case INI_CUSTOM:
		return key->set(ini, target, line);
	default:
		return store_number(ini, key, target, line, what);
	}
}

static enum fl_err read_key(struct ini *ini, const struct ini_line *line)
{
	const char *names[INI_KEYS_MAX + 1];
	const struct ini_section *section = ini->section;
	char what[48];
	int index = ini_find_key(section->keys, section->key_count, line->name);

	if (index < 0) {
		text_format(what, sizeof what, "key of [%s]", section->name);
		return ini_fail_word(ini, line->number, what, line->name,
				     ini_key_names(section->keys, section->key_count, names));
	}
	if ((ini->seen_keys >> index & 1) && !(section->keys[index].flags & INI_REPEAT))
		return ini_fail(ini, line->number, NULL,
				"'%s' is given twice in [%s]; keep one of them", line->name,
				section->name);
	ini->seen_keys |= 1ull << index;
	text_format(what, sizeof what, "'%s'", line->name);
	return ini_store(ini, &section->keys[index], ini->target, line, what);
}

/* ---- sections ---------------------------------------------------------------------------- */

static enum fl_err end_section(struct ini *ini)
{
	const struct ini_section *section = ini->section;

	if (!section)
		return FL_OK;
	for (size_t i = 0; i < section->key_count; i++)
		if ((section->keys[i].flags & INI_REQUIRED) && !(ini->seen_keys >> i & 1))
			return ini_fail(ini, ini->section_line, NULL,
					"[%s%s%s] lacks '%s'; add a line '%s = ...'", section->name,
					section->has_label ? " " : "", ini->label,
					section->keys[i].name, section->keys[i].name);
	return section->end ? section->end(ini, ini->target, ini->section_line) : FL_OK;
}

/* The grammar's names; the list ends with NULL. */
static void section_names(const struct ini_grammar *grammar, const char **names)
{
	size_t i;

	for (i = 0; i < grammar->count && i < INI_SECTIONS_MAX; i++)
		names[i] = grammar->sections[i].name;
	names[i] = NULL;
}

static enum fl_err open_section(struct ini *ini, size_t index, const struct ini_line *line)
{
	ini->section = &ini->grammar->sections[index];
	ini->section_line = line->number;
	ini->seen_keys = 0;
	ini->seen_sections |= 1u << index;
	text_copy(ini->label, sizeof ini->label, line->value);
	ini->target = ini->section->begin ? ini->section->begin(ini, line) : ini->context;
	if (ini->target)
		return FL_OK;
	ini->section = NULL;
	return ini->error ? ini->error : FL_ERR_FORMAT;
}

static enum fl_err read_section(struct ini *ini, const struct ini_line *line)
{
	const char *names[INI_SECTIONS_MAX + 1];
	const struct ini_section *section;
	enum fl_err err = end_section(ini);
	int index;

	ini->section = NULL;
	if (err)
		return err;
	section_names(ini->grammar, names);
	index = value_find_word(line->name, names);
	if (index < 0)
		return ini_fail_word(ini, line->number, "section", line->name, names);
	section = &ini->grammar->sections[index];
	if (section->has_label ? !value_is_name(line->value, sizeof ini->label) : *line->value != 0)
		return ini_fail(ini, line->number, NULL,
				section->has_label ? "[%s] needs a name of up to 23 letters, "
						     "digits, '.', '_', '-'; write [%s NAME]"
						   : "[%s] takes no name; write [%s]",
				section->name, section->name);
	if ((ini->seen_sections >> index & 1) && !section->may_repeat)
		return ini_fail(ini, line->number, NULL, "a second [%s]; merge the two",
				section->name);
	return open_section(ini, (size_t)index, line);
}

static enum fl_err read_outside(struct ini *ini, const struct ini_line *line)
{
	struct ini_line first = *line;

	if (!ini->grammar->sections->is_implicit)
		return ini_fail(ini, line->number, NULL,
				"'%.40s' stands before any section; begin with [%s]", line->name,
				ini->grammar->sections->name);
	first.value = first.name + strlen(first.name); /* no label */
	return open_section(ini, 0, &first);
}

/* ---- lines ------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Cuts blanks off both ends; returns the new start. */
static char *trim(char *start, char *end)
{
	while (is_blank(*start))
		start++;
	while (end > start && is_blank(end[-1]))
		end--;
	*end = '\0';
	return start;
}

static char *cut_comment(char *line)
{
	char *c;

	for (c = line; *c; c++)
		if (*c == '#' && (c == line || is_blank(c[-1])))
			break;
	return trim(line, c);
}

/* "[name label]" without its brackets. */
static enum fl_err read_header(struct ini *ini, char *text)
{
	struct ini_line line = {ini->line, NULL, NULL};
	size_t length = strlen(text);

	if (text[length - 1] != ']') {
		ini->section = NULL; /* what stands under it belongs to nothing */
		return ini_fail(ini, ini->line, NULL,
				"the section header has no ']' at its end; add it");
	}
	text[length - 1] = '\0';
	line.value = text + 1;
	line.name = value_next_word(&line.value);
	line.value = trim(line.value, line.value + strlen(line.value));
	return read_section(ini, &line);
}

static enum fl_err read_step(struct ini *ini, char *text)
{
	struct ini_line line = {ini->line, NULL, text};

	line.name = value_next_word(&line.value);
	if (!ini->section->step)
		return ini_fail(ini, ini->line, NULL,
				"'%.40s' is no 'key = value' line, and [%s] takes no"
				" others; add '=' or a '#'",
				line.name, ini->section->name);
	return ini->section->step(ini, ini->target, &line);
}

static enum fl_err read_line(struct ini *ini, char *text)
{
	struct ini_line line = {ini->line, NULL, NULL};
	const char *invisible;
	char *equals;
	enum fl_err err;

	text = cut_comment(text);
	if (!*text)
		return FL_OK;
	invisible = invisible_name(text);
	if (invisible)
		return ini_fail(ini, ini->line, "it came with copied text: type the line anew",
				"an invisible character, %s, stands in '%.60s'; delete it",
				invisible, text);
	if (*text == '[')
		return read_header(ini, text);
	line.name = line.value = text;
	if (!ini->section) {
		err = read_outside(ini, &line);
		if (err)
			return err;
	}
	for (equals = text; *equals && *equals != '='; equals++)
		;
	if (!*equals)
		return read_step(ini, text);
	line.value = trim(equals + 1, equals + 1 + strlen(equals + 1));
	line.name = trim(text, equals);
	return read_key(ini, &line);
}

/* With a mark, or by its first character, which is one of ours. */
static bool is_utf16(const char *text, size_t size)
{
	return size >= 2 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2) ||
			     (!text[0] && text[1] >= '\t') || (text[0] >= '\t' && !text[1]));
}

/* Is it text at all? Says so for the usual case, a file saved as UTF-16. */
static enum fl_err check_text(struct ini *ini, const char *text, size_t size)
{
	uint32_t line = 1;

	if (size > INI_FILE_MAX)
		return ini_fail(ini, 0, NULL,
				"%zu bytes are too many for a %s; at most %u are read", size,
				ini->grammar->kind, INI_FILE_MAX);
	if (is_utf16(text, size))
		return ini_fail(ini, 1, NULL, "the file is UTF-16; save it as UTF-8 or ASCII");
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
			return ini_fail(ini, line, NULL,
					"byte 0x%02x is no text; is this a %s? Remove the byte", c,
					ini->grammar->kind);
		line += c == '\r' || (c == '\n' && (!i || text[i - 1] != '\r'));
	}
	return FL_OK;
}

static enum fl_err read_lines(struct ini *ini, char *text)
{
	enum fl_err err = FL_OK;

	if (text_starts(text, "\xef\xbb\xbf"))
		text += 3;
	while (*text && (!err || ini->grammar->goes_on)) {
		char *end = text, *next;
		enum fl_err step;

		while (*end && *end != '\n' && *end != '\r')
			end++;
		next = *end == '\r' && end[1] == '\n' ? end + 2 : *end ? end + 1 : end;
		*end = '\0';
		ini->line++;
		step = read_line(ini, text);
		err = err ? err : step;
		text = next;
	}
	return err ? err : end_section(ini);
}

enum fl_err ini_parse(const struct ini_grammar *grammar, const char *file, const char *text,
		      size_t size, void *context, struct diag *diag)
{
	struct ini ini = {.grammar = grammar, .file = file, .diag = diag, .context = context};
	enum fl_err err = check_text(&ini, text, size);
	char *copy;

	if (err)
		return err;
	copy = platform_alloc(size + 1);
	if (!copy)
		return ini_fail_memory(&ini);
	memcpy(copy, text, size);
	err = read_lines(&ini, copy);
	platform_free(copy);
	for (size_t i = 0; i < grammar->count && !err; i++)
		if (grammar->sections[i].is_required && !(ini.seen_sections >> i & 1))
			err = ini_fail(&ini, ini.line, NULL,
				       "the file ends without a [%s%s]; add one",
				       grammar->sections[i].name,
				       grammar->sections[i].has_label ? " NAME" : "");
	return err;
}
