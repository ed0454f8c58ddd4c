/*
 * cio2_regs.h: registers and memory structures of the IPU3 CIO2 (PCI 8086:9d32), in address order.
 * Source: hardware sheet cio2.md, sections 2, 3 and 8; names as there.
 */
#ifndef CAMERA_CIO2_REGS_H
#define CAMERA_CIO2_REGS_H

#include "core/field.h"

#define CIO2_PORTS    4u
#define CIO2_BAR_SIZE 0x2000u /* highest register is 0x17e8 */

/* ---- per port (p = 0..3): CSI receiver ---- */
#define CIO2_PORT(p)                             (0x400u * (p))
#define CIO2_CSIRX_ENABLE(p)                     (CIO2_PORT(p) + 0x000u)
#define CIO2_CSIRX_NOF_ENABLED_LANES(p)          (CIO2_PORT(p) + 0x004u)
#define CIO2_CSIRX_STATUS_DLANE_HS(p)            (CIO2_PORT(p) + 0x01cu) /* W1C */
#define CIO2_CSIRX_STATUS_DLANE_LP(p)            (CIO2_PORT(p) + 0x020u) /* W1C */
#define CIO2_DLANE_HS_ALL                        0x000000ffu
#define CIO2_DLANE_LP_ALL                        0x00ffffffu
#define CIO2_CSIRX_DLY_CNT_TERMEN_CLANE(p)       (CIO2_PORT(p) + 0x024u) /* units of 1/16 ns */
#define CIO2_CSIRX_DLY_CNT_SETTLE_CLANE(p)       (CIO2_PORT(p) + 0x028u)
#define CIO2_CSIRX_DLY_CNT_TERMEN_DLANE(p, lane) (CIO2_PORT(p) + 0x02cu + 8u * (lane))
#define CIO2_CSIRX_DLY_CNT_SETTLE_DLANE(p, lane) (CIO2_PORT(p) + 0x030u + 8u * (lane))

/* ---- per port: MIPI backend ---- */
#define CIO2_MIPIBE_ENABLE(p)               (CIO2_PORT(p) + 0x100u)
#define CIO2_MIPIBE_COMP_FORMAT(p, vc)      (CIO2_PORT(p) + 0x108u + 4u * (vc))
#define CIO2_MIPIBE_FORCE_RAW8(p)           (CIO2_PORT(p) + 0x120u)
#define CIO2_MIPIBE_GLOBAL_LUT_DISREGARD(p) (CIO2_PORT(p) + 0x168u)
#define CIO2_MIPIBE_SP_LUT_ENTRY(p, vc)     (CIO2_PORT(p) + 0x174u + 4u * (vc))
#define CIO2_MIPIBE_SP_LUT_ENTRIES          4u
#define CIO2_MIPIBE_LP_LUT_ENTRY(p, m)      (CIO2_PORT(p) + 0x184u + 4u * (m))
#define CIO2_MIPIBE_LP_LUT_ENTRIES          16u
#define CIO2_LUT_DISREGARD                  BIT(0)
#define CIO2_LUT_DATA_TYPE                  FIELD(12, 7)
#define CIO2_DATA_TYPE_RAW10                0x2bu /* MIPI CSI-2: RAW10 */

/* ---- per port: interrupt controller, 18 bits (section 8.3) ---- */
#define CIO2_IRQCTRL_EDGE(p)            (CIO2_PORT(p) + 0x300u)
#define CIO2_IRQCTRL_MASK(p)            (CIO2_PORT(p) + 0x304u)
#define CIO2_IRQCTRL_STATUS(p)          (CIO2_PORT(p) + 0x308u)
#define CIO2_IRQCTRL_CLEAR(p)           (CIO2_PORT(p) + 0x30cu)
#define CIO2_IRQCTRL_ENABLE(p)          (CIO2_PORT(p) + 0x310u)
#define CIO2_IRQCTRL_LEVEL_NOT_PULSE(p) (CIO2_PORT(p) + 0x314u)
#define CIO2_IRQCTRL_ALL                0x0003ffffu

/* ---- global ---- */
#define CIO2_FB_HPLL_FREQ        0x1008u
#define CIO2_ISCLK_RATIO         0x100cu
#define CIO2_CGC                 0x1400u
#define CIO2_D0I3C               0x1408u
#define CIO2_D0I3C_I3            BIT(2)  /* enter D0i3 */
#define CIO2_D0I3C_RR            BIT(3)  /* restore required */
#define CIO2_INT_STS             0x1414u /* W1C */
#define CIO2_INT_IOC0            BIT(0)  /* frame of DMA channel 0 complete */
#define CIO2_INT_IOS0            BIT(12) /* start of frame, channels 0 and 1 */
#define CIO2_INT_IOIRQ           BIT(24) /* a port's IRQCTRL has something */
#define CIO2_INT_STS_EXT_OE      0x1418u /* W1C */
#define CIO2_EXT_OE_CHANNELS     0x0007ffffu
#define CIO2_EXT_OE_PORTS        FIELD(27, 24)
#define CIO2_INT_EN              0x1420u
#define CIO2_INT_EN_EXT_OE       0x1424u
#define CIO2_PBM_ARB_CTRL        0x1460u
#define CIO2_PBM_WMCTRL1         0x1464u
#define CIO2_PBM_WMCTRL2         0x1468u
#define CIO2_PBM_FOPN_ABORT      0x1474u
#define CIO2_FOPN_ABORT(p)       (1u << (8 * (p)))
#define CIO2_FOPN_FORCE_ABORT(p) (2u << (8 * (p)))
#define CIO2_LTRCTRL             0x1480u
#define CIO2_LTRVAL23            0x1484u
#define CIO2_LTRVAL01            0x1488u

/* ---- DMA channels (n = 0..19) ---- */
#define CIO2_DMA_CHANNELS                 20u
#define CIO2_CDMABA(n)                    (0x1500u + 0x10u * (n)) /* FBPT page number */
#define CIO2_CDMARI(n)                    (0x1504u + 0x10u * (n))
#define CIO2_CDMARI_FBPT_RP               FIELD(7, 0)
#define CIO2_CDMAC0(n)                    (0x1508u + 0x10u * (n))
#define CIO2_CDMAC0_FBPT_LEN              FIELD(7, 0)  /* entries - 1 */
#define CIO2_CDMAC0_FBPT_WIDTH            FIELD(15, 8) /* entry size in 4 sub-entries */
#define CIO2_CDMAC0_INTR_ON_FS            BIT(26)
#define CIO2_CDMAC0_INTR_ON_FE            BIT(27)
#define CIO2_CDMAC0_FBPT_UPDATE_FIFO_FULL BIT(28)
#define CIO2_CDMAC0_DMA_EN                BIT(30)
#define CIO2_CDMAC0_DMA_HALTED            BIT(31) /* live status */
#define CIO2_CDMAC1(n)                    (0x150cu + 0x10u * (n))
#define CIO2_CDMAC1_LINENUMUPDATE         FIELD(31, 16)

/* ---- pixel formatter, frame control ---- */
#define CIO2_PXF_FMT_CFG0(p) (0x1700u + 0x30u * (p))
#define CIO2_FMT_PACK_64B    0u
#define CIO2_FMT_BPP_10      (1u << 2)
#define CIO2_FRF_CFG(p)      (0x1720u + 0x30u * (p))
#define CIO2_FRF_ABORT       BIT(2)
#define CIO2_SID2BID0(p)     (0x1724u + 0x30u * (p))
#define CIO2_INT_STS_EXT_IE  0x17e4u /* one byte per port, W1C */
#define CIO2_INT_EN_EXT_IE   0x17e8u

/* ---- frame buffer pointer table (section 3.1) ---- */
#define CIO2_FBPT_ENTRIES     32u
#define CIO2_FBPT_SUB_ENTRIES 8u
#define CIO2_FBPT_VALID       BIT(0)
#define CIO2_FBPT_IOC         BIT(1)
#define CIO2_FBPT_IOS         BIT(2)
#define CIO2_LOP_SLOTS        1024u /* page numbers in one LOP page: 4 MiB of pixels */

#endif
