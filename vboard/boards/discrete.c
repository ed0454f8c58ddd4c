/* discrete.c: see discrete.h. */
#include "vboard/boards/discrete.h"

/* A rail stands so long after its pad: below the 2 ms that Linux holds a power line (camera-acpi-reading.md 5). A clock is gated: Linux
 * switches it on and releases the reset without a wait between (sensors.md 5), and these machines work so (evidence.md 1). */
#define RAIL_NS_MIN  300000u
#define RAIL_NS_MAX  1900000u
#define CLOCK_NS_MIN 1000u
#define CLOCK_NS_MAX 20000u
#define OFF          UINT64_MAX /* when it will be good */

/* Are all pads of this role high? Also when there is none: then nothing switches it. */
static bool all_high(const struct discrete *discrete, enum discrete_role role)
{
	const struct discrete_camera *wiring = discrete->wiring;

	for (unsigned i = 0; i < wiring->line_count; i++)
		if (wiring->lines[i].role == role &&
		    !pads_level(&discrete->skylake->pads, wiring->lines[i].pad))
			return false;
	return true;
}

/* What firmware left on has stood for long. */
static void follow(const struct discrete *discrete, bool on, uint64_t low, uint64_t high,
		   uint64_t *good)
{
	struct vboard *board = discrete->skylake->board;

	if (!on)
		*good = OFF;
	else if (*good == OFF)
		*good = vboard_now(board) +
			(discrete->skylake->pads.is_reset ? 0 : vboard_delay_ns(board, low, high));
}

static bool is_good(const struct discrete *discrete, uint64_t good)
{
	return vboard_now(discrete->skylake->board) >= good;
}

void discrete_update(struct discrete *discrete)
{
	struct sensor *sensor = &discrete->skylake->sensors[discrete->wiring->camera.port];
	struct sensor_supply supply = {.released = all_high(discrete, DISCRETE_RESET)};

	follow(discrete, all_high(discrete, DISCRETE_POWER), RAIL_NS_MIN, RAIL_NS_MAX,
	       &discrete->power_good);
	follow(discrete, all_high(discrete, DISCRETE_CLOCK), CLOCK_NS_MIN, CLOCK_NS_MAX,
	       &discrete->clock_good);
	supply.rails[0] = supply.rails[1] = supply.rails[2] =
		is_good(discrete, discrete->power_good);
	supply.clock_hz = is_good(discrete, discrete->clock_good) ? SENSOR_INPUT_CLOCK_HZ : 0;
	supply.since = discrete->power_good > discrete->clock_good ? discrete->power_good
								   : discrete->clock_good;
	sensor_set_supply(sensor, &supply);
}

/* Focus motor and EEPROM have the camera's rails, and neither its clock nor its reset. */
static bool discrete_powered(void *context)
{
	const struct discrete *discrete = context;

	return is_good(discrete, discrete->power_good);
}

bool discrete_add(struct discrete *discrete, struct skylake *skylake,
		  const struct discrete_camera *wiring, uint8_t *switches, unsigned *switch_count,
		  char *error, size_t error_size)
{
	struct i2c_bus *bus = &skylake->buses[wiring->camera.bus];

	discrete->wiring = wiring;
	discrete->skylake = skylake;
	if (!skylake_add_camera(skylake, &wiring->camera, error, error_size))
		return false;
	i2c_bus_add(bus, &skylake->sensors[wiring->camera.port].target);
	if (wiring->vcm) {
		i2c_store_init(&discrete->vcm, "vcm", wiring->vcm, 1, 0, discrete_powered,
			       discrete);
		i2c_bus_add(bus, &discrete->vcm.target);
	}
	if (wiring->eeprom.first) {
		i2c_store_init(&discrete->eeprom, "eeprom", wiring->eeprom.first,
			       wiring->eeprom.address_bytes, 0xff, discrete_powered, discrete);
		discrete->eeprom.target.last = wiring->eeprom.last;
		i2c_bus_add(bus, &discrete->eeprom.target);
	}
	for (unsigned i = 0; i < wiring->line_count; i++)
		switches[(*switch_count)++] = wiring->lines[i].pad;
	return true;
}

/* ---- A board that has nothing else ---- */

static void discrete_update_all(void *context)
{
	struct discrete_parts *parts = context;

	for (unsigned i = 0; i < parts->count; i++)
		discrete_update(&parts->cameras[i]);
}

bool discrete_wire(struct vboard *board, void *context, char *error, size_t error_size)
{
	const struct discrete_kind *kind =
		(const struct discrete_kind *)vboard_options(board)->board;
	struct discrete_parts *parts = context;
	unsigned switches = 0;

	parts->skylake.board = board;
	parts->skylake.ids = kind->ids;
	for (const struct discrete_camera *c = kind->cameras; c->camera.type; c++) {
		struct i2c_bus *bus = &parts->skylake.buses[c->camera.bus];

		if (!discrete_add(&parts->cameras[parts->count++], &parts->skylake, c,
				  parts->switches, &switches, error, error_size))
			return false;
		bus->settle = discrete_update_all;
		bus->context = parts;
	}
	pads_init(&parts->skylake.pads, board, parts->switches, switches, discrete_update_all,
		  parts);
	return skylake_add_functions(&parts->skylake, kind->buses);
}

void discrete_release(void *parts)
{
	skylake_release(parts);
}
