/* soraka.c: HP Chromebook x2 "soraka", Kaby Lake-Y, and the board that it comes from, "poppy": cameras behind a TPS68470
 * (camera-acpi.md 7.1, 8.1). */
#include "vboard/boards/soraka.h"

#include "vboard/core/knobs.h"

/* CSI-2 ports. */
enum { REAR, FRONT };

/* I2C3 and I2C5 do not exist or carry nothing of the cameras. */
#define BUSES (1u << 0 | 1u << 1 | 1u << 2 | 1u << 4)

static const struct vboard_fault_info faults[] = {
	{"ov13858-nack", VBOARD_PLAIN, "same as sensor-nack=ov13858"},
	{"ov5670-nack", VBOARD_PLAIN, "same as sensor-nack=ov5670"},
	{0},
};

static const struct decision decisions[] = {
	{"soraka-clocks",
	 "which clock output of the PMIC feeds which camera (camera-acpi.md 7.1)",
	 {"A rear, B front", "B rear, A front"}},
	{0},
};

static const struct knobs soraka_knobs = {faults, decisions};

static void add_chips(struct pmic_parts *parts, struct i2c_bus *bus)
{
	dw9714_init(&parts->dw9714, parts->skylake.board, pmic_vcm_powered, parts);
	eeprom_init(&parts->eeprom, parts->skylake.board, pmic_io_powered, parts);
	i2c_bus_add(bus, &parts->dw9714.target);
	i2c_bus_add(bus, &parts->eeprom.target);
}

static const struct pmic_wiring wiring = {
	.camera_count = 2,
	.cameras = {{.camera = {&sensor_ov13858, REAR, 4, PMIC_BUS, 0x10, false},
		     .behind_chain = true,
		     .rails = {{false, TPS68470_VA, 2600, 3000},
			       {false, TPS68470_VSIO, 1700, 1900},
			       {false, TPS68470_VD, 1100, 1300}},
		     .gpios = 1u << 9 /* s_resetn */},
		    {.camera = {&sensor_ov5670, FRONT, 2, 4, 0x36, false},
		     .rails = {{true, 4, 0, 0},
			       {false, TPS68470_VAUX2, 1700, 1900},
			       {false, TPS68470_VAUX1, 1100, 1300}},
		     .gpios = 1u << 5 /* XSHUTDOWN */}},
	.pad_count = 2,
	.pads = {PAD(C, 11), PAD(C, 10)},
	.clocks = "soraka-clocks",
	.limits_mv = {[TPS68470_VCM] = 3300,
		      [TPS68470_VAUX1] = 1400,
		      [TPS68470_VAUX2] = 2000,
		      [TPS68470_VSIO] = 2000,
		      [TPS68470_VA] = 3100,
		      [TPS68470_VD] = 1400},
	.add_chips = add_chips,
	.buses = BUSES,
};

#define SORAKA_KNOBS                                                                               \
	{                                                                                          \
		PMIC_KNOBS, &soraka_knobs, &eeprom_knobs, &dw9714_knobs                            \
	}

const struct pmic_kind board_soraka = {
	.kind = {.name = "soraka",
		 .sentence = "HP Chromebook x2, Kaby Lake-Y: OV13858 (4 lanes) and OV5670 (2 "
			     "lanes) behind a TPS68470",
		 .smbios = {"HP", "Soraka", "rev5", "Google_Poppy"},
		 .cameras = {[REAR] = "ov13858", [FRONT] = "ov5670"},
		 .knobs = SORAKA_KNOBS,
		 PMIC_CALLS},
	.wiring = &wiring,
};

const struct pmic_kind board_poppy = {
	.kind = {.name = "poppy",
		 .sentence = "Google's reference board of soraka, Kaby Lake-Y: wired like it",
		 .smbios = {"Google", "Poppy", "rev1", "Google_Poppy"},
		 .cameras = {[REAR] = "ov13858", [FRONT] = "ov5670"},
		 .knobs = SORAKA_KNOBS,
		 PMIC_CALLS},
	.wiring = &wiring,
};

struct i2c_bus *soraka_i2c_bus(const struct vboard *board, unsigned instance)
{
	struct pmic_parts *parts = vboard_parts(board);

	return &parts->skylake.buses[instance];
}
