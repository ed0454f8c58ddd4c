/*
 * breadboard.c: any sensors on any CSI-2 ports. Rails, clock and reset are fixed on, so that a sensor file can be tried without a
 * machine that has the sensor. The camera on port N answers on I2C controller N.
 */
#include "vboard/boards/breadboard.h"

#include "vboard/boards/skylake.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define BUSES 0x0fu /* I2C0 to I2C3 */

/* How they are written, for messages. */
#define GRAMMAR "breadboard=SENSOR@PORT[xLANES][,SENSOR@PORT...]"

/* A kind for each text: made once, and kept for whoever still has a board of it. */
struct breadboard {
	struct board_kind kind; /* first member */
	struct skylake_camera cameras[CIO2_PORTS];
	unsigned count;
	struct breadboard *next;
	char text[];
};

static bool breadboard_wire(struct vboard *board, void *parts, char *error, size_t error_size)
{
	static const struct sensor_supply always = {
		.rails = {true, true, true}, .clock_hz = SENSOR_INPUT_CLOCK_HZ, .released = true};
	const struct breadboard *breadboard =
		(const struct breadboard *)vboard_options(board)->board;
	struct skylake *skylake = parts;

	skylake->board = board;
	pads_init(&skylake->pads, board, NULL, 0, NULL, NULL);
	for (unsigned i = 0; i < breadboard->count; i++) {
		const struct skylake_camera *camera = &breadboard->cameras[i];
		struct sensor *sensor = &skylake->sensors[camera->port];

		if (!skylake_add_camera(skylake, camera, error, error_size))
			return false;
		sensor_set_supply(sensor, &always);
		i2c_bus_add(&skylake->buses[camera->bus], &sensor->target);
	}
	return skylake_add_functions(skylake, BUSES);
}

static void breadboard_release(void *parts)
{
	skylake_release(parts);
}

/* ---- What stands behind '=' ---- */

static bool refuse(char *error, size_t error_size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static bool refuse(char *error, size_t error_size, const char *format, ...)
{
	va_list args;
	int used;

	va_start(args, format);
	used = vsnprintf(error, error_size, format, args);
	va_end(args);
	if (used >= 0 && (size_t)used < error_size)
		snprintf(error + used, error_size - (size_t)used, "; write " GRAMMAR);
	return false;
}

static bool refuse_sensor(char *error, size_t error_size, const char *name, int length)
{
	char known[256];
	size_t used = 0;

	for (unsigned i = 0; sensor_types[i] && used < sizeof(known); i++)
		used += (size_t)snprintf(known + used, sizeof(known) - used, " %s",
					 sensor_types[i]->name);
	return refuse(error, error_size, "no sensor '%.*s'; there are:%s", length, name, known);
}

static const struct sensor_type *find_sensor(const char *name, size_t length)
{
	char copy[16];

	if (length >= sizeof(copy))
		return NULL;
	memcpy(copy, name, length);
	copy[length] = '\0';
	return sensor_type_find(copy);
}

/* Of what the CIO2 has (cio2.md 4.1). */
static unsigned lanes_of_port(unsigned port)
{
	return port < 2 ? 4 : 2;
}

/* Is there room for it beside those that are there? */
static bool check_camera(const struct breadboard *b, const struct skylake_camera *camera,
			 char *error, size_t error_size)
{
	if (!camera->lanes || camera->lanes > lanes_of_port(camera->port))
		return refuse(error, error_size,
			      "%s with %u lanes does not fit on port %u, which has 1 to %u",
			      camera->type->name, camera->lanes, camera->port,
			      lanes_of_port(camera->port));
	for (unsigned i = 0; i < b->count; i++) {
		if (b->cameras[i].port == camera->port)
			return refuse(error, error_size, "port %u is taken twice", camera->port);
		if (b->cameras[i].type == camera->type)
			return refuse(error, error_size,
				      "%s is there twice: faults and scenes could not tell them "
				      "apart",
				      camera->type->name);
	}
	return true;
}

/* One "SENSOR@PORT[xLANES]" of `length` bytes. */
static bool parse_camera(struct breadboard *b, const char *text, size_t length, char *error,
			 size_t error_size)
{
	const char *end = text + length, *at = memchr(text, '@', length);
	struct skylake_camera camera = {0};

	if (!at)
		return refuse(error, error_size, "'%.*s' has no '@'", (int)length, text);
	camera.type = find_sensor(text, (size_t)(at - text));
	if (!camera.type)
		return refuse_sensor(error, error_size, text, (int)(at - text));
	if (++at == end || *at < '0' || *at >= '0' + (int)CIO2_PORTS)
		return refuse(error, error_size, "'%.*s': ports are 0 to %u", (int)length, text,
			      CIO2_PORTS - 1);
	camera.port = camera.bus = (unsigned)(*at++ - '0');
	camera.lanes = camera.type->lanes;
	if (end - at == 2 && at[0] == 'x' && at[1] >= '0' && at[1] <= '9') {
		camera.lanes = (unsigned)(at[1] - '0');
		at = end;
	}
	if (at != end)
		return refuse(error, error_size, "'%.*s' is not understood at '%.*s'", (int)length,
			      text, (int)(end - at), at);
	if (!check_camera(b, &camera, error, error_size))
		return false;
	b->kind.cameras[camera.port] = camera.type->name;
	b->cameras[b->count++] = camera;
	return true;
}

static const struct board_kind *breadboard_assemble(const char *text, char *error,
						    size_t error_size)
{
	static struct breadboard *made;
	const size_t size = strlen(text) + 1;
	struct breadboard *b;

	for (b = made; b; b = b->next)
		if (!strcmp(b->text, text))
			return &b->kind;
	b = calloc(1, sizeof(*b) + size);
	if (!b) {
		snprintf(error, error_size, "out of memory");
		return NULL;
	}
	memcpy(b->text, text, size);
	b->kind = board_breadboard;
	for (const char *p = b->text;; p++) {
		const size_t length = strcspn(p, ",");

		if (!parse_camera(b, p, length, error, error_size)) {
			free(b);
			return NULL;
		}
		p += length;
		if (!*p)
			break;
	}
	b->next = made;
	made = b;
	return &b->kind;
}

const struct board_kind board_breadboard = {
	.name = "breadboard",
	.sentence = "any sensors on any ports, always powered: " GRAMMAR,
	.smbios = {"Firstlight", "Breadboard", "1", "Breadboard"},
	.knobs = {SKYLAKE_KNOBS},
	.parts_size = sizeof(struct skylake),
	.wire = breadboard_wire,
	.release = breadboard_release,
	.assemble = breadboard_assemble,
};
