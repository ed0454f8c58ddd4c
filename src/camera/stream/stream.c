/* stream.c: see stream.h. The device is ready before the sensor sends; the sensor stops before the device does. */
#include "camera/stream/stream.h"

/* Added to what the sensor needs: slow firmware timers, an emulator that was not scheduled. */
#define GRACE_US       500000u
/* Starts of one wait that a host which is not there may cost. */
#define RESTARTS_MAX   16u
/* Frames in flight take no more memory than this, and leave as much as storing one of them needs: its bytes,
 * its samples and two files. */
#define BUFFERS_BYTES  (512u << 20)
#define RESERVE_FRAMES 6u

/* A device that is there and has halted after every stream so far. */
static enum fl_err check_device(const struct stream *stream)
{
	if (stream->device && stream->device->is_open && !stream->device->is_dead)
		return FL_OK;
	return diag_fail(stream->diag, FL_ERR_STATE, "power-cycle the machine",
			 "the receiver's DMA did not halt after an earlier stream");
}

/* ---- buffers ----------------------------------------------------------------------------- */

/* As many buffers as are asked for, or as memory allows, but STREAM_BUFFERS_MIN. */
static enum fl_err request(struct stream *stream, unsigned count)
{
	struct camera_layout layout;
	size_t bytes;
	void *reserve;
	enum fl_err err;

	stream->device->ops->layout(&stream->config, &layout);
	bytes = layout.buffer_bytes;
	reserve = platform_alloc(RESERVE_FRAMES * bytes);

	if (count > BUFFERS_BYTES / bytes)
		count = BUFFERS_BYTES / (unsigned)bytes;
	for (;;) {
		if (count < STREAM_BUFFERS_MIN || !reserve)
			count = STREAM_BUFFERS_MIN;
		err = queue_request(stream->queue, stream->device, &stream->config, count);
		if (err != FL_ERR_NOMEM || count == STREAM_BUFFERS_MIN)
			break;
		diag_clear(stream->diag);
		count = count * 3 / 4;
	}
	platform_free(reserve);
	return err;
}

enum fl_err stream_request(struct stream *stream, unsigned count)
{
	enum fl_err err = check_device(stream);

	if (err || stream->queue)
		return err;
	stream->queue = platform_alloc(sizeof *stream->queue);
	if (!stream->queue)
		return diag_fail(stream->diag, FL_ERR_NOMEM, NULL,
				 "no memory for the buffer queue");
	err = request(stream, count);
	if (err) {
		platform_free(stream->queue);
		stream->queue = NULL;
	}
	return err;
}

enum fl_err stream_release(struct stream *stream)
{
	enum fl_err err, step;

	if (!stream->queue)
		return FL_OK;
	err = stream_stop(stream);
	step = queue_release(stream->queue);
	platform_free(stream->queue);
	stream->queue = NULL;
	stream->kept = NULL;
	return err ? err : step;
}

unsigned stream_free_buffers(const struct stream *stream)
{
	unsigned count = 0;

	for (unsigned i = 0; i < stream->queue->count; i++)
		count += stream->kept != &stream->queue->buffers[i];
	return count;
}

static enum fl_err enqueue(struct stream *stream, unsigned count)
{
	struct frame_queue *queue = stream->queue;
	enum fl_err err = FL_OK;

	for (unsigned i = 0; !err && count && i < queue->count; i++) {
		if (stream->kept == &queue->buffers[i])
			continue;
		err = queue_enqueue(queue, i);
		count--;
	}
	return err;
}

/* ---- what the device counted ----------------------------------------------------------- */

/* The device counts from its start on: the report and the checks want the sums of all streams. */
static void sum_counters(struct stream *stream)
{
	const struct camera_device *device = stream->device;

	stream->has_run = true;
	for (unsigned i = 0; i < device->counter_count; i++) {
		stream->counted[i] += device->counters[i].value;
		stream->counted_at_start[i] += device->counters[i].at_start;
	}
}

enum fl_err stream_judge_errors(const struct stream *stream)
{
	const uint32_t errors = camera_errors(stream->device);
	const struct camera_counter *worst = camera_telling(stream->device);

	if (errors <= stream->plan->max_errors)
		return FL_OK;
	return diag_fail(stream->diag, FL_ERR_MISMATCH, worst->hint,
			 "%u receiver errors behind the skipped frames (limit %u); %s: %s", errors,
			 stream->plan->max_errors, worst->name, worst->meaning);
}

/* ---- waits ------------------------------------------------------------------------------- */

/* The sensor off, in the order that the device needs; also of a sensor that never began, while the device runs. */
static enum fl_err sensor_off(struct stream *stream)
{
	const struct camera_ops *ops = stream->device->ops;
	enum fl_err err = FL_OK, step;

	if (ops->quiesce && stream->queue->is_streaming)
		err = ops->quiesce(stream->device);
	if (!stream->sensor->is_streaming)
		return err;
	step = sensor_stream_off(stream->sensor);
	return err ? err : step;
}

/* No buffer was left while the machine did not run us: no fault of the camera, both begin again. */
static enum fl_err restart(struct stream *stream)
{
	struct camera_device *device = stream->device;
	enum fl_err err = sensor_off(stream);

	stream->host_away++;
	if (device->frames_ended < device->config.skip)
		camera_counters_mark(device); /* all that it saw was the start */
	sum_counters(stream);
	sensor_rest(stream->sensor);
	if (!err)
		err = queue_restart(stream->queue);
	if (!err)
		err = sensor_stream_on(stream->sensor);
	return err;
}

static enum fl_err too_often_away(const struct stream *stream)
{
	return diag_fail(
		stream->diag, FL_ERR_AWAY,
		"the machine, not the camera: firmware drivers or system management that hold the "
		"CPU, or a busy host; a mode with fewer frames/s needs less of it",
		"nobody looked at the receiver until it had no buffer left, %u times in a row",
		RESTARTS_MAX + 1);
}

typedef enum fl_err (*wait_fn)(struct frame_queue *queue, uint32_t count, uint32_t timeout_us);

/* Waits for `count` of something; `timeout_us` counts anew from every frame. */
static enum fl_err wait_for(struct stream *stream, wait_fn wait, uint32_t count,
			    uint32_t timeout_us)
{
	enum fl_err err = wait(stream->queue, count, timeout_us);

	for (unsigned i = 0; err == FL_ERR_AWAY && i < RESTARTS_MAX; i++) {
		err = restart(stream);
		if (!err)
			err = wait(stream->queue, count, timeout_us);
	}
	if (err == FL_ERR_CANCELLED) {
		*stream->cancelled = true;
		diag_fail(stream->diag, err, NULL, "the operator pressed ESC");
	}
	return err == FL_ERR_AWAY ? too_often_away(stream) : err;
}

static uint32_t start_timeout_us(const struct stream *stream)
{
	return stream->plan->start_timeout_ms * 1000 + 2 * sensor_frame_us(stream->mode);
}

/* Skipped frames end, too: no frame needs longer than two frame times after the one before. The first has
 * to begin. */
static uint32_t frame_timeout_us(const struct stream *stream)
{
	return 2 * sensor_frame_us(stream->mode) + GRACE_US +
	       (stream->queue->unbroken ? 0 : start_timeout_us(stream));
}

/* What "no start of frame" most likely means: by the error that tells most, or by what the lanes did
 * (cio2.md 8.3, 13). */
static enum fl_err no_start(const struct stream *stream, uint32_t us)
{
	const struct camera_device *device = stream->device;
	const struct camera_counter *error = camera_telling(device);

	if (error)
		return diag_fail(stream->diag, FL_ERR_TIMEOUT, error->hint,
				 "no start of frame on port %u within %u ms (D-PHY active, %u "
				 "receiver errors): %s",
				 stream->config.port, us / 1000, camera_errors(device),
				 error->meaning);
	return diag_fail(stream->diag, FL_ERR_TIMEOUT,
			 device->lanes_active
				 ? "lanes move but carry no packets: link frequency, lane count, "
				   "a sensor in standby"
				 : "lanes do not move: sensor clock, reset, stream-on registers, "
				   "or lanes not connected",
			 "no start of frame on port %u within %u ms (D-PHY %s, 0 receiver errors)",
			 stream->config.port, us / 1000,
			 device->lanes_active ? "active" : "silent");
}

static enum fl_err no_frame(const struct stream *stream, uint32_t us)
{
	const struct camera_device *device = stream->device;
	const struct camera_counter *error = camera_telling(device);
	const char *hint =
		error ? error->hint
		: device->frames_ended
			? "the stream stalls: link quality, supply dips, sensor frame length"
			: "frames start and do not end: sensor stops mid-frame, or lines are lost";

	return diag_fail(stream->diag, FL_ERR_TIMEOUT, hint,
			 "no frame within %u ms: %u starts and %u ends of frame seen since the "
			 "stream began%s%s",
			 us / 1000, device->frames_started, device->frames_ended, error ? "; " : "",
			 error ? error->meaning : "");
}

static enum fl_err wait_frames(struct stream *stream, wait_fn wait, unsigned count)
{
	uint32_t timeout_us = frame_timeout_us(stream);
	enum fl_err err = wait_for(stream, wait, count, timeout_us);

	return err == FL_ERR_TIMEOUT ? no_frame(stream, timeout_us) : err;
}

enum fl_err stream_wait(struct stream *stream, unsigned frames)
{
	return wait_frames(stream, queue_wait_done, frames);
}

enum fl_err stream_wait_times(struct stream *stream, unsigned count)
{
	return wait_frames(stream, queue_wait_times, count);
}

/* ---- size of a frame --------------------------------------------------------------------- */

/* More lines than the file says, or longer ones. A full buffer ends the count of the device. */
static enum fl_err too_large(const struct stream *stream, uint32_t bytes, unsigned index,
			     struct diag *diag)
{
	static const char hint[] = "height, max-height and width in the sensor file against the "
				   "mode's registers: window, binning, output size";
	const struct camera_layout *layout = &stream->queue->layout;
	const struct camera_config *config = &stream->config;
	size_t stride = layout->stride;

	if (bytes >= layout->buffer_bytes)
		return diag_fail(
			diag, FL_ERR_MISMATCH, hint,
			"frame %u has more lines than the file says, or longer ones: at least "
			"%zu of %zu bytes, want %u",
			index, bytes / stride, stride, config->max_height);
	if (bytes % config->height || bytes / config->height % layout->format->unit_bytes)
		return diag_fail(
			diag, FL_ERR_MISMATCH, hint,
			"frame %u has more lines than the file says: %zu, want %u (%u bytes of "
			"%zu)",
			index, bytes / stride, config->max_height, bytes,
			stride * config->max_height);
	return diag_fail(
		diag, FL_ERR_MISMATCH, hint,
		"frame %u has longer lines than the file says: %u bytes each, want %zu for %u "
		"pixels%s",
		index, bytes / config->height, stride, config->width,
		bytes % stride ? "" : " (or more lines)");
}

/* Lines that the device gave up are told by its counters, others were never sent. */
static enum fl_err too_small(const struct stream *stream, uint32_t bytes, uint32_t errors,
			     unsigned index, struct diag *diag)
{
	const struct camera_layout *layout = &stream->queue->layout;
	const struct camera_counter *error = errors ? camera_telling(stream->device) : NULL;

	return diag_fail(diag, FL_ERR_MISMATCH,
			 error ? error->hint : "the sensor sends another size than its file says",
			 "frame %u has %u bytes, want %zu (%zu a line, %u lines)%s%s", index, bytes,
			 layout->frame_bytes, layout->stride, stream->config.height,
			 error ? "; " : "", error ? error->meaning : "");
}

enum fl_err stream_judge_size(const struct stream *stream, uint32_t bytes, uint32_t errors,
			      unsigned index, struct diag *diag)
{
	const struct camera_layout *layout = &stream->queue->layout;

	if (bytes > layout->stride * stream->config.max_height)
		return too_large(stream, bytes, index, diag);
	if (bytes < layout->frame_bytes)
		return too_small(stream, bytes, errors, index, diag);
	return FL_OK;
}

enum fl_err stream_next(struct stream *stream, struct frame_buffer **out)
{
	enum fl_err err = stream_wait(stream, 1);

	if (!err)
		err = queue_dequeue(stream->queue, 0, out);
	if (!err && (*out)->bytes >= stream->queue->layout.buffer_bytes)
		err = too_large(stream, (*out)->bytes, (*out)->sequence, stream->diag);
	return err;
}

/* ---- start and stop ---------------------------------------------------------------------- */

static enum fl_err begin(struct stream *stream, unsigned count,
			 const struct sensor_pattern *pattern)
{
	uint32_t timeout_us = start_timeout_us(stream);
	enum fl_err err = queue_rewind(stream->queue);

	if (!err)
		err = enqueue(stream, count);
	if (!err)
		err = sensor_set_pattern(stream->sensor, pattern);
	if (err)
		return err;
	sensor_rest(stream->sensor);
	err = queue_stream_on(stream->queue);
	if (!err)
		err = sensor_stream_on(stream->sensor);
	if (err)
		return err;
	err = wait_for(stream, queue_wait_starts, 1, timeout_us);
	return err == FL_ERR_TIMEOUT ? no_start(stream, timeout_us) : err;
}

enum fl_err stream_start(struct stream *stream, unsigned count,
			 const struct sensor_pattern *pattern)
{
	enum fl_err err = check_device(stream);

	if (err)
		return err;
	err = begin(stream, count, pattern);
	if (err)
		stream_stop(stream);
	return err;
}

enum fl_err stream_stop(struct stream *stream)
{
	bool was_streaming = stream->queue->is_streaming;
	enum fl_err err = sensor_off(stream), step = queue_stream_off(stream->queue);

	err = err ? err : step;
	if (was_streaming)
		sum_counters(stream);
	step = sensor_set_pattern(stream->sensor, NULL);
	return err ? err : step;
}
