/*
 * link.h: serving the virtual board to a QEMU process: the proxy protocol (virtual-board.md A),
 * guest memory, interrupts through qtest, and the QEMU command line. Only main.c and link*.c use
 * it; the models and the host tests do not.
 */
#ifndef VBOARD_LINK_H
#define VBOARD_LINK_H

#include "vboard/core/vboard.h"

#include <sys/types.h>

#define LINK_FUNCTIONS 12u
#define LINK_REGIONS   8u

/* ---- Guest memory (link_memory.c) ---- */

struct link_region {
	uint64_t gpa, size;
	uint8_t *host;
};

/* A RAM file that QEMU has shown us, mapped once as a whole. */
struct link_file {
	dev_t device;
	ino_t inode;
	uint8_t *base;
	size_t size;
};

struct link_memory {
	unsigned region_count, file_count;
	struct link_region regions[LINK_REGIONS];
	struct link_file files[LINK_REGIONS];
};

/* One SYNC_SYSMEM message: the current view of RAM. Takes the fds and closes them. */
void link_memory_sync(struct link_memory *memory, const uint64_t *gpas, const uint64_t *sizes,
		      const int64_t *offsets, const int *fds, unsigned count);
/* Host address of guest-physical memory, NULL unless all of it lies in one region. */
uint8_t *link_memory_at(const struct link_memory *memory, uint64_t gpa, size_t size);
void link_memory_free(struct link_memory *memory);

/* How bus masters reach memory. A machine that snoops reads and writes RAM itself; one that does
 * not (--coherence none) puts its own pair here before link_serve. */
struct link_dma {
	void *context;
	bool (*read)(void *context, uint64_t gpa, void *data, size_t size);
	bool (*write)(void *context, uint64_t gpa, const void *data, size_t size);
	/* The rest only where devices may not work beside a running vCPU, else NULL. */
	void (*reset)(void *context); /* the machine was reset */
	/* Does the vCPU stand still? It is asked to until `go_on`: it says so on `socket` with a byte, and waits
	 * there for one. */
	bool (*stand_still)(void *context);
	void (*go_on)(void *context);
	void (*contact)(void *context); /* before and after a register access */
	int socket;
};

void link_dma_snoop(struct link_dma *dma, struct link_memory *memory);

/* ---- QEMU's command line (link_qemu.c) ---- */

enum link_machine {
	LINK_MACHINE_PC,
	LINK_MACHINE_Q35,
};

/* What the user's own arguments say. */
struct link_qemu {
	char **user; /* program name first */
	int user_count;
	enum link_machine machine;
	uint64_t ram_bytes;
	bool has_backend; /* the user gave a memory backend */
	bool has_smbios;  /* the user gave an SMBIOS type 1 */
	bool coherence_none;
	int ram_fd; /* RAM file made by us, -1 when the user has a backend */
	int proxy_fds[LINK_FUNCTIONS];
	int qtest_fd;
	int monitor_fd;   /* -1: none is wanted */
	char **arguments; /* result, NULL-terminated, from malloc */
	int argument_count;
};

/* Reads the user's arguments; false with a message in `error`. */
bool link_qemu_parse(struct link_qemu *qemu, char *error, size_t error_size);
/* Builds `arguments` for these functions, and names the machine as `kind` says. */
bool link_qemu_build(struct link_qemu *qemu, const struct vboard *board,
		     const struct board_kind *kind);
/* Appends one argument (a copy). For options that add to the command line. */
bool link_qemu_add(struct link_qemu *qemu, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void link_qemu_free(struct link_qemu *qemu);

/* ---- Serving (link.c) ---- */

struct link {
	struct vboard *board;
	struct link_memory memory;
	struct link_dma dma;
	uint64_t next;     /* ns; the models have something to do */
	uint64_t answered; /* ns; the vCPU was let go on */
	bool stop_wanted;  /* and it has been asked to stand still */
	enum link_machine machine;
	unsigned count;
	int sockets[LINK_FUNCTIONS];
	int qtest;
	int monitor; /* -1: none */
	size_t monitor_said;
	char monitor_text[1024]; /* the last of what it said */
	pid_t qemu;
	int signals; /* signalfd: SIGCHLD, SIGINT, SIGTERM, SIGHUP */
	bool intx[LINK_FUNCTIONS];
	bool started[LINK_FUNCTIONS]; /* was reset: what comes now is the guest's */
	uint64_t killed_at;           /* ns; SIGTERM was sent to QEMU */
	bool failed;                  /* protocol error, said on stderr */
	uint64_t messages;
};

uint64_t link_now_ns(void *context);
bool link_dma_read(void *context, uint64_t address, void *data, size_t size);
bool link_dma_write(void *context, uint64_t address, const void *data, size_t size);
void link_msi(void *context, uint64_t address, uint32_t data);
void link_intx(void *context, unsigned index, bool level);

/* ---- Functions that firmware hides (link_place.c) ---- */

/* Has the board any? Then QEMU needs a monitor. */
bool link_hides(const struct vboard *board);
/* The machine was reset: puts BAR 0 of each at its address once QEMU's main loop runs. */
void link_place(struct link *link);
/* The monitor has said something. */
void link_place_answer(struct link *link);

/* Serves until QEMU has ended; returns its exit status (128 + signal when it was killed). */
int link_serve(struct link *link);

#endif
