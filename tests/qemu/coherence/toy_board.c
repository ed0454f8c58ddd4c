/*
 * toy_board.c: a board with the toy device of toy.h as its only function. Linked with the real board's
 * main.c, core and link, so that those are what is tested.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/qemu/coherence/toy.h"
#include "vboard/boards/boards.h"

#define BAR_SIZE     4096u
#define CLASS_SYSTEM 0x088000u /* system peripheral, other */

struct toy {
	struct model model;
	uint32_t registers[BAR_SIZE / 4];
	uint64_t later; /* ns; a fill is due */
};

#define TOY_NAME(id, name) name,
static const char *const names[] = {TOY_CASES(TOY_NAME)};

static void command(struct toy *toy, uint32_t what)
{
	const uint32_t *r = toy->registers;
	uint32_t address = r[TOY_ADDRESS / 4], length = r[TOY_LENGTH / 4], sum = 0;
	const uint8_t fill = (uint8_t)r[TOY_VALUE / 4];

	model_dma_purpose(&toy->model, names[r[TOY_CASE / 4] % TOY_CASE_COUNT]);
	for (; length; length--, address++) {
		uint8_t byte = fill;

		if (what == TOY_READ)
			model_dma_read(&toy->model, address, &byte, 1);
		else
			model_dma_write(&toy->model, address, &byte, 1);
		sum += byte;
	}
	toy->registers[TOY_RESULT / 4] = sum;
}

static uint32_t toy_read(struct model *model, uint32_t offset, unsigned width)
{
	const char *mode = getenv("TOY_MODE");

	(void)width;
	if (offset == TOY_MODE)
		return mode ? (uint32_t)strtoul(mode, NULL, 0) : TOY_GOOD;
	return ((struct toy *)model)->registers[offset / 4];
}

static void toy_write(struct model *model, uint32_t offset, unsigned width, uint32_t value)
{
	struct toy *toy = (struct toy *)model;

	(void)width;
	toy->registers[offset / 4] = value;
	if (offset == TOY_COMMAND && value == TOY_FILL_LATER)
		toy->later = vboard_now(model->board) + TOY_LATER_MS * 1000000ull;
	else if (offset == TOY_COMMAND)
		command(toy, value);
	if (offset == TOY_VERDICT)
		printf("toy: %s %s\n", value ? "ok" : "not ok",
		       names[toy->registers[TOY_CASE / 4] % TOY_CASE_COUNT]);
}

static void toy_reset(struct model *model)
{
	memset(((struct toy *)model)->registers, 0, BAR_SIZE);
}

static uint64_t toy_run(struct model *model, uint64_t now)
{
	struct toy *toy = (struct toy *)model;

	if (!toy->later)
		return UINT64_MAX;
	if (now < toy->later)
		return toy->later;
	toy->later = 0;
	command(toy, TOY_FILL);
	return UINT64_MAX;
}

static void toy_free(struct model *model)
{
	free(model);
}

static const struct model_ops toy_ops = {
	.read = toy_read,
	.write = toy_write,
	.reset = toy_reset,
	.run = toy_run,
	.free = toy_free,
};

static bool toy_wire(struct vboard *board, void *parts, char *error, size_t error_size)
{
	struct toy *toy = calloc(1, sizeof(*toy));

	(void)parts;
	(void)error;
	(void)error_size;
	if (!toy)
		return false;
	toy->model.ops = &toy_ops;
	model_config_init(&toy->model, TOY_VENDOR, TOY_DEVICE, CLASS_SYSTEM, 0, BAR_SIZE, 0);
	return vboard_add(board, &toy->model, "toy", TOY_SLOT, TOY_FUNCTION);
}

static const struct board_kind toy_board = {
	.name = "toy",
	.sentence = "one device that reads and fills memory",
	.parts_size = 1,
	.wire = toy_wire,
};

const struct board_kind *const boards[] = {&toy_board, NULL};
