/*
 * rig.h: a session by hand, for the tests of single checks: two cameras whose chip is an array of registers, an
 * EEPROM and a focus motor beside it, and a receiver that does as it is told. What a check says is looked at
 * as the report has it.
 */
#ifndef TESTS_UNIT_CHECKS_RIG_H
#define TESTS_UNIT_CHECKS_RIG_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/checks.h"
#include "tests/host/host.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MS           1000000ull

#define RIG_WIDTH  100u
#define RIG_STRIDE 128u
#define RIG_HEIGHT 64u
#define RIG_BYTES  (RIG_STRIDE * RIG_HEIGHT)
#define RIG_FRAME  (10 * MS) /* 100 frames/s */
#define RIG_SKIP   2u
#define RIG_CHIP   0x36
#define RIG_EEPROM 0x50
#define RIG_VCM    0x0c
#define RIG_ID     0x300a

/* A receiver by hand; frames come in the sensor's beat while it streams. */
struct rig_receiver {
	struct camera_device device; /* first member */
	struct camera_counter counters[4];
	struct camera_buffer *ring[QUEUE_BUFFERS_MAX];
	unsigned ring_count;
	unsigned starts, stops, closed;
	unsigned frames;     /* of this stream */
	unsigned all_frames; /* of all */
	uint64_t began;      /* 0: not yet */
	uint64_t period;     /* of frames, 0: none comes */
	unsigned mute_start; /* the n-th start gives nothing; 0: none */
	uint32_t bytes;      /* that it says */
	size_t written;      /* that it writes */
	bool is_frozen;      /* every frame is the same picture */
	uint8_t high;        /* bits that every second byte of a frame may have; 0: all */
	uint8_t solid;       /* byte of the test pattern frames; 0: as without */
	unsigned odd_frame;  /* of a stream, from 1: one bit in 512 is another one */
	unsigned last;       /* frames of a stream, then no more; 0: any number */
	unsigned away;       /* polls that tell FL_ERR_AWAY, from the first on */
	unsigned away_after; /* frames of a stream, then all polls do; 0: never */
	bool noise, moves;   /* before the first frame: errors, or lanes that move */
	bool only_starts;    /* frames begin and do not end */
	uint32_t errors[4];  /* counted with every frame */
	uint32_t frame_errors;
	enum fl_err start, stop, close;
};

struct rig {
	struct session session;
	struct session_bus controllers[2];
	struct i2c_bus bus, *buses[2];
	struct board_camera cameras[2];
	struct board_bus board_buses[2];
	struct rig_receiver receiver;
	struct report_check *check; /* the newest */
	/* The chip. */
	uint8_t registers[0x10000];
	uint8_t stuck[0x10000]; /* writes change nothing */
	unsigned transfers;     /* so far */
	unsigned fail_at;       /* that transfer fails; 0: none */
	bool is_silent;         /* the chip does not acknowledge */
	bool is_alone;          /* nothing else is on the bus */
	uint8_t chip;           /* its address */
	uint8_t other;          /* something that only acknowledges; 0: nothing */
	uint8_t eeprom[256];
	unsigned eeprom_at, eeprom_reads;
	bool eeprom_flips;
	uint16_t motor;
	unsigned motor_sum; /* of all positions that it was told */
	bool motor_is_stuck;
};
static struct rig rig;

/* ---- the bus ------------------------------------------------------------------------------ */

static enum fl_err rig_nack(uint8_t address)
{
	return diag_fail(rig.bus.diag, FL_ERR_NACK, "check rails", "0x%02x did not acknowledge",
			 address);
}

static enum fl_err rig_chip(const uint8_t *write, size_t write_length, uint8_t *read,
			    size_t read_length)
{
	const unsigned at = write_length >= 2 ? write[0] << 8u | write[1] : 0;

	if (rig.is_silent)
		return rig_nack(rig.chip);
	for (size_t i = 2; i < write_length; i++)
		if (!rig.stuck[at + i - 2])
			rig.registers[at + i - 2] = write[i];
	for (size_t i = 0; i < read_length; i++)
		read[i] = rig.registers[at + i];
	return FL_OK;
}

static enum fl_err rig_eeprom(const uint8_t *write, size_t write_length, uint8_t *read,
			      size_t read_length)
{
	if (write_length)
		rig.eeprom_at = write[0];
	for (size_t i = 0; i < read_length; i++)
		read[i] = rig.eeprom[rig.eeprom_at++ % sizeof rig.eeprom];
	if (rig.eeprom_flips && read_length && rig.eeprom_reads++)
		read[0] ^= 0x10;
	return FL_OK;
}

static enum fl_err rig_motor(const uint8_t *write, size_t write_length, uint8_t *read,
			     size_t read_length)
{
	if (write_length == 2)
		rig.motor_sum += (unsigned)(write[0] << 8 | write[1]) >> 4 & 0x3ff;
	if (write_length == 2 && !rig.motor_is_stuck)
		rig.motor = (uint16_t)(write[0] << 8 | write[1]);
	if (read_length == 2) {
		read[0] = (uint8_t)(rig.motor >> 8);
		read[1] = (uint8_t)rig.motor;
	}
	return FL_OK;
}

static inline enum fl_err rig_transfer(struct i2c_bus *bus, uint8_t address, const uint8_t *write,
				       size_t write_length, uint8_t *read, size_t read_length)
{
	(void)bus;
	if (++rig.transfers == rig.fail_at)
		return diag_fail(rig.bus.diag, FL_ERR_TIMEOUT, "a short", "transfer %u fails",
				 rig.fail_at);
	if (address == rig.other)
		return FL_OK;
	if (address == rig.chip)
		return rig_chip(write, write_length, read, read_length);
	if (rig.is_alone)
		return rig_nack(address);
	if (address == RIG_EEPROM)
		return rig_eeprom(write, write_length, read, read_length);
	if (address == RIG_VCM)
		return rig_motor(write, write_length, read, read_length);
	return rig_nack(address);
}

/* ---- the receiver ------------------------------------------------------------------------- */

static inline void rig_layout(const struct camera_config *config, struct camera_layout *out)
{
	const size_t stride = format_stride(&pixel_format_ipu3, config->width);

	*out = (struct camera_layout){
		.format = &pixel_format_ipu3,
		.stride = stride,
		.frame_bytes = stride * config->height,
		.buffer_bytes = (stride * (config->max_height + config->max_height / 8 + 16) +
				 PAGE_SIZE - 1) /
				PAGE_SIZE * PAGE_SIZE};
}

static inline enum fl_err rig_link_facts(const struct camera_device *device,
					 const struct camera_config *config,
					 struct report_check *facts, struct diag *diag)
{
	assert_true(device == &rig.receiver.device);
	if (config->link_frequency < 40000000)
		return diag_fail(diag, FL_ERR_RANGE, "the file", "no such link");
	report_number(facts, "mbit-per-lane", (double)config->link_frequency / 500000);
	return FL_OK;
}

static inline uint64_t rig_bytes_shared(const struct camera_device *device)
{
	return device->dma.bytes_shared;
}

static inline enum fl_err rig_attach(struct camera_device *device, struct camera_buffer *buffer)
{
	(void)device;
	(void)buffer;
	return FL_OK;
}

static inline void rig_detach(struct camera_device *device, struct camera_buffer *buffer)
{
	(void)device;
	(void)buffer;
}

static inline enum fl_err rig_prepare(struct camera_device *device,
				      const struct camera_config *config)
{
	device->config = *config;
	camera_counters_clear(device);
	rig.receiver.ring_count = 0;
	return FL_OK;
}

static inline void rig_queue(struct camera_device *device, struct camera_buffer *buffer)
{
	(void)device;
	rig.receiver.ring[rig.receiver.ring_count++] = buffer;
}

static inline enum fl_err rig_start(struct camera_device *device)
{
	rig.receiver.starts++;
	dma_publish(&device->dma);
	device->is_running = !rig.receiver.start;
	rig.receiver.frames = 0;
	rig.receiver.began = host_time_ns();
	return rig.receiver.start;
}

/* No two frames are alike, unless the picture stands still. */
static inline void rig_write_frame(const struct camera_buffer *buffer)
{
	const unsigned seed = rig.receiver.is_frozen ? 7 : rig.receiver.all_frames;
	uint8_t unit[64];

	for (size_t at = 0; at < rig.receiver.written; at += sizeof unit) {
		for (size_t i = 0; i < sizeof unit; i++)
			unit[i] = rig.receiver.solid && rig.registers[0x4303]
					  ? rig.receiver.solid
					  : (uint8_t)(seed * 31 + at / 7 + i * 5);
		for (size_t i = 1; rig.receiver.high && i < sizeof unit; i += 2)
			unit[i] &= rig.receiver.high;
		if (rig.receiver.frames == rig.receiver.odd_frame)
			unit[0] ^= 1;
		assert_true(host_device_write(dma_device_address(buffer->pixels, at), unit,
					      sizeof unit));
	}
}

static inline void rig_end_frame(struct camera_device *device, struct camera_event *event)
{
	struct rig_receiver *r = &rig.receiver;

	device->frames_started++;
	for (unsigned i = 0; i < COUNT(r->errors); i++)
		r->counters[i].value += r->errors[i];
	if (r->only_starts)
		return;
	*event = (struct camera_event){.kind = CAMERA_FRAME,
				       .bytes = r->bytes,
				       .errors = r->frame_errors,
				       .device_timestamp = r->frames * 100000,
				       .since_ns = r->began + r->frames * r->period - 1000,
				       .time_ns = r->began + r->frames * r->period};
	device->frames_ended++;
	if (r->frames == device->config.skip)
		camera_counters_mark(device);
	if (r->frames <= device->config.skip || !r->ring_count)
		return;
	event->buffer = r->ring[0];
	memmove(r->ring, r->ring + 1, --r->ring_count * sizeof r->ring[0]);
	rig_write_frame(event->buffer);
}

static inline enum fl_err rig_poll(struct camera_device *device, struct camera_event *event)
{
	struct rig_receiver *r = &rig.receiver;

	event->kind = CAMERA_NOTHING;
	device->lanes_active = r->moves || r->noise;
	r->counters[2].value = r->noise ? 5 : r->counters[2].value;
	if (r->away_after && r->frames >= r->away_after)
		return FL_ERR_AWAY;
	if (r->away) {
		r->away--;
		return FL_ERR_AWAY;
	}
	if (!r->period || r->starts == r->mute_start || (r->last && r->frames == r->last) ||
	    !(rig.registers[0x0100] & 1) || host_time_ns() < r->began + (r->frames + 1) * r->period)
		return FL_OK;
	r->frames++;
	r->all_frames++;
	dma_publish(&device->dma);
	rig_end_frame(device, event);
	dma_order(&device->dma);
	return FL_OK;
}

static inline enum fl_err rig_stop(struct camera_device *device)
{
	rig.receiver.stops++;
	device->is_running = false;
	dma_order(&device->dma);
	return rig.receiver.stop ? diag_fail(device->host.diag, rig.receiver.stop, "power-cycle",
					     "the DMA does not halt")
				 : FL_OK;
}

static inline enum fl_err rig_close(struct camera_device *device)
{
	rig.receiver.closed++;
	return rig.receiver.close ? diag_fail(device->host.diag, rig.receiver.close, "power-cycle",
					      "the receiver is not as found")
				  : FL_OK;
}

static const struct camera_function rig_functions[] = {
	{0x8086, 0x9d32, "receiver", "A receiver by hand", "firmware has disabled it", true},
};

static const struct camera_ops rig_ops = {
	.name = "Rig",
	.functions = rig_functions,
	.function_count = 1,
	.close = rig_close,
	.link_facts = rig_link_facts,
	.layout = rig_layout,
	.attach = rig_attach,
	.detach = rig_detach,
	.prepare = rig_prepare,
	.queue = rig_queue,
	.start = rig_start,
	.poll = rig_poll,
	.stop = rig_stop,
	.bytes_shared = rig_bytes_shared,
};

static inline void rig_receiver_up(void)
{
	static const struct camera_ops *const generations[] = {&rig_ops, NULL};
	static const struct camera_counter counters[] = {
		{"frames", "frames", "nothing", false, 0, 0, 0},
		{"crc", "checksums do not match", "the cable", true, 5, 0, 0},
		{"header", "headers are broken", "the lanes", true, 2, 0, 0},
		{"corrected", "headers were corrected", "the cable", true, 7, 0, 0},
	};
	struct rig_receiver *r = &rig.receiver;

	memcpy(r->counters, counters, sizeof counters);
	r->device = (struct camera_device){.ops = &rig_ops,
					   .host = {.pci = &rig.session.pci,
						    .cache = &rig.session.cache,
						    .diag = &rig.session.diag},
					   .is_open = true,
					   .counters = r->counters,
					   .counter_count = COUNT(counters)};
	dma_domain_init(&r->device.dma, (struct pci_address){0, 0, 0x14, 3}, 32, &rig.session.cache,
			77, &rig.session.diag);
	r->period = RIG_FRAME;
	r->bytes = RIG_BYTES;
	r->written = RIG_BYTES;
	r->errors[0] = 1;
	rig.session.device = &r->device;
	rig.session.generations = generations;
}

/* ---- the cameras -------------------------------------------------------------------------- */

static inline void rig_describe(struct sensor_desc *desc)
{
	static struct reg_step identify[] = {{REG_EXPECT, 2, RIG_ID, 0x5670, 0xffff, 0, 7}};
	static struct reg_step on[] = {{REG_WRITE, 1, 0x0100, 1, 0xff, 0, 1}};
	static struct reg_step off[] = {{REG_WRITE, 1, 0x0100, 0, 0xff, 0, 2}};
	static struct reg_step pattern_on[] = {{REG_WRITE, 1, 0x4303, 8, 0xff, 0, 3}};
	static struct reg_step pattern_off[] = {{REG_WRITE, 1, 0x4303, 0, 0xff, 0, 4}};
	static struct sensor_pattern patterns[] = {
		{.look = {.name = "bars", .kind = PATTERN_BARS, .high = 1023, .bayer = BAYER_GRBG},
		 .on = {pattern_on, 1},
		 .off = {pattern_off, 1}}};
	static struct reg_step registers[100];
	static struct sensor_mode modes[] = {{.name = "100x64",
					      .width = RIG_WIDTH,
					      .height = RIG_HEIGHT,
					      .max_height = RIG_HEIGHT,
					      .link_frequency = 400000000,
					      .frame_us = 10000,
					      .registers = {registers, COUNT(registers)}}};

	for (unsigned i = 0; i < COUNT(registers); i++)
		registers[i] = (struct reg_step){
			REG_WRITE, 1, (uint16_t)(0x3800 + i), i + 1, 0xff, 0, 20 + i};
	*desc = (struct sensor_desc){.name = "chip",
				     .file = "firstlight/sensors/chip.ini",
				     .address = RIG_CHIP,
				     .register_bytes = 2,
				     .value_bytes = 1,
				     .clock_frequency = 19200000,
				     .clock_line = 12,
				     .data_lanes = 2,
				     .bayer = BAYER_GRBG,
				     .bits = 10,
				     .black_level = 64,
				     .frames_to_skip = RIG_SKIP,
				     .decisive = {{0x3808, 0x380f}},
				     .decisive_count = 1,
				     .identify = {identify, 1},
				     .stream_on = {on, 1},
				     .stream_off = {off, 1},
				     .modes = modes,
				     .mode_count = 1,
				     .patterns = patterns,
				     .pattern_count = 1};
}

static inline void rig_add_camera(unsigned index)
{
	struct session *session = &rig.session;
	struct session_camera *camera = &session->cameras[index];
	struct board_camera *board = &rig.cameras[index];

	*board = (struct board_camera){.bus = 0,
				       .address = RIG_CHIP,
				       .port = (uint8_t)index,
				       .data_lanes = 2,
				       .rotation = 180,
				       .orientation = "back",
				       .power = 0xff};
	snprintf(board->name, sizeof board->name, index ? "rear" : "front");
	snprintf(board->sensor, sizeof board->sensor, "chip");
	camera->board = board;
	rig_describe(&camera->desc);
	camera->has_desc = true;
	camera->mode = &camera->desc.modes[0];
	camera->pattern = &camera->desc.patterns[0];
	camera->is_selected = true;
	session->camera_count++;
	assert_int_equal(session_camera_power(session, camera), FL_OK);
}

static inline void rig_up(void)
{
	struct session *session = &rig.session;

	host_reset(1);
	memset(&rig, 0, sizeof rig);
	host_disk_speed(0);
	plan_defaults(&session->plan);
	report_init(&session->report, "test", "");
	assert_int_equal(cache_init(&session->cache, &session->diag), FL_OK);
	rig.bus = (struct i2c_bus){"I2C2", &session->diag, rig_transfer};
	rig.buses[0] = &rig.bus;
	rig.board_buses[0] = (struct board_bus){.name = "I2C2", .speed = 400000};
	rig.board_buses[1] = (struct board_bus){.name = "I2C4", .speed = 400000};
	snprintf(rig.controllers[1].why.message, sizeof rig.controllers[1].why.message,
		 "I2C4 is not there");
	session->board.buses = rig.board_buses;
	session->board.bus_count = 2;
	session->board.cameras = rig.cameras;
	session->board.camera_count = 2;
	snprintf(session->board.file, sizeof session->board.file, "firstlight/boards/rig.ini");
	session->buses = rig.buses;
	session->controllers = rig.controllers;
	session->has_power = true; /* no domain: powered by firmware */
	session->has_board = false;
	rig.registers[RIG_ID] = 0x56;
	rig.registers[RIG_ID + 1] = 0x70;
	rig.motor = 0x8000;
	rig.chip = RIG_CHIP;
	for (unsigned i = 0; i < sizeof rig.eeprom; i++)
		rig.eeprom[i] = (uint8_t)(i * 37 + 1);
	rig_receiver_up();
	for (unsigned i = 0; i < 2; i++)
		rig_add_camera(i);
}

/* Another mode than the one that it was powered with. */
static inline void rig_set_mode(unsigned index, const struct sensor_mode *mode)
{
	struct session_camera *camera = &rig.session.cameras[index];

	camera->mode = camera->stream.mode = mode;
	camera->stream.config = session_config(camera);
}

/* A test that leaves maintenance out on purpose looks at no findings. */
static inline void rig_down_with_findings(void)
{
	struct session *session = &rig.session;

	for (unsigned i = 0; i < session->camera_count; i++) {
		session_camera_unpower(session, &session->cameras[i]);
		picture_free(&session->cameras[i].preview);
	}
	report_free(&session->report);
	text_buffer_free(&session->log);
	text_buffer_free(&session->passed_over);
	assert_int_equal(host_leaks(), 0);
}

static inline void rig_down(void)
{
	rig_down_with_findings();
	host_print_findings();
	assert_int_equal(host_finding_count(), 0);
}

/* ---- one check ---------------------------------------------------------------------------- */

/* As the ladder does it, for camera `index`; rig.check is its entry. */
static inline enum verdict rig_check(check_fn fn, unsigned index)
{
	struct session *session = &rig.session;
	struct session_camera *camera = &session->cameras[index];
	struct check_run run = {.session = session,
				.camera = camera,
				.device = session->device,
				.diag = &session->diag};
	enum verdict verdict;

	if (camera->frame_count && camera->frames[0].buffer) {
		run.frame = camera->frames[0].buffer->base.pixels;
		run.frame_bytes = camera->stream.queue->layout.frame_bytes;
	}
	diag_clear(&session->diag);
	run.facts = report_begin(&session->report, "test", rig.cameras[index].name);
	verdict = fn(&run);
	report_end(run.facts, verdict, 1, &session->diag);
	rig.check = run.facts;
	return verdict;
}

/* Blocks of memory that the newest check's entry has. */
static inline unsigned rig_blocks(void)
{
	return (rig.check->facts != NULL) + (rig.check->accesses != NULL);
}

static inline const struct report_fact *rig_fact(const char *key)
{
	for (size_t i = 0; i < rig.check->fact_count; i++)
		if (!strcmp(rig.check->facts[i].key, key))
			return &rig.check->facts[i];
	return NULL;
}

static inline void rig_has_no(const char *key)
{
	if (rig_fact(key))
		fail_msg("there is a fact '%s'", key);
}

static inline void rig_number(const char *key, double want)
{
	const struct report_fact *fact = rig_fact(key);

	if (!fact || !fact->is_number || fabs(fact->number - want) > 1e-9 * fabs(want))
		fail_msg("%s is %.12g, want %.12g", key, fact ? fact->number : -0.0, want);
}

static inline void rig_near(const char *key, double want, double tolerance)
{
	const struct report_fact *fact = rig_fact(key);

	if (!fact || !fact->is_number || fabs(fact->number - want) > tolerance)
		fail_msg("%s is %.12g, want about %.12g", key, fact ? fact->number : -0.0, want);
}

static inline void rig_text(const char *key, const char *want)
{
	const struct report_fact *fact = rig_fact(key);

	if (!fact || strcmp(fact->text, want))
		fail_msg("%s is '%s', want '%s'", key, fact ? fact->text : "(not there)", want);
}

static inline void rig_says(const char *words)
{
	if (!strstr(rig.check->message, words))
		fail_msg("the message is '%s', want '%s'", rig.check->message, words);
}

static inline void rig_hints(const char *words)
{
	if (!strstr(rig.check->hint, words))
		fail_msg("the hint is '%s', want '%s'", rig.check->hint, words);
}

#endif
