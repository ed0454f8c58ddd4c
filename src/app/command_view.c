/* command_view.c: `view`: a live picture of one camera until ESC. */
#include "app/app.h"
#include "screen/screen.h"

#define VIEW_BUFFERS 4u

/* What the plan names and this camera lacks, and another one has; or a register list at all. */
static bool lacks(struct session *session, const struct session_camera *camera)
{
	const struct plan *plan = &session->plan;

	if (camera->desc.is_identify_only)
		session_print(session, "# %s is identified only\n", camera->board->name);
	else if (camera->lacks_mode || camera->lacks_pattern)
		session_print(session, "# %s: no %s %s\n", camera->board->name,
			      camera->lacks_mode ? "mode" : "pattern",
			      camera->lacks_mode ? plan->mode : plan->pattern);
	return camera->desc.is_identify_only || camera->lacks_mode || camera->lacks_pattern;
}

static enum fl_err up_to_its_mode(struct session *session, struct session_camera *camera)
{
	enum fl_err err = camera->sensor_file;

	if (err) {
		session->diag = camera->trouble;
		return err;
	}
	err = session_camera_power(session, camera);
	if (!err)
		err = sensor_identify(&camera->sensor, &(uint32_t){0});
	if (!err)
		err = sensor_configure(&camera->sensor, camera->mode);
	return err;
}

/* The first selected camera that has what was asked for and gets as far as its mode. NULL when none does;
 * *failure is then what became of the first that was tried, FL_OK when none has what was asked for. */
static struct session_camera *bring_up(struct session *session, enum fl_err *failure)
{
	*failure = FL_OK;
	for (unsigned i = 0; i < session->camera_count; i++) {
		struct session_camera *camera = &session->cameras[i];
		enum fl_err err;

		if (!camera->is_selected || lacks(session, camera))
			continue;
		err = up_to_its_mode(session, camera);
		if (!err)
			return camera;
		*failure = *failure ? *failure : err;
		session_print(session, "# %s: %s\n", camera->board->name, session->diag.message);
		diag_clear(&session->diag);
	}
	diag_fail(&session->diag, FL_ERR_NOTFOUND, "see: probe", "no camera to look through");
	return NULL;
}

/*
 * A picture takes longer than frames do, so it is made in bands, and between two of them the receiver is
 * looked at: its ring is full of entries for 32 frames, 266 ms at 120 frames/s.
 */
#define BAND_LINES 64u

/* The frame's samples, band by band. */
static void unpack(const struct session_camera *camera, const struct frame_buffer *buffer,
		   uint8_t *packed, uint16_t *samples)
{
	const struct sensor_mode *mode = camera->mode;
	const struct camera_layout *layout = &camera->stream.queue->layout;
	const size_t stride = layout->stride;

	for (unsigned y = 0; y < mode->height; y += BAND_LINES) {
		unsigned lines = mode->height - y < BAND_LINES ? mode->height - y : BAND_LINES;

		dma_read(buffer->base.pixels, y * stride, packed, lines * stride);
		format_unpack(layout->format, packed, mode->width, lines,
			      samples + (size_t)y * mode->width, cpu_has_ssse3());
		queue_look(camera->stream.queue);
	}
}

static void look_between_bands(void *queue)
{
	queue_look(queue);
}

/* Into the screen's memory, then to the screen. */
static void show(struct session *session, const struct session_camera *camera,
		 struct screen *screen, const struct picture *picture, uint32_t sequence)
{
	char line[96];

	screen_fill(screen, 0, 0, screen->width, screen->height, 0);
	queue_look(camera->stream.queue);
	screen_picture(screen, 0, 0, screen->width, screen->height, picture);
	text_format(line, sizeof line, "%s %s frame %u, %u errors, ESC ends", camera->board->name,
		    camera->mode->name, sequence, camera_errors(session->device));
	screen_text(screen, 8, 8, 1, 0x00ffffff, line);
	for (unsigned y = 0; y < screen->height; y += BAND_LINES / 4) {
		queue_look(camera->stream.queue);
		screen_show_band(screen, y, BAND_LINES / 4);
	}
}

static enum fl_err show_frame(struct session *session, const struct session_camera *camera,
			      struct screen *screen, const struct frame_buffer *buffer)
{
	const struct sensor_mode *mode = camera->mode;
	struct image image = {.width = mode->width,
			      .height = mode->height,
			      .rotation = camera->board->rotation,
			      .bayer = camera->desc.bayer,
			      .black_level = camera->desc.black_level};
	struct picture picture = {0};
	uint8_t *packed = platform_alloc(BAND_LINES * camera->stream.queue->layout.stride);
	enum fl_err err = FL_ERR_NOMEM;

	image.samples = platform_alloc((size_t)image.width * image.height * sizeof *image.samples);
	if (packed && image.samples) {
		unpack(camera, buffer, packed, image.samples);
		err = picture_develop_in_bands(&image, screen->width, screen->height, &picture,
					       look_between_bands, camera->stream.queue);
	}
	platform_free(packed);
	platform_free(image.samples);
	if (err)
		return diag_fail(&session->diag, err, NULL, "the picture could not be made (%s)",
				 fl_err_name(err));
	show(session, camera, screen, &picture, buffer->sequence);
	picture_free(&picture);
	return FL_OK;
}

/* Whoever puts the camera back stops the stream, and says how that went. */
static enum fl_err loop(struct session *session, struct session_camera *camera,
			struct screen *screen)
{
	enum fl_err err = stream_start(&camera->stream, VIEW_BUFFERS, camera->pattern);

	while (!err && !session_cancelled(session)) {
		struct frame_buffer *buffer;

		err = stream_next(&camera->stream, &buffer);
		if (!err)
			err = show_frame(session, camera, screen, buffer);
		if (!err)
			err = queue_enqueue(camera->stream.queue, buffer->index);
	}
	if (err != FL_ERR_CANCELLED)
		return err;
	diag_clear(&session->diag); /* how a view ends */
	return FL_OK;
}

/* As in the ladder: a camera that shows no picture has failed, what stick or host lack is an error. */
static int end(struct session *session, enum fl_err err)
{
	if (!err)
		return APP_PASS;
	app_fail(session);
	return verdict_of(err) == VERDICT_FAIL ? APP_FAIL : APP_ERROR;
}

int command_view(struct session *session, const char *const *words, size_t count)
{
	struct session_camera *camera;
	struct screen screen;
	enum fl_err err;

	(void)words;
	(void)count;
	err = session_find_board(session);
	if (!err)
		err = session_open_buses(session);
	if (!err)
		err = session_open_device(session);
	if (err)
		return end(session, err);
	camera = bring_up(session, &err);
	if (!camera)
		return err ? end(session, err) : app_fail(session);
	if (!*session->plan.pattern)
		camera->pattern = NULL; /* a scene, unless a pattern was asked for */
	session_print(session, "# view of %s, mode %s; ESC ends\n", camera->board->name,
		      camera->mode->name);
	if (!screen_open(&screen)) {
		diag_fail(&session->diag, FL_ERR_UNSUPPORTED, "use capture and look at the files",
			  "no framebuffer to show pictures on");
		return app_fail(session);
	}
	err = stream_request(&camera->stream, VIEW_BUFFERS);
	if (!err)
		err = loop(session, camera, &screen);
	screen_close(&screen);
	return end(session, err);
}
