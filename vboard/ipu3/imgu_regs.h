/*
 * imgu_regs.h: the registers of the ImgU (8086:1919) as the model knows them (imgu.md 2.1, 2.2).
 * Written from the sheet for the model alone; the driver in src/ has its own table.
 */
#ifndef VBOARD_IMGU_REGS_H
#define VBOARD_IMGU_REGS_H

/* Offsets and bits in columns: */
/* clang-format off */
#define VB_IMGU_BAR_SIZE			0x400000u

/* Wrapper: survives a CSS reset. */
#define VB_IMGU_PM_CTRL				0x0000u
#define   VB_IMGU_PM_CTRL_START			(1u << 0)	/* reads 1 until the request is done */
#define   VB_IMGU_PM_CTRL_CFG_DONE		(1u << 1)
#define   VB_IMGU_PM_CTRL_RACE_TO_HALT		(1u << 2)
#define   VB_IMGU_PM_CTRL_NACK_ALL		(1u << 3)
#define   VB_IMGU_PM_CTRL_CSS_PWRDN		(1u << 4)
#define   VB_IMGU_PM_CTRL_RST_AT_EOF		(1u << 5)
#define   VB_IMGU_PM_CTRL_FORCE_HALT		(1u << 6)
#define   VB_IMGU_PM_CTRL_FORCE_UNHALT		(1u << 7)	/* wins over FORCE_HALT */
#define   VB_IMGU_PM_CTRL_FORCE_PWRDN		(1u << 8)
#define   VB_IMGU_PM_CTRL_FORCE_RESET		(1u << 9)
#define   VB_IMGU_PM_CTRL_FORCE			0x3C0u		/* the four FORCE bits */
#define VB_IMGU_SYSTEM_REQ			0x0018u
#define   VB_IMGU_SYSTEM_REQ_FREQ		0x3Fu		/* in 25 MHz */
#define VB_IMGU_INT_STATUS			0x0030u		/* W1C */
#define VB_IMGU_INT_ENABLE			0x0034u
#define   VB_IMGU_INT_CSS			(1u << 31)
#define VB_IMGU_STATE				0x0130u
#define   VB_IMGU_STATE_HALT_STS		(1u << 0)
#define   VB_IMGU_STATE_IDLE_STS		(1u << 1)
#define   VB_IMGU_STATE_POWER_UP		(1u << 2)
#define   VB_IMGU_STATE_POWER_DOWN		(1u << 3)
#define   VB_IMGU_STATE_CSS_BUSY		0x000000C0u
#define   VB_IMGU_STATE_PM_FSM			0x00000180u
#define   VB_IMGU_STATE_PWRDNM_FSM		0x01E00000u
#define VB_IMGU_PM_STS				0x0140u

/* CSS: cleared by FORCE_RESET. Cores: ISP at 0x4000, SP n at 0x4100 + 0x100 n. */
#define VB_IMGU_CSS				0x4000u
#define VB_IMGU_ISP_CTRL			0x4000u
#define VB_IMGU_ISP_START_ADDR			0x4004u
#define VB_IMGU_ISP_ICACHE_ADDR			0x4010u
#define VB_IMGU_ISP_PC				0x401Cu
#define VB_IMGU_SP_CTRL(n)			(0x4100u + 0x100u * (n))
#define VB_IMGU_SP_START_ADDR(n)		(0x4104u + 0x100u * (n))
#define VB_IMGU_SP_ICACHE_ADDR(n)		(0x411Cu + 0x100u * (n))
#define VB_IMGU_SP_CTRL_SINK(n)			(0x4130u + 0x100u * (n))
#define VB_IMGU_SP_PC(n)			(0x4134u + 0x100u * (n))
#define   VB_IMGU_CTRL_RST			(1u << 0)
#define   VB_IMGU_CTRL_START			(1u << 1)	/* acts, reads 0 */
#define   VB_IMGU_CTRL_BREAK			(1u << 2)
#define   VB_IMGU_CTRL_RUN			(1u << 3)
#define   VB_IMGU_CTRL_BROKEN			(1u << 4)	/* ro */
#define   VB_IMGU_CTRL_IDLE			(1u << 5)	/* ro */
#define   VB_IMGU_CTRL_SLEEPING			(1u << 6)	/* ro */
#define   VB_IMGU_CTRL_STALLING			(1u << 7)	/* ro */
#define   VB_IMGU_CTRL_IRQ_CLEAR		(1u << 8)	/* acts, reads 0 */
#define   VB_IMGU_CTRL_IRQ_READY		(1u << 10)
#define   VB_IMGU_CTRL_IRQ_SLEEPING		(1u << 11)
#define   VB_IMGU_CTRL_ICACHE_INV		(1u << 12)	/* acts, reads 0 */
#define   VB_IMGU_CTRL_IPREFETCH_EN		(1u << 13)
#define VB_IMGU_TLB_INVALIDATE			0x4300u		/* reads 0 */
#define VB_IMGU_L1_PHYS				0x4304u		/* page number, 27 bits */
#define VB_IMGU_CIO_GATE_BURST_STATE		0x4404u
#define   VB_IMGU_CIO_GATE_BURST_STATE_MASK	0x80u
#define VB_IMGU_GP_BUSY				0x4500u
#define VB_IMGU_GP_STARVING			0x4504u
#define VB_IMGU_GP_WORKLOAD			0x4508u
#define VB_IMGU_GP_IRQ(k)			(0x450Cu + 4u * (k))	/* k 0..4 */
#define VB_IMGU_SP1_STRMON_STAT			0x4520u
#define VB_IMGU_SP2_STRMON_STAT			0x4524u
#define VB_IMGU_ISP_STRMON_STAT			0x4528u
#define VB_IMGU_MOD_STRMON_STAT			0x452Cu
#define VB_IMGU_GP_HALT				0x45DCu
#define VB_IMGU_GP_HALTED			0x45E0u
#define VB_IMGU_IRQCTRL(c)			(0x4700u + 0x100u * (c))	/* main, SP0, SP1 */
#define   VB_IMGU_IRQCTRL_EDGE			0x00u
#define   VB_IMGU_IRQCTRL_MASK			0x04u
#define   VB_IMGU_IRQCTRL_STATUS		0x08u
#define   VB_IMGU_IRQCTRL_CLEAR			0x0Cu
#define   VB_IMGU_IRQCTRL_ENABLE		0x10u
#define   VB_IMGU_IRQCTRL_EDGE_NOT_PULSE	0x14u
#define   VB_IMGU_IRQCTRL_STR_OUT_ENABLE	0x18u
#define   VB_IMGU_IRQ_SW_PIN(k)			(1u << (23 + (k)))	/* k 0..4 */
#define VB_IMGU_GP_TIMER			0x4A34u
#define VB_IMGU_CSS_REGS_END			0x5000u

/* Memories. */
#define VB_IMGU_SP_DMEM(n)			(0x8000u + 0x4000u * (n))
#define VB_IMGU_SP_DMEM_SIZE			0x4000u
#define VB_IMGU_ISP_DMEM			0x10000u
#define VB_IMGU_ISP_DMEM_SIZE			0xC000u
#define VB_IMGU_GDC_LUT				0x1C140u
#define VB_IMGU_GDC_LUT_SIZE			0x800u

/* Program memories, as the bootloader's DMA sees them; not in the BAR. */
#define VB_IMGU_SP_PMEM(n)			(0x20000u + 0x4000u * (n))
#define VB_IMGU_SP_PMEM_SIZE			0x4000u

/* Page tables: 10 + 10 + 12 bits, entries are page numbers of 27 bits (imgu.md 3.1, 3.2). */
#define VB_IMGU_PAGE_SHIFT			12
#define VB_IMGU_PAGE_SIZE			4096u
#define VB_IMGU_PTE_MASK			0x07FFFFFFu
/* clang-format on */

#endif
