/* imgu_power.c: power-up and power-down of the ImgU, in the exact order of imgu.md 2.3 and 2.4. */
#include "camera/ipu3/imgu.h"
#include "camera/ipu3/imgu_regs.h"

#define COLD_START_SETTLE_US 3000u
#define FREQUENCY_MHZ        200u /* what the reference uses at probe and for small inputs */

#define PM_CTRL_KEPT (IMGU_PM_CTRL_CSS_PWRDN | IMGU_PM_CTRL_RST_AT_EOF)

static enum fl_err wait_idle(struct imgu *imgu)
{
	return imgu_wait(
		imgu, STATE, IMGU_STATE_IDLE_STS, IMGU_STATE_IDLE_STS,
		"ImgU power: it is busy with something that firmware left running; power-cycle");
}

static enum fl_err wait_start_done(struct imgu *imgu)
{
	return imgu_wait(imgu, PM_CTRL, IMGU_PM_CTRL_START, 0,
			 "ImgU power: the request is never taken; check its clock and rails");
}

/* Steps 1 to 3: quiet, reset, out of power-down. */
static enum fl_err leave_power_down(struct imgu *imgu)
{
	struct regs *regs = &imgu->regs;
	enum fl_err err;

	reg_read(regs, IMGU_GP_BUSY);
	reg_write(regs, IMGU_GP_BUSY, 0);
	err = wait_idle(imgu);
	if (err)
		return err;
	reg_set(regs, IMGU_PM_CTRL, IMGU_PM_CTRL_FORCE_RESET);
	platform_delay_us(IMGU_RESET_SETTLE_US);
	reg_read(regs, IMGU_PM_CTRL);
	if (!(reg_read(regs, IMGU_STATE) & IMGU_STATE_POWER_DOWN)) {
		reg_write(regs, IMGU_PM_CTRL, IMGU_PM_CTRL_RACE_TO_HALT);
		return FL_OK;
	}
	reg_write(regs, IMGU_PM_CTRL, IMGU_PM_CTRL_RACE_TO_HALT | IMGU_PM_CTRL_START);
	err = wait_start_done(imgu);
	if (err)
		return err;
	platform_delay_us(COLD_START_SETTLE_US);
	return imgu_wait(
		imgu, STATE, IMGU_STATE_POWER_DOWN, 0,
		"ImgU power: it takes the request but stays in power-down; check its rails");
}

/* Steps 4 to 10: frequency, halt, start, unhalt. */
static enum fl_err set_frequency(struct imgu *imgu)
{
	struct regs *regs = &imgu->regs;
	uint32_t pm_ctrl;
	enum fl_err err;

	reg_set(regs, IMGU_GP_BUSY, 1);
	pm_ctrl = reg_read(regs, IMGU_PM_CTRL);
	reg_write(regs, IMGU_PM_CTRL, pm_ctrl & ~PM_CTRL_KEPT);
	reg_write(regs, IMGU_GP_BUSY, 0);
	err = imgu_wait(imgu, STATE, IMGU_STATE_PWRDNM_FSM, 0,
			"ImgU power: its power-down manager does not settle");
	if (err)
		return err;
	reg_write(regs, IMGU_SYSTEM_REQ, FREQUENCY_MHZ / 25);
	reg_write(regs, IMGU_GP_BUSY, 1);
	reg_set(regs, IMGU_PM_CTRL, IMGU_PM_CTRL_FORCE_HALT);
	err = imgu_wait(imgu, STATE, IMGU_STATE_HALT_STS, IMGU_STATE_HALT_STS,
			"ImgU power: it does not halt for the change of frequency");
	if (err)
		return err;
	reg_set(regs, IMGU_PM_CTRL, IMGU_PM_CTRL_START);
	err = wait_start_done(imgu);
	if (err)
		return err;
	reg_set(regs, IMGU_PM_CTRL, IMGU_PM_CTRL_FORCE_UNHALT);
	reg_write(regs, IMGU_PM_CTRL,
		  (reg_read(regs, IMGU_PM_CTRL) & ~PM_CTRL_KEPT) | (pm_ctrl & PM_CTRL_KEPT));
	return FL_OK;
}

enum fl_err imgu_power_up(struct imgu *imgu)
{
	enum fl_err err;

	if (reg_read(&imgu->regs, IMGU_STATE) == 0xffffffff)
		return diag_fail(imgu->diag, FL_ERR_GONE,
				 "disabled by firmware, in D3cold, or its BAR is lost",
				 "ImgU STATE (0x%03x) reads all ones", IMGU_STATE);
	err = leave_power_down(imgu);
	if (!err)
		err = set_frequency(imgu);
	if (err)
		imgu_power_down(imgu);
	imgu->is_powered = !err;
	return err;
}

enum fl_err imgu_power_down(struct imgu *imgu)
{
	struct regs *regs = &imgu->regs;
	enum fl_err err, step;

	err = imgu_wait(imgu, CIO_GATE_BURST_STATE, IMGU_CIO_GATE_BURST, 0,
			"ImgU power-down: a burst to memory never ends");
	step = wait_idle(imgu);
	if (!err)
		err = step;
	reg_write(regs, IMGU_GP_HALT, 1);
	step = imgu_wait(imgu, STATE, IMGU_STATE_HALT_STS, IMGU_STATE_HALT_STS,
			 "ImgU power-down: it does not halt");
	if (!err)
		err = step;
	reg_write(regs, IMGU_GP_BUSY, 0);
	imgu->is_powered = false;
	return err;
}

enum fl_err imgu_halt(struct imgu *imgu, bool halt)
{
	reg_write(&imgu->regs, IMGU_GP_HALT, halt);
	return imgu_wait(imgu, GP_HALTED, IMGU_GP_HALTED_YES, halt ? IMGU_GP_HALTED_YES : 0,
			 "MMU: the gate to memory does not follow GP_HALT; its tables are not "
			 "touched or freed: power-cycle the machine");
}
