/* said.h: what the console and the report say, or must not say, and what a run leaves. */
#ifndef TESTS_UNIT_APP_SAID_H
#define TESTS_UNIT_APP_SAID_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/host/rom.h"
#include "tests/unit/words.h"

static inline void assert_said(const char *text)
{
	assert_contains(host_console(), text);
}

static inline void assert_not_said(const char *text)
{
	if (strstr(host_console(), text))
		fail_msg("'%s' is in\n%s", text, host_console());
}

/* The check of the last run ended so, and its row of report.json has these words. */
static inline void want(const char *id, const char *camera, const char *verdict, const char *words)
{
	if (!strcmp(rom_verdict(id, camera), verdict) && rom_says(id, camera, words))
		return;
	print_error("%s\n", host_console());
	fail_msg("want %s %s %s with '%s', is %s", id, camera, verdict, words,
		 rom_verdict(id, camera));
}

/* No cache mistake, nothing that the board complains of, no memory. */
static inline void nothing_is_left(void)
{
	host_print_findings();
	assert_int_equal(host_finding_count(), 0);
	for (unsigned i = 0; i < host_violation_count(); i++)
		print_error("violation: %s\n", host_violation(i));
	assert_int_equal(host_violation_count(), 0);
	assert_int_equal(host_leaks(), 0);
}

#endif
