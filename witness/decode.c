/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * decode.c: see decode.h. Encodings: Intel SDM volume 2, chapters 2 and 3.
 */
#include "witness/decode.h"

#include <string.h>

struct prefixes {
	bool operand_size, repeat, repeat_not, segment, address_size;
	uint8_t rex;
};

#define REX_B 1u
#define REX_X 2u
#define REX_R 4u
#define REX_W 8u

static const uint8_t arm_code[] = {0x0f, 0x1f, 0x80, 'F', 'L', 'C', 'W'};

static size_t take_prefixes(const uint8_t *code, size_t size, struct prefixes *p)
{
	size_t at = 0;

	for (; at < size; at++) {
		switch (code[at]) {
		case 0x66:
			p->operand_size = true;
			continue;
		case 0x67:
			p->address_size = true;
			continue;
		case 0xf3:
			p->repeat = true;
			continue;
		case 0xf2:
			p->repeat_not = true;
			continue;
		case 0x64:
		case 0x65:
			p->segment = true;
			continue;
		case 0x26:
		case 0x2e:
		case 0x36:
		case 0x3e:
		case 0xf0:
			continue;
		default:
			break;
		}
		break;
	}
	if (at < size && (code[at] & 0xf0) == 0x40)
		p->rex = code[at++] & 0xf;
	return at;
}

/* ModRM, SIB and displacement of a memory operand. False when the instruction is cut short. */
static bool take_address(const uint8_t *code, size_t size, const struct prefixes *p,
			 struct decoded *d)
{
	const uint8_t mod = code[0] >> 6, rm = code[0] & 7;
	size_t at = 1, displacement_size = mod == 1 ? 1 : mod == 2 ? 4 : 0;

	d->base = (uint8_t)(rm | (p->rex & REX_B ? 8 : 0));
	d->index = DECODE_NONE;
	d->scale = 1;
	d->segment = p->segment || p->address_size;
	if (rm == 4) {
		uint8_t index;

		if (at >= size)
			return false;
		index = (uint8_t)((code[at] >> 3 & 7) | (p->rex & REX_X ? 8 : 0));
		d->base = (uint8_t)((code[at] & 7) | (p->rex & REX_B ? 8 : 0));
		d->index = index == 4 ? DECODE_NONE : index; /* rsp cannot be an index */
		d->scale = (uint8_t)(1 << (code[at] >> 6));
		if (mod == 0 && (code[at] & 7) == 5) {
			d->base = DECODE_NONE;
			displacement_size = 4;
		}
		at++;
	} else if (mod == 0 && rm == 5) {
		d->base = DECODE_RIP;
		displacement_size = 4;
	}
	if (size - at < displacement_size)
		return false;
	if (displacement_size == 1)
		d->displacement = code[at] - (code[at] & 0x80 ? 256 : 0);
	else if (displacement_size == 4)
		memcpy(&d->displacement, code + at, 4);
	return true;
}

/* 0F AE: which of the group it is depends on prefix, register field and operand. */
static enum decode_kind group_15(uint8_t modrm, const struct prefixes *p)
{
	const uint8_t op = modrm >> 3 & 7;
	const bool memory = modrm >> 6 != 3;

	if (p->repeat || p->repeat_not)
		return DECODE_OTHER;
	if (!memory)
		return !p->operand_size && (op == 6 || op == 7) ? DECODE_FENCE : DECODE_OTHER;
	if (op == 7)
		return p->operand_size ? DECODE_CLFLUSHOPT : DECODE_CLFLUSH;
	return op == 6 && p->operand_size ? DECODE_CLWB : DECODE_OTHER;
}

static enum decode_kind two_byte(const uint8_t *code, size_t size, const struct prefixes *p)
{
	if (code[1] == 0x08)
		return DECODE_INVD;
	if (code[1] == 0x09)
		return p->repeat ? DECODE_WBNOINVD : DECODE_WBINVD;
	if (code[1] == 0xae && size >= 3)
		return group_15(code[2], p);
	return DECODE_OTHER;
}

struct decoded decode(const uint8_t *code, size_t size)
{
	struct decoded d = {.kind = DECODE_OTHER, .base = DECODE_NONE, .index = DECODE_NONE};
	struct prefixes p = {0};
	size_t at;

	if (size == sizeof(arm_code) && !memcmp(code, arm_code, size)) {
		d.kind = DECODE_ARM;
		return d;
	}
	at = take_prefixes(code, size, &p);
	if (size - at >= 2 && code[at] == 0x0f) {
		d.kind = two_byte(code + at, size - at, &p);
		if (d.kind >= DECODE_CLFLUSH && d.kind <= DECODE_CLWB &&
		    !take_address(code + at + 2, size - at - 2, &p, &d))
			d.kind = DECODE_OTHER;
	} else if (size - at == 3 && code[at] == 0x89 && (code[at + 1] & 0xc7) == 0x04 &&
		   code[at + 2] == 0x24 && p.rex & REX_W && !(p.rex & (REX_B | REX_X)) && at == 1) {
		d.kind = DECODE_SPILL;
		d.base = (uint8_t)((code[at + 1] >> 3 & 7) | (p.rex & REX_R ? 8 : 0));
	}
	return d;
}
