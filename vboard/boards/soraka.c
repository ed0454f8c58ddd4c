/* soraka.c: HP Chromebook x2 "soraka", Kaby Lake-Y: its PCI functions and the wiring of its cameras
 * (camera-acpi.md 7.1, 8.1). */
#include "vboard/boards/soraka.h"

#include "vboard/ipu3/ipu3.h"
#include "vboard/parts/dw9714.h"
#include "vboard/parts/eeprom.h"
#include "vboard/parts/sensor.h"
#include "vboard/parts/tps68470.h"
#include "vboard/pch/lpss_i2c.h"
#include "vboard/scene/picture.h"

/* CSI-2 ports. */
enum { REAR, FRONT, CAMERAS };

/* GPIOs of the PMIC (7.1). */
#define GPIO_OV5670_AVDD      4
#define GPIO_OV5670_XSHUTDOWN 5
#define GPIO_OV13858_RESET    9

/* I2C3 and I2C5 do not exist or carry nothing of the cameras. */
#define BUSES 5

struct soraka {
	struct vboard *board;
	struct i2c_bus buses[BUSES]; /* by LPSS instance */
	/* The sensor bus behind the PMIC: reachable while its daisy chain is closed. */
	struct tps68470 pmic;
	struct sensor ov13858, ov5670;
	struct csi_port ports[CIO2_PORTS];
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

	sensor_set_supply(&soraka->ov13858, &supply);
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

	sensor_set_supply(&soraka->ov5670, &supply);
}

static void soraka_update(void *context)
{
	struct soraka *soraka = context;

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

		if (vboard_fault_port(soraka->board, "rail-stuck", made[i].port, &stuck) &&
		    stuck == made[i].rail)
			soraka->pmic.shorted[made[i].output] = true;
	}
}

/* ---- Wiring ---- */

static bool soraka_make_cameras(struct soraka *soraka, char *error, size_t error_size)
{
	struct sensor *const sensors[CAMERAS] = {&soraka->ov13858, &soraka->ov5670};
	static const unsigned lanes[CAMERAS] = {4, 2};

	if (!sensor_model_init(&soraka->ov13858, soraka->board, &sensor_ov13858, REAR) ||
	    !sensor_model_init(&soraka->ov5670, soraka->board, &sensor_ov5670, FRONT))
		return false;
	for (unsigned port = 0; port < CAMERAS; port++) {
		struct image_sensor *image = &sensors[port]->image;
		struct picture_source *pictures =
			picture_new(soraka->board, image, error, error_size);

		if (!pictures)
			return false;
		soraka->ports[port] = (struct csi_port){image, pictures, lanes[port]};
	}
	return true;
}

static void soraka_make_chips(struct soraka *soraka)
{
	tps68470_init(&soraka->pmic, soraka->board, soraka_update, soraka);
	soraka_short_rails(soraka);
	dw9714_init(&soraka->vcm, soraka->board, soraka_vcm_powered, soraka);
	eeprom_init(&soraka->eeprom, soraka->board, soraka_eeprom_powered, soraka);
	soraka->buses[2].settle = soraka->buses[4].settle = soraka_update;
	soraka->buses[2].context = soraka->buses[4].context = soraka;
	i2c_bus_add(&soraka->buses[2], &soraka->pmic.target);
	i2c_bus_add(&soraka->buses[2], &soraka->ov13858.target);
	i2c_bus_add(&soraka->buses[2], &soraka->vcm.target);
	i2c_bus_add(&soraka->buses[2], &soraka->eeprom.target);
	i2c_bus_add(&soraka->buses[4], &soraka->ov5670.target);
}

/* What is where. 14.0 and 19.0 are stock QEMU devices (design, section 5). */
static bool soraka_add_functions(struct soraka *soraka)
{
	static const struct {
		const char *name;
		unsigned instance, device, function;
	} i2c[] = {{"i2c0", 0, 0x15, 0},
		   {"i2c1", 1, 0x15, 1},
		   {"i2c2", 2, 0x15, 2},
		   {"i2c4", 4, 0x19, 2}};
	struct vboard *board = soraka->board;

	if (!vboard_fault(board, "no-imgu", NULL) &&
	    !vboard_add(board, imgu_new(board), "imgu", 0x05, 0))
		return false;
	if (!vboard_fault(board, "no-cio2", NULL) &&
	    !vboard_add(board, cio2_new(board, soraka->ports), "cio2", 0x14, 3))
		return false;
	for (size_t i = 0; i < sizeof(i2c) / sizeof(i2c[0]); i++) {
		const unsigned n = i2c[i].instance;

		if (!lpss_i2c_is_gone(board, n) &&
		    !vboard_add(board, lpss_i2c_new(board, n, &soraka->buses[n]), i2c[i].name,
				i2c[i].device, i2c[i].function))
			return false;
	}
	return true;
}

static bool soraka_wire(struct vboard *board, void *parts, char *error, size_t error_size)
{
	struct soraka *soraka = parts;

	soraka->board = board;
	soraka->clocks = vboard_decide(board, "soraka-clocks");
	if (!soraka_make_cameras(soraka, error, error_size))
		return false;
	soraka_make_chips(soraka);
	return soraka_add_functions(soraka);
}

static void soraka_release(void *parts)
{
	struct soraka *soraka = parts;

	for (unsigned port = 0; port < CAMERAS; port++)
		picture_release(soraka->ports[port].pictures);
	sensor_release(&soraka->ov13858);
	sensor_release(&soraka->ov5670);
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
		  &imgu_knobs},
	.parts_size = sizeof(struct soraka),
	.wire = soraka_wire,
	.release = soraka_release,
};

struct i2c_bus *soraka_i2c_bus(const struct vboard *board, unsigned instance)
{
	struct soraka *soraka = vboard_parts(board);

	return &soraka->buses[instance];
}
