/*
 * blocks.c: what differs from place to place: light, colour, noise, shading. The picture is cut
 * into 32 x 24 blocks, so that modes of different sizes compare.
 */
#include "image/measure.h"

#include "firstlight/platform.h"

#define BLOCKS       (GRID_HEIGHT * GRID_WIDTH)
#define LINES_OF     8u    /* of so many lines two are looked at: the figures are means */
#define SIGNAL_LEAST 24.0  /* codes above black from which on colour and shading can be told */
#define SIGNAL_MOST  850.0 /* a block brighter than this has clipped samples */
#define RIPPLE       1.954 /* mean second difference of noise of deviation 1: sqrt(6) * sqrt(2/pi) */

struct block {
	uint32_t sum[4], count; /* by plane; of samples of one plane */
	uint32_t ripple, ripples;
};

/* A slope or a ratio, and how much it says. */
struct vote {
	double value, weight;
};

struct blocks {
	const struct image *image;
	unsigned width, height; /* of a block, even */
	struct block block[BLOCKS];
	struct vote votes[2 * BLOCKS];
	unsigned vote_count;
};

/* ---- sums ------------------------------------------------------------------------------------- */

static void line_add(struct block *block, const uint16_t *line, unsigned width, unsigned odd)
{
	uint32_t even_sum = 0, odd_sum = 0, ripple = 0;

	for (unsigned x = 0; x + 1 < width; x += 2) {
		even_sum += line[x];
		odd_sum += line[x + 1];
	}
	for (unsigned x = 2; x + 2 < width; x++)
		ripple += difference(line[x - 2] + line[x + 2], 2u * line[x]);
	block->sum[2 * odd] += even_sum;
	block->sum[2 * odd + 1] += odd_sum;
	block->count += odd ? 0 : width / 2;
	block->ripple += ripple;
	block->ripples += width > 4 ? width - 4 : 0;
}

static void blocks_fill(struct blocks *blocks)
{
	for (unsigned by = 0; by < GRID_HEIGHT; by++)
		for (unsigned y = 0; y < blocks->height; y += LINES_OF)
			for (unsigned bx = 0; bx < GRID_WIDTH; bx++) {
				struct block *block = &blocks->block[by * GRID_WIDTH + bx];
				const uint16_t *line =
					image_line(blocks->image, by * blocks->height + y) +
					bx * blocks->width;

				line_add(block, line, blocks->width, 0);
				line_add(block, line + blocks->image->width, blocks->width, 1);
			}
}

/* Mean above black of the samples of one colour. */
static double block_light(const struct blocks *blocks, const struct block *block,
			  enum component component)
{
	double sum = 0, planes = 0;

	for (unsigned plane = 0; plane < 4; plane++)
		if (bayer_component(blocks->image->bayer, plane) == component) {
			sum += block->sum[plane];
			planes++;
		}
	return sum / (planes * block->count) - blocks->image->black_level;
}

/* ---- votes ------------------------------------------------------------------------------------ */

static void vote(struct blocks *blocks, double value, double weight)
{
	blocks->votes[blocks->vote_count++] = (struct vote){value, weight};
}

static void votes_sort(struct vote *votes, unsigned count)
{
	for (unsigned gap = count / 2; gap; gap /= 2)
		for (unsigned i = gap; i < count; i++) {
			struct vote one = votes[i];
			unsigned at = i;

			for (; at >= gap && votes[at - gap].value > one.value; at -= gap)
				votes[at] = votes[at - gap];
			votes[at] = one;
		}
}

/* The value below which `share` of the weight lies; takes the votes. `none` when there are none. */
static double votes_quantile(struct blocks *blocks, double share, double none)
{
	double total = 0, below = 0, value = none;

	votes_sort(blocks->votes, blocks->vote_count);
	for (unsigned i = 0; i < blocks->vote_count; i++)
		total += blocks->votes[i].weight;
	for (unsigned i = 0; i < blocks->vote_count && below <= share * total; i++) {
		value = blocks->votes[i].value;
		below += blocks->votes[i].weight;
	}
	blocks->vote_count = 0;
	return value;
}

#define FOR_EACH_BLOCK(one, blocks)                                                                \
	for (const struct block *one = (blocks)->block; one < (blocks)->block + BLOCKS; one++)

/* ---- light, noise, colour --------------------------------------------------------------------- */

static void light_measure(struct blocks *blocks, struct image_statistics *out)
{
	unsigned black = blocks->image->black_level, dark = 0, bright = 0;

	for (unsigned plane = 0; plane < 4; plane++)
		bright = out->plane[plane].p99 > bright ? out->plane[plane].p99 : bright;
	for (unsigned i = 0; i < BLOCKS; i++) {
		const struct block *block = &blocks->block[i];
		double sum = 0, light;

		for (unsigned plane = 0; plane < 4; plane++)
			sum += block->sum[plane];
		light = sum / (4.0 * block->count) - black;
		out->light[i / GRID_WIDTH][i % GRID_WIDTH] = (float)light;
		/* Glass and air scatter more than a hundredth of the light into every corner. */
		dark += light < 2 || light < ((double)bright - black) / 100;
	}
	out->dark_area = (double)dark / BLOCKS;
}

/* In the calmest tenth of the picture there is next to nothing but noise. */
static void noise_measure(struct blocks *blocks, struct image_statistics *out)
{
	FOR_EACH_BLOCK(block, blocks)
	{
		double light = block_light(blocks, block, GREEN);

		if (block->ripples && light + blocks->image->black_level < SIGNAL_MOST)
			vote(blocks, block->ripple / (RIPPLE * block->ripples), 1);
	}
	out->noise = votes_quantile(blocks, 0.1, 0);
}

/* Strongest quarter of the picture: scenes without any red or blue are rare, and a weak channel is
 * weak everywhere. */
static double colour_share(struct blocks *blocks, enum component component)
{
	FOR_EACH_BLOCK(block, blocks)
	{
		double green = block_light(blocks, block, GREEN);
		double light = block_light(blocks, block, component);

		if (green >= SIGNAL_LEAST && green < SIGNAL_MOST)
			vote(blocks, light / green, 1);
	}
	return votes_quantile(blocks, 0.75, 1);
}

/* Of two planes that see the same light: how much the second has more than the first. */
static double balance_of(struct blocks *blocks, unsigned first, unsigned second)
{
	unsigned black = blocks->image->black_level;

	FOR_EACH_BLOCK(block, blocks)
	{
		double one = (double)block->sum[first] / block->count - black;
		double other = (double)block->sum[second] / block->count - black;
		double both = (one + other) / 2;

		if (both >= SIGNAL_LEAST && both < SIGNAL_MOST)
			vote(blocks, (other - one) / both, 1);
	}
	return votes_quantile(blocks, 0.5, 0);
}

/* Of the two greens, or of all planes where there is no filter before them. */
static double green_balance(struct blocks *blocks)
{
	unsigned first = bayer_component(blocks->image->bayer, 0) == GREEN ? 0 : 1;
	double most = balance_of(blocks, first, 3 - first);

	for (unsigned plane = 1; blocks->image->bayer == BAYER_MONO && plane < 3; plane++) {
		double balance = balance_of(blocks, 0, plane);

		if (balance * balance > most * most)
			most = balance;
	}
	return most;
}

/* ---- shading ---------------------------------------------------------------------------------- */

/* e to the power of a small number. */
static double exponential(double value)
{
	double out = 1 + value / 1024;

	for (unsigned i = 0; i < 10; i++)
		out *= out;
	return out;
}

/* Between two blocks: how light falls off with the square of the distance from the centre. */
static void falloff_vote(struct blocks *blocks, const struct image_statistics *out, unsigned y,
			 unsigned x, unsigned down, unsigned right)
{
	double one = (double)out->light[y][x], other = (double)out->light[y + down][x + right];
	double at = down ? (2.0 * y + 1) / GRID_HEIGHT - 1 : (2.0 * x + 1) / GRID_WIDTH - 1;
	double step = down ? 2.0 / GRID_HEIGHT : 2.0 / GRID_WIDTH;
	double apart = (at + step) * (at + step) - at * at;

	if (one < SIGNAL_LEAST / 2 || other < SIGNAL_LEAST / 2 || one > SIGNAL_MOST ||
	    other > SIGNAL_MOST || (apart < step / 2 && apart > -step / 2))
		return;
	/* Of the logarithms, as far as they differ little; where they differ much is an edge. */
	vote(blocks, 2 * (other - one) / ((other + one) * apart), apart < 0 ? -apart : apart);
}

/*
 * A lens darkens every place, an object only its own: between most neighbours there is nothing but
 * shading, and the median over all pairs is it (after Zheng et al., Single-image vignetting
 * correction using radial gradient symmetry, 2008). Both ways must show it.
 */
static void shading_measure(struct blocks *blocks, struct image_statistics *out)
{
	double across, along;

	for (unsigned y = 0; y < GRID_HEIGHT; y++)
		for (unsigned x = 0; x + 1 < GRID_WIDTH; x++)
			falloff_vote(blocks, out, y, x, 0, 1);
	across = votes_quantile(blocks, 0.5, 0);
	for (unsigned y = 0; y + 1 < GRID_HEIGHT; y++)
		for (unsigned x = 0; x < GRID_WIDTH; x++)
			falloff_vote(blocks, out, y, x, 1, 0);
	along = votes_quantile(blocks, 0.5, 0);
	across = across < 0 ? across : 0;
	along = along < 0 ? along : 0;
	across = across < 2 * along ? 2 * along : across;
	along = along < 2 * across ? 2 * across : along;
	out->shading = exponential(across + along);
}

enum fl_err blocks_measure(const struct image *image, struct image_statistics *out)
{
	struct blocks *blocks;

	out->shading = out->red = out->blue = 1;
	if (image->width < 4 * GRID_WIDTH || image->height < 4 * GRID_HEIGHT)
		return FL_OK; /* no picture of a scene */
	blocks = platform_alloc(sizeof(*blocks));
	if (!blocks)
		return FL_ERR_NOMEM;
	blocks->image = image;
	blocks->width = image->width / GRID_WIDTH & ~1u;
	blocks->height = image->height / GRID_HEIGHT & ~1u;
	blocks_fill(blocks);
	light_measure(blocks, out);
	noise_measure(blocks, out);
	out->green_balance = green_balance(blocks);
	if (image->bayer != BAYER_MONO) {
		out->red = colour_share(blocks, RED);
		out->blue = colour_share(blocks, BLUE);
	}
	shading_measure(blocks, out);
	platform_free(blocks);
	return FL_OK;
}
