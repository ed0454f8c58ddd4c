/*
 * value.h: the values that the text files know: numbers, numbers with a unit, names, choices.
 * Pure functions; messages are the caller's.
 */
#ifndef DESCRIBE_INI_VALUE_H
#define DESCRIBE_INI_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A unit and what one of it is worth in the base unit. A list ends with name NULL; the entry ""
 * stands for a bare number. */
struct value_unit {
	const char *name;
	uint64_t factor;
};

extern const struct value_unit value_hertz[];        /* "19.2MHz" "400 kHz" "19200000" -> Hz */
extern const struct value_unit value_microseconds[]; /* "5ms" "250us" "1s" -> us */
extern const struct value_unit value_microvolts[];   /* "2.8152V" "1800mV" -> uV */
extern const struct value_unit value_permille[];     /* "2%" "0.5 %" -> 1/1000 */

/*
 * A decimal number (a fraction is allowed, 0x only without one) and a unit of the list, with or
 * without a space between, units without regard to case. False unless the value is a whole
 * number of base units that fits 64 bits.
 */
bool value_parse(const char *text, const struct value_unit *units, uint64_t *value);

/* 1..`capacity`-1 characters out of letters, digits, '.', '_', '-', not starting with '.' or '-':
 * names end up in file names and on command lines. */
bool value_is_name(const char *text, size_t capacity);

/* Cuts the first word off `*rest`: both NUL-terminated, blanks skipped. "" at the end. */
char *value_next_word(char **rest);
/* Cuts the first word off if it is `word`. */
bool value_take_word(char **rest, const char *word);

/* Index of the word in the NULL-terminated list, case ignored; -1 when it is not there. */
int value_find_word(const char *word, const char *const *words);
/* The word of the list that `word` was probably meant to be, or NULL when none is near. */
const char *value_nearest_word(const char *word, const char *const *words);
/* "a, b, c" into out, cut with "..." when it does not fit. */
void value_list_words(const char *const *words, char *out, size_t capacity);

#endif
