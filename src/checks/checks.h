/*
 * checks.h: the ladder. Every rung is a row: a stable id, what it is about, what it needs, and a
 * function that does it. The order of the rows is the order in which a board is brought up.
 */
#ifndef CHECKS_CHECKS_H
#define CHECKS_CHECKS_H

#include "camera/session/session.h"

#define CHECK_NEEDS 3u

enum check_scope {
	CHECK_BOARD,  /* once */
	CHECK_CAMERA, /* for each selected camera, check by check */
	CHECK_STREAM, /* the same, but all such checks of one camera before those of the next */
};

/* What a check is called with. */
struct check_run {
	struct session *session;
	struct session_camera *camera; /* NULL for CHECK_BOARD */
	struct report_check *facts;    /* report_number(facts, ...) */
};

/* VERDICT_FAIL: session->diag says why. VERDICT_SKIP: diag.message is the reason. */
typedef enum verdict (*check_fn)(const struct check_run *run);

struct check {
	unsigned rung;
	const char *id;
	enum check_scope scope;
	check_fn run;
	const char *needs[CHECK_NEEDS]; /* ids that must have passed before; NULL ends the list */
};

/* The ladder in groups: board-wide rungs, then those of cameras until they are configured, then the
 * device MMU and the cache, then streaming. `count` rows. */
extern const struct check ladder[];
extern const size_t ladder_count;

/* Runs the rows whose rung is listed in `rungs` (a bit per rung), prints and stores as they end. The
 * other rows stand in the report, as left out. */
void ladder_run(struct session *session, uint32_t rungs);
/* Are the ids in the plan's `required` rows of the ladder? diag names the first that is not. */
enum fl_err ladder_check_plan(const struct plan *plan, struct diag *diag);
#define RUNG(n)      (1u << (n))
#define RUNG_STREAM  13u
#define RUNG_SNOOP   22u            /* only on request: it leaves maintenance out on purpose */
#define RUNGS_LADDER (RUNG(22) - 2) /* 1 to 21 */

/* The verdict from an error; diag is filled already. What the tool or its surroundings lack is no
 * failure of a camera. */
static inline enum verdict verdict_of(enum fl_err err)
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

/* SKIP with a reason. */
enum verdict check_skip(const struct check_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- after a camera failed (neighbours.c): adds to diag's message and hint, and to the facts ---- */
/* A sensor that does not acknowledge: who answers on its bus, and whether it sits elsewhere. */
void neighbours_of_silence(const struct check_run *run);
/* A foreign chip id: which sensor file of the stick has it. */
void neighbours_of_stranger(const struct check_run *run);

/* The same for what this board does not have by design: no check that anybody misses. */
enum verdict check_left_out(const struct check_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- rows, by file ---- */
enum verdict check_pci_receiver(const struct check_run *run); /* check_board.c */
enum verdict check_pci_imgu(const struct check_run *run);
enum verdict check_pci_ready(const struct check_run *run);
enum verdict check_board_file(const struct check_run *run);
enum verdict check_sensor_file(const struct check_run *run);
enum verdict check_pci_i2c(const struct check_run *run);
enum verdict check_power(const struct check_run *run); /* check_sensor.c */
enum verdict check_i2c(const struct check_run *run);
enum verdict check_sensor_acknowledge(const struct check_run *run);
enum verdict check_sensor_id(const struct check_run *run);
enum verdict check_sensor_mode(const struct check_run *run);
enum verdict check_csi_timing(const struct check_run *run);
enum verdict check_module_eeprom(const struct check_run *run); /* check_module.c */
enum verdict check_module_vcm(const struct check_run *run);
enum verdict check_mmu_up(const struct check_run *run);   /* check_mmu.c */
enum verdict check_mmu_boot(const struct check_run *run); /* check_firmware.c */
enum verdict check_mmu_read(const struct check_run *run); /* check_mmu.c */
enum verdict check_mmu_remap(const struct check_run *run);
enum verdict check_mmu_unmap(const struct check_run *run);
enum verdict check_mmu_sizes(const struct check_run *run);
enum verdict check_mmu_frame(const struct check_run *run);
enum verdict check_cache(const struct check_run *run); /* check_cache.c */
enum verdict check_cache_snoop(const struct check_run *run);
enum verdict check_stream_start(const struct check_run *run); /* check_stream.c */
enum verdict check_stream_frame(const struct check_run *run);
enum verdict check_stream_errors(const struct check_run *run);
enum verdict check_stream_stop(const struct check_run *run);
enum verdict check_stream_rate(const struct check_run *run);
enum verdict check_stream_cycles(const struct check_run *run);
enum verdict check_image_pattern(const struct check_run *run);
enum verdict check_image_statistics(const struct check_run *run);
enum verdict check_space(const struct check_run *run); /* check_files.c */
enum verdict check_files(const struct check_run *run);
enum verdict check_restored(const struct check_run *run); /* check_board.c */

#endif
