/*
 * test_switches.c: every board's cameras by the sheet's tables (camera-acpi.md 7.2, 7.3, 7.5, 8.2): each answers with its id at its
 * place once its pads and its PMIC say so, and not while one of them does not.
 */
#include "tests/unit/vboard/ipu3/camera_bench.h"

#include "vboard/boards/skylake.h"

struct camera {
	const char *board, *name, *bus;
	unsigned port, lanes;
	bool is_turned;
	uint8_t address;
	uint16_t id_register;
	uint8_t id[3], id_size;
	/* Pads in ACPI's numbers; 0: none, no board has GPP_A0 in it. */
	uint8_t power, clock, reset;
	uint8_t vcm;
};

#define OV8865 0x10, 0x300a, {0x00, 0x88, 0x65}, 3
#define OV5693 0x36, 0x300a, {0x56, 0x90}, 2
#define OV7251 0x60, 0x300a, {0x77, 0x50}, 2
#define OV9734 0x36, 0x300a, {0x97, 0x34}, 2
#define OV5670 0x36, 0x300a, {0x00, 0x56, 0x70}, 3
#define IMX355 0x1a, 0x0016, {0x03, 0x55}, 2

/* clang-format off */
static const struct camera cameras[] = {
	{"surface-pro-4", "ov5693", "i2c2", 1, 2, true, OV5693, 0, 0x54, 0x4d, 0},
	{"surface-pro-4", "ov8865", "i2c3", 0, 4, true, OV8865, 0, 0x53, 0x4e, 0x0c},
	{"surface-pro-4", "ov7251", "i2c3", 2, 1, false, OV7251, 0, 0x4f, 0x50, 0},
	{"surface-book", "ov5693", "i2c2", 1, 2, true, OV5693, 0, 0x54, 0x4d, 0},
	{"surface-book", "ov8865", "i2c3", 0, 4, true, OV8865, 0, 0x53, 0x4e, 0x0c},
	{"surface-book", "ov7251", "i2c3", 2, 1, false, OV7251, 0, 0x4f, 0x50, 0},
	{"surface-book-2", "ov5693", "i2c2", 1, 2, true, OV5693, 0, 0x54, 0x4d, 0},
	{"surface-book-2", "ov8865", "i2c3", 0, 4, true, OV8865, 0, 0x53, 0x4e, 0x0c},
	{"surface-book-2", "ov7251", "i2c3", 2, 1, false, OV7251, 0, 0x55, 0x82, 0},
	{"surface-pro-5", "ov5693", "i2c2", 1, 2, true, OV5693, 0, 0x8c, 0x84, 0},
	{"surface-pro-5", "ov8865", "i2c3", 0, 4, true, OV8865, 0, 0x8b, 0x85, 0x0c},
	{"surface-pro-5", "ov7251", "i2c3", 2, 1, false, OV7251, 0, 0x5b, 0x5c, 0},
	{"surface-pro-6", "ov5693", "i2c2", 1, 2, true, OV5693, 0, 0x8c, 0x84, 0},
	{"surface-pro-6", "ov8865", "i2c3", 0, 4, true, OV8865, 0, 0x8b, 0x85, 0x0c},
	{"surface-pro-6", "ov7251", "i2c3", 2, 1, false, OV7251, 0, 0x5b, 0x5c, 0},
	{"surface-laptop", "ov9734", "i2c2", 1, 1, false, OV9734, 0, 0x78, 0x4d, 0},
	{"surface-laptop", "ov7251", "i2c2", 2, 1, false, OV7251, 0, 0x4f, 0x50, 0},
	{"surface-laptop-2", "ov9734", "i2c2", 1, 1, false, OV9734, 0, 0x78, 0x4d, 0},
	{"surface-laptop-2", "ov7251", "i2c2", 2, 1, false, OV7251, 0, 0x4f, 0x50, 0},
	{"surface-go", "ov5693", "i2c4", 1, 2, false, OV5693, 0x14, 0x56, 0x57, 0},
	{"surface-go-2", "ov5693", "i2c4", 1, 2, false, OV5693, 0x14, 0x82, 0x83, 0},
	{"acer-switch-alpha-12", "ov5670", "i2c2", 0, 2, true, OV5670, 0x7f, 0x8f, 0x7e, 0x0c},
	/* GPP_D7, D14, D16 */
	{"nocturne", "imx355", "i2c5", 1, 4, false, IMX355, 79, 86, 88, 0x0c},
};
/* clang-format on */

/* `left`: how firmware leaves the pads. */
static struct cb *board_left(const char *name, const char *left)
{
	const char *const decisions[] = {"p2sb=0", left, "i2c-fifo=0"};
	char error[512];
	struct vboard_options options = {.board = board_find(boards, name, error, sizeof error),
					 .seed = 3,
					 .decisions = decisions,
					 .decision_count = 3};
	struct cb *b;

	assert_non_null(options.board);
	b = cb_new_options(&options);
	for (unsigned i = 0; i < vboard_function_count(b->board); i++)
		if (!strncmp(vboard_function(b->board, i)->name, "i2c", 3))
			cb_i2c_init(b, i);
	return b;
}

static struct cb *board_new(const char *name)
{
	return board_left(name, "pads-left=1");
}

static uint32_t pad_offset(unsigned pad)
{
	const unsigned port = pad < 48 ? 0xaf : pad < 120 ? 0xae : 0xac;
	const unsigned n = pad < 48 ? pad : pad < 120 ? pad - 48 : pad - 120;

	return port << 16 | (0x400 + 8 * n);
}

static void set_pad(struct cb *b, unsigned pad, bool high)
{
	if (pad)
		cb_write(b, cb_find(b, "p2sb"), pad_offset(pad), high);
}

/* Does the chip at this address acknowledge, and with these bytes at this register? */
static bool answers(struct cb *b, const char *bus, uint8_t address, uint16_t at, const uint8_t *id,
		    unsigned size)
{
	const uint8_t pointer[2] = {(uint8_t)(at >> 8), (uint8_t)at};
	uint8_t in[3] = {0};

	if (cb_i2c(b, cb_find(b, bus), address, pointer, 2, in, size))
		return false;
	assert_memory_equal(in, id, size);
	return true;
}

static bool camera_answers(struct cb *b, const struct camera *c)
{
	return answers(b, c->bus, c->address, c->id_register, c->id, c->id_size);
}

static bool acknowledges(struct cb *b, const char *bus, uint8_t address)
{
	return !cb_i2c(b, cb_find(b, bus), address, (const uint8_t[]){0}, 1, NULL, 0);
}

static void switch_on(struct cb *b, const struct camera *c)
{
	set_pad(b, c->reset, false);
	set_pad(b, c->power, true);
	set_pad(b, c->clock, true);
	cb_wait(b, 3 * CB_MS);
	set_pad(b, c->reset, true);
	cb_wait(b, 20 * CB_MS);
}

static void each_camera_answers_and_each_of_its_pads_matters(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cameras / sizeof cameras[0]; i++) {
		const struct camera *c = &cameras[i];
		const uint8_t pads[] = {c->power, c->clock, c->reset};
		struct cb *b = board_new(c->board);

		assert_false(camera_answers(b, c));
		switch_on(b, c);
		if (!camera_answers(b, c))
			fail_msg("%s on %s does not answer", c->name, c->board);
		for (size_t n = 0; n < sizeof pads; n++) {
			if (!pads[n])
				continue;
			set_pad(b, pads[n], false);
			cb_wait(b, 20 * CB_MS);
			if (camera_answers(b, c))
				fail_msg("%s on %s answers without pad %u", c->name, c->board,
					 pads[n]);
			switch_on(b, c);
			assert_true(camera_answers(b, c));
		}
		cb_assert_clean(b);
		cb_free(b);
	}
}

static void each_camera_is_wired_as_the_sheet_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cameras / sizeof cameras[0]; i++) {
		const struct camera *c = &cameras[i];
		struct cb *b = board_new(c->board);
		const struct csi_port *port =
			&((const struct skylake *)vboard_parts(b->board))->ports[c->port];

		assert_string_equal(vboard_options(b->board)->board->cameras[c->port], c->name);
		assert_string_equal(port->sensor->name, c->name);
		assert_int_equal(port->lanes, c->lanes);
		assert_int_equal(port->sensor->is_turned, c->is_turned);
		cb_free(b);
	}
}

static void a_focus_motor_has_its_cameras_rails(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cameras / sizeof cameras[0]; i++) {
		const struct camera *c = &cameras[i];
		struct cb *b = board_new(c->board);

		if (c->vcm) {
			assert_int_equal(acknowledges(b, c->bus, c->vcm), !c->power);
			set_pad(b, c->power, true);
			cb_wait(b, 3 * CB_MS);
			assert_true(acknowledges(b, c->bus, c->vcm));
		}
		cb_free(b);
	}
}

/* A reset released too early is what a sensor does not forgive. */
static void a_release_before_the_rail_stands_is_reported(void **state)
{
	const struct camera *c = &cameras[sizeof cameras / sizeof cameras[0] - 1];
	struct cb *b = board_new(c->board);

	(void)state;
	set_pad(b, c->power, true);
	set_pad(b, c->clock, true);
	set_pad(b, c->reset, true);
	cb_assert_complaint(b, "imx355: reset released while a rail is not up");
	cb_free(b);
	b = board_new(c->board);
	set_pad(b, c->power, true);
	cb_wait(b, 3 * CB_MS);
	set_pad(b, c->reset, true);
	cb_assert_complaint(b, "imx355: reset released while there is no");
	cb_free(b);
}

/* What firmware left on is on, and has been. */
static void firmware_may_leave_a_camera_on(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cameras / sizeof cameras[0]; i++) {
		struct cb *b = board_left(cameras[i].board, "pads-left=0");

		cb_wait(b, 20 * CB_MS);
		assert_true(camera_answers(b, &cameras[i]));
		cb_assert_clean(b);
		cb_free(b);
	}
}

/* Inputs rest low, and nothing else on the board pulls them up: an I2C line has other pads. */
static void a_pad_that_nobody_drives_switches_off(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cameras / sizeof cameras[0]; i++) {
		const struct camera *c = &cameras[i];
		const uint8_t pads[] = {c->power, c->clock, c->reset};
		struct cb *b = board_left(c->board, "pads-left=2");

		for (size_t n = 0; n < sizeof pads; n++)
			if (pads[n])
				assert_int_equal(
					cb_read(b, cb_find(b, "p2sb"), pad_offset(pads[n])), 0x100);
		assert_false(camera_answers(b, c));
		cb_assert_clean(b);
		cb_free(b);
	}
}

/* ---- Behind a PMIC ---- */

static void nautilus_is_sorakas_rear_with_its_own_pad(void **state)
{
	static const uint8_t id[] = {0x02, 0x58}, erased[] = {0xff};
	struct cb *b = board_new("nautilus");
	uint8_t first = 0;
	const unsigned pads[] = {56, 58}; /* GPP_C8, C10 */

	(void)state;
	assert_false(acknowledges(b, "i2c2", 0x4d));
	for (unsigned off = 0; off < 3; off++) {
		set_pad(b, pads[0], true);
		set_pad(b, pads[1], true);
		cb_wait(b, 3 * CB_MS);
		cb_pmic_io(b);
		assert_false(acknowledges(b, "i2c2", 0x0c));
		cb_pmic(b, 0x3c, 109);
		cb_pmic(b, 0x44, 1);
		cb_pmic_clock(b);
		cb_power_ov13858(b);
		cb_wait(b, 10 * CB_MS);
		assert_true(answers(b, "i2c2", 0x1a, 0x0016, id, 2));
		assert_true(acknowledges(b, "i2c2", 0x0c));
		/* Erased, with 16-bit addresses (sensors.md 13): the second byte is no data. */
		assert_true(answers(b, "i2c2", 0x58, 0x0012, erased, 1));
		assert_int_equal(cb_i2c(b, b->i2c2, 0x58, (const uint8_t[]){0}, 1, &first, 1), 0);
		assert_int_equal(first, 0xff);
		if (off == 2)
			break;
		set_pad(b, pads[off], false);
		assert_false(acknowledges(b, "i2c2", 0x4d));
		assert_false(answers(b, "i2c2", 0x1a, 0x0016, id, 2));
		assert_false(acknowledges(b, "i2c2", 0x0c));
	}
	assert_true(((const struct skylake *)vboard_parts(b->board))->ports[0].sensor->is_turned);
	cb_assert_clean(b);
	cb_free(b);
}

static void a_surface_go_has_two_cameras_behind_its_pmic(void **state)
{
	static const uint8_t rear[] = {0x00, 0x88, 0x65}, infrared[] = {0x77, 0x50};
	struct cb *b = board_new("surface-go");

	(void)state;
	cb_pmic_io(b);
	cb_pmic_clock(b);
	cb_power_ov13858(b);
	/* s_resetn alone is not enough: s_enable is the power-down. */
	assert_false(answers(b, "i2c2", 0x10, 0x300a, rear, 3));
	cb_pmic(b, 0x22, 1);
	cb_wait(b, 20 * CB_MS);
	assert_false(answers(b, "i2c2", 0x10, 0x300a, rear, 3));
	cb_pmic(b, 0x22, 5);
	cb_wait(b, 20 * CB_MS);
	assert_true(answers(b, "i2c2", 0x10, 0x300a, rear, 3));
	cb_pmic(b, 0x3d, 109);
	cb_pmic(b, 0x45, 1);
	cb_pmic(b, 0x3e, 52);
	cb_pmic(b, 0x46, 1);
	cb_wait(b, 1 * CB_MS);
	assert_false(answers(b, "i2c3", 0x60, 0x300a, infrared, 2));
	cb_pmic(b, 0x27, 0x20);
	cb_pmic(b, 0x1e, 2);
	cb_wait(b, 20 * CB_MS);
	assert_true(answers(b, "i2c3", 0x60, 0x300a, infrared, 2));
	cb_assert_clean(b);
	cb_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_camera_answers_and_each_of_its_pads_matters),
		cmocka_unit_test(each_camera_is_wired_as_the_sheet_says),
		cmocka_unit_test(a_focus_motor_has_its_cameras_rails),
		cmocka_unit_test(a_release_before_the_rail_stands_is_reported),
		cmocka_unit_test(firmware_may_leave_a_camera_on),
		cmocka_unit_test(a_pad_that_nobody_drives_switches_off),
		cmocka_unit_test(nautilus_is_sorakas_rear_with_its_own_pad),
		cmocka_unit_test(a_surface_go_has_two_cameras_behind_its_pmic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
