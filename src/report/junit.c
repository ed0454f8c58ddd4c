/* junit.c: report.xml, the same checks as CI systems read them. */
#include "core/field.h"
#include "report/notes.h"
#include "report/print.h"

static void print_attribute(struct text_buffer *out, const char *name, const char *value)
{
	text_append(out, " %s=\"", name);
	print_xml_text(out, value);
	text_append_raw(out, "\"", 1);
}

/* Seconds, from milliseconds. */
static void print_time(struct text_buffer *out, double ms)
{
	text_append(out, " time=\"%.6f\"", ms - ms == 0 && ms > 0 && ms < 1e12 ? ms / 1000 : 0.0);
}

static void print_totals(struct text_buffer *out, const struct report *report, size_t notes)
{
	double ms = 0;

	for (size_t i = 0; i < report->check_count; i++)
		ms += report->checks[i].ms;
	text_append(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
		    report->check_count + notes, report_count(report, VERDICT_FAIL),
		    report_count(report, VERDICT_ERROR) + notes,
		    report_count(report, VERDICT_SKIP) + report_left_out(report));
	print_time(out, ms);
}

static void print_properties(struct text_buffer *out, const struct report *report)
{
	const struct {
		const char *name, *value;
	} rows[] = {
		{"firstlight.version", report->version ? report->version : ""},
		{"run", report->run},
		{"unit.manufacturer", report->identity.manufacturer},
		{"unit.product", report->identity.product},
		{"unit.serial", report->identity.serial},
		{"unit.name", report->unit},
		{"board.name", report->board.name},
		{"board.verified", report->board.is_verified ? "yes" : "no"},
		{"firmware.vendor", report->firmware.vendor},
		{"firmware.version", report->firmware.version},
	};

	text_append(out, "    <properties>\n");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		text_append(out, "      <property");
		print_attribute(out, "name", rows[i].name);
		print_attribute(out, "value", rows[i].value);
		text_append(out, "/>\n");
	}
	text_append(out, "    </properties>\n");
}

/* <failure message="...">hint</failure>, or nothing for a PASS. */
static void print_outcome(struct text_buffer *out, const struct report_check *check)
{
	static const char *const elements[] = {
		[VERDICT_FAIL] = "failure",
		[VERDICT_SKIP] = "skipped",
		[VERDICT_ERROR] = "error",
	};
	const char *element = elements[check->verdict];

	if (check->verdict == VERDICT_PASS)
		return;
	text_append(out, "      <%s", element);
	print_attribute(out, "message", check->message);
	if (!check->hint[0] || check->verdict == VERDICT_SKIP) {
		text_append(out, "/>\n");
		return;
	}
	text_append(out, ">hint: ");
	print_xml_text(out, check->hint);
	text_append(out, "</%s>\n", element);
}

static void print_facts(struct text_buffer *out, const struct report_check *check)
{
	char number[PRINT_NUMBER_SIZE];

	if (!check->fact_count && !check->access_count)
		return;
	text_append(out, "      <system-out>");
	for (size_t i = 0; i < check->fact_count; i++) {
		const struct report_fact *fact = &check->facts[i];

		print_number(number, fact->number);
		print_xml_text(out, fact->key);
		text_append_raw(out, "=", 1);
		print_xml_text(out, fact->is_number ? number : fact->text);
		text_append_raw(out, "\n", 1);
	}
	for (size_t i = 0; i < check->access_count; i++) {
		const struct trace_access *access = &check->accesses[i].access;

		print_xml_text(out, check->accesses[i].device);
		text_append(out, " %s 0x%04x 0x%0*x %u\n", access->is_write ? "write" : "read",
			    access->offset, 2 * access->width, access->value, access->count);
	}
	text_append(out, "</system-out>\n");
}

static void print_case(struct text_buffer *out, const struct report_check *check)
{
	text_append(out, "    <testcase");
	print_attribute(out, "classname", check->camera[0] ? check->camera : "board");
	print_attribute(out, "name", check->id);
	print_time(out, check->ms);
	text_append(out, ">\n");
	print_outcome(out, check);
	print_facts(out, check);
	text_append(out, "    </testcase>\n");
}

void report_junit(const struct report *report, struct text_buffer *out)
{
	struct report_check notes[REPORT_NOTES];
	size_t note_count = report_notes(report, notes);

	text_append(out,
		    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"firstlight\"");
	print_totals(out, report, note_count);
	text_append(out, ">\n  <testsuite name=\"firstlight\"");
	print_totals(out, report, note_count);
	text_append(out, ">\n");
	print_properties(out, report);
	for (size_t i = 0; i < report->check_count; i++)
		print_case(out, &report->checks[i]);
	for (size_t i = 0; i < note_count; i++)
		print_case(out, &notes[i]);
	text_append(out, "  </testsuite>\n</testsuites>\n");
}
