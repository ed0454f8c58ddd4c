/* runs.h: the folders of a unit's runs: their names, and which of them go when the plan says `keep`. */
#ifndef CAMERA_RUNS_H
#define CAMERA_RUNS_H

#include "firstlight/err.h"

#define RUN_NAME 32u

/*
 * A name for a new run in `unit` ("firstlight/results/VB0001"), behind all that are there: date, time
 * and a number, or on a machine without a clock "run-" and a number. FL_ERR_EXISTS when no number
 * is left.
 */
enum fl_err runs_new_name(const char *unit, char name[RUN_NAME]);

/*
 * Removes the oldest runs so that `keep` remain beside the run `spare` ("" = none), which stays whatever its
 * name: after a clock that went back it is not the newest. Only what a run writes is removed: a folder
 * that holds something else keeps that, and stays. *removed counts the runs that are gone. The first
 * error; the rest is tried all the same.
 */
enum fl_err runs_prune(const char *unit, unsigned keep, const char *spare, unsigned *removed);

#endif
