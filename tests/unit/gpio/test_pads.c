/* test_pads.c: PCH pads by name, driven, read and put back; windows that are hidden or locked. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "gpio/pads.h"
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
		{"GPP_A23", 0xfdaf04b8}, {"GPP_B0", 0xfdaf04c0},  {"GPP_B23", 0xfdaf0578},
		{"GPP_C0", 0xfdae0400},  {"GPP_C23", 0xfdae04b8}, {"GPP_D0", 0xfdae04c0},
		{"GPP_D23", 0xfdae0578}, {"GPP_E0", 0xfdae0580},  {"GPP_F0", 0xfdac0400},
		{"GPP_F23", 0xfdac04b8}, {"GPP_G0", 0xfdac04c0},
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
	static const char *const names[] = {"",         "GPP_",    "GPP_C",   "GPP_C24",  "GPP_G8",
					    "GPP_H1",   "GPP_c1",  "GPD1",    "GPP_C-1",  "GPP_C 1",
					    "GPP_A24",  "GPP_F24", "GPP_C:1", "GPP_C0x1", "GPP_C1a",
					    "GPP_C111", "gpp_C1",  "GPP_@1"};
	struct diag diag = {.message = ""};
	uint64_t address;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		assert_false(pad_address(names[i], &address));
	host_reset(1);
	assert_int_equal(pad_drive("GPP_H1", true, NULL, &diag), FL_ERR_INVALID);
	assert_non_null(strstr(diag.hint, "GPP_A0"));
	assert_false(pad_level("GPP_H1"));
	assert_int_equal(pad_release("GPP_H1", NULL, &diag), FL_ERR_INVALID);
	assert_int_equal(pad_restore("GPP_H1", 0, &diag), FL_ERR_INVALID);
	assert_string_equal(diag.message, "'GPP_H1' is no pad of this PCH");
	assert_int_equal(host_access_count(), 0);
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
	assert_int_equal(pad_release("GPP_C11", NULL, &diag), FL_ERR_GONE);
	assert_int_equal(pad_restore("GPP_C11", 1, &diag), FL_ERR_GONE);
	assert_false(pad_level("GPP_C11"));
	assert_int_equal(fake.word, 0);
}

/* One bit of ours that does not take is enough; bits that are not ours are nobody's matter. */
static void every_bit_of_ours_must_take(void **state)
{
	static const struct {
		uint32_t word, locked;
		enum fl_err drive_high, drive_low, release;
	} cases[] = {
		{0x40000100u, 1u << 0, FL_ERR_READONLY, FL_OK, FL_OK},
		{0x40000100u, 1u << 8, FL_ERR_READONLY, FL_ERR_READONLY, FL_OK},
		{0x40000200u, 1u << 9, FL_OK, FL_OK, FL_ERR_READONLY},
		{0x40000400u, 1u << 10, FL_ERR_READONLY, FL_ERR_READONLY, FL_ERR_READONLY},
		{0x40002000u, 1u << 13, FL_ERR_READONLY, FL_ERR_READONLY, FL_ERR_READONLY},
		{0x40000000u, 0xfffffffeu, FL_OK, FL_OK, FL_ERR_READONLY},
		{0x00000000u, 0xffffffffu, FL_ERR_READONLY, FL_OK, FL_ERR_READONLY},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fake fake = {.word = cases[i].word, .locked = cases[i].locked};

		up(&fake);
		assert_int_equal(pad_drive("GPP_C11", true, NULL, NULL), cases[i].drive_high);
		fake.word = cases[i].word;
		assert_int_equal(pad_drive("GPP_C11", false, NULL, NULL), cases[i].drive_low);
		fake.word = cases[i].word;
		assert_int_equal(pad_release("GPP_C11", NULL, NULL), cases[i].release);
	}
}

/* Level, mode and both drivers come back, whatever was made of them; nothing else is touched. */
static void restore_puts_back_what_is_ours(void **state)
{
	static const uint32_t ours[] = {1u << 0,  1u << 8,  1u << 9, 1u << 10,
					1u << 11, 1u << 12, 1u << 13};
	uint32_t found;

	(void)state;
	for (size_t i = 0; i < COUNT(ours); i++) {
		struct fake fake = {.word = 0x40020000u | ours[i]};
		struct diag diag = {.message = ""};

		up(&fake);
		assert_int_equal(pad_release("GPP_C11", &found, NULL), FL_OK);
		assert_int_equal(found, 0x40020000u | ours[i]);
		assert_int_equal(pad_drive("GPP_C11", true, NULL, NULL), FL_OK);
		fake.word ^= 0xc0000000u; /* somebody else's */
		assert_int_equal(pad_restore("GPP_C11", found, NULL), FL_OK);
		assert_int_equal(fake.word, 0x80020000u | ours[i]);
		fake.locked = ours[i];
		fake.word ^= ours[i];
		assert_int_equal(pad_restore("GPP_C11", found, &diag), FL_ERR_READONLY);
		assert_non_null(strstr(diag.message, "pad GPP_C11 at 0xfdae0458 reads 0x"));
	}
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
		cmocka_unit_test(every_bit_of_ours_must_take),
		cmocka_unit_test(restore_puts_back_what_is_ours),
		cmocka_unit_test(locked_pad_is_told_and_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
