/* power_steps.c: see power_steps.h. */
#include "describe/ini/power_steps.h"

#include "describe/ini/value.h"
#include "core/field.h"
#include "core/mem.h"
#include "core/text.h"

/* ---- rails ------------------------------------------------------------------------------- */

/*
 * What a rail can make (camera-acpi.md 6.1), and what a camera may get from it. The latter is
 * narrower than the former: it lets every documented board through and stops a slip of a digit
 * before it reaches a sensor. The I/O rails are 1.8 V on all known boards.
 */
struct rail {
	uint32_t first_uv, step_uv;
	uint32_t allowed_min_uv, allowed_max_uv;
};

#define LDO  875000, 17800
#define BUCK 900000, 25000
static const struct rail rails[] = {
	[RAIL_VCM] = {LDO, 2500000, 3050000},   [RAIL_VAUX1] = {LDO, 1000000, 3050000},
	[RAIL_VAUX2] = {LDO, 1000000, 3050000}, [RAIL_VIO] = {LDO, 1620000, 1980000},
	[RAIL_VSIO] = {LDO, 1620000, 1980000},  [RAIL_VA] = {LDO, 2500000, 3050000},
	[RAIL_VD] = {BUCK, 900000, 1500000},
};
static const char *const rail_names[] = {"VCM", "AUX1", "AUX2", "VIO", "VSIO", "VA", "VD", NULL};

#define RAIL_TOLERANCE_UV 10000

/* Millivolts with one decimal, for messages. */
#define MV(uv) (uv) / 1000, (uv) % 1000 / 100

static enum fl_err check_voltage(struct ini *ini, unsigned target, uint64_t uv)
{
	const struct rail *rail = &rails[target];
	uint32_t value = (uint32_t)uv, nearest;

	if (uv < rail->allowed_min_uv || uv > rail->allowed_max_uv)
		return ini_fail(ini, ini->line,
				"voltages come from the board's documents, never from a guess",
				"rail %s takes %u.%u to %u.%u mV here; correct the voltage",
				rail_names[target], MV(rail->allowed_min_uv),
				MV(rail->allowed_max_uv));
	/* what is allowed lies between a rail's first and last step */
	nearest = value - rail->first_uv + rail->step_uv / 2;
	nearest += rail->first_uv - nearest % rail->step_uv;
	if (nearest > value + RAIL_TOLERANCE_UV || value > nearest + RAIL_TOLERANCE_UV)
		return ini_fail(
			ini, ini->line, NULL,
			"rail %s cannot make %u.%u mV within 10 mV; the nearest is %u.%u mV",
			rail_names[target], MV(value), MV(nearest));
	return FL_OK;
}

static enum fl_err parse_rail(struct ini *ini, struct power_builder *builder, char **rest,
			      struct power_step *step)
{
	const char *name = value_next_word(rest), *volts = value_next_word(rest);
	int target = value_find_word(name, rail_names);
	uint64_t uv;

	(void)builder;
	if (target < 0)
		return ini_fail_word(ini, ini->line, "rail", name, rail_names);
	if (!value_parse(volts, value_microvolts, &uv))
		return ini_fail(ini, ini->line, NULL,
				"rail %s has voltage '%.20s'; write for example 1.8006V",
				rail_names[target], volts);
	step->target = (uint8_t)target;
	step->value = (uint32_t)uv;
	return check_voltage(ini, step->target, uv);
}

/* ---- the other steps --------------------------------------------------------------------- */

static enum fl_err parse_clock(struct ini *ini, struct power_builder *builder, char **rest,
			       struct power_step *step)
{
	const char *word = value_next_word(rest);
	uint64_t hz;

	(void)builder;
	if (!value_parse(word, value_hertz, &hz) || hz < 1000000 || hz > 64000000)
		return ini_fail(ini, ini->line, NULL,
				"clock '%.20s' is no frequency from 1MHz to 64MHz; write for "
				"example 19.2MHz",
				word);
	step->value = (uint32_t)hz;
	return FL_OK;
}

static const char *const level_words[] = {"low", "high", "input", NULL};

static enum fl_err parse_gpio(struct ini *ini, struct power_builder *builder, char **rest,
			      struct power_step *step)
{
	static const char *const pins[] = {"0", "1",        "2",      "3",        "4", "5",
					   "6", "s_enable", "s_idle", "s_resetn", NULL};
	const char *name = value_next_word(rest), *word = value_next_word(rest);
	int pin = value_find_word(name, pins), level = value_find_word(word, level_words);

	(void)builder;
	if (pin < 0)
		return ini_fail_word(ini, ini->line, "PMIC GPIO", name, pins);
	if (level < 0)
		return ini_fail_word(ini, ini->line, "level", word, level_words);
	if (level == 2 && pin > 6)
		return ini_fail(ini, ini->line, NULL, "%s is an output only; write high or low",
				pins[pin]);
	step->target = (uint8_t)pin;
	step->value = (uint32_t)level;
	if (level == 2) {
		step->kind = POWER_INPUT;
		step->value = 0;
	}
	return FL_OK;
}

static enum fl_err parse_nothing(struct ini *ini, struct power_builder *builder, char **rest,
				 struct power_step *step)
{
	(void)ini, (void)builder, (void)rest, (void)step;
	return FL_OK;
}

/* "GPP_A0" to "GPP_G7": the groups and their sizes are in camera-acpi.md 9. */
static bool is_pad(const char *name)
{
	uint64_t index;

	if (!text_starts(name, "GPP_") || name[4] < 'A' || name[4] > 'G' || strlen(name) > 7)
		return false;
	return text_u64(name + 5, &index) && !(name[5] == '0' && name[6]) &&
	       index < (name[4] == 'G' ? 8 : 24);
}

static enum fl_err parse_pad(struct ini *ini, struct power_builder *builder, char **rest,
			     struct power_step *step)
{
	const char *name = value_next_word(rest), *word = value_next_word(rest);
	int level = value_find_word(word, level_words);

	(void)builder;
	if (!is_pad(name))
		return ini_fail(ini, ini->line, NULL,
				"'%.20s' is no pad; write GPP_A0 to GPP_F23 or GPP_G0 to GPP_G7",
				name);
	if (level != 0 && level != 1)
		return ini_fail(ini, ini->line, NULL, "pad %s is set to '%.20s'; write high or low",
				name, word);
	text_copy(step->pad, sizeof step->pad, name);
	step->value = (uint32_t)level;
	step->is_optional = value_take_word(rest, "optional");
	return FL_OK;
}

static enum fl_err read_time(struct ini *ini, const char *what, const char *word, uint32_t *us)
{
	uint64_t value;

	if (!value_parse(word, value_microseconds, &value) || !value || value > POWER_WAIT_MAX_US)
		return ini_fail(ini, ini->line, NULL,
				"%s '%.20s' is no time from 1us to %us; write for example 3ms",
				what, word, POWER_WAIT_MAX_US / 1000000);
	*us = (uint32_t)value;
	return FL_OK;
}

static enum fl_err parse_delay(struct ini *ini, struct power_builder *builder, char **rest,
			       struct power_step *step)
{
	(void)builder;
	return read_time(ini, "delay", value_next_word(rest), &step->value);
}

static enum fl_err read_number(struct ini *ini, const char *what, const char *word, uint64_t min,
			       uint64_t max, uint64_t *value)
{
	*value = 0;
	if (text_u64(word, value) && *value >= min && *value <= max)
		return FL_OK;
	return ini_fail(ini, ini->line, NULL,
			"%s '%.20s' is no number from 0x%llx to 0x%llx; correct it", what, word,
			(unsigned long long)min, (unsigned long long)max);
}

static enum fl_err find_bus(struct ini *ini, struct power_builder *builder, const char *name,
			    uint8_t *index)
{
	const char *names[257] = {NULL};

	for (size_t i = 0; i < builder->bus_count; i++) {
		names[i] = builder->buses[i].name;
		if (!text_equal_nocase(name, names[i]))
			continue;
		*index = (uint8_t)i;
		return FL_OK;
	}
	return ini_fail_word(ini, ini->line, "bus (a [bus NAME] above)", name, names);
}

/* "mask 0x7f", "register-bytes 2" and "unchecked" behind a write. */
static enum fl_err parse_write_extras(struct ini *ini, char **rest, struct power_step *step)
{
	enum fl_err err = FL_OK;
	uint64_t number;

	if (value_take_word(rest, "mask")) {
		err = read_number(ini, "mask", value_next_word(rest), 1, 0xff, &number);
		step->mask = (uint32_t)number;
	}
	if (!err && value_take_word(rest, "register-bytes")) {
		err = read_number(ini, "register-bytes", value_next_word(rest), 1, 2, &number);
		step->register_bytes = (uint8_t)number;
	}
	step->is_unchecked = !err && value_take_word(rest, "unchecked");
	return err;
}

static enum fl_err parse_write(struct ini *ini, struct power_builder *builder, char **rest,
			       struct power_step *step)
{
	enum fl_err err = find_bus(ini, builder, value_next_word(rest), &step->bus);
	uint64_t address = 0, reg = 0, value = 0;

	if (!err)
		err = read_number(ini, "address", value_next_word(rest), 0x08, 0x77, &address);
	if (!err)
		err = read_number(ini, "register", value_next_word(rest), 0, 0xffff, &reg);
	if (!err)
		err = read_number(ini, "value", value_next_word(rest), 0, 0xff, &value);
	step->address = (uint8_t)address;
	step->reg = (uint16_t)reg;
	step->value = (uint32_t)value;
	step->mask = 0xff;
	step->register_bytes = reg > 0xff ? 2 : 1;
	if (!err)
		err = parse_write_extras(ini, rest, step);
	if (err)
		return err;
	if (step->value & ~step->mask)
		return ini_fail(ini, ini->line, NULL,
				"value 0x%x has bits outside the mask 0x%x; drop them", step->value,
				step->mask);
	if (reg > 0xff && step->register_bytes == 1)
		return ini_fail(ini, ini->line, NULL,
				"register 0x%llx does not fit one byte; write register-bytes 2",
				(unsigned long long)reg);
	return FL_OK;
}

/* ---- lines ------------------------------------------------------------------------------- */

static const struct step_type {
	const char *name;
	enum power_step_kind kind;
	bool needs_pmic;
	enum fl_err (*parse)(struct ini *ini, struct power_builder *builder, char **rest,
			     struct power_step *step);
} step_types[] = {
	{"rail", POWER_RAIL, true, parse_rail},
	{"clock", POWER_CLOCK, true, parse_clock},
	{"gpio", POWER_GPIO, true, parse_gpio},
	{"daisy-chain", POWER_DAISY, true, parse_nothing},
	{"pmic-reset", POWER_RESET, true, parse_nothing},
	{"pad", POWER_PAD, false, parse_pad},
	{"delay", POWER_DELAY, false, parse_delay},
	{"write", POWER_WRITE, false, parse_write},
};

static const struct step_type *find_type(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(step_types); i++)
		if (text_equal_nocase(name, step_types[i].name))
			return &step_types[i];
	return NULL;
}

static enum fl_err fail_unknown(struct ini *ini, const char *name)
{
	const char *names[ARRAY_SIZE(step_types) + 1] = {NULL};

	for (size_t i = 0; i < ARRAY_SIZE(step_types); i++)
		names[i] = step_types[i].name;
	return ini_fail_word(ini, ini->line, "power step", name, names);
}

static enum fl_err parse_step(struct ini *ini, struct power_builder *builder,
			      const struct ini_line *line, struct power_step *step)
{
	const struct step_type *type = find_type(line->name);
	char *rest = line->value;
	enum fl_err err;

	if (!type)
		return fail_unknown(ini, line->name);
	if (type->needs_pmic && !builder->has_pmic)
		return ini_fail(
			ini, line->number, NULL,
			"'%s' needs a PMIC; add 'pmic = NAME' above the steps of this section",
			type->name);
	step->kind = (uint8_t)type->kind;
	step->line = line->number;
	err = type->parse(ini, builder, &rest, step);
	if (!err && value_take_word(&rest, "off-delay"))
		err = read_time(ini, "off-delay", value_next_word(&rest), &step->off_delay_us);
	if (!err && *rest)
		err = ini_fail(
			ini, line->number, NULL,
			"'%.40s' behind the step means nothing; drop it (or write off-delay 3ms)",
			rest);
	return err;
}

enum fl_err power_builder_add_line(struct power_builder *builder, struct ini *ini,
				   struct arena *arena, const struct ini_line *line)
{
	struct power_step step = {0}, *slot;
	enum fl_err err = parse_step(ini, builder, line, &step);

	if (err)
		return err;
	if (builder->array.count >= POWER_LIST_MAX)
		return ini_fail(ini, line->number, NULL, "more than %u steps; split the section",
				POWER_LIST_MAX);
	builder->wait_us += step.off_delay_us + (step.kind == POWER_DELAY ? step.value : 0);
	if (builder->wait_us > POWER_LIST_WAIT_MAX_US)
		return ini_fail(ini, line->number, NULL,
				"the section waits for more than %u s; shorten it",
				POWER_LIST_WAIT_MAX_US / 1000000);
	slot = arena_append(arena, &builder->array, sizeof *slot);
	if (!slot)
		return ini_fail_memory(ini);
	*slot = step;
	return FL_OK;
}
