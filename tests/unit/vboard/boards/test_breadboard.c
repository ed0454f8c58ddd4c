/* test_breadboard.c: what may stand behind "breadboard=", and that each camera is where it says. */
#include "tests/unit/vboard/ipu3/camera_bench.h"

#include "vboard/boards/breadboard.h"
#include "vboard/boards/skylake.h"

static const struct board_kind *found(const char *name)
{
	char error[512];
	const struct board_kind *kind = board_find(boards, name, error, sizeof error);

	if (!kind)
		fail_msg("%s: %s", name, error);
	return kind;
}

static void assert_refused(const char *name, const char *start)
{
	char error[512] = "";

	assert_null(board_find(boards, name, error, sizeof error));
	if (strncmp(error, start, strlen(start)))
		fail_msg("%s: %s", name, error);
	assert_non_null(strstr(error, "; write breadboard=SENSOR@PORT[xLANES][,SENSOR@PORT...]"));
}

static struct cb *breadboard_new(const char *name)
{
	struct vboard_options options = {.board = found(name), .seed = 3};
	struct cb *b = cb_new_options(&options);

	cb_wait(b, 40 * CB_MS);
	return b;
}

static const struct csi_port *port_of(const struct cb *b, unsigned port)
{
	return &((const struct skylake *)vboard_parts(b->board))->ports[port];
}

/* ---- What is written ---- */

static void the_kind_names_its_cameras_by_port(void **state)
{
	const struct board_kind *kind = found("breadboard=ov8865@1x4,ov7251@2");

	(void)state;
	assert_null(kind->cameras[0]);
	assert_string_equal(kind->cameras[1], "ov8865");
	assert_string_equal(kind->cameras[2], "ov7251");
	assert_null(kind->cameras[3]);
	assert_string_equal(kind->smbios.manufacturer, "Firstlight");
	assert_string_equal(kind->smbios.product, "Breadboard");
	/* The same text is the same kind, another text another one. */
	assert_ptr_equal(kind, found("breadboard=ov8865@1x4,ov7251@2"));
	assert_string_equal(found("breadboard=ov7251@1")->cameras[1], "ov7251");
	assert_string_equal(kind->cameras[1], "ov8865");
}

static void what_does_not_fit_is_refused_with_its_reason(void **state)
{
	static const struct {
		const char *name, *error;
	} wrong[] = {
		{"breadboard", "'' has no '@'"},
		{"breadboard=", "'' has no '@'"},
		{"breadboard=ov2740", "'ov2740' has no '@'"},
		{"breadboard=ov2740@0,", "'' has no '@'"},
		{"breadboard=ov1234@0", "no sensor 'ov1234'; there are: ov13858 ov5670"},
		{"breadboard=ov27@0", "no sensor 'ov27'"},
		{"breadboard=averyveryverylongname@0", "no sensor 'averyveryverylongname'"},
		{"breadboard=ov2740@4", "'ov2740@4': ports are 0 to 3"},
		{"breadboard=ov2740@", "'ov2740@': ports are 0 to 3"},
		{"breadboard=ov2740@10", "'ov2740@10' is not understood at '0'"},
		{"breadboard=ov2740@0x", "'ov2740@0x' is not understood at 'x'"},
		{"breadboard=ov2740@0x22", "'ov2740@0x22' is not understood at 'x22'"},
		{"breadboard=ov2740@0x0", "ov2740 with 0 lanes does not fit on port 0"},
		{"breadboard=ov13858@1x5",
		 "ov13858 with 5 lanes does not fit on port 1, which has 1 to 4"},
		{"breadboard=ov13858@2",
		 "ov13858 with 4 lanes does not fit on port 2, which has 1 to 2"},
		{"breadboard=ov2740@3x3",
		 "ov2740 with 3 lanes does not fit on port 3, which has 1 to 2"},
		{"breadboard=ov2740@1,ov7251@1", "port 1 is taken twice"},
		{"breadboard=ov2740@1,ov2740@2", "ov2740 is there twice"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_refused(wrong[i].name, wrong[i].error);
}

/* ---- What is wired ---- */

static void lanes_are_the_sensors_own_or_as_written(void **state)
{
	struct cb *b = breadboard_new("breadboard=ov13858@0,ov5670@1x1,ov7251@2,ov2740@3");

	(void)state;
	assert_int_equal(port_of(b, 0)->lanes, 4);
	assert_int_equal(port_of(b, 1)->lanes, 1);
	assert_int_equal(port_of(b, 2)->lanes, 1);
	assert_int_equal(port_of(b, 3)->lanes, 2);
	for (unsigned port = 0; port < CIO2_PORTS; port++)
		assert_int_equal(port_of(b, port)->sensor->port, port);
	cb_free(b);
}

static void each_camera_answers_on_the_controller_of_its_port(void **state)
{
	static const struct {
		const char *board, *bus;
	} places[] = {{"breadboard=ov5670@0", "i2c0"},
		      {"breadboard=ov5670@1", "i2c1"},
		      {"breadboard=ov5670@2", "i2c2"},
		      {"breadboard=ov5670@3", "i2c3"}};

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		struct cb *b = breadboard_new(places[i].board);
		const unsigned bus = cb_find(b, places[i].bus);
		const struct vboard_function *place = vboard_function(b->board, bus);
		uint8_t id = 0;

		assert_int_equal(place->device, 0x15);
		assert_int_equal(place->function, i);
		cb_i2c_init(b, bus);
		/* Powered without anybody's doing. */
		assert_int_equal(cb_i2c(b, bus, 0x36, (const uint8_t[]){0x30, 0x0b}, 2, &id, 1), 0);
		assert_int_equal(id, 0x56);
		cb_free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kind_names_its_cameras_by_port),
		cmocka_unit_test(what_does_not_fit_is_refused_with_its_reason),
		cmocka_unit_test(lanes_are_the_sensors_own_or_as_written),
		cmocka_unit_test(each_camera_answers_on_the_controller_of_its_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
