/*
 * inside.h: the core among its own files: the board with its functions (vboard.c), what a model calls
 * (model.c), and what the one who serves the board calls (pci.c).
 */
#ifndef VBOARD_INSIDE_H
#define VBOARD_INSIDE_H

#include "vboard/core/board.h"
#include "vboard/core/bytes.h"
#include "vboard/core/decide.h"
#include "vboard/core/fault.h"
#include "vboard/core/model.h"

#define BOARD_FUNCTIONS 16u

/* Configuration space (PCI 3.0). */
#define PCI_VENDOR               0x00
#define PCI_DEVICE               0x02
#define PCI_COMMAND              0x04
#define PCI_COMMAND_MEMORY       0x0002u
#define PCI_COMMAND_MASTER       0x0004u
#define PCI_COMMAND_INTX_OFF     0x0400u
#define PCI_COMMAND_WRITABLE     0x0546u
#define PCI_STATUS               0x06
#define PCI_STATUS_INTERRUPT     0x0008u
#define PCI_STATUS_CAPABILITIES  0x0010u
#define PCI_REVISION             0x08
#define PCI_CACHE_LINE           0x0c
#define PCI_LATENCY              0x0d
#define PCI_HEADER               0x0e
#define PCI_HEADER_MULTIFUNCTION 0x80u
#define PCI_BAR0                 0x10
#define PCI_SUBSYSTEM_VENDOR     0x2c
#define PCI_SUBSYSTEM            0x2e
#define PCI_CAPABILITIES         0x34
#define PCI_INTERRUPT_LINE       0x3c
#define PCI_INTERRUPT_PIN        0x3d

#define PCI_CAP_PM           0x01
#define PCI_CAP_MSI          0x05
#define PCI_CAP_VENDOR       0x09
#define PCI_VENDOR_LENGTH    2
#define PCI_CAP_AF           0x13
#define PCI_AF_LENGTH        2
#define PCI_AF_CAPABILITIES  3
#define PCI_AF_HAS_PENDING   0x01u
#define PCI_AF_CAN_FLR       0x02u
#define PCI_AF_CONTROL       4
#define PCI_AF_INITIATE_FLR  0x01u
#define PCI_PM_CSR           4
#define PCI_PM_STATE         0x03u
#define PCI_PM_NO_SOFT_RESET 0x08u
#define PCI_MSI_CONTROL      2
#define PCI_MSI_ENABLE       0x01u
#define PCI_MSI_ADDRESS      4
#define PCI_MSI_DATA         12

struct slot {
	struct model *model;
	uint8_t power_on[256]; /* what config space holds after reset */
	uint64_t d0_since;     /* ns; 0 when it was always in D0 */
	bool intx_out;         /* what the host was told */
};

struct vboard {
	struct vboard_options options;
	struct vboard_host host;
	struct fault_set faults;
	struct decisions decisions;
	struct slot slots[BOARD_FUNCTIONS];
	unsigned count;
	void *parts; /* of the board's file */
	uint64_t random;
	uint64_t start_ns;
	unsigned violations;
};

static inline bool model_is_d0(const struct model *model)
{
	return !model->pm_offset || !(model->config[model->pm_offset + PCI_PM_CSR] & PCI_PM_STATE);
}

static inline uint16_t model_command(const struct model *model)
{
	return (uint16_t)get_le16(&model->config[PCI_COMMAND]);
}

/* ---- model.c ---- */

/* The pin follows the model's level unless the command register or the power state holds it. */
void model_update_intx(struct model *model);

#endif
