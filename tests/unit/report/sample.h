/* sample.h: reports for the tests of all formats. */
#ifndef TESTS_UNIT_REPORT_SAMPLE_H
#define TESTS_UNIT_REPORT_SAMPLE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/report.h"

static inline void sample_end(struct report_check *check, enum verdict verdict, const char *message,
			      const char *hint)
{
	struct diag diag = {0};

	text_copy(diag.message, sizeof diag.message, message);
	text_copy(diag.hint, sizeof diag.hint, hint);
	report_end(check, verdict, 1.25, &diag);
}

/* A failure behind a poll of one device and a short access of another. */
static inline void sample_end_behind_accesses(struct report_check *check, const char *message,
					      const char *hint)
{
	const struct trace_access write = {0x10, 0x36, 1, 4, true},
				  poll = {0x70, 0x27, 1, 4, false},
				  last = {0x1508, 0xa5, 1, 1, false};
	struct diag diag = {0};

	diag_note(&diag, "I2C2", &write);
	for (unsigned i = 0; i < 3; i++)
		diag_note(&diag, "I2C2", &poll);
	diag_note(&diag, "CIO2", &last);
	diag_fail(&diag, FL_ERR_IO, hint, "%s", message);
	report_end(check, VERDICT_FAIL, 1.25, &diag);
}

/* Four checks: pass, fail, skip, pass; one camera, one frame; finished. */
static inline void sample_report(struct report *report)
{
	struct report_check *check;
	struct report_camera *camera;
	struct report_frame *frame;

	report_init(report, "1.0", "0007");
	text_copy(report->identity.product, sizeof report->identity.product, "Soraka");
	text_copy(report->identity.serial, sizeof report->identity.serial, "5CD \"80\" \\ <&>");
	text_copy(report->firmware.vendor, sizeof report->firmware.vendor, "coreboot");
	text_copy(report->firmware.interface, sizeof report->firmware.interface, "UEFI 2.70");
	report->firmware.secure_boot = true;
	report->board = (struct report_board){"soraka", "HP Chromebook x2", "b/soraka.ini", false};

	check = report_begin(report, "pci.present", "");
	report_number(check, "functions", 2);
	report_text(check, "cio2", "00:14.3");
	report_end(check, VERDICT_PASS, 0.5, NULL);
	check = report_begin(report, "sensor.id", "ov5670");
	report_hex(check, "seen", 0x5671);
	report_text(check, "note", "two words");
	sample_end_behind_accesses(check, "chip id 0x5671,\nwant 0x5670",
				   "is it an OV5670? <check> \"it\"");
	check = report_begin(report, "sensor.mode", "ov5670");
	sample_end(check, VERDICT_SKIP, "sensor.id failed", "");
	text_copy(check->cause, sizeof check->cause, "sensor.id");
	check = report_begin(report, "cache.cost", NULL);
	report_number(check, "ns_per_line", 1.5);
	report_end(check, VERDICT_PASS, 3, NULL);

	camera = report_camera(report, "ov5670");
	camera->port = 1;
	camera->lanes = 2;
	camera->fps = 30.168;
	text_copy(camera->mode, sizeof camera->mode, "2592x1944");
	report_counter(camera, "crc", 0);
	report_counter(camera, "ecc", 4294967295u);
	frame = report_frame(report);
	text_copy(frame->camera, sizeof frame->camera, "ov5670");
	text_copy(frame->file, sizeof frame->file, "frames/ov5670-0000.raw");
	text_copy(frame->format, sizeof frame->format, "ip3G");
	text_copy(frame->pattern, sizeof frame->pattern, "PASS");
	frame->width = 2592;
	frame->height = 1944;
	frame->stride = 3328;
	frame->bytes = 6469632;
	frame->xxh3 = 0x00ff00ff00ff00ff;
	frame->timestamp_us = 123456789012;
	report->finished = true;
}

/* Runs `command` (a shell line; the text is in the file "$1") on `text`; its
 * first line of output goes to `out`. Returns the exit status. */
static inline int sample_pipe(const char *text, size_t length, const char *command, char *out,
			      size_t capacity)
{
	char path[] = "build/report-XXXXXX", line[1200];
	int descriptor = mkstemp(path), status;
	FILE *file = fdopen(descriptor, "w"), *pipe;

	fwrite(text, 1, length, file);
	fclose(file);
	snprintf(line, sizeof line, "set -- '%s'; %s", path, command);
	pipe = popen(line, "r");
	out[0] = '\0';
	if (fgets(out, (int)capacity, pipe))
		out[strcspn(out, "\n")] = '\0';
	while (fgetc(pipe) != EOF)
		;
	status = pclose(pipe);
	remove(path);
	return status;
}

/* What `tool` answers to `question` about the report as `print` writes it: "jq -c" and
 * the like, which take the question and a file. */
static inline void sample_ask(const struct report *report,
			      void (*print)(const struct report *, struct text_buffer *),
			      const char *tool, const char *question, const char *wanted)
{
	struct text_buffer text = {0};
	char command[400], answer[2000];
	int status;

	print(report, &text);
	assert_false(text.failed);
	snprintf(command, sizeof command, "%s '%s' \"$1\"", tool, question);
	status = sample_pipe(text.data, text.length, command, answer, sizeof answer);
	if (status)
		print_error("%s\n", text.data);
	text_buffer_free(&text);
	assert_int_equal(status, 0);
	assert_string_equal(answer, wanted);
}

#endif
