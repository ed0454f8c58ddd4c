/* test_pads.c: PCH pads by name, driven, read and put back; windows that are hidden or locked. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "power/pads.h"
#include "tests/host/host.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WINDOW       0xfd000000u
#define C11          0xae0458u

/* ---- fake pads ---------------------------------------------------------------------------- */

struct fake {
	uint32_t word;   /* of GPP_C11 */
	uint32_t locked; /* bits that a write does not change */
	bool is_hidden;
};

static uint32_t fake_read(void *context, uint64_t offset, unsigned width)
{
	const struct fake *fake = context;

	assert_int_equal(width, 4);
	return offset != C11 || fake->is_hidden ? UINT32_MAX : fake->word;
}

static void fake_write(void *context, uint64_t offset, unsigned width, uint32_t value)
{
	struct fake *fake = context;

	assert_int_equal(width, 4);
	assert_int_equal(offset, C11);
	fake->word = (fake->word & fake->locked) | (value & ~fake->locked);
}

static void up(struct fake *fake)
{
	const struct host_mmio window = {WINDOW, 0x1000000, fake_read, fake_write, fake};

	host_reset(1);
	host_add_mmio(&window);
}

/* ---- tests -------------------------------------------------------------------------------- */

/* camera-acpi.md section 9. */
static void names_become_the_addresses_of_the_sheet(void **state)
{
	static const struct {
		const char *name;
		uint64_t address;
	} cases[] = {
		{"GPP_C10", 0xfdae0450}, {"GPP_C11", 0xfdae0458}, {"GPP_C8", 0xfdae0440},
		{"GPP_D13", 0xfdae0528}, {"GPP_F4", 0xfdac0420},  {"GPP_F5", 0xfdac0428},
		{"GPP_F8", 0xfdac0440},  {"GPP_F9", 0xfdac0448},  {"GPP_A0", 0xfdaf0400},
		{"GPP_B4", 0xfdaf04e0},  {"GPP_E23", 0xfdae0638}, {"GPP_G7", 0xfdac04f8},
	};
	uint64_t address;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(pad_address(cases[i].name, &address));
		assert_true(address == cases[i].address);
	}
}

static void other_names_are_refused(void **state)
{
	static const char *const names[] = {"",         "GPP_",    "GPP_C",    "GPP_C24", "GPP_G8",
					    "GPP_H1",   "GPP_c1",  "GPD1",     "GPP_C-1", "GPP_C 1",
					    "GPP_C0x1", "GPP_C1a", "GPP_C111", "gpp_C1",  "GPP_@1"};
	struct diag diag = {.message = ""};
	uint64_t address;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		assert_false(pad_address(names[i], &address));
	host_reset(1);
	assert_int_equal(pad_drive("GPP_H1", true, NULL, &diag), FL_ERR_INVALID);
	assert_non_null(strstr(diag.hint, "GPP_A0"));
	assert_false(pad_level("GPP_H1"));
}

static void drives_and_puts_back(void **state)
{
	/* Interrupt routing and reset bits around ours, native function 2, driver off. */
	struct fake fake = {.word = 0x40000000u | 1u << 17 | 2u << 10 | 1u << 8 | 1u << 9};
	const uint32_t before = fake.word;
	struct diag diag = {.message = ""};
	uint32_t found;

	(void)state;
	up(&fake);
	assert_int_equal(pad_drive("GPP_C11", true, &found, &diag), FL_OK);
	assert_int_equal(fake.word, 0x40000000u | 1u << 17 | 1u << 9 | 1);
	assert_int_equal(pad_drive("GPP_C11", false, NULL, &diag), FL_OK);
	assert_int_equal(fake.word & 0x3d01, 0);
	assert_int_equal(pad_release("GPP_C11", NULL, &diag), FL_OK);
	assert_int_equal(fake.word & 0x3f00, 1u << 8);
	assert_int_equal(pad_restore("GPP_C11", found, &diag), FL_OK);
	assert_int_equal(fake.word, before);
	assert_string_equal(diag.message, "");
	assert_int_equal(host_stray_accesses(), 0);
}

static void level_is_that_of_the_receiver(void **state)
{
	struct fake fake = {.word = 0x40000002u};

	(void)state;
	up(&fake);
	assert_true(pad_level("GPP_C11"));
	fake.word = 0x40000001u;
	assert_false(pad_level("GPP_C11"));
}

static void hidden_window_is_told_with_a_cure(void **state)
{
	struct fake fake = {.is_hidden = true};
	struct diag diag = {.message = ""};

	(void)state;
	up(&fake);
	assert_int_equal(pad_drive("GPP_C11", true, NULL, &diag), FL_ERR_GONE);
	assert_non_null(strstr(diag.message, "GPP_C11 at 0xfdae0458 reads all ones"));
	assert_non_null(strstr(diag.hint, "optional"));
	assert_int_equal(fake.word, 0);
}

static void locked_pad_is_told_and_left_alone(void **state)
{
	/* The output bit does not take; the rest would. */
	struct fake fake = {.word = 0x40000100u, .locked = 1};
	struct diag diag = {.message = ""};

	(void)state;
	up(&fake);
	assert_int_equal(pad_drive("GPP_C11", true, NULL, &diag), FL_ERR_READONLY);
	assert_non_null(strstr(diag.message, "after writing"));
	assert_non_null(strstr(diag.hint, "locked"));
	assert_int_equal(fake.word, 0x40000100u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_become_the_addresses_of_the_sheet),
		cmocka_unit_test(other_names_are_refused),
		cmocka_unit_test(drives_and_puts_back),
		cmocka_unit_test(level_is_that_of_the_receiver),
		cmocka_unit_test(hidden_window_is_told_with_a_cure),
		cmocka_unit_test(locked_pad_is_told_and_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
