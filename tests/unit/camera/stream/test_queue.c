/*
 * test_queue.c: the buffer queue on a receiver that does as it is told: order, states, deadlines,
 * what comes back at the end, and frames that the device never wrote.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/host/host.h"
#include "camera/stream/queue.h"

#define WIDTH     100u /* two units of 64 bytes a line */
#define STRIDE    128u
#define HEIGHT    120u
#define UNITS     (STRIDE / 64 * HEIGHT)
#define PERIOD_NS 10000000ull
#define SECOND_US 1000000u

/* ---- a receiver by hand -------------------------------------------------------------------------- */

static struct fake {
	struct camera_device device; /* first member */
	struct cache cache;
	struct diag diag;
	struct frame_queue queue;
	struct camera_buffer *ring[QUEUE_BUFFERS_MAX];
	unsigned ring_count;
	unsigned attached, prepared, frames;
	unsigned fail_attach; /* the n-th attach from now fails */
	uint64_t next_ns;     /* end of the next frame; 0: none comes */
	unsigned lines;       /* that the device writes */
	size_t hole;          /* byte offset of a unit that it leaves out, SIZE_MAX: none */
	unsigned torn;        /* the n-th frame from now is not to be trusted */
	unsigned away;        /* after so many frames the ring has run out; 0: never */
	enum fl_err start, stop, poll, prepare;
} fake;

static void fake_layout(const struct camera_config *config, struct camera_layout *out)
{
	*out = (struct camera_layout){
		.format = &pixel_format_ipu3,
		.stride = STRIDE,
		.frame_bytes = STRIDE * config->height,
		.buffer_bytes = (STRIDE * (config->max_height + config->max_height / 8 + 16) +
				 PAGE_SIZE - 1) /
				PAGE_SIZE * PAGE_SIZE};
}

static enum fl_err fake_attach(struct camera_device *device, struct camera_buffer *buffer)
{
	(void)device;
	if (fake.fail_attach && !--fake.fail_attach)
		return diag_fail(&fake.diag, FL_ERR_NOMEM, NULL, "no memory for tables");
	buffer->tables = &fake;
	fake.attached++;
	return FL_OK;
}

static void fake_detach(struct camera_device *device, struct camera_buffer *buffer)
{
	(void)device;
	assert_ptr_equal(buffer->tables, &fake);
	fake.attached--;
}

static enum fl_err fake_prepare(struct camera_device *device, const struct camera_config *config)
{
	device->config = *config;
	fake.ring_count = 0;
	fake.prepared++;
	return fake.prepare;
}

static void fake_queue(struct camera_device *device, struct camera_buffer *buffer)
{
	(void)device;
	assert_int_equal(buffer->pixels->owner, DMA_DEVICE_OWNS);
	fake.ring[fake.ring_count++] = buffer;
}

static enum fl_err fake_start(struct camera_device *device)
{
	dma_publish(&device->dma);
	device->is_running = !fake.start;
	device->frames_started = 0;
	fake.frames = 0;
	return fake.start;
}

/* Byte of frame `number` at this offset. */
static uint8_t content(unsigned number, size_t offset)
{
	return (uint8_t)(number * 31 + offset / 7);
}

static void write_frame(const struct camera_buffer *buffer, unsigned number)
{
	for (size_t at = 0; at < STRIDE * fake.lines; at += 64) {
		uint8_t unit[64];

		if (at == fake.hole)
			continue;
		for (size_t i = 0; i < sizeof unit; i++)
			unit[i] = content(number, at + i);
		assert_true(host_device_write(dma_device_address(buffer->pixels, at), unit,
					      sizeof unit));
	}
}

static enum fl_err fake_poll(struct camera_device *device, struct camera_event *event)
{
	event->kind = CAMERA_NOTHING;
	if (fake.away && fake.frames >= fake.away)
		return FL_ERR_AWAY;
	if (fake.poll || !fake.next_ns || host_time_ns() < fake.next_ns)
		return fake.poll;
	*event = (struct camera_event){.kind = CAMERA_FRAME,
				       .bytes = STRIDE * fake.lines,
				       .errors = fake.frames % 3,
				       .device_timestamp = fake.frames * 1000,
				       .since_ns = fake.next_ns - 1000,
				       .time_ns = fake.next_ns};
	device->frames_started++;
	fake.next_ns += PERIOD_NS;
	dma_publish(&device->dma);
	if (fake.frames++ >= device->config.skip && fake.ring_count) {
		event->buffer = fake.ring[0];
		memmove(fake.ring, fake.ring + 1, --fake.ring_count * sizeof fake.ring[0]);
		write_frame(event->buffer, fake.frames - 1);
		event->is_torn = fake.torn && !--fake.torn;
	}
	dma_order(&device->dma);
	return FL_OK;
}

static enum fl_err fake_stop(struct camera_device *device)
{
	device->is_running = false;
	device->is_dead = fake.stop != FL_OK;
	dma_order(&device->dma);
	return fake.stop;
}

static const struct camera_ops fake_ops = {
	.name = "fake",
	.layout = fake_layout,
	.attach = fake_attach,
	.detach = fake_detach,
	.prepare = fake_prepare,
	.queue = fake_queue,
	.start = fake_start,
	.poll = fake_poll,
	.stop = fake_stop,
};

static const struct camera_config config = {.port = 1,
					    .lanes = 2,
					    .link_frequency = 400000000,
					    .width = WIDTH,
					    .height = HEIGHT,
					    .max_height = HEIGHT,
					    .skip = 2};

static void up(unsigned buffers)
{
	memset(&fake, 0, sizeof fake);
	host_reset(1);
	assert_int_equal(cache_init(&fake.cache, &fake.diag), FL_OK);
	fake.device = (struct camera_device){
		.ops = &fake_ops, .host = {.diag = &fake.diag}, .is_open = true};
	dma_domain_init(&fake.device.dma, (struct pci_address){0, 0, 0x14, 3}, 32, &fake.cache, 77,
			&fake.diag);
	fake.lines = HEIGHT;
	fake.hole = SIZE_MAX;
	if (!buffers)
		return;
	assert_int_equal(queue_request(&fake.queue, &fake.device, &config, buffers), FL_OK);
	fake.queue.buffers[buffers].state = FRAME_QUEUED; /* one that was not asked for */
	assert_int_equal(queue_rewind(&fake.queue), FL_OK);
}

static void down(void)
{
	assert_int_equal(queue_release(&fake.queue), FL_OK);
	assert_string_equal(fake.diag.message, "");
	assert_int_equal(fake.attached, 0);
	assert_int_equal(fake.device.dma.allocated, 0);
	host_print_findings();
	assert_int_equal(host_finding_count(), 0);
	assert_int_equal(host_leaks(), 0);
}

static void on(void)
{
	assert_int_equal(queue_stream_on(&fake.queue), FL_OK);
	fake.next_ns = host_time_ns() + PERIOD_NS;
}

static struct frame_buffer *next(void)
{
	struct frame_buffer *buffer = NULL;

	assert_int_equal(queue_dequeue(&fake.queue, SECOND_US, &buffer), FL_OK);
	assert_int_equal(buffer->state, FRAME_DEQUEUED);
	assert_int_equal(buffer->base.pixels->owner, DMA_CPU_OWNS);
	return buffer;
}

static void check_content(const struct frame_buffer *buffer)
{
	uint8_t line[STRIDE];

	for (unsigned y = 0; y < HEIGHT; y++) {
		dma_read(buffer->base.pixels, y * STRIDE, line, STRIDE);
		for (unsigned x = 0; x < STRIDE; x++)
			assert_int_equal(line[x], content(buffer->sequence, y * STRIDE + x));
	}
}

static void refused(enum fl_err err, enum fl_err want, const char *words)
{
	assert_int_equal(err, want);
	if (!strstr(fake.diag.message, words))
		fail_msg("'%s' does not say '%s'", fake.diag.message, words);
	diag_clear(&fake.diag);
}

/* ---- order ----------------------------------------------------------------------------------------- */

static void frames_come_in_the_order_of_queueing(void **state)
{
	static const unsigned order[] = {3, 1, 4, 0, 2};
	uint64_t first_end;

	(void)state;
	up(5);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(queue_enqueue(&fake.queue, order[i]), FL_OK);
	on();
	first_end = fake.next_ns;
	for (unsigned i = 0; i < 20; i++) {
		struct frame_buffer *buffer = next();

		assert_int_equal(buffer->index, order[i % 5]);
		assert_int_equal(buffer->sequence, 2 + i);
		assert_int_equal(buffer->bytes, STRIDE * HEIGHT);
		assert_int_equal(buffer->errors, (2 + i) % 3);
		assert_int_equal(buffer->device_timestamp, (2 + i) * 1000);
		assert_int_equal(buffer->time_ns, first_end + (2 + i) * PERIOD_NS);
		assert_int_equal(fake.queue.times[i].seen_ns, buffer->time_ns);
		assert_int_equal(fake.queue.times[i].since_ns, buffer->time_ns - 1000);
		assert_int_equal(fake.queue.times[i].device_timestamp, (2 + i) * 1000);
		check_content(buffer);
		assert_int_equal(queue_untouched(&fake.queue, buffer, HEIGHT), 0);
		assert_int_equal(queue_enqueue(&fake.queue, buffer->index), FL_OK);
	}
	assert_int_equal(fake.queue.lost, 0);
	assert_int_equal(fake.queue.times[0].seen_ns,
			 first_end + 2 * PERIOD_NS); /* none of the skipped */
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	down();
}

static void frames_wait_until_they_are_fetched(void **state)
{
	(void)state;
	up(4);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(queue_enqueue(&fake.queue, i), FL_OK);
	on();
	assert_int_equal(queue_wait_done(&fake.queue, 4, SECOND_US), FL_OK);
	assert_int_equal(queue_wait_times(&fake.queue, QUEUE_TIMES, SECOND_US), FL_OK);
	assert_int_equal(fake.queue.sequence, QUEUE_TIMES + 2);
	assert_int_equal(fake.queue.lost, QUEUE_TIMES - 4); /* four had a buffer */
	for (unsigned i = 0; i < 4; i++) {
		struct frame_buffer *buffer = next();

		assert_int_equal(buffer->index, i);
		assert_int_equal(buffer->sequence, 2 + i);
		check_content(buffer);
	}
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	down();
}

/* ---- states ------------------------------------------------------------------------------------------ */

static void wrong_requests_are_refused_with_words(void **state)
{
	(void)state;
	up(0);
	refused(queue_request(&fake.queue, &fake.device, &config, 0), FL_ERR_INVALID,
		"0 buffers requested");
	refused(queue_request(&fake.queue, &fake.device, &config, 100), FL_ERR_INVALID,
		"1 to 99 are possible");
	assert_int_equal(host_leaks(), 0);
	up(3);
	assert_int_equal(queue_enqueue(&fake.queue, 1), FL_OK);
	refused(queue_enqueue(&fake.queue, 1), FL_ERR_STATE, "buffer 1 is not the CPU's to queue");
	refused(queue_enqueue(&fake.queue, 3), FL_ERR_STATE, "buffer 3");
	refused(queue_enqueue(&fake.queue, QUEUE_BUFFERS_MAX - 1), FL_ERR_STATE, "buffer 98");
	on();
	refused(queue_rewind(&fake.queue), FL_ERR_STATE, "rewind of a running stream");
	assert_int_equal(queue_wait_done(&fake.queue, 1, SECOND_US), FL_OK);
	refused(queue_enqueue(&fake.queue, 1), FL_ERR_STATE,
		"buffer 1"); /* done, but not fetched */
	assert_int_equal(next()->index, 1);
	assert_int_equal(queue_enqueue(&fake.queue, 1), FL_OK);
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK); /* already */
	down();
}

static void a_buffer_that_cannot_be_handed_over_is_not_queued(void **state)
{
	struct dma_buffer *pixels;

	(void)state;
	up(1);
	pixels = fake.queue.buffers[0].base.pixels;
	assert_int_equal(dma_sync_for_device(pixels), FL_OK); /* behind its back */
	refused(queue_enqueue(&fake.queue, 0), FL_ERR_STATE, "sync_for_device of frame 0");
	assert_int_equal(fake.queue.buffers[0].state, FRAME_DEQUEUED);
	assert_int_equal(fake.ring_count, 0);
	assert_int_equal(dma_reclaim(pixels), FL_OK);
	down();
}

/* The host was away while the buffer was handed over: its frame is not shown to anybody, and it goes round
 * again with nothing of that frame left in it. */
static void a_frame_that_is_not_trusted_is_not_given_out(void **state)
{
	struct frame_buffer *buffer;
	uint64_t poison;

	(void)state;
	up(2);
	assert_int_equal(queue_enqueue(&fake.queue, 0), FL_OK);
	assert_int_equal(queue_enqueue(&fake.queue, 1), FL_OK);
	poison = fake.queue.buffers[0].poison;
	on();
	fake.torn = 1;
	assert_int_equal(next()->index, 1);
	assert_int_equal(fake.queue.untrusted, 1);
	assert_int_not_equal(fake.queue.buffers[0].poison, poison);
	buffer = next();
	assert_int_equal(buffer->index, 0);
	assert_int_equal(buffer->sequence, 2 + 2);
	check_content(buffer);
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	down();
}

/* The ring ran out: what is done stays, what was queued is queued again, times begin anew. */
static void a_restart_keeps_what_is_done(void **state)
{
	(void)state;
	up(5);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(queue_enqueue(&fake.queue, i), FL_OK);
	on();
	fake.away = 4; /* two skipped, two kept */
	assert_int_equal(queue_wait_done(&fake.queue, 5, SECOND_US), FL_ERR_AWAY);
	assert_int_equal(fake.queue.done_count, 2);
	fake.away = 0;
	assert_int_equal(queue_restart(&fake.queue), FL_OK);
	assert_int_equal(fake.queue.time_count, 0);
	fake.next_ns = host_time_ns() + PERIOD_NS;
	assert_int_equal(queue_wait_done(&fake.queue, 5, SECOND_US), FL_OK);
	for (unsigned i = 0; i < 5; i++) {
		struct frame_buffer *buffer = next();

		assert_int_equal(buffer->index, i);
		assert_int_equal(queue_untouched(&fake.queue, buffer, HEIGHT), 0);
	}
	assert_int_equal(fake.queue.time_count, 3);
	assert_int_equal(fake.queue.lost, 0);
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	down();
}

static void stream_off_gives_all_buffers_back(void **state)
{
	struct frame_buffer *buffer;

	(void)state;
	up(5);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(queue_enqueue(&fake.queue, i), FL_OK);
	on();
	assert_int_equal(next()->index, 0);
	assert_int_equal(queue_wait_done(&fake.queue, 2, SECOND_US), FL_OK);
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	assert_int_equal(fake.queue.buffers[3].state, FRAME_DEQUEUED);
	assert_int_equal(fake.queue.buffers[3].base.pixels->owner, DMA_CPU_OWNS);
	assert_int_equal(fake.queue.buffers[4].state, FRAME_DEQUEUED);
	/* What was done keeps its frame, and can be fetched. */
	for (unsigned i = 1; i <= 2; i++) {
		buffer = next();
		assert_int_equal(buffer->index, i);
		check_content(buffer);
	}
	assert_int_equal(queue_dequeue(&fake.queue, 100, &buffer), FL_ERR_TIMEOUT);
	down();
}

static void rewind_makes_ready_for_another_stream(void **state)
{
	(void)state;
	up(3);
	for (unsigned cycle = 0; cycle < 6; cycle++) {
		unsigned prepared = fake.prepared;

		for (unsigned i = 0; i < 3; i++)
			assert_int_equal(queue_enqueue(&fake.queue, i), FL_OK);
		on();
		for (unsigned i = 0; i < cycle % 3; i++) {
			struct frame_buffer *buffer = next();

			assert_int_equal(buffer->index, i);
			assert_int_equal(buffer->sequence, 2 + i);
			check_content(buffer);
		}
		if (cycle > 2) /* done, and nobody fetches them */
			assert_int_equal(queue_wait_done(&fake.queue, 1, SECOND_US), FL_OK);
		assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
		assert_int_equal(queue_rewind(&fake.queue), FL_OK);
		assert_int_equal(fake.prepared, prepared + 1);
		assert_int_equal(memcmp(&fake.device.config, &config, sizeof config), 0);
		assert_int_equal(fake.queue.done_count, 0);
		for (unsigned i = 0; i < 3; i++)
			assert_int_equal(fake.queue.buffers[i].state, FRAME_DEQUEUED);
	}
	down();
}

static void failed_start_can_be_rewound(void **state)
{
	struct frame_buffer *buffer;

	(void)state;
	up(2);
	assert_int_equal(queue_enqueue(&fake.queue, 0), FL_OK);
	fake.start = FL_ERR_GONE;
	assert_int_equal(queue_stream_on(&fake.queue), FL_ERR_GONE);
	assert_false(fake.queue.is_streaming);
	assert_int_equal(queue_dequeue(&fake.queue, SECOND_US, &buffer), FL_ERR_TIMEOUT);
	assert_int_equal(queue_rewind(&fake.queue), FL_OK);
	fake.start = FL_OK;
	assert_int_equal(queue_enqueue(&fake.queue, 0), FL_OK);
	on();
	assert_int_equal(next()->index, 0);
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	down();
}

/* ---- frames that were not written --------------------------------------------------------------------- */

static void units_that_the_device_left_out_are_counted(void **state)
{
	static const struct {
		unsigned lines;
		size_t hole;
		unsigned untouched;
	} cases[] = {
		{HEIGHT, SIZE_MAX, 0},
		{HEIGHT, 0, 1},
		{HEIGHT, 64, 1},
		{HEIGHT, STRIDE * 60 + 64, 1},
		{HEIGHT / 2, SIZE_MAX, UNITS / 2},
		{HEIGHT - 1, 0, 3},
		{0, SIZE_MAX, UNITS},
	};

	(void)state;
	up(1);
	assert_int_equal(queue_enqueue(&fake.queue, 0), FL_OK);
	on();
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct frame_buffer *buffer;

		fake.lines = cases[i].lines;
		fake.hole = cases[i].hole;
		buffer = next();
		assert_int_equal(queue_untouched(&fake.queue, buffer, HEIGHT), cases[i].untouched);
		if (cases[i].hole == SIZE_MAX)
			assert_int_equal(queue_untouched(&fake.queue, buffer, fake.lines), 0);
		assert_int_equal(queue_enqueue(&fake.queue, 0), FL_OK);
	}
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	down();
}

/* ---- waits ----------------------------------------------------------------------------------------------- */

static void waits_end_at_their_deadline(void **state)
{
	struct frame_buffer *buffer;
	uint64_t start;

	(void)state;
	up(2);
	assert_int_equal(queue_enqueue(&fake.queue, 0), FL_OK);
	on();
	fake.next_ns = 0; /* nothing comes */
	start = host_time_ns();
	assert_int_equal(queue_dequeue(&fake.queue, 250000, &buffer), FL_ERR_TIMEOUT);
	assert_in_range(host_time_ns() - start, 250000000, 252000000);
	start = host_time_ns();
	assert_int_equal(queue_wait_starts(&fake.queue, 1, 100000), FL_ERR_TIMEOUT);
	assert_in_range(host_time_ns() - start, 100000000, 102000000);
	/* Every frame moves the deadline on: 12 frames of 10 ms with 15 ms for each. */
	fake.next_ns = host_time_ns() + PERIOD_NS;
	assert_int_equal(queue_wait_times(&fake.queue, 10, 15000), FL_OK);
	assert_int_equal(queue_wait_starts(&fake.queue, 1, 0), FL_OK);
	start = host_time_ns();
	assert_int_equal(queue_wait_done(&fake.queue, 2, 9000),
			 FL_ERR_TIMEOUT); /* slower than that */
	assert_in_range(host_time_ns() - start, 9000000, 20000000);
	assert_int_equal(next()->index, 0);
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	down();
}

/* 9 ms behind the look that saw a frame, and not a look more. */
static void a_deadline_counts_from_the_last_frame(void **state)
{
	uint64_t start;

	(void)state;
	up(1);
	on();
	start = host_time_ns();
	fake.next_ns = start + PERIOD_NS / 2;
	assert_int_equal(queue_wait_starts(&fake.queue, 2, 9000), FL_ERR_TIMEOUT);
	assert_in_range(host_time_ns() - start, 14000000, 14100000);
	assert_int_equal(fake.device.frames_started, 1);
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	down();
}

/* Keys are asked for at every hundredth look. */
static void escape_is_seen_at_the_hundredth_look(void **state)
{
	uint64_t start;

	(void)state;
	up(1);
	on();
	fake.next_ns = 0;
	host_set_keys("\x1b");
	start = host_time_ns();
	assert_int_equal(queue_wait_done(&fake.queue, 1, SECOND_US), FL_ERR_CANCELLED);
	assert_in_range(host_time_ns() - start, 99 * 200000, 99 * 200000 + 100000);
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	down();
}

static void escape_ends_a_wait_and_other_keys_do_not(void **state)
{
	struct frame_buffer *buffer;
	uint64_t start;

	(void)state;
	up(1);
	assert_int_equal(queue_enqueue(&fake.queue, 0), FL_OK);
	on();
	fake.next_ns = 0;
	host_set_keys("..q .\x1b");
	start = host_time_ns();
	assert_int_equal(queue_dequeue(&fake.queue, 10 * SECOND_US, &buffer), FL_ERR_CANCELLED);
	assert_in_range(host_time_ns() - start, 110000000, 1000000000); /* not at the q */
	assert_true(fake.queue.is_streaming);                           /* the caller stops it */
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	down();
}

static void failure_of_a_look_is_passed_on(void **state)
{
	struct frame_buffer *buffer;

	(void)state;
	up(1);
	assert_int_equal(queue_enqueue(&fake.queue, 0), FL_OK);
	on();
	fake.poll = FL_ERR_GONE;
	assert_int_equal(queue_dequeue(&fake.queue, SECOND_US, &buffer), FL_ERR_GONE);
	fake.poll = FL_OK;
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	down();
}

/* ---- what is left ------------------------------------------------------------------------------------------ */

static void request_that_fails_leaves_nothing(void **state)
{
	(void)state;
	up(0);
	fake.fail_attach = 3;
	refused(queue_request(&fake.queue, &fake.device, &config, 5), FL_ERR_NOMEM,
		"no memory for tables");
	assert_int_equal(fake.queue.count, 0);
	assert_int_equal(fake.attached, 0);
	assert_int_equal(fake.device.dma.mapped, 0);
	assert_int_equal(host_leaks(), 0);
	down();
}

static void what_a_dead_receiver_knows_stays_where_it_is(void **state)
{
	unsigned long leaks;
	uint64_t bus;

	(void)state;
	up(2);
	assert_int_equal(queue_enqueue(&fake.queue, 0), FL_OK);
	assert_int_equal(queue_enqueue(&fake.queue, 1), FL_OK);
	on();
	next();
	bus = fake.queue.buffers[1].base.pixels->page_bus[0];
	leaks = host_leaks();
	fake.stop = FL_ERR_TIMEOUT;
	assert_int_equal(queue_stream_off(&fake.queue), FL_ERR_TIMEOUT);
	assert_int_equal(fake.queue.buffers[1].base.pixels->owner, DMA_DEVICE_OWNS);
	queue_release(&fake.queue);
	assert_int_equal(host_leaks(), leaks);
	assert_non_null(host_bus_to_cpu(bus));
	assert_int_equal(fake.attached, 2);
	host_reset(1);
}

static void lines_beyond_the_frame_have_room(void **state)
{
	struct camera_config tall = config;

	(void)state;
	up(0);
	tall.max_height = HEIGHT + 2;
	assert_int_equal(queue_request(&fake.queue, &fake.device, &tall, 1), FL_OK);
	assert_int_equal(fake.queue.layout.stride, STRIDE);
	assert_int_equal(fake.queue.layout.frame_bytes, STRIDE * HEIGHT);
	/* An excess shows, and the last page is all the buffer's. */
	assert_true(fake.queue.buffers[0].base.pixels->length >=
		    STRIDE * (HEIGHT + 2 + (HEIGHT + 2) / 8 + 16));
	assert_int_equal(fake.queue.buffers[0].base.pixels->length % PAGE_SIZE, 0);
	down();
}

/* ---- numbers and names --------------------------------------------------------------------------- */

static void buffers_have_names_and_whole_pages(void **state)
{
	struct camera_config even = config;

	(void)state;
	up(0);
	even.height = even.max_height = 128; /* 160 lines with the spare ones: five pages */
	assert_int_equal(queue_request(&fake.queue, &fake.device, &even, 3), FL_OK);
	assert_int_equal(fake.queue.buffers[2].base.pixels->length, 5 * PAGE_SIZE);
	assert_string_equal(fake.queue.buffers[0].base.name, "frame 0");
	assert_string_equal(fake.queue.buffers[2].base.name, "frame 2");
	assert_int_equal(fake.queue.buffers[2].index, 2);
	down();
}

static void as_many_buffers_as_the_limit(void **state)
{
	struct camera_config small = config;

	(void)state;
	up(0);
	small.height = small.max_height = 1;
	assert_int_equal(queue_request(&fake.queue, &fake.device, &small, QUEUE_BUFFERS_MAX),
			 FL_OK);
	assert_int_equal(fake.queue.count, QUEUE_BUFFERS_MAX);
	assert_int_equal(queue_release(&fake.queue), FL_OK);
	refused(queue_request(&fake.queue, &fake.device, &small, QUEUE_BUFFERS_MAX + 1),
		FL_ERR_INVALID, "100 buffers requested, 1 to 99 are possible");
	host_limit_dma(3);
	refused(queue_request(&fake.queue, &fake.device, &config, 1), FL_ERR_NOMEM, "frame 0");
	assert_int_equal(fake.queue.count, 0);
	host_limit_dma(0);
	down();
}

/* A unit of which one word was written has been touched. */
static void one_word_of_a_unit_is_enough(void **state)
{
	const struct frame_buffer *buffer;

	(void)state;
	up(1);
	buffer = &fake.queue.buffers[0];
	assert_int_equal(queue_enqueue(&fake.queue, 0), FL_OK);
	assert_int_equal(queue_stream_on(&fake.queue), FL_OK);
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	for (unsigned word = 0; word < 4; word++) {
		uint64_t *at = dma_cpu(buffer->base.pixels, 8 * word);
		const uint64_t kept = *at;

		assert_int_equal(queue_untouched(&fake.queue, buffer, HEIGHT), UNITS);
		*at ^= 1;
		assert_int_equal(queue_untouched(&fake.queue, buffer, HEIGHT), UNITS - 1);
		*at = kept;
	}
	down();
}

/* ---- looks and waits ----------------------------------------------------------------------------- */

static void a_look_takes_all_that_has_ended(void **state)
{
	(void)state;
	up(4);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(queue_enqueue(&fake.queue, i), FL_OK);
	queue_look(&fake.queue); /* nothing streams: nothing is asked */
	on();
	queue_look(&fake.queue);
	assert_int_equal(fake.queue.sequence, 0);
	host_advance_ns(5 * PERIOD_NS);
	queue_look(&fake.queue);
	assert_int_equal(fake.queue.sequence, 5);
	assert_int_equal(fake.queue.done_count, 3);
	fake.poll = FL_ERR_IO; /* told by the next wait */
	queue_look(&fake.queue);
	assert_int_equal(queue_wait_done(&fake.queue, 4, 1000), FL_ERR_IO);
	fake.poll = FL_OK;
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	fake.poll = FL_ERR_IO;
	queue_look(&fake.queue);
	down();
}

static void one_start_is_one(void **state)
{
	uint64_t start;

	(void)state;
	up(1);
	on();
	start = host_time_ns();
	assert_int_equal(queue_wait_starts(&fake.queue, 1, SECOND_US), FL_OK);
	assert_int_equal(fake.device.frames_started, 1);
	assert_in_range(host_time_ns() - start, PERIOD_NS, PERIOD_NS + 500000);
	fake.next_ns = 0;
	start = host_time_ns();
	assert_int_equal(queue_wait_starts(&fake.queue, 2, SECOND_US), FL_ERR_TIMEOUT);
	assert_in_range(host_time_ns() - start, 1000000000ull, 1000450000ull);
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	down();
}

/* ---- another stream ------------------------------------------------------------------------------ */

static void every_stream_counts_anew(void **state)
{
	(void)state;
	up(1);
	assert_int_equal(queue_enqueue(&fake.queue, 0), FL_OK);
	on();
	fake.torn = 1;
	assert_int_equal(queue_wait_times(&fake.queue, 6, SECOND_US), FL_OK);
	assert_true(fake.queue.lost && fake.queue.untrusted && fake.queue.time_count);
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	assert_int_equal(queue_rewind(&fake.queue), FL_OK);
	assert_int_equal(queue_stream_on(&fake.queue), FL_OK);
	assert_int_equal(fake.queue.lost + fake.queue.untrusted + fake.queue.time_count, 0);
	assert_int_equal(fake.queue.sequence + fake.queue.unbroken, 0);
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	down();
}

/* All come back, the first too, in memory before the call ends; and what goes wrong with one is told. */
static void stream_off_takes_every_buffer_back(void **state)
{
	struct host_primitive last;

	(void)state;
	up(3);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(queue_enqueue(&fake.queue, i), FL_OK);
	on();
	assert_int_equal(queue_stream_off(&fake.queue), FL_OK);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(fake.queue.buffers[i].state, FRAME_DEQUEUED);
		assert_int_equal(fake.queue.buffers[i].base.pixels->owner, DMA_CPU_OWNS);
	}
	assert_true(host_primitive(host_primitive_calls(), &last));
	assert_string_equal(last.name, "fence");
	assert_false(fake.device.dma.fence_due);
	assert_int_equal(queue_rewind(&fake.queue), FL_OK);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(queue_enqueue(&fake.queue, i), FL_OK);
	on();
	assert_int_equal(dma_reclaim(fake.queue.buffers[1].base.pixels),
			 FL_OK); /* behind its back */
	refused(queue_stream_off(&fake.queue), FL_ERR_STATE, "reclaim of frame 1");
	assert_int_equal(fake.queue.buffers[2].base.pixels->owner, DMA_CPU_OWNS);
	down();
}

static void a_restart_that_fails_is_told(void **state)
{
	unsigned prepared;

	(void)state;
	up(3);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(queue_enqueue(&fake.queue, i), FL_OK);
	on();
	prepared = fake.prepared;
	assert_int_equal(queue_restart(&fake.queue), FL_OK);
	assert_int_equal(fake.prepared, prepared + 1);
	assert_int_equal(fake.ring_count, 2); /* queued as before, the first too */
	assert_ptr_equal(fake.ring[0], &fake.queue.buffers[0]);
	fake.start = FL_ERR_GONE;
	assert_int_equal(queue_restart(&fake.queue), FL_ERR_GONE);
	assert_false(fake.queue.is_streaming);
	fake.start = FL_OK;
	assert_int_equal(queue_rewind(&fake.queue), FL_OK);
	on();
	fake.prepare = FL_ERR_RANGE;
	assert_int_equal(queue_restart(&fake.queue), FL_ERR_RANGE);
	assert_false(fake.queue.is_streaming);
	fake.prepare = FL_OK;
	down();
}

static enum fl_err does_not_stop(void *context)
{
	(void)context;
	return FL_ERR_TIMEOUT;
}

static void release_tells_what_could_not_be_given_back(void **state)
{
	(void)state;
	up(2);
	dma_set_quiesce(&fake.device.dma, does_not_stop, NULL);
	assert_int_equal(queue_release(&fake.queue), FL_ERR_TIMEOUT);
	assert_int_equal(fake.queue.count, 0);
	assert_int_equal(fake.attached, 0);
	assert_int_equal(fake.device.dma.allocated, 2); /* leaked on purpose */
	host_reset(1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_come_in_the_order_of_queueing),
		cmocka_unit_test(frames_wait_until_they_are_fetched),
		cmocka_unit_test(wrong_requests_are_refused_with_words),
		cmocka_unit_test(a_buffer_that_cannot_be_handed_over_is_not_queued),
		cmocka_unit_test(a_frame_that_is_not_trusted_is_not_given_out),
		cmocka_unit_test(a_restart_keeps_what_is_done),
		cmocka_unit_test(stream_off_gives_all_buffers_back),
		cmocka_unit_test(rewind_makes_ready_for_another_stream),
		cmocka_unit_test(failed_start_can_be_rewound),
		cmocka_unit_test(units_that_the_device_left_out_are_counted),
		cmocka_unit_test(waits_end_at_their_deadline),
		cmocka_unit_test(a_deadline_counts_from_the_last_frame),
		cmocka_unit_test(escape_is_seen_at_the_hundredth_look),
		cmocka_unit_test(escape_ends_a_wait_and_other_keys_do_not),
		cmocka_unit_test(failure_of_a_look_is_passed_on),
		cmocka_unit_test(request_that_fails_leaves_nothing),
		cmocka_unit_test(what_a_dead_receiver_knows_stays_where_it_is),
		cmocka_unit_test(lines_beyond_the_frame_have_room),
		cmocka_unit_test(buffers_have_names_and_whole_pages),
		cmocka_unit_test(as_many_buffers_as_the_limit),
		cmocka_unit_test(one_word_of_a_unit_is_enough),
		cmocka_unit_test(a_look_takes_all_that_has_ended),
		cmocka_unit_test(one_start_is_one),
		cmocka_unit_test(every_stream_counts_anew),
		cmocka_unit_test(stream_off_takes_every_buffer_back),
		cmocka_unit_test(a_restart_that_fails_is_told),
		cmocka_unit_test(release_tells_what_could_not_be_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
