/*
 * vboard.h: the virtual board as a set of PCI functions, for whoever serves it: QEMU's proxy link
 * (vboard/main.c) and the host tests (tests/host).
 *
 * The models know hardware, not drivers: they are written from the hardware sheets and share no
 * header with src/. Nothing here starts threads or reads clocks; time and memory come from the
 * host, and device time advances only inside vboard_run and register accesses.
 */
#ifndef VBOARD_VBOARD_H
#define VBOARD_VBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What the board needs of the machine around it. */
struct vboard_host {
	void *context;
	uint64_t (*now_ns)(void *context);
	/* Bus master access of function `index`. False when any byte lies outside the memory that it may
	 * reach (nothing done). */
	bool (*dma_read)(void *context, unsigned index, uint64_t address, void *data, size_t size);
	bool (*dma_write)(void *context, unsigned index, uint64_t address, const void *data,
			  size_t size);
	/* What the DMA that follows is for: "FBPT", "L2", "frame" (static text). May be NULL. */
	void (*purpose)(void *context, const char *what);
	/* Message signalled interrupt: a 32-bit write to `address`. May be NULL. */
	void (*msi)(void *context, uint64_t address, uint32_t data);
	/* Level of INTA# of function `index`. May be NULL. */
	void (*intx)(void *context, unsigned index, bool level);
	/* A driver broke a rule of the hardware (unknown offset, DMA outside RAM, misaligned or
	 * wrong-width access, ...): one line. Counted by vboard_violations too. May be NULL. */
	void (*violation)(void *context, const char *text);
};

#define VBOARD_PORTS 8 /* CSI-2 ports that a board may have */

#define VBOARD_FPS_SENSOR 0.0    /* what the sensor's registers say */
#define VBOARD_FPS_MAX    (-1.0) /* as fast as possible */

struct board_kind; /* core/board.h; boards/boards.h has them */

struct vboard_options {
	const struct board_kind *board; /* which one; static */
	uint64_t seed;                  /* delays and undefined values; same seed, same behaviour */
	double fps;                     /* VBOARD_FPS_SENSOR, VBOARD_FPS_MAX or frames per second */
	const char *scenes[VBOARD_PORTS]; /* by CSI-2 port: picture file, NULL: built in */
	const char *const *faults;        /* "name" or "name=value"; vboard_fault_help lists them */
	size_t fault_count;
	const char *const
		*decisions; /* "name=N", against the seed; vboard_decide_help lists them */
	size_t decision_count;
	FILE *trace; /* one line per access, DMA, I2C byte and fault; NULL: none */
};

struct vboard;

/* NULL with a message in `error` when an option is wrong. `host` is copied. */
struct vboard *vboard_new(const struct vboard_options *options, const struct vboard_host *host,
			  char *error, size_t error_size);
void vboard_free(struct vboard *board);

/* The PCI functions, index 0 .. count-1. */
struct vboard_function {
	const char *name;         /* "imgu", "cio2", "i2c0" ... */
	uint8_t device, function; /* on bus 0 */
	uint32_t bar_size;        /* BAR 0, memory */
	/* Firmware has hidden the function: configuration space reads all ones and takes nothing, and BAR 0 decodes at
	 * this address, where the one who serves the board puts it. 0: it is there like any other. */
	uint64_t window;
};
unsigned vboard_function_count(const struct vboard *board);
const struct vboard_function *vboard_function(const struct vboard *board, unsigned index);

/* Configuration space, 256 bytes; width 1, 2, 4. */
uint32_t vboard_config_read(struct vboard *board, unsigned index, unsigned offset, unsigned width);
void vboard_config_write(struct vboard *board, unsigned index, unsigned offset, unsigned width,
			 uint32_t value);
/* As vboard_config_read, for the one who serves the board: no access, so no trace line. */
uint32_t vboard_config_peek(const struct vboard *board, unsigned index, unsigned offset,
			    unsigned width);
/* BAR 0, offset from its start; width 1, 2, 4, 8 (what the model does not take is a violation). */
uint64_t vboard_mmio_read(struct vboard *board, unsigned index, uint64_t offset, unsigned width);
void vboard_mmio_write(struct vboard *board, unsigned index, uint64_t offset, unsigned width,
		       uint64_t value);
/* PCI reset of one function: power-on state. */
void vboard_reset(struct vboard *board, unsigned index);

/* Does what is due at now_ns() (frames, delayed acknowledgements) and returns when to call again
 * (absolute ns), UINT64_MAX when nothing is pending. */
uint64_t vboard_run(struct vboard *board);

/* May function `index` still read or write memory without anybody asking it to (bus mastering on, in
 * D0, and its engine not at rest)? Then what is at work ("DMA channel 0 runs"), else NULL. */
const char *vboard_busy(struct vboard *board, unsigned index);

unsigned vboard_violations(const struct vboard *board);

/* What can be switched on or chosen on a board of this kind, for people. */
void vboard_fault_help(const struct board_kind *board, FILE *out);
void vboard_decide_help(const struct board_kind *board, FILE *out);

/* What may stand behind a fault's '='. */
enum vboard_argument {
	VBOARD_PLAIN,         /* nothing */
	VBOARD_CAMERA,        /* a camera's name */
	VBOARD_NUMBER,        /* a number */
	VBOARD_CAMERA_NUMBER, /* a camera, a number, or "camera:number" */
};
struct vboard_fault_info {
	const char *name;
	enum vboard_argument argument;
	const char *sentence;
};
/* The faults of a board of this kind, from index 0 on; NULL behind the last. */
const struct vboard_fault_info *vboard_fault_at(const struct board_kind *board, unsigned index);

#endif
