/* check_image.c: rungs 16 and 18: test pattern, statistics of the scene. */
#include "checks/checks.h"
#include "core/field.h"
#include "core/mem.h"

#define PATTERN_FRAMES 2u

/* Two frames of the pattern into `images`; samples are the caller's to free even on failure. */
static enum fl_err capture_pattern(struct session *session, struct session_camera *camera,
				   struct image *images, struct session_frame *frames)
{
	enum fl_err err, step;

	frame_forget(camera);
	err = stream_start(&camera->stream, STREAM_BUFFERS_MIN, camera->pattern);
	if (err)
		return err;
	for (unsigned i = 0; !err && i < PATTERN_FRAMES; i++) {
		struct frame_buffer *buffer;

		err = stream_next(&camera->stream, &buffer);
		if (!err && queue_untouched(camera->stream.queue, buffer, camera->mode->height))
			err = diag_fail(&session->diag, FL_ERR_MISMATCH, "see stream.frame",
					"a frame of the pattern is not all in memory, whatever the "
					"device says");
		if (!err)
			frames[i] = (struct session_frame){.sequence = buffer->sequence,
							   .bytes = buffer->bytes,
							   .errors = buffer->errors,
							   .time_ns = buffer->time_ns,
							   .buffer = buffer};
	}
	step = stream_stop(&camera->stream);
	err = err ? err : step;
	for (unsigned i = 0; !err && i < PATTERN_FRAMES; i++) {
		err = frame_unpack(session, camera, frames[i].buffer, &images[i], NULL,
				   &session->diag);
		if (!err && diag_failed(&session->diag))
			err = FL_ERR_MISMATCH;
		images[i].bayer = camera->pattern->look.bayer;
	}
	return err;
}

/* What the pattern did to the registers of the mode has to be undone; that its picture is gone, stream.cycles sees. */
static enum fl_err judge_off(struct session *session, struct session_camera *camera)
{
	struct sensor_read_back back;
	enum fl_err err = sensor_verify(&camera->sensor, &back);

	if (err || back.different <= camera->different)
		return err;
	return diag_fail(
		&session->diag, FL_ERR_MISMATCH,
		"the 'off' lines of the pattern in the sensor file have to undo its 'on' lines",
		"pattern %s was switched off, but register 0x%04x is 0x%0*x, and the mode sets "
		"0x%0*x",
		camera->pattern->look.name, back.first[0].reg, 2 * back.first[0].width,
		back.first[0].seen, 2 * back.first[0].width, back.first[0].want);
}

/* Of a picture that is right, or of a kind that nobody knows: link errors need no picture. */
static enum fl_err judge_link(struct session *session, const struct session_camera *camera,
			      enum fl_err picture)
{
	const struct diag told = session->diag;
	enum fl_err err;

	if (picture && picture != FL_ERR_UNSUPPORTED)
		return picture;
	diag_clear(&session->diag);
	err = stream_judge_errors(&camera->stream);
	if (err)
		return err;
	session->diag = told;
	return picture;
}

enum verdict check_image_pattern(const struct check_run *run)
{
	struct session *session = run->session;
	struct session_camera *camera = run->camera;
	struct image images[PATTERN_FRAMES] = {{.samples = NULL}};
	struct session_frame frames[PATTERN_FRAMES] = {{.buffer = NULL}};
	unsigned bad = 0;
	enum fl_err err;

	if (!camera->pattern)
		return check_skip(run,
				  "the plan switches patterns off, or the sensor file has none");
	report_text(run->facts, "pattern", "%s", camera->pattern->look.name);
	report_text(run->facts, "exact", "%s", camera->pattern->look.is_exact ? "yes" : "no");
	err = capture_pattern(session, camera, images, frames);
	for (unsigned i = 0; !err && i < PATTERN_FRAMES; i++) {
		err = judge_pattern(&images[i], &camera->pattern->look, &session->diag);
		bad = i;
	}
	if (!err)
		err = judge_sequence(&images[0], &images[1], &camera->pattern->look,
				     &session->diag);
	if (err && err != FL_ERR_UNSUPPORTED &&
	    images[bad]
		    .samples) { /* the evidence goes to the stick, the verdict stays what it is */
		struct diag verdict = session->diag;

		report_number(run->facts, "file", camera->next_file);
		frame_store(session, camera, &frames[bad], "FAIL");
		session->diag = verdict;
	}
	err = judge_link(session, camera, err);
	for (unsigned i = 0; i < PATTERN_FRAMES; i++)
		platform_free(images[i].samples);
	if (!err)
		err = judge_off(session, camera);
	return err == FL_ERR_UNSUPPORTED ? VERDICT_SKIP
					 : verdict_of(err); /* no verdict is known for its kind */
}

/* Planes as they lie in the first two lines: 0 1 / 2 3. */
static void report_plane(const struct check_run *run, unsigned plane,
			 const struct image_statistics *s)
{
	const struct {
		const char *what;
		double value;
	} rows[] = {
		{"mean", s->plane[plane].mean},
		{"deviation", s->plane[plane].deviation},
		{"minimum", s->plane[plane].minimum},
		{"maximum", s->plane[plane].maximum},
	};
	char key[32];

	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
		text_format(key, sizeof key, "plane%u-%s", plane, rows[i].what);
		report_number(run->facts, key, rows[i].value);
	}
}

static void report_statistics(const struct check_run *run, const struct image_statistics *s)
{
	for (unsigned i = 0; i < 4; i++)
		report_plane(run, i, s);
	report_number(run->facts, "black-level", s->black);
	report_text(run->facts, "black-level-from", "%s", black_source_name(s->black_source));
	report_number(run->facts, "clipped-percent", s->clipped * 100);
	report_number(run->facts, "dark-area-percent", s->dark_area * 100);
	report_number(run->facts, "noise", s->noise);
	report_number(run->facts, "red-percent", s->red * 100);
	report_number(run->facts, "blue-percent", s->blue * 100);
	report_number(run->facts, "green-balance-percent", s->green_balance * 100);
	report_number(run->facts, "shading-percent", s->shading * 100);
	if (s->step)
		report_number(run->facts, "blur-percent", s->blur * 100);
	else
		report_text(run->facts, "blur-percent", "not judged: no edge to focus on");
	report_number(run->facts, "hot-pixels", s->hot);
	report_number(run->facts, "dead-pixels", s->dead);
	report_number(run->facts, "defect-clusters", s->clusters);
	report_number(run->facts, "dead-rows", s->dead_rows + s->missing_lines);
	report_number(run->facts, "odd-row", s->odd_row.value);
	report_number(run->facts, "stripes", s->stripes.height);
}

/* <golden>/<camera>-<mode>.pgm, else <golden>/<camera>.pgm for all modes; NULL when there is none. */
static void *read_golden(const struct check_run *run, char *path, size_t capacity, size_t *size)
{
	const struct session_camera *camera = run->camera;
	const char *directory = run->session->plan.golden;
	void *file = NULL;

	text_format(path, capacity, "%s/%s-%s.pgm", directory, camera->board->name,
		    camera->mode->name);
	if (platform_file_read(path, &file, size) == FL_OK)
		return file;
	text_format(path, capacity, "%s/%s.pgm", directory, camera->board->name);
	return platform_file_read(path, &file, size) == FL_OK ? file : NULL;
}

/* The picture of a good unit, where the stick has one. */
static enum fl_err judge_against_golden(const struct check_run *run)
{
	const struct image_statistics *s = &run->camera->statistics;
	const struct plan *plan = &run->session->plan;
	struct golden_result result;
	struct golden golden;
	char path[160];
	size_t size;
	void *file = *plan->golden ? read_golden(run, path, sizeof path, &size) : NULL;
	enum fl_err err;

	if (!file) {
		report_text(run->facts, "golden",
			    "none: a picture that is turned, or dark in "
			    "places, is not judged");
		return FL_OK;
	}
	report_text(run->facts, "golden", "%s", path);
	err = golden_parse(file, size, s->black, &golden);
	platform_free(file);
	if (err)
		return diag_fail(&run->session->diag, err, "store it with format = pgm",
				 "%s is no 16-bit PGM of at least 32x24 samples", path);
	golden_compare(s, &golden, &result);
	report_number(run->facts, "golden-light-percent", result.light * 100);
	report_number(run->facts, "golden-likeness-percent", result.likeness * 100);
	report_number(run->facts, "obstruction-percent", result.obstructed * 100);
	report_number(run->facts, "golden-offset", result.offset);
	return judge_golden(&result, &plan->image, &run->session->diag);
}

/* Noise is never twice the same. */
static enum fl_err judge_motion(const struct check_run *run)
{
	const struct session_camera *camera = run->camera;

	report_number(run->facts, "repeated-frames", camera->repeated);
	if (camera->pictures < 2)
		report_text(run->facts, "frozen", "not judged: that takes two frames");
	if (!camera->repeated || run->session->plan.image.static_scene)
		return FL_OK;
	return diag_fail(
		&run->session->diag, FL_ERR_MISMATCH,
		"a source that really stands still, like a generator: static-scene = yes",
		"frozen: %u of %u frames equal the one before in every sample: no noise at "
		"all: shutter or stuck pipeline?",
		camera->repeated, camera->pictures);
}

enum verdict check_image_statistics(const struct check_run *run)
{
	const struct session_camera *camera = run->camera;
	const struct image_statistics *s = &camera->statistics;
	const struct image image = {.width = camera->mode->width,
				    .height = camera->mode->height,
				    .bayer = camera->desc.bayer,
				    .black_level = camera->desc.black_level};
	enum fl_err err;

	if (camera->shows_pattern)
		return check_skip(run, "the frames show the test pattern, no scene");
	if (!camera->has_statistics)
		return check_skip(run, "no frame could be measured");
	report_number(run->facts, "rotation", camera->board->rotation);
	if (*camera->board->orientation)
		report_text(run->facts, "orientation", "%s", camera->board->orientation);
	report_statistics(run, s);
	err = judge_statistics(&image, s, &run->session->plan.image, &run->session->diag);
	if (!err)
		err = judge_against_golden(run);
	if (err == FL_ERR_INVALID) /* the stick's file, not the camera */
		return VERDICT_ERROR;
	return verdict_of(err ? err : judge_motion(run));
}
