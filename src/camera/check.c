/* check.c: what checks of all kinds share. */
#include "camera/check.h"

#include "core/field.h"
#include "core/text.h"

enum verdict verdict_of(enum fl_err err)
{
	switch (err) {
	case FL_OK:
		return VERDICT_PASS;
	case FL_ERR_CANCELLED:
		return VERDICT_SKIP;
	case FL_ERR_AWAY:
	case FL_ERR_NOMEM:
	case FL_ERR_NOSPACE:
	case FL_ERR_READONLY:
		return VERDICT_ERROR;
	default:
		return VERDICT_FAIL;
	}
}

static enum verdict give_reason(struct diag *diag, const char *format, va_list args)
{
	text_vformat(diag->message, sizeof diag->message, format, args);
	diag->hint[0] = '\0';
	return VERDICT_SKIP;
}

enum verdict check_skip(const struct check_run *run, const char *format, ...)
{
	enum verdict verdict;
	va_list args;

	va_start(args, format);
	verdict = give_reason(run->diag, format, args);
	va_end(args);
	return verdict;
}

enum verdict check_left_out(const struct check_run *run, const char *format, ...)
{
	enum verdict verdict;
	va_list args;

	va_start(args, format);
	verdict = give_reason(run->diag, format, args);
	va_end(args);
	run->facts->is_left_out = true;
	return verdict;
}

void check_show_function(const struct check_run *run, const struct pci_function *function)
{
	char where[16], key[16];
	unsigned findings = 0;

	pci_address_format(function->address, where, sizeof where);
	report_text(run->facts, "address", "%s", where);
	report_text(run->facts, "id", "%04x:%04x", function->vendor, function->device);
	report_number(run->facts, "revision", function->revision);
	report_hex(run->facts, "bar0", function->bars[0].address);
	report_number(run->facts, "bar0-size", (double)function->bars[0].size);
	report_text(run->facts, "power", "D%u", function->power_state);
	for (unsigned bit = 0; bit < 32; bit++) {
		if (!(function->findings & BIT(bit)))
			continue;
		text_format(key, sizeof key, "finding-%u", ++findings);
		report_text(run->facts, key, "%s", pci_finding_text(BIT(bit)));
	}
}
