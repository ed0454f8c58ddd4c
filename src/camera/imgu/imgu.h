/*
 * imgu.h: driver of the IPU3 imaging unit (PCI 8086:1919) as far as its MMU can be proven: power,
 * MMU, boot of its processors from memory behind the MMU. Sheet: imgu.md.
 *
 * One driver owns the device and its MMU. The MMU is up before the first mapping and is halted and
 * powered down before its pages are freed.
 */
#ifndef CAMERA_IMGU_H
#define CAMERA_IMGU_H

#include <stdbool.h>

#include "camera/imgu/firmware.h"
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
	bool invalidate_held; /* for the proof that the TLB invalidate is needed */
	bool is_dead;         /* did not halt: its tables are never given back */
	struct firmware firmware;
	bool is_loaded;
	bool is_synthetic; /* our own firmware: every byte is known */
	struct dma_buffer *blob_sp[2];
	struct dma_buffer *blob_bootloader;
	struct dma_buffer *sp_group;
};

/* D0, power-up, tables, halt, L1 base, invalidate, unhalt; the MMU attached to imgu->dma. On failure
 * everything is undone (a device that does not halt keeps its pages). `imgu` outlives the use. */
enum fl_err imgu_open(struct imgu *imgu, const struct pci_function *function, struct cache *cache,
		      uint32_t scatter_seed, struct diag *diag);
/* Halt, invalidate, power-down, tables freed, function as found. */
enum fl_err imgu_close(struct imgu *imgu);

/* Power-down, power-up, same tables again: what clears the CSS (2.4, 3.5 resume). */
enum fl_err imgu_restart(struct imgu *imgu);

/* Validates the file and places its binaries in scattered pages behind the MMU. */
enum fl_err imgu_load(struct imgu *imgu, const uint8_t *file, size_t size);
void imgu_unload(struct imgu *imgu);
/* Boot loader, SP0, SP1 (section 5). The device is freshly powered (imgu_open or imgu_restart). */
enum fl_err imgu_boot(struct imgu *imgu);

/* Words of SP n's data section that are in its DMEM as the file has them, and the first that is not. */
enum fl_err imgu_compare_data(struct imgu *imgu, unsigned n, unsigned *equal, unsigned *total,
			      uint32_t *first_bad);

/*
 * What the device sees at an IOVA: SP n, told that its data section lies there, copies it into its
 * DMEM, where the host reads it (3.13). At most IMGU_PEEK_MAX bytes, multiple of 4; once per SP and
 * boot loader run (imgu_peek_begin). What the SP's code does afterwards is of no interest.
 */
#define IMGU_PEEK_MAX 4096u
enum fl_err imgu_peek_begin(struct imgu *imgu);
enum fl_err imgu_peek(struct imgu *imgu, unsigned n, uint32_t iova, void *out, uint32_t size);

/* L1 base as the device reads it back (readability on silicon is unknown). */
uint32_t imgu_l1_readback(struct imgu *imgu);
/* Registers worth a look, for `regs` and failures. */
size_t imgu_dump(struct imgu *imgu, char *out, size_t capacity);

/* ---- inside the driver (imgu_power.c, imgu_boot.c) ---- */
enum fl_err imgu_power_up(struct imgu *imgu);
enum fl_err imgu_power_down(struct imgu *imgu);
enum fl_err imgu_halt(struct imgu *imgu, bool halt);

#endif
