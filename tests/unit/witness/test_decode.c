/* test_decode.c: the witness recognises every form of the instructions that move cache lines. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "witness/decode.h"

#define NONE DECODE_NONE
#define RIP  DECODE_RIP

/* Bytes as GNU as makes them for the text behind. */
static const struct {
	uint8_t code[12], size;
	enum decode_kind kind;
	uint8_t base, index, scale;
	int32_t displacement;
	const char *text;
} good[] = {
	{{0x0f, 0xae, 0x3f}, 3, DECODE_CLFLUSH, 7, NONE, 1, 0, "clflush [rdi]"},
	{{0x0f, 0xae, 0x38}, 3, DECODE_CLFLUSH, 0, NONE, 1, 0, "clflush [rax]"},
	{{0x41, 0x0f, 0xae, 0x38}, 4, DECODE_CLFLUSH, 8, NONE, 1, 0, "clflush [r8]"},
	{{0x41, 0x0f, 0xae, 0x7d, 0x00}, 5, DECODE_CLFLUSH, 13, NONE, 1, 0, "clflush [r13]"},
	{{0x41, 0x0f, 0xae, 0x3c, 0x24}, 5, DECODE_CLFLUSH, 12, NONE, 1, 0, "clflush [r12]"},
	{{0x0f, 0xae, 0x3c, 0x24}, 4, DECODE_CLFLUSH, 4, NONE, 1, 0, "clflush [rsp]"},
	{{0x0f, 0xae, 0x7b, 0xc0}, 4, DECODE_CLFLUSH, 3, NONE, 1, -64, "clflush [rbx-64]"},
	{{0x0f, 0xae, 0xbe, 0x00, 0x10, 0, 0},
	 7,
	 DECODE_CLFLUSH,
	 6,
	 NONE,
	 1,
	 4096,
	 "clflush [rsi+4096]"},
	{{0x0f, 0xae, 0x3d, 0x10, 0, 0, 0},
	 7,
	 DECODE_CLFLUSH,
	 RIP,
	 NONE,
	 1,
	 16,
	 "clflush [rip+16]"},
	{{0x0f, 0xae, 0x3c, 0xc8}, 4, DECODE_CLFLUSH, 0, 1, 8, 0, "clflush [rax+rcx*8]"},
	{{0x43, 0x0f, 0xae, 0x7c, 0x8a, 0x40},
	 6,
	 DECODE_CLFLUSH,
	 10,
	 9,
	 4,
	 64,
	 "clflush [r10+r9*4+64]"},
	{{0x0f, 0xae, 0x3c, 0x25, 0, 0, 0, 0x10},
	 8,
	 DECODE_CLFLUSH,
	 NONE,
	 NONE,
	 1,
	 0x10000000,
	 "clflush [0x10000000]"},
	{{0x42, 0x0f, 0xae, 0x3c, 0x20}, 5, DECODE_CLFLUSH, 0, 12, 1, 0, "clflush [rax+r12]"},
	{{0x66, 0x0f, 0xae, 0x3f}, 4, DECODE_CLFLUSHOPT, 7, NONE, 1, 0, "clflushopt [rdi]"},
	{{0x66, 0x41, 0x0f, 0xae, 0x3f}, 5, DECODE_CLFLUSHOPT, 15, NONE, 1, 0, "clflushopt [r15]"},
	{{0x66, 0x0f, 0xae, 0x37}, 4, DECODE_CLWB, 7, NONE, 1, 0, "clwb [rdi]"},
	{{0x0f, 0x09}, 2, DECODE_WBINVD, NONE, NONE, 0, 0, "wbinvd"},
	{{0xf3, 0x0f, 0x09}, 3, DECODE_WBNOINVD, NONE, NONE, 0, 0, "wbnoinvd"},
	{{0x0f, 0x08}, 2, DECODE_INVD, NONE, NONE, 0, 0, "invd"},
	{{0x0f, 0xae, 0xf0}, 3, DECODE_FENCE, NONE, NONE, 0, 0, "mfence"},
	{{0x0f, 0xae, 0xf8}, 3, DECODE_FENCE, NONE, NONE, 0, 0, "sfence"},
	{{0x48, 0x89, 0x3c, 0x24}, 4, DECODE_SPILL, 7, NONE, 0, 0, "mov [rsp], rdi"},
	{{0x4c, 0x89, 0x04, 0x24}, 4, DECODE_SPILL, 8, NONE, 0, 0, "mov [rsp], r8"},
	{{0x0f, 0x1f, 0x80, 'F', 'L', 'C', 'W'},
	 7,
	 DECODE_ARM,
	 NONE,
	 NONE,
	 0,
	 0,
	 "nop [rax+'FLCW']"},
};

/* Neighbours that must not be taken for one of them. */
static const struct {
	uint8_t code[12], size;
	const char *text;
} other[] = {
	{{0x0f, 0xae, 0x37}, 3, "xsaveopt [rdi]"},
	{{0x0f, 0xae, 0x2f}, 3, "xrstor [rdi]"},
	{{0x0f, 0xae, 0xe8}, 3, "lfence"},
	{{0x66, 0x0f, 0xae, 0xf0}, 4, "tpause eax"},
	{{0x66, 0x0f, 0xae, 0xf8}, 4, "pcommit"},
	{{0xf3, 0x0f, 0xae, 0x37}, 4, "clrssbsy [rdi]"},
	{{0xf3, 0x0f, 0xae, 0xf0}, 4, "umonitor rax"},
	{{0xf2, 0x0f, 0xae, 0xf0}, 4, "umwait eax"},
	{{0x0f, 0x18, 0x3f}, 3, "hint nop"},
	{{0x0f, 0x0b}, 2, "ud2"},
	{{0x89, 0x3c, 0x24}, 3, "mov [rsp], edi"},
	{{0x48, 0x89, 0x7c, 0x24, 0x08}, 5, "mov [rsp+8], rdi"},
	{{0x48, 0x8b, 0x3c, 0x24}, 4, "mov rdi, [rsp]"},
	{{0x48, 0x89, 0x3c, 0x08}, 4, "mov [rax+rcx], rdi"},
	{{0x49, 0x89, 0x3c, 0x24}, 4, "mov [r12], rdi"},
	{{0x0f, 0x1f, 0x80, 0, 0, 0, 0}, 7, "nop [rax+0]"},
	{{0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0}, 8, "nop [rax+rax]"},
};

static void every_form_is_recognised(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const struct decoded d = decode(good[i].code, good[i].size);

		if (d.kind != good[i].kind || d.base != good[i].base || d.index != good[i].index)
			print_message("%s\n", good[i].text);
		assert_int_equal(d.kind, good[i].kind);
		assert_int_equal(d.base, good[i].base);
		assert_int_equal(d.index, good[i].index);
		assert_int_equal(d.displacement, good[i].displacement);
		if (d.index != NONE)
			assert_int_equal(d.scale, good[i].scale);
		assert_false(d.segment);
	}
}

static void neighbours_are_left_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		const struct decoded d = decode(other[i].code, other[i].size);

		if (d.kind != DECODE_OTHER)
			print_message("%s\n", other[i].text);
		assert_int_equal(d.kind, DECODE_OTHER);
	}
}

/* Every cut is no instruction of ours, or (without its prefix bytes) never read past the end: the
 * copy lies at the end of an allocation, so the sanitizer sees one byte too many. */
static void truncated_code_is_not_read_past(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		for (size_t size = 0; size < good[i].size; size++) {
			uint8_t *code = test_malloc(size + 1);

			for (size_t k = 0; k < size; k++)
				code[k + 1] = good[i].code[k];
			assert_int_not_equal(decode(code + 1, size).kind, good[i].kind);
			test_free(code);
		}
	}
}

static void segment_and_short_addresses_cannot_be_placed(void **state)
{
	const uint8_t fs[] = {0x64, 0x0f, 0xae, 0x3f}, edi[] = {0x67, 0x0f, 0xae, 0x3f};

	(void)state;
	assert_int_equal(decode(fs, sizeof(fs)).kind, DECODE_CLFLUSH);
	assert_true(decode(fs, sizeof(fs)).segment);
	assert_true(decode(edi, sizeof(edi)).segment);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_is_recognised),
		cmocka_unit_test(neighbours_are_left_alone),
		cmocka_unit_test(truncated_code_is_not_read_past),
		cmocka_unit_test(segment_and_short_addresses_cannot_be_placed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
