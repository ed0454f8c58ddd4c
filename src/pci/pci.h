/*
 * pci.h: PCI functions found by our own enumeration, described as lspci does, brought up and put
 * back as found.
 */
#ifndef PCI_PCI_H
#define PCI_PCI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/address.h"
#include "core/diag.h"
#include "core/text.h"
#include "firstlight/platform.h"

enum pci_bar_kind { PCI_BAR_NONE, PCI_BAR_IO, PCI_BAR_MEM32, PCI_BAR_MEM64 };

struct pci_bar {
	enum pci_bar_kind kind;
	bool prefetchable;
	uint64_t address;  /* 0 = unassigned */
	uint64_t size;     /* 0 = not sized */
	bool is_forgotten; /* the register reads 0: the address is where firmware placed it */
};

#define PCI_CAPABILITIES 48
struct pci_capability {
	uint8_t id;
	uint8_t offset;
};

/* What is odd about a function; each has words in pci_finding_text. */
enum pci_finding {
	PCI_CAP_LOOP = 1u << 0,          /* capability list runs in a circle */
	PCI_CAP_BAD_POINTER = 1u << 1,   /* points below 0x40 or not to a dword */
	PCI_BAR_UNASSIGNED = 1u << 2,    /* neither the register nor firmware has an address */
	PCI_BAR_UNREACHABLE = 1u << 3,   /* above the CPU's physical addresses, or all ones */
	PCI_BAR_MISALIGNED = 1u << 4,    /* address not a multiple of the size */
	PCI_NO_FUNCTION_0 = 1u << 5,     /* higher functions answer, function 0 does not */
	PCI_NOT_MULTIFUNCTION = 1u << 6, /* higher functions answer, header type says single */
	PCI_BRIDGE_NUMBERS = 1u << 7,    /* secondary bus not above primary, or already visited */
	PCI_ALL_ONES = 1u << 8,          /* stopped answering while being read */
};

struct pci_function {
	struct pci_address address;
	uint16_t vendor, device, subvendor, subdevice;
	uint8_t revision, class_base, class_sub, header_type, interrupt_pin;
	uint16_t command;
	uint8_t power_state; /* 0..3; 0 when there is no PM capability */
	uint8_t pm_offset;   /* 0 = none */
	struct pci_bar bars[6];
	struct pci_capability capabilities[PCI_CAPABILITIES];
	unsigned capability_count;
	uint32_t findings;              /* PCI_* bits */
	uint8_t secondary, subordinate; /* bridges */
};

struct pci_list {
	struct pci_function *functions;
	size_t count, capacity;
	bool truncated; /* out of memory */
};

/* Visits every root bridge, bus, device and function, through bridges. Firmware tells what it knows of
 * a BAR; else it is sized with decoding off and put back, unless somebody uses it or it is asleep (what
 * it holds then may not be what it holds in D0). Each bus is visited once, whatever the bridges claim. */
enum fl_err pci_enumerate(struct pci_list *list, struct diag *diag);
void pci_list_free(struct pci_list *list);
const struct pci_function *pci_find(const struct pci_list *list, uint16_t vendor, uint16_t device,
				    unsigned nth);
const struct pci_function *pci_at(const struct pci_list *list, struct pci_address address);

/* As lspci -nn -v: "00:14.3 Multimedia controller [0480]: Intel ... [8086:9d32] (rev 01)", indented
 * lines for BARs with sizes, capabilities, power state, findings. `camera`: what it is called, of a function
 * that is part of a camera, which "<== camera" marks then; NULL for others. */
void pci_print(const struct pci_function *function, const char *camera, struct text_buffer *out);
const char *pci_class_name(uint8_t base, uint8_t sub);
const char *pci_finding_text(uint32_t finding); /* of one bit */

/* A function in use: what was found, to be put back. */
struct pci_device {
	struct pci_address address;
	const struct pci_function *function;
	uint64_t bar0;
	uint64_t bar0_size;
	uint16_t old_command;
	uint16_t old_msi; /* MSI control found */
	/* D-state found, 0 to 3. The other bits of PMCSR (No_Soft_Reset, PME, Data_Select) tell
	 * nothing of it and are never changed. */
	uint8_t old_state;
	uint8_t pm_offset, msi_offset;
	bool is_open;
	struct diag *diag;
};

/*
 * D0 (10 ms wait after D3hot), memory decoding on, bus master off, INTx disabled, MSI off. Nothing that
 * was read in D3hot is written back: some functions read 0 there (evidence.md 1.3). A BAR that holds no
 * address in D0 gets firmware's. Cache line size, latency and interrupt line stay as they come: a
 * function of the root complex uses none of them, and whoever does writes its own. `min_bar0` bytes are
 * required of BAR 0, and firmware must be able to read its register `first`, one that may be read at any
 * time, asleep or in reset. Errors name the cure (unassigned, all ones, above reach, not mapped, too
 * small).
 */
enum fl_err pci_open(struct pci_device *device, const struct pci_function *function,
		     uint64_t min_bar0, uint32_t first, struct diag *diag);
/* Command, MSI and power state as found; command and MSI of a function that was asleep are what it
 * showed in D0. A BAR keeps firmware's address. FL_ERR_MISMATCH when they do not read back so. */
enum fl_err pci_close(struct pci_device *device);
/* To read registers of a function that somebody may be using: one that is in D0 and decodes its memory is
 * left as it is, any other is opened. pci_close in either case. */
enum fl_err pci_look(struct pci_device *device, const struct pci_function *function,
		     struct diag *diag);
/* The first access to a register of a BAR that may lie where only firmware can reach; of what pci_look
 * left as it was, nothing has been read yet. Fails above 4 GiB only, and names the cure. */
enum fl_err pci_first_read(struct pci_device *device, uint64_t offset, uint32_t *value);
/* Bus mastering on, once nothing that an earlier owner left running can use it: enables survive D3hot
 * (evidence.md 1.2). FL_ERR_MISMATCH when the command register does not take it. */
enum fl_err pci_start_master(struct pci_device *device);
/* Bus mastering off at once, for a device that does not halt; pci_close leaves it off. */
void pci_stop_master(struct pci_device *device);

#endif
