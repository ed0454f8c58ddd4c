/*
 * p2sb.c: the bridge to the sideband: a 16 MiB BAR in which address bits 23:16 name the port and 15:0 the register. Most firmware
 * hides the function and leaves its BAR where the chipset's documents have it.
 */
#include "vboard/pch/p2sb.h"

#include "vboard/core/knobs.h"

#include <stdlib.h>

#define BAR_SIZE (16u << 20)

static const struct vboard_fault_info faults[] = {
	{"pads-hidden", VBOARD_PLAIN,
	 "the sideband's window decodes nothing: it reads all ones, and what is written is lost"},
	{0},
};

static const struct decision decisions[] = {
	{"p2sb",
	 "how firmware leaves the bridge to the sideband (camera-acpi.md 9)",
	 {"hidden, its window at 0xFD000000 decodes", "visible, its BAR decodes"}},
	{0},
};

const struct knobs p2sb_knobs = {faults, decisions};

struct p2sb {
	struct model model;
	struct pads *pads;
	bool gone; /* fault pads-hidden */
};

static uint32_t p2sb_read(struct model *model, uint32_t offset, unsigned width)
{
	struct p2sb *p2sb = (struct p2sb *)model;

	(void)width;
	return p2sb->gone ? UINT32_MAX
			  : pads_read(p2sb->pads, (uint8_t)(offset >> 16), (uint16_t)offset);
}

static void p2sb_write(struct model *model, uint32_t offset, unsigned width, uint32_t value)
{
	struct p2sb *p2sb = (struct p2sb *)model;

	(void)width;
	if (!p2sb->gone)
		pads_write(p2sb->pads, (uint8_t)(offset >> 16), (uint16_t)offset, value);
}

static void p2sb_reset(struct model *model)
{
	pads_reset(((struct p2sb *)model)->pads);
}

static uint64_t p2sb_run(struct model *model, uint64_t now)
{
	(void)model;
	(void)now;
	return UINT64_MAX;
}

static void p2sb_free(struct model *model)
{
	free(model);
}

static const struct model_ops p2sb_ops = {
	.read = p2sb_read,
	.write = p2sb_write,
	.reset = p2sb_reset,
	.run = p2sb_run,
	.free = p2sb_free,
};

/* Identity: Sunrise Point-LP's in Intel's public datasheet; no interrupt, no capability. */
struct model *p2sb_new(struct vboard *board, struct pads *pads)
{
	struct p2sb *p2sb = calloc(1, sizeof(*p2sb));

	if (!p2sb)
		return NULL;
	p2sb->model.ops = &p2sb_ops;
	p2sb->model.board = board;
	p2sb->pads = pads;
	p2sb->gone = vboard_fault(board, "pads-hidden", NULL);
	model_config_init(&p2sb->model, 0x8086, 0x9d20, 0x058000, 0x21, BAR_SIZE, 0);
	if (!vboard_decide(board, "p2sb"))
		model_hide(&p2sb->model, P2SB_WINDOW);
	return &p2sb->model;
}
