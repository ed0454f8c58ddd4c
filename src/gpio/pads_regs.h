/*
 * pads_regs.h: a community of PCH pads, Sunrise Point-LP, as its sideband port shows it (camera-acpi.md
 * section 9; how the registers of ownership and locks are laid out: Intel 332691, GPIO community
 * registers, and Intel's published PchRegsGpio.h).
 */
#ifndef GPIO_PADS_REGS_H
#define GPIO_PADS_REGS_H

#include "core/field.h"

#define PCH_PORT_GPIO_AB  0xafu
#define PCH_PORT_GPIO_CDE 0xaeu
#define PCH_PORT_GPIO_FG  0xacu

#define PCH_PADS_PER_GROUP 24u
#define PCH_PADS_GROUP_G   8u

/* `group` counts in its community, `pad` in its group. */
#define PAD_OWNER(group, pad) (0x20u + 0x10u * (group) + 4u * ((pad) / 8)) /* 4 bits a pad */
#define PAD_OWNER_SHIFT(pad)  (4u * ((pad) % 8))
#define PAD_OWNER_MASK        3u
#define PAD_OWNER_HOST        0u
#define PAD_OWNER_ME          1u
#define PAD_OWNER_ISH         2u
#define PAD_LOCK(group)       (0xa0u + 8u * (group)) /* a bit a pad: all but the output level */
#define PAD_LOCK_LEVEL(group) (0xa4u + 8u * (group)) /* the output level */
#define PAD_DRIVER(group)     (0xd0u + 4u * (group)) /* a bit a pad: 0 = events go to ACPI */

#define PAD_CFG(group, pad) (0x400u + 8u * (PCH_PADS_PER_GROUP * (group) + (pad))) /* DW0 */
#define PAD_CFG_TX_STATE    BIT(0)
#define PAD_CFG_RX_STATE    BIT(1) /* ro */
#define PAD_CFG_TX_DISABLE  BIT(8)
#define PAD_CFG_RX_DISABLE  BIT(9)
#define PAD_CFG_MODE        FIELD(13, 10) /* 0 = GPIO */

#endif
