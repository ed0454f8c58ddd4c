/* value.c: see value.h. */
#include "describe/ini/value.h"

#include "core/mem.h"
#include "core/text.h"

const struct value_unit value_hertz[] = {
	{"", 1}, {"Hz", 1}, {"kHz", 1000}, {"MHz", 1000000}, {"GHz", 1000000000}, {NULL, 0},
};
const struct value_unit value_microseconds[] = {
	{"us", 1},
	{"ms", 1000},
	{"s", 1000000},
	{NULL, 0},
};
const struct value_unit value_microvolts[] = {
	{"uV", 1},
	{"mV", 1000},
	{"V", 1000000},
	{NULL, 0},
};
const struct value_unit value_permille[] = {
	{"%", 10},
	{NULL, 0},
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Digits at *text, value = value * 10 + digit each; false on overflow. Counts them. */
static bool take_digits(const char **text, uint64_t *value, unsigned *count)
{
	for (; is_digit(**text); (*text)++, (*count)++) {
		unsigned digit = (unsigned)(**text - '0');

		if (*value > (UINT64_MAX - digit) / 10)
			return false;
		*value = *value * 10 + digit;
	}
	return true;
}

static const struct value_unit *find_unit(const char *text, const struct value_unit *units)
{
	while (is_blank(*text))
		text++;
	for (; units->name; units++)
		if (text_equal_nocase(text, units->name))
			return units;
	return NULL;
}

bool value_parse(const char *text, const struct value_unit *units, uint64_t *value)
{
	const struct value_unit *unit;
	unsigned whole = 0, decimals = 0;
	uint64_t sum = 0, scale = 1;

	if (text_starts(text, "0x") || text_starts(text, "0X"))
		return find_unit("", units) && text_u64(text, value);
	if (!take_digits(&text, &sum, &whole) || !whole)
		return false;
	if (*text == '.') {
		text++;
		if (!take_digits(&text, &sum, &decimals) || !decimals || decimals > 18)
			return false;
	}
	unit = find_unit(text, units);
	if (!unit)
		return false;
	while (decimals--)
		scale *= 10;
	if (sum && unit->factor > UINT64_MAX / sum)
		return false;
	*value = sum * unit->factor / scale;
	return sum * unit->factor % scale == 0;
}

bool value_is_name(const char *text, size_t capacity)
{
	size_t length = 0;

	if (*text == '.' || *text == '-')
		return false;
	for (; *text; text++, length++) {
		char c = *text;
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!is_letter && !is_digit(c) && c != '.' && c != '_' && c != '-')
			return false;
	}
	return length > 0 && length < capacity;
}

char *value_next_word(char **rest)
{
	char *word = *rest, *end;

	while (is_blank(*word))
		word++;
	for (end = word; *end && !is_blank(*end); end++)
		;
	if (*end)
		*end++ = '\0';
	while (is_blank(*end))
		end++;
	*rest = end;
	return word;
}

bool value_take_word(char **rest, const char *word)
{
	const char *at = *rest;

	while (*word && *at == *word) {
		at++;
		word++;
	}
	if (*word || (*at && !is_blank(*at)))
		return false;
	value_next_word(rest);
	return true;
}

int value_find_word(const char *word, const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (text_equal_nocase(word, words[i]))
			return i;
	return -1;
}

#define DISTANCE_MAX 24 /* longer words have no neighbours */

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Letters to insert, drop, change or swap with their neighbour to get from one word to the other
 * (optimal string alignment). */
static unsigned word_distance(const char *a, const char *b)
{
	unsigned rows[3][DISTANCE_MAX + 1]; /* of i - 2, i - 1 and i letters of a, in turn */
	size_t length_a = strlen(a), length_b = strlen(b);

	if (length_a > DISTANCE_MAX || length_b > DISTANCE_MAX)
		return DISTANCE_MAX;
	for (unsigned j = 0; j <= length_b; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= length_a; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *twice = rows[(i + 1) % 3];

		row[0] = i;
		for (unsigned j = 1; j <= length_b; j++) {
			row[j] = smaller(above[j - 1] + (a[i - 1] != b[j - 1]),
					 smaller(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = smaller(row[j], twice[j - 2] + 1);
		}
	}
	return rows[length_a % 3][length_b];
}

const char *value_nearest_word(const char *word, const char *const *words)
{
	const char *nearest = NULL;
	unsigned best = 4; /* up to three slips, and fewer than half of the letters */

	for (; *words; words++) {
		unsigned distance = word_distance(word, *words);

		if (distance < best && distance * 2 <= strlen(*words)) {
			best = distance;
			nearest = *words;
		}
	}
	return nearest;
}

void value_list_words(const char *const *words, char *out, size_t capacity)
{
	size_t length = 0;

	out[0] = '\0';
	for (size_t i = 0; words[i]; i++) {
		char item[64];
		size_t more = text_format(item, sizeof item, "%s%s", i ? ", " : "", words[i]);

		if (length + more + sizeof ", ..." > capacity) {
			text_copy(out + length, capacity - length, ", ...");
			return;
		}
		length += text_copy(out + length, capacity - length, item);
	}
}
