/* video.c: see video.h. */
#include "camera/stream/queue.h"

#include "core/deadline.h"
#include "core/mem.h"
#include "core/text.h"
#include "firstlight/platform.h"

#define POLL_US       200u
#define POLLS_PER_KEY 100u /* asking the firmware for a key costs more than a look at the device */

/* ---- request, release -------------------------------------------------------------------- */

static enum fl_err add_buffer(struct video_queue *queue, unsigned index, size_t bytes)
{
	struct receiver *receiver = queue->receiver;
	struct video_buffer *buffer = &queue->buffers[index];
	enum fl_err err;

	*buffer = (struct video_buffer){.index = index};
	text_format(buffer->name, sizeof buffer->name, "frame %u", index);
	/* Whole pages: whether a receiver stops at a byte of the last one is not known (evidence.md 1.4). */
	bytes = (bytes + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
	err = dma_create(&receiver->dma, buffer->name, bytes, DMA_FROM_DEVICE, &buffer->pixels);
	if (err)
		return err;
	err = receiver->ops->attach(receiver, buffer);
	if (err) {
		dma_destroy(&buffer->pixels);
		return err;
	}
	queue->count++;
	return FL_OK;
}

enum fl_err video_request(struct video_queue *queue, struct receiver *receiver,
			  const struct receiver_config *config, unsigned count)
{
	enum fl_err err = FL_OK;

	*queue = (struct video_queue){
		.receiver = receiver, .config = *config, .diag = receiver->diag};
	if (!count || count > VIDEO_BUFFERS_MAX)
		return diag_fail(queue->diag, FL_ERR_INVALID, NULL,
				 "%u buffers requested, 1 to %u are possible", count,
				 VIDEO_BUFFERS_MAX);
	queue->format = receiver->ops->format;
	queue->stride = format_stride(queue->format, config->width);
	queue->frame_bytes = format_frame_bytes(queue->format, config->width, config->height);
	for (unsigned i = 0; !err && i < count; i++)
		err = add_buffer(queue, i,
				 queue->stride * (config->max_height +
						  VIDEO_SPARE_LINES(config->max_height)));
	if (err)
		video_release(queue);
	return err;
}

enum fl_err video_release(struct video_queue *queue)
{
	enum fl_err err = FL_OK;

	while (queue->count) {
		struct video_buffer *buffer = &queue->buffers[--queue->count];
		enum fl_err step;

		/* A dead receiver may write at any time: what it knows stays where it is. */
		if (queue->receiver->is_dead)
			continue;
		queue->receiver->ops->detach(queue->receiver, buffer);
		step = dma_destroy(&buffer->pixels);
		if (!err)
			err = step;
	}
	return err;
}

/* ---- queue and dequeue ------------------------------------------------------------------- */

static void poison(struct dma_buffer *pixels, uint64_t word)
{
	for (size_t page = 0; page < pixels->pages; page++) {
		uint64_t *words = (uint64_t *)(void *)pixels->page_cpu[page];

		for (unsigned i = 0; i < PAGE_SIZE / sizeof *words; i++)
			words[i] = word;
	}
}

unsigned video_untouched(const struct video_queue *queue, const struct video_buffer *buffer,
			 unsigned lines)
{
	size_t end = queue->stride * lines;
	unsigned untouched = 0;

	for (size_t offset = 0; offset < end; offset += queue->format->unit_bytes)
		untouched += format_is_untouched(queue->format, dma_cpu(buffer->pixels, offset),
						 buffer->poison);
	return untouched;
}

enum fl_err video_enqueue(struct video_queue *queue, unsigned index)
{
	struct video_buffer *buffer = &queue->buffers[index];
	enum fl_err err;

	if (index >= queue->count || buffer->state != VIDEO_DEQUEUED)
		return diag_fail(queue->diag, FL_ERR_STATE, "a driver error",
				 "buffer %u is not the CPU's to queue", index);
	buffer->poison = format_poison(++queue->enqueued);
	poison(buffer->pixels, buffer->poison);
	err = dma_sync_for_device(buffer->pixels);
	if (err)
		return err;
	queue->receiver->ops->queue(queue->receiver, buffer);
	buffer->state = VIDEO_QUEUED;
	return FL_OK;
}

enum fl_err video_stream_on(struct video_queue *queue)
{
	enum fl_err err = queue->receiver->ops->start(queue->receiver);

	queue->sequence = queue->unbroken = 0;
	queue->lost = queue->untrusted = 0;
	queue->time_count = 0;
	queue->is_streaming = !err;
	return err;
}

static void note_time(struct video_queue *queue, const struct receiver_event *event)
{
	if (queue->unbroken < queue->receiver->config.skip || queue->time_count == VIDEO_TIMES)
		return;
	queue->times[queue->time_count++] =
		(struct video_time){.since_ns = event->since_ns,
				    .seen_ns = event->time_ns,
				    .device_timestamp = event->device_timestamp};
}

/* A frame that cannot be trusted: the buffer goes round again, with new poison. */
static enum fl_err give_back(struct video_queue *queue, struct video_buffer *buffer)
{
	enum fl_err err = dma_sync_for_cpu(buffer->pixels);

	queue->untrusted++;
	buffer->state = VIDEO_DEQUEUED;
	return err ? err : video_enqueue(queue, buffer->index);
}

/* Takes one look at the receiver; a frame that ended goes to the done list, still the device's: the
 * cache work waits until it is fetched, so that the next frame's end is seen in time. */
static enum fl_err look(struct video_queue *queue)
{
	struct receiver_event event;
	enum fl_err err = queue->receiver->ops->poll(queue->receiver, &event);
	struct video_buffer *buffer;

	if (err || event.kind != RECEIVER_FRAME)
		return err;
	buffer = event.buffer;
	note_time(queue, &event);
	if (!buffer)
		queue->lost += queue->unbroken >= queue->receiver->config.skip;
	queue->unbroken++;
	queue->sequence++;
	if (!buffer)
		return FL_OK;
	if (event.is_torn)
		return give_back(queue, buffer);
	buffer->sequence = queue->sequence - 1;
	buffer->bytes = event.bytes;
	buffer->errors = event.errors;
	buffer->device_timestamp = event.device_timestamp;
	buffer->time_ns = event.time_ns;
	buffer->state = VIDEO_DONE;
	queue->done[(queue->done_first + queue->done_count++) % VIDEO_BUFFERS_MAX] = buffer;
	return FL_OK;
}

void video_look(struct video_queue *queue)
{
	uint32_t sequence;

	do
		sequence = queue->sequence;
	while (queue->is_streaming && look(queue) == FL_OK && queue->sequence != sequence);
}

/* What a wait is for: true when it is over. */
typedef bool (*reached_fn)(const struct video_queue *queue, uint32_t count);

static bool has_started(const struct video_queue *queue, uint32_t count)
{
	return queue->receiver->frames_started >= count;
}

static bool has_done(const struct video_queue *queue, uint32_t count)
{
	return queue->done_count >= count;
}

static bool has_times(const struct video_queue *queue, uint32_t count)
{
	return queue->time_count >= count;
}

/* Looks until `reached`. The deadline moves on with every frame that ends. Frames that have ended are taken without a pause: we may have been away. */
static enum fl_err wait_until(struct video_queue *queue, reached_fn reached, uint32_t count,
			      uint32_t timeout_us)
{
	struct deadline deadline = deadline_in_us(timeout_us);

	for (unsigned polls = 1; !reached(queue, count); polls++) {
		uint32_t sequence = queue->sequence;
		enum fl_err err;

		if (!queue->is_streaming)
			return FL_ERR_TIMEOUT;
		err = look(queue);
		if (err)
			return err;
		if (polls % POLLS_PER_KEY == 0 && platform_console_key() == PLATFORM_KEY_ESC)
			return FL_ERR_CANCELLED;
		if (queue->sequence != sequence)
			deadline = deadline_in_us(timeout_us);
		else if (!reached(queue, count) && !deadline_again(&deadline, POLL_US))
			return FL_ERR_TIMEOUT; /* the check says what it waited for */
	}
	return FL_OK;
}

enum fl_err video_wait_starts(struct video_queue *queue, uint32_t count, uint32_t timeout_us)
{
	return wait_until(queue, has_started, count, timeout_us);
}

enum fl_err video_wait_done(struct video_queue *queue, uint32_t count, uint32_t timeout_us)
{
	return wait_until(queue, has_done, count, timeout_us);
}

enum fl_err video_wait_times(struct video_queue *queue, uint32_t count, uint32_t timeout_us)
{
	return wait_until(queue, has_times, count, timeout_us);
}

enum fl_err video_dequeue(struct video_queue *queue, uint32_t timeout_us, struct video_buffer **out)
{
	enum fl_err err = wait_until(queue, has_done, 1, timeout_us);

	if (err)
		return err;
	*out = queue->done[queue->done_first];
	queue->done_first = (queue->done_first + 1) % VIDEO_BUFFERS_MAX;
	queue->done_count--;
	(*out)->state = VIDEO_DEQUEUED;
	return dma_sync_for_cpu((*out)->pixels);
}

enum fl_err video_stream_off(struct video_queue *queue)
{
	enum fl_err err;

	if (!queue->is_streaming)
		return FL_OK;
	err = queue->receiver->ops->stop(queue->receiver);
	queue->is_streaming = false;
	if (queue->receiver->is_dead)
		return err;
	for (unsigned i = 0; i < queue->count; i++) {
		struct video_buffer *buffer = &queue->buffers[i];
		enum fl_err step;

		if (buffer->state != VIDEO_QUEUED)
			continue; /* finished frames are synchronised when they are fetched */
		step = dma_reclaim(buffer->pixels);
		buffer->state = VIDEO_DEQUEUED;
		if (!err)
			err = step;
	}
	dma_publish(&queue->receiver->dma);
	return err;
}

enum fl_err video_rewind(struct video_queue *queue)
{
	bool reclaimed = false;

	if (queue->is_streaming)
		return diag_fail(queue->diag, FL_ERR_STATE, "a driver error",
				 "rewind of a running stream");
	queue->done_count = 0;
	for (unsigned i = 0; i < queue->count; i++) {
		bool is_free = queue->buffers[i].state == VIDEO_DEQUEUED;

		if (!is_free) /* a start that failed, a frame nobody fetched */
			dma_reclaim(queue->buffers[i].pixels);
		queue->buffers[i].state = VIDEO_DEQUEUED;
		reclaimed |= !is_free;
	}
	if (reclaimed)
		dma_publish(&queue->receiver->dma);
	return queue->receiver->ops->prepare(queue->receiver, &queue->config);
}

enum fl_err video_restart(struct video_queue *queue)
{
	unsigned queued[VIDEO_BUFFERS_MAX], count = 0;
	enum fl_err err;

	for (unsigned i = 0; i < queue->count; i++)
		if (queue->buffers[i].state == VIDEO_QUEUED)
			queued[count++] = i;
	err = video_stream_off(queue);
	if (!err)
		err = queue->receiver->ops->prepare(queue->receiver, &queue->config);
	for (unsigned i = 0; !err && i < count; i++)
		err = video_enqueue(queue, queued[i]);
	if (!err)
		err = queue->receiver->ops->start(queue->receiver);
	queue->unbroken = 0;
	queue->time_count = 0;
	queue->is_streaming = !err;
	return err;
}
