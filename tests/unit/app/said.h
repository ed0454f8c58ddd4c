/* said.h: what the console says, or must not say. */
#ifndef TESTS_UNIT_APP_SAID_H
#define TESTS_UNIT_APP_SAID_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/host/rom.h"

static inline void assert_said(const char *text)
{
	if (!strstr(host_console(), text))
		fail_msg("'%s' is not in\n%s", text, host_console());
}

static inline void assert_not_said(const char *text)
{
	if (strstr(host_console(), text))
		fail_msg("'%s' is in\n%s", text, host_console());
}

#endif
