/* test_ipu3.c: what the IPU3 is to the rest of the ROM: its functions, its frames in memory, its link in words. */
#include "tests/unit/camera/ipu3/mmu_rig.h"

static const struct camera_config config = {.port = 1,
					    .lanes = 2,
					    .link_frequency = 400000000,
					    .width = 2592,
					    .height = 1944,
					    .max_height = 1944};

/* evidence.md 1.4 and 2.7; room for an eighth more and 16 lines, in whole pages. */
static void frames_are_packed_lines_with_room_behind(void **state)
{
	struct camera_config tall = config;
	struct camera_layout layout;

	(void)state;
	ipu3_camera.layout(&config, &layout);
	assert_ptr_equal(layout.format, &pixel_format_ipu3);
	assert_int_equal(layout.stride, 3328);
	assert_int_equal(layout.frame_bytes, 3328 * 1944);
	assert_true(layout.buffer_bytes >= (size_t)3328 * (1944 + 1944 / 8 + 16));
	assert_true(layout.buffer_bytes < (size_t)3328 * (1944 + 1944 / 8 + 18));
	assert_int_equal(layout.buffer_bytes % PAGE_SIZE, 0);
	tall.max_height = 1952; /* lines that a sensor may send more are no part of the frame */
	ipu3_camera.layout(&tall, &layout);
	assert_int_equal(layout.frame_bytes, 3328 * 1944);
	assert_true(layout.buffer_bytes >= (size_t)3328 * (1952 + 1952 / 8 + 16));
}

/* 400 MHz: a unit interval of 1.25 ns, windows as cio2.md gives them; what no D-PHY has is refused. */
static void the_link_is_told(void **state)
{
	struct camera_config slow = config;
	struct diag diag = {.message = ""};

	(void)state;
	rig_up();
	rig.check = report_begin(&rig.session.report, "test", "");
	assert_int_equal(ipu3_camera.link_facts(NULL, &config, rig.check, &diag), FL_OK);
	rig_number("mbit-per-lane", 800);
	assert_non_null(strstr(rig_fact("clock-settle")->text, " (window to "));
	assert_non_null(rig_fact("data-settle"));
	assert_non_null(rig_fact("data-termen"));
	rig.check = report_begin(&rig.session.report, "test", "");
	slow.link_frequency = 0;
	assert_int_equal(ipu3_camera.link_facts(NULL, &slow, rig.check, &diag), FL_ERR_RANGE);
	assert_true(diag.message[0]);
	rig_has_no("mbit-per-lane");
	rig_down();
}

static void the_imaging_unit_is_shown_or_missed(void **state)
{
	struct pci_function *functions;

	(void)state;
	imgu_rig_board(NULL);
	imgu_rig_pass(check_pci_imgu);
	rig_text("id", "8086:1919");
	rig_has_no("finding-1");
	functions = (struct pci_function *)rig.session.pci.functions;
	for (size_t i = 0; i < rig.session.pci.count; i++)
		if (functions[i].device == IMGU_DEVICE)
			functions[i].device = 0;
	assert_int_equal(rig_check(check_pci_imgu, 0), VERDICT_SKIP);
	rig_says("no ImgU (8086:1919): firmware has disabled it (FSP SaImguEnable); raw capture "
		 "does not need it");
	imgu_rig_down();
}

/* A machine of which firmware hid one of the two functions is one with an IPU3 all the same. */
static void either_function_is_found(void **state)
{
	struct pci_function function = {.vendor = 0x8086, .device = IMGU_DEVICE};
	const struct pci_list list = {.functions = &function, .count = 1};

	(void)state;
	assert_ptr_equal(camera_find(&ipu3_camera, &list, false), &function);
	assert_null(camera_find(&ipu3_camera, &list, true));
	function.device = CIO2_DEVICE;
	assert_ptr_equal(camera_find(&ipu3_camera, &list, true), &function);
	function.vendor = 0x1022;
	assert_null(camera_find(&ipu3_camera, &list, false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_packed_lines_with_room_behind),
		cmocka_unit_test(the_link_is_told),
		cmocka_unit_test(the_imaging_unit_is_shown_or_missed),
		cmocka_unit_test(either_function_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
