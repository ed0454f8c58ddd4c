/*
 * bits.c: the ten data bits between the sensor's converter and memory. A picture tells a bit that
 * never moves, and bits that stand in each other's place, without knowing the scene: light changes
 * little from one sample to the next of its colour, and takes every level in between.
 */
#include "image/measure.h"

#include "firstlight/platform.h"

#define BITS         10u
#define PAIRS_MOST   32768u /* enough that chance moves a sum of differences by less than 1 % */
#define PAIRS_LEAST  256u
#define LEVELS_LEAST 64u /* different ones: a drawing without noise tells nothing of its bits */
#define EDGE_MOST    32u /* codes: a pair across an edge counts as this, whatever the order */
#define HYPOTHESES   (BITS * (BITS - 1) / 2 + BITS)

/* The bits of `level` that `keep` names, moved together. */
static unsigned squeeze(unsigned level, unsigned keep)
{
	unsigned out = 0, to = 0;

	for (unsigned bit = 0; bit < BITS; bit++)
		if (keep >> bit & 1)
			out |= (level >> bit & 1) << to++;
	return out;
}

/*
 * Both neighbours of a range of levels that only the other state of `bit` reaches are not empty, as
 * the range is: one in 200 samples, so that a few defects are no neighbour. Other bits that do not
 * move (`constant`) are left out.
 */
static bool bit_has_gap(const uint32_t *levels, uint64_t total, unsigned constant, unsigned bit,
			bool is_one)
{
	unsigned keep = (SAMPLE_MAX & ~constant) | 1u << bit, size = 1;
	uint32_t left[LEVELS] = {0};

	for (unsigned level = 0; level < LEVELS; level++)
		left[squeeze(level, keep)] += levels[level];
	while (squeeze(1u << bit, keep) > size)
		size *= 2;
	for (unsigned at = size; at + 2 * size <= LEVELS; at += size) {
		uint64_t below = 0, above = 0;

		if (((at & size) != 0) == is_one)
			continue;
		for (unsigned i = 0; i < size; i++) {
			below += left[at - size + i];
			above += left[at + size + i];
		}
		if (below > total / 200 && above > total / 200)
			return true;
	}
	return false;
}

/* Where a bit is lost, a slow change through it becomes a jump of nearly its weight. */
static bool bit_folds(const uint32_t *jumps, uint64_t pairs, unsigned bit)
{
	uint64_t count = 0;

	for (unsigned jump = (15u << bit) / 16; jump < (17u << bit) / 16; jump++)
		count += jumps[jump];
	return bit >= 5 && count > pairs / 5000 + 8;
}

/* Different levels that the picture has. */
static unsigned level_count(const struct histogram *histogram)
{
	unsigned count = 0;

	for (unsigned level = 0; level < LEVELS; level++)
		count += histogram->count[0][level] || histogram->count[1][level] ||
			 histogram->count[2][level] || histogram->count[3][level];
	return count;
}

static void stuck_measure(const struct histogram *histogram, const uint32_t *jumps, uint64_t pairs,
			  struct image_statistics *out)
{
	uint32_t levels[LEVELS] = {0};
	unsigned ones = SAMPLE_MAX, zeroes = SAMPLE_MAX;
	uint64_t total = 0;

	for (unsigned level = 0; level < LEVELS; level++) {
		for (unsigned plane = 0; plane < 4; plane++)
			levels[level] += histogram->count[plane][level];
		total += levels[level];
		if (levels[level]) {
			ones &= level;
			zeroes &= ~level;
		}
	}
	for (unsigned bit = 0; bit < BITS; bit++) {
		bool is_one = ones >> bit & 1;

		if (!((ones | zeroes) >> bit & 1) ||
		    (!bit_has_gap(levels, total, ones | zeroes, bit, is_one) &&
		     !bit_folds(jumps, pairs, bit)))
			continue;
		out->stuck_bits |= (uint16_t)(1u << bit);
		out->stuck_ones |= (uint16_t)(is_one << bit);
	}
}

/* ---- order ---------------------------------------------------------------------------------- */

struct pair {
	uint16_t first, second;
};

static unsigned reverse(unsigned level)
{
	unsigned out = 0;

	for (unsigned bit = 0; bit < BITS; bit++)
		out |= (level >> bit & 1) << (BITS - 1 - bit);
	return out;
}

/* The word with its bits in another order: two exchanged, all moved round, or all reversed. */
static unsigned reorder(unsigned level, unsigned low, unsigned high)
{
	unsigned differs = (level >> low ^ level >> high) & 1;

	if (high < BITS)
		return level ^ (differs << low | differs << high);
	if (!low)
		return reverse(level);
	return (level << low | level >> (BITS - low)) & SAMPLE_MAX;
}

/* Up to `most`: what costs as much is looked at no further. */
static uint64_t pair_cost(const struct pair *pairs, unsigned count, const uint16_t *order,
			  uint64_t most)
{
	uint64_t cost = 0;

	for (unsigned i = 0; i < count && cost < most; i++) {
		unsigned apart = difference(order[pairs[i].first], order[pairs[i].second]);

		cost += apart < EDGE_MOST ? apart : EDGE_MOST;
	}
	return cost;
}

/* Samples next to each other in their colour, evenly from the whole picture. */
static unsigned pairs_take(const struct image *image, struct pair *pairs)
{
	uint64_t samples = (uint64_t)image->width * image->height;
	unsigned step = (unsigned)(samples / PAIRS_MOST) | 1, count = 0; /* odd: every column */

	for (uint64_t i = step / 2; i < samples && count < PAIRS_MOST; i += step) {
		const uint16_t *sample = image->samples + i;

		if (i % image->width + 2 < image->width)
			pairs[count++] =
				(struct pair){sample[0] & SAMPLE_MAX, sample[2] & SAMPLE_MAX};
	}
	return count;
}

/*
 * In the true order neighbours are most alike; of a thousand healthy captures none has another
 * order that is closer. The lowest bits of a noisy picture and the highest of a dim one tell
 * nothing. One that is closer by a fiftieth is what the wires did.
 */
static void order_measure(const struct pair *pairs, unsigned count, struct image_statistics *out)
{
	uint16_t order[LEVELS];
	uint64_t best;

	for (unsigned level = 0; level < LEVELS; level++)
		order[level] = (uint16_t)level;
	best = pair_cost(pairs, count, order, UINT64_MAX) * 49 / 50;
	for (unsigned high = 1; high <= BITS; high++)
		for (unsigned low = 0; low < high; low++) {
			uint64_t cost;

			for (unsigned level = 0; level < LEVELS; level++)
				order[level] = (uint16_t)reorder(level, low, high);
			cost = pair_cost(pairs, count, order, best);
			if (cost >= best)
				continue;
			best = cost;
			out->has_other_order = true;
			out->order_low = (uint8_t)low;
			out->order_high = (uint8_t)high;
		}
}

enum fl_err bits_measure(const struct image *image, const struct histogram *histogram,
			 struct image_statistics *out)
{
	struct pair *pairs = platform_alloc(PAIRS_MOST * sizeof(*pairs));
	uint32_t jumps[LEVELS] = {0};
	unsigned count;

	if (!pairs)
		return FL_ERR_NOMEM;
	count = pairs_take(image, pairs);
	for (unsigned i = 0; i < count; i++)
		jumps[difference(pairs[i].first, pairs[i].second)]++;
	stuck_measure(histogram, jumps, count, out);
	if (!out->stuck_bits && count >= PAIRS_LEAST && level_count(histogram) >= LEVELS_LEAST)
		order_measure(pairs, count, out);
	platform_free(pairs);
	return FL_OK;
}
