/* test_pci_print.c: functions as lspci describes them, class names, findings. */
#include "tests/unit/pci/machine.h"

static char *describe(uint16_t device, const char *camera)
{
	static char out[4096];
	struct text_buffer text = {0};
	struct pci_list list;
	struct diag diag = {.message = ""};

	assert_int_equal(pci_enumerate(&list, &diag), FL_OK);
	pci_print(pci_find(&list, 0x8086, device, 0), camera, &text);
	snprintf(out, sizeof out, "%s", text.data);
	text_buffer_free(&text);
	pci_list_free(&list);
	return out;
}

static void describes_as_lspci_does(void **state)
{
	(void)state;
	host_reset(1);
	load_machine("soraka");
	assert_string_equal(
		describe(0x9d32, "Camera of this ROM"),
		"00:14.3 Multimedia controller [0480]: Intel Corporation Camera of this "
		"ROM [8086:9d32] (rev 01)  <== camera\n"
		"\tSubsystem: Intel Corporation [8086:7270]\n"
		"\tControl: I/O- Mem+ BusMaster- DisINTx-\n"
		"\tInterrupt: pin A\n"
		"\tRegion 0: Memory at d1440000 (64-bit, non-prefetchable) [size not "
		"probed: asleep]\n"
		"\tCapabilities: [90] MSI\n"
		"\tCapabilities: [d0] Power Management, D3\n");
	assert_string_equal(
		describe(0x591e, NULL),
		"00:02.0 VGA compatible controller [0300]: Intel Corporation Device [8086:591e] "
		"(rev 02)\n"
		"\tControl: I/O+ Mem+ BusMaster+ DisINTx-\n"
		"\tInterrupt: pin A\n"
		"\tRegion 0: Memory at d0000000 (64-bit, non-prefetchable) [size not probed: in "
		"use]\n"
		"\tRegion 2: Memory at 90000000 (64-bit, prefetchable) [size not probed: in use]\n"
		"\tRegion 4: I/O ports at 1800 [size not probed: in use]\n"
		"\tCapabilities: [d0] Power Management, D0\n");
	assert_string_equal(
		describe(0x9d10, NULL),
		"00:1c.0 PCI bridge [0604]: Intel Corporation Device [8086:9d10] (rev f1)\n"
		"\tSubsystem: Intel Corporation [8086:7270]\n"
		"\tControl: I/O+ Mem+ BusMaster+ DisINTx-\n"
		"\tBus: secondary=01, subordinate=01\n"
		"\tCapabilities: [40] PCI Express\n"
		"\tCapabilities: [90] Subsystem\n"
		"\tCapabilities: [a0] Power Management, D0\n");
}

static void says_what_is_odd(void **state)
{
	static struct host_pci f;
	const char *text;

	(void)state;
	host_reset(1);
	host_pci_init(&f, 0, 3, 1, 0x8086, 0x465d, 0x048000);
	put32(&f, 0x10, 4);
	set_bar_mask(&f, 0, 1 << 24);
	add_capability(&f, 0x40, 0x01);
	f.config[0x41] = 0x40;
	host_add_pci(&f);
	text = describe(0x465d, NULL);
	assert_contains(text, "Alder Lake IPU6EP [8086:465d] (rev 00)  <== camera");
	assert_contains(text,
			"Region 0: Memory at <unassigned> (64-bit, non-prefetchable) [size=16M]");
	assert_contains(text, "\tWarning: capability list runs in a circle\n");
	assert_contains(text, "\tWarning: firmware gave a BAR no address\n");
	assert_contains(text, "\tWarning: function 0 of this device does not answer\n");
}

/* What pci_print makes of a function. */
static const char *print_named(const struct pci_function *f, const char *camera)
{
	static char out[4096];
	struct text_buffer text = {0};

	pci_print(f, camera, &text);
	snprintf(out, sizeof out, "%s", text.data);
	text_buffer_free(&text);
	return out;
}

static const char *print(const struct pci_function *f)
{
	return print_named(f, NULL);
}

static void sizes_have_the_unit_that_fits(void **state)
{
	static const struct {
		uint64_t size;
		const char *words;
	} cases[] = {
		{0, " [size not probed: in use]\n"},
		{16, " [size=16]\n"},
		{512, " [size=512]\n"},
		{1024, " [size=1K]\n"},
		{1536, " [size=1536]\n"},
		{2048, " [size=2K]\n"},
		{1u << 20, " [size=1M]\n"},
		{1536 << 10, " [size=1536K]\n"},
		{1u << 30, " [size=1G]\n"},
		{1ull << 40, " [size=1T]\n"},
		{1ull << 50, " [size=1024T]\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pci_function f = {.vendor = 1};

		f.bars[5] = (struct pci_bar){.kind = PCI_BAR_MEM32,
					     .prefetchable = true,
					     .address = 0x1000,
					     .size = cases[i].size};
		assert_contains(print(&f), "\tRegion 5: Memory at 00001000 (32-bit, prefetchable)");
		assert_contains(print(&f), cases[i].words);
	}
}

/* Whole addresses, and where they come from. */
static void bars_above_4_gib_and_forgotten_ones_are_told(void **state)
{
	struct pci_function f = {.vendor = 1, .power_state = 3};

	(void)state;
	f.bars[0] = (struct pci_bar){.kind = PCI_BAR_MEM64, .address = 0x1ff3410000};
	f.bars[2] = (struct pci_bar){.kind = PCI_BAR_MEM64,
				     .address = 0x2ffb410000,
				     .size = 1 << 16,
				     .is_forgotten = true};
	assert_contains(print(&f), "\tRegion 0: Memory at 1ff3410000 (64-bit, non-prefetchable) "
				   "[size not probed: asleep]\n");
	assert_contains(print(&f), "\tRegion 2: Memory at 2ffb410000 (64-bit, non-prefetchable) "
				   "[size=64K] [register reads 0: address from firmware]\n");
}

static void each_bit_of_the_command_has_its_sign(void **state)
{
	static const struct {
		uint16_t command;
		const char *words;
	} cases[] = {
		{0x0000, "\tControl: I/O- Mem- BusMaster- DisINTx-\n"},
		{0x0001, "\tControl: I/O+ Mem- BusMaster- DisINTx-\n"},
		{0x0002, "\tControl: I/O- Mem+ BusMaster- DisINTx-\n"},
		{0x0004, "\tControl: I/O- Mem- BusMaster+ DisINTx-\n"},
		{0x0400, "\tControl: I/O- Mem- BusMaster- DisINTx+\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pci_function f = {.vendor = 1, .command = cases[i].command};

		assert_contains(print(&f), cases[i].words);
	}
}

/* Pins A to D; 0 is none, and more there are not. */
static void interrupt_pins_are_letters(void **state)
{
	(void)state;
	for (unsigned pin = 0; pin <= 6; pin++) {
		struct pci_function f = {.vendor = 1, .interrupt_pin = (uint8_t)pin};
		char words[32];

		snprintf(words, sizeof words, "\tInterrupt: pin %c\n", 'A' + pin - 1);
		assert_int_equal(!!strstr(print(&f), words), pin >= 1 && pin <= 4);
		assert_int_equal(!!strstr(print(&f), "Interrupt"), pin >= 1 && pin <= 4);
	}
}

/* Bridges of both kinds have buses, and nobody else. */
static void bridges_name_their_buses(void **state)
{
	(void)state;
	for (unsigned layout = 0; layout <= 4; layout++) {
		struct pci_function f = {.vendor = 1,
					 .header_type = (uint8_t)(0x80 | layout),
					 .secondary = 0x1a,
					 .subordinate = 0x2b};

		assert_int_equal(!!strstr(print(&f), "\tBus: secondary=1a, subordinate=2b\n"),
				 layout == 1 || layout == 2);
	}
}

/* The words of each finding stand in the description of a function that has it, and of no other. */
static void each_finding_is_a_warning(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 9; bit++) {
		struct pci_function f = {.vendor = 1, .findings = 1u << bit};
		const char *text = print(&f), *first = strstr(text, "\tWarning: ");

		assert_non_null(first);
		assert_null(strstr(first + 1, "\tWarning: "));
		assert_contains(first, pci_finding_text(1u << bit));
	}
}

static void capabilities_have_names(void **state)
{
	static const struct {
		uint8_t id;
		const char *name;
	} cases[] = {{0x01, "Power Management, D2\n"},
		     {0x05, "MSI\n"},
		     {0x10, "PCI Express\n"},
		     {0x14, "Enhanced Allocation\n"},
		     {0x00, "Unknown\n"},
		     {0x0b, "Unknown\n"},
		     {0x15, "Unknown\n"},
		     {0xff, "Unknown\n"}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pci_function f = {.vendor = 1,
					 .capabilities = {{cases[i].id, 0x48}},
					 .capability_count = 1,
					 .power_state = 2,
					 .pm_offset = cases[i].id == 1 ? 0x48 : 0};
		char words[64];

		snprintf(words, sizeof words, "\tCapabilities: [48] %s", cases[i].name);
		assert_contains(print(&f), words);
	}
}

/* Those that the caller names, and those that nothing drives yet; names are those of Intel's devices only. */
static void cameras_are_marked(void **state)
{
	static const struct {
		uint16_t vendor, device;
		const char *camera, *name;
		bool is_camera;
	} cases[] = {
		{0x8086, 0x9d32, "CSI-2 Host", "Intel Corporation CSI-2 Host [8086:9d32]", true},
		{0x1234, 0x0001, "a camera", "QEMU a camera [1234:0001]", true},
		{0x8086, 0x9a19, NULL, "Intel Corporation Tiger Lake IPU6 [8086:9a19]", true},
		{0x8086, 0x9d62, NULL, "Intel Corporation Sunrise Point-LP Serial IO I2C", false},
		{0x8086, 0x0001, NULL, "Intel Corporation Device [8086:0001]", false},
		{0x1234, 0x9a19, NULL, "QEMU Device [1234:9a19]", false},
		{0x4321, 0x9d32, NULL, "Unknown vendor Device [4321:9d32]", false},
		{0x1c5c, 0x0001, NULL, "SK hynix Device [1c5c:0001]", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pci_function f = {.vendor = cases[i].vendor, .device = cases[i].device};
		const char *text = print_named(&f, cases[i].camera);

		assert_contains(text, cases[i].name);
		assert_int_equal(!!strstr(text, "<== camera"), cases[i].is_camera);
	}
}

static void each_finding_has_its_words(void **state)
{
	(void)state;
	for (unsigned a = 0; a < 9; a++) {
		assert_string_not_equal(pci_finding_text(1u << a), "unknown finding");
		for (unsigned b = a + 1; b < 9; b++)
			assert_string_not_equal(pci_finding_text(1u << a),
						pci_finding_text(1u << b));
	}
	assert_string_equal(pci_finding_text(1u << 20), "unknown finding");
}

static void classes_have_names(void **state)
{
	(void)state;
	assert_string_equal(pci_class_name(0x00, 0x01), "VGA compatible unclassified device");
	assert_string_equal(pci_class_name(0x04, 0x80), "Multimedia controller");
	assert_string_equal(pci_class_name(0x11, 0x80), "Signal processing controller");
	assert_string_equal(pci_class_name(0x0c, 0x03), "USB controller");
	assert_string_equal(pci_class_name(0x0c, 0x77), "Serial bus controller");
	assert_string_equal(pci_class_name(0xff, 0x00), "Unassigned class");
	for (unsigned base = 0; base < 256; base++)
		for (unsigned sub = 0; sub < 256; sub++)
			assert_true(strlen(pci_class_name((uint8_t)base, (uint8_t)sub)) > 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(describes_as_lspci_does),
		cmocka_unit_test(says_what_is_odd),
		cmocka_unit_test(sizes_have_the_unit_that_fits),
		cmocka_unit_test(bars_above_4_gib_and_forgotten_ones_are_told),
		cmocka_unit_test(each_bit_of_the_command_has_its_sign),
		cmocka_unit_test(interrupt_pins_are_letters),
		cmocka_unit_test(bridges_name_their_buses),
		cmocka_unit_test(each_finding_is_a_warning),
		cmocka_unit_test(capabilities_have_names),
		cmocka_unit_test(cameras_are_marked),
		cmocka_unit_test(each_finding_has_its_words),
		cmocka_unit_test(classes_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
