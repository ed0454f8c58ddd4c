/* nautilus.c: Samsung Chromebook Plus V2 "nautilus", Kaby Lake-Y (camera-acpi.md 7.2): as soraka's rear camera, with another sensor that
 * is mounted upside down (3: rotation 180). The camera in front is no CSI-2 camera. */
#include "vboard/boards/nautilus.h"

#include "vboard/core/knobs.h"

#define BUSES (1u << 0 | 1u << 1 | 1u << 2 | 1u << 4)

static const struct decision decisions[] = {
	{"nautilus-clock",
	 "which clock output of the PMIC feeds the camera of nautilus (camera-acpi.md 7.2)",
	 {"A", "B"}},
	{0},
};

static const struct knobs nautilus_knobs = {NULL, decisions};

/* The EEPROM is in the driver of the focus motor and has its rail (sensors.md 13). */
static void add_chips(struct pmic_parts *parts, struct i2c_bus *bus)
{
	i2c_store_init(&parts->vcm, "dw9807", 0x0c, 1, 0, pmic_vcm_powered, parts);
	i2c_store_init(&parts->module, "eeprom", 0x58, 2, 0xff, pmic_vcm_powered, parts);
	i2c_bus_add(bus, &parts->vcm.target);
	i2c_bus_add(bus, &parts->module.target);
}

static const struct pmic_wiring wiring = {
	.camera_count = 1,
	.cameras = {{.camera = {&sensor_imx258, 0, 4, PMIC_BUS, 0x1a, true},
		     .behind_chain = true,
		     .rails = {{false, TPS68470_VA, 2600, 3000},
			       {false, TPS68470_VSIO, 1700, 1900},
			       {false, TPS68470_VD, 1100, 1300}},
		     .gpios = 1u << 9 /* s_resetn */}},
	.pad_count = 2,
	.pads = {PAD(C, 8), PAD(C, 10)},
	.clocks = "nautilus-clock",
	.limits_mv = {[TPS68470_VCM] = 3300,
		      [TPS68470_VAUX1] = 3300, /* nothing is known behind it, nor behind AUX2 */
		      [TPS68470_VAUX2] = 3300,
		      [TPS68470_VSIO] = 2000,
		      [TPS68470_VA] = 3100,
		      [TPS68470_VD] = 1400},
	.add_chips = add_chips,
	.buses = BUSES,
};

const struct pmic_kind board_nautilus = {
	.kind = {.name = "nautilus",
		 .sentence = "Samsung Chromebook Plus V2, Kaby Lake-Y: IMX258 (4 lanes), upside "
			     "down, behind a TPS68470",
		 .smbios = {"Google", "Nautilus", "rev1", "Google_Nautilus"},
		 .cameras = {[0] = "imx258"},
		 .knobs = {PMIC_KNOBS, &nautilus_knobs},
		 PMIC_CALLS},
	.wiring = &wiring,
};
