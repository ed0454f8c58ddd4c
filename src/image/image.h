/*
 * image.h: from the packed pixels that the receiver wrote to samples, verdicts and files. Pure
 * functions on memory; nothing here knows a device or a disk.
 */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board/board.h"
#include "core/diag.h"

/* ---- unpack (cio2.md section 5: 25 pixels in 32 bytes) ------------------------------------ */

/* Bytes from one line to the next: ceil(width / 50) * 64. */
size_t raw10_stride(unsigned width);
/* `height` lines of `width` samples, 0..1023, tightly packed. Uses SSSE3 if `use_ssse3`. */
void raw10_unpack(const uint8_t *packed, unsigned width, unsigned height, uint16_t *samples,
		  bool use_ssse3);
bool cpu_has_ssse3(void);

struct image {
	unsigned width, height;
	enum bayer bayer;
	uint16_t *samples; /* width * height, 10 bit; not owned */
	uint16_t black_level;
};

/* ---- judge -------------------------------------------------------------------------------- */

/*
 * Is this the sensor's test pattern? FL_OK, or FL_ERR_MISMATCH with where it differs first
 * ("bar 3 begins at column 972, want 974 +-2"; "line 17 differs from line 0 at column 4").
 * FL_ERR_UNSUPPORTED when nobody knows what the pattern looks like (PATTERN_OTHER),
 * FL_ERR_INVALID when the image is too small for one (64x4) or its size is odd.
 */
enum fl_err judge_pattern(const struct image *image, const struct sensor_pattern *pattern,
			  struct diag *diag);
/* Two successive frames of the pattern: a static one must be the same, a moving one must differ. */
enum fl_err judge_sequence(const struct image *first, const struct image *second,
			   const struct sensor_pattern *pattern, struct diag *diag);

struct plane_statistics {
	double mean, deviation;
	uint16_t minimum, maximum, p1, p99;
};

struct image_statistics {
	struct plane_statistics
		plane[4];        /* first line's even, odd column, second line's even, odd */
	unsigned stuck;          /* isolated samples at full scale in dark surroundings */
	unsigned dead;           /* isolated samples at zero in bright surroundings */
	double corner_to_centre; /* shading: mean of the four corners over the centre */
	double dead_lines;       /* lines or columns all of one value, while others vary */
};
enum fl_err image_measure(const struct image *image, struct image_statistics *out);
/* FL_OK or what is wrong with a picture of a real scene: all black, all white, no contrast,
 * black level off, too many stuck or dead pixels. */
enum fl_err judge_statistics(const struct image *image, const struct image_statistics *statistics,
			     struct diag *diag);

/* ---- develop and write ----------------------------------------------------------------------*/

/*
 * A picture that looks right: black level (the darkest thousandth when image->black_level is 0),
 * grey-world white balance (clipped samples left out), a dim scene up to four times brighter,
 * gamma; one output pixel per 2x2 block (mono: averaged), further reduced by a whole number to fit
 * max_width x max_height. Pixels 0x00RRGGBB, memory from platform_alloc, owned by the caller.
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

#endif
