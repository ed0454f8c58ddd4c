/*
 * smbios.c: names and serial numbers out of the SMBIOS structure table (DMTF DSP0134).
 *
 * A structure is type, length, 16-bit handle, fields; then its strings, each with a NUL, and one
 * more NUL. Fields hold string numbers from 1; 0 is none. Firmware fills them carelessly, so
 * nothing is trusted: not the lengths, not the terminators, not that it is text.
 */
#include "describe/identity.h"

#include "core/field.h"
#include "core/mem.h"
#include "core/text.h"

#define TYPE_BIOS      0
#define TYPE_SYSTEM    1
#define TYPE_BASEBOARD 2
#define TYPE_CHASSIS   3
#define TYPE_END       127
#define HEADER         4u

/* Where a string's number stands, and where the string goes (64 bytes each). */
static const struct field {
	uint8_t type, offset;
	size_t target;
} fields[] = {
	{TYPE_BIOS, 0x04, offsetof(struct board_identity, bios_vendor)},
	{TYPE_BIOS, 0x05, offsetof(struct board_identity, bios_version)},
	{TYPE_BIOS, 0x08, offsetof(struct board_identity, bios_date)},
	{TYPE_SYSTEM, 0x04, offsetof(struct board_identity, manufacturer)},
	{TYPE_SYSTEM, 0x05, offsetof(struct board_identity, product)},
	{TYPE_SYSTEM, 0x06, offsetof(struct board_identity, version)},
	{TYPE_SYSTEM, 0x07, offsetof(struct board_identity, serial)},
	{TYPE_SYSTEM, 0x19, offsetof(struct board_identity, sku)},
	{TYPE_SYSTEM, 0x1a, offsetof(struct board_identity, family)},
	{TYPE_BASEBOARD, 0x04, offsetof(struct board_identity, board_manufacturer)},
	{TYPE_BASEBOARD, 0x05, offsetof(struct board_identity, board_product)},
	{TYPE_BASEBOARD, 0x06, offsetof(struct board_identity, board_version)},
	{TYPE_BASEBOARD, 0x07, offsetof(struct board_identity, board_serial)},
	{TYPE_CHASSIS, 0x07, offsetof(struct board_identity, chassis_serial)},
};
#define STRING_SIZE 64u

/* Length of the text at `at`, which ends at a NUL or with the table. */
static size_t text_length(const uint8_t *at, const uint8_t *end)
{
	size_t length = 0;

	while (at + length < end && at[length])
		length++;
	return length;
}

/* The printable characters of string `number`, blanks at the ends cut. */
static void copy_string(const uint8_t *strings, const uint8_t *end, unsigned number, char *out)
{
	size_t length, stored = 0;

	for (; number > 1 && strings < end && *strings; number--)
		strings += text_length(strings, end) + 1;
	if (!number)
		return;
	length = text_length(strings, end);
	for (size_t i = 0; i < length && stored < STRING_SIZE - 1; i++)
		if (strings[i] >= ' ' && strings[i] < 0x7f && (stored || strings[i] != ' '))
			out[stored++] = (char)strings[i];
	while (stored && out[stored - 1] == ' ')
		stored--;
	out[stored] = '\0';
}

/* First byte behind the structure's strings: behind the double NUL, or the table's end. */
static const uint8_t *next_structure(const uint8_t *strings, const uint8_t *end)
{
	while (strings + 1 < end && (strings[0] || strings[1]))
		strings++;
	return strings + 1 < end ? strings + 2 : end;
}

/* 16 bytes at 08h of type 1; the first three fields little-endian (7.2.1). All zeros: not there; all
 * ones: there is none yet. */
#define UUID_OFFSET 0x08u
#define UUID_SIZE   16u

static void copy_uuid(const uint8_t *structure, size_t length, char *out, size_t capacity)
{
	static const uint8_t order[UUID_SIZE] = {3, 2, 1,  0,  5,  4,  7,  6,
						 8, 9, 10, 11, 12, 13, 14, 15};
	const uint8_t *uuid = structure + UUID_OFFSET;
	unsigned zeros = 0, ones = 0;
	size_t used = 0;

	if (length < UUID_OFFSET + UUID_SIZE)
		return;
	for (size_t i = 0; i < UUID_SIZE; i++) {
		zeros += uuid[i] == 0;
		ones += uuid[i] == 0xff;
	}
	if (zeros == UUID_SIZE || ones == UUID_SIZE)
		return;
	for (size_t i = 0; i < UUID_SIZE; i++)
		used += text_format(out + used, capacity - used, "%s%02x",
				    i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
				    uuid[order[i]]);
}

void smbios_parse(const uint8_t *table, size_t size, struct board_identity *identity)
{
	const uint8_t *end = table + size;
	bool is_seen[256] = {false}; /* by type */

	while ((size_t)(end - table) >= HEADER && table[0] != TYPE_END) {
		unsigned type = table[0], length = table[1];

		if (length < HEADER || length > (size_t)(end - table))
			return;
		/* machines with several baseboards list the main one first */
		for (size_t i = 0; !is_seen[type] && i < ARRAY_SIZE(fields); i++)
			if (fields[i].type == type && fields[i].offset < length)
				copy_string(table + length, end, table[fields[i].offset],
					    (char *)identity + fields[i].target);
		if (type == TYPE_SYSTEM && !is_seen[type])
			copy_uuid(table, length, identity->uuid, sizeof identity->uuid);
		is_seen[type] = true;
		table = next_structure(table + length, end);
	}
}
