/* balance.c: white balance from the picture itself. */
#include "image/balance.h"

#define BLOCKS_ACROSS 160u
#define GAIN_MAX      4.0
#define DARK_LEVELS   (LEVELS / 8)
#define BIN_LEVELS    16u
#define BINS          (LEVELS / BIN_LEVELS)

struct tally {
	double sum[3];
	unsigned count;
	unsigned brightest[BINS]; /* blocks by their brightest component, sixteen levels a bin */
};

static void tally_block(struct tally *tally, const struct image *image, unsigned x, unsigned y)
{
	unsigned value[3] = {0, 0, 0}, top = image_line(image, y)[x];

	for (unsigned plane = 0; plane < 4; plane++) {
		unsigned sample = image_line(image, y + plane / 2)[x + plane % 2];
		enum component component = bayer_component(image->bayer, plane);

		top = sample > top ? sample : top;
		sample = sample > image->black_level ? sample - image->black_level : 0;
		value[component] += component == GREEN ? sample : 2 * sample;
	}
	tally->count++;
	tally->brightest[(top < SAMPLE_MAX ? top : SAMPLE_MAX) / BIN_LEVELS]++;
	if (top >= SAMPLE_MAX - 23) /* near enough: noise and gain spread the clipped ones */
		return;
	for (unsigned i = 0; i < 3; i++)
		tally->sum[i] += value[i];
}

static double tally_brightness(const struct tally *tally, unsigned black)
{
	unsigned above = 0, bin = BINS;
	double top, brightness;

	while (bin && above <= tally->count / 100)
		above += tally->brightest[--bin];
	top = (bin + 1) * BIN_LEVELS;
	if (top <= black)
		return GAIN_MAX;
	brightness = 0.9 * (SAMPLE_MAX - black) / (top - black);
	if (brightness < 1)
		return 1;
	return brightness < GAIN_MAX ? brightness : GAIN_MAX;
}

/* Blocks looked at, one in so many lines and columns; even, so that they begin on the mosaic. */
static unsigned balance_step(const struct image *image)
{
	return (image->width / 2 / BLOCKS_ACROSS + 1) * 2;
}

void balance_measure(const struct image *image, struct balance *out)
{
	struct tally tally = {.count = 0};
	unsigned step = balance_step(image);
	double most = 0;

	for (unsigned y = 0; y + 1 < image->height; y += step)
		for (unsigned x = 0; x + 1 < image->width; x += step)
			tally_block(&tally, image, x, y);
	for (unsigned i = 0; i < 3; i++)
		most = tally.sum[i] > most ? tally.sum[i] : most;
	for (unsigned i = 0; i < 3; i++) {
		out->gain[i] = GAIN_MAX;
		if (image->bayer == BAYER_MONO || most <= 0)
			out->gain[i] = 1;
		else if (most < GAIN_MAX * tally.sum[i])
			out->gain[i] = most / tally.sum[i];
	}
	out->brightness = tally_brightness(&tally, image->black_level);
}

uint16_t black_measure(const struct image *image)
{
	unsigned counts[DARK_LEVELS] = {0}, total = 0, below = 0, step = balance_step(image);

	if (image->black_level)
		return image->black_level;
	for (unsigned y = 0; y + 1 < image->height; y += step)
		for (unsigned x = 0; x + 1 < image->width; x += step)
			for (unsigned plane = 0; plane < 4; plane++, total++) {
				unsigned sample = image_line(image, y + plane / 2)[x + plane % 2];

				if (sample < DARK_LEVELS)
					counts[sample]++;
			}
	for (unsigned level = 0; level < DARK_LEVELS; level++) {
		below += counts[level];
		if (below > total / 1000)
			return (uint16_t)level;
	}
	return 0;
}
