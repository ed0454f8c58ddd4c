/*
 * toy_board.c: vboard/core/vboard.h with the toy device of toy.h as its only function. Linked with the
 * real board's main.c, link and coherence.c, so that those are what is tested.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/qemu/coherence/toy.h"
#include "vboard/core/vboard.h"

#define BAR_SIZE 4096u

struct vboard {
	struct vboard_host host;
	uint8_t config[256];
	uint32_t registers[BAR_SIZE / 4];
	unsigned violations;
	uint64_t later; /* ns; a fill is due */
};

static const struct vboard_function function = {"toy", TOY_SLOT, TOY_FUNCTION, BAR_SIZE};

#define TOY_NAME(id, name) name,
static const char *const names[] = {TOY_CASES(TOY_NAME)};

struct vboard *vboard_new(const struct vboard_options *options, const struct vboard_host *host,
			  char *error, size_t error_size)
{
	struct vboard *board = calloc(1, sizeof(*board));

	(void)options;
	(void)error;
	(void)error_size;
	if (!board)
		return NULL;
	board->host = *host;
	vboard_reset(board, 0);
	return board;
}

void vboard_free(struct vboard *board)
{
	free(board);
}

unsigned vboard_function_count(const struct vboard *board)
{
	(void)board;
	return 1;
}

const struct vboard_function *vboard_function(const struct vboard *board, unsigned index)
{
	(void)board;
	(void)index;
	return &function;
}

void vboard_reset(struct vboard *board, unsigned index)
{
	static const uint8_t identity[16] = {
		TOY_VENDOR & 0xff, TOY_VENDOR >> 8, TOY_DEVICE & 0xff, TOY_DEVICE >> 8,
		[10] = 0x80,       [11] = 0x08, /* class: system peripheral, other */
	};

	(void)index;
	memset(board->config, 0, sizeof(board->config));
	memcpy(board->config, identity, sizeof(identity));
	memset(board->registers, 0, sizeof(board->registers));
}

uint32_t vboard_config_peek(const struct vboard *board, unsigned index, unsigned offset,
			    unsigned width)
{
	uint32_t value = 0;

	(void)index;
	for (unsigned i = 0; i < width && offset + i < sizeof(board->config); i++)
		value |= (uint32_t)board->config[offset + i] << (8 * i);
	return value;
}

uint32_t vboard_config_read(struct vboard *board, unsigned index, unsigned offset, unsigned width)
{
	return vboard_config_peek(board, index, offset, width);
}

void vboard_config_write(struct vboard *board, unsigned index, unsigned offset, unsigned width,
			 uint32_t value)
{
	(void)index;
	for (unsigned i = 0; i < width && offset + i < sizeof(board->config); i++) {
		const unsigned at = offset + i;
		const uint8_t mask = at == 4                    ? 0x06
				     : at == 0x11               ? 0xf0
				     : at == 0x12 || at == 0x13 ? 0xff
								: 0;

		board->config[at] =
			(uint8_t)((board->config[at] & ~mask) | (value >> (8 * i) & mask));
	}
}

static void command(struct vboard *board, uint32_t what)
{
	const uint32_t *r = board->registers;
	uint32_t address = r[TOY_ADDRESS / 4], length = r[TOY_LENGTH / 4], sum = 0;
	const uint8_t fill = (uint8_t)r[TOY_VALUE / 4];

	board->host.purpose(board->host.context, names[r[TOY_CASE / 4] % TOY_CASE_COUNT]);
	for (; length; length--, address++) {
		uint8_t byte = fill;
		const bool ok =
			what == TOY_READ
				? board->host.dma_read(board->host.context, 0, address, &byte, 1)
				: board->host.dma_write(board->host.context, 0, address, &byte, 1);

		sum += byte;
		board->violations += !ok;
	}
	board->registers[TOY_RESULT / 4] = sum;
}

uint64_t vboard_mmio_read(struct vboard *board, unsigned index, uint64_t offset, unsigned width)
{
	const char *mode = getenv("TOY_MODE");

	(void)index;
	if (width != 4 || offset % 4 || offset >= BAR_SIZE)
		return UINT32_MAX;
	if (offset == TOY_MODE)
		return mode ? strtoul(mode, NULL, 0) : TOY_GOOD;
	return board->registers[offset / 4];
}

void vboard_mmio_write(struct vboard *board, unsigned index, uint64_t offset, unsigned width,
		       uint64_t value)
{
	(void)index;
	if (width != 4 || offset % 4 || offset >= BAR_SIZE)
		return;
	board->registers[offset / 4] = (uint32_t)value;
	if (offset == TOY_COMMAND && value == TOY_FILL_LATER)
		board->later = board->host.now_ns(board->host.context) + TOY_LATER_MS * 1000000ull;
	else if (offset == TOY_COMMAND)
		command(board, (uint32_t)value);
	if (offset == TOY_VERDICT)
		printf("toy: %s %s\n", value ? "ok" : "not ok",
		       names[board->registers[TOY_CASE / 4] % TOY_CASE_COUNT]);
}

uint64_t vboard_run(struct vboard *board)
{
	if (!board->later)
		return UINT64_MAX;
	if (board->host.now_ns(board->host.context) < board->later)
		return board->later;
	board->later = 0;
	command(board, TOY_FILL);
	return UINT64_MAX;
}

unsigned vboard_violations(const struct vboard *board)
{
	return board->violations;
}

void vboard_decide_help(FILE *out)
{
	(void)out; /* all of it is in toy.h */
}

void vboard_fault_help(FILE *out)
{
	(void)out;
}
