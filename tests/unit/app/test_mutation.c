/*
 * test_mutation.c: every flush and every fence of a whole run is needed, and its loss is noticed.
 *
 * One camera in its smallest mode, pages dealt out in order: few cache calls, but all of their kinds, those of
 * the MMU among them. Each is left out, made too late and made too early, one at a time (host_sweep_begin);
 * the two-faced memory or the verdict must tell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/checks.h"
#include "tests/host/rom.h"

#define SMALL     "--camera ov5670 --mode 640x360 --cycles 1 --scatter-seed 0 --format raw "
#define DMA_PAGES 6000 /* leaves out the 64 MiB mapping, which has no call of its own kind */

/* No frame is skipped, so that the first one goes to a buffer: nothing but the fence of the start stands
 * between the hand-over and the device. */
static void skip_no_frames(void)
{
	static const char path[] = "firstlight/sensors/ov5670.ini";
	size_t size;
	const char *text = host_file_get(path, &size);
	char *changed = strndup(text, size), *line = strstr(changed, "frames-to-skip = 2");

	assert_non_null(line);
	line[strlen("frames-to-skip = ")] = '0';
	host_file_put(path, changed, size);
	free(changed);
}

static void sweep(uint32_t rungs, const char *options, void (*prepare)(void),
		  unsigned long at_least)
{
	/* The walker looks ahead, as it may: tables must be in memory when the TLB is invalidated. */
	const char *legal[] = {"imgu-prefetch", NULL};
	struct host_sweep score;
	int status;

	rom_prepare(11);
	rom_put_firmware();
	prepare();
	host_limit_dma(DMA_PAGES);
	host_set_adversary(0); /* no line leaves by luck: what is left out stays out */
	/* No frame is skipped, so none may be broken. */
	rom_attach_decided(legal, VBOARD_FPS_SENSOR, 1, "sensor-restart=0");
	/* Frames end that nobody has seen when the receiver stops: then what it takes back matters. */
	host_set_stalls(25000000, 15000000);
	host_sweep_begin();
	status = rom_run_rungs(rungs, options);
	host_sweep_end(status == 0, &score);
	assert_int_equal(status, 0);
	assert_int_equal(host_finding_count(), 0);
	printf("mutation: %lu cache calls (%lu for other memory, %lu with nothing to do); "
	       "%lu of %lu mutations caught (%.1f %%), %lu that nothing depended on\n",
	       score.calls, score.other, score.idle, score.caught, score.mutations - score.moot,
	       100.0 * (double)score.caught / (double)(score.mutations - score.moot), score.moot);
	assert_true(score.mutations > at_least);
	assert_int_equal(score.survived, 0);
}

/* Rung 11 measures, on memory that no device sees, and its WBINVD writes everything back. */
static void every_mutation_of_the_ladder_is_caught(void **state)
{
	(void)state;
	sweep(RUNGS_LADDER & ~RUNG(11), SMALL "--frames 3 --buffers 3", skip_no_frames, 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mutation_of_the_ladder_is_caught),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
