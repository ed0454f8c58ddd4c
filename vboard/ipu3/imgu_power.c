/*
 * imgu_power.c: the ImgU's power: PM_CTRL and what follows it, the memory gates, CSS reset, and the cores'
 * running and idling that all of this looks at (imgu.md 2.3 to 2.5, 8.1). Each acknowledgement is late.
 */
#include "vboard/ipu3/imgu.h"

#include <string.h>

#define US 1000u
#define MS 1000000u

/* imgu.md 2.5: the least that a driver must wait before it may touch the CSS. */
#define CSS_RESET_NS    (200u * US)
#define CSS_POWER_UP_NS (2u * MS)

static uint64_t imgu_delay(struct imgu *imgu, uint64_t low_us, uint64_t high_us)
{
	return vboard_delay_ns(imgu->model.board, low_us * US, high_us * US);
}

/* ---- Bits that are late ---- */

bool imgu_late_get(const struct imgu_late *late, uint64_t now)
{
	return now >= late->at ? late->next : late->value;
}

static void late_set(struct imgu_late *late, uint64_t now, bool next, uint64_t delay)
{
	late->value = imgu_late_get(late, now);
	late->next = next;
	late->at = now + delay;
}

void imgu_late_init(struct imgu_late *late, bool value)
{
	late->value = late->next = value;
	late->at = 0;
}

/* ---- Power ---- */

bool imgu_powered(struct imgu *imgu)
{
	return imgu_late_get(&imgu->power_up, imgu_now(imgu));
}

/* Both gates must be open: GP_HALT of the CSS and FORCE_HALT of the power manager. */
bool imgu_gate_open(struct imgu *imgu)
{
	return !imgu->gp_halt && !imgu->pm_halt.next;
}

bool imgu_any_running(const struct imgu *imgu)
{
	return imgu->core[IMGU_SP0].running || imgu->core[IMGU_SP1].running ||
	       imgu->core[IMGU_ISP].running;
}

/* IDLE_STS comes late and goes at once. */
static void imgu_update_idle(struct imgu *imgu)
{
	bool idle = !imgu->gp_busy || !imgu_any_running(imgu);

	if (idle != imgu->idle.next)
		late_set(&imgu->idle, imgu_now(imgu), idle, idle ? imgu_delay(imgu, 5, 400) : 0);
}

void imgu_core_set_running(struct imgu *imgu, enum imgu_core_id id, bool running)
{
	struct imgu_core *core = &imgu->core[id];

	if (core->running != running)
		model_trace(&imgu->model, "%s %s", imgu_core_name(id), running ? "runs" : "idle");
	core->running = running;
	if (!running) {
		core->stalled = false;
		core->due = UINT64_MAX;
	}
	imgu_update_idle(imgu);
}

/* Undefined contents: anything but what the host will put there. */
static void imgu_scramble(struct imgu *imgu, uint8_t *memory, size_t size)
{
	uint64_t x = (uint64_t)vboard_random(imgu->model.board, UINT32_MAX) << 1 | 1;

	for (size_t i = 0; i + 8 <= size; i += 8) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		memcpy(memory + i, &x, 8);
	}
}

/* FORCE_RESET: clears 0x4000 and up, stops the cores, empties the TLB (8.1). */
void imgu_css_reset(struct imgu *imgu)
{
	imgu->gp_busy = imgu->gp_halt = imgu->gp_starving = imgu->gp_workload = 0;
	memset(imgu->gp_irq, 0, sizeof(imgu->gp_irq));
	memset(imgu->irq, 0, sizeof(imgu->irq));
	imgu_late_init(&imgu->gp_halted, false);
	memset(imgu->core, 0, sizeof(imgu->core));
	for (unsigned i = 0; i < IMGU_CORES; i++)
		imgu->core[i].due = UINT64_MAX;
	imgu_scramble(imgu, imgu->sp_dmem[0], sizeof(imgu->sp_dmem));
	imgu_scramble(imgu, imgu->isp_dmem, sizeof(imgu->isp_dmem));
	imgu_scramble(imgu, imgu->gdc_lut, sizeof(imgu->gdc_lut));
	imgu_scramble(imgu, imgu->sp_pmem[0], sizeof(imgu->sp_pmem));
	imgu_mmu_reset(imgu);
	imgu_firmware_reset(imgu);
	imgu_update_idle(imgu);
}

/* A core that was held up by the gate goes on. */
static void imgu_gate_changed(struct imgu *imgu)
{
	if (!imgu_gate_open(imgu))
		return;
	imgu_mmu_gate_opened(imgu);
	imgu_mmu_prefetch(imgu);
	for (unsigned i = 0; i < IMGU_CORES; i++) {
		if (imgu->core[i].stalled) {
			imgu->core[i].stalled = false;
			imgu->core[i].due = imgu_now(imgu) + imgu_delay(imgu, 1, 20);
		}
	}
}

static void imgu_css_not_before(struct imgu *imgu, uint64_t at, const char *why)
{
	if (at > imgu->css_ready) {
		imgu->css_ready = at;
		imgu->css_ready_why = why;
	}
}

static void imgu_pm_start(struct imgu *imgu, uint64_t now)
{
	uint64_t delay = imgu_delay(imgu, 10, 900);

	late_set(&imgu->start, now, true, 0);
	if (imgu->faults.no_start)
		return;
	late_set(&imgu->start, now, false, delay);
	if (!imgu_late_get(&imgu->power_up, now) && !imgu->faults.no_power) {
		late_set(&imgu->power_up, now, true, delay);
		late_set(&imgu->fsm, now, true, 0);
		late_set(&imgu->fsm, now, false, delay + imgu_delay(imgu, 0, 1500));
		imgu_css_not_before(imgu, now + delay + CSS_POWER_UP_NS,
				    "START from power-down (wait 2 ms)");
	}
}

void imgu_write_pm_ctrl(struct imgu *imgu, uint32_t value)
{
	uint64_t now = imgu_now(imgu);
	bool halt = value & VB_IMGU_PM_CTRL_FORCE_HALT && !(value & VB_IMGU_PM_CTRL_FORCE_UNHALT);

	imgu->pm_ctrl = value & 0x3FE;
	if (!imgu->force_bits_stay)
		imgu->pm_ctrl &= ~VB_IMGU_PM_CTRL_FORCE;
	if (value & ~0x3FFu)
		model_violation(&imgu->model, "PM_CTRL: unknown bits in 0x%08x", value);
	if (value & VB_IMGU_PM_CTRL_FORCE_RESET) {
		model_trace(&imgu->model, "CSS reset");
		imgu_css_reset(imgu);
		imgu_css_not_before(imgu, now + CSS_RESET_NS, "FORCE_RESET (wait 200 us)");
	}
	if (value & (VB_IMGU_PM_CTRL_FORCE_HALT | VB_IMGU_PM_CTRL_FORCE_UNHALT)) {
		if (halt != imgu->pm_halt.next)
			late_set(&imgu->pm_halt, now, halt, imgu_delay(imgu, 1, 300));
		imgu_gate_changed(imgu);
	}
	if (value & VB_IMGU_PM_CTRL_START)
		imgu_pm_start(imgu, now);
}

uint32_t imgu_read_state(struct imgu *imgu)
{
	uint64_t now = imgu_now(imgu);
	uint32_t value = imgu_powered(imgu) ? VB_IMGU_STATE_POWER_UP : VB_IMGU_STATE_POWER_DOWN;

	if (imgu_late_get(&imgu->pm_halt, now) || imgu_late_get(&imgu->gp_halted, now))
		value |= VB_IMGU_STATE_HALT_STS;
	if (imgu_late_get(&imgu->idle, now) && !imgu->faults.no_idle)
		value |= VB_IMGU_STATE_IDLE_STS;
	if (imgu_late_get(&imgu->fsm, now))
		value |= 0x00400000;
	return value;
}

void imgu_write_gp_busy(struct imgu *imgu, uint32_t value)
{
	uint64_t now = imgu_now(imgu);

	/* Leaving the busy state sets the power-down manager going for a while (2.3, step 5). */
	if (imgu->gp_busy & ~value & 1 && imgu_powered(imgu) && !imgu_late_get(&imgu->fsm, now)) {
		late_set(&imgu->fsm, now, true, 0);
		late_set(&imgu->fsm, now, false, imgu_delay(imgu, 1, 500));
	}
	imgu->gp_busy = value & 1;
	imgu_update_idle(imgu);
}

void imgu_write_gp_halt(struct imgu *imgu, uint32_t value)
{
	bool halt = value & 1;

	imgu->gp_halt = value & 1;
	if (imgu->faults.no_halt && halt)
		return;
	if (halt != imgu->gp_halted.next)
		late_set(&imgu->gp_halted, imgu_now(imgu), halt, imgu_delay(imgu, 1, 600));
	imgu_gate_changed(imgu);
}
