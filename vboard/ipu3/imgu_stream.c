/*
 * imgu_stream.c: what SP0's firmware does while a stream runs (imgu.md 6, 8.4): takes events and
 * parameter sets from the host's queues, gives frames to the ISP, hands buffers back with events,
 * and raises software interrupt pin 0.
 */
#include "vboard/ipu3/imgu.h"

#include <string.h>

/* Offsets in the 1224 bytes at host_sp_queue (6.1). */
#define QUEUE_BYTES         1224u
#define TO_SP_INFO(t, q)    (4u * (8 * (t) + (q)))
#define TO_SP_WORDS(t, q)   (128u + 12 * (8 * (t) + (q)))
#define TO_HOST_INFO(q)     (512u + 4 * (q))
#define TO_HOST_WORDS(q)    (544u + 32 * (q))
#define EVENT_TO_SP_INFO    800u
#define EVENT_TO_SP_WORDS   804u
#define EVENT_TO_HOST_INFO  1124u
#define EVENT_TO_HOST_WORDS 1128u

/* Queue ids. */
enum { QUEUE_PARAMETERS, QUEUE_INPUT = 2, QUEUE_OUTPUT, QUEUE_VIEWFINDER, QUEUE_STATISTICS };

/* Host to SP, bits 31:24 (6.3). */
enum { HOST_START_STREAM = 3, HOST_STOP_STREAM = 4 };

/* SP to host (6.4). */
enum {
	EVENT_OUTPUT_DONE = 0,
	EVENT_VIEWFINDER_DONE = 2,
	EVENT_STATISTICS_DONE = 4,
	EVENT_PIPELINE_DONE = 6,
	EVENT_INPUT_DONE = 8,
};

#define FRAME_EVENTS 5u

/* ---- Rings in the data memory of SP0 ---- */

struct ring {
	uint8_t *info; /* size, step, start, end */
	uint8_t *words;
	unsigned capacity;
};

static struct ring ring_at(struct imgu *imgu, uint32_t info, uint32_t words, unsigned capacity)
{
	uint32_t base = imgu->program[IMGU_SP0].words[IMGU_SP_HOST_SP_QUEUE];
	uint8_t *queues = imgu_dmem_at(imgu, IMGU_SP0, base, QUEUE_BYTES);
	struct ring ring = {queues ? queues + info : NULL, queues ? queues + words : NULL,
			    capacity};

	return ring;
}

static struct ring ring_to_sp(struct imgu *imgu, unsigned thread, unsigned queue)
{
	return ring_at(imgu, TO_SP_INFO(thread, queue), TO_SP_WORDS(thread, queue), 3);
}

static struct ring ring_to_host(struct imgu *imgu, unsigned queue)
{
	return ring_at(imgu, TO_HOST_INFO(queue), TO_HOST_WORDS(queue), 8);
}

static struct ring ring_events_to_host(struct imgu *imgu)
{
	return ring_at(imgu, EVENT_TO_HOST_INFO, EVENT_TO_HOST_WORDS, 24);
}

/* The host may not write size and step, nor indices beyond the ring. */
static bool ring_ok(struct imgu *imgu, const struct ring *ring)
{
	if (!ring->info)
		return false;
	if (ring->info[0] == ring->capacity && ring->info[2] < ring->capacity &&
	    ring->info[3] < ring->capacity)
		return true;
	model_violation(&imgu->model, "queue of %u words was overwritten: size %u start %u end %u",
			ring->capacity, ring->info[0], ring->info[2], ring->info[3]);
	return false;
}

static unsigned ring_count(struct imgu *imgu, const struct ring *ring)
{
	if (!ring_ok(imgu, ring))
		return 0;
	return (ring->info[3] + ring->capacity - ring->info[2]) % ring->capacity;
}

static bool ring_has_room(struct imgu *imgu, const struct ring *ring, unsigned count)
{
	return ring_ok(imgu, ring) && ring_count(imgu, ring) + count < ring->capacity;
}

static bool ring_pop(struct imgu *imgu, struct ring ring, uint32_t *word)
{
	if (!ring_count(imgu, &ring))
		return false;
	memcpy(word, ring.words + 4 * ring.info[2], 4);
	ring.info[2] = (uint8_t)((ring.info[2] + 1) % ring.capacity);
	return true;
}

static void ring_push(struct imgu *imgu, struct ring ring, uint32_t word)
{
	if (!ring_has_room(imgu, &ring, 1))
		return;
	memcpy(ring.words + 4 * ring.info[3], &word, 4);
	ring.info[3] = (uint8_t)((ring.info[3] + 1) % ring.capacity);
}

static void ring_init(struct ring ring)
{
	if (!ring.info)
		return;
	ring.info[0] = (uint8_t)ring.capacity;
	ring.info[1] = 4;
	ring.info[2] = ring.info[3] = 0;
}

void imgu_stream_init_queues(struct imgu *imgu)
{
	for (unsigned queue = 0; queue < 8; queue++) {
		for (unsigned thread = 0; thread < IMGU_THREADS; thread++)
			ring_init(ring_to_sp(imgu, thread, queue));
		ring_init(ring_to_host(imgu, queue));
	}
	ring_init(ring_at(imgu, EVENT_TO_SP_INFO, EVENT_TO_SP_WORDS, 80));
	ring_init(ring_events_to_host(imgu));
}

/* ---- From the host ---- */

void imgu_stream_reset(struct imgu *imgu)
{
	memset(&imgu->stream, 0, sizeof(imgu->stream));
}

/* The host moved `end` of its event queue. */
bool imgu_stream_is_doorbell(struct imgu *imgu, uint32_t offset)
{
	return offset ==
	       imgu->program[IMGU_SP0].words[IMGU_SP_HOST_SP_QUEUE] + EVENT_TO_SP_INFO + 3;
}

bool imgu_stream_active(const struct imgu *imgu)
{
	for (unsigned i = 0; i < IMGU_THREADS; i++) {
		if (imgu->stream.pipes[i].streaming)
			return true;
	}
	return false;
}

static void stream_take_event(struct imgu *imgu, uint32_t event)
{
	unsigned thread = event >> 16 & 0xFF;

	model_trace(&imgu->model, "SP0 takes event 0x%08x", event);
	if (event >> 24 == HOST_START_STREAM && thread < IMGU_THREADS)
		imgu->stream.pipes[thread].streaming = true;
	if (event >> 24 == HOST_STOP_STREAM) {
		for (unsigned i = 0; i < IMGU_THREADS; i++)
			imgu->stream.pipes[i].streaming = false;
	}
}

/* A new set replaces the current one, which goes back to the host, without an event. */
static void stream_take_parameters(struct imgu *imgu, unsigned thread)
{
	struct imgu_pipe *pipe = &imgu->stream.pipes[thread];
	uint32_t word;

	while (ring_pop(imgu, ring_to_sp(imgu, thread, QUEUE_PARAMETERS), &word)) {
		if (pipe->has_parameters)
			ring_push(imgu, ring_to_host(imgu, QUEUE_PARAMETERS), pipe->parameters);
		pipe->parameters = word;
		pipe->has_parameters = true;
	}
}

static bool stream_has(struct imgu *imgu, unsigned thread, unsigned queue)
{
	struct ring ring = ring_to_sp(imgu, thread, queue);

	return ring_count(imgu, &ring);
}

/* Takes one buffer of each kind when a whole set is there. */
static bool stream_take_frame(struct imgu *imgu, unsigned thread)
{
	const struct imgu_pipe *pipe = &imgu->stream.pipes[thread];
	struct imgu_frame frame = {
		.active = true, .thread = thread, .parameters = pipe->parameters};
	uint32_t pipe_id;

	if (!pipe->streaming || !pipe->has_parameters || !stream_has(imgu, thread, QUEUE_INPUT) ||
	    !stream_has(imgu, thread, QUEUE_OUTPUT))
		return false;
	if (!imgu_picture_stage(imgu, thread, &pipe_id, &frame.has_viewfinder))
		return false;
	if (frame.has_viewfinder && !stream_has(imgu, thread, QUEUE_VIEWFINDER))
		return false;
	ring_pop(imgu, ring_to_sp(imgu, thread, QUEUE_INPUT), &frame.input);
	ring_pop(imgu, ring_to_sp(imgu, thread, QUEUE_OUTPUT), &frame.output);
	if (frame.has_viewfinder)
		ring_pop(imgu, ring_to_sp(imgu, thread, QUEUE_VIEWFINDER), &frame.viewfinder);
	frame.has_statistics =
		ring_pop(imgu, ring_to_sp(imgu, thread, QUEUE_STATISTICS), &frame.statistics);
	imgu->stream.frame = frame;
	return true;
}

void imgu_stream_serve(struct imgu *imgu)
{
	struct imgu_stream *stream = &imgu->stream;
	uint32_t event;

	while (ring_pop(imgu, ring_at(imgu, EVENT_TO_SP_INFO, EVENT_TO_SP_WORDS, 80), &event))
		stream_take_event(imgu, event);
	for (unsigned i = 0; i < IMGU_THREADS; i++)
		stream_take_parameters(imgu, i);
	for (unsigned i = 1; i <= IMGU_THREADS && !stream->frame.active; i++) {
		unsigned thread = (stream->last_thread + i) % IMGU_THREADS;

		if (stream_take_frame(imgu, thread)) {
			stream->last_thread = thread;
			imgu_firmware_start_frame(imgu, 4000, 12000);
		}
	}
}

/* ---- To the host ---- */

static bool stream_can_deliver(struct imgu *imgu)
{
	struct ring events = ring_events_to_host(imgu);

	for (unsigned queue = QUEUE_INPUT; queue <= QUEUE_STATISTICS; queue++) {
		struct ring ring = ring_to_host(imgu, queue);

		if (!ring_has_room(imgu, &ring, 1))
			return false;
	}
	return ring_has_room(imgu, &events, FRAME_EVENTS);
}

/* The buffer's word must be there before its event. */
static void stream_return(struct imgu *imgu, unsigned queue, uint32_t word, uint32_t event)
{
	ring_push(imgu, ring_to_host(imgu, queue), word);
	ring_push(imgu, ring_events_to_host(imgu), event);
}

static void stream_deliver(struct imgu *imgu, const struct imgu_frame *frame, uint32_t pipe_id)
{
	uint32_t event = frame->thread << 8 | pipe_id << 16;
	uint32_t output = imgu->program[IMGU_SP0].words[IMGU_SP_OUTPUT];

	stream_return(imgu, QUEUE_INPUT, frame->input, event | EVENT_INPUT_DONE);
	stream_return(imgu, QUEUE_OUTPUT, frame->output, event | EVENT_OUTPUT_DONE);
	if (frame->has_viewfinder)
		stream_return(imgu, QUEUE_VIEWFINDER, frame->viewfinder,
			      event | EVENT_VIEWFINDER_DONE);
	if (frame->has_statistics)
		stream_return(imgu, QUEUE_STATISTICS, frame->statistics,
			      event | EVENT_STATISTICS_DONE);
	ring_push(imgu, ring_events_to_host(imgu), event | EVENT_PIPELINE_DONE);
	imgu_dmem_put(imgu, IMGU_SP0, output, imgu_dmem_get(imgu, IMGU_SP0, output) + 1);
	imgu_raise_pin(imgu, 0);
}

void imgu_stream_frame(struct imgu *imgu)
{
	struct imgu_frame frame = imgu->stream.frame;
	uint32_t pipe_id = 0;
	bool viewfinder;

	if (!stream_can_deliver(imgu)) {
		imgu_firmware_retry_frame(imgu);
		return;
	}
	imgu_picture_render(imgu, &frame);
	imgu_picture_stage(imgu, frame.thread, &pipe_id, &viewfinder);
	imgu->stream.frame.active = false;
	imgu_core_set_running(imgu, IMGU_ISP, false);
	stream_deliver(imgu, &frame, pipe_id);
	imgu_firmware_wake(imgu, 5, 200);
}
