/* board_file.c: firstlight/boards/<board>.ini; the format is told in docs/board-files.md. */
#include "describe/ini/files.h"

#include "describe/ini/power_steps.h"
#include "describe/ini/value.h"
#include "core/address.h"
#include "core/field.h"
#include "core/mem.h"
#include "core/text.h"

#define BUSES_MAX   16
#define PMICS_MAX   4
#define DOMAINS_MAX 32
#define CAMERAS_MAX 8
#define EEPROM_MIN  128u /* a 24C01 */
#define EEPROM_MAX  65536u
#define NONE        0xff

struct parser {
	struct board_desc desc;
	struct arena arena;
	struct arena_array buses, pmics, domains, cameras;
	struct power_builder steps; /* of the [power] section being read */
};

#define STORE(type, field) offsetof(type, field), sizeof(((type *)0)->field)

/* A section's array: every element begins with its name. */
struct table {
	size_t array; /* offset in struct parser */
	size_t element_size, name_size, max;
};

#define TABLE(field, type, limit)                                                                  \
	offsetof(struct parser, field), sizeof(type), sizeof(((type *)0)->name), limit
static const struct table bus_table = {TABLE(buses, struct board_bus, BUSES_MAX)};
static const struct table pmic_table = {TABLE(pmics, struct board_pmic, PMICS_MAX)};
static const struct table domain_table = {TABLE(domains, struct power_domain, DOMAINS_MAX)};
static const struct table camera_table = {TABLE(cameras, struct board_camera, CAMERAS_MAX)};
#define TABLE_MAX 32

static struct arena_array *table_array(struct parser *parser, const struct table *table)
{
	return (struct arena_array *)(void *)((char *)parser + table->array);
}

static const char *table_name(struct parser *parser, const struct table *table, size_t index)
{
	return (char *)table_array(parser, table)->items + index * table->element_size;
}

/* A new element with the section's name, or NULL with the reason recorded. */
static void *table_add(struct ini *ini, const struct table *table, const struct ini_line *line)
{
	struct parser *parser = ini->context;
	struct arena_array *array = table_array(parser, table);
	char *item;

	if (array->count >= table->max || strlen(line->value) >= table->name_size) {
		ini_fail(ini, line->number, NULL,
			 array->count >= table->max
				 ? "more than %zu of these sections; drop some"
				 : "the name is longer than %zu characters; shorten it",
			 array->count >= table->max ? table->max : table->name_size - 1);
		return NULL;
	}
	for (size_t i = 0; i < array->count; i++) {
		if (!text_equal_nocase(table_name(parser, table, i), line->value))
			continue;
		ini_fail(ini, line->number, NULL, "a second [%s %s]; give it another name",
			 ini->section->name, line->value);
		return NULL;
	}
	item = arena_append(&parser->arena, array, table->element_size);
	if (!item)
		ini_fail_memory(ini);
	else
		text_copy(item, table->name_size, line->value);
	return item;
}

/* Index of the element called `name`, which a section above must have made. */
static enum fl_err table_find(struct ini *ini, const struct table *table, const char *what,
			      const char *name, uint8_t *index)
{
	struct parser *parser = ini->context;
	const char *names[TABLE_MAX + 1] = {NULL};
	size_t count = table_array(parser, table)->count;

	for (size_t i = 0; i < count; i++) {
		names[i] = table_name(parser, table, i);
		if (!text_equal_nocase(names[i], name))
			continue;
		*index = (uint8_t)i;
		return FL_OK;
	}
	if (!count)
		return ini_fail(ini, ini->line, NULL,
				"%s '%.30s', but no such section stands above; add it", what, name);
	return ini_fail_word(ini, ini->line, what, name, names);
}

/* ---- [board] and [match] ----------------------------------------------------------------- */

#define IN(field) STORE(struct board_desc, field)
static const struct ini_key board_keys[] = {
	{"name", NULL, INI_NAME, INI_REQUIRED, IN(name), 0, 0, NULL, NULL},
	{"description", NULL, INI_TEXT, 0, IN(description), 0, 0, NULL, NULL},
	{"verified", NULL, INI_FLAG, 0, IN(is_verified), 0, 0, NULL, NULL},
};
#undef IN

static void *board_begin(struct ini *ini, const struct ini_line *line)
{
	(void)line;
	return &((struct parser *)ini->context)->desc;
}

static enum fl_err set_match(struct ini *ini, void *target, const struct ini_line *line)
{
	struct board_desc *desc = target;
	struct board_match *match = &desc->matches[desc->match_count];

	if (desc->match_count >= BOARD_MATCHES)
		return ini_fail(ini, line->number, NULL, "more than %u match lines; drop some",
				BOARD_MATCHES);
	if (strlen(line->value) >= sizeof match->value)
		return ini_fail(ini, line->number, NULL,
				"the value is longer than %zu characters; no machine"
				" can match it",
				sizeof match->value - 1);
	text_copy(match->key, sizeof match->key, line->name);
	text_copy(match->value, sizeof match->value, line->value);
	if (text_equal(match->key, "pci") && !board_match_is_pci(match->value))
		return ini_fail(ini, line->number, NULL,
				"pci is '%.20s'; write vendor:device in hexadecimal,"
				" for example 8086:9d32",
				match->value);
	desc->match_count++;
	return FL_OK;
}

#define MATCH(name) name, NULL, INI_CUSTOM, INI_REPEAT, 0, 0, 0, 0, NULL, set_match
static const struct ini_key match_keys[] = {
	{MATCH("smbios-manufacturer")},
	{MATCH("smbios-product")},
	{MATCH("smbios-version")},
	{MATCH("smbios-sku")},
	{MATCH("smbios-family")},
	{MATCH("smbios-board-manufacturer")},
	{MATCH("smbios-board-product")},
	{MATCH("smbios-board-version")},
	{MATCH("bios-vendor")},
	{MATCH("bios-version")},
	{MATCH("pci")},
};

/* ---- [bus NAME] and [pmic NAME] ---------------------------------------------------------- */

static enum fl_err set_pci(struct ini *ini, void *target, const struct ini_line *line)
{
	if (pci_address_parse(line->value, &((struct board_bus *)target)->address))
		return FL_OK;
	return ini_fail(ini, line->number, NULL,
			"pci is '%.20s'; write bus:device.function in hexadecimal,"
			" for example 00:15.2",
			line->value);
}

static enum fl_err set_speed(struct ini *ini, void *target, const struct ini_line *line)
{
	struct board_bus *bus = target;
	uint64_t hz = 0;

	if (!value_parse(line->value, value_hertz, &hz) ||
	    (hz != 100000 && hz != 400000 && hz != 1000000))
		return ini_fail(ini, line->number, NULL,
				"speed is '%.20s'; write 100kHz, 400kHz or 1MHz", line->value);
	bus->speed = (uint32_t)hz;
	return FL_OK;
}

#define IN(field) STORE(struct board_bus, field)
static const struct ini_key bus_keys[] = {
	{"pci", NULL, INI_CUSTOM, INI_REQUIRED, 0, 0, 0, 0, NULL, set_pci},
	{"speed", NULL, INI_CUSTOM, 0, 0, 0, 0, 0, NULL, set_speed},
	/* the least that the DesignWare core counts */
	{"hcnt", NULL, INI_NUMBER, 0, IN(hcnt), 6, 65525, NULL, NULL},
	{"lcnt", NULL, INI_NUMBER, 0, IN(lcnt), 8, 65535, NULL, NULL},
	{"sda-hold", NULL, INI_NUMBER, 0, IN(sda_hold), 1, 65535, NULL, NULL},
};
#undef IN

static void *bus_begin(struct ini *ini, const struct ini_line *line)
{
	struct board_bus *bus = table_add(ini, &bus_table, line);

	if (bus)
		bus->speed = 400000;
	return bus;
}

static enum fl_err bus_end(struct ini *ini, void *target, uint32_t line)
{
	struct board_bus *bus = target;

	if (!bus->hcnt == !bus->lcnt)
		return FL_OK;
	return ini_fail(ini, line, NULL, "[bus %s] has one of hcnt and lcnt; give both or none",
			bus->name);
}

static enum fl_err set_pmic_bus(struct ini *ini, void *target, const struct ini_line *line)
{
	return table_find(ini, &bus_table, "bus", line->value, &((struct board_pmic *)target)->bus);
}

#define IN(field) STORE(struct board_pmic, field)
static const struct ini_key pmic_keys[] = {
	{"bus", NULL, INI_CUSTOM, INI_REQUIRED, 0, 0, 0, 0, NULL, set_pmic_bus},
	{"address", NULL, INI_NUMBER, INI_REQUIRED, IN(address), 0x08, 0x77, NULL, NULL},
	{"crystal", NULL, INI_FREQUENCY, INI_REQUIRED, IN(crystal), 3000000, 27000000, NULL, NULL},
};
#undef IN

static void *pmic_begin(struct ini *ini, const struct ini_line *line)
{
	return table_add(ini, &pmic_table, line);
}

/* ---- [power NAME] ------------------------------------------------------------------------ */

static void *domain_begin(struct ini *ini, const struct ini_line *line)
{
	struct parser *parser = ini->context;
	struct power_domain *domain = table_add(ini, &domain_table, line);

	parser->steps = (struct power_builder){.buses = parser->buses.items,
					       .bus_count = parser->buses.count};
	if (domain)
		domain->pmic = NONE;
	return domain;
}

static enum fl_err set_domain_pmic(struct ini *ini, void *target, const struct ini_line *line)
{
	struct parser *parser = ini->context;

	parser->steps.has_pmic = true;
	return table_find(ini, &pmic_table, "pmic", line->value,
			  &((struct power_domain *)target)->pmic);
}

/* "3v3 io": names of domains above, with or without commas. */
static enum fl_err set_requires(struct ini *ini, void *target, const struct ini_line *line)
{
	struct power_domain *domain = target;
	char *rest = line->value, *word;
	enum fl_err err = FL_OK;

	for (char *c = rest; *c; c++)
		if (*c == ',')
			*c = ' ';
	for (word = value_next_word(&rest); *word && !err; word = value_next_word(&rest)) {
		if (domain->require_count >= ARRAY_SIZE(domain->requires))
			return ini_fail(ini, line->number, NULL,
					"more than %zu required domains; chain them",
					ARRAY_SIZE(domain->requires));
		if (text_equal_nocase(word, domain->name))
			return ini_fail(ini, line->number, NULL,
					"[power %s] requires itself; drop that", domain->name);
		err = table_find(ini, &domain_table, "power domain", word,
				 &domain->requires[domain->require_count++]);
	}
	return err;
}

static const struct ini_key domain_keys[] = {
	{"pmic", NULL, INI_CUSTOM, 0, 0, 0, 0, 0, NULL, set_domain_pmic},
	{"requires", NULL, INI_CUSTOM, 0, 0, 0, 0, 0, NULL, set_requires},
};

static enum fl_err domain_step(struct ini *ini, void *target, const struct ini_line *line)
{
	struct parser *parser = ini->context;

	(void)target;
	return power_builder_add_line(&parser->steps, ini, &parser->arena, line);
}

static enum fl_err domain_end(struct ini *ini, void *target, uint32_t line)
{
	struct parser *parser = ini->context;
	struct power_domain *domain = target;

	domain->steps = parser->steps.array.items;
	domain->count = parser->steps.array.count;
	if (!domain->count && !domain->require_count)
		return ini_fail(ini, line, NULL, "[power %s] does nothing; add steps or drop it",
				domain->name);
	return FL_OK;
}

/* ---- [camera NAME] ----------------------------------------------------------------------- */

static enum fl_err set_camera_bus(struct ini *ini, void *target, const struct ini_line *line)
{
	return table_find(ini, &bus_table, "bus", line->value,
			  &((struct board_camera *)target)->bus);
}

static enum fl_err set_camera_power(struct ini *ini, void *target, const struct ini_line *line)
{
	return table_find(ini, &domain_table, "power domain", line->value,
			  &((struct board_camera *)target)->power);
}

/* "I2C2 0x50": the two first words of a part. */
static enum fl_err read_part(struct ini *ini, const char *key, char **rest, struct board_part *part)
{
	enum fl_err err = table_find(ini, &bus_table, "bus", value_next_word(rest), &part->bus);
	const char *word = value_next_word(rest);
	uint64_t address;

	if (err)
		return err;
	if (!text_u64(word, &address) || address < 0x08 || address > 0x77)
		return ini_fail(ini, ini->line, NULL,
				"%s has address '%.20s'; write a number from 0x08 to 0x77", key,
				word);
	part->address = (uint8_t)address;
	part->is_there = true;
	return FL_OK;
}

/* "I2C2 0x50 2048": bus, address, bytes. */
static enum fl_err set_eeprom(struct ini *ini, void *target, const struct ini_line *line)
{
	struct board_part *part = &((struct board_camera *)target)->eeprom;
	char *rest = line->value;
	enum fl_err err = read_part(ini, "eeprom", &rest, part);
	const char *word;
	uint64_t size;

	if (err)
		return err;
	word = value_next_word(&rest);
	if (!text_u64(word, &size) || size < EEPROM_MIN || size > EEPROM_MAX || size & (size - 1) ||
	    *rest)
		return ini_fail(ini, line->number, NULL,
				"eeprom has size '%.20s'; write bus, address and bytes (a power of "
				"two from 128 to 65536), for example I2C2 0x50 2048",
				*rest ? rest : word);
	part->size = (uint32_t)size;
	return FL_OK;
}

/* "I2C2 0x0c dw9714": bus, address, what it is. */
static enum fl_err set_vcm(struct ini *ini, void *target, const struct ini_line *line)
{
	static const char *const kinds[] = {"dw9714",
					    NULL}; /* sensors.md 14: of others no protocol */
	struct board_part *part = &((struct board_camera *)target)->vcm;
	char *rest = line->value;
	enum fl_err err = read_part(ini, "vcm", &rest, part);
	const char *word;

	if (err)
		return err;
	word = value_next_word(&rest);
	if (value_find_word(word, kinds) < 0 || *rest)
		return ini_fail_word(ini, line->number, "focus motor", *rest ? rest : word, kinds);
	return FL_OK;
}

static enum fl_err set_eeprom_power(struct ini *ini, void *target, const struct ini_line *line)
{
	return table_find(ini, &domain_table, "power domain", line->value,
			  &((struct board_camera *)target)->eeprom.power);
}

static enum fl_err set_vcm_power(struct ini *ini, void *target, const struct ini_line *line)
{
	return table_find(ini, &domain_table, "power domain", line->value,
			  &((struct board_camera *)target)->vcm.power);
}

static enum fl_err set_orientation(struct ini *ini, void *target, const struct ini_line *line)
{
	static const char *const words[] = {"front", "back", "external", NULL};
	struct board_camera *camera = target;
	int word = value_find_word(line->value, words);

	if (word < 0)
		return ini_fail_word(ini, line->number, "orientation", line->value, words);
	text_copy(camera->orientation, sizeof camera->orientation, words[word]);
	return FL_OK;
}

static enum fl_err set_rotation(struct ini *ini, void *target, const struct ini_line *line)
{
	uint64_t degrees;

	if (!text_u64(line->value, &degrees) || degrees >= 360 || degrees % 90)
		return ini_fail(ini, line->number, NULL,
				"rotation is '%.20s'; write 0, 90, 180 or 270", line->value);
	((struct board_camera *)target)->rotation = (uint16_t)degrees;
	return FL_OK;
}

#define IN(field) STORE(struct board_camera, field)
static const struct ini_key camera_keys[] = {
	{"sensor", NULL, INI_NAME, 0, IN(sensor), 0, 0, NULL, NULL},
	{"bus", NULL, INI_CUSTOM, INI_REQUIRED, 0, 0, 0, 0, NULL, set_camera_bus},
	{"address", NULL, INI_NUMBER, INI_REQUIRED, IN(address), 0x08, 0x77, NULL, NULL},
	{"port", NULL, INI_NUMBER, INI_REQUIRED, IN(port), 0, 3, NULL, NULL},
	{"data-lanes", NULL, INI_LANES, INI_REQUIRED, IN(data_lanes), 1, 4, NULL, NULL},
	{"rotation", NULL, INI_CUSTOM, 0, 0, 0, 0, 0, NULL, set_rotation},
	{"orientation", NULL, INI_CUSTOM, 0, 0, 0, 0, 0, NULL, set_orientation},
	{"power", NULL, INI_CUSTOM, 0, 0, 0, 0, 0, NULL, set_camera_power},
	{"eeprom", NULL, INI_CUSTOM, 0, 0, 0, 0, 0, NULL, set_eeprom},
	{"eeprom-power", NULL, INI_CUSTOM, 0, 0, 0, 0, 0, NULL, set_eeprom_power},
	{"vcm", NULL, INI_CUSTOM, 0, 0, 0, 0, 0, NULL, set_vcm},
	{"vcm-power", NULL, INI_CUSTOM, 0, 0, 0, 0, 0, NULL, set_vcm_power},
};
#undef IN

static void *camera_begin(struct ini *ini, const struct ini_line *line)
{
	struct board_camera *camera = table_add(ini, &camera_table, line);

	if (camera) {
		camera->power = camera->eeprom.power = camera->vcm.power = NONE;
		text_copy(camera->sensor, sizeof camera->sensor, camera->name);
	}
	return camera;
}

static enum fl_err camera_end(struct ini *ini, void *target, uint32_t line)
{
	struct parser *parser = ini->context;
	const struct board_camera *cameras = parser->cameras.items, *camera = target;

	if ((!camera->eeprom.is_there && camera->eeprom.power != NONE) ||
	    (!camera->vcm.is_there && camera->vcm.power != NONE))
		return ini_fail(
			ini, line, NULL,
			"[camera %s] powers an eeprom or vcm that it does not name; name it "
			"or drop the power",
			camera->name);
	for (size_t i = 0; &cameras[i] != camera; i++)
		if (cameras[i].port == camera->port)
			return ini_fail(ini, line, NULL,
					"[camera %s] is on port %u, and so is [camera %s];"
					" correct one",
					camera->name, camera->port, cameras[i].name);
	return FL_OK;
}

/* ---- the file ---------------------------------------------------------------------------- */

#define KEYS(table) table, ARRAY_SIZE(table)
static const struct ini_section sections[] = {
	/* name, has_label, may_repeat, is_required, is_implicit */
	{"board", false, false, true, false, KEYS(board_keys), board_begin, NULL, NULL},
	{"match", false, false, false, false, KEYS(match_keys), board_begin, NULL, NULL},
	{"bus", true, true, false, false, KEYS(bus_keys), bus_begin, NULL, bus_end},
	{"pmic", true, true, false, false, KEYS(pmic_keys), pmic_begin, NULL, NULL},
	{"power", true, true, false, false, KEYS(domain_keys), domain_begin, domain_step,
	 domain_end},
	{"camera", true, true, true, false, KEYS(camera_keys), camera_begin, NULL, camera_end},
};
static const struct ini_grammar grammar = {KEYS(sections), "board file", false};

void board_peek(const char *file, const char *text, size_t size, struct board_desc *out)
{
	const struct ini_grammar head = {sections, 2, "board file", true}; /* board and match */
	struct parser parser = {0};

	ini_parse(&head, file, text, size, &parser, NULL);
	arena_free(&parser.arena);
	*out = parser.desc;
	text_copy(out->file, sizeof out->file, file);
}

/* What sits behind the PMIC's daisy chain sees both rails: they must agree (camera-acpi.md 6.1). */
static enum fl_err check_io_rails(const struct parser *parser, const char *file, struct diag *diag)
{
	const struct power_domain *domains = parser->domains.items;
	const struct power_step *vio = NULL, *vsio = NULL;

	for (size_t i = 0; i < parser->domains.count; i++)
		for (size_t j = 0; j < domains[i].count; j++) {
			const struct power_step *step = &domains[i].steps[j];

			if (step->kind == POWER_RAIL && step->target == RAIL_VIO)
				vio = step;
			if (step->kind == POWER_RAIL && step->target == RAIL_VSIO)
				vsio = step;
		}
	if (!vio || !vsio || vio->value == vsio->value)
		return FL_OK;
	return diag_fail(diag, FL_ERR_FORMAT, NULL,
			 "%.60s:%u: VSIO differs from VIO in line %u; the daisy chain wants the "
			 "same voltage",
			 file, vsio->line, vio->line);
}

/* A chip that the file names. */
struct chip {
	const char *what, *owner;
	uint8_t bus, first, last;
};

static bool is_same_place(const struct chip *a, const struct chip *b)
{
	return a->bus == b->bus && a->first <= b->last && b->first <= a->last;
}

#define CHIPS_MAX 64u

static size_t list_chips(const struct parser *parser, struct chip *out)
{
	const struct board_pmic *pmics = parser->pmics.items;
	const struct board_camera *cameras = parser->cameras.items;
	size_t count = 0;

	for (size_t i = 0; i < parser->pmics.count && count < CHIPS_MAX; i++)
		out[count++] = (struct chip){"pmic", pmics[i].name, pmics[i].bus, pmics[i].address,
					     pmics[i].address};
	for (size_t i = 0; i < parser->cameras.count && count + 3 <= CHIPS_MAX; i++) {
		const struct board_camera *c = &cameras[i];
		const uint8_t blocks = c->eeprom.size > 256 && c->eeprom.size <= 2048
					       ? (uint8_t)(c->eeprom.size / 256)
					       : 1;

		out[count++] = (struct chip){"camera", c->name, c->bus, c->address, c->address};
		if (c->eeprom.is_there)
			out[count++] = (struct chip){"eeprom of camera", c->name, c->eeprom.bus,
						     c->eeprom.address,
						     (uint8_t)(c->eeprom.address + blocks - 1)};
		if (c->vcm.is_there)
			out[count++] = (struct chip){"vcm of camera", c->name, c->vcm.bus,
						     c->vcm.address, c->vcm.address};
	}
	return count;
}

/* One address, one chip: what is meant for the one is written to the other, and some are supplies. A 24C16 and smaller answers
 * at an address for each 256 bytes, from one that is a multiple of their number on. */
static enum fl_err check_addresses(const struct parser *parser, const char *file, struct diag *diag)
{
	const struct board_bus *buses = parser->buses.items;
	struct chip chips[CHIPS_MAX];
	const size_t count = list_chips(parser, chips);

	for (size_t i = 0; i < count; i++) {
		const unsigned blocks = chips[i].last - chips[i].first + 1u;

		if (chips[i].first % blocks)
			return diag_fail(
				diag, FL_ERR_FORMAT, NULL,
				"%.60s: the %s %s answers at %u addresses: 0x%02x is none that it "
				"can begin at; correct address or size",
				file, chips[i].what, chips[i].owner, blocks, chips[i].first);
		for (size_t k = 0; k < i; k++)
			if (is_same_place(&chips[i], &chips[k]))
				return diag_fail(
					diag, FL_ERR_FORMAT, NULL,
					"%.60s: %s 0x%02x is the %s %s and the %s %s; correct one",
					file, buses[chips[i].bus].name, chips[i].first,
					chips[k].what, chips[k].owner, chips[i].what,
					chips[i].owner);
	}
	return FL_OK;
}

/* The rails of a TPS68470 have a step of their own, which knows what a camera may get (camera-acpi.md 6: 0x3C to 0x48). */
static bool writes_rail(const struct power_step *step, const struct board_pmic *pmic)
{
	return step->kind == POWER_WRITE && step->bus == pmic->bus &&
	       step->address == pmic->address &&
	       (step->register_bytes != 1 || (step->reg >= 0x3c && step->reg <= 0x48));
}

static enum fl_err check_writes(const struct parser *parser, const char *file, struct diag *diag)
{
	const struct power_domain *domains = parser->domains.items;
	const struct board_pmic *pmics = parser->pmics.items;

	for (size_t i = 0; i < parser->domains.count; i++)
		for (size_t j = 0; j < domains[i].count; j++)
			for (size_t k = 0; k < parser->pmics.count; k++)
				if (writes_rail(&domains[i].steps[j], &pmics[k]))
					return diag_fail(diag, FL_ERR_FORMAT, NULL,
							 "%.60s:%u: a write to the rails of pmic "
							 "%s; use 'rail', "
							 "which keeps within what a camera may get",
							 file, domains[i].steps[j].line,
							 pmics[k].name);
	return FL_OK;
}

enum fl_err board_parse(const char *file, const char *text, size_t size, struct board_desc *out,
			struct diag *diag)
{
	struct parser parser = {0};
	enum fl_err err;

	*out = (struct board_desc){0};
	text_copy(parser.desc.file, sizeof parser.desc.file, file);
	err = ini_parse(&grammar, file, text, size, &parser, diag);
	if (!err)
		err = check_io_rails(&parser, file, diag);
	if (!err)
		err = check_addresses(&parser, file, diag);
	if (!err)
		err = check_writes(&parser, file, diag);
	parser.desc.buses = parser.buses.items;
	parser.desc.bus_count = parser.buses.count;
	parser.desc.pmics = parser.pmics.items;
	parser.desc.pmic_count = parser.pmics.count;
	parser.desc.domains = parser.domains.items;
	parser.desc.domain_count = parser.domains.count;
	parser.desc.cameras = parser.cameras.items;
	parser.desc.camera_count = parser.cameras.count;
	err = arena_close(&parser.arena, err, &parser.desc.memory);
	if (!err)
		*out = parser.desc;
	return err;
}
