/*
 * scene.h: what a camera looks at: a picture file, or a landscape drawn here. Linear light, or,
 * from a 16-bit PGM, the sensor's own samples.
 */
#ifndef VBOARD_SCENE_H
#define VBOARD_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scene {
	unsigned width, height;
	uint16_t *plane[3]; /* R, G, B: linear, 0..65535; NULL for raw */
	uint16_t *raw;      /* samples 0..1023 of a 16-bit PGM, else NULL */
	bool is_builtin;    /* drawn here: has something that moves */
};

/* Reads PNG, PPM (P6) or PGM (P5). False with a message in `error`. */
bool scene_load(struct scene *scene, const char *path, char *error, size_t error_size);
/* Sky, sun, hills, a house, a colour chart and `title`. False when memory is short. */
bool scene_draw(struct scene *scene, const char *title, unsigned variant);
void scene_free(struct scene *scene);

#endif
