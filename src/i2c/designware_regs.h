/*
 * designware_regs.h: Synopsys DesignWare I2C core inside Intel's LPSS, in address order.
 * Source: hardware sheet lpss-i2c.md, sections 3, 4 and 8; names as there.
 */
#ifndef I2C_DESIGNWARE_REGS_H
#define I2C_DESIGNWARE_REGS_H

#include "core/field.h"

/* ---- core: written only while ENABLE_STATUS says disabled, up to SDA_HOLD ---- */
#define IC_CON                   0x00u
#define IC_CON_MASTER            BIT(0)
#define IC_CON_SPEED             FIELD(2, 1) /* 1 standard, 2 fast and fast-plus */
#define IC_CON_10BIT_MASTER      BIT(4)
#define IC_CON_RESTART_EN        BIT(5)
#define IC_CON_SLAVE_DISABLE     BIT(6)
#define IC_TAR                   0x04u /* 7-bit address */
#define IC_SAR                   0x08u
#define IC_HS_MADDR              0x0cu
#define IC_DATA_CMD              0x10u
#define IC_DATA_CMD_DAT          FIELD(7, 0)
#define IC_DATA_CMD_READ         BIT(8)
#define IC_DATA_CMD_STOP         BIT(9)  /* after this byte */
#define IC_DATA_CMD_RESTART      BIT(10) /* before this byte */
#define IC_SS_SCL_HCNT           0x14u
#define IC_SS_SCL_LCNT           0x18u
#define IC_FS_SCL_HCNT           0x1cu /* fast-plus too */
#define IC_FS_SCL_LCNT           0x20u
#define IC_HS_SCL_HCNT           0x24u
#define IC_HS_SCL_LCNT           0x28u
#define IC_INTR_MASK             0x30u /* 1 = enabled */
#define IC_RAW_INTR_STAT         0x34u
#define IC_RX_OVER               BIT(1)
#define IC_TX_ABRT               BIT(6)
#define IC_STOP_DET              BIT(9)
#define IC_START_DET             BIT(10)
#define IC_RX_TL                 0x38u
#define IC_TX_TL                 0x3cu
#define IC_CLR_INTR              0x40u /* read: clears all latched bits and the abort */
#define IC_CLR_TX_ABRT           0x54u /* read: releases the flushed TX FIFO */
#define IC_CLR_STOP_DET          0x60u /* read */
#define IC_ENABLE                0x6cu
#define IC_ENABLE_ON             BIT(0) /* higher bits exist in newer cores only: write 0 */
#define IC_STATUS                0x70u
#define IC_STATUS_ACTIVITY       BIT(0)
#define IC_STATUS_TFE            BIT(2) /* TX FIFO empty */
#define IC_STATUS_RFNE           BIT(3) /* RX FIFO not empty */
#define IC_STATUS_MST_ACTIVITY   BIT(5)
#define IC_TXFLR                 0x74u /* FIFO fill levels */
#define IC_RXFLR                 0x78u
#define IC_SDA_HOLD              0x7cu /* in input clock cycles */
#define IC_SDA_HOLD_TX           FIELD(15, 0)
#define IC_SDA_HOLD_RX           FIELD(23, 16)
#define IC_TX_ABRT_SOURCE        0x80u
#define IC_ABRT_7B_ADDR_NOACK    BIT(0)
#define IC_ABRT_10ADDR1_NOACK    BIT(1)
#define IC_ABRT_10ADDR2_NOACK    BIT(2)
#define IC_ABRT_TXDATA_NOACK     BIT(3)
#define IC_ABRT_GCALL_NOACK      BIT(4)
#define IC_ABRT_GCALL_READ       BIT(5)
#define IC_ABRT_HS_ACKDET        BIT(6)
#define IC_ABRT_SBYTE_ACKDET     BIT(7)
#define IC_ABRT_HS_NORSTRT       BIT(8)
#define IC_ABRT_SBYTE_NORSTRT    BIT(9)
#define IC_ABRT_10B_RD_NORSTRT   BIT(10)
#define IC_ABRT_MASTER_DIS       BIT(11)
#define IC_ABRT_ARB_LOST         BIT(12)
#define IC_ABRT_SLVFLUSH_TXFIFO  BIT(13)
#define IC_ABRT_SLV_ARBLOST      BIT(14)
#define IC_ABRT_SLVRD_INTX       BIT(15)
#define IC_ABRT_USER             BIT(16)
#define IC_SLV_DATA_NACK_ONLY    0x84u
#define IC_DMA_CR                0x88u
#define IC_DMA_TDLR              0x8cu
#define IC_DMA_RDLR              0x90u
#define IC_SDA_SETUP             0x94u
#define IC_ACK_GENERAL_CALL      0x98u
#define IC_ENABLE_STATUS         0x9cu
#define IC_ENABLE_STATUS_ON      BIT(0)
#define IC_FS_SPKLEN             0xa0u
#define IC_HS_SPKLEN             0xa4u
#define IC_COMP_PARAM_1          0xf4u
#define IC_COMP_PARAM_1_RX_DEPTH FIELD(15, 8)  /* less one */
#define IC_COMP_PARAM_1_TX_DEPTH FIELD(23, 16) /* less one */
#define IC_COMP_VERSION          0xf8u
#define IC_COMP_VERSION_SDA_HOLD 0x3131312au /* "111*": SDA_HOLD exists from here on */
#define IC_COMP_TYPE             0xfcu
#define IC_COMP_TYPE_DESIGNWARE  0x44570140u

/* ---- LPSS private block ---- */
#define LPSS_RESETS          0x204u
#define LPSS_RESETS_HOST     FIELD(1, 0) /* 3 released, 0 in reset */
#define LPSS_RESETS_RELEASE  0x7u        /* host controller and iDMA */
#define LPSS_REMAP_ADDR_LOW  0x240u
#define LPSS_REMAP_ADDR_HIGH 0x244u

#define LPSS_I2C_WINDOW 0x300u /* core and private block; iDMA above is not ours */

#endif
