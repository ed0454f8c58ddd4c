/* sensor_file.c: firstlight/sensors/<sensor>.ini; the format is told in docs/sensor-files.md. */
#include "describe/ini/files.h"

#include "describe/ini/reg_steps.h"
#include "describe/ini/value.h"
#include "core/field.h"
#include "core/text.h"

#define BLOCKS_MAX   32 /* [registers NAME] */
#define MODES_MAX    64
#define PATTERNS_MAX 32

struct block {
	char name[24];
	struct reg_list list;
};

struct parser {
	struct sensor_desc desc;
	struct arena arena;
	struct arena_array modes, patterns, blocks;
	struct reg_builder list, off_list; /* of the section being read */
};

static const char *const bayer_words[] = {"grbg", "rggb", "bggr", "gbrg", "mono", NULL};
static const char *const pattern_words[] = {"bars",    "bars-fade", "solid", "random",
					    "squares", "columns",   "other", NULL};

#define STORE(type, field) offsetof(type, field), sizeof(((type *)0)->field)

/* ---- [sensor] ---------------------------------------------------------------------------- */

/* The line is kept: a board that makes another clock is told where this one is asked for. */
static enum fl_err set_clock(struct ini *ini, void *target, const struct ini_line *line)
{
	static const struct ini_key key = {.name = "clock-frequency",
					   .type = INI_FREQUENCY,
					   .offset = offsetof(struct sensor_desc, clock_frequency),
					   .size = sizeof(uint32_t),
					   .min = 1000000,
					   .max = 64000000};

	((struct sensor_desc *)target)->clock_line = line->number;
	return ini_store(ini, &key, target, line, "key 'clock-frequency'");
}

/* "0x0300-0x0312" or "0x3820". */
static bool parse_range(char *word, struct reg_range *range)
{
	uint64_t first, last;
	char *dash = word;

	while (*dash && *dash != '-')
		dash++;
	if (*dash)
		*dash++ = '\0';
	if (!text_u64(word, &first) || !text_u64(*dash ? dash : word, &last) || first > last ||
	    last > 0xffff)
		return false;
	*range = (struct reg_range){(uint16_t)first, (uint16_t)last};
	return true;
}

static enum fl_err set_decisive(struct ini *ini, void *target, const struct ini_line *line)
{
	struct sensor_desc *desc = target;
	char *rest = line->value, *word;

	for (word = value_next_word(&rest); *word; word = value_next_word(&rest)) {
		if (desc->decisive_count >= SENSOR_RANGES)
			return ini_fail(ini, line->number, NULL,
					"more than %u ranges of registers; join some",
					SENSOR_RANGES);
		if (!parse_range(word, &desc->decisive[desc->decisive_count++]))
			return ini_fail(ini, line->number, NULL,
					"decisive has '%.20s'; write registers and ranges, for "
					"example 0x0300-0x0312 0x3820",
					word);
	}
	return FL_OK;
}

/* "0x3808 0x380a" */
static enum fl_err set_output_size(struct ini *ini, void *target, const struct ini_line *line)
{
	struct sensor_desc *desc = target;
	char *rest = line->value;
	uint64_t width, height;

	if (!text_u64(value_next_word(&rest), &width) ||
	    !text_u64(value_next_word(&rest), &height) || width > UINT16_MAX ||
	    height > UINT16_MAX || *value_next_word(&rest))
		return ini_fail(
			ini, line->number, NULL,
			"output-size is '%.30s'; write two registers, those of the width and "
			"of the height, for example 0x3808 0x380a",
			line->value);
	desc->width_register = (uint16_t)width;
	desc->height_register = (uint16_t)height;
	return FL_OK;
}

#define IN(field) STORE(struct sensor_desc, field)
static const struct ini_key sensor_keys[] = {
	{"name", NULL, INI_NAME, INI_REQUIRED, IN(name), 0, 0, NULL, NULL},
	{"description", NULL, INI_TEXT, 0, IN(description), 0, 0, NULL, NULL},
	/* 0x08..0x77 are the addresses that the I2C specification leaves to devices */
	{"address", NULL, INI_NUMBER, 0, IN(address), 0x08, 0x77, NULL, NULL},
	{"register-bytes", NULL, INI_NUMBER, 0, IN(register_bytes), 1, 2, NULL, NULL},
	{"value-bytes", NULL, INI_NUMBER, 0, IN(value_bytes), 1, 4, NULL, NULL},
	{"read-with-stop", NULL, INI_FLAG, 0, IN(read_with_stop), 0, 0, NULL, NULL},
	{"identify-only", NULL, INI_FLAG, 0, IN(is_identify_only), 0, 0, NULL, NULL},
	{"clock-frequency", NULL, INI_CUSTOM, INI_REQUIRED, 0, 0, 0, 0, NULL, set_clock},
	{"data-lanes", NULL, INI_LANES, INI_REQUIRED, IN(data_lanes), 1, 4, NULL, NULL},
	{"bayer", NULL, INI_CHOICE, INI_REQUIRED, IN(bayer), 0, 0, bayer_words, NULL},
	/* the receivers' packing that the rest of the code unpacks is RAW10 */
	{"bits", NULL, INI_NUMBER, 0, IN(bits), 10, 10, NULL, NULL},
	{"black-level", NULL, INI_NUMBER, 0, IN(black_level), 0, 511, NULL, NULL},
	{"decisive", NULL, INI_CUSTOM, 0, 0, 0, 0, 0, NULL, set_decisive},
	{"output-size", NULL, INI_CUSTOM, 0, 0, 0, 0, 0, NULL, set_output_size},
	{"frames-to-skip", NULL, INI_NUMBER, 0, IN(frames_to_skip), 0, 100, NULL, NULL},
};
#undef IN

static void *sensor_begin(struct ini *ini, const struct ini_line *line)
{
	struct parser *parser = ini->context;

	(void)line;
	return &parser->desc;
}

/* Everything else depends on register-bytes, value-bytes and identify-only, so [sensor] comes first. */
static enum fl_err need_sensor(struct ini *ini, uint32_t line)
{
	const struct parser *parser = ini->context;

	if (ini->seen_sections & 1 && parser->desc.is_identify_only &&
	    !text_equal(ini->section->name, "identify"))
		return ini_fail(ini, line, NULL,
				"[%s] in a file that says identify-only = yes; drop the one or the "
				"other",
				ini->section->name);
	if (ini->seen_sections & 1)
		return FL_OK;
	return ini_fail(ini, line, NULL, "[%s] stands before [sensor]; put [sensor] first",
			ini->section->name);
}

/* ---- step lists -------------------------------------------------------------------------- */

#define WRITING                                                                                    \
	(REG_STEP(REG_WRITE) | REG_STEP(REG_UPDATE) | REG_STEP(REG_DELAY) | REG_STEP(REG_POLL))

static enum fl_err add_step(struct ini *ini, struct reg_builder *builder, unsigned allowed,
			    const struct ini_line *line)
{
	struct parser *parser = ini->context;
	struct reg_habits habits = {parser->desc.register_bytes, parser->desc.value_bytes};

	return reg_builder_add_line(builder, ini, &parser->arena, &habits, allowed, line);
}

static void *list_begin(struct ini *ini, const struct ini_line *line)
{
	struct parser *parser = ini->context;

	if (need_sensor(ini, line->number))
		return NULL;
	parser->list = (struct reg_builder){0};
	parser->off_list = (struct reg_builder){0};
	return parser;
}

static enum fl_err list_step(struct ini *ini, void *target, const struct ini_line *line)
{
	struct parser *parser = target;

	return add_step(ini, &parser->list, WRITING, line);
}

static enum fl_err identify_step(struct ini *ini, void *target, const struct ini_line *line)
{
	struct parser *parser = target;

	return add_step(ini, &parser->list, REG_STEP(REG_EXPECT), line);
}

static enum fl_err list_end(struct ini *ini, struct reg_list *out, uint32_t line)
{
	struct parser *parser = ini->context;

	*out = reg_builder_list(&parser->list);
	if (!out->count)
		return ini_fail(ini, line, NULL,
				"[%s%s%s] holds no steps; add some or drop the section",
				ini->section->name, ini->section->has_label ? " " : "", ini->label);
	return FL_OK;
}

static enum fl_err identify_end(struct ini *ini, void *target, uint32_t line)
{
	return list_end(ini, &((struct parser *)target)->desc.identify, line);
}

static enum fl_err stream_on_end(struct ini *ini, void *target, uint32_t line)
{
	return list_end(ini, &((struct parser *)target)->desc.stream_on, line);
}

static enum fl_err stream_off_end(struct ini *ini, void *target, uint32_t line)
{
	return list_end(ini, &((struct parser *)target)->desc.stream_off, line);
}

/* ---- sections with a name ---------------------------------------------------------------- */

/* A new element of `array`, whose struct begins with char name[24]; NULL when it is one too many,
 * one of that name is there, or memory is short. */
static void *add_named(struct ini *ini, struct arena_array *array, size_t size, size_t max,
		       const struct ini_line *line)
{
	struct parser *parser = ini->context;
	char *item;

	if (!list_begin(ini, line))
		return NULL;
	if (array->count >= max) {
		ini_fail(ini, line->number, NULL, "more than %zu [%s] sections; drop some", max,
			 ini->section->name);
		return NULL;
	}
	for (size_t i = 0; i < array->count; i++) {
		if (!text_equal_nocase((char *)array->items + i * size, line->value))
			continue;
		ini_fail(ini, line->number, NULL, "a second [%s %s]; give it another name",
			 ini->section->name, line->value);
		return NULL;
	}
	item = arena_append(&parser->arena, array, size);
	if (!item)
		ini_fail_memory(ini);
	else
		text_copy(item, sizeof ini->label, line->value);
	return item;
}

static void *block_begin(struct ini *ini, const struct ini_line *line)
{
	struct parser *parser = ini->context;

	return add_named(ini, &parser->blocks, sizeof(struct block), BLOCKS_MAX, line);
}

static enum fl_err block_step(struct ini *ini, void *target, const struct ini_line *line)
{
	(void)target;
	return list_step(ini, ini->context, line);
}

static enum fl_err block_end(struct ini *ini, void *target, uint32_t line)
{
	return list_end(ini, &((struct block *)target)->list, line);
}

/* ---- [mode NAME] ------------------------------------------------------------------------- */

#define IN(field) STORE(struct sensor_mode, field)
static const struct ini_key mode_keys[] = {
	/* 8192: more than any line buffer of an IPU3 takes */
	{"width", NULL, INI_NUMBER, INI_REQUIRED, IN(width), 16, 8192, NULL, NULL},
	{"height", NULL, INI_NUMBER, INI_REQUIRED, IN(height), 16, 8192, NULL, NULL},
	{"max-height", NULL, INI_NUMBER, 0, IN(max_height), 16, 8192, NULL, NULL},
	/* 40 MHz to 1.25 GHz is what a D-PHY lane of version 1.2 does */
	{"link-frequency", "link-frequencies", INI_FREQUENCY, INI_REQUIRED, IN(link_frequency),
	 40000000, 1250000000, NULL, NULL},
	{"frame-us", NULL, INI_NUMBER, 0, IN(frame_us), 100, 10000000, NULL, NULL},
};
#undef IN

static void *mode_begin(struct ini *ini, const struct ini_line *line)
{
	struct parser *parser = ini->context;

	return add_named(ini, &parser->modes, sizeof(struct sensor_mode), MODES_MAX, line);
}

static enum fl_err mode_use(struct ini *ini, const struct ini_line *line)
{
	struct parser *parser = ini->context;
	const struct block *blocks = parser->blocks.items;
	const char *names[BLOCKS_MAX + 1] = {NULL};

	for (size_t i = 0; i < parser->blocks.count; i++) {
		if (text_equal_nocase(blocks[i].name, line->value))
			return reg_builder_add_list(&parser->list, ini, &parser->arena,
						    &blocks[i].list);
		names[i] = blocks[i].name;
	}
	if (!parser->blocks.count)
		return ini_fail(ini, line->number, NULL,
				"'use %.24s', but no [registers %.24s] stands above;"
				" add it",
				line->value, line->value);
	return ini_fail_word(ini, line->number, "[registers] section", line->value, names);
}

static enum fl_err mode_step(struct ini *ini, void *target, const struct ini_line *line)
{
	static const char *const words[] = {"use",   "change", "write", "update",
					    "delay", "poll",   NULL};
	struct parser *parser = ini->context;
	struct reg_habits habits = {parser->desc.register_bytes, parser->desc.value_bytes};
	int word = value_find_word(line->name, words);

	(void)target;
	if (word < 0)
		return ini_fail_word(ini, line->number, "step", line->name, words);
	if (word == 0)
		return mode_use(ini, line);
	if (word == 1)
		return reg_builder_change(&parser->list, ini, &habits, line);
	return add_step(ini, &parser->list, WRITING, line);
}

/* Time that the pixels of a frame take on the link, without any blanking. */
static uint32_t link_us(const struct sensor_desc *desc, const struct sensor_mode *mode)
{
	const uint64_t bits = (uint64_t)mode->width * mode->height * desc->bits;

	return (uint32_t)(bits * 1000000 / (mode->link_frequency * 2 * desc->data_lanes));
}

static enum fl_err mode_end(struct ini *ini, void *target, uint32_t line)
{
	const struct parser *parser = ini->context;
	struct sensor_mode *mode = target;

	if (!mode->max_height)
		mode->max_height = mode->height;
	if (mode->max_height < mode->height)
		return ini_fail(ini, line, NULL,
				"[mode %s] has max-height %u below height %u; raise it", mode->name,
				mode->max_height, mode->height);
	if (mode->frame_us && mode->frame_us < link_us(&parser->desc, mode))
		return ini_fail(ini, line, "link-frequency is half the bit rate of one lane",
				"[mode %s] needs %u us on the link for a frame of frame-us %u; "
				"raise frame-us or link-frequency",
				mode->name, link_us(&parser->desc, mode), mode->frame_us);
	return list_end(ini, &mode->registers, line);
}

/* ---- [pattern NAME] ---------------------------------------------------------------------- */

static enum fl_err pattern_set_values(struct ini *ini, void *target, const struct ini_line *line)
{
	struct sensor_pattern *pattern = target;
	char *rest = line->value;
	uint64_t value;

	for (int i = 0; i < 4; i++) {
		const char *word = value_next_word(&rest);

		if (!text_u64(word, &value) || value > 1023)
			return ini_fail(ini, line->number, NULL,
					"'values' has no sample of 0 to 1023 at '%.20s';"
					" write the first line's two and the second line's two",
					word);
		pattern->look.values[i] = (uint16_t)value;
	}
	if (*rest)
		return ini_fail(ini, line->number, NULL,
				"'values' has more than four samples; drop the rest");
	return FL_OK;
}

/* "grbg", or "grbg rggb": it is one of the two. */
static enum fl_err pattern_set_bayer(struct ini *ini, void *target, const struct ini_line *line)
{
	struct sensor_pattern *pattern = target;
	char *rest = line->value, *word = value_next_word(&rest);
	int first = value_find_word(word, bayer_words), second = first;

	if (first >= 0 && *rest) {
		word = value_next_word(&rest);
		second = value_find_word(word, bayer_words);
		if (second == first)
			return ini_fail(ini, line->number, NULL,
					"'bayer' has one order twice; drop one");
	}
	if (first < 0 || second < 0)
		return ini_fail_word(ini, line->number, "order", word, bayer_words);
	if (*rest)
		return ini_fail(ini, line->number, NULL,
				"'bayer' has more than two orders; drop the rest");
	pattern->look.bayer = (enum bayer)first;
	pattern->look.other = (enum bayer)second;
	pattern->look.has_two_orders = first != second;
	return FL_OK;
}

#define IN(field) STORE(struct sensor_pattern, field)
static const struct ini_key pattern_keys[] = {
	{"kind", NULL, INI_CHOICE, INI_REQUIRED, IN(look.kind), 0, 0, pattern_words, NULL},
	{"exact", NULL, INI_FLAG, 0, IN(look.is_exact), 0, 0, NULL, NULL},
	{"rolling", NULL, INI_FLAG, 0, IN(look.is_rolling), 0, 0, NULL, NULL},
	{"high", NULL, INI_NUMBER, 0, IN(look.high), 0, 1023, NULL, NULL},
	{"low", NULL, INI_NUMBER, 0, IN(look.low), 0, 1023, NULL, NULL},
	{"values", NULL, INI_CUSTOM, 0, 0, 0, 0, 0, NULL, pattern_set_values},
	{"bayer", NULL, INI_CUSTOM, 0, 0, 0, 0, 0, NULL, pattern_set_bayer},
};
#undef IN

static void *pattern_begin(struct ini *ini, const struct ini_line *line)
{
	struct parser *parser = ini->context;
	struct sensor_pattern *pattern =
		add_named(ini, &parser->patterns, sizeof *pattern, PATTERNS_MAX, line);

	if (pattern) {
		pattern->look.high = 1023;
		pattern->look.bayer = parser->desc.bayer;
	}
	return pattern;
}

/* "on write 0x5e00 0x80", "off write 0x5e00 0x00" */
static enum fl_err pattern_step(struct ini *ini, void *target, const struct ini_line *line)
{
	static const char *const words[] = {"on", "off", NULL};
	struct parser *parser = ini->context;
	struct ini_line step = {line->number, NULL, line->value};
	int word = value_find_word(line->name, words);

	(void)target;
	if (word < 0)
		return ini_fail(ini, line->number, NULL,
				"'%.20s' in [pattern]; begin the line with 'on' or 'off'",
				line->name);
	step.name = value_next_word(&step.value);
	return add_step(ini, word ? &parser->off_list : &parser->list, WRITING, &step);
}

static enum fl_err pattern_end(struct ini *ini, void *target, uint32_t line)
{
	struct parser *parser = ini->context;
	struct sensor_pattern *pattern = target;
	const bool is_mono = parser->desc.bayer == BAYER_MONO;

	if ((pattern->look.kind == PATTERN_SOLID) != ini_has_key(ini, "values"))
		return ini_fail(
			ini, line, NULL,
			pattern->look.kind == PATTERN_SOLID
				? "[pattern %s] is solid and lacks 'values'; add the four samples"
				: "[pattern %s] has 'values', but is not of kind solid; drop them",
			pattern->look.name);
	if (pattern->look.is_exact && pattern->look.kind != PATTERN_SOLID &&
	    pattern->look.kind != PATTERN_BARS)
		return ini_fail(ini, line, NULL,
				"[pattern %s]: only bars and solid can be exact; drop the key",
				pattern->look.name);
	if (pattern->look.low >= pattern->look.high)
		return ini_fail(ini, line, NULL,
				"[pattern %s] has low %u at or above high %u; swap them",
				pattern->look.name, pattern->look.low, pattern->look.high);
	if (text_equal_nocase(pattern->look.name, "off"))
		return ini_fail(ini, line, NULL,
				"'off' is the name for no pattern; choose another");
	if ((pattern->look.bayer == BAYER_MONO) != is_mono ||
	    (pattern->look.has_two_orders && (is_mono || pattern->look.other == BAYER_MONO)))
		return ini_fail(
			ini, line, NULL,
			"[pattern %s] is mono or the sensor, not both; correct the bayer of "
			"one",
			pattern->look.name);
	if (pattern->look.kind == PATTERN_COLUMNS && !is_mono)
		return ini_fail(
			ini, line, NULL,
			"[pattern %s]: columns are a mono sensor's bars; with colours write "
			"bars",
			pattern->look.name);
	pattern->off = reg_builder_list(&parser->off_list);
	if (!pattern->off.count)
		return ini_fail(ini, line, NULL,
				"[pattern %s] has no 'off' step; add what undoes it",
				pattern->look.name);
	return list_end(ini, &pattern->on, line);
}

/* ---- the file ---------------------------------------------------------------------------- */

#define KEYS(table) table, ARRAY_SIZE(table)
static const struct ini_section sections[] = {
	/* name, has_label, may_repeat, is_required, is_implicit */
	{"sensor", false, false, true, false, KEYS(sensor_keys), sensor_begin, NULL, NULL},
	{"identify", false, false, true, false, NULL, 0, list_begin, identify_step, identify_end},
	{"stream-on", false, false, false, false, NULL, 0, list_begin, list_step, stream_on_end},
	{"stream-off", false, false, false, false, NULL, 0, list_begin, list_step, stream_off_end},
	{"registers", true, true, false, false, NULL, 0, block_begin, block_step, block_end},
	{"mode", true, true, false, false, KEYS(mode_keys), mode_begin, mode_step, mode_end},
	{"pattern", true, true, false, false, KEYS(pattern_keys), pattern_begin, pattern_step,
	 pattern_end},
};
static const struct ini_grammar grammar = {KEYS(sections), "sensor file", false};

/* What a sensor needs to stream; one that is only identified has none of it (need_sensor). */
static enum fl_err check_streams(const struct parser *parser, struct diag *diag)
{
	const struct sensor_desc *desc = &parser->desc;
	const char *missing = !desc->stream_on.count    ? "stream-on"
			      : !desc->stream_off.count ? "stream-off"
			      : !parser->modes.count    ? "mode NAME"
							: NULL;

	if (!missing || desc->is_identify_only)
		return FL_OK;
	return diag_fail(diag, FL_ERR_FORMAT,
			 "a sensor whose register lists nobody has can be identified all the same: "
			 "identify-only = yes in [sensor]",
			 "%.60s: the file ends without a [%s]; add one", desc->file, missing);
}

enum fl_err sensor_parse(const char *file, const char *text, size_t size, struct sensor_desc *out,
			 struct diag *diag)
{
	/* Two frames are what others skip; one that is started again may begin inside a line
	 * (sensor-clocks.md 12). */
	struct parser parser = {
		.desc = {.register_bytes = 2, .value_bytes = 1, .bits = 10, .frames_to_skip = 2}};
	enum fl_err err;

	*out = (struct sensor_desc){0};
	text_copy(parser.desc.file, sizeof parser.desc.file, file);
	err = ini_parse(&grammar, file, text, size, &parser, diag);
	if (!err)
		err = check_streams(&parser, diag);
	parser.desc.modes = parser.modes.items;
	parser.desc.mode_count = parser.modes.count;
	parser.desc.patterns = parser.patterns.items;
	parser.desc.pattern_count = parser.patterns.count;
	err = arena_close(&parser.arena, err, &parser.desc.memory);
	if (!err)
		*out = parser.desc;
	return err;
}
