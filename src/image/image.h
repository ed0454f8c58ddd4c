/*
 * image.h: from what the receiver wrote to samples, verdicts and files. Pure
 * functions on memory; nothing here knows a device or a disk.
 */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/diag.h"
#include "image/bayer.h"
#include "image/limits.h"
#include "image/pattern.h"

struct image {
	unsigned width, height;
	enum bayer bayer;
	uint16_t *samples; /* width * height, 10 bit; not owned */
	uint16_t black_level;
	uint16_t rotation; /* degrees counter-clockwise that make it upright: 0, 90, 180, 270 */
};

/* ---- judge -------------------------------------------------------------------------------- */

/*
 * Is this the sensor's test pattern? FL_OK, or FL_ERR_MISMATCH with where it differs first
 * ("bar 3 begins at column 972, want 974 +-2"; "line 17 differs from line 0 at column 4").
 * FL_ERR_UNSUPPORTED when nobody knows what the pattern looks like (PATTERN_OTHER),
 * FL_ERR_INVALID when the image is too small for one (64x4) or its size is odd.
 */
enum fl_err judge_pattern(const struct image *image, const struct image_pattern *pattern,
			  struct diag *diag);
/* Two successive frames of the pattern: a static one must be the same, a moving one must differ. */
enum fl_err judge_sequence(const struct image *first, const struct image *second,
			   const struct image_pattern *pattern, struct diag *diag);

/* ---- statistics of a scene ------------------------------------------------------------------- */

#define GRID_WIDTH  32u /* blocks that a picture is cut into */
#define GRID_HEIGHT 24u

struct plane_statistics {
	double mean, deviation;
	uint16_t minimum, maximum, p1, p99;
	uint16_t floor; /* one in a thousand samples is at or below */
};

/* Where a black level comes from. */
enum black_source {
	BLACK_OF_FILE,   /* image->black_level */
	BLACK_MEASURED,  /* mean of a frame without light */
	BLACK_ESTIMATED, /* darkest thousandth of a frame with light */
};
const char *black_source_name(enum black_source source);

/* A line or column that is not like its neighbours. */
struct row_defect {
	bool is_column;
	unsigned index;
	int value; /* of all its samples; or codes above its neighbours */
};

struct defect_cluster {
	unsigned x, y, samples;
	bool is_dark;
};

struct stripes {
	bool are_columns;
	unsigned period; /* lines or columns */
	unsigned height; /* codes, peak to peak */
};

struct image_statistics {
	struct plane_statistics
		plane[4]; /* first line's even, odd column, second line's even, odd */
	uint16_t black;   /* codes */
	enum black_source black_source;
	bool is_dark;   /* no light: noise around one level */
	double clipped; /* share of the samples at full scale */
	/* bits of the data word */
	uint16_t stuck_bits, stuck_ones; /* masks: that never move; of them those that are one */
	bool has_other_order;
	uint8_t order_low, order_high; /* bits that stand in each other's place; bits.c */
	/* lines and columns */
	unsigned dead_rows; /* of one value, while others vary */
	struct row_defect dead_row;
	unsigned missing_lines, first_missing;   /* zero, below any black level */
	unsigned repeated_lines, first_repeated; /* equal to the line two before */
	struct row_defect odd_row;               /* that stands out most; value 0: none */
	struct stripes stripes;
	/* samples */
	unsigned hot, dead; /* single ones far above or below their surroundings */
	unsigned clusters;  /* groups of them that touch */
	struct defect_cluster cluster;
	/* places; 0 or 1 where the picture is too small to say */
	float light[GRID_HEIGHT][GRID_WIDTH]; /* codes above black, mean of all planes */
	double dark_area;                     /* share of the picture without any light */
	double noise;                         /* codes, where the picture is calmest */
	double red, blue;                     /* of green, where they are strong; 1 for mono */
	double green_balance; /* second green above the first, share of both; mono: of the planes, the worst */
	double shading; /* light in the corners, of the centre's */
	double blur;    /* half width of the steepest edges, share of the picture's width */
	unsigned step;  /* codes: height of those edges; 0: nothing to focus on */
};
/* FL_ERR_NOMEM. image->black_level 0 means that nobody knows it. */
enum fl_err image_measure(const struct image *image, struct image_statistics *out);

/*
 * FL_OK, or the first of the reasons why this is no picture that a working camera makes of any
 * scene (FL_ERR_MISMATCH): data bits, lines, colours, light, black level, fixed pattern, defects,
 * noise, shading, focus, contrast.
 */
enum fl_err judge_statistics(const struct image *image, const struct image_statistics *statistics,
			     const struct image_limits *limits, struct diag *diag);

/* ---- golden frame -------------------------------------------------------------------------- */

/* What a good unit sees: light of each block above black. */
struct golden {
	float light[GRID_HEIGHT][GRID_WIDTH];
};
/*
 * From a 16-bit PGM (P5), as `format = pgm` writes it, of any size from 32x24 on. FL_ERR_INVALID
 * when it is no such file.
 */
enum fl_err golden_parse(const uint8_t *file, size_t size, unsigned black, struct golden *out);

struct golden_result {
	double light;      /* of the golden frame's, in the median */
	double obstructed; /* share of the picture that is much darker than the rest is */
	double offset;     /* codes above the golden frame's light, however bright that is */
	double likeness, turned, mirrored, flipped; /* correlation, 1 for alike */
};
void golden_compare(const struct image_statistics *statistics, const struct golden *golden,
		    struct golden_result *out);
/* FL_OK, or FL_ERR_MISMATCH: turned or mirrored, too dark, obstructed, black level off,
 * another scene. */
enum fl_err judge_golden(const struct golden_result *result, const struct image_limits *limits,
			 struct diag *diag);

/* ---- develop and write ----------------------------------------------------------------------*/

/*
 * A picture that looks right: black level (the darkest thousandth when image->black_level is 0),
 * grey-world white balance (clipped samples left out), a dim scene up to four times brighter,
 * gamma, turned upright by image->rotation; one output pixel per 2x2 block (mono: averaged), further
 * reduced by a whole number to fit max_width x max_height. Pixels 0x00RRGGBB, memory from platform_alloc, owned by the caller.
 * FL_ERR_NOMEM; FL_ERR_INVALID when no pixel would be left.
 */
struct picture {
	unsigned width, height;
	uint32_t *pixels;
};
enum fl_err picture_develop(const struct image *image, unsigned max_width, unsigned max_height,
			    struct picture *out);
/* The same for a caller who has something else to do: `between` is called at least every 64 lines of samples. */
enum fl_err picture_develop_in_bands(const struct image *image, unsigned max_width,
				     unsigned max_height, struct picture *out,
				     void (*between)(void *context), void *context);
void picture_free(struct picture *picture);

/* Files in fresh memory from platform_alloc; FL_ERR_NOMEM. */
struct file_bytes {
	uint8_t *data;
	size_t size;
};
void file_bytes_free(struct file_bytes *bytes);
enum fl_err pgm_encode(const struct image *image, struct file_bytes *out); /* P5, maxval 1023 */
enum fl_err png_encode(const struct picture *picture, struct file_bytes *out);
enum fl_err dng_encode(const struct image *image, const char *camera, struct file_bytes *out);

uint64_t image_xxh3(const void *data, size_t size); /* XXH3-64, as `xxhsum -H3` prints it */
/* XXH3-128 in hex, as `xxhsum -H2` prints it. */
void image_xxh128(const void *data, size_t size, char text[33]);

#endif
