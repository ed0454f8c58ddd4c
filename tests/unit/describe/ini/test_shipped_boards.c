/*
 * test_shipped_boards.c: the board files on the stick say what the hardware sheets say.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "describe/ini/files.h"
#include "tests/host/host.h"
#include "tests/unit/describe/ini/shipped.h"

static void load_board(const char *name, struct board_desc *board)
{
	struct diag diag = {0};
	size_t size;
	char *text = shipped_read("boards/", name, &size);

	if (board_parse(name, text, size, board, &diag))
		fail_msg("%s | %s", diag.message, diag.hint);
	free(text);
}

static void every_board_names_sensors_that_are_there(void **state)
{
	struct board_desc board;

	(void)state;
	for (size_t i = 0; i < COUNT(shipped_boards); i++) {
		load_board(shipped_boards[i], &board);
		assert_string_equal(board.name, shipped_boards[i]);
		assert_false(board.is_verified); /* until somebody reports a run */
		for (size_t j = 0; j < board.camera_count; j++) {
			struct sensor_desc desc;
			size_t size;
			char *text = shipped_read("sensors/", board.cameras[j].sensor, &size);

			assert_int_equal(sensor_parse("x", text, size, &desc, NULL), FL_OK);
			assert_int_equal(desc.data_lanes, board.cameras[j].data_lanes);
			sensor_free(&desc);
			free(text);
			assert_int_not_equal(board.cameras[j].power, 0xff);
		}
		board_free(&board);
	}
}

static void soraka_is_wired_as_the_sheet_says(void **state)
{
	struct board_desc board;
	const struct board_camera *rear, *front;

	(void)state;
	load_board("soraka", &board);
	rear = &board.cameras[0];
	front = &board.cameras[1];
	assert_string_equal(rear->sensor, "ov13858");
	assert_int_equal(rear->address, 0x10);
	assert_int_equal(rear->port, 0);
	assert_int_equal(rear->data_lanes, 4);
	assert_string_equal(board.buses[rear->bus].name, "I2C2");
	assert_int_equal(board.buses[rear->bus].address.device, 0x15);
	assert_int_equal(board.buses[rear->bus].address.function, 2);
	assert_int_equal(board.buses[rear->bus].lcnt, 192);
	assert_string_equal(front->sensor, "ov5670");
	assert_int_equal(front->address, 0x36);
	assert_int_equal(front->port, 1);
	assert_int_equal(front->data_lanes, 2);
	assert_int_equal(board.buses[front->bus].address.device, 0x19);
	assert_int_equal(board.buses[front->bus].address.function, 2);
	assert_int_equal(board.pmics[0].address, 0x4d);
	assert_int_equal(rear->eeprom.address, 0x50);
	assert_int_equal(rear->eeprom.size, 2048);
	assert_int_equal(rear->vcm.address, 0x0c);
	assert_string_equal(board.domains[rear->vcm.power].name, "lens");
	assert_false(front->eeprom.is_there || front->vcm.is_there);
	board_free(&board);
}

/* camera-acpi.md 7: what each rail of each board carries, in microvolts; 0 = not used. */
static void rails_carry_the_documented_voltages(void **state)
{
	static const struct {
		const char *board;
		uint32_t uv[7];
	} wanted[] = {
		/*            VCM VAUX1    VAUX2    VIO      VSIO     VA       VD */
		{"soraka", {2815200, 1213200, 1800600, 1800600, 1800600, 2815200, 1200000}},
		{"poppy", {2815200, 1213200, 1800600, 1800600, 1800600, 2815200, 1200000}},
		{"nautilus", {2815200, 0, 0, 1800600, 1800600, 2815200, 1200000}},
		{"surface-go", {0, 2815200, 1800600, 1800600, 1800600, 2815200, 1200000}},
		{"surface-go-2", {0, 2815200, 1800600, 1800600, 1800600, 2815200, 1200000}},
		{"nocturne", {0}},
		{"surface-pro-4", {0}},
		{"surface-book", {0}},
		{"surface-pro-5", {0}},
		{"surface-pro-6", {0}},
		{"surface-book-2", {0}},
		{"surface-laptop", {0}},
		{"surface-laptop-2", {0}},
		{"acer-switch-alpha-12", {0}},
	};
	struct board_desc board;

	(void)state;
	assert_int_equal(COUNT(wanted), COUNT(shipped_boards));
	for (size_t i = 0; i < COUNT(wanted); i++) {
		uint32_t seen[7] = {0};

		load_board(wanted[i].board, &board);
		for (size_t j = 0; j < board.domain_count; j++)
			for (size_t k = 0; k < board.domains[j].count; k++)
				if (board.domains[j].steps[k].kind == POWER_RAIL)
					seen[board.domains[j].steps[k].target] =
						board.domains[j].steps[k].value;
		assert_memory_equal(seen, wanted[i].uv, sizeof seen);
		board_free(&board);
	}
}

/* One step as the sequence below writes it. */
static void print_step(const struct power_step *step, char *out, size_t capacity)
{
	static const char *const rails[] = {"VCM", "AUX1", "AUX2", "VIO", "VSIO", "VA", "VD"};

	switch (step->kind) {
	case POWER_RAIL:
		snprintf(out, capacity, "%s=%u", rails[step->target], step->value);
		break;
	case POWER_CLOCK:
		snprintf(out, capacity, "clock=%u", step->value);
		break;
	case POWER_GPIO:
		snprintf(out, capacity, "gpio%u=%u", step->target, step->value);
		break;
	case POWER_INPUT:
		snprintf(out, capacity, "gpio%u=in", step->target);
		break;
	case POWER_DAISY:
		snprintf(out, capacity, "daisy");
		break;
	case POWER_RESET:
		snprintf(out, capacity, "reset");
		break;
	case POWER_PAD:
		snprintf(out, capacity, "%s=%u%s", step->pad, step->value,
			 step->is_optional ? "?" : "");
		break;
	default:
		snprintf(out, capacity, "%uus", step->value);
	}
}

/* All steps that bring `index` up, what it requires first; off-delays in brackets. */
static void print_sequence(const struct board_desc *board, unsigned index, bool *done, char *out)
{
	const struct power_domain *domain = &board->domains[index];

	if (done[index])
		return;
	done[index] = true;
	for (size_t i = 0; i < domain->require_count; i++)
		print_sequence(board, domain->requires[i], done, out);
	for (size_t i = 0; i < domain->count; i++) {
		char step[40], off[20] = "";

		print_step(&domain->steps[i], step, sizeof step);
		if (domain->steps[i].off_delay_us)
			snprintf(off, sizeof off, "(%u)", domain->steps[i].off_delay_us);
		sprintf(out + strlen(out), " %s%s", step, off);
	}
}

/* camera-acpi.md 7.1: order, waits and, in brackets, the waits of the way down. */
static void soraka_is_powered_in_the_documented_order(void **state)
{
	static const char common[] =
		" GPP_C11=1? 3000us GPP_C10=0? 1000us GPP_C10=1?(1000) 3000us reset 1000us"
		" VIO=1800600 VSIO=1800600 daisy(1000) 3000us clock=19200000(3000) 5000us";
	static const char rear[] = " gpio1=in gpio2=in VA=2815200(1000) VD=1200000(3000) 1000us"
				   " gpio9=1(3000) 5000us(2000)";
	static const char front[] =
		" AUX2=1800600(1000) gpio4=1(1000) 1000us AUX1=1213200(1000) 1000us"
		" gpio5=1(3000) 10000us(2000)";
	static const char *const own[] = {rear, front};
	struct board_desc board;

	(void)state;
	load_board("soraka", &board);
	for (size_t i = 0; i < board.camera_count; i++) {
		char seen[1000] = "", wanted[1000];
		bool done[32] = {false};

		print_sequence(&board, board.cameras[i].power, done, seen);
		snprintf(wanted, sizeof wanted, "%s%s", common, own[i]);
		assert_string_equal(seen, wanted);
	}
	board_free(&board);
}

/* ---- discrete control logic ----------------------------------------------------------------- */

/* Pins as ACPI numbers them; 0: there is none. Surface: camera-acpi.md 8.2. Every wait is the sensor's (sensors.md). */
static const struct discrete {
	const char *board, *sensor, *bus;
	uint8_t address, port;
	uint16_t rotation;
	uint8_t reset, clock, power, led;
	unsigned wait_us;
} discrete[] = {
	{"surface-pro-4", "ov5693", "I2C2", 0x36, 1, 180, 0x4d, 0x54, 0, 0x16, 8000},
	{"surface-pro-4", "ov8865", "I2C3", 0x10, 0, 180, 0x4e, 0x53, 0, 0x2b, 12000},
	{"surface-pro-4", "ov7251", "I2C3", 0x60, 2, 0, 0x50, 0x4f, 0, 0, 4000},
	{"surface-book", "ov5693", "I2C2", 0x36, 1, 180, 0x4d, 0x54, 0, 0x16, 8000},
	{"surface-book", "ov8865", "I2C3", 0x10, 0, 180, 0x4e, 0x53, 0, 0x2b, 12000},
	{"surface-book", "ov7251", "I2C3", 0x60, 2, 0, 0x50, 0x4f, 0, 0, 4000},
	{"surface-book-2", "ov5693", "I2C2", 0x36, 1, 180, 0x4d, 0x54, 0, 0x16, 8000},
	{"surface-book-2", "ov8865", "I2C3", 0x10, 0, 180, 0x4e, 0x53, 0, 0x11, 12000},
	{"surface-book-2", "ov7251", "I2C3", 0x60, 2, 0, 0x82, 0x55, 0, 0, 4000},
	{"surface-pro-5", "ov5693", "I2C2", 0x36, 1, 180, 0x84, 0x8c, 0, 0x96, 8000},
	{"surface-pro-5", "ov8865", "I2C3", 0x10, 0, 180, 0x85, 0x8b, 0, 0x97, 12000},
	{"surface-pro-5", "ov7251", "I2C3", 0x60, 2, 0, 0x5c, 0x5b, 0, 0, 4000},
	{"surface-pro-6", "ov5693", "I2C2", 0x36, 1, 180, 0x84, 0x8c, 0, 0x96, 8000},
	{"surface-pro-6", "ov8865", "I2C3", 0x10, 0, 180, 0x85, 0x8b, 0, 0x97, 12000},
	{"surface-pro-6", "ov7251", "I2C3", 0x60, 2, 0, 0x5c, 0x5b, 0, 0, 4000},
	{"surface-laptop", "ov9734", "I2C2", 0x36, 1, 0, 0x4d, 0x78, 0, 0x16, 12000},
	{"surface-laptop", "ov7251", "I2C2", 0x60, 2, 0, 0x50, 0x4f, 0, 0, 4000},
	{"surface-laptop-2", "ov9734", "I2C2", 0x36, 1, 0, 0x4d, 0x78, 0, 0x16, 12000},
	{"surface-laptop-2", "ov7251", "I2C2", 0x60, 2, 0, 0x50, 0x4f, 0, 0, 4000},
	{"surface-go", "ov5693", "I2C4", 0x36, 1, 0, 0x57, 0x56, 0x14, 0x62, 8000},
	{"surface-go-2", "ov5693", "I2C4", 0x36, 1, 0, 0x83, 0x82, 0x14, 0x62, 8000},
	{"acer-switch-alpha-12", "ov5670", "I2C2", 0x36, 0, 180, 0x7e, 0x8f, 0x7f, 0, 10000},
};

/* camera-acpi.md 9: INT344B's pins, community by community. */
static const char *pad_of(unsigned pin)
{
	static const char letters[] = "ABCDEFG";
	static char names[4][12];
	static unsigned next;
	char *name = names[next++ % 4];

	assert_in_range(pin, 0, 151);
	sprintf(name, "GPP_%c%u", letters[pin / 24], pin % 24);
	return name;
}

static const struct board_camera *find_camera(const struct board_desc *board, const char *sensor)
{
	for (size_t i = 0; i < board->camera_count; i++)
		if (!strcmp(board->cameras[i].sensor, sensor))
			return &board->cameras[i];
	fail_msg("%s has no %s", board->name, sensor);
	return NULL;
}

/* Reset first, then power and clock, the sensor's wait behind the release. */
static void print_discrete(const struct discrete *row, char *out)
{
	out += sprintf(out, " %s=0", pad_of(row->reset));
	if (row->power)
		out += sprintf(out, " %s=1", pad_of(row->power));
	if (row->led)
		out += sprintf(out, " %s=1?", pad_of(row->led));
	sprintf(out, " %s=1 3000us %s=1(1000) %uus(2000)", pad_of(row->clock), pad_of(row->reset),
		row->wait_us);
}

static void discrete_cameras_are_wired_as_the_sheet_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(discrete); i++) {
		const struct discrete *row = &discrete[i];
		const struct board_camera *camera;
		struct board_desc board;
		char seen[400] = "", wanted[400];
		bool done[32] = {false};

		load_board(row->board, &board);
		camera = find_camera(&board, row->sensor);
		assert_string_equal(board.buses[camera->bus].name, row->bus);
		assert_int_equal(camera->address, row->address);
		assert_int_equal(camera->port, row->port);
		assert_int_equal(camera->rotation, row->rotation);
		print_sequence(&board, camera->power, done, seen);
		print_discrete(row, wanted);
		assert_string_equal(seen, wanted);
		board_free(&board);
	}
}

static void the_camera_faces_where_it_is_mounted(void **state)
{
	struct board_desc board;

	(void)state;
	for (size_t i = 0; i < COUNT(shipped_boards); i++) {
		load_board(shipped_boards[i], &board);
		for (size_t j = 0; j < board.camera_count; j++) {
			const char *name = board.cameras[j].sensor;
			const bool is_front = !strcmp(name, "ov5693") || !strcmp(name, "ov7251") ||
					      !strcmp(name, "ov9734") ||
					      (!strcmp(name, "ov5670") &&
					       strcmp(board.name, "acer-switch-alpha-12"));

			assert_string_equal(board.cameras[j].orientation,
					    is_front ? "front" : "back");
		}
		board_free(&board);
	}
}

static int reset(void **state)
{
	(void)state;
	host_reset(1);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_board_names_sensors_that_are_there),
		cmocka_unit_test(soraka_is_wired_as_the_sheet_says),
		cmocka_unit_test(rails_carry_the_documented_voltages),
		cmocka_unit_test(soraka_is_powered_in_the_documented_order),
		cmocka_unit_test(discrete_cameras_are_wired_as_the_sheet_says),
		cmocka_unit_test(the_camera_faces_where_it_is_mounted),
	};

	return cmocka_run_group_tests(tests, reset, NULL);
}
