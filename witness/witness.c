/*
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * witness.c: a TCG plugin that gives guest memory the two faces that it has on a machine whose
 * camera does not snoop: RAM as the CPU sees it, and a shadow that the devices see. Every store
 * makes a line dirty; only flushes, and the fences after them, move lines between the two.
 *
 *   -plugin witness-1.so,ram=FILE,shadow=FILE,state=FILE,board=FD[,arm=nop|reset][,loads=on|off][,drop=N]
 *
 * The rules and their grounds are in docs/witness.md. UEFI runs identity-mapped on one CPU: virtual
 * addresses are physical, and callbacks never run at the same time.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "witness/decode.h"
#include "witness/qemu_plugin.h"
#include "witness/state.h"

#define EXPORT __attribute__((visibility("default")))
#define LINE   WITNESS_LINE
#define PAGE   4096u
#define BLOCK  64u   /* a flush routine lies within one, from its start: src/cache/lines.asm */
#define NEAR   4096u /* a fence this close to the last flush belongs to the same routines */

EXPORT int qemu_plugin_version = WITNESS_API;
EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc,
			       char **argv);

/* One cache instruction or fence in the guest's code. */
struct place {
	struct place *next;
	struct decoded decoded;
	uint64_t pc, next_pc;
	bool spilled; /* the instruction before it is the spill of its address */
};

/* A line whose flush waits for a fence, as it was when it was flushed. */
struct waiting {
	uint64_t line;
	enum decode_kind kind;
	bool dirty;
	uint8_t data[LINE];
};

static struct {
	qemu_plugin_id_t id;
	uint8_t *ram, *shadow;
	uint64_t size, lines;
	int ram_fd;
	struct witness_header *header;
	uint8_t *cpu, *ack;
	const volatile uint8_t *device;
	uint32_t *writer, *stored_at;
	const volatile uint32_t *fence, *written_at;
	struct waiting *waiting;
	size_t waiting_count, waiting_capacity;
	struct place *places;
	uint64_t spill;            /* last address stored by a spill */
	uint64_t entered;          /* flush routine entered last */
	bool entry_is_new;         /* and it has not flushed yet */
	uint64_t run_pc, run_next; /* other flushes: last instruction, the line to follow */
	uint32_t drop;             /* number of the call to leave out, 0 = none */
	bool has_work;             /* a line that waits was dirty or stale */
	uint32_t device_writes;    /* at the last fence */
	bool arm_at_reset, loads;
	int board_fd; /* a byte asks the board to work, a byte back lets the vCPU go on */
} w;

/* ---- findings ----------------------------------------------------------------------------- */

static void finding(enum witness_finding_kind kind, uint64_t line, uint64_t pc)
{
	struct witness_header *h = w.header;
	const uint32_t kept =
		h->finding_count < WITNESS_FINDINGS ? h->finding_count : WITNESS_FINDINGS;

	for (uint32_t i = 0; i < kept; i++) {
		if (h->findings[i].kind == kind && h->findings[i].pc == pc) {
			h->findings[i].count++;
			return;
		}
	}
	if (kept < WITNESS_FINDINGS)
		h->findings[kept] = (struct witness_finding){kind, 1, line * LINE, pc,
							     line < w.lines ? w.writer[line] : 0};
	h->finding_count++;
}

/* ---- lines -------------------------------------------------------------------------------- */

static bool is_stale(uint64_t line)
{
	return w.device[line] != w.ack[line];
}

static void write_back(uint64_t line, const uint8_t *from, uint64_t pc)
{
	if (is_stale(line))
		finding(WITNESS_WRITE_BACK_OVER, line, pc);
	memcpy(w.shadow + line * LINE, from, LINE);
	w.cpu[line] |= WITNESS_VALID;
	w.ack[line] = w.device[line];
}

/* Reads the count first: a device write during the copy leaves the line stale. */
static void refetch(uint64_t line)
{
	const uint8_t seen = w.device[line];

	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	memcpy(w.ram + line * LINE, w.shadow + line * LINE, LINE);
	w.ack[line] = seen;
}

static void wait_for_fence(uint64_t line, enum decode_kind kind, bool dirty)
{
	struct waiting *entry;

	if (w.waiting_count == w.waiting_capacity) {
		w.waiting_capacity = w.waiting_capacity ? 2 * w.waiting_capacity : 4096;
		w.waiting = realloc(w.waiting, w.waiting_capacity * sizeof(*w.waiting));
		if (!w.waiting)
			abort();
	}
	entry = &w.waiting[w.waiting_count++];
	*entry = (struct waiting){.line = line, .kind = kind, .dirty = dirty};
	memcpy(entry->data, w.ram + line * LINE, LINE);
	w.cpu[line] |= WITNESS_PENDING | WITNESS_SHOT;
	if (w.waiting_count > w.header->pending_peak)
		w.header->pending_peak = w.waiting_count;
}

/* CLFLUSH is ordered with stores: what it writes back is in memory at once. CLFLUSHOPT and CLWB
 * take effect at a fence. None is ordered with earlier loads: a flush that no fence separates
 * from the device's write may have dropped the line before that write. */
static void flush_line(uint64_t line, enum decode_kind kind, uint64_t pc)
{
	bool dirty = !(w.cpu[line] & WITNESS_CLEAN);

	w.has_work |= dirty || is_stale(line);
	w.cpu[line] &= (uint8_t)~WITNESS_FAILED;
	if (kind == DECODE_CLFLUSH && dirty) {
		write_back(line, w.ram + line * LINE, pc);
		w.cpu[line] |= WITNESS_CLEAN;
		dirty = false;
	}
	if (kind != DECODE_CLWB && is_stale(line) && w.fence[line] == w.header->fences)
		w.cpu[line] |= WITNESS_FAILED;
	wait_for_fence(line, kind, dirty);
}

static void complete(const struct waiting *entry, uint64_t pc)
{
	const uint64_t line = entry->line;
	uint8_t *cpu = &w.cpu[line];

	/* Memory that a coherent bus master (USB, disk) filled was never dirty in the cache, but
	 * the devices behind the shadow have not seen it yet: copied like a dirty line. */
	if (entry->dirty || !is_stale(line)) {
		write_back(line, entry->data, pc);
		if (*cpu & WITNESS_SHOT)
			*cpu |= WITNESS_CLEAN;
	} else if (entry->kind != DECODE_CLWB && *cpu & WITNESS_SHOT && !(*cpu & WITNESS_FAILED)) {
		refetch(line);
	}
	*cpu &= (uint8_t)(~(WITNESS_PENDING | WITNESS_SHOT));
}

static void do_fence(uint64_t pc)
{
	for (size_t i = 0; i < w.waiting_count; i++)
		complete(&w.waiting[i], pc);
	w.waiting_count = 0;
	w.has_work = false;
	w.device_writes = w.header->device_writes;
	w.header->fences++;
}

static void whole_line(uint64_t line, enum decode_kind kind, uint64_t pc)
{
	if (!(w.cpu[line] & WITNESS_CLEAN)) {
		write_back(line, w.ram + line * LINE, pc);
		w.cpu[line] |= WITNESS_CLEAN;
	} else if (is_stale(line) && kind == DECODE_WBINVD) {
		refetch(line);
	}
}

/* Memory that was never touched has no pages behind it, on either side, and shall get none. */
static bool is_hole(uint64_t at)
{
	const off_t data = lseek(w.ram_fd, (off_t)at, SEEK_DATA);

	return data < 0 || (uint64_t)data >= at + PAGE;
}

/* Serialising: done when it retires. Page by page, since there may be 16 million lines. */
static void do_wbinvd(enum decode_kind kind, uint64_t pc)
{
	do_fence(pc);
	for (uint64_t line = 0; line < w.lines; line += PAGE / LINE) {
		const bool no_device = !memcmp((const void *)(uintptr_t)(w.device + line),
					       w.ack + line, PAGE / LINE);

		if (no_device && !is_hole(line * LINE) &&
		    memcmp(w.shadow + line * LINE, w.ram + line * LINE, PAGE))
			memcpy(w.shadow + line * LINE, w.ram + line * LINE, PAGE);
		if (no_device)
			memset(w.cpu + line, WITNESS_CLEAN | WITNESS_VALID, PAGE / LINE);
		for (uint64_t i = line; !no_device && i < line + PAGE / LINE; i++)
			whole_line(i, kind, pc);
	}
}

/* ---- standing still ----------------------------------------------------------------------- */

/* The vCPU stands still until the board has answered; devices work meanwhile. Nothing to wait for when it is gone. */
static void ask_board(void)
{
	char byte = 0;

	while (write(w.board_fd, &byte, 1) < 0)
		if (errno != EINTR)
			return;
	while (read(w.board_fd, &byte, 1) < 0 && errno == EINTR)
		;
}

/* Each side first says what it is about to do and then looks at what the other has said, so that they never
 * miss each other: the board wants to work, the vCPU to run. */
static void ask_if_wanted(void)
{
	if (__atomic_load_n(&w.header->stop_wanted, __ATOMIC_SEQ_CST))
		ask_board();
}

static void on_halt(OF_PLUGIN(unsigned vcpu))
{
	(void)vcpu;
	__atomic_store_n(&w.header->halted, 1, __ATOMIC_SEQ_CST);
	ask_if_wanted();
}

static void on_resume(OF_PLUGIN(unsigned vcpu))
{
	(void)vcpu;
	__atomic_store_n(&w.header->halted, 0, __ATOMIC_SEQ_CST);
	ask_if_wanted();
}

/* ---- what runs in the guest --------------------------------------------------------------- */

/* A flush call is one entry into a flush routine; outside of such, a run of one instruction over
 * consecutive lines. */
static bool counts_as_new_call(const struct place *place, uint64_t address)
{
	const bool goes_on = place->pc == w.run_pc && address == w.run_next;

	if ((place->pc & ~(uint64_t)(BLOCK - 1)) == w.entered) {
		const bool is_new = w.entry_is_new;

		w.entry_is_new = false;
		return is_new;
	}
	w.run_pc = place->pc;
	w.run_next = address + LINE;
	return !goes_on;
}

/* `has_work`: does this part of the call change anything at this moment. */
static bool dropped(bool is_new, bool has_work)
{
	w.header->calls += is_new;
	if (!w.drop || w.header->calls != w.drop)
		return false;
	if (w.header->dropped < 2)
		w.header->dropped = has_work ? 2 : 1;
	return true;
}

static bool line_has_work(uint64_t address)
{
	const uint64_t line = address / LINE;

	return address < w.size && (!(w.cpu[line] & WITNESS_CLEAN) || is_stale(line));
}

#if WITNESS_API >= 2
static struct qemu_plugin_register *registers[16];
static struct witness_bytes *value;

static void on_vcpu(OF_PLUGIN(unsigned vcpu))
{
	static const char *const names[16] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp",
					      "rsi", "rdi", "r8",  "r9",  "r10", "r11",
					      "r12", "r13", "r14", "r15"};
	struct witness_array *all = qemu_plugin_get_registers();
	const unsigned size = g_array_get_element_size(all);

	(void)vcpu;
	value = g_byte_array_new();
	for (unsigned i = 0; i < all->length; i++) {
		const struct qemu_plugin_reg_descriptor *one =
			(const void *)(all->data + (size_t)i * size);

		for (unsigned r = 0; r < 16; r++)
			if (!strcmp(one->name, names[r]))
				registers[r] = one->handle;
	}
}

static uint64_t read_register(unsigned number)
{
	uint64_t result = 0;

	g_byte_array_set_size(value, 0);
	qemu_plugin_read_register(registers[number], value);
	if (value->length == sizeof(result))
		memcpy(&result, value->data, sizeof(result));
	return result;
}

static bool flush_address(const struct place *place, uint64_t *address)
{
	const struct decoded *d = &place->decoded;

	if (d->segment)
		return false;
	*address = (uint64_t)(int64_t)d->displacement;
	if (d->base == DECODE_RIP)
		*address += place->next_pc;
	else if (d->base != DECODE_NONE)
		*address += read_register(d->base);
	if (d->index != DECODE_NONE)
		*address += d->scale * read_register(d->index);
	return true;
}
#else
/* QEMU 7.2 tells plugins nothing of registers: the address is the one spilled just before. */
static bool flush_address(const struct place *place, uint64_t *address)
{
	*address = w.spill;
	return place->spilled;
}
#endif

static void on_flush(unsigned vcpu, void *data)
{
	const struct place *place = data;
	uint64_t address;

	(void)vcpu;
	w.header->flush_pc = place->pc;
	w.header->flushes++;
	if (!flush_address(place, &address)) {
		finding(WITNESS_UNPLACED, w.lines, place->pc);
		return;
	}
	address &= ~(uint64_t)(LINE - 1);
	if (dropped(counts_as_new_call(place, address), line_has_work(address))) {
		if (address < w.size)
			w.cpu[address / LINE] |= WITNESS_DROPPED;
		return;
	}
	if (address >= w.size)
		return;
	flush_line(address / LINE, place->decoded.kind, place->pc);
}

static void on_fence(unsigned vcpu, void *data)
{
	const struct place *place = data;
	const bool ours = place->pc - w.header->flush_pc + NEAR < 2 * NEAR;

	(void)vcpu;
	w.run_pc = 0;
	if (ours && dropped(true, w.has_work || w.device_writes != w.header->device_writes)) {
		for (size_t i = 0; i < w.waiting_count; i++)
			w.cpu[w.waiting[i].line] |= WITNESS_DROPPED;
		w.header->cpu_used |= !w.waiting_count; /* it was to order what follows */
		return;
	}
	do_fence(place->pc);
}

static void on_whole_cache(unsigned vcpu, void *data)
{
	const struct place *place = data;

	(void)vcpu;
	w.run_pc = 0;
	w.header->flush_pc = place->pc;
	if (place->decoded.kind == DECODE_INVD)
		finding(WITNESS_INVD, w.lines, place->pc);
	else if (!dropped(true, true))
		do_wbinvd(place->decoded.kind, place->pc);
}

static void on_entry(unsigned vcpu, void *pc)
{
	(void)vcpu;
	w.entered = (uintptr_t)pc;
	w.entry_is_new = true;
}

static void on_spill(unsigned vcpu, qemu_plugin_meminfo_t info, uint64_t address, void *data)
{
	(void)vcpu;
	(void)data;
	if (qemu_plugin_mem_is_store(info) && address + 8 <= w.size)
		memcpy(&w.spill, w.ram + address, sizeof(w.spill));
}

static void stored(uint64_t line, uint64_t pc)
{
	w.cpu[line] &= (uint8_t)(~(WITNESS_CLEAN | WITNESS_SHOT));
	w.writer[line] = (uint32_t)pc;
	w.stored_at[line] = w.header->contacts;
}

static void loaded(uint64_t line, uint64_t pc)
{
	const uint8_t cpu = w.cpu[line];

	if (!is_stale(line) || !(cpu & WITNESS_CLEAN))
		return;
	/* Written while the CPU did something else: who polls memory may find it old. */
	if (w.written_at[line] == w.header->contacts)
		return;
	if (cpu & WITNESS_DROPPED)
		w.header->cpu_used = 1;
	finding(cpu & WITNESS_PENDING  ? WITNESS_CPU_NO_FENCE
		: cpu & WITNESS_FAILED ? WITNESS_CPU_EARLY_FLUSH
				       : WITNESS_CPU_STALE,
		line, pc);
}

static void note_access(qemu_plugin_meminfo_t info, uint64_t address, void *pc)
{
	const uint64_t last = address + (1ull << qemu_plugin_mem_size_shift(info)) - 1;

	if (last >= w.size || last < address)
		return; /* device registers, flash */
	if (qemu_plugin_mem_is_store(info)) {
		w.header->stores++;
		stored(address / LINE, (uintptr_t)pc);
		if (last / LINE != address / LINE)
			stored(last / LINE, (uintptr_t)pc);
	} else if (w.loads) {
		loaded(address / LINE, (uintptr_t)pc);
		if (last / LINE != address / LINE)
			loaded(last / LINE, (uintptr_t)pc);
	}
}

/* A busy guest stands still here: no code runs long without touching memory. */
static void on_memory(unsigned vcpu, qemu_plugin_meminfo_t info, uint64_t address, void *pc)
{
	(void)vcpu;
	note_access(info, address, pc);
	ask_if_wanted();
}

/* ---- arming ------------------------------------------------------------------------------- */

static void on_translation(OF_PLUGIN(struct qemu_plugin_tb *tb));

static void register_callbacks(void)
{
	qemu_plugin_register_vcpu_tb_trans_cb(w.id, on_translation, NULL);
	qemu_plugin_register_vcpu_idle_cb(w.id, on_halt, NULL);
	qemu_plugin_register_vcpu_resume_cb(w.id, on_resume, NULL);
}

/* All registrations and all translated code are gone after the reset, so that firmware code that
 * ran before is translated again, this time with callbacks. */
static void on_arm(unsigned vcpu, void *data)
{
	const struct place *place = data;

	(void)vcpu;
	if (w.header->armed)
		return;
	w.header->armed_pc = place->pc;
	w.header->armed = 1;
	ask_board(); /* from here on no device works beside the vCPU */
	qemu_plugin_reset(w.id, register_callbacks, NULL);
}

/* ---- translation -------------------------------------------------------------------------- */

static struct decoded decode_insn(const struct qemu_plugin_insn *insn)
{
	const size_t size = qemu_plugin_insn_size(insn);
#if WITNESS_API >= 3
	uint8_t code[16];

	return decode(code, qemu_plugin_insn_data(insn, code, size < 16 ? size : 16));
#else
	return decode(qemu_plugin_insn_data(insn), size);
#endif
}

/* Translated again and again; the same instruction keeps its record. */
static struct place *find_place(const struct decoded *decoded, uint64_t pc, size_t size,
				bool spilled)
{
	struct place *place;

	for (place = w.places; place; place = place->next)
		if (place->pc == pc && place->spilled == spilled &&
		    !memcmp(&place->decoded, decoded, sizeof(*decoded)))
			return place;
	place = calloc(1, sizeof(*place));
	if (!place)
		abort();
	memcpy(&place->decoded, decoded, sizeof(*decoded));
	place->pc = pc;
	place->next_pc = pc + size;
	place->spilled = spilled;
	place->next = w.places;
	w.places = place;
	return place;
}

static qemu_plugin_insn_cb callback_of(enum decode_kind kind)
{
	switch (kind) {
	case DECODE_CLFLUSH:
	case DECODE_CLFLUSHOPT:
	case DECODE_CLWB:
		return on_flush;
	case DECODE_WBINVD:
	case DECODE_WBNOINVD:
	case DECODE_INVD:
		return on_whole_cache;
	case DECODE_FENCE:
		return on_fence;
	default:
		return NULL;
	}
}

/* Does a flush routine start here? Its first spill tells. */
static bool is_entry(uint64_t pc)
{
	static const uint8_t spill[] = {0x48, 0x89, 0x3c, 0x24};

	if (pc % BLOCK || pc + BLOCK > w.size)
		return false;
	for (size_t i = 0; i + sizeof(spill) + 2 <= BLOCK; i++) {
		const uint8_t *code = w.ram + pc + i;
		const uint8_t *next = code + sizeof(spill);

		if (!memcmp(code, spill, sizeof(spill)) && decode(next, 4).kind != DECODE_OTHER)
			return true;
	}
	return false;
}

static void watch(struct qemu_plugin_insn *insn, const struct decoded *decoded, bool spilled)
{
	const uint64_t pc = qemu_plugin_insn_vaddr(insn);
	qemu_plugin_insn_cb callback = callback_of(decoded->kind);

	if (callback)
		qemu_plugin_register_vcpu_insn_exec_cb(
			insn, callback, QEMU_PLUGIN_CB_R_REGS,
			find_place(decoded, pc, qemu_plugin_insn_size(insn), spilled));
	if (is_entry(pc))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_entry, QEMU_PLUGIN_CB_NO_REGS,
						       (void *)(uintptr_t)pc);
	if (decoded->kind == DECODE_SPILL)
		qemu_plugin_register_vcpu_mem_cb(insn, on_spill, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_W, NULL);
	qemu_plugin_register_vcpu_mem_cb(insn, on_memory, QEMU_PLUGIN_CB_NO_REGS,
					 w.loads ? QEMU_PLUGIN_MEM_RW : QEMU_PLUGIN_MEM_W,
					 (void *)(uintptr_t)pc);
}

static void on_translation(OF_PLUGIN(struct qemu_plugin_tb *tb))
{
	const size_t count = qemu_plugin_tb_n_insns(tb);
	struct decoded before = {.kind = DECODE_OTHER};

	for (size_t i = 0; i < count; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const struct decoded decoded = decode_insn(insn);

		if (w.header->armed)
			watch(insn, &decoded,
			      before.kind == DECODE_SPILL && before.base == decoded.base &&
				      decoded.index == DECODE_NONE && decoded.displacement == 0 &&
				      !decoded.segment);
		else if (decoded.kind == DECODE_ARM)
			qemu_plugin_register_vcpu_insn_exec_cb(
				insn, on_arm, QEMU_PLUGIN_CB_NO_REGS,
				find_place(&decoded, qemu_plugin_insn_vaddr(insn),
					   qemu_plugin_insn_size(insn), false));
		before = decoded;
	}
}

/* ---- start -------------------------------------------------------------------------------- */

static void *map(const char *path, uint64_t *size)
{
	struct stat info;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	void *memory = MAP_FAILED;

	if (fd >= 0 && !fstat(fd, &info)) {
		*size = (uint64_t)info.st_size;
		memory = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	}
	if (memory == MAP_FAILED)
		perror(path);
	if (fd >= 0)
		close(fd);
	return memory == MAP_FAILED ? NULL : memory;
}

static bool map_all(const char *ram, const char *shadow, const char *state)
{
	uint64_t shadow_size = 0, state_size = 0;
	uint8_t *base;

	if (!ram || !shadow || !state) {
		fprintf(stderr, "witness: ram=, shadow= and state= are needed\n");
		return false;
	}
	w.ram = map(ram, &w.size);
	w.ram_fd = open(ram, O_RDONLY | O_CLOEXEC);
	w.shadow = map(shadow, &shadow_size);
	base = map(state, &state_size);
	if (!w.ram || !w.shadow || !base)
		return false;
	w.header = (void *)base;
	w.lines = w.size / LINE;
	if (shadow_size != w.size || state_size < WITNESS_SIZE(w.lines) ||
	    w.header->magic != WITNESS_MAGIC || w.header->version != WITNESS_VERSION ||
	    w.header->ram_size != w.size) {
		fprintf(stderr, "witness: ram, shadow and state do not belong together\n");
		return false;
	}
	w.cpu = base + WITNESS_CPU(w.lines);
	w.ack = base + WITNESS_ACK(w.lines);
	w.device = base + WITNESS_DEVICE(w.lines);
	w.writer = (uint32_t *)(void *)(base + WITNESS_WRITER(w.lines));
	w.fence = (const uint32_t *)(const void *)(base + WITNESS_FENCE(w.lines));
	w.stored_at = (uint32_t *)(void *)(base + WITNESS_STORED(w.lines));
	w.written_at = (const uint32_t *)(const void *)(base + WITNESS_WRITTEN(w.lines));
	return true;
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc,
			       char **argv)
{
	const char *ram = NULL, *shadow = NULL, *state = NULL;

	(void)info;
	w.id = id;
	w.loads = true;
	w.board_fd = -1;
	for (int i = 0; i < argc; i++) {
		const char *equals = strchr(argv[i], '=');
		const char *text = equals ? equals + 1 : "";

		if (!strncmp(argv[i], "ram=", 4))
			ram = text;
		else if (!strncmp(argv[i], "shadow=", 7))
			shadow = text;
		else if (!strncmp(argv[i], "state=", 6))
			state = text;
		else if (!strncmp(argv[i], "board=", 6))
			w.board_fd = atoi(text);
		else if (!strncmp(argv[i], "drop=", 5))
			w.drop = (uint32_t)strtoul(text, NULL, 0);
		else if (!strncmp(argv[i], "arm=", 4))
			w.arm_at_reset = !strcmp(text, "reset");
		else if (!strncmp(argv[i], "loads=", 6))
			w.loads = strcmp(text, "off") && strcmp(text, "false");
		else {
			fprintf(stderr, "witness: unknown argument %s\n", argv[i]);
			return 1;
		}
	}
	if (!map_all(ram, shadow, state))
		return 1;
	w.header->loaded = WITNESS_API;
	w.header->armed = w.arm_at_reset;
#if WITNESS_API >= 2
	qemu_plugin_register_vcpu_init_cb(id, on_vcpu, NULL);
#endif
	register_callbacks();
	return 0;
}
