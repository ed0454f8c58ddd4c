/* plan_print.c: the plan as text again, for the report: key by key, as one would write it. */
#include "describe/ini/files.h"

#include "describe/ini/plan_keys.h"
#include "core/field.h"
#include "core/mem.h"
#include "core/text.h"

static unsigned long long number_of(const struct plan *plan, const struct ini_key *key)
{
	unsigned long long value = 0;

	memcpy(&value, (const char *)plan + key->offset, key->size); /* little-endian */
	return value;
}

static void print_formats(const struct plan *plan, char *out, size_t capacity)
{
	size_t used = 0;

	for (unsigned i = 0; plan_format_words[i]; i++)
		if (plan->formats & (1u << i))
			used += text_format(out + used, capacity - used, "%s%s", used ? ", " : "",
					    plan_format_words[i]);
}

/* Keys with a reader of their own are known by name. */
static void print_custom(const struct plan *plan, const char *key, char *out, size_t capacity)
{
	out[0] = '\0';
	if (text_equal(key, "format"))
		print_formats(plan, out, capacity);
	else if (text_equal(key, "output"))
		text_copy(out, capacity, plan->output);
	else if (text_equal(key, "golden"))
		text_copy(out, capacity, plan->golden);
	else if (text_equal(key, "command"))
		text_copy(out, capacity, plan->command);
	else if (text_equal(key, "arguments"))
		text_copy(out, capacity, plan->arguments);
	else if (text_equal(key, "start-timeout"))
		text_format(out, capacity, "%ums", plan->start_timeout_ms);
}

static void print_value(const struct plan *plan, const struct ini_key *key, char *out,
			size_t capacity)
{
	unsigned long long permille;

	switch (key->type) {
	case INI_TEXT:
	case INI_NAME:
		text_copy(out, capacity, (const char *)plan + key->offset);
		break;
	case INI_CHOICE:
		text_copy(out, capacity, key->words[number_of(plan, key)]);
		break;
	case INI_FLAG:
		text_copy(out, capacity, number_of(plan, key) ? "yes" : "no");
		break;
	case INI_PERMILLE:
		permille = number_of(plan, key);
		text_format(out, capacity, "%llu.%llu%%", permille / 10, permille % 10);
		break;
	case INI_CUSTOM:
		print_custom(plan, key->name, out, capacity);
		break;
	default:
		text_format(out, capacity, "%llu", number_of(plan, key));
	}
}

void plan_each(const struct plan *plan,
	       void (*each)(void *context, const char *key, const char *value, bool is_number),
	       void *context)
{
	char value[256];

	for (size_t i = 0; i < plan_key_count; i++) {
		print_value(plan, &plan_keys[i], value, sizeof value);
		each(context, plan_keys[i].name, value, plan_keys[i].type == INI_NUMBER);
	}
}
