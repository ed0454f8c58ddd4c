/* decide.c: choices by name: the seed's, or the command line's. */
#include "vboard/core/decide.h"

#include <stdlib.h>
#include <string.h>

static const struct decision *decision_at(const struct board_kind *board, unsigned index)
{
	for (unsigned i = 0; board->knobs[i]; i++) {
		const struct decision *decision = board->knobs[i]->decisions;

		for (; decision && decision->name; decision++)
			if (!index--)
				return decision;
	}
	return NULL;
}

static unsigned decision_choices(const struct decision *decision)
{
	unsigned count = 0;

	while (count < DECISION_CHOICES && decision->choices[count])
		count++;
	return count;
}

static const struct decision *decision_find(const struct board_kind *board, const char *name,
					    size_t length, unsigned *index)
{
	const struct decision *decision;

	for (*index = 0; (decision = decision_at(board, *index)); ++*index)
		if (strlen(decision->name) == length && !memcmp(decision->name, name, length))
			return decision;
	return NULL;
}

/* FNV-1a over the name, mixed with the seed: another name, another choice, whatever else the board has. */
static uint64_t decision_hash(const char *name, uint64_t seed)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * 0x100000001b3u;
	hash ^= seed * 0x9e3779b97f4a7c15u;
	hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
	hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
	return hash ^ (hash >> 31);
}

void decide_all(struct decisions *decisions, const struct board_kind *board, uint64_t seed)
{
	const struct decision *decision;

	decisions->board = board;
	for (unsigned i = 0; (decision = decision_at(board, i)); i++) {
		if (i == DECISIONS_MAX)
			abort();
		decisions->choice[i] =
			(uint8_t)(decision_hash(decision->name, seed) % decision_choices(decision));
	}
}

bool decide_parse(struct decisions *decisions, const char *spec, char *error, size_t error_size)
{
	const size_t length = strcspn(spec, "=");
	const char *text = spec + length + (spec[length] == '=');
	const struct decision *decision;
	unsigned index;
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	decision = decision_find(decisions->board, spec, length, &index);
	if (decision && *text && !*end && value < decision_choices(decision)) {
		decisions->choice[index] = (uint8_t)value;
		return true;
	}
	snprintf(error, error_size, "decision '%s' is not known; see --decide help", spec);
	return false;
}

unsigned decide_get(const struct decisions *decisions, const char *name)
{
	unsigned index;

	if (!decision_find(decisions->board, name, strlen(name), &index)) {
		fprintf(stderr,
			"board '%s' has no decision '%s': a device's knobs are not in its list\n",
			decisions->board->name, name);
		abort();
	}
	return decisions->choice[index];
}

void vboard_decide_help(const struct board_kind *board, FILE *out)
{
	const struct decision *d;

	fprintf(out, "What the sheets leave open; the seed decides, or --decide NAME=N:\n");
	for (unsigned i = 0; (d = decision_at(board, i)); i++) {
		fprintf(out, "  %-22s %s\n", d->name, d->what);
		for (unsigned c = 0; c < decision_choices(d); c++)
			fprintf(out, "  %22s %u  %s\n", "", c, d->choices[c]);
	}
}
