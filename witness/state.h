/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * state.h: what the coherence witness (a plugin inside QEMU) and the virtual board share about
 * every cache line of guest memory. A sparse file, mapped by both; docs/witness.md.
 *
 * Every byte has one writer: the plugin runs on the vCPU thread, the board in its own process,
 * and no lock is taken. All zero is the state in which nothing is known: dirty, never written back.
 */
#ifndef WITNESS_STATE_H
#define WITNESS_STATE_H

#include <stdint.h>

#define WITNESS_MAGIC    0x57434c46u /* "FLCW", as in the arming instruction */
#define WITNESS_VERSION  2u
#define WITNESS_LINE     64u
#define WITNESS_POISON   0xdbu
#define WITNESS_HEADER   65536u /* bytes before the arrays */
#define WITNESS_FINDINGS 128u

/* cpu[]: written by the plugin. */
enum witness_cpu_bits {
	WITNESS_CLEAN = 1u << 0,   /* no store since the last write-back */
	WITNESS_VALID = 1u << 1,   /* reached memory at least once */
	WITNESS_PENDING = 1u << 2, /* flushed, waits for a fence */
	WITNESS_SHOT = 1u << 3,    /* no store since the flush that waits */
	WITNESS_FAILED = 1u << 4, /* flush may have run before the device wrote: no fence between */
	WITNESS_DROPPED = 1u << 5, /* concerned by the call that was left out on purpose */
};

enum witness_finding_kind {
	WITNESS_UNPLACED = 1,    /* cache instruction whose address the plugin could not learn */
	WITNESS_INVD,            /* INVD throws away dirty lines of everybody */
	WITNESS_WRITE_BACK_OVER, /* dirty line written back over what the device wrote */
	WITNESS_CPU_STALE,       /* load from a line of which memory has newer device data */
	WITNESS_CPU_NO_FENCE,    /* the same, while the flush waits for its fence */
	WITNESS_CPU_EARLY_FLUSH, /* the same, after a flush that was not ordered after the device */
};

struct witness_finding {
	uint32_t kind, count; /* same kind at same pc: counted once more */
	uint64_t address;     /* guest-physical, of the line */
	uint64_t pc;          /* of the instruction */
	uint64_t writer;      /* last store to the line, 0 = none seen */
};

/* At offset 0; the plugin writes all but the first three and what is the board's. */
struct witness_header {
	uint32_t magic, version;
	uint64_t ram_size;
	uint32_t loaded; /* plugin API version, 0 = no plugin has mapped this file */
	uint32_t armed;
	uint64_t armed_pc;      /* of the arming instruction, 0 = armed from reset */
	uint64_t flush_pc;      /* last cache instruction */
	uint32_t fences;        /* executed since arming */
	uint32_t calls;         /* flush calls and fences, see docs/witness.md */
	uint32_t dropped;       /* call left out on purpose: 1 = had nothing to do, 2 = had */
	uint32_t finding_count; /* may exceed WITNESS_FINDINGS */
	uint64_t stores, flushes, pending_peak;
	uint32_t device_writes; /* the board's: lines written, counts on */
	uint32_t board_used;    /* the board's: a device used a line marked WITNESS_DROPPED */
	uint32_t cpu_used;      /* the CPU loaded from one after a device had written it */
	uint32_t halted;        /* the vCPU runs no guest code: it sleeps in HLT */
	uint32_t
		contacts; /* the board's: odd while a register access of the vCPU is served, counts on */
	uint32_t stop_wanted; /* the board's: devices have work, the vCPU shall ask for leave */
	struct witness_finding findings[WITNESS_FINDINGS];
};

/* Offsets of the arrays, one element per line; n = ram_size / WITNESS_LINE, a multiple of 4096. */
#define WITNESS_CPU(n) ((uint64_t)WITNESS_HEADER)
#define WITNESS_ACK(n) (WITNESS_CPU(n) + (n)) /* u8, plugin: device writes seen by the CPU */
#define WITNESS_DEVICE(n)                                                                          \
	(WITNESS_ACK(n) + (n))                        /* u8, board: count of device writes, never  \
						       * back to 0; differs from ack = CPU is stale */
#define WITNESS_PURPOSE(n) (WITNESS_DEVICE(n) + (n))  /* u8, board: what it was used for */
#define WITNESS_WRITER(n)  (WITNESS_PURPOSE(n) + (n)) /* u32, plugin: pc of the last store */
#define WITNESS_FENCE(n)                                                                           \
	(WITNESS_WRITER(n) + 4 * (n)) /* u32, board: fences at the device's write */
/* u32 each: contacts at the CPU's last store (plugin) and at the device's last write (board). What one side did
 * since, the other cannot know of. */
#define WITNESS_STORED(n)  (WITNESS_FENCE(n) + 4 * (n))
#define WITNESS_WRITTEN(n) (WITNESS_STORED(n) + 4 * (n))
#define WITNESS_SIZE(n)    (WITNESS_WRITTEN(n) + 4 * (n))

#endif
