/* test_command_regs.c: `regs`: every line is a register as the device holds it, under the name of the sheet. */
#include <stdio.h>

#include "app/app.h"
#include "tests/unit/app/said.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct reg {
	const char *name;
	uint32_t offset;
	bool per_port; /* four windows of 0x400 */
};

/* cio2.md 4 and 5, imgu.md 2.1 */
static const struct reg cio2[] = {
	{"CSIRX_ENABLE", 0x000, true},     {"NOF_ENABLED_LANES", 0x004, true},
	{"STATUS_DLANE_HS", 0x01c, true},  {"STATUS_DLANE_LP", 0x020, true},
	{"SETTLE_CLANE", 0x028, true},     {"SETTLE_DLANE0", 0x030, true},
	{"MIPIBE_ENABLE", 0x100, true},    {"LP_LUT_ENTRY0", 0x184, true},
	{"IRQCTRL_STATUS", 0x308, true},   {"D0I3C", 0x1408, false},
	{"INT_STS", 0x1414, false},        {"INT_STS_EXT_OE", 0x1418, false},
	{"INT_EN", 0x1420, false},         {"PBM_FOPN_ABORT", 0x1474, false},
	{"CDMABA0", 0x1500, false},        {"CDMARI0", 0x1504, false},
	{"CDMAC0_0", 0x1508, false},       {"CDMAC1_0", 0x150c, false},
	{"INT_STS_EXT_IE", 0x17e4, false},
};
static const struct reg imgu_power[] = {
	{"PM_CTRL", 0x00, false}, {"SYSTEM_REQ", 0x18, false}, {"INT_STATUS", 0x30, false},
	{"STATE", 0x130, false},  {"PM_STS", 0x140, false},
};
/* Not touched while powered down: what that does nobody knows. */
static const struct reg imgu_css[] = {
	{"ISP_CTRL", 0x4000, false},
	{"L1_PHYS", 0x4304, false},
	{"CIO_GATE_BURST_STATE", 0x4404, false},
	{"GP_BUSY", 0x4500, false},
	{"GP_HALT", 0x45dc, false},
	{"GP_HALTED", 0x45e0, false},
};

static void start(const char *fault)
{
	const char *faults[] = {fault, NULL};

	rom_prepare(1);
	rom_attach_board(&(struct rom_board){.faults = faults, .traced = true});
}

static void run(const char *line, int status)
{
	assert_int_equal(rom_run(line), status);
	assert_said(status == APP_PASS ? "RESULT PASS\n" : "RESULT ERROR\n");
	assert_int_equal(host_violation_count(), 0);
	assert_int_equal(host_leaks(), 0);
}

/* The console has "NAME 0xOFFSET 0xVALUE", and the value is what the device gave last for that offset. */
static void assert_register(const char *device, const char *name, unsigned offset, unsigned digits)
{
	char text[128];
	const char *line, *read, *next;
	unsigned shown, held;

	snprintf(text, sizeof text, "\n%s 0x%0*x 0x", name, (int)digits, offset);
	assert_said(text);
	line = strstr(host_console(), text) + strlen(text);
	assert_int_equal(strcspn(line, "\n"), 8);
	assert_int_equal(sscanf(line, "%8x", &shown), 1);
	snprintf(text, sizeof text, "%-6s R 0x%04x.4 0x", device, offset);
	for (read = NULL, next = strstr(rom_trace(), text); next; next = strstr(next + 1, text))
		read = next + strlen(text);
	if (!read)
		fail_msg("%s was never read", name);
	assert_int_equal(sscanf(read, "%x", &held), 1);
	assert_int_equal(shown, held);
}

static void assert_registers(const char *device, const struct reg *regs, size_t count,
			     unsigned digits)
{
	char name[32];

	for (size_t i = 0; i < count; i++)
		for (unsigned port = 0; port < (regs[i].per_port ? 4 : 1); port++) {
			snprintf(name, sizeof name, regs[i].per_port ? "%s.%u" : "%s", regs[i].name,
				 port);
			assert_register(device, name, regs[i].offset + 0x400 * port, digits);
		}
}

static void both_devices_are_shown_register_by_register(void **state)
{
	(void)state;
	start(NULL);
	run("regs", APP_PASS);
	assert_said("IPU3 CIO2\nCSIRX_ENABLE.0 0x0000 ");
	assert_registers("cio2", cio2, COUNT(cio2), 4);
	assert_said("\nIPU3 ImgU\nPM_CTRL 0x00000 ");
	assert_registers("imgu", imgu_power, COUNT(imgu_power), 5);
	assert_not_said("ISP_CTRL");
	assert_null(strstr(rom_trace(), "imgu   R 0x4"));
	assert_null(strstr(rom_trace(), "imgu   W "));
}

/* What an earlier owner left on is what a look is for. */
static void nothing_is_switched_off_for_a_look(void **state)
{
	const struct pci_address cio2_function = {0, 0, 0x14, 3};
	uint64_t bar;

	(void)state;
	start(NULL);
	platform_pci_write(cio2_function, 0xd4, 2, 0);
	platform_delay_us(10000);
	platform_pci_write(cio2_function, 4, 2, 2);
	bar = platform_pci_read(cio2_function, 0x10, 4);
	platform_mmio_write(bar + 0x1408, 4, 8); /* D0I3C: out of D0i3 */
	platform_mmio_write(bar + 0x1420, 4, 0x00010101);
	run("regs cio2", APP_PASS);
	assert_said("INT_EN 0x1420 0x00010101\n");
	assert_int_equal(platform_mmio_read(bar + 0x1420, 4), 0x00010101);
}

static void one_device_is_shown_without_the_other(void **state)
{
	(void)state;
	start(NULL);
	run("regs cio2", APP_PASS);
	assert_said("D0I3C 0x1408 ");
	assert_not_said("ImgU");
	start(NULL);
	run("regs IMGU", APP_PASS);
	assert_said("STATE 0x00130 ");
	assert_not_said("CIO2");
	start(NULL);
	run("regs cio3", APP_ERROR);
	assert_said("error: regs: no device 'cio3'\nhint: regs takes cio2, imgu, nothing for all");
	assert_not_said("0x1408");
}

static uint32_t powered_up(void *context, uint64_t offset, unsigned width)
{
	(void)context;
	(void)offset;
	(void)width;
	return 0x04; /* STATE: POWER_UP */
}

/* Firmware may have left the CSS on. */
static void a_powered_imgu_shows_its_css_too(void **state)
{
	struct host_mmio window = {.base = 0xd0000130, .size = 4, .read = powered_up};

	(void)state;
	start(NULL);
	host_add_mmio(&window);
	rom_run("regs imgu");
	assert_said("STATE 0x00130 0x00000004\n");
	assert_registers("imgu", imgu_css, COUNT(imgu_css), 5);
}

/* Each device's trouble is told by itself, in its own words, and the other one is shown all the same. */
static void a_device_that_is_not_there_or_does_not_answer_is_an_error(void **state)
{
	static const struct {
		const char *fault, *line, *says, *still;
	} cases[] = {
		{"no-cio2", "regs", "error: no CIO2 (8086:9d32) on PCI", "STATE 0x00130 "},
		{"no-imgu", "regs",
		 "error: no ImgU (8086:1919) on PCI\nhint: firmware has disabled it",
		 "D0I3C 0x1408 "},
		{"cio2-all-ones", "regs", "error: CIO2 CSIRX_ENABLE reads all ones",
		 "STATE 0x00130 "},
		{"imgu-all-ones", "regs", "error: the ImgU answers config space, but its registers",
		 "D0I3C 0x1408 "},
		{"d3-stuck", "regs", "error: 00:14.3 8086:9d32 stays in D3", "STATE 0x00130 "},
		{"imgu-all-ones", "regs imgu", "its registers read all ones", ""},
		{"cio2-all-ones", "regs cio2", "error: CIO2 CSIRX_ENABLE reads all ones", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		start(cases[i].fault);
		run(cases[i].line, APP_ERROR);
		assert_said(cases[i].says);
		assert_said(cases[i].still);
		assert_not_said("0xffffffff\n");
	}
	rom_prepare(1); /* neither of them: no generation that has such registers */
	rom_attach((const char *const[]){"no-cio2", "no-imgu", NULL}, 0);
	run("regs", APP_ERROR);
	assert_said("error: no CIO2 (8086:9d32) among ");
	assert_said("hint: firmware has disabled it (FSP PchCio2Enable)");
}

static void without_memory_it_says_so(void **state)
{
	unsigned long all;

	(void)state;
	start(NULL);
	run("regs imgu", APP_PASS);
	all = host_allocations(); /* the list's text is the last that it needs */
	start(NULL);
	host_fail_allocation(all);
	run("regs imgu", APP_ERROR);
	assert_said("error: no memory for the list\n");
}

/* ---- what is left behind ---------------------------------------------------------------------- */

/* Configuration space of one of the board's functions, off at first, whose memory decoding nobody can switch
 * off again. */
static unsigned stuck;

static uint32_t stuck_read(void *context, unsigned offset, unsigned width)
{
	(void)context;
	return vboard_config_read(host_board(), stuck, offset, width);
}

static void stuck_write(void *context, unsigned offset, unsigned width, uint32_t value)
{
	(void)context;
	vboard_config_write(host_board(), stuck, offset, width,
			    offset == 4 ? value | (stuck_read(NULL, 4, 2) & 2) : value);
}

static void make_stuck(const char *name)
{
	const struct vboard_function *function;
	struct host_pci pci = {.read = stuck_read, .write = stuck_write};

	for (stuck = 0; stuck < vboard_function_count(host_board()); stuck++) {
		function = vboard_function(host_board(), stuck);
		if (strcmp(function->name, name))
			continue;
		pci.address = (struct pci_address){0, 0, function->device, function->function};
		host_add_pci(&pci);
		vboard_config_write(host_board(), stuck, 4, 2, 0);
		return;
	}
	fail_msg("no function %s", name);
}

/* All was shown, but the device is not as it was found: no PASS. */
static void a_device_that_is_left_changed_is_an_error(void **state)
{
	(void)state;
	start(NULL);
	make_stuck("imgu");
	run("regs imgu", APP_ERROR);
	assert_said("STATE 0x00130 ");
	assert_said("error: 00:05.0 8086:1919 is not as found: command 0x0002 (was 0x0000)");
	start(NULL);
	make_stuck("cio2");
	run("regs cio2", APP_ERROR);
	assert_said("D0I3C 0x1408 ");
	assert_said("error: 00:14.3 8086:9d32 is not as found: command 0x0002 (was 0x0000)");
}

/* ---- any function ---- */

static unsigned reads[4], config_writes;

static uint32_t counted_read(void *context, uint64_t offset, unsigned width)
{
	(void)context;
	assert_int_equal(width, 4);
	if (offset / 4 < COUNT(reads))
		reads[offset / 4]++;
	return 0xcafe0000u | (uint32_t)offset;
}

static void counted_write(void *context, unsigned offset, unsigned width, uint32_t value)
{
	(void)context;
	(void)offset;
	(void)width;
	(void)value;
	config_writes++;
}

/* A disk that firmware uses, with its registers where an HP Elite x2 G2 has them (evidence.md 2.1). */
static struct host_pci *add_disk(uint64_t address)
{
	static struct host_pci f;
	struct host_pci *disk;

	host_pci_init(&f, 0, 9, 0, 0x1b36, 0x0010, 0x010802);
	f.config[4] = 6;
	for (unsigned i = 0; i < 8; i++)
		f.config[0x10 + i] = (uint8_t)(address >> (8 * i));
	f.config[0x10] |= 4;
	f.placed[0] = (struct platform_bar){address, 16384};
	disk = host_add_pci(&f);
	disk->write = counted_write;
	host_add_mmio(&(struct host_mmio){.base = address, .size = 16384, .read = counted_read});
	memset(reads, 0, sizeof reads);
	config_writes = 0;
	return disk;
}

/* Each register is read once, and a function that is in use is only looked at. */
static void words_of_a_function_in_use_are_shown(void **state)
{
	static const uint64_t addresses[] = {0xe0000000, 0x1ff3410000, 0x2ffb410000};

	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		char line[40];

		start(NULL);
		add_disk(addresses[i]);
		run("regs 00:09.0 4 3", APP_PASS);
		snprintf(line, sizeof line, "BAR 0 at 0x%llx\n", (unsigned long long)addresses[i]);
		assert_said(line);
		assert_said("0x00004 0xcafe0004\n0x00008 0xcafe0008\n0x0000c 0xcafe000c\n");
		assert_not_said("0x00010 ");
		assert_int_equal(reads[0], 0);
		for (unsigned k = 1; k < 4; k++)
			assert_int_equal(reads[k], 1);
		assert_int_equal(config_writes, 0);
		run("regs 0000:00:09.0", APP_PASS); /* the first 16 */
		assert_said("0x0003c 0xcafe003c\n");
		assert_not_said("0x00040 ");
	}
}

/* One that firmware left off is switched on for it, and back. */
static void a_function_that_is_off_is_opened_for_it(void **state)
{
	const struct pci_address controller = {0, 0, 0x15, 2};
	unsigned shown, held;

	(void)state;
	start(NULL);
	platform_pci_write(controller, 4, 2, 0);
	run("regs 00:15.2 0x2fc 1", APP_PASS);
	assert_int_equal(sscanf(strstr(host_console(), "\n0x002fc 0x"), " 0x002fc %x", &shown), 1);
	assert_int_equal(
		sscanf(strstr(rom_trace(), "i2c2   R 0x02fc.4 "), "i2c2   R 0x02fc.4 %x", &held),
		1);
	assert_int_equal(shown, held);
	assert_int_equal(platform_pci_read(controller, 4, 2) & 6, 0);
	assert_int_equal(host_stray_accesses(), 0);
}

static void what_cannot_be_shown_is_told(void **state)
{
	static const struct {
		const char *line, *words;
	} cases[] = {
		{"regs 00:09.0 2", "regs: no offset of a 32-bit register: '2'\nhint: regs takes"},
		{"regs 00:09.0 x", "regs: no offset of a 32-bit register: 'x'"},
		{"regs 00:09.0 4 0", "regs: no count: '0'"},
		{"regs 00:09.0 4 x", "regs: no count: 'x'"},
		{"regs 00:0a.0", "no PCI function at 00:0a.0\nhint: `list`"},
		{"regs 00:09.0 0x4000 1", "regs: 1 words at 0x4000 leave BAR 0, which has 0x4000"},
		{"regs 00:09.0 0x3ffc 2", "regs: 2 words at 0x3ffc leave BAR 0, which has 0x4000"},
		{"regs 00:00.0", "00:00.0 8086:590c has no memory BAR 0"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		start(NULL);
		add_disk(0x1ff3410000);
		run(cases[i].line, APP_ERROR);
		assert_said(cases[i].words);
		assert_int_equal(reads[0] + reads[1], 0);
	}
	start(NULL);
	add_disk(0x1ff3410000);
	run("regs 00:09.0 0x3ffc 1", APP_PASS);
	assert_said("0x03ffc 0xcafe3ffc\n");
	host_fail_first_read(FL_ERR_INVALID);
	run("regs 00:09.0 8 2", APP_ERROR);
	assert_said("00:09.0 1b36:0010 BAR 0 + 0x8 at 0x1ff3410008: firmware itself cannot read it "
		    "(invalid request)\nhint: switch 'above 4G");
	assert_int_equal(reads[2] + reads[3], 0);
}

/* Below 4 GiB all is mapped: firmware's refusal is no reason to stop, in use or not. */
static void what_firmware_refuses_below_4_gib_is_shown(void **state)
{
	(void)state;
	start(NULL);
	add_disk(0xe0000000);
	host_fail_first_read(FL_ERR_INVALID);
	run("regs 00:09.0 8 2", APP_PASS);
	assert_said("0x00008 0xcafe0008\n0x0000c 0xcafe000c\n");
	assert_int_equal(reads[2], 1);
	platform_pci_write((struct pci_address){0, 0, 0x15, 2}, 4, 2, 0);
	run("regs 00:15.2 0x2fc 1", APP_PASS);
	assert_said("\n0x002fc 0x");
}

/* Asking would switch its decoding off. */
static void a_size_that_nobody_knows_is_not_called_too_small(void **state)
{
	(void)state;
	start(NULL);
	add_disk(0xe0000000)->placed[0] = (struct platform_bar){0};
	run("regs 00:09.0", APP_ERROR);
	assert_said("regs: the function is in use, so that nobody asked it for the size of BAR 0");
	assert_int_equal(reads[0] + config_writes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_devices_are_shown_register_by_register),
		cmocka_unit_test(nothing_is_switched_off_for_a_look),
		cmocka_unit_test(one_device_is_shown_without_the_other),
		cmocka_unit_test(a_powered_imgu_shows_its_css_too),
		cmocka_unit_test(a_device_that_is_not_there_or_does_not_answer_is_an_error),
		cmocka_unit_test(without_memory_it_says_so),
		cmocka_unit_test(a_device_that_is_left_changed_is_an_error),
		cmocka_unit_test(words_of_a_function_in_use_are_shown),
		cmocka_unit_test(a_function_that_is_off_is_opened_for_it),
		cmocka_unit_test(what_cannot_be_shown_is_told),
		cmocka_unit_test(what_firmware_refuses_below_4_gib_is_shown),
		cmocka_unit_test(a_size_that_nobody_knows_is_not_called_too_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
