/*
 * power.c: see power.h.
 *
 * Every change is one entry on a stack, pushed before the change is made: undoing pops what was
 * done, no more and no less, wherever a sequence stopped.
 */
#include "power/power.h"

#include "core/bytes.h"
#include "core/field.h"
#include "core/mem.h"
#include "core/text.h"
#include "gpio/pads.h"
#include "power/tps68470.h"

#define CHANGES_PER_STEP (TPS68470_UPDATES + 1) /* and the wait */

static const char *const step_names[] = {
	[POWER_RAIL] = "rail",        [POWER_CLOCK] = "clock",       [POWER_GPIO] = "gpio",
	[POWER_INPUT] = "gpio input", [POWER_DAISY] = "daisy-chain", [POWER_RESET] = "pmic-reset",
	[POWER_PAD] = "pad",          [POWER_DELAY] = "delay",       [POWER_WRITE] = "write",
};

static const char *step_name(const struct power_step *step)
{
	if (step->kind == POWER_RAIL)
		return tps68470_rail_name(step->target);
	return step_names[step->kind];
}

/* ---- the stack ---- */

static void push(struct power *power, const struct power_undo *entry)
{
	if (power->undo_count < power->undo_capacity) /* sized for all domains at once */
		power->undo[power->undo_count++] = *entry;
}

/* NULL, and words, when the controller is not there. */
static struct i2c_bus *find_bus(struct power *power, uint8_t index)
{
	const bool is_named = index < power->board->bus_count;

	if (is_named && power->buses[index])
		return power->buses[index];
	diag_fail(power->diag, FL_ERR_NOTFOUND,
		  "firmware hides the function, or the board file names the wrong one",
		  "I2C controller %s is missing", is_named ? power->board->buses[index].name : "?");
	return NULL;
}

static enum fl_err register_read(struct i2c_bus *bus, const struct power_undo *at, uint8_t *value)
{
	uint8_t reg[2];

	put_be(reg, at->register_bytes, at->reg);
	return i2c_transfer(bus, at->address, reg, at->register_bytes, value, 1);
}

static enum fl_err register_write(struct i2c_bus *bus, const struct power_undo *at, uint8_t value)
{
	uint8_t bytes[3];

	put_be(bytes, at->register_bytes, at->reg);
	bytes[at->register_bytes] = value;
	return i2c_transfer(bus, at->address, bytes, at->register_bytes + 1u, NULL, 0);
}

/* Does the register hold what was written to the bits of `mask`? */
static enum fl_err read_back(struct power *power, struct i2c_bus *bus,
			     const struct power_undo *entry, uint8_t mask, uint8_t value)
{
	uint8_t seen;
	enum fl_err err = register_read(bus, entry, &seen);

	if (err || !((seen ^ value) & mask))
		return err;
	return diag_fail(power->diag, FL_ERR_MISMATCH,
			 "the chip did not take it or switched off again: look for an overload or "
			 "a short on the rail, its input supply, the crystal of the clock",
			 "%s 0x%02x register 0x%0*x (%s, line %u) reads 0x%02x, want 0x%02x under "
			 "mask 0x%02x",
			 bus->name, entry->address, 2 * entry->register_bytes, entry->reg,
			 step_name(entry->step), entry->step->line, seen, value & mask, mask);
}

/* Read, remember, write, read back. A write that fails may have been taken all the same: it is
 * undone too. */
static enum fl_err change(struct power *power, struct power_undo *entry, uint8_t mask,
			  uint8_t value)
{
	struct i2c_bus *bus = find_bus(power, entry->bus);
	uint8_t old = 0;
	enum fl_err err = bus ? register_read(bus, entry, &old) : FL_ERR_NOTFOUND;

	if (err)
		return err;
	entry->old_value = old;
	entry->mask = mask;
	entry->value = value;
	entry->is_checked = !entry->step->is_unchecked;
	push(power, entry);
	err = register_write(bus, entry, (uint8_t)((old & ~mask) | (value & mask)));
	if (!err && entry->is_checked)
		err = read_back(power, bus, entry, mask, value);
	return err;
}

/* Bits of entry `index` that no later one has written again. */
static uint8_t lasting_bits(const struct power *power, size_t index)
{
	const struct power_undo *entry = &power->undo[index];
	uint8_t bits = entry->kind == POWER_UNDO_REGISTER && entry->is_checked ? entry->mask : 0;

	for (size_t i = index + 1; bits && i < power->undo_count; i++) {
		const struct power_undo *later = &power->undo[i];

		/* Pads and waits have no address. */
		if (later->bus == entry->bus && later->address == entry->address &&
		    later->reg == entry->reg)
			bits &= (uint8_t)~later->mask;
	}
	return bits;
}

/* All that has been switched on is still as it was written. */
static enum fl_err verify(struct power *power)
{
	for (size_t i = 0; i < power->undo_count; i++) {
		const struct power_undo *entry = &power->undo[i];
		const uint8_t bits = lasting_bits(power, i);
		struct i2c_bus *bus = bits ? find_bus(power, entry->bus) : NULL;
		enum fl_err err = bus ? read_back(power, bus, entry, bits, entry->value) : FL_OK;

		if (err)
			return err;
	}
	return FL_OK;
}

/* Only the bits that were changed: other domains have theirs in the same register. */
static enum fl_err undo_register(struct power *power, const struct power_undo *entry)
{
	struct i2c_bus *bus = find_bus(power, entry->bus);
	uint8_t now = (uint8_t)entry->old_value;
	enum fl_err err, write;

	if (!bus)
		return FL_ERR_NOTFOUND;
	err = register_read(bus, entry, &now);
	now = (uint8_t)((now & ~entry->mask) | (entry->old_value & entry->mask));
	write = register_write(bus, entry, now);
	if (!write && entry->is_checked)
		write = read_back(power, bus, entry, entry->mask, (uint8_t)entry->old_value);
	return err ? err : write;
}

static enum fl_err undo_one(struct power *power, const struct power_undo *entry)
{
	switch (entry->kind) {
	case POWER_UNDO_WAIT:
		platform_delay_us(entry->step->off_delay_us);
		return FL_OK;
	case POWER_UNDO_PAD:
		return pad_restore(entry->step->pad, entry->old_value, power->diag);
	default:
		return undo_register(power, entry);
	}
}

/* All of a domain, newest first; what is undone last comes in a second round. */
static enum fl_err undo_domain(struct power *power, unsigned domain)
{
	enum fl_err first = FL_OK;
	size_t kept = 0;

	for (unsigned round = 0; round < 2; round++) {
		for (size_t i = power->undo_count; i-- > 0;) {
			const struct power_undo *entry = &power->undo[i];
			enum fl_err err;

			if (entry->domain != domain || entry->is_last != (round == 1))
				continue;
			err = undo_one(power, entry);
			first = first ? first : err;
		}
	}
	for (size_t i = 0; i < power->undo_count; i++)
		if (power->undo[i].domain != domain)
			power->undo[kept++] = power->undo[i];
	power->undo_count = kept;
	return first;
}

/* ---- steps ---- */

static enum fl_err run_plan(struct power *power, struct power_undo *entry,
			    const struct board_pmic *pmic, const struct tps68470_plan *plan)
{
	entry->kind = POWER_UNDO_REGISTER;
	entry->bus = pmic->bus;
	entry->address = pmic->address;
	entry->register_bytes = 1;
	for (size_t i = 0; i < plan->count; i++) {
		enum fl_err err;

		entry->reg = plan->updates[i].reg;
		entry->is_last = plan->updates[i].is_undone_last;
		err = change(power, entry, plan->updates[i].mask, plan->updates[i].value);
		if (err)
			return err;
	}
	platform_delay_us(plan->settle_us);
	return FL_OK;
}

/* What was written to the PMIC before holds no longer. */
static enum fl_err reset_pmic(struct power *power, const struct board_pmic *pmic)
{
	struct i2c_bus *bus = find_bus(power, pmic->bus);
	uint8_t revision;

	for (size_t i = 0; i < power->undo_count; i++)
		if (power->undo[i].bus == pmic->bus && power->undo[i].address == pmic->address)
			power->undo[i].is_checked = false;
	return bus ? tps68470_soft_reset(bus, pmic->address, &revision) : FL_ERR_NOTFOUND;
}

static enum fl_err run_pmic(struct power *power, struct power_undo *entry)
{
	const struct power_step *step = entry->step;
	const uint8_t index = power->board->domains[entry->domain].pmic;
	const struct board_pmic *pmic;
	struct tps68470_plan plan;
	enum fl_err err = FL_OK;

	if (index >= power->board->pmic_count)
		return diag_fail(power->diag, FL_ERR_INVALID,
				 "name one with 'pmic =' in the section", "the domain has no PMIC");
	pmic = &power->board->pmics[index];
	if (step->kind == POWER_RESET)
		return reset_pmic(power, pmic);
	if (step->kind == POWER_RAIL)
		err = tps68470_plan_rail(step->target, step->value, &plan);
	else if (step->kind == POWER_CLOCK)
		err = tps68470_plan_clock(pmic->crystal, step->value, &plan);
	else if (step->kind == POWER_GPIO)
		err = tps68470_plan_gpio(step->target, step->value, &plan);
	else if (step->kind == POWER_INPUT)
		err = tps68470_plan_input(step->target, &plan);
	else
		tps68470_plan_daisy(&plan);
	if (err)
		return diag_fail(
			power->diag, err,
			"rails, clocks and pins of a TPS68470 are in docs/board-files.md; the "
			"crystal's frequency is part of its [pmic] section",
			"the PMIC (crystal %u Hz) cannot make %u on %s %u", pmic->crystal,
			step->value, step_names[step->kind], step->target);
	return run_plan(power, entry, pmic, &plan);
}

/* A window that firmware hides says nothing about the camera when firmware has set the pad. */
static enum fl_err run_pad(struct power *power, struct power_undo *entry)
{
	const struct power_step *step = entry->step;
	struct diag words = {.message = ""};
	enum fl_err err = pad_drive(step->pad, step->value, &entry->old_value, &words);

	if (!err) {
		entry->kind = POWER_UNDO_PAD;
		push(power, entry);
		return FL_OK;
	}
	/* Hidden pads firmware has set itself; one that is there, and held by somebody else at the wrong level, is a fault. */
	if (!step->is_optional || err == FL_ERR_INVALID || err == FL_ERR_BUSY)
		return diag_fail(power->diag, err, words.hint, "%s", words.message);
	power->notes++;
	text_copy(power->note, sizeof power->note, words.message);
	return FL_OK;
}

/* A pin that goes high may be a reset that is released. */
static bool releases(const struct power_step *step)
{
	return (step->kind == POWER_GPIO || step->kind == POWER_PAD) && step->value;
}

static enum fl_err run_step(struct power *power, unsigned domain, const struct power_step *step)
{
	struct power_undo entry = {
		.step = step, .kind = POWER_UNDO_WAIT, .domain = (uint8_t)domain};
	enum fl_err err = releases(step) ? verify(power) : FL_OK;

	if (err)
		return err;
	/* Pushed first, so that the wait comes after everything else of the step is undone. */
	if (step->off_delay_us)
		push(power, &entry);
	switch (step->kind) {
	case POWER_DELAY:
		platform_delay_us(step->value);
		return FL_OK;
	case POWER_PAD:
		return run_pad(power, &entry);
	case POWER_WRITE:
		entry.kind = POWER_UNDO_REGISTER;
		entry.bus = step->bus;
		entry.address = step->address;
		entry.register_bytes = step->register_bytes == 2 ? 2 : 1;
		entry.reg = step->reg;
		return change(power, &entry, (uint8_t)step->mask, (uint8_t)step->value);
	default:
		return run_pmic(power, &entry);
	}
}

static enum fl_err run_steps(struct power *power, unsigned domain)
{
	const struct power_domain *d = &power->board->domains[domain];
	const bool is_first = power->diag && !power->diag->message[0];

	for (size_t i = 0; i < d->count; i++) {
		const struct power_step *step = &d->steps[i];
		enum fl_err err = run_step(power, domain, step);

		if (!err)
			continue;
		if (is_first)
			diag_prefix(power->diag, "power %s, step %zu (%s, %s:%u): ", d->name, i + 1,
				    step_name(step), power->board->file, step->line);
		undo_domain(power, domain);
		return err;
	}
	return FL_OK;
}

/* The steps, and a last look at all of them. */
static enum fl_err bring_up(struct power *power, unsigned domain)
{
	const struct power_domain *d = &power->board->domains[domain];
	const bool is_first = power->diag && !power->diag->message[0];
	enum fl_err err = run_steps(power, domain);

	if (err || !d->count)
		return err;
	err = verify(power);
	if (!err)
		return FL_OK;
	if (is_first)
		diag_prefix(power->diag, "power %s, after its last step (%s:%u): ", d->name,
			    power->board->file, d->steps[d->count - 1].line);
	undo_domain(power, domain);
	return err;
}

/* ---- domains ---- */

static void release(struct power *power)
{
	platform_free(power->users);
	platform_free(power->undo);
	power->users = NULL;
	power->undo = NULL;
}

enum fl_err power_init(struct power *power, const struct board_desc *board, struct i2c_bus **buses,
		       struct diag *diag)
{
	size_t steps = 0;

	*power = (struct power){.board = board, .buses = buses, .diag = diag};
	for (size_t i = 0; i < board->domain_count; i++)
		steps += board->domains[i].count;
	power->undo_capacity = steps * CHANGES_PER_STEP;
	power->users = platform_alloc(board->domain_count + 1);
	power->undo = platform_alloc((power->undo_capacity + 1) * sizeof *power->undo);
	if (power->users && power->undo)
		return FL_OK;
	release(power);
	return diag_fail(diag, FL_ERR_NOMEM, NULL, "no memory for the power domains of %s",
			 board->name);
}

static enum fl_err drop_required(struct power *power, unsigned domain, unsigned count)
{
	const struct power_domain *d = &power->board->domains[domain];
	enum fl_err first = FL_OK;

	while (count--) {
		enum fl_err err = power_down(power, d->requires[count]);

		first = first ? first : err;
	}
	return first;
}

static enum fl_err check_domain(struct power *power, unsigned domain)
{
	if (domain < power->board->domain_count && power->users)
		return FL_OK;
	return diag_fail(power->diag, FL_ERR_INVALID, NULL, "power domain %u does not exist",
			 domain);
}

enum fl_err power_up(struct power *power, unsigned domain)
{
	const struct power_domain *d;
	enum fl_err err = check_domain(power, domain);
	unsigned up;

	if (err)
		return err;
	d = &power->board->domains[domain];
	if (power->users[domain] == UINT8_MAX)
		return diag_fail(power->diag, FL_ERR_BUSY, NULL, "power %s has too many users",
				 d->name);
	if (power->users[domain]++)
		return FL_OK;
	for (up = 0; up < d->require_count; up++) {
		err = power_up(power, d->requires[up]);
		if (err)
			goto out_required;
	}
	err = bring_up(power, domain);
	if (err)
		goto out_required;
	return FL_OK;
out_required:
	drop_required(power, domain, up);
	power->users[domain] = 0;
	return err;
}

enum fl_err power_down(struct power *power, unsigned domain)
{
	enum fl_err err = check_domain(power, domain), required;

	if (err)
		return err;
	if (!power->users[domain])
		return diag_fail(power->diag, FL_ERR_STATE, NULL, "power %s is not up",
				 power->board->domains[domain].name);
	if (--power->users[domain])
		return FL_OK;
	err = undo_domain(power, domain);
	required = drop_required(power, domain, power->board->domains[domain].require_count);
	return err ? err : required;
}

/* The newest entry belongs to a domain that nobody up requires any more. */
enum fl_err power_exit(struct power *power)
{
	enum fl_err first = FL_OK;

	while (power->undo_count) {
		enum fl_err err = undo_domain(power, power->undo[power->undo_count - 1].domain);

		first = first ? first : err;
	}
	release(power);
	return first;
}
