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

#include "camera/stream/rate.h"

#define FRAMES 34u
#define PERIOD 33333333.0 /* ns */
#define TICK   (1e9 / 19.2e6)

static struct frame_time times[QUEUE_TIMES];
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
		times[i] = (struct frame_time){
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

static void assert_same(double value, double want)
{
	assert_near(value, want, 1e-9 * (want < 0 ? -want : want) + 1e-12);
}

struct example {
	const char *name;
	unsigned count;
	struct frame_time times[8];
	double frame_ns, uncertainty;
	bool by_device;
	double tick_ns, least, most;
};

/* Behind the last end nothing counts, whether it looks like an end or not. */
static void check_example(const struct example *example, bool goes_on)
{
	struct frame_time padded[QUEUE_TIMES];

	memset(padded, 0x5a, sizeof padded);
	memcpy(padded, example->times, example->count * sizeof padded[0]);
	for (unsigned i = example->count; goes_on && i < QUEUE_TIMES; i++)
		padded[i] = padded[example->count - 1];
	memset(&rate, 0xff, sizeof rate);
	rate_measure(padded, example->count, &rate);
	assert_same(rate.frame_ns, example->frame_ns);
	assert_same(rate.uncertainty, example->uncertainty);
	assert_int_equal(rate.by_device, example->by_device);
	assert_same(rate.tick_ns, example->tick_ns);
	assert_same(rate.jitter_least, example->least);
	assert_same(rate.jitter_most, example->most);
}

/* A few ends, and what rate.h promises of them, worked out apart from the code: medians of pairs, bounds of what
 * the host knows, the device's clock when its time stamps are one. */
static const struct example examples[] = {
	{"two frames",
	 2,
	 {{1000000, 1003000, 1}, {2000000, 2001000, 2}},
	 998000.0,
	 0.002004008016032064,
	 false,
	 0.0,
	 0.0,
	 0.00501002004008016},
	{"three, by the host",
	 3,
	 {{1000000, 1030000, 1}, {2100000, 2110000, 2}, {3000000, 3050000, 3}},
	 1080000.0,
	 0.032407407407407406,
	 false,
	 0.0,
	 0.08796296296296297,
	 0.20833333333333334},
	{"uneven, by the host",
	 5,
	 {{1000000, 1010000, 5},
	  {2000000, 2040000, 6},
	  {3300000, 3305000, 7},
	  {4000000, 4100000, 8},
	  {4990000, 5012000, 9}},
	 1000500.0,
	 0.1469265367316342,
	 false,
	 0.0,
	 0.11244377811094453,
	 0.4522738630684658},
	{"four frames late, by the host",
	 6,
	 {{1000000, 1001000, 5},
	  {2400000, 2401000, 6},
	  {3000000, 3001000, 7},
	  {4500000, 4501000, 8},
	  {5000000, 5001000, 9},
	  {6400000, 6401000, 10}},
	 1080000.0,
	 0.06172839506172836,
	 false,
	 0.0,
	 0.38179012345679014,
	 0.5996913580246913},
	{"by the device",
	 5,
	 {{1000000, 1010000, 4294966272},
	  {2000000, 2040000, 4294967272},
	  {3300000, 3305000, 1276},
	  {4000000, 4100000, 1986},
	  {4990000, 5012000, 2971}},
	 1000500.0,
	 0.1469265367316342,
	 true,
	 1001.7521902377972,
	 0.30000000000000004,
	 0.30000000000000004},
	{"four by the device",
	 4,
	 {{1000000, 1002000, 1000},
	  {2000000, 2004000, 2001},
	  {3200000, 3203000, 3200},
	  {4000000, 4001000, 4002}},
	 999666.6666666666,
	 0.05101700566855619,
	 true,
	 999.0006662225184,
	 0.19880119880119884,
	 0.19880119880119884},
	{"the host was away",
	 5,
	 {{1000000, 1010000, 1000},
	  {1000000, 2300000, 2001},
	  {2300000, 3600000, 3000},
	  {3900000, 4000000, 4000},
	  {4990000, 5012000, 5011}},
	 1000500.0,
	 0.06096951524237881,
	 true,
	 997.7561705310396,
	 0.009990009990010096,
	 0.009990009990010096},
	{"a clock that most do not follow",
	 5,
	 {{1000000, 1010000, 1000},
	  {2000000, 2010000, 9000},
	  {3000000, 3010000, 9600},
	  {4000000, 4010000, 19000},
	  {5000000, 5010000, 19700}},
	 1000000.0,
	 0.0033333333333333335,
	 false,
	 0.0,
	 0.0,
	 0.013333333333333334},
	{"just a clock",
	 3,
	 {{1000000, 1010000, 0}, {2000000, 2010000, 500}, {3000000, 3010000, 1000}},
	 1000000.0,
	 0.005,
	 true,
	 2000.0,
	 0.0,
	 0.0},
	{"no clock",
	 3,
	 {{1000000, 1010000, 0}, {2000000, 2010000, 499}, {3000000, 3010000, 1000}},
	 1000000.0,
	 0.005,
	 false,
	 0.0,
	 0.0,
	 0.015},
	{"seven by the device",
	 7,
	 {{4998130, 5000183, 4000},
	  {6050309, 6059052, 5059},
	  {7097234, 7127133, 6127},
	  {8206344, 8207477, 7207},
	  {9199226, 9201294, 8200},
	  {10201145, 10209979, 9208},
	  {11082584, 11112682, 10110}},
	 1047414.0,
	 0.005989035854017609,
	 true,
	 1000.3954154727794,
	 0.14825306893295565,
	 0.14825306893295565},
	{"eight by the device",
	 8,
	 {{4980199, 5000081, 4000},
	  {5962421, 6052456, 5052},
	  {7046197, 7076034, 6075},
	  {8001420, 8002525, 7001},
	  {8987220, 9057221, 8055},
	  {9995098, 10015273, 9012},
	  {11000324, 11090313, 10087},
	  {12148515, 12178611, 11175}},
	 1015038.6666666666,
	 0.01106651719390279,
	 true,
	 1000.5309676359454,
	 0.11977186311787069,
	 0.11977186311787069},
	{"seven by the host",
	 7,
	 {{4998184, 5000212, 0},
	  {5924265, 5933326, 1},
	  {6816372, 6846219, 2},
	  {7864586, 7865446, 3},
	  {8825560, 8827650, 4},
	  {9857781, 9866933, 5},
	  {10831284, 10861223, 6}},
	 964774.6666666666,
	 0.008543290246703524,
	 false,
	 0.0,
	 0.047005777514887825,
	 0.09592051546406002},
	{"eight by the host",
	 8,
	 {{4991011, 5000183, 0},
	  {6166937, 6207209, 1},
	  {7349757, 7379762, 2},
	  {8425685, 8426912, 3},
	  {9084809, 9154817, 4},
	  {9917254, 9926365, 5},
	  {10792939, 10833026, 6},
	  {11653530, 11683349, 7}},
	 954738.0,
	 0.06521108408799063,
	 false,
	 0.0,
	 0.1568561217841963,
	 0.3761246540935838},
	{"half of six was looked at",
	 6,
	 {{4998188, 5000151, 4000},
	  {4407372, 5907432, 4907},
	  {5375659, 6875549, 5875},
	  {7840744, 7843512, 6842},
	  {8805117, 8806111, 7804},
	  {9740490, 9741526, 8739}},
	 949007.0,
	 0.0016938758091352328,
	 true,
	 1000.515247108307,
	 0.028066528066528096,
	 0.028066528066528096},
	{"a clock of which too little was looked at",
	 6,
	 {{4998158, 5000247, 4000},
	  {4432329, 5932346, 4932},
	  {5529917, 7029851, 6029},
	  {7933185, 7936137, 6935},
	  {7427357, 8927216, 7926},
	  {9837299, 9838535, 8837}},
	 976547.25,
	 0.1921633848234174,
	 false,
	 1000.3032367972743,
	 0.0,
	 1.8520674498852974},
};

static void small_examples_to_the_last_digit(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * (sizeof examples / sizeof examples[0]); i++)
		check_example(&examples[i / 2], i % 2);
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
		cmocka_unit_test(small_examples_to_the_last_digit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
