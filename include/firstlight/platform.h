/*
 * platform.h: everything that src/ may ask of the world.
 *
 * efi/ implements it on UEFI boot services, tests/host/ on a POSIX process with the virtual
 * board's models attached. The choice is made at link time; src/ sees nothing else.
 *
 * Conventions: sizes in bytes, times in nanoseconds unless the name says otherwise, text in
 * UTF-8, paths relative to the root of the stick with '/' between names. Functions that return
 * enum fl_err return FL_OK (0) or a negative reason; they never log.
 */
#ifndef FIRSTLIGHT_PLATFORM_H
#define FIRSTLIGHT_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firstlight/err.h"

#define PAGE_SIZE  4096u
#define PAGE_SHIFT 12u

/* ---- heap ------------------------------------------------------------------------------- */

/* Zeroed memory, 16-byte aligned, or NULL. Freed with platform_free (NULL is allowed). */
void *platform_alloc(size_t size);
void platform_free(void *memory);

/* ---- PCI -------------------------------------------------------------------------------- */

struct pci_address {
	uint16_t segment;
	uint8_t bus;
	uint8_t device;
	uint8_t function;
};

/* One host bridge: the bus numbers that lie behind it, both ends included. */
struct pci_root {
	uint16_t segment;
	uint8_t first_bus;
	uint8_t last_bus;
};

/* The root bridge with this index (0, 1, ...). False when there are no more. */
bool platform_pci_root(unsigned index, struct pci_root *root);

/* Configuration space; width 1, 2 or 4, offset aligned to it and below 4096.
 * A read that nothing answers gives all ones of that width. */
uint32_t platform_pci_read(struct pci_address address, unsigned offset, unsigned width);
void platform_pci_write(struct pci_address address, unsigned offset, unsigned width,
			uint32_t value);
/* A BAR as the firmware that placed it knows it. */
struct platform_bar {
	uint64_t address; /* as the register holds it, both halves */
	uint64_t size;
};
/* The BAR at register `bar` (0..5): for a function that has forgotten its address, and so that nobody
 * has to switch decoding off to ask for the size. False when firmware does not tell (unassigned, not
 * there, not enumerated by it, or the register holds another address); *out is then not touched. */
bool platform_pci_bar(struct pci_address address, unsigned bar, struct platform_bar *out);

/* ---- memory-mapped registers ------------------------------------------------------------ */

/* CPU physical address (BAR value), width 1, 2 or 4, naturally aligned. Strongly ordered,
 * never merged, never reordered with each other by the compiler. */
uint32_t platform_mmio_read(uint64_t address, unsigned width);
void platform_mmio_write(uint64_t address, unsigned width, uint32_t value);
/* 32 bits at such an address of this function, read by firmware's own means: the first access to a
 * BAR, for firmware maps what it reads itself, and may not map what lies above 4 GiB for others. On
 * UEFI: PciIo->Mem.Read, or the root bridge's for a function that firmware did not enumerate. Fails
 * when firmware refuses the address or knows no bridge to it; *value is then not touched. */
enum fl_err platform_mmio_first_read(struct pci_address function, uint64_t address,
				     uint32_t *value);

/* ---- memory shared with a bus master ---------------------------------------------------- */

/* Contiguous pages and the address at which one PCI function reaches them. */
struct platform_dma {
	void *cpu;    /* page aligned */
	uint64_t bus; /* the platform's token for it; equals the physical address without IOMMU */
	size_t pages;
	void *token; /* the platform's own */
};

/*
 * Pages that `device` may read and write, all of whose bus addresses lie below
 * 2^address_bits. Contents undefined. On UEFI: PciIo->AllocateBuffer and ->Map
 * (BusMasterCommonBuffer), so that a system IOMMU is honoured.
 * FL_ERR_NOMEM, or FL_ERR_RANGE when memory exists but not below the limit; *out is undefined then.
 */
enum fl_err platform_dma_alloc(struct pci_address device, size_t pages, unsigned address_bits,
			       struct platform_dma *out);
/*
 * The same pages for a second function (a frame that the receiver wrote, read by the imaging unit):
 * its own bus address for memory that `owner` describes. Given back by platform_dma_unshare before
 * the owner is freed. FL_ERR_RANGE when the address is beyond 2^address_bits.
 */
enum fl_err platform_dma_share(struct pci_address device, const struct platform_dma *owner,
			       unsigned address_bits, struct platform_dma *out);
void platform_dma_unshare(struct pci_address device, struct platform_dma *mapping);
/* The device must no longer use it. *mapping becomes zero. */
void platform_dma_free(struct pci_address device, struct platform_dma *mapping);

/* ---- time ------------------------------------------------------------------------------- */

uint64_t platform_time_ns(void);     /* monotonic, any origin */
void platform_delay_us(uint32_t us); /* busy wait of at least this long */

struct platform_clock { /* wall clock; year 0 = unknown. Never used for order */
	uint16_t year;
	uint8_t month, day, hour, minute, second;
};
void platform_wall_clock(struct platform_clock *clock);

/* ---- console and screen ----------------------------------------------------------------- */

/* To the firmware's console (screen and serial). "\n" starts a new line. */
void platform_console_write(const char *text);
/* Next key as a character, PLATFORM_KEY_ESC for ESC, or -1 when none waits. Never blocks. */
#define PLATFORM_KEY_ESC 27
int platform_console_key(void);

/* False when there is no framebuffer; the run goes on without pictures. */
bool platform_screen_size(unsigned *width, unsigned *height);
/* Pixels are 0x00RRGGBB, `stride` pixels from one line to the next. */
void platform_screen_blit(const uint32_t *pixels, unsigned stride, unsigned x, unsigned y,
			  unsigned width, unsigned height);

/* ---- files on the stick ----------------------------------------------------------------- */

/* The whole file in fresh memory from platform_alloc, one NUL behind it (not counted). */
enum fl_err platform_file_read(const char *path, void **data, size_t *size);
/* Creates or replaces; one write call, then flush. FL_ERR_NOSPACE, FL_ERR_READONLY, FL_ERR_IO. */
enum fl_err platform_file_write(const char *path, const void *data, size_t size);
/* A file, or a directory that is empty. FL_ERR_NOTFOUND when it is not there; FL_ERR_READONLY,
 * FL_ERR_IO (also for a directory that is not empty). */
enum fl_err platform_file_remove(const char *path);
/* FL_OK when it is there (file or directory). FL_ERR_NOTFOUND otherwise. */
enum fl_err platform_file_exists(const char *path);
/* Makes the directory and its missing parents. */
enum fl_err platform_dir_create(const char *path);
/* Calls `each` with every plain name in the directory, in no order. */
enum fl_err platform_dir_list(const char *path,
			      void (*each)(void *context, const char *name, bool is_dir),
			      void *context);
/* Free bytes on the volume; FL_ERR_READONLY when it cannot be written. */
enum fl_err platform_volume_free(uint64_t *bytes);
/* The volume that holds all these files, for people: its label and where it sits; "" = there is none. */
void platform_volume_name(char *out, size_t capacity);
/* For `bench`: rewrites `size` bytes of the stick's own disk in place, with the contents just
 * read from there, through block I/O. Gives the time that the write took. */
enum fl_err platform_disk_rewrite(size_t size, uint64_t *ns);

/* ---- what the firmware knows ------------------------------------------------------------ */

/* The SMBIOS structure table. Owned by the firmware. FL_ERR_NOTFOUND when there is none. */
enum fl_err platform_smbios(const uint8_t **table, size_t *size);
/* First ACPI table with this signature. Owned by the firmware. */
enum fl_err platform_acpi(const char signature[4], const uint8_t **table, size_t *size);

struct platform_firmware {
	char vendor[64];
	char version[64];
	char interface[16]; /* "UEFI 2.70" */
	bool secure_boot;
};
void platform_firmware(struct platform_firmware *out);

/* Leaves `text` where the next boot stage finds it: EFI variable FirstlightResult (docs/report.md);
 * `keep`: it outlives the power (a write to the board's flash). */
void platform_result_publish(const char *text, bool keep);

/* ---- end -------------------------------------------------------------------------------- */

enum platform_end {
	PLATFORM_END_REBOOT,
	PLATFORM_END_SHUTDOWN,
};
/* Returns only if the firmware refused. */
void platform_end(enum platform_end how);

#endif
