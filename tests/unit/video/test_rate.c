/*
 * test_rate.c: rate and jitter from ends of frames that a host saw more or less late: what is certain, what
 * is not, and which time stamps are a clock.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "video/rate.h"

#define FRAMES 34u
#define PERIOD 33333333.0 /* ns */
#define TICK   (1e9 / 19.2e6)

static struct video_time times[VIDEO_TIMES];
static struct rate rate;

/* A number from -1 to 1 that is the same in every run. */
static double noise(unsigned i)
{
	uint32_t v = (i + 1) * 2654435761u;

	v ^= v >> 15;
	v *= 2246822519u;
	v ^= v >> 13;
	return v / 2147483648.0 - 1;
}

/* Ends of frames that are off by up to `jitter` of a frame; the host looks every `look_ns`; the device's clock
 * has this tick (0: it counts frames) and begins at `base`. */
static void make(double jitter, double look_ns, double tick, uint32_t base)
{
	double end = 5e9, look = 5e9;

	for (unsigned i = 0; i < FRAMES; i++) {
		end += PERIOD * (1 + jitter * noise(i));
		while (look + look_ns < end)
			look += look_ns;
		times[i] = (struct video_time){
			.since_ns = (uint64_t)look,
			.seen_ns = (uint64_t)(look + look_ns),
			.device_timestamp =
				base + (tick > 0 ? (uint32_t)(uint64_t)(end / tick) : i)};
	}
	rate_measure(times, FRAMES, &rate);
}

static void assert_near(double value, double want, double within)
{
	if (value < want - within || value > want + within)
		fail_msg("%f, want %f within %f", value, want, within);
}

static void an_even_stream_is_even_by_either_clock(void **state)
{
	(void)state;
	make(0, 200000, TICK, 0xfff00000u); /* wraps on the way */
	assert_true(rate.by_device);
	assert_near(rate.tick_ns, TICK, 0.05);
	assert_near(rate.frame_ns, PERIOD, PERIOD * 0.0005);
	assert_true(rate.uncertainty < 0.0005);
	assert_true(rate.jitter_most < 1e-5);
	make(0, 200000, 0, 0);
	assert_false(rate.by_device);
	assert_near(rate.frame_ns, PERIOD, PERIOD * 0.0005);
	assert_true(rate.jitter_least < 1e-9);
	assert_true(rate.jitter_most < 0.03);
}

static void jitter_is_seen_by_either_clock(void **state)
{
	(void)state;
	make(0.3, 200000, TICK, 7);
	assert_true(rate.by_device);
	assert_true(rate.jitter_least > 0.2);
	make(0.3, 200000, 0, 7);
	assert_false(rate.by_device); /* a frame counter is no clock */
	assert_true(rate.jitter_least > 0.15 && rate.jitter_most < 0.4);
}

/* A host that looks every 25 ms cannot tell; it says so, and the device's clock still can. */
static void a_host_that_is_away_is_no_jitter(void **state)
{
	(void)state;
	make(0, 29000000, 0, 0);
	assert_false(rate.by_device);
	assert_true(rate.jitter_least < 1e-9);
	assert_true(rate.jitter_most > 0.5);
	assert_near(rate.frame_ns, PERIOD, PERIOD * (rate.uncertainty + 0.001));
	make(0, 29000000, TICK, 0);
	assert_true(rate.by_device);
	assert_true(rate.jitter_most < 1e-5);
	make(0.3, 29000000, TICK, 0);
	assert_true(rate.jitter_least > 0.2);
}

/* Time stamps that do not go on with the host's clock are no clock: constant, coarse, or anything. */
static void other_numbers_are_no_clock(void **state)
{
	(void)state;
	make(0, 200000, 1e6, 0); /* 33 ticks a frame */
	assert_false(rate.by_device);
	make(0, 200000, TICK, 0);
	for (unsigned i = 0; i < FRAMES; i++)
		times[i].device_timestamp = 42;
	rate_measure(times, FRAMES, &rate);
	assert_false(rate.by_device);
	for (unsigned i = 0; i < FRAMES; i++)
		times[i].device_timestamp = (uint32_t)(noise(i) * 1e9);
	rate_measure(times, FRAMES, &rate);
	assert_false(rate.by_device);
	assert_near(rate.frame_ns, PERIOD, PERIOD * 0.0005);
	assert_true(rate.jitter_least < 1e-9);
}

/* An emulated device whose turn came late for a third of the frames, on a busy machine: neither clock nor rate
 * mind. */
static void a_device_that_is_late_now_and_then_is_no_jitter(void **state)
{
	(void)state;
	for (unsigned stamps = 0; stamps < 2; stamps++) {
		make(0, 200000, stamps ? TICK : 0, 0);
		for (unsigned i = 0; i < FRAMES; i += 3) {
			uint64_t late = (uint64_t)(PERIOD * 0.15 * (1 + noise(i)));

			times[i].since_ns += late;
			times[i].seen_ns += late;
		}
		rate_measure(times, FRAMES, &rate);
		assert_int_equal(rate.by_device, stamps);
		assert_near(rate.frame_ns, PERIOD, PERIOD * 0.005);
		if (stamps)
			assert_true(rate.jitter_least < 1e-5);
	}
}

/* A machine that stood still held up the device, too, in the frame that ended meanwhile. */
static void what_happens_while_nobody_looks_is_no_jitter(void **state)
{
	const unsigned late = FRAMES / 2;

	(void)state;
	make(0, 200000, TICK, 0);
	for (unsigned i = late; i < FRAMES; i++) {
		times[i].since_ns += (uint64_t)(PERIOD * 0.4);
		times[i].seen_ns += (uint64_t)(PERIOD * 0.4);
		times[i].device_timestamp += (uint32_t)(PERIOD * 0.4 / TICK);
	}
	rate_measure(times, FRAMES, &rate);
	assert_true(rate.jitter_least > 0.39);
	times[late].since_ns -= (uint64_t)(PERIOD * 1.5);
	rate_measure(times, FRAMES, &rate);
	assert_true(rate.by_device);
	assert_true(rate.jitter_least < 1e-5);
}

/* Two ends are the least. */
static void two_frames_are_enough(void **state)
{
	(void)state;
	make(0, 200000, TICK, 0);
	rate_measure(times, 2, &rate);
	assert_near(rate.frame_ns, PERIOD, PERIOD * 0.01);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_even_stream_is_even_by_either_clock),
		cmocka_unit_test(jitter_is_seen_by_either_clock),
		cmocka_unit_test(a_host_that_is_away_is_no_jitter),
		cmocka_unit_test(other_numbers_are_no_clock),
		cmocka_unit_test(a_device_that_is_late_now_and_then_is_no_jitter),
		cmocka_unit_test(what_happens_while_nobody_looks_is_no_jitter),
		cmocka_unit_test(two_frames_are_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
