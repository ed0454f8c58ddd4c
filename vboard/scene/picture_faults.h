/*
 * picture_faults.h: how a camera's picture can be broken on purpose: optics, pixel array and data bits
 * (inside vboard/ only). The recipes are those that people use to try a judge of pictures: each is
 * applied to the samples of a line before they are packed.
 */
#ifndef VBOARD_PICTURE_FAULTS_H
#define VBOARD_PICTURE_FAULTS_H

#include "vboard/core/camera.h"
#include "vboard/scene/scene.h"

#define PICTURE_MAX         1023u
/* Standard deviation of a noise table's values, in 1/16. */
#define PICTURE_NOISE_SIGMA 152

struct picture_faults {
	struct vboard *board;
	unsigned port;
	const struct camera_look *look; /* of the frame */
	uint32_t place;                 /* seeded: where a block lies */
};

void picture_faults_init(struct picture_faults *faults, struct vboard *board, unsigned port);
/* Faults of the optics that a scene in light shows: defocus. */
void picture_faults_scene(const struct picture_faults *faults, struct scene *scene,
			  unsigned array_width);
/* Line `y` of a frame of width x height; `noise` has at least `width` values of a noise table. */
void picture_faults_line(const struct picture_faults *faults, unsigned y, unsigned width,
			 unsigned height, const int8_t *noise, uint16_t *samples);
/* Faults of the data bits, which a test pattern has too. */
void picture_faults_bits(const struct picture_faults *faults, unsigned width, uint16_t *samples);

#endif
