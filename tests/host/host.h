/*
 * host.h: the machine of the host tests. Implements include/firstlight/platform.h and
 * cache/lines.h on a POSIX process, with the virtual board's models attached.
 *
 * Memory for DMA has two faces: the one that CPU pointers reach and the one that devices reach.
 * By default the machine does NOT snoop: only the cache primitives (and a seeded adversary that
 * does what the architecture allows) move lines between them. A mistake becomes a finding.
 *
 * Use: host_reset(seed) at the start of a test; host_attach_board or fakes; the code under test;
 * assert host_leaks() == 0 and host_finding_count() == 0; host_detach.
 */
#ifndef TESTS_HOST_HOST_H
#define TESTS_HOST_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firstlight/platform.h"
#include "vboard/core/vboard.h"

/* Everything back to the start: heap and DMA memory of the last test released, files, console,
 * findings, fixtures and options cleared, board detached, time 0, non-coherent memory with the
 * adversary on, every bus address its function's own and unlike the CPU's. Same seed, same behaviour. */
void host_reset(uint64_t seed);

/* ---- heap ------------------------------------------------------------------------------- */

/* The k-th later platform_alloc or platform_dma_alloc (1 = the next) fails, once; 0 = none. */
void host_fail_allocation(unsigned long k);
/* A small machine: platform_dma_alloc fails beyond so many pages in use; 0 = no limit. */
void host_limit_dma(size_t pages);
/* platform_alloc and platform_dma_alloc calls since host_reset, failed ones included. */
unsigned long host_allocations(void);
/* Blocks and DMA mappings that are still alive. */
unsigned long host_leaks(void);

/* ---- time ------------------------------------------------------------------------------- */

/* Virtual: moves by register accesses (1 us), reads of the clock (10 ns) and platform_delay_us. */
uint64_t host_time_ns(void);
/* Lets time pass and the board do what is due. */
void host_advance_ns(uint64_t ns);
/* A CPU that is away (system management mode, an interrupt of firmware, a busy host): about every
 * `every_ns` it is not there for about `length_ns`, each 50 to 150 % by the seed, while time and
 * the board go on. It leaves between two platform calls, within a delay, or after a register was
 * read and before the value is used. 0, 0 = never. */
void host_set_stalls(uint64_t length_ns, uint64_t every_ns);
/* How often it was away, and for how long in all. */
unsigned long host_stalls(uint64_t *total_ns);
void host_set_wall_clock(const struct platform_clock *clock);

/* ---- the board -------------------------------------------------------------------------- */

/*
 * Attaches the virtual board: its functions answer on bus 0, their BARs are assigned from
 * 0xd0000000 up like firmware does (decoding off), beside a host bridge at 00:00.0. `options` may
 * be NULL (seed of host_reset, fps max), and so may its board (the default). NULL with a message on stderr when an option is wrong.
 */
struct vboard *host_attach_board(const struct vboard_options *options);
void host_detach(void);
struct vboard *host_board(void);
/* Firmware gave BAR 0 of this function of the board no address. After host_attach_board. */
void host_unassign_bar(unsigned device, unsigned func);
/* What the board complained about (vboard_host.violation). */
unsigned host_violation_count(void);
const char *host_violation(unsigned index);
unsigned host_msi_count(void);

/* ---- PCI and MMIO fakes ----------------------------------------------------------------- */

/* A function that is only a configuration space. Copied by host_add_pci. */
struct host_pci {
	struct pci_address address;
	uint8_t config[4096];
	uint8_t writable[4096];        /* bits that a write may change */
	struct platform_bar placed[6]; /* what platform_pci_bar tells; address 0 = it does not */
	/* May be NULL. Called instead of the array; `context` is the caller's. */
	uint32_t (*read)(void *context, unsigned offset, unsigned width);
	void (*write)(void *context, unsigned offset, unsigned width, uint32_t value);
	void *context;
};
/* Returns the machine's copy, valid until host_reset: tests may change it later. */
struct host_pci *host_add_pci(const struct host_pci *function);
/* Identity, class and header type in a struct that is otherwise zero; command bits writable. */
void host_pci_init(struct host_pci *function, unsigned bus, unsigned device, unsigned func,
		   uint16_t vendor, uint16_t device_id, uint32_t class_code);
/* Gives BAR `index` a size (power of two, 16 and up), the low type bits and an address. */
void host_pci_bar(struct host_pci *function, unsigned index, uint32_t size, uint32_t type_bits,
		  uint32_t address);
/* Replaces the one root bridge (segment 0, buses 0 to 255). */
void host_set_pci_roots(const struct pci_root *roots, unsigned count);

/* A window of fake registers; either callback may be NULL (reads all ones, writes dropped). */
struct host_mmio {
	uint64_t base, size;
	uint32_t (*read)(void *context, uint64_t offset, unsigned width);
	void (*write)(void *context, uint64_t offset, unsigned width, uint32_t value);
	void *context;
};
void host_add_mmio(const struct host_mmio *window);
/* platform_mmio_first_read fails with this; FL_OK = it reads (default). */
void host_fail_first_read(enum fl_err err);
/* Accesses that no window or BAR answered, misaligned ones included. */
unsigned host_stray_accesses(void);
/* Register and configuration accesses since host_reset. */
unsigned long host_access_count(void);

/* ---- memory with two faces -------------------------------------------------------------- */

enum host_addressing {
	HOST_BUS_OFFSET,   /* bus = CPU address + a seeded constant; below 4 GiB */
	HOST_BUS_IDENTITY, /* bus = CPU address, as on UEFI without an IOMMU; below 4 GiB */
	HOST_BUS_IOMMU,    /* every mapping at a random place of its function's own, unmapped pages
			    * around it; above 4 GiB too where address_bits allows (default) */
	HOST_BUS_HIGH,     /* above 4 GiB where address_bits allows, else as HOST_BUS_OFFSET */
};
/* Before the first platform_dma_alloc. */
void host_set_addressing(enum host_addressing addressing);
/* Snooping machine: one face, nothing is checked. Before the first platform_dma_alloc. */
void host_set_coherent(bool coherent);
/* One event in `rate` (a platform call or a cache primitive) lets the adversary evict a dirty or
 * refetch a clean line; 0 = never. Default 4. */
void host_set_adversary(unsigned rate);

/* Bus master access as a device does it; false when a byte lies outside DMA memory. */
bool host_device_read(uint64_t bus, void *data, size_t size);
bool host_device_write(uint64_t bus, const void *data, size_t size);
/* CPU address behind a bus address, NULL when there is none. */
void *host_bus_to_cpu(uint64_t bus);

enum host_finding_kind {
	HOST_NEVER_WRITTEN_BACK, /* device read a line that was never written back: got poison */
	HOST_DEVICE_STALE,       /* device read a line that the CPU changed since the write-back */
	HOST_NO_FENCE,           /* the same, but a flush was on its way: the fence is missing */
	HOST_DIRTY_OVERWRITE,    /* device wrote a line that is dirty in the cache */
	HOST_WRITE_BACK_OVER,    /* a dirty line was written back over what the device wrote */
	HOST_CPU_STALE,    /* CPU read a line that still holds what was there before the device */
	HOST_FREED_STALE,  /* memory was given back while the cache hides what the device wrote */
	HOST_FREED_IN_USE, /* memory was given back while its device may still use it */
};
struct host_finding {
	enum host_finding_kind kind;
	uint64_t bus;          /* address of the line as the device sees it */
	const void *cpu;       /* and as the CPU sees it */
	const char *structure; /* from the resolver, the named ranges, or what the board used it
				* for; "?" if none knows */
	const void *pc;        /* HOST_CPU_STALE: the instruction that read, else NULL */
	unsigned long call;    /* number of cache primitives called before */
	char text[240];        /* one line for people */
};
/* All are counted; the first HOST_FINDINGS are kept. */
#define HOST_FINDINGS 64
unsigned host_finding_count(void);
const struct host_finding *host_finding(unsigned index);
/* "frame 2" for a CPU address, or NULL. With src/dma: a wrapper around dma_find. */
void host_set_resolver(const char *(*resolve)(void *context, const void *cpu), void *context);
/* Is HOST_FREED_IN_USE looked for? Off by default. */
void host_check_freed(bool on);
/* `name` must outlive the test. */
void host_name_range(const void *cpu, size_t size, const char *name);
/* Lines of the range in which the CPU would read something else than what is in memory. */
size_t host_stale_lines(const void *cpu, size_t size);
/* Lines of the range that the CPU changed and nobody wrote back. */
size_t host_dirty_lines(const void *cpu, size_t size);
/* Prints all findings to stderr, with function and line where a pc is known. */
void host_print_findings(void);

/* ---- mutation --------------------------------------------------------------------------- */

/*
 * Every call of a cache/lines.h primitive has a running number from 1. A mutation concerns one:
 *   DROP   it does nothing.
 *   LATE   it happens just after a device, or the CPU, has first used one of its lines (a fence:
 *          one of the lines that wait for it), which is the earliest moment that is surely late.
 *   EARLY  it happens before the stores, or the device's writes, that it is there for: lines reach
 *          memory as they were then. A fence: before the flushes that it is there for.
 * Set after host_reset, before the run. A run that ends well and without findings means that the
 * call is redundant or that nothing tests it.
 */
enum host_mutation { HOST_MUTATE_NONE, HOST_MUTATE_DROP, HOST_MUTATE_LATE, HOST_MUTATE_EARLY };
void host_mutate(enum host_mutation kind, unsigned long call);
/* Primitives called since host_reset. */
unsigned long host_primitive_calls(void);
/* And calls of cache_witness_arm. */
unsigned host_witness_arms(void);
/* What call n was; false when there was none. */
struct host_primitive {
	const char *name; /* "clflushopt", "fence" ... */
	const void *line; /* first line, NULL for fence and wbinvd */
	size_t count;
	const void *caller; /* return address */
	char structure[48]; /* name of what the first line belongs to, when it was called */
};
bool host_primitive(unsigned long call, struct host_primitive *out);
/*
 * All mutations of all calls in one run: at every call, for each kind, a child process takes the
 * mutated way. It ends at its first finding (caught), or in host_sweep_end: caught when the run has
 * not passed, else the mutation has survived. Calls that concern no DMA memory, and calls that have
 * nothing to do at that moment (no line dirty or stale, nothing to order), are only counted. So are
 * mutations after which nobody used the lines any more, if the same call in src/dma or src/mmu was caught before or
 * after; otherwise they count as survivors.
 */
struct host_sweep {
	unsigned long calls, other, idle; /* all; for other memory; with nothing to do */
	unsigned long mutations, caught, survived;
	unsigned long moot; /* the lines were not used again: the end of a run */
	unsigned long by_finding, by_result, by_crash; /* how they were caught */
};
void host_sweep_begin(void);
/* `passed`: did the run end as it should. Prints survivors and score to stderr; returns only in the
 * parent. */
void host_sweep_end(bool passed, struct host_sweep *score);
/* "dma_sync (src/dma/dma.c:12)" for an address in this program; needs addr2line, else hex. */
void host_symbol(const void *pc, char *out, size_t capacity);

/* ---- files, console, screen, tables ----------------------------------------------------- */

/* The stick is a tree in memory. */
void host_file_put(const char *path, const void *data, size_t size);
/* Contents, NULL when it is not there; *size may be NULL. */
const void *host_file_get(const char *path, size_t *size);
unsigned host_file_count(void);
/* Total bytes that the stick holds, default 1 GiB. Beyond: FL_ERR_NOSPACE. */
void host_disk_capacity(uint64_t bytes);
void host_disk_readonly(bool readonly);
/* Space is given in whole clusters of so many bytes, for directories too, as FAT does it; 0 = bytes
 * and free directories (default). */
void host_disk_cluster(uint64_t bytes);
/* A volume that does not tell what is free: FL_ERR_UNSUPPORTED. */
void host_disk_mute(bool mute);
/* Reading and writing take time, in which the board goes on; default 30 MB/s. 0 = none. */
void host_disk_speed(uint64_t bytes_per_second);
/* The k-th later platform_file_write (1 = the next) fails with `err`, once. */
void host_fail_write(unsigned long k, enum fl_err err);
/* The k-th later platform_file_write says that it went well, but one bit of what is stored is wrong,
 * at a seeded place. */
void host_corrupt_write(unsigned long k);
/* The same, but the last byte is missing. */
void host_shorten_write(unsigned long k);
/* The next folder made whose name ends so is not empty: a file system that is damaged. */
void host_dir_damage(const char *end);
/* The next file whose path ends so is stored like that. */
void host_corrupt_file(const char *end);
/* The stick is pulled out: in the write that reaches so many bytes, all writes since now counted, or
 * at that moment of host_time_ns. From then on nothing is found and everything else is FL_ERR_IO.
 * What was stored before is still there for host_file_get. UINT64_MAX = not pulled. */
void host_disk_pull_after(uint64_t bytes);
void host_disk_pull_at(uint64_t ns);
/* Or in the k-th later platform_file_write. */
void host_disk_pull_write(unsigned long k);

/* All that was written to the console since host_reset. */
const char *host_console(void);
/* Keys that platform_console_key gives, one per call; -1 after the end. '.' = no key this time. */
void host_set_keys(const char *keys);
/* A key that is pressed at that moment of host_time_ns, before those of host_set_keys. One. */
void host_key_at(uint64_t ns, int key);
/* Screen of this size, 0 x 0 = none (default 1280 x 800). */
void host_set_screen(unsigned width, unsigned height);
const uint32_t *host_screen(unsigned *width, unsigned *height);
/* Drawing takes time, in which the board goes on: 4 bytes a pixel, and a character of the console is
 * 8 x 19 of them. 0 = none (default). */
void host_screen_speed(uint64_t bytes_per_second);

/* Tables are the caller's and must stay. NULL removes. */
void host_set_smbios(const uint8_t *table, size_t size);
void host_set_acpi(const char signature[4], const uint8_t *table, size_t size);
void host_set_secure_boot(bool on);

/* What platform_result_publish and platform_end were given; "" and -1 before. */
const char *host_published(void);
/* Was it asked to outlive the power? */
bool host_published_kept(void);
int host_end(void);

#endif
