/* coherence.c: see coherence.h. The device's side of the two faces of guest memory. */
#define _GNU_SOURCE 1
#include "vboard/link/coherence.h"

#include "witness/state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINE         WITNESS_LINE
#define FINDINGS     64u
#define PURPOSES     64u
#define IMAGE_SEARCH (64u << 20) /* how far below an address its PE header is looked for */

enum kind {
	NOT_ARMED,
	NEVER_WRITTEN_BACK,
	DEVICE_STALE,
	DEVICE_NO_FENCE,
	DIRTY_OVERWRITE,
	OVERWRITE_NO_FENCE,
};

struct finding {
	enum kind kind;
	unsigned count;
	const char *purpose;
	uint64_t address; /* of the line */
	uint32_t writer;
	uint32_t call;
};

struct coherence {
	int ram_fd, shadow_fd, state_fd;
	int socket, plugin_socket; /* ours and QEMU's */
	uint64_t size, lines;
	uint8_t *ram, *shadow, *state;
	struct witness_header *header;
	const volatile uint8_t *cpu, *ack;
	volatile uint8_t *device;
	uint8_t *purpose_of;
	const volatile uint32_t *writer, *stored_at;
	volatile uint32_t *fence, *written_at;
	const char *purposes[PURPOSES]; /* [0] = never used by a device */
	unsigned purpose_count, purpose;
	struct finding findings[FINDINGS];
	unsigned kept, count;
	const char *elf; /* while reporting */
};

/* ---- files ------------------------------------------------------------------------------- */

static void *map(int fd, uint64_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

static int make_file(const char *name, uint64_t size)
{
	int fd = memfd_create(name, 0); /* QEMU inherits it */

	if (fd >= 0 && ftruncate(fd, (off_t)size)) {
		close(fd);
		return -1;
	}
	return fd;
}

static void name_arrays(struct coherence *c)
{
	const uint64_t n = c->lines;

	c->header = (void *)c->state;
	c->cpu = c->state + WITNESS_CPU(n);
	c->ack = c->state + WITNESS_ACK(n);
	c->device = c->state + WITNESS_DEVICE(n);
	c->purpose_of = c->state + WITNESS_PURPOSE(n);
	c->writer = (uint32_t *)(void *)(c->state + WITNESS_WRITER(n));
	c->fence = (uint32_t *)(void *)(c->state + WITNESS_FENCE(n));
	c->stored_at = (uint32_t *)(void *)(c->state + WITNESS_STORED(n));
	c->written_at = (uint32_t *)(void *)(c->state + WITNESS_WRITTEN(n));
}

static bool make_files(struct coherence *c)
{
	c->shadow_fd = make_file("virtual-board-shadow", c->size);
	c->state_fd = make_file("virtual-board-state", WITNESS_SIZE(c->lines));
	if (c->shadow_fd < 0 || c->state_fd < 0)
		return false;
	c->ram = map(c->ram_fd, c->size);
	c->shadow = map(c->shadow_fd, c->size);
	c->state = map(c->state_fd, WITNESS_SIZE(c->lines));
	if (!c->ram || !c->shadow || !c->state)
		return false;
	name_arrays(c);
	c->header->magic = WITNESS_MAGIC;
	c->header->version = WITNESS_VERSION;
	c->header->ram_size = c->size;
	return true;
}

static bool make_sockets(struct coherence *c)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		return false;
	c->socket = pair[0];
	c->plugin_socket = pair[1];
	fcntl(c->socket, F_SETFD, FD_CLOEXEC);
	return true;
}

struct coherence *coherence_new(int ram_fd, uint64_t ram_bytes, char *error, size_t error_size)
{
	struct coherence *c;

	if (ram_fd < 0 || ram_bytes > COHERENCE_RAM_MAX || ram_bytes % (4096 * LINE)) {
		snprintf(error, error_size,
			 "--coherence none wants guest RAM of its own making (no "
			 "memory-backend) and at most 2 GiB of it, in multiples of 256 KiB");
		return NULL;
	}
	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->ram_fd = ram_fd;
	c->shadow_fd = c->state_fd = c->socket = c->plugin_socket = -1;
	c->size = ram_bytes;
	c->lines = ram_bytes / LINE;
	c->purposes[0] = "memory that no device has used";
	c->purposes[1] = "memory";
	c->purpose_count = 2;
	c->purpose = 1;
	if (make_files(c) && make_sockets(c))
		return c;
	snprintf(error, error_size, "no memory or descriptors for the shadow of guest RAM: %s",
		 strerror(errno));
	coherence_free(c);
	return NULL;
}

void coherence_free(struct coherence *c)
{
	const int fds[] = {c ? c->shadow_fd : -1, c ? c->state_fd : -1, c ? c->socket : -1,
			   c ? c->plugin_socket : -1};

	if (!c)
		return;
	if (c->ram)
		munmap(c->ram, c->size);
	if (c->shadow)
		munmap(c->shadow, c->size);
	if (c->state)
		munmap(c->state, WITNESS_SIZE(c->lines));
	for (unsigned i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(c);
}

struct witness_header *coherence_state(struct coherence *c)
{
	return (void *)c->state;
}

uint8_t *coherence_shadow(struct coherence *c)
{
	return c->shadow;
}

/* The other half is in witness.c, ask_if_wanted: each side says what it is about to do, then looks. */
bool coherence_stand_still(void *coherence)
{
	struct coherence *c = coherence;

	if (!c->header->armed)
		return true;
	__atomic_store_n(&c->header->stop_wanted, 1, __ATOMIC_SEQ_CST);
	return __atomic_load_n(&c->header->halted, __ATOMIC_SEQ_CST);
}

void coherence_go_on(void *coherence)
{
	struct coherence *c = coherence;

	__atomic_store_n(&c->header->stop_wanted, 0, __ATOMIC_SEQ_CST);
}

void coherence_contact(void *coherence)
{
	struct coherence *c = coherence;

	c->header->contacts++;
}

int coherence_socket(const struct coherence *c)
{
	return c->socket;
}

void coherence_reset(void *coherence)
{
	struct coherence *c = coherence;

	/* The plugin's arrays too: the vCPU stands still during a reset. */
	madvise(c->state + WITNESS_HEADER, WITNESS_SIZE(c->lines) - WITNESS_HEADER, MADV_REMOVE);
}

/* ---- the plugin -------------------------------------------------------------------------- */

unsigned coherence_plugin_api(const char *version_text)
{
	const char *version = strstr(version_text, "version ");
	unsigned major = 0, minor = 0;

	if (!version || sscanf(version, "version %u.%u", &major, &minor) != 2)
		return 0;
	/* 7.2 takes interface 0..1; from 9.1 on 3 is taken, and the calls look as 3 says; 11.1 takes 7 and later. */
	if (major < 9)
		return 1;
	if (major > 11 || (major == 11 && minor >= 1))
		return 7;
	return major > 9 || minor >= 1 ? 3 : 0;
}

/* The path goes to the shell inside single quotes. */
static unsigned ask_version(const char *qemu)
{
	char command[1024], text[256];
	FILE *pipe;
	bool ok;

	if (strchr(qemu, '\''))
		return 0;
	snprintf(command, sizeof(command), "'%s' --version", qemu);
	pipe = popen(command, "r");
	if (!pipe)
		return 0;
	ok = fgets(text, sizeof(text), pipe) != NULL;
	pclose(pipe);
	return ok ? coherence_plugin_api(text) : 0;
}

bool coherence_plugin(const struct coherence *c, const char *qemu, const char *directory,
		      const char *extra, char *out, size_t size, char *error, size_t error_size)
{
	const unsigned api = ask_version(qemu);
	char path[512];

	if (!api) {
		snprintf(error, error_size,
			 "%s: no witness for this version of QEMU (7.2, 9.1 and later)", qemu);
		return false;
	}
	snprintf(path, sizeof(path), "%s/witness-%u.so", directory, api);
	if (access(path, R_OK)) {
		snprintf(error, error_size, "%s is missing: make builds it beside virtual-board",
			 path);
		return false;
	}
	snprintf(out, size,
		 "%s,ram=/proc/self/fd/%d,shadow=/proc/self/fd/%d,state=/proc/self/fd/"
		 "%d,board=%d%s%s",
		 path, c->ram_fd, c->shadow_fd, c->state_fd, c->plugin_socket, extra ? "," : "",
		 extra ? extra : "");
	return true;
}

/* ---- findings ---------------------------------------------------------------------------- */

static void add_finding(struct coherence *c, enum kind kind, uint64_t line)
{
	const char *purpose = c->purposes[c->purpose];
	const uint32_t writer = c->writer[line];

	c->count++;
	for (unsigned i = 0; i < c->kept; i++) {
		struct finding *f = &c->findings[i];

		if (f->kind == kind && f->purpose == purpose && f->writer == writer) {
			f->count++;
			return;
		}
	}
	if (c->kept < FINDINGS)
		c->findings[c->kept++] =
			(struct finding){kind, 1, purpose, line * LINE, writer, c->header->calls};
}

/* ---- what devices see -------------------------------------------------------------------- */

void coherence_purpose(void *coherence, const char *what)
{
	struct coherence *c = coherence;

	for (c->purpose = 1; c->purpose < c->purpose_count; c->purpose++)
		if (!strcmp(c->purposes[c->purpose], what))
			return;
	if (c->purpose == PURPOSES)
		c->purpose = 1;
	else
		c->purposes[c->purpose_count++] = what;
}

static bool is_valid(const struct coherence *c, uint64_t line)
{
	return c->cpu[line] & WITNESS_VALID || c->device[line];
}

static void use_line(struct coherence *c, uint64_t line)
{
	c->purpose_of[line] = (uint8_t)c->purpose;
	if (c->cpu[line] & WITNESS_DROPPED)
		c->header->board_used = 1;
}

static void read_line(struct coherence *c, uint64_t line, size_t in_line, uint8_t *to, size_t size)
{
	const uint64_t at = line * LINE + in_line;
	const uint8_t cpu = c->cpu[line];
	bool stale;

	use_line(c, line);
	if (!is_valid(c, line)) {
		memset(to, WITNESS_POISON, size);
		add_finding(c, cpu & WITNESS_PENDING ? DEVICE_NO_FENCE : NEVER_WRITTEN_BACK, line);
		return;
	}
	memcpy(to, c->shadow + at, size);
	/* A store that changed other bytes of the line does not matter to this access, nor does one since the
	 * CPU's last word to a device: that it is to be seen has not been said yet. */
	stale = !(cpu & WITNESS_CLEAN) && c->device[line] == c->ack[line] &&
		c->stored_at[line] != c->header->contacts && memcmp(c->ram + at, to, size);
	if (stale)
		add_finding(c, cpu & WITNESS_PENDING ? DEVICE_NO_FENCE : DEVICE_STALE, line);
}

static void write_line(struct coherence *c, uint64_t line, size_t in_line, const uint8_t *from,
		       size_t size)
{
	const uint8_t cpu = c->cpu[line];
	uint8_t count = c->device[line];

	use_line(c, line);
	if (!(cpu & WITNESS_CLEAN))
		add_finding(c, cpu & WITNESS_PENDING ? OVERWRITE_NO_FENCE : DIRTY_OVERWRITE, line);
	if (!is_valid(c, line))
		memset(c->shadow + line * LINE, WITNESS_POISON, LINE);
	memcpy(c->shadow + line * LINE + in_line, from, size);
	c->fence[line] = c->header->fences;
	c->written_at[line] = c->header->contacts;
	c->header->device_writes++;
	do
		count++;
	while (!count || count == c->ack[line]); /* 0 means never, ack means seen */
	__atomic_store_n(&c->device[line], count, __ATOMIC_RELEASE);
}

static bool begin(struct coherence *c, uint64_t address, size_t size)
{
	if (address > c->size || size > c->size - address)
		return false;
	if (!c->header->armed)
		add_finding(c, NOT_ARMED, address / LINE < c->lines ? address / LINE : 0);
	return true;
}

static size_t step_of(uint64_t address, size_t size)
{
	const size_t room = LINE - address % LINE;

	return size < room ? size : room;
}

bool coherence_read(void *coherence, uint64_t address, void *data, size_t size)
{
	struct coherence *c = coherence;
	uint8_t *to = data;

	if (!begin(c, address, size))
		return false;
	while (size) {
		const size_t step = step_of(address, size);

		read_line(c, address / LINE, address % LINE, to, step);
		address += step;
		to += step;
		size -= step;
	}
	return true;
}

bool coherence_write(void *coherence, uint64_t address, const void *data, size_t size)
{
	struct coherence *c = coherence;
	const uint8_t *from = data;

	if (!begin(c, address, size))
		return false;
	while (size) {
		const size_t step = step_of(address, size);

		write_line(c, address / LINE, address % LINE, from, step);
		address += step;
		from += step;
		size -= step;
	}
	return true;
}

/* ---- addresses to names ------------------------------------------------------------------ */

static uint32_t word(const struct coherence *c, uint64_t at)
{
	uint32_t value = 0;

	if (at + 4 <= c->size)
		memcpy(&value, c->ram + at, 4);
	return value;
}

/* The loader leaves the PE header at the start of the image. 0 when none is found. */
static uint64_t image_base(const struct coherence *c, uint64_t pc)
{
	const uint64_t page = pc & ~(uint64_t)4095;

	for (uint64_t base = page; base && base + IMAGE_SEARCH > page; base -= 4096) {
		const uint64_t pe = base + word(c, base + 0x3c);

		if (pc < c->size && (word(c, base) & 0xffff) == 0x5a4d && word(c, pe) == 0x4550 &&
		    pc - base < word(c, pe + 24 + 56)) /* SizeOfImage */
			return base;
	}
	return 0;
}

/* First line that a program prints, without its end. */
static bool first_line(const char *command, char *out, size_t size)
{
	FILE *pipe = popen(command, "r");
	bool ok;

	if (!pipe)
		return false;
	ok = fgets(out, (int)size, pipe) != NULL;
	pclose(pipe);
	if (ok)
		out[strcspn(out, "\n")] = '\0';
	return ok;
}

/* "cio2_start (cio2.c:190)"; the program under test is the image that armed the witness. */
static const char *name_of(const struct coherence *c, uint64_t pc, char *out, size_t size)
{
	const uint64_t own = c->header->armed_pc ? c->header->armed_pc : c->header->flush_pc;
	const uint64_t base = image_base(c, pc);
	char command[1024];

	if (!pc) {
		snprintf(out, size, "before the witness was armed");
		return out;
	}
	if (!base || base != image_base(c, own)) {
		snprintf(out, size, "firmware code at 0x%" PRIx64, pc);
		return out;
	}
	snprintf(command, sizeof(command), "addr2line -f -p -s -e '%s' 0x%" PRIx64 " 2>/dev/null",
		 c->elf ? c->elf : "", pc - base);
	if (!c->elf || strchr(c->elf, '\'') || !first_line(command, out, size) || *out == '?')
		snprintf(out, size, "program offset 0x%" PRIx64, pc - base);
	if (strstr(out, " (discriminator"))
		*strstr(out, " (discriminator") = '\0'; /* several blocks on one line */
	if (strlen(out) > 2 && !strcmp(out + strlen(out) - 2, ":?") && strstr(out, " at "))
		*strstr(out, " at ") = '\0'; /* assembler: a name without a line */
	return out;
}

/* ---- report ------------------------------------------------------------------------------ */

static const struct {
	const char *seen, *missing;
} kinds[] = {
	[NOT_ARMED] = {"a device used memory before the witness was armed",
		       "cache_init must come before the first DMA"},
	[NEVER_WRITTEN_BACK] = {"device read a line that was never written back",
				"no write-back between store and device access"},
	[DEVICE_STALE] = {"device read stale memory, newer data is in the CPU's cache",
			  "no write-back between store and device access"},
	[DEVICE_NO_FENCE] = {"device read a line whose flush was under way",
			     "no fence between flush and device access"},
	[DIRTY_OVERWRITE] =
		{"device wrote a line that is dirty in the CPU's cache",
		 "no write-back between store and hand-over: an eviction destroys the data"},
	[OVERWRITE_NO_FENCE] = {"device wrote a line whose flush was under way",
				"no fence between flush and hand-over"},
};

static const struct {
	const char *seen, *missing;
} plugin_kinds[] = {
	[WITNESS_UNPLACED] = {"a cache instruction whose address the witness could not learn",
			      "use the routines of src/cache/lines.asm"},
	[WITNESS_INVD] = {"INVD throws away dirty lines of everybody", "use WBINVD"},
	[WITNESS_WRITE_BACK_OVER] =
		{"a dirty line was written back over what the device wrote",
		 "no flush before hand-over, or a store while the device owned it"},
	[WITNESS_CPU_STALE] = {"CPU read a stale line, memory has newer data from the device",
			       "no flush between the device's write and the read"},
	[WITNESS_CPU_NO_FENCE] = {"CPU read a line whose flush was under way",
				  "no fence between flush and read"},
	[WITNESS_CPU_EARLY_FLUSH] = {"CPU read a stale line, memory has newer data from the device",
				     "no fence between seeing the device finish and the flush"},
};

static void print_board_finding(const struct coherence *c, const struct finding *f, FILE *out)
{
	char writer[256];

	fprintf(out,
		"virtual-board: coherence: %s at 0x%" PRIx64 ": %s; last store by %s; missing: %s "
		"(%u times, first after cache call %u)\n",
		f->purpose, f->address, kinds[f->kind].seen,
		name_of(c, f->writer, writer, sizeof(writer)), kinds[f->kind].missing, f->count,
		f->call);
}

static void print_plugin_finding(const struct coherence *c, const struct witness_finding *f,
				 FILE *out)
{
	const bool known = f->kind >= WITNESS_UNPLACED && f->kind <= WITNESS_CPU_EARLY_FLUSH;
	const bool placed = f->address < c->size;
	char pc[256];

	fprintf(out, "virtual-board: coherence: ");
	if (placed)
		fprintf(out, "%s at 0x%" PRIx64 ": ", c->purposes[c->purpose_of[f->address / LINE]],
			f->address);
	fprintf(out, "%s; by %s", known ? plugin_kinds[f->kind].seen : "?",
		name_of(c, f->pc, pc, sizeof(pc)));
	if (placed)
		fprintf(out, "; last store by %s", name_of(c, f->writer, pc, sizeof(pc)));
	fprintf(out, "; missing: %s (%u times)\n", known ? plugin_kinds[f->kind].missing : "?",
		f->count);
}

static const char *say_dropped(const struct witness_header *h)
{
	if (!h->dropped)
		return "";
	if (h->dropped == 1)
		return "; one call dropped on purpose, it had nothing to do";
	if (!h->board_used && !h->cpu_used)
		return "; one call dropped on purpose, its lines were not used again";
	return "; one call dropped on purpose";
}

unsigned coherence_report(struct coherence *c, const char *elf, FILE *out)
{
	const struct witness_header *h = c->header;
	const uint32_t kept =
		h->finding_count < WITNESS_FINDINGS ? h->finding_count : WITNESS_FINDINGS;
	unsigned total = c->count;

	c->elf = elf;
	for (unsigned i = 0; i < c->kept; i++)
		print_board_finding(c, &c->findings[i], out);
	for (uint32_t i = 0; i < kept; i++) {
		print_plugin_finding(c, &h->findings[i], out);
		total += h->findings[i].count;
	}
	if (!h->loaded) {
		fprintf(out, "virtual-board: coherence: the witness plugin was not loaded\n");
		total++;
	}
	fprintf(out,
		"virtual-board: coherence: %u finding%s; witness %s, %u cache calls, %" PRIu64
		" line flushes, %u fences%s\n",
		total, total == 1 ? "" : "s", h->armed ? "armed" : "never armed", h->calls,
		h->flushes, h->fences, say_dropped(h));
	return total;
}
