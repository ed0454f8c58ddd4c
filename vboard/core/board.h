/*
 * board.h: what a file of vboard/boards/ brings: who it is, what can be turned on it, and how its PCI
 * functions and parts are wired. The core asks for nothing else of a board and knows none by name.
 */
#ifndef VBOARD_BOARD_H
#define VBOARD_BOARD_H

#include "vboard/core/knobs.h"
#include "vboard/core/model.h"

#define BOARD_KNOBS 16

struct board_kind {
	const char *name;     /* of --board */
	const char *sentence; /* one line for --board help */
	/* SMBIOS type 1 (and 2, without the family), by which a board file on the stick knows it. */
	struct {
		const char *manufacturer, *product, *version, *family;
	} smbios;
	/* By CSI-2 port, as faults and scenes name them; NULL: nothing is wired there. */
	const char *cameras[VBOARD_PORTS];
	const struct knobs *knobs[BOARD_KNOBS]; /* ends with NULL */
	size_t parts_size;
	/* Makes and wires everything in `parts`, which are parts_size bytes of zeros. What draws random
	 * numbers does so in the order of these calls. False with a message in `error`; release follows. */
	bool (*wire)(struct vboard *board, void *parts, char *error, size_t error_size);
	/* Gives back what wire took, also when it came only half way. The functions are gone already. */
	void (*release)(void *parts);
	/* NULL: the name says all. Else this one has only the name, and boards come from what stands behind "NAME=": a kind that
	 * stays, or NULL with a message in `error`. */
	const struct board_kind *(*assemble)(const char *text, char *error, size_t error_size);
};

/* Puts a function into a slot of bus 0, from where the core serves and frees it. `name` is static text. False when
 * `model` is NULL or there is no room; then `model` has been freed. */
bool vboard_add(struct vboard *board, struct model *model, const char *name, unsigned device,
		unsigned function);

/* What wire got as `parts`. */
void *vboard_parts(const struct vboard *board);

/* One of a list that ends with NULL (boards/boards.h) by its name, or assembled from "NAME=TEXT". NULL with a message in
 * `error` that says what there is. */
const struct board_kind *board_find(const struct board_kind *const *list, const char *name,
				    char *error, size_t error_size);
/* Name and sentence of each, a line for each. */
void board_help(const struct board_kind *const *list, FILE *out);

/* CSI-2 port of a camera by its name (`length` bytes), -1 when the board has none of that name. */
int board_camera(const struct board_kind *kind, const char *name, size_t length);
/* "a or b" for messages. */
void board_cameras(const struct board_kind *kind, char *out, size_t size);

#endif
