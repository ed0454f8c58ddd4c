/* check_stream.c: rungs 13 to 19 but the pictures: start, frames, errors, rate, cycles. */
#include "checks/checks.h"
#include "core/mem.h"

#define BUFFERS_MIN 3u                       /* cio2.md 13: what a ring needs to run without gaps */
#define BUFFERS_MAX (VIDEO_BUFFERS_MAX - 4u) /* the entries at the DMA's hands stay free */

static unsigned buffer_count(const struct plan *plan)
{
	unsigned count = plan->buffers ? plan->buffers : plan->frames;

	if (count < BUFFERS_MIN)
		count = BUFFERS_MIN;
	return count > BUFFERS_MAX ? BUFFERS_MAX : count;
}

enum verdict check_stream_start(const struct check_run *run)
{
	struct session *session = run->session;
	struct session_camera *camera = run->camera;
	enum fl_err err = stream_request(session, camera, buffer_count(&session->plan));

	report_text(run->facts, "mode", "%s", camera->mode->name);
	if (!err)
		err = stream_start(session, camera, camera->queue->count,
				   camera->shows_pattern ? camera->pattern : NULL);
	if (camera->queue)
		report_number(run->facts, "buffers", camera->queue->count);
	if (session->receiver)
		report_number(run->facts, "starts", session->receiver->frames_started);
	if (err == FL_ERR_CANCELLED) {
		session->is_cancelled = true;
		return check_skip(run, "the operator pressed ESC");
	}
	return verdict_of(err);
}

/* ---- frames ------------------------------------------------------------------------------ */

static enum fl_err judge_frame(const struct check_run *run, const struct session_frame *frame,
			       unsigned index)
{
	const struct session_camera *camera = run->camera;
	size_t want = camera->queue->frame_bytes;
	size_t most = camera->queue->stride * camera->mode->max_height;

	if (frame->bytes < want || frame->bytes > most)
		return diag_fail(&run->session->diag, FL_ERR_MISMATCH,
				 "the sensor sends another size than its file says, or lines are "
				 "lost on the link",
				 "frame %u has %u bytes, want %zu (%zu a line, %u lines)", index,
				 frame->bytes, want, camera->queue->stride, camera->mode->height);
	if (frame->untouched)
		return diag_fail(
			&run->session->diag, FL_ERR_MISMATCH,
			"DMA or cache: the device says that it wrote what memory does not show",
			"frame %u: %u of %zu units of 64 bytes still hold what was there before "
			"the frame",
			index, frame->untouched, want / 64);
	return FL_OK;
}

/* A dequeued frame is kept in its buffer; when there are fewer buffers than frames it is stored at
 * once and the buffer goes round again. */
static enum fl_err keep_frame(struct session *session, struct session_camera *camera,
			      struct video_buffer *buffer)
{
	struct session_frame *frame = &camera->frames[camera->frame_count++];

	*frame = (struct session_frame){
		.sequence = buffer->sequence,
		.bytes = buffer->bytes,
		.errors = buffer->errors,
		.untouched = video_untouched(camera->queue, buffer, camera->mode->height),
		.time_ns = buffer->time_ns,
		.buffer = buffer,
	};
	if (session->plan.frames <= camera->queue->count)
		return FL_OK;
	if (!camera->write.message[0] && frame_store(session, camera, frame, "none")) {
		camera->write = session->diag;
		diag_clear(&session->diag);
	}
	frame->buffer = NULL;
	return video_enqueue(camera->queue, buffer->index);
}

/* Frames over which the rate is measured: a second of video, and once round the ring, so that entries
 * armed anew while streaming are used again. */
#define RATE_FRAMES 34u

static unsigned wanted(const struct plan *plan)
{
	return plan->frames < SESSION_FRAMES ? plan->frames : SESSION_FRAMES;
}

/* Waits first and works later, where there are buffers enough; then nothing disturbs the times. */
static enum fl_err collect(struct session *session, struct session_camera *camera)
{
	unsigned frames = wanted(&session->plan);
	enum fl_err err = FL_OK;

	if (frames <= camera->queue->count)
		err = stream_wait(session, camera, frames,
				  camera->desc.frames_to_skip + RATE_FRAMES);
	for (unsigned i = 0; i < camera->queue->sequence && i < VIDEO_TIMES; i++)
		camera->end_ns[camera->end_count++] = camera->queue->end_ns[i];
	while (camera->frame_count < frames && (!err || camera->queue->done_count)) {
		struct video_buffer *buffer;
		enum fl_err step = stream_next(session, camera, &buffer);

		if (!step)
			step = keep_frame(session, camera, buffer);
		err = err ? err : step;
		if (step)
			break;
	}
	return err;
}

static enum fl_err capture(struct session *session, struct session_camera *camera)
{
	struct diag kept;
	enum fl_err err;

	camera->frame_count = 0;
	camera->end_count = 0;
	err = collect(session, camera);
	camera->lost = wanted(&session->plan) > camera->queue->count ? camera->queue->lost : 0;
	kept = session->diag;
	diag_clear(&session->diag);
	stream_stop(session, camera);
	camera->stop = session->diag; /* the matter of stream.stop */
	session->diag = kept;
	return err;
}

static void enter_camera(const struct check_run *run)
{
	const struct session_camera *camera = run->camera;
	struct report_camera *entry = report_camera(&run->session->report, camera->board->name);

	entry->port = camera->board->port;
	entry->lanes = camera->board->data_lanes;
	text_copy(entry->mode, sizeof entry->mode, camera->mode->name);
}

enum verdict check_stream_frame(const struct check_run *run)
{
	struct session *session = run->session;
	struct session_camera *camera = run->camera;
	enum fl_err err;

	enter_camera(run);
	err = capture(session, camera);
	report_number(run->facts, "frames", camera->frame_count);
	report_number(run->facts, "bytes", camera->frame_count ? camera->frames[0].bytes : 0);
	report_number(run->facts, "want-bytes", (double)camera->queue->frame_bytes);
	report_number(run->facts, "starts", session->receiver->frames_started);
	report_number(run->facts, "ends", session->receiver->frames_ended);
	if (err == FL_ERR_CANCELLED) {
		session->is_cancelled = true;
		return check_skip(run, "the operator pressed ESC after %u frames",
				  camera->frame_count);
	}
	for (unsigned i = 0; !err && i < camera->frame_count; i++)
		err = judge_frame(run, &camera->frames[i], i);
	return verdict_of(err);
}

enum verdict check_stream_stop(const struct check_run *run)
{
	run->session->diag = run->camera->stop;
	return run->camera->stop.message[0] ? VERDICT_FAIL : VERDICT_PASS;
}

/* ---- errors, rate ------------------------------------------------------------------------ */

enum verdict check_stream_errors(const struct check_run *run)
{
	const struct receiver *receiver = run->session->receiver;
	struct report_camera *camera =
		report_camera(&run->session->report, run->camera->board->name);
	const struct receiver_counter *worst = NULL;
	uint32_t errors = receiver_errors(receiver);

	for (unsigned i = 0; i < receiver->counter_count; i++) {
		const struct receiver_counter *counter = &receiver->counters[i];

		report_counter(camera, counter->name, counter->value);
		if (counter->value)
			report_number(run->facts, counter->name, counter->value);
		if (counter->is_error && counter->value &&
		    (!worst || counter->value > worst->value))
			worst = counter;
	}
	report_number(run->facts, "errors", errors);
	report_number(run->facts, "limit", run->session->plan.max_errors);
	if (!worst || errors <= run->session->plan.max_errors)
		return VERDICT_PASS;
	return verdict_of(
		diag_fail(&run->session->diag, FL_ERR_MISMATCH,
			  "D-PHY and header errors: settle time, link frequency, lane count; CRC: "
			  "signal quality; "
			  "FIFO and output: memory latency",
			  "%u receiver errors (limit %u), most of all %s: %u looks saw it", errors,
			  run->session->plan.max_errors, worst->name, worst->value));
}

/* Frame time as the median slope between all pairs of ends (Theil and Sen): a firmware timer or an
 * emulator that holds us up for a few frames does not move it, a wrong clock does. */
static double median_frame_ns(const uint64_t *end_ns, unsigned count)
{
	double slopes[RATE_FRAMES * (RATE_FRAMES - 1) / 2];
	unsigned n = 0;

	for (unsigned i = 0; i < count; i++) {
		for (unsigned j = i + 1; j < count; j++) {
			double slope = (double)(end_ns[j] - end_ns[i]) / (j - i);
			unsigned at = n++;

			for (; at && slopes[at - 1] > slope; at--)
				slopes[at] = slopes[at - 1];
			slopes[at] = slope;
		}
	}
	return n ? slopes[n / 2] : 0;
}

enum verdict check_stream_rate(const struct check_run *run)
{
	const struct session_camera *camera = run->camera;
	const uint64_t *end_ns = camera->end_ns + camera->desc.frames_to_skip;
	unsigned count = camera->end_count - camera->desc.frames_to_skip;
	double want = (double)stream_frame_ns(camera), mean, jitter = 0;
	double tolerance = run->session->plan.rate_tolerance_permille / 1000.0;

	if (camera->end_count < camera->desc.frames_to_skip + 2u)
		return check_skip(run, "a rate needs two frames after the skipped ones, %u ended",
				  camera->end_count);
	count = count < RATE_FRAMES ? count : RATE_FRAMES;
	mean = median_frame_ns(end_ns, count);
	for (unsigned i = 1; i < count; i++) {
		double off = (double)(end_ns[i] - end_ns[i - 1]) - mean;

		jitter = off > jitter ? off : -off > jitter ? -off : jitter;
	}
	report_camera(&run->session->report, camera->board->name)->fps = 1e9 / mean;
	report_number(run->facts, "fps", 1e9 / mean);
	report_number(run->facts, "frames", count);
	report_number(run->facts, "jitter-us", jitter / 1000);
	report_number(run->facts, "lost", camera->lost);
	if (want == 0)
		return check_skip(run, "the sensor file does not say how long a frame takes");
	report_number(run->facts, "want-fps", 1e9 / want);
	if (mean < want * (1 - tolerance) || mean > want * (1 + tolerance))
		return verdict_of(
			diag_fail(&run->session->diag, FL_ERR_MISMATCH,
				  "the sensor's input clock is off, or its file's timing is wrong",
				  "%.2f frames/s, want %.2f within %u/1000", 1e9 / mean, 1e9 / want,
				  run->session->plan.rate_tolerance_permille));
	return VERDICT_PASS;
}

/* ---- cycles ------------------------------------------------------------------------------ */

static enum fl_err one_cycle(struct session *session, struct session_camera *camera)
{
	struct video_buffer *buffer;
	enum fl_err err = stream_start(session, camera, camera->queue->count, NULL), step;

	if (err)
		return err;
	err = stream_next(session, camera, &buffer);
	if (!err && buffer->bytes < camera->queue->frame_bytes)
		err = diag_fail(&session->diag, FL_ERR_MISMATCH, NULL,
				"the frame has %u bytes, want %zu", buffer->bytes,
				camera->queue->frame_bytes);
	if (!err && video_untouched(camera->queue, buffer, camera->mode->height))
		err = diag_fail(&session->diag, FL_ERR_MISMATCH, NULL,
				"the frame is not all in memory, whatever the device says");
	step = stream_stop(session, camera);
	return err ? err : step;
}

enum verdict check_stream_cycles(const struct check_run *run)
{
	unsigned good = 0, cycles = run->session->plan.cycles;
	char first[320] = "";

	for (unsigned i = 0; i < cycles && !session_cancelled(run->session); i++) {
		struct diag *diag = &run->session->diag;

		if (one_cycle(run->session, run->camera) == FL_OK)
			good++;
		else if (!first[0])
			text_copy(first, sizeof first, diag->message);
		diag_clear(diag);
	}
	report_number(run->facts, "cycles", cycles);
	report_number(run->facts, "good", good);
	if (!cycles)
		return check_skip(run, "the plan asks for none");
	if (run->session->is_cancelled)
		return check_skip(run, "the operator pressed ESC");
	if (good == cycles)
		return VERDICT_PASS;
	return verdict_of(diag_fail(&run->session->diag, FL_ERR_MISMATCH,
				    "an intermittent start: sensor power-up time, clock, or the "
				    "link's first transition",
				    "%u of %u starts gave a frame; the first that failed: %s", good,
				    cycles, first));
}
