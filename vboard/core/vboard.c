/* vboard.c: the board as a whole: time, randomness, faults and choices, trace and violations, its functions. */
#include "vboard/core/inside.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- Time, randomness, faults ---- */

uint64_t vboard_now(const struct vboard *board)
{
	return board->host.now_ns(board->host.context);
}

/* splitmix64: small, seedable with any number, good enough for delays. */
static uint64_t board_random64(struct vboard *board)
{
	uint64_t z = board->random += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

uint32_t vboard_random(struct vboard *board, uint32_t bound)
{
	return bound ? (uint32_t)((board_random64(board) >> 32) * bound >> 32) : 0;
}

uint64_t vboard_delay_ns(struct vboard *board, uint64_t low, uint64_t high)
{
	return high > low ? low + board_random64(board) % (high - low + 1) : low;
}

bool vboard_fault(const struct vboard *board, const char *name, uint64_t *value)
{
	return fault_get(&board->faults, name, FAULT_ANY_PORT, value);
}

bool vboard_fault_port(const struct vboard *board, const char *name, unsigned port, uint64_t *value)
{
	return fault_get(&board->faults, name, port, value);
}

unsigned vboard_decide(const struct vboard *board, const char *name)
{
	return decide_get(&board->decisions, name);
}

const struct vboard_options *vboard_options(const struct vboard *board)
{
	return &board->options;
}

void *vboard_parts(const struct vboard *board)
{
	return board->parts;
}

/* ---- Trace and violations ---- */

bool vboard_tracing(const struct vboard *board)
{
	return board->options.trace != NULL;
}

static void board_trace_head(struct vboard *board, const char *name)
{
	uint64_t us = (vboard_now(board) - board->start_ns) / 1000;

	fprintf(board->options.trace, "%6" PRIu64 ".%06" PRIu64 " %-6s ", us / 1000000,
		us % 1000000, name);
}

void vboard_trace(struct vboard *board, const char *name, const char *format, ...)
{
	va_list args;

	if (!board->options.trace)
		return;
	va_start(args, format);
	board_trace_head(board, name);
	vfprintf(board->options.trace, format, args);
	fputc('\n', board->options.trace);
	va_end(args);
}

void model_trace(struct model *model, const char *format, ...)
{
	FILE *trace = model->board->options.trace;
	va_list args;

	if (!trace)
		return;
	va_start(args, format);
	board_trace_head(model->board, model->function.name);
	vfprintf(trace, format, args);
	fputc('\n', trace);
	va_end(args);
}

static void board_violation(struct vboard *board, const char *name, const char *format,
			    va_list args) __attribute__((format(printf, 3, 0)));

static void board_violation(struct vboard *board, const char *name, const char *format,
			    va_list args)
{
	char text[256];
	int n = snprintf(text, sizeof(text), "%s: ", name);

	vsnprintf(text + n, sizeof(text) - (size_t)n, format, args);
	board->violations++;
	vboard_trace(board, name, "VIOLATION %s", text + n);
	if (board->host.violation)
		board->host.violation(board->host.context, text);
}

void model_violation(struct model *model, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	board_violation(model->board, model->function.name, format, args);
	va_end(args);
}

void vboard_violation(struct vboard *board, const char *name, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	board_violation(board, name, format, args);
	va_end(args);
}

unsigned vboard_violations(const struct vboard *board)
{
	return board->violations;
}

/* ---- Its kind ---- */

const struct board_kind *board_find(const struct board_kind *const *list, const char *name,
				    char *error, size_t error_size)
{
	const size_t length = strcspn(name, "=");
	int used = snprintf(error, error_size, "no board '%s'; there are:", name);

	for (; *list; list++) {
		const struct board_kind *kind = *list;

		if (strlen(kind->name) == length && !memcmp(kind->name, name, length)) {
			if (kind->assemble)
				return kind->assemble(name + length + !!name[length], error,
						      error_size);
			if (!name[length])
				return kind;
		}
		if (used > 0 && (size_t)used < error_size)
			used += snprintf(error + used, error_size - (size_t)used, " %s",
					 (*list)->name);
	}
	return NULL;
}

void board_help(const struct board_kind *const *list, FILE *out)
{
	for (; *list; list++)
		fprintf(out, "  %-20s %s\n", (*list)->name, (*list)->sentence);
}

int board_camera(const struct board_kind *kind, const char *name, size_t length)
{
	for (int port = 0; port < VBOARD_PORTS; port++) {
		const char *camera = kind->cameras[port];

		if (camera && strlen(camera) == length && !memcmp(camera, name, length))
			return port;
	}
	return -1;
}

void board_cameras(const struct board_kind *kind, char *out, size_t size)
{
	size_t used = 0;

	snprintf(out, size, "none");
	for (unsigned port = 0; port < VBOARD_PORTS && used < size; port++) {
		if (kind->cameras[port])
			used += (size_t)snprintf(out + used, size - used, "%s%s",
						 used ? " or " : "", kind->cameras[port]);
	}
}

/* ---- The board ---- */

/* Each function of a device that has several says so, as Intel's do. */
static void board_mark_device(struct vboard *board, uint8_t device)
{
	unsigned functions = 0;

	for (unsigned i = 0; i < board->count; i++) {
		const struct vboard_function *f = &board->slots[i].model->function;

		functions += f->device == device ? 1 + !!f->function : 0;
	}
	for (unsigned i = 0; i < board->count && functions > 1; i++) {
		struct slot *slot = &board->slots[i];

		if (slot->model->function.device == device) {
			slot->model->config[PCI_HEADER] |= PCI_HEADER_MULTIFUNCTION;
			slot->power_on[PCI_HEADER] |= PCI_HEADER_MULTIFUNCTION;
		}
	}
}

bool vboard_add(struct vboard *board, struct model *model, const char *name, unsigned device,
		unsigned function)
{
	struct slot *slot = &board->slots[board->count];

	if (!model)
		return false;
	if (board->count == BOARD_FUNCTIONS) {
		model->ops->free(model);
		return false;
	}
	model->board = board;
	model->index = board->count++;
	model->function.name = name;
	model->function.device = (uint8_t)device;
	model->function.function = (uint8_t)function;
	slot->model = model;
	memcpy(slot->power_on, model->config, sizeof(slot->power_on));
	board_mark_device(board, model->function.device);
	model->ops->reset(model);
	return true;
}

uint64_t vboard_run(struct vboard *board)
{
	uint64_t now = vboard_now(board), next = UINT64_MAX;

	for (unsigned i = 0; i < board->count; i++) {
		struct model *model = board->slots[i].model;
		uint64_t due = model->ops->run(model, now);

		if (due < next)
			next = due;
	}
	return next;
}

unsigned vboard_function_count(const struct vboard *board)
{
	return board->count;
}

const struct vboard_function *vboard_function(const struct vboard *board, unsigned index)
{
	return index < board->count ? &board->slots[index].model->function : NULL;
}

static bool board_parse_faults(struct vboard *board, char *error, size_t error_size)
{
	for (size_t i = 0; i < board->options.fault_count; i++) {
		if (!fault_parse(&board->faults, board->options.board, board->options.faults[i],
				 error, error_size))
			return false;
		vboard_trace(board, "board", "fault %s", board->options.faults[i]);
	}
	return true;
}

static bool board_make_decisions(struct vboard *board, char *error, size_t error_size)
{
	decide_all(&board->decisions, board->options.board, board->options.seed);
	for (size_t i = 0; i < board->options.decision_count; i++) {
		if (!decide_parse(&board->decisions, board->options.decisions[i], error,
				  error_size))
			return false;
	}
	return true;
}

struct vboard *vboard_new(const struct vboard_options *options, const struct vboard_host *host,
			  char *error, size_t error_size)
{
	struct vboard *board = calloc(1, sizeof(*board));

	snprintf(error, error_size, "out of memory");
	if (!board)
		return NULL;
	board->options = *options;
	board->host = *host;
	board->random = options->seed;
	board->start_ns = vboard_now(board);
	if (!board_parse_faults(board, error, error_size) ||
	    !board_make_decisions(board, error, error_size))
		goto out_free;
	board->parts = calloc(1, options->board->parts_size);
	if (!board->parts || !options->board->wire(board, board->parts, error, error_size))
		goto out_free;
	error[0] = '\0';
	return board;

out_free:
	vboard_free(board);
	return NULL;
}

void vboard_free(struct vboard *board)
{
	if (!board)
		return;
	for (unsigned i = 0; i < board->count; i++)
		board->slots[i].model->ops->free(board->slots[i].model);
	if (board->parts && board->options.board->release)
		board->options.board->release(board->parts);
	free(board->parts);
	free(board);
}
