/* test_boards.c: boards by name, and that a board is a file: one is wired here, and its camera streams. */
#include "tests/unit/vboard/ipu3/camera_bench.h"

#include "vboard/boards/soraka.h"
#include "vboard/core/camera.h"
#include "vboard/ipu3/ipu3.h"
#include "vboard/parts/sensor.h"
#include "vboard/pch/lpss_i2c.h"
#include "vboard/scene/picture.h"

/* ---- A board with one camera, powered as long as it is plugged in, on a port of its own ---- */

#define PORT 2

struct bare {
	struct i2c_bus bus;
	struct sensor sensor;
	struct csi_port ports[CIO2_PORTS];
};

static bool bare_wire(struct vboard *board, void *parts, char *error, size_t error_size)
{
	static const struct sensor_supply always = {
		.rails = {true, true, true}, .clock_hz = SENSOR_INPUT_CLOCK_HZ, .released = true};
	struct bare *bare = parts;
	struct csi_port *port = &bare->ports[PORT];

	if (!sensor_model_init(&bare->sensor, board, &sensor_ov5670, PORT))
		return false;
	sensor_set_supply(&bare->sensor, &always);
	i2c_bus_add(&bare->bus, &bare->sensor.target);
	*port = (struct csi_port){&bare->sensor.image, NULL, 2};
	port->pictures = picture_new(board, port->sensor, error, error_size);
	return port->pictures &&
	       vboard_add(board, lpss_i2c_new(board, 1, &bare->bus), "i2c1", 0x15, 1) &&
	       vboard_add(board, cio2_new(board, bare->ports), "cio2", 0x14, 3);
}

static void bare_release(void *parts)
{
	struct bare *bare = parts;

	picture_release(bare->ports[PORT].pictures);
	sensor_release(&bare->sensor);
}

static const struct board_kind bare = {
	.name = "bare",
	.sentence = "one OV5670 that is always powered",
	.cameras = {[PORT] = "front"},
	.knobs = {&model_knobs, &camera_knobs, &cio2_knobs, &lpss_i2c_knobs, &sensor_knobs,
		  &picture_knobs},
	.parts_size = sizeof(struct bare),
	.wire = bare_wire,
	.release = bare_release,
};

static struct cb *bare_new(const char *fault)
{
	struct vboard_options options = {
		.board = &bare, .seed = 3, .faults = &fault, .fault_count = fault ? 1 : 0};
	struct cb *b = cb_new_options(&options);

	b->i2c4 = cb_find(b, "i2c1"); /* where the bench looks for the camera */
	cb_wait(b, 10 * CB_MS);
	cb_i2c_init(b, b->i2c4);
	return b;
}

static bool a_frame_arrives(struct cb *b)
{
	struct cb_mode mode = *CB_MODE_OV5670_SMALL;
	uint8_t *frame;
	bool has_light;

	mode.port = PORT;
	cb_start(b, &mode);
	cb_wait(b, 200 * CB_MS);
	if (!cb_entry_done(b, 1))
		return false;
	assert_int_equal(cb_entry_bytes(b, 1), cb_frame_size(&mode));
	frame = cb_frame(b, cb_frame_size(&mode));
	has_light = frame[1000] != 0xa5 || frame[1001] != 0xa5 || frame[1002] != 0xa5;
	free(frame);
	return has_light;
}

static void a_board_is_a_file(void **state)
{
	struct cb *b = bare_new(NULL);

	(void)state;
	assert_int_equal(vboard_function_count(b->board), 2);
	/* Alone in its device, but not function 0 of it. */
	assert_int_equal(vboard_config_read(b->board, b->i2c4, 0x0e, 1), 0x80);
	assert_true(a_frame_arrives(b));
	cb_assert_clean(b);
	cb_free(b);
}

static void faults_name_the_cameras_of_the_board(void **state)
{
	struct cb *b = bare_new("no-sof=front");
	struct vboard_options options = {
		.board = &bare, .faults = &(const char *){"no-sof=ov5670"}, .fault_count = 1};
	struct vboard_host host = {.now_ns = flat_now, .context = b};
	char error[256];

	(void)state;
	assert_false(a_frame_arrives(b));
	assert_null(vboard_new(&options, &host, error, sizeof(error)));
	assert_string_equal(error, "fault 'no-sof': 'ov5670' does not fit; see --fault help");
	/* What the board is not made of cannot break on it. */
	options.faults = &(const char *){"pmic-nack"};
	assert_null(vboard_new(&options, &host, error, sizeof(error)));
	assert_non_null(strstr(error, "unknown fault 'pmic-nack'"));
	cb_free(b);
}

/* ---- By name ---- */

static char *printed(void (*print)(const struct board_kind *board, FILE *out),
		     const struct board_kind *board)
{
	static char *text; /* or GCC takes what open_memstream leaves there for its address */
	static size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	if (print)
		print(board, out);
	else
		board_help((const struct board_kind *const[]){board, &bare, NULL}, out);
	fclose(out);
	return text;
}

static void help_has_a_line_for_each_board(void **state)
{
	char *text = printed(NULL, &board_soraka.kind);
	const char *second = strchr(text, '\n') + 1;

	(void)state;
	assert_int_equal(strncmp(text, "  soraka               HP Chromebook x2", 39), 0);
	assert_string_equal(second, "  bare                 one OV5670 that is always powered\n");
	free(text);
}

static void help_for_faults_and_choices_is_the_boards(void **state)
{
	char *faults = printed(vboard_fault_help, &bare);
	char *choices = printed(vboard_decide_help, &bare);

	(void)state;
	assert_non_null(strstr(faults, "CAMERA is front;"));
	assert_non_null(strstr(faults, " no-sof[=CAMERA] "));
	assert_null(strstr(faults, "  pmic-"));
	assert_non_null(strstr(choices, " cio2-valid "));
	assert_null(strstr(choices, "soraka-"));
	free(faults);
	free(choices);
}

static void a_board_is_found_by_its_name(void **state)
{
	char error[256];

	(void)state;
	assert_ptr_equal(boards[0], &board_soraka.kind); /* the default */
	for (unsigned i = 0; boards[i]; i++)
		if (!boards[i]->assemble)
			assert_ptr_equal(board_find(boards, boards[i]->name, error, sizeof(error)),
					 boards[i]);
	assert_null(board_find(boards, "soraka=", error, sizeof(error)));
	assert_null(board_find(boards, "sorak", error, sizeof(error)));
	assert_null(board_find(boards, "Soraka", error, sizeof(error)));
	assert_int_equal(strncmp(error, "no board 'Soraka'; there are: soraka", 36), 0);
}

/* By its strings the ROM takes the board's file. */
static void each_board_names_its_machine(void **state)
{
	(void)state;
	for (unsigned n = 0; boards[n]; n++) {
		assert_non_null(boards[n]->smbios.manufacturer);
		assert_non_null(boards[n]->smbios.product);
		assert_non_null(boards[n]->smbios.version);
		assert_non_null(boards[n]->smbios.family);
		for (unsigned k = 0; k < n; k++)
			assert_string_not_equal(boards[n]->smbios.product,
						boards[k]->smbios.product);
	}
}

/* A name that stands twice would be found once. */
static void each_knob_of_a_board_has_one_name(void **state)
{
	(void)state;
	for (unsigned n = 0; boards[n]; n++) {
		const struct vboard_fault_info *fault;

		for (unsigned i = 0; (fault = vboard_fault_at(boards[n], i)); i++)
			for (unsigned k = 0; k < i; k++)
				assert_string_not_equal(fault->name,
							vboard_fault_at(boards[n], k)->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_board_is_a_file),
		cmocka_unit_test(faults_name_the_cameras_of_the_board),
		cmocka_unit_test(help_has_a_line_for_each_board),
		cmocka_unit_test(help_for_faults_and_choices_is_the_boards),
		cmocka_unit_test(a_board_is_found_by_its_name),
		cmocka_unit_test(each_board_names_its_machine),
		cmocka_unit_test(each_knob_of_a_board_has_one_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
