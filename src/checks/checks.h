/*
 * checks.h: the ladder: rows that know no camera generation, and those that the machine's generation adds (camera/check.h).
 * The order of the rows is the order in which a board is brought up.
 */
#ifndef CHECKS_CHECKS_H
#define CHECKS_CHECKS_H

#include "camera/check.h"
#include "camera/session/session.h"

#define LADDER_MAX 64u /* rows, generic and own */

/* Rows of a ladder in their order. */
struct ladder {
	const struct check *rows[LADDER_MAX];
	size_t count;
};

/*
 * Board-wide rungs, then those of cameras until they are configured, then the cache, then streaming; and between them
 * those of the generation (NULL: none): each behind all that it needs, and before the next row of a higher rung.
 */
void ladder_build(const struct camera_ops *generation, struct ladder *out);

/* Runs the rows whose rung is listed in `rungs` (a bit per rung), those on request if RUNG_ON_REQUEST is, prints and
 * stores as they end. The other rows stand in the report, as left out; what the plan requires and this machine has no
 * row for is a failure. */
void ladder_run(struct session *session, uint32_t rungs);
/* Are the ids in the plan's `required` rows of the ladder of any of `generations`? diag names the first that is not. */
enum fl_err ladder_check_plan(const struct plan *plan, const struct camera_ops *const *generations,
			      struct diag *diag);
#define RUNG(n)         (1u << (n))
#define RUNG_STREAM     13u
#define RUNGS_LADDER    (RUNG(22) - 2) /* 1 to 21 */
#define RUNG_ON_REQUEST RUNG(22)

/* ---- after a camera failed (neighbours.c): adds to diag's message and hint, and to the facts ---- */
/* A sensor that does not acknowledge: who answers on its bus, and whether it sits elsewhere. */
void neighbours_of_silence(const struct check_run *run);
/* A foreign chip id: which sensor file of the stick has it. */
void neighbours_of_stranger(const struct check_run *run);

/* ---- rows, by file ---- */
enum verdict check_pci_receiver(const struct check_run *run); /* check_board.c */
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
enum verdict check_cache(const struct check_run *run);        /* check_cache.c */
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
