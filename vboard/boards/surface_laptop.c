/* surface_laptop.c: Microsoft Surface Laptop and Laptop 2 (camera-acpi.md 8.2). */
#include "vboard/boards/surface_laptop.h"

#define BUSES 0x0fu /* I2C0 to I2C3 */

/* No pad switches a rail: they are on as long as the machine is. */
static const struct discrete_camera cameras[] = {
	{.camera = {&sensor_ov9734, 1, 1, 2, 0x36, false},
	 .line_count = 3,
	 .lines = {{0x78, DISCRETE_CLOCK}, {0x4d, DISCRETE_RESET}, {0x16, DISCRETE_LED}},
	 .eeprom = {0x50, 0x53, 1}},
	{.camera = {&sensor_ov7251, 2, 1, 2, 0x60, false},
	 .line_count = 2,
	 .lines = {{0x4f, DISCRETE_CLOCK}, {0x50, DISCRETE_RESET}}},
	{.camera = {.type = NULL}},
};

const struct discrete_kind board_surface_laptop = {
	.kind = {.name = "surface-laptop",
		 .sentence = "Microsoft Surface Laptop, Kaby Lake: OV9734 and OV7251 (1 lane "
			     "each), each behind pads",
		 .smbios = {"Microsoft Corporation", "Surface Laptop", "1", "Surface"},
		 .cameras = {[1] = "ov9734", [2] = "ov7251"},
		 .knobs = {SKYLAKE_KNOBS},
		 DISCRETE_CALLS},
	.cameras = cameras,
	.buses = BUSES,
};

const struct discrete_kind board_surface_laptop_2 = {
	.kind = {.name = "surface-laptop-2",
		 .sentence = "Microsoft Surface Laptop 2, Kaby Lake-R: wired like surface-laptop",
		 .smbios = {"Microsoft Corporation", "Surface Laptop 2", "1", "Surface"},
		 .cameras = {[1] = "ov9734", [2] = "ov7251"},
		 .knobs = {SKYLAKE_KNOBS},
		 DISCRETE_CALLS},
	.cameras = cameras,
	.buses = BUSES,
};
