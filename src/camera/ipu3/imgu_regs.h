/*
 * imgu_regs.h: registers of the IPU3 ImgU (PCI 8086:1919) that power, MMU and boot need, in address
 * order. Source: hardware sheet imgu.md section 2; names as there.
 */
#ifndef CAMERA_IMGU_REGS_H
#define CAMERA_IMGU_REGS_H

#include "core/field.h"

#define IMGU_BAR_SIZE 0x400000u
#define IMGU_WINDOW   0x1d000u /* highest offset that is documented lies below */

/* ---- wrapper ---- */
#define IMGU_PM_CTRL              0x000u
#define IMGU_PM_CTRL_START        BIT(0) /* reads 0 when the request is done */
#define IMGU_PM_CTRL_RACE_TO_HALT BIT(2)
#define IMGU_PM_CTRL_CSS_PWRDN    BIT(4)
#define IMGU_PM_CTRL_RST_AT_EOF   BIT(5)
#define IMGU_PM_CTRL_FORCE_HALT   BIT(6)
#define IMGU_PM_CTRL_FORCE_UNHALT BIT(7)
#define IMGU_PM_CTRL_FORCE_RESET  BIT(9)
#define IMGU_SYSTEM_REQ           0x018u /* frequency in 25 MHz */
#define IMGU_INT_STATUS           0x030u
#define IMGU_INT_ENABLE           0x034u
#define IMGU_STATE                0x130u
#define IMGU_STATE_HALT_STS       BIT(0)
#define IMGU_STATE_IDLE_STS       BIT(1)
#define IMGU_STATE_POWER_UP       BIT(2)
#define IMGU_STATE_POWER_DOWN     BIT(3)
#define IMGU_STATE_PWRDNM_FSM     FIELD(24, 21)
#define IMGU_PM_STS               0x140u

/* ---- CSS: lost by FORCE_RESET ---- */
#define IMGU_ISP_CTRL             0x4000u
#define IMGU_ISP_START_ADDR       0x4004u
#define IMGU_ISP_ICACHE_ADDR      0x4010u
#define IMGU_ISP_PC               0x401cu
#define IMGU_SP_CTRL(n)           (0x4100u + 0x100u * (n))
#define IMGU_CTRL_START           BIT(1) /* ISP_CTRL and SP_CTRL alike */
#define IMGU_CTRL_RUN             BIT(3)
#define IMGU_CTRL_IDLE            BIT(5)
#define IMGU_CTRL_ICACHE_INV      BIT(12)
#define IMGU_SP_START_ADDR(n)     (0x4104u + 0x100u * (n))
#define IMGU_SP_ICACHE_ADDR(n)    (0x411cu + 0x100u * (n))
#define IMGU_SP_PC(n)             (0x4134u + 0x100u * (n))
#define IMGU_TLB_INVALIDATE       0x4300u /* write 1 */
#define IMGU_L1_PHYS              0x4304u /* page number of the L1 table, 27 bits */
#define IMGU_CIO_GATE_BURST_STATE 0x4404u
#define IMGU_CIO_GATE_BURST       BIT(7)
#define IMGU_GP_BUSY              0x4500u
#define IMGU_MONITOR_SP1          0x4520u /* even bits: valid */
#define IMGU_MONITOR_ISP          0x4528u
#define IMGU_MONITOR_MOD          0x452cu
#define IMGU_GP_HALT              0x45dcu /* 1 closes the gate to memory */
#define IMGU_GP_HALTED            0x45e0u /* 1: closed, nothing in flight */
#define IMGU_GP_HALTED_YES        BIT(0)
#define IMGU_SP_DMEM(n)           (0x8000u + 0x4000u * (n))
#define IMGU_ISP_DMEM             0x10000u
#define IMGU_GDC_LUT              0x1c140u /* 256 entries of 8 bytes */
#define IMGU_GDC_LUT_ENTRIES      256u

/* Program memories as the boot loader's DMA addresses them (2.1, 5.2). */
#define IMGU_PMEM_SP(n)  (0x20000u + 0x4000u * (n))
#define IMGU_DMA_TO_PMEM 1u

/* sw_state of the boot loader (5.2) and of an SP (4.3). */
#define IMGU_BOOT_OK        0x100u
#define IMGU_BOOT_BUSY      0x101u
#define IMGU_BOOT_ERROR     0x102u
#define IMGU_SP_INITIALISED 1u

#endif
