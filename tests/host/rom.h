/*
 * rom.h: the whole ROM on the host's machine: stick from the repository, a virtual board and its
 * SMBIOS. For tests that ask what a user would see.
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
/* Which board is attached, and how. All zero: a soraka as it comes, at the sensors' own rates. */
struct rom_board {
	/* As behind --board ("breadboard=ov8865@1"); its strings go into SMBIOS. NULL: soraka, and SMBIOS stays as it is. */
	const char *name;
	const char *const *faults;        /* "no-sof=ov5670"; ends with NULL, as the next */
	const char *const *decisions;     /* "pmic-status=1": against the seed */
	double fps;                       /* as in vboard_options */
	const char *scenes[VBOARD_PORTS]; /* by CSI-2 port, as in vboard_options */
	uint64_t seed;                    /* of delays, and of what the sheets leave open; 0: 1 */
	bool traced;                      /* what functions and chips see is kept for rom_trace */
};
/* Ends the test with a message on stderr when something in it is not known. */
void rom_attach_board(const struct rom_board *board);
/* The usual ones in short. */
void rom_attach(const char *const *faults, double fps);
void rom_attach_seed(const char *const *faults, double fps, uint64_t seed);
void rom_attach_decided(const char *const *faults, double fps, uint64_t seed, const char *decision);
/* One line per access, "i2c2   I2C start W 0x4d" with a time before it; valid until the next call. "" for
 * a board that is not traced. */
const char *rom_trace(void);
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
