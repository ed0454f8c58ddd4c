/* imgu.c: the ImgU and its MMU, up and down. See imgu.h; section numbers are those of imgu.md. */
#include "camera/ipu3/imgu.h"

#include "camera/ipu3/imgu_regs.h"
#include "core/text.h"

/* Waits for an idle CSS; a processor that does not come to its end is stopped by the reset. */
static bool becomes_idle(struct imgu *imgu)
{
	struct diag *kept = imgu->regs.diag;
	enum fl_err err;

	imgu->regs.diag = NULL; /* nothing is told of it */
	err = imgu_wait(imgu, STATE, IMGU_STATE_IDLE_STS, IMGU_STATE_IDLE_STS, NULL);
	imgu->regs.diag = kept;
	return !err;
}

/* Reset of the CSS; the MMU's registers are lost with it (2.4). */
static enum fl_err reset_css(struct imgu *imgu)
{
	bool was_idle;

	reg_read(&imgu->regs, IMGU_GP_BUSY);
	reg_write(&imgu->regs, IMGU_GP_BUSY, 0);
	was_idle = becomes_idle(imgu);
	reg_set(&imgu->regs, IMGU_PM_CTRL, IMGU_PM_CTRL_FORCE_RESET);
	platform_delay_us(IMGU_RESET_SETTLE_US);
	if (was_idle)
		return FL_OK;
	return imgu_wait(imgu, STATE, IMGU_STATE_IDLE_STS, IMGU_STATE_IDLE_STS,
			 "ImgU: a processor is not idle even after the CSS reset");
}

/* Called by the MMU after every change of its tables. The read makes sure that the posted write has
 * arrived before anything is freed (3.6). */
static enum fl_err invalidate_tlb(void *context)
{
	struct imgu *imgu = context;

	if (imgu->invalidate_held)
		return FL_OK;
	reg_write(&imgu->regs, IMGU_TLB_INVALIDATE, 1);
	if (reg_read(&imgu->regs, IMGU_GP_HALTED) == 0xffffffff)
		return diag_fail(imgu->diag, FL_ERR_GONE,
				 "the function is powered down, disabled or lost its BAR",
				 "ImgU GP_HALTED (0x%04x) reads all ones after a TLB invalidate",
				 IMGU_GP_HALTED);
	return FL_OK;
}

/* Processors reset, gate closed, no burst under way: only then do pages go. */
static enum fl_err stop(struct imgu *imgu)
{
	enum fl_err err = reset_css(imgu);

	if (!err)
		err = imgu_halt(imgu, true);
	if (!err)
		err = imgu_wait(imgu, CIO_GATE_BURST_STATE, IMGU_CIO_GATE_BURST, 0,
				"ImgU: a burst to memory never ends; its pages stay allocated, "
				"bus mastering is off: power-cycle the machine");
	imgu->invalidate_held = false;
	if (!err)
		err = invalidate_tlb(imgu);
	if (err) {
		imgu->is_dead = true;
		pci_stop_master(&imgu->pci);
		return err;
	}
	imgu->is_open = false;
	imgu->is_fresh = false;
	mmu_halt(&imgu->mmu);
	return FL_OK;
}

static enum fl_err refuse_dead(struct imgu *imgu)
{
	return diag_fail(imgu->diag, FL_ERR_STATE, "power-cycle the machine",
			 "the ImgU did not stop: its memory stays allocated, bus mastering is off");
}

static enum fl_err quiesce(void *context)
{
	return imgu_quiesce(context);
}

enum fl_err imgu_quiesce(struct imgu *imgu)
{
	if (imgu->is_dead)
		return refuse_dead(imgu);
	return imgu->is_open ? stop(imgu) : FL_OK;
}

/* L1 base under halt, always followed by an invalidate before the gate opens (3.5). */
static enum fl_err program_mmu(struct imgu *imgu)
{
	enum fl_err err = imgu_halt(imgu, true);

	if (err)
		return err;
	mmu_resume(&imgu->mmu);
	reg_write(&imgu->regs, IMGU_L1_PHYS, mmu_l1_page(&imgu->mmu));
	err = invalidate_tlb(imgu);
	imgu->is_open = true; /* asked to: it counts as open even if it does not say so */
	if (!err)
		err = imgu_halt(imgu, false);
	imgu->is_fresh = !err;
	return err;
}

/* 3.1, 3.2, 3.7 */
static const struct mmu_geometry geometry = {
	.name = "IPU3 ImgU", .iova_bits = 32, .page_bits = 27, .table_bits = 32};

static enum fl_err mmu_bring_up(struct imgu *imgu, struct cache *cache)
{
	enum fl_err err = mmu_init(&imgu->mmu, &geometry, imgu->pci.address, cache, imgu->diag);

	if (err)
		return err;
	err = program_mmu(imgu);
	if (!err) {
		mmu_start(&imgu->mmu, invalidate_tlb, imgu);
		err = dma_attach_mmu(&imgu->dma, &imgu->mmu);
	}
	if (!err)
		err = iova_reserve(&imgu->mmu.iova, 1, IMGU_RESERVED_PAGES - 1);
	if (!err)
		err = iova_reserve(&imgu->mmu.iova, imgu->mmu.iova.pages - IMGU_RESERVED_PAGES,
				   IMGU_RESERVED_PAGES);
	return err;
}

enum fl_err imgu_open(struct imgu *imgu, const struct pci_function *function, struct cache *cache,
		      uint32_t scatter_seed, struct diag *diag)
{
	enum fl_err err;

	*imgu = (struct imgu){.diag = diag};
	err = pci_open(&imgu->pci, function, IMGU_BAR_SIZE, IMGU_STATE, diag);
	if (err)
		return err;
	regs_init(&imgu->regs, "ImgU", imgu->pci.bar0, IMGU_WINDOW, diag);
	/* 27-bit page numbers: 39-bit bus addresses (3.2). */
	dma_domain_init(&imgu->dma, function->address, 39, cache, scatter_seed, diag);
	dma_set_quiesce(&imgu->dma, quiesce, imgu);
	err = imgu_power_up(imgu); /* resets what an earlier owner may have left running */
	if (err)
		goto out_close;
	err = pci_start_master(&imgu->pci);
	if (!err)
		err = mmu_bring_up(imgu, cache);
	if (err)
		goto out_power;
	return FL_OK;

out_power:
	imgu_close(imgu);
	return err;
out_close:
	pci_close(&imgu->pci);
	return err;
}

enum fl_err imgu_close(struct imgu *imgu)
{
	enum fl_err err, step;

	if (!imgu->pci.is_open)
		return imgu->is_dead ? refuse_dead(imgu) : FL_OK;
	err = imgu->is_dead ? refuse_dead(imgu) : stop(imgu);
	if (!err) { /* buffers first, then the tables that they are mapped in (3.5) */
		imgu_unload(imgu);
		mmu_stop(&imgu->mmu);
	}
	step = imgu_power_down(imgu);
	if (!err)
		err = step;
	if (!imgu->is_dead && imgu->mmu.l1.cpu)
		mmu_exit(&imgu->mmu);
	step = pci_close(&imgu->pci);
	return err ? err : step;
}

enum fl_err imgu_restart(struct imgu *imgu)
{
	enum fl_err err = imgu->is_dead ? refuse_dead(imgu) : FL_OK;

	if (!err && imgu->is_powered) {
		err = stop(imgu);
		if (!err)
			err = imgu_power_down(imgu);
	}
	if (!err)
		err = imgu_power_up(imgu);
	if (!err)
		err = program_mmu(imgu);
	return err;
}

uint32_t imgu_l1_readback(struct imgu *imgu)
{
	return reg_read(&imgu->regs, IMGU_L1_PHYS);
}

size_t imgu_dump(struct imgu *imgu, char *out, size_t capacity)
{
	static const struct {
		const char *name;
		uint32_t offset;
	} shown[] = {
		{"PM_CTRL", IMGU_PM_CTRL},
		{"SYSTEM_REQ", IMGU_SYSTEM_REQ},
		{"INT_STATUS", IMGU_INT_STATUS},
		{"STATE", IMGU_STATE},
		{"PM_STS", IMGU_PM_STS},
		{"ISP_CTRL", IMGU_ISP_CTRL},
		{"ISP_PC", IMGU_ISP_PC},
		{"SP0_CTRL", IMGU_SP_CTRL(0)},
		{"SP0_PC", IMGU_SP_PC(0)},
		{"SP1_CTRL", IMGU_SP_CTRL(1)},
		{"SP1_PC", IMGU_SP_PC(1)},
		{"L1_PHYS", IMGU_L1_PHYS},
		{"CIO_GATE_BURST_STATE", IMGU_CIO_GATE_BURST_STATE},
		{"GP_BUSY", IMGU_GP_BUSY},
		{"GP_HALT", IMGU_GP_HALT},
		{"GP_HALTED", IMGU_GP_HALTED},
	};
	bool is_up = !(reg_read(&imgu->regs, IMGU_STATE) & IMGU_STATE_POWER_DOWN);
	size_t used = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(shown); i++) {
		/* The CSS is not read while powered down: the effect is unknown (2.5). */
		if (shown[i].offset >= IMGU_ISP_CTRL && !is_up)
			continue;
		used += text_format(out + used, capacity - used, "%s 0x%05x 0x%08x\n",
				    shown[i].name, shown[i].offset,
				    reg_read(&imgu->regs, shown[i].offset));
	}
	return used;
}
