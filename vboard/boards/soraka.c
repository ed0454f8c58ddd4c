/* soraka.c: HP Chromebook x2 "soraka", Kaby Lake-Y: its PCI functions and the wiring of its cameras
 * (camera-acpi.md 7.1, 8.1). */
#include "vboard/boards/soraka.h"

#include "vboard/boards/skylake.h"
#include "vboard/parts/dw9714.h"
#include "vboard/parts/eeprom.h"
#include "vboard/parts/tps68470.h"

/* CSI-2 ports. */
enum { REAR, FRONT };

/* GPIOs of the PMIC (7.1). */
#define GPIO_OV5670_AVDD      4
#define GPIO_OV5670_XSHUTDOWN 5
#define GPIO_OV13858_RESET    9

/* The PCH's pads that switch the PMIC (7.1). */
#define PAD_3V3   PAD(C, 11)
#define PAD_RESET PAD(C, 10) /* low: the PMIC is in reset */

/* I2C3 and I2C5 do not exist or carry nothing of the cameras. */
#define BUSES (1u << 0 | 1u << 1 | 1u << 2 | 1u << 4)

struct soraka {
	struct skylake skylake;
	/* The sensor bus behind the PMIC: reachable while its daisy chain is closed. */
	struct tps68470 pmic;
	struct dw9714 vcm;
	struct eeprom eeprom;
	unsigned clocks; /* which output of the PMIC feeds which camera (soraka-clocks) */
};

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

/* ---- Supplies ---- */

static bool between(uint32_t uv, uint32_t low_mv, uint32_t high_mv)
{
	return uv >= low_mv * 1000u && uv <= high_mv * 1000u;
}

/* What arrives at the clock pin of the camera on `port`; 0 when the PMIC's registers do not make it
 * 19.2 MHz. */
static uint32_t clock_hz(const struct soraka *soraka, unsigned port)
{
	uint32_t hz = tps68470_clock_hz(&soraka->pmic, port ^ soraka->clocks);

	return hz < SENSOR_INPUT_CLOCK_HZ - 20000 || hz > SENSOR_INPUT_CLOCK_HZ + 20000
		       ? 0
		       : SENSOR_INPUT_CLOCK_HZ;
}

/* AVDD = VA 2.8 V, DOVDD = VSIO 1.8 V, DVDD = VD 1.2 V. */
static void soraka_update_ov13858(struct soraka *soraka)
{
	const struct tps68470 *pmic = &soraka->pmic;
	const bool io = tps68470_daisy_chain(pmic) &&
			between(tps68470_rail_uv(pmic, TPS68470_VSIO), 1700, 1900);
	const struct sensor_supply supply = {
		.rails = {between(tps68470_rail_uv(pmic, TPS68470_VA), 2600, 3000), io,
			  between(tps68470_rail_uv(pmic, TPS68470_VD), 1100, 1300)},
		.clock_hz = clock_hz(soraka, REAR),
		.released = tps68470_gpio(pmic, GPIO_OV13858_RESET),
		.since = tps68470_good_since(pmic),
	};

	sensor_set_supply(&soraka->skylake.sensors[REAR], &supply);
}

/* AVDD by a switch on GPIO 4, DOVDD = AUX2 1.8 V, DVDD = AUX1 1.2 V. */
static void soraka_update_ov5670(struct soraka *soraka)
{
	const struct tps68470 *pmic = &soraka->pmic;
	const struct sensor_supply supply = {
		.rails = {tps68470_gpio(pmic, GPIO_OV5670_AVDD),
			  between(tps68470_rail_uv(pmic, TPS68470_VAUX2), 1700, 1900),
			  between(tps68470_rail_uv(pmic, TPS68470_VAUX1), 1100, 1300)},
		.clock_hz = clock_hz(soraka, FRONT),
		.released = tps68470_gpio(pmic, GPIO_OV5670_XSHUTDOWN),
		.since = tps68470_good_since(pmic),
	};

	sensor_set_supply(&soraka->skylake.sensors[FRONT], &supply);
}

static void soraka_update(void *context)
{
	struct soraka *soraka = context;
	const struct pads *pads = &soraka->skylake.pads;

	tps68470_set_power(&soraka->pmic, pads_level(pads, PAD_3V3) && pads_level(pads, PAD_RESET));
	soraka_update_ov13858(soraka);
	soraka_update_ov5670(soraka);
}

static bool soraka_eeprom_powered(void *context)
{
	struct soraka *soraka = context;

	return tps68470_daisy_chain(&soraka->pmic) &&
	       between(tps68470_rail_uv(&soraka->pmic, TPS68470_VSIO), 1700, 1900);
}

static bool soraka_vcm_powered(void *context)
{
	struct soraka *soraka = context;

	return soraka_eeprom_powered(soraka) &&
	       between(tps68470_rail_uv(&soraka->pmic, TPS68470_VCM), 2600, 3000);
}

/* The rails of "rail-stuck" that the PMIC itself makes. The AVDD of the front camera comes from a
 * switch behind GPIO 4: of that the PMIC knows nothing. */
static void soraka_short_rails(struct soraka *soraka)
{
	static const struct {
		unsigned port, rail;
		enum tps68470_rail output;
	} made[] = {
		{REAR, 0, TPS68470_VA},     {REAR, 1, TPS68470_VSIO},   {REAR, 2, TPS68470_VD},
		{FRONT, 1, TPS68470_VAUX2}, {FRONT, 2, TPS68470_VAUX1},
	};

	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		uint64_t stuck = 0;

		if (vboard_fault_port(soraka->skylake.board, "rail-stuck", made[i].port, &stuck) &&
		    stuck == made[i].rail)
			soraka->pmic.shorted[made[i].output] = true;
	}
}

/* ---- Wiring ---- */

static void soraka_make_chips(struct soraka *soraka)
{
	struct vboard *board = soraka->skylake.board;
	struct i2c_bus *rear = &soraka->skylake.buses[2], *front = &soraka->skylake.buses[4];

	tps68470_init(&soraka->pmic, board, soraka_update, soraka);
	soraka_short_rails(soraka);
	dw9714_init(&soraka->vcm, board, soraka_vcm_powered, soraka);
	eeprom_init(&soraka->eeprom, board, soraka_eeprom_powered, soraka);
	rear->settle = front->settle = soraka_update;
	rear->context = front->context = soraka;
	i2c_bus_add(rear, &soraka->pmic.target);
	i2c_bus_add(rear, &soraka->skylake.sensors[REAR].target);
	i2c_bus_add(rear, &soraka->vcm.target);
	i2c_bus_add(rear, &soraka->eeprom.target);
	i2c_bus_add(front, &soraka->skylake.sensors[FRONT].target);
}

static bool soraka_wire(struct vboard *board, void *parts, char *error, size_t error_size)
{
	static const struct skylake_camera rear = {&sensor_ov13858, REAR, 4, 2, 0};
	static const struct skylake_camera front = {&sensor_ov5670, FRONT, 2, 4, 0};
	static const uint8_t switches[] = {PAD_3V3, PAD_RESET};
	struct soraka *soraka = parts;

	soraka->skylake.board = board;
	soraka->clocks = vboard_decide(board, "soraka-clocks");
	if (!skylake_add_camera(&soraka->skylake, &rear, error, error_size) ||
	    !skylake_add_camera(&soraka->skylake, &front, error, error_size))
		return false;
	soraka_make_chips(soraka);
	pads_init(&soraka->skylake.pads, board, switches, sizeof(switches), soraka_update, soraka);
	return skylake_add_functions(&soraka->skylake, BUSES);
}

static void soraka_release(void *parts)
{
	skylake_release(&((struct soraka *)parts)->skylake);
}

const struct board_kind board_soraka = {
	.name = "soraka",
	.sentence =
		"HP Chromebook x2, Kaby Lake-Y: OV13858 (4 lanes) and OV5670 (2 lanes) behind a "
		"TPS68470",
	.smbios = {"HP", "Soraka", "rev5", "Google_Poppy"},
	.cameras = {[REAR] = "ov13858", [FRONT] = "ov5670"},
	.knobs = {&model_knobs, &cio2_knobs, &lpss_i2c_knobs, &tps68470_knobs, &sensor_knobs,
		  &soraka_knobs, &eeprom_knobs, &dw9714_knobs, &camera_knobs, &picture_knobs,
		  &imgu_knobs, &pads_knobs, &p2sb_knobs},
	.parts_size = sizeof(struct soraka),
	.wire = soraka_wire,
	.release = soraka_release,
};

struct i2c_bus *soraka_i2c_bus(const struct vboard *board, unsigned instance)
{
	struct soraka *soraka = vboard_parts(board);

	return &soraka->skylake.buses[instance];
}
