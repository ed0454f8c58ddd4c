/* limits.h: when a picture is good enough. */
#ifndef IMAGE_LIMITS_H
#define IMAGE_LIMITS_H

#include <stdbool.h>

/*
 * What the picture of a working camera looks like, whatever it sees. Codes are sample values of
 * 0 to 1023; shares are in thousandths. docs/plan.md says why each default is what it is.
 */
struct image_limits {
	bool static_scene;        /* frames may be equal, as a generator's are */
	unsigned hot_pixels;      /* single samples far above their surroundings */
	unsigned dead_pixels;     /* ... far below */
	unsigned clusters;        /* groups of defects that touch */
	unsigned noise;           /* codes, standard deviation in a flat place */
	unsigned fixed_pattern;   /* codes, a line or column against its neighbours */
	unsigned black_level;     /* codes, darkest samples against the black level */
	unsigned brightness;      /* brightest hundredth, of full scale, at least */
	unsigned clipped;         /* samples at full scale, at most */
	unsigned dark_area;       /* of the picture without any light, at most */
	unsigned colour;          /* red or blue of green where they are strongest, at least */
	unsigned green_balance;   /* one green of the other, difference at most */
	unsigned shading;         /* light in the corners, of the centre, at least */
	unsigned blur;            /* half width of the sharpest edges, of the picture's width */
	unsigned contrast;        /* codes from the darkest to the brightest hundredth, at least */
	unsigned golden_light;    /* light of the golden frame's, at least, and its of this one's */
	unsigned obstruction;     /* of the picture, dark where the golden frame is not, at most */
	unsigned golden_likeness; /* to the golden frame, at least */
};

#endif
