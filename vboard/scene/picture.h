/*
 * picture.h: the frames of one sensor, packed as the receiver writes them: scene or test pattern,
 * window and binning, exposure and gains, shading and noise. Lines are made when they are asked
 * for and kept until a register changes what they show.
 */
#ifndef VBOARD_PICTURE_H
#define VBOARD_PICTURE_H

#include "vboard/parts/sensor.h"

struct picture;

/* NULL with a message in `error` when the scene file cannot be used. `path` may be NULL. */
struct picture *picture_new(struct vboard *board, struct sensor *sensor, const char *path,
			    char *error, size_t error_size);
void picture_release(struct picture *picture);

/* Takes the sensor's registers as they are now, for frame `number` since stream-on. False when
 * the registers make no picture (no size, or memory is short). */
bool picture_begin(struct picture *picture, unsigned number);
/* Packed lines first .. first + count - 1 of the frame begun; stride as in pixels.h. Valid until
 * the next call. */
const uint8_t *picture_lines(struct picture *picture, unsigned first, unsigned count);
/* Samples of a line before packing, of the frame begun (tests, and for picture_lines itself). */
void picture_samples(struct picture *picture, unsigned y, uint16_t *samples);

#endif
