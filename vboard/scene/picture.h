/*
 * picture.h: the frames of one sensor, laid out as its receiver writes them: scene or test pattern,
 * window and binning, exposure and gains, shading and noise. Lines are made when they are asked
 * for and kept until a register changes what they show.
 */
#ifndef VBOARD_PICTURE_H
#define VBOARD_PICTURE_H

#include "vboard/core/camera.h"

extern const struct knobs picture_knobs;

/* What `sensor` sees: the file of its port in the board's options, or a scene drawn here. The sensor stays the
 * caller's. NULL with a message in `error` when the scene file cannot be used. */
struct picture_source *picture_new(struct vboard *board, const struct image_sensor *sensor,
				   char *error, size_t error_size);
/* NULL: nothing to do. */
void picture_release(struct picture_source *source);

#endif
