/*
 * coherence.h: DMA on a machine that does not snoop (--coherence none). The coherence witness, a
 * plugin inside QEMU, keeps a shadow of guest RAM that shows only what has been written back;
 * devices read and write the shadow. What goes wrong becomes a finding that names the culprit.
 * docs/witness.md has the rules; witness/state.h what is shared with the plugin.
 */
#ifndef VBOARD_COHERENCE_H
#define VBOARD_COHERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct coherence;

/* RAM that the witness can follow: file offset equals guest-physical address below 2 GiB. */
#define COHERENCE_RAM_MAX (2ull << 30)

/* Exit status of virtual-board when there is any finding: even, so that no isa-debug-exit gives it.
 */
#define COHERENCE_EXIT 70

/* `ram_fd` is the file behind guest RAM, `ram_bytes` long; stays the caller's. Makes shadow and
 * state, which QEMU inherits as descriptors. NULL with a message in `error`. */
struct coherence *coherence_new(int ram_fd, uint64_t ram_bytes, char *error, size_t error_size);
void coherence_free(struct coherence *coherence);

/*
 * The value for QEMU's -plugin: the plugin that fits `qemu`'s version, from `directory`, with all
 * its arguments; `extra` ("drop=5") may be NULL. False with a message when QEMU does not say its
 * version or the plugin is not there.
 */
bool coherence_plugin(const struct coherence *coherence, const char *qemu, const char *directory,
		      const char *extra, char *out, size_t size, char *error, size_t error_size);
/* The plugin's interface number for the text of `qemu --version`; 0 = not understood. */
unsigned coherence_plugin_api(const char *version_text);

/* struct link_dma and vboard_host callbacks; the context is the struct coherence. False when a
 * byte lies outside RAM. */
bool coherence_read(void *coherence, uint64_t address, void *data, size_t size);
bool coherence_write(void *coherence, uint64_t address, const void *data, size_t size);
void coherence_purpose(void *coherence, const char *what);

/*
 * Devices work only while the vCPU stands still, so that neither side needs a lock: in HLT, or waiting for an answer.
 * coherence_stand_still tells whether it does (before the witness is armed nothing of memory is known, and it need
 * not); if not, it is asked to, until coherence_go_on. It then sends a byte on the socket and waits there for one.
 */
bool coherence_stand_still(void *coherence);
void coherence_go_on(void *coherence);
/* Before and after a register access is served: what the CPU stored before it is meant to be seen, and what devices
 * wrote before its end the CPU may know of. */
void coherence_contact(void *coherence);
int coherence_socket(const struct coherence *coherence);

/* Reset of the machine: caches are empty again, nothing is known of memory. */
void coherence_reset(void *coherence);

/* Prints every finding of both sides, one a line, and a summary; `elf` is the program with symbols
 * or NULL. Returns the number of findings. */
unsigned coherence_report(struct coherence *coherence, const char *elf, FILE *out);

/* For tests: what the plugin maps. */
struct witness_header *coherence_state(struct coherence *coherence);
uint8_t *coherence_shadow(struct coherence *coherence);

#endif
