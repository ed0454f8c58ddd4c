/* diag.c: the first failure, kept with its hint. */
#include "core/diag.h"

#include <stdarg.h>

#include "core/mem.h"
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

void diag_prefix(struct diag *diag, const char *format, ...)
{
	char message[sizeof diag->message];
	va_list args;
	size_t used;

	if (!diag || !diag->message[0])
		return;
	text_copy(message, sizeof message, diag->message);
	va_start(args, format);
	used = text_vformat(diag->message, sizeof diag->message, format, args);
	va_end(args);
	text_copy(diag->message + used, sizeof diag->message - used, message);
}

void diag_append(struct diag *diag, const char *format, ...)
{
	size_t used;
	va_list args;

	if (!diag || !diag->message[0])
		return;
	used = strlen(diag->message);
	va_start(args, format);
	text_vformat(diag->message + used, sizeof diag->message - used, format, args);
	va_end(args);
}

void diag_note(struct diag *diag, const char *name, const struct trace_access *access)
{
	if (diag && !diag_failed(diag))
		trace_note(&diag->trace, name, access);
}
