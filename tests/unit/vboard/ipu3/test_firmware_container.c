/*
 * test_firmware_container.c: reads the synthetic firmware with a reader of its own and holds it
 * against the list of what a loader checks (imgu.md 4.8).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "vboard/ipu3/firmware_image.h"

#define SP_DMEM  0x4000u
#define ISP_DMEM 0xC000u
#define PMEM     0x4000u

struct reader {
	const uint8_t *bytes;
	uint64_t size;
	char why[128];
};

static bool refuse(struct reader *r, const char *why)
{
	snprintf(r->why, sizeof(r->why), "%s", why);
	return false;
}

static uint64_t u32(const struct reader *r, uint64_t at)
{
	const uint8_t *p = r->bytes + at;

	return p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24;
}

static uint64_t u32_or_max(const struct reader *r, uint64_t at)
{
	return at + 4 <= r->size ? u32(r, at) : UINT64_MAX;
}

static bool check_name(struct reader *r, uint64_t h)
{
	uint64_t at = u32(r, h + 848);
	const uint8_t *end;

	if (at >= r->size)
		return refuse(r, "name offset");
	end = memchr(r->bytes + at, 0, r->size - at);
	if (!end)
		return refuse(r, "name not terminated");
	if (end - (r->bytes + at) > 62 || end == r->bytes + at)
		return refuse(r, "name length");
	return true;
}

static bool check_blob(struct reader *r, uint64_t h)
{
	uint64_t at = u32(r, h + 832), size = u32(r, h + 852);
	uint64_t icache = u32(r, h + 864), text = u32(r, h + 876), data = u32(r, h + 892);

	if (size != icache + text + data + u32(r, h + 856))
		return refuse(r, "blob size is not the sum of its sections");
	if (at + size > r->size)
		return refuse(r, "blob outside the file");
	/* icache, text, data in this order, inside, not overlapping. */
	if (u32(r, h + 860) + icache > u32(r, h + 872) ||
	    u32(r, h + 872) + text > u32(r, h + 884) || u32(r, h + 884) + data > size)
		return refuse(r, "sections overlap or leave the blob");
	return true;
}

static bool check_sp(struct reader *r, uint64_t h)
{
	static const struct {
		uint32_t field, bytes;
	} fields[] = {
		{16, 24}, {20, 4}, {24, 380}, {28, 16}, {32, 1224}, {36, 0x78},
		{40, 4},  {44, 4}, {48, 4},   {52, 4},  {56, 4},
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (u32(r, h + fields[i].field) + fields[i].bytes > SP_DMEM)
			return refuse(r, "SP variable outside DMEM");
	}
	if (u32(r, h + 876) > PMEM)
		return refuse(r, "text larger than program memory");
	if (u32(r, h + 888) + u32(r, h + 892) > SP_DMEM ||
	    u32(r, h + 900) + u32(r, h + 904) > SP_DMEM)
		return refuse(r, "data or bss outside DMEM");
	return true;
}

static bool check_loader(struct reader *r, uint64_t h)
{
	if (u32(r, h + 16) + 4 > ISP_DMEM || u32(r, h + 20) + 160 > ISP_DMEM ||
	    u32(r, h + 24) + 4 > ISP_DMEM)
		return refuse(r, "boot loader variable outside DMEM");
	return true;
}

static bool check_formats(struct reader *r, uint64_t at)
{
	uint64_t count = u32(r, at);

	if (count > 29)
		return refuse(r, "too many formats");
	for (uint64_t i = 0; i < count; i++) {
		if (u32(r, at + 4 + 4 * i) >= 29)
			return refuse(r, "unknown format");
	}
	return true;
}

static bool check_isp(struct reader *r, uint64_t h)
{
	if (u32(r, h + 20) >= 6 || u32(r, h + 132) > 2)
		return refuse(r, "mode or stripes");
	if (!u32(r, h + 196) || u32(r, h + 196) > 65536 || !u32(r, h + 204) ||
	    u32(r, h + 204) > 65536)
		return refuse(r, "block size");
	if (u32(r, h + 836) + 64 > r->size || u32(r, h + 840) + 64 > r->size ||
	    u32(r, h + 844) + 24 > r->size)
		return refuse(r, "memory offset tables");
	return check_formats(r, h + 536) && check_formats(r, h + 656);
}

static bool check_binary(struct reader *r, uint64_t h, unsigned seen[4])
{
	uint64_t type = u32(r, h + 8);

	if (type > 3)
		return refuse(r, "type");
	seen[type]++;
	if (!check_name(r, h) || !check_blob(r, h))
		return false;
	return type == 3 ? check_loader(r, h) : type == 2 ? check_isp(r, h) : check_sp(r, h);
}

static bool check_file(struct reader *r)
{
	unsigned seen[4] = {0};
	uint64_t count = u32_or_max(r, 64);

	if (r->size < 1272)
		return refuse(r, "too short");
	if (u32(r, 68) != 72)
		return refuse(r, "h_size");
	if (count > 1000 || 72 + 1200 * count > r->size)
		return refuse(r, "binary_nr");
	for (uint64_t i = 0; i < count; i++) {
		if (!check_binary(r, 72 + 1200 * i, seen))
			return false;
	}
	if (!seen[0] || !seen[1] || !seen[3])
		return refuse(r, "no SP, SP1 or boot loader");
	return true;
}

/* ---- Tests ---- */

static struct reader open_image(char layout)
{
	struct reader r = {.size = 0};
	size_t size;

	r.bytes = firmware_image_build(layout, &size);
	assert_non_null(r.bytes);
	r.size = size;
	return r;
}

static void both_layouts_pass_a_loader(void **state)
{
	(void)state;
	for (const char *layout = "ab"; *layout; layout++) {
		struct reader r = open_image(*layout);

		if (!check_file(&r))
			fail_msg("layout %c: %s", *layout, r.why);
		free((void *)r.bytes);
	}
}

/* The size that Linux was tried with, and the binary that its driver takes by default. */
static void layout_a_is_the_one_of_the_sheet(void **state)
{
	struct reader r = open_image('a');

	(void)state;
	assert_int_equal(r.size, 58004);
	assert_string_equal((const char *)r.bytes, "firstlight synthetic 1");
	assert_int_equal(u32(&r, 64), 5);
	assert_int_equal(u32(&r, 72 + 832), 6464);
	for (uint64_t i = 3; i < 5; i++) {
		assert_int_equal(u32(&r, 72 + 1200 * i + 8), 2);
		assert_int_equal(u32(&r, 72 + 1200 * i + 20), i == 3 ? 3 : 2);
	}
	assert_int_equal(u32(&r, 72 + 856), 24);
	assert_int_equal(u32(&r, 72 + 16), 0x38DC);
	free((void *)r.bytes);
}

/* CONFIG and STATE tables must fit the blocks that the binary declares (7.5). */
static void isp_tables_fit_their_blocks(void **state)
{
	struct reader r = open_image('a');

	(void)state;
	for (uint64_t i = 3; i < 5; i++) {
		uint64_t h = 72 + 1200 * i, config = u32(&r, h + 840), state_at = u32(&r, h + 844);

		for (uint64_t at = 0; at < 64; at += 8)
			assert_true(u32(&r, config + at) + u32(&r, config + at + 4) <=
				    u32(&r, h + 208 + 80 + 8 + 4));
		for (uint64_t at = 0; at < 24; at += 8)
			assert_true(u32(&r, state_at + at) + u32(&r, state_at + at + 4) <=
				    u32(&r, h + 208 + 160 + 8 + 4));
		assert_int_equal(u32(&r, config + 4), 52);
		assert_int_equal(u32(&r, config + 60), 40);
	}
	free((void *)r.bytes);
}

static void descriptors_tell_the_truth(void **state)
{
	(void)state;
	for (const char *layout = "ab"; *layout; layout++) {
		struct reader r = open_image(*layout);

		for (uint64_t i = 0; i < u32(&r, 64); i++) {
			uint64_t h = 72 + 1200 * i, at = u32(&r, h + 832), size = u32(&r, h + 852);
			uint64_t words = u32(&r, h + 8) == 3 ? 4 : 21;
			uint8_t *blob = malloc(size);

			assert_non_null(blob);
			memcpy(blob, r.bytes + at, size);
			if (u32(&r, h + 8) == 2) {
				assert_memory_not_equal(blob, "FLHLE", 5);
			} else {
				assert_memory_equal(blob, "FLHLE\0\0\1\1\0\0\0", 12);
				assert_int_equal(u32(&r, at + 12), u32(&r, h + 8));
				assert_int_equal(u32(&r, at + 16), size);
				memset(blob + 20, 0, 4);
				assert_int_equal(u32(&r, at + 20), crc32(0, blob, (uInt)size));
				assert_memory_equal(blob + 24, r.bytes + h + 16, 4 * words);
			}
			free(blob);
		}
		free((void *)r.bytes);
	}
}

static void no_two_pages_are_alike(void **state)
{
	struct reader r = open_image('a');
	uint64_t pages[64];
	unsigned count = 0;

	(void)state;
	for (uint64_t i = 0; i < 5; i++) {
		uint64_t at = u32(&r, 72 + 1200 * i + 832), size = u32(&r, 72 + 1200 * i + 852);

		for (uint64_t page = 0; page + 4096 <= size; page += 4096)
			pages[count++] = at + page;
	}
	assert_true(count > 10);
	for (unsigned i = 0; i < count; i++) {
		for (unsigned j = 0; j < i; j++)
			assert_memory_not_equal(r.bytes + pages[i], r.bytes + pages[j], 4096);
	}
	free((void *)r.bytes);
}

static void the_same_bytes_each_time(void **state)
{
	struct reader r = open_image('b'), s = open_image('b');
	size_t size;

	(void)state;
	assert_int_equal(r.size, s.size);
	assert_memory_equal(r.bytes, s.bytes, r.size);
	assert_null(firmware_image_build('z', &size));
	free((void *)r.bytes);
	free((void *)s.bytes);
}

/* The reader itself: a file cut anywhere is not taken for whole. */
static void every_truncation_is_refused(void **state)
{
	struct reader r = open_image('b');

	(void)state;
	for (uint64_t size = 0; size < r.size; size++) {
		uint8_t *part = malloc(size ? size : 1);
		struct reader cut = {.bytes = part, .size = size};

		assert_non_null(part);
		memcpy(part, r.bytes, size);
		assert_false(check_file(&cut));
		free(part);
	}
	free((void *)r.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_layouts_pass_a_loader),
		cmocka_unit_test(layout_a_is_the_one_of_the_sheet),
		cmocka_unit_test(isp_tables_fit_their_blocks),
		cmocka_unit_test(descriptors_tell_the_truth),
		cmocka_unit_test(no_two_pages_are_alike),
		cmocka_unit_test(the_same_bytes_each_time),
		cmocka_unit_test(every_truncation_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
