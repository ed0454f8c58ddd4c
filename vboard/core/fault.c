/* fault.c: faults by name: what is switched on, with which value and for which camera. */
#include "vboard/core/fault.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(VBOARD_PORTS <= 8, "a bit for each port");

const struct vboard_fault_info *vboard_fault_at(const struct board_kind *board, unsigned index)
{
	for (unsigned i = 0; board->knobs[i]; i++) {
		const struct vboard_fault_info *info = board->knobs[i]->faults;

		for (; info && info->name; info++)
			if (!index--)
				return info;
	}
	return NULL;
}

static const struct vboard_fault_info *fault_find(const struct board_kind *board, const char *name,
						  size_t length)
{
	const struct vboard_fault_info *info;

	for (unsigned i = 0; (info = vboard_fault_at(board, i)); i++)
		if (strlen(info->name) == length && !memcmp(info->name, name, length))
			return info;
	return NULL;
}

static void fault_list_names(const struct board_kind *board, char *error, size_t error_size)
{
	const struct vboard_fault_info *info;
	size_t used = strlen(error);

	for (unsigned i = 0; (info = vboard_fault_at(board, i)) && used < error_size; i++) {
		int n = snprintf(error + used, error_size - used, " %s", info->name);

		if (n < 0)
			return;
		used += (size_t)n;
	}
}

static bool fault_parse_number(const char *text, uint64_t *value)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	*value = strtoull(text, &end, 0);
	return !*end;
}

/* `text` is what follows '='. */
static bool fault_parse_argument(struct fault_set *set, unsigned index,
				 const struct board_kind *board, const char *text)
{
	enum vboard_argument kind = set->on[index].info->argument;
	size_t length = strcspn(text, ":");
	int port = board_camera(board, text, length);

	if (port >= 0) {
		if (kind != VBOARD_CAMERA && kind != VBOARD_CAMERA_NUMBER)
			return false;
		set->on[index].ports = (uint8_t)(1u << port);
		if (!text[length])
			return true;
		text += length + 1;
	}
	if (kind != VBOARD_NUMBER && kind != VBOARD_CAMERA_NUMBER)
		return false;
	set->on[index].has_value = true;
	return fault_parse_number(text, &set->on[index].value);
}

/* Asked at every step of every model, so only among those that are on. */
static unsigned fault_chosen(const struct fault_set *set, const char *name)
{
	unsigned i = 0;

	while (i < set->count && strcmp(set->on[i].info->name, name) != 0)
		i++;
	return i;
}

bool fault_parse(struct fault_set *set, const struct board_kind *board, const char *spec,
		 char *error, size_t error_size)
{
	size_t length = strcspn(spec, "=");
	const struct vboard_fault_info *info = fault_find(board, spec, length);
	unsigned index;

	if (!info) {
		snprintf(error, error_size, "unknown fault '%.*s'; there are:", (int)length, spec);
		fault_list_names(board, error, error_size);
		return false;
	}
	index = fault_chosen(set, info->name);
	if (index == FAULTS_ON_MAX) {
		snprintf(error, error_size, "more than %d faults", FAULTS_ON_MAX);
		return false;
	}
	set->count += index == set->count;
	set->on[index].info = info;
	set->on[index].ports = UINT8_MAX;
	if (!spec[length] || fault_parse_argument(set, index, board, spec + length + 1))
		return true;
	snprintf(error, error_size, "fault '%s': '%s' does not fit; see --fault help", info->name,
		 spec + length + 1);
	return false;
}

bool fault_get(const struct fault_set *set, const char *name, unsigned port, uint64_t *value)
{
	const unsigned i = fault_chosen(set, name);

	if (i == set->count || (port != FAULT_ANY_PORT && !(set->on[i].ports & 1u << port)))
		return false;
	if (value && set->on[i].has_value)
		*value = set->on[i].value;
	return true;
}

void vboard_fault_help(const struct board_kind *board, FILE *out)
{
	static const char *const arguments[] = {"", "[=CAMERA]", "[=N]", "[=CAMERA|N|CAMERA:N]"};
	const struct vboard_fault_info *info;
	char cameras[256];

	board_cameras(board, cameras, sizeof(cameras));
	fprintf(out, "Faults (CAMERA is %s; without it a fault concerns all):\n", cameras);
	for (unsigned i = 0; (info = vboard_fault_at(board, i)); i++) {
		char head[64];

		snprintf(head, sizeof(head), "%s%s", info->name, arguments[info->argument]);
		fprintf(out, "  %-38s %s\n", head, info->sentence);
	}
}
