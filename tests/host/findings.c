/* findings.c: what the two-faced memory found, in words. */
#define _GNU_SOURCE 1
#include "tests/host/memory.h"

#include <link.h>
#include <stdio.h>
#include <stdlib.h>
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

/* addr2line for addresses that it reads from the file. NULL when there is no program to ask about. */
static FILE *addr2line(const char *options, FILE *addresses)
{
	char command[512], program[256];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

	if (length <= 0)
		return NULL;
	program[length] = '\0';
	rewind(addresses);
	snprintf(command, sizeof(command), "addr2line %s -e '%s' <&%d 2>/dev/null", options,
		 program, fileno(addresses));
	return popen(command, "r");
}

static FILE *addresses_of(const void *const *pcs, size_t count)
{
	uintptr_t base = 0;
	FILE *file = tmpfile();

	if (!file)
		abort();
	dl_iterate_phdr(first_object, &base);
	for (size_t i = 0; i < count; i++)
		fprintf(file, "0x%llx\n", (unsigned long long)((uintptr_t)pcs[i] - base));
	fflush(file);
	return file;
}

void symbols_each(const void *const *pcs, size_t count,
		  void (*each)(void *context, size_t index, const char *function), void *context)
{
	FILE *file = addresses_of(pcs, count), *pipe = addr2line("-a -i -f -p", file);
	char line[512];
	size_t index = 0;

	while (pipe && fgets(line, sizeof(line), pipe)) {
		const char *function = strstr(line, "(inlined by) ");

		index += !function;
		function = function ? function + 13 : line + strcspn(line, " ") + 1;
		line[strcspn(line, "\n")] = '\0';
		if (strstr(line, " (discriminator"))
			*strstr(line, " (discriminator") = '\0';
		if (index && index <= count && pcs[index - 1])
			each(context, index - 1, function);
	}
	if (pipe)
		pclose(pipe);
	fclose(file);
}

void host_symbol(const void *pc, char *out, size_t capacity)
{
	FILE *file = addresses_of(&pc, 1), *pipe = addr2line("-f -p -s", file);

	snprintf(out, capacity, "%p", pc);
	if (pipe && fgets(out, (int)capacity, pipe))
		out[strcspn(out, "\n")] = '\0';
	if (pipe)
		pclose(pipe);
	fclose(file);
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
