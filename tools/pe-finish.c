/*
 * pe-finish.c: the last touches to the PE32+ file that objcopy made.
 *
 * Sets NX_COMPAT (no section is both writable and executable), a time stamp of 0 and the
 * checksum, and refuses a file with a section that breaks the promise.
 * Usage: pe-finish FILE
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* PE/COFF specification, "File Headers" and "Optional Header". Offsets in bytes. */
#define DOS_PE_OFFSET                0x3c
#define COFF_SECTIONS                6 /* from the signature "PE\0\0" */
#define COFF_TIME                    8
#define COFF_OPTIONAL_SIZE           20
#define COFF_SIZE                    24
#define OPTIONAL_CHECKSUM            64
#define OPTIONAL_DLL_CHARACTERISTICS 70
#define SECTION_SIZE                 40
#define SECTION_FLAGS                36
#define PE32_PLUS                    0x20b
#define DLL_NX_COMPAT                0x0100
#define FLAG_EXECUTE                 0x20000000u
#define FLAG_WRITE                   0x80000000u

static uint32_t get(const uint8_t *bytes, unsigned width)
{
	uint32_t value = 0;

	for (unsigned i = width; i-- > 0;)
		value = value << 8 | bytes[i];
	return value;
}

static void put(uint8_t *bytes, unsigned width, uint32_t value)
{
	for (unsigned i = 0; i < width; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
}

/* The sum of all 16-bit words with end-around carry, plus the length. The field itself is 0. */
static uint32_t checksum(const uint8_t *bytes, size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < size; i += 2) {
		sum += get(bytes + i, i + 1 < size ? 2 : 1);
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum + (uint32_t)size;
}

static bool finish(uint8_t *bytes, size_t size)
{
	size_t pe = size > DOS_PE_OFFSET + 4 ? get(bytes + DOS_PE_OFFSET, 4) : size;
	uint8_t *optional, *section;
	unsigned sections;

	if (pe + COFF_SIZE + OPTIONAL_DLL_CHARACTERISTICS + 2 > size ||
	    memcmp(bytes + pe, "PE\0", 4) || get(bytes + pe + COFF_SIZE, 2) != PE32_PLUS) {
		fprintf(stderr, "pe-finish: not a PE32+ file\n");
		return false;
	}
	optional = bytes + pe + COFF_SIZE;
	section = optional + get(bytes + pe + COFF_OPTIONAL_SIZE, 2);
	sections = get(bytes + pe + COFF_SECTIONS, 2);
	for (unsigned i = 0; i < sections; i++, section += SECTION_SIZE) {
		uint32_t flags;

		if (section + SECTION_SIZE > bytes + size)
			return false;
		flags = get(section + SECTION_FLAGS, 4);
		if (flags & FLAG_WRITE && flags & FLAG_EXECUTE) {
			fprintf(stderr, "pe-finish: %.8s is writable and executable\n",
				(const char *)section);
			return false;
		}
	}
	put(bytes + pe + COFF_TIME, 4, 0);
	put(optional + OPTIONAL_DLL_CHARACTERISTICS, 2, DLL_NX_COMPAT);
	put(optional + OPTIONAL_CHECKSUM, 4, 0);
	put(optional + OPTIONAL_CHECKSUM, 4, checksum(bytes, size));
	return true;
}

static uint8_t *read_file(FILE *file, size_t *size)
{
	long length;
	uint8_t *bytes;

	if (fseek(file, 0, SEEK_END) || (length = ftell(file)) < 0 || fseek(file, 0, SEEK_SET))
		return NULL;
	*size = (size_t)length;
	bytes = malloc(*size + 1);
	if (bytes && fread(bytes, 1, *size, file) != *size) {
		free(bytes);
		return NULL;
	}
	return bytes;
}

int main(int argc, char **argv)
{
	FILE *file = argc == 2 ? fopen(argv[1], "r+b") : NULL;
	uint8_t *bytes;
	size_t size;
	bool is_done;

	if (!file) {
		fprintf(stderr, "usage: pe-finish FILE\n");
		return 2;
	}
	bytes = read_file(file, &size);
	is_done = bytes && finish(bytes, size) && !fseek(file, 0, SEEK_SET) &&
		  fwrite(bytes, 1, size, file) == size;
	is_done = !fclose(file) && is_done;
	free(bytes);
	return is_done ? 0 : 1;
}
