/*
 * test_seeds.c: the whole ROM on boards that differ in all that the sheets leave open (docs/silicon.md): read
 * pointer at start, when VALID falls, where the last page ends, timestamps, FIFO depths, registers over
 * D3hot ... A good board passes whatever the seed says of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/host/rom.h"

#define SEEDS 16

static void a_good_board_passes_with_any_seed(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		rom_prepare((unsigned)seed);
		rom_put_firmware();
		rom_attach_seed(NULL, VBOARD_FPS_SENSOR, seed);
		if (rom_run("run --camera ov5670 --mode 640x360 --frames 2 --cycles 2 --at-end "
			    "exit")) {
			print_error("%s\n", host_console());
			fail_msg("seed %u does not pass", (unsigned)seed);
		}
		host_print_findings();
		assert_int_equal(host_finding_count(), 0);
		for (unsigned i = 0; i < host_violation_count(); i++)
			print_error("seed %u: violation: %s\n", (unsigned)seed, host_violation(i));
		assert_int_equal(host_violation_count(), 0);
		assert_int_equal(host_leaks(), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_board_passes_with_any_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
