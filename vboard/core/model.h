/*
 * model.h: what every model of the virtual board is made of (inside vboard/ only).
 *
 * A model is one PCI function: 256 bytes of configuration space with write masks, BAR 0, and the
 * callbacks below. Everything that reaches outside (memory, interrupts, time, randomness, faults)
 * goes through the board, so that it can be bounded, traced and broken on purpose.
 */
#ifndef VBOARD_MODEL_H
#define VBOARD_MODEL_H

#include "vboard/core/vboard.h"

struct model;

struct model_ops {
	/* BAR 0; offset and width are in range, naturally aligned, and the function is in D0 with
	 * memory decoding on (the core answers all ones otherwise). */
	uint32_t (*read)(struct model *model, uint32_t offset, unsigned width);
	void (*write)(struct model *model, uint32_t offset, unsigned width, uint32_t value);
	/* Power-on state. Also called on D0 -> D3hot and back when No_Soft_Reset is 0. */
	void (*reset)(struct model *model);
	/* Function left or entered D0 (false: now in D3hot). May be NULL. */
	void (*power)(struct model *model, bool is_d0);
	/* Does what is due at `now`; returns the next time to be called, UINT64_MAX for never. */
	uint64_t (*run)(struct model *model, uint64_t now);
	/* What may still reach memory by itself, or NULL. May be NULL for a function that has no bus master. */
	const char *(*busy)(struct model *model);
	void (*free)(struct model *model);
};

struct model {
	const struct model_ops *ops;
	struct vboard *board;
	unsigned index; /* of the function, as in vboard.h */
	struct vboard_function function;
	uint8_t config[256];
	uint8_t writable[256];                    /* bits that a config write may change */
	uint8_t pm_offset, msi_offset, af_offset; /* 0 = no such capability */
	uint8_t widths;                           /* sum of permitted BAR access widths: 1, 2, 4 */
	bool intx_level;
	bool stays_d0, stays_d3; /* faults: refuses to leave this power state */
};

/* A model is made by <device>_new (memory from calloc; first member struct model), which fills ops, board and the
 * configuration; vboard_add (board.h) gives it its place and resets it. */

/* Fills identity, its own ids as subsystem, class 0x048000-like, BAR 0 (32-bit memory); then the rest. */
void model_config_init(struct model *model, uint16_t vendor, uint16_t device, uint32_t class_code,
		       uint8_t revision, uint32_t bar_size, uint8_t interrupt_pin);
void model_no_subsystem(struct model *model);
/* Vendor in bits 15:0. Before vboard_add. */
void model_set_subsystem(struct model *model, uint32_t ids);
/* Faults: BAR 0 implements no address bits; the function is in D3hot after a reset. */
void model_lose_bar(struct model *model);
void model_wake_in_d3(struct model *model);
/* Firmware has placed BAR 0 at `window`, switched memory decoding on, and hidden the function. */
void model_hide(struct model *model, uint32_t window);
void model_add_msi(struct model *model, uint8_t offset); /* 64-bit address, one vector */
void model_add_pm(struct model *model, uint8_t offset, bool no_soft_reset);
void model_add_af(struct model *model, uint8_t offset); /* Function Level Reset */
void model_add_vendor(struct model *model, uint8_t offset, uint8_t length);

uint64_t vboard_now(const struct vboard *board);
/* Seeded; 0 .. bound-1. */
uint32_t vboard_random(struct vboard *board, uint32_t bound);
/* A delay between low and high, seeded. */
uint64_t vboard_delay_ns(struct vboard *board, uint64_t low, uint64_t high);

/* Bus master access: needs Bus Master Enable and D0. False (and a violation) outside RAM. */
bool model_dma_read(struct model *model, uint64_t address, void *data, size_t size);
bool model_dma_write(struct model *model, uint64_t address, const void *data, size_t size);
/* What the accesses that follow are for, until the next call: "FBPT", "LOP", "frame", "L1", "L2"
 * ... Static text. Names the culprit when the CPU forgot a flush. */
void model_dma_purpose(struct model *model, const char *what);
void model_msi(struct model *model);              /* if MSI enabled and bus master on */
void model_intx(struct model *model, bool level); /* honours interrupt disable */

void model_violation(struct model *model, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void model_trace(struct model *model, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
bool vboard_tracing(const struct vboard *board);
/* The same for parts that are no PCI function; `name` is the part's. */
void vboard_violation(struct vboard *board, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void vboard_trace(struct vboard *board, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Is this fault switched on? `value` (may be NULL) gets the number behind '=', else is untouched. */
bool vboard_fault(const struct vboard *board, const char *name, uint64_t *value);
/* Is it on for the camera on CSI-2 port `port`? */
bool vboard_fault_port(const struct vboard *board, const char *name, unsigned port,
		       uint64_t *value);
/* The choice, 0 .. count-1, of a name in one of the board's lists of decisions (knobs.h). */
unsigned vboard_decide(const struct vboard *board, const char *name);

const struct vboard_options *vboard_options(const struct vboard *board);

#endif
