/* develop.c: from samples to a picture that a person recognises. */
#include "image/balance.h"

#include "core/mem.h"
#include "firstlight/platform.h"

#define LINEAR_LEVELS 4096u /* averaging gives more than ten bits, and dark tones show it */
#define FRACTION_BITS 24

struct developer {
	unsigned reduce;    /* blocks of 2x2 samples that make one pixel, each way */
	uint64_t scale[3];  /* from a component's sum to linear levels, 24 bits fraction */
	uint64_t black[3];  /* what black adds to that sum */
	unsigned red, blue; /* planes of these; all others are green */
	uint8_t tone[LINEAR_LEVELS];
	/* Of the lines that make a row of pixels: by column the sum of the even ones; behind these of the odd. */
	uint32_t sums[];
};

/* The fifth root of 0 < value <= 1, by Newton's method, from above. */
static double fifth_root(double value)
{
	double root = 1;

	for (unsigned i = 0; i < 16; i++) {
		double fourth = root * root * root * root;

		root -= (root * fourth - value) / (5 * fourth);
	}
	return root;
}

/* The linear light, 0..1, of an sRGB level of 0..255 (IEC 61966-2-1): x^2.4 is x^2 * (x^2)^(1/5).
 */
static double linear_from_srgb(double level)
{
	double x = level / 255, square;

	if (x <= 0.04045)
		return x / 12.92;
	square = (x + 0.055) / 1.055;
	square *= square;
	return square * fifth_root(square);
}

static void tone_fill(uint8_t tone[LINEAR_LEVELS])
{
	unsigned linear = 0;

	for (unsigned level = 0; level < 255; level++) {
		double end = linear_from_srgb(level + 0.5) * (LINEAR_LEVELS - 1);

		while (linear < LINEAR_LEVELS && linear <= end)
			tone[linear++] = (uint8_t)level;
	}
	while (linear < LINEAR_LEVELS)
		tone[linear++] = 255;
}

static void developer_init(struct developer *developer, const struct image *image, unsigned reduce)
{
	uint64_t blocks = (uint64_t)reduce * reduce;
	struct balance balance;

	balance_measure(image, &balance);
	developer->reduce = reduce;
	for (unsigned plane = 0; plane < 4; plane++) {
		if (bayer_component(image->bayer, plane) == RED)
			developer->red = plane;
		if (bayer_component(image->bayer, plane) == BLUE)
			developer->blue = plane;
	}
	for (unsigned i = 0; i < 3; i++) {
		unsigned samples = image->bayer == BAYER_MONO ? 4 : i == GREEN ? 2 : 1;
		unsigned range =
			SAMPLE_MAX > image->black_level ? SAMPLE_MAX - image->black_level : 1;
		double factor = balance.gain[i] * balance.brightness * (LINEAR_LEVELS - 1) / range;

		developer->scale[i] =
			(uint64_t)(factor / (double)(samples * blocks) * (1 << FRACTION_BITS));
		developer->black[i] = samples * blocks * image->black_level;
	}
	tone_fill(developer->tone);
}

static uint32_t tone_of(const struct developer *developer, uint64_t sum, enum component component)
{
	uint64_t linear;

	if (sum <= developer->black[component])
		return developer->tone[0];
	linear = ((sum - developer->black[component]) * developer->scale[component]) >>
		 FRACTION_BITS;
	return developer->tone[linear < LINEAR_LEVELS ? linear : LINEAR_LEVELS - 1];
}

/* The 2 * reduce lines from y on. */
static void lines_add(struct developer *developer, const struct image *image, unsigned y)
{
	memset(developer->sums, 0, 2 * image->width * sizeof(developer->sums[0]));
	for (unsigned i = 0; i < 2 * developer->reduce; i++)
		sums_add(developer->sums + i % 2 * image->width, image_line(image, y + i),
			 image->width);
}

/* From the sums of its 2 * reduce columns in the even lines, and in the odd ones. */
static uint32_t pixel_develop(const struct developer *developer, const uint32_t *even,
			      const uint32_t *odd, bool is_mono)
{
	uint64_t plane[4] = {0, 0, 0, 0}, green;

	for (unsigned x = 0; x < 2 * developer->reduce; x += 2) {
		plane[0] += even[x];
		plane[1] += even[x + 1];
		plane[2] += odd[x];
		plane[3] += odd[x + 1];
	}
	green = plane[0] + plane[1] + plane[2] + plane[3];
	if (is_mono)
		return tone_of(developer, green, GREEN) * 0x010101u;
	green -= plane[developer->red] + plane[developer->blue];
	return tone_of(developer, plane[developer->red], RED) << 16 |
	       tone_of(developer, green, GREEN) << 8 |
	       tone_of(developer, plane[developer->blue], BLUE);
}

/* The least reduction by a whole number that makes `size` fit into `most`. */
static unsigned reduction(unsigned size, unsigned most)
{
	return (size + most - 1) / most;
}

/* Lines of samples that are developed before somebody else gets a turn. */
#define BAND_LINES 64u

/* How much the picture is reduced to fit, turned or not; 0 when no pixel would be left. */
static unsigned picture_fit(const struct image *image, unsigned max_width, unsigned max_height,
			    struct picture *out)
{
	bool is_turned = image->rotation % 180 != 0;
	unsigned across = image->width / 2, down = image->height / 2, reduce, other;

	if (!across || !down || !max_width || !max_height)
		return 0;
	reduce = reduction(across, is_turned ? max_height : max_width);
	other = reduction(down, is_turned ? max_width : max_height);
	reduce = other > reduce ? other : reduce;
	/* A needle of a picture has no pixel left on its short side. */
	if (reduce > across || reduce > down)
		return 0;
	out->width = (is_turned ? down : across) / reduce;
	out->height = (is_turned ? across : down) / reduce;
	return reduce;
}

/* Where the pixel that the sensor has at column x, line y stands in the upright picture. */
static uint32_t *upright(const struct picture *picture, unsigned rotation, unsigned x, unsigned y)
{
	unsigned right = picture->width - 1, bottom = picture->height - 1, column = x, line = y;

	if (rotation == 90) {
		column = y;
		line = bottom - x;
	} else if (rotation == 180) {
		column = right - x;
		line = bottom - y;
	} else if (rotation == 270) {
		column = right - y;
		line = x;
	}
	return picture->pixels + (size_t)line * picture->width + column;
}

static void picture_fill(struct developer *developer, const struct image *image,
			 const struct picture *out, void (*between)(void *context), void *context)
{
	bool is_turned = image->rotation % 180 != 0;
	unsigned across = is_turned ? out->height : out->width;
	unsigned down = is_turned ? out->width : out->height, step = 2 * developer->reduce;
	const uint32_t *even = developer->sums, *odd = even + image->width;

	for (unsigned y = 0; y < down; y++) {
		uint32_t *pixel = upright(out, image->rotation, 0, y);
		/* To the next in the line, wherever that lies. */
		ptrdiff_t next = across > 1 ? upright(out, image->rotation, 1, y) - pixel : 0;

		lines_add(developer, image, y * step);
		for (unsigned x = 0; x < across; x++)
			pixel[x * next] = pixel_develop(developer, even + x * step, odd + x * step,
							image->bayer == BAYER_MONO);
		if (y * step / BAND_LINES != (y + 1) * step / BAND_LINES)
			between(context);
	}
}

enum fl_err picture_develop_in_bands(const struct image *image, unsigned max_width,
				     unsigned max_height, struct picture *out,
				     void (*between)(void *context), void *context)
{
	struct developer *developer;
	struct image source = *image;
	unsigned reduce;

	*out = (struct picture){.pixels = NULL};
	reduce = picture_fit(image, max_width, max_height, out);
	if (!reduce)
		return FL_ERR_INVALID;
	developer =
		platform_alloc(sizeof(*developer) + 2 * image->width * sizeof(developer->sums[0]));
	out->pixels = platform_alloc((size_t)out->width * out->height * sizeof(*out->pixels));
	if (!developer || !out->pixels) {
		platform_free(developer);
		picture_free(out);
		return FL_ERR_NOMEM;
	}
	source.black_level = black_measure(image);
	developer_init(developer, &source, reduce);
	picture_fill(developer, image, out, between, context);
	platform_free(developer);
	return FL_OK;
}

static void nobody(void *context)
{
	(void)context;
}

enum fl_err picture_develop(const struct image *image, unsigned max_width, unsigned max_height,
			    struct picture *out)
{
	return picture_develop_in_bands(image, max_width, max_height, out, nobody, NULL);
}

void picture_free(struct picture *picture)
{
	platform_free(picture->pixels);
	*picture = (struct picture){.pixels = NULL};
}
