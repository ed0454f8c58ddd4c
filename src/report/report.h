/*
 * report.h: what a run found, collected once and written as KTAP, JSON, JUnit and a verdict.
 *
 * Format: docs/report.md (design section 7). Pure data and text; storing it is the caller's.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "describe/identity.h"
#include "describe/plan.h"
#include "core/diag.h"
#include "core/text.h"
#include "firstlight/platform.h"

enum verdict { VERDICT_PASS, VERDICT_FAIL, VERDICT_SKIP, VERDICT_ERROR };

#define REPORT_NAME 40

/* A fact that a check saw: printed as key=value, in JSON with its type. */
struct report_fact {
	char key[REPORT_NAME];
	bool is_number;
	double number;
	char text[120];
};

/* A register access before the failure; equal ones that followed each other are one. */
struct report_access {
	char device[REPORT_NAME]; /* "I2C2" */
	struct trace_access access;
};

struct report_check {
	char id[REPORT_NAME];     /* stable: "sensor.id" */
	char camera[REPORT_NAME]; /* "" when not about one camera */
	enum verdict verdict;
	double ms;
	struct report_fact *facts;
	size_t fact_count;
	struct report_access *accesses; /* FAIL and ERROR; device by device, oldest first */
	size_t access_count;
	char message[320]; /* failure: what was tried and seen; skip: the reason */
	char hint[320];
	char cause[REPORT_NAME]; /* skip: the check whose result is the reason; "" = none */
	bool is_left_out; /* not part of the command: stands here to be seen, counts nowhere */
	bool lost_facts;  /* a fact, or the accesses, found no memory */
};

struct report_counter {
	char name[REPORT_NAME];
	uint32_t value;
};

struct report_camera {
	char name[REPORT_NAME];
	unsigned port, lanes;
	char mode[REPORT_NAME];
	double fps; /* 0 = not measured */
	struct report_counter *counters;
	size_t counter_count;
	bool lost_counters; /* a counter found no memory */
};

struct report_frame {
	char camera[REPORT_NAME];
	uint32_t sequence;
	char file[120]; /* relative to the run's folder: "frames/ov5670-0000.raw" */
	unsigned width, height, stride;
	char format[8]; /* "ip3G" */
	uint64_t bytes;
	uint64_t xxh3;
	uint64_t timestamp_us;
	uint32_t errors;
	char pattern[8]; /* "PASS", "FAIL", "none" */
};

/* The board file that the run went by. */
struct report_board {
	char name[REPORT_NAME]; /* "" = none was read */
	char description[64];
	char file[96];
	bool is_verified; /* somebody has reported a run on the machine itself */
};

struct report {
	const char *version; /* of the ROM */
	char run[REPORT_NAME];
	struct board_identity identity;
	char unit[64]; /* the unit as results name it: the folder above the run's */
	struct platform_firmware firmware;
	struct report_board board;
	char command[REPORT_NAME]; /* what was asked for: "run", "probe" */
	char date[REPORT_NAME];    /* wall clock at the start, "" when the machine has none */
	unsigned cameras_tested, cameras_known;
	bool finished;
	char running[2 * REPORT_NAME]; /* while not finished: the check at work */
	char ended_after[2 *
			 REPORT_NAME]; /* the operator ended the run after this check; "" = no */
	char unstored[320];            /* why the record is not on the stick; "" = it is */
	struct report_check settings;  /* the plan, as facts: key and value */
	struct report_check *checks;
	size_t check_count, check_capacity;
	struct report_camera *cameras;
	size_t camera_count, camera_capacity;
	struct report_frame *frames;
	size_t frame_count, frame_capacity;
	bool failed_memory; /* an allocation failed: the report is incomplete, and an ERROR */
	struct report_check spare_check; /* handed out when memory is short; never printed */
	struct report_camera spare_camera;
	struct report_frame spare_frame;
};

void report_init(struct report *report, const char *version, const char *run);
void report_free(struct report *report);

/* The new check, verdict PASS, valid until the next report_begin. Never NULL (a spare one is
 * handed out when memory is short, and failed_memory set). */
struct report_check *report_begin(struct report *report, const char *id, const char *camera);
void report_number(struct report_check *check, const char *key, double value);
void report_hex(struct report_check *check, const char *key, uint64_t value); /* text "0x..." */
void report_text(struct report_check *check, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Verdict plus message, hint and (FAIL, ERROR) register accesses from `diag` (may be NULL). A PASS
 * carries none of them. */
void report_end(struct report_check *check, enum verdict verdict, double ms,
		const struct diag *diag);

/* Found or added; valid until the next one is added. Never NULL, like report_begin. */
struct report_camera *report_camera(struct report *report, const char *name);
/* A counter of that name is set anew. */
void report_counter(struct report_camera *camera, const char *name, uint32_t value);
/* Added, zeroed; valid until the next one. Never NULL, like report_begin. */
struct report_frame *report_frame(struct report *report);

/* PASS when finished, something ran, nothing failed, memory sufficed and the record is stored; SKIPs alone
 * are no PASS. ERROR when not finished, memory or the stick fell short or a check is an ERROR; else FAIL. */
enum verdict report_result(const struct report *report);
/* What the verdict covers: "36 of 44 checks, 8 skipped: no firmware". Returns the length. */
size_t report_covers(const struct report *report, char *out, size_t capacity);
/* Why the run as a whole is an ERROR ("did not finish: in stream.start ov5670"); false when it is none. */
bool report_trouble(const struct report *report, char *out, size_t capacity);
/* The check that failed, or could not be judged, before all others; NULL when none did. */
const struct report_check *report_first_failure(const struct report *report);
const char *verdict_name(enum verdict verdict);

/* One KTAP result of check `index` (from 0) with its facts and hint, as many lines as it takes. */
void report_ktap_check(const struct report *report, size_t index, struct text_buffer *out);
/* "KTAP version 1"; at the end the plan "1..N", what is covered, the first failure, and "RESULT PASS",
 * "RESULT PASS (what is covered)" when something was skipped, "RESULT FAIL (n of m)" (of m that ran) or "RESULT ERROR (why)". */
void report_ktap_head(const struct report *report, struct text_buffer *out);
void report_ktap_tail(const struct report *report, struct text_buffer *out);
void report_json(const struct report *report, struct text_buffer *out);
void report_junit(const struct report *report, struct text_buffer *out);

#endif
