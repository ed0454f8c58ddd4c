/*
 * words.h: a line of text as words. One splitter for the plan's `command` and `arguments` and for
 * what a boot entry passes, so that a quote means the same everywhere.
 */
#ifndef CORE_WORDS_H
#define CORE_WORDS_H

#include <stddef.h>

#include "core/diag.h"

#define WORDS_MAX  64
#define WORDS_TEXT 2048

struct words {
	const char *from; /* for messages: "command line", "firstlight.ini:12"; the caller's */
	int count;
	char *word[WORDS_MAX + 1]; /* into `text`; word[count] is NULL */
	char text[WORDS_TEXT];
	size_t used; /* bytes of text */
};

void words_init(struct words *words, const char *from);
/* One more word as it is, copied. FL_ERR_RANGE when there is no room for it. */
enum fl_err words_add(struct words *words, const char *word, struct diag *diag);
/*
 * Adds the words of `text`. Blanks, tabs and line ends part words; double quotes, anywhere in a
 * word, keep them together and are taken off ("" is an empty word). FL_ERR_FORMAT for a quote
 * without its second, FL_ERR_RANGE for too many or too long words; words before the mistake stay.
 */
enum fl_err words_split(struct words *words, const char *text, struct diag *diag);

#endif
