/*
 * link_place.c: functions that firmware hides have BAR 0 at a fixed address, which no firmware in the machine gives them here. We do,
 * in QEMU's copy of their configuration, by its monitor: the vCPU is stopped meanwhile, since QEMU refuses a configuration access
 * inside another one, and the address register that both need is put back.
 */
#define _GNU_SOURCE 1
#include "vboard/link/link.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA    0xcfc
#define CONFIG_ENABLE  0x80000000u

#define PCI_COMMAND 0x04u
#define PCI_BAR0    0x10u

/* How the monitor shows the address register. */
#define ANSWER "portl[0x0cf8] = "

bool link_hides(const struct vboard *board)
{
	for (unsigned i = 0; i < vboard_function_count(board); i++)
		if (vboard_function(board, i)->window)
			return true;
	return false;
}

static void monitor_say(struct link *link, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void monitor_say(struct link *link, const char *format, ...)
{
	char line[64];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (link->monitor >= 0 && send(link->monitor, line, (size_t)n, MSG_NOSIGNAL) != n)
		link->monitor_said = 0; /* QEMU is going; its end is told elsewhere */
}

static void config_write(struct link *link, unsigned index, unsigned offset, char width,
			 uint32_t value)
{
	const struct vboard_function *function = vboard_function(link->board, index);

	monitor_say(link, "o/w 0x%x 0x%x\n", CONFIG_ADDRESS,
		    CONFIG_ENABLE | (unsigned)function->device << 11 |
			    (unsigned)function->function << 8 | offset);
	monitor_say(link, "o/%c 0x%x 0x%x\n", width, CONFIG_DATA, value);
}

void link_place(struct link *link)
{
	link->monitor_said = 0;
	monitor_say(link, "stop\n");
	monitor_say(link, "i/w 0x%x\n", CONFIG_ADDRESS);
}

static void place_all(struct link *link, uint32_t address)
{
	for (unsigned i = 0; i < link->count; i++) {
		const uint64_t window = vboard_function(link->board, i)->window;

		if (!window)
			continue;
		config_write(link, i, PCI_BAR0, 'w', (uint32_t)window);
		config_write(link, i, PCI_COMMAND, 'h',
			     vboard_config_peek(link->board, i, PCI_COMMAND, 2));
	}
	monitor_say(link, "o/w 0x%x 0x%x\n", CONFIG_ADDRESS, address);
	monitor_say(link, "cont\n");
}

/* The monitor echoes and edits as on a terminal: only the line asked for counts. */
void link_place_answer(struct link *link)
{
	char *end = link->monitor_text + link->monitor_said;
	ssize_t n = recv(link->monitor, end, sizeof(link->monitor_text) - link->monitor_said - 1,
			 MSG_DONTWAIT);
	const char *answer;

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		close(link->monitor);
		link->monitor = -1;
		return;
	}
	if (n < 0)
		return;
	link->monitor_said += (size_t)n;
	link->monitor_text[link->monitor_said] = '\0';
	answer = strstr(link->monitor_text, ANSWER);
	if (answer && strchr(answer, '\n')) {
		place_all(link, (uint32_t)strtoul(answer + strlen(ANSWER), NULL, 16));
		link->monitor_said = 0;
	} else if (link->monitor_said + 1 == sizeof(link->monitor_text)) {
		link->monitor_said = 0;
	}
}
