/* test_cio2.c: the receiver: what it accepts, how it walks its tables, what errors it reports. */
#include "tests/unit/vboard/ipu3/camera_bench.h"

#define FRAME_MS 34u

/* A powered machine, everything set up for `mode`, streaming. */
static struct cb *new_streaming(uint64_t seed, const char *fault, const struct cb_mode *mode)
{
	struct cb *b = cb_new(seed, fault);

	cb_power_up(b);
	cb_start(b, mode);
	return b;
}

static uint32_t irq_status(struct cb *b, unsigned port)
{
	return cb_read(b, b->cio2, 0x400 * port + 0x308);
}

static void a_frame_fills_its_buffer_and_its_entry(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	struct cb *b = new_streaming(1, NULL, mode);

	(void)state;
	cb_wait(b, 3 * FRAME_MS * CB_MS);
	assert_true(cb_entry_done(b, 0));
	assert_true(cb_entry_done(b, 1));
	assert_int_equal(cb_entry_bytes(b, 1), cb_frame_size(mode));
	assert_int_equal(cb_get32(b, CB_FBPT + 128) & 7, 6);
	assert_int_equal(cb_get32(b, CB_FBPT + 128 + 4) & 0xffff, mode->height);
	assert_in_range(cb_read(b, b->cio2, 0x1504) & 0xff, 2, 3);
	assert_int_equal(cb_read(b, b->cio2, 0x1414), 0x1001);
	assert_int_equal(irq_status(b, 1), 0);
	assert_int_equal(cb_read(b, b->cio2, 0x17e4), 0);
	cb_assert_clean(b);
	cb_free(b);
}

static void nothing_is_written_outside_the_buffer(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	struct cb *b = new_streaming(1, NULL, mode);
	uint32_t size = cb_frame_size(mode), pages = (size + 4095) / 4096;

	(void)state;
	cb_wait(b, 3 * FRAME_MS * CB_MS);
	/* Last page in the list is the first in memory; its tail stays. */
	for (uint32_t i = size % 4096; i < 4096; i++)
		assert_int_equal(b->flat.ram[CB_FRAME + i], 0xa5);
	assert_int_equal(b->flat.ram[CB_FRAME - 1], 0xa5);
	assert_int_equal(b->flat.ram[CB_FRAME + pages * 4096], 0xa5);
	cb_free(b);
}

static void frames_come_at_the_rate_of_the_registers(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	struct cb *b = new_streaming(1, NULL, mode);
	unsigned before;

	(void)state;
	cb_wait(b, 50 * CB_MS);
	before = cb_read(b, b->cio2, 0x1504);
	cb_wait(b, 20ull * 33139 * 1000); /* 20 periods of 1680 * 2056 / 104.2 MHz */
	assert_int_equal(cb_read(b, b->cio2, 0x1504) - before, 20);
	cb_sensor_write16(b, 1, 0x380e, 514); /* a quarter of the lines */
	cb_wait(b, 50 * CB_MS);
	cb_dummies(b);
	before = cb_read(b, b->cio2, 0x1504);
	cb_wait(b, 4ull * 8285 * 1000);
	assert_in_range((cb_read(b, b->cio2, 0x1504) - before) & 31, 4, 4);
	cb_free(b);
}

static void every_enabled_event_sends_one_message(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	struct cb *b = cb_new(1, NULL);

	(void)state;
	vboard_config_write(b->board, b->cio2, 0x94, 4, 0xfee00000);
	vboard_config_write(b->board, b->cio2, 0x9c, 2, 0x41);
	vboard_config_write(b->board, b->cio2, 0x92, 2, 1);
	cb_power_up(b);
	cb_start(b, mode);
	cb_wait(b, 60 * CB_MS);
	assert_int_equal(b->msi, 2); /* start, completion; then nothing was cleared */
	assert_int_equal(cb_read(b, b->cio2, 0x1414), 0x1001);
	cb_write(b, b->cio2, 0x1414, 0x0001);
	assert_int_equal(cb_read(b, b->cio2, 0x1414), 0x1000);
	cb_wait(b, 60 * CB_MS);
	assert_int_equal(b->msi, 3);
	cb_free(b);
}

static void wrong_settle_counts_lose_every_frame(void **state)
{
	static const struct {
		uint32_t offset, value;
	} wrong[] = {{0x28, 1360}, {0x28, 4500}, {0x30, 1300},
		     {0x38, 2300}, {0x24, 700},  {0x2c, 700}};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
		struct cb *b = cb_new(1, NULL);

		cb_power_up(b);
		cb_set_mode(b, mode);
		cb_dummies(b);
		cb_cio2_setup(b, mode);
		cb_write(b, b->cio2, 0x400 + wrong[i].offset, wrong[i].value);
		cb_cio2_enable(b, 1);
		cb_sensor_write(b, 1, 0x0100, 1);
		cb_wait(b, 3 * FRAME_MS * CB_MS);
		assert_false(cb_entry_done(b, 0));
		assert_int_equal(irq_status(b, 1), 0x600);
		assert_int_equal(cb_read(b, b->cio2, 0x17e4), 0x8200);
		assert_int_equal(cb_read(b, b->cio2, 0x1414) & 0x01000000, 0x01000000);
		cb_free(b);
	}
}

/* The window is that of the sensor's true rate: half the rate, other counts. */
static void the_window_moves_with_the_sensors_pll(void **state)
{
	struct cb_mode mode = *CB_MODE_OV13858_SMALL;
	struct cb *b;

	(void)state;
	mode.half_rate = false; /* 540 MHz with counts for 270 MHz */
	b = new_streaming(1, NULL, &mode);
	cb_wait(b, 3 * FRAME_MS * CB_MS);
	assert_int_equal(irq_status(b, 0) & 0x600, 0x600);
	assert_false(cb_entry_done(b, 0));
	cb_free(b);
}

/* A full-width line at half the bit rate takes longer than the line has. */
static void a_line_that_does_not_fit_the_link_breaks(void **state)
{
	struct cb_mode mode = cb_modes[0];
	struct cb *b;

	(void)state;
	mode.half_rate = true;
	mode.clock_settle = cb_modes[1].clock_settle;
	mode.data_settle = cb_modes[1].data_settle;
	b = new_streaming(1, NULL, &mode);
	cb_wait(b, 3 * FRAME_MS * CB_MS);
	assert_int_equal(irq_status(b, 0), 0x40);
	assert_false(cb_entry_done(b, 0));
	cb_free(b);
}

static void a_geometry_that_cannot_be_is_a_violation(void **state)
{
	struct cb_mode mode = *CB_MODE_OV5670_SMALL;
	struct cb *b;

	(void)state;
	mode.width = 700; /* 700 * 4 of 2600 */
	b = new_streaming(1, NULL, &mode);
	cb_assert_complaint(b,
			    "ov5670: output 700x360 in steps of 4 and 4 is more than the window");
	cb_free(b);
	b = cb_new(1, NULL);
	cb_power_up(b);
	cb_set_mode(b, CB_MODE_OV5670_SMALL);
	cb_sensor_write16(b, 1, 0x380e, 300);
	cb_sensor_write(b, 1, 0x0100, 1);
	cb_assert_complaint(b, "ov5670: a frame of 300 lines is less than the 360 lines");
	cb_free(b);
}

static void what_is_not_programmed_right_takes_no_frame(void **state)
{
	static const struct {
		uint32_t offset, value; /* written after set-up */
		uint32_t irq;           /* what the port then reports */
	} wrong[] = {
		{0x404, 4, 0x402},        /* lanes */
		{0x584, 0x1500, 0x20000}, /* data type 0x2A: no match */
		{0x584, 0x1581, 0},       /* disregarded */
		{0x1750, 0x784, 0},       /* ABORT of the port */
		{0x1474, 0x0100, 0},      /* frame open abort */
		{0x1508, 0x9c00021f, 0},  /* DMA off */
		{0x500, 0, 0},            /* backend off */
		{0x400, 0, 0},            /* receiver off */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
		struct cb *b = cb_new(1, NULL);

		cb_power_up(b);
		cb_set_mode(b, mode);
		cb_dummies(b);
		cb_cio2_setup(b, mode);
		cb_cio2_enable(b, 1);
		cb_write(b, b->cio2, wrong[i].offset, wrong[i].value);
		cb_sensor_write(b, 1, 0x0100, 1);
		cb_wait(b, 3 * FRAME_MS * CB_MS);
		if (cb_entry_done(b, 0) || irq_status(b, 1) != wrong[i].irq)
			fail_msg("0x%x = 0x%x: done %d, IRQCTRL 0x%x", wrong[i].offset,
				 wrong[i].value, cb_entry_done(b, 0), irq_status(b, 1));
		cb_free(b);
	}
}

static void a_receiver_enabled_after_stream_on_never_synchronises(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	struct cb *b = cb_new(1, NULL);

	(void)state;
	cb_power_up(b);
	cb_set_mode(b, mode);
	cb_dummies(b);
	cb_cio2_setup(b, mode);
	cb_sensor_write(b, 1, 0x0100, 1);
	cb_wait(b, 10 * CB_MS);
	cb_cio2_enable(b, 1);
	cb_wait(b, 3 * FRAME_MS * CB_MS);
	assert_false(cb_entry_done(b, 0));
	assert_int_equal(irq_status(b, 1), 0x400);
	cb_free(b);
}

static void an_invalid_entry_stops_the_channel(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	struct cb *b = new_streaming(1, NULL, mode);

	(void)state;
	cb_put32(b, CB_FBPT + 128 * 2, 6);
	cb_wait(b, 5 * FRAME_MS * CB_MS);
	assert_true(cb_entry_done(b, 1));
	assert_int_equal(cb_entry_bytes(b, 3), 0);
	assert_int_equal(cb_read(b, b->cio2, 0x1418), 0x02000001);
	assert_int_equal(cb_read(b, b->cio2, 0x1508) & 0x80000000, 0x80000000);
	cb_put32(b, CB_FBPT + 128 * 2, 7);
	cb_wait(b, 2 * FRAME_MS * CB_MS);
	assert_false(cb_entry_done(b, 2)); /* only DMA_EN 0 -> 1 starts it again */
	cb_free(b);
}

/* cio2.md 3.3: the entry behind the last page, and the sub-entry behind the last LOP page. */
static void a_missing_terminator_is_a_violation(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	uint32_t pages = (cb_frame_size(mode) + 4095) / 4096;
	struct cb *b = cb_new(1, NULL);

	(void)state;
	cb_power_up(b);
	cb_start(b, mode);
	cb_put32(b, CB_LOPS + 4 * pages, 0);
	cb_wait(b, 3 * FRAME_MS * CB_MS);
	cb_assert_complaint(b, "LOP entry behind the end 74 is page 0");
	cb_free(b);
	b = cb_new(1, NULL);
	cb_power_up(b);
	cb_start(b, mode);
	cb_put32(b, CB_LOPS + 4 * pages, CB_RAM >> 12);
	cb_wait(b, 3 * FRAME_MS * CB_MS);
	cb_assert_complaint(b, "outside RAM");
	cb_free(b);
	b = cb_new(1, NULL);
	cb_power_up(b);
	cb_start(b, mode);
	cb_put32(b, CB_FBPT + 128 + 16 + 12, 0);
	cb_wait(b, 3 * FRAME_MS * CB_MS);
	cb_assert_complaint(b, "LOP pointer behind the end, sub-entry 1 is page 0");
	cb_free(b);
}

static void a_short_buffer_ends_the_frame(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	struct cb *b = new_streaming(1, NULL, mode);

	(void)state;
	cb_buffer_entry(b, 1, 10000);
	cb_wait(b, 3 * FRAME_MS * CB_MS);
	assert_true(cb_entry_done(b, 1));
	assert_int_equal(cb_entry_bytes(b, 1), 10000);
	cb_assert_clean(b);
	cb_free(b);
}

/* Longer than the table: entries are armed again as they complete. */
static void the_table_is_a_ring(void **state)
{
	struct vboard_options options = {.seed = 1, .fps = VBOARD_FPS_MAX};
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	struct cb *b = cb_new_options(&options);

	(void)state;
	cb_power_up(b);
	cb_start(b, mode);
	for (unsigned frame = 0; frame < 70; frame++) {
		unsigned entry = frame % 32, waits = 0;

		while (!cb_entry_done(b, entry) && waits++ < 100)
			cb_wait(b, CB_MS);
		assert_int_equal(cb_entry_bytes(b, entry), cb_frame_size(mode));
		cb_dummy_entry(b, entry);
	}
	cb_assert_clean(b);
	cb_free(b);
}

static void status_is_cleared_by_ones(void **state)
{
	struct cb *b = new_streaming(1, "crc", CB_MODE_OV5670_SMALL);

	(void)state;
	cb_wait(b, 2 * FRAME_MS * CB_MS);
	cb_stop(b, 1);
	cb_wait(b, 10 * CB_MS);
	assert_int_equal(irq_status(b, 1), 0x4);
	cb_write(b, b->cio2, 0x708, 0x4); /* STATUS itself is read-only */
	assert_int_equal(irq_status(b, 1), 0x4);
	cb_write(b, b->cio2, 0x70c, 0x4);
	assert_int_equal(irq_status(b, 1), 0);
	assert_int_equal(cb_read(b, b->cio2, 0x17e4), 0x8800);
	cb_write(b, b->cio2, 0x17e4, 0x0800);
	assert_int_equal(cb_read(b, b->cio2, 0x17e4), 0x8000);
	cb_free(b);
}

static void stopping_halts_and_then_writes_nothing(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	struct cb *b = new_streaming(1, NULL, mode);
	uint8_t *before = malloc(CB_RAM);
	uint64_t deadline;

	(void)state;
	assert_non_null(before);
	cb_wait(b, 50 * CB_MS);
	cb_stop(b, 1);
	assert_int_equal(cb_read(b, b->cio2, 0x1508) & 0x80000000, 0);
	deadline = b->flat.now + 2000ull * CB_MS;
	while (!(cb_read(b, b->cio2, 0x1508) & 0x80000000))
		assert_true(b->flat.now < deadline);
	memcpy(before, b->flat.ram, CB_RAM);
	cb_wait(b, 5 * FRAME_MS * CB_MS);
	assert_memory_equal(before, b->flat.ram, CB_RAM);
	free(before);
	cb_assert_clean(b);
	cb_free(b);
}

static void it_starts_again_after_a_stop(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	struct cb *b = new_streaming(1, NULL, mode);

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		cb_wait(b, 75 * CB_MS);
		assert_int_equal(cb_entry_bytes(b, 1), cb_frame_size(mode));
		cb_stop(b, 1);
		cb_wait(b, 5 * CB_MS);
		cb_start(b, mode);
	}
	cb_assert_clean(b);
	cb_free(b);
}

static void max_rate_waits_for_the_driver(void **state)
{
	struct vboard_options options = {.seed = 1, .fps = VBOARD_FPS_MAX};
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	struct cb *b = cb_new_options(&options);

	(void)state;
	cb_power_up(b);
	cb_start(b, mode);
	cb_put32(b, CB_FBPT + 128 * 2, 6);
	cb_wait(b, 30 * CB_MS);
	assert_true(cb_entry_done(b, 1));
	assert_int_equal(cb_read(b, b->cio2, 0x1418), 0);
	cb_put32(b, CB_FBPT + 128 * 2, 7);
	cb_wait(b, 20 * CB_MS);
	assert_true(cb_entry_done(b, 2));
	cb_assert_clean(b);
	cb_free(b);
}

/* Faults: what a checker can see of each. */
static void faults_change_what_arrives(void **state)
{
	static const struct {
		const char *fault;
		bool done; /* entry 1 */
		int missing_lines;
		uint32_t irq;
	} cases[] = {
		{"no-sof", false, 0, 0},
		{"no-sof=ov13858", true, 0, 0},
		{"no-eof", false, 0, 0x80},
		{"short-frame=7", true, 7, 0},
		{"crc", true, 0, 0x4},
		{"ecc", true, 0, 0x1},
		{"ecc-fatal", true, 1, 0x2},
		{"fifo-overflow", true, 45, 0x8},
		{"dphy", false, 0, 0x600},
		{"lane-dead=ov5670", false, 0, 0x402},
		{"wrong-data-type", false, 0, 0x20000},
		{"stale-frame", true, 0, 0},
		{"slow-fps=2", false, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
		struct cb *b = new_streaming(1, cases[i].fault, mode);
		uint32_t want =
			cb_frame_size(mode) - (uint32_t)cases[i].missing_lines * cb_stride(mode);

		cb_wait(b, 80 * CB_MS);
		if (cb_entry_done(b, 1) != cases[i].done || irq_status(b, 1) != cases[i].irq ||
		    (cases[i].done && cb_entry_bytes(b, 1) != want))
			fail_msg("%s: done %d, bytes %u, IRQCTRL 0x%x", cases[i].fault,
				 cb_entry_done(b, 1), cb_entry_bytes(b, 1), irq_status(b, 1));
		cb_free(b);
	}
}

static void data_faults_leave_old_bytes(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	uint32_t size = cb_frame_size(mode), half = size / 2;
	struct cb *b = new_streaming(1, "stale-frame", mode);
	uint8_t *frame;

	(void)state;
	cb_wait(b, 80 * CB_MS);
	frame = cb_frame(b, size);
	for (uint32_t i = 0; i < size; i++)
		assert_int_equal(frame[i], 0xa5);
	free(frame);
	cb_free(b);
	b = new_streaming(1, "torn-frame", mode);
	cb_wait(b, 80 * CB_MS);
	frame = cb_frame(b, size);
	assert_int_not_equal(memcmp(frame, frame + half, 64), 0);
	for (uint32_t i = half + cb_stride(mode) * 32; i < size; i++)
		assert_int_equal(frame[i], 0xa5);
	free(frame);
	cb_free(b);
}

static void a_late_frame_comes_after_its_completion(void **state)
{
	const struct cb_mode *mode = CB_MODE_OV5670_SMALL;
	struct cb *b = new_streaming(1, "late-frame=5000", mode);

	(void)state;
	while (!cb_entry_done(b, 1))
		cb_wait(b, 100000);
	assert_int_equal(cb_entry_bytes(b, 1), cb_frame_size(mode));
	assert_int_equal(b->flat.ram[CB_FRAME + 50 * 4096], 0xa5);
	cb_wait(b, 6 * CB_MS);
	assert_int_not_equal(b->flat.ram[CB_FRAME + 50 * 4096], 0xa5);
	cb_free(b);
}

static void a_dma_that_does_not_halt_says_so(void **state)
{
	struct cb *b = new_streaming(1, "dma-no-halt", CB_MODE_OV5670_SMALL);

	(void)state;
	cb_wait(b, 50 * CB_MS);
	cb_stop(b, 1);
	cb_wait(b, 2500ull * CB_MS);
	assert_int_equal(cb_read(b, b->cio2, 0x1508) & 0x80000000, 0);
	cb_free(b);
}

/* The same seed gives the same trace of memory; another seed another one. */
static void a_seed_decides_everything(void **state)
{
	struct cb *a = new_streaming(9, NULL, CB_MODE_OV5670_SMALL);
	struct cb *b = new_streaming(9, NULL, CB_MODE_OV5670_SMALL);
	struct cb *c = new_streaming(10, NULL, CB_MODE_OV5670_SMALL);

	(void)state;
	assert_true(a->flat.now == b->flat.now);
	cb_wait(a, 80 * CB_MS);
	cb_wait(b, 80 * CB_MS);
	cb_wait(c, 80 * CB_MS);
	assert_memory_equal(a->flat.ram, b->flat.ram, CB_RAM);
	assert_int_not_equal(memcmp(a->flat.ram, c->flat.ram, CB_RAM), 0);
	cb_free(a);
	cb_free(b);
	cb_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_fills_its_buffer_and_its_entry),
		cmocka_unit_test(nothing_is_written_outside_the_buffer),
		cmocka_unit_test(frames_come_at_the_rate_of_the_registers),
		cmocka_unit_test(every_enabled_event_sends_one_message),
		cmocka_unit_test(wrong_settle_counts_lose_every_frame),
		cmocka_unit_test(the_window_moves_with_the_sensors_pll),
		cmocka_unit_test(a_line_that_does_not_fit_the_link_breaks),
		cmocka_unit_test(a_geometry_that_cannot_be_is_a_violation),
		cmocka_unit_test(what_is_not_programmed_right_takes_no_frame),
		cmocka_unit_test(a_receiver_enabled_after_stream_on_never_synchronises),
		cmocka_unit_test(an_invalid_entry_stops_the_channel),
		cmocka_unit_test(a_missing_terminator_is_a_violation),
		cmocka_unit_test(a_short_buffer_ends_the_frame),
		cmocka_unit_test(the_table_is_a_ring),
		cmocka_unit_test(status_is_cleared_by_ones),
		cmocka_unit_test(stopping_halts_and_then_writes_nothing),
		cmocka_unit_test(it_starts_again_after_a_stop),
		cmocka_unit_test(max_rate_waits_for_the_driver),
		cmocka_unit_test(faults_change_what_arrives),
		cmocka_unit_test(data_faults_leave_old_bytes),
		cmocka_unit_test(a_late_frame_comes_after_its_completion),
		cmocka_unit_test(a_dma_that_does_not_halt_says_so),
		cmocka_unit_test(a_seed_decides_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
