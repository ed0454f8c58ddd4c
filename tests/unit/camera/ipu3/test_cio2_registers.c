/*
 * test_cio2_registers.c: what the receiver's driver does to its registers, value by value as the sheet has it
 * (cio2.md sections 6, 8 and 9), on a function that does nothing by itself.
 */
#include "tests/unit/camera/ipu3/fake_function.h"

#include <stdio.h>

#include "camera/ipu3/ipu3.h"
#include "camera/ipu3/cio2_regs.h"
#include "camera/stream/queue.h"

#define W(offset, value) ((struct fake_access){offset, value, 0, true})
#define R(offset)        ((struct fake_access){offset, 0, 0, false})
#define CDMAC0           0x1508u
#define HALTED           0x80000000u
#define RP               0x1504u
#define INT_STS          0x1414u
#define EXT_OE           0x1418u
#define EXT_IE           0x17e4u
#define D0I3C            0x1408u
#define NEVER            UINT64_MAX
#define MS               1000000ull
#define F_422_MHZ        422400000ull

struct bench {
	struct fake fake;
	struct camera_device *device;
	uint64_t halts_after_ns; /* DMA_HALTED after CDMAC0 was written as 0 */
	uint64_t stopped_ns;
	bool gone;
	/* The read pointer after the n-th read of it, once; 0 = never. */
	unsigned moves_at, moves_to, pointer_reads;
};

static uint32_t answer(struct fake *fake, uint32_t offset)
{
	struct bench *b = (struct bench *)fake;

	if (b->gone)
		return UINT32_MAX;
	if (offset == RP && b->moves_at && ++b->pointer_reads == b->moves_at)
		fake->value[RP / 4] = b->moves_to;
	if (offset != CDMAC0 || fake->value[CDMAC0 / 4] || b->halts_after_ns == NEVER)
		return fake->value[offset / 4];
	return host_time_ns() - b->stopped_ns >= b->halts_after_ns ? HALTED : 0;
}

static void note_stop(struct fake *fake, uint32_t offset, uint32_t value)
{
	struct bench *b = (struct bench *)fake;

	if (offset == CDMAC0 && !value)
		b->stopped_ns = host_time_ns();
	/* Status registers are write one to clear: nothing stays of what is written. */
	if (offset == INT_STS || offset == EXT_OE || offset == EXT_IE)
		fake->value[offset / 4] = 0;
}

static void create(struct bench *b)
{
	const struct camera_host host = {
		.pci = &b->fake.list, .cache = &b->fake.cache, .diag = &b->fake.diag};

	assert_int_equal(ipu3_camera.create(&host, &b->device), FL_OK);
}

static void bench_up(struct bench *b, unsigned power)
{
	memset(b, 0, sizeof *b);
	fake_up(&b->fake, CIO2_DEVICE, 0x10000, power);
	b->fake.read = answer;
	b->fake.written = note_stop;
	create(b);
	if (b->device->ops->open(b->device))
		fail_msg("%s", b->fake.diag.message);
}

static void bench_down(struct bench *b)
{
	assert_int_equal(b->device->ops->close(b->device), FL_OK);
	b->device->ops->destroy(b->device);
	fake_down(&b->fake);
}

static enum fl_err prepare(struct bench *b, unsigned port, unsigned lanes, unsigned skip)
{
	const struct camera_config config = {.port = port,
					     .lanes = lanes,
					     .link_frequency = F_422_MHZ,
					     .width = 640,
					     .height = 360,
					     .max_height = 360,
					     .skip = skip};

	return b->device->ops->prepare(b->device, &config);
}

static void start(struct bench *b, unsigned port, unsigned lanes, unsigned skip)
{
	if (prepare(b, port, lanes, skip) || b->device->ops->start(b->device))
		fail_msg("%s", b->fake.diag.message);
}

static enum fl_err look(struct bench *b)
{
	struct camera_event event;

	return b->device->ops->poll(b->device, &event);
}

/* ---- section 6 ---------------------------------------------------------------------------------- */

/* Rows 1 to 30: any order but that of a register with itself. */
static void check_setup(const struct fake *fake, uint32_t port, unsigned lanes)
{
	const uint32_t p = 0x400 * port, pxm = 0x30 * port;
	const struct {
		uint32_t offset, value;
	} rows[] = {
		{p + 0x24, 0},        {p + 0x28, 1369},     {0x1464, 0x00151004},
		{0x1468, 0x21021628}, {0x1460, 0x01e00280}, {p + 0x1c, 0xff},
		{p + 0x20, 0xffffff}, {0x1008, 2},          {0x100c, 0xc},
		{p + 0x174, 1},       {p + 0x178, 1},       {p + 0x17c, 1},
		{p + 0x180, 1},       {p + 0x184, 0x1580},  {p + 0x188, 1},
		{p + 0x1c0, 1},       {p + 0x168, 1},       {0x17e8, 0xffffffff},
		{p + 0x304, 0x3ffff}, {p + 0x310, 0x3ffff}, {p + 0x300, 0},
		{p + 0x314, 0},       {0x1424, 0x8f0fffff}, {0x1420, 0x01001001},
		{0x1700 + pxm, 4},    {p + 0x108, 0},       {p + 0x120, 0},
		{0x1724 + pxm, 0},    {p + 0x4, lanes},     {0x1400, 0x05303d6e},
		{0x1480, 0x00010000}, {0x1488, 0x085a08af}, {0x1484, 0x085a085a},
	};

	for (unsigned i = 0; i < COUNT(rows); i++) {
		const bool twice = rows[i].offset == p + 0x184; /* disregarded first (12, 22) */
		int at = fake_find_write(fake, rows[i].offset, 1 + twice);

		if (at < 0 || fake->log[at].value != rows[i].value)
			fail_msg("port %u: register 0x%04x is not written as 0x%x", port,
				 rows[i].offset, rows[i].value);
		assert_int_equal(fake_find_write(fake, rows[i].offset, 2 + twice), -1);
	}
	for (uint32_t m = 0; m < 16; m++)
		assert_int_equal(fake->log[fake_find_write(fake, p + 0x184 + 4 * m, 1)].value, 1);
	for (uint32_t lane = 0; lane < 4; lane++) {
		int termen = fake_find_write(fake, p + 0x2c + 8 * lane, 1);
		int settle = fake_find_write(fake, p + 0x30 + 8 * lane, 1);

		assert_int_equal(termen >= 0, lane < lanes);
		assert_int_equal(settle >= 0, lane < lanes);
		if (lane < lanes)
			assert_true(fake->log[termen].value == 0 &&
				    fake->log[settle].value == 1323);
	}
}

/* Rows 31 to 42, and that nothing else is written: in this order, from the memory side toward the sensor. */
static void check_end(const struct bench *b, uint32_t port, unsigned lanes)
{
	const uint32_t p = 0x400 * port;
	const struct cio2 *cio2 = (const struct cio2 *)b->device;
	const uint32_t fbpt = (uint32_t)(cio2->ring.fbpt->page_bus[0] >> 12);
	struct fake_access want[] = {
		W(0x1500, fbpt),
		W(CDMAC0, 0xdc00021f),
		W(0x150c, 0x10000),
		R(RP),
		W(0x1474, 0),
		W(0x1720 + 0x30 * port, 0x780),
		W(p + 0x30c, 0x3ffff),
		W(EXT_OE, 0xffffffff),
		W(EXT_IE, 0xffffffff),
		W(INT_STS, 0xffffffff),
		W(p + 0x100, 1),
		W(p, 1),
		R(p),
	};
	struct fake tail = b->fake;
	const unsigned end = COUNT(want), before = 3 * 20;
	const struct fake_access *reset = &b->fake.log[b->fake.count - end - before];

	for (uint32_t n = 0; n < 20; n++)
		for (uint32_t i = 0; i < 3; i++) {
			const uint32_t offset = 0x1500 + 0x10 * n + (i ? 4 * i + 4 : 0);

			assert_true(reset[3 * n + i].is_write);
			assert_int_equal(reset[3 * n + i].offset, offset);
			assert_int_equal(reset[3 * n + i].value, 0);
		}
	tail.count = end;
	memcpy(tail.log, b->fake.log + b->fake.count - end, end * sizeof *tail.log);
	fake_assert_log(&tail, want, end);
	/* 30 registers of their own, the long-packet table once and its entry 0 again */
	assert_int_equal(b->fake.count, 30 + 16 + 1 + 2 * lanes + before + end);
}

static void start_writes_what_the_sheet_demands(void **state)
{
	(void)state;
	for (unsigned port = 0; port < 4; port++) {
		for (unsigned lanes = 1; lanes <= (port < 2 ? 4u : 2u); lanes++) {
			static struct bench b;

			bench_up(&b, 0);
			assert_int_equal(prepare(&b, port, lanes, 0), FL_OK);
			fake_forget(&b.fake);
			assert_int_equal(b.device->ops->start(b.device), FL_OK);
			assert_true(b.device->is_running);
			check_setup(&b.fake, port, lanes);
			check_end(&b, port, lanes);
			assert_int_equal(b.device->ops->stop(b.device), FL_OK);
			bench_down(&b);
		}
	}
}

/* ---- section 9 ---------------------------------------------------------------------------------- */

/* Ports 0 to 3 are aborted, by force or not: ABORT of the frame formatter, then the open frame (row 5). */
static unsigned put_aborts(struct fake_access *want)
{
	unsigned count = 0;

	for (uint32_t p = 0; p < 4; p++) {
		want[count++] = (struct fake_access)R(0x1720 + 0x30 * p);
		want[count++] = (struct fake_access)W(0x1720 + 0x30 * p, (p == 1 ? 0x784 : 0x4));
		want[count++] = (struct fake_access)R(0x1474);
		want[count++] = (struct fake_access)W(0x1474, FAKE_ANY_VALUE);
	}
	return count;
}

/* PBM_FOPN_ABORT has all ports' bits of this kind. */
static uint32_t open_frame_bits(uint32_t bit)
{
	return bit | bit << 8 | bit << 16 | bit << 24;
}

static void check_stop(struct bench *b, bool by_force)
{
	struct fake_access want[64] = {W(0x704, 0), W(0x710, 0),  W(0x400, 0),
				       W(0x500, 0), W(CDMAC0, 0), R(CDMAC0)};
	unsigned count = 6;

	if (by_force) {
		count += put_aborts(want + count);
		want[count++] = (struct fake_access)R(CDMAC0);
	}
	count += put_aborts(want + count);
	want[count++] = (struct fake_access)W(0x1420, 0);
	want[count++] = (struct fake_access)W(INT_STS, 0xffffffff);
	fake_assert_log(&b->fake, want, count);
	assert_int_equal(b->fake.value[0x1474 / 4], open_frame_bits(by_force ? 3 : 1));
	if (by_force) {
		int forced = fake_find_write(&b->fake, 0x1474, 4);

		assert_int_equal(b->fake.log[forced].value, open_frame_bits(2));
	}
	assert_false(b->device->is_running);
}

static const struct {
	uint64_t halts_after_ns, takes_ms;
	enum fl_err err;
	bool by_force, dies;
} halts[] = {
	{0, 0, FL_OK, false, false},
	{1999 * MS, 1999, FL_OK, false, false},
	{2010 * MS, 2010, FL_ERR_TIMEOUT, true, false}, /* it halted, but not when it was told to */
	{2095 * MS, 2095, FL_ERR_TIMEOUT, true, false},
	{2110 * MS, 2100, FL_ERR_TIMEOUT, true, true},
	{NEVER, 2100, FL_ERR_TIMEOUT, true, true},
};

static void stop_does_what_the_sheet_demands_and_tells_what_it_took(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COUNT(halts); i++) {
		struct host_primitive last;
		static struct bench b;
		unsigned long calls;
		uint64_t begin;

		bench_up(&b, 0);
		start(&b, 1, 2, 0);
		b.halts_after_ns = halts[i].halts_after_ns;
		fake_forget(&b.fake);
		calls = host_primitive_calls();
		begin = host_time_ns();
		assert_int_equal(b.device->ops->stop(b.device), halts[i].err);
		assert_in_range((host_time_ns() - begin) / MS, halts[i].takes_ms,
				halts[i].takes_ms + 2);
		check_stop(&b, halts[i].by_force);
		assert_true(host_primitive(host_primitive_calls(), &last));
		assert_int_equal(host_primitive_calls(), calls + 1); /* behind DMA_HALTED */
		assert_string_equal(last.name, "fence");
		assert_int_equal(b.device->is_dead, halts[i].dies);
		assert_int_equal(fake_command(&b.fake) & 4, halts[i].dies ? 0 : 4);
		if (halts[i].err)
			assert_says(&b.fake.diag,
				    "CIO2 CDMAC0 (0x1508) reads 0x00000000 after "
				    "2000000 us, want 0x80000000",
				    "its memory is left alone; power-cycle");
		if (halts[i].dies) {
			b.device->ops->close(b.device);
			pci_list_free(&b.fake.list);
			assert_true(host_leaks() > 0);
		} else {
			bench_down(&b);
		}
	}
}

/* ---- section 8 ---------------------------------------------------------------------------------- */

/* The counters in the order of 8.3, 8.2: IRQCTRL_STATUS bits 0 to 17, bits 0 to 6 of the port's byte of
 * EXT_IE, and output errors. Events that belong to a normal start of many sensors are no errors. */
static const struct {
	const char *name;
	bool is_error;
	unsigned rank;
} counters[] = {
	{"header-error-corrected", true, 13},
	{"header-errors-multiple", true, 3},
	{"payload-crc", true, 10},
	{"fifo-overflow", true, 8},
	{"short-packet-reserved-type", true, 6},
	{"long-packet-reserved-type", true, 6},
	{"long-packet-incomplete", true, 11},
	{"frame-sync", true, 7},
	{"line-sync", true, 7},
	{"dphy-start-of-transmission", true, 1},
	{"dphy-synchronisation", true, 5},
	{"escape-mode", true, 14},
	{"escape-mode-trigger", false, 0},
	{"data-lane-ulps", false, 0},
	{"clock-lane-ulps-exit", false, 0},
	{"inter-frame-short-packet", false, 0},
	{"inter-frame-long-packet", false, 0},
	{"long-packet-unmatched", true, 2},
	{"ecc-recoverable", true, 13},
	{"dphy-not-recoverable", true, 5},
	{"ecc-not-recoverable", true, 4},
	{"crc", true, 10},
	{"inter-frame-data", false, 0},
	{"packet-too-short", true, 11},
	{"packet-too-long", true, 11},
	{"dma-output", true, 9},
	{"port-output", true, 9},
};

static void check_counters(const struct camera_device *receiver, int seen, uint32_t times)
{
	for (unsigned i = 0; i < COUNT(counters); i++) {
		const struct camera_counter *c = &receiver->counters[i];

		assert_string_equal(c->name, counters[i].name);
		assert_int_equal(c->value, (int)i == seen ? times : 0);
		assert_int_equal(c->is_error, counters[i].is_error);
		assert_int_equal(c->rank, counters[i].rank);
		assert_int_equal(c->meaning[0] && c->hint[0], counters[i].is_error);
	}
	assert_int_equal(camera_errors(receiver), seen >= 0 && counters[seen].is_error ? times : 0);
	assert_ptr_equal(camera_telling(receiver),
			 seen >= 0 && counters[seen].is_error ? &receiver->counters[seen] : NULL);
}

/* What was read is written back to where it is cleared, once, and nothing is written that was not set. */
static void check_cleared(const struct fake *fake, uint32_t offset, uint32_t value)
{
	int at = fake_find_write(fake, offset, 1);

	assert_int_equal(at >= 0, value != 0);
	if (value)
		assert_int_equal(fake->log[at].value, value);
	assert_int_equal(fake_find_write(fake, offset, 2), -1);
}

static void every_bit_has_its_counter_and_is_cleared(void **state)
{
	(void)state;
	for (uint32_t port = 0; port < 4; port++) {
		static struct bench b;
		const uint32_t irq = 0x400 * port + 0x308;

		bench_up(&b, 0);
		start(&b, port, 2, 0);
		assert_int_equal(b.device->counter_count, COUNT(counters));
		for (unsigned bit = 0; bit < 32; bit++) {
			camera_counters_clear(b.device);
			fake_forget(&b.fake);
			b.fake.value[irq / 4] = 1u << bit;
			assert_int_equal(look(&b), FL_OK);
			assert_int_equal(look(&b), FL_OK); /* it stays: seen at two looks */
			check_counters(b.device, bit < 18 ? (int)bit : -1, 2);
			assert_int_equal(b.fake.log[fake_find_write(&b.fake, irq + 4, 2)].value,
					 1u << bit);
			b.fake.value[irq / 4] = 0;
			camera_counters_clear(b.device);
			fake_forget(&b.fake);
			b.fake.value[EXT_IE / 4] = 1u << bit;
			assert_int_equal(look(&b), FL_OK);
			check_counters(b.device,
				       bit / 8 == port && bit % 8 < 7 ? 18 + (int)(bit % 8) : -1,
				       1);
			check_cleared(&b.fake, EXT_IE, 1u << bit);
			check_cleared(&b.fake, irq + 4, 0);
			check_cleared(&b.fake, INT_STS, 0);
			check_cleared(&b.fake, EXT_OE, 0);
		}
		assert_int_equal(b.device->ops->stop(b.device), FL_OK);
		bench_down(&b);
	}
}

/* Output errors: channels 0 to 18 and four ports. The channel that is used stands still with it. */
static void every_output_error_is_counted_and_the_own_one_stops(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 32; bit++) {
		static struct bench b;
		const int counter = bit < 19 ? 25 : bit >= 24 && bit < 28 ? 26 : -1;

		bench_up(&b, 0);
		start(&b, 1, 2, 0);
		fake_forget(&b.fake);
		b.fake.value[EXT_OE / 4] = 1u << bit;
		assert_int_equal(look(&b), FL_OK); /* a frame may have ended behind it */
		check_counters(b.device, counter, 1);
		check_cleared(&b.fake, EXT_OE, 1u << bit);
		b.fake.value[EXT_OE / 4] = 0;
		assert_int_equal(look(&b), bit ? FL_OK : FL_ERR_IO);
		if (!bit)
			assert_says(&b.fake.diag, "DMA stopped with an output error after 0 frames",
				    "a frame larger than its buffer");
		assert_int_equal(look(&b),
				 bit ? FL_OK : FL_ERR_IO); /* it does not go on by itself */
		assert_int_equal(b.device->ops->stop(b.device), FL_OK);
		start(&b, 1, 2, 0);
		check_counters(b.device, -1, 0);
		assert_int_equal(look(&b), FL_OK);
		assert_int_equal(b.device->ops->stop(b.device), FL_OK);
		bench_down(&b);
	}
}

static void starts_and_lanes_are_told(void **state)
{
	static const struct {
		uint32_t offset, value;
		bool active;
	} lanes[] = {{0x41c, 0x100, false},   {0x41c, 0x80, true},  {0x420, 0x1000000, false},
		     {0x420, 0x800000, true}, {0x01c, 0xff, false}, {0x41c, 1, true}};

	(void)state;
	for (unsigned i = 0; i < COUNT(lanes); i++) {
		static struct bench b;

		bench_up(&b, 0);
		start(&b, 1, 2, 0);
		b.fake.value[0x41c / 4] = b.fake.value[0x420 / 4] = 0;
		assert_int_equal(look(&b), FL_OK);
		assert_false(b.device->lanes_active);
		b.fake.value[lanes[i].offset / 4] = lanes[i].value;
		assert_int_equal(look(&b), FL_OK);
		assert_int_equal(b.device->lanes_active, lanes[i].active);
		for (unsigned n = 1; n <= 3; n++) {
			b.fake.value[INT_STS / 4] = 1u << 12;
			fake_forget(&b.fake);
			assert_int_equal(look(&b), FL_OK);
			check_cleared(&b.fake, INT_STS, 1u << 12);
			b.fake.value[INT_STS / 4] = ~(1u << 12) & ~1u;
			assert_int_equal(look(&b), FL_OK);
			assert_int_equal(b.device->frames_started, n);
		}
		assert_int_equal(b.device->ops->stop(b.device), FL_OK);
		b.fake.value[0x41c / 4] = b.fake.value[0x420 / 4] = 0;
		start(&b, 1, 2, 0);
		b.fake.value[0x41c / 4] = b.fake.value[0x420 / 4] = 0;
		assert_int_equal(b.device->frames_started, 0);
		assert_int_equal(b.device->frames_ended, 0);
		assert_false(b.device->lanes_active);
		assert_int_equal(b.device->ops->stop(b.device), FL_OK);
		bench_down(&b);
	}
}

/* A second stream counts from zero: errors of one camera are not the next one's. */
static void counters_begin_anew_with_every_stream(void **state)
{
	static struct bench b;
	struct camera_event event;

	(void)state;
	bench_up(&b, 0);
	start(&b, 0, 4, 0);
	b.fake.value[0x308 / 4] = 0x3ffff;
	b.fake.value[EXT_IE / 4] = 0x7f;
	b.fake.value[EXT_OE / 4] = 0x0f000002;
	assert_int_equal(look(&b), FL_OK);
	assert_string_equal(camera_telling(b.device)->name, "dphy-start-of-transmission");
	assert_int_equal(camera_errors(b.device), 27 - 6);
	camera_counters_mark(b.device);
	for (unsigned i = 0; i < COUNT(counters); i++) {
		assert_int_equal(b.device->counters[i].value, 1);
		assert_int_equal(b.device->counters[i].at_start, 1);
	}
	assert_null(camera_telling(b.device)); /* they are the start's from here on */
	assert_int_equal(camera_errors(b.device), 0);
	b.fake.value[0x308 / 4] = 0;
	assert_int_equal(b.device->ops->stop(b.device), FL_OK);
	b.fake.value[EXT_IE / 4] = b.fake.value[EXT_OE / 4] = 0;
	start(&b, 1, 2, 0);
	check_counters(b.device, -1, 0);
	for (unsigned i = 0; i < COUNT(counters); i++)
		assert_int_equal(b.device->counters[i].at_start, 0);
	assert_int_equal(b.device->ops->poll(b.device, &event), FL_OK);
	check_counters(b.device, -1, 0);
	assert_int_equal(b.device->ops->stop(b.device), FL_OK);
	bench_down(&b);
}

/* ---- frames ------------------------------------------------------------------------------------- */

/* The DMA writes an entry as it does at the end of a frame (3.1). */
static void end_frame(struct bench *b, unsigned index, uint32_t bytes, uint32_t timestamp)
{
	const struct cio2 *cio2 = (const struct cio2 *)b->device;
	const uint64_t entry = cio2->ring.fbpt->page_bus[0] + 128 * index;
	const uint32_t words[] = {timestamp, bytes}, control = 6;

	assert_true(host_device_write(entry + 16, words, sizeof words));
	assert_true(host_device_write(entry, &control, sizeof control));
}

static struct camera_event event_of(struct bench *b)
{
	struct camera_event event;

	memset(&event, 0xee, sizeof event);
	if (b->device->ops->poll(b->device, &event))
		fail_msg("%s", b->fake.diag.message);
	return event;
}

static void assert_nothing(struct bench *b)
{
	struct camera_event event = event_of(b);

	assert_int_equal(event.kind, CAMERA_NOTHING);
}

static struct camera_event assert_frame(struct bench *b, uint32_t bytes)
{
	struct camera_event event = event_of(b);

	assert_int_equal(event.kind, CAMERA_FRAME);
	assert_null(event.buffer);
	assert_int_equal(event.bytes, bytes);
	assert_false(event.is_torn);
	return event;
}

/* Complete: VALID is 0, and the DMA has moved on or has said so, at this look or an earlier one (7.1). */
static void frame_ends_when_the_entry_and_a_sign_say_so(void **state)
{
	static struct bench b;

	(void)state;
	bench_up(&b, 0);
	b.fake.value[RP / 4] = 30; /* where it begins is asked */
	start(&b, 1, 2, 0);
	assert_nothing(&b);
	b.fake.value[RP / 4] = 31; /* moved on, VALID still set */
	assert_nothing(&b);
	end_frame(&b, 30, 1000, 77);
	assert_int_equal(assert_frame(&b, 1000).device_timestamp, 77);
	end_frame(&b, 31, 2000, 78); /* VALID 0 and no sign */
	assert_nothing(&b);
	b.fake.value[INT_STS / 4] = 1;
	assert_frame(&b, 2000);
	b.fake.value[INT_STS / 4] = 0;
	b.fake.value[RP / 4] = 0;
	assert_nothing(&b);
	b.fake.value[INT_STS / 4] = 1; /* said so, but VALID is 1 until the next look */
	assert_nothing(&b);
	b.fake.value[INT_STS / 4] = 0;
	assert_nothing(&b);
	end_frame(&b, 0, 3000, 79);
	assert_frame(&b, 3000);
	b.fake.value[RP / 4] = 1;
	end_frame(&b, 1, 4000, 80); /* the sign was for the frame before */
	assert_nothing(&b);
	b.fake.value[RP / 4] = 0x102; /* eight bits are the pointer's */
	assert_frame(&b, 4000);
	assert_int_equal(b.device->frames_ended, 4);
	assert_int_equal(b.device->ops->stop(b.device), FL_OK);
	bench_down(&b);
}

static void frame_has_the_errors_and_times_since_the_one_before(void **state)
{
	static struct bench b;
	struct camera_event event;
	uint64_t begin, before;

	(void)state;
	bench_up(&b, 0);
	b.fake.value[0x708 / 4] = 0x3; /* one look of an earlier stream */
	start(&b, 1, 2, 2);
	assert_nothing(&b);
	assert_int_equal(b.device->ops->stop(b.device), FL_OK);
	b.fake.value[0x708 / 4] = 0;
	start(&b, 1, 2, 2);
	begin = host_time_ns();
	for (unsigned i = 0; i < 3; i++) {
		b.fake.value[0x708 / 4] = 0x7;         /* three errors, seen at two looks */
		b.fake.value[EXT_OE / 4] = 0x01000002; /* and two of others' output, at one */
		before = host_time_ns();
		assert_nothing(&b);
		host_advance_ns(5 * MS);
		end_frame(&b, i, 100 + i, i);
		b.fake.value[RP / 4] = i + 1;
		event = assert_frame(&b, 100 + i);
		b.fake.value[0x708 / 4] = 0;
		assert_int_equal(event.errors, 6 + 2);
		assert_in_range(event.since_ns, before, before + MS);
		assert_in_range(event.time_ns, before + 5 * MS, host_time_ns());
		assert_int_equal(b.device->frames_ended, i + 1);
		assert_int_equal(b.device->counters[0].value, 2 * (i + 1));
		assert_int_equal(b.device->counters[0].at_start, i ? 4 : 0);
	}
	assert_int_equal(b.device->ops->stop(b.device), FL_OK);
	host_advance_ns(100 * MS);
	b.fake.value[RP / 4] = 0;
	start(&b, 1, 2, 2); /* the first end of a stream is not before its start */
	assert_int_equal(b.device->frames_ended, 0);
	begin = host_time_ns();
	end_frame(&b, 0, 5, 5);
	b.fake.value[RP / 4] = 1;
	event = assert_frame(&b, 5);
	assert_in_range(event.since_ns, begin - MS, begin);
	assert_int_equal(event.errors, 0);
	assert_int_equal(b.device->ops->stop(b.device), FL_OK);
	bench_down(&b);
}

/* All that was armed has ended unseen: the host was away, and the link is not to blame. One less may be the entry
 * that was armed last and had not reached memory. */
static void a_stop_is_the_hosts_doing_when_all_entries_have_ended(void **state)
{
	(void)state;
	for (unsigned ended = 29; ended <= 32; ended++) {
		for (unsigned seen = 0; seen < 4; seen++) {
			static struct bench b;
			struct camera_event event;
			enum fl_err err;
			unsigned frames = 0;

			bench_up(&b, 0);
			start(&b, 1, 2, 0);
			if (seen == 3) /* a look that found nothing */
				assert_nothing(&b);
			for (unsigned i = 0; i < ended; i++)
				end_frame(&b, i, 1000 + i, i);
			b.fake.value[RP / 4] = ended % 32;
			if (ended == 32)
				b.fake.value[INT_STS / 4] = 1;
			/* Looks that found one, or all, before it stopped. */
			while (frames < (seen == 1 ? 1 : seen == 2 ? ended - 1 : 0))
				assert_frame(&b, 1000 + frames++);
			b.fake.value[EXT_OE / 4] = 1;
			while (!(err = b.device->ops->poll(b.device, &event))) {
				assert_int_equal(event.kind, CAMERA_FRAME);
				assert_int_equal(event.bytes, 1000 + frames++);
			}
			assert_int_equal(err, ended >= 31 ? FL_ERR_AWAY : FL_ERR_IO);
			assert_int_equal(frames, ended);
			assert_int_equal(camera_errors(b.device) > 0, ended < 31);
			if (ended < 31)
				assert_says(&b.fake.diag, "after ", "memory latency");
			assert_int_equal(b.device->ops->stop(b.device), FL_OK);
			b.fake.value[INT_STS / 4] = b.fake.value[RP / 4] = 0;
			start(&b, 1, 2, 0);
			assert_nothing(&b); /* forgotten */
			assert_int_equal(b.device->ops->stop(b.device), FL_OK);
			bench_down(&b);
		}
	}
}

/* The frame that is larger than its buffer may end between the looks at the read pointer and at the errors: it is
 * told before the stop is. */
static void a_frame_that_ends_with_the_stop_is_told_first(void **state)
{
	static struct bench b;

	(void)state;
	bench_up(&b, 0);
	start(&b, 1, 2, 0);
	b.fake.value[EXT_OE / 4] = 1;
	assert_nothing(&b);
	b.fake.value[EXT_OE / 4] = 0;
	end_frame(&b, 0, 100, 0);
	b.fake.value[RP / 4] = 1;
	assert_frame(&b, 100);
	assert_int_equal(look(&b), FL_ERR_IO);
	assert_int_equal(b.device->ops->stop(b.device), FL_OK);
	bench_down(&b);
}

/* Frames that are looked at one by one are no sign of a host that is away. */
static void frames_seen_in_time_are_not_held_against_the_host(void **state)
{
	static struct bench b;
	struct camera_event event;
	enum fl_err err;

	(void)state;
	bench_up(&b, 0);
	start(&b, 1, 2, 0);
	for (unsigned i = 0; i < 6; i++) /* many at once, but of an earlier stream */
		end_frame(&b, i, 100, 0);
	b.fake.value[RP / 4] = 6;
	for (unsigned i = 0; i < 6; i++)
		assert_frame(&b, 100);
	assert_int_equal(b.device->ops->stop(b.device), FL_OK);
	b.fake.value[RP / 4] = 0;
	start(&b, 1, 2, 0);
	for (unsigned i = 0; i < 6; i++) {
		end_frame(&b, i, 100, 0);
		b.fake.value[RP / 4] = i + 1;
		assert_frame(&b, 100);
		assert_nothing(&b);
	}
	for (unsigned i = 6; i < 32; i++)
		end_frame(&b, i, 200, 0);
	b.fake.value[RP / 4] = 0;
	b.fake.value[EXT_OE / 4] = 1;
	while (!(err = b.device->ops->poll(b.device, &event)))
		assert_int_equal(event.bytes, 200);
	assert_int_equal(err, FL_ERR_IO);
	assert_int_equal(b.device->ops->stop(b.device), FL_OK);
	diag_clear(&b.fake.diag);
	b.fake.value[RP / 4] = 0;
	start(&b, 1, 2, 0); /* and those are not of this stream, either */
	b.fake.value[EXT_OE / 4] = 1;
	assert_nothing(&b);
	assert_int_equal(b.device->ops->poll(b.device, &event), FL_ERR_IO);
	assert_int_equal(b.device->ops->stop(b.device), FL_OK);
	bench_down(&b);
}

/* ---- the ring as the device reads it (3.1, 3.4, 3.5) ---------------------------------------------- */

static uint32_t ring_word(const struct bench *b, unsigned index, uint32_t offset)
{
	const struct cio2 *cio2 = (const struct cio2 *)b->device;
	uint32_t word;

	assert_true(
		host_device_read(cio2->ring.fbpt->page_bus[0] + 128 * index + offset, &word, 4));
	return word;
}

/* Valid, and the buffer's; or, without one, it leads to the dummy page alone. */
static void check_entry(const struct bench *b, unsigned index, const struct camera_buffer *buffer)
{
	const struct cio2 *cio2 = (const struct cio2 *)b->device;
	const uint32_t dummy_lop = (uint32_t)(cio2->ring.dummy_lop->page_bus[0] >> 12);
	const struct cio2_lops *lops = buffer ? buffer->tables : NULL;

	assert_int_equal(ring_word(b, index, 0), 7);
	assert_int_equal(ring_word(b, index, 8), 0);
	assert_int_equal(ring_word(b, index, 12), lops ? lops->page[0] : dummy_lop);
	assert_int_equal(ring_word(b, index, 24), lops ? 2u << 16 | 4095 : 8192u << 16 | 4095);
	for (uint32_t sub = 1; sub < 8; sub++)
		assert_int_equal(ring_word(b, index, 16 * sub + 12), dummy_lop);
}

/* The `count` of `buffers` from entry `first` on, and nothing else. */
static void check_ring(const struct bench *b, unsigned first, const struct camera_buffer *buffers,
		       unsigned count)
{
	const struct cio2 *cio2 = (const struct cio2 *)b->device;
	static uint32_t slots[1024];

	for (unsigned e = 0; e < 32; e++)
		check_entry(b, e, (e - first) % 32 < count ? &buffers[(e - first) % 32] : NULL);
	assert_true(host_device_read(cio2->ring.dummy_lop->page_bus[0], slots, sizeof slots));
	for (unsigned i = 0; i < 1024; i++)
		assert_int_equal(slots[i], cio2->ring.dummy_page->page_bus[0] >> 12);
}

static enum fl_err attach(struct bench *b, struct camera_buffer *buffer, size_t bytes)
{
	memset(buffer, 0, sizeof *buffer);
	snprintf(buffer->name, sizeof buffer->name, "frame 7");
	if (dma_create(&b->device->dma, buffer->name, bytes, DMA_FROM_DEVICE, &buffer->pixels))
		fail_msg("%s", b->fake.diag.message);
	return b->device->ops->attach(b->device, buffer);
}

#define BUFFERS 40u
static struct camera_buffer ring_buffers[BUFFERS];

static void make_buffers(struct bench *b, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(attach(b, &ring_buffers[i], 8192), FL_OK);
		assert_int_equal(dma_sync_for_device(ring_buffers[i].pixels), FL_OK);
	}
}

static void drop_buffers(struct bench *b, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		b->device->ops->detach(b->device, &ring_buffers[i]);
		dma_destroy(&ring_buffers[i].pixels);
	}
}

static void queue_buffers(struct bench *b, unsigned first, unsigned end)
{
	for (unsigned i = first; i < end; i++)
		b->device->ops->queue(b->device, &ring_buffers[i]);
}

static void begin_stream(struct bench *b)
{
	if (b->device->ops->start(b->device))
		fail_msg("%s", b->fake.diag.message);
}

static void buffers_stand_behind_the_frames_to_skip(void **state)
{
	static const struct {
		unsigned rp, skip;
	} cases[] = {{0, 0}, {0, 2}, {30, 3}, {31, 28}};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		static struct bench b;
		const unsigned first = cases[i].rp + cases[i].skip;

		bench_up(&b, 0);
		assert_int_equal(prepare(&b, 1, 2, cases[i].skip), FL_OK);
		b.fake.value[RP / 4] = cases[i].rp;
		make_buffers(&b, 3);
		queue_buffers(&b, 0, 3);
		begin_stream(&b);
		check_ring(&b, first % 32, ring_buffers, 3);
		for (unsigned n = 0; n < cases[i].skip + 3; n++) {
			const unsigned at = (cases[i].rp + n) % 32;
			struct camera_event event;

			end_frame(&b, at, 5, 0);
			b.fake.value[RP / 4] = (at + 1) % 32;
			event = event_of(&b);
			assert_ptr_equal(event.buffer, n < cases[i].skip
							       ? NULL
							       : &ring_buffers[n - cases[i].skip]);
			assert_false(event.is_torn);
		}
		assert_int_equal(b.device->ops->stop(b.device), FL_OK);
		drop_buffers(&b, 3);
		bench_down(&b);
	}
}

/* More than there are entries: the rest waits. An entry that ended is a dummy in memory by the next end. */
static void a_full_ring_takes_the_rest_when_it_has_room(void **state)
{
	static struct bench b;
	struct camera_event event;

	(void)state;
	bench_up(&b, 0);
	assert_int_equal(prepare(&b, 1, 2, 1), FL_OK);
	make_buffers(&b, BUFFERS);
	queue_buffers(&b, 0, BUFFERS);
	begin_stream(&b);
	check_ring(&b, 1, ring_buffers, 31);
	assert_ptr_equal(((struct cio2 *)b.device)->ring.waiting, &ring_buffers[31]);
	for (unsigned n = 0; n < BUFFERS + 1; n++) {
		end_frame(&b, n % 32, 5, 0);
		b.fake.value[RP / 4] = (n + 1) % 32;
		event = event_of(&b);
		assert_int_equal(event.kind, CAMERA_FRAME);
		assert_ptr_equal(event.buffer, n ? &ring_buffers[n - 1] : NULL);
		assert_nothing(&b); /* and what waits goes in */
		if (n)
			assert_int_equal(ring_word(&b, (n - 1) % 32, 0), 7);
	}
	assert_null(((struct cio2 *)b.device)->ring.waiting);
	assert_int_equal(b.device->ops->stop(b.device), FL_OK);
	drop_buffers(&b, BUFFERS);
	bench_down(&b);
}

/* While it runs: four ahead of the read pointer, or behind the frames to skip; then the pointer is asked again. */
static void a_buffer_that_the_dma_may_have_met_is_torn(void **state)
{
	static const struct {
		unsigned skip, moves_to;
		uint32_t halted;
		unsigned entry;
		bool is_torn[2]; /* of two buffers, one behind the other */
	} cases[] = {
		{0, 1, 0, 5, {false, false}},
		{0, 3, 0, 5, {false, false}},
		{0, 4, 0, 5, {true, false}},
		{0, 5, 0, 5, {true, true}},
		{0, 6, 0, 5, {true, true}},
		{0, 0, 0, 5, {true, true}}, /* it went all the way round */
		{0, 1, HALTED, 5, {true, true}},
		{9, 1, 0, 9, {false, false}},
		{5, 1, 0, 5, {false, false}},
		{6, 1, 0, 6, {false, false}},
		{6, 5, 0, 6, {true, false}},
		{6, 4, 0, 6, {false, false}},
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		static struct bench b;
		struct camera_event event;

		bench_up(&b, 0);
		assert_int_equal(prepare(&b, 1, 2, cases[i].skip), FL_OK);
		make_buffers(&b, 2);
		begin_stream(&b);
		end_frame(&b, 0, 5, 0);
		b.fake.value[RP / 4] = 1;
		event = event_of(&b);
		assert_int_equal(event.kind, CAMERA_FRAME);
		queue_buffers(&b, 0, 2);
		/* The look, the feed, and once more behind it. */
		b.pointer_reads = 0;
		b.moves_at = 3;
		b.moves_to = cases[i].moves_to;
		b.fake.value[CDMAC0 / 4] |= HALTED;
		b.fake.value[CDMAC0 / 4] &= ~HALTED | cases[i].halted;
		assert_nothing(&b);
		assert_int_equal(b.pointer_reads, 3);
		for (unsigned e = 1; e < 32; e++) {
			const unsigned nth = e - cases[i].entry;

			check_entry(&b, e, nth < 2 ? &ring_buffers[nth] : NULL);
		}
		b.moves_at = 0;
		for (unsigned n = 1; n <= cases[i].entry + 2; n++) {
			const unsigned nth = n - cases[i].entry;

			end_frame(&b, n, 5, 0);
			b.fake.value[RP / 4] = n + 1;
			event = event_of(&b);
			assert_int_equal(event.kind, CAMERA_FRAME);
			assert_ptr_equal(event.buffer, nth < 2 ? &ring_buffers[nth] : NULL);
			assert_int_equal(event.is_torn, nth < 2 && cases[i].is_torn[nth]);
		}
		b.fake.value[CDMAC0 / 4] = 1;
		assert_int_equal(b.device->ops->stop(b.device), FL_OK);
		drop_buffers(&b, 2);
		bench_down(&b);
	}
}

static void assert_primitive(unsigned long call, const char *name, const void *line)
{
	struct host_primitive p;

	assert_true(host_primitive(call, &p));
	if (name)
		assert_string_equal(p.name, name);
	if (line)
		assert_ptr_equal(p.line, line);
}

/* The frame's lines, a fence, then the entries that name it, and a fence before the pointer is asked again. */
static void a_frame_is_in_memory_before_its_entry(void **state)
{
	static struct bench b;
	const struct cio2 *cio2;
	unsigned long calls;

	(void)state;
	bench_up(&b, 0);
	assert_int_equal(prepare(&b, 1, 2, 0), FL_OK);
	begin_stream(&b);
	cio2 = (const struct cio2 *)b.device;
	make_buffers(&b, 2);
	queue_buffers(&b, 0, 2);
	calls = host_primitive_calls();
	assert_nothing(&b);
	assert_int_equal(host_primitive_calls(), calls + 4);
	assert_primitive(calls + 1, "fence", NULL);
	assert_primitive(calls + 2, NULL, cio2->ring.fbpt->page_cpu[0] + 128 * 4);
	assert_primitive(calls + 3, NULL, cio2->ring.fbpt->page_cpu[0] + 128 * 5);
	assert_primitive(calls + 4, "fence", NULL);
	assert_int_equal(b.device->ops->stop(b.device), FL_OK);
	drop_buffers(&b, 2);
	bench_down(&b);
}

/* An entry written over after the DMA had passed it says VALID still: it is over, and not to be trusted. */
static void a_torn_entry_is_over_when_the_dma_has_passed(void **state)
{
	static struct bench b;
	struct camera_event event;

	(void)state;
	bench_up(&b, 0);
	assert_int_equal(prepare(&b, 1, 2, 0), FL_OK);
	make_buffers(&b, 1);
	begin_stream(&b);
	queue_buffers(&b, 0, 1);
	b.moves_at = 3;
	b.moves_to = 5;
	assert_nothing(&b);
	for (unsigned n = 0; n < 4; n++) {
		end_frame(&b, n, 5, 0);
		assert_int_equal(event_of(&b).kind, CAMERA_FRAME);
	}
	b.fake.value[RP / 4] = 4; /* at it, whatever it says */
	b.fake.value[INT_STS / 4] = 1;
	assert_nothing(&b);
	b.fake.value[INT_STS / 4] = 0;
	b.fake.value[RP / 4] = 5;
	event = event_of(&b);
	assert_int_equal(event.kind, CAMERA_FRAME);
	assert_ptr_equal(event.buffer, &ring_buffers[0]);
	assert_true(event.is_torn);
	assert_int_equal(b.device->ops->stop(b.device), FL_OK);
	drop_buffers(&b, 1);
	bench_down(&b);
}

/* Entries are synchronised at a sign: the one written anew once, in its own stream. Behind the load that told of an
 * end is a fence; behind one that did not is none. */
static void each_look_at_an_entry_costs_what_it_must(void **state)
{
	static struct bench b;
	unsigned long calls;

	(void)state;
	bench_up(&b, 0);
	for (unsigned stream = 0; stream < 2; stream++) {
		static const unsigned want[] = {3, 4, 4, 3};

		b.fake.value[RP / 4] = 0;
		start(&b, 1, 2, 0);
		b.fake.value[RP / 4] = 5;
		for (unsigned n = 0; n < 4; n++) {
			/* no end, an end, no end with an entry to share, no end */
			if (n == 1)
				end_frame(&b, 0, 5, 0);
			calls = host_primitive_calls();
			assert_int_equal(event_of(&b).kind, n == 1 ? CAMERA_FRAME : CAMERA_NOTHING);
			assert_int_equal(host_primitive_calls() - calls, want[n]);
		}
		end_frame(&b, 1, 5, 0);
		assert_frame(&b, 5); /* one is left to be shared */
		assert_int_equal(b.device->ops->stop(b.device), FL_OK);
	}
	bench_down(&b);
}

/* A ring that the device has no access to is told wherever it is needed, and is no frame. */
static void a_ring_that_is_not_mapped_is_told(void **state)
{
	static struct bench b;
	struct camera_event event;
	struct cio2_ring *ring;

	(void)state;
	bench_up(&b, 0);
	ring = &((struct cio2 *)b.device)->ring;
	host_fail_allocation(1);
	assert_int_equal(prepare(&b, 1, 2, 0), FL_ERR_NOMEM);
	host_fail_allocation(0);
	diag_clear(&b.fake.diag);
	assert_int_equal(prepare(&b, 1, 2, 0), FL_OK);
	ring->fbpt->owner = DMA_UNMAPPED;
	assert_int_equal(b.device->ops->start(b.device), FL_ERR_STATE);
	assert_false(b.device->is_running);
	assert_says(&b.fake.diag, "sync_for_device of FBPT while it is not mapped", "");
	ring->fbpt->owner = DMA_CPU_OWNS;
	begin_stream(&b);
	make_buffers(&b, 1);
	for (unsigned how = 0; how < 3; how++) {
		ring->fbpt->owner = DMA_UNMAPPED;
		if (how == 0) /* a sign of an end */
			b.fake.value[INT_STS / 4] = 1;
		if (how == 1) /* a buffer to be written into it */
			queue_buffers(&b, 0, 1);
		if (how == 2) /* a stop to be explained */
			b.fake.value[EXT_OE / 4] = 1;
		diag_clear(&b.fake.diag);
		assert_int_equal(b.device->ops->poll(b.device, &event), FL_ERR_STATE);
		assert_says(&b.fake.diag, "of FBPT while it is not mapped", "");
		assert_int_equal(event.kind, CAMERA_NOTHING);
		ring->fbpt->owner = DMA_DEVICE_OWNS;
		b.fake.value[INT_STS / 4] = 0;
		ring->completion_seen = false;
	}
	assert_int_equal(b.device->ops->stop(b.device), FL_OK);
	drop_buffers(&b, 1);
	bench_down(&b);
}

static void prepare_forgets_what_waited(void **state)
{
	static struct bench b;

	(void)state;
	bench_up(&b, 0);
	assert_int_equal(prepare(&b, 1, 2, 0), FL_OK);
	make_buffers(&b, 2);
	queue_buffers(&b, 0, 2);
	assert_int_equal(prepare(&b, 1, 2, 0), FL_OK);
	begin_stream(&b);
	check_ring(&b, 0, NULL, 0);
	b.fake.value[INT_STS / 4] = 1; /* a sign that belongs to this stream alone */
	assert_nothing(&b);
	assert_int_equal(b.device->ops->stop(b.device), FL_OK);
	b.fake.value[INT_STS / 4] = 0;
	start(&b, 1, 2, 0);
	end_frame(&b, 0, 5, 0);
	assert_nothing(&b);
	assert_int_equal(b.device->ops->stop(b.device), FL_OK);
	drop_buffers(&b, 2);
	bench_down(&b);
}

/* ---- buffers ------------------------------------------------------------------------------------ */

/* Lists of page numbers as the device reads them: all pages in order, behind them the dummy page (3.2, 3.3). */
static void lists_name_every_page_of_a_buffer(void **state)
{
	static const size_t sizes[] = {1, 4096, 1023 * 4096, 1024 * 4096, 1025 * 4096 + 5};
	static struct bench b;

	(void)state;
	bench_up(&b, 0);
	for (unsigned i = 0; i < COUNT(sizes); i++) {
		const struct cio2 *cio2 = (const struct cio2 *)b.device;
		const unsigned long leaks = host_leaks();
		const size_t pages = (sizes[i] + 4095) / 4096;
		struct camera_buffer buffer;
		const struct cio2_lops *lops;
		static uint32_t slots[1024];

		assert_int_equal(attach(&b, &buffer, sizes[i]), FL_OK);
		lops = buffer.tables;
		assert_int_equal(lops->count, pages / 1024 + 1);
		dma_publish(&b.device->dma);
		for (unsigned page = 0; page < lops->count; page++) {
			assert_true(host_device_read((uint64_t)lops->page[page] << 12, slots,
						     sizeof slots));
			for (size_t s = 0; s < 1024; s++) {
				const size_t at = 1024 * page + s;

				assert_int_equal(slots[s],
						 at < pages ? buffer.pixels->page_bus[at] >> 12
							    : cio2->ring.dummy_page->page_bus[0] >>
								      12);
			}
		}
		b.device->ops->detach(b.device, &buffer);
		assert_null(buffer.tables);
		b.device->ops->detach(b.device, &buffer); /* nothing to do */
		assert_int_equal(dma_destroy(&buffer.pixels), FL_OK);
		assert_int_equal(host_leaks(), leaks);
	}
	bench_down(&b);
}

static void a_buffer_that_no_entry_reaches_is_refused(void **state)
{
	/* One slot of the eight lists is the end. */
	struct dma_buffer pixels = {.length = (size_t)(8 * 1024 - 1) * 4096 + 1};
	struct camera_buffer buffer = {.pixels = &pixels};
	static struct bench b;

	(void)state;
	bench_up(&b, 0);
	assert_int_equal(b.device->ops->attach(b.device, &buffer), FL_ERR_RANGE);
	assert_says(&b.fake.diag, "a frame of 33550337 bytes does not fit the 32 MiB",
		    "use a smaller mode");
	assert_null(buffer.tables);
	bench_down(&b);
}

static void eight_full_lists_are_the_most(void **state)
{
	static uint64_t pages[8 * 1024 - 1];
	struct dma_buffer pixels = {
		.length = sizeof pages / 8 * 4096, .pages = COUNT(pages), .page_bus = pages};
	struct camera_buffer buffer = {.pixels = &pixels};
	static struct bench b;

	(void)state;
	bench_up(&b, 0);
	for (size_t i = 0; i < COUNT(pages); i++)
		pages[i] = (i + 1) * 4096;
	assert_int_equal(b.device->ops->attach(b.device, &buffer), FL_OK);
	assert_int_equal(((struct cio2_lops *)buffer.tables)->count, 8);
	b.device->ops->detach(b.device, &buffer);
	bench_down(&b);
}

static void lists_that_find_no_memory_leave_nothing(void **state)
{
	static struct bench b;
	struct camera_buffer buffer = {.name = ""};
	enum fl_err err = FL_ERR_NOMEM;
	unsigned long leaks, failed = 0;

	(void)state;
	bench_up(&b, 0);
	assert_int_equal(
		dma_create(&b.device->dma, "frame 7", 8192, DMA_FROM_DEVICE, &buffer.pixels),
		FL_OK);
	snprintf(buffer.name, sizeof buffer.name, "frame 7");
	leaks = host_leaks();
	for (unsigned long k = 1; err; k++) {
		diag_clear(&b.fake.diag);
		host_fail_allocation(k);
		err = b.device->ops->attach(b.device, &buffer);
		host_fail_allocation(0);
		if (!err)
			break;
		failed++;
		assert_int_equal(err, FL_ERR_NOMEM);
		assert_says(&b.fake.diag, k == 1 ? "no memory to describe frame 7" : "LOP", "");
		assert_null(buffer.tables);
		assert_int_equal(host_leaks(), leaks);
	}
	assert_int_equal(failed, 1 + 5);
	b.device->ops->detach(b.device, &buffer);
	dma_destroy(&buffer.pixels);
	bench_down(&b);
}

/* ---- limits ------------------------------------------------------------------------------------- */

static void lanes_and_sizes_have_their_limits(void **state)
{
	static const struct {
		unsigned width, height, max_height;
		enum fl_err err;
	} sizes[] = {
		{1, 1, 1, FL_OK},
		{4224, 3136, 3136, FL_OK},
		{4224, 3136, 4000, FL_OK},
		{4225, 3136, 3136, FL_ERR_RANGE},
		{4224, 3137, 3137, FL_ERR_RANGE},
		{0, 8, 8, FL_ERR_RANGE},
		{8, 0, 8, FL_ERR_RANGE},
		{8, 8, 7, FL_ERR_RANGE},
	};
	static const unsigned lanes_max[] = {4, 4, 2, 2, 0}; /* 4.1 */
	static struct bench b;

	(void)state;
	bench_up(&b, 0);
	for (unsigned port = 0; port <= 4; port++)
		for (unsigned lanes = 0; lanes <= 5; lanes++) {
			const bool good = lanes && lanes <= lanes_max[port];

			diag_clear(&b.fake.diag);
			assert_int_equal(prepare(&b, port, lanes, 0),
					 good ? FL_OK : FL_ERR_INVALID);
			if (!good)
				assert_says(&b.fake.diag, "ports 0 and 1 have up to 4",
					    "correct port and data-lanes");
		}
	for (unsigned i = 0; i < COUNT(sizes); i++) {
		const struct camera_config config = {.port = 1,
						     .lanes = 2,
						     .link_frequency = F_422_MHZ,
						     .width = sizes[i].width,
						     .height = sizes[i].height,
						     .max_height = sizes[i].max_height};

		diag_clear(&b.fake.diag);
		assert_int_equal(b.device->ops->prepare(b.device, &config), sizes[i].err);
		if (sizes[i].err)
			assert_says(&b.fake.diag, "up to 4224x3136 is known to work",
				    "correct the mode");
		else
			assert_int_equal(b.device->config.max_height, sizes[i].max_height);
	}
	bench_down(&b);
}

static void a_link_that_d_phy_does_not_have_is_no_start(void **state)
{
	const struct camera_config config = {.port = 1,
					     .lanes = 2,
					     .link_frequency = 1,
					     .width = 8,
					     .height = 8,
					     .max_height = 8};
	static struct bench b;

	(void)state;
	bench_up(&b, 0);
	assert_int_equal(b.device->ops->prepare(b.device, &config), FL_OK);
	fake_forget(&b.fake);
	assert_int_equal(b.device->ops->start(b.device), FL_ERR_RANGE);
	assert_int_equal(b.fake.count, 0);
	assert_false(b.device->is_running);
	bench_down(&b);
}

/* ---- up and down -------------------------------------------------------------------------------- */

/* What open does: awake, is it there, and all that may still run switched off. */
#define OPENING   (3u + QUIETING)
#define QUIETING  (1u + 2 * CIO2_PORTS + 2 * CIO2_DMA_CHANNELS)
#define CSIRX(p)  (0x400u * (p))
#define MIPIBE(p) (0x400u * (p) + 0x100)
#define DMA(n)    (CDMAC0 + 0x10 * (n))

static void list_opening(struct fake_access *want)
{
	*want++ = R(D0I3C);
	*want++ = W(D0I3C, 8);
	*want++ = R(0);
	*want++ = W(0x1420, 0);
	for (unsigned p = 0; p < CIO2_PORTS; p++) {
		*want++ = W(CSIRX(p), 0);
		*want++ = W(MIPIBE(p), 0);
	}
	for (unsigned n = 0; n < CIO2_DMA_CHANNELS; n++) {
		*want++ = R(DMA(n));
		*want++ = W(DMA(n), 0);
	}
}

static void power_state_goes_back_to_what_it_was(void **state)
{
	static const struct {
		unsigned power, writes;
	} cases[] = {{0, 0}, {3, 1}};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		static struct bench b;
		struct fake_access opened[OPENING];
		const struct fake_access closed[] = {W(D0I3C, 4)};

		bench_up(&b, cases[i].power);
		list_opening(opened);
		fake_assert_log(&b.fake, opened, COUNT(opened));
		check_counters(b.device, -1, 0);
		assert_int_equal(b.device->counter_count, COUNT(counters));
		for (unsigned c = 0; c < COUNT(counters); c++)
			assert_int_equal(b.device->counters[c].at_start, 0);
		assert_int_equal(b.device->dma.address_bits, 32);
		assert_string_equal(b.device->ops->name, "IPU3");
		assert_int_equal(fake_command(&b.fake) & 6, 6);
		assert_int_equal(b.fake.config->config[FAKE_PM + 4] & 3, 0);
		fake_forget(&b.fake);
		bench_down(&b);
		fake_assert_log(&b.fake, closed, cases[i].writes);
		assert_int_equal(b.fake.config->config[FAKE_PM + 4] & 3, cases[i].power);
	}
}

/* What fails after the function is awake puts it to sleep again. */
static void a_failed_open_leaves_the_function_as_found(void **state)
{
	(void)state;
	for (unsigned how = 0; how < 2; how++) {
		static struct bench b;
		struct fake_access want[OPENING + 1];
		const unsigned done = how ? OPENING : 3;

		memset(&b, 0, sizeof b);
		fake_up(&b.fake, CIO2_DEVICE, 0x10000, 3);
		b.fake.value[0] = how ? 0 : UINT32_MAX;
		create(&b);
		host_fail_allocation(how ? 1 : 0);
		assert_int_equal(b.device->ops->open(b.device), how ? FL_ERR_NOMEM : FL_ERR_GONE);
		if (!how)
			assert_says(&b.fake.diag,
				    "CIO2 CSIRX_ENABLE reads all ones in D0 with memory decoding",
				    "look for a firmware option that hides the camera");
		list_opening(want);
		want[done] = W(D0I3C, 4);
		fake_assert_log(&b.fake, want, done + 1);
		assert_int_equal(b.fake.config->config[FAKE_PM + 4] & 3, 3);
		assert_int_equal(fake_command(&b.fake), b.fake.found_command);
		b.device->ops->destroy(b.device);
		fake_down(&b.fake);
	}
}

#define DMA_EN 0x40000000u

static uint32_t halts_or_not(struct fake *fake, uint32_t offset)
{
	struct bench *b = (struct bench *)fake;
	const bool was_left = offset == DMA(5) || offset == DMA(19);

	return was_left && !fake->value[offset / 4] && b->halts_after_ns != NEVER
		       ? HALTED
		       : fake->value[offset / 4];
}

static void masters_nothing(struct fake *fake, uint32_t offset, uint32_t value)
{
	(void)offset;
	(void)value;
	assert_int_equal(fake_command(fake) & 4, 0);
}

/* Enables survive D3hot, and no reset cleans them (evidence.md 1.2). */
static void what_was_left_running_is_stopped_before_bus_mastering_is_on(void **state)
{
	(void)state;
	for (unsigned ends = 0; ends < 2; ends++) {
		static struct bench b;

		memset(&b, 0, sizeof b);
		fake_up(&b.fake, CIO2_DEVICE, 0x10000, 0);
		platform_pci_write(b.fake.function->address, 4, 2, 6);
		b.fake.read = halts_or_not;
		b.fake.written = masters_nothing;
		b.halts_after_ns = ends ? 0 : NEVER;
		b.fake.value[CSIRX(1) / 4] = b.fake.value[MIPIBE(1) / 4] = 1;
		b.fake.value[DMA(5) / 4] = b.fake.value[DMA(19) / 4] = DMA_EN | 0x21f;
		create(&b);
		assert_int_equal(b.device->ops->open(b.device), ends ? FL_OK : FL_ERR_TIMEOUT);
		assert_int_equal(b.fake.value[CSIRX(1) / 4] | b.fake.value[MIPIBE(1) / 4], 0);
		assert_int_equal(b.fake.value[DMA(5) / 4] | b.fake.value[DMA(19) / 4], 0);
		if (ends) {
			assert_int_equal(b.fake.log[b.fake.count - 2].offset, DMA(5));
			assert_int_equal(b.fake.log[b.fake.count - 1].offset, DMA(19));
			assert_int_equal(fake_command(&b.fake) & 6, 6);
			assert_int_equal(b.device->ops->close(b.device), FL_OK);
		} else {
			assert_says(&b.fake.diag, "CDMAC0 (0x1558)", "left running");
		}
		assert_int_equal(fake_command(&b.fake) & 6, ends ? 6 : 2);
		b.device->ops->destroy(b.device);
		fake_down(&b.fake);
	}
}

static void a_function_that_is_not_as_found_is_told(void **state)
{
	static struct bench b;

	(void)state;
	bench_up(&b, 0);
	b.fake.config->writable[4] = 0; /* the command register sticks */
	assert_int_equal(b.device->ops->close(b.device), FL_ERR_MISMATCH);
	assert_says(&b.fake.diag, "is not as found: command", "");
	b.device->ops->destroy(b.device);
	fake_down(&b.fake);
}

/* Not even when its DMA had to be left for dead. */
static void a_dead_function_that_is_not_as_found_is_told(void **state)
{
	static struct bench b;

	(void)state;
	bench_up(&b, 0);
	start(&b, 1, 2, 0);
	b.halts_after_ns = NEVER;
	assert_int_equal(b.device->ops->stop(b.device), FL_ERR_TIMEOUT);
	assert_true(b.device->is_dead);
	diag_clear(&b.fake.diag);
	b.fake.config->writable[4] = 0;
	assert_int_equal(b.device->ops->close(b.device), FL_ERR_MISMATCH);
	pci_list_free(&b.fake.list);
	host_reset(1);
}

/* Of errors that tell alike the first is named. */
static void the_first_of_the_lowest_rank_tells(void **state)
{
	struct camera_counter seen[] = {
		{.name = "a", .is_error = true, .rank = 2, .value = 1},
		{.name = "b", .is_error = true, .rank = 1, .value = 1},
		{.name = "c", .is_error = true, .rank = 1, .value = 1},
		{.name = "d", .is_error = true, .rank = 0, .value = 0},
		{.name = "e", .is_error = false, .rank = 0, .value = 1},
	};
	const struct camera_device receiver = {.counters = seen, .counter_count = COUNT(seen)};

	(void)state;
	assert_ptr_equal(camera_telling(&receiver), &seen[1]);
	seen[1].at_start = seen[2].at_start = 1; /* not of the start */
	assert_ptr_equal(camera_telling(&receiver), &seen[0]);
	assert_int_equal(camera_errors(&receiver), 1);
}

static void a_function_that_goes_away_is_told(void **state)
{
	static struct bench b;

	(void)state;
	bench_up(&b, 0);
	assert_int_equal(prepare(&b, 1, 2, 0), FL_OK);
	b.gone = true;
	assert_int_equal(b.device->ops->start(b.device), FL_ERR_GONE);
	assert_says(&b.fake.diag, "CIO2 CSIRX_ENABLE reads all ones: the function is gone",
		    "power state and BAR of 8086:9d32");
	assert_false(b.device->is_running);
	b.gone = false;
	diag_clear(&b.fake.diag);
	start(&b, 1, 2, 0);
	b.fake.value[RP / 4] = UINT32_MAX;
	assert_int_equal(look(&b), FL_ERR_GONE);
	assert_says(&b.fake.diag, "CIO2 CDMARI reads all ones: the function is gone",
		    "power state and BAR of 8086:9d32");
	b.fake.value[RP / 4] = 0;
	assert_int_equal(look(&b), FL_OK);
	assert_int_equal(b.device->ops->stop(b.device), FL_OK);
	bench_down(&b);
}

/* ---- dump --------------------------------------------------------------------------------------- */

static void dump_shows_every_register_with_its_place(void **state)
{
	static const struct {
		const char *name;
		uint32_t offset;
		bool per_port;
	} shown[] = {
		{"CSIRX_ENABLE", 0, true},         {"NOF_ENABLED_LANES", 4, true},
		{"STATUS_DLANE_HS", 0x1c, true},   {"STATUS_DLANE_LP", 0x20, true},
		{"SETTLE_CLANE", 0x28, true},      {"SETTLE_DLANE0", 0x30, true},
		{"MIPIBE_ENABLE", 0x100, true},    {"LP_LUT_ENTRY0", 0x184, true},
		{"IRQCTRL_STATUS", 0x308, true},   {"D0I3C", D0I3C, false},
		{"INT_STS", INT_STS, false},       {"INT_STS_EXT_OE", EXT_OE, false},
		{"INT_EN", 0x1420, false},         {"PBM_FOPN_ABORT", 0x1474, false},
		{"CDMABA0", 0x1500, false},        {"CDMARI0", RP, false},
		{"CDMAC0_0", CDMAC0, false},       {"CDMAC1_0", 0x150c, false},
		{"INT_STS_EXT_IE", EXT_IE, false},
	};
	static char want[8192], got[8192], small[8192];
	static struct bench b;
	size_t length = 0;

	(void)state;
	bench_up(&b, 0);
	for (unsigned i = 0; i < COUNT(shown); i++) {
		for (uint32_t port = 0; port < (shown[i].per_port ? 4u : 1u); port++) {
			const uint32_t offset = shown[i].offset + 0x400 * port;
			char suffix[16] = "";

			if (shown[i].per_port)
				snprintf(suffix, sizeof suffix, ".%u", port);
			b.fake.value[offset / 4] = 0x12340000u + 100 * i + port;
			length += (size_t)snprintf(want + length, sizeof want - length,
						   "%s%s 0x%04x 0x%08x\n", shown[i].name, suffix,
						   offset, b.fake.value[offset / 4]);
		}
	}
	b.fake.read = NULL;
	assert_int_equal(cio2_dump((struct cio2 *)b.device, got, sizeof got), length);
	assert_string_equal(got, want);
	for (size_t capacity = 0; capacity < length; capacity += 7) {
		fake_forget(&b.fake);
		memset(small, '#', sizeof small);
		assert_true(cio2_dump((struct cio2 *)b.device, small, capacity) <= capacity);
		assert_int_equal(small[capacity], '#');
		if (capacity)
			assert_memory_equal(small, want, strlen(small));
	}
	bench_down(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(start_writes_what_the_sheet_demands),
		cmocka_unit_test(stop_does_what_the_sheet_demands_and_tells_what_it_took),
		cmocka_unit_test(every_bit_has_its_counter_and_is_cleared),
		cmocka_unit_test(every_output_error_is_counted_and_the_own_one_stops),
		cmocka_unit_test(starts_and_lanes_are_told),
		cmocka_unit_test(counters_begin_anew_with_every_stream),
		cmocka_unit_test(frame_ends_when_the_entry_and_a_sign_say_so),
		cmocka_unit_test(frame_has_the_errors_and_times_since_the_one_before),
		cmocka_unit_test(a_stop_is_the_hosts_doing_when_all_entries_have_ended),
		cmocka_unit_test(a_frame_that_ends_with_the_stop_is_told_first),
		cmocka_unit_test(frames_seen_in_time_are_not_held_against_the_host),
		cmocka_unit_test(buffers_stand_behind_the_frames_to_skip),
		cmocka_unit_test(a_full_ring_takes_the_rest_when_it_has_room),
		cmocka_unit_test(a_buffer_that_the_dma_may_have_met_is_torn),
		cmocka_unit_test(a_frame_is_in_memory_before_its_entry),
		cmocka_unit_test(a_torn_entry_is_over_when_the_dma_has_passed),
		cmocka_unit_test(each_look_at_an_entry_costs_what_it_must),
		cmocka_unit_test(a_ring_that_is_not_mapped_is_told),
		cmocka_unit_test(eight_full_lists_are_the_most),
		cmocka_unit_test(a_dead_function_that_is_not_as_found_is_told),
		cmocka_unit_test(the_first_of_the_lowest_rank_tells),
		cmocka_unit_test(prepare_forgets_what_waited),
		cmocka_unit_test(a_function_that_is_not_as_found_is_told),
		cmocka_unit_test(lists_name_every_page_of_a_buffer),
		cmocka_unit_test(a_buffer_that_no_entry_reaches_is_refused),
		cmocka_unit_test(lists_that_find_no_memory_leave_nothing),
		cmocka_unit_test(lanes_and_sizes_have_their_limits),
		cmocka_unit_test(a_link_that_d_phy_does_not_have_is_no_start),
		cmocka_unit_test(power_state_goes_back_to_what_it_was),
		cmocka_unit_test(a_failed_open_leaves_the_function_as_found),
		cmocka_unit_test(what_was_left_running_is_stopped_before_bus_mastering_is_on),
		cmocka_unit_test(a_function_that_goes_away_is_told),
		cmocka_unit_test(dump_shows_every_register_with_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
