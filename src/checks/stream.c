/* stream.c: one camera's stream: receiver first, then the sensor; the sensor stops first. */
#include "checks/session.h"

/* Added to what the sensor needs: slow firmware timers, an emulator that was not scheduled. */
#define GRACE_US         500000u
#define UNKNOWN_FRAME_US 200000u /* a mode whose file does not tell its rate (sensors.md 4) */

uint64_t stream_frame_ns(const struct session_camera *camera)
{
	const struct sensor_mode *mode = camera->mode;
	uint64_t pixel_rate =
		mode->link_frequency * 2 * camera->desc.data_lanes / camera->desc.bits;

	if (mode->frame_us)
		return (uint64_t)mode->frame_us * 1000;
	if (!pixel_rate || !mode->pixels_per_line || !mode->lines_per_frame)
		return 0;
	return (uint64_t)mode->pixels_per_line * mode->lines_per_frame * 1000000000ull / pixel_rate;
}

static uint32_t frame_us(const struct session_camera *camera)
{
	uint64_t ns = stream_frame_ns(camera);

	return ns ? (uint32_t)(ns / 1000) : UNKNOWN_FRAME_US;
}

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

enum fl_err stream_request(struct session *session, struct session_camera *camera, unsigned count)
{
	struct receiver_config config = config_of(camera);
	enum fl_err err = check_receiver(session);

	if (err || camera->queue)
		return err;
	camera->queue = platform_alloc(sizeof *camera->queue);
	if (!camera->queue)
		return diag_fail(&session->diag, FL_ERR_NOMEM, NULL,
				 "no memory for the buffer queue");
	err = video_request(camera->queue, session->receiver, &config, count);
	if (err) {
		platform_free(camera->queue);
		camera->queue = NULL;
	}
	return err;
}

/* What "no start of frame" most likely means, by what the lanes did (cio2.md 13). */
static enum fl_err no_start(struct session *session, const struct session_camera *camera,
			    uint32_t us)
{
	bool is_active = session->receiver->lanes_active || receiver_errors(session->receiver);

	return diag_fail(&session->diag, FL_ERR_TIMEOUT,
			 is_active ? "lanes move but carry no frame: link frequency, lane count, "
				     "settle time, lane order"
				   : "lanes do not move: sensor clock, reset, stream-on registers, "
				     "or lanes not connected",
			 "no start of frame on port %u within %u ms (D-PHY %s, %u receiver errors)",
			 camera->board->port, us / 1000, is_active ? "active" : "silent",
			 receiver_errors(session->receiver));
}

enum fl_err stream_start(struct session *session, struct session_camera *camera, unsigned count,
			 const struct sensor_pattern *pattern)
{
	uint32_t timeout_us = session->plan.start_timeout_ms * 1000 + 2 * frame_us(camera);
	struct video_queue *queue = camera->queue;
	enum fl_err err;

	err = check_receiver(session);
	if (err)
		return err;
	err = video_rewind(queue);
	for (unsigned i = 0; !err && i < count && i < queue->count; i++)
		err = video_enqueue(queue, i);
	if (!err)
		err = sensor_set_pattern(&camera->sensor, pattern);
	if (!err)
		err = video_stream_on(queue);
	if (err)
		goto out_stop;
	err = sensor_stream_on(&camera->sensor);
	if (err)
		goto out_stop;
	err = video_wait_start(queue, timeout_us);
	if (err == FL_ERR_TIMEOUT)
		no_start(session, camera, timeout_us);
	if (!err)
		return FL_OK;
out_stop:
	stream_stop(session, camera);
	return err;
}

static uint32_t frame_timeout_us(const struct session_camera *camera)
{
	uint32_t frames = camera->queue->sequence ? 2 : camera->desc.frames_to_skip + 2u;

	return frames * frame_us(camera) + GRACE_US;
}

static enum fl_err explain(struct session *session, const struct session_camera *camera,
			   enum fl_err err)
{
	const struct receiver *receiver = session->receiver;

	if (err == FL_ERR_TIMEOUT)
		diag_fail(&session->diag, err,
			  receiver->frames_ended ? "the stream stalls: link quality, supply dips, "
						   "sensor frame length"
						 : "frames start and do not end: sensor stops "
						   "mid-frame, or lines are lost",
			  "no frame within %u ms: %u starts and %u ends of frame seen since the "
			  "stream began",
			  frame_timeout_us(camera) / 1000, receiver->frames_started,
			  receiver->frames_ended);
	return err;
}

enum fl_err stream_wait(struct session *session, struct session_camera *camera, unsigned frames,
			unsigned ended)
{
	enum fl_err err = video_wait_done(camera->queue, frames, frame_timeout_us(camera));

	if (!err)
		err = video_wait_frames(camera->queue, ended, frame_timeout_us(camera));
	return explain(session, camera, err);
}

enum fl_err stream_next(struct session *session, struct session_camera *camera,
			struct video_buffer **out)
{
	return explain(session, camera,
		       video_dequeue(camera->queue, frame_timeout_us(camera), out));
}

enum fl_err stream_stop(struct session *session, struct session_camera *camera)
{
	enum fl_err err = FL_OK, step;

	(void)session;
	if (camera->sensor.is_streaming)
		err = sensor_stream_off(&camera->sensor);
	step = video_stream_off(camera->queue);
	err = err ? err : step;
	if (camera->pattern) {
		step = sensor_set_pattern(&camera->sensor, NULL);
		err = err ? err : step;
	}
	return err;
}
