/* surface_book_2.c: Microsoft Surface Book 2, Kaby Lake-R (camera-acpi.md 8.2; ids evidence.md 1.7). */
#include "vboard/boards/surface_book_2.h"

#define BUSES 0x0fu /* I2C0 to I2C3 */

/* No pad switches a rail: they are on as long as the machine is. */
static const struct discrete_camera cameras[] = {
	{.camera = {&sensor_ov8865, 0, 4, 3, 0x10, true},
	 .line_count = 3,
	 .lines = {{0x53, DISCRETE_CLOCK}, {0x4e, DISCRETE_RESET}, {0x11, DISCRETE_LED}},
	 .vcm = 0x0c},
	{.camera = {&sensor_ov5693, 1, 2, 2, 0x36, true},
	 .line_count = 3,
	 .lines = {{0x54, DISCRETE_CLOCK}, {0x4d, DISCRETE_RESET}, {0x16, DISCRETE_LED}}},
	{.camera = {&sensor_ov7251, 2, 1, 3, 0x60, false},
	 .line_count = 2,
	 .lines = {{0x55, DISCRETE_CLOCK}, {0x82, DISCRETE_RESET}}},
	{.camera = {.type = NULL}},
};

const struct discrete_kind board_surface_book_2 = {
	.kind = {.name = "surface-book-2",
		 .sentence = "Microsoft Surface Book 2, Kaby Lake-R: OV8865 (4 lanes), OV5693 (2) "
			     "and OV7251 (1), each behind pads",
		 .smbios = {"Microsoft Corporation", "Surface Book 2", "1", "Surface"},
		 .cameras = {[0] = "ov8865", [1] = "ov5693", [2] = "ov7251"},
		 .knobs = {SKYLAKE_KNOBS},
		 DISCRETE_CALLS},
	.cameras = cameras,
	.buses = BUSES,
	.ids = {0x72708086, 0x20158086, 0x72708086},
};
