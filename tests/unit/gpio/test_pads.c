/* test_pads.c: PCH pads by name, driven, read and put back; windows that are hidden or locked. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "gpio/pads.h"
#include "tests/host/host.h"

#define COUNT(array)   (sizeof(array) / sizeof((array)[0]))
#define WINDOW         0xfd000000u
#define C11            0xae0458u
/* GPP_C11 is pad 11 of its community's first group. */
#define C11_OWNER      0xae0024u
#define C11_OWNER_BIT  12
#define C11_LOCK       0xae00a0u
#define C11_LOCK_LEVEL 0xae00a4u
#define C11_DRIVER     0xae00d0u

/* ---- fake pads ---------------------------------------------------------------------------- */

struct fake {
	uint32_t word;   /* of GPP_C11 */
	uint32_t locked; /* bits that a write does not change */
	uint32_t owner, lock, lock_level, driver;
	bool is_hidden;
	unsigned writes;
};

static uint32_t fake_read(void *context, uint64_t offset, unsigned width)
{
	const struct fake *fake = context;

	assert_int_equal(width, 4);
	if (fake->is_hidden)
		return UINT32_MAX;
	switch (offset) {
	case C11:
		return fake->word;
	case C11_OWNER:
		return fake->owner;
	case C11_LOCK:
		return fake->lock;
	case C11_LOCK_LEVEL:
		return fake->lock_level;
	case C11_DRIVER:
		return fake->driver;
	default:
		return UINT32_MAX;
	}
}

static void fake_write(void *context, uint64_t offset, unsigned width, uint32_t value)
{
	struct fake *fake = context;

	assert_int_equal(width, 4);
	assert_int_equal(offset, C11);
	fake->word = (fake->word & fake->locked) | (value & ~fake->locked);
	fake->writes++;
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
		uint32_t address;
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
	uint32_t offset;
	uint8_t port;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(pad_find(cases[i].name, &port, &offset));
		assert_int_equal(WINDOW + (port << 16) + offset, cases[i].address);
	}
}

static void other_names_are_refused(void **state)
{
	static const char *const names[] = {"",         "GPP_",    "GPP_C",   "GPP_C24",  "GPP_G8",
					    "GPP_H1",   "GPP_c1",  "GPD1",    "GPP_C-1",  "GPP_C 1",
					    "GPP_A24",  "GPP_F24", "GPP_C:1", "GPP_C0x1", "GPP_C1a",
					    "GPP_C111", "gpp_C1",  "GPP_@1"};
	struct diag diag = {.message = ""};
	uint32_t offset;
	uint8_t port;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		assert_false(pad_find(names[i], &port, &offset));
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
		{0x40000100u, 1u << 0, FL_ERR_MISMATCH, FL_OK, FL_OK},
		{0x40000100u, 1u << 8, FL_ERR_MISMATCH, FL_ERR_MISMATCH, FL_OK},
		{0x40000200u, 1u << 9, FL_OK, FL_OK, FL_ERR_MISMATCH},
		{0x40000400u, 1u << 10, FL_ERR_MISMATCH, FL_ERR_MISMATCH, FL_ERR_MISMATCH},
		{0x40002000u, 1u << 13, FL_ERR_MISMATCH, FL_ERR_MISMATCH, FL_ERR_MISMATCH},
		{0x40000000u, 0xfffffffeu, FL_OK, FL_OK, FL_ERR_MISMATCH},
		{0x00000000u, 0xffffffffu, FL_ERR_MISMATCH, FL_OK, FL_ERR_MISMATCH},
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
		assert_int_equal(pad_restore("GPP_C11", found, &diag), FL_ERR_MISMATCH);
		assert_non_null(strstr(diag.message, "pad GPP_C11 at 0xfdae0458 reads 0x"));
	}
}

static void pad_that_does_not_take_is_told_and_left_alone(void **state)
{
	/* The output bit does not take; the rest would. */
	struct fake fake = {.word = 0x40000100u, .locked = 1, .driver = 1u << 11};
	struct diag diag = {.message = ""};

	(void)state;
	up(&fake);
	assert_int_equal(pad_drive("GPP_C11", true, NULL, &diag), FL_ERR_MISMATCH);
	assert_non_null(strstr(diag.message, "after writing"));
	assert_null(strstr(diag.hint, "ACPI mode"));
	assert_int_equal(fake.word, 0x40000100u);
	fake.driver = ~(1u << 11);
	assert_int_equal(pad_drive("GPP_C11", true, NULL, &diag), FL_ERR_MISMATCH);
	diag_clear(&diag);
	assert_int_equal(pad_drive("GPP_C11", true, NULL, &diag), FL_ERR_MISMATCH);
	assert_non_null(strstr(diag.hint, "ACPI mode"));
}

/* Each agent by its name; the pads beside ours may be anybody's. */
static void owner_that_is_not_the_host_is_named_and_nothing_written(void **state)
{
	static const struct {
		uint32_t owner;
		const char *message;
	} cases[] = {
		{1, "pad GPP_C11 belongs to the management engine"},
		{2, "pad GPP_C11 belongs to the integrated sensor hub"},
		{3, "pad GPP_C11 belongs to an agent that is not the host"},
		{0, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fake fake = {.word = 0x40000100u};
		struct diag diag = {.message = ""};

		fake.owner = 0x33330333u | cases[i].owner << C11_OWNER_BIT;
		up(&fake);
		assert_int_equal(pad_drive("GPP_C11", true, NULL, &diag),
				 cases[i].owner ? FL_ERR_BUSY : FL_OK);
		assert_string_equal(diag.message, cases[i].message);
		assert_int_equal(fake.writes, cases[i].owner ? 0 : 1);
	}
}

/* Of an output that is locked the level may still be free, and the other way round. */
static void locks_stand_in_the_way_of_what_they_lock(void **state)
{
	static const struct {
		uint32_t lock, lock_level, word;
		const char *message; /* of driving high */
	} cases[] = {
		{1u << 11, 0, 0x40000100u,
		 "pad GPP_C11 is locked by firmware: its mode and driver cannot be changed"},
		{1u << 11, 0, 0x40000400u,
		 "pad GPP_C11 is locked by firmware: its mode and driver cannot be changed"},
		{1u << 11, 0, 0x40000200u, ""},
		{0, 1u << 11, 0x40000200u,
		 "pad GPP_C11 is locked by firmware: its level cannot be changed"},
		{0, 1u << 11, 0x40000101u, ""},
		{1u << 11, 1u << 11, 0x40000100u,
		 "pad GPP_C11 is locked by firmware: mode, driver and level cannot be changed"},
		{~(1u << 11), ~(1u << 11), 0x40000100u, ""},
		{1u << 11, 1u << 11, 0x40000001u, ""}, /* is as wanted */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fake fake = {.word = cases[i].word,
				    .lock = cases[i].lock,
				    .lock_level = cases[i].lock_level};
		struct diag diag = {.message = ""};

		up(&fake);
		assert_int_equal(pad_drive("GPP_C11", true, NULL, &diag),
				 *cases[i].message ? FL_ERR_BUSY : FL_OK);
		assert_string_equal(diag.message, cases[i].message);
		if (*cases[i].message)
			assert_int_equal(fake.word, cases[i].word);
	}
}

/* ---- the bridge --------------------------------------------------------------------------- */

#define MOVED 0x9e000000u

static struct host_pci *bridge_up(struct fake *fake, uint16_t id, uint32_t type, uint16_t command)
{
	const struct host_mmio window = {MOVED, 0x1000000, fake_read, fake_write, fake};
	struct host_pci bridge;

	host_reset(1);
	host_add_mmio(&window);
	host_pci_init(&bridge, 0, 0x1f, 1, 0x8086, id, 0x058000);
	host_pci_bar(&bridge, 0, 0x1000000, type, MOVED);
	bridge.config[4] = (uint8_t)command;
	return host_add_pci(&bridge);
}

static void bar_of_a_visible_bridge_is_taken(void **state)
{
	static const uint32_t types[] = {0, 4};

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		struct fake fake = {.word = 0x40000100u};
		struct host_pci *bridge = bridge_up(&fake, 0x9d20, types[i], 6);

		assert_int_equal(pad_drive("GPP_C11", true, NULL, NULL), FL_OK);
		assert_int_equal(fake.word, 0x40000001u);
		assert_int_equal(bridge->config[4], 6);
		assert_int_equal(host_stray_accesses(), 0);
	}
}

/* Firmware may leave it without memory decoding; it is left so again. */
static void decoding_is_switched_on_and_put_back(void **state)
{
	struct fake fake = {.word = 0x40000100u};
	struct host_pci *bridge = bridge_up(&fake, 0x9d20, 0, 4);
	uint32_t found;

	(void)state;
	assert_int_equal(pad_drive("GPP_C11", true, &found, NULL), FL_OK);
	assert_int_equal(bridge->config[4], 4);
	assert_int_equal(pad_restore("GPP_C11", found, NULL), FL_OK);
	assert_int_equal(fake.word, 0x40000100u);
	assert_false(pad_level("GPP_C11"));
	fake.is_hidden = true;
	assert_int_equal(pad_drive("GPP_C11", true, NULL, NULL), FL_ERR_GONE);
	assert_int_equal(bridge->config[4], 4);
}

/* Pads of another chipset lie elsewhere: nothing is touched. */
static void other_bridges_are_refused(void **state)
{
	struct fake fake = {.word = 0x40000100u};
	struct diag diag = {.message = ""};

	(void)state;
	bridge_up(&fake, 0xa0a0, 0, 6);
	assert_int_equal(pad_drive("GPP_C11", true, NULL, &diag), FL_ERR_NOTFOUND);
	assert_string_equal(diag.message,
			    "00:1f.1 is 8086:a0a0, not the sideband bridge 8086:9d20");
	assert_int_equal(fake.writes, 0);
}

static void bridge_without_an_address_is_told_with_a_cure(void **state)
{
	struct fake fake = {.word = 0x40000100u};
	struct diag diag = {.message = ""};
	struct host_pci *bridge = bridge_up(&fake, 0x9d20, 0, 0);

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		bridge->config[0x10 + i] = 0;
	assert_int_equal(pad_drive("GPP_C11", true, NULL, &diag), FL_ERR_RANGE);
	assert_non_null(strstr(diag.message, "holds 0x0"));
	assert_int_equal(bridge->config[4], 0);
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
		cmocka_unit_test(pad_that_does_not_take_is_told_and_left_alone),
		cmocka_unit_test(owner_that_is_not_the_host_is_named_and_nothing_written),
		cmocka_unit_test(locks_stand_in_the_way_of_what_they_lock),
		cmocka_unit_test(bar_of_a_visible_bridge_is_taken),
		cmocka_unit_test(decoding_is_switched_on_and_put_back),
		cmocka_unit_test(other_bridges_are_refused),
		cmocka_unit_test(bridge_without_an_address_is_told_with_a_cure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
