/*
 * rom.h: the whole ROM on the host's machine: stick from the repository, soraka's SMBIOS, the virtual
 * board. For tests that ask what a user would see.
 */
#ifndef TESTS_HOST_ROM_H
#define TESTS_HOST_ROM_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/host/host.h"

struct session; /* camera/session/session.h */

/* host_reset, the stick's files and the SMBIOS table of soraka. The board is not attached. */
void rom_prepare(unsigned seed);
/* The synthetic ImgU firmware onto the stick, so that the MMU rungs run. */
void rom_put_firmware(void);
/* Attaches the board with these faults ("no-sof=ov5670", NULL-terminated list or NULL), as fast as it
 * goes unless `fps` says otherwise. */
void rom_attach(const char *const *faults, double fps);
/* The same with another seed of the board than 1: other delays, and other choices where the sheets leave
 * something open. */
void rom_attach_seed(const char *const *faults, double fps, uint64_t seed);
/* As rom_attach, and what the board's functions and chips see is kept for rom_trace. */
void rom_attach_traced(const char *const *faults, double fps);
/* One line per access, "i2c2   I2C start W 0x4d" with a time before it; valid until the next call. "" for
 * a board that is not traced. */
const char *rom_trace(void);
/* The same with one choice made where the sheets leave something open ("pmic-status=1", or NULL). */
void rom_attach_decided(const char *const *faults, double fps, uint64_t seed, const char *decision);
/* Runs one command line ("run --frames 2"). Returns the status of app_main. */
int rom_run(const char *command_line);

/* The same for some rungs of the ladder (RUNG() bits of checks/checks.h); `options` as in a plan's
 * `arguments` ("--frames 2"). */
int rom_run_rungs(uint32_t rungs, const char *options);
/* The same on a machine that `spoil` makes another one (a CPU that lacks something), before the first rung. */
int rom_run_spoilt(uint32_t rungs, const char *options, void (*spoil)(struct session *session));

struct ladder;
/* All rows of this board's ladder. */
const struct ladder *rom_ladder(void);

/* report.json, log.txt ... of the only run on the stick; NULL when it is not there. */
const char *rom_result(const char *name, size_t *size);
/* Verdict of a check in report.json: "PASS", "FAIL", "SKIP", "ERROR", or "" when it is not there. `camera`
 * may be "". */
const char *rom_verdict(const char *id, const char *camera);
/* Does the check's line in report.json contain the text? */
bool rom_says(const char *id, const char *camera, const char *text);

#endif
