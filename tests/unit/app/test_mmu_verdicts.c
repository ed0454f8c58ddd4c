/*
 * test_mmu_verdicts.c: what the MMU rungs say with each kind of firmware file: our own, Intel's (where it was
 * fetched: tools/fetch-firmware.sh), good ones that nobody knows, and damaged ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/host/rom.h"
#include "vboard/ipu3/firmware_image.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define STICK_FILE   "firstlight/firmware/ipu3-fw.bin"
#define INTEL_FILE   "build/firmware/ipu3-fw.bin"
#define INTEL_MAX    2000000u

struct file {
	uint8_t *bytes;
	size_t size;
};

static struct file synthetic(char layout)
{
	struct file file;

	file.bytes = firmware_image_build(layout, &file.size);
	assert_non_null(file.bytes);
	return file;
}

/* bytes is NULL when it was not fetched. */
static struct file intel(void)
{
	struct file file = {malloc(INTEL_MAX), 0};
	FILE *stream = fopen(INTEL_FILE, "rb");

	if (!stream) {
		free(file.bytes);
		return (struct file){0};
	}
	file.size = fread(file.bytes, 1, INTEL_MAX, stream);
	fclose(stream);
	return file;
}

/* `mmu` with this file and this fault (NULL: none). */
static int run_mmu(const struct file *file, const char *fault)
{
	const char *faults[] = {fault, NULL};

	rom_prepare(5);
	host_file_put(STICK_FILE, file->bytes, file->size);
	rom_attach(faults, VBOARD_FPS_SENSOR);
	return rom_run("mmu --at-end exit");
}

static void want(const char *id, const char *verdict, const char *words)
{
	if (strcmp(rom_verdict(id, ""), verdict) || !rom_says(id, "", words)) {
		print_error("%s\n", host_console());
		fail_msg("want %s %s with '%s'", id, verdict, words);
	}
}

static const char *const rungs[] = {"mmu.boot", "mmu.read", "mmu.remap", "mmu.unmap", "mmu.sizes"};

static void want_all_pass(void)
{
	for (size_t i = 0; i < COUNT(rungs); i++)
		want(rungs[i], "PASS", "");
	host_print_findings();
	assert_int_equal(host_finding_count(), 0);
	assert_int_equal(host_violation_count(), 0);
}

/* ---- the same faults with every file that works -------------------------------------------- */

/* The check that must fail, and its words; NULL: legal behaviour, nothing fails. */
static const struct {
	const char *fault, *id, *words;
} cases[] = {
	{"imgu-tlb-evict=30", NULL, NULL},
	{"imgu-prefetch", NULL, NULL},
	{"imgu-stale-tlb", "mmu.remap", "stale TLB: after remap and invalidate"},
	{"imgu-data-flip", "mmu.boot", "words of its data section are in its memory"},
	{"imgu-wrong-l1", "mmu.boot", "boot loader reports a DMA error"},
	{"imgu-boot-error", "mmu.boot", "DMA error"},
	{"imgu-boot-busy", "mmu.boot", "boot loader: sw_state is 0x101"},
	{"imgu-sp0-silent", "mmu.boot", "SP0: sw_state is 0x0"},
	{"imgu-sp1-silent", "mmu.boot", "SP1: sw_state is 0x0"},
	{"imgu-dma-drop=0", "mmu.boot", "SP1: sw_state is 0x0"},
	{"imgu-all-ones=700", "mmu.boot", "all ones"},
};

static void each_fault_fails(const struct file *file)
{
	assert_int_equal(run_mmu(file, NULL), 0);
	want_all_pass();
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(run_mmu(file, cases[i].fault), cases[i].id != NULL);
		if (cases[i].id)
			want(cases[i].id, "FAIL", cases[i].words);
		else
			want_all_pass();
	}
	run_mmu(file, "imgu-stale-tlb");
	want("mmu.unmap", "FAIL", "the device still reaches a page that was unmapped");
}

static void each_fault_fails_with_synthetic_firmware(void **state)
{
	(void)state;
	for (char layout = 'a'; layout <= 'b'; layout++) {
		struct file file = synthetic(layout);

		each_fault_fails(&file);
		free(file.bytes);
	}
}

static void each_fault_fails_with_a_build_that_nobody_knows(void **state)
{
	struct file file = synthetic('c');

	(void)state;
	each_fault_fails(&file);
	free(file.bytes);
}

static void each_fault_fails_with_intels_file(void **state)
{
	struct file file = intel();

	(void)state;
	if (!file.bytes)
		skip();
	each_fault_fails(&file);
	assert_int_equal(run_mmu(&file, NULL), 0);
	want("mmu.boot", "PASS", "\"build\": \"Intel 20161208_0213_20170112_1500\"");
	free(file.bytes);
}

/* A page that is dropped is one that never arrived: told as such wherever it is seen. */
static void a_dropped_page_is_told_as_one_that_never_arrived(void **state)
{
	struct file file = synthetic('a');
	unsigned told = 0;
	char fault[32];

	(void)state;
	for (unsigned page = 0; page < 9; page++) {
		snprintf(fault, sizeof fault, "imgu-dma-drop=%u", page);
		assert_int_equal(run_mmu(&file, fault), 1);
		told += rom_says("mmu.boot", "", "never arrived") ||
			rom_says("mmu.read", "", "never arrived");
	}
	assert_in_range(told, 2, 9);
	free(file.bytes);
}

/* ---- what is told of the file -------------------------------------------------------------- */

static void words_that_the_start_code_sets_are_named_and_forgiven(void **state)
{
	struct file file = synthetic('c');

	(void)state;
	assert_int_equal(run_mmu(&file, NULL), 0);
	want("mmu.boot", "PASS", "198 of 201 words; set by the start code: 0x90 0xb4 0xd8");
	want("mmu.boot", "PASS", "130 of 131 words; set by the start code: 0x44");
	want("mmu.boot", "PASS", "\"build\": \"unknown\"");
	free(file.bytes);
}

/* No read has ever matched: the processor that copies nothing may be right to, and nothing passes. */
static void firmware_that_does_not_copy_proves_nothing(void **state)
{
	struct file file = synthetic('d');

	(void)state;
	run_mmu(&file, NULL);
	want("mmu.boot", "PASS", "\"build\": \"unknown\"");
	want("mmu.read", "SKIP", "nothing is proven with this firmware");
	for (size_t i = 2; i < COUNT(rungs); i++)
		want(rungs[i], "SKIP", "mmu.read");
	free(file.bytes);
}

/* Only on request: maintenance is left out on purpose, and the device tells what it saw. */
static void the_snoop_test_tells_what_the_machine_does(void **state)
{
	(void)state;
	for (unsigned coherent = 0; coherent < 2; coherent++) {
		rom_prepare(5);
		host_set_coherent(coherent);
		host_set_adversary(
			0); /* a line that leaves the cache by itself makes it "cannot tell" */
		rom_put_firmware();
		rom_attach(NULL, VBOARD_FPS_SENSOR);
		assert_int_equal(rom_run("cache --at-end exit"), 0);
		want("cache.snoop", "PASS", coherent ? "\"snoops" : "does not snoop");
	}
}

/* ---- damaged files -------------------------------------------------------------------------- */

static uint32_t word_at(const struct file *file, size_t offset)
{
	uint32_t word;

	memcpy(&word, file->bytes + offset, 4);
	return word;
}

/* Offsets of a bit that is not what it was: one in each part of the container (imgu.md 4.2, 4.6). */
static size_t flip_places(const struct file *file, size_t *places)
{
	uint32_t binaries = word_at(file, 64);
	size_t count = 0;

	places[count++] = 3;  /* version */
	places[count++] = 64; /* number of binaries */
	places[count++] = 68; /* header size */
	for (uint32_t i = 0; i < binaries && i < 5; i++) {
		size_t header = 72 + 1200 * (size_t)i, blob = word_at(file, header + 832);

		places[count++] = header + 8;                  /* type */
		places[count++] = header + 884;                /* where the data begins */
		places[count++] = word_at(file, header + 848); /* name */
		for (size_t section = 860; section <= 884; section += 12) {
			size_t size = word_at(file, header + section + (section == 884 ? 8 : 4));

			if (size)
				places[count++] = blob + word_at(file, header + section) + size / 2;
		}
	}
	places[count++] = file->size - 1;
	return count;
}

static void want_damaged(const struct file *file, const char *what)
{
	assert_int_equal(run_mmu(file, NULL), 2);
	if (strcmp(rom_verdict("mmu.boot", ""), "ERROR") ||
	    !rom_says("mmu.boot", "", "is a damaged copy of build") ||
	    !rom_says("mmu.boot", "", "\"build\": \"damaged\"") ||
	    strcmp(rom_verdict("mmu.read", ""), "SKIP")) {
		print_error("%s\n", host_console());
		fail_msg("%s: no ERROR", what);
	}
}

static void every_damage_is_an_error(struct file *file)
{
	size_t places[64], count = flip_places(file, places), size = file->size;
	char what[32];

	for (size_t i = 0; i < count; i++) {
		snprintf(what, sizeof what, "bit at %zu", places[i]);
		file->bytes[places[i]] ^= (uint8_t)(1u << i % 8);
		want_damaged(file, what);
		file->bytes[places[i]] ^= (uint8_t)(1u << i % 8);
	}
	assert_true(count >= 18);
	for (size_t cut = 1; cut < size; cut = 4 * cut + 1) {
		file->size = size - cut;
		want_damaged(file, "cut off");
	}
	file->bytes = realloc(file->bytes, size + 4096);
	memset(file->bytes + size, 0, 4096);
	for (size_t more = 1; more <= 4096; more *= 64) {
		file->size = size + more;
		want_damaged(file, "bytes at the end");
	}
	file->size = size;
	assert_int_equal(run_mmu(file, NULL), 0);
}

static void every_damage_to_a_synthetic_file_is_an_error(void **state)
{
	struct file file = synthetic('a');

	(void)state;
	every_damage_is_an_error(&file);
	free(file.bytes);
}

static void every_damage_to_intels_file_is_an_error(void **state)
{
	struct file file = intel();

	(void)state;
	if (!file.bytes)
		skip();
	every_damage_is_an_error(&file);
	free(file.bytes);
}

/* Another version, another size: it may be a build that we do not have. It runs, and is told. */
static void an_unknown_build_is_told(void **state)
{
	struct file file = synthetic('a');

	(void)state;
	file.bytes = realloc(file.bytes, file.size + 16);
	memset(file.bytes + file.size, 0, 16);
	file.size += 16;
	memcpy(file.bytes, "somebody's", 10);
	assert_int_equal(run_mmu(&file, NULL), 0);
	want("mmu.boot", "PASS", "\"build\": \"unknown\"");
	want("mmu.boot", "PASS", "no build that this ROM knows");
	free(file.bytes);
}

/* The stick's trouble is not the device's. */
static void a_file_of_another_kind_is_an_error(void **state)
{
	struct file file = {(uint8_t *)strdup("MZ, and nothing else"), 20};

	(void)state;
	assert_int_equal(run_mmu(&file, NULL), 2);
	want("mmu.boot", "ERROR", "20 bytes");
	want("mmu.up", "PASS", "");
	free(file.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault_fails_with_synthetic_firmware),
		cmocka_unit_test(each_fault_fails_with_a_build_that_nobody_knows),
		cmocka_unit_test(each_fault_fails_with_intels_file),
		cmocka_unit_test(a_dropped_page_is_told_as_one_that_never_arrived),
		cmocka_unit_test(words_that_the_start_code_sets_are_named_and_forgiven),
		cmocka_unit_test(firmware_that_does_not_copy_proves_nothing),
		cmocka_unit_test(the_snoop_test_tells_what_the_machine_does),
		cmocka_unit_test(every_damage_to_a_synthetic_file_is_an_error),
		cmocka_unit_test(every_damage_to_intels_file_is_an_error),
		cmocka_unit_test(an_unknown_build_is_told),
		cmocka_unit_test(a_file_of_another_kind_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
