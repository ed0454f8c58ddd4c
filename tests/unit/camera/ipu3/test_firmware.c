/*
 * test_firmware.c: the firmware container: both synthetic layouts, every truncation, every flipped
 * byte of the headers, and each rule of imgu.md 4.8 with the words that a user reads.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "camera/ipu3/firmware.h"
#include "vboard/ipu3/firmware_image.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define HEADER(i)    (72u + 1200u * (i))

/* A copy of exactly `size` bytes, so that a read behind it is caught. */
static uint8_t *copy_of(const uint8_t *file, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	assert_non_null(copy);
	memcpy(copy, file, size);
	return copy;
}

static enum fl_err parse(const uint8_t *file, size_t size, struct firmware *out, struct diag *diag)
{
	uint8_t *copy = copy_of(file, size);
	enum fl_err err;

	diag_clear(diag);
	err = firmware_parse(copy, size, out, diag);
	free(copy);
	return err;
}

static void check_section(const struct firmware_binary *binary,
			  const struct firmware_section *section)
{
	assert_true((uint64_t)section->source + section->size <= binary->size);
}

static void check_binary(const struct firmware_binary *binary, size_t size)
{
	assert_true((uint64_t)binary->offset + binary->size <= size);
	assert_true(strlen(binary->name) <= 62);
	check_section(binary, &binary->icache);
	check_section(binary, &binary->text);
	check_section(binary, &binary->data);
}

/* Whatever was accepted must be safe to use. */
static void check_bounds(const struct firmware *f, size_t size)
{
	for (unsigned n = 0; n < 2; n++) {
		const struct firmware_sp *sp = &f->sp[n];
		const uint32_t variables[] = {
			sp->init_dmem_data + 20,        sp->per_frame_data, sp->host_sp_queue,
			sp->host_sp_com + 0x74,         sp->isp_started,    sp->sw_state,
			sp->host_sp_queues_initialized, sp->sleep_mode,     sp->invalidate_tlb};

		check_binary(&sp->binary, size);
		for (size_t i = 0; i < COUNT(variables); i++)
			assert_true(variables[i] % 4 == 0 && variables[i] <= FIRMWARE_SP_DMEM - 4);
		assert_true(sp->binary.text.size <= FIRMWARE_SP_PMEM);
		assert_true((uint64_t)sp->binary.data_target + sp->binary.data.size <=
			    FIRMWARE_SP_DMEM);
		assert_true((uint64_t)sp->binary.bss_target + sp->binary.bss_size <=
			    FIRMWARE_SP_DMEM);
	}
	check_binary(&f->bootloader.binary, size);
	assert_true(f->bootloader.num_dma_cmds <= FIRMWARE_ISP_DMEM - 4);
	assert_true(f->bootloader.dma_cmd_list <= FIRMWARE_ISP_DMEM - 32);
	assert_true(f->bootloader.sw_state <= FIRMWARE_ISP_DMEM - 4);
	for (size_t i = 0; i < strlen(f->version); i++)
		assert_in_range(f->version[i], ' ', '~');
}

/* ---- good files --------------------------------------------------------------------------------- */

static void layout_a_has_the_offsets_of_intels_build(void **state)
{
	struct firmware f;
	struct diag diag;
	size_t size;
	uint8_t *file = firmware_image_build('a', &size);

	(void)state;
	assert_int_equal(parse(file, size, &f, &diag), FL_OK);
	assert_string_equal(f.version, "firstlight synthetic 1");
	assert_int_equal(f.binaries, 5);
	assert_string_equal(f.sp[0].binary.name, "fl_sp0");
	assert_int_equal(f.sp[0].init_dmem_data, 0x38dc);
	assert_int_equal(f.sp[0].per_frame_data, 0x23c8);
	assert_int_equal(f.sp[0].host_sp_queue, 0x2d7c);
	assert_int_equal(f.sp[0].host_sp_com, 0x2350);
	assert_int_equal(f.sp[0].isp_started, 0x3474);
	assert_int_equal(f.sp[0].sw_state, 0x38d8);
	assert_int_equal(f.sp[0].host_sp_queues_initialized, 0x2348);
	assert_int_equal(f.sp[0].sleep_mode, 0x234c);
	assert_int_equal(f.sp[0].invalidate_tlb, 0x346c);
	assert_int_equal(f.sp[0].entry, 0xb9d);
	assert_int_equal(f.sp[0].binary.data.size, 804);
	assert_int_equal(f.sp[0].binary.text.size, 9000);
	assert_int_equal(f.sp[0].binary.bss_target, 0x328);
	assert_string_equal(f.sp[1].binary.name, "fl_sp1");
	assert_int_equal(f.sp[1].sw_state, 0x1ef8);
	assert_int_equal(f.sp[1].entry, 0xf9d);
	assert_string_equal(f.bootloader.binary.name, "fl_bootloader");
	assert_int_equal(f.bootloader.num_dma_cmds, 0xa4);
	assert_int_equal(f.bootloader.dma_cmd_list, 0);
	assert_int_equal(f.bootloader.sw_state, 0xa0);
	assert_int_equal(f.bootloader.entry, 0x800);
	assert_int_equal(f.bootloader.binary.icache.size, 10624);
	check_bounds(&f, size);
	free(file);
}

static void layout_b_has_others(void **state)
{
	struct firmware f;
	struct diag diag;
	size_t size;
	uint8_t *file = firmware_image_build('b', &size);

	(void)state;
	assert_int_equal(parse(file, size, &f, &diag), FL_OK);
	assert_int_equal(f.binaries, 4);
	assert_int_equal(f.sp[0].init_dmem_data, 0x10);
	assert_int_equal(f.sp[0].host_sp_queue, 0x100);
	assert_int_equal(f.sp[0].host_sp_com, 0x600);
	assert_int_equal(f.sp[0].binary.data_target, 0x800);
	assert_int_equal(f.sp[0].entry, 0x123);
	assert_int_equal(f.sp[1].sw_state, 0x1c);
	assert_int_equal(f.bootloader.num_dma_cmds, 0x10);
	assert_int_equal(f.bootloader.dma_cmd_list, 0x20);
	assert_int_equal(f.bootloader.sw_state, 0x14);
	assert_int_equal(f.bootloader.entry, 0x40);
	check_bounds(&f, size);
	free(file);
}

static void last_binary_of_a_type_wins(void **state)
{
	struct firmware f;
	struct diag diag;
	size_t size;
	uint8_t *file = firmware_image_build('a', &size);

	(void)state;
	memcpy(file + HEADER(3), file + HEADER(0), 1200); /* SP0 again, with another entry point */
	file[HEADER(3) + 92] = 0x42;
	assert_int_equal(parse(file, size, &f, &diag), FL_OK);
	assert_int_equal(f.sp[0].entry, 0xb42);
	free(file);
}

/* ---- damaged files ------------------------------------------------------------------------------ */

static void every_truncation_is_refused(void **state)
{
	(void)state;
	for (char layout = 'a'; layout <= 'b'; layout++) {
		size_t size;
		uint8_t *file = firmware_image_build(layout, &size);

		for (size_t cut = 0; cut < size; cut += cut < 8000 || cut > size - 600 ? 1 : 61) {
			struct firmware f;
			struct diag diag;
			enum fl_err err = parse(file, cut, &f, &diag);

			/* The last blob is an ISP binary's; its end is checked like all others'. */
			if (err != FL_ERR_FORMAT || !strstr(diag.message, "firmware file") ||
			    !diag.hint[0])
				fail_msg("layout %c cut at %zu: %d '%s'", layout, cut, err,
					 diag.message);
		}
		free(file);
	}
}

static void every_flip_in_the_headers_is_refused_or_safe(void **state)
{
	static const uint8_t flips[] = {0x01, 0x80, 0xff};
	unsigned refused = 0, taken = 0;

	(void)state;
	for (char layout = 'a'; layout <= 'b'; layout++) {
		size_t size;
		uint8_t *file = firmware_image_build(layout, &size);

		for (size_t at = 0; at < HEADER(5) + 400; at++)
			for (size_t i = 0; i < COUNT(flips); i++) {
				struct firmware f;
				struct diag diag = {0};

				file[at] ^= flips[i];
				if (firmware_parse(file, size, &f, &diag) == FL_OK) {
					check_bounds(&f, size);
					assert_string_equal(diag.message, "");
					taken++;
				} else {
					assert_true(diag.message[0] && diag.hint[0]);
					refused++;
				}
				file[at] ^= flips[i];
			}
		free(file);
	}
	assert_true(refused > 300 && taken > 300);
}

/* Every word of every header set to what breaks careless sums. */
static void hostile_words_are_refused_or_safe(void **state)
{
	static const uint32_t words[] = {0,          1,          0x3fff,     0x4000,
					 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff};
	size_t size;
	uint8_t *file = firmware_image_build('a', &size);

	(void)state;
	for (size_t at = 64; at + 4 <= HEADER(5); at += 4)
		for (size_t i = 0; i < COUNT(words); i++) {
			uint8_t *copy = copy_of(file, size);
			struct diag diag = {0};
			struct firmware f;

			memcpy(copy + at, &words[i], 4);
			if (firmware_parse(copy, size, &f, &diag) == FL_OK)
				check_bounds(&f, size);
			free(copy);
		}
	free(file);
}

/* ---- each rule with its words -------------------------------------------------------------------- */

struct rule {
	uint32_t at, value;
	const char *words;
};

static const struct rule rules[] = {
	/* the file */
	{68, 76, "header size says 76, want 72"},
	{64, 0, "claims 0 binaries"},
	{64, 1001, "claims 1001 binaries"},
	{64, 60, "claims 60 binaries"},
	{64, 0x80000005, "binaries"},
	{64, 2, "lacks boot loader"},
	{64, 1, "lacks SP1 boot loader"},
	/* each binary */
	{HEADER(0) + 8, 5, "binary 0: type is 5"},
	{HEADER(0) + 8, 1, "lacks SP0"},
	{HEADER(1) + 8, 0, "lacks SP1"},
	{HEADER(2) + 8, 4, "lacks boot loader"},
	{HEADER(1) + 848, 0x7fffffff, "binary 1: offset of the name"},
	{HEADER(1) + 848, 7000, "binary 1: length of the name"},
	{HEADER(2) + 852, 10000, "binary 2: sum of sections and padding is 10624"},
	{HEADER(3) + 856, 4, "binary 3: sum of sections and padding"},
	{HEADER(4) + 832, 0x7ffffff0, "binary 4: end of the blob in the file is 21474"},
	{HEADER(0) + 860, 0x7fffffff, "binary 0: end of the icache section"},
	{HEADER(0) + 872, 10000, "binary 0: end of the text section"},
	{HEADER(0) + 884, 0xffffffff, "binary 0: end of the data section"},
	{HEADER(0) + 872, 4096, "binary 0: number of overlapping sections is 1 (0x1), limit 0"},
	{HEADER(0) + 884, 0, "binary 0: number of overlapping sections"},
	/* SP: every variable inside DMEM, whole, and aligned */
	{HEADER(0) + 16, 0x4000 - 20, "init_dmem_data"},
	{HEADER(0) + 20, 0x4000, "per_frame_data"},
	{HEADER(0) + 32, 0x4000, "host_sp_queue"},
	{HEADER(0) + 36, 0x4000 - 0x74, "host_sp_com"},
	{HEADER(0) + 40, 0xfffffffc, "isp_started"},
	{HEADER(1) + 44, 0x4000, "binary 1: sw_state"},
	{HEADER(0) + 48, 0x4000, "host_sp_queues_initialized"},
	{HEADER(0) + 52, 0x4000, "sleep_mode"},
	{HEADER(0) + 56, 0x4000, "invalidate_tlb"},
	{HEADER(0) + 44, 0x38d9, "sw_state"},
	{HEADER(0) + 888, 0x4000 - 803, "end of data in DMEM"},
	{HEADER(0) + 888, 2, "alignment of data in DMEM is 2 (0x2), limit 16384"},
	{HEADER(0) + 904, 0x4000, "end of bss in DMEM"},
	{HEADER(0) + 900, 0xffffff00, "end of bss in DMEM"},
	/* boot loader: inside the ISP's DMEM */
	{HEADER(2) + 16, 0xc000, "num_dma_cmds"},
	{HEADER(2) + 20, 0xc000 - 28, "dma_cmd_list"},
	{HEADER(2) + 24, 0xc000, "sw_state"},
	{HEADER(2) + 24, 0xa2, "sw_state"},
};

static void each_rule_says_what_is_wrong(void **state)
{
	size_t size;
	uint8_t *file = firmware_image_build('a', &size);

	(void)state;
	for (size_t i = 0; i < COUNT(rules); i++) {
		struct firmware f;
		struct diag diag;
		uint32_t old;
		enum fl_err err;

		memcpy(&old, file + rules[i].at, 4);
		memcpy(file + rules[i].at, &rules[i].value, 4);
		err = parse(file, size, &f, &diag);
		memcpy(file + rules[i].at, &old, 4);
		if (err != FL_ERR_FORMAT || !strstr(diag.message, rules[i].words) || !diag.hint[0])
			fail_msg("0x%x at %u: %d '%s' does not say '%s'", rules[i].value,
				 rules[i].at, err, diag.message, rules[i].words);
	}
	free(file);
}

static void name_of_62_characters_is_the_longest(void **state)
{
	struct firmware f;
	struct diag diag;
	uint32_t at;
	size_t size;
	uint8_t *file = firmware_image_build('a', &size), *longer = calloc(1, size + 128);

	(void)state;
	memcpy(longer, file, size);
	at = (uint32_t)size;
	memcpy(longer + HEADER(0) + 848, &at, 4);
	memset(longer + size, 'n', 62);
	assert_int_equal(parse(longer, size + 63, &f, &diag), FL_OK);
	assert_int_equal(strlen(f.sp[0].binary.name), 62);
	assert_int_equal(parse(longer, size + 62, &f, &diag),
			 FL_ERR_FORMAT); /* not terminated in the file */
	memset(longer + size, 'n', 65);
	diag_clear(&diag); /* what follows behind the end of the file is not looked at */
	assert_int_equal(firmware_parse(longer, size + 62, &f, &diag), FL_ERR_FORMAT);
	assert_non_null(strstr(diag.message, "length of the name is 62 "));
	assert_int_equal(parse(longer, size + 67, &f, &diag), FL_ERR_FORMAT);
	assert_non_null(strstr(diag.message, "length of the name is 63 "));
	longer[size] = '\0'; /* none at all, at the very end */
	assert_int_equal(parse(longer, size + 1, &f, &diag), FL_OK);
	assert_string_equal(f.sp[0].binary.name, "");
	free(longer);
	free(file);
}

static void text_must_fit_the_program_memory(void **state)
{
	uint32_t text = 0x4004, blob = 8192 + 0x4004;
	struct firmware f;
	struct diag diag;
	size_t size;
	uint8_t *file = firmware_image_build('a', &size), *longer = calloc(1, size + blob);
	uint32_t zero = 0, start = (uint32_t)size;

	(void)state;
	memcpy(longer, file, size);
	memcpy(longer + HEADER(0) + 832, &start, 4);
	memcpy(longer + HEADER(0) + 852, &blob, 4);
	memcpy(longer + HEADER(0) + 856, &zero, 4);
	memcpy(longer + HEADER(0) + 876, &text, 4);
	memcpy(longer + HEADER(0) + 892, &zero, 4);
	memcpy(longer + HEADER(0) + 884, &zero, 4);
	assert_int_equal(parse(longer, size + blob, &f, &diag), FL_ERR_FORMAT);
	assert_non_null(strstr(diag.message, "text size is 16388"));
	text -= 4;
	blob -= 4;
	memcpy(longer + HEADER(0) + 852, &blob, 4);
	memcpy(longer + HEADER(0) + 876, &text, 4);
	assert_int_equal(parse(longer, size + blob, &f, &diag), FL_OK);
	free(longer);
	free(file);
}

static void set_word(uint8_t *file, uint32_t at, uint32_t value)
{
	memcpy(file + at, &value, 4);
}

/* Sections may touch, in any order; and where nothing is nothing overlaps. */
static void sections_may_touch(void **state)
{
	struct firmware_binary was;
	struct firmware f;
	struct diag diag;
	size_t size;
	uint8_t *file = firmware_image_build('a', &size);
	uint32_t padding;

	(void)state;
	assert_int_equal(parse(file, size, &f, &diag), FL_OK);
	was = f.sp[0].binary;
	assert_int_equal(was.icache.source + was.icache.size, was.text.source);
	set_word(file, HEADER(0) + 860, was.text.size); /* the text first, the icache behind it */
	set_word(file, HEADER(0) + 872, 0);
	assert_int_equal(parse(file, size, &f, &diag), FL_OK);
	set_word(file, HEADER(0) + 860, was.text.size - 1);
	assert_int_equal(parse(file, size, &f, &diag), FL_ERR_FORMAT);
	memcpy(&padding, file + HEADER(0) + 856, 4);
	set_word(file, HEADER(0) + 856, padding + was.icache.size); /* and no icache at all */
	set_word(file, HEADER(0) + 864, 0);
	assert_int_equal(parse(file, size, &f, &diag), FL_OK);
	free(file);
}

/* The last place that a word has room in. */
static void variables_may_end_with_their_memory(void **state)
{
	static const struct {
		uint32_t at, value;
	} cases[] = {{HEADER(2) + 16, 0xbffc}, {HEADER(2) + 24, 0xbffc}, {HEADER(0) + 20, 0x3ffc}};
	size_t size;
	uint8_t *file = firmware_image_build('a', &size);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct firmware f;
		struct diag diag;
		uint32_t old;

		memcpy(&old, file + cases[i].at, 4);
		set_word(file, cases[i].at, cases[i].value);
		assert_int_equal(parse(file, size, &f, &diag), FL_OK);
		set_word(file, cases[i].at, old);
	}
	free(file);
}

static void what_is_lacking_is_told_alone(void **state)
{
	static const struct {
		uint32_t at, type;
		const char *message;
	} cases[] = {{HEADER(0) + 8, 1, "firmware file lacks SP0"},
		     {HEADER(1) + 8, 0, "firmware file lacks SP1"},
		     {HEADER(2) + 8, 4, "firmware file lacks boot loader"}};
	size_t size;
	uint8_t *file = firmware_image_build('a', &size);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct firmware f;
		struct diag diag;
		uint32_t old;

		memcpy(&old, file + cases[i].at, 4);
		set_word(file, cases[i].at, cases[i].type);
		assert_int_equal(parse(file, size, &f, &diag), FL_ERR_FORMAT);
		assert_string_equal(diag.message, cases[i].message);
		set_word(file, cases[i].at, old);
	}
	free(file);
}

static void version_is_printable(void **state)
{
	struct firmware f;
	struct diag diag;
	size_t size;
	uint8_t *file = firmware_image_build('a', &size);

	(void)state;
	memset(file, 'v', 64); /* need not be terminated */
	file[0] = file[3] = 0x1b;
	file[63] = 0xff;
	assert_int_equal(parse(file, size, &f, &diag), FL_OK);
	assert_int_equal(strlen(f.version), 64);
	assert_int_equal(f.version[0], '?');
	assert_int_equal(f.version[3], '?');
	assert_int_equal(f.version[63], '?');
	free(file);
}

/* ---- exact words ----------------------------------------------------------------------------------- */

static void headers_are_told_with_their_numbers(void **state)
{
	struct firmware f;
	struct diag diag;
	size_t size;
	uint8_t *file = firmware_image_build('a', &size);
	const uint32_t h_size = 0x12345648;

	(void)state;
	assert_int_equal(parse(file, 1271, &f, &diag), FL_ERR_FORMAT);
	assert_non_null(strstr(diag.message, "has 1271 bytes, at least 1272 are needed"));
	assert_int_equal(f.binaries, 0);
	assert_string_equal(f.version, "");
	memcpy(file + 64, &(uint32_t){1}, 4); /* one header, and the file ends there */
	assert_int_equal(parse(file, 1272, &f, &diag), FL_ERR_FORMAT);
	assert_non_null(strstr(diag.message, "binary 0: "));
	memcpy(file + 64, &(uint32_t){5}, 4);
	memcpy(file, " ~\x7f\x1f", 4);
	assert_int_equal(parse(file, size, &f, &diag), FL_OK);
	assert_memory_equal(f.version, " ~??", 4);
	memcpy(file + 68, &h_size, 4);
	assert_int_equal(parse(file, size, &f, &diag), FL_ERR_FORMAT);
	assert_non_null(strstr(diag.message, "header size says 305419848, want 72"));
	free(file);
}

static void builds_are_known_damaged_or_unknown(void **state)
{
	static const char *const names[] = {"synthetic a", "synthetic b"};
	struct firmware_build build;
	size_t size;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		uint8_t *file = firmware_image_build((char)('a' + i), &size);

		memset(&build, 0xee, sizeof build);
		firmware_identify(file, size, &build);
		assert_int_equal(build.identity, FIRMWARE_KNOWN);
		assert_string_equal(build.name, names[i]);
		assert_string_equal(build.digest, build.want);
		file[size - 1] ^= 1; /* size and version say what it should be */
		firmware_identify(file, size, &build);
		assert_int_equal(build.identity, FIRMWARE_DAMAGED);
		assert_string_equal(build.name, names[i]);
		assert_non_null(strstr(build.cure, "make it again: build/make-firmware"));
		assert_string_not_equal(build.digest, build.want);
		firmware_identify(file, size - 1, &build); /* by its version alone */
		assert_int_equal(build.identity, FIRMWARE_DAMAGED);
		file[1] ^= 1; /* by its size alone */
		firmware_identify(file, size, &build);
		assert_int_equal(build.identity, FIRMWARE_DAMAGED);
		memset(&build, 0xee, sizeof build);
		firmware_identify(file, size - 1, &build);
		assert_int_equal(build.identity, FIRMWARE_UNKNOWN);
		assert_string_equal(build.name, "");
		assert_string_equal(build.cure, "");
		assert_string_equal(build.want, "");
		free(file);
	}
}

/* A version is all of it, up to its end: of a file that is cut off behind it nothing is known. */
static void a_version_is_whole(void **state)
{
	static const struct {
		const char *version, *name;
	} cases[] = {
		{"irci_irci_ecr-master_20161208_0213_20170112_1500",
		 "Intel 20161208_0213_20170112_1500"},
		{"firstlight synthetic 1", "synthetic a"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t file[65] = {0};
		struct firmware_build build;

		memcpy(file, cases[i].version, strlen(cases[i].version));
		firmware_identify(file, 64, &build);
		assert_int_equal(build.identity, FIRMWARE_DAMAGED);
		assert_string_equal(build.name, cases[i].name);
		firmware_identify(file, strlen(cases[i].version) + 1, &build);
		assert_int_equal(build.identity, FIRMWARE_DAMAGED);
		firmware_identify(file, strlen(cases[i].version), &build);
		assert_int_equal(build.identity, FIRMWARE_UNKNOWN);
		file[strlen(cases[i].version)] = 'x';
		firmware_identify(file, 64, &build);
		assert_int_equal(build.identity, FIRMWARE_UNKNOWN);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_are_told_with_their_numbers),
		cmocka_unit_test(builds_are_known_damaged_or_unknown),
		cmocka_unit_test(layout_a_has_the_offsets_of_intels_build),
		cmocka_unit_test(layout_b_has_others),
		cmocka_unit_test(last_binary_of_a_type_wins),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(every_flip_in_the_headers_is_refused_or_safe),
		cmocka_unit_test(hostile_words_are_refused_or_safe),
		cmocka_unit_test(each_rule_says_what_is_wrong),
		cmocka_unit_test(name_of_62_characters_is_the_longest),
		cmocka_unit_test(text_must_fit_the_program_memory),
		cmocka_unit_test(version_is_printable),
		cmocka_unit_test(sections_may_touch),
		cmocka_unit_test(variables_may_end_with_their_memory),
		cmocka_unit_test(what_is_lacking_is_told_alone),
		cmocka_unit_test(a_version_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
