/* pattern.h: the test patterns that an image sensor makes itself, as samples (inside vboard/ only). */
#ifndef VBOARD_PATTERN_H
#define VBOARD_PATTERN_H

#include "vboard/core/camera.h"

/* What the sheets leave open of them (sensors.md 11). */
struct pattern_choices {
	uint16_t low, high;    /* samples of black and of full colour */
	bool restarts_by_line; /* the pseudo-random sequence; else with the frame */
};

/* Line `y` of frame `number` of look->pattern, which is one: look->window.width samples, 0..1023. */
void pattern_line(const struct camera_look *look, const struct pattern_choices *choices,
		  unsigned number, unsigned y, uint16_t *samples);
/* Is it another one in the next frame? */
bool pattern_moves(const struct camera_pattern *pattern);

#endif
