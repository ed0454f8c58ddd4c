/* main.c: the program virtual-board: its options, the run of QEMU, and what is said at the end. */
#define _GNU_SOURCE 1
#include "vboard/boards/boards.h"
#include "vboard/link/coherence.h"
#include "vboard/link/link.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define FAULTS           32
#define DECISIONS        40
#define VIOLATIONS_SHOWN 50

struct run {
	struct vboard_options options;
	struct link_qemu qemu;
	struct link link;
	void (*help)(const struct board_kind *board, FILE *out); /* asked for instead of a run */
	const char *scenes[VBOARD_PORTS];                        /* "camera=file" */
	unsigned scene_count;
	const char *faults[FAULTS];
	const char *decisions[DECISIONS];
	const char *trace;
	const char *witness;         /* more arguments for the plugin */
	struct coherence *coherence; /* NULL when DMA snoops */
	bool pin;
	unsigned violations;
	sigset_t old_mask;
};

static const char usage[] =
	"Usage: virtual-board [options] -- qemu-system-x86_64 [QEMU's own arguments]\n"
	"\n"
	"Plays the camera subsystem of a board to a stock QEMU: receivers, I2C controllers, PMIC "
	"and\n"
	"image sensors. Ends with QEMU's status.\n"
	"\n"
	"  --board NAME           which board; 'help' lists them (default soraka);\n"
	"                         breadboard=SENSOR@PORT[xLANES],... has what you say\n"
	"  --seed N               delays and undefined values; same seed, same behaviour (default "
	"1)\n"
	"  --trace FILE           every register access, DMA, I2C byte and fault, one line each\n"
	"  --scene CAMERA=FILE    what a camera (soraka: ov13858, ov5670) sees: a 16-bit PGM of "
	"the\n"
	"                         mode's size is emitted sample for sample; a PNG or 8-bit PPM is\n"
	"                         scaled, mosaiced\n"
	"  --fps N|max            frame rate; default: as the sensor's registers say\n"
	"  --fault SPEC           break something on purpose; repeatable; 'help' lists what\n"
	"  --decide NAME=N        choose what the seed would choose; repeatable; 'help' lists "
	"what\n"
	"  --coherence snoop|none does camera DMA see the CPU's caches (default snoop)\n"
	"  --witness ARGS         with --coherence none: more arguments for the plugin, such as\n"
	"                         drop=5,arm=reset,loads=off (docs/witness.md)\n"
	"  --no-pin               do not put QEMU and the board on one CPU\n"
	"  --help\n";

static void report_violation(void *context, const char *text)
{
	struct run *run = context;

	if (run->violations++ < VIOLATIONS_SHOWN)
		fprintf(stderr, "virtual-board: violation: %s\n", text);
}

/* ---- Host callbacks: the link's, with our own context for violations ---- */

static bool run_dma_read(void *context, unsigned index, uint64_t address, void *data, size_t size)
{
	(void)index; /* no IOMMU between */
	return link_dma_read(&((struct run *)context)->link, address, data, size);
}

static bool run_dma_write(void *context, unsigned index, uint64_t address, const void *data,
			  size_t size)
{
	(void)index;
	return link_dma_write(&((struct run *)context)->link, address, data, size);
}

static void run_purpose(void *context, const char *what)
{
	struct run *run = context;

	if (run->coherence)
		coherence_purpose(run->coherence, what);
}

static void run_msi(void *context, uint64_t address, uint32_t data)
{
	link_msi(&((struct run *)context)->link, address, data);
}

static void run_intx(void *context, unsigned index, bool level)
{
	link_intx(&((struct run *)context)->link, index, level);
}

/* ---- Options ---- */

static bool bad_option(const char *option, const char *value)
{
	fprintf(stderr, "virtual-board: %s '%s' is not understood; see --help\n", option, value);
	return false;
}

static bool parse_board(struct run *run, const char *value)
{
	char error[512];

	if (!strcmp(value, "help")) {
		board_help(boards, stdout);
		exit(0);
	}
	run->options.board = board_find(boards, value, error, sizeof(error));
	if (!run->options.board)
		fprintf(stderr, "virtual-board: %s\n", error);
	return run->options.board != NULL;
}

static bool parse_scene(struct run *run, const char *value)
{
	if (run->scene_count == VBOARD_PORTS)
		return bad_option("--scene", value);
	run->scenes[run->scene_count++] = value;
	return true;
}

/* Which cameras there are is known once all options are. */
static bool place_scenes(struct run *run)
{
	for (unsigned i = 0; i < run->scene_count; i++) {
		const char *value = run->scenes[i];
		const size_t length = strcspn(value, "=");
		const int port = board_camera(run->options.board, value, length);

		if (port < 0 || !value[length])
			return bad_option("--scene", value);
		run->options.scenes[port] = value + length + 1;
	}
	return true;
}

static bool parse_fps(struct run *run, const char *value)
{
	char *end;

	if (!strcmp(value, "max")) {
		run->options.fps = VBOARD_FPS_MAX;
		return true;
	}
	run->options.fps = strtod(value, &end);
	return (!*end && run->options.fps > 0) || bad_option("--fps", value);
}

static bool parse_fault(struct run *run, const char *value)
{
	if (!strcmp(value, "help")) {
		run->help = vboard_fault_help;
		return true;
	}
	if (run->options.fault_count == FAULTS) {
		fprintf(stderr, "virtual-board: more than %d faults\n", FAULTS);
		return false;
	}
	run->faults[run->options.fault_count++] = value;
	return true;
}

static bool parse_decision(struct run *run, const char *value)
{
	if (!strcmp(value, "help")) {
		run->help = vboard_decide_help;
		return true;
	}
	if (run->options.decision_count == DECISIONS)
		return bad_option("--decide", value);
	run->decisions[run->options.decision_count++] = value;
	return true;
}

static bool parse_coherence(struct run *run, const char *value)
{
	run->qemu.coherence_none = !strcmp(value, "none");
	return run->qemu.coherence_none || !strcmp(value, "snoop") ||
	       bad_option("--coherence", value);
}

static bool parse_seed(struct run *run, const char *value)
{
	char *end;

	run->options.seed = strtoull(value, &end, 0);
	return (*value && !*end) || bad_option("--seed", value);
}

static bool parse_option(struct run *run, int option)
{
	switch (option) {
	case 'b':
		return parse_board(run, optarg);
	case 's':
		return parse_seed(run, optarg);
	case 't':
		run->trace = optarg;
		return true;
	case 'c':
		return parse_scene(run, optarg);
	case 'r':
		return parse_fps(run, optarg);
	case 'f':
		return parse_fault(run, optarg);
	case 'd':
		return parse_decision(run, optarg);
	case 'o':
		return parse_coherence(run, optarg);
	case 'w':
		run->witness = optarg;
		return true;
	case 'p':
		run->pin = false;
		return true;
	case 'h':
		fputs(usage, stdout);
		exit(0);
	default:
		return false;
	}
}

static bool parse_options(struct run *run, int argc, char **argv)
{
	static const struct option options[] = {
		{"board", required_argument, NULL, 'b'},
		{"seed", required_argument, NULL, 's'},
		{"trace", required_argument, NULL, 't'},
		{"scene", required_argument, NULL, 'c'},
		{"fps", required_argument, NULL, 'r'},
		{"fault", required_argument, NULL, 'f'},
		{"decide", required_argument, NULL, 'd'},
		{"coherence", required_argument, NULL, 'o'},
		{"witness", required_argument, NULL, 'w'},
		{"no-pin", no_argument, NULL, 'p'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (!parse_option(run, option))
			return false;
	}
	if (run->help) {
		run->help(run->options.board, stdout);
		exit(0);
	}
	if (!place_scenes(run))
		return false;
	run->qemu.user = argv + optind;
	run->qemu.user_count = argc - optind;
	if (run->qemu.user_count)
		return true;
	fputs("virtual-board: no QEMU command behind '--'; see --help\n", stderr);
	return false;
}

/* ---- Setting up ---- */

static bool fail_errno(const char *what)
{
	fprintf(stderr, "virtual-board: %s: %s\n", what, strerror(errno));
	return false;
}

static bool make_pair(int *ours, int *theirs)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		return fail_errno("socketpair");
	fcntl(pair[0], F_SETFD, FD_CLOEXEC);
	*ours = pair[0];
	*theirs = pair[1];
	return true;
}

static bool make_sockets(struct run *run)
{
	run->link.count = vboard_function_count(run->link.board);
	for (unsigned i = 0; i < run->link.count; i++) {
		if (!make_pair(&run->link.sockets[i], &run->qemu.proxy_fds[i]))
			return false;
	}
	run->link.monitor = run->qemu.monitor_fd = -1;
	if (link_hides(run->link.board) && !make_pair(&run->link.monitor, &run->qemu.monitor_fd))
		return false;
	return make_pair(&run->link.qtest, &run->qemu.qtest_fd);
}

static bool make_ram(struct run *run)
{
	run->qemu.ram_fd = -1;
	if (run->qemu.has_backend)
		return true;
	run->qemu.ram_fd = memfd_create("virtual-board-ram", 0);
	if (run->qemu.ram_fd < 0 || ftruncate(run->qemu.ram_fd, (off_t)run->qemu.ram_bytes))
		return fail_errno("guest RAM");
	return true;
}

static bool make_board(struct run *run)
{
	struct vboard_host host = {
		.context = run,
		.now_ns = link_now_ns,
		.dma_read = run_dma_read,
		.dma_write = run_dma_write,
		.purpose = run_purpose,
		.msi = run_msi,
		.intx = run_intx,
		.violation = report_violation,
	};
	char error[1024];

	if (run->trace) {
		run->options.trace = fopen(run->trace, "w");
		if (!run->options.trace)
			return fail_errno(run->trace);
		setvbuf(run->options.trace, NULL, _IOFBF, 1 << 20);
	}
	run->options.faults = run->faults;
	run->options.decisions = run->decisions;
	run->link.board = vboard_new(&run->options, &host, error, sizeof(error));
	if (!run->link.board)
		fprintf(stderr, "virtual-board: %s\n", error);
	return run->link.board != NULL;
}

/* The directory of this program, where the witness lies, and the ROM with its symbols. */
static const char *own_directory(void)
{
	static char path[512];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

	path[length > 0 ? length : 0] = '\0';
	if (strrchr(path, '/'))
		*strrchr(path, '/') = '\0';
	return path;
}

/* A machine that does not snoop: DMA goes through the shadow that the witness keeps. */
static bool make_coherence(struct run *run)
{
	char plugin[1024], error[512] = "";

	if (!run->qemu.coherence_none)
		return true;
	run->coherence = coherence_new(run->qemu.ram_fd, run->qemu.ram_bytes, error, sizeof(error));
	if (!run->coherence ||
	    !coherence_plugin(run->coherence, run->qemu.user[0], own_directory(), run->witness,
			      plugin, sizeof(plugin), error, sizeof(error))) {
		fprintf(stderr, "virtual-board: %s\n", error);
		return false;
	}
	run->link.dma = (struct link_dma){
		.context = run->coherence,
		.read = coherence_read,
		.write = coherence_write,
		.reset = coherence_reset,
		.stand_still = coherence_stand_still,
		.go_on = coherence_go_on,
		.contact = coherence_contact,
		.socket = coherence_socket(run->coherence),
	};
	return link_qemu_add(&run->qemu, "%s", "-plugin") &&
	       link_qemu_add(&run->qemu, "%s", plugin);
}

/* Status of the program: QEMU's, unless the witness found something. */
static int report_coherence(struct run *run, int status)
{
	char elf[600];

	if (!run->coherence)
		return status;
	snprintf(elf, sizeof(elf), "%s/firstlight.elf", own_directory());
	return coherence_report(run->coherence, access(elf, R_OK) ? NULL : elf, stderr)
		       ? COHERENCE_EXIT
		       : status;
}

/* Holds a CPU against other virtual boards, for as long as the process lives. */
static bool claim_cpu(int cpu)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int n = snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1, "virtual-board-cpu-%d", cpu);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && !bind(fd, (struct sockaddr *)&name, size))
		return true;
	if (fd >= 0)
		close(fd);
	return false;
}

/* QEMU and the board take turns: on one CPU a register access costs 5 us, and stays there
 * (virtual-board.md A.9). Boards that run at the same time spread over the CPUs. */
static void pin_to_one_cpu(void)
{
	cpu_set_t allowed, one;
	int chosen = sched_getcpu();

	if (chosen < 0 || sched_getaffinity(0, sizeof(allowed), &allowed))
		return;
	for (int i = 0; i < CPU_SETSIZE; i++) {
		int cpu = (chosen + i) % CPU_SETSIZE;

		if (CPU_ISSET(cpu, &allowed) && claim_cpu(cpu)) {
			chosen = cpu;
			break;
		}
	}
	CPU_ZERO(&one);
	CPU_SET(chosen, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static void take_signals(struct run *run)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	sigprocmask(SIG_BLOCK, &mask, &run->old_mask);
	run->link.signals = signalfd(-1, &mask, SFD_CLOEXEC);
	signal(SIGPIPE, SIG_IGN);
}

/* Into QEMU, before whatever the user has there: see preload/without_kvm.c. */
static void preload(void)
{
	const char *other = getenv("LD_PRELOAD");
	char list[2048];

	snprintf(list, sizeof(list), "%s/without-kvm.so%s%s", own_directory(), other ? ":" : "",
		 other ? other : "");
	setenv("LD_PRELOAD", list, 1);
}

static bool start_qemu(struct run *run)
{
	run->link.qemu = fork();
	if (run->link.qemu < 0)
		return fail_errno("fork");
	if (!run->link.qemu) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		sigprocmask(SIG_SETMASK, &run->old_mask, NULL);
		signal(SIGPIPE, SIG_DFL);
		preload();
		execvp(run->qemu.arguments[0], run->qemu.arguments);
		fail_errno(run->qemu.arguments[0]);
		_exit(127);
	}
	for (unsigned i = 0; i < run->link.count; i++)
		close(run->qemu.proxy_fds[i]);
	close(run->qemu.qtest_fd);
	if (run->qemu.monitor_fd >= 0)
		close(run->qemu.monitor_fd);
	if (run->qemu.ram_fd >= 0)
		close(run->qemu.ram_fd);
	return true;
}

static void say_end(struct run *run)
{
	unsigned count = vboard_violations(run->link.board);

	if (count)
		fprintf(stderr, "virtual-board: %u violation%s of the hardware's rules\n", count,
			count == 1 ? "" : "s");
}

int main(int argc, char **argv)
{
	struct run *run = calloc(1, sizeof(*run));
	char error[256];
	int status = 2;

	if (!run)
		return 2;
	run->options.board = boards[0];
	run->options.seed = 1;
	run->pin = true;
	if (!parse_options(run, argc, argv))
		goto out_free;
	if (!link_qemu_parse(&run->qemu, error, sizeof(error))) {
		fprintf(stderr, "virtual-board: %s\n", error);
		goto out_free;
	}
	if (!make_board(run))
		goto out_free;
	run->link.machine = run->qemu.machine;
	link_dma_snoop(&run->link.dma, &run->link.memory);
	if (!make_sockets(run) || !make_ram(run) ||
	    !link_qemu_build(&run->qemu, run->link.board, run->options.board) ||
	    !make_coherence(run))
		goto out_board;
	if (run->pin)
		pin_to_one_cpu();
	take_signals(run);
	if (!start_qemu(run))
		goto out_board;
	status = link_serve(&run->link);
	say_end(run);
	status = report_coherence(run, status);

out_board:
	vboard_free(run->link.board);
	coherence_free(run->coherence);
	if (run->options.trace)
		fclose(run->options.trace);
	link_memory_free(&run->link.memory);
	link_qemu_free(&run->qemu);
out_free:
	free(run);
	return status;
}
