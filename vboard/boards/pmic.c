/* pmic.c: see pmic.h. */
#include "vboard/boards/pmic.h"

/* ---- Supplies ---- */

static bool between(uint32_t uv, uint32_t low_mv, uint32_t high_mv)
{
	return uv >= low_mv * 1000u && uv <= high_mv * 1000u;
}

static bool rail_is_good(const struct tps68470 *pmic, const struct pmic_rail *rail)
{
	return rail->is_switch ? tps68470_gpio(pmic, rail->from)
			       : between(tps68470_rail_uv(pmic, (enum tps68470_rail)rail->from),
					 rail->low_mv, rail->high_mv);
}

static bool gpios_are_high(const struct tps68470 *pmic, unsigned gpios)
{
	for (unsigned i = 0; gpios >> i; i++)
		if (gpios >> i & 1 && !tps68470_gpio(pmic, i))
			return false;
	return true;
}

/* What arrives at the clock pin of camera `n`; 0 when the PMIC's registers do not make it 19.2 MHz. */
static uint32_t clock_hz(const struct pmic_parts *parts, unsigned n)
{
	uint32_t hz = tps68470_clock_hz(&parts->pmic, n ^ parts->clocks);

	return hz < SENSOR_INPUT_CLOCK_HZ - 20000 || hz > SENSOR_INPUT_CLOCK_HZ + 20000
		       ? 0
		       : SENSOR_INPUT_CLOCK_HZ;
}

static void pmic_update_camera(struct pmic_parts *parts, unsigned n)
{
	const struct pmic_camera *camera = &parts->wiring->cameras[n];
	const struct tps68470 *pmic = &parts->pmic;
	struct sensor_supply supply = {
		.clock_hz = clock_hz(parts, n),
		.released = gpios_are_high(pmic, camera->gpios),
		.since = tps68470_good_since(pmic),
	};

	for (unsigned i = 0; i < 3; i++)
		supply.rails[i] = rail_is_good(pmic, &camera->rails[i]);
	if (camera->behind_chain && !tps68470_daisy_chain(pmic))
		supply.rails[1] = false;
	sensor_set_supply(&parts->skylake.sensors[camera->camera.port], &supply);
}

static void pmic_update(void *context)
{
	struct pmic_parts *parts = context;
	bool powered = true;

	for (unsigned i = 0; i < parts->wiring->pad_count; i++)
		powered &= pads_level(&parts->skylake.pads, parts->wiring->pads[i]);
	tps68470_set_power(&parts->pmic, powered);
	for (unsigned n = 0; n < parts->wiring->camera_count; n++)
		pmic_update_camera(parts, n);
	if (parts->discrete.wiring)
		discrete_update(&parts->discrete);
}

bool pmic_io_powered(void *context)
{
	const struct tps68470 *pmic = &((struct pmic_parts *)context)->pmic;

	return tps68470_daisy_chain(pmic) &&
	       between(tps68470_rail_uv(pmic, TPS68470_VSIO), 1700, 1900);
}

bool pmic_vcm_powered(void *context)
{
	const struct tps68470 *pmic = &((struct pmic_parts *)context)->pmic;

	return pmic_io_powered(context) &&
	       between(tps68470_rail_uv(pmic, TPS68470_VCM), 2600, 3000);
}

/* The rails of "rail-stuck" that the PMIC itself makes. Of what comes from a switch behind a GPIO it knows nothing. */
static void pmic_short_rails(struct pmic_parts *parts)
{
	for (unsigned n = 0; n < parts->wiring->camera_count; n++) {
		const struct pmic_camera *camera = &parts->wiring->cameras[n];
		uint64_t stuck = 0;

		if (vboard_fault_port(parts->skylake.board, "rail-stuck", camera->camera.port,
				      &stuck) &&
		    stuck < 3 && !camera->rails[stuck].is_switch)
			parts->pmic.shorted[camera->rails[stuck].from] = true;
	}
}

/* ---- Wiring ---- */

static void pmic_settle_bus(struct pmic_parts *parts, unsigned bus)
{
	parts->skylake.buses[bus].settle = pmic_update;
	parts->skylake.buses[bus].context = parts;
}

/* The first camera and its chips share the bus of the PMIC. */
static void pmic_add_chips(struct pmic_parts *parts)
{
	const struct pmic_wiring *wiring = parts->wiring;
	struct skylake *skylake = &parts->skylake;
	struct i2c_bus *bus = &skylake->buses[PMIC_BUS];

	tps68470_init(&parts->pmic, skylake->board, wiring->limits_mv, pmic_update, parts);
	pmic_short_rails(parts);
	i2c_bus_add(bus, &parts->pmic.target);
	for (unsigned n = 0; n < wiring->camera_count; n++) {
		const struct skylake_camera *camera = &wiring->cameras[n].camera;

		i2c_bus_add(&skylake->buses[camera->bus], &skylake->sensors[camera->port].target);
		pmic_settle_bus(parts, camera->bus);
		if (!n)
			wiring->add_chips(parts, bus);
	}
}

static unsigned pmic_first_switches(struct pmic_parts *parts)
{
	for (unsigned i = 0; i < parts->wiring->pad_count; i++)
		parts->switches[i] = parts->wiring->pads[i];
	return parts->wiring->pad_count;
}

bool pmic_wire(struct vboard *board, void *context, char *error, size_t error_size)
{
	const struct pmic_kind *kind = (const struct pmic_kind *)vboard_options(board)->board;
	const struct pmic_wiring *wiring = kind->wiring;
	struct pmic_parts *parts = context;
	unsigned switches;

	parts->wiring = wiring;
	parts->skylake.board = board;
	parts->skylake.ids = wiring->ids;
	parts->clocks = vboard_decide(board, wiring->clocks);
	for (unsigned n = 0; n < wiring->camera_count; n++)
		if (!skylake_add_camera(&parts->skylake, &wiring->cameras[n].camera, error,
					error_size))
			return false;
	pmic_add_chips(parts);
	switches = pmic_first_switches(parts);
	if (kind->discrete) {
		if (!discrete_add(&parts->discrete, &parts->skylake, kind->discrete,
				  parts->switches, &switches, error, error_size))
			return false;
		pmic_settle_bus(parts, kind->discrete->camera.bus);
	}
	pads_init(&parts->skylake.pads, board, parts->switches, switches, pmic_update, parts);
	return skylake_add_functions(&parts->skylake, wiring->buses);
}

void pmic_release(void *parts)
{
	skylake_release(parts);
}
