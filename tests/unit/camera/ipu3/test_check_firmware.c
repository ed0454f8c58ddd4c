/* test_check_firmware.c: mmu.boot by hand: what is told of a file, and of data sections that the start code has changed
 * or the device has not moved. */
#include "tests/unit/camera/ipu3/mmu_rig.h"

static void board_with(char layout, const char *fault)
{
	imgu_rig_board(fault);
	imgu_rig_file(layout);
	imgu_rig_pass(check_mmu_up);
}

static void what_start_code_has_set_is_read_again(void **state)
{
	(void)state;
	imgu_trace_up();
	board_with('c', NULL);
	imgu_rig_pass(check_mmu_boot);
	rig_text("build", "unknown");
	rig_text("note", "no build that this ROM knows; linux-firmware's is the tested one");
	rig_text("sp0-data", "198 of 201 words; set by the start code: 0x90 0xb4 0xd8");
	rig_text("sp1-data", "130 of 131 words; set by the start code: 0x44");
	imgu_copies("SP0 804 000153a0, SP1 524 00018bc0, SP1 804 000153a0, SP1 524 00018bc0");
	imgu_rig_down();
	imgu_trace_down();
	board_with('a', NULL);
	imgu_rig_pass(check_mmu_boot);
	rig_has_no("note");
	imgu_rig_down();
}

/* Four places are shown, more are told by dots. */
static void only_the_first_places_are_shown(void **state)
{
	static const uint32_t from[] = {3, 0x90, 0x24};
	static const char *const want[] = {
		"197 of 201 words; set by the start code: 0x90 0xb4 0xd8 0xfc",
		"196 of 201 words; set by the start code: 0x90 0xb4 0xd8 0xfc ..."};

	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		imgu_rig_board(NULL);
		imgu_rig_patch(108, 3, from, (uint32_t[]){4 + i, 0x90, 0x24});
		imgu_rig_pass(check_mmu_up);
		imgu_rig_pass(check_mmu_boot);
		rig_text("sp0-data", want[i]);
		imgu_rig_down();
	}
}

/* SP1 has room for less than a section: piece by piece, a boot each. */
static void a_section_larger_than_the_room_is_read_in_pieces(void **state)
{
	static const uint32_t from[] = {0x260, 0x1000};

	(void)state;
	imgu_trace_up();
	imgu_rig_board(NULL);
	imgu_rig_patch(0, 2, from, (uint32_t[]){0x260, 0x37a0});
	imgu_rig_pass(check_mmu_up);
	imgu_rig_pass(check_mmu_boot);
	imgu_copies("SP0 804 000153a0, SP1 524 00018bc0, SP1 512 000153a0, SP1 292 000155a0, "
		    "SP1 512 00018bc0, SP1 12 00018dc0");
	imgu_rig_down();
	imgu_trace_down();
	imgu_rig_board(NULL);
	imgu_rig_patch(0, 2, from, (uint32_t[]){0x260, 0x39a0}); /* none at all */
	imgu_rig_pass(check_mmu_up);
	assert_int_equal(rig_check(check_mmu_boot, 0), VERDICT_SKIP);
	rig_says("nothing is proven with this firmware: SP0: 198 of 201 words of its data section "
		 "are "
		 "in its memory, the first other is at 0x10; this firmware leaves no memory of SP1 "
		 "to "
		 "read it again");
	rig_has_no("sp0-data");
	imgu_rig_down();
}

/* The smallest read takes 64 bytes of either processor. */
static void a_firmware_without_room_proves_nothing(void **state)
{
	static const uint32_t sp0[] = {0x3b0, 0x3000}, sp1[] = {0x260, 0x1000};

	(void)state;
	for (unsigned room = 48; room <= 64; room += 16) {
		imgu_rig_board(NULL);
		imgu_rig_patch(0, 2, sp0, (uint32_t[]){0x3b0, 0x3c00 - 0x3b0 - room});
		imgu_rig_pass(check_mmu_up);
		imgu_rig_pass(check_mmu_boot);
		assert_int_equal(rig_check(check_mmu_read, 0),
				 room < 64 ? VERDICT_SKIP : VERDICT_PASS);
		if (room < 64)
			rig_says("it leaves 48 bytes of SP0's memory free, a read takes 64");
		imgu_rig_down();
	}
	imgu_rig_board(NULL);
	imgu_rig_patch(0, 2, sp1, (uint32_t[]){0x260, 0x3c00 - 0x260 - 48});
	imgu_rig_pass(check_mmu_up);
	imgu_rig_pass(check_mmu_boot);
	assert_int_equal(rig_check(check_mmu_read, 0), VERDICT_SKIP);
	rig_says("it leaves 48 bytes of SP1's memory free, a read takes 64");
	imgu_rig_down();
}

static void a_section_that_never_came_fails(void **state)
{
	(void)state;
	board_with('a', "imgu-dma-drop=6");
	assert_int_equal(rig_check(check_mmu_boot, 0), VERDICT_FAIL);
	rig_says("SP0: 201 of 201 words of its data section never arrived in its memory; the first "
		 "is "
		 "at 0x0");
	rig_hints("a page was not read: page tables, flush of the firmware");
	rig_has_no("sp0-data");
	imgu_rig_down();
	board_with('a', "imgu-dma-drop=7");
	assert_int_equal(rig_check(check_mmu_boot, 0), VERDICT_FAIL);
	rig_says("SP1: 131 of 131 words of its data section never arrived in its memory");
	rig_text("sp0-data", "201 of 201 words");
	rig_has_no("sp1-data");
	imgu_rig_down();
}

/* The start of a reading again fails, or what it sees is no better. */
static void a_second_reading_that_fails_fails(void **state)
{
	static const struct {
		const char *fault, *words;
	} cases[] = {
		{"imgu-sp1-silent=2",
		 "SP0: 198 of 201 words of its data section are in its memory, "
		 "the first other is at 0x10; SP1: sw_state is 0x0"},
		{"imgu-sp1-silent=3",
		 "SP1: 130 of 131 words of its data section are in its memory, "
		 "the first other is at 0x4; SP1: sw_state is 0x0"},
		{"imgu-data-flip", "; read again: at IOVA 0x00015"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		board_with('c', cases[i].fault);
		if (rig_check(check_mmu_boot, 0) != VERDICT_FAIL)
			fail_msg("%s", cases[i].fault);
		rig_says(cases[i].words);
		imgu_rig_down();
	}
}

static void each_allocation_that_fails_is_an_error(void **state)
{
	unsigned errors = 0;

	(void)state;
	for (unsigned k = 1; k <= 26; k++) {
		enum verdict verdict;

		board_with('c', NULL);
		host_fail_allocation(k);
		verdict = rig_check(check_mmu_boot, 0);
		host_fail_allocation(0);
		if (verdict)
			assert_int_equal(verdict, VERDICT_ERROR);
		if (verdict)
			rig_says("memory");
		errors += verdict == VERDICT_ERROR;
		imgu_rig_down();
	}
	assert_int_equal(errors, 21);
}

static void a_damaged_copy_is_the_sticks_trouble(void **state)
{
	size_t size;
	uint8_t *file = firmware_image_build('a', &size);

	(void)state;
	assert_non_null(file);
	imgu_rig_board(NULL);
	file[size - 1] ^= 1;
	host_file_put("firstlight/firmware/ipu3-fw.bin", file, size);
	imgu_rig_pass(check_mmu_up);
	assert_int_equal(rig_check(check_mmu_boot, 0), VERDICT_ERROR);
	rig_says("firstlight/firmware/ipu3-fw.bin is a damaged copy of build synthetic a: ");
	rig_says("want a8d480a463d82f25d7d97dbca2bdca6a");
	rig_text("build", "damaged");
	rig_has_no("version");
	rig_has_no("note");
	imgu_rig_down();
	imgu_rig_board(NULL);
	host_file_put("firstlight/firmware/ipu3-fw.bin", file, 100);
	imgu_rig_pass(check_mmu_up);
	assert_int_equal(rig_check(check_mmu_boot, 0), VERDICT_ERROR);
	rig_has_no("version");
	imgu_rig_down();
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_start_code_has_set_is_read_again),
		cmocka_unit_test(only_the_first_places_are_shown),
		cmocka_unit_test(a_section_larger_than_the_room_is_read_in_pieces),
		cmocka_unit_test(a_firmware_without_room_proves_nothing),
		cmocka_unit_test(a_section_that_never_came_fails),
		cmocka_unit_test(a_second_reading_that_fails_fails),
		cmocka_unit_test(each_allocation_that_fails_is_an_error),
		cmocka_unit_test(a_damaged_copy_is_the_sticks_trouble),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
