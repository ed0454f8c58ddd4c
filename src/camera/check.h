/*
 * check.h: what a rung of the ladder is: a stable id, what it is about, what it needs, and a function that does it.
 * The ladder has rows that know no generation (checks/checks.h); what only one has are rows of its own.
 */
#ifndef CAMERA_CHECK_H
#define CAMERA_CHECK_H

#include "camera/camera.h"

#define CHECK_NEEDS 3u

struct session;
struct session_camera;

enum check_scope {
	CHECK_BOARD,  /* once */
	CHECK_CAMERA, /* for each selected camera, check by check */
	CHECK_STREAM, /* the same, but all such checks of one camera before those of the next */
};

/* What a check is called with. */
struct check_run {
	struct session *session;       /* of no use to a generation */
	struct session_camera *camera; /* the same; NULL for CHECK_BOARD */
	struct camera_device *device;  /* NULL when the machine has none */
	struct report_check *facts;    /* report_number(facts, ...) */
	struct diag *diag;             /* why it failed; the session's */
	/* CHECK_STREAM: the first frame kept, as it lies in memory, and its bytes; NULL = none is. */
	struct dma_buffer *frame;
	size_t frame_bytes;
};

/* VERDICT_FAIL: run->diag says why. VERDICT_SKIP: its message is the reason. */
typedef enum verdict (*check_fn)(const struct check_run *run);

struct check {
	unsigned rung; /* 1 to 21: the order in which a board is brought up */
	const char *id;
	enum check_scope scope;
	check_fn run;
	const char *needs[CHECK_NEEDS]; /* ids that must have passed before; NULL ends the list */
	bool on_request; /* not part of a whole run: it does what a good driver never does */
};

/* The verdict from an error; diag is filled already. What the tool or its surroundings lack is no
 * failure of a camera. */
enum verdict verdict_of(enum fl_err err);

/* SKIP with a reason. */
enum verdict check_skip(const struct check_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The same for what this board does not have by design: no check that anybody misses. */
enum verdict check_left_out(const struct check_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Address, id, BAR, power state and findings of a function, as facts. */
void check_show_function(const struct check_run *run, const struct pci_function *function);

#endif
