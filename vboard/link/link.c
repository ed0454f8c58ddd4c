/*
 * link.c: the server side of QEMU's x-pci-proxy-dev (virtual-board.md A): one socket per function,
 * one request at a time on each, answered from the models. Interrupts go in through qtest, because
 * the protocol has no message for them (imgu.md 8.2).
 */
#define _GNU_SOURCE 1
#include "vboard/link/link.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum proxy_command {
	PROXY_SYNC_SYSMEM = 0,
	PROXY_RET = 1,
	PROXY_CONFIG_WRITE = 2,
	PROXY_CONFIG_READ = 3,
	PROXY_BAR_WRITE = 4,
	PROXY_BAR_READ = 5,
	PROXY_SET_IRQFD = 6,
	PROXY_DEVICE_RESET = 7,
};

#define PROXY_PAYLOAD_MAX 192u
#define PROXY_FDS         8u

struct proxy_header {
	int32_t command;
	uint32_t padding;
	uint64_t size;
};

struct proxy_config {
	uint32_t offset, value;
	int32_t length;
};

struct proxy_bar {
	uint64_t address, value;
	uint32_t size;
	uint8_t is_memory, padding[3];
};

struct proxy_sync {
	uint64_t gpas[PROXY_FDS], sizes[PROXY_FDS];
	int64_t offsets[PROXY_FDS];
};

union proxy_payload {
	uint8_t bytes[PROXY_PAYLOAD_MAX];
	struct proxy_config config;
	struct proxy_bar bar;
	struct proxy_sync sync;
};

struct proxy_message {
	struct proxy_header header;
	union proxy_payload payload;
	int fds[PROXY_FDS];
	unsigned fd_count;
};

_Static_assert(sizeof(struct proxy_header) == 16, "wire format");
_Static_assert(sizeof(struct proxy_bar) == 24, "wire format");
_Static_assert(sizeof(struct proxy_sync) == PROXY_PAYLOAD_MAX, "wire format");

#define PCI_BAR0          0x10
#define PCI_INTERRUPT_PIN 0x3d

/* A QEMU that was asked to end gets this long. */
#define KILL_GRACE_NS   2000000000u
/* A raised line is raised again this often: another device on the same GSI may have lowered it. */
#define INTX_REFRESH_NS 10000000u
/* Where devices work only while the vCPU stands still, it is stopped when it has asked for nothing this long. In
 * loops that poll a register it never is. */
#define QUIET_NS        200000u

/* ---- What the models ask of the machine ---- */

uint64_t link_now_ns(void *context)
{
	struct timespec ts;

	(void)context;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

bool link_dma_read(void *context, uint64_t address, void *data, size_t size)
{
	struct link *link = context;

	return link->dma.read(link->dma.context, address, data, size);
}

bool link_dma_write(void *context, uint64_t address, const void *data, size_t size)
{
	struct link *link = context;

	return link->dma.write(link->dma.context, address, data, size);
}

/* The answers ("OK") are read and dropped in link_serve: waiting for them here could wait for a
 * QEMU main loop that waits for us. */
static void qtest_send(struct link *link, const char *line, size_t length)
{
	while (length && link->qtest >= 0) {
		ssize_t n = send(link->qtest, line, length, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		line += n;
		length -= (size_t)n;
	}
}

void link_msi(void *context, uint64_t address, uint32_t data)
{
	char line[64];
	int n = snprintf(line, sizeof(line), "writel 0x%" PRIx64 " 0x%" PRIx32 "\n", address, data);

	qtest_send(context, line, (size_t)n);
}

/* Routing of INTx to the I/O APIC as QEMU's boards and their ACPI tables do it. q35: slots below
 * 25 use PIRQE..H by (slot + pin), the others PIRQA..D by pin (reset value of the chipset's route
 * registers). pc: PIRQA..D sit on ISA interrupts 10 and 11. */
static unsigned link_gsi(struct link *link, unsigned index)
{
	const struct vboard_function *function = vboard_function(link->board, index);
	unsigned pin = vboard_config_peek(link->board, index, PCI_INTERRUPT_PIN, 1);

	pin = pin ? (pin - 1) & 3 : 0;
	if (link->machine == LINK_MACHINE_Q35)
		return function->device < 25 ? 20 + ((function->device + pin) & 3) : 16 + pin;
	return 10 + ((function->device + pin - 1) >> 1 & 1);
}

static void link_set_gsi(struct link *link, unsigned gsi, bool level)
{
	char line[96];
	int n = snprintf(line, sizeof(line),
			 "set_irq_in /machine/%s/ioapic unnamed-gpio-in %u %d\n",
			 link->machine == LINK_MACHINE_Q35 ? "q35" : "i440fx", gsi, level);

	qtest_send(link, line, (size_t)n);
}

static bool link_gsi_level(struct link *link, unsigned gsi)
{
	for (unsigned i = 0; i < link->count; i++) {
		if (link->intx[i] && link_gsi(link, i) == gsi)
			return true;
	}
	return false;
}

void link_intx(void *context, unsigned index, bool level)
{
	struct link *link = context;
	unsigned gsi = link_gsi(link, index);
	bool before = link_gsi_level(link, gsi);

	link->intx[index] = level;
	if (link_gsi_level(link, gsi) != before)
		link_set_gsi(link, gsi, !before);
}

static bool link_refresh_intx(struct link *link)
{
	bool any = false;

	for (unsigned i = 0; i < link->count; i++) {
		if (!link->intx[i])
			continue;
		link_set_gsi(link, link_gsi(link, i), true);
		any = true;
	}
	return any;
}

/* ---- The models' turn ---- */

/* When the models want to run without being asked. */
static uint64_t link_due(const struct link *link)
{
	if (link->stop_wanted || link->next == UINT64_MAX)
		return UINT64_MAX;
	if (link->dma.stand_still && link->next < link->answered + QUIET_NS)
		return link->answered + QUIET_NS;
	return link->next;
}

/* The models' turn while the vCPU stands still. */
static void link_run_still(struct link *link)
{
	link->next = vboard_run(link->board);
	link->dma.go_on(link->dma.context);
	link->stop_wanted = false;
	link->answered = link_now_ns(NULL);
}

/* The models' turn outside of messages: at once where they work beside the vCPU, else when something is due and it
 * sleeps or has stopped; if it runs it comes to link_serve_stopped, or with a message, soon. */
static void link_run(struct link *link)
{
	if (!link->dma.stand_still)
		link->next = vboard_run(link->board);
	else if (link_now_ns(NULL) < link_due(link))
		return;
	else if (link->dma.stand_still(link->dma.context))
		link_run_still(link);
	else
		link->stop_wanted = true;
}

/* ---- Messages ---- */

static bool link_fail(struct link *link, const char *what)
{
	fprintf(stderr, "virtual-board: %s\n", what);
	link->failed = true;
	if (link->qemu > 0)
		kill(link->qemu, SIGKILL);
	return false;
}

static void message_take_fds(struct proxy_message *message, struct msghdr *header)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
		unsigned count;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		count = (unsigned)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		for (unsigned i = 0; i < count && message->fd_count < PROXY_FDS; i++) {
			memcpy(&message->fds[message->fd_count], CMSG_DATA(c) + i * sizeof(int),
			       sizeof(int));
			message->fd_count++;
		}
	}
}

static bool receive_rest(int socket, uint8_t *data, size_t size)
{
	while (size) {
		ssize_t n = recv(socket, data, size, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		size -= (size_t)n;
	}
	return true;
}

/* Header and payload come with one call as a rule. No byte of a second message can be among them: QEMU
 * waits for our answer, and where it does not, the message has fds, behind which the kernel stops.
 * Returns false at end of file. */
static bool message_receive(struct link *link, int socket, struct proxy_message *message)
{
	union {
		char bytes[CMSG_SPACE(PROXY_FDS * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov[2] = {{&message->header, sizeof(message->header)},
			       {&message->payload, sizeof(message->payload)}};
	struct msghdr header = {
		.msg_iov = iov,
		.msg_iovlen = 2,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	size_t got;
	ssize_t n;

	do
		n = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return false;
	message->fd_count = 0;
	message_take_fds(message, &header);
	got = (size_t)n;
	if (got < sizeof(message->header)) {
		if (!receive_rest(socket, (uint8_t *)&message->header + got,
				  sizeof(message->header) - got))
			return false;
		got = sizeof(message->header);
	}
	got -= sizeof(message->header);
	if (message->header.size > PROXY_PAYLOAD_MAX || got > message->header.size)
		return link_fail(link,
				 "QEMU sent a message of the wrong length: unknown proxy version");
	return receive_rest(socket, message->payload.bytes + got, message->header.size - got);
}

static bool message_answer(int socket, uint64_t value)
{
	struct {
		struct proxy_header header;
		uint64_t value;
	} answer = {{PROXY_RET, 0, 8}, value};

	return send(socket, &answer, sizeof(answer), MSG_NOSIGNAL) == sizeof(answer);
}

static void message_close_fds(struct proxy_message *message)
{
	for (unsigned i = 0; i < message->fd_count; i++)
		close(message->fds[i]);
}

static void link_sync(struct link *link, struct proxy_message *message)
{
	const struct proxy_sync *sync = &message->payload.sync;

	link_memory_sync(&link->memory, sync->gpas, sync->sizes, sync->offsets, message->fds,
			 message->fd_count);
}

static uint64_t link_bar_base(struct link *link, unsigned index)
{
	return vboard_config_peek(link->board, index, PCI_BAR0, 4) & ~15u;
}

static uint64_t link_bar_read(struct link *link, unsigned index, const struct proxy_bar *bar)
{
	return vboard_mmio_read(link->board, index, bar->address - link_bar_base(link, index),
				bar->size);
}

static void link_bar_write(struct link *link, unsigned index, const struct proxy_bar *bar)
{
	vboard_mmio_write(link->board, index, bar->address - link_bar_base(link, index), bar->size,
			  bar->value);
}

/* A function that firmware hides is there for QEMU's own setting up, which asks before the first reset how large the BAR is. */
static uint32_t link_config_read(struct link *link, unsigned index,
				 const struct proxy_config *config)
{
	const struct vboard_function *function = vboard_function(link->board, index);
	const unsigned width = (unsigned)config->length;

	if (!function->window || link->started[index])
		return vboard_config_read(link->board, index, config->offset, width);
	if (config->offset == PCI_BAR0)
		return ~(function->bar_size - 1);
	return vboard_config_peek(link->board, index, config->offset, width);
}

static void link_reset(struct link *link, unsigned index)
{
	vboard_reset(link->board, index);
	link->started[index] = true;
	if (vboard_function(link->board, index)->window)
		link_place(link);
	if (link->dma.reset)
		link->dma.reset(link->dma.context);
}

/* Does what the message asks; true when it wants an answer. */
static bool link_execute(struct link *link, unsigned index, struct proxy_message *message,
			 uint64_t *value)
{
	union proxy_payload *payload = &message->payload;

	*value = 0;
	switch (message->header.command) {
	case PROXY_SYNC_SYSMEM:
		link_sync(link, message);
		return false;
	case PROXY_SET_IRQFD:
		message_close_fds(message);
		return false;
	case PROXY_CONFIG_WRITE:
		vboard_config_write(link->board, index, payload->config.offset,
				    (unsigned)payload->config.length, payload->config.value);
		return true;
	case PROXY_CONFIG_READ:
		*value = link_config_read(link, index, &payload->config);
		return true;
	case PROXY_BAR_WRITE:
		link_bar_write(link, index, &payload->bar);
		return true;
	case PROXY_BAR_READ:
		*value = link_bar_read(link, index, &payload->bar);
		return true;
	case PROXY_DEVICE_RESET:
		link_reset(link, index);
		return true;
	default:
		return link_fail(link, "QEMU sent an unknown proxy command");
	}
}

static void link_contact(struct link *link)
{
	if (link->dma.contact)
		link->dma.contact(link->dma.context);
}

static bool link_serve_socket(struct link *link, unsigned index)
{
	struct proxy_message message;
	uint64_t value;
	bool wants_answer;

	if (!message_receive(link, link->sockets[index], &message)) {
		close(link->sockets[index]);
		link->sockets[index] = -1;
		return false;
	}
	link->messages++;
	link_contact(link);
	wants_answer = link_execute(link, index, &message, &value);
	if (wants_answer) {
		if (link->dma.stand_still)
			link_run_still(link);
		link_contact(link);
		message_answer(link->sockets[index], value);
	}
	return true;
}

/* The vCPU has come to a stop because it was asked to. */
static void link_serve_stopped(struct link *link)
{
	char byte;

	if (recv(link->dma.socket, &byte, 1, 0) <= 0) {
		link->dma.socket = -1; /* QEMU is gone; the descriptor is not ours */
		return;
	}
	link_run_still(link);
	send(link->dma.socket, &byte, 1, MSG_NOSIGNAL);
}

static void link_drain_qtest(struct link *link)
{
	char buffer[4096];
	ssize_t n = recv(link->qtest, buffer, sizeof(buffer), MSG_DONTWAIT);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		close(link->qtest);
		link->qtest = -1;
	} else if (n > 4 && memmem(buffer, (size_t)n, "FAIL", 4)) {
		fprintf(stderr, "virtual-board: qtest refused a command: %.*s\n", (int)n, buffer);
	}
}

/* ---- QEMU's life ---- */

/* True when QEMU has ended; `status` gets what it ended with. */
static bool link_take_signal(struct link *link, int *status)
{
	struct signalfd_siginfo info;
	int wait_status;

	if (read(link->signals, &info, sizeof(info)) != sizeof(info))
		return false;
	if (info.ssi_signo != SIGCHLD) {
		kill(link->qemu, link->killed_at ? SIGKILL : SIGTERM);
		link->killed_at = link_now_ns(NULL);
		return false;
	}
	if (waitpid(link->qemu, &wait_status, WNOHANG) != link->qemu)
		return false;
	link->qemu = -1;
	*status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
	return true;
}

static uint64_t link_deadline(struct link *link)
{
	uint64_t next = link_due(link);
	bool any_intx = false;

	for (unsigned i = 0; i < link->count; i++)
		any_intx |= link->intx[i];
	if (any_intx && next > link_now_ns(NULL) + INTX_REFRESH_NS)
		next = link_now_ns(NULL) + INTX_REFRESH_NS;
	if (link->killed_at && next > link->killed_at + KILL_GRACE_NS)
		next = link->killed_at + KILL_GRACE_NS;
	return next;
}

/* What is waited for besides the functions: qtest, signals, the witness, the monitor. */
#define LINK_OTHERS 4u

static int link_poll(struct link *link, struct pollfd *fds, uint64_t next)
{
	struct timespec ts = {0, 0};
	uint64_t now;

	for (unsigned i = 0; i < link->count; i++)
		fds[i] = (struct pollfd){.fd = link->sockets[i], .events = POLLIN};
	fds[link->count] = (struct pollfd){.fd = link->qtest, .events = POLLIN};
	fds[link->count + 1] = (struct pollfd){.fd = link->signals, .events = POLLIN};
	fds[link->count + 2] = (struct pollfd){.fd = link->dma.socket, .events = POLLIN};
	fds[link->count + 3] = (struct pollfd){.fd = link->monitor, .events = POLLIN};
	if (next == UINT64_MAX)
		return ppoll(fds, link->count + LINK_OTHERS, NULL, NULL);
	now = link_now_ns(NULL);
	if (next > now) {
		ts.tv_sec = (time_t)((next - now) / 1000000000u);
		ts.tv_nsec = (long)((next - now) % 1000000000u);
	}
	return ppoll(fds, link->count + LINK_OTHERS, &ts, NULL);
}

int link_serve(struct link *link)
{
	struct pollfd fds[LINK_FUNCTIONS + LINK_OTHERS];
	uint64_t refreshed = 0;
	int status = 1;

	link->next = UINT64_MAX;
	for (;;) {
		uint64_t now;

		if (link_poll(link, fds, link_deadline(link)) < 0 && errno != EINTR)
			return link_fail(link, "poll failed");
		for (unsigned i = 0; i < link->count; i++) {
			if (fds[i].revents)
				link_serve_socket(link, i);
		}
		if (fds[link->count].revents)
			link_drain_qtest(link);
		if (fds[link->count + 1].revents && link_take_signal(link, &status))
			return link->failed ? 1 : status;
		if (fds[link->count + 2].revents)
			link_serve_stopped(link);
		if (fds[link->count + 3].revents)
			link_place_answer(link);
		link_run(link);
		now = link_now_ns(NULL);
		if (link->killed_at && now > link->killed_at + KILL_GRACE_NS)
			kill(link->qemu, SIGKILL);
		if (now > refreshed + INTX_REFRESH_NS && link_refresh_intx(link))
			refreshed = now;
	}
}
