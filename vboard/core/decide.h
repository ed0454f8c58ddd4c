/*
 * decide.h: what the sheets leave open about silicon, by name: the seed decides each, independently of the
 * others, so that no driver can come to rely on one of the possibilities (inside vboard/ only).
 */
#ifndef VBOARD_DECIDE_H
#define VBOARD_DECIDE_H

#include "vboard/core/model.h"

#define DECISIONS_MAX 40

struct decisions {
	uint8_t choice[DECISIONS_MAX];
};

/* What this seed says of everything. */
void decide_all(struct decisions *decisions, uint64_t seed);
/* Overrules with one "name=N". False with a message in `error`. */
bool decide_parse(struct decisions *decisions, const char *spec, char *error, size_t error_size);

unsigned decide_get(const struct decisions *decisions, const char *name);

/* The choice, 0 .. count-1, of one of the names in decide.c. */
unsigned vboard_decide(const struct vboard *board, const char *name);

#endif
