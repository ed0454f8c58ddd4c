/* devices.c: PCI functions and register windows of the host machine, the virtual board's and fakes.
 */
#include "tests/host/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vboard/boards/boards.h"

#define ACCESS_NS  1000 /* one round trip to a device, as on real PCI */
#define BAR_WINDOW 0xd0000000u
#define FIXTURES   640
#define WINDOWS    32
#define FUNCTIONS  32
#define VIOLATIONS 256

#define PCI_COMMAND        0x04u
#define PCI_COMMAND_MEMORY 0x02u
#define PCI_COMMAND_MASTER 0x04u
#define PCI_CACHE_LINE     0x0cu
#define PCI_LATENCY        0x0du
#define PCI_BAR0           0x10u
#define PCI_BAR_FLAGS      0xfu
#define PCI_INTERRUPT_LINE 0x3cu

static struct {
	uint64_t seed;
	struct vboard *board;
	struct {
		const struct vboard_function *function;
		uint64_t bar, placed; /* now, and by firmware */
	} functions[FUNCTIONS];
	unsigned function_count;
	struct host_pci *fixtures[FIXTURES];
	unsigned fixture_count;
	struct host_mmio windows[WINDOWS];
	unsigned window_count;
	struct pci_root roots[8];
	unsigned root_count;
	char violations[VIOLATIONS][200];
	unsigned violation_count, msi_count, stray;
	enum fl_err first_read;
	unsigned long accesses;
	bool running; /* the board is at work: it does not run itself again */
} devices;

void devices_reset(uint64_t seed)
{
	host_detach();
	for (unsigned i = 0; i < devices.fixture_count; i++)
		free(devices.fixtures[i]);
	memset(&devices, 0, sizeof(devices));
	devices.seed = seed;
	devices.roots[0] = (struct pci_root){0, 0, 255};
	devices.root_count = 1;
}

static uint32_t all_ones(unsigned width)
{
	return 0xffffffffu >> (32 - 8 * width);
}

/* ---- the board ---------------------------------------------------------------------------- */

static uint64_t board_now(void *context)
{
	(void)context;
	return host_time_ns();
}

static uint16_t requester(unsigned index)
{
	const struct vboard_function *f = devices.functions[index].function;

	return memory_function((struct pci_address){0, 0, f->device, f->function});
}

static bool board_dma_read(void *context, unsigned index, uint64_t address, void *data, size_t size)
{
	(void)context;
	return memory_device_read(requester(index), address, data, size);
}

static bool board_dma_write(void *context, unsigned index, uint64_t address, const void *data,
			    size_t size)
{
	(void)context;
	return memory_device_write(requester(index), address, data, size);
}

static void board_purpose(void *context, const char *what)
{
	(void)context;
	host_memory.purpose_now = what;
}

static void board_msi(void *context, uint64_t address, uint32_t data)
{
	(void)context;
	(void)address;
	(void)data;
	devices.msi_count++;
}

static void board_violation(void *context, const char *text)
{
	(void)context;
	if (devices.violation_count < VIOLATIONS)
		snprintf(devices.violations[devices.violation_count], sizeof(devices.violations[0]),
			 "%s", text);
	devices.violation_count++;
}

/* What firmware leaves of a function besides its address: states seen on real machines (evidence.md 2.2),
 * another for each function and seed. No sheet says which belong together. */
static void leave_as_firmware_does(unsigned index)
{
	static const uint8_t commands[] = {0, PCI_COMMAND_MEMORY,
					   PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER};
	static const uint8_t latencies[] = {0, 32, 64}, cache_lines[] = {0, 64},
			     lines[] = {255, 16};
	uint64_t choice = (devices.seed + 1) * (index + 1) * 0x9e3779b97f4a7c15u >> 32;

	vboard_config_write(devices.board, index, PCI_COMMAND, 2, commands[choice % 3]);
	vboard_config_write(devices.board, index, PCI_LATENCY, 1, latencies[choice / 3 % 3]);
	vboard_config_write(devices.board, index, PCI_CACHE_LINE, 1, cache_lines[choice / 9 % 2]);
	vboard_config_write(devices.board, index, PCI_INTERRUPT_LINE, 1, lines[choice / 18 % 2]);
}

static void read_bar(unsigned index)
{
	if (devices.functions[index].function->window)
		return;
	devices.functions[index].bar =
		vboard_config_read(devices.board, index, PCI_BAR0, 4) & ~PCI_BAR_FLAGS;
}

/* Like firmware: size every BAR, place them one after the other. */
static void assign_bars(void)
{
	uint64_t next = BAR_WINDOW;

	for (unsigned i = 0; i < devices.function_count; i++) {
		uint32_t size;

		devices.functions[i].bar = devices.functions[i].function->window;
		if (devices.functions[i].bar)
			continue;
		vboard_config_write(devices.board, i, PCI_BAR0, 4, 0xffffffffu);
		size = ~(vboard_config_read(devices.board, i, PCI_BAR0, 4) & ~PCI_BAR_FLAGS) + 1;
		if (!size)
			continue;
		next = (next + size - 1) & ~((uint64_t)size - 1);
		vboard_config_write(devices.board, i, PCI_BAR0, 4, (uint32_t)next);
		devices.functions[i].placed = next;
		next += size;
		read_bar(i);
		leave_as_firmware_does(i);
	}
}

static void add_host_bridge(void)
{
	static struct host_pci bridge;

	host_pci_init(&bridge, 0, 0, 0, 0x8086, 0x590c, 0x060000); /* Kaby Lake-Y host bridge */
	host_add_pci(&bridge);
}

struct vboard *host_attach_board(const struct vboard_options *options)
{
	struct vboard_options wanted = {.seed = devices.seed, .fps = VBOARD_FPS_MAX};
	const struct vboard_host callbacks = {
		.now_ns = board_now,
		.dma_read = board_dma_read,
		.dma_write = board_dma_write,
		.purpose = board_purpose,
		.msi = board_msi,
		.violation = board_violation,
	};
	char error[512] = "";

	host_detach();
	if (options)
		wanted = *options;
	if (!wanted.board)
		wanted.board = boards[0];
	devices.board = vboard_new(&wanted, &callbacks, error, sizeof(error));
	if (!devices.board) {
		fprintf(stderr, "host_attach_board: %s\n", error);
		return NULL;
	}
	devices.function_count = vboard_function_count(devices.board);
	if (devices.function_count > FUNCTIONS)
		abort();
	for (unsigned i = 0; i < devices.function_count; i++)
		devices.functions[i].function = vboard_function(devices.board, i);
	add_host_bridge();
	assign_bars();
	return devices.board;
}

void host_detach(void)
{
	if (devices.board)
		vboard_free(devices.board);
	devices.board = NULL;
	devices.function_count = 0;
}

struct vboard *host_board(void)
{
	return devices.board;
}

uint64_t devices_run(void)
{
	uint64_t next;

	if (!devices.board || devices.running)
		return UINT64_MAX;
	devices.running = true;
	next = vboard_run(devices.board);
	devices.running = false;
	return next;
}

static bool find_function(struct pci_address address, unsigned *index);

void host_unassign_bar(unsigned device, unsigned func)
{
	unsigned index;

	if (!find_function((struct pci_address){0, 0, (uint8_t)device, (uint8_t)func}, &index))
		abort();
	vboard_config_write(devices.board, index, PCI_BAR0, 4, 0);
	devices.functions[index].placed = 0;
	read_bar(index);
}

const char *devices_busy(struct pci_address address)
{
	unsigned index;

	return devices.board && find_function(address, &index) ? vboard_busy(devices.board, index)
							       : NULL;
}

unsigned host_violation_count(void)
{
	return devices.violation_count;
}

const char *host_violation(unsigned index)
{
	return index < devices.violation_count && index < VIOLATIONS ? devices.violations[index]
								     : NULL;
}

unsigned host_msi_count(void)
{
	return devices.msi_count;
}

/* ---- configuration space ------------------------------------------------------------------ */

void host_pci_init(struct host_pci *function, unsigned bus, unsigned device, unsigned func,
		   uint16_t vendor, uint16_t device_id, uint32_t class_code)
{
	memset(function, 0, sizeof(*function));
	function->address = (struct pci_address){0, (uint8_t)bus, (uint8_t)device, (uint8_t)func};
	function->config[0] = (uint8_t)vendor;
	function->config[1] = (uint8_t)(vendor >> 8);
	function->config[2] = (uint8_t)device_id;
	function->config[3] = (uint8_t)(device_id >> 8);
	function->config[9] = (uint8_t)class_code;
	function->config[10] = (uint8_t)(class_code >> 8);
	function->config[11] = (uint8_t)(class_code >> 16);
	function->config[14] = func ? 0x80 : 0;
	function->writable[4] = 0x47; /* I/O, memory, bus master, parity */
	function->writable[5] = 0x05; /* SERR, interrupt disable */
	function->writable[0x3c] = 0xff;
}

void host_pci_bar(struct host_pci *function, unsigned index, uint32_t size, uint32_t type_bits,
		  uint32_t address)
{
	const uint32_t value = address | type_bits, mask = ~(size - 1);

	for (unsigned i = 0; i < 4; i++) {
		function->config[PCI_BAR0 + 4 * index + i] = (uint8_t)(value >> (8 * i));
		function->writable[PCI_BAR0 + 4 * index + i] = (uint8_t)(mask >> (8 * i));
	}
}

struct host_pci *host_add_pci(const struct host_pci *function)
{
	struct host_pci *copy = malloc(sizeof(*copy));

	if (!copy || devices.fixture_count == FIXTURES)
		abort();
	*copy = *function;
	devices.fixtures[devices.fixture_count++] = copy;
	return copy;
}

void host_set_pci_roots(const struct pci_root *roots, unsigned count)
{
	if (count > sizeof(devices.roots) / sizeof(devices.roots[0]))
		abort();
	memcpy(devices.roots, roots, count * sizeof(*roots));
	devices.root_count = count;
}

bool platform_pci_root(unsigned index, struct pci_root *root)
{
	if (index >= devices.root_count)
		return false;
	*root = devices.roots[index];
	return true;
}

static bool same_address(struct pci_address a, struct pci_address b)
{
	return a.segment == b.segment && a.bus == b.bus && a.device == b.device &&
	       a.function == b.function;
}

/* The newest fixture wins, so that a test can cover what the machine has. */
static struct host_pci *find_fixture(struct pci_address address)
{
	for (unsigned i = devices.fixture_count; i-- > 0;)
		if (same_address(devices.fixtures[i]->address, address))
			return devices.fixtures[i];
	return NULL;
}

static bool find_function(struct pci_address address, unsigned *index)
{
	for (unsigned i = 0; i < devices.function_count; i++) {
		const struct vboard_function *f = devices.functions[i].function;

		if (address.segment || address.bus || f->device != address.device ||
		    f->function != address.function)
			continue;
		*index = i;
		return true;
	}
	return false;
}

static void check_config(struct pci_address address, unsigned offset, unsigned width)
{
	if (address.device > 31 || address.function > 7 ||
	    (width != 1 && width != 2 && width != 4) || offset % width || offset >= 4096) {
		fprintf(stderr, "configuration access breaks the contract: offset 0x%x width %u\n",
			offset, width);
		abort();
	}
}

static void access_begin(void)
{
	devices.accesses++;
	host_advance_ns(ACCESS_NS);
}

uint32_t platform_pci_read(struct pci_address address, unsigned offset, unsigned width)
{
	struct host_pci *fixture = find_fixture(address);
	uint32_t value = 0;
	unsigned index;

	check_config(address, offset, width);
	access_begin();
	if (fixture && fixture->read)
		return fixture->read(fixture->context, offset, width);
	for (unsigned i = 0; fixture && i < width; i++)
		value |= (uint32_t)fixture->config[offset + i] << (8 * i);
	if (fixture)
		return value;
	if (find_function(address, &index) && offset < 256)
		return vboard_config_read(devices.board, index, offset, width);
	return all_ones(width);
}

void platform_pci_write(struct pci_address address, unsigned offset, unsigned width, uint32_t value)
{
	struct host_pci *fixture = find_fixture(address);
	unsigned index;

	check_config(address, offset, width);
	access_begin();
	if (fixture && fixture->write) {
		fixture->write(fixture->context, offset, width, value);
		return;
	}
	for (unsigned i = 0; fixture && i < width; i++) {
		const uint8_t mask = fixture->writable[offset + i],
			      byte = (uint8_t)(value >> (8 * i));

		fixture->config[offset + i] =
			(uint8_t)((fixture->config[offset + i] & ~mask) | (byte & mask));
	}
	if (!fixture && find_function(address, &index) && offset < 256) {
		vboard_config_write(devices.board, index, offset, width, value);
		read_bar(index); /* a reset on D3hot to D0 clears it too */
	}
}

/* What the register holds, 0 when it has no address. */
static uint64_t bar_address(struct pci_address address, unsigned bar)
{
	const uint32_t low = platform_pci_read(address, PCI_BAR0 + 4 * bar, 4);
	uint64_t high = 0;

	if (low & 1)
		return low & ~3u;
	if ((low & 6) == 4 && bar < 5)
		high = platform_pci_read(address, PCI_BAR0 + 4 * bar + 4, 4);
	return high << 32 | (low & ~PCI_BAR_FLAGS);
}

bool platform_pci_bar(struct pci_address address, unsigned bar, struct platform_bar *out)
{
	const struct host_pci *fixture = find_fixture(address);
	struct platform_bar placed = {0};
	uint64_t now;
	unsigned index;

	if (fixture && bar < 6)
		placed = fixture->placed[bar];
	else if (!fixture && !bar && find_function(address, &index))
		placed = (struct platform_bar){devices.functions[index].placed,
					       devices.functions[index].function->bar_size};
	if (!placed.address)
		return false;
	now = bar_address(address, bar);
	if (now && now != placed.address)
		return false;
	*out = placed;
	return true;
}

/* ---- registers ---------------------------------------------------------------------------- */

void host_add_mmio(const struct host_mmio *window)
{
	if (devices.window_count == WINDOWS)
		abort();
	devices.windows[devices.window_count++] = *window;
}

static struct host_mmio *find_window(uint64_t address, unsigned width)
{
	for (unsigned i = devices.window_count; i-- > 0;) {
		struct host_mmio *w = &devices.windows[i];

		if (address >= w->base && address - w->base < w->size &&
		    w->size - (address - w->base) >= width)
			return w;
	}
	return NULL;
}

static bool find_bar(uint64_t address, unsigned *index)
{
	for (unsigned i = 0; i < devices.function_count; i++) {
		const uint64_t bar = devices.functions[i].bar;

		if (!bar || address < bar ||
		    address - bar >= devices.functions[i].function->bar_size)
			continue;
		*index = i;
		return true;
	}
	return false;
}

static bool mmio_begin(uint64_t address, unsigned width)
{
	access_begin();
	if ((width == 1 || width == 2 || width == 4) && address % width == 0)
		return true;
	devices.stray++;
	return false;
}

static uint32_t mmio_read(uint64_t address, unsigned width)
{
	struct host_mmio *window;
	unsigned index;

	if (!mmio_begin(address, width))
		return 0xffffffffu;
	window = find_window(address, width);
	if (window)
		return window->read ? window->read(window->context, address - window->base, width)
				    : all_ones(width);
	if (find_bar(address, &index))
		return (uint32_t)vboard_mmio_read(devices.board, index,
						  address - devices.functions[index].bar, width);
	devices.stray++;
	return all_ones(width);
}

uint32_t platform_mmio_read(uint64_t address, unsigned width)
{
	const uint32_t value = mmio_read(address, width);

	host_may_stall();
	return value;
}

void host_fail_first_read(enum fl_err err)
{
	devices.first_read = err;
}

enum fl_err platform_mmio_first_read(struct pci_address function, uint64_t address, uint32_t *value)
{
	(void)function;
	if (!devices.first_read)
		*value = mmio_read(address, 4);
	return devices.first_read;
}

void platform_mmio_write(uint64_t address, unsigned width, uint32_t value)
{
	struct host_mmio *window;
	unsigned index;

	if (!mmio_begin(address, width))
		return;
	window = find_window(address, width);
	if (window) {
		if (window->write)
			window->write(window->context, address - window->base, width, value);
	} else if (find_bar(address, &index)) {
		vboard_mmio_write(devices.board, index, address - devices.functions[index].bar,
				  width, value);
	} else {
		devices.stray++;
	}
}

unsigned host_stray_accesses(void)
{
	return devices.stray;
}

unsigned long host_access_count(void)
{
	return devices.accesses;
}
