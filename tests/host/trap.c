/*
 * trap.c: notices when the CPU reads a line that a device has written and nobody has flushed.
 *
 * Pages with such lines are closed (PROT_NONE). The first access to one faults; if it was a read
 * of a stale line, that is a finding with the instruction's address. The page is then open until
 * the next platform call.
 */
#define _GNU_SOURCE 1
#include "tests/host/memory.h"

#include <signal.h>
#include <stdlib.h>
#include <ucontext.h>

#define ERROR_WRITE 2u /* page fault error code, bit 1: SDM volume 3, 4.7 */
#define OPENED      64

static struct sigaction before;
static size_t opened[OPENED];
static unsigned opened_count;

static void pass_on(int signal_number, siginfo_t *info, void *context)
{
	if (before.sa_flags & SA_SIGINFO)
		before.sa_sigaction(signal_number, info, context);
	else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN)
		before.sa_handler(signal_number);
	else
		signal(signal_number,
		       SIG_DFL); /* the instruction runs again and ends the program */
}

static const char *missing(uint8_t flags)
{
	if (flags & LINE_FLUSH)
		return "flushed, but no fence before the CPU's read";
	if (flags & LINE_FAILED)
		return "flushed, but no fence between seeing the device finish and the flush";
	return "no flush between the device's write and the CPU's read";
}

static void on_fault(int signal_number, siginfo_t *info, void *context)
{
	const ucontext_t *user = context;
	const void *pc = (const void *)(uintptr_t)user->uc_mcontext.gregs[REG_RIP];
	size_t line;

	if (!memory_line(info->si_addr, &line) || !host_memory.pages[line / PAGE_LINES].closed) {
		pass_on(signal_number, info, context);
		return;
	}
	if (host_memory.flags[line] & LINE_DEVICE &&
	    !(user->uc_mcontext.gregs[REG_ERR] & (greg_t)ERROR_WRITE)) {
		finding_add(HOST_CPU_STALE, line, pc, missing(host_memory.flags[line]));
		lines_used(line);
	}
	memory_open(line / PAGE_LINES);
	if (opened_count < OPENED)
		opened[opened_count++] = line / PAGE_LINES;
}

/* CMocka sets its own handler before every test and fixture, so this is called again and again. */
void trap_install(void)
{
	struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
	struct sigaction now;

	if (sigaction(SIGSEGV, NULL, &now))
		abort();
	if (now.sa_flags & SA_SIGINFO && now.sa_sigaction == on_fault)
		return;
	before = now;
	sigemptyset(&action.sa_mask);
	if (sigaction(SIGSEGV, &action, NULL))
		abort();
}

void trap_reset(void)
{
	opened_count = 0;
}

void trap_rearm(void)
{
	for (unsigned i = 0; i < opened_count; i++)
		if (host_memory.pages[opened[i]].stale)
			memory_close(opened[i]);
	opened_count = 0;
}
