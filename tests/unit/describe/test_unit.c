/* test_unit.c: a unit's name: serial numbers that are none are passed over, and FAT stores what is printed. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "describe/identity.h"
#include "core/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct board_identity machine(const char *serial, const char *board, const char *chassis,
				     const char *uuid)
{
	struct board_identity identity = {{0}, .pci_count = 0};

	text_copy(identity.serial, sizeof identity.serial, serial);
	text_copy(identity.board_serial, sizeof identity.board_serial, board);
	text_copy(identity.chassis_serial, sizeof identity.chassis_serial, chassis);
	text_copy(identity.uuid, sizeof identity.uuid, uuid);
	return identity;
}

static void what_makers_write_instead_of_a_number_says_nothing(void **state)
{
	static const char *const none[] = {
		"",
		" ",
		"0",
		"00000000",
		"To be filled by O.E.M.",
		"To Be Filled By O.E.M",
		"TO BE FILLED BY OEM",
		"Default string",
		"DEFAULT STRING",
		"System Serial Number",
		"Base Board Serial Number",
		"Chassis Serial Number",
		"SerialNumber",
		"None",
		"NONE",
		"null",
		"N/A",
		"Not Specified",
		"Not Applicable",
		"Not Available",
		"Unknown",
		"O.E.M.",
		"INVALID",
		"Empty",
		"123456789",
		"0123456789",
		"1234567890",
		"xxxxxxxxxx",
		"XXXX",
		"..........",
		"-",
		"________",
		"FFFFFFFF",
		"0123456789ABCDEF",
		"BSN12345678901234567",
		"NB-1234567890",
		"TBD by OEM",
		"Chassis Serial",
		"Not Settable",
		"To be filled in",
		"7890123456",
		"90",
		"8",
		"x123456789x",
		"No Asset Tag",
	};
	static const char *const real[] = {"VB0001", "5CD8320X1Z", "PF-0XYZ12", "SN-4711",
					   "91",     "89012344",   "AB12X",     "8891"};
	char name[UNIT_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(none); i++) {
		struct board_identity id = machine(none[i], "MB77", "", "");

		assert_string_equal(unit_name(&id, "serial", name),
				    "serial number of the baseboard");
		assert_string_equal(name, "MB77");
	}
	for (size_t i = 0; i < COUNT(real); i++) {
		struct board_identity id = machine(real[i], "MB77", "", "");

		assert_string_equal(unit_name(&id, "serial", name), "serial number of the system");
		assert_string_equal(name, real[i]);
	}
}

static void the_sources_have_an_order(void **state)
{
	static const struct {
		const char *serial, *board, *chassis, *uuid, *want;
	} cases[] = {
		{"S1A", "B2B", "C3C", "12345678-1234-1234-1234-123456789abc", "S1A"},
		{"0", "B2B", "C3C", "", "B2B"},
		{"0", "None", "C3C", "", "C3C"},
		{"0", "None", "Default string", "4c4c4544-0042-3510-8051-b4c04f4a4e32",
		 "4c4c4544-0042-3510-8051-b4c04f4a4e32"},
		{"0", "None", "", "03000200-0400-0500-0006-000700080009", "unknown"},
		{"0", "None", "", "00020003-0004-0005-0006-000700080009", "unknown"},
		{"0", "None", "", "12345678-1234-5678-90ab-cddeefaabbcc", "unknown"},
		{"", "", "", "", "unknown"},
	};
	char name[UNIT_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct board_identity id =
			machine(cases[i].serial, cases[i].board, cases[i].chassis, cases[i].uuid);

		unit_name(&id, "serial", name);
		assert_string_equal(name, cases[i].want);
	}
}

static void names_are_what_fat_stores(void **state)
{
	static const struct {
		const char *plan, *want;
	} cases[] = {
		{"bench-3", "bench-3"},
		{".hidden", "_hidden"},
		{"x.", "x_"},
		{"..", "__"},
		{" a b ", "_a_b_"},
		{"a/b\\c:d", "a_b_c_d"},
		{"CON", "_CON"},
		{"nul.txt", "_nul.txt"},
		{"com1", "_com1"},
		{"com0", "com0"},
		{"LPT9", "_LPT9"},
		{"lpt10", "lpt10"},
		{"auxiliary", "auxiliary"},
	};
	struct board_identity id = machine("VB0001", "", "", "");
	char name[UNIT_SIZE], longest[80];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_string_equal(unit_name(&id, cases[i].plan, name), "named by the plan");
		assert_string_equal(name, cases[i].want);
	}
	memset(longest, 'a', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	longest[UNIT_SIZE - 2] = '.'; /* the last that fits */
	unit_name(&id, longest, name);
	assert_int_equal(strlen(name), UNIT_SIZE - 1);
	assert_int_equal(name[UNIT_SIZE - 2], '_');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_makers_write_instead_of_a_number_says_nothing),
		cmocka_unit_test(the_sources_have_an_order),
		cmocka_unit_test(names_are_what_fat_stores),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
