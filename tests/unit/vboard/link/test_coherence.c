/*
 * test_coherence.c: what a device sees through the shadow. The test plays the plugin: it sets the
 * lines' states as witness.c would.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vboard/link/coherence.h"
#include "witness/state.h"

#define RAM   (1u << 20)
#define LINES (RAM / WITNESS_LINE)
#define AT    0x8040u /* start of a line */

struct bench {
	int ram_fd;
	struct coherence *coherence;
	uint8_t *ram, *shadow, *state;
	struct witness_header *header;
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	char error[256] = "";

	b->ram_fd = memfd_create("ram", 0);
	assert_int_equal(ftruncate(b->ram_fd, RAM), 0);
	b->coherence = coherence_new(b->ram_fd, RAM, error, sizeof(error));
	assert_non_null(b->coherence);
	b->ram = mmap(NULL, RAM, PROT_READ | PROT_WRITE, MAP_SHARED, b->ram_fd, 0);
	b->shadow = coherence_shadow(b->coherence);
	b->header = coherence_state(b->coherence);
	b->state = (uint8_t *)b->header;
	b->header->loaded = 1;
	b->header->armed = 1;
	coherence_contact(b->coherence);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	coherence_free(b->coherence);
	munmap(b->ram, RAM);
	close(b->ram_fd);
	free(b);
	return 0;
}

static uint8_t *cpu(struct bench *b, uint32_t address)
{
	return b->state + WITNESS_CPU(LINES) + address / WITNESS_LINE;
}

static uint8_t *ack(struct bench *b, uint32_t address)
{
	return b->state + WITNESS_ACK(LINES) + address / WITNESS_LINE;
}

static uint8_t *device(struct bench *b, uint32_t address)
{
	return b->state + WITNESS_DEVICE(LINES) + address / WITNESS_LINE;
}

static void write_back(struct bench *b, uint32_t address)
{
	address &= ~(WITNESS_LINE - 1);
	memcpy(b->shadow + address, b->ram + address, WITNESS_LINE);
	*cpu(b, address) = WITNESS_CLEAN | WITNESS_VALID;
}

/* The report as text; the caller frees it. */
static char *report(struct bench *b, unsigned *count)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	*count = coherence_report(b->coherence, NULL, out);
	fclose(out);
	return text;
}

static void expect(struct bench *b, unsigned count, const char *words)
{
	unsigned found;
	char *text = report(b, &found);

	if (found != count || !strstr(text, words))
		print_message("%s", text);
	assert_int_equal(found, count);
	assert_non_null(strstr(text, words));
	free(text);
}

static void memory_never_written_back_is_poison(void **state)
{
	struct bench *b = *state;
	uint8_t seen[4];

	memset(b->ram + AT, 0x11, 64);
	coherence_purpose(b->coherence, "FBPT");
	assert_true(coherence_read(b->coherence, AT, seen, 4));
	assert_int_equal(seen[3], WITNESS_POISON);
	expect(b, 1, "FBPT at 0x8040: device read a line that was never written back");
}

static void written_back_memory_is_seen(void **state)
{
	struct bench *b = *state;
	uint8_t seen[200];

	memset(b->ram + AT, 0x11, 256);
	for (uint32_t i = 0; i < 256; i += 64)
		write_back(b, AT + i);
	assert_true(coherence_read(b->coherence, AT + 3, seen, sizeof(seen)));
	assert_int_equal(seen[199], 0x11);
	expect(b, 0, "0 findings; witness armed");
}

static void a_store_after_the_write_back_is_stale(void **state)
{
	struct bench *b = *state;
	uint8_t seen;

	write_back(b, AT);
	b->ram[AT + 8] = 5;
	*cpu(b, AT) &= (uint8_t)~WITNESS_CLEAN;
	coherence_purpose(b->coherence, "LOP");
	coherence_read(b->coherence, AT, &seen, 1); /* other bytes of the line: no harm */
	expect(b, 0, "0 findings");
	coherence_read(b->coherence, AT + 8, &seen, 1);
	assert_int_equal(seen, 0);
	expect(b, 1, "LOP at 0x8040: device read stale memory");
}

static void a_flush_without_fence_is_named(void **state)
{
	struct bench *b = *state;
	uint8_t seen;

	*cpu(b, AT) = WITNESS_PENDING;
	coherence_read(b->coherence, AT, &seen, 1);
	expect(b, 1, "no fence between flush and device access");
}

static void device_data_waits_for_the_cpu(void **state)
{
	struct bench *b = *state;
	const uint8_t data[3] = {1, 2, 3};

	write_back(b, AT);
	b->header->fences = 7;
	assert_true(coherence_write(b->coherence, AT + 62, data, 3)); /* two lines */
	assert_int_equal(b->ram[AT + 62], 0);
	assert_int_equal(b->shadow[AT + 62], 1);
	assert_int_not_equal(*device(b, AT), *ack(b, AT));
	assert_int_not_equal(*device(b, AT + 64), *ack(b, AT + 64));
	assert_int_equal(b->shadow[AT + 64], 3);
	assert_int_equal(b->shadow[AT + 65], WITNESS_POISON); /* never flushed: a finding, too */
	expect(b, 1, "dirty in the CPU's cache");
}

static void a_device_write_is_always_news(void **state)
{
	struct bench *b = *state;
	const uint8_t byte = 1;

	write_back(b, AT);
	for (unsigned i = 0; i < 1000; i++) {
		coherence_write(b->coherence, AT, &byte, 1);
		assert_int_not_equal(*device(b, AT), *ack(b, AT));
		assert_int_not_equal(*device(b, AT), 0);
		if (i % 3 == 0)
			*ack(b, AT) = *device(b, AT);
	}
}

static void dma_outside_ram_is_refused(void **state)
{
	struct bench *b = *state;
	uint8_t byte = 0;

	assert_true(coherence_read(b->coherence, RAM - 1, &byte, 1));
	assert_false(coherence_read(b->coherence, RAM - 1, &byte, 2));
	assert_false(coherence_write(b->coherence, RAM, &byte, 1));
	assert_false(coherence_write(b->coherence, UINT64_MAX, &byte, 2));
}

static void nothing_goes_unwitnessed(void **state)
{
	struct bench *b = *state;
	uint8_t byte;

	write_back(b, AT);
	b->header->armed = 0;
	coherence_read(b->coherence, AT, &byte, 1);
	expect(b, 1, "before the witness was armed");
	b->header->loaded = 0;
	expect(b, 2, "the witness plugin was not loaded");
}

static void the_plugins_findings_are_told(void **state)
{
	struct bench *b = *state;
	const uint8_t byte = 1;

	write_back(b, AT);
	coherence_purpose(b->coherence, "frame");
	coherence_write(b->coherence, AT, &byte, 1);
	b->header->finding_count = 1;
	b->header->findings[0] = (struct witness_finding){WITNESS_CPU_STALE, 4, AT, 0x5000, 0};
	expect(b, 4, "frame at 0x8040: CPU read a stale line");
}

static void a_reset_forgets(void **state)
{
	struct bench *b = *state;
	uint8_t byte;

	write_back(b, AT);
	coherence_reset(b->coherence);
	assert_int_equal(*cpu(b, AT), 0);
	coherence_read(b->coherence, AT, &byte, 1);
	assert_int_equal(byte, WITNESS_POISON);
}

static void the_plugin_fits_the_version(void **state)
{
	(void)state;
	assert_int_equal(coherence_plugin_api("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg)"),
			 1);
	assert_int_equal(coherence_plugin_api("QEMU emulator version 8.2.0"), 1);
	assert_int_equal(coherence_plugin_api("QEMU emulator version 9.0.1"), 0);
	assert_int_equal(coherence_plugin_api("QEMU emulator version 9.1.0"), 3);
	assert_int_equal(
		coherence_plugin_api("QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2)"), 3);
	assert_int_equal(coherence_plugin_api("QEMU emulator version 11.0.1"), 3);
	assert_int_equal(
		coherence_plugin_api("QEMU emulator version 11.1.3 (Debian 1:11.1.3+ds-1)"), 7);
	assert_int_equal(coherence_plugin_api("QEMU emulator version 12.0.0"), 7);
	assert_int_equal(coherence_plugin_api("version"), 0);
	assert_int_equal(coherence_plugin_api(""), 0);
}

static void memory_that_cannot_be_followed_is_refused(void **state)
{
	char error[256] = "";

	(void)state;
	assert_null(coherence_new(-1, RAM, error, sizeof(error)));
	assert_non_null(strstr(error, "no memory-backend"));
	assert_null(coherence_new(0, 4ull << 30, error, sizeof(error)));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(memory_never_written_back_is_poison),
		TEST(written_back_memory_is_seen),
		TEST(a_store_after_the_write_back_is_stale),
		TEST(a_flush_without_fence_is_named),
		TEST(device_data_waits_for_the_cpu),
		TEST(a_device_write_is_always_news),
		TEST(dma_outside_ram_is_refused),
		TEST(nothing_goes_unwitnessed),
		TEST(the_plugins_findings_are_told),
		TEST(a_reset_forgets),
		cmocka_unit_test(the_plugin_fits_the_version),
		cmocka_unit_test(memory_that_cannot_be_followed_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
