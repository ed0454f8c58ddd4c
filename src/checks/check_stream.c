/* check_stream.c: rungs 13 to 19 but the pictures: start, frames, errors, rate, cycles. */
#include "checks/checks.h"
#include "camera/stream/rate.h"
#include "core/mem.h"

static unsigned wanted(const struct plan *plan)
{
	return plan->frames < SESSION_FRAMES ? plan->frames : SESSION_FRAMES;
}

/* Frames of the stream that starts next: a batch is what buffers have room for. */
static unsigned batch_of(const struct session *session, const struct session_camera *camera)
{
	unsigned left = wanted(&session->plan) - camera->frame_count;
	unsigned room = stream_free_buffers(&camera->stream);

	return left < room ? left : room;
}

/* Of the scene, or of the pattern where that was asked for. The buffers of earlier frames are used again. */
static enum fl_err start_batch(struct session *session, struct session_camera *camera)
{
	frame_forget(camera);
	return stream_start(&camera->stream, batch_of(session, camera),
			    camera->shows_pattern ? camera->pattern : NULL);
}

enum verdict check_stream_start(const struct check_run *run)
{
	struct session *session = run->session;
	struct session_camera *camera = run->camera;
	const struct plan *plan = &session->plan;
	enum fl_err err =
		stream_request(&camera->stream, plan->buffers ? plan->buffers : wanted(plan));

	report_text(run->facts, "mode", "%s", camera->mode->name);
	if (!err)
		err = start_batch(session, camera);
	if (camera->stream.queue)
		report_number(run->facts, "buffers", camera->stream.queue->count);
	if (run->device)
		report_number(run->facts, "starts", run->device->frames_started);
	return verdict_of(err);
}

/* ---- frames ------------------------------------------------------------------------------ */

static enum fl_err judge_frame(const struct stream *stream, const struct session_frame *frame,
			       unsigned index, struct diag *diag)
{
	const struct camera_layout *layout = &stream->queue->layout;
	enum fl_err err = stream_judge_size(stream, frame->bytes, frame->errors, index, diag);

	if (err)
		return err;
	if (frame->untouched)
		return diag_fail(
			diag, FL_ERR_MISMATCH,
			"DMA or cache: the device says that it wrote what memory does not show",
			"frame %u: %u of %zu units of %u bytes still hold what was there before "
			"the frame",
			index, frame->untouched, layout->frame_bytes / layout->format->unit_bytes,
			layout->format->unit_bytes);
	return FL_OK;
}

static struct session_frame frame_in(const struct session_camera *camera,
				     struct frame_buffer *buffer)
{
	return (struct session_frame){
		.sequence = buffer->sequence,
		.bytes = buffer->bytes,
		.errors = buffer->errors,
		.untouched = queue_untouched(camera->stream.queue, buffer, camera->mode->height),
		.time_ns = buffer->time_ns,
		.buffer = buffer,
	};
}

/* Frames over which the rate is measured: a second of video, and once round the ring, so that entries
 * armed anew while streaming are used again. */
#define RATE_FRAMES 34u

/* The first stretch gives the times: nothing but looks at the receiver, and longer than its frames need. */
static enum fl_err wait_for_batch(struct session *session, struct session_camera *camera,
				  unsigned frames)
{
	struct frame_queue *queue = camera->stream.queue;
	enum fl_err err = stream_wait(&camera->stream, frames);

	if (camera->frame_count)
		return err;
	if (!err)
		err = stream_wait_times(&camera->stream, RATE_FRAMES);
	camera->time_count = queue->time_count;
	memcpy(camera->times, queue->times, sizeof camera->times);
	if (err == FL_ERR_AWAY && queue->done_count >= frames) {
		diag_clear(&session->diag); /* the rate is another check's matter, and says so */
		err = FL_OK;
	}
	return err;
}

/* What has arrived, also when more was wanted. */
static void keep_frames(struct session *session, struct session_camera *camera)
{
	struct frame_buffer *buffer;

	while (camera->frame_count < wanted(&session->plan) && camera->stream.queue->done_count &&
	       queue_dequeue(camera->stream.queue, 0, &buffer) == FL_OK)
		camera->frames[camera->frame_count++] = frame_in(camera, buffer);
	if (camera->frame_count) /* for the checks that look at it in memory */
		camera->stream.kept = camera->frames[0].buffer;
}

static void stop(struct session *session, struct session_camera *camera)
{
	struct diag kept = session->diag;

	diag_clear(&session->diag);
	stream_stop(&camera->stream);
	if (!diag_failed(&camera->stop))
		camera->stop = session->diag; /* the matter of stream.stop */
	session->diag = kept;
}

/* Between two batches: their buffers are needed again. The first failure to store is files.written's matter. */
static void store_frames(struct session *session, struct session_camera *camera)
{
	for (unsigned i = 0; i < camera->frame_count && !session_cancelled(session); i++) {
		struct session_frame *frame = &camera->frames[i];

		if (frame->is_stored || !frame->buffer || diag_failed(&camera->write))
			continue;
		frame->is_stored = true;
		if (frame_store(session, camera, frame, "none"))
			camera->write = session->diag;
		diag_clear(&session->diag);
	}
}

/* Batch by batch: the receiver streams, then frames are stored while it does not. Disk and screen can
 * be as slow as they like. */
static enum fl_err capture(struct session *session, struct session_camera *camera)
{
	unsigned batches = 0;
	enum fl_err err;

	for (;;) {
		err = wait_for_batch(session, camera, batch_of(session, camera));
		keep_frames(session, camera);
		stop(session, camera);
		batches++;
		if (err || camera->frame_count >= wanted(&session->plan) ||
		    diag_failed(&camera->stop))
			break;
		store_frames(session, camera);
		err = session->is_cancelled ? FL_ERR_CANCELLED : start_batch(session, camera);
		if (err)
			break;
	}
	camera->batches = batches;
	return err;
}

/* A frame that is wrong by itself is the first cause of what came after it. */
static enum fl_err judge_frames(struct session *session, const struct session_camera *camera)
{
	struct diag found = {.trace = session->diag.trace};
	enum fl_err err = FL_OK;

	for (unsigned i = 0; !err && i < camera->frame_count; i++)
		err = judge_frame(&camera->stream, &camera->frames[i], i, &found);
	if (err)
		session->diag = found;
	return err;
}

static void tell_frames(const struct check_run *run)
{
	const struct session_camera *camera = run->camera;

	report_number(run->facts, "frames", camera->frame_count);
	report_number(run->facts, "bytes", camera->frame_count ? camera->frames[0].bytes : 0);
	report_number(run->facts, "want-bytes", (double)camera->stream.queue->layout.frame_bytes);
	report_number(run->facts, "starts", run->device->frames_started);
	report_number(run->facts, "ends", run->device->frames_ended);
	report_number(run->facts, "batches", camera->batches);
	if (camera->stream.host_away)
		report_number(run->facts, "restarts-host-away", camera->stream.host_away);
	if (camera->stream.queue->untrusted)
		report_number(run->facts, "frames-lost-by-host", camera->stream.queue->untrusted);
}

enum verdict check_stream_frame(const struct check_run *run)
{
	enum fl_err err = capture(run->session, run->camera);
	enum fl_err bad;

	tell_frames(run);
	if (err == FL_ERR_CANCELLED)
		return verdict_of(err);
	bad = judge_frames(run->session, run->camera);
	return verdict_of(bad ? bad : err);
}

enum verdict check_stream_stop(const struct check_run *run)
{
	run->session->diag = run->camera->stop;
	return diag_failed(&run->camera->stop) ? VERDICT_FAIL : VERDICT_PASS;
}

/* ---- errors ------------------------------------------------------------------------------ */

/* Of all streams so far, before the end of their skipped frames: a sensor may start in the middle of a line, and
 * every start but the first after power-up gives errors on good machines (evidence.md 1.5): told, not judged. */
static uint32_t errors_at_start(const struct check_run *run)
{
	const struct camera_device *device = run->device;
	uint32_t sum = 0;

	for (unsigned i = 0; i < device->counter_count; i++)
		if (device->counters[i].is_error)
			sum += run->camera->stream.counted_at_start[i];
	return sum;
}

enum verdict check_stream_errors(const struct check_run *run)
{
	const struct camera_device *device = run->device;
	const struct stream *stream = &run->camera->stream;
	const struct camera_counter *worst = NULL;
	uint32_t errors = 0, most = 0;

	for (unsigned i = 0; i < device->counter_count; i++) {
		const struct camera_counter *counter = &device->counters[i];
		uint32_t seen = stream->counted[i] - stream->counted_at_start[i];

		if (stream->counted[i])
			report_number(run->facts, counter->name, stream->counted[i]);
		if (!counter->is_error)
			continue;
		errors += seen;
		if (seen && (!worst || counter->rank < worst->rank)) {
			worst = counter;
			most = seen;
		}
	}
	report_number(run->facts, "errors", errors);
	report_number(run->facts, "errors-at-start", errors_at_start(run));
	report_number(run->facts, "limit", run->session->plan.max_errors);
	if (!worst || errors <= run->session->plan.max_errors)
		return VERDICT_PASS;
	return verdict_of(diag_fail(&run->session->diag, FL_ERR_MISMATCH, worst->hint,
				    "%u receiver errors (limit %u); %s: %s, %u times", errors,
				    run->session->plan.max_errors, worst->name, worst->meaning,
				    most));
}

/* ---- rate -------------------------------------------------------------------------------- */

/* A rate that is known to a quarter of a percent is judged as it is; a host that was away may leave more
 * open, and then only what is certain is said. */
#define CERTAIN 0.0025

static enum verdict judge_rate(const struct check_run *run, const struct rate *rate, double want_ns)
{
	double tolerance = run->session->plan.rate_tolerance_permille / 1000.0;
	double doubt = rate->uncertainty > CERTAIN ? rate->uncertainty : 0;
	double off = rate->frame_ns / want_ns - 1;

	off = off < 0 ? -off : off;
	if (off > tolerance + doubt)
		return verdict_of(diag_fail(
			&run->session->diag, FL_ERR_MISMATCH,
			"the sensor's input clock is off; frame-us in its file is not what the "
			"mode's registers make; or an exposure beyond the frame lengthens it",
			"%.2f frames/s, want %.2f within %.1f %%", 1e9 / rate->frame_ns,
			1e9 / want_ns, tolerance * 100));
	if (off > tolerance || doubt > (tolerance > 0.01 ? tolerance : 0.01))
		return check_skip(
			run,
			"the machine was away too often to tell: %.2f frames/s, give or take "
			"%.1f %%, want %.2f",
			1e9 / rate->frame_ns, doubt * 100, 1e9 / want_ns);
	return VERDICT_PASS;
}

static void tell_rate(const struct check_run *run, const struct rate *rate, double want_ns)
{
	report_camera(&run->session->report, run->camera->board->name)->fps = 1e9 / rate->frame_ns;
	report_number(run->facts, "fps", 1e9 / rate->frame_ns);
	if (want_ns > 0)
		report_number(run->facts, "want-fps", 1e9 / want_ns);
	report_number(run->facts, "frames", run->camera->time_count);
	report_number(run->facts, "uncertainty-percent", rate->uncertainty * 100);
	report_number(run->facts, "jitter-us", rate->jitter_least * rate->frame_ns / 1000);
	report_number(run->facts, "jitter-percent", rate->jitter_least * 100);
	report_text(run->facts, "jitter-by", "%s",
		    rate->by_device ? "the receiver's time stamps" : "the host's clock, at least");
	if (rate->tick_ns > 0)
		report_number(run->facts, "time-stamp-ns", rate->tick_ns);
}

enum verdict check_stream_rate(const struct check_run *run)
{
	const struct session_camera *camera = run->camera;
	double want_ns = camera->mode->frame_us * 1000.0;
	double limit = run->session->plan.max_jitter_permille / 1000.0;
	struct rate rate;

	if (camera->time_count < 3)
		return check_skip(
			run,
			"the machine was away too often: %u frames in a row were seen after "
			"the skipped ones",
			camera->time_count);
	rate_measure(camera->times, camera->time_count, &rate);
	tell_rate(run, &rate, want_ns);
	if (rate.jitter_least > limit)
		return verdict_of(diag_fail(
			&run->session->diag, FL_ERR_MISMATCH,
			"the sensor's clock or supply is unsteady, or its frame length changes "
			"while it streams",
			"frames come unevenly: one is off by %.1f %% of a frame's time, limit "
			"%.1f %%",
			rate.jitter_least * 100, limit * 100));
	if (want_ns == 0)
		return check_skip(run,
				  "the sensor file does not say how long a frame takes (frame-us)");
	return judge_rate(run, &rate, want_ns);
}

/* ---- cycles ------------------------------------------------------------------------------ */

/* Of these a scene is none. */
static bool is_unlike_a_scene(enum pattern_kind kind)
{
	return kind == PATTERN_BARS || kind == PATTERN_BARS_FADE || kind == PATTERN_SOLID ||
	       kind == PATTERN_COLUMNS || kind == PATTERN_SQUARES;
}

/* A pattern that stays on is what the next one who looks takes for the scene. */
static enum fl_err judge_pattern_gone(struct session *session, const struct session_camera *camera,
				      const struct frame_buffer *buffer)
{
	const struct sensor_pattern *pattern = camera->pattern;
	struct image image = {.samples = NULL};
	struct diag ignored = {.message = ""};
	enum fl_err err;

	if (!pattern || !is_unlike_a_scene(pattern->look.kind))
		return FL_OK;
	err = frame_unpack(session, camera, buffer, &image, NULL, &ignored);
	if (!err && judge_pattern(&image, &pattern->look, &ignored) == FL_OK)
		err = diag_fail(
			&session->diag, FL_ERR_MISMATCH,
			"the 'off' lines of the pattern in the sensor file have to undo its 'on' "
			"lines",
			"pattern %s was switched off, and is still there", pattern->look.name);
	platform_free(image.samples);
	return err;
}

static enum fl_err one_cycle(struct session *session, struct session_camera *camera, unsigned index)
{
	struct frame_buffer *buffer;
	enum fl_err err, step;

	frame_forget(camera);
	err = stream_start(&camera->stream, STREAM_BUFFERS_MIN, NULL);
	if (err)
		return err;
	err = stream_next(&camera->stream, &buffer);
	if (!err) {
		struct session_frame frame = frame_in(camera, buffer);

		err = judge_frame(&camera->stream, &frame, index, &session->diag);
	}
	if (!err)
		err = stream_judge_errors(&camera->stream);
	step = stream_stop(&camera->stream);
	err = err ? err : step;
	return err || index ? err : judge_pattern_gone(session, camera, buffer);
}

enum verdict check_stream_cycles(const struct check_run *run)
{
	unsigned good = 0, tried = 0, cycles = run->session->plan.cycles;
	uint32_t before = errors_at_start(run);
	struct diag first = {0};
	enum fl_err err = FL_OK;

	while (tried < cycles && err != FL_ERR_CANCELLED && err != FL_ERR_AWAY &&
	       !session_cancelled(run->session)) {
		err = one_cycle(run->session, run->camera, tried);
		if (err == FL_ERR_CANCELLED || err == FL_ERR_AWAY)
			break;
		tried++;
		good += err == FL_OK;
		if (err && !diag_failed(&first))
			first = run->session->diag;
		diag_clear(&run->session->diag);
	}
	report_number(run->facts, "cycles", tried);
	report_number(run->facts, "good", good);
	report_number(run->facts, "errors-at-start", errors_at_start(run) - before);
	if (!cycles)
		return check_skip(run, "no start and stop was asked for (cycles = 0)");
	if (good < tried) {
		diag_clear(&run->session->diag);
		run->session->diag.trace = first.trace;
		return verdict_of(
			diag_fail(&run->session->diag, FL_ERR_MISMATCH,
				  *first.hint ? first.hint
					      : "an intermittent start: sensor power-up "
						"time, clock, or the link's first transition",
				  "%u of %u starts gave a good frame; the first that failed: %s",
				  good, tried, first.message));
	}
	return verdict_of(run->session->is_cancelled ? FL_ERR_CANCELLED : err);
}
