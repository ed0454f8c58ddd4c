/* diag.c: the first failure, kept with its hint. */
#include "core/diag.h"

#include <stdarg.h>

#include "core/text.h"

void diag_clear(struct diag *diag)
{
	diag->message[0] = '\0';
	diag->hint[0] = '\0';
}

enum fl_err diag_fail(struct diag *diag, enum fl_err err, const char *hint, const char *format, ...)
{
	va_list args;

	if (!diag || diag->message[0])
		return err;
	va_start(args, format);
	text_vformat(diag->message, sizeof diag->message, format, args);
	va_end(args);
	text_copy(diag->hint, sizeof diag->hint, hint ? hint : "");
	return err;
}
