/* words.c: see words.h. */
#include "core/words.h"

#include <stdbool.h>

#include "core/invisible.h"
#include "core/mem.h"
#include "core/text.h"

void words_init(struct words *words, const char *from)
{
	words->from = from;
	words->count = 0;
	words->used = 0;
	words->word[0] = NULL;
}

static enum fl_err no_room(const struct words *words, const char *word, struct diag *diag)
{
	return diag_fail(diag, FL_ERR_RANGE, "put options into a plan: one key = value a line",
			 "%.60s: more than %u words or %u characters, from '%.30s' on; shorten it",
			 words->from, WORDS_MAX, WORDS_TEXT - 1, word);
}

enum fl_err words_add(struct words *words, const char *word, struct diag *diag)
{
	size_t size = strlen(word) + 1;

	if (words->count == WORDS_MAX || words->used + size > sizeof words->text)
		return no_room(words, word, diag);
	memcpy(words->text + words->used, word, size);
	words->word[words->count++] = words->text + words->used;
	words->word[words->count] = NULL;
	words->used += size;
	return FL_OK;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Copies the word at *text without its quotes behind what is there; false when it does not fit.
 * *is_open: the text ended inside quotes. */
static bool take_word(struct words *words, const char **text, bool *is_open)
{
	size_t length = words->used;
	const char *at = *text;

	*is_open = false;
	for (; *at && (*is_open || !is_blank(*at)); at++) {
		if (*at == '"') {
			*is_open = !*is_open;
			continue;
		}
		if (length + 1 >= sizeof words->text)
			return false;
		words->text[length++] = *at;
	}
	if (length >= sizeof words->text || words->count == WORDS_MAX)
		return false;
	words->text[length++] = '\0';
	*text = at;
	if (*is_open)
		return true;
	words->word[words->count++] = words->text + words->used;
	words->word[words->count] = NULL;
	words->used = length;
	return true;
}

enum fl_err words_split(struct words *words, const char *text, struct diag *diag)
{
	const char *invisible = invisible_name(text);
	bool is_open;

	if (invisible)
		return diag_fail(diag, FL_ERR_FORMAT, "type the line instead of copying it",
				 "%.60s: an invisible character, %s, in '%.80s'; remove it",
				 words->from, invisible, text);
	for (;;) {
		const char *start;

		while (is_blank(*text))
			text++;
		if (!*text)
			return FL_OK;
		start = text;
		if (!take_word(words, &text, &is_open))
			return no_room(words, start, diag);
		if (is_open)
			return diag_fail(diag, FL_ERR_FORMAT,
					 "a word with blanks stands in two of them: "
					 "--output=\"my results\"",
					 "%.60s: the quote in '%.40s' has no second; add one",
					 words->from, start);
	}
}
