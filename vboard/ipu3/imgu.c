/*
 * imgu.c: the ImgU (8086:1919) of the virtual board: configuration space, registers and core control.
 * Power is in imgu_power.c, page tables in imgu_mmu.c, the firmware's part in imgu_firmware.c.
 *
 * Written from imgu.md (sections as noted). Where the sheet says that silicon's behaviour is
 * unknown, the seed decides, so that no driver can come to rely on one of the possibilities.
 */
#include "vboard/ipu3/imgu.h"

#include "vboard/core/knobs.h"
#include "vboard/ipu3/ipu3.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct vboard_fault_info faults[] = {
	{"no-imgu", VBOARD_PLAIN, "firmware has disabled the ImgU: no function at 00:05.0"},
	{"imgu-all-ones", VBOARD_NUMBER,
	 "the ImgU's registers all read ones (=N: from the Nth access on; default 0)"},
	{"imgu-no-power", VBOARD_PLAIN, "the ImgU never leaves the power-down state"},
	{"imgu-no-start", VBOARD_PLAIN, "START in the ImgU's PM_CTRL never clears"},
	{"imgu-no-idle", VBOARD_PLAIN, "the ImgU never reports that it is idle"},
	{"imgu-no-halt", VBOARD_PLAIN, "the ImgU's memory gate never reports that it halted"},
	{"imgu-burst-stuck", VBOARD_PLAIN,
	 "the ImgU's memory gate always reports a burst in flight"},
	{"imgu-stale-tlb", VBOARD_PLAIN, "the ImgU's TLB ignores invalidation"},
	{"imgu-tlb-evict", VBOARD_NUMBER,
	 "the ImgU's TLB loses entries at random, in N of 100 accesses (default 10): legal"},
	{"imgu-prefetch", VBOARD_PLAIN,
	 "the ImgU's walker reads all tables anew when the gate opens and at each invalidate: "
	 "legal"},
	{"imgu-wrong-l1", VBOARD_PLAIN,
	 "the ImgU's walker never takes what is written to L1_PHYS, which reads back all the same"},
	{"imgu-boot-error", VBOARD_PLAIN, "the ImgU's boot loader ends with its error code 0x102"},
	{"imgu-boot-busy", VBOARD_PLAIN, "the ImgU's boot loader stays busy (0x101) for ever"},
	{"imgu-sp0-silent", VBOARD_NUMBER,
	 "the ImgU's SP0 starts, but never says that it is initialised (=N: only its Nth start)"},
	{"imgu-sp1-silent", VBOARD_NUMBER,
	 "the ImgU's SP1 starts, but never says that it is initialised (=N: only its Nth start)"},
	{"imgu-data-flip", VBOARD_PLAIN,
	 "one bit of each data section that an SP of the ImgU copies is wrong, at a seeded place"},
	{"imgu-bad-page", VBOARD_NUMBER,
	 "a bit is wrong of what the ImgU reads through page N of its aperture (default 1, the "
	 "first that is used)"},
	{"imgu-dma-drop", VBOARD_NUMBER,
	 "one page of the ImgU's copies since the boot is not moved (=N: which; default 0)"},
	{0},
};

static const struct decision decisions[] = {
	{"imgu-force-bits", "the FORCE bits of PM_CTRL (imgu.md 2.3)", {"read 0", "read back"}},
	{"imgu-l1-reads", "what L1_PHYS reads (imgu.md 3.13)", {"what was written", "0"}},
	{"imgu-invalidate-reads", "what TLB_INVALIDATE reads (imgu.md 2.2)", {"0", "1"}},
	{0},
};

const struct knobs imgu_knobs = {faults, decisions};

static struct imgu *imgu_of(struct model *model)
{
	return (struct imgu *)model;
}

const char *imgu_core_name(enum imgu_core_id id)
{
	static const char *const names[IMGU_CORES] = {"SP0", "SP1", "ISP"};

	return names[id];
}

/* ---- Complaints ---- */

void imgu_complain(struct imgu *imgu, const char *format, ...)
{
	const struct imgu_faults *f = &imgu->faults;
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (f->stale_tlb || f->wrong_l1 || f->dma_drop)
		model_trace(&imgu->model, "%s", text);
	else
		model_violation(&imgu->model, "%s", text);
}

/* ---- Interrupts (6.7, 8.4) ---- */

/* One message when INT_STATUS & INT_ENABLE appears; the pin only where messages are off. */
static void imgu_update_interrupt(struct imgu *imgu)
{
	bool level = imgu->int_status & imgu->int_enable & VB_IMGU_INT_CSS;
	bool msi = imgu->model.config[imgu->model.msi_offset + 2] & 1;

	if (level && !imgu->interrupt && msi)
		model_msi(&imgu->model);
	imgu->interrupt = level;
	model_intx(&imgu->model, level && !msi);
}

/* Main controller: anything enabled and set reaches the wrapper. */
static void imgu_update_main_irq(struct imgu *imgu)
{
	if (imgu->irq[0].status & imgu->irq[0].enable & imgu->irq[0].mask)
		imgu->int_status |= VB_IMGU_INT_CSS;
	imgu_update_interrupt(imgu);
}

/* Which controller a pin appears in on silicon is unknown; Linux is content with both. */
void imgu_raise_pin(struct imgu *imgu, unsigned pin)
{
	uint32_t bit = VB_IMGU_IRQ_SW_PIN(pin);

	imgu->irq[1].status |= bit & imgu->irq[1].enable;
	imgu->irq[0].status |= bit & imgu->irq[0].enable;
	imgu_update_main_irq(imgu);
}

static void imgu_load_faults(struct imgu *imgu)
{
	const struct vboard *board = imgu->model.board;
	struct imgu_faults *f = &imgu->faults;

	f->tlb_evict_percent = 10;
	f->bad_page_at = 1;
	f->bad_page = vboard_fault(board, "imgu-bad-page", &f->bad_page_at);
	f->stale_tlb = vboard_fault(board, "imgu-stale-tlb", NULL);
	f->no_halt = vboard_fault(board, "imgu-no-halt", NULL);
	f->no_idle = vboard_fault(board, "imgu-no-idle", NULL);
	f->no_start = vboard_fault(board, "imgu-no-start", NULL);
	f->no_power = vboard_fault(board, "imgu-no-power", NULL);
	f->boot_error = vboard_fault(board, "imgu-boot-error", NULL);
	f->boot_busy = vboard_fault(board, "imgu-boot-busy", NULL);
	f->sp_silent[0] = vboard_fault(board, "imgu-sp0-silent", &f->sp_silent_at[0]);
	f->sp_silent[1] = vboard_fault(board, "imgu-sp1-silent", &f->sp_silent_at[1]);
	f->data_flip = vboard_fault(board, "imgu-data-flip", NULL);
	f->dma_drop = vboard_fault(board, "imgu-dma-drop", &f->dma_drop_at);
	f->wrong_l1 = vboard_fault(board, "imgu-wrong-l1", NULL);
	f->all_ones = vboard_fault(board, "imgu-all-ones", &f->all_ones_after);
	f->burst_stuck = vboard_fault(board, "imgu-burst-stuck", NULL);
	f->prefetch = vboard_fault(board, "imgu-prefetch", NULL);
	f->tlb_evict = vboard_fault(board, "imgu-tlb-evict", &f->tlb_evict_percent);
}

static void imgu_reset(struct model *model)
{
	struct imgu *imgu = imgu_of(model);

	imgu_load_faults(imgu);
	imgu->pm_ctrl = imgu->system_req = imgu->int_status = imgu->int_enable = 0;
	imgu->force_bits_stay = vboard_decide(model->board, "imgu-force-bits");
	imgu_late_init(&imgu->start, false);
	imgu_late_init(&imgu->power_up, false);
	imgu_late_init(&imgu->pm_halt, false);
	imgu_late_init(&imgu->idle, true);
	imgu_late_init(&imgu->fsm, false);
	imgu->css_ready = 0;
	imgu->interrupt = false;
	imgu_css_reset(imgu);
	imgu_update_interrupt(imgu);
}

/* ---- Wrapper registers ---- */

static bool imgu_read_wrapper(struct imgu *imgu, uint32_t offset, uint32_t *value)
{
	switch (offset) {
	case VB_IMGU_PM_CTRL:
		*value = imgu->pm_ctrl;
		if (imgu_late_get(&imgu->start, imgu_now(imgu)))
			*value |= VB_IMGU_PM_CTRL_START;
		return true;
	case VB_IMGU_SYSTEM_REQ:
		*value = imgu->system_req;
		return true;
	case VB_IMGU_INT_STATUS:
		*value = imgu->int_status;
		return true;
	case VB_IMGU_INT_ENABLE:
		*value = imgu->int_enable;
		return true;
	case VB_IMGU_STATE:
		*value = imgu_read_state(imgu);
		return true;
	case VB_IMGU_PM_STS:
		*value = 0;
		return true;
	default:
		return false;
	}
}

static void imgu_write_system_req(struct imgu *imgu, uint32_t value)
{
	/* 200 and 450 MHz are the only ones known to work (2.3). */
	if (value != 8 && value != 18)
		model_violation(&imgu->model, "SYSTEM_REQ: unknown frequency code 0x%08x", value);
	imgu->system_req = value;
}

static bool imgu_write_wrapper(struct imgu *imgu, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case VB_IMGU_PM_CTRL:
		imgu_write_pm_ctrl(imgu, value);
		return true;
	case VB_IMGU_SYSTEM_REQ:
		imgu_write_system_req(imgu, value);
		return true;
	case VB_IMGU_INT_STATUS:
		imgu->int_status &= ~value;
		imgu_update_interrupt(imgu);
		return true;
	case VB_IMGU_INT_ENABLE:
		imgu->int_enable = value;
		imgu_update_interrupt(imgu);
		return true;
	default:
		return false;
	}
}

/* ---- Cores ---- */

/* START and RUN together set a core going; what is wrong with the request is said here. */
static void imgu_core_start(struct imgu *imgu, enum imgu_core_id id)
{
	struct imgu_core *core = &imgu->core[id];
	const char *name = imgu_core_name(id);

	if (core->running)
		model_violation(&imgu->model, "START of %s while it runs", name);
	else if (!core->icache_set || !core->icache)
		model_violation(&imgu->model, "START of %s with its icache address unset", name);
	else if (!core->icache_invalidated)
		model_violation(&imgu->model,
				"START of %s without ICACHE_INV since its icache "
				"address was set",
				name);
	else
		imgu_firmware_start(imgu, id);
}

static void imgu_write_core_ctrl(struct imgu *imgu, enum imgu_core_id id, uint32_t value)
{
	const uint32_t stored = VB_IMGU_CTRL_RST | VB_IMGU_CTRL_BREAK | VB_IMGU_CTRL_RUN |
				VB_IMGU_CTRL_IRQ_READY | VB_IMGU_CTRL_IRQ_SLEEPING |
				VB_IMGU_CTRL_IPREFETCH_EN;

	imgu->core[id].ctrl = value & stored;
	if (value & VB_IMGU_CTRL_ICACHE_INV)
		imgu->core[id].icache_invalidated = true;
	if (value & VB_IMGU_CTRL_START && value & VB_IMGU_CTRL_RUN)
		imgu_core_start(imgu, id);
}

static uint32_t imgu_read_core_ctrl(const struct imgu_core *core)
{
	uint32_t value = core->ctrl;

	if (!core->running)
		value |= VB_IMGU_CTRL_IDLE;
	if (core->stalled)
		value |= VB_IMGU_CTRL_STALLING;
	return value;
}

static void imgu_write_icache(struct imgu_core *core, uint32_t value)
{
	core->icache = value;
	core->icache_set = true;
	core->icache_invalidated = false;
}

/* The registers of one core are its base plus these; the ISP's differ from an SP's. */
struct core_map {
	uint32_t base, start, icache, pc, sink;
};

static const struct core_map core_maps[IMGU_CORES] = {
	{VB_IMGU_SP_CTRL(0), VB_IMGU_SP_START_ADDR(0), VB_IMGU_SP_ICACHE_ADDR(0), VB_IMGU_SP_PC(0),
	 VB_IMGU_SP_CTRL_SINK(0)},
	{VB_IMGU_SP_CTRL(1), VB_IMGU_SP_START_ADDR(1), VB_IMGU_SP_ICACHE_ADDR(1), VB_IMGU_SP_PC(1),
	 VB_IMGU_SP_CTRL_SINK(1)},
	{VB_IMGU_ISP_CTRL, VB_IMGU_ISP_START_ADDR, VB_IMGU_ISP_ICACHE_ADDR, VB_IMGU_ISP_PC,
	 UINT32_MAX},
};

static bool imgu_read_core(struct imgu *imgu, enum imgu_core_id id, uint32_t offset,
			   uint32_t *value)
{
	const struct core_map *map = &core_maps[id];
	const struct imgu_core *core = &imgu->core[id];

	if (offset == map->base)
		*value = imgu_read_core_ctrl(core);
	else if (offset == map->start)
		*value = core->start_address;
	else if (offset == map->icache)
		*value = core->icache;
	else if (offset == map->pc)
		*value = core->running ? core->start_address + 4 * core->step : 0;
	else if (offset == map->sink)
		*value = core->sink;
	else
		return false;
	return true;
}

static bool imgu_write_core(struct imgu *imgu, enum imgu_core_id id, uint32_t offset,
			    uint32_t value)
{
	const struct core_map *map = &core_maps[id];
	struct imgu_core *core = &imgu->core[id];

	if (offset == map->base)
		imgu_write_core_ctrl(imgu, id, value);
	else if (offset == map->start)
		core->start_address = value;
	else if (offset == map->icache)
		imgu_write_icache(core, value);
	else if (offset == map->sink)
		core->sink = value;
	else
		return false;
	return true;
}

/* ---- Interrupt controllers ---- */

static uint32_t *imgu_irq_register(struct imgu *imgu, uint32_t offset)
{
	struct imgu_irq *irq = &imgu->irq[(offset - VB_IMGU_IRQCTRL(0)) / 0x100];

	switch (offset & 0xFF) {
	case VB_IMGU_IRQCTRL_EDGE:
		return &irq->edge;
	case VB_IMGU_IRQCTRL_MASK:
		return &irq->mask;
	case VB_IMGU_IRQCTRL_STATUS:
		return &irq->status;
	case VB_IMGU_IRQCTRL_ENABLE:
		return &irq->enable;
	case VB_IMGU_IRQCTRL_EDGE_NOT_PULSE:
		return &irq->edge_not_pulse;
	case VB_IMGU_IRQCTRL_STR_OUT_ENABLE:
		return &irq->str_out_enable;
	default:
		return NULL;
	}
}

static bool imgu_is_irq(uint32_t offset)
{
	return offset >= VB_IMGU_IRQCTRL(0) && offset < VB_IMGU_IRQCTRL(3) &&
	       (offset & 0xFF) <= VB_IMGU_IRQCTRL_STR_OUT_ENABLE;
}

static bool imgu_write_irq(struct imgu *imgu, uint32_t offset, uint32_t value)
{
	uint32_t kind = offset & 0xFF;

	if (kind == VB_IMGU_IRQCTRL_STATUS)
		return false;
	if (kind == VB_IMGU_IRQCTRL_CLEAR)
		imgu->irq[(offset - VB_IMGU_IRQCTRL(0)) / 0x100].status &= ~value;
	else
		*imgu_irq_register(imgu, offset) = value;
	imgu_update_main_irq(imgu);
	return true;
}

/* ---- The other CSS registers ---- */

/* Those that only store what is written. */
static uint32_t *imgu_css_storage(struct imgu *imgu, uint32_t offset)
{
	if (offset >= VB_IMGU_GP_IRQ(0) && offset <= VB_IMGU_GP_IRQ(4))
		return &imgu->gp_irq[(offset - VB_IMGU_GP_IRQ(0)) / 4];
	if (offset == VB_IMGU_GP_STARVING)
		return &imgu->gp_starving;
	if (offset == VB_IMGU_GP_WORKLOAD)
		return &imgu->gp_workload;
	return NULL;
}

static bool imgu_read_css(struct imgu *imgu, uint32_t offset, uint32_t *value)
{
	const uint32_t *storage = imgu_css_storage(imgu, offset);

	if (storage) {
		*value = *storage;
		return true;
	}
	switch (offset) {
	case VB_IMGU_TLB_INVALIDATE:
		*value = vboard_decide(imgu->model.board, "imgu-invalidate-reads");
		return true;
	case VB_IMGU_SP1_STRMON_STAT:
	case VB_IMGU_SP2_STRMON_STAT:
	case VB_IMGU_ISP_STRMON_STAT:
	case VB_IMGU_MOD_STRMON_STAT:
		*value = 0;
		return true;
	case VB_IMGU_L1_PHYS:
		*value = imgu->l1_reads ? 0 : imgu->l1_phys;
		return true;
	case VB_IMGU_CIO_GATE_BURST_STATE:
		*value = imgu->faults.burst_stuck ? VB_IMGU_CIO_GATE_BURST_STATE_MASK : 0;
		return true;
	case VB_IMGU_GP_BUSY:
		*value = imgu->gp_busy;
		return true;
	case VB_IMGU_GP_HALT:
		*value = imgu->gp_halt;
		return true;
	case VB_IMGU_GP_HALTED:
		*value = imgu_late_get(&imgu->gp_halted, imgu_now(imgu));
		return true;
	case VB_IMGU_GP_TIMER:
		*value = (uint32_t)(imgu_now(imgu) / 1000);
		return true;
	default:
		return false;
	}
}

static bool imgu_write_css(struct imgu *imgu, uint32_t offset, uint32_t value)
{
	uint32_t *storage = imgu_css_storage(imgu, offset);

	if (storage) {
		*storage = value;
		return true;
	}
	switch (offset) {
	case VB_IMGU_TLB_INVALIDATE:
		if (value & 1)
			imgu_mmu_invalidate(imgu);
		if (!imgu->gp_halt)
			imgu_mmu_prefetch(imgu);
		return true;
	case VB_IMGU_L1_PHYS:
		if (!imgu_late_get(&imgu->gp_halted, imgu_now(imgu)))
			model_violation(&imgu->model, "L1_PHYS written while the gate is open");
		imgu_mmu_write_l1(imgu, value);
		return true;
	case VB_IMGU_GP_BUSY:
		imgu_write_gp_busy(imgu, value);
		return true;
	case VB_IMGU_GP_HALT:
		imgu_write_gp_halt(imgu, value);
		return true;
	default:
		return false;
	}
}

/* ---- Memories ---- */

/* Where `offset` lies in a memory of the CSS; NULL when it is no memory. */
static uint8_t *imgu_memory(struct imgu *imgu, uint32_t offset)
{
	if (offset >= VB_IMGU_SP_DMEM(0) && offset < VB_IMGU_SP_DMEM(2))
		return imgu->sp_dmem[0] + (offset - VB_IMGU_SP_DMEM(0));
	if (offset >= VB_IMGU_ISP_DMEM && offset < VB_IMGU_ISP_DMEM + VB_IMGU_ISP_DMEM_SIZE)
		return imgu->isp_dmem + (offset - VB_IMGU_ISP_DMEM);
	if (offset >= VB_IMGU_GDC_LUT && offset < VB_IMGU_GDC_LUT + VB_IMGU_GDC_LUT_SIZE)
		return imgu->gdc_lut + (offset - VB_IMGU_GDC_LUT);
	return NULL;
}

static bool imgu_is_sp_dmem(uint32_t offset)
{
	return offset >= VB_IMGU_SP_DMEM(0) && offset < VB_IMGU_SP_DMEM(2);
}

/* ---- Access ---- */

/* 32 bits everywhere, bytes in the data memories of the SPs (1.1). */
static bool imgu_width_ok(struct imgu *imgu, uint32_t offset, unsigned width, const char *what)
{
	if (width == 4 || (width == 1 && imgu_is_sp_dmem(offset)))
		return true;
	model_violation(&imgu->model, "%s of %u bytes at 0x%05x (32 bits are the rule)", what,
			width, offset);
	return false;
}

/* What Linux itself does to a powered-down CSS at module removal: noted, not held against it
 * (8.3, last but one paragraph). */
static bool imgu_is_linux_removal(uint32_t offset, unsigned width, bool is_write)
{
	if (is_write)
		return offset == VB_IMGU_GP_HALT || offset == VB_IMGU_TLB_INVALIDATE;
	return offset == VB_IMGU_CIO_GATE_BURST_STATE || offset == VB_IMGU_GP_HALTED ||
	       (width == 1 && offset >= VB_IMGU_SP_DMEM(0) && offset < VB_IMGU_SP_DMEM(1));
}

/* May the CSS be touched now? In POWER_DOWN only the gate and GP_BUSY answer. */
static bool imgu_css_access_ok(struct imgu *imgu, uint32_t offset, unsigned width, bool is_write)
{
	const char *what = is_write ? "write" : "read";

	if (offset == VB_IMGU_GP_BUSY)
		return true;
	if (!imgu_powered(imgu)) {
		if (imgu_is_linux_removal(offset, width, is_write))
			model_trace(&imgu->model, "note: CSS %s at 0x%05x while POWER_DOWN", what,
				    offset);
		else
			model_violation(&imgu->model, "CSS %s at 0x%05x while POWER_DOWN", what,
					offset);
		return offset == VB_IMGU_GP_HALT || offset == VB_IMGU_GP_HALTED;
	}
	if (imgu->css_ready && imgu_now(imgu) < imgu->css_ready) {
		model_violation(&imgu->model, "CSS %s at 0x%05x too soon after %s", what, offset,
				imgu->css_ready_why);
		imgu->css_ready = 0;
	}
	return true;
}

static uint32_t imgu_read_offset(struct imgu *imgu, uint32_t offset, unsigned width)
{
	const uint8_t *memory = imgu_memory(imgu, offset);
	uint32_t value = 0;

	if (memory) {
		memcpy(&value, memory, width);
		return value;
	}
	if (offset < VB_IMGU_CSS ? imgu_read_wrapper(imgu, offset, &value)
				 : imgu_read_css(imgu, offset, &value))
		return value;
	for (unsigned i = 0; i < IMGU_CORES; i++) {
		if (imgu_read_core(imgu, i, offset, &value))
			return value;
	}
	if (imgu_is_irq(offset)) {
		const uint32_t *irq = imgu_irq_register(imgu, offset);

		return irq ? *irq : 0;
	}
	model_violation(&imgu->model, "read at unknown offset 0x%05x", offset);
	return vboard_random(imgu->model.board, UINT32_MAX);
}

static void imgu_write_offset(struct imgu *imgu, uint32_t offset, unsigned width, uint32_t value)
{
	uint8_t *memory = imgu_memory(imgu, offset);

	if (memory) {
		memcpy(memory, &value, width);
		if (imgu_is_sp_dmem(offset))
			imgu_firmware_dmem_written(imgu, offset >= VB_IMGU_SP_DMEM(1),
						   offset % VB_IMGU_SP_DMEM_SIZE);
		return;
	}
	if (offset < VB_IMGU_CSS ? imgu_write_wrapper(imgu, offset, value)
				 : imgu_write_css(imgu, offset, value))
		return;
	for (unsigned i = 0; i < IMGU_CORES; i++) {
		if (imgu_write_core(imgu, i, offset, value))
			return;
	}
	if (imgu_is_irq(offset) && imgu_write_irq(imgu, offset, value))
		return;
	model_violation(&imgu->model, "write of 0x%08x at unknown or read-only offset 0x%05x",
			value, offset);
}

static bool imgu_is_gone(struct imgu *imgu)
{
	return imgu->faults.all_ones && imgu->accesses++ >= imgu->faults.all_ones_after;
}

static uint32_t imgu_read(struct model *model, uint32_t offset, unsigned width)
{
	struct imgu *imgu = imgu_of(model);

	if (imgu_is_gone(imgu) || !imgu_width_ok(imgu, offset, width, "read"))
		return UINT32_MAX;
	if (offset >= VB_IMGU_CSS && !imgu_css_access_ok(imgu, offset, width, false))
		return 0;
	return imgu_read_offset(imgu, offset, width);
}

static void imgu_write(struct model *model, uint32_t offset, unsigned width, uint32_t value)
{
	struct imgu *imgu = imgu_of(model);

	if (imgu_is_gone(imgu) || !imgu_width_ok(imgu, offset, width, "write"))
		return;
	if (offset >= VB_IMGU_CSS && !imgu_css_access_ok(imgu, offset, width, true))
		return;
	imgu_write_offset(imgu, offset, width, value);
}

/* ---- Time ---- */

static uint64_t imgu_run(struct model *model, uint64_t now)
{
	struct imgu *imgu = imgu_of(model);
	uint64_t look = imgu_mmu_prefetch_run(imgu, now);

	for (;;) {
		unsigned first = 0;

		for (unsigned i = 1; i < IMGU_CORES; i++) {
			if (imgu->core[i].due < imgu->core[first].due)
				first = i;
		}
		if (imgu->core[first].due > now || imgu->core[first].due == UINT64_MAX)
			return imgu->core[first].due < look ? imgu->core[first].due : look;
		if (imgu_gate_open(imgu) || !imgu_firmware_wants_memory(imgu, first)) {
			imgu_firmware_step(imgu, first);
			continue;
		}
		model_violation(model, "%s wants memory while %s", imgu_core_name(first),
				imgu->gp_halt ? "GP_HALT = 1" : "FORCE_HALT holds the gate");
		imgu->core[first].stalled = true;
		imgu->core[first].due = UINT64_MAX;
	}
}

/* A core that runs reaches memory through an open gate, and so may the walker by itself. */
static const char *imgu_busy(struct model *model)
{
	struct imgu *imgu = imgu_of(model);

	if (!imgu_powered(imgu) || !imgu_gate_open(imgu))
		return NULL;
	if (imgu_any_running(imgu))
		return "a core of the ImgU runs and its memory gate is open";
	return imgu->l1_phys ? "the ImgU's memory gate is open and its page table set" : NULL;
}

/* ---- The function ---- */

static void imgu_free(struct model *model)
{
	struct imgu *imgu = imgu_of(model);

	imgu_mmu_free(imgu);
	free(imgu);
}

static const struct model_ops imgu_ops = {
	.read = imgu_read,
	.write = imgu_write,
	.reset = imgu_reset,
	.run = imgu_run,
	.busy = imgu_busy,
	.free = imgu_free,
};

struct model *imgu_new(struct vboard *board)
{
	struct imgu *imgu = calloc(1, sizeof(*imgu));

	if (!imgu || !imgu_mmu_init(imgu)) {
		free(imgu);
		return NULL;
	}
	imgu->model.ops = &imgu_ops;
	imgu->model.board = board;
	imgu->l1_reads = vboard_decide(board, "imgu-l1-reads");
	model_config_init(&imgu->model, 0x8086, 0x1919, 0x048000, 0x01, VB_IMGU_BAR_SIZE, 1);
	imgu->model.widths = 1 | 4;
	model_add_msi(&imgu->model, 0x90);
	model_add_pm(&imgu->model, 0xD0, false);
	model_add_af(&imgu->model, 0xA0);
	return &imgu->model;
}
