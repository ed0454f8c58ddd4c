/* frame.c: from a buffer that the device filled to files on the stick. */
#include "camera/session/session.h"
#include "core/mem.h"

#define PREVIEW_WIDTH  1056u
#define PREVIEW_HEIGHT 784u

static const char *bayer_name(enum bayer bayer)
{
	static const char *const names[] = {"GRBG", "RGGB", "BGGR", "GBRG", "mono"};

	return names[bayer];
}

enum fl_err frame_unpack(struct session *session, const struct session_camera *camera,
			 const struct frame_buffer *buffer, struct image *image, uint8_t **packed,
			 struct diag *odd)
{
	const struct sensor_mode *mode = camera->mode;
	const struct pixel_format *format = camera->stream.queue->layout.format;
	size_t bytes = camera->stream.queue->layout.frame_bytes, beyond = 0;
	uint8_t *raw = platform_alloc(bytes);
	enum fl_err err = FL_OK;

	*image = (struct image){.width = mode->width,
				.height = mode->height,
				.bayer = camera->desc.bayer,
				.black_level = camera->desc.black_level,
				.rotation = camera->board->rotation};
	image->samples =
		platform_alloc((size_t)mode->width * mode->height * sizeof *image->samples);
	if (!raw || !image->samples) {
		err = diag_fail(&session->diag, FL_ERR_NOMEM, "fewer frames: --frames",
				"no memory to unpack a frame of %zu bytes", bytes);
		goto out_free;
	}
	dma_read(buffer->base.pixels, 0, raw, bytes);
	beyond = format_unpack(format, raw, mode->width, mode->height, image->samples,
			       cpu_has_ssse3());
	if (beyond)
		diag_fail(odd, FL_ERR_MISMATCH,
			  "memory that the receiver left out, or samples at the other end of "
			  "their words",
			  "frame %u has %zu pixels of more than %u bits", buffer->sequence, beyond,
			  format->bits);
	if (packed)
		*packed = raw;
	else
		platform_free(raw);
	return FL_OK;

out_free:
	platform_free(raw);
	platform_free(image->samples);
	image->samples = NULL;
	return err;
}

void frame_forget(struct session_camera *camera)
{
	for (unsigned i = 1; i < camera->frame_count; i++)
		camera->frames[i].buffer = NULL;
}

/* ---- one frame's files ------------------------------------------------------------------- */

struct frame_files {
	struct session *session;
	struct session_camera *camera;
	char base[96]; /* "frames/ov5670-0000" */
};

static enum fl_err write_file(struct frame_files *files, const char *extension, const void *data,
			      size_t size)
{
	char name[112];
	enum fl_err err;

	text_format(name, sizeof name, "%s.%s", files->base, extension);
	err = store_file(files->session, name, data, size);
	files->camera->files_written += !err;
	return err;
}

static enum fl_err write_bytes(struct frame_files *files, const char *extension, enum fl_err err,
			       struct file_bytes *bytes)
{
	if (err)
		return diag_fail(&files->session->diag, err, "fewer frames: --frames",
				 "%s.%s could not be encoded (%s)", files->base, extension,
				 fl_err_name(err));
	err = write_file(files, extension, bytes->data, bytes->size);
	file_bytes_free(bytes);
	return err;
}

/* Of the sensor file, or what the first frame of the scene says. */
static void write_black(struct text_buffer *text, const struct session_camera *camera)
{
	const struct image_statistics *statistics = &camera->statistics;

	if (camera->has_statistics)
		text_append(text, "  \"black_level\": %u,\n  \"black_level_from\": \"%s\",\n",
			    statistics->black, black_source_name(statistics->black_source));
	else if (camera->desc.black_level)
		text_append(text, "  \"black_level\": %u,\n  \"black_level_from\": \"%s\",\n",
			    camera->desc.black_level, black_source_name(BLACK_OF_FILE));
	else
		text_append(text, "  \"black_level\": null,\n");
}

static enum fl_err write_sidecar(struct frame_files *files, const struct report_frame *entry,
				 uint32_t device_timestamp)
{
	const struct session_camera *camera = files->camera;
	const struct sensor_mode *mode = camera->mode;
	struct text_buffer text = {0};
	enum fl_err err;

	text_append(&text, "{\n  \"camera\": \"%s\",\n  \"sensor\": \"%s\",\n  \"mode\": \"%s\",\n",
		    camera->board->name, camera->desc.name, mode->name);
	text_append(
		&text,
		"  \"width\": %u,\n  \"height\": %u,\n  \"stride\": %u,\n  \"format\": \"%s\",\n",
		entry->width, entry->height, entry->stride, entry->format);
	text_append(&text, "  \"bayer\": \"%s\",\n  \"bits\": %u,\n",
		    bayer_name(camera->desc.bayer), camera->desc.bits);
	write_black(&text, camera);
	text_append(&text, "  \"rotation\": %u,\n  \"orientation\": \"%s\",\n",
		    camera->board->rotation, camera->board->orientation);
	text_append(&text, "  \"port\": %u,\n  \"lanes\": %u,\n  \"link_frequency\": %llu,\n",
		    camera->board->port, camera->board->data_lanes,
		    (unsigned long long)mode->link_frequency);
	text_append(&text, "  \"sequence\": %u,\n  \"bytes\": %llu,\n  \"xxh3\": \"%016llx\",\n",
		    entry->sequence, (unsigned long long)entry->bytes,
		    (unsigned long long)entry->xxh3);
	text_append(&text, "  \"timestamp_us\": %llu,\n  \"device_timestamp\": %u,\n",
		    (unsigned long long)entry->timestamp_us, device_timestamp);
	text_append(&text, "  \"errors\": %u,\n  \"pattern\": \"%s\"\n}\n", entry->errors,
		    entry->pattern);
	err = text.failed ? diag_fail(&files->session->diag, FL_ERR_NOMEM, NULL,
				      "no memory for %s.json", files->base)
			  : write_file(files, "json", text.data, text.length);
	text_buffer_free(&text);
	return err;
}

/* Is it the same picture as the last one? The first of a camera is measured and shown, too. */
static void look_at(struct session_camera *camera, const struct image *image)
{
	uint64_t picture = image_xxh3(image->samples, (size_t)image->width * image->height *
							      sizeof *image->samples);

	camera->repeated += camera->pictures && picture == camera->picture;
	camera->picture = picture;
	camera->pictures++;
	if (camera->has_statistics)
		return;
	camera->has_statistics = image_measure(image, &camera->statistics) == FL_OK;
	if (!camera->preview.pixels)
		picture_develop(image, PREVIEW_WIDTH, PREVIEW_HEIGHT, &camera->preview);
}

/* What of the next frame is stored: nothing of those that have no room (space.c). */
static unsigned formats_of_next(const struct session *session, const struct session_camera *camera)
{
	const struct space *space = &session->space;

	if (!space->is_known)
		return session->plan.formats;
	if (space->frames < session->plan.frames && camera->next_file >= space->frames)
		return 0;
	return space->formats;
}

static enum fl_err write_pictures(struct frame_files *files, const struct image *image,
				  unsigned formats)
{
	struct file_bytes bytes = {0};
	enum fl_err err = FL_OK;

	if (formats & FORMAT_PGM)
		err = write_bytes(files, "pgm", pgm_encode(image, &bytes), &bytes);
	if (!err && (formats & FORMAT_PNG)) {
		struct picture picture = {0};

		err = picture_develop(image, PREVIEW_WIDTH, PREVIEW_HEIGHT, &picture);
		if (!err)
			err = png_encode(&picture, &bytes);
		err = write_bytes(files, "png", err, &bytes);
		picture_free(&picture);
	}
	if (!err && (formats & FORMAT_DNG))
		err = write_bytes(files, "dng",
				  dng_encode(image, files->camera->board->name, &bytes), &bytes);
	return err;
}

static void enter_in_report(struct frame_files *files, const struct session_frame *frame,
			    const char *pattern, const uint8_t *packed, struct report_frame *entry)
{
	const struct session_camera *camera = files->camera;

	text_copy(entry->camera, sizeof entry->camera, camera->board->name);
	text_copy(entry->format, sizeof entry->format,
		  camera->stream.queue->layout.format->fourcc[camera->desc.bayer]);
	text_copy(entry->pattern, sizeof entry->pattern, pattern);
	entry->sequence = frame->sequence;
	entry->width = camera->mode->width;
	entry->height = camera->mode->height;
	entry->stride = (unsigned)camera->stream.queue->layout.stride;
	entry->bytes = camera->stream.queue->layout.frame_bytes;
	entry->xxh3 = image_xxh3(packed, entry->bytes);
	entry->timestamp_us = frame->time_ns / 1000;
	entry->errors = frame->errors;
}

/* The frame's verdict when a pattern was asked for; the first that fails keeps its reason. */
static const char *judge(struct session_camera *camera, struct image *image)
{
	struct diag diag = {0};

	image->bayer = camera->pattern->look.bayer;
	if (judge_pattern(image, &camera->pattern->look, &diag) == FL_OK)
		return "PASS";
	if (!diag_failed(&camera->judged))
		camera->judged = diag;
	return "FAIL";
}

enum fl_err frame_store(struct session *session, struct session_camera *camera,
			const struct session_frame *frame, const char *pattern)
{
	struct frame_files files = {.session = session, .camera = camera};
	const unsigned formats = formats_of_next(session, camera);
	struct report_frame *entry;
	struct image image;
	uint8_t *packed = NULL;
	enum fl_err err = frame_unpack(session, camera, frame->buffer, &image, &packed,
				       &camera->judged); /* it is evidence, and stored */

	if (err)
		return err;
	text_format(files.base, sizeof files.base, "frames/%s-%04u", camera->board->name,
		    camera->next_file++);
	if (text_equal(pattern, "none"))
		look_at(camera, &image);
	if (camera->shows_pattern && camera->pattern)
		pattern = judge(camera, &image);
	entry = report_frame(&session->report);
	enter_in_report(&files, frame, pattern, packed, entry);
	if (formats & FORMAT_RAW)
		err = write_file(&files, "raw", packed, entry->bytes);
	if (!err && (formats & FORMAT_RAW))
		text_format(entry->file, sizeof entry->file, "%s.raw", files.base);
	if (!err && (formats & FORMAT_JSON))
		err = write_sidecar(&files, entry, frame->buffer->device_timestamp);
	if (!err)
		err = write_pictures(&files, &image, formats);
	platform_free(image.samples);
	platform_free(packed);
	return err;
}
