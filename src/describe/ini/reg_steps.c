/* reg_steps.c: see reg_steps.h. */
#include "describe/ini/reg_steps.h"

#include "describe/ini/value.h"
#include "core/mem.h"
#include "core/text.h"

/* In the order of enum reg_step_kind. */
static const char *const kind_names[] = {"write", "update", "delay", "expect", "poll", NULL};

static uint32_t width_mask(unsigned width)
{
	return width >= 4 ? UINT32_MAX : (1u << 8 * width) - 1;
}

/* One number of the line, at most `max`. */
static enum fl_err read_number(struct ini *ini, const char *what, const char *word, uint64_t max,
			       uint64_t *value)
{
	if (!*word)
		return ini_fail(ini, ini->line, NULL,
				"the step has no %s; add it, for example 0x10", what);
	if (!text_u64(word, value))
		return ini_fail(ini, ini->line, NULL, "%s '%.20s' is no number; write 0x10 or 16",
				what, word);
	if (*value > max)
		return ini_fail(ini, ini->line, NULL,
				"%s %.20s is out of range; at most 0x%llx fits", what, word,
				(unsigned long long)max);
	return FL_OK;
}

static enum fl_err read_time(struct ini *ini, const char *what, const char *word, uint32_t *us)
{
	uint64_t value;

	if (!value_parse(word, value_microseconds, &value) || !value || value > REG_WAIT_MAX_US)
		return ini_fail(ini, ini->line, NULL,
				"%s '%.20s' is no time from 1us to %us; write for example 5ms",
				what, word, REG_WAIT_MAX_US / 1000000);
	*us = (uint32_t)value;
	return FL_OK;
}

/* The words behind the value: "width N", "mask M", "timeout T". */
static enum fl_err read_extras(struct ini *ini, struct reg_step *step, char *rest, bool *has_mask)
{
	static const char *const extras[] = {"width", "mask", "timeout", NULL};
	uint64_t number = 0;
	unsigned seen = 0;
	enum fl_err err = FL_OK;

	while (*rest && !err) {
		const char *name = value_next_word(&rest);
		const char *value = value_next_word(&rest);
		int which = value_find_word(name, extras);

		if (which < 0)
			return ini_fail_word(ini, ini->line, "word in a step", name, extras);
		if (seen & 1u << which)
			return ini_fail(ini, ini->line, NULL, "'%s' is given twice; keep one",
					name);
		seen |= 1u << which;
		if (which == 2) {
			err = read_time(ini, "timeout", value, &step->timeout_us);
			continue;
		}
		err = read_number(ini, name, value, which == 0 ? 4 : UINT32_MAX, &number);
		if (which == 0)
			step->width = (uint8_t)number;
		else
			step->mask = (uint32_t)number;
		*has_mask |= which == 1;
	}
	return err;
}

/* What belongs together, and what could never work. */
static enum fl_err check_step(struct ini *ini, const struct reg_habits *habits,
			      struct reg_step *step, bool has_mask)
{
	uint32_t fits = width_mask(step->width);
	uint32_t last = width_mask(habits->register_bytes);

	if (step->width < 1)
		return ini_fail(ini, ini->line, NULL, "width 0 moves nothing; write 1 to 4");
	if (step->reg > last || step->reg + step->width - 1u > last)
		return ini_fail(ini, ini->line, NULL,
				"register 0x%x with %u bytes is beyond 0x%x; see"
				" register-bytes",
				step->reg, step->width, last);
	if (!has_mask)
		step->mask = fits;
	if ((step->value | step->mask) & ~fits)
		return ini_fail(ini, ini->line, NULL,
				"0x%x does not fit %u byte%s; give a larger width",
				step->value & ~fits ? step->value : step->mask, step->width,
				step->width > 1 ? "s" : "");
	if (!step->mask)
		return ini_fail(ini, ini->line, NULL, "mask 0 looks at no bit; correct it");
	if (step->kind == REG_WRITE && has_mask)
		return ini_fail(ini, ini->line, NULL,
				"write changes all bits; write 'update' for a mask");
	if (step->kind == REG_UPDATE && !has_mask)
		return ini_fail(ini, ini->line, NULL,
				"update needs 'mask M'; add it, or write 'write'");
	if (step->kind != REG_WRITE && (step->value & ~step->mask))
		return ini_fail(ini, ini->line, NULL,
				"value 0x%x has bits outside the mask 0x%x; widen the"
				" mask or drop them",
				step->value, step->mask);
	if ((step->kind == REG_POLL) != (step->timeout_us != 0))
		return ini_fail(ini, ini->line, NULL,
				step->timeout_us ? "only poll has a timeout; drop it"
						 : "poll has no timeout; add 'timeout 10ms'");
	return FL_OK;
}

static enum fl_err parse_step(struct ini *ini, const struct reg_habits *habits,
			      const struct ini_line *line, struct reg_step *step)
{
	char *rest = line->value;
	bool has_mask = false;
	uint64_t number = 0;
	enum fl_err err;

	step->line = line->number;
	step->width = habits->value_bytes;
	if (step->kind == REG_DELAY)
		return read_time(ini, "delay", rest, &step->value);
	err = read_number(ini, "register", value_next_word(&rest), 0xffff, &number);
	if (err)
		return err;
	step->reg = (uint16_t)number;
	err = read_number(ini, "value", value_next_word(&rest), UINT32_MAX, &number);
	if (err)
		return err;
	step->value = (uint32_t)number;
	err = read_extras(ini, step, rest, &has_mask);
	return err ? err : check_step(ini, habits, step, has_mask);
}

static enum fl_err append(struct reg_builder *builder, struct ini *ini, struct arena *arena,
			  const struct reg_step *step)
{
	struct reg_step *slot;

	if (builder->array.count >= REG_LIST_MAX)
		return ini_fail(ini, ini->line, NULL,
				"the list is longer than %u steps; shorten it", REG_LIST_MAX);
	builder->wait_us += step->timeout_us + (step->kind == REG_DELAY ? step->value : 0);
	if (builder->wait_us > REG_LIST_WAIT_MAX_US)
		return ini_fail(ini, ini->line, NULL,
				"the list waits for more than %u s in all; shorten its"
				" delays",
				REG_LIST_WAIT_MAX_US / 1000000);
	slot = arena_append(arena, &builder->array, sizeof *slot);
	if (!slot)
		return ini_fail_memory(ini);
	*slot = *step;
	return FL_OK;
}

enum fl_err reg_builder_add_line(struct reg_builder *builder, struct ini *ini, struct arena *arena,
				 const struct reg_habits *habits, unsigned allowed,
				 const struct ini_line *line)
{
	int kind = value_find_word(line->name, kind_names);
	struct reg_step step = {.kind = (uint8_t)kind};
	enum fl_err err;

	if (kind < 0)
		return ini_fail_word(ini, line->number, "step", line->name, kind_names);
	if (!(allowed & REG_STEP(kind)))
		return ini_fail(ini, line->number, NULL, "'%s' makes no sense in [%s]; drop it",
				kind_names[kind], ini->section->name);
	err = parse_step(ini, habits, line, &step);
	return err ? err : append(builder, ini, arena, &step);
}

enum fl_err reg_builder_add_list(struct reg_builder *builder, struct ini *ini, struct arena *arena,
				 const struct reg_list *list)
{
	enum fl_err err = FL_OK;

	for (size_t i = 0; i < list->count && !err; i++)
		err = append(builder, ini, arena, &list->steps[i]);
	return err;
}

enum fl_err reg_builder_change(struct reg_builder *builder, struct ini *ini,
			       const struct reg_habits *habits, const struct ini_line *line)
{
	struct reg_step *steps = builder->array.items, wanted = {.kind = REG_WRITE};
	enum fl_err err = parse_step(ini, habits, line, &wanted);

	if (err)
		return err;
	for (size_t i = builder->array.count; i--;) {
		if (steps[i].kind != REG_WRITE || steps[i].reg != wanted.reg ||
		    steps[i].width != wanted.width)
			continue;
		steps[i].value = wanted.value;
		steps[i].line = wanted.line;
		return FL_OK;
	}
	return ini_fail(ini, line->number, NULL,
			"no write of 0x%04x stands above; write 'write' instead of"
			" 'change'",
			wanted.reg);
}

struct reg_list reg_builder_list(const struct reg_builder *builder)
{
	return (struct reg_list){builder->array.items, builder->array.count};
}
