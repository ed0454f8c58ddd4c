/* acer_switch_alpha_12.c: Acer Switch Alpha 12 SA5-271, Skylake (camera-acpi.md 8.2). */
#include "vboard/boards/acer_switch_alpha_12.h"

#define BUSES 0x07u /* I2C0 to I2C2: the lines of I2C3 are the pads of the camera */

static const struct discrete_camera cameras[] = {
	{.camera = {&sensor_ov5670, 0, 2, 2, 0x36, true},
	 .line_count = 3,
	 .lines = {{0x7e, DISCRETE_RESET}, {0x7f, DISCRETE_POWER}, {0x8f, DISCRETE_CLOCK}},
	 .vcm = 0x0c},
	{.camera = {.type = NULL}},
};

const struct discrete_kind board_acer_switch_alpha_12 = {
	.kind = {.name = "acer-switch-alpha-12",
		 .sentence = "Acer Switch Alpha 12 SA5-271, Skylake: OV5670 (2 lanes) behind pads",
		 .smbios = {"Acer", "Switch SA5-271", "V1", "Switch"},
		 .cameras = {[0] = "ov5670"},
		 .knobs = {SKYLAKE_KNOBS},
		 DISCRETE_CALLS},
	.cameras = cameras,
	.buses = BUSES,
};
