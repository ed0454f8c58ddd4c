/* surface_pro_5.c: Microsoft Surface Pro (2017) and Surface Pro 6 (camera-acpi.md 8.2; ids evidence.md 1.7, the ImgU's as on their sisters). */
#include "vboard/boards/surface_pro_5.h"

#define BUSES 0x0fu /* I2C0 to I2C3 */

/* No pad switches a rail: they are on as long as the machine is. */
static const struct discrete_camera cameras[] = {
	{.camera = {&sensor_ov8865, 0, 4, 3, 0x10, true},
	 .line_count = 3,
	 .lines = {{0x8b, DISCRETE_CLOCK}, {0x85, DISCRETE_RESET}, {0x97, DISCRETE_LED}},
	 .vcm = 0x0c},
	{.camera = {&sensor_ov5693, 1, 2, 2, 0x36, true},
	 .line_count = 3,
	 .lines = {{0x8c, DISCRETE_CLOCK}, {0x84, DISCRETE_RESET}, {0x96, DISCRETE_LED}}},
	{.camera = {&sensor_ov7251, 2, 1, 3, 0x60, false},
	 .line_count = 2,
	 .lines = {{0x5b, DISCRETE_CLOCK}, {0x5c, DISCRETE_RESET}}},
	{.camera = {.type = NULL}},
};

const struct discrete_kind board_surface_pro_5 = {
	.kind = {.name = "surface-pro-5",
		 .sentence = "Microsoft Surface Pro (2017), Kaby Lake: OV8865 (4 lanes), OV5693 "
			     "(2) and OV7251 (1), each behind pads",
		 .smbios = {"Microsoft Corporation", "Surface Pro", "1", "Surface"},
		 .cameras = {[0] = "ov8865", [1] = "ov5693", [2] = "ov7251"},
		 .knobs = {SKYLAKE_KNOBS},
		 DISCRETE_CALLS},
	.cameras = cameras,
	.buses = BUSES,
	.ids = {0x72708086, 0x20158086, 0x72708086},
};

const struct discrete_kind board_surface_pro_6 = {
	.kind = {.name = "surface-pro-6",
		 .sentence = "Microsoft Surface Pro 6, Kaby Lake-R: wired like surface-pro-5",
		 .smbios = {"Microsoft Corporation", "Surface Pro 6", "1", "Surface"},
		 .cameras = {[0] = "ov8865", [1] = "ov5693", [2] = "ov7251"},
		 .knobs = {SKYLAKE_KNOBS},
		 DISCRETE_CALLS},
	.cameras = cameras,
	.buses = BUSES,
};
