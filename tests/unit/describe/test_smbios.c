/* test_smbios.c: names out of the firmware's table, whatever state it is in. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "describe/identity.h"
#include "tests/unit/describe/ini/guarded.h"

/* Types 0, 4 (without strings), 1, 2, 2 again, 127. */
static const uint8_t good[] =
	/* type 0, 24 bytes: vendor 1, version 2, date 3 */
	"\x00\x18\x00\x00\x01\x02\x00\xe0\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	"\x00\x00"
	"coreboot\0v1.9\0"
	"01/02/2018\0\0"
	"\x04\x06\x01\x00\x00\x00"
	"\0\0"
	/* type 1, 27 bytes: manufacturer 1, product 2, version 3, serial 4, sku 5, family 6 */
	"\x01\x1b\x02\x00\x01\x02\x03\x04\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd"
	"\xee\xff\x06\x05\x06"
	"Google\0Soraka\0rev3\0  5CD8\t0X \0sku7\0family\0\0"
	"\x02\x08\x03\x00\x01\x02\x03\x04"
	"HP\0Board\0b1\0B-77\0\0"
	"\x02\x08\x04\x00\x01\x02\x03\x04"
	"Other\0Other\0Other\0Other\0\0"
	/* type 3: serial at 7 */
	"\x03\x09\x05\x00\x00\x09\x00\x01\x00"
	"CH-9\0\0"
	"\x7f\x04\x05\x00"
	"\0";

static void all_names_are_found(void **state)
{
	struct board_identity id = {{0}, .pci_count = 0};

	(void)state;
	smbios_parse(good, sizeof good, &id);
	assert_string_equal(id.bios_vendor, "coreboot");
	assert_string_equal(id.bios_version, "v1.9");
	assert_string_equal(id.bios_date, "01/02/2018");
	assert_string_equal(id.manufacturer, "Google");
	assert_string_equal(id.product, "Soraka");
	assert_string_equal(id.version, "rev3");
	assert_string_equal(id.serial, "5CD80X"); /* blanks and control characters gone */
	assert_string_equal(id.sku, "sku7");
	assert_string_equal(id.family, "family");
	assert_string_equal(id.board_manufacturer, "HP"); /* the first of two */
	assert_string_equal(id.board_product, "Board");
	assert_string_equal(id.board_version, "b1");
	assert_string_equal(id.board_serial, "B-77");
	assert_string_equal(id.chassis_serial, "CH-9");
	assert_string_equal(id.uuid, "00112233-4455-6677-8899-aabbccddeeff");
}

/* The table ends with memory. */
static struct board_identity parse_exactly(const uint8_t *table, size_t size)
{
	struct board_identity id = {{0}, .pci_count = 0};

	smbios_parse(guarded(table, size), size, &id);
	assert_true(strlen(id.product) < sizeof id.product);
	return id;
}

static void every_truncation_ends_well(void **state)
{
	(void)state;
	for (size_t size = 0; size <= sizeof good; size++) {
		const struct board_identity id = parse_exactly(good, size);

		/* what is there is there, as far as it goes */
		assert_memory_equal(id.bios_vendor, "coreboot", strlen(id.bios_vendor));
		assert_memory_equal(id.product, "Soraka", strlen(id.product));
		assert_memory_equal(id.chassis_serial, "CH-9", strlen(id.chassis_serial));
		assert_int_equal(strlen(id.bios_vendor), size < 25 ? 0 : size < 32 ? size - 24 : 8);
	}
}

static void every_changed_byte_ends_well(void **state)
{
	static const uint8_t changes[] = {0x01, 0x80, 0xff};
	uint8_t copy[sizeof good];

	(void)state;
	for (size_t i = 0; i < sizeof good; i++)
		for (size_t j = 0; j < sizeof changes; j++) {
			memcpy(copy, good, sizeof good);
			copy[i] ^= changes[j];
			parse_exactly(copy, sizeof copy);
		}
}

static void strings_that_are_not_there_stay_empty(void **state)
{
	/* type 1 of version 2.0 (8 bytes): string numbers 9 and 0, one string only, which has a 1
	 * where later versions have the SKU's string number */
	static const uint8_t table[] = "\x01\x08\x00\x00\x01\x09\x00\x00"
				       "Maker of all sort\x01"
				       "s of things\0\0";
	struct board_identity id = {{0}, .pci_count = 0};

	(void)state;
	assert_int_equal(table[0x19], 1);
	smbios_parse(table, sizeof table, &id);
	assert_string_equal(id.manufacturer, "Maker of all sorts of things");
	assert_string_equal(id.product, "");
	assert_string_equal(id.version, "");
	assert_string_equal(id.serial, "");
	assert_string_equal(id.sku, "");
}

/* A structure that ends before a field has none, though the byte that follows could be a string's number. */
static void a_field_behind_the_structure_is_not_there(void **state)
{
	static const uint8_t table[] =
		"\x01\x07\x00\x00\x02\x02\x02"
		"\x01x\0Maker\x7f~\0\0"; /* number 1 where the serial's would be */
	const struct board_identity id = parse_exactly(table, sizeof table - 1);

	(void)state;
	assert_string_equal(id.serial, "");
	assert_string_equal(id.manufacturer, "Maker~");
}

/* 27 bytes of type 1 with this UUID and wake-up type 0. */
static const char *uuid_of(const uint8_t uuid[16], unsigned type, unsigned length)
{
	static struct board_identity id;
	uint8_t table[32] = {(uint8_t)type, (uint8_t)length};

	memcpy(table + 8, uuid, 16);
	id = parse_exactly(table, length + 2);
	return id.uuid;
}

static void a_uuid_of_one_kind_of_bytes_is_none(void **state)
{
	uint8_t zeros[16] = {0}, ones[16];

	(void)state;
	memset(ones, 0xff, sizeof ones);
	assert_string_equal(uuid_of(zeros, 1, 27), "");
	assert_string_equal(uuid_of(ones, 1, 27), "");
	zeros[5] = 1;
	ones[15] = 0xfe;
	assert_string_equal(uuid_of(zeros, 1, 27), "00000000-0100-0000-0000-000000000000");
	assert_string_equal(uuid_of(ones, 1, 27), "ffffffff-ffff-ffff-ffff-fffffffffffe");
	assert_string_equal(uuid_of(ones, 1, 24), "ffffffff-ffff-ffff-ffff-fffffffffffe");
	assert_string_equal(uuid_of(ones, 1, 23), ""); /* cut off */
	assert_string_equal(uuid_of(ones, 0, 24), ""); /* the firmware has none */
}

/* Of two systems the first counts, its UUID too. */
static void the_first_system_counts(void **state)
{
	uint8_t table[128] = {1, 27, [8] = 1};
	struct board_identity id;

	(void)state;
	memcpy(table + 29, (const uint8_t[]){1, 27, 0, 0, 1}, 5);
	table[29 + 8] = 2;
	memcpy(table + 29 + 27, "Second\0\0", 8);
	id = parse_exactly(table, 29 + 27 + 8);
	assert_string_equal(id.manufacturer, "");
	assert_string_equal(id.uuid, "00000001-0000-0000-0000-000000000000");
}

static void long_strings_are_cut(void **state)
{
	uint8_t table[300] = {1, 8, 0, 0, 1, 0, 0, 0};
	struct board_identity id = {{0}, .pci_count = 0};

	(void)state;
	memset(table + 8, 'x', 200);
	smbios_parse(table, sizeof table, &id);
	assert_int_equal(strlen(id.manufacturer), 63);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_names_are_found),
		cmocka_unit_test(every_truncation_ends_well),
		cmocka_unit_test(every_changed_byte_ends_well),
		cmocka_unit_test(strings_that_are_not_there_stay_empty),
		cmocka_unit_test(a_field_behind_the_structure_is_not_there),
		cmocka_unit_test(a_uuid_of_one_kind_of_bytes_is_none),
		cmocka_unit_test(the_first_system_counts),
		cmocka_unit_test(long_strings_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
