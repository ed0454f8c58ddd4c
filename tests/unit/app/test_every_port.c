/*
 * test_every_port.c: each sensor on each CSI-2 port that its lanes fit (cio2.md 4.1: four on ports 0 and 1, two on 2 and
 * 3), and two on one board: a second sensor that sends on its own port is none of the first one's business.
 */
#include "tests/unit/app/breadboard.h"

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
	for (unsigned i = 0; i < SHIPPED_SENSORS; i++) {
		struct shipped shipped;

		rom_prepare(1);
		read_shipped(shipped_sensors[i], &shipped);
		for (unsigned port = 0; port < 4; port++) {
			if (shipped.lanes > lanes_of_port(port))
				continue;
			run_smallest(shipped_sensors[i], port, &shipped);
			ports[shipped.lanes]++;
		}
	}
	/* 1, 2 and 4 lanes are what the ten have. */
	assert_true(ports[1] == 4 && ports[2] == 5 * 4 && ports[4] == 4 * 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_sensor_runs_on_each_port_that_has_its_lanes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
