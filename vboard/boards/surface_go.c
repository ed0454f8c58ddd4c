/* surface_go.c: Microsoft Surface Go, Kaby Lake-Y, and Go 2, Amber Lake: two cameras behind a TPS68470 that is always supplied, the front
 * one behind pads (camera-acpi.md 7.5, 8.2, camera-acpi-reading.md 7; ids evidence.md 1.7). */
#include "vboard/boards/surface_go.h"

#include "vboard/core/knobs.h"

/* CSI-2 ports. */
enum { REAR, FRONT, INFRARED };

#define BUSES 0x1fu /* I2C0 to I2C4 */

static const struct decision decisions[] = {
	{"go-clocks",
	 "which clock output of the PMIC feeds which camera of a Surface Go (camera-acpi.md 7.5)",
	 {"A rear, B infrared", "B rear, A infrared"}},
	{0},
};

static const struct knobs go_knobs = {NULL, decisions};

static void add_chips(struct pmic_parts *parts, struct i2c_bus *bus)
{
	i2c_store_init(&parts->vcm, "dw9719", 0x0c, 1, 0, pmic_vcm_powered, parts);
	i2c_bus_add(bus, &parts->vcm.target);
}

static const struct discrete_camera front = {
	.camera = {&sensor_ov5693, FRONT, 2, 4, 0x36, false},
	.line_count = 4,
	.lines = {{0x14, DISCRETE_POWER},
		  {0x56, DISCRETE_CLOCK},
		  {0x57, DISCRETE_RESET},
		  {0x62, DISCRETE_LED}},
};

static const struct discrete_camera front_2 = {
	.camera = {&sensor_ov5693, FRONT, 2, 4, 0x36, false},
	.line_count = 4,
	.lines = {{0x14, DISCRETE_POWER},
		  {0x82, DISCRETE_CLOCK},
		  {0x83, DISCRETE_RESET},
		  {0x62, DISCRETE_LED}},
};

/* The OV8865's power-down is GPIO 7 (s_enable), its reset 9 (s_resetn). */
static const struct pmic_wiring wiring = {
	.camera_count = 2,
	.cameras = {{.camera = {&sensor_ov8865, REAR, 4, PMIC_BUS, 0x10, false},
		     .behind_chain = true,
		     .rails = {{false, TPS68470_VA, 2600, 3000},
			       {false, TPS68470_VSIO, 1700, 1900},
			       {false, TPS68470_VD, 1100, 1300}},
		     .gpios = 1u << 7 | 1u << 9},
		    {.camera = {&sensor_ov7251, INFRARED, 1, 3, 0x60, false},
		     .rails = {{false, TPS68470_VAUX1, 2600, 3000},
			       {false, TPS68470_VAUX2, 1700, 1900},
			       {false, TPS68470_VSIO, 1700, 1900}},
		     .gpios = 1u << 5}},
	.clocks = "go-clocks",
	.limits_mv = {[TPS68470_VCM] = 3300,
		      [TPS68470_VAUX1] = 3100,
		      [TPS68470_VAUX2] = 2000,
		      [TPS68470_VSIO] = 2000,
		      [TPS68470_VA] = 3100,
		      [TPS68470_VD] = 1400},
	.add_chips = add_chips,
	.buses = BUSES,
	.ids = {0, 0x1182152d, 0x1182152d},
};

#define CAMERAS                                                                                    \
	{                                                                                          \
		[REAR] = "ov8865", [FRONT] = "ov5693", [INFRARED] = "ov7251"                       \
	}

const struct pmic_kind board_surface_go = {
	.kind = {.name = "surface-go",
		 .sentence = "Microsoft Surface Go, Kaby Lake-Y: OV8865 (4 lanes) and OV7251 (1) "
			     "behind a TPS68470, OV5693 (2) behind pads",
		 .smbios = {"Microsoft Corporation", "Surface Go", "1", "Surface"},
		 .cameras = CAMERAS,
		 .knobs = {PMIC_KNOBS, &go_knobs},
		 PMIC_CALLS},
	.wiring = &wiring,
	.discrete = &front,
};

const struct pmic_kind board_surface_go_2 = {
	.kind = {.name = "surface-go-2",
		 .sentence = "Microsoft Surface Go 2, Amber Lake: as surface-go, with other pads",
		 .smbios = {"Microsoft Corporation", "Surface Go 2", "1", "Surface"},
		 .cameras = CAMERAS,
		 .knobs = {PMIC_KNOBS, &go_knobs},
		 PMIC_CALLS},
	.wiring = &wiring,
	.discrete = &front_2,
};
