/*
 * diag.h: what went wrong, said once, by the function that saw it.
 *
 * Device structs hold a pointer to one struct diag. The first failure stays until diag_clear;
 * what fails later on the way out (undoing) does not cover it up. So do the last register accesses before
 * it: those of the way out are not noted. A check begins with a zeroed one and prints it all.
 */
#ifndef CORE_DIAG_H
#define CORE_DIAG_H

#include <stdbool.h>

#include "core/trace.h"
#include "firstlight/err.h"

struct diag {
	char message[320];  /* what was tried and what was seen; "" = nothing failed */
	char hint[320];     /* what to look at next; may be "" */
	struct trace trace; /* register accesses before it */
};

/* No failure, as far as is known. The accesses stay: the next failure may have its reason in them. */
void diag_clear(struct diag *diag);
/* Is a failure recorded? */
static inline bool diag_failed(const struct diag *diag)
{
	return *diag->message != '\0';
}

/*
 * Records message (printf-like) and hint if none is recorded yet, and returns `err`, so that
 * logging and returning are one statement. `diag` may be NULL, `hint` may be NULL.
 */
enum fl_err diag_fail(struct diag *diag, enum fl_err err, const char *hint, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * Puts words in front of the message, for a caller that knows what the failed part was for ("power
 * rear, step 3 (rail, soraka.ini:40): "). Only where diag was empty before the part was called:
 * otherwise the message is about something else. `diag` may be NULL or empty: nothing happens.
 */
void diag_prefix(struct diag *diag, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same behind the message, for what was found out after the failure. */
void diag_append(struct diag *diag, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* An access of the device `name`, as trace_note takes it; dropped once a failure is recorded. `diag` may
 * be NULL. */
void diag_note(struct diag *diag, const char *name, const struct trace_access *access);

#endif
