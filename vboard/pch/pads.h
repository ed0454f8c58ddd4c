/*
 * pads.h: the GPIO pads of Sunrise Point-LP (camera-acpi.md 9): their registers as the sideband reaches them, and the level on
 * the wire behind each, which is what a board's parts feel.
 *
 * Pads go by their ACPI numbers (INT344B): PAD(C, 10) is GPP_C10 = 58.
 */
#ifndef VBOARD_PADS_H
#define VBOARD_PADS_H

#include "vboard/core/model.h"

enum pad_group { PAD_A, PAD_B, PAD_C, PAD_D, PAD_E, PAD_F, PAD_G, PAD_GROUPS };

#define PAD_GROUP_SIZE     24u /* G has 8 */
#define PADS               152u
#define PAD(group, number) (PAD_##group * PAD_GROUP_SIZE + (number))

/* What else is on the wire of a pad. */
enum pad_outside {
	PAD_PULLED_DOWN, /* weakly: enables and resets rest in their safe state */
	PAD_PULLED_UP,   /* weakly: an I2C line */
	PAD_HELD_LOW,    /* whatever the pad drives */
};

struct pad {
	uint32_t config[2]; /* PADCFG DW0 (without the level), DW1 */
	uint8_t owner;      /* 0: the host */
	bool locked;
	uint8_t outside; /* enum pad_outside */
};

struct pads {
	struct vboard *board;
	void (*changed)(void *context); /* a level has, maybe */
	void *context;
	const uint8_t *switches; /* pads that switch something on this board */
	unsigned switch_count;
	bool is_reset; /* while `changed` is told of levels that firmware left, and that have stood for long */
	struct pad pads[PADS];
	uint32_t host_owned[PAD_GROUPS], interrupts[PAD_GROUPS];
};

extern const struct knobs pads_knobs;

/* `switches`: the pads that switch something on this board, static; firmware leaves them as the decision pads-left says, all others
 * to their native function. `changed` may be NULL. */
void pads_init(struct pads *pads, struct vboard *board, const uint8_t *switches,
	       unsigned switch_count, void (*changed)(void *context), void *context);
/* As firmware leaves them. */
void pads_reset(struct pads *pads);
/* What is on the wire of `pad`, from now on. */
void pads_wire(struct pads *pads, unsigned pad, enum pad_outside outside);
/* Level on the wire. */
bool pads_level(const struct pads *pads, unsigned pad);
/* In a native function: connected to the controller that it belongs to. */
bool pads_native(const struct pads *pads, unsigned pad);

/* The sideband's 4-byte registers: port and offset within its 64 KiB. */
uint32_t pads_read(struct pads *pads, uint8_t port, uint16_t offset);
void pads_write(struct pads *pads, uint8_t port, uint16_t offset, uint32_t value);

#endif
