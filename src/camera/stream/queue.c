/* queue.c: see queue.h. */
#include "camera/stream/queue.h"

#include "core/deadline.h"
#include "core/mem.h"
#include "core/text.h"
#include "firstlight/platform.h"

#define POLL_US       200u
#define POLLS_PER_KEY 100u /* asking the firmware for a key costs more than a look at the device */

/* ---- request, release -------------------------------------------------------------------- */

static enum fl_err add_buffer(struct frame_queue *queue, unsigned index)
{
	struct camera_device *device = queue->device;
	struct frame_buffer *buffer = &queue->buffers[index];
	enum fl_err err;

	*buffer = (struct frame_buffer){.index = index};
	text_format(buffer->base.name, sizeof buffer->base.name, "frame %u", index);
	err = dma_create(&device->dma, buffer->base.name, queue->layout.buffer_bytes,
			 DMA_FROM_DEVICE, &buffer->base.pixels);
	if (err)
		return err;
	err = device->ops->attach(device, &buffer->base);
	if (err) {
		dma_destroy(&buffer->base.pixels);
		return err;
	}
	queue->count++;
	return FL_OK;
}

enum fl_err queue_request(struct frame_queue *queue, struct camera_device *device,
			  const struct camera_config *config, unsigned count)
{
	enum fl_err err = FL_OK;

	*queue = (struct frame_queue){
		.device = device, .config = *config, .diag = device->host.diag};
	if (!count || count > QUEUE_BUFFERS_MAX)
		return diag_fail(queue->diag, FL_ERR_INVALID, NULL,
				 "%u buffers requested, 1 to %u are possible", count,
				 QUEUE_BUFFERS_MAX);
	device->ops->layout(config, &queue->layout);
	for (unsigned i = 0; !err && i < count; i++)
		err = add_buffer(queue, i);
	if (err)
		queue_release(queue);
	return err;
}

enum fl_err queue_release(struct frame_queue *queue)
{
	enum fl_err err = FL_OK;

	while (queue->count) {
		struct frame_buffer *buffer = &queue->buffers[--queue->count];
		enum fl_err step;

		/* A dead device may write at any time: what it knows stays where it is. */
		if (queue->device->is_dead)
			continue;
		queue->device->ops->detach(queue->device, &buffer->base);
		step = dma_destroy(&buffer->base.pixels);
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

static bool is_untouched(const struct frame_queue *queue, const struct frame_buffer *buffer,
			 size_t offset)
{
	return format_is_untouched(queue->layout.format, dma_cpu(buffer->base.pixels, offset),
				   buffer->poison);
}

unsigned queue_untouched(const struct frame_queue *queue, const struct frame_buffer *buffer,
			 unsigned lines)
{
	size_t end = queue->layout.stride * lines;
	unsigned untouched = 0;

	for (size_t offset = 0; offset < end; offset += queue->layout.format->unit_bytes)
		untouched += is_untouched(queue, buffer, offset);
	return untouched;
}

enum fl_err queue_enqueue(struct frame_queue *queue, unsigned index)
{
	struct frame_buffer *buffer = &queue->buffers[index];
	enum fl_err err;

	if (index >= queue->count || buffer->state != FRAME_DEQUEUED)
		return diag_fail(queue->diag, FL_ERR_STATE, "a driver error",
				 "buffer %u is not the CPU's to queue", index);
	buffer->poison = format_poison(++queue->enqueued);
	poison(buffer->base.pixels, buffer->poison);
	err = dma_sync_for_device(buffer->base.pixels);
	if (err)
		return err;
	queue->device->ops->queue(queue->device, &buffer->base);
	buffer->state = FRAME_QUEUED;
	return FL_OK;
}

enum fl_err queue_stream_on(struct frame_queue *queue)
{
	enum fl_err err = queue->device->ops->start(queue->device);

	queue->sequence = queue->unbroken = 0;
	queue->lost = queue->untrusted = 0;
	queue->time_count = 0;
	queue->is_streaming = !err;
	return err;
}

static void note_time(struct frame_queue *queue, const struct camera_event *event)
{
	if (queue->unbroken < queue->device->config.skip || queue->time_count == QUEUE_TIMES)
		return;
	queue->times[queue->time_count++] =
		(struct frame_time){.since_ns = event->since_ns,
				    .seen_ns = event->time_ns,
				    .device_timestamp = event->device_timestamp};
}

/* A frame that cannot be trusted: the buffer goes round again, with new poison. */
static enum fl_err give_back(struct frame_queue *queue, struct frame_buffer *buffer)
{
	enum fl_err err = dma_sync_for_cpu(buffer->base.pixels);

	queue->untrusted++;
	buffer->state = FRAME_DEQUEUED;
	return err ? err : queue_enqueue(queue, buffer->index);
}

/* Takes one look at the device; a frame that ended goes to the done list, still the device's: the
 * cache work waits until it is fetched, so that the next frame's end is seen in time. */
static enum fl_err look(struct frame_queue *queue)
{
	struct camera_event event;
	enum fl_err err = queue->device->ops->poll(queue->device, &event);
	struct frame_buffer *buffer;

	if (err || event.kind != CAMERA_FRAME)
		return err;
	buffer = (struct frame_buffer *)event.buffer;
	note_time(queue, &event);
	if (!buffer)
		queue->lost += queue->unbroken >= queue->device->config.skip;
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
	buffer->state = FRAME_DONE;
	queue->done[(queue->done_first + queue->done_count++) % QUEUE_BUFFERS_MAX] = buffer;
	return FL_OK;
}

void queue_look(struct frame_queue *queue)
{
	uint32_t sequence;

	do
		sequence = queue->sequence;
	while (queue->is_streaming && look(queue) == FL_OK && queue->sequence != sequence);
}

/* What a wait is for: true when it is over. */
typedef bool (*reached_fn)(const struct frame_queue *queue, uint32_t count);

static bool has_started(const struct frame_queue *queue, uint32_t count)
{
	return queue->device->frames_started >= count;
}

static bool has_done(const struct frame_queue *queue, uint32_t count)
{
	return queue->done_count >= count;
}

static bool has_times(const struct frame_queue *queue, uint32_t count)
{
	return queue->time_count >= count;
}

/* Looks until `reached`. The deadline moves on with every frame that ends, and is believed only after a look
 * that began behind it. Frames that have ended are taken without a pause: we may have been away. */
static enum fl_err wait_until(struct frame_queue *queue, reached_fn reached, uint32_t count,
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

enum fl_err queue_wait_starts(struct frame_queue *queue, uint32_t count, uint32_t timeout_us)
{
	return wait_until(queue, has_started, count, timeout_us);
}

enum fl_err queue_wait_done(struct frame_queue *queue, uint32_t count, uint32_t timeout_us)
{
	return wait_until(queue, has_done, count, timeout_us);
}

enum fl_err queue_wait_times(struct frame_queue *queue, uint32_t count, uint32_t timeout_us)
{
	return wait_until(queue, has_times, count, timeout_us);
}

/* Where the poison begins that nothing stands behind any more; at most a frame: a device that does not tell how much
 * it wrote stops at the last line, or a line later (struct camera_layout has room for that). */
static uint32_t written(const struct frame_queue *queue, const struct frame_buffer *buffer)
{
	const size_t unit = queue->layout.format->unit_bytes;
	size_t end = queue->layout.frame_bytes;

	while (end >= unit && is_untouched(queue, buffer, end - unit))
		end -= unit;
	return (uint32_t)end;
}

enum fl_err queue_dequeue(struct frame_queue *queue, uint32_t timeout_us, struct frame_buffer **out)
{
	enum fl_err err = wait_until(queue, has_done, 1, timeout_us);

	if (err)
		return err;
	*out = queue->done[queue->done_first];
	queue->done_first = (queue->done_first + 1) % QUEUE_BUFFERS_MAX;
	queue->done_count--;
	(*out)->state = FRAME_DEQUEUED;
	err = dma_sync_for_cpu((*out)->base.pixels);
	if (!err && (*out)->bytes == CAMERA_BYTES_UNKNOWN)
		(*out)->bytes = written(queue, *out);
	return err;
}

enum fl_err queue_stream_off(struct frame_queue *queue)
{
	enum fl_err err;

	if (!queue->is_streaming)
		return FL_OK;
	err = queue->device->ops->stop(queue->device);
	queue->is_streaming = false;
	if (queue->device->is_dead)
		return err;
	for (unsigned i = 0; i < queue->count; i++) {
		struct frame_buffer *buffer = &queue->buffers[i];
		enum fl_err step;

		if (buffer->state != FRAME_QUEUED)
			continue; /* finished frames are synchronised when they are fetched */
		step = dma_reclaim(buffer->base.pixels);
		buffer->state = FRAME_DEQUEUED;
		if (!err)
			err = step;
	}
	dma_publish(&queue->device->dma);
	return err;
}

enum fl_err queue_rewind(struct frame_queue *queue)
{
	bool reclaimed = false;

	if (queue->is_streaming)
		return diag_fail(queue->diag, FL_ERR_STATE, "a driver error",
				 "rewind of a running stream");
	queue->done_count = 0;
	for (unsigned i = 0; i < queue->count; i++) {
		bool is_free = queue->buffers[i].state == FRAME_DEQUEUED;

		if (!is_free) /* a start that failed, a frame nobody fetched */
			dma_reclaim(queue->buffers[i].base.pixels);
		queue->buffers[i].state = FRAME_DEQUEUED;
		reclaimed |= !is_free;
	}
	if (reclaimed)
		dma_publish(&queue->device->dma);
	return queue->device->ops->prepare(queue->device, &queue->config);
}

enum fl_err queue_restart(struct frame_queue *queue)
{
	unsigned queued[QUEUE_BUFFERS_MAX], count = 0;
	enum fl_err err;

	for (unsigned i = 0; i < queue->count; i++)
		if (queue->buffers[i].state == FRAME_QUEUED)
			queued[count++] = i;
	err = queue_stream_off(queue);
	if (!err)
		err = queue->device->ops->prepare(queue->device, &queue->config);
	for (unsigned i = 0; !err && i < count; i++)
		err = queue_enqueue(queue, queued[i]);
	if (!err)
		err = queue->device->ops->start(queue->device);
	queue->unbroken = 0;
	queue->time_count = 0;
	queue->is_streaming = !err;
	return err;
}
