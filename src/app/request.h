/*
 * request.h: what to run: the plan as changed by words, and the words that are no options.
 *
 * Three sources, each over the one before: the plan's keys with its `command`, the plan's
 * `arguments`, and what was typed (a shell, a boot entry). Nothing of them is dropped in silence.
 */
#ifndef APP_REQUEST_H
#define APP_REQUEST_H

#include "describe/ini/files.h"

#define PLAN_FILE "firstlight/firstlight.ini"

/* What the program was started with. */
struct app_start {
	const struct words *words;  /* as typed, without the program's name */
	const struct diag *refused; /* why not all of them could be read; NULL or "" = they could */
	const char *note;           /* a sentence for the log; NULL or "" = none */
};

struct request {
	struct plan plan;
	const char *words[WORDS_MAX + 1]; /* the command and its words; none: the menu */
	size_t count;
	char notes[480];                 /* lines for console and log, each with its "\n" */
	struct words command, arguments; /* of the plan; hold the text of `words` */
	char command_from[80], arguments_from[80];
};

/* On failure `diag` says what is wrong and where; plan.at_end is then what was understood of it. */
enum fl_err request_read(const struct app_start *start, struct request *request, struct diag *diag);

#endif
