/*
 * ini.h: reads INI-like text by a grammar: tables of sections and keys.
 *
 * Lines: `[section label]`, `key = value`, or a step (`write 0x0103 0x01`); `#` at the start of a
 * line or after a blank begins a comment. CRLF, tabs, a UTF-8 byte order mark and a missing last
 * newline are fine. Unknown and duplicate sections and keys, values out of range and anything
 * that is no text are errors "file:line: what; cure", with the known names as hint.
 */
#ifndef DESCRIBE_INI_H
#define DESCRIBE_INI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/diag.h"

#define INI_FILE_MAX (1u << 20) /* bytes; the largest shipped file has a thirtieth of this */

struct ini;

struct ini_line {
	uint32_t number;
	char *name;  /* of the section, the key, or the step's first word */
	char *value; /* label, value, or the rest of the step; "" when there is none */
};

enum ini_type {
	INI_TEXT,         /* char[size] */
	INI_NAME,         /* char[size], see value_is_name */
	INI_NUMBER,       /* unsigned of `size` bytes */
	INI_FREQUENCY,    /* Hz, unsigned of `size` bytes */
	INI_MICROSECONDS, /* unsigned of `size` bytes */
	INI_PERMILLE,     /* "2%", unsigned of `size` bytes */
	INI_FLAG,         /* bool: yes or no */
	INI_CHOICE,       /* index into `words`, unsigned of `size` bytes */
	INI_LANES,        /* "4" or, as in device trees, "1 2 3 4"; unsigned of `size` bytes */
	INI_CUSTOM,       /* `set` does it */
};

#define INI_REQUIRED 1u /* the section must have it */
#define INI_REPEAT   2u /* may be given more than once */
#define INI_EMPTY    4u /* "key =" is allowed: the empty text */

struct ini_key {
	const char *name;
	const char *alias; /* other accepted spelling, or NULL */
	enum ini_type type;
	unsigned flags;
	size_t offset, size;      /* in the section's target */
	uint64_t min, max;        /* both allowed; for numbers */
	const char *const *words; /* INI_CHOICE, NULL-terminated */
	enum fl_err (*set)(struct ini *ini, void *target, const struct ini_line *line);
};

#define INI_KEYS_MAX 64 /* per section: seen keys are bits of a word */

struct ini_section {
	const char *name;
	bool has_label; /* [mode 640x480]; the label must be a name */
	bool may_repeat;
	bool is_required;
	bool is_implicit; /* of the first one: keys before any section belong to it */
	const struct ini_key *keys;
	size_t key_count;
	/* The struct that keys are stored in; NULL after a failure (recorded). NULL = context. */
	void *(*begin)(struct ini *ini, const struct ini_line *line);
	enum fl_err (*step)(struct ini *ini, void *target, const struct ini_line *line);
	/* All lines read; checks what belongs together. `line` is the section's. */
	enum fl_err (*end)(struct ini *ini, void *target, uint32_t line);
};

struct ini_grammar {
	const struct ini_section *sections;
	size_t count;
	const char *kind; /* "sensor file", for messages */
	bool goes_on;     /* a line with a mistake is passed over; the first mistake is returned */
};

#define INI_SECTIONS_MAX 16

struct ini {
	const struct ini_grammar *grammar;
	const char *file;
	struct diag *diag;
	void *context;     /* the parser's own */
	uint32_t line;     /* being read */
	enum fl_err error; /* of the last ini_fail or ini_fail_memory */
	const struct ini_section *section;
	void *target;
	uint32_t section_line;
	char label[24];
	uint64_t seen_keys; /* bit i: keys[i] was given in this section */
	uint32_t seen_sections;
};

/* Reads all of `text`. FL_ERR_FORMAT, FL_ERR_NOMEM, or what a callback returned. */
enum fl_err ini_parse(const struct ini_grammar *grammar, const char *file, const char *text,
		      size_t size, void *context, struct diag *diag);

/* Records "file:line: ..." and returns FL_ERR_FORMAT. */
enum fl_err ini_fail(struct ini *ini, uint32_t line, const char *hint, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* Records that memory ran out and returns FL_ERR_NOMEM. */
enum fl_err ini_fail_memory(struct ini *ini);
/* The two usual complaints about a word that is none of `words`: nearest in the message, all in
 * the hint. `what` is for example "rail". */
enum fl_err ini_fail_word(struct ini *ini, uint32_t line, const char *what, const char *word,
			  const char *const *words);

/* Stores one value as the key's type says; used for options as well. `what` starts the message,
 * for example "key 'frames'". */
enum fl_err ini_store(struct ini *ini, const struct ini_key *key, void *target,
		      const struct ini_line *line, const char *what);
/* NULL-terminated names out of a table of keys (the aliases left out); returns `names`. */
const char *const *ini_key_names(const struct ini_key *keys, size_t count,
				 const char *names[INI_KEYS_MAX + 1]);
/* Index of the key with this name or alias, or -1. */
int ini_find_key(const struct ini_key *keys, size_t count, const char *name);
/* Was this key of the current section given? */
bool ini_has_key(const struct ini *ini, const char *name);

#endif
