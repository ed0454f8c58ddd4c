/*
 * memory.h: inside of the two-faced memory, shared by memory.c, lines.c, trap.c and
 * platform_host.c.
 */
#ifndef TESTS_HOST_MEMORY_H
#define TESTS_HOST_MEMORY_H

#include "cache/lines.h"
#include "tests/host/host.h"

#define ARENA_PAGES (256u * 1024u) /* 1 GiB of address space; only what is used costs memory */
#define PAGE_LINES  (PAGE_SIZE / CACHE_LINE_SIZE)
#define POISON      0xdb

enum line_flags {
	LINE_VALID = 1u << 0,  /* reached memory at least once */
	LINE_DEVICE = 1u << 1, /* memory holds device data that the CPU face does not show */
	LINE_FLUSH = 1u << 2,  /* CLFLUSH or CLFLUSHOPT under way, waits for a fence */
	LINE_CLWB = 1u << 3,   /* CLWB under way, waits for a fence */
	LINE_FAILED = 1u << 4, /* under way, but may have happened before the device wrote */
	LINE_LUCK = 1u << 5,   /* reached memory by an eviction, not by a flush */
};

struct page {
	uint64_t
		bus; /* page address for the function that it was allocated for, 0 = not allocated */
	uint16_t stale; /* lines with LINE_DEVICE */
	bool closed;    /* CPU accesses trap */
};

/* What the IOMMU knows of a bus page. */
struct translation {
	uint32_t page;     /* arena page + 1, 0 = nothing is mapped there */
	uint16_t function; /* whose it is (memory_function), 0 = every function's */
};

struct memory {
	uint8_t *cpu;      /* what pointers reach */
	uint8_t *alias;    /* the same memory, never protected */
	uint8_t *ram;      /* what devices reach */
	uint8_t *base;     /* CPU face as it was when line and memory last agreed */
	uint8_t *shot;     /* CPU face as it was when the flush under way was issued */
	uint8_t *flags;    /* per line */
	uint32_t *written; /* per line: fence count when the device last wrote it */
	struct page *pages;
	struct translation *bus_low; /* by bus page number, below BUS_END */
	uint32_t next;               /* page at which the search for free ones begins */
	bool coherent;
	enum host_addressing addressing;
	uint64_t bus_offset;
	unsigned adversary;
	uint32_t fences;      /* executed since reset */
	bool device_wrote;    /* since the last fence */
	unsigned closed;      /* pages that trap */
	const char **purpose; /* per page: what a device used it for, NULL = never */
	const char *purpose_now;
	uint64_t random;
};
extern struct memory host_memory;

void memory_reset(uint64_t seed);
uint32_t memory_random(uint32_t bound);
/* Index of the line of a CPU address in the arena, or false. */
bool memory_line(const void *cpu, size_t *line);
bool memory_allocated(size_t line);
bool memory_dirty(size_t line);
/* `from` is the CPU face now (alias) or as it was when the flush was issued (shot); `by` says who.
 */
void memory_write_back_from(size_t line, const uint8_t *from, const char *by);
void memory_write_back(size_t line, const char *by);
void memory_refetch(size_t line);
void memory_mark_device(size_t line);
void memory_close(size_t page);
void memory_open(size_t page);
/* A function as the IOMMU tells it from others; never 0. */
uint16_t memory_function(struct pci_address address);
enum fl_err memory_alloc(uint16_t function, size_t pages, unsigned address_bits, void **cpu,
			 uint64_t *bus);
void memory_free(void *cpu, size_t pages);
/* The address at which a second function reaches allocated pages. */
enum fl_err memory_share(uint16_t function, const void *cpu, size_t pages, unsigned address_bits,
			 uint64_t *bus);
void memory_unshare(const void *cpu, uint64_t bus, size_t pages);
/* Bus master access; `function` 0 = any. False when the IOMMU maps a byte of it not for this one. */
bool memory_device_read(uint16_t function, uint64_t bus, void *data, size_t size);
bool memory_device_write(uint16_t function, uint64_t bus, const void *data, size_t size);
unsigned long memory_live(void);
/* A platform call: the adversary's turn. */
void memory_event(void);

void finding_add(enum host_finding_kind kind, size_t line, const void *pc, const char *detail);
void findings_reset(void);
const char *finding_structure(const void *cpu);

/* Time that instructions take; the board gets its turn at the next platform call. */
void time_add_ns(uint64_t ns);

/* In a child process: DMA memory of its own instead of the parent's. */
void memory_detach(void);

/* The functions that every address lies in, from the inside, inlined ones too, as "name at path:line".
 * NULL addresses have none. */
void symbols_each(const void *const *pcs, size_t count,
		  void (*each)(void *context, size_t index, const char *function), void *context);

/* sweep.c: a primitive is about to run; `is_dma` unless it concerns other memory only. */
void sweep_call(bool is_dma, bool is_idle);
/* A finding, or the end of the test: ends a child of the sweep. */
void sweep_finding(enum host_finding_kind kind);
/* Did anybody use the lines that the mutated call was for, after it. */
bool lines_mutation_mattered(void);
/* In a child of the sweep: true in a new process that tries another order of events, which goes on
 * until sweep_try_end; false in the old one, after that. False at once outside of a sweep. */
bool sweep_try(void);
void sweep_try_end(void);
void sweep_reset(void);

void lines_reset(void);
/* A device or the CPU used this line: lets a late mutation happen. */
void lines_used(size_t line);

void trap_install(void);
void trap_reset(void);
/* Closes again what a trap opened. */
void trap_rearm(void);

#endif
