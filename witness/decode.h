/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * decode.h: recognises x86-64 cache maintenance, fences, and the witness's two conventions.
 */
#ifndef WITNESS_DECODE_H
#define WITNESS_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum decode_kind {
	DECODE_OTHER,
	DECODE_CLFLUSH,
	DECODE_CLFLUSHOPT,
	DECODE_CLWB,
	DECODE_WBINVD,
	DECODE_WBNOINVD,
	DECODE_INVD,
	DECODE_FENCE, /* MFENCE, SFENCE */
	DECODE_SPILL, /* mov [rsp], register: tells QEMU 7.2 the address of the flush that follows
		       */
	DECODE_ARM,   /* nop dword [rax + 'FLCW'] */
};

#define DECODE_NONE 0xffu /* no such register */
#define DECODE_RIP  0xfeu

struct decoded {
	enum decode_kind kind;
	uint8_t base, index; /* 0..15 as encoded, or DECODE_*. Of a spill: the register stored */
	uint8_t scale;       /* 1, 2, 4, 8 */
	bool segment;        /* FS or GS override, or 32-bit addressing: cannot be placed */
	int32_t displacement;
};

/* `size` bytes of one whole instruction. */
struct decoded decode(const uint8_t *code, size_t size);

#endif
