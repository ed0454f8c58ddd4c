/*
 * imgu.h: driver of the IPU3 imaging unit (PCI 8086:1919) as far as its MMU can be proven: power,
 * MMU, boot of its processors from memory behind the MMU. Sheet: imgu.md.
 *
 * One driver owns the device and its MMU. The MMU is up before the first mapping, and the processors are
 * stopped and the gate to memory is closed before any page is given back (imgu_quiesce).
 */
#ifndef CAMERA_IMGU_H
#define CAMERA_IMGU_H

#include <stdbool.h>

#include "camera/ipu3/firmware.h"
#include "core/regs.h"
#include "dma/dma.h"
#include "mmu/mmu.h"
#include "pci/pci.h"

#define IMGU_VENDOR 0x8086
#define IMGU_DEVICE 0x1919

/* Pages at both ends of the aperture that the allocator leaves to the checks. */
#define IMGU_RESERVED_PAGES 16u

struct imgu {
	struct pci_device pci;
	struct regs regs;
	struct dma_domain dma;
	struct mmu mmu;
	struct diag *diag;
	bool is_powered;
	bool is_fresh;        /* powered, gate open, and no processor has run since */
	bool is_open;         /* the gate to memory is open: tables and pages may be in use */
	bool invalidate_held; /* for the proof that the TLB invalidate is needed */
	bool is_dead;         /* did not stop: nothing that it may reach is ever given back */
	struct firmware firmware;
	bool is_loaded;
	bool has_control; /* a read has matched: from now on every mismatch is evidence (mmu.read) */
	struct dma_buffer *blob_sp[2];
	struct dma_buffer *blob_bootloader;
	struct dma_buffer *sp_group;
};

/* D0, power-up, tables, halt, L1 base, invalidate, unhalt; the MMU attached to imgu->dma. On failure
 * everything is undone (a device that does not halt keeps its pages). `imgu` outlives the use. */
enum fl_err imgu_open(struct imgu *imgu, const struct pci_function *function, struct cache *cache,
		      uint32_t scatter_seed, struct diag *diag);
/* Quiet, everything unmapped and freed, power-down, function as found. */
enum fl_err imgu_close(struct imgu *imgu);

/*
 * Processors stopped and reset, nothing in flight, gate to memory closed, TLB empty. Nothing to do when
 * the gate is closed already. Buffers of imgu->dma call it before they go; imgu_boot and imgu_peek_begin
 * restart the device. On failure it is dead: bus mastering is off, its pages stay allocated, and every
 * later call fails.
 */
enum fl_err imgu_quiesce(struct imgu *imgu);
/* Quiet, power-down, power-up, same tables again: what clears the CSS (2.4, 3.5 resume). */
enum fl_err imgu_restart(struct imgu *imgu);

/* Validates the file (FL_ERR_FORMAT) and places its binaries in scattered pages behind the MMU. */
enum fl_err imgu_load(struct imgu *imgu, const uint8_t *file, size_t size);
void imgu_unload(struct imgu *imgu);
/* Boot loader, SP0, SP1 (section 5); restarts the device first when it has run before. */
enum fl_err imgu_boot(struct imgu *imgu);

/*
 * What is in SP n's DMEM of its data section after the boot. Before the start the host writes
 * imgu_poison_word there, so that what was never copied is told from what was changed: on the way, or by
 * the start code, which may set variables before it says that it runs (3.13).
 */
#define IMGU_CHANGED_SHOWN 4u
struct imgu_data {
	unsigned total, equal, missing, changed; /* words */
	uint32_t first;                          /* byte offset of the first that is not equal */
	uint32_t changed_at[IMGU_CHANGED_SHOWN]; /* DMEM offsets of the first that were changed */
};
enum fl_err imgu_compare_data(struct imgu *imgu, unsigned n, struct imgu_data *out);
/* Word that the host leaves where word `index` of a copy is to arrive. */
uint32_t imgu_poison_word(size_t index);

/*
 * What the device sees at an IOVA: SP n, told that its data section lies there, copies it into its
 * DMEM, where the host reads it (3.13). Multiple of 4, up to imgu_peek_room; once per SP and boot loader
 * run (imgu_peek_begin). The place is behind all that the firmware declares as its own and below room for
 * a stack, and the host itself puts the real data section where the start code expects it: no firmware
 * has a reason to touch the copy.
 */
#define IMGU_PEEK_MAX 4096u
enum fl_err imgu_peek_begin(struct imgu *imgu);
enum fl_err imgu_peek(struct imgu *imgu, unsigned n, uint32_t iova, void *out, uint32_t size);
/* Bytes that a peek of SP n can see at once, 0 to IMGU_PEEK_MAX. */
uint32_t imgu_peek_room(const struct imgu *imgu, unsigned n);

/* L1 base as the device reads it back (readability on silicon is unknown). */
uint32_t imgu_l1_readback(struct imgu *imgu);
/* Registers worth a look, for `regs` and failures. */
size_t imgu_dump(struct imgu *imgu, char *out, size_t capacity);

/* ---- inside the driver (imgu_power.c, imgu_boot.c) ---- */
#define IMGU_POLL_TIMEOUT_US 100000u /* every poll of this block (2.3) */
/* reg_wait for a register of imgu_regs.h, by the name that it has in the sheet. */
#define imgu_wait(imgu, name, mask, want, hint)                                                    \
	reg_wait_named(&(imgu)->regs, #name, IMGU_##name, mask, want, IMGU_POLL_TIMEOUT_US, hint)
#define IMGU_RESET_SETTLE_US 300u /* 2.5 */
enum fl_err imgu_power_up(struct imgu *imgu);
enum fl_err imgu_power_down(struct imgu *imgu);
enum fl_err imgu_halt(struct imgu *imgu, bool halt);

#endif
