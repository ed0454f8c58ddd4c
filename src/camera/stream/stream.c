/* stream.c: one camera's stream: receiver first, then the sensor; the sensor stops first. */
#include "camera/session/session.h"

/* Added to what the sensor needs: slow firmware timers, an emulator that was not scheduled. */
#define GRACE_US       500000u
/* Starts of one wait that a host which is not there may cost. */
#define RESTARTS_MAX   16u
/* Frames in flight take no more memory than this, and leave as much as storing one of them needs: its bytes,
 * its samples and two files. */
#define BUFFERS_BYTES  (512u << 20)
#define RESERVE_FRAMES 6u

/* A receiver that is there and has halted after every stream so far. */
static enum fl_err check_receiver(struct session *session)
{
	if (session->receiver && !session->receiver->is_dead)
		return FL_OK;
	return diag_fail(&session->diag, FL_ERR_STATE, "power-cycle the machine",
			 "the receiver's DMA did not halt after an earlier stream");
}

/* The stream of this camera in its mode, as the receiver sees it. */
static struct receiver_config config_of(const struct session_camera *camera)
{
	return (struct receiver_config){
		.port = camera->board->port,
		.lanes = camera->board->data_lanes,
		.link_frequency = camera->mode->link_frequency,
		.width = camera->mode->width,
		.height = camera->mode->height,
		.max_height = camera->mode->max_height,
		.skip = camera->desc.frames_to_skip,
	};
}

/* ---- buffers ----------------------------------------------------------------------------- */

/* As many buffers as are asked for, or as memory allows, but STREAM_BUFFERS_MIN. */
static enum fl_err request(struct session *session, struct session_camera *camera, unsigned count)
{
	struct receiver_config config = config_of(camera);
	size_t bytes = format_frame_bytes(session->receiver->ops->format, config.width,
					  config.max_height + VIDEO_SPARE_LINES(config.max_height));
	void *reserve = platform_alloc(RESERVE_FRAMES * bytes);
	enum fl_err err;

	if (count > BUFFERS_BYTES / bytes)
		count = BUFFERS_BYTES / (unsigned)bytes;
	for (;;) {
		if (count < STREAM_BUFFERS_MIN || !reserve)
			count = STREAM_BUFFERS_MIN;
		err = video_request(camera->queue, session->receiver, &config, count);
		if (err != FL_ERR_NOMEM || count == STREAM_BUFFERS_MIN)
			break;
		diag_clear(&session->diag);
		count = count * 3 / 4;
	}
	platform_free(reserve);
	return err;
}

enum fl_err stream_request(struct session *session, struct session_camera *camera, unsigned count)
{
	enum fl_err err = check_receiver(session);

	if (err || camera->queue)
		return err;
	camera->queue = platform_alloc(sizeof *camera->queue);
	if (!camera->queue)
		return diag_fail(&session->diag, FL_ERR_NOMEM, NULL,
				 "no memory for the buffer queue");
	err = request(session, camera, count);
	if (err) {
		platform_free(camera->queue);
		camera->queue = NULL;
	}
	return err;
}

/* The first frame kept stays in memory for the checks that look at it there. */
static bool is_kept(const struct session_camera *camera, const struct video_buffer *buffer)
{
	return camera->frame_count && camera->frames[0].buffer == buffer;
}

unsigned stream_free_buffers(const struct session_camera *camera)
{
	unsigned count = 0;

	for (unsigned i = 0; i < camera->queue->count; i++)
		count += !is_kept(camera, &camera->queue->buffers[i]);
	return count;
}

static enum fl_err enqueue(struct session_camera *camera, unsigned count)
{
	struct video_queue *queue = camera->queue;
	enum fl_err err = FL_OK;

	for (unsigned i = 1; i < camera->frame_count; i++)
		camera->frames[i].buffer = NULL;
	for (unsigned i = 0; !err && count && i < queue->count; i++) {
		if (is_kept(camera, &queue->buffers[i]))
			continue;
		err = video_enqueue(queue, i);
		count--;
	}
	return err;
}

/* ---- what the receiver counted ----------------------------------------------------------- */

/* The receiver counts from its start on: the report and the checks have the sums of all streams. */
static void sum_counters(struct session *session, struct session_camera *camera)
{
	struct report_camera *entry = report_camera(&session->report, camera->board->name);
	const struct receiver *receiver = session->receiver;

	entry->port = camera->board->port;
	entry->lanes = camera->board->data_lanes;
	text_copy(entry->mode, sizeof entry->mode, camera->mode->name);
	for (unsigned i = 0; i < receiver->counter_count; i++) {
		const struct receiver_counter *counter = &receiver->counters[i];

		camera->counted[i] += counter->value;
		camera->counted_at_start[i] += counter->at_start;
		report_counter(entry, counter->name, camera->counted[i]);
	}
}

enum fl_err stream_judge_errors(struct session *session)
{
	const uint32_t errors = receiver_errors(session->receiver);
	const struct receiver_counter *worst = receiver_telling(session->receiver);

	if (errors <= session->plan.max_errors)
		return FL_OK;
	return diag_fail(&session->diag, FL_ERR_MISMATCH, worst->hint,
			 "%u receiver errors behind the skipped frames (limit %u); %s: %s", errors,
			 session->plan.max_errors, worst->name, worst->meaning);
}

/* ---- waits ------------------------------------------------------------------------------- */

/* The ring ran out while the machine did not run us: no fault of the camera, both begin again. */
static enum fl_err restart(struct session *session, struct session_camera *camera)
{
	enum fl_err err = sensor_stream_off(&camera->sensor);
	struct receiver *receiver = session->receiver;

	camera->host_away++;
	if (receiver->frames_ended < receiver->config.skip)
		receiver_counters_mark(receiver); /* all that it saw was the start */
	sum_counters(session, camera);
	sensor_rest(&camera->sensor);
	if (!err)
		err = video_restart(camera->queue);
	if (!err)
		err = sensor_stream_on(&camera->sensor);
	return err;
}

static enum fl_err too_often_away(struct session *session)
{
	return diag_fail(
		&session->diag, FL_ERR_AWAY,
		"the machine, not the camera: firmware drivers or system management that hold the "
		"CPU, or a busy host; a mode with fewer frames/s needs less of it",
		"nobody looked at the receiver for a whole ring of 32 frames, %u times in a row",
		RESTARTS_MAX + 1);
}

typedef enum fl_err (*wait_fn)(struct video_queue *queue, uint32_t count, uint32_t timeout_us);

/* Waits for `count` of something; `timeout_us` counts anew from every frame. */
static enum fl_err wait_for(struct session *session, struct session_camera *camera, wait_fn wait,
			    uint32_t count, uint32_t timeout_us)
{
	enum fl_err err = wait(camera->queue, count, timeout_us);

	for (unsigned i = 0; err == FL_ERR_AWAY && i < RESTARTS_MAX; i++) {
		err = restart(session, camera);
		if (!err)
			err = wait(camera->queue, count, timeout_us);
	}
	if (err == FL_ERR_CANCELLED) {
		session->is_cancelled = true;
		diag_fail(&session->diag, err, NULL, "the operator pressed ESC");
	}
	return err == FL_ERR_AWAY ? too_often_away(session) : err;
}

static uint32_t start_timeout_us(const struct session *session, const struct session_camera *camera)
{
	return session->plan.start_timeout_ms * 1000 + 2 * sensor_frame_us(camera->mode);
}

/* Skipped frames end, too: no frame needs longer than two frame times after the one before. The first has
 * to begin. */
static uint32_t frame_timeout_us(const struct session *session, const struct session_camera *camera)
{
	return 2 * sensor_frame_us(camera->mode) + GRACE_US +
	       (camera->queue->unbroken ? 0 : start_timeout_us(session, camera));
}

/* What "no start of frame" most likely means: by the error that tells most, or by what the lanes did
 * (cio2.md 8.3, 13). */
static enum fl_err no_start(struct session *session, const struct session_camera *camera,
			    uint32_t us)
{
	const struct receiver *receiver = session->receiver;
	const struct receiver_counter *error = receiver_telling(receiver);

	if (error)
		return diag_fail(&session->diag, FL_ERR_TIMEOUT, error->hint,
				 "no start of frame on port %u within %u ms (D-PHY active, %u "
				 "receiver errors): %s",
				 camera->board->port, us / 1000, receiver_errors(receiver),
				 error->meaning);
	return diag_fail(&session->diag, FL_ERR_TIMEOUT,
			 receiver->lanes_active
				 ? "lanes move but carry no packets: link frequency, lane count, "
				   "a sensor in standby"
				 : "lanes do not move: sensor clock, reset, stream-on registers, "
				   "or lanes not connected",
			 "no start of frame on port %u within %u ms (D-PHY %s, 0 receiver errors)",
			 camera->board->port, us / 1000,
			 receiver->lanes_active ? "active" : "silent");
}

static enum fl_err no_frame(struct session *session, uint32_t us)
{
	const struct receiver *receiver = session->receiver;
	const struct receiver_counter *error = receiver_telling(receiver);
	const char *hint =
		error ? error->hint
		: receiver->frames_ended
			? "the stream stalls: link quality, supply dips, sensor frame length"
			: "frames start and do not end: sensor stops mid-frame, or lines are lost";

	return diag_fail(&session->diag, FL_ERR_TIMEOUT, hint,
			 "no frame within %u ms: %u starts and %u ends of frame seen since the "
			 "stream began%s%s",
			 us / 1000, receiver->frames_started, receiver->frames_ended,
			 error ? "; " : "", error ? error->meaning : "");
}

static enum fl_err wait_frames(struct session *session, struct session_camera *camera, wait_fn wait,
			       unsigned count)
{
	uint32_t timeout_us = frame_timeout_us(session, camera);
	enum fl_err err = wait_for(session, camera, wait, count, timeout_us);

	return err == FL_ERR_TIMEOUT ? no_frame(session, timeout_us) : err;
}

enum fl_err stream_wait(struct session *session, struct session_camera *camera, unsigned frames)
{
	return wait_frames(session, camera, video_wait_done, frames);
}

enum fl_err stream_wait_times(struct session *session, struct session_camera *camera,
			      unsigned count)
{
	return wait_frames(session, camera, video_wait_times, count);
}

/* ---- size of a frame --------------------------------------------------------------------- */

/* More lines than the file says, or longer ones. A full buffer ends the count of the receiver. */
static enum fl_err too_large(struct diag *diag, const struct video_queue *queue, uint32_t bytes,
			     unsigned index)
{
	static const char hint[] = "height, max-height and width in the sensor file against the "
				   "mode's registers: window, binning, output size";
	const struct receiver_config *config = &queue->config;
	size_t stride = queue->stride;

	if (bytes >= queue->buffers[0].pixels->length)
		return diag_fail(
			diag, FL_ERR_MISMATCH, hint,
			"frame %u has more lines than the file says, or longer ones: at least "
			"%zu of %zu bytes, want %u",
			index, bytes / stride, stride, config->max_height);
	if (bytes % config->height || bytes / config->height % queue->format->unit_bytes)
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

/* Lines that the receiver gave up are told by its counters, others were never sent. */
static enum fl_err too_small(struct diag *diag, const struct video_queue *queue,
			     const struct session_frame *frame, unsigned index)
{
	const struct receiver_counter *error =
		frame->errors ? receiver_telling(queue->receiver) : NULL;

	return diag_fail(diag, FL_ERR_MISMATCH,
			 error ? error->hint : "the sensor sends another size than its file says",
			 "frame %u has %u bytes, want %zu (%zu a line, %u lines)%s%s", index,
			 frame->bytes, queue->frame_bytes, queue->stride, queue->config.height,
			 error ? "; " : "", error ? error->meaning : "");
}

enum fl_err stream_judge_size(struct diag *diag, const struct video_queue *queue,
			      const struct session_frame *frame, unsigned index)
{
	if (frame->bytes > queue->stride * queue->config.max_height)
		return too_large(diag, queue, frame->bytes, index);
	if (frame->bytes < queue->frame_bytes)
		return too_small(diag, queue, frame, index);
	return FL_OK;
}

enum fl_err stream_next(struct session *session, struct session_camera *camera,
			struct video_buffer **out)
{
	enum fl_err err = stream_wait(session, camera, 1);

	if (!err)
		err = video_dequeue(camera->queue, 0, out);
	if (!err && (*out)->bytes >= (*out)->pixels->length)
		err = too_large(&session->diag, camera->queue, (*out)->bytes, (*out)->sequence);
	return err;
}

/* ---- start and stop ---------------------------------------------------------------------- */

static enum fl_err begin(struct session *session, struct session_camera *camera, unsigned count,
			 const struct sensor_pattern *pattern)
{
	uint32_t timeout_us = start_timeout_us(session, camera);
	enum fl_err err = video_rewind(camera->queue);

	if (!err)
		err = enqueue(camera, count);
	if (!err)
		err = sensor_set_pattern(&camera->sensor, pattern);
	sensor_rest(&camera->sensor);
	if (!err)
		err = video_stream_on(camera->queue);
	if (!err)
		err = sensor_stream_on(&camera->sensor);
	if (err)
		return err;
	err = wait_for(session, camera, video_wait_starts, 1, timeout_us);
	return err == FL_ERR_TIMEOUT ? no_start(session, camera, timeout_us) : err;
}

enum fl_err stream_start(struct session *session, struct session_camera *camera, unsigned count,
			 const struct sensor_pattern *pattern)
{
	enum fl_err err = check_receiver(session);

	if (err)
		return err;
	err = begin(session, camera, count, pattern);
	if (err)
		stream_stop(session, camera);
	return err;
}

enum fl_err stream_stop(struct session *session, struct session_camera *camera)
{
	bool was_streaming = camera->queue->is_streaming;
	enum fl_err err = FL_OK, step;

	if (camera->sensor.is_streaming)
		err = sensor_stream_off(&camera->sensor);
	step = video_stream_off(camera->queue);
	err = err ? err : step;
	if (was_streaming)
		sum_counters(session, camera);
	if (camera->pattern) {
		step = sensor_set_pattern(&camera->sensor, NULL);
		err = err ? err : step;
	}
	return err;
}
