/* regs.c: see regs.h. */
#include "core/regs.h"

#include "core/deadline.h"
#include "firstlight/platform.h"

#define POLL_US 20 /* between two looks at a register that is waited for */

void regs_init(struct regs *regs, const char *name, uint64_t base, uint32_t size, struct diag *diag)
{
	*regs = (struct regs){
		.name = name, .base = base, .size = size, .diag = diag, .witness = diag};
}

static void note(struct regs *regs, uint32_t offset, uint32_t value, unsigned width, bool is_write)
{
	const struct trace_access access = {
		.offset = offset, .value = value, .width = (uint8_t)width, .is_write = is_write};

	diag_note(regs->witness, regs->name, &access);
}

static bool inside(struct regs *regs, uint32_t offset, unsigned width)
{
	if (offset % width == 0 && (uint64_t)offset + width <= regs->size)
		return true;
	regs->outside++;
	return false;
}

static uint32_t access_read(struct regs *regs, uint32_t offset, unsigned width)
{
	uint32_t value = UINT32_MAX;

	if (inside(regs, offset, width))
		value = platform_mmio_read(regs->base + offset, width);
	note(regs, offset, value, width, false);
	return value;
}

static void access_write(struct regs *regs, uint32_t offset, unsigned width, uint32_t value)
{
	if (inside(regs, offset, width))
		platform_mmio_write(regs->base + offset, width, value);
	note(regs, offset, value, width, true);
}

uint32_t reg_read(struct regs *regs, uint32_t offset)
{
	return access_read(regs, offset, 4);
}

void reg_write(struct regs *regs, uint32_t offset, uint32_t value)
{
	access_write(regs, offset, 4, value);
}

uint8_t reg_read8(struct regs *regs, uint32_t offset)
{
	return (uint8_t)access_read(regs, offset, 1);
}

void reg_write8(struct regs *regs, uint32_t offset, uint8_t value)
{
	access_write(regs, offset, 1, value);
}

void reg_set(struct regs *regs, uint32_t offset, uint32_t bits)
{
	reg_write(regs, offset, reg_read(regs, offset) | bits);
}

void reg_update(struct regs *regs, uint32_t offset, uint32_t clear, uint32_t set)
{
	reg_write(regs, offset, (reg_read(regs, offset) & ~clear) | set);
}

enum fl_err reg_wait_named(struct regs *regs, const char *name, uint32_t offset, uint32_t mask,
			   uint32_t want, uint32_t timeout_us, const char *hint)
{
	struct deadline deadline = deadline_in_us(timeout_us);
	uint32_t value;

	do {
		value = reg_read(regs, offset);
		if ((value & mask) == want && value != 0xffffffffu)
			return FL_OK;
	} while (deadline_again(&deadline, POLL_US));
	if (value == 0xffffffffu)
		return diag_fail(regs->diag, FL_ERR_GONE,
				 "the function is powered down, disabled or lost its BAR",
				 "%s %s (0x%04x) reads all ones", regs->name, name, offset);
	return diag_fail(regs->diag, FL_ERR_TIMEOUT, hint,
			 "%s %s (0x%04x) reads 0x%08x after %u us, want 0x%08x under mask 0x%08x",
			 regs->name, name, offset, value, timeout_us, want, mask);
}
