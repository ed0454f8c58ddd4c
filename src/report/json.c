/* json.c: report.json; keys and their order are a contract (docs/report.md). */
#include "core/field.h"
#include "report/notes.h"
#include "report/print.h"

/* `, "key": `, without the comma for the first of an object. */
static void print_key(struct text_buffer *out, bool is_first, const char *key)
{
	if (!is_first)
		text_append_raw(out, ", ", 2);
	print_json_string(out, key);
	text_append_raw(out, ": ", 2);
}

static void print_text(struct text_buffer *out, bool is_first, const char *key, const char *value)
{
	print_key(out, is_first, key);
	print_json_string(out, value);
}

static void print_count(struct text_buffer *out, const char *key, unsigned long long value)
{
	print_key(out, false, key);
	text_append(out, "%llu", value);
}

static void print_double(struct text_buffer *out, bool is_first, const char *key, double value)
{
	char number[PRINT_NUMBER_SIZE];

	print_number(number, value);
	print_key(out, is_first, key);
	text_append(out, "%s", number);
}

static void print_unit(struct text_buffer *out, const struct report *report)
{
	const struct board_identity *id = &report->identity;
	const struct {
		const char *key, *value;
	} rows[] = {
		{"manufacturer", id->manufacturer},
		{"product", id->product},
		{"version", id->version},
		{"serial", id->serial},
		{"sku", id->sku},
		{"family", id->family},
		{"board_manufacturer", id->board_manufacturer},
		{"board_product", id->board_product},
		{"board_version", id->board_version},
		{"board_serial", id->board_serial},
		{"bios_vendor", id->bios_vendor},
		{"bios_version", id->bios_version},
		{"bios_date", id->bios_date},
		{"name", report->unit},
	};

	text_append_raw(out, "{", 1);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		print_text(out, i == 0, rows[i].key, rows[i].value);
	text_append_raw(out, "}", 1);
}

static void print_firmware(struct text_buffer *out, const struct platform_firmware *firmware)
{
	text_append_raw(out, "{", 1);
	print_text(out, true, "vendor", firmware->vendor);
	print_text(out, false, "version", firmware->version);
	print_text(out, false, "interface", firmware->interface);
	print_key(out, false, "secure_boot");
	text_append(out, "%s}", firmware->secure_boot ? "true" : "false");
}

static void print_board(struct text_buffer *out, const struct report_board *board)
{
	text_append_raw(out, "{", 1);
	print_text(out, true, "name", board->name);
	print_text(out, false, "description", board->description);
	print_text(out, false, "file", board->file);
	print_key(out, false, "verified");
	text_append(out, "%s}", board->is_verified ? "true" : "false");
}

static void print_value(struct text_buffer *out, const struct report_fact *fact)
{
	char number[PRINT_NUMBER_SIZE];

	if (!fact->is_number) {
		print_json_string(out, fact->text);
		return;
	}
	print_number(number, fact->number);
	text_append(out, "%s", number);
}

/* How often the key of fact `index` occurs in [from, to). */
static size_t count_key(const struct report_check *check, size_t index, size_t from, size_t to)
{
	size_t count = 0;

	for (size_t i = from; i < to; i++)
		count += text_equal(check->facts[i].key, check->facts[index].key);
	return count;
}

/* A fact that was seen several times (two cameras, three findings) is one key with an array. */
static void print_facts(struct text_buffer *out, const struct report_check *check)
{
	text_append_raw(out, "{", 1);
	for (size_t i = 0; i < check->fact_count; i++) {
		bool is_array = count_key(check, i, i, check->fact_count) > 1;

		if (count_key(check, i, 0, i))
			continue;
		print_key(out, i == 0, check->facts[i].key);
		text_append_raw(out, "[", is_array);
		print_value(out, &check->facts[i]);
		for (size_t j = i + 1; is_array && j < check->fact_count; j++) {
			if (!text_equal(check->facts[j].key, check->facts[i].key))
				continue;
			text_append_raw(out, ", ", 2);
			print_value(out, &check->facts[j]);
		}
		text_append_raw(out, "]", is_array);
	}
	text_append_raw(out, "}", 1);
}

static void print_accesses(struct text_buffer *out, const struct report_check *check)
{
	text_append_raw(out, "[", 1);
	for (size_t i = 0; i < check->access_count; i++) {
		const struct trace_access *access = &check->accesses[i].access;

		text_append_raw(out, ", ", i ? 2 : 0);
		text_append_raw(out, "{", 1);
		print_text(out, true, "device", check->accesses[i].device);
		print_text(out, false, "access", access->is_write ? "write" : "read");
		print_key(out, false, "offset");
		text_append(out, "\"0x%04x\"", access->offset);
		print_key(out, false, "value");
		text_append(out, "\"0x%0*x\"", 2 * access->width, access->value);
		print_count(out, "count", access->count);
		text_append_raw(out, "}", 1);
	}
	text_append_raw(out, "]", 1);
}

static void print_check(struct text_buffer *out, const struct report_check *check)
{
	text_append_raw(out, "{", 1);
	print_text(out, true, "id", check->id);
	print_text(out, false, "camera", check->camera);
	print_text(out, false, "result", verdict_name(check->verdict));
	print_double(out, false, "ms", check->ms);
	print_key(out, false, "seen");
	print_facts(out, check);
	print_text(out, false, "message", check->message);
	print_text(out, false, "hint", check->hint);
	print_text(out, false, "cause", check->cause);
	print_key(out, false, "asked");
	text_append(out, "%s", check->is_left_out ? "false" : "true");
	print_key(out, false, "registers");
	print_accesses(out, check);
	text_append_raw(out, "}", 1);
}

static void print_camera(struct text_buffer *out, const struct report_camera *camera)
{
	char fps[PRINT_NUMBER_SIZE];

	text_append_raw(out, "{", 1);
	print_text(out, true, "name", camera->name);
	print_count(out, "port", camera->port);
	print_count(out, "lanes", camera->lanes);
	print_text(out, false, "mode", camera->mode);
	print_key(out, false, "counters");
	text_append_raw(out, "{", 1);
	for (size_t i = 0; i < camera->counter_count; i++) {
		print_key(out, i == 0, camera->counters[i].name);
		text_append(out, "%u", camera->counters[i].value);
	}
	text_append_raw(out, "}", 1);
	print_key(out, false, "fps");
	print_number(fps, camera->fps);
	text_append(out, "%s", camera->fps == 0 ? "null" : fps);
	text_append_raw(out, "}", 1);
}

static void print_frame(struct text_buffer *out, const struct report_frame *frame)
{
	text_append_raw(out, "{", 1);
	print_text(out, true, "camera", frame->camera);
	print_count(out, "sequence", frame->sequence);
	print_text(out, false, "file", frame->file);
	print_count(out, "width", frame->width);
	print_count(out, "height", frame->height);
	print_count(out, "stride", frame->stride);
	print_text(out, false, "format", frame->format);
	print_count(out, "bytes", frame->bytes);
	print_key(out, false, "xxh3");
	text_append(out, "\"%016llx\"", (unsigned long long)frame->xxh3);
	print_count(out, "timestamp_us", frame->timestamp_us);
	print_count(out, "errors", frame->errors);
	print_text(out, false, "pattern", frame->pattern[0] ? frame->pattern : "none");
	text_append_raw(out, "}", 1);
}

/* One element a line: a person can read it, and a diff shows what changed. */
static void print_separator(struct text_buffer *out, bool is_first)
{
	text_append(out, is_first ? "\n    " : ",\n    ");
}

static void print_checks(struct text_buffer *out, const struct report *report)
{
	struct report_check notes[REPORT_NOTES];
	size_t note_count = report_notes(report, notes);

	text_append(out, "  \"checks\": [");
	for (size_t i = 0; i < report->check_count + note_count; i++) {
		print_separator(out, i == 0);
		print_check(out, i < report->check_count ? &report->checks[i]
							 : &notes[i - report->check_count]);
	}
	text_append(out, "\n  ],\n");
}

void report_json(const struct report *report, struct text_buffer *out)
{
	char covers[400];

	text_append(out, "{\n  \"firstlight\": {");
	print_text(out, true, "version", report->version ? report->version : "");
	text_append(out, ", \"report\": 1},\n  \"result\": \"%s\",\n  \"unit\": ",
		    verdict_name(report_result(report)));
	print_unit(out, report);
	text_append(out, ",\n  \"firmware\": ");
	print_firmware(out, &report->firmware);
	text_append(out, ",\n  \"run\": ");
	print_json_string(out, report->run);
	text_append(out, ",\n");
	print_checks(out, report);
	text_append(out, "  \"cameras\": [");
	for (size_t i = 0; i < report->camera_count; i++) {
		print_separator(out, i == 0);
		print_camera(out, &report->cameras[i]);
	}
	text_append(out, "\n  ],\n  \"frames\": [");
	for (size_t i = 0; i < report->frame_count; i++) {
		print_separator(out, i == 0);
		print_frame(out, &report->frames[i]);
	}
	text_append(out, "\n  ],\n  ");
	report_covers(report, covers, sizeof covers);
	print_text(out, true, "covers", covers);
	text_append(out, ",\n  ");
	print_text(out, true, "command", report->command);
	text_append(out, ",\n  ");
	print_text(out, true, "date", report->date);
	text_append(out, ",\n  \"plan\": ");
	print_facts(out, &report->settings);
	text_append(out, ",\n  \"board\": ");
	print_board(out, &report->board);
	text_append(out, "\n}\n");
}
