/*
 * test_every_port.c: each sensor on each CSI-2 port that its lanes fit (cio2.md 4.1: four on ports 0 and 1, two on 2 and
 * 3), and two on one board: a second sensor that sends on its own port is none of the first one's business.
 */
#include "tests/unit/app/breadboard.h"
#include "tests/unit/image/scene_tools.h"

static unsigned lanes_of_port(unsigned port)
{
	return port < 2 ? 4 : 2;
}

static void run_smallest(const char *sensor, unsigned port, const struct shipped *shipped)
{
	const struct plug plug = {sensor, port, shipped->lanes, NULL};
	char command[128];

	plug_in(&plug, 1, &(struct rom_board){.seed = port + 1});
	snprintf(command, sizeof command, "run --mode %s --frames 1 --cycles 1 --at-end exit",
		 smallest_mode(shipped)->name);
	assert_run(command, APP_PASS);
	nothing_is_left();
}

static void each_sensor_runs_on_each_port_that_has_its_lanes(void **state)
{
	unsigned ports[5] = {0};

	(void)state;
	for (unsigned i = 0; i < COUNT(shipped_sensors); i++) {
		struct shipped shipped;

		rom_prepare(1);
		read_shipped(shipped_sensors[i], &shipped);
		for (unsigned port = 0; port < 4; port++) {
			if (!shipped.mode_count || shipped.lanes > lanes_of_port(port))
				continue;
			run_smallest(shipped_sensors[i], port, &shipped);
			ports[shipped.lanes]++;
		}
	}
	/* 1, 2 and 4 lanes are what the ten have. */
	assert_true(ports[1] == 4 && ports[2] == 5 * 4 && ports[4] == 4 * 2);
}

/* The one whose lanes are a number in a register: 1 to 4, as far as a port has them. */
static void an_ov8865_runs_with_any_number_of_lanes(void **state)
{
	static const char path[] = "firstlight/sensors/ov8865.ini";

	(void)state;
	for (unsigned port = 0; port < 4; port++)
		for (unsigned lanes = 1; lanes <= lanes_of_port(port); lanes++) {
			const struct plug plug = {"ov8865", port, lanes, NULL};
			char line[64];

			plug_in(&plug, 1, &(struct rom_board){.seed = 4 * port + lanes});
			snprintf(line, sizeof line, "data-lanes = %u", lanes);
			stick_edit(path, "data-lanes = 1 2 3 4", line);
			snprintf(line, sizeof line, "write 0x3018 0x%02x", (lanes - 1) << 5 | 0x12);
			stick_edit(path, "write 0x3018 0x72", line);
			if (lanes < 4)
				stick_edit(path, "write 0x4851 0x32\n", "");
			if (lanes < 2) {
				stick_edit(path, "write 0x4850 0x10\n", "");
				/* The native modes are too fast for one lane. */
				stick_edit(path, "frame-us = 66690 ", "# ");
				stick_edit(path, "frame-us = 66690 ", "# ");
			}
			assert_run("run --mode 800x600 --frames 1 --cycles 1 --at-end exit",
				   APP_PASS);
			nothing_is_left();
		}
}

static void two_cameras_of_one_board_run_one_after_the_other(void **state)
{
	static const struct plug plugs[] = {{"ov7251", 2, 1, NULL}, {"ov8865", 1, 4, NULL}};

	(void)state;
	plug_in(plugs, 2, &(struct rom_board){.seed = 1});
	assert_run("run --frames 1 --cycles 1 --at-end exit", APP_PASS);
	want("stream.frame", "ov7251", "PASS", "");
	want("stream.frame", "ov8865", "PASS", "");
	nothing_is_left();
}

/* What an operating system, or a run that died, has left streaming. */
static void leave_streaming(const struct plug *plug)
{
	static struct reg_step steps[256];
	struct sensor_desc desc;
	char name[40], command[128];
	size_t count;
	int length;

	snprintf(name, sizeof name, "%s.ini", plug->sensor);
	assert_int_equal(session_read_sensor(name, &desc, NULL), FL_OK);
	count = desc.modes[0].registers.count;
	assert_true(count < 256);
	memcpy(steps, desc.modes[0].registers.steps, count * sizeof *steps);
	sensor_free(&desc);
	steps[count++] = (struct reg_step){REG_WRITE, 1, 0x0100, 1, 0xff, 0, 0};
	for (size_t i = 0; i < count; i++) {
		if (steps[i].kind != REG_WRITE) {
			host_advance_ns(20000000);
			continue;
		}
		length = snprintf(command, sizeof command, "i2c write I2C%u 0x60 0x%04x",
				  plug->port, steps[i].reg);
		for (unsigned k = 0; k < steps[i].width; k++)
			length += snprintf(command + length, sizeof command - (size_t)length,
					   " 0x%02x",
					   steps[i].value >> 8 * (steps[i].width - 1 - k) & 0xff);
		assert_run(command, APP_PASS);
	}
}

/* One DMA channel receives one port at a time (cio2.md 10); whether two can, nobody knows. */
static void a_sensor_that_sends_on_another_port_disturbs_nobody(void **state)
{
	static const struct plug plugs[] = {{"ov7251", 2, 1, NULL}, {"ov5670", 1, 2, NULL}};

	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		plug_in(plugs, 2, &(struct rom_board){.seed = seed});
		leave_streaming(&plugs[0]);
		assert_run("run --camera ov5670 --mode 640x360 --frames 4 --cycles 2 --at-end exit",
			   APP_PASS);
		/* And itself it is taken as it is found. */
		assert_run("run --camera ov7251 --frames 2 --cycles 1 --at-end exit", APP_PASS);
		nothing_is_left();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_sensor_runs_on_each_port_that_has_its_lanes),
		cmocka_unit_test(an_ov8865_runs_with_any_number_of_lanes),
		cmocka_unit_test(two_cameras_of_one_board_run_one_after_the_other),
		cmocka_unit_test(a_sensor_that_sends_on_another_port_disturbs_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
