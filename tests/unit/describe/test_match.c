/* test_match.c: which machine a board file fits. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "describe/ini/files.h"
#include "tests/unit/describe/ini/shipped.h"

static const struct board_pci_id soraka_ids[] = {{0x8086, 0x1919}, {0x8086, 0x9d32}};
static const struct board_identity soraka = {
	.manufacturer = "Google",
	.product = "Soraka",
	.pci = soraka_ids,
	.pci_count = 2,
};

static bool matches(const char *lines, const struct board_identity *identity)
{
	char text[512];
	struct board_desc board;
	struct diag diag = {0};
	bool result;

	snprintf(text, sizeof text,
		 "[board]\nname = x\n[match]\n%s\n[bus B]\npci = 0:1.0\n[camera c]\nbus = B\n"
		 "address = 0x10\nport = 0\ndata-lanes = 1\n",
		 lines);
	if (board_parse("x.ini", text, strlen(text), &board, &diag))
		fail_msg("%s", diag.message);
	result = board_matches(&board, identity);
	board_free(&board);
	return result;
}

static void every_line_must_hold(void **state)
{
	(void)state;
	assert_true(matches("smbios-product = soraka", &soraka));
	assert_true(matches(
		"smbios-product = SORAKA\nsmbios-manufacturer = Google\npci = 8086:9d32", &soraka));
	assert_false(matches("smbios-product = Soraka\nsmbios-manufacturer = HP", &soraka));
	assert_false(matches("smbios-product = Sorak", &soraka));
	assert_false(matches("smbios-product = Soraka2", &soraka));
	assert_false(matches("smbios-product = Soraka\npci = 8086:9d33", &soraka));
	assert_false(matches("bios-vendor = coreboot", &soraka)); /* unknown here */
}

static void same_keys_are_alternatives(void **state)
{
	(void)state;
	assert_true(matches("smbios-product = Poppy\nsmbios-product = Soraka", &soraka));
	assert_false(matches("smbios-product = Poppy\nsmbios-product = Eve", &soraka));
	assert_true(matches("pci = 1234:5678\nsmbios-product = Soraka\npci = 8086:9D32", &soraka));
}

/* Neither before the first nor behind the last. */
static void every_function_of_the_machine_is_looked_at(void **state)
{
	static const struct board_pci_id ids[] = {
		{0x8086, 0x1919}, {0x8086, 0x9d32}, {0x1234, 0x5678}};
	const struct board_identity machine = {.pci = ids, .pci_count = 2};

	(void)state;
	assert_true(matches("pci = 8086:1919", &machine));
	assert_true(matches("pci = 8086:9d32", &machine));
	assert_false(matches("pci = 1234:5678", &machine));
	assert_false(matches("pci = 8086:5678", &machine));
}

static void pci_ids_are_twice_four_digits(void **state)
{
	static const char *const bad[] = {"",           "8086",      "8086:9d3",
					  "8086:9d322", "8086-9d32", "8o86:9d32",
					  "8086:9dx2",  "x086:9d32", "8086:9d3x"};

	(void)state;
	assert_true(board_match_is_pci("8086:9d32") && board_match_is_pci("FFFF:0000"));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(board_match_is_pci(bad[i]));
}

static void a_board_is_as_near_as_it_has_different_keys(void **state)
{
	static struct board_desc board = {
		.matches = {{"a", "1"}, {"b", "1"}, {"a", "2"}, {"c", "1"}, {"d", ""}}};
	static const size_t keys[] = {0, 1, 2, 2, 3};

	(void)state;
	for (board.match_count = 0; board.match_count < COUNT(keys); board.match_count++)
		assert_int_equal(board_match_keys(&board), keys[board.match_count]);
}

static void without_lines_a_board_is_only_named(void **state)
{
	(void)state;
	assert_false(matches("", &soraka));
}

static void shipped_boards_find_their_machine_and_no_other(void **state)
{
	static const struct {
		const char *manufacturer, *product, *board;
	} machines[] = {
		{"Google", "Soraka", "soraka"},
		{"Google", "Poppy", "poppy"},
		{"Google", "Nautilus", "nautilus"},
		{"Google", "Nocturne", "nocturne"},
		{"Microsoft Corporation", "Surface Go", "surface-go"},
		{"Microsoft Corporation", "Surface Go 2", "surface-go-2"},
		{"Microsoft Corporation", "Surface Pro 4", "surface-pro-4"},
		{"Microsoft Corporation", "Surface Pro", "surface-pro-5"},
		{"Microsoft Corporation", "Surface Pro 6", "surface-pro-6"},
		{"Microsoft Corporation", "Surface Book", "surface-book"},
		{"Microsoft Corporation", "Surface Book 2", "surface-book-2"},
		{"Microsoft Corporation", "Surface Laptop", "surface-laptop"},
		{"Microsoft Corporation", "Surface Laptop 2", "surface-laptop-2"},
		{"Acer", "Switch SA5-271", "acer-switch-alpha-12"},
		{"Microsoft Corporation", "Surface Pro 7", ""},
		{"Acer", "Switch SA5-271P", ""},
		{"Google", "Eve", ""},
		{"Microsoft Corporation", "Surface Go 3", ""},
		{"QEMU", "Standard PC", ""},
		{"", "", ""},
	};

	bool is_found[COUNT(shipped_boards)] = {false};

	(void)state;
	for (size_t i = 0; i < COUNT(machines); i++)
		for (size_t j = 0; j < COUNT(shipped_boards); j++) {
			struct board_identity identity = {{0}, .pci_count = 0};
			struct board_desc board;
			size_t size;
			char *text = shipped_read("boards/", shipped_boards[j], &size);

			strcpy(identity.manufacturer, machines[i].manufacturer);
			strcpy(identity.product, machines[i].product);
			assert_int_equal(board_parse("x", text, size, &board, NULL), FL_OK);
			free(text);
			assert_int_equal(board_matches(&board, &identity),
					 !strcmp(machines[i].board, shipped_boards[j]));
			is_found[j] |= !strcmp(machines[i].board, shipped_boards[j]);
			board_free(&board);
		}
	for (size_t j = 0; j < COUNT(shipped_boards); j++)
		if (!is_found[j])
			fail_msg("%s has no machine in machines[]", shipped_boards[j]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_must_hold),
		cmocka_unit_test(same_keys_are_alternatives),
		cmocka_unit_test(every_function_of_the_machine_is_looked_at),
		cmocka_unit_test(pci_ids_are_twice_four_digits),
		cmocka_unit_test(a_board_is_as_near_as_it_has_different_keys),
		cmocka_unit_test(without_lines_a_board_is_only_named),
		cmocka_unit_test(shipped_boards_find_their_machine_and_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
