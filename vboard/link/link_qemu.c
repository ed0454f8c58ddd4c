/*
 * link_qemu.c: the QEMU command line: what the user's arguments already say, and what the board
 * adds: shared RAM, proxy devices, the stock function 0 of two slots, qtest, SMBIOS names.
 */
#define _GNU_SOURCE 1
#include "vboard/link/link.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "vboard/core/board.h"

#define RAM_DEFAULT (512ull << 20)

/* ---- Reading the user's arguments ---- */

/* Value of option `i` if it is `-name` or `--name`, else NULL. */
static const char *option_value(const struct link_qemu *qemu, int i, const char *name)
{
	const char *text = qemu->user[i];

	if (!text || *text++ != '-')
		return NULL;
	if (*text == '-')
		text++;
	if (strcmp(text, name) || i + 1 >= qemu->user_count)
		return NULL;
	return qemu->user[i + 1];
}

/* `key=` inside a comma list; NULL when absent. */
static const char *list_value(const char *list, const char *key)
{
	size_t length = strlen(key);

	for (const char *p = list; p; p = strchr(p, ',')) {
		if (*p == ',')
			p++;
		if (!strncmp(p, key, length) && p[length] == '=')
			return p + length + 1;
	}
	return NULL;
}

/* "512", "512M", "2G", "size=1G,slots=2": without a letter it is MiB. */
static bool parse_ram_size(const char *text, uint64_t *bytes)
{
	const char *size = list_value(text, "size");
	char *end;
	double number = strtod(size ? size : text, &end);
	double unit;

	switch (*end) {
	case 'k':
	case 'K':
		unit = 1024.0;
		break;
	case 'g':
	case 'G':
		unit = 1024.0 * 1024 * 1024;
		break;
	case 't':
	case 'T':
		unit = 1024.0 * 1024 * 1024 * 1024;
		break;
	case '\0':
	case ',':
	case 'm':
	case 'M':
		unit = 1024.0 * 1024;
		break;
	default:
		return false;
	}
	*bytes = (uint64_t)(number * unit);
	return *bytes >= 1 << 20;
}

static void parse_machine(struct link_qemu *qemu, const char *text)
{
	const char *type = list_value(text, "type");

	if (!type && !memchr(text, '=', strcspn(text, ",")))
		type = text;
	if (type)
		qemu->machine = !strncmp(type, "q35", 3) || !strncmp(type, "pc-q35", 6)
					? LINK_MACHINE_Q35
					: LINK_MACHINE_PC;
	if (list_value(text, "memory-backend"))
		qemu->has_backend = true;
}

static bool parse_option(struct link_qemu *qemu, int i, char *error, size_t error_size)
{
	const char *value;

	if ((value = option_value(qemu, i, "machine")) || (value = option_value(qemu, i, "M")))
		parse_machine(qemu, value);
	if ((value = option_value(qemu, i, "smbios")) && list_value(value, "type") &&
	    atoi(list_value(value, "type")) == 1)
		qemu->has_smbios = true;
	if ((value = option_value(qemu, i, "m")) && !parse_ram_size(value, &qemu->ram_bytes)) {
		snprintf(error, error_size, "-m %s: not a memory size", value);
		return false;
	}
	return true;
}

bool link_qemu_parse(struct link_qemu *qemu, char *error, size_t error_size)
{
	qemu->ram_bytes = RAM_DEFAULT;
	qemu->machine = LINK_MACHINE_PC;
	for (int i = 1; i < qemu->user_count; i++) {
		if (!parse_option(qemu, i, error, error_size))
			return false;
	}
	return true;
}

/* Does one of the user's -device arguments stand at slot.function? */
static bool user_has_device_at(const struct link_qemu *qemu, unsigned device, unsigned function)
{
	for (int i = 1; i < qemu->user_count; i++) {
		const char *value = option_value(qemu, i, "device");
		const char *address = value ? list_value(value, "addr") : NULL;
		unsigned slot, fn = 0;
		char *end;

		if (!address)
			continue;
		slot = (unsigned)strtoul(address, &end, 16);
		if (*end == '.')
			fn = (unsigned)strtoul(end + 1, NULL, 16);
		if (slot == device && fn == function)
			return true;
	}
	return false;
}

/* ---- Building ---- */

bool link_qemu_add(struct link_qemu *qemu, const char *format, ...)
{
	char **grown =
		realloc(qemu->arguments, (size_t)(qemu->argument_count + 2) * sizeof(*grown));
	va_list args;
	int n;

	if (!grown)
		return false;
	qemu->arguments = grown;
	va_start(args, format);
	n = vasprintf(&grown[qemu->argument_count], format, args);
	va_end(args);
	if (n < 0)
		return false;
	grown[++qemu->argument_count] = NULL;
	return true;
}

static bool add_pair(struct link_qemu *qemu, const char *option, const char *value)
{
	return link_qemu_add(qemu, "%s", option) && link_qemu_add(qemu, "%s", value);
}

/* The RAM file is a memfd that QEMU inherits: it has no name to clean up. */
static bool add_ram(struct link_qemu *qemu)
{
	char text[160];

	if (qemu->ram_fd < 0)
		return true;
	snprintf(text, sizeof(text),
		 "memory-backend-file,id=vboard-ram,size=%llu,share=on,mem-path=/proc/self/fd/%d",
		 (unsigned long long)qemu->ram_bytes, qemu->ram_fd);
	return add_pair(qemu, "-object", text) &&
	       add_pair(qemu, "-machine", "memory-backend=vboard-ram");
}

static bool add_qtest(struct link_qemu *qemu)
{
	char text[64];

	snprintf(text, sizeof(text), "socket,id=vboard-qtest,fd=%d", qemu->qtest_fd);
	return add_pair(qemu, "-chardev", text) &&
	       add_pair(qemu, "-object",
			"qtest,id=vboard-qtest-server,chardev=vboard-qtest,log=none");
}

static bool add_monitor(struct link_qemu *qemu)
{
	char text[64];

	if (qemu->monitor_fd < 0)
		return true;
	snprintf(text, sizeof(text), "socket,id=vboard-monitor,fd=%d", qemu->monitor_fd);
	return add_pair(qemu, "-chardev", text) &&
	       add_pair(qemu, "-mon", "chardev=vboard-monitor,mode=readline");
}

/* Function 0 of the CIO2's and of I2C4's slot: stock devices (design, section 5). */
static bool add_stock(struct link_qemu *qemu)
{
	if (!user_has_device_at(qemu, 0x14, 0) &&
	    !add_pair(qemu, "-device", "qemu-xhci,id=vboard-xhci,addr=14.0,multifunction=on"))
		return false;
	if (user_has_device_at(qemu, 0x19, 0))
		return true;
	return add_pair(qemu, "-chardev", "null,id=vboard-uart") &&
	       add_pair(qemu, "-device",
			"pci-serial,chardev=vboard-uart,addr=19.0,multifunction=on");
}

static bool add_proxies(struct link_qemu *qemu, const struct vboard *board)
{
	char text[128];

	for (unsigned i = 0; i < vboard_function_count(board); i++) {
		const struct vboard_function *function = vboard_function(board, i);

		snprintf(text, sizeof(text), "x-pci-proxy-dev,id=vboard-%s,addr=%02x.%x%s,fd=%d",
			 function->name, function->device, function->function,
			 function->function ? "" : ",multifunction=on", qemu->proxy_fds[i]);
		if (!add_pair(qemu, "-device", text))
			return false;
	}
	return true;
}

static bool add_system(struct link_qemu *qemu, unsigned type, const struct board_kind *kind,
		       const char *family)
{
	return link_qemu_add(qemu, "-smbios") &&
	       link_qemu_add(qemu,
			     "type=%u,manufacturer=%s,product=%s,version=%s,serial=VB0001%s%s",
			     type, kind->smbios.manufacturer, kind->smbios.product,
			     kind->smbios.version, *family ? ",family=" : "", family);
}

/* The board's name for whoever looks for it in SMBIOS; a board that gives none has QEMU's. */
static bool add_smbios(struct link_qemu *qemu, const struct board_kind *kind)
{
	if (qemu->has_smbios || !kind->smbios.product)
		return true;
	return add_system(qemu, 1, kind, kind->smbios.family) && add_system(qemu, 2, kind, "");
}

bool link_qemu_build(struct link_qemu *qemu, const struct vboard *board,
		     const struct board_kind *kind)
{
	if (!link_qemu_add(qemu, "%s", qemu->user[0]) || !add_ram(qemu) || !add_stock(qemu) ||
	    !add_proxies(qemu, board) || !add_qtest(qemu) || !add_monitor(qemu) ||
	    !add_smbios(qemu, kind))
		return false;
	for (int i = 1; i < qemu->user_count; i++) {
		if (!link_qemu_add(qemu, "%s", qemu->user[i]))
			return false;
	}
	return true;
}

void link_qemu_free(struct link_qemu *qemu)
{
	for (int i = 0; i < qemu->argument_count; i++)
		free(qemu->arguments[i]);
	free(qemu->arguments);
	qemu->arguments = NULL;
	qemu->argument_count = 0;
}
