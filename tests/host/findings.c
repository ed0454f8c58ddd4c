/* findings.c: what the two-faced memory found, in words. */
#define _GNU_SOURCE 1
#include "tests/host/memory.h"

#include <link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RANGES 128

static struct {
	struct host_finding kept[HOST_FINDINGS];
	unsigned count;
	const char *(*resolve)(void *context, const void *cpu);
	void *resolve_context;
	struct {
		const void *cpu;
		size_t size;
		const char *name;
	} ranges[RANGES];
	unsigned range_count;
} findings;

static const char *const kind_text[] = {
	[HOST_NEVER_WRITTEN_BACK] = "device read a line that was never written back",
	[HOST_DEVICE_STALE] = "device read stale memory, the CPU has newer data in its cache",
	[HOST_NO_FENCE] = "device read memory while a flush was under way",
	[HOST_DIRTY_OVERWRITE] = "device wrote a line that is dirty in the CPU's cache",
	[HOST_WRITE_BACK_OVER] = "a dirty line was written back over device data",
	[HOST_CPU_STALE] = "CPU read a stale line, memory has newer data from the device",
	[HOST_FREED_STALE] = "memory was given back while the cache hides what the device wrote",
	[HOST_FREED_IN_USE] = "memory was given back while its device may still use it",
};

void findings_reset(void)
{
	memset(&findings, 0, sizeof(findings));
}

void host_set_resolver(const char *(*resolve)(void *context, const void *cpu), void *context)
{
	findings.resolve = resolve;
	findings.resolve_context = context;
}

void host_name_range(const void *cpu, size_t size, const char *name)
{
	if (findings.range_count == RANGES)
		return;
	findings.ranges[findings.range_count].cpu = cpu;
	findings.ranges[findings.range_count].size = size;
	findings.ranges[findings.range_count++].name = name;
}

const char *finding_structure(const void *cpu)
{
	const char *name =
		findings.resolve ? findings.resolve(findings.resolve_context, cpu) : NULL;
	size_t line;

	for (unsigned i = findings.range_count; !name && i-- > 0;) {
		const char *start = findings.ranges[i].cpu;

		if ((const char *)cpu >= start &&
		    (const char *)cpu < start + findings.ranges[i].size)
			name = findings.ranges[i].name;
	}
	if (!name && memory_line(cpu, &line))
		name = host_memory.purpose[line / PAGE_LINES];
	return name ? name : "?";
}

void finding_add(enum host_finding_kind kind, size_t line, const void *pc, const char *detail)
{
	const size_t in_page = line % PAGE_LINES * CACHE_LINE_SIZE;
	struct host_finding *f;

	sweep_finding(kind);
	if (findings.count++ >= HOST_FINDINGS)
		return;
	f = &findings.kept[findings.count - 1];
	f->kind = kind;
	f->cpu = host_memory.cpu + line * CACHE_LINE_SIZE;
	f->bus = host_memory.pages[line / PAGE_LINES].bus + in_page;
	f->structure = finding_structure(f->cpu);
	f->pc = pc;
	f->call = host_primitive_calls();
	snprintf(f->text, sizeof(f->text), "%s at bus 0x%llx: %s; %s (after flush call %lu)",
		 f->structure, (unsigned long long)f->bus, kind_text[kind], detail, f->call);
}

unsigned host_finding_count(void)
{
	return findings.count;
}

const struct host_finding *host_finding(unsigned index)
{
	return index < findings.count && index < HOST_FINDINGS ? &findings.kept[index] : NULL;
}

/* ---- addresses to names ------------------------------------------------------------------- */

static int first_object(struct dl_phdr_info *info, size_t size, void *base)
{
	(void)size;
	*(uintptr_t *)base = info->dlpi_addr; /* the first is the program itself */
	return 1;
}

void host_symbol(const void *pc, char *out, size_t capacity)
{
	char command[512], program[256];
	uintptr_t base = 0;
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	FILE *pipe;

	snprintf(out, capacity, "%p", pc);
	if (length <= 0)
		return;
	program[length] = '\0';
	dl_iterate_phdr(first_object, &base);
	snprintf(command, sizeof(command), "addr2line -f -p -s -e '%s' 0x%llx 2>/dev/null", program,
		 (unsigned long long)((uintptr_t)pc - base));
	pipe = popen(command, "r");
	if (!pipe)
		return;
	if (fgets(out, (int)capacity, pipe))
		out[strcspn(out, "\n")] = '\0';
	pclose(pipe);
}

void host_print_findings(void)
{
	for (unsigned i = 0; i < findings.count && i < HOST_FINDINGS; i++) {
		char where[256] = "";

		if (findings.kept[i].pc)
			host_symbol(findings.kept[i].pc, where, sizeof(where));
		fprintf(stderr, "finding %u: %s%s%s\n", i + 1, findings.kept[i].text,
			*where ? " by " : "", where);
	}
	if (findings.count > HOST_FINDINGS)
		fprintf(stderr, "... and %u more\n", findings.count - HOST_FINDINGS);
}
