/* pads_regs.h: PCH pad configuration words, Sunrise Point-LP (camera-acpi.md section 9). */
#ifndef POWER_PADS_REGS_H
#define POWER_PADS_REGS_H

#include "core/field.h"

#define PCH_SIDEBAND_BASE     0xfd000000u
#define PCH_SIDEBAND_PORT(id) (PCH_SIDEBAND_BASE + ((uint32_t)(id) << 16))
#define PCH_PORT_GPIO_AB      0xafu
#define PCH_PORT_GPIO_CDE     0xaeu
#define PCH_PORT_GPIO_FG      0xacu

#define PCH_PADS_PER_GROUP 24u
#define PCH_PADS_GROUP_G   8u
#define PCH_PAD_CFG(index) (0x400u + 8u * (index)) /* DW0; DW1 holds the termination */
#define PAD_CFG_TX_STATE   BIT(0)
#define PAD_CFG_RX_STATE   BIT(1) /* ro */
#define PAD_CFG_TX_DISABLE BIT(8)
#define PAD_CFG_RX_DISABLE BIT(9)
#define PAD_CFG_MODE       FIELD(13, 10) /* 0 = GPIO */

#endif
