/*
 * space.c: what of a run's frames has room on the stick, decided before the first one is taken.
 *
 * The rule: when not everything fits, PGM goes first, then PNG, then DNG, as long as another format
 * remains; then there are fewer frames. Raw frames and their sidecars go last.
 */
#include "camera/session/session.h"
#include "core/field.h"

#define CLUSTER      (32u << 10)   /* the largest that FAT32 is usually made with */
#define RESERVE      (1280u << 10) /* for folders and reports: see store.c */
#define SIDECAR_SIZE 2048u
#define HEADER_SIZE  4096u /* of PGM and DNG, rounded up */
/* A preview is at most 1056 x 784 (frame.c) and half the mode's width and height (picture_develop), and
 * noise does not compress. */
#define PREVIEW_MAX  (1056u * 784u)
/* The frame of a test pattern that fails is evidence, beside those that the plan asks for. */
#define EVIDENCE     1u

static uint64_t clusters(uint64_t size)
{
	return (size + CLUSTER - 1) / CLUSTER * CLUSTER;
}

/* A machine without a camera device sends no frame that could need room. */
static uint64_t raw_size(const struct session *session, const struct session_camera *camera)
{
	const struct camera_config config = session_config(camera);
	struct camera_layout layout = {.frame_bytes = 0};

	if (session->device)
		session->device->ops->layout(&config, &layout);
	return layout.frame_bytes;
}

static uint64_t frame_size(const struct session *session, const struct session_camera *camera,
			   unsigned format)
{
	const uint64_t pixels = (uint64_t)camera->mode->width * camera->mode->height;
	const uint64_t preview = pixels / 4 < PREVIEW_MAX ? pixels / 4 : PREVIEW_MAX;

	switch (format) {
	case FORMAT_RAW:
		return clusters(raw_size(session, camera));
	case FORMAT_JSON:
		return clusters(SIDECAR_SIZE);
	case FORMAT_PNG:
		return clusters(3 * preview + HEADER_SIZE);
	default:
		return clusters(2 * pixels + HEADER_SIZE);
	}
}

/* One frame of every selected camera. */
static uint64_t set_size(const struct session *session, unsigned formats)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < session->camera_count; i++)
		for (unsigned bit = 0; session->cameras[i].mode && bit < 32; bit++)
			if (formats & BIT(bit))
				sum += frame_size(session, &session->cameras[i], BIT(bit));
	return sum;
}

enum fl_err space_plan(struct session *session)
{
	static const unsigned dropped[] = {FORMAT_PGM, FORMAT_PNG, FORMAT_DNG};
	const struct plan *plan = &session->plan;
	struct space *space = &session->space;
	uint64_t room, set;
	enum fl_err err = platform_volume_free(&space->free);

	*space = (struct space){
		.formats = plan->formats, .frames = plan->frames, .free = space->free};
	space->wanted = set_size(session, plan->formats) * (plan->frames + EVIDENCE) + RESERVE;
	if (err == FL_ERR_UNSUPPORTED) { /* a volume that does not tell: writing will */
		space->wanted = 0;
		return FL_OK;
	}
	if (err)
		return diag_fail(&session->diag, err, "was the stick pulled out?",
				 "the stick does not tell what is free (%s)", fl_err_name(err));
	room = space->free > RESERVE ? space->free - RESERVE : 0;
	for (unsigned i = 0; i < ARRAY_SIZE(dropped); i++) {
		unsigned rest = space->formats & ~dropped[i];

		if (set_size(session, space->formats) * (plan->frames + EVIDENCE) > room &&
		    (rest & ~FORMAT_JSON))
			space->formats = rest;
	}
	set = set_size(session, space->formats);
	if (set * (plan->frames + EVIDENCE) > room)
		space->frames = (unsigned)(room / set < plan->frames ? room / set : plan->frames);
	space->left_out = plan->formats & ~space->formats;
	space->is_known = true;
	return FL_OK;
}
