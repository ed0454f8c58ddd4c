/* skylake.c: see skylake.h. */
#include "vboard/boards/skylake.h"

bool skylake_add_camera(struct skylake *skylake, const struct skylake_camera *camera, char *error,
			size_t error_size)
{
	struct sensor *sensor = &skylake->sensors[camera->port];
	struct csi_port *port = &skylake->ports[camera->port];

	if (!sensor_model_init(sensor, skylake->board, camera->type, camera->port))
		return false;
	/* The fault moved-sensor has the last word. */
	if (camera->address && sensor->target.first == camera->type->address)
		sensor->target.first = sensor->target.last = camera->address;
	sensor->image.is_turned = camera->is_turned;
	*port = (struct csi_port){.sensor = &sensor->image, .lanes = camera->lanes};
	port->pictures = picture_new(skylake->board, &sensor->image, error, error_size);
	return port->pictures != NULL;
}

static bool skylake_add(struct skylake *skylake, struct model *model, uint32_t ids,
			const char *name, unsigned device, unsigned function)
{
	if (model && ids)
		model_set_subsystem(model, ids);
	return vboard_add(skylake->board, model, name, device, function);
}

static bool skylake_add_i2c(struct skylake *skylake, unsigned buses)
{
	/* camera-acpi-reading.md 8 */
	static const struct {
		const char *name;
		unsigned device, function;
	} places[SKYLAKE_BUSES] = {{"i2c0", 0x15, 0}, {"i2c1", 0x15, 1}, {"i2c2", 0x15, 2},
				   {"i2c3", 0x15, 3}, {"i2c4", 0x19, 2}, {"i2c5", 0x19, 1}};
	struct vboard *board = skylake->board;

	for (unsigned n = 0; n < SKYLAKE_BUSES; n++) {
		if (!(buses & 1u << n) || lpss_i2c_is_gone(board, n))
			continue;
		if (!skylake_add(skylake, lpss_i2c_new(board, n, &skylake->buses[n]),
				 skylake->ids.i2c, places[n].name, places[n].device,
				 places[n].function))
			return false;
	}
	return true;
}

static bool skylake_connected(void *context)
{
	const struct skylake_wires *wires = context;

	return pads_native(wires->pads, wires->sda) && pads_native(wires->pads, wires->sda + 1u);
}

/* Does the board switch something by one of the two pads? Then no bus hangs on them (Surface Book 2, Go 2: I2C5's). */
static bool skylake_is_switch(const struct pads *pads, uint8_t sda)
{
	for (unsigned i = 0; i < pads->switch_count; i++)
		if (pads->switches[i] == sda || pads->switches[i] == sda + 1u)
			return true;
	return false;
}

/* A controller has its lines while both pads are in their native function. SDA and SCL have pull-ups; what holds one of them low
 * (fault i2c-stuck) does so at its pad as well. */
static void skylake_wire_i2c(struct skylake *skylake)
{
	/* camera-acpi.md 9 has I2C2's and I2C4's; the others are in the public datasheet of the PCH. */
	static const uint8_t sda[SKYLAKE_BUSES] = {PAD(C, 16), PAD(C, 18), PAD(F, 4),
						   PAD(F, 6),  PAD(F, 8),  PAD(F, 10)};

	for (unsigned n = 0; n < SKYLAKE_BUSES; n++) {
		uint64_t stuck = n;

		skylake->wires[n] = (struct skylake_wires){&skylake->pads, sda[n]};
		skylake->buses[n].connected = skylake_connected;
		skylake->buses[n].wires = &skylake->wires[n];
		if (skylake_is_switch(&skylake->pads, sda[n]))
			continue;
		pads_wire(&skylake->pads, sda[n] + 1u, PAD_PULLED_UP);
		pads_wire(&skylake->pads, sda[n],
			  vboard_fault(skylake->board, "i2c-stuck", &stuck) && stuck == n
				  ? PAD_HELD_LOW
				  : PAD_PULLED_UP);
	}
}

/* 14.0 and 19.0, without which nobody finds 14.3 and 19.x, are stock QEMU devices (docs/board/link.md). */
bool skylake_add_functions(struct skylake *skylake, unsigned buses)
{
	struct vboard *board = skylake->board;

	if (!vboard_fault(board, "no-imgu", NULL) &&
	    !skylake_add(skylake, imgu_new(board), skylake->ids.imgu, "imgu", 0x05, 0))
		return false;
	if (!vboard_fault(board, "no-cio2", NULL) &&
	    !skylake_add(skylake, cio2_new(board, skylake->ports), skylake->ids.cio2, "cio2", 0x14,
			 3))
		return false;
	if (!skylake_add_i2c(skylake, buses))
		return false;
	skylake_wire_i2c(skylake);
	return vboard_add(board, p2sb_new(board, &skylake->pads), "p2sb", 0x1f, 1);
}

void skylake_release(struct skylake *skylake)
{
	for (unsigned port = 0; port < CIO2_PORTS; port++) {
		picture_release(skylake->ports[port].pictures);
		sensor_release(&skylake->sensors[port]);
	}
}
