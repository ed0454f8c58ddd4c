/* pci_regs.h: PCI configuration space, in address order (PCI Local Bus 3.0, chapter 6). */
#ifndef PCI_PCI_REGS_H
#define PCI_PCI_REGS_H

#include "core/field.h"

#define PCI_VENDOR_ID            0x00u
#define PCI_VENDOR_NONE          0xffffu
#define PCI_DEVICE_ID            0x02u
#define PCI_COMMAND              0x04u
#define PCI_COMMAND_IO           BIT(0)
#define PCI_COMMAND_MEMORY       BIT(1)
#define PCI_COMMAND_MASTER       BIT(2)
#define PCI_COMMAND_INTX_DISABLE BIT(10)
#define PCI_STATUS               0x06u
#define PCI_STATUS_CAPABILITIES  BIT(4)
#define PCI_REVISION_ID          0x08u
#define PCI_CLASS_SUB            0x0au
#define PCI_CLASS_BASE           0x0bu
#define PCI_CACHE_LINE_SIZE      0x0cu
#define PCI_HEADER_TYPE          0x0eu
#define PCI_HEADER_TYPE_LAYOUT   FIELD(6, 0)
#define PCI_HEADER_TYPE_MULTI    BIT(7)
#define PCI_BAR(n)               (0x10u + 4u * (n))
#define PCI_BAR_IS_IO            BIT(0)
#define PCI_BAR_IO_FLAGS         FIELD(1, 0)
#define PCI_BAR_TYPE             FIELD(2, 1) /* 0 = 32 bit, 2 = 64 bit */
#define PCI_BAR_PREFETCHABLE     BIT(3)
#define PCI_BAR_MEMORY_FLAGS     FIELD(3, 0)
#define PCI_BRIDGE_SECONDARY     0x19u /* layouts 1 and 2 */
#define PCI_BRIDGE_SUBORDINATE   0x1au
#define PCI_CARDBUS_CAPABILITIES 0x14u /* layout 2 */
#define PCI_SUBSYSTEM_VENDOR     0x2cu /* layout 0 */
#define PCI_SUBSYSTEM_ID         0x2eu
#define PCI_CAPABILITIES_POINTER 0x34u /* layouts 0 and 1 */
#define PCI_INTERRUPT_LINE       0x3cu
#define PCI_INTERRUPT_PIN        0x3du
#define PCI_HEADER_SIZE          0x40u
#define PCI_CONFIG_SIZE          0x100u

#define PCI_CAPABILITY_POWER     0x01u
#define PCI_PMCSR                4u          /* from the capability's start */
#define PCI_PMCSR_STATE          FIELD(1, 0) /* 0 = D0, 3 = D3hot */
#define PCI_PMCSR_PME_STATUS     BIT(15)     /* w1c */
#define PCI_CAPABILITY_MSI       0x05u
#define PCI_MSI_CONTROL          2u
#define PCI_MSI_ENABLE           BIT(0)
#define PCI_CAPABILITY_SUBSYSTEM 0x0du /* bridges: ids at +4 and +6 */

#endif
