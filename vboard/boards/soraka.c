/* soraka.c: the wiring of HP Chromebook x2 "soraka" (camera-acpi.md 7.1, 8.1). */
#include "vboard/boards/soraka.h"

#include "vboard/core/decide.h"
#include "vboard/parts/dw9714.h"
#include "vboard/parts/eeprom.h"
#include "vboard/core/fault.h"
#include "vboard/parts/tps68470.h"

#include <stdlib.h>

#define SORAKA_CAMERAS 2u

/* GPIOs of the PMIC (7.1). */
#define GPIO_OV5670_AVDD      4
#define GPIO_OV5670_XSHUTDOWN 5
#define GPIO_OV13858_RESET    9

struct soraka {
	struct vboard *board;
	struct i2c_bus bus0, bus1, bus2, bus4;
	/* The sensor bus behind the PMIC: reachable while its daisy chain is closed. */
	struct tps68470 pmic;
	struct sensor ov13858, ov5670;
	struct picture *pictures[SORAKA_CAMERAS];
	struct dw9714 vcm;
	struct eeprom eeprom;
	unsigned clocks; /* which output of the PMIC feeds which camera (decide.c) */
};

static bool between(uint32_t uv, uint32_t low_mv, uint32_t high_mv)
{
	return uv >= low_mv * 1000u && uv <= high_mv * 1000u;
}

/* What arrives at the clock pin of the camera on `port`; 0 when the PMIC's registers do not make it
 * 19.2 MHz. */
static uint32_t clock_hz(const struct soraka *soraka, unsigned port)
{
	uint32_t hz = tps68470_clock_hz(&soraka->pmic, port ^ soraka->clocks);
	uint64_t wrong = 24000000;

	if (hz < SENSOR_INPUT_CLOCK_HZ - 20000 || hz > SENSOR_INPUT_CLOCK_HZ + 20000 ||
	    vboard_fault_port(soraka->board, "clock-stuck", port, NULL))
		return 0;
	return vboard_fault_port(soraka->board, "wrong-clock", port, &wrong)
		       ? (uint32_t)wrong
		       : SENSOR_INPUT_CLOCK_HZ;
}

/* Rail `rail` (0 analogue, 1 I/O, 2 core) of the camera on `port`, and what the PMIC gives it. */
static bool rail_good(const struct soraka *soraka, unsigned port, unsigned rail, bool is_given)
{
	uint64_t stuck = 0;

	return is_given &&
	       !(vboard_fault_port(soraka->board, "rail-stuck", port, &stuck) && stuck == rail);
}

static bool reset_released(const struct soraka *soraka, unsigned port, unsigned gpio)
{
	return tps68470_gpio(&soraka->pmic, gpio) &&
	       !vboard_fault_port(soraka->board, "reset-stuck", port, NULL);
}

/* DOVDD = VSIO 1.8 V, AVDD = VA 2.8 V, DVDD = VD 1.2 V. */
static void soraka_update_ov13858(struct soraka *soraka)
{
	const struct tps68470 *pmic = &soraka->pmic;
	bool io = between(tps68470_rail_uv(pmic, TPS68470_VSIO), 1700, 1900);
	bool analogue = between(tps68470_rail_uv(pmic, TPS68470_VA), 2600, 3000);
	bool core = between(tps68470_rail_uv(pmic, TPS68470_VD), 1100, 1300);
	bool rails = tps68470_daisy_chain(pmic) && rail_good(soraka, 0, 0, analogue) &&
		     rail_good(soraka, 0, 1, io) && rail_good(soraka, 0, 2, core);

	sensor_set_supply(&soraka->ov13858, rails, clock_hz(soraka, 0),
			  reset_released(soraka, 0, GPIO_OV13858_RESET), tps68470_good_since(pmic));
}

/* DOVDD = AUX2 1.8 V, AVDD by a switch on GPIO 4, DVDD = AUX1 1.2 V. */
static void soraka_update_ov5670(struct soraka *soraka)
{
	const struct tps68470 *pmic = &soraka->pmic;
	bool io = between(tps68470_rail_uv(pmic, TPS68470_VAUX2), 1700, 1900);
	bool core = between(tps68470_rail_uv(pmic, TPS68470_VAUX1), 1100, 1300);
	bool rails = rail_good(soraka, 1, 0, tps68470_gpio(pmic, GPIO_OV5670_AVDD)) &&
		     rail_good(soraka, 1, 1, io) && rail_good(soraka, 1, 2, core);

	sensor_set_supply(&soraka->ov5670, rails, clock_hz(soraka, 1),
			  reset_released(soraka, 1, GPIO_OV5670_XSHUTDOWN),
			  tps68470_good_since(pmic));
}

static void soraka_update(void *context)
{
	struct soraka *soraka = context;

	soraka_update_ov13858(soraka);
	soraka_update_ov5670(soraka);
}

static bool soraka_vcm_powered(void *context)
{
	struct soraka *soraka = context;

	return tps68470_daisy_chain(&soraka->pmic) &&
	       between(tps68470_rail_uv(&soraka->pmic, TPS68470_VSIO), 1700, 1900) &&
	       between(tps68470_rail_uv(&soraka->pmic, TPS68470_VCM), 2600, 3000);
}

static bool soraka_eeprom_powered(void *context)
{
	struct soraka *soraka = context;

	return tps68470_daisy_chain(&soraka->pmic) &&
	       between(tps68470_rail_uv(&soraka->pmic, TPS68470_VSIO), 1700, 1900);
}

static bool soraka_make_cameras(struct soraka *soraka, char *error, size_t error_size)
{
	const struct vboard_options *options = vboard_options(soraka->board);

	if (!sensor_model_init(&soraka->ov13858, soraka->board, &sensor_ov13858, 0) ||
	    !sensor_model_init(&soraka->ov5670, soraka->board, &sensor_ov5670, 1))
		return false;
	soraka->pictures[0] = picture_new(soraka->board, &soraka->ov13858, options->scene_ov13858,
					  error, error_size);
	if (!soraka->pictures[0])
		return false;
	soraka->pictures[1] = picture_new(soraka->board, &soraka->ov5670, options->scene_ov5670,
					  error, error_size);
	return soraka->pictures[1] != NULL;
}

/* The rails of "rail-stuck" that the PMIC itself makes. The AVDD of the front camera comes from a
 * switch behind GPIO 4: of that the PMIC knows nothing. */
static void soraka_short_rails(struct soraka *soraka)
{
	static const struct {
		unsigned port, rail;
		enum tps68470_rail output;
	} made[] = {
		{0, 0, TPS68470_VA},    {0, 1, TPS68470_VSIO},  {0, 2, TPS68470_VD},
		{1, 1, TPS68470_VAUX2}, {1, 2, TPS68470_VAUX1},
	};

	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		uint64_t stuck = 0;

		if (vboard_fault_port(soraka->board, "rail-stuck", made[i].port, &stuck) &&
		    stuck == made[i].rail)
			soraka->pmic.shorted[made[i].output] = true;
	}
}

struct soraka *soraka_new(struct vboard *board, char *error, size_t error_size)
{
	struct soraka *soraka = calloc(1, sizeof(*soraka));

	snprintf(error, error_size, "out of memory");
	if (!soraka)
		return NULL;
	soraka->board = board;
	soraka->clocks = vboard_decide(board, "soraka-clocks");
	if (!soraka_make_cameras(soraka, error, error_size)) {
		soraka_free(soraka);
		return NULL;
	}
	tps68470_init(&soraka->pmic, board, soraka_update, soraka);
	soraka_short_rails(soraka);
	dw9714_init(&soraka->vcm, board, soraka_vcm_powered, soraka);
	eeprom_init(&soraka->eeprom, board, soraka_eeprom_powered, soraka);
	soraka->bus2.settle = soraka->bus4.settle = soraka_update;
	soraka->bus2.context = soraka->bus4.context = soraka;
	i2c_bus_add(&soraka->bus2, &soraka->pmic.target);
	i2c_bus_add(&soraka->bus2, &soraka->ov13858.target);
	i2c_bus_add(&soraka->bus2, &soraka->vcm.target);
	i2c_bus_add(&soraka->bus2, &soraka->eeprom.target);
	i2c_bus_add(&soraka->bus4, &soraka->ov5670.target);
	return soraka;
}

void soraka_free(struct soraka *soraka)
{
	if (!soraka)
		return;
	for (unsigned i = 0; i < SORAKA_CAMERAS; i++)
		picture_release(soraka->pictures[i]);
	sensor_release(&soraka->ov13858);
	sensor_release(&soraka->ov5670);
	free(soraka);
}

struct i2c_bus *soraka_i2c_bus(struct soraka *soraka, unsigned instance)
{
	switch (instance) {
	case 0:
		return &soraka->bus0;
	case 1:
		return &soraka->bus1;
	case 2:
		return &soraka->bus2;
	default:
		return &soraka->bus4;
	}
}

struct picture *soraka_picture(struct soraka *soraka, unsigned port)
{
	return port < SORAKA_CAMERAS ? soraka->pictures[port] : NULL;
}

struct sensor *soraka_sensor(struct soraka *soraka, unsigned port, unsigned *lanes)
{
	if (port >= SORAKA_CAMERAS)
		return NULL;
	*lanes = port ? 2 : 4;
	return port ? &soraka->ov5670 : &soraka->ov13858;
}
