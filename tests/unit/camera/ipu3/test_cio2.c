/*
 * test_cio2.c: the receiver's driver against the receiver's model: every mode to the sample, the
 * ring beyond its end, what fails and what must not be lost by it.
 */
#include "tests/unit/camera/ipu3/bench.h"

#include "pci/pci_regs.h"

#define SMALL "640x360"

/* ---- a picture that is known ------------------------------------------------------------------- */

static uint16_t sample(unsigned x, unsigned y)
{
	uint32_t v = x * 2654435761u ^ y * 40503u ^ (x * y) << 3;

	return (uint16_t)((v ^ v >> 15) & 0x3ff);
}

/* A scene of the mode's size: emitted sample for sample. The caller unlinks and frees the name. */
static char *new_scene(unsigned width, unsigned height)
{
	char *path = strdup("build/unit/camera/scene-XXXXXX");
	int fd = mkstemp(path);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");

	assert_non_null(file);
	fprintf(file, "P5\n%u %u\n1023\n", width, height);
	for (unsigned y = 0; y < height; y++) {
		uint8_t line[2 * CIO2_WIDTH_MAX];

		for (unsigned x = 0; x < width; x++) {
			line[2 * x] = (uint8_t)(sample(x, y) >> 8);
			line[2 * x + 1] = (uint8_t)sample(x, y);
		}
		assert_int_equal(fwrite(line, 2, width, file), width);
	}
	assert_int_equal(fclose(file), 0);
	return path;
}

/* Pixel x of a packed line: bit 10k of 32-byte group x / 25 (cio2.md 5.1). */
static unsigned pixel(const uint8_t *line, unsigned x)
{
	unsigned bit = 10 * (x % 25), at = 32 * (x / 25) + bit / 8;

	return (line[at] | (unsigned)line[at + 1] << 8) >> bit % 8 & 0x3ff;
}

static void check_picture(const struct bench *b, const struct frame_buffer *buffer)
{
	size_t stride = (b->mode->width + 49u) / 50 * 64;
	uint8_t line[8192];

	assert_int_equal(b->queue.layout.stride, stride);
	assert_int_equal(buffer->bytes, stride * b->mode->height);
	assert_int_equal(buffer->errors, 0);
	for (unsigned y = 0; y < b->mode->height; y++) {
		dma_read(buffer->base.pixels, stride * y, line, stride);
		for (unsigned x = 0; x < b->mode->width; x++)
			if (pixel(line, x) != sample(x, y))
				fail_msg("%s: sample %u,%u is %u, want %u", b->mode->name, x, y,
					 pixel(line, x), sample(x, y));
	}
	assert_int_equal(queue_untouched(&b->queue, buffer, b->mode->height), 0);
}

static void stream_known_picture(const char *camera, const char *mode, unsigned width,
				 unsigned height)
{
	struct vboard_options options = {.seed = 7, .fps = VBOARD_FPS_MAX};
	char *scene = new_scene(width, height);
	static struct bench b;

	if (!strcmp(camera, "ov5670"))
		options.scenes[1] = scene;
	else
		options.scenes[0] = scene;
	bench_up_with(&b, camera, mode, &options);
	bench_request(&b, 2);
	bench_queue_all(&b);
	bench_on(&b);
	for (unsigned i = 0; i < 2; i++) {
		struct frame_buffer *buffer = bench_next(&b);

		assert_int_equal(buffer->sequence, b.config.skip + i);
		check_picture(&b, buffer);
	}
	assert_int_equal(bench_off(&b), FL_OK);
	assert_int_equal(camera_errors(b.device), 0);
	bench_down(&b);
	unlink(scene);
	free(scene);
}

static void every_mode_arrives_sample_for_sample(void **state)
{
	static const char *const cameras[] = {"ov13858", "ov5670"};
	unsigned modes = 0;

	(void)state;
	for (unsigned c = 0; c < COUNT(cameras); c++) {
		struct sensor_desc desc;
		struct diag diag = {0};
		size_t size;
		char *text = shipped_read("sensors/", cameras[c], &size);

		host_reset(1);
		assert_int_equal(sensor_parse("sensor.ini", text, size, &desc, &diag), FL_OK);
		free(text);
		modes += (unsigned)desc.mode_count;
		for (size_t m = 0; m < desc.mode_count; m++) {
			struct sensor_mode mode = desc.modes[m];

			stream_known_picture(cameras[c], mode.name, mode.width, mode.height);
			if (m + 1 == desc.mode_count)
				break;
			/* stream_known_picture has released the file's memory with all others. */
			text = shipped_read("sensors/", cameras[c], &size);
			host_reset(1);
			assert_int_equal(sensor_parse("sensor.ini", text, size, &desc, &diag),
					 FL_OK);
			free(text);
		}
	}
	assert_int_equal(modes, 10);
}

/* ---- the ring ----------------------------------------------------------------------------------- */

static void ring_wraps_with_buffers_that_come_back(void **state)
{
	static struct bench b;

	(void)state;
	bench_up(&b, "ov5670", SMALL, NULL);
	bench_request(&b, 5);
	bench_queue_all(&b);
	bench_on(&b);
	for (unsigned i = 0; i < 3 * CIO2_FBPT_ENTRIES + 7; i++) {
		struct frame_buffer *buffer = bench_next(&b);

		assert_int_equal(buffer->index, i % 5);
		assert_int_equal(buffer->sequence - b.config.skip - i, b.queue.lost);
		assert_int_equal(buffer->bytes, 832 * 360);
		assert_int_equal(buffer->errors, 0);
		assert_int_equal(queue_untouched(&b.queue, buffer, 360), 0);
		assert_int_equal(queue_enqueue(&b.queue, buffer->index), FL_OK);
	}
	assert_int_equal(b.queue.lost, 0);
	assert_int_equal(bench_off(&b), FL_OK);
	bench_down(&b);
}

static void frames_without_a_buffer_fall_on_the_dummy_page(void **state)
{
	static struct bench b;
	uint8_t before[64], after[64];
	struct frame_buffer *first, *second;

	(void)state;
	bench_up(&b, "ov5670", SMALL, NULL);
	bench_request(&b, 2);
	bench_queue_all(&b);
	bench_on(&b);
	first = bench_next(&b);
	second = bench_next(&b);
	dma_read(first->base.pixels, 832 * 100, before, sizeof before);
	assert_int_equal(queue_wait_times(&b.queue, QUEUE_TIMES, SECOND_US), FL_OK);
	assert_int_equal(b.queue.sequence, b.config.skip + QUEUE_TIMES);
	assert_int_equal(b.queue.lost, QUEUE_TIMES - 2);
	assert_int_equal(first->sequence, b.config.skip);
	assert_int_equal(second->sequence, b.config.skip + 1);
	assert_int_equal(bench_off(&b), FL_OK);
	dma_read(first->base.pixels, 832 * 100, after, sizeof after);
	assert_memory_equal(before, after, sizeof before);
	assert_int_equal(camera_errors(b.device), 0);
	bench_down(&b);
}

/* More buffers than the ring has entries: the rest waits for room, and the order stays. */
static void more_buffers_than_entries_are_filled_in_order(void **state)
{
	static struct bench b;

	(void)state;
	bench_up(&b, "ov5670", SMALL, NULL);
	bench_request(&b, 99);
	bench_queue_all(&b);
	bench_on(&b);
	for (unsigned i = 0; i < 99; i++) {
		struct frame_buffer *buffer = bench_next(&b);

		assert_int_equal(buffer->index, i);
		assert_int_equal(buffer->sequence, b.config.skip + i);
		assert_int_equal(queue_untouched(&b.queue, buffer, 360), 0);
	}
	assert_int_equal(b.queue.lost, 0);
	assert_int_equal(bench_off(&b), FL_OK);
	bench_down(&b);
}

/* Any number of frames to skip: the first that is kept is the one behind them. */
static void as_many_frames_are_skipped_as_asked_for(void **state)
{
	static const unsigned skips[] = {0, 1, 10, 30, 31, 32, 33, 64, 255};
	static struct bench b;

	(void)state;
	for (unsigned i = 0; i < COUNT(skips); i++) {
		bench_up(&b, "ov5670", SMALL, NULL);
		b.config.skip = skips[i];
		bench_request(&b, 3);
		bench_queue_all(&b);
		bench_on(&b);
		for (unsigned k = 0; k < 3; k++) {
			struct frame_buffer *buffer = bench_next(&b);

			if (buffer->index != k || buffer->sequence != skips[i] + k)
				fail_msg("skip %u: buffer %u has frame %u", skips[i], buffer->index,
					 buffer->sequence);
			assert_int_equal(queue_untouched(&b.queue, buffer, 360), 0);
		}
		assert_int_equal(b.queue.lost, 0);
		assert_int_equal(bench_off(&b), FL_OK);
		bench_down(&b);
	}
}

/* `queued` buffers of three, `fetched` of them taken out before the stop. */
static void stream_cycle(struct bench *b, unsigned queued, unsigned fetched)
{
	assert_int_equal(queue_rewind(&b->queue), FL_OK);
	for (unsigned i = 0; i < queued; i++)
		assert_int_equal(queue_enqueue(&b->queue, i), FL_OK);
	bench_on(b);
	for (unsigned i = 0; i < fetched; i++) {
		struct frame_buffer *buffer = bench_next(b);

		assert_int_equal(buffer->index, i);
		assert_int_equal(buffer->sequence, b->config.skip + i);
		assert_int_equal(buffer->bytes, 832 * 360);
		assert_int_equal(queue_untouched(&b->queue, buffer, 360), 0);
	}
	assert_int_equal(bench_off(b), FL_OK);
	assert_false(b->device->is_dead);
}

static void stream_starts_again_with_the_same_buffers(void **state)
{
	static struct bench b;

	(void)state;
	bench_up(&b, "ov5670", SMALL, NULL);
	bench_request(&b, 3);
	for (unsigned cycle = 0; cycle < 8; cycle++)
		stream_cycle(&b, 1 + cycle % 3, 1 + cycle % 3);
	bench_down(&b);
}

/* Stopped with frames that nobody fetched, or looked at. */
static void stop_with_frames_left_in_the_ring(void **state)
{
	static struct bench b;

	(void)state;
	bench_up(&b, "ov5670", SMALL, NULL);
	bench_request(&b, 3);
	for (unsigned cycle = 0; cycle < 9; cycle++)
		stream_cycle(&b, 3, cycle % 4);
	bench_down(&b);
}

/* The next frame on a machine that may have been away for the whole ring. */
static struct frame_buffer *next_through_restarts(struct bench *b, unsigned *restarts)
{
	struct frame_buffer *buffer = NULL;
	enum fl_err err = queue_dequeue(&b->queue, 2 * SECOND_US, &buffer);

	for (; err == FL_ERR_AWAY; ++*restarts) {
		assert_int_equal(sensor_stream_off(&b->sensor), FL_OK);
		assert_int_equal(queue_restart(&b->queue), FL_OK);
		assert_int_equal(sensor_stream_on(&b->sensor), FL_OK);
		err = queue_dequeue(&b->queue, 2 * SECOND_US, &buffer);
	}
	if (err)
		fail_msg("no frame: %d %s", err, b->rig.diag.message);
	return buffer;
}

/* Buffers go back while frames come at 120/s and the CPU is away now and then, also between the read pointer and
 * the entry that it was read for: what is given out is a whole frame, always. */
static void no_frame_is_torn_by_a_host_that_is_away(void **state)
{
	static const struct {
		uint64_t length_ns, every_ns;
		unsigned frames;
	} stalls[] = {{25000000, 4000000, 60}, {35000000, 100000, 400}, {300000000, 20000000, 60}};
	unsigned untrusted = 0, restarts = 0;

	(void)state;
	for (unsigned seed = 4; seed <= 9; seed++) {
		struct vboard_options options = {.seed = seed, .fps = 120};
		char *scene = new_scene(640, 360);
		static struct bench b;

		options.scenes[1] = scene;
		bench_up_with(&b, "ov5670", SMALL, &options);
		bench_request(&b, 4);
		bench_queue_all(&b);
		bench_on(&b);
		host_set_adversary(
			0); /* whose evictions make an entry valid early: legal, but many findings */
		host_set_stalls(stalls[seed % 3].length_ns, stalls[seed % 3].every_ns);
		for (unsigned i = 0; i < stalls[seed % 3].frames; i++) {
			struct frame_buffer *buffer = next_through_restarts(&b, &restarts);

			check_picture(&b, buffer);
			assert_int_equal(queue_enqueue(&b.queue, buffer->index), FL_OK);
		}
		untrusted += b.queue.untrusted;
		host_set_stalls(0, 0);
		assert_int_equal(bench_off(&b), FL_OK);
		assert_int_equal(camera_errors(b.device), 0);
		bench_down(&b);
		unlink(scene);
		free(scene);
	}
	printf("%u frames given up, %u restarts\n", untrusted, restarts);
	assert_true(untrusted > 0);
	assert_true(restarts > 0);
}

/* ---- up and down -------------------------------------------------------------------------------- */

static uint32_t command_of(const struct bench *b)
{
	return platform_pci_read(b->function->address, 4, 2);
}

static void function_is_left_as_found(void **state)
{
	static struct bench b;
	uint32_t command, power;

	(void)state;
	bench_up(&b, "ov5670", SMALL, NULL);
	command = command_of(&b);
	assert_int_equal(command & 0x6, 0x6);
	bench_close(&b);
	assert_int_equal(command_of(&b), b.function->command);
	power = platform_pci_read(b.function->address, b.function->pm_offset + 4u, 2) & 3;
	assert_int_equal(power, b.function->power_state);
	assert_int_equal(bench_open(&b), FL_OK);
	bench_down(&b);
}

static void open_fails_at_every_allocation_and_leaves_nothing(void **state)
{
	const struct vboard_options options = {.seed = 3, .fps = VBOARD_FPS_MAX};
	static struct bench b;
	unsigned long k, leaks;

	(void)state;
	bench_attach(&b, &options);
	leaks = host_leaks();
	for (k = 1;; k++) {
		enum fl_err err;

		host_fail_allocation(k);
		err = bench_open(&b);
		host_fail_allocation(0);
		if (!err)
			break;
		assert_int_equal(err, FL_ERR_NOMEM);
		assert_contains(b.rig.diag.message, "no memory");
		diag_clear(&b.rig.diag);
		assert_int_equal(host_leaks(), leaks);
		assert_int_equal(command_of(&b), b.function->command);
	}
	assert_int_equal(k, 1 + 2 * 5 + 1); /* struct; two buffers of five blocks */
	bench_close(&b);
	assert_int_equal(host_leaks(), leaks);
	pci_list_free(&b.rig.list);
	board_free(&b.rig.board);
	bench_assert_clean();
	assert_int_equal(host_leaks(), 0);
}

static void request_fails_at_every_allocation_and_leaves_nothing(void **state)
{
	static struct bench b;
	unsigned long k, leaks;

	(void)state;
	bench_up(&b, "ov5670", SMALL, NULL);
	leaks = host_leaks();
	for (k = 1;; k++) {
		enum fl_err err;

		host_fail_allocation(k);
		err = queue_request(&b.queue, b.device, &b.config, 2);
		host_fail_allocation(0);
		if (!err)
			break;
		assert_int_equal(err, FL_ERR_NOMEM);
		assert_contains(b.rig.diag.message, "no memory");
		diag_clear(&b.rig.diag);
		assert_int_equal(b.queue.count, 0);
		assert_int_equal(host_leaks(), leaks);
		assert_int_equal(b.device->dma.allocated, 2);
		if (k == 5 || k == 6) /* pieces of a scattered frame: smaller ones are tried */
			fail_msg("one refused piece of %lu was final", k);
		k += k == 4 ? 2 : 0;
	}
	assert_true(k > 10);
	bench_down(&b);
}

static void bad_functions_are_refused_with_words(void **state)
{
	static const struct {
		const char *fault;
		enum fl_err err;
		const char *words;
	} cases[] = {
		{"bar-lost", FL_ERR_INVALID, "BAR 0"},
		{"d3-stuck", FL_ERR_TIMEOUT, "D0"},
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		const struct vboard_options options = {
			.seed = 3, .faults = &cases[i].fault, .fault_count = 1};
		static struct bench b;
		unsigned long leaks;

		bench_attach(&b, &options);
		leaks = host_leaks();
		assert_int_not_equal(bench_open(&b), FL_OK);
		assert_contains(b.rig.diag.message, cases[i].words);
		assert_true(b.rig.diag.hint[0]);
		assert_int_equal(host_leaks(), leaks);
		pci_list_free(&b.rig.list);
		board_free(&b.rig.board);
	}
}

static void dead_registers_are_told_when_it_is_opened(void **state)
{
	static const char *const fault = "cio2-all-ones";
	const struct vboard_options options = {
		.seed = 7, .fps = VBOARD_FPS_MAX, .faults = &fault, .fault_count = 1};
	static struct bench b;

	(void)state;
	bench_attach(&b, &options);
	assert_int_equal(bench_open(&b), FL_ERR_GONE);
	assert_contains(b.rig.diag.message, "reads all ones in D0");
	rig_down(&b.rig);
}

/* A function that goes away later: D3hot answers nothing. */
static void dead_registers_are_told_and_nothing_hangs(void **state)
{
	static struct bench b;
	const struct pci_function *f;
	uint64_t start;

	(void)state;
	bench_up(&b, "ov5670", SMALL, NULL);
	bench_request(&b, 1);
	assert_int_equal(queue_enqueue(&b.queue, 0), FL_OK);
	f = pci_find(&b.rig.list, 0x8086, 0x9d32, 0);
	platform_pci_write(f->address, f->pm_offset + 4u, 2, 3);
	start = host_time_ns();
	assert_int_equal(queue_stream_on(&b.queue), FL_ERR_GONE);
	assert_contains(b.rig.diag.message, "reads all ones: the function is gone");
	assert_in_range(host_time_ns() - start, 0, 3000000000ull);
	platform_pci_write(f->address, f->pm_offset + 4u, 2, 0);
	assert_int_equal(queue_rewind(&b.queue), FL_OK);
	diag_clear(&b.rig.diag);
	bench_down(&b);
}

/* ---- bad requests ------------------------------------------------------------------------------- */

static enum fl_err request(struct bench *b, const struct camera_config *config)
{
	enum fl_err err = queue_request(&b->queue, b->device, config, 2);

	if (err)
		return err;
	err = queue_rewind(&b->queue);
	if (err)
		assert_int_equal(queue_release(&b->queue), FL_OK);
	return err;
}

static void impossible_streams_are_refused_with_words(void **state)
{
	static const struct camera_config good = {.port = 1,
						  .lanes = 2,
						  .link_frequency = 422400000,
						  .width = 640,
						  .height = 360,
						  .max_height = 360};
	static const struct {
		size_t field;
		unsigned value;
		enum fl_err err;
		const char *words;
	} cases[] = {
		{offsetof(struct camera_config, port), 4, FL_ERR_INVALID,
		 "CSI-2 port 4 with 2 lanes"},
		{offsetof(struct camera_config, lanes), 0, FL_ERR_INVALID, "port 1 with 0 lanes"},
		{offsetof(struct camera_config, lanes), 5, FL_ERR_INVALID, "port 1 with 5 lanes"},
		{offsetof(struct camera_config, width), 4225, FL_ERR_RANGE, "up to 4224x3136"},
		{offsetof(struct camera_config, height), 0, FL_ERR_RANGE, "a picture of 640x0"},
		{offsetof(struct camera_config, height), 3137, FL_ERR_RANGE,
		 "a picture of 640x3137"},
		{offsetof(struct camera_config, max_height), 359, FL_ERR_RANGE,
		 "a picture of 640x360"},
	};
	static struct bench b;
	unsigned long leaks;

	(void)state;
	bench_up(&b, "ov5670", SMALL, NULL);
	leaks = host_leaks();
	for (unsigned i = 0; i < COUNT(cases); i++) {
		struct camera_config config = good;

		memcpy((char *)&config + cases[i].field, &cases[i].value, sizeof(unsigned));
		assert_int_equal(request(&b, &config), cases[i].err);
		assert_contains(b.rig.diag.message, cases[i].words);
		assert_true(b.rig.diag.hint[0]);
		diag_clear(&b.rig.diag);
		assert_int_equal(host_leaks(), leaks);
	}
	b.config = good;
	b.config.port = 2;
	b.config.lanes = 3; /* the 4-4-2-2 split */
	assert_int_equal(request(&b, &b.config), FL_ERR_INVALID);
	b.config = good;
	b.config.width = 0;
	assert_int_not_equal(request(&b, &b.config), FL_OK);
	diag_clear(&b.rig.diag);
	b.config = good;
	b.config.link_frequency = 30000000;
	bench_request(&b, 1);
	assert_int_equal(queue_stream_on(&b.queue), FL_ERR_RANGE);
	assert_contains(b.rig.diag.message, "link frequency 30000000");
	assert_false(b.device->is_running);
	diag_clear(&b.rig.diag);
	bench_down(&b);
}

static void wrong_link_settings_give_errors_and_no_hang(void **state)
{
	static const struct {
		unsigned lanes;
		uint64_t link_frequency;
		const char *counter;
	} cases[] = {
		{1, 422400000, NULL},
		{4, 422400000, NULL},
		{2, 60000000, NULL},
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		static struct bench b;
		struct frame_buffer *buffer;
		uint64_t start;
		enum fl_err err;

		bench_up(&b, "ov5670", SMALL, NULL);
		b.config.lanes = cases[i].lanes;
		b.config.link_frequency = cases[i].link_frequency;
		bench_request(&b, 3);
		bench_queue_all(&b);
		bench_on(&b);
		start = host_time_ns();
		err = queue_dequeue(&b.queue, 300000, &buffer);
		assert_in_range(host_time_ns() - start, 0, 2000000000ull);
		if (!err && !buffer->errors)
			fail_msg("%u lanes, %llu Hz: a good frame", cases[i].lanes,
				 (unsigned long long)cases[i].link_frequency);
		assert_true(camera_errors(b.device) > 0);
		assert_int_equal(bench_off(&b), FL_OK);
		assert_false(b.device->is_dead);
		bench_down(&b);
	}
}

/* Faults of the link, each by the counter that the operator reads. */
static void each_link_fault_has_its_counter(void **state)
{
	static const struct {
		const char *fault, *counter;
		bool frame;
	} cases[] = {
		{"crc=ov5670", "payload-crc", true},
		{"ecc=ov5670", "header-error-corrected", true},
		{"ecc-fatal=ov5670", "header-errors-multiple", true},
		{"fifo-overflow=ov5670", "fifo-overflow", true},
		{"dphy=ov5670", "dphy-start-of-transmission", false},
		{"lane-dead=ov5670", "dphy-synchronisation", false},
		{"wrong-data-type=ov5670", "long-packet-unmatched", false},
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		static struct bench b;
		struct frame_buffer *buffer;
		enum fl_err err;

		bench_up(&b, "ov5670", SMALL, cases[i].fault);
		bench_request(&b, 3);
		bench_queue_all(&b);
		bench_on(&b);
		err = queue_dequeue(&b.queue, 300000, &buffer);
		if (cases[i].frame) {
			assert_int_equal(err, FL_OK);
			assert_true(buffer->errors > 0);
		}
		if (!bench_counter(b.device, cases[i].counter))
			fail_msg("%s: counter %s stays 0", cases[i].fault, cases[i].counter);
		assert_true(camera_errors(b.device) > 0);
		assert_int_equal(bench_off(&b), FL_OK);
		bench_down(&b);
	}
}

static void short_frame_is_told_by_its_bytes(void **state)
{
	static struct bench b;
	struct frame_buffer *buffer;

	(void)state;
	bench_up(&b, "ov5670", SMALL, "short-frame=ov5670:10");
	bench_request(&b, 1);
	bench_queue_all(&b);
	bench_on(&b);
	buffer = bench_next(&b);
	assert_int_equal(buffer->bytes, 832 * 350);
	assert_int_equal(queue_untouched(&b.queue, buffer, 350), 0);
	assert_int_equal(queue_untouched(&b.queue, buffer, 360), 10 * 13);
	assert_int_equal(bench_off(&b), FL_OK);
	bench_down(&b);
}

/* A frame larger than its buffer is the last of its stream (evidence.md 1.4), whatever tells of it. Stopped and
 * started again, DMA and sensor, the same receiver gives whole frames, in the same buffers. */
static void after_a_full_buffer_the_next_stream_is_whole(void **state)
{
	static const char *const decisions[] = {"cio2-too-large=0",     "cio2-too-large=1",
						"cio2-last-byte=0",     "cio2-last-byte=2",
						"cio2-pointer-moves=1", "cio2-pointer-moves=2"};

	(void)state;
	for (unsigned i = 0; i < sizeof decisions / sizeof decisions[0]; i++) {
		struct vboard_options options = {.seed = 20 + i,
						 .fps = VBOARD_FPS_MAX,
						 .decisions = &decisions[i],
						 .decision_count = 1};
		static struct bench b;
		struct frame_buffer *buffer;
		struct reg_step lines = {REG_WRITE, 2, 0x380a, 480, 0xffff, 0, 1};
		const struct reg_list height = {&lines, 1};

		bench_up_with(&b, "ov5670", SMALL, &options);
		assert_int_equal(sensor_run(&b.sensor, &height, NULL), FL_OK);
		bench_request(&b, 3);
		bench_queue_all(&b);
		bench_on(&b);
		buffer = bench_next(&b);
		assert_int_equal(buffer->bytes, buffer->base.pixels->length);
		assert_int_not_equal(queue_dequeue(&b.queue, 300000, &buffer), FL_OK);
		assert_int_equal(bench_off(&b), FL_OK);
		diag_clear(&b.rig.diag);
		lines.value = 360;
		assert_int_equal(sensor_run(&b.sensor, &height, NULL), FL_OK);
		assert_int_equal(queue_rewind(&b.queue), FL_OK);
		bench_queue_all(&b);
		bench_on(&b);
		for (unsigned frames = 0; frames < 3; frames++) {
			buffer = bench_next(&b);
			assert_int_equal(buffer->bytes, 832 * 360);
			assert_int_equal(queue_untouched(&b.queue, buffer, 360), 0);
		}
		assert_int_equal(bench_off(&b), FL_OK);
		bench_down(&b);
	}
}

/* ---- what does not stop --------------------------------------------------------------------------- */

static void dma_that_does_not_halt_keeps_its_memory_and_loses_the_bus(void **state)
{
	static struct bench b;
	unsigned long leaks;
	uint64_t start;

	(void)state;
	bench_up(&b, "ov5670", SMALL, "dma-no-halt");
	bench_request(&b, 2);
	bench_queue_all(&b);
	bench_on(&b);
	bench_next(&b);
	leaks = host_leaks();
	start = host_time_ns();
	assert_int_equal(bench_off(&b), FL_ERR_TIMEOUT);
	assert_in_range(host_time_ns() - start, 2000000000ull, 3000000000ull);
	assert_contains(b.rig.diag.message, "CIO2 CDMAC0 (0x1508) reads");
	assert_contains(b.rig.diag.hint, "its memory is left alone");
	assert_true(b.device->is_dead);
	assert_int_equal(command_of(&b) & 4, 0); /* bus mastering */
	diag_clear(&b.rig.diag);
	queue_release(&b.queue);
	b.device->ops->close(b.device);
	assert_int_equal(command_of(&b) & 4, 0);
	assert_int_equal(host_leaks(), leaks);
	assert_true(b.device->dma.mapped >= 5); /* FBPT, dummies, frames */
	bench_down_sensor(&b);
	bench_assert_clean();
	host_detach();
	host_reset(1);
}

static void stop_works_without_any_frame(void **state)
{
	static struct bench b;

	(void)state;
	bench_up(&b, "ov5670", SMALL, "no-sof=ov5670");
	bench_request(&b, 2);
	bench_queue_all(&b);
	bench_on(&b);
	assert_int_equal(queue_wait_starts(&b.queue, 1, 200000), FL_ERR_TIMEOUT);
	assert_int_equal(b.device->frames_started, 0);
	assert_int_equal(bench_off(&b), FL_OK);
	bench_down(&b);
}

static void dump_names_registers_and_is_cut_anywhere(void **state)
{
	static struct bench b;
	static char text[8192], small[8192];
	size_t length;

	(void)state;
	bench_up(&b, "ov5670", SMALL, NULL);
	length = cio2_dump((struct cio2 *)b.device, text, sizeof text);
	assert_int_equal(length, strlen(text));
	assert_contains(text, "CSIRX_ENABLE.1 0x0400 0x00000000\n");
	assert_contains(text, "LP_LUT_ENTRY0.3 0x0d84 ");
	assert_contains(text, "CDMAC0_0 0x1508 ");
	for (size_t capacity = 0; capacity < length; capacity += 13) {
		size_t got = cio2_dump((struct cio2 *)b.device, small, capacity);

		assert_true(capacity ? got < capacity : got == 0);
		if (capacity)
			assert_int_equal(strlen(small), got);
	}
	assert_int_equal(bench_cio2(&b)->regs.outside, 0);
	bench_down(&b);
}

/* Chain-loaded behind a program that was streaming: neither reset nor D3hot cleans the CIO2 (evidence.md 1.2). */
static void a_receiver_that_was_left_streaming_is_taken_over(void **state)
{
	static struct bench b;
	struct camera_device *before, *now;

	(void)state;
	bench_up(&b, "ov5670", SMALL, NULL);
	bench_request(&b, 4);
	bench_queue_all(&b);
	bench_on(&b);
	bench_next(&b);
	before = b.device;
	assert_int_equal(bench_open(&b), FL_OK);
	now = b.device;
	assert_int_equal(now->ops->prepare(now, &b.config), FL_OK);
	assert_int_equal(now->ops->start(now), FL_OK);
	platform_delay_us(200000);
	assert_int_equal(now->ops->stop(now), FL_OK);
	bench_close(&b);
	b.device = before;
	assert_int_equal(bench_off(&b), FL_OK);
	bench_down(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_receiver_that_was_left_streaming_is_taken_over),
		cmocka_unit_test(every_mode_arrives_sample_for_sample),
		cmocka_unit_test(ring_wraps_with_buffers_that_come_back),
		cmocka_unit_test(frames_without_a_buffer_fall_on_the_dummy_page),
		cmocka_unit_test(more_buffers_than_entries_are_filled_in_order),
		cmocka_unit_test(as_many_frames_are_skipped_as_asked_for),
		cmocka_unit_test(stream_starts_again_with_the_same_buffers),
		cmocka_unit_test(stop_with_frames_left_in_the_ring),
		cmocka_unit_test(no_frame_is_torn_by_a_host_that_is_away),
		cmocka_unit_test(function_is_left_as_found),
		cmocka_unit_test(open_fails_at_every_allocation_and_leaves_nothing),
		cmocka_unit_test(request_fails_at_every_allocation_and_leaves_nothing),
		cmocka_unit_test(bad_functions_are_refused_with_words),
		cmocka_unit_test(dead_registers_are_told_when_it_is_opened),
		cmocka_unit_test(dead_registers_are_told_and_nothing_hangs),
		cmocka_unit_test(impossible_streams_are_refused_with_words),
		cmocka_unit_test(wrong_link_settings_give_errors_and_no_hang),
		cmocka_unit_test(each_link_fault_has_its_counter),
		cmocka_unit_test(after_a_full_buffer_the_next_stream_is_whole),
		cmocka_unit_test(short_frame_is_told_by_its_bytes),
		cmocka_unit_test(dma_that_does_not_halt_keeps_its_memory_and_loses_the_bus),
		cmocka_unit_test(stop_works_without_any_frame),
		cmocka_unit_test(dump_names_registers_and_is_cut_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
