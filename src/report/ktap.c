/* ktap.c: checks as KTAP lines (version 1), for console, serial port and log.txt. */
#include "report/notes.h"
#include "report/print.h"

#define COLUMNS 100

static bool needs_quotes(const char *text)
{
	if (!*text)
		return true;
	for (; *text; text++)
		if (*text == ' ' || *text == '"' || *text == '=')
			return true;
	return false;
}

/* key=value, with quotes where a value would not be one word. */
static void print_fact(struct text_buffer *out, const struct report_fact *fact)
{
	char number[PRINT_NUMBER_SIZE];
	const char *value = fact->text;

	if (fact->is_number) {
		print_number(number, fact->number);
		value = number;
	}
	print_line_text(out, fact->key);
	text_append_raw(out, "=", 1);
	if (!needs_quotes(value)) {
		print_line_text(out, value);
		return;
	}
	text_append_raw(out, "\"", 1);
	print_line_text(out, value);
	text_append_raw(out, "\"", 1);
}

/* "# a=1 b=2", in as many lines as it takes. */
static void print_facts(struct text_buffer *out, const struct report_check *check)
{
	struct report_fact ms = {.key = "ms", .is_number = true, .number = check->ms};
	size_t line = out->length, before;

	text_append_raw(out, "# ", 2);
	print_fact(out, &ms);
	for (size_t i = 0; i < check->fact_count; i++) {
		struct text_buffer fact = {0};

		print_fact(&fact, &check->facts[i]);
		out->failed |= fact.failed;
		before = out->length;
		if (before - line + 1 + fact.length > COLUMNS) {
			text_append_raw(out, "\n# ", 3);
			line = before + 1;
		} else {
			text_append_raw(out, " ", 1);
		}
		if (fact.data)
			text_append_raw(out, fact.data, fact.length);
		text_buffer_free(&fact);
	}
	text_append_raw(out, "\n", 1);
}

/* One access a line, under the name of its device. */
static void print_accesses(struct text_buffer *out, const struct report_check *check)
{
	const char *device = "";

	for (size_t i = 0; i < check->access_count; i++) {
		const struct trace_access *access = &check->accesses[i].access;

		if (!text_equal(device, check->accesses[i].device)) {
			device = check->accesses[i].device;
			text_append(out, "# last accesses of ");
			print_line_text(out, device);
			text_append_raw(out, ":\n", 2);
		}
		text_append(out, "#   %s 0x%04x 0x%0*x", access->is_write ? "write" : "read ",
			    access->offset, 2 * access->width, access->value);
		if (access->count > 1)
			text_append(out, ", %u times", access->count);
		text_append_raw(out, "\n", 1);
	}
}

static void print_comment(struct text_buffer *out, const char *label, const char *text)
{
	if (!*text)
		return;
	text_append(out, "# %s", label);
	print_line_text(out, text);
	text_append_raw(out, "\n", 1);
}

/* A '#' in a name would begin a directive. */
static void print_name(struct text_buffer *out, const char *text)
{
	for (; *text; text++)
		text_append_raw(out, *text > ' ' && *text < 0x7f && *text != '#' ? text : "_", 1);
}

void report_ktap_check(const struct report *report, size_t index, struct text_buffer *out)
{
	const struct report_check *check = &report->checks[index];
	bool is_ok = check->verdict == VERDICT_PASS || check->verdict == VERDICT_SKIP;

	if (!check->is_left_out)
		print_facts(out, check);
	print_accesses(out, check);
	if (check->verdict != VERDICT_SKIP)
		print_comment(out, "", check->message);
	print_comment(out, "hint: ", check->hint);
	text_append(out, "%s %zu ", is_ok ? "ok" : "not ok", index + 1);
	print_name(out, check->id);
	if (check->camera[0]) {
		text_append_raw(out, " ", 1);
		print_name(out, check->camera);
	}
	if (check->verdict == VERDICT_ERROR)
		text_append(out, " # ERROR");
	if (check->verdict == VERDICT_SKIP) {
		text_append(out, " # SKIP ");
		print_line_text(out, check->message);
	}
	text_append_raw(out, "\n", 1);
}

void report_ktap_head(const struct report *report, struct text_buffer *out)
{
	text_append(out, "KTAP version 1\n");
	text_append(out, "# firstlight=");
	print_line_text(out, report->version ? report->version : "");
	text_append(out, " run=");
	print_line_text(out, report->run);
	text_append_raw(out, "\n", 1);
}

/* What is covered, and what failed first: a reader of the last lines alone knows both. */
static void print_summary(const struct report *report, const char *covers, struct text_buffer *out)
{
	const struct report_check *first = report_first_failure(report);

	if (report->board.name[0] && !report->board.is_verified) {
		text_append(out, "# board ");
		print_line_text(out, report->board.name);
		text_append(out, " is not verified: nobody has reported a run on this machine "
				 "(docs/board-files.md says how)\n");
	}
	text_append(out, "# covers: ");
	print_line_text(out, covers);
	text_append_raw(out, "\n", 1);
	if (!first)
		return;
	text_append(out, "# first: ");
	print_name(out, first->id);
	text_append(out, "%s", first->camera[0] ? " " : "");
	print_name(out, first->camera);
	text_append(out, ": ");
	print_line_text(out, first->message);
	text_append_raw(out, "\n", 1);
}

static void print_result(const struct report *report, const char *covers, struct text_buffer *out)
{
	size_t failed = report_count(report, VERDICT_FAIL);
	char trouble[400];

	switch (report_result(report)) {
	case VERDICT_PASS:
		text_append(out, "RESULT PASS");
		if (!report_count(report, VERDICT_SKIP))
			break;
		text_append_raw(out, " (", 2);
		print_line_text(out, covers);
		text_append_raw(out, ")", 1);
		break;
	case VERDICT_FAIL:
		if (!failed)
			text_append(out,
				    "# nothing failed, but nothing was shown to work either\n");
		text_append(out, "RESULT FAIL (%zu of %zu)", failed,
			    failed + report_count(report, VERDICT_PASS));
		break;
	default:
		report_trouble(report, trouble, sizeof trouble);
		text_append(out, "RESULT ERROR (");
		print_line_text(out, trouble);
		text_append_raw(out, ")", 1);
	}
	text_append_raw(out, "\n", 1);
}

void report_ktap_tail(const struct report *report, struct text_buffer *out)
{
	char covers[400];

	report_covers(report, covers, sizeof covers);
	text_append(out, "1..%zu\n", report->check_count);
	text_append(out, "# pass=%zu fail=%zu skip=%zu error=%zu\n",
		    report_count(report, VERDICT_PASS), report_count(report, VERDICT_FAIL),
		    report_count(report, VERDICT_SKIP), report_count(report, VERDICT_ERROR));
	print_summary(report, covers, out);
	print_result(report, covers, out);
}
